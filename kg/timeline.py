"""Events, as `kg.tables.event_json` gives them -> one HTML file that a person reads, from a disk or an e-mail, without a network.

What articles say is shown and never run, as `kg.markup` tells; the page forbids itself every script and style but its own two,
named by their hashes. Without scripts everything is shown. The same events are the same bytes.
"""

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple, TextIO

from kg.dates import MONTHS, earliest, from_edtf, latest
from kg.ids import local
from kg.markup import SIGNS, environment, showable
from kg.records import Interval
from kg.tables import Json, find_items

ANCHOR = re.compile(r"[A-Za-z0-9-]{1,64}")
# Digits of an event's number that are shown; `kg show` takes them.
DIGITS = 8

# The overview, in pixels: all rows of marks together, the least and most of one row, the words above a band, those of the axis.
HEIGHT, LOW, HIGH, CAPTION, AXIS = 220.0, 2.0, 11.0, 18.0, 20.0
# Marks that come closer than this, in percent of the width, do not share a row.
NEAR = 0.7
MOST_LABELS = 10
MOST_ROWS = int(HEIGHT / LOW)
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
FEW_YEARS = 4
QUARTERS = (4, 7, 10)


# --- the page ---------------------------------------------------------------------------------------


def write_timeline(events: Iterable[Json], stream: TextIO, *, title: str, scope: str) -> None:
    """Write events, the earliest first and the undated last, as a page; `scope` says what they were read from."""
    entries = [make_entry(event, number) for number, event in enumerate(events, 1)]
    dated = [entry for entry in entries if entry.interval]
    style, script = _read("timeline.css"), _read("timeline.js")
    values = {
        "title": title,
        "scope": scope,
        "entries": entries,
        "years": Counter(entry.year for entry in dated),
        "by_year": groupby(dated, attrgetter("year")),
        "undated": [entry for entry in entries if not entry.interval],
        "statuses": _count_statuses(entries),
        "types": sorted({entry.event["type"] for entry in entries}),
        "overview": draw(dated),
        "style": style,
        "script": script,
        "policy": _policy(style, script),
    }
    stream.writelines(environment().get_template("timeline.html").generate(values))


