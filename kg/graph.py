"""A built graph as Python sees it: who met whom, what happened, who held an office; networks, rdflib and files.

All of it comes from the store, so it is what the graph was built with. Answers are the rows of `kg.query`.
"""

import datetime as dt
import io
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Unpack

from kg import asking
from kg.asking import ALL, STATUSES, Answered, Day, Filters, Given, first_day, last_day, open_store
from kg.dates import earliest
from kg.errors import QueryError
from kg.gephi import write_gexf, write_graphml
from kg.ids import local
from kg.linked import to_rdflib
from kg.network import bipartite_network, full_network, people_network
from kg.query import EntityDetail, EventDetail, EventRow, HolderRow
from kg.records import Claim, Event
from kg.schema import Edge, EventType
from kg.store import Answer, Store
from kg.tables import (
    CLAIM_COLUMNS,
    EVENT_COLUMNS,
    PARTICIPANT_COLUMNS,
    Lookup,
    claim_rows,
    event_json,
    event_rows,
    participant_rows,
    write_csv,
    write_jsonl,
)

DUMPS = {"turtle": "turtle", "trig": "trig", "n-quads": "n-quads", "json-ld": "json-ld"}
PICTURES = {"gexf": write_gexf, "graphml": write_graphml}
SHEETS = {
    "events": (event_rows, EVENT_COLUMNS),
    "participants": (participant_rows, PARTICIPANT_COLUMNS),
    "claims": (claim_rows, CLAIM_COLUMNS),
}
SUFFIXES = {".ttl": "turtle", ".trig": "trig", ".nq": "n-quads", ".jsonld": "json-ld"} | {f".{n}": n for n in (*PICTURES, "csv", "jsonl")}
NETWORKS = {"people": people_network, "bipartite": bipartite_network}
FULL = "full"

TYPES = """SELECT DISTINCT ?type ?name ?edge ?source ?target ?directed ?predicate WHERE {
  ?type a nk:EventType ; skos:prefLabel ?name FILTER(LANG(?name) = "en")
  OPTIONAL { ?type nk:edge ?edge . ?edge nk:from ?source ; nk:to ?target
    OPTIONAL { ?edge nk:directed ?directed } OPTIONAL { ?edge nk:direct ?predicate } }
}"""


def open_graph(path: str | Path) -> "Graph":
    """The graph in a folder that a build has made, to be read. Raises `StoreError` where there is none."""
    return Graph(open_store(path))


class EventAnswer(EventDetail):
    """An event as `kg.query` gives it, with its claims at hand."""

    __slots__ = ()

    @property
    def claims(self) -> tuple[Claim, ...]:
        """What each article says of it, the first published first."""
        return tuple(report.claim for report in self.reports)


