"""Reads a job description, in whatever layout it comes, into plain data.

In: the lines of a document. Out: its particulars as printed, its responsibilities in order, and everything else it
says. Two promises hold for any text. Nothing is invented: what the document does not print is empty, and where it
contradicts itself the field carries a warning. Nothing is dropped: every word is in some field, and lines that belong
in none are in `unplaced_lines`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tcsuper.readers.duties import CrossReference, Duties, Responsibility, Unplaced, read_duties, unplaced_from
from tcsuper.readers.items import paragraphs_of, without_broken_words
from tcsuper.readers.labels import LISTS, PARTICULARS
from tcsuper.readers.lines import Line, split_up
from tcsuper.readers.listed import read_list
from tcsuper.readers.page_marks import without_page_marks
from tcsuper.readers.particulars import Particular, name_of, read_particulars
from tcsuper.readers.parts import Part, parts_of
from tcsuper.words import day


@dataclass(frozen=True)
class JobDescription:
    """`headings` and `page_marks` are the document's own labels, headings, headers and footers. `warnings` are those of
    the whole; those of one field or responsibility stand beside it, and `all_warnings` has them together."""

    reference: Particular
    document_type: Particular
    version: Particular
    title: Particular
    band: Particular
    organisation_level: Particular
    classification: Particular
    issue_date: Particular
    """Its value is an ISO date; as printed it is in `printed`."""
    status: Particular
    produced_by: Particular
    authorised_by: Particular
    responsibilities: tuple[Responsibility, ...] = ()
    cross_references: tuple[CrossReference, ...] = ()
    behaviours: tuple[str, ...] = ()
    essential_experience: tuple[str, ...] = ()
    technical_requirements: tuple[str, ...] = ()
    minimum_eligibility: tuple[str, ...] = ()
    person_specification: tuple[str, ...] = ()
    unplaced_lines: tuple[Unplaced, ...] = ()
    headings: tuple[str, ...] = ()
    page_marks: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def issued_on(self) -> date | None:
        return date.fromisoformat(self.issue_date.value) if self.issue_date.value else None

    @property
    def particulars(self) -> dict[str, Particular]:
        return {key: getattr(self, key) for key in PARTICULARS}

    @property
    def all_warnings(self) -> list[tuple[str, str]]:
        """(field, sentence); the field is empty for what concerns the whole, and `responsibilities 3` for one item."""
        of_fields = [(key, doubt) for key, one in self.particulars.items() for doubt in one.warnings]
        of_items = [
            (f"responsibilities {item.number}", doubt) for item in self.responsibilities for doubt in item.warnings
        ]
        return [*of_fields, *of_items, *(("", doubt) for doubt in self.warnings)]


NOTHING_KNOWN = "No heading of a job description was recognised. Every line is listed as unplaced."
NO_HEADING = (
    "No heading says where the responsibilities are; the {} listed lines outside known parts were taken as such."
)
NONE_FOUND = "No responsibilities were found."


def parse(lines: Iterable[Line], notes: Sequence[str] = ()) -> JobDescription:
    """`notes` are what the file's format made doubtful already; they become warnings of the whole."""
    text, marks = without_page_marks(split_up(lines))
    parts = parts_of(without_broken_words(text))
    particulars, left = read_particulars(
        [part for part in parts if part.key in {*PARTICULARS, "title_on_cover"}], marks
    )
    known = [part for part in parts if part.key not in {*PARTICULARS, "title_on_cover"}]
    duty_parts, doubts = _duty_parts(sorted([*known, *left], key=_place))
    duties = read_duties(duty_parts)
    entries, unplaced = _lists([*known, *left], duty_parts, duties)
    recognised = any(part.key not in {"heading", "other"} for part in parts)
    doubts = [doubt.format(len(duties.responsibilities)) for doubt in doubts]
    if not recognised and not duties.responsibilities:
        doubts = [NOTHING_KNOWN]
    elif not duties.responsibilities:
        doubts = [NONE_FOUND]
    fields: dict[str, Any] = {**particulars, **entries}
    return JobDescription(
        **fields,
        responsibilities=tuple(duties.responsibilities),
        cross_references=tuple(duties.cross_references),
        unplaced_lines=tuple(unplaced),
        headings=tuple(_headings(known, left) + duties.headings),
        page_marks=tuple(line.as_printed for line in marks),
        warnings=tuple(dict.fromkeys([*notes, *doubts, *duties.warnings])),
    )


