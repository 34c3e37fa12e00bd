"""Words of a Word file in their order: paragraphs, lists, tables, text boxes, form fields, notes, headers and footers.

Walks the document's own XML: python-docx opens the package, but passes over content controls and text boxes, in which
templates of job descriptions keep half of their words.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import docx
from docx.oxml.ns import qn
from lxml.etree import LxmlError

from tcsuper.readers.labels import label_of
from tcsuper.readers.lines import BULLETS, Line, cleaned
from tcsuper.readers.text_of import Unreadable

_SKIPPED = {qn("w:del"), qn("w:moveFrom"), qn("w:pPr"), qn("w:rPr"), qn("w:sectPr"), qn("w:tblPr"),
            "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}  # fmt: skip
_NOTES = ("/footnotes", "/endnotes")
_LABEL_LENGTH = 60
_GRADES = ["essential", "desirable"]
_DEEPEST = 200
_LONG, _FEW, _SHARE = 30, 4, 0.07


def docx_lines(data: bytes) -> tuple[list[Line], list[str]]:
    """Raises Unreadable for a damaged file."""
    try:
        document = docx.Document(io.BytesIO(data))
        walk = _Walk(document)
        marks, notes = list(walk.page_marks()), list(walk.notes())
        lines = [*marks, *_as_broken(list(walk.under(document.element.body, 0))), *notes]
    except MemoryError:
        raise
    except (LxmlError, Exception):  # a damaged package fails anywhere: missing parts, wrong types, broken XML
        raise Unreadable("The Word file is damaged and cannot be read.", "Ask for another copy.") from None
    tracked = "The file holds tracked changes; deleted words were left out, inserted ones read."
    return lines, [tracked] if walk.is_tracked else []


def _as_broken(lines: list[Line]) -> list[Line]:
    """A text pasted with a paragraph mark at the end of each line has its paragraphs broken like a text file's: then
    many of them go on with a small letter after a long line, and an empty one is what parts them."""
    plain = [line for line in lines if not line.marker and not line.is_label]
    going_on = sum(after.text[:1].islower() and len(before.text) > _LONG for before, after in pairwise(plain))
    if going_on < _FEW or going_on < len(plain) * _SHARE:
        return [replace(line, starts=True) for line in lines]
    return [replace(line, wraps=not line.marker and not line.is_label) for line in lines]


class _Walk:
    def __init__(self, document: Any) -> None:
        self.document = document
        self.after_blank = True
        tracked = (qn("w:del"), qn("w:ins"), qn("w:moveFrom"))
        self.is_tracked = next(document.element.body.iter(*tracked), None) is not None
        self.headings = {
            style.style_id: _depth_of(style.name) for style in document.styles if _is_heading(style.name or "")
        }
        self.listed = {
            style.style_id: _level_of(style)
            for style in document.styles
            if style.style_id not in self.headings and _is_list(style)
        }

    def under(self, element: Any, depth: int) -> Iterator[Line]:
        if depth > _DEEPEST:
            raise ValueError("nested too deep")
        for child in element:
            if child.tag == qn("w:p"):
                yield from self._paragraph(child, depth)
            elif child.tag == qn("w:tbl"):
                yield from self._table(child, depth)
            elif child.tag not in _SKIPPED:
                yield from self.under(child, depth + 1)

    def _paragraph(self, element: Any, depth: int) -> Iterator[Line]:
        """Each of its lines, then the paragraphs of text boxes that hang on it."""
        texts = [cleaned(text) for text in "".join(_words(element)).split("\n")]
        style = next((found.get(qn("w:val")) for found in element.iterfind(f"./{qn('w:pPr')}/{qn('w:pStyle')}")), "")
        level = self._list_level(element, style)
        if level is not None or texts[0][:1] in BULLETS:
            texts = _going_on(texts)
        first = True
        self.after_blank |= not any(texts)
        for text in texts:
            if text:
                marker = "•" if level is not None and first else ""
                is_heading = style in self.headings
                depth_of = self.headings[style] if is_heading else level or 0
                yield Line(text, marker=marker, level=depth_of, is_heading=is_heading, starts=self.after_blank)
                first = self.after_blank = False
        for box in element.iter(qn("w:txbxContent")):
            if not any(above.tag in _SKIPPED for above in box.iterancestors()):
                yield from self.under(box, depth + 1)

    def _list_level(self, element: Any, style: str | None) -> int | None:
        numbering = element.find(f"./{qn('w:pPr')}/{qn('w:numPr')}")
        if numbering is None:
            return self.listed.get(style or "")
        level, number = numbering.find(qn("w:ilvl")), numbering.find(qn("w:numId"))
        if number is not None and number.get(qn("w:val")) == "0":
            return None
        return int(level.get(qn("w:val")) or 0) if level is not None else 0

    def _table(self, element: Any, depth: int) -> Iterator[Line]:
        rows = [row for row in element.iter(qn("w:tr")) if next(row.iterancestors(qn("w:tbl"))) is element]
        cells = [list(map(list, self._cells(row, depth))) for row in rows]
        if len(cells) > 1 and [" ".join(line.text.lower() for line in cell) for cell in cells[0]] == _GRADES:
            for lines in zip(*cells, strict=True) if {len(row) for row in cells} == {2} else cells:
                yield from (line for cell in lines for line in cell)
            return
        is_list = not any(lines for row in cells for lines in row[1:])
        for row in cells:
            if is_list:
                yield from (line for cell in row for line in cell)
            elif [" ".join(line.text.lower() for line in cell) for cell in cells[0][1:]] == _GRADES:
                yield from _graded(row)
            else:
                yield from self._row(row)

    def _cells(self, row: Any, depth: int) -> Iterator[Iterator[Line]]:
        for cell in row.iter(qn("w:tc")):
            if _row_of(cell) is row:
                yield self.under(cell, depth + 1)

    def _row(self, cells: list[list[Line]]) -> Iterator[Line]:
        """Of two cells the first is a label, unless it is long; of more, the first and its marks are one line."""
        first = " ".join(line.text for line in cells[0]) if cells else ""
        is_labelled = first and not any(line.marker for line in cells[0])
        if is_labelled and len(cells) == 2 and (label_of(first) or len(first) <= _LABEL_LENGTH):
            yield Line(first, is_label=True, starts=True)
            yield from cells[1]
        elif is_labelled and len(cells) > 2 and not label_of(first) and all(len(cell) <= 1 for cell in cells):
            yield replace(cells[0][0], text=" | ".join(cell[0].text if cell else "" for cell in cells).rstrip(" |"))
        else:
            yield from (line for cell in cells for line in cell)

    def page_marks(self) -> Iterator[Line]:
        seen: set[str] = set()
        for section in self.document.sections:
            for part in (section.header, section.footer, section.first_page_header, section.first_page_footer):
                for line in () if part.is_linked_to_previous else self.under(part._element, 0):
                    if line.text not in seen:
                        seen.add(line.text)
                        yield replace(line, marks_page=True, is_heading=False, is_label=False)

    def notes(self) -> Iterator[Line]:
        from docx.oxml import parse_xml

        for relation in self.document.part.rels.values():
            if relation.reltype.endswith(_NOTES) and not relation.is_external:
                yield from self.under(parse_xml(relation.target_part.blob), 0)


def _going_on(texts: list[str]) -> list[str]:
    """A line broken by hand inside a list item, told by its small letter, goes on with the one before."""
    found: list[str] = []
    for text in texts:
        if found and text[:1].islower() and re.search(r"[\w,–-]$", found[-1]):
            found[-1] += text if found[-1].endswith("-") else f" {text}"
        else:
            found.append(text)
    return found


def _graded(cells: list[list[Line]]) -> Iterator[Line]:
    """A row under “Criteria | Essential | Desirable”, its kind before it: one line where each column says one thing,
    otherwise one for each criterion in its column. “Experience” names a kind here and begins no list of its own."""
    kind, *grades = cells
    named = " ".join(line.text for line in kind)
    if all(len(cell) <= 1 for cell in grades):
        rows = [["".join(line.text for line in cell) for cell in grades]]
    else:
        columns = range(len(grades))
        rows = [[line.text if at == own else "" for at in columns] for own in columns for line in grades[own]]
    yield from (Line(" | ".join([named, *row]), starts=True) for row in rows)


def _row_of(cell: Any) -> Any:
    return next(cell.iterancestors(qn("w:tr")))


def _is_list(style: Any) -> bool:
    name = style.name or ""
    is_numbered = style.element.find(f".//{qn('w:numPr')}") is not None
    return is_numbered or (name.startswith("List") and not name.startswith("List Continue"))


def _level_of(style: Any) -> int:
    """“List Bullet 2” is a list within a list, also where it does not say so in numbers."""
    level = style.element.find(f".//{qn('w:ilvl')}")
    if level is not None:
        return int(level.get(qn("w:val")) or 0)
    return int(found[1]) - 1 if (found := re.search(r" ([2-9])$", style.name or "")) else 0


def _depth_of(heading: str) -> int:
    """“Heading 2” stands under “Heading 1”; a title is over none of them in particular."""
    return int(found[1]) if (found := re.search(r" ([1-9])$", heading)) else 0


def _is_heading(name: str) -> bool:
    return name.lower().startswith(("heading", "title", "subtitle"))


def _words(paragraph: Any) -> Iterator[str]:
    """The characters of a paragraph, those of text boxes and deleted passages left out."""
    for child in paragraph:
        if child.tag == qn("w:t"):
            yield child.text or ""
        elif child.tag == qn("w:tab"):
            yield "\t"
        elif child.tag in {qn("w:br"), qn("w:cr")}:
            yield "\n"
        elif child.tag == qn("w:noBreakHyphen"):
            yield "-"
        elif child.tag == qn("w:sym"):
            yield chr(int(child.get(qn("w:char")) or "2022", 16))
        elif child.tag not in _SKIPPED and child.tag != qn("w:txbxContent"):
            yield from _words(child)
