"""Responsibilities: who holds what, what is uncovered, and what would be if somebody left."""

import streamlit as st

from tcsuper.access import Object
from tcsuper.database import reading
from tcsuper.queries.carried import Where
from tcsuper.queries.coverage import coverage_seen
from tcsuper.queries.my_responsibilities import responsibilities_held_by
from tcsuper.queries.people import communities_to_choose, people_to_choose
from tcsuper.queries.readers import readers_about
from tcsuper.queries.responsibilities import (
    held_by_every_postholder,
    holders_by_role,
    holders_of,
    people_to_name,
    roles_in,
)
from tcsuper.settings import service_number
from tcsuper.ui.coverage import Naming, show_coverage
from tcsuper.ui.frame import page_title_as_at
from tcsuper.ui.holders import areas_asked, matrix, several_part, shared_asked
from tcsuper.ui.pickers import pick_staff
from tcsuper.ui.plain import plain
from tcsuper.ui.readers import who_can_see
from tcsuper.ui.responsibilities import held_list, role_asked, shared_list, where_asked
from tcsuper.ui.signed_in import signed_in_staff
from tcsuper.ui.what_if import what_if_part

me = signed_in_staff()
as_at = page_title_as_at("Responsibilities", "Who holds what, and what falls uncovered when somebody goes.")

with reading() as db:
    communities = communities_to_choose(db, viewer=me, what=Object.RESPONSIBILITY)
    people = people_to_choose(db, viewer=me, what=Object.RESPONSIBILITY)
    mine = responsibilities_held_by(db, viewer=me, staff_id=me.staff_id, on=as_at.on)


def by_person() -> None:
    others = any(one.staff_id != me.staff_id for one in people)
    person = pick_staff("Person", people, "resp_person", placeholder="You") if others else None
    held = mine
    if person is not None:
        with reading() as db:
            held = responsibilities_held_by(db, viewer=me, staff_id=person.staff_id, on=as_at.on)
    held_list(held, f"{person.full_name} holds" if person else "You hold")
    whose = person.staff_id if person else me.staff_id
    who_can_see(
        f"held-{whose}",
        lambda db: readers_about(db, viewer=me, what=Object.RESPONSIBILITY, staff_id=whose),
    )


if not communities:
    by_person()
    st.stop()

place, role_side = st.columns(2)
with place:
    community = where_asked(communities)
with reading() as db:
    roles = roles_in(db, viewer=me, community_id=community, on=as_at.on)
with role_side:
    role = role_asked(roles)

coverage, holding, what_if, of_person = st.tabs(["Coverage", "Who holds what", "What if", "By person"])
with coverage:
    with reading() as db:
        lines = coverage_seen(db, viewer=me, on=as_at.on, where=Where(community))
        most = service_number(db, "most_led")
        holders = holders_of(db, viewer=me, on=as_at.on, where=Where(community))
        to_name = people_to_name(db, viewer=me, community_id=community, on=as_at.on)
    shown = [line for line in lines if role in (None, line.role_id)]
    show_coverage(me, as_at.on, shown, Naming(to_name, roles, holders), most)
with holding:
    of_areas, toggled = st.columns([3, 2], vertical_alignment="bottom")
    with toggled:
        with_shared = shared_asked() if community else False
    with reading() as db:
        shared = held_by_every_postholder(db, viewer=me, on=as_at.on, community_id=community)
        frames = (
            holders_by_role(db, viewer=me, on=as_at.on, community_id=community, with_shared=with_shared)
            if community
            else {}
        )
    with of_areas:
        areas = areas_asked(frames) if community else []
    if not community:
        st.caption("Choose one community to see who is named for its led responsibilities.")
    for one in [role] if role else roles:
        st.subheader(plain(roles[one]), anchor=False)
        if one in frames:
            matrix(frames[one], areas, str(one))
        elif not shared[one].lines and not shared[one].led:
            st.caption("Its document's responsibilities are not in the catalogue yet.")
        if not with_shared:
            shared_list(shared[one])
    if community and to_name and roles:
        several_part(me, as_at.on, community, roles, role, holders)
with what_if:
    what_if_part(me, people)
with of_person:
    by_person()
