"""Scores on invented annotations, every expected figure worked out by hand."""

import itertools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from kg.errors import ReadError
from kg.evaluate import Row, Share, choose_half, evaluate, figures, rates, read_gold, read_predictions
from kg.relations import date_agrees, fold_name, gold_relations, make_normalise, predicted_relations

Event = dict[str, Any]


def event(doc: str, kind: str, roles: Mapping[str, list[str]], **fields: Any) -> Event:
    participants = [{"name": name, "role": role} for role, names in roles.items() for name in names]
    return {"doc": doc, "type": kind, "participants": participants, **fields}


def met(doc: str, *names: str, **fields: Any) -> Event:
    return event(doc, "Meeting", {"participant": [*names]}, **fields)


GOLD: list[Event] = [
    {
        "doc": "a",
        "events": [
            {
                "type": "meeting",
                "participants": ["Ann Lee", "Bob Day"],
                "date": "2024-05-03",
                "status": "occurred",
                "evidence": "Ann met Bob.",
            },
            {"type": "visit", "visitor": ["Ann Lee"], "date": None, "status": "occurred", "evidence": "Ann came."},
            {
                "type": "meeting",
                "participants": ["Cy Orr", "Bob Day"],
                "date": "2024-05",
                "status": "planned",
                "evidence": "They will meet.",
            },
            {"type": "call", "participants": ["Ann Lee", "Cy Orr"], "date": None, "status": "occurred", "optional": True},
        ],
    },
    {
        "doc": "b",
        "events": [
            {
                "type": "message",
                "sender": ["Ann Lee"],
                "recipient": ["Bob Day", "Cy Orr"],
                "date": "2024",
                "status": "occurred",
                "evidence": "She wrote.",
            },
            {"type": "meeting", "participants": ["A", "B", "C"], "date": "2024-06-01", "status": "occurred", "evidence": "All three met."},
        ],
    },
]

PREDICTED: list[Event] = [
    met("a", "ANN LEE", "Bob Day", date="2024-05-03", status="occurred"),  # right, dated
    event("a", "Visit", {"visitor": ["Ann Lee"], "host": ["Bob Day"]}, date="2024-05-03", status="occurred"),  # right, date invented
    met("a", "Cy Orr", "Bob Day", date="2024-05-20", status="occurred"),  # right, within May; wrong status
    event("a", "Call", {"participant": ["Ann Lee", "Cy Orr"]}, date=None, status="occurred"),  # optional: neither right nor wrong
    event("b", "Letter", {"sender": ["Ann Lee"], "recipient": ["Bob Day"]}, date="2023", status="occurred"),  # right, wrong year
    met("b", "A", "B", date="2024-05-31/2024-06-02", status="occurred"),  # right, three days around the day
    met("b", "A", "D", date="2024-06-01", status="occurred"),  # spurious; A-C and B-C are missed
    event("b", "Statement", {"speaker": ["A", "B"]}, date=None, status="occurred"),  # a type that is not scored
]


def test_every_row_counts_what_it_should() -> None:
    scores = evaluate(GOLD, PREDICTED, {})
    assert scores.rows == {
        # Occurred meetings and calls: A-B, Ann-Bob right; of the four predicted also Cy-Bob, planned in the annotation, and A-D.
        "met": Row(gold=4, predicted=4, right=2, dated=2),
        "who-met-whom": Row(gold=5, predicted=4, right=3, dated=3),
        "all": Row(gold=8, predicted=6, right=5, dated=4),
        "call": Row(),
        "meeting": Row(gold=5, predicted=4, right=3, dated=3),
        "message": Row(gold=2, predicted=1, right=1, dated=0),
        "visit": Row(gold=1, predicted=1, right=1, dated=1),
    }
    assert scores.shares == {
        "status_right": Share(n=4, of=5),
        "dates_invented": Share(n=1, of=1),
        "date_right": Share(n=3, of=4),  # wrong: the year of the letter
    }


def test_figures_are_rounded_rates_in_a_fixed_order() -> None:
    found = figures(evaluate(GOLD, PREDICTED, {}))
    assert list(found) == [
        "met",
        "who-met-whom",
        "all",
        "call",
        "meeting",
        "message",
        "visit",
        "status_right",
        "dates_invented",
        "date_right",
    ]
    assert found["all"] == {"gold": 8, "pred": 6, "lenient": [0.833, 0.625, 0.714], "dated": [0.667, 0.5, 0.571]}
    assert found["status_right"] == {"n": 4, "of": 5, "share": 0.8}
    assert figures(evaluate([], [], {}))["dates_invented"] == {"n": 0, "of": 0, "share": None}


def test_counts_do_not_depend_on_the_order_of_predictions() -> None:
    expected = evaluate(GOLD, PREDICTED, {}).rows
    for turn in itertools.islice(itertools.permutations(PREDICTED), 0, None, 997):
        assert evaluate(reversed(GOLD), turn, {}).rows == expected


