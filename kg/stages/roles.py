"""Trigger -> participants, place and item: the fillers of the frame's slots, as the event type allows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from spacy.tokens import Token

from kg.ids import NK
from kg.language import ParsedSentence
from kg.records import Item, Link, Naming, Participant
from kg.schema import Fill, Frame, RoleType
from kg.stages.discourse import Discourse, Reference, Scene, entity_of, link_of
from kg.stages.hosting import find_host
from kg.stages.item import find_item, find_parties
from kg.stages.place import are_abroad, are_at_home, find_nearby_place, is_demonym, is_place
from kg.stages.post import find_at_level
from kg.stages.refer import resolve
from kg.stages.slots import SURE, Occurrence
from kg.stages.syntax import children, governor, is_ranked, phrases, preposition, subjects
from kg.stages.triggers import Trigger

_PLACE = "place"
# A noun that names its own parties, though not whom, says that the clause around it does not: "a visit by a delegation".
_OWN_PARTIES = ("between", "by")
# The one party of words: "a statement by the ministry", whoever quotes it.
_AUTHOR = "author"
_OCCASION_SLOTS = ("during", "at")
_COMPANY = "with"
# Where an encounter is said to be of holders of an office: "at foreign minister level".
_LEVEL = "at"
# The slot of whoever is said to be the host.
_HOSTING = "hosting"
# The slot of what the role network alone finds.
_READ = "read"
# From this chance on the role network adds to a role that has who it needs, or finds the one who acts alone.
_SURER = 0.9
# Slots that fill a role only where the noun's own phrases left it empty.
_OUTER = ("holder", "clause", "teller", "shared", *_OCCASION_SLOTS)
_NOBODY = Reference([], 0.0, "")
_OF_LEVEL = Reference([], 0.8, "holders of the offices")
_OF_HOST = Reference([], 0.9, "said to be the host")
# Prepositions of a stay: "during his visit".
_STAYS = ("during", "on", "in", "after", "before")


@dataclass(frozen=True, slots=True)
class Filled:
    """What fills a trigger's roles; `namings` are the words that did.

    It is not `complete` where a role that asks for several has but one: a list of those present may follow.
    """

    participants: tuple[Participant, ...]
    place: str | None
    item: Item | None
    namings: tuple[Naming, ...]
    complete: bool = True


class _Taken(NamedTuple):
    """An entity that a role has taken, the slot that gave it, the place of its word in the sentence and the words that stand there."""

    role: str
    slot: str
    entity: str
    place: int
    naming: Naming


def fill(occurrence: Occurrence, scene: Scene) -> list[Filled]:
    """The roles of the trigger: one filling, several for an exchange or "met A and B separately", none where a role stays empty.

    The slots fill the roles; what they leave open the role network fills where it is sure.
    """
    trigger, slots = occurrence.trigger, occurrence.slots
    taken = _take(occurrence, scene)
    ordered = sorted(taken, key=lambda t: t.place)
    found = {role.name: [t.entity for t in ordered if t.role == role.name] for role in trigger.type.roles}
    found.pop(_PLACE, None)
    place = next((t.naming for t in taken if t.role == _PLACE), None) or find_nearby_place(trigger, scene)
    asked = [role for role in trigger.type.roles if role.name != _PLACE]
    item, where = find_item(trigger, slots, scene.parsed), place.entity if place else None
    parties = find_parties(item, scene)
    found |= {role.name: parties for role in asked if role.from_item and not found[role.name]}
    if any(len(found[role.name]) < min(role.at_least, 1) for role in asked) and not _may_follow(trigger, asked):
        return []
    complete = all(len(found[role.name]) >= role.at_least and not (role.at_least == 1 and _is_company(role, taken)) for role in asked)
    complete = complete and not _lacks_other_side(trigger, slots, taken, scene)
    known = {role for role, entities in found.items() if entities} | ({_PLACE} if place else set()) | ({item.role} if item else set())
    if not known.issuperset(trigger.frame.requires):
        return []
    if trigger.frame.abroad and not (place and are_abroad(found, place.entity, scene.discourse)):
        return []
    if trigger.type.durative and place and are_at_home(found, place.entity, scene.discourse):
        place, where = None, None  # "left here for talks", "came home": the place of the stay is another
    namings = tuple(t.naming for t in taken if t.role != _PLACE) + ((place,) if place else ())
    return [Filled(participants, where, item, namings, complete) for participants in _readings(trigger, found, scene.parsed)]


def _lacks_other_side(trigger: Trigger, slots: Mapping[str, list[Token]], taken: Sequence[_Taken], scene: Scene) -> bool:
    """ "Kim and his sister met an official": the two are one side, and whom they met is not known."""
    mutual = {role.name for role in trigger.type.roles if role.at_least > 1}
    opposite = {f.slot for f in trigger.frame.fills if f.role in mutual and f.slot in ("object", "with")}
    words = scene.discourse.lexicon.words
    people = words("PersonNoun") | words("Delegation") | words("Occupation")
    told = (t for slot in opposite for t in slots.get(slot, ()) if t.lemma_.lower() in people)
    met = [t for t in told if t.tag_ != "NNS" or t.lemma_.lower() not in words("Delegation") or children(t, "det", "amod", "nmod")]
    return bool(met) and opposite.isdisjoint(t.slot for t in taken)


def _may_follow(trigger: Trigger, asked: Sequence[RoleType]) -> bool:
    """Whether the noun names an encounter of people whom other sentences tell: "The talks took place in Moscow"."""
    return trigger.frame.pos == "NOUN" and len(asked) == 1 and asked[0].at_least > 1


# --- who takes which role -------------------------------------------------------------------------


def _take(occurrence: Occurrence, scene: Scene) -> list[_Taken]:
    """What the roles take, inner slots first, then what is read; nothing where a slot that the frame needs gave nothing."""
    trigger, slots, taken = occurrence.trigger, occurrence.slots, _take_host(occurrence.trigger, scene)
    hosts = {t.place for t in taken}
    names_own = _names_parties(slots, trigger, scene.parsed)
    for slot, role, outer in _asked(trigger):
        if outer and (names_own or not _wants_more(role, taken, trigger.frame)):
            continue
        for token in _joining(trigger, slots.get(slot, ()), company=_is_company(role, taken)):
            if token.i in hosts or (slot == _COMPANY and _is_owner(token)):
                continue
            given = _given(token, slot, role, trigger.frame, scene, _excluded(role, taken, trigger.frame))
            taken += [_Taken(role.name, slot, entity, token.i, _naming(token, entity, given, scene)) for entity in given.entities]
    if not {t.slot for t in taken}.issuperset(trigger.frame.needs):
        return []
    taken = taken if any(t.role != _PLACE for t in taken) else [*taken, *_fill_by_level(occurrence, scene)]
    return taken if names_own else [*taken, *_fill_by_network(occurrence, taken, scene)]


def _take_host(trigger: Trigger, scene: Scene) -> list[_Taken]:
    """Who is said to receive the visitor."""
    role = next((role for role in trigger.type.roles if role.hosting), None)
    found = find_host(trigger.token, scene) if role else None
    if role is None or found is None:
        return []
    token, host = found
    return [_Taken(role.name, _HOSTING, host, token.i, _naming(token, host, _OF_HOST, scene))]


def _fill_by_level(occurrence: Occurrence, scene: Scene) -> list[_Taken]:
    """ "A and B held talks at foreign minister level": the holders of the posts, of an encounter of which nobody is named."""
    asked = [role for role in occurrence.trigger.type.roles if role.at_least > 1]
    found = [(token, person) for token in occurrence.slots.get(_LEVEL, ()) for person in find_at_level(token, scene)]
    return [_Taken(role.name, _LEVEL, e, t.i, _naming(t, e, _OF_LEVEL, scene)) for role in asked for t, e in found]


def _fill_by_network(occurrence: Occurrence, taken: Sequence[_Taken], scene: Scene) -> list[_Taken]:
    """Of what the slots leave open, that of which the role network is sure: words far off, or hung in a wrong place by the parser."""
    trigger = occurrence.trigger
    wanting = [role for role in trigger.type.roles if role.name != _PLACE and sum(t.role == role.name for t in taken) < role.at_least]
    if not wanting or occurrence.scores is None:
        return []
    found: list[_Taken] = []
    used = {trigger.token.i, *(t.place for t in taken)}
    for role in wanting:
        for place, chance in occurrence.scores.likely(role.name, SURE):
            token = scene.parsed.doc[place]
            if place in used or chance < _floor(role, (*taken, *found)) or _is_of_kin(token, scene):
                continue
            given = _given(token, _READ, role, trigger.frame, scene, _excluded(role, (*taken, *found), trigger.frame))
            found += [_Taken(role.name, _READ, entity, token.i, _naming(token, entity, given, scene)) for entity in given.entities]
    return found


def _is_owner(token: Token) -> bool:
    """ "with A and B's sister C": B only tells who C is, whatever the parser made of it."""
    after = token.doc[token.i + 1 : token.i + 2]
    return bool(after) and after[0].tag_ == "POS"


def _is_of_kin(token: Token, scene: Scene) -> bool:
    """ "the wife of B": B only tells who she is."""
    return token.dep_ in ("nmod", "nmod:poss") and token.head.lemma_.lower() in scene.discourse.lexicon.words("Kin")


def _floor(role: RoleType, taken: Sequence[_Taken]) -> float:
    """How sure the network must be: surer once the role has who it needs, as one more would meet all of them, and of one who acts alone."""
    lacking = role.at_least - sum(t.role == role.name for t in taken)
    return SURE if lacking > 0 and role.at_least > 1 else _SURER


def _joining(trigger: Trigger, tokens: Sequence[Token], *, company: bool) -> Sequence[Token]:
    """Of the clause around talks "with B" only who stands before its verb: "A will meet C ahead of talks with B"."""
    verb = governor(trigger.token) if company else None
    return [t for t in tokens if t.i < verb.i] if verb is not None else tokens


def _names_parties(slots: Mapping[str, list[Token]], trigger: Trigger, parsed: ParsedSentence) -> bool:
    """Whether the noun names its own parties, though not whom: "a visit by the delegation", but not "greetings by letter".

    What it compares with ("the first visit by a leader") and days ("between May and July") are none.
    """
    own = (_AUTHOR,) if any(f.slot == _AUTHOR for f in trigger.frame.fills) else _OWN_PARTIES
    tokens = (token for slot in own for token in slots.get(slot, ()) if token.i not in parsed.dates)
    ranked = is_ranked(trigger.token)
    named = [t for t in tokens if not (ranked and any(c.lower_ in ("a", "an") for c in children(t, "det")))]
    return any(token.pos_ == "PROPN" or list(children(token, "det", "amod", "nmod:poss", "compound", "nummod")) for token in named)


def _asked(trigger: Trigger) -> list[tuple[str, RoleType, bool]]:
    """(slot, role, whether it stands outside the noun phrase) for each fill of the frame, those outside last."""
    roles = {role.name: role for role in trigger.type.roles}
    asked = [(f.slot, roles[f.role], _is_outer(f)) for f in trigger.frame.fills if f.role in roles]
    return sorted(asked, key=lambda fill_: fill_[2])


def _is_outer(fill_: Fill) -> bool:
    return fill_.slot in _OUTER and fill_.role != _PLACE


def _wants_more(role: RoleType, taken: Sequence[_Taken], frame: Frame) -> bool:
    """Whether the subject outside the noun phrase may still fill the role: it has too few, or only their company."""
    return sum(t.role == role.name for t in taken) < max(role.at_least, 2 if _is_mutual(frame) else 1) or _is_company(role, taken)


def _is_company(role: RoleType, taken: Sequence[_Taken]) -> bool:
    """Whether of a role that one may fill only those are known with whom somebody did it: "exercises with B"."""
    return {t.slot for t in taken if t.role == role.name} == {_COMPANY}


def _is_mutual(frame: Frame) -> bool:
    """Whether one slot fills two roles, as in an exchange."""
    slots = [f.slot for f in frame.fills]
    return len(set(slots)) < len(slots) and bool(frame.light)


def _excluded(role: RoleType, taken: Sequence[_Taken], frame: Frame) -> list[str]:
    """Who cannot fill the role any more: nobody fills two roles but in an exchange; a state may be the place and take part."""
    if role.name == _PLACE:
        return []
    return [t.entity for t in taken if t.role == role.name or (t.role != _PLACE and not _is_mutual(frame))]


def _naming(token: Token, entity: str, given: Reference, scene: Scene) -> Naming:
    """The token with what stands before it in its phrase, or the whole mention, as a name of the entity."""
    parsed, link = scene.parsed, link_of(token, scene.parsed)
    start = parsed.starts[token.left_edge.i if token.pos_ == "NOUN" else token.i]
    text = link.mention.text if link else parsed.text(start, parsed.ends[token.i])
    spelling = link.mention.name if link and entity == link.entity else ""
    return Naming(entity=entity, text=" ".join(text.split()), score=given.score, why=given.why, spelling=" ".join(spelling.split()))


def _given(token: Token, slot: str, role: RoleType, frame: Frame, scene: Scene, known: Sequence[str]) -> Reference:
    """The token's entities that the role can take beside those `known`."""
    given = _leaders(token, scene) if frame.leaders and role.name != _PLACE else _NOBODY
    if not given.entities and slot in _OCCASION_SLOTS and role.name != _PLACE:
        given = _people_of(token, role, scene)
    elif not given.entities:
        given = _fillers(token, role, scene, known)
    return given._replace(entities=[e for e in dict.fromkeys(given.entities) if e not in known])


