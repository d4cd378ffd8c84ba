"""Lists of who else was there: "Present at the talks were A, B and C" adds them to the meeting told before."""

from collections.abc import Sequence
from dataclasses import replace

from kg.lexicon import Lexicon
from kg.records import Link, Naming, Participant, Sentence
from kg.stages.consolidate import Draft
from kg.stages.discourse import Discourse
from kg.stages.quote import make_evidence
from kg.text import words

# The word that opens such a list stands among the first of its sentence, the one that closes it among the last.
_OPENING = 6
_CLOSING = 4
# "The present leaders are" lists nobody who was there.
_DETERMINERS = ("the", "a", "this", "its", "his", "their", "at")


def find_attendants(sentence: Sentence, discourse: Discourse) -> tuple[str, ...]:
    """The persons whom the sentence lists as present, in its order; none where it is no such list."""
    span = _find_list(sentence, discourse.text, discourse.lexicon)
    return () if span is None else tuple(discourse.persons_between(*span))


def is_list(sentence: Sentence, text: str, lexicon: Lexicon) -> bool:
    """Whether the sentence may list who was present, by its first or last words alone."""
    return _find_list(sentence, text, lexicon) is not None


def _find_list(sentence: Sentence, text: str, lexicon: Lexicon) -> tuple[int, int] | None:
    """Where the list stands: behind "On hand were", "Attending the talks were", "attended by", or before "were present", "attended"."""
    found = words(text[sentence.start : sentence.end])
    keys, attendance = [w.key for w in found], lexicon.words("Attendance")
    present = [n for n, key in enumerate(keys) if key in attendance or " ".join(keys[n - 1 : n + 1]) in attendance]
    being = [n for n, key in enumerate(keys) if present and key in lexicon.words("Being")]
    for n in present:
        if n and keys[n - 1] in _DETERMINERS:
            continue
        after = next((m for m in being if m > n), None)
        if n < _OPENING and after is not None:
            return sentence.start + found[after].end, sentence.end
        if keys[n] in lexicon.words("Attended") and keys[n + 1 : n + 2] == ["by"]:
            return sentence.start + found[n + 1].end, sentence.end
        is_said = keys[n] in lexicon.words("Attended") or any(n - _CLOSING < m < n for m in being)
        if n >= len(keys) - _CLOSING and is_said:
            return sentence.start, sentence.start + found[n].start
    return None


def with_attendants(draft: Draft, sentence: Sentence, people: Sequence[str], links: Sequence[Link], text: str) -> Draft:
    """The draft with the people added to its one role, after those it has; the list is evidence too."""
    role = next((r.name for r in draft.type.roles if r.at_least > 1), None)
    unlisted = tuple(p for p in draft.participants if p.entity not in people)
    before = unlisted if len(unlisted) > 1 else draft.participants  # whoever met comes before the list, however it is read
    known = {p.entity for p in before}
    added = [e for e in people if e not in known]
    if role is None or not added:
        return draft
    before = tuple(replace(p, order=n) for n, p in enumerate(sorted(before, key=lambda p: p.order), 1))
    more = tuple(Participant(entity=e, role=role, order=n) for n, e in enumerate(added, len(known) + 1))
    listed = make_evidence(text, sentence.start, sentence.end)
    named = [
        Naming(entity=x.entity, text=x.mention.text, score=x.score, why=x.why, spelling=" ".join(x.mention.name.split()))
        for x in links
        if x.entity in added and _is_in(x, sentence)
    ]
    return replace(
        draft,
        complete=len(known) + len(added) > 1,
        participants=before + more,
        evidence=(*draft.evidence, listed),
        confidence=min((draft.confidence, *(naming.score for naming in named))),
        why=(*draft.why, "the text lists who was present"),
        namings=(*draft.namings, *named),
    )


def _is_in(link: Link, sentence: Sentence) -> bool:
    return sentence.start <= link.mention.start < sentence.end
