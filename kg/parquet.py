"""Rows -> Parquet, with columns typed by what they hold: text, whole numbers, numbers, booleans, days."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO

from kg.errors import QueryError

# Columns of days; in the rows they are ISO text.
DAYS = ("earliest", "latest", "published")


def write_parquet(rows: Iterable[Mapping[str, str | int | float | bool]], columns: Sequence[str], stream: BinaryIO) -> None:
    """Write rows with these columns; what a row lacks or leaves empty is null. Raises `QueryError` where polars is not installed."""
    try:
        import polars as pl
    except ImportError:
        raise QueryError('parquet needs polars: pip install "dprk-russia-kg[export]"') from None
    cells: dict[str, list[Any]] = {name: [] for name in columns}
    for row in rows:
        for name in columns:
            cells[name].append(_cell(name, row.get(name, "")))
    named = {bool: pl.Boolean, int: pl.Int64, float: pl.Float64, str: pl.String, dt.date: pl.Date}
    pl.DataFrame(cells, schema={name: named[_type(values)] for name, values in cells.items()}).write_parquet(stream)


def _type(values: Iterable[Any]) -> type:
    """The narrowest type that holds every value; text where there is none."""
    found = {type(value) for value in values if value is not None}
    return next((one for one in (bool, int, dt.date, str) if found == {one}), float if found and found <= {int, float} else str)


def _cell(name: str, value: str | int | float | bool) -> Any:
    """Half a surrogate pair, which UTF-8 cannot hold, becomes "?"."""
    if value == "":
        return None
    if name in DAYS:
        return dt.date.fromisoformat(str(value))
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
