"""Lines of one part put together again into paragraphs, and paragraphs into list items."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tcsuper.readers.lines import Line, squeezed

_SENTENCE_END = re.compile(r"[.!?:;][)”\"']?$")
_ENDS_OPEN = re.compile(
    r"(?:[,–-]|\b(?:and|or|of|the|to|for|with|in|on|a|an|by|from|as|their|its|all|including))$", re.IGNORECASE
)
_DUTY = re.compile(
    r"(?:To |You will )?(?:accountable|responsible|oversee|"
    r"achiev|act|advis|agree|analys|arrang|assess|assist|attend|authoris|"
    r"be|build|carr|chair|collat|communicat|complet|conduct|consult|contribut|co-?ordinat|deal|delegat|deliver|"
    r"deputis|design|devis|develop|direct|draft|encourag|engag|ensur|establish|evaluat|facilitat|foster|guid|handl|help|"
    r"identif|implement|inform|integrat|investigat|keep|lead|liais|line manag|maintain|mak|manag|mentor|monitor|"
    r"observ|offer|organis|participat|perform|plan|prepar|present|produc|promot|provid|record|report|represent|"
    r"respond|review|run|search|secur|set|specialis|supervis|support|take|teach|track|train|undertak|uphold|"
    r"us|work)(?:e|s|es|y|ies)?\b",
    re.IGNORECASE,
)
_OPENS_CLOSING = re.compile(
    r"(?:The|These|All)(?: above)? (?:duties|responsibilities)\b"
    r".*\b(?:above|describe|exhaustive|intended)\b|An ability to fulfil\b"
)
"""The paragraphs that a template puts after the last duty, here often without a blank line before them."""
_WIDER_THAN_A_PAGE = 130
"""No line of such a text was broken for want of width: each is a paragraph."""
_SLACK, _LITTLE_SLACK = 0.85, 0.97


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


def joined(texts: Sequence[str]) -> str:
    """With a space between, but none after a hyphen that was broken inside a word ("multi-" + "disciplinary")."""
    whole = ""
    for text in texts:
        glued = not whole or (re.search(r"\w-$", whole) and text[:1].islower())
        whole += text if glued else f" {text}"
    return squeezed(whole)


def paragraphs_of(lines: Sequence[Line], *, colon_leads_in: bool = False) -> list[Paragraph]:
    """`colon_leads_in`: items begin after an unmarked line that ends with a colon, even when nothing marks them."""
    widest = _usual_width(lines)
    marked = any(line.marker for line in lines)
    found: list[Paragraph] = []
    for line in lines:
        after_colon = colon_leads_in and found and _leads_in(found[-1]) and line.text[:1].isupper()
        if not found or after_colon or _begins(line, found[-1], widest, marked):
            found.append(Paragraph([line]))
        else:
            found[-1].lines.append(line)
    return found


def _leads_in(paragraph: Paragraph) -> bool:
    return not paragraph.marker and paragraph.text.endswith(":")


def _usual_width(lines: Sequence[Line]) -> int:
    return max((len(line.as_printed) for line in lines if line.wraps), default=0)


def _begins(line: Line, last: Paragraph, widest: int, marked: bool) -> bool:
    """Is this the beginning of a paragraph? A small letter goes on, whatever blank lines or page ends stand before."""
    if line.marker or line.is_heading or not line.wraps or last.is_heading:
        return True
    before = last.lines[-1]
    if line.text[:1].islower() or _ENDS_OPEN.search(before.text):
        return False
    if _OPENS_CLOSING.match(line.text) or (widest > _WIDER_THAN_A_PAGE and line.text[:1].isupper()):
        return True
    if line.starts:
        return line.page == before.page or bool(_SENTENCE_END.search(before.text)) or not marked
    return line.text[:1].isupper() and _breaks_off(line, before, widest, marked)


def _breaks_off(line: Line, before: Line, widest: int, marked: bool) -> bool:
    """Nothing marks a beginning, but the line before was broken though the next word would have fitted. Where items are
    marked, that alone is a mere line break after a sentence, unless a duty's verb comes next."""
    next_word = line.text.split()[0]
    needed = len(before.as_printed) + 1 + len(next_word)
    is_duty = bool(_DUTY.match(line.text)) and not next_word.isupper()
    would_fit = needed < widest * _SLACK
    if not marked:
        return would_fit or (is_duty and needed < widest * _LITTLE_SLACK)
    return would_fit and (is_duty or not _SENTENCE_END.search(before.text))


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
        return first.level > above.level
    kind, kind_above = _kind(first.marker), _kind(above.marker)
    if not above.marker:
        return False
    if kind == kind_above:
        if first.indent < above.indent + 3:
            return False
        at_its_level = sum(bool(one.marker) and abs(one.lines[0].indent - above.indent) < 3 for one in siblings)
        return at_its_level > 1 or parent.text.endswith(":")
    return first.indent >= above.indent + 2 or kind == "o" or parent.text.endswith(":")


def _kind(marker: str) -> str:
    if marker[-1:] in ".)" or marker[:1].isdigit():
        return "number" if any(one.isdigit() for one in marker) else "letter"
    return marker[:1] if marker[:1] in "o-–—*+>?◦" else "bullet"
