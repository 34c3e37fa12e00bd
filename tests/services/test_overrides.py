from datetime import date, timedelta

import pytest
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import actor_for_staff
from tcsuper.clock import today
from tcsuper.errors import Conflict, InvalidRecord, NotAllowed
from tcsuper.models import OverrideKind, Requirement, RequirementOverride
from tcsuper.queries.standing import Row, standings
from tcsuper.rules.standing import Status
from tcsuper.services.overrides import ask_of_person, end_asking, end_override, override_requirement
from tests.competence import add_courses
from tests.people import LONG_AGO, Cast, make_cast

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


# ---------------------------------------------------------------------------------------------------------------------
# Asked of one person besides


def ask(db: Session, cast: Cast, by: str = "Asha", about: str = "Ben", **other: object) -> Requirement:
    given: dict = dict(staff_id=cast.id(about), course_code="nvq", reason=REASON, start_on=today())
    return ask_of_person(db, by=actor_for_staff(db, cast.id(by)), **given | other)


def row_of(db: Session, cast: Cast, who: str = "Ben", on: date | None = None) -> Row | None:
    found = standings(db, [cast.id(who)], on or today())
    return next((one for one in found if one.requirement == "Custodial Care NVQ 3"), None)


def test_one_person_alone_is_asked_for_more_with_reason_and_author(db: Session, cast: Cast) -> None:
    assert row_of(db, cast) is None
    ask(db, cast, target_days=30)
    row = row_of(db, cast)
    assert row is not None and row_of(db, cast, "Bela") is None
    assert (row.standing.due_on, row.bound.community_id) == (today() + timedelta(days=30), cast.community_b)
    assert row.bound.asked_alone == (
        f"Asked of this person alone from {words.day(today())}, decided by Asha: Trained in another service."
    )
    assert f"30 days after {words.day(today())}, when it began to be asked" in row.standing.because


def test_it_ends_on_its_day_and_its_past_stays(db: Session, cast: Cast) -> None:
    asked = ask(db, cast, start_on=today() - timedelta(days=20))
    with pytest.raises(InvalidRecord, match="It is asked from"):
        end_asking(db, by=actor_for_staff(db, cast.id("Asha")), requirement_id=asked.id or 0, end_on=LONG_AGO)
    yesterday = today() - timedelta(days=1)
    end_asking(db, by=actor_for_staff(db, cast.id("Asha")), requirement_id=asked.id or 0, end_on=yesterday)
    assert row_of(db, cast) is None and row_of(db, cast, on=yesterday) is not None


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"reason": "short"}, "reason"),
        ({"reason": "long " * 41}, "reason"),
        ({"end_on": LONG_AGO}, "end_on"),
        ({"target_days": -1}, "target_days"),
        ({"course_code": "tcat_1"}, "course_code"),
    ],
)
def test_it_is_refused_with_every_reason(db: Session, cast: Cast, other: dict, field: str) -> None:
    with pytest.raises(InvalidRecord) as refused:
        ask(db, cast, **other)
    assert list(refused.value.problems) == [field]


def test_twice_is_refused_and_after_its_end_it_is_not(db: Session, cast: Cast) -> None:
    ask(db, cast, end_on=today())
    with pytest.raises(InvalidRecord, match="asked of them already"):
        ask(db, cast)
    ask(db, cast, start_on=today() + timedelta(days=1))


def test_nobody_asks_it_of_themselves_or_ends_it_for_themselves(db: Session, cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="yourself"):
        ask(db, cast, about="Asha")
    asked = Requirement(
        kind="qualification", staff_id=cast.id("Asha"), title="Custodial Care NVQ 3", terms={"any_of": ["nvq"]},
        start_on=today(),
    )  # fmt: skip
    db.add(asked)
    db.flush()
    with pytest.raises(NotAllowed, match="yourself"):
        end_asking(db, by=actor_for_staff(db, cast.id("Asha")), requirement_id=asked.id or 0, end_on=today())


def test_what_a_post_asks_is_not_ended_for_one_person(db: Session, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        end_asking(db, by=actor_for_staff(db, cast.id("Asha")), requirement_id=tcat_1(db), end_on=today())
