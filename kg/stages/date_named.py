"""Readers of phrases that name a day, month or year: `READERS[kind]` takes a match and its `Context` and gives the days.

The year comes from the text, or where it is missing from publication and tense. Figures and names that only look like
dates ("Resolution 1718", "2000 troops", "May said") give None; impossible ones (June 31) raise ValueError.
"""

import datetime as dt
import re

from kg.dates import make_day, make_days, make_decade, make_half, make_month, make_months, make_quarter, make_year
from kg.records import Interval
from kg.stages.date_context import (
    DETERMINER,
    Context,
    Parts,
    Reader,
    Reading,
    check_year,
    find_stated_year,
    infer_year,
    look_left,
    look_right,
    month_number,
)
from kg.stages.date_grammar import FEASTS, ORDINALS, SEASONS

# A date in figures that can be read in two orders counts only this near to publication.
NUMERIC_REACH = dt.timedelta(days=62)
CENTURY = 2000
# "the March 1 Movement", "the June 15 joint declaration": a name, from a year that the text does not give; and the moon's months.
KNOWN_BY_DAY = re.compile(
    r"\s(?:[A-Z][\w.-]*\s){0,2}(?:terror\w*|attacks|[Mm]ovement|[Uu]prising|[Rr]evolution|[Ll]iberation|[Mm]assacre|riots?|[Mm]artyrs|Day|Declaration|Statement"
    r"|Agreement|(?:joint\s)?declaration|(?:military\s)?coup)\b|\s(?:in|on|by|of)\s(?:the\s)?lunar\b"
    r"|\s(?:House|Palace)\sof\s[A-Z]|(?:\s[A-Z][\w-]*){1,4}\s(?:Complex|Factory|Mine|School|Stadium|Enterprise|Farm|Hospital|House|Plant|Works|Hall|Square|Street)\b"
)
REPEATED = re.compile(r"\b(?:every|each|any)\s(?:other\s)?$", re.I)

# --- days -----------------------------------------------------------------------------------------------


def read_iso(parts: Parts, _: Context) -> Reading:
    """2024-09-13."""
    date = dt.date(check_year(int(parts["year"])), int(parts["month"]), int(parts["day"]))
    return make_day(date), "explicit", "full date"


def read_numeric(parts: Parts, context: Context) -> Reading | None:
    """13.09.2024, 9/13/2024; where both orders give a date, the one near publication."""
    one, two, year = int(parts["one"]), int(parts["two"]), int(parts["year"])
    has_dots = "." in parts[0]
    if year < CENTURY // 20:
        if has_dots:
            return None
        year += CENTURY
    orders = [(two, one)] if has_dots else [(two, one), (one, two)]
    dates = {date for month, day in orders if (date := _try_date(year, month, day))}
    if len(dates) > 1 and context.base:
        dates = {date for date in dates if abs(date - context.base) <= NUMERIC_REACH}
    return (make_day(dates.pop()), "explicit", "full date in figures") if len(dates) == 1 else None


def _try_date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(check_year(year), month, day)
    except ValueError:
        return None


def read_days(parts: Parts, context: Context) -> Reading | None:
    """A day of a month or several in a row: "Sept. 3", "13 September 2023", "July 9-11"."""
    month, first = month_number(parts["month"]), _read_number(parts["day"])
    if find_stated_year(parts, context) is None and KNOWN_BY_DAY.match(look_right(context, parts)):
        return None
    last = _read_number(parts["last"]) if parts["last"] else first
    return infer_year(lambda year: make_days(dt.date(year, month, first), dt.date(year, month, last)), parts, context)


def _read_number(day: str) -> int:
    return int(re.sub(r"\D", "", day))


def read_feast(parts: Parts, context: Context) -> Reading | None:
    """New Year's Day, which is the same day everywhere."""
    month, day = FEASTS[re.sub(r"[’']s|\s", "", parts["feast"]).lower()]
    return infer_year(lambda year: make_day(dt.date(year, month, day)), parts, context)


