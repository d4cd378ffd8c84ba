"""Near-identical texts: a sketch of each text goes in, whether one is a copy of the other comes out; pure functions.

A sketch holds the smallest hashes of the runs of five words in a text (a bottom-k sketch: Broder, "On the resemblance
and containment of documents", 1997). Two sketches tell what share of the runs of both texts is in both, without the texts.
"""

import hashlib
from collections.abc import Sequence

from kg.text import words

# Words in a run, hashes in a sketch (a standard error of 0.06 at a resemblance of 0.4), bytes of a hash.
_RUN = 5
_SIZE = 64
_BYTES = 5
# From this share on one text is a copy of the other, cut or with another head; reports that quote one statement stay below.
_COPIED = 0.4


def sketch(text: str) -> tuple[int, ...]:
    """The smallest hashes of the text's runs of words, ascending; () for a text without a word."""
    keys = [word.key for word in words(text)]
    runs = {" ".join(keys[at : at + _RUN]) for at in range(max(1, len(keys) - _RUN + 1))} if keys else set()
    return tuple(sorted(map(_hash, runs))[:_SIZE])


def _hash(run: str) -> int:
    return int.from_bytes(hashlib.blake2b(run.encode("utf-8", "replace"), digest_size=_BYTES).digest())


def resemblance(one: Sequence[int], other: Sequence[int]) -> float:
    """The share of runs in both texts among those in either, from 0 to 1, as the sketches estimate it."""
    both, least = set(one) & set(other), sorted({*one, *other})[:_SIZE]
    return sum(number in both for number in least) / len(least) if least else 0.0


def is_copy(one: Sequence[int], other: Sequence[int]) -> bool:
    """Whether the texts of two sketches are one text, perhaps cut or with a few words changed."""
    return resemblance(one, other) >= _COPIED


def to_hex(numbers: Sequence[int]) -> str:
    """A sketch as text: ten hexadecimal digits for each hash."""
    return "".join(f"{number:0{2 * _BYTES}x}" for number in numbers)


def from_hex(text: str) -> tuple[int, ...]:
    """The sketch that `to_hex` wrote."""
    width = 2 * _BYTES
    return tuple(int(text[at : at + width], 16) for at in range(0, len(text), width))
