"""What is read of what lies under the paths: in English, of those who are watched; the rest is counted, and told at the end."""

import json
import os
import pty
import zipfile
from pathlib import Path

import pytest

from kg.article import Reader
from kg.cli import main
from kg.console import Watch
from kg.errors import QueryError, ReadError
from kg.files import Gauge
from kg.flow import make_reader
from kg.folder import add, build, build_graph
from kg.intake import Intake, read_intake
from kg.languages import find_language
from kg.lexicon import Lexicon
from kg.records import Article, Passed, Skip
from kg.registry import open_lexicon
from kg.report import describe, describe_passed, describe_skips

OURS = "Russian Foreign Minister Sergei Lavrov met North Korean leader Kim Jong Un in Pyongyang on 5 April 2024, the ministry said."
THEIRS = "Joe Biden met Xi Jinping in Bali on 14 November 2022, and they spoke of trade and of the climate for three hours."
KOREAN = (
    "김정은 국무위원장이 5일 평양에서 러시아 외무장관 세르게이 라브로프를 만나 두 나라의 협력에 대해 이야기를 나누었다고 통신이 전했다."
)
RUSSIAN = "Министр иностранных дел России Сергей Лавров встретился с Ким Чен Ыном в Пхеньяне, сообщило агентство в пятницу утром."
GERMAN = "Der russische Außenminister Sergei Lawrow hat den nordkoreanischen Machthaber Kim Jong Un in Pjöngjang getroffen, wie es heißt."
FRENCH = (
    "Le ministre russe des Affaires étrangères Sergueï Lavrov a rencontré le dirigeant nord-coréen Kim Jong Un à Pyongyang vendredi matin."
)


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return open_lexicon()


@pytest.fixture(scope="module")
def reader() -> Reader:
    return make_reader()


def lines(path: Path, *texts: str, ascii_only: bool = False, **fields: str) -> Path:
    written = [json.dumps({"id": f"a{n}", "text": text, **fields}, ensure_ascii=ascii_only) for n, text in enumerate(texts)]
    path.write_text("\n".join(written) + "\n", encoding="utf-8")
    return path


def take(intake: Intake, lexicon: Lexicon) -> tuple[list[str], dict[str, int], list[Skip]]:
    """The ids of the articles, how many were passed over by reason, and the skips."""
    passed: dict[str, int] = {}
    ids, skips = [], []
    for found in read_intake(intake, lexicon):
        if isinstance(found, Article):
            ids.append(found.id)
        elif isinstance(found, Passed):
            passed[found.reason] = passed.get(found.reason, 0) + found.count
        else:
            skips.append(found)
    return ids, passed, skips


# --- of whom they tell ----------------------------------------------------------------------------


@pytest.mark.parametrize("ascii_only", [False, True])
def test_what_names_nobody_watched_or_is_in_another_language_is_counted(tmp_path: Path, lexicon: Lexicon, ascii_only: bool) -> None:
    path = lines(tmp_path / "a.jsonl", OURS, THEIRS, KOREAN, RUSSIAN, GERMAN, FRENCH, THEIRS, ascii_only=ascii_only)
    ids, passed, skips = take(Intake(paths=(str(path),)), lexicon)
    assert (ids, skips) == (["a0"], [])
    assert passed == {"naming nobody watched": 2, "in ko": 1, "in ru": 1, "in de": 1, "in fr": 1}


def test_everything_is_read_where_that_is_asked_for_but_what_is_not_english(tmp_path: Path, lexicon: Lexicon) -> None:
    path = lines(tmp_path / "a.jsonl", OURS, THEIRS, KOREAN)
    assert take(Intake(paths=(str(path),), everything=True), lexicon) == (["a0", "a1"], {"in ko": 1}, [])


def test_others_may_be_watched(tmp_path: Path, lexicon: Lexicon) -> None:
    path = lines(tmp_path / "a.jsonl", OURS, THEIRS)
    assert take(Intake(paths=(str(path),), watch=("China",)), lexicon)[0] == ["a1"]
    assert take(Intake(paths=(str(path),), watch=("China", "Sergei Lavrov")), lexicon)[0] == ["a0", "a1"]
    with pytest.raises(QueryError, match="nobody and nothing called 'Narnia'"):
        take(Intake(paths=(str(path),), watch=("Narnia",)), lexicon)


