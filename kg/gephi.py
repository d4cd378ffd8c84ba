"""Network -> GEXF 1.3 and GraphML: text that Gephi, NetworkX and the official schema accept, the same bytes every time.

Time. GEXF 1.3 has no open bounds (1.2 had `startopen`, `endopen`): a lifetime runs from `start` to `end`, both
included, on a continuous axis, and Gephi reads a date as midnight. With `end` on the last day, that day would
be a single instant and an event of one day would last no time at all; so `end` is the midnight that closes the
last day: 13 September is start="2024-09-13" end="2024-09-14". The attributes `earliest` and `latest` are days,
both included. What has no date has no lifetime and is always shown; so is whatever it touches.

Direction. NetworkX refuses a file with both kinds of edge, so one kind holds for the whole file: directed where
any edge is, and then `directed` tells the others.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, TypeAlias

import networkx as nx
from lxml import etree

from kg.dates import from_edtf, span
from kg.network import JOINT, Attributes, Value, edge_id
from kg.records import Interval
from kg.text import remove_controls

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
SIZE = 10
# Forces take seconds for so many nodes, and four times as long for twice as many: more of them stand on a circle.
MOST_FOR_FORCES = 400
FORCES = {"max_iter": 300, "scaling_ratio": 10.0, "gravity": 1.0, "strong_gravity": True, "seed": 1}

Element: TypeAlias = etree._Element
Colour: TypeAlias = tuple[int, int, int]


# --- GEXF -------------------------------------------------------------------------------------------


def write_gexf(network: nx.Graph, stream: BinaryIO, *, description: str = "") -> None:
    """Write a network of `kg.network` as dynamic GEXF 1.3: an `<edge>` for each edge, with colours, sizes and positions.

    Nothing of the whole file but the network itself is held in memory, and nothing in it depends on the clock.
    """
    nodes, edges = network.nodes(data=True), network.edges(data=True)
    directed = any(attributes.get("directed") for *_, attributes in edges)
    with etree.xmlfile(stream, encoding="utf-8") as out:
        out.write_declaration()
        with out.element(f"{{{NAMESPACE}}}gexf", nsmap={None: NAMESPACE}, version="1.3"):
            _write(out, _meta(description))
            with out.element(f"{{{NAMESPACE}}}graph", _graph_attributes(directed)):
                _write(out, _columns("node", (attributes for _, attributes in nodes)))
                _write(out, _columns("edge", (attributes for *_, attributes in edges)))
                with out.element(f"{{{NAMESPACE}}}nodes", count=str(network.number_of_nodes())):
                    for node in _node_elements(network):
                        _write(out, node)
                with out.element(f"{{{NAMESPACE}}}edges", count=str(network.number_of_edges())):
                    for edge in _edge_elements(network):
                        _write(out, edge)


def _graph_attributes(directed: bool) -> dict[str, str]:
    return {
        "mode": "dynamic",
        "timeformat": "date",
        "timerepresentation": "interval",
        "idtype": "string",
        "defaultedgetype": "directed" if directed else "undirected",
    }


def _write(out: Any, element: Element) -> None:
    """One element on a line of its own. It bears no namespace itself: it stands inside the default one."""
    out.write("\n", element)


def _meta(description: str) -> Element:
    """Without `lastmodifieddate`: the same network is the same file."""
    meta = etree.Element("meta")
    etree.SubElement(meta, "creator").text = "kg"
    etree.SubElement(meta, "description").text = clean(description)
    return meta


def _columns(owner: str, rows: Iterable[Attributes]) -> Element:
    """The declaration of attributes. All are static: readers fail on files that declare dynamic ones beside them."""
    block = etree.Element("attributes", {"class": owner, "mode": "static"})
    for name, kind in sorted(_column_types(rows).items()):
        column = RENAMED.get(name, name)
        etree.SubElement(block, "attribute", id=column, title=column, type=kind)
    return block


def _column_types(rows: Iterable[Attributes]) -> dict[str, str]:
    """The narrowest type of GEXF that holds every value of a column."""
    found: dict[str, set[type]] = defaultdict(set)
    for row in rows:
        for name in row.keys() - NOT_COLUMNS:
            found[name].add(type(row[name]))
    return {name: next((kind for kind, held in COLUMN_TYPES if types <= held), "string") for name, types in found.items()}


def _values(attributes: Attributes) -> Element:
    block = etree.Element("attvalues")
    for name, value in sorted(attributes.items()):
        if name not in NOT_COLUMNS:
            etree.SubElement(block, "attvalue", {"for": RENAMED.get(name, name), "value": as_text(value)})
    return block


def _node_elements(network: nx.Graph) -> Iterator[Element]:
    places, colours, lifetimes = place_nodes(network), colour_nodes(network), _node_lifetimes(network)
    for node, attributes in network.nodes(data=True):
        element = etree.Element("node", id=clean(node), label=clean(str(attributes.get("label", node))))
        element.append(_values(attributes))
        _add_lifetime(element, lifetimes[node])
        red, green, blue = (str(part) for part in colours[node])
        x, y = places[node]
        etree.SubElement(element, "color", r=red, g=green, b=blue)
        etree.SubElement(element, "position", x=f"{x:.2f}", y=f"{y:.2f}")
        etree.SubElement(element, "size", value=f"{SIZE * math.sqrt(1 + network.degree(node)):.2f}")
        yield element


def _edge_elements(network: nx.Graph) -> Iterator[Element]:
    """`kind` numbers the edges of one type between the same two ("Meeting", "Meeting 2").

    Gephi takes edges of one kind between the same two for one and loses all but the first one's attributes.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    for source, target, attributes in network.edges(data=True):
        element = etree.Element("edge", id=edge_id(source, target, attributes), source=clean(source), target=clean(target))
        if "type" in attributes:
            kind = clean(attributes["type"])
            key = (min(source, target), max(source, target), kind)
            seen[key] += 1
            element.set("kind", kind if seen[key] == 1 else f"{kind} {seen[key]}")
        element.set("label", clean(attributes.get("label", attributes.get("types", ""))))
        element.set("weight", as_text(attributes.get("weight", 1)))
        element.append(_values(attributes))
        _add_lifetime(element, find_lifetime(attributes))
        yield element


