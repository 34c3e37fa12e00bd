"""Lines of one part put together again into paragraphs, and paragraphs into list items."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tcsuper.readers.lines import Line, squeezed

_SENTENCE_END = re.compile(r"[.!?:;][)”\"']?$")
_ENDS_OPEN = re.compile(
    r"(?:[,–-]|\b(?:and|or|of|the|to|for|with|in|on|a|an|by|from|as|their|its|all|including))$", re.IGNORECASE
)
_DUTY = re.compile(
    r"(?:To |You will |Actively )?(?:accountable|responsible|oversee|"
    r"achiev|act|advis|agree|analys|answer|arrang|ask|assess|assist|attend|authoris|be|build|carr|"
    r"chair|check|clean|collat|collect|communicat|complet|conduct|consult|contribut|co-?ordinat|deal|"
    r"delegat|deliver|demonstrat|deputis|design|devis|develop|direct|draft|encourag|engag|ensur|establish|"
    r"evaluat|exercis|facilitat|follow|foster|guid|handl|help|hold|identif|implement|improv|inform|"
    r"integrat|investigat|join|keep|lead|liais|line manag|listen|lock|log|look|maintain|mak|manag|mentor|"
    r"monitor|negotiat|notif|observ|offer|organis|participat|perform|plan|prepar|present|produc|promot|"
    r"protect|provid|receiv|record|recruit|refer|report|represent|respond|review|run|search|secur|set|"
    r"specialis|supervis|support|take|teach|track|train|understand|undertak|updat|uphold|us|visit|work|"
    r"writ)(?:e|s|es|y|ies)?\b",
    re.IGNORECASE,
)
_OPENS_CLOSING = re.compile(
    r"(?:The|These|All)(?: above)? (?:duties|responsibilities)\b"
    r".*\b(?:above|describe|exhaustive|intended)\b|An ability to fulfil\b"
)
"""The paragraphs that a template puts after the last duty, here often without a blank line before them."""
_ROMAN = re.compile(r"[ivx]+")
_BROKEN_FROM, _BROKEN_TO = re.compile(r"(?<![\w-])([^\W\d_]{2,})-$"), re.compile(r"([a-zà-ÿ]{2,})(?![\w-])[^\w\s]*")
_GRADE = re.compile(r"(?:Essential|Desirable|ESSENTIAL|DESIRABLE)(?: \w+)?:?")
_NARROW = 45
_WIDER_THAN_A_PAGE = 130
"""No line of such a text was broken for want of width: each is a paragraph."""
_SLACK, _LITTLE_SLACK = 0.85, 0.97
_FEW, _SHARE = 3, 0.2
_MOST_WORDS = 6
FIRST_NUMBERS = {"1.", "1)", "(1)", "a)", "(a)", "a."}


@dataclass
class Paragraph:
    """Lines that belong together."""

    lines: list[Line]

    @property
    def text(self) -> str:
        return joined([line.text for line in self.lines])

    @property
    def marker(self) -> str:
        return self.lines[0].marker

    @property
    def is_heading(self) -> bool:
        return self.lines[0].is_heading or self.lines[0].is_label


@dataclass(frozen=True)
class _Layout:
    """How the items of some lines are told apart: by marks before them, by blank lines, or by the ends of short lines.
    `widest` is the longest line that may have been broken for want of width."""

    is_marked: bool
    is_parted: bool
    widest: int

    @classmethod
    def of(cls, lines: Sequence[Line]) -> "_Layout":
        is_marked = any(line.marker for line in lines)
        is_parted = not is_marked and sum(line.starts for line in lines) > max(_FEW, len(lines) * _SHARE)
        return cls(is_marked, is_parted, max((len(line.as_printed) for line in lines if line.wraps), default=0))


def joined(texts: Sequence[str]) -> str:
    """With a space between, but none after a hyphen that was broken inside a word ("multi-" + "disciplinary")."""
    whole = ""
    for text in texts:
        glued = not whole or (re.search(r"\w-$", whole) and text[:1].islower())
        whole += text if glued else f" {text}"
    return squeezed(whole)


def without_broken_words(lines: Sequence[Line]) -> list[Line]:
    """“thera-” before “peutic” becomes one word again where the document writes it whole elsewhere. Any other hyphen at
    the end of a line stays: it may be the word's own, as in “multi-disciplinary”."""
    whole = {word for line in lines for word in re.findall(r"[\w-]+", line.text.lower())}
    mended: list[Line] = []
    for line in lines:
        first = _BROKEN_FROM.search(mended[-1].text) if mended and not line.marker else None
        last = _BROKEN_TO.match(line.text)
        if first and last and first[1].lower() + last[1] in whole and f"{first[1].lower()}-{last[1]}" not in whole:
            mended[-1] = replace(mended[-1], text=mended[-1].text[:-1] + last[0])
            line = replace(line, text=line.text[last.end() :].lstrip())
        if line.text:
            mended.append(line)
    return mended


def paragraphs_of(lines: Sequence[Line], *, colon_leads_in: bool = False) -> list[Paragraph]:
    """`colon_leads_in`: items begin after an unmarked line that ends with a colon, even when nothing marks them."""
    layout = _Layout.of(lines)
    if not layout.is_marked and _are_one_each(lines):
        return [Paragraph([line]) for line in lines]
    found: list[Paragraph] = []
    for at, line in enumerate(lines):
        after_colon = colon_leads_in and found and _leads_in(found[-1]) and line.text[:1].isupper()
        if not found or after_colon or _is_title(lines, at) or _begins(line, found[-1], layout):
            found.append(Paragraph([line]))
        else:
            found[-1].lines.append(line)
    return found


