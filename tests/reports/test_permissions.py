"""The permission table in words is the table, and the file in docs/ is what it says now."""

from tcsuper.access import Action, Object, Role, Scope, Shape, table
from tcsuper.reports.permissions import ACTIONS, CONDITIONS, FILE, OBJECTS, ROLES, SCOPES, SHAPES, who_can_do_what


def test_the_file_is_what_the_table_says() -> None:
    assert FILE.read_text(encoding="utf-8") == who_can_do_what(), "run `make docs`"


def test_everything_in_the_table_has_words() -> None:
    for words, kind in ((OBJECTS, Object), (ROLES, Role), (SCOPES, Scope), (ACTIONS, Action), (SHAPES, Shape)):
        assert set(words) == set(kind)  # type: ignore[call-overload]
    assert set(CONDITIONS) == {rule.condition for rule in table()}
    assert all(
        len(set(words.values())) == len(words) for words in (OBJECTS, ROLES, SCOPES, ACTIONS, SHAPES, CONDITIONS)
    )


def test_every_line_is_said_once() -> None:
    """As many actions as the file has lines: none is lost where rows are put together."""
    said = 0
    for line in who_can_do_what().splitlines():
        if line.startswith("| ") and not line.startswith(("| Who ", "| --- ")):
            may = line.split(" | ")[2].replace("confirm or dispute", "answer")
            said += len(may.replace(" and ", ", ").split(", "))
    assert said == len(table())
