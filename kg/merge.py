"""Claims of many articles -> events: one real encounter is one event, however many articles report it.

Claims join where type, status and participants agree and neither dates nor places exclude each other. The
most precise claims come first, so the result does not depend on the order of the articles; a vague claim
that fits several events equally well joins none of them. Nothing is deleted: an event lists its claims, and what they
do not agree on.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.dates import count_days, intersect, is_one_day, lasts, make_days, overlaps, to_edtf
from kg.ids import EVENT, digest
from kg.ontology import Ontology
from kg.records import Claim, Disagreement, Event, Interval, Item, Participant

# What each agreement adds to the score of a merge, in order of printing; the parts of a full agreement sum to 1.
_WEIGHTS = {
    "same participants": 0.4,
    "participants of one are among the other's": 0.3,
    "same day": 0.4,
    "dates overlap": 0.25,
    "dates a day apart at one place": 0.2,
    "undated, reported within days": 0.15,
    "same place": 0.2,
    "one place contains the other": 0.15,
    "place not stated by all": 0.1,
}
# Wider than any date that a claim gives.
_UNBOUNDED = 10**6


@dataclass(frozen=True, slots=True)
class _Match:
    """How well a claim fits a group of claims."""

    score: float
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _World:
    """What merging knows beside the claims: the ontology, and when each article was published."""

    ontology: Ontology
    published: Mapping[str, dt.date | None]


def merge(claims: Iterable[Claim], ontology: Ontology, published: Mapping[str, dt.date | None]) -> list[Event]:
    """The events that the claims report, sorted by IRI; `published` gives the day of each article by its id."""
    world = _World(ontology, published)
    groups: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        groups[claim.type, claim.status].append(claim)
    events = [event for _, members in sorted(groups.items()) for event in _merge_type(members, world)]
    return sorted(_distinct(events), key=lambda event: event.iri)


def _merge_type(claims: Sequence[Claim], world: _World) -> list[Event]:
    clusters: list[list[tuple[Claim, _Match]]] = []
    for claim in sorted(claims, key=_vagueness):
        fits = [(match, i) for i, cluster in enumerate(clusters) if (match := _fit(claim, [c for c, _ in cluster], world))]
        best = max((match.score for match, _ in fits), default=0.0)
        chosen = [(match, i) for match, i in fits if match.score == best]
        if len(chosen) == 1:
            match, i = chosen[0]
            clusters[i].append((claim, match))
        else:
            clusters.append([(claim, _Match(1.0, ()))])
    return [_event(cluster, world.ontology) for cluster in clusters]


def _vagueness(claim: Claim) -> tuple[int, int, str]:
    width = count_days(claim.interval) if claim.interval else _UNBOUNDED
    return width, -len(claim.participants), claim.iri


# --- does a claim belong to a group? --------------------------------------------------------------


def _fit(claim: Claim, cluster: Sequence[Claim], world: _World) -> _Match | None:
    """The match of a claim with a group, or None where they cannot be one event."""
    reasons = (_participants_fit(claim, cluster), _places_fit(claim, cluster, world.ontology))
    if None in reasons or _decided_apart(claim, cluster, world.ontology):
        return None
    dated = _dates_fit(claim, cluster, reasons[1] or "", world)
    why = (reasons[0], dated, reasons[1])
    return _Match(sum(_WEIGHTS[r] for r in why if r), tuple(r for r in why if r)) if dated else None


def _decided_apart(claim: Claim, cluster: Sequence[Claim], ontology: Ontology) -> bool:
    return any(frozenset((claim.iri, other.iri)) in ontology.different for other in cluster)


def _participants_fit(claim: Claim, cluster: Sequence[Claim]) -> str | None:
    mine, theirs = _fillers(claim), frozenset[tuple[str, str]]().union(*(_fillers(c) for c in cluster))
    if mine == theirs:
        return "same participants"
    return "participants of one are among the other's" if mine < theirs or theirs < mine else None


def _fillers(claim: Claim) -> frozenset[tuple[str, str]]:
    return frozenset((p.role, p.entity) for p in claim.participants)


def _dates_fit(claim: Claim, cluster: Sequence[Claim], places: str, world: _World) -> str | None:
    """How the dates agree; an undated claim has the days before its article, within which such an event stays news."""
    mine, theirs = _days(claim, world), [_days(c, world) for c in cluster]
    if mine is None or None in theirs:
        return None
    known = [days for days in theirs if days]
    if all(overlaps(mine, other) for other in known):
        if claim.interval is None or any(c.interval is None for c in cluster):
            return "undated, reported within days"
        return "same day" if all(mine == other and is_one_day(other) for other in known) else "dates overlap"
    gap = max(_gap(mine, other) for other in known)
    allowed = world.ontology.types[claim.type].same_within if claim.type in world.ontology.types else 0
    return "dates a day apart at one place" if places == "same place" and gap <= allowed and is_one_day(mine) else None


def _days(claim: Claim, world: _World) -> Interval | None:
    """The days of the claim, or those about its article's publication where it has none; None where neither is known."""
    published = world.published.get(claim.article)
    if claim.interval or not published:
        return claim.interval
    kind = world.ontology.types.get(claim.type)
    near = dt.timedelta(days=kind.news_days if kind else 0)
    ahead = near if claim.status == "planned" else dt.timedelta(0)
    return make_days(published - near, published + ahead)


