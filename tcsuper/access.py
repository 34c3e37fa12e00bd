"""Every rule about who may do or see what.

The table is data: `access.csv`, one line for "this role, within this scope, may do this to that". This file reads it
and answers three questions, always from the table and always for one day:

- `holds(by, permission)`       might this person ever do it? (menus, page guards)
- `people_within(by, …)`        to whom may they do it? (a SELECT of staff ids: lists, pickers, charts and single
                                records all use this same answer, so finding and being allowed are one step)
- `check_about(db, by, …)`      may they do it to this person? Raises NotAllowed otherwise.

Roles add up; relationships do not travel. Supervisor, external supervisor and line manager are never granted: they
follow from an agreement or a post in force on the day.
"""

import csv
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum, StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.clock import today
from tcsuper.errors import AlreadySaved, InvalidRecord, NotAllowed
from tcsuper.models import (
    Account,
    Activity,
    Attendance,
    AttendanceAnswer,
    AttendanceDispute,
    AuditEvent,
    Community,
    CompetencyAssessor,
    Concern,
    EmergencyAccess,
    EmergencySubject,
    Employment,
    Establishment,
    GroupMember,
    Observation,
    ObservationState,
    PlanAction,
    PlannedObservation,
    PlannedObserver,
    Post,
    Role,
    RoleGrant,
    SelfRating,
    SessionState,
    Staff,
    StandIn,
    Submission,
    SupervisionAgreement,
    SupervisionGroup,
    SupervisionPurpose,
    SupervisionSession,
    Traineeship,
    TraineeSupervisor,
    WhoEnters,
)


class Object(StrEnum):
    PERSON = "person"
    EMPLOYMENT = "employment"
    REGISTRATION = "registration"
    REGISTER_CHECK = "register_check"
    TRAINING_RECORD = "training_record"
    STAFF_EVENT = "staff_event"
    PLANNED_OBSERVATION = "planned_observation"
    OBSERVATION_RATING = "observation_rating"
    OBSERVATION_TEXT = "observation_text"
    SELF_RATING = "self_rating"
    AGREEMENT = "agreement"
    SESSION_LOG = "session_log"
    SHARED_RECORD = "shared_record"
    PRIVATE_NOTE = "private_note"
    CONCERN = "concern"
    EMERGENCY_ACCESS = "emergency_access"
    RESPONSIBILITY = "responsibility"
    OVERRIDE = "override"
    SUPERVISION_STATUS = "supervision_status"
    AGREEMENT_STATUS = "agreement_status"
    TRAINING_STATUS = "training_status"
    REGISTRATION_STATUS = "registration_status"
    PRACTICE_STATUS = "practice_status"
    EVENT_STATUS = "event_status"
    TEAM_CHART = "team_chart"
    CATALOGUE = "catalogue"
    ACCOUNT = "account"
    GRANT = "grant"
    STAND_IN = "stand_in"
    STATEMENT = "statement"
    DISPUTE = "dispute"
    TRAINEESHIP = "traineeship"
    SURVEY = "survey"
    EVIDENCE_FILE = "evidence_file"
    COMPETENCY_SIGN_OFF = "competency_sign_off"
    AGREED_ACTION = "agreed_action"
    REVIEW = "review"
    PLAN_ACTION = "plan_action"
    ACTIVITY = "activity"
    ACTIVITY_WORDS = "activity_words"
    COURSE_RUN = "course_run"
    IMPORT = "import"
    BULK_EXPORT = "bulk_export"
    OWN_DATA_PACK = "own_data_pack"
    AUDIT_PACK = "audit_pack"
    EXPORT_REGISTER = "export_register"
    BACKUP = "backup"
    HISTORY = "history"


class Action(StrEnum):
    READ = "read"
    CREATE = "create"
    UPDATE = "update"
    SIGN = "sign"
    ADD = "add"
    """An addendum, once the record is locked."""
    VOID = "void"
    EXPORT = "export"
    CONFIRM = "confirm"
    REPORT = "report"
    """Say that a planned session of one's own did not happen."""
    ANSWER = "answer"
    COMMENT = "comment"
    APPROVE = "approve"
    REVIEW = "review"
    REQUEST = "request"
    """Ask for an account or a role for somebody, which others make and approve."""
    CLOSE = "close"
    SHARE = "share"
    """Let others read what is one's own: an action, or the shared records of a former agreement."""
    SETTLE = "settle"
    END = "end"


class Scope(StrEnum):
    OWN = "own"
    SUPERVISED = "supervised"
    STOOD_IN = "stood_in"
    REPORTS = "reports"
    COMMUNITIES = "communities"
    ESTABLISHMENTS = "establishments"
    EVERYONE = "everyone"


class Shape(StrEnum):
    """How much is shown: the record, its status only, the record under a code, counts only."""

    FULL = "full"
    STATUS = "status"
    CODE = "code"
    COUNTS = "counts"


class Rule(NamedTuple):
    object: Object
    action: Action
    role: Role
    scope: Scope
    shape: Shape
    condition: str


@lru_cache
def table() -> tuple[Rule, ...]:
    with (Path(__file__).parent / "access.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Rule(
                Object(row["object"]),
                Action(row["action"]),
                Role(row["role"]),
                Scope(row["scope"]),
                Shape(row["shape"]),
                row["condition"],
            )
            for row in csv.DictReader(file)
        )


OF_ANYONE, OF_OTHERS = False, True


