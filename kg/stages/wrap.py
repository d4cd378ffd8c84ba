"""Text -> edits that join the lines of a text that was broken at a width, as mails and plain text files are.

Such a text is told by its shape as a whole: most lines that another one follows end where its first word would not have
fitted. Paragraphs, headlines and lists keep their lines.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from kg.lexicon import Lexicon
from kg.stages.edits import Edit
from kg.text import name_key, romanised, words

# Of all lines that share of the longest may stand out: addresses, which nothing breaks.
_OUTLIERS = 0.05
_NARROWEST, _WIDEST = 40, 100
# Breaks that a text must have, the share of them that the width explains, and the share behind which a sentence goes on for sure.
_FEWEST = 2
_FORCED = 0.5
_GOING_ON = 0.3
_ITEM = re.compile(r"[-*•·–—]\s|\(?\d{1,2}[.)]\s|>")
_QUOTED = re.compile(r"^(?:> ?)+", re.MULTILINE)
# Both begin at the head of a word, so that a long one costs no more than its length.
_HYPHENATED = re.compile(r"\b([^\W\d_]++)-$")
_COMPOUND = re.compile(r"\b[^\W\d_]++-[^\W\d_]++")
_FIRST_WORD = re.compile(r"\S+")
# Letters of a word that a headline writes with a capital.
_LONG = 4
_HEADLINE = 3


class _Line(NamedTuple):
    """A line: where it stands in the text, its own text without white space around it, and how far it is indented."""

    start: int
    end: int
    text: str
    indent: int

    @property
    def width(self) -> int:
        return self.indent + len(self.text)


def find_quote_marks(text: str, _: Lexicon) -> Iterator[Edit]:
    """The marks before the lines of a quoted mail, where most lines have one."""
    if text.count("\n>") * 2 > text.count("\n"):
        yield from (Edit(match.start(), match.end(), "") for match in _QUOTED.finditer(text))


def find_wrapped(text: str, lexicon: Lexicon) -> Iterator[Edit]:
    """The line breaks within paragraphs of a text that was broken at a width, each to be a space."""
    lines = _lines(text) if "\n" in text else []
    width = _width(lines)
    breaks = [(a, b) for a, b in pairwise(lines) if a.text and b.text]
    forced = [(a, b) for a, b in breaks if _is_forced(a, b, width)]
    going_on = sum(b.text[0].islower() for _, b in forced)
    if not _NARROWEST <= width <= _WIDEST or len(forced) < max(_FEWEST, _FORCED * len(breaks)) or going_on < _GOING_ON * len(forced):
        return
    title = next((line for line in lines if line.text), None)
    hyphened = Counter(match[0].lower() for match in _COMPOUND.finditer(text))
    for a, b in forced:
        if not _is_apart(a, b) and not (a is title and _is_headline(a.text)):
            yield _join(a, b, hyphened, lexicon)


def _lines(text: str) -> list[_Line]:
    lines, at = [], 0
    for line in text.split("\n"):
        bare = line.strip()
        start = at + len(line) - len(line.lstrip()) if bare else at
        lines.append(_Line(start, start + len(bare), bare, start - at))
        at += len(line) + 1
    return lines


def _width(lines: Sequence[_Line]) -> int:
    """The width of the longest line but the few that stand out."""
    widths = sorted(line.width for line in lines if line.text)
    return widths[-1 - int(_OUTLIERS * len(widths))] if widths else 0


def _is_forced(line: _Line, following: _Line, width: int) -> bool:
    """Whether the first word of the next line would not have fitted on this one, or is the end of the last one here."""
    word = _FIRST_WORD.match(following.text)
    torn = _HYPHENATED.search(line.text) and following.text[0].islower()
    return word is not None and (bool(torn) or line.width + 1 + len(word[0]) > width)


def _is_apart(line: _Line, following: _Line) -> bool:
    """Whether a line begins what is no part of the paragraph before it: an indented one, an item of a list, another kind of headline."""
    return following.indent > line.indent or bool(_ITEM.match(following.text)) or line.text.isupper() != following.text.isupper()


def _is_headline(line: str) -> bool:
    """Whether all longer words of a line begin with a capital."""
    long = [word for word in line.split() if len(word) >= _LONG]
    return len(long) >= _HEADLINE and not any(word[0].islower() for word in long)


def _join(line: _Line, following: _Line, hyphened: Counter[str], lexicon: Lexicon) -> Edit:
    """What joins two lines: a space; nothing where a hyphen parts a word, and the hyphen goes unless it is the word's own."""
    head, tail = _HYPHENATED.search(line.text), re.match(r"[^\W\d_]+", following.text)
    if head is None or tail is None:
        return Edit(line.end, following.start, " ")
    if _is_compound(head[1], tail[0], hyphened, lexicon):
        return Edit(line.end, following.start, "")
    return Edit(line.end - 1, following.start, "")


def _is_compound(head: str, tail: str, hyphened: Counter[str], lexicon: Lexicon) -> bool:
    """Whether the hyphen at the end of a line would stand within the line as well: "long-range", "Jong-un", but not "Pyong-yang"."""
    whole = name_key(head + tail)
    if not tail[0].islower() or hyphened[f"{head}-{tail}".lower()]:
        return True
    if whole in lexicon.forms or romanised(whole) in lexicon.names.root or romanised(whole) in lexicon.demonym_keys:
        return False
    return head[0].isupper() or any(w.key in lexicon.forms or w.key in lexicon.words("FunctionWord") for w in words(tail))
