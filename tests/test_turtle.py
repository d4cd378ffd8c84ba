"""The promise that the world is Turtle: lines in a file, and no Python, make a new person and a new event type known."""

import datetime as dt
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.article import Reader, extract
from kg.ids import ENTITY, NK
from kg.language import Language
from kg.lexicon import Lexicon
from kg.ontology import default_folder, load
from kg.records import Article, Source

pytestmark = pytest.mark.model

NEWS = """
@prefix nk:   <{nk}> .
@prefix slot: <https://w3id.org/dprk-russia/slot#> .
@prefix id:   <{entity}> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

id:newcomer a nk:Person ; skos:prefLabel "{name}"@en ; nk:country id:russia .
nk:Decoration a nk:EventType ; rdfs:subClassOf nk:Event ; skos:prefLabel "Decoration"@en ;
  nk:asks nk:decoration-giver , nk:decoration-receiver .
nk:decoration-giver a nk:RoleType ; nk:role nk:giver ; nk:filledBy nk:Actor ; nk:atLeast 1 .
nk:decoration-receiver a nk:RoleType ; nk:role nk:receiver ; nk:filledBy nk:Actor ; nk:atLeast 1 .
nk:frame-decorate a nk:Frame ; nk:evokes nk:Decoration ; nk:lemma "{verb}" ; nk:pos "VERB" ;
  slot:subject nk:giver ; slot:object nk:receiver .
"""
# Syllables that make names which no text of the project holds.
SYLLABLES = ("zor", "bal", "mek", "tuv", "rin", "dask", "fel", "gorm")
WORDS = st.lists(st.sampled_from(SYLLABLES), min_size=2, max_size=3).map(lambda parts: "".join(parts).capitalize())


@pytest.fixture(scope="module")
def language() -> Language:
    return Language(None, Lexicon(load()))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=WORDS, family=WORDS, verb=st.sampled_from(["decorate", "honour", "award", "salute"]))
def test_turtle_alone_makes_a_person_and_an_event_type(first: str, family: str, verb: str, tmp_path: Path, language: Language) -> None:
    folder = tmp_path / f"{first}-{family}-{verb}"
    shutil.copytree(default_folder(), folder, dirs_exist_ok=True)
    (folder / "news.ttl").write_text(NEWS.format(nk=NK, entity=ENTITY, name=f"{first} {family}", verb=verb), encoding="utf-8")
    past = verb + ("d" if verb.endswith("e") else "ed")
    text = f"Kim Jong Un {past} {first} {family} in Pyongyang on Friday."
    article = Article(id="news", text=text, source=Source(published=dt.date(2024, 9, 14)))
    (claim,) = extract(article, Reader(Lexicon(load(folder)), language)).claims
    assert claim.type == NK + "Decoration"
    assert {(p.role, p.entity) for p in claim.participants} == {("giver", ENTITY + "kim-jong-un"), ("receiver", ENTITY + "newcomer")}
