"""Formats: which text bytes are, what of a page is its article, and what a page says of itself."""

import calendar
import codecs
import importlib
import io
import random
from collections.abc import Callable

import pytest

from kg.errors import ReadError
from kg.formats import day as day_module
from kg.formats.day import find_day
from kg.formats.decode import decode
from kg.formats.page import read_page
from kg.formats.paragraphs import drop_surroundings
from kg.formats.piece import Asked, Fault, Piece, Unlooked

RUSSIAN = "Министры провели переговоры в столице"
KOREAN = "두 나라 외무상은 토요일에 만나 해마다 협의하기로 하였다."
FRENCH = "Le ministre a déclaré que les négociations étaient terminées."
GERMAN = "Der Außenminister führte Gespräche über die Zusammenarbeit."
QUOTED = "“The talks went well,” he said – and left."

FIRST = "The foreign ministers of the two countries met on Saturday and agreed to hold consultations every year, the ministry said."
SECOND = "They also discussed a visit to the border region, where trade has grown since the bridge was opened to lorries last spring."
THIRD = "A delegation of the railways is to travel in October, according to the statement, which gave no further details of the plan."
BODY = f"<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>"
ARTICLE = [FIRST, SECOND, THIRD]


# --- bytes to text ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((RUSSIAN, encoding) for encoding in ("utf-8", "cp1251", "koi8-r", "cp866", "utf-16", "utf-16-le", "utf-16-be", "utf-32")),
        ("Встреча", "cp1251"),
        ("Делегация прибыла в столицу 14 сентября", "cp1251"),
        *((KOREAN, encoding) for encoding in ("utf-8", "cp949", "euc-kr", "utf-16", "utf-16-le", "utf-16-be")),
        ("회담", "cp949"),
        *((text, encoding) for text in (FRENCH, GERMAN, QUOTED) for encoding in ("utf-8", "cp1252", "utf-16-le")),
        ("Plain words", "ascii"),
        ("", "utf-8"),
    ],
)
def test_text_is_decoded_without_a_word_about_its_encoding(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("text", "encoding", "declared"),
    [
        ("Да", "cp1251", "windows-1251"),
        ("Да", "cp1251", " Windows-1251 "),
        ("회담", "euc-kr", "ks_c_5601-1987"),
        ("naïve €", "cp1252", "iso-8859-1"),
        ("会谈", "gb18030", "gb2312"),
        ("會談", "big5", "big5"),
        (RUSSIAN, "utf-8", "windows-1251"),
        ("naïve", "utf-8", "utf-16"),
        (RUSSIAN, "cp1251", "unicode_escape"),
        (RUSSIAN, "cp1251", "no such thing"),
        (RUSSIAN, "cp1251", "x\0"),
    ],
)
def test_what_is_declared_counts_where_it_can_be_true(text: str, encoding: str, declared: str) -> None:
    assert decode(text.encode(encoding), declared) == text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x89PNG\0\0", "binary (zero byte at offset 4)"),
        (b"words\0words", "binary (zero byte at offset 5)"),
        (b"words of a line, and \0 zero in it, \0 here too", "binary (zero byte at offset 21)"),
        (b"a line in UTF-8\n" + "and many a line in another encoding\n".encode("utf-16-le") * 9, "binary (zero byte at offset 17)"),
        (codecs.BOM_UTF8 + b"caf\xe9", "not UTF-8 (byte 0xe9 at offset 6)"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8", "not UTF-16 (byte 0x00 at offset 2)"),
        (RUSSIAN.encode() + b"\xe9.", "not UTF-8 (byte 0xe9 at offset 70)"),
        (b"\1\2\3words", "binary (character U+0001)"),
    ],
)
def test_what_is_no_text_is_refused_with_one_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError) as caught:
        decode(data)
    assert str(caught.value) == reason


def test_random_bytes_are_no_text() -> None:
    chance = random.Random(7)
    for length in (20, 50, 100, 1000, 10_000):
        for _ in range(10):
            with pytest.raises(ReadError):
                decode(bytes(chance.randrange(1, 256) for _ in range(length)))


