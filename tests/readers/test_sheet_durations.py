"""Lengths of time as people write them in sheets, and what a number without a unit means."""

from decimal import Decimal

import pytest

from tcsuper.readers.sheets.durations import Unit, choices, length, settled, unit_said, unit_shown

MINUTES = {
    "1:30": 90, "01:30:00": 90, "0:45": 45, "1:30 hrs": 90, "90m": 90, "90 m": 90, "90 mins": 90, "90min.": 90,
    "90 minutes": 90, "90'": 90, "1h 30": 90, "1h30": 90, "1h30m": 90, "1 hr": 60, "1hr": 60, "1 hr 30 mins": 90,
    "1 hour and 30 minutes": 90, "2 hours 15 minutes": 135, "1.5 hrs": 90, "1,5h": 90, "1½ hours": 90,
    "1 ½ hours": 90, "½ hour": 30, "¾ hour": 45, "half an hour": 30, "An Hour": 60, "14:00-15:30": 90,
    "14.00 – 15.30": 90, "1 h 30 min": 90,
}  # fmt: skip
BARE = {"1.5": "1.5", "90": "90", "1,5": "1.5", ".5": ".5", "1½": "1.5", "0": "0", "007": "7"}
NO_LENGTH = ("", "fish", "-5", "1:75", "90 days", "1 h 30 x", "15:30-14:00", "n/a", "1.5.5", "h", "1:30:30:30", "£90")


@pytest.mark.parametrize("text", MINUTES)
def test_a_length_with_a_unit_is_that_long(text: str) -> None:
    assert length(text).minutes == MINUTES[text]


@pytest.mark.parametrize("text", BARE)
def test_a_number_without_a_unit_is_only_a_number(text: str) -> None:
    assert length(text).minutes is None and length(text).bare == Decimal(BARE[text])


@pytest.mark.parametrize("text", NO_LENGTH)
def test_other_words_are_no_length(text: str) -> None:
    found = length(text)
    assert (found.minutes, found.bare) == (None, None)


@pytest.mark.parametrize(
    ("words", "unit"),
    [
        ("Duration (hours)", Unit.HOURS),
        ("Hrs", Unit.HOURS),
        ("Length in minutes", Unit.MINUTES),
        ("Mins", Unit.MINUTES),
        ("Length", None),
        ("Hours and minutes", None),
        ("Administration", None),
    ],
)
def test_a_heading_says_the_unit(words: str, unit: Unit | None) -> None:
    assert unit_said(words) is unit


@pytest.mark.parametrize(
    ("bare", "unit", "is_said", "minutes"),
    [
        ("1.5", None, False, 90),
        ("0.5", None, False, 30),
        ("90", None, False, 90),
        ("9", None, False, 9),
        ("37.5", None, False, 37),
        ("0", None, False, 0),
        ("1", None, False, None),
        ("8", None, False, None),
        ("1", Unit.HOURS, False, 60),
        ("1.30", None, False, None),
        ("1.45", Unit.HOURS, False, None),
        ("1.30", Unit.HOURS, True, 78),
        ("1", Unit.HOURS, True, 60),
        ("12", Unit.HOURS, True, 720),
        ("1", Unit.MINUTES, True, 1),
        ("90", Unit.HOURS, False, 90),
    ],
)
def test_a_bare_number_is_settled_or_asked(bare: str, unit: Unit | None, is_said: bool, minutes: int | None) -> None:
    assert settled(Decimal(bare), unit, is_said) == minutes


@pytest.mark.parametrize(
    ("column", "unit"),
    [(["1.5", "1", "2"], Unit.HOURS), (["1.5", "90", "1"], None), (["1", "2"], None), (["90", "60"], None), ([], None)],
)
def test_whole_numbers_are_hours_only_beside_nothing_but_hours(column: list[str], unit: Unit | None) -> None:
    assert unit_shown(Decimal(one) for one in column) is unit


def test_what_a_doubtful_number_may_mean_is_offered_as_lengths_that_can_be_read() -> None:
    for bare in ("1", "8", "1.30", "1.15", "0.45"):
        offered = [length(answer).minutes for answer, _ in choices(Decimal(bare))]
        assert None not in offered and len(set(offered)) == 2
    assert [answer for answer, _ in choices(Decimal("1.30"))] == ["90 min", "78 min"]