def test_a_repeated_prediction_counts_once_and_a_second_date_for_it_is_spurious() -> None:
    assert evaluate(GOLD, PREDICTED * 2, {}).rows == evaluate(GOLD, PREDICTED, {}).rows
    more = evaluate(GOLD, [*PREDICTED, met("a", "Ann Lee", "Bob Day", date="2024-05-04")], {}).rows["met"]
    assert more == Row(gold=4, predicted=5, right=2, dated=2)


def test_an_article_outside_the_annotation_does_not_count() -> None:
    assert evaluate(GOLD, [*PREDICTED, met("z", "A", "B")], {}).rows == evaluate(GOLD, PREDICTED, {}).rows


@pytest.mark.parametrize(
    ("annotated", "predicted", "right", "predictions"),
    [
        ({"type": "visit", "type_alt": "meeting", "visitor": ["A"], "participants": ["A", "B"]}, met("a", "A", "B"), 0, 0),
        ({"type": "meeting", "type_alt": ["call"], "participants": ["A", "B"]}, event("a", "Call", {"participant": ["A", "B"]}), 1, 1),
        ({"type": "meeting", "participants": ["A", "B"], "participants_optional": ["C"]}, met("a", "A", "B", "C"), 1, 1),
        ({"type": "meeting", "participants": ["A", "B"]}, met("a", "A", "B", "C"), 1, 3),
        ({"type": "signing", "signers": ["A", "B"]}, event("a", "Signing", {"signatory": ["A", "B"], "host": ["C"]}), 1, 1),
        ({"type": "signing", "signers": ["A", "B"]}, event("a", "Signing", {"signer": ["A", "B"]}), 1, 1),
        ({"type": "transfer", "giver": "A", "receiver": {"name": "B"}}, event("a", "Transfer", {"giver": ["A"], "receiver": ["B"]}), 1, 1),
        ({"type": "transfer", "giver": "A", "receiver": "B"}, event("a", "Transfer", {"giver": ["B"], "receiver": ["A"]}), 0, 1),
        ({"type": "deployment", "sender": ["A"], "sender_alt": ["B"]}, event("a", "Deployment", {"sender": ["B"]}), 0, 0),
        ({"type": "meeting", "participants": ["A", "B"]}, event("a", "Meeting", {"host": ["A"], "visitor": ["B"]}), 1, 1),
    ],
)
def test_other_readings_are_accepted_and_roles_count(annotated: Event, predicted: Event, right: int, predictions: int) -> None:
    total = evaluate([{"doc": "a", "events": [{"status": "occurred", **annotated}]}], [predicted], {}).rows["all"]
    assert (total.right, total.predicted) == (right, predictions)


@pytest.mark.parametrize(
    ("annotated", "predicted", "row"),
    [
        ("occurred", "occurred", Row(gold=1, predicted=1, right=1, dated=1)),
        ("occurred", None, Row(gold=1, predicted=1, right=1, dated=1)),
        ("occurred", "planned", Row(gold=1)),
        ("planned", "occurred", Row(predicted=1)),
        ("denied", "denied", Row()),
    ],
)
def test_met_asks_for_what_occurred(annotated: str, predicted: str | None, row: Row) -> None:
    gold = [{"doc": "a", "events": [{"type": "meeting", "participants": ["A", "B"], "status": annotated}]}]
    assert evaluate(gold, [met("a", "A", "B", status=predicted)], {}).rows["met"] == row


def test_a_meeting_that_perhaps_occurred_is_not_demanded_of_met() -> None:
    gold = [{"doc": "a", "events": [{"type": "meeting", "participants": ["A", "B"], "status": "alleged", "status_alt": "occurred"}]}]
    assert evaluate(gold, [met("a", "A", "B", status="occurred")], {}).rows["met"] == Row()
    assert evaluate(gold, [met("a", "A", "B", status="occurred")], {}).shares["status_right"] == Share(n=1, of=1)


# --- names and dates ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Ann-Marie  O'Day", "annmarieoday"),
        ("José Peña", "josepena"),
        ("President Ann Lee", "annlee"),
        ("the President Ann", "presidentann"),
        ("Hyun Young-Sung", "hyonyongsong"),
        ("the U.S.", "united states"),
        ("Seoul", "south korea"),
        ("김", ""),
        (None, ""),
    ],
)
def test_spellings_of_one_name_fold_together(name: str | None, folded: str) -> None:
    assert fold_name(name) == folded


def test_an_alias_means_its_first_standard_name() -> None:
    normalise = make_normalise({"Ann Lee": ["Lee", "the Chairman"], "Bob Lee": ["Lee", "Bob"]})
    assert [normalise(name) for name in ("LEE", "Bob", "Cy")] == ["annlee", "boblee", "cy"]
    gold = {"type": "visit", "visitor": ["Ann Lee"]}
    assert gold_relations(gold, normalise) == predicted_relations(event("a", "visit", {"visitor": ["Lee"]}), normalise)


