"""Events become networks: edges as the event types' shapes say, nothing unknown, one order."""

import datetime as dt
import random
from dataclasses import replace

import networkx as nx
import pytest
from invented import EVENTS, KNOWN, event

from kg.asking import STATUSES
from kg.ids import ENTITY, EVENT, NK, article_iri
from kg.network import (
    as_drawing,
    bipartite_network,
    columns_of,
    draw_people,
    edge_id,
    edge_rows,
    ego_network,
    folded,
    full_network,
    node_rows,
    people_network,
    select_events,
)
from kg.schema import Edge, EventType

A, D, F, H, T = (ENTITY + name for name in ("anna", "dan", "freedonia", "hong", "tom"))
HARBOUR = ENTITY + "harbour"


def names(network):
    return [
        (source.removeprefix(ENTITY), target.removeprefix(ENTITY), key.removeprefix(EVENT))
        for source, target, key in network.edges(keys=True)
    ]


@pytest.mark.parametrize(
    ("start", "end", "statuses", "expected"),
    [
        (None, None, ("occurred",), "alone day month post swap trip undated"),
        (None, None, ("planned",), "later"),
        (None, None, ("planned", "occurred"), "alone day later month post swap trip undated"),
        (dt.date(2023, 9, 13), dt.date(2023, 9, 13), ("occurred",), "day month"),
        (dt.date(2023, 9, 14), dt.date(2023, 9, 30), ("occurred",), "month"),
        (dt.date(2023, 10, 1), dt.date(2023, 12, 31), ("occurred",), ""),
        (dt.date(2024, 2, 2), None, ("occurred",), "alone post swap trip"),
        (dt.date(2024, 2, 3), None, ("occurred",), "alone swap trip"),
        (None, dt.date(2023, 9, 12), ("occurred",), "month"),
        (None, dt.date(2023, 8, 31), ("occurred",), ""),
    ],
)
def test_events_are_selected_by_days_they_may_lie_on(start, end, statuses, expected):
    assert [e.iri for e in select_events(EVENTS, start=start, end=end, statuses=statuses)] == [EVENT + name for name in expected.split()]


def test_edges_follow_the_shapes_of_event_types():
    assert names(people_network(EVENTS, KNOWN)) == [
        ("anna", "hong", "month"),
        ("anna", "hong", "day"),
        ("anna", "tom", "month"),
        ("anna", "tom", "swap"),
        ("dan", "tom", "undated"),
        ("freedonia", "harbour", "trip"),
        ("hong", "anna", "post"),
        ("hong", "tom", "month"),
        ("tom", "anna", "swap"),
    ]


def test_an_edge_says_what_is_known_and_leaves_out_the_rest():
    network = people_network(EVENTS, KNOWN)
    assert network.edges[A, H, EVENT + "day"] == {
        "label": "Chat 2023-09-13",
        "event": EVENT + "day",
        "type": "Chat",
        "role": "guest",
        "directed": False,
        "date": "2023-09-13",
        "earliest": "2023-09-13",
        "latest": "2023-09-13",
        "place": "Old Harbour",
        "status": "occurred",
        "reports": 2,
        "weight": 1,
        "precision": "day",
        "sources": 2,
        "outlets": "The Gazette",
        "source_office": "Envoy of Sylvania",
    }
    post = network.edges[H, A, EVENT + "post"]
    assert (post["role"], post["directed"], post["item"]) == ("sender to recipient", True, "two ducks")
    assert (post["date"], post["earliest"], post["latest"]) == ("2024-01-31/2024-02-02", "2024-01-31", "2024-02-02")
    assert (post["target_office"], post["precision"]) == ("President of Sylvania", "range")
    known = {"label", "event", "type", "role", "directed", "status", "reports", "sources", "weight", "precision"}
    assert set(network.edges[D, T, EVENT + "undated"]) == known
    assert network.edges[D, T, EVENT + "undated"]["precision"] == "unknown"