# --- months ---------------------------------------------------------------------------------------------

IN_TIME = re.compile(r"\b(?:in|since|until|till|during|throughout|early|late|mid|last|next|this|between)[\s-]$", re.I)
PREPOSITION = re.compile(r"\b(?:by|from|to|of|before|after|through|for)\s$", re.I)
# "May Day", "the October Revolution": names of other days and years.
HOLIDAY = re.compile(r"\s(?:Day|Revolution|Movement|Uprising|War|Crisis|Spring)\b")
NAME_BEFORE = re.compile(r"[^.!?\s]\s[A-Z][a-z]+\s$")
NO_NAME = "The|A|In|By|Since|Last|Next|This|From|Until|Till|To|On|Of|Early|Late|During|After|Before|Between|And|Its|His|Her|Their"
AMBIGUOUS = ("May", "March")
# How many characters around "by May" may name a person so.
NAME_REACH = 5_000
ABBREVIATION = re.compile(r"(?!May)(?:[A-Z][a-z]{2}|Sept)\.?$")


def read_month(parts: Parts, context: Context) -> Reading | None:
    """A month, with a day or a year or bare."""
    if parts["day"]:
        return read_days(parts, context)
    month = month_number(parts["month"])
    if find_stated_year(parts, context) is None and not _is_bare_month(parts, context):
        return None
    return infer_year(lambda year: make_month(year, month), parts, context)


def read_part_of_month(parts: Parts, context: Context) -> Reading | None:
    """The end of December: the month, since nothing says how many days its end has."""
    month = month_number(parts["month"])
    return infer_year(lambda year: make_month(year, month), parts, context)


def _is_bare_month(parts: Parts, context: Context) -> bool:
    """Whether the month's name alone is the month: not "May said", "March for peace", "April Ryan" or "every June"."""
    word, left, right = parts["month"], look_left(context, parts), look_right(context, parts)
    if ABBREVIATION.match(word) or REPEATED.search(left) or HOLIDAY.match(right):
        return False
    if IN_TIME.search(left) or _continues(parts, context):
        return True
    if word in AMBIGUOUS:
        nearby = context.text[max(0, parts.start() - NAME_REACH) : parts.end() + NAME_REACH]
        return _is_not_a_name(word, left, right, nearby)
    is_name = re.match(r"\s[A-Z]", right) or NAME_BEFORE.search(left)
    return not is_name or bool(PREPOSITION.search(left) or DETERMINER.search(left))


def _is_not_a_name(word: str, left: str, right: str, nearby: str) -> bool:
    """Whether "by May" or "the March talks" speak of the month: not where a person is named so nearby."""
    modifies = DETERMINER.search(left) and re.match(r"\s(?!(?:on|for|of|to|in|by|and)\b)[a-z]", right)
    return bool(modifies or PREPOSITION.search(left)) and not re.search(rf"\b(?!(?:{NO_NAME})\b)[A-Z][a-z]+\s{word}\b(?!\s\d)", nearby)


# --- years ----------------------------------------------------------------------------------------------

BEFORE_YEAR = re.compile(
    r"(?:\b(?:in|since|by|of|until|till|from|during|before|after|between|for|around|circa|late|early|mid|year|than|throughout|through)[\s-]|\()$",
    re.I,
)
COUNTED = re.compile(
    r"\s(?:people|troops|soldiers|men|women|children|tons?|tonnes|km|kilomet\w+|met\w+|miles|feet|years|days|hours|GMT|UTC|local|dollars|euros"
    r"|won|yuan|rou?bles|barrels|rounds|shells|workers|times|percent|million|billion|Committee|[Rr]esolution)\b|\s?[%°]"
)
PLURAL = re.compile(r"\s[a-z]+s\b")
OPENING = re.compile(r"(?:^|[.!?][\"”’)]*\s+|\n)$")
VERB_AFTER = re.compile(r"\s(?:was|is|has|had|saw|will|marked|marks)\b")
LIST = re.compile(r"\s?(?:,|,?\sand|\sor|\sto|\sthrough|\suntil|[-–—])\s?")


