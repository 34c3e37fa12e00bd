"""A sheet that was kept elsewhere, taken in the way anybody takes one in: the safeguarding list of one community."""

from datetime import date
from hashlib import sha256

from sqlmodel import Session

from seed.demo.stage import Stage
from tcsuper import words
from tcsuper.access import actor_for_staff
from tcsuper.clock import today
from tcsuper.queries.imports import known_names, match_people, plan_import
from tcsuper.readers.sheets import understand
from tcsuper.rules.importing import Table
from tcsuper.services.imports.take_in import take_in

TAKEN_IN = 40
"""So many days ago."""
MANAGER = "asha.rao"
FILE = "Safeguarding Ashdown B.csv"
TRAINED = ("Ben Ellis", "Marcus Adeyemi", "Paul Hartley", "Gráinne Ní Bhriain", "Deepa Rāo")
"""All on one day, with a trainer who came in."""


def plan_imports(stage: Stage) -> None:
    stage.at(stage.ago(TAKEN_IN), take_in_the_list, stage.ago(TAKEN_IN + 12))


def take_in_the_list(db: Session, stage: Stage, trained_on: date) -> None:
    asha = actor_for_staff(db, stage.people[MANAGER])
    rows = (("Name", "Course", "Completed on"), *((name, "Safeguarding", words.day(trained_on)) for name in TRAINED))
    understood = [understand(Table("Safeguarding", rows), known_names(db, viewer=asha), today=today())]
    people = {
        match.key: match.exact.staff_id if match.exact else None
        for match in match_people(db, viewer=asha, understood=understood)
    }
    plan = plan_import(db, viewer=asha, understood=understood, people=people)
    take_in(
        db,
        by=asha,
        file_name=FILE,
        file_digest=sha256(repr(rows).encode()).hexdigest(),
        understood=understood,
        people=people,
        plan_digest=plan.digest,
    )
