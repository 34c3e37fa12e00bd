"""Empty sheets to fill in and import: one of each kind, with headings that are understood as they stand.

The sheets hold headings alone, so that nothing of theirs can be imported by accident; examples stand on the sheet that
says how to fill them in.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from tcsuper import words
from tcsuper.reports.safe import formula_safe
from tcsuper.reports.workbook import ABOUT, Sheet, workbook
from tcsuper.rules.importing import TEMPLATES, Column, Heading, SheetKind

HOW_TO = "How to fill it in"
NOT_FOR_IMPORT = frozenset({ABOUT, HOW_TO})
"""Sheets of the workbook that tell, and hold no records."""
MATRIX, MONTHS = "Training matrix", "Supervision months"
MONTHS_ACROSS = 12
CSV = "text/csv"
IDENTITY = TEMPLATES[SheetKind.TRAINING_LOG][1][:2]
"""Who it is: the first columns of every sheet that is about somebody."""
EXPLAINED: Mapping[SheetKind, str] = {
    SheetKind.STAFF: "One row for each person and post.",
    SheetKind.TRAINING_LOG: "One row for each course that a person completed.",
    SheetKind.TRAINING_MATRIX: "One row for each person, one column for each course.",
    SheetKind.REGISTRATIONS: "One row for each registration with a body.",
    SheetKind.SUPERVISION_LOG: "One row for each person at each session.",
    SheetKind.SUPERVISION_MONTHS: "One row for each person, one column for each month.",
}
"""By kind, what a row of it is."""
NAMES = {kind: name for kind, (name, _) in TEMPLATES.items()} | {
    SheetKind.TRAINING_MATRIX: MATRIX,
    SheetKind.SUPERVISION_MONTHS: MONTHS,
}
"""By kind, the name of its sheet."""
RULES = (
    ("Dates", "2 May 2026, 02/05/2026 (day first) or 2026-05-02."),
    ("Lengths", "90, 90 min, 1:30 or 1.5 h."),
    ("Names", "As the product writes them. A staff number, where there is one, tells two of the same name apart."),
    ("Sheets you do not need", "Leave them empty: they are passed over."),
)


def templates_workbook(courses: Sequence[str], on: date) -> bytes:
    """All of them in one file. `courses`: the titles that stand across the training matrix; `on`: the last month of the
    grid of months is the one before this day's."""
    headings = {kind: headings_of(kind, courses, on) for kind in NAMES}
    return workbook(
        [
            Sheet(HOW_TO, ["Sheet", "Column", "Needed", "For example", "What a row is"], _told(courses, on)),
            *(Sheet(NAMES[kind], headings[kind], []) for kind in NAMES),
        ],
        [("What it is", "Templates: fill in a sheet, then import this file"), *RULES],
    )


def template_csv(kind: SheetKind, courses: Sequence[str], on: date) -> bytes:
    """One of them as a csv file of one line, marked as UTF-8 so that a spreadsheet keeps every letter."""
    line = ",".join(_quoted(str(formula_safe(heading))) for heading in headings_of(kind, courses, on))
    return f"{line}\r\n".encode("utf-8-sig")


def headings_of(kind: SheetKind, courses: Sequence[str], on: date) -> list[str]:
    if kind is SheetKind.TRAINING_MATRIX:
        return [*(one.text for one in IDENTITY), *courses]
    if kind is SheetKind.SUPERVISION_MONTHS:
        return [*(one.text for one in IDENTITY), *map(words.month, months_before(on))]
    return [heading.text for heading in TEMPLATES[kind][1]]


def months_before(on: date) -> list[date]:
    """The twelve whole months before the month of this day, the earliest first."""
    this = on.year * 12 + on.month - 1
    return [date(month // 12, month % 12 + 1, 1) for month in range(this - MONTHS_ACROSS, this)]


def _told(courses: Sequence[str], on: date) -> list[list[str]]:
    return [
        [name, heading.text, "needed" if heading.is_needed else "if you have it", heading.example, EXPLAINED[kind]]
        for kind, name in NAMES.items()
        for heading in (TEMPLATES[kind][1] if kind in TEMPLATES else _across(kind, courses, on))
    ]


def _across(kind: SheetKind, courses: Sequence[str], on: date) -> Sequence[Heading]:
    """What the columns of a matrix or a month grid are, told by the first of those that go on across the sheet."""
    if kind is SheetKind.TRAINING_MATRIX:
        first = courses[0] if courses else "The title of a course"
        each = Heading(f"{first}, and so on", Column.COMPLETED_ON, True, "14 June 2024; empty when it was not done")
    else:
        first = words.month(months_before(on)[0])
        each = Heading(f"{first}, and so on", Column.MONTH, True, "90, or 1:30: what they had in that month")
    return [*IDENTITY, each]


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',";\r\n') else text
