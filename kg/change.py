"""What is to be different in a store, as records -> one transaction.

Articles, events, entities and links come and go together, so that a process that is killed leaves all of a change or
nothing of it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.ids import ENTITIES_GRAPH, EVENTS_GRAPH, HISTORY_GRAPH, INDEX_GRAPH, NK, article_iri
from kg.ontology import Ontology
from kg.records import Claim, Entity, Event, EventLink, Extract, Version
from kg.store import Store
from kg.terms import PROV, named, string
from kg.triples import (
    World,
    direct_quads,
    entity_quads,
    event_label,
    event_quads,
    extract_quads,
    key_quads,
    link_quads,
    said_quads,
    things,
    version_quads,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retaken:
    """An article in the store some newcomers of which are now taken for others: its claims and newcomers as they are to be."""

    article: str
    claims: tuple[Claim, ...]
    minted: tuple[Entity, ...]
    taken: Mapping[str, str]
    unnamed: tuple[Claim, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What comes and what goes. Whatever comes takes the place of what the store has under the same id or IRI.

    `entities` are newcomers with the ids of the articles that name them; `keys` are those under which events and newcomers of
    articles are found. With an article that goes its former texts are forgotten.
    """

    extracts: Sequence[Extract] = ()
    retaken: Sequence[Retaken] = ()
    gone_articles: Collection[str] = ()
    events: Sequence[Event] = ()
    gone_events: Collection[str] = ()
    links: Collection[EventLink] = ()
    entities: Mapping[str, tuple[Entity, tuple[str, ...]]] = field(default_factory=dict)
    gone_entities: Collection[str] = ()
    keys: Mapping[str, Collection[str]] = field(default_factory=dict)
    versions: Sequence[Version] = ()


def read_stamp(store: Store) -> str | None:
    """What the claims of the store were read with; None where there are none yet."""
    found = store.inner.quads_for_pattern(named(INDEX_GRAPH), named(NK + "stamp"), None, named(INDEX_GRAPH))
    return next((quad.object.value for quad in found if isinstance(quad.object, ox.Literal)), None)


def write_stamp(store: Store, stamp: str) -> None:
    """Note what the claims of an empty store will be read with."""
    store.change(set(), {ox.Quad(named(INDEX_GRAPH), named(NK + "stamp"), string(stamp), named(INDEX_GRAPH))})


def copy_versions(source: Store, target: Store, articles: Iterable[str]) -> None:
    """Take over what another store knows of the former texts of these articles, by id."""
    target.change(set(), {quad for article in articles for quad in _versions(source, article)})


def apply(store: Store, change: Change, ontology: Ontology) -> None:
    """Make the change, all or nothing."""
    events = {event.iri for event in change.events} | set(change.gone_events)
    found = [event for iri in sorted(events) if (event := store.event(iri))]
    world = _world(store, [*change.events, *found], ontology, change.entities)
    old = {*_old_articles(store, change), *_old_entities(store, change), *_old_events(store, events)}
    links = {quad for event in change.events for quad in direct_quads(event, world)}
    kept = {quad for event in found for quad in direct_quads(event, world) if quad not in links and _is_given(store, quad, events)}
    old |= {quad for event in found for quad in direct_quads(event, world)}
    store.change(old, {*_new(change, world), *kept})


def load(store: Store, change: Change, ontology: Ontology) -> None:
    """Make a change by which only things come that the store has nothing of yet: quicker, in little memory.

    A process that is killed may leave a part of it.
    """
    store.load(_new(change, _world(store, change.events, ontology, change.entities)))


# --- what the store has of it ---------------------------------------------------------------------


def _old_articles(store: Store, change: Change) -> Iterator[ox.Quad]:
    for article in {*change.gone_articles, *(extract.article.id for extract in change.extracts)}:
        yield from _with_keys(store, store.graph(article_iri(article)))
    for retaken in change.retaken:
        article = article_iri(retaken.article)
        said = (q for q in store.graph(article) if q.subject != named(article) or q.predicate == named(NK + "unnamed"))
        yield from _with_keys(store, said)
    for article in change.gone_articles:
        yield from _versions(store, article)


