"""Files that are no sheet, and files that mean harm: each gets one clear answer, in a process of its own."""

import json
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tcsuper.errors import InvalidRecord, Refused
from tcsuper.readers import limits
from tcsuper.readers.sheets import tables_of, understand_all
from tcsuper.readers.sheets.apart import as_data, from_data
from tcsuper.readers.sheets.files import read_tables
from tcsuper.readers.sheets.refusing import MOST_BYTES
from tests import sheets as made
from tests.readers.odd_sheets import ODD
from tests.sheets import KNOWN, STAFF, TODAY, TRAINING, book, lines, package, with_part

ONE = book(TRAINING, ("Ben Ellis", "TCAT 1", "2024-06-14"))
HTML = b"<html><body><table><tr><td>Name</td><td>Course</td></tr></table></body></html>"
XML = b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>'
OLD, LOCKED = made.OLD_OFFICE + b"\0" * 600, made.OLD_OFFICE + "EncryptedPackage".encode("utf-16-le")
XLSX, OPEN_IT = "xlsx", "Open it in Excel, and save it as an Excel workbook (xlsx)."

REFUSED: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "empty": (lambda: b"", "a.csv", "The file is empty."),
    "blank": (lambda: b" \r\n\r\n", "a.csv", "The file is empty."),
    "nothing but commas": (lambda: b",,,\r\n,,,\r\n", "a.csv", "The file holds no words."),
    "nothing but its mark": (lambda: b"\xef\xbb\xbf", "a.csv", "The file holds no words."),
    "too big": (lambda: b"a," * (MOST_BYTES // 2 + 1), "a.csv", "The file is 11 MB; the most is 10 MB."),
    "an old workbook": (lambda: OLD, "staff.xls", OPEN_IT),
    "an old workbook that is called a new one": (lambda: OLD, "staff.xlsx", "old Office program (xls)"),
    "locked with a password": (lambda: LOCKED, "a.xlsx", "The file is locked with a password."),
    "a zip file that is locked": (made.locked_zip, "a.xlsx", "The file is locked with a password."),
    "a web page that is called a workbook": (lambda: HTML, "a.xls", "This is a web page that is called a workbook."),
    "a workbook as XML": (lambda: XML, "a.xls", "This is a workbook saved as XML."),
    "XML": (lambda: b'<?xml version="1.0"?><a/>', "a.xlsx", "This is an XML file and no sheet."),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "a.csv", "This is a picture (png)"),
    "a pdf": (lambda: b"%PDF-1.7\n", "a.csv", "This is a pdf."),
    "a rich text": (lambda: b"{\\rtf1 Name}", "a.csv", "This is a document (rtf)"),
    "a program": (lambda: b"\x7fELF" + bytes(range(256)) * 20, "a.csv", "Nothing was taken in."),
    "a NUL byte": (lambda: b"Name,Course\r\nBen\x00 Ellis,TCAT 1\r\n", "a.csv", "Line 2 holds a NUL byte"),
    "macros": (lambda: with_part("xl/vbaProject.bin", b"x"), "a.xlsm", "The workbook holds macros (xlsm)."),
    "a binary workbook": (lambda: with_part("xl/workbook.bin", b"x"), "a.xlsb", "This is a binary workbook (xlsb)."),
    "a file of LibreOffice": (
        lambda: package(mimetype=b"application/vnd.oasis.opendocument.spreadsheet", content_dot_xml=b"<a/>"),
        "a.ods",
        "This is a file of LibreOffice or OpenOffice (ods). Nothing was taken in. Save it there as xlsx.",
    ),
    "a document": (lambda: package(word__document_dot_xml=b"<a/>"), "a.xlsx", "This is a document and no workbook."),
    "a file of Numbers": (lambda: package(Index__Document_dot_iwa=b"x"), "a.xlsx", "This is a file of Numbers."),
    "another zip file": (lambda: package(a_dot_txt=b"x"), "a.xlsx", "This is no Excel workbook, though it is packed"),
    "a workbook that breaks off": (lambda: ONE[: len(ONE) // 2], "a.xlsx", "The workbook is damaged."),
    "a workbook whose sheet breaks off": (lambda: with_part(made.SHEET, b"<worksheet><a>"), "a.xlsx", "damaged"),
    "words that are not there": (
        lambda: with_part(made.SHEET, made.sheet_of('<row><c t="s"><v>99</v></c></row>')), "a.xlsx", "damaged",
    ),
    "a workbook without words": (lambda: book(), "a.xlsx", "The workbook holds no words in a sheet that can be seen."),
    "a quotation mark that is never closed": (
        lambda: b'Name,Course\r\n"Ben Ellis,TCAT 1\r\nDee,TCAT 1\r\n', "a.csv",
        "A quotation mark that is opened in row 2 is never closed.",
    ),
    "a quotation mark in the middle": (
        lambda: b'Name,Course\r\n"Ben" Ellis,TCAT 1\r\n', "a.csv", "Row 2 has a quotation mark in the middle of",
    ),
    "more columns than anybody keeps": (lambda: b"a," * 500, "a.csv", "Row 1 is past the most that a sheet may hold"),
    "JSON that breaks off": (lambda: b'{"Staff": [', "a.json", "The JSON cannot be read"),
    "JSON of another shape": (lambda: b'[{"Name": "Ben Ellis"}]', "a.json", "The JSON holds no sheets by name."),
    "JSON of another sheet": (lambda: b'{"Payroll": []}', "a.json", "“Payroll” is no sheet of the templates."),
    "JSON with another heading": (
        lambda: b'{"Staff": [{"Nome": "Ben"}]}', "a.json", "“Staff”, row 2: “Nome” is no heading of the template.",
    ),
    "JSON that says a thing twice": (
        lambda: b'{"Staff": [{"Name": "Ben", "Name": "Dee"}]}', "a.json", "“Name” stands in one object twice",
    ),
    "JSON with a list in it": (
        lambda: b'{"Staff": [{"Name": ["Ben"]}]}', "a.json", "“Staff”, row 2, Name: the value is no text",
    ),
    "JSON without end": (lambda: b'{"Staff":' + b"[" * 200_000, "a.json", "The JSON cannot be read"),
    "JSON of no number": (lambda: b'{"Staff": [{"Name": NaN}]}', "a.json", "NaN is no number"),
}  # fmt: skip


def one_sentence(refused: Refused) -> str:
    said = str(refused)
    assert "Nothing was taken in." in said and len(said) < 400 and "Traceback" not in said
    return said


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_sheet_is_refused_in_words_that_say_what_to_do(name: str) -> None:
    make, file_name, expected = REFUSED[name]
    with pytest.raises(Refused) as refused:
        read_tables(make(), file_name)
    assert expected in one_sentence(refused.value)


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a cell far out": (made.far_cell, "has something in the cell XFD1048576, far outside of any list"),
    "a column far out": (made.far_column, "has something in the cell ZZ1, far outside of any list"),
    "a zip bomb": (made.zip_bomb, "unpacks to far more than a workbook holds"),
    "a zip bomb that lies": (made.lying_zip_bomb, "The workbook is damaged."),
    "parts without number": (made.many_parts, "unpacks to far more than a workbook holds"),
    "an XML bomb": (made.laughing_xml, "declares things that no spreadsheet writes (entities)"),
    "XML that asks for another file": (made.curious_xml, "declares things that no spreadsheet writes (entities)"),
    "words without end": (made.many_strings, "unpacks to far more than a workbook holds"),
    "an old workbook": (lambda: OLD, "old Office program (xls)"),
    "too big": (lambda: b"a," * (MOST_BYTES // 2 + 1), "The file is 11 MB; the most is 10 MB."),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_means_harm_ends_with_one_answer(name: str) -> None:
    make, expected = HOSTILE[name]
    data, began = make(), time.monotonic()
    with pytest.raises(InvalidRecord) as refused:
        tables_of(data, "sheet.xlsx")
    assert set(refused.value.problems) == {"file"} and expected in one_sentence(refused.value)
    assert time.monotonic() - began < 60


def test_reading_apart_gives_what_reading_here_gives() -> None:
    def merge(sheet: object) -> None:
        sheet.merge_cells("A2:A3")  # type: ignore[attr-defined]

    for data, name in (
        (book(STAFF, ("محمد", 7, 1.5, True, TODAY), (None, "x"), do=merge), "a.xlsx"),
        (lines(STAFF, ("Zoë", "007", "", "", "")).encode(), "-o ../staff\n.csv"),
    ):
        here = read_tables(data, name.replace("\n", ""))
        assert tables_of(data, name) == here
        assert from_data(json.loads(json.dumps(as_data(here)))) == here


def in_a_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, body: str) -> str:
    """What is answered when reading does this instead: the process is the real one, its reading is replaced."""
    (tmp_path / "sitecustomize.py").write_text(
        f"import tcsuper.readers.sheets.files as it\ndef instead(content, file_name):\n    {body}\n"
        "it.read_tables = instead\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(limits, "_SEARCHED", f"{tmp_path}:{limits._SEARCHED}")
    monkeypatch.setattr(limits, "SECONDS", 0.5 if "while" in body else 10)
    with pytest.raises(InvalidRecord) as refused:
        tables_of(b"Name\r\n", "a.csv")
    return one_sentence(refused.value)


RUNS_AWAY = {
    "x = bytearray(1_600_000_000)": "more time or memory",
    "while True: pass": "more time or memory",
    "import os; os.abort()": "more time or memory",
    "import os; os._exit(0)": "damaged",
    "1 / 0": "damaged",
    "open('{here}/big', 'wb').write(bytes(100_000_000))": "damaged",
}


@pytest.mark.parametrize("body", RUNS_AWAY)
def test_a_reading_that_runs_away_ends_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, body: str) -> None:
    assert RUNS_AWAY[body] in in_a_process(monkeypatch, tmp_path, body.replace("{here}", str(tmp_path)))


def test_the_process_knows_no_address_and_no_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TCSUPER_DATABASE_URL", "sqlite:////somewhere")
    body = "import os; raise ValueError('x') if any('TCSUPER' in one for one in os.environ) else it.too_big(1)"
    body = body.replace(
        "it.too_big(1)", "__import__('tcsuper.readers.sheets.refusing', fromlist=['x']).NotASheet('Clean.')"
    )
    assert "Clean." in in_a_process(monkeypatch, tmp_path, body)


def test_the_name_of_a_file_is_only_the_title_of_its_sheet() -> None:
    for name, title in (("/etc/../Staff list.csv", "Staff list"), ("C:\\kept\\Staff.CSV", "Staff"), ("", "Sheet")):
        assert [table.title for table in read_tables(b"Name,Role\r\nBen,x\r\n", name)] == [title]


def test_nothing_that_stands_in_a_sheet_is_guessed_at() -> None:
    words = ("NA", "None", "True", "NaN", "Null", "007", "1e5", "1.0", "12345678901234567890", "-", "=1+1")
    csv = read_tables(lines(words, words).encode(), "a.csv")[0]
    assert csv.rows == (words, words)
    workbook = read_tables(book([f"{one}" for one in words[:-1]]), "a.xlsx")[0]
    assert workbook.rows == (words[:-1],)


def damaged(how_many: int, seed: int = 20261123) -> Iterator[bytes]:
    """Good sheets of every sort with bytes changed, cut out, doubled or cut off."""
    chance = random.Random(seed)
    made_once = [odd.make() for odd in ODD.values()]
    good = [one.encode() if isinstance(one, str) else one for one in made_once]
    for _ in range(how_many):
        data = bytearray(chance.choice(good))
        for _ in range(chance.randint(1, 20)):
            at, size = chance.randrange(len(data)), chance.randint(1, 200)
            match chance.randrange(4):
                case 0:
                    data[at] = chance.randrange(256)
                case 1:
                    del data[at : at + size]
                case 2:
                    data[at:at] = data[at : at + size]
                case 3:
                    data[at : at + 4] = chance.randbytes(4)
            data = data or bytearray(b"x")
        yield bytes(data)


def test_damaged_sheets_are_read_or_refused_and_nothing_else() -> None:
    answers = set()
    for data in damaged(300):
        try:
            understand_all(read_tables(data, "kept"), KNOWN, today=TODAY)
            answers.add("read")
        except Refused as refused:
            answers.add("refused")
            one_sentence(refused)
    assert answers == {"read", "refused"}


LIMIT_IN_SECONDS = 120


@pytest.mark.proof
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_hundred_thousand_rows_are_read_within_the_limits(kind: str) -> None:
    rows = 100_000
    data = made.long_book(rows) if kind == "xlsx" else lines(*made.long_log(rows)).encode()
    began = time.monotonic()
    tables = tables_of(data, f"Training.{kind}")
    found = understand_all(tables, KNOWN, today=TODAY)[0]
    assert (len(found.lines), found.problems, found.questions) == (rows, (), ())
    assert time.monotonic() - began < LIMIT_IN_SECONDS


@pytest.mark.proof
def test_more_rows_than_a_sheet_may_hold_are_refused() -> None:
    with pytest.raises(InvalidRecord, match="Row 200,001 is past the most"):
        tables_of(b"a,b\r\n" * 200_001, "a.csv")
