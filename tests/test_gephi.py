"""GEXF and GraphML: valid by the official schema, readable by NetworkX, honest about time, the same bytes every time."""

import hashlib
import io
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import CLEANED, EVENTS, KNOWN, entity, event
from lxml import etree

from kg.asking import STATUSES
from kg.dates import from_edtf
from kg.gephi import GREY, NAMESPACE, PALETTE, colour_nodes, find_lifetime, place_nodes, unite, write_gexf, write_graphml
from kg.ids import ENTITY
from kg.network import as_drawing, bipartite_network, edge_id, folded, full_network, people_network
from kg.text import NOT_IN_XML, clean

HERE = Path(__file__).parent
A, D, F, H, T = (ENTITY + name for name in ("anna", "dan", "freedonia", "hong", "tom"))
NETWORKS = {
    "people": people_network(EVENTS, KNOWN),
    "all statuses": people_network(EVENTS, KNOWN, statuses=("occurred", "planned")),
    "bipartite": bipartite_network(EVENTS, KNOWN),
    "full": full_network(EVENTS, KNOWN, statuses=STATUSES),
    "folded": folded(people_network(EVENTS, KNOWN)),
    "chats only": people_network([e for e in EVENTS if e.type.endswith("chat")], KNOWN),
    "one edge": people_network(EVENTS[:1], KNOWN),
    "one node": bipartite_network([event("empty", "solo", {})], KNOWN),
    "empty": people_network([], KNOWN),
}


def as_gexf(network, stream):
    write_gexf(as_drawing(network), stream)


def written(network, write=as_gexf):
    stream = io.BytesIO()
    write(network, stream)
    return stream.getvalue()


def parsed(network):
    return etree.fromstring(written(network))


def spells(element):
    return [(spell.get("start"), spell.get("end")) for spell in element.iter(f"{{{NAMESPACE}}}spell")]


def elements(network, tag):
    return list(parsed(network).iter(f"{{{NAMESPACE}}}{tag}"))


@pytest.fixture(scope="module")
def schema():
    return etree.XMLSchema(file=str(HERE / "data" / "gexf-1.3" / "gexf.xsd"))


@pytest.mark.parametrize("name", NETWORKS)
def test_gexf_is_valid_by_the_official_schema(name, schema):
    schema.assertValid(parsed(NETWORKS[name]))


def test_the_schema_refuses_what_is_wrong(schema):
    document = parsed(NETWORKS["people"])
    document.find(".//{*}edge").set("endopen", "2024-01-01")
    assert not schema.validate(document)


@pytest.mark.parametrize("name", NETWORKS)
def test_networkx_reads_the_same_nodes_and_edges(name):
    network = NETWORKS[name]
    read = nx.read_gexf(io.BytesIO(written(network)), version="1.3")
    assert set(read) == set(network)
    assert Counter(frozenset(edge) for edge in read.edges()) == Counter(frozenset(edge) for edge in network.edges())


def test_networkx_reads_the_same_attributes():
    network = NETWORKS["people"]
    read = nx.read_gexf(io.BytesIO(written(network)), version="1.3")
    assert read.is_directed() and read.is_multigraph()
    assert read.nodes[A].items() >= network.nodes[A].items()
    assert (read.nodes[F]["longitude"], read.nodes[F]["events"]) == (-125.75, 1)
    post = next(edge for *_, edge in read.edges(data=True) if edge["event"].endswith("post"))
    assert (post["event_type"], post["directed"], post["reports"], post["weight"]) == ("Letter", True, 1, 1.0)
    assert (post["earliest"], post["latest"], post["spells"]) == ("2024-01-31", "2024-02-02", [("2024-01-31", "2024-02-03")])


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2023-09-13", [("2023-09-13", "2023-09-14")]),
        ("2024-02-29", [("2024-02-29", "2024-03-01")]),
        ("2024-12-31", [("2024-12-31", "2025-01-01")]),
        ("2023-09", [("2023-09-01", "2023-10-01")]),
        ("2024", [("2024-01-01", "2025-01-01")]),
        ("2024-01-31/2024-02-02", [("2024-01-31", "2024-02-03")]),
        (None, []),
    ],
)
def test_a_lifetime_ends_when_its_last_day_does(date, expected):
    network = people_network([event("x", "chat", {"hong": "guest", "anna": "guest"}, date=date)], KNOWN)
    assert [spells(element) for tag in ("edge", "node") for element in elements(network, tag)] == [expected] * 3


