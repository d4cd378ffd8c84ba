"""Invented articles with claims, made by chance but always the same: who meets whom when, told by whom, with newcomers and copies.

They need no language pipeline, so that stores can be filled with many.
"""

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kg.dates import make_day, make_month
from kg.ids import CLAIM, ENTITY, NK, digest
from kg.records import Article, Claim, Entity, Evidence, Extract, Interval, Item, Participant, Source

PEOPLE = tuple(ENTITY + name for name in ("kim-jong-un", "vladimir-putin", "sergei-lavrov", "choe-son-hui", "sergei-shoigu", "xi-jinping"))
STATES = tuple(ENTITY + name for name in ("north-korea", "russia", "china"))
MORE_STATES = ("belarus", "cuba", "egypt", "india", "iran", "japan", "laos", "mongolia", "qatar", "serbia", "syria", "turkey", "vietnam")
PLACES = tuple(ENTITY + name for name in ("pyongyang", "north-korea", "moscow", "russia", "vladivostok"))
TREATY = ENTITY + "treaty-on-comprehensive-strategic-partnership"
OUTLETS = (("KCNA", "kcna"), ("TASS", "tass"), ("Reuters", "reuters"), ("The Gazette", None), (None, None))
NAMES = ("Boris Novak", "Anna Ek", "Pak Un")
ROLES = {
    "Meeting": ("participant", "participant"),
    "Visit": ("visitor", None),
    "Signing": ("signatory", "signatory"),
    "Invitation": ("host", "guest"),
    "Transfer": ("giver", "receiver"),
}
STATUSES = ("occurred", "occurred", "occurred", "planned", "alleged", "denied")


@dataclass(frozen=True)
class Invented:
    """Who takes part, what is signed, when articles appear. By default so few people on so few days that most reports meet others."""

    people: Sequence[str] = PEOPLE[:3]
    states: Sequence[str] = STATES[:2]
    agreements: Sequence[str] = (TREATY,)
    years: Sequence[int] = (2023, 2024)
    months: Sequence[int] = (6,)
    days: Sequence[int] = range(9, 16)


# As many as a large corpus has: the more there are, the fewer reports are of one event.
LARGE = Invented(
    people=PEOPLE,
    states=(*STATES, *(ENTITY + name for name in MORE_STATES)),
    years=range(2005, 2025),
    months=range(1, 13),
    days=range(1, 29),
)


def reports(count: int, seed: int = 0, world: Invented = Invented()) -> Iterator[Extract]:
    """`count` articles, each with up to two claims."""
    chance = random.Random(seed)
    for number in range(count):
        yield _report(f"a{number}", chance, world)


def _report(name: str, chance: random.Random, world: Invented) -> Extract:
    published = dt.date(chance.choice(world.years), chance.choice(world.months), chance.choice(world.days))
    publisher, outlet = chance.choice(OUTLETS)
    words = [f"w{chance.randint(0, 9)}" for _ in range(30)] if chance.random() < 0.2 else [f"{name}w{n}" for n in range(30)]
    newcomers = [_newcomer(chance) for _ in range(chance.random() < 0.3)]
    people = [*world.people, *(entity.iri for entity in newcomers)]
    claims = [_claim((name, number), published, replace(world, people=people), chance) for number in range(chance.choice((0, 1, 1, 2)))]
    used = {p.entity for claim in claims for p in claim.participants}
    source = Source(publisher=publisher, outlet=outlet and ENTITY + outlet, published=published if chance.random() < 0.9 else None)
    article = Article(id=name, text=" ".join(words), source=source)
    return Extract(article=article, claims=tuple(claims), minted=tuple(e for e in newcomers if e.iri in used))


def _newcomer(chance: random.Random) -> Entity:
    label = chance.choice(NAMES)
    country = chance.choice((None, *STATES[:2]))
    title = chance.choice(("", "port director", "army commander"))
    iri = ENTITY + label.lower().replace(" ", "-")
    return Entity(iri=iri, kind=NK + "Person", label=label, country=country, description=title, minted=True)


def _claim(name: tuple[str, int], published: dt.date, world: Invented, chance: random.Random) -> Claim:
    article, number = name
    kind = chance.choice(tuple(ROLES))
    of_states = kind == "Transfer" or (kind == "Signing" and chance.random() < 0.3)
    actors = list(world.states if of_states else world.people)
    among = chance.sample(actors, min(3, len(actors)))
    first, second = ROLES[kind]
    roles = [first, *([second] if second else []), *([second] if second == first and chance.random() < 0.3 else [])]
    participants = tuple(Participant(entity=who, role=role, order=n) for n, (role, who) in enumerate(zip(roles, among, strict=False), 1))
    interval = _days(published, chance)
    return Claim(
        iri=CLAIM + digest(article, str(number)), article=article, type=NK + kind, participants=participants, interval=interval,
        date_source="explicit" if interval else "none", place=chance.choice((None, None, None, *PLACES[:2], *PLACES)),
        status=chance.choice(STATUSES),
        attributed_to=(), item=Item(role="agreement", text="a treaty", entity=_agreement(world, chance)) if kind == "Signing" else None,
        evidence=(Evidence(start=0, end=2, quote=f"{article} {number}"[:2]),), confidence=0.9, why=("it was invented",),
    )  # fmt: skip


def _agreement(world: Invented, chance: random.Random) -> str | None:
    """One of the agreements, or as often one that nobody knows."""
    return chance.choice((*world.agreements, *[None] * len(world.agreements)))


def _days(published: dt.date, chance: random.Random) -> Interval | None:
    day = published - dt.timedelta(chance.choice((0, 1, 1, 1, 2, 5)))
    return chance.choice((make_day(day), make_day(day), make_month(day.year, day.month), None))
