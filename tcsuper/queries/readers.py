"""Who can see this? The people by name, each with the reason, from the same table and the same clauses by which lists
and records decide.

Whoever might is found first, by their relationships; then each is asked about as if they came in: the answer is the
product's own, not a second telling of it. People without an open account can read nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper.access import (
    CHECKED_ELSEWHERE,
    Action,
    Actor,
    Object,
    Rule,
    Scope,
    Shape,
    actor_for_account,
    assessed_by,
    check_about,
    communities_within,
    concerns_visible_to,
    grant_holds,
    in_force,
    may_about,
    observations_visible_to,
    people_within,
    reports_of,
    rules_for,
    supervised_by,
    table,
)
from tcsuper.confidential import (
    actions_read_by,
    actions_worked_on_by,
    circle_of,
    shared_record_at,
    shared_records_read_by,
)
from tcsuper.errors import NotAllowed
from tcsuper.models import (
    Account,
    AgreedAction,
    Attendance,
    Community,
    Concern,
    GroupMember,
    Observation,
    Post,
    Role,
    RoleGrant,
    SharedRecord,
    Staff,
    StandIn,
    SupervisionAgreement,
    SupervisionGroup,
    SupervisionSession,
)
from tcsuper.queries.agreements import agreements_visible_to
from tcsuper.queries.evidence import current
from tcsuper.queries.supervision import sessions_visible_to
from tcsuper.words import listed


@dataclass(frozen=True)
class Reader:
    """Somebody who can see it. `why` says who they are to it, and how much they see when it is not all."""

    staff_id: int
    name: str
    why: str
    shape: Shape = Shape.FULL

    @property
    def words(self) -> str:
        return f"{self.name}: {self.why}"


BY_NAME = (Shape.FULL, Shape.STATUS)
SHAPE_WORDS = {
    Shape.FULL: "",
    Shape.STATUS: "; the status only",
    Shape.CODE: "; under a code, without the name",
    Shape.COUNTS: "; counts only, from five people up",
}


def readers_about(db: Session, *, viewer: Actor, what: Object, staff_id: int) -> list[Reader]:
    """Who can see records of this kind about somebody. Raises NotAllowed unless the viewer can, by name."""
    if not _assesses(db, viewer, what, staff_id):
        check_about(db, viewer, what, Action.READ, staff_id, BY_NAME)
    readers = []
    for actor in _who_might(db, viewer, [staff_id], everybody=_is_for_everybody(what)):
        for shape in Shape:
            if may_about(db, actor, what, Action.READ, staff_id, (shape,)):
                readers.append(_reader(db, actor, viewer, what, shape, [staff_id]))
                break
            if shape is Shape.FULL and _assesses(db, actor, what, staff_id):
                why = "supervises and may sign off, since a therapy manager lets them"
                readers.append(_reader(db, actor, viewer, what, shape, [staff_id], why))
                break
    return _checked(readers, viewer)


def _assesses(db: Session, actor: Actor, what: Object, staff_id: int) -> bool:
    """Whether somebody was named as an assessor of this person's competency, which opens no line of the table as a
    whole."""
    theirs = assessed_by(actor, Action.READ).subquery()
    found = sa.select(theirs.c[0]).where(theirs.c[0] == staff_id)
    return what is Object.COMPETENCY_SIGN_OFF and db.scalar(found) is not None


def readers_of_session(db: Session, *, viewer: Actor, session_id: int) -> list[Reader]:
    """Who can see one session in the log: date, length, attendance."""
    session = db.get(SupervisionSession, session_id)
    if session is None:
        raise NotAllowed
    people = list(db.exec(select(Attendance.staff_id).where(Attendance.session_id == session_id)))
    readers = []
    for actor in _who_might(db, viewer, people, [session.supervisor_id]):
        if _finds(db, col(SupervisionSession.id), session_id, sessions_visible_to(actor)):
            why = "held it" if actor.staff_id == session.supervisor_id else ""
            readers.append(_reader(db, actor, viewer, Object.SESSION_LOG, Shape.FULL, people, why))
    return _checked(readers, viewer) + _counted(db, viewer, Object.SESSION_LOG, people, readers)


def readers_of_observation(db: Session, *, viewer: Actor, record_id: UUID) -> list[Reader]:
    """Who can see one observation with its levels."""
    one = db.exec(select(Observation).where(Observation.record_id == record_id, current(Observation))).first()
    if one is None or one.id is None:
        raise NotAllowed
    people, readers = [one.observed_id], []
    for actor in _who_might(db, viewer, people, [one.observer_id]):
        if _finds(db, col(Observation.id), one.id, observations_visible_to(actor)):
            why = "observed it" if actor.staff_id == one.observer_id else ""
            readers.append(_reader(db, actor, viewer, Object.OBSERVATION_RATING, Shape.FULL, people, why))
    return _checked(readers, viewer) + _counted(db, viewer, Object.OBSERVATION_RATING, people, readers)


def readers_of_agreement(db: Session, *, viewer: Actor, agreement_id: int) -> list[Reader]:
    """Who can see one agreement in force."""
    agreement = db.get(SupervisionAgreement, agreement_id)
    if agreement is None:
        raise NotAllowed
    people = [agreement.supervisee_id] if agreement.supervisee_id else _members(db, agreement.group_id or 0, viewer)
    readers = []
    for actor in _who_might(db, viewer, people, [agreement.supervisor_id]):
        if _finds(db, col(SupervisionAgreement.id), agreement_id, agreements_visible_to(actor, actor.on)):
            why = "supervises by it" if actor.staff_id == agreement.supervisor_id else ""
            readers.append(_reader(db, actor, viewer, Object.AGREEMENT, Shape.FULL, people, why))
    return _checked(readers, viewer) + _counted(db, viewer, Object.AGREEMENT, people, readers)


def readers_of_shared_record(db: Session, *, viewer: Actor, session_record_id: UUID) -> list[Reader]:
    """Who can read the words of a session's shared record, as it stands."""
    circle = circle_of(db, session_record_id)
    record = shared_record_at(db, viewer, session_record_id)
    if circle is None or record is None:
        raise NotAllowed
    readers = []
    agreement = db.get(SupervisionAgreement, circle.session.agreement_id or 0)
    keeper = agreement.supervisor_id if agreement else circle.session.supervisor_id
    whys = {staff_id: "was there" for staff_id in circle.present}
    whys |= {keeper: "a stand-in held it for them", circle.session.supervisor_id: "supervised the session"}
    for actor in _who_might(db, viewer, list(circle.people), [keeper]):
        if _finds(db, col(SharedRecord.id), record.id or 0, shared_records_read_by(actor)):
            why = whys.get(actor.staff_id, "supervises now, and those who were there agreed")
            readers.append(_reader(db, actor, viewer, Object.SHARED_RECORD, Shape.FULL, list(circle.people), why))
    return _checked(readers, viewer)


