"""Paths -> articles, with what is known of their source; whatever gives no article gives one `Skip` that says why.

The readers of `kg.formats` take the files apart; `sources.jsonl` in a folder tells about the other files there. The text of an
article is what the file holds, as its format gives it; of a JSON line it is the very string of its `text`. Offsets refer to that.
The order of the paths changes nothing: files are read in the order of their names, each once.
"""

import datetime as dt
import io
import re
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from kg.errors import REFUSED, ReadError
from kg.files import Gauge, find_files, real, reason
from kg.formats.kinds import HEAD, READERS, find_reader, sniff
from kg.formats.piece import MOST_BYTES, Asked, Fault, Layer, Piece, Unlooked
from kg.ids import digest
from kg.manifest import MANIFEST, read_manifests
from kg.records import Article, Passed, Skip, Source
from kg.text import one_line
from kg.unpack import ARCHIVES, COMPRESSED, unpack

STDIN, _STDIN_NAME = "-", "stdin"
# Why articles are passed over whose bytes already tell it.
UNWATCHED = "naming nobody watched"
# A text of more characters is a book or a data set; the stages hold many things for each of its sentences.
MOST_CHARACTERS = 400_000
# What cannot be read in one file is named so often; the rest is counted.
MOST_NAMED = 1000
# What is longer is no title and no name, but a text in the wrong place.
MOST_OF_A_FIELD = 2000
_MOST_SHOWN = 80
# The ends of the names of files that are read.
KINDS = (*READERS, *COMPRESSED, *ARCHIVES)
# Years in which an article may have appeared; relative dates are counted from them without leaving the calendar.
NEWS_YEARS = range(1800, 2201)

# What an input gives: an article, why there is none, or how many were passed over.
Found = Article | Skip | Passed
# Why an article is passed over; None where it is not.
Judge = Callable[[Article], str | None]


def read(
    paths: Sequence[str | Path],
    *,
    exclude: Sequence[str] = (),
    asked: Asked | None = None,
    judge: Judge | None = None,
    stdin: BinaryIO | None = None,
    gauge: Gauge | None = None,
) -> Iterator[Found]:
    """Every article under `paths` (files, folders with all below them, globs, "-"), and a `Skip` for all else.

    Left out are files that a pattern of `exclude` matches. Articles whose bytes `asked` finds to name nobody, and those for which
    `judge` has a reason, are counted as `Passed`. An id is used once: of two articles with the same id the later one is skipped, and
    the reason names the first. `gauge` tells how far the reading is.
    """
    asked, gauge = asked or Asked(), gauge or Gauge()
    files, failed = find_files([path for path in map(str, paths) if path != STDIN], exclude)
    known, broken = read_manifests(files)
    gauge.total = sum(map(_size, files))
    yield from failed
    taken: dict[str, tuple[str, str]] = {}
    for found in _name_some(MANIFEST, broken):
        yield _judge(found, judge, taken)
    for path in files:
        if path.name != MANIFEST:
            for found in _read_file(path, (MANIFEST, known.get(real(path), {})), asked, gauge):
                yield _judge(found, judge, taken)
    if STDIN in map(str, paths):
        for found in _read_stdin(stdin or sys.stdin.buffer, asked):
            yield _judge(found, judge, taken)


# An article with the place in its file (a line or a number, None for the whole), or what stands for articles that there are none of.
_Read = tuple[str, int | None, Article] | Skip | Passed


def _judge(found: _Read, judge: Judge | None, taken: dict[str, tuple[str, str]]) -> Found:
    """The article unless it is passed over or its id is in `taken`, which then gets it."""
    if not isinstance(found, tuple):
        return found
    path, at, article = found
    try:
        why = judge(article) if judge else None
    except REFUSED as error:
        return Skip(path=path, line=at, reason=reason(ReadError(f"the text cannot be understood: {error}")))
    if why is not None:
        return Passed(reason=why)
    place, content = path if at is None else f"{path}, line {at}", digest(article.text)
    if article.id not in taken:
        taken[article.id] = place, content
        return article
    first, first_content = taken[article.id]
    difference = "" if first_content == content else ", with another text"
    if difference and at is None:
        difference += f"; {MANIFEST} may give it another id"
    return Skip(path=path, line=at, reason=reason(f"id {_shown(article.id)} was already read as {first}{difference}"))


# --- one file -------------------------------------------------------------------------------------


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return 0


def _read_file(path: Path, layer: Layer, asked: Asked, gauge: Gauge) -> Iterator[_Read]:
    """`layer` is what a manifest says of the file."""
    shown, before = one_line(path), gauge.done
    try:
        if not _is_known(path.name):
            raise ReadError(f"not a kind of file that is read ({', '.join(KINDS)})")
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise ReadError("not a plain file")  # opening a pipe or a device might never return
        with path.open("rb") as stream:
            for found in _name_some(shown, _read_opened(shown, path.name, stream, status.st_size, layer, asked)):
                gauge.done = before + (0 if stream.closed else stream.tell())
                yield found
    except (OSError, ReadError) as error:
        yield Skip(path=shown, reason=reason(error))
    gauge.done = before + _size(path)


