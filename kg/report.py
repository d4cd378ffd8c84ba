"""What a run read and what the store holds after it: counts for people and for `report.json`."""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kg.ids import ENTITIES_GRAPH, local
from kg.records import Skip
from kg.shapes import Violation
from kg.show import plain
from kg.store import Store
from kg.tables import Json

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
    had with another text or other data, and had; `missing` are the paths given that name nothing, `violations` is None where
    the store was not validated.
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
    skipped = f", {len(report.skipped)} skipped" if report.skipped else ""
    articles, claims, events = _counted(report.articles, "article"), _counted(report.claims, "claim"), _counted(report.events, "event")
    return f"{articles}{skipped}, {claims}, {events}{f' ({statuses})' if statuses else ''}"


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
