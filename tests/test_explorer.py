"""The explorer in a real browser (`make test-web`): every page over seeds/, in both themes and on a phone, and over two thousand events.

Nothing may go wrong in the console, nothing may be asked of another host, and axe must find nothing severe. KG_WEB_SHOTS names a folder
that keeps the pictures.
"""

import html
import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from invented_reports import LARGE, reports
from serving import serving
from test_web import CHROMIUM, PAGE, need

import kg
from kg.ids import ENTITY, NK
from kg.ontology import load
from kg.store import Store
from kg.update import fill

EVENTS = 2000
pytestmark = pytest.mark.web


@dataclass(frozen=True)
class Seen:
    """What the browser made of the explorer over a graph: the looks by the name of the page, the walks by theirs."""

    looks: Mapping[str, list[dict[str, Any]]]
    walks: Mapping[str, dict[str, Any]]


# --- two graphs -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graph of seeds/."""
    folder = tmp_path_factory.mktemp("seeds") / "out"
    kg.build(str(seeds), folder).close()
    return folder


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two thousand invented events of known people."""
    ontology = load()
    home = {ENTITY + state for state in ("north-korea", "russia", "china")}
    people = sorted(e.iri for e in ontology.entities.values() if e.kind == NK + "Person" and e.country in home)
    folder = tmp_path_factory.mktemp("large")
    with Store(folder / "store") as store:
        store.load_ontology(ontology.folder)
        fill(store, ontology, list(reports(EVENTS + 100, 1, replace(LARGE, people=people))))
        assert sum(1 for _ in store.events()) >= EVENTS
    return folder


# --- what is looked at ----------------------------------------------------------------------------


def plan(address: str, ways: int) -> dict[str, Any]:
    """What to look at, each kind of page of the busiest that the graph has, in how many ways, and what to walk through."""
    with httpx.Client(base_url=address, timeout=60) as client:
        events = client.get("/api/events?from=2019&size=500").json()["events"]
        sources = client.get("/sources").text
    event = max(events, key=lambda event: (event["reports"], event["event"]))
    one, other = next(
        (e["participants"][0]["id"], e["participants"][1]["id"]) for e in events if e["type"] == "Meeting" and len(e["participants"]) > 1
    )
    one, other = one.rpartition("/")[2], other.rpartition("/")[2]
    (source, *_) = re.findall('href="(/source[?][^"]*)"', sources)
    chart, network = ".chart svg rect", ".network .canvas canvas"
    pages = [
        ("timeline", "/", chart),
        ("timeline-narrowed", f"/?who={one}&status=all", chart),
        ("timeline-refused", "/?who=nobody+of+that+name", ""),
        ("event", f"/event/{event['event'].rpartition('/')[2]}", ""),
        ("entity", f"/entity/{one}", ""),
        ("place", "/entity/pyongyang", ""),
        ("pair", f"/pair/{one}/{other}", ""),
        ("offices", "/offices", ""),
        ("office", "/office/russian-foreign-minister", ""),
        ("sources", "/sources", ""),
        ("source", html.unescape(source), ""),
        ("search", "/search?q=Kim", ""),
        ("ask", "/ask", ""),
        ("question", f"/ask/first_last?who={one}&whom={other}", ""),
        ("network", "/network", network),
        ("network-around", f"/network?kind=ego&of={one}", network),
        ("network-of-events", f"/network?kind=bipartite&of={one}", network),
        ("sparql", "/sparql", ".yasqe .CodeMirror"),
        ("api", "/api", ""),
        ("missing", "/nowhere", ""),
    ]
    looks = [{"name": name, "path": path, "ready": ready} for name, path, ready in pages]
    return {"looks": looks, "ways": ways, "walks": [find_somebody(one), *WALKS]}


def find_somebody(one: str) -> dict[str, Any]:
    """From the timeline over a filter and an event to a person, and all the way back."""
    steps = [
        {"open": "/"},
        {"fill": "#filter [name=who]", "with": one},
        {"fill": "#filter [name=from]", "with": "2019"},
        {"click": "#filter button:not([type])"},
        {"wait": ".line"},
        {"read": "location.search"},
        {"click": ".line .what a.type"},
        {"read": "document.querySelectorAll('.claim mark').length"},
        {"click": "h1 a"},
        {"read": "document.querySelector('h1').textContent.trim()"},
        {"back": True},
        {"back": True},
        {"wait": ".line"},
        {"read": "document.querySelector('#filter [name=who]').value"},
    ]
    return {"name": "from the timeline to a person and back", "steps": steps}


# What the chart tells of itself, a while after it was last moved.
TOLD = "new Promise((done) => setTimeout(() => done(document.querySelector('.chart .told').textContent), 1500))"
# The first line of the table that a page offers as CSV.
DOWNLOADED = """
fetch([...document.querySelectorAll("main a")].find((link) => link.href.includes("format=csv")).href)
  .then((reply) => reply.text()).then((text) => text.split("\\n")[0])
