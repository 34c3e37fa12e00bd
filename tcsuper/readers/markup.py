"""Markdown and HTML, as converters write Word files: headings, tables with a label in the first cell, lists in cells.

A row may be broken over two, the second with an empty label: its text goes on under the former one.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser

from tcsuper.readers.labels import label_of
from tcsuper.readers.lines import Line, cleaned, plain_lines

_TAG = re.compile(r"</?(?:b|p|ul|ol|li|br|i|em|strong|small|td|tr|th|table|div|span|h[1-6])\b[^<>]*>", re.IGNORECASE)
_MARKDOWN_ROW = re.compile(r"^\s*\|.*\|\s*$")
_LONGEST_HEADING = 200
_RULE = re.compile(r"^[\s|:\-–—_=]+$")
_HEADING = re.compile(r"^\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_LIGHT_EMPHASIS = re.compile(r"(?<![\w*])\*(?=\w)([^*\n]*\w)\*(?![\w*])")
_BLOCKS = {
    "p",
    "div",
    "li",
    "tr",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "br",
    "td",
    "th",
    "ul",
    "ol",
    "body",
    "section",
}
_MUTE = {"script", "style", "head", "title"}


def is_markup(text: str) -> bool:
    return (
        len(_TAG.findall(text)) >= 2
        or sum(bool(_HEADING.match(line)) for line in text.splitlines()) >= 2
        or len(_EMPHASIS.findall(text)) >= 2
        or (sum(bool(_MARKDOWN_ROW.match(line)) for line in text.splitlines()) >= 2)
    )


def has_html_lists(text: str) -> bool:
    """HTML pasted into another kind of file as it stands."""
    return len(re.findall(r"<li\b", text)) >= 2 and "</li>" in text


def markup_lines(text: str) -> Iterator[Line]:
    if re.search(r"<(?:html|body|table)\b", text, re.IGNORECASE):
        yield from _html(text)
        return
    starts = True
    for raw in text.replace("\r\n", "\n").split("\n"):
        if not raw.strip() or (_RULE.match(raw) and len(raw.strip()) > 1):
            starts = True
            continue
        heading = _HEADING.match(raw) if len(raw) <= _LONGEST_HEADING else None
        if heading:
            yield from (replace(line, is_heading=True, wraps=False) for line in _html(_plain(heading[2])))
        elif _MARKDOWN_ROW.match(raw) or "\t" in raw:
            yield from _row(
                re.split(r"(?<!\\)\|", raw.strip().strip("|")) if _MARKDOWN_ROW.match(raw) else raw.split("\t")
            )
        elif _TAG.search(raw):
            yield from _html(_plain(raw))
        else:
            yield from (replace(line, starts=starts) for line in plain_lines(_plain(raw)))
        starts = False


def _row(cells: list[str]) -> Iterator[Line]:
    """In a row of two cells the first is a label, when it is known as one or set in bold."""
    texts = [_plain(cell) for cell in cells]
    label = " ".join(line.text for line in _html(texts[0]))
    is_bold = bool(re.match(r"\s*(?:<b>|<strong>|\*\*)", cells[0]))
    others = [text for text in texts[1:] if text.strip()]
    if label and (label_of(label) or (is_bold and len(texts) == 2)) and len(others) <= 1:
        yield Line(label, is_label=True, starts=True)
        texts = texts[1:]
    for text in texts:
        yield from _html(text)


def _plain(text: str) -> str:
    return _LIGHT_EMPHASIS.sub(r"\1", _EMPHASIS.sub(r"\2", text))


def _html(text: str) -> list[Line]:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.finished()


class _Reader(HTMLParser):
    """Each block a line; `li` an item, as deep as its lists are nested; the first of two cells in a row a label."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[Line] = []
        self.words = ""
        self.depth = self.muted = 0
        self.in_item = self.is_heading = False
        self.row: list[int] = []
        self.bold_from: int | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br" and self.in_item:
            self.words += " "
        elif tag in _BLOCKS:
            self._end_line()
        self.muted += tag in _MUTE
        self.depth += tag in {"ul", "ol"}
        if tag == "li":
            self.in_item = True
        if tag in {"b", "strong"}:
            self.bold_from = len(self.words)
        if tag == "tr":
            self.row = []
        if tag in {"td", "th"}:
            self.row.append(len(self.lines))
        self.is_heading = tag in {"h1", "h2", "h3", "h4", "h5", "h6"} or (self.is_heading and tag not in _BLOCKS)

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS - {"br"}:
            self._end_line()
            self.is_heading = False
        self.muted -= tag in _MUTE and self.muted > 0
        self.depth -= tag in {"ul", "ol"} and self.depth > 0
        if tag == "li":
            self.in_item = False
        if tag in {"b", "strong"} and self.bold_from is not None:
            self._end_label(self.bold_from)
        if tag == "tr" and len(self.row) == 2 and self.row[1] - self.row[0] == 1:
            first = self.lines[self.row[0]]
            self.lines[self.row[0]] = replace(first, is_label=bool(label_of(first.text)) or len(first.text) < 60)

    def handle_data(self, data: str) -> None:
        if not self.muted:
            self.words += data

    def _end_label(self, start: int) -> None:
        """Known words in bold are a label, also where no table says so; what stands before them ends there."""
        label, self.bold_from = self.words[start:], None
        if label_of(label.strip()) and not self.in_item:
            self.words = self.words[:start]
            self._end_line()
            self.lines.append(Line(" ".join(label.split()), is_label=True, starts=True))
            self.words = ""

    def _end_line(self) -> None:
        text, self.words = " ".join(cleaned(self.words.replace("\n", " ")).split()), ""
        if text:
            marker = "•" if self.in_item else ""
            self.lines.append(Line(text, marker=marker, level=self.depth, is_heading=self.is_heading, starts=True))
            self.in_item = False

    def finished(self) -> list[Line]:
        self._end_line()
        return self.lines