def test_a_node_lives_when_its_edges_do_and_always_where_one_has_no_date():
    lives = {node.get("id"): spells(node) for node in elements(NETWORKS["people"], "node")}
    assert lives[H] == [("2023-09-01", "2023-10-01"), ("2024-01-31", "2024-02-03")]
    assert lives[T] == lives[D] == []


def test_folded_edges_have_a_spell_for_each_time():
    lives = {frozenset((e.get("source"), e.get("target"))): spells(e) for e in elements(NETWORKS["folded"], "edge")}
    assert lives[frozenset((A, H))] == [("2023-09-01", "2023-10-01"), ("2024-01-31", "2024-02-03")]
    assert lives[frozenset((D, T))] == []


days = st.dates(max_value=from_edtf("9998").start)
intervals = st.builds(lambda one, other: from_edtf(f"{min(one, other)}/{max(one, other)}"), days, days)


@given(st.lists(intervals, max_size=6))
def test_united_intervals_hold_the_same_days_and_never_touch(given_intervals):
    united = unite(given_intervals)
    assert all(one.end < other.start for one, other in pairwise(united))
    assert unite(united) == united == unite(reversed(given_intervals))
    for interval in given_intervals:
        assert any(whole.start <= interval.start and interval.end <= whole.end for whole in united)
    assert {bound for whole in united for bound in (whole.start, whole.end)} <= {b for i in given_intervals for b in (i.start, i.end)}


def test_a_lifetime_is_read_from_one_date_or_from_several():
    assert find_lifetime({"earliest": "2024-01-01", "latest": "2024-01-31"}) == [from_edtf("2024-01")]
    assert find_lifetime({"intervals": "2024-01-01/2024-01-31; 2024-02-01/2024-02-29"}) == [from_edtf("2024-01/2024-02")]
    assert find_lifetime({}) == []
    assert find_lifetime({"intervals": "2024-01-01/2024-01-31", "undated": 1}) == [], "it may be on any day"


def test_edges_of_one_kind_between_the_same_two_are_numbered():
    kinds = [(e.get("source"), e.get("target"), e.get("kind")) for e in elements(NETWORKS["people"], "edge")]
    assert [kind for source, target, kind in kinds if {source, target} == {A, H}] == ["Chat", "Chat 2", "Letter"]
    assert [kind for source, target, kind in kinds if {source, target} == {A, T}] == ["Chat", "Letter", "Letter 2"]
    assert len({(frozenset((source, target)), kind) for source, target, kind in kinds}) == len(kinds)


@pytest.mark.parametrize(("name", "expected"), [("people", "directed"), ("chats only", "undirected"), ("bipartite", "undirected")])
def test_a_file_is_directed_where_any_edge_is(name, expected):
    assert elements(NETWORKS[name], "graph")[0].get("defaultedgetype") == expected


def test_control_characters_go_and_markup_stays_text():
    labels = [node.get("label") for node in elements(NETWORKS["people"], "node")]
    assert CLEANED in labels
    assert "דן \u200fכהן" in labels, "marks of right-to-left text are no control characters"


@given(st.text())
def test_cleaned_text_is_xml_and_cleaning_again_changes_nothing(text):
    once = clean(text)
    assert clean(once) == once and not NOT_IN_XML.search(once)
    assert etree.fromstring(etree.tostring(etree.Element("x", y=once))).get("y") == once


def test_nothing_tells_when_the_file_was_written():
    content = written(NETWORKS["people"])
    assert b"lastmodified" not in content and b"None" not in content


def test_bytes_are_the_same_in_another_process_with_another_hash_seed():
    script = (
        "import hashlib, sys; sys.path.insert(0, 'tests')\n"
        "from test_gephi import NETWORKS, written, write_graphml\n"
        "print(hashlib.sha256(b''.join(written(n) + written(n, write_graphml) for n in NETWORKS.values())).hexdigest())"
    )
    environment = os.environ | {"PYTHONHASHSEED": "7"}
    other = subprocess.run([sys.executable, "-c", script], cwd=HERE.parent, env=environment, capture_output=True, text=True, check=True)
    here = b"".join(written(network) + written(network, write_graphml) for network in NETWORKS.values())
    assert other.stdout.strip() == hashlib.sha256(here).hexdigest()


