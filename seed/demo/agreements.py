"""Groups formed, joined and left; agreements made; the service's own minima set."""

from datetime import date, timedelta
from typing import NamedTuple

from sqlmodel import Session

from seed.demo.cast import MANAGER_OF, TEGWEN_IN_C, C, Person
from seed.demo.groups import (
    GROUPS,
    HANDED_OVER,
    LEFT_THE_GROUP,
    MINIMA,
    NOT_IN_A_GROUP,
    OF_SUPERVISION,
    OTHER_PURPOSES,
    PURPOSES,
    REVIEW_OVERDUE,
    REVIEWED,
    SENSITIVITY,
    SIGNED_HERE,
    SINGLE,
    TEAM,
    TRAINEE_ROLES,
    Group,
)
from seed.demo.stage import Stage
from tcsuper.clock import today
from tcsuper.models import SupervisionAgreement, TraineeSupervisor
from tcsuper.rules.minimum import Measure, Minimum
from tcsuper.rules.standing import add_months
from tcsuper.services.agreements import make_agreement
from tcsuper.services.catalogue import set_supervision_minimum
from tcsuper.services.groups import change_members, make_group
from tcsuper.services.hand_over import hand_over
from tcsuper.services.signing import (
    let_read_former_records,
    record_paper_signature,
    review_agreement,
    sign_agreement,
)

TERMS = (
    "What is said here stays between us. What has to be told outside: a risk of serious harm, safeguarding, security, "
    "practice that is not safe; and we speak about it first, unless that would make it worse."
)
SETTLING_IN = timedelta(days=6)
"""From the first day in post to the first day in a group or with a supervisor."""


class Supervision(NamedTuple):
    """An agreement as the demonstration knows it: `key` finds its id among what was made."""

    key: str
    supervisor: str
    supervisee: str
    group: Group | None
    purpose: str
    every_days: int
    minutes: int
    community: str
    start_on: date


def plan_agreements(stage: Stage, everybody: dict[str, Person]) -> list[Supervision]:
    """All of them, each noted down to be made on its day."""
    stage.at(stage.first_day, set_minima)
    agreements = [*_with_groups(stage, everybody), *_with_persons(stage, everybody)]
    for agreement in agreements:
        stage.at(agreement.start_on, agree, agreement)
    for agreement in agreements:
        if not agreement.group and agreement.purpose == "clinical":
            _keep_up(stage, agreement)
    return agreements


def set_minima(db: Session, stage: Stage) -> None:
    minima = [(job, Minimum(title, amount, purposes=PURPOSES[title])) for job, title, amount in MINIMA]
    minima += [(job, Minimum("Sensitivity group", 1, measure=Measure.MEETINGS, purposes=SENSITIVITY)) for job in TEAM]
    for job, minimum in minima:
        set_supervision_minimum(
            db,
            by=stage.someone("asha.rao"),
            job_description_id=stage.jobs[job],
            minimum=minimum,
            start_on=stage.first_day,
        )


def _with_groups(stage: Stage, everybody: dict[str, Person]) -> list[Supervision]:
    found = []
    for group in GROUPS:
        leader_came = everybody[group.leader].started(stage)
        begin = max(stage.first_day, leader_came + SETTLING_IN if leader_came > stage.first_day else leader_came)
        joined = {key: max(begin, day) for key, day in _members(stage, everybody, group).items()}
        stage.at(begin, form_group, group, begin, [key for key, day in joined.items() if day == begin])
        for key, day in joined.items():
            if day > begin:
                stage.at(day, join_group, group, key, day)
        for key, days in LEFT_THE_GROUP.items():
            if key in joined:
                stage.at(stage.ago(days), leave_group, group, key, stage.ago(days))
        found.append(
            Supervision(
                group.name,
                group.leader,
                "",
                group,
                group.purpose,
                group.every_days,
                group.minutes,
                group.community,
                begin,
            )
        )
    return found


def _members(stage: Stage, everybody: dict[str, Person], group: Group) -> dict[str, date]:
    """Who belongs to a group, and from when."""
    here = [
        key for key, person in everybody.items() if person.community == group.community and person.job in group.jobs
    ]
    joined = {}
    for key in [*here, *group.members]:
        if key not in NOT_IN_A_GROUP and key != group.leader or key in group.members:
            joined[key] = _settled(stage, everybody[key])
    if (group.community == C and group.jobs) or "tegwen.wyn-parry" in group.members:
        joined["tegwen.wyn-parry"] = stage.ago(TEGWEN_IN_C)
    return joined


def _settled(stage: Stage, person: Person) -> date:
    came = person.started(stage)
    return came + SETTLING_IN if came > stage.first_day else stage.first_day


def _with_persons(stage: Stage, everybody: dict[str, Person]) -> list[Supervision]:
    pairs = [
        (supervisor, every_days, "clinical", supervisee)
        for (supervisor, every_days), supervisees in SINGLE.items()
        for supervisee in supervisees.split()
    ]
    pairs += [
        (supervisor, every_days, purpose, supervisee)
        for (supervisor, every_days, purpose), supervisees in OTHER_PURPOSES.items()
        for supervisee in supervisees.split()
    ]
    return [
        Supervision(
            f"{supervisor} · {supervisee} · {purpose}",
            supervisor,
            supervisee,
            None,
            purpose,
            every_days,
            60,
            everybody[supervisee].community,
            max(_settled(stage, everybody[supervisor]), _settled(stage, everybody[supervisee])),
        )
        for supervisor, every_days, purpose, supervisee in pairs
    ]


