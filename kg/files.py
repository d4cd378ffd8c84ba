"""Paths -> files, in an order that does not hang on how they are named; what leads nowhere gives one `Skip` that says why."""

import itertools
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from kg.errors import QueryError
from kg.records import Skip
from kg.text import one_line

MOST_OF_A_REASON = 500  # characters


@dataclass(slots=True)
class Gauge:
    """How far the reading of files is: all their bytes, and how many of them are read. It grows."""

    total: int = 0
    done: int = 0


def find_files(paths: Iterable[str], exclude: Sequence[str] = ()) -> tuple[list[Path], list[Skip]]:
    """All files under `paths` (files, folders with all below them, globs), sorted, none twice, however often and however named.

    Left out are hidden files in folders, and what a pattern of `exclude` matches of that which is not given in so many words: the name of a
    file or a folder, or the end of a path ("drafts/*.txt"). Raises `QueryError` where a pattern is empty.
    """
    if not all(exclude):
        raise QueryError("an empty pattern leaves out nothing")
    files: dict[Path, Path] = {}
    failed: dict[Skip, None] = {}
    for given in sorted(set(paths)):
        for found in _expand(given):
            if isinstance(found, Skip):
                failed[found] = None
            elif not _is_excluded(_below(found, given), exclude):
                files.setdefault(real(found), found)
    return sorted(files.values()), list(failed)


def _below(path: Path, given: str) -> PurePath:
    """What of a path was not given in so many words: below a folder, or from the first part of a glob that is one."""
    fixed = list(itertools.takewhile(lambda part: not re.search(r"[*?[]", part), Path(given).parts))
    root = Path(*fixed)
    return path.relative_to(root) if path != root and path.is_relative_to(root) else PurePath(path.name)


def real(path: Path) -> Path:
    """The file behind links; a link that leads nowhere or round in a circle stands for itself."""
    try:
        return path.resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        return path.absolute()


def reason(error: Exception | str) -> str:
    """What went wrong as one clause, on one line and no longer than one reads, without the number and the path of an `OSError`."""
    text = one_line(error.strerror if isinstance(error, OSError) and error.strerror else error)
    small = text[:1] if text[1:2].isupper() else text[:1].lower()  # "CRC" keeps its capital
    return small + text[1:MOST_OF_A_REASON]


def _is_excluded(path: PurePath, exclude: Sequence[str]) -> bool:
    return any(part.match(pattern) for pattern in exclude for part in (path, *path.parents))


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
            yield Skip(path=one_line(given), reason="no such file or folder")
    except (OSError, ValueError, NotImplementedError) as error:
        yield Skip(path=one_line(given), reason=reason(error))


def _glob(pattern: str) -> Iterator[Path | Skip]:
    """As a shell does it: a hidden file or folder is matched only where the pattern names it."""
    anchor, named = Path(pattern).anchor, set(Path(pattern).parts)
    matches = sorted(Path(anchor).glob(pattern[len(anchor) :]))
    found = [path for path in matches if not any(part.startswith(".") for part in set(path.parts) - named)]
    if not found:
        yield Skip(path=one_line(pattern), reason="no file matches")
    for path in found:
        yield from _walk(path) if path.is_dir() else (path,)


def _walk(folder: Path) -> Iterator[Path | Skip]:
    """The files below a folder but hidden ones (".git"); links to other folders are not followed, so it ends."""
    failed: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=failed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent, name) for name in sorted(names) if not name.startswith("."))
    for error in failed:
        yield Skip(path=one_line(error.filename), reason=reason(error))
