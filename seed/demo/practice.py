"""Practice seen by two observers over more than a year, rated against the standards; and how people see themselves."""

from datetime import date, timedelta
from typing import NamedTuple

from sqlmodel import Session, col, select

from seed.demo.cast import CARYS_AWAY, CRAIG_AWAY, MANAGER_OF, A, B, C, D, Person, U, manager_on
from seed.demo.groups import SINGLE
from seed.demo.stage import Event, Stage
from tcsuper.clock import today
from tcsuper.models import HowObserved, ObservationState, Standard, StandardSet
from tcsuper.services.observations import comment_on_observation, record_observation, sign_observation
from tcsuper.services.practice import rate_self_on_several

SECOND_OBSERVER = {A: "maire.nic.aodha", B: "imran.chaudhry", C: "orla.ni.cheallaigh",
                   D: "harpreet.sandhu-dhillon", U: "caoimhe.ni.uiginn"}  # fmt: skip
STRICTNESS = {"maire.nic.aodha": -0.2, "orla.ni.cheallaigh": 0.2}
"""How observers differ: what they add to a level."""
STRONG = {"sian.wyn": 0.7, "ben.ellis": 0.6, "sam.lee2": 0.6, "roisin.ni.fhloinn": 0.5, "manjit.gill": 0.4}
NEEDS_WORK = {"paul.hartley": -0.5, "wayne.oakley": -0.5, "hayley.stubbs": -0.4, "dilip.joshi": -0.35}
NEVER_OBSERVED = {"claire.tomkins", "darren.pike", "joanne.whitfield", "owain.glyn", "craig.dunmore"}
REQUIRED = {"tc_officer": {8: 2, 9: 2}, "therapy_manager": {2: 4, 5: 4}}
"""By job, of the standards that they are rated on here; on the others 3."""
OTHERS = [  # observer, observed, set, how, days ago
    ("fionnuala.mac.giolla", "asha.rao", "supervisors", HowObserved.RECORDED, 310),
    ("fionnuala.mac.giolla", "asha.rao", "supervisors", HowObserved.LIVE, 95),
    ("fionnuala.mac.giolla", "ruairi.o.dalaigh", "supervisors", HowObserved.RECORDED, 180),
    ("sunita.bhattacharya", "angharad.llyr", "dtc_staff", HowObserved.LIVE, 240),
    ("sunita.bhattacharya", "angharad.llyr", "dtc_staff", HowObserved.WRITTEN_WORK, 60),
    ("bronagh.ni.mhuiri", "angharad.llyr", "dtc_staff", HowObserved.RECORDED, 120),
    ("sunita.bhattacharya", "meera.pillai", "dtc_staff", HowObserved.LIVE, 200),
    ("bronagh.ni.mhuiri", "meera.pillai", "dtc_staff", HowObserved.RECORDED, 45),
    ("sunita.bhattacharya", "cillian.o.neill", "dtc_staff", HowObserved.LIVE, 130),
]
GROUP_TYPES = ("Small group", "Small group", "Community meeting", "Feedback group")
EVIDENCE = {
    1: "Relied on a colleague to take it further.",
    2: "Did it once reminded, and then well.",
    3: "Did it unasked, calmly and in good time.",
    4: "Did it, and drew a newer colleague in afterwards.",
}
STRENGTHS = (
    "Steady, and clear about time. People were listened to.",
    "Warm without losing the task. Noticed who had gone quiet.",
    "Named what was going on between two members, kindly and early.",
    "Held the limit without raising their voice.",
)
NEXT_STEPS = (
    "Leave the silence a little longer before asking the next question.",
    "Say what you see rather than what you think of it.",
    "Write it up the same day, while it is fresh.",
    "Bring one of these moments to supervision.",
)
COMMENT = "I agree with most of it. I would like to be seen in a community meeting too."


class Seen(NamedTuple):
    observer: str
    observed: str
    standards: str
    how: HowObserved
    on: date
    ability: float
    job: str = "tc_officer"
    is_draft: bool = False


def plan_practice(stage: Stage, everybody: dict[str, Person]) -> None:
    for key, person in everybody.items():
        if person.job == "tc_officer" and key not in NEVER_OBSERVED:
            ability = STRONG.get(key) or NEEDS_WORK.get(key) or stage.chance.choice((0.0, 0.15, 0.25, 0.35))
            for seen in _seen(stage, key, person, ability):
                stage.at(seen.on + timedelta(days=1), observe, seen, person.community)
            if stage.chance.random() < 0.6 and person.since > 150:
                stage.at(
                    stage.ago(stage.chance.randint(20, min(320, person.since - 60))), see_oneself, key, ability + 0.3
                )
    for observer, observed, standards, how, days in OTHERS:
        person = everybody[observed]
        seen = Seen(observer, observed, standards, how, stage.ago(days), 0.4, person.job)
        stage.at(seen.on + timedelta(days=1), observe, seen, person.community)


