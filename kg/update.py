"""Articles come, change and go: what follows for the newcomers, the events and the links between them, and for nothing else.

A build is an update of an empty store, so what a store holds does not depend on the way to it. Only events that hold a
claim of the articles, or a claim that may join one of these, directly or through others, are merged anew.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from kg.agree import Corpus, may_join
from kg.change import Change, Retaken, apply, copy_versions, describe_claims, load
from kg.ids import article_iri, text_digest
from kg.keys import keys, link_keys, sought
from kg.links import find_days, find_links
from kg.lookup import Lookup
from kg.merge import connected, merge_connected
from kg.ontology import Ontology
from kg.readback import make_imprint
from kg.records import Claim, Entity, Event, EventLink, Extract, Imprint, Version
from kg.resolve import bearer_key, is_lossy, join_bearers, rename, take
from kg.sketch import sketch
from kg.store import Store
from kg.triples import newcomer_iri


def update(store: Store, ontology: Ontology, come: Sequence[Extract] = (), gone: Collection[str] = ()) -> Change:
    """Put articles into a store, in the place of what it has under their ids, and take others out, by id; all or nothing.

    Gives what was changed.
    """
    change = _Update(store, ontology, come, gone).change()
    apply(store, change, ontology)
    return change


def fill(store: Store, ontology: Ontology, come: Sequence[Extract]) -> None:
    """As `update`, for a store that has no article with a claim, and that is thrown away when the process is killed."""
    load(store, _Update(store, ontology, come, ()).change(), ontology)


class _Update:
    """One update in the making: what the store has, seen with what is to be different."""

    def __init__(self, store: Store, ontology: Ontology, come: Sequence[Extract], gone: Collection[str]) -> None:
        self.store, self.ontology = store, ontology
        self.before = Lookup(store)
        self.gone = [article for article in sorted(set(gone)) if self.before.article(article)]
        self.out = {*self.gone, *(extract.article.id for extract in come if self.before.article(extract.article.id))}
        self._resolve(come)
        self.imprints = {extract.article.id: _imprint(extract) for extract in self.come}
        self.corpus = Corpus(ontology, self._imprint, self._newcomer)
        self.old_corpus = Corpus(ontology, self.before.imprint, self.before.newcomer)

    def _imprint(self, article: str) -> Imprint | None:
        return self.imprints.get(article) or self.before.imprint(article)

    def _newcomer(self, iri: str) -> Entity | None:
        return self.entities[iri][0] if iri in self.entities else self.before.newcomer(iri)

    # --- newcomers --------------------------------------------------------------------------------

    def _resolve(self, come: Sequence[Extract]) -> None:
        """Whom the newcomers of each name are now taken for, and which articles in the store that changes."""
        said = {article: self.before.said(article) for article in self.out}
        names = {bearer_key(e) for extract in come for e in extract.minted}
        names |= {bearer_key(e) for _, newcomers, _ in said.values() for e, _ in newcomers}
        stored = [(a, e, t) for name in sorted(names) for a, e, t in self.before.bearers(name)]
        staying = [(article, entity, taken) for article, entity, taken in stored if article not in self.out]
        coming = [(extract.article.id, entity) for extract in come for entity in extract.minted]
        joined = join_bearers([*(entity for _, entity, _ in staying), *(entity for _, entity in coming)], self.ontology)
        self.come = [take(extract, joined, self.ontology) for extract in come]
        bearers: dict[str, set[str]] = defaultdict(set)
        for article, entity in [*((a, e) for a, e, _ in staying), *coming]:
            bearers[joined[entity].iri].add(article)
        made = {entity.iri: entity for entity in joined.values() if entity.iri not in self.ontology.entities}
        self.entities = {iri: (entity, tuple(sorted(bearers[iri]))) for iri, entity in made.items()}
        self.gone_entities = {taken for _, _, taken in stored if taken not in made and taken not in self.ontology.entities}
        moved = {a for a, e, t in staying if joined[e].iri != t or _differs(self.before.newcomer(t), joined[e])}
        self.retaken = [self._retake(article, joined) for article in sorted(moved)]

    def _retake(self, article: str, joined: Mapping[Entity, Entity]) -> Retaken:
        claims, newcomers, unnamed = self.before.said(article)
        unnamed = unnamed or tuple(rename(claim, {t: e.iri for e, t in newcomers}) for claim in claims)
        taken = {e.iri: joined[e].iri if e in joined else t for e, t in newcomers}
        return Retaken(
            article=article,
            claims=tuple(rename(claim, taken) for claim in unnamed),
            minted=tuple(e for e, _ in newcomers),
            taken=taken,
            unnamed=unnamed if is_lossy(taken, self.ontology) else (),
        )

    # --- events -----------------------------------------------------------------------------------

    def change(self) -> Change:
        """All that is to be different."""
        lost = [claim for article in sorted(self.out | {x.article for x in self.retaken}) for claim in self.before.said(article)[0]]
        found = [claim for x in self.come for claim in x.claims] + [claim for x in self.retaken for claim in x.claims]
        self.hidden = {claim.iri for claim in lost}
        self.under = _by_key(found, self.corpus)
        groups = self._groups([*found, *self._left(lost)])
        events = {event.iri: event for group in groups for event in merge_connected(group.values(), self.corpus)}
        claims = {claim.iri: claim for group in groups for claim in group.values()}
        old = {event for iri in (*self.hidden, *claims) if (event := self.before.event_of(iri))}
        event_keys = {iri: _keys_of(event, [claims[claim] for claim in event.claims], self.corpus) for iri, event in events.items()}
        return Change(
            extracts=self.come,
            retaken=self.retaken,
            gone_articles=self.gone,
            events=sorted(events.values(), key=lambda event: event.iri),
            gone_events=old - events.keys(),
            links=self._links(events, old, event_keys),
            entities=self.entities,
            gone_entities=self.gone_entities,
            keys={**event_keys, **self._newcomer_keys()},
            versions=_versions(self.store, ((x.article.id, text_digest(x.article.text), x.claims) for x in self.come), self.ontology),
        )

    def _left(self, lost: Iterable[Claim]) -> Iterator[Claim]:
        """The claims in the store that may have joined one that goes."""
        for claim in lost:
            event = self.before.event_of(claim.iri)
            together = self.before.claims_of(event) if event else ()
            yield from (other for other in together if other.iri not in self.hidden)
            near = self._find_stored(sought(claim, self.old_corpus))
            yield from (other for other in near if may_join(claim, other, self.old_corpus))

    def _groups(self, seeds: Iterable[Claim]) -> list[dict[str, Claim]]:
        groups: list[dict[str, Claim]] = []
        covered: set[str] = set()
        for seed in seeds:
            if seed.iri not in covered:
                groups.append(connected(seed, self._find, self.corpus))
                covered |= groups[-1].keys()
        return groups

    def _find(self, names: Collection[str]) -> Iterator[Claim]:
        yield from (claim for name in sorted(names) for claim in self.under.get(name, ()))
        yield from self._find_stored(names)

    def _find_stored(self, names: Collection[str]) -> Iterator[Claim]:
        for event in sorted(self.before.events_under(names)):
            yield from (claim for claim in self.before.claims_of(event) if claim.iri not in self.hidden)

    # --- links and the rest -----------------------------------------------------------------------

    def _links(self, events: Mapping[str, Event], old: set[str], event_keys: Mapping[str, Collection[str]]) -> frozenset[EventLink]:
        under: dict[str, list[Event]] = defaultdict(list)
        for iri, names in event_keys.items():
            for name in names:
                under[name].append(events[iri])

        known = old | set(events)

        def find(names: Collection[str]) -> Iterator[Event]:
            stored = self.before.events_under(names) - known
            yield from (event for iri in sorted(stored) if (event := self.before.event(iri)))
            yield from {event.iri: event for name in names for event in under.get(name, ())}.values()

        return find_links(events.values(), find, self.corpus)

    def _newcomer_keys(self) -> dict[str, list[str]]:
        minted = [(x.article.id, e) for x in self.come for e in x.minted] + [(x.article, e) for x in self.retaken for e in x.minted]
        return {newcomer_iri(article_iri(article), entity): [bearer_key(entity)] for article, entity in minted}


def take_history(store: Store, former: Store, ontology: Ontology) -> None:
    """Note of each article which texts it had in a former store of this graph."""
    after = Lookup(store)
    articles = [(article.id, article.sha256) for article in store.articles()]
    copy_versions(former, store, (article for article, _ in articles))
    apply(store, Change(versions=_versions(former, ((a, sha256, after.said(a)[0]) for a, sha256 in articles), ontology)), ontology)


def _versions(store: Store, come: Iterable[tuple[str, str, Sequence[Claim]]], ontology: Ontology) -> list[Version]:
    """The texts that the store has of these articles, where they are others now, with what the new ones no longer say.

    Each article comes as its id, the SHA-256 of its text and its claims.
    """
    before = Lookup(store)
    versions = []
    for article, sha256, claims in come:
        old = before.article(article)
        if old is None or old.sha256 == sha256:
            continue
        said = {_gist(claim) for claim in claims}
        dropped = [claim for claim in before.said(article)[0] if _gist(claim) not in said]
        versions.append(
            Version(
                article=article,
                sha256=old.sha256,
                published=old.source.published,
                retrieved=old.source.retrieved,
                replaced_by=sha256,
                dropped=tuple(sorted(describe_claims(store, dropped, ontology))),
            )
        )
    return versions


def _gist(claim: Claim) -> tuple[object, ...]:
    return claim.type, claim.status, frozenset(claim.participants), claim.interval, claim.place


def _differs(old: Entity | None, new: Entity) -> bool:
    """Whether something that decides what claims may join is not as it was."""
    return old is None or (old.kind, old.country, old.within) != (new.kind, new.country, new.within)


def _imprint(extract: Extract) -> Imprint:
    return make_imprint(extract.article.source, sketch(extract.article.text) if extract.claims else ())


def _by_key(claims: Iterable[Claim], corpus: Corpus) -> Mapping[str, list[Claim]]:
    under: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        for key in keys(claim, corpus):
            under[key].append(claim)
    return under


def _keys_of(event: Event, claims: Iterable[Claim], corpus: Corpus) -> list[str]:
    """Under what the event is found: by claims that may be of it, and by events that may be linked to it."""
    return sorted({key for claim in claims for key in keys(claim, corpus)} | link_keys(event, find_days(event, corpus)))
