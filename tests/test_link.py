"""Mentions -> links: namesakes, short names, office holders of a day, newcomers; what nothing decides stays open."""

import datetime as dt

import pytest
from mentions import LEXICON, find

from kg.ids import ENTITY
from kg.records import Entity, Link
from kg.stages.date import find_dates
from kg.stages.link import link
from kg.stages.sentences import split_sentences

DAY = dt.date(2024, 6, 20)


def resolve(text: str, day: dt.date | None = DAY, *persons: str) -> tuple[tuple[Link, ...], tuple[Entity, ...]]:
    """The links of a text that appeared on the day, in which the pipeline takes `persons` for names of persons."""
    return link(find(text, *persons), LEXICON, day, split_sentences(text))


def entities(links: tuple[Link, ...]) -> list[str | None]:
    return [x.entity and x.entity.removeprefix(ENTITY) for x in links]


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("North Korean Foreign Minister Ri Yong Ho spoke.", "ri-yong-ho"),
        ("Ri Yong Ho, North Korean foreign minister, spoke.", "ri-yong-ho"),
        ("Ri Yong Ho spoke.", None),
    ],
)
def test_the_office_tells_namesakes_apart(text: str, entity: str | None) -> None:
    links, _ = resolve(text)
    assert entities(links) == [entity]
    assert {ENTITY + "ri-yong-ho", ENTITY + "ri-yong-ho-general"} == set(links[0].mention.candidates)
    assert links[0].why == ("name and office agree" if entity else "several entities fit")


def test_a_namesake_once_introduced_is_meant_again() -> None:
    links, _ = resolve("North Korean Foreign Minister Ri Yong Ho spoke. Then Ri Yong Ho left.")
    assert entities(links) == ["ri-yong-ho", "ri-yong-ho"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Vladimir Putin spoke. Putin left.", [("vladimir-putin", 1.0), ("vladimir-putin", 0.9)]),
        ("Putin spoke. Vladimir Putin left.", [("vladimir-putin", 0.7), ("vladimir-putin", 1.0)]),
        ("Putin spoke.", [("vladimir-putin", 0.8)]),
        ("Kim Yo Jong spoke. Kim left.", [("kim-yo-jong", 1.0), ("kim-yo-jong", 0.9)]),
        ("Kim left.", [("kim-jong-un", 0.8)]),
        ("Russia's Kim left.", [(None, 0.0)]),
    ],
)
def test_a_short_name_is_who_was_introduced_else_the_holder_of_a_high_office(text: str, found: list[tuple[str | None, float]]) -> None:
    links, _ = resolve(text)
    assert list(zip(entities(links), [x.score for x in links], strict=True)) == found


@pytest.mark.parametrize(
    ("text", "day", "entity"),
    [
        ("Russia's defence minister came.", dt.date(2023, 7, 26), "sergei-shoigu"),
        ("Russia's defence minister came.", dt.date(2025, 1, 10), "andrei-belousov"),
        ("Russia's defence minister came.", None, None),
        ("The former Russian defence minister came.", dt.date(2023, 7, 26), None),
        ("A Russian defence minister came.", dt.date(2023, 7, 26), None),
        ("Russia's deputy defence minister came.", dt.date(2023, 7, 26), None),
        ("The then Russian defence minister came.", dt.date(2023, 7, 26), None),
    ],
)
def test_an_office_stands_for_its_holder_on_the_day(text: str, day: dt.date | None, entity: str | None) -> None:
    links, _ = resolve(text, day)
    assert [found for found in entities(links) if found not in (None, "russia")] == ([entity] if entity else [])


def test_a_newcomer_is_minted_once_with_what_the_text_says_of_him() -> None:
    links, minted = resolve("Russian Deputy Minister Boris Novak came. Novak left. Boris Novak smiled.")
    assert entities(links) == ["boris-novak"] * 3
    assert [(e.iri, e.label, e.country, e.description, e.minted) for e in minted] == [
        (ENTITY + "boris-novak", "Boris Novak", ENTITY + "russia", "Russian Deputy Minister", True)
    ]


def test_newcomers_are_told_apart_by_name() -> None:
    links, minted = resolve("Boris Novak met Anna Novak.", DAY, "Boris Novak", "Anna Novak")
    assert entities(links) == ["boris-novak", "anna-novak"]
    assert [e.label for e in minted] == ["Anna Novak", "Boris Novak"]


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Kim Jong Il heard Kim Yong Nam. Kim left.", ["kim-jong-il", "kim-yong-nam", "kim-jong-il"]),
        ("Ri Pyong Chol and Ri Il Hwan stood. Ri smiled.", ["ri-pyong-chol", "ri-il-hwan", None]),
        ("Ri Pyong Chol stood behind Ri Il Hwan. Ri smiled.", ["ri-pyong-chol", "ri-il-hwan", "ri-pyong-chol"]),
        ("Foreign Minister Ivanov came.", ["igor-ivanov"]),
        ("Defence Minister Ivanov came.", ["sergei-ivanov"]),
    ],
)
def test_a_short_name_of_several_is_the_one_that_office_or_nearness_tells(text: str, links: list[str | None]) -> None:
    assert entities(resolve(text, dt.date(2003, 5, 5))[0]) == links


