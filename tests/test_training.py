"""What the pipeline is trained on: treebank sentences, names, their alterations, and the sentences of the grammar."""

import csv
import gzip
import json
import random
from pathlib import Path

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc

from kg.article import Reader
from kg.language import MODEL
from kg.training.augment import alter_named, alter_tree
from kg.training.entities import LOC, ORG, PERSON, Named, crossner, gmb, places_of, wikigold
from kg.training.grammar_phrases import Names
from kg.training.grammar_trees import grammar_trees
from kg.training.treebank import GUM_GENRES, Tree, Word, paragraphs, read_conllu
from kg.training.voa import read_voa

CONLLU = """\
# newpar
# sent_id = one
1\tMr.\tMr.\tPROPN\tNNP\t_\t2\tnmod:desc\t_\t_
2\tAnton\tAnton\tPROPN\tNNP\tNumber=Sing\t5\tnsubj\t_\t_
3\tKozlov\tKozlov\tPROPN\tNNP\tNumber=Sing\t2\tflat\t_\t_
4-5\tdidn't\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No
4\tdid\tdo\tAUX\tVBD\t_\t5\taux\t_\t_
5\tn't\tnot\tPART\tRB\t_\t0\troot\t_\t_
6\t.\t.\tPUNCT\t.\t_\t5\tpunct\t_\t_

# sent_id = two
1\tThe\tthe\tDET\tDT\t_\t3\tdet\t_\t_
2\tco\tco\tNOUN\tNN\t_\t3\tcompound\t_\tSpaceAfter=No
2.1\tx\tx\t_\t_\t_\t_\t_\t_\t_
3\t-\t-\tPUNCT\tHYPH\t_\t0\troot\t_\t_
"""


# A word of every tag that the grammar uses.
TAGS = (
    "NN", "NNS", "NNP", "VB", "VBZ", "VBP", "VBD", "VBN", "VBG", "IN", "DT", "PRP", "PRP$", "POS", "RB", "RP", "JJ", "CC", "CD", "TO",
    "WP$", "JJR", "HYPH", "``", "''",
    "WP", ",", ".",
)  # fmt: skip
NAMES = Names(["Kim", "Shoigu"], "Putin", "Moscow", "Russia")
SAMPLE = [Tree("x", tuple(Word("w", "l", "X", tag, "", -1, "ROOT", True) for tag in TAGS), True)]


@pytest.fixture
def trees(tmp_path: Path) -> list[Tree]:
    path = tmp_path / "two.conllu"
    path.write_text(CONLLU, encoding="utf-8")
    return read_conllu(path)


def is_tree(words: tuple[Word, ...]) -> bool:
    """Whether every word leads to the one root."""
    reached = {i for i, word in enumerate(words) if word.head == -1}
    one_root = len(reached) == 1
    for _ in words:
        reached |= {i for i, word in enumerate(words) if word.head in reached}
    return one_root and len(reached) == len(words)


def test_a_treebank_is_read_with_its_spaces_and_paragraphs(trees: list[Tree]) -> None:
    one, two = trees
    assert (one.id, one.starts_paragraph, two.starts_paragraph) == ("one", True, False)
    assert one.text == "Mr. Anton Kozlov didn't. "
    assert [(word.form, word.head, word.dep) for word in one.words[3:5]] == [("did", 4, "aux"), ("n't", -1, "ROOT")]
    assert two.text == "The co- "
    assert [len(part) for part in paragraphs([*trees, *trees], most=3)] == [2, 2]
    assert [len(part) for part in paragraphs([one, two, two, two], most=3)] == [3, 1]


@given(st.integers(0, 10_000))
def test_altered_sentences_stay_trees(seed: int) -> None:
    words = tuple(
        Word(form, form, pos, "X", "", head, dep, True)
        for form, pos, head, dep in [
            ("Mr.", "PROPN", 1, "nmod:desc"), ("Anton", "PROPN", 3, "nsubj"), ("Kozlov", "PROPN", 1, "flat"), ("met", "VERB", -1, "ROOT"),
            ("a", "DET", 8, "det"), ("well", "ADV", 7, "advmod"), ("-", "PUNCT", 7, "punct"), ("known", "ADJ", 8, "amod"),
            ("envoy", "NOUN", 3, "obj"), (".", "PUNCT", 3, "punct"),
        ]
    )  # fmt: skip
    altered = alter_tree(Tree("x", words, True), ["Shoigu"], random.Random(seed)).words
    assert is_tree(altered)
    subject = [word.form.lower() for word in altered if word.dep == "nsubj"]
    assert subject in (["anton"], ["shoigu"])
    assert (len(altered) < len(words)) or {word.form.lower() for word in altered} == {word.form.lower() for word in words}


