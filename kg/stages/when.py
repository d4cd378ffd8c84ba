"""Which of a sentence's dates is the trigger's: the one in its own clause, not that of the report or of another event."""

import datetime as dt
from collections.abc import Mapping, Sequence

from spacy.tokens import Token

from kg.dates import count_days, is_one_day, make_day
from kg.language import ParsedSentence
from kg.lexicon import Lexicon
from kg.records import DateMention
from kg.stages.offset import find_offset, shifted
from kg.stages.slots import SURE, Occurrence
from kg.stages.syntax import argument_of, children, conjuncts, governor, is_passive, is_ranked, is_verb, path_up, preposition
from kg.stages.triggers import Trigger

# What a date after these bounds is not the event's own day.
_BOUNDS = ("since", "until", "till", "by")
# What a date after these belongs to is another time than the verb's.
_APART = (*_BOUNDS, "after", "before")
# With these the present tells of no one day.
_HABITUAL = frozenset(("every", "often", "rarely", "seldom", "always", "usually", "regularly", "sometimes", "frequently"))
# What comes after these was still to come when the clause happened.
_AHEAD = (*_BOUNDS, "before", "ahead")
# What is said so of an encounter is said on its day.
_SPOKEN_AT = ("after", "at", "during", "in", "following")
_PRESENT = ("VBZ", "VBP")
# Days of the longest season: an event is dated by no more where a plan may be for them.
_SEASON = 92
# A step further from the trigger counts more than any distance within its clause.
_FARTHER = 10
_MOST_ANCHORS = 6
# "on Monday, hours after": the date is not theirs.
_TIMES = ("hour", "minute", "moment")
# The name that the role network has for a date.
_DATE = "date"
# How many words before a date a reporting verb may stand: "KCNA reported late on Sunday".
_NEAR = 3


def when(
    occurrence: Occurrence, parsed: ParsedSentence, lexicon: Lexicon, others: Sequence[Token], published: dt.date | None
) -> list[DateMention]:
    """The date of the trigger among those of its sentence; several where dates are coordinated ("in 2018 and 2019").

    Where its place in the tree gives none, it is the one of which the role network is sure.

    `others` are the sentence's other trigger tokens. What is told in the past tense has no date after the day of publication:
    "they signed a plan for exchanges in 2027".
    """
    trigger = occurrence.trigger
    offset = find_offset(trigger.token)
    if offset is not None and (is_verb(trigger.token) or not any(t.i in parsed.dates for t in trigger.token.subtree)):
        return _from_main(trigger, offset.days, parsed, lexicon, published) if offset.days is not None else []
    if preposition(trigger.token) == "at" and trigger.token.lemma_.lower() in lexicon.words("Inviting"):
        return []  # "came on Monday at the invitation of A"
    reports = report_dates(parsed, lexicon)
    spoken = _speech_about(trigger)
    own = {i for i in parsed.dates if parsed.doc[i].head in (trigger.token, spoken)}
    usable = {i: date for i, date in parsed.dates.items() if (i in own or i not in reports) and date.source != "dateline"}
    if published and trigger.status == "occurred" and (trigger.light or trigger.token).tag_ == "VBD":
        usable = {i: date for i, date in usable.items() if date.interval.start <= published}
    evoked = {t.i for t in (trigger.token, *others)}
    usable = {i: date for i, date in usable.items() if not _is_of_plan(parsed.doc[i], evoked, parsed)}
    rivals = evoked - {trigger.token.i}
    anchors = _anchors(trigger, lexicon)
    bound = trigger.token.i + 1 if trigger.purpose else None  # "came for a meeting Thursday with B"
    ranks = ((i, 0 if i == bound else _closeness(parsed.doc[i], anchors, rivals, parsed)) for i in usable)
    ranked = [(rank, abs(i - trigger.token.i), i) for i, rank in ranks if rank is not None]
    opening = _opening_rank(parsed, anchors, spoken, lexicon)
    if opening is not None and (not ranked or opening < min(ranked)[0]):
        return [parsed.opening] if parsed.opening else []
    best = conjuncts(parsed.doc[min(ranked)[2]]) if ranked else _told_when(trigger, parsed) or _told_after(trigger, usable)
    return [usable[t.i] for t in best if t.i in usable] or _date_by_network(_unbound(usable, rivals, parsed), occurrence)