# ---------------------------------------------------------------------------------------------------------------------
# What happens


def form_group(db: Session, stage: Stage, group: Group, on: date, members: list[str]) -> None:
    made = make_group(
        db,
        by=stage.someone(MANAGER_OF[group.community]),
        community_id=stage.communities[group.community],
        name=group.name,
        purpose=group.purpose,
        start_on=on,
        member_ids=[stage.people[key] for key in members],
        form=group.form,
    )
    stage.made[group] = made.id


def join_group(db: Session, stage: Stage, group: Group, key: str, on: date) -> None:
    by = stage.someone(MANAGER_OF[group.community])
    change_members(db, by=by, group_id=stage.made[group], on=on, joining=[stage.people[key]])


def leave_group(db: Session, stage: Stage, group: Group, key: str, on: date) -> None:
    by = stage.someone(MANAGER_OF[group.community])
    change_members(db, by=by, group_id=stage.made[group], on=on, leaving=[stage.people[key]])


def agree(db: Session, stage: Stage, one: Supervision) -> None:
    former = None if one.group or one.purpose != "clinical" else HANDED_OVER.get(one.supervisee)
    made = _make(db, stage, one, former or one.supervisor, one.start_on - timedelta(days=90 if former else 0))
    if former:
        (made,) = hand_over(
            db,
            by=stage.someone(MANAGER_OF[one.community]),
            agreement_ids=[made.id or 0],
            supervisor_id=stage.people[one.supervisor],
            last_day=one.start_on - timedelta(days=1),
        )
    stage.made[one.key] = made.id


def _make(db: Session, stage: Stage, one: Supervision, supervisor: str, start_on: date) -> SupervisionAgreement:
    return make_agreement(
        db,
        by=stage.someone(MANAGER_OF[one.community]),
        supervisor_id=stage.people[supervisor],
        supervisee_id=stage.people[one.supervisee] if one.supervisee else None,
        group_id=stage.made[one.group] if one.group else None,
        purpose=one.purpose,
        start_on=start_on,
        usual_minutes=one.minutes,
        every_days=one.every_days,
        place="Group room" if one.group else "Supervision room",
        review_on=_review_on(stage, one),
        of_supervision=(one.supervisor, one.purpose) in OF_SUPERVISION,
        trainee_role=_trainee_role(one),
        piece_of_work=TRAINEE_ROLES.get((one.supervisor, one.supervisee), ""),
        confidentiality=TERMS,
    )


def _keep_up(stage: Stage, one: Supervision) -> None:
    """What happened to it since: signed, reviewed, and for some the former supervisor's records opened."""
    if one.supervisee in SIGNED_HERE:
        stage.at(max(one.start_on, stage.ago(9)), sign, one, SIGNED_HERE[one.supervisee])
    if one.supervisee in REVIEWED:
        stage.at(max(one.start_on, stage.ago(REVIEWED[one.supervisee])), review, one)
    if one.supervisee in HANDED_OVER and one.supervisee in SIGNED_HERE:
        stage.at(max(one.start_on, stage.ago(8)), let_read, one)


def sign(db: Session, stage: Stage, one: Supervision, how: str) -> None:
    if how == "paper":
        for party in (one.supervisor, one.supervisee):
            manager = MANAGER_OF[one.community]
            if party != manager:
                record_paper_signature(
                    db,
                    by=stage.someone(manager),
                    agreement_id=stage.made[one.key],
                    staff_id=stage.people[party],
                    signed_on=today(),
                )
        return
    for party in (one.supervisor, one.supervisee) if how == "both" else (one.supervisor,):
        sign_agreement(db, by=stage.someone(party), agreement_id=stage.made[one.key])


def review(db: Session, stage: Stage, one: Supervision) -> None:
    review_agreement(
        db,
        by=stage.someone(one.supervisor),
        agreement_id=stage.made[one.key],
        reviewed_on=today(),
        next_review_on=add_months(today(), 12),
    )


def let_read(db: Session, stage: Stage, one: Supervision) -> None:
    let_read_former_records(db, by=stage.someone(one.supervisee), agreement_id=stage.made[one.key])


def _trainee_role(one: Supervision) -> TraineeSupervisor | None:
    piece_of_work = TRAINEE_ROLES.get((one.supervisor, one.supervisee))
    if piece_of_work is None:
        return None
    return TraineeSupervisor.DESIGNATED if piece_of_work else TraineeSupervisor.COORDINATING


def _review_on(stage: Stage, one: Supervision) -> date:
    """Reviewed once a year: the next time is within a year from now, except where it was let slip."""
    if one.supervisee in REVIEW_OVERDUE:
        return stage.ago(stage.chance.randint(12, 60))
    return stage.ago(-stage.chance.randint(15, 330))
