"""Archives of web pages (WARC), plain or gzipped -> the articles of the pages in them. The parsing is done by inner processes (`guard`)."""

import re
from typing import BinaryIO

from kg.errors import ReadError
from kg.formats import guard
from kg.formats.message import Item
from kg.formats.page import FOUND, is_utf8, may_name, parse_page
from kg.formats.piece import MOST_BYTES, Asked, Fault, Piece, Read, Unlooked
from kg.formats.records import split_records

RESPONSE = re.compile(rb"^warc-type:[ \t]*response[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)

# The head of a page or text that a server sent, and what tells that its bytes are not as they were written.
FOUND_TEXT = re.compile(
    rb"HTTP/\S+ 200\b.*\ncontent-type:[ \t]*(?:text/html|application/xhtml\+xml|text/plain)\b", re.IGNORECASE | re.DOTALL
)
CODED = re.compile(rb"^(?:content|transfer)-encoding:", re.IGNORECASE | re.MULTILINE)


def read_warc(stream: BinaryIO, asked: Asked) -> Read:
    """A piece for each page or text that a server sent with status 200, `at` the number of its record; other records are none."""
    for record in split_records(stream):
        if isinstance(record, Fault):
            yield record
        elif RESPONSE.search(record.head) and _is_passed_by(record.content, asked):
            yield Unlooked(1)
        elif RESPONSE.search(record.head):
            try:
                for item in guard.parse("kg.formats.warc_text", record.head + record.content):
                    yield _piece(item, record.at, asked)
            except ReadError as error:
                yield Fault(str(error), record.at)


def _is_passed_by(content: bytes, asked: Asked) -> bool:
    """Whether a page or text that was found, and is there in UTF-8 as it was written, names nobody who is watched."""
    head, _, body = content.partition(b"\r\n\r\n")
    if not FOUND_TEXT.match(head) or CODED.search(head) or len(body) > MOST_BYTES:
        return False
    return bool(body.strip()) and is_utf8(body) and not may_name(body, asked)


def _piece(item: Item, number: int, asked: Asked) -> Piece | Unlooked:
    if not may_name(item.text.encode("utf-8", "replace"), asked):
        return Unlooked(1)
    fields, text = ({}, item.text) if item.fields["kind"] == "text/plain" else parse_page(item.text)
    said = {name: item.fields[name] for name in ("url", "retrieved") if item.fields[name]}
    return Piece(text, found=(FOUND, {**fields, **said}), at=number)
