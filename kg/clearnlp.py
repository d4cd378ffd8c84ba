"""A parse labelled as spaCy's own English pipelines label it (ClearNLP) -> the Universal Dependencies that the stages read.

What enters is a parsed `Doc`; what leaves is a copy with other heads and labels. Words, tags, word classes, lemmas and
sentence borders stay. Whatever tree enters, a tree leaves: every step is a turn of two words, a move to a word that is
not below, or a new label.
"""

from collections.abc import Collection, Iterator
from typing import Any

from spacy.tokens import Doc, Token

# What spaCy writes of a parse as numbers; they have no sign, so that a distance to the left wraps round.
_PARSE: list[int | str] = ["HEAD", "DEP"]
_WRAP = 2**64

# Labels of this scheme that Universal Dependencies lacks, and the other way round.
_CLEARNLP = frozenset(("dobj", "pobj"))
_UNIVERSAL = frozenset(("obj", "obl"))

# Labels that only have another name.
_RENAMED = {
    "acomp": "xcomp",
    "attr": "xcomp",
    "auxpass": "aux:pass",
    "csubjpass": "csubj:pass",
    "dobj": "obj",
    "intj": "discourse",
    "meta": "dep",
    "npadvmod": "obl:unmarked",
    "nsubjpass": "nsubj:pass",
    "oprd": "xcomp",
    "poss": "nmod:poss",
    "preconj": "cc:preconj",
    "predet": "det:predet",
    "prt": "compound:prt",
    "quantmod": "advmod",
    "relcl": "acl:relcl",
}
_SUBJECTS = ("nsubj", "nsubjpass", "csubj", "csubjpass")
# Labels of a preposition that say no more than that it belongs to its head; any other passes to its object.
_PHRASAL = frozenset(("prep", "agent", "dative", "advmod", "prt", "mark", "pcomp"))
_PREPOSITIONS = ("ADP", "SCONJ")
_FUNCTION_WORDS = (*_PREPOSITIONS, "PART")
_NOUNS = ("NOUN", "PROPN", "PRON", "NUM", "DET", "SYM")
# An adjective with one of these labels stands for a noun: "many of them".
_NOMINAL = frozenset(("nsubj", "nsubjpass", "dobj", "dative", "pobj", "poss", "obl", "obl:agent", "nmod"))


def is_clearnlp(labels: Collection[str]) -> bool:
    """Whether a parser with these labels follows ClearNLP, as spaCy's own English pipelines do."""
    return _CLEARNLP.issubset(labels) and _UNIVERSAL.isdisjoint(labels)


def to_universal(doc: Doc) -> Doc:
    """A copy of the parsed `doc` with heads and labels of Universal Dependencies.

    "[prep in [pobj Moscow]]" becomes "[obl [case in] Moscow]", "was [attr president]" becomes "[cop was] president".
    A `doc` without a parse is copied as it is.
    """
    universal = doc.copy()
    if not doc.has_annotation("DEP"):
        return universal
    tree = _Tree(doc)
    _raise_subjects(tree)
    _set_infinitives(tree)
    _share_objects(tree)
    for token in tree.from_the_top():
        _turn_phrase(tree, token)
    for token in tree.from_the_top():
        _turn_copula(tree, token)
    _join_conjunctions(tree)
    _flatten_conjuncts(tree)
    _rename(tree)
    parse: Any = universal.to_array(_PARSE)
    for i, (head, label) in enumerate(zip(tree.heads, tree.labels, strict=True)):
        parse[i] = (head - i) % _WRAP, doc.vocab.strings.add(label)
    return universal.from_array(_PARSE, parse)


