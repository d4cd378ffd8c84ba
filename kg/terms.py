"""RDF terms from plain Python values and back; the namespaces and prefixes that all our RDF uses.

Nothing here knows records, files or stores. Every function is pure.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache

import pyoxigraph as ox

from kg.ids import ARTICLE, BASE, CLAIM, ENTITY, EVENT, NK

DCT = "http://purl.org/dc/terms/"
EDTF = "http://id.loc.gov/datatypes/edtf/"
GEO = "http://www.w3.org/2003/01/geo/wgs84_pos#"
OA = "http://www.w3.org/ns/oa#"
PROV = "http://www.w3.org/ns/prov#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SEM = "http://semanticweb.cs.vu.nl/2009/11/sem/"
SH = "http://www.w3.org/ns/shacl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
XSD = "http://www.w3.org/2001/XMLSchema#"
WIKIDATA = "http://www.wikidata.org/entity/"

PREFIXES: Mapping[str, str] = {
    "nk": NK,
    "id": ENTITY,
    "article": ARTICLE,
    "claim": CLAIM,
    "event": EVENT,
    "graph": BASE + "graph/",
    "slot": BASE + "slot#",
    "wd": WIKIDATA,
    "dct": DCT,
    "edtf": EDTF,
    "geo": GEO,
    "oa": OA,
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "sem": SEM,
    "sh": SH,
    "skos": SKOS,
    "time": "http://www.w3.org/2006/time#",
    "xsd": XSD,
}

Term = ox.NamedNode | ox.Literal
Plain = str | int | float | bool | dt.date | None

PLAIN: Mapping[str, Callable[[str], Plain]] = {
    XSD + "integer": int,
    XSD + "decimal": float,
    XSD + "double": float,
    XSD + "boolean": lambda text: text == "true",
    XSD + "date": dt.date.fromisoformat,
}


@lru_cache(maxsize=4096)
def named(iri: str) -> ox.NamedNode:
    """The term of an IRI; ValueError for what is none."""
    return ox.NamedNode(iri)


def is_iri(text: str) -> bool:
    """Whether the text can be an IRI."""
    try:
        named(text)
    except ValueError:
        return False
    return True


def string(value: str, language: str | None = None) -> ox.Literal:
    """A string, with its language where one is given."""
    # A lone surrogate is no character: it would stop the whole article for one broken letter.
    return ox.Literal(value.encode("utf-8", "replace").decode("utf-8"), language=language)


def typed(value: object, datatype: str) -> ox.Literal:
    """A literal of a datatype, e.g. `typed(3, XSD + "integer")`."""
    return ox.Literal(str(value), datatype=named(datatype))


def day(value: dt.date) -> ox.Literal:
    """A date as xsd:date."""
    return typed(value.isoformat(), XSD + "date")


def decimal(value: float) -> ox.Literal:
    """A float as xsd:decimal, exactly and without an exponent."""
    return typed(format(Decimal(repr(value)).normalize(), "f"), XSD + "decimal")


def reference(value: str) -> Term:
    """A node where the value is a web address or an IRI of ours, else the text itself."""
    try:
        return named(value) if value.startswith(("http://", "https://")) else string(value)
    except ValueError:
        return string(value)


def shorten(text: str, prefixes: Mapping[str, str] = PREFIXES) -> str:
    """An IRI with one of these prefixes, our usual ones if none are given, "nk:claim"; any other text as it is."""
    namespace, name = max(((n, p) for p, n in prefixes.items() if text.startswith(n)), default=("", ""))
    return f"{name}:{text.removeprefix(namespace)}" if name else text


def to_sparql(kind: str, value: object) -> str:
    """A value as SPARQL writes it, quoted so that it stays one term; `kind` is iri, name, date, number or text.

    A name is local to the vocabulary: "denied". ValueError where the value is no such thing: ("iri", "Kim").
    """
    if kind == "iri":
        return str(named(str(value)))
    if kind == "name":
        return str(named(NK + str(value)))
    if kind == "number":
        return str(int(str(value)))
    if kind == "date":
        return str(day(dt.date.fromisoformat(str(value))))
    return str(string(str(value)))


def to_plain(term: object) -> Plain:
    """A term as a plain value; IRIs and texts are both `str`, an absent term is None.

    A literal that its datatype does not allow comes back as its text.
    """
    if isinstance(term, ox.NamedNode):
        return term.value
    if not isinstance(term, ox.Literal):
        return None if term is None else str(term)
    try:
        return PLAIN.get(term.datatype.value, str)(term.value)
    except ValueError:
        return term.value
