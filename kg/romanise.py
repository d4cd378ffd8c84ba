"""Native names -> the ways in which Latin script writes them: keys in, keys out, no names of anybody.

Hangul is spelt syllable by syllable, as McCune–Reischauer, the Revised Romanisation, the DPRK's own rules and the press do;
Cyrillic by the published schemes of `iuliia`. Keys are those of `kg.text`, so that accents, hyphens and case are gone already.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

import iuliia

from kg.text import romanised, spelling_key

_FIRST, _LAST = 0xAC00, 0xD7A3
_VOWELS, _FINALS = 21, 28
# The spellings of each letter, in the order of Unicode: McCune–Reischauer (accents folded) and the DPRK's first, then Revised,
# then the press's.
_INITIAL = (
    "k g", "kk gg", "n", "t d", "tt dd", "r l n", "m", "p b", "pp bb", "s", "ss", "", "ch j", "tch jj", "ch", "kh k", "th t", "ph p", "h",
)  # fmt: skip
_VOWEL = (
    "a", "ae ai", "ya", "yae", "o eo u", "e", "yo yeo", "ye", "o", "wa", "wae", "oe oi", "yo", "u oo", "wo weo", "we", "wi", "yu yoo",
    "u eu", "ui eui ee i", "i ee",
)  # fmt: skip
_FINAL = (
    "", "k g", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p b", "p", "t", "t", "ng", "t", "t",
    "k", "t", "p", "",
)  # fmt: skip
_SILENT, _R, _N, _S = 11, 5, 2, 9
_SYLLABLE = re.compile(
    "(?:{}|sh|w)?(?:{}|oh|uh|you)(?:{}|h)?".format(
        *("|".join(sorted({s for one in table for s in one.split()}, key=len, reverse=True)) for table in (_INITIAL, _VOWEL, _FINAL))
    )
)
# A Korean name of so many syllables has a family name of two.
_LONG = 4
# In Cyrillic and Latin script, and as keys have them.
_PATRONYMICS = ("вич", "вна", "ична", "ьич", "vich", "vna", "ichna", "yich", "ovic", "evic", "vych", "ychna", "ovyc", "evyc")
# The vowels i, ya, yae, yo (ㅕ), ye, yo (ㅛ), yu: before them the South drops an r or n at the head of a name, and "s" may be "sh".
_FRONT = frozenset((20, 2, 3, 6, 7, 12, 17))
_WI, _EO, _YEO, _O, _U = 16, 4, 6, 8, 13
_NASALS = (4, 21)
# What only the press writes: by the vowel, in an open syllable ("Noh", "Huh") and before n and ng ("Hyun", "Young").
_OPEN = {_O: "oh", _EO: "uh"}
_BEFORE_NASAL = {_YEO: "you yu"}
# Family names that the press spells by no rule, and those that the North spells with an r which the South drops.
_FAMILY = {
    "박": "park", "이": "lee yi rhee ri li", "리": "rhee yi", "허": "hur", "안": "ahn", "윤": "youn", "노": "roh ro", "임": "lim rim",
    "유": "ryu", "양": "ryang", "나": "ra", "염": "ryom", "여": "ryo",
}  # fmt: skip

_SCHEMES = (
    iuliia.BGN_PCGN, iuliia.WIKIPEDIA, iuliia.ICAO_DOC_9303, iuliia.ISO_9_1968, iuliia.GOST_779, iuliia.ALA_LC, iuliia.MVD_310,
    iuliia.MVD_310_FR,
)  # fmt: skip


# --- whole names ----------------------------------------------------------------------------------

Path = tuple[str, ...]


def native_paths(native: str, *, family_first: bool) -> Iterator[Path]:
    """A full native name as steps that Latin words may spell, family name first and last: Hangul syllables, Cyrillic words."""
    steps = tuple(native) if is_hangul(native) else tuple(_named(native))
    yield from rotations(steps, family_first=family_first, family=len(_korean(native)[0]) if is_hangul(native) else 1)


def native_spellings(native: str, label: Path, *, family_first: bool) -> Iterator[tuple[str, frozenset[str]]]:
    """Each step of a native name with the keys that may spell it; `label` is the key of the English name.

    A first name in Cyrillic may be an initial, and each word what the English name has in its place.
    """
    if is_hangul(native):
        yield from ((syllable, spellings(syllable)) for syllable in native)
        return
    steps = _named(native)
    for n, step in enumerate(steps):
        keys = transliterations(step)
        initials = frozenset(key[0] for key in keys) if n == 0 and len(steps) > 1 and not family_first else frozenset()
        yield step, keys | initials | ({label[n]} if len(label) == len(steps) else frozenset())


def rotations(path: Path, *, family_first: bool, family: int = 1) -> Iterator[Path]:
    """The name as it is, and with the family name at the other end; one that comes first has `family` steps."""
    yield path
    if len(path) > 1:
        yield (*path[family:], *path[:family]) if family_first else (path[-1], *path[:-1])


def family_spellings(native: str, *, family_first: bool) -> frozenset[str]:
    """The keys of the family name of a full native name; a single letter is none."""
    if is_hangul(native):
        family, _ = _korean(native)
        return frozenset(key for key in _joined(family) if len(key) > 1)
    if not is_cyrillic(native):
        return frozenset()
    words = _words(native)
    return transliterations(words[0] if family_first else words[-1])


def is_spelling(keys: Path, native: str) -> bool:
    """Whether the words of a key may be a way to write a full native name; one word never is, initials and patronymics may stand."""
    if not keys[1:]:
        return False
    if is_hangul(native):
        family, given = _korean(native)
        return any(_spells(keys, syllables) for syllables in (family + given, given + family))
    if not is_cyrillic(native):
        return False
    spelt = [transliterations(word) for word in _named(native)]
    second = [n > 0 and (len(key) == 1 or is_patronymic(key)) for n, key in enumerate(keys)]
    written = keys if len(keys) == len(spelt) else tuple(key for key, left_out in zip(keys, second, strict=True) if not left_out)
    if len(written) != len(spelt):
        return False
    initials = frozenset(key[0] for key in spelt[0])
    orders = ([spelt[0] | initials, *spelt[1:]], [spelt[-1], spelt[0] | initials, *spelt[1:-1]])
    return any(all(key in word for key, word in zip(written, order, strict=True)) for order in orders)


def is_family_name(key: str, native: str) -> bool:
    """Whether a word may be the family name of a full name in Cyrillic; Korean ones are too few to tell anybody."""
    return is_cyrillic(native) and " " in native and key in transliterations(_named(native)[-1])


def _spells(keys: Path, syllables: str) -> bool:
    """Whether each word spells one or two of the syllables, and all of them together."""
    if not keys or not syllables:
        return not keys and not syllables
    heads = (syllables[:n] for n in (1, 2) if len(syllables) >= n)
    return any(keys[0] in _joined(head) and _spells(keys[1:], syllables[len(head) :]) for head in heads)


def _joined(syllables: str) -> frozenset[str]:
    return frozenset(romanised("".join(parts)) for parts in product(*map(_ways_to_spell, syllables)))


def short_paths(native: str) -> Iterator[Path]:
    """First name and patronymic of a Russian name, by which he may be called once it is known who is meant."""
    first, *rest = _words(native)
    patronymics = [word for word in rest[:-1] if is_patronymic(word)]
    if is_cyrillic(native) and patronymics:
        yield from product(transliterations(first), *map(transliterations, patronymics))


def _korean(native: str) -> tuple[str, str]:
    """Family name and given name; a name of four syllables has a family name of two."""
    cut = 2 if len(native) >= _LONG else 1
    return native[:cut], native[cut:]


def _words(native: str) -> list[str]:
    return native.replace("-", " ").split()


def _named(native: str) -> list[str]:
    """The words of a name but the patronymic, which stands between first and family name: Янукович is none."""
    words = _words(native)
    return [word for n, word in enumerate(words) if not (0 < n < len(words) - 1 and is_patronymic(word))]


# --- Hangul ---------------------------------------------------------------------------------------


def is_patronymic(key: str) -> bool:
    """Whether a word, in Cyrillic or Latin script, ends as a patronymic does."""
    return key.endswith(_PATRONYMICS)


def is_hangul(text: str) -> bool:
    """Whether the text is Hangul syllables and nothing else."""
    return bool(text) and all(_FIRST <= ord(c) <= _LAST for c in text)


def is_cyrillic(text: str) -> bool:
    """Whether the text begins with a Cyrillic letter."""
    return "\u0400" <= text[:1] <= "\u04ff"


@lru_cache(maxsize=1 << 14)
def is_syllable(key: str) -> bool:
    """Whether a key may spell some Korean syllable: "jong" and "hyok", but not "led"."""
    return _SYLLABLE.fullmatch(key) is not None


def spellings(syllable: str) -> frozenset[str]:
    """The keys by which Latin script may spell a Hangul syllable: "정" gives chong, jong, jeong, jung and more."""
    return frozenset(map(romanised, _ways_to_spell(syllable)))


@lru_cache(maxsize=1 << 14)
def _ways_to_spell(syllable: str) -> frozenset[str]:
    initial, vowel, final = _letters(syllable)
    southern = _southern(initial, vowel)
    found = {key for head in {initial, southern} for key in _spelt(head, vowel, final)}
    return frozenset(found | set(_FAMILY.get(syllable, "").split()))


def _letters(syllable: str) -> tuple[int, int, int]:
    code = ord(syllable) - _FIRST
    return code // (_VOWELS * _FINALS), code // _FINALS % _VOWELS, code % _FINALS


def _southern(initial: int, vowel: int) -> int:
    """The initial as the South writes it at the head of a name: Ri is I, Ro is No, Nyong is Yong."""
    if vowel in _FRONT and initial in (_R, _N):
        return _SILENT
    return _N if initial == _R else initial


def _spelt(initial: int, vowel: int, final: int) -> Iterator[str]:
    heads = _INITIAL[initial].split() or [""]
    if initial == _S and (vowel in _FRONT or vowel == _WI):
        heads = [*heads, "sh"]
    if initial == _SILENT and vowel == _U:
        heads = [*heads, "w"]
    vowels = _VOWEL[vowel].split()
    if not final:
        vowels += _OPEN.get(vowel, "").split()
    if final in _NASALS:
        vowels += _BEFORE_NASAL.get(vowel, "").split()
    yield from map("".join, product(heads, vowels, _FINAL[final].split() or [""]))


# --- Cyrillic -------------------------------------------------------------------------------------


@lru_cache(maxsize=1 << 14)
def transliterations(word: str) -> frozenset[str]:
    """The keys by which a text may write a Russian word: "Шойгу" gives shoigu, sojgu, more, and its own key."""
    keys = {spelling_key(scheme.translate(word)) for scheme in _SCHEMES}
    plain = {key for key in keys if key.isascii() and key.isalpha()}
    # German and Polish write w for v.
    return frozenset(plain | {key.replace("v", "w") for key in plain} | {spelling_key(word)})