def _people_of(token: Token, role: RoleType, scene: Scene) -> Reference:
    """The persons of an occasion: those of "the visit of A and a summit with B", for what was signed there."""
    named = [e for t in token.subtree if (e := entity_of(t, scene.parsed))]
    people = [e for e in named if scene.discourse.is_person(e) and _fit(e, role, scene.discourse)]
    return Reference(people, 0.8, "taking part in what it was an occasion of")


def _leaders(token: Token, scene: Scene) -> Reference:
    """The leader of the state that the token names, as of the event's day; nobody where two may be meant."""
    entity = entity_of(token, scene.parsed)
    state = scene.discourse.lexicon.ontology.capital_of.get(entity, entity) if entity else None
    leader = scene.discourse.leader(state) if state else None
    return Reference([leader], 0.8, "leader on the day of the state named") if leader else _NOBODY


def _fillers(token: Token, role: RoleType, scene: Scene, known: Sequence[str]) -> Reference:
    """The entities that the token gives to the role: a mention of a fitting class, or what a reference stands for."""
    if token.lower_ == "here":
        dateline = scene.discourse.dateline
        return Reference([dateline], 0.8, "the place of the dateline") if dateline and role.name == _PLACE else _NOBODY
    link = link_of(token, scene.parsed)
    if link is not None and link.entity and not _is_sided(token, scene):
        fitting = None if role.name == _PLACE and is_demonym(token, scene.parsed) else _fit(link.entity, role, scene.discourse)
        return Reference([fitting], link.score, _why(link, fitting)) if fitting else _NOBODY
    if token.i in scene.parsed.links:
        return _NOBODY
    given = resolve(token, scene, known)
    found = [e for e in given.entities if _fit(e, role, scene.discourse)]
    return given._replace(entities=_abroad(token, found, scene) if role.abroad and len(found) == 1 else found)


