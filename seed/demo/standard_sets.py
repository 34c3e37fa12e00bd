"""A set of standards in two versions: the audit set, reworded by the service and carried over."""

from datetime import timedelta

from sqlmodel import Session, col, select

from seed.demo.stage import Stage
from tcsuper.clock import today
from tcsuper.models import Standard, StandardSet
from tcsuper.queries.standard_sets import standards_worded
from tcsuper.rules.standard_sets import Worded
from tcsuper.services.carried_over import CarryOver, carry_over
from tcsuper.services.standard_sets import put_in_force, write_next_version
from tcsuper.services.standards import add_standard, change_standard

BY, CODE = "asha.rao", "community_audit"
WRITTEN_AGO, IN_FORCE_AGO = 75, 60
REWORDED = "Supervision and training"
NEW_TEXT = "Everyone who works in the community is supervised and trained for it, night staff too, in time kept for it."
ADDED = Worded(
    "Reading the figures", "The community looks at its own figures together each quarter.", "D Quality of Delivery"
)


def plan_standard_sets(stage: Stage) -> None:
    stage.at(stage.ago(WRITTEN_AGO), write)


def write(db: Session, stage: Stage) -> None:
    by = stage.someone(BY)
    former = db.exec(select(StandardSet).where(StandardSet.code == CODE)).one()
    version = write_next_version(db, by=by, standard_set_id=former.id or 0).id or 0
    was = db.exec(select(Standard).where(Standard.standard_set_id == former.id).order_by(col(Standard.number))).all()
    now = [one for one, _ in standards_worded(db, version)]
    reworded = next(one for one in now if one.short_title == REWORDED)
    worded = Worded(reworded.short_title, NEW_TEXT, reworded.section)
    change_standard(
        db,
        by=by,
        standard_id=reworded.id or 0,
        row_version=reworded.row_version or 0,
        worded=worded,
        number=reworded.number,
    )
    confirmed = [CarryOver(a.id or 0, b.id or 0, {0: 0, 1: 1, 2: 2}) for a, b in zip(was, now, strict=True)]
    carry_over(db, by=by, standard_set_id=version, confirmed=confirmed)
    add_standard(db, by=by, standard_set_id=version, worded=ADDED)
    in_force_from = today() + timedelta(days=WRITTEN_AGO - IN_FORCE_AGO)
    put_in_force(db, by=by, standard_set_id=version, in_force_from=in_force_from)
