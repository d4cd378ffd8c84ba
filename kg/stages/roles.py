"""Trigger -> participants, place and item: the fillers of the frame's slots, as the event type allows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from spacy.tokens import Token

from kg.ids import NK
from kg.language import ParsedSentence
from kg.records import Frame, Item, Participant, RoleType
from kg.stages.refer import Discourse, entity_of, resolve
from kg.stages.syntax import (
    argument_of,
    children,
    clause_phrases,
    conjuncts,
    coordinated_with,
    first_conjunct,
    is_verb,
    objects,
    phrases,
    preposition,
    subjects,
)
from kg.stages.triggers import Trigger

_PLACE = "place"
# Phrases after the goods or the agreement that do not describe them.
_NOT_ITEM = ("to", "from", "by", "with", "during", "at", "between", "after", "before")
# Slots that fill a role only where the noun's own phrases left it empty.
_OCCASION_SLOTS = ("during", "at")
_OUTER = ("holder", "clause", "shared", *_OCCASION_SLOTS)
_OCCASIONS = ("ahead", "amid", "in", "during", "at", "on", "after", "before", "following", "for", "with", "through", "via", "from", "by", "over")


@dataclass(frozen=True, slots=True)
class Filled:
    """What fills a trigger's roles; `tokens` are the words that did."""

    participants: tuple[Participant, ...]
    place: str | None
    item: Item | None
    tokens: tuple[int, ...]


def fill(trigger: Trigger, parsed: ParsedSentence, discourse: Discourse) -> list[Filled]:
    """The roles of the trigger: one filling, several for an exchange or "met A and B separately", none where a role stays empty."""
    slots = dict(_slots(trigger))
    found, tokens = _find_fillers(trigger, slots, parsed, discourse)
    named = found.pop(_PLACE, [])
    place = named[0] if named else _nearby_place(trigger, parsed, discourse)
    if any(len(found.get(role.name, ())) < role.at_least for role in trigger.type.roles if role.name != _PLACE):
        return []
    if any(not (place if role == _PLACE else found.get(role)) for role in trigger.frame.requires):
        return []
    item = _item(trigger, slots, parsed)
    return [Filled(participants, place, item, tuple(tokens)) for participants in _readings(trigger, found, tokens, parsed)]


def _find_fillers(
    trigger: Trigger, slots: Mapping[str, list[Token]], parsed: ParsedSentence, discourse: Discourse
) -> tuple[dict[str, list[str]], list[int]]:
    wanted = {role.name: role for role in trigger.type.roles}
    found: dict[str, list[str]] = {}
    tokens: list[int] = []
    filled: set[str] = set()
    for outer in (False, True):
        for fill_ in trigger.frame.fills:
            role = wanted.get(fill_.role)
            if role is None or (fill_.slot in _OUTER and role.name != _PLACE) != outer or (outer and not _wants_more(role, found, trigger.frame)):
                continue
            if outer and "between" in slots:
                continue
            for token in slots.get(fill_.slot, ()):
                for entity in _taken(token, fill_.slot, role, found, trigger, parsed, discourse):
                    found.setdefault(role.name, []).append(entity)
                    tokens.append(token.i)
                    filled.add(fill_.slot)
    return (found, tokens) if filled.issuperset(trigger.frame.needs) else ({}, [])


def _taken(
    token: Token, slot: str, role: RoleType, found: Mapping[str, list[str]], trigger: Trigger, parsed: ParsedSentence, discourse: Discourse
) -> list[str]:
    """The token's entities that the role can still take: nobody fills two roles but in an exchange."""
    others = [e for name, entities in found.items() for e in entities if name == role.name or not is_mutual(trigger.frame)]
    known = [] if role.name == _PLACE else others
    given = _leaders(token, parsed, discourse) if trigger.frame.leaders and role.name != _PLACE else []
    given = given or (_people_of(token, role, parsed, discourse) if slot in _OCCASION_SLOTS else fillers(token, role, parsed, discourse, known))
    return [e for e in dict.fromkeys(given) if e not in known]


