"""What users write -> the IRIs of what is meant: entities by name in any spelling or script, offices by title and state.

The store answers; nothing here knows a name. A text that stands for nothing or for several raises `QueryError`,
with the nearest names or the candidates.
"""

import difflib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from kg.errors import QueryError
from kg.ids import EVENT, NK, local
from kg.romanise import is_family_name, is_spelling
from kg.store import Store
from kg.terms import PREFIXES, to_sparql
from kg.text import fold, name_key, romanised

ENTITY_CLASS = NK + "Entity"
PLACE_CLASS, STATE_CLASS, AGREEMENT_CLASS = NK + "Place", NK + "State", NK + "Agreement"

# A limit keeps the engine from trying each name against each path.
NAMED = """SELECT DISTINCT ?thing ?preferred ?name ?short WHERE {{
  {{ SELECT DISTINCT ?class {{ ?class rdfs:subClassOf* <{root}> }} LIMIT 9999 }}
  ?thing a ?class .
  OPTIONAL {{ ?thing skos:prefLabel ?preferred FILTER(LANG(?preferred) = "en") }}
  {{ ?thing skos:prefLabel|skos:altLabel|nk:abbreviation ?name BIND(false AS ?short) }}
  UNION {{ ?thing nk:shortName ?name BIND(true AS ?short) }}
}}"""
MINTED = "SELECT DISTINCT ?thing WHERE { ?thing nk:minted true }"
TITLES = """SELECT DISTINCT ?office ?label ?title WHERE {
  ?office a nk:Office ; skos:prefLabel ?label ; nk:title|skos:prefLabel|skos:altLabel ?title }"""
OWNERS = """SELECT DISTINCT ?office ?name WHERE {
  ?office a nk:Office ; nk:country?/nk:officeOf?/nk:country?/nk:capital? ?owner .
  ?owner skos:prefLabel|skos:altLabel|nk:abbreviation|nk:shortName|nk:demonym ?name }"""
TAKING_PART = """SELECT ?thing (COUNT(DISTINCT ?event) AS ?n) WHERE {{
  VALUES ?thing {{ {things} }} ?event a nk:Event ; sem:hasActor ?thing
}} GROUP BY ?thing"""
MET = "SELECT DISTINCT ?one ?other WHERE {{ VALUES ?one {{ {one} }} VALUES ?other {{ {other} }} ?one nk:met ?other }}"
EVENTS = 'SELECT DISTINCT ?event WHERE {{ ?event a nk:Event FILTER(STRSTARTS(STR(?event), "{start}")) }}'

# Words that join a title to whose it is and decide nothing.
JOINING = frozenset(("the", "a", "an", "of", "for", "to", "in", "and"))
NUMBER = re.compile(r"[\w-]+", re.ASCII)
# What stands for an event by itself; fewer digits might be a name.
START = re.compile(r"[0-9a-f]{4,}")
_Offices = tuple[Mapping[str, str], Mapping[str, list[frozenset[str]]], Mapping[str, set[str]]]
NEAR, MOST_NEAR, MOST_CANDIDATES = 0.65, 5, 10


@dataclass(frozen=True, slots=True)
class _Name:
    """A name that something bears, as it is and as `fold` and `_key` give it; `short` where it identifies by context alone."""

    thing: str
    label: str
    text: str
    short: bool
    plain: str
    key: str


# --- entities -------------------------------------------------------------------------------------


def find_entity(store: Store, text: str, *, root: str = ENTITY_CLASS) -> str:
    """The entity below the class `root` that `text` names, whatever spelling or script; an IRI or the end of one stands for itself.

    Full names go before short ones, and these before parts of a name: "Putin", "Lavrow" (which raises). One whom the ontology
    knows goes before newcomers of that name, however it is spelt, and the only one who takes part in anything before the others.
    """
    found = find_candidates(store, text, root=root)
    if len(found) == 1:
        return next(iter(found))
    events = _count_events(store, found)
    if len(events) == 1:
        return next(iter(events))
    raise QueryError(f"{text!r} may be {_listed(found, events)}")


def find_candidates(store: Store, text: str, *, root: str = ENTITY_CLASS) -> Mapping[str, str]:
    """The entities that `text` may name in the surest way in which it names any, with their labels; `QueryError` where it names none."""
    found = list_candidates(store, text, root=root)
    if found:
        return found
    hint = (
        "; it is an office: kg who tells who held it"
        if _is_office(store, text)
        else _hint(text, {name.text for name in _names(store, root)})
    )
    raise QueryError(f"nothing here is called {text!r}{hint}")


