"""What writing a network of many edges as GEXF takes in time and memory, beside networkx.write_gexf with the same edges.

    python tests/benchmarks/gexf.py [EDGES]      # default 1000000

The edges are invented: a thousand people, who meet in pairs on days of twenty years, with what edges of `kg.network` carry. They are
made while they are written and written to a file. NetworkX is given the same nodes and edges as a graph, with each lifetime as its
`spells`. Each writer runs in a process of its own; memory is the most that the process held, beside what it held before (for NetworkX
the graph is part of it, and stands in a column of its own).
"""

import datetime as dt
import multiprocessing
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import networkx as nx

from kg.gephi import find_lifetime, write_gexf
from kg.network import Drawing, Tie

PEOPLE, SEED = 1000, 1
MIB = 1024


def main(edges: int) -> None:
    """Write, print."""
    print(f"{edges} edges between {PEOPLE} nodes")
    print("writer       seconds  MB written  MB a second  MiB held  of it a graph")
    found = {name: _apart(write, edges) for name, write in (("kg", write_ours), ("networkx", write_networkx))}
    for name, (seconds, size, held, graph) in found.items():
        print(f"{name:10} {seconds:9.1f} {size / 1e6:11.1f} {size / 1e6 / seconds:12.1f} {held:9.0f} {graph:14.0f}")
    ours, theirs = found["kg"], found["networkx"]
    print(f"networkx takes {theirs[0] / ours[0]:.1f} times as long and {theirs[2] / max(ours[2], 1):.1f} times the memory")


def invent(edges: int) -> Drawing:
    """A network whose edges are made anew each time they are gone through."""
    nodes = {f"https://example.org/person/{n}": {"label": f"Person {n}", "country": f"Country {n % 5}", "events": 1} for n in range(PEOPLE)}
    names = list(nodes)

    def make() -> Iterator[Tie]:
        chance, first = random.Random(SEED), dt.date(2005, 1, 1)
        for number in range(edges):
            one, other = sorted(chance.sample(names, 2))
            day = (first + dt.timedelta(chance.randrange(7300))).isoformat()
            yield one, other, {
                "label": f"Meeting {day}", "event": f"https://example.org/event/{number}", "type": "Meeting", "date": day, "earliest": day,
                "latest": day, "precision": "day", "place": "Pyongyang", "status": "occurred", "reports": 2, "sources": 1,
                "outlets": "KCNA", "role": "participant", "directed": False, "weight": 1,
            }  # fmt: skip

    return Drawing(nodes=nodes, edges=make)


def write_ours(edges: int, path: Path) -> float:
    """The MiB that a graph takes before anything is written: none."""
    with path.open("wb") as stream:
        write_gexf(invent(edges), stream)
    return 0


def write_networkx(edges: int, path: Path) -> float:
    """The MiB that the graph takes before it is written."""
    drawing, before = invent(edges), _held()
    graph = nx.MultiGraph(mode="dynamic")
    graph.add_nodes_from(drawing.nodes.items())
    for number, (one, other, attributes) in enumerate(drawing.edges()):
        spells = [(days.start.isoformat(), days.end.isoformat()) for days in find_lifetime(attributes)]
        # "type" is taken by the format itself.
        graph.add_edge(one, other, number, **{name: value for name, value in attributes.items() if name != "type"}, spells=spells)
    taken = _held() - before
    nx.write_gexf(graph, path, version="1.2draft")
    return taken


def _apart(write: Callable[[int, Path], float], edges: int) -> tuple[float, int, float, float]:
    """Seconds, bytes, MiB held and MiB of the graph, of one writer in a process of its own."""
    results: Any = multiprocessing.get_context("spawn").Queue()
    process = multiprocessing.get_context("spawn").Process(target=_run, args=(write, edges, results))
    process.start()
    found: tuple[float, int, float, float] = results.get()
    process.join()
    return found


def _run(write: Callable[[int, Path], float], edges: int, results: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path, before, start = Path(folder) / "network.gexf", _held(), time.perf_counter()
        graph = write(edges, path)
        results.put((time.perf_counter() - start, path.stat().st_size, _held() - before, graph))


def _held() -> float:
    """The most memory that this process has held so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
