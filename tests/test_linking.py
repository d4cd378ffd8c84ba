"""The linking benchmark as a whole."""

from pathlib import Path

import pytest
from linking import ALL, read_cases, score, table

from kg.article import Reader

CASES = read_cases(Path(__file__).parent / "cases" / "linking.jsonl")
SIZE = 710
PRECISION, RECALL = 0.97, 0.93

pytestmark = pytest.mark.model


def test_the_benchmark_is_whole() -> None:
    assert len(CASES) == SIZE
    assert len({(case["text"], case.get("mention"), case.get("nth"), str(case.get("event"))) for case in CASES}) == SIZE


def test_links_are_precise_and_few_are_missed(reader: Reader, capsys: pytest.CaptureFixture[str]) -> None:
    scores = score(CASES, reader)
    with capsys.disabled():
        print(f"\n{table(scores)}")
    assert scores[ALL].precision >= PRECISION
    assert scores[ALL].recall >= RECALL
