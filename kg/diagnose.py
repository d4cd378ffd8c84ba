"""What an evaluation found wrong -> errors by kind, each with its sentence.

A relation that was missed is one error, and so is one that was read and is not annotated, a wrong date and a wrong status of
one that was found; so the kinds add up to what the scores leave out. Why a relation was missed is told by what the reader noticed
in the article before it claimed anything (`Noticed`); where only its claims are known, they tell what they can.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from kg.evaluate import Found, Hit, Outcome, is_status_right
from kg.records import Link, Sentence
from kg.relations import Fields, Normalise, Relation, fold_name, kind_of, listed, predicted_relations, status_of, written_names

# From the first step of reading to the last; the last kind is for claims without their reader.
KINDS: Mapping[str, str] = {
    "mention missed": "one whom the event is about is named nowhere in the article, as far as was read",
    "wrong link": "words in the sentence that name one of them were taken for somebody else or for nobody",
    "trigger missed": "all are found, and the sentence yielded no event of this type",
    "wrong role": "the sentence yielded an event of this type with other participants or roles, or with too few to be told",
    "wrong date": "found, with another date or none",
    "wrong status": "found, with another status",
    "spurious": "read, and not annotated",
    "missed": "not read; why cannot be told without a reader of the article",
}


# A mention of these kinds may be a part of somebody's name ("the Russian ambassador") and names something else.
_OF_STATES = ("demonym", "state", "place")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evoked:
    """A word that evokes an event type, by the name of the type; `status` is None where it is only wished for."""

    start: int
    text: str
    type: str
    status: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """What a reader sees in an article before it claims anything. `labels` name the entities of the links and their candidates."""

    text: str
    sentences: tuple[Sentence, ...]
    links: tuple[Link, ...]
    labels: Mapping[str, str]
    triggers: tuple[Evoked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Error:
    """One thing that is wrong, of one of the `KINDS`.

    `type` and `names` are the relation, `date` the annotated date (of what is spurious, the one read). Of a wrong date or status
    `expected` and `read` tell what differs. `quote` is what the annotation points to within the sentence.
    """

    kind: str
    article: str
    type: str
    names: tuple[str, ...]
    date: str | None
    expected: str | None
    read: str | None
    why: str
    sentence: str
    quote: str


# What was noticed in the article of an id; None where that is not known.
Look = Callable[[str], Noticed | None]


def find_errors(outcomes: Iterable[Outcome], normalise: Normalise, look: Look = lambda _: None) -> list[Error]:
    """The errors in the order of `KINDS`, those of a kind in the order of the outcomes."""
    order = list(KINDS)
    errors = [error for outcome in outcomes for error in _errors(outcome, normalise, look)]
    return sorted(errors, key=lambda error: order.index(error.kind))


def group_errors(errors: Iterable[Error]) -> dict[str, list[Error]]:
    """The errors of each kind, in the order of `KINDS`; none of some."""
    found = list(errors)
    return {kind: [error for error in found if error.kind == kind] for kind in KINDS}


def _errors(outcome: Outcome, normalise: Normalise, look: Look) -> Iterator[Error]:
    mistaken = [hit for hit in outcome.hits if not is_status_right(hit)]
    undated = [hit for hit in outcome.hits if not hit.dated]
    if not (outcome.missed or outcome.spurious or mistaken or undated):
        return
    scene = _Scene(outcome, normalise, look(outcome.document["doc"]))
    for found in outcome.missed:
        miss = _Miss(found, scene, _claims_beside(found[1], scene))
        kind, why = next(told for explain in scene.explanations if (told := explain(miss)))
        yield _error(kind, found, scene, why=why)
    for found in outcome.spurious:
        yield _error("spurious", found, scene, why=_reasons(found[1]))
    for hit in undated:
        yield _differing("wrong date", hit, (hit.gold.get("date"), hit.predicted.get("date")), scene)
    for hit in mistaken:
        yield _differing("wrong status", hit, (status_of(hit.gold), status_of(hit.predicted)), scene)


class _Scene(NamedTuple):
    """An article: what became of its relations, how its names compare, and what was noticed in it, where that is known."""

    outcome: Outcome
    normalise: Normalise
    noticed: Noticed | None

    @property
    def explanations(self) -> Sequence["_Explain"]:
        return _BY_READING if self.noticed else _BY_CLAIMS

    def names(self, event: Fields) -> set[str]:
        """All that the event names, in the form that compares."""
        return {self.normalise(name) for name in written_names(event)}


def _differing(kind: str, hit: Hit, values: tuple[Any, Any], scene: _Scene) -> Error:
    return _error(kind, (hit.relation, hit.gold), scene, why=_reasons(hit.predicted), values=values)


def _error(kind: str, found: Found, scene: _Scene, *, why: str, values: tuple[Any, Any] = (None, None)) -> Error:
    (type_, *fillers), event = found
    written = {scene.normalise(name): name for name in reversed(list(written_names(event)))}
    expected, read = (value and str(value) for value in values)
    return Error(
        kind=kind, article=scene.outcome.document["doc"], type=type_, names=tuple(written[name] for name in fillers if name),
        date=event.get("date"), expected=expected, read=read, why=why, sentence=_sentence(event, scene.noticed), quote=_quote(event),
    )  # fmt: skip


def _reasons(event: Fields) -> str:
    """What the reader itself says of a claim."""
    return "; ".join(map(str, listed(event, "why")))


# --- the sentence ---------------------------------------------------------------------------------


def _quotes(event: Fields) -> list[str]:
    """The text that an event rests on: annotated ones hold it as text, predicted ones as parts with a quote."""
    evidence = event.get("evidence") or []
    return [evidence] if isinstance(evidence, str) else [str(part["quote"]) for part in evidence]


def _quote(event: Fields) -> str:
    return " … ".join(_quotes(event))


def _sentence(event: Fields, noticed: Noticed | None) -> str:
    """The sentences in which the event is told; where they are not known, the words that it rests on."""
    spans = _spans(event, noticed) if noticed else []
    return " … ".join(noticed.text[start:end] for start, end in spans) if noticed and spans else _quote(event)


def _spans(event: Fields, noticed: Noticed) -> list[tuple[int, int]]:
    """For each quote the span from the beginning of the sentence in which it begins to the end of that in which it ends."""
    found = []
    for quote in _quotes(event):
        start = noticed.text.find(quote)
        inside = [s for s in noticed.sentences if start >= 0 and s.start < start + len(quote) and start < s.end]
        if inside:
            found.append((inside[0].start, inside[-1].end))
    return found


# --- why a relation was missed --------------------------------------------------------------------


class _Miss(NamedTuple):
    """A missed relation of an annotated event, and the claims that rest on its sentence."""

    found: Found
    scene: _Scene
    claims: Sequence[Fields]

    @property
    def relation(self) -> Relation:
        return self.found[0]

    @property
    def names(self) -> list[str]:
        return [name for name in self.relation[1:] if name]

    @property
    def kinds(self) -> set[str]:
        return {self.relation[0], *listed(self.found[1], "type_alt")}

    def relations(self, claim: Fields) -> list[Relation]:
        return predicted_relations(claim, self.scene.normalise)

    def named_in_claims(self) -> set[str]:
        return {name for claim in self.claims for name in self.scene.names(claim)}

    def written(self, name: str) -> str:
        return next(written for written in written_names(self.found[1]) if self.scene.normalise(written) == name)


_Explain = Callable[[_Miss], tuple[str, str] | None]


def _claims_beside(event: Fields, scene: _Scene) -> list[Fields]:
    """The claims of the article that rest on the sentence of an annotated event."""
    sentence = _sentence(event, scene.noticed)
    return [c for c in scene.outcome.predicted if sentence and any(q and (q in sentence or sentence in q) for q in _quotes(c))]


def _name_missed(miss: _Miss) -> tuple[str, str] | None:
    assert miss.scene.noticed
    links, labels = miss.scene.noticed.links, miss.scene.noticed.labels
    known = {miss.scene.normalise(labels[x.entity]) for x in links if x.entity} | miss.named_in_claims()
    unknown = [miss.written(name) for name in miss.names if name not in known]
    return ("mention missed", f"{_and(unknown)} found nowhere in the article") if unknown else None


def _linked_wrong(miss: _Miss) -> tuple[str, str] | None:
    """Words in the sentence that may name a participant whom nothing in it was taken for."""
    noticed = miss.scene.noticed
    assert noticed
    spans = _spans(miss.found[1], noticed)
    near = [x for x in noticed.links if any(start <= x.mention.start < end for start, end in spans)]
    known = {miss.scene.normalise(noticed.labels[x.entity]) for x in near if x.entity} | miss.named_in_claims()
    free = [x for x in near if not x.entity or miss.scene.normalise(noticed.labels[x.entity]) not in miss.scene.names(miss.found[1])]
    wrong = [(x, name) for name in miss.names if name not in known for x in free if _may_name(x, name, miss)]
    if not wrong:
        return None
    link, name = wrong[0]
    taken = noticed.labels[link.entity] if link.entity else "nobody"
    return "wrong link", f"“{link.mention.text}” is {miss.written(name)} and was taken for {taken}"


def _may_name(link: Link, name: str, miss: _Miss) -> bool:
    """By a part of the name, by what the linker had to choose from, or as an office that fits nobody whom the annotation knows."""
    noticed, mention, normalise = miss.scene.noticed, link.mention, miss.scene.normalise
    assert noticed
    candidates = {normalise(noticed.labels[iri]) for iri in (*link.candidates, *mention.candidates)}
    if name in candidates or normalise(mention.name) == name:
        return True
    if mention.name:
        return mention.kind not in _OF_STATES and _parts(mention.name) <= _parts(miss.written(name))
    annotated = {known for event in miss.scene.outcome.document["events"] for known in miss.scene.names(event)}
    return bool(mention.title) and (link.entity is None or normalise(noticed.labels[link.entity]) not in annotated)


def _parts(name: str) -> set[str]:
    return {fold_name(word) for word in re.split(r"[\s\-]+", name)}


def _role_wrong(miss: _Miss) -> tuple[str, str] | None:
    """An event of the type was read in the sentence, and it is another one; or its trigger was, and too little of its roles."""
    claims = [claim for claim in miss.claims if kind_of(claim) in miss.kinds]
    others = [claim for claim in claims if all(r[1:] != miss.relation[1:] for r in miss.relations(claim))]
    if others:
        return "wrong role", f"read with {_and(_part(p) for p in others[0].get('participants', []))}"
    words = [] if claims else [t.text for t in _triggers(miss) if t.status]
    return ("wrong role", f"“{words[0]}” was read as a trigger, its roles stayed open") if words else None


def _part(participant: Fields) -> str:
    return f"{participant['name']} ({participant.get('role', 'participant')})"


def _triggers(miss: _Miss) -> list[Evoked]:
    """Those of the event's type in its sentence."""
    noticed = miss.scene.noticed
    spans = _spans(miss.found[1], noticed) if noticed else []
    near = (t for t in (noticed.triggers if noticed else ()) if any(start <= t.start < end for start, end in spans))
    return [trigger for trigger in near if kind_of({"type": trigger.type}) in miss.kinds]


