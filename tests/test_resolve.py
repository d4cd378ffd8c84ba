"""Newcomers of several articles: one name is one person, but for people of different countries and decisions of the ontology."""

from dataclasses import replace

import pytest

from kg.ids import CLAIM, ENTITY, NK
from kg.ontology import Ontology, load
from kg.records import Article, Claim, Entity, Extract, Item, Participant, Source
from kg.resolve import rename, resolve

RUSSIA, CHINA = ENTITY + "russia", ENTITY + "china"


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load()


def newcomer(label: str, country: str | None = None) -> Entity:
    return Entity(iri=ENTITY + label.lower().replace(" ", "-"), kind=NK + "Person", label=label, country=country, minted=True)


def extract(name: str, *minted: Entity) -> Extract:
    """An article in which the newcomers meet."""
    claim = Claim(
        iri=CLAIM + name, article=name, type=NK + "Meeting", interval=None,
        participants=tuple(Participant(entity=e.iri, role="participant") for e in minted),
        date_source="none", place=None, status="occurred", attributed_to=(), item=None, evidence=(), confidence=0.5, why=(),
    )  # fmt: skip
    return Extract(article=Article(id=name, text="", source=Source()), claims=(claim,), minted=minted)


def named(extracts: list[Extract]) -> list[list[str]]:
    """The entities that each article's claims name."""
    return [[p.entity.removeprefix(ENTITY) for c in x.claims for p in c.participants] for x in extracts]


def test_one_name_in_two_articles_is_one_person(ontology: Ontology) -> None:
    found = resolve([extract("a", newcomer("Boris Novak", RUSSIA)), extract("b", newcomer("Boris Novak"))], ontology)
    assert named(found) == [["boris-novak"], ["boris-novak"]]
    assert [[e.iri for e in x.minted] for x in found] == [[ENTITY + "boris-novak"]] * 2


def test_one_name_in_two_countries_is_two_persons(ontology: Ontology) -> None:
    extracts = [
        extract("a", newcomer("Boris Novak", RUSSIA)),
        extract("b", newcomer("Boris Novak", CHINA)),
        extract("c", newcomer("Boris Novak")),
    ]
    one, other, unknown = (names[0] for names in named(resolve(extracts, ontology)))
    assert len({one, other, unknown}) == 3
    assert unknown == "boris-novak"


def test_order_of_articles_does_not_matter(ontology: Ontology) -> None:
    extracts = [
        extract("a", newcomer("Boris Novak", RUSSIA)),
        extract("b", newcomer("Boris Novak", CHINA)),
        extract("c", newcomer("Anna Ek")),
    ]
    assert resolve(extracts[::-1], ontology) == resolve(extracts, ontology)[::-1]


def test_a_decision_makes_a_newcomer_a_known_person(ontology: Ontology) -> None:
    decided = replace(ontology, same_as={ENTITY + "boris-novak": ENTITY + "vladimir-putin"})
    (found,) = resolve([extract("a", newcomer("Boris Novak"))], decided)
    assert named([found]) == [["vladimir-putin"]]
    assert found.minted == ()


def test_every_place_of_a_claim_is_renamed() -> None:
    old, new = ENTITY + "old", ENTITY + "new"
    (claim,) = extract("a", newcomer("Old")).claims
    whole = replace(claim, place=old, attributed_to=(old, RUSSIA), item=Item(role="item", text="it", entity=old))
    renamed = rename(whole, {old: new})
    assert (renamed.participants[0].entity, renamed.place, renamed.attributed_to) == (new, new, (new, RUSSIA))
    assert renamed.item is not None
    assert renamed.item.entity == new
    assert rename(whole, {}) == whole
