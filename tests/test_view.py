"""A text and the view that the stages read of it: what is edited, that offsets lead back, and that the claims stay the same."""

import datetime as dt
import subprocess
import sys
from itertools import pairwise
from textwrap import fill

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.article import Reader, extract, find_evoked, find_names
from kg.flow import complete
from kg.ids import local
from kg.records import Article, Claim, Source
from kg.registry import open_lexicon
from kg.stages.edits import Edit
from kg.stages.view import View, make_view, view_characters

LEXICON = open_lexicon()
STORY = (
    "North Korean leader Kim Jong Un held talks with Russian President Vladimir Putin in Pyongyang on Friday, the state news agency "
    "said. Both of them signed nothing, but they talked about the cooperation between the two countries for several hours. "
    "Putin left for Moscow at night. Nobody knows when the next meeting will take place."
)

TITLE = "Kim Jong Un and Vladimir Putin Meet in Pyongyang for Talks"

CHARACTERS = [
    ("Kim\u00a0Jong\u202fUn\u3000and\tPutin\u2009met", "Kim Jong Un and Putin met"),
    ("Vla\u00addimir Pu\u200btin \u200emet\u202c \ufeffKim\u2069", "Vladimir Putin met Kim"),
    (
        "One.\u2028Two.\u2029Three.\x0bFour.\x0cFive.\x85Six.\rSeven.\r\nEight.\nNine.",
        "One.\nTwo.\nThree.\nFour.\nFive.\nSix.\nSeven.\nEight.\nNine.",
    ),
    ("a bell\x07 and a \x92quote\x94", "a bell and a ’quote”"),
    ("Putinâ€™s plane", "Putin’s plane"),
    ("PutinÃ¢â‚¬â„¢s plane", "Putin’s plane"),
    ("He said: â€œWe metâ€\x9d. It's true", "He said: “We met”. It's true"),
    ("KimÂ\u00a0Jong Un", "Kim Jong Un"),
    ("They met.Â They left.", "They met. They left."),
    ('The FranÃ§ois case, with "straight" and ’curly’ quotes', 'The François case, with "straight" and ’curly’ quotes'),
    ("Путин и Ким встретились", "Путин и Ким встретились"),
    ("Recep Tayyip Erdoğan’s café”, “Orbán’s”", "Recep Tayyip Erdoğan’s café”, “Orbán’s”"),
]
GLUED = [
    ("They met in Pyongyang.The two sides talked.", "They met in Pyongyang. The two sides talked."),
    ("They met on Friday.US officials said so.", "They met on Friday. US officials said so."),
    ("It ended in 2017.The two left.", "It ended in 2017. The two left."),
    ('He said "no."The two left.', 'He said "no." The two left.'),
    ('They left."The two met," he said.', 'They left. "The two met," he said.'),
    ("“No.”The two left.“Yes.”", "“No.” The two left. “Yes.”"),
    ("He lives in the U.S.The two met at 5 a.m.They left.", "He lives in the U.S. The two met at 5 a.m. They left."),
    ("He told AFP.They left.", "He told AFP. They left."),
    ("(Yonhap)It was the second.", "(Yonhap) It was the second."),
    ("He uses Node.js 3.5 and Yahoo.Com, see https://a.Example/B.Html or Mail.To@Home.Now", None),
    (
        f"See https://news.example/{'a' * 80}.The/page for PresidentPutin.",
        f"See https://news.example/{'a' * 80}.The/page for President Putin.",
    ),
    ("A.B. Ivanov and V.Putin met J.R.R. Smith of the U.N. and Ph.D. Lee", None),
]
NAMES = [
    ("The respected ComradeKim Jong Unreceived Putin.", "The respected Comrade Kim Jong Un received Putin."),
    ("A letter ofKim Jong Unand one of PresidentVladimir Putin", "A letter of Kim Jong Un and one of President Vladimir Putin"),
    ("Vladimir Putinmet Kim Jong-unin Moscow.", "Vladimir Putin met Kim Jong-un in Moscow."),
    ("PresidentPutin and MinisterLavrov", "President Putin and Minister Lavrov"),
    ("McDonald, MacArthur, DeVos, DeepMind, YouTube, WikiLeaks, iPhone and PyeongChang", None),
    ("@realVladimir Putin and https://x.com/PresidentPutin/1", None),
    ("Ri Yong Hoon, Kim Jong Suk and Sergei Lavrovich", None),
]
FURNITURE = [
    ("They met.\nALSO READ: Putin meets Xi\nThey left.", "They met.\n\nThey left."),
    ("They met.\nREAD MORE Putin meets Xi\nThey left.", "They met.\n\nThey left."),
    ("They met.\nMOST POPULAR\nPutin meets Xi\n\nKim to meet Trump\nThey left.", "They met.\n\nThey left."),
    ("They met.\n\nRelated Articles:\n- Putin meets Xi\n- Kim to meet Trump", "They met.\n\n"),
    ("They met.\nAdvertisement\nThey left.", "They met.\n\nThey left."),
    ("They met.\nSign up for our newsletter to read how Putin met Xi.\nThey left.", "They met.\n\nThey left."),
    ("They met. Follow us on Facebook. They left.", "They met.  They left."),
    ("They met.\n[Photo: Putin meets Xi/KCNA]\nThey left.", "They met.\n\nThey left."),
    ("They met. (AP Photo/Ivan Ivanov) They left. [Photo by Yonhap]", "They met.  They left. "),
    ("[Putin meets Xi on the square. KCNA]\nThey met.", "\nThey met."),
    ("Photo: Putin meets Xi\nThey met.", "\nThey met."),
    ("Photo: Putin meets Xi", None),
    ("FILE PHOTO: Putin meets Xi in Beijing in May 2024\nThey met.", " Putin meets Xi in Beijing in May 2024\nThey met."),
    ("They left.\n© 2024 A Paper. All rights reserved.\n(Copyright 2024 A Paper)", "They left.\n \n"),
    ("They left.\nCopyright (c) 2024 by A Paper.\nCopyright 2024 A Paper. They met.", "They left.\n\n They met."),
    ("“Sign up for our army,” he said.\n\"Watch: it works\"\nPhoto/video evidence was shown.\nRelated, he said, are both.", None),
    ("Share prices fell.\nRead more than one book.\nPhotographs were taken.\nAdvertisement spending rose.", None),
    ("Photo opportunities ended.\nCopyright law was discussed.\nRelated talks went on.\nSubscribers met Putin.", None),
    ("Watch out, he said.\nHe said (photo) so.", None),
]  # fmt: skip
WRAPPED = [
    (fill(STORY, 64), STORY),
    (f"Kim meets Putin\n\n{fill(STORY, 72)}\n\n{fill(STORY, 72)}", f"Kim meets Putin\n\n{STORY}\n\n{STORY}"),
    (f"{TITLE.upper()}\n{fill(STORY, 60)}", f"{TITLE.upper()}\n{STORY}"),
    (f"{TITLE}\n{fill(STORY, 58)}", f"{TITLE}\n{STORY}"),
    ("\n".join(f"> {line}" for line in fill(STORY, 66).split("\n")), STORY),
    (fill(STORY, 64).replace("\n", "\r\n"), STORY),
    (
        "The two sides held long talks about the meeting and about coop-\neration in the far east, and they wanted a long-\n"
        "range plan, which Kim Jong-\nun and others had asked for when they came to Pyong-\nyang.",
        "The two sides held long talks about the meeting and about cooperation in the far east, and they wanted a longrange plan, "
        "which Kim Jong-un and others had asked for when they came to Pyongyang.",
    ),
    ("Kim Jong Un meets Vladimir Putin in Pyongyang\nXi Jinping meets Kim Jong Un in San Francisco\nLavrov to visit Pyongyang again", None),
    (STORY.replace(". ", ".\n"), None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "seen"), [*CHARACTERS, *GLUED, *NAMES, *FURNITURE, *WRAPPED])
