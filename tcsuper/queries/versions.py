"""Which version of a job description answers for a role on a date, and what of a former version goes on in it.

A role is the first version of its document: posts, requirements and required levels name that one. Each later version
says from which day on it answers; before that day the former one does, for ever. A responsibility that continues one of
a former version takes over who is named for it and what it calls for: both stay stored once, where they were given.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper.models import JobDescription, Responsibility, ResponsibilityContinuation
from tcsuper.readers.compare import Became

IS_ROLE = col(JobDescription.version_of_id).is_(None)
"""Of the rows of documents those that stand for a role."""


def versions_in_force(db: Session, on: date, roles: Iterable[int] | None = None) -> dict[int, int]:
    """By role (all of them when left out): the id of the version that answers for it on a date."""
    rows = db.execute(
        sa.select(col(JobDescription.id), col(JobDescription.version_of_id))
        .where(sa.or_(IS_ROLE, col(JobDescription.in_force_from) <= on))
        .order_by(sa.case((IS_ROLE, 0), else_=1), col(JobDescription.in_force_from), col(JobDescription.id))
    )
    found = {(role or version): version for version, role in rows}
    return found if roles is None else {role: found[role] for role in roles if role in found}


def is_role(db: Session, job_description_id: int) -> bool:
    """Whether posts and requirements may name it: there is such a row, and it is no later version."""
    found = db.get(JobDescription, job_description_id)
    return found is not None and found.version_of_id is None


def versions_of(db: Session, role_id: int) -> list[JobDescription]:
    """Every version of a role, the first one first; the next one follows each. Empty when there is no such role."""
    this = col(JobDescription.id) == role_id
    found = db.exec(
        select(JobDescription)
        .where(sa.or_(sa.and_(this, IS_ROLE), col(JobDescription.version_of_id) == role_id))
        .order_by(sa.case((IS_ROLE, 0), else_=1), col(JobDescription.in_force_from), col(JobDescription.id))
    )
    return list(found)


def duties_of(db: Session, versions: Iterable[int]) -> dict[int, list[Responsibility]]:
    """By version: its responsibilities in the document's order, cross-references to other documents left out."""
    by_version: dict[int, list[Responsibility]] = {version: [] for version in versions}
    found = db.exec(
        select(Responsibility)
        .where(
            col(Responsibility.job_description_id).in_(list(by_version)),
            col(Responsibility.is_cross_reference).is_(False),
        )
        .order_by(col(Responsibility.number), col(Responsibility.id))
    )
    for one in found:
        by_version[one.job_description_id].append(one)
    return by_version


def continuations_between(db: Session, former: Iterable[int], new: Iterable[int]) -> list[ResponsibilityContinuation]:
    """What was said of these responsibilities of a version, and of these of the next one, in the order it was said."""
    link = ResponsibilityContinuation
    found = db.exec(
        select(link)
        .where(sa.or_(col(link.former_id).in_(list(former)), col(link.new_id).in_(list(new))))
        .order_by(col(link.id))
    )
    return list(found)


DECIDED = "decided"
"""What a continuation became that a person decided."""
CARRIED_OVER = {Became.UNCHANGED, Became.REWORDED, Became.MOVED}
"""What became of a responsibility that plainly goes on as one other. All else somebody has to decide."""


def are_read(duties: Sequence[Responsibility]) -> bool:
    """Whether a version's own sentences are here, so that it can be compared: our short titles are no sentences."""
    return bool(duties) and all(one.text for one in duties)


def texts_of(duties: Iterable[Responsibility]) -> dict[int, str]:
    return {one.number: one.text for one in duties}


class Continued:
    """What goes on from version to version: loaded whole, as there are few."""

    def __init__(self, db: Session) -> None:
        self._before: dict[int, set[int]] = defaultdict(set)
        self._after: dict[int, set[int]] = defaultdict(set)
        rows = db.execute(
            sa.select(col(ResponsibilityContinuation.former_id), col(ResponsibilityContinuation.new_id)).where(
                col(ResponsibilityContinuation.former_id).is_not(None),
                col(ResponsibilityContinuation.new_id).is_not(None),
            )
        )
        for former, new in rows:
            self._before[new].add(former)
            self._after[former].add(new)

    def before(self, responsibility: int) -> set[int]:
        """Itself and everything of former versions that it continues."""
        return _reached(responsibility, self._before)

    def after(self, responsibility: int) -> set[int]:
        """Itself and everything of later versions that continues it."""
        return _reached(responsibility, self._after)

    def named_as(self, responsibilities: Iterable[int]) -> dict[int, set[int]]:
        """For these, of versions in force: by each responsibility that somebody may be named for, or that something is
        asked by, those of these that it goes on as."""
        found: dict[int, set[int]] = defaultdict(set)
        for one in responsibilities:
            for former in self.before(one):
                found[former].add(one)
        return dict(found)


def _reached(start: int, steps: dict[int, set[int]]) -> set[int]:
    reached, waiting = {start}, [start]
    while waiting:
        for step in steps.get(waiting.pop(), set()) - reached:
            reached.add(step)
            waiting.append(step)
    return reached
