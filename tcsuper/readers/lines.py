"""A document as a list of lines, whatever it came as, with what its format tells about each of them.

Text and pdf tell where a line was broken; Word and HTML tell where a paragraph, a list item or a table cell ends.
`split_up` brings the first kind near to the second: bullets in mid-line, columns side by side, all in one line.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tcsuper.readers.labels import INLINE_LABEL, is_label_or_part

BULLETS = "•‣◦●○■□▪▫▯◼◻➢➤►▶✓✔❖◆◇·∙⁃\u00a7\ufffd"
MID_LINE = "•●■□▪➢➤►❖\u25e6"
"""Those that nothing but a list item begins with, wherever they stand."""
DASHES = "-–—*+>"
_NUMBER = re.compile(
    r"(\(?(?:\d{1,2}(?:\.\d{1,2})*|[a-z]|[ivx]{1,4})[.)])\s+(?=\S)|(\d{1,2}(?:\.\d{1,2})+)\s+(?=[A-Z])"
)
_DASH = re.compile(rf"([{re.escape(DASHES)}])(?:\s+(?=\S)|(?=[A-Z]))")
_LETTER = re.compile(r"([oOØ])\s+(?=[A-Z]|[a-z]{2,} [a-z])")
_DOUBTFUL = re.compile(r"(\?)\s+(?=\S)")
_SIGN = re.compile(r"([^\w\s])\s+(?=\w)")
_COUNTED = tuple(
    map(re.compile, (r"([A-Z])[.)]\s+(?=\S)", r"(\d{1,2})\s+(?=[A-Z])", r"([A-Z]{1,2}\d{1,2})\s+(?=[A-Z])"))
)
"""Beginnings of items only where they count up: A. B. C., 1 2 3 without a stop, R1 R2 R3."""
_WIDE_GAP = re.compile(r"\t+| {3,}")
_CLOSING_CAPITALS = re.compile(r"^(.*[a-z].*?)\s+(JOB DESCRIPTION)$")
_JOINED = {one: unicodedata.normalize("NFKC", chr(one)) for one in range(0xFB00, 0xFB07)}
_ALONE = re.compile(rf"[{re.escape(BULLETS)}\ue000-\uf8ff]|o|\(?(?:\d{{1,2}}|[a-z]|[ivx]{{1,4}})[.)]")
_SOFT_HYPHEN_AT_END = re.compile(r"\u00ad[ \t]*\n[ \t]*(?=[^\W\d_])")
_BARE_NUMBER = re.compile(r"\d{1,2}(?:\.\d{1,2})*")
_MANY_CHARACTERS = 1500
_IN_FEW, _LONG = 3, 200
"""A document in so few lines, this long or with as many labels, has lost its lines."""
_FEW, _SMALL_SHARE = 5, 0.1


@dataclass(frozen=True)
class Line:
    """`marker` is the bullet or number before it, `indent` the column it began in, `level` how deep its list is
    nested, or its heading stands under others, where the format says so. `wraps`: the line may have been broken
    for want of width. `starts`: a paragraph begins here for certain. `marks_page`: a header or footer for
    certain. `number` is its place in the document."""

    text: str
    marker: str = ""
    indent: int = 0
    level: int = 0
    page: int = 0
    wraps: bool = False
    starts: bool = False
    is_heading: bool = False
    is_label: bool = False
    marks_page: bool = False
    number: int = 0

    @property
    def as_printed(self) -> str:
        return squeezed(f"{self.marker} {self.text}")


def plain_lines(text: str, *, page: int = 0) -> Iterator[Line]:
    """Lines of a text whose paragraphs may be broken over several; a blank line begins a paragraph."""
    starts = True
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    for raw in _SOFT_HYPHEN_AT_END.sub("", text).split("\n"):
        for number, part in enumerate(raw.split("\f")):
            page += number > 0
            words = cleaned(part)
            if not words:
                starts = True
                continue
            yield Line(words, indent=_indent(part), page=page, wraps=True, starts=starts)
            starts = False


def cleaned(text: str) -> str:
    """Without invisible and control characters; spaces of any kind become plain ones, wide gaps stay as they are, and
    letters that a typesetter joined come apart."""
    kept = (" " if unicodedata.category(one) == "Zs" else one for one in text.translate(_JOINED) if _is_visible(one))
    return "".join(kept).strip().strip("\x00")


def squeezed(text: str) -> str:
    return " ".join(text.split())


def split_up(lines: Iterable[Line]) -> list[Line]:
    """Each label, each column and each list item a line of its own; bullets and numbers taken off as markers."""
    apart = list(lines)
    labels = sum(len(INLINE_LABEL.findall(line.text)) for line in apart[:_IN_FEW])
    few = len(apart) <= _IN_FEW and (labels >= _IN_FEW or sum(len(line.text) for line in apart) > _LONG)
    pieces = [piece for line in apart for piece in _pieces(line, few or len(line.text) > _MANY_CHARACTERS)]
    pieces = _with_what_stands_alone(pieces)
    if _blank_lines_say_nothing(pieces):
        pieces = [replace(line, starts=line.starts and not line.wraps) for line in pieces]
    pieces = [replace(line, number=number) for number, line in enumerate(_counted(pieces), 1)]
    dashes = Counter(line.text[:1] for line in pieces if not line.marker)
    return [_with_marker(line, dashes) for line in pieces]


def _counted(lines: list[Line]) -> list[Line]:
    """With the beginnings taken off that count up from the first, three of them at least."""
    for pattern in _COUNTED:
        said = [found[1] for line in lines if (found := _count_of(pattern, line))]
        counts = [ord(one) - ord("A") + 1 if one.isalpha() else int(re.sub(r"\D", "", one)) for one in said]
        if counts[:3] == [1, 2, 3]:
            lines = [_with_count(line, _count_of(pattern, line)) for line in lines]
    return lines


def _count_of(pattern: re.Pattern[str], line: Line) -> re.Match[str] | None:
    return None if line.marker or line.is_label or line.is_heading else pattern.match(line.text)


def _with_count(line: Line, found: re.Match[str] | None) -> Line:
    return replace(line, marker=found[0].strip(), text=line.text[found.end() :]) if found else line


def _with_what_stands_alone(lines: list[Line]) -> list[Line]:
    """A bullet or number in a line or a table's cell of its own belongs to what follows it."""
    found: list[Line] = []
    alone: Line | None = None
    for line in lines:
        is_alone = not line.marker and not line.is_heading and bool(_ALONE.fullmatch(line.text))
        is_alone |= line.is_label and bool(_BARE_NUMBER.fullmatch(line.text))
        if alone and not (is_alone or line.is_label or line.is_heading):
            line, alone = (
                replace(line, marker=f"{alone.text} {line.marker}".strip(), indent=alone.indent, starts=True),
                None,
            )
        elif alone:
            found.append(alone)
        if is_alone:
            alone = line
        else:
            alone = None
            found.append(line)
    return [*found, alone] if alone else found