def test_the_view_of_a_text(text: str, seen: str | None) -> None:
    assert make_view(text, LEXICON).text == (text if seen is None else seen)


@pytest.mark.parametrize("text", [STORY, "", "One line.\nAnother line.\n\nA third one – with “quotes”.", "Орбан и Ким"])
def test_a_text_that_needs_no_edit_is_its_own_view(text: str) -> None:
    view = make_view(text, LEXICON)
    assert view.text is text
    assert view.layers == ()


def test_no_edit_makes_work_for_the_repair_of_encodings() -> None:
    code = (
        "import sys; from kg.stages.view import view_characters; view_characters('Orb\u00e1n\u2019s', None); print('ftfy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "False"


# --- offsets ------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    ["Kim Jong Un", "ComradeKim Jong Unmet", "Putin", " met ", ". ", ".The ", "\n", "\n\n", "\u00a0", "\u00ad", "\u200b", "â€™", "Â ",
     "\r\n", "> ", "READ MORE: ", "MOST POPULAR\n", "[Photo: x]", "A. © b", "a", "talks about the coop-\neration of both", "\x85", '"', "”"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=30).map("".join))


@given(TEXTS)
def test_every_span_leads_back_to_the_stored_text(text: str) -> None:
    view = make_view(text, LEXICON)
    spans = [view.span(n, n + 1) for n in range(len(view.text))]
    assert all(0 <= start <= end <= len(text) for start, end in spans)
    assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in pairwise(spans))
    # What was inserted stands between two characters, and whether what is left out there belongs to it is nobody's concern.
    assert all(view.span(0, n + 1) == (spans[0][0], end) for n, (start, end) in enumerate(spans) if start < end)


