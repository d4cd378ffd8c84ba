"""What a reference within an article may point to: the names before it, who took part in what was told, offices as of a day."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from spacy.tokens import Token

from kg.language import ParsedSentence
from kg.lexicon import Lexicon
from kg.ontology import UNRANKED
from kg.records import Entity, Interval, Link, Sentence
from kg.stages.link import link_office
from kg.stages.syntax import children

# Heads of state and of government.
LEADING = 2


@dataclass(frozen=True, slots=True)
class Discourse:
    """The article's links in order and every entity by IRI: what a reference may point to.

    `day` is that on which an office is held: of publication, or of the event in question.
    """

    links: Sequence[Link]
    entities: Mapping[str, Entity]
    lexicon: Lexicon
    text: str
    sentences: Sequence[Sentence]
    day: Interval | None
    dateline: str | None

    def leader(self, state: str) -> str | None:
        """The one person who led the state on the day: the sole holder of its highest offices."""
        ontology = self.lexicon.ontology
        offices = [o for o in ontology.offices.values() if o.state == state]
        offices = [o for o in offices if self.lexicon.words("LeaderPair").intersection(o.titles)] or offices
        held = [(o.rank or UNRANKED, t.person) for o in offices for t in ontology.holders(o.iri, self.day)]
        top = min((rank for rank, _ in held), default=UNRANKED)
        people = {person for rank, person in held if rank == top}
        return people.pop() if len(people) == 1 and top <= LEADING else None

    def sentences_before(self, offset: int, most: int) -> Sequence[Sentence]:
        """The last sentences that begin before `offset`, at most so many, in order."""
        at = bisect_left(self.sentences, offset, key=lambda s: s.start)
        return self.sentences[max(0, at - most) : at]

    def persons_before(self, offset: int) -> list[str]:
        """Persons named before `offset`, the latest first, each once."""
        found: list[str] = []
        for link in reversed(self.links):
            if link.mention.start < offset and link.entity and self.is_person(link.entity) and link.entity not in found:
                found.append(link.entity)
        return found

    def persons_between(self, start: int, end: int) -> list[str]:
        """Persons named from `start` up to `end`, in order, each once."""
        found = [x.entity for x in self.links if start <= x.mention.start < end and x.entity and self.is_person(x.entity)]
        return list(dict.fromkeys(found))

    def is_person(self, iri: str) -> bool:
        """Whether the entity is a person, known or minted."""
        entity = self.entities.get(iri)
        return entity is not None and self.lexicon.kind_of(entity) == "person"

    def country(self, iri: str) -> str | None:
        """The country of an entity, where it is known."""
        entity = self.entities.get(iri)
        return entity.country if entity else None


class Reference(NamedTuple):
    """Whom words mean that name nobody, how sure that is and why."""

    entities: list[str]
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class Scene:
    """A sentence within its article: the parse, what the article has named, and who took part in the event `told` just before."""

    parsed: ParsedSentence
    discourse: Discourse
    told: tuple[str, ...] = ()

    def person_of(self, token: Token) -> str | None:
        """The person whom the token stands for, if any."""
        entity = entity_of(token, self.parsed)
        return entity if entity and self.discourse.is_person(entity) else None

    def state_of(self, token: Token) -> str | None:
        """The state that the token names, as a noun or as an adjective, if any."""
        link = self.parsed.links.get(token.i)
        return link.entity if link is not None and link.mention.kind in ("state", "demonym") else None

    def is_in_class(self, token: Token, name: str) -> bool:
        """Whether the noun, or it with an adjective before it ("opposite number"), is of the class of words."""
        found = self.discourse.lexicon.words(name)
        lemma = token.lemma_.lower()
        return lemma in found or any(f"{c.lower_} {lemma}" in found for c in children(token, "amod"))


def at_day(scene: Scene, day: Interval | None) -> Scene:
    """The scene with the offices as held on the day of its event, where that has been; with None as it is."""
    discourse, parsed = scene.discourse, scene.parsed
    if day is None or (discourse.day is not None and day.start > discourse.day.start):
        return scene
    links = {
        i: link_office(x.mention, discourse.lexicon, day) if x.mention.offices and not x.mention.name else x
        for i, x in parsed.links.items()
    }
    return replace(scene, parsed=replace(parsed, links=links), discourse=replace(discourse, day=day))


def link_of(token: Token, parsed: ParsedSentence) -> Link | None:
    """The link of the mention that the token stands for, or of a person in apposition to a common noun."""
    link = parsed.links.get(token.i)
    if link is not None or token.tag_ == "NNS":
        return link
    beside = (parsed.links.get(child.i) for child in children(token, "appos", "flat"))
    return next((x for x in beside if x and x.entity and x.mention.kind == "person"), None)


def entity_of(token: Token, parsed: ParsedSentence) -> str | None:
    """The entity of that link."""
    link = link_of(token, parsed)
    return link.entity if link is not None else None
