"""The event types beside meetings, visits and the like: sentences that tell of one, and sentences that only sound so."""

import datetime as dt
import json
from collections import Counter
from pathlib import Path

import pytest

from kg.article import Reader, extract
from kg.dates import to_edtf
from kg.records import Article, Claim, Source

CASES = [json.loads(line) for line in (Path(__file__).parent / "cases" / "event_types.jsonl").read_text(encoding="utf-8").splitlines()]
SIZE = 116
PUBLISHED = dt.date(2025, 6, 12)

pytestmark = pytest.mark.model


def test_the_table_is_whole() -> None:
    assert len(CASES) == SIZE
    told, untold = (Counter(case["type"] for case in CASES if bool(case["claims"]) == found) for found in (True, False))
    assert min(told.values()) >= 6
    assert min(untold.values()) >= 3
    assert set(told) == set(untold)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['type']}: {case['why']}")
def test_sentence_tells_of_the_event_and_of_no_other_of_its_type(case: dict, reader: Reader) -> None:
    found = extract(Article(id="case", text=case["text"], source=Source(published=PUBLISHED)), reader)
    ontology = reader.lexicon.ontology
    labels = {e.iri: e.label for e in (*ontology.entities.values(), *found.minted)}
    claims = [claim for claim in found.claims if ontology.types[claim.type].name == case["type"]]
    assert [_plain(claim, labels) for claim in claims] == case["claims"]


def _plain(claim: Claim, labels: dict[str, str]) -> list:
    people = sorted(f"{p.role}={labels[p.entity]}" for p in claim.participants)
    date = to_edtf(claim.interval) if claim.interval else None
    return [claim.status, date, labels.get(claim.place or ""), people, claim.item.text if claim.item else None]
