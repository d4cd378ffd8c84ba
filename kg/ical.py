"""Events -> iCalendar (RFC 5545): all-day events that calendar applications show, the same bytes every time.

What goes in are the lines of JSON of merged events (`kg.tables.event_json`). A calendar holds days only: an event of
which the month is known stands on the whole month and says so, and what has no date is left out and counted. Nothing
reads a clock: an event is stamped with the day on which the newest of its sources was published.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import BinaryIO
from urllib.parse import quote

from kg.dates import ONE_DAY, in_words
from kg.errors import KgError
from kg.tables import Json, find_items
from kg.text import remove_controls

PRODUCT = "-//kg//DPRK-Russia events//EN"
STATUSES = {"occurred": "CONFIRMED", "planned": "TENTATIVE", "alleged": "TENTATIVE", "denied": "CANCELLED"}
MISSING = 'a calendar needs the library icalendar: pip install "dprk-russia-kg[export]"'
UNPUBLISHED = "1970-01-01"
# What a URI may hold; all else is percent-encoded.
IN_URIS = ":/?#[]@!$&'()*+,;=%-._~"
WEB = ("http://", "https://")
# icalendar takes a backslash before N for a line break. This noncharacter, which no cleaned text holds, keeps them apart.
APART = "\uffff"
BREAKS = re.compile("\r\n|[\r\u0085\u2028\u2029]")


def write_calendar(events: Iterable[Json], stream: BinaryIO) -> int:
    """Write the dated ones of `events` as one calendar, one at a time; the number of undated ones, left out, is returned.

    KgError where icalendar is not installed; then nothing is written.
    """
    library = _find_library()
    calendar = library.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    end = b"END:VCALENDAR\r\n"
    stream.write(calendar.to_ical().removesuffix(end))
    undated = 0
    for event in events:
        if event["earliest"] is None:
            undated += 1
        else:
            stream.write(_event_lines(event, library))
    stream.write(end)
    return undated


def _find_library() -> ModuleType:
    try:
        import icalendar
    except ModuleNotFoundError as error:
        raise KgError(MISSING) from error
    return icalendar


def _event_lines(event: Json, library: ModuleType) -> bytes:
    """A dated event as folded lines, from BEGIN:VEVENT to END:VEVENT."""
    shown = library.Event()
    shown.add("uid", _on_one_line(event["event"]))
    shown.add("dtstamp", dt.datetime.combine(newest_publication(event), dt.time.min, dt.UTC))
    shown.add("dtstart", dt.date.fromisoformat(event["earliest"]))
    shown.add("dtend", dt.date.fromisoformat(event["latest"]) + ONE_DAY)
    shown.add("transp", "TRANSPARENT")
    shown.add("status", STATUSES[event["status"]])
    shown.add("summary", _on_one_line(summarise(event)))
    shown.add("description", _cleaned(describe(event)))
    shown.add("categories", [_on_one_line(event["type"])])
    if event["place"]:
        shown.add("location", _on_one_line(event["place"]["name"]))
    if address := find_address(event):
        shown.add("url", address)
    lines: bytes = shown.to_ical()
    return lines.replace(APART.encode(), b"")


# --- what a calendar says of an event -----------------------------------------------------------------


def summarise(event: Json) -> str:
    """The event in one line: "Planned: Meeting: Anna, Hong (some day in June 2024)"; the status where it is not occurred."""
    status = [] if event["status"] == "occurred" else [event["status"].capitalize()]
    people = ", ".join(_participants(event["participants"]))
    about = [name for _, name in find_items(event)]
    text = ": ".join(part for part in (*status, event["type"], people, *about) if part)
    days = name_days(event["date"])
    return f"{text} ({days})" if days else text


def describe(event: Json) -> str:
    """Who says so: those to whom it is attributed, then each source with its date, address and words."""
    speakers = "; ".join(speaker["name"] + (f" (via {speaker['via']})" if speaker["via"] else "") for speaker in event["attributed_to"])
    blocks = ["\n".join(_source_lines(source, event["evidence"])) for source in event["sources"]]
    return "\n\n".join(([f"According to: {speakers}"] if speakers else []) + blocks)


def _source_lines(source: Json, evidence: Iterable[Json]) -> Iterator[str]:
    yield ", ".join(filter(None, (source["publisher"] or source["doc"], source["published"] or "undated", source["url"])))
    yield from (f"“{piece['quote']}”" for piece in evidence if piece["doc"] == source["doc"])


def _participants(participants: list[Json]) -> Iterator[str]:
    """Their names, with their roles where these differ."""
    differ = len({participant["role"] for participant in participants}) > 1
    for participant in participants:
        yield f"{participant['name']} ({participant['role']})" if differ else participant["name"]


def name_days(date: str) -> str:
    """How an EDTF date is told where it is more than a day: "2024-06" gives "some day in June 2024", a day gives ""."""
    first, slash, last = date.partition("/")
    if slash:
        return f"some day or days from {' '.join(in_words(first))} to {' '.join(in_words(last))}"
    return "" if date.count("-") > 1 else f"some day in {' '.join(in_words(date))}"


def newest_publication(event: Json) -> dt.date:
    """The day on which the newest source of the event was published; 1 January 1970 where no source is dated."""
    days = [source["published"] for source in event["sources"] if source["published"]]
    return dt.date.fromisoformat(max(days, default=UNPUBLISHED))


def find_address(event: Json) -> str | None:
    """The first address of a source on the web, with all that a URI cannot hold percent-encoded."""
    addresses = ("".join(remove_controls(source["url"]).split()) for source in event["sources"] if source["url"])
    return next((quote(address, safe=IN_URIS) for address in addresses if address.lower().startswith(WEB)), None)


# --- text ---------------------------------------------------------------------------------------------


def _cleaned(text: str) -> str:
    """The text as a calendar can hold it, its line breaks as one character each."""
    return remove_controls(BREAKS.sub("\n", text)).replace("\\N", f"\\{APART}N")


def _on_one_line(text: str) -> str:
    return _cleaned(" ".join(remove_controls(text).split()))