@given(st.integers(0, 10_000))
def test_swapped_people_keep_their_places(seed: int) -> None:
    words = ("Putin", "told", "Anton", "Kozlov", "of", "the", "Bank", "of", "Korea", ".")
    sentence = Named(words, (True,) * 10, ((0, 1, PERSON), (2, 4, PERSON), (6, 9, ORG)))
    altered = alter_named(sentence, [("Choe", "Son", "Hui")], random.Random(seed))
    names = [" ".join(altered.words[start:end]) for start, end, _ in altered.spans]
    assert names[0] == "Putin"
    assert names[1] in ("Anton Kozlov", "Choe Son Hui")
    assert names[2] == "Bank of Korea"
    assert len(altered.words) == len(altered.spaces)


def test_names_are_read_from_columns(tmp_path: Path) -> None:
    gold = tmp_path / "wikigold/data/wikigold/CONLL-format/data"
    gold.mkdir(parents=True)
    (gold / "wikigold.conll.txt").write_text("-DOCSTART- O\n\nKim I-PER\nof I-MISC\nKorea I-LOC\n. O\n\n", encoding="utf-8")
    cross = tmp_path / "crossner/ner_data/politics"
    cross.mkdir(parents=True)
    (cross / "train.txt").write_text("United\tB-politicalparty\nRussia\tI-politicalparty\nRussia\tB-country\n\n", encoding="utf-8")
    assert [s.spans for s in wikigold(tmp_path)] == [((0, 1, PERSON), (2, 3, LOC))]
    assert wikigold(tmp_path)[0].spaces == (True, True, False, False)
    assert [s.spans for s in crossner(tmp_path, "train")] == [((0, 2, ORG), (2, 3, LOC))]
    assert places_of([*wikigold(tmp_path), *crossner(tmp_path, "train")]) == {"Korea", "Russia"}


def test_titles_and_adjectives_of_gmb_are_no_part_of_names(tmp_path: Path) -> None:
    (tmp_path / "gmb").mkdir()
    rows = [
        "Sentence #,Word,POS,Tag",
        "Sentence: 1,Russian,JJ,B-gpe",
        ",President,NNP,B-per",
        ",Putin,NNP,I-per",
        ",spoke,VBD,O",
        "Sentence: 2,x,NN,O",
    ]
    (tmp_path / "gmb/ner_dataset.csv").write_text("\n".join(rows) + "\n", encoding="latin-1")
    assert [(s.words, s.spans) for s in gmb(tmp_path)] == [(("Russian", "President", "Putin", "spoke"), ((2, 3, PERSON),))]


# --- the grammar ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made() -> list[Tree]:
    return grammar_trees(SAMPLE, NAMES, 500, random.Random(3))


def test_sentences_of_the_grammar_are_trees(made: list[Tree]) -> None:
    assert all(is_tree(tree.words) for tree in made)
    assert all(not (a.form == "," and b.form in ",.") for tree in made for a, b in zip(tree.words, tree.words[1:], strict=False))
    assert all(next(word.form for word in tree.words if word.form != '"')[0].isupper() for tree in made)


def test_the_grammar_writes_what_treebanks_lack(made: list[Tree]) -> None:
    shapes = {(word.dep, tree.words[word.head].dep) for tree in made for word in tree.words if word.head >= 0}
    assert {
        ("obl:agent", "ROOT"),
        ("iobj", "ROOT"),
        ("appos", "nsubj"),
        ("acl:relcl", "nsubj"),
        ("nsubj:pass", "ccomp"),
        ("conj", "nsubj"),
    } <= shapes
    assert any(tree.words[-1].form != "." for tree in made)


def test_the_same_seed_gives_the_same_sentences() -> None:
    first, second, third = ([t.text for t in grammar_trees(SAMPLE, NAMES, 20, random.Random(seed))] for seed in (1, 1, 2))
    assert first == second != third


# --- the credit -----------------------------------------------------------------------------------


