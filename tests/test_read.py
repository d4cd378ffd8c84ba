"""Reading: what becomes an article, with which text and source, and the one line for what does not."""

import codecs
import datetime as dt
import io
import itertools
import json
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from kg.formats.piece import MOST_BYTES
from kg.records import Article, Skip
from kg.stages.read import KINDS, read

TEXT = "The two ministers met on Friday."


def one(found: Sequence[Article | Skip]) -> Article:
    assert [type(item) for item in found] == [Article], found
    assert isinstance(found[0], Article)
    return found[0]


def skipped(found: Sequence[Article | Skip]) -> list[Skip]:
    return [item for item in found if isinstance(item, Skip)]


def ids(found: Sequence[Article | Skip]) -> list[str]:
    return [item.id for item in found if isinstance(item, Article)]


def put(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_the_seeds_have_their_dates_and_publishers(seeds: Path) -> None:
    found = list(read([seeds]))
    assert skipped(found) == []
    sources = [item.source for item in found if isinstance(item, Article)]
    assert [(source.published, source.publisher, source.published_why) for source in sources] == [
        (dt.date(2024, 9, 14), "IANS", "sources.jsonl"),
        (dt.date(2023, 10, 12), "Yonhap News Agency", "sources.jsonl"),
        (dt.date(2025, 6, 5), None, "sources.jsonl"),
        (dt.date(2023, 10, 21), "Reuters", "sources.jsonl"),
        (dt.date(2025, 7, 13), None, "sources.jsonl"),
    ]


# --- texts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (TEXT.encode(), TEXT),
        ("김정은 met Путин".encode(), "김정은 met Путин"),
        (codecs.BOM_UTF8 + TEXT.encode(), TEXT),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), TEXT),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), TEXT),
        (b"one\r\ntwo\rthree\nfour\r\n", "one\ntwo\rthree\nfour\n"),
        (b"  spaces stay \n\n", "  spaces stay \n\n"),
        (b"---\nid: x\n---\n\nbody\n", "\nbody\n"),
        (b"---\r\nid: x\r\n---\r\nbody", "body"),
        (b"---\n---\nbody", "body"),
        (b"---\njust a rule above prose\n---\nbody", "---\njust a rule above prose\n---\nbody"),
        (b"---\nno end of it", "---\nno end of it"),
        (b"body\n---\nid: x\n---\n", "body\n---\nid: x\n---\n"),
    ],
)
def test_text_is_what_the_file_decodes_to(tmp_path: Path, content: bytes, text: str) -> None:
    assert one(list(read([put(tmp_path / "a.txt", content)]))).text == text


def test_front_matter_gives_every_field_as_it_is_written(tmp_path: Path) -> None:
    lines = [
        "id: 007",
        'title: "Talks: a second day"',
        "published: 2024-09-14",
        "publisher: Radio",
        "url: https://example.org/a",
        "language: en",
    ]
    article = one(list(read([put(tmp_path / "a.md", "\n".join(["---", *lines, "---", TEXT]))])))
    assert (article.id, article.text) == ("007", TEXT)
    source = article.source
    assert (source.title, source.publisher, source.url) == ("Talks: a second day", "Radio", "https://example.org/a")
    assert (source.published, source.published_why, source.language) == (dt.date(2024, 9, 14), "front matter", "en")


def test_id_of_a_file_is_its_stem(tmp_path: Path) -> None:
    assert one(list(read([put(tmp_path / "2024-09.wire.txt", TEXT)]))).id == "2024-09.wire"


# --- dates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "published", "why"),
    [
        ("2024-09-14", dt.date(2024, 9, 14), "JSON line"),
        ("2024-09-14T23:30:00Z", dt.date(2024, 9, 14), "JSON line"),
        ("2024-09-14 01:00:00+09:00", dt.date(2024, 9, 14), "JSON line"),
        ("2024-09", None, "unreadable date '2024-09' (JSON line)"),
        ("14/09/2024", None, "unreadable date '14/09/2024' (JSON line)"),
        ("2024-02-30", None, "unreadable date '2024-02-30' (JSON line)"),
        ("2024-09-14 or so", None, "unreadable date '2024-09-14 or so' (JSON line)"),
        (20240914, None, "unreadable date '20240914' (JSON line)"),
        ("", None, "none"),
        (None, None, "none"),
        (["2024-09-14"], None, "none"),
    ],
)
def test_published_is_an_iso_day_or_time_and_else_no_date(tmp_path: Path, written: object, published: dt.date | None, why: str) -> None:
    line = json.dumps({"id": "a", "text": TEXT, "published": written})
    source = one(list(read([put(tmp_path / "a.jsonl", line)]))).source
    assert (source.published, source.published_why) == (published, why)


