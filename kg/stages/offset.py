"""Events told by their distance from the main one: "a day before he is to meet her", "on the eve of talks", "hours after a call"."""

import datetime as dt
import re
from dataclasses import replace

from spacy.tokens import Token

from kg.dates import make_days
from kg.records import DateMention
from kg.stages.syntax import children, is_verb, preposition

_NUMBERS = {word: n for n, word in enumerate(["a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], 1)}
_UNITS = {"day": 1, "week": 7}
_AMOUNT = re.compile(r"\b(a|the|one|two|three|four|five|six|seven|eight|nine|ten|\d{1,2}) (day|week)s?$", re.I)
_AT_ONCE = re.compile(r"\b(?:hours?|minutes|moments|shortly|immediately|just|soon|right)$", re.I)
_SOME_TIME = re.compile(r"\b(?:days|weeks|months?|years?|decades?|long)$", re.I)
_EVE = re.compile(r"\bon the (?:very )?eve$", re.I)
_SIDES = {"before": 1, "after": -1, "ahead": 1}


def find_offset(token: Token) -> int | None:
    """How many days after the main event the event of `token` lies, negative before it; None where the words do not say."""
    mark = _mark(_opened(token))
    if mark is None:
        return None
    before = token.doc[: mark.i].text
    if mark.lower_ == "of":
        return 1 if _EVE.search(before) else None
    amount = _AMOUNT.search(before)
    if amount:
        number = amount[1].lower()
        return _SIDES[mark.lower_] * _UNITS[amount[2].lower()] * (int(number) if number.isdigit() else _NUMBERS.get(number, 1))
    return 0 if _AT_ONCE.search(before) else None


def is_some_time_off(token: Token) -> bool:
    """Whether the event of `token` lies away from the main one by a time that is not told in days: "years after meeting B"."""
    mark = _mark(_opened(token))
    return mark is not None and mark.lower_ in _SIDES and find_offset(token) is None and bool(_SOME_TIME.search(token.doc[: mark.i].text))


def _opened(token: Token) -> Token:
    """The head of the phrase or clause in which the token is coordinated or an object, up to the word that opens it."""
    top = token
    while top.dep_ in ("conj", "xcomp", "aux", "obj") and not _mark(top) and top.head != top:
        top = top.head
    return top


def _mark(token: Token) -> Token | None:
    """The "before", "after", "ahead" or "of" that opens the phrase or clause of `token`."""
    if token.head.lower_ in _SIDES and preposition(token) == "of":
        return token.head  # "three days ahead of talks"
    wanted = tuple(_SIDES) if is_verb(token) else (*_SIDES, "of")
    return next((c for c in children(token, "mark", "case") if c.lower_ in wanted), None) if preposition(token) else None


def shifted(date: DateMention, days: int) -> DateMention:
    """The date moved by a number of days."""
    step = dt.timedelta(days=days)
    last = date.interval.end - dt.timedelta(days=1)
    return replace(
        date, interval=make_days(date.interval.start + step, last + step), source="relative", why=f"{days:+d} days from the main event"
    )
