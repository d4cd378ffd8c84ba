"""Quads -> JSON-LD 1.1 with a context: short names that every JSON-LD processor expands again, a node on each line.

Pyoxigraph writes JSON-LD expanded, without a context; this is the same content in half the bytes and to be read.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, BinaryIO

import pyoxigraph as ox

from kg.terms import PREFIXES, RDF, XSD, shorten

# Under other names than in Turtle where a name is also that of a scheme, since "geo:39,125" would be taken for a short name.
CONTEXT = {{"geo": "wgs84"}.get(prefix, prefix): namespace for prefix, namespace in PREFIXES.items()}


def write_jsonld(graphs: Iterable[tuple[str, Iterable[ox.Quad]]], stream: BinaryIO) -> None:
    """Write named graphs, each with its quads in the order of their subjects."""
    stream.write(f'{{"@context": {_json(dict(sorted(CONTEXT.items())))},\n"@graph": ['.encode())
    comma = ""
    for name, quads in graphs:
        stream.write(f'{comma}\n{{"@id": {_json(_short(name))}, "@graph": ['.encode())
        stream.write(",".join(f"\n{_json(node)}" for node in _nodes(quads)).encode())
        stream.write(b"]}")
        comma = ","
    stream.write(b"]}\n")


def _nodes(quads: Iterable[ox.Quad]) -> Iterator[dict[str, Any]]:
    for subject, group in groupby(quads, key=lambda quad: quad.subject):
        node: dict[str, Any] = {"@id": _name(subject)}
        for quad in group:
            if quad.predicate.value == RDF + "type":
                node.setdefault("@type", []).append(_name(quad.object))
            else:
                node.setdefault(_short(quad.predicate.value), []).append(_value(quad.object))
        yield node


def _value(term: Any) -> Any:
    """A text as it is, another literal with its datatype or language, everything else by its name."""
    if not isinstance(term, ox.Literal):
        return {"@id": _name(term)}
    if term.language:
        return {"@language": term.language, "@value": term.value}
    return term.value if term.datatype.value == XSD + "string" else {"@type": _short(term.datatype.value), "@value": term.value}


def _name(term: Any) -> str:
    return _short(term.value) if isinstance(term, ox.NamedNode) else str(term)


def _short(iri: str) -> str:
    """The IRI with a prefix of the context, as it is where none fits: what begins with "//" behind a prefix would not be expanded."""
    short = shorten(iri, CONTEXT)
    return iri if short.partition(":")[2].startswith("//") else short


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
