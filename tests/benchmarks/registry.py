"""What the registry costs: made anew, from its cache, and linking beside parsing. `python tests/benchmarks/registry.py [FOLDER]`

FOLDER holds articles (default: seeds/). Prints seconds, the best of five runs.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from kg import registry
from kg.article import Reader, extract
from kg.language import Language
from kg.lexicon import Lexicon
from kg.records import Article
from kg.stages.date import find_dates
from kg.stages.link import link
from kg.stages.read import read
from kg.stages.recognise import recognise
from kg.stages.sentences import split_sentences

RUNS = 5


def best(work: Callable[[], object]) -> float:
    def once() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    return min(once() for _ in range(RUNS))


def anew() -> Lexicon:
    registry.CACHE = Path(tempfile.mkdtemp())
    return registry.open_lexicon()


def main(folder: str) -> None:
    print(f"made anew        {best(anew):.3f} s")
    lexicon = registry.open_lexicon()
    print(f"from the cache   {best(registry.open_lexicon):.3f} s")
    reader = Reader(lexicon, Language(None, lexicon))
    articles = [found for found in read([folder]) if isinstance(found, Article)]
    ready = []
    for article in articles:
        sentences, dates = split_sentences(article.text), find_dates(article.text, article.source.published)
        spans = list(reader.language.name_spans((article.text, sentence) for sentence in sentences))
        ready.append((article, sentences, dates, spans, recognise(article.text, sentences, spans, dates, lexicon)))
    whole = best(lambda: [extract(article, reader) for article in articles])
    named = best(lambda: [recognise(a.text, s, spans, d, lexicon) for a, s, d, spans, _ in ready])
    linked = best(lambda: [link(m, lexicon, a.source.published, s, d) for a, s, d, _, m in ready])
    print(f"{len(articles)} articles whole  {whole:.3f} s; finding names {named / whole:.1%}, linking them {linked / whole:.1%} of it")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else str(Path(__file__).parents[2] / "seeds"))
