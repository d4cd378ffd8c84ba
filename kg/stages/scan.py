"""A text under recognition: its words, what stands between them, and the pipeline's named entities."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from kg.lexicon import Lexicon
from kg.records import Span
from kg.romanise import is_syllable
from kg.text import Word, romanised

# Korean family names that are English function words as well have two letters: So, No, An.
_SURNAME = 2
# A line of so many words in capitals is a headline.
_HEADLINE = 3
GAP = re.compile(r"[\s\u00a0]+|-|[’']s?[\s\u00a0]+|\. |[’']s?-")
POSSESSIVE = re.compile(r"[’']s?[\s\u00a0]")


@dataclass(frozen=True, slots=True)
class Scan:
    """A text under recognition; `blocked` are the words that belong to dates."""

    text: str
    words: Sequence[Word]
    spans: Sequence[Span]
    blocked: frozenset[int]
    lexicon: Lexicon

    @property
    def is_shouted(self) -> bool:
        """Whether the text is a line of capitals: a headline."""
        return len(self.words) >= _HEADLINE and all(word.text.isupper() for word in self.words)

    def gap(self, i: int) -> str:
        """The text between word i-1 and word i."""
        return self.text[self.words[i - 1].end : self.words[i].start] if 0 < i < len(self.words) else "\n"

    def joined(self, i: int) -> bool:
        """Whether word i follows word i-1 with nothing but space, hyphen or possessive between."""
        return i < len(self.words) and (self.gap(i) == "" or bool(GAP.fullmatch(self.gap(i))))

    def is_function_word(self, i: int) -> bool:
        """Whether word i is one that begins no name, even with a capital, and that no name contains.

        Within a sentence a capital makes it a name after all: "greeted by So Kil Bok", but not in "Talks In Moscow".
        """
        if self.words[i].key not in self.lexicon.words("FunctionWord"):
            return False
        if self._opens_name(i):
            return False
        inside = 0 < i < len(self.words) - 1 and self.gap(i) == " "
        if not (inside and len(self.words[i].key) == _SURNAME and is_capital(self.words[i]) and is_capital(self.words[i + 1])):
            return True
        before = self.words[i - 1]
        return is_capital(before) and before.key not in self.lexicon.title_nouns

    def _opens_name(self, i: int) -> bool:
        """Whether a Korean family name and two syllables stand at the head of the sentence: "No Kwang Chon leads"."""
        given = self.words[i + 1 : i + _SURNAME + 1]
        syllables = len(given) == _SURNAME and all(is_capital(word) and is_syllable(word.key) for word in given)
        return i == 0 and syllables and self.words[0].key in self.lexicon.korean_families and self.gap(1) == " "


def is_capital(word: Word) -> bool:
    """Whether the word begins with a capital letter, or with one of a script that has none."""
    return word.text[0].isupper() or unicodedata.category(word.text[0]) == "Lo"


def join_key(found: Sequence[Word]) -> str:
    """The key of several words, as the lexicon's short names have it."""
    return " ".join(romanised(word.key) for word in found)
