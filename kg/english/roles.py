"""Who does what in an event: for each word of a sentence the chance of each role, seen from the word that evokes the event.

The network reads the parser's rows of both words, how the tree joins them, and the slots of the evoking word that the
other stands in (`marks`); so it weighs what rules find and sees what they do not.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import srsly
from spacy.language import Language
from spacy.pipeline import Pipe
from spacy.tokens import Doc, Token
from spacy.vocab import Vocab

from kg.english.embedding import Floats
from kg.english.network import dense, rectified, with_one

FILE = "network"
# The facets of a pair of words, in order; a table of the network holds a row for each known value, row 0 for all others.
FACETS = ("path", "path and preposition", "preposition", "steps", "distance", "word", "evoking word", "slot", "slot and word")
# Distances between words beyond which only the order counts.
_NEAR, _FAR, _FARTHEST = 4, 8, 16
_MOST_STEPS = 7
_APART = "apart"


class RoleScores(NamedTuple):
    """The chances of each role, (words, roles), and those of a date that opens the sentence and is no word of the parse, (roles,)."""

    roles: Mapping[str, int]
    words: Floats
    opening: Floats

    def chance(self, word: int, role: str) -> float:
        """How sure the network is that the word fills the role; 0 for a role that it does not know."""
        return float(self.words[word, self.roles[role]]) if role in self.roles else 0.0

    def opening_chance(self, role: str) -> float:
        """How sure it is of a date that opens the sentence and is left out of the parse."""
        return float(self.opening[self.roles[role]]) if role in self.roles else 0.0


class RolePipe(Pipe):
    """Holds the network; it changes no document, but `score` reads those that the parser has read."""

    def __init__(self, vocab: Vocab, name: str) -> None:
        self.vocab, self.name = vocab, name
        self.settings: dict[str, Any] = {"roles": [], "values": [], "kinds": []}
        self.weights: dict[str, Floats] = {}
        self.kinds: frozenset[str] = frozenset()

    def take(self, settings: Mapping[str, Any], weights: Mapping[str, Floats]) -> None:
        """Take over a trained network."""
        self.settings, self.weights = dict(settings), dict(weights)
        self._values = [{value: i + 1 for i, value in enumerate(known)} for known in settings["values"]]
        self._roles = {role: i for i, role in enumerate(settings["roles"])}
        self.kinds = frozenset(settings["kinds"])

    def __call__(self, doc: Doc) -> Doc:
        return doc

    def score(self, token: Token, kind: str, marks: Mapping[int, str]) -> RoleScores:
        """The chances of each role in the event of this kind that the token evokes; `marks` names the slots that words stand in."""
        doc, weights = token.doc, self.weights
        rows = np.concatenate([weights["root"][None], doc.tensor])
        here = with_one(rectified(weights, "evoking", doc.tensor[token.i][None]))[0]
        there = with_one(rectified(weights, "word", rows))
        scores = there @ np.tensordot(here, weights["pair"], axes=(0, 1)).T
        scores[1:] += self._told(facets(token, kind, marks))
        chances = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        return RoleScores(self._roles, chances[1:], chances[0])

    def _told(self, found: Sequence[Sequence[str]]) -> Floats:
        """What the facets of the pairs say for each role."""
        places = [[known.get(value, 0) for known, value in zip(self._values, values, strict=True)] for values in found]
        columns = np.array(places).T
        parts = [self.weights[f"facets.{i}.weight"][column] for i, column in enumerate(columns)]
        return dense(self.weights, "outer", rectified(self.weights, "inner", np.concatenate(parts, axis=1)))

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:  # noqa: ARG002
        """Settings and weights, these at half precision."""
        halved = {name: array.astype(np.float16) for name, array in self.weights.items()}
        data: bytes = srsly.msgpack_dumps({"settings": self.settings, "weights": halved})
        return data

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> "RolePipe":  # noqa: ARG002
        """Take over what `to_bytes` gave."""
        loaded = srsly.msgpack_loads(data)
        self.take(loaded["settings"], {name: np.asarray(array, dtype=np.float32) for name, array in loaded["weights"].items()})
        return self

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:  # noqa: ARG002
        """Write the folder `path`."""
        Path(path).mkdir(parents=True, exist_ok=True)
        (Path(path) / FILE).write_bytes(self.to_bytes())

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> "RolePipe":  # noqa: ARG002
        """Read the folder `path`."""
        return self.from_bytes((Path(path) / FILE).read_bytes())


def facets(evoking: Token, kind: str, marks: Mapping[int, str]) -> list[tuple[str, ...]]:
    """For each word of the sentence the values of `FACETS`, as seen from the evoking word of an event of this kind."""
    doc = evoking.doc
    prepositions = _prepositions(doc)
    own = f"{kind}/{evoking.lemma_.lower()}/{prepositions.get(evoking.i, '')}"
    above = _above(evoking)
    found = []
    for token in doc:
        path, steps = _path(token, above)
        case, word = prepositions.get(token.i, ""), f"{token.lower_}/{token.tag_}"
        mark = f"{kind}/{marks.get(token.i, '')}"
        found.append(
            (f"{kind}/{path}", f"{path}/{case}", case, str(min(steps, _MOST_STEPS)), _distance(token.i - evoking.i), word, own, mark, f"{mark}/{token.lower_}")
        )
    return found


def _prepositions(doc: Doc) -> dict[int, str]:
    """The preposition or conjunction of each word that has one, the first where it has several."""
    found: dict[int, str] = {}
    for token in doc:
        if token.dep_ in ("case", "mark"):
            found.setdefault(token.head.i, token.lower_)
    return found


def _above(token: Token) -> dict[int, tuple[str, ...]]:
    """The token and all above it, each with the relations on the way up to it."""
    found: dict[int, tuple[str, ...]] = {}
    way: tuple[str, ...] = ()
    while token.i not in found:
        found[token.i] = way
        way = (*way, _relation(token))
        token = token.head
    return found


def _path(token: Token, above: Mapping[int, tuple[str, ...]]) -> tuple[str, int]:
    """The relations up from the evoking word and down to the token, and how many they are."""
    down: list[str] = []
    while token.i not in above:
        down.append(_relation(token))
        if token.head.i == token.i:
            return _APART, _MOST_STEPS
        token = token.head
    up = above[token.i]
    return f"{'^'.join(up)}|{'>'.join(reversed(down))}", len(up) + len(down)


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
