"""The kinds that a team's figures are given of, which of them only for groups large enough, and for which days."""

from datetime import date

from tcsuper.access import Actor, sees_counts_alone
from tcsuper.models import RequirementKind
from tcsuper.rules.standing import first_of_month, last_of_month

KIND_WORDS = {
    RequirementKind.SUPERVISION: "Supervision",
    RequirementKind.AGREEMENT: "Agreements",
    RequirementKind.COURSE: "Training",
    RequirementKind.QUALIFICATION: "Qualifications",
    RequirementKind.REGISTRATION: "Registration",
    RequirementKind.PRACTICE: "At standard",
    RequirementKind.CHECK: "Checks",
    RequirementKind.PERIOD: "Probation",
    RequirementKind.EVENT: "Appraisal",
}
FROM_FIVE_UP = frozenset({RequirementKind.PRACTICE, RequirementKind.SUPERVISION, RequirementKind.AGREEMENT})
"""Kinds shown as counts only from the smallest group up (security, rules under the table); registration and training
are shown at any size: a lapsed registration in a team of four must be seen."""


def figures_as_at(viewer: Actor, on: date) -> date:
    """The day that a question about `on` is answered for. Who sees counts only may not set one day beside the next and
    read off one person who came, went or was seen in between: they choose today, or the end of a month."""
    return today_or_end_of_month(viewer.on, on) if sees_counts_alone(viewer) else on


def today_or_end_of_month(today: date, on: date) -> date:
    return today if first_of_month(on) == first_of_month(today) else last_of_month(on)


def months_as_at(viewer: Actor, on: date) -> date:
    """The same for figures by month. The same past month among other people would tell how one of them stood: who sees
    counts only has the months of those who are here today."""
    return viewer.on if sees_counts_alone(viewer) else on
