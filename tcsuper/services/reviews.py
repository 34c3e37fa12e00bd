"""Reviews: entered, changed, withdrawn; standards rated and stated on. Findings are in `findings.py`.

A review is a thing, changed in place. What is written in it is evidence: a change is a next version, and what was
written is never gone. Saves on one review wait for each other, so that of two first ratings of a standard one is told
about the other.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session

from tcsuper import words
from tcsuper.access import Action, Actor, Object, acting, may_in
from tcsuper.clock import now
from tcsuper.errors import CHANGED, Conflict, InvalidRecord, NotAllowed
from tcsuper.models import (
    Finding,
    HowMet,
    RatedBy,
    Review,
    ReviewedCommunity,
    ReviewKind,
    ReviewRating,
    ReviewStatement,
    SetOf,
    StandardSet,
)
from tcsuper.rules.reviews import LONGEST_REASON, LONGEST_STATEMENT
from tcsuper.services.evidence import version_after
from tcsuper.services.keeping_reviews import (
    actions_not_over,
    check_in_use,
    check_seen,
    check_standard,
    end_first,
    found_review,
    is_written_in,
    last_version,
    reason_given,
    store,
    tell,
    to_write_in,
    too_long,
)

LONGEST_TITLE, LONGEST_EDITION, LONGEST_REVIEWERS, LONGEST_WHY = 200, 60, 400, 500


@dataclass(frozen=True)
class ReviewFacts:
    """What a review is: everything about it but what is written in it."""

    kind: ReviewKind
    title: str
    community_ids: Collection[int]
    period_from: date | None
    period_to: date | None
    edition: str = ""
    standard_set_id: int | None = None
    reviewers: str = ""
    self_review_on: date | None = None
    visit_on: date | None = None
    report_on: date | None = None
    reply_on: date | None = None


def enter_review(db: Session, *, by: Actor, submission: UUID | None = None, facts: ReviewFacts) -> Review:
    """Of communities that `by` keeps the reviews of, all of them. Raises InvalidRecord(kind=…, title=…, communities=…,
    period_to=…, standard_set=…, …)."""
    by = acting(db, by, submission)
    _check_places(by, facts.community_ids, Action.CREATE)
    _check_facts(db, facts)
    assert facts.period_from and facts.period_to  # checked with the rest of the facts
    review = Review(
        kind=facts.kind,
        title=facts.title.strip(),
        period_from=facts.period_from,
        period_to=facts.period_to,
        entered_by_id=by.staff_id,
        entered_at=now(),
    )
    _fill(review, facts)
    db.add(review)
    db.flush()
    db.add_all(
        ReviewedCommunity(review_id=review.id or 0, community_id=one) for one in sorted(set(facts.community_ids))
    )
    tell(db, by, "enter_review", review, communities=sorted(set(facts.community_ids)))
    return review


def change_review(
    db: Session, *, by: Actor, submission: UUID | None = None, review_id: int, row_version: int, facts: ReviewFacts
) -> Review:
    """By who keeps the reviews of all its communities, as they were and as they will be. A community in which something
    is written stays, and so does the set once a standard of it is rated, stated on or found wanting."""
    by = acting(db, by, submission)
    review, places = found_review(db, review_id)
    _check_places(by, {*places, *facts.community_ids}, Action.UPDATE)
    check_in_use(review)
    if review.row_version != row_version:
        raise Conflict(CHANGED)
    _check_facts(db, facts, review)
    _check_keeps_what_is_written(db, review, places, facts)
    _fill(review, facts)
    gone = [one for place, one in places.items() if place not in facts.community_ids]
    for one in gone:
        db.delete(one)
    new = sorted(set(facts.community_ids) - set(places))
    db.add_all(ReviewedCommunity(review_id=review_id, community_id=one) for one in new)
    db.flush()
    tell(db, by, "change_review", review, communities=sorted(set(facts.community_ids)))
    return review


def withdraw_review(
    db: Session, *, by: Actor, submission: UUID | None = None, review_id: int, row_version: int, reason: str
) -> Review:
    """It was entered by mistake, or does not count. Its rows stay. As long as nothing is written in it, by who keeps
    the reviews of its communities; then by a director alone: nobody takes away what was found about themselves. Its
    actions come to an end first."""
    by = acting(db, by, submission)
    review, places = found_review(db, review_id)
    _check_places(by, places, Action.UPDATE)
    if is_written_in(db, review_id) and not _may_in_all(by, places, Action.CLOSE):
        raise NotAllowed("Something is written in this review: only a director of its communities can withdraw it.")
    check_in_use(review)
    if review.row_version != row_version:
        raise Conflict(CHANGED)
    if left := actions_not_over(db, Finding.review_id == review_id):
        raise NotAllowed(end_first(left))
    review.withdrawn_at, review.withdrawn_because = now(), reason_given(reason, LONGEST_WHY)
    db.flush()
    tell(db, by, "withdraw_review", review)
    return review


def _fill(review: Review, facts: ReviewFacts) -> None:
    """Each column that a person fills in, by name."""
    assert facts.period_from and facts.period_to
    review.kind, review.title, review.edition = facts.kind, facts.title.strip(), facts.edition.strip()
    review.standard_set_id, review.reviewers = facts.standard_set_id, facts.reviewers.strip()
    review.period_from, review.period_to = facts.period_from, facts.period_to
    review.self_review_on, review.visit_on = facts.self_review_on, facts.visit_on
    review.report_on, review.reply_on = facts.report_on, facts.reply_on


def _check_places(by: Actor, community_ids: Collection[int], action: Action) -> None:
    if not community_ids:
        raise InvalidRecord(communities="Choose the communities it is about.")
    if not _may_in_all(by, community_ids, action):
        raise NotAllowed


def _may_in_all(by: Actor, community_ids: Collection[int], action: Action) -> bool:
    return all(may_in(by, Object.REVIEW, action, one) for one in community_ids)


def _check_facts(db: Session, facts: ReviewFacts, review: Review | None = None) -> None:
    problems = {}
    if facts.kind not in list(ReviewKind):
        problems["kind"] = "Choose what kind of review it is."
    if not facts.title.strip():
        problems["title"] = "Give it a title: “Peer review 2026”."
    typed = {"title": facts.title, "edition": facts.edition, "reviewers": facts.reviewers}
    for (name, text), most in zip(typed.items(), (LONGEST_TITLE, LONGEST_EDITION, LONGEST_REVIEWERS), strict=True):
        if len(text.strip()) > most:
            problems[name] = too_long(text, most)
    problems |= _period(facts) | _out_of_order(facts)
    keeps_set = review is not None and review.standard_set_id == facts.standard_set_id
    if facts.standard_set_id is not None and not keeps_set:
        chosen = db.get(StandardSet, facts.standard_set_id)
        if chosen is None or chosen.set_of is not SetOf.COMMUNITY or chosen.in_force_from is None:
            problems["standard_set"] = "Choose a set of standards of a community from the list."
    if problems:
        raise InvalidRecord(**problems)


def _period(facts: ReviewFacts) -> dict[str, str]:
    if facts.period_from is None or facts.period_to is None:
        asked = {
            "period_from": "Choose the first day of the period.",
            "period_to": "Choose the last day of the period.",
        }
        return {name: ask for name, ask in asked.items() if getattr(facts, name) is None}
    if facts.period_to < facts.period_from:
        return {"period_to": f"The period ends before it begins: {words.day(facts.period_from)}."}
    return {}


def _out_of_order(facts: ReviewFacts) -> dict[str, str]:
    """A report is written after the visit, and replied to after that."""
    named = (("visit_on", "visit"), ("report_on", "report"), ("reply_on", "reply"))
    problems, former = {}, None
    for name, what in named:
        day = getattr(facts, name)
        if day is not None and former is not None and day < former[1]:
            problems[name] = f"The {what} cannot be before the {former[0]}, {words.day(former[1])}."
        former = (what, day) if day is not None else former
    return problems


def _check_keeps_what_is_written(db: Session, review: Review, places: Collection[int], facts: ReviewFacts) -> None:
    problems = {}
    if any(is_written_in(db, review.id or 0, place) for place in set(places) - set(facts.community_ids)):
        problems["communities"] = "Something is written about a community that you left out: it stays in the review."
    if facts.standard_set_id != review.standard_set_id and is_written_in(db, review.id or 0, by_standard=True):
        problems["standard_set"] = "Standards of the set are rated or written about: the set stays as it is."
    if problems:
        raise InvalidRecord(**problems)


# ---------------------------------------------------------------------------------------------------------------------
# Ratings and statements


@dataclass(frozen=True)
class Rated:
    """What was filled in for one standard. `result` None: not rated, which is not "not met"; a rating that was there is
    taken back. `seen_id`: the version of the rating that was on the screen; None: none was."""

    standard_id: int
    result: HowMet | None
    reason: str = ""
    seen_id: int | None = None


def rate_standards(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    review_id: int,
    community_id: int,
    rated_by: RatedBy,
    ratings: Sequence[Rated],
) -> int:
    """The standards of a section, or of several, at once: how many ratings changed. What was left as it is stays as it
    is, whoever changed it meanwhile; what was filled in otherwise over somebody else's change raises Conflict, and
    nothing is stored. Raises InvalidRecord(reason_<standard id>=…)."""
    by = acting(db, by, submission)
    review = to_write_in(db, by, review_id, community_id)
    _check_ratings(db, review, ratings)
    changed: list[int] = []
    taken_back: list[int] = []
    for one in ratings:
        former = last_version(
            db, ReviewRating, review_id, community_id, one.standard_id, ReviewRating.rated_by == rated_by
        )
        stored = _store_rating(db, by, (review_id, community_id, rated_by), one, former)
        if stored is not None:
            (taken_back if stored.is_void else changed).append(one.standard_id)
    if not changed and not taken_back:
        raise InvalidRecord(ratings="Nothing is changed. Rate a standard, then save.")
    tell(
        db,
        by,
        "rate_standards",
        review,
        community_id=community_id,
        rated_by=rated_by.value,
        standards=changed,
        taken_back=taken_back,
    )
    return len(changed) + len(taken_back)


def _check_ratings(db: Session, review: Review, ratings: Sequence[Rated]) -> None:
    problems = {}
    for one in ratings:
        check_standard(db, review, one.standard_id)
        if one.result is not None and one.result not in list(HowMet):
            problems[f"reason_{one.standard_id}"] = "Choose a rating from the list."
        elif one.result is None and one.reason.strip():
            problems[f"reason_{one.standard_id}"] = "Choose a rating to go with the reason, or leave both empty."
        elif len(one.reason.strip()) > LONGEST_REASON:
            problems[f"reason_{one.standard_id}"] = too_long(one.reason, LONGEST_REASON)
    if problems:
        raise InvalidRecord(**problems)


def _store_rating(
    db: Session, by: Actor, where: tuple[int, int, RatedBy], one: Rated, former: ReviewRating | None
) -> ReviewRating | None:
    """A next version, or the first; None where nothing was changed on the screen."""
    was = db.get(ReviewRating, one.seen_id) if one.seen_id is not None else None
    if was is not None and (former is None or was.record_id != former.record_id):
        raise NotAllowed
    before = (was.result, was.reason) if was is not None else (None, "")
    after = (one.result, one.reason.strip())
    if before == after:
        return None
    check_seen(db, by, former, one.seen_id)
    if former is None and one.result is not None:
        review_id, community_id, rated_by = where
        first = ReviewRating(
            record_id=uuid4(),
            recorded_at=now(),
            recorded_by_id=by.staff_id,
            review_id=review_id,
            community_id=community_id,
            standard_id=one.standard_id,
            rated_by=rated_by,
            result=one.result,
            reason=after[1],
        )
        return store(db, first)
    assert former is not None  # else nothing had been changed
    if one.result is None:
        return store(db, version_after(by, former, is_void=True))
    return store(db, version_after(by, former, result=one.result, reason=after[1], is_void=False))


def write_statement(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    review_id: int,
    community_id: int,
    standard_id: int,
    statement: str,
    seen_id: int | None = None,
) -> ReviewStatement:
    """What a community says of a standard; emptied, it is taken back. `seen_id`: the version that was on the screen.
    Raises InvalidRecord(statement=…), Conflict when somebody else wrote meanwhile."""
    by = acting(db, by, submission)
    review = to_write_in(db, by, review_id, community_id)
    check_standard(db, review, standard_id)
    text = statement.strip()
    former = last_version(db, ReviewStatement, review_id, community_id, standard_id)
    if len(text) > LONGEST_STATEMENT:
        raise InvalidRecord(statement=too_long(text, LONGEST_STATEMENT))
    check_seen(db, by, former, seen_id)
    if not text and seen_id is None:
        raise InvalidRecord(statement="Write what the community says of this standard.")
    if former is None:
        stored = store(
            db,
            ReviewStatement(
                record_id=uuid4(),
                recorded_at=now(),
                recorded_by_id=by.staff_id,
                review_id=review_id,
                community_id=community_id,
                standard_id=standard_id,
                words=text,
            ),
        )
    else:
        changes: dict[str, Any] = {"words": text, "is_void": False} if text else {"is_void": True}
        stored = store(db, version_after(by, former, **changes))
    tell(
        db,
        by,
        "write_statement",
        review,
        community_id=community_id,
        standard_id=standard_id,
        version=stored.id,
        taken_back=stored.is_void,
    )
    return stored
