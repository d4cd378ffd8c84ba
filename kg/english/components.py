"""The components of the English pipeline for spaCy: sentence borders, the parser with its tags and lemmas, and names.

Each holds one trained network. Importing this module registers them and `kg.english.roles`, so that `spacy.load` finds them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, islice
from typing import Any, NamedTuple, cast

import numpy as np
from spacy.attrs import DEP, HEAD, LEMMA, MORPH, POS, SENT_START, TAG
from spacy.language import Language
from spacy.parts_of_speech import IDS
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

import kg.english.roles  # noqa: F401  # registers its component
from kg.english.embedding import FACETS, Embedding, Floats
from kg.english.lemma import apply_rule
from kg.english.network import Encoder, Integers, dense, rectified, with_one
from kg.english.spans import best_tags, decode
from kg.english.stored import StoredNetwork
from kg.english.tree import best_tree

ROOT = "ROOT"
# What is longer is no sentence; it is cut, so that scores of all pairs of words stay few.
_LONGEST = 250
_BLOCK = 3000


class _Sentence(NamedTuple):
    """A sentence of a document: the places of its words there, and their rows in the arrays of its block."""

    doc: Doc
    places: list[int]
    rows: slice


class NetworkPipe(StoredNetwork):
    """A component that reads documents by a network.

    `settings` holds, by name, the labels of each layer, the values of each facet of a word and the known lemmas;
    `weights` the arrays of the network.
    """

    def __init__(self, vocab: Vocab, name: str) -> None:
        super().__init__(vocab, name, {"labels": {}})
        self._embedding: Embedding | None = None

    def take(self, settings: Mapping[str, Any], weights: Mapping[str, Floats]) -> None:
        """Take over a trained network; its labels become known to the vocabulary."""
        super().take(settings, weights)
        self._embedding = None
        self._encoder = Encoder({name.removeprefix("lstm."): array for name, array in weights.items() if name.startswith("lstm.")})

    def __call__(self, doc: Doc) -> Doc:
        self._read([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 64) -> Iterator[Doc]:
        documents = iter(stream)
        while docs := list(islice(documents, batch_size)):
            self._read(docs)
            yield from docs

    def _read(self, docs: Sequence[Doc]) -> None:
        """Run the network over the sentences of the documents, some thousand words at once, and write down what it finds."""
        found = {doc: self._begin(doc) for doc in docs if len(doc)}
        if self._embedding is None:
            self._embedding = self._embed()
        for block in _blocks([(doc, places) for doc in found for places in self._pieces(doc)]):
            ends = list(accumulate(len(places) for _, places in block))
            sentences = [_Sentence(doc, places, slice(end - len(places), end)) for (doc, places), end in zip(block, ends, strict=True)]
            rows = self._embedding.rows([doc[place].text for doc, places in block for place in places])
            self._predict(sentences, self._encoder.encode(rows, [len(places) for _, places in block]), found)
        for doc, result in found.items():
            self._write(doc, result)

    def _embed(self) -> Embedding:
        """The input rows; made at first use, when the vectors are there."""
        values = {name: {value: i + 1 for i, value in enumerate(self.settings["values"][name])} for name in FACETS}
        return Embedding(self.vocab.vectors, values, {name: self.weights[f"tables.{name}.weight"] for name in FACETS})

    def _pieces(self, doc: Doc) -> Iterator[list[int]]:
        """The places of the words of each sentence, without white space; the whole document where no sentences are known."""
        for sentence in doc.sents if doc.has_annotation("SENT_START") else [doc[:]]:
            places = _places(sentence)
            yield from (places[i : i + _LONGEST] for i in range(0, len(places), _LONGEST))

    def _begin(self, doc: Doc) -> Any:
        """What is found in a document, while nothing is known yet."""
        raise NotImplementedError

    def _predict(self, sentences: Sequence[_Sentence], encoded: Floats, found: Mapping[Doc, Any]) -> None:
        """Add to what is found in each document what the encoded words of its sentences say."""
        raise NotImplementedError

    def _write(self, doc: Doc, result: Any) -> None:
        """Annotate a document."""
        raise NotImplementedError


class SentencePipe(NetworkPipe):
    """Marks where sentences begin."""

    def _pieces(self, doc: Doc) -> Iterator[list[int]]:
        places = _places(doc)
        return iter([places] if places else [])

    def _begin(self, doc: Doc) -> Any:
        return np.full((len(doc), 1), -1)

    def _predict(self, sentences: Sequence[_Sentence], encoded: Floats, found: Mapping[Doc, Any]) -> None:
        scores = dense(self.weights, "heads.start", encoded)
        for doc, places, rows in sentences:
            # The first word of a text begins no sentence where white space before it does.
            found[doc][places[1:], 0] = np.where(scores[rows, 1] > scores[rows, 0], 1, -1)[1:]

    def _write(self, doc: Doc, result: Any) -> None:
        result[0] = 1
        doc.from_array([SENT_START], result.astype(np.uint64))


class ParserPipe(NetworkPipe):
    """Finds tags, parts of speech, morphology, lemmas and the dependency tree of each sentence; its rows stay in `doc.tensor`."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The relations of the tree."""
        return tuple(self.settings["labels"].get("rel", ()))

    def take(self, settings: Mapping[str, Any], weights: Mapping[str, Floats]) -> None:
        super().take(settings, weights)
        labels, strings = self.settings["labels"], self.vocab.strings
        parts = [label.partition("|") for label in labels["morph"]]
        self._tags = np.array([strings.add(tag) for tag in labels["tag"]], dtype=np.uint64)
        self._pos = np.array([IDS[pos] for pos, _, _ in parts], dtype=np.uint64)
        self._morphs = np.array([self.vocab.morphology.add(feats) for _, _, feats in parts], dtype=np.uint64)
        self._relations = np.array([strings.add(label) for label in labels["rel"]], dtype=np.uint64)
        self._root = labels["rel"].index(ROOT)
        self._space = (strings.add("_SP"), IDS["SPACE"], 0, strings.add("dep"))

    def _begin(self, doc: Doc) -> Any:
        """A row of tag, part of speech, morphology, relation, head and lemma for each word, filled in for white space.

        White space hangs on the word before it; at the head of the text on the first word.
        """
        doc.tensor = np.zeros((len(doc), len(self.weights["root"])), dtype=np.float32)
        table = np.zeros((len(doc), 6), dtype=np.uint64)
        last = next((token.i for token in doc if not token.is_space), 0)
        for token in doc:
            if token.is_space:
                table[token.i] = (*self._space, np.int64(last - token.i).astype(np.uint64), token.orth)
            else:
                last = token.i
        return table

    def _predict(self, sentences: Sequence[_Sentence], encoded: Floats, found: Mapping[Doc, Any]) -> None:
        for doc, places, rows in sentences:
            doc.tensor[places] = encoded[rows]
        best = {name: dense(self.weights, f"heads.{name}", encoded).argmax(axis=1) for name in ("tag", "morph", "lemma")}
        heads = self._heads(encoded, [sentence.rows for sentence in sentences])
        relations = self._relations[self._relate(encoded, heads)]
        columns = [self._tags[best["tag"]], self._pos[best["morph"]], self._morphs[best["morph"]], relations]
        for doc, places, rows in sentences:
            inside, table = np.asarray(places), found[doc]
            for number, column in enumerate(columns):
                table[places, number] = column[rows]
            above = np.where(heads[rows] < 0, inside, inside[np.maximum(heads[rows] - rows.start, 0)])
            table[places, 4] = (above - inside).astype(np.uint64)
            read = zip(places, best["tag"][rows], best["lemma"][rows], strict=True)
            table[places, 5] = [self.vocab.strings.add(self._lemma(doc[i].text, tag, rule)) for i, tag, rule in read]

    def _write(self, doc: Doc, result: Any) -> None:
        doc.from_array([TAG, POS, MORPH, DEP, HEAD, LEMMA], result)

    def _lemma(self, form: str, tag: int, rule: int) -> str:
        """The lemma by the rule that the form was seen with under this tag, else by the one that the network gives."""
        rules, small = self.settings["labels"]["lemma"], form.lower()
        known = self.settings["lemmas"].get(self.settings["labels"]["tag"][tag], {}).get(small)
        return apply_rule(form, rules[rule]) if known is None else apply_rule(small, rules[known])

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
        return tuple(dict.fromkeys(tag[2:] for tag in self.settings["labels"].get("bilou", ()) if tag != "O"))

    def _begin(self, doc: Doc) -> Any:
        return []

    def _predict(self, sentences: Sequence[_Sentence], encoded: Floats, found: Mapping[Doc, Any]) -> None:
        scores, tags = dense(self.weights, "heads.bilou", encoded), self.settings["labels"]["bilou"]
        for doc, places, rows in sentences:
            spans = decode([tags[i] for i in best_tags(scores[rows], tags)])
            found[doc].extend(Span(doc, places[start], places[end - 1] + 1, label=label) for start, end, label in spans)

    def _write(self, doc: Doc, result: Any) -> None:
        doc.set_ents(result)


