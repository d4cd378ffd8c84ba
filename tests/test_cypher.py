"""Cypher: a small strict reader of the script finds the network again, and nothing in the data ends a literal."""

import datetime as dt
import io
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import CLEANED, ENTITIES, EVENTS, KNOWN

from kg.asking import STATUSES
from kg.cypher import make_name, make_type, write_cypher, write_text
from kg.ids import ENTITY, EVENT
from kg.network import bipartite_network, edge_id, folded, full_network, people_network
from kg.text import remove_controls

NETWORKS = {
    "people": people_network(EVENTS, KNOWN, statuses=("occurred", "planned")),
    "bipartite": bipartite_network(EVENTS, KNOWN),
    "full": full_network(EVENTS, KNOWN, statuses=STATUSES),
    "folded": folded(people_network(EVENTS, KNOWN)),
    "empty": people_network([], KNOWN),
}
HOSTILE = (
    "';", "'] AS row RETURN 1; MATCH (n) DETACH DELETE n; //", "\\", "\\'", "\\\\'", "\\u0027; RETURN 1", "\\\\u005c", "\\U0001F600",
    "\\uuuu0027", "`", "a\nb\r\nc\td", "\x00\x1b\x85\u2028x", "\ud800y", "/* x", "// x", "$x {y}", '"', "", "😀", "ends\\",
)  # fmt: skip

# --- a reader of the part of the language that the scripts are written in -------------------------------

TOKEN = re.compile(
    r"""(?P<text>'(?:[^'\\\n\r]|\\[\\'nrt])*') | (?P<quoted>`[^`\\\n\r]+`) | (?P<number>-?\d+(?:\.\d+)?(?:e-?\d+)?)
    | (?P<word>[A-Za-z_]\w*) | (?P<sign>\+=|->|[\[\]{}(),:;.+=-]) | (?P<space>[ \n]+)""",
    re.VERBOSE | re.ASCII,
)
UNESCAPED = {"\\\\": "\\", "\\'": "'", "\\n": "\n", "\\r": "\r", "\\t": "\t"}


def tokens(script):
    """Pairs of kind and text; AssertionError where a character belongs to no token."""
    at, found = 0, []
    while at < len(script):
        match = TOKEN.match(script, at)
        assert match, f"no token at {script[at : at + 40]!r}"
        at = match.end()
        if match.lastgroup != "space":
            found.append((match.lastgroup, match[0]))
    return found


def statements(script):
    """The tokens of each statement; the last must be closed."""
    found = [[]]
    for token in tokens(script):
        if token == ("sign", ";"):
            found.append([])
        else:
            found[-1].append(token)
    assert found.pop() == []
    return found


NODES = [text for _, text in tokens("AS row MERGE (n:Entity {id: row.id}) SET n:NAME, n += row.properties")]
EDGES = [
    text
    for _, text in tokens(
        "AS row MATCH (a:Entity {id: row.source}) MATCH (b:Entity {id: row.target}) "
        "MERGE (a)-[r:NAME {id: row.id}]->(b) SET r += row.properties"
    )
]


class Values:
    """Reads an expression from the beginning of a list of tokens; what is left over is in `rest`."""

    def __init__(self, rest):
        self.rest = list(rest)

    def take(self, *expected):
        kind, text = self.rest.pop(0)
        assert not expected or text in expected, f"{text} where {expected} belongs"
        return kind, text

    def listed(self, end, read):
        found = []
        while self.rest[0] != ("sign", end):
            found.append(read())
            if self.take(",", end)[1] == end:
                return found
        self.take(end)
        return found

    def pair(self):
        kind, name = self.take()
        assert kind in ("word", "quoted")
        self.take(":")
        return name.strip("`"), self.value()

    def value(self):
        kind, text = self.take()
        if text == "[":
            return self.listed("]", self.value)
        if text == "{":
            pairs = self.listed("}", self.pair)
            assert len(dict(pairs)) == len(pairs)
            return dict(pairs)
        if text == "date":
            self.take("(")
            day = dt.date.fromisoformat(self.value())
            self.take(")")
            return day
        if kind == "text":
            value = re.sub(r"\\.", lambda escape: UNESCAPED[escape[0]], text[1:-1])
            if self.rest and self.rest[0] == ("sign", "+"):
                self.take("+")
                value += self.value()
            return value
        if kind == "number":
            return float(text) if set(text) & {".", "e"} else int(text)
        return {"true": True, "false": False}[text]


