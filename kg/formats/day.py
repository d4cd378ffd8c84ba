"""What somebody wrote for a day -> the ISO day, as written where it was written: no time zone moves it.

A year, a month or "03/04/2024", which is two days, gives none: unknown is better than invented.
"""

import datetime as dt
import re

# Written out, since what the library calls them is in the language of the system.
_NAMES = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"]
MONTHS = {name[:length]: number for number, name in enumerate(_NAMES, start=1) for length in (3, len(name))} | {"sept": 9}
MONTH = rf"(?P<name>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\.?"
YEAR, NUMBER, DAY = r"(?P<year>(?:19|20)\d\d)", r"(?P<month>\d\d?)", r"(?P<day>\d\d?)"
WRITINGS = tuple(
    re.compile(rf"(?<![\d/.-]){writing}(?![\d/-])", re.IGNORECASE)
    for writing in (
        rf"{YEAR}([-/.]){NUMBER}\2{DAY}(?=\D|$)(?:[T ]\d\d:?\d\d\S*)?",
        rf"{YEAR}(?P<month>[01]\d)(?P<day>[0-3]\d)(?:T?\d{{6}}Z?|T\d\d:\S*)?",
        rf"{DAY}(?:st|nd|rd|th)?(?: of)?[ \u00a0-]+{MONTH},?[ \u00a0-]+{YEAR}",
        rf"\b{MONTH}[ \u00a0]+{DAY}(?:st|nd|rd|th)?,?[ \u00a0]+{YEAR}",
        rf"{DAY}\.{NUMBER}\.{YEAR}\.?",
        rf"{YEAR} ?[年년] ?{NUMBER} ?[月월] ?{DAY} ?[日일]",
    )
)
SLASHES = re.compile(rf"(?<![\d/.-])(?P<one>\d\d?)/(?P<other>\d\d?)/{YEAR}(?![\d/-])")


def find_day(text: str) -> str | None:
    """The first day that `text` names in full, in any of the usual ways to write it."""
    found = [(match.start(), day) for pattern in WRITINGS for match in pattern.finditer(text) if (day := _day(match))]
    found += [(match.start(), day) for match in SLASHES.finditer(text) if (day := _unambiguous(match))]
    return min(found)[1] if found else None


def _day(match: re.Match[str]) -> str | None:
    parts = match.groupdict()
    month = MONTHS[parts["name"].lower()] if parts.get("name") else int(parts["month"])
    return _iso(int(parts["year"]), month, int(parts["day"]))


def _unambiguous(match: re.Match[str]) -> str | None:
    """A day above twelve, or twice the same number, tells which of the two is the month."""
    year, one, other = (int(match[name]) for name in ("year", "one", "other"))
    if one != other and max(one, other) <= 12:  # noqa: PLR2004
        return None
    return _iso(year, min(one, other), max(one, other))


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return None