def _are_one_each(lines: Sequence[Line]) -> bool:
    """Nothing marks or parts them, yet none goes on in the next: each begins with a capital, and ends a sentence or is
    short."""
    if len(lines) < 2 or any(line.starts for line in lines[1:]) or not all(line.text[:1].isupper() for line in lines):
        return False
    if any(_ENDS_OPEN.search(line.text) for line in lines):
        return False
    whole = all(_SENTENCE_END.search(line.text) for line in lines)
    return whole or max(len(line.text) for line in lines) <= (_NARROW if len(lines) > 2 else _NARROW // 2)


def _is_title(lines: Sequence[Line], at: int) -> bool:
    """A few words after the end of a sentence, before the counting begins again."""
    if not at or at + 1 == len(lines) or lines[at + 1].marker not in FIRST_NUMBERS:
        return False
    line, words = lines[at], lines[at].text.split()
    is_short = line.text[:1].isupper() and len(words) <= _MOST_WORDS and not _SENTENCE_END.search(line.text)
    return is_short and bool(_SENTENCE_END.search(lines[at - 1].text))


def _leads_in(paragraph: Paragraph) -> bool:
    return not paragraph.marker and paragraph.text.endswith(":")


def _begins(line: Line, last: Paragraph, layout: _Layout) -> bool:
    """Is this the beginning of a paragraph? A small letter goes on, whatever blank lines or page ends stand before."""
    if line.marker or line.is_heading or not line.wraps or last.is_heading:
        return True
    before = last.lines[-1]
    if line.text[:1].islower() or _ENDS_OPEN.search(before.text):
        return False
    if (
        _OPENS_CLOSING.match(line.text)
        or _GRADE.fullmatch(line.text)
        or (layout.widest > _WIDER_THAN_A_PAGE and line.text[:1].isupper())
    ):
        return True
    if line.starts:
        return line.page == before.page or bool(_SENTENCE_END.search(before.text)) or not layout.is_marked
    return line.text[:1].isupper() and _breaks_off(line, before, layout)


def _breaks_off(line: Line, before: Line, layout: _Layout) -> bool:
    """Nothing marks a beginning, but the line before was broken though the next word would have fitted. Where items are
    marked, that alone is a mere line break after a sentence, unless a duty's verb comes next. Where blank lines part
    them, a beginning takes both."""
    next_word = line.text.split()[0]
    needed = len(before.as_printed) + 1 + len(next_word)
    is_duty = bool(_DUTY.match(line.text)) and not next_word.isupper()
    would_fit = needed < layout.widest * _SLACK
    if layout.is_parted:
        return would_fit and is_duty
    if not layout.is_marked:
        return would_fit or (is_duty and needed < layout.widest * _LITTLE_SLACK)
    return would_fit and (is_duty or not _SENTENCE_END.search(before.text))


def another_duty_in(paragraph: Paragraph) -> str:
    """A line of it that begins as responsibilities do, though no sentence ends before it: its bullet may be lost."""
    for before, line in pairwise(paragraph.lines):
        is_begun = line.wraps and line.text[:1].isupper() and not line.text.split()[0].isupper()
        is_joined = _SENTENCE_END.search(before.text) or _ENDS_OPEN.search(before.text)
        if is_begun and not is_joined and _DUTY.match(line.text):
            return line.text
    return ""


def begins_like_a_duty(text: str) -> bool:
    return bool(_DUTY.match(text))


def is_sub_item(paragraph: Paragraph, parent: Paragraph | None, siblings: Sequence[Paragraph]) -> bool:
    """Nested as the format says; or further in, clearly so when the bullet is the same; or after a colon with another
    bullet. A change of bullets alone makes no sub-list: lists are often typed by several hands.
    Nor does one item that is further out than all its siblings: it stood beside a label."""
    if parent is None or not paragraph.marker:
        return False
    first, above = paragraph.lines[0], parent.lines[0]
    if first.level != above.level or not first.wraps:
        return first.level > above.level or (first.level == above.level and _counts_within(first.marker, above.marker))
    if not above.marker:
        return False
    if _counts_within(first.marker, above.marker):
        return True
    kind, kind_above = _kind(first.marker), _kind(above.marker)
    if kind == kind_above:
        if first.indent < above.indent + (3 if first.marker[:1] == above.marker[:1] or kind != "bullet" else 2):
            return False
        at_its_level = sum(bool(one.marker) and abs(one.lines[0].indent - above.indent) < 3 for one in siblings)
        return at_its_level > 1 or parent.text.endswith(":")
    return first.indent >= above.indent + 2 or kind == "o" or parent.text.endswith(":")


def _counts_within(marker: str, above: str) -> bool:
    """7.1 within 7., (a) within 5., (i) within (a): the counting itself says so. But (i) comes after (h), too."""
    inner, outer = marker.strip("()."), above.strip("().")
    if outer[:1].isdigit() and inner[:1].isdigit():
        return inner.startswith(f"{outer}.")
    if _kind(marker) != "letter":
        return False
    is_roman = bool(_ROMAN.fullmatch(inner)) and not (len(outer) == 1 and ord(inner[0]) == ord(outer) + 1)
    return _kind(above) == "number" or (is_roman and _kind(above) == "letter" and not _ROMAN.fullmatch(outer))


def _kind(marker: str) -> str:
    if marker[-1:] in ".)" or marker[:1].isdigit():
        return "number" if any(one.isdigit() for one in marker) else "letter"
    return marker[:1] if marker[:1] in "o-–—*+>?◦" else "bullet"
