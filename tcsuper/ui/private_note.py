"""A supervisor's own note on a session, on screen for them alone."""

from uuid import UUID

import streamlit as st
from sqlmodel import Session
from streamlit.delta_generator import DeltaGenerator

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.queries.confidential import PrivateNoteSeen
from tcsuper.services.private_notes import (
    OpenedNote,
    change_private_note,
    open_private_note,
    void_private_note,
    write_private_note,
)
from tcsuper.services.shared_records import VoidReason
from tcsuper.ui.opened_texts import (
    NO_RESIDENT,
    and_warn,
    close_button,
    is_open,
    open_button,
    opened_by,
    typed_words,
    words_area,
)
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import RecordForm, record_form, saving
from tcsuper.ui.two_drafts import Content, Draft, is_typed_over, save_draft, side_by_side

PRIVATE_HELP = (
    "Only you open it. Nobody else could but by emergency access: a therapy manager with a reason, and only after the "
    "director has approved it. It is private from colleagues, not from the law: somebody it is about may ask for what "
    f"is held about them, and a court may order it. {NO_RESIDENT}"
)
VOID_WORDS = {
    VoidReason.WRONG_SESSION: "It was written for the wrong session",
    VoidReason.WRITTEN_TWICE: "It was written twice",
    VoidReason.IDENTIFIES_SOMEBODY: "It identifies somebody it should not",
    VoidReason.AGREED_BY_ALL: "All who were there agreed to set it aside",
}
OF_A_NOTE = [reason for reason in VOID_WORDS if reason is not VoidReason.AGREED_BY_ALL]


def private_note(me: Actor, session_record: UUID, note: PrivateNoteSeen | None, may_write: bool) -> None:
    what = f"note-{session_record}"
    if note is None:
        with st.expander("Write a private note", key=f"write-{what}"):
            _write(me, session_record)
        return
    st.markdown("  \n".join(plain(sentence) for sentence in _sentences(note)))
    if is_open(what):
        _opened(me, session_record, note)
    else:
        open_button(what, "Open my private note")
        if is_typed_over(what) and not note.is_void:
            _write(me, session_record)  # begun in another window meanwhile: what is typed here stays
    if note.is_void and may_write:
        with st.expander("Write another in its place"):
            _write(me, session_record)


def _sentences(note: PrivateNoteSeen) -> list[str]:
    if note.is_void:
        because = VOID_WORDS.get(note.void_reason, "")  # type: ignore[call-overload]
        return [f"Voided on {words.day(today(note.changed_at))}. {because}. It stays, sealed; only you can open it."]
    return [f"Last changed on {words.moment(note.changed_at)}. Only you know that it is there."]


def _opened(me: Actor, session_record: UUID, note: PrivateNoteSeen) -> None:
    what = f"note-{session_record}"
    opened = opened_by(lambda db: open_private_note(db, by=me, session_record_id=session_record))
    if opened is None:
        return
    typed_words(opened.words)
    has_changes = note.may_change and is_typed_over(what)
    if note.may_change:
        with st.expander("Change the note", expanded=has_changes, key=f"change-{what}"):
            _write(me, session_record, opened)
    elif not note.is_void:
        st.caption("It can no longer be changed.")
    if not note.is_void:
        _void(me, opened)
    close_button(what, has_changes)


def _write(me: Actor, session_record: UUID, opened: OpenedNote | None = None) -> None:
    name = f"note-{session_record}"
    before = Content(opened.words) if opened else Content()
    with record_form(name, submit="Save my private note", live=True) as form:
        draft = Draft(form, opened.version_id if opened else None, before)
        place = st.empty()
        st.caption(PRIVATE_HELP)
        typed = words_area(form, "My private note", before=before.words)
        if draft.is_told and opened is not None:
            _compare(place, form, opened, typed)
    if form.submitted:
        save_draft(
            form,
            draft,
            done=and_warn("Your private note is saved.", typed),
            store=lambda db: _store(db, me, form, session_record, draft.base, typed),
            open_newest=lambda: opened_by(lambda db: open_private_note(db, by=me, session_record_id=session_record)),
            compare=lambda newest: _compare(place, form, newest, typed),
        )


def _store(db: Session, me: Actor, form: RecordForm, session_record: UUID, base: int | None, typed: str) -> None:
    if base is None:
        write_private_note(db, by=me, submission=form.key, session_record_id=session_record, words=typed)
    else:
        change_private_note(db, by=me, submission=form.key, private_note_id=base, words=typed)


def _compare(place: DeltaGenerator, form: RecordForm, newest: OpenedNote, typed: str) -> None:
    who = "Yours, from another window"
    side_by_side(place, form, who, newest.changed_at, Content(newest.words), Content(typed))


def _void(me: Actor, opened: OpenedNote) -> None:
    with st.expander("Void the note"), record_form(f"void-note-{opened.version_id}", submit="Void it") as form:
        st.caption("It stays, sealed, with the reason. You can still open it, and write another in its place.")
        reason = st.radio("Why?", OF_A_NOTE, format_func=VOID_WORDS.__getitem__, key=form.widget_key("reason"))
        form.slot("reason")
    if form.submitted:
        with saving(form, done="Your private note is voided.") as db:
            void_private_note(
                db, by=me, submission=form.key, private_note_id=opened.version_id, reason=VoidReason(reason)
            )
