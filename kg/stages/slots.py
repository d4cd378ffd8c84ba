"""Trigger -> slots: which tokens of the parse stand in which slot of a verb or noun that evokes an event.

Slots are those of the ontology's frames: subject, object, shared, indirect, nationality, origin, here, possessor, compound,
holder, clause, teller, author, complement, and one for each preposition. Which of them count is for the frame to say.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import takewhile

from spacy.tokens import Token

from kg.english.roles import RoleScores
from kg.language import ParsedSentence
from kg.stages.syntax import (
    argument_of,
    children,
    clause_phrases,
    conjuncts,
    coordinated_with,
    first_conjunct,
    is_passive,
    is_verb,
    objects,
    path_up,
    phrases,
    preposition,
    relative,
    subjects,
)
from kg.stages.triggers import Trigger

_Slot = tuple[str, Token]

# Prepositions that say more of the noun before them than of the verb, and are looked for below it.
_WITH_SUBJECT = ("with", "alongside", "between")
_WITH_OBJECT = ("with", "to", "from")
_WITH_PHRASE = ("with", "to", "between")
_WITH_NOUN = ("with", "between", "to", "from")
_OF_BOTH = ("between", "with")
# "was appointed minister by B".
_AGENTS = ("by",)
# "a message of greeting to B".
_OF_KIND = ("to",)
_WITH_CLAUSE = ("between", "with", "to", "in", "at")
# What a noun shares with the noun that it is coordinated with.
_SHARED = ("possessor", "compound", "of")
# Prepositions of words in which, and of an invitation at which, the subject does something.
_TOLD_IN = ("in", "at", "on", "during")
# Prepositions after which a noun names the occasion of its clause.
_OCCASIONS = (
    "ahead", "amid", "in", "during", "at", "on", "after", "before", "following", "for", "with", "through", "via", "from", "by", "over",
)  # fmt: skip


# From this chance on what the role network reads counts.
SURE = 0.6


def find_slots(trigger: Trigger) -> Mapping[str, list[Token]]:
    """Slot -> the tokens that stand in it, in order, each once."""
    found: dict[str, list[Token]] = {}
    for slot, token in _slots(trigger):
        if token not in found.setdefault(slot, []):
            found[slot].append(token)
    return found


def _slots(trigger: Trigger) -> Iterator[_Slot]:
    if trigger.frame.pos == "PREDICATE":
        return _predicate_slots(trigger.token)
    return _verb_slots(trigger) if is_verb(trigger.token) else _noun_slots(trigger)


def _predicate_slots(noun: Token) -> Iterator[_Slot]:
    """ "X was in Pyongyang": who is said to be there, and where."""
    yield from (("subject", part) for token in children(noun, "nsubj") for part in conjuncts(relative(token, noun)))
    yield preposition(noun), noun
    yield from phrases(noun)


# --- verbs ----------------------------------------------------------------------------------------


def _verb_slots(trigger: Trigger) -> Iterator[_Slot]:
    verb = trigger.token
    for token in subjects(verb):
        yield from _argument("subject", token, _WITH_SUBJECT)
    for token in objects(verb):
        yield from _argument("object", token, _WITH_OBJECT)
        yield from _origin(token) if is_passive(verb) else ()
    yield from _listed(verb)
    if children(verb, "obj"):
        yield from (("indirect", token) for token in children(verb, "iobj"))
    if verb.dep_ == "conj" and is_verb(verb.head):
        yield from (("shared", token) for token in objects(coordinated_with(verb)))
    yield from (("here", token) for token in children(verb, "advmod") if token.lower_ == "here")
    for token in (*children(verb, "xcomp"), *(children(verb, "obj") if is_passive(verb) else ())):
        yield "complement", token
        yield from _phrases_with(token, _AGENTS)
    yield from _verb_phrases(verb, trigger.frame.objects)


def _argument(slot: str, token: Token, prepositions: tuple[str, ...]) -> Iterator[_Slot]:
    """A subject or object, the adjectives before it, and the phrases after it that may be the verb's."""
    yield slot, token
    yield from (("nationality", inner) for inner in children(token, "amod", "compound", "nmod:poss"))
    yield from _phrases_with(token, prepositions)
    beside = (t for t in children(token, "advmod") if t.lower_ == "together")
    yield from (pair for t in beside for pair in _phrases_with(t, ("with",)))
    kinds = [inner for name, inner in phrases(token) if name == "of" and inner.pos_ == "NOUN"]
    yield from (pair for kind in kinds for pair in _phrases_with(kind, _OF_KIND))


