"""The shape of the package: imports go down, libraries have one seam each, the world stays in the Turtle, functions stay small."""

import ast
import graphlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyoxigraph
import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "kg"
ONTOLOGY = ROOT / "ontology"

MOST_LINES_OF_A_FUNCTION = 60
MOST_LINES_OF_A_FILE = 400

# From the ground up: a module imports from the floors below its own and from nowhere else. The modules of a folder stand on
# one floor together; among themselves they may import as long as it does not go round in a circle.
FLOORS = (
    "clearnlp english errors ids languages records text swap",
    "files formats romanise schema sketch terms",
    "dates manifest sparql unpack",
    "known markup normal",
    "ontology parquet relations network tables triples",
    "agree cypher evaluate gephi ical journal jsonld lexicon readback resolve timeline",
    "choose keys watch",
    "links",
    "diagnose language merge registry store",
    "change lookup results stages linked names questions shapes",
    "query",
    "content update article asking intake show",
    "export",
    "graph report scores",
    "console flow",
    "folder measure web",
    "__init__",
    "cli_options",
    "cli_ask cli_build cli_checks cli_serve",
    "cli",
    "__main__ training",
)

# Where a library may be named; a folder stands for all in it.
SEAMS = {
    "ahocorasick_rs": "watch",
    "py3langid": "languages",
    "spacy": "clearnlp english language stages training",
    "srsly": "english",
    "numpy": "english formats training watch",
    "polars": "parquet",
    "torch": "training",
    "floret": "training",
    "rdflib": "linked",
    "oxrdflib": "linked",
    "pyoxigraph": "change jsonld lookup ontology terms triples readback results sparql store shapes",
    "networkx": "network cypher gephi",
    "icalendar": "ical",
    "jinja2": "markup",
    "lxml": "formats",
    "trafilatura": "formats",
    "htmldate": "formats",
    "ftfy": "formats stages",
    "feedparser": "formats",
    "warcio": "formats",
    "pypdf": "formats",
    "charset_normalizer": "formats",
    "starlette": "web",
    "uvicorn": "web",
    "yaml": "formats web",
    "click": "cli cli_ask cli_build cli_checks cli_options cli_serve training",
    "iuliia": "romanise",
    "msgspec": "formats journal readback registry triples",
    "platformdirs": "registry",
}

# What a library that we use needs and does not ask for.
UNIMPORTED = {"lxml_html_clean"}

# Words that evoke an event and are the program's own too: a column, parts of a treebank, verbs of English grammar, a method of HTTP,
# elements of HTML.
OWN_WORDS = frozenset(("name", "speech", "test", "promise", "be", "get", "head", "address"))
NAMING = ("skos/core#prefLabel", "skos/core#altLabel", "ontology#title", "ontology#shortName", "ontology#demonym")


@cache
def modules() -> dict[str, Path]:
    """Dotted name under `kg` -> file; the package itself is "__init__"."""
    files = sorted(PACKAGE.rglob("*.py"))
    names = [".".join(file.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__") for file in files]
    return dict(zip(names, files, strict=True))


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(modules()[name].read_text(encoding="utf-8"))


def imports(name: str) -> set[str]:
    """The dotted names that a module imports, wherever in it, as far as they are modules."""
    found: set[str] = set()
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} has a relative import in line {node.lineno}"
            parts = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {part if part.removeprefix("kg.") in modules() else node.module or "" for part in parts}
    return found


def own_imports(name: str) -> set[str]:
    own = {imported for imported in imports(name) if imported.split(".")[0] == "kg"}
    return {imported.removeprefix("kg.") if imported != "kg" else "__init__" for imported in own}


def family(name: str) -> str:
    """The folder of a module, or the module itself where it stands alone."""
    return name.split(".", maxsplit=1)[0]


def outside_imports(name: str) -> set[str]:
    """The libraries that a module imports."""
    return {imported.split(".")[0] for imported in imports(name)} - sys.stdlib_module_names - {"kg"}


def floors() -> dict[str, int]:
    return {name: number for number, line in enumerate(FLOORS) for name in line.split()}


def texts(name: str) -> Iterator[tuple[int, str]]:
    """The texts in a module that are not docstrings, with their lines."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


@cache
def world() -> tuple[frozenset[str], frozenset[str]]:
    """What the Turtle names: names of more than one word; names of event types and the words that evoke them."""
    names, words = set(), set()
    for file in sorted(ONTOLOGY.rglob("*.ttl")):
        if file.name == "core.ttl":
            continue  # the vocabulary: its labels are words for the program's own things
        for triple in pyoxigraph.parse(file.read_bytes(), format=pyoxigraph.RdfFormat.TURTLE):
            predicate, value = triple.predicate.value, triple.object.value
            if predicate.endswith(NAMING) and " " in value:
                names.add(value)
            elif predicate.endswith("ontology#lemma"):
                words.add(value)
            elif predicate.endswith("#type") and value.endswith("ontology#EventType"):
                words.add(re.split(r"[#/]", triple.subject.value)[-1])
    return frozenset(names), frozenset(words) - OWN_WORDS


def test_every_module_stands_on_one_floor() -> None:
    placed = [name for line in FLOORS for name in line.split()]
    assert sorted(placed) == sorted({family(name) for name in modules()})


@pytest.mark.parametrize("name", modules())
def test_imports_go_down_only(name: str) -> None:
    height = floors()
    others = {imported for imported in own_imports(name) if family(imported) != family(name)}
    assert {other for other in others if height[family(other)] >= height[family(name)]} == set()


def test_imports_do_not_go_round_in_a_circle() -> None:
    order = list(graphlib.TopologicalSorter({name: own_imports(name) for name in modules()}).static_order())
    assert sorted(order) == sorted(modules())


@pytest.mark.parametrize("library", SEAMS)
def test_a_library_is_named_at_its_seam_and_nowhere_else(library: str) -> None:
    assert {family(name) for name in modules() if library in outside_imports(name)} == set(SEAMS[library].split())


def test_the_dependencies_are_what_is_imported() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    names = {re.split(r"[^\w-]", dependency)[0] for dependency in [*project["dependencies"], *extras["export"], *extras["train"]]}
    imported = {library for name in modules() for library in outside_imports(name)}
    assert {"yaml" if name == "pyyaml" else name.replace("-", "_") for name in names - UNIMPORTED} == imported


@pytest.mark.parametrize("name", ["kg", "kg.cli"])
def test_import_is_quick(name: str) -> None:
    heavy = ("spacy", "rdflib", "networkx", "pyshacl", "lxml", "icalendar", "trafilatura", "feedparser", "warcio", "pypdf", "ftfy")
    code = f"import sys, {name}; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_the_world_that_must_not_be_named_is_not_empty() -> None:
    names, words = world()
    assert len(names) > 100
    assert len(words) > 50


@pytest.mark.parametrize("name", modules())
def test_no_module_names_the_world(name: str) -> None:
    names, words = world()
    pattern = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, names), key=len, reverse=True))})\b")
    found = [(line, text) for line, text in texts(name) if text in words or pattern.search(text)]
    assert found == []


@pytest.mark.parametrize("name", modules())
def test_functions_and_files_stay_small(name: str) -> None:
    assert len(modules()[name].read_text(encoding="utf-8").splitlines()) <= MOST_LINES_OF_A_FILE
    functions = [node for node in ast.walk(tree(name)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = {node.name: (node.end_lineno or 0) - node.lineno + 1 for node in functions}
    assert {function: lines for function, lines in long.items() if lines > MOST_LINES_OF_A_FUNCTION} == {}
