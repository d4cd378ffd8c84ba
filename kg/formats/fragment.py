"""A part of a page, such as the content of a feed's entry or the body of a mail, in UTF-8 -> its paragraphs.

All of it is main text, so all is kept but labels and notices.
"""

from lxml import etree

from kg.formats.message import Item
from kg.formats.paragraphs import NEVER_TEXT, drop_surroundings, mark_breaks, parse_tree, split


def parse(data: bytes) -> list[Item]:
    """One item."""
    return [Item(fragment_text(data.decode()))]


def fragment_text(text: str) -> str:
    """The paragraphs with an empty line between; of HTML without a word none."""
    if not text.strip():
        return ""
    tree = parse_tree(text)
    etree.strip_elements(tree, *NEVER_TEXT, with_tail=False)
    mark_breaks(tree, every=tree.find(".//p") is None)
    return "\n\n".join(drop_surroundings(split(tree)))
