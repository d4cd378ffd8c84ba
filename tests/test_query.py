"""Named questions: each filter selects what it says, values cannot become SPARQL, rows say who says so."""

import datetime as dt
import re
from dataclasses import replace

import pytest
from sample import (
    EVENTS,
    EXTRACTS,
    HAN,
    KCNA,
    KIM,
    LAVROV,
    NORTH_KOREA,
    ONE,
    PUTIN,
    PYONGYANG,
    RUSSIA,
    SUMMIT,
    TALKS,
    TWO,
    VOSTOCHNY,
    put,
)

from kg import query, questions
from kg.dates import make_day
from kg.errors import QueryError
from kg.ids import ENTITY, EVENT, NK
from kg.normal import normal
from kg.ontology import load
from kg.query import EventRow, Part
from kg.records import Attribution, Entity
from kg.store import Store

SUMMIT_ROW = EventRow(
    event=SUMMIT.iri,
    type="Meeting",
    label="Meeting: Kim Jong Un, Vladimir Putin (2023-09-13)",
    participants=(Part(iri=KIM, label="Kim Jong Un", role="participant"), Part(iri=PUTIN, label="Vladimir Putin", role="participant")),
    date="2023-09-13",
    earliest=dt.date(2023, 9, 13),
    latest=dt.date(2023, 9, 13),
    place=VOSTOCHNY,
    place_label="Vostochny Cosmodrome",
    status="occurred",
    reports=2,
    sources=2,
    publishers=("The Gazette", "Two_2"),
    attributed=("KCNA",),
    quotes=("Kim met Putin at the cosmodrome", "Putin and Kim held talks in Russia"),
)


@pytest.fixture(scope="module")
def store() -> Store:
    vague = replace(SUMMIT, iri=EVENT + "vague", interval=None, place=None, status="planned")
    return put(Store(), events=[*EVENTS, vague])


def names(rows: tuple[EventRow, ...]) -> list[str]:
    return [row.event.removeprefix(EVENT) for row in rows]


# --- events ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["summit", "talks"]),
        ({"status": None}, ["summit", "talks", "vague"]),
        ({"status": "planned"}, ["vague"]),
        ({"status": "denied"}, []),
        ({"who": KIM}, ["summit"]),
        ({"who": KIM, "whom": PUTIN}, ["summit"]),
        ({"who": PUTIN, "whom": KIM}, ["summit"]),
        ({"who": KIM, "whom": LAVROV}, []),
        ({"who": HAN}, ["talks"]),
        ({"who": None, "whom": LAVROV}, ["talks"]),
        ({"start": "2023-09-13"}, ["summit", "talks"]),
        ({"start": "2023-09-14"}, ["talks"]),
        ({"end": dt.date(2023, 9, 13)}, ["summit"]),
        ({"end": "2023-09-12"}, []),
        ({"start": "2023-09-13", "end": "2023-09-13"}, ["summit"]),
        ({"start": "2023-01-01", "status": None}, ["summit", "talks"]),
        ({"place": VOSTOCHNY}, ["summit"]),
        ({"place": RUSSIA}, ["summit"]),
        ({"place": NORTH_KOREA}, ["talks"]),
        ({"place": PYONGYANG, "who": LAVROV}, ["talks"]),
        ({"place": PYONGYANG, "who": KIM}, []),
    ],
)
def test_who_met_whom(filters: dict[str, str], found: list[str], store: Store) -> None:
    assert names(query.met(store, **filters)) == found


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"status": None}, ["summit", "talks", "letter", "vague"]),
        ({}, ["summit", "talks"]),
        ({"status": "alleged"}, ["letter"]),
        ({"type": "Message", "status": None}, ["letter"]),
        ({"type": "Event", "status": None}, ["summit", "talks", "letter", "vague"]),
        ({"type": "Visit", "status": None}, []),
        ({"event": TALKS.iri, "status": None}, []),
        ({"event": EVENT + "talks"}, ["talks"]),
        ({"who": KIM, "status": None}, ["summit", "letter", "vague"]),
    ],
)
def test_what_happened(filters: dict[str, str], found: list[str], store: Store) -> None:
    assert names(query.timeline(store, **filters)) == found


def test_overlap_counts_not_containment() -> None:
    month = replace(SUMMIT, interval=EXTRACTS[1].claims[0].interval)
    store = put(Store(), extracts=[], events=[month])
    for filters, there in [
        ({"start": "2023-09-30"}, True),
        ({"start": "2023-10-01"}, False),
        ({"end": "2023-09-01"}, True),
        ({"end": "2023-08-31"}, False),
    ]:
        assert bool(query.met(store, **filters)) is there, filters


