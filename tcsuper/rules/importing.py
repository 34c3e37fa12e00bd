"""What a sheet that somebody kept says, line by line, once it has been read: the words that reading, matching,
applying, templates and exports share. Knows no file and no database.

A workbook becomes `Table`s (readers/sheets), each of them is `Understood` with what people `Told`, and its lines are
then matched with people and planned (services/imports).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

Cell = str | int | float | bool | date | None
"""As it stands in the sheet: a date where the sheet itself says that it is one, otherwise text or a number."""
MOST_NAMED = 50
"""Problems that are named; the rest are counted (security, section 8)."""


class SheetKind(StrEnum):
    STAFF = "staff"
    TRAINING_MATRIX = "training_matrix"
    """Names down, courses across."""
    TRAINING_LOG = "training_log"
    """A completion a row."""
    REGISTRATIONS = "registrations"
    SUPERVISION_LOG = "supervision_log"
    """A person at a session a row."""
    SUPERVISION_MONTHS = "supervision_months"
    """Names down, months across, minutes or meetings in between."""


class Column(StrEnum):
    """What a column holds."""

    PERSON = "person"
    STAFF_NUMBER = "staff_number"
    EMAIL = "email"
    ROLE = "role"
    COMMUNITY = "community"
    LINE_MANAGER = "line_manager"
    STARTED_ON = "started_on"
    ENDED_ON = "ended_on"
    HOURS_A_WEEK = "hours_a_week"
    COURSE = "course"
    COMPLETED_ON = "completed_on"
    EXPIRES_ON = "expires_on"
    RESULT = "result"
    CERTIFICATE = "certificate"
    BODY = "body"
    GRADE = "grade"
    REGISTRATION_NUMBER = "registration_number"
    MEMBERSHIP_NUMBER = "membership_number"
    REGISTERED_ON = "registered_on"
    HELD_ON = "held_on"
    STARTS_AT = "starts_at"
    MINUTES = "minutes"
    SUPERVISOR = "supervisor"
    GROUP = "group"
    PURPOSE = "purpose"
    FORM = "form"
    ATTENDANCE = "attendance"
    MONTH = "month"
    LEFT_OUT = "left_out"


class DateOrder(StrEnum):
    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


@dataclass(frozen=True)
class Heading:
    """A column of a template: what is printed over it, and an example."""

    text: str
    column: Column
    is_needed: bool
    example: str


TEMPLATES: Mapping[SheetKind, tuple[str, tuple[Heading, ...]]] = {
    SheetKind.STAFF: (
        "Staff",
        (
            Heading("Name", Column.PERSON, True, "Ben Ellis"),
            Heading("Staff number", Column.STAFF_NUMBER, False, "004711"),
            Heading("Role", Column.ROLE, True, "TC officer"),
            Heading("Community", Column.COMMUNITY, True, "Ashwood"),
            Heading("Started on", Column.STARTED_ON, True, "2 May 2024"),
            Heading("Ended on", Column.ENDED_ON, False, ""),
            Heading("Hours a week", Column.HOURS_A_WEEK, False, "37"),
            Heading("Email", Column.EMAIL, False, ""),
            Heading("Line manager", Column.LINE_MANAGER, False, "Carol Osei"),
        ),
    ),
    SheetKind.TRAINING_LOG: (
        "Training",
        (
            Heading("Name", Column.PERSON, True, "Ben Ellis"),
            Heading("Staff number", Column.STAFF_NUMBER, False, "004711"),
            Heading("Course", Column.COURSE, True, "TCAT 1"),
            Heading("Completed on", Column.COMPLETED_ON, True, "14 June 2024"),
            Heading("Expiry printed on it", Column.EXPIRES_ON, False, ""),
            Heading("Result", Column.RESULT, False, "passed"),
            Heading("Certificate", Column.CERTIFICATE, False, ""),
        ),
    ),
    SheetKind.REGISTRATIONS: (
        "Registrations",
        (
            Heading("Name", Column.PERSON, True, "Asha Rao"),
            Heading("Staff number", Column.STAFF_NUMBER, False, ""),
            Heading("Body", Column.BODY, True, "HCPC"),
            Heading("Grade", Column.GRADE, False, ""),
            Heading("Number", Column.REGISTRATION_NUMBER, False, "PYL012345"),
            Heading("Membership number", Column.MEMBERSHIP_NUMBER, False, ""),
            Heading("Registered on", Column.REGISTERED_ON, True, "1 June 2019"),
            Heading("Expires on", Column.EXPIRES_ON, False, "31 May 2027"),
            Heading("Ended on", Column.ENDED_ON, False, ""),
        ),
    ),
    SheetKind.SUPERVISION_LOG: (
        "Supervision",
        (
            Heading("Name", Column.PERSON, True, "Ben Ellis"),
            Heading("Staff number", Column.STAFF_NUMBER, False, "004711"),
            Heading("Held on", Column.HELD_ON, True, "3 March 2026"),
            Heading("Starts at", Column.STARTS_AT, False, "14:00"),
            Heading("Length", Column.MINUTES, True, "90 min"),
            Heading("Supervisor", Column.SUPERVISOR, True, "Asha Rao"),
            Heading("Group", Column.GROUP, False, "Tuesday supervision"),
            Heading("Purpose", Column.PURPOSE, False, "clinical"),
            Heading("Form", Column.FORM, False, "group"),
            Heading("Attendance", Column.ATTENDANCE, False, "attended"),
        ),
    ),
}
"""By kind, the name of the sheet and its columns. A matrix and a month grid have columns of their own making."""


@dataclass(frozen=True)
class Table:
    """A sheet of a file, as text and numbers. `rows[0]` is what the spreadsheet calls row `first_row`. A date that the
    sheet keeps as a bare number counts from 1904 where `counts_from_1904`."""

    title: str
    rows: tuple[tuple[Cell, ...], ...]
    first_row: int = 1
    counts_from_1904: bool = False
    warnings: tuple[str, ...] = ()
    """What was seen in it and left aside: merged cells, formulas without a result, hidden sheets."""
    merged: tuple[tuple[int, int, int, int], ...] = ()
    """Cells merged into one, counted from 0: first row, first column, last row, last column. The first holds the
    words."""
    has_exact_width: bool = False
    """A row with more or fewer cells than the headings is shifted (csv): it is a problem and never read."""


@dataclass(frozen=True)
class Known:
    """What the service knows by name: what a person may write, in lower case, to our code."""

    courses: Mapping[str, str] = field(default_factory=dict)
    bodies: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    communities: Mapping[str, str] = field(default_factory=dict)
    purposes: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    """By code, the name that choices show; where there is none, the first that may be written."""


@dataclass(frozen=True)
class Told:
    """What somebody said about a sheet where reading it leaves a doubt, or gets it wrong. None: not said."""

    kind: SheetKind | None = None
    is_left_out: bool = False
    """The whole sheet stays out."""
    header_row: int | None = None
    """As the spreadsheet numbers it."""
    columns: Mapping[int, str] = field(default_factory=dict)
    """By position from 0: a `Column`, or `course:CODE:completed_on` (or `:expires_on`, `:result`) of a matrix, or
    `month:2026-05`."""
    date_order: DateOrder | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    """A word in a cell, in lower case, to what it means: a date (2026-05-02), `completed`, `booked`, `not_required`,
    `left_out`. Names of courses, bodies, roles, communities, purposes to our code."""
    cells: Mapping[str, str] = field(default_factory=dict)
    """A single cell mended on the page, "14:Held on" or "14:TCAT 1", to the text that takes its place. `left_out`:
    that cell (of a row's own columns: that row) stays out."""


@dataclass(frozen=True)
class Where:
    """Where something stands, as the spreadsheet itself counts and names it."""

    sheet: str
    row: int
    column: str = ""
    value: str = ""


@dataclass(frozen=True)
class Problem:
    """One cell or row that cannot be taken in as it stands. `sentence` is whole: "Row 14, Held on: “31/02/2026” is not
    a date. Use 2 May 2026 or 2026-05-02." """

    where: Where
    sentence: str


@dataclass(frozen=True)
class Question:
    """What has to be said before the sheet can be taken in: `about` is a key of `Told` ("date_order", "kind",
    "words:booked", "columns:4"); `choices` are answers with the words for them."""

    about: str
    sentence: str
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class StaffLine:
    where: Where
    person: str
    staff_number: str
    role: str
    """Code of the job description."""
    community: str
    """Name as we write it."""
    started_on: date
    ended_on: date | None = None
    hours_a_week: float | None = None
    email: str = ""
    line_manager: str = ""


@dataclass(frozen=True)
class TrainingLine:
    where: Where
    person: str
    staff_number: str
    course: str
    """Code."""
    completed_on: date
    expires_on: date | None = None
    result: str = "passed"
    certificate: str = ""


@dataclass(frozen=True)
class RegistrationLine:
    where: Where
    person: str
    staff_number: str
    body: str
    """Code."""
    registered_on: date
    expires_on: date | None = None
    ended_on: date | None = None
    grade: str = ""
    number: str = ""
    membership_number: str = ""


@dataclass(frozen=True)
class SupervisionLine:
    """One person at one session. Lines of the same day, time, supervisor and group are one session."""

    where: Where
    person: str
    staff_number: str
    held_on: date
    minutes: int
    supervisor: str
    starts_at: str = ""
    group: str = ""
    purpose: str = ""
    """Code; empty: as the agreement says."""
    form: str = ""
    """individual, group, peer; empty: group where there is a group or several came."""
    status: str = "attended"
    """As `models.AttendanceStatus`."""


@dataclass(frozen=True)
class MonthLine:
    """What somebody had in a calendar month, of which only the sum was kept."""

    where: Where
    person: str
    staff_number: str
    month: date
    """Its first day."""
    minutes: int


Line = StaffLine | TrainingLine | RegistrationLine | SupervisionLine | MonthLine


@dataclass(frozen=True)
class LeftAside:
    """A cell or row that says nothing to take in, and why: "n/a", "booked", a row of totals."""

    where: Where
    sentence: str


@dataclass(frozen=True)
class Understood:
    """What was understood of one table: shown before anything is matched. Ready when there are no `questions`."""

    sheet: str
    kind: SheetKind | None
    header_row: int | None
    headings: tuple[str, ...] = ()
    columns: Mapping[int, str] = field(default_factory=dict)
    """As `Told.columns`, of every column that has a heading."""
    date_order: DateOrder | None = None
    order_because: str = ""
    """One sentence: what proved the order of dates, or that nothing did."""
    lines: tuple[Line, ...] = ()
    left_aside: tuple[LeftAside, ...] = ()
    problems: tuple[Problem, ...] = ()
    questions: tuple[Question, ...] = ()
    warnings: tuple[str, ...] = ()
    more_problems: int = 0
    """Found after the thousandth, and only counted."""
