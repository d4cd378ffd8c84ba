"""The store: one contract in memory and on disk, whole articles or none, the same bytes, queries that stay at home."""

import datetime as dt
import io
import os
import random
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from sample import EVENTS, EXTRACTS, HAN, KIM, LETTER, MINTED, NEWCOMERS, ONE, PUTIN, SUMMIT, SUMMIT_ONE, SUMMIT_TWO, TALKS, put

from kg.change import Change, apply
from kg.errors import OntologyError, QueryError, StoreError
from kg.ids import ARTICLE, ENTITY, EVENTS_GRAPH, INDEX_GRAPH, NK, article_iri
from kg.jsonld import write_jsonld
from kg.linked import to_rdflib
from kg.normal import normal
from kg.ontology import Ontology, load
from kg.readback import StoredArticle
from kg.records import EventLink, Extract, Label
from kg.store import Store
from kg.update import update

ROOT = Path(__file__).parent.parent
FORMATS = ["trig", "n-quads", "json-ld", "turtle", "n-triples", "rdf-xml"]


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load()


@pytest.fixture(params=["memory", "disk"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store" if request.param == "disk" else None) as opened:
        yield opened


@pytest.fixture
def full(store: Store) -> Store:
    return put(store)


def dumped(store: Store, format: str = "n-quads") -> bytes:
    stream = io.BytesIO()
    store.dump(stream, format)
    return stream.getvalue()


# --- records --------------------------------------------------------------------------------------


def test_records_come_back(full: Store) -> None:
    assert {claim.iri: claim for claim in full.claims()} == {c.iri: normal(c) for c in (SUMMIT_ONE, LETTER, SUMMIT_TWO, TALKS)}
    assert list(full.events()) == sorted((normal(event) for event in EVENTS), key=lambda event: event.iri)
    assert [(a.id, a.source) for a in full.articles()] == [
        (e.article.id, e.article.source) for e in (EXTRACTS[0], EXTRACTS[2], EXTRACTS[1])
    ]


def test_entities_are_those_of_the_ontology_and_the_minted(full: Store, ontology: Ontology) -> None:
    expected = {**ontology.entities, HAN: MINTED}
    found = {entity.iri: replace(entity, description="") for entity in full.entities()}
    assert found == {iri: replace(normal(entity), description="") for iri, entity in expected.items()}
    assert [entity.iri for entity in full.entities()] == sorted(expected)


def test_one_record_at_a_time(full: Store) -> None:
    assert full.event(SUMMIT.iri) == normal(SUMMIT)
    assert full.entity(HAN) == normal(MINTED)
    assert full.event(KIM) is None
    assert full.entity(SUMMIT.iri) is None
    reports = dict(full.reports([SUMMIT_TWO.iri, SUMMIT_ONE.iri, "https://example.org/none"]))
    assert {claim.iri: article.id for claim, article in reports.items()} == {SUMMIT_TWO.iri: "Two_2", SUMMIT_ONE.iri: "one"}
    assert all(isinstance(article, StoredArticle) for article in reports.values())


def test_what_several_articles_mint_has_the_labels_of_all(store: Store, ontology: Ontology) -> None:
    store.load_ontology(ontology.folder)
    other = replace(MINTED, label="Han Tok-su", labels=(Label(text="한덕수", language="ko"),))
    talks = replace(TALKS, iri=TALKS.iri + "-one", article="one")
    update(store, ontology, [EXTRACTS[2], Extract(article=ONE, claims=(talks,), minted=(other,))])
    found = store.entity(HAN)
    assert found is not None
    assert found.label == "Han Tok Su"
    assert {label.text for label in found.labels} >= {"Han Tok Su", "한덕수"}


# --- writing --------------------------------------------------------------------------------------


def test_writing_twice_changes_nothing(full: Store) -> None:
    before = dumped(full)
    put(full)
    assert dumped(full) == before


def test_an_article_replaces_what_it_said_before(full: Store, ontology: Ontology) -> None:
    apply(full, Change(extracts=[replace(EXTRACTS[0], claims=(LETTER,))]), ontology)
    assert [claim.iri for claim in full.claims() if claim.article == "one"] == [LETTER.iri]
    apply(full, Change(extracts=[EXTRACTS[0]]), ontology)
    assert {claim.iri for claim in full.claims() if claim.article == "one"} == {SUMMIT_ONE.iri, LETTER.iri}


def test_what_rests_on_an_article_goes_with_it(full: Store, ontology: Ontology) -> None:
    before = dumped(full)
    apply(full, Change(gone_articles=["three"], gone_entities=[HAN]), ontology)
    assert full.entity(HAN) is None
    assert TALKS.iri not in {claim.iri for claim in full.claims()}
    assert article_iri("three").encode() + b">" not in b"".join(line for line in dumped(full).splitlines() if b"graph/events" not in line)
    apply(full, Change(extracts=[EXTRACTS[2]], entities=NEWCOMERS), ontology)
    assert dumped(full) == before


def test_an_event_goes_with_its_parts_its_links_and_its_keys(full: Store, ontology: Ontology) -> None:
    link = EventLink(source=EVENTS[2].iri, kind=NK + "partOf", target=SUMMIT.iri)
    apply(full, Change(keys={SUMMIT.iri: ["a key"]}, links=[link]), ontology)
    apply(full, Change(gone_events=[SUMMIT.iri]), ontology)
    assert SUMMIT.iri not in {event.iri for event in full.events()}
    assert not full.sparql(f'ASK {{ {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), "{SUMMIT.iri}")) }} UNION {{ ?s ?p <{SUMMIT.iri}> }} }}').boolean
    assert not full.sparql(f"ASK {{ <{KIM}> nk:met <{PUTIN}> }}").boolean


def test_who_met_twice_has_met_when_one_meeting_goes(full: Store, ontology: Ontology) -> None:
    again = replace(SUMMIT, iri=SUMMIT.iri + "2")
    apply(full, Change(events=[again]), ontology)
    apply(full, Change(gone_events=[SUMMIT.iri]), ontology)
    assert full.sparql(f"ASK {{ <{KIM}> nk:met <{PUTIN}> . <{PUTIN}> nk:met <{KIM}> }}").boolean
    apply(full, Change(gone_events=[again.iri]), ontology)
    assert not full.sparql(f"ASK {{ <{KIM}> nk:met <{PUTIN}> }}").boolean


def test_blank_nodes_and_bad_turtle_are_refused_by_file(store: Store, tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<a:b> <a:c> [ <a:d> 1 ] .")
    with pytest.raises(OntologyError, match=r"a\.ttl: a blank node"):
        store.load_ontology(tmp_path)
    (tmp_path / "a.ttl").write_text("<a:b> <a:c> .")
    with pytest.raises(OntologyError, match=r"a\.ttl: "):
        store.load_ontology(tmp_path)
    assert dumped(store) == b""


# --- the folder -----------------------------------------------------------------------------------


def test_a_store_opens_again_as_it_was(tmp_path: Path, ontology: Ontology) -> None:
    with Store(tmp_path / "s") as store:
        before = dumped(put(store))
    with Store(tmp_path / "s", read_only=True) as store:
        assert dumped(store) == before
        with pytest.raises(StoreError, match="cannot be written"):
            apply(store, Change(gone_articles=["one"]), ontology)
    with Store(tmp_path / "s") as store:
        apply(store, Change(gone_articles=["one"]), ontology)
        assert "one" not in {article.id for article in store.articles()}


def not_there(folder: Path) -> None:
    Store(folder / "none", read_only=True)


def a_file(folder: Path) -> None:
    (folder / "file").write_text("x")
    Store(folder / "file")


def no_store(folder: Path) -> None:
    (folder / "empty").mkdir()
    Store(folder / "empty", read_only=True)


def in_use(folder: Path) -> None:
    with Store(folder / "s"):
        Store(folder / "s")


def damaged(folder: Path) -> None:
    Store(folder / "s").close()
    for file in (folder / "s").glob("MANIFEST*"):
        file.write_bytes(b"junk")
    Store(folder / "s")


@pytest.mark.parametrize(
    ("opening", "message"),
    [
        (not_there, "none: there is no store here"),
        (a_file, "file: the store cannot be opened"),
        (no_store, "empty: there is no store here"),
        (in_use, "s: the store cannot be opened: another process has it open"),
        (damaged, "s: the store cannot be opened"),
    ],
)
def test_a_store_that_cannot_be_opened_says_why_in_one_line(opening: Callable[[Path], None], message: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=message) as caught:
        opening(tmp_path)
    assert "\n" not in str(caught.value)


def test_killed_at_any_moment_each_article_is_wholly_in_or_out(tmp_path: Path) -> None:
    code = """
        import sys
        from dataclasses import replace
        from pathlib import Path
        from sample import EXTRACTS, TALKS
        from kg.change import Change, apply
        from kg.ontology import load
        from kg.store import Store
        store, ontology = Store(Path(sys.argv[1])), load()
        print("open", flush=True)
        for n in range(10**6):
            claims = tuple(replace(TALKS, iri=f"{TALKS.iri}-{n}-{i}") for i in range(5))
            apply(store, Change(extracts=[replace(EXTRACTS[2], claims=claims)]), ontology)
    """
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    for wait in (0.05, 0.2):
        child = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(code), str(tmp_path / "s")], stdout=subprocess.PIPE, env=environment, text=True
        )
        assert child.stdout is not None
        assert child.stdout.readline() == "open\n"
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(wait)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        with Store(tmp_path / "s") as store:
            claims = [claim.iri for claim in store.claims()]
            assert len(claims) in (0, 5)
            assert len({iri.split("-")[-2] for iri in claims}) <= 1
            assert len(list(store.articles())) == (1 if claims else 0)


# --- the whole of it ------------------------------------------------------------------------------


@pytest.mark.parametrize("format", FORMATS)
def test_a_dump_holds_every_quad_or_triple_but_the_index(format: str) -> None:
    store = put(Store())
    back = set(
        ox.parse(
            dumped(store, format),
            format=ox.RdfFormat.from_extension(
                {"trig": "trig", "n-quads": "nq", "json-ld": "jsonld", "turtle": "ttl", "n-triples": "nt", "rdf-xml": "rdf"}[format]
            ),
        )
    )
    quads = {quad for quad in store.inner if quad.graph_name != ox.NamedNode(INDEX_GRAPH)}
    if format in ("trig", "n-quads", "json-ld"):
        assert back == quads
    else:
        assert {quad.triple for quad in back} == {quad.triple for quad in quads}


def test_trig_is_readable() -> None:
    text = dumped(put(Store()), "trig").decode()
    assert "\tid:kim-jong-un a nk:Person ;" in text
    assert '\t\tdct:identifier "one" ;' in text
    assert "graph:events {" in text
    graphs = [line.split(" {")[0] for line in text.splitlines() if line.endswith(" {")]
    assert len(graphs) == len(set(graphs)) == 6


def test_another_process_writes_the_same_bytes(tmp_path: Path) -> None:
    code = """
        import sys
        from pathlib import Path
        from sample import put
        from kg.store import Store
        store = put(Store())
        for format in ("trig", "turtle", "json-ld"):
            store.dump(Path(sys.argv[1]) / format, format)
    """
    seed = str(random.Random(5).randrange(1, 10**6))
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]), "PYTHONHASHSEED": seed}
    subprocess.run([sys.executable, "-c", textwrap.dedent(code), str(tmp_path)], check=True, env=environment)
    store = put(Store())
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {
        format: dumped(store, format) for format in ("trig", "turtle", "json-ld")
    }