def test_the_model_says_what_it_was_trained_on_and_under_which_licence() -> None:
    readme = (MODEL / "README.md").read_text(encoding="utf-8")
    trained = readme.partition("Left out of the training")[0]
    assert all(genre in trained for genre in GUM_GENRES)
    assert all(name in trained for name in ("EWT", "GUM", "Universal NER", "wikigold", "CrossNER", "Current Events", "White House"))
    assert json.loads((MODEL / "meta.json").read_text(encoding="utf-8"))["license"] == "CC-BY-SA-4.0"
    assert sum(file.stat().st_size for file in MODEL.rglob("*") if file.is_file()) <= 20_000_000


# --- who does what --------------------------------------------------------------------------------

VOA = ["He", "said", '"', "Kim", "'s", "talks", '"', "were", "$", "5", "%", "(", "not", ")", "good", "."], ["They", "met", "."]


def write_voa(treebanks: Path) -> None:
    """A file as the Groningen Meaning Bank has it: a word a line, the number of the sentence beside its first."""
    (treebanks / "gmb").mkdir(parents=True)
    with (treebanks / "gmb" / "ner_dataset.csv").open("w", encoding="latin-1", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Sentence #", "Word", "POS", "Tag"])
        for number, sentence in enumerate(VOA, 1):
            rows.writerows([f"Sentence: {number}" if word is sentence[0] else "", word, "X", "O"] for word in sentence)


def test_sentences_of_voa_stand_as_in_print(tmp_path: Path) -> None:
    write_voa(tmp_path)
    assert list(read_voa(tmp_path)) == [("voa-0", 'He said "Kim\'s talks" were $5% (not) good.'), ("voa-1", "They met.")]


@pytest.fixture
def annotated(tmp_path: Path) -> Path:
    """DATA with one article and the news of the Voice of America."""
    (tmp_path / "corpus").mkdir()
    write_voa(tmp_path / "treebanks")
    for name, text in (("current-events", "Before. Xi met  Modi."), ("white-house", "")):
        with gzip.open(tmp_path / f"corpus/{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.write(json.dumps({"id": "events-1" if text else "wh-1", "text": text}) + "\n")
    return tmp_path


def test_annotations_find_their_words_in_the_corpora(annotated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    roles = pytest.importorskip("kg.training.roles", reason="PyTorch is only there where models are trained", exc_type=ImportError)
    lines = [
        {"article": "events-1", "words": [[8, 10], [11, 14], [16, 20], [20, 21]], "names": {"0": "Putin", "2": "Putin"},
         "events": [["Meeting", 1, "o", {"participant": [0, 2]}]]},
        {"article": "", "words": ["They", "met", "."], "spaces": "100", "names": {}, "events": []},
    ]  # fmt: skip
    packed = tmp_path / "roles.jsonl.gz"
    packed.write_bytes(gzip.compress("".join(json.dumps(line) + "\n" for line in lines).encode()))
    monkeypatch.setattr(roles, "ANNOTATIONS", packed)
    first, second = roles.read_marked(annotated)
    assert (first.words, first.spaces, first.names) == (("Putin", "met", "Putin", "."), (True, True, False, False), {0, 2})
    assert first.events == (("Meeting", 1, {"participant": (0, 2)}),)
    assert (second.words, second.spaces, second.events) == (("They", "met", "."), (True, False, False), ())


@pytest.mark.model
def test_a_network_is_fitted_to_annotations_and_joins_the_pipeline(reader: Reader, tmp_path: Path) -> None:
    roles = pytest.importorskip("kg.training.roles", reason="PyTorch is only there where models are trained", exc_type=ImportError)
    nlp = spacy.load(MODEL, exclude=["roles"])
    words = ("Putin", "met", "Putin", "in", "Moscow", ".")
    event = ("Meeting", 1, {"participant": (0, 2), "place": (4,)})
    sentences = [roles.Marked(words, (True,) * 6, frozenset((0, 2, 4)), (event,))] * 40
    roles.train_roles(nlp, sentences, reader.lexicon, epochs=12, seed=0, report=lambda _: None)
    nlp.to_disk(tmp_path / "made")
    made = spacy.load(tmp_path / "made")
    doc = made.get_pipe("parser")(Doc(made.vocab, words=list(words)))
    found = made.get_pipe("roles").read(doc[1], "Meeting", {0: "subject", 2: "object", 4: "in"})
    assert [place for place, _ in found.likely("participant", 0.5)] in ([0, 2], [2, 0])
    assert [place for place, _ in found.likely("place", 0.5)] == [4]