def readers_of_action(db: Session, *, viewer: Actor, record_id: UUID) -> list[Reader]:
    """Who can read an agreed action, as it is shared now."""
    one = db.exec(select(AgreedAction).where(AgreedAction.record_id == record_id, current(AgreedAction))).first()
    circle = circle_of(db, one.session_record_id) if one else None
    if one is None or one.id is None or circle is None:
        raise NotAllowed
    people = list(circle.present) if one.owner_id is None else [one.owner_id]
    whys = {person: "was there" if one.owner_id is None else "agreed to do it" for person in people}
    whys[circle.session.supervisor_id] = "supervised the session"
    readers = []
    for actor in _who_might(db, viewer, people, [circle.session.supervisor_id]):
        if _finds(db, col(AgreedAction.id), one.id, actions_read_by(actor)):
            works_on_it = _finds(db, col(AgreedAction.id), one.id, actions_worked_on_by(actor))
            other = "supervises by that agreement" if works_on_it else "therapy manager, since its owner shared it"
            why = whys.get(actor.staff_id, other)
            readers.append(_reader(db, actor, viewer, Object.AGREED_ACTION, Shape.FULL, people, why))
    return _checked(readers, viewer) + _counted(db, viewer, Object.AGREED_ACTION, people, readers)


def readers_of_concern(db: Session, *, viewer: Actor, record_id: UUID) -> list[Reader]:
    """Who can read a concern, as it is routed now."""
    one = db.exec(select(Concern).where(Concern.record_id == record_id, current(Concern))).first()
    if one is None or one.id is None:
        raise NotAllowed
    whys = {one.routed_to_id: "it was routed to them", one.raised_by_id: "raised it", one.about_id: "it is about them"}
    others = [staff_id for staff_id in whys if staff_id is not None]
    readers = [
        _reader(db, actor, viewer, Object.CONCERN, Shape.FULL, others, whys.get(actor.staff_id, ""))
        for actor in _who_might(db, viewer, others)
        if _finds(db, col(Concern.id), one.id, concerns_visible_to(actor))
    ]
    return _checked(readers, viewer)


