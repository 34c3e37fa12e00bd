from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from tcsuper.access import actor_for_staff
from tcsuper.clock import today
from tcsuper.errors import Conflict, InvalidRecord, NotAllowed
from tcsuper.models import OverrideKind, Requirement, RequirementOverride
from tcsuper.queries.standing import standings
from tcsuper.rules.standing import Status
from tcsuper.services.overrides import end_override, override_requirement
from tests.competence import add_courses
from tests.people import Cast, make_cast

REASON = "Trained in another service"


@pytest.fixture
def cast(db: Session) -> Cast:
    made = make_cast(db)
    add_courses(db, made)
    return made


def tcat_1(db: Session) -> int:
    return db.exec(select(col(Requirement.id)).where(Requirement.title == "TCAT 1")).one() or 0


def override(db: Session, cast: Cast, by: str = "Asha", about: str = "Ben", **other: object) -> RequirementOverride:
    given: dict = dict(
        staff_id=cast.id(about),
        requirement_id=tcat_1(db),
        kind=OverrideKind.WAIVED,
        reason=REASON,
        start_on=today() - timedelta(days=1),
    )
    return override_requirement(db, by=actor_for_staff(db, cast.id(by)), **given | other)


def status(db: Session, cast: Cast) -> Status:
    found = standings(db, [cast.id("Ben")], today())
    return next(row.standing.status for row in found if row.requirement == "TCAT 1")


def test_a_waiver_takes_the_requirement_away_until_it_ends(db: Session, cast: Cast) -> None:
    assert status(db, cast) is Status.OVERDUE
    waived = override(db, cast)
    assert status(db, cast) is Status.EXEMPT
    by, yesterday = actor_for_staff(db, cast.id("Asha")), today() - timedelta(days=1)
    ended: dict = dict(override_id=waived.id, end_on=yesterday, reason="The certificate was another person's")
    end_override(db, by=by, **ended)
    assert status(db, cast) is Status.OVERDUE
    with pytest.raises(Conflict):
        end_override(db, by=by, **ended)


def test_an_extension_moves_the_date(db: Session, cast: Cast) -> None:
    override(db, cast, kind=OverrideKind.EXTENDED, end_on=today() + timedelta(days=200))
    assert status(db, cast) is Status.NOT_STARTED


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"reason": "too short"}, "reason"),
        ({"end_on": today() - timedelta(days=2)}, "end_on"),
        ({"kind": OverrideKind.EXTENDED}, "end_on"),
        ({"kind": OverrideKind.EXEMPT}, "end_on"),
    ],
)
def test_reason_and_dates_are_asked(db: Session, cast: Cast, facts: dict, field: str) -> None:
    with pytest.raises(InvalidRecord) as refused:
        override(db, cast, **facts)
    assert set(refused.value.problems) == {field}


@pytest.mark.parametrize("by", ["Ben", "Farah", "Carol", "Dev", "Eve"])
def test_only_the_therapy_manager_does(db: Session, cast: Cast, by: str) -> None:
    with pytest.raises(NotAllowed):
        override(db, cast, by)


def test_never_ones_own_nor_what_is_not_asked_of_them(db: Session, cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="of yourself"):
        override(db, cast, about="Asha")
    elsewhere = Requirement(
        kind="course", staff_id=cast.id("Cai"), title="TCAT 9", terms={"any_of": ["tcat_1"]}, start_on=today()
    )
    db.add(elsewhere)
    db.flush()
    with pytest.raises(NotAllowed):
        override(db, cast, requirement_id=elsewhere.id)
