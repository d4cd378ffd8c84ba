"""A PDF with a layer of text -> its paragraphs, with the title that it states.

Lines are joined as a reader joins them; what repeats at the edges of pages goes. When the file was made tells nothing of when the
text was published.
"""

import io
import re
import struct
import zlib
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

from kg.errors import ReadError
from kg.formats.message import Item
from kg.formats.paragraphs import SENTENCE_END, one_line

# What the library raises where a file is damaged in a way that it does not know.
BEYOND = (ArithmeticError, AssertionError, AttributeError, LookupError, OSError, TypeError, ValueError, struct.error, zlib.error)
NO_TITLE = re.compile(r"^(?:microsoft \w+ - |untitled|document\d*$|slide \d)|\.\w{2,4}$", re.IGNORECASE)
PAGE_NUMBER = re.compile(r"\W*(?:page )?\d{1,4}(?: ?(?:/|of) ?\d{1,4})?\W*", re.IGNORECASE)
REPEATED = 3  # pages with the same first or last line
GAP = 1.4  # so many times as far below as lines mostly are, a new paragraph begins
SHORT = 0.75  # of the longest line: a sentence that ends before that ends its paragraph
HYPHENATED = re.compile(r"(\w+)-$")
# Words begin so and go on after a hyphen that stays.
PREFIXES = frozenset(("all", "anti", "cross", "high", "long", "low", "mid", "multi", "non", "post", "self", "short", "vice", "well"))
# Far more often such a beginning is a syllable ("ex-tended"), so the hyphen stays only before what is a word elsewhere in the text.
SYLLABLES = frozenset(("ex", "pre", "pro", "so"))
KEPT = frozenset(("so-called",))


def parse(data: bytes) -> list[Item]:
    """One item."""
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise ReadError("encrypted")
        pages = [_lines(page) for page in reader.pages]
        title = one_line(_clean(str(reader.metadata.title or ""))) if reader.metadata else ""
    except (DependencyError, FileNotDecryptedError, NotImplementedError):
        raise ReadError("encrypted") from None
    except PyPdfError as error:
        raise ReadError(f"not a PDF that can be read: {one_line(str(error))}") from None
    except BEYOND:
        raise ReadError("not a PDF that can be read: damaged") from None
    text = "\n\n".join(join_lines([line for page in _drop_edges(pages) for line in page]))
    if not text:
        raise ReadError("no text layer")
    return [Item(text, {"title": title} if title and not NO_TITLE.search(title) else {})]


def _lines(page: PageObject) -> list[str]:
    """The lines of a page, with an empty one where the next is further below than most are."""
    parts: list[tuple[str, float]] = []

    def visit(text: str, frame: Sequence[float], place: Sequence[float], *_: object) -> None:
        parts.append((text, frame[1] * place[4] + frame[3] * place[5] + frame[5]))

    text = page.extract_text(visitor_text=visit)
    if "".join(part for part, _ in parts) != text:
        return _clean(text).splitlines()
    lines: list[tuple[str, float | None]] = [("", None)]
    for part, height in parts:
        for number, words in enumerate(part.split("\n")):
            before, known = ("", None) if number else lines.pop()
            lines.append((before + words, height if known is None and words.strip() else known))
    steps = [above - below if above is not None and below is not None else 0 for (_, above), (_, below) in pairwise(lines)]
    down = sorted(step for step in steps if step > 0)
    far = GAP * down[len(down) // 4] if down else 0
    gaps = [step > far for step in steps] + [False]
    return [line for (words, _), gap in zip(lines, gaps, strict=True) for line in ([_clean(words), ""] if gap else [_clean(words)])]


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
    return text + line if _is_kept(head[1].lower(), tail[0], words) else text[:-1] + line


def _is_kept(first: str, second: str, words: Counter[str]) -> bool:
    """Whether a hyphen between two parts of a word is more than the end of a line; `words` are all of the text with their number."""
    small = second.lower()
    if f"{first}-{small}" in words or f"{first}-{small}" in KEPT:
        return True
    if f"{first}{small}" in words:
        return False
    return first in PREFIXES or not second[0].islower() or (first in SYLLABLES and words[small] > 1)
