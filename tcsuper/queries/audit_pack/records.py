"""Of an audit pack: how the records were kept. What was entered late, since when records are kept here at all, and how
many records of each kind the pack rests on."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from tcsuper import words
from tcsuper.models import (
    Attendance,
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
from tcsuper.queries.audit_pack.asked import NOT_GIVEN, Area, Asked, communities_offered, share
from tcsuper.queries.evidence import current
from tcsuper.queries.team_kinds import KIND_WORDS
from tcsuper.reports.pack import PackTable, Value
from tcsuper.rules.standing import add_months
from tcsuper.words import LONDON

LATE_DAYS = 14
"""Records entered more than so many days after what they are about are counted, not hidden."""

session, training, check, observation = SupervisionSession, TrainingRecord, RegisterCheck, Observation


def _dated(asked: Asked) -> list[tuple[str, Any, Any, Any, sa.ColumnElement[bool]]]:
    """What is told of a day: in words, its table, its day, whom it is about, and which of them are the pack's."""
    people = sorted(asked.people or asked.everyone_counted)
    return [
        (
            "Supervision sessions",
            session,
            session.held_on,
            Attendance.staff_id,
            sa.and_(col(session.community_id).in_(list(asked.communities)), col(session.state) != SessionState.PLANNED),
        ),
        ("Training records", training, training.completed_on, training.staff_id, col(training.staff_id).in_(people)),
        ("Checks of registers", check, check.checked_on, check.staff_id, col(check.staff_id).in_(people)),
        (
            "Observations of practice",
            observation,
            observation.observed_on,
            observation.observed_id,
            sa.and_(col(observation.observed_id).in_(people), col(observation.state) != ObservationState.DRAFT),
        ),
        ("Competencies signed off", SignOff, SignOff.signed_on, SignOff.staff_id, col(SignOff.staff_id).in_(people)),
        (
            "Appraisals and other events",
            StaffEvent,
            StaffEvent.held_on,
            StaffEvent.staff_id,
            col(StaffEvent.staff_id).in_(people),
        ),
    ]


def records_area(asked: Asked) -> Area:
    counted = _as_counted(asked) if asked.is_counts else asked
    lines: list[tuple[Value, ...]] = []
    sums = [0, 0]
    for what, table, day, whom, theirs in _dated(counted):
        late, of = _late(counted, table, day, theirs)
        if asked.is_counts and of and _people_in(counted, table, day, whom, theirs) < asked.smallest:
            lines.append((what, NOT_GIVEN, NOT_GIVEN, None))
            continue
        sums = [sums[0] + late, sums[1] + of]
        lines.append((what, late, of, share(late, of)))
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
                total=("All of them", *sums, share(*sums)),
                note="By the day of what was recorded, in the period, and when its first version was written. What "
                f"was imported from former papers counts by the day of the import.{_of_whom(asked)}",
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


def _as_counted(asked: Asked) -> Asked:
    """In counts always the same people and days: two packs of other communities, or of another period, would differ by
    the records of a few."""
    on = asked.viewer.on
    places = communities_offered(asked.db, viewer=asked.taken_by, form=asked.form)
    return replace(asked, communities=places, since=add_months(on, -12) + timedelta(days=1), until=on, on=on)


def _of_whom(asked: Asked) -> str:
    if not asked.is_counts:
        return ""
    return (
        " In counts: of all communities of whoever made the pack, in the twelve months up to "
        f"{words.day(asked.viewer.on)}. Not given: of under {asked.smallest} people."
    )


def _people_in(asked: Asked, table: type[Recorded], day: Any, whom: Any, theirs: sa.ColumnElement[bool]) -> int:
    """How many people these records are about."""
    record: Any = table
    people = sa.select(sa.func.count(sa.distinct(col(whom)))).select_from(record)
    if record is session:
        people = people.join(Attendance, col(Attendance.session_id) == col(session.id))
    return int(
        asked.db.scalar(
            people.where(theirs, col(day).between(asked.since, asked.until), current(table, asked.known_on))
        )
        or 0
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
    if asked.is_counts:
        return "Not counted in this form: two packs would differ by the records of a few people."
    people = sorted(asked.people)
    counts = [
        (len(people), "people in post"),
        (_count(asked, Post, col(Post.community_id).in_(list(asked.communities))), "posts, former ones too"),
        *(
            (_recorded(asked, table, sa.and_(theirs, col(day) <= asked.on)), what.lower())
            for what, table, day, _, theirs in _dated(asked)
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
