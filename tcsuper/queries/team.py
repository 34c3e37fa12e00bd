"""How communities stand as a whole: counts, never names, and nothing from a group small enough to single one out."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col

from tcsuper.access import COUNTED, Actor, Object, communities_within, sees_counts_alone
from tcsuper.models import Community, Post, RequirementKind
from tcsuper.queries.standing import Row, sight_of, standings, supervision_months
from tcsuper.rules.standing import LEFT_OUT, first_of_month, last_of_month
from tcsuper.rules.supervision import Verdict
from tcsuper.settings import service_number

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


def _teams(db: Session, viewer: Actor, on: date) -> tuple[dict[int, str], dict[int, set[int]]]:
    """The viewer's communities by id and name, and who had a post in each that day."""
    communities = communities_within(viewer, Object.TEAM_CHART, shapes=COUNTED)
    names = dict(
        db.execute(
            sa.select(col(Community.id), col(Community.name))
            .where(col(Community.id).in_(communities))
            .order_by(Community.name)
        ).all()
    )
    staff: dict[int, set[int]] = defaultdict(set)
    rows = db.execute(
        sa.select(col(Post.community_id), col(Post.staff_id)).where(
            col(Post.community_id).in_(communities),
            col(Post.start_on) <= on,
            sa.or_(col(Post.end_on).is_(None), col(Post.end_on) >= on),
        )
    )
    for community_id, staff_id in rows:
        staff[community_id].add(staff_id)
    return names, staff


def figures_as_at(viewer: Actor, on: date) -> date:
    """The day that a question about `on` is answered for. Who sees counts only may not set one day beside the next and
    read off one person who came, went or was seen in between: they choose today, or the end of a month."""
    if not sees_counts_alone(viewer) or on == viewer.on:
        return on
    return viewer.on if first_of_month(on) == first_of_month(viewer.on) else last_of_month(on)


def months_as_at(viewer: Actor, on: date) -> date:
    """The same for figures by month. The same past month among other people would tell how one of them stood: who sees
    counts only has the months of those who are here today."""
    return viewer.on if sees_counts_alone(viewer) else on


def kinds_by_community(db: Session, *, viewer: Actor, on: date, known_on: date | None = None) -> pd.DataFrame:
    """How many people meet everything of a kind, by community.

    Columns: community, people (in post), kind (words), met, duty (people with something to meet), left_out, share
    (met of duty in per cent, None when nobody has a duty or the group is too small), label ("23 of 24", "under 5").
    """
    return _kinds_by_community(db, viewer, figures_as_at(viewer, on), known_on)


def kinds_seen_by_name(db: Session, *, viewer: Actor, on: date) -> pd.DataFrame:
    """The same on any day, of those kinds alone whose status the viewer sees person by person, for everybody counted:
    of figures that are set beside others which differ by one person, the rest would tell how that person stands."""
    sight = sight_of(db, viewer, KIND_WORDS)
    _, staff = _teams(db, viewer, on)
    everyone = set().union(*staff.values()) if staff else set()
    return _kinds_by_community(db, viewer, on, None, [kind for kind in KIND_WORDS if everyone <= sight.named[kind]])


def _kinds_by_community(
    db: Session, viewer: Actor, on: date, known_on: date | None, kinds: Iterable[RequirementKind] | None = None
) -> pd.DataFrame:
    names, staff = _teams(db, viewer, on)
    smallest = service_number(db, "smallest_group")
    everyone = sorted(set().union(*staff.values())) if staff else []
    by_person: dict[int, list[Row]] = defaultdict(list)
    for row in standings(db, everyone, on, known_on, kinds):
        if not row.bound.is_observation:  # when it is to be seen again is no level reached
            by_person[row.staff_id].append(row)
    used = {row.kind for rows in by_person.values() for row in rows}
    out = []
    for community_id, name in names.items():
        people = staff[community_id]
        for kind, word in KIND_WORDS.items():
            if kind not in used:
                continue
            met, duty, left_out = _tally(by_person, people, kind)
            small = kind in FROM_FIVE_UP and duty < smallest
            share = None if small or not duty else 100 * met // duty  # a target is reached when it is, not when nearly
            label = f"under {smallest}" if small and duty else f"{met} of {duty}" if duty else "–"
            out.append(
                (name, len(people), word, None if small else met, None if small else duty, left_out, share, label)
            )
    return pd.DataFrame(
        out, columns=["community", "people", "kind", "met", "duty", "left_out", "share", "label"], dtype=object
    )


def _tally(by_person: dict[int, list[Row]], people: Iterable[int], kind: RequirementKind) -> tuple[int, int, int]:
    """People who meet every requirement of a kind, people with at least one, people left out of it altogether."""
    met = duty = left_out = 0
    for person in people:
        rows = [row for row in by_person[person] if row.kind is kind]
        judged = [row for row in rows if row.standing.status not in LEFT_OUT]
        if judged:
            duty += 1
            met += all(row.standing.is_met for row in judged)
        elif rows:
            left_out += 1
    return met, duty, left_out


def supervision_rate_by_month(
    db: Session, *, viewer: Actor, on: date, known_on: date | None = None, how_many: int = 12
) -> pd.DataFrame:
    """People who met the service's own monthly minimum, by community and month, oldest first.

    Columns: community, month (date, the first), met, duty, left_out, share (None when too few), so_far (bool: the
    month is not over).
    """
    on = months_as_at(viewer, on)
    names, staff = _teams(db, viewer, on)
    smallest = service_number(db, "smallest_group")
    everyone = sorted(set().union(*staff.values())) if staff else []
    verdicts: dict[int, dict[date, list[Verdict]]] = defaultdict(lambda: defaultdict(list))
    for row in supervision_months(db, everyone, on, known_on, how_many):
        if not row.bound.body:
            for judged in row.months:
                verdicts[row.staff_id][judged.first].append(judged.verdict)
    out = []
    months = sorted({month for person in verdicts.values() for month in person})
    for community_id, name in names.items():
        for month in months:
            met, duty, left_out = _month_tally(verdicts, staff[community_id], month)
            small = duty < smallest
            share = None if small else 100 * met // duty
            so_far = last_of_month(month) >= min(on, viewer.on)  # a month to come is a forecast, whatever is looked at
            out.append((name, month, None if small else met, None if small else duty, left_out, share, so_far))
    return pd.DataFrame(out, columns=["community", "month", "met", "duty", "left_out", "share", "so_far"], dtype=object)


def _month_tally(
    verdicts: dict[int, dict[date, list[Verdict]]], people: Iterable[int], month: date
) -> tuple[int, int, int]:
    met = duty = left_out = 0
    judged_words = (Verdict.MET, Verdict.SHORT, Verdict.SHORT_SO_FAR)
    for person in people:
        all_of_them = verdicts[person].get(month, []) if person in verdicts else []
        judged = [verdict for verdict in all_of_them if verdict in judged_words]
        if judged:
            duty += 1
            met += all(verdict is Verdict.MET for verdict in judged)
        elif Verdict.NOT_JUDGED in all_of_them or Verdict.EXEMPT in all_of_them:
            left_out += 1
    return met, duty, left_out
