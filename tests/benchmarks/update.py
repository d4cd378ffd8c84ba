"""What it costs to add one article to a store of many claims, against adding it to one that holds the ontology alone.

    python tests/benchmarks/update.py [CLAIMS]      # default 100000

The articles are invented ones with claims (`tests/invented_reports.py`), of a hundred persons in twenty years; extraction, which
costs the same in both cases, is timed apart, on the seeds: the ratio is given for the store alone, and for the article read and put
in. Each of fifty articles is put into both stores in turn, and taken out again. The time to start the program is left out.
"""

import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from invented_reports import LARGE, reports

from kg.flow import extract_all, make_reader
from kg.ids import NK
from kg.ontology import load
from kg.stages.read import read
from kg.store import Store
from kg.update import fill, update

PERSONS, TRIED = 100, 50
SEEDS = Path(__file__).parent.parent.parent / "seeds"


def main(claims: int) -> None:
    """Fill a store, add to it, print."""
    ontology = load()
    people = [iri for iri, entity in ontology.entities.items() if entity.kind == NK + "Person"][:PERSONS]
    world = replace(LARGE, people=people)
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "large") as large, Store(Path(folder) / "small") as small:
        for store in (large, small):
            store.load_ontology(ontology.folder)
        many = list(reports(claims, 1, world))
        start = time.perf_counter()
        fill(large, ontology, many)
        filled = time.perf_counter() - start
        count = sum(len(extract.claims) for extract in many)
        print(f"{count} claims of {len(many)} articles, {len(list(large.events()))} events: filled in {filled:.0f} s")
        later = [x for x in reports(3 * TRIED, 2, world) if x.claims][:TRIED]
        taken = {"small": [], "large": []}
        for extract in later:
            for name, store in (("small", small), ("large", large)):
                start = time.perf_counter()
                change = update(store, ontology, [extract])
                taken[name].append(time.perf_counter() - start)
                update(store, ontology, gone=[extract.article.id])
            assert change.events
        one, other = (statistics.median(taken[name]) * 1000 for name in ("small", "large"))
        print(f"one article: {one:.1f} ms into an empty store, {other:.1f} ms into the large one, median of {len(later)}")
        reading = _reading_time() * 1000
        both = (reading + other) / (reading + one)
        print(f"ratio {other / one:.2f}; with {reading:.0f} ms to read an article, median of the seeds: {both:.2f}")
        print(f"slowest: {max(taken['small']) * 1000:.1f} ms, {max(taken['large']) * 1000:.1f} ms")


def _reading_time() -> float:
    """The seconds to extract what one seed article reports, in a process that has done so before: the median."""
    reader = make_reader()
    taken = []
    for turn in range(2):
        for path in sorted(SEEDS.glob("*.txt")):
            start = time.perf_counter()
            list(extract_all(read([str(path)]), reader))
            taken += [time.perf_counter() - start] * turn
    return statistics.median(taken)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
