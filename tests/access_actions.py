"""Actions agreed in supervision: how the access test tries each function.

What an attempt is about: an action of the subject's, agreed in a session of theirs with their own supervisor, recorded
just now.
"""

from typing import Any

from sqlmodel import Session

from tcsuper.access import Action, Actor, Object, actor_for_staff
from tcsuper.clock import today
from tcsuper.models import AgreedAction, AttendanceStatus
from tcsuper.queries import actions as queries
from tcsuper.queries import readers
from tcsuper.services import actions
from tcsuper.services.actions import DropReason, ReopenReason
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.supervision import record_session
from tests.access_case import YESTERDAY, Case
from tests.access_practice import SEEN_BY_OBSERVER, observed
from tests.access_stage import Stage
from tests.people import Cast

AS_MANAGER = {"Ben": "Asha", "Cai": "Carol"}
"""By subject: the supervisor of the session, who is their therapy manager too."""
NO_MANAGER = {"Ben": "Lena", "Cai": "Gwen"}
"""By subject: another supervisor of theirs, so that their therapy manager is nothing else to the action."""
TEXT = "Close the group on time"


def _agreed(db: Session, cast: Any, subject: str, party: dict[str, str], share: bool = False) -> AgreedAction:
    supervisor = actor_for_staff(db, cast.id(party[subject]))
    agreements = {
        "Asha": cast.ben_agreement,
        "Carol": cast.cai_agreement,
        "Lena": cast.lena_agreement,
        "Gwen": cast.gwen_agreement,
    }
    session = record_session(
        db,
        by=supervisor,
        agreement_id=agreements[party[subject]],
        held_on=YESTERDAY,
        minutes=60,
        entries=[Entry(cast.id(subject), AttendanceStatus.ATTENDED)],
    )
    action = actions.agree_action(
        db, by=supervisor, session_record_id=session.record_id, text=TEXT, owner_id=cast.id(subject)
    )
    if share:
        owner = actor_for_staff(db, cast.id(subject))
        action = actions.share_action(db, by=owner, action_id=action.id or 0)
    return action


def _agree(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    session = _agreed(db, cast, subject, AS_MANAGER).session_record_id
    return actions.agree_action(db, by=by, session_record_id=session, text=TEXT, owner_id=cast.id(subject))


def _change(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    action = _agreed(db, cast, subject, AS_MANAGER)
    return actions.change_action(
        db, by=by, action_id=action.id or 0, text="Other words", owner_id=cast.id(subject), due_on=today()
    )


def _share(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    return actions.share_action(db, by=by, action_id=_agreed(db, cast, subject, AS_MANAGER).id or 0)


def _unshare(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    return actions.unshare_action(db, by=by, action_id=_agreed(db, cast, subject, AS_MANAGER, share=True).id or 0)


def _close(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    return actions.close_action(db, by=by, action_id=_agreed(db, cast, subject, AS_MANAGER).id or 0, done_on=today())


def _drop(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    action = _agreed(db, cast, subject, AS_MANAGER)
    return actions.drop_action(db, by=by, action_id=action.id or 0, reason=DropReason.NOT_POSSIBLE)


def _reopen(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    action = _agreed(db, cast, subject, AS_MANAGER)
    owner = actor_for_staff(db, cast.id(subject))
    closed = actions.close_action(db, by=owner, action_id=action.id or 0, done_on=today())
    return actions.reopen_action(db, by=by, action_id=closed.id or 0, reason=ReopenReason.WRONG_DATE)


def _open_shared(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    action = _agreed(db, cast, subject, NO_MANAGER, share=True)
    return action.record_id in actions.open_shared_actions(db, by=by)


def _is_seen(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    action = _agreed(db, cast, subject, AS_MANAGER)
    return action.record_id in {one.record_id for one in queries.actions_seen(db, viewer=by, on=by.on)}


def _is_seen_by_another(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    action = _agreed(db, cast, subject, NO_MANAGER, share=True)
    return action.record_id in {one.record_id for one in queries.actions_seen(db, viewer=by, on=by.on)}


def _is_shared(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    action = _agreed(db, cast, subject, NO_MANAGER, share=True)
    return action.record_id in {one.record_id for one in queries.actions_shared(db, viewer=by, on=by.on)}


def _closers(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    action = _agreed(db, cast, subject, AS_MANAGER)
    return queries.observations_that_close(db, viewer=by, action_id=action.id or 0)


def _observed(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    record = observed(db, cast, subject).record_id
    offered = queries.observations_offered(db, viewer=by, observed_id=cast.id(subject))
    return record in {one.record_id for one in offered}


def _is_listed(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    """Whoever may ask who can read it is among them."""
    action = _agreed(db, cast, subject, NO_MANAGER, share=True)
    found = readers.readers_of_action(db, viewer=by, record_id=action.record_id)
    return by.staff_id in {one.staff_id for one in found}


def _theirs(action: Action, attempt: Any, **more: Any) -> Case:
    """Not shared: its therapy manager is here as its supervisor alone."""
    more = {"party": AS_MANAGER, **more}
    return Case(Object.AGREED_ACTION, action, attempt, leave_out=("by_import", "if_shareable"), **more)


def _manages(actor: str, subject: str) -> bool:
    return AS_MANAGER[subject] == actor


def _shared(attempt: Any, **more: Any) -> Case:
    return Case(Object.AGREED_ACTION, Action.READ, attempt, party=NO_MANAGER, **more)


CASES = {
    "services.actions.agree_action": _theirs(Action.CREATE, _agree),
    "services.actions.change_action": _theirs(Action.UPDATE, _change),
    "services.actions.share_action": _theirs(Action.SHARE, _share),
    "services.actions.unshare_action": _theirs(Action.SHARE, _unshare),
    "services.actions.close_action": _theirs(Action.CLOSE, _close),
    "services.actions.drop_action": _theirs(Action.UPDATE, _drop),
    "services.actions.reopen_action": _theirs(Action.CLOSE, _reopen),
    "services.actions.open_shared_actions": _shared(_open_shared, only=_manages),
    "queries.actions.actions_seen": _theirs(Action.READ, _is_seen),
    "queries.actions.actions_seen/shared with another": _theirs(Action.READ, _is_seen_by_another, party=NO_MANAGER),
    "queries.actions.actions_shared": _shared(_is_shared, only=_manages),
    "queries.actions.observations_that_close": _theirs(Action.READ, _closers),
    "queries.actions.observations_offered": Case(Object.OBSERVATION_RATING, Action.READ, _observed, **SEEN_BY_OBSERVER),
    "queries.readers.readers_of_action": _shared(_is_listed),
}

BY_RELATIONSHIP = {
    "queries.actions.do_actions_move": "counts: tests/queries/test_actions.py::test_who_sees_counts_and_who_does_not",
    "queries.actions.actions_by_community": (
        "counts: tests/queries/test_actions.py::test_who_sees_counts_and_who_does_not"
    ),
}

FOR_EVERYBODY = {
    "queries.actions.standards_to_serve": "the catalogue, read by everyone",
}

BELOW = {
    "queries.actions.facts_of": "for services and queries that found the actions by who may read them",
}