def _origin(goods: Token) -> Iterator[_Slot]:
    """Whose goods or troops they are: "shells of the DPRK", "North Korean shells", "its troops"."""
    yield from (("origin", token) for token in children(goods, "amod", "compound", "nmod:poss"))
    yield from (("origin", token) for name, token in phrases(goods) if name == "of")


def _phrases_with(token: Token, prepositions: tuple[str, ...]) -> Iterator[_Slot]:
    return ((name, inner) for name, inner in phrases(token) if name in prepositions)


def _phrases_after_name(token: Token, prepositions: tuple[str, ...]) -> Iterator[_Slot]:
    """Phrases that a parser hung on the name before them: "in Moscow with B"; those of a noun are its own."""
    return _phrases_with(token, prepositions) if token.pos_ == "PROPN" else iter(())


def _listed(verb: Token) -> Iterator[_Slot]:
    """Lists that the parser hung on the verb: "greeted by A, officials, B and C", "during his visit and a summit with B"."""
    for token in children(verb, "conj"):
        if token.pos_ == "PROPN":
            yield "object", token
        elif token.pos_ == "NOUN":
            yield preposition(first_conjunct(token)), token


def _verb_phrases(verb: Token, objects_: tuple[str, ...]) -> Iterator[_Slot]:
    """The phrases of the verb, and those of its means and of names in it: "spoke by phone with B", "in Moscow with B"."""
    for name, token in clause_phrases(verb):
        if name != "by":
            yield name, token
        if token.lemma_.lower() in objects_:
            yield from _phrases_with(token, _WITH_PHRASE)
        elif name != "with":
            yield from _phrases_after_name(token, _WITH_PHRASE)


# --- nouns ----------------------------------------------------------------------------------------


def _noun_slots(trigger: Trigger) -> Iterator[_Slot]:
    noun = trigger.token
    yield from _own_slots(noun)
    if noun.dep_ == "conj":
        yield from ((slot, token) for slot, token in _own_slots(first_conjunct(noun)) if slot in _SHARED)
    yield from _author_slots(noun, trigger.frame.light)
    yield from _clause_slots(noun, durative=trigger.type.durative) if trigger.light is None else _light_slots(trigger.light, noun)


def _author_slots(noun: Token, light: tuple[str, ...]) -> Iterator[_Slot]:
    """Whose words they are: "a statement by B", "a statement issued by B", not "a statement quoted by B"; "said in a statement"."""
    issued = [verb for verb in children(noun, "acl") if verb.lemma_.lower() in light and is_passive(verb)]
    yield from (("author", token) for head in (noun, *issued) for name, token in phrases(head) if name in _AGENTS)
    verb, how = argument_of(noun) or (None, "")
    if verb is not None and how in _TOLD_IN:
        yield from (("teller", token) for token in subjects(verb))


def _own_slots(noun: Token) -> Iterator[_Slot]:
    """What stands in the noun phrase itself."""
    for token in children(noun, "nmod:poss"):
        yield from (("possessor", part) for part in conjuncts(token))
    for token in children(noun, "compound", "nmod", "amod", "nmod:desc"):
        if token.i < noun.i and (token.dep_ == "compound" or not preposition(token)):
            yield from (("compound", part) for part in token.subtree)
    for name, token in clause_phrases(noun):
        yield name, token
        yield from _origin(token) if name == "of" else ()
        yield from ((deeper, inner) for deeper, inner in _phrases_with(token, _WITH_NOUN) if deeper != name)
    yield from _next_phrase(noun)


