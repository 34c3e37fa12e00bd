"""What tests of "what if" share: Ben of tests/leaving.py with somebody who has nobody else, a course to come that he
alone teaches; and a digest of everything that is stored."""

from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from tcsuper.access import actor_for_staff
from tcsuper.database import reading, supposing
from tcsuper.models import Base, SupervisionAgreement
from tcsuper.rules.what_if import Supposed, WhatIf
from tcsuper.services.supervision import plan_session
from tcsuper.services.supposed import what_if
from tests.leaving import AFTER, Leaver, known, leaver
from tests.people import LONG_AGO, Cast, make_cast
from tests.runs import stored_run

ON = AFTER
"""The day asked about: in its month sessions with Ben are planned."""
RUN_ON = AFTER + timedelta(days=9)


def stage(db: Session) -> Leaver:
    """Ben alone supervises Farah; Bela supervises Ben, who supervises her."""
    ben = leaver(db, make_cast(db))
    cast = ben.cast
    _agreed(db, cast, "Ben", "Farah")
    _agreed(db, cast, "Bela", "Ben")
    stored_run(db, ben.courses["restraint"], RUN_ON, place="Gym")
    db.flush()
    return ben


def asked(cast: Cast, supposed: Supposed, on: date = ON, by: str = "Asha") -> WhatIf:
    with reading() as db:
        viewer = known(db, cast, by)
    with supposing() as db:
        return what_if(db, by=viewer, supposed=supposed, on=on)


def _agreed(db: Session, cast: Cast, supervisor: str, supervisee: str) -> None:
    terms: dict[str, Any] = dict(purpose="clinical", start_on=LONG_AGO)
    agreement = SupervisionAgreement(supervisor_id=cast.id(supervisor), supervisee_id=cast.id(supervisee), **terms)
    db.add(agreement)
    db.flush()
    plan_session(db, by=actor_for_staff(db, cast.id(supervisor)), agreement_id=agreement.id or 0, held_on=ON)


def digest() -> str:
    """Of every row of every table: events and submissions too."""
    found = sha256()
    with reading() as db:
        for table in Base.metadata.sorted_tables:
            rows = sorted(repr(tuple(row)) for row in db.execute(sa.select(table)))
            found.update(repr((table.name, rows)).encode())
    return found.hexdigest()
