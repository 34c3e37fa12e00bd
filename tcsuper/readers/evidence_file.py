"""What a file is that somebody sends in: a pdf, a picture or a Word document, by its content, and nothing besides.

Nothing is drawn, run or unpacked here. The first and the last bytes are looked at, of a picture how big it says it is,
and of a Word document the list at its end of what it is made of. What passes is still somebody's file: it is kept
sealed and handed out to be saved, never shown by the server.
"""

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable
from fractions import Fraction
from math import ceil
from pathlib import PurePosixPath

import puremagic

from tcsuper import words
from tcsuper.models import FileKind

MEGABYTE = 1024 * 1024
MOST_BYTES = 10 * MEGABYTE
BY_ENDING = {"pdf": FileKind.PDF, "png": FileKind.PNG, "jpg": FileKind.JPG, "jpeg": FileKind.JPG, "docx": FileKind.DOCX}
IN_WORDS = {
    FileKind.PDF: "pdf",
    FileKind.PNG: "png picture",
    FileKind.JPG: "jpg picture",
    FileKind.DOCX: "Word document",
}


class Unfit(Exception):
    """A file that is not taken, and the sentence that says why."""


def kind_of(file_name: str, content: bytes) -> FileKind:
    """What the file is. Raises Unfit when it is too big, of another kind, not what its name says, cut off, or carries
    something besides."""
    if not content:
        raise Unfit("The file is empty.")
    if len(content) > MOST_BYTES:
        raise Unfit(f"The file is {megabytes(len(content))} MB; the most is {MOST_BYTES // MEGABYTE} MB.")
    kind = BY_ENDING.get(_ending(file_name))
    if kind is None:
        raise Unfit("The file must be a pdf, png, jpg or docx.")
    if kind not in _kinds_by_content(content):
        raise Unfit(f"The file is called a {kind.value}, but what is in it is no {IN_WORDS[kind]}.")
    CHECKS[kind](content)
    return kind


def megabytes(size: int) -> str:
    """Rounded up to a tenth: one byte too many must not read as 10 MB."""
    return words.number(Fraction(ceil(size * 10 / MEGABYTE), 10))


def _kinds_by_content(content: bytes) -> set[FileKind]:
    """By the signs that files of a kind begin with: all kinds that have them in common."""
    try:
        found = puremagic.magic_string(content)
    except puremagic.PureError:  # it looks like nothing that is known
        return set()
    endings = {one.extension.lstrip(".").lower() for one in found}
    return {kind for ending, kind in BY_ENDING.items() if ending in endings}


# ---------------------------------------------------------------------------------------------------------------------
# Each kind

CUT_OFF = "The file is not whole: its end is missing. Save it anew and send that."
TWO_IN_ONE = "The file is two files in one. Print it to a pdf and send that."
RUNS_SOMETHING = "The file carries a program or another file inside. Print it to a pdf and send that."
TOO_MANY_POINTS = "The picture is too large to be opened safely. Make it smaller and send that."

ACTIVE_IN_A_PDF = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia)\b")
"""As far as it stands in the open: the readers that open a pdf are the lock, this is a courtesy to them."""
A_PAGE = re.compile(rb"<\s*(!doctype|html|head|body|script|svg|iframe)", re.IGNORECASE)
A_ZIPS_END, LONGEST_ZIPS_END = b"PK\x05\x06", 22 + 0xFFFF
MOST_POINTS = 120_000_000
"""Width by height: twice what the largest cameras and scanners give."""


def _check_pdf(content: bytes) -> None:
    _check_alone(content)
    if b"%%EOF" not in content[-1024:]:
        raise Unfit(CUT_OFF)
    if ACTIVE_IN_A_PDF.search(content):
        raise Unfit(RUNS_SOMETHING)


