"""Shared records and private notes on screen. No word of them is fetched until somebody asks for it: every drawing of
the words is a service that notes who read them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

import streamlit as st
from sqlmodel import Session

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import Conflict, Refused
from tcsuper.queries.confidential import (
    MayWrite,
    PrivateNoteSeen,
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
from tcsuper.rules.identifying import identifying_warning
from tcsuper.rules.standing import Tone
from tcsuper.services.private_notes import OpenedNote, change_private_note, open_private_note, write_private_note
from tcsuper.services.shared_records import (
    LONGEST_WORDS,
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
from tcsuper.ui.memory import memory
from tcsuper.ui.plain import plain
from tcsuper.ui.readers import who_can_see
from tcsuper.ui.saving import RecordForm, record_button, record_form, saving
from tcsuper.ui.status import chip

NO_RESIDENT = "Nothing written here may identify a resident."
SHARED_HELP = f"Those recorded present read it once you share it, and sign it with you. {NO_RESIDENT}"
PRIVATE_HELP = (
    "Only you open it. Nobody else could but by emergency access: a therapy manager with a reason, and only after the "
    "director has approved it. It is private from colleagues, not from the law: somebody it is about may ask for what "
    f"is held about them, and a court may order it. {NO_RESIDENT}"
)
DRAFT, SHARE = "Only me for now: it stays my draft", "Those who were present: share it now"
STATES = {
    RecordState.DRAFT: ("Draft", Tone.NEUTRAL),
    RecordState.SHARED: ("Shared", Tone.AMBER),
    RecordState.LOCKED: ("Locked", Tone.GOOD),
    RecordState.VOID: ("Voided", Tone.GREY),
}
VOID_WORDS = {
    VoidReason.WRONG_SESSION: "It was written for the wrong session",
    VoidReason.WRITTEN_TWICE: "It was written twice",
    VoidReason.IDENTIFIES_SOMEBODY: "It identifies somebody it should not",
    VoidReason.AGREED_BY_ALL: "All who were there agreed to set it aside",
}

Text = TypeVar("Text", OpenedRecord, OpenedNote)

# ---------------------------------------------------------------------------------------------------------------------
# What is open


def _is_open(what: str) -> bool:
    return what in memory().get("opened", [])


def _open_it(what: str) -> None:
    memory().setdefault("opened", []).append(what)


def _close_it(what: str) -> None:
    """Closed, and whatever was typed over it let go."""
    memory()["opened"] = [one for one in memory().get("opened", []) if one != what]
    memory().get("forms", {}).pop(what, None)


def _close_others(*these: str) -> None:
    memory()["opened"] = [one for one in memory().get("opened", []) if one in these]


def _open_button(what: str, label: str) -> None:
    st.button(label, key=f"open-{what}", icon=":material/lock_open:", on_click=_open_it, args=(what,))


def _close_button(what: str, has_changes: bool) -> None:
    label = "Close without saving the changes" if has_changes else "Close"
    st.button(label, key=f"close-{what}", icon=":material/lock:", on_click=_close_it, args=(what,))


def _typed(text: str) -> None:
    """Words exactly as somebody typed them: never Markdown."""
    with st.container(border=True):
        st.text(text, width="stretch")


# ---------------------------------------------------------------------------------------------------------------------
# In the log: what the supervisor writes


def confidential_texts(me: Actor, session_record: UUID) -> None:
    """Under an opened session: its shared record and one's own note on it. Draws nothing for anybody else, and nothing
    for a session of which no words are kept."""
    shared, note = f"shared-{session_record}", f"note-{session_record}"
    _close_others(shared, note)
    with reading() as db:
        may_write = texts_for_session(db, viewer=me, session_record_id=session_record)
        record = shared_record_of(db, viewer=me, session_record_id=session_record)
        mine = private_note_of(db, viewer=me, session_record_id=session_record)
    if record is not None or may_write.shared:
        st.subheader("Shared record", anchor=False)
        _shared_record(me, session_record, record)
    if mine is not None or may_write.private:
        st.subheader("My private note", anchor=False)
        _private_note(me, session_record, mine)


def _shared_record(me: Actor, session_record: UUID, record: SharedRecordSeen | None) -> None:
    what = f"shared-{session_record}"
    if record is None:
        with st.expander("Write the shared record"):
            _write_shared(me, session_record, None, "", is_shared=False)
        return
    _facts(record)
    _readers_now(me, record)
    if _is_open(what):
        _opened_record(me, record)
    else:
        _open_button(what, "Open the shared record")
        if _words_typed(what):  # begun in another window meanwhile: what was typed here is not lost
            _write_shared(me, session_record, None, "", is_shared=False)
    if record.state is RecordState.VOID and not record.session_is_void:
        with st.expander("Write another in its place"):
            _write_shared(me, session_record, None, "", is_shared=False, name=f"anew-{record.record_id}")


def _opened_record(me: Actor, record: SharedRecordSeen) -> None:
    what = f"shared-{record.session_record_id}"
    opened = _opened(lambda db: open_shared_record(db, by=me, session_record_id=record.session_record_id))
    if opened is None:
        return
    _draw_record(opened)
    has_changes = record.may_change and _words_typed(what, opened.words)
    is_shared = record.state is RecordState.SHARED
    if has_changes:
        st.caption("You have changed the words below. Save them, or close without saving.")
    elif record.may_change and not is_shared:
        _share(me, opened)
    else:
        _sign(me, record, opened)
    if record.may_change:
        with st.expander("Change the words", expanded=has_changes):
            _write_shared(me, record.session_record_id, opened.version_id, opened.words, is_shared)
    _add(me, record)
    _void(me, record, opened)
    _close_button(what, has_changes)


def _opened(open_it: Callable[[Session], Text]) -> Text | None:
    try:
        with writing() as db:
            return open_it(db)
    except Refused as refused:
        st.error(plain(str(refused)), icon=":material/error:")
        return None


def _draw_record(opened: OpenedRecord) -> None:
    _typed(opened.words)
    for one in opened.addenda:
        st.markdown(f":small[{plain(f'Added by {one.author} on {words.moment(one.added_at)}')}]")
        _typed(one.words)


def _readers_now(me: Actor, record: SharedRecordSeen) -> None:
    session = record.session_record_id
    who_can_see(f"shared-{session}", lambda db: readers_of_shared_record(db, viewer=me, session_record_id=session))


def _facts(record: SharedRecordSeen) -> None:
    """How it stands, in a chip and in sentences."""
    word, tone = STATES[record.state]
    chip("To sign" if record.may_sign else word, tone)
    st.markdown("  \n".join(plain(sentence) for sentence in record_sentences(record)))


def record_sentences(record: SharedRecordSeen) -> list[str]:
    sentences = []
    waits = f"Not signed by {words.listed(record.waits_for)}." if record.waits_for else ""
    signed = words.listed([f"{name} ({words.day(on)})" for name, on in record.signed])
    match record.state:
        case RecordState.DRAFT:
            sentences.append("A draft: nobody but you reads it until you share it.")
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


def _words_typed(what: str, before: str = "") -> bool:
    """Whether the form of this text holds words that are not saved."""
    drawn = memory().get("forms", {}).get(what, {}).get("drawn")
    return bool(drawn) and st.session_state.get(f"{what}-{drawn}-words", before) not in ("", before)


def _words_area(form: RecordForm, label: str, field: str = "words", before: str = "") -> str:
    """A text area that says at once when its words may identify somebody; it warns, and blocks nothing."""
    key = form.widget_key(field)
    if key not in st.session_state:
        st.session_state[key] = before
    typed = st.text_area(label, max_chars=LONGEST_WORDS, height=220, key=key)
    form.slot(field)
    warning = identifying_warning(typed, today())
    if warning:
        st.warning(plain(warning), icon=":material/warning:")
    return typed


def _based_on(form: RecordForm, version: int | None, before: str) -> tuple[dict[str, int | None], str]:
    """The version whose words a form began with, remembered until it is saved: else a second window's save would be
    overwritten unseen by the first's. While nothing is typed over them it is the version that stands above."""
    remembered: dict[str, int | None] = memory().setdefault("based_on", {})
    key = form.widget_key("words")
    if st.session_state.get(key, before) == before:
        remembered[key] = version
    return remembered, key


