"""Titles in a text: "former Russian Foreign Minister", "general secretary of the Workers' Party", the offices they may mean."""

from typing import NamedTuple

from kg.ontology import UNRANKED
from kg.records import Label
from kg.stages.name import known_name
from kg.stages.scan import Scan, is_capital

_INSIDE = frozenset(("and", "of", "the"))
# Words after the noun of a title, beyond which no title goes.
_LONGEST_TAIL = 24
_LINKS = frozenset(("of", "for", "to"))
# The most words before a title's noun, it included, and the most of a name after "of".
_LONGEST_TITLE = 8
_LONGEST_FILLER = 7


class Title(NamedTuple):
    """A title over words[begin:after]: its offices, its state, whether it is of the past."""

    after: int
    end: int
    offices: tuple[str, ...]
    state: str | None
    former: bool


def find_title(scan: Scan, i: int, *, lower: bool = False) -> Title | None:
    """A title at word i: [state] [adjectives] noun [of …]. `lower`: an article may stand before it."""
    j, former, state = i, False, None
    if lower and j < len(scan.words) and scan.words[j].key in ("the", "a", "an"):
        j += 1
    if j >= len(scan.words) or j in scan.blocked:
        return None
    if scan.words[j].key in scan.lexicon.words("Former"):
        former, j = True, j + 1
    state_hit = _state(scan, j)
    if state_hit:
        j, state = state_hit
        if j < len(scan.words) and scan.words[j].key in scan.lexicon.words("Former"):
            former, j = True, j + 1
    if j > i and not (scan.joined(j) or scan.gap(j) == "-"):
        return None
    body = title_body(scan, j, first=j == i)
    if body is None:
        return None
    j, offices = body
    noun = j - 1
    j, of_state = _title_of(scan, j)
    state = state or of_state
    end = scan.words[j - 1].end
    bare = _is_bare_state(scan, noun + 1, j) or not of_state
    offices = (_fitting(scan, i, j, offices, state) if bare else ()) or _head_of(scan, noun, j)
    return Title(after=j, end=end, offices=offices, state=state, former=former)


def _state(scan: Scan, i: int) -> tuple[int, str | None] | None:
    """A demonym, or a state's or organisation's name, before the title's noun: the word after it and the state."""
    if i >= len(scan.words) or not is_capital(scan.words[i]):
        return None
    demonym = scan.lexicon.demonyms.longest(scan.words, i, scan.text)
    if demonym:
        return demonym[0], demonym[2][0]
    known = scan.lexicon.names.longest(scan.words, i, scan.text)
    mention = known_name(scan, i, known) if known else None
    if known is None or mention is None or mention.kind not in ("state", "place", "organisation"):
        return None
    ontology = scan.lexicon.ontology
    iri = known[2][0]
    entity = ontology.entities[iri]
    state = iri if mention.kind == "state" else ontology.capital_of.get(iri) or entity.country
    if mention.kind == "state" and known[0] < len(scan.words):
        further = _state(scan, known[0]) if scan.joined(known[0]) else None
        return (further[0], iri) if further else (known[0], iri)
    return known[0], state


def title_body(scan: Scan, i: int, *, first: bool) -> tuple[int, tuple[str, ...]] | None:
    """The words of the title up to its noun: the word after them and the offices whose title they are."""
    nouns, modifiers = scan.lexicon.words("PersonNoun"), scan.lexicon.title_words
    honorifics = scan.lexicon.words("Honorific")
    j, last = i, None
    while j < len(scan.words) and j - i < _LONGEST_TITLE and j not in scan.blocked:
        if j > i and not (scan.joined(j) or scan.gap(j) in (" and ", "-")):
            break
        key = scan.words[j].key
        if key in nouns or (key in honorifics and first):
            last = j
        elif not (key in modifiers or scan.is_function_word(j)) or (scan.is_function_word(j) and (j == i or key not in _INSIDE)):
            break
        j += 1
    if last is None:
        return None
    offices: tuple[str, ...] = ()
    for start in range(i, last + 1):
        hit = scan.lexicon.titles.longest(scan.words, start, scan.text)
        if hit and hit[0] > last:
            offices, last = hit[2], max(last, hit[0] - 1)
            break
    return last + 1, offices


def _title_of(scan: Scan, j: int) -> tuple[int, str | None]:
    """ "of the State Affairs of the DPRK" after the noun: the word after it and the state it names."""
    state, most = None, j + _LONGEST_TAIL
    while j + 1 < len(scan.words) and j < most and scan.words[j].key in _LINKS and scan.gap(j).strip() == "":
        k = j + 1
        if scan.words[k].key == "the":
            k += 1
        step = _of_filler(scan, k)
        if step is None:
            break
        j, found = step
        state = found or state
    return j, state


def _is_bare_state(scan: Scan, begin: int, j: int) -> bool:
    """Whether what follows the title's noun is the state itself or an organisation that the ontology knows."""
    i = begin + 1 + (begin + 1 < j and scan.words[begin + 1].key == "the")
    if i >= j:
        return True
    known = scan.lexicon.names.longest(scan.words, i, scan.text)
    return known is not None and known[0] >= j


def _of_filler(scan: Scan, k: int) -> tuple[int, str | None] | None:
    if k >= len(scan.words) or not scan.joined(k):
        return None
    hit = _state(scan, k)
    k, state = hit or (k, None)
    begin = k
    while k < len(scan.words) and ((k == begin and not hit) or scan.joined(k)) and k not in scan.blocked and k - begin < _LONGEST_FILLER:
        if any(s.label in ("PERSON", "PER") and s.start == scan.words[k].start for s in scan.spans) and k > begin:
            break
        known = scan.lexicon.names.longest(scan.words, k, scan.text)
        if known and scan.lexicon.is_person(known[2][0]):
            break
        word = scan.words[k]
        if scan.is_function_word(k) or not (word.key in scan.lexicon.title_words or is_capital(word)):
            break
        k = known[0] if known else k + 1
    return (k, state) if hit or k > begin else None


def _fitting(scan: Scan, i: int, j: int, offices: tuple[str, ...], state: str | None) -> tuple[str, ...]:
    """The offices of the state or organisation that the title names; none where it names none."""
    ontology = scan.lexicon.ontology
    text = scan.text[scan.words[i].start : scan.words[j - 1].end]
    if state:
        return tuple(o for o in offices if ontology.offices[o].state == state)
    inside = {o for o in offices if any(label.text in text for label in _organisation_labels(scan, o))}
    return tuple(o for o in offices if o in inside)


def _head_of(scan: Scan, noun: int, j: int) -> tuple[str, ...]:
    """ "head of Russia's Security Council": the highest office of the organisation named after the noun."""
    if scan.words[noun].key not in scan.lexicon.words("HeadNoun"):
        return ()
    known = next((k for i in range(noun + 1, j) if (k := scan.lexicon.names.longest(scan.words, i, scan.text))), None)
    held = [o for o in scan.lexicon.ontology.offices.values() if known and o.organisation == known[2][0]]
    best = min((o.rank or UNRANKED for o in held), default=None)
    return tuple(o.iri for o in held if (o.rank or UNRANKED) == best)


def _organisation_labels(scan: Scan, office: str) -> tuple[Label, ...]:
    organisation = scan.lexicon.ontology.entities.get(scan.lexicon.ontology.offices[office].organisation)
    return organisation.labels if organisation else ()
