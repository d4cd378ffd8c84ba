"""The spaCy pipeline: named entities of raw text, and parses of sentences in which mentions are single words.

A parser that reads "Putin met Putin on Friday" errs less than one that reads "Russia's Security Council
Secretary Sergei Shoigu …": so every mention and date stands in the parse as one common word of its kind
(the ontology's stand-ins), and `ParsedSentence` tells which token is which mention.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import spacy
from spacy.tokens import Doc

from kg.errors import KgError
from kg.lexicon import Lexicon
from kg.records import DateMention, Link, Sentence, Span

MODEL = Path(__file__).parent / "model"
_BATCH = 64


@dataclass(frozen=True, slots=True)
class ParsedSentence:
    """A sentence and its parse. `starts`/`ends` are the text offsets of each token; `links` and `dates` go by token."""

    source: str
    sentence: Sentence
    doc: Doc
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    links: Mapping[int, Link]
    dates: Mapping[int, DateMention]
    distributive: frozenset[str] = frozenset()

    def text(self, start: int, end: int) -> str:
        """The article's text between two offsets."""
        return self.source[start:end]


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence before its parse: what the text holds, with the spans that become one word each."""

    text: str
    sentence: Sentence
    links: tuple[Link, ...]
    dates: tuple[DateMention, ...]


class Language:
    """One loaded pipeline. Raises `KgError` where it cannot be loaded or has no parser."""

    def __init__(self, model: str | Path | None, lexicon: Lexicon) -> None:
        try:
            self.nlp = spacy.load(model or MODEL)
        except OSError as error:
            raise KgError(f"no spaCy pipeline can be loaded from {model or MODEL}: {error}") from error
        if "parser" not in self.nlp.pipe_names:
            raise KgError(f"the pipeline {model or MODEL} has no parser")
        self._words = {name.removeprefix("StandIn"): min(found) for name, found in lexicon.ontology.words.items() if name.startswith("StandIn")}
        self._distributive = lexicon.words("Distributive")
        self._no_parse = [name for name in self.nlp.pipe_names if name not in ("ner", "tok2vec", "transformer")]

    def name_spans(self, text: str, sentences: Sequence[Sentence]) -> list[list[Span]]:
        """The named entities of each sentence, with offsets into `text`."""
        if "ner" not in self.nlp.pipe_names:
            return [[] for _ in sentences]
        docs = self.nlp.pipe((text[s.start : s.end] for s in sentences), disable=self._no_parse, batch_size=_BATCH)
        return [
            [Span(s.start + ent.start_char, s.start + ent.end_char, ent.label_) for ent in doc.ents]
            for s, doc in zip(sentences, docs, strict=True)
        ]

    def parse(self, pieces: Iterable[Piece]) -> Iterator[ParsedSentence]:
        """Parse each sentence by itself; sentence borders inside it are not looked for."""
        pieces = list(pieces)
        prepared = [self._prepare(piece) for piece in pieces]
        docs = self.nlp.pipe((doc for doc, *_ in prepared), disable=["ner"], batch_size=_BATCH)
        for piece, (_, starts, ends, links, dates), doc in zip(pieces, prepared, docs, strict=True):
            yield ParsedSentence(piece.text, piece.sentence, doc, starts, ends, links, dates, self._distributive)

    def _prepare(self, piece: Piece) -> tuple[Doc, tuple[int, ...], tuple[int, ...], dict[int, Link], dict[int, DateMention]]:
        tokens: list[tuple[str, int, int]] = []
        links: dict[int, Link] = {}
        dates: dict[int, DateMention] = {}
        at = piece.sentence.start
        for start, end, found in sorted(_spans(piece), key=lambda span: span[:2]):
            if start < at:
                continue
            tokens += self._tokens(piece.text, at, start)
            if isinstance(found, Link):
                links[len(tokens)] = found
                tokens.append((self._stand_in(found), start, end))
            else:
                dates[len(tokens)] = found
                tokens.append((self._date_word(piece.text, found), start, end))
            at = end
        tokens += self._tokens(piece.text, at, piece.sentence.end)
        doc = Doc(self.nlp.vocab, words=[t[0] for t in tokens], spaces=_spaces(piece.text, tokens))
        return doc, tuple(t[1] for t in tokens), tuple(t[2] for t in tokens), links, dates

    def _tokens(self, text: str, start: int, end: int) -> list[tuple[str, int, int]]:
        doc = self.nlp.make_doc(text[start:end])
        return [(t.text, start + t.idx, start + t.idx + len(t.text)) for t in doc if not t.is_space]

    def _stand_in(self, link: Link) -> str:
        return self._words.get(link.mention.kind.capitalize(), link.mention.text)

    def _date_word(self, text: str, date: DateMention) -> str:
        if " " not in date.text.strip() and date.text.isalpha():
            return date.text
        days = (date.interval.end - date.interval.start).days
        return self._words["Day"] if days == 1 else self._words["Month"]


def _spans(piece: Piece) -> Iterator[tuple[int, int, Link | DateMention]]:
    for link in piece.links:
        yield link.mention.start, link.mention.end, link
    for date in piece.dates:
        yield date.start, date.end, date


def _spaces(text: str, tokens: Sequence[tuple[str, int, int]]) -> list[bool]:
    following = [t[1] for t in tokens[1:]] + [len(text)]
    return [text[t[2] : after][:1].isspace() for t, after in zip(tokens, following, strict=True)]
