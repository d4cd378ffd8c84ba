"""A text -> the language that it is in, where that is not English.

Function words tell English from whatever is like it, which statistics of letters mistake in short texts full of foreign names;
these (py3langid: Lui and Baldwin, "langid.py: An Off-the-shelf Language Identification Tool", 2012) name the others.
"""

import re
from collections.abc import Collection
from functools import cache
from typing import Any

ENGLISH = "en"
# The languages of the press that are told apart; rarer ones would only take texts from these.
_LANGUAGES = (
    "ar az be bg bn ca cs da de el en es et fa fi fr he hi hr hu hy id it ja ka kk ko ky lt lv mk mn ms nl no pl pt ro ru sk sl sq sr "
    "sv ta th tl tr uk ur uz vi zh"
)
_ENGLISH_NAMES = ("en", "eng", "english")
# Of a long text so many characters are looked at, from its middle: menus and bylines stand at the ends.
_SAMPLE = 4000
_LEAST_LETTERS, _LEAST_WORDS, _LEAST_ENGLISH = 40, 8, 2
# In English prose every third word in small letters is one of the function words, in telegrams every eighth.
_ENGLISH_SHARE = 0.12
_WORD = re.compile(r"[^\W\d_]+")


def find_language(text: str, function_words: Collection[str]) -> str | None:
    """The code (ISO 639-1) of the language of a text; None where it is too short to tell. `function_words` are those of English.

    In Latin script only words in small letters count: names are of no language.
    """
    start = max(0, (len(text) - _SAMPLE) // 2)
    sample = text[start : start + _SAMPLE]
    found = _WORD.findall(sample)
    if sum(map(len, found)) < _LEAST_LETTERS:
        return None
    if 2 * sum(len(word) for word in found if word.isascii()) > sum(map(len, found)):
        small = [word for word in found if word.islower()]
        if sum(word in function_words for word in small) >= max(_ENGLISH_SHARE * len(small), _LEAST_ENGLISH):
            return ENGLISH
        if len(small) < _LEAST_WORDS:
            return None
    return str(_identifier().classify(sample)[0])


def known_language(tag: str | None) -> str | None:
    """The code of the language that a BCP 47 tag or an English word names: "en" of "en-GB", "eng" and "English"; None of any other."""
    code = re.split("[-_]", (tag or "").strip().lower())[0]
    return ENGLISH if code in _ENGLISH_NAMES else code if code in _LANGUAGES.split() else None


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(_LANGUAGES.split())
    return identifier
