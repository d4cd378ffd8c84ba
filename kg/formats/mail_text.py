"""A mail in bytes -> its text, with what its head says. Attachments are left alone."""

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

SIGNATURE = re.compile(r"^-- $", re.MULTILINE)


def parse(data: bytes) -> list[Item]:
    """One item."""
    mail = email.message_from_bytes(data, policy=policy.default)
    if not any(mail[name] for name in ("from", "subject", "date")):
        raise ReadError("not a mail")
    written = str(mail["date"] or "")
    fields = {
        "title": str(mail["subject"] or ""),
        "published": find_day(written) or written,
        "publisher": _sender(mail),
        "language": str(mail["content-language"] or ""),
    }
    return [Item(_text(mail), {name: line for name, text in fields.items() if (line := one_line(text))})]


def _sender(mail: EmailMessage) -> str:
    addresses = getattr(mail["from"], "addresses", ())
    return addresses[0].display_name if addresses else ""


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
