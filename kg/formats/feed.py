"""RSS, Atom and RDF files -> the articles of their entries. The parsing is done by an inner process (`guard`); nothing is loaded."""

import re
from typing import BinaryIO

from kg.formats import guard
from kg.formats.decode import decode
from kg.formats.page import find_charset, is_utf8, may_name
from kg.formats.piece import Asked, Fault, Piece, Read, Unlooked, load

ENTRY = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]")


def read_feed(stream: BinaryIO, asked: Asked) -> Read:
    """A piece for each entry, `at` its number; a fault for one without text."""
    data = load(stream)
    if is_utf8(data) and not may_name(data, asked):
        yield Unlooked(max(len(ENTRY.findall(data)), 1))
        return
    for item in guard.parse("kg.formats.feed_text", decode(data, find_charset(data)).encode()):
        if not item.text:
            yield Fault("no text", item.at)
        elif not may_name(f"{item.fields.get('title', '')}\n{item.text}".encode("utf-8", "replace"), asked):
            yield Unlooked(1)
        else:
            yield Piece(item.text, found=("feed", item.fields), at=item.at)
