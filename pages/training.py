"""Training: who stands where on each course, what waits to be confirmed, and where it is entered."""

import streamlit as st

from tcsuper.access import Action, Object
from tcsuper.database import reading
from tcsuper.queries.people import people_to_choose
from tcsuper.queries.training import courses_to_choose, to_confirm, training_seen
from tcsuper.ui.frame import page_title_as_at
from tcsuper.ui.lapses import runs_to_book, training_ahead_part
from tcsuper.ui.places import own_places, runs_and_places, runs_around_now
from tcsuper.ui.plain import plain
from tcsuper.ui.signed_in import signed_in_staff
from tcsuper.ui.stepper import tcat_stepper
from tcsuper.ui.training import course_run_form, one_completion_form, send_in_completion
from tcsuper.ui.training_filters import choose_training, training_sentence
from tcsuper.ui.training_matrix import (
    asked_cell,
    confirm_list,
    matrix,
    mine_only,
    open_cell,
    worst_first,
)

me = signed_in_staff()
as_at = page_title_as_at("Training", "Courses and qualifications: who has what is asked of them, and until when.")
with reading() as db:
    seen, courses = training_seen(db, viewer=me, on=as_at.on), courses_to_choose(db)
    people = people_to_choose(db, viewer=me, what=Object.TRAINING_RECORD, action=Action.CREATE)
    waiting = to_confirm(db, viewer=me)
runs = runs_around_now(me)
keeps_others = any(person.staff_id != me.staff_id for person in people)

if not keeps_others and {row.staff_id for row in seen.rows} <= {me.staff_id}:
    tcat_stepper(seen.rows)
    if seen.rows:
        mine_only(seen.rows)
    else:
        st.info("No course is required of you by a post on this day. Your manager enters your post.")
    send_in_completion(me)
    own_places(me, courses, runs)
    st.stop()

to_keep = [f"To confirm ({len(waiting)})", "Enter", "Runs and places", "Coming up"]
names = ["Who stands where", *(to_keep if keeps_others else ["Runs and places"])]
asked_for = {"to_confirm": names[1], "places": "Runs and places"}.get(st.query_params.get("show", ""))
overview, *others = st.tabs(names, default=asked_for)
with overview:
    chosen = choose_training(seen) if seen.rows else None
    if chosen is None or not chosen.rows:
        st.info("No course is required of anybody who fits what you chose. Requirements are in the Catalogue.")
    else:
        st.markdown(f"**{plain(training_sentence(chosen.rows))}**")
        asked, on_top = asked_cell(chosen.rows), st.container()
        clicked = matrix(me, as_at.on, seen, chosen.in_picture)
        with on_top if asked and not clicked else st.container():
            open_cell(me, seen, chosen.rows, clicked or asked)
        st.subheader("To put right", anchor=False)
        worst_first(chosen.rows)
if keeps_others:
    confirm, enter, booked, coming = others
    with confirm:
        confirm_list(me, waiting)
    with enter:
        st.subheader("A whole course run", anchor=False)
        course_run_form(me, people, courses, runs)
        st.subheader("One completion", anchor=False)
        one_completion_form(me, people, courses)
    with booked:
        runs_and_places(me, people, courses, runs)
    with coming:
        training_ahead_part(me, as_at.on)
        runs_to_book(me, as_at.on, people, courses, runs)
else:
    with others[0]:
        own_places(me, courses, runs)