def list_candidates(store: Store, text: str, *, root: str = ENTITY_CLASS) -> Mapping[str, str]:
    """As `find_candidates`, with none where it names none."""
    names = _names(store, root)
    labels = {name.thing: name.label for name in names}
    iri = _expand(text, labels)
    if iri:
        return {iri: labels[iri]}
    for fits in _ways(text):
        found = {name.thing: name.label for name in names if fits(name)}
        if len(found) > 1:
            newcomers = {str(thing) for (thing,) in store.sparql(MINTED).rows}
            found = {thing: label for thing, label in found.items() if thing not in newcomers} or found
        if found:
            return found
    return {}


def find_begun(store: Store, text: str) -> Mapping[str, str]:
    """The entities with a name in which the words of `text` follow each other, the last perhaps only begun, with their labels."""
    plain, key = f" {fold(text.strip())}", f" {_key(text)}"
    if not key.strip():
        return {}
    return {name.thing: name.label for name in _names(store, ENTITY_CLASS) if key in f" {name.key}" or plain in f" {name.plain}"}


def _is_office(store: Store, text: str) -> bool:
    try:
        find_office(store, text)
    except QueryError:
        return False
    return True


def find_two(store: Store, one: str, other: str) -> tuple[str, str]:
    """The two entities that two texts name: of those whom a text may mean, the only one who met the other."""
    mine, theirs = find_candidates(store, one), find_candidates(store, other)
    if len(mine) > 1 or len(theirs) > 1:
        first, second = (" ".join(to_sparql("iri", thing) for thing in found) for found in (mine, theirs))
        pairs = store.sparql(MET.format(one=first, other=second)).rows
        if len(pairs) == 1:
            return str(pairs[0][0]), str(pairs[0][1])
    return find_entity(store, one), find_entity(store, other)


def find_place(store: Store, text: str) -> str:
    """As `find_entity`, among places and states."""
    return find_entity(store, text, root=PLACE_CLASS)


def find_event(store: Store, text: str) -> str | None:
    """The event whose IRI is `text`, or whose number begins with it; None where there is none or no single one."""
    number = text.removeprefix(EVENT).removeprefix("event:")
    if not NUMBER.fullmatch(number) or (number == text and not START.fullmatch(number)):
        return None
    found = [str(event) for (event,) in store.sparql(EVENTS.format(start=EVENT + number)).rows]
    return EVENT + number if EVENT + number in found else found[0] if len(found) == 1 else None


def prepare(store: Store) -> None:
    """Read every name now, so that nobody waits for it later; of use for a store that nobody changes."""
    for root in (ENTITY_CLASS, PLACE_CLASS, STATE_CLASS, AGREEMENT_CLASS):
        _names(store, root)
    _offices(store)
    # Nobody is called so: every name is spelt in every way, and the spellings are kept.
    list_candidates(store, "0 0")


def _names(store: Store, root: str) -> list[_Name]:
    return store.remember(f"names {root}", lambda: list(_read_names(store, root)))


def _read_names(store: Store, root: str) -> Iterator[_Name]:
    for thing, label, name, short in sorted(store.sparql(NAMED.format(root=root)).rows, key=str):
        text = str(name)
        yield _Name(str(thing), str(label or local(str(thing))), text, bool(short), fold(text), _key(text))


def _ways(text: str) -> tuple[Callable[[_Name], bool], ...]:
    """How a name may fit a text, from the surest way to the loosest."""
    plain, key = fold(text.strip()), _key(text)
    path = tuple(key.split())

    def is_written(name: _Name) -> bool:
        return name.plain == plain or (bool(key) and name.key == key)

    return (
        lambda name: not name.short and is_written(name),
        lambda name: not name.short and is_spelling(path, name.text),
        lambda name: name.short and is_written(name),
        lambda name: not name.short and len(path) == 1 and is_family_name(key, name.text),
        lambda name: bool(path) and set(path) <= set(name.key.split()),
    )


def _key(text: str) -> str:
    return romanised(name_key(text))


