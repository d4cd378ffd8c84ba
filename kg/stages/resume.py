"""Words that speak again of an encounter told before: "The meeting took place in Sochi on Tuesday", "B attended the talks".

They add its day, its place and who else was there. What names other people, days or places is another encounter.
"""

from collections.abc import Sequence

from kg.lexicon import Lexicon
from kg.stages.consolidate import Draft, agree
from kg.stages.discourse import Discourse
from kg.stages.syntax import children, preposition
from kg.stages.triggers import Trigger

# Sentences back in which it was told.
_FEW = 2
_DEFINITE = ("the", "this", "that", "their")
_WHERE = ("in", "at")
# With one of these beside it the noun says more than that it was told before: "the first meeting", "the meeting of ministers".
_TELLING = ("amod", "nmod", "compound", "nummod", "acl", "appos")


def is_resuming(trigger: Trigger) -> bool:
    """Whether the trigger is a bare noun that takes an encounter for known: "the meeting", "the talks"."""
    noun = trigger.token
    return (
        trigger.frame.resumes
        and any(c.lower_ in _DEFINITE for c in children(noun, "det", "nmod:poss"))
        and not any(c.pos_ != "PROPN" or preposition(c) not in _WHERE for c in children(noun, *_TELLING))
    )


def is_attended(trigger: Trigger, lexicon: Lexicon) -> bool:
    """Whether the clause says who was there: "attended the talks", "was at the meeting"."""
    verb = trigger.light
    names = {verb.lemma_.lower(), *(f"{verb.lemma_.lower()} {c.lower_}" for c in children(verb, "obj"))} if verb is not None else set()
    return not names.isdisjoint(lexicon.words("Attending")) or bool(children(trigger.token, "cop"))


def find_resumed(draft: Draft, told: Sequence[Draft], discourse: Discourse) -> int | None:
    """The index in `told` of the last encounter that `draft` may speak of; None where it tells of one of its own."""
    if not draft.resumes or (draft.complete and not draft.attended):
        return None
    near = {s.start for s in discourse.sentences_before(draft.evidence[0].start, _FEW)}
    return next((i for i in reversed(range(len(told))) if told[i].evidence[-1].start in near and _fits(draft, told[i], discourse)), None)


def says_more(draft: Draft) -> bool:
    """Whether it adds anything to the encounter that it speaks of."""
    return bool(draft.interval or draft.place or draft.participants)


def _fits(draft: Draft, other: Draft, discourse: Discourse) -> bool:
    known = {p.entity for p in other.participants}
    newcomers = any(p.entity not in known for p in draft.participants)
    if newcomers and draft.place and draft.place != other.place:
        return False
    return other.is_encounter and agree(draft, other, discourse) and (draft.attended or not newcomers)
