"""HTML pages saved from any outlet -> the article of each, with what the page says of it.

The parsing is done by an inner process (`guard`); nothing that the page refers to is loaded.
"""

import html
import re
from collections.abc import Mapping
from typing import BinaryIO

from kg.formats import guard
from kg.formats.decode import decode
from kg.formats.piece import Asked, Piece, Read, Unlooked, load

FOUND = "HTML metadata"
HEAD = 4096  # bytes in which a page declares its encoding
DECLARED = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w:.-]+)|<\?xml[^>]+encoding\s*=\s*["']([\w:.-]+)""", re.IGNORECASE)


def read_page(stream: BinaryIO, asked: Asked) -> Read:
    """The article of one page."""
    data = load(stream)
    text = None if is_utf8(data) else decode(data, find_charset(data))
    if not may_name(data if text is None else text.encode(), asked):
        yield Unlooked(1)
        return
    fields, article = parse_page(decode(data) if text is None else text)
    yield Piece(article, found=(FOUND, fields))


def parse_page(text: str) -> tuple[Mapping[str, str], str]:
    """The fields that the page gives of published, title, publisher, url and language; its text, paragraphs with empty lines between."""
    (item,) = guard.parse("kg.formats.page_text", text.encode("utf-8", "replace"))
    return item.fields, item.text


def plain(text: str) -> str:
    """The paragraphs of a part of a page, such as the body of a mail, with empty lines between."""
    (item,) = guard.parse("kg.formats.fragment", text.encode("utf-8", "replace"))
    return item.text


def may_name(data: bytes, asked: Asked) -> bool:
    """Whether a page in UTF-8 may name somebody who is watched, however its characters are written."""
    return asked.may_name(data) or (b"&" in data and asked.may_name(html.unescape(data.decode()).encode("utf-8", "replace")))


def find_charset(data: bytes) -> str | None:
    """The encoding that a page declares."""
    found = DECLARED.search(data, 0, HEAD)
    return (found[1] or found[2]).decode() if found else None


def is_utf8(data: bytes) -> bool:
    """Whether the bytes are valid UTF-8, and no UTF-16 that happens to be."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in data
