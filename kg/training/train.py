"""Networks fitted to trees, names and sentence borders; each becomes a component of the pipeline."""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple, cast

import numpy as np
import torch
from spacy.language import Language
from torch import Tensor, nn

from kg.english.components import NetworkPipe
from kg.english.lemma import lemma_rule
from kg.english.spans import encode
from kg.training.augment import alter_named, alter_tree
from kg.training.entities import LABELS, Named
from kg.training.fit import Inputs, batches, fit, label_values, padded
from kg.training.network import Encoder, Parser, Tagger
from kg.training.treebank import Tree, Word, paragraphs

_BATCH_WORDS = 1200
_RATE = 0.002
_ARC, _REL = 160, 64
# Tags, morphology and lemmas together weigh as much as the choice of heads.
_TAGS_WEIGH = 0.5
_SMOOTHING = 0.05
# Rarer labels than these are slips of annotation; the nearest frequent one serves.
_LEAST = {"tag": 1, "morph": 2, "lemma": 3}
_INFLECTED = frozenset(("VBD", "VBN", "VBG", "VBZ", "NNS", "JJR", "JJS", "RBR", "RBS"))
_LAYERS: dict[str, Callable[[Word], str]] = {
    "tag": lambda word: word.tag,
    "morph": lambda word: f"{word.pos}|{word.morph}",
    "lemma": lambda word: lemma_rule(word.form, word.lemma),
}


@dataclass(frozen=True, slots=True)
class Run:
    """What all trainings share: epochs, the seed, the names to swap in and where progress is told."""

    epochs: int
    seed: int
    people: Sequence[Sequence[str]]
    report: Callable[[str], None]

    def rng(self) -> random.Random:
        """A generator of its own for each use."""
        torch.manual_seed(self.seed)
        return random.Random(self.seed)


class Trained(NamedTuple):
    """A fitted network, the labels of each of its layers in order, and the rules of lemmas by tag and form."""

    net: Tagger
    labels: dict[str, list[str]]
    lemmas: dict[str, dict[str, int]] = {}  # noqa: RUF012  # never changed


class _Sample(NamedTuple):
    words: list[str]
    heads: list[int]
    relations: list[int]
    layers: list[list[int]]


def train_parser(encoder: Encoder, trees: Sequence[Tree], inputs: Inputs, run: Run) -> Trained:
    """Fit a parser with its tags, morphology and lemmas to trees."""
    rng = run.rng()
    words = [word for tree in trees for word in tree.words]
    labels = {name: label_values(map(layer, words), _LEAST[name]) for name, layer in _LAYERS.items()}
    relations = label_values(word.dep for word in words)
    net = Parser(encoder, {name: len(values) for name, values in labels.items()}, len(relations), _ARC, _REL)

    def sample(tree: Tree) -> _Sample:
        layers = [[labels[name].get(layer(word), -1) for word in tree.words] for name, layer in _LAYERS.items()]
        heads = [word.head + 1 for word in tree.words]
        return _Sample([word.form for word in tree.words], heads, [relations.get(word.dep, -1) for word in tree.words], layers)

    names = [name for person in run.people for name in person]
    epochs = [
        batches([sample(alter_tree(tree, names, rng)) for tree in trees], lambda s: len(s.words), _BATCH_WORDS, rng)
        for _ in range(run.epochs)
    ]
    fit(net, epochs, lambda batch: _parser_loss(net, inputs, batch), _RATE, run.report)
    return Trained(net, {name: list(values) for name, values in labels.items()} | {"rel": list(relations)}, _lemmas(words, labels["lemma"]))


