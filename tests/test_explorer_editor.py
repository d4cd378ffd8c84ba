"""The page of the SPARQL editor: examples that run, with values of the graph, and data that no text can end."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from lxml import html
from sample import EVENTS, EXTRACTS, HAN, KIM, LAVROV, MINTED, PUTIN, SUMMIT, put

from kg.ids import ENTITY
from kg.questions import catalogue
from kg.store import Store
from kg.terms import PREFIXES
from kg.web.editor import Example, list_examples, page
from kg.web.message import Asked
from kg.web.snapshot import Snapshot, make_snapshot


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return make_snapshot(put(Store()))


@pytest.fixture(scope="module")
def examples(snapshot: Snapshot) -> dict[str, Example]:
    return {example.name: example for example in list_examples(snapshot)}


def read(snapshot: Snapshot) -> Any:
    return html.fromstring(page(snapshot, Asked(view="sparql")).body.decode())


def test_examples_are_the_named_questions_that_the_graph_has_values_for(examples: dict[str, Example]) -> None:
    named = {name for name, question in catalogue().items() if not question.inner}
    # No agreement and no signing, one outlet with an entry of its own at most, and a chronology is a file.
    assert named - examples.keys() == {"compared", "stages", "led_up_to", "reported_by_one"}


@pytest.mark.parametrize("name", sorted(name for name, question in catalogue().items() if not question.inner))
def test_an_example_runs_as_it_stands(snapshot: Snapshot, examples: dict[str, Example], name: str) -> None:
    if name in examples:
        query = examples[name].query
        assert snapshot.store.sparql(query).variables
        assert not re.search(r"\$[a-z]|# param:", query)


@pytest.mark.parametrize(("name", "rows"), [("met", 2), ("first_last", 2), ("company", 2)])
def test_values_are_such_that_there_is_something_to_see(snapshot: Snapshot, examples: dict[str, Example], name: str, rows: int) -> None:
    assert len(snapshot.store.sparql(examples[name].query).rows) == rows


def test_the_two_whose_encounters_are_reported_most_are_chosen(examples: dict[str, Example]) -> None:
    chosen = {iri for iri in (KIM, PUTIN, HAN, LAVROV) if f"<{iri}>" in examples["first_last"].query}
    assert chosen == {KIM, PUTIN}
    assert f"<{SUMMIT.iri}>" in examples["first_reports"].query


def test_an_example_declares_the_prefixes_that_it_uses_and_no_other(examples: dict[str, Example]) -> None:
    for example in examples.values():
        head, _, body = example.query.partition("\n\n")
        declared = set(re.findall(r"^PREFIX (\w+):", head, re.MULTILINE))
        assert declared == {prefix for prefix in PREFIXES if re.search(rf"(?<![\w:<]){prefix}:(?!//)", body)}


def test_the_page_offers_each_example_and_knows_its_text(snapshot: Snapshot, examples: dict[str, Example]) -> None:
    shown = read(snapshot)
    data = json.loads(shown.xpath("string(//script[@id='graph'])"))
    assert shown.xpath("//button/@data-example") == list(examples) == list(data["examples"])
    assert data["prefixes"] == PREFIXES and data["pages"][ENTITY] == "/entity/"
    assert "https://w3id.org/dprk-russia/ontology#Meeting" in data["classes"]
    assert "http://semanticweb.cs.vu.nl/2009/11/sem/hasActor" in data["properties"]


def test_no_text_ends_the_data_of_the_page() -> None:
    """An IRI cannot hold "<", so what might is looked for in the page itself: no "<" in the data, whatever it says."""
    newcomer = replace(MINTED, label="</script><script>alert(1)</script>")
    extracts = (*EXTRACTS[:2], replace(EXTRACTS[2], minted=(newcomer,)))
    shown = page(make_snapshot(put(Store(), extracts, EVENTS)), Asked(view="sparql")).body.decode()
    (data,) = re.findall(r'<script type="application/json" id="graph">(.*?)</script>', shown, re.DOTALL)
    assert "<" not in data and "PREFIX" in data and json.loads(data)


def test_a_graph_without_events_has_fewer_examples() -> None:
    empty = make_snapshot(put(Store(), (), ()))
    found = {example.name for example in list_examples(empty)}
    assert "met" in found and "together" not in found and "first_reports" not in found
