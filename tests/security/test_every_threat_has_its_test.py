"""Each threat that the product says it withstands is named by a test that was seen to fail without its defence."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
SEEN = re.compile(r"(?i)\b(seen\s+to\s+fail|taken\s+out)\b")
"""Say it so: "T9. Seen to fail without [the line]: [what happened]", or "Taken out: [the line]; [what happened]"."""
NAMED = [*(f"T{number}" for number in (*range(1, 17), 19, *range(25, 29))), *(f"R{number}" for number in range(8, 12))]


def words_of_tests() -> Iterator[str]:
    for file in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield ast.get_docstring(node) or ""


@pytest.fixture(scope="module")
def proved() -> set[str]:
    """What is named where a defence was taken out once and the test failed."""
    return {name for words in words_of_tests() if SEEN.search(words) for name in re.findall(r"\b[TR]\d+\b", words)}


@pytest.mark.parametrize("name", NAMED)
def test_threat_has_a_test_that_was_seen_to_fail_without_its_defence(proved: set[str], name: str) -> None:
    assert name in proved, f"No test's docstring names {name} and says without which line it was seen to fail."
