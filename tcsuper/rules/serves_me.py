"""How supervision serves me: five questions, asked once a year. Ours, not an instrument's: about the supervision, never
about a person."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Question:
    """`short` names it in a chart; `asked` is the sentence that people answer."""

    short: str
    asked: str


QUESTIONS = (
    Question("Time and place are kept", "Supervision takes place when and where it was agreed."),
    Question("I can say what is hard", "I can say there what is hard for me, and what went wrong."),
    Question("It helps my work", "What we talk about helps me in my work with residents or young people."),
    Question("I learn there", "I come out of it with something that I did not know, or had not seen, before."),
    Question("I would be missed", "When I am not there, I am missed and asked about."),
)
LOWEST, HIGHEST = 1, 5
ANSWERS = {1: "1 not at all", 2: "2 a little", 3: "3 partly", 4: "4 mostly", 5: "5 fully"}


def is_complete(answers: list[int]) -> bool:
    """One answer to each question, from the lowest to the highest."""
    return len(answers) == len(QUESTIONS) and all(LOWEST <= answer <= HIGHEST for answer in answers)


def is_asked(on: date, from_month: int) -> bool:
    """Whether everyone is reminded on this day: from the first of a month to the end of the calendar year."""
    return on.month >= from_month


def is_over(year: int, on: date) -> bool:
    """Answers are shown once their year is over. While it runs, who looks before and after somebody answered would
    read off what that person said."""
    return year < on.year
