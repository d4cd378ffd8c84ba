"""The inner process of `guard`: takes questions from standard input, one at a time, until it ends, and answers on standard output.

What the libraries print goes nowhere. An input that takes too long ends the process by a signal, even within foreign code and with
the parent gone; one that takes too much memory ends it with a status.
"""

import contextlib
import importlib
import io
import logging
import os
import re
import signal
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

from kg.errors import ReadError
from kg.formats.guard import ALARM, OUT_OF_MEMORY
from kg.formats.message import Answer, Item, Question, receive, send
from kg.formats.piece import bounded

try:
    import resource
except ImportError:  # where there is none, memory goes without a limit
    resource = None  # type: ignore[assignment]

HALVES = re.compile("[\ud800-\udfff]")
STATM = Path("/proc/self/statm")


def main() -> None:
    """Serve until the parent ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for the parent, which ends this process
    if ALARM is not None:
        signal.signal(ALARM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (ALARM,))  # the parent may have blocked it for itself
    questions, answers = io.FileIO(os.dup(0), "rb"), io.FileIO(os.dup(1), "wb")
    _silence()
    with questions, answers, contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            send(answers, _answer(receive(questions, Question)))


def _silence() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    logging.disable()
    warnings.simplefilter("ignore")


def _answer(question: Question) -> Answer:
    try:
        parse: Callable[[bytes], list[Item]] = importlib.import_module(question.module).parse
        with _limits(question.seconds, question.memory):
            items = parse(question.data)
        for item in items:
            bounded(item.text.encode("utf-8", "replace"))
        return Answer([Item(_whole(item.text), {name: _whole(text) for name, text in item.fields.items()}, item.at) for item in items])
    except ReadError as error:
        return Answer(reason=str(error))
    except ImportError as error:
        return Answer(reason=f"cannot be parsed here: {str(error).splitlines()[0]}")
    except RecursionError:
        return Answer(reason="nested too deeply to parse")
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


def _whole(text: str) -> str:
    """Halves of characters cannot be sent; what reads them shows a sign in their place."""
    return HALVES.sub("\ufffd", text)


@contextlib.contextmanager
def _limits(seconds: float, memory: int) -> Iterator[None]:
    _limit_memory(memory)
    _set_alarm(seconds)
    try:
        yield
    finally:
        _set_alarm(0)


def _set_alarm(seconds: float) -> None:
    """After so long the process ends; without alarms the parent sees to that."""
    if ALARM is not None:
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _limit_memory(more: int) -> None:
    """So many MiB of address space on top of what is in use; systems that know no such limit go without."""
    if resource is None or not STATM.exists():
        return
    used = int(STATM.read_text().split()[0]) * resource.getpagesize()
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (used + (more << 20), hard))


if __name__ == "__main__":
    main()
