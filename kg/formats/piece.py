"""What a reader of a format is asked and gives.

A reader is a function (stream, asked) -> pieces and faults, in the order of the input. It gives whatever can be read beside
what cannot, and raises nothing but `ReadError` and `OSError`, which stand for the rest of the input.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, NamedTuple

from kg.errors import ReadError

MOST_BYTES = 20_000_000  # of a file that is read as a whole, or of one line or record
# Text shrinks to a tenth, a table to a thirtieth; what swells more than so many times over once it is large is made to fill a machine.
MOST_SWELLING, FREE_BYTES = 200, 100_000_000
TOO_MUCH = f"unpacks to more than {MOST_SWELLING} times its size"

# Soft hyphens and spaces of no width, by which pages let words be broken.
_UNSEEN = re.compile(b"\xc2\xad|\xe2\x80\x8b")

# What one place says of an article: the name of the place, as `Source.published_why` gives it, and its fields
# (id, title, published, publisher, url, language, retrieved).
Layer = tuple[str, Mapping[str, Any]]


class Piece(NamedTuple):
    """A text and what is said of it. `at` is its line or number in the input, from 1; None where the input is one text.

    `stated` is what somebody wrote down of it (a JSON line, front matter) and goes before what a manifest says; `found` is what the
    format carries along (the metadata of a page, the head of a mail) and goes behind.
    """

    text: str
    stated: Layer | None = None
    found: Layer | None = None
    at: int | None = None


class Fault(NamedTuple):
    """A part of an input that gives no piece, and why, in one clause that begins with a small letter."""

    reason: str
    at: int | None = None


class Unlooked(NamedTuple):
    """So many parts of an input that were not looked at: their bytes name nobody who is watched."""

    number: int


Read = Iterator[Piece | Fault | Unlooked]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a reader is asked.

    `fields` tells where the fields of records stand (our name -> path in them: "text" -> "fields.body"). `find` gives the places in
    bytes of UTF-8 that may name somebody who is watched, in order; where there are none, nobody is named. None is for all that there is.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    find: Callable[[bytes], Sequence[int]] | None = None

    def may_name(self, data: bytes) -> bool:
        """Whether bytes in UTF-8 may name somebody who is watched, though in names stand characters that nobody sees."""
        if self.find is None or self.find(data):
            return True
        seen = _UNSEEN.sub(b"", data)
        return len(seen) < len(data) and bool(self.find(seen))


Reader = Callable[[BinaryIO, Asked], Read]


def most_unpacked(packed: int) -> int:
    """How many bytes may come of so many that are packed."""
    return max(FREE_BYTES, MOST_SWELLING * packed)


def load(stream: BinaryIO) -> bytes:
    """All bytes of a stream; `ReadError` where there are more than `MOST_BYTES`."""
    data = bounded(stream.read(MOST_BYTES + 1))
    finish(stream)
    return data


def finish(stream: BinaryIO) -> None:
    """Read on after the end: of a stream that broke off this raises a `ReadError`."""
    stream.read(1)


def bounded(data: bytes, most: int = MOST_BYTES) -> bytes:
    """The bytes; `ReadError` where there are more than `most`."""
    if len(data) > most:
        raise ReadError(f"longer than {most:,} bytes")
    return data
