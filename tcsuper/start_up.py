"""What must hold before anybody is let in: each problem is one line that says what to do. `doctor` asks the same."""

import sqlite3
from collections.abc import Iterator

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from tcsuper import settings
from tcsuper.database import engine, journal_mode, migrate, reading
from tcsuper.errors import WrongSetup
from tcsuper.models import DatabaseMark
from tcsuper.sealing import check_keys
from tcsuper.services.keys import prepare_keys
from tcsuper.settings import Mode


def prepare() -> None:
    """Bring the database to this program's schema and check that the two belong together. Raises WrongSetup."""
    try:
        mode = settings.mode()
    except ValueError as unknown:
        raise WrongSetup("TCSUPER_MODE must be live, demo or test.") from unknown
    settings.single_sign_on()  # half of it is worse than none
    try:
        migrate()
        with reading() as db:
            check_mark(db, mode)
            prepare_keys(db)
        check_keys()
    except DBAPIError as unreachable:
        raise WrongSetup(f"The database cannot be opened: {unreachable.orig}") from unreachable


def check_mark(db: Session, mode: Mode) -> None:
    """The demonstration lets everybody in as anybody, so it opens only what the demo seed itself made; and invented
    people have no place among real ones."""
    mark = db.get(DatabaseMark, 1)
    is_demo = mark is not None and mark.kind == Mode.DEMO
    if mode is Mode.DEMO and not is_demo:
        raise WrongSetup(
            "TCSUPER_MODE is demo, but this database was not made by the demonstration. Run: python3 run.py"
        )
    if mode is Mode.LIVE and is_demo:
        raise WrongSetup(
            "This database holds the demonstration's invented people. Set TCSUPER_MODE=demo, or TCSUPER_DATABASE_URL "
            "to the service's own database."
        )


def findings() -> Iterator[str]:
    """How the product is set up, for the start-up log and for `doctor`. No password in it."""
    yield f"mode: {settings.mode().value}"
    yield f"database: {engine().url.render_as_string(hide_password=True)}"
    yield f"key file: {settings.key_file()}"
    provider = settings.single_sign_on()
    if provider is not None:
        yield f"single sign-on: {provider.issuer}"
    if engine().dialect.name == "sqlite":
        yield f"SQLite {sqlite3.sqlite_version}, journal {journal_mode()}"
