"""Every kind of error, from what was noticed in an invented article or from claims alone; how they are shown."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from kg.diagnose import KINDS, Error, Evoked, Look, Noticed, find_errors, group_errors
from kg.evaluate import evaluate, read_gold, read_predictions
from kg.records import Link, Mention, Sentence
from kg.relations import make_normalise
from kg.scores import MOST_SHOWN, cut_around, scores_json, scores_text

SET = Path(__file__).parent / "data" / "gold"
ANN, BOB, CY = "Ann Lee", "Bob Day", "Cy Orr"
TEXT = "Ann Lee met Day in May. Bob Day went home. The minister called Lee on Friday."
FIRST, SECOND, THIRD = (f"{part}." for part in TEXT.rstrip(".").split(". "))

Event = dict[str, Any]


def link(words: str, entity: str | None, *, title: str = "", kind: str = "person", candidates: tuple[str, ...] = (), at: int = 0) -> Link:
    """The words at their first place after `at`; an office has a title and no name."""
    start = TEXT.index(words, at)
    mention = Mention(start=start, end=start + len(words), text=words, name="" if title else words, kind=kind, title=title)
    return Link(mention=mention, entity=entity, score=1.0, why="", candidates=candidates)


def evoked(word: str, kind: str, status: str | None = "occurred") -> Evoked:
    return Evoked(start=TEXT.index(word), text=word, type=kind, status=status)


def noticed(*found: Link | Evoked) -> Noticed:
    spans = [(TEXT.index(part), TEXT.index(part) + len(part)) for part in (FIRST, SECOND, THIRD)]
    links = tuple(x for x in found if isinstance(x, Link))
    labels = {iri: iri for x in links for iri in (x.entity, *x.candidates) if iri}
    triggers = tuple(x for x in found if isinstance(x, Evoked))
    return Noticed(text=TEXT, sentences=tuple(Sentence(start=a, end=b) for a, b in spans), links=links, labels=labels, triggers=triggers)


def claim(kind: str, sentence: str, *names: str, role: str = "participant", **fields: Any) -> Event:
    start = TEXT.index(sentence)
    evidence = [{"start": start, "end": start + len(sentence), "quote": sentence}]
    return {"doc": "a", "type": kind, "participants": [{"name": n, "role": role} for n in names], "evidence": evidence, **fields}


def errors_of(events: list[Event], claims: list[Event], look: Look = lambda _: None) -> list[Error]:
    return find_errors(evaluate([{"doc": "a", "events": events}], claims, {}).outcomes, make_normalise({}), look)


MET: Event = {"type": "meeting", "participants": [ANN, BOB], "date": "2024-05", "status": "occurred", "evidence": "met Day in May"}
CALLED: Event = {"type": "call", "participants": [ANN, CY], "date": None, "status": "occurred", "evidence": "called Lee"}
ANN_HERE = link("Ann Lee", ANN)
BOB_LATER = link("Bob Day", BOB)


@pytest.mark.parametrize(
    ("seen", "claims", "kind", "why"),
    [
        # Names.
        ([ANN_HERE], [], "mention missed", "Bob Day found nowhere in the article"),
        ([], [], "mention missed", "Ann Lee, Bob Day found nowhere in the article"),
        ([ANN_HERE, link("Day", "Deborah Day")], [], "wrong link", "“Day” is Bob Day and was taken for Deborah Day"),
        ([ANN_HERE, link("Day", None)], [], "wrong link", "“Day” is Bob Day and was taken for nobody"),
        ([ANN_HERE, link("Day", "Deborah Day"), BOB_LATER], [], "wrong link", "“Day” is Bob Day and was taken for Deborah Day"),
        ([ANN_HERE, link("in May", None, candidates=(BOB,))], [], "wrong link", "“in May” is Bob Day and was taken for nobody"),
        ([ANN_HERE, link("met Day", "Ed Fox")], [], "mention missed", "Bob Day found nowhere in the article"),
        ([ANN_HERE, link("Day", "Daya", kind="demonym")], [], "mention missed", "Bob Day found nowhere in the article"),
        ([ANN_HERE, link("Day", "Ed Fox", at=20)], [], "mention missed", "Bob Day found nowhere in the article"),
        # Triggers.
        ([ANN_HERE, BOB_LATER], [], "trigger missed", "no trigger in the sentence"),
        ([ANN_HERE, BOB_LATER, evoked("called", "Meeting")], [], "trigger missed", "no trigger in the sentence"),
        ([ANN_HERE, BOB_LATER, evoked("met", "Visit")], [], "trigger missed", "no trigger in the sentence"),
        ([ANN_HERE, BOB_LATER, evoked("met", "Meeting", None)], [], "trigger missed", "“met” was read as only wished for"),
        ([ANN_HERE, BOB_LATER], [claim("Call", FIRST, ANN, BOB)], "trigger missed", "read as Call"),
        # Roles.
        ([ANN_HERE, BOB_LATER, evoked("met", "Meeting")], [], "wrong role", "“met” was read as a trigger, its roles stayed open"),
        ([ANN_HERE, BOB_LATER], [claim("Meeting", FIRST, ANN, CY)], "wrong role", "read with Ann Lee (participant), Cy Orr (participant)"),
        ([ANN_HERE, BOB_LATER], [claim("Meeting", SECOND, ANN, CY)], "trigger missed", "no trigger in the sentence"),
        ([ANN_HERE], [claim("Visit", FIRST, BOB, role="visitor")], "trigger missed", "no trigger in the sentence"),
    ],
)
def test_a_miss_is_told_by_what_was_noticed(seen: list[Link | Evoked], claims: list[Event], kind: str, why: str) -> None:
    (error,) = [e for e in errors_of([MET], claims, lambda _: noticed(*seen)) if e.kind != "spurious"]
    assert (error.kind, error.why) == (kind, why)
    assert (error.article, error.type, error.names, error.date) == ("a", "meeting", (ANN, BOB), "2024-05")
    assert (error.sentence, error.quote) == (FIRST, "met Day in May")


@pytest.mark.parametrize(
    ("entity", "kind"),
    [(None, "wrong link"), ("Ed Fox", "wrong link"), (BOB, "mention missed")],
    ids=["nobody", "one whom the annotation does not know", "one whom it knows"],
)
def test_an_office_may_be_anyone_whom_the_annotation_does_not_know(entity: str | None, kind: str) -> None:
    seen = noticed(ANN_HERE, BOB_LATER, link("The minister", entity, title="minister", kind="office"))
    assert [e.kind for e in errors_of([MET, CALLED], [claim("Meeting", FIRST, ANN, BOB, date="2024-05")], lambda _: seen)] == [kind]


def test_one_claim_does_not_stand_for_two_events() -> None:
    again = {**MET, "date": "2023", "evidence": "Ann Lee met"}
    errors = errors_of([MET, again], [claim("Meeting", FIRST, ANN, BOB, date="2024-05")], lambda _: noticed(ANN_HERE, BOB_LATER))
    assert [(e.kind, e.date, e.why) for e in errors] == [("trigger missed", "2023", "taken for one with another annotated event")]


@pytest.mark.parametrize(
    ("claims", "kind", "why"),
    [
        ([], "missed", "Ann Lee, Bob Day in no claim of the article"),
        ([claim("Visit", SECOND, BOB, role="visitor")], "missed", "Ann Lee in no claim of the article"),
        ([claim("Visit", SECOND, BOB, ANN, role="visitor")], "trigger missed", "no trigger in the sentence"),
        ([claim("Call", FIRST, BOB, ANN)], "trigger missed", "read as Call"),
        ([claim("Meeting", FIRST, BOB, CY)], "wrong role", "read with Bob Day (participant), Cy Orr (participant)"),
        ([{"doc": "a", "type": "Meeting", "participants": []}], "missed", "Ann Lee, Bob Day in no claim of the article"),
    ],
)
def test_claims_alone_tell_what_they_can(claims: list[Event], kind: str, why: str) -> None:
    (error,) = [e for e in errors_of([MET], claims) if e.kind != "spurious"]
    assert (error.kind, error.why, error.sentence) == (kind, why, "met Day in May")


@pytest.mark.parametrize("look", [lambda _: None, lambda _: noticed()], ids=["claims", "reader"])
def test_what_was_found_and_is_wrong_says_how(look: Look) -> None:
    claims = [
        claim("Meeting", FIRST, ANN, BOB, date="2024-06", status="planned", why=["“met” evokes it", "date: next month"]),
        claim("Visit", SECOND, BOB, role="visitor", date="2024-05-02"),
    ]
    date, status, spurious = errors_of([MET], claims, look)
    assert (date.kind, date.expected, date.read, date.why) == ("wrong date", "2024-05", "2024-06", "“met” evokes it; date: next month")
    assert (status.kind, status.expected, status.read) == ("wrong status", "occurred", "planned")
    assert (spurious.kind, spurious.type, spurious.names) == ("spurious", "visit", (BOB,))
    assert (spurious.date, spurious.expected, spurious.read, spurious.sentence) == ("2024-05-02", None, None, SECOND)


def test_nothing_is_looked_up_where_all_is_right() -> None:
    def look(_: str) -> Noticed:
        raise AssertionError("there is nothing to explain")

    assert errors_of([MET], [claim("Meeting", FIRST, ANN, BOB, date="2024-05")], look) == []


def test_kinds_come_in_order_and_those_of_a_kind_in_that_of_the_articles() -> None:
    errors = errors_of([CALLED, MET], [claim("Visit", SECOND, BOB, role="visitor")], lambda _: noticed(ANN_HERE, BOB_LATER))
    assert [(e.kind, e.type) for e in errors] == [("mention missed", "call"), ("trigger missed", "meeting"), ("spurious", "visit")]
    assert list(group_errors(errors)) == list(KINDS)
    assert {kind: len(found) for kind, found in group_errors(errors).items() if found} == Counter(e.kind for e in errors)


def set_errors() -> tuple[Mapping[str, int], Any, list[Error]]:
    gold = read_gold(SET)
    scores = evaluate(gold.documents, read_predictions(SET / "predictions.jsonl"), gold.aliases)
    errors = find_errors(scores.outcomes, make_normalise(gold.aliases))
    return Counter(error.kind for error in errors), scores, errors


def test_the_kinds_add_up_to_what_the_scores_leave_out() -> None:
    counts, scores, _ = set_errors()
    row = scores.rows["all"]
    assert counts["trigger missed"] + counts["wrong role"] + counts["missed"] == row.gold - row.right == 8
    assert counts["spurious"] == row.predicted - row.right == 2
    assert counts["wrong date"] == row.right - row.dated == scores.shares["date_right"].of - scores.shares["date_right"].n == 1
    assert counts["wrong status"] == scores.shares["status_right"].of - scores.shares["status_right"].n == 2


# --- how they are shown ---------------------------------------------------------------------------


def test_a_person_gets_a_table_by_type_one_of_kinds_and_the_errors_if_asked_for() -> None:
    counts, scores, errors = set_errors()
    by_type, shares, kinds = scores_text(scores, errors, with_errors=False).split("\n\n")
    assert by_type.splitlines()[3].split() == ["all", "21", "15", "13", "12", "0.867", "0.619", "0.722", "0.800", "0.571", "0.667"]
    assert [line.split()[:5] for line in shares.splitlines()[1:]] == [
        ["status", "right", "11", "of", "13"],
        ["dates", "invented", "1", "of", "3"],
        ["date", "right", "9", "of", "10"],
    ]
    assert [line[:14].strip() for line in kinds.splitlines()[1:]] == list(KINDS)
    *same, date, status, _ = scores_text(scores, errors, with_errors=True).split("\n\n")
    assert same[:3] == [by_type, shares, kinds]
    assert date.splitlines() == [
        "wrong date: 1",
        "ARTICLE  DATE        WHAT",
        "town-02  2031-05-07  meeting: Ada Holt, Boris Quill",
        "    2031-05-07 was read as 2031-05-09; date: told in the present",
        "    “received the mayor”",
    ]
    assert status.startswith(f"wrong status: {counts['wrong status']}\n")


def test_a_program_gets_the_same() -> None:
    counts, scores, errors = set_errors()
    assert scores_json(scores, errors, with_errors=False)["error_counts"] == {kind: counts[kind] for kind in KINDS}
    shown = scores_json(scores, errors, with_errors=True)["errors"]
    assert {kind: len(found) for kind, found in shown.items()} == {kind: counts[kind] for kind in KINDS}
    assert shown["wrong date"] == [
        {
            "doc": "town-02",
            "type": "meeting",
            "names": ("Ada Holt", "Boris Quill"),
            "date": "2031-05-07",
            "expected": "2031-05-07",
            "read": "2031-05-09",
            "why": "date: told in the present",
            "sentence": "received the mayor",
            "quote": "received the mayor",
        }
    ]


@pytest.mark.parametrize(
    ("before", "after", "begins", "ends"),
    [(0, 0, "quoted", "quoted"), (0, 200, "quoted word", "word …"), (200, 0, "… word", "word quoted"), (200, 200, "… word", "word …")],
)
def test_a_long_sentence_is_cut_between_words_around_what_is_quoted(before: int, after: int, begins: str, ends: str) -> None:
    text = " ".join([*["word"] * before, "quoted", *["word"] * after])
    shown = cut_around(text, "quoted")
    assert shown.startswith(begins)
    assert shown.endswith(ends)
    assert "quoted" in shown
    assert set(shown.split()) <= {"word", "quoted", "…"}
    assert len(shown) <= MOST_SHOWN + len("…  …")
