"""Whether a minimum is met, in a month and on a date: expected values worked out by hand from the domain."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcsuper.rules.credit import BODIES, Sitting, credit
from tcsuper.rules.minimum import Duty, HoursOf, Measure, Minimum, Per, RuleSet, Whichever, each_of
from tcsuper.rules.standing import Span, Status
from tcsuper.rules.supervision import Verdict, forecast, month_of, months_of, standing
from tests.rules.days import day, fewer, first_day_of_it, maybe, span, unhurried
from tests.rules.sittings import group, one, read_table

BACP, BABCP = RuleSet.BACP, RuleSet.BABCP


# ---------------------------------------------------------------------------------------------------------------------
# A minimum by the calendar month, on a date

BACP_90 = Minimum("Supervision by BACP", 90, BACP)
SERVICE_60 = Minimum("Clinical supervision", 60)
BABCP_90 = Minimum(
    "Supervision by BABCP",
    90,
    BABCP,
    needs_individual=True,
    full_time_hours=37,
    pro_rata_below_share=0.5,
    floor=45,
)
PRO_RATA_90 = Minimum("Clinical supervision", 90, full_time_hours=37, floor=45)
FROM_MAY = Duty(span("1 May 2026"))
FROM_2024 = Duty(span("1 January 2024"))
UP_TO_DATE, DUE_SOON, OVERDUE = Status.UP_TO_DATE, Status.DUE_SOON, Status.OVERDUE
NOT_JUDGED, EXEMPT, NOT_REQUIRED = Status.NOT_JUDGED, Status.EXEMPT, Status.NOT_REQUIRED


@pytest.mark.parametrize(
    ("on", "sittings", "status", "since", "due", "story"),
    [
        ("1 May 2026", [], UP_TO_DATE, "1 May 2026", "31 May 2026", "the month has just begun"),
        ("16 May 2026", [], UP_TO_DATE, "1 May 2026", "31 May 2026", "fifteen days are left"),
        ("17 May 2026", [], DUE_SOON, "17 May 2026", "31 May 2026", "fourteen days are left: the edge counts"),
        ("31 May 2026", [], DUE_SOON, "17 May 2026", "31 May 2026", "the last day still counts"),
        ("1 June 2026", [], OVERDUE, "1 June 2026", "31 May 2026", "May was missed"),
        ("12 May 2026", [one("12 May 2026", 90)], UP_TO_DATE, "1 May 2026", "31 May 2026", "met in good time"),
        ("25 May 2026", [one("20 May 2026", 90)], UP_TO_DATE, "20 May 2026", "31 May 2026", "met when it was due soon"),
        (
            "19 May 2026",
            [one("5 May 2026", 45), one("19 May 2026", 45)],
            UP_TO_DATE,
            "19 May 2026",
            "31 May 2026",
            "two halves make a whole on the second day",
        ),
        (
            "20 May 2026",
            [one("5 May 2026", 60), group("10 May 2026", 120, 4)],
            UP_TO_DATE,
            "1 May 2026",
            "31 May 2026",
            "60 and half of 120 in a group of four",
        ),
        (
            "20 May 2026",
            [one("5 May 2026", 60), group("10 May 2026", 120, 5)],
            DUE_SOON,
            "17 May 2026",
            "31 May 2026",
            "the same in a group of five is only 84",
        ),
        (
            "20 May 2026",
            [group("5 May 2026", 90, 3), group("12 May 2026", 90, 3)],
            UP_TO_DATE,
            "1 May 2026",
            "31 May 2026",
            "twice 45 is exactly 90",
        ),
        ("20 May 2026", [one("25 May 2026", 90)], DUE_SOON, "17 May 2026", "31 May 2026", "tomorrow is not counted"),
        (
            "20 May 2026",
            [one("18 May 2026", 90, is_planned=True)],
            DUE_SOON,
            "17 May 2026",
            "31 May 2026",
            "planned is not held",
        ),
        (
            "20 May 2026",
            [one("18 May 2026", 90, purpose="managerial")],
            DUE_SOON,
            "17 May 2026",
            "31 May 2026",
            "line management is another purpose",
        ),
        (
            "20 May 2026",
            [one("30 April 2026", 90)],
            DUE_SOON,
            "17 May 2026",
            "31 May 2026",
            "the last of April counts for April",
        ),
        (
            "1 June 2026",
            [one("31 May 2026", 90)],
            UP_TO_DATE,
            "1 June 2026",
            "30 June 2026",
            "the last of May counts for May",
        ),
        ("8 June 2026", [one("8 June 2026", 30)], OVERDUE, "1 June 2026", "31 May 2026", "not made good yet"),
        (
            "9 June 2026",
            [one("9 June 2026", 90)],
            UP_TO_DATE,
            "9 June 2026",
            "30 June 2026",
            "made good by meeting the next month",
        ),
        ("10 July 2026", [], OVERDUE, "1 June 2026", "31 May 2026", "May and June were missed: since June began"),
        ("10 August 2026", [], OVERDUE, "1 June 2026", "31 May 2026", "three months in a row: still since June began"),
        (
            "10 July 2026",
            [one("9 June 2026", 90)],
            UP_TO_DATE,
            "1 July 2026",
            "31 July 2026",
            "June was met, so May is past",
        ),
    ],
)
def test_standing_on_bacp_s_ninety_minutes(
    on: str, sittings: list[Sitting], status: Status, since: str, due: str, story: str
) -> None:
    found = standing(BACP_90, FROM_MAY, sittings, day(on))
    assert (found.status, found.since, found.due_on) == (status, day(since), day(due)), story


def test_an_hour_every_three_weeks_fails_bacp_s_month() -> None:
    sittings = [one("9 January 2026", 60), one("30 January 2026", 60), one("20 February 2026", 60)]
    duty = Duty(span("1 January 2026"))
    assert month_of(BACP_90, duty, sittings, day("31 January 2026"), day("1 January 2026")).verdict is Verdict.MET
    assert standing(BACP_90, duty, sittings, day("1 March 2026")).status is OVERDUE


@pytest.mark.parametrize(
    ("duty", "on", "status", "story"),
    [
        (Duty(span("15 May 2026")), "20 May 2026", NOT_JUDGED, "the first part-month is not judged"),
        (Duty(span("15 May 2026")), "1 June 2026", UP_TO_DATE, "the first whole month begins afresh"),
        (Duty(span("15 May 2026")), "1 July 2026", OVERDUE, "the first whole month was missed"),
        (Duty(span("15 May 2026")), "14 May 2026", NOT_REQUIRED, "the day before the post"),
        (Duty(span("1 May 2026")), "31 May 2026", DUE_SOON, "starting on the first is a whole month"),
        (Duty(span("2 May 2026")), "31 May 2026", NOT_JUDGED, "starting on the second is not"),
        (Duty(span("1 March 2024", "20 May 2026")), "20 May 2026", NOT_JUDGED, "the last part-month is not judged"),
        (Duty(span("1 May 2026", "31 May 2026")), "31 May 2026", DUE_SOON, "leaving on the last is a whole month"),
        (Duty(span("1 May 2026", "31 May 2026")), "1 June 2026", NOT_REQUIRED, "gone"),
        (Duty(span("10 May 2026", "20 May 2026")), "15 May 2026", NOT_JUDGED, "came and went in one month"),
        (
            Duty(span("1 May 2026"), absences=(span("1 May 2026", "28 May 2026"),)),
            "30 May 2026",
            NOT_JUDGED,
            "away for 28 days of May",
        ),
        (
            Duty(span("1 May 2026"), absences=(span("1 May 2026", "27 May 2026"),)),
            "30 May 2026",
            DUE_SOON,
            "away for 27 days of May",
        ),
        (
            Duty(span("1 February 2026"), absences=(span("1 February 2026", "28 February 2026"),)),
            "20 February 2026",
            NOT_JUDGED,
            "away for the whole of February",
        ),
        (
            Duty(span("1 May 2026"), absences=(span("1 May 2026", "14 May 2026"), span("15 May 2026", "28 May 2026"))),
            "30 May 2026",
            NOT_JUDGED,
            "twice fourteen days add up",
        ),
        (
            Duty(span("1 May 2026"), absences=(span("1 May 2026", "20 May 2026"), span("5 May 2026", "24 May 2026"))),
            "30 May 2026",
            DUE_SOON,
            "the days that two absences share count once: 24",
        ),
        (
            Duty(span("1 May 2026"), absences=(span("4 May 2026", "5 June 2026"),)),
            "30 May 2026",
            NOT_JUDGED,
            "28 of its days lie in May",
        ),
        (
            Duty(span("1 May 2026"), absences=(span("4 May 2026", "5 June 2026"),)),
            "20 June 2026",
            DUE_SOON,
            "and five in June: June is judged",
        ),
        (
            Duty(span("1 May 2026"), absences=(span("10 April 2026"),)),
            "20 May 2026",
            NOT_JUDGED,
            "away with no end known",
        ),
        (
            Duty(span("1 May 2026"), exempt=(span("1 May 2026", "31 May 2026"),)),
            "20 May 2026",
            EXEMPT,
            "a month without client work",
        ),
        (
            Duty(span("1 January 2024"), kept_from=day("1 May 2026")),
            "5 May 2026",
            UP_TO_DATE,
            "April, before the records, is not held against anyone",
        ),
        (
            Duty(span("1 January 2024"), kept_from=day("10 May 2026")),
            "20 May 2026",
            NOT_JUDGED,
            "records begin within the month",
        ),
        (Duty(span("1 January 2024"), kept_from=day("10 May 2026")), "1 July 2026", OVERDUE, "June is judged"),
    ],
)
def test_months_that_are_not_judged(duty: Duty, on: str, status: Status, story: str) -> None:
    assert standing(BACP_90, duty, [], day(on)).status is status, story


def test_without_an_amount_nothing_is_required() -> None:
    unset = Minimum("Clinical supervision", 0)
    assert standing(unset, FROM_MAY, [], day("20 May 2026")).status is NOT_REQUIRED
    verdicts = {month.verdict for month in months_of(unset, FROM_MAY, [], day("20 May 2026"))}
    assert verdicts == {Verdict.NOT_REQUIRED}


@pytest.mark.parametrize(
    ("minimum", "hours", "wanted", "story"),
    [
        (PRO_RATA_90, 37.0, 90, "full time"),
        (PRO_RATA_90, 40.0, 90, "more than full time is not more supervision"),
        (PRO_RATA_90, 29.6, 72, "four fifths"),
        (PRO_RATA_90, 18.5, 45, "half time"),
        (PRO_RATA_90, 10.0, 45, "never under the floor"),
        (PRO_RATA_90, None, 90, "hours not known: in full"),
        (BABCP_90, 37.0, 90, "BABCP, full time"),
        (BABCP_90, 29.6, 90, "BABCP, four fifths: in full, pro rata begins under half-time"),
        (BABCP_90, 18.5, 90, "BABCP, half-time itself is not under it"),
        (BABCP_90, 18.4, 45, "BABCP, just under half-time: 44.8 by the hours, so the floor"),
        (BABCP_90, 6.0, 45, "BABCP, a day a week: never under the floor"),
        (replace(BABCP_90, floor=0), 18.4, Fraction(1656, 37), "without its floor: by the hours"),
        (replace(BABCP_90, full_time_hours=None), 6.0, 90, "no full time named: nothing to be a part of"),
        (replace(PRO_RATA_90, full_time_hours=36.2, pro_rata_below_share=0.3), 10.86, 90, "the share itself: in full"),
        (replace(PRO_RATA_90, full_time_hours=36.2, pro_rata_below_share=0.3), 10.85, 45, "and just under it"),
    ],
)
def test_pro_rata_to_hours_with_a_floor(
    minimum: Minimum, hours: float | None, wanted: int | Fraction, story: str
) -> None:
    assert Duty(span("1 May 2026"), hours=hours).wanted(minimum) == wanted, story


def test_four_fifths_of_full_time_meet_exactly_72_minutes() -> None:
    duty = Duty(span("1 May 2026"), hours=29.6)
    found = standing(PRO_RATA_90, duty, [one("5 May 2026", 72)], day("20 May 2026"))
    assert found.because == "Clinical supervision is met for May 2026: 72 of 72 minutes credited."


@pytest.mark.parametrize(
    ("sittings", "verdict", "story"),
    [
        ([group("5 May 2026", 90, 6)], Verdict.SHORT_SO_FAR, "90 minutes of group only"),
        ([group("5 May 2026", 90, 6), one("6 May 2026", 15)], Verdict.MET, "with some individual time"),
        (
            [group("5 May 2026", 90, 6), one("6 May 2026", 15, is_ad_hoc=True)],
            Verdict.SHORT_SO_FAR,
            "an ad-hoc talk is not individual supervision",
        ),
        ([group("5 May 2026", 90, 6), one("6 May 2026", 0)], Verdict.SHORT_SO_FAR, "missed the individual session"),
        ([one("6 May 2026", 90)], Verdict.MET, "individual time alone"),
    ],
)
def test_babcp_asks_for_some_individual_time(sittings: list[Sitting], verdict: Verdict, story: str) -> None:
    month = month_of(BABCP_90, FROM_MAY, sittings, day("20 May 2026"), day("1 May 2026"))
    assert month.verdict is verdict, story


# ---------------------------------------------------------------------------------------------------------------------
# Averages, meetings, shares

AVERAGE_90 = Minimum("Supervision by BABCP", 90, BABCP, per=Per.AVERAGE, months=3)
FEBRUARY_180 = one("10 February 2026", 180)


@pytest.mark.parametrize(
    ("duty", "sittings", "credited", "verdict", "story"),
    [
        (FROM_2024, [FEBRUARY_180, one("8 April 2026", 90)], 90, Verdict.MET, "180, 0 and 90 average 90"),
        (FROM_2024, [FEBRUARY_180, one("8 April 2026", 60)], 80, Verdict.SHORT, "180, 0 and 60 average 80"),
        (FROM_2024, [one("31 January 2026", 180), FEBRUARY_180], 60, Verdict.SHORT, "January is outside the window"),
        (Duty(span("1 April 2026")), [one("8 April 2026", 90)], 90, Verdict.MET, "new: one month is the average"),
        (
            Duty(span("15 March 2026")),
            [one("20 March 2026", 30), one("8 April 2026", 90)],
            90,
            Verdict.MET,
            "the part-month is passed over, and what was held in it",
        ),
        (
            Duty(span("1 January 2024"), absences=(span("1 March 2026", "31 March 2026"),)),
            [FEBRUARY_180],
            90,
            Verdict.MET,
            "away in March: February and April average 90",
        ),
        (Duty(span("1 January 2024"), kept_from=day("1 April 2026")), [], 0, Verdict.SHORT, "one month kept here"),
    ],
)
def test_an_average_over_three_months(
    duty: Duty, sittings: list[Sitting], credited: int, verdict: Verdict, story: str
) -> None:
    month = month_of(AVERAGE_90, duty, sittings, day("1 May 2026"), day("1 April 2026"))
    assert (month.credited, month.verdict) == (credited, verdict), story


TWICE_A_MONTH = Minimum(
    "Practice and process meeting", 2, measure=Measure.MEETINGS, meeting_minutes=45, purposes=("practice_process",)
)
SHARE_75 = Minimum("Sensitivity group", 75, measure=Measure.SHARE, purposes=("sensitivity",))


def meeting(on: str, minutes: int, **more: Any) -> Sitting:
    return group(on, minutes, 8, purpose="practice_process", **more)


def sensitivity(on: str, minutes: int = 60, **more: Any) -> Sitting:
    return group(on, minutes, 8, purpose="sensitivity", credited_by=frozenset(), **more)


@pytest.mark.parametrize(
    ("sittings", "met", "story"),
    [
        ([meeting("5 May 2026", 45), meeting("19 May 2026", 60)], True, "two, long enough"),
        ([meeting("5 May 2026", 45), meeting("19 May 2026", 44)], False, "one was a minute too short"),
        ([meeting("5 May 2026", 45), meeting("5 May 2026", 45)], True, "two on one day are two"),
        ([meeting("5 May 2026", 45), meeting("19 May 2026", 45, is_ad_hoc=True)], False, "an ad-hoc one is none"),
        ([meeting("5 May 2026", 120)], False, "one long meeting is one"),
    ],
)
def test_meetings_of_at_least_so_many_minutes(sittings: list[Sitting], met: bool, story: str) -> None:
    month = month_of(TWICE_A_MONTH, FROM_MAY, sittings, day("31 May 2026"), day("1 May 2026"))
    assert (month.verdict is Verdict.MET) is met, story


@pytest.mark.parametrize(
    ("attended", "verdict", "credited", "story"),
    [
        ((60, 60, 60, 0), Verdict.MET, 75, "three of four"),
        ((60, 60, 0), Verdict.SHORT, Fraction(200, 3), "two of three"),
        ((0,), Verdict.SHORT, 0, "none of one"),
        ((), Verdict.NOT_JUDGED, 100, "none was held: nothing to judge"),
    ],
)
def test_a_share_of_the_meetings_held(
    attended: tuple[int, ...], verdict: Verdict, credited: int | Fraction, story: str
) -> None:
    sittings = [sensitivity(f"{6 + 7 * week} May 2026", minutes) for week, minutes in enumerate(attended)]
    month = month_of(SHARE_75, FROM_MAY, sittings, day("1 June 2026"), day("1 May 2026"))
    assert (month.verdict, month.credited) == (verdict, credited), story


def test_a_month_without_a_meeting_is_not_held_against_anyone() -> None:
    assert standing(SHARE_75, FROM_MAY, [], day("5 June 2026")).status is UP_TO_DATE


# ---------------------------------------------------------------------------------------------------------------------
# A minimum by rolling days

EVERY_28 = Minimum("Individual supervision", 60, per=Per.ROLLING, days=28, forms=("individual",))
WEEKLY = Minimum("Sensitivity group", 1, measure=Measure.MEETINGS, per=Per.ROLLING, days=7, purposes=("sensitivity",))
SAFEGUARDING = Minimum(
    "Safeguarding supervision", 2, measure=Measure.MEETINGS, per=Per.ROLLING, days=365, purposes=("safeguarding",)
)
FROM_JANUARY = Duty(span("1 January 2026"))
AWAY = Duty(span("1 January 2026"), absences=(span("1 February 2026", "31 March 2026"),))


@pytest.mark.parametrize(
    ("minimum", "duty", "sittings", "on", "status", "since", "due", "story"),
    [
        (EVERY_28, FROM_JANUARY, [], "21 January 2026", UP_TO_DATE, "1 January 2026", "29 January 2026", "28 days"),
        (EVERY_28, FROM_JANUARY, [], "22 January 2026", DUE_SOON, "22 January 2026", "29 January 2026", "7 days left"),
        (EVERY_28, FROM_JANUARY, [], "29 January 2026", DUE_SOON, "22 January 2026", "29 January 2026", "the due day"),
        (EVERY_28, FROM_JANUARY, [], "30 January 2026", OVERDUE, "30 January 2026", "29 January 2026", "never held"),
        (
            EVERY_28,
            FROM_JANUARY,
            [one("10 January 2026", 60)],
            "7 February 2026",
            DUE_SOON,
            "31 January 2026",
            "7 February 2026",
            "28 days after the last",
        ),
        (
            EVERY_28,
            FROM_JANUARY,
            [one("10 January 2026", 60)],
            "8 February 2026",
            OVERDUE,
            "8 February 2026",
            "7 February 2026",
            "a day late",
        ),
        (
            EVERY_28,
            FROM_JANUARY,
            [one("10 January 2026", 60), one("15 February 2026", 60)],
            "20 February 2026",
            UP_TO_DATE,
            "15 February 2026",
            "15 March 2026",
            "made good a week late",
        ),
        (
            EVERY_28,
            FROM_JANUARY,
            [one("10 January 2026", 60), one("15 February 2026", 60)],
            "10 February 2026",
            OVERDUE,
            "8 February 2026",
            "7 February 2026",
            "as at the day in between",
        ),
        (
            EVERY_28,
            FROM_JANUARY,
            [one("10 January 2026", 30), one("20 January 2026", 30)],
            "25 January 2026",
            UP_TO_DATE,
            "1 January 2026",
            "7 February 2026",
            "two halves: good until the first of them leaves the window",
        ),
        (
            EVERY_28,
            FROM_JANUARY,
            [group("10 January 2026", 90, 8)],
            "30 January 2026",
            OVERDUE,
            "30 January 2026",
            "29 January 2026",
            "a group is not individual supervision",
        ),
        (
            EVERY_28,
            Duty(span("1 March 2026")),
            [one("15 March 2026", 60)],
            "1 April 2026",
            UP_TO_DATE,
            "1 March 2026",
            "12 April 2026",
            "over the March clock change",
        ),
        (
            EVERY_28,
            Duty(span("1 October 2026")),
            [one("10 October 2026", 60)],
            "28 October 2026",
            UP_TO_DATE,
            "1 October 2026",
            "7 November 2026",
            "over the October clock change",
        ),
        (
            EVERY_28,
            Duty(span("1 February 2028")),
            [one("10 February 2028", 60)],
            "10 March 2028",
            OVERDUE,
            "10 March 2028",
            "9 March 2028",
            "over 29 February",
        ),
        (EVERY_28, AWAY, [], "1 April 2026", UP_TO_DATE, "1 April 2026", "29 April 2026", "back: 28 days anew"),
        (EVERY_28, AWAY, [], "30 April 2026", OVERDUE, "30 April 2026", "29 April 2026", "back for 29 days"),
        (
            EVERY_28,
            Duty(span("1 January 2026"), absences=(span("20 January 2026", "5 February 2026"),)),
            [],
            "6 February 2026",
            OVERDUE,
            "30 January 2026",
            "29 January 2026",
            "a short absence stops nothing",
        ),
        (
            WEEKLY,
            FROM_JANUARY,
            [sensitivity("7 January 2026")],
            "14 January 2026",
            DUE_SOON,
            "13 January 2026",
            "14 January 2026",
            "weekly: a day's warning",
        ),
        (
            WEEKLY,
            FROM_JANUARY,
            [sensitivity("7 January 2026"), sensitivity("14 January 2026", 0)],
            "15 January 2026",
            OVERDUE,
            "15 January 2026",
            "14 January 2026",
            "being absent is not a meeting",
        ),
        (
            SAFEGUARDING,
            Duty(span("1 January 2024")),
            [one("10 March 2025", 60, purpose="safeguarding"), one("20 September 2025", 60, purpose="safeguarding")],
            "1 February 2026",
            UP_TO_DATE,
            "20 September 2025",
            "10 March 2026",
            "two a year: good again since the second",
        ),
    ],
)
def test_standing_by_rolling_days(
    minimum: Minimum,
    duty: Duty,
    sittings: list[Sitting],
    on: str,
    status: Status,
    since: str,
    due: str,
    story: str,
) -> None:
    found = standing(minimum, duty, sittings, day(on))
    assert (found.status, found.since, found.due_on) == (status, day(since), day(due)), story


@pytest.mark.parametrize(
    ("duty", "on", "status", "why"),
    [
        (AWAY, "15 March 2026", NOT_JUDGED, "Individual supervision is not judged: away since 1 February 2026."),
        (
            Duty(span("1 January 2026"), exempt=(span("1 March 2026", "31 March 2026"),)),
            "15 March 2026",
            EXEMPT,
            "Individual supervision has been exempt since 1 March 2026.",
        ),
        (
            Duty(span("1 January 2024"), kept_from=day("1 May 2026")),
            "30 April 2026",
            NOT_JUDGED,
            "No records kept here: they begin on 1 May 2026.",
        ),
        (
            Duty(span("1 May 2026")),
            "30 April 2026",
            NOT_REQUIRED,
            "Individual supervision is not required on 30 April 2026.",
        ),
        (
            Duty(span("1 January 2026"), absences=(span("1 February 2026"),)),
            "28 February 2026",
            NOT_JUDGED,
            "Individual supervision is not judged: away since 1 February 2026.",
        ),
        (
            Duty(span("1 January 2024"), kept_from=day("1 May 2026")),
            "1 May 2026",
            UP_TO_DATE,
            "Individual supervision is due by 29 May 2026: 0 of 60 minutes in 28 days; none is recorded yet.",
        ),
        (
            Duty(span("1 January 2026"), exempt=(span("1 March 2026", "31 March 2026"),)),
            "1 April 2026",
            UP_TO_DATE,
            "Individual supervision is due by 29 April 2026: 0 of 60 minutes in 28 days; none is recorded yet.",
        ),
    ],
)
def test_rolling_days_that_are_not_judged_or_begin_anew(duty: Duty, on: str, status: Status, why: str) -> None:
    found = standing(EVERY_28, duty, [], day(on))
    assert (found.status, found.because) == (status, why)


def test_a_share_over_rolling_days_falls_on_the_day_of_a_missed_meeting() -> None:
    share = replace(SHARE_75, per=Per.ROLLING, days=28)
    attended = {"7 January 2026": 60, "14 January 2026": 60, "21 January 2026": 60}
    missed = {"28 January 2026": 0, "4 February 2026": 0}
    sittings = [sensitivity(on, minutes) for on, minutes in (attended | missed).items()]
    good = standing(share, FROM_JANUARY, sittings, day("3 February 2026"))
    assert (good.status, good.due_on) == (DUE_SOON, day("4 February 2026"))
    found = standing(share, FROM_JANUARY, sittings, day("5 February 2026"))
    assert (found.status, found.since, found.due_on) == (OVERDUE, day("4 February 2026"), day("3 February 2026"))
    assert found.because == (
        "Sensitivity group is overdue: it was due 3 February 2026; 50% of the meetings held, 75% wanted, in 28 days; "
        "the last that counts was on 21 January 2026."
    )


# ---------------------------------------------------------------------------------------------------------------------
# The domain's other minima, and two at once


@pytest.mark.parametrize(
    ("minimum", "sittings", "status", "story"),
    [
        (
            Minimum("Supervision of supervision", 60, purposes=("consultation",)),
            [one("5 May 2026", 60, purpose="consultation")],
            UP_TO_DATE,
            "BABCP supervisor: 60 minutes a month",
        ),
        (
            Minimum("Hours with the coordinating supervisor", 120),
            [one("5 May 2026", 60), one("19 May 2026", 59)],
            DUE_SOON,
            "forensic trainee: a minute short of 120",
        ),
        (
            Minimum("Line management", 1, measure=Measure.MEETINGS, purposes=("managerial",)),
            [one("5 May 2026", 30, purpose="managerial")],
            UP_TO_DATE,
            "line management monthly",
        ),
        (
            Minimum("Supervision by NCPS", 90, BACP, forms=("individual", "group")),
            [Sitting(day("5 May 2026"), 180, "peer", 2)],
            DUE_SOON,
            "no peer group where the rule leaves it out",
        ),
    ],
)
def test_other_minima_on_25_may(minimum: Minimum, sittings: list[Sitting], status: Status, story: str) -> None:
    assert standing(minimum, FROM_MAY, sittings, day("25 May 2026")).status is status, story


def test_one_meeting_counts_in_full_for_the_post_and_for_a_twelfth_by_bacp() -> None:
    sittings = [group("5 May 2026", 90, 12)]
    own = standing(SERVICE_60, FROM_MAY, sittings, day("20 May 2026"))
    body = standing(BACP_90, FROM_MAY, sittings, day("20 May 2026"))
    assert own.because == "Clinical supervision is met for May 2026: 90 of 60 minutes credited."
    assert body.because == (
        "Supervision by BACP for May 2026 stands at 7.5 of 90 minutes credited, 90 minutes attended, "
        "to be met by 31 May 2026."
    )


# ---------------------------------------------------------------------------------------------------------------------
# By hours worked: clients seen, supervising done

TRAINEE = Minimum(
    "Supervision by BACP",
    90,
    BACP,
    forms=("individual", "group"),
    hours_of=HoursOf.CLIENT,
    minutes_for_each_hour=7.5,
    whichever=Whichever.MORE,
)
FORTNIGHTLY = Minimum(
    "Supervision by BACP, at least fortnightly",
    1,
    measure=Measure.MEETINGS,
    per=Per.ROLLING,
    days=14,
    forms=("individual", "group"),
)
FOR_SUPERVISING = Minimum(
    "Supervision by BABCP, for the supervising",
    60,
    BABCP,
    of_supervision=True,
    hours_of=HoursOf.SUPERVISING,
    minutes_for_each_hour=3,
    whichever=Whichever.LESS,
)

BY_HOURS = """
minimum     | hours in May | minutes | on           | verdict      | wanted | because
trainee     |            0 |      90 | 31 May 2026  | met          |     90 | no client: the 90 minutes stay
trainee     |            8 |      90 | 31 May 2026  | met          |     90 | 8 client hours ask for 60: the 90 are more
trainee     |           12 |      90 | 31 May 2026  | met          |     90 | domain: 12 hours are exactly 90 minutes
trainee     |         12.5 |      90 | 31 May 2026  | short_so_far | 375/4  | half an hour more is 93.75 minutes
trainee     |           16 |     119 | 31 May 2026  | short_so_far |    120 | domain: 120 for 16 hours: a minute short
trainee     |           16 |     120 | 31 May 2026  | met          |    120 | and not short
trainee     |           16 |     119 | 1 June 2026  | short        |    120 | the month is over
trainee     |           40 |     300 | 1 June 2026  | met          |    300 | 40 client hours ask for 5 hours
trainee     |              |      89 | 31 May 2026  | short_so_far |     90 | not entered: short whatever they are
trainee     |              |      90 | 31 May 2026  | not_judged   |     90 | not entered: not enough for many
trainee     |              |      89 | 1 June 2026  | short        |     90 | over, and short whatever they are
trainee     |              |     300 | 1 June 2026  | not_judged   |     90 | over: nobody guesses
supervising |            0 |       0 | 31 May 2026  | met          |      0 | nobody supervised: nothing is asked
supervising |           10 |      29 | 31 May 2026  | short_so_far |     30 | domain: 5% of 10 hours are 30 minutes
supervising |           10 |      30 | 31 May 2026  | met          |     30 | and met
supervising |           20 |      59 | 31 May 2026  | short_so_far |     60 | 5% of 20 hours are the 60 minutes
supervising |           21 |      60 | 31 May 2026  | met          |     60 | of more hours: 60 minutes will do
supervising |          100 |      60 | 31 May 2026  | met          |     60 | of many more: 60 minutes will do
supervising |              |      60 | 31 May 2026  | met          |     60 | not entered: 60 minutes always do
supervising |              |      59 | 31 May 2026  | short_so_far |     60 | not entered: not 60 yet
supervising |              |      59 | 1 June 2026  | not_judged   |     60 | over: enough for few hours, for many not
"""
MINIMA = {"trainee": TRAINEE, "supervising": FOR_SUPERVISING}


@pytest.mark.parametrize(
    ("minimum", "hours", "minutes", "on", "verdict", "wanted", "because"), read_table(BY_HOURS), ids=lambda cell: cell
)
def test_may_by_the_hours_worked(
    minimum: str, hours: str, minutes: str, on: str, verdict: str, wanted: str, because: str
) -> None:
    asked = MINIMA[minimum]
    assert asked.hours_of is not None
    worked = {asked.hours_of: {day("1 May 2026"): float(hours)} if hours else {}}
    sittings = [one("12 May 2026", int(minutes), of_supervision=asked.of_supervision)]
    month = month_of(asked, Duty(span("1 May 2026"), worked=worked), sittings, day(on), day("1 May 2026"))
    assert (month.verdict, month.wanted) == (verdict, Fraction(wanted)), because


def client_hours(**months: float) -> Duty:
    """In service since 1 March 2026; hours by the month's name."""
    return Duty(span("1 March 2026"), worked={HoursOf.CLIENT: {day(f"1 {on} 2026"): h for on, h in months.items()}})


