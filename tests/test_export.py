"""Files for other programs: each format holds what was asked for, survives any name, and is read back equal."""

import csv
import io
import json
from pathlib import Path
from typing import Any, get_type_hints

import networkx as nx
import polars as pl
import pytest
from invented import CLEANED, EVENTS, HOSTILE, KNOWN
from sample import put

from kg import cli_options
from kg.asking import ALL, STATUSES
from kg.content import Content
from kg.errors import QueryError
from kg.export import FORMATS, KINDS, TABLES, Options, draw, find_format, write
from kg.ids import ENTITY, EVENT
from kg.network import people_network
from kg.store import Store
from kg.tables import event_rows


@pytest.fixture(scope="module")
def content() -> Content:
    """The invented events, over a store of others, which knows the names of those."""
    held = [event for event in EVENTS if all(claim in KNOWN.claims for claim in event.claims)]
    return Content(put(Store()), held, KNOWN)


def written(content: Content, format: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    write(content, stream, format, options)  # type: ignore[arg-type]
    return stream.getvalue()


def sheet(content: Content, **options: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written(content, "csv", **options).decode(), newline="")))


def shown(text: str) -> str:
    """What a file of UTF-8 can hold of a text."""
    return text.encode("utf-8", "replace").decode()


# --- all formats ----------------------------------------------------------------------------------


def test_the_command_line_offers_what_there_is() -> None:
    assert tuple(FORMATS) == cli_options.FORMATS
    assert cli_options.KINDS == KINDS
    assert cli_options.TABLES == TABLES
    assert (*STATUSES, ALL) == cli_options.STATUSES


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_graph_is_the_same_file(format: str, content: Content) -> None:
    once = written(content, format)
    assert once == written(content, format)
    assert len(once) > 200


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_has_a_suffix_and_known_options(format: str, tmp_path: Path) -> None:
    assert find_format(tmp_path / f"file{FORMATS[format].suffix.upper()}") == format
    assert set(FORMATS[format].options) <= set(get_type_hints(Options))


@pytest.mark.parametrize(
    ("format", "options", "message"),
    [
        ("docx", {}, "format: 'docx' is none of turtle,"),
        ("turtle", {"kind": "people"}, "kind: turtle does not take it; it holds all of the graph"),
        ("jsonl", {"table": "claims"}, "table: jsonl does not take it; it takes start, end, status"),
        ("csv", {"table": "people"}, "table: 'people' is none of events, participants, claims, nodes, edges"),
        ("csv", {"table": "claims", "kind": "full"}, "kind: the tables of nodes and edges take it, not claims"),
        ("gexf", {"kind": "events"}, "kind: 'events' is none of people, pairs, ego, bipartite, full"),
        ("gexf", {"kind": "ego"}, "kind: ego needs of"),
        ("gexf", {"of": "Kim Jong Un"}, "of: such events join 'Kim Jong Un' to nobody"),
        ("gexf", {"kind": "pairs", "depth": 2}, "depth: only kind ego takes it, not pairs"),
        ("gexf", {"of": "Kim Jong Un", "depth": 0}, "depth: 0 is no number of steps"),
        ("gexf", {"start": "2024-07-01", "end": "2024-06-15"}, "no day is from 2024-07-01 on and up to 2024-06-15"),
        ("turtle", {"start": "2024"}, "start (--from): turtle does not take it"),
        ("gexf", {"status": "certain"}, "status: 'certain' is none of occurred,"),
        ("csv", {"start": "June"}, "June"),
    ],
)
def test_what_is_not_understood_is_said_in_one_line(format: str, options: dict[str, Any], message: str, content: Content) -> None:
    with pytest.raises(QueryError) as caught:
        written(content, format, **options)
    assert message in str(caught.value) and "\n" not in str(caught.value)


# --- what is in them ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({}, ["day", "undated", "post", "alone"]),
        ({"start": "2024"}, ["post", "alone"]),
        ({"end": "2023"}, ["day"]),
        ({"start": "2024-05", "end": "2024-05"}, ["alone"]),
        ({"status": "planned"}, []),
        ({"status": "all"}, ["day", "undated", "post", "alone"]),
    ],
)
def test_events_of_a_period_or_a_status(options: dict[str, str], names: list[str], content: Content) -> None:
    lines = [json.loads(line) for line in written(content, "jsonl", **options).splitlines()]
    assert [line["event"].removeprefix(EVENT) for line in lines] == names
    assert [row["event"].removeprefix(EVENT) for row in sheet(content, **options)] == names


