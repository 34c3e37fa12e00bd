"""The list of what needs somebody: each row one click from done."""

from uuid import UUID

import streamlit as st

from tcsuper.access import Actor
from tcsuper.models import Answer
from tcsuper.queries.tasks.task import Task
from tcsuper.services.accounts import approve_grant, refuse_grant
from tcsuper.services.supervision import answer_attendance
from tcsuper.settings import ROOT
from tcsuper.ui.agreement import sign_button
from tcsuper.ui.links import link_button
from tcsuper.ui.saving import record_button, saving
from tcsuper.ui.status import row_list


def show_tasks(me: Actor, tasks: list[Task], key: str, most: int = 8) -> None:
    """The first ones as rows; the rest, if any, folded away."""
    _rows(me, tasks[:most], key)
    if tasks[most:]:
        with st.expander(f"{len(tasks) - most} more"):
            _rows(me, tasks[most:], f"{key}-more")


def _rows(me: Actor, tasks: list[Task], key: str) -> None:
    with row_list(key) as listed:
        for position, task in enumerate(tasks):
            has_button = bool(task.confirm_record or task.grant_to_approve or task.page)
            place = listed.row(task.word, task.tone, task.title, task.reason, task.next_step, wide=not has_button)
            with place:
                if task.confirm_record:
                    confirm_button(me, UUID(task.confirm_record), task.title)
                elif task.grant_to_approve:
                    approve_buttons(me, task.grant_to_approve, task.title)
                elif task.agreement_to_sign:
                    sign_button(me, task.agreement_to_sign, task.title)
                    link_button(task.button, task.page, f"{key}-{position}", task.query)
                elif (ROOT / "pages" / f"{task.page}.py").is_file():
                    link_button(task.button, task.page, f"{key}-{position}", task.query)


def confirm_button(me: Actor, record: UUID, title: str) -> None:
    form = record_button(f"confirm-{record}", "Confirm")
    if form.submitted:
        with saving(form, done=f"{title}: confirmed.") as db:
            answer_attendance(db, by=me, submission=form.key, session_record_id=record, answer=Answer.CONFIRMED)


def approve_buttons(me: Actor, grant_id: int, title: str) -> None:
    yes = record_button(f"approve-{grant_id}", "Approve")
    if yes.submitted:
        with saving(yes, done=f"{title}: approved. They sign in again to use it.") as db:
            approve_grant(db, by=me, submission=yes.key, grant_id=grant_id)
    no = record_button(f"refuse-{grant_id}", "Refuse")
    if no.submitted:
        with saving(no, done=f"{title}: refused. Nothing has changed for them.") as db:
            refuse_grant(db, by=me, submission=no.key, grant_id=grant_id)


def nothing_waits() -> None:
    st.success("Nothing waits for you.", icon=":material/check_circle:")
