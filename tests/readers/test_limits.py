"""Files from anywhere: each gets one clear answer, in a process of its own that a bomb cannot leave."""

import io
import random
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import docx
import pytest
from pypdf import PdfReader, PdfWriter

from tcsuper.errors import Refused
from tcsuper.readers import limits
from tcsuper.readers.job_description import JobDescription
from tcsuper.readers.limits import read_job_description
from tcsuper.readers.text_of import MOST_BYTES
from tests.readers import documents as made


def answer(data: bytes) -> JobDescription | str:
    """What was read, or the sentence that says why not. Anything else is a failure of the reader."""
    try:
        found = read_job_description(data)
    except Refused as refused:
        said = str(refused)
        assert "Nothing was read." in said and len(said) < 250 and "Traceback" not in said
        return said
    assert found.responsibilities or found.warnings, "nothing found is said"
    return found


def locked_pdf(password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(made.pdf_of_two_columns())))
    writer.encrypt(password, "the owner's", algorithm="AES-256")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def with_member(name: str, content: bytes, data: bytes = b"") -> bytes:
    """A Word file with one member replaced or added."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data or made.word_file())) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, content)
    return file.getvalue()


def lying_zip_bomb() -> bytes:
    """The list of contents says that the document is small."""
    bomb = with_member("word/document.xml", b"<w:document>" + b" " * 100_000_000)
    at = bomb.rindex(b"PK\x01\x02")
    size = (100_000_012).to_bytes(4, "little")
    assert bomb.count(size) == 2 and bomb.index(size) < at
    return bomb.replace(size, (90_000).to_bytes(4, "little"))


def laughing_xml() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    text = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "ha">{entities}]><w:document '
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = f'xmlns:w="{space}"><w:body><w:p><w:r><w:t>Duties &l9;</w:t></w:r></w:p></w:body></w:document>'
    return with_member("word/document.xml", (text + body).encode())


def curious_word_file() -> bytes:
    """It asks for a file of the machine to be put into its text."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    doctype = f'<!DOCTYPE d [<!ENTITY secret SYSTEM "{Path(__file__).as_uri()}">]>'
    body = "<w:body><w:p><w:r><w:t>Main duties</w:t></w:r></w:p><w:p><w:r><w:t>Dig &secret;</w:t></w:r></w:p></w:body>"
    text = f'<?xml version="1.0"?>{doctype}<w:document xmlns:w="{space}">{body}</w:document>'
    return with_member("word/document.xml", text.encode())


def deep_word_file() -> bytes:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "<w:sdt><w:sdtContent>" * 3_000 + "<w:p/>" + "</w:sdtContent></w:sdt>" * 3_000
    return with_member(
        "word/document.xml", f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'.encode()
    )


def workbook() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
    return file.getvalue()


def looping_pdf() -> bytes:
    """A page tree whose page is its own parent's list again."""
    return made.pdf_of_two_columns().replace(b"/Type/Page/Parent 2 0 R", b"/Type/Pages/Kids[2 0 R]/Count 9", 1)


def pdf_of_empty_pages(count: int) -> bytes:
    return made.pdf_file([[] for _ in range(count)])


ONE_PDF, ONE_WORD_FILE = made.pdf_of_two_columns(), made.word_file()
ODD: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "is empty"),
    "blank": (lambda: b" \n\t\r\n ", "is empty"),
    "only signs": (lambda: b"--- *** ...", "holds no words"),
    "too big": (lambda: b"a" * (MOST_BYTES + 1), "the most is 10 MB"),
    "too long": (lambda: b"duty " * 200_000, "longer than 400,000 characters"),
    "encrypted pdf": (lambda: locked_pdf("secret"), "locked with a password"),
    "truncated pdf": (lambda: ONE_PDF[:400], "damaged"),
    "pdf in name only": (lambda: b"%PDF-1.7 and nothing else", "damaged"),
    "scanned pdf": (lambda: pdf_of_empty_pages(2), "pictures of pages"),
    "200 pages": (lambda: made.pdf_file([[((50, "Duties"),)]] * 200), "has 200 pages; the most is 60"),
    "pdf that bites its tail": (looping_pdf, "Nothing was read."),
    "truncated docx": (lambda: ONE_WORD_FILE[: len(ONE_WORD_FILE) // 2], "damaged"),
    "docx without a body": (lambda: with_member("word/document.xml", b"<nothing/>"), "damaged"),
    "docx with broken XML": (lambda: with_member("word/document.xml", b"<w:document><w:body>"), "damaged"),
    "deeply nested docx": (deep_word_file, "damaged"),
    "zip bomb": (lambda: with_member("word/media/x.xml", b" " * 80_000_000), "unpacks to far more"),
    "zip bomb that lies": (lying_zip_bomb, "Nothing was read."),
    "many members": (lambda: with_members(2_500), "unpacks to far more"),
    "workbook": (workbook, "no Word file"),
    "old Word file": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Office program"),
    "locked Word file": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "locked with a password",
    ),
    "rich text": (lambda: b"{\\rtf1 Duties}", "rich text file"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "picture (png)"),
    "program": (lambda: b"\x7fELF" + bytes(range(256)) * 20, "no file that can be read as text"),
}


def with_members(count: int) -> bytes:
    file = io.BytesIO(ONE_WORD_FILE)
    with zipfile.ZipFile(file, "a") as package:
        for number in range(count):
            package.writestr(f"word/{number}.xml", "")
    return file.getvalue()


@pytest.mark.parametrize("name", ODD)
def test_each_odd_file_gets_one_clear_sentence(name: str) -> None:
    make, expected = ODD[name]
    began = time.monotonic()
    said = answer(make())
    assert isinstance(said, str) and expected in said, said
    assert time.monotonic() - began < 60


