"""Agreed actions: how one stands on a date, who may close it, and with what."""

from datetime import date, timedelta

import pytest

from tcsuper.models import ActionState, ObservationState
from tcsuper.rules.actions import (
    ACTION_TONES,
    ACTION_WORDS,
    BY_ALL,
    BY_EVIDENCE,
    BY_THE_PAIR,
    ActionStatus,
    Agreed,
    Closing,
    Seen,
    closers,
    closes_by,
    does_observation_close,
    moves_in,
    needs_evidence,
    problems_in_closing,
    standing_of,
)
from tests.rules.days import day, maybe

BEN, BELA = 1, 3
BOUNDARIES, RISK = 11, 12
AGREED = day("1 May 2026")

# ---------------------------------------------------------------------------------------------------------------------
# How it stands


@pytest.mark.parametrize(
    ("due", "on", "status", "because"),
    [
        ("", "1 May 2026", "open", "No date was set for it."),
        ("", "1 May 2029", "open", "No date was set for it."),
        ("30 May 2026", "1 May 2026", "open", "It is due on 30 May 2026, in 29 days."),
        ("30 May 2026", "22 May 2026", "open", "It is due on 30 May 2026, in 8 days."),
        ("30 May 2026", "23 May 2026", "due_soon", "It is due on 30 May 2026, in 7 days."),
        ("30 May 2026", "29 May 2026", "due_soon", "It is due on 30 May 2026, tomorrow."),
        ("30 May 2026", "30 May 2026", "due_soon", "It is due on 30 May 2026, today."),
        ("30 May 2026", "31 May 2026", "overdue", "It was due on 30 May 2026, yesterday."),
        ("30 May 2026", "9 June 2026", "overdue", "It was due on 30 May 2026, 10 days ago."),
        ("1 May 2026", "2 May 2026", "overdue", "It was due on 1 May 2026, yesterday."),
        ("29 February 2028", "1 March 2028", "overdue", "It was due on 29 February 2028, yesterday."),
    ],
)
def test_an_open_action_stands_by_its_date(due: str, on: str, status: str, because: str) -> None:
    standing = standing_of(Agreed(AGREED, BEN, maybe(due)), day(on), 7)
    assert (standing.status, standing.because) == (ActionStatus(status), because)
    assert standing.next_step == BY_THE_PAIR


@pytest.mark.parametrize(
    ("on", "warn_days", "status"),
    [("29 May 2026", 0, "open"), ("30 May 2026", 0, "due_soon"), ("31 May 2026", 366, "overdue")],
)
def test_how_soon_is_soon_is_the_services_own(on: str, warn_days: int, status: str) -> None:
    assert standing_of(Agreed(AGREED, BEN, day("30 May 2026")), day(on), warn_days).status == status


CLOSED = day("20 May 2026")


@pytest.mark.parametrize(
    ("closed", "because", "next_step"),
    [
        (dict(state=ActionState.DONE), "It was done on 20 May 2026, as the pair says.", ""),
        (
            dict(state=ActionState.DONE, is_by_observation=True, observed_on=CLOSED),
            "It was done on 20 May 2026: seen in the observation of that day.",
            "",
        ),
        (
            dict(state=ActionState.DONE, is_by_observation=True),
            "It was done on 20 May 2026, as seen in an observation that was voided since.",
            "Reopen it, or leave it as it is: what closed it does not stand any more.",
        ),
        (dict(state=ActionState.DONE, evidence_on=CLOSED), "It was done on 20 May 2026, by evidence of that day.", ""),
        (dict(state=ActionState.DROPPED), "It was dropped on 20 May 2026.", ""),
    ],
)
def test_a_closed_action_says_by_what(closed: dict[str, object], because: str, next_step: str) -> None:
    action = Agreed(AGREED, BEN, day("10 May 2026"), closed_on=CLOSED, **closed)  # type: ignore[arg-type]
    standing = standing_of(action, day("1 June 2026"), 7)
    assert standing.status.value == closed["state"].value  # type: ignore[attr-defined]
    assert (standing.because, standing.next_step) == (because, next_step)


@pytest.mark.parametrize("state", [ActionState.DONE, ActionState.DROPPED])
@pytest.mark.parametrize(("on", "is_closed"), [("19 May 2026", False), ("20 May 2026", True)])
def test_before_the_day_it_was_closed_it_was_open(state: ActionState, on: str, is_closed: bool) -> None:
    action = Agreed(AGREED, BEN, day("10 May 2026"), state=state, closed_on=CLOSED)
    status = standing_of(action, day(on), 7).status
    assert status == (state.value if is_closed else ActionStatus.OVERDUE)


