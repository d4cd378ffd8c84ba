"""The JSON API: events, entities, what a text names, and a description of it all as OpenAPI and as a page.

`openapi.yaml` says what there is; a path for each named question is added from their catalogue. The same graph gives the same bytes.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from kg import asking, query
from kg.asking import STATUSES
from kg.errors import QueryError
from kg.ids import ENTITY, EVENT
from kg.markup import showable
from kg.network import label_of, may_lie_within
from kg.questions import NamedQuery, Param, catalogue
from kg.records import Event
from kg.show import EVENT_CELLS, event_record, event_row, plain
from kg.tables import JOINT, Json
from kg.web.ask import FORMATS
from kg.web.form import note_of, public_name
from kg.web.formats import csv_reply, json_reply, read_format
from kg.web.message import Asked, RefusedError, Reply
from kg.web.pages import render
from kg.web.search import list_hits, name_event
from kg.web.select import read_selection, select
from kg.web.snapshot import Snapshot

EPOCH = dt.date(1970, 1, 1)
SIZE, LARGEST_PAGE = 100, 500
NOT_FOUND, SAID = 404, 80

Document = dict[str, Any]


# --- events ---------------------------------------------------------------------------------------


def timeline(snapshot: Snapshot, asked: Asked) -> Reply:
    """The dated events of a selection as [id, first day since 1970, days, status, label]; those without a date are counted."""
    selection = read_selection(snapshot, asked)
    always = select(snapshot, replace(selection, start=None, end=None))
    places = {status: place for place, status in enumerate(STATUSES)}
    drawn = [
        [
            event.iri.removeprefix(EVENT),
            (days.start - EPOCH).days,
            (days.end - days.start).days,
            places[event.status],
            showable(name_event(snapshot, event)),
        ]
        for event in always
        if (days := event.interval) and may_lie_within(days, selection.start, selection.end)
    ]
    undated = sum(event.interval is None for event in always)
    return json_reply({"statuses": list(STATUSES), "events": drawn, "undated": undated, "scope": snapshot.scope})


def events(snapshot: Snapshot, asked: Asked) -> Reply:
    """The events of a selection, page by page; as CSV all of them."""
    chosen = select(snapshot, read_selection(snapshot, asked, "page", "size", "format"))
    if read_format(asked, "json", "csv") == "csv":
        return csv_reply(_event_rows(snapshot, chosen), (*EVENT_CELLS, "classes"), file="events")
    page, size = (_positive(asked, name, default) for name, default in (("page", 1), ("size", SIZE)))
    if size > LARGEST_PAGE:
        raise QueryError(f"size: {size} is more than {LARGEST_PAGE}")
    shown = chosen[(page - 1) * size : page * size]
    items = _items(snapshot, shown)
    records = [event_record(row, items) | {"classes": _classes(snapshot, row.event)} for row in query.rows(snapshot.store, shown)]
    return json_reply({"total": len(chosen), "page": page, "size": size, "events": records})


def _positive(asked: Asked, name: str, default: int) -> int:
    found = asked.number(name)
    if found == 0:
        raise QueryError(f"{name}: it begins with 1")
    return found or default


def _event_rows(snapshot: Snapshot, chosen: Sequence[Event]) -> Iterator[dict[str, Any]]:
    items = _items(snapshot, chosen)
    for row in query.rows(snapshot.store, chosen):
        yield event_row(row, items) | {"classes": JOINT.join(_classes(snapshot, row.event))}


def _classes(snapshot: Snapshot, event: str) -> list[str]:
    return sorted(snapshot.classes.get(event, ()))


def _items(snapshot: Snapshot, chosen: Iterable[Event]) -> dict[str, str]:
    """What each event is about, as `kg.asking.items` tells of all."""
    return {e.iri: label_of(e.item.entity, snapshot.known) if e.item.entity else e.item.text for e in chosen if e.item}


# --- one thing ------------------------------------------------------------------------------------


def event(snapshot: Snapshot, asked: Asked) -> Reply:
    """One event with its claims, as `kg show --format json` prints it."""
    try:
        return json_reply(plain(asking.event(snapshot.store, EVENT + asked.path["event"])))
    except (QueryError, ValueError) as error:
        raise RefusedError(NOT_FOUND, f"there is no event {asked.path['event'][:SAID]!r}") from error


def entity(snapshot: Snapshot, asked: Asked) -> Reply:
    """One entity with its offices and events, as `kg show --format json` prints it."""
    iri = ENTITY + asked.path["entity"]
    if iri not in snapshot.known.entities:
        raise RefusedError(NOT_FOUND, f"there is no entity {asked.path['entity'][:SAID]!r}")
    return json_reply(plain(query.entity(snapshot.store, iri)))


def search(snapshot: Snapshot, asked: Asked) -> Reply:
    """What a text may name; nothing is an empty list."""
    text = asked.get("q")
    if not text:
        raise QueryError("q: what is looked for?")
    return json_reply(
        [{"id": hit.iri, "name": hit.name, "kind": hit.kind, "events": hit.events, "path": hit.path} for hit in list_hits(snapshot, text)]
    )


# --- what there is --------------------------------------------------------------------------------


def _read_description() -> Document:
    """The description with a path for each named question."""
    with Path(__file__).with_name("openapi.yaml").open(encoding="utf-8") as file:
        document: Document = yaml.safe_load(file)
    asked = {f"/api/ask/{named.name}": {"get": _describe(named)} for named in catalogue().values() if not named.inner}
    return document | {"paths": {**document["paths"], **asked}}


def _describe(named: NamedQuery) -> Document:
    formats = {
        "name": "format",
        "in": "query",
        "description": "the form of the answer",
        "schema": {"type": "string", "enum": list(FORMATS)},
    }
    rows = {"application/jsonl": {"schema": {"type": "string"}}, "text/csv": {"schema": {"type": "string"}}}
    answer = {"application/json": {"schema": {"$ref": "#/components/schemas/Answer"}}}
    return {
        "operationId": f"ask_{named.name}",
        "summary": named.title,
        "description": named.description,
        "parameters": [*map(_parameter, named.params), formats],
        "responses": {
            "200": {"description": "The answer", "content": answer | rows},
            "400": {"$ref": "#/components/responses/Refused"},
        },
    }


def _parameter(param: Param) -> Document:
    schemas: Mapping[str, Document] = {
        "number": {"type": "integer"},
        "status": {"type": "string", "enum": [*STATUSES, asking.ALL], "default": STATUSES[0]},
        "date": {"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"},
    }
    found = {
        "name": public_name(param),
        "in": "query",
        "description": note_of(param),
        "schema": schemas.get(param.kind, {"type": "string"}),
    }
    return found if param.optional else found | {"required": True}


DESCRIPTION = _read_description()


def description(snapshot: Snapshot, asked: Asked) -> Reply:
    """The OpenAPI description."""
    return json_reply(DESCRIPTION)


class Parameter(NamedTuple):
    """A line of a table of parameters."""

    name: str
    place: str
    type: str
    description: str
    required: bool


class Field(NamedTuple):
    """A field of an answer."""

    name: str
    type: str
    description: str


def page(snapshot: Snapshot, asked: Asked) -> Reply:
    """The description as a page."""
    paths = DESCRIPTION["paths"]
    operations = [_show(path, methods) for path, methods in paths.items()]
    schemas = DESCRIPTION["components"]["schemas"]
    return render(
        snapshot,
        "api.html",
        "/api",
        info=DESCRIPTION["info"],
        operations=[one for one in operations if not one["id"].startswith("ask_")],
        questions=[one | {"name": one["id"].removeprefix("ask_")} for one in operations if one["id"].startswith("ask_")],
        formats=FORMATS,
        shapes=[{"name": name, "description": shape["description"], "fields": _fields(shape)} for name, shape in schemas.items()],
    )


def _show(path: str, methods: Document) -> Document:
    get = methods["get"]
    return {
        "id": get["operationId"],
        "path": path,
        "methods": ", ".join(method.upper() for method in methods),
        "summary": get["summary"],
        "description": get["description"],
        "example": get.get("x-example", ""),
        "parameters": [_show_parameter(_resolve(one)) for one in get["parameters"]],
        "answers": [_show_answer(status, _resolve(answer)) for status, answer in get["responses"].items()],
    }


def _resolve(part: Document) -> Document:
    """The part itself, or that of the description to which it refers."""
    found: Document = DESCRIPTION if "$ref" in part else part
    for name in part.get("$ref", "#").split("/")[1:]:
        found = found[name]
    return found


def _show_parameter(one: Document) -> Parameter:
    return Parameter(one["name"], one["in"], type_words(one["schema"]), one["description"], one.get("required", False))


def _show_answer(status: str, answer: Document) -> Json:
    return {"status": status, "description": answer["description"], "media": ", ".join(answer.get("content", {}))}


def _fields(shape: Document) -> list[Field]:
    return [Field(name, type_words(schema), schema.get("description", "")) for name, schema in shape.get("properties", {}).items()]


def type_words(schema: Document) -> str:
    """What a schema allows, in a few words: "list of Event", "occurred, planned or denied"."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        *others, last = map(str, schema["enum"])
        return f"{', '.join(others)} or {last}" if others else last
    if "oneOf" in schema:
        return " or ".join(map(type_words, schema["oneOf"]))
    kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    if "array" in kinds:
        return f"list of {type_words(schema['items'])}" if "items" in schema else "list"
    return " or ".join(schema.get("format", kind) if kind == "string" else kind for kind in kinds)
