"""What a reader of dates knows besides the phrase: the text around it, the dates before it, the day to count from.

Pure functions of a `Context`. They decide which year, direction or earlier date a phrase means; where nothing decides
they raise ValueError or return None, and the phrase gives no date.
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from kg.dates import count_days, is_one_day, latest
from kg.records import DateMention, DateSource, Interval
from kg.stages.date_grammar import MONTHS
from kg.stages.date_tense import Direction, find_direction

Parts = re.Match[str]
Reading = tuple[Interval, DateSource, str]

FIRST_YEAR, LAST_YEAR = 1400, 2100
JUCHE_ZERO = 1911
YEAR_DAYS = 366
# Writers name the year of what is most of a year away: a day next month beats one eleven months past, whatever the tense.
FAR_BACK, SOON = dt.timedelta(days=300), dt.timedelta(days=31)
FAR_AHEAD, RECENT = dt.timedelta(days=240), dt.timedelta(days=120)
# Where nothing decides, a past date may be this many times as far away as one to come.
PAST_BIAS = 2
# How many characters back the antecedent of "the next day" may stand.
ANAPHORA_REACH = 1500
# How many characters back a quotation may open.
PARAGRAPH = 1500
# Enough years around any to hold a 29 February on each side.
LEAP_GAP = 4

PAST_WORD = re.compile(r"\b(?:since|last|past|previous)\s$", re.I)
# "remained closed until Friday", "appointed from November 1" may look ahead; "delayed to December 15" does, as "closes until Friday".
BOUND = re.compile(
    r"\b(?:by(?:\s(?:noon|midnight|early|late|the\send\sof)(?:\son)?)?|starting|beginning|effective|(?:until|till)(?:\s[\w:.]+){0,5})\s$",
    re.I,
)
AHEAD_OF = re.compile(r"\b(?:ahead\sof|in\spreparation\sfor|in\stime\sfor|on\sthe\seve\sof)\s(?:\w+\s)?$", re.I)
DAY_BOUND = re.compile(r"\b(?:from|for|through|as of)\s$", re.I)
DELAYED = re.compile(r"\b(?:delay|postpon|reschedul)\w*\b[^.;]*\b(?:to|until|till)\s$", re.I)
ATTRIBUTE = re.compile(r"['’]s\s|\s[a-z]")
DETERMINER = re.compile(r"(?:\b(?:the|a|an|his|her|its|their|our|that|this)|['’]s|s['’])\s$", re.I)
REPORTED = re.compile(r"\b(?:said|says|told\s\w+|reported|reports?|wrote)(?:\s(?:on|late|early))*\s$")
SENTENCE_FRAME = re.compile(r"(?:^|[.!?][\"”’)]*\s+|\n)In\s(?:(?:early|late|the year)\s|mid-)?$")
SENTENCE_BREAK = re.compile(r"[a-z\d)”\"][.!?][\"”’)]*\s+[A-Z]|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The text, the day that it counts from, the dates found before, and the direction where it is known beforehand."""

    text: str
    base: dt.date | None
    before: tuple[DateMention, ...] = ()
    direction: Direction | None = None


Reader = Callable[[Parts, Context], Reading | None]


def look_left(context: Context, parts: Parts, width: int = 24) -> str:
    """The characters before the phrase."""
    return context.text[max(0, parts.start() - width) : parts.start()]


def look_right(context: Context, parts: Parts, width: int = 24) -> str:
    """The characters behind the phrase."""
    return context.text[parts.end() : parts.end() + width]


def require_base(context: Context) -> dt.date:
    """The day that the text counts from; ValueError where it is unknown."""
    if context.base is None:
        raise ValueError("no publication date to count from")
    return context.base


def choose_direction(context: Context, parts: Parts) -> Direction:
    """Before or after publication, by the words around; "near" leaves it to the calendar, as for "the June 12 summit"."""
    if context.direction:
        return context.direction
    left = look_left(context, parts, 60)
    if PAST_WORD.search(left):
        return "past"
    if DELAYED.search(left) or AHEAD_OF.search(left):
        return "future"
    if DETERMINER.search(left) and ATTRIBUTE.match(look_right(context, parts)):
        return "near"
    direction = find_direction(context.text, parts.start(), parts.end())
    if BOUND.search(left):
        return "near" if direction == "past" else "future"
    is_day_bound = parts.groupdict().get("day") and DAY_BOUND.search(left)
    return "near" if direction == "past" and is_day_bound else direction


def find_antecedent(context: Context, at: int, widest: int) -> Interval | None:
    """The last date before `at` that is at most `widest` days wide; those yet to come and those of mere reports come last."""
    near = [
        m for m in reversed(context.before) if at - m.end <= ANAPHORA_REACH and m.source != "dateline" and count_days(m.interval) <= widest
    ]
    return min(near, key=lambda mention: (_is_ahead(mention, context), is_report(mention, context.text))).interval if near else None


def _is_ahead(mention: DateMention, context: Context) -> bool:
    return context.base is not None and mention.interval.start > context.base


