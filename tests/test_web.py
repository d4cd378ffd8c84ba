"""Dynamic GEXF in a real browser: graphology and sigma in Chromium show what the events say, on each day (`make test-web`).

Which edges a day has is reckoned from the events' intervals; the file is read by the browser alone.
"""

import datetime as dt
import json
import os
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from invented_reports import LARGE, reports
from lxml import etree

from kg.content import read_content
from kg.dates import ONE_DAY, count_days, is_one_day, make_day, make_days, make_month, make_year
from kg.gephi import PALETTE, write_gexf
from kg.ids import ENTITY, NK
from kg.known import Known
from kg.network import Drawing, draw_people, people_network
from kg.ontology import load
from kg.records import Claim, Event, Extract, Interval
from kg.store import Store
from kg.update import fill

HERE = Path(__file__).parent
PAGE = HERE / "web"
CHROMIUM = Path(os.environ.get("CHROMIUM") or "/usr/bin/chromium")
ONTOLOGY = load()
EVENTS = 200
# What a claim says of its day, in turn.
WIDTHS: tuple[Callable[[dt.date], Interval | None], ...] = (
    make_day,
    make_day,
    lambda day: make_month(day.year, day.month),
    lambda day: make_days(day, day + 3 * ONE_DAY),
    lambda day: make_year(day.year),
    lambda _: None,
)
pytestmark = pytest.mark.web


# --- two hundred events -----------------------------------------------------------------------------


def tell_twice(told: Iterable[Extract]) -> Iterator[Extract]:
    """Each article, with its claims as occurred and on days of every width, and another outlet's that says the same."""
    for number, extract in enumerate(told):
        for copy, publisher in (("", "The Gazette"), ("-again", "The Herald")):
            article = replace(extract.article, id=extract.article.id + copy, text=f"{number} {publisher}")
            source = replace(article.source, publisher=publisher, outlet=None)
            claims = tuple(date(claim, number, article.id, copy) for claim in extract.claims)
            yield replace(extract, article=replace(article, source=source), claims=claims)


