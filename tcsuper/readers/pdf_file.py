"""Words of a pdf as they stand on the page: columns keep their distance, so that a label beside its text is known, and
where lines stand further apart than most a paragraph begins.

pypdf draws each page as characters in a grid. Where that loses words, the plain order of the file is taken instead.
"""

import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from pypdf import PageObject, PasswordType, PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

from tcsuper.readers.lines import Line, plain_lines
from tcsuper.readers.pdf_bullets import write_drawn_bullets
from tcsuper.readers.pdf_columns import one_after_the_other
from tcsuper.readers.text_of import Unreadable

MOST_PAGES = 60
_NAMELESS = re.compile(r"(?:(?<=  )|^)[\x00-\x08](?=\s|[A-Z])", re.MULTILINE)
"""A sign of which the font does not say what letter it is, before the words of a line: a bullet of a sign font."""
_SHARE, _MORE = 0.15, 1.3
_NEAR, _FAR = 0.9, 2.5
_DAMAGED = "The pdf is damaged and cannot be read."
_ANOTHER = "Ask for another copy, or for the Word file."
_PICTURES_ONLY = "The pdf holds pictures of pages and no words, as a scanner makes it."


def pdf_lines(data: bytes) -> tuple[list[Line], list[str]]:
    """Raises Unreadable for what is locked, damaged, too long or without words."""
    try:
        return _lines(PdfReader(io.BytesIO(data)))
    except Unreadable:
        raise
    except (FileNotDecryptedError, DependencyError):
        raise Unreadable("The pdf is locked with a password.", "Save it without one, and choose it again.") from None
    except MemoryError:
        raise
    except (PyPdfError, Exception):  # a damaged pdf fails anywhere: wrong types, missing keys, endless loops
        raise Unreadable(_DAMAGED, _ANOTHER) from None


def _lines(pdf: PdfReader) -> tuple[list[Line], list[str]]:
    if pdf.is_encrypted and pdf.decrypt("") == PasswordType.NOT_DECRYPTED:
        raise FileNotDecryptedError
    if len(pdf.pages) > MOST_PAGES:
        raise Unreadable(f"The pdf has {len(pdf.pages)} pages; the most is {MOST_PAGES}.", "")
    lines: list[Line] = []
    silent: list[str] = []
    for number, page in enumerate(pdf.pages, 1):
        words = _NAMELESS.sub("\ufffd", _words(page))
        found = [*plain_lines(words, page=number), *_filled_in(page, number)]
        lines += found
        if not found:
            silent.append(str(number))
    if not lines:
        raise Unreadable(_PICTURES_ONLY, "Ask for the Word file, or type the text into a text file.")
    notes = [f"Page {', '.join(silent)} of the pdf has no words: it is empty or a picture."] if silent else []
    return lines, notes


def _words(page: PageObject) -> str:
    plain, blank = _plain(page)
    try:
        write_drawn_bullets(page)
        laid_out = page.extract_text(extraction_mode="layout", layout_mode_font_height_weight=blank) or ""
    except MemoryError:
        raise
    except Exception:  # a font that the grid cannot measure: the plain order still has the words
        return plain
    return one_after_the_other(laid_out) if _letters(laid_out) >= _letters(plain) else plain


def _plain(page: PageObject) -> tuple[str, float]:
    """Its words in the order of the file, and what counts as a blank line, in half heights of its letters: half as
    much again as there is between most lines."""
    heights: dict[float, float] = {}

    def note(text: str, around: list[float], own: list[float], _: object, size: float) -> None:
        if text.strip():
            height = own[4] * around[1] + own[5] * around[3] + around[5]
            heights[round(height, 1)] = abs(size * own[3] * around[3]) or 1.0

    words = page.extract_text(visitor_text=note) or ""
    between = [((high - low) / heights[low]) for low, high in pairwise(sorted(heights))]
    gaps = Counter(round(gap * 20) / 20 for gap in between if _NEAR <= gap <= _FAR)
    usual = min((gap for gap, times in gaps.items() if times >= max(2, gaps.total() * _SHARE)), default=0.0)
    return words, usual * _MORE / 2 if usual else 1.0


def _letters(text: str) -> int:
    return len(re.sub(r"\s", "", text))


def _filled_in(page: PageObject, number: int) -> Iterator[Line]:
    """Words typed into the fields of a form are none of the page's own."""
    for annotation in page.annotations or ():
        value = annotation.get_object().get("/V")
        if isinstance(value, str) and not value.startswith("/"):
            yield from plain_lines(value, page=number)
