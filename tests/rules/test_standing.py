"""What all kinds share: the order of severity, months, windows, and what is left out."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcsuper.rules.standing import (
    LEFT_OUT,
    MET,
    TONES,
    LeftOut,
    Span,
    Standing,
    Status,
    Tone,
    add_months,
    after_start,
    first_of_month,
    had,
    is_soon,
    last_of_month,
    never_had,
    next_fixed_day,
    not_kept_here,
    severity,
    status_word,
    unbroken,
    worst,
)
from tests.rules.days import day, maybe, span, unhurried


def test_statuses_stand_in_the_order_of_severity_of_the_design() -> None:
    wanted = (
        "expired, overdue, below, conditions, due_soon, not_started, not_yet_observed, in_progress, booked, at, above, "
        "up_to_date, exempt, not_judged, not_required"
    )
    assert ", ".join(Status) == wanted


def test_every_status_has_a_tone() -> None:
    assert set(TONES) == set(Status)
    assert {status for status in Status if TONES[status] is Tone.BAD} == {"expired", "overdue", "below"}
    assert {status for status in Status if TONES[status] is Tone.AMBER} == {"conditions", "due_soon"}
    assert {status for status in Status if TONES[status] is Tone.GREY} == {"exempt", "not_judged", "not_required"}


def test_nothing_is_both_met_and_left_out() -> None:
    assert not MET & LEFT_OUT


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (Status.DUE_SOON, "Due soon"),
        (Status.NOT_YET_OBSERVED, "Not yet observed"),
        (Status.BELOW, "Below standard"),
        (Status.UP_TO_DATE, "Up to date"),
    ],
)
def test_status_in_words(status: Status, word: str) -> None:
    assert status_word(status) == word


def test_worst_is_the_most_severe_and_among_equals_the_one_due_first() -> None:
    later = Standing(status=Status.OVERDUE, due_on=day("1 May 2026"))
    sooner = Standing(status=Status.OVERDUE, due_on=day("1 April 2026"))
    undated = Standing(status=Status.OVERDUE)
    fine = Standing(status=Status.UP_TO_DATE, due_on=day("1 January 2026"))
    assert worst([fine, undated, later, sooner]) is sooner
    assert sorted([fine, undated, later, sooner], key=severity) == [sooner, later, undated, fine]
    assert worst([]) is None


def test_left_out_says_why() -> None:
    standing = LeftOut(status=Status.EXEMPT, why="Exempt in May 2026.")
    assert standing.because == "Exempt in May 2026."
    assert standing.next_step == ""
    assert not standing.is_met


@pytest.mark.parametrize(
    ("on", "months", "wanted"),
    [
        ("15 January 2026", 1, "15 February 2026"),
        ("31 January 2026", 1, "28 February 2026"),
        ("31 January 2028", 1, "29 February 2028"),
        ("29 February 2024", 12, "28 February 2025"),
        ("29 February 2024", 48, "29 February 2028"),
        ("28 February 2023", 12, "28 February 2024"),
        ("31 March 2026", -1, "28 February 2026"),
        ("15 January 2026", -1, "15 December 2025"),
        ("31 December 2026", 2, "28 February 2027"),
        ("30 November 2026", 0, "30 November 2026"),
    ],
)
def test_months_end_on_the_same_day_or_on_the_last_of_the_month(on: str, months: int, wanted: str) -> None:
    assert add_months(day(on), months) == day(wanted)


@unhurried
@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)), st.integers(-240, 240))
def test_months_agree_with_an_independent_reckoning(on: date, months: int) -> None:
    assert add_months(on, months) == (pd.Timestamp(on) + pd.DateOffset(months=months)).date()


def test_first_and_last_of_the_month() -> None:
    assert first_of_month(day("29 February 2028")) == day("1 February 2028")
    assert last_of_month(day("3 February 2028")) == day("29 February 2028")
    assert last_of_month(day("3 February 2027")) == day("28 February 2027")


@pytest.mark.parametrize(
    ("after", "month_and_day", "parity", "wanted"),
    [
        ("1 January 2026", (9, 30), "", "30 September 2026"),
        ("30 September 2026", (9, 30), "", "30 September 2027"),
        ("1 January 2026", (5, 31), "odd", "31 May 2027"),
        ("31 May 2025", (5, 31), "odd", "31 May 2027"),
        ("30 May 2025", (5, 31), "odd", "31 May 2025"),
        ("1 January 2026", (5, 31), "even", "31 May 2026"),
        ("1 March 2026", (2, 29), "", "28 February 2027"),
        ("1 March 2027", (2, 29), "", "29 February 2028"),
    ],
)
def test_next_fixed_day(after: str, month_and_day: tuple[int, int], parity: str, wanted: str) -> None:
    assert next_fixed_day(day(after), *month_and_day, parity) == day(wanted)


@pytest.mark.parametrize(
    ("due", "on", "soon"),
    [
        ("31 May 2026", "1 May 2026", True),
        ("31 May 2026", "30 April 2026", False),
        ("31 May 2026", "31 May 2026", True),
        ("31 May 2026", "1 June 2026", False),
    ],
)
def test_warning_windows_include_their_edge(due: str, on: str, soon: bool) -> None:
    assert is_soon(day(due), day(on), 30) is soon


@pytest.mark.parametrize(
    ("due", "on", "status", "since"),
    [
        (None, "1 June 2026", Status.NOT_STARTED, "1 January 2026"),
        ("31 May 2026", "30 April 2026", Status.NOT_STARTED, "1 January 2026"),
        ("31 May 2026", "1 May 2026", Status.DUE_SOON, "1 May 2026"),
        ("31 May 2026", "31 May 2026", Status.DUE_SOON, "1 May 2026"),
        ("31 May 2026", "1 June 2026", Status.OVERDUE, "1 June 2026"),
        ("10 January 2026", "5 January 2026", Status.DUE_SOON, "1 January 2026"),
    ],
)
def test_what_was_never_had(due: str | None, on: str, status: Status, since: str) -> None:
    assert never_had(maybe(due), day(on), day("1 January 2026"), 30) == (status, day(since))


@pytest.mark.parametrize(
    ("ends", "on", "status", "since"),
    [
        (None, "1 June 2026", Status.UP_TO_DATE, "1 January 2026"),
        ("31 May 2026", "30 April 2026", Status.UP_TO_DATE, "1 January 2026"),
        ("31 May 2026", "1 May 2026", Status.DUE_SOON, "1 May 2026"),
        ("31 May 2026", "31 May 2026", Status.DUE_SOON, "1 May 2026"),
        ("31 May 2026", "1 June 2026", Status.EXPIRED, "1 June 2026"),
        ("10 January 2026", "5 January 2026", Status.DUE_SOON, "1 January 2026"),
    ],
)
def test_what_was_had(ends: str | None, on: str, status: Status, since: str) -> None:
    assert had(maybe(ends), day(on), day("1 January 2026"), 30) == (status, day(since))


def test_a_target_reads_aloud() -> None:
    assert after_start(90) == "90 days after starting in post"
    assert after_start(1) == "1 day after starting in post"
    assert after_start(0) == "the day of starting in post"


def test_a_target_of_what_began_to_be_asked_later_names_that_day() -> None:
    began = date(2026, 9, 1)
    assert after_start(90, began) == "90 days after 1 September 2026, when it began to be asked"
    assert after_start(0, began) == "when it began to be asked"


def test_a_span_holds_both_its_ends() -> None:
    may = span("1 May 2026", "31 May 2026")
    held = [may.holds(day(text)) for text in ("30 April 2026", "1 May 2026", "31 May 2026", "1 June 2026")]
    assert held == [False, True, True, False]
    assert span("1 May 2026").holds(day("1 May 2126"))


@pytest.mark.parametrize(
    ("spans", "on", "wanted"),
    [
        ([], "5 May 2026", None),
        ([span("1 May 2026", "31 May 2026")], "5 May 2026", span("1 May 2026", "31 May 2026")),
        (
            [span("1 May 2026", "31 May 2026"), span("1 June 2026")],
            "5 June 2026",
            span("1 May 2026"),
        ),
        (
            [span("2 June 2026"), span("1 May 2026", "31 May 2026")],
            "5 June 2026",
            span("2 June 2026"),
        ),
        (
            [span("2 June 2026"), span("1 May 2026", "31 May 2026")],
            "5 May 2026",
            span("1 May 2026", "31 May 2026"),
        ),
        ([span("2 June 2026"), span("1 May 2026", "31 May 2026")], "1 June 2026", None),
        (
            [span("1 May 2026", "30 June 2026"), span("10 May 2026", "20 May 2026")],
            "25 June 2026",
            span("1 May 2026", "30 June 2026"),
        ),
    ],
)
def test_time_without_a_gap(spans: list[Span], on: str, wanted: Span | None) -> None:
    assert unbroken(spans, day(on)) == wanted


def test_nothing_is_judged_before_the_records_begin() -> None:
    begins = day("1 April 2026")
    before = not_kept_here(begins, day("31 March 2026"))
    assert before is not None
    assert (before.status, before.because) == (Status.NOT_JUDGED, "No records kept here: they begin on 1 April 2026.")
    assert not_kept_here(begins, begins) is None