class Permission(Enum):
    """What a page needs: the name people would give it, the line of the table it stands for, and whether it
    opens for anyone who has the right at all, or only to those who see other people's records by name."""

    SIGNED_IN = (Object.PERSON, Action.READ, OF_ANYONE)
    RECORD_SUPERVISION = (Object.SESSION_LOG, Action.CREATE, OF_ANYONE)
    SEE_SUPERVISION_LOG = (Object.SESSION_LOG, Action.READ, OF_OTHERS)
    KEEP_AGREEMENTS = (Object.AGREEMENT, Action.CREATE, OF_ANYONE)
    SEE_TEAM = (Object.TEAM_CHART, Action.READ, OF_ANYONE)
    SEE_DUE = (Object.SUPERVISION_STATUS, Action.READ, OF_OTHERS)
    RECORD_TRAINING = (Object.TRAINING_RECORD, Action.CREATE, OF_ANYONE)
    CHECK_REGISTERS = (Object.REGISTER_CHECK, Action.CREATE, OF_ANYONE)
    OBSERVE = (Object.OBSERVATION_RATING, Action.CREATE, OF_ANYONE)
    KEEP_STAFF = (Object.PERSON, Action.CREATE, OF_ANYONE)
    KEEP_COURSE_RUNS = (Object.COURSE_RUN, Action.CREATE, OF_ANYONE)
    KEEP_ACCOUNTS = (Object.ACCOUNT, Action.CREATE, OF_ANYONE)
    APPROVE_ROLES = (Object.GRANT, Action.APPROVE, OF_ANYONE)
    REQUEST_ACCOUNTS = (Object.ACCOUNT, Action.REQUEST, OF_ANYONE)
    SEE_HISTORY = (Object.HISTORY, Action.READ, OF_OTHERS)
    SEE_CATALOGUE = (Object.CATALOGUE, Action.READ, OF_ANYONE)
    RAISE_CONCERN = (Object.CONCERN, Action.CREATE, OF_ANYONE)
    SEE_EMERGENCY_ACCESS = (Object.EMERGENCY_ACCESS, Action.READ, OF_ANYONE)
    CHECK_STATEMENTS = (Object.STATEMENT, Action.CONFIRM, OF_ANYONE)
    NAME_THIRD_PERSON = (Object.DISPUTE, Action.CREATE, OF_ANYONE)
    SEE_SURVEY = (Object.SURVEY, Action.READ, OF_ANYONE)
    IMPORT_RECORDS = (Object.IMPORT, Action.CREATE, OF_ANYONE)
    SEE_PLAN_ACTIONS = (Object.PLAN_ACTION, Action.READ, OF_ANYONE)
    MAKE_AUDIT_PACK = (Object.AUDIT_PACK, Action.EXPORT, OF_ANYONE)


@dataclass(frozen=True)
class Actor:
    """Who acts, as the database knows them on `on`. Never built from anything the browser sent."""

    staff_id: int
    account_id: int | None
    name: str
    on: date
    roles: frozenset[Role]
    granted_communities: tuple[tuple[Role, int], ...] = ()
    """(role, community id): a grant over an establishment is spelt out community by community."""

    def communities(self, role: Role) -> list[int]:
        return [community for granted, community in self.granted_communities if granted is role]


StaffIds = sa.Select[int]
"""A SELECT of staff ids, to stand inside another query."""

a_staff_id: sa.ColumnElement[int] = cast("sa.ColumnElement[int]", col(Staff.id))


# ---------------------------------------------------------------------------------------------------------------------
# Who is this?


def in_force(start: object, end: object, on: date) -> sa.ColumnElement[bool]:
    """The SQL for "from a date to a date, last day included". Takes the two columns."""
    return sa.and_(col(start) <= on, sa.or_(col(end).is_(None), col(end) >= on))


def account_is_open(account: Account, on: date) -> bool:
    started = account.starts_on is None or account.starts_on <= on
    return account.disabled_at is None and started and (account.ends_on is None or on <= account.ends_on)


def actor_for_account(db: Session, account_id: int, on: date | None = None) -> Actor | None:
    """The person behind an account with every role they have that day; None when the account is shut. Those who come
    for a time have an account for a time, or none: asked on every call, since what makes them so may begin later."""
    on = on or today()
    found = db.exec(select(Account, Staff).join(Staff).where(col(Account.id) == account_id)).first()
    if found is None or not account_is_open(found[0], on):
        return None
    account, staff = found
    actor = _actor(db, staff, account_id, on)
    most = longest_account(db, staff, on, Role.AUDITOR in actor.roles)
    return actor if is_short_enough(account.starts_on, account.ends_on, most) else None


AUDITOR_DAYS, EXTERNAL_DAYS = 30, 366
"""How long a visitor's account is open at most, both ends counted; 366: twelve months, a leap year's too."""


def longest_account(db: Session, staff: Staff, on: date, audits: bool) -> int | None:
    """How many days this person's account may be open; None for people of the service, auditors among them."""
    works_here = select(Post.id).where(Post.staff_id == staff.id, in_force(Post.start_on, Post.end_on, on)).limit(1)
    if audits and db.exec(works_here).first() is None:
        return AUDITOR_DAYS
    return EXTERNAL_DAYS if staff.employment is Employment.INDEPENDENT else None


def is_short_enough(starts_on: date | None, ends_on: date | None, most: int | None) -> bool:
    if most is None:
        return True
    return starts_on is not None and ends_on is not None and (ends_on - starts_on).days + 1 <= most


def actor_for_staff(db: Session, staff_id: int, on: date | None = None) -> Actor:
    """The same for a person without regard to an account: for the seed and the command line, never for a browser."""
    return _actor(db, db.get_one(Staff, staff_id), None, on or today())


def _actor(db: Session, staff: Staff, account_id: int | None, on: date) -> Actor:
    assert staff.id is not None
    grants = [
        grant
        for grant in db.exec(select(RoleGrant).where(RoleGrant.staff_id == staff.id, grant_holds(on)))
        if grant.role is not Role.AUDITOR or is_short_enough(grant.start_on, grant.end_on, AUDITOR_DAYS)
    ]
    roles = {Role.STAFF} | {grant.role for grant in grants}
    supervises = (supervised_by, stood_in_by)
    if any(db.scalar(_prepared(one), {"staff_id": staff.id, "on": on}) is not None for one in supervises):
        external = staff.employment is Employment.INDEPENDENT
        roles.add(Role.EXTERNAL_SUPERVISOR if external else Role.SUPERVISOR)
    if db.scalar(_prepared(reports_of), {"staff_id": staff.id, "on": on}) is not None:
        roles.add(Role.LINE_MANAGER)
    return Actor(staff.id, account_id, staff.full_name, on, frozenset(roles), _communities(db, grants))


def grant_holds(on: date) -> sa.ColumnElement[bool]:
    """The WHERE clause for roles that count: in force, and approved."""
    return sa.and_(in_force(RoleGrant.start_on, RoleGrant.end_on, on), col(RoleGrant.approved_at).is_not(None))


@lru_cache
def _prepared(relationship: Callable[[int, date], StaffIds]) -> StaffIds:
    """One of a relationship's people, with its two values still open: every click asks, and building the statement
    costs five times what running it does."""
    staff_id, on = sa.bindparam("staff_id", type_=sa.Integer), sa.bindparam("on", type_=sa.Date)
    return relationship(cast("int", staff_id), cast("date", on)).limit(1)


def _communities(db: Session, grants: Sequence[RoleGrant]) -> tuple[tuple[Role, int], ...]:
    spelt_out: list[tuple[Role, int]] = []
    for grant in grants:
        if grant.community_id is not None:
            spelt_out.append((grant.role, grant.community_id))
        elif grant.establishment_id is not None:
            within = select(Community.id).where(Community.establishment_id == grant.establishment_id)
            spelt_out += [(grant.role, community) for community in db.exec(within) if community is not None]
    return tuple(sorted(spelt_out))


