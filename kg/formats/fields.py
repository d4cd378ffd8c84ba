"""Records of news APIs and dumps -> pieces: which of their fields is the text, and what else they say."""

import json
import re
from collections.abc import Mapping
from typing import Any

from kg.errors import ReadError
from kg.formats.day import find_day
from kg.formats.page import plain
from kg.formats.piece import Asked, Piece

NAMES = ("id", "text", "title", "published", "publisher", "url", "language", "retrieved")
LINE = "JSON line"  # our own format, whose dates are ISO days and nothing else
_MOST_NAMED = 12
_MARKUP = re.compile(r"<(?:p|br|div|span|a|b|i|em|strong|ul|li|h[1-6]|img|blockquote)\b[^>]*>", re.IGNORECASE)


def parse_mapping(text: str) -> Mapping[str, str]:
    """Our names and where they stand: "text=body,published=meta.date" gives {"text": "body", "published": "meta.date"}.

    Raises `ReadError` where it is something else.
    """
    found: dict[str, str] = {}
    for part in text.split(","):
        name, equals, path = (piece.strip() for piece in part.partition("="))
        if not equals or not path:
            raise ReadError(f"{part!r} is no FIELD=NAME")
        if name not in NAMES:
            raise ReadError(f"{name!r} is no field of an article ({', '.join(NAMES)})")
        if found.setdefault(name, path) != path:
            raise ReadError(f"{name!r} is given twice")
    return found


def parse_object(text: str) -> Mapping[str, Any]:
    """The JSON object that a text is; `ReadError` where it is none."""
    value = parse_json(text)
    if not isinstance(value, dict):
        raise ReadError("not a JSON object")
    return value


def parse_json(text: str) -> Any:
    """What a JSON text says; `ReadError` where it is none."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ReadError(f"not JSON: {error.msg} (character {error.pos + 1})") from None
    except ValueError:
        raise ReadError("not JSON: a number is too long") from None
    except RecursionError:
        raise ReadError("not JSON: nested too deeply") from None


def make_piece(record: Mapping[str, Any], where: str, at: int | None, asked: Asked) -> Piece:
    """The piece that a record makes; `ReadError` where it has no text. A text that is named by a mapping may have markup."""
    fields = {name: get_field(record, asked.fields.get(name, name)) for name in NAMES}
    text = fields.pop("text")
    path = asked.fields.get("text", "text")
    if isinstance(text, list) and text and all(isinstance(part, str) for part in text):
        text = "\n\n".join(text)
    if not isinstance(text, str):
        raise ReadError(f'lacks "{path}"{_offer(record, path)}')
    if "text" in asked.fields and _MARKUP.search(text):
        text = plain(text)
    if where != LINE or "published" in asked.fields:
        fields["published"] = written_day(fields["published"])
    return Piece(text, stated=(where, fields), at=at)


def written_day(value: Any) -> Any:
    """The ISO day that a text names in any of the usual ways; what names none stays as it is."""
    return find_day(value) or value if isinstance(value, str) else value


def get_field(record: Mapping[str, Any], path: str) -> Any:
    """The value of a field by its name, or else by the names that lead to it with dots between: "source.name"."""
    if path in record:
        return record[path]
    value: Any = record
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _offer(record: Mapping[str, Any], path: str) -> str:
    """What fields there are of which one may be the text."""
    texts = [name for name, value in record.items() if isinstance(value, str) and name not in NAMES and _has_words(value)]
    texts.sort(key=lambda name: -len(record[name]))
    if not texts or path != "text":
        return ""
    return f"; --map text={texts[0]} would read the longest of {', '.join(sorted(texts)[:_MOST_NAMED])}"


def _has_words(value: str) -> bool:
    """Whether it may be a text, and is no date or address."""
    return " " in value.strip() or not value.isascii()
