"""Events told by their distance from the main one: "a day before he is to meet her", "on the eve of talks", "hours after a call"."""

import datetime as dt
import re
from dataclasses import replace
from typing import NamedTuple

from spacy.tokens import Token

from kg.dates import make_days
from kg.records import DateMention
from kg.stages.syntax import children, is_verb, preposition

_NUMBERS = {word: n for n, word in enumerate(["a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], 1)}
_AMOUNT = re.compile(r"(?<![-\w])(a|the|one|two|three|four|five|six|seven|eight|nine|ten|\d{1,2}) days?$", re.I)
_VAGUE = re.compile(r"\b(?:and|than|some|about|around|nearly|almost|over|least|most|few|hundred) (?:a )?\S+ \S+$", re.I)
_LONG = re.compile(r"\b(?:day|week|month|year|decade)s?$", re.I)
_AT_ONCE = re.compile(r"\b(?:hours?|minutes|moments)$", re.I)
_EVE = re.compile(r"\bon the (?:very )?eve$", re.I)
_SIDES = {"before": 1, "after": -1, "ahead": 1}


class Offset(NamedTuple):
    """How many days after the main event, negative before it; `days` is None where the words do not say so exactly."""

    days: int | None


def find_offset(token: Token) -> Offset | None:
    """How far the event of `token` lies from the main one; None where the words do not measure it from there."""
    mark = _mark(_opened(token))
    if mark is None:
        return None
    before = token.doc[: mark.i].text
    if mark.lower_ == "of":
        return Offset(1) if _EVE.search(before) else None
    amount = None if _VAGUE.search(before) else _AMOUNT.search(before)
    if amount:
        number = amount[1].lower()
        return Offset(_SIDES[mark.lower_] * (int(number) if number.isdigit() else _NUMBERS.get(number, 1)))
    if _LONG.search(before):
        return Offset(None)
    return Offset(0) if _AT_ONCE.search(before) else None


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
