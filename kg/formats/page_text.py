"""A page in UTF-8 -> its fields and the paragraphs of its main part, without what stands around them.

trafilatura finds the main part; where it finds little, as on short pages, the longest marked part counts. Nothing that the page
refers to is loaded.
"""

import copy
import re

import trafilatura
from lxml import etree, html

from kg.formats.day import find_day
from kg.formats.message import Item
from kg.formats.page_fields import find_fields
from kg.formats.paragraphs import BLOCKS, NOT_TEXT, SENTENCE_END, drop_surroundings, mark_breaks, one_line, parse_tree, split

LITTLE = 250  # characters; trafilatura itself takes less for a failure
# Names of classes that mark what is not the article; a part that is much of the page is kept, whatever its name.
AROUND = re.compile(
    r"(?:^|[\s_-])(?:breadcrumbs?|captions?|comments?|consent|cookies?|credits?|most-?(?:popular|read)|newsletters?|popular|promos?|related|"
    r"share|sharing|social|sponsored|subscribe|subscription|trending|advert\w*|menu|navbar|sidebar)(?:$|[\s_-])",
    re.IGNORECASE,
)
MUCH = 0.3
DAY_LINE = 60  # characters
LINKS = 2  # of a menu
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def parse(data: bytes) -> list[Item]:
    """One item."""
    tree = parse_tree(data.decode())
    fields = find_fields(tree)
    _drop_around(tree)
    paragraphs = drop_surroundings(_main(tree))
    if not paragraphs:
        paragraphs = drop_surroundings(_marked(tree))
    while len(paragraphs) > 1 and _is_above(paragraphs[0], one_line(fields.get("title", ""))):
        del paragraphs[0]
    return [Item("\n\n".join(paragraphs), fields)]


def _is_above(paragraph: str, title: str) -> bool:
    """Whether it is what stands above an article: the headline or how it begins, or a line with the day."""
    if title.casefold().startswith(paragraph.casefold()):
        return True
    return len(paragraph) <= DAY_LINE and not SENTENCE_END.search(paragraph) and find_day(paragraph) is not None


def _drop_around(tree: html.HtmlElement) -> None:
    """Take away what is hidden, what names itself as no part of the article, and menus."""
    much = MUCH * len(tree.text_content())
    for element in list(tree.iter(etree.Element)):
        if element.tag in ("html", "body", "article", "main") or element.getparent() is None:
            continue
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        hidden = element.get("hidden") is not None or HIDDEN.search(element.get("style") or "")
        if hidden or ((AROUND.search(names) or _is_menu(element)) and len(element.text_content()) < much):
            element.drop_tree()


def _is_menu(element: html.HtmlElement) -> bool:
    """Whether a part holds links alone, several and with nothing but breaks and bars between them."""
    links = [child for child in element if child.tag == "a"]
    if element.tag not in BLOCKS or len(links) < LINKS or any(child.tag not in ("a", "br") for child in element):
        return False
    return not any(re.search(r"\w", text or "") for text in (element.text, *(child.tail for child in element)))


def _main(tree: html.HtmlElement) -> list[str]:
    """The main part as trafilatura sees it; nothing where that is little."""
    marked = copy.deepcopy(tree)
    mark_breaks(marked, every=False)
    found = trafilatura.bare_extraction(marked, include_comments=False, favor_precision=True)
    paragraphs = split(found.body) if isinstance(found, trafilatura.metadata.Document) else []
    return paragraphs if sum(map(len, paragraphs)) >= LITTLE else []


def _marked(tree: html.HtmlElement) -> list[str]:
    """The paragraphs of the longest part that is marked as the main one, else of the whole page; where there are none, all blocks."""
    etree.strip_elements(tree, *NOT_TEXT, with_tail=False)
    mark_breaks(tree, every=tree.find(".//p") is None)
    for path in ("//article", "//main", "//body"):
        parts = [[text for p in part.iter("p") for text in split(p)] for part in tree.xpath(path)]
        paragraphs = max(parts, key=lambda part: sum(map(len, part)), default=[])
        if paragraphs:
            return paragraphs
    return [text for body in tree.xpath("//body") for text in split(body)]