@pytest.mark.parametrize(
    ("text", "right"),
    [
        (QUOTED, QUOTED),
        ("ﬁne “curly” ‘quotes’ … e\u0301 Å", "ﬁne “curly” ‘quotes’ … e\u0301 Å"),
        ("one\r\ntwo\rthree", "one\ntwo\rthree"),
        (QUOTED.encode().decode("cp1252", "ignore")[:30], "“The talks went well,"),
        (f"{QUOTED}\n{RUSSIAN.encode().decode('latin-1')}", f"{QUOTED}\n{RUSSIAN}"),
    ],
)
def test_only_what_was_decoded_wrongly_is_changed(text: str, right: str) -> None:
    assert decode(text.encode()).startswith(right)


# --- days -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-09-14", "2024-09-14"),
        ("2024-09-14T23:30:00-05:00", "2024-09-14"),
        ("20240914T233000Z", "2024-09-14"),
        ("2024/9/14", "2024-09-14"),
        ("Sat, 14 Sep 2024 23:30:00 -0500", "2024-09-14"),
        ("Published: September 14th, 2024 at noon", "2024-09-14"),
        ("14 September 2024", "2024-09-14"),
        ("Sept. 14, 2024", "2024-09-14"),
        ("14.09.2024 10:00", "2024-09-14"),
        ("2024년 9월 14일", "2024-09-14"),
        ("14/09/2024", "2024-09-14"),
        ("09/14/2024", "2024-09-14"),
        ("04/05/2024", None),
        ("05/05/2024", "2024-05-05"),
        ("2024-02-30", None),
        ("2024", None),
        ("September 2024", None),
        ("2024-09", None),
        ("1234567890", None),
        ("", None),
    ],
)
def test_a_day_is_what_is_written_or_nothing(text: str, day: str | None) -> None:
    assert find_day(text) == day


def test_months_are_english_whatever_the_language_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar, "month_name", ["", *(f"x{number}" for number in range(12))])
    assert importlib.reload(day_module).find_day("14 September 2024") == "2024-09-14"


# --- pages ------------------------------------------------------------------------------------------


def read(page: str | bytes, may_name: Callable[[bytes], bool] = lambda _: True) -> Piece | Fault | Unlooked:
    data = page.encode() if isinstance(page, str) else page
    (found,) = read_page(io.BytesIO(data), Asked(find=lambda data: [0] if may_name(data) else []))
    return found


def article(page: str | bytes) -> tuple[list[str], dict[str, str]]:
    found = read(page)
    assert isinstance(found, Piece)
    assert found.found is not None
    assert found.found[0] == "HTML metadata"
    return found.text.split("\n\n"), dict(found.found[1])


def page(body: str, head: str = "") -> str:
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"


def linked(data: str) -> str:
    return f'<script type="application/ld+json">{data}</script>'


@pytest.mark.parametrize(
    "body",
    [
        f"<article>{BODY}</article>",
        f"<nav><p>Menu</p></nav><div class=main><h1>Talks held</h1>{BODY}</div><footer><p>© 2024 Radio</p></footer>",
        "<div>" + "<br><br>".join(ARTICLE) + "</div>",
        "<div class=text>" + "".join(f"<div>{text}</div>" for text in ARTICLE) + "</div>",
        f"<table><tr><td><a href=/>Home</a></td><td><font size=2>{BODY}</font></td></tr></table>",
        "<pre>" + "\n\n".join(text.replace(" and ", "\nand ") for text in ARTICLE) + "</pre>",
        f"<article><p>{FIRST}</p><p>ALSO READ: <a href=/x>Minister opens a bridge</a></p><p>{SECOND}</p><p>{THIRD}</p></article>",
        f"<article><p>{FIRST}</p><p>{SECOND}</p><p>READ MORE <a href=/x>Minister opens a bridge</a></p><p>{THIRD}</p></article>",
        f"<article>{BODY}<h3>Most popular</h3><ul><li><a href=1>A bridge is opened</a><li><a href=2>Rain</a></ul></article>",
        f"<article>{BODY}<h3>RELATED</h3><p><a href=1>A bridge is opened</a></p></article>",
        f'<article>{BODY}<div class="share-links"><p>Share this</p><p>Copy link</p></div></article>',
        f"<article><figure><img src=x><figcaption>The ministers in the hall.</figcaption></figure>{BODY}</article>",
        f'<article><p class="wp-caption-text">The ministers in the hall.</p>{BODY}</article>',
        f"<p>We use cookies to make this site better.</p><article>{BODY}</article>",
        f"<article>{BODY}<p>Sign up for our newsletter</p></article>",
        f"<article>{BODY}</article><div id=comments><p>What a fine thing to read on a Sunday morning, I say.</p></div>",
        f'<article>{BODY}<p style="display: none">Hidden words of no meaning at all.</p></article>',
        f"<article><time datetime=2024-09-14>14 September 2024</time><p>14 September 2024</p>{BODY}</article>",
        "<article>" + BODY.replace("met on", "met\u202e&#1;&#x200e; on").replace("minis", "mi\u200enis\1") + "<br>&#2;</article>",
        "<div>" * 1000 + BODY + "</div>" * 1000,
        f"<table><tr><td><a href=1>Home</a> | <a href=2>World</a></td><td>TALKS HELD</td></tr><tr><td>{BODY}</td></tr></table>",
        f"<article>{BODY.replace('met on', 'met&nbsp;on').replace('minis', 'mi&shy;nis')}</article>",
    ],
)
def test_a_page_gives_the_paragraphs_of_its_article_and_nothing_around_it(body: str) -> None:
    assert article(page(body, "<title>Talks held</title>"))[0] == ARTICLE


