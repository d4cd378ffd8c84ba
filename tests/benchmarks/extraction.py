"""What reading articles costs beside parsing them. `python tests/benchmarks/extraction.py [PATH...]`

PATH are articles as `kg extract` takes them (default: seeds/). Prints, in words a second, the whole extraction and the parser
alone over every sentence of the same articles: one process, turn by turn, the best of seven runs of each, in processor time.
Extraction should take no longer than twice as long. Then the time of one more run by stage, each without those that it calls.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from inspect import isfunction
from pathlib import Path
from typing import Any

import kg.article
from kg.article import Reader
from kg.flow import complete, extract_all, make_reader
from kg.records import Article
from kg.stages.read import read
from kg.stages.sentences import split_sentences
from kg.text import words

RUNS = 7
BATCH = 64
MOST = 2.0
# A stage is a module of this folder, as far as `kg.article` calls it; and what the language pipeline does.
STAGES = "kg.stages."
PIPELINE = ("name_spans", "parse")
REST = "all else"


def best(*works: Callable[[], object]) -> list[float]:
    """The seconds that the quickest of some runs of each takes; they take turns, since a shared machine is quick and slow by turns."""

    def once(work: Callable[[], object]) -> float:
        start = time.process_time()
        work()
        return time.process_time() - start

    return [min(runs) for runs in zip(*([once(work) for work in works] for _ in range(RUNS)), strict=True)]


def extract_anew(articles: list[Article], reader: Reader) -> None:
    """Extract as `kg extract` does; the words of no sentence are known from a run before."""
    words.cache_clear()
    for _ in extract_all(articles, reader):
        pass


class Clock:
    """Seconds by stage; while a stage is at work, the one that called it stands still."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()
        self._stages = [REST]
        self._since = time.process_time()

    def turn(self) -> None:
        """Book the time since the last turn on the stage at work."""
        now = time.process_time()
        self.spent[self._stages[-1]] += now - self._since
        self._since = now

    def begin(self, stage: str) -> None:
        self.turn()
        self._stages.append(stage)

    def end(self) -> None:
        self.turn()
        self._stages.pop()

    def timed(self, stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same function on this clock; of a generator every step is."""

        def run(*args: Any, **kwargs: Any) -> Any:
            self.begin(stage)
            try:
                found = work(*args, **kwargs)
            finally:
                self.end()
            return self._steps(stage, found) if isinstance(found, Iterator) else found

        return run

    def _steps(self, stage: str, found: Iterator[Any]) -> Iterator[Any]:
        while True:
            self.begin(stage)
            try:
                step = next(found)
            except StopIteration:
                return
            finally:
                self.end()
            yield step


def shares(articles: list[Article], reader: Reader) -> Counter[str]:
    """Seconds by stage of one extraction; the stages stay on the clock, so it comes last."""
    clock = Clock()
    for name, work in list(vars(kg.article).items()):
        if isfunction(work) and work.__module__.startswith(STAGES):
            setattr(kg.article, name, clock.timed(work.__module__.removeprefix(STAGES), work))
    for name in PIPELINE:
        setattr(reader.language, name, clock.timed(name, getattr(reader.language, name)))
    clock.turn()
    clock.spent.clear()
    extract_anew(articles, reader)
    clock.turn()
    return clock.spent


def main(paths: list[str]) -> None:
    """Print the figures."""
    reader = make_reader()
    articles = [complete(found, reader.lexicon) for found in read(paths) if isinstance(found, Article)]
    sentences = [article.text[s.start : s.end] for article in articles for s in split_sentences(article.text)]
    nlp = reader.language.nlp
    off = [name for name in ("ner", "senter") if name in nlp.pipe_names]
    size = sum(len(nlp.make_doc(sentence)) for sentence in sentences)
    print(f"{len(articles)} articles, {len(sentences)} sentences, {size:,} words")
    parsing, reading = best(lambda: list(nlp.pipe(sentences, disable=off, batch_size=BATCH)), lambda: extract_anew(articles, reader))
    print(f"parser alone  {size / parsing:,.0f} words a second")
    print(f"extraction    {size / reading:,.0f} words a second, {reading / parsing:.2f} times as long (at most {MOST})")
    spent = shares(articles, reader)
    for stage, seconds in spent.most_common():
        print(f"  {stage:16}{seconds / spent.total():6.1%}")


if __name__ == "__main__":
    main(sys.argv[1:] or [str(Path(__file__).parents[2] / "seeds")])
