"""The whole flow: the same input gives the same bytes, bad input is named and the rest is built, a failed build harms nothing."""

import datetime as dt
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from itertools import islice, repeat
from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc

from kg.article import Reader
from kg.errors import KgError, OntologyError, QueryError, ReadError, StoreError
from kg.flow import complete, extract_all, extract_paths, fill, make_reader, report_claims
from kg.folder import JOURNAL, add, build, remove
from kg.graph import open_graph
from kg.ids import ENTITY
from kg.ontology import default_folder
from kg.records import Article, Extract, Skip, Source
from kg.report import describe, find_missing, make_report
from kg.stages.read import KINDS
from kg.store import Store
from kg.swap import NEW

ROOT = Path(__file__).parent.parent
MADE = ["events.jsonl", "graph.gexf", "graph.graphml", "graph.trig", "report.json", "store"]
TEXT = "President Vladimir Putin held talks with Kim Jong Un in Moscow on 3 March 2024, TASS reported.\n"
OTHER = "Russian Foreign Minister Sergei Lavrov met North Korean leader Kim Jong Un in Pyongyang on 5 April 2024.\n"
# Found by its title alone, so it becomes a minted entity.
NEWCOMER = "Kim Jong Un met Russian diplomat Pavel Nikiforov in Pyongyang on 6 April 2024.\n"


@pytest.fixture(scope="module")
def reader() -> Reader:
    return make_reader()


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "one.txt").write_text(TEXT, encoding="utf-8")
    (folder / "two.txt").write_text(OTHER, encoding="utf-8")
    (folder / "sources.jsonl").write_text('{"file": "one.txt", "published": "2024-03-04", "publisher": "The Gazette"}\n', encoding="utf-8")
    return folder


def digests(out: Path) -> dict[str, str]:
    return {str(f.relative_to(out)): hashlib.sha256(f.read_bytes()).hexdigest() for f in sorted(out.rglob("*")) if f.is_file()}


def outputs(out: Path) -> dict[str, str]:
    """The digests of the files whose bytes are promised; those of the store's own files vary."""
    return {name: digest for name, digest in digests(out).items() if not name.startswith("store")}


# --- what is built --------------------------------------------------------------------------------


