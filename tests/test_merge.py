"""Claims -> events: what joins, what stays apart, what is kept of a disagreement; order and repetition change nothing."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.agree import Corpus
from kg.choose import find_sources
from kg.dates import from_edtf, to_edtf
from kg.ids import CLAIM, ENTITY, NK
from kg.merge import merge
from kg.ontology import load
from kg.records import Claim, Event, Imprint, Participant, Status
from kg.sketch import sketch

ONTOLOGY = load()
# The day on which each article of the cases appeared; one more than a month later.
IMPRINTS = dict.fromkeys("abcdefghij", Imprint(published=dt.date(2023, 9, 14))) | {"late": Imprint(published=dt.date(2023, 12, 1))}
CORPUS = Corpus(ONTOLOGY, IMPRINTS.get, {}.get)
DATES = (None, "2023-09", "2023-09-13", "2023-09-14", "2023-09-20", "2023")
PLACES = (None, "russia", "vladivostok", "pyongyang")
PEOPLE = ("kim-jong-un", "vladimir-putin", "sergei-lavrov")


def claim(
    name: str, date: str | None = None, place: str | None = None, people: Sequence[str] = PEOPLE[:2], status: Status = "occurred"
) -> Claim:
    """An article says that these people met."""
    return Claim(
        iri=CLAIM + name, article=name, type=NK + "Meeting", interval=from_edtf(date) if date else None, date_source="explicit",
        participants=tuple(Participant(entity=ENTITY + who, role="participant", order=n) for n, who in enumerate(people, 1)),
        place=ENTITY + place if place else None, status=status, attributed_to=(), item=None, evidence=(), confidence=0.9, why=(),
    )  # fmt: skip


def groups(events: Sequence[Event]) -> list[list[str]]:
    """The names of the claims of each event."""
    return sorted([iri.removeprefix(CLAIM) for iri in event.claims] for event in events)


@pytest.mark.parametrize(
    ("claims", "events"),
    [
        ([claim("a", "2023-09-13"), claim("b", "2023-09-13")], [["a", "b"]]),
        ([claim("a", "2019-04-25"), claim("b", "2023-09-13")], [["a"], ["b"]]),
        ([claim("a", "2023-09-13"), claim("b", "2023-09")], [["a", "b"]]),
        ([claim("a", "2023-09-13"), claim("b", "2023-09-20"), claim("c", "2023-09")], [["a"], ["b"], ["c"]]),
        ([claim("a", "2023-09-13"), claim("b")], [["a", "b"]]),
        ([claim("a", "2023-08-13"), claim("b")], [["a"], ["b"]]),
        ([claim("a"), claim("b")], [["a", "b"]]),
        ([claim("a"), claim("late")], [["a"], ["late"]]),
        ([claim("a", "2023-09-13", "russia"), claim("b", "2023-09-13", "vladivostok")], [["a", "b"]]),
        ([claim("a", "2023-09-13", "pyongyang"), claim("b", "2023-09-13", "vladivostok")], [["a"], ["b"]]),
        ([claim("a", "2023-09-13", "russia"), claim("b", "2023-09-14", "russia")], [["a", "b"]]),
        ([claim("a", "2023-09-13"), claim("b", "2023-09-14")], [["a"], ["b"]]),
        ([claim("a", "2023-09-13"), claim("b", "2023-09-13", people=PEOPLE)], [["a", "b"]]),
        ([claim("a", "2023-09-13"), claim("b", "2023-09-13", people=PEOPLE[1:])], [["a"], ["b"]]),
        (
            [claim(n, "2023-09-13", people=who) for n, who in (("a", PEOPLE), ("b", PEOPLE[:2]), ("c", (PEOPLE[0], PEOPLE[2])))],
            [["a", "b"], ["c"]],
        ),
        ([claim("a", "2023-09-13"), claim("b", "2023-09-13", status="planned")], [["a"], ["b"]]),
    ],
    ids=[
        "same day", "two meetings of one pair", "a month and a day in it", "a month that two days fit", "undated within days",
        "undated long after", "both undated within days", "both undated, months apart",
        "a place and one in it", "two places", "a day apart at one place", "a day apart nowhere", "one names more", "each names another",
        "talks with a minister are not those of his leader at which he sat",
        "a plan is no encounter",
    ],
)  # fmt: skip
def test_claims_join_where_nothing_speaks_against_it(claims: list[Claim], events: list[list[str]]) -> None:
    assert groups(merge(claims, CORPUS)) == events


@pytest.mark.parametrize(
    ("outlets", "texts", "sources"),
    [
        ({"a": "tass", "b": "kcna"}, {"a": "xx", "b": "yy"}, [["a"], ["b"]]),
        ({"a": "tass", "b": "tass"}, {"a": "xx", "b": "yy"}, [["a", "b"]]),
        ({"a": "tass", "b": "kcna"}, {"a": "xx", "b": "xx"}, [["a", "b"]]),
        ({"a": "tass", "b": "kcna", "c": "msn", "d": "msn"}, {"a": "xx", "b": "yy", "c": "xx", "d": "yy"}, [["a", "c"], ["b", "d"]]),
        ({"a": "msn", "b": "msn", "c": "tass", "d": "kcna"}, {"a": "xx", "b": "yy", "c": "xx", "d": "yy"}, [["c", "a"], ["d", "b"]]),
        ({"a": "tass", "b": "msn", "c": "msn"}, {"a": "xx", "b": "xx", "c": "yy"}, [["a", "b"], ["c"]]),
        ({"a": "", "b": ""}, {"a": "xx", "b": "yy"}, [["a"], ["b"]]),
    ],
    ids=["two", "one outlet", "a copy", "one that copies two", "and has smaller ids", "and writes itself", "nobody says of whom"],
)
def test_a_copy_counts_for_its_original(outlets: dict[str, str], texts: dict[str, str], sources: list[list[str]]) -> None:
    known = {"tass": ENTITY + "tass", "kcna": ENTITY + "kcna"}
    day = dt.date(2023, 9, 14)
    imprints = {
        name: Imprint(published=day, outlet=known.get(outlet, outlet), sketch=sketch(f"{texts[name]} " * 9))
        for name, outlet in outlets.items()
    }
    assert [list(source) for source in find_sources(outlets, Corpus(ONTOLOGY, imprints.get, {}.get))] == sources


def test_an_event_takes_the_finest_date_and_place_and_everyone() -> None:
    (event,) = merge([claim("a", "2023-09", "vladivostok"), claim("b", "2023-09-13", "russia", PEOPLE)], CORPUS)
    assert event.interval is not None
    assert (to_edtf(event.interval), event.place) == ("2023-09-13", ENTITY + "vladivostok")
    assert [p.entity for p in event.participants] == [ENTITY + who for who in PEOPLE]
    assert event.disagreements == ()
    assert "dates overlap" in event.why


def test_a_disagreement_is_kept_with_who_says_what() -> None:
    (event,) = merge([claim("a", "2023-09-13", "russia"), claim("b", "2023-09-14", "russia"), claim("c", "2023-09-13", "russia")], CORPUS)
    assert [(d.field, d.value, d.claims) for d in event.disagreements] == [
        ("date", "2023-09-13", (CLAIM + "a", CLAIM + "c")),
        ("date", "2023-09-14", (CLAIM + "b",)),
    ]
    assert event.score < 1


def test_what_is_decided_apart_stays_apart() -> None:
    apart = Corpus(replace(ONTOLOGY, different=frozenset({frozenset((CLAIM + "a", CLAIM + "b"))})), IMPRINTS.get, {}.get)
    assert groups(merge([claim("a", "2023-09-13"), claim("b", "2023-09-13")], apart)) == [["a"], ["b"]]


def test_events_of_equal_content_have_different_names() -> None:
    letters = [replace(claim(name, None, place), type=NK + "Meeting") for name, place in (("a", "pyongyang"), ("b", "vladivostok"))]
    assert len({event.iri for event in merge(letters, CORPUS)}) == 2


CLAIMS = st.lists(
    st.builds(
        lambda date, place, people, status: claim("", date, place, people, status),
        st.sampled_from(DATES),
        st.sampled_from(PLACES),
        st.sampled_from([PEOPLE, PEOPLE[:2], PEOPLE[1:], PEOPLE[::2]]),
        st.sampled_from(["occurred", "planned"]),
    ),
    max_size=7,
).map(lambda found: [replace(one, iri=CLAIM + str(n), article=str(n)) for n, one in enumerate(found)])


@given(CLAIMS, st.randoms(use_true_random=False))
def test_order_does_not_matter(claims: list[Claim], random: Random) -> None:
    shuffled = list(claims)
    random.shuffle(shuffled)
    assert merge(shuffled, CORPUS) == merge(claims, CORPUS)


@given(CLAIMS)
def test_every_claim_supports_exactly_one_event(claims: list[Claim]) -> None:
    events = merge(claims, CORPUS)
    assert sorted(iri for event in events for iri in event.claims) == sorted(c.iri for c in claims)
    assert len({event.iri for event in events}) == len(events)


@given(CLAIMS)
def test_merging_the_claims_of_one_event_again_gives_that_event(claims: list[Claim]) -> None:
    for event in merge(claims, CORPUS):
        (again,) = merge([c for c in claims if c.iri in event.claims], CORPUS)
        assert replace(again, iri=event.iri) == event
