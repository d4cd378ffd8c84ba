"""How long the named questions take on a graph of ten thousand events, beside the same SPARQL put to the engines alone.

    python tests/benchmarks/questions.py [EVENTS]      # default 10000

The events are invented (`tests/invented_reports.py`), of two hundred people who hold or held offices, in six years. Each question is asked
with values that a user would give, of the store on disk, as `kg.questions.run` asks it; `engine` is pyoxigraph with the same text, to the
last row; both times are medians, the first answer of each, which reads the disk, left out. Where a quarter was asked for, `all` are the
rows and the time of the same question of all years. rdflib's own in-memory store answers the same
texts over a graph of a few hundred events, once each, beside the first answer of pyoxigraph in memory; after five seconds it is given up.
"""

import datetime as dt
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import pyoxigraph as ox
import rdflib
from invented_reports import LARGE, Invented, reports

from kg.ids import ENTITY, NK
from kg.ontology import Ontology, load
from kg.questions import Listed, bind, catalogue, run
from kg.store import Store
from kg.terms import PREFIXES
from kg.update import fill

PERSONS, FEW, REPEATS, PATIENCE = 200, 300, 5, 5
STATES = ("north-korea", "russia", "china")


def main(events: int) -> None:
    """Fill stores, ask each question, print."""
    ontology = load()
    world = replace(LARGE, people=_people(ontology), agreements=sorted(ontology.agreements), years=range(2020, 2026))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store"
        with Store(path) as filled:
            _fill(filled, ontology, world, events)
        with Store(path, read_only=True) as store:
            print("question           rows       ms   engine  ratio  all rows  all ms")
            for name in _names():
                values = _values(store, name)
                text = bind(catalogue()[name], values)
                rows = len(run(store, name, **values).rows)
                mine, engine = _both(lambda: run(store, name, **values), lambda: list(_asked(store.inner, text)))  # noqa: B023
                always = _always(store, name, values) if "start" in values else ""
                print(f"{name:16} {rows:6} {mine:8.1f} {engine:8.1f} {mine / engine:6.2f} {always}".rstrip())
    # Afterwards: the collector would search rdflib's millions of objects while answers are timed, and forking makes memory slow.
    with Store() as small:
        _fill(small, ontology, world, FEW)
        dataset = _dataset(small)
        print("\nquestion         rdflib ms  times ours")
        for name in _names():
            theirs, ours = _small(small, dataset, bind(catalogue()[name], _values(small, name)))
            print(f"{name:16} {theirs:>9} {ours:>11}")


def _fill(store: Store, ontology: Ontology, world: Invented, count: int) -> None:
    store.load_ontology(ontology.folder)
    fill(store, ontology, list(reports(count, 1, world)))
    print(f"{len(list(store.events()))} events, {len(store.inner)} quads")


def _names() -> list[str]:
    return [name for name, question in catalogue().items() if not question.inner]


def _always(store: Store, name: str, values: dict[str, Any]) -> str:
    """Rows and milliseconds of the same question of all years."""
    ever = {key: value for key, value in values.items() if key not in ("start", "end")}
    (taken,) = _both(lambda: run(store, name, **ever))
    return f"{len(run(store, name, **ever).rows):9} {taken:7.1f}"


def _people(ontology: Ontology) -> list[str]:
    """People of three states by the number of their offices, the most first."""
    home = {ENTITY + state for state in STATES}
    people = [e.iri for e in ontology.entities.values() if e.kind == NK + "Person" and e.country in home]
    return sorted(people, key=lambda iri: (-len(ontology.tenures_of(iri)), iri))[:PERSONS]


