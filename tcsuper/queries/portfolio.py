"""What a person takes to an appraisal, or to a professional body that asks: their own record of a period, in the parts
they choose. Nothing about anybody else but the names of those who supervised, observed and signed off.

Every figure is asked of the query that My record asks, so that both say the same.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from tcsuper.access import Action, Actor, Object, check_about, may_about
from tcsuper.models import Community, JobDescription, ObservationState, Post, RequirementKind, SessionState, Staff
from tcsuper.queries.activities import ActivitySeen, counts_by_body, my_activities
from tcsuper.queries.my_responsibilities import HeldLine, responsibilities_held_by
from tcsuper.queries.observations import observation_detail, observations_seen
from tcsuper.queries.practice import observed_against_required
from tcsuper.queries.registration import Registered, registrations_seen
from tcsuper.queries.sign_offs import SignOffGiven, sign_offs_of
from tcsuper.queries.standing import Row, SupervisionMonths, my_supervision_months, standings_seen
from tcsuper.queries.supervision import MySession, my_attendance
from tcsuper.queries.training import completions_seen
from tcsuper.rules.activity import BodyCount
from tcsuper.rules.standing import first_of_month

if TYPE_CHECKING:
    import pandas as pd

TRAINING = (RequirementKind.COURSE, RequirementKind.QUALIFICATION)
CHECKS = (RequirementKind.CHECK, RequirementKind.EVENT, RequirementKind.PERIOD, RequirementKind.AGREEMENT)


class PortfolioPart(StrEnum):
    SUPERVISION = "supervision"
    TRAINING = "training"
    REGISTRATION = "registration"
    PRACTICE = "practice"
    SIGN_OFFS = "sign_offs"
    RESPONSIBILITIES = "responsibilities"
    ACTIVITIES = "activities"


@dataclass(frozen=True)
class PortfolioAsked:
    """The first and the last day, which is also the day that everything is said as at. `body`: the short name of the
    one it is for; empty: an appraisal. `reflections`: entries of the activity log whose words go in; `feedback`:
    observations whose strengths and next step do. Neither goes in unless it is named here."""

    since: date
    until: date
    body: str = ""
    parts: frozenset[PortfolioPart] = frozenset(PortfolioPart)
    reflections: tuple[UUID, ...] = ()
    feedback: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class PostHeld:
    role: str
    community: str
    start_on: date
    end_on: date | None


@dataclass(frozen=True)
class Observed:
    """An observation that was shared with the person it is about."""

    record_id: UUID
    observed_on: date
    observer: str
    standards: str
    is_signed: bool
    strengths: str = ""
    next_step: str = ""


@dataclass(frozen=True)
class PortfolioOffered:
    """What a person can choose from: bodies they are registered with, entries of their log, observations of them."""

    bodies: tuple[str, ...]
    activities: tuple[ActivitySeen, ...]
    observations: tuple[Observed, ...]


@dataclass(frozen=True)
class Portfolio:
    """What was chosen, as it stands. A part that was not chosen is empty. `known_on`: the day on which it was asked."""

    asked: PortfolioAsked
    known_on: date
    person: str
    posts: tuple[PostHeld, ...]
    sessions: tuple[MySession, ...] = ()
    """Held in the period and attended, the earliest first."""
    months: tuple[SupervisionMonths, ...] = ()
    training: tuple[Row, ...] = ()
    completions: "pd.DataFrame | None" = None
    registrations: tuple[Registered, ...] = ()
    checks: tuple[Row, ...] = ()
    practice: "pd.DataFrame | None" = None
    observations: tuple[Observed, ...] = ()
    sign_offs: tuple[SignOffGiven, ...] = ()
    responsibilities: tuple[HeldLine, ...] = ()
    activities: tuple[ActivitySeen, ...] = ()
    counts: tuple[BodyCount, ...] = ()
    reflections: dict[UUID, str] = field(default_factory=dict)
    """By entry, the words that were chosen: opened by the service alone."""


def portfolio_offered(db: Session, *, viewer: Actor, since: date, until: date) -> PortfolioOffered:
    """Everything of the viewer's own, and of nobody else."""
    check_about(db, viewer, Object.OWN_DATA_PACK, Action.EXPORT, viewer.staff_id)
    registered = registrations_seen(db, viewer=viewer, on=until, about=viewer.staff_id)
    return PortfolioOffered(
        tuple(sorted({one.body for one in registered})),
        tuple(one for one in my_activities(db, viewer=viewer) if since <= one.held_on <= until),
        tuple(_observations(db, viewer, since, until, ())),
    )


