"""In the log, under a session that did not happen: what took its place, or the day it is rebooked for."""

from uuid import UUID

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.database import reading
from tcsuper.queries.recording import lost_session
from tcsuper.services.supervision import rebook_session
from tcsuper.ui.record_session import rebooked_fields
from tcsuper.ui.saving import record_form, saving


def rebooking(me: Actor, record_id: UUID) -> None:
    with reading() as db:
        lost = lost_session(db, viewer=me, record_id=record_id)
    st.markdown(lost.sentence(me.on))
    if not lost.may_rebook:
        return
    with st.expander("Rebook it"), record_form(f"rebook-{record_id}", submit="Rebook the session") as form:
        on, at = rebooked_fields(form, lost.held_on, lost.starts_at)
    if form.submitted:
        done = f"Rebooked for {words.day(on)}. The forecast counts it from now on."
        with saving(form, done=done) as db:
            rebook_session(db, by=me, submission=form.key, lost_record_id=record_id, held_on=on, starts_at=at)
