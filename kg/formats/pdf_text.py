"""A PDF with a layer of text -> its paragraphs, with the title that it states.

Lines are joined as a reader joins them; what repeats at the edges of pages goes. When the file was made tells nothing of when the
text was published.
"""

import io
import re
from collections import Counter
from collections.abc import Sequence

from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

from kg.errors import ReadError
from kg.formats.message import Item
from kg.formats.paragraphs import SENTENCE_END, one_line

NO_TITLE = re.compile(r"^(?:microsoft \w+ - |untitled|document\d*$|slide \d)|\.\w{2,4}$", re.IGNORECASE)
PAGE_NUMBER = re.compile(r"\W*(?:page )?\d{1,4}(?: ?(?:/|of) ?\d{1,4})?\W*", re.IGNORECASE)
REPEATED = 3  # pages with the same first or last line
SHORT = 0.75  # of the longest line: a sentence that ends before that ends its paragraph
HYPHENATED = re.compile(r"(\w+)-$")
# Words begin so and go on after a hyphen that stays.
PREFIXES = frozenset(
    (
        *("all", "anti", "cross", "ex", "high", "long", "low", "mid", "multi", "non", "post", "pre", "pro", "self", "short", "so"),
        *("vice", "well"),
    )
)


def parse(data: bytes) -> list[Item]:
    """One item."""
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise ReadError("encrypted")
        pages = [_clean(page.extract_text()).splitlines() for page in reader.pages]
        title = one_line(_clean(str(reader.metadata.title or ""))) if reader.metadata else ""
    except (DependencyError, FileNotDecryptedError):
        raise ReadError("encrypted") from None
    except PyPdfError as error:
        raise ReadError(f"not a PDF that can be read: {one_line(str(error))}") from None
    text = "\n\n".join(join_lines([line for page in _drop_edges(pages) for line in page]))
    if not text:
        raise ReadError("no text layer")
    return [Item(text, {"title": title} if title and not NO_TITLE.search(title) else {})]


def _clean(text: str) -> str:
    """Without halves of characters, which some files map to."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "")


def _drop_edges(pages: Sequence[list[str]]) -> list[list[str]]:
    """The lines of pages without their numbers and what stands at the top or the foot of several."""
    stripped = [[line for line in page if line.strip()] for page in pages]
    edges = Counter(line.strip() for page in stripped for line in {*page[:1], *page[-1:]})
    repeated = {line for line, count in edges.items() if count >= REPEATED}
    return [[line for line in page if line.strip() not in repeated and not PAGE_NUMBER.fullmatch(line)] for page in pages]


def join_lines(lines: Sequence[str]) -> list[str]:
    """The paragraphs: an empty line parts two, and so does a sentence that ends well before the margin."""
    width = max((len(line.strip()) for line in lines), default=0)
    words = Counter(re.findall(r"\w+(?:-\w+)*", " ".join(lines).lower()))
    paragraphs = [""]
    for line in map(one_line, lines):
        if line and paragraphs[-1]:
            paragraphs[-1] = _join(paragraphs[-1], line, words)
        elif line:
            paragraphs[-1] = line
        ends = len(line) < SHORT * width and SENTENCE_END.search(line)
        if paragraphs[-1] and (not line or ends):
            paragraphs.append("")
    return [text for text in paragraphs if text]


def _join(text: str, line: str, words: Counter[str]) -> str:
    """ "cooper-" and "ation" are one word; "so-" and "called" keep their hyphen."""
    head, tail = HYPHENATED.search(text), re.match(r"\w+", line)
    if not head or not tail:
        return f"{text} {line}"
    first, second = head[1].lower(), tail[0].lower()
    kept = f"{first}-{second}" in words or (f"{first}{second}" not in words and (first in PREFIXES or not tail[0][0].islower()))
    return text + line if kept else text[:-1] + line