def _blank_lines_say_nothing(lines: list[Line]) -> bool:
    """Many of them stand before a small letter: somebody's converter put one after each line."""
    small = sum(line.starts and line.wraps and not line.marker and line.text[:1].islower() for line in lines)
    return small >= _FEW and small > len(lines) * _SMALL_SHARE


def _pieces(line: Line, is_long: bool) -> Iterator[Line]:
    """In an overlong line of text the known labels begin a line, as do bullets in mid-line."""
    if line.is_label or line.is_heading:
        yield line
        return
    if line.wraps and len(columns := _columns(line.text)) > 1:
        for offset, text in columns:
            yield from _pieces(replace(line, text=text, indent=line.indent + offset), is_long)
        return
    texts = [line.text]
    for cut in (INLINE_LABEL, _CAPITALS_IN_MID_LINE, _NUMBER_IN_MID_LINE) if is_long and line.wraps else ():
        texts = [part for text in texts for part in _before_each(cut, text)]
    texts = [item for text in texts for item in _before_each(_BULLET_IN_MID_LINE, text)]
    texts = [part for text in texts for part in (_CLOSING_CAPITALS.sub(r"\1\n\2", text)).split("\n")]
    for number, text in enumerate(text for text in texts if text.strip()):
        marker = line.marker if number == 0 else ""
        starts = line.starts if number == 0 else is_long or line.starts
        yield replace(line, text=text.strip(), marker=marker, starts=starts)


def _columns(text: str) -> list[tuple[int, str]]:
    """A known label, or a piece of one, with a wide gap behind it stands in a column of its own. With each column
    where it begins."""
    gap = _WIDE_GAP.search(text)
    if gap and is_label_or_part(text[: gap.start()]):
        return [(0, text[: gap.start()]), (gap.end(), text[gap.end() :])]
    return [(0, text)]


_CAPITALS_IN_MID_LINE = re.compile(r"(?<=[.:;]\s)(?=(?:[A-Z]{2,}\s){1,6}[A-Z]{3,}\s+[•·●▪■□\ue000-\uf8ff])")
_NUMBER_IN_MID_LINE = re.compile(r"(?<=\s)(?=(?:\d{1,2}\.|·)\s+[A-Z])")
_BULLET_IN_MID_LINE = re.compile(rf"(?<=\s)(?=[{re.escape(MID_LINE)}\ue000-\uf8ff]\s*\w)")


def _before_each(pattern: re.Pattern[str], text: str) -> list[str]:
    cuts = [0, *(found.start() for found in pattern.finditer(text) if found.start() > 0), len(text)]
    return [text[start:end] for start, end in zip(cuts, cuts[1:], strict=False)]


def marked(line: Line) -> Line:
    """With its bullet or number taken off, where a label before it says that something begins here."""
    return _with_marker(line, Counter({line.text[:1]: 2}))


def _with_marker(line: Line, beginnings: Counter[str]) -> Line:
    """A bullet twice, as in an HTML list whose items were typed with bullets, is one."""
    if line.is_label or line.is_heading:
        return line
    text, markers = line.text, [line.marker] if line.marker else []
    while found := _marker_of(text, beginnings, has_one=bool(markers)):
        markers.append(found)
        text = text.removeprefix(found).lstrip()
    return replace(line, text=text, marker=" ".join(markers)) if text else line


def _marker_of(text: str, beginnings: Counter[str], has_one: bool) -> str:
    """The bullet or number at the beginning of a text. A question mark or a dash counts when it stands so twice: once
    may be a sentence broken at its dash."""
    first = text[:1] or " "
    if (first in BULLETS and first and not first.isalpha()) or "\ue000" <= first <= "\uf8ff":
        return first
    if has_one:
        return ""
    if found := _NUMBER.match(text) or _LETTER.match(text):
        return found.group(1) or found.group(2)
    doubtful = _DASH.match(text) or _DOUBTFUL.match(text)
    if not doubtful and unicodedata.category(first) in {"So", "Sm"}:
        doubtful = _SIGN.match(text)
    return doubtful.group(1) if doubtful and beginnings[first] >= 2 else ""


def _is_visible(one: str) -> bool:
    return one == "\t" or one != "\ufe0f" and unicodedata.category(one) not in {"Cc", "Cf", "Cs", "Cn"}


def _indent(text: str) -> int:
    wide = text.expandtabs(8)
    return len(wide) - len(wide.lstrip())
