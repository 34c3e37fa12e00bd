"""Competencies signed off: how each person stands on each standard that is required of them, what was given, and who
may give it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

import sqlalchemy as sa
from sqlmodel import Session, col

from tcsuper.access import (
    Action,
    Actor,
    Object,
    StaffIds,
    check_in,
    check_not_in_training,
    check_sign_offs_of,
    communities_within,
    in_force,
    may,
)
from tcsuper.models import (
    Community,
    CompetencyAssessor,
    Employment,
    GroupMember,
    Post,
    RequirementKind,
    SignOff,
    Staff,
    Standard,
    StandardSet,
    SupervisionAgreement,
)
from tcsuper.queries.bound import Bound, Evidence
from tcsuper.queries.evidence import current
from tcsuper.queries.people import Person
from tcsuper.queries.ratings import StandardRequired, carried_over
from tcsuper.queries.standing import judged, practice_terms
from tcsuper.rules.carried_over import CarriedOver
from tcsuper.rules.practice import LevelRequired, PracticeStanding
from tcsuper.rules.sign_off import SignedOff, SignOffStanding, SignOffTerms, highest_of, standing
from tcsuper.rules.standing import LEFT_OUT, Span, Standing, severity

# ---------------------------------------------------------------------------------------------------------------------
# In bulk


@dataclass(frozen=True, slots=True)
class SignOffRow:
    """One person on one standard that is required of them: how its sign-off stands."""

    staff_id: int
    person: str
    standard: StandardRequired
    required: int
    standing: Standing

    @property
    def practice(self) -> PracticeStanding | None:
        """How they stand by what was observed."""
        stands = self.standing.practice if isinstance(self.standing, SignOffStanding) else None
        return stands if isinstance(stands, PracticeStanding) else None

    @property
    def can_be_signed(self) -> bool:
        return isinstance(self.standing, SignOffStanding) and self.standing.can_be_signed

    @property
    def levels(self) -> dict[int, str]:
        """Those it may be signed off at, number to name: from the required one up to the one reached."""
        reached = self.practice.level if self.practice is not None else None
        names = enumerate(self.standard.level_names, self.standard.lowest_level)
        return {level: name for level, name in names if reached is not None and self.required <= level <= reached}


def sign_offs_by_standing(
    db: Session, people: StaffIds | Sequence[int], on: date, known_on: date | None = None
) -> list[SignOffRow]:
    """How the sign-offs of these people stand on a date, on every standard that their posts require. Checks nothing:
    the caller chooses the people by the access table."""
    evidence = Evidence(db, people, on, known_on)
    loaded = _Loaded(db, evidence)
    of_levels = (one for one in evidence.bound if one.kind is RequirementKind.PRACTICE and not one.is_observation)
    rows = [_row(loaded, bound, on) for bound in of_levels]
    return sorted(rows, key=lambda row: (row.person, row.staff_id, row.standard.set_name, row.standard.number))


@dataclass(frozen=True, slots=True)
class _Given:
    """A sign-off as it was given: on which standard of which version of which set."""

    signed_on: date
    level: int
    by: str
    standard_id: int
    set_code: str
    set_id: int
    version: str
    title: str


@dataclass
class _Loaded:
    db: Session
    evidence: Evidence

    @cached_property
    def given(self) -> dict[int, list[_Given]]:
        """By staff id, in the order in which they were recorded."""
        rows = self.db.execute(
            sa.select(SignOff, col(Staff.full_name), Standard, StandardSet)
            .join(Staff, col(Staff.id) == col(SignOff.recorded_by_id))
            .join(Standard, col(Standard.id) == col(SignOff.standard_id))
            .join(StandardSet, col(StandardSet.id) == col(Standard.standard_set_id))
            .where(col(SignOff.staff_id).in_(self.evidence.people), current(SignOff, self.evidence.known_on))
            .order_by(col(SignOff.id))
        )
        given: dict[int, list[_Given]] = defaultdict(list)
        for one, by, standard, of_set in rows:
            place = (standard.id, of_set.code, of_set.id, of_set.version, standard.short_title)
            given[one.staff_id].append(_Given(one.signed_on, one.level, by, *place))
        return given

    @cached_property
    def carried(self) -> dict[int, list[CarriedOver]]:
        return carried_over(self.db, self.evidence.known_on)

    @cached_property
    def set_codes(self) -> dict[int, str]:
        rows = self.db.execute(sa.select(col(StandardSet.id), col(StandardSet.code)))
        return {set_id: code for set_id, code in rows}


def _row(loaded: _Loaded, bound: Bound, on: date) -> SignOffRow:
    standard: StandardRequired = bound.terms["standard"]
    required = standard.level_on(on)
    assert required is not None, "what binds on a date is required on it"
    stands = judged(loaded.evidence, bound, on)
    if stands.status not in LEFT_OUT:
        ratings = loaded.evidence.ratings.get(bound.staff_id, {}).get(standard.standard_id, [])
        given = _counting(loaded, bound.staff_id, standard)
        stands = standing(_terms(loaded, bound.staff_id, standard), given, ratings, on)
    return SignOffRow(bound.staff_id, loaded.evidence.names[bound.staff_id], standard, required, stands)


def _terms(loaded: _Loaded, staff_id: int, standard: StandardRequired) -> SignOffTerms:
    """What was required over all posts, and on the former versions until this one was: a sign-off that lapsed then
    does not come back with a change of post or of version."""
    evidence = loaded.evidence
    asked = evidence.levels_asked(staff_id)
    version_from = min(one.span.start for one in asked[standard.standard_id])
    levels = [*asked[standard.standard_id]]
    for former in loaded.carried.get(standard.standard_id, ()):
        levels += _until(asked.get(former.former, ()), former, version_from - timedelta(days=1))
    return SignOffTerms(
        replace(practice_terms(evidence, standard), required=highest_of(levels)),
        standard.set_version,
        version_from,
        evidence.number("sign_off_months"),
        evidence.number("due_soon_days"),
    )


def _until(asked: Iterable[LevelRequired], former: CarriedOver, last_on: date) -> list[LevelRequired]:
    return [
        LevelRequired(former.levels[one.level], Span(one.span.start, min(one.span.end or last_on, last_on)))
        for one in asked
        if one.level in former.levels and one.span.start <= last_on
    ]


def _counting(loaded: _Loaded, staff_id: int, standard: StandardRequired) -> list[SignedOff]:
    """What was given on this version; on a former one, at the level it is carried over at; and what is not carried
    over, of a standard of the same title in an earlier version of the set."""
    carried = {one.former: one for one in loaded.carried.get(standard.standard_id, ())}
    found = []
    for one in loaded.given.get(staff_id, ()):
        if one.standard_id == standard.standard_id:
            found.append(SignedOff(one.signed_on, one.level, one.by))
        elif former := carried.get(one.standard_id):
            found.append(SignedOff(one.signed_on, former.levels.get(one.level), one.by, one.version))
        elif _is_earlier_version(loaded, one, standard):
            found.append(SignedOff(one.signed_on, None, one.by, one.version))
    return found


def _is_earlier_version(loaded: _Loaded, given: _Given, standard: StandardRequired) -> bool:
    same = given.set_code == loaded.set_codes[standard.set_id] and given.set_id < standard.set_id
    return same and given.title.casefold() == standard.title.casefold()


# ---------------------------------------------------------------------------------------------------------------------
# Of one person


@dataclass(frozen=True, slots=True)
class SignOffGiven:
    """A sign-off as it stands in the record. `standard` with its version; `level` by name."""

    sign_off_id: int
    standard: str
    level: str
    signed_on: date
    by: str
    note: str


@dataclass(frozen=True, slots=True)
class SignOffsSeen:
    """`rows`: every standard that is required of them, worst first. `given`: everything signed off, latest first."""

    rows: list[SignOffRow]
    given: list[SignOffGiven]
    may_sign: bool
    may_void: bool


def sign_offs_of(db: Session, *, viewer: Actor, staff_id: int, on: date, known_on: date | None = None) -> SignOffsSeen:
    """One person's competencies, and what of them was signed off, up to a date: for themselves, their therapy manager,
    and whoever may sign it off."""
    check_sign_offs_of(db, viewer, Action.READ, staff_id)
    rows = sign_offs_by_standing(db, [staff_id], on, known_on)
    may_sign = may(check_sign_offs_of, db, viewer, Action.CREATE, staff_id) and may(check_not_in_training, db, viewer)
    return SignOffsSeen(
        sorted(rows, key=lambda row: severity(row.standing)),
        _given(db, staff_id, on, known_on),
        may_sign,
        may(check_sign_offs_of, db, viewer, Action.VOID, staff_id),
    )


def _given(db: Session, staff_id: int, on: date, known_on: date | None) -> list[SignOffGiven]:
    rows = db.execute(
        sa.select(SignOff, Standard, StandardSet, col(Staff.full_name))
        .join(Standard, col(Standard.id) == col(SignOff.standard_id))
        .join(StandardSet, col(StandardSet.id) == col(Standard.standard_set_id))
        .join(Staff, col(Staff.id) == col(SignOff.recorded_by_id))
        .where(col(SignOff.staff_id) == staff_id, col(SignOff.signed_on) <= on, current(SignOff, known_on))
        .order_by(col(SignOff.signed_on).desc(), col(SignOff.id).desc())
    )
    return [
        SignOffGiven(
            one.id,
            f"{standard.short_title} ({of_set.name}, version {of_set.version})",
            dict(enumerate(of_set.level_names, of_set.lowest_level)).get(one.level, str(one.level)),
            one.signed_on,
            by,
            one.note,
        )
        for one, standard, of_set, by in rows
    ]


# ---------------------------------------------------------------------------------------------------------------------
# Who may sign off beside the therapy managers


@dataclass(frozen=True, slots=True)
class Assessor:
    """A supervisor whom a community lets sign off the competency of those they supervise there."""

    assessor_id: int
    name: str
    community: str
    start_on: date
    end_on: date | None


def assessors_named(db: Session, *, viewer: Actor, on: date) -> list[Assessor]:
    """Those of the communities where the viewer may name them, now and to come."""
    named = CompetencyAssessor
    rows = db.execute(
        sa.select(named, col(Staff.full_name), col(Community.name))
        .join(Staff, col(Staff.id) == col(named.staff_id))
        .join(Community, col(Community.id) == col(named.community_id))
        .where(
            col(named.community_id).in_(communities_within(viewer, Object.COMPETENCY_SIGN_OFF, Action.SIGN)),
            sa.or_(col(named.end_on).is_(None), col(named.end_on) >= on),
        )
        .order_by(col(Community.name), col(Staff.full_name), col(named.id))
    )
    return [Assessor(one.id, name, community, one.start_on, one.end_on) for one, name, community in rows]


def assessors_to_name(db: Session, *, viewer: Actor, community_id: int) -> list[Person]:
    """Who supervises people of a community by an agreement in force today, is not from outside, and is not named yet.
    Never the viewer, who signs off as a manager."""
    check_in(viewer, Object.COMPETENCY_SIGN_OFF, Action.SIGN, community_id)
    on, agreement, named = viewer.on, SupervisionAgreement, CompetencyAssessor
    people = sa.select(col(Post.staff_id)).where(
        col(Post.community_id) == community_id, in_force(Post.start_on, Post.end_on, on)
    )
    groups = sa.select(col(GroupMember.group_id)).where(
        col(GroupMember.staff_id).in_(people), in_force(GroupMember.start_on, GroupMember.end_on, on)
    )
    supervising = sa.select(col(agreement.supervisor_id)).where(
        in_force(agreement.start_on, agreement.end_on, on),
        sa.or_(col(agreement.supervisee_id).in_(people), col(agreement.group_id).in_(groups)),
    )
    already = sa.select(col(named.staff_id)).where(
        col(named.community_id) == community_id, sa.or_(col(named.end_on).is_(None), col(named.end_on) >= on)
    )
    rows = db.execute(
        sa.select(col(Staff.id), col(Staff.full_name))
        .where(
            col(Staff.id).in_(supervising),
            col(Staff.id).not_in(already),
            col(Staff.id) != viewer.staff_id,
            col(Staff.employment) != Employment.INDEPENDENT,
        )
        .order_by(col(Staff.full_name), col(Staff.id))
    )
    return [Person(staff_id, name) for staff_id, name in rows]
