"""The named questions of `kg.questions` as pages and as JSON: their list, a form for each, and the answer below it.

Everything is in the address, so that an answer is a link. Only what a template escapes comes from users and articles.
"""

import datetime as dt
import shlex
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from kg import asking
from kg.asking import Answered
from kg.errors import QueryError
from kg.ids import ARTICLE, EVENT, local
from kg.markup import class_words, find_address
from kg.questions import CONDITION, NamedQuery, Value, bind, catalogue, find_question
from kg.show import flag, plain
from kg.terms import Plain, shorten
from kg.web.form import find_faults, make_fields, public_name, read_given, read_values, suggest
from kg.web.formats import csv_reply, json_reply, jsonl_reply, read_format
from kg.web.message import Asked, RefusedError, Reply
from kg.web.pages import render
from kg.web.snapshot import Snapshot, article_path, entity_path, event_path, office_path

# Rows that a page shows; characters of a name that is none that are said again.
SHOWN, SAID = 500, 80
FORMATS = ("csv", "json", "jsonl")
# Questions by what they must be told, in the order in which the first that fits counts.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "Of one event": ("event",),
    "Of people and outlets": ("entity",),
    "Of countries": ("state",),
    "Of an office, a place, an agreement, a list of your own": ("office", "place", "agreement", "chronology"),
}
OF_ALL = "Of everything, or what you narrow it to"


class Cell(NamedTuple):
    """A value in a table: its text, where it leads, and whether it is a number, a date or neither."""

    text: str
    path: str = ""
    sort: str = ""


# --- the list -------------------------------------------------------------------------------------


def by_group() -> dict[str, list[NamedQuery]]:
    """The questions that somebody may put, those that need to be told nothing first."""
    groups: dict[str, list[NamedQuery]] = {name: [] for name in (OF_ALL, *GROUPS)}
    for named in catalogue().values():
        if not named.inner:
            groups[_group(named)].append(named)
    return {name: sorted(found, key=lambda named: named.title) for name, found in groups.items() if found}


def _group(named: NamedQuery) -> str:
    needed = {param.kind for param in named.params if not param.optional}
    return next((name for name, kinds in GROUPS.items() if needed & set(kinds)), OF_ALL)


def questions(snapshot: Snapshot, asked: Asked) -> Reply:
    """The questions, by what they must be told."""
    return render(snapshot, "questions.html", "/ask", groups=by_group(), public_name=public_name)


# --- one question ---------------------------------------------------------------------------------


def find_named(asked: Asked) -> NamedQuery:
    """The question that a path names; `RefusedError` with the nearest names where it names none."""
    try:
        return find_question(asked.path["question"][:SAID])
    except QueryError as error:
        raise RefusedError(404, str(error)) from error


def read_bound(snapshot: Snapshot, named: NamedQuery, given: Mapping[str, str]) -> dict[str, Value]:
    """What the question is asked with for what an address gives. Raises `QueryError`."""
    return asking.read_values(snapshot.store, named, read_values(named, given))


def question(snapshot: Snapshot, asked: Asked) -> Reply:
    """The form of a question, and its answer where everything that it must be told is there."""
    named = find_named(asked)
    given: dict[str, str] = {}
    faults: dict[str, str] = {}
    reason, answered, text = "", None, ""
    try:
        given = read_given(named, asked)
        if all(param.optional or param.name in given for param in named.params):
            bound = read_bound(snapshot, named, given)
            text = sparql_of(named, bound)
            answered = asking.answer(snapshot.store, named, bound)
        elif given:
            faults = {param.name: "needed" for param in named.params if not param.optional and param.name not in given}
            faults |= find_faults(snapshot, named, given)
    except QueryError as error:
        faults = find_faults(snapshot, named, given)
        reason = "" if faults else str(error)
    fields = make_fields(snapshot, named, given, faults)
    return render(
        snapshot,
        "question.html",
        "/ask",
        code=400 if faults or reason else 200,
        named=named,
        fields=fields,
        suggested=suggest(snapshot, fields),
        reason=reason,
        faults=faults,
        answer=answered and _show(snapshot, answered),
        sparql=text,
        sparql_path=f"/sparql#query={quote(text, safe='', errors='replace')}",
        command=command_of(named, given),
        downloads={kind: f"/api/ask/{named.name}?{_same(named, given)}format={kind}" for kind in FORMATS},
    )