def _versions(store: Store, article: str) -> Iterator[ox.Quad]:
    for quad in store.inner.quads_for_pattern(None, named(PROV + "specializationOf"), named(article_iri(article)), named(HISTORY_GRAPH)):
        yield from store.inner.quads_for_pattern(quad.subject, None, None, quad.graph_name)


def _with_keys(store: Store, quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    for quad in quads:
        yield quad
        if quad.object == named(NK + "Newcomer"):
            yield from store.inner.quads_for_pattern(quad.subject, None, None, named(INDEX_GRAPH))


def _old_entities(store: Store, change: Change) -> Iterator[ox.Quad]:
    for iri in {*change.gone_entities, *change.entities}:
        yield from store.inner.quads_for_pattern(named(iri), None, None, named(ENTITIES_GRAPH))


def _old_events(store: Store, events: Collection[str]) -> Iterator[ox.Quad]:
    """The events with the nodes of their parts, the links from and to them, and their keys."""
    graph = named(EVENTS_GRAPH)
    for iri in events:
        for quad in store.inner.quads_for_pattern(named(iri), None, None, graph):
            yield quad
            if isinstance(quad.object, ox.NamedNode) and quad.object.value.startswith(f"{iri}-"):
                yield from store.inner.quads_for_pattern(quad.object, None, None, graph)
        yield from store.inner.quads_for_pattern(None, None, named(iri), graph)
        yield from store.inner.quads_for_pattern(named(iri), None, None, named(INDEX_GRAPH))


def _is_given(store: Store, link: ox.Quad, gone: Collection[str]) -> bool:
    """Whether an event that stays gives the direct link too."""
    giving = store.inner.quads_for_pattern(None, named(NK + "gives"), string(_told(link)), named(INDEX_GRAPH))
    return any(isinstance(quad.subject, ox.NamedNode) and quad.subject.value not in gone for quad in giving)


def _told(link: ox.Quad) -> str:
    """A direct link as one string, under which the events that give it are found."""
    return f"{link.subject} {link.predicate} {link.object}"


# --- what comes -----------------------------------------------------------------------------------


def _new(change: Change, world: World) -> Iterator[ox.Quad]:
    yield from _new_articles(change)
    for entity, articles in change.entities.values():
        yield from entity_quads(entity, articles)
    for event in change.events:
        yield from event_quads([event], world)
        for link in direct_quads(event, world):
            yield link
            yield ox.Quad(named(event.iri), named(NK + "gives"), string(_told(link)), named(INDEX_GRAPH))
    yield from link_quads(change.links)
    yield from key_quads(change.keys)
    yield from version_quads(change.versions)


def _new_articles(change: Change) -> Iterator[ox.Quad]:
    for extract in change.extracts:
        yield from extract_quads(extract)
    for retaken in change.retaken:
        yield from said_quads(retaken.claims, retaken.minted, retaken.taken, retaken.unnamed, retaken.article)


# --- names ----------------------------------------------------------------------------------------


def _world(
    store: Store, records: Iterable[Event | Claim], ontology: Ontology, entities: Mapping[str, tuple[Entity, tuple[str, ...]]]
) -> World:
    """What the quads of these records need to know of those that take part: of the ontology, of these newcomers, of those in the store."""
    new = {iri: entity for iri, (entity, _) in entities.items()}
    iris = sorted({thing for record in records for thing in things(record)})
    known = {iri: found for iri in iris if (found := ontology.entities.get(iri) or new.get(iri) or store.newcomer(iri))}
    return World(
        types=ontology.types,
        labels={iri: entity.label for iri, entity in known.items()},
        persons=frozenset(iri for iri, entity in known.items() if ontology.is_a(entity.kind, NK + "Person")),
        states={iri: state for iri, entity in known.items() if (state := ontology.state_of(entity))},
    )


def describe_claims(store: Store, claims: Sequence[Claim], ontology: Ontology) -> list[str]:
    """What claims in the store tell of: "Meeting: Kim Jong Un, Vladimir Putin (2023-09-13), Vostochny Cosmodrome"."""
    world = _world(store, claims, ontology, {})
    return [", ".join(filter(None, (event_label(claim, world), world.labels.get(claim.place or "")))) for claim in claims]
