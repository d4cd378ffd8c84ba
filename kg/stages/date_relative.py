"""Readers of phrases that count from another day: weekdays, "last month", "two weeks ago", "the next day".

They count from publication, or from the last date that the text names. None is finer than its words: "two weeks ago"
is a week, "a year ago" a year. What has nothing to count from gives None or raises ValueError.
"""

import datetime as dt
import re

from kg.dates import ONE_DAY, make_day, make_month, make_quarter, make_week, make_weekend, make_year, shift_month
from kg.records import Interval
from kg.stages.date_context import (
    YEAR_DAYS,
    Context,
    Parts,
    Reader,
    Reading,
    choose_direction,
    describe,
    find_antecedent,
    find_day_of_speaking,
    find_quote,
    is_same_sentence,
    look_left,
    look_right,
    month_number,
    require_base,
)
from kg.stages.date_grammar import NUMBERS, WEEKDAYS
from kg.stages.date_named import REPEATED, make_season
from kg.stages.date_tense import Direction

WEEK = 7 * ONE_DAY
MONTH_DAYS = 31
PARTS_OF_DAY = ("morning", "afternoon", "evening", "night")
# "This summer" still means the last one so long after it.
JUST_PAST = dt.timedelta(days=75)
# The widest date that "the next …" and "a … later" can count from.
WIDEST = {"day": 1, "week": 7, "weekend": 7, "month": MONTH_DAYS, "quarter": 92, "year": YEAR_DAYS}


