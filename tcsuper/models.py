"""The tables, the words they are made of, and one-line properties. Imports nothing of ours.

Two families. *Things* (a person, a group, an account) are changed in place and carry a `row_version`, so that a stale
save is refused. *Evidence* (a session, a certificate, an observation) is never changed: a correction is a new row of
the same `record_id` that supersedes the former one, with its author, time and reason. "Current" is therefore a
question about rows, and so is "what did we know on that day" (`queries/evidence.py`).
"""

import re
import uuid
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import declared_attr, registry
from sqlmodel import Field, SQLModel

NAMING = {key: key + "_%(table_name)s_%(column_0_N_name)s" for key in ("ix", "uq", "fk")} | {
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(SQLModel, registry=registry(metadata=sa.MetaData(naming_convention=NAMING))):
    """A registry of our own: without it, reloading this file raises "Table is already defined"."""

    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805 (a class, as SQLAlchemy calls it)
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


class Versioned(SQLModel):
    """A thing that people change: saving a stale copy raises StaleDataError, which `writing()` turns into words."""

    row_version: int | None = Field(default=None, nullable=False)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        return {"version_id_col": cls.__table__.c.row_version} if hasattr(cls, "__table__") else {}


class Recorded(SQLModel):
    """Evidence: written once. `record_id` is the same in every version of one record; `supersedes_id` (in each table,
    unique: a version can be superseded once) points at the version before. A void is a last version with `is_void`."""

    record_id: uuid.UUID = Field(default_factory=uuid.uuid4, index=True)
    recorded_at: datetime
    recorded_by_id: int | None = Field(default=None, foreign_key="staff.id")
    correction_reason: str = Field(default="", max_length=2000)
    is_void: bool = False


def enum_column(kind: type[StrEnum]) -> sa.Enum:
    """Plain words in the database, checked by it, whatever the Python names become."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()
    return sa.Enum(
        kind,
        name=name,
        native_enum=False,
        length=32,
        create_constraint=True,
        validate_strings=True,
        values_callable=lambda members: [member.value for member in members],
    )


def utc_now() -> datetime:
    return datetime.now(UTC)


# ---------------------------------------------------------------------------------------------------------------------
# Organisation


class ServiceKind(StrEnum):
    """The kind of service gives the words on screen: community or home, resident or young person."""

    PRISON = "prison"
    CHILDREN = "children"


class Employment(StrEnum):
    EMPLOYED = "employed"
    SESSIONAL = "sessional"
    INDEPENDENT = "independent"


class Role(StrEnum):
    """Who somebody is to a record. Only GRANTED_ROLES are granted; the others follow from facts (`access.py`)."""

    STAFF = "staff"
    SUPERVISOR = "supervisor"
    EXTERNAL_SUPERVISOR = "external_supervisor"
    LINE_MANAGER = "line_manager"
    THERAPY_MANAGER = "therapy_manager"
    DIRECTOR = "director"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


GRANTED_ROLES = (Role.THERAPY_MANAGER, Role.DIRECTOR, Role.ADMINISTRATOR, Role.AUDITOR)


class RequirementKind(StrEnum):
    """What can be required of a person (design, section 2)."""

    COURSE = "course"
    REGISTRATION = "registration"
    QUALIFICATION = "qualification"
    SUPERVISION = "supervision"
    PRACTICE = "practice"
    AGREEMENT = "agreement"
    CHECK = "check"
    PERIOD = "period"
    EVENT = "event"


class Establishment(Versioned, Base, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=200, unique=True)
    service_kind: ServiceKind = Field(default=ServiceKind.PRISON, sa_type=enum_column(ServiceKind))


class Community(Versioned, Base, table=True):
    __table_args__ = (sa.UniqueConstraint("establishment_id", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    establishment_id: int = Field(foreign_key="establishment.id", index=True)
    name: str = Field(max_length=200)


class RecordsKeptFrom(Versioned, Base, table=True):
    """Before this date a community kept its records of this kind elsewhere: nothing is judged."""

    __table_args__ = (sa.UniqueConstraint("community_id", "kind"),)
    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id")
    kind: RequirementKind = Field(sa_type=enum_column(RequirementKind))
    from_on: date


class Staff(Versioned, Base, table=True):
    """Anybody the product knows by name, with or without an account; external supervisors too."""

    id: int | None = Field(default=None, primary_key=True)
    full_name: str = Field(max_length=200, index=True)
    employment: Employment = Field(default=Employment.EMPLOYED, sa_type=enum_column(Employment))
    staff_number: str | None = Field(default=None, max_length=40, unique=True)
    email: str = Field(default="", max_length=254)
    code: str = Field(max_length=12, unique=True)
    """What an auditor sees in place of the name."""


class Post(Versioned, Base, table=True):
    """A job description held in a community from a date to a date. One person may hold several at once."""

    __table_args__ = (sa.CheckConstraint("end_on IS NULL OR end_on >= start_on", name="ends_after_start"),)
    id: int | None = Field(default=None, primary_key=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    job_description_id: int = Field(foreign_key="job_description.id", index=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    line_manager_id: int | None = Field(default=None, foreign_key="staff.id", index=True)
    start_on: date
    end_on: date | None = None
    hours_a_week: float = 37.0
    is_acting: bool = False


class Absence(Versioned, Base, table=True):
    """Dates only: the reason belongs to the person and their line manager, not to this product."""

    __table_args__ = (sa.CheckConstraint("end_on IS NULL OR end_on >= start_on", name="ends_after_start"),)
    id: int | None = Field(default=None, primary_key=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    start_on: date
    end_on: date | None = None


class Account(Versioned, Base, table=True):
    """A way in for a person. `disabled_at` shuts it at the next interaction."""

    id: int | None = Field(default=None, primary_key=True)
    staff_id: int = Field(foreign_key="staff.id", unique=True)
    username: str = Field(max_length=60, unique=True)
    password_hash: str = Field(default="", max_length=200)
    must_change_password: bool = True
    password_expires_at: datetime | None = None
    """Set for a single-use password only."""
    starts_on: date | None = None
    ends_on: date | None = None
    """Last day included. External supervisors and auditors must have both dates."""
    disabled_at: datetime | None = None
    last_sign_in_at: datetime | None = None
    single_sign_on: str | None = Field(default=None, max_length=400, unique=True)
    """Whom the organisation's own sign-in knows this person as: the provider's address and its name for them."""


class RoleGrant(Base, table=True):
    """A role given to a person over one community, one establishment, or (administrators) the whole service. It holds
    from the day that somebody who may has approved it; `asked_by_id` entered it."""

    __table_args__ = (
        sa.CheckConstraint("end_on IS NULL OR end_on >= start_on", name="ends_after_start"),
        sa.CheckConstraint("role IN ('therapy_manager', 'director', 'administrator', 'auditor')", name="granted_role"),
    )
    id: int | None = Field(default=None, primary_key=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    role: Role = Field(sa_type=enum_column(Role))
    community_id: int | None = Field(default=None, foreign_key="community.id")
    establishment_id: int | None = Field(default=None, foreign_key="establishment.id")
    start_on: date
    end_on: date | None = None
    asked_by_id: int | None = Field(default=None, foreign_key="staff.id")
    approved_by_id: int | None = Field(default=None, foreign_key="staff.id")
    """Empty beside `approved_at`: nobody could approve it yet (the first administrator, the first director)."""
    approved_at: datetime | None = None


class AccountRequest(Base, table=True):
    """A therapy manager asks for an account for one of their staff; an administrator makes it."""

    id: int | None = Field(default=None, primary_key=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    asked_by_id: int = Field(foreign_key="staff.id")
    asked_at: datetime
    done_at: datetime | None = None


class Door(StrEnum):
    """How somebody proved who they are."""

    PASSWORD = "password"
    SINGLE_SIGN_ON = "single_sign_on"
    PICKED = "picked"


class SignIn(Base, table=True):
    """One browser signed in. Only hashes are kept: of the handover (spent once, within a minute) and of the ticket."""

    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    handover_hash: str | None = Field(default=None, max_length=64, unique=True)
    handover_until: datetime | None = None
    ticket_hash: str | None = Field(default=None, max_length=64, unique=True)
    door: Door = Field(default=Door.PASSWORD, sa_type=enum_column(Door))
    code_given_at: datetime | None = None
    """When the second factor was given, where one is asked for: until then the sign-in opens nothing else."""
    started_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None


class SecondFactor(Base, table=True):
    """A one-time code by the clock (RFC 6238). It counts once its first code was given."""

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    sealed_seed: bytes
    confirmed_at: datetime | None = None
    last_step: int = 0
    """The time step of the last code that was accepted: no code works twice."""


class RecoveryCode(Base, table=True):
    """Used once, in place of a code that cannot be made."""

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    code_hash: str = Field(max_length=64, unique=True)
    used_at: datetime | None = None


class SignInFailures(Base, table=True):
    """Consecutive failures for a typed name, real or not, so that both behave alike; and for a browser's address."""

    name_hash: str = Field(primary_key=True, max_length=64)
    failures: int = 0
    last_failed_at: datetime | None = None


class Setting(Versioned, Base, table=True):
    """A number or a word that the field does not fix. What is not here has the default of `settings.py`."""

    key: str = Field(primary_key=True, max_length=80)
    value: Any = Field(sa_type=sa.JSON)


# ---------------------------------------------------------------------------------------------------------------------
# Job descriptions and requirements


class HoldingKind(StrEnum):
    LEAD = "lead"
    DEPUTY = "deputy"
    IN_DEVELOPMENT = "in_development"


class OverrideKind(StrEnum):
    WAIVED = "waived"
    EXEMPT = "exempt"
    EXTENDED = "extended"


class JobDescription(Versioned, Base, table=True):
    """One version of one document, its particulars as printed (contradictions and all). The first version read stands
    for the role: posts, requirements and required levels name it, whatever version is in force (`queries/versions.py`).
    """

    __table_args__ = (
        sa.UniqueConstraint("reference", "version"),
        sa.CheckConstraint("version_of_id IS NULL OR in_force_from IS NOT NULL", name="later_version_has_a_day"),
    )
    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=60, index=True)
    """Ours, the same in each version: `tc_officer`."""
    role_name: str = Field(max_length=200)
    reference: str = Field(max_length=200)
    document_type: str = Field(default="", max_length=60)
    version: str = Field(default="", max_length=20)
    title: str = Field(max_length=200)
    band: str = Field(default="", max_length=20)
    organisation_level: str = Field(default="", max_length=100)
    classification: str = Field(default="", max_length=60)
    issued_on: date | None = None
    status: str = Field(default="", max_length=60)
    produced_by: str = Field(default="", max_length=200)
    authorised_by: str = Field(default="", max_length=200)
    version_of_id: int | None = Field(default=None, foreign_key="job_description.id", index=True)
    """The role: the first version. None on that one itself."""
    in_force_from: date | None = None
    """Since when this version answers for the role; the first one does from the beginning."""
    lists: dict[str, list[str]] = Field(default_factory=dict, sa_type=sa.JSON)
    """What else it prints, by the reader's names: `behaviours`, `essential_experience`, …, `unplaced_lines`."""


