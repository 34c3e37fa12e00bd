"""Of an audit pack: clinical supervision by month, sessions held and lost, and why they were lost."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pandas as pd
import sqlalchemy as sa
from sqlmodel import col

from tcsuper import words
from tcsuper.models import (
    Attendance,
    LostBecause,
    RequirementKind,
    SessionState,
    SupervisionPurpose,
    SupervisionSession,
)
from tcsuper.queries.audit_pack.asked import NOT_GIVEN, Area, Asked, Picture, share
from tcsuper.queries.compliance import By, Judged, compliance_months, heatmap_frame, rate_of, rates_by, trend_by
from tcsuper.queries.due import counts_lost_only, lost_sessions
from tcsuper.queries.evidence import current
from tcsuper.queries.team import supervision_rate_by_month
from tcsuper.reports.pack import PackTable, Value
from tcsuper.rules.compliance import Rate
from tcsuper.rules.standing import add_months
from tcsuper.settings import service_number

LOST_WORDS = {
    LostBecause.DETAILED_ELSEWHERE: "Detailed to another wing or duty",
    LostBecause.LOCKDOWN: "Lockdown or incident",
    LostBecause.LEAVE: "Leave",
    LostBecause.SICKNESS: "Sickness",
    LostBecause.TRAINING: "Training",
    LostBecause.OTHER: "Another reason",
}
"""As on the screens."""
VERDICTS = {
    "met": "met",
    "short": "short",
    "short_so_far": "short so far",
    "not_judged": "not judged",
    "exempt": "exempt",
    "not_required": "not asked",
}
BY_MONTH, PERSON_BY_PERSON = "Supervision by month", "Supervision person by person"
MOST_DRAWN = 45


def supervision_area(asked: Asked) -> Area:
    """Rates by month as the page "Who is due" gives them, each month with what bound people then. Where the form does
    not say supervision person by person, what a director is given."""
    if not asked.is_by_person(RequirementKind.SUPERVISION):
        counted = supervision_counts_area(asked)
        return replace(counted, tables=(counted.tables[0], _sessions(asked), *counted.tables[1:]))
    rows = _judged(asked)
    by_month, total = _by_month(asked, rows)
    tables = [by_month, _person_by_person(asked, rows), _sessions(asked), *_lost(asked)]
    months = trend_by(rows, asked.until, By.COMMUNITY, list(asked.communities.values())) if rows else pd.DataFrame()
    pictures = {}
    if rows and not months.dropna(subset=["share"]).empty:
        target = int(service_number(asked.db, "compliance_target"))
        pictures[BY_MONTH] = Picture(
            "supervision", months, f"{total.met} of {total.duty} person-months met every minimum.", target
        )
        if len({row.staff_id for row in rows}) <= MOST_DRAWN:
            coded = [replace(row, person=asked.whom(row.staff_id, row.person)) for row in rows]
            frame = heatmap_frame(coded, asked.viewer.on)
            pictures[PERSON_BY_PERSON] = Picture("months", frame, "Each person's months: met, short or not judged.")
    said = [rate_of(rows, month).sentence(month, asked.until) for month in _last_over(asked)] if rows else []
    return Area("Clinical supervision", tuple(said), tuple(tables), pictures)


def supervision_counts_area(asked: Asked) -> Area:
    """In counts: what the page "Team competency" gives a director, and no more."""
    frame = supervision_rate_by_month(asked.db, viewer=asked.counting, on=asked.on)
    names, months = set(asked.communities.values()), set(asked.months)
    frame = frame[frame["community"].isin(names) & frame["month"].isin(months)]
    lines: list[tuple[Value, ...]] = [
        (
            words.month(row.month),
            row.community,
            NOT_GIVEN if row.met is None else row.met,
            NOT_GIVEN if row.duty is None else row.duty,
            row.share,
        )
        for row in frame.sort_values(["month", "community"]).itertuples()
    ]
    given = frame.dropna(subset=["share"])
    met, of = int(given["met"].sum()), int(given["duty"].sum())
    table = PackTable(
        BY_MONTH,
        ("Month", "Community", "Met", "Of", "Per cent"),
        lines,
        total=("Person-months given", "", met, of, share(met, of)) if of else (),
        note="People of today who met the service's own monthly minimum. Not given: too few people, or it would tell "
        "of a few beside another figure.",
        nothing="No month of this period is among the last twelve, of which counts are given.",
    )
    target = int(service_number(asked.db, "compliance_target"))
    says = f"{met} of {of} person-months that are given met the minimum."
    pictures = {BY_MONTH: Picture("supervision", given, says, target)} if not given.empty else {}
    return Area("Clinical supervision", (), (table, *_lost(asked)), pictures)


def _judged(asked: Asked) -> list[Judged]:
    how_many = len(asked.months)
    found = compliance_months(asked.db, viewer=asked.viewer, on=asked.until, known_on=asked.known_on, how_many=how_many)
    names = set(asked.communities.values())
    theirs = {staff for staff, *_ in asked.posts}
    return [one for one in found if one.staff_id in theirs and names & set(one.groups[By.COMMUNITY])]


def _last_over(asked: Asked) -> list[date]:
    """The last month of the period that is over, for the sentence on top."""
    over = [month for month in asked.months if add_months(month, 1) <= asked.until]
    return over[-1:] or asked.months[-1:]


def _by_month(asked: Asked, rows: Sequence[Judged]) -> tuple[PackTable, Rate]:
    lines: list[tuple[Value, ...]] = []
    met = duty = left_out = 0
    for month in asked.months:
        found = rates_by(rows, By.COMMUNITY, month)
        for row in found[found["label"].isin(list(asked.communities.values()))].itertuples():
            lines.append((words.month(month), row.label, row.met, row.duty, row.share, row.why or "nobody"))
        of_month = rate_of(rows, month)
        met, duty, left_out = met + of_month.met, duty + of_month.duty, left_out + of_month.left_out
    total = Rate(met, duty)
    return (
        PackTable(
            BY_MONTH,
            ("Month", "Community", "Met", "Of", "Per cent", "Left out"),
            lines,
            total=("Person-months", "", met, duty, total.share, f"{left_out} left out") if duty else (),
            note="People who met every minimum that bound them that month, of those with one to meet. Somebody with "
            "posts in two communities is in both lines and once in the total.",
            nothing="Nobody had a minimum to meet in this period.",
        ),
        total,
    )


def _person_by_person(asked: Asked, rows: Sequence[Judged]) -> PackTable:
    """People and minima down, months across."""
    cells: dict[tuple[str, str], dict[date, str]] = defaultdict(dict)
    for row in rows:
        said = VERDICTS[row.month.verdict.value]
        if said in ("met", "short", "short so far"):
            said = f"{words.number(row.month.credited)} of {words.number(row.month.wanted)}: {said}"
        cells[asked.whom(row.staff_id, row.person), row.minimum.title][row.month.first] = said
    met = Counter(row.month.first for row in rows if row.month.verdict.value == "met")
    judged = Counter(row.month.first for row in rows if row.month.verdict.value in ("met", "short", "short_so_far"))
    return PackTable(
        PERSON_BY_PERSON,
        ("Person", "Minimum", *(words.short_month(month) for month in asked.months)),
        [(*key, *(found.get(month, "–") for month in asked.months)) for key, found in sorted(cells.items())],
        total=("Minima met", "", *(f"{met[month]} of {judged[month]}" for month in asked.months)) if rows else (),
        note="Credited of what is asked, in minutes or meetings as the minimum says.",
        nothing="Nobody had a minimum to meet in this period.",
        in_print=len(asked.months) <= 6,
    )


# ---------------------------------------------------------------------------------------------------------------------
# Sessions


def _sessions(asked: Asked) -> PackTable:
    """How many were held, and how many were not, by community and what they are for."""
    session = SupervisionSession
    found = asked.db.execute(
        sa.select(col(session.community_id), col(SupervisionPurpose.name), col(session.state), sa.func.count())
        .join(SupervisionPurpose, col(SupervisionPurpose.code) == col(session.purpose))
        .where(
            col(session.community_id).in_(list(asked.communities)),
            col(session.held_on).between(asked.since, asked.until),
            col(session.state) != SessionState.PLANNED,
            current(session, asked.known_on),
        )
        .group_by(col(session.community_id), col(SupervisionPurpose.name), col(session.state))
    )
    counts: dict[tuple[str, str], Counter[SessionState]] = defaultdict(Counter)
    for community, purpose, state, count in found:
        counts[asked.communities[community], purpose][state] = count
    few = _too_few(asked)
    lines: list[tuple[Value, ...]] = []
    for (place, purpose), count in sorted(counts.items()):
        held, of = count[SessionState.HELD], sum(count.values())
        if place in few:
            lines.append((place, purpose, NOT_GIVEN, NOT_GIVEN, NOT_GIVEN, None))
        else:
            lines.append((place, purpose, held, of - held, of, share(held, of)))
    given = [count for (place, _), count in counts.items() if place not in few]
    held, of = sum(one[SessionState.HELD] for one in given), sum(sum(one.values()) for one in given)
    return PackTable(
        "Sessions held and lost",
        ("Community", "What for", "Held", "Did not happen", "Of", "Per cent held"),
        lines,
        total=("All of them", "", held, of - held, of, share(held, of)) if of else (),
        note="Planned sessions that are still to come are left out.",
        nothing="No session is recorded in this period.",
    )


def _too_few(asked: Asked) -> set[str]:
    """Of a pack that goes without names: communities at whose sessions fewer people were than figures are given of."""
    if asked.form.value == "named":
        return set()
    session = SupervisionSession
    found = asked.db.execute(
        sa.select(col(session.community_id), sa.func.count(sa.distinct(col(Attendance.staff_id))))
        .join(Attendance, col(Attendance.session_id) == col(session.id))
        .where(
            col(session.community_id).in_(list(asked.communities)),
            col(session.held_on).between(asked.since, asked.until),
            current(session, asked.known_on),
        )
        .group_by(col(session.community_id))
    )
    enough = {community for community, people in found if people >= asked.smallest}
    return {name for key, name in asked.communities.items() if key not in enough}


def _lost(asked: Asked) -> list[PackTable]:
    """Why sessions were lost, as the screens say it: of a community with few people not at all, and in counts of all
    communities together."""
    months = max(1, len(asked.months) - (asked.since.day > 1))
    if counts_lost_only(asked.viewer):
        places: list[tuple[str, int | None]] = [("All your communities", None)]
        months, until = 12, asked.viewer.on
    else:
        places, until = [(name, key) for key, name in asked.communities.items()], asked.until
    lines: list[tuple[Value, ...]] = []
    withheld = []
    for name, community in places:
        found = lost_sessions(
            asked.db, viewer=asked.viewer, on=until, months=months, community_id=community, known_on=asked.known_on
        )
        if found is None:
            withheld.append(name)
            continue
        for row in found.rename(columns={"count": "lost"}).itertuples():
            lines.append((name, LOST_WORDS[row.cause], row.lost, row.rebooked, row.in_time))
    since = add_months(until, -months)
    note = f"Of the {words.count(months, 'month')} after {words.day(since)}, up to {words.day(until)}."
    if withheld:
        note += f" Not given for {words.listed(withheld)}: no session was lost, or fewer than {asked.smallest} people."
    sums = [sum(int(str(line[at])) for line in lines) for at in (2, 3, 4)]
    return [
        PackTable(
            "Why sessions were lost",
            ("Community", "Cause", "Lost", "Held on another day", "Of them in time"),
            lines,
            total=("All of them", "", *sums) if lines else (),
            note=note,
            nothing="No lost session can be given for this time.",
        )
    ]
