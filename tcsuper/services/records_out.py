"""Records taken away in the import's own format, for other systems or another database.

With an account's rights: of the people whose records of a kind the permission table lets it take away. The command line
on the server, by nobody's account, takes what its owner asks for, as `standing` does. Either way the event says so.
"""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from tcsuper import words
from tcsuper.access import Actor, Object, acting
from tcsuper.clock import now, today
from tcsuper.errors import Refused
from tcsuper.queries.records_out import (
    KINDS,
    Record,
    community_called,
    everybody,
    kinds_to_take,
    people_of,
    people_to_take,
    records_of,
)
from tcsuper.rules.importing import TEMPLATES, SheetKind
from tcsuper.services.exports import Entry, enter_export, for_whom


@dataclass(frozen=True)
class RecordsOut:
    """By kind its lines, in the order of the templates. `left_out`: kinds that this account may not take away."""

    records: Mapping[SheetKind, list[Record]]
    left_out: tuple[SheetKind, ...]
    number: str
    made_at: datetime

    @property
    def rows(self) -> int:
        return sum(len(lines) for lines in self.records.values())


def take_records(
    db: Session, *, by: Actor | None, kinds: Collection[SheetKind] = (), community: str = ""
) -> RecordsOut:
    """`kinds`: none for all that may be taken away; one that may not is refused. `community`: the people who work there
    alone."""
    by = by and acting(db, by)
    may = KINDS if by is None else kinds_to_take(viewer=by)
    refused = [kind for kind in KINDS if kind in kinds and kind not in may]
    if refused or not may:
        raise Refused(_may_not(refused or KINDS))
    community_id = community_called(db, community) if community else None
    there = people_of(db, community_id, today()) if community_id else None
    records = {}
    for kind in may if not kinds else [kind for kind in may if kind in kinds]:
        people = everybody(db) if by is None else people_to_take(db, viewer=by, kind=kind)
        records[kind] = records_of(db, kind, people if there is None else people & there, community_id)
    left_out = () if kinds else tuple(kind for kind in KINDS if kind not in may)
    taken = RecordsOut(records, left_out, secrets.token_hex(8).upper(), now())
    counted: dict[str, Any] = {kind.value: len(lines) for kind, lines in records.items()}
    entry = Entry(
        "Records in the format of the import",
        taken.number,
        rows=taken.rows,
        made_for=_made_for(db, by),
        known_at=taken.made_at,
        community_ids=(community_id,) if community_id else (),
    )
    enter_export(db, by=by, action="export_records", entry=entry, made_at=taken.made_at, **counted)
    return taken


def _made_for(db: Session, by: Actor | None) -> str:
    return "The owner of the server" if by is None else for_whom(db, by, Object.TRAINING_RECORD)


def _may_not(kinds: Collection[SheetKind]) -> str:
    named = words.listed([TEMPLATES[kind][0] for kind in kinds], "or")
    return f"This account may not take away {named}. Nothing was written."
