"""The Turtle of `ontology/` as one frozen `Ontology`: entities, offices, tenures, event types, words, decisions.

Everything that the program knows of the world enters here and nowhere else. Raises `OntologyError` with
the file or the IRI where the Turtle does not parse or misses what the program needs.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox

from kg.dates import covers, from_edtf
from kg.errors import OntologyError
from kg.ids import NK, local
from kg.records import Agreement, Entity, Interval, Label, Office, Tenure
from kg.schema import Edge, EventType, Fill, Frame, LinkRule, RoleType

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCT = "http://purl.org/dc/terms/"
GEO = "http://www.w3.org/2003/01/geo/wgs84_pos#"
WIKIDATA = "http://www.wikidata.org/entity/"
# The rank of an office that has none: below all others.
UNRANKED = 9
SLOT = "https://w3id.org/dprk-russia/slot#"

T = TypeVar("T")

Node = Mapping[str, tuple[ox.NamedNode | ox.Literal, ...]]


@dataclass(frozen=True, kw_only=True)
class Ontology:
    """What the Turtle says. `words` maps the name of a word class (e.g. "Hedge") to its lemmas; `folder` is the Turtle's."""

    folder: Path
    entities: Mapping[str, Entity]
    offices: Mapping[str, Office]
    tenures: tuple[Tenure, ...]
    agreements: Mapping[str, Agreement]
    types: Mapping[str, EventType]
    words: Mapping[str, frozenset[str]]
    classes: Mapping[str, tuple[str, ...]]
    demonyms: Mapping[str, str]
    capitals: Mapping[str, str]
    short_names: Mapping[str, tuple[str, ...]]
    family_name_first: frozenset[str]
    watched: frozenset[str]
    source_classes: Mapping[str, str]
    same_as: Mapping[str, str]
    different: frozenset[frozenset[str]]
    same: frozenset[frozenset[str]] = frozenset()
    links: tuple[LinkRule, ...] = ()

    def is_a(self, kind: str, ancestor: str) -> bool:
        """Whether the class `kind` is `ancestor` or below it."""
        return kind == ancestor or ancestor in self.classes.get(kind, ())

    @cached_property
    def _tenures_by_office(self) -> Mapping[str, tuple[Tenure, ...]]:
        return _grouped((t.office, t) for t in self.tenures)

    @cached_property
    def _tenures_by_person(self) -> Mapping[str, tuple[Tenure, ...]]:
        return _grouped((t.person, t) for t in self.tenures)

    @cached_property
    def capital_of(self) -> Mapping[str, str]:
        """City -> state."""
        return {city: state for state, city in self.capitals.items()}

    def tenures_of(self, person: str) -> tuple[Tenure, ...]:
        """Every tenure of a person, in the order of the ontology."""
        return self._tenures_by_person.get(person, ())

    def holders(self, office: str, interval: Interval | None) -> tuple[Tenure, ...]:
        """The tenures of `office` that may cover `interval`; all of them where it is None.

        In an office of one person a tenure seen to be open before, or of unknown beginning, yields to one that is known to cover it.
        """
        found = tuple(t for t in self._tenures_by_office.get(office, ()) if interval is None or covers(t, interval))
        if interval is None or not self.offices[office].one_person:
            return found
        return tuple(t for t in found if t.begin and (t.end or t.checked is None or interval.start <= t.checked)) or found

    def rank_of(self, person: str, interval: Interval | None) -> int | None:
        """The rank of the highest office that the person may hold in the interval; None without one."""
        known = [self.offices[t.office] for t in self.tenures_of(person) if t.office in self.offices]
        held = (o for o in known if any(t.person == person for t in self.holders(o.iri, interval)))
        return min((office.rank or UNRANKED for office in held), default=None)

    def containers(self, place: str) -> tuple[str, ...]:
        """The places that hold `place`, the nearest first; states come last."""
        inside: list[str] = []
        above: str | None = place
        while above and above not in inside:
            inside.append(above)
            above = self.entities[above].within if above in self.entities else None
        countries = [entity.country for name in inside if (entity := self.entities.get(name)) and entity.country]
        return tuple(dict.fromkeys(name for name in (*inside[1:], *countries) if name != place))

    def state_of(self, entity: Entity) -> str | None:
        """The state that somebody or something is, belongs to or lies in; the entity need not be one of the ontology."""
        above = [name for name in (entity.within, entity.country) if name]
        chain = (entity.iri, *(place for name in above for place in (name, *self.containers(name))))
        return next((iri for iri in chain if iri in self.entities and self.is_a(self.entities[iri].kind, NK + "State")), None)