def acting(db: Session, by: Actor, submission: UUID | None = None) -> Actor:
    """The first line of every service: who acts, looked up anew inside the service's own transaction, and the form's
    key spent. Raises NotAllowed when the account was shut meanwhile, AlreadySaved when this form was saved before."""
    fresh = actor_for_staff(db, by.staff_id) if by.account_id is None else actor_for_account(db, by.account_id)
    if fresh is None:
        raise NotAllowed("Your account was closed. Nothing was saved.")
    if submission is not None:
        spend(db, submission)
    return fresh


def spend(db: Session, submission: UUID) -> None:
    """The same form cannot be saved twice. On PostgreSQL a second save waits here for the first to finish."""
    try:
        db.add(Submission(key=submission))
        db.flush()
    except IntegrityError as again:
        raise AlreadySaved from again


# ---------------------------------------------------------------------------------------------------------------------
# The relationships, each a SELECT of staff ids


def supervised_by(staff_id: int, on: date) -> StaffIds:
    """Supervisees by an agreement in force: with the person, or with a group they are contracted to that day."""
    agreements = (
        col(SupervisionAgreement.supervisor_id) == staff_id,
        in_force(SupervisionAgreement.start_on, SupervisionAgreement.end_on, on),
    )
    single = sa.select(col(SupervisionAgreement.supervisee_id)).where(
        *agreements, col(SupervisionAgreement.supervisee_id).is_not(None)
    )
    group = (
        sa.select(col(GroupMember.staff_id))
        .join(SupervisionAgreement, col(SupervisionAgreement.group_id) == col(GroupMember.group_id))
        .where(
            *agreements, in_force(GroupMember.start_on, GroupMember.end_on, on), col(GroupMember.staff_id) != staff_id
        )
    )
    return sa.select(sa.union(single, group).subquery().c[0])


def stood_in_by(staff_id: int, on: date) -> StaffIds:
    """Whose sessions the person was named to hold in their supervisor's place. Nobody's records come with it."""
    named = (col(StandIn.staff_id) == staff_id, in_force(StandIn.start_on, StandIn.end_on, on))
    agreement = SupervisionAgreement
    single = sa.select(col(agreement.supervisee_id)).join(StandIn, col(StandIn.agreement_id) == col(agreement.id))
    group = (
        sa.select(col(GroupMember.staff_id))
        .join(agreement, col(agreement.group_id) == col(GroupMember.group_id))
        .join(StandIn, col(StandIn.agreement_id) == col(agreement.id))
        .where(in_force(GroupMember.start_on, GroupMember.end_on, on))
    )
    return sa.select(
        sa.union(single.where(*named, col(agreement.supervisee_id).is_not(None)), group.where(*named)).subquery().c[0]
    )


def reports_of(staff_id: int, on: date) -> StaffIds:
    return sa.select(col(Post.staff_id)).where(
        col(Post.line_manager_id) == staff_id,
        in_force(Post.start_on, Post.end_on, on),
        col(Post.staff_id) != staff_id,
    )


def staff_of(communities: list[int], on: date) -> StaffIds:
    """People with a post there now or to come, and leavers whose last post was there."""
    not_ended = sa.or_(col(Post.end_on).is_(None), col(Post.end_on) >= on)
    still_somewhere = sa.select(col(Post.staff_id)).where(not_ended)
    return sa.select(col(Post.staff_id)).where(
        col(Post.community_id).in_(communities), sa.or_(not_ended, col(Post.staff_id).not_in(still_somewhere))
    )


def own_communities(staff_id: int, on: date) -> StaffIds:
    return sa.select(col(Post.community_id)).where(
        col(Post.staff_id) == staff_id, in_force(Post.start_on, Post.end_on, on)
    )


def _people(by: Actor, rule: Rule) -> StaffIds:
    match rule.scope:
        case Scope.OWN:
            return sa.select(a_staff_id).where(a_staff_id == by.staff_id)
        case Scope.SUPERVISED:
            return supervised_by(by.staff_id, by.on)
        case Scope.STOOD_IN:
            return stood_in_by(by.staff_id, by.on)
        case Scope.REPORTS:
            return reports_of(by.staff_id, by.on)
        case Scope.EVERYONE:
            return sa.select(a_staff_id)
        case Scope.COMMUNITIES if rule.role is Role.STAFF:  # colleagues: those of the communities I work in
            here = sa.select(col(Post.staff_id)).where(
                col(Post.community_id).in_(own_communities(by.staff_id, by.on)),
                in_force(Post.start_on, Post.end_on, by.on),
            )
            return sa.select(sa.union(here, sa.select(sa.literal(by.staff_id))).subquery().c[0])
        case _:
            return staff_of(by.communities(rule.role), by.on)


# ---------------------------------------------------------------------------------------------------------------------
# The three questions


def rules_for(by: Actor, what: Object, action: Action) -> list[Rule]:
    return [rule for rule in table() if rule.object is what and rule.action is action and rule.role in by.roles]


def holds(by: Actor, permission: Permission) -> bool:
    what, action, of_others = permission.value
    return sees_others(by, what, action) if of_others else bool(rules_for(by, what, action))


def sees_others(by: Actor, what: Object, action: Action = Action.READ) -> bool:
    """Whether they may do it to anybody beside themselves, by name."""
    named = (Shape.FULL, Shape.STATUS)
    return any(rule.scope is not Scope.OWN and rule.shape in named for rule in rules_for(by, what, action))


def check_holds(by: Actor, permission: Permission) -> None:
    if not holds(by, permission):
        raise NotAllowed


CHECKED_ELSEWHERE = (
    *("by_import", "as_stand_in", "raised", "if_routed", "asked", "emergency", "emergency_two_people", "if_assessor"),
    *("if_shareable", "security_events", "as_third_person", "as_coordinating", "sample"),
)
"""Conditions of lines that hold for one way in, or for single records, which have a check of their own: nobody's
records as a whole come with them."""


def people_within(
    by: Actor, what: Object, action: Action = Action.READ, shapes: tuple[Shape, ...] = (Shape.FULL,)
) -> StaffIds:
    """Ids of the staff this person may do this to, in one of these shapes, as a SELECT to use inside a query."""
    rules = [rule for rule in rules_for(by, what, action) if rule.shape in shapes]
    rules = [r for r in rules if r.condition not in CHECKED_ELSEWHERE]
    if not rules:
        return sa.select(a_staff_id).where(sa.false())
    people = sa.select(sa.union(*(_people(by, rule) for rule in rules)).subquery().c[0])
    never_oneself = all(rule.condition == "not_oneself" or rule.scope is not Scope.OWN for rule in rules)
    if never_oneself and any(rule.condition == "not_oneself" for rule in rules):
        return people.where(people.selected_columns[0] != by.staff_id)
    return people


