"""Named questions: the catalogue of `queries/*.rq`, and their SPARQL with values put in.

A query file is SPARQL under a header of comments: `# title:`, `# description:`, a line for each parameter,
`# param: who entity optional: one who took part`, `# things:` with the variables whose values have labels, and where it asks for
chains or absences `# scope:` with what its answer does not say. `$who` stands for the value, of one of the `KINDS`; a line that ends
in `#? who` is left out where none is given, one that ends in `#! who` where one is.

Where a question looks at thousands of events, each of its patterns is a sub-SELECT: Oxigraph reads such a one from end to end and
joins it by hashing, while it looks a bare pattern up on the disk anew for each row before it. It takes a LIMIT for the number of
rows to expect and begins with the fewest: a limit (999999, 9999999) says what comes first. Of a graph of a million events or more
answers would be cut.
"""

import datetime as dt
import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from kg.errors import QueryError
from kg.ids import local
from kg.store import Answer, Store
from kg.terms import Plain, is_iri, to_sparql

FOLDER = Path(__file__).parent / "queries"
TITLE = re.compile(r"^# title: (.+)$", re.MULTILINE)
DESCRIPTION = re.compile(r"^# description: (.+)$", re.MULTILINE)
PARAM = re.compile(r"^# param: (\w+) (\w+)( optional)?: (.+)$", re.MULTILINE)
THINGS = re.compile(r"^# things: (.+)$", re.MULTILINE)
SCOPE = re.compile(r"^# scope: (.+)$", re.MULTILINE)
CONDITION = re.compile(r"#([?!]) (\w+)$")
# What a parameter takes, and how `kg.terms.to_sparql` quotes it.
KINDS = {
    "entity": "iri", "agreement": "iri", "event": "iri", "place": "iri", "state": "iri", "office": "iri", "iris": "iri",
    "type": "name", "status": "name", "date": "date", "text": "text", "number": "number", "chronology": "chronology",
}  # fmt: skip

Value = str | int | dt.date | Iterable[str] | Iterable["Listed"] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A line of a chronology from elsewhere: its number, from 1, the days that it gives, both inclusive, and the IRIs of the two."""

    line: int
    date: str
    first: dt.date
    last: dt.date
    who: str
    whom: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """What a named query asks for."""

    name: str
    kind: str
    optional: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedQuery:
    """A question that has a name; `text` is SPARQL with `$` before the names of parameters.

    `things` are the variables whose values are IRIs with a label; `scope` is what an answer does not say, "" where it says all.
    One that asks for several IRIs at once is an `inner` one, which helps others to their rows.
    """

    name: str
    title: str
    description: str
    params: tuple[Param, ...]
    text: str
    things: tuple[str, ...] = ()
    scope: str = ""

    @property
    def inner(self) -> bool:
        """Whether it is no question that anybody puts by itself."""
        return any(param.kind == "iris" for param in self.params)


# --- named queries --------------------------------------------------------------------------------


@cache
def catalogue() -> Mapping[str, NamedQuery]:
    """Every named query by its name, which is that of its file."""
    return {file.stem: read_query(file.stem, file.read_text("utf-8")) for file in sorted(FOLDER.glob("*.rq"))}


def read_query(name: str, text: str) -> NamedQuery:
    """A named query from the text of its file; `QueryError` where its header is incomplete."""
    title, description = TITLE.search(text), DESCRIPTION.search(text)
    if not title or not description:
        raise QueryError(f"{name}.rq has no '# title:' or no '# description:' line")
    params = tuple(Param(name=m[1], kind=m[2], optional=bool(m[3]), note=m[4]) for m in PARAM.finditer(text))
    unknown = next((param.kind for param in params if param.kind not in KINDS), None)
    if unknown:
        raise QueryError(f"{name}.rq asks for a {unknown}; there are {', '.join(KINDS)}")
    things, scope = THINGS.search(text), SCOPE.search(text)
    return NamedQuery(
        name=name,
        title=title[1],
        description=description[1],
        params=params,
        text=text,
        things=tuple(things[1].split(", ")) if things else (),
        scope=scope[1] if scope else "",
    )


def find_question(name: str) -> NamedQuery:
    """The question of that name; `QueryError`, with the nearest names, where there is none."""
    found = catalogue().get(name)
    if found is None or found.inner:
        known = [name for name, query in catalogue().items() if not query.inner]
        near = difflib.get_close_matches(name, known)
        raise QueryError(f"no question is named {name!r}" + (f"; near: {', '.join(near)}" if near else f"; there are {', '.join(known)}"))
    return found


def run(store: Store, name: str, **values: Value) -> Answer:
    """Answer a named query; a value of None counts as not given.

    Rows come in the order that the query asks for, else sorted by their columns. Raises `QueryError` for a name, a parameter
    or a value that is none: `run(store, "met", who="Kim")`.
    """
    if name not in catalogue():
        raise QueryError(f"no query is named {name!r}; there are {', '.join(catalogue())}")
    text = bind(catalogue()[name], {key: value for key, value in values.items() if value is not None})
    answer = store.sparql(text)
    # Oxigraph reads both strings from the disk for each comparison: thousands of IRIs are sorted here a hundred times faster.
    return answer if "ORDER BY" in text else replace(answer, rows=tuple(sorted(answer.rows, key=_by_columns)))


def _by_columns(row: tuple[Plain, ...]) -> list[tuple[bool, float, str]]:
    """Numbers by size, other cells as text, what is missing last."""
    return [(cell is None, cell if isinstance(cell, int | float) else 0, str(cell)) for cell in row]


def bind(query: NamedQuery, values: Mapping[str, Value]) -> str:
    """The SPARQL of a named query with each value as one quoted term in the place of its parameter."""
    known = {param.name: param for param in query.params}
    for name in values:
        if name not in known:
            raise QueryError(f"{query.name} has no parameter {name!r}; it has {', '.join(known) or 'none'}")
    for param in query.params:
        if not param.optional and param.name not in values:
            raise QueryError(f"{query.name} needs {param.name}: {param.note}")
    terms = {name: _term(known[name], value) for name, value in values.items()}
    lines = (line for line in query.text.splitlines() if not (test := CONDITION.search(line)) or (test[2] in values) == (test[1] == "?"))
    return re.sub(r"\$([a-z]\w*)", lambda match: terms[match[1]], "\n".join(lines))


def _term(param: Param, value: Any) -> str:
    kind = KINDS[param.kind]
    try:
        if param.kind == "iris":
            return " ".join(to_sparql(kind, one) for one in value)
        if param.kind == "chronology":
            return "\n".join(f"({' '.join(_line_terms(line))})" for line in value)
        return to_sparql(kind, value)
    except ValueError as error:
        reason = f": {error}" if kind in ("iri", "date") else ""
        raise QueryError(f"{param.name}: {value!r} is no {param.kind}{reason}") from error


def _line_terms(line: Listed) -> Iterator[str]:
    yield to_sparql("number", line.line)
    yield to_sparql("text", line.date)
    yield from (to_sparql("iri", iri) for iri in (line.who, line.whom))
    yield from (to_sparql("date", day) for day in (line.first, line.last))


def label(store: Store, things: Iterable[str]) -> Mapping[str, str]:
    """What to call things: the English label, else the end of the IRI, else (no IRI) the text itself."""
    unnamed = {thing: local(thing) if thing.startswith("http") else thing for thing in sorted(set(things))}
    iris = [thing for thing in unnamed if thing.startswith("http") and is_iri(thing)]
    found = sorted(run(store, "label", things=iris).rows if iris else (), reverse=True)
    return unnamed | {str(thing): str(label) for thing, label in found}
