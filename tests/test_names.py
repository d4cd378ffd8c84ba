"""What users write: names in any spelling and script, offices by title and state, ids; what is unclear is refused with a hint."""

from collections.abc import Iterator

import pytest
from sample import HAN, put

from kg.errors import QueryError
from kg.ids import ENTITY, EVENT
from kg.names import find_entity, find_event, find_office, find_place
from kg.store import Store


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with Store() as opened:
        yield put(opened)


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("Kim Jong Un", "kim-jong-un"),
        ("Kim Jong-un", "kim-jong-un"),
        ("KIM  JONG UN", "kim-jong-un"),
        ("김정은", "kim-jong-un"),
        ("Gim Jeong-eun", "kim-jong-un"),
        ("Jong-un Kim", "kim-jong-un"),
        ("V. V. Putin", "vladimir-putin"),
        ("Putin Vladimir Vladimirovich", "vladimir-putin"),
        ("Šojgu", "sergei-shoigu"),
        ("Choi Sun-hee", "choe-son-hui"),
        ("Сергей Лавров", "sergei-lavrov"),
        ("Sergey Lavrov", "sergei-lavrov"),
        ("Putin", "vladimir-putin"),
        ("Shoigu", "sergei-shoigu"),
        ("DPRK", "north-korea"),
        ("id:kim-jong-un", "kim-jong-un"),
        ("kim-jong-un", "kim-jong-un"),
        (ENTITY + "kim-jong-un", "kim-jong-un"),
        ("Han Tok Su", "han-tok-su"),
        ("Han Tok-su", "han-tok-su"),
        ("Moscow", "moscow"),
    ],
)
def test_an_entity_is_found_by_any_of_its_names(store: Store, text: str, entity: str) -> None:
    assert find_entity(store, text) == ENTITY + entity


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Lavrow", "near: Lavrov"),
        ("Kim Jong Unn", "near: Kim Jong Un"),
        ("Ri Yong Ho", r"Ri Yong Ho \(ri-yong-ho\)"),
        ("Pak", r"may be .*\(pak-[a-z-]+\), .* more"),
        ("xyzzyq", "nothing here is called 'xyzzyq'$"),
        ("", "nothing here is called ''$"),
        ("id:nobody", "nothing here is called"),
        ('" } DROP ALL', "nothing here is called"),
    ],
)
def test_an_unclear_name_is_refused_with_what_is_near(store: Store, text: str, hint: str) -> None:
    with pytest.raises(QueryError, match=hint):
        find_entity(store, text)


def test_of_many_who_bear_a_name_the_only_one_who_takes_part_in_anything_is_meant(store: Store) -> None:
    assert find_entity(store, "Kim") == ENTITY + "kim-jong-un"


def test_a_minted_name_is_found_by_a_part_of_it(store: Store) -> None:
    assert find_entity(store, "Tok Su") == HAN


def test_a_person_is_no_place(store: Store) -> None:
    assert find_place(store, "North Korea") == ENTITY + "north-korea"
    with pytest.raises(QueryError):
        find_place(store, "Vladimir Putin")


@pytest.mark.parametrize(
    ("text", "office"),
    [
        ("Russian defence minister", "russian-defence-minister"),
        ("the Russian defense minister", "russian-defence-minister"),
        ("Russia's Defence Minister", "russian-defence-minister"),
        ("defence minister of Russia", "russian-defence-minister"),
        ("Moscow's foreign minister", "russian-foreign-minister"),
        ("North Korean leader", "north-korean-leader"),
        ("DPRK foreign minister", "north-korean-foreign-minister"),
        ("Secretary of Russia's Security Council", "russian-security-council-secretary"),
        ("Leader of North Korea", "north-korean-leader"),
        ("russian-president", "russian-president"),
    ],
)
def test_an_office_is_found_by_title_and_state(store: Store, text: str, office: str) -> None:
    assert find_office(store, text) == ENTITY + office


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("foreign minister", "may be .* of .* or [0-9]+ more"),
        ("Freedonian foreign minister", "no office is called"),
        ("Russian assistant foreign minister", "no office is called"),
        ("", "no office is called"),
    ],
)
def test_an_unclear_office_is_refused(store: Store, text: str, hint: str) -> None:
    with pytest.raises(QueryError, match=hint):
        find_office(store, text)


@pytest.mark.parametrize("text", [EVENT + "summit", "event:summit"])
def test_an_event_is_found_by_its_iri(store: Store, text: str) -> None:
    assert find_event(store, text) == EVENT + "summit"


@pytest.mark.parametrize("text", ["summit", "abe", "cafe", "0123456789abcdef", EVENT, EVENT + "nothing", 'event:" )', "Kim Jong Un"])
def test_what_is_no_event_gives_none(store: Store, text: str) -> None:
    assert find_event(store, text) is None
