"""Records to quads, without loss: pure functions; `kg.readback` is the way back.

Every article has a named graph of its own and merged events share one; no node is blank and every IRI
comes from content. RDF keeps neither order nor repeats, so what comes back is the `normal` form of the
record that went in.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec
import pyoxigraph as ox

from kg.dates import earliest, latest, to_edtf
from kg.ids import ENTITIES_GRAPH, EVENTS_GRAPH, HISTORY_GRAPH, INDEX_GRAPH, NK, article_iri, digest, local, text_digest
from kg.normal import normal, order
from kg.records import (
    Article,
    Attribution,
    Claim,
    Disagreement,
    Entity,
    Event,
    EventLink,
    Evidence,
    Extract,
    Naming,
    Participant,
    Version,
)
from kg.schema import EventType
from kg.sketch import sketch, to_hex
from kg.terms import (
    DCT,
    EDTF,
    GEO,
    OA,
    PROV,
    RDF,
    RDFS,
    SEM,
    SKOS,
    WIKIDATA,
    XSD,
    Term,
    day,
    decimal,
    named,
    reference,
    string,
    typed,
)

Statement = tuple[str, str, Term]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What the quads of an event need beyond the event: types, English labels, who is a person, of or in which state each is."""

    types: Mapping[str, EventType]
    labels: Mapping[str, str]
    persons: Collection[str]
    states: Mapping[str, str]


# --- records to quads -----------------------------------------------------------------------------


def extract_quads(extract: Extract) -> list[ox.Quad]:
    """The whole named graph of an article: the article, its claims, and what it says of whom the ontology lacks."""
    article = article_iri(extract.article.id)
    statements = [*_article(extract.article)]
    if extract.claims:
        statements.append((article, NK + "sketch", string(to_hex(sketch(extract.article.text)))))
    return _quads([*statements, *_said(extract.claims, extract.minted, extract.taken, extract.unnamed, article)], article)


def said_quads(
    claims: Iterable[Claim], minted: Iterable[Entity], taken: Mapping[str, str], unnamed: Collection[Claim], article_id: str
) -> list[ox.Quad]:
    """That part of an article's graph that changes when its newcomers are taken for others."""
    article = article_iri(article_id)
    return _quads(_said(claims, minted, taken, unnamed, article), article)


def _said(
    claims: Iterable[Claim], minted: Iterable[Entity], taken: Mapping[str, str], unnamed: Collection[Claim], article: str
) -> Iterator[Statement]:
    if unnamed:
        yield article, NK + "unnamed", string(msgspec.json.encode(sorted(map(normal, unnamed), key=lambda c: c.iri)).decode())
    for claim in claims:
        yield from _claim(claim, article)
    for entity in minted:
        yield from _newcomer(entity, taken.get(entity.iri, entity.iri), article)


def entity_quads(entity: Entity, articles: Iterable[str]) -> list[ox.Quad]:
    """An entity that the ontology lacks, with the ids of the articles that name it."""
    derived = [(entity.iri, PROV + "wasDerivedFrom", named(article_iri(article))) for article in articles]
    return _quads([*_entity(entity), *derived], ENTITIES_GRAPH)


def link_quads(links: Iterable[EventLink]) -> list[ox.Quad]:
    """How events belong together."""
    return _quads([(link.source, link.kind, named(link.target)) for link in links], EVENTS_GRAPH)


def version_quads(versions: Iterable[Version]) -> list[ox.Quad]:
    """The texts that articles had before."""
    return _quads([statement for version in versions for statement in _version(version)], HISTORY_GRAPH)


def key_quads(keys: Mapping[str, Iterable[str]]) -> list[ox.Quad]:
    """Under what things are found."""
    return _quads([(iri, NK + "key", string(key)) for iri, names in keys.items() for key in names], INDEX_GRAPH)


def event_quads(events: Iterable[Event], world: World) -> Iterator[ox.Quad]:
    """The quads of merged events."""
    for event in events:
        yield from _quads(_event(event, world), EVENTS_GRAPH)


