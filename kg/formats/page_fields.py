"""A tree of HTML -> what the page says of itself: published (an ISO day), title, publisher, url, language.

A field that the page does not state is missing. A day is taken from what is marked as the publication, never from a change of the
page, a year of copyright or the text of the article.
"""

import copy
import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from htmldate import find_date
from lxml import etree, html

from kg.formats.day import find_day
from kg.formats.paragraphs import one_line

# Where a page says it: names of <meta> in small letters, the most telling first.
META = {
    "published": (
        *(
            "article:published_time",
            "og:article:published_time",
            "og:published_time",
            "datepublished",
            "article:published",
            "published_time",
        ),
        *(
            "published_time",
            "publish_date",
            "publish-date",
            "publication_date",
            "pubdate",
            "parsely-pub-date",
            "sailthru.date",
            "dc.date.issued",
        ),
        *("dcterms.issued", "citation_publication_date", "dc.date", "dcterms.date", "date"),
    ),
    "title": ("og:title", "dc.title", "dcterms.title", "twitter:title", "headline"),
    "publisher": ("og:site_name", "dc.publisher", "dcterms.publisher", "application-name"),
    "url": ("og:url",),
    "language": ("content-language", "dc.language", "og:locale"),
}
ARTICLE = re.compile(r"Article$|^Report|Posting$|^WebPage$")  # types of schema.org that have a publication
MOST_DEPTH = 8  # of JSON in a page
NOT_SAID_OF_IT = (
    *("script", "style", "noscript", "template", "iframe", "svg", "img", "form", "nav", "footer", "aside", "figure", "meta"),
    "p",  # what happened on the days in the text of the article
)
CHANGED = re.compile(r"modif|updat|edited|copyright|comment", re.IGNORECASE)
ADDRESS_DAY = re.compile(r"(?<=\D)\d{4}[/-]\d\d?[/-]\d\d?(?!\d)")
EARLIEST, LATEST = dt.datetime(1990, 1, 1), dt.datetime(2199, 12, 31)  # as today's date changes, a page's must not


def find_fields(tree: html.HtmlElement) -> dict[str, str]:
    """The fields that the page states."""
    meta = _meta(tree)
    stated = [{name: _first(meta, names) for name, names in META.items()}, _linked(tree), _elsewhere(tree)]
    fields = {name: next((text for layer in stated if (text := one_line(layer.get(name) or ""))), "") for name in META}
    fields["published"] = _published(tree, stated, fields["url"])
    fields["title"] = _without_publisher(fields["title"], fields["publisher"])
    fields["language"] = (tree.get("lang") or fields["language"]).replace("_", "-").split(",")[0].strip()
    return {name: text for name, text in fields.items() if text}


def _meta(tree: html.HtmlElement) -> Mapping[str, str]:
    """Name of each <meta> -> what it holds; the first of a name counts."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name, content = (element.get(attribute) or "").lower(), element.get("content") or ""
            if name and content.strip():
                found.setdefault(name, content)
    return found


def _first(meta: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((meta[name] for name in names if name in meta), "")


def _elsewhere(tree: html.HtmlElement) -> Mapping[str, str]:
    headlines = tree.xpath("//h1")
    headline = headlines[0].text_content() if len(headlines) == 1 else ""
    return {
        "title": headline if headline.strip() else str(tree.xpath("string(//head/title | //title)")),
        "url": str(tree.xpath("string(//link[@rel='canonical']/@href)")),
    }


def _without_publisher(title: str, publisher: str) -> str:
    """ "Talks held | Radio" is "Talks held"."""
    head, mark, tail = re.match(r"(.*?)(?:\s+([|–—-])\s+([^|–—]*))?$", title, re.DOTALL).groups()  # type: ignore[union-attr]
    return head if mark and publisher and tail.casefold() == publisher.casefold() and head else title


# --- linked data ------------------------------------------------------------------------------------


def _linked(tree: html.HtmlElement) -> Mapping[str, str]:
    """What the first article in the page's JSON-LD says."""
    for script in tree.iter("script"):
        if (script.get("type") or "").lower().startswith("application/ld+json"):
            try:
                data = json.loads(script.text or "", strict=False)
            except (ValueError, RecursionError):
                continue
            for thing in _things(data, MOST_DEPTH):
                if any(ARTICLE.search(kind) for kind in _texts(thing.get("@type"))) and "datePublished" in thing:
                    return _said(thing)
    return {}


def _things(data: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    """The objects at the top, in lists there, and in "@graph"; what is deeper is about something else."""
    if depth and isinstance(data, list):
        for item in data:
            yield from _things(item, depth - 1)
    elif depth and isinstance(data, dict):
        yield data
        yield from _things(data.get("@graph"), depth - 1)


def _said(thing: Mapping[str, Any]) -> Mapping[str, str]:
    publisher = thing.get("publisher")
    fields = {
        "published": thing.get("datePublished"),
        "title": thing.get("headline"),
        "publisher": publisher.get("name") if isinstance(publisher, dict) else publisher,
        "url": thing.get("url"),
        "language": thing.get("inLanguage"),
    }
    return {name: next(iter(_texts(value)), "") for name, value in fields.items()}


def _texts(value: Any) -> list[str]:
    return [text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)]


# --- the day ----------------------------------------------------------------------------------------


def _published(tree: html.HtmlElement, stated: list[Mapping[str, str]], url: str) -> str:
    """The day of publication: as stated, else as marked in the page, else as htmldate finds it written outside of the text."""
    days = (find_day(layer.get("published") or "") for layer in stated)
    return next((day for day in days if day), None) or _marked_day(tree) or _written_day(tree, url) or ""


def _marked_day(tree: html.HtmlElement) -> str | None:
    for path in ("//*[@itemprop='datePublished']", "//article//time | //main//time", "//time"):
        for element in tree.xpath(path):
            if not _is_aside(element):
                day = find_day(element.get("datetime") or element.get("content") or one_line(element.text_content()))
                if day:
                    return day
    return None


def _is_aside(element: html.HtmlElement) -> bool:
    """Whether the day of an element is about something else than the publication of this page."""
    around = [element, *element.iterancestors()]
    if any(part.tag in ("aside", "nav", "footer", "form") for part in around):
        return True
    return any(CHANGED.search(" ".join(map(str, part.attrib.values()))) for part in around[:3] if part.tag not in ("body", "html"))


def _written_day(tree: html.HtmlElement, url: str) -> str | None:
    """htmldate's day, where the page or its address indeed has that very day: years alone must not become days."""
    outside = copy.deepcopy(tree)
    etree.strip_elements(outside, *NOT_SAID_OF_IT, with_tail=False)
    for element in list(outside.iter(etree.Element)):
        if element.getparent() is not None and element.tag not in ("body", "article", "main", "head") and _is_changed(element):
            element.drop_tree()
    day = find_date(outside, extensive_search=False, original_date=True, url=url or None, min_date=EARLIEST, max_date=LATEST)
    if day is None:
        return None
    places = [
        *ADDRESS_DAY.findall(url),
        *(one_line(text) for text in outside.itertext()),
        *outside.xpath("//@datetime | //@title | //@content"),
    ]
    return day if any(find_day(str(place)) == day for place in places) else None


def _is_changed(element: html.HtmlElement) -> bool:
    names = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''} {element.text or ''}"
    return len(names) < 200 and bool(CHANGED.search(names))  # noqa: PLR2004
