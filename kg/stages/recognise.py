"""Text -> mentions: spans that name a person, organisation, place, agreement, office or group.

Boundaries come from the ontology's names and from runs of capitals; titles before a name and appositions
after it belong to the mention. What a span outside the ontology names is told by its title, else by the
language pipeline's named entities. Mentions never overlap and come in the order of the text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from kg.lexicon import Lexicon
from kg.records import DateMention, Mention, Sentence, Span
from kg.text import Word, romanised, words

_GAP = re.compile(r"[\s\u00a0]+|-|[’']s?[\s\u00a0]+|\. |[’']s?-")
_POSSESSIVE = re.compile(r"[’']s?[\s\u00a0]")
_COMMA = re.compile(r"[’']?,\s+")
_CLOSE = re.compile(r"\s*(?:[,.;:)”\"—–]|$|\n| -|\b(?:who|on a|on an|and)\b)")
_BRACKET = re.compile(r"\s?\(([^()\n]{1,40})\)")
_LINKS = frozenset(("of", "for", "to"))
_NER_KINDS = {"PERSON": "person", "PER": "person", "ORG": "organisation", "LOC": "place", "GPE": "place", "FAC": "place", "NORP": ""}
# Words written with a capital that begin no name, and words that a name does not contain.
_NO_NAME = frozenset(
    "the a an i he she it we they his her its our their this that these those in on at by for from to of and or but as if so no not yes "
    "when while where who what which why how after before during under since until with without about against among between into over "
    "there here then now also however meanwhile according earlier later last next both all some many most more other another one two three "
    "mr mrs ms is was are were be been has had have will would did does do new".split()
)


class _Title(NamedTuple):
    """A title over words[begin:after]: its offices, its state, whether it is of the past."""

    after: int
    end: int
    offices: tuple[str, ...]
    state: str | None
    former: bool


@dataclass(frozen=True, slots=True)
class _Scan:
    """A text under recognition; `blocked` are the words that belong to dates."""

    text: str
    words: Sequence[Word]
    spans: Sequence[Span]
    blocked: frozenset[int]
    lexicon: Lexicon

    def gap(self, i: int) -> str:
        """The text between word i-1 and word i."""
        return self.text[self.words[i - 1].end : self.words[i].start] if 0 < i < len(self.words) else "\n"

    def joined(self, i: int) -> bool:
        """Whether word i follows word i-1 with nothing but space, hyphen or possessive between."""
        return i < len(self.words) and (self.gap(i) == "" or bool(_GAP.fullmatch(self.gap(i))))


def recognise(
    text: str, sentences: Sequence[Sentence], spans: Sequence[Sequence[Span]], dates: Sequence[DateMention], lexicon: Lexicon
) -> tuple[Mention, ...]:
    """The mentions within `sentences`; `spans` are the pipeline's named entities of each, `dates` keep their words to themselves."""
    found: list[Mention] = []
    for sentence, named in zip(sentences, spans, strict=True):
        local = [w._replace(start=w.start + sentence.start, end=w.end + sentence.start) for w in words(text[sentence.start : sentence.end])]
        covered = [(d.start, d.end) for d in dates if d.start < sentence.end and d.end > sentence.start]
        blocked = frozenset(i for i, word in enumerate(local) if any(a <= word.start < b for a, b in covered))
        found += _mentions(_Scan(text, local, named, blocked, lexicon))
    return tuple(found)


def _mentions(scan: _Scan) -> Iterator[Mention]:
    i = 0
    while i < len(scan.words):
        hit = None if i in scan.blocked else _titled(scan, i) or _named(scan, i)
        if hit is None:
            i += 1
            continue
        i, mention = hit
        yield mention


# --- names with and without titles ----------------------------------------------------------------


def _titled(scan: _Scan, i: int) -> tuple[int, Mention] | None:
    """A title at word i, with the name that it belongs to where one follows."""
    title = None if _is_whole_name(scan, i) else _title(scan, i) or _title_after_run(scan, i)
    if title is None:
        return None
    name = _name(scan, title.after) if scan.joined(title.after) and not _POSSESSIVE.match(scan.gap(title.after)) else None
    if name is None and title.after < len(scan.words) and _COMMA.fullmatch(scan.gap(title.after)):
        name = _name(scan, title.after)
        name = name if name and _may_be_person(name) and _CLOSE.match(scan.text, name.end) else None
    title_text = scan.text[scan.words[i].start : title.end]
    if name is not None and _may_be_person(name):
        joined = _joined_mention(scan, i, name, title_text, title)
        joined = _with_apposition(scan, joined) if _is_honorific(scan, i, title.after) else _with_remark(scan, joined)
        return _index_after(scan, joined.end), joined
    if not (title.offices or title.state):
        return None
    return title.after, Mention(
        start=scan.words[i].start, end=title.end, text=title_text, name="", kind="office",
        title=title_text, state=title.state, offices=title.offices, former=title.former,
    )  # fmt: skip


