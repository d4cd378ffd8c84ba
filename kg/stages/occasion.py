"""What one event of an article tells of another's days: the length of a stay, a meeting during a visit, an anniversary.

Nothing here makes a date finer than the text allows: a meeting that the text places within a visit gets the
days from the arrival to the report, not one of them.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

from spacy.tokens import Token

from kg.dates import count_days, is_one_day, latest, make_day, make_days, overlaps
from kg.language import ParsedSentence
from kg.lexicon import Lexicon
from kg.records import DateMention, Interval, Sentence
from kg.stages.consolidate import Draft, places_agree
from kg.stages.date_context import is_report
from kg.stages.discourse import Discourse
from kg.stages.syntax import children, first_conjunct, is_verb, path_up, preposition
from kg.stages.triggers import Trigger
from kg.stages.when import is_present
from kg.text import words

_NUMBERS = {word: n for n, word in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], 1)}
_LENGTH = re.compile(r"\b(\w+)[- ]day\b[^.]{0,60}$", re.IGNORECASE)
_COUNT = re.compile(r"\d{1,2}")
_ORDINAL = re.compile(r"\b(\d{1,3})(?:st|nd|rd|th)\s+anniversary\b((?:\s+\w+){0,8})", re.IGNORECASE)
# Words of the occasion that are shorter tell nothing of it.
_SHORT = 4
_NTH = re.compile(r"(\d{1,3})(?:st|nd|rd|th)")
_OCCASION = ("during", "at", "in", "on")
# Characters within which a sentence still speaks of the encounter told before it: a few sentences.
_NEAR_TEXT = 700
# A visit that the text does not bound is not taken to last longer than this.
_LONGEST_VISIT = 7
# An interval of at least so many days names a year rather than days within it.
_ABOUT_A_YEAR = 300
# The sentences with which a report opens.
_LEAD = 3
# Events among which one told just before is looked for.
_MOST_NEAR = 12


# --- how long a stay lasts ------------------------------------------------------------------------


def find_stay(trigger: Trigger, parsed: ParsedSentence, lexicon: Lexicon, published: dt.date | None) -> DateMention | None:
    """The days of "a three-day visit that ends on Sunday", from the end or the beginning that the sentence dates."""
    days = _length(trigger.token, parsed)
    if not days:
        return None
    dated = [(d.interval.start, path_up(parsed.doc[i])[:3]) for i, d in parsed.dates.items() if is_one_day(d.interval)]
    if parsed.opening and is_one_day(parsed.opening.interval):
        dated.append((parsed.opening.interval.start, path_up(trigger.token)[:3]))
    if published and is_present(trigger):
        dated.append((published, path_up(trigger.token)[:3]))
    return next((stay for day, above in dated if (stay := _stay(day, days, above, lexicon))), None)


def _stay(day: dt.date, days: int, above: Sequence[Token], lexicon: Lexicon) -> DateMention | None:
    """The stay of which `day` is the last or the first day, as the nearest verb above it that tells of either says."""
    ends, begins = lexicon.words("Ending"), lexicon.words("Beginning")
    verb = next((t.lemma_.lower() for t in above if is_verb(t) and t.lemma_.lower() in ends | begins), None)
    before = dt.timedelta(days=days - 1)
    if verb is None:
        return None
    first, why = (day - before, f"the last of {days} days") if verb in ends else (day, f"the first of {days} days")
    return DateMention(start=0, end=0, text="", interval=make_days(first, first + before), source="relative", why=why)


def _length(noun: Token, parsed: ParsedSentence) -> int:
    """The days in "three-day" before the noun; 0 where it says nothing of the kind."""
    if is_verb(noun):
        return 0
    match = _LENGTH.search(parsed.text(parsed.starts[noun.left_edge.i], parsed.starts[noun.i]))
    word = match[1].lower() if match else ""
    return _NUMBERS.get(word, int(word) if _COUNT.fullmatch(word) else 0)


# --- one event as the occasion of another ---------------------------------------------------------


def find_occasions(token: Token) -> list[int]:
    """The nouns that may name when the event of `token` was, the likeliest first.

    "signed during the visit", "the visit and a summit"; "talks in Sochi, at which they signed", where it is one of the nouns before
    the pronoun, the nearest first, however the parser hangs the clause.
    """
    direct = children(token, "obl", "nmod")
    deeper = [c for t in direct for c in children(t, "nmod")]
    during = [c for c in (*direct, *deeper) if preposition(c) in _OCCASION]
    found = {c.i for c in during}
    if token.dep_ == "conj" and not is_verb(token):
        found.add(first_conjunct(token).i)
    pronoun = next((c for c in during if c.lower_ == "which"), None)
    before = token.doc[token.sent.start : pronoun.i] if pronoun else ()
    return [*sorted(found), *(t.i for t in reversed(before) if t.pos_ in ("NOUN", "PROPN"))]


def with_occasion(draft: Draft, occasions: Sequence[Draft]) -> Draft:
    """The draft with the date, and where it lacks one the place, of the event during which it was."""
    dated = [o for o in occasions if o.interval and o.status == draft.status]
    if not dated:
        return draft
    other = dated[0]
    if draft.interval:
        return replace(draft, place=draft.place or other.place) if draft.interval == other.interval else draft
    return replace(
        draft, interval=other.interval, date_source=other.date_source, place=draft.place or other.place,
        why=(*draft.why, f"date: that of the {other.type.name.lower()} in the sentence"),
    )  # fmt: skip


# --- meetings during a visit ----------------------------------------------------------------------


def place_in_visits(drafts: Sequence[Draft], reported: dt.date | None, discourse: Discourse) -> list[Draft]:
    """Undated meetings of a visitor with the hosts get the days of the visit, from arrival to the report, and its place."""
    visits = [d for d in drafts if _is_arrival(d)]
    return [_placed(d, visits, reported, discourse) for d in drafts] if reported else list(drafts)


def _is_arrival(draft: Draft) -> bool:
    visitors = any(p.role == "visitor" for p in draft.participants)
    return visitors and draft.status == "occurred" and draft.interval is not None and draft.place is not None


def _placed(draft: Draft, visits: Sequence[Draft], reported: dt.date, discourse: Discourse) -> Draft:
    if draft.interval is not None or draft.status != "occurred" or draft.perfect:
        return draft
    known = min(reported, draft.reported or reported)
    fitting = [(v, days) for v in visits if _hosts_visitor(draft, v, discourse) and (days := _days_of(v, known))]
    if len(fitting) != 1:
        return draft
    visit, days = fitting[0]
    return replace(
        draft, interval=days, date_source="relative", place=draft.place or visit.place, confidence=round(draft.confidence * 0.9, 2),
        why=(*draft.why, "date: within the visit that the article tells of"),
    )  # fmt: skip


def _hosts_visitor(draft: Draft, visit: Draft, discourse: Discourse) -> bool:
    """Whether the visitor takes part together with somebody of the country visited."""
    visitors = {p.entity for p in visit.participants}
    people = {p.entity for p in draft.participants}
    place = discourse.lexicon.ontology.entities.get(visit.place or "")
    country = discourse.lexicon.ontology.state_of(place) if place else None
    at_home = country is not None and any(discourse.country(p) == country for p in people - visitors)
    return bool(people & visitors) and at_home and (draft.place is None or _within(draft.place, country, discourse))


def _within(place: str, country: str | None, discourse: Discourse) -> bool:
    return country in (place, *discourse.lexicon.ontology.containers(place))


def _days_of(visit: Draft, reported: dt.date) -> Interval | None:
    """From the first day of the visit to its last, or to the report where the text tells of the arrival alone."""
    assert visit.interval
    known = reported + dt.timedelta(days=1)
    last = min(visit.interval.end, known) if count_days(visit.interval) > 1 else known
    days = Interval(start=visit.interval.start, end=last) if last > visit.interval.start else None
    return days if days and count_days(days) <= _LONGEST_VISIT else None


# --- what was done at an encounter ----------------------------------------------------------------


def date_by_encounter(drafts: Sequence[Draft]) -> list[Draft]:
    """Undated letters, greetings and gifts told right after an encounter get its days, if one of the two sides took part."""
    encounters = [d for d in drafts if d.interval and d.is_encounter]
    return [_at_encounter(d, encounters) for d in drafts]


def _at_encounter(draft: Draft, encounters: Sequence[Draft]) -> Draft:
    people = {p.entity for p in draft.participants}
    directed = any(edge.directed for edge in draft.type.edges) and len({p.role for p in draft.participants}) > 1
    start = draft.evidence[0].start
    near = [e for e in encounters if people & {p.entity for p in e.participants} and 0 <= start - e.evidence[0].start <= _NEAR_TEXT]
    if draft.interval or draft.perfect or draft.status != "occurred" or not directed or len({e.interval for e in near}) != 1:
        return draft
    return replace(draft, interval=near[0].interval, date_source="relative", why=(*draft.why, "date: that of the encounter told before"))


# --- one thing after another ----------------------------------------------------------------------


def date_by_narration(drafts: Sequence[Draft], dates: Sequence[DateMention], discourse: Discourse) -> list[Draft]:
    """Undated encounters told in the simple past get the day that the same or the sentence before gives to an event of the same people.

    What a day was inferred for tells no day to others.
    """
    return [_narrated(draft, drafts[:i], dates, discourse) for i, draft in enumerate(drafts)]


def _narrated(draft: Draft, told: Sequence[Draft], dates: Sequence[DateMention], discourse: Discourse) -> Draft:
    if not (draft.narrated and draft.is_encounter and draft.interval is None):
        return draft
    last = {s.start for s in discourse.sentences_before(draft.evidence[0].end, 2)}
    near = [d for d in told[-_MOST_NEAR:] if d.evidence[-1].start in last and _continues(draft, d, discourse)]
    days = {d.interval for d in near if d.interval and is_one_day(d.interval) and d.status == "occurred"}
    days = days or _days_of_lead(draft, told, dates, discourse)
    if len(days) != 1:
        return draft
    return replace(draft, interval=days.pop(), date_source="relative", why=(*draft.why, "date: the day of what is told just before"))


def _days_of_lead(draft: Draft, told: Sequence[Draft], dates: Sequence[DateMention], discourse: Discourse) -> set[Interval]:
    """In the first sentences: the one day that those before name beside one of the people, but give to no event of others."""
    start = draft.evidence[0].start
    if not 0 < len(discourse.sentences_before(start, _LEAD)) < _LEAD:
        return set()
    named = {x.entity for x in discourse.links if x.mention.start < start}
    taken = {d.interval for d in told if not _continues(draft, d, discourse)}
    days = {d.interval for d in dates if d.end <= start and d.source != "dateline" and not is_report(d, discourse.text)}
    is_about = any(p.entity in named for p in draft.participants)
    return {d for d in days if is_one_day(d)} - taken if is_about and len(days) == 1 else set()


def _continues(draft: Draft, before: Draft, discourse: Discourse) -> bool:
    """Whether all who take part in one take part in the other, in a sequel only some of them, and the places allow it."""
    a, b = {p.entity for p in draft.participants}, {p.entity for p in before.participants}
    same = a <= b or b <= a or (draft.sequel and not a.isdisjoint(b))
    return bool(a) and bool(b) and same and places_agree(draft.place, before.place, discourse)


# --- anniversaries --------------------------------------------------------------------------------


def find_anniversary(text: str, sentences: Sequence[Sentence], dates: Sequence[DateMention], published: dt.date | None) -> Interval | None:
    """The day that an "Nth anniversary of X" falls on, where a sentence that speaks of X gives the day N years before it."""
    for match in _ORDINAL.finditer(text) if published else ():
        of = {w.key for w in words(match[2]) if len(w.key) > _SHORT}
        for date in dates:
            sentence = next((s for s in sentences if s.start <= date.start < s.end), None)
            if sentence is None or not of & {w.key for w in words(text[sentence.start : sentence.end])}:
                continue
            if published and is_one_day(date.interval) and date.interval.start.year == published.year - int(match[1]):
                day = _in_year(date.interval.start, published.year)
                return make_day(day) if day else None
    return None


def is_on_anniversary(trigger: Trigger, parsed: ParsedSentence, lexicon: Lexicon) -> bool:
    """Whether the trigger's own words mark an anniversary: "messages marking the 75th anniversary"."""
    heads = [trigger.token, *([trigger.light] if trigger.light is not None else [])]
    below = (t for head in heads for t in head.subtree)
    return any(t.lemma_.lower() in lexicon.words("Anniversary") for t in below) and bool(_ORDINAL.search(parsed.doc.text))


