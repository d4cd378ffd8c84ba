"""The process that holds the graph and forks a child for each request: `python -m kg.web.nursery DESCRIPTOR FOLDER SECONDS`.

A child has the graph as it was when the server began, without a copy of it. It is killed by the kernel when its time is over, ends
where it asks for more memory than it may have, and can open neither a file nor a socket once it has read what is asked; whatever it
does, this process and the next child know nothing of it.

Over the descriptor, one end of a pair of sockets, come single bytes, each with the socket of a request. First goes out one line:
`READY` and of what the graph was built, or `FAILED` and the reason why it cannot be served.
"""

import gc
import os
import resource
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from kg.errors import KgError
from kg.markup import load_templates
from kg.web.message import FAILED, READY, TEXT, Asked, Reply, pack_reply, unpack_asked
from kg.web.snapshot import Snapshot, read_snapshot
from kg.web.views import answer

# Bytes that a child may have beyond what it shares with this process.
MEMORY = 512 << 20


def main(descriptor: int, folder: Path, seconds: float) -> None:
    """Read the graph, then serve until the other end is closed."""
    control = socket.socket(fileno=descriptor)
    try:
        snapshot = read_snapshot(folder)
    except (KgError, OSError) as error:
        _tell(control, FAILED, " ".join(str(error).split()))
        return
    load_templates()
    # What is there now stays, so that the collector of a child leaves it alone and its memory shared.
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    _tell(control, READY, snapshot.scope)
    while True:
        note, descriptors, *_ = socket.recv_fds(control, 1, 1)
        if not note:
            return
        for asked in descriptors:
            if _fork() == 0:
                control.close()
                os.dup2(nowhere, sys.stderr.fileno())
                _serve(socket.socket(fileno=asked), snapshot, seconds)
            os.close(asked)


def _tell(control: socket.socket, sign: str, said: str) -> None:
    with suppress(BrokenPipeError):  # whoever waited for it has gone
        control.sendall(f"{sign}{said}\n".encode())


def _fork() -> int:
    try:
        return os.fork()
    except OSError:
        # Whoever asks finds its socket closed, as where a child ends without an answer.
        return -1


def _serve(asked: socket.socket, snapshot: Snapshot, seconds: float) -> NoReturn:
    """Answer one request, within bounds, and end."""
    # It ends before what it throws away would matter.
    gc.disable()
    # Nobody handles the alarm, so that it ends the process in whatever library it is.
    signal.setitimer(signal.ITIMER_REAL, seconds)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _bound_memory()
    with asked:
        # So that it can be ended when nobody waits for its answer any more.
        asked.sendall(f"{os.getpid()}\n".encode())
        received = b"".join(iter(lambda: asked.recv(1 << 16), b""))
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
        asked.sendall(pack_reply(_try(snapshot, unpack_asked(received))))
    os._exit(0)


def _try(snapshot: Snapshot, asked: Asked) -> Reply:
    """What the view answers; what is wrong in the view itself is said, and ends this process alone."""
    try:
        return answer(snapshot, asked)
    except MemoryError:
        return Reply(status=503, media=TEXT, body=b"the answer needs more memory than a request may have; ask for less\n")
    except Exception as error:
        return Reply(status=500, media=TEXT, body=f"this is a fault of the server: {error!r}\n".encode("utf-8", "replace"))


def _bound_memory() -> None:
    """Let the process have `MEMORY` more than it has now; where the system does not tell how much that is, the time alone is bounded."""
    sizes = Path("/proc/self/statm")
    if sizes.exists():
        most = int(sizes.read_text().split()[0]) * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]))
