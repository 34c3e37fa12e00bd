"""Checks of the live registers: the list of those that are due, one at a time, and what was seen before."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.models import CheckResult
from tcsuper.queries.registration import CheckDue, Registered
from tcsuper.rules.standing import Status, last_of_month
from tcsuper.services.registration import record_register_check
from tcsuper.ui.memory import is_asked_anew, memory
from tcsuper.ui.pickers import pick_day_if_any
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import record_form, saving
from tcsuper.ui.status import row_list, said, status_chip

if TYPE_CHECKING:
    import pandas as pd

RESULT_WORDS = {
    CheckResult.REGISTERED: "Registered",
    CheckResult.CONDITIONS: "Registered with conditions or a caution",
    CheckResult.SUSPENDED: "Suspended",
    CheckResult.REMOVED: "Removed or lapsed",
    CheckResult.NOT_FOUND: "Not found",
    CheckResult.NOT_CHECKED: "Could not be checked",
}
MOST_ROWS = 8


# ---------------------------------------------------------------------------------------------------------------------
# The work list


def checks_to_make(me: Actor, due: Sequence[CheckDue], on: date) -> None:
    """One at a time, the longest due first: open the register, copy the number, write down what it shows; then the
    next. What is skipped comes again at the end."""
    if not due:
        st.success("No check of a register is due.", icon=":material/check_circle:")
        return
    st.markdown(f"**{_how_many(due, on)}** A check is what the register shows on the day, one person at a time.")
    in_turn = _in_turn(due)
    one = _chosen(in_turn)
    with st.container(border=True, key="check-now"):
        status_chip(one.standing.status)
        said(_whose(one), one.standing.because)
        _open_register(one)
        check_form(me, "due", one)
        if len(in_turn) > 1:
            st.button("Skip for now", key=f"skip-{one.record_id}", on_click=_skip, args=(one.record_id,))
    others = [other for other in in_turn if other.record_id != one.record_id]
    if others:
        st.subheader("Then", anchor=False)
        with row_list("checks-due") as listed:
            for other in others[:MOST_ROWS]:
                listed.standing(_whose(other), other.standing)
    if others[MOST_ROWS:]:
        st.caption(f"And {len(others) - MOST_ROWS} more. They move up as these are done.")


def _how_many(due: Sequence[CheckDue], on: date) -> str:
    """5 checks to make: 2 late, 2 due by 30 November 2026, 1 due after it."""
    late = sum(one.standing.status is Status.OVERDUE for one in due)
    until = last_of_month(on)
    after = sum(one.standing.due_on is not None and one.standing.due_on > until for one in due)
    this_month = len(due) - late - after
    parts = [
        (late, f"{late} late"),
        (this_month, f"{this_month} due by {words.day(until)}"),
        (after, f"{after} due after {'it' if this_month else words.day(until)}"),
    ]
    return f"{words.count(len(due), 'check')} to make: {', '.join(part for count, part in parts if count)}."


def _in_turn(due: Sequence[CheckDue]) -> list[CheckDue]:
    """As they are due; those that were skipped last, in the order in which they were."""
    skipped: list[UUID] = memory().setdefault("checks_skipped", [])
    return sorted(due, key=lambda one: skipped.index(one.record_id) + 1 if one.record_id in skipped else 0)


def _skip(record_id: UUID) -> None:
    skipped: list[UUID] = memory().setdefault("checks_skipped", [])
    memory()["checks_skipped"] = [one for one in skipped if one != record_id] + [record_id]


def _chosen(in_turn: Sequence[CheckDue]) -> CheckDue:
    """The next one, unless somebody else is chosen, or the address names somebody: `?person=<staff id>`."""
    by_record = {one.record_id: one for one in in_turn}
    if len(in_turn) == 1:
        return in_turn[0]
    key = f"check-{in_turn[0].record_id}-{len(in_turn)}"
    wished = st.query_params.get("person", "")
    asked = next((one.record_id for one in in_turn if str(one.staff_id) == wished), None)
    if asked is not None and is_asked_anew("check", wished):
        st.session_state[key] = asked
    chosen = st.selectbox(
        "Whose",
        list(by_record),
        format_func=lambda record: f"{_whose(by_record[record])} {by_record[record].number}",
        key=key,
    )
    return by_record[chosen]


def _whose(one: CheckDue) -> str:
    return f"{one.person} · {one.body}"


def _open_register(one: Registered | CheckDue) -> None:
    """The address as text to copy, never as a link: it comes from data (security, T15)."""
    left, right = st.columns(2)
    with left:
        st.caption(plain(f"1. Open the register of {one.body}."))
        st.code(one.register_address or "No address in the catalogue", language=None, wrap_lines=True)
    with right:
        st.caption(plain("2. Copy the number and look for it there."))
        st.code(one.number or "No number", language=None)
    st.caption(plain("3. Write down what it shows."))


def open_and_check(me: Actor, one: Registered) -> None:
    """The same for a registration that is opened, whether its check is due or not."""
    _open_register(one)
    check_form(me, "opened", one)


def check_form(me: Actor, where: str, one: Registered | CheckDue) -> None:
    """`where` on the page: one registration may be opened and in the list of checks at once."""
    with record_form(f"check-{where}-{one.record_id}", submit="Record the check") as form:
        left, middle, right = st.columns(3)
        with left:
            result = st.selectbox(
                "The register shows",
                list(RESULT_WORDS),
                index=None,
                format_func=RESULT_WORDS.__getitem__,
                placeholder="Choose what it shows",
                key=form.widget_key("result"),
            )
            form.slot("result")
        with middle:
            expiry_seen_on = pick_day_if_any("Expiry date it shows, if any", None, form.widget_key("expiry_seen_on"))
            form.slot("expiry_seen_on")
        with right:
            checked_on = pick_day_if_any("Checked on", today(), form.widget_key("checked_on"))
            form.slot("checked_on")
        note = st.text_area(
            "Conditions, restrictions or cautions, as the register words them", height=80, key=form.widget_key("note")
        )
        form.slot("note")
        next_due_on = pick_day_if_any("Check again on, if not as usual", None, form.widget_key("next_due_on"))
        form.slot("next_due_on")
    asked = {
        "result": "" if result else "Choose what the register shows.",
        "checked_on": "" if checked_on else "Enter the day on which it showed that.",
    }
    missing = {field: sentence for field, sentence in asked.items() if sentence}
    if form.submitted and missing:
        form.point_out(missing)
    elif form.submitted and result is not None and checked_on is not None:
        with saving(form, done=f"{one.person}, {one.body}: the check is recorded. {RESULT_WORDS[result]}.") as db:
            record_register_check(
                db,
                by=me,
                submission=form.key,
                registration_record_id=one.record_id,
                checked_on=checked_on,
                result=result,
                note=note,
                expiry_seen_on=expiry_seen_on,
                next_due_on=next_due_on,
            )


# ---------------------------------------------------------------------------------------------------------------------
# What was seen before


def checks_table(checks: "pd.DataFrame") -> None:
    if checks.empty:
        st.caption("The live register has not been checked yet.")
        return
    st.table(
        [
            {
                "Checked": words.day(row.checked_on),
                "Result": RESULT_WORDS[row.result],
                "Note": plain(row.note) or "–",
                "Source": plain(row.register_address) or "–",
                "Expiry seen": words.day(row.expiry_seen_on) if row.expiry_seen_on else "–",
                "Next check": words.day(row.next_due_on) if row.next_due_on else "–",
                "By": plain(row.checked_by),
            }
            for row in checks.itertuples()
        ],
        hide_index=True,
    )
