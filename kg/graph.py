"""A built graph as Python sees it: who met whom, what happened, who held an office; networks, rdflib and files.

All of it comes from the store, so it is what the graph was built with. Answers are the rows of `kg.query`.
"""

from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Unpack

from kg import asking
from kg.asking import Answered, Day, Filters, Given, open_store
from kg.content import Content, read_content
from kg.export import Options, Part, draw, find_format, write
from kg.linked import to_rdflib
from kg.query import EntityDetail, EventDetail, EventRow, HolderRow
from kg.records import Claim
from kg.store import Answer, Store
from kg.swap import replace_file


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

    def to_networkx(self, kind: str | None = None, **part: Unpack[Part]) -> Any:
        """Who is joined to whom: people (if nothing else is said), pairs, ego, bipartite or full, as `kg.export.Part` tells.

        A `networkx.MultiDiGraph` of people, by default and around somebody (`of`), or a `networkx.Graph`.

        >>> network = g.to_networkx(start="2024", end="2024")
        >>> sorted(network.nodes[n]["label"] for n in network if network.degree(n) > 1)
        ['Kim Jong Un', 'Vladimir Putin']
        """
        return draw(self._content, kind, part)

    def to_rdflib(self) -> Any:
        """The quads themselves, not a copy, as an `rdflib.Dataset`."""
        return to_rdflib(self.store)

    def export(self, path: str | Path, format: str | None = None, **options: Unpack[Options]) -> int:
        """Write the graph to a file, whole or not at all; without a format, in that of the suffix: .ttl .gexf .csv .html …

        Gives the number of undated events that are left out: of a period, and of every calendar. A link is followed; what is no file,
        such as a pipe, is written to as it is.
        """
        path = Path(path)
        chosen = format or find_format(path)
        with replace_file(path) as stream:
            return self.write(stream, chosen, **options)

    def write(self, stream: BinaryIO, format: str, **options: Unpack[Options]) -> int:
        """Write the graph in one of `kg.export.FORMATS`, or the part of it that the options tell of; gives what `export` gives."""
        return write(self._content, stream, format, options)

    @cached_property
    def _content(self) -> Content:
        return read_content(self.store)


def _with_claims(found: EventDetail) -> EventAnswer:
    return EventAnswer(row=found.row, event=found.event, reports=found.reports, links=found.links)
