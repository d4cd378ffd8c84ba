"""Answers of queries in the standard forms, never more than may be sent: a query goes in, the kind of its answer and then bytes come out.

Oxigraph writes rows as it finds them, into a buffer that refuses what is too large; nothing is cut off in silence.
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pyoxigraph as ox

from kg.errors import EvaluationError, QueryError, TooLargeError
from kg.sparql import Dataset, describe_error
from kg.store import DATASETS, GRAPHS, JSON_LD, RESULTS, Found, Store, reading_order
from kg.terms import PREFIXES

Kind = Literal["rows", "boolean", "triples"]

# The forms of each kind, the usual one first. Neither CSV nor TSV has a form for a boolean.
FORMS: Mapping[Kind, tuple[str, ...]] = {
    "rows": ("json", "xml", "csv", "tsv"),
    "boolean": ("json", "xml"),
    "triples": ("turtle", "n-triples", "rdf-xml", JSON_LD),
}
XML_FORMS = ("xml", "rdf-xml")
TRIPLES = {**GRAPHS, JSON_LD: DATASETS[JSON_LD]}
MOST_ROWS, MOST_BYTES = 100_000, 32 << 20

STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')
# What no XML can hold, not even escaped; and an element without a name, which stands for a predicate that does not end in one.
UNFIT = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]|<oxprefix: ")
# Rows of an answer: in JSON the objects of an array, outside strings; in CSV the lines that do not go on within quotes.
COUNTS: Mapping[str, Callable[[bytes], int]] = {
    "json": lambda data: sum(STRING.sub(b"", data).count(start) for start in (b"[{", b",{")),
    "xml": lambda data: data.count(b"<result>"),
    "csv": lambda data: sum(part.count(b"\n") for part in data.split(b'"')[::2]) - 1,
    "tsv": lambda data: data.count(b"\n") - 1,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The most rows, or triples, and the most bytes of an answer."""

    rows: int = MOST_ROWS
    bytes: int = MOST_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """An answer that is yet to be written; `found` is Oxigraph's, and `text` the query."""

    kind: Kind
    found: Found
    text: str


class _Buffer(io.BytesIO):
    """Bytes that are refused once they are too many."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def write(self, data: Any) -> int:
        """Take more bytes."""
        if self.tell() + len(data) > self.most:
            raise TooLargeError(f"the answer is larger than {self.most >> 20} MiB; ask for less, or for parts with LIMIT and OFFSET")
        return super().write(data)


def ask(store: Store, text: str, *, dataset: Dataset | None = None, base: str | None = None) -> Results:
    """What `Store.query` finds, with its kind. Raises as that does."""
    found = store.query(text, dataset=dataset, base=base)
    kind: Kind = "boolean" if isinstance(found, ox.QueryBoolean) else "rows" if isinstance(found, ox.QuerySolutions) else "triples"
    return Results(kind=kind, found=found, text=text)


def write(results: Results, form: str, bounds: Bounds | None = None) -> bytes:
    """The answer in one of the `FORMS` of its kind; triples sorted, each once.

    Raises `TooLargeError` for more than the bounds allow, `QueryError` for what the form cannot hold, `EvaluationError` for a failure.
    """
    bounds = bounds or Bounds()
    try:
        if isinstance(results.found, ox.QueryTriples):
            data = _write_triples(results.found, form, bounds)
        else:
            data = _write_rows(results.found, form, bounds)
    except (OSError, RuntimeError, ValueError) as error:
        raise EvaluationError(describe_error(error, results.text)) from error
    return _fit_xml(data) if form in XML_FORMS else data


def _write_rows(found: ox.QuerySolutions | ox.QueryBoolean, form: str, bounds: Bounds) -> bytes:
    buffer = _Buffer(bounds.bytes)
    found.serialize(buffer, RESULTS[form])
    data = buffer.getvalue()
    if isinstance(found, ox.QuerySolutions) and COUNTS[form](data) > bounds.rows:
        raise TooLargeError(f"the answer has more than {bounds.rows:,} rows; ask for less, or for parts with LIMIT and OFFSET")
    return data


def _write_triples(found: Iterable[ox.Triple], form: str, bounds: Bounds) -> bytes:
    triples: set[ox.Triple] = set()
    for triple in _relabel(found):
        triples.add(triple)
        if len(triples) > bounds.rows:
            raise TooLargeError(f"the answer has more than {bounds.rows:,} triples; ask for less, or for parts with LIMIT and OFFSET")
    buffer = _Buffer(bounds.bytes)
    ox.serialize(sorted(triples, key=reading_order), buffer, TRIPLES[form], prefixes=dict(PREFIXES))
    return buffer.getvalue()


def _relabel(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Blank nodes numbered as they come; a query's own have random names."""
    names: dict[ox.BlankNode, ox.BlankNode] = {}

    def rename(term: Any) -> Any:
        if isinstance(term, ox.BlankNode):
            return names.setdefault(term, ox.BlankNode(f"b{len(names) + 1}"))
        return ox.Triple(term.subject, term.predicate, rename(term.object)) if isinstance(term, ox.Triple) else term

    for triple in triples:
        yield ox.Triple(rename(triple.subject), triple.predicate, rename(triple.object))


def _fit_xml(data: bytes) -> bytes:
    """XML as its readers will take it: a carriage return stays one, and what XML cannot hold is refused."""
    if UNFIT.search(data):
        raise QueryError("the answer has a character or a predicate that XML cannot hold; ask for another form")
    return data.replace(b"\r", b"&#13;")
