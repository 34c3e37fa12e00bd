"""Observe: what you saw of somebody's work, against a set of standards."""

import streamlit as st

from tcsuper.access import Action, Object, Permission
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.models import ObservationState
from tcsuper.queries.people import people_to_choose
from tcsuper.queries.practice import observations_seen
from tcsuper.ui.frame import page_title
from tcsuper.ui.observations import draft_rows, observation_table, rows_to_sign
from tcsuper.ui.observe import choose_draft_to_change, observe_somebody
from tcsuper.ui.signed_in import signed_in_staff

me = signed_in_staff(needs=Permission.OBSERVE)
NEW, DRAFTS, SHARED = "New observation", "My drafts", "Shared and signed"
page_title("Observe", "Rate what you saw of a group, a meeting or a piece of writing, standard by standard.")
what = st.segmented_control("Show", [NEW, DRAFTS, SHARED], default=NEW, required=True, key="observe-show")

with reading() as db:
    people = people_to_choose(db, viewer=me, what=Object.OBSERVATION_RATING, action=Action.CREATE)
    observations = observations_seen(db, viewer=me, on=today())
is_draft = observations["state"] == ObservationState.DRAFT

if what == DRAFTS:
    if is_draft.any():
        draft_rows(me, observations[is_draft])
        choose_draft_to_change(me, observations[is_draft])
    else:
        st.info(
            "You have no drafts. An observation saved as a draft waits here, seen by you alone, until you share it."
        )
elif what == SHARED:
    to_sign = observations[observations["may_sign"].astype(bool)]
    if len(to_sign):
        rows_to_sign(me, to_sign)
    if is_draft.all():
        st.info("Nothing is shared yet. Share a draft, and the observed person and their therapy manager read it here.")
    else:
        st.subheader("All shared and signed", anchor=False)
        observation_table(me, observations[~is_draft], "observe-shared")
elif people:
    observe_somebody(me, people)
else:
    st.info("There is nobody you may observe: supervisors observe those they supervise, managers their communities.")
