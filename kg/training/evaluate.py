"""How well a spaCy pipeline reads the test sections, from raw text: tags, lemmas, sentences, trees, names.

Scores are spaCy's: words, arcs and spans are compared by their characters, so a word cut wrongly counts against every layer;
punctuation does not count in trees. Texts are paragraphs of at most twelve sentences; sentences of PUD and of the name sets stand alone.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.pipeline.dep_parser import parser_score
from spacy.scorer import Scorer, get_ner_prf
from spacy.tokens import Doc, Span
from spacy.training import Example

from kg.training.entities import LABELS, Named, crossner, gmb, gum_names, marked_names, places_of, uner
from kg.training.treebank import Tree, ewt, gum, paragraphs, pud

# Relations whose score is reported by itself.
_RELATIONS = ("nsubj", "obj", "obl", "nmod", "conj", "appos", "acl:relcl")

Scores = dict[str, float]


def evaluate(nlp: Language, data: Path) -> dict[str, Scores]:
    """Test set -> measure -> percent."""
    found = {name: tree_scores(nlp, trees) for name, trees in tree_tests(data).items()}
    return found | {f"names {name}": name_scores(nlp, sentences) for name, sentences in name_tests(data).items()}


def tree_tests(data: Path) -> Mapping[str, list[Tree]]:
    """The treebank sections that nothing was trained on."""
    return {"EWT": ewt(data, "test"), "GUM": gum(data, "test"), "PUD": pud(data, news=False), "PUD news": pud(data, news=True)}


def name_tests(data: Path) -> Mapping[str, list[Named]]:
    """Sections of name sets that no pipeline of ours was trained on; states of GUM count as places where the training data have them so."""
    return {
        "UNER": uner(data, "test"),
        "GUM": gum_names(data, "test", places_of(marked_names(data))),
        "GMB news": gmb(data),
        "CrossNER politics": crossner(data, "test"),
    }


def tree_scores(nlp: Language, trees: list[Tree]) -> Scores:
    """Percent of words, tags, lemmas, sentences, arcs (UAS) and labelled arcs (LAS, and F by relation)."""
    examples = _examples(nlp, (tree_doc(nlp, paragraph) for paragraph in paragraphs(trees)), skip=("ner",))
    scores = Scorer.score_tokenization(examples)
    scores |= Scorer.score_token_attr(examples, "tag") | Scorer.score_token_attr(examples, "lemma")
    scores |= parser_score(examples)
    named = {"words": "token_f", "tag": "tag_acc", "lemma": "lemma_acc", "sentences": "sents_f", "UAS": "dep_uas", "LAS": "dep_las"}
    found = {name: scores[key] for name, key in named.items()}
    found |= {label: scores["dep_las_per_type"].get(label, {"f": 0.0})["f"] for label in _RELATIONS}
    return _percent(found)


def name_scores(nlp: Language, sentences: list[Named]) -> Scores:
    """F of all names and of each kind, borders and label both right."""
    skip = [name for name in nlp.pipe_names if name not in ("ner", "tok2vec", "transformer")]
    examples = _examples(nlp, (name_doc(nlp, sentence) for sentence in sentences), skip=skip)
    for example in examples:
        example.predicted.set_ents([ent for ent in example.predicted.ents if ent.label_ in LABELS])
    scores: dict[str, Any] = get_ner_prf(examples)
    kinds = {label: scores["ents_per_type"].get(label, {"f": 0.0})["f"] for label in LABELS}
    return _percent({"P": scores["ents_p"], "R": scores["ents_r"], "F": scores["ents_f"], **kinds})


def _examples(nlp: Language, gold: Iterable[Doc], skip: Iterable[str]) -> list[Example]:
    docs = list(gold)
    read = nlp.pipe((doc.text for doc in docs), disable=[name for name in skip if name in nlp.pipe_names], batch_size=64)
    return [Example(predicted, doc) for predicted, doc in zip(read, docs, strict=True)]


def tree_doc(nlp: Language, trees: list[Tree]) -> Doc:
    """A paragraph with its annotation."""
    words = [word for tree in trees for word in tree.words]
    starts = [start for tree, start in zip(trees, _starts(trees), strict=True) for _ in tree.words]
    heads = [start + word.head if word.head >= 0 else i for i, (word, start) in enumerate(zip(words, starts, strict=True))]
    return Doc(
        nlp.vocab, words=[w.form for w in words], spaces=[w.space for w in words], tags=[w.tag for w in words], pos=[w.pos for w in words],
        morphs=[w.morph for w in words], lemmas=[w.lemma for w in words], heads=heads, deps=[w.dep for w in words],
    )  # fmt: skip


def _starts(trees: list[Tree]) -> list[int]:
    starts, at = [], 0
    for tree in trees:
        starts.append(at)
        at += len(tree.words)
    return starts


def name_doc(nlp: Language, sentence: Named) -> Doc:
    """A sentence with its names."""
    doc = Doc(nlp.vocab, words=list(sentence.words), spaces=list(sentence.spaces))
    doc.set_ents([Span(doc, start, end, label=label) for start, end, label in sentence.spans])
    return doc


def _percent(scores: Mapping[str, float]) -> Scores:
    return {name: round(100 * value, 1) for name, value in scores.items()}


def table(results: Mapping[str, Scores], keep: Callable[[str], bool]) -> str:
    """A Markdown table of the test sets whose name `keep` accepts, one row each."""
    rows = {name: scores for name, scores in results.items() if keep(name)}
    columns = list(next(iter(rows.values()), {}))
    lines = [
        ["", *columns],
        ["---"] * (len(columns) + 1),
        *([name, *(f"{scores[c]:.1f}" for c in columns)] for name, scores in rows.items()),
    ]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
