"""Who is joined to whom: a selection of events -> nodes and ties, few enough to be seen, as a page with a picture and as JSON.

An event joins whom the edge shapes of its type join (`kg.network`). Everything is in the address, so that a view is a link.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from kg.asking import ALL, STATUSES
from kg.dates import earliest, latest
from kg.errors import QueryError
from kg.gephi import GREY, colour_nodes
from kg.ids import EVENT
from kg.names import find_entity
from kg.network import STATE, Attributes, bipartite_network, draw_people, label_of
from kg.records import Entity, Event
from kg.web.cards import Thing, make_cards, make_thing
from kg.web.formats import json_reply
from kg.web.message import Asked, Reply
from kg.web.pages import SUGGESTED, render
from kg.web.select import NAMES, read_selection, select, status_of
from kg.web.snapshot import Snapshot, count_events, entity_path, event_path
from kg.web.things import pair_path

PEOPLE, EGO, BIPARTITE = KINDS = ("people", "ego", "bipartite")
DEPTHS = (1, 2)
# Nodes of a picture if nothing is said, and at most; lines of a table on the page.
MOST, MOST_OF_ALL, LISTED = 150, 1000, 50
# The part of the nodes that are participants where events are nodes too.
SHARE = 3
OWN = ("kind", "of", "depth", "most")
EPOCH = dt.date(1970, 1, 1)

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What is asked for: the kind, around whom (an IRI), how many steps from there, and how many nodes at most."""

    kind: str
    of: str | None
    depth: int
    most: int


class Node(NamedTuple):
    """Who or what takes part, or an event; `events` are those that join it to others, whether these are shown or not."""

    iri: str
    attributes: Attributes
    path: str
    events: Sequence[str]


