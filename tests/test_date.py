"""The dating of news text: the table of phenomena in `cases/dates.jsonl`, and what holds for any text."""

import datetime as dt
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.dates import count_days, to_edtf
from kg.records import DateMention
from kg.stages.date import find_dates
from kg.stages.dateline import published_from_text

CASES = [json.loads(line) for line in Path(__file__).parent.joinpath("cases/dates.jsonl").read_text("utf-8").splitlines()]
SATURDAY = dt.date(2024, 9, 14)

PUBLISHED = [
    ("Pyongyang, March 1, 2024 (KCNA) -- A party left.", "2024-03-01", "full date in the dateline"),
    ("Pyongyang, July 19, Juche 113 (2024) (KCNA) -- A party left.", "2024-07-19", "full date in the dateline"),
    ("MOSCOW, September 13, 2023. /TASS/. A party left.", "2023-09-13", "full date in the dateline"),
    ("Party leaves\n13 September 2023 (BelTA) - A party left.", "2023-09-13", "full date in the dateline"),
    ("Party leaves\nFriday, January 4, 2019\n\nA party left.", "2019-01-04", "full date on a line of its own at the head"),
    ("Published: 2024-09-14\nA party left.", "2024-09-14", "publication date in the text"),
    ("Date: 14/09/2024 | Source: KCNA", "2024-09-14", "publication date in the text"),
    ("Pyongyang, March 1 (KCNA) -- A party left.", None, "a dateline without a year"),
    ("Date: 04/09/2024 | Source: KCNA", None, "figures that may be April or September"),
    ("Thursday, January 4, 2019\n\nA party left.", None, "a weekday that contradicts the date"),
    ("Timeline\nJune 12, 2018\nThey met.\nFebruary 27, 2019\nThey met again.", None, "a chronology"),
    ("A party left on Sept. 13, 2023.", None, "a date of the story"),
    ("A party left.\n" * 40 + "Pyongyang, March 1, 2024 (KCNA) -- A party left.", None, "far from the head"),
    ("", None, "nothing"),
]

# What dates and their surroundings are made of, one a line.
FRAGMENTS = """
on|in|from|to|by|until|between|and|the|last|next|this|that|of|year|day|ago|later|before|two|He will meet|they met
,|.|'|’s|-|–|/|(|)|“|”|"|\n|0|9|12|31|000|1999|2024|9999-99-99|31/02/2024|2024-25|1990s|Q3 2020|Juche|Juche 113 (2024)
June|May|March|Friday|Sunday night|Sept. 3|September 13, 2023|13 June|July 9-11|Feb. 29|June 31|(KCNA) --
yesterday|today|the day before|a week earlier|two years ago|the previous month|the same day|this weekend|last winter
"""
WORDS = [word.replace("\\n", "\n") for line in FRAGMENTS.strip().splitlines() for word in line.split("|")]


def read_case(case: dict[str, Any]) -> list[list[str]]:
    published = dt.date.fromisoformat(case["published"]) if case["published"] else None
    return [[mention.text, to_edtf(mention.interval), mention.source] for mention in find_dates(case["text"], published)]


def test_tables_are_whole() -> None:
    assert (len(CASES), len({case["why"] for case in CASES}), len(PUBLISHED)) == (164, 164, 14)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_dates_of_news(case: dict[str, Any]) -> None:
    assert read_case(case) == case["expected"]


@pytest.mark.parametrize(("text", "date", "why"), PUBLISHED, ids=[why + str(i) for i, (_, _, why) in enumerate(PUBLISHED)])
def test_publication_date_only_where_certain(text: str, date: str | None, why: str) -> None:
    mention = published_from_text(text)
    if date is None:
        assert mention is None
    else:
        assert mention is not None
        assert (to_edtf(mention.interval), mention.source, mention.why) == (date, "dateline", why)
        assert text[mention.start : mention.end] == mention.text


def is_well_formed(text: str, mentions: tuple[DateMention, ...]) -> bool:
    exact = all(
        text[mention.start : mention.end] == mention.text and count_days(mention.interval) >= 1 and mention.why for mention in mentions
    )
    return exact and all(first.end <= second.start for first, second in pairwise(mentions))


@given(st.lists(st.sampled_from(WORDS), max_size=30), st.none() | st.dates(dt.date(1950, 1, 1), dt.date(2050, 1, 1)))
def test_mentions_are_exact_ordered_and_apart(words: list[str], published: dt.date | None) -> None:
    text = " ".join(words)
    assert is_well_formed(text, find_dates(text, published))


@given(st.text(max_size=200), st.none() | st.dates())
def test_any_text_and_any_publication_date_can_be_read(text: str, published: dt.date | None) -> None:
    text = f"He left on Friday. {text} Last month, two years ago."
    assert is_well_formed(text, find_dates(text, published))


@given(st.dates(dt.date(1950, 1, 1), dt.date(2050, 1, 1)))
def test_a_weekday_in_the_past_tense_is_within_the_week_before(published: dt.date) -> None:
    text = "He met them on Monday, on Tuesday, on Wednesday, on Thursday, on Friday, on Saturday and on Sunday."
    days = sorted((published - mention.interval.start).days for mention in find_dates(text, published))
    assert days == list(range(7))


@pytest.mark.parametrize(
    "words", ["two weeks ago", "a year ago", "last month", "last week", "in June", "in 2019", "early this month", "the 1990s"]
)
def test_no_date_is_finer_than_its_words(words: str) -> None:
    (mention,) = find_dates(f"It fell {words}.", SATURDAY)
    assert count_days(mention.interval) >= 7
