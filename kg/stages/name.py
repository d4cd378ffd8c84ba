"""Names in a text: what the ontology knows, and runs of capitals that it does not."""

from dataclasses import replace

from kg.ids import NK
from kg.records import Entity, Mention
from kg.romanise import is_hangul, is_patronymic, is_syllable
from kg.stages.scan import POSSESSIVE, Scan, is_capital, join_key
from kg.text import romanised

# A trie's match: the word after it, the character at which it ends, the entities that bear the name.
Match = tuple[int, int, tuple[str, ...]]

_NER_KINDS = {"PERSON": "person", "PER": "person", "ORG": "organisation", "LOC": "place", "GPE": "place", "FAC": "place", "NORP": ""}
# Between the noun of a title and what it is the title of.
TITLE_LINKS = frozenset(("of", "for", "to"))
PERSONS = frozenset(("PERSON", "PER"))
# A Korean given name has one or two syllables.
_MOST_SYLLABLES = 2
# A trade and a name of one word are a name of two.
_TRADE_AND_NAME = 2
# A run of more capitals is a headline, not a name.
_LONGEST_RUN = 6


def find_name(scan: Scan, i: int) -> Mention | None:
    """A name of the ontology or a run of capitals at word i; kind "" where nothing tells what the run is."""
    if i >= len(scan.words) or i in scan.blocked or not (is_capital(scan.words[i]) or _is_small(scan, i)):
        return None
    known = scan.lexicon.names.longest(scan.words, i, scan.text)
    run = find_run(scan, i)
    if (known and known[1] >= run[1]) or (known and not _is_longer_name(scan, known, run)):
        mention = known_name(scan, i, known)
        if mention:
            return mention
    return _unknown(scan, i, run) if run[1] > scan.words[i].start else None


def _is_small(scan: Scan, i: int) -> bool:
    """ "the defence ministry of Russia", "the headquarters of the party": the names that may begin with a small letter."""
    return scan.words[i].key in scan.lexicon.site_openers or (
        i + 1 < len(scan.words)
        and scan.words[i + 1].key in scan.lexicon.words("MinistryNoun")
        and scan.words[i].key in scan.lexicon.title_words
    )


def known_name(scan: Scan, i: int, known: Match) -> Mention | None:
    """The mention at word i of what the ontology knows; None where an abbreviation is not spelt as one, or shouted."""
    after, end, iris = known
    start = scan.words[i].start
    text = scan.text[start:end]
    spellings = scan.lexicon.exact.get(join_key(scan.words[i:after]), frozenset())
    if spellings and text not in spellings and text.replace(".", "") not in spellings and not text.isupper():
        return None
    if spellings and (_is_unit(scan, i, after) or (scan.words[i].key in scan.lexicon.words("Shouted") and is_shouted_word(scan, i))):
        return None
    if i and scan.gap(i) == " " and scan.words[i - 1].key in scan.lexicon.words("Vessel"):
        return None
    if after < len(scan.words) and scan.gap(after) in (" ", ", ") and scan.words[after].key in scan.lexicon.words("Generational"):
        return None
    entities = _of_one_kind(scan, i, after, [scan.lexicon.ontology.entities[iri] for iri in iris])
    kind = scan.lexicon.kind_of(entities[0])
    state = entities[0].iri if kind == "state" else None
    found = Mention(start=start, end=end, text=text, name=text, kind=kind, state=state, candidates=tuple(e.iri for e in entities))
    return _as_government(scan, i, after, found)


def _of_one_kind(scan: Scan, i: int, after: int, entities: list[Entity]) -> list[Entity]:
    """Of a building and the office in it that bear one name, the building after "in" or before "opened", else the office."""
    ontology = scan.lexicon.ontology
    places = [e for e in entities if ontology.is_a(e.kind, NK + "Place") and not ontology.is_a(e.kind, NK + "Organisation")]
    others = [e for e in entities if e not in places]
    if not places or not others:
        return entities
    stands = after < len(scan.words) and scan.joined(after) and scan.words[after].key in scan.lexicon.words("Stands")
    return places if stands or _stands_after(scan, i, "Locative") else others


