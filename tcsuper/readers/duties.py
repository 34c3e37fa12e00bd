"""Responsibilities and references to other job descriptions, out of the parts that list duties."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tcsuper.readers.items import Paragraph, begins_like_a_duty, is_sub_item, paragraphs_of
from tcsuper.readers.lines import squeezed
from tcsuper.readers.parts import Part

ELSEWHERE = re.compile(
    r"\bas (?:per|set out in|described in|detailed in|listed in)\b.*\bjob descriptions?\b", re.IGNORECASE
)
"""“act as … as per the job descriptions below”: duties of another document, on a condition."""
_CLOSING = re.compile(
    r"\bexhaustive\b|\b(?:duties|responsibilities)\b.{0,40}\b(?:listed|described|set out) above\b|"
    r"\babove duties\b|"
    r"^(?:The|This|These|Those|An?|All|It|They|Any|In addition to the above|Other duties|NB|N\.B\.|Note)\b|"
    r"please do not alter",
    re.IGNORECASE,
)
_SHORT = 12


@dataclass(frozen=True)
class Responsibility:
    """`number` is its place in the document, `printed_number` the bullet or number before it, `section` its heading."""

    number: int
    text: str
    section: str
    printed_number: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class CrossReference:
    """Duties of another job description, and on what condition they are taken on. They are none of this document."""

    text: str
    condition: str


@dataclass(frozen=True)
class Unplaced:
    """A line that stands in no field, with the heading it stood under and its place in the document."""

    text: str
    section: str
    line: int


def unplaced_from(paragraph: Paragraph, part: Part) -> Unplaced:
    return Unplaced(squeezed(f"{paragraph.marker} {paragraph.text}"), part.heading, paragraph.lines[0].number)


@dataclass
class Duties:
    responsibilities: list[Responsibility] = field(default_factory=list)
    cross_references: list[CrossReference] = field(default_factory=list)
    unplaced: list[Unplaced] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def read_duties(parts: Sequence[Part]) -> Duties:
    found = Duties()
    for part in parts:
        _OnePart(part, found).read()
    numbers = [item.printed_number for item in found.responsibilities if item.printed_number[:1].isdigit()]
    if len(numbers) > 2 and len(set(numbers)) == 1:
        found.warnings.append(
            f"{len(numbers)} responsibilities are all numbered “{numbers[0]}” here; they are numbered by their order."
        )
    return found


class _OnePart:
    """What has been read so far of one part: under which lead-in we are, and which item is still open."""

    def __init__(self, part: Part, found: Duties) -> None:
        self.found, self.part = found, part
        self.paragraphs = paragraphs_of(part.lines, colon_leads_in=True)
        self.has_markers = any(paragraph.marker for paragraph in self.paragraphs)
        self.section = part.heading
        self.condition = ""
        self.parent: Paragraph | None = None
        self.is_led_in = False
        self.before = len(found.responsibilities)

    def read(self) -> None:
        for at, paragraph in enumerate(self.paragraphs):
            if paragraph.marker:
                self._item(paragraph)
            elif self._leads_in(paragraph, at):
                self._lead_in(paragraph)
            elif self._is_prose(paragraph, at):
                self.found.unplaced.append(unplaced_from(paragraph, self.part))
                self.condition, self.parent = "", None
            else:
                self._item(paragraph)
        taken = len(self.found.responsibilities) - self.before
        if taken and self.part.key == "more_duties":
            self.found.warnings.append(
                f"“{self.part.heading}” does not say that it lists responsibilities; "
                f"what it lists ({taken}) was taken as such."
            )
        if taken > 1 and not self.has_markers:
            self.found.warnings.append(
                f"Nothing marks the items under “{self.part.heading}”; each of {taken} paragraphs was taken as one."
            )

    def _item(self, paragraph: Paragraph) -> None:
        if self.condition and not is_sub_item(paragraph, self.parent, self.paragraphs):
            self.found.cross_references.append(CrossReference(paragraph.text, self.condition))
        elif ELSEWHERE.search(paragraph.text) and not paragraph.text.endswith(":"):
            self.found.cross_references.append(CrossReference(paragraph.text, paragraph.text))
        elif is_sub_item(paragraph, self.parent, self.paragraphs) and len(self.found.responsibilities) > self.before:
            self._sub_item(paragraph)
            return
        elif ELSEWHERE.search(paragraph.text):
            self._lead_in(paragraph)
            return
        else:
            self._responsibility(paragraph)
        self.parent = paragraph

    def _responsibility(self, paragraph: Paragraph) -> None:
        doubts = []
        if self.has_markers and not paragraph.marker:
            doubts.append("No bullet or number stands before it: it may belong to the one before.")
        number = len(self.found.responsibilities) + 1
        new = Responsibility(number, paragraph.text, self.section, paragraph.marker, tuple(doubts))
        self.found.responsibilities.append(new)

    def _sub_item(self, paragraph: Paragraph) -> None:
        """A list inside an item is part of it, each entry on a line of its own."""
        last = self.found.responsibilities.pop()
        text = f"{last.text}\n{_tidy_marker(paragraph.marker)} {paragraph.text}"
        doubt = "It has a list of its own, kept as part of it. Split it if each entry is to be held by itself."
        warnings = last.warnings if doubt in last.warnings else (*last.warnings, doubt)
        self.found.responsibilities.append(
            Responsibility(last.number, text, last.section, last.printed_number, warnings)
        )

    def _leads_in(self, paragraph: Paragraph, at: int) -> bool:
        is_followed = at + 1 < len(self.paragraphs) and bool(self.paragraphs[at + 1].marker)
        return paragraph.text.endswith(":") or (bool(ELSEWHERE.search(paragraph.text)) and is_followed)

    def _lead_in(self, paragraph: Paragraph) -> None:
        """“Other tasks including:” names what follows; the first one only says that duties follow."""
        self.found.headings.append(paragraph.text)
        self.is_led_in = True
        self.condition = paragraph.text.rstrip(":").strip() if ELSEWHERE.search(paragraph.text) else ""
        is_first = self.before == len(self.found.responsibilities) and not self.condition
        self.section = self.part.heading if is_first else paragraph.text.rstrip(":").strip()
        self.parent = None

    def _is_prose(self, paragraph: Paragraph, at: int) -> bool:
        """No item: an opening or closing paragraph, in a part whose items are marked or not."""
        if _CLOSING.search(paragraph.text):
            return True
        if self.condition:
            return len(paragraph.text.split()) > _SHORT
        if not self.has_markers:
            return False
        is_first = len(self.found.responsibilities) == self.before and not self.found.cross_references
        return is_first and not self.is_led_in and not begins_like_a_duty(paragraph.text)


def _tidy_marker(marker: str) -> str:
    return marker if marker[-1:] in ".)" else "–"
