"""Log and agreements: what was held, what was lost, who supervises whom."""

import streamlit as st

from tcsuper.access import Permission, holds
from tcsuper.database import reading
from tcsuper.queries.agreements import agreements_seen, groups_seen
from tcsuper.ui.agreements import (
    agreement_table,
    end_agreement_form,
    group_table,
    new_agreement_form,
    new_group_form,
    stand_in_part,
    who_sees_agreement,
)
from tcsuper.ui.frame import page_title_as_at
from tcsuper.ui.session_log import show_log
from tcsuper.ui.signed_in import signed_in_staff

me = signed_in_staff(needs=Permission.SEE_SUPERVISION_LOG)
as_at = page_title_as_at("Log and agreements", "Sessions held and lost, agreements, groups.")
asked = "Agreements" if st.query_params.get("show") == "agreement" else "Log"
what = st.segmented_control("Show", ["Log", "Agreements", "Groups"], default=asked, key="supervision-show")
may_keep = holds(me, Permission.KEEP_AGREEMENTS)

if what == "Agreements":
    with reading() as db:
        agreements = agreements_seen(db, viewer=me, on=as_at.on)
    agreement_table(agreements)
    who_sees_agreement(me, agreements)
    stand_in_part(me, agreements)
    if may_keep:
        new_agreement_form(me)
        end_agreement_form(me, agreements)
elif what == "Groups":
    with reading() as db:
        groups = groups_seen(db, viewer=me, on=as_at.on)
    group_table(groups)
    if may_keep:
        new_group_form(me)
else:
    show_log(me, as_at.on)
