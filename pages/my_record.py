"""My record: where I stand on everything, and why."""

import streamlit as st

from tcsuper.database import reading
from tcsuper.queries.my_responsibilities import responsibilities_held_by
from tcsuper.queries.people import posts_of
from tcsuper.queries.standing import my_supervision_months, standings_seen
from tcsuper.queries.supervision import my_attendance
from tcsuper.ui.action_lists import my_actions
from tcsuper.ui.activities import activity_log_part
from tcsuper.ui.agreement import my_agreements_part
from tcsuper.ui.calendar import own_calendar_part
from tcsuper.ui.contact import contact_part
from tcsuper.ui.disputes import disputes_to_settle_part, my_disputes_part
from tcsuper.ui.export_register import my_exports_part
from tcsuper.ui.frame import page_title_as_at
from tcsuper.ui.history import my_history_part
from tcsuper.ui.hours import hours_this_month
from tcsuper.ui.my_sessions import my_sessions
from tcsuper.ui.my_strip import my_supervision, requirements_by_kind
from tcsuper.ui.planned_observations import will_be_observed
from tcsuper.ui.portfolio import portfolio_part
from tcsuper.ui.practice import practice_card
from tcsuper.ui.protected_titles import my_title_mark
from tcsuper.ui.readers import who_can_see_mine
from tcsuper.ui.responsibilities import held_list
from tcsuper.ui.serves_me import serves_me_part
from tcsuper.ui.shared_record import my_records
from tcsuper.ui.signed_in import signed_in_staff
from tcsuper.ui.statements import my_statements_part
from tcsuper.ui.stepper import tcat_stepper
from tcsuper.ui.trainees import my_traineeship_part
from tcsuper.ui.training import send_in_completion

me = signed_in_staff()

with reading() as db:
    posts = posts_of(db, viewer=me)
as_at = page_title_as_at("My record", " · ".join([me.name, *(f"{role}, {place}" for role, place in posts)]))
with reading() as db:
    rows = standings_seen(db, viewer=me, on=as_at.on, about=me.staff_id)
    months = my_supervision_months(db, viewer=me, on=as_at.on)
    sessions = my_attendance(db, viewer=me)
    held = responsibilities_held_by(db, viewer=me, staff_id=me.staff_id, on=as_at.on)
my_title_mark(me, as_at.on)

if not rows:
    enters = "Your manager enters your post on the Staff page." if posts else "You hold no post here."
    st.info(f"Nothing is required of you by a post on this day. {enters}")
disputes_to_settle_part(me)
once_in_a_while = {"statements": my_statements_part, "serves_me": serves_me_part}
if st.query_params.get("show") in once_in_a_while:  # somebody came for it
    once_in_a_while.pop(st.query_params["show"])(me)
my_supervision(rows, months)
my_agreements_part(me, as_at.on)
hours_this_month(me, rows)
my_traineeship_part(me, as_at.on)
if posts or sessions:
    my_actions(me, as_at.on)
    my_sessions(me, sessions, rows, as_at.is_today)
my_disputes_part(me)
tcat_stepper(rows)
if posts:
    send_in_completion(me)
activity_log_part(me, as_at.on)
will_be_observed(me)
own_calendar_part(me)
practice_card(me, as_at.on)
requirements_by_kind(rows)
if posts or held:
    st.subheader("Responsibilities", anchor=False)
    held_list(held, "You hold")
for part in once_in_a_while.values():
    part(me)
portfolio_part(me)
my_records(me)
who_can_see_mine(me)
my_history_part(me)
my_exports_part(me)
contact_part(me)
