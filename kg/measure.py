"""An annotated set and a reader or its claims -> how good they are: scores, and errors by kind.

With a reader the articles of the set are read, and once more where something is wrong, for what the reader noticed there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from kg.article import Reader, find_evoked, find_names
from kg.diagnose import Error, Evoked, Look, Noticed, find_errors
from kg.errors import ReadError
from kg.evaluate import Gold, Scores, evaluate, read_predictions
from kg.flow import Progress, claim_lines, extract_all
from kg.ids import local
from kg.records import Article, Entity, Extract, Link, Skip
from kg.relations import Fields, make_normalise
from kg.stages.read import read


def measure_claims(gold: Gold, file: Path) -> tuple[Scores, list[Error]]:
    """Measure a file with lines of `kg extract`; why something was missed they tell only in part."""
    return _measure(gold, read_predictions(file), lambda _: None)


def measure_reader(gold: Gold, reader: Reader, *, progress: Progress | None = None) -> tuple[Scores, list[Error]]:
    """Measure what a reader finds in those articles of the set that are annotated. Raises `ReadError` where none is there."""
    extracts = [found for found in extract_all(_annotated(gold), reader, progress=progress) if isinstance(found, Extract)]
    if not extracts:
        raise ReadError(f"{gold.articles}: no annotated article was read")
    articles = {found.article.id: found.article for found in extracts}
    lines = (line for found in extracts for line in claim_lines(found, reader.lexicon.ontology))
    return _measure(gold, lines, lambda article: notice(articles[article], reader) if article in articles else None)


def _measure(gold: Gold, lines: Iterable[Fields], look: Look) -> tuple[Scores, list[Error]]:
    scores = evaluate(gold.documents, lines, gold.aliases)
    return scores, find_errors(scores.outcomes, make_normalise(gold.aliases), look)


def _annotated(gold: Gold) -> Iterator[Article | Skip]:
    """The articles that the set is about, and the inputs that gave none."""
    wanted = {document["doc"] for document in gold.documents}
    return (found for found in read([str(gold.articles)]) if isinstance(found, Skip) or (isinstance(found, Article) and found.id in wanted))


def notice(article: Article, reader: Reader) -> Noticed:
    """What the reader sees in an article before it claims anything."""
    named = find_names(article, reader)
    evoked = [
        Evoked(start=start, text=trigger.token.text, type=trigger.type.name, status=trigger.status)
        for start, trigger in find_evoked(article, reader)
    ]
    entities = {**reader.lexicon.ontology.entities, **{entity.iri: entity for entity in named.minted}}
    return Noticed(
        text=article.text, sentences=named.sentences, links=named.links, labels=_labels(named.links, entities), triggers=tuple(evoked)
    )


def _labels(links: Sequence[Link], entities: Mapping[str, Entity]) -> dict[str, str]:
    found = {iri for link in links for iri in (link.entity, *link.candidates, *link.mention.candidates) if iri}
    return {iri: entities[iri].label if iri in entities else local(iri) for iri in sorted(found)}
