"""Registers and the week sheet as pages: what is on them, what is not, and that nothing on them runs or is fetched."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from tcsuper.queries.planned import ProtectedTime, Register
from tcsuper.reports.sheets import refused_page, registers_page, week_page
from tcsuper.services.sheets import Sheet

SHEET = Sheet("3F2A-9C01-77AB-0D4E", datetime(2026, 11, 22, 10, 45, tzinfo=UTC))
MONDAY = date(2026, 11, 23)
HOSTILE = "<script>alert(1)</script><img src=https://evil.example/x onerror=alert(1)>\"'{{ 7*7 }}"


def register(people: tuple[str, ...] = ("Ben", "Bela"), **facts: str) -> Register:
    given = {"title": "Monday group", "starts_at": "13:30", "place": "Group room", "supervisor": "Asha"} | facts
    return Register(held_on=MONDAY, minutes=90, people=people, **given)  # type: ignore[arg-type]


def words_of(page: str) -> str:
    """What somebody reads, without the styles."""
    body = page.partition("<body>")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def week() -> str:
    times = [
        ProtectedTime(MONDAY, "09:00 to 10:00", ("Asha", "Ben")),
        ProtectedTime(MONDAY, "13:30 to 15:00", ("Asha", "Bela", "Ben")),
        ProtectedTime(date(2026, 11, 26), "Time not set, 1 h", ("Farah",)),
    ]
    return week_page(SHEET, MONDAY, times)


def test_a_register_says_what_it_is_for_and_has_room_to_write() -> None:
    said = words_of(registers_page(SHEET, [register()]))
    for expected in (
        "Attendance register: Monday group",
        "Monday 23 November 2026",
        "13:30 to 15:00",
        "1 h 30 min",
        "Group room",
        "Supervisor Asha",
        "Name Present Late, or left early: minutes there Reason if absent&nbsp;* Signature",
        "Ben Bela",
        "Guests (number only)",
        "Supervisor’s signature",
        "Entered on the computer by",
        "Contracted on 23 November 2026, as known when this was printed: 22 November 2026 at 10:45.",
        "Sheet 3F2A-9C01-77AB-0D4E, page 1 of 1.",
    ):
        assert expected in said
    assert words_of(registers_page(SHEET, [register(starts_at="", place="")])).count("not set") == 2


def test_no_clinical_word_is_on_a_register() -> None:
    said = words_of(registers_page(SHEET, [register()])).lower()
    for word in ("clinical", "therap", "sensitivity", "theme", "case", "patient", "resident", "notes", "purpose"):
        assert word not in said


def test_several_registers_are_pages_of_one_file() -> None:
    page = registers_page(SHEET, [register(title=f"Group {number}") for number in range(3)])
    assert page.count('<section class="page"') == 3 and "page 3 of 3" in page


def test_the_week_sheet_is_protected_time_and_nothing_else() -> None:
    assert words_of(week()) == (
        "Protected time: week of 23 November 2026 These members of staff must be free at these times. All of it is "
        "protected time. Monday 23 November 2026 09:00 to 10:00 Asha, Ben 13:30 to 15:00 Asha, Bela, Ben "
        "Thursday 26 November 2026 Time not set, 1 h Farah "
        "As planned when this was printed: 22 November 2026 at 10:45. Sheet 3F2A-9C01-77AB-0D4E."
    )
    whole = re.sub(r"<style>.*</style>", "", week(), flags=re.DOTALL).lower()
    for word in ("supervis", "clinical", "therap", "group", "purpose", "register", "session", "meeting"):
        assert word not in whole, "not in its title or a remark either"


def test_an_empty_week_says_so() -> None:
    assert "Nobody has protected time planned in this week." in words_of(week_page(SHEET, MONDAY, []))


@pytest.mark.parametrize(
    "write",
    [
        lambda: registers_page(SHEET, [register((HOSTILE,), title=HOSTILE, place=HOSTILE, supervisor=HOSTILE)]),
        lambda: week_page(SHEET, MONDAY, [ProtectedTime(MONDAY, "10:00 to 11:00", (HOSTILE,))]),
        lambda: refused_page(HOSTILE),
    ],
)
def test_typed_words_are_text_on_paper_too(write: Callable[[], str]) -> None:
    """Seen to fail with `autoescape=False`."""
    made = write()
    assert "&lt;script&gt;" in made and "{{ 7*7 }}" in made
    assert "<script" not in made and "<img" not in made
    assert "default-src 'none'" in made, "and if it were not, nothing would run or be fetched"
    assert not re.search(r"(src|href|url)\s*[=(]", re.sub(r"&lt;.*?&gt;", "", made))