def direct_quads(event: Event, world: World) -> list[ox.Quad]:
    """The direct links between persons that an event gives if it occurred."""
    return _quads(_direct_links(event, world), EVENTS_GRAPH)


def _quads(statements: Iterable[Statement], graph: str) -> list[ox.Quad]:
    return [ox.Quad(named(s), named(p), o, named(graph)) for s, p, o in statements]


def _article(article: Article) -> Iterator[Statement]:
    iri, source = article_iri(article.id), article.source
    yield iri, RDF + "type", named(NK + "Article")
    yield iri, DCT + "identifier", string(article.id)
    yield iri, NK + "sha256", string(text_digest(article.text))
    yield iri, NK + "publishedWhy", string(source.published_why)
    for name in ("title", "publisher", "language"):
        if (value := getattr(source, name)) is not None:
            yield iri, DCT + name, string(value)
    if source.url is not None:
        yield iri, DCT + "source", reference(source.url)
    if source.outlet:
        yield iri, NK + "outlet", named(source.outlet)
    for predicate, date in ((DCT + "issued", source.published), (NK + "retrieved", source.retrieved)):
        if date:
            yield iri, predicate, day(date)


def newcomer_iri(article: str, entity: Entity) -> str:
    """The node of what an article, by its IRI, says of an entity that the ontology lacks."""
    return f"{article}#newcomer-{digest(entity.iri)}"


def _newcomer(entity: Entity, taken: str, article: str) -> Iterator[Statement]:
    """What an article says of somebody or something that the ontology lacks, and the entity that it is taken for."""
    iri = newcomer_iri(article, entity)
    yield iri, RDF + "type", named(NK + "Newcomer")
    yield iri, NK + "mintedAs", named(entity.iri)
    yield iri, NK + "takenFor", named(taken)
    yield iri, NK + "kind", named(entity.kind)
    yield iri, RDFS + "label", string(entity.label, "en")
    for label in entity.labels:
        yield iri, NK + ("calledFirst" if label.preferred else "called"), string(label.text, label.language)
    yield from _ties(iri, entity)
    if entity.description:
        yield iri, DCT + "description", string(entity.description)


def _version(version: Version) -> Iterator[Statement]:
    article = article_iri(version.article)
    iri = f"{article}#version-{digest(version.sha256, version.replaced_by)}"
    yield iri, RDF + "type", named(NK + "Version")
    yield iri, PROV + "specializationOf", named(article)
    yield iri, NK + "sha256", string(version.sha256)
    yield iri, NK + "replacedBy", string(version.replaced_by)
    for text in version.dropped:
        yield iri, NK + "dropped", string(text)
    for predicate, date in ((DCT + "issued", version.published), (NK + "retrieved", version.retrieved)):
        if date:
            yield iri, predicate, day(date)


def _claim(claim: Claim, article: str) -> Iterator[Statement]:
    iri = claim.iri
    yield iri, RDF + "type", named(NK + "Claim")
    yield iri, NK + "claimedType", named(claim.type)
    yield iri, PROV + "wasDerivedFrom", named(article)
    yield iri, NK + "dateSource", string(claim.date_source)
    if claim.place:
        yield iri, NK + "claimedPlace", named(claim.place)
    for source in claim.attributed_to:
        yield iri, NK + "attribution", named(_attribution_iri(iri, source))
        yield from _attribution(iri, source)
    for evidence in claim.evidence:
        yield from _evidence(iri, article, evidence)
    for naming in claim.namings:
        yield from _naming(iri, naming)
    yield from _common(claim, claim.confidence)


