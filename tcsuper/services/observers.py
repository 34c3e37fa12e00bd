"""How observers differ, taken away as a file for research: made for one person at their click, with an event."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from tcsuper.access import Actor, acting
from tcsuper.clock import now
from tcsuper.errors import NotAllowed
from tcsuper.queries.observers import OfSet, observers_differ
from tcsuper.services.exports import Entry, enter_export


@dataclass(frozen=True)
class ObserversExported:
    """The number stands in the file and in the event; it also keeps the file's address from being guessed."""

    number: str
    made_at: datetime
    of_set: OfSet


def export_how_observers_differ(db: Session, *, by: Actor, set_id: int, on: date) -> ObserversExported:
    """The figures of one version of a set as they are shown to `by`, without a name in them. Raises NotAllowed where
    they are shown none."""
    by = acting(db, by)
    of_set = next((one for one in observers_differ(db, viewer=by, on=on) if one.set_id == set_id), None)
    if of_set is None:
        raise NotAllowed
    exported = ObserversExported(secrets.token_hex(8).upper(), now(), of_set)
    entry = Entry(
        "How observers differ", exported.number, rows=of_set.whole.raw.n_pairs, as_at=of_set.on, form="counts"
    )
    enter_export(
        db,
        by=by,
        action="export_how_observers_differ",
        entry=entry,
        made_at=exported.made_at,
        standard_set=set_id,
        on=of_set.on.isoformat(),
        sessions=of_set.whole.sessions,
        pairs=of_set.whole.raw.n_pairs,
    )
    return exported
