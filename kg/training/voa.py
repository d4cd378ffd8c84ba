"""The news of the Voice of America in the Groningen Meaning Bank's excerpt -> sentences as printed. The text is in the public domain."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

_FILE = "gmb/ner_dataset.csv"
_GLUED = (
    (re.compile(r" ([.,;:!?%)\]])"), r"\1"),
    (re.compile(r"([(\[$]) "), r"\1"),
    (re.compile(r" ('s|'re|'ve|'ll|'d|'m|n't|')(?=[ .,;:!?]|$)"), r"\1"),
)


def read_voa(treebanks: Path) -> Iterator[tuple[str, str]]:
    """The id ("voa-0" on) and the text of each sentence, in the order of the file."""
    with (treebanks / _FILE).open(encoding="latin-1", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        number, words = -1, list[str]()
        for row in rows:
            if row[0]:
                if words:
                    yield f"voa-{number}", _printed(words)
                number, words = number + 1, []
            words.append(row[1])
        yield f"voa-{number}", _printed(words)


def _printed(words: list[str]) -> str:
    """The words with spaces and quotation marks as in print."""
    text = " ".join(words)
    for pattern, glued in _GLUED:
        text = pattern.sub(glued, text)
    found, opens = "", True
    for sign in text:
        if sign == '"':
            found = f'{found}"' if opens else f'{found.rstrip()}"'
            opens = not opens
        elif sign != " " or opens or not found.endswith('"'):
            found += sign
    return found