def _is_of_plan(date: Token, evoked: set[int], parsed: ParsedSentence) -> bool:
    """ "the plan for 2025": the years that something is for which evokes nothing."""
    before = date.doc[max(0, date.i - 2)]
    long = count_days(parsed.dates[date.i].interval) > _SEASON
    return long and preposition(date) == "for" and before.pos_ in ("NOUN", "PROPN") and before.i not in evoked


def _unbound(usable: Mapping[int, DateMention], rivals: set[int], parsed: ParsedSentence) -> dict[int, DateMention]:
    """The dates that may be an event's own: no bounds ("by Friday"), no counts ("the third time this year"), not of a noun before them."""
    tokens = [parsed.doc[i] for i in sorted(usable)]
    return {t.i: usable[t.i] for t in tokens if not _is_no_own_day(t, rivals, parsed)}


def _is_no_own_day(date: Token, rivals: set[int], parsed: ParsedSentence) -> bool:
    return preposition(date) in _BOUNDS or _is_of_noun_before(date, rivals, parsed) or _is_count(date)


def _date_by_network(usable: Mapping[int, DateMention], occurrence: Occurrence) -> list[DateMention]:
    """The date of which the role network is surest, if it is sure enough of any."""
    if not usable or occurrence.trigger.purpose or _is_aim(occurrence.trigger) or occurrence.scores is None:
        return []
    chance, place = max((occurrence.scores.chance(i, _DATE), -i) for i in usable)
    return [usable[-place]] if chance >= SURE else []


def _told_when(trigger: Trigger, parsed: ParsedSentence) -> list[Token]:
    """ "on Oct. 7, when they met": the date right before the clause, which says more of it."""
    for token in (trigger.token, *path_up(trigger.token)):
        for opener in (c for c in token.children if c.lower_ == "when"):
            before = [t for t in token.doc[: opener.i] if t.pos_ != "PUNCT"]
            return before[-1:] if before and before[-1].i in parsed.dates else []
    return []


def _told_after(trigger: Trigger, usable: Mapping[int, DateMention]) -> list[Token]:
    """ "signed by A in Pyongyang in 2002": the date behind the phrases of a participle, though a parser hung it higher."""
    verb = trigger.token
    after = [verb.doc[i] for i in sorted(usable) if i > verb.i]
    if verb.tag_ not in ("VBN", "VBD") or verb.dep_ != "acl" or not after:
        return []
    between = verb.doc[verb.i + 1 : after[0].left_edge.i]
    own = {t.i for t in verb.subtree}
    return after[:1] if all(t.i in own and not is_verb(t) and preposition(t) not in _APART for t in between) else []


def _from_main(trigger: Trigger, days: int, parsed: ParsedSentence, lexicon: Lexicon, published: dt.date | None) -> list[DateMention]:
    """The one day that the sentence gives to the main clause, moved by `days`."""
    top = _top(trigger.token)
    inside, reports = {t.i for t in top.subtree}, report_dates(parsed, lexicon)
    verb = top.head if is_verb(top.head) else governor(top)
    anchors = {t.i: 0 for t in ((verb, *path_up(verb)) if verb is not None else ()) if is_verb(t)}
    usable = [i for i, d in sorted(parsed.dates.items()) if i not in inside | reports and is_one_day(d.interval) and d.source != "dateline"]
    named = [parsed.dates[i] for i in usable if _closeness(parsed.doc[i], anchors, set(), parsed) is not None]
    root = next(t for t in parsed.doc if t.head == t)
    if parsed.opening and is_one_day(parsed.opening.interval) and root.i in anchors:
        named.append(parsed.opening)
    if named:
        return [shifted(named[0], days)]
    today = DateMention(start=0, end=0, text="", interval=make_day(published), source="published", why="") if published else None
    return [shifted(today, days)] if today and root.i in anchors and _is_present_form(root) else []


