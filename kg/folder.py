"""A folder with a graph: built from articles, added to, taken from; the store and the files beside it.

A build that fails or is killed leaves what was there, and a second one of the same input changes no byte. Articles that are
added or taken out come and go in batches, each wholly; the graph is then what a build of all that it holds would make.
"""

import difflib
import hashlib
import warnings
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import TypeVar

from kg.asking import STORE, find_violations
from kg.change import read_stamp, write_stamp
from kg.errors import QueryError, ReadError, StoreError
from kg.files import Gauge
from kg.flow import Progress, complete_all, extract_all, fill, first_reason, make_reader, read_all, tell
from kg.graph import Graph, open_graph
from kg.ids import text_digest
from kg.intake import Paths, as_intake
from kg.journal import Journal
from kg.lookup import Lookup
from kg.ontology import load
from kg.records import Article, Extract, Passed, Skip
from kg.registry import fingerprint
from kg.report import Report, Run, make_report, write_report
from kg.show import describe_skip
from kg.stages.read import STDIN, Found
from kg.store import Store
from kg.swap import NEW, find_changed, find_entry, recover, swap
from kg.swap import remove as remove_entry
from kg.update import update

try:
    import fcntl
except ImportError:  # Windows, where a store that is open cannot be moved
    fcntl = None  # type: ignore[assignment]

TRIG, REPORT = "graph.trig", "report.json"
# What a build that is stopped leaves, and the next one takes up.
JOURNAL = ".journal"
FILES = (TRIG, "graph.gexf", "graph.graphml", "events.jsonl")
# Articles that are put in together; a process that is killed loses so many at most.
_BATCH = 32
# The distribution whose version decides, with ontology and pipeline, what is read in an article.
_NAME = "dprk-russia-kg"

T = TypeVar("T")


def build(
    paths: Paths, out: str | Path, *, ontology: Path | None = None, model: str | Path | None = None, progress: Progress | None = None
) -> Report:
    """Build the graph of all articles under `paths` in the folder `out`: `store/`, `graph.trig`, pictures, events, report.

    What `out` held is replaced at the end and all at once, but for what was known of the former texts of its articles; a second
    build of the same input changes no byte. One that is stopped leaves beside it what it has read, and the next one goes on from there.
    Raises `ReadError` where no article can be read, `StoreError` where `out` cannot be built in.
    """
    out = Path(out)
    _check(out, as_intake(paths).paths)
    existed = out.exists()
    recover(out)
    try:
        with ExitStack() as stack:
            store = stack.enter_context(Store(out / NEW / STORE))
            former = stack.enter_context(Store(out / STORE, read_only=True)) if _opens(out / STORE) else None
            stamp = _stamp(ontology, model)
            write_stamp(store, stamp)
            reader = make_reader(ontology, model)
            journal = stack.enter_context(Journal(out / JOURNAL, f"{stamp} {_code_digest(model)}"))
            if len(journal):
                tell(progress, f"going on, {len(journal):,} articles having been read")
            run = fill(store, paths, reader, progress=progress, former=former, journal=journal)
            report = _write(out, store, run, reader.lexicon.ontology.folder, progress)
        _refuse_writer(out)
        swap(out, _changed(out))
        remove_entry(out / JOURNAL)
    finally:
        remove_entry(out / NEW)
        if not existed and out.is_dir() and not any(out.iterdir()):
            out.rmdir()
    return report


