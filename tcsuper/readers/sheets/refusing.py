"""Files that are no sheet: what they are is told by their first bytes, and what to do instead in one sentence."""

from tcsuper.errors import Refused

MOST_BYTES = 10 * 1024 * 1024
AS_XLSX = "Open it in Excel, and save it as an Excel workbook (xlsx)."
ANOTHER_COPY = "Ask for another copy."
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_USE = "Choose an Excel workbook (xlsx), a csv or a JSON file."
_PICTURES = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif", b"II*\x00": "tiff", b"MM\x00*": "tiff"}
_WEB_PAGES = ("<!doctype html", "<html", "<table", "<head", "<body", "<meta", "<div", "<style")


class NotASheet(Refused):
    """One sentence why, and one what would help. Nothing was read of the file, nothing was saved."""

    def __init__(self, why: str, instead: str = _USE) -> None:
        super().__init__(f"{why} Nothing was taken in. {instead}".strip())


def too_big(size: int) -> NotASheet:
    most = MOST_BYTES // 1024 // 1024
    return NotASheet(
        f"The file is {-(-size // 1024 // 1024)} MB; the most is {most} MB.", "Split it, or delete old rows."
    )


def refuse_other_files(content: bytes) -> None:
    """Raises NotASheet for a file of a kind that is known to be none."""
    if not content.strip(b" \t\r\n\x00"):
        raise NotASheet("The file is empty.", "Choose the file again, or ask for another copy.")
    if len(content) > MOST_BYTES:
        raise too_big(len(content))
    if content.startswith(_OLD_OFFICE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise NotASheet("The file is locked with a password.", "Save it without one, and choose it again.")
        raise NotASheet("This is a file of an old Office program (xls), whatever it is called.", AS_XLSX)
    if content.startswith(b"%PDF-"):
        raise NotASheet("This is a pdf.", "Ask for the workbook that it was printed from.")
    if content.startswith(b"{\\rtf"):
        raise NotASheet("This is a document (rtf) and no sheet.", "Copy its table into a new workbook.")
    for beginning, kind in _PICTURES.items():
        if content.startswith(beginning):
            raise NotASheet(f"This is a picture ({kind}); words in pictures are not read.")


def refuse_markup(text: str) -> None:
    """Web pages and XML that a program saved under the name of a workbook."""
    beginning = text[:2000].lstrip("\ufeff \t\r\n").lower()
    if "urn:schemas-microsoft-com:office:spreadsheet" in beginning:
        raise NotASheet("This is a workbook saved as XML.", AS_XLSX)
    if beginning.startswith(_WEB_PAGES):
        raise NotASheet("This is a web page that is called a workbook.", AS_XLSX)
    if beginning.startswith("<?xml"):
        raise NotASheet("This is an XML file and no sheet.")
