"""Walks over a dependency parse (Universal Dependencies): what stands in which slot of a verb or noun.

The slots are those of the ontology's frames: subject, object, indirect, possessor, compound, holder, clause,
and one for each preposition. Passives, control, relative clauses, participles and coordination are undone here.
"""

from collections.abc import Iterator
from functools import lru_cache

from spacy.tokens import Doc, Token

_SUBJECT = ("nsubj", "nsubj:outer")
_PASSIVE = ("nsubj:pass",)
_OBLIQUE = ("obl", "obl:agent", "nmod", "obl:unmarked", "nmod:desc", "advcl", "acl")
_INHERITING = ("xcomp", "ccomp", "advcl", "conj", "parataxis")
_VERBS = ("VERB", "AUX")
# Relative pronouns that may follow a preposition; "after that" is something else.
_AFTER_PREPOSITION = ("whom", "which", "who")
# After these the subject, not the object, is to do it: "Kim promised Putin to send it".
_SUBJECT_CONTROL = ("promise",)
# A subject is not inherited through more clauses than these.
_DEEPEST = 5
# Prepositions that are conjunctions too.
_OPENING_CLAUSE = ("after", "before", "as", "since", "until")
# What a parser takes a name for that is the subject of the verb after it.
_MISREAD = ("obj", "obl", "nmod", "nmod:unmarked", "iobj", "conj", "compound")
_MEASURES = ("hour", "minute", "day", "round", "series", "set", "couple", "lot")
_GERUNDS = ("advcl", "acl", "xcomp", "ccomp")
# What makes a noun definite.
_DEFINITE = frozenset(("the", "both", "his", "her", "its", "their", "two"))


def is_verb(token: Token) -> bool:
    """Whether the token heads a clause: by its part of speech, or as a form in -ing with a clause's dependents."""
    if token.pos_ in _VERBS:
        return True
    is_predicate = bool(children(token, "cop", "det"))  # "was at the meeting"
    return token.lower_.endswith("ing") and not is_predicate and (token.dep_ in _GERUNDS or bool(children(token, "nsubj", "obj")))


def first_conjunct(noun: Token) -> Token:
    """What the noun is coordinated with; the phrase before it where the parser hung it on the verb."""
    if not is_verb(noun.head):
        return noun.head
    before = [c for c in noun.head.children if c.i < noun.i and c.dep_ in ("obl", "obj", "nmod") and c.pos_ == "NOUN"]
    return before[-1] if before else noun


def coordinated_with(verb: Token) -> Token:
    """The verb that `verb` is coordinated with: a finite verb goes with a finite one, whatever the parser hung it on."""
    if not is_finite(verb) or is_finite(verb.head):
        return verb.head
    return next((t for t in path_up(verb) if is_finite(t)), verb.head)


def is_finite(token: Token) -> bool:
    """Whether the verb, or its first auxiliary, is finite."""
    first = next((c for c in token.children if c.dep_ in ("aux", "aux:pass", "cop")), token)
    return is_verb(token) and first.tag_ in ("VBD", "VBZ", "VBP", "MD")


def children(token: Token, *labels: str) -> list[Token]:
    """The dependents of `token` with one of these labels, in order."""
    below = _dependents(token.doc)[token.i]
    return [child for child, label in below if label in labels] if below else []


@lru_cache(maxsize=8)
def _dependents(doc: Doc) -> list[list[tuple[Token, str]]]:
    """The dependents of each token with their labels. They are asked for so often that spaCy's own walk takes long."""
    found: list[list[tuple[Token, str]]] = [[] for _ in range(len(doc))]
    for token in doc:
        above = token.head.i
        if above != token.i:
            found[above].append((token, token.dep_))
    return found


def conjuncts(token: Token) -> list[Token]:
    """The token and what is coordinated below it, in order. A plural with a list in apposition is that list: "the two, A and B"."""
    found = _listed(token) or [token]
    for child in token.children:
        if child.dep_ == "conj" and not (is_verb(child) and not is_verb(token)) and not _is_excluded(child):
            found += conjuncts(child)
    return found


def _listed(noun: Token) -> list[Token]:
    names = [t for beside in children(noun, "appos") for t in beside.subtree if t.pos_ == "PROPN" and t.dep_ in ("appos", "conj")]
    return names if noun.tag_ == "NNS" and len(names) > 1 else []