def has_anniversary(trigger: Trigger, lexicon: Lexicon) -> bool:
    """Whether the sentence tells of an anniversary of what the trigger names: "the anniversary of a summit"."""
    up = path_up(trigger.token)[:2]
    return any(t.lemma_.lower() in lexicon.words("Anniversary") for t in up)


def find_anniversary_year(trigger: Trigger, parsed: ParsedSentence, lexicon: Lexicon, published: dt.date | None) -> DateMention | None:
    """ "the 10th anniversary of his visit": the year that many years before the report, unless the sentence speaks of another year."""
    years = {y for d in parsed.dates.values() for y in (d.interval.start.year, latest(d.interval).year)}
    marked = next((t for t in path_up(trigger.token)[:2] if t.lemma_.lower() in lexicon.words("Anniversary")), None)
    numbers = [m[1] for c in children(marked, "amod") if (m := _NTH.fullmatch(c.lower_))] if marked else []
    if not numbers or published is None or years - {published.year}:
        return None
    year = published.year - int(numbers[0])
    days = make_days(dt.date(year, 1, 1), dt.date(year, 12, 31))
    return DateMention(start=0, end=0, text="", interval=days, source="relative", why=f"{numbers[0]} years before the report")


def date_by_anniversary(drafts: Sequence[Draft]) -> list[Draft]:
    """An event of a known year gets the day of its year on which the main event of the same sentence marked its anniversary."""
    main = [d for d in drafts if d.interval and is_one_day(d.interval) and d.status == "occurred" and not d.anniversary]
    told = {e: d for d in reversed(main) for e in d.evidence}
    return [_anniversary_of(d, told[d.evidence[0]]) if d.anniversary and d.interval and d.evidence[0] in told else d for d in drafts]


def _anniversary_of(draft: Draft, main: Draft) -> Draft:
    assert draft.interval and main.interval
    day = _in_year(main.interval.start, draft.interval.start.year)
    if day is None or count_days(draft.interval) < _ABOUT_A_YEAR or not overlaps(draft.interval, make_day(day)):
        return draft
    return replace(draft, interval=make_day(day), date_source="relative", why=(*draft.why, "date: the main event fell on its anniversary"))


def _in_year(day: dt.date, year: int) -> dt.date | None:
    try:
        return day.replace(year=year)
    except ValueError:
        return None
