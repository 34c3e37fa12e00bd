"""Of an audit pack: how the records were kept. What was entered late, since when records are kept here at all, and how
many records of each kind the pack rests on."""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from tcsuper import words
from tcsuper.models import (
    Observation,
    ObservationState,
    Post,
    Recorded,
    RecordsKeptFrom,
    RegisterCheck,
    Registration,
    SessionState,
    SignOff,
    StaffEvent,
    SupervisionAgreement,
    SupervisionSession,
    TrainingRecord,
)
from tcsuper.queries.audit_pack.asked import NOT_GIVEN, Area, Asked, share
from tcsuper.queries.evidence import current
from tcsuper.queries.team_kinds import KIND_WORDS
from tcsuper.reports.pack import PackTable, Value
from tcsuper.words import LONDON

LATE_DAYS = 14
"""Records entered more than so many days after what they are about are counted, not hidden."""

session, training, check, observation = SupervisionSession, TrainingRecord, RegisterCheck, Observation


def _dated(asked: Asked) -> list[tuple[str, Any, Any, sa.ColumnElement[bool]]]:
    """What is told of a day: in words, its table, its day, and which of them are the pack's."""
    people = sorted(asked.people or asked.everyone_counted)
    return [
        (
            "Supervision sessions",
            session,
            session.held_on,
            sa.and_(col(session.community_id).in_(list(asked.communities)), col(session.state) != SessionState.PLANNED),
        ),
        ("Training records", training, training.completed_on, col(training.staff_id).in_(people)),
        ("Checks of registers", check, check.checked_on, col(check.staff_id).in_(people)),
        (
            "Observations of practice",
            observation,
            observation.observed_on,
            sa.and_(col(observation.observed_id).in_(people), col(observation.state) != ObservationState.DRAFT),
        ),
        ("Competencies signed off", SignOff, SignOff.signed_on, col(SignOff.staff_id).in_(people)),
        ("Appraisals and other events", StaffEvent, StaffEvent.held_on, col(StaffEvent.staff_id).in_(people)),
    ]


def records_area(asked: Asked) -> Area:
    few = asked.is_counts and len(asked.everyone_counted) < asked.smallest
    lines: list[tuple[Value, ...]] = []
    sums = [0, 0]
    for what, table, day, theirs in _dated(asked):
        late, of = _late(asked, table, day, theirs)
        sums = [sums[0] + late, sums[1] + of]
        given: tuple[Value, ...] = (NOT_GIVEN, NOT_GIVEN, None) if few else (late, of, share(late, of))
        lines.append((what, *given))
    kept = _kept_from(asked)
    said = [
        f"{place}: no records of {kind.lower()} are kept here before {words.day(since)}; what is earlier is not judged."
        for place, kind, since in kept
        if since > asked.since
    ]
    return Area(
        "How the records were kept",
        tuple(said) or ("Records of every area were kept here through the whole period.",),
        (
            PackTable(
                "Entered late",
                ("Records", f"More than {LATE_DAYS} days after", "Of", "Per cent"),
                lines,
                total=() if few else ("All of them", *sums, share(*sums)),
                note="By the day of what was recorded, in the period, and when its first version was written. What "
                "was imported from former papers counts by the day of the import.",
            ),
            PackTable(
                "Records kept here from",
                ("Community", "Area", "From"),
                kept,
                note="Before that day nothing is judged: it is in neither numerator nor denominator.",
                nothing="No first day is set: everything recorded is judged.",
            ),
        ),
    )


def _late(asked: Asked, table: type[Recorded], day: Any, theirs: sa.ColumnElement[bool]) -> tuple[int, int]:
    """How many of the records that count were written down late, by their first version."""
    found = asked.db.execute(
        sa.select(col(table.record_id), col(day)).where(
            theirs, col(day).between(asked.since, asked.until), current(table, asked.known_on)
        )
    )
    days: dict[object, date] = {record_id: on for record_id, on in found}
    first = asked.db.execute(
        sa.select(col(table.record_id), sa.func.min(col(table.recorded_at)))
        .where(theirs)
        .group_by(col(table.record_id))
    )
    late = 0
    for record_id, written in first:
        if record_id in days and written is not None:
            late += written.astimezone(LONDON).date() > days[record_id] + timedelta(days=LATE_DAYS)
    return late, len(days)


def _kept_from(asked: Asked) -> list[tuple[str, str, date]]:
    kept = asked.db.exec(select(RecordsKeptFrom).where(col(RecordsKeptFrom.community_id).in_(list(asked.communities))))
    return sorted((asked.communities[one.community_id], KIND_WORDS[one.kind], one.from_on) for one in kept)


# ---------------------------------------------------------------------------------------------------------------------
# What it rests on


def records_read(asked: Asked) -> str:
    """How many records of each kind there were to read, in words: those in force and known by then."""
    people = sorted(asked.people or asked.everyone_counted)
    if asked.is_counts and len(people) < asked.smallest:
        return f"Not counted: under {asked.smallest} people."
    counts = [
        (len(people), "people in post"),
        (_count(asked, Post, col(Post.community_id).in_(list(asked.communities))), "posts, former ones too"),
        *(
            (_recorded(asked, table, sa.and_(theirs, col(day) <= asked.on)), what.lower())
            for what, table, day, theirs in _dated(asked)
        ),
        (_recorded(asked, Registration, col(Registration.staff_id).in_(people)), "registrations and renewals"),
        (
            _count(asked, SupervisionAgreement, col(SupervisionAgreement.supervisee_id).in_(people)),
            "agreements one to one",
        ),
    ]
    return ", ".join(f"{count:,} {what}" for count, what in counts)


def _recorded(asked: Asked, table: type[Recorded], theirs: sa.ColumnElement[bool]) -> int:
    return int(
        asked.db.scalar(sa.select(sa.func.count()).select_from(table).where(theirs, current(table, asked.known_on)))
        or 0
    )


def _count(asked: Asked, table: Any, theirs: sa.ColumnElement[bool]) -> int:
    return int(asked.db.scalar(sa.select(sa.func.count()).select_from(table).where(theirs)) or 0)
