"""Sheets with names down and something across: a matrix of courses, a grid of months. A cell is a line."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tcsuper.readers.sheets import meanings
from tcsuper.readers.sheets.body import Row
from tcsuper.readers.sheets.cells import key
from tcsuper.readers.sheets.findings import Gone, quoted
from tcsuper.readers.sheets.meanings import ASIDE, Meaning
from tcsuper.readers.sheets.reader import Reader
from tcsuper.rules.importing import Column, MonthLine, TrainingLine, Where
from tcsuper.words import month as month_said

MOST_MINUTES_A_MONTH = 200 * 60


@dataclass
class OfACourse:
    """Where a matrix keeps a course: a column, or one for each part of it."""

    code: str
    completed_at: int | None = None
    expires_at: int | None = None
    result_at: int | None = None

    @property
    def first(self) -> int:
        return min(at for at in (self.completed_at, self.expires_at, self.result_at) if at is not None)


def courses_of(says: dict[int, str]) -> list[OfACourse]:
    found: dict[str, OfACourse] = {}
    for at, one in sorted(says.items()):
        if one.startswith("course:"):
            _, code, part = (*one.split(":"), "completed_on")[:3]
            course = found.setdefault(code, OfACourse(code))
            match part:
                case "expires_on":
                    course.expires_at = at
                case "result":
                    course.result_at = at
                case _:
                    course.completed_at = at
    return list(found.values())


def months_of(says: dict[int, str]) -> dict[int, date]:
    return {at: date.fromisoformat(f"{one[6:]}-01") for at, one in sorted(says.items()) if one.startswith("month:")}


class GridReader:
    """`merged`: cells (row as the spreadsheet counts, column) that were merged with others, and of which nobody can say
    which they speak of."""

    def __init__(self, reader: Reader, merged: set[tuple[int, int]]) -> None:
        self.reader, self.merged = reader, merged
        self.number_at = reader.columns.at(Column.STAFF_NUMBER)
        self.courses = courses_of(reader.columns.says)
        self.months = months_of(reader.columns.says)

    def _text(self, row: Row, at: int | None) -> str:
        if at is None:
            return ""
        text = row.texts[at] if at < len(row.texts) else ""
        return self.reader.mended(row.number, at, text)

    def _who(self, row: Row) -> tuple[str, str] | None:
        texts = [self._text(row, at) for at in self.reader.columns.person]
        if any(self.reader.is_kept_out(row.number, at, text)
               for at, text in zip(self.reader.columns.person, texts, strict=True)):  # fmt: skip
            return None
        return " ".join(text for text in texts if text), self._text(row, self.number_at)

    def _is_out(self, row: Row, at: int | None, text: str) -> bool:
        """Kept out by somebody, or merged with its neighbours."""
        if at is None or not text:
            return False
        if self.reader.is_kept_out(row.number, at, text):
            return True
        heading = self.reader.columns.texts[at]
        is_mended = f"{row.number}:{heading}" in self.reader.told.cells
        if (row.number, at) in self.merged and not is_mended:
            what = f"{quoted(text)} stands in merged cells: for which of them? Write it in each, or leave it out."
            self.reader.findings.problem(row.number, heading, text, what)
            return True
        return False

    def trainings(self, row: Row) -> Iterator[TrainingLine]:
        who = self._who(row)
        for course in self.courses if who and who[0] else ():
            texts = {at: self._text(row, at) for at in (course.completed_at, course.expires_at, course.result_at)}
            if any(texts.values()) and not any([self._is_out(row, at, text) for at, text in texts.items()]):
                line = self._training(row, course, texts, *(who or ("", "")))
                if line:
                    yield line

    def _training(
        self, row: Row, course: OfACourse, texts: dict[int | None, str], person: str, staff_number: str
    ) -> TrainingLine | None:
        result = self._result(row, course, texts)
        if isinstance(result, Gone):
            return None
        completed = Gone.BLANK if course.completed_at is None else self.reader.day(
            row.number, course.completed_at, texts[course.completed_at], is_past=True, is_completion=True
        )  # fmt: skip
        expires = Gone.BLANK if course.expires_at is None else self.reader.day(
            row.number, course.expires_at, texts[course.expires_at]
        )  # fmt: skip
        if completed is Gone.BLANK:
            self._without_completion(row, course, texts, expires)
            return None
        if not isinstance(completed, date) or expires in (Gone.ASIDE, Gone.SPOILT):
            return None
        heading = self.reader.columns.texts[course.completed_at or 0]
        if isinstance(expires, date) and expires < completed:
            what = "it ends before it was completed. Correct one of the two days."
            self.reader.findings.problem(row.number, self.reader.columns.texts[course.expires_at or 0], "", what)
            return None
        where = Where(self.reader.findings.sheet, row.number, heading, texts[course.completed_at])
        kept = expires if isinstance(expires, date) else None
        return TrainingLine(where, person, staff_number, course.code, completed, kept, result)

    def _result(self, row: Row, course: OfACourse, texts: dict[int | None, str]) -> str | Gone:
        """What its status says; nothing to take in where it says that it was not done, or is still to come."""
        text = texts.get(course.result_at, "") if course.result_at is not None else ""
        if not text or course.result_at is None:
            return "passed"
        found = meanings.RESULTS.get(key(text)) or meanings.RESULTS.get(text)
        if found:
            return found
        said = meanings.meaning(text)
        has_day = course.completed_at is not None and bool(texts[course.completed_at])
        if said in (Meaning.LAPSED, Meaning.NOT_KNOWN, Meaning.COMPLETED) or (said and has_day):
            return "passed"
        heading = self.reader.columns.texts[course.result_at]
        if said:
            return self.reader.findings.left_aside(row.number, heading, text, f"{quoted(text)} {ASIDE[said]}")
        found_told = self.reader.one_of(row.number, course.result_at, text, meanings.RESULTS, "result")
        return "passed" if found_told is Gone.BLANK else found_told

    def _without_completion(
        self, row: Row, course: OfACourse, texts: dict[int | None, str], expires: date | Gone
    ) -> None:
        """Something is said of a course, and not when it was completed."""
        at = course.expires_at if isinstance(expires, date) else course.result_at
        if at is None or not texts.get(at):
            return
        heading, text = self.reader.columns.texts[at], texts[at]
        if isinstance(expires, date):
            what = (
                f"{quoted(text)} says when it ends, and no cell when it was completed. Write that day, or leave it out."
            )
            self.reader.findings.problem(row.number, heading, text, what)
        else:
            self.reader.findings.left_aside(
                row.number, heading, text, f"{quoted(text)} comes without a day of completion"
            )

    def by_month(self, row: Row) -> Iterator[MonthLine]:
        who = self._who(row)
        for at, month in self.months.items() if who and who[0] else ():
            text = self._text(row, at)
            if not text or self._is_out(row, at, text):
                continue
            minutes = self._minutes(row, at, text)
            if minutes and month > self.reader.today:
                what = f"{month_said(month)} is still to come. Correct the heading, or leave the cell out."
                self.reader.findings.problem(row.number, self.reader.columns.texts[at], text, what)
            elif minutes:
                where = Where(self.reader.findings.sheet, row.number, self.reader.columns.texts[at], text)
                yield MonthLine(where, *(who or ("", "")), month, minutes)

    def _minutes(self, row: Row, at: int, text: str) -> int:
        heading = self.reader.columns.texts[at]
        is_absence = key(text) in meanings.ATTENDANCE and not text.isdigit()
        if is_absence or meanings.meaning(text) not in (None, Meaning.COMPLETED):
            self.reader.findings.left_aside(row.number, heading, text, f"{quoted(text)} is no time in this month")
            return 0
        found = self.reader.minutes(row.number, at, text, MOST_MINUTES_A_MONTH)
        return found if isinstance(found, int) else 0
