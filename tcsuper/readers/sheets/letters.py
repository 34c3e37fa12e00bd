"""The bytes of a text file as letters, and what is in doubt about them."""

from tcsuper.readers.sheets.refusing import NotASheet

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_WINDOWS = (
    "The file does not say in which letters it is written: it was read as one of an older Windows. Look whether the "
    "names with accents are right."
)
_TWICE = "“{}” looks like letters that were saved twice over: names with accents may be wrong in the file."
_AS_UTF8 = "In Excel, save it as “CSV UTF-8”."


def decoded(content: bytes) -> tuple[str, tuple[str, ...]]:
    """(text, warnings). Raises NotASheet when it is no text."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _whole(_strict(content, encoding)), ()
    if wide := _wide_letters(content):
        return _whole(_strict(content, wide)), ()
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return _whole(_strict(content, "cp1252")), (_WINDOWS,)
    return _whole(text), _saved_twice(text)


def _strict(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise NotASheet("The file holds bytes that are no letters: it is damaged or no text.", _AS_UTF8) from None


def _wide_letters(content: bytes) -> str:
    """Two bytes to a letter without the mark that says so: every other byte of plain words is nought."""
    beginning = content[:4096]
    for encoding, noughts, letters in (
        ("utf-16-le", beginning[1::2], beginning[::2]),
        ("utf-16-be", beginning[::2], beginning[1::2]),
    ):
        if noughts.count(0) * 2 > len(noughts) and letters.count(0) * 50 < len(letters):
            return encoding
    return ""


def _whole(text: str) -> str:
    at = text.find("\x00")
    if at >= 0:
        row = text.count("\n", 0, at) + 1
        raise NotASheet(f"Line {row} holds a NUL byte, which is no letter: the file is damaged or no text.", _AS_UTF8)
    odd = sum(one < " " and one not in "\t\n\r\f\v" for one in text[:100_000])
    if odd * 50 > min(len(text), 100_000):
        raise NotASheet("This is no file that can be read as text.")
    return text


def _saved_twice(text: str) -> tuple[str, ...]:
    for sign in ("Ã", "Å", "â€"):
        at = text.find(sign)
        if at >= 0 and text[at + len(sign) : at + len(sign) + 1] > "\x7f":
            return (_TWICE.format(text[max(0, at - 3) : at + 3].strip()),)
    return ()