def read(script):
    """The nodes with their labels and properties, the relationships, and how many rows the statements have."""
    assert not re.search(r"\\[uU]", script), "Neo4j reads a character from this before it looks for literals"
    constraint, *batches = statements(script)
    expected = "CREATE CONSTRAINT entity_id IF NOT EXISTS FOR (n:Entity) REQUIRE n.id IS UNIQUE"
    assert constraint == tokens(expected)
    nodes, edges, sizes = {}, [], []
    for batch in batches:
        values = Values(batch)
        values.take("UNWIND")
        rows = values.value()
        sizes.append(len(rows))
        texts = [text for _, text in values.rest]
        shape = NODES if len(texts) == len(NODES) else EDGES
        name = texts[shape.index("NAME")]
        assert texts == [name if part == "NAME" else part for part in shape]
        for row in rows:
            if shape is NODES:
                assert not edges, "nodes come first"
                nodes[row["id"]] = (name, row["properties"])
            else:
                assert {row["source"], row["target"]} <= set(nodes)
                edges.append((row["source"], row["target"], name, row["id"], row["properties"]))
    assert sum(sizes) == len(nodes) + len(edges)
    return nodes, edges, sizes


# --- tests --------------------------------------------------------------------------------------------


def written(network):
    stream = io.StringIO()
    write_cypher(network, stream)
    return stream.getvalue()


def shown(attributes):
    """What a reader must find of attributes."""
    return {
        name: dt.date.fromisoformat(value)
        if name in ("earliest", "latest")
        else remove_controls(value)
        if isinstance(value, str)
        else value
        for name, value in attributes.items()
    }


def types(found):
    return {name: type(value) for name, value in found.items()}


@pytest.mark.parametrize("name", NETWORKS)
def test_every_node_comes_back_with_its_label_and_properties(name):
    network = NETWORKS[name]
    nodes, *_ = read(written(network))
    assert nodes == {node: (attributes["kind"], shown(attributes)) for node, attributes in network.nodes(data=True)}
    assert all(types(nodes[node][1]) == types(shown(attributes)) for node, attributes in network.nodes(data=True))


@pytest.mark.parametrize("name", NETWORKS)
def test_every_edge_comes_back_with_its_id_and_properties(name):
    network = NETWORKS[name]
    _, edges, _ = read(written(network))
    expected = {edge_id(one, other, attributes): ({one, other}, shown(attributes)) for one, other, attributes in network.edges(data=True)}
    assert {identity for *_, identity, _ in edges} == set(expected) and len(expected) == network.number_of_edges()
    for source, target, _, identity, found in edges:
        ends, attributes = expected[identity]
        assert {source, target} == ends
        role, roles = found.pop("role", None), attributes.get("role")
        assert role in roles.split("; ") if roles else role is None
        rest = {key: value for key, value in attributes.items() if key != "role"}
        assert found == rest and types(found) == types(rest)
    assert len({(relation, identity) for *_, relation, identity, _ in edges}) == len(edges), "an id and a type are one relationship"


def test_people_are_joined_by_the_type_of_the_event_in_its_direction():
    _, edges, _ = read(written(NETWORKS["people"]))
    assert Counter(relation for _, _, relation, *_ in edges) == {"CHAT": 6, "LETTER": 3, "OUTING": 1}
    assert [(source, target) for source, target, *_, found in edges if found["event"] == EVENT + "post"] == [
        (ENTITY + "hong", ENTITY + "anna")
    ]


def test_events_and_claims_are_joined_by_role_from_the_event_outwards():
    nodes, edges, _ = read(written(NETWORKS["full"]))
    kinds = {(nodes[source][0], relation, nodes[target][0]) for source, target, relation, *_ in edges}
    assert kinds == {
        ("Event", "GUEST", "Person"),
        ("Event", "SENDER", "Person"),
        ("Event", "SENDER", "State"),
        ("Event", "RECIPIENT", "Person"),
        ("Event", "SPEAKER", "Person"),
        ("Event", "PLACE", "City"),
        ("Event", "AGREEMENT", "Agreement"),
        ("Event", "CLAIM", "Claim"),
        ("Claim", "ARTICLE", "Article"),
        ("Claim", "ATTRIBUTED_TO", "Outlet"),
    }


def test_who_has_two_roles_has_two_relationships():
    _, edges, _ = read(written(NETWORKS["bipartite"]))
    anna = [
        (relation, found["role"]) for source, target, relation, _, found in edges if (source, target) == (EVENT + "swap", ENTITY + "anna")
    ]
    assert anna == [("RECIPIENT", "recipient"), ("SENDER", "sender")]


def test_pairs_without_type_or_role_are_joined():
    _, edges, _ = read(written(NETWORKS["folded"]))
    assert {relation for _, _, relation, *_ in edges} == {"JOINED"}