@pytest.mark.parametrize("suffix", ["txt", "html", "jsonl", "csv", "json", "eml", "xml"])
def test_of_every_format_the_one_that_is_ours_is_read(tmp_path: Path, lexicon: Lexicon, suffix: str) -> None:
    for name, text in (("ours", OURS), ("theirs", THEIRS)):
        record = json.dumps({"id": name, "text": text})
        content = {
            "txt": text,
            "html": f"<html><body><article><p>{text}</p></article></body></html>",
            "jsonl": record,
            "csv": f'id,text\n{name},"{text}"\n',
            "json": f"[{record}]",
            "eml": f"From: a@example.org\nSubject: News\nMIME-Version: 1.0\nContent-Type: text/plain\n\n{text}\n",
            "xml": f"<rss version='2.0'><channel><title>F</title><item><title>T</title><description>{text}</description></item></channel>"
            "</rss>",
        }[suffix]
        (tmp_path / f"{name}.{suffix}").write_text(content, encoding="utf-8")
    ids, passed, skips = take(Intake(paths=(str(tmp_path),)), lexicon)
    assert ([one.split("-")[0] for one in ids], passed, skips) == (["ours"], {"naming nobody watched": 1}, [])


def test_blank_lines_are_no_articles(tmp_path: Path, lexicon: Lexicon) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(f"\n\n{json.dumps({'text': THEIRS})}\n\n{json.dumps({'text': THEIRS})}\n\n", encoding="utf-8")
    assert take(Intake(paths=(str(path),)), lexicon)[1] == {"naming nobody watched": 2}


def test_lines_keep_their_numbers_whatever_is_passed_over(tmp_path: Path, lexicon: Lexicon) -> None:
    path = tmp_path / "a.jsonl"
    rows = [json.dumps({"text": THEIRS + "x" * 5000})] * 700 + ['{"text": 1, "title": "Putin"}'] + [json.dumps({"id": "x", "text": OURS})]
    path.write_text("\n".join(rows), encoding="utf-8")
    ids, passed, skips = take(Intake(paths=(str(path),)), lexicon)
    assert (ids, passed) == (["x"], {"naming nobody watched": 700})
    assert [(skip.line, skip.reason) for skip in skips] == [(701, 'lacks "text"')]


def test_a_name_that_characters_nobody_sees_or_their_numbers_hide_counts(tmp_path: Path, lexicon: Lexicon) -> None:
    (tmp_path / "a.html").write_text("<p>Pu&shy;tin and La&#118;rov were there all the day, as it was said.", encoding="utf-8")
    (tmp_path / "b.txt").write_text("It was Pu\u00adtin who was there all the day, as it was said.", encoding="utf-8")
    (tmp_path / "c.jsonl").write_text('{"id": "c", "text": "It was \\u0050utin who was there all the day."}', encoding="utf-8")
    assert take(Intake(paths=(str(tmp_path),)), lexicon)[:2] == (["a", "b", "c"], {})


# --- languages ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (OURS, "en"),
        (THEIRS, "en"),
        (KOREAN, "ko"),
        (RUSSIAN, "ru"),
        (GERMAN, "de"),
        (FRENCH, "fr"),
        (
            "El presidente ruso se reunió con el líder norcoreano en el este de Rusia y los dos hablaron de la cooperación.",
            "es",
        ),
        (
            "ロシアのプーチン大統領は北朝鮮の金正恩総書記と会談し、両国の協力について話し合ったと通信社が伝えた。これは二回目の会談である。",
            "ja",
        ),
        (
            "俄罗斯总统普京与朝鲜领导人金正恩在平壤举行会谈，双方就两国合作交换意见，并签署了条约。据通讯社报道，会谈持续了两个小时以上。",
            "zh",
        ),
        (
            "Kim Jong Un, Kim Yong Nam, Choe Yong Rim, Ri Yong Ho, Kim Yong Chun, Jon Pyong Ho, Kim Kuk Thae, Kim Ki Nam, Choe Thae Bok",
            None,
        ),
        ("PUTIN MEETS KIM IN PYONGYANG, TREATY SIGNED, TROOPS SENT", None),
        ("Kim met Putin.", None),
        ("", None),
        ("12 345 678", None),
        (f"{OURS} {KOREAN[:30]} {THEIRS}", "en"),
    ],
)
def test_the_language_of_a_text(lexicon: Lexicon, text: str, language: str | None) -> None:
    assert find_language(text, lexicon.words("FunctionWord")) == language


