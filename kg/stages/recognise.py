"""Text -> mentions: spans that name a person, organisation, place, agreement, office or group.

Boundaries come from the ontology's names and from runs of capitals; titles before a name and appositions
after it belong to the mention. What a span outside the ontology names is told by its title, else by the
language pipeline's named entities. Mentions never overlap and come in the order of the text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from kg.lexicon import Lexicon
from kg.records import DateMention, Mention, Sentence, Span
from kg.stages.name import TITLE_LINKS, find_name, find_run, is_shouted_word
from kg.stages.scan import POSSESSIVE, Scan, is_capital
from kg.stages.title import Title, find_title, is_indefinite, title_body
from kg.text import Word, words

_COMMA = re.compile(r"[’']?,\s+")
_CLOSE = re.compile(r"\s*(?:[,.;:)”\"—–]|$|\n| -|\b(?:who|on a|on an|and)\b)")
# Words from an article to the occupation.
_LONGEST_OCCUPATION = 5
# Of the words of a title, those among which "then" may stand: "the North's then leader".
_FIRST_WORDS = 3
# What may follow the occupation of one who is introduced.
_WHERE = re.compile(r"\s+(?:from|at|in|of|with)\b")
_BRACKET = re.compile(r"\s?\(([^()\n]{1,40})\)")


def recognise(
    text: str, sentences: Sequence[Sentence], spans: Sequence[Sequence[Span]], dates: Sequence[DateMention], lexicon: Lexicon
) -> tuple[Mention, ...]:
    """The mentions within `sentences`; `spans` are the pipeline's named entities of each, `dates` keep their words to themselves."""
    found: list[Mention] = []
    for sentence, named in zip(sentences, spans, strict=True):
        at = sentence.start
        local = [Word(w.start + at, w.end + at, w.text, w.key) for w in words(text[at : sentence.end])]
        covered = [(d.start, d.end) for d in dates if d.start < sentence.end and d.end > sentence.start]
        blocked = frozenset(i for i, word in enumerate(local) if any(a <= word.start < b for a, b in covered))
        found += _mentions(Scan(text, local, named, blocked, lexicon))
    return tuple(found)


def _mentions(scan: Scan) -> Iterator[Mention]:
    i = 0
    while i < len(scan.words):
        hit = None if i in scan.blocked or not _may_open(scan.words[i], scan.lexicon) else _titled(scan, i) or _named(scan, i)
        if hit is None:
            i += 1
            continue
        i, mention = hit
        yield mention


def _may_open(word: Word, lexicon: Lexicon) -> bool:
    """Whether a mention may begin with the word: what follows is tried at these alone."""
    return is_capital(word) or word.key in lexicon.title_openers


# --- names with and without titles ----------------------------------------------------------------


def _titled(scan: Scan, i: int) -> tuple[int, Mention] | None:
    """A title at word i, with the name that it belongs to where one follows."""
    title = find_title(scan, i) or _title_after_run(scan, i)
    if title is None or _is_whole_name(scan, i) or _is_whole_name(scan, title.after - 1):
        return None
    name = find_name(scan, title.after) if scan.joined(title.after) and not POSSESSIVE.match(scan.gap(title.after)) else None
    if name is None and title.after < len(scan.words) and _COMMA.fullmatch(scan.gap(title.after)):
        name = find_name(scan, title.after)
        name = name if name and _may_be_person(name) and _CLOSE.match(scan.text, name.end) else None
    title_text = scan.text[scan.words[i].start : title.end]
    if name is not None and _may_be_person(name):
        joined = _joined_mention(scan, i, name, title_text, title)
        joined = _with_apposition(scan, joined) if _is_honorific(scan, i, title.after) else _with_remark(scan, joined)
        return _index_after(scan, joined.end), joined
    definite = title.state is None and _is_definite(scan, i, title)
    offices = () if is_indefinite(scan, i) else title.offices
    if not offices and not definite:
        return None
    return title.after, Mention(
        start=scan.words[i].start, end=title.end, text=title_text, name="", kind="office",
        title=title_text, state=title.state, offices=offices, former=title.former, then=_is_then(scan, i),
    )  # fmt: skip


def _is_definite(scan: Scan, i: int, title: Title) -> bool:
    """ "the minister", "the natural resources minister": one whom the text has named before."""
    after = title.after < len(scan.words) and scan.joined(title.after) and scan.words[title.after].key in TITLE_LINKS
    noun = scan.words[title.after - 1].key in scan.lexicon.words("PersonNoun") - scan.lexicon.words("Kin")
    return noun and not after and not title.former and i > 0 and scan.joined(i) and scan.words[i - 1].key == "the"


