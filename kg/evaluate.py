"""Predicted events against annotated ones: precision, recall and F1 of relations, and every error with its sentence.

A relation is right where kind and fillers agree, and right with its date where the day agrees too. What the annotation
marks as optional, or as another reading, is accepted and never demanded. Nothing depends on the order of the predictions
but which of two equal ones counts.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
class Error:
    """One thing that is wrong: `kind` is missed, spurious, date or status; `gold` and `predicted` are dates or statuses."""

    kind: str
    article: str
    relation: Relation
    gold: str | None
    predicted: str | None
    sentence: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """`rows` has "met" (meetings and calls that occurred), "who-met-whom" (those in any status), "all", then each kind."""

    rows: Mapping[str, Row]
    shares: Mapping[str, Share]
    errors: tuple[Error, ...]


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
    return Scores(rows=rows, shares=_shares(outcomes), errors=tuple(error for outcome in outcomes for error in _errors(outcome)))


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
    lines = enumerate(_load(file).split("\n"), start=1)
    documents = tuple(_parse(line, f"{file}, line {number}") for number, line in lines if line.strip())
    spellings = file.parent / "aliases.json"
    aliases = _parse(_load(spellings), str(spellings)) if spellings.is_file() else {}
    return Gold(articles=file.parent / "docs.jsonl", documents=documents, aliases=aliases)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hit:
    """A demanded relation and the predicted event that has it; `dated`: on the right day."""

    relation: Relation
    gold: Fields
    predicted: Fields
    dated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What became of the relations of one article."""

    article: str
    hits: tuple[_Hit, ...]
    missed: tuple[Found, ...]
    spurious: tuple[Found, ...]


def _compare(documents: Iterable[Fields], predicted: Iterable[Fields], normalise: Normalise) -> list[_Outcome]:
    by_article: dict[str, list[Fields]] = defaultdict(list)
    for event in predicted:
        by_article[event["doc"]].append(event)
    return [_compare_one(document, by_article[document["doc"]], normalise) for document in documents]


def _compare_one(document: Fields, predicted: Iterable[Fields], normalise: Normalise) -> _Outcome:
    events = document["events"]
    demanded = _distinct((r, event) for event in events if not event.get("optional") for r in gold_relations(event, normalise))
    offered = _distinct((r, event) for event in predicted for r in predicted_relations(event, normalise))
    hits, missed, left = _match(demanded, offered, normalise)
    accepted = accepted_relations(events, normalise)
    spurious = tuple(found for found in left if found[0] not in accepted)
    return _Outcome(article=document["doc"], hits=tuple(hits), missed=tuple(missed), spurious=spurious)


def _distinct(found: Iterable[Found]) -> list[Found]:
    """One of each relation and date."""
    return list({(relation, str(event.get("date"))): (relation, event) for relation, event in found}.values())


def _match(demanded: list[Found], offered: list[Found], normalise: Normalise) -> tuple[list[_Hit], list[Found], list[Found]]:
    """First what agrees on the day too, then what does not: the hits, what is missed, what is left over."""
    hits: list[_Hit] = []
    left = list(offered)
    for dated in (True, False):
        missed = []
        for relation, event in demanded:
            index = _find(relation, event, left, normalise, dated=dated)
            if index is None:
                missed.append((relation, event))
            else:
                hits.append(_Hit(relation=relation, gold=event, predicted=left.pop(index)[1], dated=dated))
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


def _count(outcomes: Sequence[_Outcome]) -> dict[str, Row]:
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


def _shares(outcomes: Sequence[_Outcome]) -> dict[str, Share]:
    hits = [hit for outcome in outcomes for hit in outcome.hits]
    undated = [hit for hit in hits if not hit.gold.get("date") and not hit.gold.get("date_alt")]
    return {
        "status_right": Share(n=sum(map(_is_status_right, hits)), of=len(hits)),
        "dates_invented": Share(n=sum(bool(hit.predicted.get("date")) for hit in undated), of=len(undated)),
    }


def _is_status_right(hit: _Hit) -> bool:
    return status_of(hit.predicted) in statuses(hit.gold)


# --- errors ---------------------------------------------------------------------------------------


def _errors(outcome: _Outcome) -> list[Error]:
    """Missed and spurious relations, then the wrong dates and statuses of those found."""

    def make(kind: str, found: Found, gold: Any, predicted: Any, why: str = "") -> Error:
        relation, event = found
        return Error(
            kind=kind,
            article=outcome.article,
            relation=relation,
            gold=gold and str(gold),
            predicted=predicted and str(predicted),
            sentence=_sentence(event),
            why=why,
        )

    undated = [hit for hit in outcome.hits if not hit.dated]
    mistaken = [hit for hit in outcome.hits if not _is_status_right(hit)]
    return [
        *(make("missed", found, found[1].get("date"), None, _nearest(found[0], outcome.spurious)) for found in outcome.missed),
        *(make("spurious", found, None, found[1].get("date")) for found in outcome.spurious),
        *(make("date", (hit.relation, hit.gold), hit.gold.get("date"), hit.predicted.get("date")) for hit in undated),
        *(make("status", (hit.relation, hit.gold), status_of(hit.gold), status_of(hit.predicted)) for hit in mistaken),
    ]


def _sentence(event: Fields) -> str:
    """The text that an event rests on: annotated ones hold it as text, predicted ones as parts with a quote."""
    evidence = event.get("evidence") or ""
    return evidence if isinstance(evidence, str) else " … ".join(str(part["quote"]) for part in evidence)


def _nearest(relation: Relation, spurious: Iterable[Found]) -> str:
    """What was read in place of a missed relation: the same fillers in another kind, else one of them in the same kind."""
    others = sorted({other for other, _ in spurious})
    kinds = [other[0] for other in others if other[1:] == relation[1:]]
    if kinds:
        return f"read as {', '.join(kinds)}"
    near = [other[1:] for other in others if other[0] == relation[0] and {*other[1:]} & {*relation[1:]} - {""}]
    if near:
        return f"read with {', '.join('-'.join(filter(None, fillers)) for fillers in near)}"
    return "nothing like it was read"
