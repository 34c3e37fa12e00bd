"""Competencies signed off by managers and by two supervisors whom they let do so: only what stood on the day."""

from typing import NamedTuple

from sqlmodel import Session

from seed.demo.cast import B, U
from seed.demo.stage import Stage
from tcsuper.clock import today
from tcsuper.queries.sign_offs import sign_offs_by_standing
from tcsuper.rules.standing import MET
from tcsuper.services.sign_offs import name_assessor, sign_off_competency

ASSESSORS = [(260, "asha.rao", "imran.chaudhry", B), (230, "ruairi.o.dalaigh", "caoimhe.ni.uiginn", U)]
"""Days ago, by whom, who, where."""


class Signing(NamedTuple):
    by: str
    of: str
    most: int
    """Standards at most."""
    note: str = ""


SIGNINGS = [
    (300, Signing("asha.rao", "ben.ellis", 4, "Seen in two groups, and at ease in both.")),
    (250, Signing("asha.rao", "sam.lee2", 3)),
    (240, Signing("imran.chaudhry", "marcus.adeyemi", 4)),
    (210, Signing("imran.chaudhry", "grainne.ni.bhriain", 3)),
    (200, Signing("caoimhe.ni.uiginn", "gareth.bowen", 4, "After three small groups together.")),
    (150, Signing("ruairi.o.dalaigh", "sian.wyn", 5)),
    (120, Signing("caoimhe.ni.uiginn", "roisin.ni.fhloinn", 5)),
    (30, Signing("asha.rao", "ben.ellis", 2)),
]
"""Days ago. What was seen below since has lapsed."""


def plan_sign_offs(stage: Stage) -> None:
    for days, by, who, community in ASSESSORS:
        stage.at(stage.ago(days), let_sign_off, by, who, community)
    for days, signing in SIGNINGS:
        stage.at(stage.ago(days), sign_off, signing)


def let_sign_off(db: Session, stage: Stage, by: str, who: str, community: str) -> None:
    place = stage.communities[community]
    name_assessor(db, by=stage.someone(by), staff_id=stage.people[who], community_id=place, start_on=today())


def sign_off(db: Session, stage: Stage, signing: Signing) -> None:
    """What stands at the required level that day and is not signed off yet."""
    rows = sign_offs_by_standing(db, [stage.people[signing.of]], today())
    ready = [row for row in rows if row.can_be_signed and row.standing.status not in MET]
    for row in ready[: signing.most]:
        sign_off_competency(
            db,
            by=stage.someone(signing.by),
            staff_id=row.staff_id,
            standard_id=row.standard.standard_id,
            level=row.required,
            signed_on=today(),
            note=signing.note,
        )
