"""The document of one role, read in, and its next version, of which some is still to settle. Both are invented."""

from datetime import timedelta

from sqlmodel import Session, select

from seed.demo.cast import U, manager_on
from seed.demo.stage import Stage
from tcsuper.clock import today
from tcsuper.models import HoldingKind, Responsibility
from tcsuper.readers.job_description import parse
from tcsuper.readers.text_of import text_of
from tcsuper.services.job_descriptions import add_version, fill_texts
from tcsuper.services.responsibilities import hold_responsibility, set_led

BY, JOB, HOLDER = "asha.rao", "group_facilitator", "ffion.gwynne"
PREPARES_VISITS, KEEPS_THE_DIARY = 5, 6
FIRST = """Job title: Therapeutic Group Facilitator
Classification: Official
Responsibilities
- Prepare the room for each small group and stay for the whole of it
- Co-facilitate two small groups a week with a psychotherapist
- Write up each group on the same day, in words that residents may read
- Bring what was hard in a group to supervision
- Show visitors the community's morning meeting and explain what they will see there
- Keep the diary of groups and tell the wing of any change by noon
- Introduce new residents to the way a small group works
- Order paper, paint and clay for the creative groups
Essential experience
- Work with groups, paid or not
"""
SECOND = """Job title: Therapeutic Group Facilitator
Version: 2.0
Classification: Official
Responsibilities
- Co-facilitate two small groups a week with a psychotherapist
- Prepare the room for each small group, stay for the whole of it and put the chairs back
- Write up each group on the same day, in words that residents may read
- Bring what was hard in a group to supervision
- Show visitors the community's morning meeting and explain what they will see there, and keep the diary of groups and \
tell the wing of any change by noon
- Introduce new residents to the way a small group works
- Take the minutes of the monthly review of groups
Essential experience
- Work with groups, paid or not
"""


def plan_job_descriptions(stage: Stage) -> None:
    stage.at(stage.ago(400), read_in)
    stage.at(stage.ago(9), read_next)


def read_in(db: Session, stage: Stage) -> None:
    text, by = text_of(FIRST.encode()), stage.someone(BY)
    fill_texts(db, by=by, job_description_id=stage.jobs[JOB], reading=parse(text.lines))
    for number in (PREPARES_VISITS, KEEPS_THE_DIARY):
        found = select(Responsibility.id).where(
            Responsibility.job_description_id == stage.jobs[JOB], Responsibility.number == number
        )
        duty = db.exec(found).one() or 0
        set_led(db, by=by, responsibility_id=duty, is_led=True)
        hold_responsibility(
            db,
            by=stage.someone(manager_on(stage, U, today())),
            responsibility_id=duty,
            staff_id=stage.people[HOLDER],
            community_id=stage.communities[U],
            kind=HoldingKind.LEAD,
            start_on=today(),
        )


def read_next(db: Session, stage: Stage) -> None:
    read = parse(text_of(SECOND.encode()).lines)
    in_force_from = today() + timedelta(days=30)
    add_version(db, by=stage.someone(BY), role_id=stage.jobs[JOB], reading=read, in_force_from=in_force_from)