def _seen(stage: Stage, key: str, person: Person, ability: float) -> list[Seen]:
    """Every five months or so, by the manager and by a second observer in turn."""
    manager, second = MANAGER_OF[person.community], SECOND_OBSERVER[person.community]
    if second == "imran.chaudhry" and key not in SINGLE[second, 28].split():
        second = manager
    found: list[Seen] = []
    days, turn = stage.chance.randint(8, 150), stage.chance.randint(0, 1)
    while days < min(person.since - 75, 560):
        day = stage.ago(days + (stage.ago(days).weekday() == 6))
        observer = (manager, second)[turn]
        if observer == "carys.llwyd" and days <= CARYS_AWAY + 5:
            observer = second
        if not (key == "craig.dunmore" and days <= CRAIG_AWAY):
            is_draft = key == "llyr.hopkin" and not found
            found.append(Seen(observer, key, "dtc_staff", HowObserved.LIVE, day, ability, person.job, is_draft))
        days, turn = days + stage.chance.randint(85, 150), 1 - turn
    return found


# ---------------------------------------------------------------------------------------------------------------------
# What happens


def _standards(db: Session, stage: Stage, code: str) -> list[Standard]:
    if ("standards", code) not in stage.made:
        found = select(Standard).join(StandardSet).where(StandardSet.code == code).order_by(col(Standard.number))
        stage.made["standards", code] = list(db.exec(found))
    standards: list[Standard] = stage.made["standards", code]
    return standards


def _level(stage: Stage, standard: Standard, job: str, ability: float) -> int:
    required = REQUIRED.get(job, {}).get(standard.number, 3)
    return min(4, max(1, round(required + ability + stage.chance.gauss(0, 0.22))))


def observe(db: Session, stage: Stage, seen: Seen, community: str) -> None:
    standards = _standards(db, stage, seen.standards)
    ratings = []
    for standard in standards:
        if stage.chance.random() < 0.94:
            level = _level(stage, standard, seen.job, seen.ability + STRICTNESS.get(seen.observer, 0))
            ratings.append((standard.id or 0, level, EVIDENCE[level]))
    ratings = ratings or [(standards[0].id or 0, 3, EVIDENCE[3])]
    stored = record_observation(
        db,
        by=stage.someone(seen.observer),
        observed_id=stage.people[seen.observed],
        standard_set_id=standards[0].standard_set_id,
        observed_on=seen.on,
        group_type="" if seen.how is HowObserved.WRITTEN_WORK else stage.chance.choice(GROUP_TYPES),
        how=seen.how,
        minutes_seen=0 if seen.how is HowObserved.WRITTEN_WORK else stage.chance.choice((45, 60, 60, 90)),
        consent=True,
        ratings=ratings,
        strengths=stage.chance.choice(STRENGTHS),
        next_step=stage.chance.choice(NEXT_STEPS),
        state=ObservationState.DRAFT if seen.is_draft else ObservationState.SHARED,
    )
    stage.made[seen] = stored.id
    signer = manager_on(stage, community, seen.on)
    if stage.chance.random() < 0.2:
        later(stage, seen, 4, comment)
    if not seen.is_draft and signer != seen.observed:
        later(stage, seen, stage.chance.randint(6, 16), sign, signer)


def later(stage: Stage, seen: Seen, days: int, event: Event, *about: str) -> None:
    day = seen.on + timedelta(days=days)
    if day <= stage.today and not seen.is_draft:
        stage.at(day, event, seen, *about)


def comment(db: Session, stage: Stage, seen: Seen) -> None:
    by = stage.someone(seen.observed)
    stage.made[seen] = comment_on_observation(db, by=by, observation_id=stage.made[seen], comment=COMMENT).id


def sign(db: Session, stage: Stage, seen: Seen, signer: str) -> None:
    stage.made[seen] = sign_observation(db, by=stage.someone(signer), observation_id=stage.made[seen]).id


def see_oneself(db: Session, stage: Stage, key: str, ability: float) -> None:
    ratings = [(one.id or 0, _level(stage, one, "tc_officer", ability)) for one in _standards(db, stage, "dtc_staff")]
    is_shared = stage.chance.random() < 0.7
    rate_self_on_several(db, by=stage.someone(key), ratings=ratings, rated_on=today(), is_shared=is_shared)
