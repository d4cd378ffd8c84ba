"""Words and keys of text: str -> str, no world knowledge.

A key folds what the press varies without meaning: case, accents, hyphen or space, apostrophes, and the
ways in which one Cyrillic letter is romanised. Names with equal keys may be the same name.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_WORD = re.compile(r"(?:[A-Z]\.){2,}|['’](?:s\b|(?=\s))|[^\W_]+(?:['’‘`][^\W\d_]{2,})?")
# What a key leaves out: the points of abbreviations, the apostrophes of romanised names.
_UNMARKED = re.compile(r"[.'’‘ʼ`]")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
_SMALL_CAMEL = re.compile(r"(?:Ma?c|De|La|Le|Van|Von|Di|Du|O)$")
# Romanisations of one Cyrillic spelling, longest first (BGN/PCGN, ISO 9, press).
_ROMAN = (
    ("ksandr", "xandr"), ("xander", "xandr"), ("ks", "x"), ("shch", "sch"), ("iye", "ie"), ("aye", "ae"), ("oye", "oe"),
    ("iya", "ia"), ("yy", "y"), ("iy", "y"), ("ii", "y"), ("ij", "y"), ("ey", "ei"), ("ej", "ei"), ("ay", "ai"), ("oy", "oi"),
    ("yu", "iu"), ("ya", "ia"), ("yo", "e"), ("ye", "e"), ("i", "y"),
)  # fmt: skip

# What neither XML 1.0 nor UTF-8 can hold (control characters, halves of surrogate pairs, noncharacters), and the C1 controls.
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Word(NamedTuple):
    """A word of a text: offsets (end exclusive), the text itself and its key."""

    start: int
    end: int
    text: str
    key: str


def fold(text: str) -> str:
    """Case and accents removed: "Chŏng-ŭn" -> "chong-un"."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold().replace("’", "'")


@lru_cache(maxsize=1 << 11)
def words(text: str) -> tuple[Word, ...]:
    """The words of a text in order, possessive endings left out, words glued by a capital split in two."""
    found = [match for match in _WORD.finditer(text) if match[0][0] not in "'’"]
    return tuple(Word(m.start() + a, m.start() + b, part, key) for m in found for a, b, part, key in _parts(m[0]))


def name_key(text: str) -> str:
    """The key of a name: "Kim Jong-un" and "Kim Jong Un" give "kim jong un"."""
    return " ".join(word.key for word in words(text))


@lru_cache(maxsize=1 << 16)
def romanised(key: str) -> str:
    """A key in which romanisations of one Cyrillic name agree: "sergey" and "sergei" give one result."""
    for variant, common in _ROMAN:
        key = key.replace(variant, common)
    return key


def spelling_key(text: str) -> str:
    """The key of a name however it is romanised: "Sergey Lavrov" and "Sergei Lavrov" give one result."""
    return romanised(name_key(text))


@lru_cache(maxsize=1 << 16)
def _parts(text: str) -> tuple[Word, ...]:
    """A word cut at its capitals, with offsets within it."""
    cuts = [m.start() for m in _CAMEL.finditer(text) if not _SMALL_CAMEL.search(text[max(0, m.start() - 4) : m.start()])]
    parts = zip([0, *cuts], [*cuts, len(text)], strict=True)
    return tuple(Word(a, b, text[a:b], _UNMARKED.sub("", fold(text[a:b]))) for a, b in parts)


def remove_controls(text: str) -> str:
    """The text without what no file of text can hold; tabs and line breaks stay."""
    return NOT_IN_XML.sub("", text)


def clean(text: object) -> str:
    """The text as any file can hold it, on one line: no control characters, runs of white space as one space."""
    return " ".join(remove_controls(" ".join(str(text).split())).split())


def one_line(text: object) -> str:
    """The text on one line and in characters that can be written, which names of files need not be."""
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", " ", str(text)).strip().encode("utf-8", "replace").decode()
