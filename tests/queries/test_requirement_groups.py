"""Groups from stored rows to the sentence that says which way is met; and what a catalogue may not ask."""

import json
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from tcsuper.access import actor_for_staff
from tcsuper.clock import today
from tcsuper.errors import WrongSetup
from tcsuper.models import Requirement, RequirementKind
from tcsuper.queries.standing import standings
from tcsuper.queries.training import completions_seen, training_seen
from tcsuper.rules.groups import GroupStanding
from tcsuper.services.catalogue import CATALOGUE, load_catalogue
from tcsuper.services.registration import add_registration
from tcsuper.services.training import record_completion
from tests.competence import add_bodies, add_courses
from tests.people import LONG_AGO, Cast, make_cast

BACP = {"registration": {"any_of": ["bacp"]}}
WAYS = {"any_of": ["nvq", {"all_of": ["tcat_3", BACP]}]}
LAST_WEEK = today() - timedelta(days=7)


@pytest.fixture
def cast(db: Session) -> Cast:
    made = make_cast(db)
    add_courses(db, made)
    add_bodies(db, made)
    return made


def ask(db: Session, cast: Cast, kind: RequirementKind, group: dict[str, Any], courses: list[str]) -> None:
    terms = {"any_of": courses, "group": group, "target_days": 0}
    db.add(Requirement(kind=kind, job_description_id=cast.officer, title="To lead", terms=terms, start_on=LONG_AGO))
    db.flush()


def to_lead(db: Session, cast: Cast) -> GroupStanding:
    [found] = [row.standing for row in standings(db, [cast.id("Ben")], today()) if row.requirement == "To lead"]
    assert isinstance(found, GroupStanding)
    return found


def complete(db: Session, cast: Cast, course: str, on: date = LAST_WEEK) -> None:
    asha = actor_for_staff(db, cast.id("Asha"))
    record_completion(db, by=asha, staff_id=cast.id("Ben"), course_code=course, completed_on=on)


@pytest.mark.parametrize("kind", [RequirementKind.COURSE, RequirementKind.QUALIFICATION, RequirementKind.REGISTRATION])
def test_a_group_of_courses_and_registrations_is_met_by_either_way(
    db: Session, cast: Cast, kind: RequirementKind
) -> None:
    ask(db, cast, kind, WAYS, ["nvq", "tcat_3"])
    asked_for = "To lead is not met: it asks for Custodial Care NVQ 3 or (TCAT 3 and Registration with BACP). "
    assert to_lead(db, cast).because.startswith(asked_for)
    complete(db, cast, "tcat_3")
    assert not to_lead(db, cast).is_met
    add_registration(
        db,
        by=actor_for_staff(db, cast.id("Asha")),
        staff_id=cast.id("Ben"),
        body_code="bacp",
        registered_on=LAST_WEEK,
        expires_on=today() + timedelta(days=300),
        number="123456",
    )
    by_the_second = to_lead(db, cast)
    assert by_the_second.is_met
    assert by_the_second.because.startswith("To lead is met by TCAT 3 and Registration with BACP, one of 2 ways. ")
    assert by_the_second.due_on == today() + timedelta(days=300)
    complete(db, cast, "nvq")
    assert to_lead(db, cast).because.startswith("To lead is met by Custodial Care NVQ 3, one of 2 ways. ")
    assert to_lead(db, cast).due_on is None


def test_a_group_has_its_cell_and_its_records_on_the_training_page(db: Session, cast: Cast) -> None:
    ask(db, cast, RequirementKind.COURSE, WAYS, ["nvq", "tcat_3"])
    complete(db, cast, "nvq")
    asha = actor_for_staff(db, cast.id("Asha"))
    seen = training_seen(db, viewer=asha, on=today())
    [row] = [one for one in seen.rows if (one.staff_id, one.requirement) == (cast.id("Ben"), "To lead")]
    records = completions_seen(db, viewer=asha, about=row.staff_id, courses=row.bound.terms["any_of"])
    assert list(records["course"]) == ["Custodial Care NVQ 3"]


@pytest.mark.parametrize(
    ("group", "wrong"),
    [
        ({"any_of": ["tcat_1", "unheard_of"]}, "there is no course in any_of called unheard_of"),
        ({"any_of": ["tcat_1", {"registration": {"any_of": ["unheard_of"]}}]}, "there is no body unheard_of"),
    ],
)
def test_a_group_that_names_what_there_is_not_is_refused(
    db: Session, tmp_path: Path, group: dict[str, Any], wrong: str
) -> None:
    folder = Path(shutil.copytree(CATALOGUE, tmp_path / "catalogue"))
    rows = json.loads((folder / "requirements.json").read_text(encoding="utf-8"))
    rows[0]["terms"] = {"any_of": ["tcat_1"], "group": group}
    (folder / "requirements.json").write_text(json.dumps(rows), encoding="utf-8")
    with pytest.raises(WrongSetup, match=wrong):
        load_catalogue(db, folder=folder)