"""

WALKS: list[dict[str, Any]] = [
    {
        "name": "the chart, by keys",
        "steps": [
            {"open": "/?status=all"},
            {"wait": ".chart svg rect"},
            {"read": TOLD},
            *[{"press": "+", "on": ".chart .view"}] * 6,
            {"wait": ".chart button:not([hidden]) >> text=Show these days"},
            {"read": TOLD},
            {"click": ".chart button >> text=Show these days"},
            {"wait": ".line"},
            {"read": "Boolean(document.querySelector('#filter [name=from]').value && document.querySelector('#filter [name=to]').value)"},
            {"press": "0", "on": ".chart .view"},
        ],
    },
    {
        "name": "the form without a mouse",
        "steps": [
            {"open": "/"},
            {"press": "Tab", "on": "body"},
            {"read": "document.activeElement.className"},
            {"press": "Enter", "on": ":focus"},
            {"read": "document.activeElement.id"},
            {"fill": "#filter [name=whom]", "with": "kim jong-un"},
            {"press": "Enter", "on": "#filter [name=whom]"},
            {"wait": ".lead"},
            {"read": "location.search.includes('whom=kim')"},
        ],
    },
    {
        "name": "a search that is sure leads to the page",
        "steps": [
            {"open": "/"},
            {"fill": ".find input", "with": "Владимир Путин"},
            {"press": "Enter", "on": ".find input"},
            {"wait": "h1"},
            {"read": "location.pathname"},
        ],
    },
    {
        "name": "a question asked and downloaded",
        "steps": [
            {"open": "/ask/pairs"},
            {"click": "main form button"},
            {"wait": "main table"},
            {"read": "document.querySelectorAll('main tbody tr').length"},
            {"read": DOWNLOADED},
        ],
    },
    {
        "name": "a query in the editor",
        "steps": [
            {"open": "/sparql#query=SELECT%20(COUNT(*)%20AS%20%3Fn)%20%7B%20%3Fe%20a%20nk%3AEvent%20%7D"},
            {"wait": ".yasqe .CodeMirror"},
            {"click": ".yasqe_queryButton"},
            {"wait": ".yasr table td"},
            {"read": "document.querySelector('.yasr table').innerText"},
        ],
    },
]  # fmt: skip


# Of the large one a page is looked at in one way: its colours and widths are those of the small one.
@pytest.fixture(scope="module", params=[("small", 3), ("large", 1)], ids=["small", "large"])
def seen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    need(PAGE / "node_modules", "run make test-web")
    need(CHROMIUM, "install Debian's package chromium, or say where it is in CHROMIUM")
    graph, ways = request.param
    folder = Path(os.environ.get("KG_WEB_SHOTS") or tmp_path_factory.mktemp("shots")).resolve() / graph
    folder.mkdir(parents=True, exist_ok=True)
    with serving(request.getfixturevalue(graph)) as server:
        command = ["node", str(PAGE / "explorer.mjs"), server.address, str(folder)]
        told = json.dumps(plan(server.address, ways))
        run = subprocess.run(command, input=told, capture_output=True, text=True, timeout=400, check=False)
        assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    yield Seen({one["name"]: one["seen"] for one in found["looks"]}, {one["name"]: one for one in found["walks"]})


# --- what is seen ---------------------------------------------------------------------------------


def test_every_page_opens(seen: Seen) -> None:
    expected = {"timeline-refused": 400, "missing": 404}
    found = {name: {look["status"] for look in looks} for name, looks in seen.looks.items()}
    assert found == {name: {expected.get(name, 200)} for name in found} and len(found) == 20


def test_nothing_goes_wrong_in_the_console(seen: Seen) -> None:
    # The browser itself notes the status of a page that is refused.
    pages = {name: [e for look in looks for e in look["errors"] if "status of 40" not in e] for name, looks in seen.looks.items()}
    walks = {name: walk["errors"] for name, walk in seen.walks.items()}
    assert {name: errors for name, errors in (pages | walks).items() if errors} == {}


def test_nothing_is_asked_of_another_host(seen: Seen) -> None:
    pages = [url for looks in seen.looks.values() for look in looks for url in look["outward"]]
    assert pages + [url for walk in seen.walks.values() for url in walk["outward"]] == []


def test_axe_finds_nothing_severe(seen: Seen) -> None:
    found = {(name, look["look"]): look["violations"] for name, looks in seen.looks.items() for look in looks}
    assert {page: violations for page, violations in found.items() if violations} == {}


def test_no_page_is_wider_than_its_window(seen: Seen) -> None:
    assert {(name, look["look"]) for name, looks in seen.looks.items() for look in looks if look["wider"] > 0} == set()


def test_filters_are_in_the_address_and_back_leads_back(seen: Seen) -> None:
    search, marks, name, given = seen.walks["from the timeline to a person and back"]["read"]
    assert f"who={given}&" in search and "from=2019" in search
    assert marks > 0 and name and given


def test_the_chart_zooms_by_keys_and_offers_its_days(seen: Seen) -> None:
    before, after, given = seen.walks["the chart, by keys"]["read"]
    assert before != after and "event" in after and given is True


def test_the_keyboard_reaches_content_and_form(seen: Seen) -> None:
    assert seen.walks["the form without a mouse"]["read"] == ["skip", "main", True]


def test_a_name_in_another_script_leads_to_its_page(seen: Seen) -> None:
    assert seen.walks["a search that is sure leads to the page"]["read"] == ["/entity/vladimir-putin"]


def test_a_question_is_answered_and_its_table_comes_as_csv(seen: Seen) -> None:
    rows, heading = seen.walks["a question asked and downloaded"]["read"]
    assert rows > 0 and heading.startswith("one,one_label,other,other_label")


def test_the_editor_answers(seen: Seen) -> None:
    (shown,) = seen.walks["a query in the editor"]["read"]
    assert any(line.strip().strip('"').isdigit() or '"' in line for line in shown.splitlines())
