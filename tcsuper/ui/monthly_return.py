"""The monthly return: choose a month, take the page away."""

from datetime import date

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.database import reading, writing
from tcsuper.errors import Refused
from tcsuper.queries.monthly_return import months_to_return
from tcsuper.reports.monthly_return import monthly_return_page
from tcsuper.reports.sheets import refused_page
from tcsuper.services.monthly_return import make_monthly_return, may_make_monthly_return, monthly_return_for
from tcsuper.ui.record_session import LOST_WORDS


def monthly_return_part(me: Actor) -> None:
    """Of the team's page: for whoever answers for communities."""
    if not may_make_monthly_return(me):
        return
    st.subheader("Monthly return", anchor=False)
    st.markdown(
        "One page to print: the communities at the month's end and what changed, lost sessions, standards, "
        "responsibilities, actions, what is coming and the largest variances. Counts only."
    )
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        month = st.selectbox("Month", months_to_return(me.on), format_func=words.month, key="return-month")
    with right:
        _download(me, month)
    st.caption("It is made when you click, which takes some seconds for many people.")


def _download(me: Actor, month: date) -> None:
    """The file is made at the click: read first, then taken in a transaction of its own that writes the event. Both
    look up anew who clicks. Nothing here touches the screen: it runs outside the page."""

    def made() -> str:
        try:
            with reading() as db:
                found = monthly_return_for(db, by=me, first=month)
            with writing() as db:
                sheet = make_monthly_return(db, by=me, found=found)
        except Refused as refused:
            return refused_page(str(refused))
        return monthly_return_page(sheet, found, LOST_WORDS)

    st.download_button(
        f"Monthly return for {words.month(month)}",
        made,
        f"monthly-return-{month:%Y-%m}.html",
        "text/html",
        key=f"return-file-{month}",
        on_click="ignore",
        icon=":material/download:",
        width="stretch",
    )
