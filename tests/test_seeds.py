"""The five articles as a whole: each event that a careful reader finds in them is in the graph once, with all its articles."""

from pathlib import Path

import pytest

import kg
from kg.graph import Graph

ARTICLES = {
    "IANS": "000_ee46e290529f2615",
    "Yonhap": "001_d5340ec7e7a9bdb8",
    "2025-06": "002_5ca2635f3498d122",
    "Reuters": "003_7a1f104e529b2f10",
    "2025-07": "004_6f11f9f0124ec80f",
}
EVENTS = [
    ("Meeting", "occurred", "2023-09-13", "Vostochny Cosmodrome", {"Kim Jong Un", "Vladimir Putin"}, {"IANS", "Yonhap", "Reuters"}),
    ("Message", "occurred", "2023-10-12", None, {"Kim Jong Un", "Vladimir Putin"}, {"Yonhap"}),
    ("Meeting", "occurred", "2023-10-18/2023-10-20", "Pyongyang", {"Kim Jong Un", "Sergei Lavrov"}, {"Reuters"}),
    ("Meeting", "occurred", "2023-10-18/2023-10-21", "Pyongyang", {"Choe Son Hui", "Sergei Lavrov"}, {"Reuters"}),
    ("Signing", "occurred", "2023-10-18/2023-10-21", "Pyongyang", {"Choe Son Hui", "Sergei Lavrov"}, {"Reuters"}),
    ("Meeting", "occurred", "2024-06", "Pyongyang", {"Kim Jong Un", "Vladimir Putin"}, {"IANS", "2025-06", "2025-07"}),
    ("Signing", "occurred", "2024-06", "Pyongyang", {"Kim Jong Un", "Vladimir Putin"}, {"IANS", "2025-06"}),
    ("Meeting", "occurred", "2024-09-13", "Pyongyang", {"Kim Jong Un", "Sergei Shoigu"}, {"IANS"}),
    ("Statement", "occurred", "2025-06-02", None, {"North Korea"}, {"2025-06"}),
    ("Meeting", "occurred", "2025-06-04", None, {"Kim Jong Un", "Sergei Shoigu"}, {"2025-06"}),
    ("Visit", "occurred", "2025-07-11/2025-07-13", None, {"Sergei Lavrov"}, {"2025-07"}),
    ("Meeting", "occurred", "2025-07-12", None, {"Kim Jong Un", "Sergei Lavrov"}, {"2025-07"}),
    ("Meeting", "occurred", "2025-07-12", None, {"Choe Son Hui", "Sergei Lavrov"}, {"2025-07"}),
    ("Pledge", "occurred", "2023-10-12", None, {"Kim Jong Un", "Vladimir Putin"}, {"Yonhap"}),
    ("Invitation", "occurred", "2023-09", "Russia", {"Kim Jong Un", "Vladimir Putin"}, {"Reuters"}),
    ("Pledge", "occurred", "2023-10-18/2023-10-21", None, {"Sergei Lavrov", "North Korea"}, {"Reuters"}),
    ("Pledge", "occurred", "2025-06-04", None, {"Kim Jong Un"}, {"2025-06"}),
    ("Statement", "occurred", None, None, {"North Korean Foreign Ministry"}, {"2025-06"}),
    ("Statement", "occurred", "2025-07-12", None, {"Sergei Lavrov"}, {"2025-07"}),
]

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    return kg.build(Path(__file__).parent.parent / "seeds", tmp_path_factory.mktemp("seeds") / "out")


@pytest.mark.parametrize("event", EVENTS, ids=str)
def test_event_is_there_with_all_its_articles(graph: Graph, event: tuple) -> None:
    type_, status, date, place, who, articles = event
    rows = [
        row for row in graph.timeline(type=type_, status=status)
        if (row.date, row.place_label) == (date, place) and {part.label for part in row.participants} == who
    ]  # fmt: skip
    assert len(rows) == (2 if type_ == "Message" else 1)  # two letters cross
    for row in rows:
        assert {claim.article for claim in graph.event(row.event).claims} == {ARTICLES[name] for name in articles}
        assert row.quotes


def test_allegations_of_other_goods_stay_apart_and_name_those_who_allege(graph: Graph) -> None:
    rows = graph.timeline(type="Transfer", status="alleged")
    assert all({part.label for part in row.participants} == {"North Korea", "Russia"} and row.date is None and row.quotes for row in rows)
    said = sorted((claim.article, row.attributed) for row in rows for claim in graph.event(row.event).claims)
    expected = ((ARTICLES["2025-06"], ("Multilateral Sanctions Monitoring Team",)), (ARTICLES["IANS"], ("United States",)))
    assert said == sorted(expected)


def test_pairs_meet_no_more_often_than_the_articles_say(graph: Graph) -> None:
    assert len(graph.met("Kim Jong Un", "Putin")) == 2
    assert len(graph.met("Kim Jong Un", "Lavrov")) == 2
    assert len(graph.met("Choe Son Hui", "Lavrov")) == 2
    assert len(graph.met("Kim Jong Un", "Shoigu")) == 2
