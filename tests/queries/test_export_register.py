"""The register of exports: every file that was taken away is in it, and each reads what the table gives them."""

import ast

import pytest

from tcsuper.database import reading, writing
from tcsuper.queries.export_register import exports_entered, reads_others_exports
from tcsuper.services.exports import Entry, enter_export
from tcsuper.settings import ROOT
from tests.people import Cast, actor


@pytest.fixture
def entered(cast: Cast) -> Cast:
    """Ben took his own, Asha and Carol a log each, Dev a pack about B, and a command ran."""
    taken = {
        "Ben": Entry("Calendar", "BEN"),
        "Asha": Entry("Session log", "ASHA"),
        "Carol": Entry("Session log", "CAROL"),
        "Dev": Entry("Audit pack", "DEV", community_ids=(cast.community_b,)),
    }
    with writing() as db:
        for who, entry in taken.items():
            enter_export(db, by=actor(cast, who), action="export_session_log", entry=entry)
        enter_export(db, by=None, action="export_standing", entry=Entry("Standings", "NOBODY"))
    return cast


@pytest.mark.parametrize(
    ("who", "numbers"),
    [
        ("Ben", {"BEN"}),
        ("Farah", set()),
        ("Asha", {"BEN", "ASHA", "DEV"}),
        ("Carol", {"CAROL"}),
        ("Dev", {"BEN", "ASHA", "CAROL", "DEV"}),
        ("Eve", {"BEN", "ASHA", "CAROL", "DEV", "NOBODY"}),
        ("Ivor", set()),
    ],
)
def test_everybody_reads_what_they_took_away_themselves(entered: Cast, who: str, numbers: set[str]) -> None:
    """And whoever answers for people or communities what these took, or what was about them."""
    with reading() as db:
        lines = exports_entered(db, viewer=actor(entered, who))
        own = exports_entered(db, viewer=actor(entered, who), only_own=True)
        by_number = {number: exports_entered(db, viewer=actor(entered, who), number=number) for number in ("DEV", "X")}
    assert {line.number for line in lines} == numbers
    assert {line.number for line in own} == {who.upper()} & numbers and all(line.is_mine for line in own)
    assert bool(by_number["DEV"]) is ("DEV" in numbers) and not by_number["X"]
    assert reads_others_exports(actor(entered, who)) is (who in ("Asha", "Carol", "Dev", "Eve"))


def test_a_community_is_not_taken_for_another_whose_number_begins_alike(cast: Cast) -> None:
    """1 is not 11, and not 21."""
    with writing() as db:
        for number, places in (("ELEVEN", (11,)), ("BOTH", (21, cast.community_b, 31)), ("ONE", (cast.community_b,))):
            entry = Entry("Audit pack", number, community_ids=places)
            enter_export(db, by=None, action="export_audit_pack", entry=entry)
    with reading() as db:
        found = {line.number for line in exports_entered(db, viewer=actor(cast, "Asha"))}
    assert found == {"BOTH", "ONE"}


def test_every_export_goes_through_the_register() -> None:
    """An event called export or print is written by `enter_export` alone, in the transaction of its row."""
    found = []
    for file in sorted((ROOT / "tcsuper").rglob("*.py")):
        code = file.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(code)) if "record_event" in code else ():
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("record_event"):
                action = next((ast.unparse(one.value) for one in node.keywords if one.arg == "action"), "")
                if action.lstrip("f'\"").startswith(("export_", "print_", "make_monthly_return")):
                    found.append(f"{file.name}: {action}")
    assert not found