def test_names_of_any_script_survive_and_cells_are_safe(content: Content) -> None:
    nodes = {row["id"]: row["label"] for row in sheet(content, table="nodes", kind="full", status="all")}
    labels = {entity.iri: shown(entity.label) for entity in KNOWN.entities.values()}
    assert {label for iri, label in nodes.items() if iri.startswith(ENTITY)} == {labels[iri] for iri in nodes if iri.startswith(ENTITY)}
    assert shown(HOSTILE) in nodes.values() and "홍길동" in nodes.values()
    assert all(cell[:1] not in tuple("=+-@") for row in sheet(content, table="claims") for cell in row.values())
    assert any(cell.startswith("'=") for row in sheet(content, table="claims") for cell in row.values())


def test_nodes_and_edges_make_the_same_network(content: Content) -> None:
    people = people_network(content.events, KNOWN)
    edges = sheet(content, table="edges")
    assert sorted((row["source"], row["target"], row["event"]) for row in edges) == sorted(people.edges(keys=True))
    assert [row["id"] for row in sheet(content, table="nodes")] == list(people)
    assert len({row["id"] for row in edges}) == len(edges)


@pytest.mark.parametrize("kind", ["people", "pairs", "bipartite", "full"])
@pytest.mark.parametrize("format", ["gexf", "graphml"])
def test_networks_are_read_back(format: str, kind: str, content: Content) -> None:
    network = draw(content, kind, {})
    read = getattr(nx, f"read_{format}")(io.BytesIO(written(content, format, kind=kind)))
    assert set(read) == set(network)
    assert read.number_of_edges() == network.number_of_edges()
    assert {CLEANED, "홍길동"} <= {label for _, label in read.nodes(data="label")}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("kind", ["people", "pairs", "bipartite", "full"])
def test_a_table_has_the_same_columns_and_types_whatever_is_in_it(table: str, kind: str, content: Content) -> None:
    options = {"table": table} | ({"kind": kind} if table in ("nodes", "edges") else {})
    empty, all_of_it = Content(content.store, [], KNOWN), {"status": "all", **options}
    assert written(empty, "csv", **options).splitlines() == written(content, "csv", **all_of_it).splitlines()[:1]
    schemas = [pl.read_parquet(io.BytesIO(written(c, "parquet", **all_of_it))).schema for c in (empty, content)]
    assert schemas[0] == schemas[1]


def test_undated_events_that_are_left_out_are_counted(content: Content) -> None:
    assert [write(content, io.BytesIO(), "ics", {"start": start}) for start in (None, "2024")] == [1, 1]
    assert [write(content, io.BytesIO(), "html", {"end": end}) for end in (None, "2024")] == [0, 1]
    assert [write(content, io.BytesIO(), "gexf", {"end": "2024", "status": status}) for status in (None, "planned")] == [1, 0]


def test_parquet_has_typed_columns_and_comes_back(content: Content) -> None:
    table = pl.read_parquet(io.BytesIO(written(content, "parquet")))
    assert table.schema["earliest"] == pl.Date and table.schema["reports"] == pl.Int64 and table.schema["confidence"] == pl.Float64
    rows = event_rows(content.events, KNOWN)
    expected = [{n: None if v == "" else shown(v) if isinstance(v, str) else v for n, v in row.items()} for row in rows]
    found = [{name: str(v) if name in ("earliest", "latest") and v else v for name, v in row.items()} for row in table.to_dicts()]
    assert found == [{name: row[name] for name in table.columns} for row in expected]
    nodes = pl.read_parquet(io.BytesIO(written(content, "parquet", table="nodes", kind="bipartite")))
    assert nodes["label"].to_list() == [shown(a["label"]) for _, a in draw(content, "bipartite", {}).nodes(data=True)]


@pytest.mark.parametrize(
    ("depth", "names"), [(None, ["anna", "hong", "tom"]), (1, ["anna", "hong", "tom"]), (2, ["anna", "dan", "hong", "tom"])]
)
def test_as_many_steps_around_somebody_as_are_asked_for(depth: int | None, names: list[str]) -> None:
    # The store knows the names of other people; here they are asked for by IRI.
    world = Content(put(Store()), EVENTS, KNOWN)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kg.export.find_entity", lambda _, name: ENTITY + name)
        assert [row["id"].removeprefix(ENTITY) for row in sheet(world, of="hong", depth=depth, table="nodes")] == names