def _stands_after(scan: Scan, i: int, name: str) -> bool:
    """Whether the last word before word i, an article left out, is of the class and joined to it."""
    for small in ("the", "of"):
        if i and scan.joined(i) and scan.words[i - 1].key == small:
            i -= 1
    return i > 0 and scan.joined(i) and scan.words[i - 1].key in scan.lexicon.words(name)


def _as_government(scan: Scan, i: int, after: int, place: Mention) -> Mention:
    """ "Seoul will respond", "Moscow's envoy": the capital as its state; as it is where nothing shows that it acts."""
    state = scan.lexicon.ontology.capital_of.get(place.candidates[0]) if place.kind == "place" else None
    while after < len(scan.words) and scan.joined(after) and (after in scan.blocked or after + 1 in scan.blocked):
        after += 1
    if state is None or after >= len(scan.words) or _stands_after(scan, i, "Locative") or not scan.joined(after):
        return place
    following = scan.words[after].key
    owned = POSSESSIVE.match(scan.gap(after)) and following in scan.lexicon.title_nouns
    acts = _opens_clause(scan, i) and scan.gap(after) == " " and (following in scan.lexicon.words("Acts") or following.endswith("ed"))
    sided = i > 0 and scan.gap(i) == "-" and scan.words[i - 1].key in scan.lexicon.words("Siding")
    return replace(place, kind="state", state=state, candidates=(state,)) if owned or acts or sided else place


def _is_unit(scan: Scan, i: int, after: int) -> bool:
    """Whether an abbreviation stands where a unit does: "30,000 FT over the sea"."""
    counted = i > 0 and scan.gap(i) == " " and scan.words[i - 1].text[-1].isdigit()
    return counted and (after == len(scan.words) or not scan.joined(after) or scan.is_function_word(after))


def _opens_clause(scan: Scan, i: int) -> bool:
    """Whether word i may be the subject of a clause: it begins the sentence, follows a comma or quotation mark, or "that", "and"."""
    return i == 0 or not scan.joined(i) or scan.words[i - 1].key in scan.lexicon.words("ClauseOpener")


def is_shouted_word(scan: Scan, i: int) -> bool:
    """Whether a word beside word i is in capitals too: "WHO PAYS", "DO NOT TEST US"."""
    beside = [scan.words[j] for j in (i - 1, i + 1) if 0 <= j < len(scan.words)]
    return any(word.text.isupper() and len(word.text) > 1 for word in beside)


def _is_longer_name(scan: Scan, known: Match, run: tuple[int, int]) -> bool:
    """Whether the run of capitals is one name that only begins like the known one: "Moscow Times", "Arkady Lavrov"."""
    after = known[0]
    if known[1] < scan.words[after - 1].end:
        return False
    if scan.text[known[1] : known[1] + 1] in ("-", "–", "/"):
        return run[1] > known[1] and after < len(scan.words) and not is_capital(scan.words[after])
    if after < run[0] and scan.gap(after) == " " and scan.words[after].key in scan.lexicon.words("SiteNoun"):
        return True
    start = scan.words[after - 1].start
    labels = {s.label for s in scan.spans if s.start <= start and known[1] < s.end <= run[1]}
    return "ORG" in labels or (not labels.isdisjoint(PERSONS) and not _is_named_after_state(scan, known, run))


def _is_named_after_state(scan: Scan, known: Match, run: tuple[int, int]) -> bool:
    """ "the envoy to Belarus Julie Fisher": the state whose title somebody bears, and two words or more of a name."""
    first = known[0] - 1
    while first > 0 and scan.joined(first) and is_capital(scan.words[first - 1]):
        first -= 1
    titled = first > 0 and scan.gap(first) == " " and scan.words[first - 1].key in TITLE_LINKS
    return titled and run[0] - known[0] > 1 and scan.lexicon.kind_of(scan.lexicon.ontology.entities[known[2][0]]) == "state"


def find_run(scan: Scan, i: int) -> tuple[int, int]:
    """The capitals from word i on: (index after them, character end); in a line of capitals one word at most."""
    j = i
    while j < len(scan.words) and j not in scan.blocked and _is_name_word(scan, j, i) and j - i < _LONGEST_RUN:
        if j > i and (not scan.joined(j) or POSSESSIVE.match(scan.gap(j)) or scan.is_shouted or _begins_anew(scan, i, j)):
            break
        j += 1
    return j, scan.words[j - 1].end if j > i else scan.words[i].start


