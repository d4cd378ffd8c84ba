"""One article -> its claims: runs the stages, then folds the mentions of one event into one claim.

The stages read a view of the text; what is handed out refers to the text as it is stored. Only sentences with a trigger
word are parsed. The result depends on the article, the ontology and the language pipeline alone; several articles share
the runs of the pipeline only because long runs are quicker.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import NamedTuple, TypeVar

from kg.dates import make_day
from kg.ids import CLAIM, article_iri, digest
from kg.language import Language, ParsedSentence, Piece
from kg.lexicon import Lexicon
from kg.records import Article, Claim, DateMention, Entity, Extract, Interval, Link, Mention, Naming, Sentence
from kg.stages.agreement import with_agreement
from kg.stages.attend import find_attendants, is_list, with_attendants
from kg.stages.attribute import attribute, find_sides, hear, with_allegation
from kg.stages.consolidate import Draft, consolidate, join
from kg.stages.date import find_dates
from kg.stages.date_grammar import WEEKDAYS
from kg.stages.discourse import Discourse, Scene, at_day
from kg.stages.link import link
from kg.stages.occasion import (
    date_by_anniversary,
    date_by_encounter,
    date_by_narration,
    find_anniversary,
    find_anniversary_year,
    find_occasions,
    find_stay,
    has_anniversary,
    is_on_anniversary,
    place_in_visits,
    with_occasion,
)
from kg.stages.quote import make_evidence
from kg.stages.recognise import recognise
from kg.stages.resume import find_resumed, is_attended, is_resuming, says_more
from kg.stages.roles import Filled, fill
from kg.stages.sentences import split_sentences
from kg.stages.slots import Occurrence
from kg.stages.syntax import governor
from kg.stages.triggers import Trigger, find_triggers
from kg.stages.view import View, make_view
from kg.stages.when import find_report_days, is_narrated, is_perfect, is_present, is_repeated, is_sequel, when
from kg.text import words

_WEEK = dt.timedelta(days=7)
# Sentences between an encounter and a list of those who were there.
_FEW = 4

Spanned = TypeVar("Spanned", Sentence, DateMention, Mention)


@dataclass(frozen=True, slots=True)
class Reader:
    """What reading an article needs: the lexicon of an ontology and a language pipeline."""

    lexicon: Lexicon
    language: Language


class Named(NamedTuple):
    """What an article names: its sentences and dates, a link for each mention, and the entities that the ontology lacks."""

    sentences: tuple[Sentence, ...]
    dates: tuple[DateMention, ...]
    links: tuple[Link, ...]
    minted: tuple[Entity, ...]


def find_names(article: Article, reader: Reader) -> Named:
    """Whom and what an article names, whether or not anything happens in it; offsets are those of its text."""
    view, named = _view_names(article, reader)
    return _stored(named, view)


def _find_names(articles: Sequence[Article], sentences: Sequence[tuple[Sentence, ...]], reader: Reader) -> Iterator[Named]:
    """Whom and what each article names in its sentences."""
    spans = reader.language.name_spans((article.text, s) for article, found in zip(articles, sentences, strict=True) for s in found)
    for article, found in zip(articles, sentences, strict=True):
        text, published, lexicon = article.text, article.source.published, reader.lexicon
        dates = find_dates(text, published) if found else ()
        mentions = recognise(text, found, list(islice(spans, len(found))), dates, lexicon)
        yield Named(found, dates, *link(mentions, lexicon, published, found, dates))


def find_evoked(article: Article, reader: Reader) -> Iterator[tuple[int, Trigger]]:
    """Every trigger of an article with its offset in the text, whether or not a claim comes of it."""
    view, named = _view_names(article, reader)
    for parsed in reader.language.parse(_pieces(view.text, named, reader.lexicon)):
        for trigger in find_triggers(parsed, reader.lexicon):
            yield view.span(parsed.starts[trigger.token.i], parsed.ends[trigger.token.i])[0], trigger


def _view_names(article: Article, reader: Reader) -> tuple[View, Named]:
    """The view of an article and what it names, with offsets of the view."""
    view = make_view(article.text, reader.lexicon)
    (named,) = _find_names([replace(article, text=view.text)], [split_sentences(view.text)], reader)
    return view, named


def _stored(named: Named, view: View) -> Named:
    """What an article names, with offsets of the stored text in place of those of its view."""
    if not view.layers:
        return named
    links = tuple(replace(link, mention=_moved(link.mention, view)) for link in named.links)
    return Named(tuple(_moved(s, view) for s in named.sentences), tuple(_moved(d, view) for d in named.dates), links, named.minted)


def _moved(found: Spanned, view: View) -> Spanned:
    start, end = view.span(found.start, found.end)
    return replace(found, start=start, end=end)


def extract(article: Article, reader: Reader) -> Extract:
    """The claims of one article and the entities that it names and the ontology lacks."""
    (found,) = extract_together([article], reader)
    return found


def extract_together(articles: Sequence[Article], reader: Reader) -> Iterator[Extract]:
    """What `extract` gives for each of a few articles. All their sentences are held at once, so they should be few."""
    views = [make_view(article.text, reader.lexicon) for article in articles]
    viewed = [replace(article, text=view.text) if view.layers else article for article, view in zip(articles, views, strict=True)]
    named = list(_find_names(viewed, [_sentences(article.text, reader.lexicon) for article in viewed], reader))
    pieces = [list(_pieces(article.text, names, reader.lexicon)) for article, names in zip(viewed, named, strict=True)]
    parsed = reader.language.parse(chain.from_iterable(pieces))
    for article, view, seen, names, own in zip(articles, views, viewed, named, pieces, strict=True):
        drafts, minted = _extract(seen, names, islice(parsed, len(own)), reader.lexicon)
        claims = tuple(_claim(article, _quoted(draft, article.text, view)) for draft in drafts)
        yield Extract(article=article, claims=claims, minted=_named(minted, claims))


def _sentences(text: str, lexicon: Lexicon) -> tuple[Sentence, ...]:
    """The sentences of a text; none where no word in it can be a trigger."""
    sentences = split_sentences(text)
    return sentences if any(_may_trigger(text, s, lexicon) for s in sentences) else ()


def _extract(
    article: Article, named: Named, sentences_parsed: Iterable[ParsedSentence], lexicon: Lexicon
) -> tuple[Sequence[Draft], tuple[Entity, ...]]:
    """What an article says, with evidence in the text that it is given with, and the entities that its names mint."""
    text, published = article.text, article.source.published
    sentences, dates, links, minted = named
    if not sentences:
        return (), ()
    entities = {**lexicon.ontology.entities, **{e.iri: e for e in minted}}
    day = make_day(published) if published else None
    discourse = Discourse(links, entities, lexicon, text, sentences, day, _dateline(text, sentences[0].start, lexicon))
    jubilee = find_anniversary(text, sentences, dates, published)
    drafts: list[Draft] = []
    for parsed in sentences_parsed:
        scene = Scene(parsed, discourse, _told_before(drafts, parsed.sentence, discourse))
        _add(drafts, list(_drafts(scene, article, jubilee)), discourse)
        _add_attendants(drafts, parsed.sentence, discourse)
    drafts = date_by_narration(drafts, dates, discourse)
    drafts = date_by_anniversary(consolidate([d for d in drafts if d.complete], discourse))
    drafts = date_by_encounter(place_in_visits(drafts, published, discourse))
    return [with_agreement(draft, discourse) for draft in consolidate(drafts, discourse)], minted


def _may_trigger(text: str, sentence: Sentence, lexicon: Lexicon) -> bool:
    return any(word.key in lexicon.forms for word in words(text[sentence.start : sentence.end]))


def _pieces(text: str, named: Named, lexicon: Lexicon) -> Iterator[Piece]:
    """The sentences worth parsing, with the mentions and dates in each."""
    for sentence in named.sentences:
        inside = tuple(x for x in named.links if sentence.start <= x.mention.start and x.mention.end <= sentence.end)
        if _may_trigger(text, sentence, lexicon) or is_list(sentence, text, lexicon) or _may_be_there(text, inside):
            within = tuple(d for d in named.dates if sentence.start <= d.start and d.end <= sentence.end)
            yield Piece(text, sentence, inside, within)


def _may_be_there(text: str, links: Sequence[Link]) -> bool:
    """Whether the sentence may say no more than that somebody was in a place."""
    places = (x.mention for x in links if x.mention.kind in ("place", "state"))
    located = any(text[max(0, place.start - 4) : place.start] in (" in ", " at ") for place in places)
    return located and any(x.mention.kind == "person" for x in links)


def _dateline(text: str, end: int, lexicon: Lexicon) -> str | None:
    """The place at the head of the text that the first sentence leaves out: what "here" means."""
    head = words(text[:end])
    found = lexicon.names.longest(head, 0, text) if head else None
    entity = lexicon.ontology.entities.get(found[2][0]) if found else None
    return entity.iri if entity and lexicon.kind_of(entity) == "place" else None


def _told_before(drafts: Sequence[Draft], sentence: Sentence, discourse: Discourse) -> tuple[str, ...]:
    """The persons of the event that the sentence before tells last: whom "they" and "the two" may mean.

    What it tells in passing, beside others whom it is about, gives nobody.
    """
    before = [s.start for s in discourse.sentences_before(sentence.start, 1)]
    near = sorted((d for d in drafts if d.evidence[-1].start in before), key=lambda d: (d.narrated, d.complete))
    told = tuple(p.entity for p in near[-1].participants if discourse.is_person(p.entity)) if near else ()
    named = (e for start in before for e in discourse.persons_between(start, sentence.start))
    return () if near and not near[-1].narrated and any(e not in told for e in named) else told


def _add(drafts: list[Draft], found: Sequence[Draft], discourse: Discourse) -> None:
    """Add what a sentence says; of an encounter told before it adds to that one."""
    told = len(drafts)
    for draft in found:
        at = find_resumed(draft, drafts[:told], discourse)
        if at is None:
            drafts.append(draft)
        elif says_more(draft) or any(d.anniversary for d in found):
            drafts[at] = join(drafts[at], draft, discourse)


def _add_attendants(drafts: list[Draft], sentence: Sentence, discourse: Discourse) -> None:
    """Give the persons whom the sentence lists as present to an encounter of others that it tells of, else to the one reported last.

    What is told in passing is background; of the encounters of one sentence it is the one with a date, then the one whose sides are known.
    """
    people = find_attendants(sentence, discourse)
    last = [s.start for s in discourse.sentences_before(sentence.start, _FEW)] if people else []
    encounters = [i for i, d in enumerate(drafts) if d.is_encounter and d.type.item is None and d.evidence[-1].start in last]
    here = [i for i, d in enumerate(drafts) if d.is_encounter and d.complete and d.evidence[-1].start == sentence.start]
    encounters = [i for i in here if not {p.entity for p in drafts[i].participants} <= set(people)] or encounters
    if people and encounters:
        at = max(encounters, key=lambda i: (drafts[i].narrated, *_newness(drafts[i]), i))
        drafts[at] = with_attendants(drafts[at], sentence, people, discourse.links, discourse.text)


def _newness(draft: Draft) -> tuple[int, bool, bool]:
    return draft.evidence[0].start, draft.interval is not None, draft.complete


# --- one sentence ---------------------------------------------------------------------------------


def _drafts(scene: Scene, article: Article, jubilee: Interval | None) -> Iterator[Draft]:
    """What a sentence says; `jubilee` is the day of an anniversary that the article tells of."""
    triggers = list(find_triggers(scene.parsed, scene.discourse.lexicon))
    found: list[tuple[int, Draft]] = []
    for trigger in triggers:
        if (
            trigger.status is None
            or _is_aim_of(trigger, triggers)
            or any(i == trigger.token.i and d.type == trigger.type for i, d in found)
        ):
            continue
        found += [(trigger.token.i, draft) for draft in _trigger_drafts(trigger, triggers, scene, article, jubilee)]
    for i, draft in found:
        occasions = find_occasions(scene.parsed.doc[i])
        yield with_occasion(draft, [d for n in occasions for j, d in found if j == n])


def _is_aim_of(trigger: Trigger, triggers: Sequence[Trigger]) -> bool:
    """ "meets B for talks": what an encounter is for is the encounter itself."""
    verb = governor(trigger.token) if trigger.purpose else None
    return any(t.token == verb and t.type == trigger.type for t in triggers)


def _trigger_drafts(
    trigger: Trigger, triggers: Sequence[Trigger], scene: Scene, article: Article, jubilee: Interval | None
) -> Iterator[Draft]:
    parsed, lexicon = scene.parsed, scene.discourse.lexicon
    stay = find_stay(trigger, parsed, lexicon, article.source.published)
    occurrence = Occurrence(trigger, parsed)
    dates = [stay] if stay else when(occurrence, parsed, lexicon, [t.token for t in triggers], article.source.published)
    if not dates and jubilee and is_on_anniversary(trigger, parsed, lexicon):
        dates = [_jubilee(jubilee)]
    past = None if dates else find_anniversary_year(trigger, parsed, lexicon, article.source.published)
    for date in dates or (past,):
        then = at_day(scene, date.interval if date else None)
        drafts = (_draft(trigger, filled, date, then, article) for filled in fill(occurrence, then))
        yield from (_possible(draft, article.source.published) for draft in drafts)


def _draft(trigger: Trigger, filled: Filled, date: DateMention | None, scene: Scene, article: Article) -> Draft:
    assert trigger.status
    parsed, discourse = scene.parsed, scene.discourse
    interval, source, why = _dated(date, trigger, article)
    said, sides = hear(trigger, scene), find_sides(trigger.type, filled, discourse)
    span = parsed.starts[trigger.token.i], parsed.ends[trigger.token.i]
    evidence = make_evidence(parsed.source, parsed.sentence.start, parsed.sentence.end)
    status = "planned" if trigger.purpose and trigger.status == "occurred" else trigger.status
    if filled.participants:
        host = discourse.country(filled.place) or filled.place if filled.place else None
        status = with_allegation(status, trigger, said, sides, host, discourse.lexicon)
    return Draft(
        type=trigger.type, participants=filled.participants, place=filled.place, item=filled.item, interval=interval,
        date_source=source, status=status, attributed_to=attribute(said, sides), evidence=(evidence,),
        confidence=round(min((naming.score for naming in filled.namings), default=0.5) * (1.0 if interval else 0.9), 2),
        namings=filled.namings,
        reported=min(find_report_days(parsed, discourse.lexicon), default=None),
        complete=filled.complete, resumes=is_resuming(trigger), attended=is_attended(trigger, discourse.lexicon),
        narrated=is_narrated(trigger), sequel=is_sequel(trigger, discourse.lexicon), perfect=is_perfect(trigger),
        repeated=is_repeated(trigger, discourse.lexicon),
        anniversary=has_anniversary(trigger, discourse.lexicon),
        why=tuple(dict.fromkeys((f'"{parsed.text(*span)}" evokes {trigger.type.name.lower()}', *why))),
    )  # fmt: skip


def _jubilee(day: Interval) -> DateMention:
    return DateMention(start=0, end=0, text="", interval=day, source="relative", why="the anniversary that it marks")


def _possible(draft: Draft, published: dt.date | None) -> Draft:
    """The draft as it can be true on the day of the report: what lies ahead is a plan, and no plan lies in the past."""
    if published is None or draft.interval is None:
        return draft
    if draft.status == "occurred" and draft.interval.start > published:
        return replace(draft, status="planned", why=(*draft.why, "its date is after the report"))
    if draft.status == "planned" and draft.interval.end <= published:
        return replace(draft, interval=None, date_source="none", why=(*draft.why, "the date that it seems to have is past"))
    return draft


def _dated(date: DateMention | None, trigger: Trigger, article: Article) -> tuple[Interval | None, str, tuple[str, ...]]:
    published = article.source.published
    if date is not None and _is_still_ahead(date, trigger, published):
        return make_day(date.interval.start + _WEEK), date.source, ("date: weekday, of what is still to come",)
    if date is not None:
        return date.interval, date.source, (f"date: {date.why}",)
    if published and not trigger.purpose and trigger.status != "planned" and is_present(trigger):
        return make_day(published), "published", ("date: told in the present, so the day of publication",)
    return None, "none", ()


def _is_still_ahead(date: DateMention, trigger: Trigger, published: dt.date | None) -> bool:
    """ "arrived on Tuesday for his meeting Thursday": a bare weekday of a plan, which the tense of another verb took for a past one."""
    if published is None or not trigger.purpose or date.text.lower() not in WEEKDAYS:
        return False
    return dt.timedelta() < published - date.interval.start < _WEEK


# --- drafts to claims -----------------------------------------------------------------------------


def _quoted(draft: Draft, text: str, view: View) -> Draft:
    """The draft with its evidence quoted from the stored text, which may look other than its view."""
    if not view.layers:
        return draft
    return replace(draft, evidence=tuple(make_evidence(text, *view.span(e.start, e.end)) for e in draft.evidence))


def _claim(article: Article, draft: Draft) -> Claim:
    participants = tuple(sorted(draft.participants))
    iri = article_iri(article.id)
    parts = [f"{p.role}={p.entity}" for p in participants]
    span = [str(i) for e in draft.evidence for i in (e.start, e.end)]
    about = draft.item.text if draft.item else ""
    return Claim(
        iri=CLAIM + digest(iri, draft.type.iri, draft.status, str(draft.interval), draft.place or "", about, *parts, *span),
        article=article.id, type=draft.type.iri, participants=draft.participants, interval=draft.interval, date_source=draft.date_source,  # type: ignore[arg-type]
        place=draft.place, status=draft.status, attributed_to=draft.attributed_to, item=draft.item,
        evidence=draft.evidence, confidence=draft.confidence, why=draft.why, namings=_namings(draft),
    )  # fmt: skip


def _namings(draft: Draft) -> tuple[Naming, ...]:
    """The surest words for each participant and for the place, as the first sentence that has them gives them."""
    used = {p.entity for p in draft.participants} | ({draft.place} if draft.place else set())
    best: dict[str, Naming] = {}
    for naming in draft.namings:
        if naming.entity in used and (naming.entity not in best or naming.score > best[naming.entity].score):
            best[naming.entity] = naming
    return tuple(best[entity] for entity in sorted(best))


def _named(minted: Sequence[Entity], claims: Sequence[Claim]) -> tuple[Entity, ...]:
    """The newcomers that a claim names; the rest of the article's names lead nowhere."""
    used = {p.entity for c in claims for p in c.participants} | {c.place for c in claims} | {c.item.entity for c in claims if c.item}
    used |= {s.entity for c in claims for source in c.attributed_to for s in source.chain}
    return tuple(e for e in minted if e.iri in used)
