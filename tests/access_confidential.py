"""The entries of confidential texts: see tests/access_cases.py.

What an attempt is about: a session of the subject with their own supervisor, recorded just now, and what was written
about it.
"""

from typing import Any

from sqlmodel import Session

from tcsuper.access import Action, Actor, Object, actor_for_staff
from tcsuper.clock import today
from tcsuper.models import AttendanceStatus, PrivateNote, Setting, SharedRecord, SupervisionSession
from tcsuper.queries import confidential, readers
from tcsuper.services import private_notes, shared_records
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.shared_records import VoidReason
from tcsuper.services.supervision import record_session
from tests.access_case import YESTERDAY, Case, own
from tests.people import Cast

WRITER = {"Ben": "Asha", "Cai": "Carol"}
"""By subject: whose session it is, and who wrote about it."""
TEXT = "What was said"

# ---------------------------------------------------------------------------------------------------------------------
# Shared records


def _writer(db: Session, cast: Cast, subject: str) -> Actor:
    return actor_for_staff(db, cast.id(WRITER[subject]))


def _session(db: Session, cast: Cast, subject: str) -> SupervisionSession:
    return record_session(
        db,
        by=_writer(db, cast, subject),
        agreement_id={"Ben": cast.ben_agreement, "Cai": cast.cai_agreement}[subject],
        held_on=YESTERDAY,
        minutes=60,
        entries=[Entry(cast.id(subject), AttendanceStatus.ATTENDED)],
    )


def record_about(db: Session, cast: Cast, subject: str, share: bool = True) -> SharedRecord:
    writer, session = _writer(db, cast, subject), _session(db, cast, subject)
    return shared_records.write_shared_record(
        db, by=writer, session_record_id=session.record_id, words=TEXT, share=share
    )


def _signed_by_all(db: Session, cast: Cast, subject: str) -> SharedRecord:
    record = record_about(db, cast, subject)
    for party in (_writer(db, cast, subject), actor_for_staff(db, cast.id(subject))):
        shared_records.sign_shared_record(db, by=party, shared_record_id=record.id or 0)
    return record


