"""The pages of the explorer, as their views give them over three small articles; what a browser makes of them is in test_explorer."""

import re
from collections import Counter
from dataclasses import replace
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from lxml import html
from sample import EVENTS, HAN, KIM, LETTER, ONE, PUTIN, RUSSIA, SUMMIT, SUMMIT_ONE, THREE, TWO, event, put
from sample import days as interval
from starlette.routing import compile_path

from kg.asking import timeline
from kg.dates import from_edtf
from kg.ids import ENTITY
from kg.records import Evidence, Extract, Participant, Source
from kg.store import Store
from kg.web.message import Asked, Reply
from kg.web.snapshot import Snapshot, article_path, entity_path, event_path, make_snapshot
from kg.web.things import Meeting, find_encounters, first_and_last, with_gaps
from kg.web.views import VIEWS, answer

HOSTILE = '<script>alert(1)</script> "quoted" \u202eback'


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return make_snapshot(put(Store()))


def ask(snapshot: Snapshot, view: str, query: str = "", **path: str) -> Reply:
    pairs = tuple(tuple(part.split("=", 1)) for part in query.split("&") if part)
    return answer(snapshot, Asked(view=view, path=path, query=pairs))  # type: ignore[arg-type]


def text_of(reply: Reply) -> str:
    """What a reader sees of the main part, in one line."""
    page = html.fromstring(reply.body.decode())
    for unseen in page.xpath("//datalist|//option|//script"):
        unseen.drop_tree()
    return " ".join(page.xpath("string(//main)").split())


def links_of(reply: Reply) -> list[str]:
    return [str(link) for link in html.fromstring(reply.body.decode()).xpath("//main//a/@href")]


# --- events in time -------------------------------------------------------------------------------

SELECTIONS = [
    ("", ["13 September 2023", "4 January 2024"]),
    ("status=all", ["13 September 2023", "4 January 2024", "date unknown"]),
    ("status=alleged", ["date unknown"]),
    ("who=Путин", ["13 September 2023"]),
    ("who=kim jong-un&whom=putin&status=all", ["13 September 2023", "date unknown"]),
    ("from=2024", ["4 January 2024"]),
    ("to=2023-09-13", ["13 September 2023"]),
    ("to=2023-09-12", []),
    ("status=all&from=2023", ["13 September 2023", "4 January 2024"]),
    ("type=message&status=all", ["date unknown"]),
    ("place=Russia", ["13 September 2023"]),
    ("place=Pyongyang", ["4 January 2024"]),
    ("country=North Korea&from=2024", ["4 January 2024"]),
    ("class=StateMedia", ["13 September 2023"]),
    ("class=Expert", []),
    ("min_sources=2", ["13 September 2023"]),
]


@pytest.mark.parametrize(("query", "dates"), SELECTIONS)
def test_the_timeline_shows_what_is_asked_for(snapshot: Snapshot, query: str, dates: list[str]) -> None:
    reply = ask(snapshot, "timeline", query)
    page = html.fromstring(reply.body.decode())
    shown = [
        " ".join(str(line.xpath("string(.//p[contains(@class, 'date')])")).split()).strip("()")
        for line in page.xpath("//li[@class='line']")
    ]
    assert (reply.status, shown) == (200, dates)


@pytest.mark.parametrize(
    "filters",
    [
        {"country": "North Korea"}, {"country": "Russia"}, {"country": "Russia", "status": "all"}, {"place": "Russia", "status": "all"},
        {"place": "North Korea"}, {"start": "2023-09"}, {"end": "2023"}, {"min_sources": 2}, {"status": "all"},
    ],
)  # fmt: skip
def test_the_timeline_selects_what_the_command_line_does(filters: dict[str, str]) -> None:
    """Also where a state itself takes part."""
    supplied = replace(LETTER, participants=(Participant(entity=RUSSIA, role="sender"), Participant(entity=KIM, role="recipient")))
    snapshot = make_snapshot(put(Store(), events=(*EVENTS, event("supplied", replace(supplied, status="occurred")))))
    names = {"start": "from", "end": "to"}
    query = "&".join(f"{names.get(name, name)}={value}" for name, value in filters.items())
    shown = [link for link in links_of(ask(snapshot, "timeline", query)) if link.startswith("/event/")][::2]
    assert shown == [event_path(row.event) for row in timeline(snapshot.store, **filters)]  # type: ignore[arg-type]


