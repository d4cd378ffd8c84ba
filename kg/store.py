"""The graph on disk or in memory: records go in and come out, SPARQL is answered.

A write is one transaction: after a crash each article is wholly in or wholly out. Every graph is a named graph and
queries see the union of all. Above this module nobody holds an RDF term.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, TypeVar

import pyoxigraph as ox

from kg.errors import EvaluationError, OntologyError, QueryError, StoreError
from kg.ids import ARTICLE, ENTITIES_GRAPH, EVENTS_GRAPH, INDEX_GRAPH, NK, ONTOLOGY_GRAPH
from kg.jsonld import write_jsonld
from kg.ontology import turtle_files
from kg.readback import Node, StoredArticle, nodes_of, read_articles, read_claims, read_entities, read_events
from kg.records import Claim, Entity, Event
from kg.sparql import Dataset, describe_error, read_dataset, refuse_remote
from kg.terms import DCT, PREFIXES, PROV, RDF, Plain, is_iri, named, to_plain

SHAPES = "shapes.ttl"

JSON_LD = "json-ld"
DATASETS = {"trig": ox.RdfFormat.TRIG, "n-quads": ox.RdfFormat.N_QUADS, JSON_LD: ox.RdfFormat.JSON_LD}
GRAPHS = {"turtle": ox.RdfFormat.TURTLE, "n-triples": ox.RdfFormat.N_TRIPLES, "rdf-xml": ox.RdfFormat.RDF_XML}
RESULTS = {
    "json": ox.QueryResultsFormat.JSON,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "xml": ox.QueryResultsFormat.XML,
}

# Raised whenever the quads of an event or a claim change, so that no graph is asked for what it does not have.
LAYOUT = ox.Quad(named(INDEX_GRAPH), named(NK + "layout"), ox.Literal("3"), named(INDEX_GRAPH))
# Quads, some 0.5 GB of them.
_MOST_IN_MEMORY = 1_000_000

Value = TypeVar("Value")
Format = TypeVar("Format", ox.RdfFormat, ox.QueryResultsFormat)
Found = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples

ENTITIES = "SELECT DISTINCT ?entity WHERE { ?kind rdfs:subClassOf* nk:Entity . ?entity a ?kind }"
DEPTHS = "SELECT ?kind (COUNT(DISTINCT ?above) AS ?depth) WHERE { ?kind rdfs:subClassOf* nk:Entity , ?above } GROUP BY ?kind"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a query gives: rows under variables (SELECT), a boolean (ASK) or triples as Turtle (CONSTRUCT, DESCRIBE)."""

    variables: tuple[str, ...] = ()
    rows: tuple[tuple[Plain, ...], ...] = ()
    boolean: bool | None = None
    triples: str | None = None


