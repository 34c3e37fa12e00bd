"""Competencies signed off: until when they hold, what ends them, and what is said of it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcsuper.rules.practice import LevelRequired, PracticeTerms, Rated
from tcsuper.rules.sign_off import SignedOff, SignOffStanding, SignOffTerms, highest_of, standing
from tcsuper.rules.standing import LeftOut, Status
from tests.rules.days import day, fewer, first_day_of_it, maybe, span

STEPS = ("with help", "with prompting", "alone", "helps others")
ALONE = LevelRequired(3, span("1 January 2024"))
TERMS = SignOffTerms(PracticeTerms("Group facilitation", (ALONE,), STEPS), "2", day("1 January 2024"))
AT = (Rated(day("12 March 2026"), 1, 3), Rated(day("3 May 2026"), 2, 3))
SIGNED = SignedOff(day("10 May 2026"), 3, "Asha Rao")
NOT_STARTED, UP_TO_DATE, DUE_SOON, EXPIRED = Status.NOT_STARTED, Status.UP_TO_DATE, Status.DUE_SOON, Status.EXPIRED
GIVEN = 'signed off at "alone" by Asha Rao on 10 May 2026'
HOLDS = f"Group facilitation is {GIVEN}. It holds until 10 May 2028, as long as practice is not seen below."
LAPSED = f"Group facilitation was {GIVEN}. That lapsed on"
AGAIN = "Sign it off again: what was observed is at the required level."
ONCE_SEEN = "It can be signed off once what is observed is at the required level."


def asking(*required: LevelRequired, **more: Any) -> SignOffTerms:
    return replace(TERMS, practice=replace(TERMS.practice, required=required or (ALONE,), **more))


def seen(on: str, level: int, by: int = 2) -> Rated:
    return Rated(day(on), by, level)


@pytest.mark.parametrize(
    ("terms", "signed", "ratings", "on", "status", "since", "because", "next_step"),
    [
        pytest.param(
            *(TERMS, [], [], "1 June 2026", NOT_STARTED, "1 January 2024"),
            *("Group facilitation has not been signed off yet.", ONCE_SEEN),
            id="never signed off, and not seen yet",
        ),
        pytest.param(
            *(TERMS, [], AT, "1 June 2026", NOT_STARTED, "1 January 2024"),
            "Group facilitation has not been signed off yet.",
            "Sign it off: what was observed is at the required level.",
            id="never signed off, and it can be",
        ),
        pytest.param(
            *(TERMS, [], [seen("12 March 2026", 4), seen("3 May 2026", 4, 1)], "1 June 2026", NOT_STARTED),
            *("1 January 2024", "Group facilitation has not been signed off yet."),
            "Sign it off: what was observed is above the required level.",
            id="never signed off, and above",
        ),
        pytest.param(
            *(TERMS, [SIGNED], AT, "9 May 2026", NOT_STARTED, "1 January 2024"),
            "Group facilitation has not been signed off yet.",
            "Sign it off: what was observed is at the required level.",
            id="the day before it was signed",
        ),
        pytest.param(
            *(TERMS, [SIGNED], AT, "10 May 2026", UP_TO_DATE, "10 May 2026", HOLDS, ""), id="the day it was signed"
        ),
        pytest.param(
            *(TERMS, [SIGNED], AT, "9 February 2028", UP_TO_DATE, "10 May 2026", HOLDS, ""),
            id="91 days before its end: not soon yet",
        ),
        pytest.param(
            *(TERMS, [SIGNED], AT, "10 February 2028", DUE_SOON, "10 February 2028", HOLDS),
            "Sign it off again by 10 May 2028.",
            id="90 days before its end: the edge counts",
        ),
        pytest.param(
            *(TERMS, [SIGNED], AT, "10 May 2028", DUE_SOON, "10 February 2028", HOLDS),
            "Sign it off again by 10 May 2028.",
            id="its last day still counts",
        ),
        pytest.param(
            *(TERMS, [SIGNED], AT, "11 May 2028", EXPIRED, "11 May 2028"),
            *(f"{LAPSED} 11 May 2028: it held for 24 months.", AGAIN),
            id="the day after",
        ),
        pytest.param(
            *(replace(TERMS, months=0), [SIGNED], AT, "11 May 2058", UP_TO_DATE, "10 May 2026"),
            *(f"Group facilitation is {GIVEN}. It holds, as long as practice is not seen below.", ""),
            id="where the service sets no months it holds for ever",
        ),
        pytest.param(
            *(TERMS, [replace(SIGNED, signed_on=day("29 February 2024"))], AT, "1 March 2026", EXPIRED),
            "1 March 2026",
            'Group facilitation was signed off at "alone" by Asha Rao on 29 February 2024. That lapsed on 1 March '
            "2026: it held for 24 months.",
            ONCE_SEEN,
            id="two years from 29 February end on 28 February",
        ),
        pytest.param(
            *(TERMS, [SIGNED], [*AT, seen("1 July 2026", 2)], "2 July 2026", EXPIRED, "1 July 2026"),
            f'{LAPSED} 1 July 2026: "with prompting" was seen that day, below the required level "alone".',
            ONCE_SEEN,
            id="seen below since: at once",
        ),
        pytest.param(
            *(TERMS, [SIGNED], [*AT, seen("1 July 2026", 2)], "30 June 2026", UP_TO_DATE, "10 May 2026", HOLDS, ""),
            id="the day before it was seen below",
        ),
        pytest.param(
            *(TERMS, [SIGNED]),
            [*AT, seen("1 July 2026", 2), seen("1 August 2026", 3, 1), seen("1 September 2026", 3)],
            *("1 October 2026", EXPIRED, "1 July 2026"),
            f'{LAPSED} 1 July 2026: "with prompting" was seen that day, below the required level "alone".',
            AGAIN,
            id="recovered since: a lapsed one does not come back by itself",
        ),
        pytest.param(
            TERMS,
            [SIGNED, SignedOff(day("2 September 2026"), 3, "Carol Reed")],
            [*AT, seen("1 July 2026", 2), seen("1 August 2026", 3, 1), seen("1 September 2026", 3)],
            *("1 October 2026", UP_TO_DATE, "2 September 2026"),
            'Group facilitation is signed off at "alone" by Carol Reed on 2 September 2026. It holds until 2 September '
            "2028, as long as practice is not seen below.",
            "",
            id="signed off anew, by somebody else",
        ),
        pytest.param(
            *(asking(floor=2), [SIGNED], [*AT, seen("1 July 2026", 1)], "2 July 2026", EXPIRED, "1 July 2026"),
            f'{LAPSED} 1 July 2026: "with help" was seen that day, under the floor "with prompting".',
            ONCE_SEEN,
            id="seen under the floor since",
        ),
        pytest.param(
            asking(LevelRequired(3, span("1 January 2024", "30 June 2026")), LevelRequired(4, span("1 July 2026"))),
            *([SIGNED], AT, "1 July 2026", EXPIRED, "1 July 2026"),
            *(f'{LAPSED} 1 July 2026: "helps others" is required from that day.', ONCE_SEEN),
            id="more is required than was signed off",
        ),
        pytest.param(
            asking(LevelRequired(4, span("1 January 2024", "9 May 2026")), LevelRequired(3, span("10 May 2026"))),
            *([SIGNED], AT, "1 June 2026", UP_TO_DATE, "10 May 2026", HOLDS, ""),
            id="more was required before it was signed",
        ),
        pytest.param(
            asking(
                LevelRequired(3, span("1 January 2024", "30 June 2026")),
                LevelRequired(4, span("1 July 2026", "31 July 2026")),
                LevelRequired(3, span("1 August 2026")),
            ),
            *([SIGNED], AT, "1 September 2026", EXPIRED, "1 July 2026"),
            *(f'{LAPSED} 1 July 2026: "helps others" is required from that day.', AGAIN),
            id="more was required for a while since",
        ),
        pytest.param(
            asking(LevelRequired(3, span("1 January 2024", "30 June 2026")), LevelRequired(2, span("1 July 2026"))),
            *([SIGNED], [*AT, seen("2 July 2026", 2)], "1 September 2026", UP_TO_DATE, "10 May 2026", HOLDS, ""),
            id="less is required since, and that was seen",
        ),
        pytest.param(
            *(TERMS, [replace(SIGNED, version="1")], AT, "1 June 2026", UP_TO_DATE, "10 May 2026"),
            f"Group facilitation is {GIVEN} on version 1, carried over. It holds until 10 May 2028, as long as "
            "practice is not seen below.",
            "",
            id="given on a former version and carried over",
        ),
        pytest.param(
            replace(asking(LevelRequired(3, span("1 June 2026"))), version_from=day("1 June 2026")),
            *([replace(SIGNED, version="1", level=None)], AT, "1 July 2026", EXPIRED, "1 June 2026"),
            "Group facilitation was signed off by Asha Rao on 10 May 2026. That lapsed on 1 June 2026: given on "
            "version 1, it is not carried over to version 2.",
            AGAIN,
            id="given on a former version and not carried over",
        ),
        pytest.param(
            TERMS,
            [SIGNED, replace(SIGNED, version="1", level=None, signed_on=day("20 May 2026"))],
            *(AT, "1 June 2026", UP_TO_DATE, "10 May 2026", HOLDS, ""),
            id="one on this version goes before a later one that is not carried over",
        ),
        pytest.param(
            *(TERMS, [SIGNED], [*AT, seen("1 May 2028", 2)], "1 June 2028", EXPIRED, "1 May 2028"),
            f'{LAPSED} 1 May 2028: "with prompting" was seen that day, below the required level "alone".',
            ONCE_SEEN,
            id="of two reasons, the one that came first",
        ),
        pytest.param(
            TERMS,
            [SIGNED],
            [*AT, Rated(day("1 July 2026"), 2, 2, "written_work"), Rated(day("2 July 2026"), 2, 1, is_signed=False)],
            *("1 August 2026", UP_TO_DATE, "10 May 2026", HOLDS, ""),
            id="what does not count does not end it",
        ),
    ],
)
def test_how_a_sign_off_stands(
    terms: SignOffTerms,
    signed: list[SignedOff],
    ratings: list[Rated],
    on: str,
    status: Status,
    since: str,
    because: str,
    next_step: str,
) -> None:
    found = standing(terms, signed, ratings, day(on))
    assert isinstance(found, SignOffStanding)
    assert (found.status, found.since, found.because, found.next_step) == (status, maybe(since), because, next_step)
    assert found.is_met is (status in (UP_TO_DATE, DUE_SOON))


def test_where_no_level_is_required_nothing_is_to_be_signed_off() -> None:
    found = standing(asking(LevelRequired(3, span("1 July 2026"))), [SIGNED], AT, day("1 June 2026"))
    assert isinstance(found, LeftOut) and found.status is Status.NOT_REQUIRED
    assert found.because == ("Group facilitation: no level is required on 1 June 2026, so nothing is to be signed off.")


def test_the_highest_of_what_several_posts_ask_at_once() -> None:
    asked = [
        LevelRequired(2, span("1 January 2026")),
        LevelRequired(4, span("1 March 2026", "31 March 2026")),
        LevelRequired(3, span("15 March 2026", "30 April 2026")),
    ]
    assert highest_of(asked) == (
        LevelRequired(2, span("1 January 2026", "28 February 2026")),
        LevelRequired(4, span("1 March 2026", "14 March 2026")),
        LevelRequired(4, span("15 March 2026", "31 March 2026")),
        LevelRequired(3, span("1 April 2026", "30 April 2026")),
        LevelRequired(2, span("1 May 2026")),
    )
    assert highest_of([]) == ()


some_days = st.dates(day("1 January 2025"), day("30 June 2026"))


@fewer
@given(
    st.lists(st.builds(Rated, some_days, st.integers(1, 3), st.integers(1, 4)), max_size=6),
    st.lists(st.builds(SignedOff, some_days, st.integers(2, 4), st.just("Asha Rao")), max_size=2),
    some_days,
)
def test_since_is_the_first_day_of_the_status(ratings: list[Rated], signed: list[SignedOff], on: date) -> None:
    """With one sign-off at most: a second begins a standing of its own, on its day."""
    terms, signed = replace(TERMS, months=3, warning_days=10), signed[:1]
    found = standing(terms, signed, ratings, on)
    assert found.since == first_day_of_it(lambda at: standing(terms, signed, ratings, at), on, day("1 January 2024"))