def test_the_timeline_says_that_nothing_is_reported_and_not_that_nothing_happened(snapshot: Snapshot) -> None:
    assert "Not reported in 3 articles published from 2023-09-14 to 2024-01-05" in text_of(ask(snapshot, "timeline", "who=putin&from=2025"))


def test_the_timeline_says_how_many_a_period_leaves_out(snapshot: Snapshot) -> None:
    assert "1 undated event left out of the period" in text_of(ask(snapshot, "timeline", "status=all&from=2023"))
    assert "undated event" not in text_of(ask(snapshot, "timeline", "status=all"))


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("who=Nemo", "nothing here is called 'Nemo'"),
        ("from=yesterday", "yesterday"),
        ("from=2025&to=2024", "no day is from 2025 on and up to 2024"),
        ("status=perhaps", "is none of occurred, planned, alleged, denied, all"),
        ("class=Gossip", "is none of Anonymous"),
        ("type=Party", "is none of"),
        ("min_sources=two", "is no whole number"),
        ("page=-1", "is no whole number"),
        ("reports=2", "no parameter is called 'reports'"),
        ("who=putin&who=kim", "'who' is given twice"),
        (f"who={HOSTILE}", "nothing here is called"),
    ],
)
def test_what_is_not_understood_is_said_beside_the_form(snapshot: Snapshot, query: str, reason: str) -> None:
    reply = ask(snapshot, "timeline", query)
    assert reply.status == 400
    assert reason in text_of(reply)
    assert b"<script>alert" not in reply.body


def test_what_was_given_stays_in_the_form(snapshot: Snapshot) -> None:
    page = html.fromstring(ask(snapshot, "timeline", "who=putin&from=2023&status=all&class=StateMedia").body.decode())
    assert page.xpath("//input[@name='who']/@value") == ["putin"]
    assert page.xpath("//input[@name='from']/@value") == ["2023"]
    assert page.xpath("//select[@name='status']/option[@selected]/text()") == ["all"]
    assert page.xpath("//select[@name='class']/option[@selected]/@value") == ["StateMedia"]


def test_a_long_list_comes_in_pages() -> None:
    many = [event(f"e{n:03}", replace(SUMMIT_ONE, interval=interval(f"2023-{n % 12 + 1:02}-{n % 28 + 1:02}"))) for n in range(205)]
    snapshot = make_snapshot(put(Store(), events=many))
    found = [ask(snapshot, "timeline", f"who=putin&page={page}") for page in (1, 2, 3, 9)]
    assert [reply.body.count(b'<li class="line">') for reply in found] == [100, 100, 5, 5]
    assert [re.findall(rb'rel="(prev|next)"', reply.body) for reply in found] == [[b"next"], [b"prev", b"next"], [b"prev"], [b"prev"]]
    assert "/?" not in "".join(link for link in links_of(found[0]) if "page=" in link)
    assert {link for link in links_of(found[0]) if "page=" in link} == {"?who=putin&page=2"}


# --- one event ------------------------------------------------------------------------------------


def test_an_event_shows_each_claim_with_its_sentence(snapshot: Snapshot) -> None:
    shown = text_of(ask(snapshot, "event", event="summit"))
    for part in (
        "Kim met Putin at the cosmodrome",
        "Putin and Kim held talks in Russia",
        "KCNA (state media)",
        "The Gazette",
        "outlet unknown",
    ):
        assert part in shown
    assert "dates overlap" in shown or "same participants; dates overlap" in shown


def test_disagreement_is_marked(snapshot: Snapshot) -> None:
    page = html.fromstring(ask(snapshot, "event", event="summit").body.decode())
    assert page.xpath("//section[@class='disagreements']//b//text()") == ["Russia", "Vostochny Cosmodrome"]
    assert page.xpath("//div[@class='disputed']/dt/text()") == ["place", "place"]
    talks = html.fromstring(ask(snapshot, "event", event="talks").body.decode())
    assert not talks.xpath("//section[@class='disagreements']") and not talks.xpath("//div[@class='disputed']")


def test_the_sentence_is_marked_in_what_stands_around_it() -> None:
    span = Evidence(start=300, end=309, quote="Kim <met>", prefix="Before & it. ", suffix=" After it.")
    told = replace(SUMMIT_ONE, evidence=(span,))
    snapshot = make_snapshot(put(Store(), [Extract(article=ONE, claims=(told,), minted=())], [event("summit", told)]))
    quoted = html.fromstring(ask(snapshot, "event", event="summit").body.decode()).xpath("//blockquote")[0]
    assert quoted.xpath("string(mark)") == "Kim <met>"
    assert " ".join(quoted.text_content().split()) == "… Before & it. Kim <met> After it."