def _is_sided(token: Token, scene: Scene) -> bool:
    """ "anti-Russian exercises": named only as what somebody is for or against."""
    before = "".join(t.lower_ for t in scene.parsed.doc[max(0, token.i - 2) : token.i])
    return any(before.endswith(f"{side}-") for side in scene.discourse.lexicon.words("Siding"))


def _why(link: Link, entity: str) -> str:
    return link.why if entity == link.entity else f"{link.why}; a capital that stands for its government"


def _abroad(token: Token, found: list[str], scene: Scene) -> list[str]:
    """ "during his visit": of the persons before, one who is not at home in the place visited; else the nearest."""
    noun, parsed, discourse = token.head, scene.parsed, scene.discourse
    if token.dep_ != "nmod:poss" or preposition(noun) not in _STAYS:
        return found
    places = [e for _, t in phrases(noun) if (e := entity_of(t, parsed)) and is_place(e, discourse)]
    chain = {c for p in places for c in (p, *discourse.lexicon.ontology.containers(p))}
    before = discourse.persons_between(parsed.sentence.start, parsed.starts[token.i])
    if found[0] in discourse.persons_between(parsed.starts[token.i], parsed.sentence.end):
        return found
    if chain:
        before = [e for e in before if discourse.country(e) not in chain]
    elif preposition(noun) != "during":
        before = []
    return before[-1:] or found