def _top(token: Token) -> Token:
    """The head of the phrase or clause that a preposition or conjunction opens, at or above the token."""
    return next((t for t in (token, *path_up(token)) if preposition(t)), token)


def _opening_rank(parsed: ParsedSentence, anchors: Mapping[int, int], spoken: Token | None, lexicon: Lexicon) -> int | None:
    """The closeness of a date that opens the sentence: it is that of the main clause, unless somebody only speaks there."""
    root = next(t for t in parsed.doc if t.head == t) if parsed.opening else None
    if root is None or root.i not in anchors:
        return None
    only_told = _is_telling(root, lexicon) and anchors[root.i] > 0 and root != spoken
    return None if only_told else anchors[root.i] * _FARTHER + 1


def _speech_about(trigger: Trigger) -> Token | None:
    """ "said on Monday after meeting B": the verb of which the trigger is an adverbial, so that its day is the trigger's."""
    if is_verb(trigger.token):
        return trigger.token.head if trigger.token.dep_ == "advcl" and preposition(trigger.token) in _SPOKEN_AT else None
    verb, how = argument_of(trigger.token) or (None, "")
    return verb if how in _SPOKEN_AT else None


def _closeness(date: Token, anchors: Mapping[int, int], rivals: set[int], parsed: ParsedSentence) -> int | None:
    """0 for a date of the trigger itself, more for one of its clause, None for one that belongs to something else."""
    if _is_no_own_day(date, rivals, parsed):
        return None
    up = [_root_of(date)] if _is_set_off(date) and date.head.i not in anchors else path_up(date)
    for steps, token in enumerate(up):
        if token.i in anchors:
            return anchors[token.i] * _FARTHER + steps
        own_noun = token.pos_ == "NOUN" and token.lemma_.lower() not in _TIMES and token.i not in parsed.links and not _names_day(date)
        if token.i in rivals or own_noun or preposition(token) in _BOUNDS or _is_other_clause(token, date, anchors):
            return None
    return None


def _is_count(date: Token) -> bool:
    """ "for the third time this year": how often within a span is not when."""
    first = date.left_edge.i
    return first > 0 and date.doc[first - 1].lower_ in ("time", "times")


def _is_of_noun_before(date: Token, rivals: set[int], parsed: ParsedSentence) -> bool:
    """ "after a summit last month": a bare month or year right after the noun of another event is that event's."""
    bare = not preposition(date) and not is_one_day(parsed.dates[date.i].interval)
    return bare and date.i - 1 in rivals and not is_verb(date.doc[date.i - 1])


def _is_other_clause(token: Token, date: Token, anchors: Mapping[int, int]) -> bool:
    """Whether the token heads a clause whose dates are not those of what it depends on."""
    apart = token.dep_ in ("acl:relcl", "advcl", "ccomp") or (token.dep_ == "acl" and token.head.i not in anchors)
    return apart and is_verb(token) and not (token.dep_ == "acl" and _names_date(date))


def _names_day(date: Token) -> bool:
    """ "on Friday", "Friday": a phrase of the clause even where the parser hangs it on the noun before it.

    A date before a noun ("the 2004 earthquake") is that noun's own.
    """
    return preposition(date) in ("on", "") and not (date.dep_ in ("compound", "nummod", "amod") and date.i < date.head.i)


def _names_date(date: Token) -> bool:
    """ "on Thursday" at the end: the sentence's, though the parser hangs it on "a delegation led by X"."""
    return preposition(date) == "on" and all(t.pos_ == "PUNCT" for t in date.doc[date.right_edge.i + 1 :])


def _root_of(token: Token) -> Token:
    """The head of the whole sentence."""
    return ([token, *path_up(token)])[-1]


