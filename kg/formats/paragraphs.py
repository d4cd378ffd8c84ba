"""A tree of HTML -> its paragraphs as a reader sees them, without what stands around an article: menus, labels, notices."""

import re
from collections.abc import Iterable

from lxml import etree, html

from kg.errors import ReadError

BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt", "fieldset"),
        *("figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend", "li", "main", "nav"),
        *("ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul"),
        *("cell", "head", "item", "list", "quote", "row"),  # as trafilatura calls them
    )
)
NOT_TEXT = ("script", "style", "noscript", "template", "iframe", "svg", "form", "nav", "header", "footer", "aside", "figure")
NEVER_TEXT = ("head", "script", "style", "noscript", "template", "iframe", "svg", "button", "select", "textarea")

BREAK = "\ue000"  # between paragraphs within one element; no text has it, since Unicode gives it no meaning
NO_XML = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Soft hyphens, spaces without width, and marks of the direction in which something is to be shown.
UNSEEN = re.compile("[\x7f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")

# A label before something else to read, look at or do.
LABEL = (
    r"(?:also|must)[ -]read|read (?:also|more|next|this)|see also|related(?: (?:articles?|content|coverage|links?|news|posts?|stor(?:y|ies)"
    r"|topics?))?|(?:most|more) (?:popular|read|shared|viewed|news|stories)|more (?:from|on)(?: \S+){1,4}|trending(?: now)?|recommended"
    r"(?: for you)?|latest (?:news|stories)|top stories|editors?['’]?s? picks?|you (?:may|might) (?:also )?like|popular (?:now|stories)|"
    r"читайте также|по теме|관련 ?기사|많이 본 (?:뉴스|기사)"
)
SMALL = (
    r"share(?: (?:this|on)(?: \S+){0,3})?|follow us(?: \S+){0,3}|tags?|topics?|advertisement|sponsored(?: content)?|"
    r"comments?(?: \(?\d+\)?)?|\d+ comments|leave a (?:comment|reply)|(?:our )?newsletters?|subscribe(?: now)?|sign (?:up|in)|log in|"
    r"print|e-?mail|copy link|"
    r"skip to (?:main )?content|home|menu|search|advertising"
)
BEFORE = rf"{LABEL}|watch|listen|photos?|pictures?|images?|file photo|video|credit|tags?|topics?|(?:photo|image) (?:by|credit|courtesy of)"
LONE_LABEL = re.compile(rf"\W*(?:{LABEL})\W*", re.IGNORECASE)
LONE = re.compile(rf"\W*(?:{SMALL})\W*", re.IGNORECASE)
LABELLED = re.compile(rf"\W*(?:{BEFORE})\s*:\s*\S", re.IGNORECASE)
SHOUTED = re.compile(r"\W*(?:ALSO READ|READ ALSO|READ MORE|SEE ALSO|MOST (?:POPULAR|READ)|RELATED|ЧИТАЙТЕ ТАКЖЕ)\b")
NOTICE = re.compile(
    r"\bwe use cookies|\buses? cookies\b|\bcookies? (?:policy|settings|preferences|notice)|\baccept (?:all )?cookies|\bprivacy policy\b|"
    r"\bterms of (?:use|service)\b|\ball rights reserved\b|\bsign up (?:for|to) (?:our|the)\b|\bsubscribe to (?:our|the)\b|"
    r"\bour (?:\w+ ){0,2}newsletters?\b|\bunsubscribe\b|\bview (?:this e-?mail |it )?in (?:your )?browser|"
    r"\bemail address will not be published|\bclick here to\b|\bdownload (?:our|the) app\b|\bshare this (?:article|story)\b|"
    r"\bfollow us on\b|^\W*(?:©|copyright\b|\(c\) ?\d{4})|©\s*\d{4}",
    re.IGNORECASE,
)
MOST_OF_A_LINE = 100  # characters
QUOTED = ('"', "”", "»")
SENTENCE_END = re.compile(r"""[.!?…。][)\]"'”’»]*$""")


def parse_tree(text: str) -> html.HtmlElement:
    """The tree of a page or of a part of one; `ReadError` where there is none."""
    if not text.strip("\0 \t\r\n"):
        raise ReadError("no text")
    # A tree of few levels would be enough for a page that is well made; where tags are left open others get deep.
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        tree = html.document_fromstring(NO_XML.sub("", text).encode(), parser=parser)
    except etree.LxmlError as error:
        raise ReadError(f"not a page: {error}") from None
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        raise ReadError("nested too deeply to parse")  # what comes after is not in the tree
    if "&#" in text:
        _drop_controls(tree)
    return tree


def _drop_controls(tree: html.HtmlElement) -> None:
    """Take away characters, written by their numbers, that a tree may hold and that cannot be put into it again."""
    for element in tree.iter(etree.Element):
        if NO_XML.search(element.text or ""):
            element.text = NO_XML.sub("", element.text)
        if NO_XML.search(element.tail or ""):
            element.tail = NO_XML.sub("", element.tail)


def mark_breaks(tree: html.HtmlElement, *, every: bool) -> None:
    """Put `BREAK` where line breaks (all, or two in a row) and empty lines of preformatted text part paragraphs."""
    for element in tree.iter("br"):
        following = element.getnext()
        doubled = following is not None and following.tag == "br" and not (element.tail or "").strip()
        element.tail = (BREAK if every or doubled else " ") + (element.tail or "")
    for element in tree.iter("pre"):
        element.text = re.sub(r"\n\s*\n", BREAK, element.text or "")


def split(tree: etree._Element) -> list[str]:
    """The paragraphs, each on one line, in the order of the page."""
    texts: list[str] = []
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if element.tag in BLOCKS:
            texts.append(BREAK)
        elif element.tag == "lb":
            texts.append(" ")
        texts.append((element.text if event == "start" else element.tail if element is not tree else "") or "")
    return [line for part in "".join(texts).split(BREAK) if (line := one_line(part))]


def one_line(text: str) -> str:
    """Without what no reader sees, and with one space for all that is space."""
    return " ".join(UNSEEN.sub("", text).split())


def drop_surroundings(paragraphs: Iterable[str]) -> list[str]:
    """Those that may be part of the article; after a label alone, such as "Related", lines go too until one is a sentence or long."""
    kept, in_list = [], False
    for text in paragraphs:
        in_list = bool(LONE_LABEL.fullmatch(text)) or (in_list and _is_line(text))
        if not in_list and not _is_around(text):
            kept.append(text)
    return kept


def _is_around(text: str) -> bool:
    if LONE.fullmatch(text):
        return True
    return _is_line(text) and bool(LABELLED.match(text) or SHOUTED.match(text) or NOTICE.search(text))


def _is_line(text: str) -> bool:
    """Whether it is short and no sentence; what is not may be part of a report, whatever words it has."""
    return len(text) <= MOST_OF_A_LINE and not SENTENCE_END.search(text) and not text.endswith(QUOTED)
