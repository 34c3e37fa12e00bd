import csv
import json
from pathlib import Path

import pytest

from tcsuper.rules.in_words import body_rule_in_words, course_rule_in_words, minimum_in_words, requirement_in_words
from tcsuper.rules.minimum import Measure, Minimum, Per
from tcsuper.rules.training import CourseRuleTerms

CATALOGUE = Path(__file__).parents[2] / "seed" / "catalogue"
NAMES = {"tcat_1": "TCAT 1", "tcat_2": "TCAT 2", "bacp": "BACP", "clinical": "Clinical supervision"}


@pytest.mark.parametrize(
    ("kind", "terms", "sentence"),
    [
        ("course", {"any_of": ["tcat_1"]}, "Completed; no target date set."),
        (
            "course",
            {"any_of": ["tcat_2"], "after": ["tcat_1"], "target_days": 180},
            "Completed, after TCAT 1; within 180 days of starting in post.",
        ),
        (
            "course",
            {"any_of": ["tcat_1", "tcat_2"], "target_days": 0},
            "One of TCAT 1 or TCAT 2; by the first day in post.",
        ),
        ("qualification", {"any_of": ["tcat_1"]}, "Held; no target date set."),
        (
            "registration",
            {"any_of": ["bacp"], "kinds": ["statutory", "accredited"]},
            "Registration with BACP or any other statutory or accredited register; by the first day in post.",
        ),
        (
            "agreement",
            {"purpose": "clinical", "is_external": True},
            "An agreement for clinical supervision with an external supervisor in force.",
        ),
        ("period", {"event": "probation_passed", "months": 6}, "Probation passed within 6 months of starting in post."),
        ("event", {"event": "appraisal", "every_months": 12}, "An appraisal held every 12 months."),
        (
            "event",
            {"event": "suitable_for_young_people", "only_on_transfer": True},
            "Suitability for work with young people confirmed before a move to a service for young people.",
        ),
        (
            "supervision",
            {"amount": 60, "per": "rolling", "days": 28, "forms": ["individual"]},
            "60 minutes every 28 days, individual: clinical supervision.",
        ),
        ("supervision", {"amount": 0}, "No amount is set, so nothing is asked (clinical supervision)."),
    ],
)
def test_a_requirement_reads_as_one_sentence(kind: str, terms: dict, sentence: str) -> None:
    assert requirement_in_words(kind, "Its title", terms, NAMES) == sentence


def test_a_group_is_said_with_its_ways() -> None:
    names = {"group": "Group supervision", "training": "Supervisor training", "bacp": "BACP"}
    bacp = {"registration": {"any_of": ["bacp"]}}
    terms = {"any_of": ["group", "training"], "group": {"any_of": ["group", {"all_of": ["training", bacp]}]}}
    for kind in ("course", "qualification", "registration"):
        assert requirement_in_words(kind, "To supervise", terms | {"target_days": 90}, names) == (
            "Group supervision or (Supervisor training and registration with BACP); within 90 days of starting in post."
        )


def test_a_version_that_is_asked_for_is_said() -> None:
    terms = {"any_of": ["tcat_1"], "from_version": 2, "target_days": 0}
    assert requirement_in_words("course", "TCAT 1", terms, {}) == (
        "Completed on version 2 or later; by the first day in post."
    )


@pytest.mark.parametrize(
    ("minimum", "sentence"),
    [
        (Minimum("", 2, measure=Measure.MEETINGS), "2 meetings each calendar month: clinical supervision."),
        (
            Minimum("", 1, measure=Measure.MEETINGS, meeting_minutes=50, per=Per.ROLLING, days=7),
            "1 meeting of at least 50 minutes every 7 days: clinical supervision.",
        ),
        (Minimum("", 85, measure=Measure.SHARE), "85% of the meetings held each calendar month: clinical supervision."),
        (
            Minimum("", 90, per=Per.AVERAGE, months=3, needs_individual=True, full_time_hours=37, floor=45),
            "90 minutes a month on average over 3 months: clinical supervision; some of it individual; "
            "in proportion under 37 hours a week, not under 45 minutes.",
        ),
        (
            Minimum("", 90, full_time_hours=37, pro_rata_below_share=0.5, floor=45),
            "90 minutes each calendar month: clinical supervision; "
            "in proportion under 18.5 hours a week, not under 45 minutes.",
        ),
    ],
)
def test_a_minimum_reads_as_one_sentence(minimum: Minimum, sentence: str) -> None:
    assert minimum_in_words(minimum, NAMES) == sentence


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        ({}, "Never expires."),
        ({"life": "rolling", "months": 12}, "Expires 12 months after completion."),
        (
            {"life": "fixed_day", "month": 2, "day": 29, "parity": "even", "early_months": 3},
            "Expires on 29 February of each even year. A renewal up to 3 months early keeps the date.",
        ),
    ],
)
def test_a_certificates_life_reads_as_one_sentence(terms: dict, sentence: str) -> None:
    assert course_rule_in_words(CourseRuleTerms.read(terms)) == sentence


