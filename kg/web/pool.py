"""Requests are handed to the nursery and come back as replies; the event loop waits for none of them."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from types import TracebackType

from kg.errors import StoreError
from kg.web.message import READY, TEXT, Asked, Reply, pack_asked, unpack_reply

# Children at one time, and requests that may wait for one.
CHILDREN, WAITING = 4, 64
# The view that takes as long as whoever asks likes, and may be posted to; it leaves one child to all others.
QUERIES = "sparql"
# Bytes of a reply; a child that says more is not listened to.
LARGEST = 64 << 20
# How long the nursery's children may take beyond their time before they are given up, in seconds.
GRACE = 2.0


class Pool:
    """A nursery, and who waits for it. A context manager; `close` ends the nursery.

    `scope` says of what the graph was built. Raises `StoreError` where the folder holds no graph that can be served.
    """

    def __init__(self, folder: Path, *, seconds: float = 10.0) -> None:
        self.seconds = seconds
        self._control, theirs = socket.socketpair()
        with theirs:
            # It looks for modules where this process does, and not in the folder in which it happens to be started.
            environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
            command = [sys.executable, "-P", "-m", "kg.web.nursery", str(theirs.fileno()), str(folder), str(seconds)]
            # In a session of its own, so that Ctrl-C ends the server, and the nursery when the server has gone.
            self._nursery = subprocess.Popen(
                command, pass_fds=[theirs.fileno()], env=environment, start_new_session=True, stdin=subprocess.DEVNULL
            )
        try:
            with self._control.makefile("r", encoding="utf-8") as lines:
                sign, said = (line := lines.readline())[:1], line[1:].strip()
        except BaseException:
            # An interrupt while the graph is read, too: the nursery, in a session of its own, would read on.
            self._nursery.kill()
            self.close()
            raise
        if sign != READY:
            self.close()
            raise StoreError(said or f"{folder}: the graph could not be read")
        self.scope = said
        self._free, self._querying = asyncio.Semaphore(CHILDREN), asyncio.Semaphore(CHILDREN - 1)
        self._asked = 0

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the nursery; its children end by themselves."""
        self._control.close()
        self._nursery.wait()

    async def run(self, asked: Asked) -> Reply:
        """What a child answers; a plain text with status 503 where there is no room, or where it took too long or too much.

        It may wait for a child for as long as one may take. Cancelled, it gives its place free, and its child ends.
        """
        if self._asked >= CHILDREN + WAITING:
            return CROWDED
        self._asked += 1
        try:
            async with AsyncExitStack() as held:
                async with asyncio.timeout(self.seconds):
                    # A query waits for the others before it takes a place, so that pages always find one.
                    for place in (self._querying, self._free) if asked.view == QUERIES else (self._free,):
                        await held.enter_async_context(place)
                return await self._hand_over(asked)
        except TimeoutError:
            return CROWDED
        finally:
            self._asked -= 1

    async def _hand_over(self, asked: Asked) -> Reply:
        """What a child says, or why it says nothing."""
        begun = asyncio.get_running_loop().time()
        try:
            data = await self._converse(asked)
        except (TimeoutError, ConnectionError):
            data = b""
        except OSError:
            # No further file may be opened.
            return CROWDED
        if len(data) > LARGEST:
            return _busy(f"the answer is larger than {LARGEST >> 20} MiB; ask for less")
        return unpack_reply(data) or _busy(self._find_reason(asyncio.get_running_loop().time() - begun))

    def _find_reason(self, took: float) -> str:
        """Why a child has ended without an answer."""
        if self._nursery.poll() is not None:
            return "the process that holds the graph has ended; start the server anew"
        if took >= self.seconds:
            return f"no answer within {self.seconds:g} seconds; ask for less"
        return "the answer needs more memory than a request may have, or the query is nested too deep; ask for less"

    async def _converse(self, asked: Asked) -> bytes:
        """Send a request to a new child and read what it says, until it ends or has said too much."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._control, [b"."], [theirs.fileno()])
            except OSError:
                ours.close()
                raise
        reader, writer = await asyncio.open_connection(sock=ours)
        data, child = bytearray(), b""
        try:
            writer.write(pack_asked(asked))
            writer.write_eof()
            async with asyncio.timeout(self.seconds + GRACE):
                child = await reader.readline()
                while len(data) <= LARGEST and (more := await reader.read(1 << 20)):
                    data += more
        finally:
            writer.close()
            if child and not reader.at_eof():
                with suppress(ProcessLookupError):
                    os.kill(int(child), signal.SIGKILL)
        return bytes(data)


def _busy(reason: str, **headers: str) -> Reply:
    return Reply(status=503, media=TEXT, body=f"{reason}\n".encode(), headers=headers)


# The only answer that is another one a second later.
CROWDED = _busy("too many requests at once; ask again", **{"Retry-After": "1"})
