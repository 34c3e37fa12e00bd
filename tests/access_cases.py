"""How the access test calls each public function of services/ and queries/ about one person of the cast.

An entry names the line of access.csv that decides, and how to try. A service is tried in a transaction that is rolled
back: it refuses with NotAllowed, or not. A query answers whether the subject is in what came back.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlmodel import Session

from tcsuper.access import Action, Actor, Object, Shape, actor_for_staff
from tcsuper.clock import today
from tcsuper.models import AttendanceStatus, CancelledBy, LostBecause, RequirementKind
from tcsuper.queries import agreements, people, standing, supervision
from tcsuper.queries.standing import STATUS_OBJECTS
from tcsuper.services import supervision as do
from tests.people import Cast

YESTERDAY = today() - timedelta(days=1)
FULL, SEEN = (Shape.FULL,), (Shape.FULL, Shape.STATUS)
Attempt = Callable[[Session, Actor, Cast, str], Any]


@dataclass(frozen=True)
class Case:
    """`attempt(db, by, cast, subject)`: of a query it gives a bool, whether the subject is seen."""

    what: Object
    action: Action
    attempt: Attempt
    shapes: tuple[Shape, ...] = FULL
    leave_out: tuple[str, ...] = ("by_import",)
    """Conditions of the table that are not in play in this attempt."""
    only_own: bool = False
    """The function serves the person themselves, whatever else the table would give others."""


def _agreement(by: Actor, cast: Cast, subject: str) -> int:
    """The actor's own agreement with the subject, else the one that somebody else has."""
    own = {("Asha", "Ben"): cast.ben_agreement, ("Gwen", "Cai"): cast.gwen_agreement}
    of = {"Ben": cast.ben_agreement, "Cai": cast.cai_agreement}
    return own.get((by.name, subject), of[subject])


def _entries(cast: Cast, subject: str) -> list[do.Entry]:
    return [do.Entry(cast.id(subject), AttendanceStatus.ATTENDED)]


