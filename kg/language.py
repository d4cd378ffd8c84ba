"""The spaCy pipeline: named entities of raw text, and parses of sentences in which mentions are single words.

A parser that reads "Putin met Putin on Friday" errs less than one that reads "Russia's Security Council
Secretary Sergei Shoigu …": so every mention and date stands in the parse as one common word of its kind
(the ontology's stand-ins), and `ParsedSentence` tells which token is which mention.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import spacy
from spacy.tokens import Doc, Token

import kg.english.components  # noqa: F401  # the components of our own pipeline, for spacy.load
from kg.clearnlp import is_clearnlp, to_universal
from kg.dates import is_one_day
from kg.english.roles import RolePipe
from kg.errors import KgError
from kg.lexicon import Lexicon
from kg.records import DateMention, Link, Sentence, Span

MODEL = Path(__file__).parent / "model"
# "In", "Earlier on", "In late" before a date at the head of a sentence, and the comma after it.
_BEFORE_DATE = re.compile(
    r"[\"“‘]?(?:(?:earlier|later|also|then|meanwhile|back|and|but)\s+)*(?:(?:in|on|at)\s+)?(?:(?:late|early|mid)[-\s]+)?",
    re.IGNORECASE,
)
# A bare day that stands as an adverb: no possessive, compound or apposition follows it.
_AFTER_ASIDE = re.compile(r"[.!?]?[”\"]?(?:\s|$)")
_AFTER_DATE = re.compile(r",\s+(?=\S)")
# "U.S.-led": a name that is part of an adjective.
_BOUND = re.compile(r"[-‑][a-z]{3,}\b")
_SECOND_SYLLABLE = re.compile(r"-[a-z]{2,6}\b")
_BATCH = 128
# Components that a sentence with its names known has no need of; who does what is asked later, word by word.
_NOT_OF_SENTENCES = ["ner", "senter", "roles"]
# The word classes whose one word stands in a parse for a mention or date of the kind behind this prefix.
_STAND_IN = "StandIn"


@dataclass(frozen=True, slots=True)
class ParsedSentence:
    """A sentence and its parse. `starts`/`ends` are the text offsets of each token; `links` and `dates` go by token.

    `opening` is a date that opens the sentence ("In January, …") or stands aside in it ("Kim, the chairman, Monday met …");
    it is left out of the parse, which it would only disturb. `roles` scores who does what, where the pipeline can.
    """

    source: str
    sentence: Sentence
    doc: Doc
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    links: Mapping[int, Link]
    dates: Mapping[int, DateMention]
    opening: DateMention | None = None
    distributive: frozenset[str] = frozenset()
    roles: RolePipe | None = None

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


class _Token(NamedTuple):
    """A word of a parse, the offsets of what it stands for, and the mention or date behind it."""

    word: str
    start: int
    end: int
    found: Link | DateMention | None = None


class Language:
    """One loaded pipeline. Raises `KgError` where it cannot be loaded or has no parser."""

    def __init__(self, model: str | Path | None, lexicon: Lexicon) -> None:
        try:
            self.nlp = spacy.load(MODEL if model is None else model)
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise KgError(f"no spaCy pipeline can be loaded from {model!r}: {error}") from error
        if "parser" not in self.nlp.pipe_names:
            raise KgError(f"the pipeline {model} has no parser")
        self._is_clearnlp = is_clearnlp(self.nlp.pipe_labels.get("parser", ()))
        classes = lexicon.ontology.words.items()
        self._words = {name.removeprefix(_STAND_IN): min(found) for name, found in classes if name.startswith(_STAND_IN)}
        self._distributive = lexicon.words("Distributive")
        pipes = (self.nlp.get_pipe(name) for name in self.nlp.pipe_names)
        self._roles = next((pipe for pipe in pipes if isinstance(pipe, RolePipe)), None)
        self._no_parse = [name for name in self.nlp.pipe_names if name not in ("ner", "tok2vec", "transformer")]

    def name_spans(self, sentences: Iterable[tuple[str, Sentence]]) -> Iterator[list[Span]]:
        """The named entities of each sentence of a text, with offsets into it."""
        sentences = list(sentences)
        if "ner" not in self.nlp.pipe_names:
            return iter([[] for _ in sentences])
        docs = self.nlp.pipe((text[s.start : s.end] for text, s in sentences), disable=self._no_parse, batch_size=_BATCH)
        return (
            [Span(s.start + ent.start_char, _end_of_word(text, s.start + ent.end_char), ent.label_) for ent in doc.ents]
            for (text, s), doc in zip(sentences, docs, strict=True)
        )

    def parse(self, pieces: Iterable[Piece]) -> Iterator[ParsedSentence]:
        """Parse each sentence by itself; sentence borders inside it are not looked for."""
        pieces = list(pieces)
        left_out = [(_find_opening(piece), _find_aside(piece)) for piece in pieces]
        prepared = [list(self._tokens(piece, *dates)) for piece, dates in zip(pieces, left_out, strict=True)]
        blank = (self._doc(piece.text, tokens) for piece, tokens in zip(pieces, prepared, strict=True))
        docs = self.nlp.pipe(blank, disable=_NOT_OF_SENTENCES, batch_size=_BATCH)
        for piece, (opening, aside), tokens, doc in zip(pieces, left_out, prepared, docs, strict=True):
            parse = _mended(to_universal(doc) if self._is_clearnlp else doc, tokens)
            yield self._parsed(piece, opening[0] if opening else aside, tokens, parse)

    def _parsed(self, piece: Piece, opening: DateMention | None, tokens: Sequence[_Token], doc: Doc) -> ParsedSentence:
        return ParsedSentence(
            source=piece.text,
            sentence=piece.sentence,
            doc=doc,
            starts=tuple(t.start for t in tokens),
            ends=tuple(t.end for t in tokens),
            links={i: t.found for i, t in enumerate(tokens) if isinstance(t.found, Link)},
            dates={i: t.found for i, t in enumerate(tokens) if isinstance(t.found, DateMention)},
            opening=opening,
            distributive=self._distributive,
            roles=self._roles,
        )

    def _tokens(self, piece: Piece, opening: tuple[DateMention, int] | None, aside: DateMention | None) -> Iterator[_Token]:
        """The words of the sentence, one for each mention and date; of two spans that overlap the first counts."""
        at = opening[1] if opening else piece.sentence.start
        for start, end, found in sorted(_spans(piece), key=lambda span: span[:2]):
            if found is aside:
                at = end
            elif start >= at:
                yield from self._words_between(piece.text, at, start)
                bound = _BOUND.match(piece.text, end, piece.sentence.end) if isinstance(found, Link) else None
                at = bound.end() if bound else end
                yield _Token(self._stand_in(found) + bound[0], start, at) if bound else _Token(self._stand_in(found), start, end, found)
        yield from self._words_between(piece.text, at, piece.sentence.end)

    def _words_between(self, text: str, start: int, end: int) -> Iterator[_Token]:
        between = text[start:end]
        for token in () if not between or between.isspace() else self.nlp.make_doc(between):
            if not token.is_space:
                yield _Token(token.text, start + token.idx, start + token.idx + len(token))

    def _stand_in(self, found: Link | DateMention) -> str:
        if isinstance(found, Link):
            return self._words.get(found.mention.kind.capitalize(), found.mention.text)
        if found.text.isalpha():
            return found.text
        return self._words["Day" if is_one_day(found.interval) else "Month"]

    def _doc(self, text: str, tokens: Sequence[_Token]) -> Doc:
        return Doc(self.nlp.vocab, words=[t.word for t in tokens], spaces=_spaces(text, tokens))


def _mended(doc: Doc, tokens: Sequence[_Token]) -> Doc:
    """The parse with two slips mended: what is said hung on its day, a speaker hung on the day before him.

    "denied on Friday that they met"; "they met in June, X said", where X may have his title in his mention.
    """
    for token, head, dependency in [mend for token in doc if (mend := _mend(token, tokens))]:
        token.head, token.dep_ = head, dependency
    return doc


def _mend(token: Token, tokens: Sequence[_Token]) -> tuple[Token, Token, str] | None:
    day = token.head
    if not isinstance(tokens[day.i].found, DateMention):
        return None
    if token.dep_ in ("acl", "acl:relcl") and any(c.dep_ == "mark" for c in token.children):
        verb = next((above for above in day.ancestors if above.pos_ == "VERB"), None)
        return None if verb is None else (token, verb, "ccomp")
    if token.dep_ in ("nmod:unmarked", "appos", "nmod") and isinstance(tokens[token.i].found, Link):
        after = next((t for t in token.doc[token.i + 1 : token.i + 3] if t.pos_ != "PUNCT"), None)
        free = after is not None and after.tag_ in ("VBD", "VBZ") and not any(c.dep_ == "nsubj" for c in after.children)
        return (token, after, "nsubj") if after is not None and free and not token.is_ancestor(after) else None
    return None


def _end_of_word(text: str, end: int) -> int:
    """Where the word ends in which a name seems to: a tokeniser cuts "Chiang Kai-shek" at the hyphen."""
    rest = _SECOND_SYLLABLE.match(text, end)
    return rest.end() if rest else end


def _find_opening(piece: Piece) -> tuple[DateMention, int] | None:
    """The date that opens the sentence and the offset at which its main clause begins."""
    first = min(piece.dates, key=lambda date: date.start, default=None)
    if first is None or not _BEFORE_DATE.fullmatch(piece.text, piece.sentence.start, first.start):
        return None
    after = _AFTER_DATE.match(piece.text, first.end, piece.sentence.end)
    return (first, after.end()) if after else None


def _find_aside(piece: Piece) -> DateMention | None:
    """A bare day after a name, where a parser takes it for part of the name: "at the assembly hall Monday"."""
    ends = {link.mention.end for link in piece.links}
    for date in piece.dates:
        gap = piece.text[max(piece.sentence.start, date.start - 2) : date.start]
        after_name = (date.start - 1 in ends and gap.endswith(" ")) or (date.start - 2 in ends and gap == ", ")
        if (
            after_name
            and is_one_day(date.interval)
            and date.text.isalpha()
            and _AFTER_ASIDE.match(piece.text, date.end, piece.sentence.end)
        ):
            return date
    return None


def _spans(piece: Piece) -> Iterator[tuple[int, int, Link | DateMention]]:
    for link in piece.links:
        yield link.mention.start, link.mention.end, link
    for date in piece.dates:
        yield date.start, date.end, date


def _spaces(text: str, tokens: Sequence[_Token]) -> list[bool]:
    """Whether white space follows each token in the text."""
    following = [t.start for t in tokens[1:]] + [len(text)]
    return [text[t.end : after][:1].isspace() for t, after in zip(tokens, following, strict=True)]
