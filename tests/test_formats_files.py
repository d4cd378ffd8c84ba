"""Formats that hold several articles, or one that is packed: feeds, archives of pages, mails, PDF."""

import gzip
import io
import json
import re
import time
import warnings
from collections.abc import Callable, Sequence
from email.message import EmailMessage

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from kg.errors import ReadError
from kg.formats import guard
from kg.formats.decode import decode
from kg.formats.dump import read_csv, read_json
from kg.formats.feed import read_feed
from kg.formats.kinds import sniff
from kg.formats.lines import read_lines
from kg.formats.mail import read_mail
from kg.formats.pdf import read_pdf
from kg.formats.pdf_text import join_lines
from kg.formats.piece import MOST_BYTES, Asked, Fault, Piece, Reader, Unlooked
from kg.formats.warc import read_warc
from tests.pdfs import LOCK, make_pdf

TEXT = "The foreign ministers of the two countries met on Saturday."
Found = list[Piece | Fault | Unlooked]


def read(reader: Reader, data: bytes, may_name: Callable[[bytes], bool] = lambda _: True) -> Found:
    return list(reader(io.BytesIO(data), Asked(find=lambda data: [0] if may_name(data) else [])))


def pieces(found: Found) -> list[Piece]:
    return [item for item in found if isinstance(item, Piece)]


def faults(found: Found) -> list[Fault]:
    return [item for item in found if isinstance(item, Fault)]


def fields(piece: Piece) -> dict[str, str]:
    assert piece.found is not None
    return dict(piece.found[1])


# --- the kind of what has no name --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"{Reuters} The ministers met.\n", ".txt"),
        (b"[{Reuters}] The ministers met.\n", ".txt"),
        (b'{ "text": "x"}\n', ".jsonl"),
        (b'[ {"text": "x"}]\n', ".json"),
        (b"id,text\na,One\n", ".csv"),
        (b'\xef\xbb\xbf"id";"text"\r\n', ".csv"),
        (b"day\ttitle\n", ".csv"),
        (b"text", ".txt"),
        (b"Putin, Kim\nThey met.\n", ".txt"),
        (b"The title, the text\nThey met.\n", ".txt"),
    ],
)
def test_the_kind_of_an_input_is_told_by_how_it_begins(head: bytes, kind: str) -> None:
    assert sniff(head) == kind


# --- JSON -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", [read_lines, read_json])
def test_the_text_of_a_record_is_the_very_string_that_it_states(reader: Reader) -> None:
    text = "Ministers saidâ€”again. " + "Министры провели переговоры в столице".encode().decode("latin-1")
    (piece,) = pieces(read(reader, json.dumps({"text": text}, ensure_ascii=False).encode()))
    assert (piece.text, decode(text.encode()) == text) == (text, False)


@pytest.mark.parametrize(
    ("value", "path", "texts"),
    [
        ({"articles": [{"text": TEXT}], "facets": [{}, {}, {}]}, "text", [TEXT]),
        ({"facets": [{}, {}, {}], "response": {"docs": [{"a": {"b": TEXT}}, {}]}}, "a.b", [TEXT]),
        ({"data": {"body": TEXT}, "tags": [{"t": 1}]}, "data.body", [TEXT]),
    ],
)
def test_the_records_of_an_answer_are_those_that_have_a_text(value: object, path: str, texts: list[str]) -> None:
    found = list(read_json(io.BytesIO(json.dumps(value).encode()), Asked(fields={"text": path})))
    assert [piece.text for piece in pieces(found)] == texts


def test_what_names_nobody_goes_to_no_other_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "parse", lambda *_: pytest.fail("parsed"))
    asked = Asked(fields={"text": "body"}, find=lambda data: [0] if b"Envoy" in data else [])
    assert list(read_csv(io.BytesIO(b"id,body\na,<p>One</p>\n"), asked)) == [Unlooked(1)]
    assert list(read_json(io.BytesIO(b'[{"body": "<p>One</p>"}]'), asked)) == [Unlooked(1)]
    assert list(read_warc(io.BytesIO(warc(("200 OK", {"Content-Type": "text/html"}, b"<p>One</p>"))), asked)) == [Unlooked(1)]


@pytest.mark.parametrize("head", [{"Transfer-Encoding": "chunked"}, {"Content-Encoding": "gzip"}, {}])
def test_a_page_that_is_packed_is_unpacked_before_it_is_passed_by(head: dict[str, str]) -> None:
    text = "<p>The Envoy came.</p>".encode("utf-8" if head else "utf-16-le")
    sent = {"chunked": b"8\r\n" + text[:8] + b"\r\ne\r\n" + text[8:] + b"\r\n0\r\n\r\n", "gzip": gzip.compress(text)}
    data = warc(("200 OK", {"Content-Type": "text/html", **head}, sent.get(*head.values(), text) if head else text))
    assert len(pieces(read(read_warc, data, lambda data: b"Envoy" in data))) == 1


