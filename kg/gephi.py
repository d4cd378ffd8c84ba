"""Network -> GEXF 1.3 and GraphML: text that Gephi, NetworkX and the official schema accept, the same bytes every time.

Time. GEXF 1.3 has no open bounds (1.2 had `startopen`, `endopen`): a lifetime runs from the instant `start` to
the instant `end` on a continuous axis, and Gephi reads a date as midnight. With `end` on the last day, that day would
be a single instant and an event of one day would last no time at all; so `end` is the midnight that closes the
last day: 13 September is start="2024-09-13" end="2024-09-14". The attributes `earliest` and `latest` are days,
both included. What has no date has no lifetime and is always shown; so is whatever it touches.

Direction. NetworkX refuses a file with both kinds of edge, so one kind holds for the whole file: directed where
any edge is, and then `directed` tells the others.
"""

import datetime as dt
import math
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations, islice
from typing import Any, BinaryIO, TypeAlias
from xml.sax.saxutils import escape

import networkx as nx

from kg.dates import from_edtf, make_days, span
from kg.network import JOINT, Attributes, Drawing, Value, edge_id
from kg.records import Interval
from kg.text import clean

NAMESPACE = "http://gexf.net/1.3"
# The types of GEXF, and the values of Python that each can hold.
COLUMN_TYPES = (("boolean", {bool}), ("integer", {int}), ("double", {int, float}))
# Gephi has a column "type" of its own.
RENAMED = {"type": "event_type"}
# Written as attributes of the element, or as its lifetime.
NOT_COLUMNS = {"label", "weight", "intervals"}

# Okabe and Ito's colours, which colour-blind readers can tell apart; the country with most nodes gets the first.
PALETTE = ((0, 114, 178), (230, 159, 0), (0, 158, 115), (204, 121, 167), (86, 180, 233), (213, 94, 0), (240, 228, 66))
GREY = (153, 153, 153)
SPACING = 100
# Texts shorter than this are kept as they are written.
SHORT = 60
# So many lines are written at a time.
LINES = 1000
SIZE = 10
# Forces take seconds for so many nodes, and four times as long for twice as many: more of them stand on a circle.
MOST_FOR_FORCES = 400
FORCES = {"max_iter": 300, "scaling_ratio": 10.0, "gravity": 1.0, "strong_gravity": True, "jitter_tolerance": 0.1, "seed": 1}
# How a first view shows a network: its width and height and the parts of a letter's width and height, in pixels.
VIEW, LETTER, LINE, GAP = (1200, 700), 6.6, 16, 4
ROUNDS, GROWTH = 100, (1.01, 1.006)

Colour: TypeAlias = tuple[int, int, int]


# --- GEXF -------------------------------------------------------------------------------------------


def write_gexf(drawing: Drawing, stream: BinaryIO, *, description: str = "") -> None:
    """Write a network as dynamic GEXF 1.3: an `<edge>` for each edge, with colours, sizes and positions.

    The edges are gone through twice, in a small network once more to place the nodes, and never held: memory grows with the
    nodes and with the pairs that are joined. Nothing in the file depends on the clock.
    """
    lines = _lines(drawing, _survey(drawing), description)
    while batch := list(islice(lines, LINES)):
        stream.write("".join(f"{line}\n" for line in batch).encode())


def _lines(drawing: Drawing, seen: "_Survey", description: str) -> Iterator[str]:
    yield "<?xml version='1.0' encoding='utf-8'?>"
    yield f'<gexf xmlns="{NAMESPACE}" version="1.3">'
    # Without `lastmodifieddate`: the same network is the same file.
    yield f"<meta><creator>kg</creator><description>{_quoted(description)}</description></meta>"
    direction = "directed" if seen.directed else "undirected"
    yield f'<graph mode="dynamic" timeformat="date" timerepresentation="interval" idtype="string" defaultedgetype="{direction}">'
    yield from _columns("node", _column_types(drawing.nodes.values()))
    yield from _columns("edge", _narrowest(seen.columns))
    yield f'<nodes count="{len(drawing.nodes)}">'
    yield from _node_elements(drawing, seen)
    yield f'</nodes>\n<edges count="{seen.edges}">'
    yield from _edge_elements(drawing)
    yield "</edges>\n</graph>\n</gexf>"


@dataclass(slots=True)
class _Survey:
    """What a file says before the first edge: how many there are, of which columns, and what they make of each node."""

    edges: int = 0
    directed: bool = False
    columns: dict[str, set[type]] = field(default_factory=lambda: defaultdict(set))
    degrees: Counter[str] = field(default_factory=Counter)
    days: dict[str, list[Interval]] = field(default_factory=lambda: defaultdict(list))
    always: set[str] = field(default_factory=set)


def _survey(drawing: Drawing) -> _Survey:
    seen = _Survey()
    for node, attributes in drawing.nodes.items():
        seen.days[node] = find_lifetime(attributes)
    for source, target, attributes in drawing.edges():
        seen.edges += 1
        seen.directed |= bool(attributes.get("directed"))
        seen.degrees.update((source, target))
        _add_types(attributes, seen.columns)
        lifetime = find_lifetime(attributes)
        if not lifetime:
            seen.always |= {source, target}
        for node in (source, target):
            for days in lifetime:
                _add_days(seen.days[node], days)
    return seen


