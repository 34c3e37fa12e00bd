"""Sheets made up for the tests, in the shapes that real ones come in, and in those that nobody should send."""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import openpyxl

from tcsuper.rules.importing import Known, Line, MonthLine, RegistrationLine, StaffLine, SupervisionLine, TrainingLine

TODAY = date(2026, 11, 23)
KNOWN = Known(
    courses={"TCAT 1": "tcat_1", "TCAT 2": "tcat_2", "TCAT 3": "tcat_3", "Safeguarding": "safeguarding",
             "Personal safety (SPEAR)": "spear", "SPEAR": "spear", "Control and restraint": "c_and_r",
             "C&R": "c_and_r"},
    bodies={"HCPC": "hcpc", "BACP": "bacp"},
    roles={"TC officer": "tc_officer", "Therapy manager": "therapy_manager"},
    communities={"Ashwood": "Ashwood", "Birchfield": "Birchfield"},
    purposes={"Clinical": "clinical", "Clinical supervision": "clinical"},
    groups={"Tuesday supervision": "Tuesday supervision"},
)  # fmt: skip
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
STAFF = ("Name", "Staff number", "Role", "Community", "Started on")
TRAINING = ("Name", "Course", "Completed on")
SUPERVISION = ("Name", "Held on", "Length", "Supervisor")


def short(line: Line) -> tuple[Any, ...]:
    """A line without where it stands, as far as a test says what it expects."""
    match line:
        case StaffLine():
            return line.person, line.staff_number, line.role, line.community, f"{line.started_on}"
        case TrainingLine():
            return line.person, line.course, f"{line.completed_on}", f"{line.expires_on or ''}", line.result
        case RegistrationLine():
            return line.person, line.body, f"{line.registered_on}", f"{line.expires_on or ''}", line.number
        case SupervisionLine():
            return line.person, f"{line.held_on}", line.minutes, line.supervisor, line.status
        case MonthLine():
            return line.person, f"{line.month:%Y-%m}", line.minutes


def lines(*rows: Sequence[str], separator: str = ",", end: str = "\r\n") -> str:
    """Rows as a csv, of cells that need no quotation marks."""
    return "".join(separator.join(row) + end for row in rows)


def book(*rows: Sequence[Any], title: str = "Sheet1", do: Callable[[Any], None] | None = None) -> bytes:
    """A workbook of one sheet. `do` is handed the sheet before it is saved."""
    return books({title: rows}, do)


def books(sheets: dict[str, Sequence[Sequence[Any]]], do: Callable[[Any], None] | None = None) -> bytes:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
    if do:
        do(workbook.worksheets[0])
    return saved(workbook)


def saved(workbook: Any) -> bytes:
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def with_part(name: str, content: bytes | Callable[[bytes], bytes], workbook: bytes = b"") -> bytes:
    """A workbook with one of its parts replaced, changed or added."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook or book(TRAINING, ("Ben Ellis", "TCAT 1", "2024-06-14")))) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        former = old.read(name) if name in old.namelist() else b""
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, content(former) if callable(content) else content)
    return file.getvalue()


def package(**parts: bytes) -> bytes:
    """A zip file of such parts, whatever it is; `__` stands for a slash, `_dot_` for a dot."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as new:
        for name, content in parts.items():
            new.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return file.getvalue()


def locked_zip() -> bytes:
    """A zip file whose entries say that they are locked."""
    data = bytearray(book(TRAINING))
    data[6] |= 1
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


SHEET = "xl/worksheets/sheet1.xml"
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet_of(rows: str, before: str = "") -> bytes:
    return f'<?xml version="1.0"?>{before}<worksheet xmlns="{SPACE}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def inline(where: str, text: str) -> str:
    return f'<c r="{where}" t="inlineStr"><is><t>{text}</t></is></c>'


def far_cell() -> bytes:
    """A few kilobytes that say that the sheet ends at the last cell there is."""
    far = f'<row r="1">{inline("A1", "Name")}</row><row r="1048576">{inline("XFD1048576", "x")}</row>'
    return with_part(SHEET, sheet_of(far))


def far_column() -> bytes:
    return with_part(SHEET, sheet_of(f'<row r="1">{inline("A1", "Name")}{inline("ZZ1", "x")}</row>'))


def zip_bomb() -> bytes:
    return with_part(SHEET, sheet_of("<row>" + " " * 190_000_000 + "</row>"))


def lying_zip_bomb() -> bytes:
    """Its list of contents says that the sheet is small."""
    content = sheet_of(" " * 120_000_000)
    bomb = with_part(SHEET, content)
    size = len(content).to_bytes(4, "little")
    assert bomb.count(size) == 2
    return bomb.replace(size, (9_000).to_bytes(4, "little"))


def many_parts() -> bytes:
    file = io.BytesIO(book(TRAINING))
    with zipfile.ZipFile(file, "a") as new:
        for number in range(2_100):
            new.writestr(f"xl/{number}.xml", "")
    return file.getvalue()


def laughing_xml() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE d [<!ENTITY l0 "ha">{entities}]>'
    return with_part(SHEET, sheet_of(f'<row r="1">{inline("A1", "&l9;")}</row>', doctype))


def curious_xml() -> bytes:
    """It asks for a file of the machine."""
    doctype = f'<!DOCTYPE d [<!ENTITY secret SYSTEM "file://{__file__}">]>'
    return with_part(SHEET, sheet_of(f'<row r="1">{inline("A1", "&secret;")}</row>', doctype))


def many_strings() -> bytes:
    """One cell's words, so many times that they fill the memory: each entry is small, the sum is not."""
    one = "<si><t>" + "a" * 30_000 + "</t></si>"
    words = f'<?xml version="1.0"?><sst xmlns="{SPACE}">{one * 6_000}</sst>'.encode()
    return with_part("xl/sharedStrings.xml", words)


def from_1904(*rows: Sequence[Any]) -> bytes:
    """As an old Mac keeps days: the same number means a day four years later."""
    workbook = openpyxl.Workbook()
    workbook.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for row in rows:
        workbook.active.append(row)
    return saved(workbook)


def long_log(rows: int) -> list[tuple[str, str, str, str]]:
    """A training log of so many rows, all of them right."""
    head = ("Name", "Staff number", "Course", "Completed on")
    return [
        head,
        *((f"Person {n}", f"{n:06d}", "TCAT 1", f"{n % 28 + 1:02d}/{n % 12 + 1:02d}/2024") for n in range(rows)),
    ]


def long_book(rows: int) -> bytes:
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet("Training")
    for row in long_log(rows):
        sheet.append(row)
    return saved(workbook)