def test_an_unknown_format_writes_nothing(tmp_path: Path) -> None:
    target = tmp_path / "graph.doc"
    target.write_text("before")
    with pytest.raises(QueryError, match="no such format: 'doc'; there are trig, "):
        Store().dump(target, "doc")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("graph.doc", "before")]


def test_rdflib_sees_the_same_store(full: Store) -> None:
    dataset = to_rdflib(full)
    rows = list(dataset.query("SELECT ?who WHERE { id:kim-jong-un nk:met ?who }"))
    assert [str(row[0]) for row in rows] == [PUTIN]
    graph = dataset.graph(rdflib.URIRef(article_iri("one")))
    assert (rdflib.URIRef(LETTER.iri), rdflib.URIRef(NK + "status"), rdflib.URIRef(NK + "alleged")) in graph


# --- SPARQL ---------------------------------------------------------------------------------------


def test_rows_are_plain_values(full: Store) -> None:
    answer = full.sparql(
        "SELECT ?event ?label ?earliest ?reports ?score ?none WHERE { ?event nk:reports ?reports ; rdfs:label ?label ;"
        " nk:earliest ?earliest ; nk:confidence ?score FILTER(?reports = 2) OPTIONAL { ?event nk:nothing ?none } }"
    )
    assert answer.variables == ("event", "label", "earliest", "reports", "score", "none")
    assert answer.rows == ((SUMMIT.iri, "Meeting: Kim Jong Un, Vladimir Putin (2023-09-13)", dt.date(2023, 9, 13), 2, 0.65, None),)


