"""The kind of a sheet, told by its headings: each kind is weighed by how many of its columns they name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tcsuper.readers.sheets import headings
from tcsuper.readers.sheets.cells import key
from tcsuper.readers.sheets.header import Header
from tcsuper.rules.importing import TEMPLATES, Column, Question, SheetKind

NAMES: Mapping[SheetKind, str] = {
    SheetKind.STAFF: "A staff list",
    SheetKind.TRAINING_MATRIX: "A training matrix: names down, courses across",
    SheetKind.TRAINING_LOG: "A training log: a completion a row",
    SheetKind.REGISTRATIONS: "Registrations",
    SheetKind.SUPERVISION_LOG: "A supervision log: a person at a session a row",
    SheetKind.SUPERVISION_MONTHS: "Supervision by month: names down, months across",
}
LEFT_OUT = ("left_out", "None of these: leave this sheet out")
NEEDED, OPTIONAL, MISSING, FROM_TITLE = 3.0, 1.0, -2.5, 1.5
UNSURE = 0.5
"""A heading that may say a column counts for half."""
LEAST = 5.0
TOO_CLOSE = 1.0
SURE_MATRIX = 3
"""From so many courses across, a sheet with roles and starting days is a matrix and no staff list."""
_TITLES = {
    SheetKind.STAFF: re.compile(r"\bstaff( list)?\b|\bemployees\b|\bestablishment list\b|\bteam list\b", re.I),
    SheetKind.TRAINING_LOG: re.compile(r"\btraining\b|\bcourses\b", re.I),
    SheetKind.REGISTRATIONS: re.compile(r"\bregistrations?\b|\bregisters?\b|\bhcpc\b|\bmembership", re.I),
    SheetKind.SUPERVISION_LOG: re.compile(r"\bsupervision", re.I),
}


@dataclass(frozen=True)
class Weighed:
    kind: SheetKind | None
    question: Question | None = None


def weights(header: Header, title: str, courses: Mapping[str, str], today: date) -> dict[SheetKind, float]:
    found = {kind: _of_rows(kind, header, title) for kind in headings.SPELLINGS}
    across = courses_across(header, courses)
    has_person = any(one in headings.OF_A_PERSON for text in header.texts for one in headings.keys(text))
    has_course_column = any(key(text) in ("course", "coursename", "coursetitle") for text in header.texts)
    if across and not has_course_column:
        found[SheetKind.TRAINING_MATRIX] = 3.0 * across + 3.0 * has_person
    months = sum(bool(headings.month(text, today) or headings.bare_month(text)) for text in header.texts)
    if months >= 2 or (months and has_person):
        found[SheetKind.SUPERVISION_MONTHS] = 3.0 * months + 3.0 * has_person
    return found


def courses_across(header: Header, courses: Mapping[str, str]) -> int:
    """How many different courses the headings name."""
    named = (headings.course(text, courses) or headings.course(over, courses)
             for text, over in zip(header.texts, header.upper, strict=True))  # fmt: skip
    return len({one.code for one in named if one})


def _of_rows(kind: SheetKind, header: Header, title: str) -> float:
    best: dict[Column, float] = {}
    for text in header.texts:
        if text and (named := headings.named(text, kind)):
            best[named.column] = max(best.get(named.column, 0), 1.0 if named.is_sure else UNSURE)
    needed = {one.column for one in TEMPLATES[kind][1] if one.is_needed}
    value = sum((NEEDED if column in needed else OPTIONAL) * sure for column, sure in best.items())
    value += MISSING * len(needed - best.keys())
    return value + (FROM_TITLE if _TITLES[kind].search(title) else 0)


def kind_of(header: Header, title: str, courses: Mapping[str, str], today: date) -> Weighed:
    """The kind that its headings say most for; a question where two say about as much, or none says enough."""
    weighed = sorted(weights(header, title, courses, today).items(), key=lambda one: -one[1])
    (best, value), (second, value_of_second) = weighed[0], weighed[1]
    grids = (SheetKind.TRAINING_MATRIX, SheetKind.SUPERVISION_MONTHS)
    if best in grids and courses_across(header, courses) >= SURE_MATRIX:
        return Weighed(best)
    if value < LEAST:
        return Weighed(None, asked("The headings of this sheet say of no kind that it is one."))
    is_close = value - value_of_second < TOO_CLOSE
    is_staff_with_courses = {best, second} == {SheetKind.STAFF, SheetKind.TRAINING_MATRIX} and value_of_second >= LEAST
    if is_close or is_staff_with_courses:
        return Weighed(None, asked("The headings fit two kinds of sheet.", (best, second)))
    return Weighed(best)


def asked(why: str, kinds: tuple[SheetKind, ...] = tuple(SheetKind)) -> Question:
    return Question("kind", f"{why} What is it?", (*((str(one), NAMES[one]) for one in kinds), LEFT_OUT))
