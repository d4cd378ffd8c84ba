"""Spoiled inputs for every reader: files of the corpus with bits flipped, cut, spliced, repeated, in other encodings, with odd tokens.

`python -m tests.fuzz COUNT [FIRST]` reads COUNT of them, from the seed FIRST on; a seed always makes the same input. Each stands
between two good neighbours, which must be read as ever.
"""

import argparse
import bz2
import gzip
import io
import lzma
import random
import re
import resource
import signal
import sys
import tarfile
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from kg.records import Article
from kg.stages.read import Found, read
from tests.make_inputs import INPUTS

SECONDS = 60  # after so many an input hangs
AGAIN = 25  # every so many-th input is read twice
LARGEST = 400_000  # bytes of an input

# Reader -> the ends of the names of its files.
READERS = {
    "text": (".txt", ".md"), "page": (".html", ".htm"), "feed": (".rss", ".atom", ".rdf", ".xml"), "lines": (".jsonl",), "json": (".json",),
    "table": (".csv", ".tsv"), "mail": (".eml",), "pdf": (".pdf",), "web archive": (".warc", ".warc.gz"),
    "compressed": (".txt.gz", ".html.gz", ".jsonl.gz", ".txt.bz2", ".txt.xz"), "archive": (".zip", ".tar", ".tgz", ".tar.gz"),
}  # fmt: skip
# Bytes that mean something to one reader or another.
TOKENS = (
    b"\0", b"\xff", b"\xed\xa0\x80", b"\xc0\x80", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x1b[31m", b"\x1a", b"\x0c", b"\r", b"\n\n",
    "\u2028\u202e\ue000".encode(), b'"', b"'", b",", b";", b"\t", b"\\", b"\\ud800", b"\\u0000", b"{" * 900, b"[" * 2000, b"1e999", b"-1",
    b"9" * 5000, b"null", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<div>" * 300, b"</p>", b"<p", b"<svg><style>", b"<plaintext>",
    b"&#xD800;", b"&#0;", b"&#x10FFFF;", b"&nbsp", b"<!ENTITY a 'b'>", b"<?xml version='1.0' encoding='utf-7'?>", b"<meta charset=hz>",
    b"---\n", b"- [*a, &a {", b"==========\n", b"Date: 99/99/9999\n", b"2024-02-30", b"=?utf-8?b?/w==?=", b"=?x\0?q?a?=", b"=", b"=3D=\n",
    b"Content-Type: multipart/mixed; boundary=\n\n--\n", b"Content-Transfer-Encoding: base64\n", b"; charset*=''%ff", b"From: a b <,@[\n",
    b"Content-Length: 99999999999\r\n", b"Content-Length: -1\r\n", b"WARC/1.0\r\n", b"\r\n\r\n", b"HTTP/1.1 200 OK\r\n", b"\x1f\x8b\x08",
    b"PK\3\4", b"PK\1\2", b"PK\5\6", b"%PDF-1.7", b"endobj", b"<<", b"/Length 99999999", b"/Kids[2 0 R]", b"(", b"/Filter/FlateDecode",
    b"/Filter[/ASCIIHexDecode/LZWDecode]", b"../../", b"sources.jsonl",
)  # fmt: skip
ENCODINGS = ("utf-16", "utf-16-be", "utf-32", "cp1251", "koi8-r", "cp949", "cp1252", "utf-7", "utf-8-sig", "iso2022_kr", "punycode")
BEFORE, AFTER = "The first neighbour met the envoy in Moscow.", 'The last one said: "We met in Pyongyang."'
STRANGE = re.compile("[\0-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")
FAILED = re.compile("crashes the parser|takes longer than|needs more than")


# --- spoiling ---------------------------------------------------------------------------------------


def flip(chance: random.Random, data: bytes, _: bytes) -> bytes:
    """Some bits are others."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 3, 20))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def cut(chance: random.Random, data: bytes, _: bytes) -> bytes:
    """The end or the beginning is missing."""
    at = chance.randrange(len(data))
    return data[:at] if chance.random() < 0.7 else data[at:]


def splice(chance: random.Random, data: bytes, other: bytes) -> bytes:
    """The beginning of one, the end of another, or one within the other."""
    at, there = chance.randrange(len(data)), chance.randrange(len(other) + 1)
    return data[:at] + other[there:] + (data[at:] if chance.random() < 0.5 else b"")


def repeat(chance: random.Random, data: bytes, _: bytes) -> bytes:
    """A part comes again and again."""
    at = chance.randrange(len(data))
    part = data[at : at + chance.choice((1, 5, 50, 1000))]
    return data[:at] + part * chance.choice((2, 20, 300)) + data[at:]


def delete(chance: random.Random, data: bytes, _: bytes) -> bytes:
    """A part in the middle is missing."""
    at = chance.randrange(len(data))
    return data[:at] + data[at + chance.choice((1, 3, 30, 300)) :]


def insert(chance: random.Random, data: bytes, _: bytes) -> bytes:
    """Tokens stand where they do not belong."""
    for _ in range(chance.choice((1, 2, 5))):
        at = chance.randrange(len(data) + 1)
        data = data[:at] + chance.choice(TOKENS) + data[at:]
    return data


def encode(chance: random.Random, data: bytes, _: bytes) -> bytes:
    """The text, or a part of it, is in another encoding."""
    start = chance.choice((0, chance.randrange(len(data))))
    return data[:start] + data[start:].decode("utf-8", "replace").encode(chance.choice(ENCODINGS), "replace")


def renumber(chance: random.Random, data: bytes, _: bytes) -> bytes:
    """A number is another."""
    found = list(re.finditer(rb"\d+", data))
    if not found:
        return data
    number = chance.choice(found)
    return data[: number.start()] + chance.choice((b"0", b"-1", b"4294967296", b"20000001", b"7")) + data[number.end() :]


SPOIL: tuple[Callable[[random.Random, bytes, bytes], bytes], ...] = (flip, cut, splice, repeat, delete, insert, insert, encode, renumber)


def spoil(chance: random.Random, data: bytes, other: bytes) -> bytes:
    """Spoiled in one way or in several."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        data = chance.choice(SPOIL)(chance, data or b"x", other)[:LARGEST]
    return data


# --- inputs -----------------------------------------------------------------------------------------


@cache
def corpus() -> dict[str, list[tuple[str, bytes]]]:
    """Reader -> the ends of names and the contents of its files, those that are large left out."""
    files = sorted(path for path in INPUTS.rglob("*") if path.is_file() and path.stat().st_size < 20_000)
    return {
        reader: [(suffix, path.read_bytes()) for path in files if (suffix := _suffix(path.name, suffixes)) and path.stem != "expected"]
        for reader, suffixes in READERS.items()
    }


def _suffix(name: str, suffixes: Sequence[str]) -> str | None:
    return max((suffix for suffix in suffixes if name.lower().endswith(suffix)), key=len, default=None)


def pack(suffix: str, data: bytes) -> bytes:
    """A file packed as its name says."""
    return {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}["." + suffix.rpartition(".")[2]](data)


def zipped(members: Sequence[tuple[str, bytes]]) -> bytes:
    """An archive of files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


def taped(members: Sequence[tuple[str, bytes]]) -> bytes:
    """A tape archive of files."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def _line(number: int, text: str) -> bytes:
    return f'{{"id": "good-{number}", "text": "{text}"}}'.encode()


def _page(number: int, text: str) -> bytes:
    content = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + text.encode()
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://x.example/{number}\r\nContent-Type: application/http\r\n"
    return f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content + b"\r\n\r\n"


def within(chance: random.Random, reader: str, suffix: str, spoiled: bytes) -> tuple[str, bytes] | None:
    """An input in which the spoiled part stands between two good ones, where its format lets these be read."""
    if reader == "lines":
        return suffix, b"\n".join((_line(1, BEFORE), spoiled.replace(b"\n", b" "), _line(2, AFTER.replace('"', '\\"'))))
    if reader == "table":
        quoted = AFTER.replace('"', '""')
        return ".csv", b"\n".join((b"id,text,published", f'good-1,"{BEFORE}",'.encode(), spoiled, f'good-2,"{quoted}",\n'.encode()))
    if reader == "web archive":
        return ".warc", _page(1, BEFORE) + spoiled.replace(b"\x1f\x8b", b"") + b"\r\n\r\n" + _page(2, AFTER)
    if reader == "archive":
        return None
    members = [("1.txt", BEFORE.encode()), ("spoiled" + suffix, spoiled), ("2.txt", AFTER.encode())]
    return chance.choice(((".zip", zipped(members)), (".tar", taped(members)), (".tgz", gzip.compress(taped(members)))))


@dataclass(frozen=True)
class Input:
    """A spoiled input: its reader, the end of its name, and whether two good ones are within it."""

    seed: int
    reader: str
    suffix: str
    data: bytes
    holds_good: bool


def make(seed: int) -> Input:
    """The input of a seed; readers take turns."""
    chance = random.Random(seed)
    reader = list(READERS)[seed % len(READERS)]
    suffix, data = chance.choice(corpus()[reader])
    other = chance.choice(corpus()[chance.choice((reader, *READERS))])[1]
    if reader == "compressed" and chance.random() < 0.6:
        plain = chance.choice(corpus()[chance.choice(("text", "page", "lines"))])[1]
        data = pack(suffix, spoil(chance, plain, other))
        return Input(seed, reader, suffix, data, False)
    spoiled = spoil(chance, data, other)
    inner = within(chance, reader, suffix, spoiled) if chance.random() < 0.4 else None
    return Input(seed, reader, *(inner or (suffix, spoiled)), inner is not None)


# --- reading ----------------------------------------------------------------------------------------


class HangError(Exception):
    """Reading takes too long."""


def _hang(*_: object) -> None:
    raise HangError


@dataclass
class Tally:
    """What came of the inputs of a reader."""

    inputs: int = 0
    found: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, int] = (0.0, -1)
    wrong: list[str] = field(default_factory=list)


