"""JSON lines -> a piece for each; lines that name nobody who is watched are passed over before anything is made of them."""

import codecs
import itertools
import re
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from kg.errors import ReadError
from kg.formats.decode import decode_as_is
from kg.formats.fields import LINE, make_piece, parse_object
from kg.formats.piece import MOST_BYTES, Asked, Fault, Read, Unlooked, bounded, load

_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BLOCK = 1 << 18
_BREAK = ord("\n")
# Letters that are written by their numbers: Latin ones, which hide a name from a search of the bytes, and those of other alphabets.
_ESCAPED = re.compile(rb"\\u(?:00[4-7]|0[1-7]|1[0-9a-f]|[3-9a-d])", re.IGNORECASE)


def read_lines(stream: BinaryIO, asked: Asked) -> Read:
    """A piece for each line that is not blank. A line that is too long is skipped alone, and no more than it may have is held."""
    before = 0
    for block in _blocks(stream):
        ends = _ends(block)
        starts = np.concatenate(([0], ends[:-1] + 1))
        wanted = _wanted(block, ends, asked)
        passed = int(np.count_nonzero(ends > starts)) - len(wanted)
        if asked.find is not None and passed > 0:
            yield Unlooked(passed)
        for n in wanted:
            line = block[starts[n] : ends[n]]
            if line.strip():
                yield from _read_line(line, before + int(n) + 1, asked)
        before += len(ends)


def _read_line(line: bytes, number: int, asked: Asked) -> Read:
    try:
        yield make_piece(parse_object(decode_as_is(bounded(line.rstrip()))), LINE, number, asked)
    except ReadError as error:
        yield Fault(str(error), number)


def _ends(block: bytes) -> NDArray[np.intp]:
    """Where the lines of a block end."""
    found = np.flatnonzero(np.frombuffer(block, np.uint8) == _BREAK)
    return found if block.endswith(b"\n") else np.append(found, len(block))


def _wanted(block: bytes, ends: NDArray[np.intp], asked: Asked) -> NDArray[np.intp]:
    """The lines of a block, from 0, that may name somebody who is watched."""
    if asked.find is None:
        return np.arange(len(ends))
    places = list(asked.find(block))
    if b"\\u" in block:
        places += [found.start() for found in _ESCAPED.finditer(block)]
    return np.unique(np.searchsorted(ends, places))


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Runs of whole lines in UTF-8; of a line that is too long comes only so much that one can tell."""
    first = stream.read(_BLOCK)
    if first.startswith(_WIDE):
        yield decode_as_is(bounded(first + load(stream))).encode("utf-8", "surrogatepass")
        return
    for block in itertools.chain([first], iter(lambda: stream.read(_BLOCK), b"")):
        try:
            rest = b"" if block.endswith(b"\n") else stream.readline(MOST_BYTES + 1)
        except ReadError:  # the stream broke off within this line
            yield block[: block.rfind(b"\n") + 1]
            raise
        if block or rest:
            yield block + rest
        while len(rest) > MOST_BYTES and not rest.endswith(b"\n"):
            rest = stream.readline(MOST_BYTES + 1)
