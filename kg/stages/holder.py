"""Whom a title can mean: who holds, held or last held its offices on a day, and of several who ranks highest.

Pure functions of the ontology; nothing here knows an article.
"""

import datetime as dt
from collections.abc import Iterable

from kg.dates import covers
from kg.lexicon import Lexicon
from kg.ontology import UNRANKED, Ontology
from kg.records import Interval, Mention, Tenure
from kg.text import words

HIGH_RANK = 3
HEAD_OF_STATE = 1
_A_YEAR = dt.timedelta(days=365)


def find_holders(mention: Mention, lexicon: Lexicon, day: Interval | None) -> tuple[str, ...]:
    """Who may be meant by an office without a name: whoever held it on the day, one person where that can be told.

    Nobody for a former one, but for a late one who held it last. Of an acting and a full holder of one day the title says
    which is meant; offices that several hold mean nobody.
    """
    told = {word.key for word in words(mention.title)}
    ontology, late = lexicon.ontology, bool(told & lexicon.words("Late"))
    offices = [o for o in mention.offices if ontology.offices[o].one_person and (late or not mention.former)]
    tenures = _last_of(offices, ontology, day) if late else [t for office in offices for t in ontology.holders(office, day)]
    if told & lexicon.words("Leaving"):
        tenures = sorted((t for t in tenures if t.end), key=_end)[:1] or tenures
    acting = bool(told & lexicon.words("Acting"))
    people = tuple(dict.fromkeys(t.person for t in [t for t in tenures if t.acting == acting] or tenures))
    best = highest(people, ontology, day) if day and len(people) > 1 else None
    return (best,) if best else people


def _end(tenure: Tenure) -> dt.date:
    return tenure.end.start if tenure.end else dt.date.max


def _last_of(offices: Iterable[str], ontology: Ontology, day: Interval | None) -> list[Tenure]:
    """ "the late ambassador": the tenure that ended last, in the year before the day."""
    ended = [t for o in offices for t in ontology.holders(o, None) if t.end and day and t.end.start < day.end <= t.end.start + _A_YEAR]
    return sorted(ended, key=_end)[-1:]


def highest(people: Iterable[str], ontology: Ontology, day: Interval | None, least: int = HIGH_RANK) -> str | None:
    """The one of `people` who holds the highest office on that day, where exactly one does and it ranks `least` or higher."""
    ranks = {person: rank for person in people if (rank := ontology.rank_of(person, day)) is not None}
    best = min(ranks.values(), default=UNRANKED)
    top = [person for person, rank in ranks.items() if rank == best]
    return top[0] if len(top) == 1 and best <= least else None


def held_by_one(people: Iterable[str], offices: frozenset[str], day: Interval | None, ontology: Ontology) -> str | None:
    """The one of the people who holds one of the offices on the day."""
    fitting = [p for p in people if any(t.office in offices and (day is None or covers(t, day)) for t in ontology.tenures_of(p))]
    return fitting[0] if len(fitting) == 1 else None


def is_over(tenure: Tenure, day: Interval | None) -> bool:
    return tenure.end is not None and (day is None or tenure.end.start < day.end)


# --- titles ---------------------------------------------------------------------------------------


def offices_told(mention: Mention, lexicon: Lexicon) -> list[str]:
    """The offices of which the title gives the nouns: "Secretary" of a secretary of state, but not of a general secretary."""
    told = title_words(mention, lexicon) - lexicon.words("Former")
    if not told:
        return []
    offices, state = lexicon.ontology.offices, mention.state
    return [o for o, keys, nouns in lexicon.title_keys if told <= keys and nouns <= told and (state is None or offices[o].state == state)]


def is_told(mention: Mention, lexicon: Lexicon) -> bool:
    """Whether the title tells more than "Mr" or "Comrade"."""
    return bool(title_words(mention, lexicon) - lexicon.words("Honorific"))


def title_words(mention: Mention, lexicon: Lexicon) -> frozenset[str]:
    """The words of the title that tell what one is: "army general" of "the North Korean army general"."""
    return frozenset(word.key for word in words(mention.title)) - lexicon.words("FunctionWord") - lexicon.state_words


def known_words(person: str, lexicon: Lexicon) -> frozenset[str]:
    """The words of the person's description and of the titles of the offices that he ever held; none for one whom it lacks."""
    ontology = lexicon.ontology
    if person not in ontology.entities:
        return frozenset()
    held = {t.office for t in ontology.tenures_of(person)}
    told = {key for office, keys, _ in lexicon.title_keys if office in held for key in keys}
    return frozenset(told | {word.key for word in words(ontology.entities[person].description)})
