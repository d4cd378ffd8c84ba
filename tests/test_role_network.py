"""The role network from the inside: what it is told of two words, its chances, how it is stored, and what the shipped one has learnt."""

from collections.abc import Iterator, Mapping

import numpy as np
import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from kg.english.embedding import Floats
from kg.english.roles import FACETS, RolePipe, RoleScores, facets
from kg.language import MODEL
from kg.stages.slots import SURE, marks

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
        "evoking.weight": (WIDTH, ROWS), "evoking.bias": (WIDTH,), "word.weight": (WIDTH, ROWS), "word.bias": (WIDTH,),
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
    """The chances of each word, one by one, as the definition says; `known` tells whether the facets of the word have rows of their own."""
    relu = lambda name, x: np.maximum(weights[f"{name}.weight"] @ x + weights[f"{name}.bias"], 0)  # noqa: E731
    here = np.append(relu("evoking", rows[place]), 1)
    for row, is_known in zip(rows, known, strict=True):
        there = np.append(relu("word", row), 1)
        parts = np.concatenate([weights[f"facets.{i}.weight"][int(is_known)] for i in range(len(FACETS))])
        score = np.array([here @ weights["pair"][role] @ there for role in range(len(ROLES))])
        score = score + weights["outer.weight"] @ relu("inner", parts) + weights["outer.bias"]
        yield np.exp(score) / np.exp(score).sum()


def with_rows(doc: Doc) -> Doc:
    doc.tensor = np.random.default_rng(5).normal(size=(len(doc), ROWS)).astype(np.float32)
    return doc


def test_chances_are_those_of_the_definition(pipe: RolePipe) -> None:
    doc = with_rows(met_in_moscow(pipe.vocab))
    found = pipe.read(doc[1], "Meeting", {})
    # All facets of the first word are known; the others share some of them, so only that word is compared.
    assert np.allclose(found.words[0], next(naive(pipe.weights, doc.tensor, 1, [True] * len(doc))), atol=1e-5)
    assert np.allclose(found.words.sum(axis=1), [1, 0, 1, 0, 1], atol=1e-5)  # a verb and a preposition fill no role


def test_a_second_evoking_word_of_a_sentence_is_read_as_if_it_were_alone(pipe: RolePipe) -> None:
    doc = with_rows(met_in_moscow(pipe.vocab))
    pipe.read(doc[1], "Meeting", {})
    second = pipe.read(doc[4], "Meeting", {}).words
    again = RolePipe(pipe.vocab, "roles").from_bytes(pipe.to_bytes())
    assert np.array_equal(second, again.read(doc[4], "Meeting", {}).words)


def test_a_sentence_without_names_has_no_chances(pipe: RolePipe) -> None:
    doc = with_rows(Doc(spacy.blank("en").vocab, words=["Met"], pos=["VERB"], heads=[0], deps=["ROOT"], tags=["VBD"], lemmas=["meet"]))
    assert pipe.read(doc[0], "Meeting", {}).words.tolist() == [[0.0, 0.0, 0.0]]


def test_likely_words_come_surest_first() -> None:
    found = RoleScores({"": 0, "participant": 1}, np.array([[0.3, 0.7], [0.9, 0.1], [0.1, 0.9], [0.3, 0.7]], dtype=np.float32))
    assert [(place, round(chance, 3)) for place, chance in found.likely("participant", 0.6)] == [(2, 0.9), (0, 0.7), (3, 0.7)]
    assert found.likely("giver", 0.0) == []
    assert (found.chance(2, "participant"), found.chance(2, "giver")) == (pytest.approx(0.9), 0.0)


def test_a_stored_network_gives_the_same_chances(pipe: RolePipe) -> None:
    again = RolePipe(pipe.vocab, "roles").from_bytes(pipe.to_bytes())
    doc = with_rows(met_in_moscow(pipe.vocab))
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
    assert all(found.chance(i, role) >= SURE for i in inside)
    assert all(found.chance(i, role) < SURE for i in outside)
