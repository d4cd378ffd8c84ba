"""A web page -> its metadata and the paragraphs of its main part. Nothing that the page refers to is loaded."""

from collections.abc import Mapping

from lxml import etree, html

from kg.errors import ReadError

NOT_TEXT = ("script", "style", "noscript", "template", "iframe", "svg", "form", "nav", "header", "footer", "aside", "figure")

# Where a page says it, the most telling place first: names of <meta>, then a path.
META = {
    "published": ("article:published_time", "datePublished", "date", "dc.date"),
    "title": ("og:title", "dc.title"),
    "publisher": ("og:site_name", "dc.publisher"),
    "url": ("og:url",),
    "language": (),
}
ELSEWHERE = {"published": "//time/@datetime", "title": "//title", "url": "//link[@rel='canonical']/@href", "language": "/html/@lang"}


def parse_page(text: str) -> tuple[Mapping[str, str], str]:
    """The fields that the page gives of published, title, publisher, url and language ("" where it does not); its text."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        page = html.document_fromstring(text.encode(), parser=parser)
        fields = _fields(page)
        etree.strip_elements(page, *NOT_TEXT, with_tail=False)
        for line_break in page.iter("br"):
            line_break.tail = "\n" + (line_break.tail or "")
        return fields, "\n\n".join(_paragraphs(page))
    except etree.LxmlError as error:
        raise ReadError(f"not a page: {error}") from None


def _fields(page: html.HtmlElement) -> Mapping[str, str]:
    meta: dict[str, str] = {}
    for element in page.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        meta.setdefault(name, element.get("content") or "")
    return {field: next((meta[name] for name in names if meta.get(name)), _first(page, field)) for field, names in META.items()}


def _first(page: html.HtmlElement, field: str) -> str:
    path = ELSEWHERE.get(field)
    return str(page.xpath(f"string({path})")) if path else ""


def _paragraphs(page: html.HtmlElement) -> list[str]:
    """Those of the longest part that is marked as the main one, else of the whole page; where there are none, its lines."""
    for path in ("//article", "//main", "//body"):
        parts = [[" ".join(p.text_content().split()) for p in part.iter("p")] for part in page.xpath(path)]
        paragraphs = [text for text in max(parts, key=lambda part: sum(map(len, part)), default=[]) if text]
        if paragraphs:
            return paragraphs
    lines = "".join(page.xpath("//body//text()")).splitlines()
    return [" ".join(line.split()) for line in lines if line.strip()]
