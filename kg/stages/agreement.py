"""Draft -> the same with the agreement of the ontology that its words stand for: "a partnership treaty", signed by these two, then."""

from dataclasses import replace

from kg.ids import NK
from kg.records import Agreement, Interval
from kg.stages.consolidate import Draft
from kg.stages.discourse import Discourse
from kg.text import spelling_key


def with_agreement(draft: Draft, discourse: Discourse) -> Draft:
    """The one agreement of this name between the states of those who take part, where its day of signing fits the date.

    None is chosen where a participant has no state or where several agreements fit.
    """
    if draft.item is None or draft.item.entity:
        return draft
    ontology = discourse.lexicon.ontology
    states = [_state(participant.entity, discourse) for participant in draft.participants]
    named = discourse.lexicon.agreement_names.get(spelling_key(draft.item.text), ())
    fitting = [iri for iri in named if _fits(ontology.agreements[iri], states, draft.interval)]
    return replace(draft, item=replace(draft.item, entity=fitting[0])) if len(fitting) == 1 else draft


def _state(iri: str, discourse: Discourse) -> str | None:
    entity = discourse.entities[iri]
    return iri if discourse.lexicon.ontology.is_a(entity.kind, NK + "State") else entity.country


def _fits(agreement: Agreement, states: list[str | None], interval: Interval | None) -> bool:
    known = all(state in agreement.parties for state in states)
    return known and (interval is None or agreement.signed is None or interval.start < agreement.signed.end <= interval.end)
