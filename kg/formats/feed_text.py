"""A feed (RSS, Atom, RDF) in UTF-8 -> the text of each entry, with what the feed says of it."""

import io
import re
from urllib.parse import urljoin

import feedparser

from kg.errors import ReadError
from kg.formats.day import find_day
from kg.formats.fragment import fragment_text
from kg.formats.message import Item
from kg.formats.paragraphs import one_line

# What the feed says of its encoding is no longer so.
HEADERS = {"content-type": "application/xml; charset=utf-8"}
# What the library raises where a feed is damaged in a way that it does not know.
BEYOND = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
HALF = re.compile(rb"&#(?:x0*d[89a-f][0-9a-f]{2}|0*(?:5529[6-9]|55[3-9]\d\d|5[67]\d{3}));", re.IGNORECASE)  # halves of characters
ENTITY = re.compile(rb"<!ENTITY\b", re.IGNORECASE)


def parse(data: bytes) -> list[Item]:
    """An item for each entry, with its number from 1; the text is empty where the entry has none."""
    if ENTITY.search(data):
        raise ReadError("declares entities of its own, which feeds have no use for")
    # A stream: of a string it would take an address for one, and load what is there.
    try:
        feed = feedparser.parse(
            io.BytesIO(HALF.sub(b"&#xFFFD;", data)), response_headers=HEADERS, resolve_relative_uris=False, sanitize_html=False
        )
    except BEYOND:
        raise ReadError("not a feed that can be read: damaged") from None
    if not feed.get("version") and not feed.entries:
        raise ReadError("not a feed")
    return [_item(entry, feed, number) for number, entry in enumerate(feed.entries, start=1)]


def _item(entry: feedparser.FeedParserDict, feed: feedparser.FeedParserDict, number: int) -> Item:
    source = entry.get("source") or {}
    fields = {
        "title": _title(entry),
        "published": _published(entry, feed.version),
        "url": _address(feed.feed.get("link", ""), entry.get("link", "")),
        "publisher": source.get("title") or feed.feed.get("title") or "",
        "language": entry.get("language") or feed.feed.get("language") or "",
    }
    return Item(_text(entry), {name: line for name, text in fields.items() if (line := one_line(text))}, number)


def _address(base: str, link: str) -> str:
    try:
        return urljoin(base, link) if link else ""
    except ValueError:  # one of them is no address
        return link


def _title(entry: feedparser.FeedParserDict) -> str:
    title = str(entry.get("title") or "")
    return fragment_text(title) if re.search("[<&]", title) else title


def _published(entry: feedparser.FeedParserDict, version: str) -> str:
    """The day; the very words where they name none. In Atom, "updated" is a change, else the one date that there is."""
    written = entry.get("published") or ("" if version.startswith("atom") else entry.get("updated")) or ""
    return find_day(written) or written


def _text(entry: feedparser.FeedParserDict) -> str:
    """The content, else the summary."""
    for content in (*entry.get("content", ()), entry.get("summary_detail")):
        value = str((content or {}).get("value") or "")
        text = value.strip() if (content or {}).get("type") == "text/plain" else fragment_text(value)
        if text:
            return text
    return ""
