"""What the commands of `kg.cli` have in common: tables and records on standard output, progress on standard error.

A table is as wide as the terminal; into a file or pipe goes everything in full. Progress is for terminals only.
"""

import io
import json
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kg import asking, query
from kg.asking import Answered
from kg.ids import EVENT
from kg.query import EventRow
from kg.records import Article, Skip
from kg.report import Report, describe
from kg.show import (
    EVENT_CELLS,
    EVENT_COLUMNS,
    describe_skip,
    event_cells,
    event_record,
    event_row,
    evidence,
    evidence_lines,
    table,
    violation_text,
)
from kg.store import Store
from kg.tables import json_line, write_csv

CLEAR = "\r\x1b[K"


class Watch:
    """Told of what is read: names each input that gave no article, and counts the others on a terminal."""

    def __init__(self) -> None:
        self.articles = 0
        self.skipped: list[Skip] = []
        self._shown = False

    def __call__(self, found: Article | Skip | str) -> None:
        """An article, an input without one, or the step that begins."""
        if isinstance(found, Skip):
            self.skipped.append(found)
            self.clear()
            tell(f"skipped {describe_skip(found)}")
            return
        self.articles += isinstance(found, Article)
        if isinstance(found, Article) and found.source.published is None:
            self.clear()
            tell(f"undated {found.id}: {_why_undated(found)}, so that its relative dates stay open")
        if sys.stderr.isatty():
            step = f"{self.articles} articles" if isinstance(found, Article) else found
            sys.stderr.write(f"{CLEAR}{step} …")
            sys.stderr.flush()
            self._shown = True

    def clear(self) -> None:
        """Take the line of progress away."""
        if self._shown:
            sys.stderr.write(CLEAR)
            sys.stderr.flush()
            self._shown = False


def _why_undated(article: Article) -> str:
    why = article.source.published_why
    return why if why.startswith("unreadable") else "no publication date"


def tell(line: str) -> None:
    """One line on standard error."""
    sys.stderr.write(f"kg: {' '.join(line.split())}\n")
    sys.stderr.flush()


def put(text: str) -> None:
    """Text and a line break on standard output; a terminal that lacks a character gets its escape."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")


def width() -> int | None:
    """How wide a table may be; None where nobody looks at a terminal."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def put_report(out: Path, run: Callable[[Watch], Report]) -> int:
    """Run what makes or changes the graph in a folder, and say what it holds then; the exit code is 1 where something is amiss."""
    watch = Watch()
    try:
        report = run(watch)
    finally:
        watch.clear()
    for violation in report.violations or ():
        tell(violation_text(violation))
    if report.added + report.changed + report.same > 0 and report.added < report.articles:
        tell(f"{report.added} new, {report.changed} changed, {report.same} as before")
    put(f"{out}: {describe(report)}")
    return 1 if report.missing or report.violations else 0


def put_events(store: Store, rows: Sequence[EventRow], format: str, *, with_evidence: bool) -> None:
    """Events as a table, JSON, JSON lines or CSV."""
    if format == "table":
        put(event_table(store, rows, with_evidence=with_evidence) if rows else f"Not reported in {asking.describe_scope(store)}.")
        return
    items = asking.items(store)
    records = [event_record(row, items) for row in rows]
    if with_evidence:
        records = [{**record, "evidence": evidence(query.event(store, record["event"]).reports)} for record in records]
    put_records(records, [event_row(row, items) for row in rows], EVENT_CELLS, format)


def event_table(store: Store, rows: Sequence[EventRow], *, with_evidence: bool = False) -> str:
    """The chronology, with the sentences that each event rests on if asked for."""
    items, directions = asking.items(store), asking.directions(store)
    notes = [evidence_lines(query.event(store, row.event).reports) for row in rows] if with_evidence else ()
    return table(EVENT_COLUMNS, [event_cells(row, items, directions) for row in rows], width=width(), notes=notes)


def named_notes(store: Store, found: Answered) -> list[list[str]]:
    """For each row of an answer the sentences that its events rest on."""
    events = [dict.fromkeys(str(value) for value in row if isinstance(value, str) and value.startswith(EVENT)) for row in found.rows]
    return [[line for event in row for line in evidence_lines(query.event(store, event).reports)] for row in events]


def put_records(records: Sequence[dict[str, Any]], rows: Sequence[Mapping[str, Any]], columns: Sequence[str], format: str) -> None:
    """Records as JSON or JSON lines, or their rows as CSV."""
    if format == "json":
        put(json.dumps(records, ensure_ascii=False, indent=2))
    elif format == "jsonl":
        for record in records:
            put(json_line(record))
    else:
        text = io.StringIO(newline="")
        write_csv([{name: "" if value is None else value for name, value in row.items()} for row in rows], columns, text)
        put(text.getvalue().removesuffix("\n"))
