"""Inputs that mean ill in ways of which a small file tells nothing: without end, deep, swelling, changing while they are read."""

import bz2
import gzip
import io
import json
import os
import tarfile
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from kg.cli import main
from kg.formats.dump import read_csv, read_json
from kg.formats.feed import read_feed
from kg.formats.lines import read_lines
from kg.formats.page import read_page
from kg.formats.piece import FREE_BYTES, Asked, Fault, Piece, Reader
from kg.formats.plain import read_text
from kg.formats.warc import read_warc
from kg.records import Article, Skip
from kg.stages.read import MOST_NAMED, Found, read
from kg.unpack import unpack

TEXT = "The envoys met."
MIB = 1 << 20
TOO_LONG = "longer than 20,000,000 bytes"
TOO_MUCH = "unpacks to more than 200 times its size"
LINE = json.dumps({"id": "a", "text": TEXT}).encode()
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + TEXT.encode()
RECORD = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://x.example/\r\nContent-Type: application/http; msgtype=response\r\n"
RECORD += b"Content-Length: %d\r\n\r\n%s\r\n\r\n" % (len(PAGE), PAGE)


class Long(io.RawIOBase):
    """A stream of some bytes, one that comes again so many times, and some more; it holds none of it."""

    def __init__(self, before: bytes, part: bytes, times: int, after: bytes) -> None:
        self._parts = self._make(before, part, times, after)
        self._held = b""

    @staticmethod
    def _make(before: bytes, part: bytes, times: int, after: bytes) -> Iterator[bytes]:
        yield before
        block = part * (MIB // len(part))
        for _ in range(times // (MIB // len(part))):
            yield block
        yield after

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._held:
            part = next(self._parts, None)
            if part is None:
                return 0
            self._held = part
        data, self._held = self._held[: len(buffer)], self._held[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)


def long(before: bytes, part: bytes, times: int, after: bytes = b"") -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(Long(before, part, times, after)))


def measure(make: Callable[[], list[str]]) -> tuple[list[str], int]:
    """What is made, and how many MiB were held for it at most."""
    tracemalloc.start()
    try:
        return make(), tracemalloc.get_traced_memory()[1] // MIB
    finally:
        tracemalloc.stop()


def told(reader: Reader, stream: BinaryIO) -> list[str]:
    """The texts that a reader finds, and its reasons."""
    found: list[str] = []
    try:
        for item in reader(stream, Asked()):
            if isinstance(item, Piece):
                found.append(item.text)
            elif isinstance(item, Fault):
                found.append(f"{item.at}: {item.reason}")
    except Exception as error:
        found.append(str(error))
    return found


def describe(found: Found) -> tuple[str, int | None, str]:
    if isinstance(found, Article):
        return found.id, None, found.text
    return (Path(found.path).name, found.line, found.reason) if isinstance(found, Skip) else ("", None, found.reason)


# --- without end ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reader", "before", "part", "after", "expected"),
    [
        (read_lines, LINE + b'\n{"text": "', b"x", b'"}\n' + LINE, [TEXT, f"2: {TOO_LONG}", TEXT]),
        (read_lines, LINE + b"\n", b"\0", b"", [TEXT, f"2: {TOO_LONG}"]),
        (read_csv, b"id,text\na,One\nb,", b"x", b"\nc,Two\n", ["One", f"3: {TOO_LONG}", "Two"]),
        (read_csv, b'id,text\na,One\nb,"', b"x", b'"\nc,Two\n', ["One", f"3: {TOO_LONG}", "Two"]),
        (read_csv, b"", b"x", b"", [TOO_LONG]),
        (read_warc, RECORD, b"x", b"\r\n" + RECORD, [TEXT, "2: not a WARC record", TEXT]),
        (read_text, b"", b"x", b"", [TOO_LONG]),
        (read_json, b"[", b"1,", b"]", [TOO_LONG]),
        (read_page, b"", b"<p>", b"", [TOO_LONG]),
        (read_feed, b"", b"<item>", b"", [TOO_LONG]),
    ],
)
def test_half_a_gigabyte_without_a_break_costs_itself_and_little_memory(
    reader: Reader, before: bytes, part: bytes, after: bytes, expected: list[str]
) -> None:
    found, most = measure(lambda: told(reader, long(before, part, 512 * MIB // len(part), after)))
    assert found == expected
    assert most < 150


def test_a_quote_that_is_never_closed_costs_its_row_in_a_long_table_too() -> None:
    rows = b"b,Nothing is quoted in this row that comes again" + b" and again" * 100 + b".\n"
    table = long(b'id,text\na,One\nx,"No end\n', rows, MIB * 22 // len(rows), b'c,"Two"\n')
    assert [text for text in told(read_csv, table) if "again" not in text] == ["One", f"3: {TOO_LONG}", "Two"]


# --- deep -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.json", b"[" * 5_000_000, "not JSON: nested too deeply"),
        ("a.json", b'{"articles":' * 1_000_000, "not JSON: nested too deeply"),
        ("a.jsonl", b'{"text":' * 1_000_000, "not JSON: nested too deeply"),
        ("a.md", b"---\nx: " + b"[" * 9000 + b"\n---\nx", "front matter is not YAML"),
        ("a.md", b"---\nx: " + b"{a: " * 4000 + b"\n---\nx", "front matter is not YAML"),
        ("a.html", b"<div>" * 1_000_000 + b"x", "nested too deeply to parse"),
        ("a.xml", b"<rss>" + b"<item>" * 20_000, None),
        ("a.eml", b"Subject: x\nContent-Type: message/rfc822\n\n" * 3000, None),
    ],
)
def test_what_is_deep_is_one_reason(tmp_path: Path, name: str, data: bytes, reason: str | None) -> None:
    (tmp_path / name).write_bytes(data)
    (tmp_path / "good.txt").write_text(TEXT)
    found = [describe(item) for item in read([tmp_path])]
    assert ("good", None, TEXT) in found
    if reason:
        assert [why for path, _, why in found if path == name] == [reason]


# --- swelling ---------------------------------------------------------------------------------------


def bomb(level: int) -> bytes:
    """Much packed in little: a quarter of a gigabyte, once or twice over."""
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=9, mtime=0) as packed:
        for _ in range(256):
            packed.write(bytes(MIB))
    return out.getvalue() if level == 1 else gzip.compress(out.getvalue())


@pytest.mark.parametrize(
    ("name", "level", "reasons"),
    [
        ("a.txt.gz", 1, [TOO_LONG]),
        ("a.html.gz", 1, [TOO_LONG]),
        ("a.jsonl.gz", 1, [TOO_LONG, TOO_MUCH]),
        ("a.csv.gz", 1, [TOO_LONG]),
        ("a.jsonl.gz.gz", 2, [TOO_LONG, TOO_MUCH]),
        ("a.tar.gz", 1, []),
    ],
)
def test_what_swells_is_unpacked_so_far_and_no_further(tmp_path: Path, name: str, level: int, reasons: list[str]) -> None:
    (tmp_path / name).write_bytes(bomb(level))

    def reasons_of() -> list[str]:
        return [item.reason for item in read([tmp_path]) if isinstance(item, Skip)]

    found, most = measure(reasons_of)
    assert found == reasons
    assert most < 150


def test_many_files_of_an_archive_have_one_bound_together(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("good.txt", TEXT)
        for number in range(8):
            archive.writestr(f"{number}.jsonl.bz2", bz2.compress(bytes(30 * MIB)))
    found = [describe(item) for item in read([tmp_path])]
    assert found[0] == ("good", None, TEXT)
    assert found[-1] == ("a.zip", None, f"{TOO_MUCH}, so the rest of it is not read")
    assert len({name for name, _, _ in found}) <= 2 + FREE_BYTES // (30 * MIB) + 1


def test_what_is_large_and_no_bomb_is_unpacked_whole() -> None:
    packed = gzip.compress(b"".join(b"%d\n" % number for number in range(2_000_000)), compresslevel=1)
    (opened,) = unpack("a.txt.gz", io.BytesIO(packed), len(packed))
    assert opened.stream is not None
    assert sum(1 for _ in opened.stream) == 2_000_000


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME])
def test_a_tape_archive_may_say_so_much_of_a_file_and_no_more(kind: bytes) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, type_, data in (("good.txt", tarfile.REGTYPE, TEXT.encode()), ("x", kind, b"0" * 100_000)):
            info = tarfile.TarInfo(name)
            info.type, info.size = type_, len(data)
            archive.addfile(info, io.BytesIO(data))
    before, found = time.monotonic(), []
    for opened in unpack("a.tgz", io.BytesIO(packed.getvalue()), len(packed.getvalue())):
        found.append((opened.name, opened.stream.read().decode() if opened.stream else opened.reason))
    assert found == [("a.tgz/good.txt", TEXT), ("a.tgz", "cannot be unpacked: a header of more than 8,192 bytes")]
    assert time.monotonic() - before < 5


