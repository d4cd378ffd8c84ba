"""The named questions as pages and as JSON: all of them open, answers link to what they name, and nothing that is given is run."""

import csv
import io
import json
import shlex
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import click
import pytest
from lxml import html
from sample import put

from kg.asking import ask
from kg.cli import cli
from kg.errors import QueryError
from kg.questions import catalogue
from kg.store import Store
from kg.web.ask import SHOWN, by_group, command_of, data, question, questions
from kg.web.form import public_name
from kg.web.message import Asked, RefusedError, Reply
from kg.web.snapshot import Snapshot, make_snapshot

NAMES = [name for name, named in catalogue().items() if not named.inner]
# What each kind of parameter takes in the sample.
VALUES = {
    "entity": "Kim Jong Un", "agreement": "treaty-on-comprehensive-strategic-partnership", "state": "Russia", "place": "Pyongyang",
    "office": "russian-president", "event": "event:summit", "type": "Meeting", "status": "all", "date": "2024-01-04", "number": "3",
    "text": "one", "chronology": "date,who,whom\r\n2023-09-13,Kim Jong Un,Putin\r\n",
}  # fmt: skip
HOSTILE = [
    "<script>alert(1)</script>",
    "\"' onfocus=alert(1) x='",
    "</textarea><img src=x onerror=alert(1)>",
    "\u202egnihtemos\u2066",
    "nul\x00and\x1bescape",
    "'; rm -rf ~; echo '",
    "\"} ; DROP ALL ; #",
    "x" * 30_000,
]  # fmt: skip


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return make_snapshot(put(Store()).in_memory())


def asked(name: str, given: Mapping[str, str], **more: str) -> Asked:
    return Asked(view="question", path={"question": name}, query=tuple({**given, **more}.items()))


def fill(name: str, *, all_of_it: bool = False) -> dict[str, str]:
    """The needed values of a question, or a value for each parameter."""
    return {public_name(p): VALUES[p.kind] for p in catalogue()[name].params if all_of_it or not p.optional}


def tree(reply: Reply) -> html.HtmlElement:
    return html.fromstring(reply.body.decode("utf-8"))


def text_of(reply: Reply, path: str) -> str:
    return " ".join(" ".join(node.text_content() for node in tree(reply).xpath(path)).split())


# --- the list and the forms -------------------------------------------------------------------------


def test_every_question_is_listed_once_and_leads_to_its_page(snapshot: Snapshot) -> None:
    links = [link.removeprefix("/ask/") for link in tree(questions(snapshot, Asked(view="questions"))).xpath("//main//li//a/@href")]
    assert sorted(links) == NAMES
    assert len(NAMES) >= 40


def test_questions_stand_by_what_they_must_be_told() -> None:
    groups = by_group()
    assert {named.name for named in groups["Of one event"]} >= {"company", "roles", "absent"}
    assert "compared" in {named.name for named in next(reversed(groups.values()))}
    assert all(param.optional for named in next(iter(groups.values())) for param in named.params)


@pytest.mark.parametrize("name", NAMES)
def test_every_form_opens_and_every_question_is_answered(snapshot: Snapshot, name: str) -> None:
    form = question(snapshot, asked(name, {}))
    fields = tree(form).xpath("//form[@id='question']//*[@name]")
    assert form.status == 200
    assert [field.get("name") for field in fields] == [public_name(param) for param in catalogue()[name].params]
    assert all(tree(form).xpath(f"//label[@for='{field.get('id')}']") for field in fields)
    answered = question(snapshot, asked(name, fill(name)))
    assert answered.status == 200
    assert text_of(answered, "//*[@id='answer']").startswith("Answer")


@pytest.mark.parametrize("name", NAMES)
def test_a_page_has_one_heading_of_each_rank_before_the_next(snapshot: Snapshot, name: str) -> None:
    ranks = [int(node.tag[1]) for node in tree(question(snapshot, asked(name, fill(name)))).xpath("//h1|//h2|//h3|//h4")]
    assert ranks[0] == 1
    assert ranks.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(ranks))


def test_fields_suit_what_they_take(snapshot: Snapshot) -> None:
    page = tree(question(snapshot, asked("timeline", {})))
    (start,) = page.xpath("//input[@name='from']")
    assert start.get("placeholder") == "2024, 2024-06 or 2024-06-19"
    assert start.get("pattern")
    assert page.xpath("//select[@name='status']/option[@selected]/@value") == ["occurred"]
    assert "Meeting" in page.xpath("//select[@name='type']/option/@value")
    assert page.xpath("//input[@name='min_sources']/@type") == ["number"]
    assert "Kim Jong Un" in page.xpath(f"//datalist[@id='{page.xpath('//input[@name=$n]/@list', n='who')[0]}']/option/@value")
    assert page.xpath("//input[@name='country']/@list") == ["suggested-state"]
    assert not page.xpath("//*[@required]")
    assert tree(question(snapshot, asked("compared", {}))).xpath("//textarea[@required]/@name") == ["listed"]
    assert tree(question(snapshot, asked("present", {}))).xpath("//input[@name='on']/@placeholder") == ["2024-06-19"]