def add(
    paths: Paths,
    out: str | Path,
    *,
    ontology: Path | None = None,
    model: str | Path | None = None,
    store_only: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Put all articles under `paths` into the graph in `out`, in the place of those with their ids; build one where there is none.

    An article that the graph has as it is is not read again, so a run that was stopped goes on where it was. With `store_only`
    of the files beside the store only `report.json` is written, the others are taken away, and the graph is not validated.
    Raises `ReadError` where no article can be read, `StoreError` where the graph cannot be written to or was read with another
    version, ontology or language pipeline.
    """
    out = Path(out)
    if not find_entry(out, STORE).is_dir():
        return build(paths, out, ontology=ontology, model=model, progress=progress)
    _check(out, as_intake(paths).paths)
    with _opened(out, _stamp(ontology, model)) as store:
        reader = make_reader(ontology, model)
        run = Run(as_intake(paths).paths)
        fresh = _fresh(complete_all(read_all(paths, reader, progress), reader.lexicon), store, run)
        for batch in _batches(extract_all(fresh, reader, progress=progress)):
            if come := [extract for extract in batch if isinstance(extract, Extract)]:
                _forget_files(out)
                update(store, reader.lexicon.ontology, come)
            for found in batch:
                if not isinstance(found, Extract):
                    run.note(found)
        if not run.articles:
            raise ReadError(f"no article was read: {first_reason(run)}")
        return _finish(out, store, run, None if store_only else reader.lexicon.ontology.folder, progress)


def remove(
    articles: Collection[str],
    out: str | Path,
    *,
    ontology: Path | None = None,
    model: str | Path | None = None,
    store_only: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Take articles, by id, out of the graph in `out`, with all that rests on them alone.

    Where a run was stopped before its report was written, ids that the graph has not may be those that it took out: they are passed over.
    Raises `QueryError` where the graph has no such article (nothing is taken out then), and what `add` raises.
    """
    out = Path(out)
    _check(out, [])
    stopped = (out / STORE).is_dir() and not (out / REPORT).is_file()
    with _opened(out, _stamp(ontology, model)) as store:
        found = Lookup(store)
        unknown = sorted(article for article in set(articles) if found.article(article) is None)
        if unknown and not stopped:
            known = [article.id for article in store.articles()]
            near = ", ".join(difflib.get_close_matches(unknown[0], known, n=3))
            raise QueryError(f"{out}: no article has the id {', '.join(map(repr, unknown))}{f'; near: {near}' if near else ''}")
        run = Run([])
        world = load(ontology)
        for batch in _batches(sorted(set(articles))):
            _forget_files(out)
            update(store, world, gone=batch)
        return _finish(out, store, run, None if store_only else world.folder, progress)


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


def _batches(things: Iterable[T]) -> Iterator[list[T]]:
    remaining = iter(things)
    while batch := list(islice(remaining, _BATCH)):
        yield batch


# --- the steps of all three -------------------------------------------------------------------------


@contextmanager
def _opened(out: Path, stamp: str) -> Iterator[Store]:
    """The store of a folder, to be written to by this process alone; `StoreError` where its claims were read with something else."""
    recover(out)
    if not (out / STORE).is_dir():
        raise StoreError(f"{out}: there is no graph here; kg build makes one")
    with Store(out / STORE) as store:
        if read_stamp(store) != stamp:
            why = "read with another version, ontology or language pipeline; kg build makes it anew, of all its articles"
            raise StoreError(f"{out}: the graph was {why}")
        yield store


def _fresh(inputs: Iterable[Found], store: Store, run: Run) -> Iterator[Found]:
    """The inputs but for the articles, completed, that the store has as they are."""
    for article in inputs:
        if not isinstance(article, Article):
            yield article
            continue
        stored = Lookup(store).article(article.id)
        if stored is None:
            run.added += 1
        elif stored.sha256 == text_digest(article.text) and stored.source == replace(article.source, retrieved=stored.source.retrieved):
            run.same += 1
            continue
        else:
            run.changed += 1
        yield article


def _finish(out: Path, store: Store, run: Run, ontology: Path | None, progress: Progress | None) -> Report:
    """Put what stands beside the store in place, the report last; unless only the store is wanted (no `ontology`), all of it."""
    report = _write(out, store, run, ontology, progress)
    swap(out, find_changed(out, [*FILES, REPORT] if ontology else [REPORT]))
    return report


def _write(out: Path, store: Store, run: Run, ontology: Path | None, progress: Progress | None) -> Report:
    """Validate the store and write the files beside it, in the folder of what is new; with no `ontology` only the report."""
    (out / NEW).mkdir(exist_ok=True)
    quick = store.quick() if ontology else store
    tell(progress, "validating" if ontology else "counting")
    report = make_report(quick, run, find_violations(quick, ontology) if ontology else None)
    if ontology:
        tell(progress, "writing files")
        graph = Graph(quick)
        for name in FILES:
            graph.export(out / NEW / name)
    write_report(out / NEW / REPORT, report, run.paths)
    return report


def _forget_files(out: Path) -> None:
    """Take away the files of a graph that is about to be another: none is better than a wrong one."""
    for name in (*FILES, REPORT):
        remove_entry(out / name)


def _stamp(ontology: Path | None, model: str | Path | None) -> str:
    """What decides, beside the article, what is read in it."""
    return hashlib.sha256(f"{version(_NAME)} {fingerprint(ontology).hex()} {model or ''}".encode()).hexdigest()


def _code_digest(model: str | Path | None) -> str:
    """A digest of all that reads an article: the code and the files of the pipeline, where that is a folder."""
    folder = Path(__file__).parent
    found = hashlib.sha256()
    for file in sorted([*folder.rglob("*.py"), *(path for path in Path(model or folder / "model").rglob("*") if path.is_file())]):
        found.update(str(file.name).encode("utf-8", "surrogateescape") + hashlib.sha256(file.read_bytes()).digest())
    return found.hexdigest()


def _refuse_writer(out: Path) -> None:
    """Refuse to replace a store to which another process writes. To open it for that would change its files."""
    lock = out / STORE / "LOCK"
    if fcntl is None or not lock.is_file():
        return
    with lock.open("rb+") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StoreError(f"{out}: another process is writing to the graph") from None


def _warn(found: Article | Skip | Passed | Gauge | str) -> None:
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
    _refuse_writer(out)


def _changed(out: Path) -> set[str]:
    """The entries to put in place. The bytes of a store vary, so what it holds is compared: its dump and with what it was read."""
    changed = find_changed(out, [*FILES, REPORT])
    return changed | {STORE} if TRIG in changed or not _is_read_alike(out) else changed


def _is_read_alike(out: Path) -> bool:
    if not _opens(out / STORE):
        return False
    with Store(out / NEW / STORE, read_only=True) as new, Store(out / STORE, read_only=True) as old:
        return read_stamp(new) == read_stamp(old)


def _opens(store: Path) -> bool:
    try:
        Store(store, read_only=True).close()
    except StoreError:
        return False
    return True