@pytest.mark.parametrize(
    "text",
    [
        "Images — released by KCNA on Thursday — showed Kim Jong Un greeting Sergei Shoigu in Pyongyang on 26 July 2023.",
        "Images — released by KCNA — showed Kim Jong Un in Pyongyang",
        "Video: Kremlin footage showed Putin and Kim, who signed a treaty.",
        "More on that meeting: Putin told Kim that he would come “soon”",
        "Moscow has said that under its privacy policy it does not name the envoy, whom Kim Jong Un met in Pyongyang on 22 August.",
        "All rights reserved by the treaty go to the DPRK.",
    ],
)
def test_a_sentence_stays_whatever_words_it_has(text: str) -> None:
    assert article(page(f"<article><p>{FIRST}</p><p>{text}</p><p>{SECOND}</p></article>"))[0] == [FIRST, text, SECOND]


def test_a_list_after_a_label_ends_where_a_sentence_or_a_long_line_comes() -> None:
    long = FIRST.rstrip(".")
    assert drop_surroundings(["Related", "A bridge is opened", long, "Rain"]) == [long, "Rain"]


def test_a_page_is_searched_once() -> None:
    searched: list[bytes] = []
    read(page(BODY), lambda data: not searched.append(data))
    assert len(searched) == 1


def test_a_short_page_is_free_of_surroundings_too() -> None:
    body = "<nav>Menu</nav><article><p>The ministers met.</p><p>ALSO READ: A bridge</p></article><div class=cookie-bar><p>Cookies</p></div>"
    assert article(page(body))[0] == ["The ministers met."]


