"""A mail in bytes -> its text, with what its head says. Attachments are left alone."""

import base64
import email
import re
from email import policy
from email.message import EmailMessage, MIMEPart

from kg.errors import ReadError
from kg.formats.day import find_day
from kg.formats.decode import decode
from kg.formats.fragment import fragment_text
from kg.formats.message import Item
from kg.formats.paragraphs import drop_surroundings, one_line
from kg.formats.piece import bounded

# What the library raises where a head is broken in a way that it does not know.
BEYOND = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
HEAD_END = re.compile(rb"\r?\n\r?\n")
# What is not ASCII in a head, by whole words and what is in quotes, since only such can be encoded; no space goes between two of these.
_WORD = r"""(?<![^\s"<>@,:;])(?:"[^"\n]*[^\0-\x7f][^"\n]*"|[^\s"<>@,:;]*[^\s\0-\x7f][^\s"<>@,:;]*)"""
WORDS = re.compile(f"{_WORD}(?: +{_WORD})*")
MOST_OF_A_HEAD = 100_000  # bytes
SIGNATURE = re.compile(r"^-- $", re.MULTILINE)


def parse(data: bytes) -> list[Item]:
    """One item."""
    mail = email.message_from_bytes(_with_plain_head(data), policy=policy.default)
    subject, written, language = (str(_header(mail, name) or "") for name in ("subject", "date", "content-language"))
    sender = _header(mail, "from")
    if not (sender or subject or written):
        raise ReadError("not a mail")
    fields = {"title": subject, "published": find_day(written) or written, "publisher": _name(sender), "language": language}
    return [Item(_text(mail), {name: line for name, text in fields.items() if (line := one_line(text))})]


def _with_plain_head(data: bytes) -> bytes:
    """A mail whose head has nothing but ASCII; many a program writes other letters there as they are."""
    end = HEAD_END.search(data)
    head = data[: end.start()] if end else data
    if head.isascii():
        return data
    try:
        text = decode(bounded(head, MOST_OF_A_HEAD))
    except ReadError:
        return head.decode("ascii", "replace").encode("ascii", "replace") + data[len(head) :]
    return WORDS.sub(lambda words: f"=?utf-8?b?{base64.b64encode(words[0].encode()).decode()}?=", text).encode() + data[len(head) :]


def _header(mail: EmailMessage, name: str) -> object:
    """What the head says under a name; as it is written where that is more than the library can take apart."""
    try:
        return mail[name]
    except BEYOND:
        return next((str(value) for known, value in mail.raw_items() if known.lower() == name), None)


def _name(sender: object) -> str:
    addresses = getattr(sender, "addresses", ())
    return addresses[0].display_name.strip('" ') if addresses else ""


def _text(mail: EmailMessage) -> str:
    """The part in plain text, else the one in HTML."""
    plain, page = (mail.get_body((kind,)) for kind in ("plain", "html"))
    return (_plain(plain) if plain else "") or (fragment_text(_decoded(page)) if page else "")


def _plain(part: MIMEPart) -> str:
    text = SIGNATURE.split(_decoded(part))[0]
    if part.get_param("format") == "flowed":
        text = re.sub(r"(?<=\S) \n(?=\S)", " ", text)
    return "\n\n".join(drop_surroundings(filter(str.strip, re.split(r"\n[ \t]*\n", text)))).strip()


def _decoded(part: MIMEPart) -> str:
    data = part.get_payload(decode=True)
    return decode(data if isinstance(data, bytes) else b"", part.get_content_charset())
