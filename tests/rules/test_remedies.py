"""The session that would put a month right: checked against the forecast, which must say the same."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcsuper.rules.credit import BODIES, Sitting
from tcsuper.rules.minimum import Duty, HoursOf, Measure, Minimum, Per, RuleSet
from tcsuper.rules.remedies import LENGTHS, Sessions, Short, length_for_most, met_by, sessions_needed
from tcsuper.rules.standing import last_of_month
from tcsuper.rules.supervision import Verdict, forecast
from tests.rules.days import day, span, unhurried
from tests.rules.sittings import group, one

ALWAYS = Duty(span("1 January 2020"))
SIXTY = Minimum("Clinical supervision", 60)
BACP_90 = Minimum("Supervision by BACP", 90, RuleSet.BACP)
TWO_MEETINGS = Minimum("Reflective practice", 2, measure=Measure.MEETINGS, meeting_minutes=45)
SHARE = Minimum("Staff meeting", 80, measure=Measure.SHARE)
OVER_THREE = Minimum("Supervision by BABCP", 60, per=Per.AVERAGE, months=3)
IN_28_DAYS = Minimum("Individual supervision", 60, per=Per.ROLLING, days=28, forms=("individual",))
SOME_ALONE = Minimum("Supervision by BABCP", 60, needs_individual=True)
ALONE = one("1 January 2020", 0)


@pytest.mark.parametrize(
    ("minimum", "on", "sittings", "like", "how_many", "minutes", "story"),
    [
        (SIXTY, "22 November 2026", [], ALONE, 1, 60, "all of it"),
        (SIXTY, "22 November 2026", [one("2 November 2026", 30)], ALONE, 1, 30, "the rest"),
        (SIXTY, "22 November 2026", [one("2 November 2026", 32)], ALONE, 1, 30, "28 minutes are planned as 30"),
        (SIXTY, "22 November 2026", [one("2 November 2026", 59)], ALONE, 1, 15, "nobody plans one minute"),
        (replace(SIXTY, amount=240), "22 November 2026", [], ALONE, 2, 120, "no session of four hours"),
        (BACP_90, "22 November 2026", [], ALONE, 1, 90, "alone it counts in full"),
        (replace(BACP_90, amount=45), "22 November 2026", [], group("1 January 2020", 0, 4), 1, 90, "half of it"),
        (replace(BACP_90, amount=30), "22 November 2026", [], group("1 January 2020", 0, 5), 1, 150, "a fifth of it"),
        (BACP_90, "22 November 2026", [], group("1 January 2020", 0, 12), 6, 180, "a twelfth of it"),
        (TWO_MEETINGS, "22 November 2026", [], ALONE, 2, 45, "two, long enough"),
        (TWO_MEETINGS, "22 November 2026", [one("2 November 2026", 45)], ALONE, 1, 45, "one more"),
        (SHARE, "22 November 2026", [one("2 November 2026", 0)], ALONE, 4, 15, "four of five are 80 per cent"),
        (OVER_THREE, "22 November 2026", [one("2 October 2026", 60)], ALONE, 1, 120, "the months before lack as much"),
        (SOME_ALONE, "22 November 2026", [group("2 November 2026", 90, 5)], ALONE, 1, 15, "some of it alone"),
        (
            IN_28_DAYS,
            "22 November 2026",
            [one("1 November 2026", 60)],
            ALONE,
            1,
            60,
            "1 November is too long ago by 30",
        ),
        (SIXTY, "29 February 2024", [one("1 March 2024", 60)], ALONE, 1, 60, "29 February is no March"),
        (SIXTY, "25 October 2026", [one("25 October 2026", 30)], ALONE, 1, 30, "the night the clocks change"),
        (SIXTY, "31 October 2026", [one("31 October 2026", 30)], ALONE, 1, 30, "the last day counts"),
    ],
)
def test_the_fewest_and_shortest_sessions(
    minimum: Minimum, on: str, sittings: list[Sitting], like: Sitting, how_many: int, minutes: int, story: str
) -> None:
    at = day(on)
    like = replace(like, held_on=last_of_month(at))
    assert sessions_needed([Short.of(minimum, ALWAYS, sittings, at)], like) == Sessions(how_many, minutes), story


def test_what_never_counts_is_no_remedy() -> None:
    short = Short.of(BACP_90, ALWAYS, [], day("22 November 2026"))
    assert sessions_needed([short], replace(ALONE, is_ad_hoc=True)) is None
    assert sessions_needed([short], replace(ALONE, purpose="managerial")) is None
    assert sessions_needed([short], replace(ALONE, credited_by=frozenset())) is None


def test_hours_that_are_not_entered_leave_what_is_known_to_be_met() -> None:
    """BACP asks for more with more client work: 90 minutes are the least."""
    by_hours = replace(BACP_90, hours_of=HoursOf.CLIENT, minutes_for_each_hour=7.5)
    on = day("22 November 2026")
    assert sessions_needed([Short.of(by_hours, ALWAYS, [], on)], ALONE_IN_NOVEMBER) == Sessions(1, 90)
    worked = replace(ALWAYS, worked={HoursOf.CLIENT: {day("1 November 2026"): 16.0}})
    assert sessions_needed([Short.of(by_hours, worked, [], on)], ALONE_IN_NOVEMBER) == Sessions(1, 120)


def test_one_session_for_two_minima_is_as_long_as_the_longer_asks() -> None:
    on = day("22 November 2026")
    held = [group("2 November 2026", 60, 6)]  # 60 for the post, 10 for BACP
    both = [Short.of(minimum, ALWAYS, held, on) for minimum in (replace(SIXTY, amount=90), BACP_90)]
    assert sessions_needed(both[:1], ALONE_IN_NOVEMBER) == Sessions(1, 30)
    assert sessions_needed(both, ALONE_IN_NOVEMBER) == Sessions(1, 80)
    assert met_by(both, replace(group("30 November 2026", 0, 40))) == both[:1], "a large group helps with one only"


ALONE_IN_NOVEMBER = one("30 November 2026", 0)


def test_what_is_planned_counts_for_one_of_two_minima() -> None:
    on, planned = day("22 November 2026"), group("26 November 2026", 60, 6, is_planned=True)
    of_post, of_body = (Short.of(minimum, ALWAYS, [planned], on) for minimum in (SIXTY, BACP_90))
    assert (of_post.is_met_with(), of_body.is_met_with()) == (True, False)
    assert forecast(SIXTY, ALWAYS, [planned], on).saved_by == day("26 November 2026")
    assert forecast(BACP_90, ALWAYS, [planned], on).saved_by is None


@pytest.mark.parametrize(
    ("on", "planned_on", "saved", "story"),
    [
        ("10 January 2027", "20 January 2027", True, "planned after the day asked about"),
        ("10 January 2027", "5 January 2027", True, "planned before it, and after today"),
        ("10 January 2027", "10 January 2027", True, "on the day"),
        ("10 January 2027", "20 December 2026", False, "in a month between"),
        ("10 January 2027", "1 February 2027", False, "in a later month"),
        ("31 January 2027", "1 January 2027", True, "from the first day of the month to the last"),
        ("28 November 2026", "24 November 2026", True, "later this month"),
        ("28 November 2026", "21 November 2026", False, "yesterday, and nobody recorded it"),
        ("28 February 2028", "29 February 2028", True, "a leap day is in February"),
    ],
)
def test_a_day_to_come_counts_what_is_planned_for_its_month(on: str, planned_on: str, saved: bool, story: str) -> None:
    today = day("22 November 2026")
    planned = [one(planned_on, 60, is_planned=True)]
    ahead = forecast(SIXTY, ALWAYS, planned, day(on), today)
    assert (ahead.saved_by is not None) is saved, story
    assert Short.of(SIXTY, ALWAYS, planned, day(on), today).is_met_with() is saved, story


@pytest.mark.parametrize(
    ("least", "usual", "minutes"), [([30, 60], 60, 60), ([30, 90], 60, 60), ([70, 90], 60, 90), ([15], 90, 90)]
)
def test_a_group_meets_for_its_usual_time_unless_that_serves_nobody(least: list[int], usual: int, minutes: int) -> None:
    assert length_for_most(least, usual) == minutes


KINDS = st.sampled_from(["individual", "group", "peer"])
SITTINGS = st.lists(
    st.builds(
        Sitting,
        st.dates(date(2026, 6, 1), date(2027, 2, 28)),
        st.integers(0, 120),
        KINDS,
        st.integers(1, 12),
        is_planned=st.booleans(),
        credited_by=st.sampled_from([BODIES, frozenset()]),
    ),
    max_size=12,
)
MINIMA = st.sampled_from([SIXTY, BACP_90, TWO_MEETINGS, SHARE, OVER_THREE, IN_28_DAYS, SOME_ALONE])


@unhurried
@given(MINIMA, SITTINGS, st.dates(date(2026, 11, 22), date(2027, 2, 28)), KINDS, st.integers(1, 12))
def test_the_forecast_says_the_same_with_that_session_planned(
    minimum: Minimum, sittings: list[Sitting], on: date, form: str, contracted: int
) -> None:
    today = date(2026, 11, 22)
    sittings = [s for s in sittings if s.is_planned or s.held_on <= today]
    ahead = forecast(minimum, ALWAYS, sittings, on, today)
    if ahead.month.verdict is not Verdict.SHORT_SO_FAR:
        return
    short = Short.of(minimum, ALWAYS, sittings, on, today)
    assert short.is_met_with() is (ahead.saved_by is not None) or minimum.measure is Measure.SHARE
    like = Sitting(last_of_month(on), 0, form, contracted)
    needed = sessions_needed([short], like)
    if needed is None:
        return
    more = [replace(like, minutes=needed.minutes, is_planned=True)] * needed.how_many
    assert forecast(minimum, ALWAYS, [*sittings, *more], on, today).saved_by is not None
    shorter = needed.minutes - LENGTHS.step
    if shorter in LENGTHS and needed.how_many == 1 and not short.is_met_with():
        assert not short.is_met_with([replace(like, minutes=shorter)])