@pytest.mark.parametrize(
    ("duty", "sittings", "on", "status", "because", "next_step"),
    [
        (
            client_hours(March=16, April=16),
            [one("10 March 2026", 120), one("10 April 2026", 130)],
            "20 April 2026",
            UP_TO_DATE,
            "Supervision by BACP is met for April 2026: 130 of 120 minutes credited for 16 client hours.",
            "",
        ),
        (
            client_hours(March=16, April=16),
            [one("10 March 2026", 120), group("10 April 2026", 120, 4)],
            "20 April 2026",
            DUE_SOON,
            "Supervision by BACP for April 2026 stands at 60 of 120 minutes credited for 16 client hours, "
            "120 minutes attended, to be met by 30 April 2026.",
            "Plan 60 minutes of individual supervision by 30 April 2026.",
        ),
        (
            client_hours(March=16),
            [one("10 March 2026", 120), one("10 April 2026", 60)],
            "20 April 2026",
            DUE_SOON,
            "Supervision by BACP for April 2026 stands at 60 of at least 90 minutes credited, "
            "to be met by 30 April 2026. Client hours for April 2026 are not entered.",
            "Plan 30 minutes of individual supervision by 30 April 2026.",
        ),
        (
            client_hours(March=16),
            [one("10 March 2026", 120), one("10 April 2026", 90)],
            "20 April 2026",
            NOT_JUDGED,
            "Supervision by BACP is not judged for April 2026: 90 of at least 90 minutes credited. "
            "Client hours for April 2026 are not entered.",
            "Enter the hours on My record.",
        ),
        (
            client_hours(April=8),
            [one("10 March 2026", 120), one("10 April 2026", 90)],
            "20 April 2026",
            UP_TO_DATE,
            "Supervision by BACP is met for April 2026: 90 of 90 minutes credited for 8 client hours. "
            "Client hours for March 2026 are not entered.",
            "Enter the hours on My record.",
        ),
        (
            client_hours(),
            [one("10 March 2026", 120), one("10 April 2026", 60)],
            "20 April 2026",
            DUE_SOON,
            "Supervision by BACP for April 2026 stands at 60 of at least 90 minutes credited, "
            "to be met by 30 April 2026. Client hours for March 2026 and April 2026 are not entered.",
            "Plan 30 minutes of individual supervision by 30 April 2026. Enter the hours on My record.",
        ),
        (
            client_hours(March=16),
            [one("10 March 2026", 60), one("10 April 2026", 90)],
            "20 April 2026",
            OVERDUE,
            "Supervision by BACP was missed in March 2026: 60 of 120 minutes credited for 16 client hours; "
            "April 2026 has 90 of at least 90 minutes credited. "
            "April 2026 is not judged: client hours for April 2026 are not entered.",
            "Enter the hours on My record.",
        ),
        (
            Duty(span("10 April 2026")),
            [],
            "20 April 2026",
            NOT_JUDGED,
            "Supervision by BACP in April 2026 is not judged: required only from 10 April 2026.",
            "",
        ),
    ],
)
def test_hours_that_are_not_entered_are_said_and_never_guessed(
    duty: Duty, sittings: list[Sitting], on: str, status: Status, because: str, next_step: str
) -> None:
    found = standing(TRAINEE, duty, sittings, day(on))
    assert (found.status, found.because, found.next_step) == (status, because, next_step)


