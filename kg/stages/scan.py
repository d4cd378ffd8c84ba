"""A text under recognition: its words, what stands between them, and the pipeline's named entities."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kg.lexicon import Lexicon
from kg.records import Span
from kg.text import Word, romanised

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

    def gap(self, i: int) -> str:
        """The text between word i-1 and word i."""
        return self.text[self.words[i - 1].end : self.words[i].start] if 0 < i < len(self.words) else "\n"

    def joined(self, i: int) -> bool:
        """Whether word i follows word i-1 with nothing but space, hyphen or possessive between."""
        return i < len(self.words) and (self.gap(i) == "" or bool(GAP.fullmatch(self.gap(i))))

    def is_function_word(self, i: int) -> bool:
        """Whether word i is one that begins no name, even with a capital, and that no name contains."""
        return self.words[i].key in self.lexicon.words("FunctionWord")


def is_capital(word: Word) -> bool:
    """Whether the word begins with a capital letter."""
    return word.text[0].isupper()


def join_key(found: Sequence[Word]) -> str:
    """The key of several words, as the lexicon's short names have it."""
    return " ".join(romanised(word.key) for word in found)