def _next_phrase(noun: Token) -> Iterator[_Slot]:
    """ "his summit last month with B": the phrase right after the noun or its date is the noun's, wherever a parser hung it."""
    after = list(noun.doc[noun.i + 1 : noun.i + 3])
    if after and after[0].dep_ in ("obl:unmarked", "nmod:unmarked"):
        after = after[1:]
    if after and after[0].dep_ == "case" and after[0].lower_ in _OF_BOTH:
        yield from ((after[0].lower_, part) for part in conjuncts(after[0].head))


def _light_slots(verb: Token, noun: Token) -> Iterator[_Slot]:
    """What stands beside the noun under the verb that carries it: "A held talks with B"."""
    yield from (("holder", token) for token in subjects(verb))
    yield from ((name, token) for name, token in phrases(verb) if token != noun and not (name == "by" and is_passive(verb)))
    # "sent the president congratulations", where the parser took the one for a part of the other.
    yield from (("dative", token) for token in children(noun, "compound") if noun.dep_ == "obj")
    given = children(verb, "nsubj:pass") if noun.dep_ == "obj" else []
    yield from (("indirect", part) for token in (*children(verb, "iobj"), *given) for part in conjuncts(token))


def _guest_before(noun: Token) -> Token | None:
    """ "a gift from B, on a visit": the one named just before is on the visit, not the subject of the clause."""
    before = [t for t in noun.doc[: noun.left_edge.i] if t.pos_ != "PUNCT"]
    if not before:
        return None
    set_off = before[-1].i < noun.left_edge.i - 1 and before[-1].pos_ == "PROPN" and not children(noun, "nmod:poss")
    above = takewhile(lambda t: not is_verb(t), (before[-1], *path_up(before[-1])))
    giver = next((t for t in above if preposition(t) in ("from", "by", "with")), None)
    return before[-1] if set_off else giver


def _clause_slots(noun: Token, *, durative: bool) -> Iterator[_Slot]:
    """What the clause around the noun gives to it: "A and B signed it at their summit", "talks resumed between A and B".

    One can be on a visit, but what is done "on the summit" only speaks of it. A by-phrase after it is its own where the
    clause is no passive: "watch for a visit to B by A".
    """
    yield from (("clause", part) for token in children(noun, "nsubj") for part in conjuncts(relative(token, noun)))
    verb, how = argument_of(noun) or (None, "")
    guest = _guest_before(noun) if how == "on" else None
    if guest is not None:
        yield "clause", guest
    elif verb is not None and how in _OCCASIONS and (how != "on" or durative):
        yield from (("clause", token) for token in (*subjects(verb), *objects(verb), *children(verb, "iobj")))
        yield from (("clause", owner) for token in children(verb, "nsubj") for owner in children(token, "nmod:poss"))
        outer = argument_of(verb.head) if verb.dep_ == "acl" else None
        yield from (("clause", token) for token in (subjects(outer[0]) if outer else ()))
    elif noun.dep_ == "nmod" and preposition(noun) in ("on", "during"):
        yield "clause", noun.head
    if verb is not None and how in ("nsubj", "obj"):
        yield from _phrases_with(verb, _WITH_CLAUSE)
    if verb is not None and not is_passive(verb):
        yield from ((name, token) for name, token in _phrases_with(verb, ("by",)) if token.i > noun.i and token.pos_ == "PROPN")


class Occurrence:
    """A trigger, what its slots hold, and what the role network makes of the sentence, which is asked only where slots leave roles open."""

    def __init__(self, trigger: Trigger, parsed: ParsedSentence) -> None:
        self.trigger, self.slots, self._parsed = trigger, find_slots(trigger), parsed

    @cached_property
    def scores(self) -> RoleScores | None:
        """How sure the network is of each word in each role; None where there is none or it knows no such event."""
        roles, kind = self._parsed.roles, self.trigger.type.name
        return roles.read(self.trigger.token, kind, marks(self.slots)) if roles is not None and kind in roles.kinds else None


def marks(slots: Mapping[str, Sequence[Token]]) -> dict[int, str]:
    """The words that stand in slots, each with the names of these, in alphabetical order and joined by "+"."""
    found: dict[int, set[str]] = {}
    for slot, tokens in slots.items():
        for token in tokens:
            found.setdefault(token.i, set()).add(slot)
    return {place: "+".join(sorted(names)) for place, names in found.items()}