class _Tree:
    """Heads and labels by the place of the token, while they change."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.heads = [token.head.i for token in doc]
        self.labels = [token.dep_ for token in doc]
        self._below: list[set[int]] = [{child.i for child in token.children} for token in doc]

    def token(self, i: int) -> Token:
        return self.doc[i]

    def children(self, i: int, *labels: str) -> list[int]:
        """The dependents of a token in order, all of them or those with one of these labels."""
        return sorted(c for c in self._below[i] if not labels or self.labels[c] in labels)

    def subtree(self, i: int) -> set[int]:
        """The token and all below it."""
        found, new = {i}, [i]
        while new:
            new = [c for token in new for c in self._below[token]]
            found.update(new)
        return found

    def is_root(self, i: int) -> bool:
        return self.heads[i] == i

    def from_the_top(self) -> Iterator[int]:
        """Every token as the tree now stands, a head before its dependents."""
        found = [i for i in range(len(self.heads)) if self.is_root(i)]
        for i in found:
            found += self.children(i)
        return iter(found)

    def turn(self, child: int, label: str) -> None:
        """Put a token in the place of its head, which comes below it with this label."""
        head = self.heads[child]
        self._set_head(child, child if self.is_root(head) else self.heads[head])
        self._set_head(head, child)
        self.labels[child], self.labels[head] = self.labels[head], label

    def move(self, i: int, head: int) -> None:
        """Hang a token on another; nothing happens where that is below it."""
        if head not in self.subtree(i):
            self._set_head(i, head)

    def _set_head(self, i: int, head: int) -> None:
        self._below[self.heads[i]].discard(i)
        self.heads[i] = head
        if head != i:
            self._below[head].add(i)

    def join(self, parts: Collection[int]) -> None:
        """Make one word of several of one head: the first keeps the label, the others are `fixed` below it."""
        first, *others = sorted(parts)
        for other in others:
            self.move(other, first)
            self.labels[other] = "fixed"


# --- clauses before they turn ---------------------------------------------------------------------


def _has_to(tree: _Tree, verb: int) -> bool:
    return any(tree.token(c).tag_ == "TO" for c in tree.children(verb, "aux"))


def _raise_subjects(tree: _Tree) -> None:
    """ "wants him to come": the object of "wants"; not so with "for him to come" or the subject of a passive."""
    for verb, label in enumerate(tree.labels):
        subjects = tree.children(verb, "nsubj")
        head = tree.heads[verb]
        if label == "ccomp" and _has_to(tree, verb) and len(subjects) == 1 and not tree.children(verb, "mark"):
            tree.labels[verb] = "xcomp"
            if not tree.children(head, "dobj") and not _is_be(tree.token(head)):
                tree.move(subjects[0], head)
                tree.labels[subjects[0]] = "dobj"


def _set_infinitives(tree: _Tree) -> None:
    """ "the first leader to visit": no relative clause; its "to" is a mark."""
    for i, label in enumerate(tree.labels):
        if label == "relcl" and _has_to(tree, i):
            tree.labels[i] = "acl"
    for i, label in enumerate(tree.labels):
        if label == "aux" and tree.token(i).tag_ == "TO":
            tree.labels[i] = "mark"


# --- prepositions ---------------------------------------------------------------------------------


def _share_objects(tree: _Tree) -> None:
    """ "during and after the summit": the noun is the first preposition's where it has none of its own."""
    for first in range(len(tree.heads)):
        if tree.labels[first] != "prep" or tree.children(first, "pobj", "pcomp", "prep"):
            continue
        for other in tree.children(first, "conj"):
            for noun in tree.children(other, "pobj")[:1]:
                tree.move(noun, first)


def _turn_phrase(tree: _Tree, preposition: int) -> None:
    """Put the object of a preposition, or of several in a row, in their place."""
    *chain, inner = _chain(tree, preposition) if _is_preposition(tree, preposition) else [preposition]
    if not chain:
        return
    _climb(tree, preposition)
    clause = tree.labels[inner] == "pcomp" and _is_clause(tree, inner)
    label = _phrase_label(tree, preposition, clause=clause)
    for _ in chain:
        tree.turn(inner, "mark" if clause else "case")
    tree.labels[inner] = label
    tree.join([*chain, *(part for member in chain for part in _pass_on(tree, member, inner))])


def _is_preposition(tree: _Tree, i: int) -> bool:
    if tree.labels[i] in ("prep", "agent") or tree.token(i).pos_ in _PREPOSITIONS:
        return True
    of = [c for c in tree.children(i, "prep") if c == i + 1 and tree.token(c).lower_ == "of"]
    return tree.labels[i] == "advmod" and bool(of)


def _chain(tree: _Tree, preposition: int) -> list[int]:
    """The preposition, those below it that come before the object, and the object; the preposition alone if there is none."""
    for child in tree.children(preposition, "pobj"):
        return [preposition, child]
    for child in tree.children(preposition, "pcomp", "prep"):
        if tree.labels[child] == "pcomp" and tree.token(child).pos_ not in _FUNCTION_WORDS:
            return [preposition, child]
        below = _chain(tree, child)
        if len(below) > 1:
            return [preposition, *below]
    return [preposition]


def _climb(tree: _Tree, preposition: int) -> None:
    """A phrase after an adverb is of what the adverb modifies: "together with him", "earlier on Friday"."""
    head = tree.heads[preposition]
    while tree.labels[head] == "advmod" and tree.token(head).pos_ == "ADV" and not tree.is_root(head):
        head = tree.heads[head]
        tree.move(preposition, head)


def _is_clause(tree: _Tree, i: int) -> bool:
    return tree.token(i).pos_ in ("VERB", "AUX") or bool(tree.children(i, *_SUBJECTS))


def _phrase_label(tree: _Tree, preposition: int, *, clause: bool) -> str:
    """The label of the object in the place of the preposition."""
    label, head = tree.labels[preposition], tree.heads[preposition]
    if tree.is_root(preposition) or label not in _PHRASAL:
        return label
    if _is_nominal(tree, head):
        return "acl" if clause else "nmod"
    return "advcl" if clause else "obl:agent" if label == "agent" else "obl"


def _is_nominal(tree: _Tree, i: int) -> bool:
    word_class = tree.token(i).pos_
    return word_class in _NOUNS or (word_class == "ADJ" and tree.labels[i] in _NOMINAL)


