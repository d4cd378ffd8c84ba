"""Rows -> Parquet, with columns typed by what they hold: text, whole numbers, numbers, booleans, days."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO

from kg.errors import QueryError

# What columns hold; all others are text. The number of events of a node, but the list of those of a pair.
TYPES: Mapping[str, type] = {
    **dict.fromkeys(("earliest", "latest", "published"), dt.date),
    **dict.fromkeys(("reports", "sources", "order", "weight", "bipartite", "undated"), int),
    **dict.fromkeys(("confidence", "latitude", "longitude"), float),
    "directed": bool,
}


def write_parquet(rows: Iterable[Mapping[str, str | int | float | bool]], columns: Sequence[str], stream: BinaryIO) -> None:
    """Write rows with these columns, typed by their names; what a row lacks or leaves empty is null.

    Raises `QueryError` where polars is not installed.
    """
    try:
        import polars as pl
    except ImportError:
        raise QueryError('parquet needs polars: pip install "dprk-russia-kg[export]"') from None
    types = {name: TYPES.get(name, int if name == "events" and "weight" not in columns else str) for name in columns}
    cells: dict[str, list[Any]] = {name: [] for name in columns}
    for row in rows:
        for name in columns:
            cells[name].append(_cell(types[name], row.get(name, "")))
    named = {bool: pl.Boolean, int: pl.Int64, float: pl.Float64, str: pl.String, dt.date: pl.Date}
    pl.DataFrame(cells, schema={name: named[types[name]] for name in columns}).write_parquet(stream)


def _cell(kind: type, value: str | int | float | bool) -> Any:
    """Half a surrogate pair, which UTF-8 cannot hold, becomes "?"."""
    if value == "":
        return None
    if kind is dt.date:
        return dt.date.fromisoformat(str(value))
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
