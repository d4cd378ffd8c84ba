"""Bytes that a parser of others takes apart -> items, by a process of its own that may use so much memory and time and no more.

The process starts when the first input comes and serves until it fails or this one ends. Where it fails, the input that it had
is one `ReadError`, and the next input gets a new process. Threads may ask at once: each has a process for itself meanwhile.
"""

import atexit
import contextlib
import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from kg.errors import ReadError
from kg.formats.message import Answer, Item, Question, receive, send

SECONDS = 20.0  # for one input, wall time
MEMORY = 1024  # MiB, on top of what the process holds before
OUT_OF_MEMORY = 77  # the exit status that says so
ALARM: int | None = getattr(signal, "SIGALRM", None)  # by which a process ends itself; Windows has none
_LATE = "takes longer than {:g} s to parse"

PACKAGES = Path(__file__).parent.parent.parent


class _Worker(NamedTuple):
    """A process, and the ends of its pipes that are here."""

    process: subprocess.Popen[bytes]
    questions: io.RawIOBase
    answers: io.RawIOBase


def parse(module: str, data: bytes, *, seconds: float = SECONDS, memory: int = MEMORY) -> Sequence[Item]:
    """What the function `parse` of a module finds in `data`; `ReadError` where it finds fault with it or fails."""
    worker = _pool.take()
    try:
        with _timed(worker.process, seconds) as late:
            answer = _ask(worker, Question(module, data, seconds, memory))
    except BaseException:
        _pool.drop(worker, kill=True)  # half a question may be in the pipe
        raise
    if answer is None or late.is_set():
        status = _pool.drop(worker)
        raise ReadError(_LATE.format(seconds) if late.is_set() else _why(status, seconds, memory))
    _pool.give(worker)
    if answer.reason is not None:
        raise ReadError(answer.reason)
    return answer.items


def end() -> None:
    """The processes that wait end; the next input starts a new one."""
    _pool.end()


def _ask(worker: _Worker, question: Question) -> Answer | None:
    """None where the process ends before it has answered."""
    try:
        send(worker.questions, question)
        return receive(worker.answers, Answer)
    except (BrokenPipeError, EOFError):
        return None


@contextlib.contextmanager
def _timed(process: subprocess.Popen[bytes], seconds: float) -> Iterator[threading.Event]:
    """Where the system has no alarm, the process is killed after so long from here; the event tells whether it was."""
    late = threading.Event()

    def end() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    if ALARM is None:
        timer.start()
    try:
        yield late
    finally:
        timer.cancel()


def _why(status: int, seconds: float, memory: int) -> str:
    if ALARM is not None and status == -ALARM:
        return _LATE.format(seconds)
    if status == OUT_OF_MEMORY:
        return f"needs more than {memory:,} MiB to parse"
    return "crashes the parser"


def _start() -> _Worker:
    """With the very code that runs here, and with none from the working folder."""
    paths = [str(PACKAGES), *filter(os.path.isabs, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "kg.formats.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
    )
    assert isinstance(process.stdin, io.RawIOBase)
    assert isinstance(process.stdout, io.RawIOBase)
    return _Worker(process, process.stdin, process.stdout)


class _Pool:
    """The processes that there are, and those of them that wait for a question."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all: set[_Worker] = set()
        self._idle: list[_Worker] = []

    def take(self) -> _Worker:
        """One that waits, else a new one."""
        with self._lock:
            worker = self._idle.pop() if self._idle else _start()
            self._all.add(worker)
            return worker

    def give(self, worker: _Worker) -> None:
        """It waits again."""
        with self._lock:
            self._idle.append(worker)

    def drop(self, worker: _Worker, *, kill: bool = False) -> int:
        """Its exit status, once it has ended."""
        with self._lock:
            self._all.discard(worker)
        if kill:
            worker.process.kill()
        worker.questions.close()
        worker.answers.close()
        return worker.process.wait()

    def end(self) -> None:
        """All that wait end."""
        while self._idle:
            self.drop(self._idle.pop(), kill=True)

    def forget(self) -> None:
        """In the child of a fork: the processes are the parent's, who alone talks to them and waits for them."""
        for worker in self._all:
            worker.questions.close()
            worker.answers.close()
            worker.process.returncode = 0  # else it complains that nobody has waited
        self._lock, self._all, self._idle = threading.Lock(), set(), []


_pool = _Pool()
atexit.register(_pool.end)
if hasattr(os, "register_at_fork"):  # Windows has no forks
    os.register_at_fork(after_in_child=_pool.forget)
