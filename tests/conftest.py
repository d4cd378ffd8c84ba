"""What all tests share: no network, and the trained pipeline loaded once."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language as Pipeline

from kg import registry
from kg.article import Reader
from kg.language import Language
from kg.registry import open_lexicon

ROOT = Path(__file__).parent.parent
# Not the user's own; the modules of cases read it when they are imported.
registry.CACHE = ROOT / ".pytest_cache" / "lexicon"
LOOPBACK = ("127.", "::1", "localhost")


def _is_near(address: Any) -> bool:
    """Whether an address stays on this machine; addresses of local sockets are texts, not tuples."""
    return not isinstance(address, tuple) or str(address[0]).startswith(LOOPBACK)


@pytest.fixture(scope="session", autouse=True)
def network_guard() -> Iterator[None]:
    """Nothing that is tested may reach another machine."""
    connect, resolve = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if not _is_near(address):
            raise AssertionError(f"a test reaches for the network: {address}")
        connect(self, address)

    def guarded_resolve(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host is not None and not _is_near((host,)):
            raise AssertionError(f"a test looks up a host: {host!r}")
        return resolve(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket, "getaddrinfo", guarded_resolve)
        yield


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of the five articles."""
    return ROOT / "seeds"


@pytest.fixture(scope="session")
def pipeline() -> Pipeline:
    """The pipeline that travels in the package."""
    return spacy.load(ROOT / "kg" / "model")


@pytest.fixture(scope="session")
def reader() -> Reader:
    """The project's own ontology and pipeline, ready to read articles."""
    lexicon = open_lexicon()
    return Reader(lexicon, Language(None, lexicon))
