"""Events -> NetworkX: who was joined to whom, by what, when.

Records go in, graphs come out: of entities joined by events (`people_network`), of pairs (`folded`), of those near
somebody (`ego_network`), of participants and events (`bipartite_network`) and of those with places, items, claims and
articles (`full_network`). Nodes and edges stand in the order of their keys; attributes are str, int, float or bool, and what
is unknown is left out, never None. A `Drawing` is what files are written from: its edges need not all be in memory.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, TypedDict, Unpack

import networkx as nx

from kg.dates import earliest, latest, precision, to_edtf
from kg.ids import NK, article_iri, digest, local
from kg.known import Known
from kg.records import Claim, Event, Interval
from kg.schema import Edge

Value = str | int | float | bool
Attributes = dict[str, Value]
# Two nodes and what joins them.
Tie = tuple[str, str, Attributes]

STATE = NK + "State"
PLACE = "place"
JOINT = "; "
ON_EVERY_EDGE = ("event", "type", "date", "precision", "earliest", "latest", "status", "reports", "sources")
# The columns of the tables of nodes and edges.
OF_ENTITIES = ("id", "label", "kind", "country", "offices", "wikidata", "latitude", "longitude", "events")
OF_EVENTS = (
    "type", "date", "precision", "earliest", "latest", "place", "item", "status", "reports", "sources", "outlets",
)  # fmt: skip
OF_CLAIMS = ("confidence", "quote")
OF_TIES = ("event", "role", "directed", "source_office", "target_office")
OF_PAIRS = (
    "types",
    "dates",
    "earliest",
    "latest",
    "intervals",
    "places",
    "statuses",
    "roles",
    "events",
    "reports",
    "outlets",
    "undated",
    "weight",
)


class Which(TypedDict, total=False):
    """Which events, as `select_events` takes it."""

    start: dt.date | None
    end: dt.date | None
    statuses: Collection[str]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A network to be written: the attributes of each node, in order, and a way to go through the edges, the same each time."""

    nodes: Mapping[str, Attributes]
    edges: Callable[[], Iterable[Tie]]


def as_drawing(network: nx.Graph) -> Drawing:
    """A graph of NetworkX, to be written."""
    return Drawing(nodes=dict(network.nodes(data=True)), edges=lambda: network.edges(data=True))


# --- which events -----------------------------------------------------------------------------------


def select_events(
    events: Iterable[Event], *, start: dt.date | None = None, end: dt.date | None = None, statuses: Collection[str] = ("occurred",)
) -> list[Event]:
    """The events with one of these statuses that may lie within `start` to `end` (both inclusive), by IRI.

    Undated events are among them only where neither bound is given.
    """
    return sorted((e for e in events if e.status in statuses and may_lie_within(e.interval, start, end)), key=lambda e: e.iri)


def may_lie_within(interval: Interval | None, start: dt.date | None, end: dt.date | None) -> bool:
    """Whether some of these days may be among those from `start` to `end` (both inclusive); of unknown ones only where both are None."""
    if start is None and end is None:
        return True
    return interval is not None and (start is None or start < interval.end) and (end is None or interval.start <= end)


# --- the networks -----------------------------------------------------------------------------------


def draw_people(events: Iterable[Event], known: Known, **which: Unpack[Which]) -> Drawing:
    """As `people_network`, the edges in the order of the events, made one by one as they are gone through."""
    selected = select_events(events, **which)

    def edges() -> Iterator[Tie]:
        for event in selected:
            shown = describe_event(event, known)
            for (source, target), joined in _draw(event, known).items():
                held = _known(source_office=_offices(source, event, known), target_office=_offices(target, event, known))
                yield source, target, {**shown, **joined, **held, "weight": 1}

    counts: Counter[str] = Counter()
    held: dict[str, set[str]] = defaultdict(set)
    for event in selected:
        for entity in {end for pair in _draw(event, known) for end in pair}:
            counts[entity] += 1
            held[entity].update(known.offices_at(entity, event.interval))
    nodes = {iri: {**_describe_entity(iri, known, held[iri]), "events": counts[iri]} for iri in sorted(counts)}
    return Drawing(nodes=nodes, edges=edges)


