"""What was read in articles so far, on disk, so that a run that is stopped does not read them again.

A journal is a file of records with their lengths, after a head that says with what they were read. A record that is cut short, since
the process was killed in it, or that is damaged ends the journal; it goes on from there. An empty one leaves no file.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from kg.ids import text_digest
from kg.records import Article, Claim, Entity, Extract

_LENGTH = 4  # bytes that tell how long a record is
_KEY = 16  # bytes by which an article with its source is known
_SUM = 8  # bytes by which it is told whether a record is whole

_Found = tuple[tuple[Claim, ...], tuple[Entity, ...]]
_encoder, _decoder = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(_Found)


class Journal:
    """The journal in a file, to be read and written by one process. `stamp` says with what articles are read now.

    A journal of another stamp, or a file that is none, is begun anew.
    """

    def __init__(self, path: Path, stamp: str) -> None:
        self._path = path
        self._file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+b")
        self._places: dict[bytes, int] = {}
        head = hashlib.sha256(stamp.encode()).digest()
        if self._file.read(len(head)) != head:
            self._file.seek(0)
            self._file.write(head)
        else:
            for key, place in self._scan():
                self._places[key] = place
        self._end = self._file.tell()
        self._file.truncate()

    def _scan(self) -> Iterator[tuple[bytes, int]]:
        """The key and the place of each whole record; afterwards the file stands behind the last one."""
        size = os.fstat(self._file.fileno()).st_size
        while True:
            place = self._file.tell()
            length = int.from_bytes(self._file.read(_LENGTH), "big")
            record = self._file.read(min(length, size))
            if length < _KEY + _SUM or len(record) < length or record[_KEY : _KEY + _SUM] != _sum(record[:_KEY], record[_KEY + _SUM :]):
                self._file.seek(place)
                return
            yield record[:_KEY], place

    def __len__(self) -> int:
        return len(self._places)

    def get(self, article: Article) -> Extract | None:
        """What was read in an article, if it has been with the same text and source."""
        place = self._places.get(_key(article))
        if place is None:
            return None
        self._file.seek(place)
        length = int.from_bytes(self._file.read(_LENGTH), "big")
        claims, minted = _decoder.decode(self._file.read(length)[_KEY + _SUM :])
        return Extract(article=article, claims=claims, minted=minted)

    def put(self, extract: Extract) -> None:
        """Note what was read in an article, unless it is known."""
        key = _key(extract.article)
        if key in self._places:
            return
        said = _encoder.encode((extract.claims, extract.minted))
        record = key + _sum(key, said) + said
        self._file.seek(self._end)
        self._file.write(len(record).to_bytes(_LENGTH, "big") + record)
        self._file.flush()
        self._places[key] = self._end
        self._end += _LENGTH + len(record)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()
        if not self._places:
            self._path.unlink(missing_ok=True)


def _sum(key: bytes, said: bytes) -> bytes:
    return hashlib.sha256(key + said).digest()[:_SUM]


def _key(article: Article) -> bytes:
    return hashlib.sha256(repr((article.id, text_digest(article.text), article.source)).encode("utf-8", "surrogatepass")).digest()[:_KEY]
