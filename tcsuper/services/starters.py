"""Somebody new: one form for the person, their first post, and what goes with it, stored together or not at all.

Only person and post have to be there. Supervision, groups, a course and the account are services of their own, called
here one after the other: each asks whether whoever acts may do it, and says what is wrong in its own words.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session

from tcsuper.access import Action, Actor, Object, Permission, acting, check_holds, check_in
from tcsuper.audit import record_event
from tcsuper.clock import today
from tcsuper.errors import InvalidRecord
from tcsuper.models import Employment, Post
from tcsuper.services.accounts import request_account
from tcsuper.services.agreements import make_agreement
from tcsuper.services.groups import change_members
from tcsuper.services.places import book_place
from tcsuper.services.staff import FULL_TIME, add_staff, problems_with_person, problems_with_post, start_post


@dataclass(frozen=True)
class Supervised:
    """By whom a starter is supervised, for what, how often and how long, from when (None: from the first day in post).
    As with every agreement, its parties sign it afterwards."""

    supervisor_id: int | None
    purpose: str = "clinical"
    every_days: int = 28
    usual_minutes: int = 60
    start_on: date | None = None


def add_starter(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    full_name: str,
    employment: Employment = Employment.EMPLOYED,
    staff_number: str | None = None,
    email: str = "",
    job_description_id: int | None,
    community_id: int | None,
    start_on: date,
    hours_a_week: float = FULL_TIME,
    line_manager_id: int | None = None,
    is_acting: bool = False,
    supervised: Sequence[Supervised] = (),
    group_ids: Sequence[int] = (),
    run_ids: Sequence[int] = (),
    asks_account: bool = False,
) -> Post:
    """The person with their first post; agreements with their supervisors; places in groups from the first day; places
    on course runs; and whether an account is asked for. Raises InvalidRecord with everything that is wrong in any part
    of it."""
    by = acting(db, by, submission)
    check_holds(by, Permission.KEEP_STAFF)
    full_name, number, email = " ".join(full_name.split()), (staff_number or "").strip() or None, email.strip()
    problems = problems_with_person(db, full_name, number, email) | problems_with_post(start_on, hours_a_week)
    if job_description_id is None:
        problems["job_description_id"] = "Choose a role."
    if community_id is None:
        problems["community_id"] = "Choose a community."
    if job_description_id is None or community_id is None:
        raise InvalidRecord(**problems)
    check_in(by, Object.PERSON, Action.UPDATE, community_id)
    with db.begin_nested():  # what is wrong further down is looked for with a stand-in for what is wrong above
        staff = add_staff(
            db,
            by=by,
            full_name="Somebody new" if "full_name" in problems else full_name,
            employment=employment,
            staff_number=None if "staff_number" in problems else number,
            email="" if "email" in problems else email,
        )
        staff_id = staff.id or 0
        first_day = today() if "start_on" in problems else start_on
        post = start_post(
            db,
            by=by,
            staff_id=staff_id,
            job_description_id=job_description_id,
            community_id=community_id,
            start_on=first_day,
            hours_a_week=FULL_TIME if "hours_a_week" in problems else hours_a_week,
            line_manager_id=line_manager_id,
            is_acting=is_acting,
        )
        _agree(db, by, staff_id, supervised, first_day, problems)
        for group_id in group_ids:
            with _said_of("group_ids", problems):
                change_members(db, by=by, group_id=group_id, on=first_day, joining=[staff_id])
        for run_id in run_ids:
            with _said_of("run_ids", problems):
                book_place(db, by=by, staff_id=staff_id, run_id=run_id)
        if asks_account:
            with _said_of("asks_account", problems):
                request_account(db, by=by, staff_id=staff_id)
        if problems:
            raise InvalidRecord(**problems)
    record_event(
        db,
        by=by,
        action="add_starter",
        object_kind="staff",
        object_key=staff_id,
        about=[staff_id],
        post_id=post.id,
        agreements=len(supervised),
        groups=len(group_ids),
        course_places=len(run_ids),
        asks_account=asks_account,
    )
    return post


def _agree(
    db: Session,
    by: Actor,
    staff_id: int,
    supervised: Sequence[Supervised],
    first_day: date,
    problems: dict[str, str],
) -> None:
    for one in supervised:
        start_on = one.start_on or first_day
        if one.supervisor_id is None:
            problems["supervisor_id"] = "Choose who supervises them, or leave supervision for later."
        elif start_on < first_day:
            problems["agreement_start_on"] = "Supervision begins on the first day in post, or after it."
        else:
            with _said_of("", problems):
                make_agreement(
                    db,
                    by=by,
                    supervisor_id=one.supervisor_id,
                    supervisee_id=staff_id,
                    purpose=one.purpose,
                    start_on=start_on,
                    usual_minutes=one.usual_minutes,
                    every_days=one.every_days,
                )


@contextmanager
def _said_of(field: str, problems: dict[str, str]) -> Iterator[None]:
    """What one part refuses, kept for the whole. `field`: where the form says it; empty: where the part itself does."""
    try:
        yield
    except InvalidRecord as refused:
        if field:
            problems[field] = " ".join(filter(None, [problems.get(field), *refused.problems.values()]))
        else:
            problems |= refused.problems
