"""Parse -> trigger occurrences: tokens that evoke an event type through one of its frames, and whether it happened.

The status comes from the verbs above the trigger, their auxiliaries, negation and adverbs, by the ontology's
word classes. A trigger that is only wished for, proposed or supposed gives nothing.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from spacy.tokens import Token

from kg.language import ParsedSentence
from kg.lexicon import Lexicon
from kg.records import Status
from kg.schema import EventType, Frame
from kg.stages.syntax import argument_of, children, governor, is_finite, is_passive, is_ranked, is_verb, objects, path_up, preposition
from kg.text import fold

# What a word says of a trigger below it: a status, "none" (only wished for), "apart" (it speaks of another event) or nothing.
_Said = Status | Literal["none", "apart", ""]

# From the weakest to the strongest.
_STRENGTH: tuple[Status, ...] = ("occurred", "alleged", "planned", "denied")
_MOTION_PURPOSE = ("for",)
_DEFINITE = frozenset(("the", "this", "that", "these", "those"))
_PRESUPPOSING = ("at", "in", "during", "after", "following", "since", "of", "from", "with", "by")
_PAST = ("following", "since")
_ASIDE = ("in", "at", "during", "after", "about", "over")
# Words before a noun phrase in which "ahead of" stands.
_NEAR = 2
_AHEAD = ("ahead", "pending")
_WILL = frozenset(("will", "shall", "’ll", "'ll", "would"))
_NOT = frozenset(("n't", "n’t"))
# Dependencies through which a verb speaks of what stands below it.
_DIRECT = frozenset(("obj", "nsubj:pass", "xcomp", "ccomp", "acl", "nmod", "obl", "csubj", "nsubj", "advcl", "iobj"))
_DENIABLE = ("ccomp", "xcomp", "obj", "acl", "nsubj:pass")
_BESIDE = ("aux", "aux:pass", "advmod", "amod", "det", "mark", "cop", "compound", "advcl")
# Dependencies of what may be the object that a frame asks for.
_OBJECTS = ("obl", "nmod", "iobj", "obj", "xcomp", "compound", "obl:agent", "obl:unmarked", "advcl")
# How a light verb carries its noun: "held talks", "engaged in talks".
_CARRIED = ("obj", "in", "on", "for", "with", "at")
# Shorter forms are no inflected ones.
_SHORTEST = 5


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
        if token.i in parsed.dates or not (children(token, "cop") or _may_evoke(token, parsed, lexicon)):
            continue
        for event_type, frame in _frames(token, parsed, lexicon):
            light = _light(token, frame, lexicon)
            status = _status(light if light is not None and light.head == token else token, frame, lexicon)
            if status is None and light is not None and _is_asked_to_relay(light, lexicon):
                status = "occurred"
            if status == "planned" and event_type.durative and _has_set_out(token, light, lexicon):
                status = "occurred"
            yield Trigger(token, event_type, frame, light, status, _is_purpose(token, light))


def _may_evoke(token: Token, parsed: ParsedSentence, lexicon: Lexicon) -> bool:
    """Whether a word that is no predicate can be a cue at all, by its form or its lemma."""
    written = token.lower_ if token.is_ascii else fold(token.text)
    return token.i not in parsed.links and (written in lexicon.forms or token.lemma_.lower() in lexicon.forms)


def _is_asked_to_relay(verb: Token, lexicon: Lexicon) -> bool:
    """ "asked him to convey greetings": to give a message to somebody who carries it is to send it."""
    asked = verb.dep_ == "xcomp" and verb.head.tag_ == "VBD" and verb.head.lemma_.lower() in lexicon.words("Entrusting")
    return asked and verb.lemma_.lower() in lexicon.words("Relaying") and not _own_status(verb.head, lexicon)


def _has_set_out(token: Token, light: Token | None, lexicon: Lexicon) -> bool:
    """ "left on Monday to visit B", "departed to pay a visit": whoever has set out on a journey is on it."""
    verb = light or token
    over = verb.head
    set_out = over.lemma_.lower() in lexicon.words("SettingOut") and is_finite(over)
    return verb.dep_ in ("advcl", "xcomp") and set_out and not _own_status(over, lexicon)


def _frames(token: Token, parsed: ParsedSentence, lexicon: Lexicon) -> list[tuple[EventType, Frame]]:
    found = [pair for key, pos in _readings(token) for pair in lexicon.frames.get((key, pos), ())]
    fitting = [(t, f, _specificity(token, parsed, f)) for t, f in dict.fromkeys(found)]
    best = max((rank for *_, rank in fitting), default=0)
    return [(t, f) for t, f, rank in fitting if rank and rank == best]


def _readings(token: Token) -> list[tuple[str, str]]:
    """The lemmas and parts of speech under which the token may evoke something; taggers err on forms in -ing."""
    lemma = token.lemma_.lower()
    if token.pos_ in ("NOUN", "PROPN") and children(token, "cop") and children(token, "nsubj") and preposition(token):
        there = [(c.lemma_.lower(), "PREDICATE") for c in children(token, "cop")]
        return [*there, (lemma, "NOUN")]
    if is_verb(token):
        if _is_attributive(token):
            return []
        return [(form, "VERB") for form in dict.fromkeys((lemma, *_stems(token.lower_)))]
    return [(form, "NOUN") for form in dict.fromkeys((lemma, token.lower_))] if token.pos_ in ("NOUN", "PROPN", "VERB") else []


def _is_attributive(token: Token) -> bool:
    """ "meets visiting senior official": a participle before a bare noun describes it, though a parser took the noun for its object."""
    behind = children(token, "obj")
    bare = behind and behind[0].tag_ == "NN" and not children(behind[0], "det", "nmod:poss", "nummod", "compound")
    return bool(bare) and token.lower_.endswith("ing") and not children(token, "aux", "mark")


def _stems(form: str) -> tuple[str, ...]:
    """What a regular form may be of: "meeting" gives meet, "departed" depart, "exchanging" exchange, "visits" visit."""
    if form.endswith("ing") and len(form) > _SHORTEST:
        return form[:-3], form[:-3] + "e", form[:-4]
    if form.endswith("ed") and len(form) >= _SHORTEST:
        return form[:-2], form[:-1], form[:-3]
    return (form[:-1],) if form.endswith("s") and len(form) >= _SHORTEST else ()


def _specificity(token: Token, parsed: ParsedSentence, frame: Frame) -> int:
    """0 where the frame does not fit the token; more where it asks for more."""
    lemma = {form for form, _ in _readings(token)}
    below = {w for child in token.children for w in (child.lemma_.lower(), child.lower_)}
    phrase = max((_phrase_rank(text, lemma, below, frame.pos) for text in frame.lemmas), default=0)
    if not phrase or (frame.without and _has_beside(token, parsed, frame.without)):
        return 0
    return phrase if not frame.objects or _has_object(token, frame) else 0


def _has_beside(token: Token, parsed: ParsedSentence, without: Collection[str]) -> bool:
    """Whether one of these labels or prepositions stands below the token, dates left out."""
    beside = {c.dep_ for c in token.children} | {preposition(c) for c in token.children if c.i not in parsed.dates}
    return not beside.isdisjoint(without)


def _phrase_rank(text: str, lemma: set[str], below: set[str], pos: str) -> int:
    parts = text.split()
    head, others = (parts[0], parts[1:]) if pos == "VERB" else (parts[-1], parts[:-1])
    return len(parts) if head in lemma and all(part in below for part in others) else 0


def _has_object(token: Token, frame: Frame) -> bool:
    direct = [*(objects(token) if is_verb(token) else ()), *children(token, *_OBJECTS)]
    deeper = [c for t in direct for c in children(t, "nmod", "conj", "compound")]
    return any(w in frame.objects for t in (*direct, *deeper) for w in (t.lemma_.lower(), t.lower_))


def _light(token: Token, frame: Frame, lexicon: Lexicon) -> Token | None:
    """The light verb that carries a noun trigger: its object, or the passive's subject; "the letter that A sent"."""
    if frame.pos != "NOUN":
        return None
    verb, how = argument_of(token) or (None, "")
    names = _verb_names(verb) | set(_stems(verb.lower_)) if verb is not None else set()
    arranging = lexicon.words("Cancelling") | (lexicon.words("Planning") - lexicon.words("Wishing"))
    if (how == "obj" and not names.isdisjoint(arranging)) or (how in _CARRIED and not names.isdisjoint(frame.light)):
        return verb
    below = (verb for verb in children(token, "acl:relcl") if not _verb_names(verb).isdisjoint(frame.light))
    return next((verb for verb in below if token in objects(verb)), None)


