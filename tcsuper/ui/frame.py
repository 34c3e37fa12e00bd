"""The frame every page shares: title, one line under it, and the "As at" control at the top right."""

from dataclasses import dataclass
from datetime import date

import streamlit as st

from tcsuper import words
from tcsuper.clock import today
from tcsuper.ui.memory import is_asked_anew, memory
from tcsuper.ui.plain import plain

EARLIEST = date(2000, 1, 1)


@dataclass(frozen=True)
class AsAt:
    """The date a page answers for, and whether it is another one than today."""

    on: date
    is_today: bool


def page_title(title: str, subtitle: str = "") -> None:
    if memory().get("page") != title:  # a confidential text that was opened on another page is closed
        memory()["page"] = title
        memory().pop("opened", None)
    st.title(plain(title), anchor=False)
    if subtitle:
        st.markdown(plain(subtitle))


def page_title_as_at(title: str, subtitle: str = "") -> AsAt:
    """The same with the date the page answers for: kept from page to page for the visit, today unless changed, or
    unless the address names another. A future date is a forecast: nothing more is assumed to happen."""
    latest = date(today().year + 5, 12, 31)
    asked = _asked_day(latest)
    if asked is not None:
        st.session_state["as_at_on"] = asked
    words_side, date_side = st.columns([4, 1.1], vertical_alignment="bottom")
    with words_side:
        page_title(title, subtitle)
    with date_side:
        chosen = st.date_input(
            "As at",
            value=memory().get("as_at", today()) if asked is None else "today",  # of a day set above a default is none
            min_value=EARLIEST,
            max_value=latest,
            format="DD/MM/YYYY",
            key="as_at_on",
            persist_state="session",
            help="Everything on this page as it stood, or will stand if nothing more happens, on this day.",
        )
    on = chosen if isinstance(chosen, date) else today()
    memory()["as_at"] = on
    if on > today():
        st.info(f"Forecast for {words.day(on)}, if nothing more happens.", icon=":material/schedule:")
    elif on < today():
        st.info(f"As it stood on {words.day(on)}, by everything known today.", icon=":material/history:")
    return AsAt(on, on == today())


def _asked_day(latest: date) -> date | None:
    """The day that the address asks for, once: whoever then chooses another gets that one."""
    wished = st.query_params.get("as_at", "")
    if not is_asked_anew("as_at", wished):
        return None
    try:
        day = date.fromisoformat(wished)
    except ValueError:
        return None
    return day if EARLIEST <= day <= latest else None