def default_folder() -> Path:
    """The Turtle inside an installed package, or the one beside it in a checkout."""
    packaged = Path(__file__).parent / "data" / "ontology"
    return packaged if packaged.is_dir() else Path(__file__).parent.parent / "ontology"


def turtle_files(folder: Path) -> list[Path]:
    """Every Turtle file below `folder`, in a fixed order."""
    return sorted(folder.rglob("*.ttl"))


def load(folder: Path | None = None) -> Ontology:
    """Read every Turtle file below `folder` (default: the project's own)."""
    folder = folder or default_folder()
    nodes = _nodes(turtle_files(folder))
    by_class = _by_class(nodes)
    classes = _ancestors(nodes)
    kinds = {kind for kind, above in classes.items() if NK + "Entity" in above or kind == NK + "Entity"}
    entities = {iri: _entity(iri, nodes[iri], kinds, classes) for kind in sorted(kinds) for iri in by_class.get(kind, ())}
    frames = _grouped((_iri(nodes[iri], "evokes"), _frame(iri, nodes[iri])) for iri in by_class.get(NK + "Frame", ()))
    return Ontology(
        folder=folder,
        entities=dict(sorted(entities.items())),
        offices={iri: _office(iri, nodes[iri], entities) for iri in by_class.get(NK + "Office", ())},
        tenures=tuple(_tenure(nodes[iri]) for iri in by_class.get(NK + "Tenure", ())),
        agreements={
            iri: _agreement(iri, nodes[iri])
            for iri, entity in sorted(entities.items())
            if NK + "Agreement" in (entity.kind, *classes.get(entity.kind, ()))
        },
        types={iri: _event_type(iri, nodes, frames.get(iri, ()), classes) for iri in by_class.get(NK + "EventType", ())},
        words={local(iri): frozenset(_texts(nodes[iri], "word")) for iri in by_class.get(NK + "WordClass", ())},
        classes=classes,
        demonyms=_inverse(nodes, "demonym"),
        capitals={iri: _iri(node, "capital") for iri, node in nodes.items() if NK + "capital" in node},
        short_names={iri: _texts(node, "shortName") for iri, node in nodes.items() if NK + "shortName" in node},
        family_name_first=frozenset(iri for iri, node in nodes.items() if _texts(node, "familyNameFirst") == ("true",)),
        watched=frozenset(iri for iri, node in nodes.items() if _texts(node, "watched") == ("true",)),
        source_classes={iri: _iri(node, "sourceClass") for iri, node in nodes.items() if NK + "sourceClass" in node},
        same_as={iri: _iri(node, "sameAs") for iri, node in nodes.items() if NK + "sameAs" in node},
        different=frozenset(frozenset((iri, o.value)) for iri, node in nodes.items() for o in node.get(NK + "differentFrom", ())),
        same=frozenset(frozenset((iri, o.value)) for iri, node in nodes.items() for o in node.get(NK + "sameAs", ())),
        links=tuple(_link_rule(nodes[iri], nodes) for iri in by_class.get(NK + "LinkRule", ())),
    )


# --- Turtle to nodes ------------------------------------------------------------------------------


def _nodes(files: Iterable[Path]) -> dict[str, Node]:
    found: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]] = defaultdict(lambda: defaultdict(list))
    for file in files:
        try:
            for triple in ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE):
                if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.NamedNode | ox.Literal):
                    found[triple.subject.value][triple.predicate.value].append(triple.object)
        except SyntaxError as error:
            raise OntologyError(f"{file}: {error}") from error
    return {iri: {p: tuple(sorted(objects, key=str)) for p, objects in found[iri].items()} for iri in sorted(found)}


def _by_class(nodes: Mapping[str, Node]) -> Mapping[str, tuple[str, ...]]:
    return _grouped((kind.value, iri) for iri, node in nodes.items() for kind in node.get(RDF + "type", ()))


