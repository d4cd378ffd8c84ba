"""Plain text, with what stands above it of its source; several articles in one file where each has such a head of its own."""

import re
from collections.abc import Mapping
from typing import BinaryIO

import yaml

from kg.errors import ReadError
from kg.formats.decode import decode
from kg.formats.fields import written_day
from kg.formats.piece import Asked, Layer, Piece, Read, Unlooked, load

FRONT_MATTER, HEAD = "front matter", "head of the text"
MOST_FRONT_MATTER = 20_000  # characters
# A line that parts articles: a form feed, or a rule of one sign.
_RULE = re.compile(r"^(?:[ \t]*\f[^\n]*|[ \t]*([-=_*~#+])(?:[ \t]*\1){2,}[ \t]*)$", re.MULTILINE)
# "Headline: ...", as archives of the press print it, and what we call it.
_FIELD = re.compile(r"[ \t]*([A-Za-z][A-Za-z -]{0,20}):[ \t]*(.*)")
_FIELDS = {
    "title": "title", "headline": "title", "subject": "title", "date": "published", "published": "published", "load-date": "published",
    "publication date": "published", "source": "publisher", "publisher": "publisher", "publication": "publisher", "outlet": "publisher",
    "url": "url", "link": "url", "id": "id", "language": "language",
}  # fmt: skip
_LEAST_FIELDS = 2


def read_text(stream: BinaryIO, asked: Asked) -> Read:
    """The articles of one file: mostly one. Front matter between two rules "---" is YAML."""
    text = decode(load(stream))
    if text.strip() and not asked.may_name(text.encode("utf-8", "replace")):
        yield Unlooked(1)
        return
    parts = _part(text)
    for number, (layer, body) in enumerate(parts, start=1):
        yield Piece(body, stated=layer, at=number if len(parts) > 1 else None)


def _part(text: str) -> list[tuple[Layer | None, str]]:
    """The articles of a text, each with what its head says; the whole where fewer than two parts have heads.

    A part without a head belongs to the article before it, or to nobody where there is none.
    """
    found: list[tuple[Layer | None, str]] = []
    for part in _parts(text):
        fields, body = _split_head(part.strip("\n"))
        if fields:
            found.append(((HEAD, fields), body))
        elif found and part.strip():
            found[-1] = found[-1][0], f"{found[-1][1].rstrip()}\n\n{part.strip()}"
    return found if len(found) > 1 else [_split(text)]


def _parts(text: str) -> list[str]:
    """What stands between rules."""
    found, start = [], 0
    for rule in _RULE.finditer(text):
        found.append(text[start : rule.start()])
        start = rule.end()
    return [*found, text[start:]]


def _split(text: str) -> tuple[Layer | None, str]:
    fields, body = _split_front_matter(text)
    if fields or body != text:
        return (FRONT_MATTER, fields), body
    fields, body = _split_head(text)
    return ((HEAD, fields), body) if fields else (None, text)


def _split_head(text: str) -> tuple[Mapping[str, str], str]:
    """The fields in the lines above the first blank one, and the text below it; no fields where they are not such lines."""
    fields: dict[str, str] = {}
    at = 0
    for line in text.split("\n"):
        at += len(line) + 1
        found = _FIELD.fullmatch(line.rstrip("\r"))
        if not found:
            break
        fields.setdefault(_FIELDS.get(found[1].strip().lower(), ""), found[2].strip())
    fields.pop("", None)  # what we have no name for
    if len(fields) < _LEAST_FIELDS or line.strip() or not text[at:].strip():
        return {}, text
    return {name: written_day(value) if name == "published" else value for name, value in fields.items()}, text[at:].lstrip("\n")


def _split_front_matter(text: str) -> tuple[Mapping[str, str], str]:
    """The fields between two lines "---" at the top, and the text below; no fields where the lines hold something else."""
    found = re.match(r"---[ \t]*\n((?:.*?\n)?)(?:---|\.\.\.)[ \t]*(?:\n|$)", text[:MOST_FRONT_MATTER], re.DOTALL)
    if not found:
        return {}, text
    try:
        # The base loader makes no dates or numbers of what is written, so "id: 007" stays "007".
        fields = yaml.load(found[1], Loader=yaml.BaseLoader) or {}
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise ReadError(f"front matter is not YAML{f' (line {mark.line + 2})' if mark else ''}") from None
    if not isinstance(fields, dict):
        return {}, text
    known = {name: value for name, value in fields.items() if value not in ("null", "~")}
    # Our own names go before those that others give the same fields.
    return {**{_FIELDS.get(str(name).lower(), name): value for name, value in known.items()}, **known}, text[found.end() :]
