"""Rows of JSON and CSV: the promised keys in the promised order, exact text, safe cells."""

import csv
import io
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import CLAIMS, ENTITIES, EVENTS, GAZETTE, KNOWN, SOURCES, TYPES, claim, entity

from kg.ids import CLAIM, ENTITY, EVENT, NK
from kg.known import Known
from kg.records import Article, Attribution, Evidence, Item, Participant, Source
from kg.tables import (
    CLAIM_COLUMNS,
    EVENT_COLUMNS,
    PARTICIPANT_COLUMNS,
    best_date_source,
    claim_json,
    claim_rows,
    event_json,
    event_rows,
    json_line,
    make_safe,
    participant_rows,
    write_csv,
    write_jsonl,
)

DAY, MONTH, UNDATED, POST, *_, ALONE = EVENTS
HELD = [DAY, UNDATED, POST, ALONE]
ARTICLE = Article(id="one", text="", source=SOURCES["one"])
TABLES = [(event_rows, EVENT_COLUMNS), (participant_rows, PARTICIPANT_COLUMNS), (claim_rows, CLAIM_COLUMNS)]


def as_csv(rows, columns):
    stream = io.StringIO()
    write_csv(rows, columns, stream)
    return list(csv.DictReader(io.StringIO(stream.getvalue(), newline="")))


def test_a_claim_is_written_as_promised():
    line = claim_json(CLAIMS[CLAIM + "a"], ENTITIES, TYPES, ARTICLE)
    assert json.dumps(line, ensure_ascii=False) == json.dumps(
        {
            "doc": "one",
            "type": "Chat",
            "participants": [
                {"id": ENTITY + "hong", "name": "홍길동", "role": "guest"},
                {"id": ENTITY + "anna", "name": "Анна «Белка» Ёлкина", "role": "guest"},
            ],
            "date": "2023-09-13",
            "earliest": "2023-09-13",
            "latest": "2023-09-13",
            "date_source": "published",
            "place": {"id": ENTITY + "harbour", "name": "Old Harbour"},
            "status": "occurred",
            "attributed_to": [{"id": ENTITY + "gazette", "name": "The Gazette", "class": "Media", "via": None}],
            "evidence": [{"start": 3, "end": 9, "quote": "they\nmet"}],
            "confidence": 0.88,
            "why": ["verb"],
        },
        ensure_ascii=False,
    ), "the same keys in the same order"


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (None, {}),
        (Item(role="item", text="two ducks"), {"item": {"name": "two ducks"}}),
        (
            Item(role="agreement", text="the pact", entity=ENTITY + "pact"),
            {"agreement": {"id": ENTITY + "pact", "name": "Pact of the Two Ducks"}},
        ),
    ],
)
def test_an_item_is_there_only_where_the_claim_has_one(item, expected):
    line = claim_json(claim("x", "one", DAY, item=item), ENTITIES, TYPES, ARTICLE)
    assert {key: line[key] for key in ("item", "agreement") if key in line} == expected
    keys = list(line)
    assert keys[keys.index("attributed_to") + 1 : keys.index("evidence")] == list(expected)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (DAY, ("2023-09-13", "2023-09-13", "2023-09-13")),
        (MONTH, ("2023-09", "2023-09-01", "2023-09-30")),
        (POST, ("2024-01-31/2024-02-02", "2024-01-31", "2024-02-02")),
        (UNDATED, (None, None, None)),
    ],
)
def test_dates_are_inclusive_or_null(event, expected):
    line = claim_json(claim("x", "one", event), ENTITIES, TYPES, ARTICLE)
    assert (line["date"], line["earliest"], line["latest"]) == expected


def test_what_has_no_place_has_null_and_who_is_unknown_is_named_by_iri():
    unknown = (Participant(entity=ENTITY + "nobody", role="guest", order=2), Participant(entity=ENTITY + "tom", role="guest", order=1))
    line = claim_json(claim("x", "one", UNDATED, participants=unknown), ENTITIES, TYPES, ARTICLE)
    assert line["place"] is None
    assert [participant["id"] for participant in line["participants"]] == [ENTITY + "tom", ENTITY + "nobody"], "in the listed order"
    assert line["participants"][1]["name"] == "nobody"


