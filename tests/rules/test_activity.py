"""What bodies ask for beside what was logged: the period, the count, the sentence."""

from datetime import date

import pytest

from tcsuper.models import ActivityKind
from tcsuper.rules.activity import (
    KINDS,
    ActivityTerms,
    BodyCount,
    Logged,
    Period,
    count_for_body,
    hours_in_words,
    period_of,
)

ON = date(2026, 11, 22)
YEAR, TWO_YEARS = {"months": 12}, {"months": 24}


@pytest.mark.parametrize(
    ("terms", "cycle_months", "valid_until", "on", "expected"),
    [
        # the registration's own cycle, where it is as long and its end is known
        (YEAR, 12, date(2027, 2, 10), ON, Period(date(2026, 2, 11), date(2027, 2, 10))),
        (YEAR, 12, ON, ON, Period(date(2025, 11, 23), ON)),  # the last day still counts
        (
            YEAR,
            12,
            date(2027, 11, 22),
            ON,
            Period(date(2025, 11, 23), ON),
        ),  # renewed early: the former cycle's last day
        (YEAR, 12, date(2027, 11, 21), ON, Period(date(2026, 11, 22), date(2027, 11, 21))),  # and the next one's first
        (YEAR, 12, date(2028, 3, 31), ON, Period(date(2026, 4, 1), date(2027, 3, 31))),
        (TWO_YEARS, 24, date(2027, 5, 31), ON, Period(date(2025, 6, 1), date(2027, 5, 31))),
        ({"months": 36}, 36, date(2028, 2, 29), ON, Period(date(2025, 3, 1), date(2028, 2, 29))),
        (YEAR, 12, date(2028, 2, 28), date(2027, 6, 1), Period(date(2027, 3, 1), date(2028, 2, 28))),
        # the month that the rule names
        (YEAR | {"begins_month": 1}, 12, date(2027, 3, 31), ON, Period(date(2026, 1, 1), date(2026, 12, 31))),
        (YEAR | {"begins_month": 1}, 12, None, date(2026, 1, 1), Period(date(2026, 1, 1), date(2026, 12, 31))),
        (YEAR | {"begins_month": 4}, 12, None, date(2026, 3, 31), Period(date(2025, 4, 1), date(2026, 3, 31))),
        (YEAR | {"begins_month": 4}, 12, None, date(2026, 4, 1), Period(date(2026, 4, 1), date(2027, 3, 31))),
        # not known: as many months up to the day
        (YEAR, 12, None, ON, Period(date(2025, 11, 23), ON, known=False)),
        (YEAR, 12, date(2026, 11, 21), ON, Period(date(2025, 11, 23), ON, known=False)),  # lapsed the day before
        ({"months": 60}, 12, date(2027, 9, 30), ON, Period(date(2021, 11, 23), ON, known=False)),
        (YEAR, 60, date(2027, 9, 30), ON, Period(date(2025, 11, 23), ON, known=False)),
        (YEAR, 12, None, date(2024, 2, 29), Period(date(2023, 3, 1), date(2024, 2, 29), known=False)),
        ({}, 12, date(2027, 2, 10), ON, Period(date(2025, 11, 23), ON, known=False)),
    ],
)
def test_the_period_is_the_bodys_own_where_it_is_known(
    terms: dict[str, int], cycle_months: int, valid_until: date | None, on: date, expected: Period
) -> None:
    assert period_of(ActivityTerms(terms), cycle_months, valid_until, on) == expected


LOG = [
    Logged("cpd", date(2026, 11, 22), 6),
    Logged("taught", date(2026, 6, 1), 1.5),
    Logged("cpd", date(2026, 2, 11), 2),  # the period's first day
    Logged("cpd", date(2026, 2, 10), 7),  # the day before it
    Logged("cpd", date(2026, 11, 23), 8),  # tomorrow
]
VALID = date(2027, 2, 10)


def counted(terms: dict[str, float] | None, log: list[Logged] = LOG, mark: str = "sure", **more: object) -> BodyCount:
    facts = {"cycle_months": 12, "valid_until": VALID, "source": "BABCP", "mark": mark} | more
    return count_for_body("BABCP", ActivityTerms(terms) if terms is not None else None, log, ON, **facts)  # type: ignore[arg-type]


