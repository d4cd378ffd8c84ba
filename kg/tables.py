"""Claims and events -> JSON lines and CSV: rows that programs and spreadsheets read.

Records go in, plain values come out, in the order of what went in. In JSON the unknown is null; in CSV it is an
empty cell, lists are joined by "; ", and a cell that a spreadsheet would run as a formula (it begins with = + - @,
their full-width forms, tab or a line break) gets an apostrophe in front. Numbers are written as they are. The
exact text is in the JSON lines.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TextIO, get_args

from kg.dates import earliest, latest, precision, to_edtf
from kg.ids import local
from kg.known import Known
from kg.records import Article, Attribution, Claim, DateSource, Entity, Event, Interval, Item, Participant
from kg.schema import EventType

Json = dict[str, Any]
Row = dict[str, str | int | float]

EVENT_COLUMNS = (
    "event", "type", "date", "precision", "earliest", "latest", "date_source", "place", "place_id", "status", "participants",
    "participant_ids", "item", "attributed_to", "reports", "sources", "articles", "publishers", "confidence", "why", "cameo", "plover",
)  # fmt: skip
PARTICIPANT_COLUMNS = (
    "event",
    "type",
    "date",
    "earliest",
    "latest",
    "status",
    "role",
    "order",
    "entity",
    "name",
    "kind",
    "country",
    "office",
    "cameo",
    "plover",
)
CLAIM_COLUMNS = (
    "claim", "event", "article", "publisher", "published", "url", "type", "date", "earliest", "latest", "date_source", "place", "place_id",
    "status", "attributed_to", "participants", "participant_ids", "item", "quote", "offsets", "confidence", "why",
)  # fmt: skip

# What every event has; another key that holds something with a name is what the event is about.
FIXED = frozenset(
    ("event", "type", "participants", "date", "earliest", "latest", "date_source", "place", "status", "attributed_to", "evidence",
     "confidence", "why", "claims", "sources", "independent")
)  # fmt: skip
JOINT = "; "
CUT = " […] "
FORMULA = tuple("=+-@＝＋－＠\t\r\n")
# Line breaks to some readers of JSON lines, though not to JSON.
LINE_BREAKS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}


# --- JSON lines -------------------------------------------------------------------------------------


def claim_json(claim: Claim, entities: Mapping[str, Entity], types: Mapping[str, EventType], article: Article) -> Json:
    """One line of `kg extract --format jsonl`: an event as one article reports it."""
    return {"doc": article.id, **_claim_json(claim, entities, types)}


def _claim_json(claim: Claim, entities: Mapping[str, Entity], types: Mapping[str, EventType]) -> Json:
    return {
        "type": _type_name(claim.type, types),
        "participants": _participants(claim.participants, entities),
        **_dates(claim.interval),
        "date_source": claim.date_source,
        "place": _named(claim.place, entities) if claim.place else None,
        "status": claim.status,
        "attributed_to": _attributed(claim.attributed_to, entities),
        **_item(claim.item, entities),
        "evidence": [{"start": e.start, "end": e.end, "quote": e.quote} for e in claim.evidence],
        "confidence": round(claim.confidence, 2),
        "why": list(claim.why),
    }


def event_json(event: Event, known: Known) -> Json:
    """One line of `events.jsonl`: an event as all its articles report it.

    As `claim_json`, but for `doc`, which each piece of evidence has instead; `confidence` is that of the merge, `independent` the
    number of independent sources.
    """
    entities, claims = known.entities, find_claims(event, known)
    return {
        "event": event.iri,
        "type": _type_name(event.type, known.types),
        "participants": _participants(event.participants, entities),
        **_dates(event.interval),
        "date_source": best_date_source(event, claims),
        "place": _named(event.place, entities) if event.place else None,
        "status": event.status,
        "attributed_to": _attributed([source for claim in claims for source in claim.attributed_to], entities),
        **_item(event.item, entities),
        "evidence": [{"doc": c.article, "start": e.start, "end": e.end, "quote": e.quote} for c in claims for e in sorted(c.evidence)],
        "confidence": round(event.score, 2),
        "why": list(event.why),
        "claims": len(event.claims),
        "independent": len(event.sources),
        "sources": [_source(article_id, known) for article_id in sorted({claim.article for claim in claims})],
    }


def json_line(record: Json) -> str:
    """The record as one line of JSON, readable in any script and without its line break."""
    text = json.dumps(record, ensure_ascii=False).translate(LINE_BREAKS)
    # Half a surrogate pair has no UTF-8; backslashreplace writes it as JSON escapes it.
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def write_jsonl(records: Iterable[Json], stream: TextIO) -> None:
    """Write one line for each record."""
    stream.writelines(f"{json_line(record)}\n" for record in records)


# --- CSV --------------------------------------------------------------------------------------------


def event_rows(events: Iterable[Event], known: Known) -> Iterator[Row]:
    """A row for each event, with `EVENT_COLUMNS`."""
    for event in events:
        line = event_json(event, known)
        yield {
            **_shared_cells(line, event.item, known.entities),
            "event": event.iri,
            "precision": precision(event.interval),
            "reports": line["claims"],
            "articles": JOINT.join(source["doc"] for source in line["sources"]),
            "sources": len(event.sources),
            "publishers": JOINT.join(sorted({source["publisher"] for source in line["sources"] if source["publisher"]})),
            **_codes(event, known),
        }


def participant_rows(events: Iterable[Event], known: Known) -> Iterator[Row]:
    """A row for each event and participant, with `PARTICIPANT_COLUMNS`."""
    for event in events:
        shown = {name: value or "" for name, value in _dates(event.interval).items()}
        for participant in _listed(event.participants):
            entity = known.entities.get(participant.entity)
            yield {
                "event": event.iri,
                "type": _type_name(event.type, known.types),
                **shown,
                "status": event.status,
                "role": participant.role,
                "order": participant.order,
                "entity": participant.entity,
                "name": _name(participant.entity, known.entities),
                "kind": local(entity.kind) if entity else "",
                "country": _name(entity.country, known.entities) if entity and entity.country else "",
                "office": JOINT.join(known.offices_at(participant.entity, event.interval)),
                **_codes(event, known),
            }


def claim_rows(events: Iterable[Event], known: Known) -> Iterator[Row]:
    """A row for each claim of these events, with `CLAIM_COLUMNS`: what one article says, where and in what words."""
    for event in events:
        for claim in find_claims(event, known):
            source = _source(claim.article, known)
            line = _claim_json(claim, known.entities, known.types)
            yield {
                **_shared_cells(line, claim.item, known.entities),
                "claim": claim.iri,
                "event": event.iri,
                "article": claim.article,
                **{name: source[name] or "" for name in ("publisher", "published", "url")},
                "quote": CUT.join(e.quote for e in claim.evidence),
                "offsets": JOINT.join(f"{e.start}-{e.end}" for e in claim.evidence),
            }


def write_csv(rows: Iterable[Mapping[str, str | int | float | bool]], columns: Sequence[str], stream: TextIO) -> None:
    """Write a heading and a line for each row, empty where the row lacks a column; the stream must have been opened with `newline=""`."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([make_safe(row.get(column, "")) for column in columns] for row in rows)


