"""Bytes -> text, in whatever encoding they are; what is no text is refused with a reason, never guessed at.

"\\r\\n" becomes "\\n"; `decode` puts right lines that were decoded wrongly before they came here; nothing else is changed.
"""

import codecs
import re
from collections.abc import Iterator

import charset_normalizer
from ftfy import fix_encoding
from ftfy.badness import is_bad

from kg.errors import ReadError

# A longer mark goes before the shorter one that it begins with.
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
WRITTEN = {"utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "utf-32-le": "UTF-32", "utf-32-be": "UTF-32"}
# What a declared encoding stands for: as browsers take it, the larger encoding goes for the smaller. No other name is obeyed.
DECLARED = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
} | {
    codecs.lookup(name).name: name
    for name in (
        *(f"cp125{number}" for number in range(9)),
        *(f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16)),
        *("cp866", "koi8-r", "koi8-u", "mac-cyrillic", "mac-roman", "cp949", "johab", "iso2022_kr", "gb18030", "hz"),
        *("big5", "big5hkscs", "cp932", "euc_jp", "iso2022_jp"),
    )
}
LIKELY = ["cp1251", "koi8_r", "cp866", "cp949", "cp1252", "gb18030", "cp932"]
MOST_LOOKED_AT = 50_000  # bytes from which an encoding is guessed
LEAST_SPACES = 0.04  # of the characters of a text in UTF-16 without a mark; scripts without spaces need a mark
LEAST_OF_A_LINE = 8  # bytes that tell UTF-8 from UTF-16
MOST_OF_ASCII = 0.7  # of the bytes of a text in UTF-16 are not zero
LEAST_LETTERS = 0.7  # of the characters of a text whose encoding is guessed: letters and spaces
MOST_CONTROLS = 0.05  # of the characters of a text: old programs leave one here and there
CONTROLS = re.compile("[\0-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f\ufffe\uffff]")
MIXED_WORD = re.compile("[A-Za-z][Ѐ-ӿ]|[Ѐ-ӿ][A-Za-z]")


def decode(data: bytes, declared: str | None = None) -> str:
    """The text of `data`: as its mark says, else UTF-8 or UTF-16 where it is that, else as `declared`, else as it looks.

    Other encodings hardly ever make valid UTF-8, while pages in UTF-8 often declare another, so that goes before `declared`.
    """
    text = decode_as_is(data, declared)
    if not text.isascii():
        text = "\n".join(map(_repair, text.split("\n")))
    controls = CONTROLS.findall(text)
    if len(controls) > MOST_CONTROLS * len(text):
        raise ReadError(f"binary (character U+{ord(controls[0]):04X})")
    return text


def decode_as_is(data: bytes, declared: str | None = None) -> str:
    """As `decode`, but no letter is put right: of JSON, where a letter more or less moves the places in a text that others count.

    Controls are not counted: JSON has none, and letters that were decoded wrongly are full of them.
    """
    return _decode(data, declared).replace("\r\n", "\n")


def _decode(data: bytes, declared: str | None) -> str:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _strict(data, encoding, len(mark))
    if b"\0" in data:
        return _without_mark(data)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        reason = ReadError(f"not UTF-8 (byte 0x{data[error.start]:02x} at offset {error.start})")
    if _is_broken(data):
        raise reason
    known = _known(declared)
    if known and (text := _try(data, known)) is not None:
        return text
    texts = (_try(data, encoding) for encoding in _guesses(data))
    text = next((text for text in texts if text is not None and _is_prose(text)), None)
    if text is None:
        raise reason
    return text


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _strict(data: bytes, encoding: str, start: int) -> str:
    try:
        return data[start:].decode(encoding)
    except UnicodeDecodeError as error:
        at = error.start + start
        raise ReadError(f"not {WRITTEN[encoding]} (byte 0x{data[at]:02x} at offset {at})") from None


def _without_mark(data: bytes) -> str:
    """UTF-16 where that gives words with spaces between them, and the bytes are not words themselves with zeros among them."""
    for encoding in () if _is_strewn(data) else ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        spaces = sum(map(text.count, " \n"))
        if spaces >= LEAST_SPACES * len(text) and _is_prose(text):
            return text
    raise ReadError(f"binary (zero byte at offset {data.index(0)})")


def _is_strewn(data: bytes) -> bool:
    """Whether it begins with a line in UTF-8, or is plain ASCII but for zeros, of which UTF-16 would have more."""
    first, broken, _ = data.partition(b"\n")
    if broken and len(first) >= LEAST_OF_A_LINE and b"\0" not in first and not _is_broken_utf8(first):
        return True
    text = data.replace(b"\0", b"")
    return len(text) > len(data) * MOST_OF_ASCII and text.isascii() and not CONTROLS.search(text.decode("ascii"))


def _is_broken_utf8(data: bytes) -> bool:
    return "\ufffd" in data.decode(errors="replace")


def _is_broken(data: bytes) -> bool:
    """Whether it is UTF-8 but for a few bytes: then no other encoding is right."""
    text = data.decode(errors="replace")
    wrong = text.count("\ufffd")
    return sum(character > "\x7f" for character in text) - wrong > 4 * wrong


def _known(declared: str | None) -> str | None:
    """The encoding that is declared, where that is one of text in some script."""
    try:
        return DECLARED.get(codecs.lookup(declared).name) if declared else None
    except (LookupError, ValueError):  # ValueError: a zero character in the name
        return None


def _guesses(data: bytes) -> Iterator[str]:
    """The likeliest encoding first."""
    yield from (match.encoding for match in charset_normalizer.from_bytes(data[:MOST_LOOKED_AT], cp_isolation=LIKELY))


def _is_prose(text: str) -> bool:
    """Whether it has the look of words: mostly letters and spaces, no controls, no word in two scripts."""
    words = sum(character.isalpha() or character.isspace() for character in text)
    return words >= LEAST_LETTERS * len(text) and not CONTROLS.search(text) and not MIXED_WORD.search(text)


def _repair(line: str) -> str:
    return fix_encoding(line) if is_bad(line) else line
