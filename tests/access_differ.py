"""How observers differ, and what came over from former versions: how the access test tries each function."""

from sqlmodel import Session, select

from tcsuper.access import Action, Actor, Object
from tcsuper.clock import today
from tcsuper.models import RequiredLevel, Standard, StandardSet
from tcsuper.queries import practice
from tests.access_case import Case
from tests.access_practice import SEEN_BY_OBSERVER, observed
from tests.access_stage import Stage, stored
from tests.people import LONG_AGO


def _rated_before(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    """Seen on a version before the one that is required now."""
    observed(db, cast, subject)
    former = db.get_one(StandardSet, cast.standard_set)
    following = StandardSet(
        code=former.code, version="2", name=former.name, level_names=former.level_names, follows_id=former.id,
        in_force_from=LONG_AGO,
    )  # fmt: skip
    standard = Standard(standard_set_id=stored(db, following), number=1, short_title="Small groups")
    required = stored(db, standard)
    for level in db.exec(select(RequiredLevel).where(RequiredLevel.standard_id == cast.standard)):
        level.standard_id = required
    db.flush()
    return len(practice.former_standards(db, viewer=by, staff_id=cast.id(subject), on=today())) > 0


CASES: dict[str, Case] = {
    "queries.practice.former_standards": Case(Object.OBSERVATION_RATING, Action.READ, _rated_before, **SEEN_BY_OBSERVER)
}
HERE = "tests/queries/test_observers.py"
BY_RELATIONSHIP: dict[str, str] = {
    "queries.observers.observers_differ": (
        "figures without names, counts from five people up: "
        f"{HERE}::test_a_manager_has_the_pairs_of_their_communities_and_nobody_else_has"
    ),
    "services.observers.export_how_observers_differ": (
        f"what is shown, and no more: {HERE}::test_whoever_is_shown_no_figure_takes_none_away"
    ),
    "queries.observers.sees_how_observers_differ": (
        f"by the grants of the viewer: {HERE}::test_a_manager_has_the_pairs_of_their_communities_and_nobody_else_has"
    ),
}
FOR_EVERYBODY: dict[str, str] = {}
BELOW: dict[str, str] = {}
