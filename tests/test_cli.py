"""The command line: what each command prints, in which form, and with which exit code; every error is one line."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import networkx as nx
import pyoxigraph
import pytest
from sample import put

from kg.cli import cli, main
from kg.diagnose import KINDS
from kg.ontology import load
from kg.store import Store

ROOT = Path(__file__).parent.parent
SET = ROOT / "tests" / "data" / "gold"
TEXT = "President Vladimir Putin held talks with Kim Jong Un in Moscow on 3 March 2024, TASS reported.\n"
PAIR = ("Kim Jong Un", "Vladimir Putin")
GOLD = {"type": "meeting", "participants": PAIR, "date": "2024-03-03", "status": "occurred", "evidence": "held talks"}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder with a graph of three invented articles; of what a build makes, only the store."""
    folder = tmp_path_factory.mktemp("out")
    with Store(folder / "store") as store:
        put(store)
    return str(folder)


class Run:
    """A command run in this process: exit code, standard output and error."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *arguments: object, code: int = 0) -> str:
        """What the command prints; it must end with `code`, and say nothing on standard error where that is 0."""
        found = main([str(argument) for argument in arguments])
        self.out, self.err = self.capsys.readouterr()
        assert (found, self.err if code == 0 else "") == (code, "")
        return self.out

    def error(self, *arguments: object, code: int = 1) -> str:
        """The one line on standard error of a command that fails."""
        self(*arguments, code=code)
        assert self.err.startswith("kg: error: ")
        assert self.err.count("\n") == 1
        return self.err


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(capsys)


# --- help -----------------------------------------------------------------------------------------


def test_every_command_has_help_that_fits_its_line(run: Run) -> None:
    commands = re.findall(r"^  (\w+)  +(.+)$", run("--help").split("Commands:")[1], re.MULTILINE)
    assert [name for name, _ in commands] == sorted(cli.commands)
    assert not [text for _, text in commands if text.endswith("...")]
    for name, _ in commands:
        assert run(name, "--help").startswith(f"Usage: kg {name} ")


def test_help_loads_nothing_heavy() -> None:
    code = "import sys; from kg.cli import main; main(['--help']); print(*(m for m in sys.modules if '.' not in m), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(done.stderr.split()) & {"spacy", "rdflib", "networkx", "pyoxigraph", "lxml", "yaml"} == set()


# --- questions ------------------------------------------------------------------------------------


def test_met_is_a_chronology_of_what_occurred(run: Run, out: str) -> None:
    heading, *lines = run("met", "--graph", out).splitlines()
    assert heading.split() == ["DATE", "TYPE", "WHO", "WHERE", "STATUS", "SAYS", "WHO", "IN", "ID"]
    assert [re.split(r"\s{2,}", line)[:6] for line in lines] == [
        ["2023-09-13", "Meeting", "Kim Jong Un, Vladimir Putin", "Vostochny Cosmodrome", "occurred", "KCNA"],
        ["2024-01-04", "Meeting", "Han Tok Su, Sergei Lavrov", "Pyongyang", "occurred", "1: The Post"],
    ]


@pytest.mark.parametrize(
    ("arguments", "dates"),
    [
        (["Putin"], ["2023-09-13"]),
        (["김정은", "Владимир Путин"], ["2023-09-13"]),
        (["Kim Jong-un", "Lavrov"], []),
        (["--from", "2024"], ["2024-01-04"]),
        (["--to", "2023-09"], ["2023-09-13"]),
        (["--from", "2023-09-14", "--to", "2024-01-03"], []),
        (["--place", "Russia"], ["2023-09-13"]),
        (["--status", "alleged"], []),
    ],
)
def test_met_is_narrowed_by_names_dates_places_and_status(arguments: list[str], dates: list[str], run: Run, out: str) -> None:
    rows = json.loads(run("met", *arguments, "--graph", out, "--format", "json"))
    assert [row["date"] for row in rows] == dates


def test_what_is_not_reported_is_said_with_the_scope(run: Run, out: str) -> None:
    assert run("met", "Shoigu", "--graph", out) == "Not reported in 3 articles published from 2023-09-14 to 2024-01-05.\n"


@pytest.mark.parametrize(("arguments", "count"), [([], 2), (["--status", "all"], 3), (["--type", "message", "--status", "all"], 1)])
def test_timeline_has_every_type_and_asks_for_other_statuses(arguments: list[str], count: int, run: Run, out: str) -> None:
    lines = run("timeline", *arguments, "--graph", out).splitlines()
    assert len(lines) == 1 + count
    if "all" in arguments:
        assert "Kim Jong Un → Vladimir Putin" in lines[-1]


def test_evidence_shows_the_sentences_and_who_wrote_them(run: Run, out: str) -> None:
    lines = run("met", "Putin", "--evidence", "--graph", out).splitlines()
    assert lines[2:] == [
        "    The Gazette, 2023-09-14: “Kim met Putin at the cosmodrome”",
        "    Two_2, 2023-10-02: “Putin and Kim held talks in Russia”",
    ]
    (row,) = json.loads(run("met", "Putin", "--evidence", "--graph", out, "--format", "json"))
    assert [(found["doc"], found["start"]) for found in row["evidence"]] == [("one", 0), ("Two_2", 0)]


def test_events_come_as_json_lines_and_csv(run: Run, out: str) -> None:
    lines = [json.loads(line) for line in run("timeline", "--graph", out, "--format", "jsonl").splitlines()]
    rows = list(csv.DictReader(io.StringIO(run("timeline", "--graph", out, "--format", "csv"))))
    assert [line["event"] for line in lines] == [row["event"] for row in rows]
    assert rows[0]["participants"] == "Kim Jong Un (participant); Vladimir Putin (participant)"


def test_an_empty_answer_is_empty_in_every_form(run: Run, out: str) -> None:
    assert json.loads(run("met", "Shoigu", "--graph", out, "--format", "json")) == []
    assert run("met", "Shoigu", "--graph", out, "--format", "jsonl") == ""
    assert run("met", "Shoigu", "--graph", out, "--format", "csv").startswith("event,type,")


def test_who_tells_the_holder_on_a_day(run: Run, out: str) -> None:
    table = run("who", "Russian defence minister", "--on", "2023-07-26", "--graph", out)
    assert "Sergei Shoigu" in table
    assert len(table.splitlines()) == 2
    (row,) = json.loads(run("who", "Russian defence minister", "--on", "2024-06-01", "--graph", out, "--format", "json"))
    assert (row["person_label"], row["certain"]) == ("Andrei Belousov", True)
    assert run("who", "Russian defence minister", "--on", "1900-01-01", "--graph", out) == "No holder is on record for 1900-01-01.\n"
    run("who", "Russian defence minister", "--on", "2024-05", "--graph", out, code=1)
    assert "'2024-05' is no single day" in run.err
    assert run("who", "Russian defence minister", "--graph", out, "--format", "csv").startswith("office,office_label,person,")


def test_show_tells_all_of_an_event(run: Run, out: str) -> None:
    text = run("show", "event:summit", "--graph", out)
    for part in (
        "Meeting: Kim Jong Un, Vladimir Putin (2023-09-13)",
        "same participants",
        "place Vostochny Cosmodrome (The Gazette, 2023-09-14)",
        "place Russia (Two_2, 2023-10-02)",
        "0-31 “Kim met Putin at the cosmodrome”",
        "says KCNA",
    ):
        assert part in text
    assert len(json.loads(run("show", "event:summit", "--graph", out, "--format", "json"))["reports"]) == 2


def test_show_tells_all_of_an_entity(run: Run, out: str) -> None:
    text = run("show", "Lavrov", "--graph", out)
    parts = ("Sergei Lavrov", "Сергей", "country", "Russia", "Minister of Foreign Affairs of Russia", "2024-01-04  Meeting")
    for part in parts:
        assert part in text
    assert "found in the articles" in run("show", "Han Tok Su", "--graph", out)


def test_a_place_shows_what_happened_there(run: Run, out: str) -> None:
    assert "2024-01-04" in run("show", "Pyongyang", "--graph", out)


# --- SPARQL ---------------------------------------------------------------------------------------

MET = "SELECT ?a ?b WHERE { ?a nk:met ?b } ORDER BY ?a ?b"


def test_query_takes_text_a_file_or_standard_input(run: Run, out: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "met.rq").write_text(MET, encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(MET.encode())))
    answers = {run("query", text, "--graph", out) for text in (MET, tmp_path / "met.rq", "-")}
    assert len(answers) == 1
    assert answers.pop().splitlines()[1].split() == ["id:han-tok-su", "id:sergei-lavrov"]


@pytest.mark.parametrize(
    ("format", "start"), [("csv", "a,b\n"), ("tsv", "?a\t?b\n"), ("json", '{"head":{"vars":["a","b"]}'), ("xml", "<?xml version=")]
)
def test_query_answers_in_standard_forms(format: str, start: str, run: Run, out: str) -> None:
    assert run("query", MET, "--graph", out, "--format", format).replace("\r", "").startswith(start)


def test_query_answers_ask_and_construct(run: Run, out: str) -> None:
    assert run("query", "ASK { id:kim-jong-un nk:met id:vladimir-putin }", "--graph", out) == "true\n"
    assert "nk:met id:vladimir-putin" in run("query", "CONSTRUCT WHERE { id:kim-jong-un nk:met ?b }", "--graph", out)


# --- export ---------------------------------------------------------------------------------------


def read_rdf(text: bytes, format: pyoxigraph.RdfFormat) -> int:
    return len(list(pyoxigraph.parse(text, format=format)))


READERS = {
    "turtle": lambda text: read_rdf(text, pyoxigraph.RdfFormat.TURTLE),
    "trig": lambda text: read_rdf(text, pyoxigraph.RdfFormat.TRIG),
    "n-quads": lambda text: read_rdf(text, pyoxigraph.RdfFormat.N_QUADS),
    "json-ld": lambda text: read_rdf(text, pyoxigraph.RdfFormat.JSON_LD),
    "gexf": lambda text: len(nx.read_gexf(io.BytesIO(text), version="1.3")),
    "graphml": lambda text: len(nx.read_graphml(io.BytesIO(text))),
    "csv": lambda text: len(list(csv.DictReader(io.StringIO(text.decode())))),
    "jsonl": lambda text: len([json.loads(line) for line in text.decode().splitlines()]),
}


@pytest.mark.parametrize("format", READERS)
def test_every_export_can_be_read_from_a_file_and_from_standard_output(format: str, run: Run, out: str, tmp_path: Path) -> None:
    text = run("export", format, "--graph", out)
    assert run("export", format, "--graph", out, "-o", tmp_path / "file") == ""
    assert (tmp_path / "file").read_bytes() == text.encode()
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert READERS[format](text.encode()) > 0


@pytest.mark.parametrize(
    ("format", "options", "count"),
    [
        ("gexf", ["--kind", "people"], 4),
        ("gexf", ["--kind", "bipartite"], 6),
        ("gexf", ["--of", "lavrov"], 2),
        ("graphml", ["--kind", "pairs"], 4),
        ("csv", ["--table", "participants"], 6),
        ("csv", ["--table", "claims"], 4),
        ("csv", ["--table", "nodes"], 4),
        ("csv", ["--of", "Путин"], 1),
        ("jsonl", ["--status", "occurred"], 2),
    ],
)
def test_an_export_has_what_is_asked_for(format: str, options: list[str], count: int, run: Run, out: str) -> None:
    assert READERS[format](run("export", format, *options, "--graph", out).encode()) == count


def test_an_export_follows_links_keeps_the_mode_and_leaves_devices_alone(run: Run, out: str, tmp_path: Path) -> None:
    file, link, pipe = (tmp_path / name for name in ("file", "link", "pipe"))
    file.write_text("old")
    file.chmod(0o600)
    link.symlink_to(file)
    run("export", "csv", "--graph", out, "-o", link)
    assert link.is_symlink() and file.read_text().startswith("event,") and file.stat().st_mode & 0o777 == 0o600
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    run("export", "csv", "--table", "nodes", "--graph", out, "-o", pipe)
    assert os.read(reader, 10) == b"id,label,k" and pipe.is_fifo()
    os.close(reader)
    assert run("export", "csv", "--graph", out, "-o", "-") == file.read_text()


def test_an_export_says_what_it_leaves_out(out: str) -> None:
    for options in (["ics"], ["jsonl", "--to", "2023"]):
        command = [sys.executable, "-m", "kg", "export", *options, "--graph", out]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert done.stderr == "kg: 1 undated event left out\n"


def test_a_failed_export_leaves_the_file_alone(run: Run, out: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    failing = ("export", "csv", "--table", "claims", "--kind", "full", "--graph", out)
    assert "kind: the tables of nodes" in run.error(*failing, "-o", tmp_path / "file")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]


# --- named questions ------------------------------------------------------------------------------


def test_a_question_says_what_it_takes(run: Run) -> None:
    help_ = run("ask", "first_last", "--help")
    assert "--who NAME" in help_
    assert "When two met first and last" in help_


@pytest.mark.parametrize("format", ["json", "jsonl", "csv"])
def test_an_answer_is_for_programs_too(format: str, run: Run, out: str) -> None:
    printed = run("ask", "pairs", "--who", "putin", "--evidence", "--format", format, "--graph", out)
    rows = {
        "json": lambda: json.loads(printed),
        "jsonl": lambda: [json.loads(line) for line in printed.splitlines()],
        "csv": lambda: list(csv.DictReader(io.StringIO(printed))),
    }[format]()
    assert {row["other_label"] for row in rows} == {"Kim Jong Un"}
    assert all("evidence" in row for row in rows)


def test_an_empty_answer_says_over_which_articles_it_speaks(run: Run, out: str) -> None:
    printed = run("ask", "never_met", "--country", "Russia", "--other", "DPRK", "--rank", "1", "--graph", out)
    assert "Over 3 articles published from 2023-09-14 to 2024-01-05; not reported is not" in printed


def test_a_chronology_from_elsewhere_is_compared(run: Run, out: str, tmp_path: Path) -> None:
    listed = tmp_path / "listed.csv"
    listed.write_text("date,who,whom\n2023-09-13,Kim Jong-un,Путин\n2023-05,Lavrov,Putin\n", encoding="utf-8")
    first, second = run("ask", "compared", "--listed", listed, "--graph", out).splitlines()[1:3]
    assert "Meeting: " in first
    assert "Meeting: " not in second


def test_of_several_names_the_two_who_met_are_meant(run: Run, out: str) -> None:
    rows = json.loads(run("met", "Kim", "Putin", "--min-sources", "1", "--country", "Russia", "--format", "json", "--graph", out))
    assert {p["name"] for row in rows for p in row["participants"]} == {"Kim Jong Un", "Vladimir Putin"}
    assert run("met", "Kim", "Putin", "--min-sources", "9", "--format", "json", "--graph", out).strip() == "[]"


# --- errors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (["met", "Lavrow"], 1, "nothing here is called 'Lavrow'; near: Lavrov"),
        (["met", "Ri Yong Ho"], 1, "'Ri Yong Ho' may be"),
        (["met", "--from", "2023-13"], 1, "2023-13"),
        (["met", "--from", "yesterday"], 1, "yesterday"),
        (["timeline", "--type", "picnic"], 1, "type: 'picnic' is none of"),
        (["who", "foreign minister"], 1, "'foreign minister' may be"),
        (["show", "nobody at all"], 1, "nothing here is called"),
        (["query", "SELECT"], 1, "SPARQL, line 1"),
        (["query", "SELECT * { SERVICE <http://example.org> {} }"], 1, "SERVICE is refused"),
        (["query", "no-such-file.rq"], 1, "no-such-file.rq: No such file or directory"),
        (["export", "csv", "-o", "no/such/folder/file.csv"], 1, "no/such/folder/file.csv.part: No such file or directory"),
        (["met", "Russian foreign minister"], 1, "it is an office: kg who tells who held it"),
        (["ask", "exchanges", "--country", "Putin", "--other", "Russia", "--rank", "1"], 1, "nothing here is called 'Putin'"),
        (["ask", "exchanges", "--country", "Russia", "--other", "DPRK", "--rank", "minister"], 1, "rank: 'minister' is no number"),
        (["ask", "present", "--place", "Moscow", "--on", "2024-07"], 1, "on: '2024-07' is no single day"),
        (["ask", "parts", "--event", "putin"], 1, "no single event has a number that begins with 'putin'"),
        (["ask", "compared", "--listed", "no-such-file.csv"], 1, "no-such-file.csv: this chronology cannot be read"),
        (["ask", "stages", "--agreement", "Atlantic Charter"], 1, "nothing here is called 'Atlantic Charter'"),
        (["ask", "last_sen"], 2, "no question is named 'last_sen'; near: last_seen"),
        (["ask", "parts"], 2, "Missing option '--event'"),
        (["met", "--status", "perhaps"], 2, "'perhaps' is not one of"),
        (["met", "--frm", "2023"], 2, "(see kg met --help)"),
        (["export", "docx"], 2, "'docx' is not one of"),
        (["nothing"], 2, "No such command 'nothing'"),
    ],
)
def test_an_error_is_one_line_that_names_the_value(arguments: list[str], code: int, text: str, run: Run, out: str) -> None:
    graph = ["--graph", out] if arguments[0] != "nothing" else []
    assert text in run.error(*arguments, *graph, code=code)


@pytest.mark.parametrize("command", ["met", "timeline", "export csv", "query ASK{}", "show Kim", "validate"])
def test_a_missing_graph_is_named(command: str, run: Run) -> None:
    assert "no-graph: there is no graph here" in run.error(*command.split(), "--graph", "no-graph")


def test_no_argument_is_told_what_is_missing(run: Run) -> None:
    assert "Missing argument 'PATH...'" in run.error("build", "-o", "out", code=2)


def test_a_reader_that_stops_reading_is_no_error(out: str) -> None:
    command = f"{sys.executable} -m kg export n-quads --graph {out} | head -1"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (len(done.stdout.splitlines()), done.stderr) == (1, "")


# --- validate -------------------------------------------------------------------------------------


def test_the_ontology_and_a_graph_keep_the_rules(run: Run, out: str) -> None:
    assert run("validate", "--graph", out) == "0 violations\n"


def test_a_broken_rule_is_named(run: Run, tmp_path: Path) -> None:
    for file in load().folder.rglob("*.ttl"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "more.ttl").write_text(
        "@prefix nk: <https://w3id.org/dprk-russia/ontology#> . @prefix id: <https://w3id.org/dprk-russia/entity/> .\n"
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        'id:nowhere a nk:City ; skos:prefLabel "Nowhere"@en ; nk:country id:nothing .\n'
    )
    text = run("validate", "--ontology", tmp_path, code=1)
    assert "id:nowhere: " in text
    assert text.endswith("violations\n") or text.endswith("1 violation\n")


# --- build, extract, eval -------------------------------------------------------------------------


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "one.txt").write_text(f"---\npublished: 2024-03-05\n---\n{TEXT}", encoding="utf-8")
    return tmp_path / "in"


@pytest.mark.model
def test_build_says_what_it_made(run: Run, articles: Path, tmp_path: Path) -> None:
    assert run("build", articles, "-o", tmp_path / "out") == f"{tmp_path / 'out'}: 1 article, 1 claim, 1 event (1 occurred)\n"


@pytest.mark.model
@pytest.mark.parametrize(("name", "content", "code"), [("empty.txt", b"", 0), ("binary.txt", b"\0", 0), (None, None, 1)])
def test_build_names_each_bad_input_and_builds_the_rest(
    name: str | None, content: bytes | None, code: int, articles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = articles / (name or "missing.txt")
    if content is not None:
        bad.write_bytes(content)
    paths = [articles] if name else [articles, bad]
    assert main(["build", *map(str, paths), "-o", str(tmp_path / "out")]) == code
    printed, errors = capsys.readouterr()
    assert "1 article, 1 skipped (1 " in printed
    assert errors.startswith(f"kg: skipped {bad}: ")
    assert errors.count("\n") == 1


@pytest.mark.model
@pytest.mark.parametrize(("front", "why"), [("", "no publication date"), ("published: 05/03/2024", "unreadable date '05/03/2024'")])
def test_build_says_which_article_has_no_date(
    front: str, why: str, articles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (articles / "two.txt").write_text(f"---\ntitle: Two\n{front}\n---\n{TEXT}", encoding="utf-8")
    assert main(["build", str(articles), "-o", str(tmp_path / "out")]) == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"kg: undated two: {why}")


@pytest.mark.model
def test_build_with_nothing_to_read_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", str(tmp_path / "missing"), "-o", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err.splitlines()[-1].startswith("kg: error: no article was read: ")


@pytest.mark.model
def test_extract_prints_json_lines_or_a_table(run: Run, articles: Path) -> None:
    (line,) = [json.loads(line) for line in run("extract", articles).splitlines()]
    assert (line["doc"], line["type"], line["date"]) == ("one", "Meeting", "2024-03-03")
    assert "2024-03-03  Meeting  " in run("extract", articles, "--format", "table")


@pytest.mark.model
def test_extract_has_the_exit_codes_of_build(articles: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["extract", str(articles), str(articles / "missing")]) == 1
    assert main(["extract", str(articles / "missing")]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == "kg: error: no article was read"


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    folder = tmp_path / "gold"
    folder.mkdir()
    (folder / "docs.jsonl").write_text(json.dumps({"id": "one", "text": TEXT, "published": "2024-03-04"}), encoding="utf-8")
    (folder / "gold.jsonl").write_text(json.dumps({"doc": "one", "events": [GOLD]}), encoding="utf-8")
    return folder


@pytest.mark.model
def test_eval_extracts_and_scores(run: Run, gold: Path) -> None:
    heading, first, *_ = run("eval", gold).splitlines()
    assert heading.startswith("TYPE")
    assert first.split() == ["met", "1", "1", "1", "1", *["1.000"] * 6]


@pytest.mark.model
def test_eval_reads_and_scores_the_half_that_is_asked_for(run: Run) -> None:
    for half, documents in (("odd", 11), ("even", 10)):
        shown = json.loads(run("eval", SET, "--docs", half, "--errors", "--format", "json"))
        assert shown["all"]["gold"] == documents
        named = {error["doc"] for errors in shown["errors"].values() for error in errors}
        assert named
        assert {int(doc[-1]) % 2 == 1 for doc in named} == {half == "odd"}


def test_eval_scores_lines_that_are_there(run: Run, gold: Path, tmp_path: Path) -> None:
    participants = [{"name": name, "role": "participant"} for name in PAIR]
    prediction = {"doc": "one", "type": "Meeting", "participants": participants, "date": "2024-03-05", "status": "occurred"}
    (tmp_path / "lines.jsonl").write_text(json.dumps(prediction) + "\n", encoding="utf-8")
    shown = json.loads(run("eval", gold, "--predictions", tmp_path / "lines.jsonl", "--format", "json"))
    assert (shown["met"]["lenient"], shown["met"]["dated"]) == ([1.0, 1.0, 1.0], [0.0, 0.0, 0.0])
    assert shown["date_right"] == {"n": 0, "of": 1, "share": 0.0}
    assert {kind: count for kind, count in shown["error_counts"].items() if count} == {"wrong date": 1}
    assert "errors" not in shown
    errors = run("eval", gold, "--predictions", tmp_path / "lines.jsonl", "--errors").split("\n\n")[-1].splitlines()
    assert errors == [
        "wrong date: 1",
        "ARTICLE  DATE        WHAT",
        "one      2024-03-03  meeting: Kim Jong Un, Vladimir Putin",
        "    2024-03-03 was read as 2024-03-05",
        "    “held talks”",
    ]


def test_eval_help_tells_of_every_kind_of_error(run: Run) -> None:
    shown = run("eval", "--help")
    assert [kind for kind in KINDS if f"  {kind}  " not in shown] == []


def test_eval_names_what_it_cannot_read(run: Run, gold: Path, tmp_path: Path) -> None:
    (tmp_path / "lines.jsonl").write_text("{\n")
    assert "lines.jsonl, line 1: not JSON" in run.error("eval", gold, "--predictions", tmp_path / "lines.jsonl")
    (gold / "gold.jsonl").unlink()
    assert "gold.jsonl" in run.error("eval", gold)
