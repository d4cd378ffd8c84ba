"""Records to quads and back: nothing is lost, nothing is blank, and what is said follows from the records alone."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample import (
    EVENTS,
    EXTRACTS,
    HAN,
    ITEM,
    KIM,
    LAVROV,
    LETTER,
    MINTED,
    NORTH_KOREA,
    ONE,
    PUTIN,
    RUSSIA,
    SIGNING,
    SUMMIT,
    SUMMIT_ONE,
    SUMMIT_TWO,
    TALKS,
)

from kg.ids import ENTITY, EVENTS_GRAPH, NK, article_iri
from kg.normal import normal
from kg.readback import nodes_of, read_articles, read_claims, read_entities, read_events, read_newcomers
from kg.records import (
    Article,
    Attribution,
    Claim,
    Disagreement,
    Entity,
    Event,
    Evidence,
    Extract,
    Interval,
    Item,
    Label,
    Participant,
    Source,
)
from kg.schema import Edge, EventType
from kg.store import Store
from kg.terms import OA, PROV, RDF, RDFS, decimal, shorten, to_plain, to_sparql, typed
from kg.triples import World, direct_quads, entity_quads, event_label, event_quads, extract_quads

# --- strategies -----------------------------------------------------------------------------------

IRIS = st.sampled_from([KIM, PUTIN, LAVROV, HAN, ENTITY + "김정은", ENTITY + "x-1"])
ROLES = st.sampled_from(["participant", "sender", "host"])
SCORES = st.floats(min_value=0, max_value=1)
TEXT = "Ким 김 Kim\x00\x0b\ufffe\U0001f600 \"q\" \\ \n\r\t'''"
INTERVALS = st.tuples(st.dates(max_value=dt.date(9998, 12, 30)), st.integers(1, 400)).map(
    lambda pair: Interval(start=pair[0], end=min(pair[0] + dt.timedelta(days=pair[1]), dt.date.max)) if pair[0].year < 9998 else None
)
EVIDENCE = st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 9)).map(
    lambda pair: Evidence(start=pair[0], end=min(sum(pair), len(TEXT)), quote=TEXT[pair[0] : sum(pair)])
)
SAID = {
    "type": st.sampled_from([NK + "Meeting", NK + "Signing"]),
    "participants": st.lists(st.builds(Participant, entity=IRIS, role=ROLES, order=st.integers(1, 9)), max_size=4).map(tuple),
    "interval": INTERVALS,
    "place": st.none() | IRIS,
    "status": st.sampled_from(["occurred", "planned", "alleged", "denied"]),
    "item": st.none() | st.builds(Item, role=st.sampled_from(["item", "agreement"]), text=st.text(), entity=st.none() | IRIS),
    "why": st.lists(st.text(), max_size=3).map(tuple),
}
SOURCE_CLASSES = st.sampled_from([NK + "StateMedia", NK + "Anonymous"])
SOURCES = st.recursive(
    st.builds(Attribution, entity=st.none() | IRIS, text=st.text(min_size=1), source_class=SOURCE_CLASSES),
    lambda via: st.builds(Attribution, entity=st.none() | IRIS, text=st.text(min_size=1), source_class=SOURCE_CLASSES, via=via),
    max_leaves=3,
)
CLAIMS = st.builds(
    Claim,
    iri=st.integers(0, 99).map(lambda n: f"https://w3id.org/dprk-russia/claim/{n}"),
    article=st.just("a text"),
    date_source=st.sampled_from(["explicit", "relative", "dateline", "published", "none"]),
    attributed_to=st.lists(SOURCES, max_size=3).map(tuple),
    evidence=st.lists(EVIDENCE, max_size=3).map(tuple),
    confidence=SCORES,
    **SAID,  # type: ignore[arg-type]
)
MERGED = st.builds(
    Event,
    iri=st.integers(0, 99).map(lambda n: f"https://w3id.org/dprk-russia/event/{n}"),
    claims=st.lists(IRIS, max_size=3).map(tuple),
    sources=st.permutations(("one", "Two_2", "a text")).map(lambda ids: ((ids[0], *sorted(ids[1:])),)) | st.just(()),
    score=SCORES,
    disagreements=st.lists(
        st.builds(Disagreement, field=st.text(), value=st.text(), claims=st.lists(IRIS, max_size=2).map(tuple)), max_size=2
    ).map(tuple),
    **SAID,  # type: ignore[arg-type]
)
LABELS = st.builds(Label, text=st.text(), language=st.sampled_from(["en", "ko", "ru", "ko-Latn"]), preferred=st.just(False))
MINTED_ENTITIES = st.builds(
    Entity,
    iri=IRIS,
    kind=st.sampled_from([NK + "Person", NK + "City"]),
    label=st.text(),
    labels=st.lists(LABELS, max_size=3).map(tuple),
    country=st.none() | IRIS,
    within=st.none() | IRIS,
    description=st.text(),
    wikidata=st.none() | st.just("Q1"),
    latitude=st.none() | st.floats(-90, 90),
    longitude=st.none() | st.floats(-180, 180),
    sources=st.lists(st.text(min_size=1) | IRIS, max_size=2).map(tuple),
    minted=st.booleans(),
)
NEWCOMERS = st.builds(
    Entity,
    iri=IRIS,
    kind=st.sampled_from([NK + "Person", NK + "City"]),
    label=st.text(),
    labels=st.lists(LABELS | LABELS.map(lambda label: replace(label, preferred=True)), max_size=3).map(tuple),
    country=st.none() | IRIS,
    within=st.none() | IRIS,
    description=st.text(),
    female=st.booleans(),
    minted=st.just(True),
)
OPTIONAL = st.none() | st.text()
ARTICLES = st.builds(
    Article,
    id=st.text(min_size=1),
    text=st.text(),
    source=st.builds(
        Source,
        publisher=OPTIONAL,
        url=OPTIONAL,
        title=OPTIONAL,
        published=st.none() | st.dates(),
        published_why=st.text(),
        outlet=st.none() | IRIS,
        retrieved=st.none() | st.dates(),
        language=OPTIONAL,
    ),
)
ARTICLE_IDS = ("one", "Two_2", "a text")
NOBODY = World(types={}, labels={}, persons=(), states={})
CLASSES = {NK + "Person": 2, NK + "City": 2}


def stored(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """The quads as a store gives them back: it has its own ways of writing numbers and dates."""
    store = Store()
    store.inner.extend(quads)
    return list(store.inner)


# --- there and back -------------------------------------------------------------------------------


@given(st.lists(CLAIMS, max_size=3, unique_by=lambda claim: claim.iri))
def test_claims_come_back_as_they_went(claims: list[Claim]) -> None:
    extract = Extract(article=Article(id="a text", text=TEXT, source=Source()), claims=tuple(claims), minted=())
    expected = sorted((normal(claim) for claim in claims), key=lambda claim: claim.iri)
    assert list(read_claims(nodes_of(stored(extract_quads(extract))))) == expected


@given(st.lists(MERGED, max_size=3, unique_by=lambda event: event.iri))
def test_events_come_back_as_they_went(events: list[Event]) -> None:
    expected = sorted((normal(event) for event in events), key=lambda event: event.iri)
    ids = {article_iri(article): article for article in ARTICLE_IDS}
    assert list(read_events(nodes_of(stored(event_quads(events, NOBODY))), ids.__getitem__)) == expected


@given(MINTED_ENTITIES)
def test_entities_come_back_as_they_went(entity: Entity) -> None:
    assert list(read_entities(nodes_of(stored(entity_quads(entity, ["one"]))), CLASSES)) == [normal(entity)]


@given(NEWCOMERS, IRIS)
def test_newcomers_come_back_as_the_article_names_them(entity: Entity, taken: str) -> None:
    extract = Extract(article=ONE, claims=(), minted=(entity,), taken={entity.iri: taken})
    ((back, for_whom),) = read_newcomers(nodes_of(stored(extract_quads(extract))))
    assert for_whom == taken
    assert replace(back, labels=()) == replace(entity, labels=())
    assert set(back.labels) == {replace(label, language=label.language.lower()) for label in entity.labels}


@given(ARTICLES)
def test_articles_come_back_without_their_text(article: Article) -> None:
    quads = stored(extract_quads(Extract(article=article, claims=(), minted=())))
    (back,) = read_articles(nodes_of(quads))
    assert (back.id, back.source) == (article.id, article.source)
    assert len(back.sha256) == 64


@given(MERGED | CLAIMS | MINTED_ENTITIES)
def test_the_normal_form_is_final(record: Claim | Event | Entity) -> None:
    assert normal(normal(record)) == normal(record)


def test_order_and_repeats_change_no_quad() -> None:
    mixed = replace(
        SUMMIT_TWO,
        participants=SUMMIT_TWO.participants[::-1] * 2,
        why=SUMMIT_TWO.why * 2,
        evidence=SUMMIT_TWO.evidence * 2,
        attributed_to=SUMMIT_TWO.attributed_to * 2,
    )
    plain, twisted = (Extract(article=EXTRACTS[1].article, claims=(c,), minted=()) for c in (SUMMIT_TWO, mixed))
    assert set(extract_quads(plain)) == set(extract_quads(twisted))


def test_a_broken_letter_does_not_stop_an_article() -> None:
    quote = "half a \ud800 letter"
    broken = replace(TALKS, evidence=(Evidence(start=0, end=len(quote), quote=quote),))
    article = replace(ONE, text=quote)
    (back,) = read_claims(nodes_of(stored(extract_quads(Extract(article=article, claims=(broken,), minted=())))))
    assert back.evidence[0].quote == "half a ? letter"


# --- what the quads say ---------------------------------------------------------------------------


def test_every_quad_of_an_article_is_in_its_graph_and_none_is_blank() -> None:
    for extract in EXTRACTS:
        quads = extract_quads(extract)
        assert {quad.graph_name.value for quad in quads} == {article_iri(extract.article.id)}
        assert not [quad for quad in quads if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode)]


def test_evidence_is_a_web_annotation_target() -> None:
    nodes = nodes_of(extract_quads(EXTRACTS[0]))
    (span,) = (term.value for term in nodes[SUMMIT_ONE.iri][NK + "evidence"])
    assert span == article_iri("one") + "#char=0,31"
    assert {term.value for term in nodes[span][RDF + "type"]} == {OA + "SpecificResource"}
    assert {term.value for term in nodes[span][OA + "hasSource"]} == {article_iri("one")}
    selectors = {node[RDF + "type"][0].value: node for term in nodes[span][OA + "hasSelector"] if (node := nodes[term.value])}
    assert to_plain(selectors[OA + "TextQuoteSelector"][OA + "exact"][0]) == "Kim met Putin at the cosmodrome"
    assert [to_plain(selectors[OA + "TextPositionSelector"][OA + edge][0]) for edge in ("start", "end")] == [0, 31]


def test_bounds_are_inclusive_and_the_date_is_edtf() -> None:
    node = nodes_of(extract_quads(EXTRACTS[1]))[SUMMIT_TWO.iri]
    assert [str(node[NK + name][0]).split("^^")[0] for name in ("date", "earliest", "latest")] == [
        '"2023-09"',
        '"2023-09-01"',
        '"2023-09-30"',
    ]
    assert NK + "date" not in nodes_of(extract_quads(EXTRACTS[0]))[LETTER.iri]


def test_a_minted_entity_says_so_and_where_it_is_from() -> None:
    node = nodes_of(entity_quads(MINTED, ["three"]))[HAN]
    assert to_plain(node[NK + "minted"][0]) is True
    assert node[PROV + "wasDerivedFrom"][0].value == article_iri("three")


def test_an_agreement_is_linked_and_its_name_kept() -> None:
    node = nodes_of(extract_quads(Extract(article=ONE, claims=(SIGNING,), minted=())))[SIGNING.iri]
    assert [term.value for term in node[NK + "agreement"]] == [ITEM.entity]
    assert [term.value for term in node[NK + "item"]] == ["the treaty"]


TYPES = {
    NK + "Meeting": EventType(
        iri=NK + "Meeting",
        name="Meeting",
        parents=(),
        frames=(),
        roles=(),
        edges=(Edge(source="participant", target="participant", directed=False, predicate=NK + "met"),),
    ),
    NK + "Message": EventType(
        iri=NK + "Message",
        name="Message",
        parents=(),
        frames=(),
        roles=(),
        edges=(Edge(source="sender", target="recipient", directed=True, predicate=NK + "wroteTo"),),
    ),
}
WORLD = World(
    types=TYPES,
    labels={KIM: "Kim Jong Un", PUTIN: "Vladimir Putin"},
    persons={KIM, PUTIN, HAN, LAVROV},
    states={KIM: NORTH_KOREA, PUTIN: RUSSIA},
)


def links(event: Event, world: World = WORLD) -> set[tuple[str, str, str]]:
    quads = direct_quads(event, world)
    return {
        (shorten(q.subject.value), shorten(q.predicate.value), shorten(q.object.value))
        for q in quads
        if q.predicate.value in (NK + "met", NK + "wroteTo")
    }


def test_who_met_is_linked_both_ways() -> None:
    assert links(SUMMIT) == {("id:kim-jong-un", "nk:met", "id:vladimir-putin"), ("id:vladimir-putin", "nk:met", "id:kim-jong-un")}


def test_a_directed_edge_is_linked_one_way() -> None:
    assert links(replace(EVENTS[1], status="occurred")) == {("id:kim-jong-un", "nk:wroteTo", "id:vladimir-putin")}


@pytest.mark.parametrize("status", ["planned", "alleged", "denied"])
def test_what_did_not_occur_links_nobody(status: str) -> None:
    assert links(replace(SUMMIT, status=status)) == set()


def test_only_persons_are_linked() -> None:
    assert links(SUMMIT, replace(WORLD, persons={KIM})) == set()


@pytest.mark.parametrize(
    ("event", "label"),
    [
        (SUMMIT, "Meeting: Kim Jong Un, Vladimir Putin (2023-09-13)"),
        (replace(SUMMIT, participants=SUMMIT.participants[::-1]), "Meeting: Kim Jong Un, Vladimir Putin (2023-09-13)"),
        (EVENTS[1], "Message: Kim Jong Un, Vladimir Putin (undated)"),
        (EVENTS[2], "Meeting: han-tok-su, sergei-lavrov (2024-01-04)"),
    ],
)
def test_an_event_is_called_by_what_is_known_of_it(event: Event, label: str) -> None:
    assert event_label(event, WORLD) == label


def test_an_event_counts_articles_and_sources_and_has_three_classes() -> None:
    nodes = nodes_of(event_quads([replace(SUMMIT, sources=(("one", "copy"), ("Two_2",)))], WORLD))
    assert [to_plain(nodes[SUMMIT.iri][NK + name][0]) for name in ("reports", "sources")] == [3, 2]
    assert {shorten(term.value) for term in nodes[SUMMIT.iri][RDF + "type"]} == {"nk:Event", "sem:Event", "nk:Meeting"}
    assert RDFS + "label" in nodes[SUMMIT.iri]
    assert {quad.graph_name.value for quad in event_quads([SUMMIT], WORLD)} == {EVENTS_GRAPH}


def test_the_preferred_label_is_among_the_labels() -> None:
    assert normal(MINTED).labels == (Label(text="Han Tok Su", language="en", preferred=True),)


# --- terms ----------------------------------------------------------------------------------------


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_decimals_are_exact_and_have_no_exponent(value: float) -> None:
    text = decimal(value).value
    assert "e" not in text.lower()
    assert Decimal(text) == Decimal(repr(value))


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        ("iri", "https://example.org/a", "<https://example.org/a>"),
        ("name", "denied", f"<{NK}denied>"),
        ("date", dt.date(2024, 1, 2), '"2024-01-02"^^<http://www.w3.org/2001/XMLSchema#date>'),
        ("date", "2024-01-02", '"2024-01-02"^^<http://www.w3.org/2001/XMLSchema#date>'),
        ("text", 'a" } DROP ALL #', '"a\\" } DROP ALL #"'),
        ("text", "a\nb\\", '"a\\nb\\\\"'),
    ],
)
def test_a_value_stays_one_term(kind: str, value: object, written: str) -> None:
    assert to_sparql(kind, value) == written


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("iri", "Kim"),
        ("iri", "https://a> } #"),
        ("name", "denied> ?x <"),
        ("date", "2024"),
        ("date", "2024-13-01"),
        ("date", '2024-01-02" }'),
    ],
)
def test_what_is_no_value_of_its_kind_is_refused(kind: str, value: object) -> None:
    with pytest.raises(ValueError):
        to_sparql(kind, value)


XSD_NAME = "http://www.w3.org/2001/XMLSchema#"


@pytest.mark.parametrize(
    ("text", "datatype", "value"),
    [
        ("7", "integer", 7),
        ("0.5", "decimal", 0.5),
        ("true", "boolean", True),
        ("false", "boolean", False),
        ("2024-02-29", "date", dt.date(2024, 2, 29)),
        ("2023-02-29", "date", "2023-02-29"),
        ("seven", "integer", "seven"),
        ("7", "string", "7"),
    ],
)
def test_literals_become_plain_values(text: str, datatype: str, value: object) -> None:
    assert to_plain(typed(text, XSD_NAME + datatype)) == value
    assert type(to_plain(typed(text, XSD_NAME + datatype))) is type(value)
