"""Rows as text and records: tables fit a terminal and lose nothing, articles cannot command it, directions show."""

import datetime as dt
from dataclasses import replace

import pytest

from kg.ids import ENTITY, EVENT
from kg.query import EventRow, HolderRow, Part
from kg.records import Skip
from kg.show import (
    EVENT_CELLS,
    EVENT_COLUMNS,
    HOLDER_CELLS,
    answer_text,
    clean,
    describe_skip,
    event_cells,
    event_record,
    event_row,
    holder_cells,
    holder_row,
    measure,
    plain,
    table,
    wrap,
)
from kg.store import Answer

ANNA, TOM = Part(iri=ENTITY + "anna", label="Anna", role="sender"), Part(iri=ENTITY + "tom", label="Tom", role="recipient")
ROW = EventRow(
    event=EVENT + "0123456789abcdef",
    type="Letter",
    label="Letter: Anna, Tom (2024-01)",
    participants=(TOM, ANNA),
    date="2024-01",
    earliest=dt.date(2024, 1, 1),
    latest=dt.date(2024, 1, 31),
    place=ENTITY + "harbour",
    place_label="Old Harbour",
    status="occurred",
    reports=2,
    sources=2,
    publishers=("Gazette", "Post"),
    attributed=("Anna",),
    quotes=("Anna wrote.", "Tom read."),
)
DIRECTIONS = {("sender", "recipient")}
HOLDER = HolderRow(
    office=ENTITY + "o", office_label="Mayor", person=ENTITY + "anna", person_label="Anna", begin="2020", end=None,
    acting=True, checked=dt.date(2024, 5, 6), sources=("https://example.org",), certain=False,
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", None, ["one two three"]),
        ("one two three", 7, ["one two", "three"]),
        ("one two three", 3, ["one", "two", "thr", "ee"]),
        ("", 5, [""]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("한국어", 4, ["한국", "어"]),
    ],
)
def test_text_is_wrapped_at_words(text: str, width: int | None, lines: list[str]) -> None:
    assert wrap(text, width) == lines


def test_a_wide_character_takes_two_columns_and_an_accent_none() -> None:
    assert [measure(text) for text in ("abc", "한국", "e\u0301")] == [3, 4, 1]


def test_without_a_width_every_row_is_one_line_and_columns_stand_below_each_other() -> None:
    lines = table(("a", "b"), [("x" * 300, "1"), ("한", "2")]).split("\n")
    assert lines[0].split() == ["A", "B"]
    assert lines[1] == "x" * 300 + "  1"
    assert lines[2] == "한" + " " * 298 + "  2"


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_a_table_fits_the_width_and_loses_no_word(width: int) -> None:
    cells = ["2024", "a long cell of many words that go on " * 3, "short", "another cell of words " * 2]
    lines = table(("a", "b", "c", "d"), [cells], width=width).split("\n")
    assert max(map(len, lines)) <= width
    assert sorted(" ".join(lines[1:]).split()) == sorted(" ".join(cells).split())


def test_lines_below_a_row_are_indented_and_fit_too() -> None:
    lines = table(("a",), [("x",), ("y",)], width=20, notes=[["some words that are too long"], []]).split("\n")
    assert lines == ["A", "x", "    some words that", "    are too long", "y"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\x1b[31mb", "a[31mb"), ("a\n b\tc", "a b c"), ("\u202eevil", "evil"), ("half \ud800", "half "), ("é 한", "é 한")],
)
def test_an_article_cannot_command_the_terminal(text: str, shown: str) -> None:
    assert clean(text) == shown
    assert "\x1b" not in table(("a",), [(text,)])


@pytest.mark.parametrize(
    ("participants", "shown"),
    [
        ((TOM, ANNA), "Anna → Tom"),
        ((replace(ANNA, role="guest"), replace(TOM, role="guest")), "Anna, Tom"),
        ((replace(ANNA, role="guest"), TOM), "Anna (guest), Tom (recipient)"),
        ((ANNA,), "Anna"),
    ],
)
def test_who_shows_the_direction_where_there_is_one(participants: tuple[Part, ...], shown: str) -> None:
    assert event_cells(replace(ROW, participants=participants), {}, DIRECTIONS)[2] == shown


def test_an_event_is_a_line_of_the_chronology() -> None:
    cells = event_cells(ROW, {ROW.event: "two ducks"}, DIRECTIONS)
    assert cells == ["2024-01", "Letter", "Anna → Tom: two ducks", "Old Harbour", "occurred", "Anna", "2: Gazette, Post", "01234567"]
    assert len(cells) == len(EVENT_COLUMNS)


def test_what_is_unknown_says_so() -> None:
    cells = event_cells(replace(ROW, date=None, place_label=None, attributed=()), {}, DIRECTIONS)
    assert (cells[0], cells[3], cells[5]) == ("undated", "", "")


def test_an_event_as_json_names_its_fields_as_extract_does() -> None:
    record = event_record(ROW, {})
    assert record["participants"][1] == {"id": ENTITY + "anna", "name": "Anna", "role": "sender"}
    assert (record["earliest"], record["place"]["name"], record["item"]) == ("2024-01-01", "Old Harbour", None)


def test_an_event_as_csv_has_a_cell_for_each_column() -> None:
    row = event_row(replace(ROW, date=None, earliest=None, place=None, place_label=None), {})
    assert set(row) == set(EVENT_CELLS)
    assert (row["date"], row["place"], row["quotes"]) == ("", "", "Anna wrote.; Tom read.")


def test_a_tenure_tells_what_is_not_certain() -> None:
    assert holder_cells(HOLDER) == [
        "Mayor",
        "Anna",
        "2020",
        "in office on 2024-05-06",
        "acting, not certain for that day",
        "https://example.org",
    ]
    assert set(holder_row(HOLDER)) == set(HOLDER_CELLS)
    assert holder_row(HOLDER)["end"] == ""


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (Answer(boolean=True), "true"),
        (Answer(triples="<a> <b> <c> .\n"), "<a> <b> <c> ."),
        (Answer(variables=("x", "n"), rows=((ENTITY + "anna", 2), (None, 0.5))), "X        N\nid:anna  2\n         0.5"),
        (Answer(variables=("x",), rows=()), "X"),
        (Answer(variables=("x",), rows=((False,),)), "X\nfalse"),
    ],
)
def test_answers_of_every_kind_are_shown(answer: Answer, text: str) -> None:
    assert answer_text(answer) == text


@pytest.mark.parametrize(
    ("skip", "text"),
    [
        (Skip(path="a.txt", reason="no text"), "a.txt: no text"),
        (Skip(path="a.jsonl", line=3, reason="not JSON"), "a.jsonl, line 3: not JSON"),
    ],
)
def test_a_skip_is_one_line(skip: Skip, text: str) -> None:
    assert describe_skip(skip) == text


def test_records_become_plain_values() -> None:
    assert plain({"b": (HOLDER,), "a": None}) == {"a": None, "b": [plain(HOLDER)]}
    assert plain(HOLDER)["checked"] == "2024-05-06"
