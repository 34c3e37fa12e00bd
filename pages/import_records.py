"""Import: sheets that people keep, taken in step by step; what was taken in, and how to undo it."""

import streamlit as st

from tcsuper.access import Permission
from tcsuper.ui.frame import page_title
from tcsuper.ui.import_made import made_part
from tcsuper.ui.import_mappings import kept_part
from tcsuper.ui.imports import import_part
from tcsuper.ui.signed_in import signed_in_staff

me = signed_in_staff(needs=Permission.IMPORT_RECORDS)
page_title("Import", "The sheets you keep, taken in: seen before it is stored, and undone as one action.")
TAKE_IN, MADE, KEPT = "Take in a file", "Imports made", "Kept for next time"
shown = st.segmented_control(
    "Part",
    (TAKE_IN, MADE, KEPT),
    default=TAKE_IN,
    required=True,
    key="import-part",
    label_visibility="collapsed",
    persist_state="session",
)
if shown == MADE:
    made_part(me)
elif shown == KEPT:
    kept_part(me)
else:
    import_part(me)
