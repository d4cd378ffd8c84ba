"""Paths -> articles, with what is known of their source; whatever gives no article gives one `Skip` that says why.

Read are `.txt` and `.md` (with YAML front matter), `.html`, `.jsonl`, and `-` for standard input; `sources.jsonl` in a
folder tells about the other files there. The text of a file is what it decodes to, with "\\r\\n" as "\\n" and without the
front matter; the text of a JSON line is the very string of its `text`. Offsets refer to that.
The order of the paths changes nothing: files are read in the order of their names, each once.
"""

import codecs
import datetime as dt
import itertools
import json
import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import yaml

from kg.errors import ReadError
from kg.formats.page import parse_page
from kg.ids import digest
from kg.records import Article, Skip, Source

MOST_BYTES = 20_000_000  # of a text, or of one line of a .jsonl
MOST_FRONT_MATTER = 20_000  # characters
MANIFEST = "sources.jsonl"
STDIN = "-"
WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

# What one place says of an article: the name of the place, as `Source.published_why` gives it, and its fields.
Layer = tuple[str, Mapping[str, Any]]
# The line that it stands in (from 1; None for a whole file), and an article or the reason why there is none.
Result = tuple[int | None, Article | str]
# Years in which an article may have appeared; relative dates are counted from them without leaving the calendar.
NEWS_YEARS = range(1800, 2201)


def read(paths: Sequence[str | Path], *, stdin: BinaryIO | None = None) -> Iterator[Article | Skip]:
    """Every article under `paths` (files, folders with all below them, globs, "-"), and a `Skip` for all else.

    An id is used once: of two articles with the same id the later one is skipped, and the reason names the first.
    """
    files, failed = _find([path for path in map(str, paths) if path != STDIN])
    known, broken = _read_manifests(files)
    yield from failed
    yield from broken
    taken: dict[str, tuple[str, str]] = {}
    for path in files:
        for result in _read_file(path, known.get(_real(path), {})):
            yield _once(_printable(path), result, taken)
    if STDIN in map(str, paths):
        for result in _read_stdin(stdin or sys.stdin.buffer):
            yield _once(STDIN, result, taken)


def _once(path: str, result: Result, taken: dict[str, tuple[str, str]]) -> Article | Skip:
    """The article unless its id is in `taken`, which then gets it."""
    line, found = result
    if isinstance(found, str):
        return Skip(path=path, line=line, reason=found)
    place, content = path if line is None else f"{path}, line {line}", digest(found.text)
    first, first_content = taken.setdefault(found.id, (place, content))
    if first == place:
        return found
    difference = "" if first_content == content else ", with another text"
    return Skip(path=path, line=line, reason=f"id {found.id!r} was already read as {first}{difference}")


# --- which files ----------------------------------------------------------------------------------


def _find(paths: Iterable[str]) -> tuple[list[Path], list[Skip]]:
    """All files under `paths`, sorted, none twice, however often and in whichever way the paths name it."""
    files: dict[Path, Path] = {}
    failed: dict[Skip, None] = {}
    for found in itertools.chain.from_iterable(map(_expand, sorted(set(paths)))):
        if isinstance(found, Skip):
            failed[found] = None
        else:
            files.setdefault(_real(found), found)
    return sorted(files.values()), list(failed)


def _real(path: Path) -> Path:
    """The file behind links; a link that leads nowhere or round in a circle stands for itself."""
    try:
        return path.resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        return path.absolute()


def _expand(given: str) -> Iterator[Path | Skip]:
    path = Path(given)
    try:
        if path.is_dir():
            yield from _walk(path)
        elif os.path.lexists(path):
            yield path
        elif re.search(r"[*?[]", given):
            yield from _glob(given)
        else:
            yield Skip(path=_printable(given), reason="no such file or folder")
    except (OSError, ValueError, NotImplementedError) as error:
        yield Skip(path=_printable(given), reason=_reason(error))


def _glob(pattern: str) -> Iterator[Path | Skip]:
    """As a shell does it: a hidden file or folder is matched only where the pattern names it."""
    anchor, named = Path(pattern).anchor, set(Path(pattern).parts)
    matches = sorted(Path(anchor).glob(pattern[len(anchor) :]))
    found = [path for path in matches if not any(part.startswith(".") for part in set(path.parts) - named)]
    if not found:
        yield Skip(path=_printable(pattern), reason="no file matches")
    for path in found:
        yield from _walk(path) if path.is_dir() else (path,)


