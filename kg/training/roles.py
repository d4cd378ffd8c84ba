"""Annotated sentences -> a network that tells who does what in an event (`kg.english.roles`).

The annotations are kept apart from the texts of the corpora: offsets into them, the words that stand for names and dates,
and who fills which role of which event. Of sentences written for this project the words are there, each name and date as
one such word. The trees are those that the parser gives, slips included, as in use.
"""

import gzip
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, cast

import torch
from spacy.language import Language as Pipeline
from spacy.tokens import Doc
from torch import Tensor, nn

from kg.english.roles import FACETS, RolePipe, facets, read_words
from kg.language import ParsedSentence
from kg.lexicon import Lexicon
from kg.records import Sentence
from kg.stages.slots import find_slots, marks
from kg.stages.triggers import find_triggers
from kg.training.voa import read_voa

ANNOTATIONS = Path(__file__).parent / "roles.jsonl.gz"
_WIDTH, _FACET, _INNER = 96, 24, 64
_DROPOUT, _FACETS_DROPPED = 0.33, 0.2
_LEAST = 6
_RATE, _BATCH = 0.0015, 16
_NOTHING = ""


@dataclass(frozen=True, slots=True)
class Marked:
    """An annotated sentence: its words as the parser gets them, and of each event the kind, the evoking word and the words of each role."""

    words: tuple[str, ...]
    spaces: tuple[bool, ...]
    names: frozenset[int]
    events: tuple[tuple[str, int, Mapping[str, tuple[int, ...]]], ...]


class _Example(NamedTuple):
    """An evoking word: its own row, those of the words that may fill a role, the facets of these and the role of each."""

    here: Tensor
    rows: Tensor
    facets: list[tuple[str, ...]]
    roles: list[str]


def read_marked(data: Path) -> list[Marked]:
    """The annotated sentences, with their words from the corpora under DATA."""
    lines = [json.loads(line) for line in gzip.decompress(ANNOTATIONS.read_bytes()).decode("utf-8").splitlines()]
    texts = _texts(data, {line["article"] for line in lines})
    return [_marked(line, texts[line["article"]] if line["article"] else "") for line in lines]


