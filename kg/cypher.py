"""Network -> a Cypher script for Neo4j 5 (`cypher-shell -f FILE`): nodes and relationships, the same bytes every time.

Every statement is a MERGE on an id, so a script that runs twice changes nothing. A node has the label `Entity` and one
for its kind. In a network of people a relationship is of the event's type; in the others it is of the role, runs from the
event (or the claim) to what plays the role in it, and there is one for each role. Its id is that of the edge in the other files.

Text. Literals stand in single quotes and hold neither a line break nor any character of control: these are escaped or, where
no file of text can hold them, left out. Neo4j reads \\u and four digits as a character before it looks for the end of a
literal, and other engines do not; so no backslash ever stands before a u: the literal is cut between them.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TextIO

import networkx as nx

from kg.network import JOINT, Attributes, Value, edge_id
from kg.text import remove_controls

MOST_ROWS = 500
CONSTRAINT = "CREATE CONSTRAINT entity_id IF NOT EXISTS FOR (n:Entity) REQUIRE n.id IS UNIQUE;\n"
LABEL = "Entity"
# What joins two where neither a type nor a role is told, as in a folded network.
RELATION = "JOINED"
DATES = ("earliest", "latest")
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
PLAIN_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
ESCAPES = str.maketrans({"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
BEFORE_U = re.compile(r"(?<=\\)(?=[uU])")
# From these kinds relationships run to all others, from the first also to the second.
CENTRES = ("Event", "Claim")


def write_cypher(network: nx.Graph, stream: TextIO) -> None:
    """Write a network of `kg.network` as one script: a constraint, the nodes by kind, the relationships by type."""
    stream.write(CONSTRAINT)
    for label, rows in sorted(_nodes(network).items()):
        stream.writelines(_batches(rows, f"MERGE (n:{LABEL} {{id: row.id}})\nSET n:{label}, n += row.properties;\n"))
    for relation, rows in sorted(_relations(network).items()):
        stream.writelines(_batches(rows, _joining(relation)))


def _joining(relation: str) -> str:
    return (
        f"MATCH (a:{LABEL} {{id: row.source}})\nMATCH (b:{LABEL} {{id: row.target}})\n"
        f"MERGE (a)-[r:{relation} {{id: row.id}}]->(b)\nSET r += row.properties;\n"
    )


def _batches(rows: Sequence[str], what: str) -> Iterator[str]:
    for start in range(0, len(rows), MOST_ROWS):
        yield "UNWIND [\n  " + ",\n  ".join(rows[start : start + MOST_ROWS]) + f"\n] AS row\n{what}"


# --- rows ---------------------------------------------------------------------------------------------


def _nodes(network: nx.Graph) -> dict[str, list[str]]:
    """Label -> rows of the nodes that take it, in the order of the network."""
    found: dict[str, list[str]] = defaultdict(list)
    for node, attributes in network.nodes(data=True):
        found[make_name(str(attributes.get("kind", LABEL)), LABEL)].append(write_row({"id": node}, attributes))
    return found


def _relations(network: nx.Graph) -> dict[str, list[str]]:
    """Type -> rows of the relationships of that type, in the order of the network."""
    found: dict[str, list[str]] = defaultdict(list)
    for source, target, attributes in network.edges(data=True):
        for relation, shown in _split(attributes, by_type=network.is_multigraph()):
            one, other = (source, target) if network.is_directed() else _from_centre(source, target, network)
            row = {"source": one, "target": other, "id": edge_id(source, target, attributes)}
            found[relation].append(write_row(row, shown))
    return found


def _split(attributes: Attributes, *, by_type: bool) -> Iterable[tuple[str, Attributes]]:
    """The types of relationship that an edge becomes, each with its attributes: one by type of event, else one for each role."""
    if by_type or "role" not in attributes:
        return [(make_type(str(attributes.get("type", ""))), attributes)]
    return [(make_type(role), attributes | {"role": role}) for role in str(attributes["role"]).split(JOINT)]


def _from_centre(source: str, target: str, network: nx.Graph) -> tuple[str, str]:
    return (target, source) if _rank(target, network) < _rank(source, network) else (source, target)


def _rank(node: str, network: nx.Graph) -> int:
    kind = network.nodes[node].get("kind")
    return CENTRES.index(kind) if kind in CENTRES else len(CENTRES)


# --- the language -------------------------------------------------------------------------------------


def write_row(keys: Mapping[str, str], attributes: Attributes) -> str:
    """A map of `keys` and, under `properties`, of the attributes by name; numbers that no literal can hold are left out."""
    shown = {name: write_value(name, value) for name, value in sorted(attributes.items()) if not _is_unwritable(value)}
    properties = ", ".join(f"{make_name(name, 'value')}: {value}" for name, value in shown.items())
    return "{" + "".join(f"{name}: {write_text(value)}, " for name, value in keys.items()) + f"properties: {{{properties}}}}}"


def _is_unwritable(value: Value) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def write_value(name: str, value: Value) -> str:
    """A value as Cypher writes it: true, 12, 39.03, date('2024-06-19') where the name says so, 'text'."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"date({write_text(value)})" if name in DATES and DAY.fullmatch(value) else write_text(value)
    return repr(value).replace("e+", "e")


def write_text(text: str) -> str:
    """The text as an expression that is its value: a literal, or several joined by + where a backslash comes before a u."""
    return "'" + BEFORE_U.sub("' + '", remove_controls(text).translate(ESCAPES)) + "'"


def make_type(text: str) -> str:
    """The type of a relationship: "attributed to" gives ATTRIBUTED_TO, "JointExercise" JOINT_EXERCISE."""
    return make_name(CAMEL.sub("_", text).upper(), RELATION)


def make_name(text: str, otherwise: str) -> str:
    """The text as a label, type or key: letters, digits and underscores, between backticks where they are not plain ones."""
    name = "_".join(re.findall(r"\w+", text))
    if not name.strip("_"):
        return otherwise
    return name if PLAIN_NAME.fullmatch(name) else f"`{name}`"
