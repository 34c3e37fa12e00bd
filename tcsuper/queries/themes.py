"""The service's list of themes, and what can be tagged at all. Nothing about anybody's records: which of them is tagged
with what is read through services alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper.access import Actor, Permission, check_holds
from tcsuper.confidential import newest, shared_records_about, shared_records_read_by
from tcsuper.models import PRESENT, Attendance, SharedRecord, Staff, SupervisionSession, Theme
from tcsuper.queries.evidence import current
from tcsuper.queries.people import Person
from tcsuper.rules.themes import Count, Heading
from tcsuper.settings import service_number

LOOK_BACK = timedelta(days=365)
"""How far back a balance goes."""


def theme_list(db: Session, *, viewer: Actor) -> list[Theme]:
    """Every heading in the service's order, those no longer offered at the end."""
    check_holds(viewer, Permission.SEE_CATALOGUE)
    return list(db.exec(select(Theme).order_by(col(Theme.is_retired), col(Theme.position), col(Theme.name))))


@dataclass(frozen=True)
class Offered:
    """What can be chosen for a shared record today."""

    themes: tuple[Heading, ...] = ()
    functions: bool = False
    modes: bool = False


def tags_on_offer(db: Session) -> Offered:
    """The headings that are not retired, and whether the service tags functions and the seven eyes."""
    themes = db.exec(
        select(Theme).where(col(Theme.is_retired).is_(False)).order_by(col(Theme.position), col(Theme.name))
    )
    headings = tuple(Heading(one.code, one.name) for one in themes)
    return Offered(headings, bool(service_number(db, "proctor_tags")), bool(service_number(db, "seven_eyed_tags")))


def theme_names(db: Session) -> dict[str, str]:
    """What every heading is called now, by code."""
    return {one.code: one.name for one in db.exec(select(Theme))}


# ---------------------------------------------------------------------------------------------------------------------
# Whose balance can be looked at


def people_with_shared_records(db: Session, *, viewer: Actor) -> list[Person]:
    """Those whose balance the viewer may look at as their supervisor: there is a shared record of theirs from the last
    12 months that the viewer may open. By name."""
    session = SupervisionSession
    seen = sa.select(col(SharedRecord.session_record_id)).where(_counted(viewer.on), shared_records_read_by(viewer))
    rows = db.execute(
        sa.select(col(Staff.id), col(Staff.full_name))
        .join(Attendance, col(Attendance.staff_id) == col(Staff.id))
        .join(session, col(session.id) == col(Attendance.session_id))
        .where(current(session), col(session.record_id).in_(seen), col(Attendance.status).in_(PRESENT))
        .where(col(Staff.id) != viewer.staff_id)
        .distinct()
        .order_by(col(Staff.full_name), col(Staff.id))
    ).all()
    return [Person(*row) for row in rows if records_to_count(db, viewer=viewer, staff_id=row[0])]


def records_to_count(db: Session, *, viewer: Actor, staff_id: int) -> list[SharedRecord]:
    """The shared records, sealed, from which somebody's balance is counted: those of the last 12 months that the
    viewer may open, their own or as their supervisor."""
    found = select(SharedRecord).where(_counted(viewer.on), shared_records_about(viewer, staff_id))
    return list(db.exec(found))


def _counted(on: date) -> sa.ColumnElement[bool]:
    """The WHERE clause for the last version of what stands, of sessions of the last 12 months that stand too."""
    session = SupervisionSession
    held = sa.select(col(session.record_id)).where(
        current(session), col(session.held_on) > on - LOOK_BACK, col(session.held_on) <= on
    )
    return sa.and_(
        newest(SharedRecord), col(SharedRecord.is_void).is_(False), col(SharedRecord.session_record_id).in_(held)
    )


def balance_frame(counts: Sequence[Count]) -> pd.DataFrame:
    """For a chart. Columns: label (str), count (int)."""
    return pd.DataFrame(counts, columns=["label", "count"])
