"""JSON and CSV files, as news APIs and databases give them -> a piece for each record."""

import io
from collections.abc import Mapping
from typing import Any, BinaryIO

from kg.errors import ReadError
from kg.formats.decode import decode_as_is
from kg.formats.fields import LINE, make_piece, parse_json
from kg.formats.lines import read_lines
from kg.formats.piece import Asked, Fault, Read, load
from kg.formats.rows import Row, split_rows

RECORD, ROW = "JSON record", "CSV row"
# How deep in an answer of an API the list of articles may lie.
_DEEPEST = 3


def read_json(stream: BinaryIO, asked: Asked) -> Read:
    """A piece for each record of a JSON file: one record, a list of them, or an answer that holds one; JSON lines by another name too."""
    data = load(stream)
    text = decode_as_is(data)
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
    """A piece for each row of a table whose first row names its columns."""
    columns: list[str] = []
    for row in split_rows(stream):
        if isinstance(row, Fault):
            if not columns:
                raise ReadError(row.reason)
            yield row
        elif not columns:
            columns = row.cells
        elif any(row.cells):
            yield from _read_row(row, columns, asked)
    if not columns:
        raise ReadError("no text")


def _read_row(row: Row, columns: list[str], asked: Asked) -> Read:
    record = dict(zip(columns, row.cells, strict=False))
    try:
        if any(row.cells[len(columns) :]):  # who knows which of them are out of place
            raise ReadError(f"has {len(row.cells)} cells under {len(columns)} columns")
        yield make_piece(record, ROW, row.at, asked)
    except ReadError as error:
        if asked.fields.get("text", "text") not in columns:
            raise  # no row will do
        yield Fault(str(error), row.at)