def test_five_hundred_rows_are_one_statement():
    network = nx.MultiDiGraph()
    network.add_nodes_from((f"n{number:04}", {"kind": "Person"}) for number in range(1001))
    network.add_edges_from((f"n{number:04}", "n0000", {"event": "e", "type": "Chat"}) for number in range(1, 501))
    nodes, edges, sizes = read(written(network))
    assert (len(nodes), len(edges), sizes) == (1001, 500, [500, 500, 1, 500])


def hostile_network(texts):
    """A network that has each text wherever a text can stand."""
    network = nx.MultiDiGraph()
    for number, text in enumerate(texts):
        network.add_node(f"{number}{text}", kind=text, label=text, **{f"k{number}{text}": text})
    names = list(network)
    for one, other, text in zip(names, names[1:] + names[:1], texts, strict=True):
        network.add_edge(one, other, event=text, type=text, label=text)
    return network


@given(st.lists(st.text(alphabet=st.characters(codec=None) | st.sampled_from("\\'u0`\";\n")) | st.sampled_from(HOSTILE), min_size=1))
def test_no_text_ends_a_literal_or_a_name(texts):
    script = written(hostile_network(texts))
    assert script.encode() and not set(script) & {*map(chr, range(10)), *map(chr, range(11, 32)), "\x7f", "\x85"}
    nodes, edges, _ = read(script)
    cleaned = [remove_controls(text) for text in texts]
    assert {node: properties["label"] for node, (_, properties) in nodes.items()} == {f"{n}{text}": text for n, text in enumerate(cleaned)}
    assert sorted(found["label"] for *_, found in edges) == sorted(cleaned)
    assert all(list(properties.values()).count(properties["label"]) >= 3 for _, properties in nodes.values()), (
        "kind, label and the odd name"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "'plain'"),
        ("it's", r"'it\'s'"),
        ("a\nb\\", r"'a\nb\\'"),
        ("\\u0027", r"'\\' + 'u0027'"),
        ("\\U0001F600 u", r"'\\' + 'U0001F600 u'"),
        ("\x00\ud800\x1b", "''"),
    ],
)
def test_text_is_escaped(text, expected):
    assert write_text(text) == expected


@pytest.mark.parametrize(
    ("text", "name", "relation"),
    [
        ("Person", "Person", "PERSON"),
        ("attributed to", "attributed_to", "ATTRIBUTED_TO"),
        ("JointExercise", "JointExercise", "JOINT_EXERCISE"),
        ("2nd", "`2nd`", "`2ND`"),
        ("Ёлка", "`Ёлка`", "`ЁЛКА`"),
        ("x`]->() DELETE n //", "x_DELETE_n", "X_DELETE_N"),
        ("`\\u0060", "u0060", "U0060"),
        ("--", "other", "JOINED"),
        ("", "other", "JOINED"),
    ],
)
def test_names_are_made_of_letters_and_digits(text, name, relation):
    assert (make_name(text, "other"), make_type(text)) == (name, relation)


def test_numbers_and_days_are_such():
    network = nx.Graph()
    given_values = {
        "a": 1e22,
        "b": -1.5e-9,
        "c": -3,
        "d": True,
        "e": float("nan"),
        "f": float("-inf"),
        "latest": "2024-06",
        "earliest": "2024-02-29",
    }
    network.add_node("n", **given_values)
    ((label, found),) = read(written(network))[0].values()
    expected = {"a": 1e22, "b": -1.5e-9, "c": -3, "d": True, "latest": "2024-06", "earliest": dt.date(2024, 2, 29)}
    assert (label, found, types(found)) == ("Entity", expected, types(expected))


def test_controls_go_and_markup_stays():
    assert read(written(NETWORKS["people"]))[0][ENTITY + "tom"][1]["label"] == remove_controls(ENTITIES[ENTITY + "tom"].label)
    assert " ".join(remove_controls(ENTITIES[ENTITY + "tom"].label).split()) == CLEANED


def test_the_reader_refuses_what_is_not_closed():
    script = written(NETWORKS["people"])
    for wrong in (script[:-2], script.replace("'Old Harbour'", "'Old'Harbour'"), script.replace("'Old Harbour'", r"'Old Harbour\'", 1)):
        with pytest.raises(AssertionError):
            read(wrong)


def test_bytes_are_the_same_in_another_process_with_another_hash_seed():
    script = (
        "import sys; sys.path.insert(0, 'tests')\nfrom test_cypher import NETWORKS, written\n"
        "sys.stdout.buffer.write(''.join(map(written, NETWORKS.values())).encode())"
    )
    environment = os.environ | {"PYTHONHASHSEED": "7"}
    other = subprocess.run(
        [sys.executable, "-c", script], cwd=Path(__file__).parent.parent, env=environment, capture_output=True, check=True
    )
    assert other.stdout.decode() == "".join(map(written, NETWORKS.values()))
