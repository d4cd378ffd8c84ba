"""Parses in the scheme of spaCy's own English pipelines, and what of them the stages read."""

import datetime as dt
import re
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.lang.en import English
from spacy.language import Language as Pipeline
from spacy.tokens import Doc, Token
from spacy.training import Example
from spacy.util import fix_random_seed

from kg.article import Reader, extract
from kg.clearnlp import is_clearnlp, to_universal
from kg.ids import local
from kg.language import Language
from kg.lexicon import Lexicon
from kg.records import Article, Source
from kg.registry import open_lexicon
from kg.stages.syntax import is_passive, objects, phrases, subjects

CASES_FILE = Path(__file__).parent / "cases" / "clearnlp.txt"
SIZE = 93

WORD_CLASSES = {
    "CC": "CCONJ", "CD": "NUM", "DT": "DET", "EX": "PRON", "IN": "ADP", "JJ": "ADJ", "MD": "AUX", "NN": "NOUN", "NNP": "PROPN",
    "NNS": "NOUN", "PDT": "DET", "POS": "PART", "PRP": "PRON", "PRP$": "PRON", "RB": "ADV", "RBR": "ADV", "RP": "ADP", "TO": "PART",
    "UH": "INTJ", "VB": "VERB", "VBD": "VERB", "VBG": "VERB", "VBN": "VERB", "VBZ": "VERB", "WP": "PRON", "WRB": "SCONJ",
    ",": "PUNCT", ".": "PUNCT",
}  # fmt: skip
# The labels of spaCy's English parsers.
ONLY_CLEARNLP = frozenset(
    (
        *("acomp", "agent", "attr", "auxpass", "csubjpass", "dative", "dobj", "intj", "meta", "neg", "npadvmod", "nsubjpass", "oprd"),
        *("pcomp", "pobj", "poss", "preconj", "predet", "prep", "prt", "quantmod", "relcl"),
    )
)
LABELS = (
    *sorted(ONLY_CLEARNLP),
    *("ROOT", "acl", "advcl", "advmod", "amod", "appos", "aux", "case", "cc", "ccomp", "compound", "conj", "csubj", "dep", "det", "expl"),
    *("mark", "nmod", "nsubj", "nummod", "parataxis", "punct", "xcomp"),
)


class Tree(NamedTuple):
    """Words with heads and labels; the tags as written after the words."""

    words: list[str]
    tags: list[str]
    heads: list[int]
    labels: list[str]


class Table(NamedTuple):
    """The cases by their reasons, each in both schemes, and the tags and lemmas of the words in lower case."""

    tags: dict[str, str]
    lemmas: dict[str, str]
    cases: dict[str, tuple[Tree, Tree]]


def read_tree(text: str, tags: dict[str, str]) -> Tree:
    """A tree from brackets: "[nsubj Putin] met [dobj Xi]"."""
    tree = Tree([], [], [], [])
    # For each open bracket its label, its head word once that is read, and the words that wait for it.
    open_brackets: list[tuple[str, list[int], list[int]]] = [("ROOT", [], [])]
    pieces = re.findall(r"\[(\S+)|(\])|([^\s\[\]]+)", text)
    for label, closing, word in pieces:
        if label:
            open_brackets.append((label, [], []))
        elif closing:
            _, head, below = open_brackets.pop()
            _hang(tree, head, below)
            open_brackets[-1][2].append(head[0])
        else:
            form, _, tag = word.partition("/")
            open_brackets[-1][1].append(len(tree.words))
            tree.words.append(form)
            tree.tags.append(tag or tags[form.lower()])
            tree.heads.append(len(tree.heads))
            tree.labels.append(open_brackets[-1][0])
    ((_, head, below),) = open_brackets
    _hang(tree, head, below)
    return tree


def _hang(tree: Tree, head: list[int], below: list[int]) -> None:
    assert len(head) == 1, f"a bracket has one head: {[tree.words[i] for i in head]}"
    for i in below:
        tree.heads[i] = head[0]


