"""`python -m kg.training.frequent DATA FILE`: how often in a million words of news each word stands with a capital, and how often without.

It is counted in DATA/corpus/: statements of the White House (public domain) and Wikipedia's current events (CC BY-SA 4.0). The keys
are those of `kg.text`. By them a watch list chooses words that few texts hold.
"""

import gzip
import json
import re
from collections import Counter
from pathlib import Path

import click

from kg.text import name_key, romanised

CORPORA = ("white-house", "current-events")
_WORD = re.compile(r"[^\W\d_]+")
_MILLION, _LEAST = 1_000_000, 5


@click.command()
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
def main(data: Path, out: Path) -> None:
    """Count the words of DATA into the file OUT."""
    counts: Counter[str] = Counter()
    for name in CORPORA:
        with gzip.open(data / "corpus" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                counts.update(_WORD.findall(json.loads(line)["text"]))
    total = sum(counts.values())
    capital: Counter[str] = Counter()
    small: Counter[str] = Counter()
    for word, count in counts.items():
        (capital if word[0].isupper() else small).update({romanised(key): count for key in name_key(word).split()})
    rates = ((key, round(capital[key] * _MILLION / total), round(small[key] * _MILLION / total)) for key in {*capital, *small})
    rows = sorted((row for row in rates if max(row[1], row[2]) >= _LEAST), key=lambda row: (-row[1], -row[2], row[0]))
    out.write_text("".join(f"{key}\t{one}\t{other}\n" for key, one, other in rows), encoding="utf-8")


if __name__ == "__main__":
    main()