def test_what_articles_say_is_never_markup() -> None:
    source = Source(publisher=HOSTILE, title=HOSTILE, url="javascript:alert(1)")
    article = replace(ONE, source=source)
    told = replace(SUMMIT_ONE, evidence=(Evidence(start=0, end=5, quote=HOSTILE, prefix=HOSTILE),), why=(HOSTILE,))
    snapshot = make_snapshot(put(Store(), [Extract(article=article, claims=(told,), minted=())], [event("summit", told, why=(HOSTILE,))]))
    paths = [("event", {"event": "summit"}), ("article", {"article": ONE.id}), ("timeline", {}), ("sources", {})]
    replies = [ask(snapshot, view, **path) for view, path in paths] + [ask(snapshot, "source", f"name={HOSTILE}")]
    for reply in replies:
        page = reply.body.decode()
        assert reply.status == 200
        assert "<script>alert" not in page and "\u202e" not in page and 'href="javascript' not in page
        assert "alert(1)" in page


def test_the_first_digits_of_an_event_lead_to_it(snapshot: Snapshot) -> None:
    reply = ask(snapshot, "event", event="sum")
    assert (reply.status, reply.headers) == (303, {"Location": "/event/summit"})


# --- entities, pairs, offices ---------------------------------------------------------------------


def test_a_person_has_names_offices_encounters_and_events(snapshot: Snapshot) -> None:
    shown = text_of(ask(snapshot, "entity", entity="vladimir-putin"))
    for part in ("Владимир Путин", "President of Russia", "Met or called 1 other", "Kim Jong Un113 September 2023", "alleged"):
        assert part in shown


def test_one_whom_the_articles_name_first_is_shown_as_such(snapshot: Snapshot) -> None:
    assert "found in the articles" in text_of(ask(snapshot, "entity", entity=HAN.removeprefix(ENTITY)))


def test_encounters_count_what_occurred_and_no_letters(snapshot: Snapshot) -> None:
    (row,) = find_encounters(snapshot, KIM, snapshot.of(KIM))
    assert (row.thing.name, row.times, row.first, row.last, row.path) == (
        "Vladimir Putin", 1, "2023-09-13", "2023-09-13", "/pair/kim-jong-un/vladimir-putin",
    )  # fmt: skip


def test_a_place_has_its_events_and_no_encounters(snapshot: Snapshot) -> None:
    shown = text_of(ask(snapshot, "entity", entity="pyongyang"))
    assert "Events 1" in shown and "Met or called" not in shown


def test_a_pair_has_encounters_and_what_else_there_was(snapshot: Snapshot) -> None:
    shown = text_of(ask(snapshot, "pair", one="kim-jong-un", other="vladimir-putin"))
    assert "1 meeting or call" in shown and "What else they took part in 1 event" in shown
    nothing = text_of(ask(snapshot, "pair", one="kim-jong-un", other="sergei-lavrov"))
    assert "No meeting or call of the two is reported in 3 articles" in nothing and "that does not mean that there was none" in nothing


MET = [
    # dates of encounters -> days since the one before
    (["2023-09-13", "2024-06-19"], [None, 280]),
    (["2023-09-13", "2023-09-13"], [None, None]),
    (["2023-09", "2023-09-13", "2023-10-05"], [None, None, 5]),
    (["2023", "2023-09-13", "2024-01-01"], [None, None, 1]),
    (["2023-09-13", None], [None, None]),
    ([None, None], [None, None]),
]


@pytest.mark.parametrize(("dates", "days"), MET)
def test_the_time_between_encounters_is_the_least_that_it_can_be(dates: list[str | None], days: list[int | None]) -> None:
    met = [replace(SUMMIT, iri=f"{n}", interval=from_edtf(date) if date else None) for n, date in enumerate(dates)]
    assert [meeting.days for meeting in with_gaps(met)] == days


def test_the_first_of_two_has_none_before_it() -> None:
    assert with_gaps([SUMMIT]) == [Meeting(SUMMIT)]


def test_the_first_and_the_last_are_those_that_may_have_been() -> None:
    year, day = (replace(SUMMIT, interval=from_edtf(date)) for date in ("2024", "2024-06-19"))
    assert first_and_last([year, day]) == ("2024", "2024") and first_and_last([day]) == ("2024-06-19", "2024-06-19")
    assert first_and_last([replace(SUMMIT, interval=None)]) == (None, None)