def _write_shared(
    me: Actor, session_record: UUID, version: int | None, before: str, is_shared: bool, name: str = ""
) -> None:
    with record_form(name or f"shared-{session_record}", submit="Save the shared record", live=True) as form:
        bases, key = _based_on(form, version, before)
        st.caption(SHARED_HELP)
        typed = _words_area(form, "Shared record", before=before)
        share = is_shared
        if is_shared:
            st.caption("Those present read the new words at once, and everybody is asked to sign again.")
        else:
            share = st.radio("Who reads it", [DRAFT, SHARE], key=form.widget_key("share")) == SHARE
    if not form.submitted:
        return
    done = "The shared record is saved and shared." if share else "Your draft is saved. Only you read it."
    with saving(form, done=_and_warn(done, typed)) as db:
        try:
            base = bases.get(key)
            if base is None:
                write_shared_record(
                    db, by=me, submission=form.key, session_record_id=session_record, words=typed, share=share
                )
            else:
                change_shared_record(db, by=me, submission=form.key, shared_record_id=base, words=typed, share=share)
        except Conflict:
            bases[key] = version  # what stands above now: compare, then save again
            raise


def _and_warn(done: str, typed: str) -> str:
    return f"{done} {identifying_warning(typed, today())}".strip()


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
        typed = _words_area(form, "What you add")
    if form.submitted:
        with saving(form, done=_and_warn("Added.", typed)) as db:
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


