"""The pages that people read: how a page is made, events in time, what a search finds. Each is a function of snapshot and request."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any, Generic, NamedTuple, TypeVar
from urllib.parse import quote, urlencode

from kg.asking import ALL, STATUSES
from kg.errors import QueryError
from kg.ids import NK
from kg.markup import environment
from kg.names import list_near
from kg.web.cards import make_cards, make_thing
from kg.web.message import HTML, Asked, RefusedError, Reply
from kg.web.search import list_hits
from kg.web.select import NAMES, count_statuses, count_undated, read_selection, select, status_of
from kg.web.snapshot import Snapshot, count_events

# Events on one page of a list, names that a form suggests.
SIZE, SUGGESTED = 100, 400
NOT_FOUND = 404

Listed = TypeVar("Listed")


def render(snapshot: Snapshot, template: str, here: str = "", *, code: int = 200, **values: Any) -> Reply:
    """A page made from a template; `here` is the path in the menu that it belongs to."""
    text = environment().get_template(template).render(scope=snapshot.scope, here=here, **values)
    return Reply(status=code, media=HTML, body=text.encode("utf-8", "replace"))


def refusal(snapshot: Snapshot, status: int, reason: str) -> Reply:
    """The page of a request that is not answered."""
    return render(snapshot, "refusal.html", code=status, missing=status == NOT_FOUND, reason=reason)


def missing(_: Snapshot, asked: Asked) -> Reply:
    """What there is at an address that leads nowhere; with a slash too many at its end it leads to the one without."""
    if asked.path["path"].endswith("/") and asked.path["path"].strip("/"):
        return Reply(status=303, headers={"Location": quote(f"/{asked.path['path'].strip('/')}")})
    raise RefusedError(NOT_FOUND, f"there is no page /{asked.path['path'][:200]}")


# --- events in time -------------------------------------------------------------------------------


def timeline(snapshot: Snapshot, asked: Asked) -> Reply:
    """The events of a selection on a line of time and in a list, page by page."""
    form = form_values(snapshot, asked)
    try:
        selection = read_selection(snapshot, asked, "page")
    except QueryError as error:
        return render(snapshot, "timeline_page.html", "/", code=400, reason=str(error), found=None, **form)
    events = select(snapshot, selection)
    found = cut(events, asked)
    cards = make_cards(snapshot, found.shown)
    return render(
        snapshot,
        "timeline_page.html",
        "/",
        reason="",
        found=found,
        years=[(year, list(cards)) for year, cards in groupby(cards, attrgetter("year"))],
        counts=count_statuses(snapshot, selection),
        undated=count_undated(snapshot, selection),
        title=_title(snapshot, selection.who, selection.whom),
        **form,
    )


def _title(snapshot: Snapshot, *iris: str | None) -> str:
    return " and ".join(make_thing(snapshot, iri).name for iri in iris if iri) or "Events"


def form_values(snapshot: Snapshot, asked: Asked) -> dict[str, Any]:
    """What the form of a selection shows: what was given, what may be chosen, and the address of the same events elsewhere."""
    given = {name: asked.get(name) for name in NAMES}
    entities = snapshot.known.entities
    taking_part = [iri for iri, _ in count_events(snapshot.events).most_common(SUGGESTED)]
    countries = {entity.iri if entity.kind == NK + "State" else entity.country for iri in taking_part if (entity := entities.get(iri))}
    places = Counter(event.place for event in snapshot.events if event.place)
    return {
        "given": given,
        "status": status_of(asked),
        "people": [make_thing(snapshot, iri).name for iri in taking_part],
        "countries": sorted(make_thing(snapshot, iri).name for iri in countries if iri),
        "places": [make_thing(snapshot, iri).name for iri, _ in places.most_common(SUGGESTED)],
        "types": sorted(snapshot.known.types[iri].name for iri in {event.type for event in snapshot.events} if iri in snapshot.known.types),
        "classes": snapshot.class_names,
        "same": urlencode({name: value for name, value in given.items() if value}),
        "with_status": {one: _address(given | {"status": one}) for one in (*STATUSES, ALL)},
    }


def _address(given: Mapping[str, str]) -> str:
    return f"?{urlencode({name: value for name, value in given.items() if value})}"


class Cut(NamedTuple, Generic[Listed]):
    """One page of a list: what it shows, how many there are in all, its number, from 1, and the addresses beside it, "" for none."""

    shown: Sequence[Listed]
    total: int
    page: int
    pages: int
    before: str
    after: str


def cut(listed: Sequence[Listed], asked: Asked) -> Cut[Listed]:
    """The page of a list that an address asks for; the nearest one where there is none of that number."""
    pages = max(1, -(-len(listed) // SIZE))
    page = min(max(asked.number("page") or 1, 1), pages)
    others = [(name, value) for name, value in asked.query if name != "page" and value]
    beside = [f"?{urlencode([*others, ('page', n)], errors='replace')}" if 1 <= n <= pages else "" for n in (page - 1, page + 1)]
    return Cut(listed[(page - 1) * SIZE : page * SIZE], len(listed), page, pages, *beside)


# --- search ---------------------------------------------------------------------------------------


def search(snapshot: Snapshot, asked: Asked) -> Reply:
    """What a text may name: entities, offices, events; the page itself where there is one alone."""
    text = asked.get("q")
    hits = list_hits(snapshot, text) if text else []
    if len(hits) == 1:
        return Reply(status=303, headers={"Location": hits[0].path})
    near = list_near(snapshot.store, text) if text and not hits else ()
    return render(snapshot, "search.html", text=text, hits=hits, near=near)
