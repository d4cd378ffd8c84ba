"""Article text -> the publication date that it states itself, for articles whose metadata has none.

Only what is certain counts: a full date, with its year, in a dateline, behind a label such as "Published:", or alone on
a line at the head. A year is never inferred here, and a weekday that contradicts the date makes it worthless.
"""

import re

from kg.dates import is_one_day
from kg.records import DateMention
from kg.stages.date_context import Context
from kg.stages.date_grammar import DATELINE, KINDS, WEEKDAYS
from kg.stages.date_named import READERS

# How many characters into the text the head reaches: a title and a line or two.
HEAD = 400
LABELLED = re.compile(
    r"^[^\S\n]*(?:Published|Posted|Publication date|Date)(?:[^\S\n]on)?:?[^\S\n]+(?P<weekday>[A-Z][a-z]+day,?\s)?(?P<date>[A-Z\d])", re.M
)
FULL_DATES = ("iso", "numeric", "day_first", "month_first")


def published_from_text(text: str) -> DateMention | None:
    """The date that the head of the text gives as its own, with the reason in `why`; None where it is not certain."""
    head = text[:HEAD]
    labelled = LABELLED.search(head)
    if labelled:
        return _read(head, labelled, "publication date in the text")
    datelines = [match for match in DATELINE.finditer(text) if match["agency"] or match.start() < HEAD]
    if not datelines or datelines[0].start() >= HEAD:
        return None
    if datelines[0]["agency"]:
        return _read(head, datelines[0], "full date in the dateline")
    # Dates on lines of their own further down make the text a chronology.
    is_chronology = sum(not match["agency"] for match in DATELINE.finditer(text)) > 1
    return None if is_chronology else _read(head, datelines[0], "full date on a line of its own at the head")


def _read(text: str, match: re.Match[str], why: str) -> DateMention | None:
    context = Context(text=text, base=None)
    for kind in FULL_DATES:
        parts = KINDS[kind].match(text, match.start("date"))
        if not parts:
            continue
        try:
            reading = READERS[kind](parts, context)
        except (ValueError, KeyError):  # June 31, or a word that only begins like a month
            return None
        if reading is None or not is_one_day(reading[0]) or not _is_weekday(match["weekday"], reading[0].start.weekday()):
            return None
        return DateMention(start=parts.start(), end=parts.end(), text=parts[0], interval=reading[0], source="dateline", why=why)
    return None


def _is_weekday(word: str | None, weekday: int) -> bool:
    return word is None or WEEKDAYS.get(word.strip(" ,\n").lower()) == weekday