def _place(part: Part) -> int:
    return (part.heading_lines or part.lines)[0].number


def _duty_parts(parts: Sequence[Part]) -> tuple[list[Part], list[str]]:
    """The parts that list duties. Where no heading says so, those with list items under no known heading."""
    named = [part for part in parts if part.key in {"duties", "more_duties"}]
    if named:
        return named, []
    unnamed = [part for part in parts if part.key in {"heading", "other"} and any(line.marker for line in part.lines)]
    unnamed = [part for part in unnamed if not part.heading or part.key == "heading"]
    return unnamed, [NO_HEADING] if unnamed else []


def _lists(parts: Sequence[Part], duty_parts: Sequence[Part], duties: Duties) -> tuple[dict[str, Any], list[Unplaced]]:
    entries: dict[str, Any] = {}
    unplaced = list(duties.unplaced)
    for key in LISTS:
        found, others, headings = read_list([part for part in parts if part.key == key])
        entries[key] = tuple(found)
        unplaced += others
        duties.headings += headings
    taken = {id(part) for part in duty_parts}
    for part in parts:
        if part.key not in LISTS and id(part) not in taken:
            unplaced += [unplaced_from(paragraph, part) for paragraph in paragraphs_of(part.lines)]
    return entries, sorted(unplaced, key=lambda one: one.line)


def _headings(parts: Sequence[Part], left: Sequence[Part]) -> list[str]:
    return [part.heading for part in [*parts, *left] if part.heading_lines]


def from_data(data: dict[str, Any]) -> JobDescription:
    """Back from `dataclasses.asdict`, by way of JSON. Raises KeyError or TypeError for anything else."""
    kinds = {"responsibilities": Responsibility, "cross_references": CrossReference, "unplaced_lines": Unplaced}
    fields: dict[str, Any] = {
        **{key: _one(Particular, data[key]) for key in PARTICULARS},
        **{key: tuple(_one(kind, one) for one in data[key]) for key, kind in kinds.items()},
        **{key: tuple(data[key]) for key in (*LISTS, "headings", "page_marks", "warnings")},
    }
    return JobDescription(**fields)


def _one(kind: type[Any], data: dict[str, Any]) -> Any:
    return kind(**{key: tuple(value) if isinstance(value, list) else value for key, value in data.items()})


def as_json(read: JobDescription) -> dict[str, Any]:
    """What the command prints. The fields hold values alone: text, lists of texts, and responsibilities as number, text
    and section; a warning begins with the field it is about. Beside them stands where they came from: `conditions`, on
    which each of the cross-references holds, in their order; `printed`, the lines of each particular as they stand;
    `headings` and `page_marks`, headers and footers."""
    return {
        **{key: one.value for key, one in read.particulars.items()},
        "responsibilities": [
            {"number": item.number, "text": item.text, "section": item.section} for item in read.responsibilities
        ],
        "cross_references": [one.text for one in read.cross_references],
        **{key: list(getattr(read, key)) for key in LISTS},
        "unplaced_lines": [one.text for one in read.unplaced_lines],
        "warnings": [f"{key}: {doubt}" if key else doubt for key, doubt in read.all_warnings],
        "conditions": [one.condition for one in read.cross_references],
        "printed": {key: list(one.printed) for key, one in read.particulars.items()},
        "headings": list(read.headings),
        "page_marks": list(read.page_marks),
    }


def as_text(read: JobDescription) -> list[str]:
    """The same for people: what is empty is named as not printed."""
    values = {key: one.value for key, one in read.particulars.items()}
    if read.issued_on:
        values["issue_date"] = day(read.issued_on)
    lines = [f"{name_of(key).capitalize()}: {value or 'not printed'}" for key, value in values.items()]
    section = None
    for item in read.responsibilities:
        if item.section != section:
            section = item.section
            lines += ["", section or "Responsibilities"]
        lines.append(f"{item.number:3}. {item.text}")
    titled = {
        "Duties of other job descriptions": [f"{one.text} ({one.condition})" for one in read.cross_references],
        **{name_of(key).capitalize(): list(getattr(read, key)) for key in LISTS},
        "In no field": [one.text for one in read.unplaced_lines],
        "To check": [f"{name_of(key).capitalize()}: {doubt}" if key else doubt for key, doubt in read.all_warnings],
    }
    for title, entries in titled.items():
        if entries:
            lines += ["", title, *(f"  - {entry}" for entry in entries)]
    return lines
