"""What a run read and what the store holds after it: counts for people and for `report.json`."""

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kg.ids import ENTITIES_GRAPH, local
from kg.records import Passed, Skip
from kg.shapes import Violation
from kg.show import plain
from kg.store import Store
from kg.tables import Json

# Kinds of reasons that a summary names.
_MOST_KINDS = 8
ARTICLES = """SELECT (COUNT(DISTINCT ?article) AS ?n) (COUNT(DISTINCT ?dated) AS ?known) WHERE {
  ?article a nk:Article OPTIONAL { ?article dct:issued ?day BIND(?article AS ?dated) } }"""
CLAIMS = "SELECT (COUNT(DISTINCT ?claim) AS ?n) WHERE { ?claim a nk:Claim }"
MINTED = f"SELECT (COUNT(DISTINCT ?entity) AS ?n) WHERE {{ GRAPH <{ENTITIES_GRAPH}> {{ ?entity nk:minted true }} }}"
EVENTS = """SELECT ?type ?status (COUNT(DISTINCT ?event) AS ?n) WHERE {
  ?event sem:eventType ?type ; nk:status ?status } GROUP BY ?type ?status"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the store holds, and what the run made of its paths.

    `types` and `statuses` count events; `added`, `changed` and `same` are the articles of the run that the store did not have,
    had with another text or other data, and had; `passed` tells how many were passed over, by the reason;
    `missing` are the paths given that name nothing, `violations` is None where the store was not validated.
    """

    articles: int
    undated: int
    claims: int
    minted: int
    types: Mapping[str, int]
    statuses: Mapping[str, int]
    added: int
    changed: int
    same: int
    skipped: tuple[Skip, ...]
    passed: Mapping[str, int]
    missing: tuple[str, ...]
    violations: tuple[Violation, ...] | None

    @property
    def events(self) -> int:
        """How many events there are, of any status."""
        return sum(self.types.values())


@dataclass(slots=True)
class Run:
    """What has become of the inputs under some paths so far; it grows."""

    paths: Sequence[str]
    added: int = 0
    changed: int = 0
    same: int = 0
    skipped: list[Skip] = field(default_factory=list)
    passed: Counter[str] = field(default_factory=Counter)

    def note(self, found: Skip | Passed) -> None:
        """Count an input that gave no article, or articles that were passed over."""
        if isinstance(found, Skip):
            self.skipped.append(found)
        else:
            self.passed[found.reason] += found.count

    @property
    def articles(self) -> int:
        """How many articles were read."""
        return self.added + self.changed + self.same


def make_report(store: Store, run: Run, violations: tuple[Violation, ...] | None) -> Report:
    """The report of a run that left the store as it is."""
    ((articles, dated),) = store.sparql(ARTICLES).rows
    (claims,), (minted,) = store.sparql(CLAIMS).rows[0], store.sparql(MINTED).rows[0]
    types: dict[str, int] = {}
    statuses: dict[str, int] = {}
    for type_, status, count in sorted(store.sparql(EVENTS).rows, key=str):
        types[local(str(type_))] = types.get(local(str(type_)), 0) + int(str(count))
        statuses[local(str(status))] = statuses.get(local(str(status)), 0) + int(str(count))
    return Report(
        articles=int(str(articles)),
        undated=int(str(articles)) - int(str(dated)),
        claims=int(str(claims)),
        minted=int(str(minted)),
        types=dict(sorted(types.items())),
        statuses=dict(sorted(statuses.items())),
        added=run.added,
        changed=run.changed,
        same=run.same,
        skipped=tuple(sorted(run.skipped, key=lambda skip: (skip.path, skip.line or 0, skip.reason))),
        passed=dict(sorted(run.passed.items())),
        missing=find_missing(run.skipped, run.paths),
        violations=violations,
    )


def find_missing(skipped: Iterable[Skip], paths: Iterable[str]) -> tuple[str, ...]:
    """Those of the paths given that name no file or folder at all."""
    failed = {skip.path for skip in skipped}
    return tuple(sorted({path for path in paths if " ".join(path.split()) in failed and not os.path.lexists(path)}))


def describe(report: Report) -> str:
    """One line: "5 articles, 25 claims, 18 events (1 alleged, 16 occurred, 1 planned)"."""
    statuses = ", ".join(f"{count} {status}" for status, count in report.statuses.items())
    skipped = f", {describe_skips(report.skipped)}" if report.skipped else ""
    skipped += f", {describe_passed(report.passed)}" if report.passed else ""
    articles, claims, events = _counted(report.articles, "article"), _counted(report.claims, "claim"), _counted(report.events, "event")
    return f"{articles}{skipped}, {claims}, {events}{f' ({statuses})' if statuses else ''}"


def describe_skips(skipped: Sequence[Skip]) -> str:
    """ "3 skipped (2 no text, 1 not JSON)"; "" where none was."""
    kinds = Counter(_kind(skip.reason) for skip in skipped)
    ranked = sorted(kinds.items(), key=lambda one: (-one[1], one[0]))
    rest = sum(count for _, count in ranked[_MOST_KINDS:])
    reasons = ", ".join([*(f"{count:,} {kind}" for kind, count in ranked[:_MOST_KINDS]), *([f"{rest:,} other"] if rest else [])])
    return f"{len(skipped):,} skipped ({reasons})" if skipped else ""


def _kind(reason: str) -> str:
    """A reason without what is of one input alone: what is in quotes or brackets, and all behind a colon or the name of another input."""
    return " ".join(re.split(r" \(|: |; | as ", re.sub(r"'.*' |\".*\" ", "", reason))[0].split())


def describe_passed(passed: Mapping[str, int]) -> str:
    """ "1,204 passed over (1,200 naming nobody watched, 4 in ko)"; "" where none was."""
    reasons = ", ".join(f"{count:,} {reason}" for reason, count in sorted(passed.items(), key=lambda one: (-one[1], one[0])))
    return f"{sum(passed.values()):,} passed over ({reasons})" if passed else ""


def _counted(count: int, of: str) -> str:
    return f"{count} {of}{'' if count == 1 else 's'}"


def write_report(path: Path, report: Report, paths: Sequence[str]) -> None:
    """Write `report.json`."""
    path.write_text(json.dumps(report_json(report, paths), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def report_json(report: Report, paths: Sequence[str]) -> Json:
    """The report as `report.json` has it; paths start at what was given, so that the same input gives the same report."""
    return {
        "articles": report.articles,
        "undated": report.undated,
        "claims": report.claims,
        "minted": report.minted,
        "events": {"total": report.events, "types": dict(report.types), "statuses": dict(report.statuses)},
        "violations": None if report.violations is None else [plain(violation) for violation in report.violations],
        "passed": dict(report.passed),
        "skipped": sorted((_skip_json(skip, paths) for skip in report.skipped), key=json.dumps),
    }


def _skip_json(skip: Skip, paths: Sequence[str]) -> Json:
    return {"path": _shorten(skip.path, paths), "line": skip.line, "reason": _shorten(skip.reason, paths)}


def _shorten(text: str, paths: Iterable[str]) -> str:
    """The text with each path in it cut to what lies below the folder of the path given: "/x/seeds/a.txt" is "seeds/a.txt"."""
    for path in sorted(paths, key=lambda path: (-len(path), path)):
        folder = str(Path(path).parent)
        if folder not in (".", "/"):
            text = text.replace(f"{folder}/", "")
    return text.lstrip("/")
