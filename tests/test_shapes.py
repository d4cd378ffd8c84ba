"""The shapes: the project's own ontology keeps them, each breach is found, and pySHACL finds the same ones."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from sample import EVENTS, EXTRACTS, NEWCOMERS, put

from kg.change import Change, apply
from kg.errors import OntologyError
from kg.ids import BASE
from kg.ontology import default_folder, load
from kg.shapes import BROKEN, read_checks, validate
from kg.store import SHAPES, Store
from kg.terms import PREFIXES, SH, shorten

ROOT = Path(__file__).parent.parent
TEST_GRAPH = BASE + "graph/test"
DECLARED = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())

LEADER = "id:x a nk:Tenure ; nk:holder id:kim-jong-un ; nk:office id:north-korean-leader ;"

# Each is added to a sound graph: what it breaks, as shape, path and the beginning of the message.
TENURE = "id:x a nk:Tenure ; nk:holder id:sergei-lavrov ; nk:office id:russian-president ; dct:source <https://e.org> ;"

BREACHES = [
    (
        'id:x a nk:Person ; skos:prefLabel "X"@en ; skos:altLabel "Vladimir Putin"@en',
        [("Entity", "", "bears a name of another, and nk:differentFrom does not tell them apart")] * 2,
    ),
    (
        'id:x a nk:Person ; skos:prefLabel "X"@en ; skos:exactMatch <http://www.wikidata.org/entity/Q7747> ; dct:source <https://e.org>',
        [("Entity", "", "has the Wikidata id of another")] * 2,
    ),
    (TENURE + ' nk:begin "2003-05" ; nk:end "2004-01"', [("OnePerson", "", "overlaps in an office that one person holds at a time")]),
    (TENURE + ' nk:begin "2013" ; nk:checked "2014-02-03"^^xsd:date', [("OnePerson", "", "overlaps in an office")]),
    (
        'claim:n a nk:Naming ; nk:names id:nobody ; nk:value "Kim" ; nk:confidence 2.0',
        [("Naming", "nk:confidence", "maxInclusive 1"), ("Naming", "nk:names", "class nk:Entity"), ("Naming", "nk:why", "minCount 1")],
    ),
    (
        'claim:s a nk:Attribution ; nk:speaks id:nobody ; nk:via claim:t ; nk:value "they"',
        [
            ("Attribution", "nk:speaks", "class nk:Entity"),
            ("Attribution", "nk:speaksAs", "minCount 1"),
            ("Attribution", "nk:via", "class nk:Attribution"),
        ],
    ),
    ("id:x a nk:Person", [("Entity", "", "no English prefLabel")]),
    ('id:x a nk:Person ; skos:prefLabel "X"@ru', [("Entity", "", "no English prefLabel")]),
    ('id:x a nk:Person ; skos:prefLabel "X"@en , "Y"@en', [("Entity", "", "two prefLabels in one language")] * 2),
    ('id:x a nk:Person ; skos:prefLabel "X"@en , "Y"', [("Entity", "skos:prefLabel", "datatype rdf:langString")]),
    ('id:x a nk:Persn ; skos:prefLabel "X"@en', [("Vocabulary", "", "a class that the vocabulary does not define")]),
    ('id:x a nk:Person ; skos:prefLabel "X"@en ; nk:shortname "X"', [("Vocabulary", "", "a property that the vocabulary does not define")]),
    ('id:x a nk:Person ; skos:prefLabel "X"@en ; nk:country id:pyongyang', [("Entity", "nk:country", "class nk:State")]),
    ('id:x a nk:City ; skos:prefLabel "X"@en ; nk:within id:kim-jong-un', [("Entity", "nk:within", "class nk:Place")]),
    ('id:x a nk:City ; skos:prefLabel "X"@en ; nk:within id:russia , id:china', [("Entity", "nk:within", "maxCount 1")]),
    ('id:x a nk:City ; skos:prefLabel "X"@en ; geo:lat 90.5 ; geo:long 0.5', [("Entity", "geo:lat", "maxInclusive 90")]),
    ('id:x a nk:City ; skos:prefLabel "X"@en ; geo:lat 9.5 ; geo:long -180.5', [("Entity", "geo:long", "minInclusive -180")]),
    ('id:x a nk:City ; skos:prefLabel "X"@en ; geo:lat 9.5', [("Entity", "", "a coordinate needs the other")]),
    (
        'id:x a nk:City ; skos:prefLabel "X"@en ; geo:lat 9.5 ; geo:long "east"',
        [
            ("Entity", "geo:long", "datatype xsd:decimal"),
            ("Entity", "geo:long", "maxInclusive 180"),
            ("Entity", "geo:long", "minInclusive -180"),
        ],
    ),
    ('id:x a nk:City ; skos:prefLabel "X"@en ; skos:exactMatch wd:Q1', [("Entity", "", "a match to Wikidata needs a dct:source")]),
    (
        'id:x a nk:City ; skos:prefLabel "X"@en ; skos:exactMatch <https://e.org/> ; dct:source <https://e.org/>',
        [("Entity", "skos:exactMatch", "pattern ")],
    ),
    ('id:x a nk:Person ; skos:prefLabel "X"@en ; nk:minted true', [("Entity", "", "a minted entity comes from an article")]),
    ('id:x a nk:Office ; skos:prefLabel "X"@en ; nk:officeOf id:russia', [("Office", "nk:title", "minCount 1")]),
    (
        'id:x a nk:Office ; skos:prefLabel "X"@en ; nk:officeOf id:russia ; nk:title "x"@en ; nk:rank 6',
        [("Office", "nk:rank", "maxInclusive 5")],
    ),
    (
        'id:x a nk:Tenure ; nk:holder id:kim-jong-un ; nk:office id:o ; nk:begin "2020" ; nk:end "2021" ; dct:source <https://e.org/>',
        [("Tenure", "nk:office", "class nk:Office")],
    ),
    (
        f'{LEADER} nk:begin "2020" ; nk:end "2021"',
        [("Tenure", "dct:source", "minCount 1")],
    ),
    (
        f'{LEADER} nk:begin "May 2020" ; nk:checked "2024-01-01"^^xsd:date ; dct:source <https://e.org/>',
        [("Tenure", "nk:begin", "pattern ")],
    ),
    (
        f'{LEADER} nk:begin "2021-05" ; nk:end "2021-04-30" ; dct:source <https://e.org/>',
        [("Tenure", "", "ends before it begins")],
    ),
    (
        f'{LEADER} nk:begin "2021" ; dct:source <https://e.org/>',
        [("Tenure", "", "has neither nk:end nor")],
    ),
    ('nk:X a nk:EventType ; skos:prefLabel "X"@en ; nk:asks nk:meeting-participant', [("EventType", "nk:evokes", "minCount 1")]),
    (
        'nk:X a nk:EventType ; skos:prefLabel "X"@en . nk:x a nk:Frame ; nk:evokes nk:X ; nk:lemma "x" ; nk:pos "VERB"',
        [("EventType", "nk:asks", "minCount 1")],
    ),
    ("nk:Meeting nk:edge nk:transfer-edge", [("EventType", "", "an edge joins a role that the type does not ask for")] * 2),
    ('nk:x a nk:Frame ; nk:evokes nk:Meeting ; nk:lemma "x" ; nk:pos "ADJ"', [("Frame", "nk:pos", "pattern ")]),
    (
        'nk:x a nk:Frame ; nk:evokes nk:Meeting ; nk:lemma "x" ; nk:pos "VERB" ; slot:subject nk:sender',
        [("Frame", "", "a slot gives a role that the type does not ask for")],
    ),
    ("nk:x a nk:RoleType ; nk:role nk:host ; nk:filledBy nk:Nobody", [("RoleType", "nk:filledBy", "class owl:Class")]),
    ('article:one nk:sha256 "abc"', [("Article", "nk:sha256", "maxCount 1"), ("Article", "nk:sha256", "pattern ")]),
    (
        'event:summit nk:latest "2023-09-12"^^xsd:date',
        [("Dated", "nk:latest", "maxCount 1"), ("Dated", "nk:earliest", "lessThanOrEquals nk:latest")],
    ),
    (
        'event:summit nk:earliest "2023-02-30"^^xsd:date',
        [
            ("Dated", "nk:earliest", "maxCount 1"),
            ("Dated", "nk:earliest", "datatype xsd:date"),
            ("Dated", "nk:earliest", "lessThanOrEquals nk:latest"),
        ],
    ),
    ('event:letter nk:date "2023"^^edtf:EDTF-level0', [("Dated", "", "date, earliest and latest go together")]),
    ("event:letter nk:status nk:rumoured", [("Dated", "nk:status", "class nk:Status"), ("Dated", "nk:status", "maxCount 1")]),
    (
        "event:x a nk:Event",
        [
            ("Dated", "nk:confidence", "minCount 1"),
            ("Dated", "nk:participation", "minCount 1"),
            ("Dated", "nk:status", "minCount 1"),
            ("Event", "nk:claim", "minCount 1"),
            ("Event", "nk:reportedIn", "minCount 1"),
            ("Event", "nk:reports", "minCount 1"),
            ("Event", "sem:eventType", "minCount 1"),
            ("Event", "sem:hasActor", "minCount 1"),
        ],
    ),
    (
        "event:summit nk:participation event:p . event:p a nk:Participation ; nk:agent id:russia ; nk:role nk:sender ; nk:listedOrder 1",
        [("Event", "", "a role that the type does not ask for")],
    ),
    ("event:summit sem:hasActor id:nobody", [("Event", "sem:hasActor", "class nk:Entity")]),
    ("event:summit nk:claim claim:gone", [("Event", "nk:claim", "class nk:Claim")]),
    (
        "event:p a nk:Participation ; nk:agent id:kim-jong-un ; nk:role nk:host ; nk:listedOrder 0",
        [("Participation", "nk:listedOrder", "minInclusive 1")],
    ),
    (
        "<https://e.org/span> a oa:SpecificResource ; oa:hasSource article:one",
        [("Evidence", "", "no position"), ("Evidence", "", "no quotation")],
    ),
    ('<https://e.org/quote> a oa:TextQuoteSelector ; oa:exact ""', [("Quotation", "oa:exact", "minLength 1")]),
    ("<https://e.org/at> a oa:TextPositionSelector ; oa:start 5 ; oa:end 4", [("Position", "oa:start", "lessThanOrEquals oa:end")]),
    ("id:kim-jong-un nk:met id:russia", [("Met", "nk:met", "class nk:Person")]),
]


def sound() -> Store:
    return put(Store())


def add(store: Store, turtle: str) -> None:
    store.inner.update(f"{DECLARED} INSERT DATA {{ GRAPH <{TEST_GRAPH}> {{ {turtle} }} }}")


@pytest.fixture(scope="module")
def kept() -> Store:
    return sound()


@pytest.fixture
def store(kept: Store) -> Iterator[Store]:
    yield kept
    kept.inner.remove_graph(ox.NamedNode(TEST_GRAPH))


def test_the_ontology_and_a_graph_over_it_are_sound(store: Store) -> None:
    assert validate(store) == ()


def test_the_cases_are_as_many_as_they_were() -> None:
    assert len(BREACHES) == len({turtle for turtle, _ in BREACHES}) == 49


@pytest.mark.parametrize(("turtle", "breaches"), BREACHES)
def test_a_breach_is_found_and_nothing_else(turtle: str, breaches: list[tuple[str, str, str]], store: Store) -> None:
    add(store, turtle)
    found = sorted((violation.shape, violation.path, violation.message) for violation in validate(store))
    assert len(found) == len(breaches)
    for (shape, path, message), expected in zip(found, sorted(breaches), strict=True):
        assert (shape, path, message[: len(expected[2])]) == expected


@pytest.mark.parametrize(
    "turtle",
    [
        TENURE + ' nk:begin "1999-12-31" ; nk:end "1999-12-31"',
        TENURE + ' nk:begin "2003-05" ; nk:end "2004-01" ; nk:acting true',
        TENURE + ' nk:end "1999"',
        'id:x a nk:Person ; skos:prefLabel "X"@en ; skos:altLabel "Vladimir Putin"@en ; nk:differentFrom id:vladimir-putin',
    ],
)
def test_what_is_told_apart_or_hands_over_on_one_day_is_sound(turtle: str, store: Store) -> None:
    add(store, turtle)
    assert validate(store) == ()


def test_every_constraint_that_is_understood_is_used(store: Store) -> None:
    used = {"sh:" + check.message.split()[0] for check in read_checks(store) if check.path}
    assert used == set(BROKEN)


def test_a_violation_names_the_thing_and_the_value(store: Store) -> None:
    add(store, "event:summit nk:claim claim:gone")
    (violation,) = validate(store)
    assert (shorten(violation.focus), shorten(violation.value)) == ("event:summit", "claim:gone")


@pytest.mark.parametrize(
    ("constraint", "message"),
    [
        ("sh:property [ sh:path nk:x ; sh:minCount 2 ]", "sh:minCount 2"),
        ("sh:property [ sh:path nk:x ; sh:hasValue 1 ]", "sh:hasValue"),
        ("sh:property [ sh:path nk:x ; sh:nodeKind sh:Literal ]", "sh:nodeKind"),
        ("sh:closed true", "sh:closed in Thing"),
        ("sh:targetNode nk:x", "sh:targetNode in Thing"),
        ("sh:property [ sh:path [ sh:zeroOrOnePath nk:x ] ; sh:maxCount 1 ]", "sh:inversePath"),
        ("sh:sparql [ sh:ask 'ASK {}' ]", "sh:ask in Thing"),
    ],
)
def test_shacl_that_is_not_understood_is_refused(constraint: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "shapes.ttl"
    file.write_text(
        f"@prefix sh: <{SH}> . @prefix nk: <{PREFIXES['nk']}> . nk:Thing a sh:NodeShape ; sh:targetClass nk:Thing ; {constraint} ."
    )
    with pytest.raises(OntologyError, match=message) as caught:
        validate(Store(), file)
    assert str(caught.value).startswith(str(file))


def test_a_shapes_file_that_does_not_parse_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.ttl").write_text("nonsense")
    with pytest.raises(OntologyError, match=r"bad\.ttl"):
        validate(Store(), tmp_path / "bad.ttl")
    with pytest.raises(OntologyError, match=r"none\.ttl"):
        validate(Store(), tmp_path / "none.ttl")


# --- the same by another engine -------------------------------------------------------------------

# pySHACL takes minutes for the whole ontology; the vocabulary and what the sample names are enough.
SMALL = ("core.ttl", "events/diplomacy.ttl")
NAMED = ("kim-jong-un", "vladimir-putin", "sergei-lavrov", "kcna", "pyongyang", "vostochny-cosmodrome", "north-korea", "russia")


def small(folder: Path) -> Store:
    """The sample over as much of the ontology as it needs."""
    whole, ontology = sound(), load()
    for name in SMALL:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((default_folder() / name).read_bytes())
    query = "CONSTRUCT {{ <{0}> ?p ?o }} WHERE {{ <{0}> ?p ?o FILTER(?p NOT IN (nk:met, nk:capital, nk:within)) }}"
    things = [str(whole.sparql(query.format(f"{PREFIXES['id']}{name}")).triples) for name in NAMED]
    (folder / "things.ttl").write_text("\n".join(things), encoding="utf-8")
    store = Store()
    store.load_ontology(folder)
    apply(store, Change(extracts=EXTRACTS, events=EVENTS, entities=NEWCOMERS), ontology)
    return store


def by_pyshacl(file: Path) -> set[tuple[str, str]]:
    """What pySHACL objects to: the things and the paths (or "")."""
    command = [sys.executable, "-m", "pyshacl", "-s", str(default_folder() / SHAPES), "-f", "nt", str(file)]
    report = subprocess.run(command, capture_output=True, check=False)
    assert report.returncode == 1, report.stderr.decode()
    focus: dict[str, str] = {}
    path: dict[str, str] = {}
    for triple in ox.parse(report.stdout, format=ox.RdfFormat.N_TRIPLES):
        if triple.predicate.value == SH + "focusNode":
            focus[str(triple.subject)] = shorten(triple.object.value)
        elif triple.predicate.value == SH + "resultPath":
            path[str(triple.subject)] = shorten(triple.object.value) if isinstance(triple.object, ox.NamedNode) else "nk:evokes"
    return {(thing, path.get(result, "")) for result, thing in focus.items()}


def test_pyshacl_finds_the_same(tmp_path: Path) -> None:
    store = small(tmp_path / "ontology")
    for number, (turtle, _) in enumerate(BREACHES):
        if LEADER not in turtle and "id:china" not in turtle:
            add(store, turtle.replace("id:x ", f"id:x{number} "))
    store.dump(tmp_path / "broken.ttl", "turtle")
    ours = {(shorten(violation.focus), violation.path) for violation in validate(store)}
    assert len(ours) > 25
    assert by_pyshacl(tmp_path / "broken.ttl") == ours
