"""Supervision groups: the table, one opened, and the forms that form, change and end them."""

from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from tcsuper import words
from tcsuper.access import Action, Actor, Object, Permission, holds
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.models import SessionForm
from tcsuper.queries.agreements import groups_seen, purposes
from tcsuper.queries.groups import GroupSeen, Place, group_seen
from tcsuper.queries.people import Person, communities_to_choose, people_to_choose
from tcsuper.services.groups import change_members, end_group, make_group, rename_group
from tcsuper.ui.memory import is_asked_anew
from tcsuper.ui.pickers import pick_day, pick_several
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import record_form, saving

if TYPE_CHECKING:
    import pandas as pd

FORM_WORDS = {
    SessionForm.GROUP: "Led by its supervisor, who is not counted",
    SessionForm.PEER: "Peer group: everybody is counted, nobody leads",
}


def groups_part(me: Actor, on: date) -> None:
    """The whole part of the page: what there is, one of them opened, and a new one."""
    with reading() as db:
        groups = groups_seen(db, viewer=me, on=on)
    _group_table(groups)
    chosen = _pick_group(groups)
    if chosen is not None:
        _opened_group(me, chosen, on)
    if holds(me, Permission.KEEP_AGREEMENTS):
        _new_group_form(me)


def _group_table(groups: "pd.DataFrame") -> None:
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


def _pick_group(groups: "pd.DataFrame") -> int | None:
    """Chosen here, or named in the address: `?group=<id>`."""
    if groups.empty:
        return None
    labels = {int(row.group_id): f"{row.name} ({row.community})" for row in groups.itertuples(index=False)}
    wished = st.query_params.get("group", "")
    offered = {str(number): number for number in labels}
    if wished in offered and is_asked_anew("group", wished):
        st.session_state["group-opened"] = offered[wished]
    number: int | None = st.selectbox(
        "Open a group",
        list(labels),
        index=None,
        format_func=labels.__getitem__,
        placeholder="Choose a group",
        key="group-opened",
    )
    return number


# ---------------------------------------------------------------------------------------------------------------------
# One of them


def _opened_group(me: Actor, group_id: int, on: date) -> None:
    with reading() as db:
        group = group_seen(db, viewer=me, group_id=group_id, on=on)
    if group is None:
        return
    with st.container(border=True):
        st.subheader(plain(group.name), anchor=False)
        led = f"Supervised by {words.listed(group.supervisors)}." if group.supervisors else "No agreement is in force."
        lasts = f"Since {words.day(group.start_on)}" + (f", until {words.day(group.end_on)}" if group.end_on else "")
        st.markdown(
            "  \n".join(plain(line) for line in (f"{group.purpose}. {led}", f"{FORM_WORDS[group.form]}.", f"{lasts}."))
        )
        st.table([_line(place) for place in group.here])
        if group.others:
            with st.expander(f"Before and after: {words.count(len(group.others), 'place')}"):
                st.table([_line(place) for place in group.others])
        if group.may_keep:
            _change_members_form(me, group)
            _rename_form(me, group)
            _end_form(me, group)


def _line(place: Place) -> dict[str, str]:
    return {
        "Member": plain(place.name),
        "From": words.day(place.start_on),
        "Until": words.day(place.end_on) if place.end_on else "open",
    }


def _change_members_form(me: Actor, group: GroupSeen) -> None:
    with reading() as db:
        people = people_to_choose(db, viewer=me, what=Object.AGREEMENT, action=Action.CREATE)
    members = {place.staff_id for place in group.here}
    with (
        st.expander("Somebody joins or leaves"),
        record_form(f"members-{group.group_id}", submit="Change the members") as form,
    ):
        joining = pick_several(
            "Joining", [one for one in people if one.staff_id not in members], form.widget_key("joining")
        )
        form.slot("joining")
        here = [Person(place.staff_id, place.name) for place in group.here]
        leaving = pick_several("Leaving", here, form.widget_key("leaving"))
        form.slot("leaving")
        on = pick_day("First day for those joining, last day for those leaving", today(), form.widget_key("on"))
        form.slot("on")
    if form.submitted:
        done = f"{group.name}: {words.count(len(joining), 'person', 'people')} in, {len(leaving)} out."
        with saving(form, done=done) as db:
            change_members(
                db,
                by=me,
                submission=form.key,
                group_id=group.group_id,
                on=on,
                joining=joining,
                leaving=leaving,
            )


def _rename_form(me: Actor, group: GroupSeen) -> None:
    with st.expander("Rename"), record_form(f"rename-{group.group_id}", submit="Rename it") as form:
        name = st.text_input("Name", value=group.name, max_chars=120, key=form.widget_key("name"))
        form.slot("name")
    if form.submitted:
        with saving(form, done=f"The group is now called {name.strip()}.") as db:
            rename_group(db, by=me, submission=form.key, group_id=group.group_id, name=name)


def _end_form(me: Actor, group: GroupSeen) -> None:
    with st.expander("End the group"), record_form(f"end-group-{group.group_id}", submit="End it") as form:
        st.caption(
            "The places of all members and the group's agreements end on this day too, and what is planned after it is "
            "taken off. Sessions up to then can still be recorded for 28 days."
        )
        end_on = pick_day("Last day", today(), form.widget_key("end_on"))
        form.slot("end_on")
    if form.submitted:
        with saving(form, done=f"{group.name} ends on {words.day(end_on)}.") as db:
            end_group(db, by=me, submission=form.key, group_id=group.group_id, end_on=end_on)


# ---------------------------------------------------------------------------------------------------------------------
# A new one


def _new_group_form(me: Actor) -> None:
    with reading() as db:
        people = people_to_choose(db, viewer=me, what=Object.AGREEMENT, action=Action.CREATE)
        communities = communities_to_choose(db, viewer=me, what=Object.AGREEMENT, action=Action.CREATE)
        named = purposes(db)
    if not communities:
        return
    with st.expander("Make a group"), record_form("make_group", submit="Make the group") as form:
        name = st.text_input("Name", max_chars=120, key=form.widget_key("name"))
        form.slot("name")
        community = st.selectbox(
            "Community", list(communities), format_func=communities.__getitem__, key=form.widget_key("community")
        )
        purpose = st.selectbox("Purpose", list(named), format_func=named.__getitem__, key=form.widget_key("purpose"))
        peer = st.checkbox("A peer group: everyone is counted, nobody leads", key=form.widget_key("peer"))
        members = pick_several("Contracted members (without the supervisor)", people, form.widget_key("members"))
        form.slot("member_ids")
        start_on = pick_day("From", today(), form.widget_key("from"))
    if form.submitted:
        done = f"The group is made with {words.count(len(members), 'member')}. Make its agreement under Agreements."
        with saving(form, done=done) as db:
            make_group(
                db,
                by=me,
                submission=form.key,
                community_id=community or 0,
                name=name,
                purpose=purpose or "",
                start_on=start_on,
                member_ids=members,
                form=SessionForm.PEER if peer else SessionForm.GROUP,
            )