def _record(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    return do.record_session(
        db,
        by=by,
        agreement_id=_agreement(by, cast, subject),
        held_on=YESTERDAY,
        minutes=60,
        entries=_entries(cast, subject),
    )


def _recorded(db: Session, cast: Cast, subject: str) -> Any:
    """A session of the subject with their own supervisor, recorded just now in the same transaction."""
    supervisor = actor_for_staff(db, cast.id({"Ben": "Asha", "Cai": "Carol"}[subject]))
    return _record(db, supervisor, cast, subject)


def _lost(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    return do.record_lost_session(
        db,
        by=by,
        agreement_id=_agreement(by, cast, subject),
        held_on=YESTERDAY,
        cancelled_by=CancelledBy.ESTABLISHMENT,
        lost_because=LostBecause.LOCKDOWN,
    )


def _in_log(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    session = _recorded(db, cast, subject)
    log = supervision.session_log(db, viewer=by, since=YESTERDAY, until=today())
    return session.record_id in set(log["record_id"])


def _at_session(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    session = _recorded(db, cast, subject)
    return cast.id(subject) in set(supervision.attendance_at(db, viewer=by, session_id=session.id)["staff_id"])


CASES: dict[str, Case] = {
    "services.supervision.make_agreement": Case(
        Object.AGREEMENT,
        Action.CREATE,
        lambda db, by, cast, subject: do.make_agreement(
            db, by=by, supervisor_id=cast.id("Jo"), supervisee_id=cast.id(subject), start_on=YESTERDAY
        ),
    ),
    "services.supervision.end_agreement": Case(
        Object.AGREEMENT,
        Action.CREATE,
        lambda db, by, cast, subject: do.end_agreement(
            db, by=by, agreement_id=_agreement(by, cast, subject), end_on=YESTERDAY
        ),
    ),
    "services.supervision.plan_session": Case(
        Object.SESSION_LOG,
        Action.CREATE,
        lambda db, by, cast, subject: do.plan_session(
            db, by=by, agreement_id=_agreement(by, cast, subject), held_on=today()
        ),
    ),
    "services.supervision.record_session": Case(Object.SESSION_LOG, Action.CREATE, _record),
    "services.supervision.record_lost_session": Case(Object.SESSION_LOG, Action.CREATE, _lost),
    "queries.supervision.register_for": Case(
        Object.SESSION_LOG,
        Action.CREATE,
        lambda db, by, cast, subject: supervision.register_for(
            db, viewer=by, agreement_id=_agreement(by, cast, subject), held_on=YESTERDAY
        ),
    ),
    "queries.supervision.agreements_to_record": Case(
        Object.SESSION_LOG,
        Action.CREATE,
        lambda db, by, cast, subject: any(
            one.label.startswith(f"{subject} ") for one in supervision.agreements_to_record(db, viewer=by)
        ),
    ),
    "queries.supervision.session_log": Case(Object.SESSION_LOG, Action.READ, _in_log),
    "queries.supervision.attendance_at": Case(Object.SESSION_LOG, Action.READ, _at_session),
    "queries.agreements.agreements_seen": Case(
        Object.AGREEMENT,
        Action.READ,
        lambda db, by, cast, subject: subject in set(agreements.agreements_seen(db, viewer=by, on=today())["whom"]),
    ),
    "queries.people.people_to_choose": Case(
        Object.PERSON,
        Action.READ,
        lambda db, by, cast, subject: subject in {one.full_name for one in people.people_to_choose(db, viewer=by)},
        SEEN,
    ),
    **{
        f"queries.standing.standings_seen/{kind.value}": Case(
            STATUS_OBJECTS[kind],
            Action.READ,
            lambda db, by, cast, subject, kind=kind: any(
                row.person == subject and row.kind is kind
                for row in standing.standings_seen(db, viewer=by, on=today(), kinds=[kind])
            ),
            SEEN,
        )
        for kind in (RequirementKind.SUPERVISION, RequirementKind.COURSE, RequirementKind.EVENT)
    },
}

BY_RELATIONSHIP = {
    "services.supervision.make_group": "community of the group: test_groups_and_communities below",
    "services.supervision.change_members": "community of the group: test_groups_and_communities below",
    "services.supervision.correct_session": "the session's own supervisor: tests/services/test_supervision.py",
    "services.supervision.void_session": "the session's own supervisor: tests/services/test_supervision.py",
    "services.supervision.answer_attendance": "one's own attendance only: tests/services/test_supervision.py",
    "queries.supervision.sessions_to_record": "planned sessions of one's own: test_nobody_sees_anothers_own_list",
    "queries.supervision.my_attendance": "one's own: test_nobody_sees_anothers_own_list",
    "queries.supervision.disputed_sessions": "of sessions one supervised: test_nobody_sees_anothers_own_list",
    "queries.agreements.groups_seen": "communities, membership or supervision: test_groups_and_communities",
    "queries.people.communities_to_choose": "communities of a grant: test_whole_communities_are_for_their_grants",
    "queries.people.posts_of": "one's own posts",
    "queries.home.my_tasks": "put together from functions of this list",
    "queries.home.my_standings": "standings_seen about oneself",
    "queries.home.my_team": "standings of one's communities: test_whole_communities_are_for_their_grants",
    "queries.standing.my_supervision_months": "one's own",
    "queries.team.kinds_by_community": "communities of a grant: test_whole_communities_are_for_their_grants",
    "queries.team.supervision_rate_by_month": "communities of a grant: test_whole_communities_are_for_their_grants",
}
"""Decided by something narrower than a line of the table: what, and where it is proved."""

CHECKS_NOTHING = {
    "services.supervision.contracted_on": "called by services that have checked",
    "queries.supervision.sittings_of": "bulk evidence: the caller chooses the people by the table",
    "queries.training.completions_of": "bulk evidence",
    "queries.training.bookings_of": "bulk evidence",
    "queries.training.course_rules": "catalogue",
    "queries.training.course_titles": "catalogue",
    "queries.standing.standings": "the people are the caller's, chosen by the table",
    "queries.standing.supervision_months": "the people are the caller's, chosen by the table",
    "queries.standing.judged": "no access to the database of its own",
    "queries.standing.months_frame": "reshapes what was read",
    "queries.standing.community_names": "names of communities the caller may see",
    "queries.agreements.purposes": "catalogue",
    "queries.evidence.current": "a WHERE clause",
    "queries.evidence.end_of_day": "arithmetic",
    "queries.frames.frame_of": "runs the statement it is given",
}
"""Never called with a person's wish: why each is safe."""