def test_days_of_the_period_count_with_its_edges_and_none_to_come() -> None:
    count = counted(YEAR)
    assert [one.held_on for one in count.entries] == [date(2026, 11, 22), date(2026, 6, 1), date(2026, 2, 11)]
    assert count.hours == 9.5


IN_PERIOD = (
    "In the period that began on 11 February 2026 and ends on 10 February 2027, 3 activities with 9 h 30 min are "
    "logged."
)
FROM = "Source: BABCP. How sure: sure."


def test_what_is_asked_stands_beside_what_is_logged_and_what_the_log_cannot_show() -> None:
    count = counted({"months": 12, "items": 5, "skills_hours": 6})
    assert count.title == "BABCP asks for 6 hours of skills and 5 activities every 12 months"
    assert count.sentences == [
        IN_PERIOD,
        "2 of the 5 activities are not logged yet. The log cannot show hours of skills: count that by hand.",
        FROM,
    ]


@pytest.mark.parametrize(
    ("terms", "compared"),
    [
        ({"items": 4}, "1 of the 4 activities is not logged yet."),
        ({"items": 3}, "The 3 activities are reached, if the body counts everything logged."),
        ({"hours": 30}, "20 h 30 min of the 30 h are not logged yet."),
        ({"hours": 9.5}, "The 9 h 30 min are reached, if the body counts everything logged."),
        (
            {"hours": 9.75, "hours_in_any_year": 20},
            "15 min of the 9 h 45 min are not logged yet. 3 h 30 min of the 20 h in the last 12 months are not logged "
            "yet.",
        ),
        (
            {"clinical_hours": 15, "general_hours": 15},
            "The log cannot show clinical hours and general hours: count that by hand.",
        ),
        ({"credits": 50}, "The log cannot show credits: count that by hand."),
        ({"keeps_record": True}, ""),
        ({"sampled_percent": 2.5}, ""),
    ],
)
def test_each_number_that_the_log_has_is_compared(terms: dict[str, float], compared: str) -> None:
    expected = [IN_PERIOD, compared, FROM] if compared else [IN_PERIOD, FROM]
    assert counted({"months": 12} | terms).sentences == expected


def test_where_the_rule_is_unsure_nothing_is_compared() -> None:
    for hours in (1, 25, 1000):
        count = counted({"months": 12, "hours": hours, "items": hours}, mark="unsure")
        assert count.sentences == [
            IN_PERIOD,
            "What the body asks for is unsure, so it is not compared.",
            "Source: BABCP. How sure: unsure.",
        ]


def test_a_period_that_is_not_known_is_said() -> None:
    count = counted({"months": 60, "hours": 250}, cycle_months=12)
    assert count.sentences[0] == (
        "In the last 60 months, since 23 November 2021, 4 activities with 16 h 30 min are logged. On which day the "
        "body’s own period began is not known here."
    )
    assert counted({"hours": 30}).sentences[0] == (
        "In the last 12 months, since 23 November 2025, 4 activities with 16 h 30 min are logged."
    )


def test_a_body_without_a_rule_is_counted_and_the_gap_is_said() -> None:
    count = counted(None, source="", mark="")
    assert count.title == "BABCP: what it asks for is not in the catalogue"
    assert count.sentences == [
        "In the last 12 months, since 23 November 2025, 4 activities with 16 h 30 min are logged.",
        "Enter its rule on the Catalogue page, or ask the body.",
    ]


def test_one_and_none_are_said_as_people_say_them() -> None:
    assert "1 activity with 6 h is logged." in counted(YEAR, LOG[:1]).sentences[0]
    assert counted(YEAR, []).sentences[0].endswith("ends on 10 February 2027, nothing is logged.")
    assert counted({"months": 24, "sampled_percent": 2.5}).title == (
        "BABCP asks for no fixed hours; 2.5% of registrants are asked for theirs"
    )


def test_every_kind_has_its_word_and_hours_are_said_in_quarters() -> None:
    assert set(KINDS) == {kind.value for kind in ActivityKind}
    assert [hours_in_words(hours) for hours in (0.25, 1, 1.5, 23.75)] == ["15 min", "1 h", "1 h 30 min", "23 h 45 min"]
