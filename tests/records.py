"""A small service whose days never move: what examples and exports are compared with, cell for cell."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from tcsuper.models import (
    Account,
    Attendance,
    AttendanceStatus,
    Body,
    BodyKind,
    Community,
    Course,
    CourseKind,
    Establishment,
    GroupMember,
    JobDescription,
    Post,
    Registration,
    Requirement,
    RequirementKind,
    Role,
    RoleGrant,
    SessionForm,
    SessionState,
    Staff,
    SupervisionAgreement,
    SupervisionGroup,
    SupervisionPurpose,
    SupervisionSession,
    TrainingRecord,
    TrainingResult,
    WhatIsRecorded,
)

BEGAN, THEN = date(2024, 5, 2), datetime(2026, 3, 31, 12, tzinfo=UTC)
TUESDAY = date(2026, 3, 3)


def make_frame(db: Session) -> dict[str, int]:
    """What records stand on: a place, roles, courses, a body, a purpose, and an administrator and a manager without
    posts. Ids by name."""
    ids: dict[str, int] = {}

    def keep(key: str, row: Any) -> int:
        db.add(row)
        db.flush()
        ids[key] = row.id
        return int(row.id)

    keep("prison", Establishment(name="Ashdown"))
    for name in ("Ashwood", "Beech"):
        keep(name, Community(establishment_id=ids["prison"], name=name))
    for code, role in (("tc_officer", "TC officer"), ("therapy_manager", "Therapy manager")):
        keep(code, JobDescription(code=code, role_name=role, reference=f"Role: {role}", title=role))
    for code, title in (("tcat_1", "TCAT 1"), ("tcat_2", "TCAT 2")):
        keep(code, Course(code=code, title=title, kind=CourseKind.COURSE))
    keep(
        "hcpc",
        Body(code="hcpc", name="Health and Care Professions Council", short_name="HCPC", kind=BodyKind.STATUTORY),
    )
    db.add(SupervisionPurpose(code="clinical", name="Clinical supervision", position=1, records=WhatIsRecorded.FULL))
    for number, (name, username, role, place) in enumerate(
        (
            ("Eve Admin", "eve.admin", Role.ADMINISTRATOR, {}),
            ("Mari Manager", "mari.manager", Role.THERAPY_MANAGER, {"community_id": ids["Ashwood"]}),
        ),
        1,
    ):
        keep(name, Staff(full_name=name, code=f"P-{number:03}"))
        keep(username, Account(staff_id=ids[name], username=username, must_change_password=False))
        db.add(RoleGrant(staff_id=ids[name], role=role, start_on=BEGAN, approved_at=THEN, **place))
    db.flush()
    return ids


def make_records(db: Session) -> dict[str, int]:
    """The frame, and people with something of every kind that is taken in and out."""
    ids = make_frame(db)

    def keep(key: str, row: Any) -> int:
        db.add(row)
        db.flush()
        ids[key] = row.id
        return int(row.id)

    for number, (name, staff_number) in enumerate(
        (("Asha Rao", None), ("Ben Ellis", "004711"), ("Bela Ó Néill", "007")), 3
    ):
        keep(name, Staff(full_name=name, code=f"P-{number:03}", staff_number=staff_number))
    asha, ben, bela = ids["Asha Rao"], ids["Ben Ellis"], ids["Bela Ó Néill"]
    keep("asha.rao", Account(staff_id=asha, username="asha.rao", must_change_password=False))
    db.add(
        RoleGrant(
            staff_id=asha, role=Role.THERAPY_MANAGER, community_id=ids["Ashwood"], start_on=BEGAN, approved_at=THEN
        )
    )
    for who, role, facts in (
        (asha, "therapy_manager", {}),
        (ben, "tc_officer", {"line_manager_id": asha, "hours_a_week": 22.5}),
        (bela, "tc_officer", {"line_manager_id": asha, "end_on": date(2026, 12, 31)}),
    ):
        keep(
            f"post-{who}",
            Post(staff_id=who, job_description_id=ids[role], community_id=ids["Ashwood"], start_on=BEGAN, **facts),
        )
    db.add(
        Requirement(
            kind=RequirementKind.COURSE, job_description_id=ids["tc_officer"], title="TCAT 1",
            terms={"any_of": ["tcat_1"], "target_days": 90}, mark="service", start_on=BEGAN,
        )
    )  # fmt: skip
    known = {"recorded_at": THEN}
    db.add_all(
        [
            TrainingRecord(
                staff_id=ben, course_id=ids["tcat_1"], completed_on=date(2024, 6, 14), certificate="A 12", **known,
            ),
            TrainingRecord(
                staff_id=bela, course_id=ids["tcat_1"], completed_on=date(2024, 9, 2),
                result=TrainingResult.ASKED_TO_REPEAT, **known,
            ),
            TrainingRecord(
                staff_id=bela, course_id=ids["tcat_1"], completed_on=date(2025, 2, 28),
                printed_expiry_on=date(2028, 2, 29), **known,
            ),
            Registration(
                staff_id=asha, body_id=ids["hcpc"], number="PYL012345", registered_on=date(2019, 6, 1),
                expires_on=date(2027, 5, 31), **known,
            ),
        ]
    )  # fmt: skip
    add_agreements(db, ids)
    _held(db, ids, "of group", TUESDAY, "14:00", 90, {ben: ("attended", 90), bela: ("late", 60)})
    _held(
        db,
        ids,
        "of group",
        TUESDAY + timedelta(days=7),
        "14:00",
        90,
        {ben: ("apologies_leave", 0), bela: ("attended", 90)},
    )
    _held(db, ids, "of ben", TUESDAY + timedelta(days=8), "", 50, {ben: ("attended", 50)})
    db.flush()
    return ids


def add_agreements(db: Session, ids: dict[str, int]) -> None:
    """Who supervises whom, in whatever database these people are: they are no part of the records' own files."""
    asha, ben, bela = ids["Asha Rao"], ids["Ben Ellis"], ids["Bela Ó Néill"]

    def keep(key: str, row: Any) -> None:
        db.add(row)
        db.flush()
        ids[key] = row.id

    keep(
        "group",
        SupervisionGroup(community_id=ids["Ashwood"], name="Tuesday supervision", purpose="clinical", start_on=BEGAN),
    )
    db.add_all(GroupMember(group_id=ids["group"], staff_id=who, start_on=BEGAN) for who in (ben, bela))
    keep(
        "of group", SupervisionAgreement(supervisor_id=asha, group_id=ids["group"], purpose="clinical", start_on=BEGAN)
    )
    keep("of ben", SupervisionAgreement(supervisor_id=asha, supervisee_id=ben, purpose="clinical", start_on=BEGAN))


def _held(
    db: Session, ids: dict[str, int], agreement: str, on: date, at: str, minutes: int, there: dict[int, tuple[str, int]]
) -> None:
    of_group = agreement == "of group"
    session = SupervisionSession(
        agreement_id=ids[agreement], group_id=ids["group"] if of_group else None, supervisor_id=ids["Asha Rao"],
        community_id=ids["Ashwood"], purpose="clinical", form=SessionForm.GROUP if of_group else SessionForm.INDIVIDUAL,
        state=SessionState.HELD, held_on=on, starts_at=at, minutes=minutes, contracted=len(there), recorded_at=THEN,
    )  # fmt: skip
    db.add(session)
    db.flush()
    db.add_all(
        Attendance(session_id=session.id or 0, staff_id=who, status=AttendanceStatus(status), minutes=attended)
        for who, (status, attended) in there.items()
    )
