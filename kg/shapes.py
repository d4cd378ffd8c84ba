"""Does a store look as `ontology/shapes.ttl` says? The shapes become SPARQL, which the store answers itself.

That keeps one source for the rules (any SHACL engine reads the same file) and costs seconds, not minutes, and no
memory, on large graphs. What of SHACL is not understood here is refused, never skipped.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.errors import OntologyError
from kg.ids import local
from kg.ontology import default_folder
from kg.store import SHAPES, Store
from kg.terms import SH, XSD, named, shorten

# What violates a constraint on the values of a path. PATH, VALUE and CLASSES (VALUE and what is below it) are filled in.
BROKEN: Mapping[str, str] = {
    "sh:minCount": "FILTER NOT EXISTS { ?this PATH ?any }",
    "sh:maxCount": "?this PATH ?one , ?other FILTER(!sameTerm(?one, ?other))",
    "sh:class": "?this PATH ?value FILTER NOT EXISTS { ?value a ?kind FILTER(?kind IN (CLASSES)) }",
    "sh:datatype": "?this PATH ?value FILTER(!COALESCE(DATATYPE(?value) = VALUE && CAST, false))",
    "sh:nodeKind": "?this PATH ?value FILTER(!isIRI(?value))",
    "sh:pattern": "?this PATH ?value FILTER(!REGEX(STR(?value), VALUE))",
    "sh:minLength": "?this PATH ?value FILTER(STRLEN(STR(?value)) < VALUE)",
    "sh:minInclusive": "?this PATH ?value FILTER(!COALESCE(?value >= VALUE, false))",
    "sh:maxInclusive": "?this PATH ?value FILTER(!COALESCE(?value <= VALUE, false))",
    "sh:lessThanOrEquals": "?this PATH ?value ; VALUE ?other FILTER(!COALESCE(?value <= ?other, false))",
    "sh:uniqueLang": '?this PATH ?value , ?other FILTER(!sameTerm(?value, ?other) && LANG(?value) = LANG(?other) && LANG(?value) != "")',
}
# The only values for which the queries above are right.
ONLY = {"sh:minCount": {"1"}, "sh:maxCount": {"1"}, "sh:uniqueLang": {"true"}, "sh:nodeKind": {"sh:IRI"}}
# Datatypes whose texts SPARQL can test by a cast.
CASTS = frozenset(XSD + name for name in ("boolean", "date", "decimal", "integer"))
NODE_KEYS = frozenset({"sh:targetClass", "sh:targetSubjectsOf", "sh:property", "sh:sparql"})
SPARQL_KEYS = frozenset({"sh:select", "sh:message", "sh:prefixes"})


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Violation:
    """What is wrong with `focus`: the shape that says so, the property (or ""), the value (or "") and the rule in words."""

    focus: str
    shape: str
    path: str
    message: str
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A rule of a shape as SPARQL that selects `?this` and `?value` where it is broken."""

    shape: str
    path: str
    message: str
    query: str


def validate(store: Store, shapes: Path | None = None) -> tuple[Violation, ...]:
    """Every violation in the union of a store's graphs, sorted; `shapes` is a SHACL file, by default the project's own."""
    return tuple(sorted({violation for check in read_checks(store, shapes) for violation in _broken(store, check)}))


def _broken(store: Store, check: Check) -> Iterator[Violation]:
    answer = store.sparql(check.query)
    for row in answer.rows:
        found = dict(zip(answer.variables, row, strict=True))
        value = "" if found.get("value") is None else str(found["value"])
        yield Violation(focus=str(found["this"]), shape=check.shape, path=check.path, message=check.message, value=value)


# --- from SHACL to SPARQL -------------------------------------------------------------------------

Subject = ox.NamedNode | ox.BlankNode
Shape = Mapping[str, list[Any]]


