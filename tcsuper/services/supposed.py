"""What would be if: a supposition is carried out as the real thing is, asked about, and put back.

It runs in a transaction of which nothing is ever stored (`database.supposing`), with the code that really ends posts.
So what is told beforehand is what comes about. Whoever may see somebody's responsibilities may ask what would be
without that person; what they are told is no more than they may see of it on any other day.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Actor, acting
from tcsuper.clock import now, today
from tcsuper.database import check_never_stored
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import (
    Absence,
    Attendance,
    Post,
    RegisterCheck,
    Registration,
    SessionForm,
    SessionState,
    StandIn,
    SupervisionSession,
)
from tcsuper.queries.evidence import current
from tcsuper.queries.hanging import Hanging
from tcsuper.queries.registers import registration_chains
from tcsuper.queries.what_if import people_to_suppose, picture
from tcsuper.rules.picture import Question
from tcsuper.rules.standing import Span
from tcsuper.rules.what_if import MOST_PEOPLE, Supposed, WhatIf
from tcsuper.services.evidence import next_version
from tcsuper.services.exports import Entry, enter_export
from tcsuper.services.leavers import FURTHEST, end_with_all

ONE_DAY = timedelta(days=1)
SUPPOSED = "Only supposed."


def what_if(db: Session, *, by: Actor, supposed: Supposed, on: date) -> WhatIf:
    """How things stand on a date, and how they would stand if this were so. `db`: of `supposing()`: nothing stays.
    Raises InvalidRecord for what makes no sense, with all problems at once."""
    check_never_stored(db)
    by = acting(db, by)
    names = people_to_suppose(db, viewer=by, staff_ids=supposed.people)
    if set(names) != set(supposed.people):
        raise NotAllowed
    if problems := _problems(db, supposed, names, on):
        raise InvalidRecord(**problems)
    before = picture(db, viewer=by, on=on)
    _carry_out(db, by, supposed)
    return WhatIf(supposed, names, before, picture(db, viewer=by, on=on), now())


@dataclass(frozen=True)
class Exported:
    """What an export says of itself. The number also keeps the file's address from being guessed."""

    number: str
    made_at: datetime


def export_what_if(db: Session, *, by: Actor, answer: WhatIf) -> Exported:
    """Somebody takes the answer they were shown away as a file. Refused where they may not see those people any more,
    or see less than when they asked."""
    fresh = acting(db, by)
    people = answer.supposed.people
    if set(people_to_suppose(db, viewer=fresh, staff_ids=people)) != set(people):
        raise NotAllowed
    if fresh != by:
        raise NotAllowed("What you may see changed after you asked. Ask again, then take it as a file.")
    exported = Exported(secrets.token_hex(8).upper(), now())
    lines = sum(len(answer.lines(question)) for question in Question)
    enter_export(
        db,
        by=fresh,
        action="export_what_if",
        entry=Entry("What if", exported.number, rows=lines, as_at=answer.on),
        made_at=exported.made_at,
        about=people,
        on=answer.on.isoformat(),
        people=len(people),
        lines=lines,
    )
    return exported


def _carry_out(db: Session, by: Actor, supposed: Supposed) -> None:
    """All of it, one person after another."""
    for staff_id, last_day in supposed.leaves.items():
        _leave(db, by, staff_id, last_day)
    for staff_id, span in supposed.away.items():
        _go_away(db, by, staff_id, span)
    for staff_id, day in supposed.lapses.items():
        _lapse(db, by, staff_id, day - ONE_DAY)


# ---------------------------------------------------------------------------------------------------------------------
# What can be asked


