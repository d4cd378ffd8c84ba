"""What an event is about: the agreement signed, the goods transferred, the office given."""

from collections.abc import Mapping, Sequence
from itertools import dropwhile

from spacy.tokens import Token

from kg.dates import count_days
from kg.language import ParsedSentence
from kg.records import Item
from kg.stages.discourse import Scene
from kg.stages.syntax import between, children, preposition
from kg.stages.triggers import Trigger

# Phrases after the goods or the agreement that do not describe them.
_NOT_ITEM = ("to", "from", "by", "with", "during", "at", "between", "after", "before")
# Before what a thing is for or about.
_MONTH = 31
_TOPIC = ("for", "on", "about")
_THINGS = ("agreement", "weapon")
_NO_ITEM = ("person", "state", "place", "organisation", "office", "demonym")
_NO_QUOTES = str.maketrans("", "", '“”"')
# What may open a noun phrase and adds nothing to it: preposition, article, comma, "and".
_OPENING = ("case", "det", "punct", "cc")


def find_item(trigger: Trigger, slots: Mapping[str, list[Token]], parsed: ParsedSentence) -> Item | None:
    """The agreement or goods: the noun phrase in the slot that the frame gives to the type's item role."""
    role = trigger.type.item
    wanted = [f.slot for f in trigger.frame.fills if f.role == role] if role else []
    for token in (t for slot in wanted for t in _things(slot, slots.get(slot, ()))):
        link = parsed.links.get(token.i)
        kind = link.mention.kind if link else ""
        if role and (kind not in _NO_ITEM or kind == role):
            return Item(role=role, text=_phrase(token, parsed), entity=_thing(token, parsed))
    return None


def _things(slot: str, tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens that may head an item: before a noun only nouns, the nearest to it first."""
    return [t for t in reversed(tokens) if t.pos_ == "NOUN"] if slot == "compound" else tokens


def find_parties(item: Item | None, scene: Scene) -> list[str]:
    """Between whom the agreement is that the event is about, where the ontology knows it."""
    agreement = scene.discourse.lexicon.ontology.agreements.get(item.entity) if item and item.entity else None
    return sorted(agreement.parties) if agreement else []


def _thing(noun: Token, parsed: ParsedSentence) -> str | None:
    """The agreement that the noun names, or the weapon in its phrase: "KN-23 missiles"."""
    within = (parsed.links[t.i] for t in (noun, *children(noun, "compound", "nmod", "nmod:desc", "amod")) if t.i in parsed.links)
    return next((link.entity for link in within if link.entity and link.mention.kind in _THINGS), None)


def _phrase(noun: Token, parsed: ParsedSentence) -> str:
    """The text of a noun phrase up to its first clause, articles and dates left out."""
    outer = {t for c in noun.subtree if c != noun and (preposition(c) in _NOT_ITEM or c.i in parsed.dates) for t in c.subtree}
    within = [t for t in noun.subtree if t not in outer and not _is_in_clause(t, noun)]
    inside = list(dropwhile(lambda t: t.dep_ in _OPENING, [*within, *_topic(within, parsed)]))
    if not inside:
        return noun.text
    return _without_torn_quotes(parsed.text(parsed.starts[inside[0].i], parsed.ends[max(t.i for t in inside)]))


def _topic(phrase: Sequence[Token], parsed: ParsedSentence) -> list[Token]:
    """What right after the phrase says what the thing is for or about, though the parser hung it on the verb: "signed a plan for …"."""
    last = max((t.i for t in phrase), default=-1)
    after = list(phrase[0].doc[last + 1 : last + 2]) if phrase else []
    topics = (t.head for t in after if t.lower_ in _TOPIC and t.dep_ == "case" and t.head.dep_ == "obl" and _is_topic(t.head, parsed))
    return [t for topic in topics for t in topic.subtree]


def _is_topic(token: Token, parsed: ParsedSentence) -> bool:
    """Whether the phrase is no day and no clause: "on Monday" tells when, "for 2025" for what."""
    date = parsed.dates.get(token.i)
    return date is None or (preposition(token) == "for" and count_days(date.interval) > _MONTH)


def _without_torn_quotes(text: str) -> str:
    """The text without its quotation marks where one of a pair was cut off."""
    torn = text.count("“") != text.count("”") or text.count('"') % 2
    return text.translate(_NO_QUOTES).strip() if torn else text


def _is_in_clause(token: Token, noun: Token) -> bool:
    return any(t.dep_ in ("acl", "acl:relcl", "appos", "advcl") for t in (token, *between(token, noun)))
