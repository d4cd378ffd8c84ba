"""An archive of web pages (WARC), plain or gzipped -> its records in bytes, and what could not be read; one record at a time.

Where a record is broken, the next line that begins one is looked for, so that the rest of the archive is read.
"""

import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from kg.formats.piece import MOST_BYTES, Fault, finish

GZIP = b"\x1f\x8b\x08"
BROKEN = b"\0\n"  # stands for what cannot be unpacked: no record is whole with it
CHUNK = 1 << 16
LONGEST = len(b"\nWARC/1.0\r\nWARC-")
MOST_HEAD = 1 << 16  # bytes of the lines before a record's content
NAME = b"WARC/"
BEGIN = re.compile(rb"WARC/\d(?:\.\d\r\nWARC-)?")  # with the rest of it, it may stand within a line, where writing broke off
HEAD = re.compile(rb"WARC/\d[^\n]*\n(?:(?!WARC/\d|\r?\n)[^\n]*\n)*+\r?\n")
LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,15})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
END = re.compile(rb"\r?\n\r?\n|(?:\r?\n)*(?:\Z|WARC/\d|\0\n)")

WITHIN = re.compile(rb"\r\n\r\nWARC/\d\.\d\r\nWARC-")


class Record(NamedTuple):
    """The lines of the head with the empty one, the content, and the number in the archive, from 1."""

    head: bytes
    content: bytes
    at: int


class _Source:
    """Bytes that can be looked at before they are taken."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._held = b""

    def peek(self, size: int) -> bytes:
        """So many of the next bytes, fewer only at the end."""
        parts, held = [self._held], len(self._held)
        while held < size and (part := next(self._chunks, b"")):
            parts.append(part)
            held += len(part)
        self._held = b"".join(parts)
        return self._held[:size]

    def skip(self, size: int) -> None:
        """Take so many bytes, or as many as there are."""
        while size and (part := self.peek(min(size, CHUNK))):
            self._held = self._held[len(part) :]
            size -= len(part)


def split_records(stream: BinaryIO) -> Iterator[Record | Fault]:
    """The records in their order; a fault has the number of the record that is broken."""
    source, number = _Source(_chunks(stream)), 0
    while source.peek(1):
        ahead = source.peek(MOST_HEAD)
        blank = len(ahead) - len(ahead.lstrip(b"\r\n"))
        if blank:
            source.skip(blank)
            continue
        number += 1
        yield _take(source, ahead, number)


def _take(source: _Source, ahead: bytes, number: int) -> Record | Fault:
    """The record that begins here; where there is none, all is skipped up to the next that begins."""
    head = HEAD.match(ahead)
    length = LENGTH.search(head[0]) if head else None
    if not head or not length:
        _seek(source)
        return Fault("not a WARC record", number)
    start, size = head.end(), int(length[1])
    if size > MOST_BYTES:
        _seek(source)  # and no further: the length may be what is broken
        return Fault(f"longer than {MOST_BYTES:,} bytes", number)
    data = source.peek(start + size + CHUNK)
    content = data[start : start + size]
    if len(content) < size or not _ends(data, start + size, content):
        _seek(source)
        return Fault("cut off, or of another length than it says", number)
    source.skip(start + size)
    return Record(head[0], content, number)


def _ends(data: bytes, at: int, content: bytes) -> bool:
    """Whether a record ends here: an empty line follows, and its content has not swallowed the beginning of the next."""
    return END.match(data, at) is not None and not (b"\nWARC/" in content and WITHIN.search(content))


def _seek(source: _Source) -> None:
    """Go on to the next place but this at which a record begins, or to the end."""
    before = source.peek(1)
    source.skip(1)
    while ahead := source.peek(CHUNK):
        at = _find(before + ahead)
        if at is not None:
            source.skip(at - 1)
            return
        # A beginning may lie across the border.
        step = max(len(ahead) - LONGEST, 1)
        before = ahead[step - 1 : step]
        source.skip(step)


def _find(data: bytes) -> int | None:
    """Where a record begins, but for the first byte, which tells only what stands before."""
    at = data.find(NAME, 1)
    while at > 0:
        found = BEGIN.match(data, at)
        if found and (data[at - 1 : at] == b"\n" or found[0].endswith(b"-")):
            return at
        at = data.find(NAME, at + 1)
    return None


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    chunks = iter(lambda: stream.read(CHUNK), b"")
    first = next(chunks, b"")
    if first.startswith(GZIP):
        yield from _unpacked(first, chunks)
    else:
        yield first
        yield from chunks
    finish(stream)


def _unpacked(data: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The content of the gzipped members; of a broken one so much as can be had, then that of the next."""
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    while data or (data := next(chunks, b"")):
        try:
            yield unpacker.decompress(data, CHUNK)
            data = unpacker.unconsumed_tail
        except zlib.error:
            yield BROKEN
            data, unpacker = _next_member(data[1:], chunks), zlib.decompressobj(zlib.MAX_WBITS | 16)
            continue
        if unpacker.eof:
            data, unpacker = unpacker.unused_data, zlib.decompressobj(zlib.MAX_WBITS | 16)
    yield unpacker.flush()


def _next_member(data: bytes, chunks: Iterator[bytes]) -> bytes:
    """From where the next member seems to begin."""
    while (start := data.find(GZIP)) < 0:
        part = next(chunks, b"")
        if not part:
            return b""
        data = data[1 - len(GZIP) :] + part
    return data[start:]
