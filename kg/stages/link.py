"""Mentions -> links: a known entity, a newly minted one, or none, each with a score and the reason.

Short forms follow the article: "Kim" is the Kim introduced first, else the office holder of the day who is
known by that name. What several entities could be and nothing decides stays unlinked, candidates kept.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kg.ids import ENTITY, NK, slug
from kg.lexicon import Lexicon
from kg.records import Entity, Interval, Label, Link, Mention
from kg.text import romanised, words

# How sure a link is by what decided it; compared only with each other and printed.
_SCORES = {
    "name of the ontology": 1.0,
    "name and office agree": 1.0,
    "short name of a person introduced before": 0.9,
    "office holder on the day": 0.9,
    "name of the ontology, in office on the day": 0.85,
    "short name of the holder of a high office": 0.8,
    "short name of a person introduced later": 0.7,
    "new name with a title": 0.7,
    "new name": 0.6,
    "several entities fit": 0.0,
}
_HIGH_RANK = 3
_MINTED_KINDS = {"person": "Person", "organisation": "Organisation", "place": "Place", "agreement": "Agreement"}


@dataclass
class _Memory:
    """The article so far: who was introduced under which short key, and what was minted."""

    short: dict[str, list[str]] = field(default_factory=dict)
    minted: dict[str, Entity] = field(default_factory=dict)
    by_key: dict[str, str] = field(default_factory=dict)


def link(mentions: Sequence[Mention], lexicon: Lexicon, published: dt.date | None) -> tuple[tuple[Link, ...], tuple[Entity, ...]]:
    """A link for each mention, in order, and the entities minted for names that the ontology lacks."""
    memory = _Memory()
    later = _introductions(mentions, lexicon)
    day = _day(published)
    links = tuple(_link(mention, memory, later, lexicon, day) for mention in mentions)
    return links, tuple(memory.minted[iri] for iri in sorted(memory.minted))


def _day(published: dt.date | None) -> Interval | None:
    return Interval(start=published, end=published + dt.timedelta(days=1)) if published else None


def _link(mention: Mention, memory: _Memory, later: Mapping[str, Sequence[str]], lexicon: Lexicon, day: Interval | None) -> Link:
    if mention.kind == "office":
        return _office(mention, lexicon, day)
    if mention.kind == "person":
        found = _person(mention, memory, later, lexicon, day)
        if found.entity:
            _introduce(memory, found, lexicon)
        return found
    if len(mention.candidates) == 1:
        return _made(mention, mention.candidates[0], "name of the ontology")
    if mention.candidates:
        return _made(mention, None, "several entities fit", mention.candidates)
    return _mint(mention, memory, "new name")


def _made(mention: Mention, entity: str | None, why: str, candidates: tuple[str, ...] = ()) -> Link:
    return Link(mention=mention, entity=entity, score=_SCORES[why], why=why, candidates=candidates)


# --- persons --------------------------------------------------------------------------------------


def _person(mention: Mention, memory: _Memory, later: Mapping[str, Sequence[str]], lexicon: Lexicon, day: Interval | None) -> Link:
    key = _key(mention.name)
    if " " not in key:
        return _short(mention, key, memory, later, lexicon, day)
    people = tuple(iri for iri in mention.candidates if lexicon.is_person(iri))
    if len(people) == 1:
        return _made(mention, people[0], "name of the ontology")
    if len(people) > 1:
        return _among(mention, people, memory, lexicon, day)
    if key in memory.by_key:
        return _made(mention, memory.by_key[key], "short name of a person introduced before")
    return _mint(mention, memory, "new name with a title" if mention.title else "new name")


def _short(mention: Mention, key: str, memory: _Memory, later: Mapping[str, Sequence[str]], lexicon: Lexicon, day: Interval | None) -> Link:
    before = [iri for iri in memory.short.get(key, ()) if _agrees(mention, iri, memory, lexicon)]
    if before:
        return _made(mention, before[0], "short name of a person introduced before")
    after = [iri for iri in later.get(key, ()) if _agrees(mention, iri, memory, lexicon)]
    if len(set(after)) == 1:
        return _made(mention, after[0], "short name of a person introduced later")
    known = tuple(iri for iri in mention.candidates if lexicon.is_person(iri) and _agrees(mention, iri, memory, lexicon))
    best = _highest(known, lexicon, day) or (known[0] if len(known) == 1 and mention.title else None)
    if best:
        return _made(mention, best, "short name of the holder of a high office")
    if known:
        return _made(mention, None, "several entities fit", known)
    return _mint(mention, memory, "new name with a title") if mention.title else _made(mention, None, "several entities fit")


def _among(mention: Mention, people: tuple[str, ...], memory: _Memory, lexicon: Lexicon, day: Interval | None) -> Link:
    """Namesakes: the office in the title decides, then who was introduced, then who was in office that day."""
    by_office = [p for p in people if any(t.office in mention.offices for t in lexicon.ontology.tenures_of(p))]
    if len(by_office) == 1:
        return _made(mention, by_office[0], "name and office agree")
    before = [p for p in people if p in memory.by_key.values()]
    if len(before) == 1:
        return _made(mention, before[0], "short name of a person introduced before")
    fitting = [p for p in people if _agrees(mention, p, memory, lexicon)]
    best = _highest(tuple(fitting), lexicon, day)
    return _made(mention, best, "name of the ontology, in office on the day") if best else _made(mention, None, "several entities fit", people)


def _highest(people: tuple[str, ...], lexicon: Lexicon, day: Interval | None) -> str | None:
    """The one of `people` who holds the highest office on that day, where exactly one does."""
    ranks: dict[str, int] = {}
    for person in people:
        held = [lexicon.ontology.offices[t.office].rank or 9 for t in lexicon.ontology.tenures_of(person) if _held(t.office, person, lexicon, day)]
        if held:
            ranks[person] = min(held)
    best = min(ranks.values(), default=None)
    top = [person for person, rank in ranks.items() if rank == best]
    return top[0] if len(top) == 1 and best is not None and best <= _HIGH_RANK else None


def _held(office: str, person: str, lexicon: Lexicon, day: Interval | None) -> bool:
    return office in lexicon.ontology.offices and any(t.person == person for t in lexicon.ontology.holders(office, day))


def _agrees(mention: Mention, iri: str, memory: _Memory, lexicon: Lexicon) -> bool:
    """Whether nothing in the mention speaks against the person: its state is theirs, where both are known."""
    entity = lexicon.ontology.entities.get(iri) or memory.minted.get(iri)
    return not (entity and mention.state and entity.country and mention.state != entity.country)


def _introductions(mentions: Sequence[Mention], lexicon: Lexicon) -> Mapping[str, Sequence[str]]:
    """Short key -> known persons whose full name stands anywhere in the article."""
    found: dict[str, list[str]] = {}
    for mention in mentions:
        key = _key(mention.name)
        if mention.kind == "person" and " " in key and len(mention.candidates) == 1:
            for short in _short_keys(key):
                found.setdefault(short, []).append(mention.candidates[0])
    return found


def _introduce(memory: _Memory, found: Link, lexicon: Lexicon) -> None:
    assert found.entity
    key = _key(found.mention.name)
    memory.by_key[key] = found.entity
    entity = lexicon.ontology.entities.get(found.entity) or memory.minted.get(found.entity)
    for short in {*_short_keys(key), *(_short_keys(_key(entity.label)) if entity else ())}:
        known = memory.short.setdefault(short, [])
        if found.entity not in known:
            known.append(found.entity)


def _short_keys(key: str) -> tuple[str, ...]:
    parts = key.split()
    return (parts[0], parts[-1]) if len(parts) > 1 else (key,)


# --- offices, newcomers ---------------------------------------------------------------------------


def _office(mention: Mention, lexicon: Lexicon, day: Interval | None) -> Link:
    """ "the Russian foreign minister": whoever held that office on the day; nobody for a former one."""
    people = {} if mention.former else {t.person: 0 for o in mention.offices for t in lexicon.ontology.holders(o, day) if not t.acting or day}
    if len(people) == 1:
        return _made(mention, next(iter(people)), "office holder on the day")
    best = _highest(tuple(people), lexicon, day)
    return _made(mention, best, "office holder on the day") if best else _made(mention, None, "several entities fit", tuple(people))


def _mint(mention: Mention, memory: _Memory, why: str) -> Link:
    if mention.kind not in _MINTED_KINDS or not slug(mention.name):
        return _made(mention, None, "several entities fit")
    name = " ".join(mention.name.split())
    iri = ENTITY + slug(name)
    known = memory.minted.get(iri)
    memory.minted[iri] = Entity(
        iri=iri,
        kind=NK + _MINTED_KINDS[mention.kind],
        label=known.label if known else name,
        labels=(Label(text=known.label if known else name, language="en", preferred=True),),
        country=(known.country if known else None) or mention.state,
        description=(known.description if known else "") or " ".join(mention.title.split()),
        minted=True,
    )
    return _made(mention, iri, why)


def _key(name: str) -> str:
    return " ".join(romanised(word.key) for word in words(name))
