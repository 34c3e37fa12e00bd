"""Meetings missed one after another: for whoever can arrange cover."""

from datetime import date

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.database import reading
from tcsuper.queries.misses import MissedBy, missed_meetings
from tcsuper.ui.exports import missed_export
from tcsuper.ui.tables import Line, export_button, show_table


def missed_in_a_row_part(me: Actor, on: date) -> None:
    """As a table, the most in a row first; nothing when nobody is at the number that the service set."""
    with reading() as db:
        missed = [one for one in missed_meetings(db, viewer=me, on=on) if one.staff_id != me.staff_id]
    if not missed:
        return
    st.subheader("Missed one after another", anchor=False)
    st.caption("Whatever the reason, they had no supervision under this agreement: arrange cover or another day.")
    show_table([_line(one) for one in missed])
    export_button(missed_export(me, on, _line), "missed")


def _line(one: MissedBy) -> Line:
    return {
        "Person": one.person,
        "Supervision": one.title,
        "With": one.supervisor,
        "In a row": len(one.misses.days),
        "Missed": f"{words.day(one.misses.days[0])} to {words.day(one.misses.days[-1])}",
    }
