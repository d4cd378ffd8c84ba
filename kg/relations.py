"""Events as JSON, annotated or predicted -> relations: a kind and the fillers of its roles, by names that compare.

Which roles make the relations of a kind stands in `data/relations.json`, which spellings are one name in
`data/spellings.json`; both follow the scorer of the annotated sets.
"""

import datetime as dt
import itertools
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from kg.dates import count_days, is_within, make_day, make_month, make_year
from kg.records import Interval

DATA = Path(__file__).parent / "data"
MONTHS = 12
MOST_DAYS = 3  # a predicted interval of so many days may stand for the right one within it

Fields = Mapping[str, Any]  # an event as JSON gives it
Relation = tuple[str, str, str]  # kind, filler, other filler ("" where the kind has one side)
Normalise = Callable[[str | None], str]


# --- names ----------------------------------------------------------------------------------------


def make_normalise(aliases: Mapping[str, Sequence[str]]) -> Normalise:
    """The function from a name to the form that all its spellings share; `aliases` are the spellings of a standard name."""
    standard: dict[str, str] = {}
    for name, spellings in aliases.items():
        for spelling in spellings:
            standard.setdefault(fold_name(spelling), fold_name(name))

    def normalise(name: str | None) -> str:
        plain = fold_name(name)
        return standard.get(plain, plain)

    return normalise


def fold_name(name: str | None) -> str:
    """Without accents, case, title and word boundaries, each word in its usual spelling; of a state its usual name."""
    data = _spellings()
    plain = unicodedata.normalize("NFKD", name or "").encode("ascii", "ignore").decode().lower().strip()
    plain = re.sub(rf"^({'|'.join(data['prefixes'])})\s+", "", plain)
    if plain in data["states"]:
        return str(data["states"][plain])
    return "".join(data["folds"].get(word, word) for word in re.split(r"[\s\-.'’]+", plain) if word)


@cache
def _spellings() -> Mapping[str, Any]:
    data: dict[str, Any] = json.loads((DATA / "spellings.json").read_text(encoding="utf-8"))
    return data | {"states": {spelling: state for state, spellings in data["states"].items() for spelling in spellings}}


def _names(value: Any, normalise: Normalise) -> list[str]:
    """Of one name or a list of them, each as text or as an object with a name."""
    values = [value] if isinstance(value, str | dict) else value or []
    return [normalise(v["name"] if isinstance(v, dict) else v) for v in values if v]


def written_names(event: Fields) -> Iterator[str]:
    """Every name in an event as it is written, and whatever else of it is text."""
    for value in event.values():
        for one in value if isinstance(value, list | tuple) else [value]:
            name = one.get("name") if isinstance(one, dict) else one
            if isinstance(name, str):
                yield name


# --- relations ------------------------------------------------------------------------------------


@cache
def _scheme() -> Mapping[str, Mapping[str, Any]]:
    scheme: Mapping[str, Mapping[str, Any]] = json.loads((DATA / "relations.json").read_text(encoding="utf-8"))
    return scheme


def contacts() -> list[str]:
    """The kinds that are encounters of persons."""
    return [kind for kind, scheme in _scheme()["kinds"].items() if scheme["contact"]]


def kind_of(event: Fields) -> str:
    """The kind of a predicted event, "" for a type that is not scored."""
    name = re.sub(r"[^a-z]", "", event["type"].lower())
    return next((kind for kind, scheme in _scheme()["kinds"].items() if name in scheme["names"]), "")


def gold_relations(event: Fields, normalise: Normalise, *, wider: bool = False) -> list[Relation]:
    """The relations that an annotated event demands; `wider`: with every reading that is also right."""

    def fillers(role: str) -> list[str]:
        key = _scheme()["annotated"].get(role, role)
        keys = [key, f"{key}_optional", f"{key}_alt"] if wider else [key]
        return [name for key in keys for name in _names(event.get(key), normalise)]

    kinds = [event["type"], *(listed(event, "type_alt") if wider else [])]
    return [relation for kind in kinds for relation in _relate(kind, fillers)]


def accepted_relations(events: Iterable[Fields], normalise: Normalise) -> set[Relation]:
    """What an article may yield and need not."""
    return {
        relation
        for event in events
        for relation in gold_relations(event, normalise, wider=True)
        if event.get("optional") or relation not in gold_relations(event, normalise)
    }


def predicted_relations(event: Fields, normalise: Normalise) -> list[Relation]:
    """The relations of a predicted event."""
    by_role: dict[str, list[str]] = {}
    for participant in event.get("participants", []):
        by_role.setdefault(participant.get("role", "participant").lower(), []).append(normalise(participant["name"]))

    def fillers(role: str) -> list[str]:
        roles = _scheme()["predicted"].get(role, [role])
        if roles == "*":
            return [name for names in by_role.values() for name in names]
        return next((by_role[r] for r in roles if r in by_role), [])

    return _relate(kind_of(event), fillers)


def _relate(kind: str, fillers: Callable[[str], list[str]]) -> list[Relation]:
    """One role with itself: every pair; two roles: each with each; one role: each alone."""
    match _scheme()["kinds"].get(kind, {}).get("between", ()):
        case [role]:
            return [(kind, one, "") for one in fillers(role)]
        case [role, other] if role == other:
            return [(kind, *pair) for pair in itertools.combinations(sorted(set(fillers(role))), 2)]
        case [role, other]:
            return [(kind, *pair) for pair in itertools.product(fillers(role), fillers(other))]
    return []


# --- status and date ------------------------------------------------------------------------------


def listed(event: Fields, key: str) -> list[Any]:
    """The values of a key that holds one or a list of them."""
    value = event.get(key, [])
    return value if isinstance(value, list) else [value]


def status_of(event: Fields) -> str:
    """Without a word about it, an event occurred."""
    return event.get("status") or "occurred"


def statuses(event: Fields) -> set[str]:
    """The statuses that are right for an annotated event."""
    return {status_of(event), *listed(event, "status_alt")}


def date_agrees(event: Fields, predicted: object) -> bool:
    """Whether a predicted date suits an annotated event: within one of its dates, or a few days around it."""
    return any(_agrees(read_days(gold), read_days(predicted)) for gold in [event.get("date"), *listed(event, "date_alt")])


def _agrees(gold: Interval | None, predicted: Interval | None) -> bool:
    if gold is None or predicted is None:
        return gold is None  # what the annotation leaves open, nothing contradicts
    return is_within(predicted, gold) or (is_within(gold, predicted) and count_days(predicted) <= MOST_DAYS)


def read_days(date: object) -> Interval | None:
    """The days of an EDTF or ISO date, None for any other text. Laxer than EDTF: "2024-XX", "2024-09-13T10:00", "../2024"."""
    text = re.sub(r"[~?%]", "", str(date or "")).strip()
    first, slash, last = text.partition("/")
    if slash:
        begin, end = read_days(first), read_days(last)
        return Interval(start=begin.start, end=end.end) if begin and end else begin or end
    found = re.match(r"(\d{4})(?:-(\d\d|XX))?(?:-(\d\d|XX))?", text)
    try:
        return _make_days(*found.groups()) if found else None
    except ValueError:
        return None


def _make_days(year: str, month: str | None, day: str | None) -> Interval:
    """As exact as what is given; a month beyond December (a season, in EDTF) leaves the year."""
    if month in (None, "XX") or int(month) > MONTHS:
        return make_year(int(year))
    if day in (None, "XX"):
        return make_month(int(year), int(month))
    return make_day(dt.date(int(year), int(month), int(day)))
