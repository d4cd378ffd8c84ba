"""The normal form of records: what comes back from a store, which keeps neither order nor repeats."""

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any, TypeVar

from kg.records import Attribution, Claim, Disagreement, Entity, Event, Label, Participant

Record = TypeVar("Record", Claim, Disagreement, Entity, Event)


def normal(record: Record) -> Record:
    """The record with its tuples sorted and free of repeats, participants in their listed order.

    An entity also gets its preferred English label among its labels, whose language tags are lower case.
    """
    changes: dict[str, Any] = {f.name: _sorted(value) for f in fields(record) if isinstance(value := getattr(record, f.name), tuple)}
    if isinstance(record, Entity):
        changes["labels"] = _sorted((*record.labels, Label(text=record.label, language="en", preferred=True)))
    return replace(record, **changes)


def _sorted(parts: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted({_normal_part(part) for part in parts}, key=order))


def _normal_part(part: Any) -> Any:
    if isinstance(part, Label):
        return replace(part, language=part.language.lower())
    return normal(part) if isinstance(part, Disagreement) else part


def order(part: Any) -> Any:
    """A key that puts participants in their listed order, preferred labels first, and all else by its content."""
    match part:
        case Participant():
            return part.order, part.entity, part.role
        case Attribution():
            return tuple((source.text, source.source_class, source.entity or "") for source in part.chain)
        case Label():
            return not part.preferred, part.language, part.text
        case Disagreement():
            return part.field, part.value, part.claims
    return part
