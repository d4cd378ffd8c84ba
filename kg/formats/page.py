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
    yield from page_pieces(load(stream), asked)


def page_pieces(data: bytes, asked: Asked, *, charset: str | None = None) -> Read:
    """The article of a page in bytes; `charset` is what a server said of it, which goes before what the page declares."""
    if is_utf8(data) and not may_name(data, asked):
        yield Unlooked(1)
        return
    text = decode(data, charset or find_charset(data))
    if not may_name(text.encode(), asked):
        yield Unlooked(1)
        return
    fields, article = parse_page(text)
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
    """Whether the bytes are valid UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
