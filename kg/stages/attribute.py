"""Who the text says it from: the subjects of reporting verbs and "according to" around a trigger.

What a foreign government or service, being no party to it, says of others is alleged, not reported.
"""

from collections.abc import Iterator, Sequence

from spacy.tokens import Token

from kg.ids import NK
from kg.ontology import covers
from kg.records import Status
from kg.stages.refer import Discourse, Scene, entity_of
from kg.stages.syntax import children, conjuncts, is_verb, preposition, subjects
from kg.stages.triggers import Trigger
from kg.text import words

_OFFICIAL = (NK + "State", NK + "Ministry", NK + "Armed", NK + "International")
_GOVERNMENTAL = (NK + "Government", NK + "Intelligence", NK + "InternationalBody")
# How a name that says whose words they are depends on the noun that says them.
_NAMING = ("nmod:poss", "appos", "compound", "nmod:desc", "flat", "nmod")


def attribute(trigger: Trigger, scene: Scene) -> tuple[str, ...]:
    """The sources that the sentence names for the trigger, in order, each once."""
    found = [e for verb in _reporting(trigger.token, scene) for t in subjects(verb) for e in _source(t, scene)]
    found += [e for token in _according(scene) for e in _source(token, scene)]
    return tuple(dict.fromkeys(found))


def _reporting(token: Token, scene: Scene) -> Iterator[Token]:
    classes = scene.discourse.lexicon.words
    saying = classes("Reporting") | classes("Alleging") | classes("Denying")
    for verb in scene.parsed.doc:
        if verb == token or not is_verb(verb) or verb.lemma_.lower() not in saying:
            continue
        above = verb.is_ancestor(token)
        beside = verb.dep_ in ("parataxis", "conj", "ccomp", "advcl") and (verb.head == token or verb.head.is_ancestor(token))
        if above or (beside and verb.i > token.i):
            yield verb


def _according(scene: Scene) -> Iterator[Token]:
    """The noun after "according to", "citing" and the like."""
    citing = scene.discourse.lexicon.words("Citing")
    for mark in scene.parsed.doc:
        if mark.lower_ not in citing:
            continue
        if mark.dep_ in ("case", "mark", "fixed") and mark.head.i > mark.i:
            yield mark.head
        else:
            yield from children(mark, "obj", "obl", "nmod")


def _source(token: Token, scene: Scene) -> list[str]:
    """The entity that speaks: the mention itself, the owner of "KCNA's report", the name behind "state media KCNA"."""
    direct = entity_of(token, scene.parsed)
    if direct is not None:
        return [_state_of(direct, scene.discourse)]
    inner = [c for c in children(token, *_NAMING) if preposition(c) in ("", "by", "from", "of")]
    return [_state_of(e, scene.discourse) for c in inner for part in conjuncts(c) if (e := entity_of(part, scene.parsed))]


def _state_of(iri: str, discourse: Discourse) -> str:
    return discourse.lexicon.ontology.capital_of.get(iri, iri)


def with_allegation(status: Status, sources: Sequence[str], parties: Sequence[str], discourse: Discourse) -> Status:
    """The status, turned from occurred to alleged where only an outside government says so."""
    return "alleged" if status == "occurred" and _is_allegation(sources, parties, discourse) else status


def _is_allegation(sources: Sequence[str], parties: Sequence[str], discourse: Discourse) -> bool:
    """Whether a government, service or body that is no party to the event is the only one to say so."""
    if not sources or not all(_is_governmental(s, discourse) for s in sources):
        return False
    sides = {_side(p, discourse) for p in parties}
    return all(_side(s, discourse) not in sides for s in sources)


def _side(iri: str, discourse: Discourse) -> str:
    return discourse.country(iri) or iri


def _is_governmental(iri: str, discourse: Discourse) -> bool:
    ontology = discourse.lexicon.ontology
    entity = discourse.entities.get(iri)
    by_kind = entity is not None and any(ontology.is_a(entity.kind, kind) for kind in _OFFICIAL)
    return by_kind or ontology.source_classes.get(iri) in _GOVERNMENTAL or _is_official(iri, discourse)


def _is_official(iri: str, discourse: Discourse) -> bool:
    """Whether the person holds an office of the ontology on the article's day, or the text gives an official title."""
    ontology, entity = discourse.lexicon.ontology, discourse.entities.get(iri)
    if entity is None or not discourse.is_person(iri):
        return False
    holds = any(discourse.day is None or covers(t, discourse.day) for t in ontology.tenures_of(iri))
    titles = {word.key for x in discourse.links if x.entity == iri for word in words(x.mention.title)}
    return holds or (entity.country is not None and bool(titles & discourse.lexicon.words("OfficialTitle")))
