"""The activity log: how the access test tries each function."""

from sqlmodel import Session

from tcsuper.access import Action, Actor, Object, Shape, actor_for_staff
from tcsuper.clock import today
from tcsuper.models import Activity, ActivityKind
from tcsuper.queries import activities as seen
from tcsuper.services import activities as do
from tests.access_case import YESTERDAY, Case, own
from tests.people import Cast

TYPED = {"kind": ActivityKind.TAUGHT, "held_on": YESTERDAY, "hours": 1.5, "words": "A seminar"}
FIGURES = (Shape.FULL, Shape.COUNTS)
NEVER_COUNTS = ("by_import", "five_or_more")


def _of(db: Session, cast: Cast, subject: str, share: bool = False) -> Activity:
    """An entry that the subject made."""
    return do.add_activity(db, by=actor_for_staff(db, cast.id(subject)), share=share, **TYPED)  # type: ignore[arg-type]


def _add(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    """An entry is always the acting person's own."""
    return do.add_activity(db, by=by, **TYPED).staff_id == cast.id(subject)  # type: ignore[arg-type]


def _change(db: Session, by: Actor, cast: Cast, subject: str) -> None:
    one = _of(db, cast, subject, share=True)
    do.change_activity(db, by=by, activity_id=one.id or 0, share=True, **TYPED)  # type: ignore[arg-type]


def _share(db: Session, by: Actor, cast: Cast, subject: str) -> None:
    do.share_activity(db, by=by, activity_id=_of(db, cast, subject).id or 0)


def _stop_sharing(db: Session, by: Actor, cast: Cast, subject: str) -> None:
    do.stop_sharing_activity(db, by=by, activity_id=_of(db, cast, subject, share=True).id or 0)


def _void(db: Session, by: Actor, cast: Cast, subject: str) -> None:
    one = _of(db, cast, subject, share=True)
    do.void_activity(db, by=by, activity_id=one.id or 0, reason=do.VoidReason.ENTERED_TWICE)


def _open_shared(db: Session, by: Actor, cast: Cast, subject: str) -> None:
    do.open_activity(db, by=by, record_id=_of(db, cast, subject, share=True).record_id)


def _open(db: Session, by: Actor, cast: Cast, subject: str) -> None:
    do.open_activity(db, by=by, record_id=_of(db, cast, subject).record_id)


def _is_mine(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    _of(db, cast, subject)
    return cast.id(subject) in {one.staff_id for one in seen.my_activities(db, viewer=by)}


def _is_shared(db: Session, by: Actor, cast: Cast, subject: str, share: bool = True) -> bool:
    _of(db, cast, subject, share)
    return subject in {one.person for one in seen.shared_activities(db, viewer=by, since=YESTERDAY)}


def _by_person(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    _of(db, cast, subject)
    return subject in set(seen.logged_by_person(db, viewer=by, on=today())["person"])


def _by_month(db: Session, by: Actor, cast: Cast, subject: str) -> None:
    _of(db, cast, subject)
    seen.logged_by_month(db, viewer=by, staff_id=cast.id(subject), on=today())


def _by_body(db: Session, by: Actor, cast: Cast, subject: str) -> None:
    seen.counts_by_body(db, viewer=by, staff_id=cast.id(subject), on=today())


def words_case(attempt: object, only: object = None, **more: object) -> Case:
    return Case(Object.ACTIVITY_WORDS, Action.READ, attempt, only=only, **more)  # type: ignore[arg-type]


def figures_case(attempt: object, only: object = None) -> Case:
    return Case(Object.ACTIVITY, Action.READ, attempt, FIGURES, NEVER_COUNTS, only=only)  # type: ignore[arg-type]


def another(actor: str, subject: str) -> bool:
    return actor != subject


CASES: dict[str, Case] = {
    "services.activities.add_activity": Case(Object.ACTIVITY, Action.CREATE, _add),
    "services.activities.change_activity": Case(Object.ACTIVITY, Action.UPDATE, _change),
    "services.activities.share_activity": Case(Object.ACTIVITY, Action.SHARE, _share),
    "services.activities.stop_sharing_activity": Case(Object.ACTIVITY, Action.SHARE, _stop_sharing),
    "services.activities.void_activity": Case(Object.ACTIVITY, Action.VOID, _void),
    "services.activities.open_activity": words_case(_open_shared),
    "services.activities.open_activity/before it is shared": words_case(_open, leave_out=("by_import", "once_shared")),
    "queries.activities.my_activities": words_case(_is_mine, only=own),
    "queries.activities.shared_activities": words_case(_is_shared, only=another),
    "queries.activities.logged_by_person": figures_case(_by_person, only=another),
    "queries.activities.logged_by_month": figures_case(_by_month),
    "queries.activities.counts_by_body": figures_case(_by_body),
}

BY_RELATIONSHIP: dict[str, str] = {
    "queries.activities.logged_by_community": "figures of a community from five people up: "
    "tests/queries/test_activities.py::test_a_director_sees_a_community_once_five_people_logged_something",
    "queries.activities.sees_activity_of_others": "by roles alone: "
    "tests/queries/test_activities.py::test_whoever_sees_nothing_of_others_has_no_such_page",
}

FOR_EVERYBODY: dict[str, str] = {
    "queries.activities.twelve_months": "reckons with a day",
}

BELOW: dict[str, str] = {}