def _walk(folder: Path) -> Iterator[Path | Skip]:
    """The files below a folder but hidden ones (".git"); links to other folders are not followed, so it ends."""
    failed: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=failed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent, name) for name in sorted(names) if not name.startswith("."))
    for error in failed:
        yield Skip(path=_printable(error.filename), reason=_reason(error))


# --- manifests ------------------------------------------------------------------------------------


def _read_manifests(files: Sequence[Path]) -> tuple[dict[Path, Mapping[str, Any]], list[Skip]]:
    """What the manifests beside `files` say of each file; a deeper manifest wins.

    A file that a manifest names and that is missing counts only where the manifest itself, or its folder, was asked for.
    """
    known: dict[Path, Mapping[str, Any]] = {}
    failed: list[Skip] = []
    asked = set(files)
    for path in sorted({file.parent / MANIFEST for file in files}):
        if path.is_file():
            entries, skips = _read_manifest(path, complete=path in asked)
            known |= entries
            failed += skips
    return known, failed


def _read_manifest(path: Path, *, complete: bool) -> tuple[dict[Path, Mapping[str, Any]], list[Skip]]:
    """`complete`: report the entries without a file."""
    entries: dict[Path, Mapping[str, Any]] = {}
    failed: list[Skip] = []
    number = None
    try:
        with path.open("rb") as stream:
            for number, line in _numbered(_lines(stream)):
                try:
                    file, fields = _parse_entry(line, path.parent)
                    if complete and not os.path.lexists(file):
                        raise ReadError(f"names {fields['file']!r}, which is missing")
                    if entries.setdefault(_real(file), fields) is not fields:
                        raise ReadError(f"names {fields['file']!r} a second time")
                except ReadError as error:
                    failed.append(Skip(path=_printable(path), line=number, reason=str(error)))
    except (OSError, ReadError) as error:
        failed.append(Skip(path=_printable(path), line=number, reason=_reason(error)))
    return entries, failed


def _parse_entry(line: bytes, folder: Path) -> tuple[Path, Mapping[str, Any]]:
    fields = _parse_object(line)
    file = fields.get("file")
    if not isinstance(file, str) or not file:
        raise ReadError('lacks "file"')
    return folder / file, fields


# --- one file -------------------------------------------------------------------------------------


def _read_file(path: Path, known: Mapping[str, Any]) -> Iterator[Result]:
    """`known` is what a manifest says of the file."""
    if path.name == MANIFEST:
        return
    suffix, layer = path.suffix.lower(), (MANIFEST, known)
    try:
        with _open(path) as stream:
            if suffix == ".jsonl":
                yield from _read_lines(_lines(stream), path.stem, layer)
            else:
                parse = _parse_page if suffix in _HTML else _parse_text
                yield None, parse(_decode(_load(stream)), path.stem, layer)
    except (OSError, ReadError) as error:
        yield None, _reason(error)


_TEXT, _HTML = (".md", ".txt"), (".htm", ".html")


def _open(path: Path) -> BinaryIO:
    """The file, where it is a plain one of a kind that is read: opening a pipe or a device might never return."""
    known = (*_TEXT, *_HTML, ".jsonl")
    if path.suffix.lower() not in known:
        raise ReadError(f"not a kind of file that is read ({', '.join(known)})")
    if not stat.S_ISREG(path.stat().st_mode):
        raise ReadError("not a plain file")
    return path.open("rb")


def _read_stdin(stream: BinaryIO) -> Iterator[Result]:
    """JSON lines where the first character but spaces is "{", else one text."""
    space = codecs.BOM_UTF8 + b" \t\r\n"
    head: list[bytes] = []
    try:
        while not (head and head[-1].strip(space)) and (line := stream.readline(MOST_BYTES + 1)):
            head.append(line)
        if head and head[-1].lstrip(space).startswith(b"{"):
            yield from _read_lines(itertools.chain(head, _lines(stream)), "stdin", (STDIN, {}))
        else:
            text = _decode(_bounded(b"".join(head) + stream.read(MOST_BYTES + 1)))
            yield None, _parse_text(text, f"stdin-{digest(text)}", (STDIN, {}))
    except (OSError, ReadError) as error:
        yield None, _reason(error)


def _load(stream: BinaryIO) -> bytes:
    return _bounded(stream.read(MOST_BYTES + 1))


def _bounded(data: bytes) -> bytes:
    if len(data) > MOST_BYTES:
        raise ReadError(f"longer than {MOST_BYTES:,} bytes")
    return data


