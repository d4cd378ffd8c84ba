"""A component that holds one trained network, and how it is stored: settings and weights in one file, the weights at half precision."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np
import srsly
from spacy.pipeline import Pipe
from spacy.vocab import Vocab

from kg.english.embedding import Floats

_FILE = "network"


class StoredNetwork(Pipe):
    """A component with the `settings` of its network, by name, and the arrays of its `weights`."""

    def __init__(self, vocab: Vocab, name: str, settings: dict[str, Any]) -> None:
        self.vocab, self.name, self.settings = vocab, name, settings
        self.weights: dict[str, Floats] = {}

    def take(self, settings: Mapping[str, Any], weights: Mapping[str, Floats]) -> None:
        """Take over a trained network."""
        self.settings, self.weights = dict(settings), dict(weights)

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Settings and weights, these at half precision."""
        halved = {name: array.astype(np.float16) for name, array in self.weights.items()}
        data: bytes = srsly.msgpack_dumps({"settings": self.settings, "weights": halved})
        return data

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> Self:
        """Take over what `to_bytes` gave."""
        loaded = srsly.msgpack_loads(data)
        vectors = self.vocab.vectors
        if vectors.data.dtype == np.float16:  # as a package stores them; spaCy looks up single precision only
            vectors.data = vectors.data.astype(np.float32)
        self.take(loaded["settings"], {name: np.asarray(array, dtype=np.float32) for name, array in loaded["weights"].items()})
        return self

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the folder `path`."""
        Path(path).mkdir(parents=True, exist_ok=True)
        (Path(path) / _FILE).write_bytes(self.to_bytes())

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> Self:
        """Read the folder `path`."""
        return self.from_bytes((Path(path) / _FILE).read_bytes())