@pytest.mark.parametrize(
    ("sittings", "on", "status", "story"),
    [
        ([one("10 March 2026", 50)], "24 March 2026", DUE_SOON, "a fortnight later, the day itself"),
        ([one("10 March 2026", 50)], "25 March 2026", OVERDUE, "a day more than a fortnight"),
        ([group("10 March 2026", 90, 12)], "24 March 2026", DUE_SOON, "a group is a meeting, however little it counts"),
        ([Sitting(day("10 March 2026"), 90, "peer", 3)], "25 March 2026", OVERDUE, "a peer-only group is none"),
        ([one("10 March 2026", 0)], "25 March 2026", OVERDUE, "did not come"),
        ([one("21 March 2026", 50)], "4 April 2026", DUE_SOON, "over the March clock change: still 14 days"),
        ([one("21 March 2026", 50)], "5 April 2026", OVERDUE, "and the 15th"),
        ([one("24 October 2026", 50)], "7 November 2026", DUE_SOON, "over the October clock change: still 14 days"),
        ([one("24 October 2026", 50)], "8 November 2026", OVERDUE, "and the 15th"),
    ],
)
def test_a_bacp_trainee_at_least_fortnightly(sittings: list[Sitting], on: str, status: Status, story: str) -> None:
    assert standing(FORTNIGHTLY, Duty(span("1 February 2026")), sittings, day(on)).status is status, story


