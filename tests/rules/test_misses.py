"""Meetings missed one after another: one is a note, two are an alert."""

import pytest

from tcsuper.rules.misses import Meeting, missed_in_a_row
from tests.rules.days import day


def meetings(text: str) -> list[Meeting]:
    """ "x.x": a letter for each week of May 2026, x for one attended and a dot for one missed."""
    return [Meeting(day(f"{1 + 7 * week} May 2026"), one == "x") for week, one in enumerate(text)]


@pytest.mark.parametrize(
    ("came", "in_a_row", "is_alert"),
    [
        ("", 0, False),
        ("x", 0, False),
        ("x.", 1, False),
        ("x..", 2, True),
        ("...", 3, True),
        ("..x", 0, False),
        (".x.", 1, False),
        ("..x..", 2, True),
        ("x.x.x", 0, False),
    ],
)
def test_how_many_in_a_row_since_the_last_one_attended(came: str, in_a_row: int, is_alert: bool) -> None:
    found = missed_in_a_row(meetings(came))
    assert (len(found.days) if found else 0) == in_a_row
    assert bool(found and found.is_alert) is is_alert


@pytest.mark.parametrize(("alert_from", "is_alert"), [(1, True), (2, True), (3, False)])
def test_from_how_many_on_is_the_service_s_own_number(alert_from: int, is_alert: bool) -> None:
    found = missed_in_a_row(meetings("x.."), alert_from)
    assert found is not None and found.is_alert is is_alert


def test_the_order_of_entry_changes_nothing() -> None:
    assert missed_in_a_row(reversed(meetings("x.."))) == missed_in_a_row(meetings("x.."))


def test_who_attended_one_of_two_meetings_of_a_day_was_there_that_day() -> None:
    twice = [Meeting(day("1 May 2026"), True), Meeting(day("1 May 2026"), False)]
    assert missed_in_a_row(twice) is None


def test_the_sentence_names_days_and_no_reason() -> None:
    one, two = missed_in_a_row(meetings("x.")), missed_in_a_row(meetings("x.."))
    assert one is not None and two is not None
    assert (one.because, one.next_step) == ("The last meeting, on 8 May 2026, was missed or did not happen.", "")
    assert two.because == "The last 2 meetings, from 8 May 2026 to 15 May 2026, were missed or did not happen."
    assert two.next_step == "Arrange cover or another day."
