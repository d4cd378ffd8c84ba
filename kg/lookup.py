"""What an update needs of a store, as records, each read once: articles, what they say, events under keys and their claims."""

from collections.abc import Collection, Iterator
from functools import cache

import pyoxigraph as ox

from kg.ids import EVENTS_GRAPH, INDEX_GRAPH, NK, article_iri
from kg.readback import StoredArticle, nodes_of, read_articles, read_claims, read_gist, read_newcomers, read_unnamed
from kg.records import Claim, Entity, Imprint
from kg.store import Store
from kg.terms import PROV, named, string

# The claims of an article, its newcomers with the entities that they are taken for, and the claims as they were before that, if need be.
Said = tuple[tuple[Claim, ...], tuple[tuple[Entity, str], ...], tuple[Claim, ...]]


class Lookup:
    """A store as it was when it was first looked at."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._article_id = cache(store.article_id)
        self.article = cache(self._read_article)
        self.newcomer = cache(store.newcomer)
        self.event = cache(store.event)
        self.claims_of = cache(self._read_claims_of)
        self.event_of = cache(self._read_event_of)
        self.said = cache(self._read_said)

    def imprint(self, article: str) -> Imprint | None:
        """What merging needs of an article, by its id."""
        found = self.article(article)
        return found.imprint if found else None

    def events_under(self, keys: Collection[str]) -> set[str]:
        """The IRIs of the events that are found under any of some keys."""
        return {iri for key in keys for iri in self._under(key)}

    def bearers(self, key: str) -> Iterator[tuple[str, Entity, str]]:
        """Each newcomer of a name: the id of the article, what it says of it, and the entity that it is taken for."""
        for iri in sorted(self._under(key)):
            nodes = nodes_of(self._store.inner.quads_for_pattern(named(iri), None, None, named(iri.partition("#")[0])))
            yield from ((self._article_id(iri.partition("#")[0]), entity, taken) for entity, taken in read_newcomers(nodes))

    def _under(self, key: str) -> set[str]:
        found = self._store.inner.quads_for_pattern(None, named(NK + "key"), string(key), named(INDEX_GRAPH))
        return {quad.subject.value for quad in found if isinstance(quad.subject, ox.NamedNode)}

    def _read_article(self, article: str) -> StoredArticle | None:
        iri = named(article_iri(article))
        return next(read_articles(nodes_of(self._store.inner.quads_for_pattern(iri, None, None, iri))), None)

    def _read_said(self, article: str) -> Said:
        """What an article says."""
        nodes = nodes_of(self._store.inner.quads_for_pattern(None, None, None, named(article_iri(article))))
        return tuple(read_claims(nodes)), tuple(read_newcomers(nodes)), read_unnamed(nodes)

    def _read_event_of(self, claim: str) -> str | None:
        found = self._store.inner.quads_for_pattern(None, named(NK + "claim"), named(claim), named(EVENTS_GRAPH))
        return next((quad.subject.value for quad in found if isinstance(quad.subject, ox.NamedNode)), None)

    def _read_claims_of(self, event: str) -> tuple[Claim, ...]:
        found = self._store.inner.quads_for_pattern(named(event), named(NK + "claim"), None, named(EVENTS_GRAPH))
        return tuple(self._read_gist(quad.object) for quad in found if isinstance(quad.object, ox.NamedNode))

    def _read_gist(self, claim: ox.NamedNode) -> Claim:
        (derived,) = self._store.inner.quads_for_pattern(claim, named(PROV + "wasDerivedFrom"), None)
        assert isinstance(derived.object, ox.NamedNode)
        own = list(self._store.inner.quads_for_pattern(claim, None, None, derived.graph_name))
        parts = [quad.object for quad in own if quad.predicate == named(NK + "participation") and isinstance(quad.object, ox.NamedNode)]
        quads = [*own, *(quad for part in parts for quad in self._store.inner.quads_for_pattern(part, None, None, derived.graph_name))]
        return read_gist(claim.value, nodes_of(quads), self._article_id(derived.object.value))
