"""Compliance: each person's months against each minimum, as they were bound then, and the rates that follow.

A month is judged by what bound people at its end, so that somebody who left since, or came, or was asked something else
is in it as they were. Everything on a page comes from one reading of these rows.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col

from tcsuper import words
from tcsuper.access import Actor, Object, Shape, StaffIds, communities_within, people_within
from tcsuper.models import (
    Attendance,
    Community,
    GroupMember,
    JobDescription,
    RequirementKind,
    Staff,
    SupervisionAgreement,
    SupervisionSession,
)
from tcsuper.queries.bound import Bound, Evidence
from tcsuper.queries.evidence import current
from tcsuper.queries.frames import frame_of
from tcsuper.queries.standing import supervision_months, whose_status
from tcsuper.queries.supervision import sittings_of
from tcsuper.queries.team_counts import ALL, EVERYBODY, places_on, safe_in_month, sight_on
from tcsuper.queries.team_kinds import months_as_at
from tcsuper.queries.titles import TITLE, titled
from tcsuper.rules.compliance import JUDGED, Rate, rate
from tcsuper.rules.credit import Sitting
from tcsuper.rules.minimum import Minimum, Per
from tcsuper.rules.standing import Span, add_months, first_of_month, last_of_month
from tcsuper.rules.supervision import Month, month_of

MONTHS_SHOWN = 24
LONGEST_WINDOW = 13
"""Months before the first one shown from which sessions are read: averages and rolling days reach back."""


class By(StrEnum):
    """What people, or minima, have in common."""

    COMMUNITY = "Community"
    ROLE = "Role"
    SUPERVISOR = "Supervisor"
    KIND = "Kind of supervision"


@dataclass(frozen=True, slots=True)
class Judged:
    """A person's month against one minimum. `groups`: what they belonged to that month. Of whom one may see the status
    alone (`is_whole` is False) the month has its verdict and no amount, and no sentence."""

    staff_id: int
    person: str
    minimum: Minimum
    body: str
    month: Month
    groups: Mapping[By, tuple[str, ...]]
    is_whole: bool = True

    @property
    def said(self) -> str:
        """The sentence behind the mark."""
        if not self.is_whole:
            return "The record is for them, their supervisor and their therapy manager."
        if self.month.why:
            return self.month.why
        unit = {"minutes": " minutes credited", "meetings": " meetings", "share": "% of the meetings held"}
        month, measure = self.month, self.minimum.measure.value
        said = f"{words.number(month.credited)} of {words.number(month.wanted)}{unit[measure]}"
        if measure == "minutes" and month.credited != month.attended and month.months == 1:
            said += f", {words.minutes(month.attended)} attended"
        if month.months > 1:
            said += f", averaged over {month.months} months"
        return f"{said}."


def kind_of(minimum: Minimum, body: str) -> str:
    """Whose rule it is, else what counts for it."""
    if body:
        return f"By {body}"
    if minimum.of_supervision:
        return "Of supervision"
    if minimum.forms == ("individual",):
        return "Individual"
    if minimum.forms and "individual" not in minimum.forms:
        return "Group"
    return minimum.title


def compliance_months(
    db: Session, *, viewer: Actor, on: date, known_on: date | None = None, how_many: int = MONTHS_SHOWN
) -> list[Judged]:
    """The last months, up to and with that of the date, of everyone whose status on supervision the viewer may see by
    name, leavers among them: by name, minimum and month."""
    people = whose_status(viewer, RequirementKind.SUPERVISION)
    whole = set(db.scalars(whose_status(viewer, RequirementKind.SUPERVISION, (Shape.FULL,))))
    named = set(db.scalars(people_within(viewer, Object.AGREEMENT)))
    managed = communities_within(viewer, Object.SUPERVISION_STATUS)
    communities = {key: name for key, name in db.execute(sa.select(col(Community.id), col(Community.name)))}
    if managed:
        communities = {key: name for key, name in communities.items() if key in managed}
    return [
        one if one.staff_id in whole else _status_alone(one)
        for one in _judged(db, people, on, known_on, how_many, _supervisors(db, named), communities)
    ]


def _status_alone(one: Judged) -> Judged:
    nothing = Fraction(0)
    month = Month(one.month.first, one.month.verdict, 0, nothing, nothing, reason=one.month.reason)
    return replace(one, month=month, is_whole=False)


Serving = tuple[int, str, Span]
"""Whom somebody supervised, who, and when."""


def _supervisors(db: Session, named: set[int]) -> dict[int, list[Serving]]:
    """By supervisee: who supervised them under which agreement, alone or in a group they were contracted to."""
    agreement, member = SupervisionAgreement, GroupMember
    facts = (col(Staff.full_name), col(agreement.start_on), col(agreement.end_on))
    alone = sa.select(col(agreement.supervisee_id), *facts, col(agreement.start_on), col(agreement.end_on))
    in_group = sa.select(col(member.staff_id), *facts, col(member.start_on), col(member.end_on)).join_from(
        agreement, member, col(member.group_id) == col(agreement.group_id)
    )
    found: dict[int, list[Serving]] = defaultdict(list)
    for query in (alone.where(col(agreement.supervisee_id).is_not(None)), in_group):
        query = query.join(Staff, col(Staff.id) == col(agreement.supervisor_id))
        for staff_id, supervisor, *dates in db.execute(query):
            start, end = max(dates[0], dates[2]), min((one for one in (dates[1], dates[3]) if one), default=None)
            if staff_id in named:
                found[staff_id].append((staff_id, supervisor, Span(start, end)))
    return found


class _OfSupervision(Evidence):
    """What is stored about people, of this kind alone, and asked about several days: read once for all of them."""

    since: date = date.min

    @cached_property
    def bound(self) -> list[Bound]:
        asked = [*self._told_apart(list(self._from_requirements())), *self._from_bodies()]
        return [one for one in asked if one.kind is RequirementKind.SUPERVISION and one.terms.get("amount")]

    @cached_property
    def _requirements(self):  # type: ignore[no-untyped-def]
        return {key: one for key, one in super()._requirements.items() if one.kind is RequirementKind.SUPERVISION}

    @cached_property
    def sittings(self) -> dict[int, list[Sitting]]:
        found = sittings_of(self.db, self.people, self.known_on, self.since)
        return {staff_id: sorted(theirs, key=lambda one: one.held_on) for staff_id, theirs in found.items()}

    SAME_EVERY_DAY = (
        *("names", "posts", "_requirements", "overrides", "absences", "kept_from", "sittings", "hours_worked"),
        *("register_checks", "_numbers"),
    )

    def at(self, day: date) -> "_OfSupervision":
        other = _OfSupervision(self.db, self.people, day, self.known_on)
        for name in self.SAME_EVERY_DAY:
            other.__dict__[name] = getattr(self, name)
        return other


def _judged(
    db: Session,
    people: StaffIds | Sequence[int],
    on: date,
    known_on: date | None,
    how_many: int,
    supervisors: Mapping[int, Sequence[Serving]],
    communities: Mapping[int, str],
) -> list[Judged]:
    """`communities`: those to tell people apart by; another one that somebody also works in is not named."""
    firsts = [add_months(first_of_month(on), back) for back in range(1 - how_many, 1)]
    evidence = _OfSupervision(db, sorted(db.scalars(people)) if isinstance(people, sa.Select) else people, on, known_on)
    evidence.since = add_months(firsts[0], -LONGEST_WINDOW)
    roles = {key: name for key, name in db.execute(sa.select(col(JobDescription.id), col(JobDescription.role_name)))}
    out = []
    for first, then, bound in _bound_by_month(evidence, firsts, on):
        minimum = then.minimum(bound)
        if minimum.per is Per.IN_ALL:
            continue
        sittings = _looked_at(minimum, then.sittings.get(bound.staff_id, []), first)
        month = month_of(minimum, then.duty(bound), sittings, on, first)
        posts = then.posts_on(bound.staff_id) or [
            post for post in then.posts[bound.staff_id] if Span(post.start_on, post.end_on).holds(first)
        ]
        groups = {
            By.COMMUNITY: _each_once(
                communities[post.community_id] for post in posts if post.community_id in communities
            ),
            By.ROLE: _each_once(roles[post.job_description_id] for post in posts),
            By.SUPERVISOR: _each_once(
                name for _, name, span in supervisors.get(bound.staff_id, ()) if span.holds(then.on)
            ),
            By.KIND: (kind_of(minimum, bound.body),),
        }
        out.append(Judged(bound.staff_id, then.names[bound.staff_id], minimum, bound.body, month, groups))
    return sorted(out, key=lambda one: (one.person, one.staff_id, one.minimum.title, one.month.first))


def _looked_at(minimum: Minimum, sittings: Sequence[Sitting], first: date) -> Sequence[Sitting]:
    """Of somebody's sittings, in order, those that a month of this minimum can turn on: reading all of them for every
    month is most of the time that a large service would wait."""
    since = (
        first - timedelta(days=minimum.days) if minimum.per is Per.ROLLING else add_months(first, 1 - minimum.months)
    )
    begins = bisect_left(sittings, since, key=lambda one: one.held_on)
    return sittings[begins : bisect_right(sittings, last_of_month(first), key=lambda one: one.held_on)]


def _bound_by_month(
    evidence: _OfSupervision, firsts: Sequence[date], on: date
) -> Iterator[tuple[date, _OfSupervision, Bound]]:
    """What bound them at the end of each month, and what had bound them before and ended in it."""
    before = evidence.at(firsts[0] - timedelta(days=1)).bound
    for first in firsts:
        then = evidence.at(min(last_of_month(first), on))
        still = {(one.staff_id, one.title) for one in then.bound}
        ended = [
            one
            for one in before
            if (one.staff_id, one.title) not in still and one.span.end is not None and one.span.end >= first
        ]
        for bound in (*then.bound, *ended):
            yield first, then, bound
        before = then.bound


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


# ---------------------------------------------------------------------------------------------------------------------
# Rates


def months_in(rows: Iterable[Judged]) -> list[date]:
    """The first days of the months that these rows are about, each once."""
    return sorted({one.month.first for one in rows})


def rate_of(rows: Iterable[Judged], first: date) -> Rate:
    """Of everyone among these rows, for the month that begins on this day."""
    return rate((one.staff_id, one.month) for one in rows if one.month.first == first)


def rates_by(rows: Iterable[Judged], what: By, first: date) -> pd.DataFrame:
    """The same by what they have in common, by name. Columns: label, met, duty, share (per cent, None when nobody had a
    minimum to meet), left_out (count), why (who was left out, in words)."""
    shared: dict[str, list[Judged]] = defaultdict(list)
    for one in rows:
        for label in one.groups[what]:
            shared[label].append(one)
    out = []
    for label in sorted(shared):
        found = rate_of(shared[label], first)
        if found.duty or found.reasons:
            out.append((label, found.met, found.duty, found.share, found.left_out, found.left_out_words))
    return pd.DataFrame(out, columns=["label", "met", "duty", "share", "left_out", "why"], dtype=object)


def trend_by(rows: Sequence[Judged], on: date, what: By | None = None, only: Iterable[str] = ()) -> pd.DataFrame:
    """The rate of each month, of everyone or by what they have in common. Columns: community (the group's name), month,
    met, duty, left_out, share (None when nobody had a minimum to meet), so_far (bool: the month is not over)."""
    grouped: dict[str, list[Judged]] = {"Everyone": list(rows)}
    if what is not None:
        grouped = {label: [one for one in rows if label in one.groups[what]] for label in only}
    out = []
    for label, theirs in grouped.items():
        by_month: dict[date, list[Judged]] = defaultdict(list)
        for one in theirs:
            by_month[one.month.first].append(one)
        for first in months_in(rows):
            found = rate((one.staff_id, one.month) for one in by_month[first])
            out.append((label, first, found.met, found.duty, found.left_out, found.share, on <= last_of_month(first)))
    return pd.DataFrame(out, columns=["community", "month", "met", "duty", "left_out", "share", "so_far"], dtype=object)


def rates_by_role(
    db: Session, *, viewer: Actor, on: date, known_on: date | None = None
) -> tuple[date, pd.DataFrame] | None:
    """The people of the viewer's communities who met the service's own minima in the last month that is over, by role.
    The month, and columns label, met, duty, share: of the roles whose figure may be given beside the same month by
    community and of everybody.

    None where that is no role."""
    on = min(months_as_at(viewer, on), viewer.on)
    first = add_months(first_of_month(on), -1)
    places = places_on(db, viewer=viewer, on=on)
    known, smallest = sight_on(db, viewer, RequirementKind.SUPERVISION, places)
    verdicts: dict[int, list[Month]] = defaultdict(list)
    for row in supervision_months(db, sorted(places.of(EVERYBODY)), on, known_on, 2):
        if not row.bound.body:
            verdicts[row.staff_id].append(row.months[0])
    judged = {one for one, months in verdicts.items() if any(month.verdict in JUDGED for month in months)}
    shown = safe_in_month(places, judged, known, smallest)
    out = []
    for role, name in places.roles.items():
        people = places.of((ALL, role)) & judged
        if people and len(people) >= smallest and (ALL, role) in shown:
            found = rate((one, month) for one in people for month in verdicts[one])
            out.append((name, found.met, found.duty, found.share))
    return (first, pd.DataFrame(out, columns=["label", "met", "duty", "share"], dtype=object)) if out else None


# ---------------------------------------------------------------------------------------------------------------------
# The heatmap, and what is behind a mark


def heatmap_frame(rows: Iterable[Judged], today: date) -> pd.DataFrame:
    """For `charts.month_heatmap`. Columns: row (the person), month, label, verdict. A month that is not over today and
    that a later date finds short is a forecast."""
    cells = {(one.person, one.month.first): (_label(one), verdict_shown(one, today)) for one in rows}
    people, months = dict.fromkeys(person for person, _ in cells), sorted({month for _, month in cells})
    nothing = ("–", "not_required")  # nobody asked it of them that month
    return pd.DataFrame(
        [(person, month, *cells.get((person, month), nothing)) for person in people for month in months],
        columns=["row", "month", "label", "verdict"],
    )


def verdict_shown(one: Judged, today: date) -> str:
    """The verdict as pictures and filters name it: a month that is short and not over yet is a forecast."""
    is_short = one.month.verdict.value == "short"
    return "forecast" if is_short and today <= last_of_month(one.month.first) else one.month.verdict.value


def _label(one: Judged) -> str:
    if one.month.verdict not in JUDGED:
        return "–"
    if one.is_whole:
        return words.number(one.month.credited)
    return "●" if one.month.verdict.value == "met" else "■"


def sessions_behind(
    db: Session, *, viewer: Actor, about: int, first: date, known_on: date | None = None
) -> pd.DataFrame:
    """The sessions of a person in the month that begins on this day: held, lost and planned, if their session log is
    the viewer's to read. Nothing of what was said.

    Columns: held_on, title, supervisor, state, minutes (of the session), attended, status, lost_because; by date."""
    session, there = SupervisionSession, Attendance
    query = titled(
        sa.select(
            col(session.held_on),
            TITLE.label("title"),
            col(Staff.full_name).label("supervisor"),
            col(session.state),
            col(session.minutes),
            col(there.minutes).label("attended"),
            col(there.status),
            col(session.lost_because),
        )
        .join(there, col(there.session_id) == col(session.id))
        .join(Staff, col(Staff.id) == col(session.supervisor_id))
    )
    return frame_of(
        db,
        query.where(
            col(there.staff_id) == about,
            col(there.staff_id).in_(people_within(viewer, Object.SESSION_LOG)),
            col(session.held_on).between(first, last_of_month(first)),
            current(session, known_on),
        ).order_by(col(session.held_on), col(session.starts_at), col(session.id)),
    )
