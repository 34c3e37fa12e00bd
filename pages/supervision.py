"""Log and agreements: what was held, what was lost, who supervises whom."""

import streamlit as st

from tcsuper.access import Permission, holds
from tcsuper.ui.action_lists import actions_part
from tcsuper.ui.agreements import agreements_part
from tcsuper.ui.disputes import disputes_part, sees_disputes
from tcsuper.ui.frame import page_title_as_at
from tcsuper.ui.groups import groups_part
from tcsuper.ui.planned import show_planned
from tcsuper.ui.session_log import show_log
from tcsuper.ui.signed_in import signed_in_staff
from tcsuper.ui.statements import statements_to_check_part
from tcsuper.ui.themes import balance_for_supervisor

me = signed_in_staff(needs=Permission.SEE_SUPERVISION_LOG)
as_at = page_title_as_at("Log and agreements", "Sessions held and lost, agreements, groups.")
parts = {"log": "Log", "planned": "Planned", "agreement": "Agreements", "groups": "Groups", "actions": "Actions"}
if holds(me, Permission.RECORD_SUPERVISION):
    parts["themes"] = "Themes"
if holds(me, Permission.CHECK_STATEMENTS):
    parts["statements"] = "Statements"
if sees_disputes(me):
    parts["disputes"] = "Disputes"
asked = parts.get(st.query_params.get("show", ""), "Log")
what = st.segmented_control("Show", list(parts.values()), default=asked, key="supervision-show")

if what == "Planned":
    show_planned(me, as_at.on)
elif what == "Agreements":
    agreements_part(me, as_at.on)
elif what == "Groups":
    groups_part(me, as_at.on)
elif what == "Statements":
    statements_to_check_part(me)
elif what == "Disputes":
    disputes_part(me)
elif what == "Themes":
    balance_for_supervisor(me)
elif what == "Actions":
    actions_part(me, as_at.on)
else:
    show_log(me, as_at.on)