READABLE: dict[str, bytes] = {
    "text": made.two_columns_flattened().encode(),
    "with a byte mark": made.two_columns_flattened().encode("utf-8-sig"),
    "utf-16": made.two_columns_flattened().encode("utf-16"),
    "Windows letters": made.two_columns_flattened().encode("cp1252"),
    "Windows line ends": made.two_columns_flattened().replace("\n", "\r\n").encode(),
    "a pdf only its owner may change": locked_pdf(""),
    "an infected laugh": laughing_xml(),
    "a pdf after other bytes": b"\n\n" + ONE_PDF,
}


@pytest.mark.parametrize("name", READABLE)
def test_what_can_be_read_is_read(name: str) -> None:
    found = answer(READABLE[name])
    assert isinstance(found, JobDescription) or name == "an infected laugh"
    if isinstance(found, JobDescription) and name != "an infected laugh":
        assert [item.text for item in found.responsibilities] == made.DUTIES


def test_a_word_file_of_text_boxes_form_fields_and_notes_loses_no_word() -> None:
    document = docx.Document()
    document.add_paragraph("Main duties")
    body = document.element.body
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    from docx.oxml import parse_xml

    field = f"<w:sdt {space}><w:sdtContent><w:p><w:r><w:t>Rake the leaves</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    box = (
        f"<w:p {space}><w:r><w:t>Oil the gate</w:t></w:r><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>Hang the lamps"
        "</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
        "<w:del><w:r><w:delText>Feed the fox</w:delText></w:r></w:del></w:p>"
    )
    for number, xml in enumerate((field, box), 1):
        body.insert(number, parse_xml(xml))
    found = answer(made.saved(document))
    assert isinstance(found, JobDescription)
    assert [item.text for item in found.responsibilities] == ["Rake the leaves", "Oil the gate", "Hang the lamps"]
    assert any("tracked changes" in doubt for doubt in found.warnings)


def test_a_word_file_that_asks_for_another_file_does_not_get_it() -> None:
    found = answer(curious_word_file())
    assert "curious_word_file" not in repr(found), "this file of tests"
    assert isinstance(found, str) or [item.text for item in found.responsibilities] == ["Dig"]


def damaged(how_many: int, seed: int = 20261122) -> Iterator[bytes]:
    """Good files of every kind with bytes changed, cut out, doubled, swapped or cut off."""
    chance = random.Random(seed)
    drawn = made.pdf_file([[((50, "Main duties"),), ((50, made.DRAWN), (70, "Prune it"))] * 9])
    good = [
        ONE_PDF,
        drawn,
        ONE_WORD_FILE,
        made.lists_in_a_table().encode(),
        made.paragraphs_with_private_bullets().encode(),
    ]
    for _ in range(how_many):
        data = bytearray(chance.choice(good))
        for _ in range(chance.randint(1, 30)):
            at, size = chance.randrange(len(data)), chance.randint(1, 400)
            match chance.randrange(5):
                case 0:
                    data[at] = chance.randrange(256)
                case 1:
                    del data[at : at + size]
                case 2:
                    data[at:at] = data[at : at + size]
                case 3:
                    data[at : at + 4] = chance.randbytes(4)
                case 4 if len(data) > 500:
                    data = data[: max(400, at)]
            data = data or bytearray(b"x")
        yield bytes(data)


def test_ten_damaged_files_get_one_clear_answer_each() -> None:
    assert {type(answer(data)) for data in damaged(10)} == {str, JobDescription}


@pytest.mark.proof
def test_thirty_damaged_files_get_one_clear_answer_each() -> None:
    assert {type(answer(data)) for data in damaged(30)} == {str, JobDescription}


@pytest.mark.proof
def test_three_hundred_damaged_files_get_one_clear_answer_each() -> None:
    assert {type(answer(data)) for data in damaged(300, seed=7)} == {str, JobDescription}


# ---------------------------------------------------------------------------------------------------------------------
# The process


def in_a_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, body: str) -> str:
    """What is answered when reading does this instead: the process is the real one, its reading is replaced."""
    (tmp_path / "sitecustomize.py").write_text(
        f"import tcsuper.readers.text_of as it\ndef instead(data):\n    {body}\nit.text_of = instead\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(limits, "_SEARCHED", f"{tmp_path}:{limits._SEARCHED}")
    said = answer(b"Main duties\n\n- Rake the leaves\n")
    assert isinstance(said, str)
    return said


RUNS_AWAY = {
    "x = bytearray(400_000_000); raise it.Unreadable('It got through.')": "more time or memory",
    "open('{here}/big', 'wb').write(bytes(30_000_000)); raise it.Unreadable('It got through.')": "damaged",
    "while True: pass": "more time or memory",
    "import os; os.abort()": "more time or memory",
    "import os; os._exit(0)": "damaged",
    "print('[' * 30_000_000); import os; os._exit(0)": "damaged",
    "1 / 0": "damaged",
}


@pytest.mark.parametrize("body", RUNS_AWAY)
def test_a_reading_that_runs_away_ends_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, body: str) -> None:
    monkeypatch.setattr(limits, "SECONDS", 2 if body.startswith("while") else 5)
    assert RUNS_AWAY[body] in in_a_process(monkeypatch, tmp_path, body.replace("{here}", str(tmp_path)))


def test_the_process_knows_no_address_and_no_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TCSUPER_DATABASE_URL", "sqlite:////somewhere")
    told = "import os; raise it.Unreadable(','.join(sorted(os.environ)))"
    assert "TCSUPER" not in in_a_process(monkeypatch, tmp_path, told)
