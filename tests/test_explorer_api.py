"""The JSON API: its answers are what its OpenAPI description promises, name what `kg show` names, and survive hostile values."""

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from invented_reports import LARGE, reports
from jsonschema import Draft202012Validator, FormatChecker
from lxml import html
from openapi_spec_validator import OpenAPIV31SpecValidator
from sample import HAN, KIM, PUTIN, SUMMIT, put

from kg import asking, query
from kg.errors import QueryError
from kg.ids import EVENT
from kg.ontology import load
from kg.questions import catalogue
from kg.show import event_record, plain
from kg.store import Store
from kg.update import fill
from kg.web import api, ask, network
from kg.web.message import Asked, RefusedError, Reply
from kg.web.pages import search
from kg.web.search import LONGEST, MOST, list_hits, name_event
from kg.web.snapshot import Snapshot, make_snapshot

HOSTILE = ["<script>alert(1)</script>", "\"'><img src=x>", "\u202egnp", "nul\x00", "x" * 30_000, "..", "a b", "%", "é{}", "> <", "0" * 16]


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return make_snapshot(put(Store()).in_memory())


@pytest.fixture(scope="module")
def crowd() -> Snapshot:
    """Some hundreds of invented events, with newcomers and all statuses."""
    ontology = load()
    with Store() as store:
        store.load_ontology(ontology.folder)
        fill(store, ontology, list(reports(300, 3, LARGE)))
        return make_snapshot(store.in_memory())


def asked(path: dict[str, str] | None = None, **query: str) -> Asked:
    return Asked(view="api", path=path or {}, query=tuple((name.rstrip("_"), value) for name, value in query.items()))


def read(reply: Reply) -> Any:
    assert (reply.status, reply.media) == (200, "application/json")
    return json.loads(reply.body)


def conforms(value: object, schema: str) -> None:
    """Fails where an answer is not what the description says of it."""
    document = {**api.DESCRIPTION, "$ref": f"#/components/schemas/{schema}"}
    errors = Draft202012Validator(document, format_checker=FormatChecker()).iter_errors(value)
    assert [f"{error.json_path}: {error.message[:200]}" for error in errors] == []


# --- the description --------------------------------------------------------------------------------


def test_the_description_is_openapi(snapshot: Snapshot) -> None:
    document = read(api.description(snapshot, asked()))
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []
    assert document["openapi"].startswith("3.1")


def test_the_description_has_every_path_and_every_parameter_of_the_questions() -> None:
    paths = api.DESCRIPTION["paths"]
    fixed = {"timeline", "events", "events/{event}", "entities/{entity}", "search", "network"}
    asked_for = {name: named for name, named in catalogue().items() if not named.inner}
    assert set(paths) == {"/sparql", *(f"/api/{name}" for name in fixed), *(f"/api/ask/{name}" for name in asked_for)}
    for name, named in asked_for.items():
        told = paths[f"/api/ask/{name}"]["get"]["parameters"]
        assert [one["name"] for one in told if one.get("required")] == [ask.public_name(p) for p in named.params if not p.optional]
        assert len(told) == len(named.params) + 1


def test_a_schema_refuses_what_is_not_in_it() -> None:
    with pytest.raises(AssertionError, match="Additional properties"):
        conforms({"error": "x", "more": 1}, "Error")


def test_the_page_has_every_path_and_no_script(snapshot: Snapshot) -> None:
    page = html.fromstring(api.page(snapshot, asked()).body.decode())
    text = page.text_content()
    assert all(path in text for path in api.DESCRIPTION["paths"])
    assert not page.xpath("//script | //@style")
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#") for link in page.xpath("//a/@href[starts-with(., '#')]")} <= set(ids)


# --- answers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("world", ["snapshot", "crowd"])
def test_answers_are_what_the_description_says(world: str, request: pytest.FixtureRequest) -> None:
    graph: Snapshot = request.getfixturevalue(world)
    conforms(read(api.timeline(graph, asked(status="all"))), "Timeline")
    conforms(read(api.events(graph, asked(status="all", size="500"))), "EventPage")
    for event in graph.events[:40]:
        conforms(read(api.event(graph, asked({"event": event.iri.removeprefix(EVENT)}))), "EventDetail")
    for name in ("kim-jong-un", "vladimir-putin", "russia", "pyongyang", "kcna"):
        conforms(read(api.entity(graph, asked({"entity": name}))), "EntityDetail")
    for hit in read(api.search(graph, asked(q="Kim"))):
        conforms(hit, "Hit")
    for kind in ("people", "bipartite"):
        conforms(read(network.data(graph, asked(kind=kind))), "Network")
    conforms(read(ask.data(graph, asked({"question": "timeline"}, status="all"))), "Answer")