def wrongs(given: Input, found: Sequence[Found]) -> Iterator[str]:
    """What is not as it must be."""
    articles = [item for item in found if isinstance(item, Article)]
    texts = Counter(article.text for article in articles)
    for name, text in (("the file before it", "before"), ("the file behind it", "behind")):
        if not any(article.id == text and article.text == f"{text}\n" for article in articles):
            yield f"{name} is lost"
    for text in (BEFORE, AFTER) if given.holds_good else ():
        if not texts[text]:
            yield f"a good part of it is lost: {text}"
    for article in articles:
        source = article.source
        fields = (article.id, source.title or "", source.publisher or "", source.url or "", source.language or "", source.published_why)
        if re.search("[\0\ud800-\udfff]", article.text) or not article.text.strip():
            yield f"an article's text is none: {article.text[:80]!r}"
        if not article.id or STRANGE.search("".join(fields)):
            yield f"an article's source is no line: {fields!r}"
    yield from wrong_reasons(found)


def wrong_reasons(found: Sequence[Found]) -> Iterator[str]:
    """Reasons that nobody can read."""
    for item in found:
        reason = getattr(item, "reason", "none")
        if not 0 < len(reason) < 600 or STRANGE.search(reason + getattr(item, "path", "")):
            yield f"a reason is no line: {item!r}"
        if re.search(r"Traceback|\w+Error\b|Exception|0x[0-9a-f]{8}", reason):
            yield f"a reason is for programmers: {item!r}"


