"""What somebody would still need, as the table of people elsewhere says it."""

import pytest

from tcsuper.rules.responsibilities import Candidate, Circle
from tcsuper.ui.coverage import missing_in_full


@pytest.mark.parametrize(
    ("lacks", "not_shown", "said"),
    [
        ((), (), "Able."),
        ((), ("TCAT 1",), "Nothing known to be missing; TCAT 1 not shown to you."),
        (("Audit course is not completed.",), (), "Audit course is not completed."),
        (("Audit course is not completed.",), ("TCAT 1",), "Audit course is not completed. Not shown to you: TCAT 1."),
    ],
)
def test_what_is_missing_keeps_its_names_and_says_what_is_not_shown(
    lacks: tuple[str, ...], not_shown: tuple[str, ...], said: str
) -> None:
    assert missing_in_full(Candidate(1, "Mair Wyn", "Officer, Oak", Circle.ELSEWHERE, lacks, not_shown)) == said
