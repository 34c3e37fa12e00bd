"""Self-ratings: how people see themselves, beside what others observed and never mixed with it."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import Session, select

from tcsuper import words
from tcsuper.access import Action, Actor, Object, acting, check_about
from tcsuper.audit import record_event
from tcsuper.clock import now, today
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import SelfRating, Standard, StandardSet
from tcsuper.queries.evidence import current
from tcsuper.services.keeping_observations import is_rated_by, problem_with_level


def rate_self(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    standard_id: int,
    level: int,
    rated_on: date,
    is_shared: bool = False,
) -> SelfRating:
    """How I see myself on a standard, on a day. Said again for the same day it corrects; it never mixes with what
    others observed. `is_shared`: my therapy manager may read it too."""
    ratings = [(standard_id, level)]
    return rate_self_on_several(
        db, by=by, submission=submission, ratings=ratings, rated_on=rated_on, is_shared=is_shared
    )[0]


def rate_self_on_several(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    ratings: Sequence[tuple[int, int]],
    rated_on: date,
    is_shared: bool = False,
) -> list[SelfRating]:
    """The same for several standards at once: (standard id, level) each."""
    by = acting(db, by, submission)
    check_about(db, by, Object.SELF_RATING, Action.CREATE, by.staff_id)
    problems = {}
    if rated_on > today():
        problems["rated_on"] = f"{words.day(rated_on)} is still to come. Choose today or an earlier day."
    if not ratings:
        problems["ratings"] = "Choose a level for at least one standard."
    for standard_id, level in ratings:
        standard, pinned = _standard_of(db, standard_id)
        if problem := problem_with_level(pinned, level):
            problems[f"rating_{standard_id}"] = f"{standard.short_title}: {problem}"
    if problems:
        raise InvalidRecord(**problems)
    rated = [_self_rating(db, by, standard_id, level, rated_on, is_shared) for standard_id, level in ratings]
    record_event(
        db,
        by=by,
        action="rate_self",
        object_kind="self_rating",
        object_key=rated[0].record_id,
        about=[by.staff_id],
        rated_on=rated_on.isoformat(),
        standard_ids=[standard_id for standard_id, _ in ratings],
    )
    return rated


def _self_rating(db: Session, by: Actor, standard_id: int, level: int, rated_on: date, is_shared: bool) -> SelfRating:
    rating = SelfRating(
        recorded_at=now(),
        recorded_by_id=by.staff_id,
        staff_id=by.staff_id,
        standard_id=standard_id,
        rated_on=rated_on,
        level=level,
        is_shared=is_shared,
    )
    former = db.exec(
        select(SelfRating).where(
            SelfRating.staff_id == by.staff_id,
            SelfRating.standard_id == standard_id,
            SelfRating.rated_on == rated_on,
            current(SelfRating),
        )
    ).first()
    if former is not None:
        rating.record_id, rating.supersedes_id = former.record_id, former.id
    db.add(rating)
    db.flush()
    return rating


def _standard_of(db: Session, standard_id: int) -> tuple[Standard, StandardSet]:
    found = db.exec(select(Standard, StandardSet).join(StandardSet).where(Standard.id == standard_id)).first()
    if found is None or not is_rated_by(found[1]):
        raise NotAllowed
    return found