def test_ask_and_construct(full: Store) -> None:
    assert full.sparql("ASK { id:kim-jong-un nk:met id:vladimir-putin }").boolean is True
    assert full.sparql("ASK { id:kim-jong-un nk:met id:kim-jong-un }").boolean is False
    triples = full.sparql("CONSTRUCT { ?a nk:met ?b } WHERE { ?a nk:met ?b }").triples
    assert triples is not None
    assert [line for line in triples.splitlines() if not line.startswith("@prefix")] == [
        "id:han-tok-su nk:met id:sergei-lavrov .",
        "id:kim-jong-un nk:met id:vladimir-putin .",
        "id:sergei-lavrov nk:met id:han-tok-su .",
        "id:vladimir-putin nk:met id:kim-jong-un .",
    ]


@pytest.mark.parametrize(
    ("text", "format", "start"),
    [
        ("SELECT (1 AS ?n) {}", "json", b'{"head":{"vars":["n"]}'),
        ("SELECT (1 AS ?n) {}", "csv", b"n\r\n1\r\n"),
        ("SELECT (1 AS ?n) {}", "tsv", b"?n\n1\n"),
        ("SELECT (1 AS ?n) {}", "xml", b'<?xml version="1.0"?>'),
        ("ASK {}", "json", b'{"head":{},"boolean":true}'),
        ("CONSTRUCT { <a:a> <a:b> 1 } WHERE {}", "n-triples", b'<a:a> <a:b> "1"^^'),
    ],
)
def test_answers_in_standard_forms(text: str, format: str, start: bytes) -> None:
    assert Store().sparql_as(text, format).startswith(start)


