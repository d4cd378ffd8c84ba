"""Who holds an office on a day: acting and full holders, those who leave, those who died, tenures of which little is known."""

import datetime as dt
from dataclasses import replace

import pytest
from mentions import LEXICON

from kg.dates import make_day
from kg.ids import ENTITY
from kg.lexicon import Lexicon
from kg.records import Mention, Office, Tenure
from kg.stages.holder import find_holders

MAYOR = Office(
    iri="mayor", label="Mayor", organisation=ENTITY + "russia", state=ENTITY + "russia", titles=("mayor",), rank=3, one_person=True
)


def tenure(person: str, begin: str | None, end: str | None, *, acting: bool = False, checked: str | None = None) -> Tenure:
    days = [make_day(dt.date.fromisoformat(day)) if day else None for day in (begin, end)]
    seen = dt.date.fromisoformat(checked) if checked else None
    return Tenure(person=person, office="mayor", begin=days[0], end=days[1], acting=acting, checked=seen)


def holders(title: str, day: str, *tenures: Tenure, one_person: bool = True) -> tuple[str, ...]:
    office = replace(MAYOR, one_person=one_person)
    lexicon = Lexicon(replace(LEXICON.ontology, offices={"mayor": office}, tenures=tenures))
    former = "former" in title or "late" in title
    mention = Mention(start=0, end=1, text=title, name="", kind="office", title=title, offices=("mayor",), former=former)
    return find_holders(mention, lexicon, make_day(dt.date.fromisoformat(day)))


ANNA, BORIS = tenure("anna", "2000-01-01", "2005-05-05"), tenure("boris", "2005-05-05", "2010-01-01")


@pytest.mark.parametrize(
    ("title", "day", "people"),
    [
        ("mayor", "2003-03-03", ("anna",)),
        ("mayor", "2007-03-03", ("boris",)),
        ("mayor", "2005-05-05", ("anna", "boris")),
        ("outgoing mayor", "2005-05-05", ("anna",)),
        ("former mayor", "2007-03-03", ()),
        ("late mayor", "2005-06-06", ("anna",)),
        ("late mayor", "2007-06-06", ()),
        ("mayor", "2020-01-01", ()),
    ],
)
def test_the_title_and_the_day_tell_the_holder(title: str, day: str, people: tuple[str, ...]) -> None:
    assert holders(title, day, ANNA, BORIS) == people


def test_the_acting_holder_is_meant_where_the_title_says_so() -> None:
    full, acting = tenure("anna", "2000-01-01", "2005-05-05"), tenure("boris", "2004-01-01", "2005-01-01", acting=True)
    assert holders("mayor", "2004-06-06", full, acting) == ("anna",)
    assert holders("acting mayor", "2004-06-06", full, acting) == ("boris",)
    assert holders("mayor", "2004-06-06", acting) == ("boris",)


def test_an_office_of_several_means_nobody() -> None:
    assert holders("mayor", "2003-03-03", ANNA, one_person=False) == ()


def test_what_is_known_goes_before_what_may_be() -> None:
    seen, dateless = tenure("carl", "2000-01-01", None, checked="2005-01-01"), tenure("dora", None, "2020-01-01")
    assert holders("mayor", "2007-03-03", BORIS, dateless) == ("boris",)
    assert holders("mayor", "2005-06-06", BORIS, seen) == ("boris",)
    assert holders("mayor", "2005-06-06", seen) == ("carl",)
    assert holders("mayor", "2007-06-06", seen) == ()


def test_the_rank_is_that_of_the_day() -> None:
    day = make_day(dt.date(2015, 6, 6))
    assert LEXICON.ontology.rank_of(ENTITY + "vladimir-putin", day) == 1
    assert LEXICON.ontology.rank_of(ENTITY + "kim-il-sung", day) is None
