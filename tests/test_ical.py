"""iCalendar: what goes in comes back through icalendar, days that are not known are said to be so, the same bytes every time."""

import datetime as dt
import io
import sys
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from invented import CLEANED, EVENTS, HOSTILE, KNOWN

from kg.errors import KgError
from kg.ical import name_days, summarise, write_calendar
from kg.tables import event_json
from kg.text import NOT_IN_XML

DAY, MONTH, UNDATED, POST, *_, ALONE = EVENTS
LINE = event_json(DAY, KNOWN)
SAID = "https://example.org/1\n“they\nmet”\n\ntwo, undated\n“=a1”\n“z”"


def written(*events):
    stream = io.BytesIO()
    write_calendar(events, stream)
    return stream.getvalue()


def parsed(*events):
    calendar = Calendar.from_ical(written(*events))
    assert [component.name for component in calendar.walk()] == ["VCALENDAR", *["VEVENT"] * len(events)]
    assert [component.errors for component in calendar.walk()] == [[]] * (1 + len(events))
    return calendar.subcomponents


def quoted(text):
    """The line with this text as its one quote."""
    return LINE | {"evidence": [{"doc": "one", "start": 0, "end": 1, "quote": text}]}


def test_every_field_comes_back():
    calendar = Calendar.from_ical(written(LINE))
    assert (calendar["PRODID"], calendar["VERSION"]) == ("-//kg//DPRK-Russia events//EN", "2.0")
    (event,) = calendar.subcomponents
    assert {name: event.decoded(name) for name in ("DTSTART", "DTEND", "DTSTAMP", "URL")} == {
        "DTSTART": dt.date(2023, 9, 13),
        "DTEND": dt.date(2023, 9, 14),
        "DTSTAMP": dt.datetime(2023, 9, 14, tzinfo=dt.UTC),
        "URL": "https://example.org/1",
    }
    texts = ("UID", "SUMMARY", "LOCATION", "STATUS", "TRANSP", "DESCRIPTION")
    assert {name: str(event[name]) for name in texts} == {
        "UID": DAY.iri,
        "SUMMARY": "Chat: 홍길동, Анна «Белка» Ёлкина",
        "LOCATION": "Old Harbour",
        "STATUS": "CONFIRMED",
        "TRANSP": "TRANSPARENT",
        "DESCRIPTION": f"According to: The Gazette\n\nThe Gazette, 2023-09-14, {SAID}",
    }
    assert event.categories == ["Chat"]
    assert set(event) == {*texts, "DTSTART", "DTEND", "DTSTAMP", "URL", "CATEGORIES"}


def test_undated_events_are_left_out_and_counted():
    stream = io.BytesIO()
    undated = event_json(UNDATED, KNOWN)
    assert write_calendar([undated, LINE, undated], stream) == 2
    assert [event["UID"] for event in Calendar.from_ical(stream.getvalue()).subcomponents] == [DAY.iri]


def test_what_is_not_known_is_not_there():
    (event,) = parsed(event_json(ALONE, KNOWN) | {"sources": [{**LINE["sources"][1], "url": "ftp://example.org/1"}]})
    assert not {"LOCATION", "URL"} & set(event)
    assert event.decoded("DTSTAMP") == dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("date", "first", "last", "told"),
    [
        ("2024-02-29", "2024-02-29", "2024-02-29", ""),
        ("2024-06", "2024-06-01", "2024-06-30", "some day in June 2024"),
        ("2024", "2024-01-01", "2024-12-31", "some day in 2024"),
        ("2023-10-18/2023-11-02", "2023-10-18", "2023-11-02", "some day or days from 18 October 2023 to 2 November 2023"),
        ("2023-10/2023-12", "2023-10-01", "2023-12-31", "some day or days from October 2023 to December 2023"),
        ("9998-12", "9998-12-01", "9998-12-31", "some day in December 9998"),
    ],
)
def test_an_event_stands_on_all_days_that_it_may_be_on(date, first, last, told):
    (event,) = parsed(LINE | {"date": date, "earliest": first, "latest": last})
    assert event.decoded("DTSTART").isoformat() == first
    assert event.decoded("DTEND") - dt.timedelta(days=1) == dt.date.fromisoformat(last)
    assert event["DTSTART"].params["VALUE"] == event["DTEND"].params["VALUE"] == "DATE"
    assert event["SUMMARY"] == "Chat: 홍길동, Анна «Белка» Ёлкина" + (f" ({told})" if told else "")
    assert name_days(date) == told
    assert event["TRANSP"] == "TRANSPARENT"


@pytest.mark.parametrize(
    ("status", "code", "beginning"),
    [
        ("occurred", "CONFIRMED", "Chat: "),
        ("planned", "TENTATIVE", "Planned: Chat: "),
        ("alleged", "TENTATIVE", "Alleged: Chat: "),
        ("denied", "CANCELLED", "Denied: Chat: "),
    ],
)
def test_a_status_is_a_code_and_a_word(status, code, beginning):
    (event,) = parsed(LINE | {"status": status})
    assert event["STATUS"] == code and event["SUMMARY"].startswith(beginning)