# --- feeds ------------------------------------------------------------------------------------------

RSS = f"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Radio</title><language>en-gb</language><link>https://example.org/</link>
<item><title>Talks &amp;amp; more</title><link>/a</link><pubDate>Sat, 14 Sep 2024 23:30:00 -0500</pubDate>
  <description>Short.</description><content:encoded><![CDATA[<p>{TEXT}</p><script>x</script><p>Two.</p>]]></content:encoded></item>
<item><title>B</title><link>https://example.org/b</link><pubDate>a while ago</pubDate><description>A &amp;lt;word&amp;gt;.</description>
  <source url="https://example.net/">Agency</source></item>
<item><title>C</title></item>
<item><title>D</title><dc:date>2024-09-15</dc:date><description>Last.</description></item></channel></rss>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Radio</title><updated>2024-09-20T00:00:00Z</updated>
<entry><title>Talks</title><link href="https://example.org/a"/><published>2024-09-14T00:00:00Z</published>
  <updated>2024-09-20T00:00:00Z</updated><content type="html">&lt;p&gt;{TEXT}&lt;/p&gt;</content></entry>
<entry><title>B</title><updated>2024-09-20T00:00:00Z</updated><summary>{TEXT}</summary></entry></feed>"""
RDF = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
  xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Radio</title></channel>
<item><title>Talks</title><link>https://example.org/a</link><dc:date>2024-09-14T00:00:00Z</dc:date><description>{TEXT}</description></item>
</rdf:RDF>"""


def test_a_feed_gives_each_entry_with_what_it_says_of_it() -> None:
    found = read(read_feed, RSS.encode())
    first, second, fourth = pieces(found)
    assert (first.text, first.at, first.found and first.found[0]) == (f"{TEXT}\n\nTwo.", 1, "feed")
    shared = {"publisher": "Radio", "language": "en-gb"}
    assert fields(first) == shared | {"title": "Talks & more", "published": "2024-09-14", "url": "https://example.org/a"}
    assert (second.text, second.at) == ("A <word>.", 2)
    assert fields(second) == shared | {"title": "B", "published": "a while ago", "url": "https://example.org/b", "publisher": "Agency"}
    assert (fourth.text, fields(fourth)["published"]) == ("Last.", "2024-09-15")
    assert faults(found) == [Fault("no text", 3)]


def test_what_an_atom_feed_calls_updated_is_no_publication() -> None:
    first, second = pieces(read(read_feed, ATOM.encode()))
    assert (first.text, fields(first)["published"], second.text) == (TEXT, "2024-09-14", TEXT)
    assert "published" not in fields(second)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_feed_may_be_rdf_in_any_encoding(encoding: str) -> None:
    (piece,) = pieces(read(read_feed, RDF.encode(encoding)))
    assert (piece.text, fields(piece)["published"]) == (TEXT, "2024-09-14")


@pytest.mark.parametrize("half", ["&#xD800;", "&#55296;", "&#x00dfff;"])
def test_half_a_character_costs_nothing_else(half: str) -> None:
    first, *_ = pieces(read(read_feed, RDF.replace(TEXT, f"{TEXT} {half}").encode()))
    assert first.text == f"{TEXT} \ufffd"
    assert [piece.text for piece in pieces(read(read_feed, RDF.replace("https://example.org/a", "http://[").encode()))] == [TEXT]


def test_entries_that_name_nobody_are_passed_by() -> None:
    assert [type(item) for item in read(read_feed, RSS.encode(), lambda data: b"Last" in data)] == [Unlooked, Unlooked, Fault, Piece]
    assert read(read_feed, RSS.encode(), lambda _: False) == [Unlooked(4)]
    assert read(read_feed, RDF.encode(), lambda _: False) == [Unlooked(1)]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"https://192.0.2.1/feed", "not a feed"),
        (b"<html><p>no feed</p></html>", "not a feed"),
        (b"", "not a feed"),
        (
            b'<!DOCTYPE rss [<!ENTITY a "lol">' + b"".join(b'<!ENTITY b%d "&a;&a;&a;">' % n for n in range(9)) + b"]><rss>&b8;</rss>",
            "declares entities of its own, which feeds have no use for",
        ),
        (
            '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss>&a;</rss>'.encode("utf-16"),
            "declares entities of its own, which feeds have no use for",
        ),
    ],
)
def test_what_is_no_feed_or_means_ill_is_one_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=f"^{reason}$"):
        read(read_feed, data)


