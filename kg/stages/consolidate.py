"""Drafts of one article -> one draft per event: an encounter told in five sentences is one.

Two drafts are of one event if type and status agree, the participants of one are among the other's, and
neither dates nor places exclude each other. What one leaves open the other fills in.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kg.dates import count_days, intersect, lasts, overlaps
from kg.records import Attribution, Evidence, Interval, Item, Naming, Participant, Status
from kg.schema import EventType
from kg.stages.discourse import Discourse

# Wider than any date that a text gives.
_UNBOUNDED = 10**6


@dataclass(frozen=True, slots=True)
class Draft:
    """A claim in the making: what one or more sentences of an article say of one event.

    One that is not `complete` lacks participants; one that `resumes` may speak of an event told before ("the meeting"),
    one that is `narrated` is told in the simple past, as a `sequel` with "later" or "also", a `perfect` one as past before that;
    what is `repeated` happened before.
    """

    type: EventType
    participants: tuple[Participant, ...]
    place: str | None
    item: Item | None
    interval: Interval | None
    date_source: str
    status: Status
    attributed_to: tuple[Attribution, ...]
    evidence: tuple[Evidence, ...]
    confidence: float
    why: tuple[str, ...]
    namings: tuple[Naming, ...] = ()
    anniversary: bool = False
    reported: dt.date | None = None
    complete: bool = True
    resumes: bool = False
    attended: bool = False
    narrated: bool = False
    sequel: bool = False
    perfect: bool = False
    repeated: bool = False

    @property
    def is_encounter(self) -> bool:
        """Whether it occurred and is of a type that brings several together in one role."""
        return self.status == "occurred" and any(role.at_least > 1 for role in self.type.roles)


def consolidate(drafts: Sequence[Draft], discourse: Discourse) -> list[Draft]:
    """One draft per event, in the order of first mention."""
    done: list[Draft] = []
    for draft in sorted(drafts, key=_openness):
        same = [i for i, other in enumerate(done) if _same(draft, other, discourse)]
        if same:
            best = max(same, key=lambda i: (_shares_place(draft, done[i]), _shares_day(draft, done[i]), -i))
            done[best] = join(done[best], draft, discourse)
        else:
            done.append(draft)
    done = [d for d in done if not _is_fulfilled(d, done) and not _is_overruled(d, done)]
    return sorted(done, key=lambda d: (min(e.start for e in d.evidence), d.type.iri, str(d.interval)))


def _is_fulfilled(draft: Draft, drafts: Sequence[Draft]) -> bool:
    """Whether the article reports as held, for days that fit, what the draft only plans: "travelled there for a summit"."""
    if draft.status != "planned" or draft.interval is None:
        return False
    return any(d.interval and overlaps(d.interval, draft.interval) for d in _told_as_held(draft, drafts))


def _is_overruled(draft: Draft, drafts: Sequence[Draft]) -> bool:
    """ "met briefly, but did not hold talks": what a sentence denies of the people of whom it tells it, of no other day or place."""
    if draft.status != "denied" or draft.place is not None:
        return False
    held = _told_as_held(draft, drafts)
    return any(draft.interval in (None, d.interval) and not set(d.evidence).isdisjoint(draft.evidence) for d in held)


def _told_as_held(draft: Draft, drafts: Sequence[Draft]) -> list[Draft]:
    """The events of its type and people that the article tells as having happened."""
    return [d for d in drafts if d.status == "occurred" and d.type == draft.type and _participants_agree(d, draft)]


def _openness(draft: Draft) -> tuple[int, int, int]:
    """Dated drafts with many participants first, so that vaguer ones find their event."""
    width = count_days(draft.interval) if draft.interval else _UNBOUNDED
    return (width, -len(draft.participants), draft.evidence[0].start)


def _same(one: Draft, other: Draft, discourse: Discourse) -> bool:
    return agree(one, other, discourse) and _participants_agree(one, other) and not _is_told_apart(one, other)


def _is_told_apart(one: Draft, other: Draft) -> bool:
    """ "A year ago they met. In November they met again": what comes again is not what it comes after, though the year holds the month."""
    return one.repeated != other.repeated and None not in (one.interval, other.interval) and one.interval != other.interval


def agree(one: Draft, other: Draft, discourse: Discourse) -> bool:
    """Whether the two are of one type and status, and neither dates nor places exclude each other."""
    return (
        one.type.iri == other.type.iri
        and one.status == other.status
        and (one.interval is None or other.interval is None or overlaps(one.interval, other.interval))
        and places_agree(one.place, other.place, discourse)
    )


def _shares_place(one: Draft, other: Draft) -> bool:
    """Whether both name a place; `_same` has seen that one lies within the other."""
    return one.place is not None and other.place is not None


def _shares_day(one: Draft, other: Draft) -> bool:
    return one.interval is not None and one.interval == other.interval


def _participants_agree(one: Draft, other: Draft) -> bool:
    a = {(p.role, p.entity) for p in one.participants}
    b = {(p.role, p.entity) for p in other.participants}
    return a <= b or b <= a


def places_agree(one: str | None, other: str | None, discourse: Discourse) -> bool:
    if one is None or other is None or one == other:
        return True
    ontology = discourse.lexicon.ontology
    return one in ontology.containers(other) or other in ontology.containers(one)


def join(one: Draft, other: Draft, discourse: Discourse) -> Draft:
    """`one` with what `other` adds: the finer date and place, more participants, more evidence."""
    interval, source = _finer(one, other)
    everyone = _listed(min(one, other, key=_start).participants, max(other, one, key=_start).participants)
    return replace(
        one,
        participants=everyone,
        complete=one.complete or other.complete or all(sum(p.role == r.name for p in everyone) >= r.at_least for r in one.type.roles),
        place=_finer_place(one.place, other.place, discourse),
        item=one.item or other.item,
        interval=interval,
        date_source=source,
        attributed_to=tuple(dict.fromkeys((*one.attributed_to, *other.attributed_to))),
        evidence=tuple(sorted({*one.evidence, *other.evidence})),
        confidence=max(one.confidence, other.confidence),
        anniversary=one.anniversary or other.anniversary,
        reported=min((d for d in (one.reported, other.reported) if d), default=None),
        why=tuple(dict.fromkeys((*one.why, *other.why))),
        namings=(*one.namings, *other.namings),
    )


def _start(draft: Draft) -> int:
    return draft.evidence[0].start


def _listed(first: Sequence[Participant], then: Sequence[Participant]) -> tuple[Participant, ...]:
    """Each once, in the order in which the text lists those of a role."""
    known = dict.fromkeys((p.role, p.entity) for p in (*first, *then))
    counts: Counter[str] = Counter()
    listed = []
    for role, entity in known:
        counts[role] += 1
        listed.append(Participant(entity=entity, role=role, order=counts[role]))
    return tuple(listed)


def _finer(one: Draft, other: Draft) -> tuple[Interval | None, str]:
    if one.interval is None or other.interval is None:
        held = one if one.interval else other
        return held.interval, held.date_source
    shared = one.interval if _lasts(one, other) else other.interval if _lasts(other, one) else intersect(one.interval, other.interval)
    for draft in (one, other):
        if draft.interval == shared:
            return shared, draft.date_source
    return shared, "relative"


def _lasts(one: Draft, other: Draft) -> bool:
    """Whether `one` gives the days of a stay of which `other` names a part."""
    assert one.interval and other.interval
    return lasts(one.type, one.interval, other.interval)


def _finer_place(one: str | None, other: str | None, discourse: Discourse) -> str | None:
    if one is None or other is None:
        return one or other
    return other if one in discourse.lexicon.ontology.containers(other) else one