class Store:
    """The quads of articles, events and ontology. A context manager; `close` gives the folder free.

    `inner` is the Oxigraph store itself, for `kg.linked` alone.
    """

    def __init__(self, path: Path | None = None, *, read_only: bool = False) -> None:
        """Open the store in a folder, made if missing unless `read_only`; without a path it lives in memory.

        A read-only store sees what was there when it was opened, and remembers what it was asked to. Raises `StoreError` for a folder
        that another process writes to, that holds no store, or whose store is damaged.
        """
        self._remembered: dict[str, Any] | None = {} if read_only else None
        try:
            if path is None:
                self.inner = ox.Store()
            elif read_only:
                self.inner = ox.Store.read_only(str(path))
            else:
                path.mkdir(parents=True, exist_ok=True)
                self.inner = ox.Store(str(path))
        except FileNotFoundError as error:
            raise StoreError(f"{path}: there is no store here") from error
        except (OSError, RuntimeError) as error:
            reason = "another process has it open" if "/LOCK:" in str(error) else " ".join(str(error).split())
            raise StoreError(f"{path}: the store cannot be opened: {reason}") from error

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Give the folder free; the store answers as an empty one from then on."""
        self.inner, self._remembered = ox.Store(), None

    # --- writing ----------------------------------------------------------------------------------

    def load_ontology(self, folder: Path) -> None:
        """Put the Turtle of a folder, its shapes apart, in the place of the ontology that the store has."""
        files = [file for file in turtle_files(folder) if file.name != SHAPES]
        quads = {LAYOUT, *(quad for file in files for quad in _parse(file))}
        old = set(self.graph(ONTOLOGY_GRAPH))
        if old:
            self.change(old, quads)
        else:
            self.load(quads)

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Put quads in, fast; a process that is killed may leave a part of them."""
        try:
            self.inner.bulk_extend(quads)
        except (OSError, RuntimeError) as error:
            raise StoreError(f"the store cannot be written to: {error}") from error

    def change(self, old: set[ox.Quad], new: set[ox.Quad]) -> None:
        """Make `old` into `new`, all or nothing; what is in both is left alone."""
        gone, come = old - new, new - old
        try:
            if not gone:
                self.inner.extend(come)
            else:
                self.inner.update(f"DELETE DATA {{ {_data(gone)} }} ; INSERT DATA {{ {_data(come)} }}")
        except (OSError, RuntimeError) as error:
            raise StoreError(f"the store cannot be written to: {error}") from error

    def is_current(self) -> bool:
        """Whether what it holds is laid out as this version does it; a store without an ontology is not."""
        return LAYOUT in self.inner

    # --- reading ----------------------------------------------------------------------------------

    def articles(self) -> Iterator[StoredArticle]:
        """Every article, in the order of their IRIs."""
        return (article for nodes in self._article_nodes() for article in read_articles(nodes))

    def claims(self) -> Iterator[Claim]:
        """Every claim, article by article, in the order of their IRIs."""
        return (claim for nodes in self._article_nodes() for claim in read_claims(nodes))

    def events(self) -> Iterator[Event]:
        """Every merged event, in the order of their IRIs."""
        return read_events(nodes_of(self.graph(EVENTS_GRAPH)), self.article_id)

    def entities(self) -> Iterator[Entity]:
        """Every entity of the ontology and every minted one, in the order of their IRIs.

        One that several articles mint has the labels and sources of all.
        """
        depths = self._depths()
        for iri in sorted(str(entity) for (entity,) in self._rows(ENTITIES)):
            yield from read_entities(self.nodes(iri), depths)

    def event(self, iri: str) -> Event | None:
        """The event with this IRI."""
        own = self.nodes(iri)
        names = ("participation", "disagreement", "independentSource")
        parts = [o.value for p in names for node in own.values() for o in node.get(NK + p, ())]
        return next(read_events(own | self.nodes(*parts), self.article_id), None)

    def entity(self, iri: str) -> Entity | None:
        """The entity with this IRI."""
        return next(read_entities(self.nodes(iri), self._depths()), None)

    def newcomer(self, iri: str) -> Entity | None:
        """The entity with this IRI that articles name and the ontology lacks."""
        nodes = nodes_of(self.inner.quads_for_pattern(named(iri), None, None, named(ENTITIES_GRAPH)))
        # It is of one class alone.
        kinds = {kind.value: 0 for node in nodes.values() for kind in node.get(RDF + "type", ())}
        return next(read_entities(nodes, kinds), None)

    def reports(self, claims: Iterable[str]) -> Iterator[tuple[Claim, StoredArticle]]:
        """The claims with these IRIs, each with the article that makes it."""
        for iri in claims:
            for quad in self.inner.quads_for_pattern(named(iri), named(PROV + "wasDerivedFrom"), None):
                nodes = nodes_of(self.inner.quads_for_pattern(None, None, None, quad.graph_name))
                (article,) = read_articles(nodes)
                yield from ((claim, article) for claim in read_claims(nodes) if claim.iri == iri)

    def article_id(self, iri: str) -> str:
        """The id of the article with this IRI."""
        (quad,) = self.inner.quads_for_pattern(named(iri), named(DCT + "identifier"), None)
        return str(to_plain(quad.object))

    def nodes(self, *iris: str) -> dict[str, Node]:
        """What all graphs say of some subjects."""
        return nodes_of(quad for iri in iris for quad in self.inner.quads_for_pattern(named(iri), None, None))

    def _depths(self) -> dict[str, int]:
        """How many classes are above each class of entities."""
        return {str(kind): depth for kind, depth in self._rows(DEPTHS) if isinstance(depth, int)}

    def _article_nodes(self) -> Iterator[Mapping[str, Node]]:
        return (nodes_of(self.graph(graph)) for graph in self._graph_names() if graph.startswith(ARTICLE))

    def _graph_names(self) -> list[str]:
        return sorted(graph.value for graph in self.inner.named_graphs())

    def graph(self, iri: str) -> Iterator[ox.Quad]:
        """The quads of a named graph."""
        return self.inner.quads_for_pattern(None, None, None, named(iri))

    def quick(self) -> "Store":
        """What the store holds now, to be read: in memory, where queries take a fifth of the time, unless that would be too much."""
        return self if len(self.inner) > _MOST_IN_MEMORY else self.in_memory()

    def in_memory(self) -> "Store":
        """A copy in memory, of some 1 GB for a million quads."""
        copy = Store(read_only=True)
        copy.load(self.inner)
        return copy

    def remember(self, name: str, read: Callable[[], Value]) -> Value:
        """What `read` gives; of a store that is read-only it is read once and kept under its name, which must be that of nothing else."""
        if self._remembered is None:
            return read()
        if name not in self._remembered:
            self._remembered[name] = read()
        kept: Value = self._remembered[name]
        return kept

    def back_up(self, folder: Path) -> None:
        """Put a copy of the store on disk, as it was when it was opened, in a folder that is not there yet."""
        try:
            self.inner.backup(str(folder))
        except (OSError, RuntimeError) as error:
            raise StoreError(f"{folder}: the store cannot be copied: {' '.join(str(error).split())}") from error

    # --- SPARQL -----------------------------------------------------------------------------------

    def sparql(self, text: str) -> Answer:
        """Answer a query over the union of all graphs, or over those that it names with FROM; our usual prefixes need no declaration.

        The union repeats a triple that several articles give: count with DISTINCT. Raises `QueryError`, with line
        and column, for text that is no query or that reaches for the network.
        """
        try:
            return _answer(self.query(text))
        except (OSError, RuntimeError, ValueError) as error:
            raise QueryError(describe_error(error, text)) from error

    def sparql_as(self, text: str, format: str) -> bytes:
        """The answer in a standard form: json, csv, tsv or xml for rows and booleans, turtle, n-triples or rdf-xml for triples."""
        found = self.query(text)
        if isinstance(found, ox.QueryTriples):
            return found.serialize(format=_pick(GRAPHS, format)) or b""
        return found.serialize(format=_pick(RESULTS, format)) or b""

    def query(self, text: str, *, dataset: Dataset | None = None, base: str | None = None) -> Found:
        """As `sparql`, for `kg.results`; a dataset stands before what FROM names, and relative IRIs are relative to `base`.

        Raises `EvaluationError`, a `QueryError`, where the query is well formed.
        """
        refuse_remote(text, base)
        dataset = dataset or read_dataset(text, base)
        default, named_graphs = (self._stored(dataset.default), self._stored(dataset.named)) if dataset else (None, None)
        try:
            return self.inner.query(
                text,
                prefixes=dict(PREFIXES),
                base_iri=base,
                # Oxigraph would ask the union of all graphs otherwise, whatever the query names.
                use_default_graph_as_union=dataset is None,
                default_graph=default,
                named_graphs=named_graphs,
            )
        except SyntaxError as error:
            raise QueryError(describe_error(error, text)) from error
        except (OSError, RuntimeError, ValueError) as error:
            raise EvaluationError(describe_error(error, text)) from error

    def _stored(self, graphs: Iterable[str]) -> list[Any]:
        """The graphs with these IRIs; `QueryError` for one that is not here."""
        nodes = [named(iri) for iri in graphs if is_iri(iri)]
        missing = next((iri for iri in graphs if not is_iri(iri) or not self.inner.contains_named_graph(named(iri))), None)
        if missing is not None:
            raise QueryError(f"no graph <{missing}> is stored here; a query reads this store only, and fetches nothing")
        return nodes

    def _rows(self, text: str) -> tuple[tuple[Plain, ...], ...]:
        return self.sparql(text).rows

    # --- all of it --------------------------------------------------------------------------------

    def dump(self, target: Path | BinaryIO, format: str) -> None:
        """Write everything as trig, n-quads or json-ld by graph, or as turtle, n-triples or rdf-xml in one.

        The same store gives the same bytes. A path is written whole or not at all.
        """
        _pick(DATASETS | GRAPHS, format)
        if not isinstance(target, Path):
            self._write(target, format)
            return
        partial = target.with_name(target.name + ".part")
        with partial.open("wb") as stream:
            self._write(stream, format)
        partial.replace(target)

    def _write(self, stream: BinaryIO, format: str) -> None:
        # What the index holds follows from the rest.
        names = [name for name in self._graph_names() if name != INDEX_GRAPH]
        graphs = (sorted(self.graph(name), key=reading_order) for name in names)
        if format == JSON_LD:
            write_jsonld(zip(names, graphs, strict=True), stream)
        elif format in DATASETS:
            quads = (quad for graph in graphs for quad in graph)
            ox.serialize(quads, stream, DATASETS[format], prefixes=dict(PREFIXES))
        else:
            triples = sorted({quad.triple for graph in graphs for quad in graph}, key=reading_order)
            ox.serialize(triples, stream, _pick(GRAPHS, format), prefixes=dict(PREFIXES))