@pytest.mark.parametrize(("text", "format"), [("ASK {}", "turtle"), ("CONSTRUCT WHERE { ?s ?p ?o }", "csv"), ("ASK {}", "doc")])
def test_a_form_that_does_not_fit_is_refused(text: str, format: str) -> None:
    with pytest.raises(QueryError, match="no such format"):
        Store().sparql_as(text, format)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT ?x WHERE {\n  ?x a }", "SPARQL, line 2, column 9: not understood, at the end of the line"),
        ("SELECT ?x WHERE {\n  ?x a <b> }", "SPARQL, line 2, column 11: IRI parsing failed, near '}'"),
        ("SELEC", "SPARQL, line 1, column 6: not understood, at the end of the line"),
        ("", "SPARQL, line 1, column 1: not understood"),
        ("SELECT * {\n\n ?s nope:x ?o }", "SPARQL, line 3, column 11: Prefix not found, near '\\?o }'"),
        ("INSERT DATA { <a:a> <a:b> 1 }", "SPARQL, line 1, column 10: not understood, near 'TA {"),
        ("SELECT (COUNT(?s) AS ?n) ?o { ?s ?p ?o }", "SPARQL, line 1, column 41: "),
    ],
)
def test_what_is_no_query_is_refused_with_the_place(text: str, message: str) -> None:
    with pytest.raises(QueryError, match=message) as caught:
        Store().sparql(text)
    assert "\n" not in str(caught.value)


