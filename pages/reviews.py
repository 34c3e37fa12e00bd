"""Reviews and action plans: how communities were looked at as a whole, what was found, and what is done about it."""

import streamlit as st

from tcsuper.access import Permission
from tcsuper.ui.frame import page_title_as_at
from tcsuper.ui.memory import is_asked_anew
from tcsuper.ui.reviews import reads_reviews, reviews_part
from tcsuper.ui.reviews_findings import repeated_part
from tcsuper.ui.reviews_plans import my_plan_actions_part, plans_part
from tcsuper.ui.signed_in import signed_in_staff

me = signed_in_staff(needs=Permission.SEE_PLAN_ACTIONS)
about = "Self-reviews, peer reviews, accreditations, inspections, and what follows from them."
as_at = page_title_as_at("Reviews and action plans", about if reads_reviews(me) else "The actions that are yours.")
if not reads_reviews(me):
    my_plan_actions_part(me, as_at.on)
    st.stop()

parts = {"reviews": "Reviews", "plans": "Action plans", "repeated": "Repeated findings"}
asked = "reviews" if "review" in st.query_params else st.query_params.get("show", "")
if asked in parts and is_asked_anew("reviews-show", f"{asked}{st.query_params.get('review', '')}"):
    st.session_state["reviews-show"] = parts[asked]
st.session_state.setdefault("reviews-show", "Reviews")
what = st.segmented_control("Show", list(parts.values()), key="reviews-show", required=True)

if what == "Action plans":
    plans_part(me, as_at.on)
elif what == "Repeated findings":
    repeated_part(me, as_at.on)
else:
    reviews_part(me, as_at.on)
