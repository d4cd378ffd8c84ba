"""Text -> edits that put single characters right: wrongly decoded ones, invisible ones, unusual white space."""

import re
from collections.abc import Iterator

from kg.lexicon import Lexicon
from kg.stages.edits import Edit
from kg.text import spelling_key

# The first character of UTF-8 read in a code page of one byte each, and one that can follow it: what is worth loading ftfy for.
_SUSPECT = re.compile("[\u00c2-\u00f4\u0102-\u017e\u0393-\u03c1\u0412-\u043f][\u0080-\u00bf\u0152-\u0192\u02c6-\u02dc\u2013-\u2122]")
# A no-break space of which the first byte became a letter and the second one a plain space.
_HALF_SPACE = '(?<=[a-z\\d.,;:!?”"’)])\u00c2(?=\\s)'
# Soft hyphens, zero-width characters, marks of direction and controls are left out; the controls of 8 bits that Windows
# has letters for are those letters.
_INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\\x00-\\x08\\x0e-\\x1f\\x7f"
_SPACE = "\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_BREAK = "\\x0b\\x0c\\x85\u2028\u2029"
_ODDITIES = f"\r\n?|[{_BREAK}]|(?P<space>[{_SPACE}])|(?P<invisible>[{_INVISIBLE}])|(?P<windows>[\\x80-\\x9f])"
_ODD, _ODD_OR_HALF = re.compile(_ODDITIES), re.compile(f"{_ODDITIES}|{_HALF_SPACE}")
# The word before a place, in so many characters, and the one behind it.
_NEAR = 40
_BEFORE = re.compile(r"[^\W\d_]+$")
_AFTER = re.compile(r"[^\W\d_]+")
_SOFT_HYPHEN = "\u00ad"
_A_CIRCUMFLEX = "\u00c2"


def find_broken(text: str, _: Lexicon) -> Iterator[Edit]:
    """Runs of characters that are UTF-8 read as something else; the text around them is healthy and stays as it is."""
    if _SUSPECT.search(text):
        # ftfy is needed by few texts, and loading it takes time.
        from ftfy import fix_encoding  # noqa: PLC0415
        from ftfy.badness import is_bad  # noqa: PLC0415
        from ftfy.chardata import UTF8_DETECTOR_RE  # noqa: PLC0415

        for match in UTF8_DETECTOR_RE.finditer(text):
            meant = fix_encoding(match[0]) if is_bad(match[0]) else match[0]
            if meant != match[0]:
                yield Edit(match.start(), match.end(), meant)


def find_odd(text: str, lexicon: Lexicon) -> Iterator[Edit]:
    """Characters that a reader does not see, or sees as a plain space or the end of a line."""
    if text.isascii() and text.replace("\n", " ").isprintable():
        return
    for match in (_ODD_OR_HALF if _A_CIRCUMFLEX in text else _ODD).finditer(text):
        yield Edit(match.start(), match.end(), _meant(match, lexicon))


def _meant(match: re.Match[str], lexicon: Lexicon) -> str:
    """What stands for an odd character."""
    if match["space"]:
        return " "
    if match["windows"]:
        return bytes([ord(match[0])]).decode("cp1252", "ignore")
    if match[0] == _SOFT_HYPHEN and _is_lost_space(match.string, match.start(), lexicon):
        return " "
    return "" if match["invisible"] or match[0] == _A_CIRCUMFLEX else "\n"


def _is_lost_space(text: str, at: int, lexicon: Lexicon) -> bool:
    """Whether a soft hyphen stands between a known name and a word, as in bad scans; most stand inside a word."""
    before, after = _BEFORE.search(text, max(0, at - _NEAR), at), _AFTER.match(text, at + 1)
    if before is None or after is None or after[0] not in lexicon.words("FunctionWord"):
        return False
    return spelling_key(before[0]) in lexicon.short_names and spelling_key(before[0] + after[0]) not in lexicon.family_names