def test_an_average_by_hours_wants_the_average_of_its_months() -> None:
    """16, 8 and 24 client hours ask for 120, 90 and 180 minutes: 130 a month."""
    averaged = replace(TRAINEE, per=Per.AVERAGE, months=3)
    duty = client_hours(March=16, April=8, May=24)
    month = month_of(averaged, duty, [one("10 May 2026", 390)], day("31 May 2026"), day("1 May 2026"))
    assert (month.wanted, month.credited, month.verdict) == (130, 130, Verdict.MET)
    lacking = client_hours(March=16, May=24)
    month = month_of(averaged, lacking, [one("10 May 2026", 390)], day("31 May 2026"), day("1 May 2026"))
    assert (month.verdict, month.lacks) == (Verdict.NOT_JUDGED, (day("1 April 2026"),))


@pytest.mark.parametrize(
    ("exempting", "hours", "verdict"),
    [(True, 0, Verdict.EXEMPT), (True, 0.5, Verdict.SHORT), (False, 0, Verdict.SHORT), (True, None, Verdict.SHORT)],
)
def test_a_month_without_client_work_is_exempt_where_the_rule_allows_it(
    exempting: bool, hours: float | None, verdict: Verdict
) -> None:
    duty = client_hours(**({} if hours is None else {"April": hours}))
    minimum = replace(BACP_90, exempt_without_clients=exempting)
    month = month_of(minimum, duty, [], day("1 May 2026"), day("1 April 2026"))
    assert month.verdict is verdict
    if verdict is Verdict.EXEMPT:
        assert month.why == "April 2026 is exempt: a month without client work."


