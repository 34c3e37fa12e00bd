"""Responsibilities: who holds what, what is uncovered, and what would be if somebody left."""

import streamlit as st

from tcsuper.access import Object
from tcsuper.database import reading
from tcsuper.queries.people import communities_to_choose, people_to_choose
from tcsuper.queries.readers import readers_about
from tcsuper.queries.responsibilities import (
    Where,
    coverage_seen,
    held_by_every_postholder,
    holders_matrix,
    holders_of,
    if_they_go,
    people_to_name,
    responsibilities_held_by,
    roles_in,
)
from tcsuper.ui.frame import page_title_as_at
from tcsuper.ui.pickers import pick_staff
from tcsuper.ui.plain import plain
from tcsuper.ui.readers import who_can_see
from tcsuper.ui.responsibilities import (
    held_list,
    matrix,
    role_asked,
    shared_list,
    show_changes,
    show_coverage,
    what_if_asked,
    where_asked,
)
from tcsuper.ui.signed_in import signed_in_staff

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

coverage, holding, what_if, of_person = st.tabs(["Coverage", "Who holds what", "What if somebody leaves", "By person"])
with coverage:
    with reading() as db:
        covered = coverage_seen(db, viewer=me, on=as_at.on, where=Where(community, role))
        holders = holders_of(db, viewer=me, on=as_at.on, where=Where(community))
        to_name = people_to_name(db, viewer=me, community_id=community, on=as_at.on)
    show_coverage(me, covered, holders, to_name)
with holding:
    for one in [role] if role else roles:
        with reading() as db:
            frame = holders_matrix(db, viewer=me, on=as_at.on, where=Where(community, one)) if community else None
            people_there, shared = held_by_every_postholder(
                db, viewer=me, on=as_at.on, community_id=community, job_description_id=one
            )
        st.subheader(plain(roles[one]), anchor=False)
        matrix(frame, str(one))
        if not shared and (frame is None or frame.empty):
            st.caption("Its document's responsibilities are not in the catalogue yet.")
        shared_list(people_there, shared)
with what_if:
    gone = what_if_asked(people)
    with reading() as db:
        changes = if_they_go(db, viewer=me, gone=gone)
    show_changes(gone, changes)
with of_person:
    by_person()
