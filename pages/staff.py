"""Staff: who works where; somebody starts, leaves, or is away."""

import streamlit as st

from tcsuper.access import Action, Object, Permission
from tcsuper.database import reading
from tcsuper.queries.people import people_to_choose
from tcsuper.queries.readers import readers_about
from tcsuper.queries.renewals import titles_not_to_use
from tcsuper.queries.staff import one_person, staff_list
from tcsuper.ui.accounts import ask_for
from tcsuper.ui.events import event_form, override_form
from tcsuper.ui.frame import page_title_as_at
from tcsuper.ui.leavers import leaver_part
from tcsuper.ui.pickers import pick_staff_asked_for
from tcsuper.ui.protected_titles import title_mark
from tcsuper.ui.readers import who_can_see
from tcsuper.ui.sign_offs import assessors_part
from tcsuper.ui.signed_in import signed_in_staff
from tcsuper.ui.staff import absence_form, line_manager_forms, person_opened, return_form, staff_table
from tcsuper.ui.starters import starter_part

me = signed_in_staff(needs=Permission.KEEP_STAFF)
as_at = page_title_as_at("Staff", "Who works where. Starters, leavers and absences are entered here.")

with reading() as db:
    staff = staff_list(db, viewer=me, on=as_at.on)
    titles = titles_not_to_use(db, viewer=me, on=as_at.on)
    people = people_to_choose(db, viewer=me)
    kept = people_to_choose(db, viewer=me, what=Object.PERSON, action=Action.UPDATE)

HELD = "Appraisal and checks"
everybody, starts, leaves, away, held, waived = st.tabs(
    ["Everybody", "Somebody starts", "Somebody leaves", "Somebody is away", HELD, "Waive, extend or add"],
    default=HELD if st.query_params.get("show") in ("event", "period") else None,
)
with everybody:
    staff_table(staff, titles)
    chosen = pick_staff_asked_for("Open a person", people, "staff_open")
    if chosen is not None:
        with reading() as db:
            person = one_person(db, viewer=me, staff_id=chosen.staff_id, on=as_at.on)
        person_opened(person)
        title_mark(titles.get(person.staff_id, ()))
        who_can_see(
            f"employment-{person.staff_id}",
            lambda db: readers_about(db, viewer=me, what=Object.EMPLOYMENT, staff_id=person.staff_id),
        )
        return_form(me, person)
        line_manager_forms(me, person, people)
    ask_for(me)
    assessors_part(me)
with starts:
    starter_part(me)
with leaves:
    leaver_part(me)
with away:
    absence_form(me, kept)
with held:
    event_form(me)
with waived:
    override_form(me)
