"""A table as a file of comma-separated values (RFC 4180): the headings first, then a line for each row.

In UTF-8 with a mark in front, so that a spreadsheet knows the letters. Days are written 2026-05-02 and months 2026-05,
which a spreadsheet and a program read alike; what could run as a formula has an apostrophe in front.
"""

import csv
import math
from datetime import date
from io import StringIO

from tcsuper.reports.safe import formula_safe
from tcsuper.reports.workbook import Cell, Month, Sheet, check_length

CSV = "text/csv"
MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


def csv_file(sheet: Sheet) -> bytes:
    """The same cells as in the workbook, one table of it. Raises InvalidRecord when there are too many rows."""
    check_length(len(sheet.rows))
    text = StringIO(newline="")
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow([_written(heading) for heading in sheet.columns])
    table.writerows([_written(value) for value in row] for row in sheet.rows)
    return f"{MARK}{text.getvalue()}".encode("utf-8", "replace")


def _written(value: Cell) -> str:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, Month):
        return f"{value:%Y-%m}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return str(formula_safe(value.replace("\0", "\N{REPLACEMENT CHARACTER}")))
    return str(value)
