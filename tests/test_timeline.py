"""The page of events: what it says in which words, that nothing in it runs, and that hostile text is text."""

import base64
import hashlib
import io
import re
import unicodedata
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import CLAIMS, EVENTS, KNOWN, claim
from lxml import html

from kg.ids import CLAIM
from kg.markup import find_address, read_date
from kg.tables import event_json
from kg.timeline import draw, make_entry, write_timeline

WORLD = replace(
    KNOWN, claims={iri: claim(iri.removeprefix(CLAIM), "one", event) for event in EVENTS for iri in event.claims} | CLAIMS
)  # fmt: skip
BY_DATE = sorted(EVENTS, key=lambda event: (event.interval is None, event.interval and event.interval.start, event.iri))
LINES = [event_json(event, WORLD) for event in BY_DATE]
DAY = event_json(EVENTS[0], WORLD)
ATTACKS = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'--></style></script><svg onload=alert(1)>", "</bdi></li></ol>",
    "javascript:alert(1)", "&lt;b&gt;&amp;&#0;", "\u202egnp.exe\u2066", "\ud800\x00\x1b\ufffe\x85", "{{ 7 * 7 }}{% raw %}", "]]><!--",
)  # fmt: skip
# What may stand in an address of a page of a colleague's outlet and what must not.
GOOD = ("https://example.org/1", "HTTP://example.org/a?b=c&d=%20#e", "http://[2001:db8::1]/")
BAD = ("javascript:alert(1)", "data:text/html,x", " https://example.org", "https://example.org/\u202e", "https://a b", "https://", "//a",
       'https://a"b', "https://a'b", "ftp://a", "java\nscript:alert(1)", "vbscript:x", "https://\ud800", "")  # fmt: skip


def write(events, title="Title", scope="2 articles"):
    stream = io.StringIO()
    write_timeline(events, stream, title=title, scope=scope)
    return stream.getvalue()


def parse(text):
    return html.document_fromstring(text.encode("utf-8"), parser=html.HTMLParser(encoding="utf-8"))


def page(events=LINES, **rest):
    return parse(write(events, **rest))


def said(element):
    return " ".join(element.text_content().split())


def shown(text):
    """What can be shown of a text, told from Unicode's categories: no controls, halves of pairs or turning marks."""
    text = " ".join(text.split())
    kept = (c for c in text if c in "\t\n\r" or not (unicodedata.category(c) in ("Cc", "Cs") or c in "\ufffe\uffff"))
    return " ".join("".join(c for c in kept if unicodedata.bidirectional(c) not in TURNING).split())


TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2023-09-13", "13 September 2023"),
        ("2024-06", "June 2024 (some day)"),
        ("2024", "2024 (some day)"),
        ("2023-10-18/2023-10-20", "18–20 October 2023 (some day or days)"),
        ("2023-09-28/2023-10-03", "28 September – 3 October 2023 (some day or days)"),
        ("2023-12-30/2024-01-02", "30 December 2023 – 2 January 2024 (some day or days)"),
        ("2023-10-13/2024-10-13", "13 October 2023 – 13 October 2024 (some day or days)"),
        ("2023-10/2023-12", "October–December 2023 (some day or days)"),
        ("2023-11/2024-01", "November 2023 – January 2024 (some day or days)"),
        ("1990/1999", "1990–1999 (some day or days)"),
        ("0044-03-15", "15 March 44"),
        (None, " (date unknown)"),
    ],
)
def test_dates_are_written_in_words_and_partial_ones_are_marked(date, expected):
    assert read_date(date).text == expected
    line = DAY | {"date": date}
    (element,) = page([line]).xpath("//p[contains(@class, 'date')]")
    assert said(element) == expected.strip()
    assert ("imprecise" in element.get("class")) is ("(" in expected)
    assert [time.get("datetime") for time in element.iter("time")] == (date.split("/") if date else [])


def test_the_page_says_what_it_is_and_counts():
    top = page(title="Who met whom", scope="2 articles published from 2023-09-14 to 2023-09-15").find(".//header")
    assert said(top.find("h1")) == "Who met whom"
    assert said(top.xpath("p[@class='scope']")[0]) == "8 events in 2 articles published from 2023-09-14 to 2023-09-15"
    assert [said(item) for item in top.xpath("ul[@class='counts']/li")] == ["● occurred 7", "○ planned 1", "? alleged 0", "✕ denied 0"]
    assert said(page([DAY]).xpath("//p[@class='scope']")[0]) == "1 event in 2 articles"


