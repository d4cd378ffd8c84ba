"""Scores of heads -> the best tree with one root, by Chu and Liu (1965) and Edmonds (1967)."""

from typing import cast

import numpy as np

from kg.english.embedding import Floats
from kg.english.network import Integers

# More than any difference of scores: a second root is taken only where no tree has one root.
_SECOND_ROOT = 1e4


def best_tree(scores: Floats) -> Integers:
    """The head of each word, counted from 1, 0 for the root's child; exactly one word has head 0.

    `scores` is (words, 1 + words): of each word, how well the root and each word suit as its head.
    """
    heads = cast(Integers, scores.argmax(axis=1))
    if (heads == 0).sum() == 1 and _find_cycle(np.concatenate([[0], heads])) is None:
        return heads
    square = np.full((len(scores) + 1, len(scores) + 1), -np.inf)
    square[1:] = scores
    square[1:, 0] -= _SECOND_ROOT
    np.fill_diagonal(square, -np.inf)
    return _arborescence(square)[1:]


def _arborescence(scores: Floats) -> Integers:
    """The best heads of all nodes but node 0; `scores[node, head]`."""
    heads = cast(Integers, scores.argmax(axis=1))
    heads[0] = 0
    cycle = _find_cycle(heads)
    if cycle is None:
        return heads
    rest = np.setdiff1d(np.arange(len(scores)), cycle)
    # The cycle becomes one node, the last. What enters it breaks it at one node; what leaves it leaves from its best node.
    entering = scores[np.ix_(cycle, rest)] - scores[cycle, heads[cycle]][:, None]
    leaving = scores[np.ix_(rest, cycle)]
    joined = np.full((len(rest) + 1, len(rest) + 1), -np.inf)
    joined[:-1, :-1] = scores[np.ix_(rest, rest)]
    joined[:-1, -1] = leaving.max(axis=1)
    joined[-1, :-1] = entering.max(axis=0)
    found = _arborescence(joined)
    for place, head in enumerate(found[:-1]):
        heads[rest[place]] = cycle[leaving[place].argmax()] if head == len(rest) else rest[head]
    heads[0] = 0
    heads[cycle[entering[:, found[-1]].argmax()]] = rest[found[-1]]
    return heads


def _find_cycle(heads: Integers) -> Integers | None:
    """The nodes of a cycle among the heads; None where all lead to node 0."""
    seen = np.zeros(len(heads), dtype=np.intp)
    for start in range(1, len(heads)):
        node, mark = start, start + 1
        while node and not seen[node]:
            seen[node] = mark
            node = int(heads[node])
        if node and seen[node] == mark:
            cycle = [node]
            while heads[cycle[-1]] != node:
                cycle.append(int(heads[cycle[-1]]))
            return np.array(sorted(cycle), dtype=np.intp)
    return None
