"""Agreeing actions: the fields of one, and up to three of them with the session that is recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import streamlit as st
from sqlmodel import Session

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.errors import InvalidRecord
from tcsuper.models import PRESENT
from tcsuper.queries.actions import ActionSeen, StandardToServe, standards_to_serve
from tcsuper.queries.confidential import MayWrite
from tcsuper.queries.people import Person
from tcsuper.queries.supervision import Contracted
from tcsuper.rules.identifying import identifying_warning
from tcsuper.services.actions import LONGEST_ACTION, agree_action
from tcsuper.services.keeping_sessions import Entry
from tcsuper.ui.pickers import labels
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import RecordForm

MOST_AT_ONCE = 3
EVERYBODY = "All who were there"
AGREED_HELP = (
    "One sentence each: what somebody will do. A named person's action is seen by that person and by you; one of all "
    "who were there, by all of them. Nothing written here may identify a resident."
)

# ---------------------------------------------------------------------------------------------------------------------
# The fields of an action


@dataclass(frozen=True)
class TypedAction:
    """What was typed for one action; `field` begins the names of its fields on the form."""

    field: str
    text: str
    owner_id: int | None
    due_on: date | None
    standard_id: int | None


def fields_of_action(
    form: RecordForm,
    field: str,
    people: Sequence[Contracted],
    standards: Sequence[StandardToServe],
    before: ActionSeen | None = None,
) -> TypedAction:
    """One action: what, whose, until when, for which standard. Somebody alone with the supervisor is chosen already."""
    first_owner = before.owner_id if before else people[0].staff_id if len(people) == 1 else None
    start = {
        "text": before.text if before else "",
        "owner": first_owner,
        "due_on": before.due_on if before else None,
        "standard": before.standard_id if before else None,
    }
    for name, value in start.items():
        st.session_state.setdefault(form.widget_key(field + name), value)
    named = labels(Person(one.staff_id, one.full_name) for one in people)
    if before and before.owner_id is not None:
        named.setdefault(before.owner_id, before.owner)
    texts = {one.standard_id: one.label for one in standards}
    if before and before.standard_id is not None:
        texts.setdefault(before.standard_id, before.standard)
    text = st.text_area(
        "What was agreed",
        max_chars=LONGEST_ACTION,
        height=68,
        key=form.widget_key(field + "text"),
        persist_state="page",
    )
    form.slot(field + "text")
    warn_of_names(text)
    whose, until = st.columns([3, 2])
    owner_id = whose.selectbox(
        "Who does it",
        [None, *named],
        format_func=lambda one: EVERYBODY if one is None else named[one],
        placeholder=EVERYBODY,
        key=form.widget_key(field + "owner"),
    )
    with whose:
        form.slot(field + "owner")
    due_on = until.date_input("Due (if agreed)", format="DD/MM/YYYY", key=form.widget_key(field + "due_on"))
    with until:
        form.slot(field + "due_on")
    standard_id = st.selectbox(
        "Standard it serves (if you wish)",
        [None, *texts],
        format_func=lambda one: "None" if one is None else texts[one],
        placeholder="None",
        key=form.widget_key(field + "standard"),
    )
    form.slot(field + "standard")
    return TypedAction(field, text, owner_id, due_on if isinstance(due_on, date) else None, standard_id)


def warn_of_names(typed: str) -> None:
    warning = identifying_warning(typed, today())
    if warning:
        st.warning(plain(warning), icon=":material/warning:")


# ---------------------------------------------------------------------------------------------------------------------
# With the session that is being recorded


def action_fields(
    form: RecordForm, me: Actor, may_write: MayWrite, people: Sequence[Contracted], entries: Sequence[Entry]
) -> list[TypedAction]:
    """Inside the form that records a session: up to three actions, the next offered once one is begun. Draws nothing
    where no words are kept. `entries`: the register as it is chosen, since who was there can agree."""
    present = _present(people, entries)
    if not may_write.shared or not present:
        return []
    with reading() as db:
        standards = standards_to_serve(db)
    typed: list[TypedAction] = []
    with st.expander("Agree actions now (you can also do it later, from the log)"):
        st.caption(AGREED_HELP)
        for number in range(1, MOST_AT_ONCE + 1):
            if number > 1:
                st.divider()
            typed.append(fields_of_action(form, f"action_{number}_", present, standards))
            if not typed[-1].text.strip():
                break
    return [one for one in typed if one.text.strip()]


def _present(people: Sequence[Contracted], entries: Sequence[Entry]) -> list[Contracted]:
    there = {entry.staff_id for entry in entries if entry.status in PRESENT}
    return [one for one in people if one.staff_id in there]


def keep_actions(db: Session, me: Actor, session_record: UUID, typed: Sequence[TypedAction]) -> None:
    """In the transaction that records the session: all of it is stored, or nothing."""
    for one in typed:
        try:
            agree_action(
                db,
                by=me,
                session_record_id=session_record,
                text=one.text,
                owner_id=one.owner_id,
                due_on=one.due_on,
                standard_id=one.standard_id,
            )
        except InvalidRecord as refused:  # several actions on one form: each complaint stands under its own field
            raise InvalidRecord(**{one.field + name: said for name, said in refused.problems.items()}) from refused


def agreed_sentence(typed: Sequence[TypedAction]) -> str:
    """What is said besides, once the session is saved."""
    if not typed:
        return ""
    warning = identifying_warning("\n".join(one.text for one in typed), today())
    return f"{words.count(len(typed), 'action')} agreed. {warning}".strip()
