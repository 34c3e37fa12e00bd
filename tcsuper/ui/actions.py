"""Agreed actions on screen: worked on from the log and from one's own record, to the end."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.errors import Conflict
from tcsuper.queries.actions import (
    ActionSeen,
    StandardToServe,
    actions_seen,
    observations_that_close,
    standards_to_serve,
)
from tcsuper.queries.confidential import texts_for_session
from tcsuper.queries.readers import readers_of_action
from tcsuper.queries.supervision import Contracted
from tcsuper.rules.actions import ACTION_TONES, ACTION_WORDS, BY_EVIDENCE, NOT_CLOSED, ActionStatus
from tcsuper.services.actions import (
    LONGEST_EVIDENCE,
    DropReason,
    ReopenReason,
    agree_action,
    change_action,
    close_action,
    drop_action,
    reopen_action,
    share_action,
    unshare_action,
)
from tcsuper.ui.agree_actions import AGREED_HELP, EVERYBODY, fields_of_action, warn_of_names
from tcsuper.ui.memory import memory
from tcsuper.ui.plain import plain
from tcsuper.ui.readers import list_readers
from tcsuper.ui.saving import RecordForm, record_button, record_form, saving
from tcsuper.ui.status import RowList, row_list

SHARED_SENTENCE = "Shared: your therapy manager reads it."
DROP_WORDS = {
    DropReason.NO_LONGER_NEEDED: "It is no longer needed",
    DropReason.REPLACED: "Another action took its place",
    DropReason.NOT_POSSIBLE: "It cannot be done here",
    DropReason.AGREED_BY_MISTAKE: "It was entered by mistake",
}
REOPEN_WORDS = {
    ReopenReason.CLOSED_BY_MISTAKE: "It was closed by mistake",
    ReopenReason.NOT_DONE_AFTER_ALL: "It was not done after all",
    ReopenReason.WRONG_DATE: "It was closed with the wrong date",
}

# ---------------------------------------------------------------------------------------------------------------------
# Under an opened session


def session_actions(me: Actor, session_record: UUID, there: Sequence[Contracted]) -> None:
    """What was agreed in it, and one more. Draws nothing for anybody else, nor where no words are kept. `there`: those
    recorded present."""
    with reading() as db:
        actions = actions_seen(db, viewer=me, on=me.on, session_record_id=session_record)
        may_write = texts_for_session(db, viewer=me, session_record_id=session_record)
        standards = standards_to_serve(db) if may_write.shared else []
    if not actions and not may_write.shared:
        return
    st.subheader("Actions", anchor=False)
    action_list(me, actions, f"session-{session_record}", there)
    if may_write.shared:
        _agree_one(me, session_record, there, standards)


def _agree_one(
    me: Actor, session_record: UUID, there: Sequence[Contracted], standards: Sequence[StandardToServe]
) -> None:
    with (
        st.expander("Agree an action"),
        record_form(f"agree-{session_record}", submit="Save the action", live=True) as form,
    ):
        st.caption(AGREED_HELP)
        typed = fields_of_action(form, "", there, standards)
    if form.submitted:
        with saving(form, done="Action agreed.") as db:
            agree_action(
                db,
                by=me,
                submission=form.key,
                session_record_id=session_record,
                text=typed.text,
                owner_id=typed.owner_id,
                due_on=typed.due_on,
                standard_id=typed.standard_id,
            )


# ---------------------------------------------------------------------------------------------------------------------
# A list of actions, each with what can be done about it


def action_list(me: Actor, actions: Sequence[ActionSeen], key: str, there: Sequence[Contracted] = ()) -> None:
    if not actions:
        st.caption("No action is agreed yet.")
        return
    with row_list(f"actions-{key}") as listed:
        for one in actions:
            _row(me, listed, one)
            _more(me, one, there)


def _row(me: Actor, listed: RowList, one: ActionSeen) -> None:
    status = one.standing.status
    place = listed.row(
        ACTION_WORDS[status], ACTION_TONES[status], one.text, *action_sentences(one), wide=not _has_button(one)
    )
    with place:
        if one.is_open and not one.needs_evidence:
            _done_today(me, one)
        if one.is_own and one.is_open and not one.is_shareable:
            _share(me, one)
        if one.is_own and one.is_shareable:
            _unshare(me, one)


def _has_button(one: ActionSeen) -> bool:
    return (one.is_open and not one.needs_evidence) or (one.is_own and (one.is_open or one.is_shareable))


def action_sentences(one: ActionSeen) -> list[str]:
    whose = "You" if one.is_own else one.owner or EVERYBODY
    says_more = one.needs_evidence or not one.is_open  # that the pair closes it on their word goes without saying
    standing = f"{one.standing.because} {one.standing.next_step if says_more else ''}".strip()
    agreed = f"{whose} · {one.title}, {words.day(one.held_on)}, with {'you' if one.is_supervised else one.supervisor}."
    standard = f"Standard: {one.standard}." if one.standard else ""
    shared = SHARED_SENTENCE if one.is_shareable and one.is_own else "Shared by its owner." if one.is_shareable else ""
    return [standing, agreed, f"{standard} {shared}".strip(), f"Evidence: {one.evidence}" if one.evidence else ""]


def _done_today(me: Actor, one: ActionSeen) -> None:
    """The name holds the version: what was changed meanwhile is not closed with a click meant for other words."""
    form = record_button(f"done-{one.version_id}", "Done today")
    if form.submitted:
        with saving(form, done="The action is done.") as db:
            close_action(db, by=me, submission=form.key, action_id=one.version_id, done_on=today())


def _share(me: Actor, one: ActionSeen) -> None:
    form = record_button(f"share-action-{one.version_id}", "Share")
    if form.submitted:
        with saving(form, done="Shared. Your therapy manager can read this action, and nothing else of it.") as db:
            share_action(db, by=me, submission=form.key, action_id=one.version_id)


def _unshare(me: Actor, one: ActionSeen) -> None:
    form = record_button(f"unshare-action-{one.version_id}", "Stop sharing")
    if form.submitted:
        with saving(form, done="Not shared any more. It is between the two of you.") as db:
            unshare_action(db, by=me, submission=form.key, action_id=one.version_id)


CLOSE, CHANGE, DROP, REOPEN, READERS = "Close it", "Change it", "Drop it", "Reopen it", "Who can see this?"


def _more(me: Actor, one: ActionSeen, there: Sequence[Contracted]) -> None:
    """Folded away, and drawn only when opened."""
    choices = _choices(one)
    folded = st.expander(
        "Close, change or drop" if CHANGE in choices else f"{choices[0]}, or see who reads it",
        key=f"action-{one.record_id}",
        on_change="rerun",
    )
    if not folded.open:
        return
    with folded:
        what = st.segmented_control(
            "What to do", choices, default=choices[0], key=f"action-do-{one.record_id}", label_visibility="collapsed"
        )
        if what == CLOSE:
            _close(me, one)
        elif what == CHANGE:
            _change(me, one, there)
        elif what == DROP:
            _drop(me, one)
        elif what == REOPEN:
            _reopen(me, one)
        else:
            list_readers(lambda db: readers_of_action(db, viewer=me, record_id=one.record_id))


def _choices(one: ActionSeen) -> list[str]:
    if one.is_open:
        return [CLOSE, *([CHANGE, DROP] if one.is_supervised else []), READERS]
    may_reopen = one.is_supervised or one.standing.status is not ActionStatus.DROPPED
    return [*([REOPEN] if may_reopen else []), READERS]


def _version(form: RecordForm, one: ActionSeen, before: Mapping[str, Any]) -> tuple[dict[str, int], str]:
    """The version a form began with, remembered until it is saved: else a second window's save would go over the
    first's unseen. While its fields are as the action is, it is the version that stands above."""
    versions: dict[str, int] = memory().setdefault("action_versions", {})
    key = form.widget_key("version")
    untouched = all(st.session_state.get(form.widget_key(name), value) == value for name, value in before.items())
    if untouched or key not in versions:
        versions[key] = one.version_id
    return versions, key