@given(TEXTS, st.lists(st.tuples(st.integers(0, 60), st.integers(0, 4), st.text(max_size=3)), max_size=6))
def test_a_span_is_what_its_edits_make_of_the_stored_text(text: str, rows: list[tuple[int, int, str]]) -> None:
    edits, at = [], 0
    for gap, length, meant in rows:
        start, end = at + gap + 1, at + gap + 1 + length
        if end <= len(text):
            edits.append(Edit(start, end, meant))
            at = end
    view = View(text).edited(edits)
    placed = list(zip(view.layers[0].starts if edits else (), edits, strict=True))
    within = {at + n for at, edit in placed for n in range(1, len(edit.text))}
    for start in range(len(view.text)):
        for end in range(start + 1, len(view.text) + 1):
            if not {start, end} & within:
                inside = [edit for at, edit in placed if start <= at and at + len(edit.text) <= end and (edit.text or start < at < end)]
                assert _applied(text, *view.span(start, end), inside) == view.text[start:end]


def _applied(text: str, start: int, end: int, edits: list[Edit]) -> str:
    """What the edits make of a span of the text."""
    found, at = "", start
    for edit in edits:
        found += text[at : edit.start] + edit.text
        at = edit.end
    return found + text[at:end]


# --- claims -------------------------------------------------------------------------------------------

MEETING = ("Meeting", "occurred", "2024-09-13", "Pyongyang", "Kim Jong Un", "Vladimir Putin")
CLEAN = "North Korean leader Kim Jong Un met with Russian President Vladimir Putin in Pyongyang on Friday. Rain fell for several hours."
SPOILT = {
    "as it is": CLEAN,
    "no-break spaces": CLEAN.replace(" ", "\u00a0"),
    "narrow and wide spaces, tabs": CLEAN.replace("Kim Jong Un", "Kim\u202fJong\tUn").replace("Vladimir Putin", "Vladimir\u3000Putin"),
    "soft hyphens": CLEAN.replace("Pyongyang", "Pyong\u00adyang").replace("Putin", "Pu\u00adtin").replace("Friday", "Fri\u00adday"),
    "zero-width characters": CLEAN.replace(" met", "\u200b met").replace("Kim", "\ufeffK\u2060im"),
    "marks of direction": CLEAN.replace("Kim Jong Un", "\u202aKim Jong Un\u202c").replace("Vladimir", "\u200eVladimir\u200f"),
    "a wrong encoding": CLEAN.replace("Kim Jong Un", "KimÂ\u00a0Jong Un").replace("Russian", "Russiaâ€™s"),
    "glued names": CLEAN.replace("leader Kim Jong Un met", "leaderKim Jong Unmet"),
    "a glued title": CLEAN.replace("President Vladimir", "PresidentVladimir"),
    "glued sentences": f"The guests came.{CLEAN}".replace(". Rain", ".Rain"),
    "lines broken at a width": fill(CLEAN, 60),
    "lines broken in the middle of a name": fill(f"{CLEAN} It was dark when the guest and those beside him left for home.", 70),
    "a quoted mail": "\n".join(f"> {line}" for line in fill(CLEAN, 60).split("\n")),
    "a link": f"{CLEAN}\nALSO READ: Xi Jinping meets Donald Trump in Beijing",
    "other articles": f"{CLEAN}\nMOST POPULAR\nSergei Lavrov meets Wang Yi\nChoe Son Hui visits Moscow",
    "a caption": f"[Photo: Xi Jinping meets Donald Trump in Beijing/Reuters]\n{CLEAN}",
    "notices": f"{CLEAN}\nAdvertisement\nSubscribe to our newsletter: how Putin met Xi Jinping today.",
}  # fmt: skip


