"""A built graph as the explorer has it, read once: the store in memory, its events, and where to find each.

Nothing here changes, and what happens to the folder afterwards is not seen: a build may run beside the server.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from kg.asking import describe_scope, open_store
from kg.content import read_content
from kg.errors import StoreError
from kg.ids import ENTITY, EVENT, article_iri, local
from kg.known import Known
from kg.names import prepare
from kg.records import Event
from kg.store import Store

# Of a report: the class of its outlet, and of each whom it names as a source.
CLASSES = """SELECT DISTINCT ?event ?class WHERE {
  { SELECT ?event ?claim { GRAPH graph:events { ?event nk:claim ?claim } } LIMIT 9999999 }
  { SELECT DISTINCT ?claim ?class {
    { ?claim nk:attribution/nk:via* ?said . ?said nk:speaksAs ?class }
    UNION { ?claim prov:wasDerivedFrom ?article . ?article nk:outlet ?outlet . ?outlet nk:sourceClass ?class }
  } LIMIT 9999999 }
}"""
CLASS_NAMES = 'SELECT ?class ?name { ?class a nk:SourceClass ; skos:prefLabel ?name FILTER(LANG(?name) = "en") }'
# The classes of events that are below each class or are it; whether those of a type link persons directly, as meetings and calls do.
KINDS = "SELECT DISTINCT ?type ?kind { ?type a nk:EventType . ?kind rdfs:subClassOf* ?type . ?kind a nk:EventType }"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The store, its events (the earliest first, what has no date last), and what leads to them.

    `by_entity` has the places in `events` of those in which an entity takes part, or which are there or about it; `by_article` those that
    an article reports, by its id; `articles` has that id under the end of its IRI; `classes` has the classes of the sources of each event;
    `kinds` the types below each type, and it; `encounters` are the types that link persons directly.
    """

    store: Store
    events: Sequence[Event]
    known: Known
    scope: str
    by_entity: Mapping[str, Sequence[int]]
    by_article: Mapping[str, Sequence[int]]
    articles: Mapping[str, str]
    classes: Mapping[str, frozenset[str]]
    class_names: Mapping[str, str]
    kinds: Mapping[str, frozenset[str]]
    encounters: frozenset[str]

    def of(self, iri: str) -> list[Event]:
        """The events of an entity, the earliest first."""
        return [self.events[n] for n in self.by_entity.get(iri, ())]

    def reported_in(self, article: str) -> list[Event]:
        """The events that an article, by its id, reports, the earliest first."""
        return [self.events[n] for n in self.by_article.get(article, ())]


def read_snapshot(folder: Path, *, attempts: int = 3) -> Snapshot:
    """All of the graph in a folder. Raises `StoreError` where there is none, or one whose files vanish each time they are read."""
    try:
        with open_store(folder) as found:
            # A backup of a store that is open to be read lacks what its log alone has.
            return make_snapshot(found.in_memory())
    except StoreError:
        # A build may have put another store in its place meanwhile.
        if attempts == 1:
            raise
    return read_snapshot(folder, attempts=attempts - 1)


def make_snapshot(store: Store) -> Snapshot:
    """As `read_snapshot`, of a store that nobody changes."""
    content = read_content(store, claims=False)
    prepare(store)
    by_entity: dict[str, list[int]] = defaultdict(list)
    by_article: dict[str, list[int]] = defaultdict(list)
    for number, event in enumerate(content.events):
        for iri in things_of(event):
            by_entity[iri].append(number)
        for article in {article for articles in event.sources for article in articles}:
            by_article[article].append(number)
    classes: dict[str, set[str]] = defaultdict(set)
    for event_iri, found in store.sparql(CLASSES).rows:
        classes[str(event_iri)].add(local(str(found)))
    kinds: dict[str, set[str]] = defaultdict(set)
    for kind, below in store.sparql(KINDS).rows:
        kinds[str(kind)].add(str(below))
    return Snapshot(
        store=store,
        events=content.events,
        known=content.known,
        scope=describe_scope(store),
        by_entity=by_entity,
        by_article=by_article,
        articles={local(article_iri(article)): article for article in content.known.sources},
        classes={iri: frozenset(found) for iri, found in classes.items()},
        class_names={local(str(iri)): str(name) for iri, name in sorted(store.sparql(CLASS_NAMES).rows, key=str)},
        kinds={iri: frozenset(found) for iri, found in kinds.items()},
        encounters=frozenset(iri for iri, kind in content.known.types.items() if any(edge.predicate for edge in kind.edges)),
    )


def things_of(event: Event) -> set[str]:
    """The entities of an event: who takes part, where it is, what it is about."""
    return {p.entity for p in event.participants} | {iri for iri in (event.place, event.item.entity if event.item else None) if iri}


def count_events(events: Iterable[Event]) -> Counter[str]:
    """In how many of these events each entity takes part."""
    return Counter(entity for event in events for entity in {participant.entity for participant in event.participants})


def entity_path(iri: str) -> str:
    """Where the page of an entity is: "/entity/kim-jong-un"."""
    return f"/entity/{quote(iri.removeprefix(ENTITY), safe='')}"


def event_path(iri: str) -> str:
    """Where the page of an event is."""
    return f"/event/{quote(iri.removeprefix(EVENT), safe='')}"


def article_path(article: str) -> str:
    """Where the page of an article, by its id, is."""
    return f"/article/{quote(local(article_iri(article)), safe='')}"


def office_path(iri: str) -> str:
    """Where the page of an office is."""
    return f"/office/{quote(iri.removeprefix(ENTITY), safe='')}"
