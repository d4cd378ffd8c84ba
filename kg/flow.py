"""The one flow: paths -> articles -> claims -> entities and events -> a store and the files beside it.

What goes in decides what comes out: neither the order of the paths nor the clock changes a byte. An input that
gives no article is reported and the rest is built; a build that fails or is killed leaves what was there.
"""

import json
import os
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kg.article import Reader, extract_together
from kg.asking import STORE, find_violations
from kg.errors import ReadError, StoreError
from kg.graph import Graph, open_graph
from kg.ids import local
from kg.language import Language
from kg.merge import merge
from kg.ontology import Ontology
from kg.records import Article, Claim, Event, Extract, Skip
from kg.registry import open_lexicon
from kg.resolve import resolve
from kg.shapes import Violation
from kg.show import describe_skip, plain
from kg.stages.dateline import published_from_text
from kg.stages.read import STDIN, read
from kg.store import Store
from kg.swap import NEW, find_changed, recover, remove, swap
from kg.tables import Json, claim_json

TRIG, REPORT = "graph.trig", "report.json"
FILES = (TRIG, "graph.gexf", "graph.graphml", "events.jsonl")
# What hostile text can provoke in the stages; such an article is skipped like an unreadable one.
REFUSED = (ValueError, OverflowError, RecursionError)
# Articles of so many characters are read together: enough for a few batches of the language pipeline.
_WINDOW = 60_000

