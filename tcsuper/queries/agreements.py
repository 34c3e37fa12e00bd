"""Who supervises whom: agreements and groups that a viewer may see."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from tcsuper.access import (
    Action,
    Actor,
    Object,
    StaffIds,
    as_no_supervisor,
    communities_within,
    in_force,
    not_long_over,
    people_within,
)
from tcsuper.models import (
    AgreementReview,
    AgreementSignature,
    Community,
    Employment,
    GroupMember,
    Staff,
    StandIn,
    SupervisionAgreement,
    SupervisionGroup,
    SupervisionPurpose,
)
from tcsuper.queries.evidence import current, end_of_day
from tcsuper.queries.frames import frame_of
from tcsuper.rules.dated import AgreementHeld
from tcsuper.settings import service_number
from tcsuper.words import day


def agreements_seen(db: Session, *, viewer: Actor, on: date) -> pd.DataFrame:
    """Agreements in force on a date: my own (either side), and those of the people and communities I may see.

    Columns: agreement_id, whom (person or group), supervisor, purpose, start_on, end_on, usual_minutes, every_days,
    review_on, mine (bool: I am the supervisor). By whom, then supervisor."""
    agreement, supervisor, supervisee = SupervisionAgreement, aliased(Staff), aliased(Staff)
    return frame_of(
        db,
        sa.select(
            col(agreement.id).label("agreement_id"),
            sa.func.coalesce(SupervisionGroup.name, supervisee.full_name).label("whom"),
            col(supervisor.full_name).label("supervisor"),
            col(SupervisionPurpose.name).label("purpose"),
            col(agreement.start_on),
            col(agreement.end_on),
            col(agreement.usual_minutes),
            col(agreement.every_days),
            col(agreement.review_on),
            (col(agreement.supervisor_id) == viewer.staff_id).label("mine"),
        )
        .join(supervisor, col(supervisor.id) == col(agreement.supervisor_id))
        .join(SupervisionPurpose, col(SupervisionPurpose.code) == col(agreement.purpose))
        .outerjoin(supervisee, col(supervisee.id) == col(agreement.supervisee_id))
        .outerjoin(SupervisionGroup, col(SupervisionGroup.id) == col(agreement.group_id))
        .where(
            in_force(agreement.start_on, agreement.end_on, on),
            agreements_visible_to(viewer, on),
        )
        .order_by("whom", "supervisor", col(agreement.id)),
    )


def agreements_visible_to(by: Actor, on: date) -> sa.ColumnElement[bool]:
    """The WHERE clause for agreements: one's own on either side, a group's one belongs to, and those of the people and
    communities one may see."""
    agreement = SupervisionAgreement
    my_groups = sa.select(col(GroupMember.group_id)).where(
        col(GroupMember.staff_id) == by.staff_id, in_force(GroupMember.start_on, GroupMember.end_on, on)
    )
    managed = sa.select(col(SupervisionGroup.id)).where(
        col(SupervisionGroup.community_id).in_(communities_within(by, Object.AGREEMENT))
    )
    return sa.or_(
        sa.and_(col(agreement.supervisor_id) == by.staff_id, not_long_over(by)),
        col(agreement.supervisee_id).in_(people_within(by, Object.AGREEMENT)),
        col(agreement.group_id).in_(my_groups),
        col(agreement.group_id).in_(managed),
    )


def groups_seen(db: Session, *, viewer: Actor, on: date) -> pd.DataFrame:
    """Groups that exist on a date in the communities I manage, and those I belong to or supervise.

    Columns: group_id, name, community, form, purpose, purpose_code, members (names, joined), contracted (count)."""
    group = SupervisionGroup
    belongs = sa.select(col(GroupMember.group_id)).where(
        col(GroupMember.staff_id) == viewer.staff_id, in_force(GroupMember.start_on, GroupMember.end_on, on)
    )
    supervises = sa.select(col(SupervisionAgreement.group_id)).where(
        col(SupervisionAgreement.supervisor_id) == viewer.staff_id,
        not_long_over(viewer),
        in_force(SupervisionAgreement.start_on, SupervisionAgreement.end_on, on),
    )
    frame = frame_of(
        db,
        sa.select(
            col(group.id).label("group_id"),
            col(group.name),
            col(Community.name).label("community"),
            col(group.form),
            col(SupervisionPurpose.name).label("purpose"),
            col(group.purpose).label("purpose_code"),
        )
        .join(Community, col(Community.id) == col(group.community_id))
        .join(SupervisionPurpose, col(SupervisionPurpose.code) == col(group.purpose))
        .where(
            in_force(group.start_on, group.end_on, on),
            sa.or_(
                col(group.community_id).in_(communities_within(viewer, Object.AGREEMENT)),
                col(group.id).in_(belongs),
                col(group.id).in_(supervises),
            ),
        )
        .order_by(group.name, col(group.id)),
    )
    rows = db.execute(
        sa.select(col(GroupMember.group_id), col(Staff.full_name))
        .join(Staff, col(Staff.id) == col(GroupMember.staff_id))
        .where(
            col(GroupMember.group_id).in_([int(one) for one in frame["group_id"]]),
            in_force(GroupMember.start_on, GroupMember.end_on, on),
        )
        .order_by(Staff.full_name)
    ).all()
    members: dict[int, list[str]] = {}
    for group_id, name in rows:
        members.setdefault(group_id, []).append(name)
    frame["members"] = [", ".join(members.get(one, [])) for one in frame["group_id"]]
    frame["contracted"] = [len(members.get(one, [])) for one in frame["group_id"]]
    return frame


@dataclass(frozen=True)
class StandInLine:
    """Somebody named to hold the sessions of an agreement. `may_end`: the viewer can end it."""

    stand_in_id: int
    words: str
    may_end: bool


def stand_ins_seen(db: Session, *, viewer: Actor, on: date) -> list[StandInLine]:
    """Who stands in now or is to: for the agreements the viewer sees that day, and where they stand in themselves."""
    agreement, person, supervisor, supervisee = SupervisionAgreement, aliased(Staff), aliased(Staff), aliased(Staff)
    seen = [int(one) for one in agreements_seen(db, viewer=viewer, on=on)["agreement_id"]]
    rows = db.execute(
        sa.select(StandIn, col(person.full_name), col(supervisor.full_name), supervisee, SupervisionGroup)
        .join(agreement, col(agreement.id) == col(StandIn.agreement_id))
        .join(person, col(person.id) == col(StandIn.staff_id))
        .join(supervisor, col(supervisor.id) == col(agreement.supervisor_id))
        .outerjoin(supervisee, col(supervisee.id) == col(agreement.supervisee_id))
        .outerjoin(SupervisionGroup, col(SupervisionGroup.id) == col(agreement.group_id))
        .where(
            col(StandIn.end_on) >= on,
            sa.or_(col(agreement.id).in_(seen), col(StandIn.staff_id) == viewer.staff_id),
        )
        .order_by(col(StandIn.start_on), col(StandIn.id))
    ).all()
    mine = set(db.scalars(people_within(as_no_supervisor(viewer), Object.STAND_IN, Action.END)))
    places = communities_within(viewer, Object.STAND_IN, Action.END)
    return [
        StandInLine(
            stand_in.id,
            f"{name} stands in for {of} with {group.name if group else whom.full_name}, "
            f"{day(stand_in.start_on)} to {day(stand_in.end_on)}.",
            group.community_id in places if group else whom.id in mine,
        )
        for stand_in, name, of, whom, group in rows
    ]


def purposes(db: Session) -> dict[str, str]:
    """Purposes of supervision in their order: code to name. For everyone."""
    rows = db.execute(
        sa.select(col(SupervisionPurpose.code), col(SupervisionPurpose.name)).order_by(
            col(SupervisionPurpose.position), col(SupervisionPurpose.code)
        )
    )
    return {code: name for code, name in rows}


def rule_sets_by_purpose(db: Session) -> dict[str, list[str]]:
    """Which bodies' rule sets may credit sessions of a purpose, by its code. For everyone."""
    rows = db.execute(sa.select(col(SupervisionPurpose.code), col(SupervisionPurpose.credited_by)))
    return {code: sorted(credited_by) for code, credited_by in rows}


