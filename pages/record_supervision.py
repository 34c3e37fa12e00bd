"""Record a session: held, lost or planned, straight after the group or from the signed register."""

import streamlit as st

from tcsuper.access import Permission
from tcsuper.database import reading
from tcsuper.queries.supervision import agreements_to_record, planned_sessions_of, sessions_to_record
from tcsuper.ui.frame import page_title
from tcsuper.ui.pickers import pick_agreement
from tcsuper.ui.record_session import (
    CHOSEN,
    HELD,
    LOST,
    ONE,
    PLANNED,
    SEVERAL,
    WEEK,
    asked_for,
    held_form,
    lost_form,
    planned_form,
)
from tcsuper.ui.several_sessions import several_form
from tcsuper.ui.signed_in import signed_in_staff
from tcsuper.ui.week_register import week_register

me = signed_in_staff(needs=Permission.RECORD_SUPERVISION)
page_title("Record a session", "Choose the group or person: everyone contracted that day is filled in as present.")

with reading() as db:
    offered, waiting = agreements_to_record(db, viewer=me), sessions_to_record(db, viewer=me)
if not offered:
    st.info("You have no supervision agreement yet. Make one under Log and agreements, then record its sessions here.")
    st.stop()

asked = asked_for(waiting, offered)
st.session_state.setdefault("record-how", ONE)
how = st.segmented_control("Record", [ONE, SEVERAL, WEEK], key="record-how", label_visibility="collapsed")
if how == WEEK:
    week_register(me)
    st.stop()

agreement = pick_agreement(offered, CHOSEN)
if agreement is None:
    st.caption("Nothing is chosen yet.")
    st.stop()

if how == SEVERAL:
    several_form(me, agreement)
    st.stop()

st.session_state.setdefault("record-what", HELD)
what = st.segmented_control("What do you record?", [HELD, LOST, PLANNED], key="record-what")
with reading() as db:
    planned = planned_sessions_of(db, viewer=me, agreement_id=agreement.agreement_id)
if what == LOST:
    lost_form(me, agreement, planned, asked)
elif what == PLANNED:
    planned_form(me, agreement)
else:
    held_form(me, agreement, planned, asked)