def _expand(text: str, known: Iterable[str]) -> str | None:
    """An IRI, a prefixed name ("id:seoul") or the end of an IRI ("seoul") of something known."""
    prefix, colon, rest = text.partition(":")
    candidates = (text, PREFIXES.get(prefix, "") + rest if colon else PREFIXES["id"] + text)
    return next((iri for iri in candidates if iri in known), None)


def _count_events(store: Store, things: Iterable[str]) -> Mapping[str, int]:
    values = " ".join(to_sparql("iri", thing) for thing in things)
    return {str(thing): int(str(n)) for thing, n in store.sparql(TAKING_PART.format(things=values)).rows}


def _listed(labels: Mapping[str, str], events: Mapping[str, int]) -> str:
    """The candidates, those that take part in most events first."""
    order = sorted(labels, key=lambda thing: (-events.get(thing, 0), labels[thing], thing))
    more = f" or {len(order) - MOST_CANDIDATES} more" if len(order) > MOST_CANDIDATES else ""
    return ", ".join(f"{labels[thing]} ({local(thing)})" for thing in order[:MOST_CANDIDATES]) + more


def list_near(store: Store, text: str) -> tuple[str, ...]:
    """Names that are written much as the text is, the nearest first."""
    return _find_near(text, {name.text for name in _names(store, ENTITY_CLASS)})


def _hint(text: str, names: Iterable[str]) -> str:
    near = _find_near(text, names)
    return f"; near: {', '.join(near)}" if near else ""


def _find_near(text: str, names: Iterable[str]) -> tuple[str, ...]:
    by_key = {fold(name): name for name in sorted(names)}
    near = difflib.get_close_matches(fold(text), by_key, n=MOST_NEAR, cutoff=NEAR)
    return tuple(dict.fromkeys(by_key[key] for key in near))


# --- offices --------------------------------------------------------------------------------------


def find_office(store: Store, text: str) -> str:
    """The office that a phrase means: a title with its state or organisation, in any order, or the office's own label.

    Every word of the phrase must be the title's or belong to a name of the owner: "deputy foreign minister" of a
    state is not its foreign minister.
    """
    labels, titles, owners = _offices(store)
    iri = _expand(text, labels)
    if iri:
        return iri
    wanted = _words(text)
    fits = {office: fit for office in labels if (fit := _fit(wanted, titles[office], owners[office]))}
    best = [office for office, fit in fits.items() if fit == max(fits.values())]
    if len(best) == 1:
        return best[0]
    if best:
        raise QueryError(f"{text!r} may be {_listed({office: labels[office] for office in best}, {})}")
    raise QueryError(f"no office is called {text!r}{_hint(text, labels.values())}")


def find_offices(store: Store, text: str) -> Mapping[str, str]:
    """The offices, with their labels, of whose titles and owners each word of `text` begins a word, and some word one of a title."""
    wanted = _words(text)
    labels, titles, owners = _offices(store)
    return {
        office: label for office, label in labels.items() if wanted and _begins(wanted, frozenset().union(*titles[office]), owners[office])
    }


def _begins(wanted: Iterable[str], title: Iterable[str], owner: Iterable[str]) -> bool:
    begun = [any(word.startswith(begin) for word in title) for begin in wanted]
    return any(begun) and all(known or any(word.startswith(begin) for word in owner) for begin, known in zip(wanted, begun, strict=True))


def _offices(store: Store) -> _Offices:
    """Of each office its label, the words of each of its titles, and the words by which its owners are called."""
    return store.remember("offices", lambda: _read_offices(store))


def _read_offices(store: Store) -> _Offices:
    labels: dict[str, str] = {}
    titles: dict[str, list[frozenset[str]]] = defaultdict(list)
    owners: dict[str, set[str]] = defaultdict(set)
    for office, label, title in sorted(store.sparql(TITLES).rows, key=str):
        labels[str(office)] = str(label)
        titles[str(office)].append(_words(str(title)))
    for office, name in store.sparql(OWNERS).rows:
        owners[str(office)] |= _words(str(name))
    return labels, titles, owners


def _words(text: str) -> frozenset[str]:
    return frozenset(name_key(text).split()) - JOINING


def _fit(wanted: frozenset[str], titles: Iterable[frozenset[str]], owner: set[str]) -> int:
    """How many words of the phrase the best title explains, where the owner's names explain the rest; 0 where none does."""
    return max((len(title) for title in titles if title and title <= wanted and wanted - title <= owner), default=0)