def _columns(owner: str, types: Mapping[str, str]) -> Iterator[str]:
    """The declaration of attributes. All are static: readers fail on files that declare dynamic ones beside them."""
    yield f'<attributes class="{owner}" mode="static">'
    for name, kind in sorted(types.items()):
        column = RENAMED.get(name, name)
        yield f'<attribute id="{column}" title="{column}" type="{kind}"/>'
    yield "</attributes>"


def _column_types(rows: Iterable[Attributes]) -> dict[str, str]:
    found: dict[str, set[type]] = defaultdict(set)
    for row in rows:
        _add_types(row, found)
    return _narrowest(found)


def _add_types(row: Attributes, found: dict[str, set[type]]) -> None:
    for name in row.keys() - NOT_COLUMNS:
        found[name].add(type(row[name]))


def _narrowest(found: Mapping[str, set[type]]) -> dict[str, str]:
    """The narrowest type of GEXF that holds every value of a column."""
    return {name: next((kind for kind, held in COLUMN_TYPES if types <= held), "string") for name, types in found.items()}


def _values(attributes: Attributes) -> str:
    values = [
        f'<attvalue for="{RENAMED.get(name, name)}" value="{_quoted(value)}"/>'
        for name, value in sorted(attributes.items())
        if name not in NOT_COLUMNS
    ]
    return f"<attvalues>{''.join(values)}</attvalues>"


def _node_elements(drawing: Drawing, seen: _Survey) -> Iterator[str]:
    sizes = {node: SIZE * math.sqrt(1 + seen.degrees[node]) for node in drawing.nodes}
    places, colours = place_nodes(drawing, sizes), colour_nodes(drawing.nodes)
    for node, attributes in drawing.nodes.items():
        # Always shown where an edge has no date, or else Gephi would hide that edge.
        spells = _spells([] if node in seen.always else seen.days[node])
        red, green, blue = colours[node]
        x, y = places[node]
        look = f'<color r="{red}" g="{green}" b="{blue}"/><position x="{x:.2f}" y="{y:.2f}"/><size value="{sizes[node]:.2f}"/>'
        label = _quoted(str(attributes.get("label", node)))
        yield f'<node id="{_quoted(node)}" label="{label}">{_values(attributes)}{spells}{look}</node>'


def _edge_elements(drawing: Drawing) -> Iterator[str]:
    """`kind` numbers the edges of one type between the same two ("Meeting", "Meeting 2").

    Gephi takes edges of one kind between the same two for one and loses all but the first one's attributes.
    """
    numbers = {node: number for number, node in enumerate(drawing.nodes)}
    kinds: dict[Value, int] = {}
    # Pair and kind as one whole number: there may be as many as edges.
    counts: dict[int, int] = {}
    for source, target, attributes in drawing.edges():
        kind = ""
        if "type" in attributes:
            one, other = sorted((numbers[source], numbers[target]))
            key = (kinds.setdefault(attributes["type"], len(kinds)) * len(numbers) + one) * len(numbers) + other
            counts[key] = nth = counts.get(key, 0) + 1
            kind = f' kind="{_quoted(attributes["type"])}{f" {nth}" if nth > 1 else ""}"'
        ends = f'id="{edge_id(source, target, attributes)}" source="{_quoted(source)}" target="{_quoted(target)}"'
        label, weight = _quoted(attributes.get("label", attributes.get("types", ""))), as_text(attributes.get("weight", 1))
        spells = _spells(find_lifetime(attributes))
        yield f'<edge {ends}{kind} label="{label}" weight="{weight}">{_values(attributes)}{spells}</edge>'


# --- time -------------------------------------------------------------------------------------------


def find_lifetime(attributes: Attributes) -> list[Interval]:
    """The days of an edge or node, as intervals that neither overlap nor touch; none where it, or an event of it, has no date.

    Gephi drops a lifetime that overlaps another of the same element.
    """
    if "undated" in attributes:
        return []
    if "intervals" in attributes:
        return unite(from_edtf(text) for text in str(attributes["intervals"]).split(JOINT))
    if "earliest" not in attributes:
        return []
    return [make_days(*(dt.date.fromisoformat(str(attributes[bound])) for bound in ("earliest", "latest")))]


def unite(intervals: Iterable[Interval]) -> list[Interval]:
    """The same days in as few intervals as there can be, in order."""
    united: list[Interval] = []
    for interval in intervals:
        _add_days(united, interval)
    return united


def _add_days(united: list[Interval], days: Interval) -> None:
    """Put further days into intervals that are in order and do not touch."""
    first = bisect_left(united, days.start, key=lambda interval: interval.end)
    behind = bisect_right(united, days.end, lo=first, key=lambda interval: interval.start)
    if first < behind:
        days = span(span(united[first], days), united[behind - 1])
    united[first:behind] = [days]


