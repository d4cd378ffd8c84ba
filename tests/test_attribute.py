"""Who says so: sentences with the chain of sources, their classes and the status that rests on them, through the real pipeline.

A line of `tests/cases/attribution.jsonl` holds `text`, `why`, and for each claim its type, its status and its sources in order, each as
"name [class]" with "via" the one who passes it on; a source that is no entity stands in round brackets, in the words of the text.
"""

import datetime as dt
import json
from pathlib import Path

import pytest

from kg.article import Reader, extract
from kg.records import Article, Source
from kg.tables import Json, claim_json

CASES = [json.loads(line) for line in (Path(__file__).parent / "cases" / "attribution.jsonl").read_text(encoding="utf-8").splitlines()]
SIZE = 76


def test_the_table_is_whole() -> None:
    assert len(CASES) == len({case["text"] for case in CASES}) == SIZE


@pytest.mark.model
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_each_claim_is_attributed_to_those_who_make_it(case: dict, reader: Reader) -> None:
    article = Article(id="case", text=case["text"], source=Source(published=dt.date(2024, 9, 14)))
    found = extract(article, reader)
    entities = {**reader.lexicon.ontology.entities, **{e.iri: e for e in found.minted}}
    lines = [claim_json(claim, entities, reader.lexicon.ontology.types, article) for claim in found.claims]
    told = [[line["type"], line["status"], [_plain(source) for source in line["attributed_to"]]] for line in lines]
    assert sorted(told) == sorted(case["claims"])


def _plain(source: Json) -> str:
    name = source["name"] if source["id"] else f"({source['name']})"
    return f"{name} [{source['class']}]" + (f" via {source['via']}" if source["via"] else "")