def test_a_row_says_who_says_so(store: Store) -> None:
    assert query.met(store, who=KIM)[0] == SUMMIT_ROW


def test_what_is_undated_has_no_bounds_and_is_marked(store: Store) -> None:
    (row,) = query.timeline(store, type="Message", status="alleged")
    assert (row.date, row.earliest, row.latest, row.place, row.place_label, row.status) == (None, None, None, None, None, "alleged")
    assert [(part.label, part.role) for part in row.participants] == [("Kim Jong Un", "sender"), ("Vladimir Putin", "recipient")]


def test_one_event_with_its_claims(store: Store) -> None:
    detail = query.event(store, SUMMIT.iri)
    assert detail.row == SUMMIT_ROW
    assert detail.event == normal(SUMMIT)
    assert [report.article.id for report in detail.reports] == [ONE.id, TWO.id]
    assert [report.article.source for report in detail.reports] == [ONE.source, TWO.source]
    assert detail.reports[1].claim == normal(EXTRACTS[1].claims[0])
    assert detail.reports[1].labels[KCNA] == "KCNA"
    assert detail.reports[1].labels[RUSSIA] == "Russia"


def test_a_source_that_is_no_entity_is_called_what_it_is_called() -> None:
    outlet = EXTRACTS[1].claims[0].attributed_to[0]
    villager = Attribution(entity=None, text="a villager", source_class=NK + "Anonymous", via=outlet)
    claim = replace(EXTRACTS[1].claims[0], attributed_to=(villager,))
    store = put(Store(), [replace(EXTRACTS[1], claims=(claim,))], [replace(SUMMIT, sources=((EXTRACTS[1].article.id,),))])
    (row,) = query.met(store)
    assert row.attributed == ("KCNA", "a villager")
    assert row.publishers == (EXTRACTS[1].article.id,)


# --- offices and entities -------------------------------------------------------------------------

MINISTER = ENTITY + "russian-defence-minister"


@pytest.mark.parametrize(
    ("day", "person"), [("2023-06-01", "Sergei Shoigu"), ("2024-05-11", "Sergei Shoigu"), ("2025-01-01", "Andrei Belousov")]
)
def test_who_held_an_office_on_a_day(day: str, person: str, store: Store) -> None:
    (row,) = query.who(store, office=MINISTER, on=dt.date.fromisoformat(day))
    assert row.person_label == person
    assert row.sources


TENURE = """
@prefix id: <https://w3id.org/dprk-russia/entity/> . @prefix nk: <https://w3id.org/dprk-russia/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
id:t a nk:Tenure ; nk:office id:o ; nk:holder id:p ; {bounds} .
"""