def test_a_namesake_in_another_state_or_trade_is_a_newcomer() -> None:
    for text in ("South Korean lawmaker Kim Yong Chol came.", "Kim Yong Chol, a retired miner, came."):
        links, minted = resolve(text, DAY, "Kim Yong Chol")
        assert [x.label for x in minted] == ["Kim Yong Chol"]
        assert links[-1].entity == minted[0].iri != ENTITY + "kim-yong-chol"


def test_the_minister_is_the_last_person_of_that_title() -> None:
    links, _ = resolve("Alexander Kozlov came. Sergei Shoigu left. The natural resources minister spoke.", dt.date(2023, 11, 15))
    assert entities(links) == ["alexander-kozlov", "sergei-shoigu", "alexander-kozlov"]
    assert links[-1].why == "last person named with that title"


@pytest.mark.parametrize(
    ("text", "day", "links"),
    [
        ("Premier Kim came.", DAY, ["kim-tok-hun"]),
        ("General Kim came.", DAY, [None]),
        ("Leader Kim came.", DAY, ["kim-jong-un"]),
        ("Ms Kim came.", DAY, [None]),
        ("Mr Putin came.", DAY, ["vladimir-putin"]),
        ("Ambassador Putin came.", DAY, [None]),
        ("U.S. Ambassador Sullivan came.", dt.date(2021, 5, 5), ["john-sullivan"]),
        ("South Korean Foreign Minister Park came.", dt.date(2022, 9, 5), ["park-jin"]),
        ("North Korea's chief nuclear envoy Ri Yong Ho came.", dt.date(2011, 7, 23), ["ri-yong-ho"]),
        ("Ri Yong Ho came.", dt.date(2011, 7, 23), [None]),
    ],
)
def test_a_title_that_is_nobodys_of_that_name_names_nobody(text: str, day: dt.date, links: list[str | None]) -> None:
    assert entities(resolve(text, day)[0]) == links


def test_a_short_name_is_the_leader_of_the_day_told() -> None:
    text = "Kim Jong Un spoke. On August 24, 2011, Kim met Medvedev."
    sentences = split_sentences(text)
    links, _ = link(find(text), LEXICON, DAY, sentences, find_dates(text, DAY))
    assert entities(links) == ["kim-jong-un", "kim-jong-il", "dmitry-medvedev"]


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("The president of Moscow State University came.", None),
        ("The governor of the Bank of Russia came.", None),
        ("The White House secretary came.", None),
        ("The head of the Kremlin press service came.", None),
        ("The head of the State Duma committee came.", None),
        ("The CIA director came.", "john-ratcliffe"),
        ("The chairman of the State Duma came.", "vyacheslav-volodin"),
        ("The head of Rosatom came.", "alexei-likhachev"),
        ("The vice-minister of Defence of the Russian Federation came.", None),
        ("The minister of Defence of the Russian Federation came.", "andrei-belousov"),
        ("The Chinese ambassador to Indonesia came.", None),
        ("The Russian ambassador came.", None),
        ("Talks were held at the foreign minister level.", None),
        ("Any Russian president would come.", None),
        ("Donald Trump Jr. came.", None),
        ("Hunter Biden came.", None),
        ("Kim Jong Un, 40 years old, came.", "kim-jong-un"),
        ("Keir Starmer, a former singer, came.", "keir-starmer"),
    ],
)
def test_words_that_look_like_an_office_or_a_leader_are_weighed_whole(text: str, person: str | None) -> None:
    links, _ = resolve(text, dt.date(2025, 6, 20))
    known = [found for found in entities(links) if found and LEXICON.is_person(ENTITY + found)]
    assert known == ([person] if person else [])


def test_a_namesake_once_told_apart_stays_so() -> None:
    links, minted = resolve("South Korean lawmaker Kim Yong Chol came. Kim Yong Chol wept.", DAY, "Kim Yong Chol")
    assert len(minted) == 1
    assert {x.entity for x in links} == {minted[0].iri}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Moscow has ratified the pact.", "russia"),
        ("He said that Seoul will respond.", "south-korea"),
        ("Pro-Pyongyang residents left.", "north-korea"),
        ("The visit to Pyongyang ended.", "pyongyang"),
        ("The train from Moscow has left.", "moscow"),
        ("In Seoul it rained.", "seoul"),
    ],
)
def test_a_capital_is_its_government_where_it_acts(text: str, place: str) -> None:
    links, _ = resolve(text)
    assert entities(links)[0] == place
