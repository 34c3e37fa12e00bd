"""Shared records on screen. Nothing of them is fetched until somebody asks for it: every drawing of their words is a
service that notes who read them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import streamlit as st
from sqlmodel import Session
from streamlit.delta_generator import DeltaGenerator

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.queries.confidential import (
    MayWrite,
    Reading,
    RecordState,
    SharedRecordSeen,
    my_shared_records,
    private_note_of,
    shared_record_of,
    texts_for_session,
    who_read,
)
from tcsuper.queries.readers import readers_of_shared_record
from tcsuper.rules.standing import Tone
from tcsuper.rules.themes import Tags
from tcsuper.services.private_notes import write_private_note
from tcsuper.services.shared_records import (
    OpenedRecord,
    VoidReason,
    add_to_shared_record,
    change_shared_record,
    open_shared_record,
    share_shared_record,
    sign_shared_record,
    void_shared_record,
    write_shared_record,
)
from tcsuper.ui.opened_texts import (
    NO_RESIDENT,
    and_warn,
    close_button,
    close_others,
    is_open,
    open_button,
    opened_by,
    typed_words,
    words_area,
)
from tcsuper.ui.plain import plain
from tcsuper.ui.private_note import PRIVATE_HELP, VOID_WORDS, private_note
from tcsuper.ui.readers import who_can_see
from tcsuper.ui.saving import RecordForm, record_button, record_form, saving
from tcsuper.ui.status import chip
from tcsuper.ui.themes import balance_part, tag_fields
from tcsuper.ui.two_drafts import Content, Draft, is_typed_over, said_tags, save_draft, side_by_side

SHARED_HELP = f"Those recorded present read it once you share it, and sign it with you. {NO_RESIDENT}"
THEMES_HELP = (
    "Of sessions of this kind the themes are kept, and no words. Those recorded present see them once you share them."
)
DRAFT, SHARE = "Only me for now: it stays my draft", "Those who were present: share it now"
STILL_DRAFT = "Nobody else for now: it stays a draft"
STATES = {
    RecordState.DRAFT: ("Draft", Tone.NEUTRAL),
    RecordState.SHARED: ("Shared", Tone.AMBER),
    RecordState.LOCKED: ("Locked", Tone.GOOD),
    RecordState.VOID: ("Voided", Tone.GREY),
}

# ---------------------------------------------------------------------------------------------------------------------
# In the log: what the supervisor writes


def confidential_texts(me: Actor, session_record: UUID) -> None:
    """Under an opened session: its shared record and one's own note on it. Draws nothing for anybody else, and nothing
    for a session of which nothing is kept."""
    shared, note = f"shared-{session_record}", f"note-{session_record}"
    close_others(shared, note)
    with reading() as db:
        may_write = texts_for_session(db, viewer=me, session_record_id=session_record)
        record = shared_record_of(db, viewer=me, session_record_id=session_record)
        mine = private_note_of(db, viewer=me, session_record_id=session_record)
    if record is not None or may_write.shared:
        st.subheader("Shared record", anchor=False)
        _shared_record(me, session_record, record, may_write)
    if mine is not None or may_write.private:
        st.subheader("My private note", anchor=False)
        private_note(me, session_record, mine, may_write.private)


def _shared_record(me: Actor, session_record: UUID, record: SharedRecordSeen | None, may_write: MayWrite) -> None:
    what = f"shared-{session_record}"
    if record is None:
        with st.expander("Write the shared record", key=f"write-{what}"):
            _write_shared(me, session_record, may_write)
        return
    _facts(record)
    _readers_now(me, record)
    if is_open(what):
        _opened_record(me, record, may_write)
    else:
        open_button(what, "Open the shared record")
        if is_typed_over(what) and record.state is not RecordState.VOID:
            _write_shared(me, session_record, may_write)  # begun by somebody else meanwhile: what is typed here stays
    if record.state is RecordState.VOID and not record.session_is_void and may_write.shared:
        with st.expander("Write another in its place"):
            _write_shared(me, session_record, may_write)


def _opened_record(me: Actor, record: SharedRecordSeen, may_write: MayWrite) -> None:
    what = f"shared-{record.session_record_id}"
    opened = opened_by(lambda db: open_shared_record(db, by=me, session_record_id=record.session_record_id))
    if opened is None:
        return
    _draw_record(opened)
    has_changes = record.may_change and is_typed_over(what)
    if has_changes:
        st.caption("You have changed it below. Save it, or close without saving.")
    elif record.may_change and record.state is RecordState.DRAFT:
        _share(me, opened)
    else:
        _sign(me, record, opened)
    if record.may_change:
        label = "Change the words" if may_write.words else "Change the themes"
        with st.expander(label, expanded=has_changes, key=f"change-{what}"):
            _write_shared(me, record.session_record_id, may_write, opened, record.state is RecordState.SHARED)
    _add(me, record)
    _void(me, record, opened)
    close_button(what, has_changes)


def _draw_record(opened: OpenedRecord) -> None:
    said_tags(opened.tags)
    if opened.words.strip() or opened.tags.is_empty:
        typed_words(opened.words)
    for one in opened.addenda:
        st.markdown(f":small[{plain(f'Added by {one.author} on {words.moment(one.added_at)}')}]")
        typed_words(one.words)


def _readers_now(me: Actor, record: SharedRecordSeen) -> None:
    session = record.session_record_id
    who_can_see(f"shared-{session}", lambda db: readers_of_shared_record(db, viewer=me, session_record_id=session))


def _facts(record: SharedRecordSeen) -> None:
    """How it stands, in a chip and in sentences."""
    word, tone = STATES[record.state]
    chip("To sign" if record.may_sign else word, tone)
    st.markdown("  \n".join(plain(sentence) for sentence in record_sentences(record)))


def _draft_is_read_by(writers: list[str]) -> str:
    if len(writers) < 2:
        return "A draft: nobody but you reads it until you share it."
    return f"A draft: nobody but {words.listed(writers)} reads it until one of them shares it. Both can change it."


def record_sentences(record: SharedRecordSeen) -> list[str]:
    sentences = []
    waits = f"Not signed by {words.listed(record.waits_for)}." if record.waits_for else ""
    signed = words.listed([f"{name} ({words.day(on)})" for name, on in record.signed])
    match record.state:
        case RecordState.DRAFT:
            sentences.append(_draft_is_read_by(record.read_as_draft_by))
        case RecordState.SHARED if record.shared_on and record.open_until:
            sentences.append(f"Shared on {words.day(record.shared_on)} with those who were present.")
            sentences.append(
                f"It can be changed until {words.day(record.open_until)}; a change asks for new signatures."
            )
        case RecordState.LOCKED if record.lock is not None:
            since = words.day(record.lock.since)
            why = "when everybody had signed" if record.lock.all_signed else "14 days after it was shared"
            sentences.append(f"Locked since {since}, {why}. It can be added to, and no longer changed.")
        case RecordState.VOID:
            because = VOID_WORDS.get(record.void_reason, "")  # type: ignore[call-overload]
            sentences.append(f"Voided on {words.day(today(record.changed_at))}. {because}.")
    if signed:
        sentences.append(f"Signed by {signed}.")
    if record.state in (RecordState.SHARED, RecordState.LOCKED):
        sentences.append(waits)
    if record.addenda:
        sentences.append(f"{words.count(record.addenda, 'addition')} under it.")
    if record.session_is_void:
        sentences.append("The session was voided. What was written stays sealed; those who could read it still can.")
    return [sentence for sentence in sentences if sentence]


# ---------------------------------------------------------------------------------------------------------------------
# The forms


def _write_shared(
    me: Actor,
    session_record: UUID,
    may_write: MayWrite,
    opened: OpenedRecord | None = None,
    is_shared: bool = False,
) -> None:
    """The first version (`opened` None), or the next one after the one that was opened."""
    name = f"shared-{session_record}"
    before = _content(opened)
    with record_form(name, submit="Save the shared record", live=True) as form:
        draft = Draft(form, opened.version_id if opened else None, before)
        place = st.empty()
        mine = _content_fields(form, may_write, before)
        share = is_shared
        if is_shared:
            st.caption("Those present read the new words at once, and everybody is asked to sign again.")
        else:
            share = _who_reads(form, may_write)
        if draft.is_told and opened is not None:
            _compare(place, form, me, opened, mine)
    if form.submitted:
        done = "The shared record is saved and shared." if share else _draft_saved(may_write)
        said: dict[str, Any] = {"words": mine.words, "tags": mine.tags, "share": share}
        save_draft(
            form,
            draft,
            done=and_warn(done, mine.words),
            store=lambda db: _store(db, me, form, session_record, draft.base, said),
            open_newest=lambda: opened_by(lambda db: open_shared_record(db, by=me, session_record_id=session_record)),
            compare=lambda newest: _compare(place, form, me, newest, mine),
        )


def _store(
    db: Session, me: Actor, form: RecordForm, session_record: UUID, base: int | None, said: dict[str, Any]
) -> None:
    if base is None:
        write_shared_record(db, by=me, submission=form.key, session_record_id=session_record, **said)
    else:
        change_shared_record(db, by=me, submission=form.key, shared_record_id=base, **said)


def _content(opened: OpenedRecord | None) -> Content:
    return Content(opened.words, opened.tags) if opened else Content()


def _content_fields(form: RecordForm, may_write: MayWrite, before: Content) -> Content:
    """The headings, and the words where words are kept."""
    st.caption(SHARED_HELP if may_write.words else THEMES_HELP)
    if may_write.beside:
        st.caption(plain(f"{may_write.beside} can open and change a draft of it too."))
    tags = tag_fields(form, may_write.offered, before.tags)
    typed = words_area(form, "Shared record", before=before.words) if may_write.words else ""
    return Content(typed, tags)


def _who_reads(form: RecordForm, may_write: MayWrite) -> bool:
    """Whether it is shared now."""
    choices = [STILL_DRAFT if may_write.beside else DRAFT, SHARE]
    return st.radio("Who reads it", choices, key=form.widget_key("share")) == SHARE


def _draft_saved(may_write: MayWrite) -> str:
    readers = f"Only you and {may_write.beside} read it." if may_write.beside else "Only you read it."
    return f"Your draft is saved. {readers}"


def _compare(place: DeltaGenerator, form: RecordForm, me: Actor, newest: OpenedRecord, mine: Content) -> None:
    who = "Yours, from another window" if newest.changed_by == me.name else newest.changed_by
    side_by_side(place, form, who, newest.changed_at, _content(newest), mine)


def _share(me: Actor, opened: OpenedRecord) -> None:
    form = record_button(f"share-{opened.version_id}", "Share it with those who were present", primary=True)
    if form.submitted:
        with saving(form, done="Shared. Those who were present can read and sign it.") as db:
            share_shared_record(db, by=me, submission=form.key, shared_record_id=opened.version_id)


def _sign(me: Actor, record: SharedRecordSeen, opened: OpenedRecord) -> None:
    if not record.may_sign:
        return
    form = record_button(f"sign-{opened.version_id}", "Sign the shared record", primary=True)
    st.caption("By signing you say that this is what you agree was discussed. When all have signed, it is locked.")
    if form.submitted:
        with saving(form, done="Signed.") as db:
            sign_shared_record(db, by=me, submission=form.key, shared_record_id=opened.version_id)


def _add(me: Actor, record: SharedRecordSeen) -> None:
    if not record.may_add:
        return
    with (
        st.expander("Add to it"),
        record_form(f"add-{record.record_id}", submit="Add these words", live=True) as form,
    ):
        st.caption(f"Your words stand under it with your name and the time, and cannot be changed. {NO_RESIDENT}")
        typed = words_area(form, "What you add")
    if form.submitted:
        with saving(form, done=and_warn("Added.", typed)) as db:
            add_to_shared_record(
                db, by=me, submission=form.key, session_record_id=record.session_record_id, words=typed
            )


def _void(me: Actor, record: SharedRecordSeen, opened: OpenedRecord) -> None:
    if not record.may_void:
        return
    with (
        st.expander("Void the shared record"),
        record_form(f"void-shared-{record.record_id}", submit="Void it") as form,
    ):
        st.caption("It stays, sealed, with the reason. Those who can read it now still can, and see that it is void.")
        reason = st.radio("Why?", list(VOID_WORDS), format_func=VOID_WORDS.__getitem__, key=form.widget_key("reason"))
        form.slot("reason")
    if form.submitted:
        with saving(form, done="The shared record is voided.") as db:
            void_shared_record(
                db, by=me, submission=form.key, shared_record_id=opened.version_id, reason=VoidReason(reason)
            )


# ---------------------------------------------------------------------------------------------------------------------
# With the session that is being recorded


@dataclass(frozen=True)
class TypedTexts:
    """What was typed and chosen beside the register of a session; empty is nothing."""

    shared: str = ""
    tags: Tags = Tags()
    share: bool = False
    private: str = ""

    @property
    def is_record(self) -> bool:
        return bool(self.shared.strip()) or not self.tags.is_empty


def text_fields(form: RecordForm, may_write: MayWrite) -> TypedTexts:
    """Inside the form that records a session. Draws nothing where nothing is kept."""
    record, share, private = Content(), False, ""
    if may_write.shared:
        label = "Write the shared record now" if may_write.words else "Choose the themes now"
        with st.expander(f"{label} (you can also do it later, from the log)"):
            record = _content_fields(form, may_write, Content())
            share = _who_reads(form, may_write)
    if may_write.private:
        with st.expander("Write a private note"):
            st.caption(PRIVATE_HELP)
            private = words_area(form, "My private note", field="private")
    return TypedTexts(record.words, record.tags, share, private)


def keep_texts(db: Session, me: Actor, session_record: UUID, typed: TypedTexts) -> None:
    """In the transaction that records the session: all of it is stored, or nothing."""
    if typed.is_record:
        write_shared_record(
            db, by=me, session_record_id=session_record, words=typed.shared, tags=typed.tags, share=typed.share
        )
    if typed.private.strip():
        write_private_note(db, by=me, session_record_id=session_record, words=typed.private)


def kept_sentence(typed: TypedTexts) -> str:
    """What is said besides, once the session is saved."""
    kept = []
    if typed.is_record:
        kept.append("The shared record is shared." if typed.share else "The shared record is kept as your draft.")
    if typed.private.strip():
        kept.append("Your private note is kept.")
    return and_warn(" ".join(kept), f"{typed.shared}\n{typed.private}")


# ---------------------------------------------------------------------------------------------------------------------
# On my own record: what was shared with me


def my_records(me: Actor) -> None:
    """Shared records of the sessions I was at: open, sign, add, and see who has read them."""
    st.subheader("Shared records", anchor=False)
    with reading() as db:
        records = my_shared_records(db, viewer=me)
    if not records:
        st.caption("Nothing was shared with you yet. After a session your supervisor may share what was discussed.")
        return
    waiting = [one for one in records if one.may_sign]
    shown = waiting + [one for one in records if one not in waiting][:LAST]
    for record in shown:
        _mine(me, record)
    rest = [one for one in records if one not in shown]
    if rest:
        with st.expander(f"{len(rest)} earlier"):
            for record in rest:
                _mine(me, record)
    balance_part(me, me.staff_id)


LAST = 5
"""So many are shown besides those that wait for a signature."""


def _mine(me: Actor, record: SharedRecordSeen) -> None:
    what = f"shared-{record.session_record_id}"
    with st.container(border=True, key=f"record-{record.session_record_id}"):
        st.markdown(f"**{plain(f'{record.title}, {words.day(record.held_on)}, with {record.supervisor}')}**")
        _facts(record)
        if is_open(what):
            opened = opened_by(lambda db: open_shared_record(db, by=me, session_record_id=record.session_record_id))
            if opened is not None:
                _draw_record(opened)
                _sign(me, record, opened)
                _add(me, record)
                close_button(what)
        else:
            open_button(what, "Open the shared record")
        _readers_now(me, record)
        with reading() as db:
            readings = who_read(db, viewer=me, session_record_id=record.session_record_id)
        with st.expander("Who has read this"):
            _readers(readings)


def _readers(readings: list[Reading]) -> None:
    if not readings:
        st.caption("Nobody has opened it yet.")
        return
    st.table(
        [{"Who": "You" if one.is_mine else plain(one.reader), "When": words.moment(one.at)} for one in readings],
        hide_index=True,
    )
