"""IRIs from content: the same content gives the same IRI on any machine, in any order.

Namespaces: `NK` for the vocabulary, `ENTITY` for things of the world; events, claims and articles beside it.
"""

import hashlib
import re
import unicodedata

BASE = "https://w3id.org/dprk-russia/"
NK = BASE + "ontology#"
ENTITY = BASE + "entity/"
ARTICLE = BASE + "article/"
CLAIM = BASE + "claim/"
EVENT = BASE + "event/"
EVENTS_GRAPH = BASE + "graph/events"
ENTITIES_GRAPH = BASE + "graph/entities"
HISTORY_GRAPH = BASE + "graph/history"
INDEX_GRAPH = BASE + "graph/index"
ONTOLOGY_GRAPH = BASE + "graph/ontology"


def digest(*parts: str) -> str:
    """Sixteen hexadecimal digits that depend on every part and on their boundaries."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def text_digest(text: str) -> str:
    """The SHA-256 of a text, as 64 hexadecimal digits; broken halves of characters count."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def slug(text: str) -> str:
    """ "Kim Kwang Hyok" -> "kim-kwang-hyok"; letters outside Latin are kept, so that the result is never empty by script."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", "-", plain).strip("-")


def local(iri: str) -> str:
    """The part after the last "#" or "/": ".../ontology#Meeting" -> "Meeting"."""
    return re.split(r"[#/]", iri)[-1]


def article_iri(article_id: str) -> str:
    """The IRI of an article, and of the named graph that holds what it says."""
    readable = slug(article_id)
    return ARTICLE + (readable if readable == article_id else f"{readable}-{digest(article_id)}".lstrip("-"))
