"""`sources.jsonl` in a folder -> what it says of the files there."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kg.errors import ReadError
from kg.files import real, reason
from kg.formats.decode import decode
from kg.formats.fields import parse_object
from kg.formats.piece import MOST_BYTES, bounded
from kg.records import Skip
from kg.text import one_line

MANIFEST = "sources.jsonl"


def read_manifests(files: Sequence[Path]) -> tuple[dict[Path, Mapping[str, Any]], list[Skip]]:
    """What the manifests beside `files` say of each file, under its real path; a deeper manifest wins.

    A file that a manifest names and that is missing counts only where the manifest itself, or its folder, was asked for.
    """
    known: dict[Path, Mapping[str, Any]] = {}
    failed: list[Skip] = []
    asked = set(files)
    for path in sorted({file.parent / MANIFEST for file in files}, key=lambda path: (len(path.parts), path)):
        if path.is_file():
            entries, skips = _read(path, complete=path in asked)
            known |= entries
            failed += skips
    return known, failed


def _read(path: Path, *, complete: bool) -> tuple[dict[Path, Mapping[str, Any]], list[Skip]]:
    """`complete`: report the entries without a file."""
    entries: dict[Path, Mapping[str, Any]] = {}
    failed: list[Skip] = []
    number = None
    try:
        for number, line in _lines(path):
            try:
                file, fields = _parse(line, path.parent)
                if complete and not os.path.lexists(file):
                    raise ReadError(f"names {fields['file']!r}, which is missing")
                if entries.setdefault(real(file), fields) is not fields:
                    raise ReadError(f"names {fields['file']!r} a second time")
            except ReadError as error:
                failed.append(Skip(path=one_line(path), line=number, reason=reason(error)))
    except (OSError, ReadError) as error:
        failed.append(Skip(path=one_line(path), line=number, reason=reason(error)))
    return entries, failed


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, with their numbers from 1."""
    with path.open("rb") as stream:
        lines = decode(bounded(stream.read(MOST_BYTES + 1))).split("\n")
    return ((number, line) for number, line in enumerate(lines, start=1) if line.strip())


def _parse(line: str, folder: Path) -> tuple[Path, Mapping[str, Any]]:
    fields = parse_object(line)
    file = fields.get("file")
    if not isinstance(file, str) or not file:
        raise ReadError('lacks "file"')
    return folder / file, fields
