"""Training: who stands where on each course, what waits to be confirmed, and where it is entered."""

import streamlit as st

from tcsuper.access import Action, Object
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.queries.people import people_to_choose
from tcsuper.queries.training import courses_to_choose, places_seen, to_confirm, training_seen
from tcsuper.ui.frame import page_title_as_at
from tcsuper.ui.lapses import runs_to_book, training_ahead_part
from tcsuper.ui.plain import plain
from tcsuper.ui.signed_in import signed_in_staff
from tcsuper.ui.stepper import tcat_stepper
from tcsuper.ui.training import (
    ask_for_a_place,
    course_run_form,
    one_completion_form,
    place_form,
    places_list,
    send_in_completion,
)
from tcsuper.ui.training_matrix import (
    asked_cell,
    choose_training,
    confirm_list,
    matrix,
    mine_only,
    open_cell,
    training_sentence,
    worst_first,
)

me = signed_in_staff()
as_at = page_title_as_at("Training", "Courses and qualifications: who has what is asked of them, and until when.")
with reading() as db:
    seen, courses = training_seen(db, viewer=me, on=as_at.on), courses_to_choose(db)
    people = people_to_choose(db, viewer=me, what=Object.TRAINING_RECORD, action=Action.CREATE)
    waiting, places = to_confirm(db, viewer=me), places_seen(db, viewer=me, since=today())
keeps_others = any(person.staff_id != me.staff_id for person in people)

if not keeps_others and {row.staff_id for row in seen.rows} <= {me.staff_id}:
    tcat_stepper(seen.rows)
    if seen.rows:
        mine_only(seen.rows)
    else:
        st.info("No course is required of you by a post on this day. Your manager enters your post.")
    send_in_completion(me)
    ask_for_a_place(me, people, courses, places)
    st.stop()

names = ["Who stands where"] + [f"To confirm ({len(waiting)})", "Enter", "Places", "Coming up"] * keeps_others
overview, *entering = st.tabs(names, default=names[1] if st.query_params.get("show") == "to_confirm" else None)
with overview:
    chosen = choose_training(seen) if seen.rows else None
    if chosen is None or not chosen.rows:
        st.info("No course is required of anybody who fits what you chose. Requirements are in the Catalogue.")
    else:
        st.markdown(f"**{plain(training_sentence(chosen.rows))}**")
        asked, on_top = asked_cell(chosen.rows), st.container()
        clicked = matrix(seen, chosen.in_picture)
        with on_top if asked and not clicked else st.container():
            open_cell(me, seen, chosen.rows, clicked or asked)
        st.subheader("To put right", anchor=False)
        worst_first(chosen.rows)
if keeps_others:
    confirm, enter, booked, coming = entering
    with confirm:
        confirm_list(me, waiting)
    with enter:
        st.subheader("A whole course run", anchor=False)
        course_run_form(me, people, courses, places)
        st.subheader("One completion", anchor=False)
        one_completion_form(me, people, courses)
    with booked:
        places_list(me, places)
        place_form(me, people, courses)
    with coming:
        training_ahead_part(me, as_at.on)
        runs_to_book(me, as_at.on, people, courses)
