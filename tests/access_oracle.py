"""What access.csv says about the cast, reckoned a second time without the product's SQL.

The product answers with SELECTs; this answers from a written-down list of who is what to whom. The two have to agree on
every case (tests/test_access.py).
"""

import csv
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path

ACCESS_CSV = Path(__file__).resolve().parents[1] / "tcsuper" / "access.csv"


@dataclass(frozen=True)
class Who:
    """A person of the cast: what they are, and to whom. `works_in` is where they hold a post."""

    roles: frozenset[str]
    works_in: str = ""
    manages: str = ""
    audits: str = ""
    directs: frozenset[str] = frozenset()
    supervises: frozenset[str] = frozenset()
    line_manages: frozenset[str] = frozenset()


def who(*roles: str, **facts: object) -> Who:
    return Who(frozenset({"staff", *roles}), **facts)  # type: ignore[arg-type]


GROUP = frozenset({"Ben", "Bela", *(f"Officer {letter}" for letter in "DEFGHIJK")})
B, C = "Ashdown B", "Ashdown C"
PEOPLE = {
    "Asha": who("therapy_manager", "supervisor", works_in=B, manages=B, supervises=GROUP),
    "Ben": who(works_in=B),
    "Bela": who(works_in=B),
    "Carol": who("therapy_manager", "supervisor", works_in=C, manages=C, supervises=frozenset({"Cai"})),
    "Cai": who(works_in=C),
    "Dev": who("director", directs=frozenset({B, C})),
    "Eve": who("administrator"),
    "Farah": who("line_manager", works_in=B, line_manages=frozenset({"Ben"})),
    "Gwen": who("external_supervisor", supervises=frozenset({"Cai"})),
    "Ivor": who("auditor", audits=B),
    "Kit": who(),
    "Jo": who(),
}
SUBJECTS = ("Ben", "Cai")


def rows(what: str, action: str) -> list[dict[str, str]]:
    with ACCESS_CSV.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if (row["object"], row["action"]) == (what, action)]


def expected(
    actor: str,
    subject: str,
    what: str,
    action: str,
    shapes: Container[str] = ("full",),
    leave_out: Container[str] = ("by_import",),
) -> bool:
    """Whether the table lets this person do this to that person. `leave_out`: conditions not in play here."""
    me, them = PEOPLE[actor], PEOPLE[subject]
    for row in rows(what, action):
        if row["role"] not in me.roles or row["shape"] not in shapes or row["condition"] in leave_out:
            continue
        if row["condition"] == "not_oneself" and actor == subject:
            continue
        if _within(actor, me, subject, them, row):
            return True
    return False


def _within(actor: str, me: Who, subject: str, them: Who, row: dict[str, str]) -> bool:
    match row["scope"]:
        case "own":
            return actor == subject
        case "supervised":
            return subject in me.supervises
        case "reports":
            return subject in me.line_manages
        case "everyone":
            return True
        case "establishments":
            return them.works_in in me.directs
        case "communities":
            place = {"therapy_manager": me.manages, "auditor": me.audits, "staff": me.works_in}[row["role"]]
            return actor == subject if not place and row["role"] == "staff" else bool(place) and them.works_in == place
    raise AssertionError(f"unknown scope {row['scope']}")


def may_enter(actor: str, what: str, action: str, of_others: bool) -> bool:
    """Whether any line of the table gives this person the right at all: what a page asks. `of_others`: it opens only
    to those who see other people's records by name."""
    lines = [row for row in rows(what, action) if row["role"] in PEOPLE[actor].roles]
    return any(not of_others or (row["scope"] != "own" and row["shape"] in ("full", "status")) for row in lines)
