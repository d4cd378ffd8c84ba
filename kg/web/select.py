"""Which events a page or an answer shows: what is asked for in an address -> a selection -> events."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from kg.asking import STATUSES, find_type, read_filters
from kg.errors import QueryError
from kg.ids import NK
from kg.network import may_lie_within
from kg.records import Event
from kg.web.message import Asked
from kg.web.snapshot import Snapshot

NAMES = ("who", "whom", "country", "place", "type", "status", "class", "from", "to", "min_sources")


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What every event shown has: these entities among its participants, this state as somebody's country, and so on.

    `type` and `place` stand for what is below or in them too; `status` None for every status; `source_class` is that of the outlet of some
    report or of a source that one names; with `start` or `end` (both inclusive) what has no date is left out.
    """

    who: str | None = None
    whom: str | None = None
    country: str | None = None
    place: str | None = None
    type: str | None = None
    status: str | None = "occurred"
    source_class: str | None = None
    start: dt.date | None = None
    end: dt.date | None = None
    min_sources: int | None = None


def read_selection(snapshot: Snapshot, asked: Asked, *others: str) -> Selection:
    """The selection that the parameters `NAMES` of an address ask for.

    Raises `QueryError` for a value that is none, for a parameter given twice, and for one that is neither of these nor of the `others`.
    """
    known = (*NAMES, *others)
    names = [name for name, _ in asked.query]
    wrong = next((name for name in names if name not in known or names.count(name) > 1), None)
    if wrong is not None:
        raise QueryError(
            f"{wrong[:80]!r} is given twice" if wrong in known else f"no parameter is called {wrong[:80]!r}; there are {', '.join(known)}"
        )
    given = {name: asked.get(name) or None for name in NAMES}
    source_class = given["class"]
    if source_class is not None and source_class not in snapshot.class_names:
        raise QueryError(f"class: {source_class!r} is none of {', '.join(snapshot.class_names)}")
    kind = find_type(snapshot.store, given["type"])
    filters = read_filters(
        snapshot.store,
        given["who"],
        given["whom"],
        start=given["from"],
        end=given["to"],
        place=given["place"],
        country=given["country"],
        status=given["status"] or "occurred",
        min_sources=asked.number("min_sources"),
    )
    return Selection(type=kind and NK + kind, source_class=source_class, **filters)  # type: ignore[arg-type]


def select(snapshot: Snapshot, selection: Selection) -> list[Event]:
    """The events of a selection, the earliest first, what has no date last."""
    named = [iri for iri in (selection.who, selection.whom) if iri]
    found: Iterable[Event] = snapshot.of(named[0]) if named else snapshot.events
    kinds = snapshot.kinds[selection.type] if selection.type else None
    places = _places_in(snapshot, selection.place) if selection.place else None
    return [
        event
        for event in found
        if (selection.status is None or event.status == selection.status)
        and (kinds is None or event.type in kinds)
        and may_lie_within(event.interval, selection.start, selection.end)
        and (places is None or event.place in places)
        and (selection.source_class is None or selection.source_class in snapshot.classes.get(event.iri, ()))
        and (selection.min_sources is None or len(event.sources) >= selection.min_sources)
        and _take_part(event, named)
        and (selection.country is None or _is_of(snapshot, event, selection.country))
    ]


def count_statuses(snapshot: Snapshot, selection: Selection) -> dict[str, int]:
    """How many events of each status there are in a selection, whatever status it asks for itself."""
    counts = dict.fromkeys(STATUSES, 0)
    for event in select(snapshot, replace(selection, status=None)):
        counts[event.status] += 1
    return counts


def count_undated(snapshot: Snapshot, selection: Selection) -> int:
    """How many events a period leaves out because nobody knows their date."""
    if selection.start is None and selection.end is None:
        return 0
    return sum(event.interval is None for event in select(snapshot, replace(selection, start=None, end=None)))


def _take_part(event: Event, iris: Iterable[str]) -> bool:
    return all(any(participant.entity == iri for participant in event.participants) for iri in iris)


def _is_of(snapshot: Snapshot, event: Event, country: str) -> bool:
    """Whether somebody who takes part is of the country, or is it."""
    entities = snapshot.known.entities
    return any(p.entity == country or (p.entity in entities and entities[p.entity].country == country) for p in event.participants)


def _places_in(snapshot: Snapshot, place: str) -> set[str]:
    """The place and those in it, however far down."""
    inside = {place}
    while more := {e.iri for e in snapshot.known.entities.values() if e.iri not in inside and {e.within, e.country} & inside}:
        inside |= more
    return inside


def status_of(asked: Asked) -> str:
    """The status that an address asks for; "occurred" where it says nothing, "all" for every one."""
    return asked.get("status", "occurred")