# --- answers ----------------------------------------------------------------------------------------


def test_an_answer_links_to_what_it_names(snapshot: Snapshot) -> None:
    page = question(snapshot, asked("met", {"who": "Kim"}))
    assert tree(page).xpath("//table//td/a/@href") == ["/event/summit"]
    assert text_of(page, "//table//td/a").startswith("Meeting: ")
    assert text_of(page, "//h2[@id='answer']") == "Answer 1 row"
    assert "3 articles published from 2023-09-14 to 2024-01-05" in text_of(page, "//section")
    people = question(snapshot, asked("together", {"who": "Kim Jong Un"}))
    assert tree(people).xpath("//table//td/a/@href") == ["/entity/vladimir-putin"]
    offices = question(snapshot, asked("who", {"person": "Putin"}))
    assert "/office/russian-president" in tree(offices).xpath("//table//td/a/@href")
    reports = question(snapshot, asked("first_reports", {"event": "event:summit"}))
    assert set(tree(reports).xpath("//table//td/a/@href")) == {
        "/article/one",
        f"/article/{next(a for a in snapshot.articles if 'two' in a)}",
    }


def test_no_row_is_not_reported_and_never_says_that_nothing_happened(snapshot: Snapshot) -> None:
    section = text_of(question(snapshot, asked("met", {"who": "Kim", "whom": "Lavrov"})), "//section")
    assert "No row: not reported in 3 articles published from 2023-09-14 to 2024-01-05." in section
    assert "happen" not in section
    assert not tree(question(snapshot, asked("met", {"who": "Kim", "whom": "Lavrov"}))).xpath("//table")


def test_a_chronology_is_pasted_as_rows(snapshot: Snapshot) -> None:
    page = question(snapshot, asked("compared", {"listed": VALUES["chronology"]}))
    assert tree(page).xpath("//table//td/a/@href") == ["/entity/kim-jong-un", "/entity/vladimir-putin", "/event/summit"]
    assert "kg ask compared --listed chronology.csv" in text_of(page, "//pre")
    shown = tree(page).xpath("string(//textarea)")
    assert shown.strip().splitlines() == ["date,who,whom", "2023-09-13,Kim Jong Un,Putin"]


def test_a_chronology_is_never_read_from_a_file(snapshot: Snapshot, tmp_path: Path) -> None:
    file = tmp_path / "listed.csv"
    file.write_text(VALUES["chronology"], encoding="utf-8")
    for text in (str(file), f"{file}\n"):
        assert json.loads(data(snapshot, asked("compared", {"listed": text})).body)["rows"] == []


def test_a_line_of_a_chronology_that_is_none_is_named(snapshot: Snapshot) -> None:
    with pytest.raises(QueryError, match="line 1"):
        data(snapshot, asked("compared", {"listed": "date,who,whom\nnever,Kim,Putin"}))
    with pytest.raises(QueryError, match="no column 'whom'"):
        data(snapshot, asked("compared", {"listed": "date,who\n2024,Kim"}))


def test_many_rows_are_cut_with_a_word_on_how_many_more(snapshot: Snapshot) -> None:
    page = question(snapshot, asked("who", {}))
    total = len(json.loads(data(snapshot, asked("who", {})).body)["rows"])
    assert total > SHOWN
    assert len(tree(page).xpath("//table/tbody/tr")) == SHOWN
    assert f"{total - SHOWN} more rows not shown; the files below have all {total}" in text_of(page, "//section")


def test_downloads_keep_what_was_given(snapshot: Snapshot) -> None:
    page = question(snapshot, asked("met", {"who": "Kim", "from": "2023"}))
    links = tree(page).xpath("//p[@class='downloads']/a/@href")
    assert [dict(parse_qsl(urlsplit(link).query)) for link in links] == [
        {"who": "Kim", "from": "2023", "format": kind} for kind in ("csv", "json", "jsonl")
    ]
    assert {urlsplit(link).path for link in links} == {"/api/ask/met"}


def test_the_sparql_of_an_answer_gives_it_again(snapshot: Snapshot) -> None:
    page = tree(question(snapshot, asked("met", {"who": "Kim", "from": "2023"})))
    (link,) = page.xpath("//details//a/@href")
    text = unquote(link.removeprefix("/sparql#query="))
    assert text == page.xpath("string(//details//pre)")
    assert "#?" not in text
    answer = ask(snapshot.store, "met", {"who": "Kim", "start": "2023"})
    assert [row[0] for row in snapshot.store.sparql(text).rows] == [record["event"] for record in answer.records]


@pytest.mark.parametrize("name", NAMES)
def test_the_command_line_is_one_that_the_program_takes(name: str) -> None:
    named = catalogue()[name]
    given = {param.name: "-3" if param.kind == "number" else 'Kim\'s "x" $(id) ; `a`' for param in named.params}
    words = shlex.split(command_of(named, given))
    assert words[:3] == ["kg", "ask", name]
    command = cli.commands["ask"].get_command(click.Context(cli), name)  # type: ignore[attr-defined]
    parsed = command.make_context(name, words[3:]).params
    assert {key: parsed[key] for key in given} == given | {p.name: "chronology.csv" for p in named.params if p.kind == "chronology"}