def test_a_node_says_who_it_is_and_in_how_many_events():
    network = people_network(EVENTS, KNOWN)
    assert network.nodes[A] == {
        "label": "Анна «Белка» Ёлкина",
        "kind": "Person",
        "country": "Sylvania",
        "offices": "Envoy of Sylvania; President of Sylvania",
        "wikidata": "Q1",
        "events": 4,
    }
    assert network.nodes[F] == {
        "label": "Freedonia",
        "kind": "State",
        "country": "Freedonia",
        "latitude": 39.03,
        "longitude": -125.75,
        "events": 1,
    }
    assert network.nodes[D] == {"label": "דן \u200fכהן", "kind": "Person", "events": 1}


def test_an_entity_that_nobody_knows_is_named_by_its_iri():
    network = people_network([event("day", "chat", {"hong": "guest", "nobody": "guest"})], KNOWN)
    assert network.nodes[ENTITY + "nobody"] == {"label": "nobody", "kind": "Entity", "events": 1}


def test_shapes_that_join_one_pair_twice_give_one_edge():
    shapes = (Edge(source="guest", target="guest", directed=False), Edge(source="guest", target="host", directed=False))
    chat = EventType(iri=NK + "chat", name="Chat", parents=(), frames=(), roles=(), edges=shapes)
    network = people_network([event("day", "chat", {"hong": "guest+host", "anna": "guest+host"})], replace(KNOWN, types={chat.iri: chat}))
    assert [attributes["role"] for *_, attributes in network.edges(data=True)] == ["guest; guest to host"]


def test_a_bipartite_network_has_participants_and_events():
    network = bipartite_network(EVENTS, KNOWN)
    assert nx.is_bipartite(network)
    assert {side: sum(1 for _, s in network.nodes(data="bipartite") if s == side) for side in (0, 1)} == {0: 5, 1: 7}
    assert all({network.nodes[u]["bipartite"], network.nodes[v]["bipartite"]} == {0, 1} for u, v in network.edges)
    assert network.nodes[EVENT + "day"]["place"] == "Old Harbour"
    assert network.edges[EVENT + "swap", T]["role"] == "recipient; sender"
    assert network.nodes[D]["events"] == 2


def test_a_full_network_leads_from_an_event_to_places_items_claims_articles_and_speakers():
    network = full_network(EVENTS, KNOWN, statuses=STATUSES)
    day = network.adj[EVENT + "day"]
    assert {node.rpartition("/")[2]: edge["role"] for node, edge in day.items()} == {
        "anna": "guest",
        "hong": "guest",
        "harbour": "place",
        "a": "claim",
        "b": "claim",
    }
    claim = next(node for node in day if node.endswith("claim/a"))
    assert network.nodes[claim]["quote"] == "they\nmet"
    assert {edge["role"] for edge in network.adj[claim].values()} == {"claim", "article", "attributed to"}
    assert network.nodes[article_iri("one")] == {"kind": "Article", "label": "one"}
    assert network.edges[EVENT + "alone", ENTITY + "pact"]["role"] == "agreement"
    assert network.has_node(EVENT + "later"), "what is planned is there too, marked by its status"


def test_who_is_around_somebody_and_what_joins_them():
    people = people_network(EVENTS, KNOWN)
    around = ego_network(people, H, 1)
    assert sorted(around) == sorted([A, H, T])
    assert around.edges[A, T, EVENT + "swap"] == people.edges[A, T, EVENT + "swap"], (
        "what joins them without the one in the middle is there too"
    )
    assert set(ego_network(people, D, 2)) == {D, T, A, H}
    assert list(ego_network(people, D, 2).edges) == [edge for edge in people.edges if F not in edge]
    assert len(ego_network(people, ENTITY + "nobody", 3)) == 0


def test_a_drawing_has_the_edges_of_the_network_each_time_they_are_gone_through():
    drawing, people = draw_people(EVENTS, KNOWN), people_network(EVENTS, KNOWN)
    assert dict(drawing.nodes) == dict(people.nodes(data=True))
    assert list(drawing.edges()) == list(drawing.edges())
    assert sorted((s, t, a["event"]) for s, t, a in drawing.edges()) == sorted(people.edges(keys=True))


