"""Titles in a text: "former Russian Foreign Minister", "general secretary of the Workers' Party", the offices they may mean."""

from typing import NamedTuple

from kg.ids import NK
from kg.lexicon import Lexicon
from kg.ontology import UNRANKED
from kg.records import Label
from kg.stages.name import PERSONS, TITLE_LINKS, known_name
from kg.stages.scan import Scan, is_capital, join_key

_INSIDE = frozenset(("and", "of", "the"))
# Words after the noun of a title, beyond which no title goes.
_LONGEST_TAIL = 24
# The most words before a title's noun, it included, and the most of a name after "of".
_LONGEST_TITLE = 8
_LONGEST_FILLER = 7


class Title(NamedTuple):
    """A title over words[begin:after]: its offices, its state, whether it is of the past.

    `offices` are those of the state or organisation that the title names, `bearing` all of any state that bear it.
    """

    after: int
    end: int
    offices: tuple[str, ...]
    bearing: tuple[str, ...]
    state: str | None
    former: bool


class _Owner(NamedTuple):
    """A state or organisation before the title's noun, and the word after it."""

    after: int
    state: str | None
    organisation: str | None = None


def find_title(scan: Scan, i: int, *, lower: bool = False) -> Title | None:
    """A title at word i: [state] [adjectives] noun [of …]. `lower`: an article may stand before it."""
    j = i
    if lower and j < len(scan.words) and scan.words[j].key in ("the", "a", "an"):
        j += 1
    if j >= len(scan.words) or j in scan.blocked:
        return None
    j, former = _after_former(scan, j)
    owner = _owner(scan, j)
    if owner:
        j, late = _after_former(scan, owner.after)
        former = former or late
    if j > i and not (scan.joined(j) or scan.gap(j) == "-"):
        return None
    body = title_body(scan, j, first=j == i)
    if body is None:
        return None
    after, bearing = body
    noun = after - 1
    j, of_state = _title_of(scan, after) if scan.words[noun].key not in scan.lexicon.words("Kin") else (after, None)
    state = (owner.state if owner else None) or of_state
    borne = _borne(scan, i, j) if j > after or not bearing else ()
    bearing = borne or bearing
    if owner and of_state not in (None, owner.state):
        borne, bearing = (), ()
    offices = _fitting(scan, (i, noun, j), bearing, owner, state) if not borne else _of_state(scan, borne, state)
    offices = offices or (bearing if len(bearing) == 1 and _names_place(scan, i, after) else ())
    offices = () if _goes_on(scan, j) else _as_deputies(scan, i, j, offices)
    return Title(after=j, end=scan.words[j - 1].end, offices=offices, bearing=bearing, state=state, former=former)


def _goes_on(scan: Scan, j: int) -> bool:
    """Whether the words after a title show that it is none: "head of the Kremlin press service", "the foreign minister level"."""
    lexicon = scan.lexicon
    if j >= len(scan.words) or scan.gap(j) != " " or is_capital(scan.words[j]):
        return False
    key = scan.words[j].key
    further = key in lexicon.title_words or key in lexicon.words("SiteNoun") or key in lexicon.words("NotHolder")
    return further and key not in lexicon.words("FunctionWord")


def _as_deputies(scan: Scan, i: int, j: int, offices: tuple[str, ...]) -> tuple[str, ...]:
    """The offices, of which those of no deputy are left out where the title is a deputy's: "vice-minister of defence"."""
    told = {word.key for word in scan.words[i:j]} & scan.lexicon.words("Deputy")
    titles = scan.lexicon.title_keys
    return tuple(o for o in offices if not told or any(office == o and told <= keys for office, keys, _ in titles))


def _after_former(scan: Scan, j: int) -> tuple[int, bool]:
    """The word after "former", "then" or "visiting" at word j, and whether it is the first of them."""
    if j >= len(scan.words):
        return j, False
    former = scan.words[j].key in scan.lexicon.words("Former")
    opens = former or scan.words[j].key in scan.lexicon.words("Then") | scan.lexicon.words("Visiting")
    return (j + 1, former) if opens else (j, False)


def is_indefinite(scan: Scan, i: int) -> bool:
    """Whether what stands before the title keeps it from meaning its holder: "a deputy Russian defence minister", "any leader"."""
    lexicon, j = scan.lexicon, i
    while j > 0 and scan.joined(j) and _modifies_title(scan.words[j - 1].key, lexicon):
        j -= 1
    deputy = any(scan.words[k].key in lexicon.words("Deputy") | lexicon.words("Former") for k in range(j, i))
    # A title that begins after a state was tried with it and is none: "the Chinese ambassador to Indonesia".
    deputy = deputy or (j > 0 and scan.gap(j) == " " and is_capital(scan.words[j - 1]) and scan.words[j - 1].key in lexicon.state_words)
    return deputy or (j > 0 and scan.joined(j) and scan.words[j - 1].key in lexicon.words("Indefinite"))