def test_a_source_is_named_once_after_those_who_pass_it_on():
    unnamed = Attribution(entity=None, text="two villagers", source_class=NK + "Anonymous", via=GAZETTE)
    line = claim_json(replace(CLAIMS[CLAIM + "a"], attributed_to=(unnamed, GAZETTE)), ENTITIES, TYPES, ARTICLE)
    assert line["attributed_to"] == [
        {"id": ENTITY + "gazette", "name": "The Gazette", "class": "Media", "via": None},
        {"id": None, "name": "two villagers", "class": "Anonymous", "via": "The Gazette"},
    ]


def test_an_event_adds_its_claims_and_sources():
    line = event_json(DAY, KNOWN)
    promised = list(claim_json(CLAIMS[CLAIM + "a"], ENTITIES, TYPES, ARTICLE))
    assert list(line) == ["event", *promised[1:], "claims", "independent", "sources"]
    assert (line["event"], line["claims"], line["confidence"], line["date_source"]) == (EVENT + "day", 2, 0.9, "relative")
    assert line["attributed_to"] == [{"id": ENTITY + "gazette", "name": "The Gazette", "class": "Media", "via": None}]
    assert line["evidence"] == [
        {"doc": "one", "start": 3, "end": 9, "quote": "they\nmet"},
        {"doc": "two", "start": 20, "end": 23, "quote": "=a1"},
        {"doc": "two", "start": 30, "end": 31, "quote": "z"},
    ]
    assert line["sources"] == [
        {"doc": "one", "publisher": "The Gazette", "published": "2023-09-14", "url": "https://example.org/1", "title": "One"},
        {"doc": "two", "publisher": None, "published": None, "url": None, "title": None},
    ]


@pytest.mark.parametrize(
    ("event", "claims", "expected"),
    [
        (DAY, [("published", DAY), ("relative", DAY)], "relative"),
        (DAY, [("explicit", MONTH), ("published", DAY)], "published"),
        (DAY, [("explicit", MONTH), ("none", UNDATED)], "explicit"),
        (DAY, [("none", UNDATED)], "none"),
        (UNDATED, [("none", UNDATED)], "none"),
    ],
)
def test_the_date_source_of_an_event_is_the_surest_of_those_that_give_its_date(event, claims, expected):
    found = [claim(str(n), "one", source, date_source=way) for n, (way, source) in enumerate(claims)]
    assert best_date_source(event, found) == expected


@pytest.mark.parametrize("text", ["plain", 'q"uote', "a\nb", "홍길동", "Ёлка", "דן \u200fכהן", "\x00\x1b", "\u2028\u2029\x85", "\ud800"])
def test_json_lines_are_single_lines_with_the_exact_text(text):
    line = json_line({"quote": text})
    assert json.loads(line) == {"quote": text}
    assert len(line.splitlines()) == 1
    assert line.encode("utf-8")


@given(st.text(alphabet=st.characters(codec=None)))
def test_any_text_survives_a_json_line(text):
    line = json_line({"quote": text})
    assert json.loads(line) == {"quote": text} and len(line.splitlines()) == 1 and line.encode("utf-8")


def test_json_lines_end_each_record():
    stream = io.StringIO()
    write_jsonl([event_json(event, KNOWN) for event in HELD], stream)
    assert [json.loads(line)["event"] for line in stream.getvalue().split("\n")[:-1]] == [event.iri for event in HELD]


@pytest.mark.parametrize(("make_rows", "columns"), TABLES)
def test_every_row_has_every_column_and_no_other(make_rows, columns):
    rows = list(make_rows(HELD, KNOWN))
    assert rows and all(set(row) == set(columns) for row in rows)
    assert len(set(columns)) == len(columns)
    assert {type(cell) for row in rows for cell in row.values()} <= {str, int, float}