def _lemmas(words: Sequence[Word], rules: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Tag -> lower-case form -> the number of its most frequent rule, for inflected words."""
    counts = Counter((word.tag, word.form.lower(), lemma_rule(word.form.lower(), word.lemma)) for word in words if word.tag in _INFLECTED)
    found: dict[str, dict[str, int]] = {}
    for (tag, form, rule), _ in counts.most_common():
        if rule in rules:
            found.setdefault(tag, {}).setdefault(form, rules[rule])
    return {tag: dict(sorted(forms.items())) for tag, forms in sorted(found.items())}


def _parser_loss(net: Parser, inputs: Inputs, batch: Sequence[_Sample]) -> Tensor:
    """The sum of what heads, relations and tags are off."""
    words = inputs.tensors([sample.words for sample in batch])
    heads = padded([sample.heads for sample in batch], -1)
    encoded = net.encoder(*words)
    scores, below, above = net.arcs(encoded)
    outside = torch.arange(scores.shape[2])[None] > words.lengths[:, None]
    arcs = _loss(scores.masked_fill(outside[:, None], -1e4), heads)
    related = _loss(net.relate(below, above, heads.clamp(min=0)), padded([sample.relations for sample in batch], -1))
    layers = net.read(encoded)
    tags = [_loss(layers[name], padded([sample.layers[i] for sample in batch], -1)) for i, name in enumerate(_LAYERS)]
    return arcs + related + _TAGS_WEIGH * torch.stack(tags).sum()


def train_names(encoder: Encoder, sentences: Sequence[Named], inputs: Inputs, run: Run) -> Trained:
    """Fit a finder of names to sentences."""
    rng = run.rng()
    tags = ["O", *(f"{mark}-{label}" for label in LABELS for mark in "BILU")]
    places = {tag: i for i, tag in enumerate(tags)}
    net = Tagger(encoder, {"bilou": len(tags)})

    def loss(batch: Sequence[Named]) -> Tensor:
        answer = padded([[places[tag] for tag in encode(len(s.words), s.spans)] for s in batch], -1)
        return _loss(net(*inputs.tensors([s.words for s in batch]))["bilou"], answer, _SMOOTHING)

    altered = ([alter_named(sentence, run.people, rng) for sentence in sentences] for _ in range(run.epochs))
    fit(net, [batches(epoch, lambda s: len(s.words), _BATCH_WORDS, rng) for epoch in altered], loss, _RATE, run.report)
    return Trained(net, {"bilou": tags})


def train_sentences(encoder: Encoder, trees: Sequence[Tree], inputs: Inputs, run: Run) -> Trained:
    """Fit a finder of sentence borders to the paragraphs of a treebank."""
    rng = run.rng()
    net = Tagger(encoder, {"start": 2})

    def loss(batch: Sequence[Sequence[Tree]]) -> Tensor:
        answer = padded([list(chain.from_iterable([1, *[0] * (len(t.words) - 1)] for t in trees)) for trees in batch], -1)
        forms = [[word.form for tree in trees for word in tree.words] for trees in batch]
        return _loss(net(*inputs.tensors(forms))["start"], answer)

    altered = ([[alter_tree(t, ["Kim"], rng) for t in part] for part in paragraphs(list(trees))] for _ in range(run.epochs))
    epochs = [batches(epoch, lambda part: sum(len(t.words) for t in part), _BATCH_WORDS, rng) for epoch in altered]
    fit(net, epochs, loss, _RATE, run.report)
    return Trained(net, {"start": ["inside", "start"]})


def _loss(scores: Tensor, answer: Tensor, smoothing: float = 0.0) -> Tensor:
    return nn.functional.cross_entropy(scores.flatten(0, -2), answer.flatten(), ignore_index=-1, label_smoothing=smoothing)


def add(nlp: Language, factory: str, name: str, trained: Trained, inputs: Inputs) -> None:
    """Add a component with what was learnt."""
    pipe = cast(NetworkPipe, nlp.add_pipe(factory, name=name))
    weights = trained.net.state_dict().items()
    values = {name: list(values) for name, values in inputs.values.items()}
    pipe.take(
        {"values": values, "labels": trained.labels, "lemmas": trained.lemmas},
        {name.removeprefix("encoder."): value.numpy().astype(np.float32) for name, value in weights},
    )
