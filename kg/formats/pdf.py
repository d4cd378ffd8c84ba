"""PDF files with a layer of text -> the article of each. The parsing is done by an inner process (`guard`)."""

from typing import BinaryIO

from kg.formats import guard
from kg.formats.piece import Asked, Piece, Read, Unlooked, load


def read_pdf(stream: BinaryIO, asked: Asked) -> Read:
    """The article of one file."""
    (item,) = guard.parse("kg.formats.pdf_text", load(stream))
    if not asked.may_name(item.text.encode("utf-8", "replace")):  # only now: in the file itself the words are packed
        yield Unlooked(1)
        return
    yield Piece(item.text, found=("PDF metadata", item.fields))
