"""Quads to records: what `kg.triples` wrote comes back in `normal` form; pure functions.

Quads are first gathered into nodes (subject to predicate to terms, in a fixed order), from which each reader
takes what it knows. A node that misses what its class needs raises `StoreError`.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import cast

import msgspec
import pyoxigraph as ox

from kg.dates import ONE_DAY
from kg.errors import StoreError
from kg.ids import NK, local
from kg.normal import normal
from kg.records import (
    Attribution,
    Claim,
    DateSource,
    Disagreement,
    Entity,
    Event,
    Evidence,
    Imprint,
    Interval,
    Item,
    Label,
    Naming,
    Participant,
    Source,
    Status,
)
from kg.sketch import from_hex
from kg.terms import DCT, GEO, OA, PROV, RDF, RDFS, SEM, SKOS, WIKIDATA, Term
from kg.text import name_key

Node = Mapping[str, tuple[Term, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """What the graph keeps of an article: all but its text, of which it keeps the SHA-256 and, if it makes claims, the sketch."""

    id: str
    source: Source
    sha256: str
    sketch: tuple[int, ...] = ()

    @property
    def imprint(self) -> Imprint:
        """What merging needs of it."""
        return make_imprint(self.source, self.sketch)


def make_imprint(source: Source, sketch: tuple[int, ...]) -> Imprint:
    """What merging needs of an article: its outlet is the entity, else the name, of its publisher."""
    return Imprint(published=source.published, outlet=source.outlet or name_key(source.publisher or ""), sketch=sketch)


def nodes_of(quads: Iterable[ox.Quad]) -> dict[str, Node]:
    """Quads by subject and predicate, in a fixed order; blank nodes and triple terms, which we never write, are left out."""
    found: dict[str, dict[str, set[Term]]] = defaultdict(lambda: defaultdict(set))
    for quad in quads:
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode | ox.Literal):
            found[quad.subject.value][quad.predicate.value].add(quad.object)
    return {iri: {p: tuple(sorted(terms, key=str)) for p, terms in found[iri].items()} for iri in sorted(found)}


def read_articles(nodes: Mapping[str, Node]) -> Iterator[StoredArticle]:
    """The articles among the nodes."""
    for node in _of_class(nodes, NK + "Article").values():
        source = Source(
            publisher=_one(node, DCT + "publisher"),
            outlet=_one(node, NK + "outlet"),
            url=_one(node, DCT + "source"),
            title=_one(node, DCT + "title"),
            published=_day(node, DCT + "issued"),
            published_why=_need(node, NK + "publishedWhy"),
            retrieved=_day(node, NK + "retrieved"),
            language=_one(node, DCT + "language"),
        )
        sketch = from_hex(_one(node, NK + "sketch") or "")
        yield StoredArticle(id=_need(node, DCT + "identifier"), source=source, sha256=_need(node, NK + "sha256"), sketch=sketch)


def read_unnamed(nodes: Mapping[str, Node]) -> tuple[Claim, ...]:
    """The claims as the article makes them, where its newcomers are taken for others in a way that cannot be undone."""
    texts = [text for node in _of_class(nodes, NK + "Article").values() for text in _all(node, NK + "unnamed")]
    return tuple(normal(claim) for text in texts for claim in msgspec.json.decode(text, type=tuple[Claim, ...]))


def read_newcomers(nodes: Mapping[str, Node]) -> Iterator[tuple[Entity, str]]:
    """Whom the ontology lacks, as an article names them, each with the entity that it is taken for."""
    for node in _of_class(nodes, NK + "Newcomer").values():
        called = ((NK + "calledFirst", True), (NK + "called", False))
        entity = Entity(
            iri=_need(node, NK + "mintedAs"),
            kind=_need(node, NK + "kind"),
            label=_need(node, RDFS + "label"),
            labels=tuple(Label(text=o.value, language=_language(o), preferred=first) for p, first in called for o in node.get(p, ())),
            country=_one(node, NK + "country"),
            within=_one(node, NK + "within"),
            description=_one(node, DCT + "description") or "",
            minted=True,
            female=_one(node, NK + "female") == "true",
        )
        yield entity, _need(node, NK + "takenFor")


def read_claims(nodes: Mapping[str, Node]) -> Iterator[Claim]:
    """The claims among the nodes of an article's graph, in normal form."""
    for iri, node in _of_class(nodes, NK + "Claim").items():
        claim = replace(
            read_gist(iri, nodes, _need(nodes[_need(node, PROV + "wasDerivedFrom")], DCT + "identifier")),
            attributed_to=tuple(_read_attribution(source, nodes) for source in _all(node, NK + "attribution")),
            evidence=tuple(_read_evidence(span, nodes) for span in _all(node, NK + "evidence")),
            why=_all(node, NK + "why"),
            namings=tuple(_read_naming(nodes[naming]) for naming in _all(node, NK + "naming")),
        )
        yield normal(claim)