PNG_BEGINS, PNG_ENDS = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", b"\x00\x00\x00\x00IEND\xaeB`\x82"


def _check_png(content: bytes) -> None:
    if not content.startswith(PNG_BEGINS) or PNG_ENDS not in content:
        raise Unfit(CUT_OFF)
    if not content.endswith(PNG_ENDS):
        raise Unfit(TWO_IN_ONE)
    _check_alone(content)
    size = content[len(PNG_BEGINS) : len(PNG_BEGINS) + 8]
    _check_points(int.from_bytes(size[:4], "big") * int.from_bytes(size[4:], "big"))


def _check_jpg(content: bytes) -> None:
    """Phones write things of their own after a picture's end, so its end is looked for anywhere."""
    _check_alone(content)
    start, points = _jpg_frame(content)
    if content.find(b"\xff\xd9", start) < 0:
        raise Unfit(CUT_OFF)
    _check_points(points)


def _jpg_frame(content: bytes) -> tuple[int, int]:
    """Where the picture itself begins, and its width by height: what stands before it is skipped by its length."""
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        mark = content[at + 1]
        if mark == 0xFF:  # padding
            at += 1
        elif 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            height, width = content[at + 5 : at + 7], content[at + 7 : at + 9]
            return at, int.from_bytes(height, "big") * int.from_bytes(width, "big")
        else:
            at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    raise Unfit(CUT_OFF)


def _check_points(points: int) -> None:
    if not 1 <= points <= MOST_POINTS:
        raise Unfit(TOO_MANY_POINTS)


def _check_alone(content: bytes) -> None:
    """Not a web page or an archive as well."""
    if A_PAGE.search(content[:1024]) or content.rfind(A_ZIPS_END, max(0, len(content) - LONGEST_ZIPS_END)) >= 0:
        raise Unfit(TWO_IN_ONE)


# ---------------------------------------------------------------------------------------------------------------------
# Word documents

NEEDED = {"[Content_Types].xml", "word/document.xml"}
PARTS = {"xml", "rels", "vml", "png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "emf", "wmf", "wdp", "svg", "odttf"}
"""Text, pictures and fonts. Macros, other documents and whatever else can act on its own are none of these."""
MOST_PARTS, MOST_UNPACKED = 2000, 200 * MEGABYTE
NOT_A_DOCUMENT = "The file is called a docx, but what is in it is no Word document."
UNPACKS_TOO_BIG = "The document would unpack to far more than it is. Print it to a pdf and send that."
ENCRYPTED = 0x1


def _check_docx(content: bytes) -> None:
    parts = _parts(content)
    names = {part.filename for part in parts}
    if not NEEDED <= names:
        raise Unfit(NOT_A_DOCUMENT)
    if len(names) < len(parts) or any(not _is_inside(name) for name in names):
        raise Unfit(NOT_A_DOCUMENT)
    if any(not _is_plain_part(part) for part in parts):
        raise Unfit(RUNS_SOMETHING)
    if any(part.flag_bits & ENCRYPTED for part in parts):
        raise Unfit("The document is locked with a password. Save it without one and send that.")
    packed, unpacked = sum(part.compress_size for part in parts), sum(part.file_size for part in parts)
    if packed > len(content) or unpacked > MOST_UNPACKED:
        raise Unfit(UNPACKS_TOO_BIG)


def _parts(content: bytes) -> list[zipfile.ZipInfo]:
    """What stands in the list at the file's end. The parts themselves stay packed."""
    if content.count(b"PK\x01\x02") > MOST_PARTS:
        raise Unfit(UNPACKS_TOO_BIG)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts, note, end = archive.infolist(), archive.comment, archive.start_dir
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError, OverflowError) as damaged:
        raise Unfit(CUT_OFF) from damaged
    if note or content.rfind(A_ZIPS_END) != len(content) - 22 or not parts or b"%PDF-" in content[:1024]:
        raise Unfit(TWO_IN_ONE)
    if min(part.header_offset for part in parts) != 0 or end >= len(content):
        raise Unfit(TWO_IN_ONE)
    return parts


def _is_inside(name: str) -> bool:
    return not name.startswith("/") and "\\" not in name and ":" not in name and ".." not in PurePosixPath(name).parts


def _is_plain_part(part: zipfile.ZipInfo) -> bool:
    return part.is_dir() or _ending(part.filename) in PARTS


CHECKS: dict[FileKind, Callable[[bytes], None]] = {
    FileKind.PDF: _check_pdf,
    FileKind.PNG: _check_png,
    FileKind.JPG: _check_jpg,
    FileKind.DOCX: _check_docx,
}

# ---------------------------------------------------------------------------------------------------------------------
# Names

LONGEST_STEM, LONGEST_STEM_BYTES = 100, 180
"""A file system takes 255 bytes; a letter may be four of them."""
MEANT_FOR_SYSTEMS = re.compile(r'[<>:"|?*%;]+')
RESERVED = re.compile(r"(con|prn|aux|nul|(com|lpt)[0-9¹²³])(\.|$)", re.IGNORECASE)
"""Windows takes these for devices, whatever ending follows."""
NAMELESS = "certificate"


def harmless(file_name: str, kind: FileKind) -> str:
    """A name to show and to save under, near to the one it came with: no path, no unseen marks, no name that a system
    takes for something else, and the ending of what it is."""
    stem = MEANT_FOR_SYSTEMS.sub("-", _seen(file_name).rpartition(".")[0])
    stem = " ".join(stem.split()).strip(" .-~")[:LONGEST_STEM]
    stem = stem.encode()[:LONGEST_STEM_BYTES].decode(errors="ignore").strip(" .")
    if RESERVED.match(stem):
        stem = f"{NAMELESS} {stem}"
    return f"{stem or NAMELESS}.{kind.value}"


def _ending(file_name: str) -> str:
    return _seen(file_name).rpartition(".")[2].strip().lower()


def _seen(file_name: str) -> str:
    """The last part of a path, in the letters that people see: no control, formatting or bidirectional marks."""
    composed = unicodedata.normalize("NFC", re.split(r"[/\\]", file_name)[-1])
    return "".join(one for one in composed if unicodedata.category(one)[0] != "C" or one.isspace())
