"""Who receives a visitor, where the sentence says so apart from the visit: "hosted by A", "with A as his host", "at A's invitation"."""

from collections.abc import Collection, Iterator

from spacy.tokens import Token

from kg.stages.discourse import Scene
from kg.stages.syntax import children, governor, is_passive, phrases, preposition

# How a verb that says who hosted the visit hangs on it.
_DESCRIBING = ("acl", "acl:relcl", "conj")


def find_host(trigger: Token, scene: Scene) -> tuple[Token, str] | None:
    """The first person or state whom the trigger's own clause names as the host, and its word."""
    clause = (trigger, governor(trigger), None)
    hosts = (host for token in trigger.doc[trigger.i + 1 :] for host in _hosts(token, clause, scene))
    return next(((token, host) for token in hosts if (host := _actor(token, scene))), None)


def _actor(token: Token, scene: Scene) -> str | None:
    link = scene.parsed.links.get(token.i)
    return link.entity if link is not None and link.mention.kind in ("person", "office", "state") else None


def _hosts(token: Token, clause: Collection[Token | None], scene: Scene) -> Iterator[Token]:
    """The words for the host that this one tells of: a verb without a guest of its own; "host", "guest" or "invitation" in the clause."""
    guests = children(token, "nsubj", "nsubj:pass")
    describes = token.dep_ in _DESCRIBING and all(guest.pos_ == "PRON" for guest in guests)
    if scene.is_in_class(token, "Hosting") and is_passive(token) and describes:
        yield from (agent for agent in token.children if preposition(agent) == "by")
    if governor(token) not in clause:
        return
    if preposition(token) == "as" and scene.is_in_class(token, "Hosting"):
        yield from (other for other in token.head.children if preposition(other) == "with" and other.i < token.i)
        yield from [token.head] if preposition(token.head) == "with" else []
    if (preposition(token) == "as" and scene.is_in_class(token, "Guest")) or (
        preposition(token) == "at" and scene.is_in_class(token, "Inviting")
    ):
        yield from (inner for name, inner in phrases(token) if name == "of")
        yield from children(token, "nmod:poss")