def read_gist(iri: str, nodes: Mapping[str, Node], article: str) -> Claim:
    """What merging needs of a claim, from its own node and those of its participations: neither quotations nor who says so."""
    node = nodes[iri]
    return Claim(
        iri=iri,
        article=article,
        type=_need(node, NK + "claimedType"),
        participants=_participants(node, nodes),
        interval=_interval(node),
        date_source=cast(DateSource, _need(node, NK + "dateSource")),
        place=_one(node, NK + "claimedPlace"),
        status=cast(Status, local(_need(node, NK + "status"))),
        attributed_to=(),
        item=_item(node),
        evidence=tuple(_read_span(span) for span in _all(node, NK + "evidence")),
        confidence=float(_need(node, NK + "confidence")),
        why=(),
    )


def _read_span(iri: str) -> Evidence:
    """The offsets of evidence, which its IRI has; the quotation is left out."""
    start, end = iri.rpartition("=")[2].split(",")
    return Evidence(start=int(start), end=int(end), quote="")


def read_events(nodes: Mapping[str, Node], ids: Callable[[str], str]) -> Iterator[Event]:
    """The events among the nodes of the events' graph, in normal form; `ids` gives the id of an article by its IRI."""
    for iri, node in _of_class(nodes, NK + "Event").items():
        event = Event(
            iri=iri,
            type=_need(node, SEM + "eventType"),
            participants=_participants(node, nodes),
            interval=_interval(node),
            place=_one(node, SEM + "hasPlace"),
            status=cast(Status, local(_need(node, NK + "status"))),
            item=_item(node),
            claims=_all(node, NK + "claim"),
            score=float(_need(node, NK + "confidence")),
            why=_all(node, NK + "why"),
            disagreements=tuple(_read_disagreement(nodes[d]) for d in _all(node, NK + "disagreement")),
            sources=tuple(_read_source(nodes[source], ids) for source in _all(node, NK + "independentSource")),
        )
        yield normal(event)


def read_entities(nodes: Mapping[str, Node], depths: Mapping[str, int]) -> Iterator[Entity]:
    """The entities among the nodes, in normal form; `depths` tells how specific each class of entities is."""
    for iri, node in nodes.items():
        kinds = [kind for kind in _all(node, RDF + "type") if kind in depths]
        if kinds:
            yield normal(_read_entity(iri, node, max(kinds, key=lambda kind: (depths[kind], kind))))


def _read_entity(iri: str, node: Node, kind: str) -> Entity:
    labels = [Label(text=o.value, language=_language(o), preferred=True) for o in node.get(SKOS + "prefLabel", ())]
    labels += [Label(text=o.value, language=_language(o)) for p in (SKOS + "altLabel", NK + "abbreviation") for o in node.get(p, ())]
    latitude, longitude = _one(node, GEO + "lat"), _one(node, GEO + "long")
    match = next((iri for iri in _all(node, SKOS + "exactMatch") if iri.startswith(WIKIDATA)), None)
    return Entity(
        iri=iri,
        kind=kind,
        label=next((label.text for label in labels if label.language == "en"), local(iri)),
        labels=tuple(labels),
        country=_one(node, NK + "country"),
        within=_one(node, NK + "within"),
        description=_one(node, DCT + "description") or "",
        why=_one(node, NK + "why") or "",
        wikidata=match.removeprefix(WIKIDATA) if match else None,
        latitude=float(latitude) if latitude else None,
        longitude=float(longitude) if longitude else None,
        sources=_all(node, DCT + "source"),
        minted=_one(node, NK + "minted") == "true",
        female=_one(node, NK + "female") == "true",
    )


