"""The answer to "what if" as a table for a spreadsheet: what was asked, all that would be otherwise, and the
figures before and after."""

import csv
from datetime import datetime
from io import StringIO

from tcsuper import words
from tcsuper.reports.safe import formula_safe
from tcsuper.rules.picture import Question
from tcsuper.rules.what_if import WhatIf

COLUMNS = ("Question", "Who or what", "Community", "Before", "After", "Sentence")


def what_if_table(answer: WhatIf, number: str, made_at: datetime) -> str:
    """One table. Its first row says what was supposed, for which day, when it was asked and when the file was made; a
    row of a question says what its lines leave out. No cell can run; marked as UTF-8, since spreadsheets take names
    with accents for something else without it."""
    asked = (
        f"Asked on {words.moment(answer.asked_at)}, of what was recorded and planned by then; "
        f"file made on {words.moment(made_at)}; number {number}."
    )
    about = words.listed(sorted(answer.names.values()))
    rows = [("What is supposed", about, "", "As it is", f"As at {words.day(answer.on)}", f"{answer.summary} {asked}")]
    for question in Question:
        if left_out := answer.left_out(question):
            rows.append((question.value, "What is left out", "", "", "", left_out))
        for line in answer.lines(question):
            rows.append((question.value, line.what, line.community, line.before, line.after, line.because))
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    writer.writerows([formula_safe(cell) for cell in row] for row in rows)
    return f"\ufeff{file.getvalue()}"


def file_name(answer: WhatIf) -> str:
    """Named with both dates: the day asked about, and the day it was asked on."""
    asked_on = answer.asked_at.astimezone(words.LONDON).date()
    return f"what-if-{answer.on.isoformat()}-asked-{asked_on.isoformat()}.csv"
