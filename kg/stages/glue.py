"""Text -> edits that part what lost its space: a sentence and the next one, a name and the words beside it."""

import re
from collections.abc import Iterator

from kg.lexicon import Lexicon
from kg.romanise import is_syllable
from kg.stages.edits import Edit
from kg.text import words

# The end of a sentence with the next one glued to it; of what stands after it two letters tell that it is a word of prose.
_GLUED = re.compile(r"(?<=[a-z\d)\]”’\"%])[.!?](?P<close>[”’)\]]*)(?P<quote>\"?)(?=[“‘(\[]?(?:[A-Z][a-z]|[A-Z]{2,}\b|[AI] ))")
# "U.S.The"; a single initial before a name may be glued to it: the lexicon reads it so.
_INITIALS = re.compile(r"(?<![\w.])(?:[A-Z]\.){2,}(?=[A-Z][a-z])")
_AFTER_BRACKET = re.compile(r"(?<=[A-Za-z]\))(?=[A-Z][a-z]+ )")
# Of addresses the full stop parts nothing; they are told by the run without space in which it stands.
_ADDRESS = re.compile(r"://|www\.|@|\w/\w.*/\w|\.(?:Com|Net|Org)\b")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
_CAPITALISED = re.compile(r"\b[A-Z][a-z]{3,}\b")
_ENGLISH = re.compile(r"[a-z]{3,}(?:ed|ing|ly)")
# Words of a person's full name, and characters in which it stands.
_LONGEST_NAME = 4
_NEAR = 60


def find_glued_sentences(text: str, _: Lexicon) -> Iterator[Edit]:
    """A space after each sentence that has none."""
    found = [*(m for m in _GLUED.finditer(text)), *_INITIALS.finditer(text), *_AFTER_BRACKET.finditer(text)]
    at = sorted({_break(text, match) for match in found if not _ADDRESS.search(_run(text, match))})
    yield from (Edit(offset, offset, " ") for offset in at)


def _break(text: str, match: re.Match[str]) -> int:
    """Where the space belongs: a plain quotation mark closes the sentence before where an odd number of them stand on the line so far."""
    if match.re is not _GLUED or not match["quote"]:
        return match.end()
    line = text.rfind("\n", 0, match.start()) + 1
    return match.end() if text.count('"', line, match.start()) % 2 else match.start("quote")


def _run(text: str, match: re.Match[str]) -> str:
    """The characters without white space around a match."""
    start, end = match.span()
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return text[start:end]


def find_glued_names(text: str, lexicon: Lexicon) -> Iterator[Edit]:
    """A space before each known full name, or title before a name, that a word was glued to, and behind each that a word follows so."""
    before = {m.start() for m in _CAMEL.finditer(text) if _begins_name(text, m.start(), lexicon)}
    behind = {cut for m in _CAPITALISED.finditer(text) for cut in [_end_of_name(text, m, lexicon)] if cut}
    yield from (Edit(cut, cut, " ") for cut in sorted(before | behind))


def _begins_name(text: str, cut: int, lexicon: Lexicon) -> bool:
    """Whether the capital inside a word begins the full name of a person, or the word before it is a title: "PresidentPutin"."""
    last = words(text[max(0, cut - _NEAR) : cut])[-1:]
    if last and last[0].text[0].isupper() and last[0].key in lexicon.title_nouns | lexicon.words("Honorific"):
        return True
    after = text[cut : cut + _NEAR]
    return _is_person(lexicon.names.longest(words(after), 0, after), lexicon)


def _end_of_name(text: str, word: re.Match[str], lexicon: Lexicon) -> int | None:
    """Where the full name of a person ends within a word of which the rest is a word of its own: "Kim Jong Unreceived"."""
    if is_syllable(word[0].lower()):
        return None
    for n in range(1, len(word[0]) - 1):
        rest, cut = word[0][n:], word.start() + n
        if (rest in lexicon.forms or rest in lexicon.words("FunctionWord") or _ENGLISH.fullmatch(rest)) and _ends_name(text, cut, lexicon):
            return None if _ends_name(text, word.end(), lexicon) else cut
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