def _participants(node: Node, nodes: Mapping[str, Node]) -> tuple[Participant, ...]:
    parts = [nodes[part] for part in _all(node, NK + "participation")]
    return tuple(
        Participant(entity=_need(p, NK + "agent"), role=local(_need(p, NK + "role")), order=int(_need(p, NK + "listedOrder")))
        for p in parts
    )


def _interval(node: Node) -> Interval | None:
    first, last = _one(node, NK + "earliest"), _one(node, NK + "latest")
    if first is None or last is None:
        return None
    return Interval(start=dt.date.fromisoformat(first), end=dt.date.fromisoformat(last) + ONE_DAY)


def _item(node: Node) -> Item | None:
    role = _one(node, NK + "itemRole")
    if role is None:
        return None
    text = next(o.value for o in node[NK + "item"] if isinstance(o, ox.Literal))
    entity = next((o.value for o in node.get(role, ()) if isinstance(o, ox.NamedNode)), None)
    return Item(role=local(role), text=text, entity=entity)


def _read_evidence(span: str, nodes: Mapping[str, Node]) -> Evidence:
    found: dict[str, str] = {}
    for selector in _all(nodes[span], OA + "hasSelector"):
        found |= {p: terms[0].value for p, terms in nodes[selector].items()}
    around = {"prefix": found.get(OA + "prefix", ""), "suffix": found.get(OA + "suffix", "")}
    return Evidence(start=int(found[OA + "start"]), end=int(found[OA + "end"]), quote=found[OA + "exact"], **around)


def _read_attribution(iri: str, nodes: Mapping[str, Node]) -> Attribution:
    node = nodes[iri]
    via = _one(node, NK + "via")
    return Attribution(
        entity=_one(node, NK + "speaks"),
        text=_need(node, NK + "value"),
        source_class=_need(node, NK + "speaksAs"),
        via=_read_attribution(via, nodes) if via else None,
    )


def _read_naming(node: Node) -> Naming:
    return Naming(
        entity=_need(node, NK + "names"),
        text=_need(node, NK + "value"),
        score=float(_need(node, NK + "confidence")),
        why=_need(node, NK + "why"),
        spelling=_one(node, NK + "spelling") or "",
    )


def _read_disagreement(node: Node) -> Disagreement:
    return Disagreement(field=_need(node, NK + "field"), value=_need(node, NK + "value"), claims=_all(node, PROV + "wasDerivedFrom"))


def _read_source(node: Node, ids: Callable[[str], str]) -> tuple[str, ...]:
    first = _need(node, NK + "firstReport")
    return (ids(first), *sorted(ids(report) for report in _all(node, NK + "report") if report != first))


def _day(node: Node, predicate: str) -> dt.date | None:
    day = _one(node, predicate)
    return dt.date.fromisoformat(day) if day else None


def _of_class(nodes: Mapping[str, Node], kind: str) -> dict[str, Node]:
    return {iri: node for iri, node in nodes.items() if kind in _all(node, RDF + "type")}


def _all(node: Node, predicate: str) -> tuple[str, ...]:
    return tuple(term.value for term in node.get(predicate, ()))


def _one(node: Node, predicate: str) -> str | None:
    return next(iter(_all(node, predicate)), None)


def _need(node: Node, predicate: str) -> str:
    value = _one(node, predicate)
    if value is None:
        raise StoreError(f"the graph has a {local(_one(node, RDF + 'type') or 'node')} without {predicate}")
    return value


def _language(term: Term) -> str:
    return (isinstance(term, ox.Literal) and term.language) or "en"