def _ancestors(nodes: Mapping[str, Node]) -> dict[str, tuple[str, ...]]:
    parents = {iri: tuple(o.value for o in node[RDFS + "subClassOf"]) for iri, node in nodes.items() if RDFS + "subClassOf" in node}

    def above(kind: str, seen: tuple[str, ...]) -> tuple[str, ...]:
        for parent in parents.get(kind, ()):
            if parent not in seen:
                seen = above(parent, (*seen, parent))
        return seen

    return {kind: above(kind, ()) for kind in parents} | {NK + "Entity": ()}


# --- nodes to records -----------------------------------------------------------------------------


def _entity(iri: str, node: Node, kinds: set[str], classes: Mapping[str, tuple[str, ...]]) -> Entity:
    own = [o.value for o in node[RDF + "type"] if o.value in kinds]
    label = _text(node, SKOS + "prefLabel", iri)
    match = next((o.value for o in node.get(SKOS + "exactMatch", ()) if o.value.startswith(WIKIDATA)), None)
    return Entity(
        iri=iri,
        kind=max(own, key=lambda kind: (len(classes.get(kind, ())), kind)),
        label=label,
        labels=tuple(_labels(node)),
        country=_iri(node, "country") or None,
        within=_iri(node, "within") or None,
        description=next((o.value for o in node.get(DCT + "description", ())), ""),
        wikidata=match.removeprefix(WIKIDATA) if match else None,
        female=_texts(node, "female") == ("true",),
        latitude=_number(node, GEO + "lat"),
        longitude=_number(node, GEO + "long"),
        sources=tuple(o.value for o in node.get(DCT + "source", ())),
    )


def _labels(node: Node) -> Iterable[Label]:
    for predicate in (SKOS + "prefLabel", SKOS + "altLabel", NK + "abbreviation"):
        for o in node.get(predicate, ()):
            if isinstance(o, ox.Literal):
                yield Label(text=o.value, language=o.language or "en", preferred=predicate.endswith("prefLabel"))


def _office(iri: str, node: Node, entities: Mapping[str, Entity]) -> Office:
    organisation = _iri(node, "officeOf")
    rank = _texts(node, "rank")
    state = _iri(node, "country") or (entities[organisation].country if organisation in entities else None)
    if state is None and organisation in entities and entities[organisation].kind == NK + "State":
        state = organisation
    return Office(
        iri=iri,
        label=_text(node, SKOS + "prefLabel", iri),
        organisation=organisation,
        state=state,
        titles=_texts(node, "title"),
        rank=int(rank[0]) if rank else None,
        one_person=_texts(node, "onePerson") == ("true",),
    )


def _tenure(node: Node) -> Tenure:
    checked = _texts(node, "checked")
    return Tenure(
        person=_iri(node, "holder"),
        office=_iri(node, "office"),
        begin=_partial(node, "begin"),
        end=_partial(node, "end"),
        acting=_texts(node, "acting") == ("true",),
        source=next((o.value for o in node.get(DCT + "source", ())), ""),
        checked=dt.date.fromisoformat(checked[0]) if checked else None,
    )


def _agreement(iri: str, node: Node) -> Agreement:
    issued = next((o.value for o in node.get(DCT + "issued", ())), None)
    parties = frozenset(o.value for o in node.get(DCT + "relation", ()))
    return Agreement(iri=iri, parties=parties, signed=from_edtf(issued) if issued else None)


def _partial(node: Node, name: str) -> Interval | None:
    texts = _texts(node, name)
    try:
        return from_edtf(texts[0]) if texts else None
    except ValueError as error:
        raise OntologyError(f"nk:{name} of the tenure of {local(_iri(node, 'holder'))}: {error}") from error


def _event_type(iri: str, nodes: Mapping[str, Node], frames: tuple[Frame, ...], classes: Mapping[str, tuple[str, ...]]) -> EventType:
    node = nodes[iri]
    within = _texts(node, "sameWithin")
    return EventType(
        iri=iri,
        name=_text(node, SKOS + "prefLabel", iri),
        parents=classes.get(iri, ()),
        frames=frames,
        roles=tuple(_role(o.value, nodes) for o in node.get(NK + "asks", ())),
        edges=tuple(_edge(nodes[o.value]) for o in node.get(NK + "edge", ())),
        same_within=int(within[0]) if within else 0,
        news_days=int((_texts(node, "newsDays") or ("0",))[0]),
        durative=_texts(node, "durative") == ("true",),
        recurrent=_texts(node, "recurrent") == ("true",),
        item=local(_iri(node, "itemRole")) or None,
        plover=next(iter(_texts(node, "plover")), None),
        cameo=next(iter(_texts(node, "cameo")), None),
    )


