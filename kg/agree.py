"""Whether two claims may be of one event, and why: participants, days, places, decisions; pure functions."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from kg.dates import LONGEST_STAY, count_days, is_one_day, make_days, overlaps, shift_day, span
from kg.ids import CLAIM, EVENT, NK, digest
from kg.ontology import UNRANKED, Ontology
from kg.records import Claim, Entity, Imprint, Interval, Participant
from kg.sketch import is_copy
from kg.text import words

# What each agreement adds to the score of a merge; the parts of a full agreement sum to 1.
WEIGHTS = {
    "same participants": 0.4,
    "participants of one are among the other's": 0.3,
    "one names the state or body of whom the other names": 0.25,
    "the same people of both sides": 0.25,
    "same day": 0.4,
    "dates overlap": 0.25,
    "days of one stay": 0.2,
    "dates a day apart": 0.2,
    "undated, reported within days": 0.15,
    "same place": 0.2,
    "one place contains the other": 0.15,
    "place not stated by all": 0.1,
}
(SAME, AMONG, FOR_THEM, CORE, DAY, OVERLAP, STAY, APART, UNDATED, PLACE, CONTAINS, UNSTATED) = WEIGHTS
DECIDED = "decided to be the same"

# Days of a stay that are taken for one though a report does not tell where it was.
_STAY = 3
# Characters at the head of an article that tell its news.
_HEAD = 700
# So many days two reports of an event may give together where one of them is wrong: a day and a week.
_SHORT = 8

Filler = tuple[str, str]


@dataclass(frozen=True)
class Corpus:
    """What merging knows beside the claims: the ontology, an article by its id, and an entity that the ontology lacks by its IRI."""

    ontology: Ontology
    imprint: Callable[[str], Imprint | None]
    newcomer: Callable[[str], Entity | None]

    def entity(self, iri: str) -> Entity | None:
        """The entity with this IRI, of the ontology or not."""
        return self.ontology.entities.get(iri) or self.newcomer(iri)

    def is_actor(self, iri: str, *kinds: str) -> bool:
        """Whether the entity is of one of these classes (by their local names) or of one below it."""
        entity = self.entity(iri)
        return entity is not None and any(self.ontology.is_a(entity.kind, NK + kind) for kind in kinds)

    @cached_property
    def _bodies(self) -> dict[str, tuple[str, ...]]:
        return {}

    def bodies(self, person: str) -> tuple[str, ...]:
        """The state of a person and the bodies in which he ever had an office; () for what is no person."""
        if person not in self._bodies:
            self._bodies[person] = self._find_bodies(person)
        return self._bodies[person]

    def _find_bodies(self, iri: str) -> tuple[str, ...]:
        entity = self.entity(iri)
        if entity is None or not self.is_actor(iri, "Person"):
            return ()
        offices = self.ontology.offices
        bodies = {offices[t.office].organisation for t in self.ontology.tenures_of(iri) if t.office in offices}
        return tuple(sorted(body for body in bodies | {entity.country or ""} if body))

    @cached_property
    def _decided(self) -> Mapping[str, str]:
        """Each event decided to be the same as others, with the name of all of them; a claim stands for the event named after it."""
        pairs = [[_event_of(name) for name in pair] for pair in self.ontology.same if all(map(_is_report, pair))]
        return {name: min(bundle) for bundle in _bundles(pairs) for name in bundle}

    def bundle(self, claim: Claim) -> str | None:
        """The name of those that the claim is decided to be the same as. A decision on an event means the claim that names it."""
        return self._decided.get(event_iri(claim)) if self._decided else None

    @cached_property
    def _parted(self) -> Mapping[str, frozenset[str]]:
        pairs = [frozenset(map(_event_of, pair)) for pair in self.ontology.different if all(map(_is_report, pair))]
        return {name: frozenset().union(*(pair - {name} for pair in pairs if name in pair)) for name in frozenset().union(*pairs)}

    def are_apart(self, one: Claim, other: Claim) -> bool:
        """Whether it is decided that the two are of different events."""
        return bool(self._parted) and event_iri(other) in self._parted.get(event_iri(one), ())


def _is_report(name: str) -> bool:
    return name.startswith((CLAIM, EVENT))


def _event_of(name: str) -> str:
    """The event that is named after a claim, or that bears the name."""
    return EVENT + digest(name) if name.startswith(CLAIM) else name


class Agreement(NamedTuple):
    """In what two claims agree; None where they do not."""

    participants: str | None
    dates: str | None
    places: str | None


def event_iri(first: Claim) -> str:
    """The IRI of the event whose first report is this claim."""
    return EVENT + digest(first.iri)


def agree(one: Claim, other: Claim, corpus: Corpus) -> Agreement:
    """In what two claims of one type and status agree."""
    who, dates = participants_agree(one, other, corpus), dates_agree(one, other, corpus)
    places = places_agree(one.place, other.place, corpus)
    if places == UNSTATED and _needs_place(one, other, who, dates, corpus):
        places = None
    return Agreement(who, dates if items_agree(one, other, corpus) else None, places)


def _needs_place(one: Claim, other: Claim, who: str | None, dates: str | None, corpus: Corpus) -> bool:
    """Whether the place alone could tell the two apart: the legs of a tour, meetings of one day with others beside, plans without a day."""
    kind = corpus.ontology.types.get(one.type)
    leg = kind is not None and kind.durative and not _are_near(one, other)
    return leg or who == CORE or (dates == UNDATED and one.status == "planned" and not _are_told_together(one, other, corpus))


def _are_near(one: Claim, other: Claim) -> bool:
    """Whether the days of both lie within the few of a short stay."""
    return one.interval is not None and other.interval is not None and count_days(span(one.interval, other.interval)) <= _STAY


def _are_told_together(one: Claim, other: Claim, corpus: Corpus) -> bool:
    """Whether the two articles appeared within a few days of each other."""
    days = [imprint.published for claim in (one, other) if (imprint := corpus.imprint(claim.article)) and imprint.published]
    return len(days) > 1 and abs((days[0] - days[1]).days) < _STAY


def items_agree(one: Claim, other: Claim, corpus: Corpus) -> bool:
    """Whether the two may be about one thing: no two entities, and for what recurs, but on one day, shared words and no other numbers."""
    if one.item is None or other.item is None:
        return True
    if one.item.entity and other.item.entity:
        return one.item.entity == other.item.entity
    kind = corpus.ontology.types.get(one.type)
    if kind is None or not kind.recurrent or (one.interval is not None and one.interval == other.interval):
        return True
    idle = corpus.ontology.words.get("FunctionWord", frozenset())
    mine, theirs = ({word.key for word in words(item.text)} - idle for item in (one.item, other.item))
    shared, numbers = mine & theirs, {key for key in mine ^ theirs if key.isdigit()}
    return any(not key.isdigit() for key in shared) and (numbers.isdisjoint(mine) or numbers.isdisjoint(theirs))


def may_join(one: Claim, other: Claim, corpus: Corpus) -> bool:
    """Whether the two may be of one event."""
    return realm(one) == realm(other) and None not in agree(one, other, corpus)


def realm(claim: Claim) -> tuple[str, str]:
    """Within what claims may be of one event: its type and status, where what is alleged may be what others tell as having happened."""
    return claim.type, "occurred" if claim.status == "alleged" else claim.status


def _bundles(pairs: Iterable[Collection[str]]) -> list[set[str]]:
    bundles: list[set[str]] = []
    for pair in pairs:
        touched = [bundle for bundle in bundles if not bundle.isdisjoint(pair)]
        bundles = [*(bundle for bundle in bundles if bundle not in touched), set(pair).union(*touched)]
    return bundles


# --- participants ---------------------------------------------------------------------------------


def participants_agree(one: Claim, other: Claim, corpus: Corpus) -> str | None:
    """How the participants agree: equal, nested, nested but for a state or body that stands for its people, equal at the core."""
    mine, theirs = fillers(one.participants), fillers(other.participants)
    if not mine or not theirs:
        return None
    if mine == theirs:
        return SAME
    more, less = mine - theirs, theirs - mine
    if not more or not less:
        return AMONG if _names_heads(*((one, other) if more else (other, one)), corpus) else None
    if _are_stood_for(more, less, one, corpus) or _are_stood_for(less, more, other, corpus):
        return FOR_THEM
    return CORE if _share_core(mine & theirs, one, other, corpus) else None


def fillers(participants: Iterable[Participant]) -> frozenset[Filler]:
    """Who takes part as what."""
    return frozenset((p.role, p.entity) for p in participants)


def _names_heads(one: Claim, other: Claim, corpus: Corpus) -> bool:
    """Whether the other of two claims, of some of those in the one, names no member of a side without its head.

    The head is who is listed first or has the highest office: talks with a minister are not those with his leader at which he sat.
    """
    told = {p.entity for p in other.participants}
    for side, members in _sides(one.participants, corpus).items():
        beside = [p for p in members if p.entity in told]
        if side and beside and len(members) > len(beside) and told.isdisjoint(_heads(members, one.interval, corpus)):
            return False
    return True


def _sides(participants: Iterable[Participant], corpus: Corpus) -> dict[str | None, list[Participant]]:
    """The persons of each country in their listed order; None for those of none that is known."""
    sides: dict[str | None, list[Participant]] = {}
    for participant in sorted(participants, key=lambda p: (p.order, p.entity)):
        entity = corpus.entity(participant.entity) if corpus.is_actor(participant.entity, "Person") else None
        if entity:
            sides.setdefault(entity.country, []).append(participant)
    return sides


def _heads(members: Sequence[Participant], days: Interval | None, corpus: Corpus) -> set[str]:
    ranks = {p.entity: corpus.ontology.rank_of(p.entity, days) or UNRANKED for p in members}
    return {members[0].entity, *(person for person, rank in ranks.items() if rank == min(ranks.values()))}


def _are_stood_for(some: frozenset[Filler], others: frozenset[Filler], claim: Claim, corpus: Corpus) -> bool:
    """Whether each of some stands for one of the others of its role, or one of them for it."""
    return all(any(role == r and _stands_for(who, w, claim.interval, corpus) for r, w in others) for role, who in some)


def _stands_for(one: str, other: str, days: Interval | None, corpus: Corpus) -> bool:
    return stands_for(one, other, days, corpus) or stands_for(other, one, days, corpus)


def stands_for(body: str, person: str, days: Interval | None, corpus: Corpus) -> bool:
    """Whether a state, or a body in which the person has an office in those days, may be named for the person."""
    if not corpus.is_actor(person, "Person"):
        return False
    entity = corpus.entity(person)
    if corpus.is_actor(body, "State"):
        return entity is not None and entity.country == body
    offices = corpus.ontology.offices
    return any(
        offices[t.office].organisation == body and any(t is held for held in corpus.ontology.holders(t.office, days))
        for t in corpus.ontology.tenures_of(person)
        if t.office in offices
    )


def _share_core(shared: frozenset[Filler], one: Claim, other: Claim, corpus: Corpus) -> bool:
    """Whether both name heads of two sides, on one and the same day: each names others who were with them."""
    if one.interval is None or one.interval != other.interval or not is_one_day(one.interval):
        return False
    told = {who for _, who in shared}
    sides = [_sides(claim.participants, corpus) for claim in (one, other)]
    both = [side for side in sides[0] if side and side in sides[1]]
    heads = [_heads(found[side], one.interval, corpus) for side in both for found in sides]
    return len(both) > 1 and all(not told.isdisjoint(found) for found in heads)


# --- days -----------------------------------------------------------------------------------------


def dates_agree(one: Claim, other: Claim, corpus: Corpus) -> str | None:
    """How the dates agree; an undated claim has the days before its article, within which such an event stays news.

    Two days of an event that lasts may both be of it; of two days of another event one must be wrong.
    """
    mine, theirs = window(one, corpus), window(other, corpus)
    if mine is None or theirs is None:
        return None
    dated = one.interval is not None and other.interval is not None
    if overlaps(mine, theirs):
        if not dated:
            told = all(claim.interval or is_news(claim) for claim in (one, other)) or are_copies(one.article, other.article, corpus)
            return UNDATED if told else None
        return DAY if mine == theirs and is_one_day(mine) else OVERLAP
    kind = corpus.ontology.types.get(one.type)
    if kind is None or not dated or _gap(mine, theirs) > kind.same_within:
        return None
    if kind.durative:
        return STAY if max(count_days(mine), count_days(theirs)) <= LONGEST_STAY else None
    return APART if count_days(mine) + count_days(theirs) <= _SHORT else None


def is_news(claim: Claim) -> bool:
    """Whether the claim stands at the head of its article: further down an article recalls what was long ago."""
    return min((evidence.start for evidence in claim.evidence), default=0) < _HEAD


def are_copies(one: str, other: str, corpus: Corpus) -> bool:
    """Whether two articles are near-identical texts."""
    mine, theirs = corpus.imprint(one), corpus.imprint(other)
    return mine is not None and theirs is not None and is_copy(mine.sketch, theirs.sketch)


def window(claim: Claim, corpus: Corpus) -> Interval | None:
    """The days of the claim, or those about its article's publication where it has none; None where neither is known."""
    imprint = corpus.imprint(claim.article)
    if claim.interval or imprint is None or imprint.published is None:
        return claim.interval
    kind = corpus.ontology.types.get(claim.type)
    near = kind.news_days if kind else 0
    return make_days(shift_day(imprint.published, -near), shift_day(imprint.published, near if claim.status == "planned" else 0))


def _gap(one: Interval, other: Interval) -> int:
    """Days between two intervals that do not overlap, 1 for neighbouring days."""
    return (max(one.start, other.start) - min(one.end, other.end)).days + 1


# --- places ---------------------------------------------------------------------------------------


def places_agree(one: str | None, other: str | None, corpus: Corpus) -> str | None:
    """How the places agree; one that a claim leaves open agrees with any."""
    if one is None or other is None:
        return UNSTATED
    if one == other:
        return PLACE
    return CONTAINS if contains(one, other, corpus) or contains(other, one, corpus) else None


def contains(outer: str, inner: str, corpus: Corpus) -> bool:
    """Whether the place `inner` lies within `outer`."""
    newcomer = corpus.newcomer(inner)
    above = (newcomer.within or newcomer.country) if newcomer else None
    return outer in (above, *corpus.ontology.containers(above or inner))