def _is_set_off(date: Token) -> bool:
    """Whether the date opens the sentence or closes it after a comma: then it is the main clause's."""
    first = min((c.i for c in children(date, "case", "advmod", "det")), default=date.i)
    after = date.doc[date.i + 1 :]
    ends = all(t.pos_ == "PUNCT" for t in after)
    return first == 0 or (ends and date.doc[first - 1].text == ",")


def _anchors(trigger: Trigger, lexicon: Lexicon) -> dict[int, int]:
    """The tokens whose dates are the trigger's, with their distance: itself, its light verb, the clause it is in."""
    found = {trigger.token.i: 0}
    if trigger.light is not None:
        found[trigger.light.i] = 0
    token = trigger.token
    if not is_verb(token):
        kinds = [t for t in children(token, "nmod") if preposition(t) == "of" and t.pos_ == "NOUN"]
        found |= {t.i: 1 for t in (*kinds, *_set_for(token, lexicon))}
    if trigger.type.durative and preposition(token) == "on":
        found |= {t.i: 3 for t in path_up(token) if is_verb(t)}
    if trigger.purpose or (_is_aim(trigger) and not (trigger.type.durative and trigger.status == "occurred")):
        return found
    if not is_verb(token):
        argument = argument_of(token)
        if argument and argument[1] not in _BOUNDS:
            found.setdefault(argument[0].i, 1)
            token = argument[0]
    while is_verb(token) and token.dep_ in ("conj", "xcomp", "advcl", "acl") and len(found) < _MOST_ANCHORS:
        token = token.head
        found.setdefault(token.i, 2)
    if _is_occasion_of(token):
        found.setdefault(token.head.i, 3)
    return found


def _is_occasion_of(verb: Token) -> bool:
    """ "the July summit at which they met": a clause that tells what was done at the noun that it describes."""
    pronouns = [c for c in children(verb, "obl", "advmod") if c.lower_ in ("which", "where", "when")]
    return verb.dep_ == "acl:relcl" and bool(pronouns)


def _set_for(noun: Token, lexicon: Lexicon) -> list[Token]:
    """ "talks with B, expected to start on Thursday", "a summit set for June": the participle that says when, and its infinitive."""
    within = [t for t in noun.subtree if t.dep_ == "acl" and t.tag_ == "VBN" and t.lemma_.lower() in lexicon.words("Planning")]
    return [t for participle in within[:1] for t in (participle, *children(participle, "xcomp"))]


def _is_aim(trigger: Trigger) -> bool:
    """ "flew there on Sunday to meet him": what somebody set out for has not the date of his setting out."""
    verb = next((t for t in (trigger.token, *path_up(trigger.token)) if is_verb(t)), trigger.token)
    aim = verb.dep_ == "advcl" and any(c.lower_ == "to" for c in children(verb, "mark", "aux"))
    return aim and is_verb(verb.head) and verb.head.tag_ in ("VBD", "VBZ", "VBP") and not children(verb.head, "aux")


def report_dates(parsed: ParsedSentence, lexicon: Lexicon) -> set[int]:
    """The tokens of dates on which a source spoke: "KCNA reported on Sunday"."""
    return {i for i in parsed.dates if _is_report_date(parsed.doc[i], lexicon)}


def find_report_days(parsed: ParsedSentence, lexicon: Lexicon) -> list[dt.date]:
    """The days on which the sentence says that a source spoke."""
    days = [parsed.dates[i].interval.start for i in sorted(report_dates(parsed, lexicon))]
    told = parsed.opening and _is_telling(next(t for t in parsed.doc if t.head == t), lexicon)
    return [*days, parsed.opening.interval.start] if parsed.opening and told else days


def _is_telling(token: Token, lexicon: Lexicon) -> bool:
    return is_verb(token) and token.lemma_.lower() in lexicon.words("Reporting")


def _is_report_date(date: Token, lexicon: Lexicon) -> bool:
    """Whether a reporting verb stands above or just before the date, or a noun for a report above it."""
    near = [date.head, *date.doc[max(0, date.i - _NEAR) : date.i]]
    told = any(_is_telling(t, lexicon) for t in near)
    return told or date.head.lemma_.lower() in lexicon.words("Report")


