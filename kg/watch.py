"""Who is watched, and whether a text names any of them: told from its raw bytes at about a third of the speed of `bytes.find`.

A name is told by one of its words, the one that fewest others have, in every way to write it that the lexicon knows; such words
begin with a capital, or with a letter that is not ASCII. Over raw bytes the beginnings of all capitalised words are compared with
those: by a table of their first four bytes, which few pass, then by an Aho–Corasick automaton, which reads nothing else
(over all bytes it takes twice as long). The lexicon then decides on the few places that are left.
"""

import difflib
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import product
from pathlib import Path

import ahocorasick_rs
import numpy as np
from numpy.typing import NDArray

from kg.errors import QueryError
from kg.ids import ENTITY
from kg.lexicon import Lexicon
from kg.records import Entity
from kg.romanise import family_spellings, is_cyrillic, is_hangul, spellings, transliterations
from kg.text import Word, fold, name_key, romanised, words

FREQUENT = Path(__file__).parent / "english" / "frequent.tsv"
# Bytes that are looked through at once: they stay in the cache of a processor.
_BLOCK = 1 << 18
# Bytes of a word that are compared.
_HEAD = 8
# A word of fewer bytes counts only where it ends there: "Kim", but not "Kimberley".
_SHORT = 5
# A word of fewer letters tells nobody, and from so many on a longer one tells no more.
_TELLING = 3
# Bytes of which the table knows.
_BEGINNING = 4
# The first bytes of letters that are not ASCII, from here on, and of dashes and curly quotes.
_LETTER, _PUNCTUATION = 0xC3, 0xE2
# Ways to write what a key has as one, turned round from `kg.text.romanised`; those with doubled vowels are left out.
_E, _Y = ("e", "ye", "yo", "iyo"), ("y", "i", "yy", "iy", "ii", "ij")
_WRITTEN: Mapping[str, tuple[str, ...]] = {
    "e": _E, "y": _Y, "ey": tuple(e + y for e in _E for y in (*_Y, "j")), "x": ("x", "ks"), "sch": ("sch", "shch"),
    "xandr": ("xandr", "xander", "ksandr"),
}  # fmt: skip
_UNIT = re.compile("xandr|sch|ey|.")
# What the romanisation of Korean adds, which a key leaves out.
_KOREAN: Mapping[str, tuple[str, ...]] = {
    "o": ("o", "ŏ", "o\u0306"), "u": ("u", "ŭ", "u\u0306"), "k": ("k", "k'", "k’"), "t": ("t", "t'", "t’"), "p": ("p", "p'", "p’"),
    "h": ("h", "h'", "h’"),
}  # fmt: skip
_CASE = 0x20  # the bit that tells small letters from capitals
_START = b"\0"  # before each head; no head holds it, since every byte of one has the bit
# What may follow a short word, with the bit set: whatever is no letter and no digit, and the first bytes of marks that are not ASCII.
_MARKS = frozenset(bytes((b | _CASE,)) for b in (*(b for b in range(128) if not chr(b).isalnum()), 0xC2, 0xE2, 0xE3))
# NumPy finds what is true one by one where that is less than a tenth of all, and otherwise without a branch, which is quicker:
# so many-th of a block is added.
_MANY = 7
# A word that stands in small letters so often in a million is one of the language, and tells nobody.
_COMMON = 5
# One that stands so often in a million is in every other text.
_EVERYWHERE = 200
# A word that stands with a capital so often in a million is part of many names.
_FREQUENT = 50
# Ways to write the beginning of a word that are told apart, at most.
_MOST_WAYS = 500
# Bits of a hash, and the golden ratio by which one multiplies for it.
_HASHED, _GOLDEN = 20, 0x9E3779B9
# Characters around the place in which the name may begin or end.
_AROUND = 100
_MOST_WORDS = 8


