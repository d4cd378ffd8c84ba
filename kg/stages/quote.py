"""Offsets -> Evidence: the exact text, with the words around it by which a reader sees where it stands."""

from kg.records import Evidence

# Characters on either side, as the W3C Web Annotation model has them in a TextQuoteSelector: a sentence or two.
AROUND = 240


def make_evidence(text: str, start: int, end: int) -> Evidence:
    """The text from `start` to `end` (exclusive) as evidence, with whole words of at most `AROUND` characters before and after it."""
    before, after = text[max(start - AROUND, 0) : start], text[end : end + AROUND]
    if start > AROUND:
        before = before[_first_break(before) :]
    if end + AROUND < len(text):
        after = after[: len(after) - _first_break(after[::-1])]
    return Evidence(start=start, end=end, quote=text[start:end], prefix=before, suffix=after)


def _first_break(text: str) -> int:
    """Where the first whole word may begin: behind the first white space, else at the start."""
    return next((n + 1 for n, character in enumerate(text) if character.isspace()), 0)
