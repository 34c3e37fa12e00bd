"""The list of what needs somebody: each row one click from done."""

from uuid import UUID

import streamlit as st

from tcsuper.access import Actor
from tcsuper.models import Answer
from tcsuper.queries.home import Task
from tcsuper.services.supervision import answer_attendance
from tcsuper.settings import ROOT
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
            place = listed.row(task.word, task.tone, task.title, task.reason, task.next_step)
            with place:
                if task.confirm_record:
                    confirm_button(me, UUID(task.confirm_record), task.title)
                elif (ROOT / "pages" / f"{task.page}.py").is_file():
                    link_button(task.button, task.page, f"{key}-{position}", task.query)


def confirm_button(me: Actor, record: UUID, title: str) -> None:
    form = record_button(f"confirm-{record}", "Confirm")
    if form.submitted:
        with saving(form, done=f"{title}: confirmed.") as db:
            answer_attendance(db, by=me, submission=form.key, session_record_id=record, answer=Answer.CONFIRMED)


def nothing_waits() -> None:
    st.success("Nothing waits for you.", icon=":material/check_circle:")
