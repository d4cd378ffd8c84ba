"""Parse -> trigger occurrences: tokens that evoke an event type through one of its frames, and whether it happened.

The status comes from the verbs above the trigger, their auxiliaries, negation and adverbs, by the ontology's
word classes. A trigger that is only wished for, proposed or supposed gives nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Token

from kg.language import ParsedSentence
from kg.lexicon import Lexicon
from kg.records import EventType, Frame, Status
from kg.stages.syntax import argument_of, children, governor, is_passive, is_ranked, is_verb, objects, path_up, preposition

_MOTION_PURPOSE = ("for",)
_PRESUPPOSING = ("at", "in", "during", "after", "following", "since", "of", "from", "with", "by")
_AHEAD = ("ahead", "pending")


@dataclass(frozen=True, slots=True)
class Trigger:
    """A token that evokes `type` through `frame`; `light` is the verb that carries a noun trigger, if any."""

    token: Token
    type: EventType
    frame: Frame
    light: Token | None
    status: Status | None
    purpose: bool


def find_triggers(parsed: ParsedSentence, lexicon: Lexicon) -> Iterator[Trigger]:
    """Every trigger of the sentence, in order; where several frames fit one token, each is given."""
    for token in parsed.doc:
        if token.i in parsed.links or token.i in parsed.dates:
            continue
        for event_type, frame in _frames(token, lexicon):
            light = _light(token, frame, lexicon)
            yield Trigger(token, event_type, frame, light, _status(token, light, frame, lexicon), _is_purpose(token, light))


def _frames(token: Token, lexicon: Lexicon) -> list[tuple[EventType, Frame]]:
    found = [pair for key, pos in _readings(token) for pair in lexicon.frames.get((key, pos), ())]
    fitting = [(t, f, _specificity(token, f)) for t, f in dict.fromkeys(found)]
    best = max((rank for *_, rank in fitting), default=0)
    return [(t, f) for t, f, rank in fitting if rank and rank == best]


def _readings(token: Token) -> list[tuple[str, str]]:
    """The lemmas and parts of speech under which the token may evoke something; taggers err on forms in -ing."""
    lemma = token.lemma_.lower()
    if is_verb(token):
        return [(form, "VERB") for form in dict.fromkeys((lemma, *_stems(token.lower_)))]
    return [(form, "NOUN") for form in dict.fromkeys((lemma, token.lower_))] if token.pos_ in ("NOUN", "PROPN", "VERB") else []


def _stems(form: str) -> tuple[str, ...]:
    """What a regular form may be of: "meeting" gives meet, "departed" depart, "exchanging" exchange, "visits" visit."""
    if form.endswith("ing") and len(form) > 5:
        return form[:-3], form[:-3] + "e", form[:-4]
    if form.endswith("ed") and len(form) > 4:
        return form[:-2], form[:-1], form[:-3]
    return (form[:-1],) if form.endswith("s") and len(form) > 4 else ()


def _specificity(token: Token, frame: Frame) -> int:
    """0 where the frame does not fit the token; more where it asks for more."""
    lemma = {form for form, _ in _readings(token)}
    below = {w for child in token.children for w in (child.lemma_.lower(), child.lower_)}
    phrase = max((_phrase_rank(text, lemma, below, frame.pos) for text in frame.lemmas), default=0)
    beside = {c.dep_ for c in token.children} | {preposition(c) for c in token.children}
    if not phrase or beside & set(frame.without):
        return 0
    if frame.objects:
        return phrase if _has_object(token, frame) else 0
    return phrase


def _phrase_rank(text: str, lemma: set[str], below: set[str], pos: str) -> int:
    parts = text.split()
    head, others = (parts[0], parts[1:]) if pos == "VERB" else (parts[-1], parts[:-1])
    return len(parts) if head in lemma and all(part in below for part in others) else 0


def _has_object(token: Token, frame: Frame) -> bool:
    below = [*objects(token)] if is_verb(token) else []
    below += [c for c in token.children if c.dep_ in ("obl", "nmod", "iobj", "obj", "xcomp", "compound", "obl:agent", "obl:unmarked", "advcl")]
    for child in list(below):
        below += [c for c in child.children if c.dep_ in ("nmod", "conj", "compound")]
    return any(w in frame.objects for t in below for w in (t.lemma_.lower(), t.lower_))


def _light(token: Token, frame: Frame, lexicon: Lexicon) -> Token | None:
    """The light verb that carries a noun trigger: its object, or the passive's subject."""
    argument = argument_of(token) if frame.pos == "NOUN" else None
    if argument is None:
        return None
    verb, how = argument
    if how == "obj" and {verb.lemma_.lower(), _particle_verb(verb)} & (lexicon.words("Cancelling") | lexicon.words("Planning") - lexicon.words("Wishing")):
        return verb
    if (verb.lemma_.lower() in frame.light or _particle_verb(verb) in frame.light) and (how == "obj" or how in ("in", "on", "for", "with", "at")):
        return verb
    return None


def _particle_verb(verb: Token) -> str:
    return " ".join([verb.lemma_.lower(), *(c.lower_ for c in children(verb, "compound:prt", "advmod"))])


# --- did it happen? -------------------------------------------------------------------------------


