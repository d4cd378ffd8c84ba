"""A corpus of small files of every format, good and bad (tests/inputs): from each exactly what an analyst would want.

`expected.jsonl` has a line for each file, or two where it is read with a mapping as well: of each article its id, source and text (its
length, how it begins and how it ends), of each skip its reason. All names and events in it are invented.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from kg.formats.fields import parse_mapping
from kg.formats.piece import Asked
from kg.manifest import MANIFEST
from kg.records import Article
from kg.stages.read import Found, read
from tests.make_inputs import INPUTS, make

EXPECTED = "expected.jsonl"
BEGINNING, END = 80, 40
MADE = make()


def lines() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (INPUTS / EXPECTED).read_text(encoding="utf-8").rstrip("\n").split("\n")]


def describe(found: Found) -> dict[str, Any]:
    """What of an item stands in the table; fields that it lacks are left out."""
    if not isinstance(found, Article):
        path = Path(found.path).relative_to(INPUTS).as_posix() if hasattr(found, "path") else None
        return present({"skip": path, "line": getattr(found, "line", None), "reason": found.reason.replace(f"{INPUTS}/", "")})
    source, text = found.source, found.text
    return present(
        {
            "id": found.id,
            "published": source.published and source.published.isoformat(),
            "why": None if source.published_why == "none" else source.published_why,
            "title": source.title,
            "publisher": source.publisher,
            "url": source.url,
            "retrieved": source.retrieved and source.retrieved.isoformat(),
            "language": source.language,
            "length": len(text),
            "begins": text[:BEGINNING],
            "ends": text[BEGINNING:][-END:] or None,
        }
    )


def present(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def results(name: str, mapping: str | None) -> list[dict[str, Any]]:
    """What a file gives. What is wrong with the manifest beside it is the manifest's own."""
    asked = Asked(fields=parse_mapping(mapping)) if mapping else None
    found = map(describe, read([INPUTS / name], asked=asked))
    return [item for item in found if name == MANIFEST or item.get("skip") != MANIFEST]


@pytest.mark.parametrize("line", lines(), ids=lambda line: line["file"] + " mapped" * ("map" in line))
def test_a_file_gives_exactly_this(line: dict[str, Any]) -> None:
    assert results(line["file"], line.get("map")) == line["found"]


def test_the_folder_gives_what_its_files_give() -> None:
    expected = [item for line in lines() if "map" not in line for item in line["found"]]
    found = map(describe, read([INPUTS], exclude=[EXPECTED]))
    assert sorted(map(json.dumps, found)) == sorted(map(json.dumps, expected))


def test_every_file_is_in_the_table_and_none_else() -> None:
    files = {path.relative_to(INPUTS).as_posix() for path in INPUTS.rglob("*") if path.is_file()} - {EXPECTED, ".gitattributes"}
    assert {line["file"] for line in lines()} == files


def test_the_table_is_of_many_files_and_small() -> None:
    assert len(lines()) > 100
    assert sum(path.stat().st_size for path in INPUTS.rglob("*") if path.is_file()) < 1_000_000


@pytest.mark.parametrize("name", MADE)
def test_what_is_made_is_what_is_kept(name: str) -> None:
    assert MADE[name] == (INPUTS / name).read_bytes()


@pytest.mark.parametrize("line", lines(), ids=lambda line: line["file"] + " mapped" * ("map" in line))
def test_a_reason_is_one_short_clause_and_no_place_on_this_machine(line: dict[str, Any]) -> None:
    for item in line["found"]:
        reason = item.get("reason", "")
        assert not re.search(r"[\0-\x1f\x7f-\x9f]|Traceback|Error\b", reason)
        assert str(INPUTS) not in json.dumps(item)
