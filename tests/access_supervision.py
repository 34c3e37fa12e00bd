"""The entries of supervision, agreements, standings, people and the home page: see tests/access_cases.py."""

from typing import Any

from sqlmodel import Session

from tcsuper.access import Action, Actor, Object, actor_for_staff
from tcsuper.clock import today
from tcsuper.models import (
    Answer,
    AttendanceStatus,
    CancelledBy,
    Community,
    LostBecause,
    Post,
    RequirementKind,
    SupervisionGroup,
    SupervisionSession,
)
from tcsuper.queries import agreements, disputes, due, home, people, standing, supervision, team
from tcsuper.queries.standing import STATUS_OBJECTS
from tcsuper.services import agreements as agree
from tcsuper.services import groups
from tcsuper.services import supervision as do
from tcsuper.services.keeping_sessions import Entry
from tests.access_case import COUNTED, PLACES, SEEN, YESTERDAY, Case, own, place_id
from tests.access_oracle import PEOPLE, B, C
from tests.access_stage import Stage, stored
from tests.people import LONG_AGO, Cast

SUPERVISOR = {"Ben": "Asha", "Cai": "Carol"}
"""By subject: whose session it is that the attempts are about."""
KINDS = (
    RequirementKind.SUPERVISION,
    RequirementKind.AGREEMENT,
    RequirementKind.COURSE,
    RequirementKind.REGISTRATION,
    RequirementKind.PRACTICE,
    RequirementKind.EVENT,
)
"""One of each object in STATUS_OBJECTS."""
MANAGED = {"Asha": B, "Carol": C}


def _is_supervisor(actor: str, subject: str) -> bool:
    return SUPERVISOR[subject] == actor


def theirs(cast: Cast, subject: str) -> int:
    """The subject's agreement with their own therapy manager."""
    return {"Ben": cast.ben_agreement, "Cai": cast.cai_agreement}[subject]


def their_agreement(by: Actor, cast: Cast, subject: str) -> int:
    """The actor's own agreement with the subject, else the one that their manager has."""
    mine = {("Gwen", "Cai"): cast.gwen_agreement, ("Lena", "Ben"): cast.lena_agreement}
    return mine.get((by.name, subject), theirs(cast, subject))


# ---------------------------------------------------------------------------------------------------------------------
# Groups and agreements


def _make_agreement(db: Session, by: Actor, cast: Cast, subject: str, supervisor: int) -> Any:
    return agree.make_agreement(
        db, by=by, supervisor_id=supervisor, supervisee_id=cast.id(subject), start_on=YESTERDAY, every_days=14
    )


def _make_group(db: Session, by: Actor, cast: Cast, place: int, members: list[str]) -> Any:
    return groups.make_group(
        db,
        by=by,
        community_id=place,
        name="Tuesday group",
        purpose="clinical",
        start_on=YESTERDAY,
        member_ids=[cast.id(name) for name in members],
    )


