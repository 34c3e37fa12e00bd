"""A file imported, step by step. What somebody answered at one step is kept while they go back and forth."""

import streamlit as st

from tcsuper.access import Actor
from tcsuper.database import reading
from tcsuper.queries.imports import known_names
from tcsuper.queries.training import courses_to_choose
from tcsuper.ui.import_draft import CHOOSE, DONE, PEOPLE, PREVIEW, STEPS, UNDERSTOOD, Draft, kept_draft
from tcsuper.ui.import_made import done_step
from tcsuper.ui.import_people import back, people_step
from tcsuper.ui.import_preview import preview_step
from tcsuper.ui.import_reading import choose_step
from tcsuper.ui.import_understood import understood_step


def import_part(me: Actor) -> None:
    """The steps stand above what is drawn first, since reading a file leads to the next of them."""
    draft = kept_draft()
    above, place = st.container(), st.empty()
    step = _asked(draft)
    if step == CHOOSE:
        with place.container():
            newly_read = choose_step(me, draft)
        if newly_read is not None:
            draft, step = newly_read, UNDERSTOOD
            place.empty()
    with above:
        step = _steps(draft, step)
    if draft is None or step == CHOOSE:
        return
    with place.container():
        _rest(me, draft, step)


def _asked(draft: Draft | None) -> str:
    if draft is None:
        return CHOOSE
    return DONE if draft.is_taken else str(st.session_state.get(draft.key("step"), UNDERSTOOD))


def _steps(draft: Draft | None, step: str) -> str:
    """Before there is a file, and once it is taken in, they only say where somebody is."""
    is_open = draft is not None and not draft.is_taken
    if draft is not None and is_open:
        st.session_state.setdefault(draft.key("step"), step)
        chosen = st.segmented_control(
            "Step",
            STEPS,
            required=True,
            key=draft.key("step"),
            label_visibility="collapsed",
            persist_state="session",
        )
        return chosen or step
    st.segmented_control(
        "Step", STEPS, default=step, disabled=True, key=f"import-step-{step}", label_visibility="collapsed"
    )
    return step


def _rest(me: Actor, draft: Draft, step: str) -> None:
    if step == DONE and draft.is_taken:
        done_step(me, draft)
        return
    if step == DONE:
        st.info("Nothing is taken in yet. Look at the preview, and take it in from there.", icon=":material/info:")
        back(draft, PREVIEW)
        return
    with reading() as db:
        known, courses = known_names(db, viewer=me), courses_to_choose(db)
    if step == UNDERSTOOD:
        understood_step(me, draft, known, courses)
    elif step == PEOPLE:
        people_step(me, draft, known)
    elif step == PREVIEW:
        preview_step(me, draft, known)
