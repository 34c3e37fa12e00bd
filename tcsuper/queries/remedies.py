"""Who will miss a minimum in the month of a date if nothing more happens, whom the planned sessions save, and the
session that would put the rest right: for one person, or for several at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from tcsuper import words
from tcsuper.access import Actor, Object, Permission, Shape, holds, in_force, people_within
from tcsuper.models import (
    GroupMember,
    RequirementKind,
    Staff,
    SupervisionAgreement,
    SupervisionGroup,
    SupervisionPurpose,
    TraineeSupervisor,
)
from tcsuper.queries.due import supervision_due
from tcsuper.queries.standing import SupervisionMonths, whose_status
from tcsuper.queries.supervision import agreements_to_record
from tcsuper.rules.credit import Sitting, credited_under
from tcsuper.rules.minimum import Measure
from tcsuper.rules.remedies import Sessions, Short, length_for_most, met_by, sessions_needed
from tcsuper.rules.standing import first_of_month, last_of_month
from tcsuper.rules.supervision import Verdict


@dataclass(frozen=True)
class Fix:
    """A session that would meet these minima of these people. `query`: where it is planned; empty when it is not for
    the viewer to plan."""

    title: str
    people: tuple[str, ...]
    minima: tuple[str, ...]
    query: dict[str, str] = field(default_factory=dict)
    has_agreement: bool = True


@dataclass(frozen=True)
class WillMiss:
    """Somebody who is short of one minimum or several, each in words. Of whom one may see the status alone (`is_whole`
    is False) there are no words and no fix."""

    staff_id: int
    person: str
    is_saved: bool
    minima: tuple[str, ...]
    so_far: tuple[str, ...]
    planned: str
    fixes: tuple[Fix, ...]
    is_whole: bool = True


@dataclass(frozen=True)
class Outlook:
    """The month of a date, by which day anything can still be done about it, and about whom."""

    first: date
    until: date
    is_over: bool
    short: list[WillMiss]
    together: list[Fix]

    @property
    def saved(self) -> int:
        return sum(one.is_saved for one in self.short)


def outlook(
    db: Session, *, viewer: Actor, on: date, known_on: date | None = None, community_id: int | None = None
) -> Outlook:
    """Those whom nothing planned saves come first, and of them those for whom one session does most; of the sessions
    for several people, those that serve most."""
    months = supervision_due(db, viewer=viewer, on=on, known_on=known_on, community_id=community_id, how_many=1)
    whole = set(db.scalars(whose_status(viewer, RequirementKind.SUPERVISION, (Shape.FULL,))))
    of_person: dict[int, list[SupervisionMonths]] = defaultdict(list)
    for one in months:
        if one.forecast.month.verdict is Verdict.SHORT_SO_FAR:
            of_person[one.staff_id].append(one)
    first, until = first_of_month(on), last_of_month(on)
    is_over = until < viewer.on
    offers = [] if is_over else _offers(db, viewer, of_person, min(max(on, viewer.on), until), until)
    short = [_will_miss(theirs, staff_id in whole, offers, on, viewer.on) for staff_id, theirs in of_person.items()]
    short.sort(key=lambda one: (one.is_saved, -max((len(fix.minima) for fix in one.fixes), default=0), one.person))
    unsaved = {
        staff_id: theirs
        for staff_id, theirs in of_person.items()
        if staff_id in whole and any(one.forecast.saved_by is None for one in theirs)
    }
    return Outlook(first, until, is_over, short, _together(unsaved, offers, on, viewer.on))


# ---------------------------------------------------------------------------------------------------------------------
# What could be held


@dataclass(frozen=True)
class _Offer:
    """A session that an agreement could give before the month is over: how it would count, and for whom. `alone`: of
    its people, those who have individual supervision besides, which some bodies ask of a group."""

    title: str
    like: Sitting
    usual_minutes: int
    expects: frozenset[int]
    alone: frozenset[int]
    may_plan: bool

    def counts_like(self, staff_id: int) -> Sitting:
        return replace(self.like, has_individual_access=staff_id in self.alone)

    def length(self, needed: Sessions, shorts: Iterable[Short]) -> int:
        """A group meets for its usual length at least, and so does a meeting that is counted as one; individual time is
        as long as it has to be."""
        by_minutes = any(short.minimum.measure is Measure.MINUTES for short in shorts)
        is_fitted = by_minutes and self.like.form == "individual"
        return needed.minutes if is_fitted else max(needed.minutes, self.usual_minutes)

    def named(self, needed: Sessions, shorts: Iterable[Short]) -> str:
        length = self.length(needed, shorts)
        if needed.how_many == 1:
            return f"One {length}-minute session {self.title}"
        return f"{needed.how_many} sessions of {length} minutes {self.title}"

    def query(self, staff_id: int) -> dict[str, str]:
        """As `pages/record_supervision.py` reads it."""
        if not self.may_plan:
            return {}
        form = "individual" if self.like.form == "individual" else "group"
        return {"person": str(staff_id), "purposes": self.like.purpose, "form": form}


def _offers(db: Session, viewer: Actor, people: Collection[int], on: date, held_on: date) -> list[_Offer]:
    """The agreements in force of these people that the viewer may see."""
    agreement, supervisor = SupervisionAgreement, aliased(Staff)
    seen = set(db.scalars(people_within(viewer, Object.AGREEMENT))) & set(people)
    if not seen:
        return []
    rows = db.execute(
        sa.select(agreement, col(supervisor.full_name), SupervisionGroup, SupervisionPurpose)
        .join(supervisor, col(supervisor.id) == col(agreement.supervisor_id))
        .join(SupervisionPurpose, col(SupervisionPurpose.code) == col(agreement.purpose))
        .outerjoin(SupervisionGroup, col(SupervisionGroup.id) == col(agreement.group_id))
        .where(in_force(agreement.start_on, agreement.end_on, on))
        .order_by(col(agreement.id))
    ).all()
    members: dict[int, set[int]] = defaultdict(set)
    for group_id, staff_id in db.execute(
        sa.select(col(GroupMember.group_id), col(GroupMember.staff_id)).where(
            in_force(GroupMember.start_on, GroupMember.end_on, on)
        )
    ):
        members[group_id].add(staff_id)
    alone = frozenset(one.supervisee_id for one, *_ in rows if one.supervisee_id is not None)
    to_plan = (
        {one.agreement_id for one in agreements_to_record(db, viewer=viewer)}
        if holds(viewer, Permission.RECORD_SUPERVISION)
        else set()
    )
    offers = []
    for one, supervisor_name, group, purpose in rows:
        everyone = {one.supervisee_id} if group is None else members[group.id]
        if not everyone & seen:
            continue
        like = Sitting(
            held_on,
            one.usual_minutes,
            group.form.value if group else "individual",
            max(1, len(everyone)),
            one.purpose,
            credited_by=credited_under(purpose.credited_by, one.rule_sets),
            of_supervision=one.of_supervision,
            with_coordinating=one.trainee_role is TraineeSupervisor.COORDINATING,
        )
        title = f"of {group.name}" if group else f"with {supervisor_name}"
        may_plan = one.id in to_plan
        offers.append(_Offer(title, like, one.usual_minutes, frozenset(everyone & seen), alone & everyone, may_plan))
    return offers


# ---------------------------------------------------------------------------------------------------------------------
# For one person


def _will_miss(
    theirs: Sequence[SupervisionMonths], is_whole: bool, offers: Iterable[_Offer], on: date, today: date
) -> WillMiss:
    staff_id, person = theirs[0].staff_id, theirs[0].person
    unsaved = [one for one in theirs if one.forecast.saved_by is None]
    minima = tuple(one.minimum.title for one in theirs)
    if not is_whole:
        return WillMiss(staff_id, person, not unsaved, minima, (), "", (), is_whole=False)
    mine = [offer for offer in offers if staff_id in offer.expects]
    return WillMiss(
        staff_id,
        person,
        not unsaved,
        minima,
        tuple(_so_far(one) for one in theirs),
        _planned(theirs),
        () if last_of_month(on) < today else tuple(_fixes(staff_id, person, _shorts(unsaved, on, today), mine)),
    )


def _shorts(unsaved: Iterable[SupervisionMonths], on: date, today: date) -> list[Short]:
    return [Short.of(one.minimum, one.duty, one.sittings, on, today) for one in unsaved]


def _so_far(one: SupervisionMonths) -> str:
    """ "30 of 60 min"; "30 of at least 90 min" where hours that it goes by are not entered."""
    month = one.forecast.month
    bound = "at least " if month.lacks else ""
    unit = {Measure.MINUTES: " min", Measure.MEETINGS: "", Measure.SHARE: "%"}[one.minimum.measure]
    return f"{words.number(month.credited)} of {bound}{words.number(month.wanted)}{unit}"


def _planned(theirs: Sequence[SupervisionMonths]) -> str:
    """What is planned that counts, and what it comes to."""
    days = sorted({day for one in theirs for day in one.forecast.planned_days})
    if not days:
        return "Nothing that counts is planned."
    saved = sorted({one.minimum.title for one in theirs if one.forecast.saved_by is not None})
    said = f"Planned for {words.listed([words.weekday(day) for day in days])}"
    if len(saved) == len(theirs):
        return f"{said}, which meets {'it' if len(theirs) == 1 else 'them'}."
    if saved:
        return f"{said}, which meets {words.listed(saved)}."
    added = [one for one in theirs if one.minimum.measure is Measure.MINUTES and one.forecast.planned]
    amounts = [words.minutes(one.forecast.planned) for one in added]
    if len(set(amounts)) == 1:
        return f"{said}: this adds {amounts[0]}{' to each' if len(amounts) > 1 else ''}."
    adds = words.listed([f"{amount} to {one.minimum.title}" for amount, one in zip(amounts, added, strict=True)])
    return f"{said}: this adds {adds}." if adds else f"{said}, which is not enough."


def _fixes(staff_id: int, person: str, shorts: list[Short], offers: Sequence[_Offer]) -> Iterable[Fix]:
    """What of their agreements meets all of them, with the fewest and shortest sessions; else what meets most, and so
    on for the rest. Where no agreement does, what would."""
    left = shorts
    while left:
        best = min(
            ((met, needed, offer) for offer in offers for met, needed in _serves(staff_id, left, offer)),
            key=lambda one: (-len(one[0]), one[1].how_many, one[2].length(one[1], one[0])),
            default=None,
        )
        if best is None:
            yield from (fix for short in left if (fix := _without_agreement(person, short)) is not None)
            return
        met, needed, offer = best
        yield Fix(offer.named(needed, met), (person,), _titles(met), offer.query(staff_id))
        left = [short for short in left if short not in met]


def _serves(staff_id: int, left: Sequence[Short], offer: _Offer) -> Iterable[tuple[list[Short], Sessions]]:
    like = offer.counts_like(staff_id)
    met = met_by(left, like)
    needed = sessions_needed(met, like) if met else None
    if needed is not None:
        yield met, needed


def _without_agreement(person: str, short: Short) -> Fix | None:
    """None where no number of sessions meets it in this month."""
    minimum = short.minimum
    form = minimum.form_that_counts or "individual"
    titles = (minimum.title,)
    like = Sitting(
        last_of_month(short.first),
        0,
        form,
        1,
        minimum.purposes[0],
        of_supervision=minimum.of_supervision,
        with_coordinating=minimum.with_coordinating,
    )
    needed = sessions_needed([short], like)
    if needed is None:
        return None
    kind = f"{minimum.form_that_counts} session" if minimum.form_that_counts else "session"
    sessions = f"One {kind}" if needed.how_many == 1 else f"{needed.how_many} {kind}s"
    shortest = needed.minutes if minimum.measure is Measure.MINUTES else minimum.meeting_minutes
    length = f" of {words.minutes(shortest)}" if shortest > 1 else ""
    return Fix(f"{sessions}{length}", (person,), titles, has_agreement=False)


def _titles(shorts: Iterable[Short]) -> tuple[str, ...]:
    return tuple(sorted({short.minimum.title for short in shorts}))


# ---------------------------------------------------------------------------------------------------------------------
# For several at once


def _together(
    unsaved: dict[int, list[SupervisionMonths]], offers: Iterable[_Offer], on: date, today: date
) -> list[Fix]:
    """One session of a group that meets all that several of its people miss."""
    found = []
    shorts = {
        staff_id: _shorts([one for one in theirs if one.forecast.saved_by is None], on, today)
        for staff_id, theirs in unsaved.items()
    }
    for offer in offers:
        least: dict[int, int] = {}
        for staff_id in offer.expects & shorts.keys():
            needed = sessions_needed(shorts[staff_id], offer.counts_like(staff_id))
            if needed is not None and needed.how_many == 1:
                least[staff_id] = needed.minutes
        if len(least) < 2:
            continue
        minutes = length_for_most(list(least.values()), offer.usual_minutes)
        met = [staff_id for staff_id, enough in least.items() if enough <= minutes]
        if len(met) > 1:
            names = tuple(sorted(unsaved[staff_id][0].person for staff_id in met))
            theirs = [short for staff_id in met for short in shorts[staff_id]]
            title = offer.named(Sessions(1, minutes), theirs)
            found.append(Fix(title, names, _titles(theirs), offer.query(met[0])))
    return sorted(found, key=lambda fix: (-len(fix.people), -len(fix.minima), fix.title))
