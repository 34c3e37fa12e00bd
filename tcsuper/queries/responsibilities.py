"""Who holds what on a date: led responsibilities by the people named or by a post, all others by every postholder."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Action, Actor, Object, may_in
from tcsuper.models import HoldingKind, JobDescription, Responsibility, ResponsibilityHolding
from tcsuper.queries.carried import EVERYWHERE, HOLDING_WORDS, SOMEBODY, Carried, Where
from tcsuper.queries.people import Person
from tcsuper.rules.responsibilities import Holding

EVERY_POSTHOLDER = "Postholder"
"""What a cell says of a responsibility that nobody has to be named for."""
Cell = tuple[str, str, str, str, str]
"""The last five columns of a matrix."""
NOT_HELD: Cell = ("", "", "", "", "")
HELD_BY_EVERYONE: Cell = (EVERY_POSTHOLDER, EVERY_POSTHOLDER, "Every postholder holds it.", "", "")

# ---------------------------------------------------------------------------------------------------------------------
# The matrix


COLUMNS = ["number", "title", "area", "is_led", "person", "cell", "word", "since", "able", "away"]


def holders_by_role(
    db: Session, *, viewer: Actor, on: date, community_id: int, with_shared: bool = False
) -> dict[int, pd.DataFrame]:
    """By role: its led responsibilities × people in one community; one row a pair, held or not. The people: who has a
    post of the role there, and whoever else is named. `with_shared`: what every postholder holds too.

    Columns: number, title (responsibility, unique), area, is_led, person (unique), cell (Lead, Deputy, In development,
    Postholder, or empty), word (the same, with ", not able" or ", away" where so), since (a sentence), able (a
    sentence, with what is missing), away (a sentence or empty)."""
    carried = Carried(db, viewer, on, Where(community_id))
    held = _most_of_each(carried.holdings)
    shown = carried.all_responsibilities if with_shared else carried.responsibilities
    of_role: dict[int, dict[int, Responsibility]] = defaultdict(dict)
    for one_id, one in shown.items():
        of_role[carried.role_of(one)][one_id] = one
    return {
        role: _matrix(carried, held, of_this, carried.postholders.get((role, community_id), {}))
        for role, of_this in of_role.items()
    }


def _matrix(
    carried: Carried,
    held: Mapping[tuple[int, int], Holding],
    of_role: Mapping[int, Responsibility],
    postholders: Collection[int],
) -> pd.DataFrame:
    named = {staff for responsibility, staff in held if responsibility in of_role}
    in_order = sorted(  # who is named for something stands first: of many people the others are out of sight
        (staff not in named, carried.names.get(staff, SOMEBODY), staff) for staff in {*postholders, *named}
    )
    labels = _labels({staff: name for _, name, staff in in_order})
    titles = _labels({one_id: one.short_title for one_id, one in of_role.items()})
    rows = []
    for one_id, one in of_role.items():
        for staff, label in labels.items():
            holding = held.get((one_id, staff))
            if one.is_led:
                cell = _led_cell(carried, holding) if holding else NOT_HELD
            else:
                cell = HELD_BY_EVERYONE if staff in postholders else NOT_HELD
            rows.append((one.number, titles[one_id], one.area, one.is_led, label, *cell))
    return pd.DataFrame(rows, columns=COLUMNS, dtype=object)


def _most_of_each(holdings: list[Holding]) -> dict[tuple[int, int], Holding]:
    """By responsibility and person: as what they hold it most."""
    order = list(HOLDING_WORDS)
    return {
        (one.responsibility, one.staff): one
        for one in sorted(holdings, key=lambda one: order.index(HoldingKind(one.kind)), reverse=True)
    }


def _led_cell(carried: Carried, holding: Holding) -> Cell:
    needed = carried.needed[holding.staff, holding.responsibility]
    cell = HOLDING_WORDS[HoldingKind(holding.kind)]
    by_post = f", by post as {holding.by_post}" if holding.by_post else ""
    lacks = " ".join(standing.because for standing in needed.lacks)
    hidden = f"Not shown to you: {words.listed(needed.not_shown)}." if needed.not_shown else ""
    able = "Able: everything it calls for is met." if needed.is_able else f"{lacks} {hidden}".strip()
    is_away = holding.staff in carried.away
    until = carried.away.get(holding.staff)
    word = f"{cell}, away" if is_away else f"{cell}, not able" if needed.lacks else cell
    return (
        cell,
        word,
        f"{cell} since {words.day(holding.span.start)}{by_post}.",
        able,
        f"Away{f' until {words.day(until)}' if until else ''}." if is_away else "",
    )


def _labels(names: Mapping[int, str]) -> dict[int, str]:
    """Unique, in the order given: namesakes carry their number."""
    alike = list(names.values())
    return {one: name if alike.count(name) == 1 else f"{name} no. {one}" for one, name in names.items()}


# ---------------------------------------------------------------------------------------------------------------------
# Who is named, who can be


@dataclass(frozen=True)
class HolderLine:
    """Somebody named for a responsibility, or whoever has a post, to be ended. `by_post`: the role, else empty."""

    holding_id: int
    name: str
    kind: HoldingKind
    start_on: date
    end_on: date | None
    by_post: str = ""


def holders_of(
    db: Session, *, viewer: Actor, on: date, where: Where = EVERYWHERE
) -> dict[tuple[int, int], list[HolderLine]]:
    """Who is named, in force on a date or to come, by responsibility (of a version in force) and community."""
    carried = Carried(db, viewer, on, where)
    holding = ResponsibilityHolding
    found = db.exec(
        select(holding)
        .where(
            col(holding.community_id).in_(carried.communities),
            col(holding.responsibility_id).in_(list(carried.named_as)),
            sa.or_(col(holding.end_on).is_(None), col(holding.end_on) >= on),
        )
        .order_by(col(holding.start_on), col(holding.id))
    )
    lines: dict[tuple[int, int], list[HolderLine]] = defaultdict(list)
    for one in found:
        by_post = carried.role_names[one.job_description_id] if one.job_description_id is not None else ""
        name = carried.names.get(one.staff_id, SOMEBODY) if one.staff_id is not None else f"Whoever is {by_post}"
        line = HolderLine(one.id or 0, name, one.kind, one.start_on, one.end_on, by_post)
        for responsibility in carried.named_as[one.responsibility_id]:
            lines[responsibility, one.community_id].append(line)
    return lines


def people_to_name(
    db: Session, *, viewer: Actor, community_id: int | None, on: date, role_id: int | None = None
) -> list[Person]:
    """People with a post in a community on a date, who can be named for a responsibility there (`role_id`: with a post
    of that role); empty when the viewer may not name anybody, or asks about no single community."""
    if community_id is None or not may_in(viewer, Object.RESPONSIBILITY, Action.CREATE, community_id):
        return []
    carried = Carried(db, viewer, on, Where(community_id))
    posts = {staff: post for (staff, _), post in carried.in_post.items()}
    if role_id is not None:
        posts = carried.postholders.get((role_id, community_id), {})
    people = [
        Person(staff, carried.names[staff], carried.role_names[post.job_description_id])
        for staff, post in posts.items()
        if staff in carried.names
    ]
    return sorted(people, key=lambda one: (one.full_name, one.staff_id))


def roles_in(db: Session, *, viewer: Actor, community_id: int | None, on: date) -> dict[int, str]:
    """Roles held in a community now or not long ago (None: in any): id to name, those with something led first."""
    carried = Carried(db, viewer, on, Where(community_id))
    led = {carried.role_of(one) for one in carried.responsibilities.values()}
    rows = db.execute(
        sa.select(col(JobDescription.id), col(JobDescription.role_name), col(JobDescription.reference)).where(
            col(JobDescription.id).in_(carried.roles)
        )
    ).all()
    names = [name for _, name, _ in rows]
    return {
        job: name if names.count(name) == 1 else f"{name} ({reference or f'no. {job}'})"
        for job, name, reference in sorted(rows, key=lambda row: (row[0] not in led, row[1], row[0]))
    }


# ---------------------------------------------------------------------------------------------------------------------
# Held by every postholder


@dataclass(frozen=True)
class Shared:
    """What every postholder of a role holds, and how many people have the post: nothing is stored about who does."""

    people: int
    lines: tuple[tuple[int, str, str], ...]
    """(number, short title, area)"""
    led: int = 0
    """How many of the role's are led instead."""


def held_by_every_postholder(db: Session, *, viewer: Actor, on: date, community_id: int | None) -> dict[int, Shared]:
    """By role: what each postholder holds by the version in force, in a community (None: in any)."""
    carried = Carried(db, viewer, on, Where(community_id))
    people: dict[int, set[int]] = defaultdict(set)
    for post in carried.posts_held:
        people[post.job_description_id].add(post.staff_id)
    lines: dict[int, list[tuple[int, str, str]]] = {role: [] for role in carried.roles}
    for one in carried.all_responsibilities.values():
        if not one.is_led:
            lines[carried.role_of(one)].append((one.number, one.short_title, one.area))
    led = Counter(carried.role_of(one) for one in carried.responsibilities.values())
    return {role: Shared(len(people[role]), tuple(found), led[role]) for role, found in lines.items()}


def led_by_role(db: Session, *, viewer: Actor, on: date, community_id: int, job_description_id: int) -> dict[int, str]:
    """What is led of one role in a community, by the version in force: id to short title, each title once."""
    carried = Carried(db, viewer, on, Where(community_id, job_description_id))
    return _labels({one_id: one.short_title for one_id, one in carried.responsibilities.items()})
