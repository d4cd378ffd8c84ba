"""Events and things as pages show them: names with the paths of their pages, in small frozen records that templates read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from kg.dates import to_edtf
from kg.ids import ENTITY, local
from kg.markup import showable
from kg.network import label_of
from kg.query import HolderRow
from kg.records import Claim, Event, Source
from kg.web.snapshot import Snapshot, entity_path, event_path, office_path


class Thing(NamedTuple):
    """A name, and the path of the page of what bears it, "" for none."""

    name: str
    path: str = ""


class Group(NamedTuple):
    """Participants of one role; `role` is "" where all have the same and so it tells nothing."""

    role: str
    things: tuple[Thing, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An event in a list. `date` is EDTF, None for an unknown one; `sources` counts the independent ones."""

    path: str
    type: str
    date: str | None
    who: tuple[Group, ...]
    place: Thing | None
    about: Thing | None
    status: str
    sources: int
    outlets: tuple[str, ...]

    @property
    def year(self) -> str:
        """The year of the first possible day, "" where that is unknown."""
        return self.date[:4] if self.date else ""


class Tenure(NamedTuple):
    """A line of a table of offices: the other side (holder or office), the bounds in words, remarks, sources."""

    thing: Thing
    begin: str
    until: str
    remark: str
    sources: tuple[str, ...]


def make_card(snapshot: Snapshot, event: Event) -> Card:
    """An event as a list shows it."""
    known = snapshot.known
    item = event.item
    about = (make_thing(snapshot, item.entity) if item.entity else Thing(item.text)) if item else None
    return Card(
        path=event_path(event.iri),
        type=type_name(snapshot, event.type),
        date=to_edtf(event.interval) if event.interval else None,
        who=group(snapshot, event),
        place=make_thing(snapshot, event.place) if event.place else None,
        about=about,
        status=event.status,
        sources=len(event.sources),
        outlets=name_outlets(known.sources[article] for articles in event.sources for article in articles),
    )


def make_cards(snapshot: Snapshot, events: Iterable[Event]) -> list[Card]:
    """Events as a list shows them, in their order."""
    return [make_card(snapshot, event) for event in events]


def make_thing(snapshot: Snapshot, iri: str) -> Thing:
    """An entity by its label, with the path of its page."""
    return Thing(label_of(iri, snapshot.known), entity_path(iri) if iri.startswith(ENTITY) else "")


def type_name(snapshot: Snapshot, iri: str) -> str:
    """What a type of event is called."""
    kind = snapshot.known.types.get(iri)
    return kind.name if kind else local(iri)


def group(snapshot: Snapshot, event: Event | Claim) -> tuple[Group, ...]:
    """The participants by role, in their order; several of one role and no other need no role."""
    roles: dict[str, list[Thing]] = {}
    for participant in sorted(event.participants, key=lambda participant: participant.order):
        roles.setdefault(participant.role, []).append(make_thing(snapshot, participant.entity))
    alike = len(roles) == 1 and len(event.participants) > 1
    return tuple(Group("" if alike else role, tuple(things)) for role, things in roles.items())


def name_outlets(sources: Iterable[Source]) -> tuple[str, ...]:
    """Who published articles, each once; those whose outlet is unknown are counted."""
    publishers = [showable(source.publisher) for source in sources]
    known = sorted({publisher for publisher in publishers if publisher})
    nameless = publishers.count("")
    unknown = (f"{nameless} of unknown outlet" if known else "outlet unknown",) if nameless else ()
    return (*known, *unknown)


def make_tenure(row: HolderRow, *, of_person: bool) -> Tenure:
    """A tenure as a line: of a person's table the office, of an office's the holder."""
    thing = Thing(row.office_label, office_path(row.office)) if of_person else Thing(row.person_label, entity_path(row.person))
    until = row.end or (f"in office on {row.checked}" if row.checked else "")
    return Tenure(thing, row.begin or "", until, "acting" if row.acting else "", row.sources)
