"""Dates as documents print them."""

from datetime import date

import pytest

from tcsuper.readers.dates import date_printed

READ = {
    "02/08/19": (date(2019, 8, 2), "day before the month: 2 August 2019"),
    "28/06/2022": (date(2022, 6, 28), ""),
    "05.05.2021": (date(2021, 5, 5), ""),
    "13-2-99": (date(1999, 2, 13), ""),
    "2026-02-16": (date(2026, 2, 16), ""),
    "16 February 2026": (date(2026, 2, 16), ""),
    "28 June 2022": (date(2022, 6, 28), ""),
    "Monday 16th of February, 2026": (date(2026, 2, 16), ""),
    "3 Sept. 2024": (date(2024, 9, 3), ""),
    "3-Sep-24": (date(2024, 9, 3), ""),
    "February 16, 2026": (date(2026, 2, 16), ""),
    "16  FEBRUARY  2026 ": (date(2026, 2, 16), ""),
    "16 Febuary 2026": (date(2026, 2, 16), "read as February"),
    "1 Agust 2020": (date(2020, 8, 1), "read as August"),
    "9 Setpember 2020": (date(2020, 9, 9), "read as September"),
    "31/02/2026": (None, "not in the calendar"),
    "29 February 2025": (None, "not in the calendar"),
    "June 2022": (None, "names no day"),
    "16 Octembary 2026": (None, "not a date that can be read"),
    "soon": (None, "not a date that can be read"),
    "2022": (None, "not a date that can be read"),
}


@pytest.mark.parametrize("printed", READ)
def test_a_date_is_read_as_printed_or_not_at_all(printed: str) -> None:
    expected, doubt = READ[printed]
    on, said = date_printed(printed)
    assert on == expected
    assert doubt in said and bool(doubt) == bool(said)