def _private_note(me: Actor, session_record: UUID, note: PrivateNoteSeen | None) -> None:
    what = f"note-{session_record}"
    if note is None:
        with st.expander("Write a private note"):
            _write_private(me, session_record, None, "")
        return
    st.markdown(plain(f"Last changed on {words.moment(note.changed_at)}. Only you know that it is there."))
    if not _is_open(what):
        _open_button(what, "Open my private note")
        if _words_typed(what):
            _write_private(me, session_record, None, "")
        return
    opened = _opened(lambda db: open_private_note(db, by=me, session_record_id=session_record))
    if opened is None:
        return
    _typed(opened.words)
    if note.may_change:
        with st.expander("Change the note", expanded=_words_typed(what, opened.words)):
            _write_private(me, session_record, opened.version_id, opened.words)
    else:
        st.caption("It can no longer be changed.")
    _close_button(what, _words_typed(what, opened.words))


def _write_private(me: Actor, session_record: UUID, version: int | None, before: str) -> None:
    with record_form(f"note-{session_record}", submit="Save my private note", live=True) as form:
        bases, key = _based_on(form, version, before)
        st.caption(PRIVATE_HELP)
        typed = _words_area(form, "My private note", before=before)
    if not form.submitted:
        return
    with saving(form, done=_and_warn("Your private note is saved.", typed)) as db:
        try:
            base = bases.get(key)
            if base is None:
                write_private_note(db, by=me, submission=form.key, session_record_id=session_record, words=typed)
            else:
                change_private_note(db, by=me, submission=form.key, private_note_id=base, words=typed)
        except Conflict:
            bases[key] = version
            raise


# ---------------------------------------------------------------------------------------------------------------------
# With the session that is being recorded


@dataclass(frozen=True)
class TypedTexts:
    """What was typed beside the register of a session; empty is nothing."""

    shared: str = ""
    share: bool = False
    private: str = ""


def text_fields(form: RecordForm, may_write: MayWrite) -> TypedTexts:
    """Inside the form that records a session. Draws nothing where no words are kept."""
    shared, share, private = "", False, ""
    if may_write.shared:
        with st.expander("Write the shared record now (you can also do it later, from the log)"):
            st.caption(SHARED_HELP)
            shared = _words_area(form, "Shared record")
            share = st.radio("Who reads it", [DRAFT, SHARE], key=form.widget_key("share")) == SHARE
    if may_write.private:
        with st.expander("Write a private note"):
            st.caption(PRIVATE_HELP)
            private = _words_area(form, "My private note", field="private")
    return TypedTexts(shared, share, private)


def keep_texts(db: Session, me: Actor, session_record: UUID, typed: TypedTexts) -> None:
    """In the transaction that records the session: all of it is stored, or nothing."""
    if typed.shared.strip():
        write_shared_record(db, by=me, session_record_id=session_record, words=typed.shared, share=typed.share)
    if typed.private.strip():
        write_private_note(db, by=me, session_record_id=session_record, words=typed.private)


def kept_sentence(typed: TypedTexts) -> str:
    """What is said besides, once the session is saved."""
    kept = []
    if typed.shared.strip():
        kept.append("The shared record is shared." if typed.share else "The shared record is kept as your draft.")
    if typed.private.strip():
        kept.append("Your private note is kept.")
    return _and_warn(" ".join(kept), f"{typed.shared}\n{typed.private}")


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


LAST = 5
"""So many are shown besides those that wait for a signature."""


def _mine(me: Actor, record: SharedRecordSeen) -> None:
    what = f"shared-{record.session_record_id}"
    with st.container(border=True, key=f"record-{record.session_record_id}"):
        st.markdown(f"**{plain(f'{record.title}, {words.day(record.held_on)}, with {record.supervisor}')}**")
        _facts(record)
        if _is_open(what):
            opened = _opened(lambda db: open_shared_record(db, by=me, session_record_id=record.session_record_id))
            if opened is not None:
                _draw_record(opened)
                _sign(me, record, opened)
                _add(me, record)
                _close_button(what, has_changes=False)
        else:
            _open_button(what, "Open the shared record")
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