class Responsibility(Versioned, Base, table=True):
    """A duty of a job description. Held by every postholder unless it is *led* by named holders."""

    __table_args__ = (sa.UniqueConstraint("job_description_id", "number", "is_cross_reference"),)
    id: int | None = Field(default=None, primary_key=True)
    job_description_id: int = Field(foreign_key="job_description.id", index=True)
    number: int
    short_title: str = Field(max_length=200)
    text: str = Field(default="", max_length=5000)
    area: str = Field(default="", max_length=60)
    section: str = Field(default="", max_length=200)
    """The heading it is printed under."""
    is_led: bool = False
    is_cross_reference: bool = False
    condition: str = Field(default="", max_length=500)
    """Of a cross-reference: when the duties of another job description are done."""


class ResponsibilityContinuation(Versioned, Base, table=True):
    """What of a former version goes on as what of the next one, as the comparison said or somebody decided. Who held
    it, and what it called for, goes on with it. No `new_id`: it ends with its version. No `former_id`: it begins with
    its version, and that was looked at."""

    __table_args__ = (
        sa.UniqueConstraint("former_id", "new_id"),
        sa.CheckConstraint("former_id IS NOT NULL OR new_id IS NOT NULL", name="one_side"),
    )
    id: int | None = Field(default=None, primary_key=True)
    former_id: int | None = Field(default=None, foreign_key="responsibility.id", index=True)
    new_id: int | None = Field(default=None, foreign_key="responsibility.id", index=True)
    became: str = Field(max_length=20)
    """As `readers.compare.Became`, or `decided`."""


class ResponsibilityHolding(Versioned, Base, table=True):
    """Who is named for a led responsibility in a community: a person, or whoever has a post of a role there."""

    __table_args__ = (sa.CheckConstraint("(staff_id IS NULL) <> (job_description_id IS NULL)", name="one_holder"),)
    id: int | None = Field(default=None, primary_key=True)
    responsibility_id: int = Field(foreign_key="responsibility.id", index=True)
    staff_id: int | None = Field(default=None, foreign_key="staff.id", index=True)
    job_description_id: int | None = Field(default=None, foreign_key="job_description.id")
    community_id: int = Field(foreign_key="community.id")
    kind: HoldingKind = Field(sa_type=enum_column(HoldingKind))
    start_on: date
    end_on: date | None = None


class Requirement(Versioned, Base, table=True):
    """What a job description version, a body or a person asks, from a date to a date. `terms` are the numbers of its
    kind, read by the dataclass of that name in `rules/`."""

    __table_args__ = (
        sa.CheckConstraint("(job_description_id IS NULL) <> (staff_id IS NULL)", name="one_owner"),
        sa.CheckConstraint("end_on IS NULL OR end_on >= start_on", name="ends_after_start"),
    )
    id: int | None = Field(default=None, primary_key=True)
    kind: RequirementKind = Field(sa_type=enum_column(RequirementKind))
    job_description_id: int | None = Field(default=None, foreign_key="job_description.id", index=True)
    staff_id: int | None = Field(default=None, foreign_key="staff.id", index=True)
    title: str = Field(max_length=200)
    terms: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    source: str = Field(default="", max_length=200)
    mark: str = Field(default="", max_length=20)
    """sure, likely, unsure, or `service`: set by your service."""
    start_on: date
    end_on: date | None = None


class ResponsibilityRequirement(Versioned, Base, table=True):
    """To hold this responsibility, meet this requirement, or be seen at this level of a standard: from a date to a
    date; no date is no limit."""

    __table_args__ = (
        sa.CheckConstraint("(requirement_id IS NULL) <> (standard_id IS NULL)", name="one_thing"),
        sa.CheckConstraint("(standard_id IS NULL) = (level IS NULL)", name="level_of_a_standard"),
    )
    id: int | None = Field(default=None, primary_key=True)
    responsibility_id: int = Field(foreign_key="responsibility.id", index=True)
    requirement_id: int | None = Field(default=None, foreign_key="requirement.id")
    standard_id: int | None = Field(default=None, foreign_key="standard.id")
    level: int | None = None
    start_on: date | None = None
    end_on: date | None = None