def _begins_anew(scan: Scan, i: int, j: int) -> bool:
    """Whether word j begins another name: "At Budapest Pope Francis", "the Lavrov-Choe talks"."""
    known = scan.lexicon.names.longest(scan.words, j, scan.text)
    if known and known[0] > j + 1 and scan.lexicon.is_person(known[2][0]):
        return True
    return scan.gap(j) == "-" and all(join_key(part) in scan.lexicon.short_names for part in (scan.words[i:j], scan.words[j : j + 1]))


def _is_name_word(scan: Scan, j: int, i: int) -> bool:
    word = scan.words[j]
    particle = j > i and word.key in scan.lexicon.words("NameParticle")
    return particle or (is_capital(word) and not scan.is_function_word(j)) or _is_last_syllable(scan, j, i)


def _is_last_syllable(scan: Scan, j: int, i: int) -> bool:
    """The second half of a Korean given name ("Kim Min-jae", but not "Putin-led"), the last of a place's ("Unsok-ri")."""
    if j > i and scan.gap(j) == "-" and scan.words[j].key in scan.lexicon.words("PlaceSuffix"):
        return True
    second = j == i + 2 and scan.gap(j) == "-" and join_key(scan.words[i : i + 1]) in scan.lexicon.korean_families
    return (second and is_syllable(scan.words[j].key)) or _is_bound(scan, i, j)


def _is_bound(scan: Scan, i: int, j: int) -> bool:
    """ "Chen Shui-bian": a small word after a hyphen that the pipeline takes for the end of a person's name."""
    last = scan.words[j]
    ends = (s.end for s in scan.spans if s.label in PERSONS and scan.words[i].start <= s.start < last.start)
    return j > i and scan.gap(j) == "-" and last.text.islower() and last.end in ends


def _unknown(scan: Scan, i: int, run: tuple[int, int]) -> Mention | None:
    """A run of capitals: a short name, or what its shape or the pipeline tells; honorifics before it are left out."""
    start, end = scan.words[i].start, run[1]
    span = next((s for s in scan.spans if s.start < end and s.end > start and _NER_KINDS.get(s.label)), None)
    noun = _last_noun(scan, i, run[0])
    if noun is not None and noun + 1 < run[0]:
        return _after_noun(scan, i, noun + 1, run)
    begin = _first_of_person(scan, i, run[0])
    if begin is not None:
        return _after_noun(scan, i, begin, run)
    text = scan.text[start:end]
    key = join_key(scan.words[i : run[0]])
    kind = "person" if _is_person_shaped(scan, i, run[0]) else _NER_KINDS[span.label] if span else ""
    short = scan.lexicon.short_names.get(key, ())
    if _is_people(scan, i, run[0]):
        return Mention(start=start, end=end, text=text, name=text, kind="group")
    if short:
        inside = span is not None and span.start > start and kind != "person"
        bearers = tuple(dict.fromkeys((*short, *scan.lexicon.family_names.get(key, ()))))
        return None if inside else _short(scan, i, run, bearers)
    family = scan.lexicon.family_names.get(key, ()) if kind in ("person", "") else ()
    if kind == "person" or family:
        return Mention(start=start, end=end, text=text, name=text, kind="person", candidates=family, sure=bool(kind))
    kind = _kind_by_end(scan, i, run[0]) or kind
    late = span is not None and span.start > start
    return None if scan.is_shouted or late else Mention(start=start, end=end, text=text, name=text, kind=kind)


def _first_of_person(scan: Scan, i: int, after: int) -> int | None:
    """The word at which the pipeline begins a name of two words or more behind one that is no given name: "Commodore Frank Bainimarama"."""
    starts = {s.start for s in scan.spans if s.label in PERSONS and s.end >= scan.words[after - 1].end}
    begin = next((j for j in range(i + 1, after - 1) if scan.words[j].start in starts and scan.gap(j) == " "), None)
    return None if scan.words[i].key in scan.lexicon.given_names or _is_person_shaped(scan, i, after) else begin