def people_to_import_for(by: Actor, what: Object, action: Action = Action.CREATE) -> StaffIds:
    """Whom a sheet may be about: the people of those lines of the table that belong to a role which may import, lines
    for imports alone among them. Nobody's own line counts, nor what somebody may as a supervisor or line manager."""
    rules = rules_to_import(by, what, action)
    if not rules:
        return sa.select(a_staff_id).where(sa.false())
    people = sa.select(sa.union(*(_people(by, rule) for rule in rules)).subquery().c[0])
    if all(rule.condition == "not_oneself" for rule in rules):
        return people.where(people.selected_columns[0] != by.staff_id)
    return people


def rules_to_import(by: Actor, what: Object, action: Action = Action.CREATE) -> list[Rule]:
    importing = {rule.role for rule in rules_for(by, Object.IMPORT, Action.CREATE)}
    return [rule for rule in rules_for(by, what, action) if rule.role in importing and rule.shape is Shape.FULL]


def whose_figures(by: Actor) -> StaffIds:
    """Whose hours worked in a month this person may see by name: the line on activity that is for figures."""
    rules = [one for one in rules_for(by, Object.ACTIVITY, Action.READ) if one.condition in ("", "figures_only")]
    return sa.select(sa.union(*(_people(by, rule) for rule in rules)).subquery().c[0])


COUNTED = (Shape.FULL, Shape.COUNTS)
"""Shapes in which a community is seen as a whole."""


def communities_within(
    by: Actor, what: Object, action: Action = Action.READ, shapes: tuple[Shape, ...] = (Shape.FULL,)
) -> list[int]:
    """Ids of the communities where a grant lets this person do this, in one of these shapes."""
    scopes = (Scope.COMMUNITIES, Scope.ESTABLISHMENTS)
    roles = {rule.role for rule in rules_for(by, what, action) if rule.scope in scopes and rule.shape in shapes}
    return sorted({community for role, community in by.granted_communities if role in roles})


def check_about(
    db: Session,
    by: Actor,
    what: Object,
    action: Action,
    staff_id: int,
    shapes: tuple[Shape, ...] = (Shape.FULL,),
) -> None:
    """Raises NotAllowed, in the words that do not tell whether the record exists."""
    within = people_within(by, what, action, shapes).subquery()
    if db.scalar(sa.select(within.c[0]).where(within.c[0] == staff_id)) is None:
        raise NotAllowed


def may(check: Callable[..., object], *args: Any) -> bool:
    """Any check as a bool, to decide whether to offer a button."""
    try:
        check(*args)
    except NotAllowed:
        return False
    return True


def may_about(
    db: Session, by: Actor, what: Object, action: Action, staff_id: int, shapes: tuple[Shape, ...] = (Shape.FULL,)
) -> bool:
    """The same as a bool, to decide whether to offer a button."""
    try:
        check_about(db, by, what, action, staff_id, shapes)
    except NotAllowed:
        return False
    return True


# ---------------------------------------------------------------------------------------------------------------------
# Supervision: role, relationship, state, in that order

WRITE_AFTER_END = timedelta(days=28)
"""How long after an agreement ended its sessions may still be recorded, and its records read (product default)."""


def not_long_over(by: Actor) -> sa.ColumnElement[bool]:
    """The WHERE clause for agreements that go on, or whose records may still be entered and read."""
    end_on = col(SupervisionAgreement.end_on)
    return sa.or_(end_on.is_(None), end_on >= by.on - WRITE_AFTER_END)


def sessions_supervised_by(by: Actor) -> sa.ColumnElement[bool]:
    """The WHERE clause for versions of sessions that this person supervised and may still read: by an agreement of
    theirs, or standing in for somebody today."""
    agreements = sa.select(col(SupervisionAgreement.id)).where(
        col(SupervisionAgreement.supervisor_id) == by.staff_id, not_long_over(by)
    )
    session = SupervisionSession
    mine = sa.or_(col(session.agreement_id).in_(agreements), col(session.agreement_id).in_(stands_in_for(by)))
    return sa.and_(col(session.supervisor_id) == by.staff_id, mine)


def stands_in_for(by: Actor, held_on: Any = None) -> sa.Select[int]:
    """Ids of the agreements whose sessions this person was named to hold, today and (when given: a day, or a column)
    on that day too."""
    named = sa.select(col(StandIn.agreement_id)).where(
        col(StandIn.staff_id) == by.staff_id, in_force(StandIn.start_on, StandIn.end_on, by.on)
    )
    return named if held_on is None else named.where(in_force(StandIn.start_on, StandIn.end_on, held_on))


def sessions_to_stand_in_at(by: Actor) -> sa.ColumnElement[bool]:
    """The WHERE clause for sessions that this person was named to hold, each on its own day."""
    session = SupervisionSession
    return stands_in_for(by, session.held_on).where(col(StandIn.agreement_id) == col(session.agreement_id)).exists()


def is_stand_in(db: Session, by: Actor, agreement_id: int, held_on: date) -> bool:
    named = stands_in_for(by, held_on).where(col(StandIn.agreement_id) == agreement_id)
    return db.scalar(named.limit(1)) is not None


def managed_by(by: Actor) -> StaffIds:
    """Whom somebody answers for: the people of the communities whose therapy manager they are, and their reports.
    Never themselves, nor whom they are something else to."""
    theirs = sa.union(staff_of(by.communities(Role.THERAPY_MANAGER), by.on), reports_of(by.staff_id, by.on)).subquery()
    return sa.select(theirs.c[0]).where(theirs.c[0] != by.staff_id)


def sees_counts_alone(by: Actor) -> bool:
    """Whether communities are shown to them as a whole, and never person by person."""
    shapes = {rule.shape for rule in rules_for(by, Object.TEAM_CHART, Action.READ)}
    return bool(shapes) and Shape.FULL not in shapes


def as_no_supervisor(by: Actor) -> Actor:
    """The same person without whom they supervise: what another supervisor agreed or held with somebody is not theirs,
    whoever else they are to that person."""
    return replace(by, roles=by.roles - {Role.SUPERVISOR, Role.EXTERNAL_SUPERVISOR})


def check_can_keep_agreement(db: Session, by: Actor, supervisor_id: int, supervisee_id: int) -> None:
    """One's own with somebody one supervises; any with the people of one's communities. Being somebody's supervisor
    is not handed on."""
    mine = supervisor_id == by.staff_id
    check_about(db, by if mine else as_no_supervisor(by), Object.AGREEMENT, Action.CREATE, supervisee_id)


