"""Text -> sentences: full stops that end one, full stops that do not, lines, datelines."""

import pytest

from kg.stages.sentences import split_sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Gen. Pak met Mr. Li. They spoke.", ["Gen. Pak met Mr. Li.", "They spoke."]),
        ("He came at 5 a.m. on Monday.", ["He came at 5 a.m. on Monday."]),
        ("The U.S. army came. He left.", ["The U.S. army came.", "He left."]),
        ("He lives in the U.S. The visit ended.", ["He lives in the U.S.", "The visit ended."]),
        ("He lives in the U.S. They left.", ["He lives in the U.S. They left."]),
        ("“They met.” He left.", ["“They met.”", "He left."]),
        ("He left.They came.", ["He left.", "They came."]),
        ("Wait ...\n\nGo", ["Wait ...", "Go"]),
        ("A headline\nThe text begins.", ["A headline", "The text begins."]),
        ("A line\nbroken in two. End", ["A line\nbroken in two.", "End"]),
        ("PYONGYANG, June 19 (KCNA) -- They met.", ["They met."]),
        ("MOSCOW — They met.", ["They met."]),
        ("\n\n  \n", []),
        ("", []),
    ],
)
def test_text_is_split_where_a_reader_would(text: str, sentences: list[str]) -> None:
    assert [text[s.start : s.end] for s in split_sentences(text)] == sentences