# ---------------------------------------------------------------------------------------------------------------------
# In bulk, for `standing.py`


@dataclass(frozen=True, slots=True)
class AgreementOf:
    """One agreement as one supervisee has it: what it is for, and the dates that matter."""

    purpose: str
    is_external: bool
    of_supervision: bool
    held: AgreementHeld


def agreements_of(
    db: Session, people: StaffIds | Sequence[int], on: date, known_on: date | None = None
) -> dict[int, list[AgreementOf]]:
    """The agreements of these supervisees, their own and those of their groups while they are contracted, by staff id.
    Checks nothing: the caller chooses the people by the access table."""
    agreement, supervisor, supervisee = SupervisionAgreement, aliased(Staff), aliased(Staff)
    member_of = sa.and_(col(GroupMember.group_id) == col(agreement.group_id), col(GroupMember.staff_id).in_(people))
    rows = db.execute(
        sa.select(agreement, supervisor, supervisee, GroupMember)
        .join(supervisor, col(supervisor.id) == col(agreement.supervisor_id))
        .outerjoin(GroupMember, member_of)
        .join(supervisee, col(supervisee.id) == sa.func.coalesce(agreement.supervisee_id, GroupMember.staff_id))
        .where(sa.or_(col(agreement.supervisee_id).in_(people), col(GroupMember.id).is_not(None)))
        .order_by(col(agreement.start_on), col(agreement.id))
    ).all()
    kept_up = kept_up_of(db, [found.id for found, *_ in rows], on, known_on)
    out: dict[int, list[AgreementOf]] = defaultdict(list)
    for found, by, whom, member in rows:
        if member is not None and by.id == whom.id:
            continue  # a peer group's keeper is a member like the others, but not their own supervisor
        ends = [end for end in (found.end_on, member.end_on if member else None) if end is not None]
        start_on = max(found.start_on, member.start_on) if member else found.start_on
        held = kept_up.held(found, by.full_name, {by.id: by.full_name, whom.id: whom.full_name}, start_on)
        external = by.employment is Employment.INDEPENDENT
        out[whom.id].append(
            AgreementOf(found.purpose, external, found.of_supervision, replace(held, end_on=min(ends, default=None)))
        )
    return out


