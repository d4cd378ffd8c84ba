"""The journal of a run: what was put into it comes out of it, whatever cut it short."""

import datetime as dt
from pathlib import Path

import pytest

from kg.article import Reader, extract
from kg.flow import make_reader
from kg.journal import Journal
from kg.records import Article, Extract, Source

TEXTS = (
    "Sergei Lavrov met Choe Son Hui in Pyongyang on Friday, KCNA reported, citing the ministry.",
    "Nothing happened.",
    "Kim Jong Un met Russian diplomat Pavel Nikiforov in Pyongyang on 6 April 2024 and gave him a letter.",
)


@pytest.fixture(scope="module")
def extracts() -> list[Extract]:
    reader: Reader = make_reader()
    source = Source(published=dt.date(2024, 4, 8), publisher="Radio")
    return [extract(Article(id=f"a{n}", text=text, source=source), reader) for n, text in enumerate(TEXTS)]


def put(path: Path, extracts: list[Extract], stamp: str = "one") -> bytes:
    with Journal(path, stamp) as journal:
        for found in extracts:
            journal.put(found)
    return path.read_bytes()


@pytest.mark.model
def test_what_was_put_in_comes_out(tmp_path: Path, extracts: list[Extract]) -> None:
    assert any(found.claims for found in extracts)
    assert any(found.minted for found in extracts)
    put(tmp_path / "j", extracts)
    with Journal(tmp_path / "j", "one") as journal:
        assert len(journal) == len(extracts)
        assert [journal.get(found.article) for found in extracts] == extracts


@pytest.mark.model
def test_another_text_or_source_is_another_article(tmp_path: Path, extracts: list[Extract]) -> None:
    put(tmp_path / "j", extracts[:1])
    article = extracts[0].article
    others = [
        Article(id=article.id, text=article.text + " ", source=article.source),
        Article(id=article.id, text=article.text, source=Source()),
        Article(id="b", text=article.text, source=article.source),
    ]
    with Journal(tmp_path / "j", "one") as journal:
        assert [journal.get(other) for other in others] == [None, None, None]


@pytest.mark.model
def test_wherever_it_was_cut_short_whole_records_count_and_it_goes_on(tmp_path: Path, extracts: list[Extract]) -> None:
    whole = put(tmp_path / "j", extracts)
    counts = set()
    for end in range(0, len(whole), 7):
        (tmp_path / "j").write_bytes(whole[:end])
        with Journal(tmp_path / "j", "one") as journal:
            counts.add(len(journal))
            known = [journal.get(found.article) for found in extracts]
            assert all(found in (None, extracts[n]) for n, found in enumerate(known))
        assert put(tmp_path / "j", extracts) == whole
    assert counts == {0, 1, 2}


@pytest.mark.model
@pytest.mark.parametrize("content", [None, b"", b"something else" * 100])
def test_with_another_stamp_or_no_journal_it_is_begun_anew(tmp_path: Path, extracts: list[Extract], content: bytes | None) -> None:
    put(tmp_path / "j", extracts, "another")
    if content is not None:
        (tmp_path / "j").write_bytes(content)
    with Journal(tmp_path / "j", "one") as journal:
        assert len(journal) == 0
    put(tmp_path / "j", extracts)
    with Journal(tmp_path / "j", "one") as journal:
        assert len(journal) == len(extracts)


@pytest.mark.model
def test_what_is_known_is_not_put_in_again(tmp_path: Path, extracts: list[Extract]) -> None:
    once = put(tmp_path / "j", extracts)
    assert put(tmp_path / "j", extracts) == once
