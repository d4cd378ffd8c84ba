"""The scripts and styles of the explorer that are committed as bundles: made of what is in `kg/web/source`, with all licences."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

WEB = Path(__file__).parent.parent / "kg" / "web"
STATIC, SOURCE = WEB / "static", WEB / "source"
BUNDLES = ("chart.js", "network.js", "editor.js", "editor.css", "LICENSES.txt")
# What is installed to make bundles and is in none.
TOOLS = {"esbuild", "graphology-types"}


def lock() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SOURCE / "package-lock.json").read_text(encoding="utf-8"))
    return found


def test_every_package_asked_for_is_pinned_and_has_its_licence() -> None:
    wanted = json.loads((SOURCE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    text = (STATIC / "LICENSES.txt").read_text(encoding="utf-8")
    heads = dict(re.findall(r"^(\S+) (\d\S*) \(.+\)$", text, re.MULTILINE))
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    assert {name: heads.get(name) for name in wanted.keys() - TOOLS} == {name: wanted[name] for name in wanted.keys() - TOOLS}


def test_packages_inside_packages_have_their_licences() -> None:
    """YASGUI is a bundle itself."""
    text = (STATIC / "LICENSES.txt").read_text(encoding="utf-8")
    assert {name for name in ("codemirror", "jquery", "datatables.net", "dompurify", "n3") if f"\n{name} " not in text} == set()


def test_the_lock_file_has_a_digest_of_each_package_and_names_no_host() -> None:
    packages = {name: package for name, package in lock()["packages"].items() if name}
    assert len(packages) > 20 and all(package["integrity"].startswith("sha512-") for package in packages.values())
    assert "://" not in (SOURCE / "package-lock.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", BUNDLES)
def test_bundles_name_neither_source_maps_nor_folders_of_the_machine(name: str) -> None:
    text = (STATIC / name).read_text(encoding="utf-8")
    foreign = ("sourceMappingURL", "/home/", "/tmp/", str(WEB.parent.parent), str(Path.home()))
    assert text and [word for word in foreign if word in text] == []


def test_the_editor_knows_no_endpoint_or_vocabulary_elsewhere() -> None:
    text = (STATIC / "editor.js").read_text(encoding="utf-8")
    assert [host for host in ("dbpedia.org/sparql", "query.wikidata.org", "lov.linkeddata.es", "prefix.cc") if host in text] == []


@pytest.mark.web
def test_bundling_anew_gives_the_same_bytes(tmp_path: Path) -> None:
    if not (SOURCE / "node_modules").exists():
        (pytest.fail if os.environ.get("KG_WEB") == "1" else pytest.skip)("no packages to bundle: run make test-web")
    subprocess.run(["node", "bundle.mjs", str(tmp_path)], cwd=SOURCE, check=True, timeout=120)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(BUNDLES)
    assert [name for name in BUNDLES if (tmp_path / name).read_bytes() != (STATIC / name).read_bytes()] == []
