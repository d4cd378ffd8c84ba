"""Word vectors from raw text, by floret: a table of hashed pieces of words, so that every word has a vector."""

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import floret
import numpy as np
from spacy.strings import StringStore
from spacy.vectors import Vectors

WIDTH = 96
_ROWS = 50_000
_SHORTEST, _LONGEST = 3, 5
_HASHES = 2
# A narrow window tells words of one syntax apart, a wide one words of one topic.
_WINDOW = 3
_EPOCHS = 4
# So that the values of a vector are about as large as those of the tables that are learnt.
_SCALE = 3.0


def train_vectors(sentences: Iterable[Sequence[str]], strings: StringStore) -> Vectors:
    """Vectors of lower-case forms; one thread, so that the same text gives the same vectors."""
    with tempfile.TemporaryDirectory() as folder:
        text, table = Path(folder) / "text", Path(folder) / "table"
        with text.open("w", encoding="utf-8") as file:
            file.writelines(" ".join(words).lower() + "\n" for words in sentences)
        model = floret.train_unsupervised(
            str(text), model="skipgram", mode="floret", hashCount=_HASHES, bucket=_ROWS, minn=_SHORTEST, maxn=_LONGEST,
            minCount=5, dim=WIDTH, ws=_WINDOW, epoch=_EPOCHS, neg=5, lr=0.05, thread=1, verbose=0,
        )  # fmt: skip
        model.save_floret_vectors(str(table))
        return _read(table, strings)


def _read(table: Path, strings: StringStore) -> Vectors:
    with table.open(encoding="utf-8") as file:
        head = file.readline().split()
        rows = np.loadtxt(file, dtype=np.float32, usecols=range(1, WIDTH + 1), comments=None)
    return Vectors(
        strings=strings, data=rows * _SCALE, mode="floret", minn=_SHORTEST, maxn=_LONGEST, hash_count=_HASHES,
        hash_seed=int(head[5]), bow=head[6], eow=head[7],
    )  # fmt: skip
