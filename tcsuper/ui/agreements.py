"""Agreements and groups as tables, and the forms that make and end them."""

from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from tcsuper import words
from tcsuper.access import Action, Actor, Object
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.models import SessionForm
from tcsuper.queries.agreements import StandInLine, groups_seen, purposes, stand_ins_seen
from tcsuper.queries.people import communities_to_choose, people_to_choose
from tcsuper.queries.readers import readers_of_agreement
from tcsuper.services.agreements import end_agreement, make_agreement, make_group
from tcsuper.services.stand_ins import end_stand_in, name_stand_in
from tcsuper.ui.pickers import pick_several, pick_staff
from tcsuper.ui.plain import plain
from tcsuper.ui.readers import list_readers
from tcsuper.ui.saving import record_button, record_form, saving

if TYPE_CHECKING:
    import pandas as pd

PERSON, GROUP = "One person", "A group"


def agreement_table(agreements: "pd.DataFrame") -> None:
    if agreements.empty:
        st.info("No agreement is in force on this day. A therapy manager makes one below.")
        return
    st.dataframe(
        [
            {
                "For": row.whom,
                "Supervisor": row.supervisor,
                "Purpose": row.purpose,
                "Length": words.length(row.usual_minutes),
                "Every": words.count(row.every_days, "day"),
                "Since": words.day(row.start_on),
                "Until": words.day(row.end_on) if row.end_on else "open",
                "Review": words.day(row.review_on) if row.review_on else "not set",
            }
            for row in agreements.itertuples()
        ],
        hide_index=True,
        width="stretch",
    )
    st.caption(f"{words.count(len(agreements), 'agreement')} in force.")


def who_sees_agreement(me: Actor, agreements: "pd.DataFrame") -> None:
    if agreements.empty:
        return
    offered = {
        f"{row.whom} with {row.supervisor}, {row.purpose.lower()}": row.agreement_id for row in agreements.itertuples()
    }
    with st.popover("Who can see an agreement?", icon=":material/visibility:"):
        label = st.selectbox("Agreement", list(offered), index=None, placeholder="Choose one", key="readers-agreement")
        if label:
            number = int(offered[label])
            list_readers(lambda db: readers_of_agreement(db, viewer=me, agreement_id=number))


def group_table(groups: "pd.DataFrame") -> None:
    if groups.empty:
        st.info("There is no group on this day. A therapy manager makes one below.")
        return
    st.dataframe(
        [
            {
                "Group": row.name,
                "Community": row.community,
                "Purpose": row.purpose,
                "Contracted": row.contracted,
                "Members": row.members,
            }
            for row in groups.itertuples(index=False)
        ],
        hide_index=True,
        width="stretch",
    )


def new_agreement_form(me: Actor) -> None:
    with reading() as db:
        supervisees = people_to_choose(db, viewer=me, what=Object.AGREEMENT, action=Action.CREATE)
        manages = communities_to_choose(db, viewer=me, what=Object.AGREEMENT, action=Action.CREATE)
        supervisors = [one for one in people_to_choose(db, viewer=me) if manages or one.staff_id == me.staff_id]
        groups, named = groups_seen(db, viewer=me, on=today()), purposes(db)
    st.subheader("Make an agreement", anchor=False)
    kind = st.segmented_control("With", [PERSON, GROUP], default=PERSON, key="agreement-kind")
    group_names = {f"{row.name} ({row.community})": row.group_id for row in groups.itertuples(index=False)}
    with record_form("make_agreement", submit="Make the agreement") as form:
        supervisor = pick_staff("Supervisor", supervisors, form.widget_key("supervisor"))
        form.slot("supervisor_id")
        person = group = None
        if kind == GROUP:
            key, hint = form.widget_key("group"), "Choose a group"
            group = st.selectbox("Group", list(group_names), index=None, placeholder=hint, key=key)
        else:
            person = pick_staff("Supervisee", supervisees, form.widget_key("supervisee"))
        form.slot("supervisee_id")
        purpose = st.selectbox("Purpose", list(named), format_func=named.__getitem__, key=form.widget_key("purpose"))
        left, right = st.columns(2)
        minutes = left.number_input("Usual length in minutes", 5, 480, 60, step=5, key=form.widget_key("minutes"))
        every = right.number_input("Every how many days", 1, 366, 28, key=form.widget_key("every"))
        left, right = st.columns(2)  # anew, so that on a phone they come in this order
        start_on = left.date_input("From", value=today(), format="DD/MM/YYYY", key=form.widget_key("from"))
        review_on = right.date_input("Review on", value=None, format="DD/MM/YYYY", key=form.widget_key("review"))
    if form.submitted:
        with saving(form, done="The agreement is made. Its sessions can be recorded now.") as db:
            make_agreement(
                db,
                by=me,
                submission=form.key,
                supervisor_id=supervisor.staff_id if supervisor else 0,
                supervisee_id=person.staff_id if person else None,
                group_id=group_names[group] if group else None,
                purpose=purpose or "",
                start_on=start_on if isinstance(start_on, date) else today(),
                usual_minutes=int(minutes),
                every_days=int(every),
                review_on=review_on if isinstance(review_on, date) else None,
            )


