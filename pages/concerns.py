"""Concerns: raise one about somebody's practice, and read those that are yours to read."""

import streamlit as st

from tcsuper.access import Permission
from tcsuper.database import reading
from tcsuper.queries.concerns import concern_counts, concerns_seen
from tcsuper.ui.concerns import asked_for, outside_form, raise_form, show_concerns, show_counts, show_opened
from tcsuper.ui.frame import page_title
from tcsuper.ui.signed_in import signed_in_staff

me = signed_in_staff(needs=Permission.RAISE_CONCERN)
page_title("Concerns", "About somebody's practice. What is recorded here is read by few, and each reading is noted.")

with reading() as db:
    lines, counts = concerns_seen(db, viewer=me), concern_counts(db, viewer=me)

opened = asked_for(lines)
if opened is not None:
    show_opened(me, opened)
    st.stop()

show_concerns(lines)
show_counts(counts)
raise_form(me)
outside_form(me)
