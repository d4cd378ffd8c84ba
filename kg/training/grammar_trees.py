"""Sentences of the grammar as trees of a treebank, with the parts of speech, morphology and lemmas that treebanks give their words."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from kg.training.grammar import Sentences
from kg.training.grammar_phrases import Names, Node
from kg.training.grammar_words import VERBS
from kg.training.treebank import Tree, Word

_Pair = tuple[Node, Node | None]
_BASE_FORMS = {form: line.split()[0] for line in VERBS for form in line.split()}
_SIGNS = (",", ".")
_QUOTE = "``"


def grammar_trees(trees: Iterable[Tree], names: Names, count: int, rng: random.Random) -> list[Tree]:
    """So many sentences of the grammar; a word is annotated as most often in `trees`, or as most words of its tag."""
    known, sentences = _known(trees), Sentences(names, rng)
    return [_tree(sentences.sentence(), known, number) for number in range(count)]


def _known(trees: Iterable[Tree]) -> Mapping[tuple[str, str], Word]:
    """(lower-case form, tag) -> its most frequent annotation; for the form "" that of the tag."""
    counts = Counter(((word.form.lower(), word.tag), (word.pos, word.morph, word.lemma)) for tree in trees for word in tree.words)
    known: dict[tuple[str, str], Word] = {}
    for ((form, tag), (pos, morph, lemma)), _ in counts.most_common():
        word = Word("", lemma, pos, tag, morph, -1, "", True)
        known.setdefault((form, tag), word)
        known.setdefault(("", tag), word)
    return known


def _tree(root: Node, known: Mapping[tuple[str, str], Word], number: int) -> Tree:
    order = _without_double_signs(list(_flat(root, None)))
    places = {id(node): i for i, (node, _) in enumerate(order)}
    after = [*(node.form for node, _ in order[1:]), ""]
    first = next(i for i, (node, _) in enumerate(order) if node.tag != _QUOTE)
    words = []
    for place, (node, above) in enumerate(order):
        found = known.get((node.form.lower(), node.tag))
        form = node.form[:1].upper() + node.form[1:] if place == first else node.form
        words.append(
            replace(
                found or known["", node.tag],
                form=form,
                lemma=found.lemma if found else _lemma(node),
                head=places[id(above)] if above else -1,
                dep=node.dep,
                space=after[place] not in (*_SIGNS, "'s", "-") and form != "-" and node.tag != _QUOTE,
            )
        )
    return Tree(f"grammar-{number}", tuple(words), starts_paragraph=True)


def _flat(node: Node, above: Node | None) -> Iterable[_Pair]:
    """The words in order, each with what it hangs on."""
    for child in node.before:
        yield from _flat(child, node)
    yield node, above
    for child in node.after:
        yield from _flat(child, node)


def _without_double_signs(order: list[_Pair]) -> list[_Pair]:
    """A comma before another sign or at the end is left out."""
    after = [*(node.form for node, _ in order[1:]), "."]
    return [pair for pair, following in zip(order, after, strict=True) if pair[0].form != "," or following not in _SIGNS]


def _lemma(node: Node) -> str:
    if node.tag.startswith("V"):
        return _BASE_FORMS.get(node.form, node.form)
    return node.form.removesuffix("s") if node.tag == "NNS" else node.form
