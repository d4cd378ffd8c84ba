"""A store -> what files are written from: its events and all that these refer to, as records, read once."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from kg.dates import earliest, from_edtf
from kg.ids import local
from kg.known import Known
from kg.records import Event, Tenure
from kg.schema import Edge, EventType
from kg.store import Store

TYPES = """SELECT DISTINCT ?type ?name ?cameo ?plover ?edge ?source ?target ?directed ?predicate WHERE {
  ?type a nk:EventType ; skos:prefLabel ?name FILTER(LANG(?name) = "en")
  OPTIONAL { ?type nk:cameo ?cameo } OPTIONAL { ?type nk:plover ?plover }
  OPTIONAL { ?type nk:edge ?edge . ?edge nk:from ?source ; nk:to ?target
    OPTIONAL { ?edge nk:directed ?directed } OPTIONAL { ?edge nk:direct ?predicate } }
}"""
TENURES = """SELECT DISTINCT ?tenure ?person ?office ?label ?begin ?end ?checked WHERE {
  ?tenure a nk:Tenure ; nk:holder ?person ; nk:office ?office . ?office skos:prefLabel ?label FILTER(LANG(?label) = "en")
  OPTIONAL { ?tenure nk:begin ?begin } OPTIONAL { ?tenure nk:end ?end } OPTIONAL { ?tenure nk:checked ?checked }
}"""


@dataclass(frozen=True, slots=True)
class Content:
    """The store, its events (the earliest first, what has no date last) and what they refer to."""

    store: Store
    events: Sequence[Event]
    known: Known


def read_content(store: Store, *, claims: bool = True) -> Content:
    """All of a store, in memory; without the `claims`, which are most of it, where nobody asks for what articles say."""
    tenures, offices = _tenures(store)
    known = Known(
        entities={entity.iri: entity for entity in store.entities()},
        types=_types(store),
        claims={claim.iri: claim for claim in store.claims()} if claims else {},
        sources={article.id: article.source for article in store.articles()},
        tenures=tenures,
        offices=offices,
    )
    events = sorted(store.events(), key=lambda event: (earliest(event.interval) if event.interval else dt.date.max, event.iri))
    return Content(store, events, known)


def _types(store: Store) -> dict[str, EventType]:
    """The event types as far as networks and tables need them: names, codes and edges."""
    found: dict[str, EventType] = {}
    for iri, name, cameo, plover, edge, source, target, directed, predicate in sorted(store.sparql(TYPES).rows, key=str):
        known = found[str(iri)].edges if str(iri) in found else ()
        link = None if predicate is None else str(predicate)
        drawn = (Edge(source=local(str(source)), target=local(str(target)), directed=bool(directed), predicate=link),) if edge else ()
        found[str(iri)] = EventType(
            iri=str(iri),
            name=str(name),
            parents=(),
            frames=(),
            roles=(),
            edges=(*known, *drawn),
            cameo=None if cameo is None else str(cameo),
            plover=None if plover is None else str(plover),
        )
    return found


def _tenures(store: Store) -> tuple[dict[str, tuple[Tenure, ...]], dict[str, str]]:
    """Who held which office when, by person, and the labels of the offices."""
    held: dict[str, tuple[Tenure, ...]] = {}
    offices: dict[str, str] = {}
    for _, person, office, label, begin, end, checked in sorted(store.sparql(TENURES).rows, key=str):
        bounds = [None if bound is None else from_edtf(str(bound)) for bound in (begin, end)]
        seen = checked if isinstance(checked, dt.date) else None
        tenure = Tenure(person=str(person), office=str(office), begin=bounds[0], end=bounds[1], checked=seen)
        held[str(person)] = (*held.get(str(person), ()), tenure)
        offices[str(office)] = str(label)
    return held, offices
