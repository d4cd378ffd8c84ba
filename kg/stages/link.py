"""Mentions -> links: a known entity, a newly minted one, or none, each with a score and the reason.

Short forms follow the article: "Kim" is the Kim introduced first, else the office holder of the day who is
known by that name. What several entities could be and nothing decides stays unlinked, candidates kept.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from kg.dates import covers, make_day, overlaps
from kg.ids import ENTITY, NK, digest, slug
from kg.lexicon import Lexicon
from kg.records import DateMention, Entity, Interval, Label, Link, Mention, Sentence
from kg.romanise import is_hangul
from kg.stages.holder import (
    HEAD_OF_STATE,
    HIGH_RANK,
    find_holders,
    held_by_one,
    highest,
    is_over,
    is_told,
    known_words,
    offices_told,
    title_words,
)
from kg.text import spelling_key, words

# How sure a link is by what decided it; compared only with each other and printed.
_SCORES = {
    "name of the ontology": 1.0,
    "name and office agree": 1.0,
    "short name of a person introduced before": 0.9,
    "office holder on the day": 0.9,
    "name, and the title fits what is known": 0.9,
    "name of the ontology, in office on the day": 0.85,
    "short name of the holder of a high office": 0.8,
    "short name of a person introduced later": 0.7,
    "last person named with that title": 0.7,
    "new name with a title": 0.7,
    "new name": 0.6,
}
# Characters between two names that "and" joins.
_COORDINATED = 5
# A day on which nobody held any office.
_NEVER = make_day(dt.date.min)
# How much of a digest tells a newcomer from an entity of the ontology whose namesake he is.
_DIGITS = 6
_MINTED_KINDS = {"person": "Person", "organisation": "Organisation", "place": "Place", "agreement": "Agreement"}


class Told(NamedTuple):
    """The one past day or span of which the text from `start` to `end` tells."""

    start: int
    end: int
    interval: Interval


def _find_days(sentences: Sequence[Sentence], dates: Sequence[DateMention], published: dt.date | None) -> list[Told]:
    """The sentences that tell of one day or span, which has been when the article appears."""
    found = []
    for sentence in sentences:
        told = [d.interval for d in dates if sentence.start <= d.start and d.end <= sentence.end]
        if not told or not all(overlaps(one, other) for one in told for other in told):
            continue
        shared = Interval(start=max(one.start for one in told), end=min(one.end for one in told))
        if published is None or shared.start <= published:
            found.append(Told(sentence.start, sentence.end, shared))
    return found


@dataclass
class _Memory:
    """The article so far: who was introduced under which name, and what was minted; and what is known beforehand.

    `days` are those of which sentences tell, `later` maps a short key to the persons whose full name the article gives anywhere,
    `described` are the offices of "the minister" anywhere, `meant` those whom some short name can mean alone, `said` a short key
    to whom it meant last; `named` are the links of the persons named so far, `titled` the words of their titles.
    """

    lexicon: Lexicon
    published: Interval | None
    sentences: Sequence[Sentence]
    days: Sequence[Told]
    later: Mapping[str, Sequence[str]]
    meant: frozenset[str]
    described: frozenset[str]
    short: dict[str, list[str]] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    named: list[Link] = field(default_factory=list)
    titled: dict[str, set[str]] = field(default_factory=dict)
    minted: dict[str, Entity] = field(default_factory=dict)
    by_key: dict[str, str] = field(default_factory=dict)

    def day(self, mention: Mention) -> Interval | None:
        """The day of which the mention's sentence tells, else that of publication; for "then" only the former."""
        told = (t.interval for t in self.days if t.start <= mention.start < t.end)
        return next(told, _NEVER if mention.then else self.published)

    def same_sentence(self, one: int, other: int) -> bool:
        """Whether two offsets lie in one sentence."""
        return any(s.start <= one < s.end and s.start <= other < s.end for s in self.sentences)

    def entity(self, iri: str) -> Entity | None:
        """An entity of the ontology or of the article."""
        return self.lexicon.ontology.entities.get(iri) or self.minted.get(iri)


