"""What is to be read -> the articles of it that are of use: in English, and naming somebody who is watched."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kg.files import Gauge
from kg.formats.piece import Asked
from kg.languages import ENGLISH, find_language, known_language
from kg.lexicon import Lexicon
from kg.records import Article
from kg.stages.read import UNWATCHED, Found, Judge, read
from kg.stages.view import view_characters
from kg.watch import WatchList, watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Where articles are, and which of them are read.

    `paths` are files, folders, globs and "-", `exclude` patterns of files that are left out ("drafts", "*.bak"). `fields` says where
    records of others have our fields ("text" -> "body", "published" -> "meta.date"). `watch` are those of whom an article must name
    one, by their names or IRIs; by default they are the ontology's. `everything` is read where it names nobody, too.
    """

    paths: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    watch: tuple[str, ...] = ()
    everything: bool = False


Paths = str | Path | Sequence[str | Path] | Intake


def as_intake(paths: Paths) -> Intake:
    """One path or several, or what is said of them already."""
    if isinstance(paths, Intake):
        return paths
    return Intake(paths=tuple(str(path) for path in ([paths] if isinstance(paths, str | Path) else paths)))


def read_intake(intake: Intake, lexicon: Lexicon, gauge: Gauge | None = None) -> Iterator[Found]:
    """The articles; an ontology that watches nobody leaves out none that names nobody. `QueryError` where it lacks a name to watch."""
    chosen = None if intake.everything else watch(lexicon, intake.watch)
    watched = chosen if chosen and chosen.watched else None
    asked = Asked(fields=intake.fields, find=watched.find if watched else None)
    return read(intake.paths, exclude=intake.exclude, asked=asked, judge=_make_judge(lexicon, watched), gauge=gauge)


def _make_judge(lexicon: Lexicon, watched: WatchList | None) -> Judge:
    function_words = lexicon.words("FunctionWord")

    def judge(article: Article) -> str | None:
        """Of a text too short to tell, what is said of its language decides."""
        language = find_language(article.text, function_words) or known_language(article.source.language) or ENGLISH
        if language != ENGLISH:
            return f"in {language}"
        if watched is None:
            return None
        seen = view_characters(f"{article.source.title or ''}\n{article.text}", lexicon).text
        return None if watched.names(seen) else UNWATCHED

    return judge