REMOTE = "<http://127.0.0.1:9/sparql>"


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT * {{ SERVICE {REMOTE} {{ ?s ?p ?o }} }}",
        f"SELECT * {{ service silent {REMOTE} {{ ?s ?p ?o }} }}",
        f"SELECT * {{ BIND({REMOTE} AS ?x) SeRvIcE ?x {{ ?s ?p ?o }} }}",
        f"ASK {{ ?a ?b trueSERVICE{REMOTE}{{ ?s ?p ?o }} }}",
        f"ASK {{ ?a ?b 'x'SERVICE{REMOTE}{{ ?s ?p ?o }} }}",
        "PREFIX : <http://127.0.0.1:9/> ASK { SERVICE:x{ ?s ?p ?o } }",
        "PREFIX e: <http://127.0.0.1:9/> ASK { SERVICEe:x{ ?s ?p ?o } }",
        f"PREFIX e: <a:> ASK {{ ?a ?b e:.SERVICE{REMOTE}{{ ?s ?p ?o }} }}",
        f"ASK {{ FILTER(1<2)SERVICE{REMOTE}{{ ?s ?p ?o }} FILTER(3>2) }}",
        f"ASK {{ # it's \n SERVICE {REMOTE} {{ ?s ?p ?o }} # ' \n }}",
        f"ASK {{ ?a ?b 'it\\'s' . SERVICE {REMOTE} {{ ?s ?p ?o }} # ' \n }}",
        f'ASK {{ ?a ?b """x" """ . SERVICE {REMOTE} {{ ?s ?p ?o }} # """ \n }}',
        f"PREFIX e: <a:> ASK {{ ?a ?b e:\\#x . SERVICE {REMOTE} {{ ?s ?p ?o }} }}",
        f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ SERVICE {REMOTE} {{ ?s ?p ?o }} }}",
        f"LOAD {REMOTE}",
        # An angle bracket that compares, read as one that begins an IRI, would hide what follows; so would a # in an IRI with an escape.
        "PREFIX : <http://127.0.0.1:9/> ASK { FILTER(1<2)SERVICE:x#>\n{ ?s ?p ?o } }",
        f'ASK {{ FILTER(1<2)#>"""\nSERVICE {REMOTE} {{ ?s ?p ?o }} #"""\n }}',
        f"ASK {{ FILTER('a'<'>')SERVICE{REMOTE}{{ ?s ?p ?o }}FILTER(''='') }}",
        f"PREFIX a: <http://x/\\u0061#> ASK {{ SERVICE {REMOTE} {{ ?s ?p ?o }} }}",
        f"ASK {{ LATERAL {{ SERVICE {REMOTE} {{ ?s ?p ?o }} }} }}",
    ],
)
def test_no_query_leaves_the_store(text: str) -> None:
    with pytest.raises(QueryError, match=r"SPARQL, line \d, column \d+: (SERVICE|LOAD) is refused"):
        Store().sparql(text)
    with pytest.raises(QueryError, match="is refused"):
        Store().sparql_as(text, "json")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?service WHERE { ?service a <https://example.org/SERVICE> } # SERVICE",
        'PREFIX e: <https://example.org/service#> ASK { ?s a e:Service ; rdfs:label \'SERVICE <x> {}\', """a "service" b""" }',
        "SELECT ?load ?download WHERE { ?load ?download 'LOAD' }",
        "SELECT ?from WHERE { ?from a <https://example.org/from#FROM> ; nk:from 'FROM <a:a>' } # FROM <a:a>",
        "PREFIX from: <a:> SELECT * { ?s from:x 1 }",
    ],
)
def test_words_in_names_and_texts_are_free(text: str) -> None:
    assert Store().sparql(text).rows == ()


