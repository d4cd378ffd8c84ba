"""Which reader a file has: by the end of its name; by its first bytes where it has no name."""

import re
from collections.abc import Mapping

from kg.formats.dump import read_csv, read_json
from kg.formats.feed import read_feed
from kg.formats.fields import NAMES
from kg.formats.lines import read_lines
from kg.formats.mail import read_mail
from kg.formats.page import read_page
from kg.formats.pdf import read_pdf
from kg.formats.piece import Reader
from kg.formats.plain import read_text
from kg.formats.rows import DELIMITERS
from kg.formats.warc import read_warc

READERS: Mapping[str, Reader] = {
    ".md": read_text, ".txt": read_text, ".htm": read_page, ".html": read_page, ".xhtml": read_page, ".jsonl": read_lines,
    ".ndjson": read_lines, ".json": read_json, ".csv": read_csv, ".tsv": read_csv, ".rss": read_feed, ".atom": read_feed, ".rdf": read_feed,
    ".xml": read_feed, ".warc": read_warc, ".warc.gz": read_warc, ".eml": read_mail, ".pdf": read_pdf,
}  # fmt: skip
_COLUMN = re.compile(r"[\w.-]+")
# Bytes by which the kind of an input without a name is told.
HEAD = 4096
_KINDS = (
    (rb"%PDF-", ".pdf"), (rb"PK\x03\x04", ".zip"), (rb"\x1f\x8b", ".gz"), (rb"BZh", ".bz2"), (rb"\xfd7zXZ", ".xz"), (rb"WARC/\d", ".warc"),
    (rb"\[\s*(?:\]|\{\s*[\"}])", ".json"), (rb"\{\s*[\"}]", ".jsonl"),
    (rb"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:rss|feed|rdf:RDF)\b", ".xml"),
    (rb"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|article)\b", ".html"),
    (rb"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?(?:mime-version|received|message-id):", ".eml"),
)  # fmt: skip
_SNIFFED = tuple((re.compile(rb"(?:\xef\xbb\xbf)?\s*" + head, re.IGNORECASE | re.DOTALL), kind) for head, kind in _KINDS)


def find_reader(name: str) -> Reader | None:
    """The reader for a file of this name."""
    name = name.lower()
    return next((READERS[suffix] for suffix in sorted(READERS, key=len, reverse=True) if name.endswith(suffix)), None)


def sniff(head: bytes) -> str:
    """The end of a name that fits what begins with these bytes; ".txt" where nothing else does."""
    kind = next((kind for pattern, kind in _SNIFFED if pattern.match(head[:HEAD])), ".txt")
    first, broken, _ = head.partition(b"\n")
    if kind == ".txt" and broken and _names_columns(first):
        return ".csv"
    return ".json" if kind == ".jsonl" and broken and not first.rstrip().endswith(b"}") else kind


def _names_columns(line: bytes) -> bool:
    """Whether it is a row of several names, all parted by the same sign, of which one is a field of ours."""
    text = line.decode("utf-8-sig", "replace").strip()
    rows = ([cell.strip(' "') for cell in text.split(sign)] for sign in DELIMITERS)
    return any(len(row) > 1 and all(map(_COLUMN.fullmatch, row)) and not {*NAMES}.isdisjoint(row) for row in rows)