def link(
    mentions: Sequence[Mention],
    lexicon: Lexicon,
    published: dt.date | None,
    sentences: Sequence[Sentence],
    dates: Sequence[DateMention] = (),
) -> tuple[tuple[Link, ...], tuple[Entity, ...]]:
    """A link for each mention, in order, and the entities minted for names that the ontology lacks.

    "The minister" gets one only where the text named before whom it means.
    """
    day = make_day(published) if published else None
    days, later = _find_days(sentences, dates, published), _introductions(mentions, lexicon)
    memory = _Memory(lexicon, day, sentences, days, later, _meant(mentions), _described_offices(mentions, lexicon))
    links = tuple(found for mention in mentions if (found := _link(mention, memory)).entity or mention.name or mention.state)
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
    is_full = " " in key or mention.candidates or is_hangul(mention.name)
    if key in memory.lexicon.short_names or key in memory.lexicon.family_names or not is_full:
        return _short(mention, key, memory)
    introduced = memory.minted.get(memory.by_key.get(key, ""))
    if introduced and _agrees(mention, introduced.iri, memory):
        return _made(mention, introduced.iri, "short name of a person introduced before")
    people = tuple(iri for iri in mention.candidates if memory.lexicon.is_person(iri) and _agrees(mention, iri, memory))
    if len(people) == 1:
        return _made(mention, people[0], "name of the ontology")
    if people:
        return _among(mention, people, memory)
    if key in memory.by_key:
        return _made(mention, memory.by_key[key], "short name of a person introduced before")
    return _mint(mention, memory, "new name with a title" if mention.title else "new name")


def _short(mention: Mention, key: str, memory: _Memory) -> Link:
    """A name of one word: the person introduced before under it, else later, else the holder of a high office."""
    before = [iri for iri in memory.short.get(key, ()) if _agrees(mention, iri, memory)]
    known = tuple(iri for iri in mention.candidates if memory.lexicon.is_person(iri) and _agrees(mention, iri, memory))
    holder = _by_office(mention, before, memory) or _by_office(mention, known, memory, now=True)
    if holder:
        return _made(mention, holder, "name and office agree")
    if before:
        meant = _last_named(before, key, mention, memory)
        return _made(mention, meant, "short name of a person introduced before") if meant else _undecided(mention, tuple(before))
    after = {iri for iri in memory.later.get(key, ()) if _agrees(mention, iri, memory)} or {
        iri for iri in known if " " in key and iri in memory.meant
    }
    if len(after) == 1:
        return _made(mention, after.pop(), "short name of a person introduced later")
    return _unintroduced(mention, key, known, memory)


def _unintroduced(mention: Mention, key: str, known: tuple[str, ...], memory: _Memory) -> Link:
    """A short name that the article never gives in full: the holder of a high office, of the highest where several bear it."""
    if not mention.sure or mention.title.startswith(("a ", "an ")):
        return _undecided(mention, known)
    described = held_by_one(known, memory.described, memory.day(mention), memory.lexicon.ontology)
    if described:
        return _made(mention, described, "name, and the title fits what is known")
    named = [p for p in known if p in memory.lexicon.ontology.short_names and _may_bear(mention, p, memory)]
    alone = len(named) == 1 and " " not in key
    best = highest(named, memory.lexicon.ontology, memory.day(mention), HIGH_RANK if alone else HEAD_OF_STATE)
    if best:
        return _made(mention, best, "short name of the holder of a high office")
    return _mint(mention, memory, "new name with a title") if mention.title and not known else _undecided(mention, known)


def _may_bear(mention: Mention, person: str, memory: _Memory) -> bool:
    """Whether a title, where there is one that tells something, is one of the person's: "Premier Kim" is not the leader."""
    said = {word.key for word in words(mention.title)}
    if said & memory.lexicon.words("OfWomen") and not memory.lexicon.ontology.entities[person].female:
        return False
    if not is_told(mention, memory.lexicon):
        return True
    ontology, offices = memory.lexicon.ontology, offices_told(mention, memory.lexicon)
    described = frozenset(word.key for word in words(ontology.entities[person].description))
    return any(t.office in offices for t in ontology.tenures_of(person)) or title_words(mention, memory.lexicon) <= described


