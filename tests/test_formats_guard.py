"""The inner process that parses: an input that crashes it, or takes too much, is one reason, and the next input is read."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.errors import ReadError
from kg.formats import guard

ROOT = Path(__file__).parent.parent
PARSER = """
import ctypes, logging, os, signal, sys, time, warnings
from kg.errors import ReadError
from kg.formats.message import Item

def parse(data):
    word, _, rest = data.decode().partition(" ")
    print("noise"), print("noise", file=sys.stderr), warnings.warn("noise"), logging.error("noise")
    os.write(1, b"noise")
    return DOES[word](rest)

def fail(reason):
    raise ReadError(reason)

def deepen(rest):
    return deepen(rest)

DOES = {
    "echo": lambda rest: [Item(rest, {"pid": str(os.getpid())}, 7)],
    "fail": fail,
    "sleep": lambda rest: time.sleep(float(rest)) or [],
    "raise": lambda rest: 1 / 0,
    "crash": lambda rest: ctypes.string_at(0),
    "exit": lambda rest: os._exit(0),
    "fill": lambda rest: [Item("x", {"x": str(len(bytearray(int(rest) << 20)))})],
    "deepen": deepen,
    "stall": lambda rest: signal.setitimer(signal.ITIMER_REAL, 0) and time.sleep(60) or [],
    "where": lambda rest: [Item(os.pathsep.join(sys.path))],
}
"""


@pytest.fixture
def parser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of a module whose function `parse` does what it is told; processes of before do not find it, so they end."""
    (tmp_path / "told.py").write_text(PARSER, encoding="utf-8")
    known = os.environ.get("PYTHONPATH", "")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), known]))
    guard.end()
    yield "told"
    guard.end()


def test_what_a_parser_finds_comes_back_and_nothing_that_it_prints(parser: str, capfd: pytest.CaptureFixture[str]) -> None:
    first, second = (guard.parse(parser, text.encode()) for text in ("echo Встреча", "echo " + "x" * 3_000_000))
    assert (first[0].text, first[0].at, second[0].text) == ("Встреча", 7, "x" * 3_000_000)
    assert first[0].fields["pid"] == second[0].fields["pid"] != str(os.getpid())
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        (b"fail no text", "no text"),
        (b"deepen", "nested too deeply to parse"),
        (b"raise", "crashes the parser"),
        (b"crash", "crashes the parser"),
        (b"exit", "crashes the parser"),
        (b"sleep 60", "takes longer than 0.5 s to parse"),
        (b"fill 500", "needs more than 100 MiB to parse"),
    ],
)
def test_an_input_that_fails_is_one_reason_and_the_next_is_read(parser: str, order: bytes, reason: str) -> None:
    if order.startswith(b"fill") and not Path("/proc/self/statm").exists():
        pytest.skip("this system does not tell how much memory is in use")
    with pytest.raises(ReadError, match=f"^{reason}$"):
        guard.parse(parser, order, seconds=0.5, memory=100)
    assert guard.parse(parser, b"echo on")[0].text == "on"


def test_where_there_is_no_alarm_the_parent_ends_what_takes_too_long(parser: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "ALARM", None)
    with pytest.raises(ReadError, match="takes longer than 3 s to parse"):
        guard.parse(parser, b"stall", seconds=3)
    assert guard.parse(parser, b"echo x")[0].text == "x"


def test_a_system_without_forks_and_alarms_will_do() -> None:
    code = (
        "import os, signal; del os.register_at_fork, signal.SIGALRM, signal.pthread_sigmask, signal.setitimer\n"
        "from kg.formats import message, worker; print(worker._answer(message.Question('no.such', b'', 1, 1)).reason)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("cannot be parsed here")


def test_a_parser_that_is_not_there_is_one_reason() -> None:
    with pytest.raises(ReadError, match=r"^cannot be parsed here: No module named 'no_such_parser'$"):
        guard.parse("no_such_parser", b"")


def test_threads_have_a_process_each_and_the_right_answers(parser: str) -> None:
    found: dict[int, list[str]] = {}

    def ask(number: int) -> None:
        found[number] = [guard.parse(parser, f"echo {number} {turn}".encode())[0].text for turn in range(5)]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: [f"{number} {turn}" for turn in range(5)] for number in range(3)}


def test_a_child_of_a_fork_has_processes_of_its_own_and_none_is_left_behind(parser: str, tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(
        f"""
import os, sys
from kg.formats import guard
ask = lambda: guard.parse({parser!r}, b"echo x")[0].fields["pid"]
first = ask()
child = os.fork()
if not child:
    own = ask()
    sys.exit(own == first)
assert os.waitpid(child, 0)[1] == 0
assert ask() == first
print(first)
""",
        encoding="utf-8",
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ["PYTHONPATH"]])}
    command = [sys.executable, "-W", "error", str(tmp_path / "script.py")]
    found = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert found.stderr == ""
    with pytest.raises(ProcessLookupError):
        os.kill(int(found.stdout), 0)


def test_no_code_is_taken_from_the_working_folder(parser: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = tmp_path / "here"
    (here / "kg").mkdir(parents=True)
    (here / "kg" / "__init__.py").write_text("raise SystemExit", encoding="utf-8")
    monkeypatch.chdir(here)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([os.environ["PYTHONPATH"], ".", ""]))
    paths = guard.parse(parser, b"where")[0].text.split(os.pathsep)
    assert paths[0] == str(ROOT)
    assert not {"", ".", str(here)} & set(paths)
