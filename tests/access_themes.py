"""Themes and tags of a shared record: how the access test tries each function."""

from typing import Any

from sqlmodel import Session

from tcsuper.access import Action, Actor, Object
from tcsuper.models import Theme
from tcsuper.queries import confidential, themes
from tcsuper.services import private_notes
from tcsuper.services import themes as setting
from tcsuper.services.shared_records import VoidReason
from tests.access_case import ANYBODY, Case
from tests.access_confidential import WRITER, note_about, private_case, record_about, shared_case
from tests.people import Cast


def _add(db: Session, by: Actor, cast: Cast, _: str) -> Any:
    return setting.add_theme(db, by=by, name="Endings")


def _change(db: Session, by: Actor, cast: Cast, _: str) -> Any:
    theme = Theme(code="endings", name="Endings", position=1)
    db.add(theme)
    db.flush()
    version = theme.row_version or 0
    return setting.change_theme(
        db, by=by, code="endings", version=version, name="Goodbyes", position=1, is_retired=False
    )


def _void_note(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    note = note_about(db, cast, subject)
    return private_notes.void_private_note(db, by=by, private_note_id=note.id or 0, reason=VoidReason.WRITTEN_TWICE)


def _balance(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    """Everybody may look at their own, which counts nothing where nothing is."""
    record_about(db, cast, subject)
    return setting.open_balance(db, by=by, staff_id=cast.id(subject)).records == 1


def _is_counted(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    record_about(db, cast, subject)
    return bool(themes.records_to_count(db, viewer=by, staff_id=cast.id(subject)))


def _is_offered(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    record_about(db, cast, subject)
    people = themes.people_with_shared_records(db, viewer=by)
    return cast.id(subject) in {person.staff_id for person in people}


def _waits(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    record = record_about(db, cast, subject)
    return record.record_id in {one.record_id for one in confidential.records_to_sign(db, viewer=by)}


CASES: dict[str, Case] = {
    "services.themes.add_theme": Case(
        Object.CATALOGUE, Action.UPDATE, _add, leave_out=("technical_only",), subjects=ANYBODY
    ),
    "services.themes.change_theme": Case(
        Object.CATALOGUE, Action.UPDATE, _change, leave_out=("technical_only",), subjects=ANYBODY
    ),
    "queries.themes.theme_list": Case(
        Object.CATALOGUE,
        Action.READ,
        lambda db, by, cast, _: themes.theme_list(db, viewer=by) is not None,
        subjects=ANYBODY,
    ),
    "services.themes.open_balance": shared_case(Action.READ, _balance),
    "queries.themes.records_to_count": shared_case(Action.READ, _is_counted),
    "queries.themes.people_with_shared_records": shared_case(
        Action.READ, _is_offered, only=lambda actor, subject: WRITER[subject] == actor
    ),
    "queries.confidential.records_to_sign": shared_case(Action.SIGN, _waits),
    "services.private_notes.void_private_note": private_case(Action.UPDATE, _void_note),
}
BY_RELATIONSHIP: dict[str, str] = {}
FOR_EVERYBODY: dict[str, str] = {
    "queries.themes.tags_on_offer": "the service's own headings and switches",
    "queries.themes.theme_names": "the service's own headings",
    "queries.themes.balance_frame": "draws up counts it is given",
}
BELOW: dict[str, str] = {
    "services.themes.checked_tags": "looks at headings it is given",
    "services.evidence.changed_meanwhile": "puts a version it is given into words",
}
