"""What a network learns from raw text before it sees a treebank: to tell a hidden word from the words on both sides.

The task is that of Devlin et al. (2019), "BERT", on a BiLSTM; of each sentence a part of the words is hidden whole.
"""

import gzip
import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from spacy.tokenizer import Tokenizer
from torch import Tensor, nn

from kg.stages.sentences import split_sentences
from kg.training.fit import Inputs, batches, fit, padded
from kg.training.network import Encoder

# Wikipedia's Current Events (CC BY-SA) and the White House (public domain); no other raw text goes into weights.
CORPORA = ("current-events", "white-house")
_HIDDEN = 0.2
_SHORTEST, _LONGEST = 5, 60
_BATCH_WORDS = 1600
_REPORT_EVERY = 200
# Nothing is learnt by heart from text seen once or twice, so little is dropped.
_DROPOUT = 0.1


def read_corpus(folder: Path, name: str, tokenizer: Tokenizer) -> Iterator[list[str]]:
    """The sentences of a corpus of raw text, cut into words."""
    with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            text = json.loads(line)["text"]
            for sentence in split_sentences(text):
                words = [token.text for token in tokenizer(text[sentence.start : sentence.end]) if not token.is_space]
                if _SHORTEST <= len(words) <= _LONGEST:
                    yield words


def all_sentences(raw: Mapping[str, Sequence[list[str]]]) -> Iterator[list[str]]:
    """The sentences of all corpora."""
    return (words for sentences in raw.values() for words in sentences)


def sample(raw: Mapping[str, Sequence[list[str]]], words: int, seed: int) -> list[list[str]]:
    """About so many words of the corpora in random order: the first corpus whole if there is room, then of the next."""
    rng, found, left = random.Random(seed), list[list[str]](), words
    for sentences in raw.values():
        for sentence in rng.sample(sentences, len(sentences)):
            if left > 0:
                found.append(sentence)
                left -= len(sentence)
    rng.shuffle(found)
    return found


class Cloze(nn.Module):
    """An encoder with a guess for each hidden word."""

    def __init__(self, encoder: Encoder, words: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.guess = nn.Linear(encoder.width, words)


class Round(NamedTuple):
    """One passage over raw text: its seed, the highest learning rate, and where progress is told."""

    seed: int
    rate: float
    report: Callable[[str], None]


def pretrain(encoder: Encoder, sentences: Sequence[Sequence[str]], inputs: Inputs, settings: Round) -> None:
    """Teach the encoder to guess the forms of `inputs.values["form"]`, over the sentences once."""
    forms = inputs.values["form"]
    net = Cloze(encoder, len(forms) + 1)
    generator = torch.Generator().manual_seed(settings.seed)

    def loss(batch: Sequence[Sequence[str]]) -> Tensor:
        ids, vectors, lengths = inputs.tensors(batch)
        answer = padded([[forms.get(word.lower(), 0) for word in words] for words in batch], 0)
        hidden = (torch.rand(answer.shape, generator=generator) < _HIDDEN) & (answer > 0)
        seen = ~hidden.unsqueeze(-1)
        encoded = net.encoder(ids * seen, vectors * seen, lengths)
        return nn.functional.cross_entropy(net.guess(encoded[hidden]), answer[hidden])

    kept = encoder.set_dropout(_DROPOUT, hide=False)
    order = batches(sentences, len, _BATCH_WORDS, random.Random(settings.seed))
    parts = [order[i : i + _REPORT_EVERY] for i in range(0, len(order), _REPORT_EVERY)]
    fit(net, parts, loss, settings.rate, settings.report)
    encoder.set_dropout(kept, hide=True)
