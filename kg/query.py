"""Named questions to the store: `queries/*.rq` with values put in, answered as small frozen rows.

A query file is SPARQL under a header of comments: `# title:`, `# description:` and a line for each parameter,
`# param: who iri optional: one who took part`. `$who` stands for the value, of one of the kinds that
`kg.terms.to_sparql` quotes (or `iris`: several); a line that ends in `#? who` is left out where none is given.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kg.dates import earliest, from_edtf, latest
from kg.errors import QueryError
from kg.ids import local
from kg.readback import StoredArticle
from kg.records import Claim, Entity, Event
from kg.store import Answer, Store
from kg.terms import Plain, to_sparql

FOLDER = Path(__file__).parent / "queries"
TITLE = re.compile(r"^# title: (.+)$", re.MULTILINE)
DESCRIPTION = re.compile(r"^# description: (.+)$", re.MULTILINE)
PARAM = re.compile(r"^# param: (\w+) (iri|iris|name|date|text)( optional)?: (.+)$", re.MULTILINE)
CONDITION = re.compile(r"#\? (\w+)$")

Value = str | dt.date | Iterable[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """What a named query asks for."""

    name: str
    kind: str
    optional: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedQuery:
    """A question that has a name; `text` is SPARQL with `$` before the names of parameters."""

    name: str
    title: str
    description: str
    params: tuple[Param, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Who took part in an event, and as what."""

    iri: str
    label: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """An event with who says so. `date` is EDTF; `earliest` and `latest` are its bounds, both included.

    `publishers` are those of the articles, or for an article without one those to whom the claim is attributed.
    """

    event: str
    type: str
    label: str
    participants: tuple[Part, ...]
    date: str | None
    earliest: dt.date | None
    latest: dt.date | None
    place: str | None
    place_label: str | None
    status: str
    reports: int
    publishers: tuple[str, ...]
    attributed: tuple[str, ...]
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderRow:
    """A tenure. `certain` is False where the bounds, or the day it was last checked, leave the day asked for open."""

    office: str
    office_label: str
    person: str
    person_label: str
    begin: str | None
    end: str | None
    acting: bool
    checked: dt.date | None
    sources: tuple[str, ...]
    certain: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A claim of an event, the article that makes it, and the English labels of what the claim names."""

    claim: Claim
    article: StoredArticle
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDetail:
    """An event as a row and as the merge left it, with every claim that it rests on."""

    row: EventRow
    event: Event
    reports: tuple[Report, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityDetail:
    """An entity with the offices that it held (or, being an office's organisation, none) and its events of any status."""

    entity: Entity
    offices: tuple[HolderRow, ...]
    events: tuple[EventRow, ...]
