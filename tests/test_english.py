"""The English pipeline from the inside: tokenizer, network, trees, spans and lemmas, and the shipped model as spaCy sees it."""

import itertools
import re

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language
from spacy.vectors import Vectors

from kg.english.lemma import apply_rule, lemma_rule
from kg.english.network import Encoder
from kg.english.spans import best_tags, decode, encode
from kg.english.tokens import make_tokenizer
from kg.english.tree import best_tree
from kg.language import MODEL

TAGS = ("O", "B-A", "I-A", "L-A", "U-A", "B-B", "I-B", "L-B", "U-B")
FINITE = st.floats(-50, 50, width=32)


# --- words ----------------------------------------------------------------------------------------


WORDS = [
    ("Really?!! No...", ["Really", "?!!", "No", "..."]),
    ("====\nNotes", ["====", "\n", "Notes"]),
    ("a pro-Russian, re-elected ex-minister", ["a", "pro-Russian", ",", "re-elected", "ex-minister"]),
    ("the Moscow-Pyongyang line", ["the", "Moscow", "-", "Pyongyang", "line"]),
    ("Putin's e-mail didn’t say", ["Putin", "'s", "e-mail", "did", "n’t", "say"]),
]


@pytest.mark.parametrize(("text", "words"), WORDS)
def test_words_are_cut_as_in_the_treebanks(text: str, words: list[str]) -> None:
    assert [token.text for token in make_tokenizer()(text)] == words


@pytest.mark.model
@pytest.mark.parametrize(("text", "words"), WORDS)
def test_the_shipped_pipeline_cuts_words_so_too(text: str, words: list[str], nlp: Language) -> None:
    assert [token.text for token in nlp.make_doc(text)] == words


@given(st.text(min_size=1, max_size=12), st.text(min_size=1, max_size=12))
def test_a_rule_gives_the_lemma_that_it_was_made_of(form: str, lemma: str) -> None:
    assert apply_rule(form, lemma_rule(form, lemma)) == lemma


@pytest.mark.parametrize(
    ("form", "lemma", "other", "expected"),
    [
        ("treaties", "treaty", "Bodies", "Body"),
        ("met", "meet", "met", "meet"),
        ("Was", "be", "was", "be"),
        ("Talks", "talk", "visits", "visit"),
    ],
)
def test_a_rule_serves_other_words(form: str, lemma: str, other: str, expected: str) -> None:
    assert apply_rule(other, lemma_rule(form, lemma)) == expected


# --- trees ----------------------------------------------------------------------------------------


def is_tree(heads: tuple[int, ...]) -> bool:
    """Whether heads counted from 1 (0 above the root) form a tree with one root."""
    if list(heads).count(0) != 1:
        return False
    reached = {0}
    for _ in heads:
        reached |= {node for node, head in enumerate(heads, 1) if head in reached}
    return len(reached) == len(heads) + 1


def square_scores(most: int) -> st.SearchStrategy[np.ndarray]:
    shapes = st.integers(1, most).map(lambda n: (n, n + 1))
    return shapes.flatmap(lambda shape: arrays.arrays(np.float32, shape, elements=FINITE))


@given(square_scores(4))
def test_the_best_tree_is_the_best_of_all_trees(scores: np.ndarray) -> None:
    words = len(scores)
    worth = lambda heads: sum(float(scores[i, head]) for i, head in enumerate(heads))  # noqa: E731
    trees = [h for h in itertools.product(range(words + 1), repeat=words) if is_tree(h)]
    found = tuple(int(head) for head in best_tree(scores))
    assert found in trees
    assert worth(found) == pytest.approx(max(map(worth, trees)), abs=1e-3)


@given(square_scores(25))
def test_any_scores_give_a_tree_with_one_root(scores: np.ndarray) -> None:
    assert is_tree(tuple(int(head) for head in best_tree(scores)))


# --- spans ----------------------------------------------------------------------------------------


def is_whole(tags: tuple[str, ...]) -> bool:
    """Whether the tags make spans, by a pattern over their first letters and labels."""
    return re.fullmatch(r"(?:O|U.|B(.)(?:I\1)*L\1)*", "".join(tag.replace("-", "") for tag in tags)) is not None