def _values(store: Store, name: str) -> dict[str, Any]:
    """What a user might give: one event, two people, two countries, a quarter."""
    kind = "nk:Visit" if name in ("parts", "signed") else "nk:Signing" if name == "led_up_to" else "nk:Meeting"
    event = store.sparql(f"SELECT ?e {{ GRAPH graph:events {{ ?e sem:eventType {kind} ; nk:earliest ?d }} }} ORDER BY ?e LIMIT 1").rows[0]
    met = "?e sem:eventType nk:Meeting ; nk:status nk:occurred ; nk:earliest ?d ; sem:hasActor ?a , ?b FILTER(?a != ?b)"
    two = store.sparql(f"SELECT ?a ?b {{ GRAPH graph:events {{ {met} }} }} ORDER BY ?e ?a LIMIT 1").rows[0]
    given: dict[str, Any] = {
        "event": str(event[0]), "who": str(two[0]), "whom": str(two[1]),
        "country": ENTITY + "north-korea", "other": ENTITY + "russia", "place": ENTITY + "pyongyang", "rank": 3, "days": 60,
        "start": "2024-01-01", "end": "2024-03-31", "on": "2024-05-09", "since": "2022-01-01", "before": "2023-01-01",
        "agreement": ENTITY + "treaty-on-comprehensive-strategic-partnership", "office": ENTITY + "russian-foreign-minister",
        "outlet": ENTITY + "kcna",
    }  # fmt: skip
    if name == "between_offices":
        given["other"] = ENTITY + "north-korean-foreign-minister"
    if name == "reported_by_one":
        given["other"] = ENTITY + "tass"
    if name == "compared":
        day = dt.date(2024, 1, 5)
        given["listed"] = [Listed(line=n, date="2024", first=day, last=day, who=given["who"], whom=given["whom"]) for n in range(1, 20)]
    named = catalogue()[name]
    known = {p.name for p in named.params}
    wanted = {p.name for p in named.params if not p.optional} or (known & ({"who"} if "who" in known else {"start", "end"}))
    if name in ("cameo", "network", "third_party", "exchanges", "visits_by_rank"):
        wanted |= {"start", "end"}
    if name == "who":
        wanted = {"office"}
    # As `kg ask` does.
    if "status" in known:
        given["status"] = "occurred"
        wanted |= {"status"}
    return {key: value for key, value in given.items() if key in wanted}


def _asked(store: ox.Store, text: str) -> Any:
    return store.query(text, prefixes=dict(PREFIXES), use_default_graph_as_union=True)


def _both(*ways: Callable[[], object]) -> list[float]:
    """The milliseconds of each way to an answer, in turn: medians."""
    taken: list[list[float]] = [[] for _ in ways]
    for _ in range(REPEATS + 1):
        for way, times in zip(ways, taken, strict=True):
            start = time.perf_counter()
            way()
            times.append((time.perf_counter() - start) * 1000)
    return [statistics.median(times[1:]) for times in taken]


def _dataset(store: Store) -> rdflib.Dataset:
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(data=store.inner.dump(format=ox.RdfFormat.N_QUADS).decode(), format="nquads")
    return dataset


def _small(store: Store, dataset: rdflib.Dataset, text: str) -> tuple[str, str]:
    """What rdflib takes, and how many times what pyoxigraph takes, over the small graph."""
    start = time.perf_counter()
    list(_asked(store.inner, text))
    mine = (time.perf_counter() - start) * 1000
    results = multiprocessing.get_context("fork").Queue()
    process = multiprocessing.get_context("fork").Process(target=_ask_rdflib, args=(dataset, text, results))
    process.start()
    process.join(PATIENCE)
    if process.is_alive():
        process.kill()
        process.join()
        return f">{PATIENCE * 1000}", f">{PATIENCE * 1000 / mine:.0f}"
    taken = results.get() if process.exitcode == 0 else None
    return ("failed", "") if taken is None else (f"{taken:.0f}", f"{taken / mine:.0f}")


def _ask_rdflib(dataset: rdflib.Dataset, text: str, results: Any) -> None:
    start = time.perf_counter()
    list(dataset.query(text, initNs=dict(PREFIXES)))
    results.put((time.perf_counter() - start) * 1000)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
