"""The house holds its direction: who may import whom, and one sentence why."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

MAY_NOT_IMPORT = {
    "pages": ({"sqlmodel", "sqlalchemy", "pandas", "altair"}, "a page is layout and wording"),
    "tcsuper/rules": (
        {"sqlmodel", "sqlalchemy", "pandas", "streamlit", "altair", "tcsuper.database", "tcsuper.clock",
         "tcsuper.services", "tcsuper.queries", "tcsuper.access", "tcsuper.ui", "tcsuper.audit", "tcsuper.settings"},
        "rules are pure: dates and numbers in, a verdict out",
    ),
    "tcsuper/services": (
        {"streamlit", "altair", "pandas", "tcsuper.ui", "tcsuper.charts", "tcsuper.web", "pages"},
        "services work without a screen",
    ),
    "tcsuper/queries": (
        {"streamlit", "altair", "tcsuper.services", "tcsuper.ui", "tcsuper.charts", "tcsuper.audit", "pages"},
        "services may call queries, never the reverse",
    ),
    "tcsuper/charts": ({"streamlit", "sqlmodel", "sqlalchemy", "tcsuper.database"}, "charts are pure"),
    "tcsuper/readers": (
        {"sqlmodel", "sqlalchemy", "streamlit", "pandas", "altair", "tcsuper.database", "tcsuper.clock",
         "tcsuper.services", "tcsuper.queries", "tcsuper.access", "tcsuper.ui", "tcsuper.audit", "tcsuper.settings"},
        "readers are pure: a file in, plain data out",
    ),
    "tcsuper/ui": ({"sqlalchemy", "pages"}, "ui holds no statements"),
    "tcsuper/models.py": ({"tcsuper", "streamlit", "pandas"}, "models import nothing of ours"),
    "tcsuper/access.py": ({"streamlit", "tcsuper.services", "tcsuper.queries", "tcsuper.ui"}, "access stands below"),
    "tcsuper/audit.py": ({"streamlit", "tcsuper.services", "tcsuper.queries", "tcsuper.ui"}, "audit stands below"),
    "seed": ({"tests", "streamlit"}, "the seed is part of the product, the tests are not"),
    "tcsuper": ({"tests", "seed", "pages"}, "the product does not know its tests, its seed or its pages"),
}  # fmt: skip


def _python_files(place: str) -> list[Path]:
    path = ROOT / place
    return [path] if path.is_file() else sorted(path.rglob("*.py")) + sorted(path.parent.glob(f"{path.name}*.py"))


def _imports(file: Path) -> set[str]:
    """Modules a file imports, typing-only imports left out: they do not run."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("place", MAY_NOT_IMPORT)
def test_imports_point_one_way(place: str) -> None:
    forbidden, why = MAY_NOT_IMPORT[place]
    files = _python_files(place)
    assert files, f"{place} is empty: the table names a place that is gone"
    wrong = [
        f"{file.relative_to(ROOT)} imports {module}"
        for file in files
        for module in sorted(_imports(file))
        if any(module == name or module.startswith(f"{name}.") for name in forbidden)
    ]
    assert not wrong, f"{why}: {wrong}"


def test_every_page_begins_with_the_guard() -> None:
    """The first statement after the imports is `me = signed_in_staff(…)`: a page can be run without the main script."""
    for file in sorted((ROOT / "pages").glob("*.py")):
        body = ast.parse(file.read_text(encoding="utf-8")).body
        after = [node for node in body if not isinstance(node, ast.Import | ast.ImportFrom | ast.Expr)]
        first = after[0] if after else None
        called = first.value.func if isinstance(first, ast.Assign) and isinstance(first.value, ast.Call) else None
        assert isinstance(called, ast.Name) and called.id == "signed_in_staff", f"{file.name} is not guarded first"


def test_there_is_one_rerun_in_the_product() -> None:
    found = [
        file.name
        for file in sorted((ROOT / "tcsuper").rglob("*.py")) + sorted((ROOT / "pages").glob("*.py"))
        if "st.rerun(" in file.read_text(encoding="utf-8")
    ]
    assert found == ["saving.py"]


def test_nobody_puts_html_on_the_screen() -> None:
    for file in sorted((ROOT / "tcsuper").rglob("*.py")) + sorted((ROOT / "pages").glob("*.py")):
        assert "unsafe_allow_html" not in file.read_text(encoding="utf-8"), file.name


def test_the_options_of_a_list_are_not_escaped() -> None:
    """A list that opens shows its options letter by letter: of "Self-review", made plain, a backslash would be seen.
    The words of buttons in a row are Markdown, and made plain."""
    found = []
    for file in sorted((ROOT / "tcsuper" / "ui").rglob("*.py")):
        code = file.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(code)) if "plain" in code and "select" in code else ():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                names = [one for one in node.keywords if one.arg == "format_func" and "plain" in ast.unparse(one.value)]
                if names and node.func.attr in ("selectbox", "multiselect"):
                    found.append(f"{file.name}:{node.lineno}")
    assert not found


def test_the_main_files_stay_small() -> None:
    for name, most in {"app.py": 20, "run.py": 60, "tcsuper/main.py": 40}.items():
        assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) <= most, name
