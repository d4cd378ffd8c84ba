"""The README is run: what its blocks show is what the commands, queries and Python print."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
WALK = (ROOT / "kg" / "docs" / "walkthrough.md").read_text(encoding="utf-8")
WIDTH = "150"
# A command and what it prints, between the marks of what `make docs` writes.
SHOWN = re.compile(r"^```console\n\$ (kg .+)\n((?:(?!```|\$ ).*\n)+)```$", re.MULTILINE)

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the graph of the five articles where the README has it."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "seeds").symlink_to(ROOT / "seeds")
    (folder / "tests").symlink_to(ROOT / "tests")
    kg("kg build seeds -o out", folder)
    return folder


def kg(command: str, folder: Path) -> str:
    program = f'kg() {{ "{sys.executable}" -m kg "$@"; }}\n{command}'
    environment = {**os.environ, "COLUMNS": WIDTH, "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT)}
    return subprocess.run(["bash", "-c", program], cwd=folder, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def strip(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.rstrip().splitlines())


def test_the_readme_shows_commands() -> None:
    assert len(SHOWN.findall(README)) > 10


@pytest.mark.parametrize(("command", "shown"), dict(SHOWN.findall(README + WALK)).items(), ids=lambda text: text.split("\n")[0][:40])
def test_command_prints_what_the_readme_shows(command: str, shown: str, home: Path) -> None:
    assert strip(kg(command, home)) == strip(shown)


def test_the_python_of_the_walk_through_runs(home: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", WALK, re.DOTALL)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], cwd=home, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    assert "Kim Jong Un – Vladimir Putin 2023 1" in done.stdout


def test_python_prints_what_the_readme_shows(home: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (shown,) = re.findall(r"```text\n(.*?)```", README, re.DOTALL)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], cwd=home, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    assert strip(done.stdout) == strip(shown)
