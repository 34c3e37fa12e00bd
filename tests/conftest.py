"""What every test can ask for, and what no test may do."""

import gc
import os
import signal
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlmodel import Session
from streamlit.components.v2 import manifest_scanner

from tcsuper.database import writing
from tcsuper.sealing import make_key_file
from tests.access_oracle import TRIED
from tests.databases import PostgresqlServer, SqliteFiles, add_migrated, copy_of, in_use, quick_folder
from tests.people import Cast, make_cast

REQUIRE_ALL = os.environ.get("REQUIRE_ALL") == "1"
BROWSER_TESTS = Path(__file__).parent / "browser"
TESTS = Path(__file__).parent
ALIKE_ON_BOTH = (
    *(TESTS / folder for folder in ("queries", "pages", "security")),
    *(TESTS / "services" / f"test_{area}.py" for area in ("accounts", "sign_in", "second_factor", "single_sign_on")),
    *(TESTS / "services" / f"test_{area}.py" for area in ("emergency_access", "concerns", "shared_records")),
    *(TESTS / "services" / f"test_{area}.py" for area in ("actions", "called_for", "catalogue", "disputes")),
    *(TESTS / "services" / f"test_course_{what}.py" for what in ("rules", "runs", "versions")),
    TESTS / "test_access.py",
    BROWSER_TESTS,
)
"""What only reads, who may do what, signing in, what is sealed, and what a browser does run on SQLite, and on
PostgreSQL as a proof: a statement is the same for both; so do what is agreed or disputed, the catalogue and courses,
whose services lock nothing of their own. Other services, the database itself and several people at once are always
tried on both, a table of cases whole on SQLite and by its first case on PostgreSQL: the others go through the same
statements, and are a proof."""
QUICK_IN_A_BROWSER = ("test_sign_in.py", "test_slice.py")
"""The way in and one slice through everything. What else a browser does is a proof: the second factor, people's days,
and pages whose rules are tested without one."""
THIS_COMPUTER = {None, "", "localhost", "127.0.0.1", "::1"}

# The developer's own settings stay out of the tests, and a test that forgets its fixture reaches no real database.
for name in [name for name in os.environ if name.startswith("TCSUPER_")]:
    del os.environ[name]
os.environ |= {"TCSUPER_MODE": "test", "TCSUPER_DATABASE_URL": "this_test_needs_the_database_fixture://"}


# Streamlit looks through every installed package for components at the first run of each AppTest, which was a third of
# what a page test took. What is installed stays the same while the tests run.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


@pytest.fixture(scope="session", autouse=True)
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Confidential texts are sealed with a key of the tests' own; servers that tests start inherit it."""
    os.environ["TCSUPER_KEY_FILE"] = str(tmp_path_factory.mktemp("keys") / "test.keys")
    make_key_file()
    return Path(os.environ["TCSUPER_KEY_FILE"])


@pytest.fixture(scope="session")
def sqlite() -> Iterator[SqliteFiles]:
    with TemporaryDirectory(dir=quick_folder()) as folder:
        files = SqliteFiles(Path(folder))
        add_migrated(files)
        yield files


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    try:
        server = PostgresqlServer()
    except Exception as reason:
        pytest.skip(f"PostgreSQL does not start here: {reason!r}")
    add_migrated(server)
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a fresh, migrated, empty database that the product now uses. The test runs on both kinds."""
    with copy_of("migrated", request.getfixturevalue(request.param)) as url, in_use(url):
        yield url


@pytest.fixture
def page_database(sqlite: SqliteFiles) -> Iterator[str]:
    """The same on SQLite alone: for pages, whose rules are tested below them on both."""
    with copy_of("migrated", sqlite) as url, in_use(url):
        yield url


@pytest.fixture
def db(database: str) -> Iterator[Session]:
    """One transaction for the whole test, committed at its end. While it is open nothing else can write on SQLite."""
    with writing() as session:
        yield session


@pytest.fixture
def cast(database: str) -> Cast:
    """The people of tests/people.py, stored and committed, on both databases."""
    with writing() as session:
        return make_cast(session)


@pytest.fixture
def page_cast(page_database: str) -> Cast:
    """The same for pages, on SQLite."""
    with writing() as session:
        return make_cast(session)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright's event loop would be in the way of the others. The access proof, the longest
    single file, comes first, so that two processes share the rest."""
    tried: set[tuple[Path, str]] = set()
    for item in items:
        if item.path.is_relative_to(BROWSER_TESTS):
            item.add_marker("browser")
        if _is_left_to_the_proofs(item) or _is_a_further_case(item, tried):
            item.add_marker("proof")
    items.sort(key=lambda item: (item.get_closest_marker("browser") is not None, item.path.name != "test_access.py"))


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector of garbage need not walk through it again and again."""
    gc.collect()
    gc.freeze()


def _is_left_to_the_proofs(item: pytest.Item) -> bool:
    if item.path.is_relative_to(BROWSER_TESTS) and item.path.name not in QUICK_IN_A_BROWSER:
        return True
    is_on_postgresql = item.get_closest_marker("postgresql") is not None
    return is_on_postgresql and any(item.path.is_relative_to(path) for path in ALIKE_ON_BOTH)


def _is_a_further_case(item: pytest.Item, tried: set[tuple[Path, str]]) -> bool:
    """Whether an earlier case of the same test of a service runs on PostgreSQL; `tried` remembers which do."""
    if not (item.get_closest_marker("postgresql") and item.path.is_relative_to(TESTS / "services")):
        return False
    test = item.path, item.name.partition("[")[0]
    if test in tried:
        return True
    if not item.get_closest_marker("proof"):
        tried.add(test)
    return False


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Any:
    return _skipped_is_failed((yield))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Any:
    return _skipped_is_failed((yield))


def _skipped_is_failed(report: Any) -> Any:
    """With REQUIRE_ALL=1 a test that cannot run is a failure: nothing goes unproved unseen."""
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"REQUIRE_ALL=1, but {report.nodeid} was skipped. {report.longrepr[2]}"
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """One of several processes hands over how many cases it tried."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["tried"] = dict(TRIED)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    TRIED.update(node.workeroutput["tried"] if hasattr(node, "workeroutput") else {})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many cases the permission table was tried on: security.md asks for the number."""
    if TRIED:
        cases = ", ".join(f"{count:,} {what}" for what, count in TRIED.items())
        terminalreporter.write_line(f"Who may do what, cases tried: {TRIED.total():,} ({cases}).")


def _refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):  # else a socket file
        host = arguments[1][0]
    else:
        return
    if (host.decode() if isinstance(host, bytes) else host) not in THIS_COMPUTER:
        raise RuntimeError(f"A test tried to reach {host}. No test needs the network.")


signal.signal(signal.SIGTERM, signal.default_int_handler)  # a run that is stopped stops its servers too
sys.addaudithook(_refuse_network)  # sees every connection Python makes, whichever library asks for it
