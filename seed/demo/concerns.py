"""Two concerns, one of them withheld, and a shared record opened by emergency access whose review waits. Nothing in
them is about a resident."""

from sqlmodel import Session, col, select

from seed.demo.stage import Stage
from tcsuper.models import (
    Attendance,
    AttendanceStatus,
    ConcernCategory,
    ConfidentialKind,
    EmergencyReason,
    SupervisionSession,
)
from tcsuper.queries.evidence import current
from tcsuper.services.concerns import raise_concern, set_outside_person
from tcsuper.services.emergency_access import ask_for_text, read_opened_text
from tcsuper.services.shared_records import write_shared_record

RAISED = [  # days ago, by, about, category, words, whether they were told first
    (
        9, "kelly-ann.briggs", "marcus.adeyemi", ConcernCategory.UNSAFE_PRACTICE,
        "Twice this month the small group ran on with one member of staff because nobody had been asked to cover. "
        "I said so at the after-group both times. I would like it looked at before it happens a third time.", True,
    ),
    (
        6, "ben.ellis", "asha.rao", ConcernCategory.CONDUCT_OF_SUPERVISION,
        "Our last three sessions were moved on the morning itself, and two ended early for calls. "
        "I have not found a good moment to say so, and it is my only hour.", False,
    ),
]  # fmt: skip
RECORD = (
    "Themes\nTwo nights in a row without sleep, and what that does to patience.\n\nAgreed\nTo say so before a group."
)
WHY = "A complaint names this session, and the governor asks by tomorrow what had been agreed in it."
WRITTEN, OPENED = 5, 2
"""Days ago."""


def plan_concerns(stage: Stage) -> None:
    stage.at(stage.ago(200), name_somebody_outside)
    for ago, *concern in RAISED:
        stage.at(stage.ago(ago), raise_one, *concern)
    stage.at(stage.ago(WRITTEN), write_record)
    stage.at(stage.ago(OPENED), open_it)


# ---------------------------------------------------------------------------------------------------------------------
# What happens


def name_somebody_outside(db: Session, stage: Stage) -> None:
    set_outside_person(db, by=stage.someone("asha.rao"), name="Dr Morwenna Gwilym, clinical governance, 01632 960 114")


def raise_one(
    db: Session, stage: Stage, by: str, about: str, category: ConcernCategory, text: str, told_first: bool
) -> None:
    raise_concern(
        db,
        by=stage.someone(by),
        about_id=stage.people[about],
        category=category,
        text=text,
        subject_told_first=told_first,
    )


def write_record(db: Session, stage: Stage) -> None:
    """Of Imran's last session with an officer of B: nobody else's to read but theirs."""
    session = db.exec(
        select(SupervisionSession)
        .join(Attendance)
        .where(
            SupervisionSession.supervisor_id == stage.people["imran.chaudhry"],
            SupervisionSession.purpose == "clinical",
            SupervisionSession.community_id == stage.communities["Ashdown B"],
            col(SupervisionSession.group_id).is_(None),
            Attendance.status == AttendanceStatus.ATTENDED,
            current(SupervisionSession),
        )
        .order_by(col(SupervisionSession.held_on).desc())
    ).first()
    if session is not None:
        record = write_shared_record(
            db, by=stage.someone("imran.chaudhry"), session_record_id=session.record_id, words=RECORD, share=True
        )
        stage.made["opened in an emergency"] = record.record_id


def open_it(db: Session, stage: Stage) -> None:
    record = stage.made.get("opened in an emergency")
    if record is not None:
        asha = stage.someone("asha.rao")
        access = ask_for_text(
            db,
            by=asha,
            proof=None,
            kind=ConfidentialKind.SHARED_RECORD,
            text_record_id=record,
            reason=EmergencyReason.COMPLAINT,
            words=WHY,
        )
        read_opened_text(db, by=asha, access_id=access.id)
