"""Newcomers of several articles: one name is one person, but for people of different countries and decisions of the ontology."""

from dataclasses import replace

import pytest

from kg.ids import CLAIM, ENTITY, NK
from kg.ontology import Ontology, load
from kg.records import Article, Attribution, Claim, Entity, Extract, Item, Participant, Source
from kg.resolve import join_bearers, rename, resolve

RUSSIA, CHINA = ENTITY + "russia", ENTITY + "china"


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load()


def newcomer(label: str, country: str | None = None, title: str = "") -> Entity:
    iri = ENTITY + label.lower().replace(" ", "-")
    return Entity(iri=iri, kind=NK + "Person", label=label, country=country, description=title, minted=True)


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
    assert [x.taken for x in found] == [{ENTITY + "boris-novak": ENTITY + "boris-novak"}] * 2


def test_one_name_in_two_countries_is_two_persons(ontology: Ontology) -> None:
    extracts = [
        extract("a", newcomer("Boris Novak", RUSSIA)),
        extract("b", newcomer("Boris Novak", CHINA)),
        extract("c", newcomer("Boris Novak")),
    ]
    one, other, unknown = (names[0] for names in named(resolve(extracts, ontology)))
    assert len({one, other, unknown}) == 3
    assert unknown == "boris-novak"


@pytest.mark.parametrize(
    ("titles", "persons"),
    [
        (("director of the port", "port director"), 1),
        (("Russian director of the port", "director of the school"), 1),
        (("director of the port", ""), 1),
        (("director of the port", "army commander"), 2),
        (("Russian envoy", "Russian commander"), 2),
        (("director of the port", "army commander", ""), 3),
        (("director of the port", "army commander", "commander and port director"), 1),
    ],
)
def test_titles_that_share_nothing_are_of_two_persons(titles: tuple[str, ...], persons: int, ontology: Ontology) -> None:
    extracts = [extract(str(n), newcomer("Boris Novak", RUSSIA, title)) for n, title in enumerate(titles)]
    for order in (extracts, extracts[::-1]):
        found = named(resolve(order, ontology))
        assert len({names[0] for names in found}) == persons


def test_why_newcomers_are_one_is_told(ontology: Ontology) -> None:
    here, there, alone = newcomer("Boris Novak", RUSSIA), newcomer("Boris Novak", None, "envoy"), newcomer("Anna Ek")
    joined = join_bearers([here, there, alone], ontology)
    assert joined[here] == joined[there]
    assert joined[here].why == "one name, no other country, no title speaks against it"
    assert joined[alone].why == ""


def test_spelling_slips_do_not_melt_together(ontology: Ontology) -> None:
    found = resolve([extract("a", newcomer("Kim Kwang Hyok")), extract("b", newcomer("Kim Kwang Hyon"))], ontology)
    assert len({names[0] for names in named(found)}) == 2


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
    assert found.taken == {ENTITY + "boris-novak": ENTITY + "vladimir-putin"}


def _said_by(entity: str, via: Attribution | None = None) -> Attribution:
    return Attribution(entity=entity, text="they", source_class=NK + "Government", via=via)


def test_every_place_of_a_claim_is_renamed() -> None:
    old, new = ENTITY + "old", ENTITY + "new"
    (claim,) = extract("a", newcomer("Old")).claims
    whole = replace(claim, place=old, attributed_to=(_said_by(old, _said_by(RUSSIA)),), item=Item(role="item", text="it", entity=old))
    renamed = rename(whole, {old: new})
    assert (renamed.participants[0].entity, renamed.place, renamed.attributed_to) == (new, new, (_said_by(new, _said_by(RUSSIA)),))
    assert renamed.item is not None
    assert renamed.item.entity == new
    assert rename(whole, {}) == whole