def _finds(db: Session, key: Any, number: int, clause: sa.ColumnElement[bool]) -> bool:
    return db.scalar(sa.select(key).where(key == number, clause)) is not None


def _checked(readers: list[Reader], viewer: Actor) -> list[Reader]:
    """Who may see a record may know who else can."""
    if not any(reader.staff_id == viewer.staff_id and reader.shape in BY_NAME for reader in readers):
        raise NotAllowed
    return sorted(readers, key=lambda one: (list(Shape).index(one.shape), one.staff_id != viewer.staff_id, one.name))


def _counted(db: Session, viewer: Actor, what: Object, people: Sequence[int], named: list[Reader]) -> list[Reader]:
    """Who sees no record, but figures or a code made of such records."""
    known, readers = {reader.staff_id for reader in named}, []
    for actor in _who_might(db, viewer, people):
        shapes = [
            shape
            for shape in (Shape.STATUS, Shape.CODE, Shape.COUNTS)
            if any(may_about(db, actor, what, Action.READ, one, (shape,)) for one in people)
        ]
        if actor.staff_id not in known and shapes:
            readers.append(_reader(db, actor, viewer, what, shapes[0], people))
    return sorted(readers, key=lambda one: one.name)


# ---------------------------------------------------------------------------------------------------------------------
# Who might


def _is_for_everybody(what: Object) -> bool:
    return any(
        rule.role is Role.STAFF and rule.scope in (Scope.COMMUNITIES, Scope.EVERYONE)
        for rule in table()
        if rule.object is what and rule.action is Action.READ
    )


def _who_might(
    db: Session, viewer: Actor, people: Sequence[int], others: Iterable[int] = (), everybody: bool = False
) -> list[Actor]:
    """Everybody with an open account who is something to these people or has a role: as they would come in now."""
    on, agreement = viewer.on, SupervisionAgreement
    groups = sa.select(col(GroupMember.group_id)).where(col(GroupMember.staff_id).in_(people))
    agreements = sa.or_(col(agreement.supervisee_id).in_(people), col(agreement.group_id).in_(groups))
    related: sa.CompoundSelect[Any] = sa.union(
        sa.select(col(agreement.supervisor_id)).where(agreements),
        sa.select(col(StandIn.staff_id))
        .join(agreement, col(agreement.id) == col(StandIn.agreement_id))
        .where(agreements),
        sa.select(col(Post.line_manager_id)).where(col(Post.staff_id).in_(people)),
        sa.select(col(RoleGrant.staff_id)).where(grant_holds(on)),
    )
    member = sa.select(col(GroupMember.staff_id)).where(
        col(GroupMember.group_id).in_(groups), in_force(GroupMember.start_on, GroupMember.end_on, on)
    )
    whoever = sa.or_(
        col(Account.staff_id).in_([*people, *others]),
        col(Account.staff_id).in_(sa.select(related.subquery().c[0])),
        col(Account.staff_id).in_(member),
    )
    accounts = db.scalars(sa.select(col(Account.id)).where(sa.true() if everybody else whoever)).all()
    actors = [actor_for_account(db, account, on) for account in accounts if account is not None]
    return [actor for actor in actors if actor is not None]