def test_every_status_has_its_word_and_its_tone() -> None:
    assert set(ACTION_WORDS) == set(ACTION_TONES) == set(ActionStatus)


# ---------------------------------------------------------------------------------------------------------------------
# Who closes it, and what closes it


@pytest.mark.parametrize(
    ("owner", "standard", "is_shareable", "says"),
    [
        (BEN, BOUNDARIES, True, BY_EVIDENCE),
        (BEN, BOUNDARIES, False, BY_THE_PAIR),
        (BEN, None, True, BY_THE_PAIR),
        (BEN, None, False, BY_THE_PAIR),
        (None, None, False, BY_ALL),
        (None, BOUNDARIES, False, BY_ALL),
    ],
)
def test_only_a_shared_action_with_a_standard_needs_evidence(
    owner: int | None, standard: int | None, is_shareable: bool, says: str
) -> None:
    action = Agreed(AGREED, owner, standard_id=standard, is_shareable=is_shareable)
    assert needs_evidence(action) is (says == BY_EVIDENCE) and closes_by(action) == says


@pytest.mark.parametrize(
    ("owner", "present", "who"),
    [(BEN, {BEN}, {BEN}), (BEN, {BEN, BELA}, {BEN}), (BEN, {BELA}, {BEN}), (None, {BEN, BELA}, {BEN, BELA}),
     (None, {BEN}, {BEN}), (None, set(), set())],
)  # fmt: skip
def test_its_owner_closes_it_and_without_an_owner_all_who_were_there(
    owner: int | None, present: set[int], who: set[int]
) -> None:
    """Beside the supervisor."""
    assert closers(Agreed(AGREED, owner), present) == who


SHARED, SIGNED, DRAFT = ObservationState.SHARED, ObservationState.SIGNED, ObservationState.DRAFT


@pytest.mark.parametrize(
    ("whom", "on", "state", "standards", "closes"),
    [
        (BEN, "2 May 2026", SHARED, {BOUNDARIES}, True),
        (BEN, "2 May 2026", SIGNED, {BOUNDARIES, RISK}, True),
        (BEN, "1 May 2027", SIGNED, {BOUNDARIES}, True),
        (BEN, "1 May 2026", SIGNED, {BOUNDARIES}, False),  # the day of the session itself
        (BEN, "30 April 2026", SIGNED, {BOUNDARIES}, False),
        (BEN, "2 May 2026", DRAFT, {BOUNDARIES}, False),
        (BEN, "2 May 2026", SHARED, {RISK}, False),
        (BEN, "2 May 2026", SHARED, set(), False),
        (BELA, "2 May 2026", SHARED, {BOUNDARIES}, False),
    ],
)
def test_which_observation_closes(
    whom: int, on: str, state: ObservationState, standards: set[int], closes: bool
) -> None:
    action, seen = shared_action(), Seen(whom, day(on), state, frozenset(standards))
    assert does_observation_close(action, seen) is closes
    problems = problems_in_closing(action, Closing(seen=seen), day("1 June 2027"))
    assert (problems == {}) is closes and set(problems) <= {"observation"}


def shared_action() -> Agreed:
    return Agreed(AGREED, BEN, standard_id=BOUNDARIES, is_shareable=True)


def test_no_observation_closes_what_names_no_standard_or_has_no_owner() -> None:
    seen = Seen(BEN, day("2 May 2026"), SIGNED, frozenset({BOUNDARIES}))
    assert not does_observation_close(Agreed(AGREED, BEN), seen)
    assert not does_observation_close(Agreed(AGREED, None, standard_id=BOUNDARIES), seen)


TODAY = day("20 May 2026")


@pytest.mark.parametrize(
    ("evidence_on", "evidence", "wrong"),
    [
        ("1 May 2026", "Led it alone", set()),
        ("20 May 2026", "Led it alone", set()),
        ("21 May 2026", "Led it alone", {"evidence_on"}),
        ("30 April 2026", "Led it alone", {"evidence_on"}),
        ("", "Led it alone", {"evidence_on"}),
        ("10 May 2026", "", {"evidence"}),
        ("10 May 2026", " \n ", {"evidence"}),
        ("21 May 2026", " ", {"evidence", "evidence_on"}),
        ("", "", {"evidence"}),
    ],
)
@pytest.mark.parametrize("done_on", ["", "10 May 2026"])
def test_a_shared_action_closes_by_dated_evidence_in_words(
    evidence_on: str, evidence: str, wrong: set[str], done_on: str
) -> None:
    """The pair's own day beside it changes nothing."""
    offered = Closing(maybe(done_on), None, maybe(evidence_on), evidence)
    assert set(problems_in_closing(shared_action(), offered, TODAY)) == wrong