# --- broken off, changing, of another kind ----------------------------------------------------------


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_lines_before_a_break_are_read(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    lines = b"".join(json.dumps({"id": str(number), "text": os.urandom(600).hex()}).encode() + b"\n" for number in range(3000))
    suffix = {gzip.compress: "gz", bz2.compress: "bz2"}[pack]
    packed = pack(lines)
    (tmp_path / f"a.jsonl.{suffix}").write_bytes(packed[: len(packed) * 2 // 3])
    found = list(read([tmp_path]))
    assert 1000 < sum(isinstance(item, Article) for item in found) < 2100
    assert describe(found[-1]) == (
        f"a.jsonl.{suffix}",
        None,
        "cannot be unpacked: compressed file ended before the end-of-stream marker was reached",
    )


def test_a_file_that_shrinks_while_it_is_read_gives_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"".join(json.dumps({"id": str(number), "text": "x" * 1000}).encode() + b"\n" for number in range(5000)))
    found = read([path])
    first = next(found)
    os.truncate(path, 10)
    rest = list(found)
    assert isinstance(first, Article)
    assert 100 < sum(isinstance(item, Article) for item in rest) < 3000
    assert len([item for item in rest if isinstance(item, Skip)]) <= 1  # the line within which it ends now


def test_an_archive_that_shrinks_while_it_is_read_is_one_reason_for_each_file(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(50):
            archive.writestr(f"{number}.txt", f"{number}" * 100_000)
    found = read([path])
    assert isinstance(next(found), Article)
    os.truncate(path, 1000)
    assert all(item.reason.startswith("cannot be unpacked: ") for item in found if isinstance(item, Skip))


def test_a_file_that_vanishes_is_one_reason_and_the_next_is_read(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / f"{name}.jsonl.gz").write_bytes(gzip.compress(json.dumps({"id": name, "text": TEXT}).encode()))
    found = read([tmp_path])
    next(found)
    (tmp_path / "b.jsonl.gz").unlink()
    assert [describe(item) for item in found] == [("b.jsonl.gz", None, "no such file or directory"), ("c", None, TEXT)]


@pytest.mark.parametrize("name", ["a.txt", "a.zip", "a.jsonl.gz", "a.warc.gz", "sources.jsonl"])
def test_a_pipe_is_not_waited_for_whatever_its_name(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    (tmp_path / "good.txt").write_text(TEXT)
    found = [describe(item) for item in read([tmp_path])]
    assert ("good", None, TEXT) in found
    assert [item for item in found if item[0] == name] in ([(name, None, "not a plain file")], [])


@pytest.mark.parametrize("name", ["--all.txt", "-o.txt", "-", "-.txt"])
def test_a_name_that_looks_like_an_option_is_a_file_behind_two_dashes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_text("President Vladimir Putin held talks with Kim Jong Un in Moscow on 3 March 2024, TASS reported.\n")
    assert main(["extract", "--", f"./{name}" if name == "-" else name]) == (1 if name == "-" else 0)
    (out, error) = capsys.readouterr()
    if name == "-":
        assert "not a kind of file that is read" in error
    else:
        assert json.loads(out)["doc"] == Path(name).stem
        assert error.startswith("kg: undated ") and error.count("\n") == 1


def test_a_name_that_is_no_utf_8_is_read_and_can_be_printed(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xef\xe5\xf0.txt")).write_text(TEXT)
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xef\x1b[31m\n.txt")).write_text("")
    for item in read([tmp_path]):
        "".join(map(str, describe(item))).encode()
        assert not {"\n", "\x1b"} & set("".join(map(str, describe(item)))[:-1])


def test_of_very_many_lines_that_cannot_be_read_some_are_named_and_the_rest_is_counted(tmp_path: Path) -> None:
    good = json.dumps({"id": "good", "text": "The two ministers met on Friday."})
    (tmp_path / "a.jsonl").write_text("{\n" * 3000 + good, encoding="utf-8")
    found = list(read([tmp_path]))
    skips = [one for one in found if isinstance(one, Skip)]
    assert [one.id for one in found if isinstance(one, Article)] == ["good"]
    assert (len(skips), skips[-1].reason) == (MOST_NAMED + 1, "2,000 more that cannot be read")
