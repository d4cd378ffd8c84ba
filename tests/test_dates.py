"""Interval arithmetic and EDTF: what is made, what is compared, what survives the round trip."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.dates import (
    count_days,
    earliest,
    from_edtf,
    intersect,
    is_one_day,
    is_within,
    latest,
    make_day,
    make_days,
    make_decade,
    make_half,
    make_month,
    make_quarter,
    make_week,
    make_weekend,
    make_year,
    overlaps,
    shift_month,
    span,
    to_edtf,
)
from kg.records import Interval

DATES = st.dates(dt.date(1, 1, 1), dt.date(9998, 12, 30))
FRIDAY = dt.date(2024, 9, 13)

WRITTEN = [
    (make_day(FRIDAY), "2024-09-13"),
    (make_days(dt.date(2023, 10, 18), dt.date(2023, 10, 20)), "2023-10-18/2023-10-20"),
    (make_month(2024, 2), "2024-02"),
    (make_month(2024, 12), "2024-12"),
    (make_days(dt.date(2024, 1, 1), dt.date(2024, 1, 31)), "2024-01"),
    (make_quarter(2023, 4), "2023-10/2023-12"),
    (make_half(2023, 1), "2023-01/2023-06"),
    (make_year(2024), "2024"),
    (make_days(dt.date(2024, 1, 1), dt.date(2025, 12, 31)), "2024/2025"),
    (make_decade(1994), "1990/1999"),
    (make_week(FRIDAY), "2024-09-09/2024-09-15"),
    (make_weekend(FRIDAY), "2024-09-14/2024-09-15"),
    (make_days(dt.date(2024, 1, 1), dt.date(2024, 1, 30)), "2024-01-01/2024-01-30"),
]

REFUSED = ["", "24", "2024-13", "2024-02-30", "2024-9-3", "2024/", "/2024", "2024/2023", "199X", "2024-W38", "0000", "9999", "2024-09-13 "]


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    first, last = sorted((draw(DATES), draw(DATES)))
    return make_days(first, last)


@pytest.mark.parametrize(("interval", "text"), WRITTEN)
def test_edtf_is_the_shortest_text_for_the_days(interval: Interval, text: str) -> None:
    assert to_edtf(interval) == text
    assert from_edtf(text) == interval


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_edtf_is_refused_with_its_value(text: str) -> None:
    with pytest.raises(ValueError, match="EDTF") as error:
        from_edtf(text)
    assert repr(text) in str(error.value)


def test_tables_are_whole() -> None:
    assert (len(WRITTEN), len(REFUSED)) == (13, 13)


def test_an_interval_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="2024-09-13/2024-09-12"):
        make_days(FRIDAY, dt.date(2024, 9, 12))


def test_mixed_precision_covers_from_the_first_day_to_the_last() -> None:
    assert from_edtf("2023-12-30/2024") == make_days(dt.date(2023, 12, 30), dt.date(2024, 12, 31))


def test_shift_month_turns_the_year() -> None:
    assert (shift_month(2024, 1, -1), shift_month(2024, 12, 1), shift_month(2024, 5, -17)) == ((2023, 12), (2025, 1), (2022, 12))


@given(intervals())
def test_edtf_round_trip(interval: Interval) -> None:
    assert from_edtf(to_edtf(interval)) == interval


@given(DATES)
def test_units_hold_their_day_and_nest(date: dt.date) -> None:
    day, week, month, year = make_day(date), make_week(date), make_month(date.year, date.month), make_year(date.year)
    assert is_one_day(day) and count_days(week) == 7 and count_days(make_weekend(date)) == 2
    assert is_within(day, week) and is_within(day, month) and is_within(month, make_quarter(date.year, (date.month + 2) // 3))
    assert is_within(make_weekend(date), week) and is_within(month, year)
    assert (week.start.weekday(), make_weekend(date).start.weekday()) == (0, 5)


@given(intervals())
def test_bounds_are_inclusive_days(interval: Interval) -> None:
    assert make_days(earliest(interval), latest(interval)) == interval
    assert count_days(interval) == (latest(interval) - earliest(interval)).days + 1 >= 1


@given(intervals(), intervals())
def test_intersection_is_what_lies_in_both(one: Interval, other: Interval) -> None:
    both = intersect(one, other)
    assert both == intersect(other, one)
    assert (both is not None) == overlaps(one, other) == overlaps(other, one)
    if both:
        assert is_within(both, one) and is_within(both, other)
        assert both == one or not is_within(one, other)


@given(intervals(), intervals())
def test_span_holds_both_and_no_more(one: Interval, other: Interval) -> None:
    both = span(one, other)
    assert is_within(one, both) and is_within(other, both)
    assert {both.start, both.end} <= {one.start, other.start, one.end, other.end}


@given(intervals(), intervals(), intervals())
def test_within_is_an_order(one: Interval, two: Interval, three: Interval) -> None:
    assert is_within(one, one)
    if is_within(one, two) and is_within(two, three):
        assert is_within(one, three)
    if is_within(one, two) and is_within(two, one):
        assert one == two