def test_rows_of_nodes_and_edges_name_both_ends():
    drawing = draw_people(EVENTS[:1], KNOWN)
    assert [row["id"] for row in node_rows(drawing)] == [A, H]
    (row,) = edge_rows(drawing)
    assert (row["source_label"], row["target_label"], row["event"]) == ("Анна «Белка» Ёлкина", "홍길동", EVENT + "day")


@pytest.mark.parametrize("kind", ["people", "pairs", "bipartite", "full"])
def test_the_columns_of_a_network_hold_all_that_its_rows_have(kind):
    people = people_network(EVENTS, KNOWN)
    other = {"pairs": folded(people), "bipartite": bipartite_network(EVENTS, KNOWN), "full": full_network(EVENTS, KNOWN)}
    network = {"people": people, **other}
    for table, rows in (("nodes", node_rows), ("edges", edge_rows)):
        found = {name for row in rows(as_drawing(network[kind])) for name in row}
        assert found <= set(columns_of(table, kind))
        assert len(set(columns_of(table, kind))) == len(columns_of(table, kind))


def test_folding_counts_events_and_lists_them():
    network = folded(people_network(EVENTS, KNOWN))
    assert type(network) is nx.Graph
    assert network.edges[A, H] == {
        "weight": 3,
        "types": "Chat; Letter",
        "dates": "2023-09; 2023-09-13; 2024-01-31/2024-02-02",
        "statuses": "occurred",
        "roles": "guest; sender to recipient",
        "events": f"{EVENT}day; {EVENT}month; {EVENT}post",
        "reports": 4,
        "earliest": "2023-09-01",
        "latest": "2024-02-02",
        "intervals": "2023-09-01/2023-09-30; 2023-09-13/2023-09-13; 2024-01-31/2024-02-02",
        "places": "Old Harbour",
        "outlets": "The Gazette",
    }
    assert network.edges[A, T]["weight"] == 2, "letters that crossed are one event"
    assert "dates" not in network.edges[D, T]


@pytest.mark.parametrize("draw", [people_network, bipartite_network, full_network])
def test_order_of_input_changes_nothing_and_nothing_is_none(draw):
    shuffled = random.Random(1).sample(EVENTS, len(EVENTS))
    one, other = (draw(events, KNOWN) for events in (EVENTS, shuffled))
    assert list(one.nodes(data=True)) == list(other.nodes(data=True))
    assert list(one.edges(data=True)) == list(other.edges(data=True))
    attributes = [a for *_, a in [*one.nodes(data=True), *one.edges(data=True)]]
    assert {type(value) for a in attributes for value in a.values()} <= {str, int, float, bool}
    assert len({edge_id(*edge) for edge in one.edges(data=True)}) == one.number_of_edges()


def test_no_events_give_an_empty_network():
    assert len(people_network([], KNOWN)) == len(folded(people_network([], KNOWN))) == 0


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (None, None, ["day", "never"]),
        ("2024-01-01", None, ["day"]),
        (None, "2030-01-01", ["day"]),
        (None, "2029-12-31", []),
        ("2030-01-02", None, []),
        ("9999-01-01", "9999-12-31", []),
    ],
)
def test_a_period_without_an_end_has_none(start, end, found):
    events = [event("day", "chat", {}, date="2030-01-01"), event("never", "chat", {})]
    bounds = [date and dt.date.fromisoformat(date) for date in (start, end)]
    assert [e.iri.removeprefix(EVENT) for e in select_events(events, start=bounds[0], end=bounds[1])] == found


def test_a_pair_with_an_undated_event_counts_it():
    undated = event("undated", "chat", {"hong": "guest", "anna": "guest"})
    (edge,) = folded(people_network([EVENTS[0], undated], KNOWN)).edges.values()
    assert (edge["weight"], edge["undated"], edge["dates"]) == (2, 1, "2023-09-13")
