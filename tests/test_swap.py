"""A folder changes at once: whatever the moment at which a process dies, all old entries or all new ones are there."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kg import swap
from kg.swap import GONE, NEW, OLD, find_changed, find_entry, recover

ENTRIES = ("a.txt", "b.txt", "store")


class Killed(BaseException):
    """The process dies."""


def write(folder: Path, text: str, names: tuple[str, ...] = ENTRIES) -> None:
    (folder / "store").mkdir(parents=True)
    for name in names:
        path = folder / name
        (path / "data" if path.is_dir() else path).write_text(text)


def contents(folder: Path) -> set[str]:
    return {path.read_text() for path in folder.rglob("*") if path.is_file()}


def seen(folder: Path) -> set[str]:
    """What a reader sees of each entry."""
    found = (find_entry(folder, name) for name in ENTRIES)
    return {(path / "data" if path.is_dir() else path).read_text() for path in found}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "out", "old")
    write(tmp_path / "out" / NEW, "new")
    return tmp_path / "out"


def test_a_swap_puts_the_new_entries_in_place_and_leaves_nothing_else(folder: Path) -> None:
    swap.swap(folder, ENTRIES)
    assert sorted(path.name for path in folder.iterdir()) == list(ENTRIES)
    assert contents(folder) == {"new"}


def test_what_has_not_changed_is_not_touched(folder: Path) -> None:
    (folder / NEW / "b.txt").write_text("old")
    before = (folder / "b.txt").stat().st_mtime_ns
    assert find_changed(folder, ("a.txt", "b.txt")) == {"a.txt"}
    swap.swap(folder, {"a.txt"})
    assert (folder / "b.txt").stat().st_mtime_ns == before
    assert (folder / "store" / "data").read_text() == "old"
    assert not (folder / NEW).exists()


def test_the_first_swap_needs_no_old_entries(tmp_path: Path) -> None:
    write(tmp_path / NEW, "new")
    swap.swap(tmp_path, ENTRIES)
    assert seen(tmp_path) == {"new"}


# How many calls change the folder; the process dies before one of them, or after the last.
STEPS = 10


@pytest.mark.parametrize("step", range(STEPS + 1))
def test_a_process_killed_at_any_step_leaves_one_state(folder: Path, step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    left = step

    def dying(work: Callable[..., object]) -> Callable[..., object]:
        def act(*arguments: object) -> object:
            nonlocal left
            if left == 0:
                raise Killed
            left -= 1
            return work(*arguments)

        return act

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", dying(Path.rename))
        patch.setattr(Path, "mkdir", dying(Path.mkdir))
        patch.setattr(swap, "remove", dying(swap.remove))
        died = False
        try:
            swap.swap(folder, ENTRIES)
        except Killed:
            died = True
    assert died == (step < STEPS), "the number of steps has changed"
    # A store that is opened now is a whole one.
    assert (find_entry(folder, "store") / "data").read_text() in ("old", "new")
    recover(folder)
    assert len(seen(folder)) == 1
    assert not any((folder / name).exists() for name in (NEW, OLD, GONE))
    recover(folder)
    assert len(seen(folder)) == 1