def test_of_a_text_too_short_to_tell_what_is_said_of_it_counts(tmp_path: Path, lexicon: Lexicon) -> None:
    path = lines(tmp_path / "a.jsonl", "Kim met Putin.", language="ko-KR")
    assert take(Intake(paths=(str(path),)), lexicon) == ([], {"in ko": 1}, [])
    path = lines(tmp_path / "a.jsonl", OURS, language="ko")
    assert take(Intake(paths=(str(path),)), lexicon)[0] == ["a0"]


# --- what is said of it ---------------------------------------------------------------------------


@pytest.mark.model
def test_the_report_counts_what_was_passed_over(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", OURS, THEIRS, KOREAN)
    report = build(path, tmp_path / "out")
    assert (report.articles, report.passed) == (1, {"naming nobody watched": 1, "in ko": 1})
    assert json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))["passed"] == report.passed
    assert describe(report).startswith("1 article, 2 passed over (1 in ko, 1 naming nobody watched), 1 claim")
    assert add(path, tmp_path / "out").passed == report.passed
    assert add(Intake(paths=(str(path),), everything=True), tmp_path / "out").articles == 2


@pytest.mark.model
def test_where_all_was_passed_over_nothing_is_built_and_the_reason_said(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", THEIRS, THEIRS)
    with pytest.raises(ReadError, match=r"no article was read: 2 passed over \(2 naming nobody watched\)"):
        build(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.model
def test_the_python_api_reads_an_intake(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(
        json.dumps({"articles": [{"body": f"<p>{OURS}</p>", "when": "8 April 2024", "src": {"name": "Radio"}}]}), encoding="utf-8"
    )
    fields = {"text": "body", "published": "when", "publisher": "src.name"}
    graph = build_graph(Intake(paths=(str(path),), fields=fields))
    (row,) = graph.met("Kim Jong Un", "Lavrov")
    assert (row.date, len(graph.met())) == ("2024-04-05", 1)


def test_skips_are_summed_up_by_their_kind() -> None:
    reasons = ["no text", "no text", "not JSON: x (character 3)", "id 'x' was already read as a.txt", 'lacks "text"; b: say so']
    skips = [Skip(path="a", reason=reason) for reason in reasons]
    assert describe_skips(skips) == '5 skipped (2 no text, 1 id was already read, 1 lacks "text", 1 not JSON)'
    assert describe_skips([]) == ""
    assert describe_passed({"in ko": 2, "naming nobody watched": 1200}) == "1,202 passed over (1,200 naming nobody watched, 2 in ko)"
    assert describe_passed({}) == ""


# --- the command line -----------------------------------------------------------------------------


@pytest.mark.model
def test_extract_reads_whatever_it_is_given_and_build_what_is_watched(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(lines(tmp_path / "a.jsonl", OURS, THEIRS, published="2024-04-08"))
    for options, docs in (
        ([], {"a0", "a1"}),
        (["--watched"], {"a0"}),
        (["--watch", "China"], {"a1"}),
        (["--watch", "China", "--all"], {"a0", "a1"}),
    ):
        assert main(["extract", path, *options]) == 0
        printed, told = capsys.readouterr()
        assert {json.loads(line)["doc"] for line in printed.splitlines()} == docs
        assert told == ("" if len(docs) == 2 else "kg: 1 passed over (1 naming nobody watched)\n")
    for options, count in (([], 1), (["--all"], 2)):
        assert main(["build", path, "-o", str(tmp_path / "out"), *options]) == 0
        assert f"{count} article" in capsys.readouterr()[0]


@pytest.mark.model
def test_records_of_others_are_read_by_a_mapping(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.csv").write_text(f'headline,body,date\nTalks,"{OURS}",8 April 2024\n', encoding="utf-8")
    assert main(["extract", str(tmp_path / "a.csv")]) == 1
    assert 'lacks "text"; --map text=body would read' in capsys.readouterr()[1]
    assert main(["extract", str(tmp_path / "a.csv"), "--map", "text=body,published=date,title=headline"]) == 0
    assert json.loads(capsys.readouterr()[0].splitlines()[0])["date"] == "2024-04-05"


@pytest.mark.parametrize(
    ("mapping", "reason"),
    [("text", "'text' is no FIELD=NAME"), ("body=text", "'body' is no field of an article"), ("text=a,text=b", "'text' is given twice")],
)
def test_a_mapping_that_is_none_is_refused(mapping: str, reason: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["extract", "a.json", "--map", mapping]) == 1
    assert reason in capsys.readouterr()[1]


@pytest.mark.model
def test_files_and_folders_are_left_out_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.txt", "b.bak.txt", "drafts/c.txt", "sub/d.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(OURS, encoding="utf-8")
    assert main(["extract", str(tmp_path), "--exclude", "*.bak.txt", "--exclude", "drafts"]) == 0
    assert {json.loads(line)["doc"] for line in capsys.readouterr()[0].splitlines()} == {"a", "d"}


def read_some(terminal: int) -> bytes:
    """What a terminal has next, which may be less than all; nothing once the other end is closed."""
    try:
        return os.read(terminal, 10_000)
    except OSError:
        return b""


def test_progress_on_a_terminal_has_counts_rate_share_and_time(monkeypatch: pytest.MonkeyPatch) -> None:
    parent, child = pty.openpty()
    clock = iter(range(0, 10_000, 10))
    with os.fdopen(child, "w") as terminal:
        monkeypatch.setattr("sys.stderr", terminal)
        monkeypatch.setattr("time.monotonic", lambda: float(next(clock)))
        watch, gauge = Watch(), Gauge(total=100, done=25)
        watch(gauge)
        watch(Passed(reason="naming nobody watched", count=1234))
        watch(Skip(path="b.txt", reason="no text"))
        watch("validating")
        watch.clear()
    shown = b"".join(iter(lambda: read_some(parent), b"")).decode()
    os.close(parent)
    assert "0 articles, 1,234 passed over, 0 a second, 25%, " in shown
    assert "1 skipped" in shown
    assert "min left" in shown
    assert "kg: skipped b.txt: no text" in shown
    assert "validating …" in shown


def test_the_gauge_goes_from_nothing_to_all(tmp_path: Path, lexicon: Lexicon) -> None:
    for n in range(3):
        (tmp_path / f"{n}.txt").write_text(f"{OURS} {n}", encoding="utf-8")
    gauge = Gauge()
    seen = [gauge.done for _ in read_intake(Intake(paths=(str(tmp_path),)), lexicon, gauge)]
    assert seen == sorted(seen)
    assert gauge.done == gauge.total == sum(file.stat().st_size for file in tmp_path.iterdir())


# --- what a review found --------------------------------------------------------------------------


def test_of_two_files_of_one_name_in_an_archive_the_second_is_named(tmp_path: Path, lexicon: Lexicon) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x.txt", OURS)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("x.txt", OURS + " Twice.")
    ids, _, skips = take(Intake(paths=(str(tmp_path),)), lexicon)
    assert ids == ["x"]
    assert [skip.reason.split(",")[0] for skip in skips] == [f"id 'x' was already read as {tmp_path}/a.zip/x.txt"]


def test_a_part_without_a_head_belongs_to_the_article_before_it(tmp_path: Path, lexicon: Lexicon) -> None:
    heads = [f"Headline: {name}\nDate: {day} April 2024\nSection: World\n\n{OURS} {name}" for name, day in (("One", 5), ("Two", 6))]
    (tmp_path / "a.txt").write_text("\n-----\n".join([*heads, "End of file"]), encoding="utf-8")
    found = [one for one in read_intake(Intake(paths=(str(tmp_path),)), lexicon) if isinstance(one, Article)]
    assert [(str(one.source.published), one.source.title) for one in found] == [("2024-04-05", "One"), ("2024-04-06", "Two")]
    assert [one.text.endswith(end) for one, end in zip(found, ("One", "End of file"), strict=True)] == [True, True]


def test_the_nearest_manifest_tells(tmp_path: Path, lexicon: Lexicon) -> None:
    for folder in ("abc", "zzz"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{folder}.txt").write_text(OURS, encoding="utf-8")
        (tmp_path / folder / "sources.jsonl").write_text(json.dumps({"file": f"{folder}.txt", "title": "near"}), encoding="utf-8")
    far = "\n".join(json.dumps({"file": f"{folder}/{folder}.txt", "title": "far"}) for folder in ("abc", "zzz"))
    (tmp_path / "sources.jsonl").write_text(far, encoding="utf-8")
    found = [one for one in read_intake(Intake(paths=(str(tmp_path),)), lexicon) if isinstance(one, Article)]
    assert [one.source.title for one in found] == ["near", "near"]


@pytest.mark.parametrize(
    ("pattern", "left"), [("drafts", ["a", "b"]), ("in", ["a", "b"]), ("news", ["b"]), ("news/*.txt", ["b"]), ("a.*", ["b"])]
)
def test_a_pattern_speaks_of_what_lies_below_what_is_given(tmp_path: Path, lexicon: Lexicon, pattern: str, left: list[str]) -> None:
    for name in ("drafts/in/news/a.txt", "drafts/in/b.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"{OURS} {name}", encoding="utf-8")
    assert sorted(take(Intake(paths=(str(tmp_path / "drafts" / "in"),), exclude=(pattern,)), lexicon)[0]) == left
    if pattern == "drafts":
        with pytest.raises(QueryError, match="empty pattern"):
            take(Intake(paths=(str(tmp_path),), exclude=("",)), lexicon)


@pytest.mark.parametrize(
    ("said", "reason"),
    [("English", None), ("eng", None), ("en_US", None), ("x" * 1000, None), ("qq", None), ("ru-RU", "in ru"), ("KO", "in ko")],
)
def test_what_is_said_of_a_language_counts_where_it_names_one(tmp_path: Path, lexicon: Lexicon, said: str, reason: str | None) -> None:
    path = lines(tmp_path / "a.jsonl", "KIM MEETS PUTIN", language=said)
    assert take(Intake(paths=(str(path),)), lexicon)[1] == ({reason: 1} if reason else {})


def test_an_article_whose_title_names_somebody_is_read(tmp_path: Path, lexicon: Lexicon) -> None:
    path = lines(tmp_path / "a.jsonl", "They met on Friday, and spoke for an hour.", title="Putin and Kim in Moscow")
    assert take(Intake(paths=(str(path),)), lexicon)[0] == ["a0"]


def test_a_summary_names_some_kinds_whatever_the_reasons_are() -> None:
    skips = [Skip(path="a", reason=f"odd thing {n}") for n in range(100)] + [
        Skip(path="a", reason=f'id "it\'s {n}" was already read as b') for n in range(5)
    ]
    assert describe_skips(skips).startswith("105 skipped (5 id was already read, 1 odd thing 0, ")
    assert describe_skips(skips).endswith(", 93 other)")


@pytest.mark.model
def test_a_slip_on_the_command_does_not_cost_what_was_read(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", *(f"{OURS} {'x' * 70_000} {n}" for n in range(3)))
    out = tmp_path / "out"

    def stop(found: object) -> None:
        if isinstance(found, Article) and found.id == "a1":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(path, out, progress=stop)
    kept = (out / ".journal").read_bytes()
    with pytest.raises(QueryError):
        build(Intake(paths=(str(path),), watch=("Lavrof",)), out)
    assert (out / ".journal").read_bytes() == kept
    damaged = bytearray(kept)
    damaged[-5] ^= 1
    (out / ".journal").write_bytes(damaged)
    assert build(path, out).articles == 3
    assert not (out / ".journal").exists()
