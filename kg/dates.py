"""Interval arithmetic: what names days goes in, `Interval`s, booleans and EDTF text come out.

Nothing here reads a clock or prose. Every interval holds at least one day; the years are 1 to 9998,
since the exclusive end of 9999 is no date in Python.
"""

import datetime as dt
import re

from kg.records import Interval, Tenure
from kg.schema import EventType

ONE_DAY = dt.timedelta(days=1)
# For so long after the day on which a tenure was seen to be open its holder is taken to be in office.
STILL_OPEN = dt.timedelta(days=365)
# An event that lasts is not taken to last longer than this many days.
LONGEST_STAY = 14
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
EDTF_PART = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)


# --- intervals from what they are called ------------------------------------------------------------


def make_day(date: dt.date) -> Interval:
    """The one day `date`."""
    return Interval(start=date, end=date + ONE_DAY)


def make_days(first: dt.date, last: dt.date) -> Interval:
    """The days from `first` to `last`, both included; ValueError where `last` comes first."""
    if last < first:
        raise ValueError(f"an interval cannot end before it begins: {first}/{last}")
    return Interval(start=first, end=last + ONE_DAY)


def make_months(year: int, month: int, count: int = 1) -> Interval:
    """`count` whole months, the first of which is `month` of `year`."""
    after = year * 12 + month - 1 + count
    return Interval(start=dt.date(year, month, 1), end=dt.date(after // 12, after % 12 + 1, 1))


def make_month(year: int, month: int) -> Interval:
    """A calendar month."""
    return make_months(year, month)


def make_quarter(year: int, quarter: int) -> Interval:
    """A calendar quarter, 1 to 4."""
    return make_months(year, quarter * 3 - 2, 3)


def make_half(year: int, half: int) -> Interval:
    """A calendar half-year, 1 or 2."""
    return make_months(year, half * 6 - 5, 6)


def make_year(year: int) -> Interval:
    """A calendar year."""
    return make_months(year, 1, 12)


def make_decade(year: int) -> Interval:
    """The ten years that share all but the last digit of `year`: 1994 gives 1990 to 1999."""
    return make_months(year - year % 10, 1, 120)


def make_week(date: dt.date) -> Interval:
    """The week, Monday to Sunday, that holds `date`."""
    monday = date - ONE_DAY * date.weekday()
    return Interval(start=monday, end=monday + 7 * ONE_DAY)


def make_weekend(date: dt.date) -> Interval:
    """The Saturday and Sunday of the week that holds `date`."""
    week = make_week(date)
    return Interval(start=week.end - 2 * ONE_DAY, end=week.end)


# --- comparing and cutting --------------------------------------------------------------------------


def earliest(interval: Interval) -> dt.date:
    """The first possible day."""
    return interval.start


def latest(interval: Interval) -> dt.date:
    """The last possible day, itself included."""
    return interval.end - ONE_DAY


def count_days(interval: Interval) -> int:
    """How many days wide the interval is."""
    return (interval.end - interval.start).days


def is_one_day(interval: Interval) -> bool:
    """Whether the interval is exact to the day."""
    return count_days(interval) == 1


def overlaps(one: Interval, other: Interval) -> bool:
    """Whether some day lies in both."""
    return one.start < other.end and other.start < one.end


def is_within(inner: Interval, outer: Interval) -> bool:
    """Whether every day of `inner` lies in `outer`; an interval lies within itself."""
    return outer.start <= inner.start and inner.end <= outer.end


def intersect(one: Interval, other: Interval) -> Interval | None:
    """The days that lie in both, None where there are none."""
    if not overlaps(one, other):
        return None
    return Interval(start=max(one.start, other.start), end=min(one.end, other.end))


def lasts(event_type: EventType, whole: Interval, part: Interval) -> bool:
    """Whether `whole` are the days of a lasting event and `part` one or some of them; a month is too wide to be a stay."""
    return event_type.durative and 1 < count_days(whole) <= LONGEST_STAY and is_within(part, whole)


def span(one: Interval, other: Interval) -> Interval:
    """The smallest interval that holds both."""
    return Interval(start=min(one.start, other.start), end=max(one.end, other.end))


def shift_day(day: dt.date, by: int) -> dt.date:
    """The day so many days later (or, below zero, before), at most the first or last that an interval can begin or end with."""
    least, most = dt.date(1, 1, 1), dt.date(9999, 1, 1)
    return least if (least - day).days > by else most if (most - day).days < by else day + by * ONE_DAY


def shift_month(year: int, month: int, by: int) -> tuple[int, int]:
    """The year and month that come `by` months after (or, below zero, before) a given month."""
    count = year * 12 + month - 1 + by
    return count // 12, count % 12 + 1


# --- EDTF -------------------------------------------------------------------------------------------


def to_edtf(interval: Interval) -> str:
    """The shortest EDTF text for exactly these days.

    A day, month or year stands alone, all else is a pair: 2024-09-13, 2024-09, 2024,
    2023-10-18/2023-10-20, 2023-10/2023-12, 1990/1999.
    """
    cut = _edtf_length(interval)
    first, last = (date.isoformat()[:cut] for date in (earliest(interval), latest(interval)))
    return first if first == last else f"{first}/{last}"


def from_edtf(text: str) -> Interval:
    """The days that an EDTF day, month, year or pair of them covers; ValueError names any other text."""
    first, slash, last = text.partition("/")
    begin = _read_part(first, text)
    end = _read_part(last, text) if slash else begin
    if latest(end) < earliest(begin):
        raise ValueError(f"EDTF interval ends before it begins: {text!r}")
    return Interval(start=begin.start, end=end.end)


def _edtf_length(interval: Interval) -> int:
    """How many characters of the ISO dates the bounds need: 4 where they are whole years, 7 whole months, else 10."""
    if interval.start.day != 1 or interval.end.day != 1:
        return 10
    return 4 if interval.start.month == interval.end.month == 1 else 7


def _read_part(part: str, text: str) -> Interval:
    match = EDTF_PART.fullmatch(part)
    if not match:
        raise ValueError(f"not a day, month, year or interval of EDTF: {text!r}")
    year, month, day = (int(group) if group else None for group in match.groups())
    try:
        if year is None or month is None:
            return make_year(year or 0)
        return make_month(year, month) if day is None else make_day(dt.date(year, month, day))
    except (ValueError, OverflowError) as error:
        raise ValueError(f"no such date in EDTF {text!r}: {error}") from error


def covers(tenure: Tenure, interval: Interval) -> bool:
    """Whether the tenure can overlap the interval; an open one only until a while after it was checked."""
    if tenure.begin is not None and tenure.begin.start >= interval.end:
        return False
    if tenure.end is not None:
        return interval.start < tenure.end.end
    return tenure.checked is None or interval.start <= tenure.checked + STILL_OPEN


def precision(interval: Interval | None) -> str:
    """How finely the days are known: day, month, year, range (any other days) or unknown."""
    text = to_edtf(interval) if interval else ""
    return {0: "unknown", 4: "year", 7: "month", 10: "day"}.get(len(text), "range")


def in_words(part: str) -> list[str]:
    """Day, month and year of an EDTF date that is no range, as far as it has them: ["13", "September", "2023"]."""
    year, *rest = part.split("-")
    month = [MONTHS[int(rest[0]) - 1]] if rest else []
    return [*(str(int(day)) for day in rest[1:]), *month, str(int(year))]
