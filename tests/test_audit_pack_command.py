"""python -m tcsuper audit-pack: a script makes the pack with an account's rights, and the register has it."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlmodel import select

from tcsuper.__main__ import main
from tcsuper.database import reading
from tcsuper.models import Account, ExportEntry
from tests.people import Cast

Said = pytest.CaptureFixture[str]


def username(cast: Cast, name: str) -> str:
    with reading() as db:
        return db.get_one(Account, cast.accounts[name]).username


def made(cast: Cast, who: str, where: Path, *more: str) -> int:
    return main(["audit-pack", "--by", username(cast, who), "--to", "HM Inspectorate", *more, str(where)])


def register() -> list[ExportEntry]:
    with reading() as db:
        return list(db.exec(select(ExportEntry)))


def test_a_script_makes_the_pack_and_the_register_has_it(page_cast: Cast, tmp_path: Path, capsys: Said) -> None:
    where = tmp_path / "pack.xlsx"
    assert made(page_cast, "Asha", where, "--community", "ashdown b", "--form", "named") == 0
    [entry] = register()
    assert entry.handed_to == "HM Inspectorate" and entry.form == "named" and entry.digest in capsys.readouterr().err
    assert load_workbook(where)["About"]["A1"].value == "What it is" and where.stat().st_mode & 0o077 == 0
    assert made(page_cast, "Asha", where) == 1, "a file that is there is never written over"
    assert len(register()) == 1


@pytest.mark.parametrize(
    ("who", "more", "said"),
    [
        ("Asha", ("--community", "Ashdown C"), "no such pack of “Ashdown C”"),
        ("Dev", ("--form", "named"), "no such pack of any community"),
        ("Ben", (), "no such pack of any community"),
        ("Asha", ("--on", "2099-01-01", "--until", "2026-01-01"), "never a forecast"),
    ],
)
def test_what_may_not_be_is_refused_and_nothing_is_written(
    page_cast: Cast, tmp_path: Path, capsys: Said, who: str, more: tuple[str, ...], said: str
) -> None:
    where = tmp_path / "pack.xlsx"
    assert made(page_cast, who, where, *more) == 1
    assert said in capsys.readouterr().err and not where.exists() and not register()


def test_another_ending_is_a_wrong_call(page_cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as wrong:
        made(page_cast, "Asha", tmp_path / "pack.docx")
    assert wrong.value.code == 2