def _modifies_title(key: str, lexicon: Lexicon) -> bool:
    """Whether a word before a title belongs to it."""
    part = key in lexicon.title_words or key in lexicon.title_nouns or key in lexicon.words("Former")
    return part and key not in lexicon.words("Indefinite")


def _owner(scan: Scan, i: int) -> _Owner | None:
    """A demonym, or a state's or organisation's name, before the title's noun."""
    if i >= len(scan.words) or not is_capital(scan.words[i]):
        return None
    if i > 0 and scan.gap(i) == "-" and scan.words[i - 1].key in scan.lexicon.words("Siding"):
        return None
    demonym = scan.lexicon.demonyms.longest(scan.words, i, scan.text)
    if demonym:
        return _Owner(demonym[0], demonym[2][0])
    known = scan.lexicon.names.longest(scan.words, i, scan.text) or _short_state(scan, i)
    mention = known_name(scan, i, known) if known else None
    if known is None or mention is None or mention.kind not in ("state", "place", "organisation"):
        return None
    ontology = scan.lexicon.ontology
    iri = mention.candidates[0]
    state = mention.state or ontology.capital_of.get(iri) or ontology.entities[iri].country
    if mention.kind == "state" and known[0] < len(scan.words):
        further = _owner(scan, known[0]) if scan.joined(known[0]) else None
        return further._replace(state=state) if further else _Owner(known[0], state)
    return _Owner(known[0], state, iri if mention.kind == "organisation" else None)


def _short_state(scan: Scan, i: int) -> tuple[int, int, tuple[str, ...]] | None:
    """ "the North's" leader: a state by its short name."""
    found = scan.lexicon.short_names.get(join_key(scan.words[i : i + 1]), ())
    if len(found) != 1 or i == 0 or scan.words[i - 1].key != "the" or not scan.joined(i):
        return None
    return i + 1, scan.words[i].end, found


def _borne(scan: Scan, i: int, j: int) -> tuple[str, ...]:
    """The offices whose whole title stands in words[i:j] when the names of states are left out."""
    keys: list[str] = []
    while i < j:
        state = scan.lexicon.demonyms.longest(scan.words, i, scan.text) or scan.lexicon.names.longest(scan.words, i, scan.text)
        if state and scan.lexicon.ontology.is_a(scan.lexicon.ontology.entities[state[2][0]].kind, NK + "State"):
            i = state[0]
        else:
            keys.append(join_key(scan.words[i : i + 1]))
            i += 1
    return scan.lexicon.titled.get(" ".join(key for key in keys if key not in scan.lexicon.words("FunctionWord")), ())


def title_body(scan: Scan, i: int, *, first: bool) -> tuple[int, tuple[str, ...]] | None:
    """The words of the title up to its noun: the word after them and the offices whose title they are."""
    nouns, modifiers = scan.lexicon.title_nouns, scan.lexicon.title_words
    honorifics = scan.lexicon.words("Honorific")
    j, last = i, None
    while j < len(scan.words) and j - i < _LONGEST_TITLE and j not in scan.blocked:
        if j > i and not (scan.joined(j) or scan.gap(j) in (" and ", "-")):
            break
        key = scan.words[j].key
        if last is not None and key == "and" and _opens_other(scan, j + 1):
            break
        if last is not None and j == last + 1 and key in TITLE_LINKS and scan.words[last].key in scan.lexicon.words("Kin"):
            break  # "the wife of the president" is not the president
        if (key in nouns and not _is_first_name(scan, j)) or (key in honorifics and first):
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


def _opens_other(scan: Scan, i: int) -> bool:
    """Whether the title after "and" is somebody else's, of a state that it names: "the minister and the U.S. secretary of state"."""
    j = i + 1 if i < len(scan.words) and scan.words[i].key == "the" else i
    return _owner(scan, j) is not None


def _is_first_name(scan: Scan, j: int) -> bool:
    """Whether a trade with a capital stands before one capital alone: "Hunter Biden"."""
    if scan.words[j].key in scan.lexicon.words("PersonNoun") or not is_capital(scan.words[j]):
        return False
    after = scan.words[j + 1 : j + 3]
    return sum(1 for n, word in enumerate(after, j + 1) if is_capital(word) and scan.gap(n) in (" ", "-")) == 1


def _title_of(scan: Scan, j: int) -> tuple[int, str | None]:
    """ "of the State Affairs of the DPRK" after the noun: the word after it and the state it names."""
    state, most, noun = None, j + _LONGEST_TAIL, j - 1
    while j + 1 < len(scan.words) and j < most and scan.words[j].key in TITLE_LINKS and scan.gap(j).strip() == "":
        k = j + 1
        if scan.words[k].key == "the":
            k += 1
        step = _of_filler(scan, k)
        sent = scan.words[noun].key in scan.lexicon.words("Accredited")
        if step is None or (scan.words[j].key == "to" and step[1] and not sent):
            break  # "invited the leader of the DPRK to Russia"
        j, found = step
        state = found or state
    return j, state