def _evidence(claim: str, article: str, evidence: Evidence) -> Iterator[Statement]:
    # The fragment is that of RFC 5147: characters of a plain text.
    span = f"{evidence.start},{evidence.end}"
    iri, quote, position = (f"{article}#{part}={span}" for part in ("char", "quote", "position"))
    yield claim, NK + "evidence", named(iri)
    yield iri, RDF + "type", named(OA + "SpecificResource")
    yield iri, OA + "hasSource", named(article)
    yield iri, OA + "hasSelector", named(quote)
    yield iri, OA + "hasSelector", named(position)
    yield quote, RDF + "type", named(OA + "TextQuoteSelector")
    yield quote, OA + "exact", string(evidence.quote)
    for name, around in (("prefix", evidence.prefix), ("suffix", evidence.suffix)):
        if around:
            yield quote, OA + name, string(around)
    yield position, RDF + "type", named(OA + "TextPositionSelector")
    yield position, OA + "start", typed(evidence.start, XSD + "integer")
    yield position, OA + "end", typed(evidence.end, XSD + "integer")


def _attribution(claim: str, source: Attribution) -> Iterator[Statement]:
    """A source and those who pass it on; the claim is attributed to each that is an entity."""
    iri = _attribution_iri(claim, source)
    yield iri, RDF + "type", named(NK + "Attribution")
    yield iri, NK + "value", string(source.text)
    yield iri, NK + "speaksAs", named(source.source_class)
    if source.entity:
        yield iri, NK + "speaks", named(source.entity)
        yield claim, PROV + "wasAttributedTo", named(source.entity)
    if source.via:
        yield iri, NK + "via", named(_attribution_iri(claim, source.via))
        yield from _attribution(claim, source.via)


def _attribution_iri(claim: str, source: Attribution) -> str:
    parts = (part for one in source.chain for part in (one.entity or "", one.text, one.source_class))
    return f"{claim}-source-{digest(*parts)}"


def _naming(claim: str, naming: Naming) -> Iterator[Statement]:
    iri = f"{claim}-naming-{digest(naming.entity, naming.text, naming.why)}"
    yield claim, NK + "naming", named(iri)
    yield iri, RDF + "type", named(NK + "Naming")
    yield iri, NK + "names", named(naming.entity)
    yield iri, NK + "confidence", decimal(naming.score)
    texts = {"value": naming.text, "why": naming.why, "spelling": naming.spelling}
    yield from ((iri, NK + name, string(text)) for name, text in texts.items() if text)


def _common(record: Claim | Event, confidence: float) -> Iterator[Statement]:
    """What claims and events say in the same words."""
    iri, item = record.iri, record.item
    yield iri, NK + "status", named(NK + record.status)
    yield iri, NK + "confidence", decimal(confidence)
    for reason in record.why:
        yield iri, NK + "why", string(reason)
    for participant in record.participants:
        yield from _participation(iri, participant)
    if record.interval:
        yield iri, NK + "date", typed(to_edtf(record.interval), EDTF + "EDTF-level0")
        yield iri, NK + "earliest", day(earliest(record.interval))
        yield iri, NK + "latest", day(latest(record.interval))
    if item:
        yield iri, NK + "itemRole", named(NK + item.role)
        yield iri, NK + "item", string(item.text)
        if item.entity:
            yield iri, NK + item.role, named(item.entity)


def _participation(owner: str, participant: Participant) -> Iterator[Statement]:
    iri = f"{owner}-part-{digest(participant.role, participant.entity, str(participant.order))}"
    yield owner, NK + "participation", named(iri)
    yield iri, RDF + "type", named(NK + "Participation")
    yield iri, NK + "agent", named(participant.entity)
    yield iri, NK + "role", named(NK + participant.role)
    yield iri, NK + "listedOrder", typed(participant.order, XSD + "integer")


def _entity(entity: Entity) -> Iterator[Statement]:
    iri = entity.iri
    yield iri, RDF + "type", named(entity.kind)
    yield iri, NK + "minted", typed(str(entity.minted).lower(), XSD + "boolean")
    for label in normal(entity).labels:
        yield iri, SKOS + ("prefLabel" if label.preferred else "altLabel"), string(label.text, label.language)
    yield from _ties(iri, entity)
    if entity.wikidata:
        yield iri, SKOS + "exactMatch", named(WIKIDATA + entity.wikidata)
    texts = ((DCT + "description", entity.description), (NK + "why", entity.why))
    yield from ((iri, predicate, string(text)) for predicate, text in texts if text)
    for name, degrees in (("lat", entity.latitude), ("long", entity.longitude)):
        if degrees is not None:
            yield iri, GEO + name, decimal(degrees)
    for source in entity.sources:
        yield iri, DCT + "source", reference(source)


