"""JSON and CSV files, as news APIs and databases give them -> a piece for each record."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from kg.errors import ReadError
from kg.formats.decode import decode
from kg.formats.fields import LINE, make_piece, parse_json
from kg.formats.lines import read_lines
from kg.formats.piece import MOST_BYTES, Asked, Fault, Read, load

RECORD, ROW = "JSON record", "CSV row"
# How deep in an answer of an API the list of articles may lie.
_DEEPEST = 3
_DELIMITERS = ",;\t|"
_SAMPLE = 1 << 16


def read_json(stream: BinaryIO, asked: Asked) -> Read:
    """A piece for each record of a JSON file: one record, a list of them, or an answer that holds one; JSON lines by another name too."""
    data = load(stream)
    text = decode(data)
    try:
        value = parse_json(text)
    except ReadError:
        if not _is_lines(text):
            raise
        yield from read_lines(io.BytesIO(text.encode("utf-8", "surrogatepass")), asked)
        return
    if isinstance(value, Mapping) and (asked.fields.get("text", "text") in value or _find_list(value) is None):
        yield make_piece(value, LINE, None, asked)
        return
    for number, record in enumerate(value if isinstance(value, list) else _find_list(value) or [], start=1):
        try:
            if not isinstance(record, Mapping):
                raise ReadError("not a JSON object")
            yield make_piece(record, RECORD, number, asked)
        except ReadError as error:
            yield Fault(str(error), number)


def _is_lines(text: str) -> bool:
    """Whether the first line is a JSON object by itself."""
    try:
        return isinstance(parse_json(text.strip().split("\n", 1)[0]), dict)
    except ReadError:
        return False


def _find_list(value: Any, depth: int = 0) -> list[Any] | None:
    """The longest list of objects in an answer; of two that are as long the first."""
    if depth > _DEEPEST or not isinstance(value, Mapping):
        return None
    lists = [part for part in value.values() if isinstance(part, list) and any(isinstance(item, Mapping) for item in part)]
    lists += [found for part in value.values() if (found := _find_list(part, depth + 1)) is not None]
    return max(lists, key=len, default=None)


def read_csv(stream: BinaryIO, asked: Asked) -> Read:
    """A piece for each row of a table; the first line names its columns. Commas, semicolons, tabs or bars may part them."""
    rows = _rows(stream)
    try:
        _, columns = next(rows, (0, []))
        if not columns:
            raise ReadError("no text")
        for line, row in rows:
            if not any(row):
                continue
            try:
                yield make_piece(dict(zip(columns, row, strict=False)), ROW, line, asked)
            except ReadError as error:
                yield Fault(str(error), line)
    except csv.Error as error:
        raise ReadError(f"not CSV: {error}") from None
    except UnicodeDecodeError as error:
        raise ReadError(f"not UTF-8 (byte 0x{error.object[error.start]:02x})") from None


def _rows(stream: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """The rows of a table with the number of the line in which each ends. UTF-8 is read bit by bit, all else at once."""
    csv.field_size_limit(MOST_BYTES)
    head = stream.read(_SAMPLE)
    text: io.TextIOBase
    try:
        head[: head.rfind(b"\n") + 1].decode("utf-8-sig")
        text = io.TextIOWrapper(io.BufferedReader(_Joined(head, stream)), "utf-8-sig", newline="")
    except UnicodeDecodeError:
        rest = stream.read(MOST_BYTES + 1)
        text = io.StringIO(decode(load(io.BytesIO(head + rest))), newline="")
    first = head.split(b"\n", 1)[0].decode("utf-8", "replace")
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(text, delimiter=delimiter)
    for row in reader:
        yield reader.line_num, row


class _Joined(io.RawIOBase):
    """Some bytes and the stream that they were taken from, as one stream again."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head, self._stream = io.BytesIO(head), stream

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """The next bytes, as many as there are and find room."""
        data = self._head.read(len(buffer)) or self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
