"""Events -> NetworkX: who was joined to whom, by what, when.

Records go in, graphs come out: of entities joined by events (`people_network`), of participants and events
(`bipartite_network`), of those with places, items, claims and articles (`full_network`), and of pairs
(`folded`). Nodes and edges stand in the order of their keys; attributes are str, int, float or bool, and
what is unknown is left out, never None.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import product
from typing import Any

import networkx as nx

from kg.dates import earliest, latest, make_days, overlaps, to_edtf
from kg.ids import NK, article_iri, digest, local
from kg.records import Claim, Entity, Event, Interval
from kg.schema import Edge, EventType

Value = str | int | float | bool
Attributes = dict[str, Value]
Entities = Mapping[str, Entity]
Types = Mapping[str, EventType]

STATE = NK + "State"
PLACE = "place"
JOINT = "; "
ON_EVERY_EDGE = ("event", "type", "date", "earliest", "latest", "status", "reports")


# --- which events -----------------------------------------------------------------------------------


def select_events(
    events: Iterable[Event], *, start: dt.date | None = None, end: dt.date | None = None, statuses: Collection[str] = ("occurred",)
) -> list[Event]:
    """The events with one of these statuses that may lie within `start` to `end` (both inclusive), by IRI.

    Undated events are among them only where neither bound is given.
    """
    return sorted((e for e in events if e.status in statuses and _may_lie_within(e.interval, start, end)), key=lambda e: e.iri)


def _may_lie_within(interval: Interval | None, start: dt.date | None, end: dt.date | None) -> bool:
    if start is None and end is None:
        return True
    window = make_days(start or dt.date.min, end or dt.date(9998, 12, 31))
    return interval is not None and overlaps(interval, window)


# --- the networks -----------------------------------------------------------------------------------


def people_network(
    events: Iterable[Event],
    entities: Entities,
    types: Types,
    *,
    start: dt.date | None = None,
    end: dt.date | None = None,
    statuses: Collection[str] = ("occurred",),
) -> nx.MultiDiGraph:
    """People and other entities joined by events: an edge for each event and pair, keyed by the event's IRI.

    The event type's edge shapes say who is joined to whom. An edge without direction (`directed` false)
    runs from the smaller IRI to the larger. Entities that no edge touches are left out.
    """
    network = nx.MultiDiGraph()
    for event in select_events(events, start=start, end=end, statuses=statuses):
        shown = describe_event(event, entities, types)
        shapes = types[event.type].edges if event.type in types else ()
        for (source, target), joined in _draw(event, shapes).items():
            network.add_edge(source, target, event.iri, **shown, **joined, weight=1)
    _describe_nodes(network, entities)
    return _in_order(network)


def bipartite_network(
    events: Iterable[Event],
    entities: Entities,
    types: Types,
    *,
    start: dt.date | None = None,
    end: dt.date | None = None,
    statuses: Collection[str] = ("occurred",),
) -> nx.Graph:
    """Participants (`bipartite` 0) on one side, events (1) on the other; `role` on the edge, the place on the event."""
    network = nx.Graph()
    for event in select_events(events, start=start, end=end, statuses=statuses):
        _add_event(network, event, entities, types)
    _describe_nodes(network, entities)
    for _, attributes in network.nodes(data=True):
        attributes["bipartite"] = int(attributes["kind"] == "Event")
    return _in_order(network)


def full_network(events: Iterable[Event], entities: Entities, types: Types, claims: Mapping[str, Claim]) -> nx.Graph:
    """All that `events` rest on: participants, places and items, and each claim with its article and who it is attributed to."""
    network = nx.Graph()
    for event in select_events(events, statuses=("occurred", "planned", "alleged", "denied")):
        shown = _add_event(network, event, entities, types)
        _join(network, event.iri, event.place, PLACE, shown)
        if event.item:
            _join(network, event.iri, event.item.entity, event.item.role, shown)
        for claim in (claims[iri] for iri in event.claims if iri in claims):
            _add_claim(network, event.iri, claim, shown)
    _describe_nodes(network, entities)
    return _in_order(network)


def folded(network: nx.Graph) -> nx.Graph:
    """One edge for each pair: `weight` counts their events, `types`, `dates`, `statuses`, `roles` and `events` list them.

    `earliest` and `latest` bound the dated ones; `intervals` holds the first/last day of each.
    """
    pairs: dict[tuple[str, str], list[Attributes]] = defaultdict(list)
    for source, target, attributes in network.edges(data=True):
        pairs[min(source, target), max(source, target)].append(attributes)
    simple = nx.Graph()
    simple.add_nodes_from(network.nodes(data=True))
    simple.add_edges_from((*pair, _summarise(edges)) for pair, edges in pairs.items())
    return _in_order(simple)


# --- what nodes and edges carry -----------------------------------------------------------------------


def describe_event(event: Event, entities: Entities, types: Types) -> Attributes:
    """The attributes by which an event is shown, e.g. on an edge: label, event, type, date, place, status, reports."""
    name = types[event.type].name if event.type in types else local(event.type)
    date = to_edtf(event.interval) if event.interval else ""
    about = (label_of(event.item.entity, entities) or event.item.text) if event.item else ""
    return _known(
        label=f"{name} {date}".strip(),
        event=event.iri,
        type=name,
        date=date,
        earliest=earliest(event.interval).isoformat() if event.interval else "",
        latest=latest(event.interval).isoformat() if event.interval else "",
        place=label_of(event.place, entities),
        item=about,
        status=event.status,
        reports=len(event.claims),
    )


def label_of(iri: str | None, entities: Entities) -> str:
    """The preferred label of an entity; the end of its IRI where the entity is not known, "" for None."""
    if iri is None:
        return ""
    return entities[iri].label if iri in entities else local(iri)


def _describe_entity(iri: str, entities: Entities) -> Attributes:
    entity = entities.get(iri)
    if entity is None:
        return {"label": local(iri), "kind": "Entity"}
    return _known(
        label=entity.label,
        kind=local(entity.kind),
        country=label_of(entity.iri if entity.kind == STATE else entity.country, entities),
        wikidata=entity.wikidata,
        latitude=entity.latitude,
        longitude=entity.longitude,
    )


def _known(**attributes: Value | None) -> Attributes:
    return {name: value for name, value in attributes.items() if value is not None and value != ""}


def _describe_nodes(network: nx.Graph, entities: Entities) -> None:
    """Give every node that has no attributes those of its entity, and the number of events at its edges."""
    for node, attributes in network.nodes(data=True):
        if not attributes:
            at_node = network.edges(node, data="event") if not network.is_directed() else _all_edges(network, node)
            attributes.update(_describe_entity(node, entities), events=len({event for *_, event in at_node}))


def _all_edges(network: nx.MultiDiGraph, node: str) -> Iterator[tuple[str, str, str]]:
    yield from network.in_edges(node, data="event")
    yield from network.out_edges(node, data="event")


def _summarise(edges: list[Attributes]) -> Attributes:
    events = list({edge.get("event"): edge for edge in edges}.values())
    dated = sorted((str(e["earliest"]), str(e["latest"]), str(e["date"])) for e in events if "date" in e)
    return _known(
        weight=len(events),
        types=_list(e.get("type") for e in events),
        dates=JOINT.join(date for *_, date in dated),
        statuses=_list(e.get("status") for e in events),
        roles=_list(e.get("role") for e in edges),
        events=_list(e.get("event") for e in events),
        reports=sum(int(e.get("reports", 0)) for e in events),
        earliest=min((first for first, *_ in dated), default=""),
        latest=max((last for _, last, _ in dated), default=""),
        intervals=JOINT.join(f"{first}/{last}" for first, last, _ in dated),
    )


def _list(values: Iterable[Value | None]) -> str:
    return JOINT.join(sorted({str(value) for value in values if value is not None}))


# --- drawing ----------------------------------------------------------------------------------------


def _draw(event: Event, shapes: Iterable[Edge]) -> dict[tuple[str, str], Attributes]:
    """Each pair that the event joins, with its roles; one edge where several shapes join the same pair."""
    roles: dict[tuple[str, str], set[str]] = defaultdict(set)
    directed: set[tuple[str, str]] = set()
    for shape in shapes:
        role = shape.source if shape.source == shape.target else f"{shape.source} to {shape.target}"
        for source, target in product(_fillers(event, shape.source), _fillers(event, shape.target)):
            pair = (source, target) if shape.directed or source < target else (target, source)
            if source != target:
                roles[pair].add(role)
                directed |= {pair} if shape.directed else set()
    return {pair: {"role": _list(names), "directed": pair in directed} for pair, names in roles.items()}


def _fillers(event: Event, role: str) -> list[str]:
    """Who or what fills a role: participants, and the place or the item where the role is theirs."""
    found = [participant.entity for participant in event.participants if participant.role == role]
    if role == PLACE and event.place:
        found.append(event.place)
    if event.item and event.item.role == role and event.item.entity:
        found.append(event.item.entity)
    return found


def _add_event(network: nx.Graph, event: Event, entities: Entities, types: Types) -> Attributes:
    """Add the event and its participants; what its edges carry is returned, so that others can join it alike."""
    shown = describe_event(event, entities, types)
    network.add_node(event.iri, **{name: value for name, value in shown.items() if name != "event"}, kind="Event")
    on_edges: Attributes = {name: shown[name] for name in ON_EVERY_EDGE if name in shown}
    for participant in sorted(event.participants):
        _join(network, event.iri, participant.entity, participant.role, on_edges)
    return on_edges


def _add_claim(network: nx.Graph, event: str, claim: Claim, on_edges: Attributes) -> None:
    label = f"{local(claim.type)} in {claim.article}"
    quote = " […] ".join(evidence.quote for evidence in claim.evidence)
    shown = _known(label=label, status=claim.status, confidence=round(claim.confidence, 2), quote=quote)
    network.add_node(claim.iri, kind="Claim", **shown)
    network.add_node(article_iri(claim.article), kind="Article", label=claim.article)
    _join(network, event, claim.iri, "claim", on_edges)
    _join(network, claim.iri, article_iri(claim.article), "article", on_edges)
    for speaker in dict.fromkeys(source.entity for end in claim.attributed_to for source in end.chain):
        _join(network, claim.iri, speaker, "attributed to", on_edges)


def _join(network: nx.Graph, one: str, other: str | None, role: str, on_edge: Attributes) -> None:
    """Join two nodes; where they are joined already, the edge takes the further role."""
    if other is None:
        return
    before = str(network.edges[one, other]["role"]).split(JOINT) if network.has_edge(one, other) else []
    network.add_edge(one, other, **on_edge, role=_list([*before, role]), weight=1)


def _in_order(network: nx.Graph) -> nx.Graph:
    """The same network with nodes by IRI and edges by their ends, then date, then event."""
    ordered = network.__class__()
    ordered.add_nodes_from(sorted(network.nodes(data=True), key=lambda node: str(node[0])))
    edges = network.edges(keys=True, data=True) if network.is_multigraph() else network.edges(data=True)
    ordered.add_edges_from(sorted((_from_smaller(edge, network) for edge in edges), key=_edge_order))
    return ordered


def _from_smaller(edge: tuple[Any, ...], network: nx.Graph) -> tuple[Any, ...]:
    source, target, *rest = edge
    return edge if network.is_directed() else (min(source, target), max(source, target), *rest)


def _edge_order(edge: tuple[Any, ...]) -> tuple[str, ...]:
    source, target, *_, attributes = edge
    return (source, target, attributes.get("earliest", ""), attributes.get("event", ""))


def edge_id(source: str, target: str, attributes: Mapping[str, Value]) -> str:
    """An id for an edge of a file, the same whenever the same event joins the same two."""
    return digest(source, target, str(attributes.get("event", "")))
