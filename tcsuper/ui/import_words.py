"""What kinds of sheets, columns and answers are called on screen."""

from collections.abc import Mapping
from datetime import date

from tcsuper import words
from tcsuper.rules.import_plan import Change
from tcsuper.rules.importing import TEMPLATES, Column, DateOrder, Known, SheetKind

KINDS: Mapping[SheetKind, str] = {
    SheetKind.STAFF: "Staff list",
    SheetKind.TRAINING_MATRIX: "Training matrix: names down, courses across",
    SheetKind.TRAINING_LOG: "Training: a completion in each row",
    SheetKind.REGISTRATIONS: "Registrations",
    SheetKind.SUPERVISION_LOG: "Supervision: a person at a session in each row",
    SheetKind.SUPERVISION_MONTHS: "Supervision by month: names down, months across",
}
SEEN_ON: Mapping[SheetKind, tuple[str, str]] = {
    SheetKind.STAFF: ("Staff", "staff"),
    SheetKind.TRAINING_MATRIX: ("Training", "training"),
    SheetKind.TRAINING_LOG: ("Training", "training"),
    SheetKind.REGISTRATIONS: ("Registration", "registration"),
    SheetKind.SUPERVISION_LOG: ("Who is due", "supervision_due"),
    SheetKind.SUPERVISION_MONTHS: ("Who is due", "supervision_due"),
}
"""By kind, the page where it is seen afterwards."""
CHANGES: Mapping[Change, str] = {
    Change.NEW: "New",
    Change.CHANGED: "Changed",
    Change.SAME: "The same",
    Change.LEFT_OUT: "Left out",
    Change.REFUSED: "Refused",
}
ORDERS = {DateOrder.DAY_FIRST: "Day first: 02/05 is 2 May", DateOrder.MONTH_FIRST: "Month first: 02/05 is 5 February"}
LEAVE_OUT = "Leave this column out"
COLUMNS: Mapping[str, str] = {
    **{heading.column: heading.text for _, headings in TEMPLATES.values() for heading in headings},
    Column.EXPIRES_ON: "Expires on",
    Column.MONTH: "Month",
    Column.LEFT_OUT: LEAVE_OUT,
}
PARTS_OF_A_COURSE = {"completed_on": "", "expires_on": ", expiry", "result": ", result", "certificate": ", certificate"}
IDENTITY = (Column.PERSON, Column.STAFF_NUMBER)
MONTHS_OFFERED = 36


def column_in_words(column: str, courses: Mapping[str, str]) -> str:
    """What a column was understood as. `courses`: code to title."""
    what, _, rest = column.partition(":")
    if what == "course":
        code, _, part = rest.partition(":")
        return f"{courses.get(code, code)}{PARTS_OF_A_COURSE.get(part, f', {part}')}"
    if what == "month":
        year, _, month = rest.partition("-")
        return words.month(date(int(year), int(month), 1))
    return COLUMNS.get(column, column.replace("_", " ").capitalize())


def columns_offered(kind: SheetKind | None, known: Known, courses: Mapping[str, str], on: date) -> list[str]:
    """What a column of such a sheet may hold, in the order of its template; for courses, those that the service has."""
    if kind is None:
        return [Column.LEFT_OUT]
    if kind is SheetKind.TRAINING_MATRIX:
        there = set(known.courses.values())
        across = [f"course:{code}:{part}" for code in courses if code in there for part in PARTS_OF_A_COURSE]
        return [Column.LEFT_OUT, *IDENTITY, *across]
    if kind is SheetKind.SUPERVISION_MONTHS:
        this = on.year * 12 + on.month - 1
        across = [f"month:{at // 12}-{at % 12 + 1:02}" for at in range(this, this - MONTHS_OFFERED, -1)]
        return [Column.LEFT_OUT, *IDENTITY, *across]
    return [Column.LEFT_OUT, *(heading.column for heading in TEMPLATES[kind][1])]


def in_words(counts: Mapping[str, int]) -> str:
    """ "45 new, 3 changed, 200 the same": only what there is."""
    told = [f"{counts[change]:,} {word.lower()}" for change, word in CHANGES.items() if counts.get(change)]
    return ", ".join(told) or "nothing"
