"""The other lists of a job description: behaviours, experience, requirements, eligibility, person specification."""

import re
from collections.abc import Sequence

from tcsuper.readers.duties import Unplaced, unplaced_from
from tcsuper.readers.items import Paragraph, is_sub_item, paragraphs_of
from tcsuper.readers.labels import words_in
from tcsuper.readers.parts import Part

_TABLE_HEAD = {
    "requirement",
    "requirements",
    "criteria",
    "criterion",
    "essential",
    "desirable",
    "attribute",
    "attributes",
}
_GRADE = re.compile(r"(essential|desirable)(?: criteria| requirements)?\s*:?$", re.IGNORECASE)
_INSTRUCTION = re.compile(r"please do not alter|^N\.?B\b|^(?:it is advised|we recommend)\b", re.IGNORECASE)


def read_list(parts: Sequence[Part]) -> tuple[list[str], list[Unplaced], list[str]]:
    """(the entries in order, what is none of them, the headings of their table)."""
    entries: list[str] = []
    unplaced: list[Unplaced] = []
    headings: list[str] = []
    for part in parts:
        paragraphs = paragraphs_of(part.lines)
        marked = any(paragraph.marker for paragraph in paragraphs)
        grade, parent, columns = "", None, [""]
        for at, paragraph in enumerate(paragraphs):
            if _is_head(paragraph):
                headings.append(paragraph.text)
                columns = [cell.strip() for cell in paragraph.text.split("|")]
                grade = _grade_of(paragraphs, at)
            elif _INSTRUCTION.search(paragraph.text) or (marked and not paragraph.marker and parent is None):
                unplaced.append(unplaced_from(paragraph, part))
            elif is_sub_item(paragraph, parent, paragraphs):
                entries[-1] = f"{entries[-1]}\n– {paragraph.text}"
            else:
                entries.append(_ticked(paragraph.text, columns) or f"{grade}{paragraph.text}".rstrip(" |"))
                parent = paragraph
    return entries, unplaced, headings


def _ticked(text: str, columns: Sequence[str]) -> str:
    """“Calm | X” under “Criteria | Essential | Desirable” is essential. Nothing when the row says it otherwise."""
    said, *ticks = [cell.strip() for cell in text.split("|")]
    grades = [name for name, tick in zip(columns[1:], ticks, strict=False) if tick]
    if not said or len(grades) != 1 or not _GRADE.match(grades[0]) or any(len(tick) > 1 for tick in ticks):
        return ""
    return f"{grades[0]}: {said}"


def _is_head(paragraph: Paragraph) -> bool:
    return not paragraph.marker and set(words_in(paragraph.text)) <= _TABLE_HEAD


def _grade_of(paragraphs: Sequence[Paragraph], at: int) -> str:
    """“Desirable” alone over a list is said with each of its entries. Beside other headings it is a column of a table,
    whose ticks are lost, and says nothing of what follows."""
    beside = [paragraphs[place] for place in (at - 1, at + 1) if 0 <= place < len(paragraphs)]
    word = _GRADE.match(paragraphs[at].text)
    return f"{word[1].capitalize()}: " if word and not any(map(_is_head, beside)) else ""
