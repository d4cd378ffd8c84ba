"""Text -> edits that leave out what a publisher puts between the lines of an article and no part of it is.

What leads to another article, asks the reader to do something, or tells whose a picture is would be read as the article's own
words of today. The phrases by which such lines are known are word classes of the Turtle.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from kg.lexicon import Lexicon
from kg.stages.edits import Edit

# Characters of the longest line that is one: more is a paragraph of the article. Links to other articles are shorter.
_LONGEST = 300
_LONGEST_LINK = 160
_MARKS = r"[^\w\n]{0,4}"
# What follows a label on its line, and whose a picture is.
_COLON = re.compile(r"\s*(?:[:|»>]|[-–—]+\s)\s*")
_SIGN = r"\s*(?:[:/|©]|\d{4}\b)"
# A line that ends like this is a sentence and no headline.
_CLOSED = re.compile(r"[.:…][”’\"')\]]*(?:\s*(?:\([^()\n]*\)|-\w+-))?\s*$")
_SENTENCE = r"(?:^|(?<=[.!?]\s)|(?<=[.!?][”’\"')\]]\s))"
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
# A line that is wholly in square brackets tells of a picture.
_BRACKETED = re.compile(r"^[^\S\n]*\[[^\[\]\n]+\][^\S\n]*$", re.MULTILINE)
_COPYRIGHT = re.compile(_SENTENCE + r"[(\[]?(?:©|\(c\) ?\d{4})[^\n]*?(?:[.!?)\]](?=\s|$)|$)", re.MULTILINE | re.IGNORECASE)


def find_furniture(text: str, lexicon: Lexicon) -> Iterator[Edit]:
    """Lines, sentences and brackets that are no part of the article, each to be nothing."""
    found = [*_links(text, lexicon), *_notices(text, lexicon), *_credits(text, lexicon)]
    at = 0
    for start, end in sorted(span for span in found if span[1] > span[0]):
        if end > at:
            yield Edit(max(start, at), end, "")
            at = end


def _links(text: str, lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """Lines that lead to other articles, with the list below a label that stands alone."""
    for match in _compile(rf"^{_MARKS}(?P<label>{{}})\b(?P<rest>[^\n]*)$", lexicon.words("LinkLabel")).finditer(text):
        colon = _COLON.match(match["rest"])
        linked = match["rest"][colon.end() if colon else 0 :].strip()
        if not any(c.isalnum() for c in linked):
            yield match.start(), _end_of_list(text, match.end())
        elif len(match[0]) <= _LONGEST and (colon or (match["label"].isupper() and " " in match["label"] and not linked.isupper())):
            yield match.span()


def _end_of_list(text: str, at: int) -> int:
    """Where a list of headlines ends that begins behind `at`: before the first line that is a sentence or too long."""
    while at < len(text):
        after = text.find("\n", at + 1)
        line = text[at : after if after >= 0 else len(text)]
        if len(line) > _LONGEST_LINK or _CLOSED.search(line):
            break
        at += len(line)
    return at


def _notices(text: str, lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """What the publisher says to the reader: whole lines, and sentences that open so."""
    for match in _compile(rf"^{_MARKS}(?:{{}})[^\w\n]*$", lexicon.words("Notice")).finditer(text):
        yield match.span()
    opened = _compile(rf"{_SENTENCE}{_MARKS}(?:{{}})\b[^\n]*?(?:[.!?)\]](?=\s|$)|$)", lexicon.words("NoticeOpening"))
    yield from (match.span() for pattern in (opened, _COPYRIGHT) for match in pattern.finditer(text) if len(match[0]) <= _LONGEST)


def _credits(text: str, lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """Whose a picture is and what it shows: on a line or in brackets; of a caption that tells its year only the label."""
    labels, phrases = lexicon.words("CaptionLabel"), lexicon.words("Credit")
    for match in _compile(rf"[(\[]\s*(?:\w+\s)?(?:{{}}){_SIGN}[^()\[\]\n]*[)\]]", labels).finditer(text):
        yield match.span()
    for match in _compile(r"[(\[]\s*(?:{})\b[^()\[\]\n]*[)\]]", phrases).finditer(text):
        yield match.span()
    for match in _compile(rf"^{_MARKS}(?P<label>(?:{{}}){_SIGN})[^\n]*$", labels).finditer(text):
        is_dated = match["label"].endswith(":") and _YEAR.search(match[0])
        if len(match[0]) <= _LONGEST or is_dated:
            yield match.span("label") if is_dated else match.span()
    for pattern in (_compile(rf"^{_MARKS}(?:{{}})\b[^\n]*$", phrases), _BRACKETED):
        yield from (match.span() for match in pattern.finditer(text) if len(match[0]) <= _LONGEST)


@lru_cache(maxsize=32)
def _compile(pattern: str, phrases: frozenset[str]) -> re.Pattern[str]:
    """The pattern with all phrases of a word class in place of "{}", each with whatever space and apostrophe; of none it finds nothing."""
    ways = (re.escape(phrase).replace(r"\ ", r"[^\S\n]+").replace("'", "[’']") for phrase in sorted(phrases, key=lambda p: (-len(p), p)))
    return re.compile(pattern.replace("{}", "|".join(ways) or "(?!)"), re.MULTILINE | re.IGNORECASE)