def _gap(one: Interval, other: Interval) -> int:
    """Days between two intervals that do not overlap, 1 for neighbouring days; 0 for ones that do."""
    return max(0, (max(one.start, other.start) - min(one.end, other.end)).days + 1)


def _places_fit(claim: Claim, cluster: Sequence[Claim], ontology: Ontology) -> str | None:
    places = [c.place for c in cluster if c.place]
    if claim.place is None or not places:
        return "place not stated by all"
    if all(place == claim.place for place in places):
        return "same place"
    if all(place == claim.place or contains(place, claim.place, ontology) or contains(claim.place, place, ontology) for place in places):
        return "one place contains the other"
    return None


def contains(outer: str, inner: str, ontology: Ontology) -> bool:
    """Whether the place `inner` lies within `outer` by the ontology."""
    return outer in ontology.containers(inner)


# --- a group becomes an event ---------------------------------------------------------------------


def _event(cluster: Sequence[tuple[Claim, _Match]], ontology: Ontology) -> Event:
    claims = [claim for claim, _ in cluster]
    first = claims[0]
    participants, interval = _participants(claims), _interval(claims, ontology)
    key = (first.type, first.status, *(f"{p.role}={p.entity}" for p in sorted(participants)), to_edtf(interval) if interval else "")
    return Event(
        iri=EVENT + digest(*key),
        type=first.type,
        participants=participants,
        interval=interval,
        place=_place(claims, ontology),
        status=first.status,
        item=_item(claims),
        claims=tuple(sorted(c.iri for c in claims)),
        score=round(min(match.score for _, match in cluster), 2),
        why=tuple(dict.fromkeys(reason for _, match in cluster for reason in match.why)),
        disagreements=tuple(_disagreements(claims, ontology)),
    )


def _participants(claims: Sequence[Claim]) -> tuple[Participant, ...]:
    """Everyone named, in the order of the claim that names most, then as the others add."""
    found: dict[tuple[str, str], Participant] = {}
    for claim in sorted(claims, key=lambda c: (-len(c.participants), c.iri)):
        for p in claim.participants:
            found.setdefault((p.role, p.entity), replace(p, order=1 + sum(role == p.role for role, _ in found)))
    return tuple(sorted(found.values(), key=lambda p: (p.role, p.order)))


def _interval(claims: Sequence[Claim], ontology: Ontology) -> Interval | None:
    """The days that all dated claims allow; the most precise claim's where they do not meet; all the days of a stay."""
    known = [c.interval for c in claims if c.interval]
    event_type = ontology.types[claims[0].type]
    stays = [whole for whole in known if all(whole == part or lasts(event_type, whole, part) for part in known)]
    if stays:
        return stays[0]
    interval = known[0] if known else None
    for other in known[1:]:
        interval = interval and (intersect(interval, other) or interval)
    return interval


def _place(claims: Sequence[Claim], ontology: Ontology) -> str | None:
    """The finest place named: the one that no other lies within; most often named first, then alphabetical."""
    named = [c.place for c in claims if c.place]
    finest = [p for p in named if not any(contains(p, other, ontology) for other in named)]
    return min(finest, key=lambda p: (-named.count(p), p), default=None)


def _item(claims: Sequence[Claim]) -> Item | None:
    items = [c.item for c in claims if c.item]
    return min(items, key=lambda i: (i.entity is None, -items.count(i), i.text), default=None)


def _disagreements(claims: Sequence[Claim], ontology: Ontology) -> Iterable[Disagreement]:
    """Fields whose values exclude each other: days that do not meet, places neither of which holds the other."""
    by_date = _by_value((to_edtf(c.interval), c.iri) for c in claims if c.interval)
    days = [c.interval for c in claims if c.interval]
    if any(not overlaps(a, b) for a in days for b in days):
        yield from (Disagreement(field="date", value=value, claims=iris) for value, iris in by_date.items())
    by_place = _by_value((c.place, c.iri) for c in claims if c.place)
    if any(a != b and not contains(a, b, ontology) and not contains(b, a, ontology) for a in by_place for b in by_place):
        yield from (Disagreement(field="place", value=value, claims=iris) for value, iris in by_place.items())


def _by_value(pairs: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for value, iri in sorted(pairs):
        found[value].append(iri)
    return {value: tuple(iris) for value, iris in sorted(found.items())}


def _distinct(events: Sequence[Event]) -> Iterable[Event]:
    """Events whose content is equal (two undated letters of one pair) are told apart by their claims."""
    count: dict[str, int] = defaultdict(int)
    for event in events:
        count[event.iri] += 1
    for event in events:
        yield event if count[event.iri] == 1 else replace(event, iri=EVENT + digest(event.iri, *event.claims))