def is_report(mention: DateMention, text: str) -> bool:
    """Whether the date is that on which somebody spoke: "said on Monday"."""
    return REPORTED.search(text[max(0, mention.start - 30) : mention.start]) is not None


def is_same_sentence(context: Context, start: int, end: int) -> bool:
    """Whether no sentence ends between two offsets."""
    return not SENTENCE_BREAK.search(context.text, max(0, start - 1), end)


def find_quote(context: Context, at: int) -> int | None:
    """Where the quotation opens in which `at` stands; None where it stands in none."""
    furthest = max(0, at - PARAGRAPH)
    start = max(context.text.rfind("\n", furthest, at) + 1, furthest)
    said = context.text[start:at]
    if said.count("“") > said.count("”"):
        return start + said.rindex("“")
    is_straight = said.count('"') % 2 == 1 and len(said) < PARAGRAPH
    return start + said.rindex('"') if is_straight else None


def find_day_of_speaking(context: Context, quote: int) -> dt.date | None:
    """The day that the sentence names before it quotes: "On Tuesday he said: …"."""
    for mention in reversed(context.before):
        if mention.end <= quote:
            is_told = is_one_day(mention.interval) and is_same_sentence(context, mention.end, quote)
            return mention.interval.start if is_told else None
    return None


# --- the year of a phrase -----------------------------------------------------------------------------


def check_year(year: int) -> int:
    """The year itself; ValueError where news would not speak of it."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"not a year that news speak of: {year}")
    return year


def month_number(word: str) -> int:
    """1 for "Jan." or "January"."""
    return MONTHS[word.rstrip(".").lower()]


def find_stated_year(parts: Parts, context: Context) -> int | None:
    """The year that the phrase, or the one that it is joined to, names; ValueError where that year is unknown."""
    named = parts.groupdict()
    if year := named.get("era") or named.get("year"):
        return check_year(int(year))
    if named.get("juche"):
        return check_year(JUCHE_ZERO + int(named["juche"]))
    # "from December to March 2018" begins in 2017.
    turn = int(bool(named.get("until")) and month_number(named["until"]) < month_number(named["month"]))
    if named.get("ahead"):
        return check_year(int(named["ahead"]) - turn)
    shift = named.get("shift") or named.get("beyond")
    return _shift_year(shift.split()[-1], parts, context) - turn if shift else None


def _shift_year(word: str, parts: Parts, context: Context) -> int:
    if word in ("last", "this", "next", "the"):
        return require_base(context).year + {"last": -1, "next": 1}.get(word, 0)
    known = find_antecedent(context, parts.start(), YEAR_DAYS)
    if known is None:
        raise ValueError(f"no date before it says which year is meant: {parts[0]!r}")
    return known.start.year + {"previous": -1, "following": 1}.get(word, 0)


def infer_year(build: Callable[[int], Interval], parts: Parts, context: Context) -> Reading | None:
    """What `build` makes of the right year: the stated one, the sentence's, or the one that publication and tense give."""
    year = find_stated_year(parts, context)
    if year:
        return build(year), "explicit", "year in the text"
    year = _find_frame_year(context, parts.start())
    if year:
        return build(year), "explicit", "year at the head of the sentence"
    if context.base is None:
        return None
    direction = choose_direction(context, parts)
    interval = choose(_build_around(build, context.base.year), context.base, direction)
    return interval, "explicit", f"year from publication, {describe(direction)}"


def _find_frame_year(context: Context, at: int) -> int | None:
    """2018 in a sentence that opens "In 2018, …": the year of its dates that name none."""
    for mention in reversed(context.before):
        if not is_same_sentence(context, mention.end, at):
            return None
        opens = SENTENCE_FRAME.search(context.text[max(0, mention.start - 20) : mention.start])
        if opens and mention.source == "explicit" and count_days(mention.interval) >= YEAR_DAYS - 1:
            return mention.interval.start.year
    return None


def _build_around(build: Callable[[int], Interval], middle: int) -> list[Interval]:
    out = []
    for year in range(middle - LEAP_GAP, middle + LEAP_GAP + 1):
        try:
            out.append(build(year))
        except ValueError:  # that year has no 29 February
            continue
    return out


def choose(candidates: list[Interval], base: dt.date, direction: Direction) -> Interval:
    """The last candidate up to `base`, or the first from it on; where nothing decides the nearer, in doubt the past one."""
    if not candidates:
        raise ValueError("no year has such a date")
    past = max(candidate for candidate in candidates if candidate.start <= base)
    future = min(candidate for candidate in candidates if latest(candidate) >= base)
    ago, ahead = base - latest(past), future.start - base
    if direction == "future":
        return past if ahead > FAR_AHEAD and ago <= RECENT else future
    if direction == "past":
        return future if ago > FAR_BACK and ahead <= SOON else past
    return past if past == future or ago <= PAST_BIAS * ahead else future


def describe(direction: Direction) -> str:
    """The direction as a reason."""
    return f"{direction} tense" if direction in ("past", "future") else "nearest"