def try_input(given: Input, folder: Path, tally: Tally) -> None:
    """Read one between its neighbours."""
    for path in folder.iterdir():
        path.unlink()
    for name, data in (("before.txt", b"before\n"), ("behind.txt", b"behind\n")):
        (folder / name).write_bytes(data)
    (folder / f"between{given.suffix}").write_bytes(given.data)
    start = time.monotonic()
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        found = list(read([folder]))
        if given.seed % AGAIN == 0 and found != list(read([folder])):
            tally.wrong.append(f"seed {given.seed}: read again it gives something else")
        tally.wrong += (f"seed {given.seed}: {what}" for what in wrongs(given, found))
    except Exception as error:  # whatever it is, it is what is looked for
        found = []
        tally.wrong.append(f"seed {given.seed}: {type(error).__name__} {error}")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    tally.inputs += 1
    tally.slowest = max(tally.slowest, (time.monotonic() - start, given.seed))
    tally.found += Counter(type(item).__name__ for item in found)
    tally.failures += Counter(f"{mark[0]} (seed {given.seed})" for item in found if (mark := FAILED.search(getattr(item, "reason", ""))))


def fuzz(seeds: Sequence[int]) -> dict[str, Tally]:
    """Reader -> what came of its inputs."""
    tallies = {reader: Tally() for reader in READERS}
    before = signal.signal(signal.SIGALRM, _hang)
    try:
        with tempfile.TemporaryDirectory() as folder:
            for seed in seeds:
                given = make(seed)
                try_input(given, Path(folder), tallies[given.reader])
    finally:
        signal.signal(signal.SIGALRM, before)
    return tallies


def main() -> int:
    """Print what came of it: a line for each reader, then what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, epilog="One seed again: python -m tests.fuzz 1 SEED")
    parser.add_argument("count", type=int, nargs="?", default=10_000)
    parser.add_argument("first", type=int, nargs="?", default=0)
    asked = parser.parse_args()
    tallies = fuzz(range(asked.first, asked.first + asked.count))
    for reader, tally in tallies.items():
        slowest, seed = tally.slowest
        print(
            f"{reader:12} {tally.inputs:6} inputs {tally.found['Article'] - 2 * tally.inputs:6} articles {tally.found['Skip']:6} skips"
            f"   slowest {slowest:5.2f} s (seed {seed})   parser failed {tally.failures.total()}"
        )
    for reader, tally in tallies.items():
        for text in [*tally.failures, *tally.wrong]:
            print(f"{reader}: {text}")
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MiB at most")
    return int(any(tally.wrong for tally in tallies.values()))


if __name__ == "__main__":
    sys.exit(main())
