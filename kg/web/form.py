"""The form of a named question: what each parameter is called in an address, how it is put in, what is suggested for it."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from kg import asking
from kg.asking import ALL, BOUNDS, STATUSES, Given
from kg.dates import to_edtf
from kg.errors import QueryError
from kg.ids import EVENT
from kg.names import AGREEMENT_CLASS, STATE_CLASS
from kg.network import label_of
from kg.questions import NamedQuery, Param
from kg.show import DIGITS, flag
from kg.web.message import Asked
from kg.web.search import name_event
from kg.web.snapshot import Snapshot, count_events

# Names that a form suggests for one field.
SUGGESTED = 400
DATES, DAY = "2024, 2024-06 or 2024-06-19", "2024-06-19"
# How a browser checks a date before it sends it.
PATTERNS = {DATES: r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", DAY: r"[0-9]{4}-[0-9]{2}-[0-9]{2}"}
NUMBER = re.compile(r"-?[0-9]{1,9}")
HEADING = "date,who,whom"
AGREEMENTS = """SELECT DISTINCT ?label {{ ?class rdfs:subClassOf* <{root}> . ?thing a ?class ; skos:prefLabel ?label
  FILTER(LANG(?label) = "en") }}"""


class Option(NamedTuple):
    """A value that is suggested, and what it stands for, "" where it tells that itself."""

    value: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A parameter as a form shows it: `control` is text, number, rows (a text of several lines) or select, which has `options`.

    `value` is what was given, `reason` why that is no such value; `suggested` is the kind of parameter whose values are suggested.
    """

    name: str
    label: str
    control: str
    required: bool
    note: str
    value: str
    reason: str
    options: tuple[str, ...]
    suggested: str
    placeholder: str
    pattern: str


# --- what is given --------------------------------------------------------------------------------


def public_name(param: Param) -> str:
    """What a parameter is called in an address: as its option on the command line, "from" for `start`."""
    return flag(param.name).removeprefix("--").replace("-", "_")


def note_of(param: Param) -> str:
    """What is put in for a parameter; what is a file on the command line is text here."""
    return f"rows of CSV below the heading {HEADING}" if param.kind == "chronology" else param.note


def read_given(named: NamedQuery, asked: Asked, *others: str) -> dict[str, str]:
    """What an address gives, by the names of the parameters; `QueryError` for one that the question does not have."""
    names = {public_name(param): param.name for param in named.params}
    unknown = next((name for name, _ in asked.query if name not in names and name not in others), None)
    if unknown is not None:
        raise QueryError(f"{named.name} has no parameter {unknown[:80]!r}; it has {', '.join(names) or 'none'}")
    return {param: value for name, param in names.items() if (value := asked.get(name))}


def read_values(named: NamedQuery, given: Mapping[str, str]) -> dict[str, Given]:
    """What is given as `kg.asking` takes it: a chronology as rows. Raises `QueryError`."""
    kinds = {param.name: param.kind for param in named.params}
    return {name: _read(name, kinds[name], text) for name, text in given.items()}


def _read(name: str, kind: str, text: str) -> Given:
    if kind == "number" and not NUMBER.fullmatch(text):
        raise QueryError(f"{name}: {text!r} is no whole number of at most nine digits")
    if kind != "chronology":
        return text
    try:
        return [{str(key): str(value or "") for key, value in row.items()} for row in csv.DictReader(io.StringIO(text))]
    except csv.Error as error:
        raise QueryError(f"{name}: these rows cannot be read: {error}") from error


def find_faults(snapshot: Snapshot, named: NamedQuery, given: Mapping[str, str]) -> dict[str, str]:
    """Why a value is none, by parameter, for each that is none by itself."""
    faults = {}
    for name, text in given.items():
        try:
            asking.read_values(snapshot.store, named, read_values(named, {name: text}))
        except QueryError as error:
            faults[name] = str(error)
    return faults


# --- what is shown --------------------------------------------------------------------------------


def make_fields(snapshot: Snapshot, named: NamedQuery, given: Mapping[str, str], faults: Mapping[str, str]) -> list[Field]:
    """The fields of a question with what was given in them."""
    return [_field(snapshot, param, given.get(param.name, ""), faults.get(param.name, "")) for param in named.params]


