"""The ontology's names, titles and triggers as tries over word keys, ready for scanning a text.

Keys are those of `kg.text`; a path through a trie is a name's words. A name matches whatever hyphens, case
and romanisation the press gives it, but an abbreviation matches only as it is written.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kg.ids import NK
from kg.ontology import Ontology
from kg.records import Entity
from kg.romanise import family_spellings, is_cyrillic, is_hangul, is_patronymic, native_paths, native_spellings, rotations, short_paths
from kg.schema import EventType, Frame
from kg.text import Word, fold, romanised, spelling_key, words

END = ""
_SEPARATORS = frozenset((" ", "-", "-\n", "‑", "–", ". ", ".", "'", "’", "\n", "\u00a0", "'s ", "’s ", "' ", "’ ", ""))
# A word whose end may run into a following lower-case word ("Unreceived") must leave at least this much over.
_GLUED = 2
# Patronymics, or initials of them, that may stand in a name beside what its path has.
_MOST_SECOND_NAMES = 2
# A word of fewer letters spells one syllable.
_TWO_SYLLABLES = 4
# A longer name in capitals is shouted, not abbreviated.
_LONGEST_ABBREVIATION = 5


_Nodes = list[dict[str, Any]]


class Trie:
    """Word sequences with values; the longest match wins.

    A step of a path is the key of a word, a Hangul syllable or a Cyrillic word; `readings` says which of these a word may spell.
    """

    def __init__(self, readings: Mapping[str, tuple[str, ...]] | None = None, root: dict[str, Any] | None = None) -> None:
        self.root: dict[str, Any] = {} if root is None else root
        self._readings = readings or {}

    def add(self, keys: Sequence[str], value: str) -> None:
        """Store `value` under the path `keys`; a path may hold several values."""
        node = self.root
        for key in keys:
            node = node.setdefault(key, {})
        values = node.setdefault(END, [])
        if value not in values:
            values.append(value)

    def longest(self, found: Sequence[Word], at: int, text: str) -> tuple[int, int, tuple[str, ...]] | None:
        """The longest path that starts at word `at`: (word index after it, character end, values), or None.

        Of two paths of one length that which holds the words themselves goes before what they only may spell.
        """
        if not self._may_begin(found[at]):
            return None
        written, spelt = [self.root], [self.root] if self._readings else []
        best, i, skipped = None, at, 0
        while i < len(found) and (written or spelt):
            if i > at and text[found[i - 1].end : found[i].start] not in _SEPARATORS and not _is_catalogued(found, i, text):
                break
            word, before = found[i], (written, spelt)
            written, spelt = self._follow(word, written, spelt)
            values = [value for node in written for value in node.get(END, ())]
            values = values or [value for node in spelt for value in node.get(END, ())]
            if i > at and skipped < _MOST_SECOND_NAMES and _is_second_name(word, text):
                skipped += 1
                values = values or list(best[2] if best and best[0] == i else ())
                written, spelt = written + before[0], spelt + before[1]
            if values:
                best = (i + 1, word.end, tuple(dict.fromkeys(values)))
            elif not written and not spelt and i > at + 1:
                glued = next((g for node in before[0] if (g := _glued(node, word))), None)
                return (i + 1, word.start + glued[0], glued[1]) if glued else best
            i += 1
        return best

    def _may_begin(self, word: Word) -> bool:
        """Whether some path starts with the word: most words of a text can be told apart by this alone."""
        key = romanised(word.key)
        return key in self.root or key in self._readings or "." in word.text

    def _follow(self, word: Word, written: _Nodes, spelt: _Nodes) -> tuple[_Nodes, _Nodes]:
        """Where a word leads as it stands, and as a way to spell something; of initials ("V.V.") the first counts."""
        key = romanised(word.key)
        if "." in word.text and not any(key in node for node in written):
            key = romanised(word.key[0])
        return [node[key] for node in written if key in node], self._read(spelt, key, word.key) if spelt else []

    def _read(self, nodes: _Nodes, key: str, plain: str) -> _Nodes:
        """Where a word leads that spells a step, or two syllables that are written as one word; `plain` is its key as written."""
        one = self._readings.get(key, ())
        found = [node[step] for node in nodes for step in one if step in node]
        if found or len(key) < _TWO_SYLLABLES or nodes == [self.root]:
            return found
        halves = ((romanised(plain[:i]), romanised(plain[i:])) for i in range(1, len(plain)))
        cuts = ((self._readings.get(first, ()), self._readings.get(second, ())) for first, second in halves)
        pairs = [(a, b) for first, second in cuts for a in first for b in second]
        return [node[a][b] for node in nodes if node is not self.root for a, b in dict.fromkeys(pairs) if b in node.get(a, ())]


def _is_initial(word: Word, text: str) -> bool:
    initial = text[word.start : word.end + 1] if len(word.text) == 1 else word.text
    return initial.isupper() and initial.endswith(".")


def _is_catalogued(found: Sequence[Word], i: int, text: str) -> bool:
    """Whether a comma stands between family and first name: "Lavrov, S.", "LAVROV, Sergei"."""
    if text[found[i - 1].end : found[i].start] != ", ":
        return False
    shouted = len(found[i - 1].text) > _GLUED and found[i - 1].text.isupper() and not found[i].text.isupper()
    if shouted or (i + 1 < len(found) and is_patronymic(found[i + 1].key)):
        return True
    at = i if len(found[i].text) == 1 else i + 1
    follows = at + 1 < len(found) and text[found[at].end : found[at + 1].start] == ". " and found[at + 1].text[0].isupper()
    return at < len(found) and len(found[at].text) == 1 and _is_initial(found[at], text) and not follows


def _is_second_name(word: Word, text: str) -> bool:
    """A patronymic, or the initial of one: "Vladimir V. Putin", "Putin V.V."."""
    return is_patronymic(word.key) or _is_initial(word, text)


def _glued(node: Mapping[str, Any], word: Word) -> tuple[int, tuple[str, ...]] | None:
    """A last name that the next word was glued to: the name's length in characters and its values."""
    for key, child in node.items():
        rest = word.text[len(key) :]
        if key and END in child and romanised(word.key[: len(key)]) == key and len(rest) >= _GLUED and rest.islower():
            return len(key), tuple(child[END])
    return None