def date(claim: Claim, number: int, article: str, copy: str) -> Claim:
    # No day after the 26th: the ends of months are left to events that have a month or a year.
    day = dt.date(2023 + number // 6 % 2, 1 + number // 12 % 12, 1 + number % 23)
    interval = WIDTHS[number % len(WIDTHS)](day)
    return replace(claim, iri=claim.iri + copy, article=article, interval=interval, status="occurred")


def invent_events() -> tuple[list[Event], Known]:
    """Two hundred events that each merge two claims or more, and what they refer to."""
    home = {ENTITY + state for state in ("north-korea", "russia", "china")}
    # Every tenth, so that names, states and offices are mixed.
    people = sorted(e.iri for e in ONTOLOGY.entities.values() if e.kind == NK + "Person" and e.country in home)[::10]
    with Store() as store:
        store.load_ontology(ONTOLOGY.folder)
        fill(store, ONTOLOGY, list(tell_twice(reports(600, 1, replace(LARGE, people=people)))))
        content = read_content(store)
    merged = sorted((event for event in content.events if len(event.claims) > 1), key=lambda event: event.iri)
    return merged[:EVENTS], content.known


# --- what a day should show -------------------------------------------------------------------------


@dataclass(frozen=True)
class World:
    """The network, what its file is written from, the events by IRI, and the days that are asked for."""

    drawing: Drawing
    network: nx.MultiDiGraph
    events: Mapping[str, Event]
    days: Mapping[str, dt.date]

    def edges_on(self, day: dt.date | None) -> set[tuple[str, str, str]]:
        """The edges of events that may be on the day, and of those without a date; all where there is no day."""
        return {edge for edge in self.network.edges(keys=True) if day is None or may_be_on(self.events[edge[2]], day)}

    def nodes_on(self, day: dt.date | None) -> set[str]:
        """Every node is there for its edges."""
        return {end for source, target, _ in self.edges_on(day) for end in (source, target)}


def may_be_on(event: Event, day: dt.date) -> bool:
    return event.interval is None or event.interval.start <= day < event.interval.end


def choose_days(events: Iterable[Event]) -> dict[str, dt.date]:
    """A day with an event of that day, the next without one, days in a month and in a range without one, a day before all."""
    dated = [event.interval for event in events if event.interval]
    exact = sorted({interval.start for interval in dated if is_one_day(interval)})
    months = sorted({interval for interval in dated if interval == make_month(interval.start.year, interval.start.month)})
    ranges = sorted(interval for interval in dated if count_days(interval) == 4)
    in_ranges = [interval.start + 2 * ONE_DAY for interval in ranges]
    in_months = [month.start + n * ONE_DAY for month in months for n in range(count_days(month))]
    return {
        "a day": next(day for day in exact if day + ONE_DAY not in exact),
        "the next": next(day + ONE_DAY for day in exact if day + ONE_DAY not in exact),
        "in a month": next(day for day in in_months if day not in exact),
        "in a range": next(day for day in in_ranges if day not in exact),
        "before all": min(interval.start for interval in dated) - ONE_DAY,
    }


@pytest.fixture(scope="module")
def world() -> World:
    events, known = invent_events()
    network = people_network(events, known)
    joining = {event.iri: event for event in events if event.iri in {iri for *_, iri in network.edges(keys=True)}}
    return World(draw_people(events, known), network, {event.iri: event for event in events}, choose_days(joining.values()))


# --- what the browser shows -------------------------------------------------------------------------


def need(path: Path, remedy: str) -> None:
    """Without it the tests are left out; under `make test-web`, which sets KG_WEB, they fail."""
    if not path.exists():
        stop = pytest.fail if os.environ.get("KG_WEB") == "1" else pytest.skip
        stop(f"no {path.name}: {remedy}")


@pytest.fixture(scope="module")
def file(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gexf") / "graph.gexf"
    with path.open("wb") as stream:
        write_gexf(world.drawing, stream)
    return path


@pytest.fixture(scope="module")
def seen(world: World, file: Path) -> dict[str, Any]:
    """What the driver says, with what is shown by day; "" stands for no day. KG_WEB_SHOTS names a folder that keeps the pictures."""
    need(PAGE / "node_modules", "run make test-web")
    need(CHROMIUM, "install Debian's package chromium, or say where it is in CHROMIUM")
    folder = Path(os.environ.get("KG_WEB_SHOTS") or file.parent)
    folder.mkdir(parents=True, exist_ok=True)
    command = ["node", str(PAGE / "gexf.mjs"), str(file), str(folder.resolve()), *(day.isoformat() for day in world.days.values())]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    return told | {"shown": {each["date"]: each for each in told["shown"]}}


def test_the_events_have_days_months_years_ranges_and_no_date(world: World) -> None:
    found = {count_days(event.interval) if event.interval else 0 for event in world.events.values()}
    assert len(world.events) == EVENTS and found > {0, 1, 4, 30, 31, 365}
    assert all(len(event.claims) > 1 for event in world.events.values())


def test_the_file_is_valid_by_the_official_schema(file: Path) -> None:
    etree.XMLSchema(file=str(HERE / "data" / "gexf-1.3" / "gexf.xsd")).assertValid(etree.parse(file))


def test_graphology_and_networkx_count_the_same(world: World, file: Path, seen: Mapping[str, Any]) -> None:
    read = nx.read_gexf(file, version="1.3")
    counts = {"nodes": world.network.number_of_nodes(), "edges": world.network.number_of_edges()}
    assert seen["all"] == counts == {"nodes": read.number_of_nodes(), "edges": read.number_of_edges()}


@pytest.mark.parametrize("name", ["", "a day", "the next", "in a month", "in a range", "before all"])
def test_a_day_shows_what_may_be_on_it(name: str, world: World, seen: Mapping[str, Any]) -> None:
    day = world.days.get(name)
    shown = seen["shown"][day.isoformat() if day else ""]
    assert sorted(tuple(edge) for edge in shown["edges"]) == sorted(world.edges_on(day))
    assert sorted(shown["nodes"]) == sorted(world.nodes_on(day))


def test_the_days_differ_in_what_they_show(world: World) -> None:
    """Or else a page that shows too much, or too little, would pass."""
    shown = {name: world.edges_on(day) for name, day in world.days.items()}
    widths = {name: {count_days(i) for *_, iri in edges if (i := world.events[iri].interval)} for name, edges in shown.items()}
    assert 1 in widths["a day"] and not {1} & (widths["the next"] | widths["in a month"])
    assert 28 <= max(w for w in widths["in a month"] if w < 365) <= 31
    assert 4 in widths["in a range"] and 1 not in widths["in a range"]
    assert shown["before all"] and not widths["before all"]
    assert shown["before all"] < shown["in a month"] < world.edges_on(None)


def test_the_first_view_is_whole(world: World, seen: Mapping[str, Any]) -> None:
    look = seen["look"]
    assert look["outside"] == [] and look["meeting"] == []
    assert look["largest"] > look["smallest"] > 0
    countries = {country for _, country in world.network.nodes(data="country") if country}
    assert 1 < look["colours"] <= min(len(countries), len(PALETTE)) + 1


def test_the_page_has_no_error_and_asks_no_other_host(seen: Mapping[str, Any]) -> None:
    assert (seen["errors"], seen["outward"]) == ([], [])
