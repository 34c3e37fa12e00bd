"""What is found while the rows of a table are read: problems, what was left aside, questions; never more than can be
shown or kept."""

from dataclasses import dataclass, field
from enum import Enum

from tcsuper.rules.importing import LeftAside, Problem, Question, Where
from tcsuper.words import count

MOST_PROBLEMS = 1_000
MOST_ASIDE = 5_000
MOST_QUESTIONS = 200
LONGEST_QUOTED = 60
KEEP_OUT = ("left_out", "Leave these cells out")


class Gone(Enum):
    """Why a cell gives no value."""

    BLANK = "blank"
    ASIDE = "aside"
    """Said so among what was left aside."""
    SPOILT = "spoilt"
    """A problem or a question was raised."""


def quoted(text: str) -> str:
    short = " ".join(text.split())
    return f"“{short if len(short) <= LONGEST_QUOTED else short[: LONGEST_QUOTED - 1] + '…'}”"


@dataclass
class _Asked:
    text: str
    why: str
    choices: tuple[tuple[str, str], ...]
    first: str
    cells: int = 0


@dataclass
class Findings:
    sheet: str
    problems: list[Problem] = field(default_factory=list)
    more_problems: int = 0
    aside: list[LeftAside] = field(default_factory=list)
    more_aside: int = 0
    asked: dict[str, _Asked] = field(default_factory=dict)
    more_asked: int = 0

    def where(self, row: int, column: str = "", value: str = "") -> Where:
        return Where(self.sheet, row, column, value[:200])

    def problem(self, row: int, column: str, value: str, what: str) -> Gone:
        """`what` follows “Row 14, Held on: ”."""
        if len(self.problems) < MOST_PROBLEMS:
            place = f"Row {row}, {column}" if column else f"Row {row}"
            self.problems.append(Problem(self.where(row, column, value), f"{place}: {what}"))
        else:
            self.more_problems += 1
        return Gone.SPOILT

    def left_aside(self, row: int, column: str, value: str, what: str) -> Gone:
        if len(self.aside) < MOST_ASIDE:
            place = f"Row {row}, {column}" if column else f"Row {row}"
            self.aside.append(LeftAside(self.where(row, column, value), f"{place}: {what}"))
        else:
            self.more_aside += 1
        return Gone.ASIDE

    def ask(self, row: int, column: str, text: str, about: str, why: str, choices: tuple[tuple[str, str], ...]) -> Gone:
        """One question for all cells that say the same."""
        if about not in self.asked and len(self.asked) >= MOST_QUESTIONS:
            self.more_asked += 1
            return Gone.SPOILT
        asked = self.asked.setdefault(about, _Asked(text, why, choices, f"row {row}, {column}"))
        asked.cells += 1
        return Gone.SPOILT

    def questions(self) -> list[Question]:
        return [
            Question(
                about,
                f"{quoted(one.text)} ({count(one.cells, 'cell')}, the first in {one.first}) {one.why}",
                one.choices,
            )
            for about, one in self.asked.items()
        ]

    def counted(self) -> list[str]:
        more = [(self.more_aside, "more cell or row was left aside", "more cells or rows were left aside"),
                (self.more_asked, "more cell needs an answer", "more cells need an answer")]  # fmt: skip
        return [f"And {count(number, one, several)}." for number, one, several in more if number]
