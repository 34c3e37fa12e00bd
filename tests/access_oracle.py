"""What access.csv says about the cast, reckoned a second time without the product's SQL.

The product answers with SELECTs; this answers from a written-down list of who is what to whom. The two have to agree on
every case (tests/test_access.py).
"""

import csv
from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import lru_cache
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
    stands_in: frozenset[str] = frozenset()
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
    "Lena": who("supervisor", works_in=C, supervises=frozenset({"Ben"})),
}
TRIED: Counter[str] = Counter()
"""How many cases were tried, by what they are about: said at the end of the run."""


@lru_cache
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
    party: Mapping[str, str] | None = None,
) -> bool:
    """Whether the table lets this person do this to that person, that community or (empty) at all. `leave_out`:
    conditions that are not fulfilled. `party`: by subject, who observed or supervised; None: whoever acts."""
    for row in rows(what, action):
        mine = row["role"] in PEOPLE[actor].roles and row["shape"] in shapes and row["condition"] not in leave_out
        if mine and _is_fulfilled(row["condition"], actor, subject, party) and _reaches(actor, subject, row):
            return True
    return False


AS_PARTY = ("as_observer", "inside_agreement", "as_supervisor", "author_only")
FULFILLED_BY_THE_ATTEMPT = {
    *("", "by_import", "contact_only", "to_confirm", "once_shared", "five_or_more", "sample", "not_draft_of_others"),
    *("if_shared", "own_planned", "on_behalf", "technical_only", "own_sign_ins", "security_events", "as_present"),
    *("author_only", "raised", "if_routed", "unless_withheld", "once_told", "asked", "emergency", "figures_only"),
    *(
        "emergency_two_people",
        "if_assessor",
        "if_shareable",
        "session_log_only",
        "as_stand_in",
        "as_third_person",
        "as_coordinating",
    ),
}
"""Conditions of what the attempt is about, not of who makes it. A new one has to be thought about here."""


def _is_fulfilled(condition: str, actor: str, subject: str, party: Mapping[str, str] | None) -> bool:
    if condition == "not_oneself":
        return actor != subject
    if condition in AS_PARTY:
        return party is None or party[subject] == actor
    assert condition in FULFILLED_BY_THE_ATTEMPT, f"unknown condition {condition}"
    return True


def _reaches(actor: str, subject: str, row: dict[str, str]) -> bool:
    if not subject:
        return True
    return _reaches_place(actor, subject, row) if subject in (B, C) else _reaches_person(actor, subject, row)


def _reaches_place(actor: str, place: str, row: dict[str, str]) -> bool:
    me = PEOPLE[actor]
    granted = {"therapy_manager": {me.manages}, "auditor": {me.audits}, "director": me.directs}
    return row["scope"] == "everyone" or place in granted.get(row["role"], ())


def _reaches_person(actor: str, subject: str, row: dict[str, str]) -> bool:
    me, them = PEOPLE[actor], PEOPLE[subject]
    match row["scope"]:
        case "own":
            return actor == subject
        case "supervised":
            return subject in me.supervises
        case "stood_in":
            return subject in me.stands_in
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
