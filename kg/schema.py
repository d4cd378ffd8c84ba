"""What the ontology says of events: types with their roles, the words that evoke them, how networks and links draw them.

Frozen records, as in `kg.records`; things of the vocabulary are named by IRI, roles by their local names.
"""

from dataclasses import dataclass

from kg.records import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """A syntactic slot of a trigger and the role that its filler takes ("subject" gives "sender")."""

    slot: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """How words evoke an event type: lemmas of one part of speech and what their slots mean.

    `light` are verbs that a noun trigger needs above it (empty: none needed); `objects` are lemmas one of
    which a verb trigger needs as object (empty: none needed); `status` is what the frame says by itself.
    `requires` are roles (or the item's) without which the frame says nothing, `without` dependencies or prepositions beside
    which it does not hold; `leaders`: states that it names stand for their leaders; `needs` are slots that must be filled;
    `resumes`: with an article it may mean any event of its type told before ("the meeting"); `abroad`: it says nothing of
    those who are at home in the place.
    """

    lemmas: tuple[str, ...]
    pos: str
    fills: tuple[Fill, ...]
    light: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    status: Status = "occurred"
    requires: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    leaders: bool = False
    needs: tuple[str, ...] = ()
    resumes: bool = False
    abroad: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleType:
    """A role: its local name ("sender"), the entity classes that may fill it, and how many it needs.

    `abroad`: a pronoun that may stand for several fills it with one who is not at home in the event's place.
    `from_item`: where the words name nobody, the parties of the agreement that the event is about fill it.
    `hosting`: whoever is said to be the host fills it.
    """

    name: str
    filled_by: tuple[str, ...]
    at_least: int = 0
    abroad: bool = False
    from_item: bool = False
    hosting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """How the network draws an event: an edge from each filler of one role to each of another.

    `predicate` is the IRI of the direct RDF link between persons for events that occurred, or None.
    """

    source: str
    target: str
    directed: bool
    predicate: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """What an event type asks for. `same_within` is how many days apart two reports of one event may date it.

    `news_days` is for how many days an event is reported without its date, so that two such reports may be of one.
    A `durative` event lasts: a day within it does not make its dates finer. A `recurrent` one happens time and again between
    the same two, so that only what it is about tells one from the next.
    """

    iri: str
    name: str
    parents: tuple[str, ...]
    frames: tuple[Frame, ...]
    roles: tuple[RoleType, ...]
    edges: tuple[Edge, ...]
    same_within: int = 0
    durative: bool = False
    recurrent: bool = False
    news_days: int = 0
    item: str | None = None
    plover: str | None = None
    cameo: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRule:
    """When an event is joined to another: `kind` is the IRI of the property that joins them.

    Empty types mean that both are of one type. `shares` are pairs of roles (of the one, of the other) one of which somebody fills
    in both; where there are none, all who take part in one take part in the other, or with `same_item` the two are about one thing.
    `when` is "during", "about" or "after", `within` how many days later the one may begin (0: any), `at_home_of` the role of the
    other event in whose filler's state the one takes place.
    """

    kind: str
    of_type: str
    to_type: str
    of_status: Status
    to_status: Status
    when: str
    within: int
    shares: tuple[tuple[str, str], ...]
    same_item: bool
    at_home_of: str
