"""The examples in the docstrings of the Python interface run, on the graph of the seeds; its rows are what data frames take."""

import doctest
from collections.abc import Iterator
from pathlib import Path

import pandas
import polars
import pytest

import kg
from kg import graph as module
from kg.graph import Graph

SEEDS = Path(__file__).parent.parent / "seeds"

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def graph() -> Iterator[Graph]:
    with kg.build(SEEDS) as built:
        yield built


def test_the_examples_print_what_they_show(graph: Graph) -> None:
    found = doctest.testmod(module, extraglobs={"g": graph})
    assert found.attempted >= 5
    assert found.failed == 0


def test_rows_go_into_data_frames_as_they_are(graph: Graph) -> None:
    rows = graph.met("Kim Jong Un")
    records = graph.ask("pairs").records
    assert list(pandas.DataFrame(rows)["date"]) == [row.date for row in rows]
    assert list(pandas.DataFrame(records).columns) == ["one", "one_label", "other", "other_label", "year", "events"]
    assert polars.DataFrame(rows).height == len(rows)
    assert polars.DataFrame(records)["events"].sum() == sum(int(str(row["events"])) for row in records)
