"""Delegations -> who leads them: "a delegation led by X", "X's delegation", "the delegation" told of before."""

import re
from collections.abc import Sequence

from spacy.tokens import Token

from kg.records import Link
from kg.stages.discourse import Discourse, Scene
from kg.stages.syntax import children, conjuncts, is_definite, preposition
from kg.text import words

# How many characters before its last name the words "led by" may stand.
_REACH = 200
_LED = re.compile(r"\b(?:led|headed)\s+by\s+$")
# Words of a delegation's name between its noun and "led by".
_NOUN_PHRASE = 12


def find_head(token: Token, scene: Scene, exclude: Sequence[str]) -> list[str]:
    """ "a delegation led by X", "X's delegation": X."""
    leading = scene.discourse.lexicon.words("Leading")
    for verb in token.subtree:
        if verb.lemma_.lower() in leading or verb.lower_ in leading:
            agents = [c for t in verb.children if preposition(t) in ("by", "under") for c in conjuncts(t)]
            found = [e for t in agents if (e := scene.person_of(t))]
            if found:
                return [e for e in found[:1] if e not in exclude]
    owners = [e for t in children(token, "nmod:poss") if (e := scene.person_of(t))]
    heads = owners or (_last_head(scene.parsed.starts[token.i], scene.discourse) if is_definite(token) else [])
    return [e for e in heads if e not in exclude]


def is_delegation(token: Token, scene: Scene) -> bool:
    """Whether the noun is a delegation, or somebody is said to lead whom it names."""
    return scene.is_in_class(token, "Delegation") or _is_led(token, scene)


def _is_led(token: Token, scene: Scene) -> bool:
    """ "The band of the army led by X", "a flotilla headed by X": a common noun whose head follows it."""
    leading = scene.discourse.lexicon.words("Leading")
    nouns = [token, *children(token, "nmod")] if token.pos_ == "NOUN" else []
    return any(c.lower_ in leading and c.tag_ == "VBN" for noun in nouns for c in children(noun, "acl"))


def find_group(token: Token, scene: Scene, exclude: Sequence[str]) -> list[str]:
    """ "It was greeted by B": who came with the delegation that the sentence before tells of."""
    before = scene.discourse.sentences_before(scene.parsed.sentence.start, 1)
    keys = {w.key for s in before for w in words(scene.discourse.text[s.start : s.end])}
    told = keys & scene.discourse.lexicon.words("Delegation")
    return [e for e in scene.told if e not in exclude] if told and token.dep_ != "expl" else []


def _leads(link: Link, discourse: Discourse) -> bool:
    """Whether the words right before the name say that a delegation is led by it."""
    before = discourse.text[max(0, link.mention.start - _REACH) : link.mention.start]
    led = _LED.search(before)
    return led is not None and any(w.key in discourse.lexicon.words("Delegation") for w in words(before[: led.start()])[-_NOUN_PHRASE:])


def _last_head(offset: int, discourse: Discourse) -> list[str]:
    """Who was last said to lead a delegation, before "the delegation"; the only one where he is named after it."""
    heads = [
        (x.mention.start, x.entity) for x in discourse.links
        if x.entity and discourse.is_person(x.entity) and _leads(x, discourse)
    ]  # fmt: skip
    before = [e for start, e in heads if start < offset]
    return before[-1:] or ([heads[0][1]] if len({e for _, e in heads}) == 1 else [])
