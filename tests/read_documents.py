"""Documents as the reader gives them, for tests of what is saved of them. The words are the tests' own."""

from collections.abc import Sequence
from typing import Any

from tcsuper.readers.duties import CrossReference
from tcsuper.readers.duties import Responsibility as Duty
from tcsuper.readers.job_description import JobDescription as Reading
from tcsuper.readers.labels import PARTICULARS
from tcsuper.readers.particulars import Particular

ORCHARD = [
    "Run a small group of pickers each week and write down what was picked",
    "Prepare the visit of the orchard's neighbours with a report on every tree",
    "Keep the plan by which everybody leaves the orchard in a storm",
    "Teach new pickers how ladders are carried, set up and put away",
]
"""As many as the officers' job description of tests/staffing.py has responsibilities."""


def document(texts: Sequence[str] = ORCHARD, elsewhere: Sequence[CrossReference] = (), **printed: Any) -> Reading:
    """`printed`: particulars by name, or lists."""
    particulars: dict[str, Any] = {key: Particular(printed.pop(key, "")) for key in PARTICULARS}
    duties = tuple(Duty(number, text, "Duties") for number, text in enumerate(texts, 1))
    return Reading(**particulars, **printed, responsibilities=duties, cross_references=tuple(elsewhere))


def officers(texts: Sequence[str] = ORCHARD, version: str = "1.0", **printed: Any) -> Reading:
    """The document of the officers of tests/staffing.py."""
    return document(texts, **{"reference": "R1", "version": version, "title": "TC officer"} | printed)
