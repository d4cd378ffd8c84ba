"""The one flow: paths -> articles -> claims -> entities and events -> a store.

What goes in decides what comes out: neither the order of the paths nor the clock changes a byte. An input that
gives no article is reported and the rest is read.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from kg import update
from kg.article import Reader, extract_together
from kg.change import Change, load
from kg.errors import REFUSED, ReadError
from kg.files import Gauge
from kg.intake import Paths, as_intake, read_intake
from kg.journal import Journal
from kg.language import Language
from kg.lexicon import Lexicon
from kg.ontology import Ontology
from kg.records import Article, Extract, Passed, Skip
from kg.registry import open_lexicon
from kg.report import Run, describe_passed
from kg.resolve import resolve
from kg.show import describe_skip
from kg.stages.dateline import published_from_text
from kg.stages.read import Found
from kg.stages.view import view_characters
from kg.store import Store
from kg.tables import Json, claim_json
from kg.text import words

# Articles of so many characters are read together: enough for a few batches of the language pipeline.
_WINDOW = 60_000
# What counts as so many characters, being none to read.
_SLIGHT = 100
# Articles without a claim that are written together.
_BATCH = 200

# Told of each article and of each input that gave none as they come, and of the steps; at first of the gauge of what is read.
Progress = Callable[[Article | Skip | Passed | Gauge | str], None]


# --- paths to extracts ----------------------------------------------------------------------------


def make_reader(ontology: Path | None = None, model: str | Path | None = None) -> Reader:
    """What reading articles needs: the ontology of a folder and a language pipeline, by default the project's own."""
    lexicon = open_lexicon(ontology)
    return Reader(lexicon, Language(model, lexicon))


def extract_paths(
    paths: Paths, reader: Reader, *, progress: Progress | None = None, journal: Journal | None = None
) -> Iterator[Extract | Skip | Passed]:
    """What each article under the paths yields, a `Skip` for each input that gave none, and how many were passed over."""
    yield from extract_all(read_all(paths, reader, progress), reader, progress=progress, journal=journal)


def read_all(paths: Paths, reader: Reader, progress: Progress | None = None) -> Iterator[Found]:
    """The articles under the paths that are of use."""
    gauge = Gauge()
    if progress:
        progress(gauge)
    return read_intake(as_intake(paths), reader.lexicon, gauge)


def extract_all(
    inputs: Iterable[Found], reader: Reader, *, progress: Progress | None = None, journal: Journal | None = None
) -> Iterator[Extract | Skip | Passed]:
    """What each article yields, and the inputs that gave none. What a journal has of an article is not read again."""
    completed = complete_all(inputs, reader.lexicon)
    known = ((journal.get(found) if journal is not None and isinstance(found, Article) else None) or found for found in completed)
    for window in _windows(known):
        for result in _extract(window, reader):
            if journal is not None and isinstance(result, Extract):
                journal.put(result)
            if progress:
                progress(result.article if isinstance(result, Extract) else result)
            yield result


def _windows(inputs: Iterable[Found | Extract]) -> Iterator[list[Found | Extract]]:
    """The inputs in runs of about `_WINDOW` characters: they are read together, and memory does not grow with their number."""
    window: list[Found | Extract] = []
    size = 0
    for found in inputs:
        window.append(found)
        size += len(found.text) if isinstance(found, Article) else _SLIGHT
        if size >= _WINDOW:
            yield window
            window, size = [], 0
    if window:
        yield window


def _extract(window: Sequence[Found | Extract], reader: Reader) -> list[Extract | Skip | Passed]:
    """What each input of a window yields. Where one of them is refused, each is read by itself."""
    try:
        found = extract_together([article for article in window if isinstance(article, Article)], reader)
        return [next(found) if isinstance(one, Article) else one for one in window]
    except REFUSED as error:
        if len(window) > 1:
            return [result for one in window for result in _extract([one], reader)]
        return [_refused(one, error) for one in window if isinstance(one, Article)]


def complete_all(inputs: Iterable[Found], lexicon: Lexicon) -> Iterator[Found]:
    """The inputs with each article completed; one in which that is refused is a `Skip`."""
    return (_complete(found, lexicon) if isinstance(found, Article) else found for found in inputs)


