"""Every example of docs/json.md is run: what goes in is taken, and what comes out is what stands there."""

import io
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

import pytest

from tcsuper.__main__ import main
from tcsuper.database import writing
from tcsuper.import_command import _sheet_as_data
from tcsuper.models import AttendanceStatus
from tcsuper.queries.session_file import SESSION_COLUMNS
from tcsuper.queries.standing import STANDING_COLUMNS
from tcsuper.rules.import_plan import ImportPlan, as_json
from tcsuper.rules.importing import TEMPLATES, SheetKind, Understood
from tcsuper.services.session_file import KNOWN, OF_ATTENDANCE
from tcsuper.settings import ROOT
from tests.records import make_records

DOCUMENT = (ROOT / "docs/json.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(console|json (?P<file>\S+))\n(?P<text>.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
OF_A_SHEET = set(_sheet_as_data(Understood("", None, None)))
OF_A_PLAN = set(as_json(ImportPlan((), {}, "")))
DIFFERS = re.compile(r"<[a-z ]+>")


@dataclass(frozen=True)
class Example:
    """A command as typed, the file that it reads, and what it answers."""

    typed: str
    answer: str

    def arguments(self) -> list[str]:
        words, _, _ = self.typed.partition(" < ")
        return shlex.split(words)[3:]

    def reads(self) -> str:
        return self.typed.partition(" < ")[2]


def files() -> dict[str, str]:
    return {file: text for _, file, text in BLOCKS if file}


def examples() -> list[Example]:
    found = [text.partition("\n") for kind, _, text in BLOCKS if kind == "console"]
    return [Example(typed.removeprefix("$ "), answer) for typed, _, answer in found]


def fits(answer: str, said: str) -> bool:
    pattern = DIFFERS.sub("\0", answer.strip())
    return re.fullmatch(re.escape(pattern).replace("\0", r"[^\"\n]+"), said.strip()) is not None


def test_every_command_with_json_has_its_example() -> None:
    assert {one.arguments()[0] for one in examples()} == {"export", "import", "sessions", "standing"}


@pytest.mark.parametrize("example", examples(), ids=lambda one: one.typed)
def test_an_example_answers_what_is_written_there(
    page_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    example: Example,
) -> None:  # fmt: skip
    with writing() as db:
        make_records(db)
    monkeypatch.chdir(tmp_path)
    for name, text in files().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    if example.reads():
        monkeypatch.setattr("sys.stdin", io.StringIO(files()[example.reads()]))
    code = main(example.arguments())
    said = capsys.readouterr()
    assert code == 0, said.err
    assert fits(example.answer, said.out), said.out


def test_an_answer_that_says_something_else_does_not_fit() -> None:
    assert fits('{"record_id": "<record id>"}', '{"record_id": "6f1c"}')
    assert not fits('{"record_id": "<record id>"}', '{"record_id": "6f1c", "more": ""}')
    assert not fits('{"minutes": 60}', '{"minutes": 90}')


@pytest.mark.parametrize("kind", TEMPLATES)
def test_every_field_of_a_sheet_is_described(kind: SheetKind) -> None:
    name, headings = TEMPLATES[kind]
    part = DOCUMENT.partition(f"\n**{name}**")[2].partition("\n**")[0].partition("\n## ")[0]
    assert re.findall(r"^\| ([A-Z][^|]+?) \|", part, re.MULTILINE) == [one.text for one in headings]


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("sessions", SESSION_COLUMNS),
        ("sessions add", set().union(*KNOWN.values()) | OF_ATTENDANCE),
        ("standing", STANDING_COLUMNS),
        ("import", ["import", "sheets", "people", "plan", *OF_A_SHEET, *OF_A_PLAN]),
        ("export", [status.value.replace("_", " ") for status in AttendanceStatus]),
    ],
)
def test_every_field_of_the_others_is_described(title: str, names: list[str]) -> None:
    part = DOCUMENT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    missing = [name for name in names if not re.search(rf"\b{name}\b", part)]
    assert not missing