def test_an_office_has_its_holders_and_the_encounters_of_its_time(snapshot: Snapshot) -> None:
    shown = text_of(ask(snapshot, "office", office="russian-foreign-minister"))
    assert "Sergei Lavrov" in shown and "Meetings and calls, whoever held it 1 event" in shown


def test_offices_stand_by_country_those_with_most_events_first(snapshot: Snapshot) -> None:
    page = html.fromstring(ask(snapshot, "offices").body.decode())
    countries = [" ".join(text.split()) for text in page.xpath("//summary/bdi/text()")]
    assert set(countries[:2]) == {"North Korea", "Russia"} and countries[2:] == sorted(countries[2:]) and len(countries) > 100
    assert page.xpath("//a[@href='/office/russian-foreign-minister']")


# --- sources --------------------------------------------------------------------------------------


def test_sources_have_their_articles_by_month(snapshot: Snapshot) -> None:
    page = html.fromstring(ask(snapshot, "sources").body.decode())
    rows = {row.xpath("string(th)"): row.xpath(".//td[contains(@class, 'month')]/@title") for row in page.xpath("//tbody/tr")}
    assert list(rows) == ["The Gazette", "The Post", "outlet unknown"]
    assert [cell for cell in rows["The Post"] if not cell.endswith(": 0 articles")] == ["January 2024: 1 article"]
    assert len(rows["The Post"]) == 5


def test_an_outlet_and_an_article_lead_to_what_they_report(snapshot: Snapshot) -> None:
    assert article_path(THREE.id) in links_of(ask(snapshot, "source", "name=The Post"))
    assert article_path(TWO.id) in links_of(ask(snapshot, "source", "name="))
    reply = ask(snapshot, "article", article=article_path(TWO.id).rpartition("/")[2])
    assert event_path(SUMMIT.iri) in links_of(reply) and entity_path(PUTIN) in links_of(reply)


# --- what is not there ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("view", "path"),
    [
        ("event", {"event": "none"}), ("event", {"event": HOSTILE}), ("entity", {"entity": "nemo"}),
        ("pair", {"one": "kim-jong-un", "other": "nemo"}), ("office", {"office": "kim-jong-un"}), ("article", {"article": "none"}),
        ("source", {}), ("missing", {"path": HOSTILE}), ("question", {"question": "none"}),
    ],
)  # fmt: skip
def test_what_is_not_there_is_404(snapshot: Snapshot, view: str, path: dict[str, str]) -> None:
    reply = ask(snapshot, view, "name=Nobody", **path) if view == "source" else ask(snapshot, view, **path)
    assert reply.status == 404
    assert b"<script>alert" not in reply.body


def test_one_and_the_same_is_no_pair(snapshot: Snapshot) -> None:
    assert ask(snapshot, "pair", one="kim-jong-un", other="kim-jong-un").status == 400


def test_every_link_of_a_page_leads_to_a_page(snapshot: Snapshot) -> None:
    """Followed from the timeline through all kinds of pages of the explorer itself, forty of each."""
    kinds: Counter[str] = Counter()
    seen, todo = set(), ["/?status=all", "/entity/sergei-lavrov", "/offices", "/sources", "/ask"]
    while todo:
        address = todo.pop(0)
        kind = address.split("?")[0].split("/")[1]
        if address in seen or kinds[kind] == 40:
            continue
        seen.add(address)
        kinds[kind] += 1
        reply = follow(snapshot, address)
        assert reply.status in (200, 303), address
        if reply.media.startswith("text/html"):
            todo += [link for link in links_of(reply) if link.startswith("/") and not link.startswith("/sparql")]
    assert {"/entity/kim-jong-un", "/pair/kim-jong-un/vladimir-putin", "/office/russian-foreign-minister"} <= seen


def follow(snapshot: Snapshot, address: str) -> Reply:
    """What is answered at an address of the explorer."""
    parts = urlsplit(address.split("#", maxsplit=1)[0])
    for name, view in VIEWS.items():
        match = compile_path(view.path)[0].match(unquote(parts.path))
        if match:
            return answer(snapshot, Asked(view=name, path=match.groupdict(), query=tuple(parse_qsl(parts.query, keep_blank_values=True))))
    raise AssertionError(address)