@pytest.mark.parametrize(
    ("kind", "terms", "sentence"),
    [
        (
            "renewal",
            {"expiry": "fixed_day", "month": 5, "day": 31, "parity": "odd", "opens_month": 3, "opens_day": 1},
            "Everybody renews by 31 May of each odd year; renewal opens on 1 March.",
        ),
        (
            "renewal",
            {"cycle_months": 60, "appraisal_months": 12, "needs_licence": True},
            "Each person has a date of their own, every 60 months; an appraisal every 12 months; "
            "a licence to practise is needed too.",
        ),
        ("activity", {"sampled_percent": 2.5}, "No fixed hours; 2.5% of registrants are asked for theirs."),
        (
            "activity",
            {"hours": 35, "practice_hours": 450, "months": 36},
            "35 hours and 450 hours of practice every 36 months.",
        ),
        ("supervision", {"amount": 0}, "No amount is set, so nothing is asked (clinical supervision)."),
    ],
)
def test_a_bodys_rule_reads_as_one_sentence(kind: str, terms: dict, sentence: str) -> None:
    assert body_rule_in_words(kind, terms, NAMES) == sentence


BACP_SHARES = "group time shared out as BACP does: half in a group of up to 4, a share in a larger one"
BABCP_SHARES = "group time in full up to 6 people who all present their own work, else none"


@pytest.mark.parametrize(
    ("body", "grade", "sentence"),
    [
        (
            "bacp",
            "accredited",
            f"90 minutes each calendar month: clinical supervision; {BACP_SHARES}; "
            "a month with 0 client hours entered is exempt.",
        ),
        (
            "bacp",
            "trainee",
            f"90 minutes each calendar month, individual or group: clinical supervision; {BACP_SHARES}; "
            "and 1 hour for every 8 client hours. "
            "And: 1 meeting every 14 days, individual or group: clinical supervision.",
        ),
        (
            "babcp",
            "in training",
            "40 h in all: clinical supervision; group time as BABCP counts it in training: twice a share, never more "
            "than the time; asked too, and not kept here: 5 hours for each of 8 cases.",
        ),
        (
            "babcp",
            "supervisor",
            f"90 minutes a month on average over 3 months: clinical supervision; {BABCP_SHARES}; "
            "some of it individual; in proportion under 18.5 hours a week, not under 45 minutes. "
            f"And: 60 minutes each calendar month: clinical supervision, of the supervising itself; {BABCP_SHARES}; "
            "or 5% of the supervising hours, if that is less.",
        ),
        ("ncps", "", "90 minutes each calendar month: clinical supervision."),
    ],
)
def test_what_the_shipped_rules_ask_for(body: str, grade: str, sentence: str) -> None:
    names = _codes("purposes.csv", "name")
    rules = json.loads((CATALOGUE / "body_rules.json").read_text(encoding="utf-8"))
    [terms] = [
        one["terms"]
        for one in rules
        if (one["body"], one["kind"], one.get("grade", "")) == (body, "supervision", grade)
    ]
    assert body_rule_in_words("supervision", terms, names) == sentence


def _codes(file: str, column: str) -> dict[str, str]:
    with (CATALOGUE / file).open(encoding="utf-8", newline="") as rows:
        return {row["code"]: row[column] for row in csv.DictReader(rows)}


def test_the_whole_shipped_catalogue_can_be_read_aloud() -> None:
    names = _codes("courses.csv", "title") | _codes("bodies.csv", "short_name") | _codes("purposes.csv", "name")
    requirements = json.loads((CATALOGUE / "requirements.json").read_text(encoding="utf-8"))
    rules = json.loads((CATALOGUE / "body_rules.json").read_text(encoding="utf-8"))
    said = [requirement_in_words(one["kind"], one["title"], one["terms"], names) for one in requirements]
    said += [body_rule_in_words(one["kind"], one["terms"], names) for one in rules]
    for sentence in said:
        assert sentence[0].isupper() or sentence[0].isdigit(), sentence
        assert sentence.endswith(".") and "_" not in sentence and "None" not in sentence, sentence
