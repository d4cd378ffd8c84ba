"""Watch lists: no text that names somebody watched is passed over, however the name is written and wherever it stands."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import QueryError
from kg.ids import ENTITY
from kg.lexicon import Lexicon
from kg.registry import open_lexicon
from kg.text import Word, name_key, romanised, words
from kg.watch import _BLOCK, _HEAD, FREQUENT, WatchList, _ways, watch

FILLER = "The committee of the town met on the matter of roads and trees, and nobody had much to say about it. "


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return open_lexicon()


@pytest.fixture(scope="module")
def states(lexicon: Lexicon) -> WatchList:
    return watch(lexicon)


@pytest.mark.parametrize(
    "text",
    [
        "Russia said no.",
        "A Russian said no.",
        "the North Koreans left",
        "NORTH KOREA FIRES MISSILE",
        "DPRK",
        "Putin",
        "PUTIN ARRIVES",
        "(Lavrov)",
        "Lavrov's plane",
        "Sergey Lavrov",
        "Lavrov, Sergei",
        "Kim Jong Un",
        "Kim Jong-un",
        "Kim Chŏng-ŭn",
        "Kim Jongun",
        "KIM JONG UN",
        "Kim\u00a0Jong\u00a0Un",
        "Kim\nJong\nUn",
        "Choe Son Hui",
        "Choi Sun-hee",
        "Ch'oe Sŏn-hŭi",
        "Ch’oe Son-hui",
        "Ri Yong Ho",
        "Valentina Matvienko",
        "Valentina Matviyenko",
        "Evgeny Prigozhin",
        "Yevgeny Prigozhin",
        "the Kremlin",
        "Moscow",
        "Pyongyang.The two",
        "ComradeKim Jong Unreceived",
        "KCNA",
        "the Korean Central News Agency",
        "Gazprom",
        "the Defence Ministry of Russia",
        "Vladivostok",
        "Wonsan",
        "[the DPRK]",
        "[KCNA]",
        "FSB_",
        "D.P.R.K.",
    ],
)
def test_a_text_that_names_somebody_watched_is_seen(states: WatchList, text: str) -> None:
    for around in (text, FILLER + text, f"{FILLER}{text} {FILLER}"):
        assert states.find(around.encode())
        assert states.names(around)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Kim Kardashian came.",
        "South Korea and South Koreans",
        "Mr. Lee met Mr. Park and Mr. Kim in Seoul.",
        "So they went. No, they did not. An hour passed.",
        "The Central Committee of the Party met.",
        "The Security Council met in New York.",
        "Joe Biden met Xi Jinping in Bali.",
        "Sergei said so.",
        "Today the Prime Minister was in the Pacific.",
        "a russia that is not a name",
    ],
)
def test_a_text_that_names_none_of_them_is_none_of_ours(states: WatchList, text: str) -> None:
    assert not states.names(text)


def test_a_name_within_another_one_does_not_hide_it(states: WatchList) -> None:
    # "Kim" begins both, and "South Korea" ends as "North Korea" does: of overlapping names each counts by itself.
    assert states.names("Kim Kardashian read of Kim Jong Un.")
    assert states.names("South Korea, North Korea and Japan")


def test_every_name_that_has_a_word_of_its_own_is_found(lexicon: Lexicon, states: WatchList) -> None:
    """Whatever is missed is made of words of two or three letters, words of English, or words that are part of many names."""
    names = sorted({label.text for iri in states.watched for label in lexicon.ontology.entities[iri].labels if label.language == "en"})
    missed = [name for name in names if not (states.find(name.encode()) and states.names(name))]
    rates = {key: (int(one), int(other)) for key, one, other in (line.split("\t") for line in FREQUENT.read_text("utf-8").splitlines())}

    def is_own(word: Word) -> bool:
        key = romanised(word.key)
        often, small = rates.get(key, (0, 0))
        beginning = rates.get(key[:8], (0, 0))[1]
        return word.text[0].isupper() and len(key) > 3 and often < 50 and max(small, beginning) < 5 and word.key not in common

    common = lexicon.words("FunctionWord")
    unexplained = [name for name in missed if any(map(is_own, words(name))) and not re.search("[a-z][A-Z]", name)]
    assert unexplained == []
    assert len(names) > 1000


def test_where_the_lexicon_sees_a_watched_person_the_bytes_are_seen(lexicon: Lexicon, states: WatchList) -> None:
    """Spellings are made by chance from the ways to write each syllable and letter; whichever the lexicon knows must be found."""
    chance = random.Random(0)
    families = sorted(key for key in lexicon.readings if len(key) > 2)
    known = 0
    for one, other, third in (chance.sample(families, 3) for _ in range(4000)):
        text = f"{one.title()} {other.title()} {third.title()}"
        named = lexicon.names.longest(words(text), 0, text)
        if named and named[0] == 3 and not states.watched.isdisjoint(named[2]):
            known += 1
            assert states.find(text.encode()), text
            assert states.names(text), text
    for iri in sorted(states.watched):
        if lexicon.is_person(iri):
            name = lexicon.ontology.entities[iri].label
            for spelt in (name, name.upper(), name.replace("ei", "ey"), name.replace("y ", "iy "), name.replace("Ye", "E")):
                found = lexicon.names.longest(words(spelt), 0, spelt)
                if found and not states.watched.isdisjoint(found[2]):
                    known += 1
                    if max(map(len, spelt.split())) > 3:
                        assert states.find(spelt.encode()), spelt
                        assert states.names(spelt), spelt
    assert known > 1000


@settings(max_examples=300, deadline=None)
@given(st.from_regex(r"(?!.*(?:[iy][iyj]|[yi]{2}|sh?ch|ks|xa))[aeioyskhcxrndlvgmp]{3,10}", fullmatch=True))
def test_what_a_word_begins_with_is_among_the_ways_to_write_its_key(word: str) -> None:
    key = romanised(name_key(word))
    assert any(word.startswith(head) or head.startswith(word) for head in _ways(key, korean=False))


@pytest.mark.parametrize("place", [0, 1, _BLOCK - _HEAD, _BLOCK - 5, _BLOCK - 1, _BLOCK, _BLOCK + 1, 2 * _BLOCK - 3, 3 * _BLOCK - 5])
def test_a_name_is_found_wherever_in_the_bytes_it_stands(states: WatchList, place: int) -> None:
    data = bytearray(b" " * (3 * _BLOCK))
    data[place : place + 5] = b"Putin"
    assert states.find(bytes(data)) == [place]


def test_places_come_in_order_each_once(states: WatchList) -> None:
    data = ("Putin, Lavrov, Kim Jong Un. " + FILLER) * 5000
    found = states.find(data.encode())
    assert found == sorted(set(found))
    assert len(found) >= 3 * 5000
    assert all(data.encode()[place : place + 1].isupper() for place in found)


@pytest.mark.parametrize("size", range(20))
def test_few_bytes_are_no_trouble(states: WatchList, size: int) -> None:
    for fill in (b"P", b"\xc3", b"\xe2\x80\x99", b"\0", b"Putin"):
        states.find((fill * size)[:size])


@pytest.mark.parametrize(
    ("names", "seen", "unseen"),
    [
        (["China"], ["Xi Jinping met him.", "Beijing said so.", "The Chinese left."], ["Putin met Lavrov."]),
        (["China"], ["Hui Liangyu came."], ["Choe Son Hui came."]),
        (["Kim Jong-un"], ["Kim Jong Un came."], ["Putin came."]),
        (["Choi Sun-hee"], ["Choe Son Hui came."], ["Putin came."]),
        (["Sergei Lavrov"], ["Lavrov came.", "Sergey Lavrov came."], ["Russia said no.", "Putin came."]),
        (["kcna"], ["KCNA reported it."], ["Kim Jong Un came."]),
        ([ENTITY + "mongolia", "Japan"], ["Mongolia and others", "Tokyo said so."], ["Russia said no."]),
    ],
)
def test_any_entity_may_be_watched(lexicon: Lexicon, names: list[str], seen: list[str], unseen: list[str]) -> None:
    chosen = watch(lexicon, names)
    assert [text for text in seen if not chosen.names(text)] == []
    assert [text for text in unseen if chosen.names(text)] == []


@pytest.mark.parametrize(("name", "reason"), [("Atlantis", "called 'Atlantis'"), ("", "called ''")])
def test_nobody_is_watched_whom_the_ontology_lacks(lexicon: Lexicon, name: str, reason: str) -> None:
    with pytest.raises(QueryError, match=reason):
        watch(lexicon, [name])


def test_the_ontology_watches_two_states_and_what_is_of_them(lexicon: Lexicon, states: WatchList) -> None:
    assert {ENTITY + "north-korea", ENTITY + "russia", ENTITY + "kim-jong-un", ENTITY + "kcna"} <= states.watched
    assert {ENTITY + "south-korea", ENTITY + "xi-jinping"}.isdisjoint(states.watched)
    assert lexicon.ontology.watched == {ENTITY + "north-korea", ENTITY + "russia"}
