"""The lexicon from its cache: the same as made anew, and made anew whenever something it depends on differs."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kg import registry
from kg.errors import OntologyError
from kg.lexicon import Lexicon
from kg.ontology import default_folder, load
from kg.registry import open_lexicon
from kg.text import words

NEWCOMER = '<https://w3id.org/dprk-russia/entity/anna-ek> a nk:Person ; skos:prefLabel "Anna Ek"@en .\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the Turtle, and a cache of its own."""
    monkeypatch.setattr(registry, "CACHE", tmp_path / "cache")
    shutil.copytree(default_folder(), tmp_path / "ontology")
    return tmp_path / "ontology"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that were read as Turtle."""
    read: list[Path] = []

    def watch(folder: Path) -> object:
        read.append(folder)
        return load(folder)

    monkeypatch.setattr(registry, "load", watch)
    return read


def find(lexicon: Lexicon, text: str) -> tuple[str, ...]:
    hit = lexicon.names.longest(words(text), 0, text)
    return hit[2] if hit else ()


def test_the_cache_gives_what_was_made(folder: Path, made: list[Path]) -> None:
    anew, again = open_lexicon(folder), open_lexicon(folder)
    assert len(made) == 1
    assert again.ontology == anew.ontology
    tables = [name for name in registry._Tables.__slots__ if name not in ("ontology", "names", "titles")]
    assert all(getattr(again, name) == getattr(anew, name) for name in tables)
    assert again.names.root == anew.names.root
    assert find(again, "Gim Jeong-eun") == find(anew, "Gim Jeong-eun") != ()


def test_a_change_of_the_turtle_makes_it_anew(folder: Path, made: list[Path]) -> None:
    assert find(open_lexicon(folder), "Anna Ek") == ()
    people = folder / "people.ttl"
    people.write_text(people.read_text("utf-8") + NEWCOMER, "utf-8")
    assert find(open_lexicon(folder), "Anna Ek")
    assert len(made) == 2


@pytest.mark.parametrize(
    "damage",
    [lambda _: b"", lambda _: b"nonsense", lambda data: data[:100], lambda data: data.replace(b"vladimir-putin", b"vladimir-pxtin")],
)
def test_a_cache_that_is_damaged_does_no_harm(folder: Path, made: list[Path], damage: Callable[[bytes], bytes]) -> None:
    open_lexicon(folder)
    (file,) = registry.CACHE.iterdir()
    file.write_bytes(damage(file.read_bytes()))
    assert find(open_lexicon(folder), "Kim Jong Un")
    assert len(made) == 2
    assert find(open_lexicon(folder), "Kim Jong Un")
    assert len(made) == 2


def test_a_cache_that_cannot_be_written_does_no_harm(folder: Path, made: list[Path]) -> None:
    registry.CACHE.write_text("a file in the place of the folder")
    assert find(open_lexicon(folder), "Kim Jong Un")
    assert find(open_lexicon(folder), "Kim Jong Un")
    assert len(made) == 2


def test_a_folder_without_event_types_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "CACHE", tmp_path / "cache")
    (tmp_path / "empty").mkdir()
    with pytest.raises(OntologyError, match="no Turtle here defines an event type"):
        open_lexicon(tmp_path / "empty")
