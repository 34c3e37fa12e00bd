"""Home: what needs you, and how you stand."""

import streamlit as st

from tcsuper import words
from tcsuper.access import sees_counts_alone
from tcsuper.clock import LONDON, now, today
from tcsuper.database import reading
from tcsuper.queries.home import my_standings, my_team
from tcsuper.queries.people import posts_of
from tcsuper.queries.standing import my_supervision_months
from tcsuper.queries.tasks import my_tasks
from tcsuper.ui.audit_pack import inspection_now_button
from tcsuper.ui.frame import page_title
from tcsuper.ui.my_strip import my_strip
from tcsuper.ui.signed_in import signed_in_staff
from tcsuper.ui.status import figure
from tcsuper.ui.tasks import nothing_waits, show_tasks
from tcsuper.ui.team import communities_today

me = signed_in_staff()

with reading() as db:
    posts, team = posts_of(db, viewer=me), my_team(db, viewer=me)
    mine, months = my_standings(db, viewer=me), my_supervision_months(db, viewer=me, on=today())
    tasks = my_tasks(db, viewer=me, rows=mine)

hour = now().astimezone(LONDON).hour
greeting = "Good morning" if hour < 12 else "Good afternoon" if hour < 18 else "Good evening"
places = words.listed([f"{role}, {community}" for role, community in posts])
page_title(f"{greeting}, {me.name.split()[0]}", " · ".join(part for part in (places, words.full_day(today())) if part))

inspection_now_button(me)
st.subheader("What needs you", anchor=False)
if tasks:
    show_tasks(me, tasks, "mine")
else:
    nothing_waits()

if team is not None:
    st.subheader("Your team today", anchor=False)
    if team.figures:
        for place, one in zip(st.columns(len(team.figures)), team.figures, strict=True):
            with place:
                figure(one.label, f"{one.met} of {one.duty}", one.behind)
        st.caption("People you answer for, without yourself, who meet all of a kind that is asked of them today.")
    if team.tasks:
        show_tasks(me, team.tasks, "team")

if sees_counts_alone(me):
    communities_today(me)

if mine or posts:
    st.subheader("How you stand", anchor=False)
    my_strip(mine, months)
else:
    st.caption("You hold no post here, so nothing is required of you.")