def test_without_evidence_it_says_why_it_does_not_close() -> None:
    problems = problems_in_closing(shared_action(), Closing(done_on=day("10 May 2026")), TODAY)
    assert problems == {"evidence": f"It does not close yet. {BY_EVIDENCE}"}


@pytest.mark.parametrize(
    ("done_on", "sentence"),
    [
        ("1 May 2026", ""),
        ("20 May 2026", ""),
        ("21 May 2026", "21 May 2026 is still to come."),
        ("30 April 2026", "It was agreed on 1 May 2026: 30 April 2026 is before that."),
        ("", "Give the day on which it was done."),
    ],
)
@pytest.mark.parametrize(
    "action",
    [
        Agreed(AGREED, BEN),
        Agreed(AGREED),
        Agreed(AGREED, BEN, standard_id=RISK),
        Agreed(AGREED, BEN, is_shareable=True),
    ],
)
def test_any_other_is_closed_by_the_pair_with_the_day(action: Agreed, done_on: str, sentence: str) -> None:
    problems = problems_in_closing(action, Closing(maybe(done_on)), TODAY)
    assert problems == ({"done_on": sentence} if sentence else {})


def test_the_pair_may_give_evidence_too() -> None:
    offered = Closing(evidence_on=day("10 May 2026"), evidence="The plan is written")
    assert problems_in_closing(Agreed(AGREED, BEN), offered, TODAY) == {}


@pytest.mark.parametrize(
    ("offered", "on"),
    [
        (Closing(day("3 May 2026")), "3 May 2026"),
        (Closing(None, None, day("4 May 2026"), "x"), "4 May 2026"),
        (Closing(seen=Seen(BEN, day("5 May 2026"), SIGNED, frozenset())), "5 May 2026"),
        (Closing(), ""),
    ],
)
def test_it_was_done_on_the_day_that_shows_it(offered: Closing, on: str) -> None:
    assert offered.day == maybe(on)


# ---------------------------------------------------------------------------------------------------------------------
# Whether they move

MAY, END_OF_MAY = day("1 May 2026"), day("31 May 2026")


def done(agreed: str, due: str, closed: str) -> Agreed:
    return Agreed(day(agreed), BEN, maybe(due), state=ActionState.DONE, closed_on=day(closed))


@pytest.mark.parametrize(
    ("action", "opened", "closed", "overdue"),
    [
        (Agreed(day("1 May 2026")), 1, 0, 0),
        (Agreed(day("31 May 2026")), 1, 0, 0),
        (Agreed(day("30 April 2026")), 0, 0, 0),
        (Agreed(day("1 June 2026"), due_on=day("2 June 2026")), 0, 0, 0),
        (Agreed(day("3 April 2026"), due_on=day("30 May 2026")), 0, 0, 1),
        (Agreed(day("3 April 2026"), due_on=day("31 May 2026")), 0, 0, 0),
        (done("3 April 2026", "10 May 2026", "31 May 2026"), 0, 1, 0),
        (done("3 April 2026", "10 May 2026", "1 June 2026"), 0, 0, 1),
        (done("3 May 2026", "", "3 May 2026"), 1, 1, 0),
        (done("3 March 2026", "", "30 April 2026"), 0, 0, 0),
    ],
)
def test_what_a_month_counts(action: Agreed, opened: int, closed: int, overdue: int) -> None:
    moves = moves_in([action], MAY, END_OF_MAY, day("1 August 2026"))
    assert (moves.opened, moves.closed, moves.overdue) == (opened, closed, overdue)


def test_a_month_that_is_not_over_counts_until_today() -> None:
    actions = [Agreed(day("20 May 2026")), Agreed(day("1 April 2026"), due_on=day("25 May 2026"))]
    moves = moves_in(actions, MAY, END_OF_MAY, day("19 May 2026"))
    assert (moves.opened, moves.overdue) == (0, 0)


def test_every_action_is_opened_once_whatever_month_is_asked() -> None:
    actions = [Agreed(AGREED + timedelta(days=number)) for number in range(60)]
    months = [(date(2026, 5, 1), date(2026, 5, 31)), (date(2026, 6, 1), date(2026, 6, 30))]
    assert sum(moves_in(actions, *month, day("1 August 2026")).opened for month in months) == 60