def test_hours_worked_in_a_month_go_with_minutes_a_month_only() -> None:
    hours = {"amount": 90, "hours_of": "client", "minutes_for_each_hour": 7.5}
    assert Minimum.read("Supervision", hours).hours_of is HoursOf.CLIENT
    for wrong in ({"per": "rolling"}, {"per": "in_all"}, {"measure": "meetings"}):
        with pytest.raises(ValueError, match="minutes a month"):
            Minimum.read("Supervision", hours | wrong)


# ---------------------------------------------------------------------------------------------------------------------
# In all

IN_TRAINING = Minimum(
    "Supervision by BABCP", 2400, RuleSet.BABCP_TRAINING, per=Per.IN_ALL, not_kept="5 hours for each of 8 cases"
)
NOT_KEPT = " Not kept here: 5 hours for each of 8 cases."


@pytest.mark.parametrize(
    ("duty", "sittings", "on", "status", "since", "because"),
    [
        (FROM_2024, [], "20 May 2026", Status.IN_PROGRESS, "1 January 2024", "is under way: 0 min of 40 h"),
        (
            FROM_2024,
            [one("5 May 2026", 90), group("12 May 2026", 120, 4), group("19 May 2026", 90, 5)],
            "20 May 2026",
            Status.IN_PROGRESS,
            "1 January 2024",
            "is under way: 2 h 30 min of 40 h",
        ),
        (
            FROM_2024,
            [one("5 May 2026", 90), one("21 May 2026", 60)],
            "20 May 2026",
            Status.IN_PROGRESS,
            "1 January 2024",
            "is under way: 1 h 30 min of 40 h",
        ),
        (
            FROM_2024,
            [one("5 May 2026", 480) for _ in range(4)] + [one("12 May 2026", 479)],
            "20 May 2026",
            Status.IN_PROGRESS,
            "1 January 2024",
            "is under way: 39 h 59 min of 40 h",
        ),
        (
            FROM_2024,
            [one("5 May 2026", 480) for _ in range(4)] + [one("12 May 2026", 480), one("19 May 2026", 60)],
            "20 May 2026",
            UP_TO_DATE,
            "12 May 2026",
            "is complete: 41 h of 40 h",
        ),
        (
            Duty(span("1 May 2026")),
            [one("30 April 2026", 480), one("5 May 2026", 60)],
            "20 May 2026",
            Status.IN_PROGRESS,
            "1 May 2026",
            "is under way: 1 h of 40 h",
        ),
    ],
)
def test_in_all_since_the_duty_began(
    duty: Duty, sittings: list[Sitting], on: str, status: Status, since: str, because: str
) -> None:
    found = standing(IN_TRAINING, duty, sittings, day(on))
    began = "1 January 2024" if duty is FROM_2024 else "1 May 2026"
    assert (found.status, found.since, found.due_on) == (status, day(since), None)
    assert found.because == f"Supervision by BABCP {because} since {began}.{NOT_KEPT}"