def _wants_more(role: RoleType, found: Mapping[str, list[str]], frame: Frame) -> bool:
    """Whether the subject outside the noun phrase may still fill the role: it has too few."""
    return len(found.get(role.name, ())) < max(role.at_least, 2 if is_mutual(frame) else 1)


def is_mutual(frame: Frame) -> bool:
    """Whether one slot fills two roles, as in an exchange."""
    slots = [f.slot for f in frame.fills]
    return len(set(slots)) < len(slots) and bool(frame.light)


def _readings(trigger: Trigger, found: Mapping[str, list[str]], tokens: list[int], parsed: ParsedSentence) -> Iterator[tuple[Participant, ...]]:
    """The participants of each event that the words tell: two letters of an exchange, two talks held separately."""
    roles = [role.name for role in trigger.type.roles if role.name != _PLACE]
    shared = [e for e in found.get(roles[0], ()) if len(roles) > 1 and e in found.get(roles[1], ())]
    if shared:
        for sender in shared if len(shared) > 1 else ():
            yield _participants(roles[:2], {roles[0]: [sender], roles[1]: [e for e in shared if e != sender]})
    elif _is_distributive(trigger.token, parsed) and len(roles) == 1:
        yield from _one_by_one(trigger, roles[0], found[roles[0]], parsed)
    else:
        yield _participants(roles, found)


def _is_distributive(token: Token, parsed: ParsedSentence) -> bool:
    return any(t.lower_ in parsed.distributive for t in children(token, "advmod"))


def _one_by_one(trigger: Trigger, role: str, everyone: list[str], parsed: ParsedSentence) -> Iterator[tuple[Participant, ...]]:
    """One side meets the members of the other one after the other; the side of one member is the constant."""
    subject = {e for t in subjects(trigger.token) if (e := entity_of(t, parsed))}
    one = [e for e in everyone if e in subject]
    other = [e for e in everyone if e not in subject]
    for a in one:
        for b in other:
            yield _participants([role], {role: [a, b]})


def _participants(roles: list[str], found: Mapping[str, list[str]]) -> tuple[Participant, ...]:
    return tuple(Participant(entity=e, role=role, order=n) for role in roles for n, e in enumerate(found.get(role, ()), 1))


# --- slots ----------------------------------------------------------------------------------------


def _slots(trigger: Trigger) -> Iterator[tuple[str, list[Token]]]:
    found: dict[str, list[Token]] = {}
    pairs = _verb_slots(trigger.token) if is_verb(trigger.token) else _noun_slots(trigger)
    for slot, token in pairs:
        if token not in found.setdefault(slot, []):
            found[slot].append(token)
    yield from found.items()


def _verb_slots(verb: Token) -> Iterator[tuple[str, Token]]:
    for token in subjects(verb):
        yield "subject", token
        yield from ((name, inner) for name, inner in phrases(token) if name in ("with", "alongside"))
        yield from (("nationality", inner) for inner in children(token, "amod", "compound", "nmod:poss"))
    for token in objects(verb):
        yield "object", token
        yield from (("nationality", inner) for inner in children(token, "amod", "compound", "nmod:poss"))
        for name, inner in phrases(token):
            if name in ("with", "to", "from"):
                yield name, inner
    for token in children(verb, "conj"):
        # Lists that the parser hung on the verb: "greeted by A, officials, B and C", "during his visit and a summit with B".
        if token.pos_ == "PROPN":
            yield "object", token
        elif token.pos_ == "NOUN":
            yield preposition(first_conjunct(token)), token
    for token in children(verb, "iobj"):
        yield "indirect", token
    if verb.dep_ == "conj" and is_verb(verb.head):
        for token in objects(coordinated_with(verb)):
            yield "shared", token
    for token in children(verb, "advmod"):
        if token.lower_ == "here":
            yield "here", token
    for name, token in clause_phrases(verb):
        if name != "by":
            yield name, token
        if name not in ("with",):
            for deeper, inner in phrases(token):
                if deeper in ("with", "to", "between"):
                    yield deeper, inner