def _kind_by_end(scan: Scan, i: int, after: int) -> str:
    """What the last word of a longer name says it is: "Pyongyang Square", "Unsok-ri", "Sever Shipping LLC"."""
    last = scan.words[after - 1]
    if after > i + 1 and last.key in scan.lexicon.words("SiteNoun") | scan.lexicon.words("PlaceSuffix"):
        return "place"
    return "organisation" if after > i + 1 and last.key in scan.lexicon.words("FirmNoun") else ""


def _short(scan: Scan, i: int, run: tuple[int, int], short: tuple[str, ...]) -> Mention | None:
    """A short name of the ontology; not sure to be one where it is a common word too, or stands where a place does."""
    entity = scan.lexicon.ontology.entities[short[0]]
    kind = scan.lexicon.kind_of(entity)
    if kind != "person" and not (i and scan.words[i - 1].key == "the" and scan.joined(i)):
        return None
    text = scan.text[scan.words[i].start : run[1]]
    if scan.words[i].key in scan.lexicon.words("CommonWord") and _stands_after(scan, i, "Locative"):
        return Mention(start=scan.words[i].start, end=run[1], text=text, name=text, kind="place")
    doubtful = scan.words[i].key in scan.lexicon.words("CommonWord") or _stands_after(scan, i, "Locative")
    return Mention(
        start=scan.words[i].start, end=run[1], text=text, name=text, kind=kind, state=short[0] if kind == "state" else None,
        candidates=short, sure=kind != "person" or not doubtful,
    )  # fmt: skip


def _is_person_shaped(scan: Scan, i: int, after: int) -> bool:
    """A Korean family name before syllables, three syllables, or a given name that the ontology knows before one other word."""
    first, *rest = (romanised(word.key) for word in scan.words[i:after])
    if any(is_patronymic(word.key) for word in scan.words[i:after]) and rest:
        return True
    if is_hangul(scan.words[i].text) and not rest:
        return len(scan.words[i].text) == _MOST_SYLLABLES + 1 and scan.words[i].text[0] in scan.lexicon.family_syllables
    if rest and all(is_syllable(word.key) for word in scan.words[i:after]):
        return len(rest) == _MOST_SYLLABLES or (len(rest) < _MOST_SYLLABLES and first in scan.lexicon.korean_families)
    last = scan.words[after - 1]
    plain = len(rest) == 1 and last.key not in scan.lexicon.words("SiteNoun") | scan.lexicon.title_nouns
    return plain and first in scan.lexicon.given_names and len(last.key) > _MOST_SYLLABLES


def _is_people(scan: Scan, i: int, after: int) -> bool:
    """Whether the run is a demonym in the plural: "North Koreans"."""
    key = join_key(scan.words[i:after])
    return key.endswith("s") and key[:-1] in scan.lexicon.demonym_keys


def _last_noun(scan: Scan, i: int, after: int) -> int | None:
    """The last word of the run that heads a title: "International Olympic Committee President Thomas Bach".

    With a capital a word for kin is a part of a name ("Hong Son Ok"), and one for a trade is where one word follows ("Hunter Biden").
    """
    offices, trades = scan.lexicon.words("PersonNoun") - scan.lexicon.words("Kin"), scan.lexicon.words("Occupation")
    found = (j for j in range(i, after) if scan.words[j].key in offices or (scan.words[j].key in trades and after - j > _TRADE_AND_NAME))
    return max(found, default=None)


def _after_noun(scan: Scan, i: int, begin: int, run: tuple[int, int]) -> Mention | None:
    """The person named after a title whose words the ontology does not know."""
    inner = find_name(scan, begin)
    known = inner if inner and inner.kind == "person" and inner.end >= run[1] else None
    start, end = scan.words[i].start, known.end if known else run[1]
    name = scan.text[scan.words[begin].start : end]
    title = scan.text[start : scan.words[begin - 1].end]
    candidates = known.candidates if known else ()
    return Mention(start=start, end=end, text=scan.text[start:end], name=name, kind="person", title=title, candidates=candidates)