def test_meetings_in_all_are_counted_as_meetings() -> None:
    """A training group has to run at least 30 times."""
    thirty = Minimum("Training group", 30, measure=Measure.MEETINGS, per=Per.IN_ALL, forms=("group",))
    held = [group(f"{on} May 2026", 90, 6) for on in range(1, 30)]
    assert standing(thirty, FROM_MAY, held, day("31 May 2026")).because == (
        "Training group is under way: 29 of 30 meetings since 1 May 2026."
    )
    held.append(group("30 May 2026", 90, 6))
    assert standing(thirty, FROM_MAY, held, day("31 May 2026")).status is UP_TO_DATE


# ---------------------------------------------------------------------------------------------------------------------
# A forensic trainee: 240 minutes in all, 120 of them with the coordinating supervisor

ALL_240 = Minimum("Supervision in all", 240, purposes=("clinical", "professional"))
COORDINATING_120 = Minimum("Supervision with the coordinating supervisor", 120, with_coordinating=True)


@pytest.mark.parametrize(
    ("sittings", "in_all", "coordinating", "story"),
    [
        ([one("5 May 2026", 240, with_coordinating=True)], True, True, "all of it with the coordinating supervisor"),
        ([one("5 May 2026", 120, with_coordinating=True), one("6 May 2026", 120)], True, True, "half and half"),
        (
            [one("5 May 2026", 119, with_coordinating=True), one("6 May 2026", 121)],
            True,
            False,
            "a minute short with them",
        ),
        (
            [one("5 May 2026", 120, with_coordinating=True), one("6 May 2026", 119)],
            False,
            True,
            "a minute short in all",
        ),
        ([one("5 May 2026", 240)], True, False, "all of it with designated supervisors"),
        (
            [one("5 May 2026", 120, with_coordinating=True), one("6 May 2026", 120, purpose="professional")],
            True,
            True,
            "professional supervision counts in all",
        ),
        ([], False, False, "none"),
    ],
)
def test_a_forensic_trainee_meets_both_or_is_told_which_not(
    sittings: list[Sitting], in_all: bool, coordinating: bool, story: str
) -> None:
    verdicts = [
        month_of(minimum, FROM_MAY, sittings, day("31 May 2026"), day("1 May 2026")).verdict is Verdict.MET
        for minimum in (ALL_240, COORDINATING_120)
    ]
    assert verdicts == [in_all, coordinating], story


# ---------------------------------------------------------------------------------------------------------------------
# Sentences

THREE_MONTHS = [FEBRUARY_180, one("8 April 2026", 60)]


@pytest.mark.parametrize(
    ("minimum", "duty", "sittings", "on", "because", "next_step"),
    [
        (
            BACP_90,
            FROM_MAY,
            [one("5 May 2026", 90)],
            "20 May 2026",
            "Supervision by BACP is met for May 2026: 90 of 90 minutes credited.",
            "",
        ),
        (
            BACP_90,
            FROM_MAY,
            [one("5 May 2026", 60), group("10 May 2026", 120, 5)],
            "20 May 2026",
            "Supervision by BACP for May 2026 stands at 84 of 90 minutes credited, 180 minutes attended, "
            "to be met by 31 May 2026.",
            "Plan 6 minutes of individual supervision by 31 May 2026.",
        ),
        (
            BACP_90,
            FROM_MAY,
            [one("5 May 2026", 30)],
            "3 June 2026",
            "Supervision by BACP was missed in May 2026: 30 of 90 minutes credited; "
            "June 2026 has 0 of 90 minutes credited.",
            "Plan 90 minutes of individual supervision by 30 June 2026.",
        ),
        (
            BACP_90,
            FROM_MAY,
            [],
            "3 August 2026",
            "Supervision by BACP was missed in July 2026, 3 months in a row: 0 of 90 minutes credited; "
            "August 2026 has 0 of 90 minutes credited.",
            "Plan 90 minutes of individual supervision by 31 August 2026.",
        ),
        (
            SERVICE_60,
            FROM_MAY,
            [group("5 May 2026", 45, 12)],
            "20 May 2026",
            "Clinical supervision for May 2026 stands at 45 of 60 minutes credited, to be met by 31 May 2026.",
            "Plan 15 minutes of supervision by 31 May 2026.",
        ),
        (
            BABCP_90,
            FROM_MAY,
            [group("5 May 2026", 90, 6)],
            "20 May 2026",
            "Supervision by BABCP is not met yet in May 2026. "
            "Group time alone does not meet this minimum: some of it has to be individual.",
            "Plan an individual session by 31 May 2026.",
        ),
        (
            AVERAGE_90,
            FROM_2024,
            [*THREE_MONTHS, one("15 January 2026", 90)],
            "20 April 2026",
            "Supervision by BABCP for April 2026 stands at 80 of 90 minutes credited a month, averaged over 3 months, "
            "to be met by 30 April 2026.",
            "Plan 30 minutes of individual supervision by 30 April 2026.",
        ),
        (
            TWICE_A_MONTH,
            FROM_MAY,
            [meeting("5 May 2026", 60)],
            "20 May 2026",
            "Practice and process meeting for May 2026 stands at 1 of 2 meetings, to be met by 31 May 2026.",
            "Plan a session by 31 May 2026.",
        ),
        (
            SHARE_75,
            FROM_MAY,
            [sensitivity("6 May 2026"), sensitivity("13 May 2026", 0)],
            "20 May 2026",
            "Sensitivity group for May 2026 stands at 50% of the meetings held, 75% wanted, to be met by 31 May 2026.",
            "Plan a session by 31 May 2026.",
        ),
        (
            SHARE_75,
            FROM_MAY,
            [sensitivity("6 May 2026", 0)],
            "3 June 2026",
            "Sensitivity group was missed in May 2026: 0% of the meetings held, 75% wanted. "
            "No meeting has been held yet.",
            "Plan a session by 30 June 2026.",
        ),
        (
            EVERY_28,
            FROM_JANUARY,
            [one("10 January 2026", 60)],
            "1 February 2026",
            "Individual supervision stands until 7 February 2026: 60 of 60 minutes in 28 days; "
            "the last that counts was on 10 January 2026.",
            "Plan one by 7 February 2026.",
        ),
        (
            EVERY_28,
            FROM_JANUARY,
            [one("10 January 2026", 60)],
            "8 February 2026",
            "Individual supervision is overdue: it was due 7 February 2026; 0 of 60 minutes in 28 days; "
            "the last that counts was on 10 January 2026.",
            "Plan a session now.",
        ),
        (
            EVERY_28,
            FROM_JANUARY,
            [],
            "5 January 2026",
            "Individual supervision is due by 29 January 2026: 0 of 60 minutes in 28 days; none is recorded yet.",
            "",
        ),
        (
            WEEKLY,
            FROM_JANUARY,
            [sensitivity("7 January 2026")],
            "9 January 2026",
            "Sensitivity group stands until 14 January 2026: 1 of 1 meeting in 7 days; "
            "the last that counts was on 7 January 2026.",
            "",
        ),
        (
            BACP_90,
            Duty(span("15 May 2026")),
            [],
            "20 May 2026",
            "Supervision by BACP in May 2026 is not judged: required only from 15 May 2026.",
            "",
        ),
        (
            BACP_90,
            Duty(span("1 January 2024", "20 May 2026")),
            [],
            "10 May 2026",
            "Supervision by BACP in May 2026 is not judged: required only until 20 May 2026.",
            "",
        ),
        (
            BACP_90,
            Duty(span("1 May 2026"), absences=(span("2 May 2026", "30 May 2026"),)),
            [],
            "31 May 2026",
            "Supervision by BACP in May 2026 is not judged: away for 29 days of it.",
            "",
        ),
        (
            Minimum("Clinical supervision", 0),
            FROM_MAY,
            [],
            "20 May 2026",
            "Clinical supervision: your service has set no amount.",
            "",
        ),
    ],
)
def test_what_is_said(
    minimum: Minimum, duty: Duty, sittings: list[Sitting], on: str, because: str, next_step: str
) -> None:
    found = standing(minimum, duty, sittings, day(on))
    assert (found.because, found.next_step) == (because, next_step)