def people_to_supervise(by: Actor) -> StaffIds:
    """Whom this person may name as somebody's supervisor: whom they see by name. Where they keep the agreements of a
    community, also those who manage or supervise elsewhere in its establishment, its people's line managers, and
    independent people without a post, who belong to no community and supervise from outside."""
    known = people_within(by, Object.PERSON, Action.READ, (Shape.FULL, Shape.STATUS))
    kept = communities_within(by, Object.AGREEMENT, Action.CREATE)
    if not kept:
        return known
    houses = sa.select(col(Community.establishment_id)).where(col(Community.id).in_(kept))
    near_by = sa.select(col(Community.id)).where(col(Community.establishment_id).in_(houses))
    in_post = sa.select(col(Post.staff_id)).where(in_force(Post.start_on, Post.end_on, by.on))
    manages = sa.select(col(RoleGrant.staff_id)).where(col(RoleGrant.role) == Role.THERAPY_MANAGER, grant_holds(by.on))
    manages_here = manages.where(
        sa.or_(col(RoleGrant.community_id).in_(near_by), col(RoleGrant.establishment_id).in_(houses))
    )
    leads = sa.union(
        manages,
        sa.select(col(SupervisionAgreement.supervisor_id)).where(
            in_force(SupervisionAgreement.start_on, SupervisionAgreement.end_on, by.on)
        ),
    ).subquery()
    of_the_house = in_post.where(col(Post.community_id).in_(near_by), col(Post.staff_id).in_(sa.select(leads.c[0])))
    line_managers = sa.select(col(Post.line_manager_id)).where(
        col(Post.community_id).in_(kept),
        in_force(Post.start_on, Post.end_on, by.on),
        col(Post.line_manager_id).is_not(None),
    )
    from_outside = sa.select(a_staff_id).where(
        col(Staff.employment) == Employment.INDEPENDENT, a_staff_id.not_in(in_post)
    )
    return sa.select(sa.union(known, of_the_house, manages_here, line_managers, from_outside).subquery().c[0])


def check_can_name_supervisor(db: Session, by: Actor, supervisor_id: int) -> None:
    """Else naming somebody by number would tell who they are."""
    offered = people_to_supervise(by).subquery()
    if db.scalar(sa.select(offered.c[0]).where(offered.c[0] == supervisor_id)) is None:
        raise NotAllowed


def check_can_keep_group(by: Actor, community_id: int) -> None:
    if community_id not in communities_within(by, Object.AGREEMENT, Action.CREATE):
        raise NotAllowed


def check_can_keep_up(db: Session, by: Actor, agreement_id: int) -> SupervisionAgreement:
    """Note what happened to an agreement, a review or a signature on paper: its supervisor while it is in force, or a
    therapy manager for the people and the groups of their communities. Gives the agreement."""
    agreement = db.get(SupervisionAgreement, agreement_id)
    if agreement is None:
        raise NotAllowed
    if agreement.supervisor_id == by.staff_id and _supervises_now(by, agreement):
        return agreement
    if agreement.group_id is not None:
        group = db.get_one(SupervisionGroup, agreement.group_id)
        check_in(by, Object.AGREEMENT, Action.UPDATE, group.community_id)
    else:
        check_about(db, as_no_supervisor(by), Object.AGREEMENT, Action.UPDATE, agreement.supervisee_id or 0)
    return agreement


def _supervises_now(by: Actor, agreement: SupervisionAgreement) -> bool:
    """Role and state: supervisors keep up their own agreements, as long as these last."""
    lasts = agreement.start_on <= by.on and (agreement.end_on is None or agreement.end_on >= by.on)
    return lasts and any(rule.condition == "as_supervisor" for rule in rules_for(by, Object.AGREEMENT, Action.UPDATE))


def check_can_record_session(db: Session, by: Actor, agreement_id: int, held_on: date) -> SupervisionAgreement:
    """The supervisor, for a session held inside their agreement; a stand-in, for one held inside the days they were
    named for; or a therapy manager on the supervisor's behalf: those of them who enter sessions of its purpose.

    Gives the agreement, so that finding it and being allowed are one step."""
    agreement = db.get(SupervisionAgreement, agreement_id)
    if agreement is None or not (may_record_for(db, by, agreement) or _stands_in_to_enter(db, by, agreement, held_on)):
        raise NotAllowed
    whom = "this group" if agreement.supervisee_id is None else db.get_one(Staff, agreement.supervisee_id).full_name
    if held_on < agreement.start_on:
        raise InvalidRecord(held_on=f"The agreement with {whom} began on {words.day(agreement.start_on)}.")
    if agreement.end_on is not None and held_on > agreement.end_on:
        raise InvalidRecord(held_on=f"The agreement with {whom} ended on {words.day(agreement.end_on)}.")
    if agreement.end_on is not None and by.on > agreement.end_on + WRITE_AFTER_END:
        raise NotAllowed(
            f"The agreement with {whom} ended on {words.day(agreement.end_on)}. Sessions can no longer be added to it."
        )
    return agreement


def _stands_in_to_enter(db: Session, by: Actor, agreement: SupervisionAgreement, held_on: date) -> bool:
    leads = who_enters(db, agreement) is not WhoEnters.MANAGER
    return leads and is_stand_in(db, by, agreement.id or 0, held_on)


def who_enters(db: Session, agreement: SupervisionAgreement) -> WhoEnters:
    return db.get_one(SupervisionPurpose, agreement.purpose).entered_by


def may_record_for(db: Session, by: Actor, agreement: SupervisionAgreement) -> bool:
    """Role and relationship, as far as sessions of its purpose are theirs to enter: is it my agreement, or one of the
    communities I manage?"""
    enters = who_enters(db, agreement)
    if agreement.supervisor_id == by.staff_id and enters is not WhoEnters.MANAGER:
        return True
    if enters is WhoEnters.LEADER or agreement.supervisee_id == by.staff_id:
        return False  # nobody enters on behalf what they are supervised in alone: it would be their own word for it
    if agreement.group_id is not None:
        group = db.get_one(SupervisionGroup, agreement.group_id)
        return group.community_id in communities_within(by, Object.SESSION_LOG, Action.CREATE)
    return may_about(db, as_no_supervisor(by), Object.SESSION_LOG, Action.CREATE, agreement.supervisee_id or 0)


def check_own_planned_session(db: Session, by: Actor, agreement_id: int, record_id: UUID, held_on: date) -> bool:
    """Whether the person is expected themselves at this session, which was planned for that day, as it stands now:
    whoever left the group meanwhile has no say in it, nor does anybody in a day it was moved from. Whether it is still
    planned the service looks at."""
    later = aliased(SupervisionSession)
    return (
        db.scalar(
            sa.select(col(SupervisionSession.id))
            .join(Attendance, col(Attendance.session_id) == col(SupervisionSession.id))
            .where(
                col(SupervisionSession.record_id) == record_id,
                col(SupervisionSession.agreement_id) == agreement_id,
                col(SupervisionSession.held_on) == held_on,
                ~sa.exists().where(col(later.supersedes_id) == col(SupervisionSession.id)),
                col(Attendance.staff_id) == by.staff_id,
            )
        )
        is not None
    )


