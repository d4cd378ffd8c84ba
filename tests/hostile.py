"""A thousand requests that mean ill, by a generator with a seed: each with the statuses that it may be answered with."""

import random
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote, urlencode

FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
# A request may find the machine busy, whatever else is wrong with it.
BUSY = 503
REFUSED, ANSWERED, TOO_MUCH = frozenset((400, BUSY)), frozenset((200, 400, BUSY)), frozenset((200, 400, 422, BUSY))


class Hostile(NamedTuple):
    """A request: its family, method, what follows the path, type and bytes of the body, and how it may be answered."""

    family: str
    method: str
    query: str
    media: str
    body: bytes
    statuses: frozenset[int]


def make_requests(target: str, seed: int = 20260704) -> list[Hostile]:
    """The requests, in the order in which they are sent; those that reach out reach for the address `target`."""
    chance = random.Random(seed)
    requests = [request for make, count in FAMILIES.items() for request in _take(make, chance, target, count)]
    chance.shuffle(requests)
    return requests


def _take(make: Callable[[random.Random, str], Hostile], chance: random.Random, target: str, count: int) -> Iterator[Hostile]:
    return (make(chance, target) for _ in range(count))


def _send(chance: random.Random, family: str, text: str, statuses: frozenset[int]) -> Hostile:
    """A query by one of the three ways."""
    way = chance.randrange(3)
    # What is too long for an address is posted.
    if way == 0 and len(text) < 5000:
        return Hostile(family, "GET", urlencode({"query": text}), "", b"", statuses)
    if way == 1 and len(text) < 60000:
        return Hostile(family, "POST", "", FORM, urlencode({"query": text}).encode(), statuses)
    return Hostile(family, "POST", "", QUERY, text.encode(), statuses)


# --- reaching out -----------------------------------------------------------------------------------


def write_service(chance: random.Random, target: str) -> str:
    """A query with SERVICE in a disguise."""
    word = "".join(chance.choice((c.lower(), c)) for c in "SERVICE")
    space = chance.choice((" ", "", "\n", "\t", "#x\n", "# SERVICE ' \"\n", '#"""\n', " #'''\r\n"))
    silent = chance.choice(("", "", "SILENT", "silent"))
    where = chance.choice((f"<{target}>", "t:x", ":x", "?t"))
    bind = f"BIND(<{target}> AS ?t) " if where == "?t" else ""
    gap = " " if where[0] != "<" or silent else ""
    call = f"{word}{space}{silent}{gap}{where}{space}{{ ?s ?p ?o }}"
    escaped = chance.choice(("", f"PREFIX a: <{target}\\u0061#> ", "PREFIX a: <http://x/#'> "))
    body = chance.choice(
        (
            f"{bind}{call}",
            f"?a ?b true . {bind}{call}",
            f"?a ?b 'it\\'s' . {bind}{call} # '\n",
            f'?a ?b """x" """ . {bind}{call} # """\n',
            f"{bind}FILTER(1<2){call} FILTER(3>2)",
            f'{bind}FILTER(1<2)#>"""\n{call} #"""\n',
            f"{bind}FILTER('a'<'>'){call}FILTER(''='')",
            f"OPTIONAL {{ {bind}{call} }}",
            f"{{}} UNION {{ {bind}{call} }}",
            f"FILTER EXISTS {{ {bind}{call} }}",
            f"MINUS {{ {bind}{call} }}",
            f"GRAPH ?g {{ {bind}{call} }}",
            f"LATERAL {{ {bind}{call} }}",
            f"{{ SELECT * {{ {bind}{call} }} }}",
            f"{bind}{'{' * 20}{call}{'}' * 20}",
        )
    )
    if chance.random() < 0.1:
        body = f"FILTER(1<2){word}:x#>\n{{ ?s ?p ?o }}"
    head = chance.choice(("ASK", "SELECT *", "SELECT (COUNT(*) AS ?n)", "CONSTRUCT { ?s ?p ?o } WHERE", "DESCRIBE ?s WHERE"))
    return f"PREFIX : <{target}> PREFIX t: <{target}> {escaped}{head} {{ {body} }}"


def service(chance: random.Random, target: str) -> Hostile:
    return _send(chance, "service", write_service(chance, target), REFUSED)


def escaped_service(chance: random.Random, target: str) -> Hostile:
    """The keyword with a letter by its number: no keyword, and so no query."""
    place = chance.randrange(7)
    word = "SERVICE"[:place] + f"\\u{ord('SERVICE'[place]):04x}" + "SERVICE"[place + 1 :]
    return _send(chance, "escaped", f"ASK {{ {word} <{target}> {{ ?s ?p ?o }} }}", REFUSED)


