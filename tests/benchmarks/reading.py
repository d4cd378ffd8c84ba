"""How quick reading is beside what it is made of. `python tests/benchmarks/reading.py [ARTICLES.jsonl[.gz]]`

Prints ratios, each of two things timed turn by turn in this one run, the best of some runs of each, in processor time:

    scan         bytes a second that the watch list looks through, over those of `bytes.find` with each of ten names that are not there
    passing over articles a second that go by as JSON lines, and the bytes of them, over the same `bytes.find`
    ingestion    bytes of pages a second that `read` makes articles of, over those that lxml alone parses
    extraction   words a second, over those of `spacy.blank("en")`, which only cuts a text into words

ARTICLES are JSON lines with "text" (default: texts made of the sentences of seeds/ with other names, so that nobody watched is in
them); those of them that name nobody watched are scanned, 64 MB at most.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import gzip
import io
import json
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import spacy
from lxml import html

from kg.flow import extract_all, make_reader
from kg.formats.lines import read_lines
from kg.formats.page import read_page
from kg.formats.piece import Asked, Unlooked
from kg.records import Article
from kg.stages.read import read
from kg.text import words
from kg.watch import WatchList, watch

RUNS = 7
SEEDS = Path(__file__).parent.parent.parent / "seeds"
MOST_BYTES = 64_000_000
# Names of which none is in the texts that are scanned, by the first letters and the lengths that names have.
NEEDLES = (b"Pyongyang", b"Moscow", b"Lavrov", b"Kim Jong Un", b"North Korea", b"Putin", b"Rodong", b"Kremlin", b"DPRK", b"Shoigu")
# Names in the seeds -> others that nobody watches.
OTHERS = ("Canada", "Brazil", "Ottawa", "Anna", "Brown", "Lima", "Oslo", "Madrid")
PAGES = 40


def best(*works: Callable[[], object], runs: int = RUNS) -> list[float]:
    """The seconds of the quickest of some runs of each; they take turns, since a shared machine is quick and slow by turns."""

    def once(work: Callable[[], object]) -> float:
        start = time.process_time()
        work()
        return time.process_time() - start

    return [min(times) for times in zip(*([once(work) for work in works] for _ in range(runs)), strict=True)]


def texts(path: str | None) -> Iterator[str]:
    """The texts of a file of JSON lines, or those of the seeds with other names in them."""
    if path is None:
        articles = [found for found in read([SEEDS]) if isinstance(found, Article)]
        yield from (rename(article.text, n) for n, article in enumerate(articles * 200))
        return
    with gzip.open(path, "rt", encoding="utf-8") if path.endswith(".gz") else Path(path).open(encoding="utf-8") as lines:
        yield from (json.loads(line)["text"] for line in lines)


def rename(text: str, turn: int) -> str:
    """The text with others in the place of all whose names begin with a capital, others each turn."""
    return re.sub(r"\b[A-Z]\w+", lambda found: OTHERS[(len(found[0]) + turn) % len(OTHERS)], text)


def unwatched(found: Iterable[str], watched: WatchList) -> list[str]:
    """Those of the texts that name nobody watched."""
    chosen: list[str] = []
    size = 0
    for text in found:
        if not watched.names(text):
            chosen.append(text)
            size += len(text)
        if size > MOST_BYTES:
            break
    return chosen


def scan(watched: WatchList, chosen: list[str]) -> None:
    """The search for the watched, and passing over JSON lines, against `bytes.find`."""
    data = "\n".join(chosen).encode()
    absent = [needle for needle in NEEDLES if needle not in data]
    seconds, *find = best(lambda: watched.find(data), *(lambda needle=needle: data.find(needle) for needle in absent))  # type: ignore[misc]
    print(f"{len(chosen):,} articles that name nobody watched, {len(data) / 1e6:.1f} MB")
    median = statistics.median(find)
    print(
        f"bytes.find      {len(data) / median / 1e6:8.0f} MB/s, from {len(data) / max(find) / 1e6:.0f} to {len(data) / min(find) / 1e6:.0f}"
    )
    ratios = f"from {min(find) / seconds:.2f} to {max(find) / seconds:.2f}"
    print(f"scan            {len(data) / seconds / 1e6:8.0f} MB/s: {median / seconds:.2f} of bytes.find ({ratios})")
    lines = "\n".join(json.dumps({"id": str(n), "text": text}, ensure_ascii=False) for n, text in enumerate(chosen)).encode()
    asked = Asked(find=watched.find)
    seconds, median = best(lambda: list(read_lines(io.BytesIO(lines), asked)), lambda: lines.find(absent[0]))
    passed = sum(found.number for found in read_lines(io.BytesIO(lines), asked) if isinstance(found, Unlooked))
    rate = f"{len(lines) / seconds / 1e6:8.0f} MB/s, {len(chosen) / seconds:,.0f} articles a second"
    print(f"passing over    {rate}; {passed / len(chosen):.1%} by their bytes alone")


def ingest() -> None:
    """Pages to articles, against parsing them."""
    articles = [found for found in read([SEEDS]) if isinstance(found, Article)]
    frame = "<div><ul>" + "<li><a href='/a'>Section</a></li>" * 200 + "</ul></div>"
    paragraphs = ["".join(f"<p>{part}</p>" for part in article.text.split("\n") if part) for article in articles]
    pages = [
        f"<html><head><title>{n}</title><meta property='article:published_time' content='2024-09-14'></head><body>{frame}<article>"
        f"<h1>Title</h1>{body * 3}</article>{frame}</body></html>".encode()
        for n, body in enumerate(paragraphs * (PAGES // len(paragraphs)))
    ]
    start = time.perf_counter()
    for page in pages:
        list(read_page(io.BytesIO(page), Asked()))
    wall = time.perf_counter() - start  # the parsing is another process's time
    (parse,) = best(lambda: [html.document_fromstring(page) for page in pages])
    size = sum(map(len, pages))
    print(f"pages           {size / wall / 1e6:8.2f} MB/s, {len(pages) / wall:.0f} a second: {parse / wall:.3f} of lxml's parsing alone")


def extract() -> None:
    """Articles to claims, against the tokeniser alone."""
    reader, blank = make_reader(), spacy.blank("en")
    articles = [found for found in read([SEEDS]) if isinstance(found, Article)]
    blank_texts = [article.text for article in articles]

    def extracted() -> None:
        words.cache_clear()
        for _ in extract_all(articles, reader):
            pass

    seconds, tokens = best(extracted, lambda: list(blank.pipe(blank_texts)))
    count = sum(len(words(text)) for text in blank_texts)
    rate = f"{count / seconds:8.0f} words/s, {len(articles) / seconds:.0f} articles a second"
    print(f"extraction      {rate}: {tokens / seconds:.4f} of spacy.blank")


def main(path: str | None) -> None:
    """Print it all."""
    reader = make_reader()
    watched = watch(reader.lexicon)
    watched.find(b"A")
    scan(watched, unwatched(texts(path), watched))
    ingest()
    extract()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
