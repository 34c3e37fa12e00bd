"""Files made by hand for the tests: one good one of each kind, and the pieces that hostile ones are made of."""

import io
import struct
import zipfile
import zlib

from seed.certificate import certificate_pdf

PDF = certificate_pdf("First aid", "Ben has completed it.")
TEXT = b"<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'/>"
TYPES = b"<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"
WORD = {"[Content_Types].xml": TYPES, "_rels/.rels": b"<Relationships/>", "word/document.xml": TEXT}
END_OF_PNG = b"\x00\x00\x00\x00IEND\xaeB`\x82"


def zipped(parts: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def docx(**others: bytes) -> bytes:
    return zipped(WORD | others)


def png(width: int = 2, height: int = 2, declared: tuple[int, int] | None = None) -> bytes:
    """A black picture; `declared`: what it says of its size."""
    rows = b"".join(b"\x00" + b"\x00" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", *(declared or (width, height)), 8, 0, 0, 0, 0)
    chunks = _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def jpg(width: int = 2, height: int = 2, comment: bytes = b"") -> bytes:
    said = b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment if comment else b""
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    jfif = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    return b"\xff\xd8" + jfif + said + frame + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x00\xff\xd9"


GOOD = {"certificate.pdf": PDF, "scan.png": png(), "photo.jpg": jpg(), "photo.JPEG": jpg(), "letter.docx": docx()}