def _write(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    session = _session(db, cast, subject)
    return shared_records.write_shared_record(db, by=by, session_record_id=session.record_id, words=TEXT)


def _change(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    record = record_about(db, cast, subject)
    return shared_records.change_shared_record(db, by=by, shared_record_id=record.id or 0, words="Other words")


def _share(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    record = record_about(db, cast, subject, share=False)
    return shared_records.share_shared_record(db, by=by, shared_record_id=record.id or 0)


def _sign(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    return shared_records.sign_shared_record(db, by=by, shared_record_id=record_about(db, cast, subject).id or 0)


def _add(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    record = _signed_by_all(db, cast, subject)
    return shared_records.add_to_shared_record(db, by=by, session_record_id=record.session_record_id, words="And yet")


def _void(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    record = record_about(db, cast, subject)
    reason = VoidReason.WRONG_SESSION
    return shared_records.void_shared_record(db, by=by, shared_record_id=record.id or 0, reason=reason)


def _open(db: Session, by: Actor, cast: Cast, subject: str, share: bool = True) -> Any:
    record = record_about(db, cast, subject, share)
    return shared_records.open_shared_record(db, by=by, session_record_id=record.session_record_id)


def _is_seen(db: Session, by: Actor, cast: Cast, subject: str, share: bool = True) -> bool:
    record = record_about(db, cast, subject, share)
    return confidential.shared_record_of(db, viewer=by, session_record_id=record.session_record_id) is not None


def _is_listed(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    """Whoever may ask who can read it is among them."""
    record = record_about(db, cast, subject)
    found = readers.readers_of_shared_record(db, viewer=by, session_record_id=record.session_record_id)
    return by.staff_id in {one.staff_id for one in found}


def _is_mine(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    record = record_about(db, cast, subject)
    return record.record_id in {one.record_id for one in confidential.my_shared_records(db, viewer=by)}


def _sees_readers(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    record = record_about(db, cast, subject)
    writer = _writer(db, cast, subject)
    shared_records.open_shared_record(db, by=writer, session_record_id=record.session_record_id)
    return bool(confidential.who_read(db, viewer=by, session_record_id=record.session_record_id))


def _offered(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    session = _session(db, cast, subject)
    return confidential.texts_for_session(db, viewer=by, session_record_id=session.record_id).shared


def _offered_beside_the_register(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    agreement = {"Ben": cast.ben_agreement, "Cai": cast.cai_agreement}[subject]
    return confidential.texts_for_agreement(db, viewer=by, agreement_id=agreement, held_on=today()).shared


# ---------------------------------------------------------------------------------------------------------------------
# Private notes


def _switched_on(db: Session) -> None:
    db.add(Setting(key="private_notes", value=1))
    db.flush()


def note_about(db: Session, cast: Cast, subject: str) -> PrivateNote:
    _switched_on(db)
    writer, session = _writer(db, cast, subject), _session(db, cast, subject)
    return private_notes.write_private_note(db, by=writer, session_record_id=session.record_id, words=TEXT)


def _write_note(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    _switched_on(db)
    session = _session(db, cast, subject)
    return private_notes.write_private_note(db, by=by, session_record_id=session.record_id, words=TEXT)


def _change_note(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    note = note_about(db, cast, subject)
    return private_notes.change_private_note(db, by=by, private_note_id=note.id or 0, words="Other words")


def _open_note(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    note = note_about(db, cast, subject)
    return private_notes.open_private_note(db, by=by, session_record_id=note.session_record_id)


def _note_is_seen(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    note = note_about(db, cast, subject)
    return confidential.private_note_of(db, viewer=by, session_record_id=note.session_record_id) is not None


NOT_IN_AN_EMERGENCY = ("by_import", "emergency", "emergency_two_people")


def shared_case(action: Action, attempt: Any, **more: Any) -> Case:
    return Case(Object.SHARED_RECORD, action, attempt, leave_out=NOT_IN_AN_EMERGENCY, party=WRITER, **more)


def private_case(action: Action, attempt: Any) -> Case:
    return Case(Object.PRIVATE_NOTE, action, attempt, leave_out=NOT_IN_AN_EMERGENCY, party=WRITER)


CASES = {
    "services.shared_records.write_shared_record": shared_case(Action.CREATE, _write),
    "services.shared_records.change_shared_record": shared_case(Action.UPDATE, _change),
    "services.shared_records.share_shared_record": shared_case(Action.UPDATE, _share),
    "services.shared_records.sign_shared_record": shared_case(Action.SIGN, _sign),
    "services.shared_records.add_to_shared_record": shared_case(Action.ADD, _add),
    "services.shared_records.void_shared_record": shared_case(Action.VOID, _void),
    "services.shared_records.open_shared_record": shared_case(Action.READ, _open),
    "services.shared_records.open_shared_record/a draft": shared_case(
        Action.READ,
        lambda db, by, cast, subject: _open(db, by, cast, subject, share=False),
        only=lambda actor, subject: WRITER[subject] == actor,
    ),
    "queries.readers.readers_of_shared_record": shared_case(Action.READ, _is_listed),
    "queries.confidential.shared_record_of": shared_case(Action.READ, _is_seen),
    "queries.confidential.shared_record_of/a draft": shared_case(
        Action.READ,
        lambda db, by, cast, subject: _is_seen(db, by, cast, subject, share=False),
        only=lambda actor, subject: WRITER[subject] == actor,
    ),
    "queries.confidential.my_shared_records": shared_case(Action.READ, _is_mine, only=own),
    "queries.confidential.who_read": shared_case(Action.READ, _sees_readers, only=own),
    "queries.confidential.texts_for_session": shared_case(Action.CREATE, _offered),
    "queries.confidential.texts_for_agreement": shared_case(Action.CREATE, _offered_beside_the_register),
    "services.private_notes.write_private_note": private_case(Action.CREATE, _write_note),
    "services.private_notes.change_private_note": private_case(Action.UPDATE, _change_note),
    "services.private_notes.open_private_note": private_case(Action.READ, _open_note),
    "queries.confidential.private_note_of": private_case(Action.READ, _note_is_seen),
}

BY_RELATIONSHIP: dict[str, str] = {}

FOR_EVERYBODY = {
    "queries.confidential.are_private_notes_on": "a setting that everybody may know",
}

BELOW = {
    "services.shared_records.check_words": "looks at words it is given",
}
