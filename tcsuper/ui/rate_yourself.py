"""Rating oneself against the standards that one's posts require: a view beside what others observed."""

from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.services.practice import rate_self_on_several
from tcsuper.ui.plain import plain
from tcsuper.ui.rating_form import level_control
from tcsuper.ui.saving import record_form, saving

if TYPE_CHECKING:
    import pandas as pd


def rate_yourself(me: Actor, against: "pd.DataFrame") -> None:
    with st.expander("Rate yourself"), record_form("rate_self", submit="Save my own view") as form:
        st.caption("Your own view stands beside what others observed. It never counts for your status.")
        rated_on = st.date_input(
            "As you see it on", today(), max_value=today(), format="DD/MM/YYYY", key=form.widget_key("on")
        )
        form.slot("rated_on")
        given = {}
        for row in against.itertuples():
            title, control = st.columns([1, 2.5], vertical_alignment="center")
            title.markdown(plain(row.standard))
            with control:
                key = form.widget_key(f"level-{row.standard_id}")
                given[row.standard_id] = level_control(f"My level on {plain(row.standard)}", row.levels, None, key, "–")
        form.slot("ratings")
        is_shared = st.checkbox("My therapy manager may read it too", key=form.widget_key("shared"))
        st.caption("Whoever supervises you reads it in any case.")
    if form.submitted and isinstance(rated_on, date):
        ratings = [(standard_id, level) for standard_id, level in given.items() if level is not None]
        with saving(form, done=f"Your own view of {words.count(len(ratings), 'standard')} is saved.") as db:
            rate_self_on_several(
                db, by=me, submission=form.key, ratings=ratings, rated_on=rated_on, is_shared=is_shared
            )
