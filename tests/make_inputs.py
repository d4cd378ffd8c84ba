"""The files of tests/inputs that no editor of text writes: other encodings, compressed files, archives, mails in parts, PDF.

`python -m tests.make_inputs` writes them; the same bytes each time.
"""

import bz2
import codecs
import io
import json
import lzma
import struct
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from tests.pdfs import LOCK, make_pdf

INPUTS = Path(__file__).parent / "inputs"

RUSSIAN_PAGE = """<!doctype html><html lang="ru"><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251">
<title>Посол вручил грамоты</title><meta name="date" content="2006-12-13"></head><body><div id="menu">Главная Новости Архив</div>
<h1>Посол вручил грамоты</h1>
<p>Посол Российской Федерации вручил верительные грамоты председателю президиума в Пхеньяне, сообщила в среду пресс-служба посольства.</p>
<p>На встрече говорили о железной дороге, о рыбе и о студентах, которых в этом году приехало вдвое больше, чем в прошлом.</p>
<p>Читайте также: <a href="/x">Погода в Приморье</a></p>
<p>После приёма посол ответил на вопросы журналистов и назвал встречу тёплой.</p></body></html>
"""
KOREAN_PAGE = """<html><head><meta http-equiv="content-type" content="text/html; charset=euc-kr"><title>라진항 개건</title>
<meta name="date" content="2013-09-22"></head><body>
<p>라진항과 하싼을 잇는 철길이 다시 열리여 첫 렬차가 일요일에 떠났다고 철도성의 관계자가 말하였다.</p>
<p>개통식에는 두 나라의 철도 일군들과 라선시의 주민들이 참가하였으며 연설과 공연이 있었다.</p>
<p>다음 단계의 공사는 래년 봄에 시작하기로 하였다.</p></body></html>
"""
WORDS = "The deputy ministers of North Korea and Russia met in {}.\n"


def texts() -> Mapping[str, bytes]:
    """Text in other encodings than UTF-8, and what only looks like it."""
    lines = [json.dumps({"id": f"wide-{n}", "text": WORDS.format(town).strip()}) for n, town in enumerate(("Haeju", "Rason"), start=1)]
    table = 'id;title;text\nкириллица-1;Встреча;"Министры встретились в Хасане; говорили о мосте."\n'
    return {
        "cp1251_page.html": RUSSIAN_PAGE.encode("cp1251"),
        "cp949_page.html": KOREAN_PAGE.encode("cp949"),
        "cp1251_text.txt": "Делегация КНДР прибыла во Владивосток в понедельник.\nЕё встретили на вокзале.\n".encode("cp1251"),
        "cp949_text.txt": "대표단은 월요일에 원산을 떠나 하바롭스크로 향하였다.\n".encode("cp949"),
        "cp1251_table.csv": table.encode("cp1251"),
        "utf16.txt": codecs.BOM_UTF16_LE + WORDS.format("Sinuiju – “late”").encode("utf-16-le"),
        "utf16.jsonl": codecs.BOM_UTF16_BE + "\r\n".join(lines).encode("utf-16-be"),
        "marked.txt": codecs.BOM_UTF8 + WORDS.format("Kaesong").encode(),
        "zeros.txt": b"Words\0and zeros\0between them.\n",
        "zeros.csv": b"id,text\nzeros-1,A zero\0 stands in this row.\nzeros-2,None stands in this one.\n",
        "half_utf8.txt": "Министры встретились в Москве".encode()[:-1] + b".\n",
        "picture.txt": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0\x90wS\xde",
        "controls.txt": b"The talks\x0c\x1b[31m went on\x07 in the red hall, and the paper of the day says that they were long.\n",
    }


def mails() -> Mapping[str, bytes]:
    """Mails in parts and in the encodings of other days."""
    return {
        "parts.eml": _mail("From: Desk <desk@agency.example>\r\nSubject: Two ways to say it\r\nDate: 1 May 2014 10:00:00 -0400\r\n", 1),
        "koi8.eml": (
            "From: =?koi8-r?B?" + _base64("Вестник", "koi8-r") + "?= <v@agency.example>\r\nSubject: =?koi8-r?B?"
            "" + _base64("Переговоры", "koi8-r") + "?=\r\nDate: Sat, 02 Jun 2001 12:00:00 +0300\r\nMIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=koi8-r\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            "" + _base64("Переговоры о железной дороге начались в Москве.\r\n", "koi8-r") + "\r\n"
        ).encode(),
        "cp949_mail.eml": (
            "From: desk@agency.example\r\nSubject: =?ks_c_5601-1987?B?" + _base64("대표단 출발", "cp949") + "?=\r\n"
            "Date: Mon, 8 Jul 2019 09:00:00 +0900\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=ks_c_5601-1987\r\n"
            "Content-Transfer-Encoding: base64\r\n\r\n" + _base64("대표단이 월요일에 평양을 떠났다.\r\n", "cp949") + "\r\n"
        ).encode(),
        "cut_off.eml": _mail("From: Desk <desk@agency.example>\r\nSubject: Cut off\r\nDate: yesterday\r\n", 0)[:420],
    }