def check_can_correct_session(db: Session, by: Actor, session_id: int, action: Action) -> SupervisionSession:
    """The supervisor of the session, while the agreement lives or 28 days after. Gives the session."""
    session = db.get(SupervisionSession, session_id)
    if session is None or session.supervisor_id != by.staff_id:
        raise NotAllowed
    agreement = db.get(SupervisionAgreement, session.agreement_id) if session.agreement_id else None
    if agreement is not None and agreement.supervisor_id != by.staff_id:  # held by a stand-in
        if not is_stand_in(db, by, agreement.id or 0, session.held_on):
            raise NotAllowed
    if agreement is not None and agreement.end_on is not None and by.on > agreement.end_on + WRITE_AFTER_END:
        raise NotAllowed(
            f"Your agreement ended on {words.day(agreement.end_on)}. You can no longer change its records."
        )
    if session.state is SessionState.PLANNED and action is Action.UPDATE:
        raise NotAllowed("This session is still planned: record it instead.")
    return session


# ---------------------------------------------------------------------------------------------------------------------
# Disputed attendance


def disputes_visible_to(by: Actor) -> sa.ColumnElement[bool]:
    """The WHERE clause for answers that dispute an attendance, joined to their session: one's own, those of sessions
    one supervised, and a therapy manager's those of their people. A third person sees the one they were named for, and
    less of it: see below."""
    seen = []
    for rule in rules_for(by, Object.DISPUTE, Action.READ):
        match rule.condition:
            case "as_third_person":
                continue
            case "as_supervisor":
                seen.append(sessions_supervised_by(by))
            case "not_oneself":
                theirs = col(AttendanceAnswer.staff_id).in_(_people(by, rule))
                seen.append(sa.and_(theirs, col(AttendanceAnswer.staff_id) != by.staff_id))
            case _:
                seen.append(col(AttendanceAnswer.staff_id) == by.staff_id)
    return sa.or_(sa.false(), *seen)


def disputes_settled_by(by: Actor) -> sa.ColumnElement[bool]:
    """The WHERE clause for disputes in this person's hands as the third person: until they have settled them."""
    if not any(rule.condition == "as_third_person" for rule in rules_for(by, Object.DISPUTE, Action.SETTLE)):
        return sa.false()
    dispute = AttendanceDispute
    return sa.and_(
        col(dispute.third_person_id) == by.staff_id,
        col(dispute.staff_id) != by.staff_id,
        col(dispute.settled_at).is_(None),
    )


# ---------------------------------------------------------------------------------------------------------------------
# Trainees


def coordinated_by(by: Actor) -> StaffIds:
    """The trainees whose coordinating supervisor this person is today."""
    agreement = SupervisionAgreement
    lines = rules_for(by, Object.TRAINEESHIP, Action.UPDATE)
    may_at_all = any(rule.condition == "as_coordinating" for rule in lines)
    return sa.select(cast("sa.ColumnElement[int]", col(agreement.supervisee_id))).where(
        col(agreement.supervisor_id) == by.staff_id,
        col(agreement.trainee_role) == TraineeSupervisor.COORDINATING,
        in_force(agreement.start_on, agreement.end_on, by.on),
        sa.true() if may_at_all else sa.false(),
    )


def check_can_keep_traineeship(db: Session, by: Actor, traineeship_id: int) -> Traineeship:
    """A plan is the coordinating supervisor's of the day, or a therapy manager's; never one's own. Gives the
    traineeship, so that finding it and being allowed are one step."""
    traineeship = db.get(Traineeship, traineeship_id)
    if traineeship is None:
        raise NotAllowed
    trainee_id = traineeship.staff_id
    if trainee_id not in set(db.scalars(coordinated_by(by))):
        check_about(db, by, Object.TRAINEESHIP, Action.UPDATE, trainee_id)
    return traineeship


def check_not_in_training(db: Session, by: Actor) -> None:
    """Trainees do not sign off other people's competence: every service that signs off asks this."""
    training = sa.select(col(Traineeship.id)).where(
        col(Traineeship.staff_id) == by.staff_id, in_force(Traineeship.start_on, Traineeship.end_on, by.on)
    )
    if db.scalar(training.limit(1)) is not None:
        raise NotAllowed("You are in training yourself: you cannot sign off other people's competence.")


# ---------------------------------------------------------------------------------------------------------------------
# Staff, posts and what belongs to a community as a whole


def may_in(by: Actor, what: Object, action: Action, community_id: int) -> bool:
    """Whether a grant reaches this community, or everything. What is technical belongs to no community."""
    rules = [rule for rule in rules_for(by, what, action) if rule.condition != "technical_only"]
    everywhere = any(rule.scope is Scope.EVERYONE for rule in rules)
    return everywhere or community_id in communities_within(by, what, action)


def check_in(by: Actor, what: Object, action: Action, community_id: int) -> None:
    if not may_in(by, what, action, community_id):
        raise NotAllowed


def check_everywhere(by: Actor, what: Object, action: Action) -> None:
    """For what belongs to no single community: an establishment, an e-mail address."""
    if not any(rule.scope is Scope.EVERYONE for rule in rules_for(by, what, action)):
        raise NotAllowed


def check_can_keep_person(db: Session, by: Actor, staff_id: int) -> None:
    """Their posts and absences: never one's own, since both change what is asked of a person."""
    if staff_id == by.staff_id and rules_for(by, Object.PERSON, Action.UPDATE):
        raise NotAllowed("You cannot change your own posts or absences. Ask an administrator or another manager.")
    check_about(db, by, Object.PERSON, Action.UPDATE, staff_id)


def check_can_give_post(db: Session, by: Actor, staff_id: int, community_id: int) -> None:
    """A post lets the managers of a community see the person, so it is given to one's own staff, or to somebody new
    whom one has just entered oneself; everybody else moves through an administrator."""
    check_in(by, Object.PERSON, Action.UPDATE, community_id)
    if not _entered_by(db, by, staff_id):
        check_can_keep_person(db, by, staff_id)


def _entered_by(db: Session, by: Actor, staff_id: int) -> bool:
    """Without a post, an account or an agreement until now, and entered by this very person."""
    entered = sa.exists().where(
        col(AuditEvent.action) == "add_staff",
        col(AuditEvent.object_key) == str(staff_id),
        col(AuditEvent.by_staff_id) == by.staff_id,
    )
    known = sa.or_(
        sa.exists().where(col(Post.staff_id) == staff_id),
        sa.exists().where(col(Account.staff_id) == staff_id),
        sa.exists().where(col(SupervisionAgreement.supervisor_id) == staff_id),
        sa.exists().where(col(SupervisionAgreement.supervisee_id) == staff_id),
    )
    return db.scalar(sa.select(a_staff_id).where(a_staff_id == staff_id, entered, ~known)) is not None


