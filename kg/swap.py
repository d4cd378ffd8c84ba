"""A folder whose entries change together: the new ones are made beside the old and take their place at the end.

A process that is killed at any moment leaves either the old entries or the new ones, in place or one rename away;
`recover` finishes what was begun. Entries that do not change are not touched.
"""

import filecmp
import os
import shutil
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

NEW, OLD, GONE = ".new", ".old", ".gone"


def find_entry(folder: Path, name: str) -> Path:
    """Where an entry is to be read: in its place, or where a swap that was cut short has put it."""
    entry, moved = folder / name, folder / OLD / name
    return moved if moved.exists() and not entry.exists() else entry


def recover(folder: Path) -> None:
    """Take back a swap that was cut short, and throw away what else a killed process left."""
    if (folder / OLD).is_dir():
        for entry in sorted((folder / OLD).iterdir()):
            remove(folder / entry.name)
            entry.rename(folder / entry.name)
        (folder / OLD).rmdir()
    for name in (GONE, NEW):
        remove(folder / name)


def swap(folder: Path, changed: Collection[str]) -> None:
    """Put the entries of `folder/.new` that `changed` names in the place of those in `folder`; the others are dropped."""
    new, old, gone = (folder / name for name in (NEW, OLD, GONE))
    if changed:
        old.mkdir()
        for name in sorted(changed):
            if os.path.lexists(folder / name):
                (folder / name).rename(old / name)
        for name in sorted(changed):
            (new / name).rename(folder / name)
        # From here on the new ones count.
        old.rename(gone)
        remove(gone)
    remove(new)


def find_changed(folder: Path, names: Iterable[str]) -> set[str]:
    """Those of the files in `folder/.new` whose bytes are not those of the file in `folder`."""
    return {name for name in names if not _is_same(folder / NEW / name, folder / name)}


def remove(path: Path) -> None:
    """Delete a file or a folder with all in it, where there is one."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _is_same(one: Path, other: Path) -> bool:
    return other.is_file() and filecmp.cmp(one, other, shallow=False)


@contextmanager
def replace_file(path: Path) -> Iterator[BinaryIO]:
    """A stream whose bytes take the place of a file, with its mode, once all of them are written; nothing changes where that fails.

    A link is followed. What is no file, such as a pipe or a device, is written to as it is.
    """
    if path.exists() and not path.is_file():
        with path.open("wb") as stream:
            yield stream
        return
    target = path.resolve()
    partial = target.with_name(target.name + ".part")
    try:
        with partial.open("wb") as stream:
            yield stream
        if target.exists():
            shutil.copymode(target, partial)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
