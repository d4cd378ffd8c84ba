"""Rows and details -> text for people and plain records for programs: pure functions.

Text that articles gave is printed without control characters. A table fits the width given by wrapping words within
cells; without a width (a file, a pipe) nothing is wrapped, and nothing is ever cut off.
"""

import dataclasses
import datetime as dt
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from kg.ids import EVENT, local
from kg.query import EntityDetail, EventDetail, EventRow, HolderRow, Part, Report
from kg.questions import NamedQuery
from kg.records import Attribution, Skip
from kg.shapes import Violation
from kg.store import Answer
from kg.tables import JOINT, Json, Row
from kg.terms import Plain, shorten

EVENT_COLUMNS = ("date", "type", "who", "where", "status", "says who", "in", "id")
EVENT_CELLS = (
    "event", "type", "date", "earliest", "latest", "place", "place_id", "status", "participants", "participant_ids", "item",
    "reports", "sources", "publishers", "attributed_to", "quotes",
)  # fmt: skip
HOLDER_COLUMNS = ("office", "holder", "from", "to", "remark", "source")
HOLDER_CELLS = (
    "office", "office_label", "person", "person_label", "begin", "end", "acting", "checked", "certain", "sources"
)  # fmt: skip
CLAIM_COLUMNS = ("article", "date", "type", "who", "where", "status", "says")
UNDATED = "undated"
# Digits of an event's number that are shown; `kg show` takes them.
DIGITS = 8
LEAST_WIDTH = 9
# Options that are not called like their parameter.
_FLAGS = {"start": "from", "end": "to"}
GAP = "  "
INDENT = "    "

Directions = Collection[tuple[str, str]]


# --- tables ---------------------------------------------------------------------------------------


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, width: int | None = None, notes: Sequence[Sequence[str]] = ()) -> str:
    """Columns under their headings; `notes` are lines to stand below each row."""
    cells = [[name.upper() for name in columns], *([clean(cell) for cell in row] for row in rows)]
    widths = _fit([max(map(measure, column)) for column in zip(*cells, strict=True)], width)
    lines = _lines(cells[0], widths)
    for row, below in zip(cells[1:], notes or [()] * len(rows), strict=True):
        lines += _lines(row, widths)
        lines += [INDENT + line for note in below for line in wrap(clean(note), width and max(width - len(INDENT), LEAST_WIDTH))]
    return "\n".join(lines)


def _fit(widths: list[int], most: int | None) -> list[int]:
    """The widths with the widest made narrower until all fit, as far as that is readable."""
    room = most - len(GAP) * (len(widths) - 1) if most else sum(widths)
    while sum(widths) > room and max(widths) > LEAST_WIDTH:
        widest = widths.index(max(widths))
        widths = [*widths[:widest], widths[widest] - 1, *widths[widest + 1 :]]
    return widths


