"""How articles' texts and dates stand in HTML: the templates of `kg/web/templates`, which clean and escape whatever they print.

What articles say is shown and never run: every text is cleaned and escaped where it enters a template, and a link leads to
http or https only. A template that asks for a name which nobody gave fails. What is not known is called unknown.
"""

import re
from functools import cache
from typing import Any, NamedTuple, get_args

from jinja2 import Environment, PackageLoader, StrictUndefined

from kg.dates import in_words
from kg.records import Status
from kg.text import clean, remove_controls

# The statuses, each with a sign beside its word, so that nothing hangs on colour.
SIGNS = dict(zip(get_args(Status), "●○?✕", strict=True))
DATE_SOURCES = {
    "explicit": "written in the text",
    "relative": "reckoned from words such as “on Friday” and the day of publication",
    "dateline": "taken from the dateline",
    "published": "taken from the day of publication",
    "none": "not given",
}

EXACT = len("2024-09-13")

# They turn the direction of the text around them, or of its own words, so that these read otherwise than they stand.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
ADDRESS = re.compile(r"https?://(?![^/?#]*@)[!#-&(-;=?-\[\]_a-z~]+", re.IGNORECASE | re.ASCII)
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Lines(str):
    """A text whose line breaks and spaces count; a template escapes it and leaves it as it is."""

    __slots__ = ()


@cache
def environment() -> Environment:
    """Templates that clean and escape what they print, and fail at a name that nobody gave."""
    made = Environment(
        loader=PackageLoader("kg", "web/templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(shown=showable, lines=show_lines, pair=count_of, day=read_date, words=class_words, address=find_address)
    made.globals.update(signs=SIGNS, ways=DATE_SOURCES)
    return made


def load_templates() -> None:
    """Read every template, for a process that can open no file later."""
    for name in environment().list_templates():
        environment().get_template(name)


def _finalize(value: Any) -> Any:
    """Plain text made showable; numbers, and what the template itself has written, as they are."""
    return showable(value) if type(value) is str else value


def showable(text: str | None) -> str:
    """The text as a page can show it, "" for none: on one line, no control characters, nothing that turns how words read."""
    return clean(TURNING.sub("", text or ""))


def show_lines(text: str) -> Lines:
    """As `showable`, with its lines and its spaces as they are."""
    return Lines(remove_controls(TURNING.sub("", text.replace("\r\n", "\n"))))


def find_address(url: str | None) -> str:
    """The address where a link may lead there, else ""."""
    return url if url and ADDRESS.fullmatch(url) else ""


def count_of(count: int, noun: str) -> str:
    """The number with its noun: "1 event", "2 events"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def class_words(name: str) -> str:
    """The name of a class as words: "StateMedia" gives "state media"."""
    return CAMEL.sub(" ", name).lower()


# --- dates ------------------------------------------------------------------------------------------


class Shown(NamedTuple):
    """A date to be read: one or two texts, each after the date that a machine reads; how they are joined; how exact it is."""

    pieces: tuple[tuple[str, str], ...]
    tight: bool
    remark: str

    @property
    def text(self) -> str:
        """All of it in one line."""
        said = ("–" if self.tight else " – ").join(text for _, text in self.pieces)
        return f"{said} ({self.remark})" if self.remark else said


def read_date(date: str | None) -> Shown:
    """An EDTF date in words: "2023-10-18/2023-10-20" gives "18–20 October 2023 (some day or days)"."""
    if date is None:
        return Shown((), True, "date unknown")
    first, slash, last = date.partition("/")
    if not slash:
        return Shown(((first, " ".join(in_words(first))),), True, "" if len(first) == EXACT else "some day")
    begin, end = in_words(first), in_words(last)
    shared = 0
    while shared + 1 < min(len(begin), len(end)) and begin[-1 - shared] == end[-1 - shared]:
        shared += 1
    left = begin[: len(begin) - shared]
    tight = len(left) == len(end) - shared == 1
    return Shown(((first, " ".join(left)), (last, " ".join(end))), tight, "some day or days")