def is_narrated(trigger: Trigger) -> bool:
    """Whether a main clause tells it in the simple past, as one thing after another: "They met", "was seen off by B"."""
    verb = trigger.light or trigger.token
    argument = None if is_verb(verb) else argument_of(verb)
    offset = find_offset(trigger.token)
    if (offset and offset.days is None) or (argument and argument[1] in _AHEAD):
        return False
    verb = argument[0] if argument else verb
    if verb.tag_ == "VBG" and verb.dep_ in ("acl", "advcl") and not children(verb, "aux"):
        verb = governor(verb) or verb  # "Trump, speaking after a summit with Abe, repeated"
    main = verb
    while main.dep_ == "conj":
        main = main.head
    first = next((c for c in verb.children if c.dep_ in ("aux", "aux:pass")), verb)
    return main.dep_ == "ROOT" and first.tag_ == "VBD" and first.lower_ != "had" and (first == verb or is_passive(verb))


def is_sequel(trigger: Trigger, lexicon: Lexicon) -> bool:
    """Whether an adverb makes it one of several events of one day: "later met", "then held talks"."""
    return _has_adverb(trigger, lexicon.words("Sequel"))


def is_repeated(trigger: Trigger, lexicon: Lexicon) -> bool:
    """Whether an adverb says that it was not the first time: "met again"."""
    return _has_adverb(trigger, lexicon.words("Again"))


def _has_adverb(trigger: Trigger, adverbs: frozenset[str]) -> bool:
    """Whether one of the adverbs stands alone beside the verb of what is told."""
    verb = trigger.light or trigger.token
    argument = None if is_verb(verb) else argument_of(verb)
    verb = argument[0] if argument else verb
    return any(c.lower_ in adverbs and not any(c.children) for c in children(verb, "advmod"))


def is_perfect(trigger: Trigger) -> bool:
    """Whether it is told as past before what is told: "had met", "has met"."""
    verb = trigger.light or trigger.token
    return is_verb(verb) and any(c.lemma_.lower() == "have" for c in children(verb, "aux"))


def is_present(trigger: Trigger) -> bool:
    """Whether the sentence tells it in the present, as summaries of the day do: "Putin meets Kim"."""
    verb = next(iter(children(trigger.token, "cop")), trigger.light or trigger.token)
    if not is_verb(verb):
        argument = argument_of(verb)
        if argument is None or argument[0].dep_ in ("acl:relcl", "acl") or (argument[0].dep_ == "advcl" and argument[0].tag_ != "VBG"):
            return False
        verb = argument[0]
    while verb.dep_ in ("xcomp", "advcl", "conj", "acl") and verb.tag_ in ("VB", "VBG"):
        above = verb.head if is_verb(verb.head) else governor(verb) if is_ranked(verb.head) else None
        if above is None:
            return False
        verb = above
    habit = any(c.lower_ in _HABITUAL for child in verb.children for c in (child, *child.children))
    if habit or any(c.lower_ in ("when", "whenever") for c in verb.children):
        return False
    goes_on = verb.tag_ == "VBG" and not (_is_of_its_day(trigger) and children(verb, "aux"))
    return not goes_on and _is_present_form(verb)


def _is_of_its_day(trigger: Trigger) -> bool:
    """Whether what "is going on" is so on the day of the report: a stay or an encounter, not deliveries over months."""
    return trigger.type.durative or any(role.at_least > 1 for role in trigger.type.roles)


def _is_present_form(verb: Token) -> bool:
    """Whether the verb or its first auxiliary is in the present; one in the base form with a subject is a misread present."""
    auxiliaries = [c for c in verb.children if c.dep_ in ("aux", "aux:pass")]
    finite = auxiliaries[0] if auxiliaries else verb
    bare = finite == verb and verb.tag_ == "VB" and bool(children(verb, "nsubj")) and not children(verb, "mark")
    return (bare or finite.tag_ in _PRESENT) and finite.lemma_.lower() != "have"
