"""What README.md shows: every block is printed by the program today; `make docs` writes it, `make check` compares it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import cog

from kg.asking import open_store
from kg.ids import NK
from kg.ontology import load
from kg.store import Store
from kg.terms import shorten

ROOT = Path(__file__).parent.parent
WIDTH = 150
SHOWN_WORDS = 6
# Characters of a value that an example shows.
LONGEST = 60


def run(command: str, shown: str = "") -> None:
    """A command and what it prints, in the root of the checkout."""
    environment = {**os.environ, "COLUMNS": str(WIDTH), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, shell=True, check=True, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT)
    block("console", f"$ {shown or command}\n{done.stdout}")


def block(language: str, text: str) -> None:
    """A fenced block without spaces at the ends of lines."""
    cog.outl("\n".join((f"```{language}", *(line.rstrip() for line in text.rstrip().splitlines()), "```")))


def build() -> None:
    """The graph of the five articles, which all later blocks ask."""
    subprocess.run("kg build seeds -o out", shell=True, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)


def show(kind: str, date: str) -> None:
    """`kg show` of the one event of a type on a date."""
    events = [json.loads(line) for line in (ROOT / "out" / "events.jsonl").read_text(encoding="utf-8").splitlines()]
    (event,) = [event for event in events if (event["type"], event["date"]) == (kind, date)]
    run(f"kg show {event['event'].rsplit('/', 1)[-1][:8]}")


def query(name: str) -> None:
    """A SPARQL query of `tests/data/queries` and its rows."""
    file = f"tests/data/queries/{name}.rq"
    block("sparql", (ROOT / file).read_text(encoding="utf-8"))
    run(f"kg query {file}")


def python() -> None:
    """What the Python example of the README prints."""
    code = (ROOT / "README.md").read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    done = subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    block("text", done.stdout)


def event_types() -> None:
    """The table of event types."""
    cog.outl("| event type | PLOVER | CAMEO | roles | evoked by, among others |\n|---|---|---|---|---|")
    for kind in sorted(load().types.values(), key=lambda kind: kind.name):
        roles = ", ".join(sorted(role.name for role in kind.roles))
        words = ", ".join(sorted({lemma for frame in kind.frames for lemma in frame.lemmas})[:SHOWN_WORDS])
        codes = " | ".join(code or "" for code in (kind.plover, kind.cameo))
        cog.outl(f"| {kind.name} | {codes} | {roles} | {words} |")


def registry() -> None:
    """How much the ontology knows, by kind."""
    ontology = load()

    def count(kind: str) -> int:
        return sum(ontology.is_a(entity.kind, NK + kind) for entity in ontology.entities.values())

    tenured = sum(1 for iri in ontology.entities if ontology.tenures_of(iri))
    places = [e for e in ontology.entities.values() if ontology.is_a(e.kind, NK + "Place")]
    rows = (
        ("people", count("Person"), f"{tenured} of them with offices and dates"),
        ("offices", len(ontology.offices), f"{len(ontology.tenures)} tenures, each with its source"),
        (
            "organisations",
            count("Organisation") - count("State"),
            "media, ministries, parties, armies, firms, bodies of the United Nations",
        ),
        ("states, cities, regions, sites", len(places), f"{sum(e.latitude is not None for e in places)} with coordinates and their source"),
        ("agreements", count("Agreement"), f"{sum(a.signed is not None for a in ontology.agreements.values())} with the day of signing"),
        ("weapons, operations", count("Weapon") + count("Operation"), ""),
        ("Wikidata ids", sum(e.wikidata is not None for e in ontology.entities.values()), "each with the page or table that gives it"),
    )
    cog.outl("| what | how many | |\n|---|---|---|")
    for name, number, note in rows:
        cog.outl(f"| {name} | {number} | {note} |")


def ontology_page() -> None:
    """Tables of the classes and properties of the vocabulary, each property with a triple of the graph of the seeds."""
    with open_store(ROOT / "out") as store:
        for title, text, columns in (
            ("Classes", CLASSES, "| class | below | what it is |\n|---|---|---|"),
            ("Properties", PROPERTIES, "| property | from | to | what it says | for example |\n|---|---|---|---|---|"),
        ):
            cog.outl(f"\n## {title}\n\n{columns}")
            for name, *cells in store.sparql(text).rows:
                example = [f"`{_example(store, str(name))}`"] if title == "Properties" else []
                cog.outl(
                    "| "
                    + " | ".join((f"`{shorten(str(name))}`", *(_cell(cell) for cell in cells), *example)).replace("| `` |", "| |")
                    + " |"
                )


CLASSES = """SELECT ?class (GROUP_CONCAT(DISTINCT STR(?above); separator=" ") AS ?over) (SAMPLE(?said) AS ?comment) {
  ?class a owl:Class OPTIONAL { ?class rdfs:subClassOf ?above } OPTIONAL { ?class rdfs:comment ?said }
} GROUP BY ?class ORDER BY ?class"""
PROPERTIES = """SELECT ?property (GROUP_CONCAT(DISTINCT STR(?from); separator=" ") AS ?domain)
  (GROUP_CONCAT(DISTINCT STR(?to); separator=" ") AS ?range) (SAMPLE(?said) AS ?comment) {
  { VALUES ?kind { owl:ObjectProperty owl:DatatypeProperty rdf:Property } ?property a ?kind }
  UNION { ?property a nk:Role FILTER EXISTS { GRAPH graph:events { ?event ?property ?one } } }
  OPTIONAL { ?property rdfs:domain ?from } OPTIONAL { ?property rdfs:range ?to } OPTIONAL { ?property rdfs:comment ?said }
} GROUP BY ?property ORDER BY ?property"""


def _cell(value: object) -> str:
    return " ".join(shorten(word) for word in str(value or "").split()).replace("|", "\\|")


def _example(store: Store, name: str) -> str:
    """The first triple, by its text, that uses the property; of events and claims rather than of the vocabulary."""
    rows = sorted(
        store.sparql(f"SELECT ?s ?o {{ ?s <{name}> ?o }} ORDER BY ?s ?o LIMIT 200").rows,
        key=lambda row: ("/ontology#" in str(row[0]), str(row)),
    )
    if not rows:
        return ""
    subject, value = (shorten(str(cell)) for cell in rows[0])
    return f"{subject} {shorten(name)} {value if len(value) <= LONGEST else value[:LONGEST] + '…'}".replace("|", "\\|").replace("`", "'")
