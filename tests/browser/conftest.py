"""A real server with the demonstration on it, and a real browser in front."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserType, Error, Page, expect

from tests.databases import Databases, PostgresqlServer, SqliteFiles, copy_of

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "var" / "screenshots"
SECONDS_TO_START = 60
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "msedge")
ARGUMENTS = [
    "--no-sandbox",  # as root, and in most containers, Chromium does not start otherwise
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",  # no test needs the network
]

expect.set_options(timeout=15_000)


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
    subprocess.run(seed, cwd=ROOT, env=_demo_environment(databases.create("demo")), check=True)


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


def _demo_environment(database_url: str) -> dict[str, str]:
    return {**os.environ, "TCSUPER_MODE": "demo", "TCSUPER_DATABASE_URL": database_url}


@contextmanager
def serving(database_url: str, log: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true", f"--server.port={port}"]
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=_demo_environment(database_url), stdout=output, stderr=subprocess.STDOUT
        )
    try:
        address = f"http://localhost:{port}"
        _wait_until_healthy(process, address)
        yield address
    finally:
        process.kill()
        process.wait()
        print(log.read_text())  # pytest shows it when the test has failed


def _wait_until_healthy(process: subprocess.Popen[bytes], address: str) -> None:
    give_up = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < give_up:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health"):
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
