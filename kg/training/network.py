"""The networks as PyTorch modules; `kg.english.network` runs their weights without PyTorch.

The parser is the deep biaffine one of Dozat and Manning (2017), "Deep Biaffine Attention for Neural Dependency
Parsing", with tagging heads on the same BiLSTM; names and sentence borders are read off a BiLSTM each.
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from kg.english.embedding import FACETS

# Columns of the table of each facet.
WIDTHS = {"form": 64, "prefix": 16, "suffix": 32, "suffix4": 32, "shape": 24}
# Share of values that are dropped in training. More (0.33) left networks of this size short of what they could learn.
DROPOUT = 0.15
# How often a facet of a word is hidden in training: the form more often than the rest.
_HIDDEN = [0.15, 0.05, 0.05, 0.05, 0.05]


class Encoder(nn.Module):
    """Word ids and vectors, (sentences, words, …) -> one row per word that knows its sentence, (sentences, words, 2 x hidden)."""

    def __init__(self, sizes: Mapping[str, int], vector_width: int, hidden: int, layers: int) -> None:
        super().__init__()
        self.tables = nn.ModuleDict({name: nn.Embedding(sizes[name], WIDTHS[name]) for name in FACETS})
        for table in self.tables.values():
            nn.init.normal_(table.weight, std=0.3)
        width = vector_width + sum(WIDTHS.values())
        self.lstm = nn.LSTM(width, hidden, layers, batch_first=True, bidirectional=True, dropout=DROPOUT if layers > 1 else 0.0)
        self.drop = nn.Dropout(DROPOUT)
        self.width = 2 * hidden
        self._hides = True

    def set_dropout(self, share: float, *, hide: bool) -> float:
        """Drop this share of values in training, and hide facets of words or not; returns the share before."""
        before, self.drop.p = self.drop.p, share
        self.lstm.dropout, self._hides = share if self.lstm.num_layers > 1 else 0.0, hide
        return before

    def forward(self, ids: Tensor, vectors: Tensor, lengths: Tensor) -> Tensor:
        if self.training and self._hides:
            # Whole facets of a word are hidden at times, as they are for words never seen.
            ids = ids * (torch.rand(ids.shape) > ids.new_tensor(_HIDDEN, dtype=torch.float)).long()
            vectors = vectors * (torch.rand(*vectors.shape[:2], 1) > _HIDDEN[-1])
        parts = [vectors] + [table(ids[..., i]) for i, table in enumerate(self.tables.values())]
        packed = pack_padded_sequence(self.drop(torch.cat(parts, dim=-1)), lengths, batch_first=True, enforce_sorted=False)
        encoded, _ = pad_packed_sequence(self.lstm(packed)[0], batch_first=True, total_length=ids.shape[1])
        return self.drop(encoded)


class Tagger(nn.Module):
    """Scores of the labels of each word, for each layer of labels by name."""

    def __init__(self, encoder: Encoder, labels: Mapping[str, int]) -> None:
        super().__init__()
        self.encoder = encoder
        self.heads = nn.ModuleDict({name: nn.Linear(encoder.width, size) for name, size in labels.items()})

    def forward(self, ids: Tensor, vectors: Tensor, lengths: Tensor) -> dict[str, Tensor]:
        return self.read(self.encoder(ids, vectors, lengths))

    def read(self, encoded: Tensor) -> dict[str, Tensor]:
        return {name: head(encoded) for name, head in self.heads.items()}


class Parser(Tagger):
    """A tagger that also scores heads, (sentences, words, 1 + words) with the root first, and the relation to a given head."""

    def __init__(self, encoder: Encoder, labels: Mapping[str, int], relations: int, arc: int, rel: int) -> None:
        super().__init__(encoder, labels)
        self.root = nn.Parameter(torch.randn(encoder.width) * 0.1)
        self.arc_below, self.arc_above = (nn.Linear(encoder.width, arc) for _ in range(2))
        self.rel_below, self.rel_above = (nn.Linear(encoder.width, rel) for _ in range(2))
        self.arc = nn.Parameter(nn.init.xavier_uniform_(torch.empty(arc + 1, arc)))
        self.rel = nn.Parameter(torch.randn(rel + 1, relations * (rel + 1)) * 0.02)
        self.relations = relations
        self.drop = nn.Dropout(DROPOUT)

    def arcs(self, encoded: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Scores of heads, and what the relations are read from: below, above."""
        root = self.root.expand(encoded.shape[0], 1, -1)
        above = torch.cat([root, encoded], dim=1)
        low, high = self._mlp(self.arc_below, encoded), self._mlp(self.arc_above, above)
        scores = _with_one(low) @ self.arc @ high.transpose(1, 2)
        return scores, self._mlp(self.rel_below, encoded), self._mlp(self.rel_above, above)

    def relate(self, below: Tensor, above: Tensor, heads: Tensor) -> Tensor:
        """Scores of relations to the heads given, counted with the root as 0."""
        chosen = above.gather(1, heads.unsqueeze(-1).expand(-1, -1, above.shape[-1]))
        inner = (_with_one(below) @ self.rel).unflatten(-1, (self.relations, -1))
        return (inner @ _with_one(chosen).unsqueeze(-1)).squeeze(-1)

    def _mlp(self, layer: nn.Linear, x: Tensor) -> Tensor:
        return self.drop(torch.relu(layer(x)))


def _with_one(x: Tensor) -> Tensor:
    return torch.cat([x, x.new_ones(*x.shape[:-1], 1)], dim=-1)
