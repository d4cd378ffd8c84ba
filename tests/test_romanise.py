"""Native names and the Latin spellings that they have, and do not have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.romanise import (
    family_spellings,
    is_hangul,
    is_patronymic,
    is_spelling,
    is_syllable,
    native_paths,
    rotations,
    short_paths,
    spellings,
)
from kg.text import spelling_key

SYLLABLES = st.integers(0xAC00, 0xD7A3).map(chr)


def key(text: str) -> tuple[str, ...]:
    return tuple(spelling_key(text).split())


@pytest.mark.parametrize(
    ("native", "latin"),
    [
        ("김정은", "Kim Jong Un"),
        ("김정은", "Kim Jong-un"),
        ("김정은", "Kim Chŏng-ŭn"),
        ("김정은", "Gim Jeong-eun"),
        ("김정은", "Kim Jongun"),
        ("김정은", "Jong-un Kim"),
        ("최선희", "Choe Son Hui"),
        ("최선희", "Choi Son-hui"),
        ("최선희", "Ch’oe Sŏn-hŭi"),
        ("최선희", "Choi Sun-hee"),
        ("리용호", "Ri Yong Ho"),
        ("리용호", "Lee Yong-ho"),
        ("리용호", "Yi Yongho"),
        ("로광철", "No Kwang Chol"),
        ("로광철", "Ro Kwang-chol"),
        ("박태성", "Pak Thae Song"),
        ("박태성", "Park Tae-sung"),
        ("최영림", "Choe Yong-nim"),
        ("이재명", "Lee Jae-myung"),
        ("이재명", "Ri Jae Myong"),
        ("현영철", "Hyun Young-chul"),
        ("Сергей Лавров", "Sergey Lavrov"),
        ("Сергей Лавров", "Sergei Lavrov"),
        ("Сергей Лавров", "Serguei Lavrov"),
        ("Сергей Лавров", "Lavrov Sergej"),
        ("Сергей Шойгу", "Sergej Šojgu"),
        ("Сергей Шойгу", "Sergey Shoygu"),
        ("Валентина Матвиенко", "Valentina Matvienko"),
        ("Валентина Матвиенко", "Valentina Matviyenko"),
        ("Евгений Пригожин", "Yevgeny Prigozhin"),
        ("Владимир Владимирович Путин", "Vladimir Putin"),
        ("Виктор Янукович", "Viktor Yanukovich"),
    ],
)
def test_a_native_name_has_the_spellings_of_the_press(native: str, latin: str) -> None:
    assert is_spelling(key(latin), native)


@pytest.mark.parametrize(
    ("native", "latin"),
    [
        ("김정은", "Kim Jong Il"),
        ("김정은", "Kim Jong"),
        ("김정은", "Un Jong Kim"),
        ("김정은", ""),
        ("최선희", "Choe Ryong Hae"),
        ("리용호", "Ri Yong Gil"),
        ("Сергей Лавров", "Sergei Ivanov"),
        ("Сергей Лавров", "Sergei"),
        ("Виктор Янукович", "Viktor"),
        ("习近平", "Xi Jinping"),
    ],
)
def test_and_not_those_of_others(native: str, latin: str) -> None:
    assert not is_spelling(key(latin), native)


@given(SYLLABLES)
def test_every_syllable_can_be_spelt(syllable: str) -> None:
    assert spellings(syllable)
    assert all(key.isascii() and key.isalpha() for key in spellings(syllable))


@given(st.text(SYLLABLES, min_size=2, max_size=4))
def test_a_korean_name_can_be_walked_from_either_end(native: str) -> None:
    first, last = native_paths(native, family_first=True)
    assert "".join(first) == native
    assert sorted(last) == sorted(native)


@pytest.mark.parametrize(
    ("syllable", "is_one"), [("jong", True), ("hyok", True), ("un", True), ("led", False), ("based", False), ("", False)]
)
def test_what_may_be_a_syllable(syllable: str, is_one: bool) -> None:
    assert is_syllable(syllable) is is_one


def test_a_family_name_is_known_by_itself_and_a_patronymic_is_none() -> None:
    assert {"choe", "choy"} <= family_spellings("최선희", family_first=True)
    assert "shoygu" in family_spellings("Сергей Кужугетович Шойгу", family_first=False)
    assert family_spellings("习近平", family_first=True) == frozenset()
    assert is_patronymic("kuzhugetovich")
    assert not is_patronymic("putin")
    assert ("sergey", "kuzhugetovych") in set(short_paths("Сергей Кужугетович Шойгу"))
    assert not list(short_paths("Сергей Шойгу"))


def test_a_name_of_one_word_has_one_order() -> None:
    assert list(rotations(("pele",), family_first=False)) == [("pele",)]
    assert list(rotations(("kim", "jong", "un"), family_first=True)) == [("kim", "jong", "un"), ("jong", "un", "kim")]
    assert not is_hangul("")
