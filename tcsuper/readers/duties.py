"""Responsibilities and references to other job descriptions, out of the parts that list duties."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tcsuper.readers.items import (
    FIRST_NUMBERS,
    Paragraph,
    another_duty_in,
    begins_like_a_duty,
    is_sub_item,
    paragraphs_of,
)
from tcsuper.readers.lines import squeezed
from tcsuper.readers.parts import Part

ELSEWHERE = re.compile(
    r"\b(?:as (?:per|in|(?:set out|described|detailed|listed|outlined|specified|given|stated) in)|according to|"
    r"in (?:line|accordance) with|see(?: also)?)\b"
    r"(?:(?!\b(?:this|your|own|above)\b).){1,80}\b(?:job descriptions?|JDs?)\b|"
    r"\bas per (?:the )?(?-i:[A-Z]{2,6}) ?: ?\w",
    re.IGNORECASE,
)
"""“act as … as per the job descriptions below”, or as per one by its name, “CM : Operations”: duties of another
document, on a condition."""
_ACTING = re.compile(r"\b(?:act(?:s|ing)?|deputis|cover|carry|perform|undertak|stand in|fulfil)", re.IGNORECASE)
_CLOSING = re.compile(
    r"\bexhaustive\b|\b(?:duties|responsibilities)\b.{0,40}\b(?:listed|described|set out) above\b|"
    r"\babove duties\b|"
    r"^(?:The|This|These|Those|An?|All|It|They|Any|In addition to the above|Other duties|NB|N\.B\.|Note)\b|"
    r"please do not alter",
    re.IGNORECASE,
)
_SHORT, _TITLE = 12, 6


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
        self.condition_of: Paragraph | None = None
        self.parent: Paragraph | None = None
        self.titles: list[str] = []
        self.is_led_in = self.is_nested = False
        self.before = len(found.responsibilities)

    def read(self) -> None:
        for at, paragraph in enumerate(self.paragraphs):
            if self._is_title(paragraph, at):
                self._title(paragraph)
            elif paragraph.marker:
                self._item(paragraph)
            elif self._leads_in(paragraph, at):
                self._lead_in(paragraph)
            elif ELSEWHERE.search(paragraph.text) and _ACTING.search(paragraph.text):
                self._item(paragraph)
            elif self._is_prose(paragraph, at):
                self.found.unplaced.append(unplaced_from(paragraph, self.part))
                self.condition, self.parent = "", None
            else:
                self._item(paragraph)
        taken = len(self.found.responsibilities) - self.before
        if self.titles:
            titles = ", ".join(f"“{title}”" for title in self.titles)
            self.found.warnings.append(f"Taken as headings of what follows them, as nothing marks them: {titles}.")
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
        if self.condition_of and not self._is_still_under_the_condition(paragraph):
            self.condition, self.condition_of = "", None
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

    def _is_still_under_the_condition(self, paragraph: Paragraph) -> bool:
        """Of a condition that is an item itself: what is nested in it, or follows it and reads as no duty."""
        if is_sub_item(paragraph, self.condition_of, self.paragraphs):
            self.is_nested = True
            return True
        return not self.is_nested and not begins_like_a_duty(paragraph.text)

    def _responsibility(self, paragraph: Paragraph) -> None:
        doubts = []
        if self.has_markers and not paragraph.marker:
            doubts.append("No bullet or number stands before it: it may belong to the one before.")
        if begun := another_duty_in(paragraph):
            beginning = " ".join(begun.split()[:4])
            doubts.append(f"Another may begin in it, at “{beginning}”, whose bullet is lost.")
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
        if not (self.condition and paragraph.marker):
            self.section = self.part.heading if is_first else paragraph.text.rstrip(":").strip()
        self.condition_of, self.is_nested = paragraph if self.condition and paragraph.marker else None, False
        self.parent = None

    def _is_title(self, paragraph: Paragraph, at: int) -> bool:
        """“Finance”, alone before marked items or the closing words; or numbered before what counts within its number:
        “1. Safety”, “1.1 Walk”."""
        following = self.paragraphs[at + 1] if at + 1 < len(self.paragraphs) else None
        if following is None or not self.has_markers or len(paragraph.lines) > 1:
            return False
        words, first = paragraph.text.split(), paragraph.lines[0]
        is_named = paragraph.text[:1].isupper() and not re.search(r"[.:;,]$", paragraph.text) and len(words) <= _TITLE
        if not is_named or (len(words) > 1 and begins_like_a_duty(paragraph.text)):
            return False
        if paragraph.marker:
            return following.marker.startswith(f"{paragraph.marker.strip('.')}.")
        is_apart = first.starts or not first.wraps or len(words) < _TITLE / 2 or following.marker in FIRST_NUMBERS
        return is_apart and (bool(following.marker) or bool(_CLOSING.search(following.text)))

    def _title(self, paragraph: Paragraph) -> None:
        self.titles.append(paragraph.text)
        self.found.headings.append(squeezed(f"{paragraph.marker} {paragraph.text}"))
        self.section, self.condition, self.condition_of, self.parent = paragraph.text, "", None, None

    def _is_prose(self, paragraph: Paragraph, at: int) -> bool:
        """No item: an opening or closing paragraph, in a part whose items are marked or not."""
        if _CLOSING.search(paragraph.text) or not any(map(str.isalnum, paragraph.text)):
            return True
        if self.condition:
            return len(paragraph.text.split()) > _SHORT
        if not self.has_markers:
            return False
        is_first = len(self.found.responsibilities) == self.before and not self.found.cross_references
        return is_first and not self.is_led_in and not begins_like_a_duty(paragraph.text)


def _tidy_marker(marker: str) -> str:
    return marker if marker[-1:] in ".)" else "–"
