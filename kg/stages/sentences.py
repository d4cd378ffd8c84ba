"""Text -> sentences, by punctuation alone, so that a sentence can be judged before it is parsed.

A sentence never crosses a line that ends in punctuation; datelines at its head are left out of it.
"""

import re
from collections.abc import Iterator

from kg.records import Sentence

# A full stop after these does not end a sentence.
_ABBREVIATED = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Gen|Col|Lt|Maj|Sgt|Sen|Rep|Gov|Prof|St|No|vs|Jr|Sr|Adm|Capt|Rev|Inc|Ltd|Co|Corp|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|a\.m|p\.m|e\.g|i\.e)|\b[A-Z])\.$"
)
_END = re.compile(r"[.!?…][”’\"')\]]*(?=\s|$)|(?<=[a-z”\"])\.(?=[A-Z“\"][a-z ])|\n+")
# An abbreviation of several letters ends a sentence where one of these follows: "in the U.S. The".
_SPELT = re.compile(r"\..\.$", re.DOTALL)
_OPENING = re.compile(r"\s?(?:The|In|He|It)(?!\S)")
# Every repetition is possessive: a line of capitals and full stops must not cost more than its length.
_DATELINE = re.compile(
    r"\s*+(?:(?:[A-Z][\w.’'-]*+[ ,/]{0,2}+){1,6}+(?:(?:[a-z]+\.? )?\d{1,2}+,? ?(?:\d{4}+)? ?)?)?,? ?"
    r"(?:\([A-Z][\w .,/-]{1,40}+\)\s*(?:[-–—:]+|\s)\s*|(?<=[A-Z]{3}) ?[-–—]+ |(?<=[A-Z]{3} )[-–—]+ )"
)
_LONGEST_DATELINE = 120
# Characters before a line break in which its last word ends.
_NEAR = 40
# What is longer is no sentence of prose; it is cut at a space, so that no step meets more at once.
_LONGEST = 2000


def split_sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text in order; blank ones are left out."""
    found, start = [], 0
    for match in _END.finditer(text):
        if match[0][0] == "." and _goes_on(text, start, match):
            continue
        if match[0][0] == "\n" and _continues(text, match):
            continue
        found.append((start, match.end()))
        start = match.end()
    found.append((start, len(text)))
    return tuple(trimmed for a, b in found for c, d in _cut(text, a, b) if (trimmed := _trim(text, c, d)))


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The span in pieces of at most `_LONGEST` characters."""
    while end - start > _LONGEST:
        space = text.rfind(" ", start + 1, start + _LONGEST)
        at = space if space > start else start + _LONGEST
        yield start, at
        start = at
    yield start, end


def _goes_on(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether the full stop belongs to an abbreviation within the sentence."""
    before = text[max(start, match.start() - 8) : match.start() + 1]
    ends = _SPELT.search(before) and _OPENING.match(text, match.end())
    return bool(_ABBREVIATED.search(before)) and not ends


def _continues(text: str, match: re.Match[str]) -> bool:
    """Whether a single line break stands in the middle of a sentence."""
    before, after = text[max(0, match.start() - _NEAR) : match.start()].rstrip()[-1:], text[match.end() : match.end() + 1]
    return len(match[0]) == 1 and after.islower() and before not in ".!?:"


def _trim(text: str, start: int, end: int) -> Sentence | None:
    dateline = _DATELINE.match(text, start, min(end, start + _LONGEST_DATELINE))
    start = dateline.end() if dateline else start
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Sentence(start=start, end=end) if end > start else None