@given(st.integers(1, 3).flatmap(lambda n: arrays.arrays(np.float32, (n, len(TAGS)), elements=FINITE)))
def test_the_best_tags_are_the_best_that_make_whole_spans(scores: np.ndarray) -> None:
    worth = lambda tags: sum(float(scores[i, TAGS.index(tag)]) for i, tag in enumerate(tags))  # noqa: E731
    whole = [tags for tags in itertools.product(TAGS, repeat=len(scores)) if is_whole(tags)]
    found = tuple(TAGS[i] for i in best_tags(scores, TAGS))
    assert found in whole
    assert worth(found) == pytest.approx(max(map(worth, whole)), abs=1e-3)


@pytest.mark.parametrize("spans", [[], [(0, 1, "A")], [(0, 2, "A"), (2, 5, "B")], [(1, 4, "A"), (4, 5, "A")]])
def test_spans_come_back_from_their_tags(spans: list[tuple[int, int, str]]) -> None:
    assert list(decode(encode(5, spans))) == spans


# --- the network ----------------------------------------------------------------------------------


def naive_lstm(rows: np.ndarray, weights: dict[str, np.ndarray], name: str, *, back: bool) -> np.ndarray:
    """One direction over one sentence, word by word, as the equations say."""
    width = weights[f"weight_hh{name}"].shape[1]
    hidden, cell, found = np.zeros(width), np.zeros(width), np.zeros((len(rows), width))
    for i in reversed(range(len(rows))) if back else range(len(rows)):
        gates = weights[f"weight_ih{name}"] @ rows[i] + weights[f"bias_ih{name}"]
        gates = gates + weights[f"weight_hh{name}"] @ hidden + weights[f"bias_hh{name}"]
        enter, forget, new, leave = np.split(gates, 4)
        sigmoid = lambda x: 1 / (1 + np.exp(-x))  # noqa: E731
        cell = sigmoid(forget) * cell + sigmoid(enter) * np.tanh(new)
        hidden = sigmoid(leave) * np.tanh(cell)
        found[i] = hidden
    return found


@pytest.mark.parametrize("lengths", [[1], [3, 1, 5, 5, 2], [7, 2]])
def test_packed_sentences_are_read_as_each_alone(lengths: list[int]) -> None:
    numbers = np.random.default_rng(7)
    shapes = {"weight_ih": (16, 6), "weight_hh": (16, 4), "bias_ih": (16,), "bias_hh": (16,)}
    weights = {
        f"{part}_l{layer}{side}": numbers.normal(size=(16, 8) if part == "weight_ih" and layer else shape).astype(np.float32)
        for part, shape in shapes.items()
        for layer in (0, 1)
        for side in ("", "_reverse")
    }
    rows = numbers.normal(size=(sum(lengths), 6)).astype(np.float32)
    found = Encoder(weights).encode(rows, lengths)
    at = 0
    for length in lengths:
        expected = rows[at : at + length]
        for layer in (0, 1):
            sides = [naive_lstm(expected, weights, f"_l{layer}{side}", back=bool(side)) for side in ("", "_reverse")]
            expected = np.concatenate(sides, axis=1)
        assert np.allclose(found[at : at + length], expected, atol=1e-5)
        at += length


# --- the shipped pipeline -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.load(MODEL)


@pytest.mark.model
def test_a_text_gets_sentences_trees_lemmas_and_names(nlp: Language) -> None:
    doc = nlp("Russian President Vladimir Putin met Kim Jong Un in Moscow on Friday. They signed two treaties.")
    assert [sentence.text.split()[0] for sentence in doc.sents] == ["Russian", "They"]
    met, signed = (sentence.root for sentence in doc.sents)
    assert (met.lemma_, met.tag_, met.pos_, signed.lemma_) == ("meet", "VBD", "VERB", "sign")
    assert [t.lemma_ for t in signed.children if t.dep_ == "obj"] == ["treaty"]
    assert {(e.text, e.label_) for e in doc.ents} >= {("Vladimir Putin", "PERSON"), ("Kim Jong Un", "PERSON"), ("Moscow", "LOC")}


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", 0),
        (" ", 1),
        (" \n  ", 1),
        ("Kim", 1),
        ("  Kim \n\n met   Putin . ", 1),
        ("." * 700, 1),
        ("word " * 700, 3),
        ("김정은 встретился 👍🏽", 1),
    ],
)
def test_odd_texts_are_read_whole(nlp: Language, text: str, sentences: int) -> None:
    doc = nlp(text)
    assert sum(1 for _ in doc.sents) == sentences if text else len(doc) == 0
    assert all(token.lemma_ and token.tag_ and token.dep_ for token in doc)
    assert all(sum(token.head == token for token in sentence) == 1 for sentence in doc.sents)


