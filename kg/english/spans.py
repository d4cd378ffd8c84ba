"""Tags of words -> spans. Tags are BILOU: B, I and L for the first, inner and last word of a span, U for a single one, O outside."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from kg.english.embedding import Floats

_NEVER = -1e9


def best_tags(scores: Floats, tags: Sequence[str]) -> list[int]:
    """The best sequence of tags that makes whole spans, by Viterbi's algorithm; `scores` is (words, tags)."""
    before, allowed, last = _grammar(tuple(tags))
    best = scores.argmax(axis=1)
    if before[best[0]] == 0 and last[best[-1]] == 0 and not allowed[best[:-1], best[1:]].any():
        return [int(i) for i in best]
    total, back = scores[0] + before, []
    for row in scores[1:]:
        paths = total[:, None] + allowed
        back.append(paths.argmax(axis=0))
        total = paths.max(axis=0) + row
    found = [int((total + last).argmax())]
    for previous in reversed(back):
        found.append(int(previous[found[-1]]))
    return found[::-1]


@lru_cache(maxsize=8)
def _grammar(tags: tuple[str, ...]) -> tuple[Floats, Floats, Floats]:
    """What it costs to begin with a tag, to go from one to the next, and to end with one: nothing, or more than any score."""
    opens = np.array([tag[0] in "BI" for tag in tags])
    starts = np.array([tag[0] in "OBU" for tag in tags])
    same = np.array([[a[2:] == b[2:] for b in tags] for a in tags])
    allowed = np.where(opens[:, None], ~starts[None] & same, starts[None])
    return tuple(np.where(fine, 0.0, _NEVER).astype(np.float32) for fine in (starts, allowed, ~opens))  # type: ignore[return-value]


def decode(tags: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """The spans of well-formed tags as (first word, word after the last, label)."""
    start = 0
    for i, tag in enumerate(tags):
        if tag[0] in "BU":
            start = i
        if tag[0] in "LU":
            yield start, i + 1, tag[2:]


def encode(length: int, spans: Sequence[tuple[int, int, str]]) -> list[str]:
    """The tags of spans that do not overlap, in a sentence of `length` words."""
    tags = ["O"] * length
    for start, end, label in spans:
        tags[start:end] = [f"I-{label}"] * (end - start)
        tags[start], tags[end - 1] = f"B-{label}", f"L-{label}"
        if end - start == 1:
            tags[start] = f"U-{label}"
    return tags