def _texts(data: Path, wanted: set[str]) -> dict[str, str]:
    found = dict(read_voa(data / "treebanks"))
    for name in ("current-events", "white-house"):
        with gzip.open(data / f"corpus/{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            found.update((record["id"], record["text"]) for record in map(json.loads, lines) if record["id"] in wanted)
    return found


def _marked(line: Mapping[str, Any], text: str) -> Marked:
    names = {int(place): word for place, word in line["names"].items()}
    events = tuple((kind, place, {role: tuple(at) for role, at in roles.items()}) for kind, place, _, roles in line["events"])
    if not line["article"]:
        return Marked(tuple(line["words"]), tuple(space == "1" for space in line["spaces"]), frozenset(names), events)
    words = tuple(names.get(i, text[start:end]) for i, (start, end) in enumerate(line["words"]))
    ends = [end for _, end in line["words"]]
    spaces = tuple(text[end : end + 1].isspace() for end in ends)
    return Marked(words, spaces, frozenset(names), events)


class RoleNetwork(nn.Module):
    """The network of `kg.english.roles` for fitting, by the same names."""

    def __init__(self, rows: int, sizes: Sequence[int], roles: int) -> None:
        super().__init__()
        self.evoking, self.word = nn.Linear(rows, _WIDTH), nn.Linear(rows, _WIDTH)
        self.pair = nn.Parameter(torch.randn(roles, _WIDTH + 1, _WIDTH + 1) * 0.02)
        self.facets = nn.ModuleList([nn.Embedding(size, _FACET) for size in sizes])
        self.inner, self.outer = nn.Linear(_FACET * len(sizes), _INNER), nn.Linear(_INNER, roles)
        self.drop, self.drop_facets = nn.Dropout(_DROPOUT), nn.Dropout(_FACETS_DROPPED)

    def forward(self, here: Tensor, rows: Tensor, values: Tensor) -> Tensor:
        """The row of the evoking word, those of other words and the numbers of their facets -> scores of the roles, (words, roles)."""
        evoking = self._with_one(self.drop(torch.relu(self.evoking(self.drop(here)))))
        there = self._with_one(self.drop(torch.relu(self.word(self.drop(rows)))))
        scores = torch.einsum("i,rij,nj->nr", evoking, self.pair, there)
        told = torch.cat([table(values[:, i]) for i, table in enumerate(self.facets)], dim=-1)
        return scores + cast(Tensor, self.outer(self.drop_facets(torch.relu(self.inner(self.drop_facets(told))))))

    @staticmethod
    def _with_one(x: Tensor) -> Tensor:
        return torch.cat([x, x.new_ones(*x.shape[:-1], 1)], dim=-1)


def train_roles(
    nlp: Pipeline, sentences: Sequence[Marked], lexicon: Lexicon, *, epochs: int, seed: int, report: Callable[[str], None]
) -> None:
    """Fit the network to the sentences as the pipeline parses them, and add it to the pipeline."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    # A copy reads the sentences, so that the words of the training texts do not stay in the pipeline.
    reader = type(nlp).from_config(nlp.config).from_bytes(nlp.to_bytes())
    kinds = sorted({kind for sentence in sentences for kind, _, _ in sentence.events})
    found = [example for sentence in sentences for example in examples(reader, sentence, lexicon, kinds)]
    counts = [Counter(value for example in found for values in example.facets for value in [values[i]]) for i in range(len(FACETS))]
    known = [sorted(value for value, count in counter.items() if count >= _LEAST) for counter in counts]
    places = [{value: i + 1 for i, value in enumerate(values)} for values in known]
    roles = [_NOTHING, *sorted({role for example in found for role in example.roles} - {_NOTHING})]
    net = RoleNetwork(found[0].rows.shape[1], [len(values) + 1 for values in known], len(roles))
    optimizer = torch.optim.Adam(net.parameters(), lr=_RATE)
    ready = [
        (e.here, e.rows, torch.tensor([[p.get(v, 0) for p, v in zip(places, values, strict=True)] for values in e.facets]),
         torch.tensor([roles.index(role) for role in e.roles]))
        for e in found
    ]  # fmt: skip
    for epoch in range(epochs):
        rng.shuffle(ready)
        lost = 0.0
        for group in optimizer.param_groups:
            group["lr"] = _RATE * (1 - epoch / epochs)
        for start in range(0, len(ready), _BATCH):
            batch = ready[start : start + _BATCH]
            loss = torch.stack([nn.functional.cross_entropy(net(r, p, f), answer, reduction="sum") for r, p, f, answer in batch]).mean()
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            lost += loss.item() * len(batch)
        report(f"roles, epoch {epoch + 1} of {epochs}: loss {lost / len(ready):.3f}")
    net.eval()
    pipe = cast(RolePipe, nlp.add_pipe("kg_roles", name="roles", after="parser"))
    pipe.take({"roles": roles, "values": known, "kinds": kinds}, {name: value.numpy() for name, value in net.state_dict().items()})


def examples(nlp: Pipeline, sentence: Marked, lexicon: Lexicon, kinds: Sequence[str]) -> Iterator[_Example]:
    """What the sentence teaches: one example for each word that evokes an event, by the annotation or the ontology."""
    doc = nlp.get_pipe("parser")(Doc(nlp.vocab, words=list(sentence.words), spaces=list(sentence.spaces)))
    rows, named = torch.from_numpy(doc.tensor), read_words(doc).named
    if not named:
        return
    told = {(kind, place): roles for kind, place, roles in sentence.events}
    parsed = _as_parsed(doc, sentence.names)
    slots = {(t.type.name, t.token.i): marks(find_slots(t)) for t in reversed(list(find_triggers(parsed, lexicon)))}
    for kind, place in dict.fromkeys((*told, *slots)):
        if kind in kinds:
            roles = told.get((kind, place), {})
            seen = facets(doc[place], kind, slots.get((kind, place), {}), named)
            filled = {at: role for role, places in roles.items() for at in places}
            yield _Example(rows[place], rows[named], seen, [filled.get(at, _NOTHING) for at in named])


def _as_parsed(doc: Doc, names: frozenset[int]) -> ParsedSentence:
    """The parse as the stages take it; which entities the names stand for does not matter here."""
    places = tuple(range(len(doc)))
    return ParsedSentence(
        source="", sentence=Sentence(start=0, end=len(doc)), doc=doc, starts=places, ends=places,
        links=dict.fromkeys(names), dates={},  # type: ignore[arg-type]
    )  # fmt: skip