def _read(name: str) -> str:
    return (files("kg") / "web" / "static" / name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """What the browser is told to allow the page: its style, its script, and nothing else."""
    allowed = f"style-src '{_hash(style)}'; script-src '{_hash(script)}'"
    return f"default-src 'none'; {allowed}; img-src 'none'; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _count_statuses(entries: Sequence["Entry"]) -> dict[str, int]:
    """How many events have each status: the known statuses, be it none, then others."""
    counts = Counter(entry.event["status"] for entry in entries)
    return {status: counts[status] for status in dict.fromkeys((*SIGNS, *sorted(counts)))}


# --- entries ----------------------------------------------------------------------------------------


class Who(NamedTuple):
    """Participants of one role; `role` is "" where all have the same and so it tells nothing."""

    role: str
    names: tuple[str, ...]


class Report(NamedTuple):
    """An article, as `event_json` names it, with the sentences that tell of the event."""

    source: Json
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """An event on the page, read as the template asks for it."""

    event: Json
    anchor: str
    interval: Interval | None

    @property
    def year(self) -> int:
        """The year of the first possible day, 0 where that is unknown."""
        return self.interval.start.year if self.interval else 0

    @property
    def number(self) -> str:
        """The digits by which `kg show` knows the event."""
        return local(self.event["event"])[:DIGITS]

    @property
    def who(self) -> tuple[Who, ...]:
        """The participants by role, in their order; several of one role and no other need no role."""
        roles: dict[str, list[str]] = {}
        for participant in self.event["participants"]:
            roles.setdefault(participant["role"], []).append(participant["name"])
        alike = len(roles) == 1 and len(self.event["participants"]) > 1
        return tuple(Who("" if alike else role, tuple(names)) for role, names in roles.items())

    @property
    def about(self) -> tuple[tuple[str, str], ...]:
        """What the event is about: the role of it and its name."""
        return find_items(self.event)

    @property
    def reports(self) -> list[Report]:
        """The articles, the first published first and those of unknown date last, with their sentences, each once."""
        quotes: dict[str, dict[str, None]] = {}
        for evidence in self.event["evidence"]:
            quotes.setdefault(evidence["doc"], {})[evidence["quote"]] = None
        sources = sorted(self.event["sources"], key=lambda source: (source["published"] is None, source["published"] or "", source["doc"]))
        return [Report(source, tuple(quotes.get(source["doc"], ()))) for source in sources]

    @property
    def outlets(self) -> list[str]:
        """Who published the articles, each once; the articles whose outlet is unknown are counted."""
        publishers = [showable(source["publisher"]) for source in self.event["sources"]]
        known = sorted({publisher for publisher in publishers if publisher})
        if nameless := publishers.count(""):
            known.append(f"{nameless} of unknown outlet" if known else "outlet unknown")
        return known


def make_entry(event: Json, number: int) -> Entry:
    """An event as the page's entry of that number; its anchor comes from the event, so that a link to it outlives a new page."""
    name = local(event["event"])
    anchor = f"event-{name}" if ANCHOR.fullmatch(name) else f"entry-{number}"
    return Entry(event, anchor, from_edtf(event["date"]) if event["date"] else None)


# --- the overview -----------------------------------------------------------------------------------


class Mark(NamedTuple):
    """An event in the overview: `left` and `width` in percent, `top` in pixels."""

    entry: Entry
    left: float
    width: float
    top: float


class Band(NamedTuple):
    """The marks of one status, and where its words stand."""

    status: str
    top: float
    marks: list[Mark]


class Tick(NamedTuple):
    """A line of the axis: where, and what it says; `minor` where a narrow page has no room for the words."""

    left: float
    label: str
    minor: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """The strip that shows all dated events at once, in bands by status."""

    bands: list[Band]
    ticks: list[Tick]
    thickness: float
    height: float


class Scale(NamedTuple):
    """The days that the axis shows, whole years: from `first` on, `days` of them."""

    first: int
    days: int

    def place(self, day: int) -> float:
        """Where a day begins, in percent of the width."""
        return round(100 * (day - self.first) / self.days, 3)


def draw(entries: Sequence[Entry]) -> Overview | None:
    """The overview of dated entries; None where there are none."""
    spans = [(entry, entry.interval) for entry in entries if entry.interval]
    if not spans:
        return None
    first = min(earliest(interval).year for _, interval in spans)
    last = max(latest(interval).year for _, interval in spans)
    scale = _scale(first, last)
    statuses = dict.fromkeys((*SIGNS, *(entry.event["status"] for entry, _ in spans)))
    packed = {status: _pack([span for span in spans if span[0].event["status"] == status], scale) for status in statuses}
    row = min(HIGH, max(LOW, HEIGHT / sum(len(rows) for rows in packed.values())))
    bands, top = [], 0.0
    for status, rows in packed.items():
        if rows:
            marks = [Mark(e, x, width, round(top + CAPTION + n * row, 2)) for n, line in enumerate(rows) for e, x, width in line]
            bands.append(Band(status, round(top, 2), marks))
            top += CAPTION + len(rows) * row + 4
    return Overview(bands, list(_ticks(first, last, scale)), round(row * 0.75, 2), round(top + AXIS, 2))


def _scale(first: int, last: int) -> Scale:
    whole = from_edtf(f"{first:04}/{last:04}")
    return Scale(whole.start.toordinal(), (whole.end - whole.start).days)


def _pack(spans: Iterable[tuple[Entry, Interval]], scale: Scale) -> list[list[tuple[Entry, float, float]]]:
    """Rows in which no two marks touch: each span in the first row that is free again, with its place and width in percent.

    Where there would be too many rows, marks lie on others.
    """
    rows: list[list[tuple[Entry, float, float]]] = []
    free: list[float] = []
    for entry, interval in spans:
        left, end = scale.place(interval.start.toordinal()), scale.place(interval.end.toordinal())
        row = next((n for n, place in enumerate(free) if place <= left), len(free))
        if row == MOST_ROWS:
            row = free.index(min(free))
        elif row == len(free):
            free.append(0)
            rows.append([])
        rows[row].append((entry, left, round(end - left, 3)))
        free[row] = max(end, left) + NEAR
    return rows


def _ticks(first: int, last: int, scale: Scale) -> Iterator[Tick]:
    """A line for each year, or for every second, fifth, tenth …, and for quarters where the years are few."""
    step = next(step for step in STEPS if (last - first) // step < MOST_LABELS)
    for year in range(first, last + 1):
        if year % step == 0:
            yield Tick(scale.place(from_edtf(f"{year:04}").start.toordinal()), str(year), False)
        for month in QUARTERS if last - first < FEW_YEARS else ():
            yield Tick(scale.place(from_edtf(f"{year:04}-{month:02}").start.toordinal()), MONTHS[month - 1][:3], True)