# --- JSON lines -----------------------------------------------------------------------------------


def test_a_json_line_gives_every_field_and_its_text_untouched(tmp_path: Path) -> None:
    fields = {
        "id": 7,
        "text": "one\r\ntwo ",
        "title": "A\ntitle",
        "published": "2024-09-14",
        "publisher": "Radio",
        "url": "u",
        "language": "en",
    }
    article = one(list(read([put(tmp_path / "a.jsonl", json.dumps(fields))])))
    assert (article.id, article.text) == ("7", "one\r\ntwo ")
    source = article.source
    assert (source.title, source.publisher, source.url, source.language) == ("A title", "Radio", "u", "en")


def test_an_article_without_id_keeps_its_id_when_its_line_moves(tmp_path: Path) -> None:
    lines = [json.dumps({"text": text}) for text in ("one", "two")]
    there = ids(list(read([put(tmp_path / "a.jsonl", "\n".join(lines))])))
    back = ids(list(read([put(tmp_path / "a.jsonl", "\n\n".join(reversed(lines)))])))
    assert len(set(there)) == 2
    assert back == there[::-1]
    assert all(name.startswith("a-") for name in there)


def test_a_broken_json_line_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    good = [json.dumps({"id": name, "text": TEXT + name}).encode() for name in "abc"]
    bad = [b'{"text": ', b"[1]", b'{"id": "x"}', b'{"text": 1}', b'{"text": " "}', b'{"text": "\xff"}', b'{"text": "\\u0000"}']
    bad += [b'{"text": "\\ud800"}', b"[" * 100_000, b'{"text": ' + b"1" * 5000 + b"}"]
    path = put(tmp_path / "a.jsonl", b"\n".join([good[0], *bad, b"", good[1], good[2]]))
    found = list(read([path]))
    assert ids(found) == ["a", "b", "c"]
    assert [(skip.line, skip.reason) for skip in skipped(found)] == [
        (2, "not JSON: Expecting value (character 9)"),
        (3, "not a JSON object"),
        (4, 'lacks "text"'),
        (5, 'lacks "text"'),
        (6, "no text"),
        (7, "not UTF-8 (byte 0xff at offset 10)"),
        (8, "not text (character U+0000 at offset 0)"),
        (9, "not text (character U+D800 at offset 0)"),
        (10, "not JSON: nested too deeply"),
        (11, "not JSON: a number is too long"),
    ]
    assert {skip.path for skip in skipped(found)} == {str(path)}


def test_a_line_that_is_too_long_is_skipped_alone(tmp_path: Path) -> None:
    long = b'{"text": "' + b"x" * MOST_BYTES + b'"}'
    found = list(read([put(tmp_path / "a.jsonl", b"\n".join([long, json.dumps({"id": "b", "text": TEXT}).encode()]))]))
    assert ids(found) == ["b"]
    assert [(skip.line, skip.reason) for skip in skipped(found)] == [(1, "longer than 20,000,000 bytes")]


def test_json_lines_may_be_utf_16(tmp_path: Path) -> None:
    lines = "".join(json.dumps({"id": name, "text": "лёд"}, ensure_ascii=False) + "\r\n" for name in "ab")
    assert ids(list(read([put(tmp_path / "a.jsonl", lines.encode("utf-16"))]))) == ["a", "b"]


def test_a_reason_is_one_line_whatever_the_input_has_in_it(tmp_path: Path) -> None:
    lines = [{"a\nb\x1b[31m\u2028": "some words"}, {"text": TEXT, "published": "\n" + "9" * 1000}, {"id": "x" * 1000, "text": TEXT}]
    found = list(read([put(tmp_path / "a.jsonl", "\n".join(map(json.dumps, [*lines, lines[-1]])))]))
    assert [skip.reason for skip in skipped(found)] == [
        'lacks "text"; --map text=a b [31m would read the longest of a b [31m',
        f"id '{'x' * 80}…' was already read as {tmp_path / 'a.jsonl'}, line 3",
    ]
    assert [item.source.published_why for item in found if isinstance(item, Article)] == [
        f"unreadable date '{'9' * 80}…' (JSON line)",
        "none",
    ]


