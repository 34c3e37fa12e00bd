"""Free places, the line of those who wait, and each state in a sentence."""

from datetime import date

import pytest

from tcsuper.models import BookingState
from tcsuper.rules.places import (
    OPEN,
    TAKING,
    TONES,
    WORDS,
    days_words,
    free_places,
    has_room,
    offered_next,
    place_sentence,
    taken_words,
)

N, HELD, C = BookingState.NOMINATED, BookingState.OFFERED, BookingState.CONFIRMED
A, D = BookingState.ATTENDED, BookingState.DID_NOT_ATTEND
W, X = BookingState.WITHDRAWN, BookingState.CANCELLED
MAY = date(2027, 5, 3)


@pytest.mark.parametrize(
    ("capacity", "states", "free"),
    [
        (None, [], None),
        (None, [C] * 40, None),
        (1, [], 1),
        (1, [C], 0),
        (1, [HELD], 0),
        (1, [A], 0),
        (1, [N], 1),
        (1, [W, X, D], 1),
        (2, [C, HELD], 0),
        (2, [C, W, HELD, N, N], 0),
        (3, [C, HELD, A], 0),
        (3, [C, D, N], 2),
        (1, [C, C], 0),  # more than there are: never less than none
    ],
)
def test_offers_and_places_count_and_whoever_waits_does_not(
    capacity: int | None, states: list[BookingState], free: int | None
) -> None:
    assert free_places(capacity, states) == free
    assert has_room(free) is (free is None or free > 0)


@pytest.mark.parametrize(
    ("waiting", "free", "offered"),
    [
        ("", 2, ""),
        ("a", 0, ""),
        ("a", 1, "a"),
        ("ab", 1, "a"),
        ("abc", 2, "ab"),
        ("ab", 5, "ab"),
        ("ab", None, ""),  # as many as are asked for: nothing becomes free
    ],
)
def test_each_free_place_goes_to_the_next_in_line(waiting: str, free: int | None, offered: str) -> None:
    assert "".join(offered_next(waiting, free)) == offered


@pytest.mark.parametrize(
    ("capacity", "taken", "waiting", "sentence"),
    [
        (10, 8, 0, "8 of 10 places taken."),
        (1, 1, 1, "1 of 1 place taken, 1 person waiting."),
        (10, 10, 2, "10 of 10 places taken, 2 people waiting."),
        (None, 1, 0, "1 place taken; as many as are asked for."),
        (None, 0, 3, "0 places taken; as many as are asked for, 3 people waiting."),
    ],
)
def test_how_full_a_run_is_in_words(capacity: int | None, taken: int, waiting: int, sentence: str) -> None:
    assert taken_words(capacity, taken, waiting) == sentence


@pytest.mark.parametrize(
    ("last_on", "said"),
    [(None, "3 May 2027"), (MAY, "3 May 2027"), (date(2027, 5, 5), "3 May 2027 to 5 May 2027")],
)
def test_one_day_or_several(last_on: date | None, said: str) -> None:
    assert days_words(MAY, last_on) == said


@pytest.mark.parametrize(
    ("state", "is_full", "mine", "theirs"),
    [
        (
            N,
            False,
            "You asked for a place on 3 May 2027; your manager confirms it.",
            "Asked for a place on 3 May 2027.",
        ),
        (
            N,
            True,
            "You wait for a place on 3 May 2027, number 2 in the order of asking.",
            "Waits for a place on 3 May 2027, number 2 in the order of asking.",
        ),
        (
            HELD,
            True,
            "A place is offered to you on 3 May 2027; your manager confirms it.",
            "A place on 3 May 2027 became free and is held until a manager confirms it.",
        ),
        (C, True, "You have a place on 3 May 2027.", "Has a place on 3 May 2027."),
        (A, False, "You attended on 3 May 2027.", "Attended on 3 May 2027."),
        (D, False, "You did not attend on 3 May 2027.", "Did not attend on 3 May 2027."),
        (
            W,
            False,
            "Your place on 3 May 2027 was given up: On nights",
            "The place on 3 May 2027 was given up: On nights",
        ),
        (
            X,
            False,
            "The provider cancelled the run of 3 May 2027: On nights",
            "The provider cancelled the run of 3 May 2027: On nights",
        ),
    ],
)
def test_each_state_in_a_sentence(state: BookingState, is_full: bool, mine: str, theirs: str) -> None:
    said = [
        place_sentence(state, MAY, is_mine=is_mine, place_in_line=2, is_full=is_full, reason="On nights")
        for is_mine in (True, False)
    ]
    assert said == [mine, theirs]


def test_a_former_place_without_a_reason_ends_in_a_full_stop() -> None:
    assert place_sentence(W, MAY, is_mine=True) == "Your place on 3 May 2027 was given up."


def test_every_state_has_its_word_and_is_open_taking_or_over() -> None:
    assert set(WORDS) == set(TONES) == set(BookingState)
    assert set(OPEN) | set(TAKING) == {N, HELD, C, A}