def _may_be_person(name: Mention) -> bool:
    """Whether a title may make the name a person's: it is one's, or the ontology does not know it and it has two words."""
    return name.kind in ("person", "") or (not name.candidates and " " in name.name)


def _is_whole_name(scan: _Scan, i: int) -> bool:
    """Whether the ontology knows a person by a name that begins with a title: "Pope Francis"."""
    known = scan.lexicon.names.longest(scan.words, i, scan.text)
    return known is not None and scan.lexicon.is_person(known[2][0])


def _is_honorific(scan: _Scan, i: int, after: int) -> bool:
    """Whether the title tells no office, so that one may still follow the name: "Mr. Raisi, the Iranian president"."""
    return all(word.key in scan.lexicon.words("Honorific") for word in scan.words[i:after])


def _title_after_run(scan: _Scan, i: int) -> _Title | None:
    """A title in small letters after an organisation that the ontology lacks: "Golden Dawn leader Nikos"."""
    if not _is_capital(scan.words[i]) or scan.words[i].key in _NO_NAME:
        return None
    after, _ = _run(scan, i)
    if after == i or not scan.joined(after) or _is_capital(scan.words[after]):
        return None
    body = _title_body(scan, after, first=False)
    if body is None or not scan.joined(body[0]) or not _is_capital(scan.words[body[0]]):
        return None
    return _Title(after=body[0], end=scan.words[body[0] - 1].end, offices=(), state=None, former=False)


def _joined_mention(scan: _Scan, i: int, name: Mention, title_text: str, title: _Title) -> Mention:
    start = scan.words[i].start
    own = name.name
    if " " not in own and not name.candidates and scan.words[title.after - 1].key in scan.lexicon.words("Regnal"):
        own = scan.text[scan.words[title.after - 1].start : name.end]
    return Mention(
        start=start, end=name.end, text=scan.text[start : name.end], name=own, kind="person", title=title_text,
        state=title.state or name.state, candidates=name.candidates, offices=title.offices or name.offices, former=title.former,
    )  # fmt: skip


def _named(scan: _Scan, i: int) -> tuple[int, Mention] | None:
    """A name at word i, with the apposition that follows it."""
    name = _name(scan, i)
    if name is None or not name.kind:
        return _capital(scan, i) or _demonym(scan, i)
    if name.kind == "state" and (owned := _owned_by_state(scan, name)):
        return _index_after(scan, owned.end), owned
    if _may_be_person(name) and not name.title:
        described = _with_apposition(scan, name)
        name = replace(described, kind="person") if described.title else described
    elif name.kind != "person":
        name = _with_bracket(scan, name)
    return _index_after(scan, name.end), name


def _owned_by_state(scan: _Scan, state: Mention) -> Mention | None:
    """ "North Korea's Kim": a person whom the text tells by his state."""
    after = _index_after(scan, state.end)
    if after >= len(scan.words) or not _POSSESSIVE.match(scan.gap(after)):
        return None
    name = _name(scan, after)
    if name is None or name.kind != "person" or not name.candidates:
        return None
    return Mention(
        start=state.start, end=name.end, text=scan.text[state.start : name.end], name=name.name, kind="person",
        state=state.state, candidates=name.candidates,
    )  # fmt: skip


def _capital(scan: _Scan, i: int) -> tuple[int, Mention] | None:
    """ "the Chinese capital": the city."""
    hit = scan.lexicon.demonyms.longest(scan.words, i, scan.text) if _is_capital(scan.words[i]) else None
    if hit is None or hit[0] >= len(scan.words) or scan.words[hit[0]].key not in scan.lexicon.words("Capital"):
        return None
    city = scan.lexicon.ontology.capitals.get(hit[2][0])
    start, end = scan.words[i].start, scan.words[hit[0]].end
    text = scan.text[start:end]
    return (hit[0] + 1, Mention(start=start, end=end, text=text, name=text, kind="place", candidates=(city,))) if city else None