def _last_named(people: Sequence[str], key: str, mention: Mention, memory: _Memory) -> str | None:
    """Of several introduced under one short name: whom it meant last, else whom the last sentence with any of them names first.

    Of two that "and" joins it is the leader, if one of them is.
    """
    by_office = _by_office(mention, people, memory) or _leader_then(people, key, mention, memory)
    if len(people) == 1 or by_office:
        return by_office or people[0]
    people = [p for p in people if not _has_been(p, mention, memory)] or people
    if len(people) == 1:
        return people[0]
    if memory.said.get(key) in people:
        return memory.said[key]
    last = {found.entity: found.mention for found in memory.named if found.entity in people}
    latest = max(named.start for named in last.values())
    near = sorted((iri for iri in people if memory.same_sentence(last[iri].start, latest)), key=lambda iri: last[iri].start)
    kin = {word.key for word in words(last[near[0]].title)} & memory.lexicon.words("Kin")
    if len(near) > 1 and last[near[1]].start - last[near[0]].end <= _COORDINATED and not kin:
        return highest(near, memory.lexicon.ontology, memory.day(mention), HEAD_OF_STATE)
    return near[0]


def _has_been(person: str, mention: Mention, memory: _Memory) -> bool:
    """Whether the person led a state before the day and leads none on it: "Kim" is not the grandfather named in passing."""
    ontology, day = memory.lexicon.ontology, memory.day(mention)
    if day is None or ontology.rank_of(person, day) is not None:
        return False
    return any(ontology.offices[t.office].rank == HEAD_OF_STATE for t in ontology.tenures_of(person) if t.office in ontology.offices)


def _leader_then(people: Sequence[str], key: str, mention: Mention, memory: _Memory) -> str | None:
    """Who of this short name led on the past day told, where one introduced leads on the day of the report but did not then."""
    ontology, day = memory.lexicon.ontology, memory.day(mention)
    leads = any(ontology.rank_of(p, memory.published) == HEAD_OF_STATE and ontology.rank_of(p, day) is None for p in people)
    return highest(memory.lexicon.short_names.get(key, ()), ontology, day, HEAD_OF_STATE) if leads else None


def _by_office(mention: Mention, people: Sequence[str], memory: _Memory, *, now: bool = False) -> str | None:
    """The one of the people who holds, or for a former holder held, an office of the title on the day; unless `now` who ever did."""
    if not mention.title:
        return None
    ontology, day = memory.lexicon.ontology, memory.day(mention)
    fitting = {*mention.offices, *offices_told(mention, memory.lexicon)}
    ever = {p: [t for t in ontology.tenures_of(p) if t.office in fitting] for p in people}
    held = {p: any(is_over(t, day) if mention.former else day is None or covers(t, day) for t in tenures) for p, tenures in ever.items()}
    for holders in ([p for p in people if held[p]], [p for p in people if ever[p] and not now]):
        if len(holders) == 1:
            return holders[0]
    return None


def _among(mention: Mention, people: tuple[str, ...], memory: _Memory) -> Link:
    """Namesakes: the office in the title decides, then who was introduced, then the title's words, then who was in office that day."""
    ontology, day = memory.lexicon.ontology, memory.day(mention)
    by_office = _by_office(mention, people, memory)
    if by_office:
        return _made(mention, by_office, "name and office agree")
    before = [p for p in people if p in memory.by_key.values()]
    if len(before) == 1:
        return _made(mention, before[0], "short name of a person introduced before")
    described = _best_described(mention, people, memory.lexicon)
    if described:
        return _made(mention, described, "name, and the title fits what is known")
    in_office = [p for p in people if day and ontology.rank_of(p, day) is not None]
    if len(in_office) == 1 and not is_told(mention, memory.lexicon):
        return _made(mention, in_office[0], "name of the ontology, in office on the day")
    return _undecided(mention, people)


def _best_described(mention: Mention, people: Sequence[str], lexicon: Lexicon) -> str | None:
    """The one of the people of whom more words of the title are known than of any other."""
    shared = {p: len(title_words(mention, lexicon) & known_words(p, lexicon)) for p in people}
    best = [p for p in people if shared[p] == max(shared.values())]
    return best[0] if len(best) == 1 else None


