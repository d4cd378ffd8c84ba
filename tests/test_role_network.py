"""The role network from the inside: what it is told of two words, its chances, how it is stored, and what the shipped one has learnt."""

from collections.abc import Iterator, Mapping

import numpy as np
import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from kg.english.embedding import Floats
from kg.english.roles import FACETS, RolePipe, facets
from kg.language import MODEL
from kg.stages.slots import marks

ROWS, WIDTH, FACET, INNER = 4, 3, 2, 5
ROLES = ["", "participant", "place"]


def met_in_moscow(vocab: Vocab | None = None) -> Doc:
    """ "Kim met Putin in Moscow", parsed."""
    return Doc(
        vocab or spacy.blank("en").vocab, words=["Kim", "met", "Putin", "in", "Moscow"], tags=["NNP", "VBD", "NNP", "IN", "NNP"],
        pos=["PROPN", "VERB", "PROPN", "ADP", "PROPN"],
        lemmas=["Kim", "meet", "Putin", "in", "Moscow"], heads=[1, 1, 1, 4, 1], deps=["nsubj", "ROOT", "obj", "case", "obl"],
    )  # fmt: skip


def told(word: int, evoking: int = 1, slots: Mapping[int, str] | None = None) -> dict[str, str]:
    doc = met_in_moscow()
    return dict(zip(FACETS, facets(doc[evoking], "Meeting", slots or {}, range(len(doc)))[word], strict=True))


@pytest.mark.parametrize(
    ("word", "evoking", "facet", "expected"),
    [
        (0, 1, "path", "Meeting/|nsubj"),
        (4, 1, "path and preposition", "|obl/in"),
        (4, 1, "preposition", "in"),
        (0, 4, "path", "Meeting/obl|nsubj"),
        (0, 1, "steps", "1"),
        (0, 4, "steps", "2"),
        (0, 1, "distance", "-1"),
        (2, 1, "distance", "+1"),
        (4, 1, "distance", "+3"),
        (2, 1, "word", "putin/NNP"),
        (2, 1, "evoking word", "Meeting/meet/"),
        (2, 1, "slot", "Meeting/object"),
        (0, 1, "slot", "Meeting/"),
        (2, 1, "slot and word", "Meeting/object/putin"),
    ],
)
def test_a_pair_of_words_is_told_by_tree_order_and_slot(word: int, evoking: int, facet: str, expected: str) -> None:
    assert told(word, evoking, {2: "object"})[facet] == expected


def test_words_of_two_trees_are_apart() -> None:
    doc = Doc(Vocab(), words=["Yes", "Kim"], tags=["UH", "NNP"], lemmas=["yes", "Kim"], heads=[0, 1], deps=["ROOT", "ROOT"])
    assert facets(doc[0], "Meeting", {}, [1])[0][FACETS.index("path")] == "Meeting/apart"


def test_marks_name_every_slot_of_a_word() -> None:
    doc = met_in_moscow()
    assert marks({"with": [doc[2]], "object": [doc[2], doc[0]]}) == {0: "object", 2: "object+with"}


# --- chances --------------------------------------------------------------------------------------


def random_weights() -> dict[str, Floats]:
    numbers = np.random.default_rng(3)
    shapes = {
        "root": (ROWS,), "evoking.weight": (WIDTH, ROWS), "evoking.bias": (WIDTH,), "word.weight": (WIDTH, ROWS), "word.bias": (WIDTH,),
        "pair": (len(ROLES), WIDTH + 1, WIDTH + 1), "inner.weight": (INNER, FACET * len(FACETS)), "inner.bias": (INNER,),
        "outer.weight": (len(ROLES), INNER), "outer.bias": (len(ROLES),),
    }  # fmt: skip
    shapes |= {f"facets.{i}.weight": (2, FACET) for i in range(len(FACETS))}
    return {name: numbers.normal(size=shape).astype(np.float16).astype(np.float32) for name, shape in shapes.items()}


@pytest.fixture
def pipe() -> RolePipe:
    made = RolePipe(Vocab(), "roles")
    known = [[value] for value in facets(met_in_moscow()[1], "Meeting", {}, [0])[0]]
    made.take({"roles": ROLES, "values": known, "kinds": ["Meeting"]}, random_weights())
    return made