def _noun_slots(trigger: Trigger) -> Iterator[tuple[str, Token]]:
    noun = trigger.token
    yield from _own_slots(noun)
    for slot, token in _own_slots(first_conjunct(noun)) if noun.dep_ == "conj" else ():
        if slot in ("possessor", "compound", "of"):
            yield slot, token
    if trigger.light is not None:
        for token in subjects(trigger.light):
            yield "holder", token
        for name, token in phrases(trigger.light):
            if token != noun:
                yield name, token
        for token in children(trigger.light, "iobj"):
            yield "indirect", token
        return
    argument = argument_of(noun)
    if argument and argument[1] in _OCCASIONS:
        for token in [*subjects(argument[0]), *objects(argument[0])]:
            yield "clause", token
    elif noun.dep_ == "nmod" and preposition(noun) in ("on", "during"):
        yield "clause", noun.head
    if argument and argument[1] in ("nsubj", "obj"):
        for name, token in phrases(argument[0]):
            if name in ("between", "with", "to", "in", "at"):
                yield name, token


def _own_slots(noun: Token) -> Iterator[tuple[str, Token]]:
    for token in children(noun, "nmod:poss"):
        for part in conjuncts(token):
            yield "possessor", part
    for token in children(noun, "compound", "nmod", "amod", "nmod:desc"):
        if token.i < noun.i and (token.dep_ == "compound" or not preposition(token)):
            for part in token.subtree:
                yield "compound", part
    for name, token in clause_phrases(noun):
        yield name, token
        for deeper, inner in phrases(token):
            if deeper in ("with", "between", "to", "from") and deeper != name:
                yield deeper, inner


def _people_of(token: Token, role: RoleType, parsed: ParsedSentence, discourse: Discourse) -> list[str]:
    """The persons of an occasion: those of "the visit of A and a summit with B", for what was signed there."""
    if role.name == _PLACE:
        return fillers(token, role, parsed, discourse, [])
    return [e for t in token.subtree if (e := entity_of(t, parsed)) and discourse.is_person(e) and _fit(e, role, discourse)]


def _leaders(token: Token, parsed: ParsedSentence, discourse: Discourse) -> list[str]:
    """The leader of the state that the token names, as of the article's day; nobody where two may be meant."""
    entity = entity_of(token, parsed)
    state = discourse.lexicon.ontology.capital_of.get(entity, entity) if entity else None
    leader = discourse.leader(state) if state else None
    return [leader] if leader else []


def is_demonym(token: Token, parsed: ParsedSentence) -> bool:
    """Whether the token stands for a state used as an adjective."""
    return token.i in parsed.links and parsed.links[token.i].mention.kind == "demonym"


# --- fillers --------------------------------------------------------------------------------------


def fillers(token: Token, role: RoleType, parsed: ParsedSentence, discourse: Discourse, known: list[str]) -> list[str]:
    """The entities that the token gives to the role: a mention of a fitting class, or what a reference stands for."""
    if token.lower_ == "here":
        return [discourse.dateline] if discourse.dateline and role.name == _PLACE else []
    direct = entity_of(token, parsed)
    if direct is not None and role.name == _PLACE and is_demonym(token, parsed):
        return []
    if direct is not None:
        fitting = _fit(direct, role, discourse)
        return [fitting] if fitting else []
    if token.i in parsed.links:
        return []
    found = [e for e in resolve(token, parsed, discourse, known) if _fit(e, role, discourse)]
    return _abroad(token, found, parsed, discourse) if role.abroad and len(found) == 1 else found


def _abroad(token: Token, found: list[str], parsed: ParsedSentence, discourse: Discourse) -> list[str]:
    """ "during his visit": of the persons before, one who is not at home in the place visited; else the nearest."""
    noun = token.head
    if token.dep_ != "nmod:poss" or preposition(noun) not in ("during", "on", "in", "after", "before"):
        return found
    places = [e for _, t in phrases(noun) if (e := entity_of(t, parsed)) and _is_place(e, discourse)]
    chain = {c for p in places for c in (p, *discourse.lexicon.ontology.containers(p))}
    before = discourse.persons_between(parsed.sentence.start, parsed.starts[token.i])
    away = [e for e in before if discourse.country(e) not in chain] if chain else before[-1:]
    return away[-1:] or found


