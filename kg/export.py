"""Merged events and the store -> files for other programs: one table of formats, what each may be told, who writes it.

A file is written whole or not at all, the same bytes for the same graph. Formats that need a library which is not installed
raise a `KgError` that names the extra which brings it.
"""

import io
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypedDict

from kg.asking import ALL, STATUSES, Day, describe_scope, period
from kg.content import Content
from kg.cypher import write_cypher
from kg.errors import QueryError
from kg.gephi import write_gexf, write_graphml
from kg.ical import write_calendar
from kg.known import Known
from kg.names import find_entity
from kg.network import (
    Drawing,
    Value,
    Which,
    as_drawing,
    bipartite_network,
    columns_of,
    draw_people,
    edge_rows,
    ego_network,
    folded,
    full_network,
    node_rows,
    people_network,
    select_events,
)
from kg.parquet import write_parquet
from kg.records import Event
from kg.store import Store
from kg.tables import (
    CLAIM_COLUMNS,
    EVENT_COLUMNS,
    PARTICIPANT_COLUMNS,
    Json,
    Row,
    claim_rows,
    event_json,
    event_rows,
    participant_rows,
    write_csv,
    write_jsonl,
)
from kg.timeline import write_timeline

PEOPLE, PAIRS, EGO, BIPARTITE, FULL = "people", "pairs", "ego", "bipartite", "full"
KINDS = (PEOPLE, PAIRS, EGO, BIPARTITE, FULL)
EVENT_TABLES: Mapping[str, tuple[Callable[[Iterable[Event], Known], Iterator[Row]], Sequence[str]]] = {
    "events": (event_rows, EVENT_COLUMNS),
    "participants": (participant_rows, PARTICIPANT_COLUMNS),
    "claims": (claim_rows, CLAIM_COLUMNS),
}
NETWORK_TABLES: Mapping[str, Callable[[Drawing], Iterator[dict[str, Value]]]] = {"nodes": node_rows, "edges": edge_rows}
# How the command line calls them.
SAID = {"start": "start (--from)", "end": "end (--to)"}
TITLE = "Who met whom, when, where, and who says so"
TABLES = (*EVENT_TABLES, *NETWORK_TABLES)


class Part(TypedDict, total=False):
    """What part of the graph is meant: those within `depth` steps of `of`, the days from `start` to `end`, both included, a status.

    With a start or an end what has no date is left out. `status` is occurred, planned, alleged, denied or all; if it is not given,
    networks but the full one are of what occurred, everything else is of all.
    """

    of: str | None
    depth: int | None
    start: Day
    end: Day
    status: str | None


