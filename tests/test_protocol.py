"""The SPARQL endpoint over HTTP: the 34 tests of the W3C's SPARQL 1.1 Protocol, negotiation, graphs, bounds, forms."""

import json
import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlencode
from xml.etree import ElementTree

import httpx
import pyoxigraph as ox
import pytest
from sample import put
from serving import serving

from kg.errors import EvaluationError, QueryError, TooLargeError
from kg.ids import EVENTS_GRAPH
from kg.results import FORMS, Bounds, ask, write
from kg.store import Store
from kg.terms import RDF
from kg.web.accept import choose
from kg.web.message import Asked, RefusedError
from kg.web.protocol import read_parameters

FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
TURTLE = "text/turtle; charset=utf-8"
# The graphs of the W3C's tests; each is here with one triple about itself.
DATA = tuple(f"http://kasei.us/2009/09/sparql/data/data{number}.rdf" for number in range(4))
FOUND, NAMED, READ_ONLY = (200,), tuple(f"GRAPH ?g{n} {{ <{DATA[n]}> a ?type }}" for n in (1, 2)), (403,)


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the endpoint."""
    graph = tmp_path_factory.mktemp("graph")
    with Store(graph / "store") as store:
        put(store)
        for iri in DATA:
            store.inner.add(ox.Quad(*map(ox.NamedNode, (iri, RDF + "type", "http://xmlns.com/foaf/0.1/Document", iri))))
        # A copy of a store that is read only has what is in its files, and not what is in its log alone.
    with serving(graph, "--seconds", "20") as server:
        yield f"{server.address}/sparql"


@pytest.fixture(scope="module")
def store() -> Store:
    return put(Store())


# --- the tests of the W3C ---------------------------------------------------------------------------


class Case(NamedTuple):
    """A test of the W3C: what is sent, which statuses it may be answered with, and what a true answer is."""

    name: str
    method: str
    query: list[tuple[str, str]]
    media: str
    body: bytes
    statuses: tuple[int, ...]
    answer: object = None


def form(*values: tuple[str, str]) -> bytes:
    return urlencode(values).encode()


ZERO = [("default-graph-uri", DATA[0])]
UPDATES = "an update; this endpoint is read-only"
CASES = (
    Case("query_post_form", "POST", ZERO, FORM, form(("query", "ASK {}")), FOUND, True),
    Case(
        "query_dataset_default_graphs_get",
        "GET",
        [("query", f"ASK {{ <{DATA[1]}> a ?type . <{DATA[2]}> a ?type . }}"), *(("default-graph-uri", DATA[n]) for n in (1, 2))],
        "",
        b"",
        FOUND,
        True,
    ),
    Case(
        "query_dataset_default_graphs_post",
        "POST",
        [("default-graph-uri", DATA[n]) for n in (1, 2)],
        QUERY,
        f"ASK {{ <{DATA[1]}> a ?type . <{DATA[2]}> a ?type . }}".encode(),
        FOUND,
        True,
    ),
    Case(
        "query_dataset_named_graphs_post",
        "POST",
        [("named-graph-uri", DATA[n]) for n in (1, 2)],
        QUERY,
        f"ASK {{ {' '.join(NAMED)} }}".encode(),
        FOUND,
        True,
    ),
    Case(
        "query_dataset_named_graphs_get",
        "GET",
        [("query", f"ASK {{ {' '.join(NAMED)} }}"), *(("named-graph-uri", DATA[n]) for n in (1, 2))],
        "",
        b"",
        FOUND,
        True,
    ),
    Case(
        "query_dataset_full",
        "POST",
        [("default-graph-uri", DATA[3]), *(("named-graph-uri", DATA[n]) for n in (1, 2))],
        QUERY,
        f"ASK {{ <{DATA[3]}> a ?type {' '.join(NAMED)} }}".encode(),
        FOUND,
        True,
    ),
    # As it is meant: the published address has the & between its two parameters escaped, and so names one graph that nobody has.
    Case(
        "query_multiple_dataset",
        "POST",
        [("named-graph-uri", DATA[n]) for n in (1, 2)],
        QUERY,
        f"ASK FROM <{DATA[3]}> {{ {' '.join(NAMED)} }}".encode(),
        FOUND,
        True,
    ),
    Case("query_get", "GET", [("query", "ASK {}"), *ZERO], "", b"", FOUND, True),
    Case("query_content_type_select", "POST", ZERO, QUERY, b"SELECT (1 AS ?value) {}", FOUND, "rows"),
    Case("query_content_type_ask", "POST", ZERO, QUERY, b"ASK {}", FOUND, True),
    Case("query_content_type_describe", "POST", ZERO, QUERY, b"DESCRIBE <http://example.org/>", FOUND, "triples"),
    Case("query_content_type_construct", "POST", ZERO, QUERY, b"CONSTRUCT { <s> <p> 1 } WHERE {}", FOUND, "triples"),
    Case("update_dataset_default_graph", "POST", [("using-graph-uri", DATA[1])], UPDATE, b"CLEAR ALL", READ_ONLY, UPDATES),
    Case("update_dataset_default_graphs", "POST", [("using-graph-uri", DATA[n]) for n in (1, 2)], UPDATE, b"DROP ALL", READ_ONLY, UPDATES),
    Case("update_dataset_named_graphs", "POST", [("using-named-graph-uri", DATA[1])], UPDATE, b"DROP ALL", READ_ONLY, UPDATES),
    Case(
        "update_dataset_full",
        "POST",
        [("using-graph-uri", DATA[1]), ("using-named-graph-uri", DATA[2])],
        UPDATE,
        b"DROP ALL",
        READ_ONLY,
        UPDATES,
    ),
    Case("update_post_form", "POST", [], FORM, b"update=CLEAR+ALL", READ_ONLY, UPDATES),
    Case("update_post_direct", "POST", [], UPDATE, b"CLEAR ALL", READ_ONLY, UPDATES),
    Case("update_base_uri", "POST", [], UPDATE, b"INSERT DATA { GRAPH <a:a> { <a:a> <a:a> <test> } }", READ_ONLY, UPDATES),
    Case("query_post_direct", "POST", [], QUERY, b"ASK {}", FOUND, True),
    Case("bad_query_method", "PUT", [("query", "ASK {}"), *ZERO], FORM, b"", (405,)),
    Case("bad_multiple_queries", "GET", [("query", "ASK {}"), ("query", "SELECT * {}")], "", b"", (400,)),
    Case("bad_query_wrong_media_type", "POST", [], "text/plain", b"ASK {}", (415,)),
    Case("bad_query_missing_form_type", "POST", [], "", b"query=ASK%20%7B%7D", (415,)),
    Case("bad_query_missing_direct_type", "POST", [], "", b"ASK {}", (415,)),
    Case("bad_query_non_utf8", "POST", [], f"{QUERY}; charset=UTF-16", "ASK {}".encode("utf-16"), (400,)),
    Case("bad_query_syntax", "GET", [("query", "ASK {")], "", b"", (400,)),
    Case("bad_update_get", "GET", [("update", "CLEAR ALL")], "", b"", READ_ONLY),
    Case("bad_multiple_updates", "POST", [], FORM, b"update=CLEAR%20NAMED&update=CLEAR%20DEFAULT", READ_ONLY),
    Case("bad_update_wrong_media_type", "POST", [], "text/plain", b"CLEAR NAMED", (415,)),
    Case("bad_update_missing_form_type", "POST", [], "", b"update=CLEAR%20NAMED", (415,)),
    Case("bad_update_non_utf8", "POST", [], f"{UPDATE}; charset=UTF-16", "CLEAR NAMED".encode("utf-16"), (400,)),
    Case("bad_update_syntax", "POST", [], FORM, b"update=CLEAR%20XYZ", READ_ONLY),
    Case("bad_update_dataset_conflict", "POST", [("using-named-graph-uri", "http://example/people")], UPDATE, b"WITH <a:a>", READ_ONLY),
)


def test_there_are_as_many_cases_as_the_w3c_has() -> None:
    assert len({case.name for case in CASES}) == len(CASES) == 34
    assert sum(case.answer == UPDATES for case in CASES) == 7


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_protocol_of_the_w3c(endpoint: str, case: Case) -> None:
    headers = {"Content-Type": case.media} if case.media else {}
    reply = httpx.request(case.method, endpoint, params=case.query, content=case.body or None, headers=headers)
    assert reply.status_code in case.statuses
    if case.answer == UPDATES or case.answer is None:
        assert 400 <= reply.status_code < 500
    elif case.answer == "triples":
        assert reply.headers["Content-Type"] == TURTLE
    else:
        assert reply.headers["Content-Type"] == JSON
        found = reply.json()
        assert found["results"]["bindings"] if case.answer == "rows" else found["boolean"] is case.answer


def test_no_update_has_changed_anything(endpoint: str) -> None:
    asked = f"ASK {{ GRAPH <{DATA[1]}> {{ ?s ?p ?o }} FILTER NOT EXISTS {{ GRAPH <a:a> {{ ?s ?p ?o }} }} }}"
    assert httpx.get(endpoint, params={"query": asked}).json()["boolean"]


# --- what is asked ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("params", "status", "line"),
    [
        ([("query", "SELECT * { ?s ?p ")], 400, "SPARQL, line 1, column 18: not understood, at the end of the line"),
        ([("query", "")], 400, "SPARQL, line 1, column 1: not understood"),
        ([("default-graph-uri", DATA[0])], 400, "no queries; give one"),
        ([("query", "ASK {}"), ("named-graph-uri", "http://127.0.0.1:9/g")], 400, "no graph <http://127.0.0.1:9/g> is stored here"),
        ([("query", "ASK {}"), ("default-graph-uri", "")], 400, "no graph <> is stored here"),
        ([("query", "ASK FROM <http://127.0.0.1:9/g> {}")], 400, "no graph <http://127.0.0.1:9/g> is stored here"),
        ([("query", "ASK { SERVICE <http://127.0.0.1:9/> {} }")], 400, "SERVICE is refused"),
        ([("query", "LOAD <http://127.0.0.1:9/>")], 400, "LOAD is refused"),
        ([("query", "ASK { FILTER(<http://127.0.0.1:9/>(1)) }")], 500, "SPARQL: The custom function"),
        ([("query", "ASK {}"), ("update", "CLEAR ALL")], 403, "this endpoint is read-only"),
        ([("query", "SELECT * { ?a ?b ?c . ?d ?e ?f }")], 422, "larger than 32 MiB"),
        ([("query", "SELECT (1 AS ?x) { ?a ?b ?c . ?d ?e ?f } LIMIT 100001")], 422, "more than 100,000 rows"),
        ([("query", "CONSTRUCT { ?a ?e ?c } { ?a ?b ?c . ?d ?e ?f }")], 422, "more than 100,000 triples"),
    ],
)
def test_what_is_refused_says_why(endpoint: str, params: list[tuple[str, str]], status: int, line: str) -> None:
    reply = httpx.get(endpoint, params=params, timeout=30)
    assert (reply.status_code, reply.headers["Content-Type"]) == (status, "text/plain; charset=utf-8")
    assert line in reply.text
    assert reply.text.count("\n") == 1


def test_as_many_rows_as_are_allowed_are_all_sent(endpoint: str) -> None:
    reply = httpx.get(endpoint, params={"query": "SELECT (1 AS ?x) { ?a ?b ?c . ?d ?e ?f } LIMIT 100000"}, timeout=30)
    assert len(reply.json()["results"]["bindings"]) == 100_000


@pytest.mark.parametrize(
    ("query", "graphs", "found"),
    [
        ("ASK { ?s a nk:Meeting }", [], True),
        ("ASK { ?s a nk:Meeting }", [("default-graph-uri", EVENTS_GRAPH)], True),
        ("ASK { ?s a nk:Meeting }", [("default-graph-uri", DATA[0])], False),
        ("ASK { ?s a nk:Meeting }", [("named-graph-uri", EVENTS_GRAPH)], False),
        ("ASK { GRAPH ?g { ?s a nk:Meeting } }", [("named-graph-uri", EVENTS_GRAPH)], True),
        ("ASK { GRAPH ?g { ?s a nk:Meeting } }", [("default-graph-uri", EVENTS_GRAPH)], False),
        (f"ASK FROM <{EVENTS_GRAPH}> {{ ?s a nk:Meeting }}", [("default-graph-uri", DATA[0])], False),
        ("ASK FROM <graph/events> { ?s a nk:Meeting }", [], True),
    ],
)
def test_graphs_are_chosen_among_those_stored(endpoint: str, query: str, graphs: list[tuple[str, str]], found: bool) -> None:
    by_form = httpx.post(endpoint, data=dict([("query", query), *graphs])).json()
    assert by_form == httpx.get(endpoint, params=[("query", query), *graphs]).json() == {"head": {}, "boolean": found}


def test_a_form_counts_with_its_address() -> None:
    asked = Asked(view="sparql", method="POST", media=FORM, query=(("default-graph-uri", "a:a"),), body="query=ASK%20%7B%7D")
    assert read_parameters(asked) == [("default-graph-uri", "a:a"), ("query", "ASK {}")]
    with pytest.raises(RefusedError, match="the form is malformed"):
        read_parameters(Asked(view="sparql", method="POST", media=FORM, body="query=%FF"))


def test_head_is_get_without_a_body(endpoint: str) -> None:
    asked = {"query": "SELECT (1 AS ?x) {}"}
    head, get = httpx.head(endpoint, params=asked), httpx.get(endpoint, params=asked)
    assert (head.status_code, head.headers["Content-Type"], head.content) == (200, JSON, b"")
    assert head.headers["Content-Length"] == get.headers["Content-Length"] == str(len(get.content))


# --- which form -------------------------------------------------------------------------------------

OFFERS = [JSON, XML, "text/csv; charset=utf-8"]


@pytest.mark.parametrize(
    ("accept", "offer"),
    [
        ("", 0),
        ("*/*", 0),
        ("nonsense", 0),
        ("text/csv", 2),
        ("TEXT/CSV", 2),
        ("text/*", 2),
        ("text/csv;charset=utf-8", 2),
        (f"{JSON};q=0.5, {XML}", 1),
        (f"{JSON};q=0.5, {XML};q=0.4, text/csv; q=0.9", 2),
        ("text/csv, */*", 2),
        ("text/csv;q=0.5, */*;q=0.6", 0),
        (f"*/*, {JSON};q=0", 1),
        (f"application/*;q=0.2, {XML};q=0.1, text/csv;q=0.15", 0),
        (f"{XML};q=1.0, {JSON};q=1.000", 0),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", 0),
        ("text/csv;q=0", None),
        ("image/png", None),
        ("*/csv, image/*", None),
        ("*/*;q=0.0", None),
    ],
)
def test_the_type_that_is_liked_best(accept: str, offer: int | None) -> None:
    assert choose(accept, OFFERS) == (None if offer is None else OFFERS[offer])


@pytest.mark.parametrize(
    ("query", "accept", "media", "start"),
    [
        ("SELECT (1 AS ?x) {}", "", JSON, '{"head":{"vars":["x"]}'),
        ("SELECT (1 AS ?x) {}", "application/json", "application/json", '{"head":{"vars":["x"]}'),
        ("SELECT (1 AS ?x) {}", XML, XML, '<?xml version="1.0"?><sparql'),
        ("SELECT (1 AS ?x) {}", "text/xml", "text/xml", '<?xml version="1.0"?><sparql'),
        ("SELECT (1 AS ?x) {}", "text/html,application/xml;q=0.9", "application/xml", '<?xml version="1.0"?><sparql'),
        ("SELECT (1 AS ?x) {}", "text/csv", "text/csv; charset=utf-8", "x\r\n1\r\n"),
        ("SELECT (1 AS ?x) {}", "text/tab-separated-values", "text/tab-separated-values; charset=utf-8", "?x\n1\n"),
        ("ASK {}", "text/csv, application/xml;q=0.1", "application/xml", '<?xml version="1.0"?><sparql'),
        ("CONSTRUCT { <s> <p> 1 } {}", "", TURTLE, "@prefix"),
        ("CONSTRUCT { <s> <p> 1 } {}", "application/n-triples", "application/n-triples", "<https://w3id.org/dprk-russia/s>"),
        ("CONSTRUCT { <s> <p> 1 } {}", "application/rdf+xml", "application/rdf+xml", "<?xml"),
        ("CONSTRUCT { <s> <p> 1 } {}", "application/ld+json", "application/ld+json", '[{"@id":"https://w3id.org/dprk-russia/s"'),
    ],
)
def test_an_answer_has_the_form_that_is_asked_for(endpoint: str, query: str, accept: str, media: str, start: str) -> None:
    reply = httpx.get(endpoint, params={"query": query}, headers={"Accept": accept} if accept else {})
    assert (reply.status_code, reply.headers["Content-Type"]) == (200, media)
    assert "Accept" in reply.headers["Vary"]
    assert reply.text.startswith(start)


@pytest.mark.parametrize(
    ("query", "accept", "named"),
    [
        ("ASK {}", "text/csv", JSON),
        ("SELECT * {}", "text/turtle", "text/tab-separated-values"),
        ("DESCRIBE <a:a>", JSON, "application/ld+json"),
        ("", "image/png", "text/html"),
    ],
)
def test_a_form_that_is_not_there_is_refused_with_those_that_are(endpoint: str, query: str, accept: str, named: str) -> None:
    reply = httpx.get(endpoint, params={"query": query} if query else {}, headers={"Accept": accept})
    assert reply.status_code == 406
    assert named in reply.text


# --- the endpoint of itself -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "format", "is_relative"),
    [
        ("", ox.RdfFormat.TURTLE, True),
        ("application/n-triples", ox.RdfFormat.N_TRIPLES, False),
        ("application/rdf+xml", ox.RdfFormat.RDF_XML, True),
        ("application/ld+json", ox.RdfFormat.JSON_LD, True),
    ],
)
def test_the_endpoint_describes_itself(endpoint: str, accept: str, format: ox.RdfFormat, is_relative: bool) -> None:
    replies = [httpx.get(endpoint, headers={"Accept": accept} if accept else {}) for _ in range(2)]
    assert replies[0].content == replies[1].content
    base = None if format == ox.RdfFormat.N_TRIPLES else endpoint
    store = ox.Store()
    store.extend(ox.parse(replies[0].content, format=format, base_iri=base))
    sd = {"sd": "http://www.w3.org/ns/sparql-service-description#"}
    asked = "SELECT ?s { ?s a sd:Service ; sd:supportedLanguage sd:SPARQL11Query }"
    assert len(list(store.query(asked, prefixes=sd))) == 1
    endpoints = [row["e"].value for row in store.query("SELECT ?e { ?s sd:endpoint ?e }", prefixes=sd)]
    assert endpoints == ([endpoint] if is_relative else [])
    assert store.query("ASK { ?s sd:feature sd:UnionDefaultGraph FILTER NOT EXISTS { ?s sd:inputFormat ?f } }", prefixes=sd)
    names = {row["n"].value for row in store.query("SELECT ?n { ?s sd:defaultDataset/sd:namedGraph/sd:name ?n }", prefixes=sd)}
    assert {EVENTS_GRAPH, *DATA} <= names
    formats = [row["f"].value for row in store.query("SELECT ?f { ?s sd:resultFormat ?f }", prefixes=sd)]
    assert len(formats) == len(FORMS["rows"]) + len(FORMS["triples"])


def test_a_browser_gets_the_editor(endpoint: str) -> None:
    reply = httpx.get(endpoint, headers={"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"})
    assert (reply.status_code, reply.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "Accept" in reply.headers["Vary"]


# --- what is written --------------------------------------------------------------------------------

TERMS = r"""SELECT ?a ?b { VALUES (?a ?b) {
  (1 1.50) (1e3 UNDEF) (UNDEF UNDEF) ("NaN"^^xsd:double "INF"^^xsd:double) (true <https://example.org/평양>)
  ("a\tb,\"c\"" 'Ким'@ru) ("one\ntwo" "three\r\nfour") ("[{},{" "<result>\"") (<<( <a:a> <a:b> "x\\"@en )>> "2024-01-01"^^xsd:date)
} }"""


@pytest.mark.parametrize("form", FORMS["rows"])
def test_rows_are_counted_in_every_form(form: str) -> None:
    for query, rows in ((TERMS, 9), ("SELECT * { VALUES ?x { 1 2 3 } }", 3), ("SELECT * {}", 1), ("SELECT ?x { FILTER(false) }", 0)):
        assert write(ask(Store(), query), form, Bounds(rows=rows)) == Store().sparql_as(query, form).replace(*_returns(form))
        with pytest.raises(TooLargeError, match=rf"more than {rows - 1} rows"):
            write(ask(Store(), query), form, Bounds(rows=rows - 1))


def _returns(form: str) -> tuple[bytes, bytes]:
    return (b"\r", b"&#13;") if form == "xml" else (b"\r", b"\r")


def test_every_kind_of_term_survives_in_json_xml_and_tsv() -> None:
    expected = [[str(term) for term in row] for row in Store().inner.query(TERMS, prefixes={"xsd": "http://www.w3.org/2001/XMLSchema#"})]
    for form, format in (("json", ox.QueryResultsFormat.JSON), ("tsv", ox.QueryResultsFormat.TSV), ("xml", ox.QueryResultsFormat.XML)):
        read = ox.parse_query_results(write(ask(Store(), TERMS), form), format=format)
        assert [[str(term) for term in row] for row in read] == expected, form


def test_bytes_are_bounded_to_the_last() -> None:
    text = "SELECT ?x { VALUES ?x { 'a' 'b' } }"
    size = len(write(ask(Store(), text), "csv"))
    assert write(ask(Store(), text), "csv", Bounds(bytes=size))
    with pytest.raises(TooLargeError, match="larger than"):
        write(ask(Store(), text), "csv", Bounds(bytes=size - 1))


@pytest.mark.parametrize("form", FORMS["triples"])
def test_triples_are_sorted_and_each_is_there_once(store: Store, form: str) -> None:
    text = "CONSTRUCT { ?s a ?kind . [] nk:of ?s } { VALUES ?n { 1 2 } GRAPH graph:events { ?s a ?kind } }"
    first, again = (write(ask(store, text), form) for _ in range(2))
    assert first == again
    plain = write(ask(store, text), "n-triples").decode().splitlines()
    assert len(plain) == len(set(plain)) > 4
    assert write(ask(store, text), form, Bounds(rows=len(plain))) == first
    with pytest.raises(TooLargeError, match="triples"):
        write(ask(store, text), form, Bounds(rows=len(plain) - 1))


def test_xml_is_well_formed_or_refused() -> None:
    read = ElementTree.fromstring(write(ask(Store(), r"SELECT ('a\r\nb<' AS ?x) {}"), "xml"))
    assert "".join(read.itertext()) == "a\r\nb<"
    for text, form in (
        (r"SELECT ('\u0001' AS ?x) {}", "xml"),
        (r"SELECT ('\uFFFE' AS ?x) {}", "xml"),
        (r"CONSTRUCT { <a:a> <a:b> '\u000B' } {}", "rdf-xml"),
        ("CONSTRUCT { <a:a> <https://example.org/> 1 } {}", "rdf-xml"),
    ):
        with pytest.raises(QueryError, match="XML cannot hold"):
            write(ask(Store(), text), form)
        assert write(ask(Store(), text), "json" if form == "xml" else "turtle")


def test_a_failure_while_rows_are_found_is_no_answer() -> None:
    with pytest.raises(EvaluationError, match="custom function"):
        write(ask(Store(), "SELECT (<http://127.0.0.1:9/>(1) AS ?x) {}"), "json")


def test_json_is_json(endpoint: str) -> None:
    body = httpx.post(endpoint, content=TERMS.encode(), headers={"Content-Type": QUERY}).content
    assert len(json.loads(body)["results"]["bindings"]) == 9
    assert re.search(rb'"value":"NaN"', body)