def _parse(file: Path) -> Iterator[ox.Quad]:
    try:
        for triple in ox.parse(path=file, format=ox.RdfFormat.TURTLE):
            if isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode):
                raise OntologyError(f"{file}: a blank node near {triple.subject} {triple.predicate}; give it an IRI")
            yield ox.Quad(triple.subject, triple.predicate, triple.object, named(ONTOLOGY_GRAPH))
    except SyntaxError as error:
        raise OntologyError(f"{file}: {error}") from error


def _data(quads: set[ox.Quad]) -> str:
    return "\n".join(f"GRAPH {quad.graph_name} {{ {quad.triple} }}" for quad in quads)


def reading_order(triple: ox.Quad | ox.Triple) -> tuple[str, bool, str, str]:
    """By subject, its class first."""
    return str(triple.subject).rstrip(">"), triple.predicate.value != RDF + "type", triple.predicate.value, str(triple.object)


def _answer(found: Found) -> Answer:
    if isinstance(found, ox.QueryBoolean):
        return Answer(boolean=bool(found))
    if isinstance(found, ox.QueryTriples):
        triples = ox.serialize(sorted(set(found), key=reading_order), format=ox.RdfFormat.TURTLE, prefixes=dict(PREFIXES))
        return Answer(triples=(triples or b"").decode())
    variables = tuple(variable.value for variable in found.variables)
    return Answer(variables=variables, rows=tuple(tuple(to_plain(term) for term in row) for row in found))


def _pick(formats: Mapping[str, Format], name: str) -> Format:
    if name not in formats:
        raise QueryError(f"no such format: {name!r}; there are {', '.join(formats)}")
    return formats[name]
