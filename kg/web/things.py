"""The pages of single things: an event, an entity, two of them, an office; each shows what it rests on."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from kg import asking, query, questions
from kg.dates import covers, earliest, is_one_day, latest, to_edtf
from kg.errors import QueryError
from kg.ids import ENTITY, EVENT, NK, local
from kg.records import Event, Interval
from kg.web.cards import Tenure, Thing, group, make_card, make_cards, make_tenure, make_thing, name_outlets, type_name
from kg.web.message import Asked, RefusedError, Reply
from kg.web.pages import cut, render
from kg.web.snapshot import Snapshot, article_path, entity_path, event_path, office_path

PERSON, STATE = NK + "Person", NK + "State"
# Rows of a table that are shown, pairs of one event that are linked.
MOST, MOST_PAIRS = 200, 6
COUNTRIES = "SELECT DISTINCT ?office ?country { ?office a nk:Office ; nk:country ?country }"
WIKIDATA = "https://www.wikidata.org/wiki/"


# --- one event ------------------------------------------------------------------------------------


def event(snapshot: Snapshot, asked: Asked) -> Reply:
    """An event with all its claims beside each other, each with its sentence where it stands."""
    try:
        detail = asking.event(snapshot.store, EVENT + asked.path["event"])
    except (QueryError, ValueError) as error:
        raise RefusedError(404, f"there is no event {asked.path['event'][:80]}") from error
    found = detail.event
    if found.iri != EVENT + asked.path["event"]:
        # The first digits were enough to find it; its page has one address.
        return Reply(status=303, headers={"Location": event_path(found.iri)})
    return render(
        snapshot,
        "event.html",
        card=make_card(snapshot, found),
        event=found,
        pairs=_pairs(snapshot, found),
        claims=[_claim(snapshot, report) for report in detail.reports],
        disagreements=_disagreements(snapshot, detail),
        independent=[[_outlet(snapshot, article) for article in articles] for articles in found.sources],
        links=[(link.name if link.there else f"has, {link.name} it", Thing(link.label, event_path(link.event))) for link in detail.links],
    )


def _pairs(snapshot: Snapshot, found: Event) -> list[Thing]:
    """The pages of the first pairs of people who take part."""
    people = list(dict.fromkeys(p.entity for p in sorted(found.participants, key=lambda p: p.order) if _is_person(snapshot, p.entity)))
    pairs = [(one, other) for n, one in enumerate(people) for other in people[n + 1 :]]
    return [Thing(f"{make_thing(snapshot, a).name} and {make_thing(snapshot, b).name}", pair_path(a, b)) for a, b in pairs[:MOST_PAIRS]]


def _is_person(snapshot: Snapshot, iri: str) -> bool:
    entity = snapshot.known.entities.get(iri)
    return entity is not None and entity.kind == PERSON


def pair_path(one: str, other: str) -> str:
    """Where the page of two entities is."""
    return f"/pair/{entity_path(one).removeprefix('/entity/')}/{entity_path(other).removeprefix('/entity/')}"


def _outlet(snapshot: Snapshot, article: str) -> Thing:
    """An article by its publisher, or by its id where nobody knows that."""
    return Thing(snapshot.known.sources[article].publisher or article, article_path(article))


def _disagreements(snapshot: Snapshot, detail: query.EventDetail) -> dict[str, list[tuple[Thing, list[Thing]]]]:
    """By field each value that is given, and who gives it."""
    articles = {report.claim.iri: report.article.id for report in detail.reports}
    found: dict[str, list[tuple[Thing, list[Thing]]]] = defaultdict(list)
    for one in detail.event.disagreements:
        value = make_thing(snapshot, one.value) if one.value.startswith(ENTITY) else Thing(one.value)
        said = sorted({articles[claim] for claim in one.claims if claim in articles})
        found[one.field].append((value, [_outlet(snapshot, article) for article in said]))
    return found


class Said(NamedTuple):
    """Who says so, by way of whom, and the class of source."""

    name: str
    source_class: str


def _claim(snapshot: Snapshot, report: query.Report) -> dict[str, Any]:
    """What one article says of an event."""
    claim, article = report.claim, report.article
    outlet = article.source.outlet
    return {
        "claim": claim,
        "source": article.source,
        "article": Thing(article.source.title or f"article {article.id}", article_path(article.id)),
        "outlet": make_thing(snapshot, outlet) if outlet else Thing(article.source.publisher or "outlet unknown"),
        "type": type_name(snapshot, claim.type),
        "who": group(snapshot, claim),
        "place": make_thing(snapshot, claim.place) if claim.place else None,
        "date": to_edtf(claim.interval) if claim.interval else None,
        "speakers": [
            Said(
                ", by way of ".join(report.labels.get(one.entity or "", one.text) for one in reversed(end.chain)),
                snapshot.class_names.get(local(end.source_class), local(end.source_class)),
            )
            for end in claim.attributed_to
        ],
        "namings": [(naming, make_thing(snapshot, naming.entity)) for naming in claim.namings],
    }


# --- one entity -----------------------------------------------------------------------------------


class Encounter(NamedTuple):
    """Whom somebody met or called, how often, first and last (EDTF), in whose reports, and the page of the two."""

    thing: Thing
    times: int
    first: str | None
    last: str | None
    outlets: tuple[str, ...]
    path: str


def entity(snapshot: Snapshot, asked: Asked) -> Reply:
    """A person, organisation, place or agreement: its names, offices, encounters and events."""
    iri = ENTITY + asked.path["entity"]
    if iri in snapshot.known.offices:
        return Reply(status=303, headers={"Location": office_path(iri)})
    found = snapshot.known.entities.get(iri)
    if found is None:
        raise RefusedError(404, f"nothing here has the number {asked.path['entity'][:80]}")
    events = snapshot.of(iri)
    return render(
        snapshot,
        "entity.html",
        entity=found,
        kind=local(found.kind),
        country=make_thing(snapshot, found.country) if found.country else None,
        within=make_thing(snapshot, found.within) if found.within else None,
        wikidata=WIKIDATA + found.wikidata if found.wikidata else "",
        tenures=[make_tenure(row, of_person=True) for row in _latest_first(query.who(snapshot.store, person=iri))],
        encounters=find_encounters(snapshot, iri, events)[:MOST],
        spellings=questions.run(snapshot.store, "spellings", who=iri).rows[:MOST],
        events=(listed := cut(list(reversed(_dated_last(events))), asked)),
        cards=make_cards(snapshot, listed.shown),
        handle=asked.path["entity"],
        as_what=_find_part(iri, events),
    )


def _find_part(iri: str, events: Iterable[Event]) -> str:
    """By which part of a selection the events of an entity are found: "who", "place" or, for what events are about, ""."""
    if any(participant.entity == iri for event in events for participant in event.participants):
        return "who"
    return "place" if any(event.place == iri for event in events) else ""


def _dated_last(events: Sequence[Event]) -> list[Event]:
    """Undated events before all others, so that read backwards the latest comes first and they last."""
    return [event for event in events if not event.interval] + [event for event in events if event.interval]


def find_encounters(snapshot: Snapshot, iri: str, events: Iterable[Event]) -> list[Encounter]:
    """With whom somebody was in events that link persons directly (meetings, calls) and occurred, the most frequent first."""
    met: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        who = {participant.entity for participant in event.participants}
        if iri in who and event.status == "occurred" and event.type in snapshot.encounters:
            for other in who - {iri}:
                met[other].append(event)
    rows = [_encounter(snapshot, iri, other, found) for other, found in met.items()]
    return sorted(rows, key=lambda row: (-row.times, row.thing.name, row.path))


def _encounter(snapshot: Snapshot, iri: str, other: str, events: Sequence[Event]) -> Encounter:
    sources = (snapshot.known.sources[article] for event in events for articles in event.sources for article in articles)
    return Encounter(
        make_thing(snapshot, other),
        len(events),
        *first_and_last(events),
        name_outlets(sources),
        pair_path(iri, other),
    )


# --- two entities ---------------------------------------------------------------------------------


class Meeting(NamedTuple):
    """An encounter of two, the fewest days since the dated one before (None where that is not known), whether these are exact, its date."""

    event: Event
    days: int | None = None
    exact: bool = False
    before: str | None = None


def pair(snapshot: Snapshot, asked: Asked) -> Reply:
    """Everything between two: their encounters with the time between them, then what else they took part in together."""
    one, other = (ENTITY + asked.path[name] for name in ("one", "other"))
    for iri in (one, other):
        if iri not in snapshot.known.entities:
            raise RefusedError(404, f"nothing here has the number {iri.removeprefix(ENTITY)[:80]}")
    if one == other:
        raise RefusedError(400, "one and the same does not make two")
    both = {one, other}
    shared = [event for event in snapshot.of(one) if both <= {participant.entity for participant in event.participants}]
    met = [event for event in shared if event.type in snapshot.encounters and event.status == "occurred"]
    others = {event.iri for event in shared} - {event.iri for event in met}
    rest = cut([event for event in shared if event.iri in others], asked)
    meetings = with_gaps(met)
    days = [meeting.days for meeting in meetings if meeting.days is not None]
    return render(
        snapshot,
        "pair.html",
        one=make_thing(snapshot, one),
        other=make_thing(snapshot, other),
        handles=(asked.path["one"], asked.path["other"]),
        meetings=[(meeting, card) for meeting, card in zip(meetings, make_cards(snapshot, met), strict=True)],
        longest=max(days, default=None),
        bounds=first_and_last(met),
        undated=sum(event.interval is None for event in met),
        rest=rest,
        cards=make_cards(snapshot, rest.shown),
    )


def with_gaps(met: Iterable[Event]) -> list[Meeting]:
    """Encounters in time, each dated one with the fewest days since the last possible day of those that were surely before it."""
    found: list[Meeting] = []
    dated: list[Interval] = []
    for event in met:
        interval = event.interval
        # One that may have been in between leaves the time open.
        if interval is None or not dated or any(latest(one) >= earliest(interval) for one in dated):
            found.append(Meeting(event))
        else:
            before = max(dated, key=latest)
            days, exact = (earliest(interval) - latest(before)).days, is_one_day(before) and is_one_day(interval)
            found.append(Meeting(event, days, exact, to_edtf(before)))
        dated += [interval] if interval else []
    return found


def first_and_last(events: Iterable[Event]) -> tuple[str | None, str | None]:
    """The dates (EDTF) of the event that may have begun first and of the one that may have ended last; None where none has a date."""
    dated = [event.interval for event in events if event.interval]
    if not dated:
        return None, None
    return to_edtf(min(dated)), to_edtf(max(dated, key=lambda interval: (interval.end, interval.start)))


# --- offices --------------------------------------------------------------------------------------


class Listed(NamedTuple):
    """An office, those who hold it as far as is known, and how many are known to have held it."""

    thing: Thing
    now: list[Tenure]
    holders: int


def offices(snapshot: Snapshot, asked: Asked) -> Reply:
    """The offices that the graph knows by country, those of the countries with most events first."""
    held: dict[str, list[query.HolderRow]] = defaultdict(list)
    for row in query.who(snapshot.store):
        held[row.office].append(row)
    countries = {str(office): str(country) for office, country in snapshot.store.sparql(COUNTRIES).rows}
    by_country: dict[str, list[Listed]] = defaultdict(list)
    for iri, rows in held.items():
        now = [make_tenure(row, of_person=False) for row in rows if row.end is None]
        listed = Listed(Thing(rows[0].office_label, office_path(iri)), now, len({row.person for row in rows}))
        by_country[countries.get(iri, "")].append(listed)
    counts = _count_by_country(snapshot)
    named = [(make_thing(snapshot, iri) if iri else Thing("of no country"), iri, sorted(found)) for iri, found in by_country.items()]
    return render(snapshot, "offices.html", "/offices", countries=sorted(named, key=lambda row: (-counts[row[1]], row[0].name)))


def _count_by_country(snapshot: Snapshot) -> Counter[str]:
    """In how many events people of each country take part."""
    entities = snapshot.known.entities
    return Counter(
        country
        for event in snapshot.events
        for country in {entities[p.entity].country for p in event.participants if p.entity in entities}
        if country
    )


def office(snapshot: Snapshot, asked: Asked) -> Reply:
    """The holders of an office over time, and its encounters whoever held it."""
    iri = ENTITY + asked.path["office"]
    label = snapshot.known.offices.get(iri)
    if label is None:
        raise RefusedError(404, f"no office here has the number {asked.path['office'][:80]}")
    found = cut(list(reversed(_of_office(snapshot, iri))), asked)
    return render(
        snapshot,
        "office.html",
        "/offices",
        name=label,
        iri=iri,
        tenures=[make_tenure(row, of_person=False) for row in _latest_first(query.who(snapshot.store, office=iri))],
        found=found,
        cards=make_cards(snapshot, found.shown),
    )


def _latest_first(rows: Iterable[query.HolderRow]) -> list[query.HolderRow]:
    """Tenures by their beginning, those of unknown beginning last."""
    return sorted(rows, key=lambda row: row.begin or "", reverse=True)


def _of_office(snapshot: Snapshot, iri: str) -> list[Event]:
    """The encounters of those who may have held an office on the days of each."""
    held = [tenure for tenures in snapshot.known.tenures.values() for tenure in tenures if tenure.office == iri]
    numbers = {
        number
        for tenure in held
        for number in snapshot.by_entity.get(tenure.person, ())
        if (event := snapshot.events[number]).interval
        and covers(tenure, event.interval)
        and event.status == "occurred"
        and event.type in snapshot.encounters
    }
    return [snapshot.events[number] for number in sorted(numbers)]
