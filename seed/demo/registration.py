"""Who is registered with whom: renewed, lapsed and restored, with conditions, checked or not."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from sqlmodel import Session

from seed.demo.cast import Person, keeper
from seed.demo.stage import Stage
from tcsuper.models import CheckResult
from tcsuper.rules.standing import next_fixed_day
from tcsuper.services.registration import add_registration, record_register_check, renew_registration

YEAR = timedelta(days=365)
CHECKED_AFTER = timedelta(days=6)


class Held(NamedTuple):
    """`since`: registered for so many years. `renewed`: for the last time so many days ago; none where the body has one
    day for everybody. `lasts`: days from a renewal to the next."""

    key: str
    body: str
    grade: str
    number: str
    since: int
    renewed: int = 0
    lasts: int = 365


REGISTRATIONS = [
    Held("eluned.prys-morgan", "ukcp", "", "2011168204", 15),
    Held("ruairi.o.dalaigh", "hcpc_psychologist", "", "PYL031207", 12),
    Held("ruairi.o.dalaigh", "bps", "chartered", "498 112", 14, 140),
    Held("asha.rao", "bacp", "senior accredited", "00518204", 13, 205),
    Held("carys.llwyd", "nmc", "", "07C1284W", 18, 500, 1095),
    Held("harpreet.sandhu-dhillon", "babcp", "accredited", "B071944", 8, 340),  # due soon
    Held("maire.nic.aodha", "bacp", "accredited", "00620417", 9, 120),
    Held("imran.chaudhry", "ukcp", "", "2016170933", 9),
    Held("imran.chaudhry", "hcpc_psychologist", "", "PYL028816", 11),  # these and two more renew on one day in May
    Held("maire.nic.aodha", "hcpc_psychologist", "", "PYL030154", 10),
    Held("caoimhe.ni.uiginn", "hcpc_psychologist", "", "PYL035520", 7),
    Held("orla.ni.cheallaigh", "hcpc_psychologist", "", "PYL029973", 12),
    Held("orla.ni.cheallaigh", "bacp", "accredited", "00588310", 11, 30),
    Held("caoimhe.ni.uiginn", "bpc", "", "1877", 6),
    Held("mererid.pugh", "hcpc_arts_therapist", "", "AS010733", 16),
    Held("tegwen.wyn-parry", "hcpc_arts_therapist", "", "AS014208", 7),  # off the register since this week
    Held("zainab.qureshi", "hcpc_arts_therapist", "", "AS016395", 3),
    Held("priya.narayan", "bps", "graduate", "612 805", 2, 80),
    Held("niamh.oneill-kaur", "bacp", "accredited", "00611552", 6, 300),  # an officer in a group of officers
    Held("rhiannon.mon", "bacp", "trainee", "00702218", 3, 95),
    Held("sunita.bhattacharya", "acp", "", "3310", 12, 60),
    Held("angharad.llyr", "bacp", "accredited", "00640028", 7, 128),  # lapsed for three weeks, and restored
    Held("cillian.o.neill", "bacp", "registered", "00688147", 4, 386),  # lapsed three weeks ago
    Held("meera.pillai", "bapt", "", "1206", 8, 250),  # with conditions
    Held("nuala.ni.dhuibhir", "ptuk", "", "201904417", 5, 100),  # nobody has looked at the register
]
FIXED = {
    "ukcp": (9, 30, ""),
    "bpc": (3, 31, ""),
    "hcpc_psychologist": (5, 31, "odd"),
    "hcpc_arts_therapist": (5, 31, "even"),
}
NEVER_CHECKED = {"nuala.ni.dhuibhir"}
CHECKED_TOO_LONG_AGO = {"carys.llwyd": 385, "sunita.bhattacharya": 375}
"""The last check was so many days ago."""
LAPSED_FOR = 22
CONDITIONS = "Practises with a monthly report from the supervisor, until the review by the body."
CHECKED_LATELY = {
    "meera.pillai": (33, CheckResult.CONDITIONS, CONDITIONS),
    "tegwen.wyn-parry": (3, CheckResult.REMOVED, "Renewal fee not received."),
}
"""The last check of these: so many days ago, and what it showed."""


def plan_registrations(stage: Stage, everybody: dict[str, Person]) -> None:
    for held in REGISTRATIONS:
        person = everybody[held.key]
        came = max(stage.first_day, person.started(stage))
        renewals = sorted(_renewals(stage, held, came))
        stage.at(came, register, held, renewals[0] if renewals else None)
        for before, day in zip(renewals, renewals[1:], strict=False):
            if before <= stage.today:
                late = LAPSED_FOR if held.key == "angharad.llyr" and day > stage.today else 0
                renewed_on = before + timedelta(days=late) if late else before - timedelta(days=5)
                stage.at(renewed_on, renew, held, day)
        for day, result, note in _checks(stage, held, came, renewals):
            stage.at(day, check, held, person, day, result, note)


def _renewals(stage: Stage, held: Held, came: date) -> Iterator[date]:
    """The last days of its years, from the first after `came` to the one that it runs to now."""
    lasts = timedelta(days=held.lasts)
    expires_on = stage.ago(held.renewed) + lasts
    while held.renewed and expires_on >= came:
        yield expires_on
        expires_on -= lasts


def _checks(stage: Stage, held: Held, came: date, renewals: list[date]) -> Iterator[tuple[date, CheckResult, str]]:
    """At the start, a few days after each renewal, and at least once a year."""
    if held.key in NEVER_CHECKED:
        return
    until = stage.ago(21) if held.key == "cillian.o.neill" else stage.ago(-1)
    if held.key == "angharad.llyr":
        renewals = renewals[:-1]
        lapsed_on = until = renewals[-1] if renewals else came
        yield lapsed_on + CHECKED_AFTER, CheckResult.REMOVED, "Membership lapsed; not renewed yet."
        yield lapsed_on + timedelta(days=LAPSED_FOR + 1), CheckResult.REGISTERED, ""
        renewals = renewals[:-1]
    days = {came + timedelta(days=12)} | {day + CHECKED_AFTER for day in renewals}
    if held.body in FIXED:
        day = next_fixed_day(came, *FIXED[held.body])
        while day < stage.today:
            days.add(day + CHECKED_AFTER)
            day = next_fixed_day(day, *FIXED[held.body])
    days |= {day + YEAR for day in days if not any(0 < (other - day).days <= 365 for other in days)}
    if held.key in CHECKED_TOO_LONG_AGO:
        last = stage.ago(CHECKED_TOO_LONG_AGO[held.key])
        days = {day for day in days if day < last} | {last}
    for day in sorted(day for day in days if day < until):
        has_conditions = held.key == "meera.pillai" and day > stage.ago(260)
        if day <= stage.today:
            yield day, *((CheckResult.CONDITIONS, CONDITIONS) if has_conditions else (CheckResult.REGISTERED, ""))
    if held.key in CHECKED_LATELY:
        ago, result, note = CHECKED_LATELY[held.key]
        yield stage.ago(ago), result, note


# ---------------------------------------------------------------------------------------------------------------------
# What happens


def register(db: Session, stage: Stage, held: Held, expires_on: date | None) -> None:
    entered = add_registration(
        db,
        by=stage.someone(held.key),
        staff_id=stage.people[held.key],
        body_code=held.body,
        registered_on=stage.ago(round(held.since * 365.25)),
        grade=held.grade,
        number=held.number,
        expires_on=expires_on,
    )
    stage.made[held] = entered.registration.record_id
    stage.made[held, "last"] = entered.registration.id


def renew(db: Session, stage: Stage, held: Held, expires_on: date) -> None:
    former_id = stage.made[held, "last"]
    renewed = renew_registration(db, by=stage.someone(held.key), registration_id=former_id, expires_on=expires_on)
    stage.made[held, "last"] = renewed.registration.id


def check(db: Session, stage: Stage, held: Held, person: Person, day: date, result: CheckResult, note: str) -> None:
    record_register_check(
        db,
        by=stage.someone(keeper(stage, held.key, person, day)),
        registration_record_id=stage.made[held],
        checked_on=day,
        result=result,
        note=note,
    )
