"""Words as tensors, batches of like length, and the loop that fits a network; the same seed gives the same weights on one machine."""

import math
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

import torch
from spacy.vectors import Vectors
from torch import Tensor, nn

from kg.english.embedding import FACETS, vectors_of
from kg.training.network import Encoder

T = TypeVar("T")
Values = Mapping[str, Mapping[str, int]]

# Share of the steps in which the learning rate rises to its height; from there it falls to nothing.
_WARM_UP = 0.05
_MOST_NORM = 1.0
_DECAY = 0.999


class Words(NamedTuple):
    """Sentences as a network takes them: facet ids (sentences, words, facets), vectors (sentences, words, width), lengths."""

    ids: Tensor
    vectors: Tensor
    lengths: Tensor


class Inputs:
    """Forms -> what a network is told of them, each computed once."""

    def __init__(self, values: Values, vectors: Vectors) -> None:
        self.values, self._vectors = values, vectors
        self._places: dict[str, int] = {}
        self._ids = torch.zeros(0, len(FACETS), dtype=torch.long)
        self._rows = torch.zeros(0, vectors.shape[1])

    def learn(self, words: Iterable[str]) -> None:
        """Take up the forms among `words` that are new."""
        new = [word for word in dict.fromkeys(words) if word not in self._places]
        self._places.update((word, len(self._places)) for word in new)
        ids = [[self.values[name].get(facet(word), 0) for name, facet in FACETS.items()] for word in new]
        self._ids = torch.cat([self._ids, torch.tensor(ids, dtype=torch.long).reshape(-1, len(FACETS))])
        self._rows = torch.cat([self._rows, torch.from_numpy(vectors_of(self._vectors, new)).reshape(-1, self._rows.shape[1])])

    def tensors(self, sentences: Sequence[Sequence[str]]) -> Words:
        """The sentences, padded to the longest."""
        self.learn(word for words in sentences for word in words)
        places = padded([[self._places[word] for word in words] for words in sentences], 0)
        return Words(self._ids[places], self._rows[places], torch.tensor([len(words) for words in sentences]))


def padded(rows: Sequence[Sequence[int]], filler: int) -> Tensor:
    """Rows of unlike length as one tensor."""
    longest = max(len(row) for row in rows)
    return torch.tensor([[*row, *[filler] * (longest - len(row))] for row in rows])


def facet_values(words: Iterable[str], least: int) -> dict[str, dict[str, int]]:
    """Facet -> the row of each of its values that occurs at least so often; row 0 is left for all others."""
    forms = Counter(words)
    found = {}
    for name, facet in FACETS.items():
        counts: Counter[str] = Counter()
        for form, count in forms.items():
            counts[facet(form)] += count
        found[name] = {value: i + 1 for i, value in enumerate(sorted(v for v, count in counts.items() if count >= least))}
    return found


def label_values(labels: Iterable[str], least: int = 1) -> dict[str, int]:
    """The number of each label that occurs at least so often."""
    counts = Counter(labels)
    return {label: i for i, label in enumerate(sorted(name for name, count in counts.items() if count >= least))}


def batches(items: Sequence[T], length: Callable[[T], int], most: int, rng: random.Random) -> list[list[T]]:
    """The items in batches of like length, each of at most `most` words with its padding, in random order."""
    found: list[list[T]] = []
    longest = 0
    for item in sorted(items, key=lambda item: length(item) + 3 * rng.random()):
        longest = max(longest, length(item))
        if not found or longest * (len(found[-1]) + 1) > most:
            found.append([])
            longest = length(item)
        found[-1].append(item)
    rng.shuffle(found)
    return found


def fit(
    net: nn.Module,
    epochs: Sequence[Sequence[Sequence[T]]],
    loss: Callable[[Sequence[T]], Tensor],
    rate: float,
    report: Callable[[str], None],
) -> None:
    """Fit the network to the batches of each epoch by Adam; in the end its weights are a running mean over the last steps."""
    optimizer = torch.optim.Adam(net.parameters(), lr=rate, betas=(0.9, 0.95))
    total, step = sum(len(epoch) for epoch in epochs), 0
    mean = {name: value.clone() for name, value in net.state_dict().items()}
    net.train()
    for number, epoch in enumerate(epochs, 1):
        lost = 0.0
        for batch in epoch:
            for group in optimizer.param_groups:
                group["lr"] = rate * _schedule(step / total)
            optimizer.zero_grad()
            value = loss(batch)
            value.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(net.parameters(), _MOST_NORM)
            optimizer.step()
            step, lost = step + 1, lost + value.item()
            _average(mean, net.state_dict(), min(_DECAY, (step + 1) / (step + 10)))
        report(f"epoch {number} of {len(epochs)}: loss {lost / max(1, len(epoch)):.3f}")
    net.load_state_dict(mean)
    net.eval()


def _schedule(done: float) -> float:
    """The share of the highest learning rate, by the share of steps done: a short rise, then half a cosine."""
    return done / _WARM_UP if done < _WARM_UP else 0.5 + 0.5 * math.cos(math.pi * (done - _WARM_UP) / (1 - _WARM_UP))


def _average(mean: dict[str, Tensor], now: Mapping[str, Tensor], decay: float) -> None:
    for name, value in now.items():
        mean[name].mul_(decay).add_(value, alpha=1 - decay)


def make_encoder(inputs: Inputs, width: int, hidden: int, layers: int) -> Encoder:
    """A new encoder for these inputs."""
    return Encoder({name: len(values) + 1 for name, values in inputs.values.items()}, width, hidden, layers)


def all_words(sentences: Iterable[Sequence[str]]) -> Iterator[str]:
    """The words of sentences, one after another."""
    return (word for words in sentences for word in words)