def test_what_is_too_long_for_a_title_or_a_name_is_none(tmp_path: Path) -> None:
    article = one(list(read([put(tmp_path / "a.jsonl", json.dumps({"id": "x" * 2001, "title": "y" * 2000, "text": TEXT}))])))
    assert article.id.startswith("a-")
    assert article.source.title == "y" * 2000


# --- tables ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "rows", "expected"),
    [
        ("a.csv", b'id,text\na,"One ""quoted"" word"\nb,"Two', ['One "quoted" word', "3: not CSV: a quote is not closed"]),
        ("a.csv", b'id,text\na,"One "quoted" word"\nb,Two', ["2: not CSV: a quote stands within a cell in quotes", "Two"]),
        ("a.csv", b'id,text\na,"One\n\nand a half"\nb,"Two"', ["One\n\nand a half", "Two"]),
        ("a.csv", "id,text\na,Министры\nb,Two".encode().replace(b"\xd1\x8b", b"\xd1"), ["2: not UTF-8 (byte 0xd1 at offset 16)", "Two"]),
        ("a.csv", b"id,text\ra,One\rb,Two\r", ["One", "Two"]),
        ("a.csv", b"id,text,,\na,One,,\nb,Two,,,,", ["One", "Two"]),
        ("a.csv", b"id,text\na,One,and more", ["2: has 3 cells under 2 columns"]),
        ("a.tsv", b'id\ttext\na\t"One" he said\nb\t"Two"', ['"One" he said', "Two"]),
        ("a.csv", b"id,body\na,One word\nb,Two", ['None: lacks "text"; --map text=body would read the longest of body']),
        ("a.csv", b"\n\n", ["None: no text"]),
        ("a.csv", b'"', ["None: not CSV: a quote is not closed"]),
    ],
)
def test_a_row_that_is_broken_costs_itself_alone(tmp_path: Path, name: str, rows: bytes, expected: list[str]) -> None:
    found = list(read([put(tmp_path / name, rows)]))
    assert [item.text if isinstance(item, Article) else f"{item.line}: {item.reason}" for item in found] == expected


# --- archives -------------------------------------------------------------------------------------


def zipped(members: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return out.getvalue()


def test_names_in_an_archive_may_lead_anywhere_and_hidden_files_are_left_out(tmp_path: Path) -> None:
    names = ["a.txt", "../b.txt", "/c.txt", "one\\d.txt", "./e.txt", ".f.txt", "one/.git/g.txt", "__MACOSX/h.txt", "sources.jsonl"]
    found = list(read([put(tmp_path / "a.zip", zipped({name: TEXT + name for name in names}))]))
    assert ids(found) == ["a", "b", "c", "d", "e"]
    assert skipped(found) == [Skip(path=str(tmp_path / "a.zip" / "sources.jsonl"), reason="is not obeyed within an archive")]


# --- standard input -------------------------------------------------------------------------------


def test_standard_input_is_json_lines_where_it_begins_with_a_brace() -> None:
    data = b"\n \n" + json.dumps({"id": "a", "text": TEXT}).encode() + b'\n{"text": 1}\n'
    found = list(read(["-"], stdin=io.BytesIO(data)))
    assert ids(found) == ["a"]
    assert skipped(found) == [Skip(path="-", line=4, reason='lacks "text"')]


def test_standard_input_is_else_one_text_named_by_its_content() -> None:
    first, again, other = (one(list(read(["-"], stdin=io.BytesIO(data)))) for data in (b"\n\none {\n", b"\n\none {\n", b"two"))
    assert first.text == "\n\none {\n"
    assert first.id.startswith("stdin-")
    assert first.id == again.id != other.id


@pytest.mark.parametrize(("data", "reason"), [(b"", "no text"), (b" \n\n", "no text"), (b"\0{}", "binary (zero byte at offset 0)")])
def test_standard_input_that_is_no_text_is_skipped(data: bytes, reason: str) -> None:
    assert list(read(["-"], stdin=io.BytesIO(data))) == [Skip(path="-", reason=reason)]


# --- manifests ------------------------------------------------------------------------------------


def test_a_broken_manifest_line_is_named_and_the_rest_counts(tmp_path: Path) -> None:
    put(tmp_path / "a.txt", TEXT)
    put(tmp_path / "sub" / "b.txt", TEXT + "b")
    lines = [
        '{"file": "a.txt", "publisher": "Radio", "published": "2024-09-14"}',
        "{",
        '{"publisher": "nobody"}',
        '{"file": "gone.txt"}',
        '{"file": "a.txt", "publisher": "Another"}',
        '{"file": "sub/b.txt", "publisher": "Deep"}',
    ]
    manifest = put(tmp_path / "sources.jsonl", "\n".join(lines))
    found = list(read([tmp_path]))
    assert [(item.id, item.source.publisher) for item in found if isinstance(item, Article)] == [("a", "Radio"), ("b", "Deep")]
    assert skipped(found) == [
        Skip(path=str(manifest), line=2, reason="not JSON: Expecting property name enclosed in double quotes (character 2)"),
        Skip(path=str(manifest), line=3, reason='lacks "file"'),
        Skip(path=str(manifest), line=4, reason="names 'gone.txt', which is missing"),
        Skip(path=str(manifest), line=5, reason="names 'a.txt' a second time"),
    ]


def test_one_file_of_a_folder_does_not_complain_of_the_others(tmp_path: Path) -> None:
    put(tmp_path / "sources.jsonl", '{"file": "gone.txt"}\n{"file": "a.txt", "publisher": "Radio"}')
    assert one(list(read([put(tmp_path / "a.txt", TEXT)]))).source.publisher == "Radio"


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.jsonl", '{"text": "x", "title": "own"}', ("own", "manifest", "manifest")),
        ("a.txt", "---\ntitle: own\npublisher: ~\n---\nx", ("own", "manifest", "manifest")),
        (
            "a.html",
            '<title>page</title><meta property="og:site_name" content="page"><link rel="canonical" href="page"><p>x',
            ("manifest", "manifest", "page"),
        ),
    ],
)
def test_lines_and_front_matter_win_over_the_manifest_and_that_over_the_page(
    tmp_path: Path, name: str, content: str, expected: tuple[str, str, str]
) -> None:
    entry = {"file": name, "title": "manifest", "publisher": "manifest", "url": None if name == "a.html" else "manifest"}
    put(tmp_path / "sources.jsonl", json.dumps(entry))
    source = one(list(read([put(tmp_path / name, content)]))).source
    assert (source.title, source.publisher, source.url) == expected


