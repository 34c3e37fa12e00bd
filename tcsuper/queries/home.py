"""How I stand, and how the people I answer for stand: the home page. What waits for me is in queries/tasks."""

from collections import Counter
from dataclasses import dataclass

from sqlmodel import Session

from tcsuper import words
from tcsuper.access import Actor, Permission, holds, managed_by
from tcsuper.models import RequirementKind
from tcsuper.queries.renewals import is_lapse
from tcsuper.queries.standing import Row, standings_seen
from tcsuper.queries.supervision import agreements_to_record
from tcsuper.queries.tasks.requirements import LATE_OR_SOON, task_about
from tcsuper.queries.tasks.task import Task
from tcsuper.rules.standing import TONES, Standing, Status, Tone, severity

FIGURES = {
    RequirementKind.SUPERVISION: "Supervision",
    RequirementKind.COURSE: "Training",
    RequirementKind.REGISTRATION: "Registrations",
    RequirementKind.PRACTICE: "At standard",
}


def my_standings(db: Session, *, viewer: Actor) -> list[Row]:
    """My own standing on everything required of me today, worst first."""
    rows = standings_seen(db, viewer=viewer, on=viewer.on, about=viewer.staff_id)
    return sorted(rows, key=lambda row: severity(row.standing))


@dataclass(frozen=True)
class Figure:
    """A number at the top: "31 of 36", with what is behind it."""

    label: str
    met: int
    duty: int
    behind: str


@dataclass(frozen=True)
class TeamView:
    figures: list[Figure]
    tasks: list[Task]


def my_team(db: Session, *, viewer: Actor) -> TeamView | None:
    """For a therapy manager: how the people of their communities stand today, and who needs something first; for a
    line manager the same of their reports. None for anyone who manages nobody."""
    theirs = set(db.scalars(managed_by(viewer)))
    if not theirs:
        return None
    rows = [row for row in standings_seen(db, viewer=viewer, on=viewer.on) if row.staff_id in theirs]
    pressing = sorted((row for row in rows if _is_pressing(row)), key=_pressing)
    records = holds(viewer, Permission.RECORD_SUPERVISION)
    to_record = agreements_to_record(db, viewer=viewer) if records else []
    return TeamView(_figures(rows), [task_about(row, viewer, to_record) for row in pressing])


def _is_pressing(row: Row) -> bool:
    """A statutory registration that lapsed is told before all else, among what needs the viewer."""
    return row.standing.status in LATE_OR_SOON and not is_lapse(row)


def _pressing(row: Row) -> tuple[object, ...]:
    return (*severity(row.standing), row.person)


def _figures(rows: list[Row]) -> list[Figure]:
    figures = []
    for kind, label in FIGURES.items():
        by_person: dict[int, list[Standing]] = {}
        for row in rows:
            if row.kind is kind and TONES[row.standing.status] is not Tone.GREY and not row.bound.is_observation:
                by_person.setdefault(row.staff_id, []).append(row.standing)
        if not by_person:
            continue
        met = sum(all(standing.is_met for standing in theirs) for theirs in by_person.values())
        figures.append(Figure(label, met, len(by_person), _behind(list(by_person.values()))))
    return figures


def _behind(people: list[list[Standing]]) -> str:
    """Why some have not met it: whoever is late, and whoever simply has not got there yet, are together all of those;
    something due soon may be anybody's."""
    counts = Counter[str]()
    for theirs in people:
        is_late = any(TONES[standing.status] is Tone.BAD for standing in theirs)
        counts["late"] += is_late
        counts["not there yet"] += not is_late and not all(standing.is_met for standing in theirs)
        counts["due soon"] += any(standing.status is Status.DUE_SOON for standing in theirs)
    return words.listed([f"{count} {what}" for what, count in counts.items() if count]) or "nobody late or due soon"