def _spells(lifetime: list[Interval]) -> str:
    spells = "".join(f'<spell start="{days.start.isoformat()}" end="{days.end.isoformat()}"/>' for days in lifetime)
    return f"<spells>{spells}</spells>" if spells else ""


# --- how it looks -----------------------------------------------------------------------------------


def colour_nodes(nodes: Mapping[str, Attributes]) -> dict[str, Colour]:
    """A colour for each node by its country; grey without one, or where the palette is used up."""
    countries = {node: str(attributes["country"]) for node, attributes in nodes.items() if attributes.get("country")}
    counts = Counter(countries.values())
    ranked = sorted(counts, key=lambda country: (-counts[country], country))
    palette = dict(zip(ranked, PALETTE, strict=False))
    return {node: palette.get(countries.get(node, ""), GREY) for node in nodes}


def place_nodes(drawing: Drawing, sizes: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """Where each node stands, to two decimals: by ForceAtlas2 in a small network, on a circle by country in a large one.

    In a small one no node or label covers another when the whole is first seen.
    """
    shown = drawing.nodes
    order = sorted(shown, key=lambda node: (str(shown[node].get("country", "")), str(shown[node].get("label", "")), node))
    places: dict[str, Any] = {node: _on_circle(index / len(order)) for index, node in enumerate(order)}
    scale = SPACING * math.sqrt(len(order))
    if not 1 < len(order) <= MOST_FOR_FORCES:
        return {node: (round(x * scale, 2), round(y * scale, 2)) for node, (x, y) in places.items()}
    # Strong gravity keeps groups that nothing joins within sight of each other.
    forced = nx.rescale_layout_dict(nx.forceatlas2_layout(_simple(drawing), places, **FORCES))
    points = {node: [float(x) * scale, float(y) * scale] for node, (x, y) in forced.items()}
    letters = {node: len(str(attributes.get("label", node))) for node, attributes in shown.items()}
    _push_apart(points, sizes, letters)
    return {node: (round(x, 2), round(y, 2)) for node, (x, y) in points.items()}


def _push_apart(points: dict[str, list[float]], sizes: Mapping[str, float], letters: Mapping[str, int]) -> None:
    """Move the points until no disc with its label covers another, each pair the shorter way; the whole grows a little meanwhile."""
    for _ in range(ROUNDS):
        spans = [max(values) - min(values) for values in zip(*points.values(), strict=True)]
        pixel = max(span / pixels for span, pixels in zip(spans, VIEW, strict=True))
        right = {node: sizes[node] + (GAP + LETTER * letters[node]) * pixel for node in points}
        half = {node: max(sizes[node], LINE / 2 * pixel) for node in points}
        moved = False
        for one, other in combinations(sorted(points), 2):
            here, there = points[one], points[other]
            across = min(here[0] + right[one] - there[0] + sizes[other], there[0] + right[other] - here[0] + sizes[one])
            along = half[one] + half[other] - abs(here[1] - there[1])
            if across > 0 and along > 0:
                axis, way = (0, across) if across < along else (1, along)
                step = math.copysign(way / 2 + 0.01, here[axis] - there[axis])
                here[axis] += step
                there[axis] -= step
                moved = True
        if not moved:
            return
        for point in points.values():
            point[:] = [value * growth for value, growth in zip(point, GROWTH, strict=True)]


def _simple(drawing: Drawing) -> nx.Graph:
    """Who is joined to whom, once, in the same order whatever the order of the edges."""
    simple = nx.Graph()
    simple.add_nodes_from(drawing.nodes)
    simple.add_edges_from(sorted({(min(pair), max(pair)) for *pair, _ in drawing.edges()}))
    return simple


def _on_circle(turn: float) -> list[float]:
    return [math.cos(math.tau * turn), math.sin(math.tau * turn)]


# --- text -------------------------------------------------------------------------------------------


def as_text(value: Value) -> str:
    """A value as XML Schema writes it: true, 12, 39.03, text."""
    return str(value).lower() if isinstance(value, bool) else clean(value)


def _quoted(value: Value) -> str:
    """A value between the quotes of an attribute. Most are short and come again and again: names, places, kinds."""
    return _quoted_short(value) if not isinstance(value, str) or len(value) < SHORT else _quote(value)


def _quote(value: Value) -> str:
    return escape(as_text(value), {'"': "&quot;"})


_quoted_short = lru_cache(maxsize=50_000, typed=True)(_quote)


# --- GraphML ----------------------------------------------------------------------------------------


def write_graphml(network: nx.Graph, stream: BinaryIO) -> None:
    """Write a network of `kg.network` as GraphML: the same attributes, no positions and no lifetimes."""
    copy = network.__class__()
    copy.add_nodes_from((clean(node), _cleaned(attributes)) for node, attributes in network.nodes(data=True))
    for source, target, attributes in network.edges(data=True):
        keyed = {"key": edge_id(source, target, attributes)} if network.is_multigraph() else {}
        copy.add_edge(clean(source), clean(target), **keyed, **_cleaned(attributes))
    nx.write_graphml(copy, stream)


def _cleaned(attributes: Attributes) -> Attributes:
    return {name: clean(value) if isinstance(value, str) else value for name, value in sorted(attributes.items())}
