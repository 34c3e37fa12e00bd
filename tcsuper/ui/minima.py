"""My supervision against each minimum: a bar, what was attended, what counts, and why."""

import streamlit as st

from tcsuper import words
from tcsuper.queries.own_steps import planned_words
from tcsuper.queries.standing import Row, SupervisionMonths
from tcsuper.rules.minimum import Measure
from tcsuper.rules.supervision import Verdict
from tcsuper.ui.plain import plain
from tcsuper.ui.status import status_chip


def minimum_bar(row: Row, months: SupervisionMonths | None) -> None:
    """One minimum: its status, this month's bar, the sentence, and what the planned sessions will add."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{plain(row.requirement)}**", width="content")
        status_chip(row.standing.status)
    if months is not None and months.months[-1].verdict in (Verdict.MET, Verdict.SHORT_SO_FAR):
        month = months.months[-1]
        unit = " minutes" if months.minimum.measure is Measure.MINUTES else ""
        label = f"{words.number(month.credited)} of {words.number(month.wanted)}{unit} in {words.month(month.first)}"
        st.progress(min(1.0, float(month.credited / month.wanted)) if month.wanted else 1.0, text=label)
    sentence = row.standing.because
    planned = planned_words(months)
    st.caption(plain(" ".join(part for part in (sentence, planned) if part)))
