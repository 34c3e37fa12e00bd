""" "Who can see this?": the people by name, each with the reason. One small piece for every record."""

from collections.abc import Callable, Sequence

import streamlit as st
from sqlmodel import Session

from tcsuper.access import Actor, Object
from tcsuper.database import reading
from tcsuper.errors import NotAllowed
from tcsuper.queries.readers import Reader, readers_about
from tcsuper.reports.permissions import OBJECTS, ROLES, lines
from tcsuper.ui.plain import plain


def who_can_see(key: str, ask: Callable[[Session], Sequence[Reader]], label: str = "Who can see this?") -> None:
    """Folded away, and asked only when opened. `ask` is one of queries/readers.py with its answers filled in:
    `who_can_see(f"session-{number}", lambda db: readers_of_session(db, viewer=me, session_id=number))`."""
    folded = st.expander(label, icon=":material/visibility:", key=f"readers-{key}", on_change="rerun")
    if not folded.open:
        return
    with folded:
        list_readers(ask)


def list_readers(ask: Callable[[Session], Sequence[Reader]]) -> None:
    try:
        with reading() as db:
            readers = ask(db)
    except NotAllowed as refused:
        st.error(str(refused))
        return
    st.markdown("\n".join(f"- {plain(reader.words)}" for reader in readers))
    st.caption("Nobody else. It follows from roles, posts and agreements as they are today, and ends with them.")


def permission_table() -> None:
    """The whole table of who may do what, as it is enforced."""
    st.caption(
        "This is the table that every list and every record follows. What is not in it, nobody may. Roles add up; "
        "relationships do not travel, and end with their dates."
    )
    role = st.selectbox(
        "Role", list(ROLES), index=None, format_func=ROLES.__getitem__, placeholder="Every role", key="table-role"
    )
    heading = ("Record", "Who", "About", "May", "How much", "Only")
    st.dataframe([dict(zip(heading, line, strict=True)) for line in lines(role)], hide_index=True, width="stretch")


MINE = (
    Object.SUPERVISION_STATUS,
    Object.SESSION_LOG,
    Object.AGREEMENT,
    Object.TRAINING_STATUS,
    Object.TRAINING_RECORD,
    Object.EVIDENCE_FILE,
    Object.REGISTRATION_STATUS,
    Object.REGISTRATION,
    Object.PRACTICE_STATUS,
    Object.OBSERVATION_RATING,
    Object.COMPETENCY_SIGN_OFF,
    Object.EVENT_STATUS,
    Object.RESPONSIBILITY,
    Object.EMPLOYMENT,
    Object.ACTIVITY,
    Object.ACTIVITY_WORDS,
)
"""What is held about a person, on their own page."""


def who_can_see_mine(me: Actor) -> None:
    """On my record: the same for each kind of what is held about me."""
    folded = st.expander("Who can see my records?", icon=":material/visibility:", key="readers-mine", on_change="rerun")
    if folded.open:
        with folded:
            what = st.selectbox("Records", MINE, format_func=OBJECTS.__getitem__, key="readers-mine-what")
            list_readers(lambda db: readers_about(db, viewer=me, what=what, staff_id=me.staff_id))