def _fit(iri: str, role: RoleType, discourse: Discourse) -> str | None:
    """The entity as the role takes it: itself, or the state whose capital stands for it."""
    entity = discourse.entities.get(iri)
    ontology = discourse.lexicon.ontology
    if entity is None:
        return None
    if any(ontology.is_a(entity.kind, wanted) for wanted in role.filled_by):
        return iri
    takes_states = any(ontology.is_a(NK + "State", wanted) for wanted in role.filled_by)
    return ontology.capital_of.get(iri) if takes_states and role.name != _PLACE else None


# --- the events that the words tell ---------------------------------------------------------------


def _readings(trigger: Trigger, found: Mapping[str, list[str]], parsed: ParsedSentence) -> Iterator[tuple[Participant, ...]]:
    """The participants of each event that the words tell: two letters of an exchange, two talks held separately."""
    roles = list(found)
    shared = [e for e in found[roles[0]] if e in found[roles[1]]] if len(roles) > 1 else []
    if shared:
        for sender in shared if len(shared) > 1 else ():
            yield _participants({roles[0]: [sender], roles[1]: [e for e in shared if e != sender]})
    elif _is_distributive(trigger.token, parsed) and len(roles) == 1:
        yield from (_participants({roles[0]: pair}) for pair in _pairs(trigger, found[roles[0]], parsed))
    else:
        yield _participants(found)


def _is_distributive(token: Token, parsed: ParsedSentence) -> bool:
    return any(t.lower_ in parsed.distributive for t in children(token, "advmod"))


def _pairs(trigger: Trigger, everyone: Sequence[str], parsed: ParsedSentence) -> list[list[str]]:
    """One side meets the members of the other one after the other; the side of one member is the constant."""
    subject = {e for t in subjects(trigger.token) if (e := entity_of(t, parsed))}
    return [[one, other] for one in everyone if one in subject for other in everyone if other not in subject]


def _participants(found: Mapping[str, list[str]]) -> tuple[Participant, ...]:
    return tuple(Participant(entity=e, role=role, order=n) for role, entities in found.items() for n, e in enumerate(entities, 1))