class Graph:
    """A graph that answers questions. A context manager; `close` gives its folder free."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def __enter__(self) -> "Graph":
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Give the store free; the graph is empty from then on."""
        self.store.close()

    # --- questions --------------------------------------------------------------------------------

    def met(self, who: str | None = None, whom: str | None = None, **filters: Unpack[Filters]) -> tuple[EventRow, ...]:
        """Who met whom, the earliest first: all meetings and calls, those of `who`, or those of `who` with `whom`.

        Filters are start, end, place, country, status and min_sources; with a start or an end what has no date is left out.

        >>> [(row.date, row.place_label) for row in g.met("Kim Jong-un", "Путин", start="2023", end="2023")]
        [('2023-09-13', 'Vostochny Cosmodrome')]
        """
        return asking.met(self.store, who, whom, **filters)

    def timeline(
        self, who: str | None = None, whom: str | None = None, *, type: str | None = None, **filters: Unpack[Filters]
    ) -> tuple[EventRow, ...]:
        """What happened: as `met`, for events of every type, or of one with those below it ("Visit")."""
        return asking.timeline(self.store, who, whom, type=type, **filters)

    def who(self, office: str, on: Day = None) -> tuple[HolderRow, ...]:
        """Who held an office, ever or on a day; `certain` tells whether the bounds leave that open.

        >>> [row.person_label for row in g.who("Russian defence minister", on="2023-07-26")]
        ['Sergei Shoigu']
        """
        return asking.holders(self.store, office, on)

    def show(self, name: str) -> EventAnswer | EntityDetail:
        """What is known of an event (its IRI, or the first digits of its number) or of an entity (its IRI or a name)."""
        found = asking.show(self.store, name)
        return _with_claims(found) if isinstance(found, EventDetail) else found

    def event(self, iri: str) -> EventAnswer:
        """One event with its claims, their articles and sentences."""
        return _with_claims(asking.event(self.store, iri))

    def ask(self, name: str, **values: Given) -> Answered:
        """The answer to a named question; `kg ask` lists the questions and what each may be told.

        Raises `QueryError` for a name or a value that is none.

        >>> answer = g.ask("first_last", who="Putin", whom="Kim Jong Un")
        >>> [(row["which"], row["date"]) for row in answer.records]
        [('first', '2023-09-13'), ('last', '2024-06')]
        >>> g.ask("third_party", country="North Korea", other="Russia").articles
        '5 articles published from 2023-10-12 to 2025-07-13'
        """
        return asking.ask(self.store, name, values)

    def sparql(self, text: str) -> Answer:
        """The answer to a SPARQL query over the union of all graphs; the usual prefixes need no declaration.

        >>> g.sparql("ASK { id:kim-jong-un nk:met id:vladimir-putin }").boolean
        True
        """
        return self.store.sparql(text)

    # --- networks and files -----------------------------------------------------------------------

    def to_networkx(self, kind: str = "people", *, start: Day = None, end: Day = None, status: str = "occurred") -> Any:
        """People joined by events, participants and events as a bipartite graph, or full: with places, claims and articles.

        A `networkx.MultiDiGraph` of people, or a `networkx.Graph`; the full one holds the events of every date and status.

        >>> network = g.to_networkx(start="2024", end="2024")
        >>> sorted(network.nodes[n]["label"] for n in network if network.degree(n) > 1)
        ['Kim Jong Un', 'Vladimir Putin']
        """
        look = self._lookup
        if kind == FULL:
            return full_network(self._events, look.entities, look.types, look.claims)
        if kind not in NETWORKS:
            raise QueryError(f"kind: {kind!r} is none of {', '.join((*NETWORKS, FULL))}")
        statuses = STATUSES if status == ALL else (status,)
        return NETWORKS[kind](self._events, look.entities, look.types, start=first_day(start), end=last_day(end), statuses=statuses)

    def to_rdflib(self) -> Any:
        """The quads themselves, not a copy, as an `rdflib.Dataset`."""
        return to_rdflib(self.store)

    def export(self, path: str | Path, format: str | None = None, *, kind: str | None = None) -> None:
        """Write the graph to a file, whole or not at all; without a format, in that of the suffix: .ttl .trig .nq .gexf …"""
        path = Path(path)
        chosen = format or SUFFIXES.get(path.suffix.lower())
        if chosen is None:
            raise QueryError(f"{path}: no format has the suffix {path.suffix!r}; there are {', '.join(SUFFIXES)}")
        partial = path.with_name(path.name + ".part")
        try:
            with partial.open("wb") as stream:
                self.write(stream, chosen, kind=kind)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)

    def write(self, stream: BinaryIO, format: str, *, kind: str | None = None) -> None:
        """Write the graph in a format: all of it as RDF, its events as JSON lines, or what `kind` names.

        GEXF and GraphML are of people, bipartite or full; CSV has events, participants or claims.
        """
        if format in DUMPS:
            self.store.dump(stream, DUMPS[format])
        elif format in PICTURES:
            PICTURES[format](self.to_networkx(kind or "people"), stream)
        elif format in SUFFIXES.values():
            text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
            self._write_text(text, format, kind or "events")
            text.detach()
        else:
            raise QueryError(f"format: {format!r} is none of {', '.join(SUFFIXES.values())}")

    def _write_text(self, stream: io.TextIOWrapper, format: str, kind: str) -> None:
        if format == "jsonl":
            write_jsonl((event_json(event, self._lookup) for event in self._events), stream)
        elif kind in SHEETS:
            rows, columns = SHEETS[kind]
            write_csv(rows(self._events, self._lookup), columns, stream)
        else:
            raise QueryError(f"kind: {kind!r} is none of {', '.join(SHEETS)}")

    # --- records, read once -----------------------------------------------------------------------

    @cached_property
    def _events(self) -> list[Event]:
        """The earliest first, what has no date last."""
        return sorted(self.store.events(), key=lambda event: (earliest(event.interval) if event.interval else dt.date.max, event.iri))

    @cached_property
    def _lookup(self) -> Lookup:
        return Lookup(
            entities={entity.iri: entity for entity in self.store.entities()},
            types=_types(self.store),
            claims={claim.iri: claim for claim in self.store.claims()},
            sources={article.id: article.source for article in self.store.articles()},
        )


def _with_claims(found: EventDetail) -> EventAnswer:
    return EventAnswer(row=found.row, event=found.event, reports=found.reports, links=found.links)


def _types(store: Store) -> dict[str, EventType]:
    """The event types as far as networks and tables need them: names and edges."""
    found: dict[str, EventType] = {}
    for iri, name, edge, source, target, directed, predicate in sorted(store.sparql(TYPES).rows, key=str):
        known = found[str(iri)].edges if str(iri) in found else ()
        link = None if predicate is None else str(predicate)
        drawn = (Edge(source=local(str(source)), target=local(str(target)), directed=bool(directed), predicate=link),) if edge else ()
        found[str(iri)] = EventType(iri=str(iri), name=str(name), parents=(), frames=(), roles=(), edges=(*known, *drawn))
    return found