@pytest.mark.parametrize(
    ("bounds", "day", "certain"),
    [
        ('nk:begin "2020-05"', "2020-04-30", None),
        ('nk:begin "2020-05"', "2020-05-01", False),
        ('nk:begin "2020-05" ; nk:end "2022"', "2020-05-31", True),
        ('nk:begin "2020-05" ; nk:end "2022"', "2022-01-01", True),
        ('nk:begin "2020-05" ; nk:end "2022"', "2022-01-02", False),
        ('nk:begin "2020-05" ; nk:end "2022"', "2022-12-31", False),
        ('nk:begin "2020-05" ; nk:end "2022"', "2023-01-01", None),
        ('nk:begin "2020-05-07" ; nk:checked "2023-01-31"^^xsd:date', "2023-01-31", True),
        ('nk:begin "2020-05-07" ; nk:checked "2023-01-31"^^xsd:date', "2023-02-01", False),
        ('nk:end "2022-03-04"', "1999-01-01", False),
        ('nk:end "2022-03-04"', "2022-03-04", False),
        ('nk:end "2022-03-04"', "2022-03-05", None),
    ],
)
def test_a_tenure_covers_what_its_bounds_allow(
    bounds: str, day: str, certain: bool | None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("ontology")
    (folder / "t.ttl").write_text(TENURE.format(bounds=bounds))
    store = Store()
    store.load_ontology(folder)
    rows = query.who(store, office=ENTITY + "o", on=dt.date.fromisoformat(day))
    assert [row.certain for row in rows] == ([] if certain is None else [certain])
    assert len(query.who(store, person=ENTITY + "p")) == 1
    assert query.who(store, person=ENTITY + "q") == ()


def test_one_entity_with_offices_and_events(store: Store) -> None:
    detail = query.entity(store, LAVROV)
    assert detail.entity.label == "Sergei Lavrov"
    assert {row.person for row in detail.offices} == {LAVROV}
    assert names(detail.events) == ["talks"]
    assert names(query.entity(store, KIM).events) == ["summit", "letter", "vague"]
    assert names(query.entity(store, RUSSIA).events) == ["summit"]
    assert query.entity(store, HAN).entity.minted


@pytest.mark.parametrize("ask", [query.event, query.entity])
def test_what_is_not_there_is_named(ask: object, store: Store) -> None:
    assert callable(ask)
    with pytest.raises(QueryError, match=re.escape(ENTITY + "nobody")):
        ask(store, ENTITY + "nobody")


# --- named queries --------------------------------------------------------------------------------


def test_the_catalogue_is_what_the_folder_holds() -> None:
    assert list(questions.catalogue()) == sorted(file.stem for file in questions.FOLDER.glob("*.rq"))
    assert {"event", "label", "met", "timeline", "who"} < questions.catalogue().keys()


@pytest.mark.parametrize("name", questions.catalogue())
def test_a_header_declares_what_the_query_uses(name: str) -> None:
    named = questions.catalogue()[name]
    assert named.title and named.description.endswith(".")
    used = set(re.findall(r"\$([a-z]\w*)", named.text))
    assert used == {param.name for param in named.params}
    assert {param.name for param in named.params if param.optional} == set(re.findall(r"#\? (\w+)$", named.text, re.MULTILINE))
    assert len(re.findall(r"^# param: ", named.text, re.MULTILINE)) == len(named.params)


@pytest.mark.parametrize("name", questions.catalogue())
def test_every_query_runs_with_and_without_its_values(name: str, store: Store) -> None:
    iris = dict.fromkeys(("entity", "agreement", "event", "place", "state", "office"), KIM) | {
        "event": SUMMIT.iri,
        "iris": [KIM, SUMMIT.iri],
    }
    day = dt.date(2024, 1, 1)
    line = questions.Listed(line=1, date="2024-01-01", first=day, last=day, who=KIM, whom=RUSSIA)
    given = iris | {"status": "occurred", "type": "Meeting", "date": "2024-01-01", "text": "x", "number": 3, "chronology": [line]}
    params = questions.catalogue()[name].params
    questions.run(store, name, **{param.name: given[param.kind] for param in params})
    questions.run(store, name, **{param.name: given[param.kind] for param in params if not param.optional})


@pytest.mark.parametrize("name", questions.catalogue())
def test_what_has_a_label_is_among_what_is_selected(name: str) -> None:
    named = questions.catalogue()[name]
    assert set(named.things) <= set(re.findall(r"\?(\w+)", named.text))


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("meet", {}, "no query is named 'meet'; there are absent, alleged, "),
        ("met", {"whose": KIM}, "met has no parameter 'whose'; it has who, whom"),
        ("event", {}, "event needs events: the events"),
        ("event", {"events": None}, "event needs events: the events"),
        ("met", {"who": "Kim Jong Un"}, "who: 'Kim Jong Un' is no entity"),
        ("met", {"who": f"{KIM}> . }} #"}, "who: .* is no entity"),
        ("met", {"status": "occurred> ) #"}, "status: .* is no status"),
        ("met", {"start": "yesterday"}, "start: 'yesterday' is no date"),
        ("met", {"start": '2024-01-01"^^xsd:date) } #'}, "start: .* is no date"),
        ("label", {"things": [KIM, "x> } #"]}, "things: .* is no iris"),
    ],
)
def test_a_bad_question_is_refused_with_its_value(name: str, values: dict[str, str], message: str, store: Store) -> None:
    with pytest.raises(QueryError, match=message):
        questions.run(store, name, **values)


def test_a_text_stays_a_text(store: Store) -> None:
    named = questions.read_query("said", "# title: t\n# description: d.\n# param: what text: w\nSELECT ?claim { ?claim nk:why $what }")
    text = questions.bind(named, {"what": TALKS.why[0]})
    assert store.sparql(text).rows == ((TALKS.iri,),)
    hostile = questions.bind(named, {"what": 'x" } SELECT * { ?s ?p ?o } #'})
    assert store.sparql(hostile).rows == ()


def test_a_file_without_a_header_is_refused() -> None:
    with pytest.raises(QueryError, match=r"mute\.rq"):
        questions.read_query("mute", "SELECT * { ?s ?p ?o }")


