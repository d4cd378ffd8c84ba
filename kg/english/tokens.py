"""The tokenizer: spaCy's English one, cut as the treebanks cut words."""

import spacy
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

# Runs of a sign are one word in the treebanks ("!!!", "====", "?!?").
_RUNS = (r"[!?]{2,}", r"={2,}", r"\*{2,}", r"_{2,}", r"-{2,}", r"#{2,}", r"~{2,}", r"<{2,}", r">{2,}", r"\${2,}", r"\+{2,}")
# What a hyphen joins to its word: "re-elected", "pro-Beijing", "e-mail".
_BOUND = ("e", "re", "co", "ex", "un", "mid", "non", "pre", "pro", "pan", "sub", "anti", "post", "semi", "multi", "inter")
_HYPHEN = "(?:-|–|—|--|---|——|~)"


def make_tokenizer() -> Tokenizer:
    """A tokenizer for English text; it keeps every character, so that offsets stay true."""
    return _cut(spacy.blank("en")).tokenizer


def _cut(nlp: Language) -> Language:
    defaults = nlp.Defaults
    unbound = "".join(f"(?<!^{form})" for word in _BOUND for form in (word, word.capitalize()))
    infixes = [str(rule).replace(_HYPHEN, unbound + _HYPHEN) for rule in defaults.infixes or []]
    tokenizer: Tokenizer = nlp.tokenizer
    tokenizer.prefix_search = compile_prefix_regex([*_RUNS, *(defaults.prefixes or [])]).search
    tokenizer.suffix_search = compile_suffix_regex([*_RUNS, *(defaults.suffixes or [])]).search
    tokenizer.infix_finditer = compile_infix_regex(infixes).finditer
    return nlp
