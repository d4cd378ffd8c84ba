"""Text -> mentions: how far a name reaches, what stands before and after it, and what is no name at all."""

from itertools import pairwise

import pytest
from mentions import find

from kg.ids import ENTITY


@pytest.mark.parametrize(
    ("text", "mention", "name", "kind", "entity"),
    [
        ("Kim Jong-un waved.", "Kim Jong-un", "Kim Jong-un", "person", "kim-jong-un"),
        ("KIM JONG UN waved.", "KIM JONG UN", "KIM JONG UN", "person", "kim-jong-un"),
        ("Then Sergey Lavrov spoke.", "Sergey Lavrov", "Sergey Lavrov", "person", "sergei-lavrov"),
        ("Sergei Vladimirovich Lavrov came.", "Sergei Vladimirovich Lavrov", "Sergei Vladimirovich Lavrov", "person", "sergei-lavrov"),
        ("ComradeKim Jong Unreceived the guests.", "ComradeKim Jong Un", "Kim Jong Un", "person", "kim-jong-un"),
        ("Kim Jong-un (left) waved.", "Kim Jong-un (left)", "Kim Jong-un", "person", "kim-jong-un"),
        ("North Korea's Kim waved.", "North Korea's Kim", "Kim", "person", "kim-jong-un"),
        ("The North Korean capital was quiet.", "North Korean capital", "North Korean capital", "place", "pyongyang"),
        ("North Korean workers left.", "North Korean", "North Korean", "demonym", "north-korea"),
        ("In Seoul it rained.", "Seoul", "Seoul", "place", "seoul"),
        ("US officials left.", "US", "US", "state", "united-states"),
        ("It was opened by Vice-Chairwoman Hong Son Ok.", "Vice-Chairwoman Hong Son Ok", "Hong Son Ok", "person", None),
        ("It was opened by Vice-Minister So Kil Bok.", "Vice-Minister So Kil Bok", "So Kil Bok", "person", None),
    ],
)
def test_a_name_is_found_however_it_is_written(text: str, mention: str, name: str, kind: str, entity: str | None) -> None:
    (found,) = find(text)
    assert (found.text, found.name, found.kind) == (mention, name, kind)
    assert ENTITY + entity in found.candidates if entity else not found.candidates
    assert text[found.start : found.end] == found.text


@pytest.mark.parametrize(
    ("text", "mention", "title", "office", "former"),
    [
        ("Russian Foreign Minister Sergei Lavrov came.", None, "Russian Foreign Minister", "russian-foreign-minister", False),
        ("Choe Son Hui, foreign minister of the DPRK, came.", None, "foreign minister of the DPRK", "north-korean-foreign-minister", False),
        (
            "Former Russian Defence Minister Sergei Shoigu came.",
            None,
            "Former Russian Defence Minister",
            "russian-defence-minister",
            True,
        ),
        ("The Russian president came.", "Russian president", "Russian president", "russian-president", False),
        ("Russia's defence minister came.", "Russia's defence minister", "Russia's defence minister", "russian-defence-minister", False),
    ],
)
def test_a_title_belongs_to_the_mention_and_tells_the_office(text: str, mention: str | None, title: str, office: str, former: bool) -> None:
    (found,) = find(text)
    assert found.title == title
    assert found.offices == (ENTITY + office,)
    assert found.former is former
    assert found.text == (mention or text.removesuffix(" came.").rstrip(","))
    assert found.kind == ("office" if mention else "person")


def test_a_newcomer_is_a_person_where_the_pipeline_or_a_title_says_so() -> None:
    found = find("Boris Novak and Deputy Minister Zlata Brno met Old Hand.", "Boris Novak")
    assert [(m.name, m.kind, m.title) for m in found] == [("Boris Novak", "person", ""), ("Zlata Brno", "person", "Deputy Minister")]


@pytest.mark.parametrize("text", ["He told us so.", "After that, they left.", "Nothing New came.", ""])
def test_capitals_alone_make_no_name(text: str) -> None:
    assert find(text) == ()


def test_mentions_come_in_order_and_do_not_overlap() -> None:
    text = "Russian President Vladimir Putin, North Korea's Kim Jong Un and Choe Son Hui met in Pyongyang. Putin left for Moscow."
    found = find(text)
    assert [m.name for m in found] == ["Vladimir Putin", "Kim Jong Un", "Choe Son Hui", "Pyongyang", "Putin", "Moscow"]
    assert all(one.end <= other.start for one, other in pairwise(found))


@pytest.mark.parametrize("text", ["Vladimir " + "V. " * 4000, "Putin " + "V.V. " * 3000, "Kim " + "Jong-" * 4000, "LAVROV, " * 2000])
def test_a_text_made_to_be_slow_is_not(text: str) -> None:
    # Of the size of a long article; what grew with its square took minutes.
    find(text)