def _demonym(scan: _Scan, i: int) -> tuple[int, Mention] | None:
    """ "North Korean" before what is no title: a state as an adjective."""
    hit = scan.lexicon.demonyms.longest(scan.words, i, scan.text) if _is_capital(scan.words[i]) else None
    if hit is None:
        return None
    start, state = scan.words[i].start, hit[2][0]
    text = scan.text[start : hit[1]]
    return hit[0], Mention(start=start, end=hit[1], text=text, name=text, kind="demonym", state=state, candidates=(state,))


def _with_bracket(scan: _Scan, mention: Mention) -> Mention:
    bracket = _BRACKET.match(scan.text, mention.end)
    if not bracket or not bracket[1].isupper():
        return mention
    return _extended(scan, mention, bracket.end(), "", None)


def _with_apposition(scan: _Scan, mention: Mention) -> Mention:
    """ "Kim Jong Un, general secretary of the Workers' Party of Korea," and "Kim Jong-un (left)"."""
    remark = _with_remark(scan, mention)
    if remark is not mention:
        return remark
    after = _index_after(scan, mention.end)
    if after >= len(scan.words) or not _COMMA.fullmatch(scan.text[mention.end : scan.words[after].start]):
        return mention
    title = _title(scan, after, lower=True)
    if title is None:
        return mention
    more = title
    while more.after < len(scan.words) and scan.words[more.after].key == "and" and (following := _title(scan, more.after + 1, lower=True)):
        more = following
    if not _CLOSE.match(scan.text, more.end):
        return mention
    return _extended(scan, mention, more.end, scan.text[scan.words[after].start : more.end], title)


def _with_remark(scan: _Scan, mention: Mention) -> Mention:
    """ "Kim Jong-un (left)": the bracket belongs to the mention."""
    bracket = _BRACKET.match(scan.text, mention.end)
    return _extended(scan, mention, bracket.end(), "", None) if bracket and not bracket[1].isdigit() else mention


def _extended(scan: _Scan, mention: Mention, end: int, title_text: str, title: _Title | None) -> Mention:
    return Mention(
        start=mention.start, end=end, text=scan.text[mention.start : end], name=mention.name, kind=mention.kind,
        title=title_text or mention.title, state=(title.state if title else None) or mention.state, candidates=mention.candidates,
        offices=title.offices if title else mention.offices, former=title.former if title else mention.former,
    )  # fmt: skip


def _index_after(scan: _Scan, end: int) -> int:
    low, high = 0, len(scan.words)
    while low < high:
        middle = (low + high) // 2
        if scan.words[middle].end <= end or scan.words[middle].start < end:
            low = middle + 1
        else:
            high = middle
    return low


# --- names ----------------------------------------------------------------------------------------


def _name(scan: _Scan, i: int) -> Mention | None:
    """A name of the ontology or a run of capitals at word i; kind "" where nothing tells what the run is."""
    if i >= len(scan.words) or i in scan.blocked or not _is_capital(scan.words[i]):
        return None
    known = scan.lexicon.names.longest(scan.words, i, scan.text)
    run = _run(scan, i)
    if known and known[1] >= run[1] or known and not _is_longer_name(scan, known, run):
        mention = _known(scan, i, known)
        if mention:
            return mention
    end = run[1]
    if end <= scan.words[i].start:
        return None
    return _unknown(scan, i, run)


def _known(scan: _Scan, i: int, known: tuple[int, int, tuple[str, ...]]) -> Mention | None:
    _, end, iris = known
    start = scan.words[i].start
    text = scan.text[start:end]
    spellings = scan.lexicon.exact.get(_exact_key(scan, i, known), frozenset())
    if spellings and text not in spellings and text.replace(".", "") not in spellings and not text.isupper():
        return None
    entity = scan.lexicon.ontology.entities[iris[0]]
    kind = scan.lexicon.kind_of(entity)
    state = entity.iri if kind == "state" else None
    return Mention(start=start, end=end, text=text, name=text, kind=kind, state=state, candidates=iris)


def _exact_key(scan: _Scan, i: int, known: tuple[int, int, tuple[str, ...]]) -> str:
    return " ".join(romanised(word.key) for word in scan.words[i : known[0]])


