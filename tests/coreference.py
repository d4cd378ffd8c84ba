"""How well clusters of mentions agree with annotated ones: MUC, B-cubed, CEAF-e and their mean, as the CoNLL reference scorer has them.

Pradhan et al., "Scoring coreference partitions of predicted mentions", ACL 2014. Clusters are sets of hashable mentions;
a mention that both sides have is the same value, and one that only one side has counts against the other.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Set
from dataclasses import dataclass

import networkx as nx

Clusters = Collection[Set[Hashable]]


@dataclass(frozen=True)
class Score:
    """Precision and recall, from 0 to 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def muc(key: Clusters, response: Clusters) -> Score:
    """By the links that clusters need."""
    return Score(_links(response, key), _links(key, response))


def _links(clusters: Clusters, others: Clusters) -> float:
    """The share of the links of the clusters that the others keep."""
    home = _homes(others)
    needed = sum(len(cluster) - 1 for cluster in clusters)
    parts = (len({home.get(m, ("alone", m)) for m in cluster}) for cluster in clusters)
    kept = sum(len(cluster) - count for cluster, count in zip(clusters, parts, strict=True))
    return kept / needed if needed else 0.0


def b_cubed(key: Clusters, response: Clusters) -> Score:
    """By the mentions that share a cluster with each mention."""
    return Score(_shared(response, key), _shared(key, response))


def _shared(clusters: Clusters, others: Clusters) -> float:
    home = _homes(others)
    by_number = dict(enumerate(others))
    every = [(cluster, by_number[home[m]] if m in home else frozenset()) for cluster in clusters for m in cluster]
    return sum(len(cluster & other) / len(cluster) for cluster, other in every) / len(every) if every else 0.0


def ceaf_e(key: Clusters, response: Clusters) -> Score:
    """By the best pairing of clusters, each pair by its share of mentions."""
    pairs = nx.Graph()
    for k, one in enumerate(key):
        for r, other in enumerate(response):
            if common := len(one & other):
                pairs.add_edge(("key", k), ("response", r), weight=2 * common / (len(one) + len(other)))
    best = sum(pairs.edges[edge]["weight"] for edge in nx.max_weight_matching(pairs))
    return Score(best / len(response) if response else 0.0, best / len(key) if key else 0.0)


def conll(key: Clusters, response: Clusters) -> float:
    """The mean of the three F1."""
    return (muc(key, response).f1 + b_cubed(key, response).f1 + ceaf_e(key, response).f1) / 3


def _homes(clusters: Iterable[Set[Hashable]]) -> Mapping[Hashable, int]:
    return {mention: number for number, cluster in enumerate(clusters) for mention in cluster}