def _is_excluded(conjunct: Token) -> bool:
    """ "A, not B": coordinated, but not meant."""
    return conjunct.dep_ == "conj" and conjunct.i > 0 and conjunct.doc[conjunct.i - 1].lower_ == "not"


def preposition(token: Token) -> str:
    """The preposition of a phrase in lower case; "" where there is none.

    "together with" counts as "with", "ahead of" as "ahead", "according to" as "according".
    """
    marks = [part.lower_ for mark in children(token, "case", "mark") if mark.tag_ != "POS" for part in (mark, *children(mark, "fixed"))]
    if not marks:
        return ""
    return next((mark for mark in marks if mark in ("ahead", "according")), marks[-1])


def is_definite(token: Token) -> bool:
    """Whether an article or a possessive says that the noun was told of before."""
    return any(c.lower_ in _DEFINITE for c in children(token, "det", "nmod:poss"))


def is_passive(verb: Token) -> bool:
    """Whether the verb is a passive, or a bare participle that describes a noun."""
    if children(verb, "nsubj:pass", "aux:pass"):
        return True
    participle = verb.tag_ == "VBN" or _is_misread_participle(verb)
    return verb.dep_ == "acl" and participle and not children(verb, *_SUBJECT)


def _is_misread_participle(verb: Token) -> bool:
    """A participle that a tagger took for a past tense: "containers shipped from X carried shells".

    Below the head of the sentence it may be the past tense after all, see `_misread_head`.
    """
    return verb.tag_ == "VBD" and verb.head.dep_ != "ROOT" and not children(verb, "obj")


def relative(token: Token, verb: Token) -> Token:
    """The noun that a relative pronoun stands for; the token itself where it is none. In "A, not B, who …" it is A."""
    if token.tag_ in ("WP", "WDT") or token.lower_ in ("who", "which", "that", "whom"):
        before = next((t for t in reversed(token.doc[: token.i]) if t.pos_ != "PUNCT"), None)
        if before is not None and before.pos_ == "PROPN":
            return before.head if _is_excluded(before) else before
        clause: Token | None = verb
        while clause is not None and clause.dep_ not in ("acl:relcl", "advcl:relcl", "acl"):
            clause = clause.head if clause.head != clause else None
        if clause is None and before is not None and before.pos_ == "NOUN" and token.tag_ == "WDT":
            return before  # "the treaty, which A signed, …", hung elsewhere by the parser
        return clause.head if clause is not None else token
    return token


def subjects(verb: Token, *, depth: int = 0) -> list[Token]:
    """Who does it: own subject, by-agent of a passive, or the one inherited from the governing clause."""
    if depth > _DEEPEST:
        return []
    if is_passive(verb):
        return [c for t in _agents(verb) for c in conjuncts(t)]
    own = [relative(t, verb) for t in children(verb, *_SUBJECT)] or _misread_subject(verb) or _misread_head(verb) or _name_before(verb)
    if own:
        return [c for t in own for c in conjuncts(t)]
    return _inherited(verb, depth)


def _agents(verb: Token) -> list[Token]:
    """The by-phrases of a passive, also those that a parser hung on a name before them: "received in Moscow by Putin"."""
    own = children(verb, *_OBLIQUE)
    below = [inner for t in own if t.pos_ == "PROPN" for inner in children(t, "nmod", "obl:agent")]
    return [t for t in (*own, *below) if preposition(t) == "by"]


def _misread_subject(verb: Token) -> list[Token]:
    """A name before a finite verb that a parser took for the first part of a compound: "President X tours Haiti"."""
    return [t for t in children(verb, "compound", "nmod:desc") if t.pos_ == "PROPN" and t.i < verb.i and is_finite(verb)]


def _misread_head(verb: Token) -> list[Token]:
    """A noun that a parser took for the head of the sentence, with its finite verb below it: "the ministers met in Moscow"."""
    return [verb.head] if verb.dep_ == "acl" and verb.tag_ == "VBD" and verb.head.dep_ == "ROOT" and verb.head.i < verb.i else []


