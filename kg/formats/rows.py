"""Tables in text (CSV, TSV) -> their rows; a row that is broken costs itself alone.

Where a quote is opened and never closed, or stands where none may, the table is read on from the next line.
"""

import csv
import io
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from kg.errors import ReadError
from kg.formats.decode import decode
from kg.formats.piece import MOST_BYTES, Fault, finish

DELIMITERS = ",;\t|"
_SAMPLE = 1 << 16


class Row(NamedTuple):
    """The line in which it begins, from 1, and its cells."""

    at: int
    cells: list[str]


def split_rows(stream: BinaryIO) -> Iterator[Row | Fault]:
    """The rows in their order; commas, semicolons, tabs or bars part their cells, whatever the first line has most of."""
    csv.field_size_limit(MOST_BYTES)
    lines = _Lines(stream)
    delimiter = max(DELIMITERS, key=lines.peek().count)
    number, columns = 1, 0
    while lines.peek():
        taken: list[str] = []
        try:
            cells = _take(lines, taken, delimiter, columns)
        except (csv.Error, ReadError) as error:
            lines.give_back(taken[1:])
            yield Fault(_why(error), number)
            number += 1
        else:
            yield Row(number, cells)
            number += len(taken)
            columns = columns or len(cells)


def _take(lines: "_Lines", taken: list[str], delimiter: str, columns: int) -> list[str]:
    """The cells of the next row; `taken` gets the lines that it has."""
    try:
        return next(csv.reader(lines.take(taken), delimiter=delimiter, strict=True))
    except csv.Error:
        # Tables with tabs are often written without any quoting: there a quote is a sign like others.
        literal = next(csv.reader(taken[:1], delimiter=delimiter, quoting=csv.QUOTE_NONE))
        if delimiter != "\t" or len(literal) != columns:
            raise
    lines.give_back(taken[1:])
    del taken[1:]
    return literal


def _why(error: Exception) -> str:
    if isinstance(error, ReadError):
        return str(error)
    text = str(error)
    if "unexpected end" in text:
        return "not CSV: a quote is not closed"
    return "not CSV: a quote stands within a cell in quotes" if "expected after" in text else f"not CSV: {text}"


class _Lines:
    """The lines of a table, which can be looked at before they are taken, and given back."""

    def __init__(self, stream: BinaryIO) -> None:
        self._source = _decoded(stream)
        self._held: deque[str | ReadError] = deque()

    def peek(self) -> str:
        """The next line, or what stands for one that cannot be read; nothing at the end."""
        if not self._held:
            self._held.extend(line for line in [next(self._source, "")] if line)
        return str(self._held[0]) or " " if self._held else ""

    def take(self, taken: list[str]) -> Iterator[str]:
        """The lines from here on, each of which goes to `taken` as well; `ReadError` where one cannot be read or they are too long."""
        size = 0
        while self.peek():
            line = self._held.popleft()
            taken.append(str(line))
            size += len(taken[-1])
            if isinstance(line, ReadError):
                raise line
            if size > MOST_BYTES:
                raise ReadError(f"longer than {MOST_BYTES:,} bytes")
            yield line

    def give_back(self, lines: list[str]) -> None:
        """They are next again."""
        self._held.extendleft(reversed(lines))


def _decoded(stream: BinaryIO) -> Iterator[str | ReadError]:
    """The lines with their ends. UTF-8 is decoded line by line, so that a bad byte costs its line; all else at once."""
    head = stream.read(_SAMPLE)
    source = io.BufferedReader(_Joined(head, stream))
    if not _is_plain(head):
        data = source.read(MOST_BYTES + 1)
        if len(data) <= MOST_BYTES and (text := _whole(data)) is not None:
            finish(stream)
            yield from io.StringIO(text, newline="")
            return
        source = io.BufferedReader(_Joined(data, stream))
    while line := source.readline(MOST_BYTES + 1):
        try:
            # A line that is too long is told by its length.
            yield decode(line) if len(line) <= MOST_BYTES else "x" * len(line)
        except ReadError as error:
            yield error
        while len(line) > MOST_BYTES and not line.endswith(b"\n"):
            line = source.readline(MOST_BYTES + 1)
    finish(stream)


def _is_plain(head: bytes) -> bool:
    """Whether a table is in UTF-8, and its lines end as they do today."""
    try:
        head[: head.rfind(b"\n") + 1].decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in head and (b"\n" in head or b"\r" not in head)


def _whole(data: bytes) -> str | None:
    """The text of all; None where it has none, though single lines may have."""
    try:
        return decode(data)
    except ReadError:
        return None


class _Joined(io.RawIOBase):
    """Some bytes and the stream that they were taken from, as one stream again."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head, self._stream = io.BytesIO(head), stream

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """The next bytes, as many as there are and find room."""
        data = self._head.read(len(buffer)) or self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
