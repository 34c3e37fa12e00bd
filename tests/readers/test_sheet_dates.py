"""Dates as people write them in sheets: a table of what each means, and of what proves a column's order."""

from datetime import date

import pytest

from tcsuper.readers.sheets.dates import Shape, day_of, only_order, proof, together, written
from tcsuper.readers.sheets.xlsx_numbers import Shown, format_of, number_said
from tcsuper.rules.importing import DateOrder
from tests.sheets import TODAY

DAY, MONTH = DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST

WHOLE = {
    "02/05/2026": ("2026-05-02", "2026-02-05"),
    "2/5/26": ("2026-05-02", "2026-02-05"),
    "2.5.26": ("2026-05-02", "2026-02-05"),
    "02.05.2026": ("2026-05-02", "2026-02-05"),
    "02-05-2026": ("2026-05-02", "2026-02-05"),
    "2 5 2026": ("2026-05-02", "2026-02-05"),
    "02/05/2026 14:30": ("2026-05-02", "2026-02-05"),
    "2 May 2026": ("2026-05-02",) * 2,
    "2nd May 26": ("2026-05-02",) * 2,
    "3rd of June '24": ("2024-06-03",) * 2,
    "02-May-26": ("2026-05-02",) * 2,
    "2May2026": ("2026-05-02",) * 2,
    "May 2, 2026": ("2026-05-02",) * 2,
    "Tues 2 May 2026": ("2026-05-02",) * 2,
    "Saturday, 2 May 2026": ("2026-05-02",) * 2,
    "1 Sept 2026": ("2026-09-01",) * 2,
    "2 Mai 2024": ("2024-05-02",) * 2,
    "14 Mehefin 2024": ("2024-06-14",) * 2,
    "2026-05-02": ("2026-05-02",) * 2,
    "2026/05/02": ("2026-05-02",) * 2,
    "2026-05-02T00:00:00": ("2026-05-02",) * 2,
    "2026-05-02 14:30:00": ("2026-05-02",) * 2,
    "20260502": ("2026-05-02",) * 2,
    "29/02/2024": ("2024-02-29", ""),
    "13/04/2026": ("2026-04-13", ""),
    "04/13/2026": ("", "2026-04-13"),
    "1/1/46": ("2046-01-01",) * 2,
    "1/1/47": ("1947-01-01",) * 2,
    "45413": ("2024-05-01",) * 2,
    "45413.5": ("2024-05-01",) * 2,
    "30000": ("1982-02-18",) * 2,
}
NO_DAY = ("31/02/2026", "29/02/2025", "31/04/2026", "00/01/2026", "13/13/2026", "31 February 2026", "2026-13-01",
          "fish", "NA", "12", "12/5", "2/5/2026/1", "2 Flurember 2026", "1/1/1066", "2 May 2099", "99999", "20000", "",
          "½")  # fmt: skip


@pytest.mark.parametrize("text", WHOLE)
def test_a_whole_date_is_the_day_it_means_in_either_order(text: str) -> None:
    found = [day_of(written(text), order, TODAY) for order in (DAY, MONTH)]
    assert [f"{one or ''}" for one in found] == list(WHOLE[text])


@pytest.mark.parametrize("text", NO_DAY)
def test_what_is_not_in_the_calendar_is_no_day_in_either_order(text: str) -> None:
    assert [day_of(written(text), order, TODAY) for order in (DAY, MONTH)] == [None, None]


@pytest.mark.parametrize(
    ("text", "shape", "year", "month"),
    [
        ("Nov 2026", Shape.MONTH, 2026, 11),
        ("November-26", Shape.MONTH, 26, 11),
        ("May '26", Shape.MONTH, 26, 5),
        ("05/2026", Shape.MONTH, 2026, 5),
        ("5/26", Shape.MONTH, 26, 5),
        ("2026-05", Shape.MONTH, 2026, 5),
        ("2026", Shape.YEAR, 2026, 0),
    ],
)
def test_a_month_or_a_year_is_no_whole_date(text: str, shape: Shape, year: int, month: int) -> None:
    found = written(text)
    assert (found.shape, found.year, found.month) == (shape, year, month)
    assert day_of(found, DAY, TODAY) is None