def _trigger_missed(miss: _Miss) -> tuple[str, str]:
    read = sorted({str(c["type"]) for c in miss.claims if any(r[1:] == miss.relation[1:] for r in miss.relations(c))})
    if any(kind_of({"type": name}) in miss.kinds for name in read):
        return "trigger missed", "taken for one with another annotated event"
    wished = [trigger.text for trigger in _triggers(miss)]
    told = f"read as {_and(read)}" if read else f"“{wished[0]}” was read as only wished for" if wished else "no trigger in the sentence"
    return "trigger missed", told


def _told_by_claims(miss: _Miss) -> tuple[str, str] | None:
    """Whoever is in a claim of the article was found; of others only their reader knows."""
    known = {name for claim in miss.scene.outcome.predicted for name in miss.scene.names(claim)}
    unknown = [miss.written(name) for name in miss.names if name not in known]
    return ("missed", f"{_and(unknown)} in no claim of the article") if unknown else None


def _and(parts: Iterable[str]) -> str:
    return ", ".join(parts)


# The first that has something to say tells the kind.
_BY_READING: Sequence[_Explain] = (_linked_wrong, _name_missed, _role_wrong, _trigger_missed)
_BY_CLAIMS: Sequence[_Explain] = (_role_wrong, _told_by_claims, _trigger_missed)