def _verb_names(verb: Token) -> set[str]:
    """The verb's lemma, and with each particle: "call", "call off"."""
    lemma = verb.lemma_.lower()
    return {lemma, *(f"{lemma} {c.lower_}" for c in children(verb, "compound:prt", "advmod"))}


# --- did it happen? -------------------------------------------------------------------------------


def _status(token: Token, frame: Frame, lexicon: Lexicon) -> Status | None:
    """What the sentence says of the trigger; None where it is only wished for or supposed."""
    status, apart = frame.status, _is_aside(token, frame, lexicon)
    for said in _sayings(token, lexicon):
        if said == "none":
            return None
        if said == "apart":
            break
        if said == "denied" and apart:
            continue  # "failed to win relief in a meeting": they met all the same
        status = _stronger(status, said) if said else status
    return status


def _is_aside(token: Token, frame: Frame, lexicon: Lexicon) -> bool:
    """Whether the noun only says when or where something else was, or what something else was about."""
    if is_verb(token) or _light(token, frame, lexicon) is not None or _own_status(token, lexicon) == "denied":
        return False
    return preposition(token) in _ASIDE


def _sayings(token: Token, lexicon: Lexicon) -> Iterator[_Said]:
    """What the trigger's own word says, then each word above it, the nearest first."""
    own = _own_status(token, lexicon)
    opening = token.doc[max(0, token.left_edge.i - _NEAR) : token.i]
    ahead = not is_verb(token) and any(t.lower_ in _AHEAD for t in opening)
    yield own or ("planned" if ahead else "")
    below = token
    for word in path_up(token):
        step = _Step(word, below, lexicon, _own_status(word, lexicon))
        yield next((said for rule in _RULES if (said := rule(step)) is not None), "")
        below = word


