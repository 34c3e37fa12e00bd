"""Sets the pages of a document, in a process of its own: `python -m tcsuper.reports.document_printing`.

From standard input it reads JSON: what document_layout laid out, and the charts as Vega-Lite. To standard output it
writes the PDF, and lines of what it is doing to standard error. It reads nothing but its own template and fonts: typst
sees one folder, made for this document alone, and can fetch no package; the charts may load nothing.
"""

import json
import re
import shutil
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from tcsuper.reports.chart_pictures import FAMILY, FONTS, WIDTH, as_svg

TEMPLATE = Path(__file__).with_name("templates") / "document.typ"
FAMILIES = (FAMILY, "DejaVu Sans Mono", "Libertinus Serif", "New Computer Modern")
"""What a letter is looked for in, in turn. All but the first are in typst itself."""
POINT = 482 / WIDTH
"""Points on paper of a chart's pixel."""
TAGGED: list[Any] = ["ua-1"]
CPU_SECONDS = 120
MOST_FILE = 100 * 1024 * 1024
MOST_MEMORY = 2 * 1024 * 1024 * 1024
TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Signs that turn the order of what follows, and could make a name read as another."""
ALWAYS_NUMBERED = {"Cc", "Cs", "Co", "Cn"}


def printed(job: dict[str, Any], tell: Callable[[str], None] = lambda doing: None) -> bytes:
    """The document as PDF/UA-1. The same job gives the same bytes, on any machine."""
    pages, pictures = job["pages"], []
    for place, spec in enumerate(job["charts"], 1):
        tell(f"Drawing chart {place} of {len(job['charts'])}")
        pictures.append(as_svg(spec))
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FONTS)])
    tell("Setting the pages")
    lacking = _without_a_letter({letter for text in (*_texts(pages), *pictures) for letter in text}, fonts)
    pages, pictures = _spelt_out(pages, lacking), [_spelt(picture, lacking) for picture in pictures]
    if lacking:
        said = "A sign that the letters of this document lack stands as its name or its Unicode number in [brackets]."
        pages["provenance"].append(["Signs", said])
    return _compiled(pages, pictures, fonts)


def _compiled(pages: dict[str, Any], pictures: list[str], fonts: typst.Fonts) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "root"
        root.mkdir()
        for place, (chart, picture) in enumerate(zip(_charts(pages), pictures, strict=True), 1):
            chart |= {"file": f"chart-{place}.svg", "width": _width(picture, chart["room"], chart["height"])}
            (root / chart["file"]).write_text(picture, encoding="utf-8")
        (root / "data.json").write_text(json.dumps(pages | {"fonts": FAMILIES}), encoding="utf-8")
        shutil.copy(TEMPLATE, root / TEMPLATE.name)
        nowhere = str(Path(folder) / "no-packages")

        def compiled(standards: list[Any]) -> bytes:
            return bytes(
                typst.compile(
                    str(root / TEMPLATE.name),
                    root=str(root),
                    font_paths=fonts,
                    format="pdf",
                    pdf_standards=standards,
                    timestamp=_moment(pages["made"]),
                    package_path=nowhere,
                    package_cache_path=nowhere,
                )
            )

        try:
            return compiled(TAGGED)
        except typst.TypstError as refused:  # signs that only together have no letter: shown as a box, and tagged still
            if "could not be displayed" not in str(refused):
                raise
            return compiled([])


def _moment(made: list[int]) -> int:
    year, month, day, hour, minute, second = made
    return int(datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp())


def _width(picture: str, room: float, height: float) -> float:
    """In points: so that letters are of one size in every chart, and smaller only where it would not fit the page."""
    found = re.search(r'<svg\b[^>]*?\bwidth="([\d.]+)" height="([\d.]+)"', picture)
    across, down = (float(number) for number in found.groups()) if found else (WIDTH, WIDTH)
    return round(min(across * POINT, room, height / down * across), 1)


def _charts(pages: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for run in pages["runs"]:
        yield from (block["chart"] for block in run["blocks"] if block.get("chart"))


def _texts(found: Any) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        for inner in found.values():
            yield from _texts(inner)
    elif isinstance(found, list):
        for inner in found:
            yield from _texts(inner)


def _spelt_out(found: Any, lacking: set[str]) -> Any:
    if isinstance(found, str):
        return _spelt(found, lacking)
    if isinstance(found, dict):
        return {name: _spelt_out(inner, lacking) for name, inner in found.items()}
    return [_spelt_out(inner, lacking) for inner in found] if isinstance(found, list) else found


def _spelt(text: str, lacking: set[str]) -> str:
    return "".join(_named(letter) if letter in lacking else letter for letter in text) if lacking else text


def _named(letter: str) -> str:
    """[grinning face] for a picture; [U+738B] for a letter."""
    name = unicodedata.name(letter, "")
    return f"[{name.lower()}]" if name and unicodedata.category(letter) == "So" else f"[U+{ord(letter):04X}]"


def _without_a_letter(letters: Iterable[str], fonts: typst.Fonts) -> set[str]:
    """Those that no font here has, and those that must not act. typst itself is asked, half by half."""
    unusual = {letter for letter in letters if not (" " <= letter <= "~" or letter == "\n")}
    never = {letter for letter in unusual if letter in TURNING or unicodedata.category(letter) in ALWAYS_NUMBERED}
    return never | set(_refused(sorted(unusual - never), fonts))


def _refused(letters: list[str], fonts: typst.Fonts) -> list[str]:
    if not letters or _has_all(letters, fonts):
        return []
    if len(letters) == 1:
        return letters
    half = len(letters) // 2
    return _refused(letters[:half], fonts) + _refused(letters[half:], fonts)


def _has_all(letters: list[str], fonts: typst.Fonts) -> bool:
    """A mark that stands on a letter is asked for on one."""
    asked = [f"a{letter}" if unicodedata.combining(letter) else letter for letter in letters]
    source = (
        '#set document(title: "letters")\n'
        "#set text(font: json(bytes(sys.inputs.fonts)))\n"
        "#for letter in json(bytes(sys.inputs.letters)) [#letter #parbreak()]"
    )
    with tempfile.TemporaryDirectory() as empty:
        asking = Path(empty) / "letters.typ"
        asking.write_text(source, encoding="utf-8")
        try:
            typst.compile(
                str(asking),
                root=empty,
                font_paths=fonts,
                format="pdf",
                pdf_standards=TAGGED,
                timestamp=0,
                sys_inputs={"fonts": json.dumps(FAMILIES), "letters": json.dumps(asked)},
            )
        except typst.TypstError:
            return False
    return True


def _limit_this_process() -> None:
    """Windows has no such limits: there the time on the clock alone holds."""
    if sys.platform == "win32":
        return
    import resource

    for what, most in (
        (resource.RLIMIT_DATA, MOST_MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, MOST_FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _tell(doing: str) -> None:
    print(doing, file=sys.stderr, flush=True)


if __name__ == "__main__":
    _limit_this_process()
    sys.stdout.buffer.write(printed(json.load(sys.stdin.buffer), _tell))
