"""Three articles on two meetings and a letter, as records: small, invented, with persons of the ontology."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from kg.change import Change, apply
from kg.ids import CLAIM, ENTITY, EVENT, NK, digest
from kg.ontology import load
from kg.records import Article, Attribution, Claim, Disagreement, Entity, Event, Evidence, Extract, Interval, Item, Participant, Source
from kg.store import Store

KIM, PUTIN, LAVROV, KCNA = (ENTITY + name for name in ("kim-jong-un", "vladimir-putin", "sergei-lavrov", "kcna"))
PYONGYANG, VOSTOCHNY, NORTH_KOREA, RUSSIA = (ENTITY + name for name in ("pyongyang", "vostochny-cosmodrome", "north-korea", "russia"))
HAN = ENTITY + "han-tok-su"


def days(first: str, last: str | None = None) -> Interval:
    return Interval(start=dt.date.fromisoformat(first), end=dt.date.fromisoformat(last or first) + dt.timedelta(days=1))


def together(role: str, *entities: str) -> tuple[Participant, ...]:
    return tuple(Participant(entity=entity, role=role, order=n) for n, entity in enumerate(entities, 1))


def claim(article: Article, kind: str, participants: tuple[Participant, ...], quote: str, **rest: object) -> Claim:
    start = article.text.index(quote)
    given: dict[str, object] = {
        "interval": None,
        "date_source": "explicit",
        "place": None,
        "status": "occurred",
        "attributed_to": (),
        "item": None,
        "confidence": 0.9,
        "why": (f'"{quote.split(maxsplit=1)[0]}" begins it',),
    }
    return Claim(
        iri=CLAIM + digest(article.id, kind, quote),
        article=article.id,
        type=NK + kind,
        participants=participants,
        evidence=(Evidence(start=start, end=start + len(quote), quote=quote),),
        **(given | rest),  # type: ignore[arg-type]
    )


ONE = Article(
    id="one",
    text="Kim met Putin at the cosmodrome on 13 September. Kim wrote to Putin, it is alleged.",
    source=Source(publisher="The Gazette", url="https://example.org/1", title="A meeting", published=dt.date(2023, 9, 14)),
)
TWO = Article(id="Two_2", text="Putin and Kim held talks in Russia in September, KCNA said.", source=Source(published=dt.date(2023, 10, 2)))
THREE = Article(
    id="three",
    text="Han Tok Su met Lavrov in Pyongyang.",
    source=Source(publisher="The Post", published=dt.date(2024, 1, 5), url="not an address"),
)
SUMMIT_ONE = claim(
    ONE, "Meeting", together("participant", KIM, PUTIN), "Kim met Putin at the cosmodrome", interval=days("2023-09-13"), place=VOSTOCHNY
)
LETTER = claim(
    ONE,
    "Message",
    (Participant(entity=KIM, role="sender"), Participant(entity=PUTIN, role="recipient")),
    "Kim wrote to Putin",
    status="alleged",
    date_source="none",
)
SUMMIT_TWO = claim(
    TWO,
    "Meeting",
    together("participant", PUTIN, KIM),
    "Putin and Kim held talks in Russia",
    interval=days("2023-09-01", "2023-09-30"),
    place=RUSSIA,
    attributed_to=(Attribution(entity=KCNA, text="KCNA", source_class=NK + "StateMedia"),),
    confidence=0.75,
)
TALKS = claim(
    THREE,
    "Meeting",
    together("participant", HAN, LAVROV),
    "Han Tok Su met Lavrov in Pyongyang",
    interval=days("2024-01-04"),
    place=PYONGYANG,
)
MINTED = Entity(iri=HAN, kind=NK + "Person", label="Han Tok Su", country=NORTH_KOREA, minted=True)

EXTRACTS = (
    Extract(article=ONE, claims=(SUMMIT_ONE, LETTER), minted=()),
    Extract(article=TWO, claims=(SUMMIT_TWO,), minted=()),
    Extract(article=THREE, claims=(TALKS,), minted=(MINTED,)),
)
NEWCOMERS = {HAN: (MINTED, (THREE.id,))}


def event(name: str, *claims: Claim, **rest: object) -> Event:
    first = claims[0]
    same = {field: getattr(first, field) for field in ("type", "participants", "interval", "place", "status", "item")}
    sources = tuple(sorted({(c.article,) for c in claims}))
    given: dict[str, object] = {"score": 0.9, "why": ("one claim",), "claims": tuple(c.iri for c in claims), "sources": sources}
    return Event(iri=EVENT + name, **(same | given | rest))  # type: ignore[arg-type]


SUMMIT = event(
    "summit",
    SUMMIT_ONE,
    SUMMIT_TWO,
    why=("same participants", "dates overlap"),
    score=0.65,
    disagreements=(
        Disagreement(field="place", value=VOSTOCHNY, claims=(SUMMIT_ONE.iri,)),
        Disagreement(field="place", value=RUSSIA, claims=(SUMMIT_TWO.iri,)),
    ),
)
EVENTS = (SUMMIT, event("letter", LETTER), event("talks", TALKS))
ITEM = Item(role="agreement", text="the treaty", entity=ENTITY + "treaty-on-comprehensive-strategic-partnership")
SIGNING = replace(SUMMIT_ONE, iri=CLAIM + "signing", type=NK + "Signing", participants=together("signatory", KIM, PUTIN), item=ITEM)


def put(store: Store, extracts: Sequence[Extract] = EXTRACTS, events: Sequence[Event] = EVENTS) -> Store:
    """The store with the project's ontology, these articles and newcomers, and no other events than these."""
    ontology = load()
    store.load_ontology(ontology.folder)
    gone = {event.iri for event in store.events()} - {event.iri for event in events}
    entities = NEWCOMERS if any(extract.minted for extract in extracts) else {}
    apply(store, Change(extracts=extracts, events=events, gone_events=gone, entities=entities), ontology)
    return store
