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
SIZE = 30

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
