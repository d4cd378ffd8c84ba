"""A thousand hostile requests at once to `kg serve`: each is answered, nothing is reached, memory stays bounded, honest queries go on."""

import asyncio
import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from hostile import BUSY, FAMILIES, Hostile, make_requests, write_service
from sample import put
from serving import serving

from kg.errors import QueryError
from kg.store import Store
from kg.web.nursery import MEMORY
from kg.web.pool import CHILDREN

REQUESTS, AT_ONCE, SECONDS = 1000, 24, 1
HONEST = {"query": "SELECT (COUNT(DISTINCT ?e) AS ?n) { ?e a nk:Meeting ; sem:hasActor ?who }"}
# Bytes of server and nursery while nobody asks: 146 MiB with this graph, and room for what their allocators keep.
IDLE = 300 << 20


class Listener:
    """A socket on this machine that counts who connects."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.socket.getsockname()[1]}/"
        self.connections = 0
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.socket.accept()
                self.connections += 1
                connection.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A listener that hears whoever reaches out."""
    found = Listener()
    yield found
    found.socket.close()


def test_the_listener_hears_who_connects(listener: Listener) -> None:
    with pytest.raises(httpx.HTTPError):
        httpx.get(listener.address)
    assert listener.connections == 1


def test_no_disguise_of_service_reaches_out(listener: Listener) -> None:
    # In this very process, where nothing but the reading of the query stands between it and the network.
    chance = random.Random(1)
    with Store() as store:
        for _ in range(400):
            text = write_service(chance, listener.address)
            with pytest.raises(QueryError):
                store.sparql(text)
    time.sleep(0.1)
    assert listener.connections == 0


def test_there_are_as_many_requests_as_are_promised() -> None:
    requests = make_requests("http://127.0.0.1:9/")
    assert len(requests) == sum(FAMILIES.values()) == REQUESTS
    assert requests == make_requests("http://127.0.0.1:9/")
    assert len({(r.method, r.query, r.media, r.body) for r in requests}) > 750


async def send_all(address: str, requests: list[Hostile]) -> list[httpx.Response]:
    limits = httpx.Limits(max_connections=AT_ONCE)
    async with httpx.AsyncClient(limits=limits, timeout=120) as client:

        async def send(request: Hostile) -> httpx.Response:
            headers = {"Content-Type": request.media} if request.media else {}
            url = f"{address}/sparql" + (f"?{request.query}" if request.query else "")
            return await client.request(request.method, url, content=request.body or None, headers=headers)

        return await asyncio.gather(*map(send, requests))


def children(pid: int) -> list[int]:
    """A process and all that it has started, as long as they are there."""
    found, parents = [pid], {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            parents[int(stat.parent.name)] = int(fields[1])
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def memory(pid: int) -> int:
    """Bytes in memory of a process and all that it has started; what they share is counted once."""
    total = 0
    for one in children(pid):
        with suppress(OSError, StopIteration):
            lines = (Path("/proc") / str(one) / "smaps_rollup").read_text().splitlines()
            total += 1024 * int(next(line for line in lines if line.startswith("Pss:")).split()[1])
    return total


@contextmanager
def watch(pid: int) -> Iterator[list[int]]:
    """The memory of a tree of processes, sampled until the end."""
    samples, over = [memory(pid)], threading.Event()

    def sample() -> None:
        while not over.wait(0.05):
            samples.append(memory(pid))

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield samples
    finally:
        over.set()
        thread.join()


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="memory is read where Linux tells it")
def test_a_thousand_hostile_requests(tmp_path: Path, listener: Listener) -> None:
    with Store(tmp_path / "store") as store:
        put(store)
    requests = make_requests(listener.address)
    with serving(tmp_path, "--seconds", str(SECONDS)) as server, watch(server.process.pid) as samples:
        honest = httpx.get(f"{server.address}/sparql", params=HONEST).json()
        replies = asyncio.run(send_all(server.address, requests))
        # Those whose client has gone are over within their time.
        time.sleep(SECONDS)
        assert httpx.get(f"{server.address}/sparql", params=HONEST).json() == honest
        begun = time.monotonic()
        while len(children(server.process.pid)) > 2 and time.monotonic() - begun < 10:
            time.sleep(0.05)
        assert len(children(server.process.pid)) == 2
        assert memory(server.process.pid) < IDLE
    pairs = list(zip(requests, replies, strict=True))
    wrong = [(request, reply.status_code, reply.text[:200]) for request, reply in pairs if reply.status_code not in request.statuses]
    assert wrong == []
    assert all(reply.text.startswith("SPARQL: ") for _, reply in pairs if reply.status_code == 500)
    # Most are refused for what they are, not because the machine was busy with others.
    assert sum(reply.status_code == BUSY for _, reply in pairs) < REQUESTS // 2
    assert listener.connections == 0
    # Some 500 MiB in fact: few requests come to the most that they may have.
    assert max(samples) < IDLE + CHILDREN * MEMORY
