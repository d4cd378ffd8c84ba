"""Who does what in an event: for each word of a sentence the chance of each role, seen from the word that evokes the event.

The network reads the parser's rows of both words, how the tree joins them, and the slots of the evoking word that the
other stands in (`marks`); so it weighs what rules find and sees what they do not.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, cast

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Token
from spacy.vocab import Vocab

from kg.english.embedding import Floats
from kg.english.network import dense, rectified, with_one
from kg.english.stored import StoredNetwork

# The facets of a pair of words, in order; a table of the network holds a row for each known value, row 0 for all others.
FACETS = ("path", "path and preposition", "preposition", "steps", "distance", "word", "evoking word", "slot", "slot and word")
# Distances between words beyond which only the order counts.
_NEAR, _FAR, _FARTHEST = 4, 8, 16
_MOST_STEPS = 7
_APART = "apart"
# The parts of speech of words that name somebody, something or a day, or stand for it.
_NAMING = frozenset(("NOUN", "PROPN", "PRON", "NUM"))


class RoleScores(NamedTuple):
    """The chances of each role of each word, (words, roles)."""

    roles: Mapping[str, int]
    words: Floats

    def chance(self, word: int, role: str) -> float:
        """How sure the network is that the word fills the role; 0 for a role that it does not know."""
        return float(self.words[word, self.roles[role]]) if role in self.roles else 0.0

    def likely(self, role: str, least: float) -> list[tuple[int, float]]:
        """The words that fill the role with at least this chance, and their chances, the surest first."""
        if role not in self.roles:
            return []
        chances = self.words[:, self.roles[role]]
        found = [(int(i), float(chances[i])) for i in np.flatnonzero(chances >= least)]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))


class RolePipe(StoredNetwork):
    """Holds the network; it changes no document, but `read` looks at those that the parser has read."""

    def __init__(self, vocab: Vocab, name: str) -> None:
        super().__init__(vocab, name, {"roles": [], "values": [], "kinds": []})
        self.kinds: frozenset[str] = frozenset()
        self._last: tuple[Doc, Floats] | None = None

    def take(self, settings: Mapping[str, Any], weights: Mapping[str, Floats]) -> None:
        """Take over a trained network."""
        super().take(settings, weights)
        self._values = [{value: i + 1 for i, value in enumerate(known)} for known in settings["values"]]
        self._roles = {role: i for i, role in enumerate(settings["roles"])}
        self.kinds = frozenset(settings["kinds"])
        self._tables = [weights[f"facets.{i}.weight"] for i in range(len(FACETS))]
        pair = weights["pair"]
        self._pair = np.ascontiguousarray(pair.transpose(1, 0, 2)).reshape(pair.shape[1], -1)
        self._last = None

    def __call__(self, doc: Doc) -> Doc:
        return doc

    def read(self, token: Token, kind: str, marks: Mapping[int, str]) -> RoleScores:
        """The chances of each role in the event of this kind that the token evokes; `marks` names the slots that words stand in.

        Words that neither name nor stand for anybody or anything, nor for a day, have no chance.
        """
        doc, weights = token.doc, self.weights
        places = read_words(doc).named
        if not places:
            return RoleScores(self._roles, np.zeros((len(doc), len(self._roles)), dtype=np.float32))
        here = with_one(rectified(weights, "evoking", cast(Floats, doc.tensor)[token.i][None]))[0]
        scores = self._rows(doc) @ (here @ self._pair).reshape(len(self._roles), -1).T
        scores += self._told(facets(token, kind, marks, places))
        chances = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        words = np.zeros((len(doc), chances.shape[1]), dtype=np.float32)
        words[places] = chances
        return RoleScores(self._roles, words)

    def _rows(self, doc: Doc) -> Floats:
        """What the network sees in each word that may fill a role; kept for the next evoking word of the sentence."""
        last = self._last
        if last is None or last[0] is not doc:
            self._last = last = doc, with_one(rectified(self.weights, "word", cast(Floats, doc.tensor)[read_words(doc).named]))
        return last[1]

    def _told(self, found: Sequence[Sequence[str]]) -> Floats:
        """What the facets of the pairs say for each role."""
        columns = [[known.get(value, 0) for value in column] for known, column in zip(self._values, zip(*found, strict=True), strict=True)]
        parts = [table[column] for table, column in zip(self._tables, columns, strict=True)]
        return dense(self.weights, "outer", rectified(self.weights, "inner", np.concatenate(parts, axis=1)))


def facets(evoking: Token, kind: str, marks: Mapping[int, str], places: Sequence[int]) -> list[tuple[str, ...]]:
    """For each of the words the values of `FACETS`, as seen from the evoking word of an event of this kind."""
    doc = evoking.doc
    _, forms, prepositions = read_words(doc)
    own = f"{kind}/{evoking.lemma_.lower()}/{prepositions.get(evoking.i, '')}"
    paths = _Paths(evoking)
    found = list[tuple[str, ...]]()
    for place in places:
        path, steps = paths.to(doc[place])
        case, (lower, tag), mark = prepositions.get(place, ""), forms[place], f"{kind}/{marks.get(place, '')}"
        seen = (f"{kind}/{path}", f"{path}/{case}", case, str(min(steps, _MOST_STEPS)), _distance(place - evoking.i))
        found.append((*seen, f"{lower}/{tag}", own, mark, f"{mark}/{lower}"))
    return found


class Words(NamedTuple):
    """Of a sentence the places of nouns, names, pronouns and numbers, the form and tag of each word, and the first preposition of some."""

    named: list[int]
    forms: list[tuple[str, str]]
    prepositions: dict[int, str]


@lru_cache(maxsize=8)
def read_words(doc: Doc) -> Words:
    """What the facets take from each word, read once."""
    found = Words([], [], {})
    for token in doc:
        lower, place = token.lower_, token.i
        found.forms.append((lower, token.tag_))
        if token.pos_ in _NAMING:
            found.named.append(place)
        if token.dep_ in ("case", "mark"):
            found.prepositions.setdefault(token.head.i, lower)
    return found


class _Paths:
    """The ways through the tree from one word: the relations up from it, "|", and those down, and how many they are."""

    def __init__(self, start: Token) -> None:
        self._known: dict[int, tuple[str, int]] = {}
        way = list[str]()
        while start.i not in self._known:
            self._known[start.i] = f"{'^'.join(way)}|", len(way)
            way.append(_relation(start))
            start = start.head

    def to(self, token: Token) -> tuple[str, int]:
        """The way to the token; each is found from that to its head."""
        below = list[Token]()
        while token.i not in self._known:
            below.append(token)
            if token.head.i == token.i:
                return _APART, _MOST_STEPS
            token = token.head
        path, steps = self._known[token.i]
        for token in reversed(below):
            path, steps = f"{path}{'' if path.endswith('|') else '>'}{_relation(token)}", steps + 1
            self._known[token.i] = path, steps
        return path, steps


def _relation(token: Token) -> str:
    return token.dep_.partition(":")[0]


def _distance(words: int) -> str:
    """How far after the evoking word, or before it, a word stands."""
    far = abs(words)
    return f"{'-' if words < 0 else '+'}{far if far < _NEAR else _NEAR if far < _FAR else _FAR if far < _FARTHEST else _FARTHEST}"


@Language.factory("kg_roles")
def make_roles(nlp: Language, name: str) -> RolePipe:
    """Who does what in an event."""
    return RolePipe(nlp.vocab, name)