class Options(Part, total=False):
    """What a file is to hold.

    `kind` is a network: people (an edge for each event and pair), pairs (one edge for each pair), ego (those around `of`), bipartite
    or full. `table` is events, participants, claims, or the nodes or edges of the network.
    """

    kind: str | None
    table: str | None


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write: the suffix that stands for it, the options that it knows, who writes it and counts what cannot be written."""

    suffix: str
    options: Collection[str]
    write: Callable[[Content, BinaryIO, Options], int | None]


# --- what is chosen -------------------------------------------------------------------------------


def draw(content: Content, kind: str | None, part: Part) -> Any:
    """The network of this kind, as NetworkX has it; `QueryError` for a kind, a name, a date or a status that is none."""
    kind = _check_kind(kind, part)
    which = _which(part, of_all=kind == FULL)
    if kind == FULL:
        return full_network(content.events, content.known, **which)
    if kind == BIPARTITE:
        return bipartite_network(content.events, content.known, **which)
    people = people_network(content.events, content.known, **which)
    if kind == EGO:
        return _ego(people, content.store, part)
    return folded(people) if kind == PAIRS else people


def _ego(people: Any, store: Store, part: Part) -> Any:
    of, depth = part.get("of"), part.get("depth")
    if of is None:
        raise QueryError("kind: ego needs of, the name of whoever stands in the middle")
    if depth is not None and depth < 1:
        raise QueryError(f"depth: {depth} is no number of steps")
    middle = find_entity(store, of)
    if middle not in people:
        raise QueryError(f"of: such events join {of!r} to nobody")
    return ego_network(people, middle, 1 if depth is None else depth)


def _drawing(content: Content, options: Options) -> Drawing:
    """As `draw`, for a file: the edges of the people are made while they are written."""
    if _check_kind(options.get("kind"), options) == PEOPLE:
        return draw_people(content.events, content.known, **_which(options, of_all=False))
    return as_drawing(draw(content, options.get("kind"), options))


def _check_kind(kind: str | None, part: Part) -> str:
    """The kind of network that is meant: whoever names somebody wants what is around them."""
    kind = kind or (PEOPLE if part.get("of") is None else EGO)
    if kind not in KINDS:
        raise QueryError(f"kind: {kind!r} is none of {', '.join(KINDS)}")
    given = [name for name, value in (("of", part.get("of")), ("depth", part.get("depth"))) if value is not None]
    if kind != EGO and given:
        raise QueryError(f"{given[0]}: only kind ego takes it, not {kind}")
    return kind


def _which(part: Part, *, of_all: bool) -> Which:
    status = part.get("status") or (ALL if of_all else "occurred")
    if status not in (*STATUSES, ALL):
        raise QueryError(f"status: {status!r} is none of {', '.join((*STATUSES, ALL))}")
    start, end = period(part.get("start"), part.get("end"))
    return {"start": start, "end": end, "statuses": STATUSES if status == ALL else (status,)}


def _chosen(content: Content, options: Options) -> list[Event]:
    """The events that a table, calendar or page is of, in the order of time."""
    chosen = {event.iri for event in select_events(content.events, **_which(options, of_all=True))}
    return [event for event in content.events if event.iri in chosen]


# --- formats --------------------------------------------------------------------------------------


def _dump(format: str) -> Callable[[Content, BinaryIO, Options], None]:
    return lambda content, stream, _: content.store.dump(stream, format)


def _gexf(content: Content, stream: BinaryIO, options: Options) -> None:
    write_gexf(_drawing(content, options), stream, description=describe_scope(content.store))


def _graphml(content: Content, stream: BinaryIO, options: Options) -> None:
    write_graphml(draw(content, options.get("kind"), options), stream)


def _csv(content: Content, stream: BinaryIO, options: Options) -> None:
    rows, columns = _table(content, options)
    with _text(stream) as text:
        write_csv(rows, columns, text)


def _parquet(content: Content, stream: BinaryIO, options: Options) -> None:
    rows, columns = _table(content, options)
    write_parquet(rows, columns, stream)


def _jsonl(content: Content, stream: BinaryIO, options: Options) -> None:
    with _text(stream) as text:
        write_jsonl(_lines(content, options), text)


def _calendar(content: Content, stream: BinaryIO, options: Options) -> int:
    return write_calendar(_lines(content, options), stream)


def _timeline(content: Content, stream: BinaryIO, options: Options) -> None:
    with _text(stream) as text:
        write_timeline(_lines(content, options), text, title=TITLE, scope=describe_scope(content.store))


def _cypher(content: Content, stream: BinaryIO, options: Options) -> None:
    with _text(stream) as text:
        write_cypher(draw(content, options.get("kind"), options), text)


def _lines(content: Content, options: Options) -> Iterator[Json]:
    """The chosen events as JSON has them."""
    return (event_json(event, content.known) for event in _chosen(content, options))


def _table(content: Content, options: Options) -> tuple[Iterable[Mapping[str, Value]], Sequence[str]]:
    """The rows that are meant and their columns, which do not hang on what is in them."""
    of_network = options.get("kind") is not None or options.get("of") is not None
    name = options.get("table") or ("edges" if of_network else "events")
    if name in NETWORK_TABLES:
        kind = _check_kind(options.get("kind"), options)
        return NETWORK_TABLES[name](_drawing(content, options)), columns_of(name, kind)
    if name not in EVENT_TABLES:
        raise QueryError(f"table: {name!r} is none of {', '.join(TABLES)}")
    given = [option for option in ("kind", "of", "depth") if options.get(option) is not None]
    if given:
        raise QueryError(f"{given[0]}: the tables of nodes and edges take it, not {name}")
    rows, columns = EVENT_TABLES[name]
    return rows(_chosen(content, options), content.known), columns


@contextmanager
def _text(stream: BinaryIO) -> Iterator[io.TextIOWrapper]:
    """A text stream over a binary one, which stays open behind it. Half a surrogate pair, which UTF-8 cannot hold, becomes "?"."""
    text = io.TextIOWrapper(stream, encoding="utf-8", errors="replace", newline="")
    try:
        yield text
    finally:
        text.detach()


_EVENTS = ("start", "end", "status")
_NETWORKS = (*_EVENTS, "kind", "of", "depth")
FORMATS: Mapping[str, Format] = {
    "turtle": Format(".ttl", (), _dump("turtle")),
    "trig": Format(".trig", (), _dump("trig")),
    "n-quads": Format(".nq", (), _dump("n-quads")),
    "json-ld": Format(".jsonld", (), _dump("json-ld")),
    "gexf": Format(".gexf", _NETWORKS, _gexf),
    "graphml": Format(".graphml", _NETWORKS, _graphml),
    "csv": Format(".csv", (*_NETWORKS, "table"), _csv),
    "parquet": Format(".parquet", (*_NETWORKS, "table"), _parquet),
    "jsonl": Format(".jsonl", _EVENTS, _jsonl),
    "ics": Format(".ics", _EVENTS, _calendar),
    "html": Format(".html", _EVENTS, _timeline),
    "cypher": Format(".cypher", _NETWORKS, _cypher),
}


def write(content: Content, stream: BinaryIO, format: str, options: Options) -> int:
    """Write in a format; the number of undated events that are left out. `QueryError` for one that is none or an option unknown to it."""
    if format not in FORMATS:
        raise QueryError(f"format: {format!r} is none of {', '.join(FORMATS)}")
    for name, value in options.items():
        if value is not None and name not in FORMATS[format].options:
            known = ", ".join(FORMATS[format].options)
            raise QueryError(
                f"{SAID.get(name, name)}: {format} does not take it; " + (f"it takes {known}" if known else "it holds all of the graph")
            )
    undated = FORMATS[format].write(content, stream, options) or 0
    if options.get("start") is None and options.get("end") is None:
        return undated
    is_network = FORMATS[format].options == _NETWORKS or any(options.get(name) is not None for name in ("kind", "of"))
    of_all = options.get("kind") == FULL or not (is_network or options.get("table") in NETWORK_TABLES)
    statuses = _which(options, of_all=of_all)["statuses"]
    return sum(event.interval is None and event.status in statuses for event in content.events)


def find_format(path: Path) -> str:
    """The format that the suffix of a file stands for; `QueryError` where there is none."""
    found = {format.suffix: name for name, format in FORMATS.items()}
    if path.suffix.lower() not in found:
        raise QueryError(f"{path}: no format has the suffix {path.suffix!r}; there are {', '.join(found)}")
    return found[path.suffix.lower()]