def read_table() -> Table:
    table = Table({}, {}, {})
    for block in CASES_FILE.read_text(encoding="utf-8").split("\n\n"):
        for line in block.splitlines():
            kind, _, rest = line.partition(" ")
            name, _, words = rest.partition(": ")
            if kind in ("tag", "lemma"):
                (table.tags if kind == "tag" else table.lemmas).update(dict.fromkeys(words.split(), name))
        if block.startswith("# "):
            why, clear, universal = block.splitlines()
            clear_tree = read_tree(clear.removeprefix("clear:"), table.tags)
            tags = dict(zip((w.lower() for w in clear_tree.words), clear_tree.tags, strict=True))
            table.cases[why.removeprefix("# ")] = clear_tree, read_tree(universal.removeprefix("ud:"), tags)
    return table


TABLE = read_table()
VOCAB = English().vocab


def make_doc(tree: Tree) -> Doc:
    """The tree as spaCy's pipelines give it, with word classes and lemmas."""
    lemmas = [TABLE.lemmas.get(word.lower(), word.lower()) for word in tree.words]
    auxiliary = [lemma == "be" or label == "aux" for lemma, label in zip(lemmas, tree.labels, strict=True)]
    classes = ["AUX" if WORD_CLASSES[tag] == "VERB" and aux else WORD_CLASSES[tag] for tag, aux in zip(tree.tags, auxiliary, strict=True)]
    return Doc(VOCAB, words=tree.words, tags=tree.tags, pos=classes, lemmas=lemmas, heads=tree.heads, deps=tree.labels)


def show(words: list[str], heads: list[int], labels: list[str]) -> list[str]:
    """A line for each word, as a reader compares them."""
    return [f"{word} <-{label}- {words[head]}/{head}" for word, head, label in zip(words, heads, labels, strict=True)]


def test_the_table_is_whole() -> None:
    assert len(TABLE.cases) == SIZE


@pytest.mark.parametrize("why", TABLE.cases)
def test_a_parse_reads_as_one_of_universal_dependencies(why: str) -> None:
    clear, universal = TABLE.cases[why]
    assert clear.words == universal.words
    found = to_universal(make_doc(clear))
    parsed = show(clear.words, [t.head.i for t in found], [t.dep_ for t in found])
    assert parsed == show(universal.words, universal.heads, universal.labels)


# Sentence, verb, then who does it, to whom, and its phrases.
SLOTS = [
    ("a passive with two agents", "signed", "Putin Xi", "treaty", "by Putin, by Xi"),
    ("a participle after a noun", "led", "Xi", "delegation", "by Xi"),
    ("two phrases joined", "spoke", "Putin", "", "in Moscow, in Beijing"),
    ("two prepositions of one noun, below the second", "spoke", "They", "", "during summit"),
    ("four names, with a comma before the last", "met", "Putin", "Xi Kim Lavrov officials", ""),
    ("a relative clause without a pronoun", "sent", "Putin", "letter", "to Xi"),
    ("a relative clause of a phrase", "spoke", "Xi", "", "with minister"),
    ("the first to do something", "visit", "Putin", "Moscow", ""),
    ("the first to do something, as an infinitive of the noun", "visit", "Putin", "Moscow", ""),
    ("an adjective as predicate", "meet", "Putin", "Xi", ""),
    ("what is to be done", "meet", "Putin", "Xi", "in Moscow"),
    ("a predicate and a verb", "met", "Xi", "Putin", ""),
    ("the object's infinitive", "come", "Xi", "", ""),
    ("the object's infinitive, with the object below it", "visit", "Xi", "Moscow", ""),
    ("the infinitive of a passive", "visit", "Xi", "Moscow", ""),
    ("an infinitive of a noun", "visit", "Putin", "China", ""),
    ("a receiver after \"to\"", "sent", "Putin", "letter", "to Xi"),
    ("a passive after a preposition", "invited", "Xi", "", "by Xi"),
    ("\"ahead of\"", "met", "Putin", "Xi", "ahead summit"),
    ("a phrase after an adverb", "arrived", "Putin", "", "with Xi"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "verb", "who", "whom", "slots"), SLOTS, ids=lambda value: value or "none")
