"""What the language pipeline costs: seconds to load, size on disk, words a second of one core beside a bare tokenizer.

`python tests/benchmarks/model.py [PIPELINE]`, by default the one that travels in the package. The text is that of the seeds
and of the test cases, each sentence once, so that hardly any word is known from before.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import json
import sys
import time
from pathlib import Path

import spacy
from spacy.language import Language

import kg.english.components  # noqa: F401  # for spacy.load
from kg.language import MODEL

ROOT = Path(__file__).parent.parent.parent
PARTS = (("trees", ["ner"]), ("names", ["parser"]), ("both", []))


def texts() -> list[str]:
    """The paragraphs of the seeds and the sentences of the cases, each once."""
    seeds = [line for file in sorted((ROOT / "seeds").glob("*.txt")) for line in file.read_text(encoding="utf-8").splitlines()]
    rows = [
        json.loads(line)
        for name in ("roles", "linking", "extraction")
        for line in (ROOT / f"tests/cases/{name}.jsonl").open(encoding="utf-8")
    ]
    return list(dict.fromkeys([*seeds, *(row["text"] for row in rows)]))


def rate(nlp: Language, found: list[str], off: list[str]) -> float:
    """Words a second of processor time."""
    start = time.process_time()
    words = sum(len(doc) for doc in nlp.pipe(found, disable=[name for name in off if name in nlp.pipe_names], batch_size=64))
    return words / (time.process_time() - start)


def main(pipeline: str) -> None:
    """Print the figures."""
    found = texts()
    start = time.perf_counter()
    nlp = spacy.load(pipeline)
    list(nlp.pipe(["Kim met Putin."]))
    print(f"loads and reads a first sentence in {time.perf_counter() - start:.2f} s")
    size = sum(file.stat().st_size for file in Path(pipeline).rglob("*") if file.is_file()) if Path(pipeline).is_dir() else 0
    print(f"{size / 1e6:.1f} MB on disk")
    bare = rate(spacy.blank("en"), found, [])
    for name, off in PARTS:
        fresh = rate(spacy.load(pipeline), found, off)
        print(f"{name}: {fresh:,.0f} words a second, {fresh / bare:.4f} of the bare tokenizer's {bare:,.0f}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else str(MODEL))
