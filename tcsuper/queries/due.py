"""Who is due for supervision: months against each minimum, this month's forecast, and why sessions were lost."""

from dataclasses import dataclass
from datetime import date

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col

from tcsuper import words
from tcsuper.access import COUNTED, Actor, Object, communities_within, in_force
from tcsuper.models import Attendance, LostBecause, Post, RequirementKind, SessionState, SupervisionSession
from tcsuper.queries.evidence import current
from tcsuper.queries.standing import SupervisionMonths, supervision_months, whose_status
from tcsuper.rules.standing import add_months
from tcsuper.rules.supervision import Verdict
from tcsuper.settings import service_number


def supervision_due(
    db: Session,
    *,
    viewer: Actor,
    on: date,
    known_on: date | None = None,
    community_id: int | None = None,
    how_many: int = 12,
) -> list[SupervisionMonths]:
    """The months of everyone whose standing the viewer may see, by name; of one community when one is chosen."""
    people = whose_status(viewer, RequirementKind.SUPERVISION)
    if community_id is not None:
        there = sa.select(col(Post.staff_id)).where(
            col(Post.community_id) == community_id, in_force(Post.start_on, Post.end_on, on)
        )
        people = people.where(people.selected_columns[0].in_(there))
    return supervision_months(db, people, on, known_on, how_many)


@dataclass(frozen=True)
class Shortfall:
    """Somebody short this month, what is planned, and the session that would put it right."""

    staff_id: int
    person: str
    minimum: str
    credited: str
    short_by: str
    planned: str
    fix: str
    is_saved: bool


def what_would_fix(months: list[SupervisionMonths]) -> list[Shortfall]:
    """Everyone short so far in the last of the months: those that nothing planned saves come first."""
    short = [one for one in months if one.forecast.month.verdict is Verdict.SHORT_SO_FAR]
    shortfalls = [_shortfall(one) for one in short]
    return sorted(shortfalls, key=lambda one: (one.is_saved, one.person))


def _shortfall(one: SupervisionMonths) -> Shortfall:
    coming, month = one.forecast, one.forecast.month
    minutes = one.minimum.measure.value == "minutes"
    unit = " min" if minutes else ""
    if coming.saved_by is not None:
        planned, fix = f"{words.weekday(coming.saved_by)}: meets it", "Nothing more: the planned session meets it."
    else:
        days = words.listed([words.weekday(day) for day in coming.planned_days])
        planned = f"{days}: adds {words.number(coming.planned)}{unit}" if days else "nothing that counts"
        missing = -(-coming.still_short // 1)
        form = one.minimum.form_that_counts or "individual"
        whole = f"One {form} session of {words.minutes(missing)}."
        fix = whole if minutes else f"{words.count(int(missing), 'session')}."
    return Shortfall(
        one.staff_id,
        one.person,
        one.minimum.title,
        f"{words.number(month.credited)} of {words.number(month.wanted)}{unit}",
        f"{words.number(month.shortfall)}{unit}",
        planned,
        fix,
        coming.saved_by is not None,
    )


def rate_sentence(months: list[SupervisionMonths], back: int = 1) -> str:
    """ "29 of 34 people met every minimum in October 2026 (85%). 2 left out: …" for the month `back` months ago."""
    verdicts: dict[int, list[Verdict]] = {}
    reasons: dict[int, str] = {}
    first = None
    for one in months:
        if len(one.months) <= back:
            continue
        month = one.months[-1 - back]
        first = month.first
        if month.verdict in (Verdict.NOT_JUDGED, Verdict.EXEMPT):
            reasons.setdefault(one.staff_id, month.why)
        elif month.verdict is not Verdict.NOT_REQUIRED:
            verdicts.setdefault(one.staff_id, []).append(month.verdict)
    if first is None or not verdicts:
        return "Nobody had a minimum to meet."
    met = sum(all(verdict is Verdict.MET for verdict in theirs) for theirs in verdicts.values())
    left_out = [why for person, why in reasons.items() if person not in verdicts]
    sentence = f"{met} of {words.count(len(verdicts), 'person', 'people')} met every minimum in {words.month(first)} "
    sentence += f"({100 * met // len(verdicts)}%)."
    if left_out:
        sentence += f" {len(left_out)} left out: part of the month in post, away for long, exempt, or no records here."
    return sentence


def lost_sessions(
    db: Session, *, viewer: Actor, on: date, known_on: date | None = None, months: int = 3
) -> pd.DataFrame | None:
    """Why sessions of my communities were lost in the last months: columns cause (LostBecause), count, most first.

    None when fewer people than the smallest group were expected at them: sickness among the causes is health data."""
    session = SupervisionSession
    communities = communities_within(viewer, Object.SESSION_LOG, shapes=COUNTED)
    lost = (
        col(session.state) == SessionState.DID_NOT_HAPPEN,
        col(session.held_on) > add_months(on, -months),
        col(session.held_on) <= on,
        col(session.community_id).in_(communities),
        current(session, known_on),
    )
    people = db.scalar(
        sa.select(sa.func.count(sa.distinct(col(Attendance.staff_id))))
        .join(session, col(session.id) == col(Attendance.session_id))
        .where(*lost)
    )
    if (people or 0) < service_number(db, "smallest_group"):
        return None
    rows = db.execute(
        sa.select(col(session.lost_because), sa.func.count()).where(*lost).group_by(col(session.lost_because))
    )
    found: list[tuple[LostBecause, int]] = sorted(((why, count) for why, count in rows), key=lambda row: -row[1])
    return pd.DataFrame(found, columns=["cause", "count"])
