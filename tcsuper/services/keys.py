"""The key of the confidential texts: made when there is nothing to open yet, and changed without loss."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper.audit import record_event
from tcsuper.sealing import (
    add_key,
    is_sealed_with_newest,
    make_key_file,
    seal_bytes,
    sealed_columns,
    unseal_bytes,
)


def prepare_keys(db: Session) -> None:
    """Make the key file of a database in which nothing is sealed yet. Where something is, a missing file is a loss to
    be mended from its safe copy, and a new one would only hide that."""
    if not is_anything_sealed(db):
        make_key_file()


def is_anything_sealed(db: Session) -> bool:
    return any(
        db.exec(select(getattr(table, column)).where(col(getattr(table, column)).is_not(None)).limit(1)).first()
        for table, column in sealed_columns()
    )


def change_key(db: Session) -> int:
    """Make a new key and seal every text anew with it: gives how many. The former keys stay in the file, since older
    backups need them. Cut off midway, every text opens with one key or the other. For the command line alone."""
    add_key()
    changed = 0
    for table, column in sealed_columns():
        its_key: Any = sa.inspect(table).primary_key[0]
        for key in db.scalars(sa.select(its_key).where(col(getattr(table, column)).is_not(None))).all():
            row = db.get_one(table, key)  # one at a time: files among them are large
            if not is_sealed_with_newest(getattr(row, column)):
                seal_bytes(row, column, unseal_bytes(row, column))
                db.flush()
                changed += 1
    record_event(db, by=None, action="change_key", object_kind="key", texts=changed)
    return changed
