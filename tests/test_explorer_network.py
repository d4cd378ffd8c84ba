"""The network of the explorer as its view gives it, of five small events; what a browser draws of it is in test_web."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from lxml import html
from sample import HAN, KIM, LAVROV, LETTER, MINTED, ONE, PUTIN, SUMMIT, TALKS, THREE, days, event, put, together

from kg.errors import QueryError
from kg.gephi import GREY, PALETTE
from kg.ids import ENTITY, EVENT
from kg.records import Extract
from kg.store import Store
from kg.web.message import Asked
from kg.web.network import LISTED, data, page
from kg.web.snapshot import Snapshot, make_snapshot

# Who Lavrov met besides: Putin in some month, and two people of no known state at once, on some day that nobody knows.
MONTH = replace(
    TALKS, iri=TALKS.iri + "-month", participants=together("participant", PUTIN, LAVROV), interval=days("2024-06-01", "2024-06-30")
)
UNDATED = replace(TALKS, iri=TALKS.iri + "-undated", participants=together("participant", HAN, LAVROV), interval=None)
ALONE = replace(TALKS, iri=TALKS.iri + "-alone", participants=together("participant", HAN))
EVENTS = (
    SUMMIT,
    event("letter", LETTER),
    event("talks", TALKS),
    event("month", MONTH),
    event("undated", UNDATED),
    event("alone", ALONE),
)
NAMES = {KIM: "Kim", PUTIN: "Putin", LAVROV: "Lavrov", HAN: "Han"}


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    store = put(Store())
    three = Extract(article=THREE, claims=(TALKS, MONTH, UNDATED, ALONE), minted=(MINTED,))
    one = Extract(article=ONE, claims=(LETTER,), minted=())
    return make_snapshot(put(store, (one, three), EVENTS))


def asked(query: str) -> Asked:
    return Asked(
        view="network", query=tuple((name, value) for name, _, value in (part.partition("=") for part in query.split("&") if part))
    )


def ask(snapshot: Snapshot, query: str = "") -> Any:
    return json.loads(data(snapshot, asked(query)).body)


def name(node: Mapping[str, Any]) -> str:
    """The node by a short name, an event by the end of its IRI."""
    return NAMES.get(node["id"], node["id"].removeprefix(EVENT))


def ties_of(answer: Any) -> set[tuple[str, str, int]]:
    """Both ends of each tie, in the order of the alphabet, and how many events it has."""
    nodes = answer["nodes"]
    return {
        (*sorted((name(nodes[tie["source"]]), name(nodes[tie["target"]]))), len(tie["events"]))  # type: ignore[misc]
        for tie in answer["ties"]
    }


# --- who is joined to whom ------------------------------------------------------------------------

KIM_PUTIN, LAVROV_PUTIN, HAN_LAVROV = ("Kim", "Putin", 1), ("Lavrov", "Putin", 1), ("Han", "Lavrov", 2)
JOINED_BY_EVENTS = {
    ("Han", "talks", 1),
    ("Han", "undated", 1),
    ("Han", "alone", 1),
    *(("Lavrov", what, 1) for what in ("talks", "undated", "month")),
}
NETWORKS: list[tuple[str, str, set[tuple[str, str, int]]]] = [
    ("", "Lavrov Han Putin Kim", {KIM_PUTIN, LAVROV_PUTIN, HAN_LAVROV}),
    ("status=all", "Lavrov Putin Han Kim", {("Kim", "Putin", 2), LAVROV_PUTIN, HAN_LAVROV}),
    ("status=denied", "", set()),
    # With a period what has no date is left out; a month counts for each of its days.
    ("from=2024", "Lavrov Han Putin", {("Han", "Lavrov", 1), LAVROV_PUTIN}),
    ("from=2024-06-30&to=2024-06-30", "Lavrov Putin", {LAVROV_PUTIN}),
    ("to=2023", "Kim Putin", {KIM_PUTIN}),
    ("who=Путин", "Putin Kim Lavrov", {KIM_PUTIN, LAVROV_PUTIN}),
    # Around somebody: those nearest first; a name alone is enough.
    ("kind=ego&of=kim", "Kim Putin", {KIM_PUTIN}),
    ("of=Ким Чен Ын&depth=2", "Kim Putin Lavrov", {KIM_PUTIN, LAVROV_PUTIN}),
    ("kind=ego&of=lavrov", "Lavrov Han Putin", {LAVROV_PUTIN, HAN_LAVROV}),
    # The fewest events are left out first, with their ties.
    ("most=3", "Lavrov Han Putin", {LAVROV_PUTIN, HAN_LAVROV}),
    ("most=2", "Lavrov Han", {HAN_LAVROV}),
    ("kind=bipartite&who=kim", "Kim Putin summit", {("Kim", "summit", 1), ("Putin", "summit", 1)}),
    ("kind=bipartite&of=putin&from=2024", "Putin Lavrov month", {("Putin", "month", 1), ("Lavrov", "month", 1)}),
    ("kind=bipartite&of=han tok su&to=2023", "", set()),
    # A third of six are participants: Han and Lavrov, who take part in most; what joins both comes first, then the latest.
    ("kind=bipartite&most=6", "Han Lavrov talks undated month alone", JOINED_BY_EVENTS),
]  # fmt: skip


@pytest.mark.parametrize(("query", "nodes", "ties"), NETWORKS)
def test_a_network_has_the_nodes_and_ties_asked_for(snapshot: Snapshot, query: str, nodes: str, ties: set[tuple[str, str, int]]) -> None:
    answer = ask(snapshot, query)
    assert (" ".join(map(name, answer["nodes"])), ties_of(answer)) == (nodes, ties)


REFUSED = [
    ("kind=tree", "kind: 'tree' is none of people, ego, bipartite"),
    ("kind=ego", "of: around whom"),
    ("of=Nobody Whatever", "nothing here is called 'Nobody Whatever'"),
    ("of=kim&depth=3", "depth: 3 is none of 1, 2"),
    ("of=kim&depth=near", "depth: 'near' is no whole number"),
    ("most=1", "most: 1 is not from 2 to 1000"),
    ("most=1001", "most: 1001 is not from 2 to 1000"),
    ("most=-5", "most: '-5' is no whole number"),
    ("from=soon", "soon"),
    ("status=maybe", "status: 'maybe' is none of"),
]


@pytest.mark.parametrize(("query", "reason"), REFUSED)
def test_what_cannot_be_asked_is_refused_with_the_reason_in_data_and_page(snapshot: Snapshot, query: str, reason: str) -> None:
    with pytest.raises(QueryError, match=reason):
        data(snapshot, asked(query))
    reply = page(snapshot, asked(query))
    (alert,) = html.fromstring(reply.body.decode()).xpath("//*[@role='alert']")
    assert reply.status == 400 and reason in alert.text_content()


# --- what the data says ---------------------------------------------------------------------------


def test_what_is_left_out_is_counted(snapshot: Snapshot) -> None:
    assert [(ask(snapshot, query)["found"], ask(snapshot, query)["left_out"]) for query in ("", "most=3")] == [(4, 0), (4, 1)]


def test_events_have_their_first_day_and_their_length(snapshot: Snapshot) -> None:
    events = {number: (start, length) for number, start, length in ask(snapshot)["events"]}
    epoch = days("1970-01-01").start
    assert events == {
        "summit": ((days("2023-09-13").start - epoch).days, 1),
        "talks": ((days("2024-01-04").start - epoch).days, 1),
        "month": ((days("2024-06-01").start - epoch).days, 30),
        "undated": (None, 0),
    }


def test_nodes_and_ties_name_their_events(snapshot: Snapshot) -> None:
    answer = ask(snapshot)
    numbers = [number for number, *_ in answer["events"]]
    found = {name(node): {numbers[place] for place in node["events"]} for node in answer["nodes"]}
    assert found == {"Lavrov": {"talks", "month", "undated"}, "Han": {"talks", "undated"}, "Putin": {"summit", "month"}, "Kim": {"summit"}}
    (strongest,) = (tie for tie in answer["ties"] if len(tie["events"]) > 1)
    assert {numbers[place] for place in strongest["events"]} == {"talks", "undated"}


def test_around_somebody_only_events_among_those_count(snapshot: Snapshot) -> None:
    """Putin is there for what joins him to Kim, not for what joins him to Lavrov."""
    counts = {name(node): len(node["events"]) for node in ask(snapshot, "of=kim")["nodes"]}
    assert counts == {"Kim": 1, "Putin": 1}


def test_a_country_has_the_same_colour_in_every_view(snapshot: Snapshot) -> None:
    views = ["", "of=kim", "from=2024", "kind=bipartite"]
    colours = {(node["country"], node["colour"]) for query in views for node in ask(snapshot, query)["nodes"] if node["kind"] == "Person"}
    palette = [f"#{bytes(colour).hex()}" for colour in PALETTE]
    assert len(colours) == 2 and {colour for _, colour in colours} == set(palette[:2])
    (event_colour,) = {node["colour"] for node in ask(snapshot, "kind=bipartite")["nodes"] if node["kind"] == "Event"}
    assert event_colour == f"#{bytes(GREY).hex()}"


def test_paths_lead_to_pages(snapshot: Snapshot) -> None:
    answer = ask(snapshot, "to=2023")
    assert [node["path"] for node in answer["nodes"]] == ["/entity/kim-jong-un", "/entity/vladimir-putin"]
    assert [tie["path"] for tie in answer["ties"]] == ["/pair/kim-jong-un/vladimir-putin"]
    assert {tie["path"] for tie in ask(snapshot, "kind=bipartite&to=2023")["ties"]} == {"/event/summit"}


# --- the page -------------------------------------------------------------------------------------


def test_the_page_says_in_tables_what_the_picture_shows(snapshot: Snapshot) -> None:
    read = html.fromstring(page(snapshot, asked("")).body.decode())
    rows = [[" ".join(cell.text_content().split()) for cell in row] for row in read.xpath("//tbody/tr")]
    assert rows[0] == ["Sergei Lavrov", "Russia", "3", "2"]
    assert rows[4] == ["Han Tok Su", "Sergei Lavrov", "2 events", "4 January 2024", "4 January 2024"]
    assert read.xpath("//tbody//a/@href")[:2] == [f"/entity/{LAVROV.removeprefix(ENTITY)}", f"/entity/{HAN.removeprefix(ENTITY)}"]
    assert "4 nodes, 3 ties; 4 of 5 events join any two" in " ".join(read.text_content().split())


def test_the_page_and_its_data_have_one_address(snapshot: Snapshot) -> None:
    read = html.fromstring(page(snapshot, asked("kind=bipartite&of=Путин&most=20&place=Russia")).body.decode())
    (source,) = read.xpath("//*[@id='network']/@data-source")
    assert source == "/api/network?kind=bipartite&of=%D0%9F%D1%83%D1%82%D0%B8%D0%BD&most=20&place=Russia"
    # What the form does not show it keeps.
    assert read.xpath("//form//input[@type='hidden']/@name") == ["place"]


def test_the_page_lists_events_where_these_are_nodes(snapshot: Snapshot) -> None:
    read = html.fromstring(page(snapshot, asked("kind=bipartite")).body.decode())
    assert len(read.xpath("//li[@class='line']")) == 5 <= LISTED


def test_the_page_says_that_nothing_is_reported(snapshot: Snapshot) -> None:
    text = html.fromstring(page(snapshot, asked("status=denied")).body.decode()).text_content()
    assert "No event of these joins anybody" in text and "Not reported in" in text


def test_a_view_is_the_same_each_time(snapshot: Snapshot) -> None:
    assert len({data(snapshot, asked("status=all")).body for _ in range(3)}) == 1


def test_one_whom_no_event_joins_is_not_reported_rather_than_not_understood(snapshot: Snapshot) -> None:
    reply = page(snapshot, Asked(view="network", query=(("of", "kim"), ("from", "2024"))))
    assert reply.status == 200 and "Not reported in" in reply.body.decode()
