"""Opening the database: the only file that knows the address.

Reading and writing are two doors (security, rule 10); `supposing()` is a third, through which nothing is ever stored.
A writer begins as a writer (`BEGIN IMMEDIATE`), so that "read, decide, write" cannot be overtaken; on PostgreSQL a save
from a stale row is refused by its version.
"""

import io
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session

from tcsuper import settings
from tcsuper.errors import BUSY, CHANGED, SAVING_ELSEWHERE, Conflict, WrongSetup

ONE_SERVER_AT_A_TIME = 727_201  # any number of ours: the lock that lets one process migrate PostgreSQL


def journal_mode(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> str:
    """WAL only on an SQLite without the WAL-reset fault; TRUNCATE holds up as well, with shorter reads."""
    mended = version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    return "WAL" if mended else "TRUNCATE"


def _open(begin: Callable[[sa.Connection], str], foreign_keys: str = "ON", **options: object) -> sa.Engine:
    url = sa.make_url(settings.database_url())
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    made = sa.create_engine(url, hide_parameters=True, **options)  # an error in the log holds no typed words
    if made.dialect.name == "sqlite":
        pragmas = (
            "busy_timeout=10000",
            f"journal_mode={journal_mode()}",
            f"foreign_keys={foreign_keys}",
            "synchronous=FULL",
            "cache_spill=OFF",
        )

        @sa.event.listens_for(made, "connect")
        def _connect(connection: sqlite3.Connection, _record: object) -> None:
            connection.isolation_level = None  # we say BEGIN ourselves
            for pragma in pragmas:
                connection.execute(f"PRAGMA {pragma}")

        @sa.event.listens_for(made, "begin")
        def _begin(connection: sa.Connection) -> None:
            connection.exec_driver_sql(begin(connection))

    return made


@lru_cache
def engine() -> sa.Engine:
    return _open(lambda c: "BEGIN IMMEDIATE" if c.get_execution_options().get("write") else "BEGIN", pool_pre_ping=True)


def forget_engine() -> None:
    """Close every connection and read the address anew at the next use (tests, and after a restore)."""
    if engine.cache_info().currsize:
        engine().dispose()
    engine.cache_clear()


@contextmanager
def reading() -> Iterator[Session]:
    """A session to read with. Rows stay readable after it closes; nothing is ever committed."""
    with Session(engine(), expire_on_commit=False) as db:
        yield db


@contextmanager
def writing() -> Iterator[Session]:
    """One transaction: everything in it is stored, or nothing. Raises Conflict in words for a lost race."""
    with Session(engine().execution_options(write=True), expire_on_commit=False) as db:
        try:
            with db.begin():
                yield db
        except StaleDataError as stale:
            raise Conflict(CHANGED) from stale
        except IntegrityError as broken:
            if "supersedes_id" in str(broken.orig):  # two people corrected the same version
                raise Conflict(CHANGED) from broken
            raise
        except OperationalError as busy:
            if _met_others(busy):
                raise Conflict(BUSY) from busy
            raise


MET_OTHERS = ("locked", "could not serialize", "deadlock detected", "lock timeout")
"""What SQLite and PostgreSQL say when two transactions got in each other's way."""


def _met_others(error: OperationalError) -> bool:
    return any(said in str(error.orig) for said in MET_OTHERS)


@contextmanager
def supposing() -> Iterator[Session]:
    """A writer's transaction of which nothing is ever stored: to ask what would be if. It refuses to commit, and is put
    back whatever happens in it. Other writers wait meanwhile, so it is kept short. What waits for a rollback to write
    something elsewhere does not run either: closing a session is no rollback of what somebody tried."""
    with Session(engine().execution_options(write=True), expire_on_commit=False) as db:
        never_store(db)
        try:
            _see_one_moment(db)
            yield db
        except StaleDataError as stale:
            raise Conflict(SAVING_ELSEWHERE) from stale
        except IntegrityError as broken:
            if "supersedes_id" in str(broken.orig):  # somebody corrected the same version a moment ago
                raise Conflict(SAVING_ELSEWHERE) from broken
            raise
        except OperationalError as busy:
            if _met_others(busy):
                raise Conflict(SAVING_ELSEWHERE) from busy
            raise


def _see_one_moment(db: Session) -> None:
    """Before and after are compared: on PostgreSQL what others save in between would count as supposed, so all of it is
    read from one moment (SQLite lets nobody save in between). Whoever really saves goes first: a supposition gives up
    before PostgreSQL looks for a deadlock, after a second, and ends one of the two."""
    if db.get_bind().dialect.name == "postgresql":
        db.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        db.execute(sa.text("SET LOCAL lock_timeout = '500ms'"))


NEVER_STORED = "never_stored"


def never_store(db: Session) -> None:
    """From now on this session refuses to commit; a part of its transaction may still be put back or kept."""

    def refuse(session: Session) -> None:
        if not session.in_nested_transaction():
            raise RuntimeError("What is only supposed is never stored.")

    sa.event.listen(db, "before_commit", refuse)
    db.info[NEVER_STORED] = True


def check_never_stored(db: Session) -> None:
    """For what may only be done where nothing of it stays: by any other door it would be real."""
    if not db.info.get(NEVER_STORED):
        raise RuntimeError("This is only supposed: it may not be done where it would be stored.")


def migrate() -> None:
    """Bring the schema to this program's version, in one transaction, one process at a time.

    Foreign keys are off on SQLite meanwhile: its way of altering a table is to drop and remake it, which would empty
    every child table by cascade. They are checked before the transaction closes.
    """
    made = _open(lambda _: "BEGIN EXCLUSIVE", foreign_keys="OFF", poolclass=sa.NullPool)
    with made.begin() as connection:
        if made.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_SERVER_AT_A_TIME})
        config = Config(stdout=io.StringIO())
        config.set_main_option("script_location", str(settings.ROOT / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if made.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise WrongSetup("The schema change would leave broken references. Nothing was changed.")
    made.dispose()
