"""Text -> edits that part what lost its space: a sentence and the next one, a name and the words beside it."""

import re
from collections.abc import Iterator

from kg.lexicon import Lexicon
from kg.romanise import is_syllable
from kg.stages.edits import Edit
from kg.text import Word, romanised, words

# The end of a sentence with the next one glued to it; of what stands after it two letters tell that it is a word of prose.
_GLUED = re.compile(
    r"[.!?](?:(?<=[a-z\d)\]”’\"%].)|(?<=[A-Z]{2}.))(?P<close>[”’)\]]*)(?P<quote>\"?)(?=[“‘(\[]?(?:[A-Z][a-z]|[A-Z]{2,}\b|[AI] ))"
)
# "U.S.The"; a single initial before a name may be glued to it: the lexicon reads it so.
_INITIALS = re.compile(r"[A-Z]\.(?<![\w.]..)(?:[A-Z]\.)+(?=[A-Z][a-z])")
_AFTER_BRACKET = re.compile(r"\)(?<=[A-Za-z].)(?=[A-Z][a-z]+ )")
# Within addresses nothing is parted; they are told by the run without space in which it stands.
_ADDRESS = re.compile(r"://|www\.|@|\w/\w.*/\w|\.(?:Com|Net|Org)\b")
_RUN, _RUN_BEFORE = re.compile(r"\S+"), re.compile(r"\S+$")
_MARK_OR_BREAK = re.compile(r"[\"\n]")
_CAMEL = re.compile(r"[A-Z](?<=[a-z].)(?=[a-z])")
# The last part of a name with something behind it that may be another word: "Jong Unreceived", "Jong-unreceived".
_LAST = re.compile(r"[A-Z][a-z]+(?=[ \n](?P<word>[A-Z][a-z]{3,30})\b|-(?P<part>[a-z]{4,30})\b)")
_ENGLISH = re.compile(r"[a-z]{3,}(?:ed|ing|ly)")
# Words of a person's full name, and characters in which it stands.
_LONGEST_NAME = 4
_NEAR = 60
# Characters of an address that are looked at before and behind a place.
_RUNNING = 100


def find_glued_sentences(text: str, _: Lexicon) -> Iterator[Edit]:
    """A space after each sentence that has none."""
    found = (match for pattern in (_GLUED, _INITIALS, _AFTER_BRACKET) for match in pattern.finditer(text))
    glued = [match for match in found if not _is_address(text, *match.span())]
    closing = _closing_marks(text) if glued else frozenset()
    yield from (Edit(offset, offset, " ") for offset in sorted({_break(match, closing) for match in glued}))


def _closing_marks(text: str) -> frozenset[int]:
    """Where plain quotation marks stand that close a quotation: each second one on a line."""
    found, is_open = [], False
    for match in _MARK_OR_BREAK.finditer(text):
        if is_open and match[0] == '"':
            found.append(match.start())
        is_open = match[0] == '"' and not is_open
    return frozenset(found)


def _break(match: re.Match[str], closing: frozenset[int]) -> int:
    """Where the space belongs: before a plain quotation mark that opens the next sentence, behind all else."""
    opens = match.re is _GLUED and match["quote"] and match.start("quote") not in closing
    return match.start("quote") if opens else match.end()


def _is_address(text: str, start: int, end: int) -> bool:
    """Whether a span stands in the address of a page, a mailbox or an account."""
    before, after = _RUN_BEFORE.search(text, max(0, start - _RUNNING), start), _RUN.match(text, end, end + _RUNNING)
    return bool(_ADDRESS.search(text, before.start() if before else start, after.end() if after else end))


def find_glued_names(text: str, lexicon: Lexicon) -> Iterator[Edit]:
    """A space before each known name that a word was glued to, and behind each that a word follows so."""
    cuts = {m.start() for m in _CAMEL.finditer(text) if not _is_address(text, *m.span()) and _is_border(text, m.start(), lexicon)}
    for match in _LAST.finditer(text):
        cut = _end_of_name(text, *match.span("word" if match["word"] else "part"), lexicon)
        cuts |= {cut} if cut else set()
    yield from (Edit(cut, cut, " ") for cut in sorted(cuts))


def _is_border(text: str, cut: int, lexicon: Lexicon) -> bool:
    """Whether a name begins or ends at a capital inside a word: a full name, or behind a title a family name."""
    before, after = words(text[max(0, cut - _NEAR) : cut])[-1:], text[cut : cut + _NEAR]
    following = words(after)
    if not before or not following:
        return False
    is_name = _ends_name(text, cut, lexicon) or _is_person(lexicon.names.longest(following, 0, after), lexicon)
    return is_name or _is_titled(before[0], following[0], lexicon)


def _is_titled(title: Word, name: Word, lexicon: Lexicon) -> bool:
    """Whether one word is a title and the other one a known family name: "PresidentPutin"."""
    is_title = title.text[0].isupper() and (title.key in lexicon.title_nouns or title.key in lexicon.words("Honorific"))
    return is_title and romanised(name.key) in lexicon.family_names


def _end_of_name(text: str, start: int, end: int, lexicon: Lexicon) -> int | None:
    """Where the full name of a person ends within a word of which the rest is a word of its own: "Kim Jong Unreceived"."""
    word = text[start:end]
    if is_syllable(word.lower()):
        return None
    for n in range(1, len(word) - 1):
        rest = word[n:]
        is_word = rest in lexicon.forms or rest in lexicon.words("FunctionWord") or _ENGLISH.fullmatch(rest)
        if is_word and _ends_name(text, start + n, lexicon):
            return None if _ends_name(text, end, lexicon) else start + n
    return None


def _ends_name(text: str, end: int, lexicon: Lexicon) -> bool:
    """Whether the full name of a person ends at an offset, were it the end of a word."""
    before = text[max(0, end - _NEAR) : end]
    found = words(before)
    for first in range(max(0, len(found) - _LONGEST_NAME), len(found) - 1):
        hit = lexicon.names.longest(found[first:], 0, before)
        if hit and hit[:2] == (len(found) - first, len(before)) and _is_person(hit, lexicon):
            return True
    return False


def _is_person(hit: tuple[int, int, tuple[str, ...]] | None, lexicon: Lexicon) -> bool:
    """Whether what the lexicon found is a person, by more than one word."""
    return hit is not None and hit[0] > 1 and lexicon.is_person(hit[2][0])