class RequirementOverride(Recorded, Base, table=True):
    """For one person a requirement is waived, or lifted or extended for a time: with a reason and an author."""

    id: int | None = Field(default=None, primary_key=True)
    supersedes_id: int | None = Field(default=None, foreign_key="requirement_override.id", unique=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    requirement_id: int = Field(foreign_key="requirement.id")
    kind: OverrideKind = Field(sa_type=enum_column(OverrideKind))
    start_on: date
    end_on: date | None = None
    reason: str = Field(max_length=2000)


# ---------------------------------------------------------------------------------------------------------------------
# Supervision


class SessionForm(StrEnum):
    INDIVIDUAL = "individual"
    GROUP = "group"
    PEER = "peer"


class SessionState(StrEnum):
    PLANNED = "planned"
    HELD = "held"
    DID_NOT_HAPPEN = "did_not_happen"


class AttendanceStatus(StrEnum):
    ATTENDED = "attended"
    LATE = "late"
    LEFT_EARLY = "left_early"
    APOLOGIES_LEAVE = "apologies_leave"
    APOLOGIES_SICKNESS = "apologies_sickness"
    APOLOGIES_OPERATIONAL = "apologies_operational"
    DID_NOT_ATTEND = "did_not_attend"
    EXEMPT = "exempt"


IN_PART = (AttendanceStatus.LATE, AttendanceStatus.LEFT_EARLY)
"""There for some of it: the minutes are asked for."""
PRESENT = (AttendanceStatus.ATTENDED, *IN_PART)


class Answer(StrEnum):
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"


class CancelledBy(StrEnum):
    SUPERVISOR = "supervisor"
    SUPERVISEE = "supervisee"
    ESTABLISHMENT = "establishment"


class LostBecause(StrEnum):
    DETAILED_ELSEWHERE = "detailed_elsewhere"
    LOCKDOWN = "lockdown"
    LEAVE = "leave"
    SICKNESS = "sickness"
    TRAINING = "training"
    OTHER = "other"


class WhatIsRecorded(StrEnum):
    ATTENDANCE = "attendance"
    THEMES = "themes"
    FULL = "full"


class WhoEnters(StrEnum):
    """Who records sessions of a purpose. Whoever leads them is the supervisor of the agreement, or a stand-in."""

    LEADER = "leader"
    MANAGER = "manager"
    EITHER = "either"


class TraineeSupervisor(StrEnum):
    """What a supervisor is to a trainee: the one who owns the training plan, or one for a piece of work."""

    COORDINATING = "coordinating"
    DESIGNATED = "designated"


class DisputeOutcome(StrEnum):
    STANDS = "stands"
    CHANGED = "changed"


class StatementState(StrEnum):
    SENT_IN = "sent_in"
    CHECKED = "checked"
    RETURNED = "returned"


class ActionState(StrEnum):
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class TraineeStepKind(StrEnum):
    PLAN = "plan"
    SUBMISSION = "submission"
    REVIEW = "review"
    SIGN_OFF = "sign_off"


class SupervisionPurpose(Base, table=True):
    """Clinical supervision, sensitivity group, after-group…: data, so that a service can set what each counts for."""

    code: str = Field(primary_key=True, max_length=40)
    name: str = Field(max_length=80)
    position: int
    records: WhatIsRecorded = Field(sa_type=enum_column(WhatIsRecorded))
    credited_by: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    """The bodies' rule sets that may credit it (a sensitivity group is not case supervision: none)."""
    entered_by: WhoEnters = Field(default=WhoEnters.EITHER, sa_type=enum_column(WhoEnters))


class SupervisionGroup(Versioned, Base, table=True):
    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    name: str = Field(max_length=120)
    purpose: str = Field(foreign_key="supervision_purpose.code")
    form: SessionForm = Field(default=SessionForm.GROUP, sa_type=enum_column(SessionForm))
    start_on: date
    end_on: date | None = None


class GroupMember(Versioned, Base, table=True):
    """Contracted to the group from a date to a date (last day included)."""

    __table_args__ = (sa.CheckConstraint("end_on IS NULL OR end_on >= start_on", name="ends_after_start"),)
    id: int | None = Field(default=None, primary_key=True)
    group_id: int = Field(foreign_key="supervision_group.id", index=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    start_on: date
    end_on: date | None = None


class SupervisionAgreement(Versioned, Base, table=True):
    """A supervisor agrees to supervise one person, or one group. What somebody may write and read follows from it."""

    __table_args__ = (
        sa.CheckConstraint("(supervisee_id IS NULL) <> (group_id IS NULL)", name="person_or_group"),
        sa.CheckConstraint("supervisee_id IS NULL OR supervisee_id <> supervisor_id", name="not_oneself"),
        sa.CheckConstraint("end_on IS NULL OR end_on >= start_on", name="ends_after_start"),
    )
    id: int | None = Field(default=None, primary_key=True)
    supervisor_id: int = Field(foreign_key="staff.id", index=True)
    supervisee_id: int | None = Field(default=None, foreign_key="staff.id", index=True)
    group_id: int | None = Field(default=None, foreign_key="supervision_group.id", index=True)
    purpose: str = Field(foreign_key="supervision_purpose.code")
    of_supervision: bool = False
    start_on: date
    end_on: date | None = None
    usual_minutes: int = 60
    every_days: int = 28
    place: str = Field(default="", max_length=120)
    review_on: date | None = None
    """When it is first reviewed; after that the last `AgreementReview` says."""
    trainee_role: TraineeSupervisor | None = Field(default=None, sa_type=enum_column(TraineeSupervisor))
    piece_of_work: str = Field(default="", max_length=200)
    """What a designated supervisor is there for."""
    rule_sets: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    """The bodies' rule sets it is meant for, where it is not meant for all that its purpose counts for."""
    confidentiality: str = Field(default="", max_length=4000)
    """The terms: what stays between the parties, and what does not."""
    follows_id: int | None = Field(default=None, foreign_key="supervision_agreement.id", index=True)
    """The agreement that was handed over to this one."""


class AgreementSignature(Base, table=True):
    """A party's own, or on paper: then somebody who keeps the agreement says so."""

    __table_args__ = (sa.UniqueConstraint("agreement_id", "staff_id"),)
    id: int | None = Field(default=None, primary_key=True)
    agreement_id: int = Field(foreign_key="supervision_agreement.id")
    staff_id: int = Field(foreign_key="staff.id")
    signed_at: datetime
    signed_on: date
    recorded_by_id: int | None = Field(default=None, foreign_key="staff.id")
    """Who saw the signed paper; empty for one's own."""


class AgreementReview(Recorded, Base, table=True):
    """The parties looked at their agreement together, and again by a later day."""

    id: int | None = Field(default=None, primary_key=True)
    supersedes_id: int | None = Field(default=None, foreign_key="agreement_review.id", unique=True)
    agreement_id: int = Field(foreign_key="supervision_agreement.id", index=True)
    reviewed_on: date
    next_review_on: date


class FormerRecordsConsent(Base, table=True):
    """The supervisee lets a new supervisor read the shared records of the agreement that went before."""

    __table_args__ = (sa.UniqueConstraint("agreement_id", "staff_id"),)
    id: int | None = Field(default=None, primary_key=True)
    agreement_id: int = Field(foreign_key="supervision_agreement.id", index=True)
    """The new one."""
    staff_id: int = Field(foreign_key="staff.id")
    agreed_at: datetime
    withdrawn_at: datetime | None = None


class StandIn(Base, table=True):
    """Somebody named to hold the sessions of an agreement for up to 28 days. They write those and read nothing
    earlier."""

    __table_args__ = (sa.CheckConstraint("end_on >= start_on", name="ends_after_start"),)
    id: int | None = Field(default=None, primary_key=True)
    agreement_id: int = Field(foreign_key="supervision_agreement.id", index=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    named_by_id: int = Field(foreign_key="staff.id")
    start_on: date
    end_on: date


class SupervisionSession(Recorded, Base, table=True):
    """Planned, held, or did not happen: each a version of one record. Attendance hangs on the version."""

    __table_args__ = (
        sa.CheckConstraint("minutes BETWEEN 1 AND 480", name="minutes_in_a_day"),
        sa.CheckConstraint("contracted >= 1", name="somebody_contracted"),
        sa.CheckConstraint("guests BETWEEN 0 AND 99", name="guests_in_a_room"),
        sa.CheckConstraint(
            "(state = 'did_not_happen') = (cancelled_by IS NOT NULL AND lost_because IS NOT NULL)", name="who_and_why"
        ),
        sa.Index("ix_supervision_session_held", "held_on", "state"),
    )
    id: int | None = Field(default=None, primary_key=True)
    supersedes_id: int | None = Field(default=None, foreign_key="supervision_session.id", unique=True)
    agreement_id: int | None = Field(default=None, foreign_key="supervision_agreement.id", index=True)
    group_id: int | None = Field(default=None, foreign_key="supervision_group.id", index=True)
    supervisor_id: int = Field(foreign_key="staff.id", index=True)
    community_id: int | None = Field(default=None, foreign_key="community.id", index=True)
    purpose: str = Field(foreign_key="supervision_purpose.code")
    form: SessionForm = Field(sa_type=enum_column(SessionForm))
    state: SessionState = Field(sa_type=enum_column(SessionState))
    held_on: date
    starts_at: str = Field(default="", max_length=5)
    """London wall clock, "14:00"; empty when nobody noted it. No credit depends on it."""
    minutes: int
    contracted: int
    """How many were contracted to the group that day: what the bodies divide by, whoever came."""
    is_live: bool = False
    is_ad_hoc: bool = False
    is_on_behalf: bool = False
    guests: int = 0
    """People who came besides those contracted: counted, not named."""
    series_id: uuid.UUID | None = Field(default=None, index=True)
    """Planned together, every so often."""
    rebooks_id: uuid.UUID | None = Field(default=None, index=True)
    """The `record_id` of the session that did not happen, in whose place this one is."""
    statement_id: uuid.UUID | None = Field(default=None, index=True)
    """The `record_id` of the external supervisor's statement it comes from."""
    cancelled_by: CancelledBy | None = Field(default=None, sa_type=enum_column(CancelledBy))
    lost_because: LostBecause | None = Field(default=None, sa_type=enum_column(LostBecause))


class Attendance(Base, table=True):
    """One person at one version of a session. Planned and lost sessions carry the expected people with 0 minutes."""

    __table_args__ = (
        sa.UniqueConstraint("session_id", "staff_id"),
        sa.CheckConstraint("minutes BETWEEN 0 AND 480", name="minutes_in_a_day"),
    )
    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="supervision_session.id", index=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    status: AttendanceStatus | None = Field(default=None, sa_type=enum_column(AttendanceStatus))
    """Empty while planned, and when the session did not happen."""
    minutes: int = 0
    presented_own_work: bool = False


class AttendanceAnswer(Base, table=True):
    """The person's own word on their attendance: confirmed or disputed, about the minutes they saw then."""

    id: int | None = Field(default=None, primary_key=True)
    session_record_id: uuid.UUID = Field(index=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    answer: Answer = Field(sa_type=enum_column(Answer))
    minutes: int
    comment: str = Field(default="", max_length=2000)
    answered_at: datetime


class AttendanceDispute(Versioned, Base, table=True):
    """A dispute about somebody's attendance, in the hands of a third person who sees the session log only."""

    id: int | None = Field(default=None, primary_key=True)
    session_record_id: uuid.UUID = Field(index=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    third_person_id: int = Field(foreign_key="staff.id", index=True)
    named_by_id: int = Field(foreign_key="staff.id")
    named_at: datetime
    outcome: DisputeOutcome | None = Field(default=None, sa_type=enum_column(DisputeOutcome))
    minutes: int | None = None
    """What they were there for, when the third person changed it."""
    words: str = Field(default="", max_length=2000)
    settled_at: datetime | None = None


class SupervisionStatement(Recorded, Base, table=True):
    """What an external supervisor without an account signed: dates and minutes, and nothing of what was said. The
    supervisee enters it; a manager checks it against the signed paper, and then its sessions count."""

    id: int | None = Field(default=None, primary_key=True)
    supersedes_id: int | None = Field(default=None, foreign_key="supervision_statement.id", unique=True)
    agreement_id: int = Field(foreign_key="supervision_agreement.id", index=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    state: StatementState = Field(sa_type=enum_column(StatementState))
    signer: str = Field(max_length=200)
    body: str = Field(max_length=120)
    registration_number: str = Field(max_length=60)
    signed_on: date


class StatementLine(Base, table=True):
    """One session on a version of a statement."""

    __table_args__ = (
        sa.UniqueConstraint("statement_id", "held_on"),
        sa.CheckConstraint("minutes BETWEEN 1 AND 480", name="minutes_in_a_day"),
    )
    id: int | None = Field(default=None, primary_key=True)
    statement_id: int = Field(foreign_key="supervision_statement.id", index=True)
    held_on: date
    minutes: int


class Traineeship(Versioned, Base, table=True):
    """Somebody trains for a qualification under a coordinating supervisor, by agreements that say so."""

    __table_args__ = (sa.CheckConstraint("end_on IS NULL OR end_on >= start_on", name="ends_after_start"),)
    id: int | None = Field(default=None, primary_key=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    qualification: str = Field(max_length=200)
    start_on: date
    end_on: date | None = None


class TraineeStep(Recorded, Base, table=True):
    """A plan, a submission, a review or a sign-off of a traineeship: due, then done."""

    id: int | None = Field(default=None, primary_key=True)
    supersedes_id: int | None = Field(default=None, foreign_key="trainee_step.id", unique=True)
    traineeship_id: int = Field(foreign_key="traineeship.id", index=True)
    kind: TraineeStepKind = Field(sa_type=enum_column(TraineeStepKind))
    title: str = Field(max_length=200)
    core_role: str = Field(default="", max_length=120)
    due_on: date | None = None
    done_on: date | None = None


class ServesMeAnswer(Base, table=True):
    """What somebody of a community answered in a year to "how supervision serves me": nobody's name, no time, and no
    order of arrival."""

    __table_args__ = ({"sqlite_with_rowid": False},)
    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    year: int
    community_id: int = Field(foreign_key="community.id", index=True)
    answers: list[int] = Field(sa_type=sa.JSON)
    """Five, from 1 to 5, in the order of the questions."""


class ServesMeGiven(Base, table=True):
    """That somebody answered in a year, so that nobody does twice. Not what."""

    staff_id: int = Field(primary_key=True, foreign_key="staff.id")
    year: int = Field(primary_key=True)


class ActivityFigure(Recorded, Base, table=True):
    """Hours that a person worked in a calendar month, which some bodies' rules go by: numbers only. Empty: not
    entered, which is not none."""

    __table_args__ = (
        sa.CheckConstraint("client_hours BETWEEN 0 AND 744", name="client_hours_in_a_month"),
        sa.CheckConstraint("supervising_hours BETWEEN 0 AND 744", name="supervising_hours_in_a_month"),
        sa.Index(
            "ix_activity_figure_first_of_a_month",
            "staff_id",
            "month",
            unique=True,
            sqlite_where=sa.text("supersedes_id IS NULL"),
            postgresql_where=sa.text("supersedes_id IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    supersedes_id: int | None = Field(default=None, foreign_key="activity_figure.id", unique=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    month: date
    """Its first day."""
    client_hours: float | None = None
    supervising_hours: float | None = None


# ---------------------------------------------------------------------------------------------------------------------
# Confidential texts: every `sealed_` column is encrypted with a key that is not in the database (sealing.py)


class ConcernCategory(StrEnum):
    UNSAFE_PRACTICE = "unsafe_practice"
    FITNESS_TO_PRACTISE = "fitness_to_practise"
    CONDUCT_OF_SUPERVISION = "conduct_of_supervision"
    STAFF_WELLBEING = "staff_wellbeing"
    SAFEGUARDING = "safeguarding"
    SECURITY = "security"


WITHHELD_BY_DEFAULT = (
    ConcernCategory.SAFEGUARDING,
    ConcernCategory.SECURITY,
    ConcernCategory.CONDUCT_OF_SUPERVISION,
)


class EmergencyReason(StrEnum):
    SAFEGUARDING = "safeguarding"
    COMPLAINT = "complaint"
    INVESTIGATION = "investigation"
    LEGAL_DUTY = "legal_duty"
    CONTINUITY_OF_CARE = "continuity_of_care"


class ConfidentialKind(StrEnum):
    SHARED_RECORD = "shared_record"
    PRIVATE_NOTE = "private_note"
    CONCERN = "concern"


class SharedRecord(Recorded, Base, table=True):
    """What supervisor and supervisee (or those present at a group) write down together about one session. It can be
    changed until it is locked: when all have signed the last version, or 14 days after it was first shared."""

    id: int | None = Field(default=None, primary_key=True)
    supersedes_id: int | None = Field(default=None, foreign_key="shared_record.id", unique=True)
    session_record_id: uuid.UUID = Field(index=True)
    author_id: int = Field(foreign_key="staff.id", index=True)
    sealed_text: bytes
    sealed_tags: bytes | None = None
    """The themes by their headings, and the functions of supervision where a service tags them."""
    shared_at: datetime | None = None
    """When it was first shared; empty while it is the author's draft."""


class SharedRecordSignature(Base, table=True):
    """Of one version: a change asks for new signatures."""

    __table_args__ = (sa.UniqueConstraint("shared_record_id", "staff_id"),)
    id: int | None = Field(default=None, primary_key=True)
    shared_record_id: int = Field(foreign_key="shared_record.id", index=True)
    staff_id: int = Field(foreign_key="staff.id")
    signed_at: datetime


class SharedRecordAddendum(Base, table=True):
    """Added by a party after the record was locked. Never changed."""

    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    shared_record_id: uuid.UUID = Field(index=True)
    """The `record_id`: an addendum belongs to the record, not to a version."""
    author_id: int = Field(foreign_key="staff.id")
    added_at: datetime
    sealed_text: bytes


class Theme(Versioned, Base, table=True):
    """A heading under which a session's themes are kept. One that is no longer offered stays on older records."""

    code: str = Field(primary_key=True, max_length=60)
    name: str = Field(max_length=120)
    position: int
    is_retired: bool = False


class AgreedAction(Recorded, Base, table=True):
    """Agreed in a session: by one person or, without an owner, by all who were there. It stays with them unless its
    owner makes it shareable."""

    __table_args__ = (
        sa.CheckConstraint("(state = 'open') = (closed_on IS NULL)", name="closed_on_a_day"),
        sa.Index("ix_agreed_action_due", "state", "due_on"),
    )
    id: int | None = Field(default=None, primary_key=True)
    supersedes_id: int | None = Field(default=None, foreign_key="agreed_action.id", unique=True)
    session_record_id: uuid.UUID = Field(index=True)
    owner_id: int | None = Field(default=None, foreign_key="staff.id", index=True)
    sealed_text: bytes
    due_on: date | None = None
    standard_id: int | None = Field(default=None, foreign_key="standard.id", index=True)
    """The standard of practice it serves."""
    is_shareable: bool = False
    state: ActionState = Field(default=ActionState.OPEN, sa_type=enum_column(ActionState))
    closed_on: date | None = None
    observation_id: uuid.UUID | None = None
    """The `record_id` of the later observation that closed it."""
    evidence_on: date | None = None
    sealed_evidence: bytes | None = None
    """Other evidence, with its date, in words."""


class PrivateNote(Recorded, Base, table=True):
    """A supervisor's own note on a session. Its author reads it, and nobody else but by emergency access."""

    id: int | None = Field(default=None, primary_key=True)
    supersedes_id: int | None = Field(default=None, foreign_key="private_note.id", unique=True)
    session_record_id: uuid.UUID = Field(index=True)
    author_id: int = Field(foreign_key="staff.id", index=True)
    sealed_text: bytes


class Concern(Recorded, Base, table=True):
    """About the practice of a member of staff. It reports nothing to anyone outside, and outlives its session."""

    __table_args__ = (sa.CheckConstraint("about_id <> raised_by_id", name="not_oneself"),)
    id: int | None = Field(default=None, primary_key=True)
    supersedes_id: int | None = Field(default=None, foreign_key="concern.id", unique=True)
    raised_by_id: int = Field(foreign_key="staff.id", index=True)
    about_id: int = Field(foreign_key="staff.id", index=True)
    community_id: int | None = Field(default=None, foreign_key="community.id", index=True)
    session_record_id: uuid.UUID | None = Field(default=None, index=True)
    category: ConcernCategory = Field(sa_type=enum_column(ConcernCategory))
    sealed_text: bytes
    sealed_outcome: bytes | None = None
    """What came of it, in the words of the person it was routed to."""
    reported_on: date | None = None
    sealed_report: bytes | None = None
    """To whom it was reported by the local procedure, and under which reference."""
    subject_told_first: bool = False
    is_withheld: bool = False
    """Whether the person concerned does not see that it exists."""
    routed_to_id: int | None = Field(default=None, foreign_key="staff.id", index=True)
    senior_member_id: int | None = Field(default=None, foreign_key="staff.id")
    therapy_lead_id: int | None = Field(default=None, foreign_key="staff.id")
    """Both are asked for in children's services."""
    closed_on: date | None = None


class EmergencyAccess(Versioned, Base, table=True):
    """One confidential text opened by somebody without the relationship: asked for with a reason, opened for an hour,
    told to those concerned, reviewed by somebody else."""

    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    kind: ConfidentialKind = Field(sa_type=enum_column(ConfidentialKind))
    text_record_id: uuid.UUID = Field(index=True)
    """The `record_id` of the shared record or private note."""
    supervisor_id: int = Field(foreign_key="staff.id", index=True)
    community_id: int | None = Field(default=None, foreign_key="community.id", index=True)
    asked_by_id: int = Field(foreign_key="staff.id", index=True)
    asked_at: datetime
    reason: EmergencyReason = Field(sa_type=enum_column(EmergencyReason))
    sealed_words: bytes
    """At least 20 characters of why."""
    approved_by_id: int | None = Field(default=None, foreign_key="staff.id")
    approved_at: datetime | None = None
    refused_at: datetime | None = None
    opened_at: datetime | None = None
    open_until: datetime | None = None
    told_from: datetime | None = None
    """From when those concerned are told: at once, unless the director put it off."""
    delayed_by_id: int | None = Field(default=None, foreign_key="staff.id")
    sealed_delay_words: bytes | None = None
    review_due_on: date | None = None
    reviewed_by_id: int | None = Field(default=None, foreign_key="staff.id")
    reviewed_at: datetime | None = None
    was_justified: bool | None = None
    sealed_review_words: bytes | None = None


class EmergencySubject(Base, table=True):
    """Whom an emergency access concerns: the supervisor and every supervisee of the text. They are told."""

    __table_args__ = (sa.UniqueConstraint("emergency_access_id", "staff_id"),)
    id: int | None = Field(default=None, primary_key=True)
    emergency_access_id: uuid.UUID = Field(foreign_key="emergency_access.id", index=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    acknowledged_at: datetime | None = None


# ---------------------------------------------------------------------------------------------------------------------
# Training and registration


class CourseKind(StrEnum):
    COURSE = "course"
    QUALIFICATION = "qualification"


class TrainingResult(StrEnum):
    PASSED = "passed"
    ATTENDED = "attended"
    ASKED_TO_REPEAT = "asked_to_repeat"


class BookingState(StrEnum):
    NOMINATED = "nominated"
    OFFERED = "offered"
    """A place became free for them; a manager has yet to confirm it."""
    CONFIRMED = "confirmed"
    ATTENDED = "attended"
    DID_NOT_ATTEND = "did_not_attend"
    WITHDRAWN = "withdrawn"
    """By the service."""
    CANCELLED = "cancelled"
    """By the provider."""


HAS_A_PLACE = (BookingState.OFFERED, BookingState.CONFIRMED)


class TrainerRole(StrEnum):
    TRAINER = "trainer"
    ASSESSOR = "assessor"


class FileKind(StrEnum):
    PDF = "pdf"
    PNG = "png"
    JPG = "jpg"
    DOCX = "docx"


class ActivityKind(StrEnum):
    CPD = "cpd"
    TAUGHT = "taught"
    CONSULTED = "consulted"
    PEER_REVIEWED = "peer_reviewed"
    """Reviewed another service for a peer review."""
    RESEARCH = "research"
    """Research or evaluation."""
    POLICY = "policy"
    """Policy or a network."""


class BodyKind(StrEnum):
    STATUTORY = "statutory"
    ACCREDITED = "accredited"
    MEMBERSHIP = "membership"


class CheckResult(StrEnum):
    REGISTERED = "registered"
    CONDITIONS = "conditions"
    SUSPENDED = "suspended"
    REMOVED = "removed"
    NOT_FOUND = "not_found"
    NOT_CHECKED = "not_checked"


class BodyRuleKind(StrEnum):
    RENEWAL = "renewal"
    SUPERVISION = "supervision"
    ACTIVITY = "activity"


class Course(Versioned, Base, table=True):
    """A course, or a qualification (which a person has or has not)."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=60, unique=True)
    title: str = Field(max_length=200)
    kind: CourseKind = Field(sa_type=enum_column(CourseKind))
    position: int = 0
    version: int = 1
    version_from: date | None = None
    """The first day on which the present version was taught; empty: always."""


class CourseTrainer(Versioned, Base, table=True):
    """Who teaches a course or assesses on it: one of the staff, or somebody from elsewhere by name."""

    __table_args__ = (
        sa.CheckConstraint("(staff_id IS NULL) = (name <> '')", name="staff_or_name"),
        sa.CheckConstraint("end_on IS NULL OR end_on >= start_on", name="ends_after_start"),
    )
    id: int | None = Field(default=None, primary_key=True)
    course_id: int = Field(foreign_key="course.id", index=True)
    role: TrainerRole = Field(sa_type=enum_column(TrainerRole))
    staff_id: int | None = Field(default=None, foreign_key="staff.id", index=True)
    name: str = Field(default="", max_length=200)
    start_on: date
    end_on: date | None = None


class CourseRule(Versioned, Base, table=True):
    """How long a certificate lives and what must come before, from a date on. `terms` is read by rules/training.py."""

    id: int | None = Field(default=None, primary_key=True)
    course_id: int = Field(foreign_key="course.id", index=True)
    start_on: date
    terms: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    source: str = Field(default="", max_length=200)
    mark: str = Field(default="", max_length=20)


class TrainingRecord(Recorded, Base, table=True):
    id: int | None = Field(default=None, primary_key=True)
    supersedes_id: int | None = Field(default=None, foreign_key="training_record.id", unique=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    course_id: int = Field(foreign_key="course.id", index=True)
    completed_on: date
    result: TrainingResult = Field(default=TrainingResult.PASSED, sa_type=enum_column(TrainingResult))
    printed_expiry_on: date | None = None
    certificate: str = Field(default="", max_length=120)
    course_version: int = 1
    is_confirmed: bool = True
    """False while a certificate sent in by the person waits for a manager."""


class EvidenceFile(Base, table=True):
    """What proves a completion: a certificate as a file. Never changed, and never opened by the server."""

    __table_args__ = (sa.CheckConstraint("size BETWEEN 1 AND 10485760", name="ten_megabytes"),)
    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    training_record_id: uuid.UUID = Field(index=True)
    """The `record_id`: a file belongs to the record, not to a version."""
    staff_id: int = Field(foreign_key="staff.id", index=True)
    added_by_id: int = Field(foreign_key="staff.id")
    added_at: datetime
    file_name: str = Field(max_length=120)
    kind: FileKind = Field(sa_type=enum_column(FileKind))
    size: int
    """In bytes, as it was sent in."""
    digest: str = Field(max_length=64)
    """SHA-256 of what was sent in, in hexadecimal."""
    sealed_content: bytes


class CourseRun(Versioned, Base, table=True):
    """A course on a day, for whoever has a place. Locked by whoever gives or frees one."""

    __table_args__ = (
        sa.UniqueConstraint("course_id", "runs_on", "place"),
        sa.CheckConstraint("last_on IS NULL OR last_on >= runs_on", name="ends_after_start"),
        sa.CheckConstraint("capacity IS NULL OR capacity >= 1", name="a_place_at_least"),
    )
    id: int | None = Field(default=None, primary_key=True)
    course_id: int = Field(foreign_key="course.id", index=True)
    runs_on: date
    last_on: date | None = None
    """Of a course over several days."""
    place: str = Field(default="", max_length=120)
    provider: str = Field(default="", max_length=120)
    capacity: int | None = None
    """Places for this service; empty: as many as are asked for."""
    cancelled_at: datetime | None = None
    cancel_reason: str = Field(default="", max_length=400)


class Booking(Recorded, Base, table=True):
    """One person and one run, in each of its states. Asking again after a withdrawal is a next version."""

    __table_args__ = (
        sa.Index(
            "ix_booking_first_of_a_run",
            "staff_id",
            "run_id",
            unique=True,
            sqlite_where=sa.text("supersedes_id IS NULL"),
            postgresql_where=sa.text("supersedes_id IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    supersedes_id: int | None = Field(default=None, foreign_key="booking.id", unique=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    run_id: int = Field(foreign_key="course_run.id", index=True)
    state: BookingState = Field(sa_type=enum_column(BookingState))
    reason: str = Field(default="", max_length=400)
    """Why it was withdrawn or cancelled."""
    asked_at: datetime
    """Whoever asked first is offered a freed place first."""


class Body(Versioned, Base, table=True):
    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=60, unique=True)
    name: str = Field(max_length=200)
    short_name: str = Field(max_length=60)
    kind: BodyKind = Field(sa_type=enum_column(BodyKind))
    number_shape: str = Field(default="", max_length=120)
    """A regular expression that a register number usually fits: warns, never blocks."""
    register_address: str = Field(default="", max_length=200)


class BodyRule(Versioned, Base, table=True):
    id: int | None = Field(default=None, primary_key=True)
    body_id: int = Field(foreign_key="body.id", index=True)
    kind: BodyRuleKind = Field(sa_type=enum_column(BodyRuleKind))
    grade: str = Field(default="", max_length=60)
    """Empty: everyone registered with the body."""
    start_on: date
    end_on: date | None = None
    terms: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    source: str = Field(default="", max_length=200)
    mark: str = Field(default="", max_length=20)


class Registration(Recorded, Base, table=True):
    id: int | None = Field(default=None, primary_key=True)
    supersedes_id: int | None = Field(default=None, foreign_key="registration.id", unique=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    body_id: int = Field(foreign_key="body.id", index=True)
    grade: str = Field(default="", max_length=60)
    number: str = Field(default="", max_length=60)
    membership_number: str = Field(default="", max_length=60)
    registered_on: date
    expires_on: date | None = None
    ended_on: date | None = None
    renews_record_id: uuid.UUID | None = Field(default=None, index=True)
    """The `record_id` of the registration that this one goes on from: it counts from `renewed_on`."""
    renewed_on: date | None = None


class RegisterCheck(Recorded, Base, table=True):
    """Somebody opened the live register and wrote down what it said."""

    id: int | None = Field(default=None, primary_key=True)
    supersedes_id: int | None = Field(default=None, foreign_key="register_check.id", unique=True)
    registration_record_id: uuid.UUID = Field(index=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    checked_on: date
    result: CheckResult = Field(sa_type=enum_column(CheckResult))
    note: str = Field(default="", max_length=2000)
    expiry_seen_on: date | None = None
    next_due_on: date | None = None


class Activity(Recorded, Base, table=True):
    """What somebody did beside their work with residents: their words are theirs until they share them."""

    __table_args__ = (sa.CheckConstraint("hours > 0 AND hours <= 200", name="some_hours"),)
    id: int | None = Field(default=None, primary_key=True)
    supersedes_id: int | None = Field(default=None, foreign_key="activity.id", unique=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    kind: ActivityKind = Field(sa_type=enum_column(ActivityKind))
    held_on: date
    hours: float
    sealed_words: bytes
    is_shared: bool = False


class StaffEventKind(StrEnum):
    """Dates only: that an appraisal was held, a probation passed, a check seen. Never what was in it."""

    APPRAISAL = "appraisal"
    PROBATION_PASSED = "probation_passed"
    SUITABLE_FOR_YOUNG_PEOPLE = "suitable_for_young_people"
    SECURITY_CHECK_SEEN = "security_check_seen"


class StaffEvent(Recorded, Base, table=True):
    id: int | None = Field(default=None, primary_key=True)
    supersedes_id: int | None = Field(default=None, foreign_key="staff_event.id", unique=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    kind: StaffEventKind = Field(sa_type=enum_column(StaffEventKind))
    held_on: date


# ---------------------------------------------------------------------------------------------------------------------
# Practice


class HowObserved(StrEnum):
    LIVE = "live"
    RECORDED = "recorded"
    WRITTEN_WORK = "written_work"


class ObservationState(StrEnum):
    DRAFT = "draft"
    SHARED = "shared"
    SIGNED = "signed"


class SetOf(StrEnum):
    """Whose work a set of standards is about."""

    STAFF = "staff"
    SUPERVISORS = "supervisors"
    COMMUNITY = "community"
    """A community as a whole, as audits see it: nobody is rated by it."""


class StandardSet(Versioned, Base, table=True):
    """One version of a set. Once in force it stays as it is: what changes is a next version, which follows it."""

    __table_args__ = (sa.UniqueConstraint("code", "version"),)
    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=60)
    version: str = Field(max_length=20)
    name: str = Field(max_length=200)
    set_of: SetOf = Field(default=SetOf.STAFF, sa_type=enum_column(SetOf))
    in_force_from: date | None = None
    """None: it is being written, and nobody is rated by it."""
    follows_id: int | None = Field(default=None, foreign_key="standard_set.id", index=True)
    """The version before it."""
    level_names: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    """Lowest first; the first is level `lowest_level`."""
    lowest_level: int = 1
    source: str = Field(default="", max_length=200)
    mark: str = Field(default="", max_length=20)


class Standard(Versioned, Base, table=True):
    __table_args__ = (sa.UniqueConstraint("standard_set_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    standard_set_id: int = Field(foreign_key="standard_set.id", index=True)
    number: int
    short_title: str = Field(max_length=80)
    text: str = Field(default="", max_length=2000)
    section: str = Field(default="", max_length=120)
    """The heading it stands under."""
    floor: int | None = None
    """Whoever is seen under this level is below the standard at once, whatever level their role requires."""
    evidence: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    """What is counted towards it, of a community's standard: kinds of evidence, as `rules.reviews.EvidenceOf`."""


class StandardCarriedOver(Recorded, Base, table=True):
    """What somebody confirmed: ratings on a standard of a former version count on one of the next. No rating is
    changed or copied by it. `levels`: the former level, as text, to the new one; a level that is not named there is
    not carried over."""

    __table_args__ = (sa.CheckConstraint("former_id <> new_id", name="two_standards"),)
    id: int | None = Field(default=None, primary_key=True)
    supersedes_id: int | None = Field(default=None, foreign_key="standard_carried_over.id", unique=True)
    former_id: int = Field(foreign_key="standard.id", index=True)
    new_id: int = Field(foreign_key="standard.id", index=True)
    levels: dict[str, int] = Field(default_factory=dict, sa_type=sa.JSON)


class Anchor(Base, table=True):
    """What a level looks like on a standard."""

    __table_args__ = (sa.UniqueConstraint("standard_id", "level"),)
    id: int | None = Field(default=None, primary_key=True)
    standard_id: int = Field(foreign_key="standard.id", index=True)
    level: int
    text: str = Field(max_length=500)


class RequiredLevel(Versioned, Base, table=True):
    __table_args__ = (sa.UniqueConstraint("job_description_id", "standard_id", "start_on"),)
    id: int | None = Field(default=None, primary_key=True)
    job_description_id: int = Field(foreign_key="job_description.id", index=True)
    standard_id: int = Field(foreign_key="standard.id", index=True)
    level: int
    start_on: date
    end_on: date | None = None


class PlannedObservation(Versioned, Base, table=True):
    """Whose work is to be seen in which group in which week, and by whom (`PlannedObserver`). Several observers rate
    blind to each other, or `together` in one observation. What was seen points back at it."""

    __table_args__ = (
        sa.CheckConstraint("(cancelled_at IS NULL) = (cancelled_because = '')", name="cancelled_for_a_reason"),
    )
    id: int | None = Field(default=None, primary_key=True)
    observed_id: int = Field(foreign_key="staff.id", index=True)
    standard_set_id: int = Field(foreign_key="standard_set.id")
    week_of: date = Field(index=True)
    """Its Monday."""
    group_type: str = Field(default="", max_length=80)
    group_name: str = Field(default="", max_length=80)
    together: bool = False
    planned_by_id: int = Field(foreign_key="staff.id")
    planned_at: datetime
    cancelled_at: datetime | None = None
    cancelled_because: str = Field(default="", max_length=500)


class PlannedObserver(Versioned, Base, table=True):
    """One of those who are to observe. Their ratings become readable to others once everyone named has signed theirs
    or stood back."""

    __table_args__ = (
        sa.UniqueConstraint("planned_id", "observer_id"),
        sa.CheckConstraint("signed_at IS NULL OR stood_back_at IS NULL", name="signed_or_stood_back"),
    )
    id: int | None = Field(default=None, primary_key=True)
    planned_id: int = Field(foreign_key="planned_observation.id", index=True)
    observer_id: int = Field(foreign_key="staff.id", index=True)
    signed_at: datetime | None = None
    """When they stood by their ratings, which nobody can change from then on."""
    stood_back_at: datetime | None = None
    """They did not observe after all."""


class Observation(Recorded, Base, table=True):
    """Somebody watched (or read) somebody's work. Draft, shared and signed are versions of one record."""

    __table_args__ = (sa.CheckConstraint("observed_id <> observer_id", name="not_oneself"),)
    id: int | None = Field(default=None, primary_key=True)
    supersedes_id: int | None = Field(default=None, foreign_key="observation.id", unique=True)
    observed_id: int = Field(foreign_key="staff.id", index=True)
    observer_id: int = Field(foreign_key="staff.id", index=True)
    standard_set_id: int = Field(foreign_key="standard_set.id")
    state: ObservationState = Field(sa_type=enum_column(ObservationState))
    planned_id: int | None = Field(default=None, foreign_key="planned_observation.id", index=True)
    """What it was planned as. Observations of one plan are of the same session."""
    observed_on: date
    group_type: str = Field(default="", max_length=80)
    group_name: str = Field(default="", max_length=80)
    how: HowObserved = Field(sa_type=enum_column(HowObserved))
    minutes_seen: int = 0
    consent: bool = False
    strengths: str = Field(default="", max_length=10000)
    next_step: str = Field(default="", max_length=10000)
    feedback_on: date | None = None
    """When the observer talked it through with the observed person."""
    comment: str = Field(default="", max_length=10000)
    """The observed person's own words, once it is shared with them."""


class Rating(Base, table=True):
    """A level on a standard; no row means "not seen", which is not a low level."""

    __table_args__ = (sa.UniqueConstraint("observation_id", "standard_id"),)
    id: int | None = Field(default=None, primary_key=True)
    observation_id: int = Field(foreign_key="observation.id", index=True)
    standard_id: int = Field(foreign_key="standard.id", index=True)
    level: int
    evidence: str = Field(default="", max_length=5000)


class Moderation(Recorded, Base, table=True):
    """Where observers of one session differ: the levels that stand for it, settled by somebody who was neither
    observed nor an observer (`recorded_by_id`). The ratings themselves stay as they were given."""

    id: int | None = Field(default=None, primary_key=True)
    supersedes_id: int | None = Field(default=None, foreign_key="moderation.id", unique=True)
    planned_id: int = Field(foreign_key="planned_observation.id", index=True)
    moderated_on: date
    reason: str = Field(max_length=2000)


class ModeratedLevel(Base, table=True):
    __table_args__ = (sa.UniqueConstraint("moderation_id", "standard_id"),)
    id: int | None = Field(default=None, primary_key=True)
    moderation_id: int = Field(foreign_key="moderation.id", index=True)
    standard_id: int = Field(foreign_key="standard.id", index=True)
    level: int


class SelfRating(Recorded, Base, table=True):
    id: int | None = Field(default=None, primary_key=True)
    supersedes_id: int | None = Field(default=None, foreign_key="self_rating.id", unique=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    standard_id: int = Field(foreign_key="standard.id", index=True)
    rated_on: date
    level: int
    is_shared: bool = False
    """Whether their therapy manager may read it too; those who supervise the person always may."""


class SignOff(Recorded, Base, table=True):
    """Somebody (`recorded_by_id`) stands by a person's competency on a standard, from a day on. When it lapses is the
    service's rule."""

    __table_args__ = (sa.CheckConstraint("recorded_by_id IS NULL OR staff_id <> recorded_by_id", name="not_oneself"),)
    id: int | None = Field(default=None, primary_key=True)
    supersedes_id: int | None = Field(default=None, foreign_key="sign_off.id", unique=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    standard_id: int = Field(foreign_key="standard.id", index=True)
    level: int
    signed_on: date
    note: str = Field(default="", max_length=2000)


class CompetencyAssessor(Versioned, Base, table=True):
    """A supervisor whom a community lets sign off the competency of those they supervise."""

    __table_args__ = (sa.CheckConstraint("end_on IS NULL OR end_on >= start_on", name="ends_after_start"),)
    id: int | None = Field(default=None, primary_key=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    start_on: date
    end_on: date | None = None


# ---------------------------------------------------------------------------------------------------------------------
# Review


class ReviewKind(StrEnum):
    SELF_REVIEW = "self_review"
    PEER_REVIEW = "peer_review"
    ACCREDITATION = "accreditation"
    INSPECTION = "inspection"
    STANDARDS_AUDIT = "standards_audit"
    LOCAL_AUDIT = "local_audit"


class RatedBy(StrEnum):
    COMMUNITY = "community"
    REVIEWERS = "reviewers"


class HowMet(StrEnum):
    """What each is worth in points is a setting; what is not applicable is outside numerator and denominator."""

    MET = "met"
    PARTLY_MET = "partly_met"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "not_applicable"
    DO_NOT_KNOW = "do_not_know"


class FindingKind(StrEnum):
    ACHIEVEMENT = "achievement"
    ACTION_POINT = "action_point"
    RECOMMENDATION = "recommendation"


class PlanState(StrEnum):
    OPEN = "open"
    DONE = "done"
    """Its owner says so, with the evidence."""
    CLOSED = "closed"
    """Somebody else has looked at the evidence."""
    WITHDRAWN = "withdrawn"


class Review(Versioned, Base, table=True):
    """One look at one or several communities (`ReviewedCommunity`) as a whole: by themselves, by peers, by inspectors.
    A date that has passed is when it happened, one to come is when it is planned."""

    __table_args__ = (
        sa.CheckConstraint("period_to >= period_from", name="ends_after_start"),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_because = '')", name="withdrawn_for_a_reason"),
    )
    id: int | None = Field(default=None, primary_key=True)
    kind: ReviewKind = Field(sa_type=enum_column(ReviewKind))
    title: str = Field(max_length=200)
    edition: str = Field(default="", max_length=60)
    """Of the standards it goes by, as printed: the number in force is nowhere public."""
    standard_set_id: int | None = Field(default=None, foreign_key="standard_set.id")
    """The version of a set of a community it is rated by; an inspection may go by none."""
    reviewers: str = Field(default="", max_length=400)
    """Who reviews: a body, or names."""
    period_from: date
    period_to: date
    self_review_on: date | None = None
    visit_on: date | None = None
    report_on: date | None = None
    reply_on: date | None = None
    entered_by_id: int = Field(foreign_key="staff.id")
    entered_at: datetime
    withdrawn_at: datetime | None = None
    withdrawn_because: str = Field(default="", max_length=500)


class ReviewedCommunity(Base, table=True):
    __table_args__ = (sa.UniqueConstraint("review_id", "community_id"),)
    id: int | None = Field(default=None, primary_key=True)
    review_id: int = Field(foreign_key="review.id", index=True)
    community_id: int = Field(foreign_key="community.id", index=True)


class ReviewRating(Recorded, Base, table=True):
    """How far a community meets a standard, in its own eyes or in the reviewers'. No row: not rated yet."""

    __table_args__ = (
        sa.Index(
            "ix_review_rating_first",
            "review_id",
            "community_id",
            "standard_id",
            "rated_by",
            unique=True,
            sqlite_where=sa.text("supersedes_id IS NULL"),
            postgresql_where=sa.text("supersedes_id IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    supersedes_id: int | None = Field(default=None, foreign_key="review_rating.id", unique=True)
    review_id: int = Field(foreign_key="review.id", index=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    standard_id: int = Field(foreign_key="standard.id", index=True)
    rated_by: RatedBy = Field(sa_type=enum_column(RatedBy))
    result: HowMet = Field(sa_type=enum_column(HowMet))
    reason: str = Field(default="", max_length=2000)


class ReviewStatement(Recorded, Base, table=True):
    """What a community says of a standard, to stand beside the counts."""

    __table_args__ = (
        sa.Index(
            "ix_review_statement_first",
            "review_id",
            "community_id",
            "standard_id",
            unique=True,
            sqlite_where=sa.text("supersedes_id IS NULL"),
            postgresql_where=sa.text("supersedes_id IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    supersedes_id: int | None = Field(default=None, foreign_key="review_statement.id", unique=True)
    review_id: int = Field(foreign_key="review.id", index=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    standard_id: int = Field(foreign_key="standard.id", index=True)
    words: str = Field(max_length=5000)


class Finding(Recorded, Base, table=True):
    """What a review found in one community."""

    id: int | None = Field(default=None, primary_key=True)
    supersedes_id: int | None = Field(default=None, foreign_key="finding.id", unique=True)
    review_id: int = Field(foreign_key="review.id", index=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    standard_id: int | None = Field(default=None, foreign_key="standard.id", index=True)
    kind: FindingKind = Field(sa_type=enum_column(FindingKind))
    words: str = Field(max_length=5000)
    found_on: date
    repeats_record_id: uuid.UUID | None = Field(default=None, index=True)
    """The `record_id` of an earlier finding that it finds again."""


class PlanAction(Recorded, Base, table=True):
    """What somebody is to do about a finding, until when. Open, done, closed: each a version, and whoever closes it is
    never its owner."""

    __table_args__ = (
        sa.CheckConstraint(
            "state <> 'closed' OR recorded_by_id IS NULL OR recorded_by_id <> owner_id", name="closed_by_another"
        ),
        sa.CheckConstraint("state NOT IN ('done', 'closed') OR done_on IS NOT NULL", name="done_on_a_day"),
        sa.CheckConstraint("(state = 'closed') = (closed_on IS NOT NULL)", name="closed_on_a_day"),
    )
    id: int | None = Field(default=None, primary_key=True)
    supersedes_id: int | None = Field(default=None, foreign_key="plan_action.id", unique=True)
    finding_record_id: uuid.UUID = Field(index=True)
    """The `record_id` of the finding: its words may be corrected meanwhile."""
    community_id: int = Field(foreign_key="community.id", index=True)
    owner_id: int = Field(foreign_key="staff.id", index=True)
    words: str = Field(max_length=2000)
    due_on: date
    state: PlanState = Field(default=PlanState.OPEN, sa_type=enum_column(PlanState))
    done_on: date | None = None
    evidence: str = Field(default="", max_length=2000)
    """What shows that it is done, and where that is kept."""
    closed_on: date | None = None
    closing_words: str = Field(default="", max_length=2000)


# ---------------------------------------------------------------------------------------------------------------------
# Assurance


class AuditEvent(Base, table=True):
    """One line per action, written in the same transaction. Names are kept as text: history outlives the record."""

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(index=True)
    by_staff_id: int | None = None
    by_name: str = Field(max_length=200)
    action: str = Field(max_length=60, index=True)
    object_kind: str = Field(max_length=60)
    object_key: str = Field(default="", max_length=60, index=True)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)


class AuditSubject(Base, table=True):
    """Whom an event is about, so that each person can see who read or changed what is theirs."""

    __table_args__ = (sa.UniqueConstraint("event_id", "staff_id"),)
    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="audit_event.id", index=True)
    staff_id: int = Field(index=True)


class Submission(Base, table=True):
    """The key of a form that was saved: the same key never saves twice, however often the button is clicked."""

    key: uuid.UUID = Field(primary_key=True)
    saved_at: datetime = Field(default_factory=utc_now)


class DatabaseMark(Base, table=True):
    """What made this database: only one that the demo seed made itself may be opened without sign-in."""

    id: int = Field(default=1, primary_key=True)
    kind: str = Field(max_length=10)
    made_at: datetime = Field(default_factory=utc_now)


class ReminderSent(Base, table=True):
    """A line of somebody's digest that went out: it never does again."""

    __table_args__ = (sa.UniqueConstraint("staff_id", "line"),)
    id: int | None = Field(default=None, primary_key=True)
    staff_id: int = Field(foreign_key="staff.id")
    line: str = Field(max_length=300)
    """What it was about, until when, and how near that was."""
    sent_at: datetime


class ImportBatch(Versioned, Base, table=True):
    """A file that was taken in as a whole. Undoing it takes back what it added and changed (`ImportedRow`)."""

    __table_args__ = (sa.CheckConstraint("(undone_at IS NULL) = (undone_because = '')", name="undone_for_a_reason"),)
    id: int | None = Field(default=None, primary_key=True)
    made_at: datetime
    made_by_id: int = Field(foreign_key="staff.id", index=True)
    file_name: str = Field(max_length=120)
    digest: str = Field(max_length=64)
    """SHA-256 of the file, in hexadecimal. The file itself is not kept."""
    kinds: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    """The kinds of its sheets, as `rules.importing.SheetKind`."""
    counts: dict[str, int] = Field(default_factory=dict, sa_type=sa.JSON)
    """new, changed, same, left_out: rows."""
    kept_from: date | None = None
    """Since when records are kept here, as was answered with it."""
    undone_at: datetime | None = None
    undone_by_id: int | None = Field(default=None, foreign_key="staff.id")
    undone_because: str = Field(default="", max_length=500)


class ImportedRow(Base, table=True):
    """One row that a batch wrote: of evidence, the version it added; of a thing, its id and, where it was there before,
    what the batch changed in it."""

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="import_batch.id", index=True)
    sheet: str = Field(default="", max_length=60)
    line: int
    kind: str = Field(max_length=60)
    """The table it is a row of."""
    row_id: int
    was_new: bool
    former: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    """The values before, by column: of things that were changed in place."""


class ImportMapping(Versioned, Base, table=True):
    """How a kind of sheet was understood, kept for the next one of the same headings."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=120)
    community_id: int | None = Field(default=None, foreign_key="community.id", index=True)
    """None: an administrator's, for the whole service."""
    headings: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    """Those of the sheet it was made from, in lower case: what it is found again by."""
    told: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    """As `rules.importing.Told`: columns, order of dates, words."""
    people: dict[str, int] = Field(default_factory=dict, sa_type=sa.JSON)
    """Names as written there, to the person that somebody said they are."""
    kept_by_id: int = Field(foreign_key="staff.id")
    kept_at: datetime


class ExportEntry(Base, table=True):
    """The register of what was taken away: who, when, what, as at which day, and to whom it was handed."""

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(max_length=20, unique=True)
    """As the file itself says it."""
    made_at: datetime = Field(index=True)
    made_by_id: int | None = Field(default=None, foreign_key="staff.id", index=True)
    """None: from the command line, by nobody's account."""
    kind: str = Field(max_length=60, index=True)
    title: str = Field(max_length=200)
    made_for: str = Field(default="", max_length=300)
    """By role and place."""
    as_at: date | None = None
    known_at: datetime | None = None
    since: date | None = None
    until: date | None = None
    community_ids: list[int] = Field(default_factory=list, sa_type=sa.JSON)
    form: str = Field(default="", max_length=20)
    """named, coded or counts."""
    marking: str = Field(default="", max_length=40)
    handed_to: str = Field(default="", max_length=200)
    file_name: str = Field(default="", max_length=160)
    digest: str = Field(default="", max_length=64)
    """SHA-256 of the file's content, in hexadecimal."""
    rows: int = 0