def make_safe(cell: str | int | float) -> str | int | float:
    """The cell as a spreadsheet shows it and does not run it: "=1+1" gives "'=1+1"; a carriage return, which ends a row, a line feed."""
    if not isinstance(cell, str):
        return cell
    text = cell.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.startswith(FORMULA) else text


def _shared_cells(line: Json, item: Item | None, entities: Mapping[str, Entity]) -> Row:
    """The cells that a line of JSON gives whether it stands for a claim or an event."""
    return {
        **{name: line[name] or "" for name in ("type", "date", "earliest", "latest", "date_source", "status")},
        "confidence": line["confidence"],
        "place": line["place"]["name"] if line["place"] else "",
        "place_id": line["place"]["id"] if line["place"] else "",
        "participants": JOINT.join(f"{p['name']} ({p['role']})" for p in line["participants"]),
        "participant_ids": JOINT.join(p["id"] for p in line["participants"]),
        "item": _about(item, entities)["name"] if item else "",
        "attributed_to": JOINT.join(speaker["name"] for speaker in line["attributed_to"]),
        "why": JOINT.join(line["why"]),
    }


# --- parts of both ----------------------------------------------------------------------------------


def find_claims(event: Event, known: Known) -> list[Claim]:
    """The claims of an event, by article and place in it."""
    claims = [known.claims[iri] for iri in event.claims]
    return sorted(claims, key=lambda claim: (claim.article, sorted(claim.evidence), claim.iri))