def _pass_on(tree: _Tree, preposition: int, inner: int) -> list[int]:
    """Hang what is below a preposition on its object; what is part of the preposition is returned: "because of", "such as"."""
    parts, doubled = [], False
    for child in tree.children(preposition):
        word_class = tree.token(child).pos_ in _FUNCTION_WORDS and not tree.children(child, "pobj", "pcomp")
        if word_class and tree.labels[child] == "conj":
            doubled = True
        elif (word_class and tree.labels[child] in ("pcomp", "prep")) or (tree.labels[child] == "amod" and child == preposition - 1):
            parts.append(child)
            tree.move(child, inner)
            tree.labels[child] = tree.labels[preposition]
    for child in tree.children(preposition):
        if not (doubled and tree.labels[child] in ("conj", "cc")):
            tree.move(child, inner)
    return parts


# --- copulas --------------------------------------------------------------------------------------


def _is_be(token: Token) -> bool:
    return token.lemma_.lower() == "be"


def _turn_copula(tree: _Tree, verb: int) -> None:
    """Put what "be" says in its place, with all that hung on "be"; "there is a plan" has a subject instead."""
    if not _is_be(tree.token(verb)) or tree.labels[verb] in ("aux", "auxpass", "cop", "case", "mark", "fixed"):
        return
    if any(tree.token(c).tag_ == "EX" for c in tree.children(verb, "expl")):
        for noun in tree.children(verb, "attr"):
            tree.labels[noun] = "nsubj"
        return
    predicate = _predicate(tree, verb)
    if predicate is None:
        return
    if tree.labels[predicate] in ("xcomp", "ccomp"):
        for subject in tree.children(verb, "nsubj"):
            tree.labels[subject] = "nsubj:outer"
    tree.turn(predicate, "cop")
    for child in tree.children(verb):
        tree.move(child, predicate)


def _predicate(tree: _Tree, verb: int) -> int | None:
    """A noun or adjective, else a phrase after the verb ("was in Moscow"), else a clause ("is to meet him", "is that he left")."""
    found = tree.children(verb, "attr") or tree.children(verb, "acomp")
    phrases = [c for c in tree.children(verb, "obl") if c > verb and not _is_set_off(tree, c)]
    clauses = [c for c in tree.children(verb, "xcomp") if tree.children(c, "mark")] or tree.children(verb, "ccomp")
    return next(iter(found or phrases or [c for c in clauses if c > verb]), None)


def _is_set_off(tree: _Tree, phrase: int) -> bool:
    """Whether a comma stands before the phrase."""
    before = min(tree.subtree(phrase)) - 1
    return before >= 0 and tree.labels[before] == "punct"


# --- coordination ---------------------------------------------------------------------------------


def _join_conjunctions(tree: _Tree) -> None:
    """ "as well as": one conjunction of several words, headed by the first."""
    for last in [i for i, label in enumerate(tree.labels) if label == "cc"]:
        parts = sorted(tree.subtree(last))
        if parts[0] < last and all(tree.token(p).pos_ in ("ADV", "CCONJ", *_FUNCTION_WORDS) for p in parts):
            for part in parts:
                tree.move(part, tree.heads[last])
            tree.labels[parts[0]] = "cc"
            tree.join(parts)


def _flatten_conjuncts(tree: _Tree) -> None:
    """Hang every conjunct on the first, and the conjunction and comma before a conjunct on that conjunct."""
    for i in tree.from_the_top():
        if tree.labels[i] == "conj" and not tree.is_root(i) and tree.labels[tree.heads[i]] == "conj":
            tree.move(i, tree.heads[tree.heads[i]])
    for first in range(len(tree.heads)):
        members = [first, *tree.children(first, "conj")]
        for conjunct in members[1:]:
            _give_conjunction(tree, conjunct, members)
            _give_comma(tree, conjunct, members)


def _give_conjunction(tree: _Tree, conjunct: int, members: list[int]) -> None:
    earlier = [m for m in members if m < conjunct]
    for member in earlier:
        for conjunction in tree.children(member, "cc"):
            if max(earlier) < conjunction < conjunct:
                tree.move(conjunction, conjunct)


def _give_comma(tree: _Tree, conjunct: int, members: list[int]) -> None:
    before = min(tree.subtree(conjunct)) - 1
    if before > members[0] and tree.labels[before] == "punct" and tree.heads[before] in members:
        tree.move(before, conjunct)


# --- names of labels ------------------------------------------------------------------------------


def _rename(tree: _Tree) -> None:
    for i, label in enumerate(tree.labels):
        if tree.is_root(i):
            tree.labels[i] = "ROOT"
        elif label in ("prep", "agent", "pobj") or (label == "dative" and tree.token(i).pos_ in _FUNCTION_WORDS):
            tree.labels[i] = "nmod" if _is_nominal(tree, tree.heads[i]) else "obl"
        elif label == "dative":
            tree.labels[i] = "iobj"
        elif label == "neg":
            tree.labels[i] = "det" if tree.token(i).pos_ == "DET" else "advmod"
        elif label in ("pcomp", "ROOT", ""):
            tree.labels[i] = "dep"
        else:
            tree.labels[i] = _RENAMED.get(label, label)
