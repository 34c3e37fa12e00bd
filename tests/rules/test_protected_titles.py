"""The protected titles, and the shipped bodies against a list written by hand from the field's facts."""

import csv
import json
import re

import pytest

from tcsuper.rules.protected_titles import TITLES, may_not_use, titles_in_words
from tcsuper.rules.registers import RenewalTerms
from tcsuper.settings import ROOT

CATALOGUE = ROOT / "seed" / "catalogue"


def _bodies() -> dict[str, dict[str, str]]:
    with (CATALOGUE / "bodies.csv").open(encoding="utf-8") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


def _rules(kind: str) -> dict[str, dict]:
    rows = json.loads((CATALOGUE / "body_rules.json").read_text(encoding="utf-8"))
    return {row["body"]: row for row in rows if row["kind"] == kind}


@pytest.mark.parametrize(
    ("body", "kind", "months", "day", "parity", "opens", "mark"),
    [
        ("hcpc_psychologist", "statutory", 24, (5, 31), "odd", (3, 1), "sure"),
        ("hcpc_arts_therapist", "statutory", 24, (5, 31), "even", (3, 1), "sure"),
        ("nmc", "statutory", 36, None, "", None, "sure"),
        ("gmc", "statutory", 60, None, "", None, "sure"),
        ("swe", "statutory", 12, (11, 30), "", (9, 1), "sure"),
        ("bacp", "accredited", 12, None, "", None, "sure"),
        ("ukcp", "accredited", 12, (9, 30), "", None, "sure"),
        ("babcp", "accredited", 12, None, "", None, "sure"),
        ("bpc", "accredited", 12, (3, 31), "", None, "sure"),
        ("ncps", "accredited", 12, None, "", None, "likely"),
        ("acc", "accredited", 12, None, "", None, "unsure"),
        ("cosca", "accredited", 12, None, "", None, "unsure"),
        ("acp", "accredited", 12, None, "", None, "likely"),
        ("bapt", "accredited", 12, None, "", None, "likely"),
        ("ptuk", "accredited", 12, None, "", None, "likely"),
        ("bps", "membership", 12, None, "", None, "sure"),
    ],
)
def test_each_shipped_body_renews_as_the_field_says(
    body: str,
    kind: str,
    months: int,
    day: tuple[int, int] | None,
    parity: str,
    opens: tuple[int, int] | None,
    mark: str,
) -> None:
    rule = _rules("renewal")[body]
    terms = RenewalTerms.read(rule["terms"])
    assert (_bodies()[body]["kind"], terms.cycle_months, terms.parity, terms.opens_day) == (kind, months, parity, opens)
    assert (terms.day if rule["terms"]["expiry"] == "fixed_day" else None, rule["mark"]) == (day, mark)
    assert rule["source"] and _bodies()[body]["source"] and _bodies()[body]["mark"]


def test_every_body_has_a_renewal_rule_and_one_for_further_learning() -> None:
    assert set(_bodies()) == set(_rules("renewal")) == set(_rules("activity"))


@pytest.mark.parametrize(
    ("body", "number", "fits"),
    [
        ("hcpc_psychologist", "PYL123456", True),
        ("hcpc_psychologist", "PYL1234567", False),
        ("hcpc_arts_therapist", "AS010733", True),
        ("nmc", "07C1284W", True),
        ("nmc", "7C1284W", False),
        ("gmc", "1234567", True),
        ("gmc", "123456", False),
        ("swe", "SW12345", True),
    ],
)
def test_what_a_register_number_usually_looks_like(body: str, number: str, fits: bool) -> None:
    assert (re.fullmatch(_bodies()[body]["number_shape"], number) is not None) is fits


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            "hcpc_psychologist",
            "May not use the title practitioner psychologist, or any other of a psychologist that the law protects, "
            "until restored.",
        ),
        (
            "hcpc_arts_therapist",
            "May not use the titles art psychotherapist, art therapist, dramatherapist and music therapist "
            "until restored.",
        ),
        ("swe", "May not use the title social worker until restored."),
        ("nmc", "May not use the title that registration with NMC gives until restored."),
    ],
)
def test_what_stands_beside_the_name(body: str, said: str) -> None:
    assert may_not_use(body, "NMC") == said


def test_only_statutory_bodies_have_titles_and_psychotherapist_is_none() -> None:
    assert {_bodies()[body]["kind"] for body in TITLES} == {"statutory"}
    assert not {"psychotherapist", "counsellor"} & {title for titles in TITLES.values() for title in titles}
    assert titles_in_words("hcpc_psychologist").count("psychologist") == 9 and titles_in_words("bacp") == ""