def _problems(db: Session, supposed: Supposed, names: dict[int, str], on: date) -> dict[str, str]:
    people, problems = supposed.people, {}
    if not 1 <= len(set(people)) <= MOST_PEOPLE:
        problems["people"] = f"Choose 1 to {MOST_PEOPLE} people."
    elif len(set(people)) < len(people):
        problems["people"] = "Suppose one thing of each person."
    elif without := [names[one] for one in supposed.leaves if not _posts(db, one, supposed.leaves[one])]:
        problems["people"] = f"No post goes on after that day: {words.listed(without)}."
    elif without := [names[one] for one in supposed.lapses if not registration_chains(db, [one])]:
        problems["people"] = f"There is no registration to lapse: {words.listed(without)}."
    for staff_id, span in supposed.away.items():
        if span.end is not None and span.end < span.start:
            problems["days"] = f"The leave of {names[staff_id]} begins on {words.day(span.start)}, after its last day."
    days = [*supposed.leaves.values(), *(span.start for span in supposed.away.values()), *supposed.lapses.values()]
    if any(not today() <= day <= today() + FURTHEST for day in days):
        problems["days"] = "What would be is asked from today on, and at most five years ahead."
    if not today() <= on <= today() + FURTHEST + ONE_DAY:
        problems["on"] = "Ask about a day from today on, and at most five years ahead."
    return problems


# ---------------------------------------------------------------------------------------------------------------------
# Leaving


def _posts(db: Session, staff_id: int, last_day: date) -> list[Post]:
    """Those that are not over by that day, first started first."""
    goes_on = sa.or_(col(Post.end_on).is_(None), col(Post.end_on) > last_day)
    found = select(Post).where(Post.staff_id == staff_id, goes_on)
    return list(db.exec(found.order_by(col(Post.start_on), col(Post.id))))


def _leave(db: Session, by: Actor, staff_id: int, last_day: date) -> None:
    """Every post ends, one after the other, and with the last of them all that hangs on the service. A post that would
    begin later is not taken up."""
    posts = _posts(db, staff_id, last_day)
    for post in posts:
        if post.start_on > last_day:
            db.delete(post)
    db.flush()
    for post in posts:
        if post.start_on <= last_day:
            ends = list(Hanging(db, by, post, last_day, stays=False, next_supervisors={}).ends())
            end_with_all(db, by, post, last_day, ends)


# ---------------------------------------------------------------------------------------------------------------------
# On leave


def _go_away(db: Session, by: Actor, staff_id: int, span: Span) -> None:
    """An absence; what they would hold in those days is off, unless somebody stands in, and nobody expects them."""
    db.add(Absence(staff_id=staff_id, start_on=span.start, end_on=span.end))
    db.flush()
    session = SupervisionSession
    days = [col(session.held_on) >= span.start, *([col(session.held_on) <= span.end] if span.end else [])]
    planned = (col(session.state) == SessionState.PLANNED, current(session), *days)
    stood_in = sa.exists().where(
        col(StandIn.agreement_id) == col(session.agreement_id),
        col(StandIn.staff_id) != staff_id,
        col(StandIn.start_on) <= col(session.held_on),
        col(StandIn.end_on) >= col(session.held_on),
    )
    theirs = (col(session.supervisor_id) == staff_id, col(session.form) != SessionForm.PEER, ~stood_in)
    for one in db.exec(select(session).where(*planned, *theirs)).all():
        next_version(db, by, one, SUPPOSED, is_void=True)
    expected = select(Attendance).join(session, col(session.id) == col(Attendance.session_id))
    for place in db.exec(expected.where(Attendance.staff_id == staff_id, *planned)).all():
        db.delete(place)
    db.flush()


# ---------------------------------------------------------------------------------------------------------------------
# Lapsing


def _lapse(db: Session, by: Actor, staff_id: int, last_day: date) -> None:
    """No registration of theirs goes on beyond that day: nothing entered as later, no renewal, no later date that
    somebody saw on the register."""
    records: dict[UUID, Registration] = {}
    for chain in registration_chains(db, [staff_id]):
        records |= {record.row.record_id: record.row for record in chain}
    for key, row in records.items():
        if (row.renewed_on or row.registered_on) > last_day:
            next_version(db, by, row, SUPPOSED, is_void=True)
        elif row.expires_on is None or row.expires_on > last_day:
            next_version(db, by, row, SUPPOSED, expires_on=last_day)
        checks = select(RegisterCheck).where(RegisterCheck.registration_record_id == key, current(RegisterCheck))
        for check in db.exec(checks).all():
            if check.checked_on > last_day:
                next_version(db, by, check, SUPPOSED, is_void=True)
            elif check.expiry_seen_on is not None and check.expiry_seen_on > last_day:
                next_version(db, by, check, SUPPOSED, expiry_seen_on=last_day)
