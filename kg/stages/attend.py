"""Lists of who else was there: "Present at the talks were A, B and C" adds them to the meeting told before."""

from collections.abc import Sequence
from dataclasses import replace

from kg.lexicon import Lexicon
from kg.records import Evidence, Link, Naming, Participant, Sentence
from kg.stages.consolidate import Draft
from kg.stages.refer import Discourse
from kg.text import words

# The word that opens such a list stands among the first of its sentence.
_OPENING = 6


def find_attendants(sentence: Sentence, discourse: Discourse) -> tuple[str, ...]:
    """The persons whom the sentence lists as present, in its order; none where it is no such list."""
    start = _find_list(sentence, discourse.text, discourse.lexicon)
    return () if start is None else tuple(discourse.persons_between(start, sentence.end))


def is_list(sentence: Sentence, text: str, lexicon: Lexicon) -> bool:
    """Whether the sentence may list who was present, by its first words alone."""
    return _find_list(sentence, text, lexicon) is not None


def _find_list(sentence: Sentence, text: str, lexicon: Lexicon) -> int | None:
    """The offset at which the list begins, after the word that opens it."""
    opening = words(text[sentence.start : sentence.end])[:_OPENING]
    return next((sentence.start + w.end for w in opening if w.key in lexicon.words("Attendance")), None)


def with_attendants(draft: Draft, sentence: Sentence, people: Sequence[str], links: Sequence[Link], text: str) -> Draft:
    """The draft with the people added to its one role, after those it has; the list is evidence too."""
    roles = {p.role for p in draft.participants}
    known = {p.entity for p in draft.participants}
    added = [e for e in people if e not in known]
    if len(roles) != 1 or not added:
        return draft
    more = tuple(Participant(entity=e, role=next(iter(roles)), order=n) for n, e in enumerate(added, len(known) + 1))
    listed = Evidence(start=sentence.start, end=sentence.end, quote=text[sentence.start : sentence.end])
    named = [
        Naming(entity=x.entity, text=x.mention.text, score=x.score, why=x.why) for x in links if x.entity in added and _is_in(x, sentence)
    ]
    return replace(
        draft,
        complete=True,
        participants=draft.participants + more,
        evidence=(*draft.evidence, listed),
        confidence=min((draft.confidence, *(naming.score for naming in named))),
        why=(*draft.why, "the text lists who was present"),
        namings=(*draft.namings, *named),
    )


def _is_in(link: Link, sentence: Sentence) -> bool:
    return sentence.start <= link.mention.start < sentence.end