def end_agreement_form(me: Actor, agreements: "pd.DataFrame") -> None:
    with reading() as db:
        manages = communities_to_choose(db, viewer=me, what=Object.AGREEMENT, action=Action.CREATE)
    open_ones = {
        f"{row.whom} with {row.supervisor}, {row.purpose.lower()}, since {words.day(row.start_on)}": row.agreement_id
        for row in agreements.itertuples()
        if row.end_on is None and (row.mine or manages)
    }
    if not open_ones:
        return
    with st.expander("End an agreement"), record_form("end_agreement", submit="End it") as form:
        st.caption("Its sessions up to the last day can still be recorded for 28 days; reading them ends then too.")
        key, hint = form.widget_key("agreement"), "Choose an agreement"
        label = st.selectbox("Agreement", list(open_ones), index=None, placeholder=hint, key=key)
        form.slot("agreement_id")
        end_on = st.date_input("Last day", value=today(), format="DD/MM/YYYY", key=form.widget_key("end"))
        form.slot("end_on")
    if form.submitted:
        with saving(form, done="The agreement has its last day.") as db:
            end_agreement(
                db,
                by=me,
                submission=form.key,
                agreement_id=open_ones.get(label or "", 0),
                end_on=end_on if isinstance(end_on, date) else today(),
            )


def stand_in_part(me: Actor, agreements: "pd.DataFrame") -> None:
    """Who holds sessions in a supervisor's place, and the form by which a therapy manager names somebody."""
    with reading() as db:
        lines = stand_ins_seen(db, viewer=me, on=me.on)
        manages = communities_to_choose(db, viewer=me, what=Object.STAND_IN, action=Action.CREATE)
        people = [one for one in people_to_choose(db, viewer=me) if one.staff_id != me.staff_id] if manages else []
    if lines:
        st.subheader("Standing in", anchor=False)
    for line in lines:
        said, button = st.columns([4, 1], vertical_alignment="center")
        said.markdown(plain(line.words))
        with button:
            if line.may_end:
                _end_stand_in(me, line)
    if not manages or agreements.empty:
        return
    offered = {
        f"{row.whom} with {row.supervisor}, {row.purpose.lower()}, since {words.day(row.start_on)}": row.agreement_id
        for row in agreements.itertuples()
    }
    with st.expander("Name a stand-in"), record_form("name_stand_in", submit="Name them") as form:
        st.caption("They record the sessions of these days as their own, and see nothing from before.")
        label = st.selectbox("Sessions of", list(offered), index=None, key=form.widget_key("agreement"))
        person = pick_staff("Stand-in", people, form.widget_key("person"))
        form.slot("staff_id")
        left, right = st.columns(2)
        start_on = left.date_input("First day", value=today(), format="DD/MM/YYYY", key=form.widget_key("start_on"))
        end_on = right.date_input("Last day", value=today(), format="DD/MM/YYYY", key=form.widget_key("end_on"))
        form.slot("start_on")
        form.slot("end_on")
    if form.submitted:
        with saving(form, done="Named. They find it under Record a session.") as db:
            name_stand_in(
                db,
                by=me,
                submission=form.key,
                agreement_id=offered.get(label or "", 0),
                staff_id=person.staff_id if person else 0,
                start_on=start_on,
                end_on=end_on,
            )


def _end_stand_in(me: Actor, line: StandInLine) -> None:
    form = record_button(f"end_stand_in-{line.stand_in_id}", "End")
    if form.submitted:
        with saving(form, done="They no longer stand in.") as db:
            end_stand_in(db, by=me, submission=form.key, stand_in_id=line.stand_in_id)


def new_group_form(me: Actor) -> None:
    with reading() as db:
        people = people_to_choose(db, viewer=me, what=Object.AGREEMENT, action=Action.CREATE)
        communities = communities_to_choose(db, viewer=me, what=Object.AGREEMENT, action=Action.CREATE)
        named = purposes(db)
    if not communities:
        return
    st.subheader("Make a group", anchor=False)
    with record_form("make_group", submit="Make the group") as form:
        name = st.text_input("Name", max_chars=120, key=form.widget_key("name"))
        form.slot("name")
        community = st.selectbox("Community", list(communities), format_func=communities.__getitem__)
        purpose = st.selectbox("Purpose", list(named), format_func=named.__getitem__, key=form.widget_key("purpose"))
        peer = st.checkbox("A peer group: everyone is counted, nobody leads", key=form.widget_key("peer"))
        members = pick_several("Contracted members (without the supervisor)", people, form.widget_key("members"))
        form.slot("member_ids")
        start_on = st.date_input("From", value=today(), format="DD/MM/YYYY", key=form.widget_key("from"))
    if form.submitted:
        with saving(form, done=f"The group is made with {words.count(len(members), 'member')}.") as db:
            make_group(
                db,
                by=me,
                submission=form.key,
                community_id=community or 0,
                name=name,
                purpose=purpose or "",
                start_on=start_on if isinstance(start_on, date) else today(),
                member_ids=members,
                form=SessionForm.PEER if peer else SessionForm.GROUP,
            )
