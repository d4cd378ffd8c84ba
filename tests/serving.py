"""`kg serve` as a user starts it: a process of its own, at a free port of this machine."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Server:
    """A running server: its address without a slash at the end, and its process."""

    address: str
    process: subprocess.Popen[str]


@contextmanager
def serving(graph: Path, *options: str) -> Iterator[Server]:
    """The server of a built graph; it is interrupted as by Ctrl-C at the end, and must end well then."""
    command = [sys.executable, "-m", "kg", "serve", str(graph), "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stderr
        lines = [process.stdout.readline(), process.stdout.readline()]
        assert lines[1].startswith("http://"), process.stderr.read()
        try:
            yield Server(lines[1].split()[0].rstrip("/"), process)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)
        told = (process.returncode, process.stderr.read())
        assert told == (0, "")
