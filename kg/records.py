"""The records that pass through the program: frozen, ordered, made of plain values.

A stage takes records and returns new ones; none is ever changed. Offsets are character offsets into
`Article.text`, the end exclusive. Intervals are half-open: [start, end) in whole days. Things of the
world are named by IRI (a `str`); `kg.ids` makes the IRIs.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Status = Literal["occurred", "planned", "alleged", "denied"]
DateSource = Literal["explicit", "relative", "dateline", "published", "none"]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Interval:
    """Days from `start` (inclusive) to `end` (exclusive). "June 2024" is [2024-06-01, 2024-07-01)."""

    start: dt.date
    end: dt.date


# --- articles -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Who published an article and when. `published_why` says where the date is from.

    `outlet` is the IRI of the publisher where the ontology knows it, `retrieved` the day on which the text was fetched.
    """

    publisher: str | None = None
    outlet: str | None = None
    url: str | None = None
    title: str | None = None
    published: dt.date | None = None
    published_why: str = "metadata"
    retrieved: dt.date | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One text as read. `id` is the JSONL id or the file stem; `text` is what offsets refer to."""

    id: str
    text: str
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Skip:
    """An input that gave no article: the file (and line, from 1) and one clear reason."""

    path: str
    line: int | None = None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Passed:
    """So many articles that were passed over, and are counted and not named: why, in a few words ("naming nobody watched", "in ko")."""

    reason: str
    count: int = 1


# --- the ontology ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A name of an entity. `language` is a BCP 47 tag ("en", "ko", "ru"); exactly one English label is preferred."""

    text: str
    language: str
    preferred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A person, organisation, place, agreement or thing; from the ontology or minted from a text.

    `kind` is the IRI of its most specific class, `country` and `within` are IRIs of entities; `why` tells of one minted
    from several texts why it is one.
    """

    iri: str
    kind: str
    label: str
    labels: tuple[Label, ...] = ()
    country: str | None = None
    within: str | None = None
    description: str = ""
    wikidata: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    sources: tuple[str, ...] = ()
    minted: bool = False
    female: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Between whom an agreement is (IRIs of states and organisations) and the day on which it was signed."""

    iri: str
    parties: frozenset[str]
    signed: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenure:
    """A person's time in an office. `begin` and `end` are the days within which it began or ended."""

    person: str
    office: str
    begin: Interval | None
    end: Interval | None
    acting: bool = False
    source: str = ""
    checked: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A post. `titles` are how texts name it once `organisation` or its state is known; `rank` 1 is a head of state."""

    iri: str
    label: str
    organisation: str
    state: str | None
    titles: tuple[str, ...]
    rank: int | None = None
    one_person: bool = True


# --- what is found in one article -----------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A span of the text that holds one sentence."""

    start: int
    end: int


class Span(NamedTuple):
    """A named entity as the language pipeline sees it, with the pipeline's own label."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMention:
    """A span that names days. `why` is one clause, e.g. "weekday before publication"."""

    start: int
    end: int
    text: str
    interval: Interval
    source: DateSource
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A span that names something, title and apposition included.

    `name` is the bare name ("" where only an office or a description stands), `title` the office as
    written ("" where none), `kind` one of person, organisation, place, agreement, group.
    `candidates` are the IRIs that bear the name, `offices` those that the title may mean; a `former` holder is nobody's
    name, and who was it `then` was in office on the day told, not on that of the report. It is not `sure` that a short
    name is one at all where a common word or a place may stand there.
    """

    start: int
    end: int
    text: str
    name: str
    kind: str
    title: str = ""
    state: str | None = None
    candidates: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()
    former: bool = False
    then: bool = False
    sure: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A mention and the entity it stands for; `entity` is None where nothing decides between `candidates`."""

    mention: Mention
    entity: str | None
    score: float
    why: str
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Participant:
    """An entity and the role that it fills; `order` is its place in the list that the text gives, from 1."""

    entity: str
    role: str
    order: int = 1


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Item:
    """What an event is about: the agreement signed, the goods transferred. `entity` where one is known."""

    role: str
    text: str
    entity: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Evidence:
    """The exact text that a claim rests on: `quote == article.text[start:end]`; `prefix` and `suffix` are what stands around it."""

    start: int
    end: int
    quote: str
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Naming:
    """The words of an article that a claim takes for an entity, how sure that is, in (0, 1], and the reason.

    `spelling` is the bare name among them, "" where they are an office, a pronoun or a description.
    """

    entity: str
    text: str
    score: float
    why: str
    spelling: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """One who says so: an entity, or None where the `text`, the article's words, names nobody known.

    `source_class` is the IRI of a class of sources; `via` is who passes it on, where the article has it at second hand.
    """

    entity: str | None
    text: str
    source_class: str
    via: "Attribution | None" = None

    @property
    def chain(self) -> "tuple[Attribution, ...]":
        """From the source that the article itself cites to this one."""
        return (*(self.via.chain if self.via else ()), self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One article says that this happened, will happen, is alleged or did not happen."""

    iri: str
    article: str
    type: str
    participants: tuple[Participant, ...]
    interval: Interval | None
    date_source: DateSource
    place: str | None
    status: Status
    attributed_to: tuple[Attribution, ...]
    item: Item | None
    evidence: tuple[Evidence, ...]
    confidence: float
    why: tuple[str, ...]
    namings: tuple[Naming, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Imprint:
    """What merging knows of an article: its day of publication, its outlet ("" for an unknown one), the sketch of its text."""

    published: dt.date | None = None
    outlet: str = ""
    sketch: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A field on which claims of one event differ: each value (as text) and the claims that give it."""

    field: str
    value: str
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What several claims agree on. `score` in (0, 1] and `why` tell how sure the merge is and why.

    `sources` are the independent ones: for each the ids of its articles, the first published first. Articles of one outlet
    and near-identical texts are one source.
    """

    iri: str
    type: str
    participants: tuple[Participant, ...]
    interval: Interval | None
    place: str | None
    status: Status
    item: Item | None
    claims: tuple[str, ...]
    score: float
    why: tuple[str, ...]
    disagreements: tuple[Disagreement, ...] = ()
    sources: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class EventLink:
    """How two events belong together: `kind` is the IRI of a property, e.g. nk:partOf, from the one to the other."""

    source: str
    kind: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A text that an article had before it was read anew: its SHA-256, its dates, and the SHA-256 of what took its place."""

    article: str
    sha256: str
    published: dt.date | None
    retrieved: dt.date | None
    replaced_by: str
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """All that one article yields: its claims and the entities that it names and the ontology lacks.

    `minted` are those as the article names them; `taken` says which entity each, by its IRI, is taken for once all
    articles are known. The claims name that one. Where that cannot be undone, since two are taken for one or one for an entity of the
    ontology, `unnamed` are the claims as they name those of the article.
    """

    article: Article
    claims: tuple[Claim, ...]
    minted: tuple[Entity, ...]
    taken: Mapping[str, str] = field(default_factory=dict)
    unnamed: tuple[Claim, ...] = ()