def find_items(line: Json) -> tuple[tuple[str, str], ...]:
    """What the event of a line of JSON is about: the role of it and its name."""
    return tuple((key, value["name"]) for key, value in line.items() if key not in FIXED)


def best_date_source(event: Event, claims: Iterable[Claim]) -> DateSource:
    """How the event's date is known: the surest way among the claims that give exactly it, else among all dated ones."""
    dated = [claim for claim in claims if claim.interval]
    exact = [claim for claim in dated if claim.interval == event.interval]
    ways = [claim.date_source for claim in exact or dated] if event.interval else []
    return min(ways, key=get_args(DateSource).index, default="none")


def _participants(participants: Iterable[Participant], entities: Mapping[str, Entity]) -> list[Json]:
    return [{**_named(p.entity, entities), "role": p.role} for p in _listed(participants)]


def _listed(participants: Iterable[Participant]) -> list[Participant]:
    return sorted(participants, key=lambda participant: participant.order)


def _named(iri: str, entities: Mapping[str, Entity]) -> Json:
    return {"id": iri, "name": _name(iri, entities)}


def _attributed(sources: Iterable[Attribution], entities: Mapping[str, Entity]) -> list[Json]:
    """Each source once, after those who pass it on; `via` is the name of the nearest of them, `id` null where nobody is known."""
    found: dict[str, Json] = {}
    for source in (one for end in sources for one in end.chain):
        said = {"id": source.entity, "name": speaker_name(source, entities), "class": local(source.source_class)}
        found.setdefault(source.entity or source.text, {**said, "via": source.via and speaker_name(source.via, entities)})
    return list(found.values())


def speaker_name(source: Attribution, entities: Mapping[str, Entity]) -> str:
    """The label of the entity that speaks, or the article's words for one that has no name."""
    return _name(source.entity, entities) if source.entity else source.text


def _name(iri: str, entities: Mapping[str, Entity]) -> str:
    return entities[iri].label if iri in entities else local(iri)


def _type_name(iri: str, types: Mapping[str, EventType]) -> str:
    return types[iri].name if iri in types else local(iri)


def _codes(event: Event, known: Known) -> Row:
    """How event-data projects number the type: CAMEO and PLOVER, empty where neither has it."""
    kind = known.types.get(event.type)
    return {"cameo": (kind and kind.cameo) or "", "plover": (kind and kind.plover) or ""}


def _dates(interval: Interval | None) -> Json:
    if interval is None:
        return {"date": None, "earliest": None, "latest": None}
    return {"date": to_edtf(interval), "earliest": earliest(interval).isoformat(), "latest": latest(interval).isoformat()}


def _item(item: Item | None, entities: Mapping[str, Entity]) -> Json:
    """What the event is about, under the name of its role; nothing where there is none."""
    return {item.role: _about(item, entities)} if item else {}


def _about(item: Item, entities: Mapping[str, Entity]) -> Json:
    return _named(item.entity, entities) if item.entity else {"name": item.text}


def _source(article_id: str, known: Known) -> Json:
    source = known.sources[article_id]
    published = source.published.isoformat() if source.published else None
    return {"doc": article_id, "publisher": source.publisher, "published": published, "url": source.url, "title": source.title}
