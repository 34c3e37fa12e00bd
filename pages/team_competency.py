"""Team competency: how each community stands against the standard, as counts."""

import streamlit as st

from tcsuper import words
from tcsuper.access import Permission
from tcsuper.database import reading
from tcsuper.queries.people import communities_to_choose
from tcsuper.queries.team import months_as_at, supervision_rate_by_month
from tcsuper.queries.team_overview import overview
from tcsuper.settings import service_number
from tcsuper.ui.action_lists import do_actions_move_part
from tcsuper.ui.compliance import counts_part
from tcsuper.ui.frame import page_title_as_at
from tcsuper.ui.monthly_return import monthly_return_part
from tcsuper.ui.reviews_plans import plans_strip
from tcsuper.ui.serves_me import how_supervision_serves_part
from tcsuper.ui.signed_in import signed_in_staff
from tcsuper.ui.standards_below import standards_below_part
from tcsuper.ui.team import months_picture, rate_sentence
from tcsuper.ui.team_overview import overview_part, seen_as
from tcsuper.ui.team_trend import trend_part
from tcsuper.ui.team_variances import coverage_summary_part, variances_part

me = signed_in_staff(needs=Permission.SEE_TEAM)
with reading() as db:
    communities = communities_to_choose(db, viewer=me)
    smallest, target = service_number(db, "smallest_group"), service_number(db, "compliance_target")
as_at = page_title_as_at("Team competency", seen_as(me, communities))
with reading() as db:
    shown = overview(db, viewer=me, on=as_at.on)
    months = supervision_rate_by_month(db, viewer=me, on=as_at.on)
if shown.on != as_at.on:
    st.caption(f"Counts are given for today and for the ends of months: these are of {words.day(shown.on)}.")
if not shown.kinds:
    st.info("Nothing is required of anyone in these communities on this day. Posts are entered on the Staff page.")
    st.stop()

overview_part(me, shown, smallest)

trend_part(me, as_at.on)

variances_part(me, shown)

st.subheader("Supervision by month", anchor=False)
months_on = months_as_at(me, as_at.on)
if months.dropna(subset=["share"]).empty:
    st.info("No supervision minimum is set for these communities, or the groups are too small to show.")
else:
    st.markdown(rate_sentence(months, months_on))
    if months_on != as_at.on:
        st.caption("Figures by month are of the people who work here today, and end today.")
    months_picture(me, as_at.on, months, target)
    counts_part(me, as_at.on)

standards_below_part(me, as_at.on)

coverage_summary_part(shown)

do_actions_move_part(me, as_at.on)

plans_strip(me, as_at.on)

how_supervision_serves_part(me)

monthly_return_part(me)
