"""What a text may name -> hits: entities and offices in any spelling or script, events by the first digits of their number."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from kg.dates import to_edtf
from kg.errors import QueryError
from kg.ids import EVENT, local
from kg.markup import class_words
from kg.names import find_begun, find_offices, list_candidates
from kg.network import label_of
from kg.records import Event
from kg.web.cards import type_name
from kg.web.snapshot import Snapshot, entity_path, event_path, office_path

# Characters of a text that is looked for; hits in all, and of these at most the offices and the events.
LONGEST = 200
MOST, MOST_OFFICES, MOST_EVENTS = 50, 15, 10
NUMBER = re.compile(r"[0-9a-f]{4,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Something that a text may name: its class in words, the path of its page, in how many events it is, and what tells it from others."""

    iri: str
    name: str
    kind: str
    path: str
    events: int = 0
    note: str = ""


def list_hits(snapshot: Snapshot, text: str) -> list[Hit]:
    """What a text may name, at most `MOST`: events, then entities, what it means in the surest way and what takes part in most first,
    then offices, those whose holders do so first. Raises `QueryError` for a text that is too long for a name.
    """
    if len(text) > LONGEST:
        raise QueryError(f"a name of more than {LONGEST} characters is not looked for")
    events = [_event(snapshot, event) for event in find_events(snapshot, text)[:MOST_EVENTS]]
    titles = find_offices(snapshot.store, text).items()
    # An office that nobody is known to have held has no page.
    offices = [Hit(iri=i, name=name, kind="office", path=office_path(i)) for i, name in titles if i in snapshot.known.offices]
    held = _count_holders(snapshot)
    offices = sorted(offices, key=lambda hit: (-held[hit.iri], hit.name, hit.iri))[:MOST_OFFICES]
    sure = list_candidates(snapshot.store, text).keys()
    entities = [*_entities(snapshot, sure), *_entities(snapshot, find_begun(snapshot.store, text).keys() - sure)]
    return [*events, *entities[: MOST - len(events) - len(offices)], *offices]


def _count_holders(snapshot: Snapshot) -> Counter[str]:
    """In how many events those who ever held each office are."""
    counts: Counter[str] = Counter()
    for person, tenures in snapshot.known.tenures.items():
        counts.update({office: len(snapshot.by_entity.get(person, ())) for office in {tenure.office for tenure in tenures}})
    return counts


def find_events(snapshot: Snapshot, text: str) -> list[Event]:
    """The events whose number begins with these digits, or that have this IRI."""
    number = text.strip().removeprefix(EVENT).removeprefix("event:")
    if number == text.strip() and not NUMBER.fullmatch(number):
        return []
    return [event for event in snapshot.events if event.iri.startswith(EVENT + number)] if number else []


def name_event(snapshot: Snapshot, event: Event) -> str:
    """What to call an event: "Meeting: " and those who take part."""
    who = [label_of(one.entity, snapshot.known) for one in sorted(event.participants, key=lambda one: one.order)]
    return f"{type_name(snapshot, event.type)}: {', '.join(dict.fromkeys(who)) or 'participants unknown'}"


def _event(snapshot: Snapshot, event: Event) -> Hit:
    date = to_edtf(event.interval) if event.interval else "undated"
    return Hit(iri=event.iri, name=name_event(snapshot, event), kind="event", path=event_path(event.iri), note=date)


def _entities(snapshot: Snapshot, iris: Iterable[str]) -> list[Hit]:
    hits = [_entity(snapshot, iri) for iri in iris if iri in snapshot.known.entities]
    return sorted(hits, key=lambda hit: (-hit.events, hit.name, hit.iri))


def _entity(snapshot: Snapshot, iri: str) -> Hit:
    entity = snapshot.known.entities[iri]
    return Hit(
        iri=iri,
        name=entity.label,
        kind=class_words(local(entity.kind)),
        path=entity_path(iri),
        events=len(snapshot.by_entity.get(iri, ())),
        note=label_of(entity.country, snapshot.known) if entity.country else "",
    )