def read_checks(store: Store, shapes: Path | None = None) -> list[Check]:
    """The rules of a SHACL file as queries to this store, whose subclasses they spell out.

    Raises `OntologyError` where the file does not parse or uses SHACL that is not translated here.
    """
    file = shapes or default_folder() / SHAPES
    found = _parse(file)
    try:
        roots = [node for node, shape in found.items() if named(SH + "NodeShape") in shape.get("rdf:type", [])]
        return [check for root in sorted(roots, key=str) for check in _checks(store, root, found)]
    except (LookupError, ValueError) as error:
        raise OntologyError(f"{file}: this SHACL is not understood here: {shorten(str(error.args[0]))}") from error


def _parse(file: Path) -> dict[Subject, Shape]:
    found: dict[Subject, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    try:
        for triple in ox.parse(path=file, format=ox.RdfFormat.TURTLE):
            found[triple.subject][shorten(triple.predicate.value)].append(triple.object)
    except (SyntaxError, OSError) as error:
        raise OntologyError(f"{file}: {error}") from error
    return {node: dict(shape) for node, shape in found.items()}


def _checks(store: Store, root: Any, found: Mapping[Subject, Shape]) -> Iterator[Check]:
    """The checks of a node shape, for each of its targets."""
    shape, name = found[root], local(root.value)
    _refuse_unknown(shape, NODE_KEYS, name)
    targets = [f"VALUES ?target {{ {_below(store, kind)} }} ?this a ?target ." for kind in shape.get("sh:targetClass", [])]
    targets += [f"?this {link} ?target ." for link in shape.get("sh:targetSubjectsOf", [])]
    for target in targets:
        for node in shape.get("sh:property", []):
            yield from _property_checks(store, name, target, found[node], found)
        for node in shape.get("sh:sparql", []):
            _refuse_unknown(found[node], SPARQL_KEYS, name)
            (select,), (message,) = found[node]["sh:select"], found[node]["sh:message"]
            yield Check(shape=name, path="", message=message.value, query=select.value.replace("{", f"{{ {target} ", 1))


def _property_checks(store: Store, name: str, target: str, shape: Shape, found: Mapping[Subject, Shape]) -> Iterator[Check]:
    (step,) = shape["sh:path"]
    inverse = found[step]["sh:inversePath"][0] if isinstance(step, ox.BlankNode) else None
    path = f"^{inverse}" if inverse else str(step)
    for key in sorted(shape.keys() - {"sh:path"}):
        for value in shape[key]:
            body = _body(store, key, path, value)
            query = f"SELECT DISTINCT ?this ?value WHERE {{ {target} {body} }}"
            message = f"{key.removeprefix('sh:')} {shorten(value.value)}"
            yield Check(shape=name, path=shorten((inverse or step).value), message=message, query=query)


def _body(store: Store, component: str, path: str, value: Any) -> str:
    """The pattern that finds what breaks one constraint; LookupError where it is not understood."""
    written = shorten(value.value)
    if component not in BROKEN or written not in ONLY.get(component, {written}):
        raise LookupError(f"{component} {written}")
    cast = f'STR({value}(STR(?value))) != ""' if value.value in CASTS else "true"
    parts = {"PATH": path, "VALUE": str(value), "CAST": cast, "CLASSES": _below(store, value, ", ") if component == "sh:class" else ""}
    return re.sub("|".join(parts), lambda match: parts[match[0]], BROKEN[component])


def _below(store: Store, kind: ox.NamedNode, separator: str = " ") -> str:
    """A class and all below it."""
    rows = store.sparql(f"SELECT DISTINCT ?kind WHERE {{ ?kind rdfs:subClassOf* {kind} }}").rows
    return separator.join(sorted(str(named(str(row[0]))) for row in rows))


def _refuse_unknown(shape: Shape, keys: frozenset[str], name: str) -> None:
    for key in shape:
        if key.startswith("sh:") and key not in keys:
            raise LookupError(f"{key} in {name}")
