"""An archive of web pages (WARC), plain or gzipped -> its records in bytes, and what could not be read; one record at a time.

Where a record is broken, the next line that begins one is looked for, so that the rest of the archive is read.
"""

import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from kg.errors import ReadError
from kg.formats.piece import MOST_BYTES, TOO_MUCH, Fault, finish, most_unpacked

GZIP = b"\x1f\x8b\x08"
BROKEN = b"\0\n"  # stands for what cannot be unpacked: no record is whole with it
CHUNK = 1 << 16
LONGEST = len(b"\nWARC/1.0\r\nWARC-")
MOST_HEAD = 1 << 16  # bytes of the lines before a record's content
NAME = b"WARC/"
BEGIN = re.compile(rb"WARC/\d(?:\.\d\r\nWARC-)?")  # with the rest of it, it may stand within a line, where writing broke off
HEAD = re.compile(rb"WARC/\d[^\n]*\n(?:(?!WARC/\d|\r?\n|[^\n]*WARC/\d\.\d\r\nWARC-)[^\n]*\n)*\r?\n")
LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,15})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
END = re.compile(rb"\r?\n\r?\n|(?:\r?\n)*(?:\Z|WARC/\d|\0\n)")

WITHIN = re.compile(rb"\r\n\r\nWARC/\d\.\d\r\nWARC-")
SEAM = len(b"\r\n\r\nWARC/1.0\r\nWARC-")
BLANK = re.compile(rb"[\r\n]+")


class Record(NamedTuple):
    """The lines of the head with the empty one, the content, and the number in the archive, from 1."""

    head: bytes
    content: bytes
    at: int


class _Source:
    """Bytes that can be looked at before they are taken; what was looked through once is not looked through again."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._gone = 0
        # From where to where no record begins within another, and whether one does there; places in the archive.
        self._looked = (0, 0, False)
        self.held = bytearray()

    def hold(self, size: int) -> int:
        """How many of so many of the next bytes there are, fewer only at the end; `held` begins with them."""
        while len(self.held) < size and (part := next(self._chunks, b"")):
            self.held += part
        return min(size, len(self.held))

    def skip(self, size: int) -> None:
        """Take so many bytes, or as many as there are."""
        while size and (part := self.hold(min(size, CHUNK))):
            del self.held[:part]
            self._gone += part
            size -= part

    def is_swallowed(self, start: int, end: int) -> bool:
        """Whether another record begins within these bytes of `held`."""
        first, last = self._gone + start, self._gone + end
        begin, to, found = self._looked
        if not begin <= first <= to:
            begin, to, found = first, first, False
        if not found and to < last:
            seam = WITHIN.search(self.held, to - self._gone, end)
            found = seam is not None
            to = self._gone + seam.start() if seam else max(to, last - SEAM)
        self._looked = (begin, to, found)
        return found and to + SEAM <= last


def split_records(stream: BinaryIO) -> Iterator[Record | Fault]:
    """The records in their order; a fault has the number of the record that is broken."""
    source, number = _Source(_chunks(stream)), 0
    while source.hold(MOST_HEAD):
        blank = BLANK.match(source.held, 0, MOST_HEAD)
        if blank:
            source.skip(blank.end())
            continue
        number += 1
        yield _take(source, number)


def _take(source: _Source, number: int) -> Record | Fault:
    """The record that begins here; where there is none, all is skipped up to the next that begins."""
    match = HEAD.match(source.held, 0, MOST_HEAD)
    head = match[0] if match else b""
    length = LENGTH.search(head)
    if not length:
        _seek(source)
        return Fault("not a WARC record", number)
    start, end = len(head), len(head) + int(length[1])
    if end - start > MOST_BYTES:
        _seek(source)  # and no further: the length may be what is broken
        return Fault(f"longer than {MOST_BYTES:,} bytes", number)
    if source.hold(end + CHUNK) < end or not END.match(source.held, end, end + CHUNK) or source.is_swallowed(start, end):
        _seek(source)
        return Fault("cut off, or of another length than it says", number)
    content = bytes(memoryview(source.held)[start:end])
    source.skip(end)
    return Record(head, content, number)


def _seek(source: _Source) -> None:
    """Go on to the next place but this at which a record begins, or to the end."""
    while (size := source.hold(CHUNK)) > 1:
        at = _find(source.held, size)
        if at is not None:
            source.skip(at)
            return
        # A beginning may lie across the border.
        source.skip(max(size - LONGEST, 1))
    source.skip(1)


def _find(data: bytearray, end: int) -> int | None:
    """Where a record begins, but for the first byte, which tells only what stands before."""
    at = data.find(NAME, 1, end)
    while at > 0:
        found = BEGIN.match(data, at, end)
        if found and (data[at - 1 : at] == b"\n" or found[0].endswith(b"-")):
            return at
        at = data.find(NAME, at + 1, end)
    return None


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    chunks = iter(lambda: stream.read(CHUNK), b"")
    first = next(chunks, b"")
    if first.startswith(GZIP):
        yield from filter(None, _unpacked(first, chunks))  # nothing would stand for the end
    else:
        yield first
        yield from chunks
    finish(stream)


def _unpacked(data: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The content of the gzipped members; of a broken one so much as can be had, then that of the next."""
    counted = _Counted(data, chunks)
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    while data or (data := next(counted, b"")):
        try:
            yield counted.spend(unpacker.decompress(data, CHUNK))
            data = unpacker.unconsumed_tail
        except zlib.error:
            yield BROKEN
            data, unpacker = _next_member(data[1:], counted), zlib.decompressobj(zlib.MAX_WBITS | 16)
            continue
        if unpacker.eof:
            data, unpacker = unpacker.unused_data, zlib.decompressobj(zlib.MAX_WBITS | 16)
    yield unpacker.flush()


class _Counted(Iterator[bytes]):
    """Packed bytes, and how many came of them."""

    def __init__(self, first: bytes, chunks: Iterator[bytes]) -> None:
        self._chunks, self._packed, self._unpacked = chunks, len(first), 0

    def __next__(self) -> bytes:
        part = next(self._chunks)
        self._packed += len(part)
        return part

    def spend(self, data: bytes) -> bytes:
        """The same bytes; `ReadError` where they are more than may come of what was read."""
        self._unpacked += len(data)
        if self._unpacked > most_unpacked(self._packed):
            raise ReadError(TOO_MUCH)
        return data


def _next_member(data: bytes, chunks: Iterator[bytes]) -> bytes:
    """From where the next member seems to begin."""
    while (start := data.find(GZIP)) < 0:
        part = next(chunks, b"")
        if not part:
            return b""
        data = data[1 - len(GZIP) :] + part
    return data[start:]