def _fit(iri: str, role: RoleType, discourse: Discourse) -> str | None:
    """The entity as the role takes it: itself, or the state whose capital stands for it."""
    entity = discourse.entities.get(iri)
    ontology = discourse.lexicon.ontology
    if entity is None:
        return None
    if any(ontology.is_a(entity.kind, wanted) for wanted in role.filled_by):
        return iri
    state = ontology.capital_of.get(iri)
    takes_states = any(ontology.is_a(NK + "State", wanted) for wanted in role.filled_by)
    return state if state and takes_states and role.name != _PLACE else None


def _nearby_place(trigger: Trigger, parsed: ParsedSentence, discourse: Discourse) -> str | None:
    """A place in the trigger's own clause: "in" or "at" a place anywhere below it, or a place before the noun."""
    heads = [trigger.token, *([trigger.light] if trigger.light is not None else [])]
    argument = argument_of(trigger.token) if trigger.light is None and not is_verb(trigger.token) else None
    if argument:
        heads.append(argument[0])
    for head in heads:
        for token in head.subtree:
            place = entity_of(token, parsed)
            if place and _is_place(place, discourse) and not is_demonym(token, parsed) and (preposition(token) in ("in", "at") or _before_noun(token, trigger.token, place, discourse)):
                if token == head or _is_direct(token, head, parsed):
                    return _finest(token, place, parsed, discourse)
    return None


def _finest(token: Token, place: str, parsed: ParsedSentence, discourse: Discourse) -> str:
    """ "in Vladivostok, Russia", "in Russia's Amur region": the place that the other contains."""
    for other in token.subtree:
        inner = entity_of(other, parsed)
        if inner and _is_place(inner, discourse) and place in discourse.lexicon.ontology.containers(inner):
            return inner
    return place


def _before_noun(token: Token, noun: Token, place: str, discourse: Discourse) -> bool:
    """ "the Pyongyang summit": a place, but a state before the noun tells who took part."""
    if discourse.lexicon.kind_of(discourse.entities[place]) == "state":
        return False
    return token.head == noun and token.dep_ in ("compound", "nmod", "nmod:desc", "amod") and token.i < noun.i and not preposition(token)


def _is_direct(token: Token, head: Token, parsed: ParsedSentence) -> bool:
    """Whether only names, dates and a participle stand between the place and the trigger: "talks held in Moscow"."""
    token = token.head
    while token != head:
        if token.i not in parsed.links and token.i not in parsed.dates and token.dep_ != "acl":
            return False
        token = token.head
    return True


def _is_place(iri: str, discourse: Discourse) -> bool:
    entity = discourse.entities.get(iri)
    return entity is not None and discourse.lexicon.ontology.is_a(entity.kind, NK + "Place")


def _item(trigger: Trigger, slots: Mapping[str, list[Token]], parsed: ParsedSentence) -> Item | None:
    """The agreement or goods: the noun phrase in the slot that the frame gives to the type's item role."""
    role = trigger.type.item
    if role is None:
        return None
    for fill_ in trigger.frame.fills:
        for token in slots.get(fill_.slot, ()) if fill_.role == role else ():
            link = parsed.links.get(token.i)
            if link is not None and link.mention.kind in ("person", "state", "place", "organisation", "office"):
                continue
            entity = link.entity if link is not None and link.mention.kind == "agreement" else None
            return Item(role=role, text=_phrase(token, parsed), entity=entity)
    return None


def _phrase(token: Token, parsed: ParsedSentence) -> str:
    """The text of a noun phrase up to its first clause, articles left out."""
    inside = [t for t in token.subtree if not any(a.dep_ in ("acl", "acl:relcl", "appos", "advcl") for a in [t, *_between(t, token)])]
    outer = {t for c in token.children if preposition(c) in _NOT_ITEM for t in c.subtree}
    inside = [t for t in inside if t not in outer and t.i >= token.left_edge.i and not (t.dep_ in ("det", "case", "punct", "cc") and t.i <= token.left_edge.i)]
    if not inside:
        return token.text
    begin, end = parsed.starts[inside[0].i], parsed.ends[max(t.i for t in inside)]
    return parsed.text(begin, end)


def _between(token: Token, top: Token) -> Iterator[Token]:
    while token != top and token.head != token:
        token = token.head
        if token != top:
            yield token
