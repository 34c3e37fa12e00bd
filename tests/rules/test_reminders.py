"""When somebody is reminded, and of what in which words."""

import pytest

from tcsuper.rules.reminders import OfOthers, reminder, step, team_reminders
from tests.rules.days import day

STEPS = (90, 30, 7)
ON = day("1 December 2026")


@pytest.mark.parametrize(
    ("due", "reached", "story"),
    [
        ("2 March 2027", None, "91 days before"),
        ("1 March 2027", 90, "90 days before"),
        ("1 January 2027", 90, "31 days before"),
        ("31 December 2026", 30, "30 days before"),
        ("9 December 2026", 30, "8 days before"),
        ("8 December 2026", 7, "7 days before"),
        ("1 December 2026", 7, "the day itself still counts"),
        ("30 November 2026", 0, "a day late"),
        ("1 May 2020", 0, "years late: the same step, said once"),
    ],
)
def test_the_nearest_step_speaks(due: str, reached: int | None, story: str) -> None:
    assert step(day(due), ON, STEPS) == reached, story


def test_29_february_is_a_date_like_others() -> None:
    assert step(day("29 February 2028"), day("22 February 2028"), STEPS) == 7
    assert step(day("29 February 2028"), day("21 February 2028"), STEPS) == 30


def test_another_date_or_step_is_another_line_and_the_same_is_not() -> None:
    def key(due: str, on: str) -> str:
        found = reminder("TCAT 2", day(due), day(on), STEPS)
        assert found is not None
        return found.key

    first = key("1 January 2027", "1 December 2026")
    assert first == key("1 January 2027", "2 November 2026"), "a day earlier on the same step"
    assert first != key("1 January 2027", "2 December 2026"), "the next step"
    assert first != key("2 January 2027", "1 December 2026"), "another date"


def test_it_says_what_and_when_and_nothing_else() -> None:
    coming, over = (
        reminder("TCAT 2", day("1 January 2027"), ON, STEPS),
        reminder("TCAT 2", day("1 May 2026"), ON, STEPS),
    )
    assert coming is not None and coming.said == "TCAT 2: due 1 January 2027."
    assert over is not None and over.said == "TCAT 2: was due 1 May 2026."


def test_a_manager_has_one_line_for_a_month_and_no_name() -> None:
    hcpc = [OfOthers("HCPC", day("31 May 2027"), staff_id) for staff_id in range(14)]
    late = [OfOthers("HCPC", day("1 May 2026"), 3), OfOthers("HCPC", day("9 May 2026"), 3)]
    lines = team_reminders([*hcpc, *late], day("1 May 2027"), STEPS)
    assert [line.said for line in lines] == ["HCPC: 1 person late since May 2026.", "HCPC: 14 people due May 2027."]


def test_one_person_more_is_news_to_a_manager() -> None:
    def key(people: int) -> str:
        return team_reminders([OfOthers("HCPC", day("31 May 2027"), one) for one in range(people)], ON, (200,))[0].key

    assert key(13) == key(13) != key(14)