# --- archives ---------------------------------------------------------------------------------------

HTML = {"Content-Type": "text/html; charset=windows-1251"}


def warc(*responses: tuple[str, dict[str, str], bytes], gzipped: bool = False) -> bytes:
    """An archive of a first record of another kind and of a response for each status, head and content."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=gzipped)
    writer.write_record(writer.create_warcinfo_record("a.warc", {"software": "test"}))
    # The writer leaves it to chance when its temporary files are closed.
    with warnings.catch_warnings(action="ignore", category=ResourceWarning):
        for number, (status, head, content) in enumerate(responses):
            write(writer, f"https://example.org/{number}", StatusAndHeaders(status, list(head.items()), protocol="HTTP/1.1"), content)
    return out.getvalue()


def write(writer: WARCWriter, address: str, head: StatusAndHeaders, content: bytes) -> None:
    day = {"WARC-Date": "2024-09-14T01:00:00Z"}
    payload = io.BytesIO(content)
    writer.write_record(writer.create_warc_record(address, "response", payload=payload, http_headers=head, warc_headers_dict=day))


def said(number: int) -> bytes:
    return f"<link rel=canonical href=https://example.net/><title>T</title><p>Встреча {number}.</p>".encode("cp1251")


THREE = [("200 OK", HTML, said(number)) for number in range(3)]


@pytest.mark.parametrize("gzipped", [False, True])
def test_an_archive_gives_its_pages_with_their_addresses(gzipped: bool) -> None:
    found = read(read_warc, warc(*THREE, gzipped=gzipped))
    assert [(piece.text, piece.at) for piece in pieces(found)] == [("Встреча 0.", 2), ("Встреча 1.", 3), ("Встреча 2.", 4)]
    assert fields(pieces(found)[0]) == {"title": "T", "url": "https://example.org/0", "retrieved": "2024-09-14"}
    assert len(found) == 3


@pytest.mark.parametrize(
    ("status", "head", "content", "texts"),
    [
        ("404 Not Found", HTML, b"<p>no</p>", []),
        ("200 OK", {"Content-Type": "image/png"}, b"\x89PNG", []),
        ("200 OK", {}, b"<p>no</p>", []),
        ("200 OK", {"Content-Type": "text/plain"}, b"Plain <b>\r\nwords", ["Plain <b>\nwords"]),
        ("200 OK", {**HTML, "Content-Encoding": "gzip"}, gzip.compress(b"<p>packed</p>"), ["packed"]),
        ("200 OK", {**HTML, "Transfer-Encoding": "chunked"}, b"6\r\n<p>chu\r\n3\r\nnks\r\n0\r\n\r\n", ["chunks"]),
    ],
)
def test_only_pages_and_texts_that_were_found_are_articles(status: str, head: dict[str, str], content: bytes, texts: list[str]) -> None:
    assert [piece.text for piece in pieces(read(read_warc, warc((status, head, content))))] == texts


def cut_end(data: bytes) -> bytes:
    return data[:-150]


def spoil_middle(data: bytes) -> bytes:
    """The beginning of the third record is another."""
    mark = b"\x1f\x8b\x08" if data.startswith(b"\x1f\x8b") else b"WARC/1."
    parts = data.split(mark)
    return mark.join(parts[:3]) + b"\xff" * len(mark) + mark.join(parts[3:])


@pytest.mark.parametrize("gzipped", [False, True])
@pytest.mark.parametrize(("spoil", "kept", "broken"), [(cut_end, [2, 3], [4]), (spoil_middle, [2, 4], [3])])
def test_a_broken_record_is_named_and_the_rest_is_read(
    gzipped: bool, spoil: Callable[[bytes], bytes], kept: list[int], broken: list[int]
) -> None:
    found = read(read_warc, spoil(warc(*THREE, gzipped=gzipped)))
    assert [piece.at for piece in pieces(found)] == kept
    assert [fault.at for fault in faults(found)] == broken


def test_a_wrong_length_costs_its_record_alone() -> None:
    data = warc(*THREE)
    place = data.index(b"Content-Length: ", data.index(b"/1\r\n"))
    found = read(read_warc, data[:place] + b"Content-Length: 9" + data[place + len(b"Content-Length: ") :])
    assert [piece.at for piece in pieces(found)] == [2, 4]
    assert [fault.reason for fault in faults(found)] == ["cut off, or of another length than it says"]


def test_what_unpacks_to_too_much_is_one_fault() -> None:
    bomb = gzip.compress(b" " * (MOST_BYTES + 1))
    packed = warc(("200 OK", {**HTML, "Content-Encoding": "gzip"}, bomb), *THREE[:1])
    found = read(read_warc, packed)
    assert [(fault.reason, fault.at) for fault in faults(found)] == [("longer than 20,000,000 bytes", 2)]
    assert [piece.at for piece in pieces(found)] == [3]
    outer = read(read_warc, warc(("200 OK", HTML, b" " * (MOST_BYTES + 1)), *THREE[:1], gzipped=True))
    assert [type(item) for item in outer] == [Fault, Piece]


def test_a_length_that_is_too_great_costs_no_other_record() -> None:
    first, *rest = warc(*THREE).split(b"WARC/1.0\r\n")[1:]
    length = re.search(rb"Content-Length: (\d+)", rest[0])
    assert length
    swallowing = len(rest[0]) + len(b"WARC/1.0\r\n") + int(length[1])
    for wrong in (b"20000001", b"99999999999", b"%d" % swallowing):
        spoiled = rest[0].replace(length[0], b"Content-Length: " + wrong)
        found = read(read_warc, b"".join(b"WARC/1.0\r\n" + part for part in (first, spoiled, *rest[1:])))
        assert [piece.at for piece in pieces(found)] == [3, 4]
        assert [fault.at for fault in faults(found)] == [2]


@pytest.mark.parametrize(
    "head",
    [
        b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 19999999\r\n\r\n",
        b"WARC/1.0\nContent-Length: 19999999\n\n",
        b"WARC/1.0\r\nWARC-",
    ],
)
def test_many_lengths_that_are_too_great_take_no_long_time(head: bytes) -> None:
    before = time.monotonic()
    found = read(read_warc, head * (3_000_000 // len(head)) + bytes(19_000_000))
    assert len(faults(found)) == len(found) == 3_000_000 // len(head)
    assert time.monotonic() - before < 15


def test_an_archive_unpacks_to_so_much_and_no_more() -> None:
    packed = warc(*THREE[:1], gzipped=True) + gzip.compress(bytes(150_000_000), 1)
    found = []
    with pytest.raises(ReadError, match="unpacks to more than 200 times its size"):
        for item in read_warc(io.BytesIO(packed), Asked()):
            found.append(item)
    assert len(pieces(found)) == 1


def test_a_record_may_begin_within_a_line_where_another_broke_off() -> None:
    whole = warc(*THREE)
    second = whole.index(b"WARC/1.0", whole.index(b"WARC-Target-URI: https://example.org/0"))
    found = read(read_warc, whole[: second - 20] + whole[second:])
    assert [piece.at for piece in pieces(found)] == [3, 4]


@pytest.mark.parametrize("data", [b"words\n" * 10, b"\x1f\x8b\x08" + b"x" * 100, b"WARC/1.0\r\n" * 20_000])
def test_what_is_no_archive_is_one_fault(data: bytes) -> None:
    assert {fault.reason for fault in faults(read(read_warc, data))} == {"not a WARC record"}
    assert read(read_warc, b"") == []


# --- mails ------------------------------------------------------------------------------------------


def mail(plain: str | None, page: str | None = None, **encoding: str) -> bytes:
    message = EmailMessage()
    message["From"] = "Rádio News <news@example.org>"
    message["Subject"] = "Talks – held"
    message["Date"] = "Sat, 14 Sep 2024 23:30:00 -0500"
    if plain is not None:
        message.set_content(plain, **encoding)
    if page is not None:
        (message.add_alternative if plain is not None else message.set_content)(page, subtype="html", **encoding)
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="a.pdf")
    message.add_attachment("attached", filename="a.txt")
    return bytes(message)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (mail("Встреча.\n\nTwo.\n-- \nA hand"), "Встреча.\n\nTwo."),
        (mail("Встреча.", charset="koi8-r", cte="base64"), "Встреча."),
        (mail("Café.", "<p>Other</p>", charset="cp1252", cte="quoted-printable"), "Café."),
        (mail(None, "<table><tr><td>One.</td><td>Two.</td></tr></table><p>View in browser</p>"), "One.\n\nTwo."),
        (mail(" \n", f"<style>x</style><p>{TEXT}</p><p>Unsubscribe here</p>"), TEXT),
        (b"Subject: x\nContent-Type: text/plain; format=flowed\n\nOne \nline.\nTwo.", "One line.\nTwo."),
        (b"Subject: x\nContent-Type: text/plain; charset=no-such\n\n" + TEXT.encode(), TEXT),
        (b"Subject: x\nDate: Sat, 14 Sep 99999999999 23:30:00\n\n" + TEXT.encode(), TEXT),
    ],
)
def test_a_mail_gives_its_plain_text_else_its_page(data: bytes, text: str) -> None:
    (piece,) = pieces(read(read_mail, data))
    assert piece.text == text


def test_a_mail_says_who_wrote_what_when() -> None:
    (piece,) = pieces(read(read_mail, mail("x")))
    assert fields(piece) == {"title": "Talks – held", "published": "2024-09-14", "publisher": "Rádio News"}
    assert read(read_mail, mail("x"), lambda _: False) == [Unlooked(1)]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "koi8-r"])
@pytest.mark.parametrize(
    ("sender", "name"),
    [
        ("Вестник дня <a@example.org>", "Вестник дня"),
        ('"Вестник (вечерний), выпуск 2" <a@example.org>', "Вестник (вечерний), выпуск 2"),
        ("Radio Москва <a@example.org>", "Radio Москва"),
    ],
)
def test_a_head_may_have_letters_that_are_not_encoded(encoding: str, sender: str, name: str) -> None:
    (piece,) = pieces(read(read_mail, f"Subject: Re: Переговоры в Москве\nFrom: {sender}\n\n{TEXT}".encode(encoding)))
    assert fields(piece) == {"title": "Re: Переговоры в Москве", "publisher": name}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"words", "not a mail"),
        (b"", "not a mail"),
        (
            b"Subject: x\n" + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(5000)),
            "nested too deeply to parse",
        ),
    ],
)
def test_what_is_no_mail_or_means_ill_is_one_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=f"^{reason}$"):
        read(read_mail, data)


# --- PDF --------------------------------------------------------------------------------------------


def test_a_pdf_gives_its_text_as_a_reader_joins_it() -> None:
    pages = [
        ["Bulletin", "The two delegations agreed on closer cooper-", "ation in so-called border trade, and on well-", "known plans.", "1"],
        ["Bulletin", "A second paragraph begins here and goes on", "over the", "2"],
        ["Bulletin", "border of the page.", "3"],
    ]
    (piece,) = pieces(read(read_pdf, make_pdf(pages, info="/Title(Talks held)/CreationDate(D:20240914120000)")))
    assert piece.text.split("\n\n") == [
        "The two delegations agreed on closer cooperation in so-called border trade, and on well-known plans.",
        "A second paragraph begins here and goes on over the border of the page.",
    ]
    assert fields(piece) == {"title": "Talks held"}


def test_what_stands_further_apart_is_another_paragraph() -> None:
    lines = [
        "The Review, No. 4",
        "",
        "The rectors of two universities, one in each of the countries,",
        "signed a plan that is for three years",
        "",
        "and more.",
    ]
    (piece,) = pieces(read(read_pdf, make_pdf([lines])))
    assert piece.text.split("\n\n") == [lines[0], f"{lines[2]} {lines[3]}", lines[5]]


@pytest.mark.parametrize("title", ["Microsoft Word - talks.docx", "untitled", "talks_final.pdf", ""])
def test_the_title_of_a_file_is_no_title(title: str) -> None:
    assert fields(pieces(read(read_pdf, make_pdf([[TEXT]], info=f"/Title({title})")))[0]) == {}


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["co-operation was agreed, and co-", "operation began"], "co-operation was agreed, and co-operation began"),
        (["the Moscow-", "Beijing line"], "the Moscow-Beijing line"),
        (["self-", "reliance"], "self-reliance"),
        (["in 2023-", "2024"], "in 2023-2024"),
        (
            ["it was ex-", "tended, ex-", "president Ma said; no president pro-", "tested"],
            "it was extended, ex-president Ma said; no president protested",
        ),
        (["the talks –", "held"], "the talks – held"),
    ],
)
def test_a_hyphen_goes_only_where_it_parts_a_word(lines: Sequence[str], text: str) -> None:
    assert join_lines(lines) == [text]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (make_pdf([[]]), "no text layer"),
        (make_pdf([[TEXT]], encrypt="/Encrypt<</Filter/Other>>/ID[(a)(b)]"), "encrypted"),
        (make_pdf([[TEXT]], encrypt=LOCK), "encrypted"),
        (make_pdf([[TEXT]], kids="2 0 R"), "not a PDF that can be read: Detected cyclic page references."),
        (b"%PDF-1.4", "not a PDF that can be read: Stream has ended unexpectedly"),
        (b"", "not a PDF that can be read: Cannot read an empty file"),
    ],
)
def test_a_pdf_without_text_or_that_means_ill_is_one_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(read_pdf, data)
    assert str(caught.value) == reason
