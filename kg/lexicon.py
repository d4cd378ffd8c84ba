"""The ontology's names, titles and triggers as tries over word keys, ready for scanning a text.

Keys are those of `kg.text`; a path through a trie is a name's words. A name matches whatever hyphens, case
and romanisation the press gives it, but an abbreviation matches only as it is written.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kg.ids import NK
from kg.ontology import Ontology
from kg.records import Entity, EventType, Frame
from kg.text import Word, fold, romanised, spelling_key, words

END = ""
_SEPARATORS = frozenset((" ", "-", "‑", "–", ". ", ".", "'", "’", "\n", "\u00a0", "'s ", "’s ", "' ", "’ ", ""))
# A word whose end may run into a following lower-case word ("Unreceived") must leave at least this much over.
_GLUED = 2
# A longer name in capitals is shouted, not abbreviated.
_LONGEST_ABBREVIATION = 5


class Trie:
    """Word sequences with values; the longest match wins."""

    def __init__(self) -> None:
        self._root: dict[str, Any] = {}

    def add(self, keys: Sequence[str], value: str) -> None:
        """Store `value` under the path `keys`; a path may hold several values."""
        node = self._root
        for key in keys:
            node = node.setdefault(key, {})
        values = node.setdefault(END, [])
        if value not in values:
            values.append(value)

    def longest(self, found: Sequence[Word], at: int, text: str) -> tuple[int, int, tuple[str, ...]] | None:
        """The longest path that starts at word `at`: (word index after it, character end, values), or None."""
        node, best, i = self._root, None, at
        while i < len(found):
            if i > at and text[found[i - 1].end : found[i].start] not in _SEPARATORS:
                break
            child = node.get(romanised(found[i].key))
            if child is None:
                if i > at and _is_patronymic(found[i].key):
                    i += 1
                    continue
                glued = _glued(node, found[i]) if i > at + 1 else None
                return (glued and (i + 1, found[i].start + glued[0], glued[1])) or best
            node, i = child, i + 1
            if END in node:
                best = (i, found[i - 1].end, tuple(node[END]))
        return best


def _is_patronymic(key: str) -> bool:
    return key.endswith(("vich", "vna", "ichna", "yich"))


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
        """Every name of every entity; short names are not in it."""
        trie = Trie()
        for entity in self.ontology.entities.values():
            for form in name_forms(entity):
                trie.add(_path(form), entity.iri)
        return trie

    @cached_property
    def titles(self) -> Trie:
        """Titles without their state: "foreign minister" gives the offices that bear it."""
        trie = Trie()
        for office in self.ontology.offices.values():
            for title in office.titles:
                trie.add(_path(title), office.iri)
        return trie

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
        """Key of a short name -> the entities that bear it."""
        found: dict[str, list[str]] = {}
        for iri, names in self.ontology.short_names.items():
            for name in names:
                found.setdefault(spelling_key(name), []).append(iri)
        return {key: tuple(sorted(iris)) for key, iris in found.items()}

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
        """Key of a family name -> the persons of the ontology who bear it."""
        found: dict[str, set[str]] = {}
        for entity in self.ontology.entities.values():
            path = _path(entity.label)
            if len(path) > 1 and self.kind_of(entity) == "person":
                first = entity.country in self.ontology.family_name_first
                found.setdefault(path[0] if first else path[-1], set()).add(entity.iri)
        return {key: tuple(sorted(iris)) for key, iris in found.items()}

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
        return frozenset(fold(head) for head, _ in self.frames)

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


def name_forms(entity: Entity) -> Iterable[str]:
    """The spellings in Latin script by which a text may name the entity."""
    for label in entity.labels:
        if any("a" <= c.casefold() <= "z" for c in label.text):
            yield label.text


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