@dataclass(frozen=True)
class Lexicon:
    """Tries made from one ontology. `names` gives entity IRIs, `titles` offices, `demonyms` states."""

    ontology: Ontology

    @cached_property
    def names(self) -> Trie:
        """Every name of every entity, and the ways to write its native name; short names are not in it."""
        trie = Trie(self.readings)
        for entity in self.ontology.entities.values():
            for label in entity.labels:
                trie.add(_path(label.text), entity.iri)
            for path in self.ministry_paths(entity):
                trie.add(path, entity.iri)
            if self.kind_of(entity) == "person":
                for path in rotations(_path(entity.label), family_first=self._is_family_first(entity)):
                    trie.add(path, entity.iri)
        for entity, native in self._natives:
            for path in native_paths(native, family_first=self._is_family_first(entity)):
                trie.add(path, entity.iri)
        return trie

    @cached_property
    def readings(self) -> Mapping[str, tuple[str, ...]]:
        """Key of a word -> what it may spell of the native names of the ontology: Hangul syllables, Cyrillic words."""
        found: dict[str, set[str]] = {}
        for entity, native in self._natives:
            for step, keys in native_spellings(native, _path(entity.label), family_first=self._is_family_first(entity)):
                for key in keys:
                    found.setdefault(key, set()).add(step)
        return {key: tuple(sorted(steps)) for key, steps in found.items()}

    @cached_property
    def _natives(self) -> tuple[tuple[Entity, str], ...]:
        """Each person with each full name in Cyrillic, and in Hangul where family names come first."""
        people = [entity for entity in self.ontology.entities.values() if self.kind_of(entity) == "person"]
        return tuple(
            (entity, label.text)
            for entity in people
            for label in entity.labels
            if is_cyrillic(label.text) or (is_hangul(label.text) and self._is_family_first(entity))
        )

    def ministry_paths(self, entity: Entity) -> Iterator[tuple[str, ...]]:
        """ "Defence Ministry of Russia" for the Russian Defence Ministry."""
        state = self.ontology.entities.get(entity.country or "")
        labels = [_path(label.text) for label in entity.labels if label.language == "en"] if self.kind_of(entity) == "organisation" else []
        demonyms = {_path(demonym) for demonym, iri in self.ontology.demonyms.items() if state and iri == state.iri}
        for path in labels:
            for demonym in demonyms:
                if path[-1:] == _path("ministry") and path[: len(demonym)] == demonym and state:
                    yield from ((*path[len(demonym) :], "of", *_path(label.text)) for label in state.labels if label.language == "en")

    def _is_family_first(self, entity: Entity) -> bool:
        return entity.country in self.ontology.family_name_first

    @cached_property
    def titles(self) -> Trie:
        """Titles without their state: "foreign minister" gives the offices that bear it."""
        trie = Trie()
        for office in self.ontology.offices.values():
            for title in office.titles:
                trie.add(_path(title), office.iri)
        return trie

    @cached_property
    def titled(self) -> Mapping[str, tuple[str, ...]]:
        """The telling words of a title, joined by spaces -> the offices that bear it."""
        found: dict[str, dict[str, None]] = {}
        for office in self.ontology.offices.values():
            for title in office.titles:
                found.setdefault(" ".join(key for key in _path(title) if key not in self.words("FunctionWord")), {})[office.iri] = None
        return {keys: tuple(offices) for keys, offices in found.items()}

    @cached_property
    def title_keys(self) -> tuple[tuple[str, frozenset[str], frozenset[str]], ...]:
        """(office, keys of the words of one of its titles, those of them that head a title) for every title."""
        found = ((o.iri, frozenset(word.key for word in words(title))) for o in self.ontology.offices.values() for title in o.titles)
        return tuple((office, keys, keys & self.title_nouns) for office, keys in found)

    @cached_property
    def demonyms(self) -> Trie:
        """ "Russian" gives the state."""
        trie = Trie()
        for demonym, state in self.ontology.demonyms.items():
            trie.add(_path(demonym), state)
        return trie

    @cached_property
    def demonym_keys(self) -> frozenset[str]:
        """The keys of the demonyms."""
        return frozenset(spelling_key(demonym) for demonym in self.ontology.demonyms)

    @cached_property
    def short_names(self) -> Mapping[str, tuple[str, ...]]:
        """Key of a short name -> the entities that bear it; for a person also the other spellings of the family name."""
        found: dict[str, set[str]] = {}
        for iri, names in self.ontology.short_names.items():
            for name in names:
                found.setdefault(spelling_key(name), set()).add(iri)
        for key, iris in self.family_names.items():
            found.setdefault(key, set()).update(iri for iri in iris if iri in self.ontology.short_names)
        for entity, native in self._natives:
            for path in short_paths(native):
                found.setdefault(" ".join(path), set()).add(entity.iri)
        return {key: tuple(sorted(iris)) for key, iris in found.items() if iris}

    @cached_property
    def agreement_names(self) -> Mapping[str, tuple[str, ...]]:
        """Key of a name, also of a common noun ("partnership treaty"), -> the agreements that bear it."""
        found: dict[str, set[str]] = {}
        for iri in self.ontology.agreements:
            for label in self.ontology.entities[iri].labels:
                found.setdefault(spelling_key(label.text), set()).add(iri)
        return {key: tuple(sorted(iris)) for key, iris in found.items()}

    @cached_property
    def family_names(self) -> Mapping[str, tuple[str, ...]]:
        """Key of a family name, however Latin script writes it -> the persons of the ontology who bear it."""
        found: dict[str, set[str]] = {}
        for entity in self.ontology.entities.values():
            path = tuple(key for key in _path(entity.label) if key not in self.words("Generational"))
            if len(path) > 1 and self.kind_of(entity) == "person":
                found.setdefault(path[0] if self._is_family_first(entity) else path[-1], set()).add(entity.iri)
        for entity, native in self._natives:
            for key in family_spellings(native, family_first=self._is_family_first(entity)):
                found.setdefault(key, set()).add(entity.iri)
        return {key: tuple(sorted(iris)) for key, iris in found.items()}

    @cached_property
    def korean_families(self) -> frozenset[str]:
        """The keys of the family names of all Koreans whom the ontology knows."""
        return frozenset(key for _, native in self._natives if is_hangul(native) for key in family_spellings(native, family_first=True))

    @cached_property
    def family_syllables(self) -> frozenset[str]:
        """The first syllables of the names of all Koreans whom the ontology knows."""
        return frozenset(native[0] for _, native in self._natives if is_hangul(native))

    @cached_property
    def given_names(self) -> frozenset[str]:
        """The keys of the first names of those whose family name comes last."""
        people = [e for e in self.ontology.entities.values() if self.kind_of(e) == "person" and not self._is_family_first(e)]
        return frozenset(path[0] for path in (_path(entity.label) for entity in people) if len(path) > 1)

    @cached_property
    def state_words(self) -> frozenset[str]:
        """The keys of the words by which states are named and their people: what a title says of where, not of what."""
        states = [entity for entity in self.ontology.entities.values() if self.kind_of(entity) == "state"]
        names = [label.text for state in states for label in state.labels if label.language == "en"]
        return frozenset(word.key for text in (*names, *self.ontology.demonyms) for word in words(text))

    @cached_property
    def title_nouns(self) -> frozenset[str]:
        """The nouns that head what stands before or beside a name: offices, kin, occupations."""
        return self.words("PersonNoun") | self.words("Occupation")

    @cached_property
    def site_openers(self) -> frozenset[str]:
        """The words in small letters with which the English name of a place begins: "headquarters of the party"."""
        places = (e for e in self.ontology.entities.values() if self.ontology.is_a(e.kind, NK + "Place") and e.label[:1].islower())
        return frozenset(words(place.label)[0].key for place in places)

    @cached_property
    def title_openers(self) -> frozenset[str]:
        """The words with which a title, or the name of a ministry or site, may begin in small letters."""
        return self.site_openers | self.title_words | self.title_nouns | self.words("Honorific") | self.words("Former") | self.words("Then")

    @cached_property
    def exact(self) -> Mapping[str, frozenset[str]]:
        """Key -> the only spellings allowed, for names all in capitals ("US" is not "us")."""
        found: dict[str, set[str]] = {}
        for entity in self.ontology.entities.values():
            for label in entity.labels:
                bare = label.text.replace(".", "")
                if bare.isupper() and " " not in bare and len(bare) <= _LONGEST_ABBREVIATION:
                    found.setdefault(spelling_key(label.text), set()).update((label.text, bare))
        return {key: frozenset(texts) for key, texts in found.items()}

    @cached_property
    def title_words(self) -> frozenset[str]:
        """Keys of the words that titles are made of."""
        titles = (title for office in self.ontology.offices.values() for title in office.titles)
        return frozenset(word.key for title in titles for word in words(title)) | self.words("TitleWord")

    @cached_property
    def frames(self) -> Mapping[tuple[str, str], tuple[tuple[EventType, Frame], ...]]:
        """(lemma or its last word, part of speech) -> the event types and frames that it may evoke."""
        found: dict[tuple[str, str], list[tuple[EventType, Frame]]] = {}
        for event_type in self.ontology.types.values():
            for frame in event_type.frames:
                for head in {_head(lemma, frame.pos) for lemma in frame.lemmas}:
                    found.setdefault((head, frame.pos), []).append((event_type, frame))
        return {key: tuple(values) for key, values in found.items()}

    @cached_property
    def cues(self) -> frozenset[str]:
        """The words whose presence makes a sentence worth parsing: heads of the frames' lemmas."""
        return frozenset(fold(head) for head, pos in self.frames if pos != "PREDICATE")

    @cached_property
    def forms(self) -> frozenset[str]:
        """Every spelling that an inflected cue may take, irregular ones by the word class of irregular forms."""
        regular = {form for cue in self.cues for form in inflected(cue)}
        return frozenset(regular) | self.words("Irregular")

    def offices_titled(self, text: str) -> tuple[str, ...]:
        """The offices whose title stands in the text: "former foreign minister" gives the foreign ministers of all states."""
        found = words(text)
        hits = (self.titles.longest(found, i, text) for i in range(len(found)))
        return next((hit[2] for hit in hits if hit), ())

    @cached_property
    def plural_states(self) -> Mapping[str, tuple[str, ...]]:
        """ "koreas" -> the states whose English name ends so, where there are two of them or more."""
        states = sorted(iri for iri, entity in self.ontology.entities.items() if self.ontology.is_a(entity.kind, NK + "State"))
        found: dict[str, list[str]] = {}
        for iri in states:
            found.setdefault(f"{self.last_word(iri)}s", []).append(iri)
        return {plural: tuple(iris) for plural, iris in found.items() if len(iris) > 1}

    def last_word(self, iri: str) -> str:
        """The last word of an entity's English name, in small letters; "" where the ontology lacks it."""
        entity = self.ontology.entities.get(iri)
        return entity.label.split()[-1].lower() if entity else ""

    def words(self, name: str) -> frozenset[str]:
        """The lemmas of a word class; empty for one that the ontology does not have."""
        return self.ontology.words.get(name, frozenset())

    def is_person(self, iri: str) -> bool:
        """Whether the ontology knows `iri` as a person."""
        entity = self.ontology.entities.get(iri)
        return entity is not None and self.ontology.is_a(entity.kind, NK + "Person")

    def kind_of(self, entity: Entity) -> str:
        """The mention kind of an entity: person, state, place, agreement, weapon, operation or organisation."""
        names = ("Person", "State", "Place", "Agreement", "Weapon", "Operation")
        return next((name.lower() for name in names if self.ontology.is_a(entity.kind, NK + name)), "organisation")


def inflected(word: str) -> Iterable[str]:
    """The regular English forms of a verb or noun: meet, meets, meeting; stop, stopped; carry, carried."""
    stem = word[:-1] if word.endswith("e") else word
    yield from (word, word + "s", word + "es", stem + "ed", stem + "ing", word + word[-1] + "ed", word + word[-1] + "ing")
    if word.endswith("y"):
        yield from (word[:-1] + "ies", word[:-1] + "ied")


def _path(text: str) -> tuple[str, ...]:
    return tuple(spelling_key(text).split())


def _head(lemma: str, pos: str) -> str:
    """The word of a lemma at which a parse shows it: the verb of "see off", the noun of "phone call"."""
    return lemma.split()[0 if pos == "VERB" else -1]
