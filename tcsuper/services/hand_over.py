"""Handing agreements over to another supervisor: one step, nothing in between."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from tcsuper.access import Actor, acting
from tcsuper.audit import record_event
from tcsuper.clock import today
from tcsuper.errors import InvalidRecord
from tcsuper.models import SupervisionAgreement
from tcsuper.queries.hand_over import hand_over_plan
from tcsuper.queries.signing import parties_of
from tcsuper.rules.dated import first_review_on
from tcsuper.services.agreements import check_one_coordinating, plan_anew, planned_after
from tcsuper.settings import service_number

LONGEST_AHEAD = timedelta(days=366)


def hand_over(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    agreement_ids: Sequence[int],
    supervisor_id: int,
    last_day: date,
) -> list[SupervisionAgreement]:
    """`supervisor_id` takes these agreements on the day after `last_day`, on the terms they have; nobody has signed
    them yet, and they are reviewed as new ones are. What is planned after that day moves with them. The session log is
    the new supervisor's to read, as that of everybody they supervise; what was written is not, unless the supervisee
    agrees (`let_read_former_records`). Raises InvalidRecord with every agreement that cannot be handed over."""
    by = acting(db, by, submission)
    if not agreement_ids:
        raise InvalidRecord(agreement_ids="Choose at least one agreement.")
    db.exec(
        select(SupervisionAgreement.id).where(col(SupervisionAgreement.id).in_(agreement_ids)).with_for_update()
    ).all()
    plan = hand_over_plan(db, viewer=by, agreement_ids=agreement_ids, supervisor_id=supervisor_id, last_day=last_day)
    if wrong := [one.words for one in plan if one.problem]:
        raise InvalidRecord(agreement_ids=" ".join(wrong))
    if last_day > today() + LONGEST_AHEAD:
        raise InvalidRecord(last_day="Choose a last day within the next twelve months.")
    former = [db.get_one(SupervisionAgreement, one.agreement_id) for one in plan]
    people = {staff_id for signs in parties_of(db, former, last_day).values() for staff_id in signs}
    made, moved = [], 0
    for one in former:
        following = _following(db, one, supervisor_id, last_day)
        planned = planned_after(db, [one.id or 0], last_day)
        for session in planned:
            plan_anew(db, by, session, following)
        made.append(following)
        moved += len(planned)
    record_event(
        db,
        by=by,
        action="hand_over",
        object_kind="supervision_agreement",
        object_key=former[0].id if len(former) == 1 else "",
        about=people | {supervisor_id},
        agreements=[one.id for one in former],
        followed_by=[one.id for one in made],
        last_day=last_day.isoformat(),
        sessions_moved=moved,
    )
    return made


def _following(db: Session, former: SupervisionAgreement, supervisor_id: int, last_day: date) -> SupervisionAgreement:
    """The former one ended, and the one that follows it, stored."""
    end_on, start_on = former.end_on, last_day + timedelta(days=1)
    former.end_on = last_day
    db.flush()
    following = SupervisionAgreement(
        supervisor_id=supervisor_id,
        supervisee_id=former.supervisee_id,
        group_id=former.group_id,
        purpose=former.purpose,
        of_supervision=former.of_supervision,
        start_on=start_on,
        end_on=end_on,
        usual_minutes=former.usual_minutes,
        every_days=former.every_days,
        place=former.place,
        review_on=first_review_on(start_on, service_number(db, "review_every_months")),
        trainee_role=former.trainee_role,
        piece_of_work=former.piece_of_work,
        rule_sets=list(former.rule_sets),
        confidentiality=former.confidentiality,
        follows_id=former.id,
    )
    check_one_coordinating(db, following)
    db.add(following)
    db.flush()
    return following
