"""Staff: who works where; somebody starts, leaves, or is away."""

import streamlit as st

from tcsuper.access import Action, Object, Permission, check_everywhere, may
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.queries.people import people_to_choose
from tcsuper.queries.readers import readers_about
from tcsuper.queries.responsibilities import if_a_post_ends
from tcsuper.queries.staff import communities_kept, left_behind, one_person, roles_to_choose, staff_list
from tcsuper.ui.accounts import ask_for
from tcsuper.ui.events import event_form, override_form
from tcsuper.ui.frame import page_title_as_at
from tcsuper.ui.pickers import pick_staff, pick_staff_asked_for
from tcsuper.ui.readers import who_can_see
from tcsuper.ui.signed_in import signed_in_staff
from tcsuper.ui.staff import (
    Choices,
    absence_form,
    leaver_form,
    person_opened,
    pick_post,
    return_form,
    staff_table,
    starter_form,
    uncovers,
)

me = signed_in_staff(needs=Permission.KEEP_STAFF)
as_at = page_title_as_at("Staff", "Who works where. Starters, leavers and absences are entered here.")

with reading() as db:
    staff = staff_list(db, viewer=me, on=as_at.on)
    people = people_to_choose(db, viewer=me)
    kept = people_to_choose(db, viewer=me, what=Object.PERSON, action=Action.UPDATE)
    choices = Choices(
        roles_to_choose(db, viewer=me),
        communities_kept(db, viewer=me),
        people,
        kept,
        may(check_everywhere, me, Object.EMPLOYMENT, Action.CREATE),
    )

HELD = "Appraisal and checks"
everybody, starts, leaves, away, held, waived = st.tabs(
    ["Everybody", "Somebody starts", "Somebody leaves", "Somebody is away", HELD, "Waive or extend"],
    default=HELD if st.query_params.get("show") in ("event", "period") else None,
)
with everybody:
    staff_table(staff)
    chosen = pick_staff_asked_for("Open a person", people, "staff_open")
    if chosen is not None:
        with reading() as db:
            person = one_person(db, viewer=me, staff_id=chosen.staff_id, on=as_at.on)
        person_opened(person)
        who_can_see(
            f"employment-{person.staff_id}",
            lambda db: readers_about(db, viewer=me, what=Object.EMPLOYMENT, staff_id=person.staff_id),
        )
        return_form(me, person)
    ask_for(me)
with starts:
    starter_form(me, choices)
with leaves:
    leaver = pick_staff("Who leaves?", choices.people, "leaver")
    last_day = st.date_input("Last day", today(), format="DD/MM/YYYY", key="leaver_last_day")
    if leaver is None:
        st.caption("Choose who leaves. What they leave behind is shown before anything is stored.")
    else:
        with reading() as db:
            posts = one_person(db, viewer=me, staff_id=leaver.staff_id, on=today()).posts
        post = pick_post(posts)
        if post is not None:
            with reading() as db:
                changes = if_a_post_ends(db, viewer=me, post_id=post.post_id, end_on=last_day)
                hanging = left_behind(db, viewer=me, staff_id=leaver.staff_id, on=last_day)
            uncovers(changes, hanging, last_day)
            leaver_form(me, leaver.full_name, post, last_day)
with away:
    absence_form(me, choices.people)
with held:
    event_form(me)
with waived:
    override_form(me)
