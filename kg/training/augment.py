"""Sentences altered as news alters them: curly quotes, lost hyphens and full stops, headlines, names of other people."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from kg.training.entities import PERSON, Named
from kg.training.treebank import Tree, Word

# How often each alteration is made.
_CURLY, _HYPHEN, _STOP, _HEADLINE, _LOWER, _ONE_NAME, _SWAP, _EACH = 0.3, 0.05, 0.05, 0.03, 0.02, 0.3, 0.25, 0.5
_STRAIGHT = ('"', "``", "''")
_NAME_PARTS = ("flat", "nmod:desc", "compound")


def alter_tree(tree: Tree, names: Sequence[str], rng: random.Random) -> Tree:
    """The tree, at times altered. A name with its titles may become one of `names`, as the extraction gives names to the parser."""
    words = tree.words
    if rng.random() < _ONE_NAME:
        words = _with_one_word_names(words, names, rng)
    if rng.random() < _HYPHEN:
        words = _without(words, {i for i, word in enumerate(words) if word.form == "-"})
    if rng.random() < _STOP:
        words = _without(words, {len(words) - 1} if words[-1].form == "." else set())
    forms = _alter_forms([word.form for word in words], rng)
    return replace(tree, words=tuple(replace(word, form=form) for word, form in zip(words, forms, strict=True)))


def alter_named(sentence: Named, people: Sequence[Sequence[str]], rng: random.Random) -> Named:
    """The sentence, at times with other people in it or other quotes."""
    if rng.random() < _SWAP:
        sentence = _with_other_people(sentence, people, rng)
    return replace(sentence, words=tuple(_curly(sentence.words) if rng.random() < _CURLY else sentence.words))


def _alter_forms(forms: list[str], rng: random.Random) -> list[str]:
    if rng.random() < _CURLY:
        forms = _curly(forms)
    case = rng.random()
    if case < _HEADLINE:
        return [form[:1].upper() + form[1:] for form in forms]
    return [form.lower() for form in forms] if case < _HEADLINE + _LOWER else forms


def _curly(forms: Sequence[str]) -> list[str]:
    found, opens = [], True
    for form in forms:
        found.append(("“" if opens else "”") if form in _STRAIGHT else form.replace("'", "’"))
        opens ^= form in _STRAIGHT
    return found


def _without(words: tuple[Word, ...], places: set[int]) -> tuple[Word, ...]:
    """The sentence without those of the words that nothing hangs on."""
    leaves = places - {word.head for word in words} - {0}
    return _kept(words, [i for i in range(len(words)) if i not in leaves])


def _kept(words: tuple[Word, ...], places: Sequence[int]) -> tuple[Word, ...]:
    new: Mapping[int, int] = {-1: -1} | {old: i for i, old in enumerate(places)}
    return tuple(replace(words[i], head=new[words[i].head]) for i in places)


def _with_one_word_names(words: tuple[Word, ...], names: Sequence[str], rng: random.Random) -> tuple[Word, ...]:
    """Each person of several words, with the titles before it, as a single name."""
    forms, dropped = dict[int, str](), set[int]()
    for head, word in enumerate(words):
        parts = {i for i, part in enumerate(words) if part.head == head and part.dep in _NAME_PARTS}
        person = any(words[i].dep == "flat" for i in parts) and word.pos == "PROPN"
        whole = sorted(parts | {head})
        if person and whole[-1] - whole[0] == len(parts) and not any(w.head in parts for w in words):
            forms[head] = rng.choice(names)
            dropped |= parts
    renamed = tuple(replace(word, form=forms.get(i, word.form), lemma=forms.get(i, word.lemma)) for i, word in enumerate(words))
    return _kept(renamed, [i for i in range(len(words)) if i not in dropped])


def _with_other_people(sentence: Named, people: Sequence[Sequence[str]], rng: random.Random) -> Named:
    """About every second person of several words becomes one of `people`."""
    words, spaces, spans, at = list[str](), list[bool](), list[tuple[int, int, str]](), 0
    for start, end, label in _with_end(sentence):
        words += sentence.words[at:start]
        spaces += sentence.spaces[at:start]
        name = list(sentence.words[start:end])
        if label == PERSON and len(name) > 1 and rng.random() < _EACH:
            name = list(rng.choice(people))
        if label:
            spans.append((len(words), len(words) + len(name), label))
        words += name
        spaces += [True] * len(name)
        at = end
    return Named(tuple(words), tuple(spaces), tuple(spans))


def _with_end(sentence: Named) -> Iterator[tuple[int, int, str]]:
    yield from sentence.spans
    yield len(sentence.words), len(sentence.words), ""
