"""Questions as users put them -> rows: names in any spelling, months and years, "all" become what `kg.query` asks with.

Everything is answered from the store. A name, date or status that is none raises `QueryError`.
"""

import csv
import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict, Unpack

from kg import query, questions
from kg.dates import earliest, from_edtf, latest
from kg.errors import QueryError, StoreError
from kg.ids import local
from kg.names import AGREEMENT_CLASS, STATE_CLASS, find_entity, find_event, find_office, find_place, find_two
from kg.query import EntityDetail, EventDetail, EventRow, HolderRow
from kg.records import Interval
from kg.shapes import Violation, validate
from kg.store import SHAPES, Store
from kg.swap import find_entry
from kg.terms import Plain

STORE = "store"
ALL = "all"
STATUSES = ("occurred", "planned", "alleged", "denied")

TYPES = 'SELECT DISTINCT ?type ?name WHERE { ?type a nk:EventType ; skos:prefLabel ?name FILTER(LANG(?name) = "en") }'
DIRECTIONS = "SELECT DISTINCT ?source ?target WHERE { ?edge a nk:Edge ; nk:from ?source ; nk:to ?target ; nk:directed true }"
ITEMS = """SELECT DISTINCT ?event ?item ?label WHERE {
  ?event a nk:Event ; nk:item ?item ; nk:itemRole ?role .
  OPTIONAL { ?event ?role ?thing . ?thing skos:prefLabel ?label FILTER(LANG(?label) = "en") }
}"""
SCOPE = """SELECT (COUNT(DISTINCT ?article) AS ?n) (MIN(?day) AS ?first) (MAX(?day) AS ?last) WHERE {
  ?article a nk:Article OPTIONAL { ?article dct:issued ?day }
}"""

Day = str | dt.date | None


class Filters(TypedDict, total=False):
    """Which events: `start` and `end` are included, and with either of them what has no date is left out.

    `place` stands for the places in it too; `status` is occurred (if none is given), planned, alleged, denied or all; `country` is that
    of somebody who takes part, or one that does itself, `min_sources` the least number of independent sources.
    """

    start: Day
    end: Day
    place: str | None
    status: str
    country: str | None
    min_sources: int | None