# --- time -------------------------------------------------------------------------------------------


def find_lifetime(attributes: Attributes) -> list[Interval]:
    """The days of an edge or node, as intervals that neither overlap nor touch; none where it has no date.

    Gephi drops a lifetime that overlaps another of the same element.
    """
    days = str(attributes.get("intervals", ""))
    if not days and "earliest" in attributes:
        days = f"{attributes['earliest']}/{attributes['latest']}"
    return unite(from_edtf(text) for text in days.split(JOINT) if text)


def unite(intervals: Iterable[Interval]) -> list[Interval]:
    """The same days in as few intervals as there can be, in order."""
    united: list[Interval] = []
    for interval in sorted(intervals):
        if united and interval.start <= united[-1].end:
            united[-1] = span(united[-1], interval)
        else:
            united.append(interval)
    return united


def _node_lifetimes(network: nx.Graph) -> dict[str, list[Interval]]:
    """A node lives when its edges do; always where one of them has no date, or else Gephi would hide that edge."""
    days = {node: find_lifetime(attributes) for node, attributes in network.nodes(data=True)}
    always: set[str] = set()
    for source, target, attributes in network.edges(data=True):
        lifetime = find_lifetime(attributes)
        always |= set() if lifetime else {source, target}
        days[source] += lifetime
        days[target] += lifetime
    return {node: [] if node in always else unite(found) for node, found in days.items()}


def _add_lifetime(element: Element, lifetime: list[Interval]) -> None:
    if lifetime:
        spells = etree.SubElement(element, "spells")
        for interval in lifetime:
            etree.SubElement(spells, "spell", start=interval.start.isoformat(), end=interval.end.isoformat())


# --- how it looks -----------------------------------------------------------------------------------


def colour_nodes(network: nx.Graph) -> dict[str, Colour]:
    """A colour for each node by its country; grey without one, or where the palette is used up."""
    countries = {node: country for node, country in network.nodes(data="country") if country}
    counts = Counter(countries.values())
    ranked = sorted(counts, key=lambda country: (-counts[country], country))
    palette = dict(zip(ranked, PALETTE, strict=False))
    return {node: palette.get(countries.get(node, ""), GREY) for node in network}


def place_nodes(network: nx.Graph) -> dict[str, tuple[float, float]]:
    """Where each node stands, to two decimals: by ForceAtlas2 in a small network, on a circle by country in a large one."""
    shown = network.nodes
    order = sorted(network, key=lambda node: (shown[node].get("country", ""), shown[node].get("label", ""), node))
    places: dict[str, Any] = {node: _on_circle(index / len(order)) for index, node in enumerate(order)}
    if 1 < len(order) <= MOST_FOR_FORCES:
        # Strong gravity keeps groups that nothing joins within sight of each other.
        places = nx.rescale_layout_dict(nx.forceatlas2_layout(nx.Graph(network), places, **FORCES))
    scale = SPACING * math.sqrt(len(order))
    return {node: (round(float(x) * scale, 2), round(float(y) * scale, 2)) for node, (x, y) in places.items()}


def _on_circle(turn: float) -> list[float]:
    return [math.cos(math.tau * turn), math.sin(math.tau * turn)]


# --- text -------------------------------------------------------------------------------------------


def clean(text: object) -> str:
    """The text as XML can hold it: no control characters, runs of whitespace as one space."""
    return " ".join(remove_controls(str(text)).split())


def as_text(value: Value) -> str:
    """A value as XML Schema writes it: true, 12, 39.03, text."""
    return str(value).lower() if isinstance(value, bool) else clean(value)


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
