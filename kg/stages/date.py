"""Article text and publication date -> the spans that name days, each with the interval it names, in the order of the text.

A date is never finer than its words, and what cannot be resolved gives no mention: without a publication date only
full dates do. Durations ("three years"), repeated days ("every Friday") and names ("Theresa May") are no dates.
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import replace

from kg.dates import count_days, is_one_day, span
from kg.records import DateMention
from kg.stages import date_named, date_relative
from kg.stages.date_context import Context, Parts
from kg.stages.date_grammar import DATELINE, KINDS, PHRASE

READERS = date_named.READERS | date_relative.READERS

# How many dates back "the next day" may look.
MEMORY = 8
# A dateline this near to publication is the day that "today" and "on Friday" count from.
DATELINE_REACH = range(-1, 4)

# "74,000 years ago", "release/2022-78", "$2000".
INSIDE_NUMBER = re.compile(r"(?:[/.,#$€£]|[^-](?<!mid)-)(?=\d)")
TO = re.compile(r"\s*(?:[-–—]|to|until|till|through)\s*(?:the\s|late\s|early\s|mid-)?", re.I)
AND = re.compile(r"\s+and\s+(?:the\s|late\s|early\s|mid-)?")
BETWEEN = re.compile(r"\bbetween\s(?:the\s|late\s|early\s|mid-)?$", re.I)
MOVED = re.compile(r"\b(?:delay|postpone|mov|reschedul|push|brought|chang|extend)\w*\b[^.]*$")


def find_dates(text: str, published: dt.date | None) -> tuple[DateMention, ...]:
    """The dates of a whole article text; a dateline's date has source "dateline", since it dates no event."""
    dateline = DATELINE.search(text)
    at, is_sure = (dateline.start("date"), bool(dateline["agency"])) if dateline else (-1, False)
    base, found = published, list[DateMention]()
    for match in PHRASE.finditer(text):
        is_dateline = match.start() == at
        mention = _read(match, Context(text=text, base=base, before=tuple(found[-MEMORY:]), direction="near" if is_dateline else None))
        if mention is None:
            continue
        if is_dateline and (is_sure or _is_close(mention, published)):
            mention = replace(mention, source="dateline", why="dateline")
            base = mention.interval.start if _is_close(mention, published) else published
        found.append(mention)
    return tuple(_join_ranges(text, found))


def _is_close(dateline: DateMention, published: dt.date | None) -> bool:
    return published is not None and (published - dateline.interval.start).days in DATELINE_REACH


def _read(match: Parts, context: Context) -> DateMention | None:
    kind = match.lastgroup
    if INSIDE_NUMBER.search(context.text, max(0, match.start() - 2), match.start() + 1):
        return None
    parts = KINDS[kind].match(context.text, match.start()) if kind in READERS else None
    if kind is None or parts is None:
        return None
    try:
        reading = READERS[kind](parts, context)
    except (ValueError, KeyError, OverflowError):  # June 31; "fast" before "month"; nothing to count from
        return None
    if reading is None:
        return None
    interval, source, why = reading
    return DateMention(start=parts.start(), end=parts.end(), text=parts[0], interval=interval, source=source, why=why)


def _join_ranges(text: str, found: Iterable[DateMention]) -> list[DateMention]:
    """The dates, with "from Tuesday to Thursday" and "June-August" as one each."""
    out = list[DateMention]()
    for mention in found:
        joined = _join(text, out[-1], mention) if out else None
        if joined:
            out[-1] = joined
        else:
            out.append(mention)
    return out


def _join(text: str, first: DateMention, last: DateMention) -> DateMention | None:
    between, left = text[first.end : last.start], text[max(0, first.start - 60) : first.start]
    is_range = TO.fullmatch(between) or (AND.fullmatch(between) and BETWEEN.search(left))
    if not is_range or "dateline" in (first.source, last.source) or MOVED.search(left):
        return None
    alike = is_one_day(first.interval) == is_one_day(last.interval)
    if not alike or not first.interval < last.interval or count_days(span(first.interval, last.interval)) > 366 * 100:
        return None
    return replace(
        first, end=last.end, text=text[first.start : last.end], interval=span(first.interval, last.interval), why=f"range; {first.why}"
    )
