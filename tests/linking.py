"""The linking benchmark: cases by phenomenon, and what of them the program gets right, wrong or misses.

A case asks for one mention of a text (`mention`, the `nth`) or for the participants of its one event (`event`). The entity is the
end of an IRI of the ontology, "new:Name" for one that the ontology lacks, or null where the words mean nobody of the ontology,
or where nothing decides between candidates; a newcomer found there is not counted as wrong. Of an event only its participants count,
in whichever claim has most of them. The cases of set 1 were written by somebody who did not know the program, and rules were
mended by what they showed; those of set 2 came after, from another, and were first scored as they were.
"""

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from kg.article import Reader, extract, find_names
from kg.ids import ENTITY, NK
from kg.records import Article, Claim, Entity, Link, Source
from kg.text import spelling_key

NEW = "new:"
ALL = "all"


class Score(NamedTuple):
    """Right links, wrong links, entities missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: tuple[object, ...]) -> "Score":
        return Score(*(a + b for a, b in zip(self, other, strict=True)))  # type: ignore[operator]

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)


def read_cases(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def judge(case: Mapping[str, Any], reader: Reader) -> Score:
    """What the program makes of one case."""
    published = dt.date.fromisoformat(case["published"]) if case["published"] else None
    article = Article(id="case", text=case["text"], source=Source(published=published))
    return _judge_event(case, article, reader) if "event" in case else _judge_mention(case, article, reader)


def _judge_event(case: Mapping[str, Any], article: Article, reader: Reader) -> Score:
    """The participants of the event that shares most of them, statements left out."""
    wanted = {ENTITY + name for name in case["event"]}
    claims = [claim for claim in extract(article, reader).claims if claim.type != NK + "Statement"]
    found = max((_participants(claim) for claim in claims), key=lambda people: len(people & wanted), default=set())
    return Score(len(found & wanted), len(found - wanted), len(wanted - found))


def _participants(claim: Claim) -> set[str]:
    return {participant.entity for participant in claim.participants}


def _judge_mention(case: Mapping[str, Any], article: Article, reader: Reader) -> Score:
    named = find_names(article, reader)
    minted = {entity.iri: entity for entity in named.minted}
    link = _link_at(case, named.links)
    entity = link.entity if link else None
    if case["entity"] is None:
        return Score(wrong=int(entity is not None and entity not in minted))
    right = entity is not None and _is(entity, case["entity"], minted)
    return Score(right=1) if right else Score(wrong=int(entity is not None), missed=1)


def _is(entity: str, wanted: str, minted: Mapping[str, Entity]) -> bool:
    if wanted.startswith(NEW):
        return entity in minted and spelling_key(minted[entity].label) == spelling_key(wanted.removeprefix(NEW))
    return entity == ENTITY + wanted


def _link_at(case: Mapping[str, Any], links: tuple[Link, ...]) -> Link | None:
    """The link whose mention holds the words, else one that ends with them and holds a third of them or more."""
    words, start = case["mention"].rstrip("."), -1
    for _ in range(case.get("nth", 1)):
        start = case["text"].index(case["mention"], start + 1)
    end = start + len(words)
    near = [x.mention for x in links if x.mention.end >= end and min(end, x.mention.end) - max(start, x.mention.start) > len(words) / 3]
    best = min(near, key=lambda mention: mention.start > start, default=None)
    return next((x for x in links if x.mention is best), None)


def score(cases: list[dict[str, Any]], reader: Reader) -> dict[str, Score]:
    """The score of each phenomenon, and of all."""
    found: dict[str, Score] = {}
    for case in cases:
        one = judge(case, reader)
        for name in (case["phenomenon"], f"set {case['set']}", ALL):
            found[name] = found.get(name, Score()) + one
    return found


def table(scores: Mapping[str, Score]) -> str:
    """A line for each phenomenon."""
    lines = [f"{'phenomenon':<16}{'precision':>10}{'recall':>8}{'right':>7}{'wrong':>7}{'missed':>8}"]
    lines += [
        f"{name:<16}{one.precision:>10.3f}{one.recall:>8.3f}{one.right:>7}{one.wrong:>7}{one.missed:>8}"
        for name, one in sorted(scores.items())
    ]
    return "\n".join(lines)
