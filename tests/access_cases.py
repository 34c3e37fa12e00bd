"""Every public function of services/ and queries/, and how the access test tries it.

- CASES: a line of access.csv decides; "name/variant" tries another side of the same function.
- BY_RELATIONSHIP: something narrower than the table decides: what, and the test that proves it.
- FOR_EVERYBODY: says nothing about anybody, or no more than it is given.
- BELOW: checks nothing, and is called only by code that has checked. Neither a page nor tcsuper/ui imports it.
"""

from tests import (
    access_actions,
    access_activity,
    access_agreements,
    access_calendar,
    access_called_for,
    access_competence,
    access_compliance,
    access_concerns,
    access_confidential,
    access_credit,
    access_differ,
    access_downloads,
    access_exports,
    access_files,
    access_imports,
    access_jobs,
    access_leavers,
    access_observing,
    access_packs,
    access_places,
    access_planning,
    access_practice,
    access_recording,
    access_reviews,
    access_rights,
    access_sets,
    access_sign_offs,
    access_statements,
    access_supervision,
    access_supervisors,
    access_tasks,
    access_team,
    access_themes,
    access_upkeep,
    access_whatif,
)
from tests.access_case import Case

AREAS = (
    access_supervision,
    access_actions,
    access_activity,
    access_agreements,
    access_calendar,
    access_called_for,
    access_competence,
    access_compliance,
    access_concerns,
    access_confidential,
    access_credit,
    access_files,
    access_imports,
    access_jobs,
    access_leavers,
    access_packs,
    access_places,
    access_planning,
    access_practice,
    access_recording,
    access_reviews,
    access_rights,
    access_statements,
    access_supervisors,
    access_tasks,
    access_themes,
    access_upkeep,
    access_whatif,
    access_differ,
    access_downloads,
    access_exports,
    access_observing,
    access_sets,
    access_sign_offs,
    access_team,
)

CASES: dict[str, Case] = {name: case for area in AREAS for name, case in area.CASES.items()}
BY_RELATIONSHIP: dict[str, str] = {name: why for area in AREAS for name, why in area.BY_RELATIONSHIP.items()}
FOR_EVERYBODY: dict[str, str] = {name: why for area in AREAS for name, why in area.FOR_EVERYBODY.items()}
BELOW: dict[str, str] = {name: why for area in AREAS for name, why in area.BELOW.items()}
CHECKS_NOTHING = FOR_EVERYBODY | BELOW