OUR_WORD, OBSERVED, OTHERWISE = "Our word", "An observation", "Something else, with its date"


def _close(me: Actor, one: ActionSeen) -> None:
    with reading() as db:
        found = observations_that_close(db, viewer=me, action_id=one.version_id) if one.standard_id else []
    with record_form(f"close-{one.record_id}", submit="Close the action", live=True) as form:
        versions, key = _version(form, one, {"evidence": ""})
        if one.needs_evidence:
            st.caption(BY_EVIDENCE)
        shown = [OBSERVED, OTHERWISE] if found else [OTHERWISE]
        offered = shown if one.needs_evidence else [OUR_WORD, *shown]
        how = st.radio("What shows it", offered, key=form.widget_key("how")) if len(offered) > 1 else offered[0]
        if one.needs_evidence and not found:
            st.caption("No observation that you can read shows it yet. Give other evidence, with its date.")
        closing: dict[str, Any] = {}
        if how == OBSERVED:
            by_label = {seen.label: seen.record_id for seen in found}
            closing["observation_id"] = by_label.get(
                st.selectbox("Observation", list(by_label), key=form.widget_key("observation")) or ""
            )
            form.slot("observation")
        elif how == OTHERWISE:
            closing["evidence"] = st.text_area(
                "What shows that it was done", max_chars=LONGEST_EVIDENCE, height=100, key=form.widget_key("evidence")
            )
            form.slot("evidence")
            warn_of_names(closing["evidence"])
            closing["evidence_on"] = _day(form, "Date of the evidence", "evidence_on", None)
        else:
            closing["done_on"] = _day(form, "Done on", "done_on", today())
    if not form.submitted:
        return
    with saving(form, done="The action is done.") as db:
        try:
            close_action(db, by=me, submission=form.key, action_id=versions[key], **closing)
        except Conflict:
            versions[key] = one.version_id  # what stands above now: compare, then save again
            raise


