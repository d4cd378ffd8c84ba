"""The Python API: what `import kg` gives, and what a graph answers, draws and writes."""

import datetime as dt
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pytest
import rdflib
from sample import KIM, LETTER, PUTIN, SUMMIT_ONE, SUMMIT_TWO, put

import kg
from kg.graph import Graph
from kg.ids import EVENT
from kg.query import EntityDetail, EventDetail
from kg.store import Store

ROOT = Path(__file__).parent.parent
SUMMIT = EVENT + "summit"


@pytest.fixture(scope="module")
def graph() -> Iterator[Graph]:
    with Graph(put(Store())) as opened:
        yield opened


# --- the package ----------------------------------------------------------------------------------


def test_the_public_names_are_these() -> None:
    assert sorted(kg.__all__) == [
        "Graph", "Intake", "KgError", "OntologyError", "QueryError", "ReadError", "StoreError", "__version__", "build", "open",
    ]  # fmt: skip
    assert set(kg.__all__) <= set(dir(kg))
    assert all(getattr(kg, name) for name in kg.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = kg.nothing


def test_the_version_is_that_of_the_project() -> None:
    assert kg.__version__ == tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def test_the_package_tells_type_checkers_that_it_has_types() -> None:
    assert (ROOT / "kg" / "py.typed").is_file()


def test_importing_the_package_is_quick_and_opening_needs_no_language_model() -> None:
    code = (
        "import sys, kg; a = set(sys.modules); kg.open; print(*({'spacy', 'rdflib', 'networkx', 'pyoxigraph'} & a), 'spacy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"]


# --- questions ------------------------------------------------------------------------------------


def test_met_answers_with_rows(graph: Graph) -> None:
    (row,) = graph.met("Kim Jong Un", "Putin", start="2023-01-01")
    assert (row.date, row.place_label, row.status, row.reports) == ("2023-09-13", "Vostochny Cosmodrome", "occurred", 2)
    assert row.quotes == ("Kim met Putin at the cosmodrome", "Putin and Kim held talks in Russia")
    assert graph.met(whom="Putin") == graph.met("Putin") == (row,)


@pytest.mark.parametrize("start", ["2024", "2024-01", "2024-01-04", dt.date(2024, 1, 4)])
def test_dates_are_days_months_or_years(graph: Graph, start: str | dt.date) -> None:
    assert [row.date for row in graph.met(start=start)] == ["2024-01-04"]
    assert graph.met(start="2024-01-05") == ()


def test_the_end_is_included(graph: Graph) -> None:
    assert len(graph.met(end="2024-01-04")) == 2
    assert len(graph.met(end="2023")) == 1


def test_timeline_asks_for_types_and_statuses(graph: Graph) -> None:
    assert [row.type for row in graph.timeline(status="all")] == ["Meeting", "Meeting", "Message"]
    assert [row.event for row in graph.timeline(type="Message", status="alleged")] == [EVENT + "letter"]
    assert graph.timeline(type="Message") == ()


def test_an_event_has_its_claims(graph: Graph) -> None:
    found = graph.event(SUMMIT)
    assert isinstance(found, EventDetail)
    assert [claim.iri for claim in found.claims] == [SUMMIT_ONE.iri, SUMMIT_TWO.iri]
    assert graph.show(SUMMIT) == found
    assert graph.event("event:letter").claims[0].iri == LETTER.iri


def test_an_entity_is_shown_by_any_name(graph: Graph) -> None:
    found = graph.show("Шойгу")
    assert isinstance(found, EntityDetail)
    assert found.entity.label == "Sergei Shoigu"
    assert any(holder.office_label == "Minister of Defence of Russia" for holder in found.offices)


def test_who_held_an_office(graph: Graph) -> None:
    assert [row.person_label for row in graph.who("Russian defence minister", on="2023-07-26")] == ["Sergei Shoigu"]
    assert len(graph.who("Russian defence minister")) > 3


def test_sparql_gives_plain_values(graph: Graph) -> None:
    assert graph.sparql("SELECT (COUNT(DISTINCT ?e) AS ?n) WHERE { ?e a nk:Event }").rows == ((3,),)


@pytest.mark.parametrize(
    ("ask", "text"),
    [
        (lambda g: g.met("Lavrow"), "near: Lavrov"),
        (lambda g: g.met(""), "nothing here is called ''"),
        (lambda g: g.met("Putin", ""), "nothing here is called ''"),
        (lambda g: g.met(place=""), "nothing here is called ''"),
        (lambda g: g.met("Putin", "Vladimir Putin"), "'Putin' and 'Vladimir Putin' are one and the same"),
        (lambda g: g.met(status="maybe"), "status: 'maybe' is none of occurred, planned"),
        (lambda g: g.met(start="soon"), "soon"),
        (lambda g: g.met(place="Kim Jong Un"), "nothing here is called"),
        (lambda g: g.timeline(type="Picnic"), "type: 'Picnic' is none of .*Meeting"),
        (lambda g: g.event("event:none"), "there is no event"),
        (lambda g: g.to_networkx("tree"), "kind: 'tree'"),
        (lambda g: g.export("file.docx"), "no format has the suffix '.docx'"),
        (lambda g: g.export("file.txt", "docx"), "format: 'docx'"),
    ],
)
def test_what_is_not_understood_is_a_query_error(graph: Graph, ask: object, text: str) -> None:
    with pytest.raises(kg.QueryError, match=text):
        ask(graph)  # type: ignore[operator]


# --- networks and files ---------------------------------------------------------------------------


def test_networks_of_each_kind(graph: Graph) -> None:
    people = graph.to_networkx()
    assert isinstance(people, nx.MultiDiGraph)
    assert people.number_of_edges(*sorted((KIM, PUTIN))) == 1
    assert graph.to_networkx(status="all").number_of_edges(KIM, PUTIN) == 2
    assert graph.to_networkx(start="2024").number_of_edges() == 1
    assert graph.to_networkx("bipartite").number_of_nodes() == 6
    assert {kind for _, kind in graph.to_networkx("full").nodes(data="kind")} >= {"Event", "Claim", "Article", "Person"}


def test_the_edges_are_drawn_as_the_ontology_says(graph: Graph) -> None:
    network = graph.to_networkx(status="all")
    drawn = {(attributes["type"], attributes["directed"]) for *_, attributes in network.edges(data=True)}
    assert drawn == {("Meeting", False), ("Message", True)}


def test_the_quads_are_an_rdflib_dataset(graph: Graph) -> None:
    dataset = graph.to_rdflib()
    assert isinstance(dataset, rdflib.Dataset)
    assert len(list(dataset.query("ASK { ?event a nk:Event }"))) == 1


@pytest.mark.parametrize("suffix", [".ttl", ".trig", ".nq", ".jsonld", ".gexf", ".graphml", ".csv", ".jsonl", ".GEXF"])
def test_the_suffix_of_a_file_tells_its_format(graph: Graph, suffix: str, tmp_path: Path) -> None:
    graph.export(tmp_path / f"file{suffix}")
    assert [path.name for path in tmp_path.iterdir()] == [f"file{suffix}"]
    assert (tmp_path / f"file{suffix}").stat().st_size > 500


def test_a_format_may_be_named(graph: Graph, tmp_path: Path) -> None:
    graph.export(tmp_path / "a.txt", "csv", table="participants")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8").startswith("event,type,date,earliest,latest,status,role,")


# --- building and opening -------------------------------------------------------------------------


@pytest.mark.model
def test_a_graph_is_built_in_memory_or_in_a_folder_and_opened_again(seeds: Path, tmp_path: Path) -> None:
    with kg.build(seeds) as one, kg.build(str(seeds), tmp_path / "out") as two, kg.open(str(tmp_path / "out")) as three:
        rows = one.met("Kim Jong Un", "Putin")
        assert rows
        assert rows == two.met("Kim Jong Un", "Putin") == three.met("Kim Jong Un", "Putin")


@pytest.mark.model
def test_an_input_without_an_article_is_warned_of(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Kim Jong Un met Vladimir Putin in Moscow.", encoding="utf-8")
    (tmp_path / "b.txt").touch()
    with pytest.warns(UserWarning, match=r"skipped .*b\.txt: no text"):
        kg.build(tmp_path)


def test_a_folder_without_a_graph_is_refused(tmp_path: Path) -> None:
    with pytest.raises(kg.StoreError, match="there is no graph here"):
        kg.open(tmp_path)