def test_roles_are_told_where_they_differ_and_so_is_the_item():
    assert (
        summarise(event_json(POST, KNOWN))
        == "Letter: 홍길동 (sender), Анна «Белка» Ёлкина (recipient): two ducks (some day or days from 31 January 2024 to 2 February 2024)"
    )
    assert summarise(event_json(ALONE, KNOWN)) == "Solo: דן \u200fכהן: Pact of the Two Ducks"
    assert summarise(LINE | {"participants": []}) == "Chat"


def test_who_passes_it_on_is_named():
    (event,) = parsed(LINE | {"attributed_to": [{"id": None, "name": "two villagers", "class": "Anonymous", "via": "The Gazette"}]})
    assert event["DESCRIPTION"].startswith("According to: two villagers (via The Gazette)\n\n")
    assert parsed(LINE | {"attributed_to": []})[0]["DESCRIPTION"].startswith("The Gazette, ")


def test_the_stamp_is_the_newest_publication():
    sources = [LINE["sources"][0] | {"published": day} for day in ("2023-09-14", "2024-10-12", None, "2023-12-31")]
    assert parsed(LINE | {"sources": sources})[0].decoded("DTSTAMP") == dt.datetime(2024, 10, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        ([None, "ftp://x.example/", "HTTP://x.example/2", "https://x.example/3"], "HTTP://x.example/2"),
        (["https://x.example/a;b,c?d=%20&e=1#f"], "https://x.example/a;b,c?d=%20&e=1#f"),
        (['https://x.example/ёж "\\\x00\ud800\r\nEND:VEVENT'], "https://x.example/%D1%91%D0%B6%22%5CEND:VEVENT"),
        (["javascript:alert(1)"], None),
    ],
)
def test_the_address_is_the_first_on_the_web_and_one_word(addresses, expected):
    (event,) = parsed(LINE | {"sources": [LINE["sources"][0] | {"url": address} for address in addresses], "evidence": []})
    assert event.get("URL") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a;b,c:d\\e\"f'g", "a;b,c:d\\e\"f'g"),
        ("x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:1", "x\nEND:VEVENT\nBEGIN:VEVENT\nUID:1"),
        ("a\rb\u2028c\x85d", "a\nb\nc\nd"),
        ("\\n \\N \\\\N \\, \\; \\", "\\n \\N \\\\N \\, \\; \\"),
        ("tab\there\x00\x07\x1b\x7f\ufffe\uffff\udfff", "tab\there"),
        ("홍" * 100_000, "홍" * 100_000),
    ],
)
def test_hostile_text_stays_text(text, expected):
    (event,) = parsed(quoted(text))
    assert event["DESCRIPTION"].endswith(f"\n“{expected}”\n\ntwo, undated")


def test_hostile_names_stay_on_one_line():
    place, names = {"id": "x", "name": HOSTILE + "\r\nTRANSP:OPAQUE"}, [{"id": "x", "name": HOSTILE, "role": "guest"}]
    (event,) = parsed(LINE | {"place": place, "participants": names, "type": "A\nB,C", "event": "urn:x\nSTATUS:CANCELLED"})
    assert event["LOCATION"] == f"{CLEANED} TRANSP:OPAQUE" and event["SUMMARY"] == f"A B,C: {CLEANED}"
    assert (event["TRANSP"], event["STATUS"], event["UID"]) == ("TRANSPARENT", "CONFIRMED", "urn:x STATUS:CANCELLED")
    assert event.categories == ["A B,C"]


@given(st.text(alphabet=st.characters(codec=None) | st.sampled_from('\\nN;,:"\r\n')))
def test_any_text_comes_back_in_lines_of_75_octets(text):
    content = written(quoted(text))
    lines = content.split(b"\r\n")
    assert lines.pop() == b"" and all(0 < len(line) <= 75 and not set(line) & {*range(9), *range(10, 32), 127} for line in lines)
    assert all(line.decode() for line in lines), "no character is cut in two"
    expected = NOT_IN_XML.sub("", text.replace("\r\n", "\n").translate(dict.fromkeys(map(ord, "\r\x85\u2028\u2029"), "\n")))
    (event,) = parsed(quoted(text))
    assert (
        event["DESCRIPTION"] == f"According to: The Gazette\n\nThe Gazette, 2023-09-14, https://example.org/1\n“{expected}”\n\ntwo, undated"
    )


def test_the_same_events_are_the_same_bytes():
    events = [event_json(event, KNOWN) for event in (DAY, POST, ALONE)]
    assert written(*events) == written(*events)
    assert written(*events) != written(*reversed(events)), "in the order in which they came"


def test_events_go_through_one_by_one():
    class Counter(io.RawIOBase):
        size = events = 0

        def write(self, content):
            self.size += len(content)
            self.events += content.count(b"BEGIN:VEVENT")
            return len(content)

    out = Counter()
    behind = []

    def lines():
        for number in range(10_000):
            behind.append(number - out.events)
            yield LINE | {"event": f"urn:{number}"}

    write_calendar([LINE], io.BytesIO())
    tracemalloc.start()
    write_calendar(lines(), out)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (out.events, set(behind)) == (10_000, {0})
    assert out.size > 4_000_000 > 4 * most


def test_without_the_library_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "icalendar", None)
    stream = io.BytesIO()
    with pytest.raises(KgError, match=r'^a calendar needs [^\n]*: pip install "dprk-russia-kg\[export\]"$'):
        write_calendar([LINE], stream)
    assert stream.getvalue() == b""
