"""Agreed actions as the cast would agree, share and close them: each in a transaction of its own."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from tcsuper.clock import now, today
from tcsuper.database import reading, writing
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import AgreedAction, HowObserved, Observation, ObservationState, Rating, Standard, StandardSet
from tcsuper.queries.actions import ActionSeen, actions_seen
from tcsuper.services.actions import agree_action, close_action, share_action
from tests.people import LONG_AGO, Cast, actor
from tests.texts import TEXT

BOUNDARIES, RISK = "Boundaries and safety", "Risk"


def standards() -> dict[str, int]:
    """A set of two standards: ids by title."""
    with writing() as db:
        of = StandardSet(code="dtc_staff", version="1", name="DTC staff", level_names=["With help", "Alone"])
        of.in_force_from = LONG_AGO
        db.add(of)
        db.flush()
        rows = [
            Standard(standard_set_id=of.id or 0, number=number, short_title=title)
            for number, title in enumerate((BOUNDARIES, RISK), 1)
        ]
        db.add_all(rows)
        db.flush()
        return {row.short_title: row.id or 0 for row in rows}


def agreed(
    cast: Cast,
    session: UUID,
    owner: str | None = "Ben",
    by: str = "Asha",
    text: str = TEXT,
    due_on: date | None = None,
    standard_id: int | None = None,
    share: bool = False,
) -> AgreedAction:
    with writing() as db:
        action = agree_action(
            db,
            by=actor(cast, by),
            session_record_id=session,
            text=text,
            owner_id=cast.id(owner) if owner else None,
            due_on=due_on,
            standard_id=standard_id,
        )
    return shared(cast, action, owner or "") if share else action


def shared(cast: Cast, action: AgreedAction, by: str = "Ben") -> AgreedAction:
    with writing() as db:
        return share_action(db, by=actor(cast, by), action_id=action.id or 0)


def closed(cast: Cast, action: AgreedAction, by: str = "Ben", **how: Any) -> AgreedAction:
    with writing() as db:
        return close_action(db, by=actor(cast, by), action_id=action.id or 0, **(how or {"done_on": today()}))


def observed(
    cast: Cast,
    standard_id: int,
    on: date,
    whom: str = "Ben",
    by: str = "Asha",
    state: ObservationState = ObservationState.SHARED,
) -> UUID:
    """A row, whoever may observe. Gives the record."""
    with writing() as db:
        standard = db.get_one(Standard, standard_id)
        observation = Observation(
            recorded_at=now(),
            recorded_by_id=cast.id(by),
            observed_id=cast.id(whom),
            observer_id=cast.id(by),
            standard_set_id=standard.standard_set_id,
            state=state,
            observed_on=on,
            how=HowObserved.LIVE,
            minutes_seen=45,
        )
        db.add(observation)
        db.flush()
        db.add(Rating(observation_id=observation.id or 0, standard_id=standard_id, level=2))
        return observation.record_id


def seen(cast: Cast, name: str, **which: Any) -> list[ActionSeen]:
    with reading() as db:
        return actions_seen(db, viewer=actor(cast, name), **{"on": today(), **which})


def texts(cast: Cast, name: str) -> list[str]:
    return [one.text for one in seen(cast, name)]


def refused(service: Any, cast: Cast, name: str, **facts: Any) -> str:
    """The sentence with which a service refuses."""
    with pytest.raises(NotAllowed) as refusal, writing() as db:
        service(db, by=actor(cast, name), **facts)
    return str(refusal.value)


def complaints(service: Any, cast: Cast, name: str, **facts: Any) -> dict[str, str]:
    with pytest.raises(InvalidRecord) as refusal, writing() as db:
        service(db, by=actor(cast, name), **facts)
    return refusal.value.problems
