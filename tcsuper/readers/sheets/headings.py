"""Headings in the many spellings that people give them, by the kind of sheet they stand in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tcsuper.readers.sheets.cells import key
from tcsuper.readers.sheets.dates import NOTHING, Shape, full_year, written
from tcsuper.rules.importing import TEMPLATES, Column, DateOrder, SheetKind
from tcsuper.words import MONTHS

_PERSON = (
    "full name, staff name, name of staff, employee name, employee, staff member, member of staff, officer name, "
    "name of officer, staff full name, name of employee, colleague, practitioner, person name, names, clinician"
)
_STAFF_NUMBER = (
    "staff no, staff id, employee number, employee no, employee id, emp no, payroll number, payroll no, payroll, "
    "personnel number, personnel no, person number, pay number, sop number, collar number, assignment number, hr number"
)
SPELLINGS: Mapping[SheetKind, Mapping[Column, tuple[str, str]]] = {
    SheetKind.STAFF: {
        Column.PERSON: (_PERSON, "staff, officer, person, name"),
        Column.STAFF_NUMBER: (_STAFF_NUMBER, "number, no, id, ref, reference"),
        Column.ROLE: ("job role, job title, role title, post, post title, position, job, designation", "grade, title"),
        Column.COMMUNITY: (
            "therapeutic community, tc, unit, wing, house, houseblock, wing unit community house, wing unit, "
            "wing community, unit wing, community unit, wing house, home unit, home community",
            "location, area, team, department, dept, group, place of work",
        ),
        Column.STARTED_ON: (
            "start date, date started, date of start, joining date, date joined, date of joining, joined on, joined, "
            "in post from, date in post, started in post, started, start in post, start date in post, in post since, "
            "commenced, commencement date, date commenced, doj",
            "from, start, since, date",
        ),
        Column.ENDED_ON: (
            "end date, date ended, leaving date, date left, leaver date, left on, left, date of leaving, last day, "
            "last day in post, contract end date",
            "to, until, end",
        ),
        Column.HOURS_A_WEEK: (
            "hours per week, contracted hours, contract hours, weekly hours, hours pw, hrs pw, hrs per week, hrs week, "
            "working hours, hours weekly, contracted weekly hours",
            "hours, hrs",
        ),
        Column.EMAIL: ("email address, e-mail address, work email, email work, mail", "contact"),
        Column.LINE_MANAGER: (
            "manager, managers name, name of line manager, reports to, reporting to, custodial manager, "
            "line managed by, line manager name, line mgr, mgr",
            "lm, cm, supervisor",
        ),
    },
    SheetKind.TRAINING_LOG: {
        Column.PERSON: (f"{_PERSON}, delegate, delegate name, learner, learner name, participant, trainee, attendee",
                        "staff, officer, person, name"),
        Column.STAFF_NUMBER: (_STAFF_NUMBER, "number, no, id"),
        Column.COURSE: (
            "course name, course title, training, training course, training title, name of course, name of training, "
            "module, training name, training event, course training, learning event, qualification",
            "title, event, subject, topic, type",
        ),
        Column.COMPLETED_ON: (
            "date completed, completion date, date of completion, completed, date of training, training date, "
            "date attended, attended on, course date, date of course, date passed, date achieved, completed date, "
            "date trained",
            "date, end date",
        ),
        Column.EXPIRES_ON: (
            "expires, expiry, expiry date, expiration date, date of expiry, date expires, valid until, valid to, "
            "renewal date, date of renewal, renew by, refresher due, refresher date, next due, due date, exp date, "
            "certificate expiry, expires on, date due",
            "due, renewal, exp, review date, refresher",
        ),
        Column.RESULT: ("outcome, pass fail, passed, course result", "status, grade, attended"),
        Column.CERTIFICATE: ("certificate number, certificate no, cert no, certificate ref, cert",
                             "ref, reference"),
    },
    SheetKind.REGISTRATIONS: {
        Column.PERSON: (f"{_PERSON}, registrant, therapist, member", "staff, person, name"),
        Column.STAFF_NUMBER: (_STAFF_NUMBER, "id"),
        Column.BODY: (
            "professional body, registration body, registering body, regulator, regulatory body, registered with, "
            "register, body name, professional registration body, council",
            "organisation, organization, professional registration, registration",
        ),
        Column.GRADE: ("membership grade, category, registration category, part of register, grade of membership",
                       "level, type, status, profession"),
        Column.REGISTRATION_NUMBER: (
            "registration number, registration no, reg no, reg number, pin, pin number, nmc pin, hcpc number, hcpc no, "
            "register number, registration pin, registration number pin, pin registration number, registration id",
            "number, no, reference, ref, registration",
        ),
        Column.MEMBERSHIP_NUMBER: ("membership no, member number, member no, membership id, membership", ""),
        Column.REGISTERED_ON: (
            "date registered, registration date, date of registration, registered since, registered from, registered, "
            "first registered, initial registration, on register since, date of first registration",
            "from, valid from, start date, joined, date, start",
        ),
        Column.EXPIRES_ON: (
            "expires, expiry, expiry date, renewal date, renewal due, registration expiry, valid until, valid to, "
            "date of renewal, next renewal, renewal, expiration date, registration expires, registration renewal date, "
            "date of expiry, due for renewal, expires on",
            "due, until, to, due date, renew by",
        ),
        Column.ENDED_ON: ("date ended, ended, end date, removed on, date left register", "end, left"),
    },
    SheetKind.SUPERVISION_LOG: {
        Column.PERSON: (
            f"{_PERSON}, supervisee, supervisee name, name of supervisee, attendee, attendee name, attended by, "
            "participant, supervised",
            "staff, officer, person, name",
        ),
        Column.STAFF_NUMBER: (_STAFF_NUMBER, "number, no, id"),
        Column.HELD_ON: (
            "date held, date of supervision, supervision date, date of session, session date, date of meeting, "
            "meeting date, held, date supervision held, date of supervision session",
            "date, when",
        ),
        Column.STARTS_AT: ("start time, time started, time start, started at, time in, begins, time of supervision",
                           "time, start, from"),
        Column.MINUTES: (
            "length of session, length of supervision, duration, session length, minutes, mins, min, hours, hrs, "
            "duration mins, duration minutes, duration hours, duration hrs, length mins, length minutes, length hours, "
            "no of minutes, number of minutes, number of hours, no of hours, total minutes, total hours, time spent, "
            "hours of supervision, minutes of supervision, supervision hours, supervision minutes",
            "time, amount",
        ),
        Column.SUPERVISOR: (
            "supervisor name, name of supervisor, supervised by, clinical supervisor, facilitator, facilitated by, "
            "led by, given by, provided by, supervision given by, group facilitator, conductor",
            "with, by",
        ),
        Column.GROUP: ("group name, supervision group, name of group, series", ""),
        Column.PURPOSE: ("type of supervision, supervision type, kind of supervision, purpose of supervision",
                         "type, kind"),
        Column.FORM: ("format, individual or group, individual group, group or individual, group individual, "
                      "1 to 1 or group, 1:1 or group, 1:1 group",
                      "type, mode, setting"),
        Column.ATTENDANCE: ("attended, present, attendance status, attended y n, attendance y n, attended yes no",
                            "status, outcome"),
    },
}  # fmt: skip
"""By column the spellings that say it, and those that only may: they give way to a heading that says it."""
SURNAME = {key(one) for one in ("surname", "last name", "family name", "staff surname", "employee surname", "lastname")}
FORENAME = {
    key(one)
    for one in ("forename", "forenames", "forename(s)", "first name", "first names", "given name", "given names",
                "firstname", "christian name", "staff forename")
}  # fmt: skip
NOT_KEPT = {
    key(one)
    for one in ("dob", "d.o.b.", "date of birth", "birth date", "birthday", "ni number", "nino", "ni no", "age",
                "national insurance number", "address", "home address", "postcode", "phone", "telephone", "mobile",
                "mobile number", "phone number", "ethnicity", "ethnic origin", "gender", "sex", "religion", "faith",
                "disability", "sexual orientation", "next of kin", "marital status", "nationality", "sickness",
                "sick days", "salary", "bank account", "emergency contact", "passport number")
}  # fmt: skip
"""About a person, and no business of this service: left out, and said."""
COMPLETED_UNDER, EXPIRES_UNDER, RESULT_UNDER = "completed_on", "expires_on", "result"
UNDER_A_COURSE: Mapping[str, str] = (
    {key(one): COMPLETED_UNDER for one in ("completed", "completed on", "date", "date completed", "completion",
                                           "completion date", "done", "date done", "attended", "passed",
                                           "date attended",
                                           "comp", "taken", "last done", "trained", "date of training", "from")}
    | {key(one): EXPIRES_UNDER for one in ("expires", "expires on", "expiry", "expiry date", "exp", "due", "due date",
                                           "next due", "renewal", "renewal date", "refresher due", "valid until",
                                           "refresher", "date due", "valid to", "to", "until", "renew by")}
    | {key(one): RESULT_UNDER for one in ("status", "result", "rag", "in date", "state", "outcome", "pass fail")}
)  # fmt: skip
_BRACKETED = re.compile(r"[(\[][^)\]]*[)\]]")
_MONTH_FIRST, _DAY_FIRST = re.compile(r"\bmm?[/.-]dd?[/.-]", re.I), re.compile(r"\bdd?[/.-]mm?[/.-]", re.I)
_UNITS = re.compile(r"[\s:,-]+(?:in\s+)?(?:hours?|hrs?|minutes?|mins?)\.?$", re.I)
_MONTH_NAMES = {name.lower(): number for number, name in enumerate(MONTHS, 1)}
_MONTH_NAMES |= {name[:3].lower(): number for number, name in enumerate(MONTHS, 1)} | {"sept": 9}


@dataclass(frozen=True)
class Named:
    """A column that a heading names, and how surely. `part`: of a name."""

    column: Column
    is_sure: bool
    part: str = ""


def _by_key(kind: SheetKind) -> dict[str, Named]:
    found: dict[str, Named] = {}
    for is_sure in (False, True):
        for column, spellings in SPELLINGS[kind].items():
            for one in spellings[0 if is_sure else 1].split(", "):
                if one:
                    found[key(one)] = Named(column, is_sure)
    for heading in TEMPLATES[kind][1]:
        found[key(heading.text)] = found[key(heading.column)] = Named(heading.column, True)
    found |= {one: Named(Column.PERSON, True, "surname") for one in SURNAME}
    found |= {one: Named(Column.PERSON, True, "forename") for one in FORENAME}
    return found


BY_KEY: Mapping[SheetKind, Mapping[str, Named]] = {kind: _by_key(kind) for kind in SPELLINGS}
OF_A_PERSON = {one: named for one, named in BY_KEY[SheetKind.SUPERVISION_LOG].items() if named.column is Column.PERSON}
OF_A_PERSON |= {one: named for one, named in BY_KEY[SheetKind.TRAINING_LOG].items() if named.column is Column.PERSON}
OF_A_PERSON |= {key(one): Named(Column.STAFF_NUMBER, True) for one in f"staff number, {_STAFF_NUMBER}".split(", ")}
"""In a matrix and a month grid: whose row it is."""


def keys(heading: str) -> tuple[str, ...]:
    """How a heading may be looked up: whole, without what stands in brackets, without a unit at its end."""
    plain = _BRACKETED.sub(" ", heading)
    return tuple(dict.fromkeys(found for one in (heading, plain, _UNITS.sub("", plain)) if (found := key(one))))


def named(heading: str, kind: SheetKind) -> Named | None:
    by_key = BY_KEY.get(kind, OF_A_PERSON)
    found = next((by_key[one] for one in keys(heading) if one in by_key), None)
    return found or _two_spellings(heading, by_key)


def _two_spellings(heading: str, by_key: Mapping[str, Named]) -> Named | None:
    """“PIN / Reg no”: the same said twice."""
    both = [next((by_key[one] for one in keys(part) if one in by_key), None) for part in heading.split("/")]
    first = both[0]
    return first if first and len(both) > 1 and all(one == first for one in both) else None


def may_say(heading: str, kind: SheetKind) -> tuple[Column, ...]:
    """Of a heading that says nothing for sure: every column that it may mean."""
    looked_up = keys(heading)
    return tuple(column for column, (_, may) in SPELLINGS[kind].items()
                 if any(key(one) in looked_up for one in may.split(", ")))  # fmt: skip


def is_known(heading: str) -> bool:
    """Says a column in any kind of sheet."""
    return any(one in by_key for one in keys(heading) for by_key in BY_KEY.values()) or is_not_kept(heading)


def is_not_kept(heading: str) -> bool:
    return any(one in NOT_KEPT for one in keys(heading))


def order_said(heading: str) -> DateOrder | None:
    """“Completed (mm/dd/yyyy)” says it itself."""
    if _DAY_FIRST.search(heading):
        return DateOrder.DAY_FIRST
    return DateOrder.MONTH_FIRST if _MONTH_FIRST.search(heading) else None


@dataclass(frozen=True)
class Course:
    code: str
    part: str
    """completed_on, expires_on or result."""


def course(heading: str, courses: Mapping[str, str]) -> Course | None:
    """A heading that names a course, and what of it: “TCAT 1”, “TCAT 1 expiry”, “Date of TCAT 1”."""
    for whole in keys(heading):
        if whole in courses:
            return Course(courses[whole], COMPLETED_UNDER)
    whole = key(_BRACKETED.sub(" ", heading))
    for ending, part in UNDER_A_COURSE.items():
        if whole.endswith(ending) and whole[: -len(ending)] in courses:
            return Course(courses[whole[: -len(ending)]], part)
        if whole.startswith(ending) and whole[len(ending) :].removeprefix("of") in courses:
            return Course(courses[whole[len(ending) :].removeprefix("of")], part)
    return None


def under_a_course(heading: str) -> str | None:
    return next((UNDER_A_COURSE[one] for one in keys(heading) if one in UNDER_A_COURSE), None)


def month(heading: str, today: date) -> date | None:
    """The first day of the month that a heading names with its year; a whole date stands for its month."""
    plain = _UNITS.sub("", _BRACKETED.sub(" ", heading)).strip(" :")
    one = written(plain) if len(plain) <= 40 else NOTHING
    if one.shape is Shape.MONTH or (one.shape is Shape.DAY and one.month <= 12):
        return date(full_year(one, today), max(one.month, 1), 1)
    if one.shape is Shape.NUMBERS and one.day == 1 and 1 <= one.month <= 12:
        return date(full_year(one, today), one.month, 1)
    return None


def bare_month(heading: str) -> int:
    """The number of a month that stands without its year; 0: none."""
    return _MONTH_NAMES.get(_UNITS.sub("", _BRACKETED.sub(" ", heading)).strip(" .:").lower(), 0)