# --- shortcuts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("?event nk:sender id:kim-jong-un ; nk:recipient id:vladimir-putin", ["letter"]),
        ("?event nk:recipient id:kim-jong-un", []),
        ("?event nk:participant id:sergei-lavrov", ["talks"]),
        # Kim and Putin; Han, a newcomer of North Korea.
        ("?event nk:involves id:north-korea , id:russia", ["letter", "summit", "talks", "vague"]),
        # A planned meeting in no place.
        ("?event nk:involves id:russia ; nk:status nk:planned", ["vague"]),
        # Nobody who takes part is of China, nor is the place in it.
        ("?event nk:involves id:china", []),
        ("?event nk:reportedIn ?article . ?article dct:identifier 'Two_2'", ["summit", "vague"]),
        ("?event nk:reportedIn/dct:publisher 'The Gazette'", ["letter", "summit", "vague"]),
    ],
)
def test_one_triple_leads_from_an_event_to_who_fills_a_role_to_its_states_and_its_articles(
    store: Store, pattern: str, found: list[str]
) -> None:
    rows = store.sparql(f"SELECT DISTINCT ?event {{ ?event a nk:Event . {pattern} }}").rows
    assert sorted(str(event).removeprefix(EVENT) for (event,) in rows) == found


def test_an_event_involves_the_state_in_which_it_takes_place() -> None:
    away = put(Store(), events=[replace(EVENTS[2], place=ENTITY + "beijing"), replace(SUMMIT, place=None)])
    rows = away.sparql("SELECT ?event ?state { ?event nk:involves ?state }").rows
    assert {(str(event).removeprefix(EVENT), str(state).removeprefix(ENTITY)) for event, state in rows} == {
        ("talks", "north-korea"), ("talks", "russia"), ("talks", "china"), ("summit", "north-korea"), ("summit", "russia"),
    }  # fmt: skip


def test_an_event_is_reported_in_every_article_of_a_source() -> None:
    copied = put(Store(), events=[replace(SUMMIT, sources=(("one", "three"), ("Two_2",)))])
    rows = copied.sparql("SELECT ?id { ?event nk:reportedIn/dct:identifier ?id }").rows
    assert {name for (name,) in rows} == {"one", "three", "Two_2"}


def test_what_led_up_to_a_signing_is_between_the_countries_of_those_who_signed_and_not_of_its_place() -> None:
    signed = replace(SUMMIT, iri=EVENT + "signed", type=NK + "Signing", place=ENTITY + "beijing", interval=make_day(dt.date(2024, 6, 19)))
    guests = tuple(replace(p, entity=ENTITY + "xi-jinping") if p.entity == PUTIN else p for p in SUMMIT.participants)
    others = replace(SUMMIT, iri=EVENT + "others", participants=guests, place=None, interval=make_day(dt.date(2024, 6, 1)))
    theirs = replace(SUMMIT, iri=EVENT + "theirs", place=None, interval=make_day(dt.date(2024, 6, 2)))
    several = put(Store(), events=[signed, others, theirs])
    rows = questions.run(several, "led_up_to", event=signed.iri, days=60).rows
    assert [(str(before).removeprefix(EVENT), days) for before, _, _, days in rows] == [("theirs", 17)]


@pytest.mark.parametrize(
    ("place", "state"),
    [
        ("vostochny-cosmodrome", "russia"),
        # Within a region that is of no state; it has a country of its own.
        ("donetsk-region", "ukraine"),
        ("russia", "russia"),
    ],
)
def test_the_state_in_which_a_place_lies(place: str, state: str) -> None:
    ontology = load()
    assert ontology.state_of(ontology.entities[ENTITY + place]) == ENTITY + state
    within = Entity(iri=ENTITY + "new-port", kind=NK + "City", label="New Port", within=ENTITY + place, minted=True)
    assert ontology.state_of(within) == ENTITY + state


def test_rows_are_sorted_by_their_columns_where_the_question_asks_for_no_order() -> None:
    assert "ORDER BY" not in questions.catalogue()["single_source"].text
    several = put(Store(), events=[replace(EVENTS[2], iri=EVENT + name) for name in "dgbfaceh"])
    assert [str(event).removeprefix(EVENT) for event, _, _ in questions.run(several, "single_source").rows] == list("abcdefgh")


def test_rows_without_a_value_come_last_and_numbers_go_by_size() -> None:
    rows = [(10, "b"), (2, "😀"), (None, "a"), (2, "a")]
    assert sorted(rows, key=questions._by_columns) == [(2, "a"), (2, "😀"), (10, "b"), (None, "a")]
