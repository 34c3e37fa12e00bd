"""How things stand on a date, as far as one viewer may see them: what "what if" compares before and after."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tcsuper.rules.responsibilities import Coverage


class Question(StrEnum):
    RESPONSIBILITIES = "Led responsibilities"
    SUPERVISION = "Supervisors"
    MINIMA = "Supervision minima"
    COURSES = "Courses"
    OVERVIEW = "Overview"


@dataclass(frozen=True)
class SupervisedFor:
    """Somebody and a purpose of supervision, or a group: with those who supervise them and are there on the date."""

    what: str
    community: str
    purpose: str
    by: tuple[str, ...]
    is_group: bool = False


@dataclass(frozen=True)
class MonthAhead:
    """Somebody's minimum in the month of the date: whether it is met by what was held and is planned. `amount`: of how
    much, empty where the viewer sees the status alone."""

    person: str
    community: str
    minimum: str
    month: str
    is_met: bool
    amount: str = ""


@dataclass(frozen=True)
class Taught:
    """A course, or a run of it, with who teaches it or assesses on it that day."""

    what: str
    by: tuple[str, ...]
    role: str
    is_run: bool = False


@dataclass(frozen=True)
class Figure:
    """How many people of a community meet all of a kind that is asked of them. `label` as the overview has it."""

    community: str
    kind: str
    met: int | None
    duty: int | None
    label: str


@dataclass(frozen=True)
class Picture:
    """How things stand on a date, as far as one viewer may see them. Each by a key that names the same thing in another
    picture. `lapsed`: supervisors without what supervising asks for, with a sentence that says so. `unseen`: questions
    that it answers only for some of the people concerned, or for none, since the viewer sees counts of the others."""

    on: date
    covers: Mapping[tuple[int, int], Coverage]
    supervised: Mapping[tuple[object, ...], SupervisedFor]
    lapsed: Mapping[int, tuple[str, str]]
    months: Mapping[tuple[int, str], MonthAhead]
    taught: Mapping[tuple[object, ...], Taught]
    figures: Mapping[tuple[str, str], Figure]
    unseen: frozenset[Question] = frozenset()