SIGN_WITHIN = timedelta(days=28)
"""Where a service signs its agreements here, so long after the start one holds without every signature (product
default)."""


@dataclass(frozen=True, slots=True)
class KeptUp:
    """What happened to some agreements by a day: who had signed them, and when each is reviewed next."""

    signed: dict[int, set[int]]
    reviews: dict[int, date]
    are_signed_here: bool

    def held(
        self, agreement: SupervisionAgreement, with_whom: str, parties: dict[int, str], start: date
    ) -> AgreementHeld:
        """The agreement for its rule. `parties`: names by staff id. Unless the service says that agreements are signed
        here, a signature is asked for only once somebody has given one: what nobody signed here was signed on paper,
        since the product must serve people who never sign in."""
        signed = self.signed.get(agreement.id or 0, set())
        missing = tuple(name for staff_id, name in parties.items() if staff_id not in signed)
        return AgreementHeld(
            with_whom=with_whom,
            start_on=start,
            end_on=agreement.end_on,
            review_on=self.reviews.get(agreement.id or 0, agreement.review_on),
            unsigned_by=missing if signed or self.are_signed_here else (),
            sign_by=start + SIGN_WITHIN if self.are_signed_here else None,
        )


def kept_up_of(db: Session, agreements: Sequence[int], on: date, known_on: date | None = None) -> KeptUp:
    """As at a day, as known on another: signatures and reviews of that day or before, recorded by then. Checks
    nothing."""
    return KeptUp(
        _signed(db, agreements, on, known_on),
        _next_reviews(db, agreements, on, known_on),
        bool(service_number(db, "agreements_signed_here")),
    )


def _signed(db: Session, agreements: Sequence[int], on: date, known_on: date | None) -> dict[int, set[int]]:
    signature = AgreementSignature
    rows = db.execute(
        sa.select(col(signature.agreement_id), col(signature.staff_id)).where(
            col(signature.agreement_id).in_(agreements),
            col(signature.signed_on) <= on,
            sa.true() if known_on is None else col(signature.signed_at) < end_of_day(known_on),
        )
    )
    signed: dict[int, set[int]] = defaultdict(set)
    for agreement_id, staff_id in rows:
        signed[agreement_id].add(staff_id)
    return signed


def _next_reviews(db: Session, agreements: Sequence[int], on: date, known_on: date | None) -> dict[int, date]:
    """What the last review of each said."""
    review = AgreementReview
    rows = db.execute(
        sa.select(col(review.agreement_id), col(review.next_review_on))
        .where(col(review.agreement_id).in_(agreements), col(review.reviewed_on) <= on, current(review, known_on))
        .order_by(col(review.reviewed_on), col(review.id))
    )
    return {agreement_id: next_review_on for agreement_id, next_review_on in rows}