def _name_before(verb: Token) -> list[Token]:
    """The name right before a finite verb that has no subject: "after Kim received him" and "admits Kim visited it", misread as phrases."""
    if not is_finite(verb) or verb.dep_ in ("conj", "acl:relcl"):
        return []
    first = min((c.i for c in children(verb, "aux", "aux:pass", "advmod") if c.i < verb.i), default=verb.i)
    before = verb.doc[first - 1] if first else verb
    while preposition(before) == "of" and before.pos_ == "PROPN" and before.left_edge.i > 0:
        before = verb.doc[before.left_edge.i - 1]
    before = _first_listed(before)
    misread = preposition(before) in ("", *_OPENING_CLAUSE) and before.dep_ in _MISREAD
    return [before] if before.pos_ == "PROPN" and before != verb and misread else []


def _first_listed(name: Token) -> Token:
    """Of names that "and" joins behind a comma the first: "on Friday, A and B reported"; the name itself where no comma sets them off."""
    first = name
    while first.dep_ == "conj" and first.head.pos_ == "PROPN":
        first = first.head
    return first if any(t.text == "," for t in first.doc[max(0, first.left_edge.i - 1) : first.i]) else name


def _inherited(verb: Token, depth: int) -> list[Token]:
    head = coordinated_with(verb) if verb.dep_ == "conj" else verb.head
    if head == verb:
        return []
    if verb.dep_ == "acl" and not is_verb(head):
        return _described(verb, head, depth)
    if verb.dep_ == "acl:relcl":
        return [] if children(verb, "obj") and children(verb, *_SUBJECT) else conjuncts(head)
    if verb.dep_ in _INHERITING and is_verb(head):
        return _governing(verb, head, depth)
    return _spread(head, *_SUBJECT) if verb.dep_ in _INHERITING and verb.dep_ != "parataxis" else []


def _described(verb: Token, noun: Token, depth: int) -> list[Token]:
    """Who does what a clause says of a noun: "a man carrying it", "the first leader to visit", "his plan to visit"."""
    if verb.tag_ == "VBG" and not children(verb, "mark"):
        return conjuncts(noun)
    return _predicated(noun, depth) if is_ranked(noun) else _holder_of(noun, depth)


def _governing(verb: Token, head: Token, depth: int) -> list[Token]:
    """The subject that a clause shares with the verb above it; of "asked him to go" the object, of a passive its patient.

    A finite verb below a participle is the main verb after all: "a delegation led by him left".
    """
    if head.dep_ == "acl" and not is_finite(head) and is_finite(verb):
        return conjuncts(head.head)
    by_object = (verb.dep_ == "xcomp" and head.lemma_.lower() not in _SUBJECT_CONTROL) or _is_charged(verb)
    controlled = _spread(head, "obj", "iobj") if by_object else []
    patients = objects(head, depth=depth + 1) if is_passive(head) else []
    return controlled or patients or subjects(head, depth=depth + 1)


def _is_charged(gerund: Token) -> bool:
    """ "accused them of sending it", "kept them from sending it": what the object, not the subject, does."""
    return gerund.tag_ == "VBG" and any(c.lower_ in ("of", "from") for c in children(gerund, "mark", "case"))


def _spread(token: Token, *labels: str) -> list[Token]:
    """The dependents with one of these labels and what is coordinated with each."""
    return [c for t in children(token, *labels) for c in conjuncts(t)]


def is_ranked(noun: Token) -> bool:
    """Whether an infinitive after the noun tells what was done: "the first leader to visit"."""
    return any(c.tag_ in ("JJS",) or "NumType=Ord" in str(c.morph) or c.lower_ in ("only", "last", "first") for c in children(noun, "amod"))


def _predicated(noun: Token, depth: int) -> list[Token]:
    """Of whom the noun is said: the subject of "becomes the first leader to …", else the noun itself."""
    if children(noun, *_SUBJECT):
        return subjects(noun, depth=depth + 1)
    if noun.dep_ in ("xcomp", "obj", "obl") and is_verb(noun.head):
        return subjects(noun.head, depth=depth + 1)
    return conjuncts(noun)


def _holder_of(noun: Token, depth: int) -> list[Token]:
    """The subject of the clause whose noun an infinitive describes: "Kim's plan to visit", "made a trip to meet"."""
    verb = governor(noun)
    return _spread(noun, "nmod:poss") or (subjects(verb, depth=depth + 1) if verb is not None else [])