def _is_known(name: str) -> bool:
    return find_reader(name) is not None or name.lower().endswith((*COMPRESSED, *ARCHIVES))


def _read_stdin(stream: BinaryIO, asked: Asked) -> Iterator[_Read]:
    """Standard input is what its first bytes look like."""
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, stream), HEAD)
    try:
        name = _STDIN_NAME + sniff(buffered.peek(HEAD))
        yield from _name_some(STDIN, _read_opened(STDIN, name, cast(BinaryIO, buffered), MOST_BYTES, (STDIN, {}), asked))
    except (OSError, ReadError) as error:
        yield Skip(path=STDIN, reason=reason(error))


def _name_some(shown: str, found: Iterable[_Read]) -> Iterator[_Read]:
    """What is found, but of the skips of one file only the first ones and how many more there are."""
    skips = 0
    for one in found:
        skips += isinstance(one, Skip)
        if skips <= MOST_NAMED or not isinstance(one, Skip):
            yield one
    if skips > MOST_NAMED:
        yield Skip(path=shown, reason=f"{skips - MOST_NAMED:,} more that cannot be read")


def _read_opened(shown: str, name: str, stream: BinaryIO, size: int, layer: Layer, asked: Asked) -> Iterator[_Read]:
    """What an open file holds, or each file in it where it is an archive."""
    for opened in unpack(name, stream, size):
        inner = opened.name.partition("/")[2]
        path = f"{shown}/{one_line(inner)}" if inner else shown
        last = PurePosixPath(opened.name)
        if opened.stream is None:
            yield Skip(path=path, reason=reason(opened.reason))
        elif last.name == MANIFEST:
            yield Skip(path=path, reason="is not obeyed within an archive")
        else:
            try:
                yield from _read_stream(path, last, opened.stream, layer, asked)
            except (OSError, ReadError) as error:
                yield Skip(path=path, reason=reason(error))


def _read_stream(path: str, name: PurePosixPath, stream: BinaryIO, layer: Layer, asked: Asked) -> Iterator[_Read]:
    """What a file that is no archive holds; one that was unpacked and has no ending is what its first bytes look like."""
    read_format = find_reader(name.name)
    if read_format is None and not name.suffix and isinstance(stream, io.BufferedReader):
        read_format = find_reader(sniff(stream.peek(HEAD)))
    if read_format is None:
        raise ReadError(f"not a kind of file that is read ({', '.join(READERS)})")
    for found in read_format(stream, asked):
        if isinstance(found, Unlooked):
            yield Passed(reason=UNWATCHED, count=found.number)
        elif isinstance(found, Fault):
            yield Skip(path=path, line=found.at, reason=reason(found.reason))
        else:
            try:
                yield path, found.at, _article(found, one_line(name.stem), layer)
            except ReadError as error:
                yield Skip(path=path, line=found.at, reason=reason(error))


# --- articles -------------------------------------------------------------------------------------


def _article(piece: Piece, stem: str, layer: Layer) -> Article:
    """The article of a piece; each field from the first place that gives it. Where several are in a file its id comes of its text."""
    text = piece.text
    if not text.strip():
        raise ReadError("no text")
    if len(text) > MOST_CHARACTERS:
        raise ReadError(f"longer than {MOST_CHARACTERS:,} characters")
    unreadable = re.search("[\0\ud800-\udfff]", text)
    if unreadable:
        raise ReadError(f"not text (character U+{ord(unreadable[0]):04X} at offset {unreadable.start()})")
    layers = [each for each in (piece.stated, layer, piece.found) if each]
    published, why = _day(layers, "published")
    article_id, publisher, url, title, language = (_field(layers, name)[0] for name in ("id", "publisher", "url", "title", "language"))
    source = Source(
        publisher=publisher,
        url=url,
        title=title,
        published=published,
        published_why=why,
        retrieved=_day(layers, "retrieved")[0],
        language=language,
    )
    own = stem if piece.at is None and stem != _STDIN_NAME else f"{stem}-{digest(text)}"
    return Article(id=article_id or own, text=text, source=source)


def _field(layers: Sequence[Layer], name: str) -> tuple[str | None, str]:
    """The first value that is a word or a number and not too long, on one line, and where it is from."""
    for where, fields in layers:
        value = fields.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and 0 < len(text := one_line(value)) <= MOST_OF_A_FIELD:
            return text, where
    return None, "none"


def _shown(value: str) -> str:
    return repr(value if len(value) <= _MOST_SHOWN else value[:_MOST_SHOWN] + "…")


def _day(layers: Sequence[Layer], name: str) -> tuple[dt.date | None, str]:
    """An ISO day, or an ISO time of which the day is taken as written; anything else is no date, and the reason says so."""
    value, where = _field(layers, name)
    if value is None:
        return None, where
    try:
        if not re.match(r"\d{4}-\d\d-\d\d(?:[T ]|$)", value):
            raise ValueError
        day = dt.datetime.fromisoformat(value).date()
        if day.year not in NEWS_YEARS:
            raise ValueError
        return day, where
    except ValueError:
        return None, f"unreadable date {_shown(value)} ({where})"