# ---------------------------------------------------------------------------------------------------------------------
# Roles given


def grants_to_approve(by: Actor) -> sa.ColumnElement[bool]:
    """The WHERE clause for roles that wait for this person's word: a director's, for their own establishments; for
    administrators, and where no director is, any director's. Never their own role, nor one they asked for."""
    if not rules_for(by, Object.GRANT, Action.APPROVE):
        return sa.false()
    other = aliased(RoleGrant)
    directed = sa.and_(
        col(other.role) == Role.DIRECTOR,
        in_force(other.start_on, other.end_on, by.on),
        col(other.approved_at).is_not(None),
    )
    mine = sa.select(col(other.establishment_id)).where(directed, col(other.staff_id) == by.staff_id)
    undirected = sa.select(col(Establishment.id)).where(
        col(Establishment.id).not_in(sa.select(col(other.establishment_id)).where(directed))
    )
    places = mine.union(undirected).subquery()
    place_ids = sa.select(places.c[0])
    within = sa.select(col(Community.id)).where(col(Community.establishment_id).in_(place_ids))
    return sa.and_(
        col(RoleGrant.approved_at).is_(None),
        col(RoleGrant.staff_id) != by.staff_id,
        col(RoleGrant.asked_by_id).is_distinct_from(by.staff_id),
        sa.or_(
            col(RoleGrant.role) == Role.ADMINISTRATOR,
            col(RoleGrant.establishment_id).in_(place_ids),
            col(RoleGrant.community_id).in_(within),
        ),
    )


def check_can_approve(db: Session, by: Actor, grant_id: int) -> RoleGrant:
    """Gives the role that waits, so that finding it and being allowed are one step."""
    grant = db.exec(select(RoleGrant).where(RoleGrant.id == grant_id, grants_to_approve(by))).first()
    if grant is None:
        raise NotAllowed
    return grant


# ---------------------------------------------------------------------------------------------------------------------
# Observed practice


def observations_visible_to(by: Actor, what: Object = Object.OBSERVATION_RATING) -> sa.ColumnElement[bool]:
    """The WHERE clause for versions of observations this person may read whole: a draft is its observer's alone, the
    observed person reads theirs once shared, supervisors read what they observed themselves. Observers who rated one
    session blind read each other's levels once shared, not each other's words; those who rated it together read the
    one observation from its writer's signature on."""
    mine = sa.or_(col(Observation.observer_id) == by.staff_id, _observed_together(by))
    shared = col(Observation.state) != ObservationState.DRAFT
    observed = sa.or_(mine, sa.and_(shared, _observed_too(by))) if what is Object.OBSERVATION_RATING else mine
    seen = []
    for rule in rules_for(by, what, Action.READ):
        if rule.shape is not Shape.FULL:
            continue
        about = col(Observation.observed_id).in_(_people(by, rule))
        match rule.condition:
            case "as_observer":
                seen.append(sa.and_(about, observed))
            case "once_shared":
                seen.append(sa.and_(about, shared))
            case _:
                seen.append(sa.and_(about, col(Observation.observed_id) != by.staff_id, sa.or_(shared, mine)))
    return sa.or_(sa.false(), *seen)


def _observed_too(by: Actor) -> sa.ColumnElement[bool]:
    """Of a plan whose observers this person is one of, having signed what they saw themselves."""
    signed = (col(PlannedObserver.observer_id) == by.staff_id, col(PlannedObserver.signed_at).is_not(None))
    return col(Observation.planned_id).in_(sa.select(col(PlannedObserver.planned_id)).where(*signed))


def _observed_together(by: Actor) -> sa.ColumnElement[bool]:
    """Rated together by this person and its writer, who signed it."""
    me, writer = aliased(PlannedObserver), aliased(PlannedObserver)
    signed = (
        sa.select(col(PlannedObservation.id))
        .join(me, col(me.planned_id) == col(PlannedObservation.id))
        .join(writer, col(writer.planned_id) == col(PlannedObservation.id))
        .where(
            col(PlannedObservation.together),
            col(PlannedObservation.cancelled_at).is_(None),
            col(me.observer_id) == by.staff_id,
            col(me.stood_back_at).is_(None),
            col(writer.observer_id) == col(Observation.observer_id),
            col(writer.signed_at).is_not(None),
        )
        .correlate(Observation)
    )
    return col(Observation.planned_id).in_(signed)


def check_can_plan(db: Session, by: Actor, action: Action, observed_id: int, observers: Container[int]) -> None:
    """Plan, or change, an observation of somebody: a manager's for their people, a supervisor's where they are one of
    the observers. Never of oneself."""
    what = Object.PLANNED_OBSERVATION
    rules = [r for r in rules_for(by, what, action) if r.condition != "as_observer" or by.staff_id in observers]
    people = [sa.select(_people(by, rule).subquery().c[0]) for rule in rules]
    reached = sa.or_(sa.false(), *(a_staff_id.in_(theirs) for theirs in people))
    if observed_id == by.staff_id or db.scalar(sa.select(a_staff_id).where(a_staff_id == observed_id, reached)) is None:
        raise NotAllowed


def self_ratings_visible_to(by: Actor) -> sa.ColumnElement[bool]:
    """The WHERE clause for self-ratings: a therapy manager reads those that the person shared with them."""
    seen = []
    for rule in rules_for(by, Object.SELF_RATING, Action.READ):
        about = col(SelfRating.staff_id).in_(_people(by, rule))
        seen.append(sa.and_(about, col(SelfRating.is_shared)) if rule.condition == "if_shared" else about)
    return sa.or_(sa.false(), *seen)


def assessed_by(by: Actor, action: Action) -> StaffIds:
    """Whose competency a supervisor may sign off (or read the sign-offs of) since a community lets them: of its people
    those they supervise, today."""
    lets = any(rule.condition == "if_assessor" for rule in rules_for(by, Object.COMPETENCY_SIGN_OFF, action))
    assessor = CompetencyAssessor
    here = sa.select(col(Post.staff_id)).where(
        in_force(Post.start_on, Post.end_on, by.on),
        col(Post.community_id).in_(
            sa.select(col(assessor.community_id)).where(
                col(assessor.staff_id) == by.staff_id, in_force(assessor.start_on, assessor.end_on, by.on)
            )
        ),
    )
    theirs = supervised_by(by.staff_id, by.on).subquery()
    return sa.select(theirs.c[0]).where(
        theirs.c[0].in_(here), theirs.c[0] != by.staff_id, sa.true() if lets else sa.false()
    )


