"""Merged events -> links between them, by the rules of the ontology: part of, fulfils, follows, denies; pure functions.

Whether two events are linked depends on the two alone.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator

from kg.agree import Corpus, contains, fillers
from kg.dates import is_within, make_days, overlaps, shift_day
from kg.keys import sought_about, sought_links
from kg.records import Event, EventLink, Interval
from kg.schema import LinkRule

# Some that may be under one of these keys, and others.
Find = Callable[[Collection[str]], Iterable[Event]]


def find_links(events: Iterable[Event], find: Find, corpus: Corpus) -> frozenset[EventLink]:
    """Every link of these events, from or to another; `find` gives those under any of some keys."""
    return frozenset(link for event in events for rule in corpus.ontology.links for link in _links(event, rule, find, corpus))


def _links(event: Event, rule: LinkRule, find: Find, corpus: Corpus) -> Iterator[EventLink]:
    if event.status == rule.of_status and rule.of_type in ("", event.type):
        for other in find(_keys(event, rule.to_type or event.type, rule.to_status, rule, corpus, later=False)):
            yield from _link(event, other, rule, corpus)
    if event.status == rule.to_status and rule.to_type in ("", event.type):
        for other in find(_keys(event, rule.of_type or event.type, rule.of_status, rule, corpus, later=True)):
            yield from _link(other, event, rule, corpus)


def _keys(event: Event, type_: str, status: str, rule: LinkRule, corpus: Corpus, *, later: bool) -> Collection[str]:
    """Under what the events are found that the rule may join to this one."""
    if rule.same_item:
        return sought_about(type_, status, event.item.entity) if event.item and event.item.entity else ()
    days = find_days(event, corpus)
    if days is None:
        return ()
    around = Interval(start=shift_day(days.start, 0 if later else -rule.within), end=shift_day(days.end, rule.within if later else 0))
    return sought_links(type_, status, {p.entity for p in event.participants}, around)


def _link(one: Event, other: Event, rule: LinkRule, corpus: Corpus) -> Iterator[EventLink]:
    if one.iri == other.iri or (one.status, other.status) != (rule.of_status, rule.to_status):
        return
    typed = (one.type, other.type) == (rule.of_type, rule.to_type) if rule.of_type else one.type == other.type
    if typed and _is_of(one, other, rule) and _is_then(one, other, rule, corpus) and _is_there(one, other, rule, corpus):
        yield EventLink(source=one.iri, kind=rule.kind, target=other.iri)


def _is_of(one: Event, other: Event, rule: LinkRule) -> bool:
    """Whether the two are of the same people, or about the same thing."""
    if rule.same_item:
        return bool(one.item and other.item and one.item.entity and one.item.entity == other.item.entity)
    mine, theirs = fillers(one.participants), fillers(other.participants)
    if not rule.shares:
        return mine <= theirs or theirs <= mine
    return any({who for r, who in mine if r == role} & {who for r, who in theirs if r == as_} for role, as_ in rule.shares)


def _is_then(one: Event, other: Event, rule: LinkRule, corpus: Corpus) -> bool:
    mine, theirs = find_days(one, corpus), find_days(other, corpus)
    if mine is None or theirs is None:
        return False
    if rule.when == "during":
        return one.interval is not None and other.interval is not None and is_within(mine, theirs)
    if rule.when == "about" and overlaps(mine, theirs):
        return True
    # A plan without a day was for days after it was told.
    undated = rule.when == "after" or other.interval is None
    return undated and mine.start >= theirs.start and (rule.within == 0 or (mine.start - theirs.start).days <= rule.within)


def _is_there(one: Event, other: Event, rule: LinkRule, corpus: Corpus) -> bool:
    """Whether the one is where the rule wants it: in the other's place, or at home of whom it names."""
    if not rule.at_home_of:
        return not (one.place and other.place) or any(
            (one.place == other.place, contains(one.place, other.place, corpus), contains(other.place, one.place, corpus))
        )
    hosts = [corpus.entity(p.entity) for p in other.participants if p.role == rule.at_home_of]
    homes = {home for host in hosts if host for home in (host.iri, host.country) if home}
    return one.place is not None and any(one.place == home or contains(home, one.place, corpus) for home in homes)


def find_days(event: Event, corpus: Corpus) -> Interval | None:
    """The days of the event, or those before its first report within which it is news."""
    first = min((day for source in event.sources if (day := _published(source[0], corpus))), default=None)
    if event.interval or first is None:
        return event.interval
    kind = corpus.ontology.types.get(event.type)
    near = kind.news_days if kind else 0
    return make_days(shift_day(first, -near), shift_day(first, near if event.status == "planned" else 0))


def _published(article: str, corpus: Corpus) -> dt.date | None:
    imprint = corpus.imprint(article)
    return imprint.published if imprint else None
