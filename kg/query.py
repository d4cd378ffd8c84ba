"""Named questions answered as small frozen rows: events, holders of offices, and what is known of one event or entity."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kg.dates import earliest, from_edtf, latest
from kg.errors import QueryError
from kg.ids import NK, local
from kg.questions import Value, label, run
from kg.readback import StoredArticle
from kg.records import Claim, Entity, Event
from kg.store import Store

# Where the facts of `event.rq` name a thing that has a label.
NAMED = {"place": 0, "participant": 1, "source": 1}

Facts = dict[tuple[str, str], list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Who took part in an event, and as what."""

    iri: str
    label: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """An event with who says so. `date` is EDTF; `earliest` and `latest` are its bounds, both included.

    `reports` are how many articles tell of it, `sources` how many of these are independent; `publishers` are those of the
    articles, or for an article without one its id; `attributed` are whom the texts say it from; `quotes` come in the order
    of publication.
    """

    event: str
    type: str
    label: str
    participants: tuple[Part, ...]
    date: str | None
    earliest: dt.date | None
    latest: dt.date | None
    place: str | None
    place_label: str | None
    status: str
    reports: int
    sources: int
    publishers: tuple[str, ...]
    attributed: tuple[str, ...]
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderRow:
    """A tenure. `certain` is False where the bounds, or the day it was last checked, leave the day asked for open."""

    office: str
    office_label: str
    person: str
    person_label: str
    begin: str | None
    end: str | None
    acting: bool
    checked: dt.date | None
    sources: tuple[str, ...]
    certain: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A claim of an event, the article that makes it, and the English labels of what the claim names."""

    claim: Claim
    article: StoredArticle
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """An event to which another is linked: the name of the link ("part of"), and whether it leads there or comes from there."""

    name: str
    there: bool
    event: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDetail:
    """An event as a row and as the merge left it, with every claim that it rests on and what it is linked to."""

    row: EventRow
    event: Event
    reports: tuple[Report, ...]
    links: tuple[Linked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityDetail:
    """An entity with the offices that it held, and the events of any status in which it took part or which took place there."""

    entity: Entity
    offices: tuple[HolderRow, ...]
    events: tuple[EventRow, ...]


# --- events ---------------------------------------------------------------------------------------


def met(store: Store, **filters: Value) -> tuple[EventRow, ...]:
    """Who met whom: see `met.rq` for the filters; without a status, what occurred (None: any status).

    The earliest comes first, what has no date last.
    """
    return _select(store, "met", {"status": "occurred", **filters})


def timeline(store: Store, **filters: Value) -> tuple[EventRow, ...]:
    """What happened: as `met`, for every type of event or for one."""
    return _select(store, "timeline", {"status": "occurred", **filters})


def event(store: Store, iri: str) -> EventDetail:
    """One event with its claims, the first published first; `QueryError` where there is no such event."""
    found = store.event(iri)
    if found is None:
        raise QueryError(f"there is no event {iri}")
    (row,) = _select(store, "timeline", {"event": iri})
    reports = sorted(store.reports(found.claims), key=lambda report: (report[1].source.published or dt.date.max, report[0].iri))
    links = tuple(
        Linked(name=str(n), there=bool(t), event=str(e), label=str(label)) for n, t, e, label in run(store, "links", event=iri).rows
    )
    return EventDetail(row=row, event=found, reports=tuple(_report(store, claim, article) for claim, article in reports), links=links)


def _report(store: Store, claim: Claim, article: StoredArticle) -> Report:
    speakers = (source.entity for end in claim.attributed_to for source in end.chain)
    named = {claim.type, claim.place, *speakers, *(p.entity for p in claim.participants)}
    named.add(claim.item.entity if claim.item else None)
    return Report(claim=claim, article=article, labels=label(store, filter(None, named)))


def _select(store: Store, name: str, filters: Mapping[str, Value]) -> tuple[EventRow, ...]:
    """The events that a query selects, with what `event.rq` tells of each."""
    rows = _describe(store, run(store, name, **filters).rows)
    return tuple(sorted(rows, key=lambda row: (row.earliest or dt.date.max, row.event)))


def rows(store: Store, events: Iterable[Event]) -> list[EventRow]:
    """Events that are at hand as rows, in their order."""
    return _describe(store, [(e.iri, e.type, NK + e.status, sum(map(len, e.sources)), len(e.sources), None) for e in events])


def _describe(store: Store, selected: Iterable[tuple[Any, ...]]) -> list[EventRow]:
    selected = list(selected)
    facts = _facts(store, [str(row[0]) for row in selected])
    named = {row[NAMED[field]] for (_, field), rows in facts.items() if field in NAMED for row in rows}
    labels = label(store, named | {str(thing) for row in selected for thing in row[:2]})
    return [_row(row, facts, labels) for row in selected]


def _facts(store: Store, events: list[str]) -> Facts:
    facts: Facts = defaultdict(list)
    for event, field, *values in run(store, "event", events=events).rows if events else ():
        facts[str(event), str(field)].append(tuple(value for value in values if value is not None))
    return facts


def _row(selected: tuple[Any, ...], facts: Facts, labels: Mapping[str, str]) -> EventRow:
    event, kind, status, reports, sources, _ = selected
    date, first, last = next(iter(facts[event, "date"]), (None, None, None))
    place = min((place for (place,) in facts[event, "place"]), default=None)
    speakers = facts[event, "source"]
    return EventRow(
        event=event,
        type=labels[kind],
        label=labels[event],
        participants=tuple(Part(iri=who, label=labels[who], role=local(role)) for _, who, role in sorted(facts[event, "participant"])),
        date=date,
        earliest=first,
        latest=last,
        place=place,
        place_label=labels[place] if place else None,
        status=local(status),
        reports=reports,
        sources=sources,
        publishers=tuple(sorted({publisher for _, publisher in facts[event, "publisher"]})),
        attributed=tuple(sorted({labels[source] for _, source in speakers})),
        quotes=_quotes(dict(facts[event, "issued"]), facts[event, "quote"]),
    )


def _quotes(issued: Mapping[str, dt.date], quotes: Iterable[tuple[Any, ...]]) -> tuple[str, ...]:
    """The first published first; those of one article in its order."""
    ordered = sorted(quotes, key=lambda quote: (issued.get(quote[0], dt.date.max), *quote))
    return tuple(dict.fromkeys(text for *_, text in ordered))


# --- offices and entities -------------------------------------------------------------------------


def who(store: Store, *, office: str | None = None, person: str | None = None, on: dt.date | None = None) -> tuple[HolderRow, ...]:
    """Who held an office, or which offices a person held, perhaps on a day; every tenure that may cover the day.

    In the order of the offices and, within one, of time.
    """
    tenures: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for tenure, *values in run(store, "who", office=office, person=person).rows:
        tenures[str(tenure)].append(tuple(values))
    labels = label(store, {iri for rows in tenures.values() for iri in rows[0][:2]})
    holders = (_holder(rows, labels, on) for rows in tenures.values())
    return tuple(sorted((h for h in holders if on is None or _may_hold(h, on)), key=lambda h: (h.office, h.begin or "", h.person)))


def entity(store: Store, iri: str) -> EntityDetail:
    """One entity with its offices and events; `QueryError` where there is no such entity."""
    found = store.entity(iri)
    if found is None:
        raise QueryError(f"there is no entity {iri}")
    events = {row.event: row for name in ("who", "place") for row in _select(store, "timeline", {name: iri})}
    ordered = sorted(events.values(), key=lambda row: (row.earliest or dt.date.max, row.event))
    return EntityDetail(entity=found, offices=who(store, person=iri), events=tuple(ordered))


def _holder(rows: list[tuple[Any, ...]], labels: Mapping[str, str], on: dt.date | None) -> HolderRow:
    office, person, begin, end, acting, checked, _ = rows[0]
    holder = HolderRow(
        office=office,
        office_label=labels[office],
        person=person,
        person_label=labels[person],
        begin=begin,
        end=end,
        acting=bool(acting),
        checked=checked,
        sources=tuple(sorted({row[-1] for row in rows if row[-1]})),
    )
    return replace(holder, certain=on is None or _surely_holds(holder, on))


def _may_hold(holder: HolderRow, day: dt.date) -> bool:
    begun = holder.begin is None or earliest(from_edtf(holder.begin)) <= day
    return begun and (holder.end is None or day <= latest(from_edtf(holder.end)))


def _surely_holds(holder: HolderRow, day: dt.date) -> bool:
    begun = holder.begin is not None and latest(from_edtf(holder.begin)) <= day
    last = earliest(from_edtf(holder.end)) if holder.end else holder.checked
    return begun and last is not None and day <= last
