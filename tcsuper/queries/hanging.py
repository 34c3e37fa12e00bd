"""What hangs on somebody and ends with a post of theirs: agreements, places in groups, what they lead, roles, courses,
the account. Which of it, and on which day, is asked by `leavers.py`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Action, Actor, Object, communities_within, may_about, people_within
from tcsuper.models import (
    Account,
    AccountRequest,
    Booking,
    Community,
    Course,
    CourseRun,
    CourseTrainer,
    GroupMember,
    JobDescription,
    Post,
    Responsibility,
    ResponsibilityHolding,
    Role,
    RoleGrant,
    SessionState,
    Staff,
    StandIn,
    SupervisionAgreement,
    SupervisionGroup,
    SupervisionPurpose,
    SupervisionSession,
    Traineeship,
)
from tcsuper.queries.accounts import ROLE_WORDS
from tcsuper.queries.carried import HOLDING_WORDS
from tcsuper.queries.evidence import current
from tcsuper.rules.places import OPEN


class Part(StrEnum):
    """What can hang on somebody, in the order it is shown."""

    SUPERVISED = "supervised"
    SUPERVISING = "supervising"
    LEADING = "leading"
    MEMBER = "member"
    STAND_IN = "stand_in"
    TRAINEESHIP = "traineeship"
    HOLDING = "holding"
    PLACE = "place"
    TRAINER = "trainer"
    ROLE = "role"
    REQUEST = "request"
    ACCOUNT = "account"


AGREEMENTS = (Part.SUPERVISED, Part.SUPERVISING, Part.LEADING)
ONE_AND_SEVERAL = {
    Part.SUPERVISED: ("agreement as a supervisee", "agreements as a supervisee"),
    Part.SUPERVISING: ("agreement as a supervisor", "agreements as a supervisor"),
    Part.LEADING: ("group supervised", "groups supervised"),
    Part.MEMBER: ("place in a group", "places in groups"),
    Part.STAND_IN: ("stand-in", "stand-ins"),
    Part.TRAINEESHIP: ("traineeship", "traineeships"),
    Part.HOLDING: ("led responsibility", "led responsibilities"),
    Part.PLACE: ("place on a course", "places on courses"),
    Part.TRAINER: ("part as a trainer or assessor", "parts as a trainer or assessor"),
    Part.ROLE: ("role", "roles"),
    Part.REQUEST: ("request for an account", "requests for an account"),
    Part.ACCOUNT: ("account", "accounts"),
}


@dataclass(frozen=True)
class Ends:
    """One thing that ends with `last_day`. `row_id`: of its table. `planned`: sessions planned after that day, taken
    off with an agreement, held without the person in a group they leave. `said`: without a name that the viewer may
    not see. `with_service`: it ends because the last post of all does."""

    part: Part
    row_id: int
    last_day: date
    said: str
    planned: int = 0
    with_service: bool = False
    group_id: int | None = None
    """Of a place in a group."""

    @property
    def words(self) -> str:
        if not self.planned:
            return f"{self.said}."
        how = "held without them" if self.part is Part.MEMBER else "taken off"
        return f"{self.said}; {words.count(self.planned, 'planned session')} {how}."


class Hanging:
    """What hangs on the person of one post, and what of it ends with the post on a day. `service_day`: the last day in
    the service, `community_day`: in the community; None: another post goes on."""

    def __init__(
        self, db: Session, viewer: Actor, post: Post, end_on: date, stays: bool, next_supervisors: Mapping[int, int]
    ) -> None:
        self.db, self.viewer, self.post, self.end_on, self.next = db, viewer, post, end_on, next_supervisors
        others = list(db.exec(select(Post).where(Post.staff_id == post.staff_id, col(Post.id) != post.id)))
        here = [one for one in others if one.community_id == post.community_id]
        self.is_last = _last_day(others, end_on) is not None
        self.service_day = None if stays else _last_day(others, end_on)
        self.community_day = _last_day(here, end_on)

    # -----------------------------------------------------------------------------------------------------------------
    # Names, as far as they may be seen

    @cached_property
    def name(self) -> str:
        return self.db.get_one(Staff, self.post.staff_id).full_name

    @cached_property
    def community(self) -> str:
        return self.db.get_one(Community, self.post.community_id).name

    @cached_property
    def title(self) -> str:
        return f"{self.db.get_one(JobDescription, self.post.job_description_id).role_name}, {self.community}"

    @cached_property
    def agreements_seen(self) -> set[int]:
        """Whose agreements the viewer sees."""
        return set(self.db.scalars(people_within(self.viewer, Object.AGREEMENT)))

    @cached_property
    def groups_seen(self) -> list[int]:
        return communities_within(self.viewer, Object.AGREEMENT)

    def may_see(self, what: Object) -> bool:
        return may_about(self.db, self.viewer, what, Action.READ, self.post.staff_id)

    def named(self, staff_id: int | None) -> str:
        return self.db.get_one(Staff, staff_id).full_name

    # -----------------------------------------------------------------------------------------------------------------
    # What ends

    def ends(self) -> Iterator[Ends]:
        """First what hangs on the community, then with the last post of all the rest."""
        told: set[tuple[Part, int]] = set()
        agreements: list[int] = []
        for day, in_community in ((self.community_day, True), (self.service_day, False)):
            if day is None:
                continue
            there = self.post.community_id if in_community else None
            for one in self._of(day, there):
                if (one.part, one.row_id) not in told:
                    told.add((one.part, one.row_id))
                    if one.part in AGREEMENTS:
                        agreements.append(one.row_id)
                    yield one
            for one in self._stand_ins(day, there, agreements):
                if (one.part, one.row_id) not in told:
                    told.add((one.part, one.row_id))
                    yield one

    def _of(self, day: date, community: int | None) -> Iterator[Ends]:
        yield from self._agreements(day, community)
        yield from self._places_in_groups(day, community)
        yield from self._holdings(day, community)
        yield from self._roles(day, community)
        if community is None:
            yield from self._rest(day)

    def rows(self, table: Any, day: date, *where: Any, who: str = "staff_id") -> Sequence[Any]:
        """Of the person, and going on after a day."""
        goes_on = sa.or_(col(table.end_on).is_(None), col(table.end_on) > day)
        mine = select(table).where(getattr(table, who) == self.post.staff_id, goes_on, *where)
        return self.db.exec(mine.order_by(table.id)).all()

    def _in_groups_of(self, column: Any, community: int | None) -> Any:
        groups = sa.select(col(SupervisionGroup.id))
        return column.in_(
            groups if community is None else groups.where(col(SupervisionGroup.community_id) == community)
        )

    def _agreements(self, day: date, community: int | None) -> Iterator[Ends]:
        """Groups they supervise; with the service also those with one person, from either side."""
        agreement, whole = SupervisionAgreement, community is None
        led = self.rows(agreement, day, self._in_groups_of(col(agreement.group_id), community), who="supervisor_id")
        for one in led:
            if not self._goes_on(one.id):
                group = self.db.get_one(SupervisionGroup, one.group_id)
                said = f"{group.name}, {self._purpose(one)}" if group.community_id in self.groups_seen else "A group"
                yield Ends(Part.LEADING, one.id, day, said, self._planned_of(one, day), whole)
        if not whole:
            return
        for one in self.rows(agreement, day, col(agreement.supervisee_id).is_not(None), who="supervisor_id"):
            if not self._goes_on(one.id):
                sees = one.supervisee_id in self.agreements_seen
                said = f"{self.named(one.supervisee_id)}, {self._purpose(one)}" if sees else "One person"
                yield Ends(Part.SUPERVISING, one.id, day, said, self._planned_of(one, day), whole)
        sees = self.post.staff_id in self.agreements_seen
        for one in self.rows(agreement, day, who="supervisee_id"):
            said = f"With {self.named(one.supervisor_id)}, {self._purpose(one)}" if sees else "One agreement"
            yield Ends(Part.SUPERVISED, one.id, day, said, self._planned_of(one, day), whole)

    def _goes_on(self, agreement_id: int) -> bool:
        """With somebody else, or with the person themselves where they stay in the service."""
        return agreement_id in self.next and (self.next[agreement_id] != self.post.staff_id or self.service_day is None)

    def _purpose(self, agreement: SupervisionAgreement) -> str:
        return self.db.get_one(SupervisionPurpose, agreement.purpose).name.lower()

    def _planned_of(self, agreement: SupervisionAgreement, day: date) -> int:
        return self._planned(day, col(SupervisionSession.agreement_id) == agreement.id)

    def _planned(self, day: date, *which: Any) -> int:
        session = SupervisionSession
        planned = (col(session.state) == SessionState.PLANNED, col(session.held_on) > day, current(session))
        return self.db.scalar(sa.select(sa.func.count()).select_from(session).where(*planned, *which)) or 0

    def _places_in_groups(self, day: date, community: int | None) -> Iterator[Ends]:
        for one in self.rows(GroupMember, day, self._in_groups_of(col(GroupMember.group_id), community)):
            group = self.db.get_one(SupervisionGroup, one.group_id)
            sees = group.community_id in self.groups_seen or self.post.staff_id in self.agreements_seen
            of_group = col(SupervisionSession.group_id) == one.group_id
            by_others = col(SupervisionSession.supervisor_id) != self.post.staff_id
            planned = self._planned(day, of_group, by_others, self._is_expected(one))
            said = group.name if sees else "A group"
            yield Ends(Part.MEMBER, one.id, day, said, planned, community is None, one.group_id)

    def _is_expected(self, place: GroupMember) -> Any:
        """On days of this very place: somebody may have two in one group, one after the other."""
        held_on = col(SupervisionSession.held_on)
        return sa.and_(held_on >= place.start_on, held_on <= place.end_on if place.end_on else sa.true())

    def _holdings(self, day: date, community: int | None) -> Iterator[Ends]:
        holding = ResponsibilityHolding
        there = sa.true() if community is None else col(holding.community_id) == community
        seen = communities_within(self.viewer, Object.RESPONSIBILITY)
        for one in self.rows(holding, day, there):
            title = self.db.get_one(Responsibility, one.responsibility_id).short_title
            said = f"{HOLDING_WORDS[one.kind]}: {title}" if one.community_id in seen else "One"
            yield Ends(Part.HOLDING, one.id, day, said, with_service=community is None)

    def _roles(self, day: date, community: int | None) -> Iterator[Ends]:
        grant = RoleGrant
        there: Any = sa.true()
        if community is not None:
            there = sa.and_(col(grant.community_id) == community, col(grant.role) == Role.THERAPY_MANAGER)
        for one in self.rows(grant, day, there):
            yield Ends(Part.ROLE, one.id, day, self.role(one), with_service=community is None)

    def role(self, grant: RoleGrant) -> str:
        place = self.db.get(Community, grant.community_id) if grant.community_id else None
        where = f", {place.name}" if place else ""
        return f"{ROLE_WORDS[grant.role]}{where}{'' if grant.approved_at else ' (waits for approval)'}"

    def _stand_ins(self, day: date, community: int | None, ended: list[int]) -> Iterator[Ends]:
        """What they stand in for, and who stands in for them where the agreement ends."""
        agreement = SupervisionAgreement
        there = sa.select(col(agreement.id)).where(self._in_groups_of(col(agreement.group_id), community))
        mine = sa.and_(
            col(StandIn.staff_id) == self.post.staff_id,
            sa.true() if community is None else col(StandIn.agreement_id).in_(there),
        )
        found = select(StandIn).where(col(StandIn.end_on) > day, sa.or_(mine, col(StandIn.agreement_id).in_(ended)))
        for one in self.db.exec(found.order_by(col(StandIn.id))):
            said = f"Named until {words.day(one.end_on)}"
            yield Ends(Part.STAND_IN, one.id or 0, day, said, with_service=community is None)

    def _rest(self, day: date) -> Iterator[Ends]:
        """What belongs to the service as a whole."""
        sees = self.may_see(Object.TRAINEESHIP)
        for one in self.rows(Traineeship, day):
            yield Ends(Part.TRAINEESHIP, one.id, day, one.qualification if sees else "One", with_service=True)
        for booking, run, course in self._bookings(day):
            said = f"{course.title}, {words.day(run.runs_on)}" if self.may_see(Object.TRAINING_RECORD) else "One"
            yield Ends(Part.PLACE, booking.id or 0, day, said, with_service=True)
        for one in self.rows(CourseTrainer, day):
            said = f"{one.role.value.capitalize()}: {self.db.get_one(Course, one.course_id).title}"
            yield Ends(Part.TRAINER, one.id, day, said, with_service=True)
        waiting = select(AccountRequest).where(
            AccountRequest.staff_id == self.post.staff_id, col(AccountRequest.done_at).is_(None)
        )
        for request in self.db.exec(waiting):
            yield Ends(Part.REQUEST, request.id or 0, day, "No account is asked for any more", with_service=True)
        account = self.db.exec(select(Account).where(Account.staff_id == self.post.staff_id)).first()
        if account is not None and account.disabled_at is None and (account.ends_on is None or account.ends_on > day):
            is_over = day < self.viewer.on
            said = "It is shut at once" if is_over else f"The last day to sign in is {words.day(day)}"
            yield Ends(Part.ACCOUNT, account.id or 0, day, said, with_service=True)

    def _bookings(self, day: date) -> Sequence[tuple[Booking, CourseRun, Course]]:
        found = (
            select(Booking, CourseRun, Course)
            .join(CourseRun, col(CourseRun.id) == col(Booking.run_id))
            .join(Course, col(Course.id) == col(CourseRun.course_id))
            .where(
                Booking.staff_id == self.post.staff_id,
                col(Booking.state).in_(OPEN),
                col(CourseRun.runs_on) > day,
                current(Booking),
            )
        )
        return self.db.exec(found.order_by(col(CourseRun.runs_on), col(Booking.id))).all()


def _last_day(others: Sequence[Post], end_on: date) -> date | None:
    """The day on which the last of these posts and of the one that ends on `end_on` is over; None: one goes on."""
    days = [one.end_on for one in others]
    return None if None in days else max([end_on, *(day for day in days if day is not None)])
