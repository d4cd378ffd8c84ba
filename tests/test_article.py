"""What one article yields, through the real pipeline: a table of phenomena, each with the reason why it is there."""

import datetime as dt
import json
from pathlib import Path

import pytest

from kg.article import Reader, extract
from kg.dates import to_edtf
from kg.ids import ENTITY, local
from kg.records import Article, Claim, Source

CASES = [json.loads(line) for line in (Path(__file__).parent / "cases" / "extraction.jsonl").read_text(encoding="utf-8").splitlines()]
SIZE = 195

pytestmark = pytest.mark.model


def test_the_table_is_whole() -> None:
    assert len(CASES) == SIZE


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_article_yields_what_a_careful_reader_finds(case: dict, reader: Reader) -> None:
    article = Article(id="case", text=case["text"], source=Source(published=dt.date.fromisoformat(case["published"])))
    found = extract(article, reader)
    labels = {e.iri: e.label for e in (*reader.lexicon.ontology.entities.values(), *found.minted)}
    assert sorted(_plain(claim, labels) for claim in found.claims) == sorted(_expected(row) for row in case["claims"])


@pytest.mark.parametrize(
    ("text", "item", "agreement"),
    [
        (
            "Kim Jong Un and Vladimir Putin signed a partnership treaty in June 2024.",
            "partnership treaty",
            "treaty-on-comprehensive-strategic-partnership",
        ),
        ("Kim Jong Un and Xi Jinping signed a partnership treaty in June 2024.", "partnership treaty", None),
        ("Kim Jong Un and Vladimir Putin signed a partnership treaty in May 2023.", "partnership treaty", None),
        ("Kim Jong Un and Vladimir Putin signed a fisheries agreement in June 2024.", "fisheries agreement", None),
    ],
)
def test_an_agreement_is_known_by_its_name_its_parties_and_its_day(text: str, item: str, agreement: str | None, reader: Reader) -> None:
    article = Article(id="case", text=text, source=Source(published=dt.date(2024, 9, 14)))
    (claim,) = extract(article, reader).claims
    assert claim.item and claim.item.text == item
    assert claim.item.entity == (agreement and ENTITY + agreement)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_evidence_is_the_text_at_its_offsets(case: dict, reader: Reader) -> None:
    article = Article(id="case", text=case["text"], source=Source(published=dt.date.fromisoformat(case["published"])))
    for claim in extract(article, reader).claims:
        assert claim.evidence
        assert all(article.text[e.start : e.end] == e.quote for e in claim.evidence)


def _plain(claim: Claim, labels: dict[str, str]) -> tuple[str, ...]:
    people = sorted(f"{p.role}={labels[p.entity]}" for p in claim.participants)
    date = to_edtf(claim.interval) if claim.interval else ""
    return (local(claim.type), claim.status, date, labels.get(claim.place or "", ""), *people)


def _expected(row: list) -> tuple[str, ...]:
    kind, status, date, place, people = row
    return (kind, status, date or "", place or "", *people)


@pytest.mark.parametrize(
    ("text", "published", "people"),
    [
        ("Russia's defence minister met Kim Jong Un in Pyongyang on July 26, 2023.", "2025-02-01", {"sergei-shoigu", "kim-jong-un"}),
        ("Russia's defence minister met Kim Jong Un on Tuesday.", "2025-02-06", {"andrei-belousov", "kim-jong-un"}),
        ("Choe Son Hui met her Russian counterpart on Tuesday.", "2024-01-18", {"choe-son-hui", "sergei-lavrov"}),
        ("The summit between North Korea and Russia was held on April 25, 2019.", "2024-06-20", {"kim-jong-un", "vladimir-putin"}),
        ("The summit between North Korea and Russia was held on August 4, 2001.", "2024-06-20", {"kim-jong-il", "vladimir-putin"}),
    ],
)
def test_an_office_is_held_on_the_day_of_the_event(text: str, published: str, people: set[str], reader: Reader) -> None:
    article = Article(id="case", text=text, source=Source(published=dt.date.fromisoformat(published)))
    (claim,) = extract(article, reader).claims
    assert {local(p.entity) for p in claim.participants} == people


def test_every_participant_and_place_is_walked_back_to_words(reader: Reader) -> None:
    text = "Kim Jong Un received Sergei Shoigu in Pyongyang on Tuesday. He hosted a banquet for Shoigu."
    claims = extract(Article(id="case", text=text, source=Source(published=dt.date(2023, 7, 27))), reader).claims
    for claim in claims:
        named = {naming.entity: naming for naming in claim.namings}
        assert set(named) == {p.entity for p in claim.participants} | ({claim.place} if claim.place else set())
        assert all(naming.text in text and 0 < naming.score <= 1 and naming.why for naming in named.values())


@pytest.mark.parametrize(
    ("text", "item", "weapon"),
    [
        ("North Korea sent KN-23 missiles to Russia in January 2024.", "KN-23 missiles", "hwasong-11a"),
        ("North Korea sent shells to Russia in January 2024.", "shells", None),
    ],
)
def test_a_weapon_is_known_by_its_names(text: str, item: str, weapon: str | None, reader: Reader) -> None:
    (claim,) = extract(Article(id="case", text=text, source=Source(published=dt.date(2024, 6, 20))), reader).claims
    assert claim.item and (claim.item.text, claim.item.entity) == (item, weapon and ENTITY + weapon)
