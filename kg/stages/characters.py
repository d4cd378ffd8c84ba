"""Text -> edits that put single characters right: wrongly decoded ones, invisible ones, unusual white space."""

import re
from collections.abc import Iterator

from kg.stages.edits import Edit

# The first character of UTF-8 read in a code page of one byte each, and one that can follow it: what is worth loading ftfy for.
_SUSPECT = re.compile("[\u00c2-\u00f4\u0102-\u017e\u0393-\u03c1\u0412-\u043f][\u0080-\u00bf\u0152-\u0192\u02c6-\u02dc\u2013-\u2122]")
# A no-break space of which the first byte became a letter and the second one a plain space.
_HALF_SPACE = re.compile('(?<=[a-z\\d.,;:!?”"’)])\u00c2(?=\\s)')
# Soft hyphens, zero-width characters, marks of direction and controls are left out; the controls of 8 bits that Windows
# has letters for are those letters.
_INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\\x00-\\x08\\x0e-\\x1f\\x7f"
_SPACE = "\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_BREAK = "\\x0b\\x0c\\x85\u2028\u2029"
_ODD = re.compile(f"\r\n?|[{_BREAK}]|(?P<space>[{_SPACE}])|(?P<invisible>[{_INVISIBLE}])|(?P<windows>[\\x80-\\x9f])")


def find_broken(text: str) -> Iterator[Edit]:
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


def find_odd(text: str) -> Iterator[Edit]:
    """Characters that a reader does not see, or sees as a plain space or the end of a line."""
    if "\u00c2" in text:
        yield from _find_all(re.compile(f"{_HALF_SPACE.pattern}|{_ODD.pattern}"), text)
    elif not (text.isascii() and text.replace("\n", " ").isprintable()):
        yield from _find_all(_ODD, text)


def _find_all(pattern: re.Pattern[str], text: str) -> Iterator[Edit]:
    for match in pattern.finditer(text):
        if match["space"]:
            meant = " "
        elif match["windows"]:
            meant = bytes([ord(match[0])]).decode("cp1252", "ignore")
        else:
            meant = "" if match["invisible"] or match[0] == "\u00c2" else "\n"
        yield Edit(match.start(), match.end(), meant)