def _complete(article: Article, lexicon: Lexicon) -> Article | Skip:
    try:
        return complete(article, lexicon)
    except REFUSED as error:
        return _refused(article, error)


def _refused(article: Article, error: Exception) -> Skip:
    return Skip(path=article.id, reason=f"the text cannot be understood: {error}")


def complete(article: Article, lexicon: Lexicon) -> Article:
    """The article with the outlet that its publisher is, and with the date that its own text states, where nothing else gives one."""
    source = replace(article.source, outlet=_find_outlet(article.source.publisher or "", lexicon))
    found = None if source.published else published_from_text(view_characters(article.text, lexicon).text)
    if found:
        source = replace(source, published=found.interval.start, published_why=f"{found.why}: {found.text}")
    return article if source == article.source else replace(article, source=source)


def _find_outlet(publisher: str, lexicon: Lexicon) -> str | None:
    """The organisation of which the whole text is a name."""
    named = words(publisher)
    found = lexicon.names.longest(named, 0, publisher) if named else None
    if found is None or found[0] < len(named):
        return None
    organisations = [iri for iri in found[2] if lexicon.kind_of(lexicon.ontology.entities[iri]) == "organisation"]
    return organisations[0] if len(organisations) == 1 else None


def report_claims(paths: Paths, reader: Reader, *, progress: Progress | None = None) -> Iterator[Json]:
    """The lines of `kg extract`: each event as one article reports it."""
    for found in extract_paths(paths, reader, progress=progress):
        if isinstance(found, Extract):
            yield from claim_lines(found, reader.lexicon.ontology)


def claim_lines(found: Extract, ontology: Ontology) -> Iterator[Json]:
    """Each event that one article reports, as a line of `kg extract`."""
    for one in resolve([found], ontology):
        entities = {**ontology.entities, **{one.taken[entity.iri]: entity for entity in one.minted}}
        yield from (claim_json(claim, entities, ontology.types, one.article) for claim in one.claims)


# --- extracts to a store --------------------------------------------------------------------------


def fill(
    store: Store,
    paths: Paths,
    reader: Reader,
    *,
    progress: Progress | None = None,
    former: Store | None = None,
    journal: Journal | None = None,
) -> Run:
    """Put all that the paths yield into an empty store; `ReadError` where they give no article at all.

    `former` is the store that this one is to replace: what it knows of former texts is taken over. `journal` has what was read before.
    """
    ontology = reader.lexicon.ontology
    run = Run(as_intake(paths).paths)
    store.load_ontology(ontology.folder)
    held = list(_without_claims(store, extract_paths(paths, reader, progress=progress, journal=journal), run, reader))
    if not run.articles:
        raise ReadError(f"no article was read: {first_reason(run)}")
    tell(progress, "resolving and merging")
    update.fill(store, ontology, held)
    if former:
        update.take_history(store, former, ontology)
    return run


def _without_claims(store: Store, found: Iterable[Extract | Skip | Passed], run: Run, reader: Reader) -> Iterator[Extract]:
    """The extracts with claims. The others are stored, some hundred at a time, and not held in memory."""
    idle: list[Extract] = []
    for result in found:
        if not isinstance(result, Extract):
            run.note(result)
            continue
        run.added += 1
        if result.claims:
            yield result
        else:
            idle.append(result)
        if len(idle) == _BATCH:
            load(store, Change(extracts=idle), reader.lexicon.ontology)
            idle = []
    load(store, Change(extracts=idle), reader.lexicon.ontology)


def tell(progress: Progress | None, step: str) -> None:
    """Tell whoever follows a run what it does now."""
    if progress:
        progress(step)


def first_reason(run: Run) -> str:
    """Why a run read no article."""
    if not run.skipped:
        passed = describe_passed(run.passed)
        return passed or "no path was given or the folders are empty"
    more = f" (and {len(run.skipped) - 1} more)" if len(run.skipped) > 1 else ""
    return describe_skip(run.skipped[0]) + more
