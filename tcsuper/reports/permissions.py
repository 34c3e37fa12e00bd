"""The permission table in words: `docs/who_can_do_what.md`, made by `make docs` from `access.csv`."""

from itertools import groupby
from typing import NamedTuple

from tcsuper.access import Action, Object, Role, Rule, Scope, Shape, table
from tcsuper.settings import ROOT
from tcsuper.words import listed

FILE = ROOT / "docs" / "who_can_do_what.md"

OPENING = """# Who can do what

Made from `tcsuper/access.csv` by `make docs`: change the table there, never this page. What is not here, nobody may.

- Roles add up: whoever manages a community and supervises somebody in it may do what either row says.
- Relationships do not travel, and end with their dates. Supervisor, external supervisor and line manager are not
  granted: they follow from an agreement or a post in force on the day. The sessions of an agreement can be read and
  entered by its supervisor for 28 days after its end.
- Whoever may end a post ends with it what hangs on it, agreements elsewhere, roles and the account among it, which they
  could not end by themselves: it follows from the post. The page lists all of it first.
- "Not allowed" and "there is no such record" are one answer, in the same words.
- Lists, counts, pickers and charts follow the same rows as the record itself.
"""

OBJECTS = {
    Object.PERSON: "Name, role and community",
    Object.EMPLOYMENT: "Contact details and dates of employment",
    Object.REGISTRATION: "Registrations",
    Object.REGISTER_CHECK: "Checks of the live register",
    Object.TRAINING_RECORD: "Training records",
    Object.COURSE_RUN: "Course runs, trainers and assessors",
    Object.STAFF_EVENT: "Dates of appraisals, probation and checks",
    Object.PLANNED_OBSERVATION: "Planned observations",
    Object.OBSERVATION_RATING: "Observed practice: levels",
    Object.OBSERVATION_TEXT: "Observed practice: words",
    Object.SELF_RATING: "Self-ratings",
    Object.AGREEMENT: "Supervision agreements",
    Object.SESSION_LOG: "Supervision sessions: date, length, attendance",
    Object.SHARED_RECORD: "Shared record of a session",
    Object.PRIVATE_NOTE: "Supervisor's private notes",
    Object.CONCERN: "Concerns",
    Object.EMERGENCY_ACCESS: "Emergency access",
    Object.RESPONSIBILITY: "Responsibilities",
    Object.OVERRIDE: "Requirements waived, lifted or extended for a person",
    Object.SUPERVISION_STATUS: "Status: supervision",
    Object.AGREEMENT_STATUS: "Status: agreements",
    Object.TRAINING_STATUS: "Status: training",
    Object.REGISTRATION_STATUS: "Status: registration and checks",
    Object.PRACTICE_STATUS: "Status: observed practice",
    Object.EVENT_STATUS: "Status: appraisal and probation",
    Object.TEAM_CHART: "Charts of a community",
    Object.CATALOGUE: "Catalogue, rules and settings",
    Object.ACCOUNT: "Accounts",
    Object.GRANT: "Roles given to people",
    Object.STAND_IN: "Stand-ins for a supervisor",
    Object.STATEMENT: "Statements of external supervisors",
    Object.DISPUTE: "Disputes about attendance",
    Object.TRAINEESHIP: "Traineeships: plan, submissions, reviews, sign-off",
    Object.SURVEY: "How supervision serves me: yearly answers",
    Object.EVIDENCE_FILE: "Evidence files",
    Object.COMPETENCY_SIGN_OFF: "Competencies signed off",
    Object.AGREED_ACTION: "Actions agreed in supervision",
    Object.REVIEW: "Reviews and their findings",
    Object.PLAN_ACTION: "Actions of a plan",
    Object.ACTIVITY: "Activity log and monthly figures",
    Object.ACTIVITY_WORDS: "Activity log: words",
    Object.IMPORT: "Import",
    Object.BULK_EXPORT: "Export of many records",
    Object.AUDIT_PACK: "Audit pack",
    Object.EXPORT_REGISTER: "Register of what was taken away",
    Object.OWN_DATA_PACK: "Pack of one's own data",
    Object.BACKUP: "Backup",
    Object.HISTORY: "Who has read or changed what",
}
ROLES = {
    Role.STAFF: "Everybody",
    Role.SUPERVISOR: "Supervisor",
    Role.EXTERNAL_SUPERVISOR: "External supervisor",
    Role.LINE_MANAGER: "Line manager",
    Role.THERAPY_MANAGER: "Therapy manager",
    Role.DIRECTOR: "Director",
    Role.ADMINISTRATOR: "Administrator",
    Role.AUDITOR: "Auditor or peer reviewer",
}
SCOPES = {
    Scope.OWN: "themselves",
    Scope.SUPERVISED: "people they supervise now",
    Scope.STOOD_IN: "people for whose supervisor they stand in",
    Scope.REPORTS: "people they line-manage",
    Scope.COMMUNITIES: "their communities",
    Scope.ESTABLISHMENTS: "their establishments",
    Scope.EVERYONE: "the whole service",
}
ACTIONS = {
    Action.READ: "read",
    Action.CREATE: "enter",
    Action.UPDATE: "change",
    Action.SIGN: "sign",
    Action.ADD: "add to it once it is locked",
    Action.VOID: "void",
    Action.EXPORT: "export",
    Action.CONFIRM: "confirm",
    Action.REPORT: "report as lost",
    Action.ANSWER: "confirm or dispute",
    Action.COMMENT: "comment",
    Action.APPROVE: "approve",
    Action.REVIEW: "review",
    Action.REQUEST: "ask for",
    Action.CLOSE: "close",
    Action.SHARE: "let others read",
    Action.SETTLE: "settle",
    Action.END: "end",
}
SHAPES = {
    Shape.FULL: "the record",
    Shape.STATUS: "the status only",
    Shape.CODE: "under a code, without the name",
    Shape.COUNTS: "counts only",
}
CONDITIONS = {
    "": "",
    "as_coordinating": "trainees whose coordinating supervisor they are",
    "as_observer": "what they observed themselves",
    "as_present": "sessions at which they were present",
    "as_stand_in": "the sessions they were named to hold, until the last day named",
    "as_supervisor": "agreements of which they are the supervisor",
    "as_third_person": "disputes that they were named to settle",
    "asked": "what they asked for themselves",
    "author_only": "what they wrote themselves",
    "by_import": "by import",
    "contact_only": "contact details",
    "emergency": "by emergency access: with a reason, for an hour, and told to those concerned",
    "emergency_two_people": "by emergency access, once the director has approved it",
    "figures_only": "the monthly figures",
    "five_or_more": "groups of five people or more",
    "if_assessor": "what they assess themselves",
    "if_routed": "if it was routed to them",
    "if_shareable": "if the supervisee marked it so",
    "if_shared": "if it was shared with them",
    "inside_agreement": "sessions inside their own agreement, up to 28 days after its end",
    "not_draft_of_others": "never somebody else's draft",
    "not_oneself": "never about themselves",
    "on_behalf": "on behalf of the supervisor, and marked so",
    "once_told": "once they are told of it",
    "once_shared": "once it was shared",
    "own_planned": "a planned session of their own",
    "own_sign_ins": "where they are signed in",
    "raised": "what they raised themselves",
    "sample": "in the sample",
    "session_log_only": "sessions: date, length, attendance",
    "security_events": "security events",
    "technical_only": "what is technical",
    "unless_withheld": "unless it is withheld from them",
    "to_confirm": "waits to be confirmed by somebody else",
}


