"""Pieces of the registration page: who is registered until when, what has lapsed, what is missing. One registration
opened is in `registration_opened.py`, the checks to make in `register_checks.py`."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from tcsuper import words
from tcsuper.charts import expiry_timeline, status_label
from tcsuper.queries.registration import Registered, registration_frame
from tcsuper.queries.renewals import endings_among, is_lapse
from tcsuper.queries.standing import Row
from tcsuper.rules.protected_titles import may_not_use
from tcsuper.rules.standing import TONES, Status, Tone, severity, status_word
from tcsuper.ui.status import row_list

if TYPE_CHECKING:
    import pandas as pd

WITHOUT_DATE = "no date entered"
MOST_ROWS = 8


# ---------------------------------------------------------------------------------------------------------------------
# Who is registered


def choose_community(communities: Mapping[int, str]) -> int | None:
    if len(communities) < 2:
        return None
    return st.selectbox(
        "Community",
        [None, *communities],
        format_func=lambda one: "Everyone I may see" if one is None else communities[one],
        key="registration-community",
        persist_state="session",
    )


def registration_sentence(registered: Sequence[Registered], wanted: Sequence[Row]) -> str:
    count = {status: sum(one.standing.status is status for one in registered) for status in Status}
    parts = [
        (count[Status.EXPIRED], "expired"),
        (count[Status.CONDITIONS], "with conditions"),
        (count[Status.DUE_SOON], "due soon"),
    ]
    said_parts = ", ".join(f"{how_many} {word}" for how_many, word in parts if how_many) or "all in order"
    missing = len({row.staff_id for row in wanted})
    asked = (
        f" {words.count(missing, 'person', 'people')} without the registration their post asks for." if missing else ""
    )
    return f"{words.count(len(registered), 'registration')}: {said_parts}.{asked}"


def lapsed_list(registered: Sequence[Registered]) -> None:
    """Statutory registrations that are in force no more, before all else: which title may not be used meanwhile."""
    lapsed = [one for one in endings_among(registered) if one.is_lapsed]
    if not lapsed:
        return
    with row_list("registration-lapsed") as listed:
        for one in lapsed:
            title = f"{one.person} · {one.body_name}"
            listed.row(
                "Not in force", Tone.BAD, title, may_not_use(one.body, one.body_name), one.standing.because, wide=True
            )


def timeline(registered: Sequence[Registered], on: date) -> None:
    """What ends when; those without a date are in the table only."""
    frame = registration_frame(registered, on)
    dated = frame[frame["until"].notna()]
    if len(dated):
        st.altair_chart(expiry_timeline(dated, on), alt="When each registration ends: the same as in the table below.")
        undated = len(frame) - len(dated)
        without = f" {words.count(undated, 'registration')} without a date: in the table." if undated else ""
        st.caption(f"The dashed line is {words.day(on)}. To its left: expired.{without}")
    with st.expander("As a table", expanded=not len(dated)):
        registration_table(frame)


def registration_table(frame: "pd.DataFrame") -> None:
    st.dataframe(
        [
            {
                "Person": row.person,
                "Body": row.body,
                "Status": status_label(row.status),
                "Until": words.day(row.until) if row.until else WITHOUT_DATE,
                "Days left": "" if row.days_left is None else str(row.days_left),
                "Why": row.because,
            }
            for row in frame.itertuples()
        ],
        hide_index=True,
        width="stretch",
        column_config={"Why": st.column_config.TextColumn(width="large")},
    )


def wanted_list(wanted: Sequence[Row]) -> None:
    """Whose registration requirement is not met, worst first; but for what `lapsed_list` says."""
    wanted = [row for row in wanted if not is_lapse(row)]
    if not wanted:
        return
    st.subheader("Asked for by a post, and not met", anchor=False)
    with row_list("registration-wanted") as listed:
        for row in sorted(wanted, key=lambda row: (*severity(row.standing), row.person))[:MOST_ROWS]:
            listed.standing(f"{row.person} · {row.requirement}", row.standing)
    if wanted[MOST_ROWS:]:
        st.caption(f"And {len(wanted) - MOST_ROWS} more. Choose a community to see them.")


def registered_list(registered: Sequence[Registered]) -> None:
    """Each with its sentence: for somebody who sees their own alone."""
    with row_list("registered") as listed:
        for one in registered:
            status = one.standing.status
            title = f"{one.body}{f', {one.grade}' if one.grade else ''}"
            listed.row(
                status_word(status), TONES[status], title, one.standing.because, one.standing.next_step, wide=True
            )