def test_there_is_a_row_for_each_event():
    rows = as_csv(event_rows([*HELD], KNOWN), EVENT_COLUMNS)
    assert [row["event"] for row in rows] == [event.iri for event in HELD]
    assert (
        rows[0].items()
        >= {
            "type": "Chat",
            "place": "Old Harbour",
            "participants": "홍길동 (guest); Анна «Белка» Ёлкина (guest)",
            "reports": "2",
            "articles": "one; two",
            "publishers": "The Gazette",
            "confidence": "0.9",
            "item": "",
        }.items()
    )
    assert (rows[1]["date"], rows[1]["place"], rows[2]["item"], rows[3]["item"]) == ("", "", "two ducks", "Pact of the Two Ducks")


def test_there_is_a_row_for_each_participant():
    rows = as_csv(participant_rows(HELD, KNOWN), PARTICIPANT_COLUMNS)
    assert len(rows) == sum(len(event.participants) for event in HELD)
    assert rows[1].items() >= {"event": EVENT + "day", "role": "guest", "order": "2", "kind": "Person", "country": "Sylvania"}.items()
    assert (rows[2]["name"], rows[2]["country"], rows[2]["date"]) == ("דן \u200fכהן", "", "")


def test_there_is_a_row_for_each_claim_with_its_words():
    rows = as_csv(claim_rows(HELD, KNOWN), CLAIM_COLUMNS)
    assert [(row["event"].removeprefix(EVENT), row["article"]) for row in rows] == [
        ("day", "one"),
        ("day", "two"),
        ("undated", "two"),
        ("post", "one"),
        ("alone", "one"),
    ]
    assert (rows[0]["quote"], rows[0]["offsets"], rows[0]["published"], rows[0]["attributed_to"]) == (
        "they\nmet",
        "3-9",
        "2023-09-14",
        "The Gazette",
    )
    assert (rows[1]["quote"], rows[1]["offsets"], rows[1]["publisher"]) == ("'=a1 […] z", "20-23; 30-31", "")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_cell_that_could_run_is_made_text(start):
    shown = "\n" if start == "\r" else start
    assert make_safe(f"{start}1+1") == f"'{shown}1+1"


@pytest.mark.parametrize("cell", ["", "1-1", "a=b", "홍길동", "'quoted", "2024-01-31", -1, -0.5])
def test_other_cells_stay_as_they_are(cell):
    assert make_safe(cell) == cell and type(make_safe(cell)) is type(cell)


def test_names_and_reasons_in_csv_are_made_safe_too():
    rows = as_csv(
        claim_rows(
            [DAY],
            Known(entities=ENTITIES, types=TYPES, claims={c: claim("a", "one", DAY, why=("@x",)) for c in DAY.claims}, sources=SOURCES),
        ),
        CLAIM_COLUMNS,
    )
    assert rows[0]["why"] == "'@x"
    named = Known(entities={ENTITY + "hong": entity("hong", "Person", "=cmd()")}, types=TYPES, claims=CLAIMS, sources=SOURCES)
    assert next(iter(as_csv(participant_rows([DAY], named), PARTICIPANT_COLUMNS)))["name"] == "'=cmd()"


def test_a_table_without_rows_has_its_heading():
    stream = io.StringIO()
    write_csv([], EVENT_COLUMNS, stream)
    assert stream.getvalue() == ",".join(EVENT_COLUMNS) + "\n"


def test_order_of_claims_changes_nothing():
    turned = Known(entities=ENTITIES, types=TYPES, claims=dict(reversed(CLAIMS.items())), sources={"two": Source(), "one": SOURCES["one"]})
    assert [event_json(event, turned) for event in HELD] == [event_json(event, KNOWN) for event in HELD]
    swapped = claim("b", "two", DAY, evidence=(Evidence(start=30, end=31, quote="z"), Evidence(start=20, end=23, quote="=a1")))
    again = Known(entities=ENTITIES, types=TYPES, claims=CLAIMS | {swapped.iri: swapped}, sources=SOURCES)
    assert event_json(DAY, again)["evidence"] == event_json(DAY, KNOWN)["evidence"]


def test_a_carriage_return_ends_no_row_and_hides_no_formula():
    stream = io.StringIO()
    write_csv([{"a": "one\r=1+1", "b": "two\r\n-3"}], ("a", "b"), stream)
    stream.seek(0)
    assert list(csv.reader(stream)) == [["a", "b"], ["one\n=1+1", "two\n-3"]]
