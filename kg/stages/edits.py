"""What the steps of a view find: replacements in a text, in order and apart from each other."""

from typing import NamedTuple


class Edit(NamedTuple):
    """What stands in a text from `start` to `end` (exclusive) is to be `text`."""

    start: int
    end: int
    text: str
