"""Scores and errors -> tables for people, JSON for programs: pure functions. Both say the same."""

import re
from collections.abc import Sequence
from dataclasses import asdict

from kg.diagnose import KINDS, Error, group_errors
from kg.evaluate import Row, Scores, figures, rates
from kg.show import UNDATED, table
from kg.tables import JOINT, Json

SCORE_COLUMNS = ("type", "gold", "read", "right", "dated", "P", "R", "F1", "dated P", "dated R", "dated F1")
# Characters of a sentence that are shown beside an error.
MOST_SHOWN = 300


def scores_json(scores: Scores, errors: Sequence[Error], *, with_errors: bool) -> Json:
    """The figures, then how many errors of each kind there are, and the errors themselves by kind if asked for."""
    by_kind = group_errors(errors)
    counts = {kind: len(found) for kind, found in by_kind.items()}
    listed = {"errors": {kind: [_error_json(error) for error in found] for kind, found in by_kind.items()}} if with_errors else {}
    return {**figures(scores), "error_counts": counts, **listed}


def _error_json(error: Error) -> Json:
    record = asdict(error)
    return {"doc": record.pop("article"), **{name: value for name, value in record.items() if name != "kind"}}


def scores_text(scores: Scores, errors: Sequence[Error], *, with_errors: bool, width: int | None = None) -> str:
    """The rates by type, how often dates and statuses are right, and the errors by kind: how many, and each if asked for."""
    rows = [_score_cells(name, row) for name, row in scores.rows.items()]
    shares = [[name.replace("_", " "), f"{s.n} of {s.of}", f"{s.n / s.of:.3f}" if s.of else ""] for name, s in scores.shares.items()]
    by_kind = group_errors(errors)
    counts = [[kind, str(len(found)), KINDS[kind]] for kind, found in by_kind.items()]
    parts = [
        table(SCORE_COLUMNS, rows, width=width),
        table(("of those right", "count", "share"), shares, width=width),
        table(("error", "count", "meaning"), counts, width=width),
        *(_error_table(kind, found, width) for kind, found in by_kind.items() if found and with_errors),
    ]
    return "\n\n".join(parts)


def _score_cells(name: str, row: Row) -> list[str]:
    found = (*rates(row.right, row.predicted, row.gold), *rates(row.dated, row.predicted, row.gold))
    return [name, *(str(count) for count in (row.gold, row.predicted, row.right, row.dated)), *(f"{rate:.3f}" for rate in found)]


def _error_table(kind: str, errors: Sequence[Error], width: int | None) -> str:
    cells = [[error.article, error.date or UNDATED, f"{error.type}: {', '.join(error.names)}"] for error in errors]
    notes = [[*_told(error), f"“{cut_around(error.sentence, error.quote)}”"] for error in errors]
    return f"{kind}: {len(errors)}\n{table(('article', 'date', 'what'), cells, width=width, notes=notes)}"


def _told(error: Error) -> list[str]:
    differs = f"{error.expected} was read as {error.read or UNDATED}" if error.expected else ""
    return [JOINT.join(filter(None, (differs, error.why)))] if differs or error.why else []


def cut_around(text: str, quote: str) -> str:
    """A text of readable length with as much of a quote in it as there is room for."""
    if len(text) <= MOST_SHOWN:
        return text
    begin = max(text.find(quote), 0)
    margin = max(MOST_SHOWN - len(quote), 0) // 2
    start = max(0, min(begin - margin, len(text) - MOST_SHOWN))
    end = start + MOST_SHOWN
    shown = text[start:end]
    # What is left of a word that was cut in two goes.
    if start:
        shown = "… " + re.sub(r"^\S*\s", "", shown)
    return re.sub(r"\s\S*$", " …", shown) if end < len(text) else shown
