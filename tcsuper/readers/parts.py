"""The parts of a document: under which label each line stands, in the order of the document.

A label may stand alone, before its text, or be broken over several lines with its text in between, as a narrow column
beside a wide one comes out ("Minimum / the text / Eligibility").
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tcsuper.readers.items import joined
from tcsuper.readers.labels import (
    LABELS,
    LISTS,
    PARTICULARS,
    label_before,
    label_of,
    labels_beginning,
    names_duties,
    names_something_else,
    words_in,
)  # fmt: skip
from tcsuper.readers.lines import Line, marked, squeezed

_LOOK_AHEAD = 6
_PROFILE = {("success", "profile"), ("success", "profiles")}
_FEW_WORDS = 10
_ENDS_OPEN = re.compile(r"(?:[,;:–-]|\b(?:and|or|of|the|to|for|with|in|on|a|an|by|from|as))$", re.IGNORECASE)


@dataclass
class Part:
    """`key` is a field of a job description, `duties`, `heading` (one that the product does not know) or `other`."""

    key: str
    heading: str
    heading_lines: list[Line] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    is_answer: bool = False
    """“Location: North”: a paragraph after it is no longer about it."""


def parts_of(lines: Sequence[Line]) -> list[Part]:
    parts = [Part("other", "")]
    taken: set[int] = set()
    for at, line in enumerate(lines):
        if at in taken:
            continue
        found = _part_at(lines, at, parts, taken)
        if found is None:
            if parts[-1].is_answer and parts[-1].key == "other" and line.starts:
                parts.append(Part("other", ""))
            parts[-1].lines.append(line)
        elif parts[-1].heading and words_in(parts[-1].heading) in _PROFILE and _repeats(found, parts[:-1]):
            parts[-1].lines += found.heading_lines + found.lines
        else:
            parts.append(found)
    return [part for part in parts if part.heading_lines or part.lines]


def _repeats(found: Part, before: list[Part]) -> bool:
    """A success profile at the end says in a table what stands above already; its columns come out mixed."""
    return any(part.key in LISTS for part in before) and found.key in {*LISTS, "other", "heading"}


def _part_at(lines: Sequence[Line], at: int, parts: list[Part], taken: set[int]) -> Part | None:
    line, now = lines[at], parts[-1]
    if line.marker:
        return None
    if broken := _broken_label(lines, at, now):
        places, key = broken
        taken.update(places)
        pieces = [line, *(lines[place] for place in places)]
        return Part(key, joined([piece.text for piece in pieces]), pieces)
    key = LABELS.get(words_in(line.text), "") if line.is_label or line.is_heading else label_of(line.text)
    if key and (line.is_label or line.is_heading or _may_stand_alone(line, key, now)):
        return Part(key, squeezed(line.text), [line])
    if found := _label_with_text(line, now):
        return found
    if line.is_label or _looks_like_a_heading(lines, at, now):
        return Part(_key_of_unknown(line, now, parts), squeezed(line.text), [line])
    return None


def _broken_label(lines: Sequence[Line], at: int, now: Part) -> tuple[list[int], str] | None:
    """The longest label that this line begins and later lines, each a whole piece of it, complete."""
    line = lines[at]
    words = words_in(line.text)
    if not words or len(words) > 4 or line.is_label or not line.text[:1].isupper() or not line.wraps:
        return None
    for label in labels_beginning(words):
        if now.key not in PARTICULARS and now.heading and LABELS[label] in PARTICULARS and len(label) < 2:
            continue
        places = _rest_of_label(lines, at, label[len(words) :])
        if places:
            return places, LABELS[label]
    return None


def _rest_of_label(lines: Sequence[Line], at: int, missing: tuple[str, ...]) -> list[int]:
    places: list[int] = []
    for place in range(at + 1, min(at + 1 + _LOOK_AHEAD, len(lines))):
        words = words_in(lines[place].text)
        if words and not lines[place].marker and missing[: len(words)] == words:
            places.append(place)
            missing = missing[len(words) :]
            if not missing:
                return places
        elif label_of(lines[place].text) and words not in {missing[: len(words)]}:
            return []
    return []


def _may_stand_alone(line: Line, key: str, now: Part) -> bool:
    """Among duties and lists, a line of one word may be the end of a sentence that was broken before it."""
    words = words_in(line.text)
    if len(words) > 1 or line.text.endswith(":") or line.starts or not now.lines:
        return True
    in_a_list = now.key in LISTS or now.key == "duties"
    return not (in_a_list and key in PARTICULARS) and not _ENDS_OPEN.search(now.lines[-1].text)


def _label_with_text(line: Line, now: Part) -> Part | None:
    found = label_before(line.text)
    if found is None or not found[1]:
        return None
    label, rest, is_apart = found
    if rest.count("|") > 1:  # a row of a table of criteria, whose first cell says of what kind they are
        return None
    words = words_in(label)
    key = LABELS[words]
    if key in LISTS and (dash := re.search(r"[–—-]\s*$", line.text[: -len(rest)])):
        rest = f"{dash[0].strip()} {rest}"
    text = marked(replace(line, text=rest, starts=True))
    begins = bool(text.marker) or not rest[:1].islower() or (is_apart and ":" in line.text)
    if not begins or not (is_apart or (text.marker and key in LISTS) or _reads_as_label(words, key, rest, now)):
        return None
    if key == "other" and words == ("job", "description") and is_apart:
        key = "title_on_cover"
    if key == "duties" and not _is_long(rest):
        key = "other"
    labelled = replace(line, text=label, is_label=True)
    return Part(key, squeezed(label), [labelled], [text], is_answer=":" in line.text[len(label) :][:3])


def _is_long(rest: str) -> bool:
    """“Responsibilities: No” answers a question; it does not begin a list."""
    return len(words_in(rest)) > 3


def _reads_as_label(words: tuple[str, ...], key: str, rest: str, now: Part) -> bool:
    """One space behind it: a label of several words, a particular among particulars, or the next part of a list."""
    if words == ("job", "description"):
        return False
    if len(words) > 1:
        return True
    if key in {"version", "band"} and not re.match(r"v?\d+[\w.]*$", rest):
        return False
    before_the_text = now.key in PARTICULARS or not now.heading or now.key in {"other", "title_on_cover"}
    if key in PARTICULARS:
        return before_the_text and len(words_in(rest)) <= 8
    return key == "other" and words == ("strengths",) and now.key == "behaviours"


def _looks_like_a_heading(lines: Sequence[Line], at: int, now: Part) -> bool:
    """A heading of its own words: a style that says so, capitals, or a short line with a colon before a list."""
    line = lines[at]
    words = words_in(line.text)
    if line.is_heading:
        return True
    if not words or len(words) > _FEW_WORDS or now.key in PARTICULARS and not line.starts:
        return False
    if now.lines and not line.starts and _ENDS_OPEN.search(now.lines[-1].text):
        return False
    letters = [one for one in line.text if one.isalpha()]
    if (
        all(one.isupper() for one in letters)
        and (len(words) > 1 or len(letters) > 6)
        and not re.search(r"\d", line.text)
    ):
        return now.key not in PARTICULARS or bool(now.lines) or line.starts
    following = lines[at + 1].marker if at + 1 < len(lines) else ""
    return line.text.endswith(":") and bool(following) and now.key != "duties" and _is_titled(words, line.text)


def _is_titled(words: tuple[str, ...], text: str) -> bool:
    """“Professional Standards for All Staff:” is a heading, “They will also:” begins a list within its part."""
    capitals = sum(word[:1].isupper() for word in text.split())
    return names_duties(text) or capitals * 2 > len(words)


def _key_of_unknown(line: Line, now: Part, parts: Sequence[Part]) -> str:
    if names_duties(line.text) and not line.text.endswith("?"):
        return "duties"
    if now.key in {"duties", "more_duties"} and not names_something_else(line.text):
        return "duties" if _stands_under_duties(line, parts) else "more_duties"
    return "heading"


def _stands_under_duties(line: Line, parts: Sequence[Part]) -> bool:
    """Its style says so: “Heading 2” after a “Heading 1” that names the duties."""
    over = (part for part in reversed(parts) if part.heading_lines and 0 < part.heading_lines[0].level < line.level)
    return line.is_heading and next((part.key for part in over), "") == "duties"
