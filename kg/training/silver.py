"""Raw news marked by a pipeline and by the ontology's own names, to learn names from: many sentences, with the errors of both."""

from collections.abc import Iterable, Iterator, Mapping

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from kg.lexicon import Lexicon
from kg.records import Mention, Sentence
from kg.stages.recognise import recognise
from kg.training.entities import LOC, ORG, PERSON, Named

_KINDS: Mapping[str, str] = {"person": PERSON, "organisation": ORG, "state": LOC, "place": LOC}


def silver_names(nlp: Language, lexicon: Lexicon, sentences: Iterable[str]) -> Iterator[Named]:
    """The sentences that name anyone or anything; where the ontology knows a name it overrules the pipeline."""
    for doc in nlp.pipe(sentences, disable=["parser", "senter"]):
        known = [span for mention in _mentions(doc, lexicon) if (span := _span(doc, mention)) is not None]
        covered = {token.i for span in known for token in span}
        spans = filter_spans([*known, *(ent for ent in doc.ents if not covered & set(range(ent.start, ent.end)))])
        if spans:
            words, spaces = tuple(token.text for token in doc), tuple(bool(token.whitespace_) for token in doc)
            yield Named(words, spaces, tuple((span.start, span.end, span.label_) for span in spans))


def _mentions(doc: Doc, lexicon: Lexicon) -> Iterator[Mention]:
    """What the ontology knows by name in a sentence, without the help of a pipeline."""
    whole = Sentence(start=0, end=len(doc.text))
    for mention in recognise(doc.text, [whole], [[]], [], lexicon):
        if mention.kind in _KINDS and mention.candidates and mention.name:
            yield mention


def _span(doc: Doc, mention: Mention) -> Span | None:
    """The bare name as words of the document; None where it is cut otherwise."""
    start = doc.text.find(mention.name, mention.start, mention.end)
    return doc.char_span(start, start + len(mention.name), label=_KINDS[mention.kind]) if start >= 0 else None
