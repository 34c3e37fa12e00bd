from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from tcsuper.clock import today
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import RequiredLevel, SetOf, StandardSet
from tcsuper.services.required_levels import set_required_level, set_required_levels
from tests.observing import Observing, observing


@pytest.fixture
def stage(db: Session) -> Observing:
    return observing(db)


def test_a_new_required_level_ends_the_former_the_day_before(db: Session, stage: Observing) -> None:
    standard, asha = stage.standards[0], stage.actor("Asha")
    last_year = today() - timedelta(days=300)
    set_required_level(
        db, by=asha, job_description_id=stage.cast.officer, standard_id=standard, level=4, start_on=today()
    )
    set_required_level(
        db, by=asha, job_description_id=stage.cast.officer, standard_id=standard, level=2, start_on=last_year
    )
    rows = db.execute(
        sa.select(col(RequiredLevel.level), col(RequiredLevel.start_on), col(RequiredLevel.end_on))
        .where(col(RequiredLevel.standard_id) == standard)
        .order_by(RequiredLevel.start_on)
    ).all()
    assert [(level, end_on) for level, _, end_on in rows] == [
        (3, last_year - timedelta(days=1)),
        (2, today() - timedelta(days=1)),
        (4, None),
    ]


def test_only_managers_set_required_levels_and_only_on_the_scale(db: Session, stage: Observing) -> None:
    asked: dict = dict(job_description_id=stage.cast.officer, standard_id=stage.standards[0], start_on=today())
    for other in ("Ben", "Bela"):
        with pytest.raises(NotAllowed):
            set_required_level(db, by=stage.actor(other), level=2, **asked)
    with pytest.raises(InvalidRecord, match="from 1 to 4"):
        set_required_level(db, by=stage.actor("Asha"), level=5, **asked)


def test_a_role_is_set_for_several_standards_at_once_and_no_longer_asked(db: Session, stage: Observing) -> None:
    first, second, third = stage.standards
    job, yesterday = stage.cast.officer, today() - timedelta(days=1)
    asked: dict = dict(by=stage.actor("Asha"), job_description_id=job, start_on=today())
    set_required_levels(db, levels={first: 4, second: None}, **asked)
    rows = db.execute(
        sa.select(col(RequiredLevel.standard_id), col(RequiredLevel.level), col(RequiredLevel.end_on)).where(
            col(RequiredLevel.job_description_id) == job
        )
    ).all()
    assert {tuple(row) for row in rows} == {
        (first, 3, yesterday),
        (first, 4, None),
        (second, 3, yesterday),
        (third, 3, None),
    }
    with pytest.raises(InvalidRecord, match="Nothing is changed yet"):
        set_required_levels(db, levels={}, **asked)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"in_force_from": None}, "still being written"),
        ({"in_force_from": today() + timedelta(days=1)}, "is in force from"),
        ({"set_of": SetOf.COMMUNITY}, "nobody is rated by it"),
    ],
)
def test_a_level_is_asked_by_a_version_in_force_only(db: Session, stage: Observing, change: dict, says: str) -> None:
    version = db.get_one(StandardSet, stage.set_id)
    for name, value in change.items():
        setattr(version, name, value)
    db.flush()
    with pytest.raises(InvalidRecord, match=says):
        set_required_level(
            db,
            by=stage.actor("Asha"),
            job_description_id=stage.cast.officer,
            standard_id=stage.standards[0],
            level=2,
            start_on=today(),
        )