def test_slots_are_found_in_what_leaves(why: str, verb: str, who: str, whom: str, slots: str) -> None:
    found = to_universal(make_doc(TABLE.cases[why][0]))
    token = next(t for t in found if t.text == verb)
    assert _texts(subjects(token)) == who
    assert _texts(objects(token)) == whom
    assert ", ".join(f"{name} {noun.text}" for name, noun in phrases(token)) == slots


def _texts(tokens: list[Token]) -> str:
    return " ".join(t.text for t in tokens)


@pytest.mark.parametrize(
    ("why", "verb", "passive"),
    [("a passive ahead", "held", True), ("a participle after a noun", "led", True), ("what is going to happen", "meet", False)],
)
def test_a_passive_is_known_in_what_leaves(why: str, verb: str, passive: bool) -> None:
    found = to_universal(make_doc(TABLE.cases[why][0]))
    assert is_passive(next(t for t in found if t.text == verb)) == passive


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (LABELS, True),
        (["ROOT", "dobj", "nsubj", "pobj", "prep"], True),
        (["ROOT", "case", "nsubj", "nsubj:pass", "obj", "obl"], False),
        (["ROOT", "case", "dobj", "nmod", "nsubjpass"], False),
        (["ROOT", "mo", "oa", "sb"], False),
        ([], False),
    ],
)
def test_a_scheme_is_known_by_its_labels(labels: Collection[str], expected: bool) -> None:
    assert is_clearnlp(labels) == expected


@pytest.mark.model
def test_the_parser_of_the_package_is_of_the_other_scheme(pipeline: Pipeline) -> None:
    assert not is_clearnlp(pipeline.pipe_labels["parser"])


def test_a_text_without_a_parse_stays() -> None:
    doc = Doc(VOCAB, words=["Putin", "met", "Xi"])
    assert not to_universal(doc).has_annotation("DEP")
    assert len(to_universal(Doc(VOCAB))) == 0


# --- any tree ---------------------------------------------------------------------------------------

WORDS = [(word, tag) for word, tag in TABLE.tags.items()]


@st.composite
def random_docs(draw: st.DrawFn) -> Doc:
    """Some sentences of any words under any heads with any labels, crossing branches too."""
    heads: list[int] = []
    for size in draw(st.lists(st.integers(1, 9), min_size=1, max_size=3)):
        order = draw(st.permutations(range(len(heads), len(heads) + size)))
        chosen = {order[0]: order[0]}
        for i, token in enumerate(order[1:], start=1):
            chosen[token] = draw(st.sampled_from(order[:i]))
        heads += [chosen[i] for i in sorted(chosen)]
    words = draw(st.lists(st.sampled_from(WORDS), min_size=len(heads), max_size=len(heads)))
    labels = draw(st.lists(st.sampled_from([*LABELS, "obl", "nmod:poss", "?"]), min_size=len(heads), max_size=len(heads)))
    return make_doc(Tree([word for word, _ in words], [tag for _, tag in words], heads, labels))


@settings(max_examples=500, deadline=None)
@given(random_docs())
def test_any_tree_becomes_a_tree_of_the_same_words(doc: Doc) -> None:
    before = doc.to_json()
    found = to_universal(doc)
    assert doc.to_json() == before
    assert [_form(t) for t in found] == [_form(t) for t in doc]
    assert [(s.start, s.end) for s in found.sents] == [(s.start, s.end) for s in doc.sents]
    for sentence in found.sents:
        assert [t.dep_ for t in sentence if t.head == t] == ["ROOT"]
        assert all(_root(t, len(doc)) == sentence.root for t in sentence)
        assert not ONLY_CLEARNLP & {t.dep_ for t in sentence}


def _form(token: Token) -> tuple[str, ...]:
    return token.text, token.tag_, token.pos_, token.lemma_, str(token.morph), token.whitespace_


def _root(token: Token, most: int) -> Token | None:
    """The head of all, or None where the way up goes round in a circle."""
    for _ in range(most):
        token = token.head
    return token if token.head == token else None


# --- a pipeline of the other scheme -----------------------------------------------------------------