def test_a_bare_number_counts_four_years_later_in_a_workbook_of_1904() -> None:
    assert day_of(written("43951"), DAY, TODAY, from_1904=True) == date(2024, 5, 1)
    assert day_of(written("43951"), DAY, TODAY) == date(2020, 4, 30)


@pytest.mark.parametrize(
    ("texts", "order", "first"),
    [
        (["04/05/2026", "13/04/2026"], DAY, (1, "13/04/2026")),
        (["04/05/2026", "04/25/2026", "04/26/2026"], MONTH, (1, "04/25/2026")),
        (["13/04/2026", "04/25/2026"], DAY, (0, "13/04/2026")),
        (["13/04/2026", "04/25/2026", "04/26/2026"], MONTH, (1, "04/25/2026")),
        (["04/05/2026", "5/5/26", "2 May 2026", "2026-05-13"], None, None),
        (["31/02/2026"], DAY, (0, "31/02/2026")),
    ],
)
def test_a_column_proves_its_order_where_a_date_can_only_be_one(
    texts: list[str], order: DateOrder | None, first: tuple[int, str] | None
) -> None:
    found = proof(enumerate(texts))
    assert (found.order, found.first) == (order, first)


def test_columns_of_one_hand_prove_it_together() -> None:
    found = together(
        [proof([(3, "13/04/2026"), (4, "14/04/2026")]), proof([(2, "04/25/2026")]), proof([(1, "4/5/26")])]
    )
    assert (found.order, found.first, found.in_doubt) == (DAY, (3, "13/04/2026"), 1)
    assert only_order(written("4/5/26")) is None


@pytest.mark.parametrize(
    ("number", "code", "shown"),
    [
        (0, None, Shown.NUMBER),
        (14, None, Shown.DAY),
        (17, None, Shown.MONTH),
        (20, None, Shown.TIME),
        (46, None, Shown.LENGTH),
        (164, "dd/mm/yyyy", Shown.DAY),
        (164, "[$-809]dd mmmm yyyy;@", Shown.DAY),
        (164, "d-mmm", Shown.DAY),
        (164, "mmm-yy", Shown.MONTH),
        (164, "yyyy", Shown.YEAR),
        (164, "hh:mm", Shown.TIME),
        (164, "[h]:mm", Shown.LENGTH),
        (164, "0000", Shown.NOUGHTS),
        (164, '0.00" days"', Shown.NUMBER),
        (164, "General", Shown.NUMBER),
        (164, "[Red]0", Shown.NUMBER),
        (164, '"due "0', Shown.NUMBER),
        (164, "#,##0.00_);[Red](#,##0.00)", Shown.NUMBER),
    ],
)
def test_a_number_format_says_what_its_numbers_are(number: int, code: str | None, shown: Shown) -> None:
    assert format_of(number, code)[0] is shown


@pytest.mark.parametrize(
    ("text", "shown", "value"),
    [
        ("45413", (Shown.DAY, 0), date(2024, 5, 1)),
        ("45413.58333333", (Shown.DAY, 0), "2024-05-01 14:00"),
        ("45413", (Shown.MONTH, 0), "May 2024"),
        ("1", (Shown.DAY, 0), date(1900, 1, 1)),
        ("60", (Shown.DAY, 0), date(1900, 2, 28)),
        ("61", (Shown.DAY, 0), date(1900, 3, 1)),
        ("-1", (Shown.DAY, 0), -1),
        ("9999999", (Shown.DAY, 0), 9999999),
        ("0.0625", (Shown.TIME, 0), "1:30"),
        ("1.5625", (Shown.LENGTH, 0), "37:30"),
        ("7", (Shown.NOUGHTS, 3), "007"),
        ("12345678901234567", (Shown.NUMBER, 0), 12345678901234567),
        ("1E+20", (Shown.NUMBER, 0), "1E+20"),
        ("1.50", (Shown.NUMBER, 0), 1.5),
        ("2.0", (Shown.NUMBER, 0), 2),
        ("nan", (Shown.NUMBER, 0), "nan"),
        ("words", (Shown.DAY, 0), "words"),
    ],
)
def test_a_number_is_what_its_format_shows(text: str, shown: tuple[Shown, int], value: object) -> None:
    found = number_said(text, shown, from_1904=False)
    assert found == value and type(found) is type(value)