def sign_offs_within(by: Actor, action: Action = Action.READ) -> StaffIds:
    """The people whose competencies this person may sign off, or whose sign-offs they may read or void: a therapy
    manager's people, and those whom an assessor supervises."""
    within = sa.union(people_within(by, Object.COMPETENCY_SIGN_OFF, action), assessed_by(by, action)).subquery()
    return sa.select(within.c[0])


def check_sign_offs_of(db: Session, by: Actor, action: Action, staff_id: int) -> None:
    within = sign_offs_within(by, action).subquery()
    if db.scalar(sa.select(within.c[0]).where(within.c[0] == staff_id)) is None:
        raise NotAllowed


def activities_read_by(by: Actor) -> sa.ColumnElement[bool]:
    """The WHERE clause for entries of activity logs whose words this person may read: their own, and what the people
    they supervise or manage have shared."""
    seen = []
    for rule in rules_for(by, Object.ACTIVITY_WORDS, Action.READ):
        about = col(Activity.staff_id).in_(_people(by, rule))
        seen.append(sa.and_(about, col(Activity.is_shared)) if rule.condition == "once_shared" else about)
    return sa.or_(sa.false(), *seen)


# ---------------------------------------------------------------------------------------------------------------------
# Concerns


def concerns_visible_to(by: Actor) -> sa.ColumnElement[bool]:
    """The WHERE clause for versions of concerns this person may read: raised by them, routed to them, or about them
    and not withheld. Whatever tells that a concern exists (lists, counts, history, an own-data pack) asks this."""
    concern, seen = Concern, []
    for rule in rules_for(by, Object.CONCERN, Action.READ):
        match rule.condition:
            case "raised":
                seen.append(col(concern.raised_by_id) == by.staff_id)
            case "unless_withheld":
                seen.append(sa.and_(col(concern.about_id) == by.staff_id, col(concern.is_withheld).is_(False)))
            case "if_routed":
                seen.append(_routed_to(by, rule))
    return sa.or_(sa.false(), *seen)


def concerns_settled_by(by: Actor) -> sa.ColumnElement[bool]:
    """The WHERE clause for versions of concerns this person may bring to an end: those routed to them."""
    rules = rules_for(by, Object.CONCERN, Action.UPDATE)
    return sa.or_(sa.false(), *(_routed_to(by, rule) for rule in rules))


def _routed_to(by: Actor, rule: Rule) -> sa.ColumnElement[bool]:
    """Routed to this person, who still holds the role there; never about themselves."""
    return sa.and_(
        col(Concern.routed_to_id) == by.staff_id,
        col(Concern.community_id).in_(by.communities(rule.role)),
        col(Concern.about_id) != by.staff_id,
    )


# ---------------------------------------------------------------------------------------------------------------------
# Emergency access


def emergency_accesses_visible_to(by: Actor) -> sa.ColumnElement[bool]:
    """The WHERE clause for requests this person follows: their own, and as a director those of their establishments.
    Whom a request concerns is told of it in another way, and only once it was opened (`told_of` in its queries)."""
    access, seen = EmergencyAccess, []
    concerned = sa.select(col(EmergencySubject.emergency_access_id)).where(
        col(EmergencySubject.staff_id) == by.staff_id
    )
    for rule in rules_for(by, Object.EMERGENCY_ACCESS, Action.READ):
        if rule.condition == "asked":
            seen.append(col(access.asked_by_id) == by.staff_id)
        elif rule.scope is Scope.ESTABLISHMENTS:
            seen.append(
                sa.and_(
                    col(access.community_id).in_(by.communities(rule.role)),
                    sa.or_(col(access.id).not_in(concerned), col(access.asked_by_id) == by.staff_id),
                )
            )
    return sa.or_(sa.false(), *seen)


# ---------------------------------------------------------------------------------------------------------------------
# Reviews and action plans


def plan_actions_visible_to(by: Actor) -> sa.ColumnElement[bool]:
    """The WHERE clause for versions of actions of a plan this person may read: those they own, and all of the
    communities whose plans they read."""
    owns = any(rule.scope is Scope.OWN for rule in rules_for(by, Object.PLAN_ACTION, Action.READ))
    mine = col(PlanAction.owner_id) == by.staff_id if owns else sa.false()
    return sa.or_(mine, col(PlanAction.community_id).in_(communities_within(by, Object.PLAN_ACTION)))


def may_mark_done(by: Actor, action: PlanAction) -> bool:
    """Its owner; whoever keeps the plan of its community, for an owner without an account."""
    owns = any(rule.scope is Scope.OWN for rule in rules_for(by, Object.PLAN_ACTION, Action.UPDATE))
    mine = owns and action.owner_id == by.staff_id
    return mine or may_in(by, Object.PLAN_ACTION, Action.UPDATE, action.community_id)


def who_closes_plan_actions(db: Session, community_id: int, on: date) -> frozenset[int]:
    """Ids of those who may close actions of a community's plan on a day; never one of their own."""
    roles = {rule.role for rule in table() if rule.object is Object.PLAN_ACTION and rule.action is Action.CLOSE}
    establishment = sa.select(col(Community.establishment_id)).where(col(Community.id) == community_id)
    found = db.scalars(
        sa.select(col(RoleGrant.staff_id)).where(
            col(RoleGrant.role).in_(roles),
            grant_holds(on),
            sa.or_(
                col(RoleGrant.community_id) == community_id,
                col(RoleGrant.establishment_id) == establishment.scalar_subquery(),
            ),
        )
    )
    return frozenset(found)


def communities_named(by: Actor, what: Object) -> frozenset[int]:
    """Of the communities whose records they read, those where they see people by name: an auditor sees codes."""
    roles = {rule.role for rule in rules_for(by, what, Action.READ)} - {Role.AUDITOR}
    return frozenset(community for role, community in by.granted_communities if role in roles)


# ---------------------------------------------------------------------------------------------------------------------
# The service's own rules


def check_can_set_rules(by: Actor) -> None:
    """What is required of a role. The administrator's part of the catalogue is technical."""
    if all(rule.condition == "technical_only" for rule in rules_for(by, Object.CATALOGUE, Action.UPDATE)):
        raise NotAllowed


def check_can_set_number(by: Actor, is_technical: bool) -> None:
    """One of the service's own numbers: the administrator's when it is about signing in, else a therapy manager's."""
    rules = rules_for(by, Object.CATALOGUE, Action.UPDATE)
    if not any((rule.condition == "technical_only") is is_technical for rule in rules):
        raise NotAllowed