def _is_longer_name(scan: _Scan, known: tuple[int, int, tuple[str, ...]], run: tuple[int, int]) -> bool:
    """Whether the run of capitals is one name that only begins like the known one: "Moscow Times", "Arkady Lavrov"."""
    if scan.text[known[1] : known[1] + 1] in ("-", "–", "/") or known[1] < scan.words[known[0] - 1].end:
        return False
    start = scan.words[known[0] - 1].start
    return any(s.start <= start and known[1] < s.end <= run[1] and s.label in ("PERSON", "ORG", "PER") for s in scan.spans)


def _run(scan: _Scan, i: int) -> tuple[int, int]:
    """The capitals from word i on: (index after them, character end); a known name inside ends the run."""
    j = i
    while j < len(scan.words) and j not in scan.blocked and _is_name_word(scan, j, i) and j - i < 6:
        if j > i and (not scan.joined(j) or _POSSESSIVE.match(scan.gap(j))):
            break
        j += 1
    return j, scan.words[j - 1].end if j > i else scan.words[i].start


def _is_name_word(scan: _Scan, j: int, i: int) -> bool:
    word = scan.words[j]
    particle = j > i and word.key in ("bin", "al", "el", "de", "von", "van", "ul", "ibn", "abu", "da")
    return particle or (_is_capital(word) and word.key not in _NO_NAME)


def _is_capital(word: Word) -> bool:
    return word.text[0].isupper()


def _unknown(scan: _Scan, i: int, run: tuple[int, int]) -> Mention | None:
    """A run of capitals: a short name, or what the pipeline calls it; honorifics before it are left out."""
    start, end = scan.words[i].start, run[1]
    span = next((s for s in scan.spans if s.start < end and s.end > start and _NER_KINDS.get(s.label)), None)
    noun = _last_noun(scan, i, run[0])
    if noun is not None and noun + 1 < run[0]:
        return _after_noun(scan, i, noun + 1, run)
    text = scan.text[start:end]
    key = _exact_key(scan, i, (run[0], end, ()))
    kind = _NER_KINDS[span.label] if span else ""
    short = scan.lexicon.short_names.get(key, ())
    if not short and kind in ("person", ""):
        family = scan.lexicon.family_names.get(key, ())
        if kind == "person" or family:
            return Mention(start=start, end=end, text=text, name=text, kind=kind, candidates=family)
    if span and span.start > start and kind != "person":
        return None
    if short:
        entity = scan.lexicon.ontology.entities[short[0]]
        kind = scan.lexicon.kind_of(entity)
        if kind != "person" and not (i and scan.words[i - 1].key == "the" and scan.joined(i)):
            return None
    return Mention(start=start, end=end, text=text, name=text, kind=kind, state=short[0] if kind == "state" else None, candidates=short)


def _last_noun(scan: _Scan, i: int, after: int) -> int | None:
    """The last word of the run that heads a title: "International Olympic Committee President Thomas Bach"."""
    nouns = scan.lexicon.words("PersonNoun")
    return max((j for j in range(i, after) if scan.words[j].key in nouns), default=None)


def _after_noun(scan: _Scan, i: int, begin: int, run: tuple[int, int]) -> Mention | None:
    """The person named after a title whose words the ontology does not know."""
    inner = _name(scan, begin)
    name = scan.text[scan.words[begin].start : run[1]]
    candidates = inner.candidates if inner and inner.end == run[1] and inner.kind == "person" else ()
    start = scan.words[i].start
    title = scan.text[start : scan.words[begin - 1].end]
    return Mention(start=start, end=run[1], text=scan.text[start : run[1]], name=name, kind="person", title=title, candidates=candidates)


# --- titles ---------------------------------------------------------------------------------------


def _title(scan: _Scan, i: int, *, lower: bool = False) -> _Title | None:
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
    body = _title_body(scan, j, first=j == i)
    if body is None:
        return None
    j, offices = body
    noun = j - 1
    j, of_state = _title_of(scan, j)
    state = state or of_state
    end = scan.words[j - 1].end
    bare = _is_bare_state(scan, noun + 1, j) or not of_state
    offices = (_fitting(scan, i, j, offices, state) if bare else ()) or _head_of(scan, noun, j)
    return _Title(after=j, end=end, offices=offices, state=state, former=former)


