"""Registration: who is registered with which body until when, and which registers are to be looked up."""

import streamlit as st

from tcsuper.access import Action, Object
from tcsuper.database import reading
from tcsuper.queries.catalogue import body_rules
from tcsuper.queries.people import people_to_choose
from tcsuper.queries.registration import (
    bodies_to_choose,
    checks_due,
    communities_of_registered,
    grades_to_choose,
    registration_wanted,
    registrations_seen,
)
from tcsuper.ui.activities import activity_of_others_part, has_activity_tab
from tcsuper.ui.bodies import bodies_table, protected_titles_table
from tcsuper.ui.frame import page_title_as_at
from tcsuper.ui.lapses import registrations_ahead_part
from tcsuper.ui.plain import plain
from tcsuper.ui.register_checks import checks_to_make
from tcsuper.ui.registration import (
    choose_community,
    lapsed_list,
    registered_list,
    registration_sentence,
    timeline,
    wanted_list,
)
from tcsuper.ui.registration_forms import add_registration_form
from tcsuper.ui.registration_opened import open_registration
from tcsuper.ui.signed_in import signed_in_staff

me = signed_in_staff()
as_at = page_title_as_at("Registration", "A number or certificate proves nothing: the live register does.")
with reading() as db:
    registered = registrations_seen(db, viewer=me, on=as_at.on)
    wanted = registration_wanted(db, viewer=me, on=as_at.on)
    people = people_to_choose(db, viewer=me, what=Object.REGISTRATION, action=Action.CREATE)
    due = checks_due(db, viewer=me, on=as_at.on)
    rules, bodies, grades = body_rules(db, viewer=me, on=as_at.on), bodies_to_choose(db), grades_to_choose(db)
    communities = communities_of_registered(db, registered)
checks_others = any(person.staff_id != me.staff_id for person in people)

names = ["Who is registered", *(["Checks due", "Coming up"] if checks_others else [])]
names += [*(["Activity"] if has_activity_tab(me) else []), "Add one", "Bodies’ rules"]
wished = names[1] if checks_others and st.query_params.get("show") == "check" else None
overview, *managing, add, bodies_tab = st.tabs(names, default=wished)
with overview:
    community = choose_community(communities)
    shown = [one for one in registered if community in (None, one.community_id)]
    missing = [row for row in wanted if community in (None, row.bound.community_id)]
    if not shown and not missing:
        st.info("No registration that you may see is entered, and none is missing. Enter one under Add one.")
    else:
        st.markdown(f"**{plain(registration_sentence(shown, missing))}**")
        lapsed_list(shown)
        wanted_list(missing)
        if any(one.staff_id != me.staff_id for one in shown):
            timeline(shown, as_at.on)
        elif len(shown) > 1:  # the only one of mine is opened below
            registered_list(shown)
        open_registration(me, shown)
if checks_others:
    checks, coming, *_ = managing
    with checks:
        checks_to_make(me, due, as_at.on)
    with coming:
        registrations_ahead_part(me, as_at.on)
if has_activity_tab(me):
    with managing[-1]:
        activity_of_others_part(me, as_at.on)
with add:
    add_registration_form(me, people, bodies, grades)
with bodies_tab:
    bodies_table(rules)
    protected_titles_table(bodies)