def _members(db: Session, group_id: int, viewer: Actor) -> list[int]:
    return list(
        db.exec(
            select(GroupMember.staff_id).where(
                GroupMember.group_id == group_id, in_force(GroupMember.start_on, GroupMember.end_on, viewer.on)
            )
        )
    )


# ---------------------------------------------------------------------------------------------------------------------
# Why


def _reader(
    db: Session, actor: Actor, viewer: Actor, what: Object, shape: Shape, people: Sequence[int], why: str = ""
) -> Reader:
    name = "You" if actor.staff_id == viewer.staff_id else actor.name
    reasons = [why] if why else _reasons(db, actor, what, shape, people, is_viewer=name == "You")
    return Reader(actor.staff_id, name, (listed(reasons) or "belongs to the group") + SHAPE_WORDS[shape], shape)


def _reasons(
    db: Session, actor: Actor, what: Object, shape: Shape, people: Sequence[int], is_viewer: bool
) -> list[str]:
    """The lines of the table that reach one of these people, in words, each once."""
    found: dict[str, None] = {}
    for rule in rules_for(actor, what, Action.READ):
        if rule.shape is shape and rule.condition not in CHECKED_ELSEWHERE:
            said = _reason(db, actor, rule, people, is_viewer)
            if said:
                found[said] = None
    return list(found)


def _reason(db: Session, actor: Actor, rule: Rule, people: Sequence[int], is_viewer: bool) -> str:
    match rule.scope:
        case Scope.OWN:
            own = "your own record" if is_viewer else "their own record"
            return own if actor.staff_id in people else ""
        case Scope.SUPERVISED:
            return _of(db, "supervisor of", set(people) & set(db.scalars(supervised_by(actor.staff_id, actor.on))))
        case Scope.REPORTS:
            return _of(db, "line manager of", set(people) & set(db.scalars(reports_of(actor.staff_id, actor.on))))
        case Scope.EVERYONE:
            return "administrator" if rule.role is Role.ADMINISTRATOR else "everybody who signs in"
        case _ if rule.role is Role.STAFF:
            return "works in the same community"
        case _:
            return _in_places(db, actor, rule, people)


ROLE_WORDS = {
    Role.THERAPY_MANAGER: "therapy manager of",
    Role.DIRECTOR: "director of",
    Role.AUDITOR: "auditor of",
}


def _of(db: Session, word: str, people: set[int]) -> str:
    names = db.scalars(sa.select(col(Staff.full_name)).where(col(Staff.id).in_(people)).order_by(col(Staff.full_name)))
    return f"{word} {_some(list(names))}" if people else ""


def _some(names: list[str]) -> str:
    return listed(names) if len(names) <= 3 else f"{len(names)} of them"


def _in_places(db: Session, actor: Actor, rule: Rule, people: Sequence[int]) -> str:
    """The communities of the role in which one of these people is, or last was."""
    if rule.condition == "not_oneself" and set(people) == {actor.staff_id}:
        return ""
    here = set(communities_within(actor, rule.object, Action.READ, (rule.shape,))) & set(actor.communities(rule.role))
    rows = db.scalars(
        sa.select(col(Community.name))
        .join(Post, col(Post.community_id) == col(Community.id))
        .where(
            col(Post.staff_id).in_(people),
            col(Post.staff_id).in_(people_within(actor, rule.object, Action.READ, (rule.shape,))),
            col(Community.id).in_(here),
        )
        .distinct()
        .order_by(col(Community.name))
    )
    places = list(rows)
    if not places and rule.object is Object.AGREEMENT:
        places = list(
            db.scalars(
                sa.select(col(Community.name))
                .join(SupervisionGroup, col(SupervisionGroup.community_id) == col(Community.id))
                .join(GroupMember, col(GroupMember.group_id) == col(SupervisionGroup.id))
                .where(col(GroupMember.staff_id).in_(people), col(Community.id).in_(here))
                .distinct()
            )
        )
    return f"{ROLE_WORDS[rule.role]} {_some(places)}" if places else ""