def _status(token: Token, light: Token | None, frame: Frame, lexicon: Lexicon) -> Status | None:
    """What the sentence says of the trigger; None where it is only wished for or supposed."""
    status: Status = frame.status
    below = token
    for rank, step in enumerate([token, *path_up(token)]):
        said = _step_status(step, below, token, lexicon, first=rank == 0)
        if said == "none":
            return None
        if said == "stop":
            break
        status = _stronger(status, said) if said else status
        below = step
    return status


_STRENGTH: dict[Status, int] = {"occurred": 0, "alleged": 1, "planned": 2, "denied": 3}


def _stronger(one: Status, other: str) -> Status:
    return max(one, other, key=lambda s: _STRENGTH[s])  # type: ignore[arg-type]


def _step_status(step: Token, below: Token, token: Token, lexicon: Lexicon, *, first: bool) -> str:
    """What one word on the way up says: a status, "none" (only wished), "stop" (speaks of another event) or ""."""
    words = lexicon.words
    own = _own_status(step, lexicon)
    if first:
        return "planned" if not own and preposition(step) in _AHEAD and not is_verb(step) else own
    if (below.dep_ in ("conj", "parataxis") and is_verb(below)) or below.dep_ in ("acl:relcl", "appos") or _is_presupposed(below):
        return "stop"
    lemma, particle = step.lemma_.lower(), _particle_verb(step)
    direct = below.dep_ in ("obj", "nsubj:pass", "xcomp", "ccomp", "acl", "nmod", "obl", "csubj", "nsubj", "advcl", "iobj")
    if not direct:
        return own
    if below.dep_ in ("obj", "nsubj:pass", "nsubj") and (lemma in words("Cancelling") or particle in words("Cancelling")):
        return "denied"
    if below.dep_ in ("ccomp", "xcomp", "obj", "acl", "nsubj:pass") and lemma in words("Denying"):
        return "denied"
    infinitive = below.dep_ in ("xcomp", "acl", "advcl", "ccomp") and _is_infinitive(below)
    nominal = below.dep_ in ("obj", "nsubj:pass", "obl", "nmod") and not is_verb(below)
    if (infinitive or (nominal and preposition(below) in ("", "to", "for", "on", "of"))) and below.dep_ != "advcl":
        if lemma in words("Wishing") or particle in words("Wishing"):
            return "none"
        if lemma in words("Planning") or particle in words("Planning"):
            return "planned"
    if infinitive and below.dep_ == "acl" and not is_ranked(step):
        return "planned"
    if infinitive and below.dep_ == "advcl":
        return _stronger("planned", own) if own in _STRENGTH else "planned"
    if below.dep_ == "ccomp" and lemma in words("Alleging"):
        return "alleged"
    if below.dep_ in ("advcl", "ccomp") and any(c.lower_ in words("Conditional") for c in children(below, "mark")):
        return "none"
    if below.dep_ == "advcl" and is_verb(step):
        return "stop"
    if below.dep_ in ("ccomp",):
        return own if own in ("denied",) else ""
    return own if nominal or infinitive else ""


def _is_presupposed(below: Token) -> bool:
    """Whether the words take it for granted: "at his summit last month", "the treaty signed in June"."""
    if below.dep_ == "acl" and below.tag_ == "VBN":
        return True
    definite = any(c.dep_ == "nmod:poss" or c.lower_ in ("the", "this", "that", "these", "those") for c in children(below, "det", "nmod:poss"))
    return definite and not is_verb(below) and preposition(below) in _PRESUPPOSING


def _own_status(step: Token, lexicon: Lexicon) -> str:
    """What stands beside the word itself: auxiliaries, negation, adverbs, adjectives."""
    words = lexicon.words
    beside = [c for c in step.children if c.dep_ in ("aux", "aux:pass", "advmod", "amod", "det", "mark", "cop", "compound", "advcl")]
    forms = {c.lower_ for c in beside} | {c.lemma_.lower() for c in beside if c.dep_ in ("amod", "advmod")}
    if forms & words("Negation") or "n't" in forms or "n’t" in forms:
        return "denied"
    modal = {c.lower_ for c in children(step, "aux")}
    if modal & {"will", "shall", "’ll", "'ll", "would"} or (forms & (words("Planning") - words("Wishing")) and not is_verb(step)):
        return "planned"
    if modal & words("Wishing") or (forms & words("Wishing") and not is_verb(step)):
        return "none"
    if forms & words("Hedge"):
        return "alleged"
    if _going_to(step):
        return "planned"
    return ""


def _going_to(step: Token) -> bool:
    """ "is to meet", "was due to meet" as a root: an infinitive without a governing verb."""
    return is_verb(step) and _is_infinitive(step) and (step.head == step or any(c.lemma_ == "be" for c in children(step, "cop", "aux")))


def _is_infinitive(verb: Token) -> bool:
    return any(c.lower_ == "to" for c in children(verb, "mark", "aux")) or (verb.tag_ == "VB" and verb.dep_ == "xcomp")


def _is_purpose(token: Token, light: Token | None) -> bool:
    """Whether the trigger names what a journey is for: "flew to Moscow for talks with Putin"."""
    head = governor(token)
    name = preposition(token)
    return light is None and name in _MOTION_PURPOSE and head is not None and not is_passive(head) and not is_verb(token)