def _state(scan: _Scan, i: int) -> tuple[int, str | None] | None:
    """A demonym, or a state's or organisation's name, before the title's noun: the word after it and the state."""
    if i >= len(scan.words) or not _is_capital(scan.words[i]):
        return None
    demonym = scan.lexicon.demonyms.longest(scan.words, i, scan.text)
    if demonym:
        return demonym[0], demonym[2][0]
    known = scan.lexicon.names.longest(scan.words, i, scan.text)
    mention = _known(scan, i, known) if known else None
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


def _title_body(scan: _Scan, i: int, *, first: bool) -> tuple[int, tuple[str, ...]] | None:
    """The words of the title up to its noun: the word after them and the offices whose title they are."""
    nouns, modifiers = scan.lexicon.words("PersonNoun"), scan.lexicon.title_words
    honorifics = scan.lexicon.words("Honorific")
    j, last = i, None
    while j < len(scan.words) and j - i < 8 and j not in scan.blocked:
        if j > i and not (scan.joined(j) or scan.gap(j) in (" and ", "-")):
            break
        key = scan.words[j].key
        if key in nouns or (key in honorifics and first):
            last = j
        elif key in _NO_NAME and (j == i or key not in ("and", "of", "the")) or key not in modifiers and key not in _NO_NAME:
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


def _title_of(scan: _Scan, j: int) -> tuple[int, str | None]:
    """ "of the State Affairs of the DPRK" after the noun: the word after it and the state it names."""
    state = None
    while j + 1 < len(scan.words) and scan.words[j].key in _LINKS and scan.gap(j).strip() == "":
        k = j + 1
        if scan.words[k].key == "the":
            k += 1
        step = _of_filler(scan, k)
        if step is None:
            break
        j, found = step
        state = found or state
    return j, state


def _is_bare_state(scan: _Scan, begin: int, j: int) -> bool:
    """Whether what follows the title's noun is the state itself or an organisation that the ontology knows."""
    i = begin + 1 + (begin + 1 < j and scan.words[begin + 1].key == "the")
    if i >= j:
        return True
    known = scan.lexicon.names.longest(scan.words, i, scan.text)
    return known is not None and known[0] >= j


def _of_filler(scan: _Scan, k: int) -> tuple[int, str | None] | None:
    if k >= len(scan.words) or not scan.joined(k):
        return None
    hit = _state(scan, k)
    if hit:
        k, state = hit
    else:
        state = None
    begin = k
    while k < len(scan.words) and (k == begin and not hit or scan.joined(k)) and k not in scan.blocked and k - begin < 7:
        if any(s.label in ("PERSON", "PER") and s.start == scan.words[k].start for s in scan.spans) and k > begin:
            break
        known = scan.lexicon.names.longest(scan.words, k, scan.text)
        if known and scan.lexicon.is_person(known[2][0]):
            break
        word = scan.words[k]
        if word.key in _NO_NAME or not (word.key in scan.lexicon.title_words or _is_capital(word)):
            break
        k = known[0] if known else k + 1
    return (k, state) if hit or k > begin else None


def _fitting(scan: _Scan, i: int, j: int, offices: tuple[str, ...], state: str | None) -> tuple[str, ...]:
    """The offices of the state or organisation that the title names; none where it names none."""
    ontology = scan.lexicon.ontology
    text = scan.text[scan.words[i].start : scan.words[j - 1].end]
    if state:
        return tuple(o for o in offices if ontology.offices[o].state == state)
    inside = {o for o in offices if any(label.text in text for label in _organisation_labels(scan, o))}
    return tuple(o for o in offices if o in inside)


def _head_of(scan: _Scan, noun: int, j: int) -> tuple[str, ...]:
    """ "head of Russia's Security Council": the highest office of the organisation named after the noun."""
    if scan.words[noun].key not in scan.lexicon.words("HeadNoun"):
        return ()
    known = next((k for i in range(noun + 1, j) if (k := scan.lexicon.names.longest(scan.words, i, scan.text))), None)
    held = [o for o in scan.lexicon.ontology.offices.values() if known and o.organisation == known[2][0]]
    best = min((o.rank or 9 for o in held), default=None)
    return tuple(o.iri for o in held if (o.rank or 9) == best)


def _organisation_labels(scan: _Scan, office: str) -> tuple:  # type: ignore[type-arg]
    organisation = scan.lexicon.ontology.entities.get(scan.lexicon.ontology.offices[office].organisation)
    return organisation.labels if organisation else ()
