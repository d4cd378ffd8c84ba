"""What merged events refer to, as records at hand: who and what is named, the claims, their articles, who held which office when."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kg.dates import covers
from kg.records import Claim, Entity, Interval, Source, Tenure
from kg.schema import EventType


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Entities, types and claims by IRI, sources by article id, tenures by person, labels of offices by IRI."""

    entities: Mapping[str, Entity]
    types: Mapping[str, EventType]
    claims: Mapping[str, Claim]
    sources: Mapping[str, Source]
    tenures: Mapping[str, tuple[Tenure, ...]] = field(default_factory=dict)
    offices: Mapping[str, str] = field(default_factory=dict)

    def offices_at(self, person: str, interval: Interval | None) -> tuple[str, ...]:
        """The labels of the offices that somebody may have held on some of these days, in their order; none on unknown days."""
        if interval is None:
            return ()
        return tuple(sorted({self.offices[t.office] for t in self.tenures.get(person, ()) if covers(t, interval)}))
