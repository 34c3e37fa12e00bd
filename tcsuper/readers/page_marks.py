"""Headers and footers among the lines of a document: they break items and repeat particulars, and are set apart."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from tcsuper.readers.labels import LABELS, label_before, label_of, words_in
from tcsuper.readers.lines import Line, squeezed

MARKING = re.compile(
    r"(?:OFFICIAL|OFFICIAL ?[-:–—/ ] ?SENSITIVE(?:\b.*)?|SENSITIVE|UNCLASSIFIED|"
    r"RESTRICTED|PROTECT|CONFIDENTIAL|NOT PROTECTIVELY MARKED)$"
)
REFERENCE_CODE = r"[A-Z]{2,}(?:[-/ ]?[A-Z]{2,})*[-/ ]?\d{2,}\b"
VERSION_AT_END = re.compile(r"\b[vV](?:ersion )?\s?(\d+(?:\.\d+)*)\W*$")
_REFERENCE_WITH_VERSION = re.compile(rf"{REFERENCE_CODE}.*\b[vV](?:ersion )?\s?\d+(?:\.\d+)*\W*$")
_PAGE_NUMBER = re.compile(
    r"(?:page|p\.)\s*\d+(?:\s*(?:of|/)\s*\d+)?$|[-–—]?\s*\d+\s*(?:of|/)\s*\d+\s*[-–—]?$|.{0,80}\bpage \d+ of \d+$",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(r"[-–—]?\s*\d{1,3}\s*[-–—]?$")
_ADDRESS = re.compile(r"[a-z]+://|www\.")
"""A browser prints it at the foot of each page."""
_LONGEST = 14
_AT_THE_EDGE = 3
_APART = 8


def without_page_marks(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """(the lines of the text, the headers and footers). What follows such a line goes on as if it were not there."""
    repeated = _repeated(lines)
    text: list[Line] = []
    marks: list[Line] = []
    for at, line in enumerate(lines):
        if line.marks_page or _marks_page(lines, at, repeated):
            marks.append(line)
            continue
        if marks and text and line.starts and line.wraps and at and lines[at - 1] is marks[-1]:
            line = replace(line, starts=not line.text[:1].islower())
        text.append(line)
    return text, marks


def _marks_page(lines: Sequence[Line], at: int, repeated: set[str]) -> bool:
    line = lines[at]
    if line.marker or line.is_label or _answers_a_label(lines, at):
        return False
    if MARKING.match(line.text) or _PAGE_NUMBER.match(line.text) or _REFERENCE_WITH_VERSION.match(line.text):
        return True
    return _key(line) in repeated or (bool(_BARE_NUMBER.match(line.text)) and _stands_at_an_edge(lines, at, repeated))


def _answers_a_label(lines: Sequence[Line], at: int) -> bool:
    """The line before is a label alone, and this its answer: “Classification / OFFICIAL” is no page mark."""
    return at > 0 and (
        label_of(lines[at - 1].text) in {"classification", "reference", "version", "band"} or lines[at - 1].is_label
    )


def _repeated(lines: Sequence[Line]) -> set[str]:
    """Lines that stand at the edges of several pages, or twice anywhere with a reference or version. Where no pages are
    told apart, those that stand three times, each time well away from the last: a list may repeat itself."""
    edges: Counter[str] = Counter()
    pages = {line.page for line in lines}
    for page in pages if len(pages) > 1 else ():
        of_page = [line for line in lines if line.page == page]
        edges.update({_key(line) for line in of_page[:_AT_THE_EDGE] + of_page[-_AT_THE_EDGE:] if not line.marker})
    found = {key for key, times in edges.items() if times >= max(2, len(pages) - 1)}
    for key, places in _places(lines).items():
        apart = 1 + sum(after - before >= _APART for before, after in pairwise(places))
        found |= {key} if (len(places) > 1 and _names_a_document(key)) or (len(pages) == 1 and apart > 2) else set()
    return {key for key in found if _may_be_a_mark(key)}


def _places(lines: Sequence[Line]) -> dict[str, list[int]]:
    """Where each line of several words stands."""
    found: dict[str, list[int]] = {}
    for at, line in enumerate(lines):
        if not line.marker and len(words_in(line.text)) > 1:
            found.setdefault(_key(line), []).append(at)
    return found


def _names_a_document(key: str) -> bool:
    return bool(re.match(REFERENCE_CODE, key) or VERSION_AT_END.search(key))


def _may_be_a_mark(key: str) -> bool:
    words = words_in(key)
    begins = not key[:1].islower() or bool(_ADDRESS.match(key))
    return 0 < len(words) <= _LONGEST and begins and words not in LABELS and not label_before(key)


def _key(line: Line) -> str:
    return re.sub(r"\d+(?:(?:/| of )\d+)?$", "0", squeezed(line.text))


def _stands_at_an_edge(lines: Sequence[Line], at: int, repeated: set[str]) -> bool:
    """Of a page; where no pages are told apart, beside a header or footer."""
    page = lines[at].page
    if page == 0:
        return any(_key(beside) in repeated for beside in [*lines[max(at - 1, 0) : at], *lines[at + 1 : at + 2]])
    return at == 0 or at + 1 == len(lines) or lines[at - 1].page != page or lines[at + 1].page != page
