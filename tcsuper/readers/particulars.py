"""Particulars of a document as printed, and where they contradict each other. What is not printed stays empty."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tcsuper.readers.dates import date_printed
from tcsuper.readers.items import joined
from tcsuper.readers.labels import PARTICULARS, words_in
from tcsuper.readers.lines import Line
from tcsuper.readers.page_marks import MARKING, REFERENCE_CODE
from tcsuper.readers.parts import Part

OF_ONE_LINE = {"document_type", "version", "band", "organisation_level", "classification", "issue_date", "status"}
_MOST_LINES = 3
_BAND_IN_REFERENCE = re.compile(r"\bB(\d{1,2})\b")
_VERSION = re.compile(r"\b[vV](?:er(?:sion)?)?\.?\s?(\d+(?:\.\d+)*)\b")
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_UNKNOWN_LABEL = re.compile(r"[A-Z][a-z]+(?: [a-z]+){0,4}:\s")
"""In small letters: “DirTC: …” goes on with a title."""


@dataclass(frozen=True)
class Particular:
    """`value` is empty when the document does not print it; `printed` are the lines it came from, label and all."""

    value: str = ""
    printed: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def read_particulars(parts: Sequence[Part], page_marks: Sequence[Line]) -> tuple[dict[str, Particular], list[Part]]:
    """Each particular by its name, and what stood under their labels without being part of the answer."""
    found = {key: Particular() for key in PARTICULARS}
    rest: list[Part] = []
    for part in sorted(parts, key=lambda part: part.key == "title_on_cover"):
        value, left = _answer(part)
        key = "title" if part.key == "title_on_cover" else part.key
        found[key] = _added(key, found[key], value, [line.text for line in part.heading_lines])
        if left:
            rest.append(Part("other", "", [], left))
    found["issue_date"] = _dated(found["issue_date"])
    return _with_contradictions(found, page_marks), rest


def _answer(part: Part) -> tuple[list[str], list[Line]]:
    """The lines of the answer, and those after it: the first paragraph, and one line where no more is ever printed."""
    most = 1 if part.key in OF_ONE_LINE else _MOST_LINES
    taken: list[Line] = []
    for line in part.lines:
        if line.marker or len(taken) == most or (taken and (line.starts or _asks_something_else(part, line))):
            break
        taken.append(line)
    return [line.text for line in taken], part.lines[len(taken) :]


def _asks_something_else(part: Part, line: Line) -> bool:
    """“Author: A. Smith” after “Approved by: The board”: a label that the product does not know."""
    return part.is_answer and bool(_UNKNOWN_LABEL.match(line.text))


def _added(key: str, known: Particular, lines: Sequence[str], label: Sequence[str]) -> Particular:
    value = joined(lines)
    printed = (*known.printed, joined([*label, *lines]))
    if not value or _alike(known.value, value):
        return replace(known, printed=printed)
    if not known.value:
        return replace(known, value=value, printed=printed)
    if key == "issue_date" and (on := date_printed(value)[0]) and on == date_printed(known.value)[0]:
        return replace(known, printed=printed)
    name = "statuses" if key == "status" else f"{name_of(key)}s"
    doubt = f"The document prints two {name}: “{known.value}” and “{value}”."
    return replace(known, printed=printed, warnings=(*known.warnings, doubt))


def _alike(one: str, other: str) -> bool:
    return re.sub(r"[\W_]", "", one).lower() == re.sub(r"[\W_]", "", other).lower()


def name_of(key: str) -> str:
    return key.replace("_", " ")


def _dated(found: Particular) -> Particular:
    if not found.value:
        return found
    on, doubt = date_printed(found.value)
    return replace(found, value=on.isoformat() if on else "", warnings=(*found.warnings, *([doubt] if doubt else [])))


def _with_contradictions(found: dict[str, Particular], page_marks: Sequence[Line]) -> dict[str, Particular]:
    doubts: dict[str, list[str]] = {key: [] for key in found}
    reference, version, band = (found[key].value for key in ("reference", "version", "band"))
    marked = [line.text for line in page_marks]
    _doubt_band(doubts["band"], reference, band)
    _doubt_version(doubts["version"], reference, version, marked)
    _doubt_classification(doubts["classification"], found["classification"].value, marked)
    codes = [match[0] for text in marked if (match := re.match(REFERENCE_CODE, text))]
    _doubt_reference(doubts["reference"], reference, codes)
    return {key: replace(one, warnings=(*one.warnings, *doubts[key])) for key, one in found.items()}


def _doubt_reference(doubts: list[str], reference: str, codes: Sequence[str]) -> None:
    own = re.match(REFERENCE_CODE, reference)
    for code in dict.fromkeys(codes):
        if not reference:
            doubts.append(
                f"No reference is printed in its field; a page header or footer has {code}. Enter it if right."
            )
        elif own and not _alike(own[0], code):
            doubts.append(f"The reference begins with {own[0]}, a page header or footer with {code}.")


def _doubt_band(doubts: list[str], reference: str, band: str) -> None:
    in_reference = _BAND_IN_REFERENCE.search(reference)
    number = _NUMBER.search(band)
    if in_reference and number and int(in_reference[1]) != int(float(number[0])):
        doubts.append(f"The reference says B{in_reference[1]}, the band says {band}.")


def _doubt_version(doubts: list[str], reference: str, version: str, marked: Sequence[str]) -> None:
    said = {"the reference": _versions([reference]), "a page header or footer": _versions(marked)}
    number = _NUMBER.search(version)
    for where, versions in said.items():
        for other in versions:
            if version and (not number or _tidy(number[0]) != _tidy(other)):
                doubts.append(f"The version is printed as {version}, in {where} as {other}.")
            elif not version:
                doubts.append(f"No version is printed in its field; {where} says {other}. Enter it if it is right.")
    several = sorted({_tidy(other): other for other in said["a page header or footer"]}.values())
    if len(several) > 1:
        doubts.append(f"Page headers and footers say different versions: {', '.join(several)}.")
    if version and not number:
        doubts.append(f"The version “{version}” has no number.")


def _versions(texts: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(match[1] for text in texts for match in _VERSION.finditer(text)))


def _tidy(version: str) -> str:
    return re.sub(r"(\.0)+$", "", version)


def _doubt_classification(doubts: list[str], printed: str, marked: Sequence[str]) -> None:
    for marking in dict.fromkeys(text for text in marked if MARKING.match(text)):
        if printed and words_in(printed) != words_in(marking):
            doubts.append(f"The classification is printed as {printed}, in a page header or footer as {marking}.")
        elif not printed:
            doubts.append(f"No classification is printed in its field; the pages are marked {marking}.")
