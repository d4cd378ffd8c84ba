"""Requests are handed to the nursery and come back as replies; the event loop waits for none of them."""

import asyncio
import socket
import subprocess
import sys
from pathlib import Path
from types import TracebackType

from kg.errors import StoreError
from kg.web.message import READY, TEXT, Asked, Reply, pack_asked, unpack_reply

# Children at one time, and requests that may wait for one.
CHILDREN, WAITING = 4, 64
# Bytes of a reply; a child that says more is not listened to.
LARGEST = 64 << 20
# How long the nursery's children may take beyond their time before they are given up, in seconds.
GRACE = 2.0
ENDED = "the process that holds the graph has ended; start the server anew"


class Pool:
    """A nursery, and who waits for it. A context manager; `close` ends the nursery.

    `scope` says of what the graph was built. Raises `StoreError` where the folder holds no graph that can be served.
    """

    def __init__(self, folder: Path, *, seconds: float = 10.0) -> None:
        self.seconds = seconds
        self._control, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-m", "kg.web.nursery", str(theirs.fileno()), str(folder), str(seconds)]
            # In a session of its own, so that Ctrl-C ends the server, and the nursery when the server has gone.
            self._nursery = subprocess.Popen(command, pass_fds=[theirs.fileno()], start_new_session=True, stdin=subprocess.DEVNULL)
        try:
            with self._control.makefile("r", encoding="utf-8") as lines:
                sign, said = (line := lines.readline())[:1], line[1:].strip()
        except BaseException:
            self._nursery.kill()
            self.close()
            raise
        if sign != READY:
            self.close()
            raise StoreError(said or f"{folder}: the graph could not be read")
        self.scope = said
        self._free = asyncio.Semaphore(CHILDREN)
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
        """What a child answers; a plain text with status 503 where there is no room, or where it took too long or too much."""
        if self._asked >= CHILDREN + WAITING:
            return _busy("too many requests at once; ask again")
        self._asked += 1
        try:
            async with self._free:
                return await self._hand_over(asked)
        finally:
            self._asked -= 1

    async def _hand_over(self, asked: Asked) -> Reply:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._control, [b"."], [theirs.fileno()])
            except OSError:
                ours.close()
                return _busy(ENDED)
        reader, writer = await asyncio.open_connection(sock=ours)
        data = bytearray()
        try:
            writer.write(pack_asked(asked))
            writer.write_eof()
            async with asyncio.timeout(self.seconds + GRACE):
                while more := await reader.read(1 << 20):
                    data += more
                    if len(data) > LARGEST:
                        return _busy(f"the answer is larger than {LARGEST >> 20} MiB; ask for less")
        except (TimeoutError, ConnectionError):
            data.clear()
        finally:
            writer.close()
        reply = unpack_reply(bytes(data))
        if reply is not None:
            return reply
        if self._nursery.poll() is not None:
            return _busy(ENDED)
        if loop.time() - begun >= self.seconds:
            return _busy(f"no answer within {self.seconds:g} seconds; ask for less")
        return _busy("the answer needs more memory than a request may have, or the query is nested too deep; ask for less")


def _busy(reason: str) -> Reply:
    return Reply(status=503, media=TEXT, body=f"{reason}\n".encode(), headers={"Retry-After": "1"})
