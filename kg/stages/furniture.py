"""Text -> edits that leave out what a publisher puts between the lines of an article and no part of it is.

What leads to another article, asks the reader to do something, or tells whose a picture is would be read as the article's own
words of today. The phrases by which such lines are known are word classes of the Turtle.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice, pairwise

from kg.lexicon import Lexicon
from kg.stages.edits import Edit

# Characters of the longest line that is one: more is a paragraph of the article. Links to other articles are shorter.
_LONGEST = 300
_LONGEST_LINK = 160
# What may stand before a phrase on its line, no quotation mark, and what follows a label there.
_MARKS = r"[^\w\n“”\"‘’'«]{0,4}"
_COLON = re.compile(r"\s*(?:[:|»>]|[-–—]+\s)\s*")
_SIGN = r"\s*[:|©]"
_SIGN_IN_BRACKET = r"\s*(?:[:|/©]|\d{4}\b)"
# A line that ends like this is a sentence and no headline.
_CLOSED = re.compile(r"[.:…][”’\"')\]]*(?:\s*(?:\([^()\n]*\)|-\w+-))?\s*$")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_WORD = re.compile(r"[^\W_]")
_LINE = re.compile(r"^[^\n]+", re.MULTILINE)
# Where another sentence begins on a line.
_NEXT = re.compile(r"[.!?][”’\"')\]]?[^\S\n]+(?=\S)")
_TO_STOP = r"[^\n]*?(?:[.!?)\]](?=\s|$)|$)"
# A line that is wholly in square brackets tells of a picture.
_BRACKETED = re.compile(r"\s*\[[^\[\]\n]+\]\s*")

_Span = tuple[int, int]


def find_furniture(text: str, lexicon: Lexicon) -> Iterator[Edit]:
    """Lines, sentences and brackets that are no part of the article, each to be nothing; where nothing else is there, they stay."""
    lines = [match.span() for match in _LINE.finditer(text)]
    found = [*_links(text, lines, lexicon), *_notices(text, lines, lexicon), *_credits(text, lines, lexicon)]
    edits: list[Edit] = []
    for start, end in sorted(found):
        at = edits[-1].end if edits else 0
        if end > max(start, at):
            edits.append(Edit(max(start, at), end, ""))
    kept = pairwise((0, *(offset for edit in edits for offset in edit[:2]), len(text)))
    if any(_WORD.search(text, *span) for span in islice(kept, 0, None, 2)):
        yield from edits


def _links(text: str, lines: Sequence[_Span], lexicon: Lexicon) -> Iterator[_Span]:
    """Lines that lead to other articles, with the list below a label that stands alone."""
    pattern = _compile(rf"{_MARKS}(?P<label>{{}})\b", lexicon.words("LinkLabel"))
    listed = 0
    for start, end in lines:
        match = pattern.match(text, start, end)
        if match is None or end - start > _LONGEST or end <= listed:
            continue
        label, colon = match["label"], _COLON.match(text, match.end(), end)
        linked = text[colon.end() if colon else match.end() : end]
        if not any(c.isalnum() for c in linked):
            listed = _end_of_list(text, end)
            yield start, listed
        elif colon or (label.isupper() and " " in label and not linked.isupper()):
            yield start, end


def _end_of_list(text: str, at: int) -> int:
    """Where a list of headlines ends that begins behind `at`: before the first line that is a sentence or too long."""
    while at < len(text):
        after = text.find("\n", at + 1)
        line = text[at : after if after >= 0 else len(text)]
        if len(line) > _LONGEST_LINK or _CLOSED.search(line):
            break
        at += len(line)
    return at


def _notices(text: str, lines: Sequence[_Span], lexicon: Lexicon) -> Iterator[_Span]:
    """What the publisher says to the reader: whole lines, and sentences that open so."""
    alone = _compile(rf"{_MARKS}(?:{{}})[^\w\n]*", lexicon.words("Notice"))
    yield from (span for span in lines if alone.fullmatch(text, *span))
    opened = _compile(rf"{_MARKS}(?:{{}})\b{_TO_STOP}", lexicon.words("NoticeOpening"))
    rights = _compile(rf"[(\[]?(?:©|(?:(?:{{}}|©)\s*)+(?:\d{{4}}\b|by\b)){_TO_STOP}", lexicon.words("Rights"))
    for start in (*(line[0] for line in lines), *(match.end() for match in _NEXT.finditer(text))):
        match = opened.match(text, start) or rights.match(text, start)
        if match and len(match[0]) <= _LONGEST:
            yield match.span()


def _credits(text: str, lines: Sequence[_Span], lexicon: Lexicon) -> Iterator[_Span]:
    """Whose a picture is and what it shows: on a line or in brackets; of a caption that tells its year only the label."""
    labels, phrases = lexicon.words("CaptionLabel"), lexicon.words("Credit")
    bracketed = _compile(rf"[(\[]\s*(?:\w+\s)?(?:{{}}){_SIGN_IN_BRACKET}[^()\[\]\n]*[)\]]", labels)
    credited = _compile(r"[(\[]\s*(?:{})\b[^()\[\]\n]*[)\]]", phrases)
    yield from (match.span() for pattern in (bracketed, credited) for match in pattern.finditer(text))
    labelled, opened = _compile(rf"{_MARKS}(?:{{}}){_SIGN}", labels), _compile(rf"{_MARKS}(?:{{}})\b", phrases)
    for start, end in lines:
        label = labelled.match(text, start, end)
        if label and label[0].endswith(":") and _YEAR.search(text, start, end):
            yield label.span()
        elif end - start <= _LONGEST and (label or opened.match(text, start, end) or _BRACKETED.fullmatch(text, start, end)):
            yield start, end


@lru_cache(maxsize=32)
def _compile(pattern: str, phrases: frozenset[str]) -> re.Pattern[str]:
    """The pattern with all phrases of a word class in place of "{}", each with whatever space and apostrophe; of none it finds nothing."""
    ways = (re.escape(phrase).replace(r"\ ", r"[^\S\n]+").replace("'", "[’']") for phrase in sorted(phrases, key=lambda p: (-len(p), p)))
    return re.compile(pattern.replace("{}", "|".join(ways) or "(?!)"), re.MULTILINE | re.IGNORECASE)