# --- what is no value -------------------------------------------------------------------------------


def test_a_wrong_value_is_shown_with_the_reason_beside_it(snapshot: Snapshot) -> None:
    page = question(snapshot, asked("first_last", {"who": "Kim Jong Un", "whom": "Lavrow"}))
    assert page.status == 400
    (field,) = tree(page).xpath("//input[@aria-invalid='true']")
    assert (field.get("name"), field.get("value")) == ("whom", "Lavrow")
    assert "near: " in text_of(page, "//*[@id='reason-whom']")
    assert "reason-whom" in field.get("aria-describedby")
    assert tree(page).xpath("//input[@name='who']/@value") == ["Kim Jong Un"]


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("met", {"from": "soon"}, "soon"),
        ("met", {"from": "2024", "to": "2023"}, "no day is from"),
        ("met", {"status": "perhaps"}, "perhaps"),
        ("met", {"min_sources": "many"}, "whole number"),
        ("met", {"start": "2024"}, "no parameter 'start'"),
        ("timeline", {"type": "Dance"}, "Dance"),
        ("company", {"event": "0000"}, "no single event"),
        ("present", {"place": "Pyongyang", "on": "2024"}, "no single day"),
        ("first_last", {"who": "Kim"}, "needed"),
    ],
)
def test_what_is_no_value_is_a_page_with_its_reason(snapshot: Snapshot, name: str, given: dict[str, str], said: str) -> None:
    page = question(snapshot, asked(name, given))
    assert page.status == 400
    assert said in text_of(page, "//*[@class='refused']")
    assert tree(page).xpath("//form[@id='question']")
    assert not tree(page).xpath("//table")


def test_an_unknown_question_is_not_there_and_near_ones_are_named(snapshot: Snapshot) -> None:
    for view in (question, data):
        with pytest.raises(RefusedError, match="near: first_last") as refused:
            view(snapshot, asked("frist_last", {}))
        assert refused.value.status == 404
    for inner in ("event", "label"):
        with pytest.raises(RefusedError):
            question(snapshot, asked(inner, {}))


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    ("name", "parameter"), [("met", "who"), ("compared", "listed"), ("changed", "article"), ("timeline", "type"), ("met", "from")]
)
def test_what_is_given_is_shown_and_never_run(snapshot: Snapshot, text: str, name: str, parameter: str) -> None:
    page = question(snapshot, asked(name, {parameter: text}))
    body = page.body.decode("utf-8")
    assert page.status in (200, 400)
    assert not tree(page).xpath("//script | //main//img | //*[@onerror] | //*[@onfocus]")
    assert not any(char in body for char in "\u202e\u2066\x00\x1b")
    tree_of_form = tree(page).xpath("//form[@id='question']//*[@name]/@name")
    assert tree_of_form == [public_name(param) for param in catalogue()[name].params]
    try:
        json.loads(data(snapshot, asked(name, {parameter: text})).body)
    except QueryError as error:
        assert str(error)


# --- for programs -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_format_has_the_same_rows(snapshot: Snapshot, name: str) -> None:
    given = fill(name)
    whole = json.loads(data(snapshot, asked(name, given)).body)
    assert list(whole) == ["question", "title", "columns", "rows", "articles", "scope"]
    assert all(list(row) == whole["columns"] for row in whole["rows"])
    lines = data(snapshot, asked(name, given, format="jsonl"))
    assert [json.loads(line) for line in lines.body.decode().splitlines()] == whole["rows"]
    table = data(snapshot, asked(name, given, format="csv"))
    head, *rows = csv.reader(io.StringIO(table.body.decode(), newline=""))
    assert head == whole["columns"]
    assert len(rows) == len(whole["rows"])
    assert {reply.headers["Content-Disposition"] for reply in (lines, table)} == {
        f'attachment; filename="{name}.{kind}"' for kind in ("jsonl", "csv")
    }


def test_all_parameters_together_are_taken(snapshot: Snapshot) -> None:
    for name in NAMES:
        given = fill(name, all_of_it=True)
        if {"from", "to"} <= given.keys():
            given |= {"from": "2023", "to": "2024"}
        assert json.loads(data(snapshot, asked(name, given)).body)["question"] == name


def test_json_is_saved_where_a_format_is_asked_for(snapshot: Snapshot) -> None:
    assert not data(snapshot, asked("met", {})).headers
    assert data(snapshot, asked("met", {}, format="json")).headers["Content-Disposition"].endswith('"met.json"')
    with pytest.raises(QueryError, match="format: 'xml'"):
        data(snapshot, asked("met", {}, format="xml"))


def test_answers_are_those_of_the_python_interface(snapshot: Snapshot) -> None:
    rows = json.loads(data(snapshot, asked("pairs", {"who": "Ким Чен Ын"})).body)["rows"]
    assert rows == ask(snapshot.store, "pairs", {"who": "Kim Jong Un"}).records
    assert rows
