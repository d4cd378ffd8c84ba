"""`python -m kg.training DATA OUT`: raw text and treebanks -> vectors -> networks -> the pipeline and its scores.

DATA holds `treebanks/` (ewt, gum, uner, wikigold, crossner to train on; pud and gmb to test on, gmb's text also for the
annotations of who does what) and `corpus/` (raw text).
"""

import random
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
import spacy
import torch
from spacy.language import Language

from kg import ontology
from kg.english.tokens import make_tokenizer
from kg.ids import NK
from kg.registry import open_lexicon
from kg.training.entities import training_names
from kg.training.evaluate import evaluate, table
from kg.training.fit import Inputs, all_words, facet_values, make_encoder
from kg.training.grammar_phrases import Names
from kg.training.grammar_trees import grammar_trees
from kg.training.pretrain import CORPORA, Round, all_sentences, pretrain, read_corpus, sample
from kg.training.roles import read_marked, train_roles
from kg.training.train import Run, add, train_names, train_parser, train_sentences
from kg.training.treebank import ewt, gum
from kg.training.vectors import WIDTH, train_vectors

META = {
    "name": "news", "version": "0.4.0", "license": "CC-BY-SA-4.0", 
    "description": "English news: sentences, tags, morphology, lemmas, Universal Dependencies, names, who does what in an event",
}  # fmt: skip
SEED = 0
# Cells of a direction, and layers: of the parser, of the names, of the sentence borders.
_PARSER, _NAMES, _BORDERS = (128, 3), (128, 2), (64, 1)
# A value of a facet that is rarer gets no row of its own.
_LEAST, _LEAST_IN_NAMES, _LEAST_AT_BORDERS = 4, 8, 30
# Words and learning rate of each round over raw text.
_ROUNDS = ((5_500_000, 0.002), (5_600_000, 0.0015))
_SENTENCES_OF_GRAMMAR = 5000
_PARSER_EPOCHS, _NAMES_EPOCHS, _BORDERS_EPOCHS, _ROLES_EPOCHS = 12, 12, 8, 10
# Sets of names contradict one another; more is dropped, lest their slips be learnt by heart.
_NAMES_DROPOUT = 0.33


@click.command()
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
def main(data: Path, out: Path) -> None:
    """Train the English pipeline on DATA and write it to OUT."""
    torch.manual_seed(SEED)
    nlp = spacy.blank("en")
    nlp.tokenizer = make_tokenizer()
    train(nlp, data)
    nlp.vocab.vectors.data = nlp.vocab.vectors.data.astype("float16")
    nlp.meta.update(META)
    nlp.to_disk(out)
    report(spacy.load(out), data / "treebanks")


def train(nlp: Language, data: Path) -> None:
    """Give the pipeline its vectors and its components; each network is fitted by itself."""
    treebanks, people = data / "treebanks", _people()
    trees, names = ewt(treebanks, "train") + gum(treebanks, "train"), training_names(treebanks)
    forms = [[word.form for word in tree.words] for tree in trees]
    raw = {name: list(read_corpus(data / "corpus", name, nlp.tokenizer)) for name in CORPORA}
    nlp.vocab.vectors = train_vectors([*all_sentences(raw), *forms], nlp.vocab.strings)

    def inputs(sentences: Iterable[Sequence[str]], least: int) -> Inputs:
        return Inputs(facet_values(all_words(sentences), least), nlp.vocab.vectors)

    few = inputs(forms, _LEAST_AT_BORDERS)
    borders = train_sentences(make_encoder(few, WIDTH, *_BORDERS), trees, few, Run(_BORDERS_EPOCHS, SEED, people, _report))
    add(nlp, "kg_sentences", "senter", borders, few)

    named = [sentence.words for sentence in names]
    known = inputs([*forms, *named], _LEAST)
    encoder = make_encoder(known, WIDTH, *_PARSER)
    for seed, (words, rate) in enumerate(_ROUNDS):
        pretrain(encoder, sample(raw, words, seed), known, Round(seed, rate, _report))
    made = grammar_trees(trees, _names(people), _SENTENCES_OF_GRAMMAR, random.Random(SEED))
    add(nlp, "kg_parser", "parser", train_parser(encoder, trees + made, known, Run(_PARSER_EPOCHS, SEED, people, _report)), known)

    train_roles(nlp, read_marked(data), open_lexicon(None), epochs=_ROLES_EPOCHS, seed=SEED, report=_report)

    often = inputs(named, _LEAST_IN_NAMES)
    encoder = make_encoder(often, WIDTH, *_NAMES)
    encoder.set_dropout(_NAMES_DROPOUT, hide=True)
    add(nlp, "kg_names", "ner", train_names(encoder, names, often, Run(_NAMES_EPOCHS, SEED, people, _report)), often)


def report(nlp: Language, treebanks: Path) -> None:
    """Print the scores on the test sections."""
    results = evaluate(nlp, treebanks)
    click.echo(table(results, lambda name: not name.startswith("names ")))
    click.echo(table(results, lambda name: name.startswith("names ")))


def _people() -> list[tuple[str, ...]]:
    """The names of the persons that the ontology knows, in Latin letters, word by word."""
    known = ontology.load()
    persons = (entity for entity in known.entities.values() if known.is_a(entity.kind, NK + "Person"))
    texts = {label.text for entity in persons for label in entity.labels if label.language == "en"}
    return sorted(tuple(text.split()) for text in texts if text.replace(" ", "").replace("-", "").isalpha())


def _names(people: Sequence[Sequence[str]]) -> Names:
    """What stands for names in the grammar: as in the parses of an extraction."""
    words = ontology.load().words
    person, place, state = (min(words[f"StandIn{kind}"]) for kind in ("Person", "Place", "State"))
    return Names([word for name in people for word in name], person, place, state)


def _report(line: str) -> None:
    click.echo(line, file=sys.stderr)


if __name__ == "__main__":
    main()