def _is_then(scan: Scan, i: int) -> bool:
    """Whether "then" stands in the title's first words or just before them."""
    return any(word.key in scan.lexicon.words("Then") for word in scan.words[max(0, i - 1) : i + _FIRST_WORDS])


def _may_be_person(name: Mention) -> bool:
    """Whether a title may make the name a person's: it is one's, or the ontology does not know it and it has two words."""
    return name.kind in ("person", "") or (not name.candidates and " " in name.name)


def _is_whole_name(scan: Scan, i: int) -> bool:
    """Whether the ontology knows a person by a name that begins with a title: "Pope Francis"."""
    known = scan.lexicon.names.longest(scan.words, i, scan.text)
    return known is not None and scan.lexicon.is_person(known[2][0])


def _is_honorific(scan: Scan, i: int, after: int) -> bool:
    """Whether the title tells no office, so that one may still follow the name: "Mr. Raisi, the Iranian president"."""
    return all(word.key in scan.lexicon.words("Honorific") for word in scan.words[i:after])


def _title_after_run(scan: Scan, i: int) -> Title | None:
    """A title in small letters after an organisation that the ontology lacks: "Golden Dawn leader Nikos"."""
    if not is_capital(scan.words[i]) or scan.is_function_word(i):
        return None
    after, _ = find_run(scan, i)
    if after == i or not scan.joined(after) or is_capital(scan.words[after]):
        return None
    body = title_body(scan, after, first=False)
    if body is None or not scan.joined(body[0]) or not is_capital(scan.words[body[0]]):
        return None
    return Title(after=body[0], end=scan.words[body[0] - 1].end, offices=(), bearing=(), state=None, former=False)


def _joined_mention(scan: Scan, i: int, name: Mention, title_text: str, title: Title) -> Mention:
    start = scan.words[i].start
    own = name.name
    if " " not in own and not name.candidates and scan.words[title.after - 1].key in scan.lexicon.words("Regnal"):
        own = scan.text[scan.words[title.after - 1].start : name.end]
    return Mention(
        start=start, end=name.end, text=scan.text[start : name.end], name=own, kind="person", title=title_text,
        state=title.state or name.state, candidates=name.candidates, offices=title.offices or title.bearing or name.offices,
        former=title.former,
    )  # fmt: skip


def _named(scan: Scan, i: int) -> tuple[int, Mention] | None:
    """A name at word i, with the apposition that follows it."""
    name = find_name(scan, i)
    if name is None or not name.kind or not name.candidates:
        adjective = _capital(scan, i) or _demonym(scan, i)
        if name is None or not name.kind or (adjective and adjective[1].end >= name.end):
            return adjective
    if name.kind == "state" and (owned := _owned_by_state(scan, name)):
        return _index_after(scan, owned.end), owned
    if _may_be_person(name) and not name.title:
        described = _with_apposition(scan, name)
        name = replace(described, kind="person") if described.title else described
    elif name.kind != "person":
        name = _with_abbreviation(scan, name)
    return _index_after(scan, name.end), name


def _owned_by_state(scan: Scan, state: Mention) -> Mention | None:
    """ "North Korea's Kim": a person whom the text tells by his state."""
    after = _index_after(scan, state.end)
    if after >= len(scan.words) or not POSSESSIVE.match(scan.gap(after)):
        return None
    name = find_name(scan, after)
    if name is None or name.kind != "person" or not name.candidates:
        return None
    return Mention(
        start=state.start, end=name.end, text=scan.text[state.start : name.end], name=name.name, kind="person",
        state=state.state, candidates=name.candidates,
    )  # fmt: skip


def _capital(scan: Scan, i: int) -> tuple[int, Mention] | None:
    """ "the Chinese capital": the city."""
    hit = scan.lexicon.demonyms.longest(scan.words, i, scan.text) if is_capital(scan.words[i]) else None
    if hit is None or hit[0] >= len(scan.words) or scan.words[hit[0]].key not in scan.lexicon.words("Capital"):
        return None
    city = scan.lexicon.ontology.capitals.get(hit[2][0])
    start, end = scan.words[i].start, scan.words[hit[0]].end
    text = scan.text[start:end]
    return (hit[0] + 1, Mention(start=start, end=end, text=text, name=text, kind="place", candidates=(city,))) if city else None


