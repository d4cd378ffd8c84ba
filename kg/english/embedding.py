"""Words -> rows of numbers: what a network is told of each word, computed once for each form.

A row is the word's vector (floret, so unseen words have one too) beside learned ones for its lower-case form,
its first and last letters and its shape.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from spacy.lang.lex_attrs import word_shape
from spacy.vectors import Vectors

Floats = NDArray[np.float32]

# What is known of a word, by name; a table of the network holds a row for each value, row 0 for all others.
FACETS: Mapping[str, Callable[[str], str]] = {
    "form": str.lower,
    "prefix": lambda word: word[:3],
    "suffix": lambda word: word[-3:].lower(),
    "suffix4": lambda word: word[-4:].lower(),
    "shape": word_shape,
}
# Forms kept in memory, about 1 KB each: far more than an article has.
_MOST_FORMS = 30_000


class Embedding:
    """The input rows of one network: `values` tells, by facet, the row of each value in `tables`."""

    def __init__(self, vectors: Vectors, values: Mapping[str, Mapping[str, int]], tables: Mapping[str, Floats]) -> None:
        self._vectors, self._values, self._tables = vectors, values, tables
        self.width = vectors.shape[1] + sum(tables[name].shape[1] for name in FACETS)
        self._forget()

    def _forget(self) -> None:
        self._known: dict[str, int] = {}
        self._rows = np.zeros((1024, self.width), dtype=np.float32)

    def rows(self, words: Sequence[str]) -> Floats:
        """An array of one row for each word, of shape (words, `width`)."""
        if len(self._known) > _MOST_FORMS:
            self._forget()
        new = [word for word in dict.fromkeys(words) if word not in self._known]
        if new:
            self._learn(new)
        known = self._known
        return self._rows[[known[word] for word in words]]

    def _learn(self, words: Sequence[str]) -> None:
        start = len(self._known)
        while start + len(words) > len(self._rows):
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
        parts = [vectors_of(self._vectors, words)]
        for name, facet in FACETS.items():
            values, table = self._values[name], self._tables[name]
            parts.append(table[[values.get(facet(word), 0) for word in words]])
        self._rows[start : start + len(words)] = np.concatenate(parts, axis=1)
        self._known.update((word, start + i) for i, word in enumerate(words))


def vectors_of(vectors: Vectors, words: Sequence[str]) -> Floats:
    """The vectors of words, by their lower-case forms, of shape (words, vector width)."""
    found: Floats = np.asarray(vectors.get_batch([word.lower() for word in words]), dtype=np.float32)
    return found
