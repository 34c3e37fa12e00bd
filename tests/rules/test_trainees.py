"""Trainees: exactly one coordinating supervisor, steps in time, the plan reviewed, hours as attended."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcsuper.rules.standing import Span, Status, add_months
from tcsuper.rules.trainees import (
    Coordinating,
    Step,
    coordination,
    hours_with,
    review_standing,
    step_standing,
)
from tests.rules.days import day, first_day_of_it, maybe, span, unhurried
from tests.rules.sittings import read_table

TRAINING = span("1 March 2026", "28 February 2028")


def coordinating(text: str) -> list[Coordinating]:
    """ "Ann 1 March 2026 – 2 May 2026; Bea 3 June 2026 –" """
    found = []
    for part in text.split(";"):
        if part.strip():
            who, _, dates = part.strip().partition(" ")
            start, _, end = dates.partition("–")
            found.append(Coordinating(who, Span(day(start.strip()), maybe(end.strip() or None))))
    return found


COORDINATED = read_table("""
on              | who coordinates                                               | problem | next step
1 March 2026    | Ann 1 March 2026 –                                            |         |
1 May 2026      | Ann 1 March 2026 – 2 May 2026                                 |         |
2 May 2026      | Ann 1 March 2026 – 2 May 2026                                 |         |
3 May 2026      | Ann 1 March 2026 – 2 May 2026                                 | No coordinating supervisor since 3 May 2026. | Make an agreement with a coordinating supervisor.
9 July 2026     | Ann 1 March 2026 – 2 May 2026                                 | No coordinating supervisor since 3 May 2026. | Make an agreement with a coordinating supervisor.
9 May 2026      | Ann 1 March 2026 – 2 May 2026; Bea 1 June 2026 –              | No coordinating supervisor since 3 May 2026. | Bea begins on 1 June 2026. Agree who coordinates until then.
1 June 2026     | Ann 1 March 2026 – 2 May 2026; Bea 1 June 2026 –              |         |
1 June 2026     |                                                               | No coordinating supervisor since 1 March 2026. | Make an agreement with a coordinating supervisor.
1 June 2026     | Ann 1 March 2025 – 2 May 2025                                 | No coordinating supervisor since 1 March 2026. | Make an agreement with a coordinating supervisor.
9 June 2026     | Ann 1 March 2026 –; Bea 1 June 2026 –                         | Two coordinating supervisors at a time since 1 June 2026: Ann and Bea. | A trainee has exactly one. End the agreement of the others, or make them designated supervisors.
9 June 2026     | Ann 1 March 2026 –; Bea 1 June 2026 –; Cy 8 June 2026 –       | Three coordinating supervisors at a time since 1 June 2026: Ann, Bea and Cy. | A trainee has exactly one. End the agreement of the others, or make them designated supervisors.
9 June 2026     | Ann 1 January 2026 –; Bea 1 February 2026 –                   | Two coordinating supervisors at a time since 1 March 2026: Ann and Bea. | A trainee has exactly one. End the agreement of the others, or make them designated supervisors.
31 May 2026     | Ann 1 March 2026 –; Bea 1 June 2026 –                         |         |
28 February 2026 |                                                              |         |
29 February 2028 |                                                              |         |
""")  # fmt: skip  # noqa: E501


@pytest.mark.parametrize(("on", "who", "problem", "next_step"), COORDINATED)
def test_exactly_one_coordinates(on: str, who: str, problem: str, next_step: str) -> None:
    found = coordination(TRAINING, coordinating(who), day(on))
    assert (found.because if found else "", found.next_step if found else "") == (problem, next_step)


days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
spans = st.builds(
    lambda start, length: Span(start, start + timedelta(days=length) if length else None), days, st.integers(0, 90)
)  # noqa: E501


@unhurried
@given(st.lists(spans, max_size=5), days)
def test_a_problem_began_on_its_first_day_and_not_before(held: list[Span], on: date) -> None:
    """None had that many on the day before `since`, and on no day since then was there exactly one."""
    coordinators = [Coordinating(f"Nobody {number}", one) for number, one in enumerate(held)]
    training = Span(date(2026, 1, 1))
    found = coordination(training, coordinators, on)
    now = sum(one.holds(on) for one in held)
    assert (found is None) is (now == 1)
    if found is not None and now == 0:
        assert all(coordination(training, coordinators, d) is not None for d in (found.since, on))
        assert not any(one.holds(d) for one in held for d in (found.since, on))
        assert found.since == training.start or any(one.holds(found.since - timedelta(days=1)) for one in held)


STEPS = read_table("""
kind       | due         | done        | on          | status      | because
submission | 3 May 2026  |             | 1 March 2026 | not_started | Exemplar 1 is due 3 May 2026.
submission | 3 May 2026  |             | 19 April 2026 | not_started | Exemplar 1 is due 3 May 2026.
submission | 3 May 2026  |             | 20 April 2026 | due_soon   | Exemplar 1 is due 3 May 2026.
submission | 3 May 2026  |             | 3 May 2026  | due_soon    | Exemplar 1 is due 3 May 2026.
submission | 3 May 2026  |             | 4 May 2026  | overdue     | Exemplar 1 is overdue: it was due 3 May 2026 and has not been handed in.
sign_off   | 3 May 2026  |             | 4 May 2026  | overdue     | Exemplar 1 is overdue: it was due 3 May 2026 and has not been signed off.
submission | 3 May 2026  | 2 May 2026  | 4 May 2026  | up_to_date  | Exemplar 1 was handed in on 2 May 2026.
submission | 3 May 2026  | 4 May 2026  | 4 May 2026  | up_to_date  | Exemplar 1 was handed in on 4 May 2026, 1 day after it was due.
submission | 3 May 2026  | 9 May 2026  | 8 May 2026  | overdue     | Exemplar 1 is overdue: it was due 3 May 2026 and has not been handed in.
plan       |             | 9 May 2026  | 9 May 2026  | up_to_date  | Exemplar 1 was agreed on 9 May 2026.
review     |             |             | 9 May 2026  | not_started | Exemplar 1 has not been held yet, and no date is set for it.
""")  # fmt: skip  # noqa: E501


@pytest.mark.parametrize(("kind", "due", "done", "on", "status", "because"), STEPS)
def test_a_step_in_words(kind: str, due: str, done: str, on: str, status: str, because: str) -> None:
    step = Step(kind, "Exemplar 1", maybe(due or None), maybe(done or None))
    found = step_standing(step, day("1 March 2026"), day(on), 13)
    assert (found.status.value, found.because) == (status, because)
    assert bool(found.next_step) is (status in ("overdue", "due_soon") or not due and status == "not_started")
    assert found.is_met is (status == "up_to_date")


REVIEWS = read_table("""
on             | held                         | status     | due
1 March 2026   |                              | not_started | 1 June 2026
17 May 2026    |                              | not_started | 1 June 2026
18 May 2026    |                              | due_soon   | 1 June 2026
1 June 2026    |                              | due_soon   | 1 June 2026
2 June 2026    |                              | overdue    | 1 June 2026
2 June 2026    | 30 May 2026                  | up_to_date | 30 August 2026
2 June 2026    | 3 June 2026                  | overdue    | 1 June 2026
31 August 2026 | 30 May 2026                  | overdue    | 30 August 2026
31 August 2026 | 30 May 2026, 31 August 2026  | up_to_date | 30 November 2026
""")


@pytest.mark.parametrize(("on", "held", "status", "due"), REVIEWS)
def test_the_plan_is_reviewed_every_quarter(on: str, held: str, status: str, due: str) -> None:
    reviewed = [day(one.strip()) for one in held.split(",") if one.strip()]
    found = review_standing(day("1 March 2026"), reviewed, 3, day(on))
    assert (found.status.value, found.due_on) == (status, day(due))
    assert ("overdue" in found.because) is (status == "overdue")
    assert bool(found.next_step) is (status in ("overdue", "due_soon"))


def test_how_a_review_reads_aloud() -> None:
    first = review_standing(day("1 March 2026"), [], 3, day("2 June 2026"))
    assert first.because == (
        "The review of the plan is overdue: it was due 1 June 2026, 3 months after the traineeship began. "
        "It has not been reviewed yet."
    )
    later = review_standing(day("1 March 2026"), [day("30 May 2026")], 1, day("2 June 2026"))
    assert later.because == (
        "The next review of the plan is due 30 June 2026, 1 month after the last one. "
        "It was last reviewed on 30 May 2026."
    )


@unhurried
@given(st.lists(days, max_size=4), st.integers(1, 24), days)
def test_since_is_the_first_day_of_the_status(held: list[date], months: int, on: date) -> None:
    start = date(2025, 12, 1)
    found = review_standing(start, held, months, on)
    assert found.since == first_day_of_it(lambda d: review_standing(start, held, months, d), on, start) or (
        found.status is Status.UP_TO_DATE and found.since in held
    )
    assert found.due_on == add_months(max((one for one in held if one <= on), default=start), months)


def test_hours_are_of_this_month_and_in_all_up_to_the_day() -> None:
    sessions = [
        (day("31 October 2026"), 60),
        (day("1 November 2026"), 45),
        (day("22 November 2026"), 30),
        (day("23 November 2026"), 90),
    ]
    found = hours_with(sessions, day("22 November 2026"))
    assert (found.this_month, found.in_all) == (75, 135)
    assert hours_with([], day("22 November 2026")).in_all == 0