@pytest.mark.parametrize(
    ("minimum", "next_step"),
    [
        (SERVICE_60, "Plan 60 minutes of supervision by 31 May 2026."),
        (replace(SERVICE_60, forms=("individual",)), "Plan 60 minutes of individual supervision by 31 May 2026."),
        (replace(SERVICE_60, forms=("group", "peer")), "Plan 60 minutes of group supervision by 31 May 2026."),
        (replace(SERVICE_60, forms=("individual", "group")), "Plan 60 minutes of supervision by 31 May 2026."),
        (replace(SERVICE_60, needs_individual=True), "Plan 60 minutes of individual supervision by 31 May 2026."),
        (BACP_90, "Plan 90 minutes of individual supervision by 31 May 2026."),
        (TWICE_A_MONTH, "Plan a session by 31 May 2026."),
        (replace(TWICE_A_MONTH, forms=("individual",)), "Plan an individual session by 31 May 2026."),
        (replace(TWICE_A_MONTH, forms=("group",)), "Plan a group session by 31 May 2026."),
    ],
)
def test_the_next_step_names_a_form_that_counts(minimum: Minimum, next_step: str) -> None:
    assert standing(minimum, FROM_MAY, [], day("20 May 2026")).next_step == next_step


def test_a_past_month_says_until_when_it_was_required() -> None:
    month = month_of(BACP_90, Duty(span("1 May 2026", "20 May 2026")), [], day("3 June 2026"), day("1 May 2026"))
    assert month.why == "May 2026 is not judged: required only until 20 May 2026."


def test_an_ad_hoc_talk_is_attended_but_not_credited_by_a_body() -> None:
    talks = [one("5 May 2026", 60), one("6 May 2026", 30, is_ad_hoc=True)]
    body = month_of(BACP_90, FROM_MAY, talks, day("20 May 2026"), day("1 May 2026"))
    own = month_of(SERVICE_60, FROM_MAY, talks, day("20 May 2026"), day("1 May 2026"))
    assert (body.credited, body.attended) == (60, 90)
    assert (own.credited, own.attended) == (60, 60)


@pytest.mark.parametrize(
    ("minimum", "duty", "on", "verdict", "why", "story"),
    [
        (BACP_90, FROM_MAY, "31 May 2026", Verdict.SHORT_SO_FAR, "", "its last day is not over"),
        (BACP_90, FROM_MAY, "1 June 2026", Verdict.SHORT, "", "now it is"),
        (SHARE_75, FROM_MAY, "31 May 2026", Verdict.SHORT_SO_FAR, "No meeting has been held yet.", "the last day"),
        (SHARE_75, FROM_MAY, "1 June 2026", Verdict.NOT_JUDGED, "No meeting was held in May 2026.", "over"),
        (
            BACP_90,
            Duty(span("31 May 2026")),
            "1 June 2026",
            Verdict.NOT_JUDGED,
            "May 2026 is not judged: required only from 31 May 2026.",
            "a day in post",
        ),
        (BACP_90, Duty(span("1 June 2026")), "1 June 2026", Verdict.NOT_REQUIRED, "Not required in May 2026.", "none"),
        (
            BACP_90,
            Duty(span("1 May 2024", "1 May 2026")),
            "1 June 2026",
            Verdict.NOT_JUDGED,
            "May 2026 is not judged: required only until 1 May 2026.",
            "left on the first",
        ),
        (EVERY_28, FROM_MAY, "31 May 2026", Verdict.SHORT_SO_FAR, "", "by rolling days: due two days ago"),
        (EVERY_28, FROM_MAY, "1 June 2026", Verdict.SHORT, "", "by rolling days: the month ended overdue"),
        (
            EVERY_28,
            Duty(span("1 May 2026"), exempt=(span("1 April 2026", "30 April 2026"),)),
            "1 June 2026",
            Verdict.SHORT,
            "",
            "an exemption that ended before May began",
        ),
        (
            Minimum("Individual supervision", 60, per=Per.ROLLING, days=42),
            FROM_MAY,
            "1 June 2026",
            Verdict.NOT_JUDGED,
            "It was not due before 12 June 2026.",
            "by 42 rolling days: not due within the month",
        ),
    ],
)
def test_may_without_a_session(minimum: Minimum, duty: Duty, on: str, verdict: Verdict, why: str, story: str) -> None:
    month = month_of(minimum, duty, [], day(on), day("1 May 2026"))
    assert (month.verdict, month.why) == (verdict, why), story


def test_a_rolling_minimum_is_read_at_the_end_of_the_month() -> None:
    month = month_of(EVERY_28, FROM_2024, [one("4 May 2026", 60)], day("5 June 2026"), day("1 May 2026"))
    assert (month.verdict, month.credited) == (Verdict.MET, 60)
    early = month_of(EVERY_28, FROM_2024, [one("2 May 2026", 60)], day("5 June 2026"), day("1 May 2026"))
    assert (early.verdict, early.credited) == (Verdict.SHORT, 0)


def test_a_missed_month_says_that_only_individual_time_was_lacking() -> None:
    found = standing(BABCP_90, FROM_MAY, [group("5 May 2026", 90, 6)], day("3 June 2026"))
    assert found.because == (
        "Supervision by BABCP was missed in May 2026: 90 of 90 minutes credited; June 2026 has 0 of 90 minutes "
        "credited. Group time alone does not meet this minimum: some of it has to be individual."
    )


def test_months_of_a_row_of_the_heatmap() -> None:
    duty = Duty(span("10 March 2026"), exempt=(span("1 May 2026", "31 May 2026"),))
    sittings = [one("9 April 2026", 90), one("2 July 2026", 30)]
    found = months_of(BACP_90, duty, sittings, day("15 July 2026"), how_many=6)
    assert [(month.first.month, month.verdict) for month in found] == [
        (2, Verdict.NOT_REQUIRED),
        (3, Verdict.NOT_JUDGED),
        (4, Verdict.MET),
        (5, Verdict.EXEMPT),
        (6, Verdict.SHORT),
        (7, Verdict.SHORT_SO_FAR),
    ]


# ---------------------------------------------------------------------------------------------------------------------
# Forecast


