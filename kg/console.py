"""What the commands of `kg.cli` have in common: tables and records on standard output, progress on standard error.

A table is as wide as the terminal; into a file or pipe goes everything in full. Progress is for terminals only.
"""

import io
import json
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kg import asking, query
from kg.asking import Answered
from kg.files import Gauge
from kg.ids import EVENT
from kg.query import EventRow
from kg.records import Article, Passed, Skip
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
_PAUSE, _MINUTE = 0.1, 60


class Watch:
    """Told of what is read: names each input that gave no article, and shows on a terminal how far the reading is."""

    def __init__(self) -> None:
        self.articles = 0
        self.skipped: list[Skip] = []
        self.passed: Counter[str] = Counter()
        self._gauge = Gauge()
        self._began = self._drawn = time.monotonic()
        self._shown = False

    def __call__(self, found: Article | Skip | Passed | Gauge | str) -> None:
        """An article, an input without one, articles that were passed over, the gauge of the reading, or the step that begins."""
        if isinstance(found, Gauge):
            self._gauge = found
        elif isinstance(found, Skip):
            self.skipped.append(found)
            self.clear()
            tell(f"skipped {describe_skip(found)}")
        elif isinstance(found, Passed):
            self.passed[found.reason] += found.count
        elif isinstance(found, Article):
            self.articles += 1
            if found.source.published is None:
                self.clear()
                tell(f"undated {found.id}: {_why_undated(found)}, so that its relative dates stay open")
        if sys.stderr.isatty():
            self._draw(found if isinstance(found, str) else None)

    def _draw(self, step: str | None) -> None:
        """Write the line of progress anew: a step at once, what is read a few times a second."""
        now = time.monotonic()
        if step is None and self._shown and now - self._drawn < _PAUSE:
            return
        sys.stderr.write(f"{CLEAR}{step or self._progress(now - self._began)} …")
        sys.stderr.flush()
        self._drawn, self._shown = now, True

    def _progress(self, seconds: float) -> str:
        """ "1,204 articles, 3 skipped, 50,000 passed over, 41 a second, 37 %, 2 min left"."""
        counts = [f"{self.articles:,} articles"]
        counts += [f"{len(self.skipped):,} skipped"] if self.skipped else []
        counts += [f"{sum(self.passed.values()):,} passed over"] if self.passed else []
        if seconds > 1:
            counts.append(f"{self.articles / seconds:,.0f} a second")
        share = self._gauge.done / self._gauge.total if self._gauge.total else 0
        if share and seconds > 1:
            left = seconds * max(1 - share, 0) / share
            counts.append(f"{min(share, 1):.0%}")
            counts.append(f"{left / _MINUTE:.0f} min left" if left > _MINUTE else f"{left:.0f} s left")
        return ", ".join(counts)

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


def put_report(out: Path, run: Callable[[Watch], Report], *, goes_on: bool = False) -> int:
    """Run what makes or changes the graph in a folder, and say what it holds then; the exit code is 1 where something is amiss.

    `goes_on` is whether the same command, once stopped, goes on where it was.
    """
    watch = Watch()
    try:
        report = run(watch)
    except KeyboardInterrupt:
        watch.clear()
        if goes_on:
            tell("stopped; the same command goes on where it was")
        raise
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