@pytest.mark.model
def test_white_space_hangs_on_the_word_before_it(nlp: Language) -> None:
    doc = nlp(" Kim\n\nmet  Putin. ")
    assert {(token.text, token.head.text) for token in doc if token.is_space} == {(" ", "Kim"), ("\n\n", "Kim"), (" ", "met")}


@pytest.mark.model
def test_sentences_begin_where_the_text_says_and_nowhere_else(nlp: Language) -> None:
    sentence = "The two delegations then discussed trade, energy, security and many other questions at length on Friday. "
    with nlp.select_pipes(enable="senter"):
        doc = nlp(sentence * 40)
        spaced = nlp("  " + sentence)
    assert [s.text.strip() for s in doc.sents] == [sentence.strip()] * 40
    assert len(list(spaced.sents)) == 1


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "lemmas"),
    [
        ("Talks were held.", "talk be hold ."),
        ("He met and has met them.", "he meet and have meet they ."),
        ("Putin Meets Kim", "Putin meet Kim"),
    ],
)
def test_lemmas_of_inflected_words_are_known(nlp: Language, text: str, lemmas: str) -> None:
    assert " ".join(token.lemma_ for token in nlp(text)) == lemmas


@pytest.mark.model
def test_reading_does_not_change_what_is_saved() -> None:
    fresh = spacy.load(MODEL)
    before = fresh.to_bytes()
    fresh("Kim met Putin in Rason.")
    assert abs(len(fresh.to_bytes()) - len(before)) < 1000


@pytest.mark.model
def test_a_text_is_read_alike_alone_and_among_others(nlp: Language) -> None:
    texts = ["Kim met Putin.", "The two leaders signed a treaty in Pyongyang, KCNA said.", "", "Talks followed."]
    together = [doc.to_json() for doc in nlp.pipe(texts, batch_size=4)]
    assert together == [nlp(text).to_json() for text in texts]


@pytest.mark.model
def test_the_pipeline_survives_a_round_trip(nlp: Language) -> None:
    text = "Sergei Lavrov, who is Russia's foreign minister, arrived in Wonsan."
    again = spacy.blank("en").from_config(nlp.config).from_bytes(nlp.to_bytes())
    assert again(text).to_json() == nlp(text).to_json()


# --- training -------------------------------------------------------------------------------------


def test_what_is_trained_is_what_is_read() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is installed only where models are trained")
    from kg.training.fit import Inputs, facet_values, make_encoder  # noqa: PLC0415
    from kg.training.train import Run, add, train_parser  # noqa: PLC0415
    from kg.training.treebank import Tree, Word  # noqa: PLC0415

    rows = [("Kim", "NNP", 1, "nsubj"), ("met", "VBD", -1, "ROOT"), ("Putin", "NNP", 1, "obj"), (".", ".", 1, "punct")]
    words = tuple(Word(form, form.lower(), "NOUN", tag, "", head, dep, True) for form, tag, head, dep in rows)
    trees = [Tree("x", words, True)] * 8
    nlp = spacy.blank("en")
    numbers = np.random.default_rng(1).normal(size=(50, 8)).astype(np.float32)
    nlp.vocab.vectors = Vectors(strings=nlp.vocab.strings, data=numbers, mode="floret", minn=3, maxn=4, hash_count=2)
    inputs = Inputs(facet_values((word.form for word in words), 1), nlp.vocab.vectors)
    trained = train_parser(make_encoder(inputs, 8, 6, 2), trees, inputs, Run(2, 0, [("Kim",)], print))
    add(nlp, "kg_parser", "parser", trained, inputs)
    tensors = inputs.tensors([[word.form for word in words]])
    with torch.no_grad():
        scores, below, above = trained.net.arcs(trained.net.encoder(*tensors))
        heads = torch.tensor([[int(head) for head in best_tree(scores[0].numpy())]])
        relations = trained.net.relate(below, above, heads)[0]
    doc = nlp("Kim met Putin .")
    assert [0 if t.head == t else t.head.i + 1 for t in doc] == heads[0].tolist()
    names = [trained.labels["rel"][i] for i in relations.argmax(-1).tolist()]
    assert all(t.dep_ == name for t, name in zip(doc, names, strict=True) if t.head != t and name != "ROOT")
