"""The key of the confidential texts: made when there is nothing to open yet, and changed without loss."""

from sqlmodel import Session, col, select

from tcsuper.audit import record_event
from tcsuper.sealing import add_key, is_sealed_with_newest, make_key_file, seal, sealed_columns, unseal


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
        for row in db.exec(select(table).where(col(getattr(table, column)).is_not(None))):
            if not is_sealed_with_newest(getattr(row, column)):
                seal(row, column, unseal(row, column))
                changed += 1
    record_event(db, by=None, action="change_key", object_kind="key", texts=changed)
    return changed