def _lines(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    wrapped = [wrap(cell, width) for cell, width in zip(cells, widths, strict=True)]
    height = max(map(len, wrapped))
    padded = [[*lines, *[""] * (height - len(lines))] for lines in wrapped]
    return [GAP.join(map(_pad, line, widths)).rstrip() for line in zip(*padded, strict=True)]


def _pad(text: str, width: int) -> str:
    return text + " " * (width - measure(text))


def wrap(text: str, width: int | None) -> list[str]:
    """The text in lines no wider than `width`, broken at spaces where there are any; at least one line."""
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if width is None or measure(joined) <= width:
            lines[-1] = joined
            continue
        lines += [word] if lines[-1] else []
        lines[-1] = word
        while measure(lines[-1]) > width:
            cut = max((n for n in range(1, len(lines[-1])) if measure(lines[-1][:n]) <= width), default=1)
            lines[-1:] = [lines[-1][:cut], lines[-1][cut:]]
    return lines


def measure(text: str) -> int:
    """How many columns of a terminal the text takes: two for a Hangul syllable, none for a combining accent."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def clean(text: str) -> str:
    """On one line, without characters that a terminal would obey."""
    return "".join(c for c in " ".join(text.split()) if unicodedata.category(c) not in ("Cc", "Cs", "Cf"))


# --- events ---------------------------------------------------------------------------------------


def event_cells(row: EventRow, items: Mapping[str, str], directions: Directions) -> list[str]:
    """The cells of an event under `EVENT_COLUMNS`: who met whom, when, where, says who."""
    about = f": {items[row.event]}" if row.event in items else ""
    return [
        row.date or UNDATED,
        row.type,
        who_cell(row.participants, directions) + about,
        row.place_label or "",
        row.status,
        ", ".join(row.attributed),
        f"{_counted(row)}: {', '.join(row.publishers)}",
        _short(row.event),
    ]


def _counted(row: EventRow) -> str:
    """How many independent sources report it; of how many articles, where some are of one outlet or copies."""
    return str(row.sources) if row.sources == row.reports else f"{row.sources} (of {row.reports} articles)"


def who_cell(participants: Iterable[Part], directions: Directions) -> str:
    """ "Kim, Putin" where all have one role, "Kim → Putin" where one acts on the other, else with the roles."""
    by_role: dict[str, list[str]] = {}
    for part in participants:
        by_role.setdefault(part.role, []).append(part.label)
    roles = set(by_role)
    if len(roles) == 1:
        return ", ".join(*by_role.values())
    for source, target in sorted(directions):
        if roles == {source, target}:
            return f"{', '.join(by_role[source])} → {', '.join(by_role[target])}"
    return ", ".join(f"{name} ({role})" for role, names in by_role.items() for name in names)


def event_record(row: EventRow, items: Mapping[str, str]) -> Json:
    """An event as JSON, named as in the lines of `kg extract`."""
    return {
        "event": row.event,
        "type": row.type,
        "participants": [{"id": part.iri, "name": part.label, "role": part.role} for part in row.participants],
        "date": row.date,
        "earliest": plain(row.earliest),
        "latest": plain(row.latest),
        "place": {"id": row.place, "name": row.place_label} if row.place else None,
        "item": items.get(row.event),
        "status": row.status,
        "reports": row.reports,
        "sources": row.sources,
        "publishers": list(row.publishers),
        "attributed_to": list(row.attributed),
        "quotes": list(row.quotes),
    }


def event_row(row: EventRow, items: Mapping[str, str]) -> Row:
    """An event as a line of CSV under `EVENT_CELLS`."""
    record = event_record(row, items)
    return {
        **{name: record[name] or "" for name in ("event", "type", "date", "earliest", "latest", "item", "status")},
        **{name: JOINT.join(record[name]) for name in ("publishers", "attributed_to", "quotes")},
        "reports": row.reports,
        "sources": row.sources,
        "place": row.place_label or "",
        "place_id": row.place or "",
        "participants": JOINT.join(f"{part.label} ({part.role})" for part in row.participants),
        "participant_ids": JOINT.join(part.iri for part in row.participants),
    }


def evidence(reports: Iterable[Report]) -> list[Json]:
    """Every sentence that an event rests on, with its article."""
    return [
        {**_source(report), "start": span.start, "end": span.end, "quote": span.quote}
        for report in reports
        for span in sorted(report.claim.evidence)
    ]


def _source(report: Report) -> Json:
    source = report.article.source
    return {"doc": report.article.id, "publisher": source.publisher, "published": plain(source.published), "url": source.url}


def evidence_lines(reports: Iterable[Report]) -> list[str]:
    """As `evidence`, a line for each: IANS, 2024-09-14: "…"."""
    return [f"{_outlet(found)}: “{found['quote']}”" for found in evidence(reports)]


def _outlet(found: Mapping[str, Any]) -> str:
    return ", ".join(filter(None, (found["publisher"] or found["doc"], found["published"])))


def claim_cells(line: Json) -> list[str]:
    """The cells of a line of `kg extract` under `CLAIM_COLUMNS`."""
    names = ", ".join(f"{p['name']} ({p['role']})" for p in line["participants"])
    place = line["place"]["name"] if line["place"] else ""
    says = ", ".join(speaker["name"] for speaker in line["attributed_to"])
    return [line["doc"], line["date"] or UNDATED, line["type"], names, place, line["status"], says]


def describe_skip(skip: Skip) -> str:
    """One line: "feed.jsonl, line 3: not JSON: …"."""
    return f"{skip.path}{f', line {skip.line}' if skip.line is not None else ''}: {skip.reason}"


def violation_text(violation: Violation) -> str:
    """One line: what is wrong with what, by which shape."""
    about = " ".join(filter(None, (shorten(violation.path), shorten(violation.value))))
    return f"{shorten(violation.focus)}: {violation.message}{f' ({about})' if about else ''} [{shorten(violation.shape)}]"


# --- offices --------------------------------------------------------------------------------------


def holder_cells(row: HolderRow) -> list[str]:
    """The cells of a tenure under `HOLDER_COLUMNS`."""
    until = row.end or (f"in office on {row.checked}" if row.checked else "")
    notes = ("acting" if row.acting else "", "" if row.certain else "not certain for that day")
    return [row.office_label, row.person_label, row.begin or "", until, ", ".join(filter(None, notes)), " ".join(row.sources)]


def holder_row(row: HolderRow) -> Row:
    """A tenure as a line of CSV under `HOLDER_CELLS`."""
    record = plain(row)
    return {name: "" if record[name] is None else record[name] for name in HOLDER_CELLS} | {"sources": JOINT.join(row.sources)}


# --- one event, one entity ------------------------------------------------------------------------


def event_text(detail: EventDetail, *, width: int | None = None) -> str:
    """An event with the reason of its merge, what its sources disagree on, and every claim with its sentence."""
    row, event = detail.row, detail.event
    labels = {iri: label for report in detail.reports for iri, label in report.labels.items()}
    who = ", ".join(f"{part.label} ({part.role})" for part in row.participants)
    fields = [
        ("id", event.iri),
        ("who", who),
        ("about", labels.get(event.item.entity or "", event.item.text) if event.item else None),
        ("date", f"{row.date} (from {row.earliest} to {row.latest})" if row.date else UNDATED),
        ("place", row.place_label),
        ("status", row.status),
        ("merged", f"{JOINT.join(event.why)}: {event.score:.2f}" if len(event.claims) > 1 else "one claim only"),
        ("sources", _sources(detail)),
        *((link.name if link.there else f"has, {link.name} it", f"{link.label} ({_short(link.event)})") for link in detail.links),
        *(("disagreement", _disagreement(d.field, labels.get(d.value, d.value), d.claims, detail)) for d in event.disagreements),
    ]
    claims = [line for report in detail.reports for line in _claim_lines(report, width)]
    return "\n".join([clean(row.label), *_fields(fields, width), "", *claims])


def _sources(detail: EventDetail) -> str:
    """Each independent source by its first report, with its other reports and copies."""
    outlets = {report.article.id: report.article.source.publisher or report.article.id for report in detail.reports}
    told = [(outlets[first], [outlets[article] for article in others]) for first, *others in detail.event.sources]
    return JOINT.join(f"{first} (also {', '.join(others)})" if others else first for first, others in told)


def _short(event: str) -> str:
    return event.removeprefix(EVENT)[:DIGITS]


def _disagreement(field: str, value: str, claims: Collection[str], detail: EventDetail) -> str:
    said = sorted({_outlet(_source(report)) for report in detail.reports if report.claim.iri in claims})
    return f"{field} {value} ({JOINT.join(said)})"


def _claim_lines(report: Report, width: int | None) -> list[str]:
    claim, source = report.claim, _source(report)
    says = ", ".join(_chain(end, report.labels) for end in claim.attributed_to)
    told = (
        f"article {source['doc']}",
        claim.status,
        says and f"says {says}",
        f"date {claim.date_source}",
        f"confidence {claim.confidence:.2f}",
    )
    quotes = [f"{INDENT}{e.start}-{e.end} “{e.quote}”" for e in sorted(claim.evidence)]
    heading = f"{_outlet(source)}: {', '.join(filter(None, told))}"
    number = f"{INDENT}{shorten(claim.iri)}"
    names = [f"{INDENT}“{n.text}” is {report.labels.get(n.entity, n.entity)}: {n.why} ({n.score:.2f})" for n in claim.namings]
    return [part for text in (heading, number, *quotes, *names, f"{INDENT}why: {JOINT.join(claim.why)}") for part in _indented(text, width)]


def _chain(source: Attribution, labels: Mapping[str, str]) -> str:
    """A source with its class, and who passes it on: "three diplomats (Anonymous), by Yonhap (NewsAgency)"."""
    said = [f"{labels.get(one.entity or '', one.text)} ({local(one.source_class)})" for one in reversed(source.chain)]
    return ", by ".join(said)


def _indented(text: str, width: int | None) -> list[str]:
    indent = text[: len(text) - len(text.lstrip())]
    return [indent + line for line in wrap(clean(text), width and max(width - len(indent), LEAST_WIDTH))]


def entity_text(detail: EntityDetail, labels: Mapping[str, str], events: str, *, width: int | None = None) -> str:
    """An entity with its names, its offices and the table of its events; `labels` name its country and place."""
    entity = detail.entity
    names = dict.fromkeys(f"{label.text} ({label.language})" for label in sorted(entity.labels, key=lambda found: not found.preferred))
    fields = [
        ("id", entity.iri),
        ("is", f"{local(entity.kind)}{', found in the articles' if entity.minted else ''}"),
        ("one, since", entity.why),
        ("names", JOINT.join(names)),
        ("about", entity.description),
        ("country", labels.get(entity.country or "")),
        ("within", labels.get(entity.within or "")),
        ("wikidata", entity.wikidata),
        ("sources", JOINT.join(entity.sources)),
    ]
    offices = ["", table(HOLDER_COLUMNS, [holder_cells(row) for row in detail.offices], width=width)] if detail.offices else []
    return "\n".join([clean(entity.label), *_fields(fields, width), *offices, "", events])


def _fields(fields: Iterable[tuple[str, str | None]], width: int | None) -> list[str]:
    shown = [(name, clean(value)) for name, value in fields if value]
    start = max((len(name) for name, _ in shown), default=0) + len(GAP) * 2
    lines = []
    for name, value in shown:
        first, *rest = wrap(value, width and max(width - start, LEAST_WIDTH))
        lines += [f"{GAP}{name}".ljust(start) + first, *(" " * start + line for line in rest)]
    return lines


# --- named questions ------------------------------------------------------------------------------


def catalogue_text(queries: Iterable[NamedQuery], *, width: int | None = None) -> str:
    """The questions that have a name, with what each may be told; those that only help others to their rows are left out."""
    rows = [
        (q.name, q.title, " ".join(flag(p.name) if p.optional else f"{flag(p.name)}!" for p in q.params)) for q in queries if not q.inner
    ]
    return table(("name", "question", "may be told (! must)"), rows, width=width)


def flag(name: str) -> str:
    """The option by which a parameter is given on the command line."""
    return f"--{_FLAGS.get(name, name)}".replace("_", "-")


def named_text(
    columns: Sequence[str], rows: Sequence[Sequence[Plain]], *, width: int | None = None, notes: Sequence[Sequence[str]] = ()
) -> str:
    """The answer to a named question as a table: things by their labels, events with the digits that `kg show` takes."""
    shown = [n for n, column in enumerate(columns) if f"{column}_label" not in columns]
    names = [columns[n].removesuffix("_label").replace("_", " ") for n in shown]
    cells = [[_named_cell(row[n], row[n - 1] if columns[n].endswith("_label") else None) for n in shown] for row in rows]
    return table(names, cells, width=width, notes=notes)


def _named_cell(value: Plain, thing: Plain) -> str:
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    return _cell(value) + (f" [{_short(thing)}]" if isinstance(thing, str) and thing.startswith(EVENT) else "")


# --- answers to SPARQL ----------------------------------------------------------------------------


def answer_text(answer: Answer, *, width: int | None = None) -> str:
    """Rows as a table with IRIs shortened by our prefixes, a boolean as a word, triples as Turtle."""
    if answer.boolean is not None:
        return str(answer.boolean).lower()
    if answer.triples is not None:
        return answer.triples.rstrip("\n")
    return table(answer.variables, [[_cell(value) for value in row] for row in answer.rows], width=width)


def _cell(value: Plain) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else shorten(str(value))


def plain(value: Any) -> Any:
    """Records as JSON has them: objects, lists, dates as text."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {key: plain(value[key]) for key in sorted(value)}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, dt.date) else value
