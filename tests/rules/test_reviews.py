"""What ratings add up to, how two of them differ, how an action stands, who closes it, what comes again."""

from datetime import date
from uuid import UUID

import pytest

from tcsuper.models import HowMet, PlanState
from tcsuper.rules.reviews import (
    OWNER_CLOSES_NOTHING,
    YOU_MARKED_IT,
    Differs,
    EvidenceOf,
    NewDue,
    Planned,
    PlanStatus,
    Points,
    closers,
    difference_words,
    differs,
    first_found,
    how_it_stands,
    kinds_known,
    repeated,
    score,
    who_closes,
    why_not_close,
    would_go_in_a_circle,
)

M, P, N, X, U = HowMet.MET, HowMet.PARTLY_MET, HowMet.NOT_MET, HowMet.NOT_APPLICABLE, HowMet.DO_NOT_KNOW
USUAL = Points()


@pytest.mark.parametrize(
    ("results", "points", "label", "share"),
    [
        ([], USUAL, "–", None),
        ([None, None], USUAL, "–", None),
        ([M], USUAL, "2 of 2", 100),
        ([N], USUAL, "0 of 2", 0),
        ([M, P, N], USUAL, "3 of 6", 50),
        ([M, M, P], USUAL, "5 of 6", 83),  # cut, not rounded
        ([M, X, U, None], USUAL, "2 of 2", 100),  # outside numerator and denominator
        ([X, U], USUAL, "–", None),
        ([M, P, N], Points(3, 1, 1), "5 of 9", 55),
        ([M, P], Points(0, 0, 0), "–", None),  # a service that gives no points has no score
    ],
)
def test_points_and_what_is_outside_them(
    results: list[HowMet | None], points: Points, label: str, share: int | None
) -> None:
    found = score(results, points)
    assert (found.label, found.share) == (label, share)


def test_a_score_says_everything_that_is_in_neither_number() -> None:
    assert score([M, M, P, X, U, None, None], USUAL).sentence == (
        "5 of 6 points (83%): 2 met, 1 partly met; outside: 1 not applicable, 1 do not know; 2 not rated yet."
    )
    assert score([None], USUAL).sentence == "No standard is rated yet."
    assert score([X], USUAL).sentence == "Outside: 1 not applicable."
    assert score([M], Points(0, 0, 0)).sentence == "No points: 1 met."


@pytest.mark.parametrize(
    ("own", "reviewers", "verdict"),
    [
        (None, None, Differs.NEITHER),
        (M, None, Differs.ONE_ALONE),
        (None, N, Differs.ONE_ALONE),
        (M, M, Differs.ALIKE),
        (X, X, Differs.ALIKE),
        (M, P, Differs.LOWER),
        (P, N, Differs.LOWER),
        (N, M, Differs.HIGHER),
        (X, M, Differs.OTHERWISE),
        (M, U, Differs.OTHERWISE),
    ],
)
def test_own_and_reviewers_rating_differ(own: HowMet | None, reviewers: HowMet | None, verdict: Differs) -> None:
    assert differs(own, reviewers) is verdict
    assert bool(difference_words(own, reviewers)) is (verdict in (Differs.LOWER, Differs.HIGHER, Differs.OTHERWISE))


def test_kinds_of_evidence_that_nobody_counts_are_left_aside() -> None:
    assert kinds_known(["training", "moon", "training", "agreements"]) == (EvidenceOf.TRAINING, EvidenceOf.AGREEMENTS)


# ---------------------------------------------------------------------------------------------------------------------
# Actions

AGREED, DUE = date(2026, 1, 10), date(2026, 5, 1)
MOVED = (NewDue(date(2026, 4, 20), DUE, date(2026, 8, 1), "The works come later."),)
OPEN = Planned(AGREED, DUE)
LATE = Planned(AGREED, DUE, PlanState.DONE, done_on=date(2026, 5, 4))
CLOSED = Planned(AGREED, DUE, PlanState.CLOSED, done_on=date(2026, 4, 1), closed_on=date(2026, 4, 9))
GONE = Planned(AGREED, DUE, PlanState.WITHDRAWN, withdrawn_on=date(2026, 3, 1), withdrawn_because="It was built over.")
LATER = Planned(AGREED, date(2026, 8, 1), moved=MOVED)


