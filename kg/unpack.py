"""Compressed files and archives -> the files in them, as streams; nothing is written to disk and no more unpacked than bounds allow.

A stream that breaks off gives all that comes before the break; whoever goes on reading gets a `ReadError`.
"""

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
from kg.formats.piece import TOO_MUCH, load, most_unpacked

COMPRESSED: Mapping[str, Callable[[BinaryIO], BinaryIO]] = {
    ".gz": lambda stream: cast(BinaryIO, gzip.GzipFile(fileobj=stream)),
    ".bz2": lambda stream: cast(BinaryIO, bz2.BZ2File(stream)),
    ".xz": lambda stream: cast(BinaryIO, lzma.LZMAFile(stream)),  # noqa: SIM115
}
ARCHIVES = (".zip", ".tar", ".tgz")
# Archives of web pages are compressed record by record, and unpacked by their reader.
KEPT = (".warc.gz",)
MOST_MEMBERS = 100_000
_DEEPEST = 3
# Of what a tape archive says of a file beyond its name; the library holds it as a whole and searches it in quadratic time.
_MOST_SAID = 1 << 13
_SAYING = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK)
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


def unpack(name: str, stream: BinaryIO, size: int) -> Iterator[Opened]:
    """The files in a file: itself where it is none that holds others. `size` is how many bytes of it there are.

    Each stream is to be read before the next file is asked for; while it is read it may raise `ReadError`.
    """
    return _unpack(name, stream, _Budget(size), 0)


class _Budget:
    """How many bytes may still be unpacked of a file, with all that is packed in it, one in another or beside it."""

    def __init__(self, size: int) -> None:
        self._left = most_unpacked(size)

    def spend(self, number: int) -> None:
        """Count what was unpacked."""
        self._left -= number

    @property
    def is_spent(self) -> bool:
        """Whether it was more than may be."""
        return self._left < 0


def _unpack(name: str, stream: BinaryIO, budget: _Budget, depth: int) -> Iterator[Opened]:
    suffix = PurePosixPath(name).suffix.lower()
    if name.lower().endswith(KEPT) or (suffix not in COMPRESSED and suffix not in ARCHIVES):
        yield Opened(name, stream)
    elif depth == _DEEPEST:
        yield Opened(name, None, "packed too many times over")
    elif suffix in COMPRESSED:
        inner = name[: -len(suffix)]
        yield from _unpack(inner, _bound(COMPRESSED[suffix](stream), budget), budget, depth + 1)
    else:
        yield from _members(name, suffix, stream, budget, depth)


def _members(name: str, suffix: str, stream: BinaryIO, budget: _Budget, depth: int) -> Iterator[Opened]:
    """The files of an archive, in its order."""
    try:
        members = _zipped(stream) if suffix == ".zip" else _taped(name, stream, budget)
        for number, (written, open_member) in enumerate(members, start=1):
            member = written.replace("\\", "/")  # as some programs part folders
            if number > MOST_MEMBERS:
                yield Opened(name, None, f"more than {MOST_MEMBERS:,} files in it")
                return
            if budget.is_spent:
                yield Opened(name, None, f"{TOO_MUCH}, so the rest of it is not read")
                return
            if _is_hidden(member):
                continue
            full = f"{name}/{member}"
            try:
                yield from _unpack(full, _bound(open_member(), budget), budget, depth + 1)
            except _BROKEN as error:
                yield Opened(full, None, _why(error))
    except _BROKEN as error:
        yield Opened(name, None, _why(error))


def _is_hidden(member: str) -> bool:
    """Names may lead up and out ("../a.txt"): nothing is written there, so such a file is as good as any."""
    return any(part.startswith((".", "__MACOSX")) and part != ".." for part in PurePosixPath(member).parts)


_Member = tuple[str, Callable[[], BinaryIO]]


def _zipped(stream: BinaryIO) -> Iterator[_Member]:
    """The files of a zip archive."""
    with zipfile.ZipFile(stream if stream.seekable() else io.BytesIO(load(stream))) as archive:
        for info in archive.infolist():
            if not info.is_dir():
                yield info.filename, lambda info=info: cast(BinaryIO, archive.open(info))  # type: ignore[misc]


class _Told(tarfile.TarInfo):
    """What a tape archive tells of a file, which may be so long and no longer."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> "_Told":
        """From the block that says how long it is, before any of it is read."""
        told = super().frombuf(buf, encoding, errors)
        if told.type in _SAYING and told.size > _MOST_SAID:
            raise tarfile.ReadError(f"a header of more than {_MOST_SAID:,} bytes")
        return told


def _taped(name: str, stream: BinaryIO, budget: _Budget) -> Iterator[_Member]:
    """The plain files of a tape archive; links and devices are none."""
    packed = gzip.GzipFile(fileobj=stream) if name.lower().endswith(".tgz") else stream
    with tarfile.open(fileobj=_bound(cast(BinaryIO, packed), budget), mode="r|", tarinfo=_Told) as archive:
        for info in archive:
            if info.isfile():
                yield info.name, lambda info=info: cast(BinaryIO, archive.extractfile(info))  # type: ignore[misc]


def _bound(stream: BinaryIO, budget: _Budget) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(_Bounded(stream, budget), 1 << 16))


class _Bounded(io.RawIOBase):
    """A stream that is unpacked. It ends where it swells too much or cannot be unpacked, and gives a `ReadError` after its end.

    Not at once: a buffer that is half full would be lost by it.
    """

    def __init__(self, stream: BinaryIO, budget: _Budget) -> None:
        # What reads more than once for one call loses what it has where the last time fails.
        self._read: Callable[[int], bytes] = getattr(stream, "read1", stream.read)
        self._budget = budget
        self._reason: str | None = None

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """The next bytes."""
        if self._reason is not None:
            raise ReadError(self._reason)
        try:
            data = self._read(len(buffer))
        except (*_BROKEN, ReadError) as error:
            self._reason = str(error) if isinstance(error, ReadError) else _why(error)
            return 0
        self._budget.spend(len(data))
        if self._budget.is_spent:
            self._reason = TOO_MUCH
            return 0
        buffer[: len(data)] = data
        return len(data)


def _why(error: Exception) -> str:
    text = str(error)
    if "password" in text or "encrypted" in text:
        return "encrypted"
    if text.startswith(("CRC", "Bad CRC")):
        return "cannot be unpacked: its checksum is wrong"
    return f"cannot be unpacked: {text[:1].lower() + text[1:] if text else 'cut off or damaged'}"
