"""Claims and events -> the keys under which they are found; pure functions.

Two claims that `kg.agree` lets join share a key: one of those that `sought` gives for either is among those that `keys`
gives for the other. So whoever looks for the claims that may join one needs to look at few.
"""

from collections.abc import Iterable

from kg.agree import Corpus, realm, window
from kg.dates import count_days, latest, shift_day
from kg.ids import local
from kg.records import Claim, Event, Interval

# A window of more months is found by its years, one of more years only by whom it is of.
_MONTHS, _YEARS = 3, 5


def keys(claim: Claim, corpus: Corpus) -> frozenset[str]:
    """Under what a claim is found: who, or whose state, and when."""
    actors = {name for p in claim.participants for name in (p.entity, *_states(p.entity, corpus))}
    return _keys(claim, actors, _times(window(claim, corpus))) | _decisions(claim, corpus)


def sought(claim: Claim, corpus: Corpus) -> frozenset[str]:
    """Under what the claims that may join this one are found."""
    actors = {name for p in claim.participants for name in _sought_actors(p.entity, corpus)}
    return _keys(claim, actors, _sought_times(window(claim, corpus), _slack(claim, corpus))) | _decisions(claim, corpus)


def link_keys(event: Event, days: Interval | None) -> frozenset[str]:
    """Under what an event is found by those that may be linked to it; `days` are its own or those about its first report."""
    about = {f"about {event.item.entity}"} if event.item and event.item.entity else set()
    when = (f"{p.entity} {time}" for p in event.participants for time in _times(days))
    return frozenset(f"link {local(event.type)} {event.status} {name}" for name in (*about, *when))


def sought_links(type_: str, status: str, names: Iterable[str], days: Interval) -> frozenset[str]:
    """Under what events of a type and status are found in which one of these takes part in those days."""
    return frozenset(f"link {local(type_)} {status} {name} {time}" for name in names for time in _sought_times(days, 0))


def sought_about(type_: str, status: str, entity: str) -> frozenset[str]:
    """Under what events of a type and status are found that are about an entity."""
    return frozenset((f"link {local(type_)} {status} about {entity}",))


def _keys(claim: Claim, actors: Iterable[str], times: Iterable[str]) -> frozenset[str]:
    return frozenset(_key(*realm(claim), actor, time) for actor in actors for time in times)


def _key(type_: str, status: str, actor: str, time: str) -> str:
    return f"{local(type_)} {status} {actor} {time}"


def _decisions(claim: Claim, corpus: Corpus) -> frozenset[str]:
    bundle = corpus.bundle(claim)
    return frozenset([f"same {bundle}"] if bundle else ())


def _states(iri: str, corpus: Corpus) -> tuple[str, ...]:
    """For a person the people of the state and of the bodies that may be named instead."""
    return tuple(f"of {body}" for body in corpus.bodies(iri))


def _sought_actors(iri: str, corpus: Corpus) -> tuple[str, ...]:
    """The entity itself, those who may be named for a person, and the people of a state or body."""
    bodies = corpus.bodies(iri)
    return (iri, *bodies) if bodies else (iri, f"of {iri}")


def _times(days: Interval | None) -> tuple[str, ...]:
    """The months of the days, the years of many months, "ever" for many years; what has no days is found by nobody else."""
    if days is None:
        return ()
    months, years = _months(days), _years(days)
    if len(months) <= _MONTHS:
        return (*months, "")
    return (*(years if len(years) <= _YEARS else ("ever",)), "")


def _sought_times(days: Interval | None, slack: int) -> tuple[str, ...]:
    if days is None:
        return ()
    wide = Interval(start=shift_day(days.start, -slack), end=shift_day(days.end, slack))
    years = _years(wide)
    if len(years) > _YEARS:
        return ("",)
    months = _months(wide) if count_days(wide) <= 31 * _MONTHS else [f"{year}-{month:02d}" for year in years for month in range(1, 13)]
    return (*months, *years, "ever")


def _months(days: Interval) -> list[str]:
    first, last = days.start.year * 12 + days.start.month - 1, latest(days).year * 12 + latest(days).month - 1
    return [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(first, min(last, first + 12 * (_YEARS + 1)) + 1)]


def _years(days: Interval) -> list[str]:
    return [f"{year:04d}" for year in range(days.start.year, latest(days).year + 1)]


def _slack(claim: Claim, corpus: Corpus) -> int:
    kind = corpus.ontology.types.get(claim.type)
    return kind.same_within if kind else 0
