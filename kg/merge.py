"""Claims of many articles -> events: one real encounter is one event, however many articles report it.

Claims join where type, status and participants agree and neither dates nor places exclude each other. The
most precise claims come first, so the result does not depend on the order of the articles; a vague claim
that fits several events equally well joins none of them. Nothing is deleted: an event lists its claims, and what they
do not agree on. What becomes of a claim depends only on those that it may join, directly or through others: `connected`
finds them.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kg.agree import (
    APART,
    CONTAINS,
    DECIDED,
    PLACE,
    UNSTATED,
    WEIGHTS,
    Corpus,
    agree,
    fillers,
    is_news,
    may_join,
    realm,
    window,
)
from kg.choose import find_sources, make_event
from kg.dates import count_days
from kg.keys import keys, sought
from kg.records import Claim, Event

# Wider than any date that a claim gives.
_UNBOUNDED = 10**6
_WEEK = 7

Find = Callable[[frozenset[str]], Iterable[Claim]]
# All of a claim that decides what it may join.
_Profile = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Match:
    """How well a claim fits a group of claims."""

    score: float
    why: tuple[str, ...]


_FIRST = _Match(1.0, ())


def merge(claims: Iterable[Claim], corpus: Corpus) -> list[Event]:
    """The events that the claims report, sorted by IRI."""
    claims = sorted(claims, key=lambda claim: claim.iri)
    found: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        for key in keys(claim, corpus):
            found[key].append(claim)
    remaining = {claim.iri: claim for claim in claims}
    events: list[Event] = []
    while remaining:
        group = connected(next(iter(remaining.values())), lambda names: (c for name in sorted(names) for c in found[name]), corpus)
        for iri in group:
            del remaining[iri]
        events += merge_connected(group.values(), corpus)
    return sorted(events, key=lambda event: event.iri)


def connected(start: Claim, find: Find, corpus: Corpus) -> dict[str, Claim]:
    """A claim and all that it may join, directly or through others, by IRI; `find` gives the claims under any of some keys."""
    group, open_ = {start.iri: start}, [start]
    seen: set[_Profile] = set()
    while open_:
        claim = open_.pop()
        profile = _profile(claim, corpus)
        # What another like it has found need not be looked for again, but for what a decision joins to it alone.
        if profile in seen and corpus.bundle(claim) is None:
            continue
        seen.add(profile)
        tried: dict[_Profile, bool] = {}
        for other in find(sought(claim, corpus)):
            if other.iri in group:
                continue
            like = _profile(other, corpus)
            if like not in tried:
                tried[like] = may_join(claim, other, corpus)
            if tried[like] or _is_bundled(claim, other, corpus):
                group[other.iri] = other
                open_.append(other)
    return group


def _is_bundled(one: Claim, other: Claim, corpus: Corpus) -> bool:
    bundle = corpus.bundle(one)
    return bundle is not None and bundle == corpus.bundle(other)


def _profile(claim: Claim, corpus: Corpus) -> _Profile:
    who, days = fillers(claim.participants), (claim.interval, window(claim, corpus))
    imprint = corpus.imprint(claim.article) if claim.status == "planned" else None
    text = None if claim.interval or is_news(claim) else claim.article
    return claim.type, claim.status, who, days, claim.place, claim.item, text, imprint and imprint.published


def merge_connected(claims: Iterable[Claim], corpus: Corpus) -> list[Event]:
    """The events of claims of which no other claim may join any."""
    groups: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        groups[realm(claim)].append(claim)
    clusters = [cluster for _, members in sorted(groups.items()) for cluster in _cluster(members, corpus)]
    return [make_event(cluster.claims, cluster.score, cluster.why, corpus) for cluster in _bundle(clusters, corpus)]


# --- groups ---------------------------------------------------------------------------------------


class _Cluster:
    """Claims that are taken to be of one event, with the worst of their matches; it grows."""

    def __init__(self, first: Claim, corpus: Corpus) -> None:
        self.claims = [first]
        self.score, self.why = _FIRST.score, _FIRST.why
        self.corpus = corpus
        self.kinds = {_profile(first, corpus): first}

    def fit(self, claims: Iterable[Claim], *, apart: bool = False) -> _Match | None:
        """The match of other claims with the group, or None where they cannot be one event; `apart` lets their days differ by a little."""
        claims = list(claims)
        if any(self.corpus.are_apart(claim, other) for claim in claims for other in self.claims):
            return None
        kinds = {_profile(claim, self.corpus): claim for claim in claims}.values()
        found = [agree(claim, other, self.corpus) for claim in kinds for other in self.kinds.values()]
        people = {reason.participants for reason in found} - {None}
        dates, places = {reason.dates for reason in found}, {reason.places for reason in found}
        if not people or None in dates or None in places or (APART in dates and not apart):
            return None
        place = next((place for place in (CONTAINS, PLACE) if place in places), UNSTATED)
        why = max(people, key=_weight), min(dates, key=_weight), place
        return _Match(sum(map(_weight, why)), tuple(map(str, why)))

    def add(self, claims: Iterable[Claim], match: _Match) -> None:
        for claim in claims:
            self.claims.append(claim)
            # What gives a day that the group does not believe decides nothing more.
            if APART not in match.why:
                self.kinds.setdefault(_profile(claim, self.corpus), claim)
        self.score = round(min(self.score, match.score), 2)
        self.why = tuple(dict.fromkeys((*self.why, *match.why)))

    def start(self) -> dt.date | None:
        """The first day that a claim of the group gives."""
        return min((claim.interval.start for claim in self.claims if claim.interval), default=None)


def _weight(reason: str | None) -> float:
    return WEIGHTS[reason or UNSTATED]


def _cluster(claims: Sequence[Claim], corpus: Corpus) -> list[_Cluster]:
    clusters: list[_Cluster] = []
    ordered = sorted(claims, key=_vagueness)
    for claim in (claim for claim in ordered if _has_days(claim)):
        _place(claim, clusters, corpus)
    clusters = _join_slips(clusters, corpus)
    for claim in (claim for claim in ordered if not _has_days(claim)):
        _place(claim, clusters, corpus)
    return clusters


def _has_days(claim: Claim) -> bool:
    return claim.interval is not None and count_days(claim.interval) <= _WEEK


def _place(claim: Claim, clusters: list[_Cluster], corpus: Corpus) -> None:
    """Add a claim to the group that it fits best, or begin one where there is none or no single one."""
    fits = [(match, cluster) for cluster in clusters if (match := cluster.fit([claim]))]
    best = max((match.score for match, _ in fits), default=0.0)
    chosen = [(match, cluster) for match, cluster in fits if match.score == best]
    if len(chosen) > 1 and claim.interval is None:
        chosen = _latest(chosen, claim, corpus)
    if len(chosen) == 1:
        match, cluster = chosen[0]
        cluster.add([claim], match)
    else:
        clusters.append(_Cluster(claim, corpus))


def _latest(chosen: Sequence[tuple[_Match, _Cluster]], claim: Claim, corpus: Corpus) -> list[tuple[_Match, _Cluster]]:
    """Those that began last: a report without a date is of the latest event that it may be of."""
    days = window(claim, corpus)
    begun = [(start, at) for at, (_, cluster) in enumerate(chosen) if (start := cluster.start()) and days and start < days.end]
    last = max((start for start, _ in begun), default=None)
    return [chosen[at] for start, at in begun if start == last]


def _join_slips(clusters: Sequence[_Cluster], corpus: Corpus) -> list[_Cluster]:
    """The groups with those joined whose days differ by a little: a day that one source alone gives is a slip, that of several is not.

    Where the place is not told it takes two sources to outweigh the one. No article tells of both, or it tells of two events.
    """
    joined: list[_Cluster] = []
    voices = {id(cluster): _voices(cluster, corpus) for cluster in clusters}
    for cluster in sorted(clusters, key=lambda cluster: (-len(voices[id(cluster)]), min(claim.iri for claim in cluster.claims))):
        mine = voices[id(cluster)]
        fits = [
            (match.score, len(joined) - at, match)
            for at, other in enumerate(joined)
            if len(mine) == 1 and not mine & voices[id(other)]
            if (match := other.fit(cluster.claims, apart=True)) and APART in match.why
            if UNSTATED not in match.why or len(voices[id(other)]) > 1
        ]
        if fits:
            _, after, match = max(fits)
            joined[len(joined) - after].add(cluster.claims, match)
        else:
            joined.append(cluster)
    return joined


def _voices(cluster: _Cluster, corpus: Corpus) -> frozenset[tuple[str, ...]]:
    """The independent sources of a group, each by its articles."""
    return frozenset(find_sources({claim.article for claim in cluster.claims}, corpus))


def _vagueness(claim: Claim) -> tuple[int, int, str]:
    width = count_days(claim.interval) if claim.interval else _UNBOUNDED
    return width, -len(claim.participants), claim.iri


def _bundle(clusters: Sequence[_Cluster], corpus: Corpus) -> list[_Cluster]:
    """The clusters with those joined that hold claims decided to be the same, unless others of their claims are decided not to be."""
    joined: list[_Cluster] = []
    for cluster in clusters:
        whole, mine = cluster, _bundles(cluster, corpus)
        for other in [other for other in joined if mine and not mine.isdisjoint(_bundles(other, corpus))]:
            if not any(corpus.are_apart(a, b) for a in whole.claims for b in other.claims):
                joined.remove(other)
                other.add(whole.claims, _Match(1.0, (DECIDED,)))
                whole = other
        joined.append(whole)
    return joined


def _bundles(cluster: _Cluster, corpus: Corpus) -> set[str]:
    return {bundle for claim in cluster.claims if (bundle := corpus.bundle(claim))}
