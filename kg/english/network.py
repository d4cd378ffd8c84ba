"""The trained networks, run with NumPy: a bidirectional LSTM over each sentence and what is read from it.

The weights are those of `kg.training.network`, by the same names; sentences are packed, so that no padding is computed.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from kg.english.embedding import Floats

Integers = NDArray[np.intp]


class Encoder:
    """A stack of bidirectional LSTM layers. `weights` holds PyTorch's parameters of an `LSTM` by name."""

    def __init__(self, weights: Mapping[str, Floats]) -> None:
        count = sum(name.startswith("weight_ih") and not name.endswith("_reverse") for name in weights)
        self._layers = [tuple(_Direction(weights, f"_l{i}{side}") for side in ("", "_reverse")) for i in range(count)]

    def encode(self, rows: Floats, lengths: Sequence[int]) -> Floats:
        """What each word of sentences that stand after one another is in its sentence, (words, 2 x hidden)."""
        index, sizes = _pack(lengths)
        packed = rows[index]
        for forward, backward in self._layers:
            packed = np.concatenate([forward.run(packed, sizes, back=False), backward.run(packed, sizes, back=True)], axis=1)
        encoded = np.empty_like(packed)
        encoded[index] = packed
        return encoded


def _pack(lengths: Sequence[int]) -> tuple[Integers, list[int]]:
    """The words in order of their place in the sentence, longest sentence first, and how many stand at each place."""
    measured = np.asarray(lengths)
    starts = np.concatenate([[0], np.cumsum(measured)[:-1]])
    order = np.argsort(-measured, kind="stable")
    sizes = [int((measured > place).sum()) for place in range(int(measured.max(initial=0)))]
    index = [starts[order[:size]] + place for place, size in enumerate(sizes)]
    return (np.concatenate(index) if index else np.zeros(0, dtype=np.intp)), sizes


class _Direction:
    """One direction of a layer.

    The three sigmoid gates are computed as tanh(x / 2) / 2 + 1 / 2, so their halved weights share one tanh with the fourth.
    """

    def __init__(self, weights: Mapping[str, Floats], name: str) -> None:
        inner, outer = weights[f"weight_hh{name}"], weights[f"weight_ih{name}"]
        self.width = inner.shape[1]
        scale = np.full(4 * self.width, 0.5, dtype=np.float32)
        scale[2 * self.width : 3 * self.width] = 1.0
        self.inner = np.ascontiguousarray((inner * scale[:, None]).T)
        self.outer = np.ascontiguousarray((outer * scale[:, None]).T)
        self.bias = (weights[f"bias_ih{name}"] + weights[f"bias_hh{name}"]) * scale

    def run(self, packed: Floats, sizes: Sequence[int], *, back: bool) -> Floats:
        gates = packed @ self.outer
        gates += self.bias
        found = np.empty((len(packed), self.width), dtype=np.float32)
        if not sizes:
            return found
        hidden = np.zeros((sizes[0], self.width), dtype=np.float32)
        cell = np.zeros_like(hidden)
        ends = np.cumsum(sizes)
        for place in reversed(range(len(sizes))) if back else range(len(sizes)):
            size, end = sizes[place], int(ends[place])
            gate = gates[end - size : end]
            gate += hidden[:size] @ self.inner
            self._step(np.tanh(gate, out=gate), cell[:size], hidden[:size])
            found[end - size : end] = hidden[:size]
        return found

    def _step(self, gate: Floats, cell: Floats, hidden: Floats) -> None:
        """Update the cells and hidden rows in place by the gates in, forget, new, out."""
        enter, forget, new, leave = (gate[:, i * self.width : (i + 1) * self.width] for i in range(4))
        cell *= 0.5 * forget + 0.5
        cell += (0.5 * enter + 0.5) * new
        np.multiply(0.5 * leave + 0.5, np.tanh(cell), out=hidden)


def dense(weights: Mapping[str, Floats], name: str, rows: Floats) -> Floats:
    """A linear layer: (words, in) -> (words, out)."""
    found: Floats = rows @ weights[f"{name}.weight"].T
    found += weights[f"{name}.bias"]
    return found


def rectified(weights: Mapping[str, Floats], name: str, rows: Floats) -> Floats:
    """A linear layer whose negative values are cut to zero."""
    found = dense(weights, name, rows)
    return np.maximum(found, 0.0, out=found)


def with_one(rows: Floats) -> Floats:
    """The rows with a constant column, so that a product has a bias."""
    return np.concatenate([rows, np.ones((len(rows), 1), dtype=np.float32)], axis=1)