GRAPHS_OF_A_QUERY = [
    ("SELECT ?s FROM graph:events { ?s a nk:Meeting }", 2),
    ("SELECT ?s FROM <https://w3id.org/dprk-russia/graph/\\u0065vents> { ?s a nk:Meeting }", 2),
    ("PREFIX g: <https://w3id.org/dprk-russia/graph/> select*from g:entities from g:events{?s a nk:Meeting}", 2),
    ("BASE <https://w3id.org/dprk-russia/> SELECT*FROM<graph/events>{ ?s a nk:Meeting }", 2),
    ("SELECT ?s FROM graph:entities { ?s a nk:Meeting }", 0),
    ("SELECT (1<2 AS ?x) ?s # FROM <a:a>\nFROM # here\n graph:entities { ?s a nk:Meeting }", 0),
    ("SELECT ?s FROM NAMED graph:events { ?s a nk:Meeting }", 0),
    ("SELECT ?s FROM NAMED graph:events { GRAPH ?g { ?s a nk:Meeting } }", 2),
    ("SELECT ?s FROM graph:events { GRAPH ?g { ?s a nk:Meeting } }", 0),
    ("SELECT ?s FROM graph:entities FROM NAMED graph:events { GRAPH graph:events { ?s a nk:Meeting } }", 2),
]


@pytest.mark.parametrize(("text", "rows"), GRAPHS_OF_A_QUERY)
def test_from_chooses_among_the_graphs_stored(full: Store, text: str, rows: int) -> None:
    assert len(full.sparql(text).rows) == rows


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT * FROM <http://127.0.0.1:9/x> { ?s ?p ?o }", "no graph <http://127.0.0.1:9/x> is stored here"),
        ("ASK FROM NAMED <a:a> {}", "no graph <a:a> is stored here"),
        ("ASKFROM<a:a>{}", "no graph <a:a> is stored here"),
        ("PREFIX e: <a:> DESCRIBE <b:b>FROM e:a", "no graph <a:a> is stored here"),
        ("CONSTRUCT { ?s ?p ?o } FROM <a:\\u0061> WHERE { ?s ?p ?o }", "no graph <a:a> is stored here"),
        ("PREFIX : <a:> ASK FROM:a {}", "FROM is not understood"),
        ("SELECT * FROM <a:a> {", "line 1, column 22: not understood"),
    ],
)
def test_a_graph_that_is_not_stored_is_refused(full: Store, text: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        full.sparql(text)


def test_the_union_is_queried_without_naming_graphs(full: Store) -> None:
    assert full.sparql(f"SELECT ?l {{ <{HAN}> skos:prefLabel ?l }}").rows == (("Han Tok Su",),)
    assert full.sparql("SELECT ?g { GRAPH ?g { ?a a nk:Article } } ORDER BY ?g").rows == tuple(
        (article_iri(name),) for name in ("one", "three", "Two_2")
    )
    assert full.sparql(f"SELECT ?n {{ <{ENTITY}north-korea> skos:prefLabel ?n }}").rows == (("North Korea",),)


def test_json_ld_has_short_names_that_come_back_whatever_they_look_like() -> None:
    strange = ["geo:39.0,125.7", ARTICLE + "//evil", NK + "a/b", "urn:x:y", "http://www.w3.org/2003/01/geo/wgs84_pos#lat"]
    graph = ox.NamedNode(EVENTS_GRAPH)
    quads = [ox.Quad(ox.NamedNode(one), ox.NamedNode(NK + "why"), ox.NamedNode(other), graph) for one in strange for other in strange]
    stream = io.BytesIO()
    write_jsonld([(EVENTS_GRAPH, sorted(quads, key=str))], stream)
    assert set(ox.parse(stream.getvalue(), format=ox.RdfFormat.JSON_LD)) == set(quads)
    assert b'"@id": "nk:a/b"' in stream.getvalue() and b'"wgs84:lat"' in stream.getvalue()
