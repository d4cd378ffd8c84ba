"""The claims of one event -> the event: its date, place and participants by the sources that agree, and what they disagree on.

What most independent sources can agree with is taken, the finest where several values have as many: a source that says
"in September" agrees with the 13th, one that says "in Russia" with Vladivostok. Nothing is deleted; pure functions.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from typing import get_args

from kg.agree import Corpus, are_copies, contains, event_iri, stands_for
from kg.dates import count_days, intersect, is_within, lasts, overlaps, span, to_edtf
from kg.ids import NK
from kg.records import Claim, DateSource, Disagreement, Event, Interval, Item, Participant, Status
from kg.schema import EventType

_PARTY, _STATE_MEDIA = NK + "PartyToEvent", NK + "StateMedia"
# How surely each kind of date is known.
_SURENESS = {source: at for at, source in enumerate(get_args(DateSource))}


def make_event(claims: Sequence[Claim], score: float, why: tuple[str, ...], corpus: Corpus) -> Event:
    """The event that these claims report. It bears the name of its first report, so that later ones do not change it."""
    sources = find_sources({claim.article for claim in claims}, corpus)
    voices = {article: number for number, source in enumerate(sources) for article in source}
    first = min(claims, key=lambda claim: (*_published(claim.article, corpus), claim.iri))
    return Event(
        iri=event_iri(first),
        type=first.type,
        participants=_participants(claims, corpus),
        interval=_interval(claims, voices, corpus.ontology.types[first.type]),
        place=_place(claims, voices, corpus),
        status=_status(claims, voices, corpus),
        item=_item(claims),
        claims=tuple(sorted(claim.iri for claim in claims)),
        score=score,
        why=why,
        disagreements=tuple(_disagreements(claims, corpus.ontology.types[first.type], corpus)),
        sources=sources,
    )


# --- sources --------------------------------------------------------------------------------------


def find_sources(articles: Iterable[str], corpus: Corpus) -> tuple[tuple[str, ...], ...]:
    """The articles by independent source, the original of each first: one outlet is one source, and a copy counts for its original.

    An outlet that copies several others joins none of them: each copy is counted where its original is.
    """
    groups: list[list[str]] = []
    own: dict[str, list[str]] = {}
    for article in sorted(articles, key=lambda article: _originality(article, corpus)):
        imprint = corpus.imprint(article)
        outlet = imprint.outlet if imprint else ""
        copied = next((group for group in groups if any(are_copies(article, other, corpus) for other in group)), None)
        group = copied if copied is not None else own.get(outlet) if outlet else None
        if group is None:
            groups.append(group := [])
        if copied is None and outlet:
            own[outlet] = group
        group.append(article)
    return tuple(sorted((group[0], *sorted(group[1:])) for group in groups))


def _originality(article: str, corpus: Corpus) -> tuple[object, ...]:
    """What makes an article the original of another with the same text: it came first, its outlet is a known one."""
    imprint = corpus.imprint(article)
    day, _ = _published(article, corpus)
    return day, imprint is None or imprint.outlet not in corpus.ontology.entities, article


def _published(article: str, corpus: Corpus) -> tuple[dt.date, str]:
    imprint = corpus.imprint(article)
    return (imprint.published if imprint and imprint.published else dt.date.max), article


# --- what most of them say ------------------------------------------------------------------------


def _interval(claims: Sequence[Claim], voices: Mapping[str, int], kind: EventType) -> Interval | None:
    """The days on which most sources can agree; all the days of a stay of which the others give a part."""
    dated = [(claim.interval, claim) for claim in claims if claim.interval]
    stays = [whole for whole, _ in dated if all(whole == part or lasts(kind, whole, part) for part, _ in dated)]
    if stays:
        return stays[0]
    if kind.durative and any(not overlaps(one, other) for one, _ in dated for other, _ in dated):
        return _stay([days for days, _ in dated])
    return min((_agreed(days.start, dated, voices) for days, _ in dated), key=lambda choice: choice[0], default=(None, None))[1]


def _stay(days: Sequence[Interval]) -> Interval:
    """From the first to the last of the days of a stay; what is wider than another part of it adds nothing."""
    parts = [one for one in days if not any(other != one and is_within(other, one) for other in days)]
    return reduce(span, parts)


def _agreed(
    day: dt.date, dated: Sequence[tuple[Interval, Claim]], voices: Mapping[str, int]
) -> tuple[tuple[int, int, int, int, dt.date], Interval]:
    """The days that all claims that allow this one have in common, after what decides between such choices, the best first."""
    allowing = [(days, claim) for days, claim in dated if days.start <= day < days.end]
    common = allowing[0][0]
    for days, _ in allowing:
        common = intersect(common, days) or common
    sureness = min(_SURENESS[claim.date_source] for _, claim in allowing)
    return (-_count(allowing, voices), count_days(common), sureness, -len(allowing), common.start), common


def _count(found: Iterable[tuple[object, Claim]], voices: Mapping[str, int]) -> int:
    return len({voices[claim.article] for _, claim in found})


def _place(claims: Sequence[Claim], voices: Mapping[str, int], corpus: Corpus) -> str | None:
    """The place with which most sources can agree, the finest of them, the one named most often."""
    named = [(claim.place, claim) for claim in claims if claim.place]

    def rank(place: str) -> tuple[int, int, int, str]:
        agreeing = [(other, claim) for other, claim in named if other == place or contains(other, place, corpus)]
        depth = sum(contains(other, place, corpus) for other in {other for other, _ in named})
        return -_count(agreeing, voices), -depth, -sum(other == place for other, _ in named), place

    return min((place for place, _ in named), key=rank, default=None)


def _status(claims: Sequence[Claim], voices: Mapping[str, int], corpus: Corpus) -> Status:
    """The status that most sources give; what as many allege as tell is alleged, unless one who takes part owns up to it."""
    statuses = {claim.status for claim in claims}
    if "occurred" in statuses and any(_is_owned(claim, corpus) for claim in claims):
        return "occurred"
    return min(statuses, key=lambda status: (-_count(((None, c) for c in claims if c.status == status), voices), status))


def _is_owned(claim: Claim, corpus: Corpus) -> bool:
    """Whether one who takes part says that it happened, or the state media of his country do."""
    if claim.status != "occurred":
        return False
    if any(source.source_class == _PARTY for end in claim.attributed_to for source in end.chain):
        return True
    imprint, ontology = corpus.imprint(claim.article), corpus.ontology
    outlet = ontology.entities.get(imprint.outlet) if imprint else None
    if outlet is None or ontology.source_classes.get(outlet.iri) != _STATE_MEDIA:
        return False
    people = (corpus.entity(p.entity) for p in claim.participants)
    return any(outlet.country in (entity.iri, entity.country) for entity in people if entity)


def _participants(claims: Sequence[Claim], corpus: Corpus) -> tuple[Participant, ...]:
    """Everyone named, in the order of the claim that names most, then as the others add; a state or body not beside its people."""
    found: dict[tuple[str, str], Participant] = {}
    days = next((claim.interval for claim in claims if claim.interval), None)
    for claim in sorted(claims, key=lambda c: (-len(c.participants), c.iri)):
        for p in sorted(claim.participants, key=lambda p: (p.order, p.entity, p.role)):
            found.setdefault((p.role, p.entity), replace(p, order=1 + sum(role == p.role for role, _ in found)))
    named = {claim.iri: {p.entity for p in claim.participants} for claim in claims}
    kept = [p for p in found.values() if not _is_named_finer(p, found.values(), named, days, corpus)]
    return tuple(sorted(kept, key=lambda p: (p.role, p.order)))


def _is_named_finer(
    body: Participant, everyone: Iterable[Participant], named: Mapping[str, set[str]], days: Interval | None, corpus: Corpus
) -> bool:
    """Whether another claim names the person for whom the body stands, and none names both."""
    people = [p.entity for p in everyone if p.role == body.role and stands_for(body.entity, p.entity, days, corpus)]
    return bool(people) and not any(body.entity in names and not names.isdisjoint(people) for names in named.values())


def _item(claims: Sequence[Claim]) -> Item | None:
    items = [claim.item for claim in claims if claim.item]
    return min(items, key=lambda i: (i.entity is None, -items.count(i), i.text), default=None)


# --- what they disagree on ------------------------------------------------------------------------


def _disagreements(claims: Sequence[Claim], kind: EventType, corpus: Corpus) -> Iterator[Disagreement]:
    """Fields whose values exclude each other: days that do not meet, places neither of which holds the other, statuses."""
    days = {claim.interval for claim in claims if claim.interval}
    if not kind.durative and any(not overlaps(a, b) for a in days for b in days):
        yield from _by_value("date", ((to_edtf(claim.interval), claim.iri) for claim in claims if claim.interval))
    places = {claim.place for claim in claims if claim.place}
    if any(a != b and not contains(a, b, corpus) and not contains(b, a, corpus) for a in places for b in places):
        yield from _by_value("place", ((claim.place, claim.iri) for claim in claims if claim.place))
    if len({claim.status for claim in claims}) > 1:
        yield from _by_value("status", ((claim.status, claim.iri) for claim in claims))


def _by_value(field: str, pairs: Iterable[tuple[str, str]]) -> Iterator[Disagreement]:
    found: dict[str, list[str]] = defaultdict(list)
    for value, iri in sorted(pairs):
        found[value].append(iri)
    yield from (Disagreement(field=field, value=value, claims=tuple(iris)) for value, iris in sorted(found.items()))