def _demonym(scan: Scan, i: int) -> tuple[int, Mention] | None:
    """ "North Korean" before what is no title: a state as an adjective; none where it is a language that somebody speaks."""
    hit = scan.lexicon.demonyms.longest(scan.words, i, scan.text) if is_capital(scan.words[i]) else None
    if hit is None:
        return None
    if scan.words[i].key in scan.lexicon.words("Shouted") and is_shouted_word(scan, i):
        return None
    spoken = i > 0 and scan.gap(i) == " " and scan.words[i - 1].key in scan.lexicon.words("Speaking")
    if spoken and (hit[0] == len(scan.words) or not scan.joined(hit[0]) or scan.is_function_word(hit[0])):
        return None
    start, state = scan.words[i].start, hit[2][0]
    text = scan.text[start : hit[1]]
    return hit[0], Mention(start=start, end=hit[1], text=text, name=text, kind="demonym", state=state, candidates=(state,))


def _with_abbreviation(scan: Scan, mention: Mention) -> Mention:
    """ "the State Duma (SD)": the bracket belongs to the mention."""
    bracket = _BRACKET.match(scan.text, mention.end)
    return _extended(scan, mention, bracket.end(), "", None) if bracket and bracket[1].isupper() else mention


def _with_apposition(scan: Scan, mention: Mention) -> Mention:
    """ "Kim Jong Un, general secretary of the Workers' Party of Korea," and "Kim Jong-un (left)"."""
    remark = _with_remark(scan, mention)
    if remark is not mention:
        return remark
    after = _index_after(scan, mention.end)
    if after >= len(scan.words) or not _COMMA.fullmatch(scan.text[mention.end : scan.words[after].start]):
        return mention
    title = find_title(scan, after, lower=True) or _occupation(scan, after)
    if title is None:
        return mention
    end = _end_of_titles(scan, title)
    closed = _CLOSE.match(scan.text, end) or (not title.bearing and _WHERE.match(scan.text, end))
    return _extended(scan, mention, end, scan.text[scan.words[after].start : end], title) if closed else mention


def _occupation(scan: Scan, i: int) -> Title | None:
    """ "the Tambov goalkeeper", "a 23-year-old forward": words up to one for who holds no public office."""
    for j in range(i, min(i + _LONGEST_OCCUPATION, len(scan.words))):
        if j > i and not scan.joined(j):
            break
        aged = scan.words[j].key in scan.lexicon.words("Age") and scan.gap(j) == "-"
        if aged or scan.words[j].key in scan.lexicon.words("Occupation"):
            return Title(after=j + 1, end=scan.words[_after_age(scan, j)].end, offices=(), bearing=(), state=None, former=False)
    return None


def _after_age(scan: Scan, j: int) -> int:
    """The noun after "year-old", where it heads no title."""
    plain = j + 1 < len(scan.words) and scan.gap(j + 1) == " " and not scan.is_function_word(j + 1)
    return (
        j + 1 if plain and scan.words[j].key in scan.lexicon.words("Age") and scan.words[j + 1].key not in scan.lexicon.title_nouns else j
    )


def _end_of_titles(scan: Scan, title: Title) -> int:
    """Where the last of several titles ends: "general secretary of the party and president of the state"."""
    while title.after < len(scan.words) and scan.words[title.after].key == "and":
        following = find_title(scan, title.after + 1, lower=True)
        if following is None:
            break
        title = following
    return title.end


def _with_remark(scan: Scan, mention: Mention) -> Mention:
    """ "Kim Jong-un (left)": the bracket belongs to the mention."""
    bracket = _BRACKET.match(scan.text, mention.end)
    return _extended(scan, mention, bracket.end(), "", None) if bracket and not bracket[1].isdigit() else mention


def _extended(scan: Scan, mention: Mention, end: int, title_text: str, title: Title | None) -> Mention:
    return Mention(
        start=mention.start, end=end, text=scan.text[mention.start : end], name=mention.name, kind=mention.kind,
        title=title_text or mention.title, state=(title.state if title else None) or mention.state, candidates=mention.candidates,
        offices=(title.offices or title.bearing) if title else mention.offices, former=title.former if title else mention.former,
    )  # fmt: skip


def _index_after(scan: Scan, end: int) -> int:
    low, high = 0, len(scan.words)
    while low < high:
        middle = (low + high) // 2
        if scan.words[middle].end <= end or scan.words[middle].start < end:
            low = middle + 1
        else:
            high = middle
    return low
