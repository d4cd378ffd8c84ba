"""`python -m kg.training DATA OUT`: raw text and treebanks -> vectors -> networks -> the pipeline, its scores and its speed.

DATA holds `treebanks/` (ewt, gum, uner, wikigold, crossner to train on; pud and gmb to test on) and `corpus/` (raw text).
"""

import copy
import sys
from pathlib import Path

import click
import spacy
import torch
from spacy.language import Language

from kg import ontology
from kg.english.tokens import make_tokenizer
from kg.ids import NK
from kg.training.entities import training_names
from kg.training.evaluate import evaluate, speed, table
from kg.training.fit import Inputs, all_words, facet_values, make_encoder
from kg.training.pretrain import CORPORA, pretrain, read_corpus, sample
from kg.training.train import Run, add, train_names, train_parser, train_sentences
from kg.training.treebank import ewt, gum
from kg.training.vectors import WIDTH, train_vectors

SEED = 0
HIDDEN, LAYERS = 128, 3
# A value of a facet that is rarer gets no row of its own.
_LEAST, _LEAST_AT_BORDERS = 4, 30
_PRETRAIN_WORDS = 5_500_000
_EPOCHS_PARSER, _EPOCHS_NAMES, _EPOCHS_SENTENCES = 14, 10, 8


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
    nlp.to_disk(out)
    report(spacy.load(out), data / "treebanks")


def train(nlp: Language, data: Path) -> None:
    """Give the pipeline its vectors and components, in this order: vectors, pretraining, parser, names, sentence borders."""
    trees = ewt(data / "treebanks", "train") + gum(data / "treebanks", "train")
    names = training_names(data / "treebanks")
    forms = [[word.form for word in tree.words] for tree in trees]
    raw = {name: list(read_corpus(data / "corpus", name, nlp.tokenizer)) for name in CORPORA}
    nlp.vocab.vectors = train_vectors([*(words for sentences in raw.values() for words in sentences), *forms], nlp.vocab.strings)
    inputs = Inputs(facet_values(all_words([*forms, *(s.words for s in names)]), _LEAST), nlp.vocab.vectors)
    encoder = make_encoder(inputs, WIDTH, HIDDEN, LAYERS)
    pretrain(encoder, sample(raw, _PRETRAIN_WORDS, SEED), inputs, SEED, _report)
    few = Inputs(facet_values(all_words(forms), _LEAST_AT_BORDERS), nlp.vocab.vectors)
    people = _people()
    add(
        nlp,
        "kg_sentences",
        "senter",
        train_sentences(make_encoder(few, WIDTH, 64, 1), trees, few, Run(_EPOCHS_SENTENCES, SEED, people, _report)),
        few,
    )
    add(nlp, "kg_parser", "parser", train_parser(copy.deepcopy(encoder), trees, inputs, Run(_EPOCHS_PARSER, SEED, people, _report)), inputs)
    add(nlp, "kg_names", "ner", train_names(encoder, names, inputs, Run(_EPOCHS_NAMES, SEED, people, _report)), inputs)


def report(nlp: Language, treebanks: Path) -> None:
    """Print the scores on the test sections and the speed beside that of a bare tokenizer."""
    results = evaluate(nlp, treebanks)
    click.echo(table(results, lambda name: not name.startswith("names ")))
    click.echo(table(results, lambda name: name.startswith("names ")))
    click.echo(speed(nlp, treebanks))


def _people() -> list[tuple[str, ...]]:
    """The names of the persons that the ontology knows, in Latin letters, word by word."""
    known = ontology.load()
    persons = (entity for entity in known.entities.values() if known.is_a(entity.kind, NK + "Person"))
    texts = {label.text for entity in persons for label in entity.labels if label.language == "en"}
    return sorted(tuple(text.split()) for text in texts if text.replace(" ", "").replace("-", "").isalpha())


def _report(line: str) -> None:
    click.echo(line, file=sys.stderr)


if __name__ == "__main__":
    main()
