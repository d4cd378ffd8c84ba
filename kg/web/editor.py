"""The page with the editor for SPARQL: the named questions as examples, with values of the graph at hand, and the vocabulary to complete.

The editor itself is a script of `static/`; what it has to know of the graph stands in the page as JSON.
"""

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from kg.dates import earliest
from kg.ids import ARTICLE, ENTITY, EVENT, NK
from kg.network import STATE
from kg.questions import NamedQuery, Param, Value, bind, catalogue
from kg.records import Event
from kg.terms import PREFIXES
from kg.web.message import Asked, Reply
from kg.web.pages import render
from kg.web.snapshot import Snapshot, count_events

HEADER = re.compile(r"^# (?:param|things|scope): .*\n", re.MULTILINE)
CLASSES = "SELECT DISTINCT ?class WHERE { { ?class a rdfs:Class } UNION { ?class a owl:Class } UNION { ?class rdfs:subClassOf ?other } }"
PROPERTIES = "SELECT DISTINCT ?property WHERE { ?thing ?property ?value }"
OCCURRED = "occurred"
# What a number is where nothing in the graph suggests one: a minister, two months.
NUMBERS = {"rank": 3, "days": 60}
FEW = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A named question with values, ready to run."""

    name: str
    title: str
    description: str
    query: str


@dataclass(frozen=True, slots=True)
class Values:
    """What the parameters of questions can be filled with, by kind, the likeliest first."""

    snapshot: Snapshot
    people: Sequence[str]
    states: Sequence[str]
    places: Sequence[str]
    offices: Sequence[str]
    outlets: Sequence[str]
    agreements: Sequence[str]
    day: dt.date | None

    def find(self, param: Param) -> Value:
        """A value for a parameter, None where the graph has none."""
        is_second = param.name in ("whom", "other")
        if param.kind == "event":
            return self._find_event(param.note)
        if param.kind == "date":
            return self.day
        if param.kind == "number":
            return NUMBERS.get(param.name, FEW)
        if param.kind == "status":
            return OCCURRED
        if param.kind == "entity" and param.name in ("outlet", "other"):
            return _at(self.outlets, is_second)
        lists = {
            "entity": self.people,
            "state": self.states,
            "place": self.places,
            "office": self.offices,
            "agreement": self.agreements,
        }
        return _at(lists.get(param.kind, ()), is_second)

    def _find_event(self, note: str) -> str | None:
        """Of the types that the note names ("the visit or meeting"), of any if it names none, the event of most independent sources."""
        types = self.snapshot.known.types
        named = {iri for iri, kind in types.items() if re.search(rf"\b{re.escape(kind.name.lower())}\b", note)}
        found = [event for event in _occurred(self.snapshot) if not named or event.type in named]
        return max(found, key=lambda event: (len(event.sources), len(event.participants), event.iri)).iri if found else None


def _at(found: Sequence[str], is_second: bool) -> str | None:
    return found[is_second] if len(found) > is_second else None


def page(snapshot: Snapshot, _: Asked) -> Reply:
    """The editor."""
    examples = list_examples(snapshot)
    data = {
        "prefixes": dict(PREFIXES),
        "pages": {ENTITY: "/entity/", EVENT: "/event/", ARTICLE: "/article/"},
        "classes": _list(snapshot, CLASSES),
        "properties": _list(snapshot, PROPERTIES),
        "examples": {example.name: example.query for example in examples},
    }
    # No text can end the element that holds it.
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    return render(snapshot, "sparql.html", "/sparql", examples=examples, data=text)


def _list(snapshot: Snapshot, query: str) -> list[str]:
    return sorted({str(iri) for (iri,) in snapshot.store.sparql(query).rows if str(iri).startswith("http")})


# --- examples ---------------------------------------------------------------------------------------


def list_examples(snapshot: Snapshot) -> list[Example]:
    """The named questions that anybody puts by themselves, as far as the graph has values for them."""
    values = gather_values(snapshot)
    found = (_fill(query, values) for query in catalogue().values() if not query.inner)
    return sorted((example for example in found if example), key=lambda example: (example.title, example.name))


def _fill(query: NamedQuery, values: Values) -> Example | None:
    given = {param.name: values.find(param) for param in query.params if not param.optional or param.kind == "status"}
    if any(value is None for value in given.values()):
        return None
    text = HEADER.sub("", bind(query, given))
    return Example(name=query.name, title=query.title, description=query.description, query=f"{''.join(_declare(text))}\n{text}\n")


def _declare(text: str) -> Iterator[str]:
    """The prefixes that a query uses: the endpoint knows them, other programs do not."""
    for prefix, namespace in PREFIXES.items():
        if re.search(rf"(?<![\w:<]){prefix}:(?!//)", text):
            yield f"PREFIX {prefix}: <{namespace}>\n"


def gather_values(snapshot: Snapshot) -> Values:
    """The two people of whose encounters there are most independent reports, the states, places and outlets that come most often."""
    known, events = snapshot.known, _occurred(snapshot)
    met = [event for event in events if event.type in snapshot.encounters]
    pairs = Counter(pair for event in met for pair in combinations(sorted(_people(snapshot, event)), 2) for _ in event.sources)
    people = _most(pairs)[0] if pairs else ()
    last = max((earliest(event.interval) for event in met if event.interval and set(people) <= _people(snapshot, event)), default=None)
    return Values(
        snapshot=snapshot,
        people=people,
        states=_most(Counter(state for event in events for state in _states(snapshot, event))),
        places=_most(Counter(event.place for event in events if event.place)),
        offices=_list_offices(snapshot, [*people, *_most(count_events(events))]),
        outlets=_most(Counter(source.outlet for source in known.sources.values() if source.outlet)),
        agreements=_most(Counter(item.entity for event in events if (item := event.item) and item.role == "agreement" and item.entity)),
        day=last,
    )


def _list_offices(snapshot: Snapshot, people: Iterable[str]) -> list[str]:
    """The offices of these people, the latest of the first one first."""
    tenures = snapshot.known.tenures
    return list(dict.fromkeys(tenure.office for person in people for tenure in tenures.get(person, ())[::-1]))


def _occurred(snapshot: Snapshot) -> Iterable[Event]:
    return [event for event in snapshot.events if event.status == OCCURRED]


def _most(counts: Counter[Any]) -> list[Any]:
    return sorted(counts, key=lambda thing: (-counts[thing], str(thing)))


def _people(snapshot: Snapshot, event: Event) -> set[str]:
    entities = snapshot.known.entities
    return {p.entity for p in event.participants if p.entity in entities and entities[p.entity].kind == NK + "Person"}


def _states(snapshot: Snapshot, event: Event) -> set[str]:
    entities = snapshot.known.entities
    found = [entities[p.entity] for p in event.participants if p.entity in entities]
    return {state for entity in found if (state := entity.iri if entity.kind == STATE else entity.country)}
