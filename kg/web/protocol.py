"""The SPARQL endpoint: a request in, the answer of a query in the form that the client likes best out; SPARQL 1.1 Protocol, reading only.

No query reaches anything but the graphs stored here, and an answer is whole or it is refused. Without a query the endpoint describes
itself: to a browser as the page of its editor, to a program as SPARQL 1.1 Service Description.
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from kg.errors import EvaluationError, QueryError, TooLargeError
from kg.ids import BASE
from kg.results import Kind, Results, ask, write
from kg.sparql import Dataset
from kg.web.accept import choose
from kg.web.editor import page
from kg.web.message import Asked, RefusedError, Reply
from kg.web.snapshot import Snapshot

FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
DEFAULT, NAMED = "default-graph-uri", "named-graph-uri"
# What only an update has.
OF_UPDATES = ("update", "using-graph-uri", "using-named-graph-uri")
MOST_PARAMETERS = 100

BOOLEANS = {
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
}
TYPES: Mapping[Kind, Mapping[str, str]] = {
    "rows": BOOLEANS | {"text/csv; charset=utf-8": "csv", "text/tab-separated-values; charset=utf-8": "tsv"},
    "boolean": BOOLEANS,
    "triples": {
        "text/turtle; charset=utf-8": "turtle",
        "application/n-triples": "n-triples",
        "application/rdf+xml": "rdf-xml",
        "application/ld+json": "json-ld",
    },
}

# The endpoint has no name of its own: it is where the description was found, so its IRI is relative wherever a form allows that.
ENDPOINT, RELATIVE = f"{BASE}sparql", "/sparql"
DESCRIPTION = """
PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> PREFIX form: <http://www.w3.org/ns/formats/>
CONSTRUCT {
  ?service a sd:Service ; sd:endpoint ?endpoint ; sd:supportedLanguage sd:SPARQL11Query ; sd:feature sd:UnionDefaultGraph ;
    sd:resultFormat form:SPARQL_Results_JSON , form:SPARQL_Results_XML , form:SPARQL_Results_CSV , form:SPARQL_Results_TSV ,
      form:Turtle , form:N-Triples , form:RDF_XML , form:JSON-LD ;
    sd:defaultDataset ?dataset .
  ?dataset a sd:Dataset ; sd:defaultGraph ?union ; sd:namedGraph ?node .
  ?union a sd:Graph .
  ?node a sd:NamedGraph ; sd:name ?graph .
} WHERE {
  { SELECT (BNODE() AS ?service) (BNODE() AS ?dataset) (BNODE() AS ?union) {} }
  { VALUES ?endpoint { %s } } UNION { GRAPH ?graph {} BIND(BNODE() AS ?node) }
}"""


def sparql(snapshot: Snapshot, asked: Asked) -> Reply:
    """The answer to a query by GET, by a form or posted as it is, or the page or description of the endpoint; raises `RefusedError`."""
    parameters = read_parameters(asked)
    queries = [value for name, value in parameters if name == "query"]
    if asked.method == "GET" and not parameters:
        return _introduce(snapshot, asked)
    if len(queries) != 1:
        raise RefusedError(400, f"{len(queries) or 'no'} queries; give one, as `query` or as the body")
    try:
        return _reply(ask(snapshot.store, queries[0], dataset=read_graphs(parameters), base=BASE), asked)
    except TooLargeError as error:
        # The protocol leaves a refused query to 500. This says besides that the query has to change, and that to repeat it is no use.
        raise RefusedError(422, str(error)) from error
    except EvaluationError as error:
        raise RefusedError(500, str(error)) from error
    except QueryError as error:
        raise RefusedError(400, str(error)) from error


def read_parameters(asked: Asked) -> list[tuple[str, str]]:
    """Names and values of what is asked, wherever they stand; a query that is posted as it is becomes `query`. Raises `RefusedError`."""
    parameters = list(asked.query)
    if asked.method == "POST":
        if asked.media == UPDATE:
            raise RefusedError(403, _read_only())
        if asked.media not in (FORM, QUERY):
            raise RefusedError(415, f"a query is posted as {FORM} or as {QUERY}, not as {asked.media or 'nothing that is named'}"[:200])
        if asked.media == QUERY:
            parameters.append(("query", asked.body))
        else:
            # The standard has a form's parameters in its body. A graph that is named in the address is chosen all the same: to pass it
            # over would answer another question.
            parameters += _parse_form(asked.body)
    # Forbidden rather than malformed: an update is well understood, and no other way to ask will make it welcome.
    if any(name in OF_UPDATES for name, _ in parameters):
        raise RefusedError(403, _read_only())
    return parameters


def read_graphs(parameters: list[tuple[str, str]]) -> Dataset | None:
    """The graphs that the parameters name, None where they name none."""
    default, named = (tuple(value for name, value in parameters if name == which) for which in (DEFAULT, NAMED))
    return Dataset(default, named) if default or named else None


def _parse_form(body: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body, keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except ValueError as error:
        raise RefusedError(400, f"the form is malformed: {error}") from error


def _read_only() -> str:
    return "this endpoint is read-only: it answers queries, and takes no updates"


def _reply(results: Results, asked: Asked) -> Reply:
    """An answer in the type that is liked best."""
    types = TYPES[results.kind]
    media = _choose(asked.accept, [*types])
    return Reply(media=media, body=write(results, types[media]), headers={"Vary": "Accept"})


def _choose(accept: str, offers: list[str]) -> str:
    media = choose(accept, offers)
    if media is None:
        raise RefusedError(406, f"there is {', '.join(offer.partition(';')[0] for offer in offers)}")
    return media


def _introduce(snapshot: Snapshot, asked: Asked) -> Reply:
    """The page of the editor for who likes HTML better than RDF, else the description of the service."""
    types = TYPES["triples"]
    media = _choose(asked.accept, [*types, "text/html"])
    if media == "text/html":
        reply = page(snapshot, asked)
        return Reply(status=reply.status, media=reply.media, body=reply.body, headers={**reply.headers, "Vary": "Accept"})
    # N-Triples has no relative IRIs, and so does not say where the endpoint is; who has fetched it knows.
    is_relative = types[media] != "n-triples"
    body = write(ask(snapshot.store, DESCRIPTION % (f"<{ENDPOINT}>" if is_relative else "")), types[media])
    return Reply(media=media, body=body.replace(ENDPOINT.encode(), RELATIVE.encode()), headers={"Vary": "Accept"})