@pytest.mark.parametrize(
    ("minimum", "sittings", "saved_by", "planned", "still_short", "story"),
    [
        (BACP_90, [one("5 May 2026", 30)], None, 0, 60, "nothing is planned"),
        (
            BACP_90,
            [
                one("5 May 2026", 30),
                one("20 May 2026", 60, is_planned=True),
                one("27 May 2026", 60, is_planned=True),
            ],
            "20 May 2026",
            120,
            0,
            "the first of two planned sessions saves the month",
        ),
        (
            BACP_90,
            [one("5 May 2026", 30), group("20 May 2026", 90, 12, is_planned=True)],
            None,
            Fraction(15, 2),
            Fraction(105, 2),
            "a group of twelve does not",
        ),
        (
            BACP_90,
            [one("5 May 2026", 30), one("15 May 2026", 60, is_planned=True)],
            "15 May 2026",
            60,
            0,
            "what is planned for today counts",
        ),
        (
            BACP_90,
            [one("5 May 2026", 30), one("14 May 2026", 60, is_planned=True)],
            None,
            0,
            60,
            "what was planned for yesterday and not recorded does not",
        ),
        (
            BACP_90,
            [one("5 May 2026", 30), one("1 June 2026", 60, is_planned=True)],
            None,
            0,
            60,
            "next month does not help",
        ),
        (BACP_90, [one("5 May 2026", 90), one("20 May 2026", 60, is_planned=True)], None, 0, 0, "already met"),
        (
            AVERAGE_90,
            [
                one("10 March 2026", 90),
                one("10 April 2026", 90),
                one("20 May 2026", 60, is_planned=True),
                one("27 May 2026", 30, is_planned=True),
            ],
            "27 May 2026",
            30,
            0,
            "an average over three months moves by a third: 60, 80, 90",
        ),
        (
            SHARE_75,
            [
                sensitivity("6 May 2026"),
                sensitivity("13 May 2026", 0),
                sensitivity("20 May 2026", is_planned=True),
                sensitivity("27 May 2026", is_planned=True),
            ],
            "27 May 2026",
            25,
            0,
            "one of two, two of three, three of four",
        ),
        (
            BABCP_90,
            [group("5 May 2026", 90, 6), one("20 May 2026", 30, is_planned=True)],
            "20 May 2026",
            30,
            0,
            "enough minutes, and the individual time to come",
        ),
    ],
)
def test_forecast_on_15_may(
    minimum: Minimum,
    sittings: list[Sitting],
    saved_by: str | None,
    planned: int | Fraction,
    still_short: int | Fraction,
    story: str,
) -> None:
    found = forecast(minimum, FROM_2024, sittings, day("15 May 2026"))
    assert (found.saved_by, found.planned, found.still_short) == (maybe(saved_by), planned, still_short), story


# ---------------------------------------------------------------------------------------------------------------------
# Whatever is entered

some_sittings = st.builds(
    Sitting,
    held_on=st.dates(date(2026, 1, 1), date(2026, 6, 30)),
    minutes=st.integers(0, 480),
    form=st.sampled_from(["individual", "group", "peer"]),
    contracted=st.integers(1, 20),
    purpose=st.sampled_from(["clinical", "managerial"]),
    credited_by=st.sampled_from([BODIES, frozenset(), frozenset({"bacp"})]),
    presented_own_work=st.booleans(),
    has_individual_access=st.booleans(),
    is_ad_hoc=st.booleans(),
    is_planned=st.booleans(),
)
some_minima = st.sampled_from([BACP_90, SERVICE_60, BABCP_90, AVERAGE_90, TWICE_A_MONTH, SHARE_75, EVERY_28])


@unhurried
@given(some_minima, st.lists(some_sittings, max_size=12), st.randoms())
def test_nothing_depends_on_the_order_of_entry(minimum: Minimum, sittings: list[Sitting], random: Any) -> None:
    shuffled = random.sample(sittings, len(sittings))
    on = day("20 May 2026")
    assert standing(minimum, FROM_2024, sittings, on) == standing(minimum, FROM_2024, shuffled, on)
    assert months_of(minimum, FROM_2024, sittings, on) == months_of(minimum, FROM_2024, shuffled, on)


@unhurried
@given(st.sampled_from(RuleSet), st.lists(some_sittings, max_size=12), some_sittings)
def test_taking_a_session_back_undoes_exactly_its_credit(
    rule_set: RuleSet, sittings: list[Sitting], extra: Sitting
) -> None:
    minimum, first = Minimum("Clinical supervision", 60, rule_set), extra.held_on.replace(day=1)
    with_it = month_of(minimum, FROM_2024, [*sittings, extra], day("30 June 2026"), first).credited
    without = month_of(minimum, FROM_2024, sittings, day("30 June 2026"), first).credited
    counts = extra.purpose == "clinical" and not extra.is_planned
    assert with_it - without == (credit(rule_set, extra) if counts else 0)


def short_by_hand(begins: date, sittings: list[Sitting], on: date, known_on: date) -> bool:
    """Day by day, as somebody with a calendar would: more than 28 days after the start, and under 60 minutes in the day
    itself and the 28 before it."""
    if (on - begins).days <= 28:
        return False
    minutes = 0
    for sitting in sittings:
        is_recent = sitting.held_on <= known_on and 0 <= (on - sitting.held_on).days <= 28
        if is_recent and sitting.form == "individual" and sitting.purpose == "clinical":
            minutes += 0 if sitting.is_planned or sitting.is_ad_hoc else sitting.minutes
    return minutes < 60


@unhurried
@given(st.lists(some_sittings, max_size=8), st.dates(date(2026, 1, 1), date(2026, 9, 30)))
def test_rolling_days_agree_with_counting_day_by_day(sittings: list[Sitting], on: date) -> None:
    begins, one_day = day("1 January 2026"), timedelta(days=1)
    found = standing(EVERY_28, Duty(Span(begins)), sittings, on)
    is_short = short_by_hand(begins, sittings, on, on)
    assert (found.status is OVERDUE) is is_short
    due_on = since = on
    if is_short:
        while short_by_hand(begins, sittings, due_on, on):
            due_on -= one_day
        assert (found.since, found.due_on) == (due_on + one_day, due_on)
        return
    while not short_by_hand(begins, sittings, due_on + one_day, on):
        due_on += one_day
    while since > begins and not short_by_hand(begins, sittings, since - one_day, on):
        since -= one_day
    due_soon_on = due_on - 7 * one_day
    assert found.due_on == due_on
    assert found.status is (DUE_SOON if due_soon_on <= on else UP_TO_DATE)
    assert found.since == (max(since, due_soon_on) if due_soon_on <= on else since)


@fewer
@given(
    st.sampled_from([BACP_90, SERVICE_60, BABCP_90, TWICE_A_MONTH, AVERAGE_90]),
    st.lists(some_sittings, max_size=10),
    st.dates(date(2026, 1, 1), date(2026, 4, 30)),
    st.dates(date(2026, 5, 1), date(2026, 7, 31)),
)
def test_since_is_the_first_day_of_what_is_wrong(
    minimum: Minimum, sittings: list[Sitting], started: date, on: date
) -> None:
    duty = Duty(Span(started))
    found = standing(minimum, duty, sittings, on)
    if found.status in (OVERDUE, DUE_SOON):
        assert found.since == first_day_of_it(lambda at: standing(minimum, duty, sittings, at), on, started)


hours_of_months = st.dictionaries(
    st.sampled_from([date(2026, month, 1) for month in range(1, 7)]), st.integers(0, 400).map(lambda half: half / 2)
)


@unhurried
@given(st.lists(some_sittings, max_size=12), hours_of_months, st.integers(1, 6))
def test_entering_the_hours_never_contradicts_what_was_said_without_them(
    sittings: list[Sitting], hours: dict[date, float], month: int
) -> None:
    """What is short or met while they are missing stays so, whatever they turn out to be."""
    first, on = date(2026, month, 1), day("1 August 2026")
    for minimum in (TRAINEE, FOR_SUPERVISING):
        assert minimum.hours_of is not None
        unknown = month_of(minimum, FROM_2024, sittings, on, first)
        known = month_of(minimum, replace(FROM_2024, worked={minimum.hours_of: hours}), sittings, on, first)
        assert (known.verdict is Verdict.NOT_JUDGED) is (first not in hours and unknown.verdict is Verdict.NOT_JUDGED)
        if unknown.verdict is not Verdict.NOT_JUDGED:
            assert known.verdict is unknown.verdict


@unhurried
@given(some_minima, st.lists(some_sittings, max_size=12))
def test_nobody_is_credited_more_in_a_month_than_they_attended(minimum: Minimum, sittings: list[Sitting]) -> None:
    for month in months_of(minimum, FROM_2024, sittings, day("30 June 2026"), how_many=6):
        if minimum.measure is Measure.MINUTES and minimum.per is Per.MONTH:
            assert 0 <= month.credited <= month.attended
        assert month.credited >= 0


def test_a_rule_with_several_minima_is_each_of_them() -> None:
    terms = {"amount": 90, "also": [{"title": "at least fortnightly", "amount": 1, "per": "rolling", "days": 14}]}
    assert each_of("Supervision by BACP", terms) == [
        ("Supervision by BACP", {"amount": 90}),
        ("Supervision by BACP, at least fortnightly", {"amount": 1, "per": "rolling", "days": 14}),
    ]
    assert each_of("Supervision by NCPS", {"amount": 90}) == [("Supervision by NCPS", {"amount": 90})]