Paths = str | Path | Sequence[str | Path]
# Told of each article and of each input that gave none as they come, and of the steps after the last one.
Progress = Callable[[Article | Skip | str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a build read and made. `types` and `statuses` count events; `missing` are the paths given that name nothing."""

    articles: int
    undated: int
    claims: int
    minted: int
    types: Mapping[str, int]
    statuses: Mapping[str, int]
    skipped: tuple[Skip, ...]
    missing: tuple[str, ...]
    violations: tuple[Violation, ...]

    @property
    def events(self) -> int:
        """How many events there are, of any status."""
        return sum(self.types.values())


# --- paths to extracts ----------------------------------------------------------------------------


def make_reader(ontology: Path | None = None, model: str | Path | None = None) -> Reader:
    """What reading articles needs: the ontology of a folder and a language pipeline, by default the project's own."""
    lexicon = open_lexicon(ontology)
    return Reader(lexicon, Language(model, lexicon))


def extract_paths(paths: Paths, reader: Reader, *, progress: Progress | None = None) -> Iterator[Extract | Skip]:
    """What each article under the paths yields, and a `Skip` for all else."""
    yield from extract_all(read(as_list(paths)), reader, progress=progress)


def extract_all(inputs: Iterable[Article | Skip], reader: Reader, *, progress: Progress | None = None) -> Iterator[Extract | Skip]:
    """What each article yields, and the inputs that gave none."""
    for window in _windows(inputs):
        for result in _extract(window, reader):
            if progress:
                progress(result if isinstance(result, Skip) else result.article)
            yield result


def _windows(inputs: Iterable[Article | Skip]) -> Iterator[list[Article | Skip]]:
    """The inputs in runs of about `_WINDOW` characters: they are read together, and memory does not grow with their number."""
    window: list[Article | Skip] = []
    size = 0
    for found in inputs:
        window.append(found)
        size += len(found.text if isinstance(found, Article) else found.reason)
        if size >= _WINDOW:
            yield window
            window, size = [], 0
    if window:
        yield window


def _extract(window: Sequence[Article | Skip], reader: Reader) -> list[Extract | Skip]:
    """What each input of a window yields. Where one of them is refused, each is read by itself."""
    try:
        found = extract_together([with_date(article) for article in window if isinstance(article, Article)], reader)
        return [one if isinstance(one, Skip) else next(found) for one in window]
    except REFUSED as error:
        if len(window) > 1:
            return [result for one in window for result in _extract([one], reader)]
        return [Skip(path=one.id, reason=f"the text cannot be understood: {error}") for one in window if isinstance(one, Article)]


def with_date(article: Article) -> Article:
    """The article with the publication date that its own text states, where nothing else gives one."""
    found = None if article.source.published else published_from_text(article.text)
    if found is None:
        return article
    source = replace(article.source, published=found.interval.start, published_why=f"{found.why}: {found.text}")
    return replace(article, source=source)


def find_missing(skipped: Iterable[Skip], paths: Paths) -> tuple[str, ...]:
    """Those of the paths given that name no file or folder at all."""
    failed = {skip.path for skip in skipped}
    return tuple(sorted({path for path in as_list(paths) if " ".join(path.split()) in failed and not os.path.lexists(path)}))


def report_claims(paths: Paths, reader: Reader, *, progress: Progress | None = None) -> Iterator[Json]:
    """The lines of `kg extract`: each event as one article reports it."""
    for found in extract_paths(paths, reader, progress=progress):
        if isinstance(found, Extract):
            yield from claim_lines(found, reader.lexicon.ontology)


def claim_lines(found: Extract, ontology: Ontology) -> Iterator[Json]:
    """Each event that one article reports, as a line of `kg extract`."""
    for one in resolve([found], ontology):
        entities = {**ontology.entities, **{entity.iri: entity for entity in one.minted}}
        yield from (claim_json(claim, entities, ontology.types, one.article) for claim in one.claims)


def as_list(paths: Paths) -> list[str]:
    """One path or several as a list of texts."""
    return [str(path) for path in ([paths] if isinstance(paths, str | Path) else paths)]


# --- extracts to a store --------------------------------------------------------------------------


def fill(store: Store, paths: Paths, reader: Reader, *, progress: Progress | None = None) -> Report:
    """Put all that the paths yield into an empty store; `ReadError` where they give no article at all."""
    ontology = reader.lexicon.ontology
    count = _Count()
    store.load_ontology(ontology.folder)
    store.replace_articles(count.without_claims(extract_paths(paths, reader, progress=progress)))
    if not count.articles:
        raise ReadError(f"no article was read: {_first(count.skipped)}")
    _tell(progress, "resolving and merging")
    extracts = resolve(sorted(count.held, key=lambda held: held.article.id), ontology)
    claims = [claim for held in extracts for claim in held.claims]
    published = {held.article.id: held.article.source.published for held in extracts}
    events = merge(claims, ontology, published)
    store.replace_articles(extracts)
    store.replace_events(events, ontology.types)
    _tell(progress, "validating")
    return _report(count, extracts, claims, events, find_violations(store, ontology.folder), as_list(paths))


class _Count:
    """What has passed so far. Only extracts with claims are held, since no other is ever looked at again."""

    def __init__(self) -> None:
        self.articles = self.undated = 0
        self.held: list[Extract] = []
        self.skipped: list[Skip] = []

    def without_claims(self, found: Iterable[Extract | Skip]) -> Iterator[Extract]:
        """Those extracts that nothing later can change."""
        for result in found:
            if isinstance(result, Skip):
                self.skipped.append(result)
                continue
            self.articles += 1
            self.undated += result.article.source.published is None
            if result.claims:
                self.held.append(result)
            else:
                yield result


def _tell(progress: Progress | None, step: str) -> None:
    if progress:
        progress(step)


def _first(skipped: Sequence[Skip]) -> str:
    if not skipped:
        return "no path was given or the folders are empty"
    more = f" (and {len(skipped) - 1} more)" if len(skipped) > 1 else ""
    return describe_skip(skipped[0]) + more


def _report(
    count: _Count, extracts: list[Extract], claims: list[Claim], events: list[Event], violations: tuple[Violation, ...], paths: list[str]
) -> Report:
    return Report(
        articles=count.articles,
        undated=count.undated,
        claims=len(claims),
        minted=len({entity.iri for extract in extracts for entity in extract.minted}),
        types=dict(sorted(Counter(local(event.type) for event in events).items())),
        statuses=dict(sorted(Counter(event.status for event in events).items())),
        skipped=tuple(sorted(count.skipped, key=lambda skip: (skip.path, skip.line or 0, skip.reason))),
        missing=find_missing(count.skipped, paths),
        violations=violations,
    )


def describe(report: Report) -> str:
    """One line: "5 articles, 25 claims, 18 events (1 alleged, 16 occurred, 1 planned)"."""
    statuses = ", ".join(f"{count} {status}" for status, count in report.statuses.items())
    skipped = f", {len(report.skipped)} skipped" if report.skipped else ""
    return f"{report.articles} articles{skipped}, {report.claims} claims, {report.events} events{f' ({statuses})' if statuses else ''}"


# --- a store to a folder --------------------------------------------------------------------------


def build(
    paths: Paths, out: str | Path, *, ontology: Path | None = None, model: str | Path | None = None, progress: Progress | None = None
) -> Report:
    """Build the graph of all articles under `paths` in the folder `out`: `store/`, `graph.trig`, pictures, events, report.

    What `out` held is replaced at the end and all at once; a second build of the same input changes no byte.
    Raises `ReadError` where no article can be read, `StoreError` where `out` cannot be built in.
    """
    out = Path(out)
    _check(out, as_list(paths))
    existed = out.exists()
    recover(out)
    try:
        with Store(out / NEW / STORE) as store:
            report = fill(store, paths, make_reader(ontology, model), progress=progress)
            _tell(progress, "writing files")
            graph = Graph(store)
            for name in FILES:
                graph.export(out / NEW / name)
        _write_report(out / NEW / REPORT, report, as_list(paths))
        swap(out, _changed(out))
    finally:
        remove(out / NEW)
        if not existed and out.is_dir() and not any(out.iterdir()):
            out.rmdir()
    return report


def build_graph(
    paths: Paths,
    out: str | Path | None = None,
    *,
    ontology: Path | None = None,
    model: str | Path | None = None,
    progress: Progress | None = None,
) -> Graph:
    """Build a graph and open it; in memory, without a folder `out`. Unless `progress` is told, inputs without an article are warned of."""
    progress = progress or _warn
    if out is not None:
        build(paths, out, ontology=ontology, model=model, progress=progress)
        return open_graph(out)
    store = Store()
    fill(store, paths, make_reader(ontology, model), progress=progress)
    return Graph(store)


def _warn(found: Article | Skip | str) -> None:
    if isinstance(found, Skip):
        warnings.warn(f"skipped {describe_skip(found)}", stacklevel=2)


def _check(out: Path, paths: Sequence[str]) -> None:
    """Refuse a folder that is none, that would be read as input the next time, or where another build is at work."""
    if out.exists() and not out.is_dir():
        raise StoreError(f"{out}: not a folder")
    folders = [path for path in paths if path != STDIN and Path(path).is_dir()]
    inside = next((path for path in folders if out.resolve().is_relative_to(Path(path).resolve())), None)
    if inside:
        raise StoreError(f"{out}: lies inside {inside}, whose files are read; choose a folder outside it")
    if (out / NEW / STORE).is_dir():
        # What a killed build left can be opened, what is being written to cannot.
        Store(out / NEW / STORE).close()


def _changed(out: Path) -> set[str]:
    """The entries to put in place. The bytes of a store vary, so what it holds is compared, by its dump."""
    changed = find_changed(out, [*FILES, REPORT])
    return changed | {STORE} if TRIG in changed or not _opens(out / STORE) else changed


def _opens(store: Path) -> bool:
    try:
        Store(store, read_only=True).close()
    except StoreError:
        return False
    return True


# --- the report -----------------------------------------------------------------------------------


def _write_report(path: Path, report: Report, paths: Sequence[str]) -> None:
    path.write_text(json.dumps(report_json(report, paths), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def report_json(report: Report, paths: Sequence[str]) -> Json:
    """The report as `report.json` has it; paths start at what was given, so that the same input gives the same report."""
    return {
        "articles": report.articles,
        "undated": report.undated,
        "claims": report.claims,
        "minted": report.minted,
        "events": {"total": report.events, "types": dict(report.types), "statuses": dict(report.statuses)},
        "violations": [plain(violation) for violation in report.violations],
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
