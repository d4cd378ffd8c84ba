"""One record of an archive in bytes -> the text that a server sent, unpacked and decoded, with its address and day."""

import io

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from kg.errors import ReadError
from kg.formats.decode import decode
from kg.formats.message import Item
from kg.formats.page import find_charset
from kg.formats.piece import MOST_BYTES, bounded

KINDS = ("text/html", "application/xhtml+xml", "text/plain")


def parse(data: bytes) -> list[Item]:
    """One item, whose field "kind" is the media type; none where the record is no page or text that was found."""
    try:
        record = next(iter(ArchiveIterator(io.BytesIO(data))))
    except (ArchiveLoadFailed, AttributeError, ValueError):  # the latter where the head lacks what the library takes for granted
        raise ReadError("not a WARC record") from None
    head = record.http_headers
    if record.rec_type != "response" or not head or head.get_statuscode() != "200":
        return []
    kind, _, rest = (head.get_header("Content-Type") or "").partition(";")
    if kind.strip().lower() not in KINDS:
        return []
    content = bounded(record.content_stream().read(MOST_BYTES + 1))
    charset = rest.partition("charset=")[2].partition(";")[0].strip(" \"'")
    address, day = (record.rec_headers.get_header(name) or "" for name in ("WARC-Target-URI", "WARC-Date"))
    text = decode(content, charset or find_charset(content))
    return [Item(text, {"kind": kind.strip().lower(), "url": address.strip("<>"), "retrieved": day[:10]})]