class Tie(NamedTuple):
    """Two nodes by their IRIs, the path of the page on both, and the events that join them."""

    one: str
    other: str
    path: str
    events: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What is shown: nodes, those with most events first (around somebody the nearest first); the strongest ties first.

    `events` are the events that join any two of the selection, by IRI; `selected` counts all of the selection, `found` the nodes before
    some were left out.
    """

    nodes: Sequence[Node]
    ties: Sequence[Tie]
    events: Mapping[str, Event]
    selected: int
    found: int


class Neighbour(NamedTuple):
    """A line of the table of nodes."""

    thing: Thing
    country: str
    events: int
    neighbours: int


class Joined(NamedTuple):
    """A line of the table of ties: the two, the path of the page on both, how many events, the first and last possible day of the dated."""

    one: Thing
    other: Thing
    path: str
    events: int
    first: str | None
    last: str | None


class Shade(NamedTuple):
    """A line of the legend: a country, its colour as CSS writes it, and how many nodes are of it."""

    country: str
    colour: str
    nodes: int


# --- what is asked ----------------------------------------------------------------------------------


def read_view(snapshot: Snapshot, asked: Asked) -> View:
    """The kind of network that an address asks for; with a name and no kind of its own, what is around that name."""
    kind = asked.get("kind", PEOPLE)
    _check("kind", kind, KINDS)
    name = asked.get("of")
    if kind == EGO and not name:
        raise QueryError("of: around whom? A network around somebody needs a name")
    depth, most = asked.number("depth"), asked.number("most")
    if depth is not None:
        _check("depth", depth, DEPTHS)
    if most is not None and not 1 < most <= MOST_OF_ALL:
        raise QueryError(f"most: {most} is not from 2 to {MOST_OF_ALL}")
    of = find_entity(snapshot.store, name) if name else None
    return View(kind=EGO if kind == PEOPLE and of else kind, of=of, depth=depth or 1, most=most or MOST)


def _check(field: str, value: object, known: Collection[object]) -> None:
    if value not in known:
        raise QueryError(f"{field}: {value!r} is none of {', '.join(map(str, known))}")


def draw(snapshot: Snapshot, asked: Asked) -> tuple[View, Picture]:
    """The network that an address asks for. Raises `QueryError`."""
    view = read_view(snapshot, asked)
    events = select(snapshot, read_selection(snapshot, asked, *OWN))
    return view, (_draw_bipartite if view.kind == BIPARTITE else _draw_people)(snapshot, events, view)


# --- networks ---------------------------------------------------------------------------------------


def _draw_people(snapshot: Snapshot, events: Sequence[Event], view: View) -> Picture:
    drawing = draw_people(events, snapshot.known, statuses=STATUSES)
    joined: dict[Pair, dict[str, None]] = defaultdict(dict)
    for one, other, edge in drawing.edges():
        joined[min(one, other), max(one, other)][str(edge["event"])] = None
    steps = _count_steps(joined, view.of, view.depth) if view.of else dict.fromkeys(drawing.nodes, 0)
    ties = [Tie(*pair, pair_path(*pair), tuple(joining)) for pair, joining in joined.items() if steps.keys() >= set(pair)]
    at_node: dict[str, dict[str, None]] = defaultdict(dict)
    for tie in ties:
        for end in (tie.one, tie.other):
            at_node[end].update(dict.fromkeys(tie.events))
    ranked = sorted(steps, key=lambda iri: (steps[iri], -len(at_node[iri]), str(drawing.nodes[iri]["label"]), iri))
    kept = set(ranked[: view.most])
    joining = {iri for tie in ties for iri in tie.events}
    return Picture(
        nodes=[Node(iri, drawing.nodes[iri], entity_path(iri), tuple(at_node[iri])) for iri in ranked[: view.most]],
        ties=_rank(tie for tie in ties if tie.one in kept and tie.other in kept),
        events={event.iri: event for event in events if event.iri in joining},
        selected=len(events),
        found=len(ranked),
    )


def _count_steps(pairs: Iterable[Pair], of: str, depth: int) -> dict[str, int]:
    """Who can be reached from somebody in so many steps, with the least number of them."""
    beside: dict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        beside[one].add(other)
        beside[other].add(one)
    steps = {of: 0} if of in beside else {}
    for step in range(1, depth + 1):
        for near in {near for known in steps for near in beside[known]} - steps.keys():
            steps[near] = step
    return steps


def _draw_bipartite(snapshot: Snapshot, events: Sequence[Event], view: View) -> Picture:
    """Participants and events; where there are too many, the participants with most events, and what joins most of these."""
    if view.of:
        events = [event for event in events if view.of in _who(event)]
    counts = count_events(events)
    total = len(counts) + len(events)
    ranked = sorted(counts, key=lambda iri: (iri != view.of, -counts[iri], label_of(iri, snapshot.known), iri))
    kept = set(ranked if total <= view.most else ranked[: max(1, view.most // SHARE)])
    chosen = events if total <= view.most else _most_joining(events, kept)[: view.most - len(kept)]
    network = bipartite_network(chosen, snapshot.known, statuses=STATUSES)
    nodes = [_bipartite_node(iri, network.nodes[iri], tuple(network.adj[iri])) for iri in ranked if iri in kept and iri in network]
    nodes += [_bipartite_node(event.iri, network.nodes[event.iri], (event.iri,)) for event in chosen]
    return Picture(
        nodes=nodes,
        ties=_rank(Tie(iri, event.iri, event_path(event.iri), (event.iri,)) for event in chosen for iri in _who(event) & kept),
        events={event.iri: event for event in chosen},
        selected=len(events),
        found=total,
    )


def _who(event: Event) -> set[str]:
    return {participant.entity for participant in event.participants}


def _most_joining(events: Sequence[Event], kept: set[str]) -> list[Event]:
    """The events of any of these, those of most of them first, of as many the latest, what has no date last."""
    days = {event.iri: (latest(event.interval) - EPOCH).days if event.interval else float("-inf") for event in events}
    found = [event for event in events if _who(event) & kept]
    return sorted(found, key=lambda event: (-len(_who(event) & kept), -days[event.iri], event.iri))


def _bipartite_node(iri: str, attributes: Attributes, events: Sequence[str]) -> Node:
    return Node(iri, attributes, event_path(iri) if iri.startswith(EVENT) else entity_path(iri), events)


def _rank(ties: Iterable[Tie]) -> list[Tie]:
    return sorted(ties, key=lambda tie: (-len(tie.events), tie.one, tie.other))


# --- what is answered -------------------------------------------------------------------------------


def data(snapshot: Snapshot, asked: Asked) -> Reply:
    """The network as JSON: nodes and ties that name events by their place in a list of [id, first day since 1970 or null, days]."""
    view, picture = draw(snapshot, asked)
    shown = sorted({iri for node in picture.nodes for iri in node.events})
    places = {iri: place for place, iri in enumerate(shown)}
    order = {node.iri: place for place, node in enumerate(picture.nodes)}
    colours = _colours(snapshot, picture)
    answer = {
        "kind": view.kind,
        "of": view.of,
        "found": picture.found,
        "left_out": picture.found - len(picture.nodes),
        "nodes": [
            {
                "id": node.iri,
                "label": node.attributes["label"],
                "kind": node.attributes["kind"],
                "country": node.attributes.get("country"),
                "colour": colours[node.iri],
                "path": node.path,
                "events": [places[iri] for iri in node.events],
            }
            for node in picture.nodes
        ],
        "ties": [
            {"source": order[tie.one], "target": order[tie.other], "path": tie.path, "events": [places[iri] for iri in tie.events]}
            for tie in picture.ties
        ],
        "events": [_when(picture.events[iri]) for iri in shown],
    }
    return json_reply(answer)


def _when(event: Event) -> tuple[str, int | None, int]:
    number, days = event.iri.removeprefix(EVENT), event.interval
    return (number, (days.start - EPOCH).days, (days.end - days.start).days) if days else (number, None, 0)


def _colours(snapshot: Snapshot, picture: Picture) -> dict[str, str]:
    """The colour of each node: that which its country has among all who take part in any event, so that no view changes it."""
    known = snapshot.known.entities
    everybody = {iri: _of_country(known[iri], snapshot) for iri in count_events(snapshot.events) if iri in known}
    colours = colour_nodes(everybody | {node.iri: node.attributes for node in picture.nodes if node.iri not in picture.events})
    return {node.iri: _css(colours.get(node.iri, GREY)) for node in picture.nodes}


def _of_country(entity: Entity, snapshot: Snapshot) -> Attributes:
    return {"country": label_of(entity.iri if entity.kind == STATE else entity.country, snapshot.known)}


def _css(colour: tuple[int, int, int]) -> str:
    return f"#{bytes(colour).hex()}"


def list_shades(snapshot: Snapshot, picture: Picture) -> list[Shade]:
    """The countries with a colour of their own, those of most nodes first; all others are one line, named ""."""
    colours = _colours(snapshot, picture)
    actors = [node for node in picture.nodes if not node.iri.startswith(EVENT)]
    counts = Counter((str(node.attributes["country"]), colours[node.iri]) for node in actors if colours[node.iri] != _css(GREY))
    shades = [Shade(country, colour, count) for (country, colour), count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
    others = len(actors) - counts.total()
    return [*shades, *([Shade("", _css(GREY), others)] if others else [])]


def page(snapshot: Snapshot, asked: Asked) -> Reply:
    """The page with the form, the place of the picture, and the same in tables."""
    given = {name: asked.get(name) for name in (*OWN, *NAMES)}
    form: dict[str, Any] = {
        "given": given,
        "status": status_of(asked),
        "statuses": (*STATUSES, ALL),
        "names": [make_thing(snapshot, iri).name for iri, _ in count_events(snapshot.events).most_common(SUGGESTED)],
        "narrowing": {name: given[name] for name in NAMES if given[name] and name not in ("from", "to", "status")},
        "same": urlencode({name: value for name, value in given.items() if value}, errors="replace"),
        "limits": (MOST, MOST_OF_ALL),
    }
    try:
        view, picture = draw(snapshot, asked)
    except QueryError as error:
        return render(snapshot, "network.html", "/network", code=400, reason=str(error), picture=None, view=None, title="Network", **form)
    return render(
        snapshot,
        "network.html",
        "/network",
        reason="",
        picture=picture,
        view=view,
        title=f"Network around {label_of(view.of, snapshot.known)}" if view.of else "Network",
        shades=list_shades(snapshot, picture),
        largest=max((len(node.events) for node in picture.nodes), default=0),
        nodes=_table(snapshot, picture),
        ties=[_join(snapshot, tie, picture.events) for tie in picture.ties[:LISTED]] if view.kind != BIPARTITE else [],
        cards=make_cards(snapshot, [picture.events[node.iri] for node in picture.nodes if node.iri in picture.events][:LISTED]),
        **form,
    )


def _table(snapshot: Snapshot, picture: Picture) -> list[Neighbour]:
    degrees = Counter(iri for tie in picture.ties for iri in (tie.one, tie.other))
    actors = [node for node in picture.nodes if not node.iri.startswith(EVENT)][:LISTED]
    return [
        Neighbour(make_thing(snapshot, node.iri), str(node.attributes.get("country", "")), len(node.events), degrees[node.iri])
        for node in actors
    ]


def _join(snapshot: Snapshot, tie: Tie, events: Mapping[str, Event]) -> Joined:
    dated = [days for iri in tie.events if (days := events[iri].interval)]
    first, last = (_bound(bound, days) for bound, days in ((min, map(earliest, dated)), (max, map(latest, dated))))
    one, other = (make_thing(snapshot, iri) for iri in (tie.one, tie.other))
    return Joined(one, other, tie.path, len(tie.events), first, last)


def _bound(bound: Callable[..., dt.date | None], days: Iterable[dt.date]) -> str | None:
    found = bound(days, default=None)
    return found.isoformat() if found else None