def objects(verb: Token, *, depth: int = 0) -> list[Token]:
    """Whom or what it is done to, also as the subject of a passive or the noun that a participle describes."""
    if depth > _DEEPEST:
        return []
    if is_passive(verb):
        found = [relative(t, verb) for t in children(verb, *_PASSIVE)]
        if not found and verb.dep_ == "acl":
            found = [_whole(verb)]
        if not found and verb.dep_ in ("conj", "xcomp") and is_verb(verb.head):
            return _governing(verb, verb.head, depth)
    else:
        found = [relative(t, verb) for t in children(verb, "obj") or children(verb, "iobj")] or _gap(verb)
    return [c for t in found for c in conjuncts(t)]


def _whole(participle: Token) -> Token:
    """The noun that a participle describes; after a comma the whole coordination: "A and B, sent by C, …"."""
    noun = participle.head
    aside = any(t.lower_ == "," and t.i < participle.i for t in children(participle, "punct"))
    return noun.head if aside and noun.dep_ == "conj" and not is_verb(noun.head) else noun


def _gap(verb: Token) -> list[Token]:
    """The noun before a relative clause that has no object of its own: "the envoy Kim sent", "the man he chose to meet"."""
    clause = verb
    while clause.dep_ == "xcomp" and not children(clause.head, "obj"):
        clause = clause.head
    if clause.dep_ != "acl:relcl" or not children(clause, *_SUBJECT):
        return []
    pronouns = children(clause, *_SUBJECT, *_OBLIQUE)
    return [] if any(relative(t, clause) != t for t in pronouns) else [clause.head]


def governor(noun: Token) -> Token | None:
    """The verb in whose clause the noun stands, by whatever chain of nouns; None at the root."""
    token = noun
    while token.head != token:
        token = token.head
        if is_verb(token) and token.pos_ == "VERB":
            return token
    return None


def argument_of(noun: Token) -> tuple[Token, str] | None:
    """The verb that the noun is a direct argument of and how: "obj", "nsubj" or its preposition."""
    token = noun
    while (token.dep_ == "conj" and not is_verb(token.head)) or _is_measured(token) or _is_before_date(token):
        token = token.head
    head = token.head
    if head.lower_ == "ahead" and is_verb(head.head):
        return head.head, "ahead"
    if head == token or not is_verb(head):
        return None
    if token.dep_ in ("obj", "nsubj:pass", "nsubj"):
        return head, "nsubj" if token.dep_ == "nsubj" else "obj"
    if token.dep_ in ("xcomp", "ccomp"):
        return head, "obj"
    return (head, preposition(token)) if token.dep_ in _OBLIQUE else None


def _is_measured(noun: Token) -> bool:
    """ "two hours of talks", "a round of talks": the noun is what the measure is of."""
    return noun.dep_ == "nmod" and preposition(noun) == "of" and noun.head.lemma_.lower() in _MEASURES


def _is_before_date(noun: Token) -> bool:
    """ "over lunch last week": a noun that a parser took for part of the date after it."""
    return noun.dep_ == "compound" and noun.pos_ == "NOUN" and noun.head.pos_ == "PROPN" and noun.head.dep_ in ("obl", "obl:unmarked")


def phrases(token: Token) -> Iterator[tuple[str, Token]]:
    """(preposition, its noun) for every prepositional phrase of `token`; each of coordinated nouns counts."""
    for child in token.children:
        if child.dep_ in _OBLIQUE and not is_verb(child):
            name = preposition(child)
            if name:
                for part in conjuncts(relative(child, token) if child.lower_ in _AFTER_PREPOSITION else child):
                    yield name, part


def clause_phrases(token: Token) -> Iterator[tuple[str, Token]]:
    """The phrases of `token`, then of the participles and places that follow it."""
    yield from phrases(token)
    for child in token.children:
        if child.dep_ == "acl" and child.tag_ in ("VBN", "VBG"):
            yield from phrases(child)


def path_up(token: Token) -> list[Token]:
    """The heads above `token`, nearest first."""
    found = []
    while token.head != token:
        token = token.head
        found.append(token)
    return found


def between(token: Token, top: Token) -> list[Token]:
    """The tokens above `token` and below `top`."""
    up = path_up(token)
    return [] if token == top else up[: up.index(top)] if top in up else up