def people_network(events: Iterable[Event], known: Known, **which: Unpack[Which]) -> nx.MultiDiGraph:
    """People and other entities joined by events: an edge for each event and pair, keyed by the event's IRI.

    The event type's edge shapes say who is joined to whom. An edge without direction (`directed` false)
    runs from the smaller IRI to the larger. Entities that no edge touches are left out. `which` is that of `select_events`.
    """
    drawing = draw_people(events, known, **which)
    network = nx.MultiDiGraph()
    network.add_nodes_from(drawing.nodes.items())
    network.add_edges_from((source, target, attributes["event"], attributes) for source, target, attributes in drawing.edges())
    return _in_order(network)


def ego_network(network: nx.Graph, of: str, depth: int) -> nx.Graph:
    """Somebody with all that so many steps lead to, whatever their direction, and all that joins these; empty without them."""
    near = nx.ego_graph(network, of, radius=depth, undirected=True) if of in network else network.__class__()
    return _in_order(near)


def bipartite_network(events: Iterable[Event], known: Known, **which: Unpack[Which]) -> nx.Graph:
    """Participants (`bipartite` 0) on one side, events (1) on the other; role and office on the edge, the place on the event."""
    network = nx.Graph()
    for event in select_events(events, **which):
        _add_event(network, event, known)
    _describe_nodes(network, known)
    for _, attributes in network.nodes(data=True):
        attributes["bipartite"] = int(attributes["kind"] == "Event")
    return _in_order(network)


def full_network(events: Iterable[Event], known: Known, **which: Unpack[Which]) -> nx.Graph:
    """All that events rest on: participants, places and items, and each claim with its article and who it is attributed to."""
    network = nx.Graph()
    for event in select_events(events, **which):
        shown = _add_event(network, event, known)
        _join(network, event.iri, event.place, PLACE, shown)
        if event.item:
            _join(network, event.iri, event.item.entity, event.item.role, shown)
        for claim in (known.claims[iri] for iri in event.claims if iri in known.claims):
            _add_claim(network, event.iri, claim, shown)
    _describe_nodes(network, known)
    return _in_order(network)


def folded(network: nx.Graph) -> nx.Graph:
    """One edge for each pair: `weight` counts their events; `types`, `dates`, `places`, `outlets` and the like list theirs.

    `earliest` and `latest` bound the dated ones; `intervals` holds the first/last day of each, `undated` counts the others.
    """
    pairs: dict[tuple[str, str], list[Attributes]] = defaultdict(list)
    for source, target, attributes in network.edges(data=True):
        pairs[min(source, target), max(source, target)].append(attributes)
    simple = nx.Graph()
    simple.add_nodes_from(network.nodes(data=True))
    simple.add_edges_from((*pair, _summarise(edges)) for pair, edges in pairs.items())
    return _in_order(simple)


# --- what nodes and edges carry -----------------------------------------------------------------------


def describe_event(event: Event, known: Known) -> Attributes:
    """The attributes by which an event is shown, e.g. on an edge: label, event, type, date, precision, place, status, sources."""
    name = known.types[event.type].name if event.type in known.types else local(event.type)
    date = to_edtf(event.interval) if event.interval else ""
    about = (label_of(event.item.entity, known) or event.item.text) if event.item else ""
    return _known(
        label=f"{name} {date}".strip(),
        event=event.iri,
        type=name,
        date=date,
        precision=precision(event.interval),
        earliest=earliest(event.interval).isoformat() if event.interval else "",
        latest=latest(event.interval).isoformat() if event.interval else "",
        place=label_of(event.place, known),
        item=about,
        status=event.status,
        reports=len(event.claims),
        sources=len(event.sources),
        outlets=_list(known.sources[article].publisher for articles in event.sources for article in articles if article in known.sources),
    )


def label_of(iri: str | None, known: Known) -> str:
    """The preferred label of an entity; the end of its IRI where the entity is not known, "" for None."""
    if iri is None:
        return ""
    return known.entities[iri].label if iri in known.entities else local(iri)


def _offices(entity: str, event: Event, known: Known) -> str:
    """What somebody was at the time of an event."""
    return JOINT.join(known.offices_at(entity, event.interval))


def _describe_entity(iri: str, known: Known, offices: Iterable[str]) -> Attributes:
    """`offices` are those that it held at the time of some event."""
    entity = known.entities.get(iri)
    if entity is None:
        return {"label": local(iri), "kind": "Entity"}
    return _known(
        label=entity.label,
        kind=local(entity.kind),
        country=label_of(entity.iri if entity.kind == STATE else entity.country, known),
        offices=_list(offices),
        wikidata=entity.wikidata,
        latitude=entity.latitude,
        longitude=entity.longitude,
    )