def test_colours_go_by_country_most_nodes_first():
    colours = colour_nodes(NETWORKS["people"].nodes)
    assert (colours[H], colours[F], colours[A], colours[D]) == (PALETTE[0], PALETTE[0], PALETTE[1], GREY)
    network = nx.Graph()
    network.add_nodes_from([("1", {"country": "a"}), ("2", {"country": "z"}), ("3", {"country": "z"}), ("4", {"country": "b"})])
    assert colour_nodes(network.nodes) == {"1": PALETTE[1], "2": PALETTE[0], "3": PALETTE[0], "4": PALETTE[2]}


def test_more_countries_than_colours_are_grey():
    network = nx.Graph()
    network.add_nodes_from((str(n), {"country": str(n)}) for n in range(9))
    assert list(colour_nodes(network.nodes).values()) == [*PALETTE, GREY, GREY]


@pytest.mark.parametrize("count", [1, 2, 3, 40, 401])
def test_nodes_stand_apart(count):
    network = nx.path_graph([f"n{number}" for number in range(count)])
    places = place_nodes(as_drawing(network), dict.fromkeys(network, 10.0))
    assert set(places) == set(network) and len(set(places.values())) == count
    assert all(value == round(value, 2) for place in places.values() for value in place)


def test_size_grows_with_degree():
    sizes = {n.get("id"): float(n.find("{*}size").get("value")) for n in elements(NETWORKS["people"], "node")}
    assert sizes[A] > sizes[H] > sizes[D] > 0


def cleaned(attributes, **renamed):
    return {renamed.get(name, name): clean(value) if isinstance(value, str) else value for name, value in attributes.items()}


def by_ends(edges):
    return sorted((*sorted(ends), sorted(attributes.items(), key=str)) for *ends, attributes in edges)


@pytest.mark.parametrize("name", NETWORKS)
def test_graphml_comes_back_as_it_was(name):
    network = NETWORKS[name]
    read = nx.read_graphml(io.BytesIO(written(network, write_graphml)))
    assert dict(read.nodes(data=True)) == {node: cleaned(attributes) for node, attributes in network.nodes(data=True)}
    expected = by_ends((source, target, cleaned(attributes)) for source, target, attributes in network.edges(data=True))
    # NetworkX gives each edge the id of the file beside its attributes.
    found = ((s, t, {k: v for k, v in attributes.items() if k != "id"}) for s, t, attributes in read.edges(data=True))
    assert by_ends(found) == expected


@pytest.mark.parametrize("name", NETWORKS)
def test_gexf_comes_back_as_it_was(name):
    """Beside its own attributes each node has a place, a size and a colour, each edge an id, a kind and its lifetime."""
    network = NETWORKS[name]
    read = nx.read_gexf(io.BytesIO(written(network)), version="1.3")
    for node, attributes in network.nodes(data=True):
        found = {k: v for k, v in read.nodes[node].items() if k not in ("viz", "spells")}
        assert found == cleaned(attributes, type="event_type")
    edges = {attributes["id"]: attributes for *_, attributes in read.edges(data=True)}
    assert len(edges) == network.number_of_edges()
    for source, target, attributes in network.edges(data=True):
        found = edges[edge_id(source, target, attributes)]
        kept = {k: v for k, v in attributes.items() if k not in ("intervals", "label")}
        assert found.items() >= ({"weight": 1} | cleaned(kept, type="event_type")).items()
        lifetime = [(days.start.isoformat(), days.end.isoformat()) for days in find_lifetime(attributes)]
        assert found.get("spells", []) == lifetime


@settings(deadline=None, max_examples=25)
@given(st.text(min_size=1), st.text(min_size=1))
def test_any_label_gives_valid_files(schema, one, other):
    entities = {e.iri: e for e in (entity("hong", "Person", one), entity("anna", "Person", other))}
    network = people_network(EVENTS[:1], replace(KNOWN, entities=entities))
    schema.assertValid(parsed(network))
    assert len(nx.read_graphml(io.BytesIO(written(network, write_graphml)))) == 2