def _places(words: Doc | Span) -> list[int]:
    """The places of the words without white space."""
    return [token.i for token in words if not token.is_space]


def _blocks(pieces: Sequence[tuple[Doc, list[int]]]) -> Iterator[list[tuple[Doc, list[int]]]]:
    """The sentences in blocks of about `_BLOCK` words, so that memory does not grow with the documents."""
    block: list[tuple[Doc, list[int]]] = []
    words = 0
    for piece in pieces:
        block.append(piece)
        words += len(piece[1])
        if words >= _BLOCK:
            yield block
            block, words = [], 0
    if block:
        yield block


@Language.factory("kg_sentences", assigns=["token.is_sent_start"])
def make_sentences(nlp: Language, name: str) -> SentencePipe:
    """Sentence borders."""
    return SentencePipe(nlp.vocab, name)


@Language.factory("kg_parser", assigns=["token.tag", "token.pos", "token.morph", "token.lemma", "token.dep", "token.head", "doc.tensor"])
def make_parser(nlp: Language, name: str) -> ParserPipe:
    """Tags, morphology, lemmas and trees."""
    return ParserPipe(nlp.vocab, name)


@Language.factory("kg_names", assigns=["doc.ents"])
def make_names(nlp: Language, name: str) -> NamePipe:
    """Persons, organisations and places."""
    return NamePipe(nlp.vocab, name)