def _decode(data: bytes) -> str:
    """UTF-8, or UTF-16 where a byte order mark says so."""
    wide = data.startswith(WIDE)
    if not wide and b"\0" in data:
        raise ReadError(f"binary (zero byte at offset {data.index(0)})")
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        start = error.start + len(data) - len(error.object)  # the codec leaves the mark out of its count
        raise ReadError(f"not {'UTF-16' if wide else 'UTF-8'} (byte 0x{data[start]:02x} at offset {start})") from None
    return text.replace("\r\n", "\n")


def _reason(error: Exception) -> str:
    """One clause for the reader, without the number and the path that an `OSError` carries."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text[:1].lower() + text[1:]


# --- JSON lines -----------------------------------------------------------------------------------


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines in UTF-8, one at a time; of a line that is too long only so much that one can tell."""
    first = stream.readline(MOST_BYTES + 1)
    if first.startswith(WIDE):
        yield from (line.encode() for line in _decode(_bounded(first + stream.read(MOST_BYTES + 1))).split("\n"))
        return
    for line in itertools.chain([first], iter(lambda: stream.readline(MOST_BYTES + 1), b"")):
        yield line
        rest = line
        while len(rest) > MOST_BYTES and not rest.endswith(b"\n"):
            rest = stream.readline(MOST_BYTES + 1)


def _numbered(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, with their numbers from 1."""
    return ((number, line) for number, line in enumerate(lines, start=1) if line.strip())


def _read_lines(lines: Iterable[bytes], stem: str, layer: Layer) -> Iterator[Result]:
    """An article without an id gets one from its text, so that its line may move."""
    for number, line in _numbered(lines):
        try:
            fields = _parse_object(line)
            text = fields.get("text")
            if not isinstance(text, str):
                raise ReadError('lacks "text"')
            yield number, _article(text, f"{stem}-{digest(text)}", [("JSON line", fields), layer])
        except ReadError as error:
            yield number, str(error)


def _parse_object(line: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(_decode(_bounded(line.rstrip())))
    except json.JSONDecodeError as error:
        raise ReadError(f"not JSON: {error.msg} (character {error.pos + 1})") from None
    except ValueError:
        raise ReadError("not JSON: a number is too long") from None
    except RecursionError:
        raise ReadError("not JSON: nested too deeply") from None
    if not isinstance(fields, dict):
        raise ReadError("not a JSON object")
    return fields


# --- text and pages -------------------------------------------------------------------------------


def _parse_text(text: str, stem: str, layer: Layer) -> Article:
    fields, body = _split_front_matter(text)
    return _article(body, stem, [("front matter", fields), layer])


def _parse_page(text: str, stem: str, layer: Layer) -> Article:
    fields, body = parse_page(text)
    return _article(body, stem, [layer, ("HTML metadata", fields)])


def _split_front_matter(text: str) -> tuple[Mapping[str, Any], str]:
    """The fields between two lines "---" at the top, and the text below; no fields where the lines hold something else."""
    found = re.match(r"---[ \t]*\n((?:.*?\n)?)(?:---|\.\.\.)[ \t]*(?:\n|$)", text[:MOST_FRONT_MATTER], re.DOTALL)
    if not found:
        return {}, text
    try:
        # The base loader makes no dates or numbers of what is written, so "id: 007" stays "007".
        fields = yaml.load(found[1], Loader=yaml.BaseLoader) or {}
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise ReadError(f"front matter is not YAML{f' (line {mark.line + 2})' if mark else ''}") from None
    if not isinstance(fields, dict):
        return {}, text
    return {name: value for name, value in fields.items() if value not in ("null", "~")}, text[found.end() :]


# --- articles -------------------------------------------------------------------------------------


def _article(text: str, default_id: str, layers: Sequence[Layer]) -> Article:
    """An article of this text; each field from the first of `layers` that gives it."""
    if not text.strip():
        raise ReadError("no text")
    unreadable = re.search("[\0\ud800-\udfff]", text)
    if unreadable:
        raise ReadError(f"not text (character U+{ord(unreadable[0]):04X} at offset {unreadable.start()})")
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
    return Article(id=article_id or _printable(default_id), text=text, source=source)


def _field(layers: Sequence[Layer], name: str) -> tuple[str | None, str]:
    """The first value that is a word or a number, on one line, and where it is from."""
    for where, fields in layers:
        value = fields.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and (text := _printable(value)):
            return text, where
    return None, "none"


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
        return None, f"unreadable date {value!r} ({where})"


def _printable(value: str | int | Path) -> str:
    """On one line and in characters that can be written, which names of files need not be."""
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", " ", str(value)).strip().encode("utf-8", "replace").decode()
