"""Observe: planned whose work is to be seen; what you saw of it, against a set of standards; signed."""

import streamlit as st

from tcsuper.access import Action, Object, Permission
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.models import ObservationState
from tcsuper.queries.observations import observations_seen, rated_by_several
from tcsuper.queries.people import people_to_choose
from tcsuper.queries.planned_observations import planned_seen
from tcsuper.ui.frame import page_title
from tcsuper.ui.memory import is_asked_anew
from tcsuper.ui.moderation import SHARED, rated_by_several_part
from tcsuper.ui.observations import draft_rows, observation_table, rows_to_sign
from tcsuper.ui.observe import choose_draft_to_change, observe_somebody
from tcsuper.ui.planned_observations import DRAFTS, PLANNED, planned_part
from tcsuper.ui.signed_in import signed_in_staff

me = signed_in_staff(needs=Permission.OBSERVE)
RECORD = "Record"
PARTS = [PLANNED, RECORD, DRAFTS, SHARED]
page_title("Observe", "Rate what you saw of a group, a meeting or a piece of writing, standard by standard.")
asked = st.query_params.get("show", "")
if asked in PARTS and is_asked_anew("observe", str(sorted(st.query_params.to_dict().items()))):
    st.session_state["observe-show"] = asked
st.session_state.setdefault("observe-show", RECORD)
what = st.segmented_control("Show", PARTS, required=True, key="observe-show")

with reading() as db:
    people = people_to_choose(db, viewer=me, what=Object.OBSERVATION_RATING, action=Action.CREATE)
    observations = observations_seen(db, viewer=me, on=today())
    several = rated_by_several(db, viewer=me, on=today()) if what == SHARED else []
    planned = planned_seen(db, viewer=me) if what == PLANNED else []
is_draft = observations["state"] == ObservationState.DRAFT
mine = is_draft & observations["mine"].astype(bool)

if not people and what in (PLANNED, RECORD):
    st.info("There is nobody you may observe: supervisors observe those they supervise, managers their communities.")
elif what == PLANNED:
    planned_part(me, [one for one in planned if one.observed_id != me.staff_id], people)
elif what == DRAFTS and mine.any():
    draft_rows(me, observations[mine])
    open_ones = observations[mine & ~observations["is_signed"].astype(bool)]
    if len(open_ones):
        choose_draft_to_change(me, open_ones)
elif what == DRAFTS:
    st.info("You have no drafts. An observation saved as a draft waits here, seen by you alone, until you share it.")
elif what == SHARED:
    to_sign = observations[observations["may_sign"].astype(bool)]
    if len(to_sign):
        rows_to_sign(me, to_sign)
    if several:
        rated_by_several_part(me, several)
    if is_draft.all():
        st.info("Nothing is shared yet. Share a draft, and the observed person and their therapy manager read it here.")
    else:
        st.subheader("All shared and signed", anchor=False)
        observation_table(me, observations[~is_draft], "observe-shared")
else:
    observe_somebody(me, people)