def shift_unit(date: dt.date, unit: str, by: int) -> Interval:
    """The day, week, month … that comes `by` of them after the one that holds `date`."""
    if unit == "week":
        return make_week(date + by * WEEK)
    if unit == "weekend":
        return make_weekend(date + by * WEEK)
    if unit == "month":
        return make_month(*shift_month(date.year, date.month, by))
    if unit == "quarter":
        year, month = shift_month(date.year, date.month, 3 * by)
        return make_quarter(year, (month + 2) // 3)
    return make_year(date.year + by) if unit == "year" else make_day(date + by * ONE_DAY)


# --- days near publication ------------------------------------------------------------------------------

NEAR_DAYS = {"yesterday": -1, "last night": -1, "tomorrow": 1, "today": 0, "tonight": 0}
NEAR_DAYS |= {f"this {part}": 0 for part in PARTS_OF_DAY}
# "the North Korea of today", "even today", "today's world" mean these times, not a day.
THESE_TIMES = re.compile(r"\b(?:of|even|until|till|to|than|like)\s$", re.I)
ERA = re.compile(r"['’]s\s(?:world|society|youth|generation|reality|situation|era|age)\b")


def read_near_day(parts: Parts, context: Context) -> Reading | None:
    """Yesterday, today, tonight, this morning."""
    word = " ".join(parts["word"].lower().split())
    if word == "today" and (THESE_TIMES.search(look_left(context, parts)) or ERA.match(look_right(context, parts))):
        return None
    quote = find_quote(context, parts.start())
    if quote is None:
        return shift_unit(require_base(context), "day", NEAR_DAYS[word]), "relative", f"{word}, from publication"
    # Who is quoted counts from the day of speaking.
    spoken = find_day_of_speaking(context, quote)
    return (shift_unit(spoken, "day", NEAR_DAYS[word]), "relative", f"{word}, from the day of speaking") if spoken else None


def read_two_days(parts: Parts, context: Context) -> Reading:
    """The day before yesterday, the day after tomorrow."""
    by = -2 if parts["back"] else 2
    return make_day(require_base(context) + by * ONE_DAY), "relative", "two days from publication"


# --- weekdays -------------------------------------------------------------------------------------------

# "Black Friday", "every Monday", "the Sunday Times" are no dates.
NO_WEEKDAY = re.compile(r"\b(?:Black|Bloody|Good|Ash|Palm|Easter|Holy|Super|Cyber|Shrove|Maundy|every|each|on any|most)\s$")


def read_weekday(parts: Parts, context: Context) -> Reading | None:
    """Friday: the last one up to publication, or the next one after a verb of the future; "Friday last week"."""
    base, weekday = require_base(context), WEEKDAYS[parts["weekday"].lower()]
    if NO_WEEKDAY.search(look_left(context, parts)) or _is_title(parts, context) or _is_remark(parts, context):
        return None
    if parts["shift"]:
        week = shift_unit(base, "week", {"last": -1, "next": 1}.get(parts["shift"], 0))
        return make_day(week.start + weekday * ONE_DAY), "relative", f"weekday of {parts['shift']} week"
    direction = choose_direction(context, parts)
    planned = _find_planned(parts, context)
    if planned and direction != "past":
        return make_day(_choose_weekday(planned, weekday, "future")), "relative", "weekday after the one before, still to come"
    return make_day(_choose_weekday(base, weekday, direction)), "relative", f"weekday, {describe(direction)}"


def _find_planned(parts: Parts, context: Context) -> dt.date | None:
    """Thursday in "will be in Vienna on Thursday and Paris on Friday": a day to come that this sentence has named."""
    if not context.before or not is_same_sentence(context, context.before[-1].end, parts.start()):
        return None
    before, base = context.before[-1], require_base(context)
    return before.interval.start if before.source == "relative" and base < before.interval.start <= base + WEEK else None


def _is_remark(parts: Parts, context: Context) -> bool:
    """Whether the date itself stands before: "on Sept. 3, a Tuesday"."""
    return bool(re.search(r"\ba\s$", look_left(context, parts)) and re.match(r"[,.;)]|$", look_right(context, parts)))


def _is_title(parts: Parts, context: Context) -> bool:
    return bool(re.search(r"(?:\b[Tt]he\s|\()$", look_left(context, parts)) and re.match(r"\s[A-Z]", look_right(context, parts)))


def _choose_weekday(base: dt.date, weekday: int, direction: Direction) -> dt.date:
    back, ahead = (base.weekday() - weekday) % 7, (weekday - base.weekday()) % 7
    if direction == "future" or (direction == "near" and ahead < back):
        return base + ahead * ONE_DAY
    return base - back * ONE_DAY


def _read_named_weekday(which: str, word: str, parts: Parts, context: Context) -> Reading | None:
    """Last Friday, next Monday, this Tuesday, the following Wednesday."""
    weekday = WEEKDAYS[word.lower()]
    if which in ("previous", "preceding", "following"):
        anchor, forward = _anchor(context, parts, "day"), which == "following"
    elif which in ("last", "next", "coming", "this"):
        anchor, forward = require_base(context), which != "last"
    else:
        return None
    if which == "this":
        return make_day(_choose_weekday(anchor, weekday, _this_direction(context, parts))), "relative", "weekday of this week"
    if which == "next":
        return make_day(shift_unit(anchor, "week", 1).start + weekday * ONE_DAY), "relative", "weekday of next week"
    near = _choose_weekday(anchor + ONE_DAY, weekday, "future") if forward else _choose_weekday(anchor - ONE_DAY, weekday, "past")
    return make_day(near), "relative", f"{which} weekday"


def _this_direction(context: Context, parts: Parts) -> Direction:
    direction = choose_direction(context, parts)
    return direction if direction == "past" else "future"


# --- last, this, next, that -------------------------------------------------------------------------------

DEICTIC = {"last": -1, "this": 0, "next": 1}
ANAPHORIC = {"previous": -1, "preceding": -1, "same": 0, "that": 0, "following": 1}
THE = re.compile(r"\bthe\s$", re.I)
# "over the next month" and "in the last week" measure time from now on or until now.
MEASURED = re.compile(r"\b(?:in|over|for|within|during|throughout|through|of)\sthe\s$", re.I)


def read_named(parts: Parts, context: Context) -> Reading | None:
    """Last month, this week, next Monday, that evening, the previous day, last June."""
    which, unit = parts["which"].lower(), parts["unit"]
    if parts["nearer"] in ("past", "coming") and which == "this":
        which = {"past": "last", "coming": "coming"}[parts["nearer"]]
        if unit in ("week", "month", "year", "quarter"):
            return None
    if REPEATED.search(look_left(context, parts)):
        return None
    if parts["weekday"]:
        return _read_named_weekday(which, parts["weekday"], parts, context)
    if parts["month"]:
        return _read_named_month(which, parts["month"], context)
    if parts["season"]:
        return _read_named_season(which, parts["season"], context)
    return _read_unit(which, unit, parts, context)


def _read_unit(which: str, unit: str, parts: Parts, context: Context) -> Reading | None:
    left = look_left(context, parts)
    if unit == "day" or unit in PARTS_OF_DAY:
        return _read_beside(which, parts, context)
    if which in DEICTIC and (not THE.search(left) or (which, unit) == ("last", "quarter")):
        return shift_unit(require_base(context), unit, DEICTIC[which]), "relative", f"{which} {unit}, from publication"
    if which in DEICTIC and (MEASURED.search(left) or which != "next"):
        return None
    by = {"next": 1, **ANAPHORIC}[which]
    return shift_unit(_anchor(context, parts, unit, or_base=which != "that"), unit, by), "relative", f"{which} {unit}, from the date before"


def _read_beside(which: str, parts: Parts, context: Context) -> Reading | None:
    """The next day, that evening, the previous afternoon."""
    if which in ("last", "coming") or (which == "next" and MEASURED.search(look_left(context, parts))):
        return None
    by = {"this": 0, "next": 1, **ANAPHORIC}[which]
    return shift_unit(_anchor(context, parts, "day"), "day", by), "relative", f"{which} day, from the date before"


def _anchor(context: Context, parts: Parts, unit: str, *, or_base: bool = True) -> dt.date:
    """The first day of the last date that is fine enough to count units from, else of publication."""
    known = find_antecedent(context, parts.start(), WIDEST[unit])
    if known:
        return known.start
    if not or_base:
        raise ValueError(f"no date before it to count from: {parts[0]!r}")
    return require_base(context)


def _read_named_month(which: str, word: str, context: Context) -> Reading | None:
    base, month = require_base(context), month_number(word)
    by = {"last": -1, "this": 0, "next": 1, "coming": 1}.get(which)
    if by is None:
        return None
    year = base.year
    if (by < 0 and month >= base.month) or (by > 0 and month <= base.month):
        year += by
    return make_month(year, month), "relative", f"{which} month of this name"


def _read_named_season(which: str, word: str, context: Context) -> Reading | None:
    base = require_base(context)
    seasons = [make_season(base.year + by, word) for by in (-2, -1, 0, 1)]
    if which == "this":
        return min(season for season in seasons if season.end > base - JUST_PAST), "relative", "this season"
    if which == "last":
        return max(season for season in seasons if season.end <= base), "relative", "last season of this name"
    if which in ("next", "coming"):
        return min(season for season in seasons if season.start > base), "relative", "next season of this name"
    return None


def read_weekend(parts: Parts, context: Context) -> Reading:
    """The weekend: the one under way or before, or the coming one after a verb of the future."""
    base = require_base(context)
    this = make_weekend(base)
    is_past = choose_direction(context, parts) != "future" and this.start > base
    return (shift_unit(base, "weekend", -1) if is_past else this), "relative", "weekend near publication"


# --- ago, later, beside -----------------------------------------------------------------------------------

INEXACT = re.compile(
    r"(?:\b(?:(?:more|less) than|over|under|almost|nearly|about|around|some|roughly|at least|half|up to|(?:hundred|thousand)(?: and)?)"
    r"\s(?:a\s)?|[-–])$",
    re.I,
)


def read_counted(parts: Parts, context: Context) -> Reading | None:
    """Two weeks ago, a year later, three days before; inexact counts give none."""
    word = parts["count"].lower()
    count = int(word) if word.isdecimal() else NUMBERS.get(word)
    if count is None or count > YEAR_DAYS or INEXACT.search(look_left(context, parts)):
        return None
    if parts["now"]:
        return _read_from_now(count if parts["now"] != "ago" else -count, parts, context)
    by = -count if parts["then"] == "earlier" or parts["beside"] == "before" else count
    interval = shift_unit(_anchor(context, parts, parts["unit"], or_base=False), parts["unit"], by)
    # "Twenty years later" in a speech of this year does not count from this year.
    if context.base and interval.start > context.base and parts["unit"] in ("month", "year"):
        return None
    return interval, "relative", "counted from the date before"


def _read_from_now(by: int, parts: Parts, context: Context) -> Reading:
    base, unit = require_base(context), parts["unit"]
    if parts["exact"] and unit in ("year", "month"):
        months = by * (12 if unit == "year" else 1)
        year, month = shift_month(base.year, base.month, months)
        exact = make_day(dt.date(year, month, base.day)) if parts["exact"] == "today" else make_month(year, month)
        return exact, "relative", "counted from publication"
    return shift_unit(base, unit, by), "relative", "counted from publication"


def read_day_beside(parts: Parts, context: Context) -> Reading:
    """The day before, the day after: beside the last date, else publication."""
    by = -1 if parts["side"] == "before" else 1
    return shift_unit(_anchor(context, parts, "day"), "day", by), "relative", f"day {parts['side']} the date before"


def read_within(parts: Parts, context: Context) -> Reading:
    """Earlier in the day: that of the last date, else of publication; later in the month, the end of the year: of publication."""
    unit = parts["unit"]
    anchor = _anchor(context, parts, "day") if unit == "day" else require_base(context)
    return shift_unit(anchor, unit, 0), "relative", f"within the {unit}"


READERS: dict[str, Reader] = {
    "weekday": read_weekday,
    "counted": read_counted,
    "two_days": read_two_days,
    "near_day": read_near_day,
    "day_beside": read_day_beside,
    "named": read_named,
    "within": read_within,
    "end_of": read_within,
    "all_day": read_within,
    "weekend": read_weekend,
}
