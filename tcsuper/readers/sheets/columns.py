"""Which column of a sheet says what: from its headings, its neighbours and what somebody told."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tcsuper.readers.sheets import durations, headings, meanings
from tcsuper.readers.sheets.cells import key
from tcsuper.readers.sheets.dates import Shape, written
from tcsuper.readers.sheets.header import Header
from tcsuper.readers.sheets.xlsx_file import column_letters
from tcsuper.rules.importing import TEMPLATES, Column, Question, SheetKind, Told
from tcsuper.words import MONTHS, count, listed

GRIDS = (SheetKind.TRAINING_MATRIX, SheetKind.SUPERVISION_MONTHS)
LEFT_OUT = str(Column.LEFT_OUT)
_TIME_OF_DAY = re.compile(r"(?:.*\s)?(?:0?[6-9]|1\d|2[0-3])[:.]?[0-5]\d|\d{1,2}\s*[ap]m", re.IGNORECASE)
NEEDED_WORDS: Mapping[Column, str] = {
    Column.PERSON: "the name",
    Column.ROLE: "the role",
    Column.COMMUNITY: "the community",
    Column.STARTED_ON: "the day somebody started",
    Column.COURSE: "the course",
    Column.COMPLETED_ON: "the day of completion",
    Column.BODY: "the professional body",
    Column.REGISTERED_ON: "the day of registration",
    Column.HELD_ON: "the day it was held",
    Column.MINUTES: "how long it took",
    Column.SUPERVISOR: "the supervisor",
}


@dataclass
class Columns:
    """`says`: by position, a `Column`, `course:CODE:part` or `month:2026-05`. `texts`: each heading as it is named on
    the screen, none twice. `person`: positions of the parts of a name in their order."""

    says: dict[int, str]
    texts: list[str]
    person: list[int] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """Sentences on columns that are needed and not there."""

    def at(self, column: Column) -> int | None:
        return next((at for at, one in self.says.items() if one == column), None)


def columns_of(
    kind: SheetKind, header: Header, body: Sequence[Sequence[str]], courses: Mapping[str, str], told: Told, titles: str,
    today: date,
) -> Columns:  # fmt: skip
    """`body`: some rows under the headings; `titles`: what stands above them."""
    found = Columns({}, _texts(header, courses if kind is SheetKind.TRAINING_MATRIX else {}))
    if kind in GRIDS:
        _of_persons(header, found)
        if kind is SheetKind.TRAINING_MATRIX:
            _of_courses(header, courses, found)
        else:
            _of_months(header, told, titles, today, found)
        _unnamed_person(header, body, told, found)
    else:
        _of_rows(kind, header, body, told, found)
    for at, text in enumerate(header.texts):
        if text:
            found.says.setdefault(at, LEFT_OUT)
    again = set(told.columns.values()) - {str(Column.PERSON), LEFT_OUT}
    found.says = {at: LEFT_OUT if says in again else says for at, says in found.says.items()} | dict(told.columns)
    _parts_of_names(header, found)
    _say_what_is_left_out(kind, header, body, told, found)
    _say_what_is_missing(kind, found)
    return found


def _texts(header: Header, courses: Mapping[str, str]) -> list[str]:
    """Headings as they are named on the screen: a part of a course with its course, no two alike."""
    texts: list[str] = []
    course = ""
    for at, (over, under) in enumerate(zip(header.upper, header.lower, strict=True)):
        text = header.texts[at]
        if over and under and over != under and headings.course(over, courses):
            text = f"{over}: {under}"
        elif headings.course(text, courses):
            course = text
        elif course and text and headings.under_a_course(text):
            text = f"{course}: {text}"
        else:
            course = ""
        text = text or f"Column {column_letters(at)}"
        texts.append(text if text not in texts else f"{text} (column {column_letters(at)})")
    return texts


# ---------------------------------------------------------------------------------------------------------------------
# Matrices and grids


def _of_persons(header: Header, found: Columns) -> None:
    for at, text in enumerate(header.texts):
        named = headings.named(text, SheetKind.TRAINING_MATRIX) if text else None
        if named and named.column is Column.PERSON:
            found.says[at] = str(Column.PERSON)
        elif named and str(named.column) not in found.says.values():
            found.says[at] = str(named.column)
    _choose_among_persons(header, found)


def _choose_among_persons(header: Header, found: Columns) -> None:
    """One whole name, or the parts of one: the surer heading."""
    at_persons = [at for at, says in found.says.items() if says == Column.PERSON]
    named = {at: headings.named(header.texts[at], SheetKind.TRAINING_MATRIX) for at in at_persons}
    parts = [at for at in at_persons if (one := named[at]) and one.part]
    whole = sorted(
        (at for at in at_persons if at not in parts), key=lambda at: not ((one := named[at]) and one.is_sure)
    )
    kept = parts if len(parts) >= 2 else parts + whole[:1]
    for at in at_persons:
        if at not in kept:
            del found.says[at]


def _of_courses(header: Header, courses: Mapping[str, str], found: Columns) -> None:
    last = None
    for at, (over, under) in enumerate(zip(header.upper, header.lower, strict=True)):
        part = headings.under_a_course(under) if over and under else None
        above = headings.course(over, courses) if part else None
        if above and part:
            says = f"course:{above.code}:{part}"
        elif one := headings.course(header.texts[at], courses) or headings.course(under, courses):
            last, says = one.code, f"course:{one.code}:{one.part}"
        elif last and (part := headings.under_a_course(header.texts[at])):
            says = f"course:{last}:{part}"
            first = next(place for place, one in found.says.items() if one == f"course:{last}:completed_on")
            if part == headings.COMPLETED_UNDER and first == at - 1 and says in found.says.values():
                del found.says[first]
        else:
            if header.texts[at]:
                last = None
            continue
        if says in found.says.values():
            _ask_which(header, found, at, says)
        else:
            found.says[at] = says


def _ask_which(header: Header, found: Columns, at: int, says: str) -> None:
    """Two columns of the same: the first is taken until somebody says otherwise."""
    first = next(place for place, one in found.says.items() if one == says)
    letters, others = column_letters(at), column_letters(first)
    found.questions.append(
        Question(
            f"columns:{at}",
            f"“{header.texts[at]}” in column {letters} says the same as “{header.texts[first]}” in column {others}.",
            (
                (LEFT_OUT, f"Use column {others}, leave out {letters}"),
                (says, f"Use column {letters}, leave out {others}"),
            ),
        )
    )


def _of_months(header: Header, told: Told, titles: str, today: date, found: Columns) -> None:
    bare = [(at, number) for at, text in enumerate(header.texts) if (number := headings.bare_month(text))]
    for at, text in enumerate(header.texts):
        if month := headings.month(text, today):
            found.says[at] = f"month:{month:%Y-%m}"
    if bare:
        _years_for(bare, told, titles, today, found)
    for says in {says for says in found.says.values() if says.startswith("month:")}:
        places = [at for at, one in found.says.items() if one == says]
        for at in places[1:]:
            del found.says[at]
            _ask_which(header, found, at, says)


def _years_for(bare: list[tuple[int, int]], told: Told, titles: str, today: date, found: Columns) -> None:
    """Months without a year run on from the first: its year is told, or stands in a title, or is asked."""
    numbers: list[int] = []
    years_after_first: list[int] = []
    for _, number in bare:
        after = years_after_first[-1] + (number <= numbers[-1]) if numbers else 0
        numbers.append(number)
        years_after_first.append(after)
    at, number = bare[0]
    said = told.columns.get(at, "")
    first = int(said[6:10]) if said.startswith("month:") else _year_in(titles)
    if first is None:
        years = [year for year in range(today.year - 4, today.year + 1)][::-1]
        found.questions.append(
            Question(
                f"columns:{at}",
                f"“{found.texts[at]}” names no year. Which one is it? The months after it follow on.",
                tuple((f"month:{year}-{number:02d}", f"{MONTHS[number - 1]} {year}") for year in years),
            )
        )
        return
    for (place, each), after in zip(bare, years_after_first, strict=True):
        found.says[place] = f"month:{first + after}-{each:02d}"


def _year_in(titles: str) -> int | None:
    """The one year of a title: “Supervision 2026”; of “2025/26” the first."""
    spans = re.findall(r"\b(20\d\d)\s*[/–-]\s*(?:20)?(\d\d)\b", titles)
    years = {int(first) for first, _ in spans} or {int(one) for one in re.findall(r"\b(20\d\d)\b", titles)}
    return years.pop() if len(years) == 1 else None


def _unnamed_person(header: Header, body: Sequence[Sequence[str]], told: Told, found: Columns) -> None:
    """Names often stand in a first column that nobody gave a heading."""
    if str(Column.PERSON) in found.says.values() or str(Column.PERSON) in told.columns.values():
        return
    first = min((at for at, says in found.says.items() if says.startswith(("course:", "month:"))), default=0)
    for at in range(first):
        words = [row[at] for row in body if at < len(row) and row[at]]
        if words and sum(any(one.isalpha() for one in text) and " " in text for text in words) * 2 > len(words):
            found.says[at] = str(Column.PERSON)
            found.warnings.append(f"Column {column_letters(at)} has no heading that says so: it was read as the names.")
            return


# ---------------------------------------------------------------------------------------------------------------------
# Rows


def _of_rows(kind: SheetKind, header: Header, body: Sequence[Sequence[str]], told: Told, found: Columns) -> None:
    named = {at: one for at, text in enumerate(header.texts) if text and (one := headings.named(text, kind))}
    named = {at: one for at, one in named.items() if at not in told.columns}
    taken = set(told.columns.values())
    persons = [at for at, one in named.items() if one.column is Column.PERSON]
    if str(Column.PERSON) not in taken:
        found.says |= dict.fromkeys(persons, str(Column.PERSON))
        _choose_among_persons(header, found)
    for at, one in named.items():
        if one.is_sure and at not in persons and str(one.column) not in taken:
            _take(header, body, found, at, str(one.column))
    taken |= set(found.says.values())
    for at, one in named.items():
        if not one.is_sure and at not in persons:
            texts = [row[at] for row in body if at < len(row) and row[at]]
            free = [column for column in headings.may_say(header.texts[at], kind) if str(column) not in taken]
            _take_if_clear(header, body, found, at, [column for column in free if _fits(column, texts)])


def _take(header: Header, body: Sequence[Sequence[str]], found: Columns, at: int, says: str) -> None:
    """Two columns of the same are asked about, unless the same stands in both."""
    if says not in found.says.values():
        found.says[at] = says
        return
    first = next(place for place, one in found.says.items() if one == says)
    if any(row[at : at + 1] != row[first : first + 1] for row in body):
        _ask_which(header, found, at, says)


def _take_if_clear(
    header: Header, body: Sequence[Sequence[str]], found: Columns, at: int, columns: Sequence[Column]
) -> None:
    """A heading that could be two things is asked about."""
    if len(columns) == 1:
        _take(header, body, found, at, str(columns[0]))
    elif columns:
        choices = [(str(column), _called(column)) for column in columns]
        sentence = f"“{header.texts[at]}” in column {column_letters(at)} could say several things. What does it say?"
        found.questions.append(Question(f"columns:{at}", sentence, (*choices, (LEFT_OUT, "Leave it out"))))


def _called(column: Column) -> str:
    words = NEEDED_WORDS.get(column) or column.replace("_", " ")
    return words[:1].upper() + words[1:]


def _fits(column: Column, texts: Sequence[str]) -> bool:
    """Whether what stands under a heading can be that: where a heading may say two things, its cells often tell."""
    if column is Column.STARTS_AT:
        return all(_TIME_OF_DAY.match(text) for text in texts)
    if column is Column.MINUTES:
        return all(durations.length(text) != durations.NONE and not _TIME_OF_DAY.match(text) for text in texts)
    if column in (Column.FORM, Column.PURPOSE) and texts:
        is_form = sum(key(text) in meanings.FORMS for text in texts) * 2 > len(texts)
        return is_form is (column is Column.FORM)
    return True


def _parts_of_names(header: Header, found: Columns) -> None:
    """A surname that stands before its forename is put after it."""
    places = sorted(at for at, says in found.says.items() if says == Column.PERSON)
    is_surname = {at: any(one in headings.SURNAME for one in headings.keys(header.texts[at])) for at in places}
    found.person = sorted(places, key=lambda at: (is_surname[at], at))
    if len(places) > 1:
        found.warnings.append(f"Names were joined from {listed([f'“{found.texts[at]}”' for at in found.person])}.")


# ---------------------------------------------------------------------------------------------------------------------
# What is said


def _say_what_is_left_out(
    kind: SheetKind, header: Header, body: Sequence[Sequence[str]], told: Told, found: Columns
) -> None:
    asked = {one.about for one in found.questions}
    for at, text in enumerate(header.texts):
        if not text:
            filled = sum(bool(row[at]) for row in body if at < len(row))
            if filled and at not in found.says:
                found.warnings.append(f"Column {column_letters(at)} has no heading: it was left out.")
        elif found.says.get(at) == LEFT_OUT and at not in told.columns and f"columns:{at}" not in asked:
            if headings.bare_month(text) and asked:
                continue
            found.warnings.append(f"“{found.texts[at]}” was left out: {_why_left_out(kind, at, text, body)}.")


def _why_left_out(kind: SheetKind, at: int, text: str, body: Sequence[Sequence[str]]) -> str:
    if headings.is_not_kept(text):
        return "it is not kept here"
    cells = [row[at] for row in body if at < len(row) and row[at]]
    dated = sum(written(one).shape in (Shape.DAY, Shape.NUMBERS) for one in cells)
    if kind is SheetKind.TRAINING_MATRIX and dated and dated * 3 >= len(cells) and not key(text).endswith("date"):
        return f"it is no course that is known here ({count(len(cells), 'cell')})"
    return "nothing here takes it"


def _say_what_is_missing(kind: SheetKind, found: Columns) -> None:
    says = set(found.says.values())
    if kind in GRIDS:
        if str(Column.PERSON) not in says:
            found.missing.append("No column holds the names. Write “Name” over it, or say which column it is.")
        across = "course:" if kind is SheetKind.TRAINING_MATRIX else "month:"
        if not any(one.startswith(across) for one in says) and not found.questions:
            what = "a course that is known here" if across == "course:" else "a month, as “May 2026”"
            found.missing.append(f"No heading is {what}. Write it over its column, or say which column it is.")
        return
    for heading in TEMPLATES[kind][1]:
        if heading.is_needed and str(heading.column) not in says:
            what = NEEDED_WORDS[heading.column]
            found.missing.append(f"No column holds {what}. Write “{heading.text}” over it, or say which column it is.")
