"""The components of the English pipeline for spaCy: sentence borders, the parser with its tags and lemmas, and names.

Each holds one trained network. Importing this module registers them, so that `spacy.load` finds them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, islice
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
import srsly
from spacy.attrs import DEP, HEAD, LEMMA, MORPH, POS, SENT_START, TAG
from spacy.language import Language
from spacy.parts_of_speech import IDS
from spacy.pipeline import Pipe
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from kg.english.embedding import FACETS, Embedding, Floats
from kg.english.lemma import apply_rule
from kg.english.network import Encoder, Integers, dense, rectified, with_one
from kg.english.spans import best_tags, decode
from kg.english.tree import best_tree

ROOT = "ROOT"
# What is longer is no sentence; it is cut, so that scores of all pairs of words stay few.
_LONGEST = 250
_FILE = "network"


class _Sentence(NamedTuple):
    """A sentence of a document: the places of its words there, and their rows in the network's arrays."""

    doc: Doc
    places: list[int]
    rows: slice


class NetworkPipe(Pipe):
    """A component that reads documents by a network.

    `settings` holds, by name, the labels of each layer and the values of each facet of a word; `weights` the arrays.
    """

    def __init__(
        self, vocab: Vocab, name: str, settings: Mapping[str, Any] | None = None, weights: Mapping[str, Floats] | None = None
    ) -> None:
        self.vocab, self.name = vocab, name
        self.settings, self.weights = dict(settings or {}), dict(weights or {})
        self._ready = False

    def _prepare(self) -> None:
        """Build what the weights describe, once, when the vectors are there."""
        vectors = self.vocab.vectors
        if vectors.data.dtype != np.float32:
            vectors.data = vectors.data.astype(np.float32)
        values = {name: {value: i + 1 for i, value in enumerate(self.settings["values"][name])} for name in FACETS}
        self._embedding = Embedding(vectors, values, {name: self.weights[f"tables.{name}.weight"] for name in FACETS})
        self._encoder = Encoder({name.removeprefix("lstm."): array for name, array in self.weights.items() if name.startswith("lstm.")})
        self._ready = True

    def __call__(self, doc: Doc) -> Doc:
        self._read([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 64) -> Iterator[Doc]:
        documents = iter(stream)
        while docs := list(islice(documents, batch_size)):
            self._read(docs)
            yield from docs

    def _read(self, docs: Sequence[Doc]) -> None:
        """Run the network over the sentences of the documents and write down what it finds."""
        places = [(doc, found) for doc in docs for found in self._pieces(doc)]
        if not places:
            return
        if not self._ready:
            self._prepare()
        ends = list(accumulate(len(found) for _, found in places))
        sentences = [_Sentence(doc, found, slice(end - len(found), end)) for (doc, found), end in zip(places, ends, strict=True)]
        rows = self._embedding.rows([doc[place].text for doc, found in places for place in found])
        self._write(sentences, self._encoder.encode(rows, [len(found) for _, found in places]))

    def _pieces(self, doc: Doc) -> Iterator[list[int]]:
        """The places of the words of each sentence, without white space; the whole document where no sentences are known."""
        for sentence in doc.sents if doc.has_annotation("SENT_START") else [doc[:]]:
            yield from _cut(sentence)

    def _write(self, sentences: Sequence[_Sentence], encoded: Floats) -> None:
        raise NotImplementedError

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Settings and weights, these at half precision."""
        halved = {name: array.astype(np.float16) for name, array in self.weights.items()}
        data: bytes = srsly.msgpack_dumps({"settings": self.settings, "weights": halved})
        return data

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> "NetworkPipe":
        """Take over what `to_bytes` gave."""
        loaded = srsly.msgpack_loads(data)
        self.settings = loaded["settings"]
        self.weights = {name: np.asarray(array, dtype=np.float32) for name, array in loaded["weights"].items()}
        self._ready = False
        return self

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the folder `path`."""
        Path(path).mkdir(parents=True, exist_ok=True)
        (Path(path) / _FILE).write_bytes(self.to_bytes())

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> "NetworkPipe":
        """Read the folder `path`."""
        return self.from_bytes((Path(path) / _FILE).read_bytes())


class SentencePipe(NetworkPipe):
    """Marks where sentences begin."""

    def _pieces(self, doc: Doc) -> Iterator[list[int]]:
        return _cut(doc[:])

    def _write(self, sentences: Sequence[_Sentence], encoded: Floats) -> None:
        scores = dense(self.weights, "heads.start", encoded)
        begins = scores[:, 1] > scores[:, 0]
        marks = {sentence.doc: np.full((len(sentence.doc), 1), -1) for sentence in sentences}
        for doc, places, rows in sentences:
            marks[doc][places, 0] = np.where(begins[rows], 1, -1)
        for doc, mark in marks.items():
            mark[0] = 1
            _annotate(doc, [SENT_START], mark)


class ParserPipe(NetworkPipe):
    """Finds tags, parts of speech, morphology, lemmas and the dependency tree of each sentence."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The relations of the tree."""
        return tuple(self.settings.get("labels", {}).get("rel", ()))

    def _prepare(self) -> None:
        super()._prepare()
        labels, strings = self.settings["labels"], self.vocab.strings
        parts = [label.partition("|") for label in labels["morph"]]
        self._tags = np.array([strings.add(tag) for tag in labels["tag"]], dtype=np.uint64)
        self._pos = np.array([IDS[pos] for pos, _, _ in parts], dtype=np.uint64)
        self._morphs = np.array([self.vocab.morphology.add(feats) for _, _, feats in parts], dtype=np.uint64)
        self._relations = np.array([strings.add(label) for label in labels["rel"]], dtype=np.uint64)
        self._root = labels["rel"].index(ROOT)
        self._space = (strings.add("_SP"), IDS["SPACE"], 0, strings.add("dep"))
        self._lemma = lru_cache(maxsize=100_000)(self._find_lemma)

    def _write(self, sentences: Sequence[_Sentence], encoded: Floats) -> None:
        best = {name: dense(self.weights, f"heads.{name}", encoded).argmax(axis=1) for name in ("tag", "morph", "lemma")}
        heads = self._heads(encoded, [sentence.rows for sentence in sentences])
        relations = self._relations[self._relate(encoded, heads)]
        columns = [self._tags[best["tag"]], self._pos[best["morph"]], self._morphs[best["morph"]], relations]
        found = {sentence.doc: self._blank(sentence.doc) for sentence in sentences}
        for doc, places, rows in sentences:
            inside = np.asarray(places)
            for number, column in enumerate(columns):
                found[doc][places, number] = column[rows]
            above = np.where(heads[rows] < 0, inside, inside[np.maximum(heads[rows] - rows.start, 0)])
            found[doc][places, 4] = (above - inside).astype(np.uint64)
            read = zip(places, best["tag"][rows], best["lemma"][rows], strict=True)
            found[doc][places, 5] = [self._lemma(doc[i].text, int(tag), int(rule)) for i, tag, rule in read]
        for doc, table in found.items():
            _annotate(doc, [TAG, POS, MORPH, DEP, HEAD, LEMMA], table)

    def _find_lemma(self, form: str, tag: int, rule: int) -> int:
        """The lemma by the rule that the form was seen with under this tag, else by the one that the network gives."""
        labels = self.settings["labels"]
        known = self.settings["lemmas"].get(labels["tag"][tag], {}).get(form.lower(), rule)
        lemma: int = self.vocab.strings.add(apply_rule(form, labels["lemma"][known]))
        return lemma

    def _blank(self, doc: Doc) -> Any:
        """The table of a document, filled in for white space, which hangs on the word before it, or after it at the head of the text."""
        table = np.zeros((len(doc), 6), dtype=np.uint64)
        words = [token.i for token in doc if not token.is_space]
        for token in doc:
            if token.is_space:
                near = next((i for i in reversed(words) if i < token.i), words[0])
                table[token.i] = (*self._space, np.int64(near - token.i).astype(np.uint64), token.orth)
        return table

    def _heads(self, encoded: Floats, sentences: Sequence[slice]) -> Integers:
        """Of each word the row of its head; -1 at a root."""
        below = with_one(rectified(self.weights, "arc_below", encoded)) @ self.weights["arc"]
        above = rectified(self.weights, "arc_above", encoded)
        root = below @ rectified(self.weights, "arc_above", self.weights["root"][None])[0]
        heads = np.empty(len(encoded), dtype=np.intp)
        for rows in sentences:
            found = best_tree(np.concatenate([root[rows, None], below[rows] @ above[rows].T], axis=1))
            heads[rows] = np.where(found == 0, -1, found - 1 + rows.start)
        return heads

    def _relate(self, encoded: Floats, heads: Integers) -> Integers:
        """The relation of each word to its head."""
        below, above = rectified(self.weights, "rel_below", encoded), rectified(self.weights, "rel_above", encoded)
        root = rectified(self.weights, "rel_above", self.weights["root"][None])
        chosen = with_one(np.where(heads[:, None] < 0, root, above[heads]))
        inner = (with_one(below) @ self.weights["rel"]).reshape(len(encoded), -1, chosen.shape[1])
        scores = np.matmul(inner, chosen[:, :, None])[:, :, 0]
        scores[:, self._root] = np.where(heads < 0, np.inf, -np.inf)
        return cast(Integers, scores.argmax(axis=1))


class NamePipe(NetworkPipe):
    """Marks persons, organisations and places as `doc.ents`."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The kinds of names."""
        return tuple(dict.fromkeys(tag[2:] for tag in self.settings.get("labels", {}).get("bilou", ()) if tag != "O"))

    def _write(self, sentences: Sequence[_Sentence], encoded: Floats) -> None:
        scores, tags = dense(self.weights, "heads.bilou", encoded), self.settings["labels"]["bilou"]
        found: dict[Doc, list[Span]] = {sentence.doc: [] for sentence in sentences}
        for doc, places, rows in sentences:
            spans = decode([tags[i] for i in best_tags(scores[rows], tags)])
            found[doc] += [Span(doc, places[start], places[end - 1] + 1, label=label) for start, end, label in spans]
        for doc, names in found.items():
            doc.set_ents(names)


def _cut(words: Doc | Span) -> Iterator[list[int]]:
    """The places of the words without white space, in pieces of bounded length."""
    places = [token.i for token in words if not token.is_space]
    return (places[i : i + _LONGEST] for i in range(0, len(places), _LONGEST))


def _annotate(doc: Doc, attributes: list[int | str], table: Any) -> None:
    """Write one column for each attribute; heads are counted from the word itself."""
    doc.from_array(attributes, table.astype(np.uint64))


@Language.factory("kg_sentences", assigns=["token.is_sent_start"])
def make_sentences(nlp: Language, name: str) -> SentencePipe:
    """Sentence borders."""
    return SentencePipe(nlp.vocab, name)


@Language.factory("kg_parser", assigns=["token.tag", "token.pos", "token.morph", "token.lemma", "token.dep", "token.head"])
def make_parser(nlp: Language, name: str) -> ParserPipe:
    """Tags, morphology, lemmas and trees."""
    return ParserPipe(nlp.vocab, name)


@Language.factory("kg_names", assigns=["doc.ents"])
def make_names(nlp: Language, name: str) -> NamePipe:
    """Persons, organisations and places."""
    return NamePipe(nlp.vocab, name)
