"""Questions on sources, denials, plans and edits, asked of a small corpus whose answers are known."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.folder import add, build
from kg.graph import Graph, open_graph
from kg.ids import local
from kg.questions import run

# The id, the day, the outlet and the text of each article. No such meetings took place.
COPIED = (
    "North Korean leader Kim Jong Un met Russian ambassador Alexander Matsegora in Pyongyang on April 1, officials in Seoul said, "
    "adding that the two spoke about wheat, coal, tourism and the return of diplomats to the embassy after the pandemic."
)
ARTICLES = (
    (
        "tass-1",
        "2024-03-14",
        "TASS",
        "Russian Foreign Minister Sergei Lavrov met North Korean Foreign Minister Choe Son Hui in Moscow on March 13.",
    ),
    (
        "kcna-1",
        "2024-03-16",
        "KCNA",
        "Choe Son Hui held talks with Sergei Lavrov in Moscow on March 13. Choe Son Hui met Vladimir Putin in Moscow on March 14.",
    ),
    (
        "reuters-1",
        "2024-03-15",
        "Reuters",
        "Sergei Lavrov met North Korea's Choe Son Hui in Moscow on March 12, a spokesman told reporters.",
    ),
    ("yonhap-1", "2024-04-02", "Yonhap News Agency", COPIED),
    ("gazette-1", "2024-04-03", "The Harbour Gazette", f"{COPIED} (Yonhap)"),
    ("kyodo-1", "2024-05-10", "Kyodo News", "Russia denied that Sergei Shoigu had met Kim Jong Un in Pyongyang on May 8."),
    (
        "tass-2",
        "2024-06-01",
        "TASS",
        "Russian Security Council Secretary Sergei Shoigu met Kim Jong Un in Pyongyang on May 8, the Kremlin said.",
    ),
    (
        "ria-1",
        "2024-06-02",
        "RIA Novosti",
        "Vladimir Putin will visit Mongolia on June 20. Vyacheslav Volodin will visit Pyongyang on June 25.",
    ),
    ("tass-3", "2024-06-26", "TASS", "State Duma Speaker Vyacheslav Volodin visited Pyongyang on June 25."),
    ("xinhua-1", "2024-07-30", "Xinhua", "Wang Yi met Sergei Lavrov in Vientiane on July 25."),
)


def line(name: str, day: str, outlet: str, text: str, **more: str) -> str:
    return json.dumps({"id": name, "published": day, "publisher": outlet, "text": text, **more})


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("questions")
    (folder / "articles.jsonl").write_text("\n".join(line(*article, retrieved="2024-08-01") for article in ARTICLES), encoding="utf-8")
    build(folder / "articles.jsonl", folder / "out")
    return folder / "out"


@pytest.fixture(scope="module")
def graph(out: Path) -> Iterator[Graph]:
    with open_graph(out) as opened:
        yield opened


def event(graph: Graph, who: str, whom: str, status: str = "occurred") -> str:
    (row,) = graph.met(who, whom, status=status)
    return row.event


pytestmark = pytest.mark.model


def test_what_was_denied_and_told_later(graph: Graph) -> None:
    (row,) = graph.ask("denied").records
    assert row["event_label"] == "Meeting: Sergei Shoigu, Kim Jong Un (2024-05-08)"
    assert (row["denier_label"], str(row["denied"])) == ("Russia", "2024-05-10")
    assert row["later"] == event(graph, "Kim Jong Un", "Shoigu")
    assert graph.ask("denied", who="Wang Yi").rows == ()


def test_on_what_sources_disagree(graph: Graph) -> None:
    rows = run(graph.store, "disagreements", event=event(graph, "Lavrov", "Choe Son Hui")).rows
    assert {(field, value, outlet) for _, field, value, outlet in rows} == {
        ("date", "2024-03-13", "TASS"),
        ("date", "2024-03-13", "KCNA"),
        ("date", "2024-03-12", "Reuters"),
        ("status", "occurred", "TASS"),
        ("status", "occurred", "KCNA"),
        ("status", "alleged", "Reuters"),
    }


def test_who_reported_first_and_how_long_the_others_took(graph: Graph) -> None:
    rows = run(graph.store, "first_reports", event=event(graph, "Lavrov", "Choe Son Hui")).rows
    assert [(outlet, str(published), lag) for outlet, _, published, lag in rows] == [
        ("TASS", "2024-03-14", 0),
        ("Reuters", "2024-03-15", 1),
        ("KCNA", "2024-03-16", 2),
    ]


def test_a_copy_is_no_second_source(graph: Graph) -> None:
    rows = run(graph.store, "first_reports", event=event(graph, "Kim Jong Un", "Matsegora")).rows
    assert [outlet for outlet, *_ in rows] == ["Yonhap News Agency"]
    alone = {(row["event_label"], row["why"]) for row in graph.ask("single_source", status="occurred").records}
    assert ("Meeting: Kim Jong Un, Alexander Matsegora (2024-04-01)", "one source") in alone
    assert not any("Lavrov" in str(label) and "Choe" in str(label) for label, _ in alone)


def test_what_one_outlet_reports_and_another_does_not(graph: Graph) -> None:
    rows = graph.ask("reported_by_one", outlet="KCNA", other="TASS").records
    assert {row["event_label"] for row in rows} == {"Meeting: Choe Son Hui, Vladimir Putin (2024-03-14)"}
    assert graph.ask("reported_by_one", outlet="KCNA", other="KCNA").rows == ()


def test_what_was_planned_and_is_not_reported_to_have_happened(graph: Graph) -> None:
    rows = graph.ask("unfulfilled").records
    assert [(row["event_label"], str(row["latest"]), str(row["until"])) for row in rows] == [
        ("Visit: Vladimir Putin (2024-06-20)", "2024-06-20", "2024-07-30")
    ]


def test_which_article_was_edited_and_what_rests_on_it_alone(out: Path, tmp_path: Path) -> None:
    edited = line("kcna-1", "2024-03-16", "KCNA", "Choe Son Hui met Vladimir Putin in Moscow on March 14.", retrieved="2024-09-01")
    (tmp_path / "edited.jsonl").write_text(edited, encoding="utf-8")
    report = add(tmp_path / "edited.jsonl", out)
    assert (report.added, report.changed, report.same) == (0, 1, 0)
    with open_graph(out) as graph:
        ((name, old, new, fetched, again, dropped, alone, label),) = graph.ask("changed").rows
        assert (name, str(fetched), str(again)) == ("kcna-1", "2024-08-01", "2024-09-01")
        assert len(str(old)) == len(str(new)) == 64
        assert str(dropped) == "Meeting: Choe Son Hui, Sergei Lavrov (2024-03-13), Moscow"
        assert local(str(alone)) == local(event(graph, "Choe Son Hui", "Putin"))
        assert label == "Meeting: Choe Son Hui, Vladimir Putin (2024-03-14)"
        assert graph.sparql("ASK { ?event nk:reports 3 }").boolean is False
    assert dt.date.fromisoformat(str(fetched)) < dt.date.fromisoformat(str(again))
