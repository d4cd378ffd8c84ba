"""Predicted events against annotated ones: what was found, what was not, and the precision, recall and F1 of it.

A relation is right where kind and fillers agree, and right with its date where the day agrees too. What the annotation
marks as optional, or as another reading, is accepted and never demanded. Nothing depends on the order of the predictions
but which of two equal ones counts. `kg.diagnose` tells what kind of error each difference is.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kg.errors import ReadError
from kg.relations import (
    Fields,
    Normalise,
    Relation,
    accepted_relations,
    contacts,
    date_agrees,
    gold_relations,
    kind_of,
    make_normalise,
    predicted_relations,
    status_of,
    statuses,
)

Found = tuple[Relation, Fields]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Counts of relations: annotated, predicted, right, and right with the right date."""

    gold: int = 0
    predicted: int = 0
    right: int = 0
    dated: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """`n` of `of`."""

    n: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A demanded relation and the predicted event that has it; `dated`: on the right day."""

    relation: Relation
    gold: Fields
    predicted: Fields
    dated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of the relations of one article; `document` is its annotation, `predicted` all that was read in it."""

    document: Fields
    predicted: tuple[Fields, ...]
    hits: tuple[Hit, ...]
    missed: tuple[Found, ...]
    spurious: tuple[Found, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """`rows` has "met" (meetings and calls that occurred), "who-met-whom" (those in any status), "all", then each kind.

    `shares` are of the relations found: "status_right"; "dates_invented" where the annotation has no date, "date_right" where
    it has one. `outcomes` are those that the rows count, but for "met".
    """

    rows: Mapping[str, Row]
    shares: Mapping[str, Share]
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """An annotated set: the file of its articles, what is in each of them, and how its texts spell the names."""

    articles: Path
    documents: tuple[Fields, ...]
    aliases: Mapping[str, Sequence[str]]


def evaluate(gold: Iterable[Fields], predictions: Iterable[Fields], aliases: Mapping[str, Sequence[str]]) -> Scores:
    """`gold` has one object an article (`doc`, `events`), `predictions` one an event, `aliases` the spellings of a name."""
    documents, predicted, normalise = list(gold), list(predictions), make_normalise(aliases)
    outcomes = _compare(documents, predicted, normalise)
    met = _compare(map(_only_met, documents), filter(_is_met, predicted), normalise)
    by_kind = {kind: Row() for kind in contacts()} | _count(outcomes)
    rows = {
        "met": _add(_count(met).values()),
        "who-met-whom": _add(by_kind[kind] for kind in contacts()),
        "all": _add(by_kind.values()),
        **dict(sorted(by_kind.items())),
    }
    return Scores(rows=rows, shares=_shares(outcomes), outcomes=tuple(outcomes))


def figures(scores: Scores) -> dict[str, Any]:
    """The scores as JSON: counts, then precision, recall and F1 without and with dates, by row; then the shares."""
    rows = {
        name: {
            "gold": row.gold,
            "pred": row.predicted,
            "lenient": rates(row.right, row.predicted, row.gold),
            "dated": rates(row.dated, row.predicted, row.gold),
        }
        for name, row in scores.rows.items()
    }
    shares = {name: {"n": s.n, "of": s.of, "share": round(s.n / s.of, 3) if s.of else None} for name, s in scores.shares.items()}
    return {**rows, **shares}


def rates(right: int, predicted: int, gold: int) -> list[float]:
    """Precision, recall and F1; 0 where there is nothing to divide by."""
    precision, recall = (right / predicted if predicted else 0.0), (right / gold if gold else 0.0)
    both = precision + recall
    return [round(precision, 3), round(recall, 3), round(2 * precision * recall / both, 3) if both else 0.0]


# --- reading an annotated set ---------------------------------------------------------------------


def read_gold(path: Path) -> Gold:
    """A folder with `docs.jsonl`, `gold.jsonl` and perhaps `aliases.json`, or the `gold.jsonl` in such a folder."""
    file = path / "gold.jsonl" if path.is_dir() else path
    documents = tuple(_checked(fields, place, {"doc": str, "events": list}) for fields, place in _lines(file))
    spellings = file.parent / "aliases.json"
    aliases = _parse(_load(spellings), str(spellings)) if spellings.is_file() else {}
    return Gold(articles=file.parent / "docs.jsonl", documents=documents, aliases=aliases)


def read_predictions(file: Path) -> Iterator[Fields]:
    """The lines of `kg extract` in a file."""
    return (_checked(fields, place, {"doc": str, "type": str}) for fields, place in _lines(file))


def choose_half(gold: Gold, half: str) -> Gold:
    """With the articles whose id ends in an "odd" or an "even" number, or "all": one half to improve on, one to measure by."""
    return replace(gold, documents=tuple(d for d in gold.documents if half == "all" or half == _half_of(d["doc"])))


def _half_of(article: str) -> str:
    number = re.search(r"\d+$", article)
    if number is None:
        raise ReadError(f"the id {article!r} ends in no number, so that it is neither odd nor even")
    return "odd" if int(number[0]) % 2 else "even"


def _lines(file: Path) -> Iterator[tuple[Fields, str]]:
    """The object on each line, and where that is."""
    for number, line in enumerate(_load(file).split("\n"), start=1):
        if line.strip():
            place = f"{file}, line {number}"
            yield _parse(line, place), place


def _checked(fields: Fields, place: str, kinds: Mapping[str, type]) -> Fields:
    """The fields, if those without which nothing can be compared are there."""
    wrong = next((name for name, kind in kinds.items() if not isinstance(fields.get(name), kind)), None)
    if wrong:
        raise ReadError(f"{place}: {wrong!r} is missing or not a {kinds[wrong].__name__}")
    return fields


def _load(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ReadError(f"{file}: {getattr(error, 'strerror', None) or error}") from None


def _parse(text: str, place: str) -> dict[str, Any]:
    try:
        fields = json.loads(text)
    except ValueError as error:
        raise ReadError(f"{place}: not JSON: {error}") from None
    if not isinstance(fields, dict):
        raise ReadError(f"{place}: not a JSON object")
    return fields


# --- comparing ------------------------------------------------------------------------------------


def _compare(documents: Iterable[Fields], predicted: Iterable[Fields], normalise: Normalise) -> list[Outcome]:
    by_article: dict[str, list[Fields]] = defaultdict(list)
    for event in predicted:
        by_article[event["doc"]].append(event)
    return [_compare_one(document, by_article[document["doc"]], normalise) for document in documents]


def _compare_one(document: Fields, predicted: Sequence[Fields], normalise: Normalise) -> Outcome:
    events = document["events"]
    demanded = _distinct((r, event) for event in events if not event.get("optional") for r in gold_relations(event, normalise))
    offered = _distinct((r, event) for event in predicted for r in predicted_relations(event, normalise))
    hits, missed, left = _match(demanded, offered, normalise)
    accepted = accepted_relations(events, normalise)
    spurious = tuple(found for found in left if found[0] not in accepted)
    return Outcome(document=document, predicted=tuple(predicted), hits=tuple(hits), missed=tuple(missed), spurious=spurious)


def _distinct(found: Iterable[Found]) -> list[Found]:
    """One of each relation and date."""
    return list({(relation, str(event.get("date"))): (relation, event) for relation, event in found}.values())


def _match(demanded: list[Found], offered: list[Found], normalise: Normalise) -> tuple[list[Hit], list[Found], list[Found]]:
    """First what agrees on the day too, then what does not: the hits, what is missed, what is left over."""
    hits: list[Hit] = []
    left = list(offered)
    for dated in (True, False):
        missed = []
        for relation, event in demanded:
            index = _find(relation, event, left, normalise, dated=dated)
            if index is None:
                missed.append((relation, event))
            else:
                hits.append(Hit(relation=relation, gold=event, predicted=left.pop(index)[1], dated=dated))
        demanded = missed
    return hits, demanded, left


def _find(relation: Relation, event: Fields, offered: Sequence[Found], normalise: Normalise, *, dated: bool) -> int | None:
    """Where the first offer stands that has the relation, in any kind that is right for the event."""
    wanted = {relation, *(r for r in gold_relations(event, normalise, wider=True) if r[1:] == relation[1:])}
    places = (i for i, (r, other) in enumerate(offered) if r in wanted and (not dated or date_agrees(event, other.get("date"))))
    return next(places, None)


def _only_met(document: Fields) -> Fields:
    """The document with the contacts that occurred; those that perhaps did become optional."""
    kept = [event for event in document["events"] if event["type"] in contacts() and "occurred" in statuses(event)]
    events = [event if event.get("status") == "occurred" else {**event, "optional": True} for event in kept]
    return {**document, "events": events}


def _is_met(event: Fields) -> bool:
    return kind_of(event) in contacts() and status_of(event) == "occurred"


# --- counting -------------------------------------------------------------------------------------


def _count(outcomes: Sequence[Outcome]) -> dict[str, Row]:
    """The counts of each kind that was demanded or wrongly predicted."""
    right = Counter(hit.relation[0] for outcome in outcomes for hit in outcome.hits)
    dated = Counter(hit.relation[0] for outcome in outcomes for hit in outcome.hits if hit.dated)
    missed = Counter(relation[0] for outcome in outcomes for relation, _ in outcome.missed)
    spurious = Counter(relation[0] for outcome in outcomes for relation, _ in outcome.spurious)
    return {
        kind: Row(gold=right[kind] + missed[kind], predicted=right[kind] + spurious[kind], right=right[kind], dated=dated[kind])
        for kind in sorted({*right, *missed, *spurious})
    }


def _add(rows: Iterable[Row]) -> Row:
    total = Row()
    for row in rows:
        total = Row(
            gold=total.gold + row.gold,
            predicted=total.predicted + row.predicted,
            right=total.right + row.right,
            dated=total.dated + row.dated,
        )
    return total


def _shares(outcomes: Sequence[Outcome]) -> dict[str, Share]:
    hits = [hit for outcome in outcomes for hit in outcome.hits]
    dated = [hit for hit in hits if hit.gold.get("date")]
    undated = [hit for hit in hits if not hit.gold.get("date") and not hit.gold.get("date_alt")]
    return {
        "status_right": Share(n=sum(map(is_status_right, hits)), of=len(hits)),
        "dates_invented": Share(n=sum(bool(hit.predicted.get("date")) for hit in undated), of=len(undated)),
        "date_right": Share(n=sum(hit.dated for hit in dated), of=len(dated)),
    }


def is_status_right(hit: Hit) -> bool:
    """Whether the status that was read is one of the right ones."""
    return status_of(hit.predicted) in statuses(hit.gold)