def _ties(iri: str, entity: Entity) -> Iterator[Statement]:
    for name, thing in (("country", entity.country), ("within", entity.within)):
        if thing:
            yield iri, NK + name, named(thing)
    if entity.female:
        yield iri, NK + "female", typed("true", XSD + "boolean")


def _event(event: Event, world: World) -> Iterator[Statement]:
    iri = event.iri
    for kind in (NK + "Event", SEM + "Event", event.type):
        yield iri, RDF + "type", named(kind)
    yield iri, SEM + "eventType", named(event.type)
    yield iri, RDFS + "label", string(event_label(event, world), "en")
    yield iri, NK + "reports", typed(sum(map(len, event.sources)), XSD + "integer")
    yield iri, NK + "sources", typed(len(event.sources), XSD + "integer")
    for source in event.sources:
        yield from _source(iri, source)
    if event.place:
        yield iri, SEM + "hasPlace", named(event.place)
    for participant in event.participants:
        yield iri, SEM + "hasActor", named(participant.entity)
        yield iri, NK + participant.role, named(participant.entity)
    for state in {world.states[thing] for thing in things(event) if thing in world.states}:
        yield iri, NK + "involves", named(state)
    for claim in event.claims:
        yield iri, NK + "claim", named(claim)
        yield iri, PROV + "wasDerivedFrom", named(claim)
    for disagreement in event.disagreements:
        yield from _disagreement(iri, disagreement)
    yield from _common(event, event.score)


def _source(event: str, articles: Sequence[str]) -> Iterator[Statement]:
    iri = f"{event}-source-{digest(*articles)}"
    yield event, NK + "independentSource", named(iri)
    yield iri, RDF + "type", named(NK + "IndependentSource")
    yield iri, NK + "firstReport", named(article_iri(articles[0]))
    for article in articles:
        yield iri, NK + "report", named(article_iri(article))
        yield event, NK + "reportedIn", named(article_iri(article))


def _disagreement(event: str, disagreement: Disagreement) -> Iterator[Statement]:
    iri = f"{event}-disagreement-{digest(disagreement.field, disagreement.value, *sorted(disagreement.claims))}"
    yield event, NK + "disagreement", named(iri)
    yield iri, RDF + "type", named(NK + "Disagreement")
    yield iri, NK + "field", string(disagreement.field)
    yield iri, NK + "value", string(disagreement.value)
    for claim in disagreement.claims:
        yield iri, PROV + "wasDerivedFrom", named(claim)


def _direct_links(event: Event, world: World) -> Iterator[Statement]:
    if event.status != "occurred" or event.type not in world.types:
        return
    persons = [p for p in event.participants if p.entity in world.persons]
    for edge in world.types[event.type].edges:
        pairs = [(a.entity, b.entity) for a in persons for b in persons if (a.role, b.role) == (edge.source, edge.target)]
        for source, target in pairs:
            if edge.predicate and source != target:
                yield source, edge.predicate, named(target)
                if not edge.directed:
                    yield target, edge.predicate, named(source)


def things(record: Event | Claim) -> tuple[str, ...]:
    """Who takes part in an event, or in what a claim tells of, and where."""
    return (*(p.entity for p in record.participants), *([record.place] if record.place else []))


def event_label(event: Event | Claim, world: World) -> str:
    """What an event, or what a claim tells of, is called: "Meeting: Kim Jong Un, Vladimir Putin (2023-09-13)"."""
    name = world.types[event.type].name if event.type in world.types else local(event.type)
    who = dict.fromkeys(world.labels.get(p.entity, local(p.entity)) for p in sorted(event.participants, key=order))
    return f"{name}: {', '.join(who)} ({to_edtf(event.interval) if event.interval else 'undated'})"
