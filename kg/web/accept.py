"""Which of several media types an Accept header likes best."""

import re
from collections.abc import Iterator, Sequence

# A media range, its parameters, and how much it is liked; a number that is malformed counts as 1.
RANGE = re.compile(r"\s*([\w!#$&^.+*-]+)/([\w!#$&^.+*-]+)\s*((?:;[^;]*)*)", re.ASCII)
QUALITY = re.compile(r";\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*(?:;|$)", re.ASCII | re.IGNORECASE)


def choose(accept: str, offers: Sequence[str]) -> str | None:
    """The offer that the header likes best, the earlier and more exactly named of two that it likes alike; None where it likes none.

    A header that is empty, or names nothing that is a media type, takes the first: `choose("text/*;q=0.5, */*;q=0.1", offers)`.
    """
    ranges = list(_read_ranges(accept))
    if not ranges:
        return offers[0]
    # The most exact range that fits an offer tells how much it is liked.
    liked = [max(((exact, q) for kind, exact, q in ranges if _fits(kind, offer)), default=(0, 0.0)) for offer in offers]
    best = max(range(len(offers)), key=lambda number: (liked[number][1], liked[number][0], -number))
    return offers[best] if liked[best][1] > 0 else None


def _read_ranges(accept: str) -> Iterator[tuple[str, int, float]]:
    """Each range with how exact it is, 0 for any type, and its quality."""
    for part in accept.split(","):
        found = RANGE.fullmatch(part)
        if found and not (found[1] == "*" and found[2] != "*"):
            quality = QUALITY.search(found[3])
            yield f"{found[1]}/{found[2]}".lower(), (found[1] != "*") + (found[2] != "*"), float(quality[1]) if quality else 1.0


def _fits(kind: str, offer: str) -> bool:
    name = offer.partition(";")[0].lower()
    return kind in ("*/*", name) or kind == f"{name.partition('/')[0]}/*"