def _group_with(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    """A manager makes a group in a community of hers with the subject in it, wherever they work."""
    place = place_id(cast, MANAGED.get(by.name, B))
    return _make_group(db, by, cast, place, [subject, "Bela" if by.name != "Carol" else "Carol"])


def _change_members(db: Session, by: Actor, cast: Cast, place: str) -> Any:
    group = cast.group if place == B else _group_in(db, place_id(cast, place))
    joining = ["Asha"] if place == B else ["Cai"]
    return groups.change_members(db, by=by, group_id=group, on=today(), joining=[cast.id(name) for name in joining])


def _join(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    group = _group_in(db, place_id(cast, MANAGED.get(by.name, B)))
    return groups.change_members(db, by=by, group_id=group, on=today(), joining=[cast.id(subject)])


def _group_in(db: Session, community: int) -> int:
    return stored(db, SupervisionGroup(community_id=community, name="Friday", purpose="clinical", start_on=LONG_AGO))


# ---------------------------------------------------------------------------------------------------------------------
# Sessions


def _record(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    return _record_in(db, by, cast, subject, their_agreement(by, cast, subject))


def _record_in(db: Session, by: Actor, cast: Cast, subject: str, agreement: int) -> Any:
    return do.record_session(
        db,
        by=by,
        agreement_id=agreement,
        held_on=YESTERDAY,
        minutes=60,
        entries=_entries(cast, subject),
    )


def _entries(cast: Cast, subject: str) -> list[Entry]:
    return [Entry(cast.id(subject), AttendanceStatus.ATTENDED)]


def _supervisor(db: Session, cast: Cast, subject: str) -> Actor:
    return actor_for_staff(db, cast.id(SUPERVISOR[subject]))


def recorded(db: Session, cast: Cast, subject: str) -> SupervisionSession:
    """A session of the subject with their own supervisor, recorded just now in the same transaction."""
    return _record_in(db, _supervisor(db, cast, subject), cast, subject, theirs(cast, subject))


def _planned(db: Session, cast: Cast, subject: str) -> SupervisionSession:
    by = _supervisor(db, cast, subject)
    return do.plan_session(db, by=by, agreement_id=theirs(cast, subject), held_on=YESTERDAY)


def _lost(db: Session, by: Actor, agreement: int, **planned: Any) -> Any:
    return do.record_lost_session(
        db,
        by=by,
        agreement_id=agreement,
        held_on=YESTERDAY,
        cancelled_by=CancelledBy.ESTABLISHMENT,
        lost_because=LostBecause.LOCKDOWN,
        **planned,
    )


def _own_lost(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    planned = _planned(db, cast, subject)
    return _lost(db, by, theirs(cast, subject), planned_record_id=planned.record_id)


def _correct(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    session, entries = recorded(db, cast, subject), _entries(cast, subject)
    return do.correct_session(db, by=by, session_id=session.id or 0, reason="Shorter", minutes=50, entries=entries)


def _void(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    return do.void_session(db, by=by, session_id=recorded(db, cast, subject).id or 0, reason="Twice")


def _answer(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    record = recorded(db, cast, subject).record_id
    return do.answer_attendance(db, by=by, session_record_id=record, answer=Answer.CONFIRMED)


def _in_log(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    session = recorded(db, cast, subject)
    log = supervision.session_log(db, viewer=by, since=YESTERDAY, until=today())
    return session.record_id in set(log["record_id"])


def _at_session(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    session = recorded(db, cast, subject)
    return cast.id(subject) in set(supervision.attendance_at(db, viewer=by, session_id=session.id or 0)["staff_id"])


def _is_mine(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    record = recorded(db, cast, subject).record_id
    return record in {one.record_id for one in supervision.my_attendance(db, viewer=by)}


def _waits_for_me(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    record = _planned(db, cast, subject).record_id
    return record in {one.record_id for one in supervision.sessions_to_record(db, viewer=by)}


def _dispute_seen(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    record = recorded(db, cast, subject).record_id
    themselves = actor_for_staff(db, cast.id(subject))
    do.answer_attendance(
        db, by=themselves, session_record_id=record, answer=Answer.DISPUTED, comment="I was there for longer"
    )
    return record in {one.record_id for one in disputes.disputed_sessions(db, viewer=by)}


def _lost_causes(db: Session, by: Actor, cast: Cast, place: str) -> bool:
    assert place == B
    _lost(db, actor_for_staff(db, cast.id("Asha")), cast.group_agreement)
    return due.lost_sessions(db, viewer=by, on=today()) is not None


# ---------------------------------------------------------------------------------------------------------------------
# Standings


def _standing_seen(kind: RequirementKind) -> Case:
    def attempt(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
        rows = standing.standings_seen(db, viewer=by, on=today(), kinds=[kind])
        return any(row.person == subject and row.kind is kind for row in rows)

    return Case(STATUS_OBJECTS[kind], Action.READ, attempt, SEEN)


def _whose_status(kind: RequirementKind) -> Case:
    def attempt(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
        return cast.id(subject) in set(db.scalars(standing.whose_status(by, kind)))

    return Case(STATUS_OBJECTS[kind], Action.READ, attempt, SEEN)


def _whole_record(kind: RequirementKind) -> Case:
    """Beyond the status: the sentence of the record."""

    def attempt(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
        return cast.id(subject) in standing.sight_of(db, by, [kind]).whole[kind]

    return Case(STATUS_OBJECTS[kind], Action.READ, attempt)


def _my_posts(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    """The subject moves to a community of their own."""
    alone = stored(db, Community(establishment_id=cast.establishment, name="Alone"))
    stored(
        db,
        Post(staff_id=cast.id(subject), job_description_id=cast.officer, community_id=alone, start_on=YESTERDAY),
    )
    return ("Officer", "Alone") in people.posts_of(db, viewer=by)


def _my_team(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    seen = home.my_team(db, viewer=by)
    return seen is not None and any(task.title.startswith(f"{subject} ·") for task in seen.tasks)


CASES = {
    "services.groups.make_group": Case(
        Object.AGREEMENT,
        Action.CREATE,
        lambda db, by, cast, place: _make_group(
            db, by, cast, place_id(cast, place), ["Ben", "Bela"] if place == B else ["Cai", "Carol"]
        ),
        subjects=PLACES,
    ),
    "services.groups.make_group/with somebody": Case(
        Object.AGREEMENT, Action.CREATE, _group_with, only=lambda actor, _: actor in MANAGED
    ),
    "services.groups.change_members": Case(Object.AGREEMENT, Action.CREATE, _change_members, subjects=PLACES),
    "services.groups.change_members/to somebody": Case(
        Object.AGREEMENT, Action.CREATE, _join, only=lambda actor, _: actor in MANAGED
    ),
    "services.agreements.make_agreement": Case(
        Object.AGREEMENT,
        Action.CREATE,
        lambda db, by, cast, subject: _make_agreement(db, by, cast, subject, by.staff_id),
    ),
    "services.agreements.make_agreement/for another supervisor": Case(
        Object.AGREEMENT,
        Action.CREATE,
        lambda db, by, cast, subject: _make_agreement(
            db, by, cast, subject, cast.id("Asha" if by.name == "Carol" else "Carol")
        ),
        leave_out=("as_supervisor",),
    ),
    "services.agreements.end_agreement": Case(
        Object.AGREEMENT,
        Action.CREATE,
        lambda db, by, cast, subject: agree.end_agreement(
            db, by=by, agreement_id=their_agreement(by, cast, subject), end_on=YESTERDAY
        ),
    ),
    "services.agreements.end_agreement/of another supervisor": Case(
        Object.AGREEMENT,
        Action.CREATE,
        lambda db, by, cast, subject: agree.end_agreement(
            db, by=by, agreement_id=theirs(cast, subject), end_on=YESTERDAY
        ),
        party=SUPERVISOR,
    ),
    "services.supervision.plan_session": Case(
        Object.SESSION_LOG,
        Action.CREATE,
        lambda db, by, cast, subject: do.plan_session(
            db, by=by, agreement_id=their_agreement(by, cast, subject), held_on=today()
        ),
    ),
    "services.supervision.record_session": Case(Object.SESSION_LOG, Action.CREATE, _record),
    "services.supervision.record_session/of another supervisor": Case(
        Object.SESSION_LOG,
        Action.CREATE,
        lambda db, by, cast, subject: _record_in(db, by, cast, subject, theirs(cast, subject)),
        party=SUPERVISOR,
    ),
    "services.supervision.record_lost_session": Case(
        Object.SESSION_LOG,
        Action.CREATE,
        lambda db, by, cast, subject: _lost(db, by, their_agreement(by, cast, subject)),
    ),
    "services.supervision.record_lost_session/planned for me": Case(
        Object.SESSION_LOG, Action.REPORT, _own_lost, party=SUPERVISOR, or_as=Action.CREATE
    ),
    "services.supervision.correct_session": Case(Object.SESSION_LOG, Action.UPDATE, _correct, party=SUPERVISOR),
    "services.supervision.void_session": Case(Object.SESSION_LOG, Action.VOID, _void, party=SUPERVISOR),
    "services.supervision.answer_attendance": Case(Object.SESSION_LOG, Action.ANSWER, _answer),
    "queries.supervision.register_for": Case(
        Object.SESSION_LOG,
        Action.CREATE,
        lambda db, by, cast, subject: supervision.register_for(
            db, viewer=by, agreement_id=their_agreement(by, cast, subject), held_on=YESTERDAY
        ),
    ),
    "queries.supervision.agreements_to_record": Case(
        Object.SESSION_LOG,
        Action.CREATE,
        lambda db, by, cast, subject: any(
            one.label.startswith(f"{subject} ") for one in supervision.agreements_to_record(db, viewer=by)
        ),
    ),
    "queries.supervision.agreements_to_record/of another supervisor": Case(
        Object.SESSION_LOG,
        Action.CREATE,
        lambda db, by, cast, subject: (
            theirs(cast, subject) in {one.agreement_id for one in supervision.agreements_to_record(db, viewer=by)}
        ),
        party=SUPERVISOR,
    ),
    "queries.supervision.session_log": Case(Object.SESSION_LOG, Action.READ, _in_log),
    "queries.supervision.attendance_at": Case(Object.SESSION_LOG, Action.READ, _at_session),
    "queries.supervision.my_attendance": Case(Object.SESSION_LOG, Action.READ, _is_mine, only=own),
    "queries.supervision.sessions_to_record": Case(
        Object.SESSION_LOG, Action.CREATE, _waits_for_me, only=_is_supervisor
    ),
    "queries.disputes.disputed_sessions": Case(Object.SESSION_LOG, Action.READ, _dispute_seen, only=_is_supervisor),
    "queries.agreements.agreements_seen": Case(
        Object.AGREEMENT,
        Action.READ,
        lambda db, by, cast, subject: subject in set(agreements.agreements_seen(db, viewer=by, on=today())["whom"]),
    ),
    "queries.due.supervision_due": Case(
        Object.SUPERVISION_STATUS,
        Action.READ,
        lambda db, by, cast, subject: any(
            one.person == subject for one in due.supervision_due(db, viewer=by, on=today(), how_many=1)
        ),
        SEEN,
    ),
    "queries.due.lost_sessions": Case(Object.SESSION_LOG, Action.READ, _lost_causes, COUNTED, subjects=(B,)),
    "queries.people.people_to_choose": Case(
        Object.PERSON,
        Action.READ,
        lambda db, by, cast, subject: subject in {one.full_name for one in people.people_to_choose(db, viewer=by)},
        SEEN,
        subjects=("Ben", "Cai", "Asha"),
    ),
    "queries.people.supervisors_to_choose": Case(
        Object.PERSON,
        Action.READ,
        lambda db, by, cast, subject: subject in {one.full_name for one in people.supervisors_to_choose(db, viewer=by)},
        SEEN,
        subjects=("Ben", "Cai"),
    ),
    "queries.people.people_to_choose/to enter something": Case(
        Object.REGISTER_CHECK,
        Action.CREATE,
        lambda db, by, cast, subject: (
            subject
            in {
                one.full_name
                for one in people.people_to_choose(db, viewer=by, what=Object.REGISTER_CHECK, action=Action.CREATE)
            }
        ),
        subjects=("Ben", "Cai", "Asha"),
    ),
    "queries.people.communities_to_choose": Case(
        Object.TEAM_CHART,
        Action.READ,
        lambda db, by, cast, place: place in people.communities_to_choose(db, viewer=by).values(),
        COUNTED,
        subjects=PLACES,
    ),
    "queries.people.posts_of": Case(Object.PERSON, Action.READ, _my_posts, only=own),
    "queries.home.my_standings": Case(
        Object.TRAINING_STATUS,
        Action.READ,
        lambda db, by, cast, subject: any(row.person == subject for row in home.my_standings(db, viewer=by)),
        only=own,
    ),
    "queries.home.my_team": Case(
        Object.SUPERVISION_STATUS,
        Action.READ,
        _my_team,
        SEEN,
        only=lambda actor, subject: actor in MANAGED or subject in PEOPLE[actor].line_manages,
    ),
    "queries.standing.my_supervision_months": Case(
        Object.SUPERVISION_STATUS,
        Action.READ,
        lambda db, by, cast, subject: any(
            one.person == subject for one in standing.my_supervision_months(db, viewer=by, on=today(), how_many=1)
        ),
        only=own,
    ),
    "queries.team.kinds_by_community": Case(
        Object.TEAM_CHART,
        Action.READ,
        lambda db, by, cast, place: place in set(team.kinds_by_community(db, viewer=by, on=today())["community"]),
        COUNTED,
        subjects=PLACES,
    ),
    "queries.team.supervision_rate_by_month": Case(
        Object.TEAM_CHART,
        Action.READ,
        lambda db, by, cast, place: (
            place in set(team.supervision_rate_by_month(db, viewer=by, on=today(), how_many=1)["community"])
        ),
        COUNTED,
        subjects=PLACES,
    ),
    **{f"queries.standing.standings_seen/{kind}": _standing_seen(kind) for kind in KINDS},
    **{f"queries.standing.whose_status/{kind}": _whose_status(kind) for kind in KINDS},
    **{f"queries.standing.sight_of/{kind}": _whole_record(kind) for kind in KINDS},
}

BY_RELATIONSHIP = {
    "queries.due.counts_lost_only": "a fact of the viewer, no records: "
    "tests/queries/test_due.py::test_only_whoever_sees_counts_alone_is_offered_no_choice_of_lost_sessions",
    "queries.agreements.groups_seen": "community, membership or supervision: "
    "tests/test_access.py::test_a_group_is_seen_by_its_manager_and_its_members",
}

FOR_EVERYBODY = {
    "queries.agreements.purposes": "catalogue",
    "queries.standing.as_seen": "takes away from what was read",
    "queries.standing.standing_line": "reshapes what was read",
    "queries.standing.counted_for": "reshapes what was read",
    "queries.standing.is_to_come": "reshapes what was read",
    "queries.standing.months_frame": "reshapes what was read",
}
"""Says nothing about anybody, or no more than it is given."""

BELOW = {
    "queries.titles.titled": "about the query it is given",
    "services.agreements.contracted_on": "called by services that have checked",
    "queries.supervision.sittings_of": "bulk evidence: the caller chooses the people by the table",
    "queries.agreements.agreements_of": "bulk evidence",
    "queries.standing.standings": "the people are the caller's, chosen by the table",
    "queries.standing.supervision_months": "the people are the caller's, chosen by the table",
    "queries.standing.judged": "no access to the database of its own",
    "queries.standing.register_checks": "no access to the database of its own",
    "queries.standing.registration_standing": "no access to the database of its own",
    "queries.standing.community_names": "names of communities, for code that has chosen them",
    "queries.evidence.current": "a WHERE clause",
    "queries.evidence.end_of_day": "arithmetic",
    "queries.frames.frame_of": "runs the statement it is given",
}
