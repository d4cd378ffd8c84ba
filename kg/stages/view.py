"""A stored text -> the text that the stages read: what a reader never sees is gone from it, and its offsets lead back.

The stored text stays what evidence quotes; a view differs from it by edits, layer upon layer. A text that needs none
is its own view.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from kg.lexicon import Lexicon
from kg.stages.characters import find_broken, find_odd
from kg.stages.edits import Edit
from kg.stages.furniture import find_furniture
from kg.stages.glue import find_glued_names, find_glued_sentences
from kg.stages.wrap import find_quote_marks, find_wrapped


class Edits(NamedTuple):
    """The edits that led from one text to the next, in order and apart, and where each begins in the latter."""

    edits: tuple[Edit, ...]
    starts: tuple[int, ...]

    def start(self, offset: int) -> int:
        """Where what begins at `offset` begins in the text before the edits."""
        at = bisect_right(self.starts, offset) - 1
        if at < 0:
            return offset
        edit, inside = self.edits[at], offset - self.starts[at]
        return edit.start if inside < len(edit.text) else edit.end + inside - len(edit.text)

    def end(self, offset: int) -> int:
        """Where what ends before `offset` ends in the text before the edits; of a replacement only the whole is there."""
        at = bisect_right(self.starts, offset - 1) - 1
        if at < 0:
            return offset
        edit, inside = self.edits[at], offset - self.starts[at]
        return edit.end + max(0, inside - len(edit.text))


@dataclass(frozen=True, slots=True)
class View:
    """The text that the stages read, and the layers of edits that made it of the stored text, the first one first."""

    text: str
    layers: tuple[Edits, ...] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the stored text from which the characters of the view between two offsets come."""
        for layer in reversed(self.layers):
            start, end = (layer.start(start), layer.end(end)) if start < end else (layer.start(start),) * 2
        return start, end

    def edited(self, edits: Iterable[Edit]) -> "View":
        """The view after further edits of its text, which are in order and apart."""
        made = tuple(edits)
        if not made:
            return self
        text, at = [], 0
        for edit in made:
            text += [self.text[at : edit.start], edit.text]
            at = edit.end
        moved = accumulate((len(edit.text) - (edit.end - edit.start) for edit in made), initial=0)
        starts = tuple(edit.start + by for edit, by in zip(made, moved, strict=False))
        return View("".join([*text, self.text[at:]]), (*self.layers, Edits(made, starts)))


def view_characters(text: str, lexicon: Lexicon) -> View:
    """A text with characters as they were meant; its lines and words are as they are stored."""
    return _edited(View(text), (find_broken, find_odd), lexicon)


def make_view(text: str, lexicon: Lexicon) -> View:
    """The view of a text: characters put right, broken lines joined, what is no part of the article left out, glued words parted."""
    steps = (find_quote_marks, find_wrapped, find_furniture, find_glued_sentences, find_glued_names)
    return _edited(view_characters(text, lexicon), steps, lexicon)


def _edited(view: View, steps: Iterable[Callable[[str, Lexicon], Iterable[Edit]]], lexicon: Lexicon) -> View:
    for find in steps:
        view = view.edited(find(view.text, lexicon))
    return view
