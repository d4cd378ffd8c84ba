"""Records -> replies that programs read: JSON, JSON lines, CSV; each with a name of its file where it is to be saved."""

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kg.errors import QueryError
from kg.tables import Json, json_line, write_csv
from kg.web.message import CSV, JSON, Asked, Reply

JSON_LINES = "application/jsonl"


def read_format(asked: Asked, *known: str) -> str:
    """The format that an address asks for, "" where it does not say; `QueryError` for one that is none of these."""
    found = asked.get("format")
    if found and found not in known:
        raise QueryError(f"format: {found!r} is none of {', '.join(known)}")
    return found


def json_reply(value: Any, *, file: str = "") -> Reply:
    """A value as JSON, in the order of its keys."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # Half a surrogate pair has no UTF-8; its escape is JSON.
    return Reply(media=JSON, body=text.encode("utf-8", "backslashreplace"), headers=_saved(file and f"{file}.json"))


def jsonl_reply(records: Iterable[Json], *, file: str) -> Reply:
    """A line of JSON for each record."""
    return Reply(media=JSON_LINES, body="".join(f"{json_line(record)}\n" for record in records).encode(), headers=_saved(f"{file}.jsonl"))


def csv_reply(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], *, file: str) -> Reply:
    """A heading and a line for each row, with cells that no spreadsheet runs."""
    text = io.StringIO(newline="")
    write_csv(({name: "" if value is None else value for name, value in row.items()} for row in rows), columns, text)
    return Reply(media=CSV, body=text.getvalue().encode("utf-8", "replace"), headers=_saved(f"{file}.csv"))


def _saved(file: str) -> Mapping[str, str]:
    return {"Content-Disposition": f'attachment; filename="{file}"'} if file else {}
