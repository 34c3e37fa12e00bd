"""A file as lines: what it is, is told by its first bytes and never by its name. One that cannot be read is refused
in one sentence that says why and what would help."""

import io
import zipfile
from dataclasses import dataclass, field

from tcsuper.errors import Refused
from tcsuper.readers.lines import Line, plain_lines
from tcsuper.readers.markup import has_html_lists, is_markup, markup_lines

MOST_BYTES = 10 * 1024 * 1024
MOST_CHARACTERS = 400_000
MOST_UNPACKED = 60 * 1024 * 1024
MOST_ENTRIES = 2_000
_PICTURES = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif", b"II*\x00": "tiff", b"MM\x00*": "tiff"}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ODD_LETTERS = "The file does not say in which letters it is written: look for odd characters."
_USE = "Use a Word file (docx), a pdf or a text file."


class Unreadable(Refused):
    """The file cannot be read: one sentence why, one what would help. Nothing was read of it, nothing saved."""

    def __init__(self, why: str, instead: str = _USE) -> None:
        super().__init__(f"{why} Nothing was read. {instead}".strip())


@dataclass(frozen=True)
class Text:
    """`notes` say what the file's format leaves in doubt."""

    kind: str
    lines: list[Line]
    notes: list[str] = field(default_factory=list)


def text_of(data: bytes) -> Text:
    if not data.strip():
        raise Unreadable("The file is empty.", "Choose the file again, or ask for another copy.")
    if len(data) > MOST_BYTES:
        raise Unreadable(
            f"The file is {len(data) / 1024 / 1024:.0f} MB; the most is {MOST_BYTES // 1024 // 1024} MB.", ""
        )
    text = _text_of(data)
    if sum(len(line.text) for line in text.lines) > MOST_CHARACTERS:
        raise Unreadable(f"The text is longer than {MOST_CHARACTERS:,} characters: no job description is.", "")
    if not any(one.isalnum() for line in text.lines for one in line.text):
        raise Unreadable("The file holds no words.", "Ask for another copy.")
    return text


def _text_of(data: bytes) -> Text:
    if b"%PDF-" in data[:1024]:
        from tcsuper.readers.pdf_file import pdf_lines

        return Text("pdf", *pdf_lines(data))
    if data.startswith(b"PK"):
        from tcsuper.readers.word_file import docx_lines

        _check_package(data)
        lines, notes = docx_lines(data)
        whole = "\n".join(line.text for line in lines)
        return Text("docx", list(markup_lines(whole)) if has_html_lists(whole) else lines, notes)
    _refuse_known_others(data)
    words, notes = _decoded(data)
    return Text("txt", list(markup_lines(words) if is_markup(words) else plain_lines(words)), notes)


def _check_package(data: bytes) -> None:
    """Word files are zip files: look into the list of contents before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, IndexError, UnicodeError):
        raise Unreadable(
            "The file is damaged: it begins like a Word file and breaks off.", "Ask for another copy."
        ) from None
    names = {entry.filename for entry in entries}
    if "word/document.xml" not in names:
        raise Unreadable("This is no Word file, though it is packed like one.")
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise Unreadable("The file unpacks to far more than a job description holds.", "Ask for another copy.")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable("The file is locked with a password.", "Save it without one, and choose it again.")


def _refuse_known_others(data: bytes) -> None:
    if data.startswith(_OLD_OFFICE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Unreadable("The file is locked with a password.", "Save it without one, and choose it again.")
        raise Unreadable("This is a file of an old Office program.", "Open it in Word and save it as docx.")
    if data.startswith(b"{\\rtf"):
        raise Unreadable("This is a rich text file (rtf).", "Open it in Word and save it as docx.")
    for beginning, kind in _PICTURES.items():
        if data.startswith(beginning):
            raise Unreadable(f"This is a picture ({kind}); words in pictures are not read.")


def _wide_letters(data: bytes) -> str:
    """Two bytes to a letter without the mark that says so: every other byte of plain words is nought."""
    for encoding, noughts, letters in (("utf-16-le", data[1::2], data[::2]), ("utf-16-be", data[::2], data[1::2])):
        if noughts.count(0) * 2 > len(noughts) and letters.count(0) * 50 < len(letters):
            return encoding
    return ""


def _decoded_twice(words: str) -> tuple[str, list[str]]:
    """Letters that an editor took for old Windows ones and saved so: “â€¢” for a bullet."""
    if "â€" in words or "ï‚" in words or "Ã" in words:
        try:
            return words.encode("cp1252").decode("utf-8"), [_ODD_LETTERS]
        except UnicodeError:
            pass
    return words, []


def _in_doubt(data: bytes) -> str:
    """A text of today with a few damaged letters, or one of old Windows: whichever leaves fewer odd ones."""
    words = data.decode("utf-8", "replace")
    whole = sum(one > "\x7f" for one in words) - words.count("\ufffd")
    return words if whole > words.count("\ufffd") else data.decode("cp1252", "replace")


def _decoded(data: bytes) -> tuple[str, list[str]]:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, "replace"), []
    try:
        wide = _wide_letters(data)
        words, notes = (data.decode(wide), [_ODD_LETTERS]) if wide else _decoded_twice(data.decode("utf-8"))
    except UnicodeDecodeError:
        words, notes = _in_doubt(data), [_ODD_LETTERS]
    odd = sum(one < " " and one not in "\t\n\r\f\v" for one in words)
    if odd * 50 > len(words) or "\x00" in words[:4096]:
        raise Unreadable("This is no file that can be read as text.")
    return words, notes
