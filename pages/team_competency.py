"""Team competency: how each community stands against the standard, as counts."""

import streamlit as st

from tcsuper import words
from tcsuper.access import Permission
from tcsuper.charts import kinds_heatmap, rate_by_month_chart
from tcsuper.database import reading
from tcsuper.queries.people import communities_to_choose
from tcsuper.queries.team import figures_as_at, kinds_by_community, months_as_at, supervision_rate_by_month
from tcsuper.settings import service_number
from tcsuper.ui.action_lists import do_actions_move_part
from tcsuper.ui.compliance import counts_part
from tcsuper.ui.frame import page_title_as_at
from tcsuper.ui.serves_me import how_supervision_serves_part
from tcsuper.ui.signed_in import signed_in_staff
from tcsuper.ui.team import kinds_table, months_table, rate_sentence, variances

me = signed_in_staff(needs=Permission.SEE_TEAM)
with reading() as db:
    communities = communities_to_choose(db, viewer=me)
    smallest, target = service_number(db, "smallest_group"), service_number(db, "compliance_target")
as_at = page_title_as_at("Team competency", f"Counts only: {', '.join(communities.values())}.")
with reading() as db:
    kinds = kinds_by_community(db, viewer=me, on=as_at.on)
    months = supervision_rate_by_month(db, viewer=me, on=as_at.on)
if (shown := figures_as_at(me, as_at.on)) != as_at.on:
    st.caption(f"Counts are given for today and for the ends of months: these are of {words.day(shown)}.")
if kinds.empty:
    st.info("Nothing is required of anyone in these communities on this day. Posts are entered on the Staff page.")
    st.stop()

st.subheader("Who meets what is required", anchor=False)
with st.container(key="wide-full-kinds"):
    st.altair_chart(kinds_heatmap(kinds), alt="People who meet everything of a kind, by community: the table below.")
st.caption(
    "In each cell: people who meet every requirement of the kind, of those it is asked of. Supervision, agreements and "
    f"observed practice are shown for {smallest} people or more."
)
with st.expander("As a table"):
    kinds_table(kinds)

st.subheader("Supervision by month", anchor=False)
months_on = months_as_at(me, as_at.on)
if months.dropna(subset=["share"]).empty:
    st.info("No supervision minimum is set for these communities, or the groups are too small to show.")
else:
    st.markdown(rate_sentence(months, months_on))
    if months_on != as_at.on:
        st.caption("Figures by month are of the people who work here today, and end today.")
    st.altair_chart(rate_by_month_chart(months, target), alt="Share of people who met their minimum, by month.")
    st.caption(f"Dashed line across: {target}%, set by your service. Dotted and pale: not over yet.")
    with st.expander("As a table"):
        months_table(months)
    counts_part(me, as_at.on)

st.subheader("Largest variances", anchor=False)
variances(kinds)

do_actions_move_part(me, as_at.on)

how_supervision_serves_part(me)