@pytest.mark.model
def test_a_build_makes_its_files_and_a_graph_that_answers(articles: Path, tmp_path: Path) -> None:
    report = build(articles, tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == MADE
    assert (report.articles, report.undated, report.skipped, report.violations) == (2, 1, (), ())
    with open_graph(tmp_path / "out") as graph:
        assert [(row.date, row.place_label) for row in graph.met("Kim Jong Un")] == [("2024-03-03", "Moscow"), ("2024-04-05", "Pyongyang")]


@pytest.mark.model
def test_the_seeds_build_without_a_skip_or_a_violation(seeds: Path, tmp_path: Path) -> None:
    report = build(seeds, tmp_path / "out")
    assert (report.articles, report.undated, report.skipped, report.violations) == (5, 0, (), ())
    assert report.events > 5
    assert describe(report).startswith("5 articles, ")


@pytest.mark.model
def test_the_report_counts_and_holds_neither_paths_of_this_machine_nor_times(articles: Path, tmp_path: Path) -> None:
    (articles / "empty.txt").touch()
    (articles / "sub").mkdir()
    shutil.copy(articles / "one.txt", articles / "sub")
    build([articles, tmp_path / "missing"], tmp_path / "out")
    text = (tmp_path / "out" / "report.json").read_text(encoding="utf-8")
    assert str(tmp_path) not in text
    report = json.loads(text)
    assert {key: report[key] for key in ("articles", "claims", "minted", "undated")} == {
        "articles": 2,
        "claims": 2,
        "minted": 0,
        "undated": 1,
    }
    assert report["events"] == {"total": 2, "types": {"Meeting": 2}, "statuses": {"occurred": 2}}
    assert report["skipped"] == [
        {"path": "articles/empty.txt", "line": None, "reason": "no text"},
        {"path": "articles/sub/one.txt", "line": None, "reason": "id 'one' was already read as articles/one.txt"},
        {"path": "missing", "line": None, "reason": "no such file or folder"},
    ]


@pytest.mark.model
def test_an_article_is_dated_by_its_own_text_where_nothing_else_dates_it(tmp_path: Path, reader: Reader) -> None:
    text = "Published: 9 May 2024\nSergei Lavrov met Kim Jong Un in Pyongyang on Wednesday.\n"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    with Store() as store:
        report = make_report(store, fill(store, tmp_path, reader), ())
        (article,) = store.articles()
        (event,) = store.events()
    assert report.undated == 0
    assert article.source.published == dt.date(2024, 5, 9)
    assert "9 May 2024" in article.source.published_why
    assert event.interval is not None
    assert event.interval.start == dt.date(2024, 5, 8)


def test_a_date_of_the_metadata_is_kept(reader: Reader) -> None:
    article = Article(id="a", text="Published: 9 May 2024\nText.", source=Source(published=dt.date(2023, 1, 1)))
    assert complete(article, reader.lexicon) is article


@pytest.mark.parametrize(
    ("publisher", "outlet"),
    [
        ("Yonhap News Agency", "yonhap"),
        ("korean central news agency", "kcna"),
        ("The Harbour Gazette", None),
        ("Reuters Institute", None),
        ("Vladimir Putin", None),
        ("…", None),
        (None, None),
    ],
)
def test_a_publisher_that_the_ontology_knows_is_its_outlet(publisher: str | None, outlet: str | None, reader: Reader) -> None:
    found = complete(Article(id="a", text="Text.", source=Source(publisher=publisher)), reader.lexicon).source.outlet
    assert found == (outlet and ENTITY + outlet)


# --- the same bytes -------------------------------------------------------------------------------


@pytest.mark.model
def test_a_second_build_changes_no_byte_of_any_file(seeds: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(seeds, out)
    before = digests(out), {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    build(seeds, out)
    assert (digests(out), {path: path.stat().st_mtime_ns for path in out.rglob("*")}) == before


@pytest.mark.model
def test_the_order_of_paths_and_lines_and_the_hash_seed_change_nothing(seeds: Path, tmp_path: Path) -> None:
    files = sorted(seeds.glob("*.txt"))
    build([seeds], tmp_path / "one")
    build([*reversed(files), seeds], tmp_path / "two")
    command = [sys.executable, "-c", f"import kg.folder; kg.folder.build({str(seeds)!r}, {str(tmp_path / 'three')!r})"]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": "7"}, check=True)
    assert outputs(tmp_path / "one") == outputs(tmp_path / "two") == outputs(tmp_path / "three")


@pytest.mark.model
def test_the_order_of_lines_changes_nothing_even_with_newcomers(tmp_path: Path) -> None:
    texts = [TEXT, OTHER, NEWCOMER, NEWCOMER.replace("Pavel Nikiforov", "Pavel NIKIFOROV").replace("6 April", "7 April"), TEXT + OTHER]
    lines = [json.dumps({"id": f"a{n}", "text": text, "published": f"2024-04-{10 + n}"}) for n, text in enumerate(texts)]
    for name, order in (("one", lines), ("two", lines[::-1]), ("three", lines[2:] + lines[:2])):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(order), encoding="utf-8")
        build(tmp_path / f"{name}.jsonl", tmp_path / name)
    assert json.loads((tmp_path / "one" / "report.json").read_text())["minted"] == 1
    assert outputs(tmp_path / "one") == outputs(tmp_path / "two") == outputs(tmp_path / "three")


# --- bad input ------------------------------------------------------------------------------------

BAD = {
    "empty.txt": (b"", None, "no text"),
    "binary.txt": (b"Kim\0Putin", None, "binary (zero byte at offset 3)"),
    "encoding.txt": (TEXT.encode("utf-16-le")[1:], None, "binary (zero byte at offset 0)"),
    "latin.txt": (bytes(range(128, 256)), None, "not UTF-8 (byte 0x80 at offset 0)"),
    "sources.jsonl": (b'{"file": "good.txt", "published": "2024-03-04"}\n{"file":\n', 2, "not JSON: Expecting value (character 9)"),
    "feed.jsonl": (b'{"id": "x", "title": "Kim Jong Un in Moscow"}\n', 1, 'lacks "text"'),
    "picture.png": (b"\x89PNG", None, f"not a kind of file that is read ({', '.join(KINDS)})"),
}


@pytest.mark.model
@pytest.mark.parametrize("name", BAD)
def test_a_bad_input_is_named_and_the_rest_is_built(name: str, tmp_path: Path, reader: Reader) -> None:
    content, line, reason = BAD[name]
    (tmp_path / "good.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / name).write_bytes(content)
    told: list[object] = []
    with Store() as store:
        report = make_report(store, fill(store, tmp_path, reader, progress=told.append), ())
        assert len(list(store.events())) == 1
    assert report.skipped == (Skip(path=str(tmp_path / name), line=line, reason=reason),)
    assert report.skipped[0] in told
    assert report.missing == ()


@pytest.mark.model
@pytest.mark.parametrize("name", ["missing", "missing/*.txt"])
def test_a_missing_path_is_told_apart(name: str, articles: Path, tmp_path: Path, reader: Reader) -> None:
    with Store() as store:
        report = make_report(store, fill(store, [articles, tmp_path / name], reader), ())
    assert (report.articles, report.missing) == (2, (str(tmp_path / name),))


def test_a_file_that_is_there_is_not_missing(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    skips = [Skip(path=str(tmp_path / name), reason="…") for name in ("empty.txt", "no  file.txt".replace("  ", " "))]
    assert find_missing(skips, [str(tmp_path / "empty.txt"), str(tmp_path / "no  file.txt")]) == (str(tmp_path / "no  file.txt"),)


@pytest.mark.model
def test_a_date_at_the_end_of_time_is_unknown_and_no_error(reader: Reader, tmp_path: Path) -> None:
    line = {"id": "late", "text": "Kim Jong Un will meet Vladimir Putin tomorrow.", "published": "9999-12-31"}
    (tmp_path / "a.jsonl").write_text(json.dumps(line), encoding="utf-8")
    (late,) = extract_paths(tmp_path, reader)
    assert not isinstance(late, Skip)
    assert [claim.interval for claim in late.claims] == [None]


@spacy.Language.component("refuses_foreign")
def refuses_foreign(doc: Doc) -> Doc:
    if "Foreign" in doc.text:
        raise ValueError("too hard")
    return doc


@pytest.mark.model
def test_an_article_that_the_pipeline_cannot_read_is_skipped(tmp_path: Path) -> None:
    """As with a component of a user's own pipeline."""
    reader = make_reader()
    reader.language.nlp.add_pipe("refuses_foreign", last=True)
    lines = [{"id": "good", "text": TEXT}, {"id": "hard", "text": OTHER}]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    good, hard = extract_paths(tmp_path, reader)
    assert not isinstance(good, Skip)
    assert hard == Skip(path="hard", reason="the text cannot be understood: too hard")


@pytest.mark.model
def test_articles_read_together_say_what_each_says_alone(reader: Reader) -> None:
    inputs: list[Article | Skip] = [Article(id=str(n), text=text, source=Source()) for n, text in enumerate((TEXT, "Nothing.", OTHER))]
    inputs.insert(1, Skip(path="no.txt", reason="missing"))
    together = list(extract_all(inputs, reader))
    assert together == [found for one in inputs for found in extract_all([one], reader)]
    assert [len(found.claims) if isinstance(found, Extract) else found.path for found in together] == [1, "no.txt", 0, 1]


@pytest.mark.model
@pytest.mark.parametrize(
    "one", [Article(id="a", text=TEXT, source=Source()), Skip(path="no.txt", reason="missing")], ids=["article", "skip"]
)
def test_no_more_is_read_ahead_than_memory_holds(one: Article | Skip, reader: Reader) -> None:
    """Of inputs without end the first come out."""
    assert len(list(islice(extract_all(repeat(one), reader), 3))) == 3


@pytest.mark.model
def test_nothing_readable_is_an_error_and_leaves_no_folder(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    with pytest.raises(ReadError, match=r"no article was read: .*missing: no such file or folder \(and 1 more\)"):
        build([tmp_path / "empty.txt", tmp_path / "missing"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


# --- builds that fail -----------------------------------------------------------------------------


class Interrupted(Exception):
    """Something goes wrong in the middle."""


@pytest.mark.model
@pytest.mark.parametrize("moment", ["two", "validating", "writing files"])
def test_a_build_that_fails_leaves_what_was_there(moment: str, articles: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(articles / "one.txt", out)
    before = digests(out)

    def stop(found: Article | Skip | str) -> None:
        if moment in (found, getattr(found, "id", None)):
            raise Interrupted

    with pytest.raises(Interrupted):
        build(articles, out, progress=stop)
    assert {name: digest for name, digest in digests(out).items() if name != JOURNAL} == before


@pytest.mark.model
def test_a_killed_build_leaves_what_was_there_and_the_next_one_cleans_up(articles: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(articles / "one.txt", out)
    before = digests(out)
    code = "import os, signal, sys, kg.folder\n"
    code += "kill = lambda found: found == 'writing files' and os.kill(os.getpid(), signal.SIGKILL)\n"
    code += f"kg.folder.build({str(articles)!r}, {str(out)!r}, progress=kill)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == -signal.SIGKILL
    assert (out / NEW).is_dir()
    assert {name: digest for name, digest in digests(out).items() if not name.startswith((NEW, JOURNAL))} == before
    with open_graph(out) as graph:
        assert len(graph.met()) == 1
    build(articles, out)
    assert sorted(path.name for path in out.iterdir()) == MADE


@pytest.mark.model
def test_a_build_that_was_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    lines = [json.dumps({"id": f"a{n}", "text": TEXT + "x" * 70_000, "published": "2024-03-04"}) for n in range(4)]
    (tmp_path / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    out = tmp_path / "out"
    code = "import os, signal, kg.folder\n"
    code += "kill = lambda found: getattr(found, 'id', '') == 'a2' and os.kill(os.getpid(), signal.SIGKILL)\n"
    code += f"kg.folder.build({str(tmp_path / 'in.jsonl')!r}, {str(out)!r}, progress=kill)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == -signal.SIGKILL
    told: list[object] = []
    build(tmp_path / "in.jsonl", out, progress=told.append)
    assert "going on, 3 articles having been read" in told
    build(tmp_path / "in.jsonl", tmp_path / "whole")
    assert outputs(out) == outputs(tmp_path / "whole")


@pytest.mark.model
def test_a_store_that_was_lost_is_built_again(articles: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(articles, out)
    shutil.rmtree(out / "store")
    build(articles, out)
    with open_graph(out) as graph:
        assert len(graph.met()) == 2


def test_two_builds_at_once_are_refused(tmp_path: Path) -> None:
    with Store(tmp_path / "out" / NEW / "store"), pytest.raises(StoreError, match="another process has it open"):
        build(tmp_path / "articles", tmp_path / "out")


def test_a_folder_among_the_articles_is_refused(articles: Path) -> None:
    with pytest.raises(StoreError, match="lies inside"):
        build(articles, articles / "out")
    assert not (articles / "out").exists()


def test_a_file_in_the_place_of_the_folder_is_refused(articles: Path) -> None:
    with pytest.raises(StoreError, match="not a folder"):
        build(articles, articles / "one.txt")


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"ontology": "empty"}, OntologyError, "no Turtle here"),
        ({"model": "no-such-pipeline"}, KgError, "no-such-pipeline"),
        ({"model": "json"}, KgError, "json"),
        ({"model": ""}, KgError, "loaded from"),
    ],
)
def test_what_a_build_needs_must_be_there(options: dict[str, str], error: type[KgError], text: str, articles: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    given = {name: tmp_path / value if name == "ontology" else value for name, value in options.items()}
    with pytest.raises(error, match=text):
        build(articles, tmp_path / "out", **given)  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists()


# --- extract --------------------------------------------------------------------------------------


@pytest.mark.model
def test_the_lines_of_extract_hold_what_the_design_promises(articles: Path, reader: Reader) -> None:
    (line, _) = report_claims(articles, reader)
    assert list(line) == [
        "doc", "type", "participants", "date", "earliest", "latest", "date_source", "place", "status", "attributed_to", "evidence",
        "confidence", "why",
    ]  # fmt: skip
    assert (line["doc"], line["type"], line["date"], line["status"]) == ("one", "Meeting", "2024-03-03", "occurred")
    assert {p["name"] for p in line["participants"]} == {"Vladimir Putin", "Kim Jong Un"}
    assert line["place"]["name"] == "Moscow"
    (evidence,) = line["evidence"]
    assert TEXT[evidence["start"] : evidence["end"]] == evidence["quote"]


# --- articles that come and go --------------------------------------------------------------------


@pytest.mark.model
def test_articles_added_make_what_a_build_of_all_makes(articles: Path, tmp_path: Path) -> None:
    add(articles / "one.txt", tmp_path / "added")
    report = add([articles / "two.txt", articles / "one.txt"], tmp_path / "added")
    build(articles, tmp_path / "built")
    assert (report.added, report.changed, report.same) == (1, 0, 1)
    assert outputs(tmp_path / "added") == outputs(tmp_path / "built")
    remove(["two"], tmp_path / "added")
    build(articles / "one.txt", tmp_path / "one")
    assert outputs(tmp_path / "added") == outputs(tmp_path / "one")


@pytest.mark.model
def test_a_graph_that_is_added_to_keeps_no_file_that_is_out_of_date(articles: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(articles / "one.txt", out)
    report = add(articles / "two.txt", out, store_only=True)
    assert sorted(path.name for path in out.iterdir()) == ["report.json", "store"]
    assert (report.articles, report.events, report.violations) == (2, 2, None)
    add(articles, out)
    assert sorted(path.name for path in out.iterdir()) == MADE


@pytest.mark.model
def test_what_is_to_be_taken_out_must_be_there(articles: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(articles, out)
    before = digests(out)
    with pytest.raises(QueryError, match="no article has the id 'on'; near: one"):
        remove(["two", "on"], out)
    assert outputs(out) == {name: digest for name, digest in before.items() if not name.startswith("store")}


@pytest.mark.model
def test_after_the_store_alone_was_changed_what_is_taken_out_must_be_there_too(articles: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(articles, out)
    remove(["two"], out, store_only=True)
    with pytest.raises(QueryError, match="no article has the id 'two'"):
        remove(["two"], out, store_only=True)


@pytest.mark.model
def test_a_graph_read_with_something_else_is_not_added_to(articles: Path, tmp_path: Path) -> None:
    out, ontology = tmp_path / "out", tmp_path / "ontology"
    build(articles / "one.txt", out)
    shutil.copytree(default_folder(), ontology)
    (ontology / "more.ttl").write_text("<https://example.org/a> <https://example.org/b> 1 .")
    with pytest.raises(StoreError, match="read with another version, ontology or language pipeline; kg build makes it anew"):
        add(articles / "two.txt", out, ontology=ontology)
    with pytest.raises(StoreError, match="there is no graph here"):
        remove(["one"], tmp_path / "nowhere")


@pytest.mark.model
def test_a_second_writer_is_told_and_harms_nothing(articles: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(articles / "one.txt", out)
    code = (
        f"from pathlib import Path; from kg.store import Store; s = Store(Path({str(out / 'store')!r})); print('open', flush=True); input()"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "open\n"
        for second in (build, add):
            with pytest.raises(StoreError, match="another process is writing to the graph"):
                second(articles, out)
        with open_graph(out) as graph:
            assert len(graph.met()) == 1
        writer.communicate("\n")
    add(articles, out)
    with open_graph(out) as graph:
        assert len(graph.met()) == 2


@pytest.mark.model
def test_a_run_of_additions_that_was_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    lines = [json.dumps({"id": f"a{n}", "text": TEXT.replace("3 March", f"{n % 28 + 1} March")}) for n in range(80)]
    (tmp_path / "many.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "first.jsonl").write_text(lines[0], encoding="utf-8")
    build(tmp_path / "first.jsonl", tmp_path / "out")
    code = "import os, signal, kg.folder, kg.folder as f\n"
    code += "told = []\n"
    code += "kill = lambda found: told.append(found) or len(told) > 60 and os.kill(os.getpid(), signal.SIGKILL)\n"
    code += f"kg.folder.add({str(tmp_path / 'many.jsonl')!r}, {str(tmp_path / 'out')!r}, progress=kill)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == -signal.SIGKILL
    report = add(tmp_path / "many.jsonl", tmp_path / "out")
    assert 0 < report.added < 79
    assert report.added + report.same == 80
    build(tmp_path / "many.jsonl", tmp_path / "built")
    assert outputs(tmp_path / "out") == outputs(tmp_path / "built")