def _day(form: RecordForm, label: str, field: str, start: date | None) -> date | None:
    st.session_state.setdefault(form.widget_key(field), start)
    given = st.date_input(label, max_value=today(), format="DD/MM/YYYY", key=form.widget_key(field))
    form.slot(field)
    return given if isinstance(given, date) else None


def _change(me: Actor, one: ActionSeen, there: Sequence[Contracted]) -> None:
    with reading() as db:
        standards = standards_to_serve(db)
    with record_form(f"change-{one.record_id}", submit="Save the change", live=True) as form:
        before = {"text": one.text, "owner": one.owner_id, "due_on": one.due_on, "standard": one.standard_id}
        versions, key = _version(form, one, before)
        if one.is_shareable:
            st.caption(f"{plain(one.owner)} shared it. Other words, another person or standard take the sharing back.")
        typed = fields_of_action(form, "", there, standards, one)
    if not form.submitted:
        return
    with saving(form, done="The action is changed.") as db:
        try:
            change_action(
                db,
                by=me,
                submission=form.key,
                action_id=versions[key],
                text=typed.text,
                owner_id=typed.owner_id,
                due_on=typed.due_on,
                standard_id=typed.standard_id,
            )
        except Conflict:
            versions[key] = one.version_id
            raise


def _drop(me: Actor, one: ActionSeen) -> None:
    with record_form(f"drop-{one.version_id}", submit="Drop it") as form:
        reason = st.radio("Why?", list(DROP_WORDS), format_func=DROP_WORDS.__getitem__, key=form.widget_key("reason"))
    if form.submitted:
        with saving(form, done="The action is dropped. It stays on the record.") as db:
            drop_action(db, by=me, submission=form.key, action_id=one.version_id, reason=DropReason(reason))


def _reopen(me: Actor, one: ActionSeen) -> None:
    with record_form(f"reopen-{one.version_id}", submit="Reopen it") as form:
        reason = st.radio(
            "Why?", list(REOPEN_WORDS), format_func=REOPEN_WORDS.__getitem__, key=form.widget_key("reason")
        )
    if form.submitted:
        with saving(form, done="The action is open again. How it was closed stays on the record.") as db:
            reopen_action(db, by=me, submission=form.key, action_id=one.version_id, reason=ReopenReason(reason))


def are_open(actions: Sequence[ActionSeen]) -> list[ActionSeen]:
    return [one for one in actions if one.standing.status in NOT_CLOSED]
