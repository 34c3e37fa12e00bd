"""How the database is opened, and that the schema's history leads to the models."""

import io
import sqlite3
import threading
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlmodel import func, select

from tcsuper.database import engine, journal_mode, migrate, reading, writing
from tcsuper.errors import Conflict
from tcsuper.models import Account, Base, Community, Establishment, Staff
from tcsuper.settings import ROOT


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), "TRUNCATE"),
        ((3, 44, 5), "TRUNCATE"),
        ((3, 44, 6), "WAL"),
        ((3, 45, 0), "TRUNCATE"),
        ((3, 50, 6), "TRUNCATE"),
        ((3, 50, 7), "WAL"),
        ((3, 51, 0), "TRUNCATE"),
        ((3, 51, 3), "WAL"),
        ((3, 60, 0), "WAL"),
    ],
)
def test_wal_only_on_an_sqlite_without_the_reset_fault(version: tuple[int, ...], mode: str) -> None:
    assert journal_mode(version) == mode


def test_sqlite_opens_as_promised(page_database: str) -> None:
    with engine().connect() as connection:
        asked = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in PRAGMAS}
    assert asked == PRAGMAS | {"journal_mode": journal_mode(sqlite3.sqlite_version_info).lower()}


PRAGMAS = {"busy_timeout": 10000, "foreign_keys": 1, "synchronous": 2, "cache_spill": 0, "journal_mode": ""}


def test_the_migrations_lead_to_the_models(database: str) -> None:
    with engine().connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata)
    assert found == []


def test_migrating_twice_changes_nothing_and_back_down_leaves_nothing(database: str) -> None:
    migrate()
    with engine().execution_options(write=True).begin() as connection:
        config = Config(stdout=io.StringIO())
        config.set_main_option("script_location", str(ROOT / "migrations"))
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert set(sa.inspect(engine()).get_table_names()) <= {"alembic_version"}
    migrate()
    assert "staff" in sa.inspect(engine()).get_table_names()


def test_a_stale_copy_is_not_saved_over_a_newer_one(database: str) -> None:
    with writing() as db:
        db.add(Establishment(name="Ashdown"))
    with reading() as db:
        stale = db.exec(select(Establishment)).one()
    with writing() as db:
        db.exec(select(Establishment)).one().name = "Ashdown Hall"
    with pytest.raises(Conflict, match="Somebody else changed this"), writing() as db:
        stale.name = "Ashdown House"
        db.add(stale)
    with reading() as db:
        assert db.exec(select(Establishment.name)).one() == "Ashdown Hall"


def test_twenty_writers_at_once_lose_nothing(database: str) -> None:
    """Read, then write what follows from it: with a plain BEGIN most of these would fail or overwrite each other."""
    with writing() as db:
        db.add(Establishment(name="Ashdown"))
    failures: list[Exception] = []

    def add_communities(writer: int) -> None:
        for number in range(5):
            try:
                with writing() as db:
                    ashdown = db.exec(select(Establishment)).one()
                    db.add(Community(establishment_id=ashdown.id or 0, name=f"{writer}-{number}"))
            except Exception as failed:
                failures.append(failed)

    threads = [threading.Thread(target=add_communities, args=(writer,)) for writer in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with reading() as db:
        assert db.exec(select(func.count()).select_from(Community)).one() == 100


@pytest.mark.parametrize(
    "name", ["O’Neill-Kaur", "Siân Ŵyn", "مريم", "NA", "👩🏽‍⚕️ Lee", "Robert'); DROP TABLE staff;--", "a\tb"]
)
def test_any_name_comes_back_as_it_was_typed(database: str, name: str) -> None:
    with writing() as db:
        db.add(Staff(full_name=name, code="P-1"))
    with reading() as db:
        assert db.exec(select(Staff.full_name)).one() == name


def test_times_are_kept_in_utc_and_never_naive(database: str) -> None:
    with pytest.raises(Exception, match="naive|timezone|tzinfo"), writing() as db:
        db.add(_account(db, datetime(2026, 10, 25, 1, 30)))
    at = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    with writing() as db:
        db.add(_account(db, at))
    with reading() as db:
        assert db.exec(select(Account.last_sign_in_at)).one() == at


def _account(db, at: datetime):  # type: ignore[no-untyped-def]
    staff = Staff(full_name="Ben", code="P-1")
    db.add(staff)
    db.flush()
    return Account(staff_id=staff.id, username="ben", last_sign_in_at=at)
