"""JSON and CSV files, as news APIs and databases give them -> a piece for each record."""

import io
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from kg.errors import ReadError
from kg.formats.decode import decode_as_is
from kg.formats.fields import LINE, get_field, make_piece, parse_json
from kg.formats.lines import read_lines
from kg.formats.page import may_name
from kg.formats.piece import Asked, Fault, Piece, Read, Unlooked, load
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
    path = asked.fields.get("text", "text")
    records = value if isinstance(value, list) else _find_list(value, path)
    if isinstance(value, Mapping) and (records is None or get_field(value, path) is not None):
        yield make_piece(value, LINE, None, asked)
        return
    for number, record in enumerate(records or [], start=1):
        try:
            if not isinstance(record, Mapping):
                raise ReadError("not a JSON object")
            yield _make(record, RECORD, number, asked)
        except ReadError as error:
            yield Fault(str(error), number)


def _make(record: Mapping[str, Any], where: str, at: int, asked: Asked) -> Piece | Unlooked:
    """The piece of a record; before anything is made of it, whether its text or title may name somebody who is watched."""
    title, text = (get_field(record, asked.fields.get(name, name)) for name in ("title", "text"))
    if isinstance(text, str) and not may_name(f"{title or ''}\n{text}".encode("utf-8", "replace"), asked):
        return Unlooked(1)
    return make_piece(record, where, at, asked)


def _is_lines(text: str) -> bool:
    """Whether the first line is a JSON object by itself."""
    try:
        return isinstance(parse_json(text.strip().split("\n", 1)[0]), dict)
    except ReadError:
        return False


def _find_list(value: Any, path: str) -> list[Any] | None:
    """The longest list of objects in an answer of which one has a text, else the longest of any; of two that are as long the first."""
    lists = list(_lists(value))
    with_text = [found for found in lists if any(isinstance(item, Mapping) and get_field(item, path) is not None for item in found)]
    return max(with_text or lists, key=len, default=None)


def _lists(value: Any, depth: int = 0) -> Iterator[list[Any]]:
    """The lists of objects in an answer, the outer ones first."""
    if depth > _DEEPEST or not isinstance(value, Mapping):
        return
    for part in value.values():
        if isinstance(part, list) and any(isinstance(item, Mapping) for item in part):
            yield part
    for part in value.values():
        yield from _lists(part, depth + 1)


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
        yield _make(record, ROW, row.at, asked)
    except ReadError as error:
        if asked.fields.get("text", "text") not in columns:
            raise  # no row will do
        yield Fault(str(error), row.at)