@pytest.mark.model
@pytest.mark.parametrize("spoilt", SPOILT.values(), ids=SPOILT)
def test_a_spoilt_text_says_what_the_clean_one_says(spoilt: str, reader: Reader) -> None:
    claims, minted = _extract(spoilt, reader)
    assert {_plain(claim, minted, reader) for claim in claims} == {MEETING}
    assert all(evidence.quote == spoilt[evidence.start : evidence.end] for claim in claims for evidence in claim.evidence)
    assert all(spoilt.startswith(e.prefix + e.quote + e.suffix, e.start - len(e.prefix)) for claim in claims for e in claim.evidence)


@pytest.mark.model
def test_words_for_participants_are_as_they_are_meant(reader: Reader) -> None:
    claims, _ = _extract(SPOILT["soft hyphens"], reader)
    assert {naming.text for claim in claims for naming in claim.namings} == {
        "North Korean leader Kim Jong Un", "Russian President Vladimir Putin", "Pyongyang",
    }  # fmt: skip


@pytest.mark.model
def test_names_and_triggers_have_the_offsets_of_the_stored_text(reader: Reader) -> None:
    spoilt = CLEAN.replace("Kim", "\u200bKim").replace("Vladimir", "Vla\u00addimir").replace("Putin in", "Putinâ€™s in")
    article = Article(id="a", text=spoilt, source=Source(published=dt.date(2024, 9, 14)))
    named = find_names(article, reader)
    assert [spoilt[x.mention.start : x.mention.end] for x in named.links] == [
        "North Korean leader \u200bKim Jong Un", "Russian President Vla\u00addimir Putin", "Pyongyang",
    ]  # fmt: skip
    assert [spoilt[d.start : d.end] for d in named.dates] == ["Friday"]
    assert spoilt[named.sentences[1].start : named.sentences[1].end] == "Rain fell for several hours."
    assert {spoilt[start:].split()[0] for start, _ in find_evoked(article, reader)} >= {"met"}


def test_the_day_of_publication_is_read_behind_odd_characters() -> None:
    article = Article(id="a", text="Pu\u00adblished:\u00a0September\u202f14, 2024\r\nThey met.", source=Source())
    assert complete(article, LEXICON).source.published == dt.date(2024, 9, 14)
    assert view_characters("Published: today", LEXICON).layers == ()


def _extract(text: str, reader: Reader) -> tuple[tuple[Claim, ...], dict[str, str]]:
    found = extract(Article(id="a", text=text, source=Source(published=dt.date(2024, 9, 14))), reader)
    assert found.article.text == text
    return found.claims, {entity.iri: entity.label for entity in found.minted}


def _plain(claim: Claim, minted: dict[str, str], reader: Reader) -> tuple[str, ...]:
    """What a claim says: its type, status, day and place, then whoever took part."""
    labels = {iri: entity.label for iri, entity in reader.lexicon.ontology.entities.items()} | minted
    day = claim.interval.start.isoformat() if claim.interval else ""
    return (local(claim.type), claim.status, day, labels.get(claim.place or "", ""), *sorted(labels[p.entity] for p in claim.participants))