def _role(iri: str, nodes: Mapping[str, Node]) -> RoleType:
    node = nodes.get(iri)
    if node is None:
        raise OntologyError(f"role {iri} is asked for and not defined")
    least = _texts(node, "atLeast")
    filled_by = tuple(o.value for o in node.get(NK + "filledBy", ()))
    return RoleType(
        name=local(_iri(node, "role") or iri),
        filled_by=filled_by,
        at_least=int(least[0]) if least else 0,
        abroad=_texts(node, "abroad") == ("true",),
        from_item=_texts(node, "fromItem") == ("true",),
        hosting=_texts(node, "hosting") == ("true",),
    )


def _edge(node: Node) -> Edge:
    return Edge(
        source=local(_iri(node, "from")),
        target=local(_iri(node, "to")),
        directed=_texts(node, "directed") == ("true",),
        predicate=_iri(node, "direct") or None,
    )


def _link_rule(node: Node, nodes: Mapping[str, Node]) -> LinkRule:
    shared = [nodes[o.value] for o in node.get(NK + "shares", ())]
    return LinkRule(
        kind=_iri(node, "link"),
        of_type=_iri(node, "ofType"),
        to_type=_iri(node, "toType"),
        of_status=local(_iri(node, "ofStatus")) or "occurred",  # type: ignore[arg-type]  # SHACL pins the four values
        to_status=local(_iri(node, "toStatus")) or "occurred",  # type: ignore[arg-type]
        when=next(iter(_texts(node, "when"))),
        within=int((_texts(node, "withinDays") or ("0",))[0]),
        shares=tuple((local(_iri(pair, "ofRole")), local(_iri(pair, "toRole"))) for pair in shared),
        same_item=_texts(node, "sameItem") == ("true",),
        at_home_of=local(_iri(node, "atHomeOf")),
    )


def _frame(iri: str, node: Node) -> Frame:
    fills = [Fill(slot=local(p), role=local(o.value)) for p, objects in node.items() if p.startswith(SLOT) for o in objects]
    status = _iri(node, "status")
    if not _texts(node, "lemma"):
        raise OntologyError(f"frame {iri} has no nk:lemma")
    return Frame(
        lemmas=_texts(node, "lemma"),
        pos=_text(node, NK + "pos", iri),
        fills=tuple(sorted(fills, key=lambda fill: (fill.slot, fill.role))),
        light=_texts(node, "light"),
        objects=_texts(node, "objectLemma"),
        requires=tuple(local(o.value) for o in node.get(NK + "requires", ())),
        without=_texts(node, "without"),
        needs=_texts(node, "needs"),
        leaders=_texts(node, "statesMean") == ("leader",),
        resumes=_texts(node, "resumes") == ("true",),
        abroad=_texts(node, "abroad") == ("true",),
        status=local(status) if status else "occurred",  # type: ignore[arg-type]  # SHACL pins the four values
    )


# --- small readers of a node ----------------------------------------------------------------------


def _text(node: Node, predicate: str, iri: str) -> str:
    for o in node.get(predicate, ()):
        if isinstance(o, ox.Literal) and o.language in (None, "en"):
            return o.value
    raise OntologyError(f"{iri} has no {local(predicate)}")


def _texts(node: Node, name: str) -> tuple[str, ...]:
    return tuple(o.value for o in node.get(NK + name, ()))


def _iri(node: Node, name: str) -> str:
    return next((o.value for o in node.get(NK + name, ())), "")


def _number(node: Node, predicate: str) -> float | None:
    return next((float(o.value) for o in node.get(predicate, ())), None)


def _inverse(nodes: Mapping[str, Node], name: str) -> dict[str, str]:
    return {text: iri for iri, node in nodes.items() for text in _texts(node, name)}


def _grouped(pairs: Iterable[tuple[str, T]]) -> dict[str, tuple[T, ...]]:
    groups: dict[str, list[T]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return {key: tuple(values) for key, values in groups.items()}
