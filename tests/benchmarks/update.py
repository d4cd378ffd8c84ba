"""What it costs to add one article to a store of many claims, against adding it to one that holds the ontology alone.

    python tests/benchmarks/update.py [CLAIMS]      # default 100000

The articles are invented ones with claims (`tests/invented_reports.py`), of a hundred persons in twenty years; extraction, which
costs the same in both cases, is left out, so that the ratio is that of the store alone. Each of fifty articles is put into both
stores in turn, and taken out of the large one again. The time to start the program, which both cases share, is left out too.
"""

import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from invented_reports import LARGE, reports

from kg.ids import NK
from kg.ontology import load
from kg.store import Store
from kg.update import fill, update

PERSONS, TRIED = 100, 50


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
        print(f"ratio {other / one:.2f}")
        print(f"slowest: {max(taken['small']) * 1000:.1f} ms, {max(taken['large']) * 1000:.1f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
