"""Courses that follow one another as steps: TCAT 1, 2, 3, each with its status, and one sentence about the next."""

from collections.abc import Iterable

import streamlit as st

from tcsuper import words
from tcsuper.queries.standing import Row
from tcsuper.queries.training import steps
from tcsuper.rules.standing import LEFT_OUT, MET, Status
from tcsuper.rules.training import CourseStanding
from tcsuper.ui.plain import plain
from tcsuper.ui.status import status_chip


def tcat_stepper(rows: Iterable[Row]) -> None:
    """The steps among one person's standings; nothing when none of their courses follow one another."""
    chain = steps(rows)
    if not chain:
        return
    with st.container(border=True, key=f"steps-{chain[0].staff_id}"):
        for place, row in zip(st.columns(len(chain)), chain, strict=True):
            with place:
                st.markdown(f"**{plain(row.requirement)}**")
                status_chip(row.standing.status)
                st.markdown(plain(_when(row)))
        st.caption(plain(_sentence(chain)))


def _when(row: Row) -> str:
    """The one date that matters of a step."""
    standing = row.standing
    done_on = standing.done_on if isinstance(standing, CourseStanding) else None
    booked_on = standing.booked_on if isinstance(standing, CourseStanding) else None
    if standing.status is Status.BOOKED and booked_on:
        return words.day(booked_on)
    if done_on and standing.status in MET:
        return words.day(done_on)
    if standing.status in LEFT_OUT or not standing.due_on:
        return "" if standing.status in LEFT_OUT else "no date set"
    verb = {Status.EXPIRED: "expired", Status.OVERDUE: "was due"}.get(standing.status, "due")
    return f"{verb} {words.day(standing.due_on)}"


def _sentence(chain: list[Row]) -> str:
    """The first step that is not met says what to do."""
    asked = [row for row in chain if row.standing.status not in LEFT_OUT]
    open_step = next((row for row in asked if not row.standing.is_met), None)
    if open_step is None:
        return "All steps are completed."
    return f"{open_step.standing.because} {open_step.standing.next_step}"