# --- pages ----------------------------------------------------------------------------------------


def test_a_page_gives_its_paragraphs_and_its_metadata(tmp_path: Path) -> None:
    page = """<!doctype html><html lang="en-GB"><head><title>Talks &amp; more</title>
      <meta property="article:published_time" content="2024-09-14T08:00:00+09:00"><meta property="og:site_name" content="Radio">
      <meta property="og:url" content="https://example.org/a"><script>var p = "<p>no</p>";</script></head>
      <body><nav><p>Menu</p></nav><article><header><p>By a hand</p></header><p>The <b>two</b> ministers&nbsp;met.</p>
      <!-- <p>no</p> --><p>They<br>parted.</p></article><article><p>Short.</p></article><footer><p>Imprint</p></footer></body></html>"""
    article = one(list(read([put(tmp_path / "a.html", page)])))
    assert article.text == "The two ministers met.\n\nThey parted."
    source = article.source
    assert (source.title, source.publisher, source.url, source.language) == ("Talks & more", "Radio", "https://example.org/a", "en-GB")
    assert (source.published, source.published_why) == (dt.date(2024, 9, 14), "HTML metadata")


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>one<p>two", "one\n\ntwo"),
        ("<main><p>one</p></main><p>two</p>", "one"),
        ("one<br>two<div>three</div>", "one\n\ntwo\n\nthree"),
        ('<?xml version="1.0" encoding="utf-16"?><p>é', "é"),
    ],
)
def test_a_page_with_poor_markup_still_gives_its_text(tmp_path: Path, page: str, text: str) -> None:
    assert one(list(read([put(tmp_path / "a.htm", page)]))).text == text


