"""A live server with the cast on it, once per module, and what the attackers need."""

import http.client
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from tcsuper.database import writing
from tests.databases import Databases, SqliteFiles, copy_of, in_use
from tests.people import Cast, make_cast
from tests.signing_in import ticket_for
from tests.websocket import Tab

ROOT = Path(__file__).resolve().parents[2]


class Answer(NamedTuple):
    status: int
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True)
class Live:
    """The product in live mode, with the cast in its database, which this process works on too."""

    address: str
    cast: Cast
    folder: Path

    def ticket(self, name: str) -> str:
        """A new sign-in of this person's, as their browser would hold it."""
        return ticket_for(self.cast.accounts[name])

    def tab(self, name: str) -> Tab:
        return Tab(self.address, self.ticket(name))

    def ask(
        self, path: str, ticket: str = "", method: str = "GET", body: Any = None, cookie: str = "", **headers: str
    ) -> Answer:
        """One request as somebody without a browser makes it; redirects are not followed."""
        cookies = "; ".join(part for part in (f"tcsuper={ticket}" if ticket else "", cookie) if part)
        sent = {name.replace("_", "-"): value for name, value in headers.items()} | (
            {"Cookie": cookies} if cookies else {}
        )
        with closing(http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=20)) as connection:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            headers_got = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, answer.read(), headers_got)

    def ran(self) -> list[str]:
        """What the small app has run so far."""
        lines = self.folder / "ran"
        return lines.read_text().split() if lines.exists() else []


@contextmanager
def serving(database_url: str, log: Path, app: str = "app.py", **settings: str) -> Iterator[str]:
    """The product, or another app of ours, in live mode on that database; gives the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "TCSUPER_MODE": "live", "TCSUPER_DATABASE_URL": database_url, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "streamlit", "run", app, "--server.headless=true", f"--server.port={port}"]
    with log.open("w") as output:
        server = subprocess.Popen(
            command, cwd=ROOT, env=environment | settings, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _wait_until_ready(server, f"http://localhost:{port}")
        yield f"http://localhost:{port}"
    finally:
        server.kill()
        server.wait()
        print(log.read_text())  # pytest shows it when a test has failed


def _wait_until_ready(server: subprocess.Popen[bytes], address: str) -> None:
    give_up = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < give_up:
        try:
            with urllib.request.urlopen(f"{address}/readyz"):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The server at {address} did not start.")


@contextmanager
def _live(databases: Databases, folder: Path, app: str) -> Iterator[Live]:
    with copy_of("migrated", databases) as url, in_use(url):
        with writing() as db:
            cast = make_cast(db)
        with serving(url, folder / "server.log", app, RAN=str(folder / "ran")) as address:
            yield Live(address, cast, folder)


@pytest.fixture(scope="module")
def live(sqlite: SqliteFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with _live(sqlite, tmp_path_factory.mktemp("live"), "app.py") as live:
        yield live


@pytest.fixture(scope="module")
def small(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """An app of a few lines in the product's own frame: callback, fragment, dialog, files. On SQLite, or as asked."""
    databases = request.getfixturevalue(getattr(request, "param", "sqlite"))
    with _live(databases, tmp_path_factory.mktemp("small"), "tests/security/small/app.py") as live:
        yield live


on_both_databases = pytest.mark.parametrize(
    "small",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
    indirect=True,
    scope="module",
)
