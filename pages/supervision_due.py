"""Who is due: people and months against each minimum, how many met theirs, and who supervises whom."""

import streamlit as st

from tcsuper.access import Permission
from tcsuper.ui.compliance import compliance_part
from tcsuper.ui.due import who_is_due_part
from tcsuper.ui.frame import page_title_as_at
from tcsuper.ui.signed_in import signed_in_staff
from tcsuper.ui.supervisors import supervisors_part
from tcsuper.ui.trainees import trainees_part

me = signed_in_staff(needs=Permission.SEE_DUE)
as_at = page_title_as_at(
    "Clinical supervision: who is due",
    "The minimum your service set, and beside it what professional bodies ask.",
)
parts = {  # each takes who looks and the day the page answers for
    "Who is due": who_is_due_part,
    "Compliance": compliance_part,
    "Supervisors": supervisors_part,
    "Trainees": trainees_part,
}
asked = "Trainees" if st.query_params.get("show") == "trainees" else "Who is due"
chosen = st.segmented_control("Show", list(parts), default=asked, key="due-show", persist_state="session")
parts[chosen or "Who is due"](me, as_at.on)
