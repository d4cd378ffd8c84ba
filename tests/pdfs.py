"""PDF files by hand: pages of lines, and files that mean ill."""

from collections.abc import Sequence

HEADER = b"%PDF-1.4\n"
# What the trailer of a file says that is locked.
LOCK = "/Encrypt<</Filter/Standard/V 1/R 2/O(12345678901234567890123456789012)/U(12345678901234567890123456789012)/P -4>>/ID[(a)(b)]"


def make_pdf(pages: Sequence[Sequence[str]], *, info: str = "", kids: str | None = None, encrypt: str = "") -> bytes:
    """Pages with a line of text each 14 points; `kids` instead of the pages' numbers in the tree of pages."""
    numbers = [4 + 2 * number for number in range(len(pages))]
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: f"<</Type/Pages/Count {len(pages)}/Kids[{kids or ' '.join(f'{number} 0 R' for number in numbers)}]>>".encode(),
        3: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    }
    for number, lines in zip(numbers, pages, strict=True):
        content = _content(lines)
        objects[number] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 3 0 R>>>>/Contents {number + 1} 0 R>>".encode()
        )
        objects[number + 1] = b"<</Length %d>>stream\n%s\nendstream" % (len(content), content)
    objects[len(objects) + 1] = f"<<{info}>>".encode()
    return _file(objects, encrypt)


def _content(lines: Sequence[str]) -> bytes:
    shown = [f"({line}) Tj" if line else "" for line in lines]
    return ("BT /F 11 Tf 50 750 Td " + " 0 -14 Td ".join(shown) + " ET").encode("cp1252") if lines else b""


def _file(objects: dict[int, bytes], encrypt: str) -> bytes:
    data, offsets = HEADER, []
    for number, content in sorted(objects.items()):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = f"<</Size {len(objects) + 1}/Root 1 0 R/Info {len(objects)} 0 R{encrypt}>>".encode()
    return data + b"xref\n0 %d\n0000000000 65535 f \n%strailer%s\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, table, trailer, len(data))