def _of_filler(scan: Scan, k: int) -> tuple[int, str | None] | None:
    if k >= len(scan.words) or not scan.joined(k):
        return None
    hit = _owner(scan, k)
    k, state = (hit.after, hit.state) if hit else (k, None)
    begin = k
    while k < len(scan.words) and ((k == begin and not hit) or scan.joined(k)) and k not in scan.blocked and k - begin < _LONGEST_FILLER:
        if (k > begin and _opens_person(scan, k)) or (k == begin and state and _is_in_person(scan, k)):
            break
        known = scan.lexicon.names.longest(scan.words, k, scan.text)
        if known and scan.lexicon.is_person(known[2][0]):
            break
        word = scan.words[k]
        if scan.is_function_word(k) or not (word.key in scan.lexicon.title_words or is_capital(word)):
            break
        k = known[0] if known else k + 1
    return (k, state) if hit or k > begin else None


def _opens_person(scan: Scan, k: int) -> bool:
    return any(s.label in PERSONS and s.start == scan.words[k].start for s in scan.spans)


def _is_in_person(scan: Scan, k: int) -> bool:
    """Whether a person's name of two words or more goes on at word k: "the ambassador to Belarus Julie Fisher"."""
    ends = [s.end for s in scan.spans if s.label in PERSONS and s.start <= scan.words[k].start < s.end]
    return any(scan.words[k].end < end for end in ends)


def _fitting(scan: Scan, at: tuple[int, int, int], offices: tuple[str, ...], owner: _Owner | None, state: str | None) -> tuple[str, ...]:
    """The offices of the organisation that the title names, else of the state; `at` are its first word, its noun and its end."""
    begin, noun, end = at
    ontology = scan.lexicon.ontology
    named = (k for n in range(noun + 1, end) if (k := scan.lexicon.names.longest(scan.words, n, scan.text)))
    inside = next(
        (k[2][0] for k in named if not ontology.is_a(ontology.entities[k[2][0]].kind, NK + "State") and _is_last(scan, k[0], end)), None
    )
    organisation = inside or (owner.organisation if owner else None)
    if organisation:
        return tuple(o for o in offices if ontology.offices[o].organisation == organisation) or _head_of(scan, noun, organisation)
    if state:
        bare = noun + 1 == end or _ends_in_state(scan, noun, end)
        return _of_state(scan, offices, state) if bare else ()
    text = scan.text[scan.words[begin].start : scan.words[end - 1].end]
    return tuple(o for o in offices if any(label.text in text for label in _organisation_labels(scan, o)))


def _is_last(scan: Scan, after: int, end: int) -> bool:
    """Whether at most a state follows within the title: not so in "head of the Kremlin press service"."""
    idle = scan.lexicon.words("FunctionWord") | scan.lexicon.state_words
    return all(word.key in idle for word in scan.words[after:end])


def _of_state(scan: Scan, offices: tuple[str, ...], state: str | None) -> tuple[str, ...]:
    return tuple(o for o in offices if state and scan.lexicon.ontology.offices[o].state == state)


def _ends_in_state(scan: Scan, noun: int, end: int) -> bool:
    """Whether nothing but the state stands after the noun: "president of the Russian Federation"."""
    first = next((n for n in range(noun + 1, end) if scan.words[n].key not in scan.lexicon.words("FunctionWord")), end)
    known = scan.lexicon.names.longest(scan.words, first, scan.text) if first < end else None
    return known is not None and known[0] >= end


def _names_place(scan: Scan, i: int, j: int) -> bool:
    """Whether the title itself says of where: "governor of Primorye"."""
    known = (scan.lexicon.names.longest(scan.words, k, scan.text) for k in range(i, j))
    ontology = scan.lexicon.ontology
    return any(k and k[0] <= j and ontology.is_a(ontology.entities[k[2][0]].kind, NK + "Place") for k in known)


def _head_of(scan: Scan, noun: int, organisation: str) -> tuple[str, ...]:
    """ "head of Russia's Security Council", "CIA director": the highest office of the organisation, if the noun is one of its titles."""
    ontology, key = scan.lexicon.ontology, scan.words[noun].key
    held = [o for o in ontology.offices.values() if o.organisation == organisation]
    if key not in scan.lexicon.words("HeadNoun"):
        held = [o for o in held if any(key in keys for office, keys, _ in scan.lexicon.title_keys if office == o.iri)]
    best = min((o.rank or UNRANKED for o in held), default=None)
    return tuple(o.iri for o in held if (o.rank or UNRANKED) == best)


def _organisation_labels(scan: Scan, office: str) -> tuple[Label, ...]:
    organisation = scan.lexicon.ontology.entities.get(scan.lexicon.ontology.offices[office].organisation)
    return organisation.labels if organisation else ()
