"""What the tests of observed practice add to the cast: a set of three standards, level 3 required of officers, and
Bela, an officer who supervises Ben by an agreement (and manages nobody)."""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlmodel import Session

from tcsuper.access import Actor, actor_for_staff
from tcsuper.clock import today
from tcsuper.models import (
    Anchor,
    HowObserved,
    Observation,
    ObservationState,
    RequiredLevel,
    Standard,
    StandardSet,
    SupervisionAgreement,
)
from tcsuper.services.observations import record_observation
from tests.people import LONG_AGO, Cast, make_cast

STANDARDS = ("Running a small group", "Boundaries and safety", "Feedback to residents")
LEVELS = ["With help", "With prompting", "Alone", "Helps others"]


@dataclass
class Observing:
    db: Session
    cast: Cast
    set_id: int = 0
    standards: list[int] = field(default_factory=list)
    other_standard: int = 0
    """Of another set."""

    def id(self, name: str) -> int:
        return self.cast.id(name)

    def actor(self, name: str) -> Actor:
        return actor_for_staff(self.db, self.id(name))

    def observe(
        self,
        by: str,
        observed: str,
        levels: dict[int, int],
        days_ago: int = 10,
        state: ObservationState = ObservationState.SHARED,
        **other: object,
    ) -> Observation:
        """`levels` by the position of the standard."""
        given: dict = dict(
            observed_id=self.id(observed),
            standard_set_id=self.set_id,
            observed_on=today() - timedelta(days=days_ago),
            group_type="Small group",
            how=HowObserved.LIVE,
            minutes_seen=45,
            consent=True,
            ratings=[(self.standards[position], level, "") for position, level in levels.items()],
            state=state,
        )
        return record_observation(self.db, by=self.actor(by), **given | other)


def observing(db: Session) -> Observing:
    stage = Observing(db, make_cast(db))
    stage.set_id = _stored(
        db, StandardSet(code="dtc_staff", version="1", name="DTC staff", level_names=LEVELS, in_force_from=LONG_AGO)
    )
    other_set = _stored(
        db, StandardSet(code="other", version="1", name="Another", level_names=LEVELS, in_force_from=LONG_AGO)
    )
    stage.other_standard = _stored(db, Standard(standard_set_id=other_set, number=1, short_title="Elsewhere"))
    for number, title in enumerate(STANDARDS, 1):
        standard = _stored(db, Standard(standard_set_id=stage.set_id, number=number, short_title=title, text=title))
        stage.standards.append(standard)
        db.add_all(Anchor(standard_id=standard, level=n, text=f"{title} {name}") for n, name in enumerate(LEVELS, 1))
        required = RequiredLevel(
            job_description_id=stage.cast.officer, standard_id=standard, level=3, start_on=LONG_AGO
        )
        _stored(db, required)
    agreement = SupervisionAgreement(
        supervisor_id=stage.id("Bela"), supervisee_id=stage.id("Ben"), purpose="clinical", start_on=LONG_AGO
    )
    _stored(db, agreement)
    return stage


def _stored(db: Session, row: object) -> int:
    db.add(row)
    db.flush()
    return row.id  # type: ignore[attr-defined,no-any-return]