def test_events_stand_by_year_in_their_order_and_the_undated_last():
    parts = page().xpath("//main/section")
    assert [said(part.find("h2")) for part in parts] == ["2023 2 events", "2024 4 events", "2025 1 event", "Undated 1 event"]
    ids = [item.get("id") for item in page().xpath("//li[contains(@class, 'event')]")]
    assert ids == [f"event-{event.iri.rsplit('/', 1)[-1]}" for event in BY_DATE]
    assert [link.get("href") for link in page().xpath("//nav//a")] == ["#year-2023", "#year-2024", "#year-2025", "#undated"]


def test_every_link_within_the_page_leads_somewhere_and_no_id_comes_twice():
    root = page()
    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids))
    inner = [href[1:] for href in root.xpath("//@href") if href.startswith("#")]
    assert len(inner) > len(LINES) and set(inner) <= set(ids)


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("day", "홍길동, Анна «Белка» Ёлкина"),
        ("post", "홍길동 (sender), Анна «Белка» Ёлкина (recipient)"),
        ("trip", "Freedonia (sender)"),
        ("alone", "דן \u200fכהן (speaker)"),
    ],
)
def test_roles_are_told_unless_all_have_the_same(name, who):
    (element,) = page().xpath(f"//li[@id='event-{name}']//span[@class='who']")
    assert said(element) == who


def test_an_entry_tells_what_where_how_sure_and_who_reports_it():
    (item,) = page().xpath("//li[@id='event-day']")
    assert [said(row) for row in item.xpath(".//dl[1]/div")][:1] == ["place Old Harbour"]
    assert said(item.xpath(".//p[@class='told']")[0]).startswith("● occurred 2 independent reports: The Gazette, 1 of unknown outlet")
    assert [said(p) for p in item.xpath(".//p[@class='source']")] == [
        "The Gazette, 14 September 2023: One",
        "outlet unknown, day of publication unknown: article two",
    ]
    assert [said(quote) for quote in item.iter("blockquote")] == ["they met", "=a1", "z"]
    assert [said(row) for row in item.xpath(".//dl[@class='reasons']/div")] == [
        "says who The Gazette (media)",
        "date 2023-09-13, reckoned from words such as “on Friday” and the day of publication",
        "one event one claim (confidence 0.9)",
    ]
    assert [link.get("href") for link in item.xpath(".//p[@class='source']//a")] == ["https://example.org/1"]


def test_what_an_event_is_about_stands_under_its_role():
    rows = {name: said(page().xpath(f"//li[@id='event-{name}']//dl[1]/div")[0]) for name in ("post", "alone")}
    assert rows == {"post": "item two ducks", "alone": "agreement Pact of the Two Ducks"}


@pytest.mark.parametrize(
    ("publishers", "told"),
    [
        (["B", "A", "B"], "2 independent reports: A, B"),
        (["A", None, " \x00"], "2 independent reports: A, 2 of unknown outlet"),
        ([None], "2 independent reports: outlet unknown"),
        ([], "2 independent reports: unknown"),
    ],
)
def test_outlets_are_named_once_and_unknown_ones_counted(publishers, told):
    sources = [DAY["sources"][0] | {"doc": str(number), "publisher": publisher} for number, publisher in enumerate(publishers)]
    assert said(page([DAY | {"sources": sources}]).xpath("//span[@class='reports']")[0]) == told


def test_one_independent_report_is_no_plural():
    told = {n: said(page([DAY | {"independent": n}]).xpath("//span[@class='reports']")[0]) for n in (1, 2)}
    assert told[1].startswith("1 independent report:") and told[2].startswith("2 independent reports:")


def test_what_is_unknown_is_called_unknown():
    bare = DAY | {"participants": [], "place": None, "attributed_to": [], "why": [], "sources": [], "evidence": [], "date": None}
    text = said(page([bare]).xpath("//li[contains(@class, 'event')]")[0])
    for words in (
        "(date unknown)",
        "participants unknown",
        "place unknown",
        "2 independent reports: unknown",
        "the articles name nobody",
        "reasons unknown",
    ):
        assert words in text
    silent = DAY | {"evidence": []}
    assert "no sentence kept" in said(page([silent]).xpath("//details")[0])


def test_who_passes_words_on_is_told():
    line = DAY | {"attributed_to": [{"id": None, "name": "two villagers", "class": "StateMedia", "via": "The Gazette"}]}
    assert said(page([line]).xpath("//dl[@class='reasons']/div")[0]) == "says who two villagers (state media, by way of The Gazette)"


def test_entries_bear_what_the_filter_asks_for():
    root = page()
    found = [(item.get("data-type"), item.get("data-status")) for item in root.xpath("//li[contains(@class, 'event')]")]
    assert found == [(line["type"], line["status"]) for line in LINES]
    assert root.xpath("//select[@name='type']/option/@value") == ["", "Chat", "Letter", "Outing", "Solo"]
    assert root.xpath("//select[@name='status']/option/@value") == ["", "occurred", "planned"], "no status that would find nothing"
    assert root.xpath("//form/@hidden") == [""], "without scripts there is no filter"