def read_year(parts: Parts, context: Context) -> Reading | None:
    """2018, where it is a year."""
    year = check_year(int(parts["year"]))
    return (make_year(year), "explicit", "year in the text") if _is_year(year, parts, context) else None


def _is_year(year: int, parts: Parts, context: Context) -> bool:
    """Whether four figures are a year: "in 2018", "the 2018 summit"; not "Resolution 1718", "2000 troops"."""
    left, right = look_left(context, parts), look_right(context, parts)
    if COUNTED.match(right) or (year % 50 == 0 and PLURAL.match(right)):
        return False
    if BEFORE_YEAR.search(left) or _continues(parts, context):
        return True
    if DETERMINER.search(left):
        return bool(re.match(r"[\s-][A-Za-z]", right))
    return bool(OPENING.search(left) and VERB_AFTER.match(right))


def _continues(parts: Parts, context: Context) -> bool:
    """Whether a date stands right before: "in 2018 and 2019", "from March to May"."""
    return bool(context.before and LIST.fullmatch(context.text, context.before[-1].end, parts.start()))


def read_years(parts: Parts, context: Context) -> Reading | None:
    """2024-25, 1950-1953."""
    first = check_year(int(parts["year"]))
    last = check_year(int(parts["last"] or parts["year"][:2] + parts["short"]))
    if last <= first or COUNTED.match(look_right(context, parts)):
        return None
    return make_months(first, 1, 12 * (last - first + 1)), "explicit", "years in the text"


def read_decade(parts: Parts, _: Context) -> Reading:
    """The 1990s."""
    return make_decade(check_year(int(parts["year"]))), "explicit", "decade in the text"


def read_juche(parts: Parts, context: Context) -> Reading | None:
    """Juche 113 (2024)."""
    year = find_stated_year(parts, context)
    return (make_year(year), "explicit", "Juche year") if year else None


# --- parts of years ---------------------------------------------------------------------------------------


def read_quarter(parts: Parts, context: Context) -> Reading | None:
    """The fourth quarter, of a year or of the one that publication and tense give."""
    quarter = ORDINALS[parts["ordinal"].lower()]
    return infer_year(lambda year: make_quarter(year, quarter), parts, context)


def read_short_quarter(parts: Parts, context: Context) -> Reading | None:
    """Q4 2005; a bare "Q4" may be a heading."""
    year = find_stated_year(parts, context)
    return (make_quarter(year, int(parts["number"])), "explicit", "quarter in the text") if year else None


def read_half(parts: Parts, context: Context) -> Reading | None:
    """The first half of 2023, of last year, of the year."""
    year = find_stated_year(parts, context)
    return (make_half(year, ORDINALS[parts["ordinal"].lower()]), "explicit", "half-year in the text") if year else None


def read_season(parts: Parts, context: Context) -> Reading | None:
    """Summer 2019, spring last year."""
    year = find_stated_year(parts, context)
    return (make_season(year, parts["season"]), "explicit", "season in the text") if year else None


def make_season(year: int, season: str) -> Interval:
    """The three months of a northern season; winter begins in December of `year`."""
    return make_months(year, SEASONS[season.lower()], 3)


READERS: dict[str, Reader] = {
    "iso": read_iso,
    "feast": read_feast,
    "part_of_month": read_part_of_month,
    "numeric": read_numeric,
    "day_first": read_days,
    "month_first": read_month,
    "years": read_years,
    "decade": read_decade,
    "year": read_year,
    "juche": read_juche,
    "quarter": read_quarter,
    "short_quarter": read_short_quarter,
    "half": read_half,
    "season": read_season,
}