def portfolio(db: Session, *, viewer: Actor, asked: PortfolioAsked) -> Portfolio:
    """The viewer's own portfolio, without the words of their activity log."""
    check_about(db, viewer, Object.OWN_DATA_PACK, Action.EXPORT, viewer.staff_id)
    me, on, parts = viewer.staff_id, asked.until, asked.parts
    standing = standings_seen(db, viewer=viewer, on=on, about=me)
    found = {
        "sessions": _sessions(db, viewer, asked) if PortfolioPart.SUPERVISION in parts else (),
        "months": _months(db, viewer, asked) if PortfolioPart.SUPERVISION in parts else (),
        "sign_offs": _signed(db, viewer, asked) if PortfolioPart.SIGN_OFFS in parts else (),
    }
    if PortfolioPart.TRAINING in parts:
        completed = completions_seen(db, viewer=viewer, about=me)
        counting = completed["is_current"].astype(bool) & completed["completed_on"].between(asked.since, on)
        found |= {"training": _of_kinds(standing, TRAINING), "completions": completed[counting]}
    if PortfolioPart.REGISTRATION in parts:
        found |= {"registrations": _registrations(db, viewer, asked), "checks": _of_kinds(standing, CHECKS)}
    if PortfolioPart.PRACTICE in parts and may_about(db, viewer, Object.OBSERVATION_RATING, Action.READ, me):
        found |= {
            "practice": observed_against_required(db, viewer=viewer, staff_id=me, on=on),
            "observations": tuple(_observations(db, viewer, asked.since, on, asked.feedback)),
        }
    if PortfolioPart.RESPONSIBILITIES in parts:
        found["responsibilities"] = tuple(responsibilities_held_by(db, viewer=viewer, staff_id=me, on=on))
    if PortfolioPart.ACTIVITIES in parts:
        found["activities"] = tuple(one for one in my_activities(db, viewer=viewer) if asked.since <= one.held_on <= on)
        counts = counts_by_body(db, viewer=viewer, staff_id=me, on=on)
        registered = {one.body for one in _registrations(db, viewer, asked)}
        found["counts"] = tuple(one for one in counts if not asked.body or one.body in registered)
    person = db.get_one(Staff, me).full_name
    return Portfolio(asked, viewer.on, person, _posts(db, me, asked), **found)  # type: ignore[arg-type]


def _of_kinds(rows: Sequence[Row], kinds: Collection[RequirementKind]) -> tuple[Row, ...]:
    return tuple(row for row in rows if row.kind in kinds)


def _posts(db: Session, staff_id: int, asked: PortfolioAsked) -> tuple[PostHeld, ...]:
    rows = db.execute(
        sa.select(col(JobDescription.role_name), col(Community.name), col(Post.start_on), col(Post.end_on))
        .join(JobDescription, col(JobDescription.id) == col(Post.job_description_id))
        .join(Community, col(Community.id) == col(Post.community_id))
        .where(
            col(Post.staff_id) == staff_id,
            col(Post.start_on) <= asked.until,
            sa.or_(col(Post.end_on).is_(None), col(Post.end_on) >= asked.since),
        )
        .order_by(col(Post.start_on), col(Post.id))
    )
    return tuple(PostHeld(role, place, start, end) for role, place, start, end in rows)


def _sessions(db: Session, viewer: Actor, asked: PortfolioAsked) -> tuple[MySession, ...]:
    """That they were at: what a body counts is time attended."""
    mine = my_attendance(db, viewer=viewer)
    there = (one for one in mine if one.state is SessionState.HELD and one.attended)
    return tuple(sorted((one for one in there if asked.since <= one.held_on <= asked.until), key=_when))


def _when(session: MySession) -> tuple[date, str]:
    return session.held_on, session.starts_at or ""


def _months(db: Session, viewer: Actor, asked: PortfolioAsked) -> tuple[SupervisionMonths, ...]:
    """For a body its own minima; for an appraisal all of them."""
    until, since = first_of_month(asked.until), first_of_month(asked.since)
    how_many = (until.year - since.year) * 12 + until.month - since.month + 1
    found = my_supervision_months(db, viewer=viewer, on=asked.until, how_many=how_many)
    return tuple(one for one in found if not asked.body or one.bound.body in ("", asked.body))


def _registrations(db: Session, viewer: Actor, asked: PortfolioAsked) -> tuple[Registered, ...]:
    found = registrations_seen(db, viewer=viewer, on=asked.until, about=viewer.staff_id)
    return tuple(one for one in found if not asked.body or one.body == asked.body)


def _signed(db: Session, viewer: Actor, asked: PortfolioAsked) -> tuple[SignOffGiven, ...]:
    return tuple(sign_offs_of(db, viewer=viewer, staff_id=viewer.staff_id, on=asked.until).given)


def _observations(
    db: Session, viewer: Actor, since: date, until: date, with_words: Collection[UUID]
) -> Sequence[Observed]:
    """Of the viewer, and shared with them; with the observer's words where those were asked for."""
    seen = observations_seen(db, viewer=viewer, on=until, about=viewer.staff_id)
    found = []
    for row in seen.itertuples():
        if row.observed_on < since or row.state == ObservationState.DRAFT:
            continue
        strengths = next_step = ""
        if row.record_id in with_words:
            version = observation_detail(db, viewer=viewer, record_id=row.record_id).version
            strengths, next_step = version.strengths, version.next_step
        standards = f"{row.set_name}, version {row.set_version}" if row.set_version else row.set_name
        signed = row.state == ObservationState.SIGNED
        found.append(Observed(row.record_id, row.observed_on, row.observer, standards, signed, strengths, next_step))
    return found[::-1]