# --- the overview -----------------------------------------------------------------------------------


def entries(*dates, status="occurred"):
    return [make_entry(DAY | {"date": date, "status": status}, number) for number, date in enumerate(dates)]


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["2023-01-01"], [(0, 100 / 365)]),
        (["2023-12-31"], [(100 * 364 / 365, 100 / 365)]),
        (["2023-02"], [(100 * 31 / 365, 100 * 28 / 365)]),
        (["2023"], [(0, 100)]),
        (["2023", "2024"], [(0, 100 * 365 / 731), (100 * 365 / 731, 100 * 366 / 731)]),
        (["2023-12-31/2024-01-01"], [(100 * 364 / 731, 200 / 731)]),
        (["9998-12-31"], [(100 * 364 / 365, 100 / 365)]),
    ],
)
def test_a_mark_lies_where_its_days_are_and_is_as_long(dates, expected):
    marks = [mark for band in draw(entries(*dates)).bands for mark in band.marks]
    found = sorted((mark.left, mark.width) for mark in marks)
    assert [value for pair in found for value in pair] == pytest.approx([value for pair in expected for value in pair], abs=0.002)


@given(st.lists(st.sampled_from(["2023-09-13", "2023-09", "2023", "2024-02-29", "2023-10-18/2023-10-20", "2020/2024"])))
def test_marks_of_one_row_do_not_touch(dates):
    drawn = draw(entries(*sorted(dates)))
    assert (drawn is None) is (dates == [])
    rows = {}
    for mark in (mark for band in drawn.bands for mark in band.marks) if drawn else ():
        rows.setdefault(mark.top, []).append((mark.left, mark.left + mark.width))
        assert mark.left >= 0 and mark.left + mark.width <= 100.01 and mark.top + drawn.thickness < drawn.height
    assert all(one[1] < other[0] for row in rows.values() for one, other in pairwise(sorted(row)))
    assert sum(map(len, rows.values())) == len(dates)


def test_the_overview_draws_each_dated_event_once_in_the_band_of_its_status():
    svg = page().find(".//svg")
    assert [link.get("href") for link in svg.xpath(".//g[@class='planned']/a")] == ["#event-later"]
    assert len(svg.findall(".//a")) == sum(line["date"] is not None for line in LINES) == 7
    words = [said(title) for title in svg.iter("title")]
    assert words[0] == 'September 2023 (some day), Chat: Анна «Белка» Ёлкина, 홍길동, Tom "T" <b>&amp;</b> end (occurred)'
    assert sorted(Counter(svg.xpath(".//rect/@class")).items()) == [("day", 4), ("span", 3)]
    assert page([DAY | {"date": None}]).find(".//svg") is None


@pytest.mark.parametrize(("last", "labels"), [("2003", 4), ("2009", 10), ("2010", 6), ("2100", 6), ("9998", 8)])
def test_the_axis_has_few_words_however_long_it_is(last, labels):
    years = [tick.label for tick in draw(entries("2000", last)).ticks if not tick.minor]
    assert len(years) == labels and years[0] == "2000"


def test_many_events_stay_a_strip():
    assert draw(entries(*["2023-09-13"] * 30)).height < 300


# --- what must not run ------------------------------------------------------------------------------


def test_the_page_allows_its_own_script_and_style_and_nothing_else():
    root = page()
    (policy,) = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    hashes = {
        f"{tag}-src": f"'sha256-{base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()}'"
        for tag in ("style", "script")
        for element in root.iter(tag)
    }
    assert rules == {"default-src": "'none'", "img-src": "'none'", "base-uri": "'none'", "form-action": "'none'"} | hashes
    assert root.xpath("//@style | //@src | //@srcset | //@action | //link | //iframe | //object | //base") == []
    assert [name for element in root.iter("*") for name in element.attrib if name.startswith("on")] == []
    assert not re.search(r"url\(|@import|fetch\(|XMLHttp|innerHTML|eval\(", "".join(e.text for e in root.iter("style", "script")))


@pytest.mark.parametrize("url", GOOD)
def test_a_web_address_becomes_a_link(url):
    assert find_address(url) == url
    root = page([DAY | {"sources": [DAY["sources"][0] | {"url": url}]}])
    assert root.xpath("//p[@class='source']//a/@href") == [url]


@pytest.mark.parametrize("url", [*BAD, None])
def test_another_address_is_text(url):
    assert find_address(url) == ""
    root = page([DAY | {"sources": [DAY["sources"][0] | {"url": url}]}])
    assert root.xpath("//p[@class='source']//a") == []
    assert [said(text) for text in root.xpath("//span[@class='address']")] == ([shown(url) or "unknown"] if url else [])