def _stronger(one: Status, other: Status) -> Status:
    return max(one, other, key=_STRENGTH.index)


class _Step(NamedTuple):
    """A word above a trigger, the one below it on the way up, and what stands beside the word itself."""

    word: Token
    below: Token
    lexicon: Lexicon
    own: _Said

    def is_among(self, name: str) -> bool:
        """Whether the word, or the word with its particle, belongs to the word class."""
        return not self.lexicon.words(name).isdisjoint(_verb_names(self.word))

    def is_infinitive(self) -> bool:
        """Whether what is below is an infinitive that depends on the word."""
        gerund = self.below.dep_ in ("xcomp", "ccomp", "obj") and self.below.tag_ == "VBG" and not children(self.below, "nsubj", "mark")
        return gerund or (self.below.dep_ in ("xcomp", "acl", "advcl", "ccomp") and _is_infinitive(self.below))

    def is_nominal(self) -> bool:
        """Whether what is below is a noun that depends on the word."""
        return self.below.dep_ in ("obj", "nsubj:pass", "obl", "nmod") and not is_verb(self.below)


def _of_another_event(step: _Step) -> _Said | None:
    """What is coordinated, set apart or taken for granted says nothing of what stands above it."""
    dependency = step.below.dep_
    content = dependency == "acl:relcl" and any(c.dep_ == "mark" for c in step.below.children)
    apart = (dependency in ("acl:relcl", "appos") and not content) or (dependency in ("conj", "parataxis") and is_verb(step.below))
    built_on = preposition(step.below) == "on" and not is_verb(step.below) and step.is_among("Presupposing")
    return "apart" if apart or built_on or _is_presupposed(step.below) else None


def _come_to_pass(step: _Step) -> _Said | None:
    """ "The meeting did not take place", "will begin", "is possible": what is said of the event itself."""
    if step.below.dep_ not in ("nsubj", "csubj", "nsubj:pass") or is_verb(step.below):
        return None
    if is_verb(step.word):
        return step.own if step.word.lemma_.lower() in step.lexicon.words("Happening") else None
    predicate = {step.word.lower_, step.word.lemma_.lower()}
    return "none" if predicate & step.lexicon.words("Wishing") else "planned" if predicate & step.lexicon.words("Planning") else step.own


def _beside(step: _Step) -> _Said | None:
    return None if step.below.dep_ in _DIRECT else step.own


def _undone(step: _Step) -> _Said | None:
    """ "cancelled the visit", "denied that they met"."""
    cancelled = step.below.dep_ in ("obj", "nsubj:pass", "nsubj") and step.is_among("Cancelling")
    denied = step.below.dep_ in _DENIABLE and step.word.lemma_.lower() in step.lexicon.words("Denying")
    return "denied" if cancelled or denied else None


def _looked_forward_to(step: _Step) -> _Said | None:
    """ "hopes to meet" is no event, "plans to meet" and "a plan for a meeting" are one ahead."""
    noun = step.is_nominal() and preposition(step.below) in ("", "to", "for", "on", "of")
    if step.is_infinitive() and step.below.dep_ == "advcl":
        return "none" if step.is_among("Directing") else None
    if not (noun or step.is_infinitive()):
        return None
    if noun and _is_accepted(step):
        return "planned"
    if not step.is_among("Planning"):
        return "none" if step.is_among("Wishing") else None
    return "none" if step.is_among("Wishing") or step.own == "denied" else "planned"


def _is_accepted(step: _Step) -> bool:
    """ "accepted an invitation to a summit": a wish that was met lies ahead."""
    verb = governor(step.word)
    return step.word.dep_ == "obj" and verb is not None and verb.lemma_.lower() in step.lexicon.words("Accepting") and not step.own


