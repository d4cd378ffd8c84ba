"""Compressed files and archives -> the files in them, as streams; nothing is written to disk and no more unpacked than bounds allow."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import BinaryIO, NamedTuple, cast

from kg.errors import ReadError
from kg.formats.piece import load

COMPRESSED: Mapping[str, Callable[[BinaryIO], BinaryIO]] = {
    ".gz": lambda stream: cast(BinaryIO, gzip.GzipFile(fileobj=stream)),
    ".bz2": lambda stream: cast(BinaryIO, bz2.BZ2File(stream)),
    ".xz": lambda stream: cast(BinaryIO, lzma.LZMAFile(stream)),  # noqa: SIM115
}
ARCHIVES = (".zip", ".tar", ".tgz")
# Archives of web pages are compressed record by record, and unpacked by their reader.
KEPT = (".warc.gz",)
MOST_MEMBERS = 100_000
# Text shrinks to a tenth, a table to a thirtieth; what swells more than so many times over once it is large is made to fill a machine.
MOST_SWELLING, FREE_BYTES = 200, 100_000_000
_DEEPEST = 3
_BROKEN = (
    EOFError,
    zlib.error,
    lzma.LZMAError,
    tarfile.TarError,
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)


class Opened(NamedTuple):
    """A file by its name and as a stream, or why there is none; the names of archives that it lies in go before its own."""

    name: str
    stream: BinaryIO | None
    reason: str = ""


def unpack(name: str, stream: BinaryIO, size: int, depth: int = 0) -> Iterator[Opened]:
    """The files in a file: itself where it is none that holds others. `size` is how many bytes of it there are.

    Each stream is to be read before the next file is asked for; while it is read it may raise `ReadError`.
    """
    suffix = PurePosixPath(name).suffix.lower()
    if name.lower().endswith(KEPT) or (suffix not in COMPRESSED and suffix not in ARCHIVES):
        yield Opened(name, stream)
    elif depth == _DEEPEST:
        yield Opened(name, None, "packed too many times over")
    elif suffix in COMPRESSED:
        inner = name[: -len(suffix)]
        yield from unpack(inner, _bound(COMPRESSED[suffix](stream), size), size, depth + 1)
    else:
        yield from _members(name, suffix, stream, size, depth)


def _members(name: str, suffix: str, stream: BinaryIO, size: int, depth: int) -> Iterator[Opened]:
    """The files of an archive, in its order."""
    try:
        for number, (member, packed, open_member) in enumerate(
            _zipped(stream) if suffix == ".zip" else _taped(name, stream, size), start=1
        ):
            if number > MOST_MEMBERS:
                yield Opened(name, None, f"more than {MOST_MEMBERS:,} files in it")
                return
            full = f"{name}/{member}"
            if any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(member).parts):
                continue
            try:
                yield from unpack(full, _bound(open_member(), packed), packed, depth + 1)
            except _BROKEN as error:
                yield Opened(full, None, _why(error))
    except _BROKEN as error:
        yield Opened(name, None, _why(error))


_Member = tuple[str, int, Callable[[], BinaryIO]]


def _zipped(stream: BinaryIO) -> Iterator[_Member]:
    """The files of a zip archive, with how many bytes each has in it."""
    with zipfile.ZipFile(stream if stream.seekable() else io.BytesIO(load(stream))) as archive:
        for info in archive.infolist():
            if not info.is_dir():
                yield info.filename, info.compress_size, lambda info=info: cast(BinaryIO, archive.open(info))  # type: ignore[misc]


def _taped(name: str, stream: BinaryIO, size: int) -> Iterator[_Member]:
    """The plain files of a tape archive; links and devices are none."""
    packed = gzip.GzipFile(fileobj=stream) if name.lower().endswith(".tgz") else stream
    with tarfile.open(fileobj=_bound(cast(BinaryIO, packed), size), mode="r|") as archive:
        for info in archive:
            if info.isfile():
                yield info.name, info.size, lambda info=info: cast(BinaryIO, archive.extractfile(info))  # type: ignore[misc]


def _bound(stream: BinaryIO, size: int) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(_Bounded(stream, size), 1 << 16))


class _Bounded(io.RawIOBase):
    """A stream that is unpacked from so many bytes, and ends with a `ReadError` where it swells too much or cannot be unpacked."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream = stream
        self._left = max(FREE_BYTES, MOST_SWELLING * size)

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """The next bytes."""
        try:
            data = self._stream.read(len(buffer))
        except _BROKEN as error:
            raise ReadError(_why(error)) from None
        self._left -= len(data)
        if self._left < 0:
            raise ReadError(f"unpacks to more than {MOST_SWELLING} times its size")
        buffer[: len(data)] = data
        return len(data)


def _why(error: Exception) -> str:
    text = str(error)
    if "password" in text or "encrypted" in text:
        return "encrypted"
    return f"cannot be unpacked: {text[:1].lower() + text[1:] if text else type(error).__name__}"
