"""A real server, with the demonstration on it or in live mode, and a real browser in front."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserType, Error, Page, expect
from sqlmodel import select

from tcsuper.clock import now, today
from tcsuper.database import writing
from tcsuper.models import Account
from tcsuper.services.passwords import hash_password
from tests.databases import Databases, PostgresqlServer, SqliteFiles, copy_of, in_use
from tests.people import Cast, make_cast
from tests.second_factors import with_second_factor

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "var" / "screenshots"
SECONDS_TO_START = 60
A_LONG_TEST = timedelta(minutes=2)
PASSWORD = "violet otter 7 lamps"
GIVE_A_CODE = ("Asha", "Carol", "Dev", "Eve", "Gwen", "Ivor")
"""Their roles require a second factor."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "msedge")
ARGUMENTS = [
    "--no-sandbox",  # as root, and in most containers, Chromium does not start otherwise
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",  # no test needs the network
]

expect.set_options(timeout=30_000)  # a busy machine answers late; whoever is answered in time waits no longer


@pytest.fixture(autouse=True)
def on_one_day() -> None:
    """No test begins in the last minutes of a day: what it wrote would be yesterday's by the time it looks."""
    if today(now() + A_LONG_TEST) != today():
        time.sleep(A_LONG_TEST.total_seconds())


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], browser_type: BrowserType) -> dict[str, Any]:
    """The first that starts: the system's browser, the one Playwright downloads, Chrome or Edge where they install."""
    found = [{"executable_path": path} for path in map(shutil.which, BROWSERS) if path]
    for choice in (*found, {}, {"channel": "chrome"}, {"channel": "msedge"}):
        options = {**browser_type_launch_args, **choice, "args": ARGUMENTS}
        try:
            browser_type.launch(**options).close()
        except Error:
            continue
        return options
    pytest.skip("No Chromium, Chrome or Edge starts here. To have one: .venv/bin/playwright install chromium")


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "en-GB", "timezone_id": "Europe/London"}


@pytest.fixture(scope="session")
def demo_on_sqlite(sqlite: SqliteFiles) -> SqliteFiles:
    _add_demo(sqlite)
    return sqlite


@pytest.fixture(scope="session")
def demo_on_postgresql(postgresql: PostgresqlServer) -> PostgresqlServer:
    _add_demo(postgresql)
    return postgresql


def _add_demo(databases: Databases) -> None:
    """Add the template `demo`: the catalogue and the invented people, as anyone's demonstration begins."""
    seed = [sys.executable, "-m", "seed", "--demo"]
    subprocess.run(seed, cwd=ROOT, env=_environment(databases.create("demo"), "demo"), check=True)


@pytest.fixture
def server_on(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """`server_on("postgresql")` starts the product on a demonstration of its own and answers with its address."""
    with ExitStack() as running:

        def start(kind: str) -> str:
            url = running.enter_context(copy_of("demo", request.getfixturevalue(f"demo_on_{kind}")))
            return running.enter_context(serving(url, tmp_path / f"{kind}.log"))

        yield start


@pytest.fixture
def server(server_on: Callable[[str], str]) -> str:
    return server_on("sqlite")


@dataclass(frozen=True)
class Live:
    """The product in live mode with the cast in it; everybody's password is PASSWORD."""

    address: str
    cast: Cast


@pytest.fixture(scope="module")
def service(sqlite: SqliteFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """One server for all tests of a file: each uses people of its own."""
    with copy_of("migrated", sqlite) as url, in_use(url):
        with writing() as db:
            cast = make_cast(db)
            hashed = hash_password(PASSWORD)
            for account in db.exec(select(Account)):
                account.password_hash = hashed
        for name in GIVE_A_CODE:
            with_second_factor(cast.accounts[name])
        with serving(url, tmp_path_factory.mktemp("live") / "server.log", mode="live") as address:
            yield Live(address, cast)


@pytest.fixture
def live(service: Live) -> str:
    return service.address


def free_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


def _environment(database_url: str, mode: str) -> dict[str, str]:
    return {**os.environ, "TCSUPER_MODE": mode, "TCSUPER_DATABASE_URL": database_url}


@contextmanager
def serving(database_url: str, log: Path, mode: str = "demo", port: str = "", **settings: str) -> Iterator[str]:
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true", f"--server.port={port}"]
    with log.open("w") as output:
        environment = _environment(database_url, mode) | settings
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        address = f"http://localhost:{port}"
        _wait_until_ready(process, address)
        yield address
    finally:
        process.kill()
        process.wait()
        print(log.read_text())  # pytest shows it when the test has failed


def _wait_until_ready(process: subprocess.Popen[bytes], address: str) -> None:
    give_up = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < give_up:
        try:
            with urllib.request.urlopen(f"{address}/readyz"):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The server at {address} did not start.")


@pytest.fixture
def shot() -> Callable[[Page, str], None]:
    """`shot(page, "home")` keeps pictures of the whole page, wide and on a phone, in var/screenshots."""

    def take(page: Page, name: str) -> None:
        usual = page.viewport_size
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.set_viewport_size({"width": width, "height": _settled_height(page)})
            page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", animations="disabled")
        if usual:
            page.set_viewport_size(usual)

    return take


def _settled_height(page: Page) -> int:
    """The page scrolls inside its main section, so only a window of that height shows all of it, from the top."""
    main, height, before = page.get_by_test_id("stMain"), 900, 0
    while height != before:
        page.wait_for_timeout(300)
        before, height = height, max(900, main.evaluate("main => (main.scrollTo(0, 0), main.scrollHeight)"))
    return height