def _agrees(mention: Mention, iri: str, memory: _Memory) -> bool:
    """Whether nothing in the mention speaks against the person: his state is theirs, and no miner is a minister."""
    entity = memory.entity(iri)
    if entity and mention.state and entity.country and mention.state != entity.country:
        return False
    told = title_words(mention, memory.lexicon) if mention.title and not mention.former else frozenset()
    occupation = told & (memory.lexicon.words("Occupation") | memory.lexicon.words("Age")) if told else told
    return not occupation or bool(entity and entity.minted) or bool(occupation & known_words(iri, memory.lexicon))


def _introductions(mentions: Sequence[Mention], lexicon: Lexicon) -> Mapping[str, Sequence[str]]:
    """Short key -> the persons, known or new, whose full name stands anywhere in the article."""
    found: dict[str, list[str]] = {}
    for mention in mentions:
        key = spelling_key(mention.name)
        if mention.kind == "person" and " " in key and len(mention.candidates) <= 1:
            for short in _short_keys(key):
                found.setdefault(short, []).append(*(mention.candidates or (_minted_iri(mention, lexicon),)))
    return found


def _meant(mentions: Sequence[Mention]) -> frozenset[str]:
    """The persons whom some family name in the article can mean and nobody else of the ontology."""
    short = (m for m in mentions if m.kind == "person" and " " not in m.name and m.sure)
    return frozenset(m.candidates[0] for m in short if len(m.candidates) == 1)


def _described_offices(mentions: Sequence[Mention], lexicon: Lexicon) -> frozenset[str]:
    """The offices that "the minister" may mean wherever the article says so of one whom it does not name beside it."""
    return frozenset(o for m in mentions if m.kind == "office" and not m.offices for o in offices_told(m, lexicon))


def _introduce(found: Link, memory: _Memory) -> None:
    """Remember who was named, by the name used and by the preferred one, for the short names that follow."""
    if not found.entity:
        return
    key, entity = spelling_key(found.mention.name), memory.entity(found.entity)
    memory.by_key[key] = found.entity
    memory.named.append(found)
    memory.titled.setdefault(found.entity, set()).update(title_words(found.mention, memory.lexicon))
    if " " not in key:
        memory.said[key] = found.entity
    for short in {*_short_keys(key), *(_short_keys(spelling_key(entity.label)) if entity else ())}:
        known = memory.short.setdefault(short, [])
        if found.entity not in known:
            known.append(found.entity)


def _short_keys(key: str) -> tuple[str, ...]:
    parts = key.split()
    return (parts[0], parts[-1]) if len(parts) > 1 else (key,)


# --- offices, newcomers ---------------------------------------------------------------------------


def _office(mention: Mention, memory: _Memory) -> Link:
    """ "the Russian foreign minister": whoever held it on the day told, else on that of publication."""
    if not mention.offices:
        return _described(mention, memory)
    then = link_office(mention, memory.lexicon, memory.day(mention))
    return then if then.entity or mention.then else link_office(mention, memory.lexicon, memory.published)


def _described(mention: Mention, memory: _Memory) -> Link:
    """ "the minister": the last person named of whom the text or an office of the day has all these words."""
    told, ontology, day = title_words(mention, memory.lexicon), memory.lexicon.ontology, memory.day(mention)
    offices = frozenset(offices_told(mention, memory.lexicon))
    for person in (found.entity for found in reversed(memory.named) if found.entity):
        if held_by_one([person], offices, day, ontology) or told <= memory.titled.get(person, set()):
            return _made(mention, person, "last person named with that title")
    return _undecided(mention)


def link_office(mention: Mention, lexicon: Lexicon, day: Interval | None) -> Link:
    """The link of a mention of an office without a name, as of the day."""
    people = find_holders(mention, lexicon, day)
    return _made(mention, people[0], "office holder on the day") if len(people) == 1 else _undecided(mention, people)


def _mint(mention: Mention, memory: _Memory, why: str) -> Link:
    if mention.kind not in _MINTED_KINDS or not slug(mention.name):
        return _undecided(mention)
    name, iri = " ".join(mention.name.split()), _minted_iri(mention, memory.lexicon)
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


def _minted_iri(mention: Mention, lexicon: Lexicon) -> str:
    """The IRI of a newcomer: by name, and for a namesake of one whom the ontology knows also by what the text says of him."""
    iri = ENTITY + slug(" ".join(mention.name.split()))
    return f"{iri}-{digest(mention.state or '', mention.title)[:_DIGITS]}" if iri in lexicon.ontology.entities else iri
