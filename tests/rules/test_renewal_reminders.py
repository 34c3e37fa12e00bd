"""What a manager is told of registrations that end together, and what is told at once."""

from datetime import date

import pytest

from tcsuper.rules.reminders import OfOthers, lapsed_reminder, lapsed_together, renewals_together

STEPS = [90, 30, 7]
MAY = date(2027, 5, 31)


def said(*theirs: tuple[str, date, int], on: date = date(2027, 5, 1)) -> list[str]:
    return [line.said for line in renewals_together([OfOthers(*one) for one in theirs], on, STEPS)]


@pytest.mark.parametrize(
    ("theirs", "on", "lines"),
    [
        ([("HCPC", MAY, one) for one in range(7)], date(2027, 3, 2), ["HCPC: 7 renewals by 31 May 2027."]),
        ([("HCPC", MAY, one) for one in range(7)], date(2027, 3, 1), []),  # the edge of the first step
        ([("HCPC", MAY, 1)], MAY, ["HCPC: 1 renewal by 31 May 2027."]),  # the due day itself still counts
        ([("BACP", date(2027, 5, 30), 1)], MAY, ["BACP: 1 renewal was due 30 May 2027."]),
        (
            [("BACP", date(2027, 5, 20), 1), ("BACP", date(2027, 5, 28), 2)],
            date(2027, 5, 5),
            ["BACP: 2 renewals due from 20 May 2027 to 28 May 2027."],
        ),
        (
            [("BACP", date(2027, 5, 3), 1), ("BACP", date(2027, 5, 4), 2)],
            date(2027, 5, 5),
            ["BACP: 2 renewals were due from 3 May 2027 to 4 May 2027."],
        ),
        (
            [("HCPC", MAY, 1), ("BACP", date(2027, 5, 20), 1)],
            date(2027, 5, 1),
            ["BACP: 1 renewal by 20 May 2027.", "HCPC: 1 renewal by 31 May 2027."],
        ),
        (
            [("BACP", date(2027, 6, 3), 1), ("BACP", date(2027, 5, 28), 2)],
            date(2027, 5, 20),
            ["BACP: 1 renewal by 28 May 2027.", "BACP: 1 renewal by 3 June 2027."],
        ),
    ],
)
def test_one_line_for_each_body_and_month(theirs: list[tuple[str, date, int]], on: date, lines: list[str]) -> None:
    assert said(*theirs, on=on) == lines


def test_the_line_is_another_one_with_each_step_and_each_person_more() -> None:
    one, two = [OfOthers("HCPC", MAY, 1)], [OfOthers("HCPC", MAY, 1), OfOthers("HCPC", MAY, 2)]
    asked = [(one, date(2027, 3, 10)), (one, date(2027, 5, 10)), (two, date(2027, 5, 10))]
    keys = [line.key for theirs, on in asked for line in renewals_together(theirs, on, STEPS)]
    assert len(set(keys)) == 3


def test_what_lapsed_is_told_by_body_and_day_without_a_name() -> None:
    since = date(2027, 6, 1)
    told = lapsed_together([("HCPC", since), ("HCPC", since), ("NMC", date(2027, 5, 4))])
    assert [line.said for line in told] == [
        "NMC: 1 registration not in force since 4 May 2027. Your home page says what to do at once.",
        "HCPC: 2 registrations not in force since 1 June 2027. Your home page says what to do at once.",
    ]
    again = lapsed_together([("HCPC", since)])
    assert again[0].key not in {line.key for line in told}
    mine = lapsed_reminder("Registration with HCPC", since)
    assert mine.said.startswith("Registration with HCPC: not in force since 1 June 2027.")
    assert mine.key != lapsed_reminder("Registration with HCPC", date(2028, 6, 1)).key