def foreign_graph(chance: random.Random, target: str) -> Hostile:
    iri = f"{target}{chance.randrange(99)}"
    clause = chance.choice(
        (f"FROM <{iri}>", f"FROM NAMED <{iri}>", f"from#x\n<{iri}>", f"FROM<{iri}>", "FROM t:x", f"FROM graph:events FROM <{iri}>")
    )
    if chance.random() < 0.3:
        name = chance.choice(("default-graph-uri", "named-graph-uri"))
        return Hostile("foreign", "GET", urlencode({"query": "ASK {}", name: iri}), "", b"", REFUSED)
    head = chance.choice(("ASK", "SELECT *", "CONSTRUCT { ?s ?p ?o }", "DESCRIBE ?s"))
    return _send(chance, "foreign", f"PREFIX t: <{target}> {head} {clause} WHERE {{ ?s ?p ?o }}", REFUSED)


def update(chance: random.Random, target: str) -> Hostile:
    text = chance.choice(
        (f"LOAD <{target}>", f"LOAD SILENT <{target}> INTO GRAPH <a:a>", "CLEAR ALL", "DROP ALL", "DELETE WHERE { ?s ?p ?o }")
    )
    way = chance.randrange(4)
    forbidden = frozenset((403, BUSY))
    if way == 0:
        return Hostile("update", "POST", "", UPDATE, text.encode(), forbidden)
    if way == 1:
        return Hostile("update", "POST", "", FORM, urlencode({"update": text}).encode(), forbidden)
    if way == 2:
        return Hostile("update", "GET", urlencode({"update": text, "query": "ASK {}"}), "", b"", forbidden)
    return _send(chance, "update", text, REFUSED)


# --- malformed --------------------------------------------------------------------------------------


def nested(chance: random.Random, _: str) -> Hostile:
    depth = chance.choice((50, 500, 3000, 20000))
    opened, core, closed = chance.choice(
        (
            ("{", "", "}"),
            ("OPTIONAL{", "?s ?p ?o", "}"),
            ("{SELECT*{", "", "}}"),
            ("FILTER EXISTS{", "?s ?p ?o", "}"),
            ("{}UNION{", "", "}"),
        )
    )
    if chance.random() < 0.5:
        opened, core, closed = chance.choice(
            (("(", "1", ")"), ("!", "true", ""), ("-", "1", ""), ("IF(true,1,", "1", ")"), ("1+(", "1", ")"))
        )
        return _send(chance, "nested", f"ASK {{ FILTER({opened * depth}{core}{closed * depth}) }}", TOO_MUCH)
    if chance.random() < 0.3:
        opened, core, closed = chance.choice((("(", "nk:a", ")*"), ("^", "nk:a", ""), ("!(^", "nk:a", ")"), ("(nk:b|", "nk:a", ")+")))
        return _send(chance, "nested", f"ASK {{ ?s {opened * depth}{core}{closed * depth} ?o }}", TOO_MUCH)
    return _send(chance, "nested", f"SELECT * {{ {opened * depth}{core}{closed * depth} }} LIMIT 10", TOO_MUCH)


def garbled(chance: random.Random, _: str) -> Hostile:
    """A query of which pieces are gone, doubled or replaced."""
    text = "PREFIX e: <http://x/> SELECT DISTINCT ?s (COUNT(?o) AS ?n) WHERE { ?s e:p+ ?o . FILTER(?o < 'a'@en) } GROUP BY ?s LIMIT 3"
    for _unused in range(chance.randrange(1, 6)):
        place, length = chance.randrange(len(text)), chance.randrange(8)
        text = (
            text[:place]
            + chance.choice(("", text[place : place + length] * 2, "\0", "\ufeff", "}", "'", "<", "\\u12", "💥", "\u202e"))
            + text[place + length :]
        )
    return _send(chance, "garbled", text, TOO_MUCH | {500})


def bad_bytes(chance: random.Random, _: str) -> Hostile:
    noise = bytes(chance.choice(b"\x00\x80\xc0\xfe\xff\xed\xa0\x80\xf5AZ{}%&=") for _ in range(chance.randrange(1, 200))) + b"\xff"
    way = chance.randrange(3)
    if way == 0:
        return Hostile("bytes", "GET", "query=ASK%20%7B%7D" + quote(noise), "", b"", REFUSED)
    if way == 1:
        return Hostile("bytes", "POST", "", FORM, b"query=ASK+%7B%7D" + quote(noise).encode(), REFUSED)
    return Hostile("bytes", "POST", "", chance.choice((QUERY, FORM, UPDATE)), b"ASK {" + noise, REFUSED)