def _same(named: NamedQuery, given: Mapping[str, str]) -> str:
    pairs = [(public_name(param), given[param.name]) for param in named.params if param.name in given]
    return f"{urlencode(pairs, errors='replace')}&" if pairs else ""


def sparql_of(named: NamedQuery, bound: Mapping[str, Value]) -> str:
    """The query that answers, without the marks by which lines of it were left out."""
    lines = bind(named, {name: value for name, value in bound.items() if value is not None}).splitlines()
    return "\n".join(CONDITION.sub("", line).rstrip() for line in lines)


def command_of(named: NamedQuery, given: Mapping[str, str]) -> str:
    """The command that gives the same answer, as a shell takes it; a chronology is a file there."""
    kinds = {param.name: param.kind for param in named.params}
    values = {name: "chronology.csv" if kinds[name] == "chronology" else value for name, value in given.items()}
    options = [f"{flag(name)}{'=' if value.startswith('-') else ' '}{shlex.quote(value)}" for name, value in values.items()]
    return " ".join(["kg ask", named.name, *options])


# --- the answer -----------------------------------------------------------------------------------


def _show(snapshot: Snapshot, found: Answered) -> dict[str, Any]:
    """The answer as its page shows it: columns and cells, a thing as one cell, and what is left out."""
    columns = found.columns
    shown = [n for n, column in enumerate(columns) if f"{column}_label" not in columns]
    rows = [
        [_cell(snapshot, columns[n], row[n], row[n - 1] if columns[n].endswith("_label") else None) for n in shown]
        for row in found.rows[:SHOWN]
    ]
    return {
        "columns": [class_words(columns[n].removesuffix("_label").replace("_", " ")) for n in shown],
        "rows": rows,
        "total": len(found.rows),
        "more": len(found.rows) - len(rows),
        "articles": found.articles,
    }


def _cell(snapshot: Snapshot, column: str, value: Plain, thing: Plain) -> Cell:
    """A value; one that is called by a label leads to the page of the thing."""
    if isinstance(thing, str):
        return Cell(str(value), _path(snapshot, thing))
    if value is None:
        return Cell("")
    if isinstance(value, bool):
        return Cell("yes" if value else "no")
    if isinstance(value, int | float):
        return Cell(str(value) if isinstance(value, int) else f"{value:.4f}".rstrip("0").rstrip("."), sort="number")
    if isinstance(value, dt.date):
        return Cell(value.isoformat(), sort="day")
    return _text_cell(snapshot, column, value)


def _text_cell(snapshot: Snapshot, column: str, value: str) -> Cell:
    article = snapshot.articles.get(local(value)) if value.startswith(ARTICLE) else None
    if article is not None:
        return Cell(snapshot.known.sources[article].title or article, article_path(article))
    path = _path(snapshot, value)
    short = shorten(value)
    # What is no IRI of ours may be an address elsewhere.
    return Cell(short if path else value, path or (find_address(value) if short == value else ""), "day" if column == "date" else "")


def _path(snapshot: Snapshot, iri: str) -> str:
    """Where the page of a thing is, "" where it has none."""
    if iri.startswith(EVENT):
        return event_path(iri)
    if iri in snapshot.known.entities:
        return entity_path(iri)
    return office_path(iri) if iri in snapshot.known.offices else ""


# --- for programs ---------------------------------------------------------------------------------


def data(snapshot: Snapshot, asked: Asked) -> Reply:
    """The answer to a question as JSON, or its rows alone as CSV or JSON lines."""
    named = find_named(asked)
    kind = read_format(asked, *FORMATS)
    given = read_given(named, asked, "format")
    found = asking.answer(snapshot.store, named, read_bound(snapshot, named, given))
    records = _records(found)
    if kind == "csv":
        return csv_reply(records, found.columns, file=named.name)
    if kind == "jsonl":
        return jsonl_reply(records, file=named.name)
    answer = {
        "question": named.name,
        "title": named.title,
        "columns": list(found.columns),
        "rows": records,
        "articles": found.articles,
        "scope": named.scope,
    }
    return json_reply(answer, file=named.name if kind else "")


def _records(found: Answered) -> list[dict[str, Any]]:
    """The rows as objects whose keys are in the order of the columns."""
    return [{key: plain(value) for key, value in record.items()} for record in found.records]