@pytest.mark.parametrize(
    ("action", "on", "status", "said"),
    [
        (OPEN, date(2026, 3, 31), PlanStatus.OPEN, "Due on 1 May 2026, in 31 days."),
        (OPEN, date(2026, 4, 1), PlanStatus.DUE_SOON, "Due on 1 May 2026, in 30 days."),
        (OPEN, date(2026, 4, 30), PlanStatus.DUE_SOON, "Due on 1 May 2026, in 1 day."),
        (OPEN, DUE, PlanStatus.DUE_SOON, "Due today."),
        (OPEN, date(2026, 5, 2), PlanStatus.OVERDUE, "It was due on 1 May 2026, 1 day ago."),
        (LATE, date(2026, 5, 3), PlanStatus.OVERDUE, "It was due on 1 May 2026, 2 days ago."),
        (LATE, date(2026, 5, 4), PlanStatus.DONE, "Done on 4 May 2026, 3 days late; somebody else is to look at it"),
        (CLOSED, date(2026, 4, 8), PlanStatus.DONE, "Done on 1 April 2026; somebody else"),
        (CLOSED, date(2026, 4, 9), PlanStatus.CLOSED, "Done on 1 April 2026, closed on 9 April 2026."),
        (GONE, date(2026, 2, 28), PlanStatus.OPEN, "Due on 1 May 2026, in 62 days."),
        (GONE, date(2026, 3, 1), PlanStatus.WITHDRAWN, "Withdrawn on 1 March 2026: It was built over."),
        (LATER, date(2026, 4, 19), PlanStatus.DUE_SOON, "Due on 1 May 2026, in 12 days."),
        (LATER, date(2026, 5, 2), PlanStatus.OPEN, "Due on 1 August 2026, in 91 days (was due 1 May 2026)."),
        (LATER, date(2026, 8, 2), PlanStatus.OVERDUE, "It was due on 1 August 2026, 1 day ago (was due 1 May 2026)."),
    ],
)
def test_an_action_on_a_date(action: Planned, on: date, status: PlanStatus, said: str) -> None:
    found = how_it_stands(action, on, warning_days=30)
    assert found.status is status
    assert found.because.startswith(said)


def test_neither_its_owner_nor_whoever_marked_it_done_closes_it() -> None:
    assert why_not_close(1, owner=1, marked_done_by=1) == OWNER_CLOSES_NOTHING
    assert why_not_close(2, owner=1, marked_done_by=2) == YOU_MARKED_IT
    assert why_not_close(3, owner=1, marked_done_by=2) == ""
    assert closers({1, 2, 3}, owner=1, marked_done_by=2) == (3,)


def test_it_is_said_who_closes_it_and_when_nobody_can() -> None:
    assert who_closes(["Olwen", "Dev"], "Ben") == "Dev or Olwen can close it."
    assert who_closes([], "Dev").startswith("Nobody can close it: no director answers for this community but Dev")


# ---------------------------------------------------------------------------------------------------------------------
# Findings that come again

ONE, TWO, THREE, FOUR, FIVE = (UUID(int=number) for number in range(1, 6))


def test_what_repeats_what_is_gathered_under_the_first() -> None:
    links = {THREE: TWO, TWO: ONE, ONE: None, FOUR: ONE, FIVE: None}
    assert first_found(THREE, links) == ONE
    assert repeated(links) == {ONE: [THREE, TWO, ONE, FOUR]}


def test_one_that_repeats_something_taken_back_stands_by_itself() -> None:
    assert repeated({TWO: ONE, THREE: None}) == {}
    assert repeated({TWO: ONE, THREE: TWO}) == {TWO: [TWO, THREE]}


def test_a_circle_is_seen_before_it_is_made_and_survived_where_it_is_there() -> None:
    links = {TWO: ONE, ONE: None}
    assert would_go_in_a_circle(ONE, TWO, links)
    assert would_go_in_a_circle(ONE, ONE, links)
    assert not would_go_in_a_circle(THREE, TWO, links)
    assert not would_go_in_a_circle(None, TWO, links)
    assert len(repeated({ONE: TWO, TWO: ONE})) <= 2
