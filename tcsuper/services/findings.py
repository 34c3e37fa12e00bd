"""What a review found: entered, corrected, taken back, each a version. What is to be done about it is in
`plan_actions.py`."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Actor, Object, acting, communities_within
from tcsuper.clock import now, today
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import (
    Finding,
    FindingKind,
    Review,
)
from tcsuper.queries.evidence import current
from tcsuper.rules.reviews import LONGEST_FINDING, LONGEST_REASON, would_go_in_a_circle
from tcsuper.services.evidence import next_version
from tcsuper.services.keeping_reviews import (
    actions_not_over,
    check_standard,
    end_first,
    reason_given,
    store,
    tell,
    to_write_in,
    too_long,
)


def enter_finding(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    review_id: int,
    community_id: int,
    kind: FindingKind,
    text: str,
    found_on: date,
    standard_id: int | None = None,
    repeats_record_id: UUID | None = None,
) -> Finding:
    """What the review found in a community, against a standard or by itself; perhaps what an earlier one had found
    already. Raises InvalidRecord(kind=…, text=…, found_on=…, repeats=…)."""
    by = acting(db, by, submission)
    review = to_write_in(db, by, review_id, community_id)
    _check_finding(db, by, review, kind, text, found_on, standard_id, repeats_record_id, None)
    finding = store(
        db,
        Finding(
            record_id=uuid4(),
            recorded_at=now(),
            recorded_by_id=by.staff_id,
            review_id=review_id,
            community_id=community_id,
            standard_id=standard_id,
            kind=kind,
            words=text.strip(),
            found_on=found_on,
            repeats_record_id=repeats_record_id,
        ),
    )
    tell(db, by, "enter_finding", review, **_told(finding))
    return finding


def correct_finding(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    finding_id: int,
    kind: FindingKind,
    text: str,
    found_on: date,
    standard_id: int | None = None,
    repeats_record_id: UUID | None = None,
    reason: str = "",
) -> Finding:
    """`finding_id`: the version that was opened. Its actions go on being about it."""
    by = acting(db, by, submission)
    former, review = _finding(db, by, finding_id)
    _check_finding(db, by, review, kind, text, found_on, standard_id, repeats_record_id, former.record_id)
    if kind is FindingKind.ACHIEVEMENT and (left := actions_not_over(db, Finding.record_id == former.record_id)):
        raise InvalidRecord(kind=f"There is nothing to be done about an achievement. {end_first(left)}")
    finding = next_version(
        db,
        by,
        former,
        reason_given(reason, LONGEST_REASON),
        kind=kind,
        words=text.strip(),
        found_on=found_on,
        standard_id=standard_id,
        repeats_record_id=repeats_record_id,
    )
    tell(db, by, "correct_finding", review, **_told(finding))
    return finding


def take_back_finding(
    db: Session, *, by: Actor, submission: UUID | None = None, finding_id: int, reason: str
) -> Finding:
    """It was entered by mistake. Its actions come to an end first; what repeats it stands by itself then."""
    by = acting(db, by, submission)
    former, review = _finding(db, by, finding_id)
    if left := actions_not_over(db, Finding.record_id == former.record_id):
        raise NotAllowed(end_first(left))
    finding = next_version(db, by, former, reason_given(reason, LONGEST_REASON), is_void=True)
    tell(db, by, "take_back_finding", review, **_told(finding))
    return finding


def _finding(db: Session, by: Actor, finding_id: int) -> tuple[Finding, Review]:
    former = db.get(Finding, finding_id)
    if former is None:
        raise NotAllowed
    return former, to_write_in(db, by, former.review_id, former.community_id)


def _told(finding: Finding) -> dict[str, Any]:
    return {"community_id": finding.community_id, "finding": str(finding.record_id), "version": finding.id}


def _check_finding(
    db: Session,
    by: Actor,
    review: Review,
    kind: FindingKind,
    text: str,
    found_on: date,
    standard_id: int | None,
    repeats: UUID | None,
    record_id: UUID | None,
) -> None:
    """`record_id`: of the finding itself, where it is there already."""
    problems = {}
    if kind not in list(FindingKind):
        problems["kind"] = "Choose what kind of finding it is."
    if not text.strip():
        problems["text"] = "Write what was found."
    elif len(text.strip()) > LONGEST_FINDING:
        problems["text"] = too_long(text, LONGEST_FINDING)
    if found_on > today():
        problems["found_on"] = f"{words.day(found_on)} is still to come."
    if standard_id is not None:
        check_standard(db, review, standard_id)
    if repeats is not None and (why := _why_not_repeated(db, by, repeats, found_on, record_id)):
        problems["repeats"] = why
    if problems:
        raise InvalidRecord(**problems)


def _why_not_repeated(db: Session, by: Actor, repeats: UUID, found_on: date, record_id: UUID | None) -> str:
    """Why a finding cannot be said to repeat that one; empty: it can. One that `by` may not read is not there."""
    former = db.exec(select(Finding).where(Finding.record_id == repeats, current(Finding))).first()
    if former is None or former.community_id not in communities_within(by, Object.REVIEW):
        raise NotAllowed
    links = db.execute(sa.select(col(Finding.record_id), col(Finding.repeats_record_id)).where(current(Finding)))
    if would_go_in_a_circle(record_id, repeats, {one: former for one, former in links}):
        return "That one repeats this finding already."
    return f"That one was found later, on {words.day(former.found_on)}." if former.found_on > found_on else ""
