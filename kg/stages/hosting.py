"""Who receives a visitor, where the sentence says so apart from the visit: "hosted by A", "with A as his host", "at A's invitation"."""

from collections.abc import Iterator

from spacy.tokens import Token

from kg.stages.discourse import Scene
from kg.stages.syntax import children, is_passive, phrases, preposition


def find_host(trigger: Token, scene: Scene) -> tuple[Token, str] | None:
    """The first person or state that the words after the trigger name as the host, and its word."""
    hosts = (token for token in trigger.doc[trigger.i + 1 :] for token in _hosts(token, scene))
    return next(((token, host) for token in hosts if (host := _actor(token, scene))), None)


def _actor(token: Token, scene: Scene) -> str | None:
    link = scene.parsed.links.get(token.i)
    return link.entity if link is not None and link.mention.kind in ("person", "office", "state") else None


def _hosts(token: Token, scene: Scene) -> Iterator[Token]:
    """The words for the host that this one tells of: a verb, "host", "guest" or "invitation"."""
    if scene.is_in_class(token, "Hosting") and is_passive(token):
        yield from (agent for agent in token.children if preposition(agent) == "by")
    if preposition(token) == "as" and scene.is_in_class(token, "Hosting"):
        yield from (other for other in token.head.children if preposition(other) == "with" and other.i < token.i)
        yield from [token.head] if preposition(token.head) == "with" else []
    if (preposition(token) == "as" and scene.is_in_class(token, "Guest")) or (
        preposition(token) == "at" and scene.is_in_class(token, "Inviting")
    ):
        yield from (inner for name, inner in phrases(token) if name == "of")
        yield from children(token, "nmod:poss")