@pytest.mark.parametrize(
    ("head", "body", "published"),
    [
        ('<meta property="article:published_time" content="2024-09-14T23:30:00-05:00">', "", "2024-09-14"),
        ('<meta name="DC.date.issued" content="2024-09-14">', "", "2024-09-14"),
        ('<meta itemprop="datePublished" content="Sept. 14, 2024">', "", "2024-09-14"),
        (linked('{"@type": "NewsArticle", "datePublished": "2024-09-14T01:00:00+09:00"}'), "", "2024-09-14"),
        (linked('{"@graph": [{"@type": "WebSite"}, {"@type": ["Article"], "datePublished": "2024-09-14"}]}'), "", "2024-09-14"),
        ("", "<time datetime='2024-09-14T08:00'>Saturday</time>", "2024-09-14"),
        ("", "<span class=date>September 14, 2024</span>", "2024-09-14"),
        ("", "<div class=byline>By A Hand, 14 September 2024</div>", "2024-09-14"),
        ('<link rel="canonical" href="https://example.org/2024/09/14/talks">', "", "2024-09-14"),
        ('<link rel="canonical" href="https://example.org/2024/01/01/talks">', "", "2024-01-01"),
        # A change, a year, a month, the day of something else: none of them is a day of publication.
        ('<meta property="article:modified_time" content="2024-09-20">', "", None),
        ('<meta property="og:updated_time" content="2024-09-20">', "", None),
        ('<meta itemprop="copyrightYear" content="2024">', "", None),
        ('<meta http-equiv="last-modified" content="Sat, 14 Sep 2024 10:00:00 GMT">', "", None),
        (linked('{"@type": "NewsArticle", "dateModified": "2024-09-20"}'), "", None),
        ('<link rel="canonical" href="https://example.org/2024/09/talks">', "", None),
        ('<link rel="canonical" href="https://example.org/2024/talks-12345">', "", None),
        ("", "<footer>© 2024 Radio</footer>", None),
        ("", "<p>Copyright 2019-2024 Radio. All rights reserved.</p>", None),
        ("", "<p class=updated>Updated: September 20, 2024</p>", None),
        ("", "<div>Last modified 2024-09-20</div>", None),
        ("", "<p>The treaty of 2024-06-19 is in force.</p>", None),
        ("", "<aside><time datetime=2024-09-20>Another story</time></aside>", None),
        ("", "<span class=date>04/05/2024</span>", None),
        (linked('{"@type": '), "", None),
        (linked("[" * 5000), "", None),
    ],
)
def test_a_page_is_published_on_the_day_that_it_states(head: str, body: str, published: str | None) -> None:
    assert article(page(f"{body}<article>{BODY}</article>", head))[1].get("published") == published


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("<title>Talks held | Radio</title><meta property='og:site_name' content=Radio>", {"title": "Talks held", "publisher": "Radio"}),
        ("<title>Talks - a second day</title>", {"title": "Talks - a second day"}),
        ("<title>Long</title><meta property='og:title' content='Talks &amp; more'>", {"title": "Talks & more"}),
        ("<meta name='DC.publisher' content='Radio'>", {"publisher": "Radio"}),
        ("<meta name='application-name' content='Radio'>", {"publisher": "Radio"}),
        ("<meta name='twitter:site' content='@radio'><link rel=canonical href='https://example.org/a'>", {"url": "https://example.org/a"}),
        (
            linked(
                '[{"@type": "NewsArticle", "datePublished": "x", "headline": "Talks", "inLanguage": "en", "publisher": {"name": "Radio"}, '
                '"url": "https://example.org/a"}]'
            ),
            {"title": "Talks", "publisher": "Radio", "url": "https://example.org/a", "language": "en"},
        ),
        ("<meta http-equiv='content-language' content='ru'>", {"language": "ru"}),
        ("<meta property='og:locale' content='ko_KR'>", {"language": "ko-KR"}),
    ],
)
def test_a_page_says_of_itself_what_it_states(head: str, expected: dict[str, str]) -> None:
    assert article(page(BODY, head))[1] == expected


@pytest.mark.parametrize(
    ("encoding", "head"),
    [
        ("cp1251", "<meta charset=windows-1251>"),
        ("cp1251", "<meta http-equiv=content-type content='text/html; charset=windows-1251'>"),
        ("cp1251", ""),
        ("koi8-r", '<meta charset="koi8-r">'),
        ("utf-16", ""),
        ("utf-8", "<meta charset=windows-1251>"),
    ],
)
def test_a_page_is_decoded_as_it_declares_or_as_it_is(encoding: str, head: str) -> None:
    assert article(page(f"<p>{RUSSIAN}</p>", head).encode(encoding))[0] == [RUSSIAN]


@pytest.mark.parametrize(
    ("data", "passed"),
    [
        (b"<p>Nobody was there.</p>", True),
        (b"<p>Kim was there.</p>", False),
        (b"<p>&#75;im was there.</p>", False),
        (b"<p>K&#x69;m was there.</p>", False),
        ("<p>Kim was there.</p>".encode("utf-16"), False),
        ("<p>Nobody was there.</p>".encode("utf-16"), True),
        ("<p>Был там, и с ним Kim, всё ещё там.</p>".encode("cp1251"), False),
    ],
)
def test_a_page_that_names_nobody_is_passed_by_and_no_other(data: bytes, passed: bool) -> None:
    assert isinstance(read(data, lambda found: b"Kim" in found), Unlooked) is passed


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 100_000 + "x" + "</div>" * 100_000,
        "<b>" * 100_000,
        "<table><tr><td>" * 20_000,
        "<!--" * 50_000,
        "<p" * 50_000,
        "&amp;" * 50_000,
        '<a href="http://192.0.2.1/x"><img src="http://192.0.2.1/y">' * 1000,
    ],
)
def test_a_page_that_means_ill_gives_its_article_or_one_reason(body: str) -> None:
    try:
        found = read(page(f"<article>{BODY}</article>{body}"))
    except ReadError as error:
        assert "\n" not in str(error)
    else:
        assert isinstance(found, Piece)
        assert FIRST in found.text
