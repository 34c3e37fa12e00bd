"""Everything a chart shows can be had as a table: each chart on screen has one near it."""

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import streamlit

ROOT = Path(__file__).resolve().parents[1]
CHARTS = ("altair_chart", "vega_lite_chart", "line_chart", "bar_chart", "area_chart", "scatter_chart", "pyplot")
TABLES = ("table", "dataframe", "table_twin", "show_table")
CHART_BUTTONS = ("Show data", "Download as PNG", "Copy Vega-Lite spec")
WITHOUT: dict[str, str] = {}
"""file.py::function of a chart that needs no table, and why. There is none."""


def _called(node: ast.AST) -> Iterator[str]:
    """What is called in it, by the last part of its name, in order."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call):
            function = inner.func
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            yield name


@cache
def functions_of(file: Path) -> dict[str, frozenset[str]]:
    """By name, what each function of a file calls; what a page calls at its top level stands under ""."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    defined = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    found = {name: frozenset(_called(node)) for name, node in defined.items()}
    top = [node for node in tree.body if not isinstance(node, ast.FunctionDef | ast.ClassDef)]
    found[""] = frozenset(name for node in top for name in _called(node))
    return found


@cache
def has_table(file: Path, function: str, deep: int = 3) -> bool:
    """Whether it shows a table, itself or in a function it calls: of its own file, or of one it imports from."""
    called = functions_of(file).get(function, frozenset())
    if called & set(TABLES):
        return True
    if deep == 0:
        return False
    there = imported(file)
    return any(
        has_table(there.get(name, file), name, deep - 1)
        for name in called
        if name != function and (name in there or name in functions_of(file))
    )


@cache
def imported(file: Path) -> dict[str, Path]:
    """The functions that a file has from tcsuper/ui, and where they are."""
    found = {}
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tcsuper.ui."):
            path = ROOT / f"{(node.module or '').replace('.', '/')}.py"
            found |= {alias.name: path for alias in node.names if path.is_file()}
    return found


def charts() -> list[tuple[Path, str]]:
    """The functions that draw a chart, helpers that hand one on left out: whoever calls those draws it."""
    files = sorted((ROOT / "tcsuper/ui").glob("*.py")) + sorted((ROOT / "pages").glob("*.py"))
    return [(file, name) for file in files for name, called in functions_of(file).items() if called & set(CHARTS)]


def _told_with(file: Path, function: str) -> bool:
    """The function has the table itself, or whatever draws it in its file has it."""
    callers = [name for name, called in functions_of(file).items() if function and function in called]
    return has_table(file, function) or bool(callers) and all(has_table(file, name) for name in callers)


def test_there_are_charts_to_look_at() -> None:
    assert len(charts()) > 10


@pytest.mark.parametrize(("file", "function"), charts(), ids=lambda one: one.name if isinstance(one, Path) else one)
def test_a_table_stands_by_the_chart(file: Path, function: str) -> None:
    if f"{file.name}::{function}" not in WITHOUT:
        assert _told_with(file, function), (
            f"{file.name}: {function or 'the page'} draws a chart and shows no table of it: see ui/tables.py"
        )


def test_nobody_takes_a_table_or_a_chart_away_past_the_services() -> None:
    """A table's own download is off by a setting. Streamlit 1.67 has none for the buttons of a chart (its data as a
    picture, and as text to copy): they are not shown."""
    config = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
    assert config["client"]["disableDataExport"] is True
    assert config["client"]["toolbarMode"] == "minimal"
    style = (ROOT / "assets/product.css").read_text(encoding="utf-8")
    hidden = style.partition('[data-testid="stElementToolbarButton"]:has(')[2].partition("}")[0]
    for button in CHART_BUTTONS:
        assert f'[aria-label^="{button}"]' in hidden and "display: none" in hidden


def test_the_buttons_of_a_chart_are_called_as_they_were() -> None:
    """By the name that they are hidden by: another version of Streamlit may name them anew."""
    (drawn,) = (Path(streamlit.__file__).parent / "static/static/js").glob("ArrowVegaLiteChart.*.js")
    script = drawn.read_text(encoding="utf-8")
    for button in CHART_BUTTONS:
        assert f"`{button}`" in script
    assert script.count("labelContext:") == 5, "another button than these, the way back to the chart, and full screen"


# ---------------------------------------------------------------------------------------------------------------------
# To take away

EXPORTABLE = {
    "attendance_at", "changes_frame", "completions_seen", "kinds_by_community", "lost_sessions", "matrix_frame",
    "missed_meetings", "overview_frame", "rates_by", "rates_by_role", "session_log", "sessions_behind",
    "supervision_rate_by_month", "trend_by", "trend_of",
}  # fmt: skip
"""Queries that read what a line of the access table lets somebody take away: the session log, training records, and
counts for whoever answers for communities."""
NOT_TAKEN_AWAY = {
    "team_overview.py::_behind": "by person and status, of every kind: no line lets anybody take that away",
    "team_overview.py::_covers": "responsibilities: no line",
    "training_matrix.py::history_table": "its caller draws the button below it",
}
"""file.py::function of a table beside such a query that has no download, and why."""


def tables_to_take() -> list[tuple[Path, str]]:
    """The functions that show a table, in files that read something exportable."""
    found = []
    for file in sorted((ROOT / "tcsuper/ui").glob("*.py")):
        if EXPORTABLE & _queries(file):
            found += [(file, name) for name, called in functions_of(file).items() if name and called & set(TABLES)]
    return found


def _queries(file: Path) -> set[str]:
    return {
        alias.name
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tcsuper.queries.")
        for alias in node.names
    }


def _has_export(file: Path, function: str) -> bool:
    """A button of its own, or an export handed to the table."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    (defined,) = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == function]
    twins = [
        node
        for node in ast.walk(defined)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "table_twin"
    ]
    handed = all(len(one.args) > 2 or any(word.arg == "export" for word in one.keywords) for one in twins)
    return "export_button" in functions_of(file)[function] or bool(twins) and handed


@pytest.mark.parametrize(("file", "function"), tables_to_take(), ids=lambda one: getattr(one, "name", one))
def test_every_table_of_what_may_be_taken_away_has_its_download(file: Path, function: str) -> None:
    """That the file holds what the table shows: tests/pages/test_downloads.py."""
    assert _has_export(file, function) is (f"{file.name}::{function}" not in NOT_TAKEN_AWAY), (
        f"{file.name}: {function} shows a table without its download: see ui/exports.py"
    )


def test_there_are_tables_to_take_away() -> None:
    named = {f"{file.name}::{function}" for file, function in tables_to_take()}
    assert len(named) > 10 and set(NOT_TAKEN_AWAY) <= named