@pytest.mark.parametrize(
    ("gold", "predicted", "agrees"),
    [
        ("2024-09-13", "2024-09-13", True),
        ("2024-09-13", "2024-09-14", False),
        ("2024-09-13", "2024-09-12/2024-09-14", True),
        ("2024-09-13", "2024-09-12/2024-09-15", False),
        ("2024-09-13", "2024-09", False),
        ("2024-09", "2024-09-30", True),
        ("2024-09", "2024-10-01", False),
        ("2024", "2024-02", True),
        ("2023-10-18/2023-10-20", "2023-10-19", True),
        ("2023-10-18/2023-10-20", "2023-10-18/2023-10-21", False),
        ("2024-09-13", None, False),
        ("2024-09-13", "soon", False),
        ("2024-09-13", "2024-02-30", False),
        (None, None, True),
        (None, "2024-09-13", True),
        ("2024-XX", "2024-12-31", True),
        ("2024-23", "2024-12-31", True),
        ("2024-09~", "2024-09-13?", True),
        ("2024-09-13", "2024-09-13T10:00:00Z", True),
        ("../2024-09-13", "2024-09-13", True),
        ("2024-12", "2024-12-31", True),
    ],
)
def test_a_date_agrees_within_the_right_one_or_closely_around_it(gold: str | None, predicted: str | None, agrees: bool) -> None:
    assert date_agrees({"date": gold}, predicted) is agrees


def test_any_of_the_dates_may_agree() -> None:
    assert date_agrees({"date": "2024-01-01", "date_alt": ["2024-02-01", "2024-03-01"]}, "2024-03-01")
    assert date_agrees({"date": "2024-01-01", "date_alt": None}, "2024-03-01")
    assert not date_agrees({"date": "2024-01-01", "date_alt": "2024-02-01"}, "2024-03-01")


@pytest.mark.parametrize(
    ("counts", "expected"), [((0, 0, 0), [0.0, 0.0, 0.0]), ((1, 2, 4), [0.5, 0.25, 0.333]), ((3, 3, 3), [1.0, 1.0, 1.0])]
)
def test_rates(counts: tuple[int, int, int], expected: list[float]) -> None:
    assert rates(*counts) == expected


# --- a whole set ----------------------------------------------------------------------------------

SET = Path(__file__).parent / "data" / "gold"


@pytest.mark.parametrize(("half", "articles"), [("all", 8), ("odd", 4), ("even", 4)])
def test_figures_are_those_of_the_scorer_that_defines_them(half: str, articles: int) -> None:
    """`scores.json` is what the scorer of the annotated sets gives for this one; `date_right` is ours."""
    gold = choose_half(read_gold(SET), half)
    found = figures(evaluate(gold.documents, read_predictions(SET / "predictions.jsonl"), gold.aliases))
    assert len(gold.documents) == articles
    assert {name: value for name, value in found.items() if name != "date_right"} == json.loads((SET / "scores.json").read_text())[half]


def test_a_half_goes_by_the_number_that_ends_an_id(tmp_path: Path) -> None:
    (tmp_path / "gold.jsonl").write_text('{"doc": "2-a-13", "events": []}\n{"doc": "1-a-08", "events": []}\n')
    gold = read_gold(tmp_path)
    assert [[d["doc"] for d in choose_half(gold, half).documents] for half in ("odd", "even")] == [["2-a-13"], ["1-a-08"]]
    (tmp_path / "gold.jsonl").write_text('{"doc": "2-a", "events": []}')
    with pytest.raises(ReadError, match="'2-a' ends in no number"):
        choose_half(read_gold(tmp_path), "odd")
    assert choose_half(read_gold(tmp_path), "all") == read_gold(tmp_path)


# --- reading an annotated set ---------------------------------------------------------------------


def test_an_annotated_set_is_a_folder_or_its_gold_file(tmp_path: Path) -> None:
    (tmp_path / "gold.jsonl").write_text("\n\n".join(json.dumps(document) for document in GOLD))
    without = read_gold(tmp_path)
    assert (list(without.documents), without.aliases, without.articles) == (GOLD, {}, tmp_path / "docs.jsonl")
    (tmp_path / "aliases.json").write_text('{"Ann Lee": ["Lee"]}')
    assert read_gold(tmp_path / "gold.jsonl").aliases == {"Ann Lee": ["Lee"]}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("gold.jsonl", '{"doc": "a", "events": []}\n{', "gold.jsonl, line 2: not JSON"),
        ("gold.jsonl", "{}", "gold.jsonl, line 1: 'doc' is missing or not a str"),
        ("gold.jsonl", '{"doc": "a", "events": null}', "gold.jsonl, line 1: 'events' is missing or not a list"),
        ("gold.jsonl", "[]", "gold.jsonl, line 1: not a JSON object"),
        ("gold.jsonl", "\udcff", "gold.jsonl: .*codec"),
        ("other.jsonl", "{}", "gold.jsonl: No such file"),
    ],
)
def test_a_broken_set_is_named(tmp_path: Path, name: str, content: str, message: str) -> None:
    (tmp_path / name).write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(ReadError, match=message):
        read_gold(tmp_path)


def test_a_line_without_its_article_is_named(tmp_path: Path) -> None:
    (tmp_path / "lines.jsonl").write_text('{"doc": "a", "type": "Meeting"}\n\n{"type": "Meeting"}\n')
    with pytest.raises(ReadError, match=r"lines\.jsonl, line 3: 'doc' is missing"):
        list(read_predictions(tmp_path / "lines.jsonl"))
