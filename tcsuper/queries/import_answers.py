"""Who is meant by the names of a sheet, as a script says it: by code or full name, "new" or "left_out"."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from tcsuper.access import Actor
from tcsuper.errors import Refused
from tcsuper.models import Staff
from tcsuper.queries.import_there import There
from tcsuper.queries.imports import Match
from tcsuper.rules.import_plan import NEW

A_NEWCOMER, LEFT_OUT = "new", "left_out"


def answered(
    db: Session, *, viewer: Actor, matches: Sequence[Match], said: Mapping[str, Any], are_new: bool = False
) -> dict[str, int | None]:
    """An answer for each name that has one: what was said, else who is known without a doubt, else (`are_new`) that a
    staff list enters whoever nobody is like. Raises Refused for what fits nobody, or several, whom the viewer may see.
    """
    keys = {match.key for match in matches}
    if unknown := sorted(set(said) - keys):
        raise Refused(f"“{unknown[0]}” is not in the sheet as it is written there. Nothing was taken in.")
    named = _named(db, viewer) if said else {}
    people: dict[str, int | None] = {}
    for match in matches:
        if match.key in said:
            people[match.key] = _who(match, said[match.key], named)
        elif match.exact is not None:
            people[match.key] = match.exact.staff_id
        elif are_new and match.may_be_new and not match.likely:
            people[match.key] = NEW
    return people


def people_as_data(db: Session, *, viewer: Actor, matches: Sequence[Match]) -> list[dict[str, Any]]:
    """The names that have no answer, and who they may be, with the code that answers."""
    ids = {one.staff_id for match in matches for one in match.likely} & set(There(db, viewer).names)
    rows = db.execute(sa.select(col(Staff.id), col(Staff.code)).where(col(Staff.id).in_(ids)))
    codes = {staff_id: code for staff_id, code in rows}
    return [
        {
            "written": match.key,
            "likely": [
                {"name": one.full_name, "where": one.where, "code": codes[one.staff_id]}
                for one in match.likely
                if one.staff_id in codes
            ],
        }
        for match in matches
    ]


def _named(db: Session, viewer: Actor) -> dict[str, list[int]]:
    """By full name and by code."""
    there = There(db, viewer)
    rows = db.execute(sa.select(col(Staff.id), col(Staff.full_name), col(Staff.code)))
    named: dict[str, list[int]] = {}
    for staff_id, name, code in rows:
        if staff_id in there.names:
            named.setdefault(name, []).append(staff_id)
            named.setdefault(code, []).append(staff_id)
    return named


def _who(match: Match, answer: object, named: Mapping[str, list[int]]) -> int | None:
    if answer == LEFT_OUT or answer is None:
        return None
    if answer == A_NEWCOMER and match.may_be_new:
        return NEW
    if answer == A_NEWCOMER:
        raise Refused(f"“{match.key}” can only be new in a staff list. Nothing was taken in.")
    found = named.get(answer, []) if isinstance(answer, str) else []
    if len(found) != 1:
        how_many = "Nobody" if not found else f"{len(found)} people"
        verb = "is" if not found else "are"
        raise Refused(f"{how_many} here {verb} called “{str(answer)[:60]}”. Give the code. Nothing was taken in.")
    return found[0]
