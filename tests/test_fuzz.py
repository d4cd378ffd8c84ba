"""Spoiled inputs of every reader: nothing fails, good neighbours stay, reasons can be read. `make fuzz` reads many more."""

import pytest

from tests.fuzz import READERS, corpus, fuzz, make

SEEDS = range(660)  # sixty for each reader


def test_spoiled_inputs_cost_themselves_alone() -> None:
    tallies = fuzz(SEEDS)
    assert {tally.inputs for tally in tallies.values()} == {len(SEEDS) // len(READERS)}
    assert [wrong for tally in tallies.values() for wrong in tally.wrong] == []
    assert [failure for tally in tallies.values() for failure in tally.failures] == []


@pytest.mark.parametrize("reader", READERS)
def test_there_is_something_to_spoil(reader: str) -> None:
    assert len(corpus()[reader]) > 2


def test_a_seed_makes_the_same_input_again() -> None:
    assert [make(seed) for seed in range(50)] == [make(seed) for seed in range(50)]
    assert len({make(seed).data for seed in range(50)}) > 40