def _base64(text: str, encoding: str) -> str:
    return codecs.encode(text.encode(encoding), "base64").decode().replace("\n", "")


def _mail(head: str, closed: int) -> bytes:
    parts = (
        "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        "The attach=E9 of North Korea in Caracas met his Russian colleague, who had a lon=\r\nger way.\r\n\r\nThey spoke of oil.\r\n",
        "Content-Type: text/html; charset=utf-8\r\n\r\n<p>Another wording, in HTML.</p>\r\n",
    )
    body = "".join(f"--=_x\r\n{part}" for part in parts) + "--=_x--\r\n" * closed
    return f'{head}MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="=_x"\r\n\r\n{body}'.encode()


def pdfs() -> Mapping[str, bytes]:
    """PDF files with text, without, locked and broken."""
    pages = [
        [
            "The Far East Review, No. 4",
            "",
            "The rectors of two universities, one in Vladivostok and one in Pyong-",
            "yang, signed a plan for an exchange of lecturers in geology and ship-",
            "building.",
            "",
            "The plan is for three years and may be ex-",
            "1",
        ],
        ["tended. Neither side pays for the other's so-", "called incidental costs.", "2"],
    ]
    layer = make_pdf([pages[0][2:5]], info="/Title(Rectors sign a plan)/CreationDate(D:20100304000000Z)")
    return {
        "layer.pdf": layer,
        "two_pages.pdf": make_pdf(pages),
        "image.pdf": make_pdf([[]], info="/Title(A scan)"),
        "encrypted.pdf": make_pdf([pages[1]], encrypt=LOCK),
        "truncated.pdf": layer[: len(layer) // 3],
        "circular.pdf": make_pdf([pages[1]], kids="2 0 R"),
    }


def webs() -> Mapping[str, bytes]:
    """Archives of web pages."""
    said = [
        f"<html><head><title>Page {n}</title><meta name=date content=2011-08-2{n}></head><body>"
        f"<p>The train stopped at Skovorodino on day {n}, a railwayman said.</p></body></html>"
        for n in range(4)
    ]
    records = [
        _record("warcinfo", "", "application/warc-fields", b"software: a test\r\n"),
        _record("request", "https://web.example/0", "application/http; msgtype=request", b"GET /0 HTTP/1.1\r\nHost: web.example\r\n\r\n"),
        _response("https://web.example/0", "200 OK", "Content-Type: text/html; charset=utf-8", said[0].encode()),
        _response("https://web.example/a.png", "200 OK", "Content-Type: image/png", b"\x89PNG\r\n"),
        _response("https://web.example/old", "301 Moved Permanently", "Location: /0\r\nContent-Type: text/html", b"<p>Moved</p>"),
        _response("https://web.example/gone", "404 Not Found", "Content-Type: text/html", b"<p>Not found</p>"),
        _response("https://web.example/1", "200 OK", "Content-Type: text/html\r\nContent-Encoding: gzip", _gzip(said[1].encode())),
        _response(
            "https://web.example/2", "200 OK", "Content-Type: text/plain", b"A page of nothing but text, on a delegation to Yakutsk."
        ),
        _response("https://web.example/3", "200 OK", "Content-Type: text/html", said[3].encode()),
    ]
    spoiled = records[2][: len(records[2]) // 2] + records[6] + b"noise\r\n" + records[7] + records[8][:-60]
    return {
        "pages.warc": b"".join(records),
        "packed.warc.gz": b"".join(_gzip(record.replace(b"web.example", b"packed.example")) for record in records[:3]),
        "spoiled.warc": spoiled.replace(b"web.example", b"spoiled.example"),
    }


def _response(address: str, status: str, head: str, content: bytes) -> bytes:
    return _record("response", address, "application/http; msgtype=response", f"HTTP/1.1 {status}\r\n{head}\r\n\r\n".encode() + content)


def _record(kind: str, address: str, media: str, content: bytes) -> bytes:
    target = f"WARC-Target-URI: {address}\r\n" if address else ""
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\n{target}WARC-Date: 2011-09-01T00:00:00Z\r\nWARC-Record-ID: <urn:x:{zlib.crc32(content)}>\r\n"
    return f"{head}Content-Type: {media}\r\nContent-Length: {len(content)}\r\n\r\n".encode() + content + b"\r\n\r\n"


# --- packed -----------------------------------------------------------------------------------------


def _gzip(data: bytes) -> bytes:
    """Stored and not shrunk: how that is done differs between builds of zlib."""
    parts = [data[start : start + 0xFFFF] for start in range(0, len(data), 0xFFFF)] or [b""]
    blocks = b"".join(
        struct.pack("<BHH", number == len(parts), len(part), len(part) ^ 0xFFFF) + part for number, part in enumerate(parts, start=1)
    )
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + blocks + struct.pack("<II", zlib.crc32(data), len(data))


def _zip(members: Mapping[str, bytes], *, method: int = zipfile.ZIP_STORED, flags: int = 0) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            info.create_system = 3
            archive.writestr(info, data)
    return _flag(out.getvalue(), flags) if flags else out.getvalue()


def _flag(data: bytes, flags: int) -> bytes:
    """With the flags set in both heads of every member."""
    changed = bytearray(data)
    for mark, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = data.find(mark)
        while at >= 0:
            changed[at + place] |= flags
            at = data.find(mark, at + 1)
    return bytes(changed)


def _tar(members: Mapping[str, bytes], others: Mapping[str, tuple[bytes, str]] | None = None) -> bytes:
    """`others`: a name -> a kind of member that is no file, and where it leads."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        for name, (kind, target) in (others or {}).items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            archive.addfile(info)
    return out.getvalue()


def packed() -> Mapping[str, bytes]:
    """Compressed files and archives, good and bad."""
    told = {number: WORDS.format(town).encode() for number, town in enumerate(("Anju", "Kusong", "Hoeryong", "Musan", "Kimchaek"))}
    lines = b"".join(
        json.dumps({"id": f"cut-line-{n}", "text": f"Line {n} of a file that breaks off: " + _noise(n)}).encode() + b"\n" for n in range(4)
    )
    nested = _zip({"nested/deepest.txt": told[0]})
    for name in ("third.zip", "second.zip", "first.zip"):
        nested = _zip({name: nested, f"beside_{name}.txt": told[1] + name.encode()})
    spoiled = bytearray(_zip({"sum_one.txt": told[1], "sum_two.txt": told[2]}))
    spoiled[spoiled.index(b"Kusong")] ^= 1
    return {
        "story_gz.txt.gz": _gzip(told[0]),
        "story_bz2.txt.bz2": bz2.compress(told[1]),
        "story_xz.txt.xz": lzma.compress(told[2]),
        "page_gz.html.gz": _gzip(b"<html><title>Packed</title><p>The envoy of Cuba left Pyongyang for Moscow.</p></html>"),
        "nameless.gz": _gzip(b'{"id": "nameless-1", "text": "What is packed has no ending, and is told by how it begins."}\n'),
        "cut_story.txt.gz": _gzip(told[3] * 20 + _noise(1).encode())[:-30],
        "cut_lines.jsonl.gz": _gzip(lines)[:-400],
        "not_gzip.txt.gz": told[4],
        "folders.zip": _zip(
            {
                "folders/one/zip_one.txt": told[3],
                "folders/two/zip_two.md": b"---\npublished: 2008-04-05\n---\n" + told[4],
                "folders/two/zip_three.jsonl": b'{"id": "zip-three", "text": "A line in a file in a folder in an archive."}\n',
                "folders/picture.jpg": b"\xff\xd8\xff",
                "folders/.hidden.txt": told[0],
                "__MACOSX/folders/._zip_one.txt": b"\0\5\x16\7",
                "folders/sources.jsonl": b'{"file": "one/zip_one.txt", "publisher": "Not obeyed within an archive"}\n',
            }
        ),
        "encrypted.zip": _zip({"secret.txt": told[0]}, flags=1),
        "bomb.zip": _zip({"bomb.jsonl": bytes(101_000_000)}, method=zipfile.ZIP_BZIP2),
        "nested.zip": nested,
        "climbing.zip": _zip({"../../climb_one.txt": told[1], "/etc/climb_two.txt": told[2], "..\\climb_three.txt": told[3]}),
        "wrong_sum.zip": bytes(spoiled),
        "cut.zip": _zip({"cut.txt": told[0]})[:-20],
        "plain.tar.gz": _gzip(_tar({"tar/tar_one.txt": told[0] + b"One.\n", "tar/tar_two.txt": told[1] + b"Two.\n"})),
        "links.tar": _tar(
            {"links/tar_file.txt": told[2] + b"Three.\n"},
            {
                "links/soft.txt": (tarfile.SYMTYPE, "/etc/passwd"),
                "links/hard.txt": (tarfile.LNKTYPE, "links/tar_file.txt"),
                "links/device.txt": (tarfile.CHRTYPE, ""),
                "links/pipe.txt": (tarfile.FIFOTYPE, ""),
                "links/folder": (tarfile.DIRTYPE, ""),
            },
        ),
        "cut.tgz": _gzip(_tar({"cut/tgz_one.txt": told[3] + b"Four.\n", "cut/tgz_two.txt": _noise(2).encode() * 9}))[:3000],
    }


def _noise(seed: int) -> str:
    """Words that do not shrink much."""
    return " ".join(f"{zlib.crc32(b'%d %d' % (seed, n)):x}" for n in range(40))


def make() -> Mapping[str, bytes]:
    """The name of each file and what is in it."""
    return {**texts(), **mails(), **pdfs(), **webs(), **packed()}


def main(folder: Path = INPUTS) -> None:
    """Write them."""
    for name, data in make().items():
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    main(Path(*sys.argv[1:]) if sys.argv[1:] else INPUTS)