def test_the_timeline_counts_days_since_1970(snapshot: Snapshot) -> None:
    answer = read(api.timeline(snapshot, asked()))
    days = (dt.date(2023, 9, 13) - dt.date(1970, 1, 1)).days
    assert answer["events"][0] == ["summit", days, 1, 0, "Meeting: Kim Jong Un, Vladimir Putin"]
    assert [event[0] for event in answer["events"]] == ["summit", "talks"]
    assert answer["undated"] == 0
    assert answer["scope"] == "3 articles published from 2023-09-14 to 2024-01-05"


def test_the_timeline_counts_what_has_no_date(snapshot: Snapshot) -> None:
    assert read(api.timeline(snapshot, asked(status="all")))["undated"] == 1
    period = read(api.timeline(snapshot, asked(status="all", from_="2024", to="2024")))
    assert ([event[0] for event in period["events"]], period["undated"]) == (["talks"], 1)


def test_labels_of_the_timeline_turn_no_text(snapshot: Snapshot) -> None:
    entities = {**snapshot.known.entities}
    entities[KIM] = replace(entities[KIM], label="<b>\u202eKim\x00")
    turned = replace(snapshot, known=replace(snapshot.known, entities=entities))
    assert read(api.timeline(turned, asked()))["events"][0][-1] == "Meeting: <b>Kim, Vladimir Putin"


def test_events_are_those_of_kg_timeline(snapshot: Snapshot) -> None:
    page = read(api.events(snapshot, asked(status="all")))
    items = asking.items(snapshot.store)
    rows = [event_record(row, items) for row in asking.timeline(snapshot.store, status="all")]
    assert [{key: value for key, value in event.items() if key != "classes"} for event in page["events"]] == rows
    assert {event["event"]: event["classes"] for event in page["events"]}[SUMMIT.iri] == ["StateMedia"]


def test_events_come_in_pages(crowd: Snapshot) -> None:
    whole = read(api.events(crowd, asked(status="all", size="500")))
    assert whole["total"] == len(crowd.events) > 100
    first, second = (read(api.events(crowd, asked(status="all", size="30", page=page))) for page in ("1", "2"))
    assert first["events"] + second["events"] == whole["events"][:60]
    assert read(api.events(crowd, asked(page="999")))["events"] == []
    assert len(read(api.events(crowd, asked(status="all")))["events"]) == 100


def test_as_csv_all_events_come_at_once(crowd: Snapshot) -> None:
    reply = api.events(crowd, asked(status="all", format="csv", size="5"))
    head, *rows = csv.reader(io.StringIO(reply.body.decode(), newline=""))
    assert head[0] == "event"
    assert head[-1] == "classes"
    assert [row[0] for row in rows] == [event.iri for event in crowd.events]
    assert reply.headers["Content-Disposition"] == 'attachment; filename="events.csv"'


def test_an_event_is_what_kg_show_prints_with_the_words_around_each_sentence(snapshot: Snapshot) -> None:
    answer = read(api.event(snapshot, asked({"event": "summit"})))
    assert answer == plain(asking.event(snapshot.store, SUMMIT.iri))
    assert {"prefix", "suffix"} <= answer["reports"][0]["claim"]["evidence"][0].keys()
    assert {d["field"] for d in answer["event"]["disagreements"]} == {"place"}
    assert read(api.event(snapshot, asked({"event": "summ"}))) == answer


def test_an_entity_is_what_kg_show_prints(snapshot: Snapshot) -> None:
    assert read(api.entity(snapshot, asked({"entity": "vladimir-putin"}))) == plain(query.entity(snapshot.store, PUTIN))


