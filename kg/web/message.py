"""What is asked of a view and what it answers: records of plain values, which travel between processes as JSON and bytes."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from kg.errors import QueryError

HTML, JSON, TEXT, CSV = ("text/html; charset=utf-8", "application/json", "text/plain; charset=utf-8", "text/csv; charset=utf-8")


# With what the first line of the nursery begins: what it holds, or why it holds nothing, follows.
READY, FAILED = "+", "-"
NUMBER = re.compile("[0-9]{1,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request for a view: the parts of its path by name, its query parameters in order, the Accept header, and what was posted.

    `body` is the text of what was posted, of type `media`.
    """

    view: str
    path: Mapping[str, str] = field(default_factory=dict)
    query: tuple[tuple[str, str], ...] = ()
    method: str = "GET"
    accept: str = ""
    media: str = ""
    body: str = ""

    def get(self, name: str, default: str = "") -> str:
        """The first value of a query parameter, without white space around it; `default` where it is not given or empty."""
        return next((value.strip() for key, value in self.query if key == name and value.strip()), default)

    def number(self, name: str) -> int | None:
        """The first value of a query parameter as a whole number below a million; None where it is not given. Raises `QueryError`."""
        text = self.get(name)
        if text and not NUMBER.fullmatch(text):
            raise QueryError(f"{name}: {text!r} is no whole number below a million")
        return int(text) if text else None

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a query parameter, as it was given."""
        return tuple(value for key, value in self.query if key == name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is answered: the HTTP status, the type and the bytes of the body, further headers."""

    status: int = 200
    media: str = HTML
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class RefusedError(Exception):
    """A request that is not answered, with the HTTP status and the reason in one line."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def pack_asked(asked: Asked) -> bytes:
    """The request as bytes; broken halves of characters survive."""
    return json.dumps(asdict(asked)).encode("ascii")


def unpack_asked(data: bytes) -> Asked:
    """The request that `pack_asked` wrote."""
    values: dict[str, Any] = json.loads(data)
    return Asked(**values | {"query": tuple((key, value) for key, value in values["query"])})


def pack_reply(reply: Reply) -> bytes:
    """The answer as bytes: a line of JSON, then the body."""
    head = {"status": reply.status, "media": reply.media, "headers": dict(reply.headers), "length": len(reply.body)}
    return json.dumps(head).encode("ascii") + b"\n" + reply.body


def unpack_reply(data: bytes) -> Reply | None:
    """The answer that `pack_reply` wrote; None for one that was cut short."""
    line, found, body = data.partition(b"\n")
    if not found:
        return None
    head = json.loads(line)
    return Reply(status=head["status"], media=head["media"], headers=head["headers"], body=body) if len(body) == head["length"] else None
