"""Observed practice: where somebody's practice stands against the level their role requires, and how observers
differ."""

import streamlit as st

from tcsuper.access import Object
from tcsuper.database import reading
from tcsuper.queries.people import people_to_choose
from tcsuper.ui.frame import page_title_as_at
from tcsuper.ui.observers import observers_part, wants_observers
from tcsuper.ui.pickers import pick_staff_asked_for
from tcsuper.ui.practice import show_practice, who_is_below
from tcsuper.ui.signed_in import signed_in_staff

me = signed_in_staff()
as_at = page_title_as_at("Observed practice", "What observers saw, against the level each role requires.")
with reading() as db:
    people = people_to_choose(db, viewer=me, what=Object.OBSERVATION_RATING)

only_me = all(person.staff_id == me.staff_id for person in people)
if wants_observers(me, reads_others=not only_me):
    observers_part(me, as_at.on)
    st.stop()
person = people[0] if only_me else pick_staff_asked_for("Person", people, "practice-person")
if person is None:
    who_is_below(me, as_at.on)
    st.stop()
show_practice(me, person, as_at.on)
