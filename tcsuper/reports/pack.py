"""What a pack is made of, whatever file it becomes: a workbook (audit_pack_workbook.py) or a document to print
(document.py). Both say exactly what stands here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import altair as alt

Value = str | int | float | date | None


@dataclass(frozen=True)
class Chart:
    """As it is in the product, with what it says in one sentence for those who do not see it."""

    drawn: "alt.Chart | alt.LayerChart | alt.FacetChart | alt.VConcatChart"
    says: str


@dataclass(frozen=True)
class PackTable:
    """`total`: a last row that sums up, with numerator and denominator; empty: none. `note`: how it was counted, who is
    left out and why. Rows may be empty: then `nothing` is said in their place."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Value]]
    total: Sequence[Value] = ()
    note: str = ""
    nothing: str = "Nothing to show."
    chart: Chart | None = None
    in_print: bool = True
    """False: in the workbook alone, being too long for paper; the document says so and counts its rows."""


@dataclass(frozen=True)
class Part:
    """An area of the pack: one sheet of the workbook for each of its tables, one chapter of the document."""

    title: str
    words: Sequence[str] = ()
    """Paragraphs, plain text."""
    tables: Sequence[PackTable] = ()
    is_written: bool = True
    """False: nobody wrote this yet, and the pack marks it so."""


@dataclass(frozen=True)
class Pack:
    title: str
    about: str
    """Communities and period in words."""
    marking: str
    form: str
    """named, coded or counts."""
    as_at: date
    known_at: datetime
    number: str
    provenance: Sequence[tuple[str, str]]
    """In pairs what it is: who made it, when, as at, as known at, from which records, to whom it was handed."""
    parts: Sequence[Part] = field(default_factory=tuple)
    digest: str = ""
    """SHA-256 over everything above, in hexadecimal: the same in workbook and document."""
