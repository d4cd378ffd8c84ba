"""An invented world for the tests of networks and tables: nobody and nothing in it exists."""

import datetime as dt

from kg.dates import from_edtf
from kg.ids import CLAIM, ENTITY, EVENT, NK
from kg.known import Known
from kg.records import Attribution, Claim, Entity, Event, Evidence, Item, Participant, Source, Tenure
from kg.schema import Edge, EventType, RoleType

HOSTILE = 'Tom "T" <b>&amp;</b> \x00\x0b\x1b\ud800\ufffe\x85end'
CLEANED = 'Tom "T" <b>&amp;</b> end'


def entity(name: str, kind: str, label: str, **rest: object) -> Entity:
    return Entity(iri=ENTITY + name, kind=NK + kind, label=label, **rest)  # type: ignore[arg-type]


def event_type(name: str, *edges: Edge) -> EventType:
    roles = tuple(RoleType(name=role, filled_by=()) for edge in edges for role in (edge.source, edge.target))
    return EventType(iri=NK + name, name=name.capitalize(), parents=(), frames=(), roles=roles, edges=edges)


ENTITIES = {
    e.iri: e
    for e in (
        entity("freedonia", "State", "Freedonia", latitude=39.03, longitude=-125.75),
        entity("sylvania", "State", "Sylvania"),
        entity("anna", "Person", "Анна «Белка» Ёлкина", country=ENTITY + "sylvania", wikidata="Q1"),
        entity("hong", "Person", "홍길동", country=ENTITY + "freedonia"),
        entity("tom", "Person", HOSTILE, country=ENTITY + "freedonia"),
        entity("dan", "Person", "דן \u200fכהן"),
        entity("harbour", "City", "Old Harbour", country=ENTITY + "freedonia", latitude=1.5, longitude=2.0),
        entity("pact", "Agreement", "Pact of the Two Ducks"),
        entity("gazette", "Outlet", "The Gazette"),
    )
}
TYPES = {
    t.iri: t
    for t in (
        event_type("chat", Edge(source="guest", target="guest", directed=False)),
        event_type("letter", Edge(source="sender", target="recipient", directed=True)),
        event_type("outing", Edge(source="sender", target="place", directed=True)),
        event_type("solo"),
    )
}


def event(name: str, kind: str, roles: dict[str, str], **rest: object) -> Event:
    """`roles` maps an entity to its role; several are joined by "+"."""
    pairs = [(who, role) for who, joined in roles.items() for role in joined.split("+")]
    date = rest.pop("date", None)
    given = {"place": None, "status": "occurred", "item": None, "claims": (CLAIM + name,), "score": 0.9, "why": ("one claim",)} | rest
    return Event(
        iri=EVENT + name,
        type=NK + kind,
        participants=tuple(Participant(entity=ENTITY + who, role=role, order=n) for n, (who, role) in enumerate(pairs, 1)),
        interval=from_edtf(date) if isinstance(date, str) else None,
        **given,  # type: ignore[arg-type]
    )


EVENTS = (
    event(
        "day",
        "chat",
        {"hong": "guest", "anna": "guest"},
        date="2023-09-13",
        place=ENTITY + "harbour",
        claims=(CLAIM + "a", CLAIM + "b"),
        sources=(("one",), ("two",)),
    ),
    event("month", "chat", {"anna": "guest", "hong": "guest", "tom": "guest"}, date="2023-09", why=("=1+1", "same day")),
    event("undated", "chat", {"dan": "guest", "tom": "guest"}),
    event(
        "post", "letter", {"hong": "sender", "anna": "recipient"}, date="2024-01-31/2024-02-02", item=Item(role="item", text="two ducks")
    ),
    event("swap", "letter", {"tom": "sender+recipient", "anna": "sender+recipient"}, date="2024-02-29"),
    event("trip", "outing", {"freedonia": "sender"}, date="2024", place=ENTITY + "harbour"),
    event("later", "chat", {"dan": "guest", "anna": "guest"}, date="2025-01-01", status="planned"),
    event("alone", "solo", {"dan": "speaker"}, date="2024-05-05", item=Item(role="agreement", text="pact", entity=ENTITY + "pact")),
)


def claim(name: str, article: str, source: Event, **rest: object) -> Claim:
    """What an article says of an event, in the event's own terms but for `rest`."""
    same = {field: getattr(source, field) for field in ("type", "participants", "interval", "place", "status", "item")}
    given = {
        "date_source": "explicit" if source.interval else "none",
        "attributed_to": (),
        "evidence": (Evidence(start=3, end=9, quote="they\nmet"),),
        "confidence": 0.876,
        "why": ("verb",),
    }
    return Claim(iri=CLAIM + name, article=article, **(same | given | rest))  # type: ignore[arg-type]


GAZETTE = Attribution(entity=ENTITY + "gazette", text="the Gazette", source_class=NK + "Media")
CLAIMS = {
    c.iri: c
    for c in (
        claim(
            "b",
            "two",
            EVENTS[0],
            date_source="relative",
            evidence=(Evidence(start=20, end=23, quote="=a1"), Evidence(start=30, end=31, quote="z")),
        ),
        claim(
            "a",
            "one",
            EVENTS[0],
            date_source="published",
            attributed_to=(GAZETTE,),
        ),
        claim("undated", "two", EVENTS[2]),
        claim("post", "one", EVENTS[3]),
        claim("alone", "one", EVENTS[7]),
    )
}
SOURCES = {
    "one": Source(publisher="The Gazette", url="https://example.org/1", title="One", published=dt.date(2023, 9, 14)),
    "two": Source(),
}
OFFICES = {NK + "president": "President of Sylvania", NK + "envoy": "Envoy of Sylvania"}
TENURES = (
    Tenure(person=ENTITY + "anna", office=NK + "envoy", begin=from_edtf("2019"), end=from_edtf("2023-12-31")),
    Tenure(person=ENTITY + "anna", office=NK + "president", begin=from_edtf("2024-01-01"), end=None),
)
KNOWN = Known(
    entities=ENTITIES, types=TYPES, claims=CLAIMS, sources=SOURCES, tenures={ENTITY + "anna": TENURES}, offices=OFFICES
)  # fmt: skip
