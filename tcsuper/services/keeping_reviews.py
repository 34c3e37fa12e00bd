"""What the services of reviews share: a review found and held, what is written in it, the version that was on the
screen, the event. They check no role but where they say so."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Action, Actor, Object, check_in
from tcsuper.audit import record_event
from tcsuper.clock import today
from tcsuper.errors import CHANGED, Conflict, InvalidRecord, NotAllowed
from tcsuper.models import (
    Finding,
    PlanAction,
    PlanState,
    Review,
    ReviewedCommunity,
    ReviewRating,
    ReviewStatement,
    Standard,
)
from tcsuper.queries.evidence import current
from tcsuper.services.evidence import changed_meanwhile

KIND = "review"


def found_review(db: Session, review_id: int) -> tuple[Review, dict[int, ReviewedCommunity]]:
    """Held: of two who write in it at once, one waits."""
    review = db.get(Review, review_id, with_for_update=True)
    if review is None:
        raise NotAllowed
    rows = db.exec(select(ReviewedCommunity).where(ReviewedCommunity.review_id == review_id))
    return review, {one.community_id: one for one in rows}


def to_write_in(db: Session, by: Actor, review_id: int, community_id: int) -> Review:
    review, places = found_review(db, review_id)
    check_in(by, Object.REVIEW, Action.UPDATE, community_id)
    if community_id not in places:
        raise NotAllowed
    check_in_use(review)
    return review


def check_in_use(review: Review) -> None:
    if review.withdrawn_at is not None:
        raise NotAllowed(f"This review was withdrawn on {words.day(today(review.withdrawn_at))}.")


def check_standard(db: Session, review: Review, standard_id: int) -> None:
    standard = db.get(Standard, standard_id)
    if standard is None or standard.standard_set_id != review.standard_set_id:
        raise NotAllowed


def last_version(db: Session, table: Any, review_id: int, community_id: int, standard_id: int, *more: Any) -> Any:
    """The last version there is, taken back or not."""
    newer = aliased(table)
    return db.exec(
        select(table).where(
            table.review_id == review_id,
            table.community_id == community_id,
            table.standard_id == standard_id,
            ~sa.select(newer.id).where(newer.supersedes_id == table.id).exists(),
            *more,
        )
    ).first()


def check_seen(db: Session, by: Actor, former: Any, seen_id: int | None) -> None:
    """Raises Conflict unless what was on the screen is what there is."""
    there = former is not None and not former.is_void
    if (former.id if there else None) != seen_id:
        raise Conflict(changed_meanwhile(db, former, by) if former is not None else CHANGED)


def store(db: Session, row: Any) -> Any:
    db.add(row)
    db.flush()
    return row


def reason_given(reason: str, most: int) -> str:
    if not reason.strip():
        raise InvalidRecord(reason="Say why.")
    if len(reason.strip()) > most:
        raise InvalidRecord(reason=too_long(reason, most))
    return reason.strip()


def too_long(text: str, most: int) -> str:
    return f"This is {len(text.strip()):,} characters long; the most is {most:,}."


def tell(db: Session, by: Actor, action: str, review: Review, **detail: Any) -> None:
    """About nobody: a review is of a community."""
    record_event(db, by=by, action=action, object_kind=KIND, object_key=review.id, **detail)


def is_written_in(db: Session, review_id: int, community_id: int | None = None, by_standard: bool = False) -> bool:
    """Anything that was not taken back; `by_standard`: about a standard."""
    tables: tuple[Any, ...] = (ReviewRating, ReviewStatement, Finding)
    for table in tables:
        rows = sa.select(col(table.id)).where(col(table.review_id) == review_id, current(table))
        if community_id is not None:
            rows = rows.where(col(table.community_id) == community_id)
        if by_standard:
            rows = rows.where(col(table.standard_id).is_not(None))
        if db.scalar(rows.limit(1)) is not None:
            return True
    return False


def actions_not_over(db: Session, which: Any) -> int:
    """How many actions of current findings, of those chosen, are open or done."""
    records = sa.select(col(Finding.record_id)).where(current(Finding), which)
    not_over = (PlanState.OPEN, PlanState.DONE)
    count = sa.select(sa.func.count(col(PlanAction.id))).where(
        current(PlanAction), col(PlanAction.state).in_(not_over), col(PlanAction.finding_record_id).in_(records)
    )
    return db.scalar(count) or 0


def end_first(left: int) -> str:
    """So many actions are not over."""
    is_it, them = ("is", "it") if left == 1 else ("are", "them")
    return f"{words.count(left, 'action')} of it {is_it} not over. Close or withdraw {them} first."
