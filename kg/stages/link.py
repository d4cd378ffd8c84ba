"""Mentions -> links: a known entity, a newly minted one, or none, each with a score and the reason.

Short forms follow the article: "Kim" is the Kim introduced first, else the office holder of the day who is
known by that name. What several entities could be and nothing decides stays unlinked, candidates kept.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kg.dates import make_day
from kg.ids import ENTITY, NK, slug
from kg.lexicon import Lexicon
from kg.ontology import UNRANKED
from kg.records import Entity, Interval, Label, Link, Mention
from kg.text import spelling_key

# How sure a link is by what decided it; compared only with each other and printed.
_SCORES = {
    "name of the ontology": 1.0,
    "name and office agree": 1.0,
    "short name of a person introduced before": 0.9,
    "office holder on the day": 0.9,
    "name of the ontology, in office on the day": 0.85,
    "short name of the holder of a high office": 0.8,
    "short name of a person introduced later": 0.7,
    "initials and family name": 0.85,
    "new name with a title": 0.7,
    "new name": 0.6,
}
_HIGH_RANK = 3
_HEAD_OF_STATE = 1
# "V" and "VV", but not "Vi".
_INITIALS = 2
_MINTED_KINDS = {"person": "Person", "organisation": "Organisation", "place": "Place", "agreement": "Agreement"}


@dataclass
class _Memory:
    """The article so far: who was introduced under which name, and what was minted; and what is known beforehand.

    `day` is that of publication, `later` maps a short key to the known persons whose full name the article gives anywhere.
    """

    lexicon: Lexicon
    day: Interval | None
    later: Mapping[str, Sequence[str]]
    short: dict[str, list[str]] = field(default_factory=dict)
    minted: dict[str, Entity] = field(default_factory=dict)
    by_key: dict[str, str] = field(default_factory=dict)

    def entity(self, iri: str) -> Entity | None:
        """An entity of the ontology or of the article."""
        return self.lexicon.ontology.entities.get(iri) or self.minted.get(iri)


def link(mentions: Sequence[Mention], lexicon: Lexicon, published: dt.date | None) -> tuple[tuple[Link, ...], tuple[Entity, ...]]:
    """A link for each mention, in order, and the entities minted for names that the ontology lacks."""
    memory = _Memory(lexicon, make_day(published) if published else None, _introductions(mentions))
    links = tuple(_link(mention, memory) for mention in mentions)
    return links, tuple(memory.minted[iri] for iri in sorted(memory.minted))


def _link(mention: Mention, memory: _Memory) -> Link:
    if mention.kind == "office":
        return _office(mention, memory)
    if mention.kind == "person":
        found = _person(mention, memory)
        _introduce(found, memory)
        return found
    if len(mention.candidates) == 1:
        return _made(mention, mention.candidates[0], "name of the ontology")
    if mention.candidates:
        return _undecided(mention, mention.candidates)
    return _mint(mention, memory, "new name")


def _made(mention: Mention, entity: str, why: str) -> Link:
    return Link(mention=mention, entity=entity, score=_SCORES[why], why=why)


def _undecided(mention: Mention, candidates: tuple[str, ...] = ()) -> Link:
    return Link(mention=mention, entity=None, score=0.0, why="several entities fit", candidates=candidates)


# --- persons --------------------------------------------------------------------------------------


def _person(mention: Mention, memory: _Memory) -> Link:
    key = spelling_key(mention.name)
    if " " not in key:
        return _short(mention, key, memory)
    people = tuple(iri for iri in mention.candidates if memory.lexicon.is_person(iri))
    if len(people) == 1:
        return _made(mention, people[0], "name of the ontology")
    if people:
        return _among(mention, people, memory)
    if key in memory.by_key:
        return _made(mention, memory.by_key[key], "short name of a person introduced before")
    initialled = _initialled(key, mention, memory)
    if initialled:
        return _made(mention, initialled, "initials and family name")
    return _mint(mention, memory, "new name with a title" if mention.title else "new name")


def _initialled(key: str, mention: Mention, memory: _Memory) -> str | None:
    """ "V. V. Putin": the one person of that family name whose first name begins so, of the country that the title names."""
    *initials, family = key.split()
    written = mention.name.split()[:-1]
    if not all(part.rstrip(".").replace(".", "").isupper() and len(part.replace(".", "")) <= _INITIALS for part in written):
        return None
    known = memory.lexicon.family_names.get(family, ())
    first = {person: spelling_key(memory.lexicon.ontology.entities[person].label)[0] for person in known}
    fitting = [person for person in known if first[person] == initials[0][0] and _agrees(mention, person, memory)]
    return fitting[0] if len(fitting) == 1 else None


def _short(mention: Mention, key: str, memory: _Memory) -> Link:
    """A name of one word: the person introduced before under it, else later, else the holder of a high office."""
    before = [iri for iri in memory.short.get(key, ()) if _agrees(mention, iri, memory)]
    if before:
        return _made(mention, before[0], "short name of a person introduced before")
    after = {iri for iri in memory.later.get(key, ()) if _agrees(mention, iri, memory)}
    if len(after) == 1:
        return _made(mention, after.pop(), "short name of a person introduced later")
    known = tuple(iri for iri in mention.candidates if memory.lexicon.is_person(iri) and _agrees(mention, iri, memory))
    best = _highest(known, memory, _HIGH_RANK if len(known) == 1 else _HEAD_OF_STATE)
    best = best or (known[0] if len(known) == 1 and mention.title else None)
    if best:
        return _made(mention, best, "short name of the holder of a high office")
    return _mint(mention, memory, "new name with a title") if mention.title and not known else _undecided(mention, known)


def _among(mention: Mention, people: tuple[str, ...], memory: _Memory) -> Link:
    """Namesakes: the office in the title decides, then who was introduced, then who was in office that day."""
    by_office = [p for p in people if any(t.office in mention.offices for t in memory.lexicon.ontology.tenures_of(p))]
    if len(by_office) == 1:
        return _made(mention, by_office[0], "name and office agree")
    before = [p for p in people if p in memory.by_key.values()]
    if len(before) == 1:
        return _made(mention, before[0], "short name of a person introduced before")
    best = _highest([p for p in people if _agrees(mention, p, memory)], memory)
    return _made(mention, best, "name of the ontology, in office on the day") if best else _undecided(mention, people)


def _highest(people: Iterable[str], memory: _Memory, least: int = _HIGH_RANK) -> str | None:
    """The one of `people` who holds the highest office on that day, where exactly one does and it ranks `least` or higher."""
    ranks = {person: rank for person in people if (rank := _rank(person, memory)) is not None}
    best = min(ranks.values(), default=UNRANKED)
    top = [person for person, rank in ranks.items() if rank == best]
    return top[0] if len(top) == 1 and best <= least else None


def _rank(person: str, memory: _Memory) -> int | None:
    """The rank of the highest office that the person holds on the day; None without one."""
    ontology = memory.lexicon.ontology
    known = [ontology.offices[t.office] for t in ontology.tenures_of(person) if t.office in ontology.offices]
    held = (o for o in known if any(t.person == person for t in ontology.holders(o.iri, memory.day)))
    return min((office.rank or UNRANKED for office in held), default=None)


def _agrees(mention: Mention, iri: str, memory: _Memory) -> bool:
    """Whether nothing in the mention speaks against the person: its state is theirs, where both are known."""
    entity = memory.entity(iri)
    return not (entity and mention.state and entity.country and mention.state != entity.country)


def _introductions(mentions: Sequence[Mention]) -> Mapping[str, Sequence[str]]:
    """Short key -> known persons whose full name stands anywhere in the article."""
    found: dict[str, list[str]] = {}
    for mention in mentions:
        key = spelling_key(mention.name)
        if mention.kind == "person" and " " in key and len(mention.candidates) == 1:
            for short in _short_keys(key):
                found.setdefault(short, []).append(mention.candidates[0])
    return found


def _introduce(found: Link, memory: _Memory) -> None:
    """Remember who was named, by the name used and by the preferred one, for the short names that follow."""
    if not found.entity:
        return
    key, entity = spelling_key(found.mention.name), memory.entity(found.entity)
    memory.by_key[key] = found.entity
    for short in {*_short_keys(key), *(_short_keys(spelling_key(entity.label)) if entity else ())}:
        known = memory.short.setdefault(short, [])
        if found.entity not in known:
            known.append(found.entity)


def _short_keys(key: str) -> tuple[str, ...]:
    parts = key.split()
    return (parts[0], parts[-1]) if len(parts) > 1 else (key,)


# --- offices, newcomers ---------------------------------------------------------------------------


def _office(mention: Mention, memory: _Memory) -> Link:
    """ "the Russian foreign minister": whoever held that office on the day; nobody for a former one."""
    offices = () if mention.former else mention.offices
    tenures = [t for office in offices for t in memory.lexicon.ontology.holders(office, memory.day)]
    people = tuple(dict.fromkeys(t.person for t in tenures if not t.acting or memory.day))
    best = people[0] if len(people) == 1 else _highest(people, memory)
    return _made(mention, best, "office holder on the day") if best else _undecided(mention, people)


def _mint(mention: Mention, memory: _Memory, why: str) -> Link:
    if mention.kind not in _MINTED_KINDS or not slug(mention.name):
        return _undecided(mention)
    name = " ".join(mention.name.split())
    iri = ENTITY + slug(name)
    known = memory.minted.get(iri)
    label = known.label if known else name
    memory.minted[iri] = Entity(
        iri=iri,
        kind=NK + _MINTED_KINDS[mention.kind],
        label=label,
        labels=(Label(text=label, language="en", preferred=True),),
        country=(known.country if known else None) or mention.state,
        description=(known.description if known else "") or " ".join(mention.title.split()),
        minted=True,
    )
    return _made(mention, iri, why)