class WatchList:
    """The entities of a lexicon that are watched (IRIs), and the search for them."""

    def __init__(self, lexicon: Lexicon, watched: Iterable[str]) -> None:
        self.watched = frozenset(watched)
        self._lexicon = lexicon

    def find(self, data: bytes) -> list[int]:
        """Offsets into UTF-8 at which words begin that a watched name may have; where there are none, `data` names nobody."""
        blocks = range(0, len(data), _BLOCK)
        return [at + place for at in blocks for place in self._find(data[at : at + _BLOCK + _HEAD])]

    def names(self, text: str) -> bool:
        """Whether a text names somebody watched, by a full name, a demonym or a short name that nobody else has."""
        data = text.encode("utf-8", "replace")
        return any(self._names(data, at) for at in self.find(data))

    # --- the places that are worth a look ------------------------------------------------------------

    def _find(self, block: bytes) -> list[int]:
        """The places in a block, which goes on for as many bytes as a head has where it is not the last one."""
        size = min(len(block), _BLOCK)
        padded = block if len(block) > _BLOCK + _HEAD - 1 else block + bytes(_HEAD)
        letters = np.frombuffer(padded, np.uint8)[:size]
        many = size // _MANY
        starts = np.ones(size + many, np.bool_)
        np.less(letters - np.uint8(ord("A")), len("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), out=starts[:size])
        if not block.isascii():
            starts[:size] |= (letters >= _LETTER) & (letters != _PUNCTUATION)
        places = np.flatnonzero(starts)[: -many or None]
        heads = np.ndarray((size,), "<u8", padded, 0, (1,))[places] | np.uint64(0x0101010101010101 * _CASE)
        likely = np.flatnonzero(self._table[_hash(heads)])
        cells = np.zeros((len(likely), 1 + _HEAD), np.uint8)
        cells[:, 1:] = heads[likely, None].view(np.uint8)
        matches = self._automaton.find_matches_as_indexes(cells.tobytes())
        matched = np.array([start // (1 + _HEAD) for _, start, _ in matches], np.intp)
        found: list[int] = places[likely[matched]].tolist()
        return found

    @cached_property
    def _keys(self) -> "_Keys":
        return _Keys(self._lexicon, self.watched)

    @cached_property
    def _heads(self) -> frozenset[bytes]:
        """What the words begin with, the bit of small letters set in every byte."""
        dotted = {form.lower() for form in self._keys.dotted}
        written = dotted | {head for key in self._keys.latin for head in _ways(key, key in self._lexicon.korean_families)}
        heads = {bytes(b | _CASE for b in head.encode()) for head in (*written, *self._keys.native) if len(head.encode()) >= _TELLING}
        short = {head for head in heads if len(head) < _SHORT}
        return frozenset(head[:_HEAD] for head in heads - short) | {head + end for head in short for end in _MARKS}

    @cached_property
    def _automaton(self) -> ahocorasick_rs.BytesAhoCorasick:
        # Every pattern begins with the mark that a cell begins with and no other byte is, so that of one cell any match will do:
        # none hides another one's.
        return ahocorasick_rs.BytesAhoCorasick([_START + head for head in sorted(self._heads)])

    @cached_property
    def _table(self) -> NDArray[np.bool_]:
        """At the hash of four bytes whether a head begins with them."""
        table = np.zeros(1 << _HASHED, np.bool_)
        table[_hash(np.array([int.from_bytes(head[:_BEGINNING], "little") for head in sorted(self._heads)], np.uint64))] = True
        return table

    # --- what stands there ---------------------------------------------------------------------------

    def _names(self, data: bytes, at: int) -> bool:
        """Whether the word at a place belongs to a watched name."""
        start = max(0, at - _AROUND)
        before, after = data[start:at].decode("utf-8", "ignore"), data[at : at + _AROUND].decode("utf-8", "ignore")
        text = before + after
        around = words(text)
        here = next((n for n, word in enumerate(around) if word.end > len(before)), None)
        if here is None or not (romanised(around[here].key) in self._keys.latin or around[here].text.startswith(tuple(self._keys.native))):
            return False
        starts = range(max(0, here - _MOST_WORDS), here + 1)
        if any(" ".join(word.key for word in around[n : here + 1]).removesuffix("s") in self._demonyms for n in starts):
            return True
        # Of names that share the word the one that begins first counts: "Hui" is nobody in "Choe Son Hui".
        matches = (self._lexicon.names.longest(around, n, text) for n in starts)
        named = next((found[2] for found in matches if found and found[0] > here), None)
        return self._is_short(around[here]) if named is None else not self.watched.isdisjoint(named)

    @cached_property
    def _demonyms(self) -> frozenset[str]:
        """The keys of what the people of a watched state are called, one of them or several."""
        return frozenset(name_key(demonym) for demonym, state in self._lexicon.ontology.demonyms.items() if state in self.watched)

    def _is_short(self, word: Word) -> bool:
        """Whether the word is a short name of none but the watched; Korean family names are everybody's."""
        key = romanised(word.key)
        if key in self._lexicon.korean_families or word.key in self._lexicon.words("FunctionWord"):
            return False
        bearers = self._lexicon.short_names.get(key, ())
        return bool(bearers) and self.watched.issuperset(bearers)


def _hash(heads: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """The first four bytes of heads, hashed by multiplication (Knuth, The Art of Computer Programming 3, 6.4)."""
    hashed: NDArray[np.uint32] = (heads.astype(np.uint32) * np.uint32(_GOLDEN)) >> np.uint32(32 - _HASHED)
    return hashed


def _ways(key: str, korean: bool) -> Iterator[str]:
    """What words of a key may begin with."""
    tables = (_WRITTEN, _KOREAN) if korean else (_WRITTEN,)
    letters = [tuple(dict.fromkeys(way for table in tables for way in table.get(unit, (unit,)))) for unit in _UNIT.findall(key[:_HEAD])]
    # A word of ten letters with many ways for each is told by its first few as well.
    while len(letters) > _BEGINNING and math.prod(len(ways) for ways in letters) > _MOST_WAYS:
        letters.pop()
    yield from map("".join, product(*letters))


class _Keys:
    """The words by which watched names are told: keys of those in Latin script, and those of other scripts as they are written."""

    def __init__(self, lexicon: Lexicon, watched: frozenset[str]) -> None:
        self._lexicon = lexicon
        self._function_words = lexicon.words("FunctionWord")
        self._frequency = _read_frequencies()
        entities = [lexicon.ontology.entities[iri] for iri in sorted(watched)]
        names = {(e, label.text) for e in entities for label in e.labels}
        names |= {(lexicon.ontology.entities[state], demonym) for demonym, state in lexicon.ontology.demonyms.items() if state in watched}
        self.native = frozenset(form for _, name in names if not name[:1].isascii() for form in _forms(name.split()[0]))
        self.dotted = {word.text for _, name in names for word in words(name) if "." in word.text and len(word.key) >= _TELLING}
        self.latin = {key for entity in entities for key in self._native_keys(entity)}
        own = (key.split() for key, bearers in lexicon.short_names.items() if watched.issuperset(bearers))
        self.latin |= {key for keys in own for key in sorted(filter(self._is_own, keys), key=self._rarity)[:1]}
        self._cover({self._telling(name, lexicon.kind_of(entity) == "state") for entity, name in names if name[:1].isascii()})
        self._cover({tuple(key for key in path if self._is_name(key)) for entity in entities for path in lexicon.ministry_paths(entity)})

    def _is_own(self, key: str) -> bool:
        """Whether a short name is no Korean family name, which are everybody's, and no word of English."""
        return len(key) >= _TELLING and self._is_name(key) and key not in self._lexicon.korean_families | self._function_words

    def _is_name(self, key: str) -> bool:
        """Whether neither the word nor one that begins as it does is one of the language, such as stand in small letters."""
        return max(self._rates(word)[1] for word in (key, key[:_HEAD])) < _COMMON

    def _telling(self, name: str, is_state: bool) -> tuple[str, ...]:
        """The keys of the words by which a name may be told: capitalised, of three letters or more, and no words of the language.

        A name of such words alone ("Central Committee") or of what is known for much else ("Pacific Fleet") tells nobody; a state's does.
        """
        told = [word.key for word in words(name) if word.text[0].isupper() and word.key not in self._function_words]
        keys = [romanised(key) for key in told if len(romanised(key)) >= _TELLING]
        if is_state or len(told) == 1:
            return tuple(key for key in sorted(keys, key=self._rarity)[:1] if is_state or self._is_name(key))
        return tuple(key for key in keys if self._is_name(key) and self._rarity(key)[0] < _FREQUENT)

    def _rates(self, key: str) -> tuple[int, int]:
        """How often in a million words it stands with a capital, and how often without."""
        return self._frequency.get(key, (0, 0))

    def _rarity(self, key: str) -> tuple[int, str]:
        return self._rates(key)[0], key

    def _cover(self, names: Iterable[tuple[str, ...]]) -> None:
        """Add words until each name has one: that of names of one word, then again and again the one of most others."""
        self.latin |= {name[0] for name in names if len(name) == 1}
        left = {name for name in names if name and self.latin.isdisjoint(name)}
        while left:
            counts = Counter(key for name in sorted(left) for key in name)
            best = max(counts, key=lambda key: (counts[key] / (1 + self._rarity(key)[0]), key))
            self.latin.add(best)
            left = {name for name in left if best not in name}

    def _native_keys(self, entity: Entity) -> Iterator[str]:
        """The ways to write the family name of each native name, or the first of the other names where those tell more."""
        first = entity.country in self._lexicon.ontology.family_name_first
        for native in (label.text for label in entity.labels if self._lexicon.is_person(entity.iri)):
            keys: tuple[frozenset[str], ...] = ()
            if is_hangul(native) and first:
                keys = family_spellings(native, family_first=first), spellings(native[1:2])
            elif is_cyrillic(native):
                names = native.split()
                keys = family_spellings(native, family_first=first), transliterations(names[1 if first else 0] if names[1:] else "")
            spelt = (frozenset(filter(self._is_spelling, map(romanised, each))) for each in keys)
            yield from max(spelt, key=self._tells, default=frozenset())

    def _is_spelling(self, key: str) -> bool:
        """Whether a way to write a name is not a word of every other English text: "you", "so"."""
        return len(key) >= _TELLING and self._rates(key)[1] < _EVERYWHERE

    def _tells(self, keys: frozenset[str]) -> tuple[bool, int]:
        """How much the ways to write a name tell: the rarer they are the more."""
        return bool(keys), -sum(sum(self._rates(key)) for key in keys)


def _forms(word: str) -> tuple[str, str]:
    return word, word.upper()


def _read_frequencies() -> Mapping[str, tuple[int, int]]:
    """How often in a million English words one stands with a capital and how often without; `kg.training.frequent` counted them."""
    rows = (line.split("\t") for line in FREQUENT.read_text(encoding="utf-8").splitlines())
    return {key: (int(capital), int(small)) for key, capital, small in rows}


# --- who ------------------------------------------------------------------------------------------


def watch(lexicon: Lexicon, names: Iterable[str] = ()) -> WatchList:
    """The watch list of some entities, by their English names or IRIs; with a state goes whoever and whatever is of it.

    Without `names` it is the one that the ontology states. Raises `QueryError` for a name that the ontology does not have.
    """
    entities = lexicon.ontology.entities
    chosen = {_find(lexicon, name) for name in names} or lexicon.ontology.watched
    return WatchList(lexicon, {iri for iri, entity in entities.items() if iri in chosen or lexicon.ontology.state_of(entity) in chosen})


def _find(lexicon: Lexicon, name: str) -> str:
    entities = lexicon.ontology.entities
    if name in entities or ENTITY + name in entities:
        return name if name in entities else ENTITY + name
    found = {iri for iri, entity in entities.items() if any(fold(label.text) == fold(name) for label in entity.labels)}
    spelt = words(name)
    if not found and spelt and (match := lexicon.names.longest(spelt, 0, name)) and match[0] == len(spelt):
        found = set(match[2])
    if not found:
        labels = {fold(entity.label): entity.label for entity in entities.values()}
        near = ", ".join(labels[key] for key in difflib.get_close_matches(fold(name), sorted(labels), n=3))
        raise QueryError(f"the ontology has nobody and nothing called {name!r} to watch{f'; near: {near}' if near else ''}")
    if len(found) > 1:
        raise QueryError(f"{name!r} may be {', '.join(sorted(iri.removeprefix(ENTITY) for iri in found))}")
    return found.pop()