def hostile(text, *, url, optional):
    """An event with the text in every field that is not a date or a number."""
    spoken = {"id": text, "name": text, "class": text, "via": text}
    return {
        "event": text, "type": text, "participants": [{"id": text, "name": text, "role": role} for role in (text, "guest")],
        "date": "2023-09", "earliest": "2023-09-01", "latest": "2023-09-30", "date_source": text, "place": {"id": text, "name": text},
        "status": text, "attributed_to": [spoken], "item": {"name": text},
        "evidence": [{"doc": text, "start": 0, "end": 1, "quote": text}], "confidence": 0.5, "why": [text], "claims": 1, "independent": 1,
        "sources": [{"doc": text, "publisher": optional, "published": "2023-10-01", "url": url, "title": optional}],
    }  # fmt: skip


TEXTS = st.sampled_from(ATTACKS) | st.text(st.characters(codec=None)) | st.text(st.sampled_from("<>&\"'/=! -a\x00\ud800\u202e\u2028\n"))


@given(TEXTS.filter(lambda text: text not in ("guest", "")), st.sampled_from((*GOOD, *BAD)) | TEXTS, st.none() | TEXTS)
def test_any_text_is_shown_and_makes_no_element(text, url, optional):
    root = page([hostile(text, url=url, optional=optional)], title=text, scope=text)
    plain = hostile("x", url=GOOD[0] if find_address(url) else url and "x", optional="x" if optional and shown(optional) else None)
    assert Counter(e.tag for e in root.iter("*")) == Counter(e.tag for e in page([plain], title="x", scope="x").iter("*"))
    assert all(href.startswith("#") or href == url for href in root.xpath("//@href"))
    assert not any(value.strip().lower().startswith("javascript:") for a in ("href", "src", "content") for value in root.xpath(f"//@{a}"))
    expected = shown(text) or "unknown"
    for path in ("//h1/bdi", "//p[@class='scope']/bdi", "//blockquote/bdi", "//span[@class='type']/bdi", "//span[@class='role'][1]/bdi",
                 "//main//span[contains(@class, 'badge')]/bdi", "//dl[@class='reasons']/div[3]//bdi"):  # fmt: skip
        assert (root.xpath(path)[0].text or "") == expected, path
    assert root.xpath("//li/@data-type") == [shown(text)] == root.xpath("//select[@name='type']/option[2]/@value")
    assert (root.find(".//title").text or "") == shown(text)
    if optional and shown(optional):
        assert root.xpath("//p[@class='source']//b/bdi")[0].text == shown(optional)


@pytest.mark.parametrize("text", ATTACKS)
def test_the_bytes_are_utf_8_and_hold_no_control_character(text):
    written = write([hostile(text, url=text, optional=text)], title=text, scope=text)
    assert written.encode("utf-8").decode("utf-8") == written
    assert [c for c in written if unicodedata.category(c) in ("Cc", "Cs") and c != "\n"] == []
    assert [c for c in written if unicodedata.bidirectional(c) in TURNING] == []


# --- what it looks like -----------------------------------------------------------------------------


def luminance(colour):
    red, green, blue = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("number", [0, 1], ids=["light", "dark"])
def test_words_and_marks_stand_out_from_their_ground(number):
    style = page().xpath("//style")[0].text
    colours = dict(re.findall(r"--([\w-]+): (#\w{6});", re.findall(r":root \{(.*?)\}", style, re.DOTALL)[number]))
    words = {(c, g): contrast(colours[c], colours[g]) for c in ("ink", "soft", "link") for g in ("paper", "ground", "found")}
    marks = {(c, "paper"): contrast(colours[c], colours["paper"]) for c in ("occurred", "planned", "alleged-edge", "denied", "other")}
    assert {pair: value for pair, value in words.items() if value < 4.5} == {}, "WCAG AA, text"
    assert {pair: value for pair, value in marks.items() if value < 3} == {}, "WCAG AA, graphics"


# --- the whole --------------------------------------------------------------------------------------


def test_the_same_events_are_the_same_bytes():
    turned = replace(WORLD, claims=dict(reversed(WORLD.claims.items())), sources=dict(reversed(WORLD.sources.items())))
    assert write(LINES) == write(iter([event_json(event, turned) for event in BY_DATE]))
    assert write(LINES) != write(LINES[1:])


def test_a_page_without_events_says_so():
    root = page([])
    assert said(root.xpath("//main/p[@class='none'][1]")[0]) == "No events."
    assert root.xpath("//main/section | //nav | //svg") == []
    assert said(root.xpath("//p[@class='scope']")[0]) == "0 events in 2 articles"


def test_the_overview_stays_low_however_many_events_are_of_one_year():
    drawn = draw(entries(*["2023"] * 500))
    assert drawn.height < 400 and sum(len(band.marks) for band in drawn.bands) == 500
