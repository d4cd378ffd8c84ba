"""A reader measured on an invented set: what it noticed, and errors that add up, each with a sentence of its article."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kg.article import Reader
from kg.errors import ReadError
from kg.evaluate import choose_half, read_gold
from kg.measure import measure_claims, measure_reader, notice
from kg.records import Article, Source

SET = Path(__file__).parent / "data" / "gold"

pytestmark = pytest.mark.model


def test_a_reader_notices_names_triggers_and_what_is_only_wished_for(reader: Reader) -> None:
    text = "Vladimir Putin met Kim Jong Un in Pyongyang. Putin wants to meet Lee Zork."
    found = notice(Article(id="a", text=text, source=Source()), reader)
    assert [text[s.start : s.end] for s in found.sentences] == [
        "Vladimir Putin met Kim Jong Un in Pyongyang.",
        "Putin wants to meet Lee Zork.",
    ]
    named = [(x.mention.text, found.labels[x.entity]) for x in found.links if x.entity]
    assert named[:2] == [("Vladimir Putin", "Vladimir Putin"), ("Kim Jong Un", "Kim Jong Un")]
    assert ("Lee Zork", "Lee Zork") in named  # whom the ontology lacks
    met, meet = [t for t in found.triggers if t.type == "Meeting"]
    assert (met.text, text[met.start :][:3], met.status) == ("met", "met", "occurred")
    assert (meet.text, text[meet.start :][:4], meet.status) == ("meet", "meet", None)


def test_every_error_of_a_reader_is_explained_in_a_sentence_of_its_article(reader: Reader) -> None:
    scores, errors = measure_reader(read_gold(SET), reader)
    texts = {line["id"]: line["text"] for line in map(json.loads, (SET / "docs.jsonl").read_text(encoding="utf-8").splitlines())}
    row = scores.rows["all"]
    missed = [e for e in errors if e.kind in ("mention missed", "wrong link", "trigger missed", "wrong role")]
    assert len(missed) == row.gold - row.right > 0
    assert all(e.sentence in texts[e.article] and e.quote in e.sentence and e.sentence.endswith(".") for e in missed)
    assert all(e.why for e in missed)
    assert sum(e.kind == "spurious" for e in errors) == row.predicted - row.right


def test_a_reader_and_its_lines_have_the_same_scores_and_only_articles_asked_for_are_read(reader: Reader, tmp_path: Path) -> None:
    read: list[str] = []
    odd = choose_half(read_gold(SET), "odd")
    scores, _ = measure_reader(odd, reader, progress=lambda found: read.append(found.id) if isinstance(found, Article) else None)
    assert read == ["town-01", "town-03", "town-05", "town-07"]
    lines = [line for outcome in scores.outcomes for line in outcome.predicted]
    (tmp_path / "lines.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert measure_claims(odd, tmp_path / "lines.jsonl")[0].rows == scores.rows


def test_of_an_article_that_is_not_there_nothing_is_told(reader: Reader, tmp_path: Path) -> None:
    first = (SET / "docs.jsonl").read_text(encoding="utf-8").splitlines()[0]
    (tmp_path / "docs.jsonl").write_text(first, encoding="utf-8")
    _, errors = measure_reader(replace(read_gold(SET), articles=tmp_path / "docs.jsonl"), reader)
    assert {e.article for e in errors if e.kind == "missed"} == {"town-02", "town-03", "town-04", "town-05", "town-06", "town-08"}


def test_without_its_articles_a_set_measures_no_reader(reader: Reader, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no annotated article was read"):
        measure_reader(replace(read_gold(SET), articles=tmp_path / "docs.jsonl"), reader)