def _known(**attributes: Value | None) -> Attributes:
    return {name: value for name, value in attributes.items() if value is not None and value != ""}


def _describe_nodes(network: nx.Graph, known: Known) -> None:
    """Give every node that has no attributes those of its entity, with its offices and the number of events at its edges."""
    for node, attributes in network.nodes(data=True):
        if not attributes:
            at_node = [edge for *_, edge in network.edges(node, data=True)]
            held = {office for edge in at_node for office in str(edge.get("office", "")).split(JOINT) if office}
            attributes.update(_describe_entity(node, known, held), events=len({edge["event"] for edge in at_node}))


def _summarise(edges: list[Attributes]) -> Attributes:
    events = list({edge.get("event"): edge for edge in edges}.values())
    dated = sorted((str(e["earliest"]), str(e["latest"]), str(e["date"])) for e in events if "date" in e)
    return _known(
        weight=len(events),
        types=_list(e.get("type") for e in events),
        dates=JOINT.join(date for *_, date in dated),
        places=_list(e.get("place") for e in events),
        statuses=_list(e.get("status") for e in events),
        roles=_list(e.get("role") for e in edges),
        events=_list(e.get("event") for e in events),
        reports=sum(int(e.get("reports", 0)) for e in events),
        outlets=_list(outlet for e in events for outlet in str(e.get("outlets", "")).split(JOINT) if outlet),
        earliest=min((first for first, *_ in dated), default=""),
        latest=max((last for _, last, _ in dated), default=""),
        intervals=JOINT.join(f"{first}/{last}" for first, last, _ in dated),
        undated=len(events) - len(dated) or None,
    )


def _list(values: Iterable[Value | None]) -> str:
    return JOINT.join(sorted({str(value) for value in values if value is not None}))


# --- rows of nodes and edges ---------------------------------------------------------------------------


def node_rows(drawing: Drawing) -> Iterator[dict[str, Value]]:
    """A row for each node: its id and its attributes."""
    return ({"id": node, **attributes} for node, attributes in drawing.nodes.items())


def edge_rows(drawing: Drawing) -> Iterator[dict[str, Value]]:
    """A row for each edge: the ids and labels of its two ends and its attributes; `weight` is 1 where it has none."""
    labels = {node: attributes.get("label", node) for node, attributes in drawing.nodes.items()}
    for source, target, attributes in drawing.edges():
        ends = {"source": source, "target": target, "source_label": labels[source], "target_label": labels[target]}
        yield {**ends, "id": edge_id(source, target, attributes), "weight": 1, **attributes}


def columns_of(table: str, kind: str) -> tuple[str, ...]:
    """Every column that the rows of the nodes or edges of a kind of network may have; the same whatever is in it."""
    of_events = kind in ("bipartite", "full")
    if table == "nodes":
        return (
            *OF_ENTITIES,
            *(OF_EVENTS if of_events else ()),
            *(("bipartite",) if kind == "bipartite" else OF_CLAIMS if of_events else ()),
        )
    ends = ("source", "target", "source_label", "target_label", "id")
    if kind == "pairs":
        return (*ends, *OF_PAIRS)
    return (*ends, *((*ON_EVERY_EDGE, "role", "office") if of_events else ("label", *OF_EVENTS, *OF_TIES)), "weight")


# --- drawing ----------------------------------------------------------------------------------------


def _draw(event: Event, known: Known) -> dict[tuple[str, str], Attributes]:
    """Each pair that the event joins, with its roles; one edge where several shapes join the same pair."""
    shapes: Iterable[Edge] = known.types[event.type].edges if event.type in known.types else ()
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


def _add_event(network: nx.Graph, event: Event, known: Known) -> Attributes:
    """Add the event and its participants; what its edges carry is returned, so that others can join it alike."""
    shown = describe_event(event, known)
    network.add_node(event.iri, **{name: value for name, value in shown.items() if name != "event"}, kind="Event")
    on_edges: Attributes = {name: shown[name] for name in ON_EVERY_EDGE if name in shown}
    for participant in sorted(event.participants):
        held = _known(office=_offices(participant.entity, event, known))
        _join(network, event.iri, participant.entity, participant.role, {**on_edges, **held})
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