def naive(weights: Mapping[str, Floats], rows: Floats, place: int, known: list[bool]) -> Iterator[Floats]:
    """The scores of each word, one by one, as the definition says; `known` tells whether all facets of the word have a row of their own."""
    relu = lambda name, x: np.maximum(weights[f"{name}.weight"] @ x + weights[f"{name}.bias"], 0)  # noqa: E731
    here = np.append(relu("evoking", rows[place]), 1)
    for word, row in enumerate([weights["root"], *rows]):
        there = np.append(relu("word", row), 1)
        score = np.array([here @ weights["pair"][role] @ there for role in range(len(ROLES))])
        if word:
            parts = np.concatenate([weights[f"facets.{i}.weight"][int(known[word - 1])] for i in range(len(FACETS))])
            score = score + weights["outer.weight"] @ relu("inner", parts) + weights["outer.bias"]
        yield np.exp(score) / np.exp(score).sum()


def test_chances_are_those_of_the_definition(pipe: RolePipe) -> None:
    doc = met_in_moscow(pipe.vocab)
    # One value of each facet is known: those of the first word; it shares some with the others, so each facet has its own row.
    doc.tensor = np.random.default_rng(5).normal(size=(len(doc), ROWS)).astype(np.float32)
    found = pipe.read(doc[1], "Meeting", {})
    expected = list(naive(pipe.weights, doc.tensor, 1, [True, False, False, False, False]))
    assert np.allclose(found.opening, expected[0], atol=1e-5)
    assert np.allclose(found.words[0], expected[1], atol=1e-5)
    assert np.allclose(found.words.sum(axis=1), [1, 0, 1, 0, 1], atol=1e-5)  # a verb and a preposition fill no role


def test_likely_words_are_those_above_the_chance(pipe: RolePipe) -> None:
    doc = met_in_moscow(pipe.vocab)
    doc.tensor = np.random.default_rng(5).normal(size=(len(doc), ROWS)).astype(np.float32)
    found = pipe.read(doc[1], "Meeting", {})
    assert found.likely("place", 0.0) == [0, 1, 2, 3, 4]
    assert found.likely("place", 0.4) == [i for i in range(5) if found.chance(i, "place") >= 0.4]
    assert found.likely("giver", 0.0) == []


def test_a_chance_is_asked_for_by_word_and_role(pipe: RolePipe) -> None:
    doc = met_in_moscow(pipe.vocab)
    doc.tensor = np.ones((len(doc), ROWS), dtype=np.float32)
    found = pipe.read(doc[1], "Meeting", {})
    assert found.chance(2, "place") == pytest.approx(float(found.words[2, 2]))
    assert found.opening_chance("participant") == pytest.approx(float(found.opening[1]))
    assert (found.chance(2, "giver"), found.opening_chance("giver")) == (0.0, 0.0)


def test_a_stored_network_gives_the_same_chances(pipe: RolePipe) -> None:
    again = RolePipe(pipe.vocab, "roles").from_bytes(pipe.to_bytes())
    doc = met_in_moscow(pipe.vocab)
    doc.tensor = np.ones((len(doc), ROWS), dtype=np.float32)
    assert again.kinds == {"Meeting"}
    assert np.array_equal(again.read(doc[1], "Meeting", {}).words, pipe.read(doc[1], "Meeting", {}).words)


# --- the shipped network --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.load(MODEL)


@pytest.mark.model
@pytest.mark.parametrize(
    ("words", "evoking", "role", "inside", "outside"),
    [
        ("Putin told reporters on Monday after talks in Moscow with Putin .", "talks", "participant", (0, 10), (2,)),
        ("Putin met Putin in Moscow on Friday , two days after a visit to Russia .", "met", "participant", (0, 2), (13,)),
        ("Putin will visit Russia after Putin , his spokesman said .", "visit", "visitor", (0,), (3, 8)),
    ],
)
def test_the_shipped_network_sees_who_takes_part(
    nlp: Language, words: str, evoking: str, role: str, inside: tuple[int, ...], outside: tuple[int, ...]
) -> None:
    forms = words.split()
    doc = nlp.get_pipe("parser")(Doc(nlp.vocab, words=forms))
    found = nlp.get_pipe("roles").read(doc[forms.index(evoking)], "Visit" if role == "visitor" else "Meeting", {})
    assert all(found.chance(i, role) > 0.5 for i in inside)
    assert all(found.chance(i, role) < 0.5 for i in outside)