# The cases that it learns; of the names in them only those stay that stand in a parse for every other of their kind.
LEARNED = 13
PERSONS = ("Xi", "Kim", "Lavrov")
MOST_ROUNDS = 200
EMBEDDING = {
    "@architectures": "spacy.HashEmbedCNN.v2", "pretrained_vectors": None, "width": 32, "depth": 2, "embed_size": 300,
    "window_size": 1, "maxout_pieces": 2, "subword_features": True,
}  # fmt: skip
PARSER = {
    "@architectures": "spacy.TransitionBasedParser.v2", "state_type": "parser", "extra_state_tokens": False, "hidden_width": 32,
    "maxout_pieces": 2, "use_upper": True, "nO": None, "tok2vec": EMBEDDING,
}  # fmt: skip
TAGGER = {"@architectures": "spacy.Tagger.v2", "nO": None, "normalize": False, "tok2vec": EMBEDDING}


def build_pipeline() -> Pipeline:
    """A pipeline with the components of spaCy's own, which has learned a few trees by heart."""
    fix_random_seed(0)
    nlp = English()
    nlp.add_pipe("tagger", config={"model": TAGGER})
    nlp.add_pipe("parser", config={"model": PARSER, "min_action_freq": 1})
    trees = [clear for clear, _ in list(TABLE.cases.values())[:LEARNED]]
    trees = [tree._replace(words=["Putin" if word in PERSONS else word for word in tree.words]) for tree in trees]
    learn(nlp, trees)
    ruler = nlp.add_pipe("attribute_ruler")
    for tag, word_class in WORD_CLASSES.items():
        ruler.add([[{"TAG": tag}]], {"POS": word_class})
    for word, lemma in ({word: word for word in TABLE.tags} | TABLE.lemmas).items():
        ruler.add([[{"LOWER": word}]], {"LEMMA": lemma} | ({"POS": "AUX"} if lemma == "be" else {}))
    return nlp


def learn(nlp: Pipeline, trees: list[Tree]) -> None:
    """Train until every tree comes out as it went in."""
    references = [Doc(nlp.vocab, words=t.words, tags=t.tags, heads=t.heads, deps=t.labels) for t in trees]
    optimizer = nlp.initialize(lambda: _examples(nlp, references))
    for _ in range(MOST_ROUNDS):
        nlp.update(_examples(nlp, references), sgd=optimizer, drop=0.0)
        if all(_parse(nlp, reference) == _parse(None, reference) for reference in references):
            return
    raise AssertionError(f"the trees are not learned in {MOST_ROUNDS} rounds")


def _examples(nlp: Pipeline, references: list[Doc]) -> list[Example]:
    return [Example(_bare(nlp, reference), reference) for reference in references]


def _bare(nlp: Pipeline, reference: Doc) -> Doc:
    return Doc(nlp.vocab, words=[t.text for t in reference])


def _parse(nlp: Pipeline | None, reference: Doc) -> list[tuple[str, str, int]]:
    doc = nlp(_bare(nlp, reference)) if nlp else reference
    return [(t.tag_, t.dep_, t.head.i) for t in doc]


@pytest.fixture(scope="module")
def other_reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    path = tmp_path_factory.mktemp("pipeline")
    build_pipeline().to_disk(path)
    lexicon: Lexicon = open_lexicon()
    return Reader(lexicon, Language(path, lexicon))


@pytest.mark.parametrize(
    ("text", "kind", "people", "place"),
    [
        (
            "The talks between Kim Jong Un and Vladimir Putin were held in Vladivostok.",
            "Meeting", {"kim-jong-un", "vladimir-putin"}, "vladivostok",
        ),
        ("Kim Jong Un was received by Vladimir Putin in Moscow.", "Meeting", {"kim-jong-un", "vladimir-putin"}, "moscow"),
        ("Sergei Shoigu met Kim Jong Un in Pyongyang on Friday.", "Meeting", {"kim-jong-un", "sergei-shoigu"}, "pyongyang"),
    ],
)  # fmt: skip
def test_an_article_is_read_with_a_pipeline_of_that_scheme(
    text: str, kind: str, people: set[str], place: str, other_reader: Reader
) -> None:
    article = Article(id="case", text=text, source=Source(published=dt.date(2023, 7, 29)))
    (claim,) = extract(article, other_reader).claims
    assert local(claim.type) == kind
    assert {local(p.entity) for p in claim.participants} == people
    assert claim.place and local(claim.place) == place
