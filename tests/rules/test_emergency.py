"""Emergency access: an hour, five working days, fourteen days at most."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tcsuper.rules.emergency import (
    ASKED_FOR,
    OPEN_FOR,
    Stage,
    Steps,
    enough_words,
    is_open,
    is_review_overdue,
    is_told,
    review_due_on,
    stage,
    told_from,
)

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
A_MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("opened_on", "due_on"),
    [
        (date(2026, 5, 4), date(2026, 5, 11)),  # a Monday: the Monday after
        (date(2026, 5, 7), date(2026, 5, 14)),  # a Thursday
        (date(2026, 5, 8), date(2026, 5, 15)),  # a Friday
        (date(2026, 5, 9), date(2026, 5, 15)),  # a Saturday: Monday is the first working day
        (date(2026, 5, 10), date(2026, 5, 15)),  # a Sunday
        (date(2028, 2, 29), date(2028, 3, 7)),  # a Tuesday that comes every four years
        (date(2028, 2, 24), date(2028, 3, 2)),  # over it
        (date(2026, 12, 31), date(2027, 1, 7)),  # bank holidays are not known, so not left out
    ],
)
def test_review_is_due_on_the_fifth_working_day(opened_on: date, due_on: date) -> None:
    assert review_due_on(opened_on) == due_on


def test_review_is_overdue_the_day_after_and_never_once_done() -> None:
    due = date(2026, 5, 11)
    assert not is_review_overdue(due, None, due)
    assert is_review_overdue(due, None, date(2026, 5, 12))
    assert not is_review_overdue(due, NOON, date(2026, 5, 12))
    assert not is_review_overdue(None, None, date(2026, 5, 12)), "nothing was opened"


def test_an_hour_is_an_hour() -> None:
    until = NOON + OPEN_FOR
    assert OPEN_FOR == timedelta(minutes=60)
    assert is_open(until, until - A_MOMENT)
    assert not is_open(until, until)
    assert not is_open(None, NOON)


def test_those_concerned_are_told_at_once() -> None:
    assert told_from(NOON, None) == NOON
    assert is_told(NOON, NOON, NOON)
    assert not is_told(None, None, NOON), "nothing was opened"


@pytest.mark.parametrize(("put_off_days", "told_after_days"), [(-2, 0), (0, 0), (3, 3), (14, 14), (15, 14), (400, 14)])
def test_telling_is_put_off_for_fourteen_days_at_most(put_off_days: int, told_after_days: int) -> None:
    told = told_from(NOON, NOON + timedelta(days=put_off_days))
    assert told == NOON + timedelta(days=told_after_days)
    assert is_told(NOON, told, told) and (not told_after_days or not is_told(NOON, told, told - A_MOMENT))


@pytest.mark.parametrize(
    ("typed", "enough"),
    [
        ("", False),
        ("x" * 19, False),
        ("x" * 20, True),
        ("  " + "x" * 19 + "  ", False),
        ("a                  b", False),
        ("It is a safe reason.", True),
    ],
)
def test_twenty_characters_are_asked_and_blanks_do_not_count(typed: str, enough: bool) -> None:
    assert enough_words(typed) is enough


@pytest.mark.parametrize(
    ("steps", "at", "expected"),
    [
        (Steps(False, NOON), NOON, Stage.READY),
        (Steps(True, NOON), NOON, Stage.WAITING),
        (Steps(True, NOON, approved_at=NOON), NOON, Stage.READY),
        (Steps(True, NOON, refused_at=NOON), NOON, Stage.REFUSED),
        (Steps(True, NOON, approved_at=NOON, refused_at=NOON), NOON, Stage.REFUSED),
        (Steps(False, NOON), NOON + ASKED_FOR - A_MOMENT, Stage.READY),
        (Steps(False, NOON), NOON + ASKED_FOR, Stage.LAPSED),
        (Steps(True, NOON, approved_at=NOON + timedelta(days=6)), NOON + ASKED_FOR, Stage.LAPSED),
        (Steps(False, NOON, opened_at=NOON, open_until=NOON + OPEN_FOR), NOON, Stage.OPEN),
        (Steps(False, NOON, opened_at=NOON, open_until=NOON + OPEN_FOR), NOON + OPEN_FOR, Stage.TO_REVIEW),
        (Steps(False, NOON, opened_at=NOON, open_until=NOON + OPEN_FOR, reviewed_at=NOON), NOON, Stage.OPEN),
        (
            Steps(False, NOON, opened_at=NOON, open_until=NOON + OPEN_FOR, reviewed_at=NOON),
            NOON + OPEN_FOR,
            Stage.REVIEWED,
        ),
    ],
)
def test_a_request_stands_where_its_steps_put_it(steps: Steps, at: datetime, expected: Stage) -> None:
    assert stage(steps, at) is expected
