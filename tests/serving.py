"""The explorer over a small graph, as a server on this machine: a real pool, a real HTTP server, a free port."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from sample import put

from kg.store import Store
from kg.web.app import make_app
from kg.web.pool import Pool

# Graphs of the W3C's tests, each with one triple about itself.
DATA = tuple(f"http://kasei.us/2009/09/sparql/data/data{number}.rdf" for number in range(4))


def make_graph(folder: Path) -> Path:
    """A folder with a built graph: the sample, and the graphs of the W3C's tests."""
    with Store(folder / "store") as store:
        put(store)
        for iri in DATA:
            store.inner.update(f"INSERT DATA {{ GRAPH <{iri}> {{ <{iri}> a <http://xmlns.com/foaf/0.1/Document> }} }}")
    return folder


@contextmanager
def serve(folder: Path, *, seconds: float) -> Iterator[tuple[str, Pool]]:
    """The address of a server over the folder, and its pool."""
    with Pool(folder, seconds=seconds) as pool, socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)
        server = uvicorn.Server(
            uvicorn.Config(make_app(pool), log_level="critical", lifespan="off", ws="none", timeout_graceful_shutdown=1)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            while not server.started:
                time.sleep(0.01)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}", pool
        finally:
            server.should_exit = True
            thread.join()
