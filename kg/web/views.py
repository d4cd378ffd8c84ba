"""What each path of the explorer is answered with: the table of views, and how their errors become replies."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kg.errors import KgError
from kg.web import api, ask, coverage, network, pages, protocol, things
from kg.web.message import JSON, TEXT, Asked, RefusedError, Reply
from kg.web.snapshot import Snapshot

Answer = Callable[[Snapshot, Asked], Reply]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A path, what answers it, and whether its errors are "page", "json" or "text"."""

    path: str
    answer: Answer
    errors: str = "page"


VIEWS: Mapping[str, View] = {
    "timeline": View(path="/", answer=pages.timeline),
    "event": View(path="/event/{event}", answer=things.event),
    "entity": View(path="/entity/{entity}", answer=things.entity),
    "pair": View(path="/pair/{one}/{other}", answer=things.pair),
    "office": View(path="/office/{office}", answer=things.office),
    "offices": View(path="/offices", answer=things.offices),
    "search": View(path="/search", answer=pages.search),
    "sources": View(path="/sources", answer=coverage.sources),
    "source": View(path="/source", answer=coverage.source),
    "article": View(path="/article/{article}", answer=coverage.article),
    "network": View(path="/network", answer=network.page),
    "questions": View(path="/ask", answer=ask.questions),
    "question": View(path="/ask/{question}", answer=ask.question),
    "sparql": View(path="/sparql", answer=protocol.sparql, errors="text"),
    "api": View(path="/api", answer=api.page),
    "api_description": View(path="/api/openapi.json", answer=api.description, errors="json"),
    "api_timeline": View(path="/api/timeline", answer=api.timeline, errors="json"),
    "api_events": View(path="/api/events", answer=api.events, errors="json"),
    "api_event": View(path="/api/events/{event}", answer=api.event, errors="json"),
    "api_entity": View(path="/api/entities/{entity}", answer=api.entity, errors="json"),
    "api_search": View(path="/api/search", answer=api.search, errors="json"),
    "api_network": View(path="/api/network", answer=network.data, errors="json"),
    "api_ask": View(path="/api/ask/{question}", answer=ask.data, errors="json"),
    "missing": View(path="/{path:path}", answer=pages.missing),
}


def answer(snapshot: Snapshot, asked: Asked) -> Reply:
    """What a view says to a request; where it refuses, the reason in the form that its readers expect."""
    view = VIEWS[asked.view]
    try:
        return view.answer(snapshot, asked)
    except RefusedError as error:
        return _refuse(snapshot, view, error.status, str(error))
    except KgError as error:
        return _refuse(snapshot, view, 400, str(error))


def _refuse(snapshot: Snapshot, view: View, status: int, reason: str) -> Reply:
    if view.errors == "page":
        return pages.refusal(snapshot, status, reason)
    if view.errors == "json":
        return Reply(status=status, media=JSON, body=json.dumps({"error": reason}, ensure_ascii=False).encode("utf-8", "replace"))
    return Reply(status=status, media=TEXT, body=f"{reason}\n".encode("utf-8", "replace"))