# --- what is not read -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"", "no text"),
        ("a.txt", b" \n\t\n", "no text"),
        ("a.txt", b"---\nid: x\n---\n", "no text"),
        ("a.txt", b"\x89PNG\0\0", "binary (zero byte at offset 4)"),
        ("a.txt", bytes(range(128, 256)), "not UTF-8 (byte 0x80 at offset 0)"),
        ("a.txt", codecs.BOM_UTF8 + b"caf\xe9", "not UTF-8 (byte 0xe9 at offset 6)"),
        ("a.txt", codecs.BOM_UTF16_LE + b"\x00\xd8", "not UTF-16 (byte 0x00 at offset 2)"),
        ("a.txt", b"x" * (MOST_BYTES + 1), "longer than 20,000,000 bytes"),
        ("a.md", b"---\ntitle: a: b\n---\nx", "front matter is not YAML (line 2)"),
        ("a.md", b"---\nx: " + b"[" * 1000 + b"\n---\nx", "front matter is not YAML"),
        ("a.html", b"<script>x</script>", "no text"),
        ("a.pdf", b"%PDF", "not a PDF that can be read: Stream has ended unexpectedly"),
        ("a.docx", TEXT.encode(), f"not a kind of file that is read ({', '.join(KINDS)})"),
        ("a", TEXT.encode(), f"not a kind of file that is read ({', '.join(KINDS)})"),
    ],
)
def test_a_bad_file_gives_one_line_and_the_rest_is_read(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    bad, good = put(tmp_path / name, content), put(tmp_path / "good.txt", TEXT)
    found = list(read([bad, good]))
    assert ids(found) == ["good"]
    assert skipped(found) == [Skip(path=str(bad), reason=reason)]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("gone.txt", "no such file or folder"),
        ("gone/*.txt", "no file matches"),
        ("[", "no file matches"),
        ("x" * 5000, "file name too long"),
        ("a\0b", "no such file or folder"),
        ("--help", "no such file or folder"),
    ],
)
def test_a_path_that_leads_nowhere_gives_one_line(path: str, reason: str) -> None:
    assert [skip.reason for skip in skipped(list(read([path])))] == [reason]


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    put(tmp_path / "a.txt", TEXT)
    (tmp_path / "round.txt").symlink_to(tmp_path / "round.txt")
    (tmp_path / "folder").symlink_to(tmp_path, target_is_directory=True)
    found = list(read([tmp_path]))
    assert ids(found) == ["a"]
    assert skipped(found) == [Skip(path=str(tmp_path / "round.txt"), reason="too many levels of symbolic links")]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    assert list(read([tmp_path])) == [Skip(path=str(tmp_path / "a.txt"), reason="not a plain file")]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_gives_one_line(tmp_path: Path) -> None:
    path = put(tmp_path / "a.txt", TEXT)
    path.chmod(0)
    assert list(read([path])) == [Skip(path=str(path), reason="permission denied")]


# --- many paths -----------------------------------------------------------------------------------


def test_any_order_and_any_way_to_name_the_files_gives_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("b.txt", "a/z.txt", "a/-q.txt", "c[1].md"):
        put(tmp_path / name, TEXT + name)
    put(tmp_path / ".git" / "x.txt", "hidden")
    (tmp_path / "y.txt").symlink_to(tmp_path / "b.txt")
    expected = ["-q", "z", "b", "c[1]"]
    assert ids(list(read(["."]))) == expected
    for paths in itertools.permutations([".", "b.txt", "./a", "a/*.txt", "**/*.txt", str(tmp_path / "a")], 3):
        found = list(read([*paths, ".", "c[1].md"]))
        assert (sorted(ids(found)), skipped(found)) == (sorted(expected), [])
    orders = [list(read(paths)) for paths in itertools.permutations(["a", "b.txt", "c[1].md", "gone", "a/*.txt"])]
    assert all(order == orders[0] for order in orders)
    assert ids(orders[0]) == expected


def test_an_id_is_used_once_and_the_reason_names_the_first(tmp_path: Path) -> None:
    lines = [json.dumps({"id": "x", "text": text}) for text in ("one", "one", "two")]
    path = put(tmp_path / "a.jsonl", "\n".join(lines))
    put(tmp_path / "b" / "x.txt", "three")
    found = list(read([tmp_path]))
    assert ids(found) == ["x"]
    assert [(skip.line, skip.reason) for skip in skipped(found)] == [
        (2, f"id 'x' was already read as {path}, line 1"),
        (3, f"id 'x' was already read as {path}, line 1, with another text"),
        (None, f"id 'x' was already read as {path}, line 1, with another text; sources.jsonl may give it another id"),
    ]


def test_names_of_files_become_ids_that_can_be_written(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9\nx.txt")).write_text(TEXT)
    assert one(list(read([tmp_path]))).id == "caf? x"


def test_reading_is_lazy(tmp_path: Path) -> None:
    for name in "ab":
        put(tmp_path / f"{name}.txt", TEXT)
    found = read([tmp_path])
    assert isinstance(next(found), Article)
    (tmp_path / "b.txt").unlink()
    assert next(found) == Skip(path=str(tmp_path / "b.txt"), reason="no such file or directory")
