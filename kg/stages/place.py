"""The place of an event: what stands in its own clause, the finest that is named; and who is at home there."""

from collections.abc import Mapping

from spacy.tokens import Token

from kg.ids import NK
from kg.language import ParsedSentence
from kg.records import Naming
from kg.stages.discourse import Discourse, Scene, entity_of
from kg.stages.syntax import argument_of, between, is_verb, preposition
from kg.stages.triggers import Trigger

# What is told to be before or after something need not be where that was.
_ELSEWHERE = ("after", "before", "following", "ahead", "since")


def find_nearby_place(trigger: Trigger, scene: Scene) -> Naming | None:
    """A place in the trigger's own clause: "in" or "at" a place anywhere below it, or a place before the noun."""
    for head in _clause_heads(trigger):
        for token in head.subtree:
            place = entity_of(token, scene.parsed)
            if place and _is_place_of(token, place, trigger, scene) and _is_direct(token, head, scene.parsed):
                finest = _finest(token, place, scene)
                link = scene.parsed.links[finest.i]
                return Naming(
                    entity=link.entity or place, text=link.mention.text, score=link.score, why=link.why, spelling=link.mention.name
                )
    return None


def _clause_heads(trigger: Trigger) -> list[Token]:
    """The tokens below which the trigger's place may stand, the nearest first."""
    if trigger.light is not None:
        return [trigger.token, trigger.light]
    if preposition(trigger.token) in _ELSEWHERE or trigger.token.head.lower_ == "ahead":
        return [trigger.token]
    argument = None if is_verb(trigger.token) else argument_of(trigger.token)
    return [trigger.token, argument[0]] if argument else [trigger.token]


def _is_place_of(token: Token, place: str, trigger: Trigger, scene: Scene) -> bool:
    if not is_place(place, scene.discourse) or is_demonym(token, scene.parsed):
        return False
    located = token.dep_ != "compound" and (preposition(token) in ("in", "at") or _is_named_after(token, scene))
    return located or _is_before_noun(token, trigger.token, place, scene.discourse)


def _is_named_after(token: Token, scene: Scene) -> bool:
    """ "in the coastal city of Wonsan": the name of the place noun."""
    noun = token.head
    places = scene.discourse.lexicon.words("PlaceNoun")
    return preposition(token) == "of" and preposition(noun) in ("in", "at") and noun.lemma_.lower() in places


def _is_before_noun(token: Token, noun: Token, place: str, discourse: Discourse) -> bool:
    """ "the Pyongyang summit": a place, but a state before the noun tells who took part."""
    if discourse.lexicon.kind_of(discourse.entities[place]) == "state":
        return False
    return token.head == noun and token.dep_ in ("compound", "nmod", "nmod:desc", "amod") and token.i < noun.i and not preposition(token)


def _is_direct(token: Token, head: Token, parsed: ParsedSentence) -> bool:
    """Whether what stands between the place and the trigger keeps it the trigger's.

    Names, dates, a participle ("talks held in Moscow"), a site ("at a centre in the Far East") and a verb's object.
    """
    return all(t.i in parsed.links or t.i in parsed.dates or _is_on_the_way(t, head) for t in between(token, head))


def _is_on_the_way(token: Token, head: Token) -> bool:
    return token.dep_ == "acl" or preposition(token) in ("in", "at", "by") or (token.dep_ == "obj" and token.head == head)


def _finest(token: Token, place: str, scene: Scene) -> Token:
    """ "in Vladivostok, Russia", "in Russia's Amur region": the token of the place that the other contains."""
    containers = scene.discourse.lexicon.ontology.containers
    named = {t: e for t in token.subtree if (e := entity_of(t, scene.parsed)) and is_place(e, scene.discourse)}
    return next((t for t, e in named.items() if place in containers(e)), token)


def is_place(iri: str, discourse: Discourse) -> bool:
    entity = discourse.entities.get(iri)
    return entity is not None and discourse.lexicon.ontology.is_a(entity.kind, NK + "Place")


def is_demonym(token: Token, parsed: ParsedSentence) -> bool:
    """Whether the token stands for a state used as an adjective."""
    return token.i in parsed.links and parsed.links[token.i].mention.kind == "demonym"


def are_at_home(found: Mapping[str, list[str]], place: str, discourse: Discourse) -> bool:
    """Whether all who take part come home: to their state or its capital."""
    ontology = discourse.lexicon.ontology
    homes = [discourse.country(e) for entities in found.values() for e in entities]
    capitals = {p: ontology.capital_of[p] for p in (place, *ontology.containers(place)) if p in ontology.capital_of}
    return bool(homes) and all(home and home in (place, *capitals.values()) for home in homes)


def are_abroad(found: Mapping[str, list[str]], place: str, discourse: Discourse) -> bool:
    """Whether all who take part are known to be at home in another country than the place's."""
    chain = {place, *discourse.lexicon.ontology.containers(place)}
    countries = [discourse.country(e) for entities in found.values() for e in entities]
    return all(country and country not in chain for country in countries)