def _intended(step: _Step) -> _Said | None:
    """An infinitive tells of a plan: "a trip to meet him", "flew there to meet him"; not "the first to meet him"."""
    if not step.is_infinitive():
        return None
    if step.below.dep_ == "advcl":
        return _stronger("planned", step.own) if step.own in ("alleged", "planned", "denied") else "planned"
    return "planned" if step.below.dep_ == "acl" and not is_ranked(step.word) else None


def _alleged(step: _Step) -> _Said | None:
    said = step.below.dep_ in ("ccomp", "acl", "acl:relcl") and step.word.lemma_.lower() in step.lexicon.words("Alleging")
    return "alleged" if said else None


def _supposed(step: _Step) -> _Said | None:
    """ "if they meet" is no event; another clause beside the verb is an event of its own."""
    if step.below.dep_ not in ("advcl", "ccomp"):
        return None
    conditional = step.lexicon.words("Conditional")
    if any(c.lower_ in conditional for c in children(step.below, "mark")):
        return "none"
    if step.below.dep_ == "advcl" and step.below.tag_ in ("VBP", "VBZ") and any(c.lower_ == "when" for c in step.below.children):
        return step.own  # "will press him when they meet" lies ahead too
    return "apart" if step.below.dep_ == "advcl" and is_verb(step.word) else None


def _told(step: _Step) -> _Said | None:
    """Of what is told in a clause only a denial of the telling holds: "did not say that they met"."""
    if step.below.dep_ in ("ccomp", "csubj"):
        return "denied" if step.own == "denied" else ""
    return step.own if step.is_nominal() or step.is_infinitive() else ""


# What a word on the way up says of the trigger, by the first of these that has something to say.
_RULES: tuple[Callable[[_Step], _Said | None], ...] = (
    _of_another_event,
    _come_to_pass,
    _beside,
    _undone,
    _looked_forward_to,
    _intended,
    _alleged,
    _supposed,
    _told,
)


def _is_presupposed(below: Token) -> bool:
    """Whether the words take it for granted: "at his summit last month", "the treaty signed in June"."""
    if below.dep_ == "acl" and below.tag_ == "VBN" and not children(below, "nsubj"):
        return True
    if not is_verb(below) and preposition(below) in _PAST:
        return True
    definite = any(c.dep_ == "nmod:poss" or c.lower_ in _DEFINITE for c in children(below, "det", "nmod:poss"))
    return definite and not is_verb(below) and preposition(below) in _PRESUPPOSING


def _own_status(word: Token, lexicon: Lexicon) -> _Said:
    """What stands beside the word itself: auxiliaries, negation, adverbs, adjectives."""
    words = lexicon.words
    beside = children(word, *_BESIDE)
    forms = {c.lower_ for c in beside} | {c.lemma_.lower() for c in beside if c.dep_ in ("amod", "advmod")}
    modal = {c.lower_ for c in beside if c.dep_ == "aux"}
    described = frozenset() if is_verb(word) else forms | _adjectives(word)
    around = children(word, "obj", "nsubj:pass", "nsubj") if is_verb(word) else []
    nothing = {d.lower_ for c in around for d in children(c, "det", "cc:preconj", "advmod")}
    if (forms | nothing) & words("Negation") or forms & _NOT:
        return "denied"
    if _is_inverted(word) or _is_imperative(word):
        return "none"
    if modal & _WILL or described & (words("Planning") - words("Wishing")):
        return "planned"
    if (modal | described) & words("Wishing"):
        return "none"
    if forms & words("Hedge"):
        return "alleged"
    return "planned" if _going_to(word) else ""


def _is_inverted(verb: Token) -> bool:
    """ "Had they met, …", "Should they meet, …": a condition, or a question."""
    subject = next(iter(children(verb, "nsubj", "nsubj:pass")), None)
    first = next(iter(children(verb, "aux", "aux:pass")), None)
    return bool(subject and first and first.i < subject.i and first.lower_ in ("had", "should", "were"))


def _is_imperative(verb: Token) -> bool:
    """ "Come to visit," he said: a bare verb that opens a quotation."""
    bare = verb.tag_ == "VB" and not children(verb, "nsubj", "aux", "mark", "expl")
    return bare and verb.i > 0 and verb.doc[verb.i - 1].tag_ == "``"


def _adjectives(noun: Token) -> set[str]:
    """Adjectives before the noun, also those hung on a name there: "the planned Korea-Russia summit"."""
    return {t.lower_ for t in noun.subtree if t.i < noun.i and t.dep_ == "amod"}


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
