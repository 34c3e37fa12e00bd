"""Who is due: people and months against each minimum, and the session that would fix this month."""

import streamlit as st

from tcsuper.access import Permission
from tcsuper.charts import month_heatmap, ranked_bars
from tcsuper.database import reading
from tcsuper.queries.due import lost_sessions, rate_sentence, supervision_due
from tcsuper.queries.people import communities_to_choose
from tcsuper.queries.standing import months_frame
from tcsuper.ui.due import causes, choose_community, choose_rows, fixes_table, unit_words
from tcsuper.ui.frame import page_title_as_at
from tcsuper.ui.hours import hours_of_others
from tcsuper.ui.misses import missed_in_a_row_part
from tcsuper.ui.my_strip import months_table
from tcsuper.ui.plain import plain
from tcsuper.ui.signed_in import signed_in_staff

me = signed_in_staff(needs=Permission.SEE_DUE)
as_at = page_title_as_at(
    "Clinical supervision: who is due",
    "The minimum your service set, and beside it what professional bodies ask.",
)
with reading() as db:
    communities = communities_to_choose(db, viewer=me)
    community = choose_community(communities)
    months = supervision_due(db, viewer=me, on=as_at.on, community_id=community)
    lost = lost_sessions(db, viewer=me, on=as_at.on)
if not months:
    st.info("Nobody here has a supervision minimum by the month. A therapy manager sets one on the Catalogue page.")
    st.stop()

st.markdown(f"**{plain(rate_sentence(months))}**")
chosen = choose_rows(months)
if chosen:
    st.altair_chart(
        month_heatmap(months_frame(chosen, by_person=True)), alt="Credited by person and month: as in the table below."
    )
    st.caption(f"{unit_words(chosen)} in each month. A dash: not judged, not required, or no records kept here.")
    with st.expander("As a table"):
        st.dataframe(months_table(chosen, with_person=True), hide_index=True, width="stretch")
else:
    st.info("Nobody is in the chosen state this month. Choose another under Show.")

st.subheader("What would fix this month", anchor=False)
fixes_table(months)

missed_in_a_row_part(me, as_at.on)

st.subheader("Why sessions were lost, last 3 months", anchor=False)
if lost is None:
    st.info("No sessions were lost, or too few people are concerned to show the causes.")
else:
    st.altair_chart(ranked_bars(causes(lost)), alt="Lost sessions by cause, the most frequent first.")
    with st.expander("As a table"):
        st.table(causes(lost).rename(columns={"label": "Cause", "count": "Sessions"}), hide_index=True)

hours_of_others(me)