def wrong_type(chance: random.Random, _: str) -> Hostile:
    media = chance.choice(
        ("", "text/plain", "application/json", "multipart/form-data; boundary=x", "application/sparql-query2", "x", "a/b;" * 500)
    )
    return Hostile("type", "POST", "", media, b"query=ASK%20%7B%7D", frozenset((415, BUSY)))


def misused(chance: random.Random, _: str) -> Hostile:
    query = chance.choice(
        (
            "query=ASK%7B%7D&query=ASK%7B%7D",
            "query",
            "query=",
            "quer=x",
            "&" * 99,
            "default-graph-uri=",
            "a=1&" * 101,
            "query=%",
            "query=ASK{}&named-graph-uri=%00",
        )
    )
    method = chance.choice(("GET", "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"))
    return Hostile("misused", method, query, FORM if method == "POST" else "", b"", frozenset((200, 400, 405, BUSY)))


def too_long(chance: random.Random, _: str) -> Hostile:
    size = chance.choice((33 << 10, 50 << 10, 60 << 10))
    if chance.random() < 0.5:
        return Hostile("long", "GET", "query=" + "a" * size, "", b"", frozenset((400, 414, BUSY)))
    return Hostile("long", "POST", "", chance.choice((QUERY, FORM)), b"query=" + b"a" * (size * 9), frozenset((400, 413, BUSY)))


def large(chance: random.Random, _: str) -> Hostile:
    size = chance.choice((1000, 10000, 30000))
    text = chance.choice(
        (
            f"SELECT ?x {{ VALUES ?x {{ {'1 ' * size} }} }}",
            f"ASK {{ ?s ?p '{'x' * size}' }}",
            f"SELECT ({'+'.join(['1'] * (size // 100))} AS ?x) {{}}",
            f"SELECT * {{ {'?s ?p ?o . ' * (size // 1000)} }} LIMIT 1",
            f"ASK {{ FILTER(?x IN ({','.join(['1'] * size)})) }}",
            f"SELECT {' '.join(f'?v{n}' for n in range(size // 10))} {{ ?v0 ?v1 ?v2 }} LIMIT 1",
            f"ASK {{ BIND({'9' * size} AS ?x) }}",
        )
    )
    return _send(chance, "large", text, TOO_MUCH)


# --- slow -------------------------------------------------------------------------------------------

SLOW = (
    "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT DISTINCT ?c ?f { ?a ?b ?c . ?d ?e ?f }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f",
    "SELECT ?c (GROUP_CONCAT(?f) AS ?x) { ?a ?b ?c . ?d ?e ?f } GROUP BY ?c",
    "CONSTRUCT { ?a ?e ?i } { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT (COUNT(*) AS ?n) { ?a (!nk:x)+ ?b . ?c (!nk:x)+ ?d }",
    "SELECT (COUNT(*) AS ?n) { ?a (!nk:x|^(!nk:x))* ?b }",
    "ASK { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a = ?i && ?i = 1) }",
    "ASK { ?a ?b ?c . ?d ?e ?f FILTER(REGEX(STR(?c), '^(.*.*.*.*)*$')) FILTER(?a = 1) }",
    "SELECT (STRLEN(?z) AS ?n) { BIND('xxxxxxxxxxxxxxxx' AS ?a) BIND(REPLACE(?a, 'x', ?a) AS ?b) BIND(REPLACE(?b, 'x', ?b) AS ?c) "
    "BIND(REPLACE(?c, 'x', ?c) AS ?d) BIND(REPLACE(?d, 'x', ?d) AS ?z) }",
    "SELECT ?j { BIND('0123456789abcdef' AS ?a) "
    + " ".join(f"BIND(CONCAT(?{a},?{a},?{a},?{a},?{a},?{a},?{a},?{a}) AS ?{b})" for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + " }",
    "SELECT * { ?a ?b ?c OPTIONAL { ?d ?e ?f FILTER(?f != ?c) } OPTIONAL { ?g ?h ?i FILTER(?i != ?f) } }",
    "SELECT * { ?a ?b ?c MINUS { ?d ?e ?f . ?g ?h ?i } } ORDER BY RAND()",
    "SELECT (COUNT(*) AS ?n) { " + " ".join(f"VALUES ?v{n} {{ {'1 2 3 4 5 6 7 8 9 ' * 3} }}" for n in range(12)) + " }",
)


def slow(chance: random.Random, _: str) -> Hostile:
    return _send(chance, "slow", chance.choice(SLOW), TOO_MUCH)


FAMILIES: Mapping[Callable[[random.Random, str], Hostile], int] = {
    service: 250,
    escaped_service: 30,
    foreign_graph: 120,
    update: 80,
    nested: 80,
    garbled: 140,
    bad_bytes: 70,
    wrong_type: 40,
    misused: 60,
    too_long: 30,
    large: 40,
    slow: 60,
}
