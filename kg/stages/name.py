"""Names in a text: what the ontology knows, and runs of capitals that it does not."""

from kg.records import Mention
from kg.stages.scan import POSSESSIVE, Scan, is_capital, join_key

# A trie's match: the word after it, the character at which it ends, the entities that bear the name.
Match = tuple[int, int, tuple[str, ...]]

_NER_KINDS = {"PERSON": "person", "PER": "person", "ORG": "organisation", "LOC": "place", "GPE": "place", "FAC": "place", "NORP": ""}
# A run of more capitals is a headline, not a name.
_LONGEST_RUN = 6


def find_name(scan: Scan, i: int) -> Mention | None:
    """A name of the ontology or a run of capitals at word i; kind "" where nothing tells what the run is."""
    if i >= len(scan.words) or i in scan.blocked or not is_capital(scan.words[i]):
        return None
    known = scan.lexicon.names.longest(scan.words, i, scan.text)
    run = find_run(scan, i)
    if (known and known[1] >= run[1]) or (known and not _is_longer_name(scan, known, run)):
        mention = known_name(scan, i, known)
        if mention:
            return mention
    return _unknown(scan, i, run) if run[1] > scan.words[i].start else None


def known_name(scan: Scan, i: int, known: Match) -> Mention | None:
    """The mention at word i of what the ontology knows; None where an abbreviation is not spelt as one."""
    _, end, iris = known
    start = scan.words[i].start
    text = scan.text[start:end]
    spellings = scan.lexicon.exact.get(join_key(scan.words[i : known[0]]), frozenset())
    if spellings and text not in spellings and text.replace(".", "") not in spellings and not text.isupper():
        return None
    entity = scan.lexicon.ontology.entities[iris[0]]
    kind = scan.lexicon.kind_of(entity)
    state = entity.iri if kind == "state" else None
    return Mention(start=start, end=end, text=text, name=text, kind=kind, state=state, candidates=iris)


def _is_longer_name(scan: Scan, known: Match, run: tuple[int, int]) -> bool:
    """Whether the run of capitals is one name that only begins like the known one: "Moscow Times", "Arkady Lavrov"."""
    if scan.text[known[1] : known[1] + 1] in ("-", "–", "/") or known[1] < scan.words[known[0] - 1].end:
        return False
    start = scan.words[known[0] - 1].start
    return any(s.start <= start and known[1] < s.end <= run[1] and s.label in ("PERSON", "ORG", "PER") for s in scan.spans)


def find_run(scan: Scan, i: int) -> tuple[int, int]:
    """The capitals from word i on: (index after them, character end); a known name inside ends the run."""
    j = i
    while j < len(scan.words) and j not in scan.blocked and _is_name_word(scan, j, i) and j - i < _LONGEST_RUN:
        if j > i and (not scan.joined(j) or POSSESSIVE.match(scan.gap(j))):
            break
        j += 1
    return j, scan.words[j - 1].end if j > i else scan.words[i].start


def _is_name_word(scan: Scan, j: int, i: int) -> bool:
    word = scan.words[j]
    particle = j > i and word.key in scan.lexicon.words("NameParticle")
    return particle or (is_capital(word) and not scan.is_function_word(j))


def _unknown(scan: Scan, i: int, run: tuple[int, int]) -> Mention | None:
    """A run of capitals: a short name, or what the pipeline calls it; honorifics before it are left out."""
    start, end = scan.words[i].start, run[1]
    span = next((s for s in scan.spans if s.start < end and s.end > start and _NER_KINDS.get(s.label)), None)
    noun = _last_noun(scan, i, run[0])
    if noun is not None and noun + 1 < run[0]:
        return _after_noun(scan, i, noun + 1, run)
    text = scan.text[start:end]
    key = join_key(scan.words[i : run[0]])
    kind = _NER_KINDS[span.label] if span else ""
    short = scan.lexicon.short_names.get(key, ())
    if not short and kind in ("person", ""):
        family = scan.lexicon.family_names.get(key, ())
        if _is_people(scan, i, run[0]):
            return None
        if kind == "person" or family:
            return Mention(start=start, end=end, text=text, name=text, kind="person", candidates=family if kind else ())
    if span and span.start > start and kind != "person":
        return None
    if short:
        entity = scan.lexicon.ontology.entities[short[0]]
        kind = scan.lexicon.kind_of(entity)
        if kind != "person" and not (i and scan.words[i - 1].key == "the" and scan.joined(i)):
            return None
    return Mention(start=start, end=end, text=text, name=text, kind=kind, state=short[0] if kind == "state" else None, candidates=short)


def _is_people(scan: Scan, i: int, after: int) -> bool:
    """Whether the run is a demonym in the plural: "North Koreans"."""
    key = join_key(scan.words[i:after])
    return key.endswith("s") and key[:-1] in scan.lexicon.demonym_keys


def _last_noun(scan: Scan, i: int, after: int) -> int | None:
    """The last word of the run that heads a title: "International Olympic Committee President Thomas Bach"."""
    # With a capital a word for kin is a part of a name: "Hong Son Ok".
    nouns = scan.lexicon.words("PersonNoun") - scan.lexicon.words("Kin")
    return max((j for j in range(i, after) if scan.words[j].key in nouns), default=None)


def _after_noun(scan: Scan, i: int, begin: int, run: tuple[int, int]) -> Mention | None:
    """The person named after a title whose words the ontology does not know."""
    inner = find_name(scan, begin)
    name = scan.text[scan.words[begin].start : run[1]]
    candidates = inner.candidates if inner and inner.end == run[1] and inner.kind == "person" else ()
    start = scan.words[i].start
    title = scan.text[start : scan.words[begin - 1].end]
    return Mention(start=start, end=run[1], text=scan.text[start : run[1]], name=name, kind="person", title=title, candidates=candidates)
