"""Sentences with one trigger each: who stands in its slots, and whether the pipeline and the syntax rules find that.

A line of `tests/cases/roles.jsonl` holds the number of the `set`, `text`, `trigger` (a word of it; `occurrence`: which one, if not
the first) and `slots`: subject, object, indirect, possessor, compound or a preposition, each with its fillers (names without
titles, other words bare).
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from spacy.tokens import Token

from kg.article import Reader
from kg.language import ParsedSentence, Piece
from kg.records import Sentence
from kg.schema import EventType, Frame
from kg.stages.date import find_dates
from kg.stages.link import link
from kg.stages.recognise import recognise
from kg.stages.slots import find_slots
from kg.stages.syntax import children, is_verb
from kg.stages.triggers import Trigger, find_triggers

CASES = Path(__file__).parent / "cases" / "roles.jsonl"
# In these slots whatever else is found is an error; beside a preposition there may stand times and places that a case does not list.
_WHOLE = ("subject", "object", "indirect", "possessor")
_Span = tuple[int, int]
_ANY = EventType(iri="", name="", parents=(), frames=(), roles=(), edges=())


@dataclass(frozen=True, slots=True)
class Roles:
    """A case: the set it is of, a sentence, the offset of its trigger, and the fillers of each slot."""

    set: int
    text: str
    start: int
    slots: Mapping[str, tuple[str, ...]]


def read_roles() -> list[Roles]:
    """The cases in order."""
    return [_roles(json.loads(line)) for line in CASES.read_text(encoding="utf-8").splitlines()]


def _roles(row: Mapping[str, object]) -> Roles:
    text, trigger = str(row["text"]), str(row["trigger"])
    starts = [match.start() for match in re.finditer(rf"\b{re.escape(trigger)}\b", text)]
    slots = row["slots"]
    assert isinstance(slots, dict)
    return Roles(
        int(str(row["set"])),
        text,
        starts[int(str(row.get("occurrence", 1))) - 1],
        {name: tuple(fillers) for name, fillers in slots.items()},
    )


def find_roles(case: Roles, reader: Reader) -> dict[str, list[list[_Span]]]:
    """Slot -> its fillers, each by where it stands in the text: its own place and those of its appositions."""
    parsed = _parse(case.text, reader)
    token = next((t for t in parsed.doc if parsed.starts[t.i] == case.start), None)
    if token is None:
        return {}
    known = next((t for t in find_triggers(parsed, reader.lexicon) if t.token == token), None)
    frame = Frame(lemmas=(), pos="VERB" if is_verb(token) else "NOUN", fills=())
    slots = find_slots(known or Trigger(token, _ANY, frame, None, None, False))
    return {slot: [list(_spans(t, parsed)) for t in tokens] for slot, tokens in slots.items()}


def is_right(case: Roles, found: Mapping[str, list[list[_Span]]]) -> bool:
    """Whether every filler stands in its slot, and nothing else where that can be said."""
    return all(_holds(case.text, slot, expected, found.get(slot, [])) for slot, expected in case.slots.items())


def _holds(text: str, slot: str, expected: tuple[str, ...], found: list[list[_Span]]) -> bool:
    missing = [name for name in expected if not any(_is_named(text, name, span) for spans in found for span in spans)]
    surplus = [spans for spans in found if not any(_is_named(text, name, span) for name in expected for span in spans)]
    return not missing and not (surplus and slot in _WHOLE)


def _is_named(text: str, name: str, span: _Span) -> bool:
    """Whether the span is the name, the name with a title before it, or the first part of a name that goes on with "of"."""
    for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text):
        if (span[0] <= match.start() and span[1] == match.end()) or (span[0] == match.start() and text[span[1] :].startswith(" of ")):
            return True
    return False


def _spans(token: Token, parsed: ParsedSentence) -> Iterator[_Span]:
    """Where the text has the token and what stands in apposition to it."""
    for same in (token, *children(token, "appos", "flat", "nmod:desc"), *([token.head] if token.dep_ == "appos" else [])):
        start, end = parsed.starts[same.i], parsed.ends[same.i]
        yield start, end
        link = parsed.links.get(same.i)
        if link and link.mention.name:
            at = parsed.source.find(link.mention.name, start, end)
            yield at, at + len(link.mention.name)


def _parse(text: str, reader: Reader) -> ParsedSentence:
    whole = Sentence(start=0, end=len(text))
    dates = find_dates(text, None)
    mentions = recognise(text, [whole], list(reader.language.name_spans([(text, whole)])), dates, reader.lexicon)
    links, _ = link(mentions, reader.lexicon, None, [whole], dates)
    return next(reader.language.parse([Piece(text, whole, tuple(links), dates)]))