@pytest.mark.parametrize(
    ("view", "values", "reason"),
    [
        (api.timeline, {"who": "Zzzz"}, "Zzzz"),
        (api.timeline, {"from_": "soon"}, "soon"),
        (api.events, {"size": "501"}, "size"),
        (api.events, {"size": "0"}, "size"),
        (api.events, {"page": "0"}, "page"),
        (api.events, {"page": "-1"}, "page"),
        (api.events, {"format": "xml"}, "format"),
        (api.events, {"status": "perhaps"}, "perhaps"),
        (api.search, {}, "q"),
        (api.search, {"q": "x" * (LONGEST + 1)}, "200 characters"),
    ],
)
def test_what_is_no_value_is_refused(snapshot: Snapshot, view: Any, values: dict[str, str], reason: str) -> None:
    with pytest.raises(QueryError, match=reason):
        view(snapshot, asked(**values))


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_not_there_is_refused(snapshot: Snapshot, text: str) -> None:
    for view, name in ((api.event, "event"), (api.entity, "entity")):
        with pytest.raises(RefusedError) as refused:
            view(snapshot, asked({name: text}))
        assert refused.value.status == 404
        assert len(str(refused.value)) < 400
        assert str(refused.value).isprintable()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_looked_for_or_refused(snapshot: Snapshot, text: str) -> None:
    try:
        assert isinstance(read(api.search(snapshot, asked(q=text))), list)
    except QueryError:
        assert len(text) > LONGEST


def test_the_same_request_gives_the_same_bytes(crowd: Snapshot) -> None:
    for view, given in ((api.timeline, {}), (api.events, {"status": "all"}), (api.search, {"q": "Kim"}), (api.description, {})):
        assert view(crowd, asked(**given)).body == view(crowd, asked(**given)).body


# --- search -----------------------------------------------------------------------------------------


def names(snapshot: Snapshot, text: str) -> list[str]:
    return [hit.name for hit in list_hits(snapshot, text)]


@pytest.mark.parametrize("text", ["Putin", "Путин", "putin", "Vladimir Put", "vladimir-putin", "푸틴"])
def test_somebody_is_found_in_any_spelling_or_script(snapshot: Snapshot, text: str) -> None:
    assert names(snapshot, text)[0] == "Vladimir Putin"


def test_a_beginning_finds_those_of_most_events_first(snapshot: Snapshot) -> None:
    hits = list_hits(snapshot, "Kim")
    assert hits[0].iri == KIM
    assert len(hits) <= MOST
    assert is_falling(hit.events for hit in hits if hit.kind == "person")
    assert len({hit.iri for hit in hits}) == len(hits)
    assert all(" kim" in f" {hit.name.casefold()}" for hit in hits[:5])


def is_falling(counts: Iterable[int]) -> bool:
    found = list(counts)
    return found == sorted(found, reverse=True)


def test_newcomers_offices_and_events_are_found(snapshot: Snapshot) -> None:
    assert [hit.iri for hit in list_hits(snapshot, "Han Tok")] == [HAN]
    (office,) = [hit for hit in list_hits(snapshot, "President of Russia") if hit.path == "/office/russian-president"]
    assert office.kind == "office"
    assert any(hit.path == "/office/russian-president" for hit in list_hits(snapshot, "russian presid"))
    (event,) = list_hits(snapshot, "event:summ")
    assert (event.path, event.kind, event.note) == ("/event/summit", "event", "2023-09-13")
    assert event.name == name_event(snapshot, SUMMIT)


def test_offices_whose_holders_take_part_in_events_come_first(snapshot: Snapshot) -> None:
    offices = [hit.name for hit in list_hits(snapshot, "foreign min") if hit.kind == "office"]
    assert "Russia" in offices[0]
    assert offices != sorted(offices)


def test_events_are_found_by_their_first_digits(crowd: Snapshot) -> None:
    number = crowd.events[0].iri.removeprefix(EVENT)
    assert list_hits(crowd, number[:10])[0].iri == crowd.events[0].iri
    assert not [hit for hit in list_hits(crowd, number[:3]) if hit.kind == "event"]


def test_a_name_of_nobody_leads_to_near_ones(snapshot: Snapshot) -> None:
    assert read(api.search(snapshot, asked(q="Lavrow"))) == []
    shown = search(snapshot, asked(q="Lavrow")).body.decode()
    assert "Nothing here is called so." in shown and '<a href="/search?q=Lavrov">' in shown
