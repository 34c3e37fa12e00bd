"""Observation planned: sessions that two observers rated blind over the last year, one rated together, one moderated,
one that waits for a second signature, some for this week, and one of last week that nobody recorded."""

from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from sqlmodel import Session, select

from seed.demo.cast import A, B, C, Person, U
from seed.demo.practice import EVIDENCE, NEEDS_WORK, NEVER_OBSERVED, STRONG
from seed.demo.stage import Stage
from tcsuper.access import actor_for_staff
from tcsuper.models import HowObserved, Observation, Standard, StandardSet
from tcsuper.queries.evidence import current
from tcsuper.queries.observations import side_by_side
from tcsuper.services.moderation import moderate_observation
from tcsuper.services.observations import sign_observation
from tcsuper.services.planned_observations import plan_observation, record_planned_observation, sign_as_observer

CHANCE = 1954
"""A chance of its own: what others play stays as it was."""
PAIRS = {
    A: ("ruairi.o.dalaigh", "maire.nic.aodha"),
    B: ("asha.rao", "maire.nic.aodha"),
    C: ("asha.rao", "orla.ni.cheallaigh"),
    U: ("ruairi.o.dalaigh", "caoimhe.ni.uiginn"),
}
"""Who rates blind to each other."""
BLIND, EVERY, LATEST = 14, 23, 24
"""So many sessions, every so many days, the latest so many days ago."""
MODERATED = ("maire.nic.aodha", "imran.chaudhry", "marcus.adeyemi", 52)
GROUPS = ("Willow", "Rowan", "Hazel", "Oak")


class Planned(NamedTuple):
    observed: str
    observers: tuple[str, ...]
    on: date
    group: str
    together: bool = False
    signed_by: int = 2
    """How many of them sign what they saw."""


def plan_planned_observations(stage: Stage, everybody: dict[str, Person]) -> None:
    chance = Random(CHANCE)
    people = {place: _usual_officers(everybody, place) for place in PAIRS}
    places = list(PAIRS)
    for number in range(BLIND):
        place = places[number % len(places)]
        observed = people[place][number % len(people[place])]
        day = _no_sunday(stage.ago(LATEST + EVERY * (BLIND - 1 - number)))
        _note(stage, Planned(observed, PAIRS[place], day, chance.choice(GROUPS)), chance.random())
    first, second, observed, days = MODERATED
    moderated = Planned(observed, (first, second), _no_sunday(stage.ago(days)), "Willow")
    _note(stage, moderated, chance.random())
    stage.at(moderated.on + timedelta(days=9), moderate, moderated, "asha.rao")
    _note(stage, Planned(people[C][0], PAIRS[C], _no_sunday(stage.ago(38)), "Oak", together=True), chance.random())
    _note(stage, Planned(people[B][1], PAIRS[B], _no_sunday(stage.ago(2)), "Willow", signed_by=1), chance.random())
    for observed, observers, to_come in (
        ("marcus.adeyemi", PAIRS[B], 0),
        (people[B][0], PAIRS[B][:1], 0),
        (people[C][1], PAIRS[C], 7),
        (people[A][1], PAIRS[A], 0),
        ("llyr.hopkin", PAIRS[B][:1], -7),  # nobody recorded it
    ):
        day = stage.ago(-to_come)
        stage.at(min(day, stage.today) - timedelta(days=5), plan, Planned(observed, observers, day, "Hazel"))


def _usual_officers(everybody: dict[str, Person], place: str) -> list[str]:
    """Long in post, and nobody whose standing the demonstration tells a story of."""
    special = {*STRONG, *NEEDS_WORK, *NEVER_OBSERVED, "marcus.adeyemi", "llyr.hopkin", "lee.cartwright", "padraig.o.se"}
    return [
        key
        for key, person in everybody.items()
        if person.community == place and person.job == "tc_officer" and person.since > 420 and key not in special
    ]


def _no_sunday(day: date) -> date:
    return day - timedelta(days=1) if day.weekday() == 6 else day


def _note(stage: Stage, planned: Planned, chance: float) -> None:
    stage.at(planned.on - timedelta(days=6), plan, planned)
    stage.at(planned.on + timedelta(days=1), rate, planned, chance)


# ---------------------------------------------------------------------------------------------------------------------
# What happens


def plan(db: Session, stage: Stage, planned: Planned) -> None:
    pinned = db.exec(select(StandardSet).where(StandardSet.code == "dtc_staff")).first()
    assert pinned is not None and pinned.id is not None
    stage.made[planned] = plan_observation(
        db,
        by=stage.someone(planned.observers[0]),
        observed_id=stage.people[planned.observed],
        standard_set_id=pinned.id,
        week_of=planned.on,
        group_type="Small group",
        group_name=planned.group,
        observer_ids=[stage.people[one] for one in planned.observers],
        together=planned.together,
    ).id


def rate(db: Session, stage: Stage, planned: Planned, seed: float) -> None:
    """Each sees nearly the same, and now and then a level apart."""
    chance = Random(seed)
    standards = db.exec(select(Standard).join(StandardSet).where(StandardSet.code == "dtc_staff")).all()
    truth = {one.id or 0: chance.choice((3, 3, 3, 4, 2) if one.number < 8 else (2, 2, 3)) for one in standards}
    writers = planned.observers[:1] if planned.together else planned.observers[: planned.signed_by]
    for observer in writers:
        levels = {one: min(4, max(1, level + chance.choice((0, 0, 0, 0, 1, -1)))) for one, level in truth.items()}
        written = record_planned_observation(
            db,
            by=stage.someone(observer),
            planned_id=stage.made[planned],
            observed_on=planned.on,
            group_type="Small group",
            group_name=planned.group,
            how=HowObserved.LIVE,
            minutes_seen=60,
            consent=True,
            ratings=[(one, level, EVIDENCE[level]) for one, level in levels.items()],
            strengths="Steady, and clear about time.",
            next_step="Leave the silence a little longer.",
            is_signed=True,
        )
    if planned.together:
        sign_as_observer(db, by=stage.someone(planned.observers[1]), observation_id=written.id or 0)
    if planned.signed_by > 1:
        stage.at(planned.on + timedelta(days=12), sign, planned)


def sign(db: Session, stage: Stage, planned: Planned) -> None:
    """By the manager, who is the first of most pairs."""
    found = select(Observation).where(Observation.planned_id == stage.made[planned], current(Observation))
    manager = stage.someone("asha.rao" if planned.observers[0] == MODERATED[0] else planned.observers[0])
    for one in db.exec(found).all():
        sign_observation(db, by=manager, observation_id=one.id or 0)


def moderate(db: Session, stage: Stage, planned: Planned, manager: str) -> None:
    by = actor_for_staff(db, stage.people[manager])
    session = side_by_side(db, viewer=by, planned_id=stage.made[planned])
    levels = {one: min(session.levels[one].values()) for one in session.differing}
    if levels:
        reason = "Talked through with both observers: the prompt counts, so the lower level stands."
        moderate_observation(db, by=by, planned_id=stage.made[planned], levels=levels, reason=reason)
