"""The lexicon of an ontology, made once and then read from a cache, which is made anew where the Turtle or the code differs.

The cache is one file for each folder of Turtle, in the user's cache folder. It holds records and tries as MessagePack,
from which nothing but plain values can come. Where it cannot be read or written the lexicon is made as if there were none.
"""

import gc
import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import platformdirs

from kg.errors import OntologyError
from kg.lexicon import Lexicon, Trie
from kg.ontology import Ontology, default_folder, load, turtle_files

CACHE = Path(platformdirs.user_cache_dir("dprk-russia-kg", appauthor=False))
# The modules that decide what the cache holds, and the libraries.
CODE = ("dates.py", "ids.py", "lexicon.py", "ontology.py", "records.py", "registry.py", "romanise.py", "schema.py", "text.py")
DIGEST = 16
LIBRARIES = ("iuliia", "msgspec", "pyoxigraph")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Tables:
    """What takes time to make: the ontology and the tables of its lexicon, each under the name of its property."""

    ontology: Ontology
    names: dict[str, Any]
    titles: dict[str, Any]
    readings: dict[str, tuple[str, ...]]
    agreement_names: dict[str, tuple[str, ...]]
    family_names: dict[str, tuple[str, ...]]
    short_names: dict[str, tuple[str, ...]]
    titled: dict[str, tuple[str, ...]]
    title_words: frozenset[str]
    given_names: frozenset[str]
    korean_families: frozenset[str]
    exact: dict[str, frozenset[str]]


def open_lexicon(folder: Path | None = None) -> Lexicon:
    """The lexicon of every Turtle file below `folder` (default: the project's own).

    Raises `OntologyError` as `kg.ontology.load`, and where no file defines an event type.
    """
    folder = (folder or default_folder()).resolve()
    key = fingerprint(folder)
    file = CACHE / f"lexicon-{hashlib.sha256(bytes(folder)).hexdigest()[:16]}.msgpack"
    tables = _read(file, key)
    if tables is not None:
        return _lexicon(tables)
    lexicon = Lexicon(load(folder))
    if not lexicon.ontology.types:
        raise OntologyError(f"{folder}: no Turtle here defines an event type")
    _write(file, key, _tables(lexicon))
    return lexicon


def fingerprint(folder: Path | None = None) -> bytes:
    """A digest of all that the lexicon of a folder (default: the project's own) depends on."""
    folder = (folder or default_folder()).resolve()
    found = hashlib.sha256(repr([version(library) for library in LIBRARIES]).encode())
    for file in (*(Path(__file__).parent / name for name in CODE), *turtle_files(folder)):
        found.update(hashlib.sha256(file.read_bytes()).digest() + bytes(file.name, "utf-8", "surrogateescape"))
    return found.digest()


def _tables(lexicon: Lexicon) -> _Tables:
    names = [name for name in _Tables.__slots__ if name != "ontology"]
    return _Tables(lexicon.ontology, **{name: _plain(getattr(lexicon, name)) for name in names})


def _plain(table: Any) -> Any:
    return table.root if isinstance(table, Trie) else table


def _lexicon(tables: _Tables) -> Lexicon:
    lexicon = Lexicon(tables.ontology)
    ready: Mapping[str, Any] = {name: getattr(tables, name) for name in _Tables.__slots__ if name != "ontology"}
    tries = {"names": Trie(tables.readings, tables.names), "titles": Trie(root=tables.titles)}
    # Where a cached property keeps its value.
    vars(lexicon).update({**ready, **tries})
    return lexicon


# --- the file -------------------------------------------------------------------------------------


@cache
def _decoder() -> "msgspec.msgpack.Decoder[_Tables]":
    return msgspec.msgpack.Decoder(_Tables, dec_hook=lambda kind, value: kind(value))


def _read(file: Path, key: bytes) -> _Tables | None:
    """The tables of a cache that was made under this key; None where there is none that can be read."""
    # The collector would walk every half-made table again and again.
    collects = gc.isenabled()
    gc.disable()
    try:
        data = file.read_bytes()
        tables = memoryview(data)[len(key) + DIGEST :]
        return _decoder().decode(tables) if data.startswith(key + _digest(tables)) else None
    except (OSError, msgspec.MsgspecError):
        return None
    finally:
        if collects:
            gc.enable()


def _digest(tables: bytes | memoryview) -> bytes:
    """What a file that was damaged does not have."""
    return hashlib.blake2b(tables, digest_size=DIGEST).digest()


def _write(file: Path, key: bytes, tables: _Tables) -> None:
    encoded = msgspec.msgpack.encode(tables, enc_hook=str)
    data = key + _digest(encoded) + encoded
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=file.parent) as beside:
            new = Path(beside) / file.name
            new.write_bytes(data)
            new.replace(file)
    except OSError:
        return