def _field(snapshot: Snapshot, param: Param, value: str, reason: str) -> Field:
    name = public_name(param)
    dates = DATES if param.name in BOUNDS else DAY
    options = {"status": (*STATUSES, ALL), "type": ("", *_types(snapshot))}.get(param.kind, ())
    if param.kind == "status":
        value = value or STATUSES[0]
    known = next((option for option in options if option.casefold() == value.casefold()), None)
    return Field(
        name=name,
        label=name.replace("_", " ").capitalize(),
        control={"status": "select", "type": "select", "number": "number", "chronology": "rows"}.get(param.kind, "text"),
        required=not param.optional,
        note=note_of(param),
        value=value if known is None else known,
        reason=reason,
        # What was given and is none of them is shown all the same.
        options=options if known is not None or not options else (*options, value),
        suggested=param.kind if param.kind in SUGGESTIONS else "",
        placeholder={"date": dates, "chronology": _example(snapshot)}.get(param.kind, ""),
        pattern=PATTERNS[dates] if param.kind == "date" else "",
    )


def _example(snapshot: Snapshot) -> str:
    """Rows as a chronology has them, with the two who take part in most events."""
    two = [label_of(iri, snapshot.known) for iri, _ in count_events(snapshot.events).most_common(2)]
    return "\n".join([HEADING, ",".join([DAY, *two])])


def _types(snapshot: Snapshot) -> list[str]:
    return sorted(kind.name for kind in snapshot.known.types.values())


def suggest(snapshot: Snapshot, fields: Iterable[Field]) -> dict[str, list[Option]]:
    """What is suggested, by the kind of parameter."""
    return {kind: SUGGESTIONS[kind](snapshot)[:SUGGESTED] for kind in dict.fromkeys(field.suggested for field in fields if field.suggested)}


def _labels(snapshot: Snapshot, iris: Iterable[str]) -> list[Option]:
    return [Option(name) for name in dict.fromkeys(label_of(iri, snapshot.known) for iri in iris)]


def _entities(snapshot: Snapshot) -> list[Option]:
    """Those who take part in most events, then the outlets."""
    outlets = sorted({source.outlet for source in snapshot.known.sources.values() if source.outlet})
    often = [iri for iri, _ in count_events(snapshot.events).most_common(SUGGESTED - len(outlets))]
    return _labels(snapshot, [*often, *outlets])


def _states(snapshot: Snapshot) -> list[Option]:
    """Those of whom most take part."""
    entities = snapshot.known.entities
    taking_part = count_events(snapshot.events)
    counts = Counter({entity.iri: 0 for entity in entities.values() if entity.kind == STATE_CLASS})
    for iri, number in taking_part.items():
        country = entities[iri].country if iri in entities else None
        counts.update({state: number for state in (iri, country) if state is not None and state in counts})
    return _labels(snapshot, [iri for iri, _ in counts.most_common()])


def _places(snapshot: Snapshot) -> list[Option]:
    return _labels(snapshot, [iri for iri, _ in Counter(event.place for event in snapshot.events if event.place).most_common()])


def _offices(snapshot: Snapshot) -> list[Option]:
    return [Option(label) for label in sorted(set(snapshot.known.offices.values()))]


def _agreements(snapshot: Snapshot) -> list[Option]:
    return [Option(str(label)) for (label,) in sorted(snapshot.store.sparql(AGREEMENTS.format(root=AGREEMENT_CLASS)).rows, key=str)]


def _events(snapshot: Snapshot) -> list[Option]:
    """The latest dated ones, by the digits that stand for them."""
    dated = [event for event in reversed(snapshot.events) if event.interval]
    return [
        Option(event.iri.removeprefix(EVENT)[:DIGITS], f"{to_edtf(event.interval)} {name_event(snapshot, event)}")
        for event in dated[:SUGGESTED]
        if event.interval
    ]


SUGGESTIONS: Mapping[str, Callable[[Snapshot], list[Option]]] = {
    "entity": _entities,
    "state": _states,
    "place": _places,
    "office": _offices,
    "agreement": _agreements,
    "event": _events,
}