class Line(NamedTuple):
    """A row of the table in words: what, who, about whom, may do what, how much of it, on what condition."""

    what: str
    who: str
    about: str
    may: str
    how_much: str
    only: str


def lines(role: Role | None = None) -> list[Line]:
    """The whole table, or one role's part of it, in the order of the file."""
    return [
        Line(OBJECTS[what], *cells)
        for what in Object
        for cells in _cells([rule for rule in table() if rule.object is what and role in (None, rule.role)])
    ]


def who_can_do_what() -> str:
    """The whole table as Markdown: one table for each object, in the order of the file."""
    parts = [OPENING]
    for what in Object:
        rules = [rule for rule in table() if rule.object is what]
        if rules:
            parts.append(f"## {OBJECTS[what]}\n\n{_markdown(rules)}")
    return "\n".join(parts)


def _markdown(rules: list[Rule]) -> str:
    rows = _cells(rules)
    heading = ("Who", "About", "May", "How much", "Only")
    lines = [heading, tuple("---" for _ in heading), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cells(rules: list[Rule]) -> list[tuple[str, str, str, str, str]]:
    return [
        (ROLES[role], SCOPES[scope], listed([ACTIONS[rule.action] for rule in same]), SHAPES[shape], CONDITIONS[only])
        for (role, scope, shape, only), same in groupby(sorted(rules, key=_sort_key), key=_alike)
    ]


def _alike(rule: Rule) -> tuple[Role, Scope, Shape, str]:
    return rule.role, rule.scope, rule.shape, rule.condition


def _sort_key(rule: Rule) -> tuple[int, ...]:
    """Rows from the person outwards, those that differ in their actions alone side by side."""
    return (
        list(Role).index(rule.role),
        list(Scope).index(rule.scope),
        list(Shape).index(rule.shape),
        list(CONDITIONS).index(rule.condition),
        list(Action).index(rule.action),
    )


if __name__ == "__main__":
    FILE.write_text(who_can_do_what(), encoding="utf-8", newline="\n")