Question = Callable[..., tuple[EventRow, ...]]
# Parameters for which a month or a year has a first or a last day.
BOUNDS = ("start", "end", "since", "before")
# What a named question may be given.
Given = str | int | dt.date | Path | Iterable[Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The answer to a named question: rows under columns, a label in a column of its own behind each thing that has one.

    `articles` says of what the graph was built: of what lies outside nothing is said.
    """

    question: questions.NamedQuery
    columns: tuple[str, ...]
    rows: tuple[tuple[Plain, ...], ...]
    articles: str

    @property
    def records(self) -> list[dict[str, Plain]]:
        """The rows as dictionaries, which pandas and polars take as they are."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def open_store(path: str | Path) -> Store:
    """The store in a folder that a build has made, to be read. Raises `StoreError` where there is none, or one of another version."""
    folder = find_entry(Path(path), STORE)
    if not folder.is_dir():
        raise StoreError(f"{path}: there is no graph here; kg build makes one")
    store = Store(folder, read_only=True)
    if not store.is_current():
        store.close()
        raise StoreError(f"{path}: the graph was built by another version; kg build makes it anew, of all its articles")
    return store


def met(store: Store, who: str | None = None, whom: str | None = None, **filters: Unpack[Filters]) -> tuple[EventRow, ...]:
    """Who met whom, the earliest first: all meetings, those of `who`, or those of `who` with `whom`."""
    return query.met(store, **read_filters(store, who, whom, **filters))


def timeline(
    store: Store, who: str | None = None, whom: str | None = None, *, type: str | None = None, **filters: Unpack[Filters]
) -> tuple[EventRow, ...]:
    """What happened: as `met`, for events of every type, or of one with those below it ("Visit")."""
    return query.timeline(store, type=find_type(store, type), **read_filters(store, who, whom, **filters))


def count_undated(question: Question, store: Store, who: str | None, whom: str | None, **filters: Any) -> int:
    """How many events that a question for a period (`met` or `timeline`) leaves out have no date; 0 without a period."""
    if not (filters.get("start") or filters.get("end")):
        return 0
    always = question(store, who, whom, **{**filters, "start": None, "end": None})
    return sum(row.date is None for row in always)


def holders(store: Store, office: str, on: Day = None) -> tuple[HolderRow, ...]:
    """Who held an office ("the Russian defence minister"), ever or on a day; `certain` tells whether the bounds leave that open.

    Raises `QueryError` for a month or a year, in which several may have held it.
    """
    if on is not None and first_day(on) != last_day(on):
        raise QueryError(f"{on!r} is no single day, such as 2012-05-07")
    return query.who(store, office=find_office(store, office), on=first_day(on))


def show(store: Store, name: str) -> EventDetail | EntityDetail:
    """What is known of an event (its IRI, or the first digits of its number) or of an entity (its IRI or a name)."""
    event = find_event(store, name)
    return query.event(store, event) if event else query.entity(store, find_entity(store, name))


def event(store: Store, iri: str) -> EventDetail:
    """One event, by its IRI or the first digits of its number."""
    return query.event(store, find_event(store, iri) or iri)


def ask(store: Store, name: str, values: Mapping[str, Given]) -> Answered:
    """Answer a named question: names in any spelling, offices by title, events by the first digits of their number, dates also as months.

    A chronology is a CSV file with the columns date, who and whom, or such rows. Raises `QueryError` for a name or a value that is none.
    """
    named = questions.find_question(name)
    return answer(store, named, read_values(store, named, values))


def read_values(store: Store, named: questions.NamedQuery, values: Mapping[str, Given]) -> dict[str, questions.Value]:
    """What a question is asked with for what a user gives; if no status is given what occurred, and nothing for all of them."""
    if any(param.name == "status" for param in named.params):
        values = {"status": "occurred", **values}
    kinds = {param.name: param.kind for param in named.params}
    asked = {key: value for key, value in values.items() if (key, value) != ("status", ALL)}
    given = {key: _find_value(store, key, kinds[key], value) if key in kinds else str(value) for key, value in asked.items()}
    period(values.get("start"), values.get("end"))  # type: ignore[arg-type]
    return given


def answer(store: Store, named: questions.NamedQuery, given: Mapping[str, questions.Value]) -> Answered:
    """Answer a question with the values that `read_values` gives."""
    found = questions.run(store, named.name, **given)
    is_thing = [n in named.things for n in found.variables]
    labels = questions.label(store, {str(v) for row in found.rows for v, thing in zip(row, is_thing, strict=True) if thing and v})
    columns = [column for n in found.variables for column in ((n, f"{n}_label") if n in named.things else (n,))]
    rows = [
        tuple(cell for v, thing in zip(row, is_thing, strict=True) for cell in ((v, v and labels[str(v)]) if thing else (v,)))
        for row in found.rows
    ]
    return Answered(question=named, columns=tuple(columns), rows=tuple(rows), articles=describe_scope(store))


def _find_value(store: Store, name: str, kind: str, value: Given) -> questions.Value:
    """What a question is asked with for what a user gives."""
    if kind == "chronology":
        return _read_chronology(store, value)
    if isinstance(value, str) and kind in _FINDERS:
        return _FINDERS[kind](store, value)
    if kind == "date" and isinstance(value, str | dt.date):
        if name not in BOUNDS and first_day(value) != last_day(value):
            raise QueryError(f"{name}: {value!r} is no single day, such as 2012-05-07")
        return last_day(value) if name == "end" else first_day(value)
    return value if isinstance(value, str | int | dt.date) else str(value)


def _find_state(store: Store, text: str) -> str:
    return find_entity(store, text, root=STATE_CLASS)


def _find_agreement(store: Store, text: str) -> str:
    return find_entity(store, text, root=AGREEMENT_CLASS)


def _find_known_event(store: Store, text: str) -> str:
    found = find_event(store, text)
    if found is None:
        raise QueryError(f"no single event has a number that begins with {text!r}; kg timeline prints them")
    return found


def _find_status(_: Store, text: str) -> str:
    _check("status", text, (*STATUSES, ALL))
    return text


def _read_chronology(store: Store, value: Given) -> list[questions.Listed]:
    """The lines of a chronology; `QueryError` names a line that is none."""
    if isinstance(value, str | Path):
        try:
            with Path(value).open(encoding="utf-8-sig", newline="") as file:
                rows: list[Mapping[str, str]] = list(csv.DictReader(file))
        except (OSError, UnicodeError, csv.Error) as error:
            raise QueryError(f"{value}: this chronology cannot be read: {error}") from error
    elif isinstance(value, int | dt.date):
        raise QueryError(f"{value!r} is no chronology: a CSV file or rows with date, who and whom")
    else:
        rows = list(value)
    return [_read_line(store, number, row) for number, row in enumerate(rows, 1)]


def _read_line(store: Store, number: int, row: Mapping[str, str]) -> questions.Listed:
    try:
        date, who, whom = ((row[name] or "").strip() for name in ("date", "who", "whom"))
        days = _interval(date)
        two = [find_entity(store, name) for name in (who, whom)]
        return questions.Listed(line=number, date=date, first=earliest(days), last=latest(days), who=two[0], whom=two[1])
    except KeyError as error:
        raise QueryError(f"chronology: there is no column {error}; it needs date, who and whom") from error
    except QueryError as error:
        raise QueryError(f"chronology, line {number}: {error}") from error


def items(store: Store) -> Mapping[str, str]:
    """What events are about, by event: the agreement signed, the goods transferred; a name where one is known."""
    return {str(event): str(label or item) for event, item, label in sorted(store.sparql(ITEMS).rows, key=str, reverse=True)}


def labels_of(store: Store, detail: EntityDetail) -> Mapping[str, str]:
    """What to call the country of an entity and the place that it lies in."""
    things = [iri for iri in (detail.entity.country, detail.entity.within) if iri]
    return {str(iri): str(label) for iri, label in questions.run(store, "label", things=things).rows}


def directions(store: Store) -> frozenset[tuple[str, str]]:
    """The pairs of roles in which one acts on the other: ("sender", "recipient")."""
    return frozenset((local(str(source)), local(str(target))) for source, target in store.sparql(DIRECTIONS).rows)


def find_violations(store: Store, ontology: Path) -> tuple[Violation, ...]:
    """Where the store breaks the shapes of an ontology's folder, or the project's own where that folder has none."""
    shapes = ontology / SHAPES
    return validate(store, shapes if shapes.is_file() else None)


def describe_scope(store: Store) -> str:
    """What the graph was built from: "5 articles published from 2023-10-12 to 2025-07-13"."""
    ((count, first, last),) = store.sparql(SCOPE).rows
    period = f" published from {first} to {last}" if first and last and first != last else f" published on {first}" if first else ""
    return f"{count} article{'' if count == 1 else 's'}{period}"


# --- words to values ------------------------------------------------------------------------------


def read_filters(store: Store, who: str | None, whom: str | None, **filters: Unpack[Filters]) -> dict[str, str | int | dt.date | None]:
    """What `kg.query` asks with for what a user writes: names as IRIs, bounds as days, every status as None."""
    place, country, status = filters.get("place"), filters.get("country"), filters.get("status", "occurred")
    _check("status", status, (*STATUSES, ALL))
    if who is not None and whom is not None:
        two: tuple[str | None, str | None] = find_two(store, who, whom)
    else:
        two = (None if who is None else find_entity(store, who), None if whom is None else find_entity(store, whom))
    one, other = two
    if one is not None and one == other:
        raise QueryError(f"{who!r} and {whom!r} are one and the same")
    start, end = period(filters.get("start"), filters.get("end"))
    return {
        "who": one,
        "whom": other,
        "start": start,
        "end": end,
        "place": None if place is None else find_place(store, place),
        "country": None if country is None else _find_state(store, country),
        "min_sources": filters.get("min_sources"),
        "status": None if status == ALL else status,
    }


def find_type(store: Store, name: str | None) -> str | None:
    """The class of events that a name stands for ("Visit", in any case), as `kg.query` takes it; `QueryError` where it is none."""
    if name is None:
        return None
    types = {str(label): local(str(iri)) for iri, label in sorted(store.sparql(TYPES).rows, key=str)}
    known = {label.casefold(): label for label in types}
    label = known.get(name.casefold(), name)
    _check("type", label, types)
    return types[label]


def _check(field: str, value: str, known: Collection[str]) -> None:
    if value not in known:
        raise QueryError(f"{field}: {value!r} is none of {', '.join(known)}")


def first_day(day: Day) -> dt.date | None:
    """The first day of a day, month or year; `QueryError` for another text."""
    return None if day is None else earliest(_interval(day))


def last_day(day: Day) -> dt.date | None:
    """The last day of a day, month or year; `QueryError` for another text."""
    return None if day is None else latest(_interval(day))


def period(start: Day, end: Day) -> tuple[dt.date | None, dt.date | None]:
    """The first day and the last one, both included; `QueryError` where the last comes first."""
    first, last = first_day(start), last_day(end)
    if first and last and last < first:
        raise QueryError(f"no day is from {start} on and up to {end}")
    return first, last


def _interval(day: str | dt.date) -> Interval:
    try:
        return from_edtf(str(day))
    except ValueError as error:
        raise QueryError(str(error)) from error


_FINDERS: Mapping[str, Callable[[Store, str], str | None]] = {
    "entity": find_entity,
    "state": _find_state,
    "agreement": _find_agreement,
    "place": find_place,
    "office": find_office,
    "event": _find_known_event,
    "type": find_type,
    "status": _find_status,
}
