"""Mails, as newsletters come and programs save them (.eml) -> the article of each. The parsing is done by an inner process (`guard`)."""

from typing import BinaryIO

from kg.formats import guard
from kg.formats.piece import Asked, Piece, Read, Unlooked, load


def read_mail(stream: BinaryIO, asked: Asked) -> Read:
    """The article of one mail."""
    (item,) = guard.parse("kg.formats.mail_text", load(stream))
    # Only now: in the file itself the words may stand in base64.
    if not asked.may_name(f"{item.fields.get('title', '')}\n{item.text}".encode("utf-8", "replace")):
        yield Unlooked(1)
        return
    yield Piece(item.text, found=("mail", item.fields))
