"""Statements of external supervisors: the supervisee enters what was signed on paper, a manager compares the two."""

from datetime import date

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.models import StatementState
from tcsuper.queries.statements import AgreementToState, StatementSeen, Step, agreements_to_state, statements_seen
from tcsuper.rules.standing import Tone
from tcsuper.services.statements import (
    MOST_LINES,
    Line,
    Paper,
    check_statement,
    correct_statement,
    return_statement,
    send_in_statement,
    void_statement,
    withdraw_statement,
)
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import RecordForm, record_button, record_form, saving
from tcsuper.ui.status import chip, row_list, said

NOTHING_ELSE = (
    "Dates and minutes only, as on the paper that your supervisor signed. Nothing that was said there and nothing "
    "about a case belongs here: there is no room for it, and the paper should hold none either."
)
STATES = {
    StatementState.SENT_IN: ("To be checked", Tone.NEUTRAL),
    StatementState.RETURNED: ("Returned", Tone.AMBER),
    StatementState.CHECKED: ("Checked", Tone.GOOD),
}
STEPS = {
    StatementState.SENT_IN: "sent it in",
    StatementState.RETURNED: "returned it",
    StatementState.CHECKED: "checked it against the signed paper",
}
NOT_SIGNED = {"signed_on": "Enter the day on which it was signed."}
FIRST_LINES = 3
SHOWN = 12
"""So many checked or voided ones are listed; the rest is in the log, session by session."""

# ---------------------------------------------------------------------------------------------------------------------
# My record


def my_statements_part(me: Actor) -> None:
    """Nothing for those who have no external supervisor."""
    with reading() as db:
        agreements = agreements_to_state(db, viewer=me)
        mine = [one for one in statements_seen(db, viewer=me) if one.is_mine]
    if not agreements and not mine:
        return
    st.subheader("Statements of external supervision", anchor=False)
    if mine:
        with row_list("my-statements") as listed:
            for one in mine[:SHOWN]:
                word, tone = _state(one)
                with listed.row(word, tone, f"{one.supervisor}, signed on {words.day(one.signed_on)}", *_facts(one)):
                    if _is_unchecked(one):
                        _take_back(me, one)
        for one in mine[:SHOWN]:
            _history(one)
            if _is_unchecked(one):
                _correct(me, one, agreements)
    for supervisor in sorted({one.supervisor for one in agreements if one.has_account}):
        st.info(f"{plain(supervisor)} has an account here and enters your sessions: there is nothing to send in.")
    without = [one for one in agreements if not one.has_account]
    if without:
        _send_in(me, without)


def _send_in(me: Actor, agreements: list[AgreementToState]) -> None:
    with st.expander("Enter a signed statement"):
        agreement, count = _which_paper(agreements)
        with record_form(f"send_in_statement-{agreement.agreement_id}", submit="Send the statement in") as form:
            paper, lines = _fields(form, agreement, count)
    if form.submitted and paper is None:
        form.point_out(NOT_SIGNED)
    elif form.submitted and paper is not None:
        with saving(form, done="Sent in. It counts once a manager has compared it with the signed paper.") as db:
            send_in_statement(
                db, by=me, submission=form.key, agreement_id=agreement.agreement_id, paper=paper, lines=lines
            )


def _which_paper(agreements: list[AgreementToState]) -> tuple[AgreementToState, int]:
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    by_label = {one.label: one for one in agreements}
    label = left.selectbox("Supervisor", list(by_label), key="statement-agreement")
    count = right.number_input("Sessions it lists", 1, MOST_LINES, FIRST_LINES, key="statement-count")
    return by_label[label], int(count)


def _correct(me: Actor, one: StatementSeen, agreements: list[AgreementToState]) -> None:
    found = [agreement for agreement in agreements if agreement.agreement_id == one.agreement_id]
    if not found:
        return
    title = f"Correct the statement signed on {words.day(one.signed_on)}"
    asked = one.is_returned and st.query_params.get("show") == "statements"
    with (
        st.expander(title, expanded=asked),
        record_form(f"correct_statement-{one.statement_id}", submit="Send the statement in again") as form,
    ):
        paper, lines = _fields(form, found[0], len(one.lines) + 1, one)
    if form.submitted and paper is None:
        form.point_out(NOT_SIGNED)
    elif form.submitted and paper is not None:
        with saving(form, done="Sent in again. A manager compares it with the signed paper.") as db:
            correct_statement(db, by=me, submission=form.key, statement_id=one.statement_id, paper=paper, lines=lines)


def _fields(
    form: RecordForm, agreement: AgreementToState, count: int, before: StatementSeen | None = None
) -> tuple[Paper | None, list[Line]]:
    """What stands on the paper. None while the day of signing is missing."""
    st.markdown(NOTHING_ELSE)
    left, right = st.columns(2)
    with left:
        signer = st.text_input(
            "Signed by",
            before.signer if before else agreement.supervisor,
            max_chars=200,
            key=form.widget_key("signer"),
        )
        form.slot("signer")
        body = st.text_input(
            "Registered with",
            before.body if before else "",
            max_chars=120,
            placeholder="BACP, HCPC, UKCP, …",
            key=form.widget_key("body"),
        )
        form.slot("body")
    with right:
        signed_on = st.date_input(
            "Signed on",
            before.signed_on if before else None,
            max_value=today(),
            format="DD/MM/YYYY",
            key=form.widget_key("signed_on"),
        )
        form.slot("signed_on")
        number = st.text_input(
            "Registration number",
            before.registration_number if before else "",
            max_chars=60,
            key=form.widget_key("number"),
        )
        form.slot("registration_number")
    lines = _lines(form, agreement, count, before)
    form.slot("lines")
    return (Paper(signer, body, number, signed_on) if isinstance(signed_on, date) else None), lines


def _lines(form: RecordForm, agreement: AgreementToState, count: int, before: StatementSeen | None) -> list[Line]:
    """One date and its minutes each; those without a date are left out."""
    listed = before.lines if before else ()
    latest = min(today(), agreement.end_on or today())
    lines = []
    for number in range(count):
        if number % 2 == 0:
            places = st.columns([2, 1.2, 2, 1.2], vertical_alignment="bottom")
        one = listed[number] if number < len(listed) else None
        held_on = places[number % 2 * 2].date_input(
            f"Session {number + 1}",
            one.held_on if one else None,
            min_value=min(agreement.start_on, one.held_on if one else agreement.start_on),
            max_value=max(latest, one.held_on if one else latest),
            format="DD/MM/YYYY",
            key=form.widget_key(f"held_on-{number}"),
        )
        minutes = places[number % 2 * 2 + 1].number_input(
            f"Minutes of session {number + 1}",
            1,
            480,
            one.minutes if one else agreement.usual_minutes,
            step=5,
            key=form.widget_key(f"minutes-{number}"),
        )
        if isinstance(held_on, date):
            lines.append(Line(held_on, int(minutes)))
    return lines


def _take_back(me: Actor, one: StatementSeen) -> None:
    form = record_button(f"withdraw_statement-{one.statement_id}", "Take it back")
    if form.submitted:
        with saving(form, done="Taken back. It stays in the history and counts for nothing.") as db:
            withdraw_statement(db, by=me, submission=form.key, statement_id=one.statement_id)


# ---------------------------------------------------------------------------------------------------------------------
# For whoever checks


def statements_to_check_part(me: Actor) -> None:
    with reading() as db:
        seen = [one for one in statements_seen(db, viewer=me) if one.may_check]
    waiting = [one for one in seen if one.waits_for_me]
    if not waiting:
        st.info(
            "No statement waits. People with an external supervisor who has no account enter what that supervisor "
            "signed under My record; it comes here to be compared with the paper."
        )
    for one in waiting:
        _to_check(me, one)
    if other := [one for one in seen if one not in waiting]:
        st.subheader("Checked, returned and voided", anchor=False)
        for one in other[:SHOWN]:
            _checked(me, one)


def _to_check(me: Actor, one: StatementSeen) -> None:
    with st.container(border=True, key=f"statement-{one.statement_id}"):
        said(f"{one.person} · statement of {one.supervisor}", _signature(one))
        st.table(_table(one))
        st.caption(f"{words.count(len(one.lines), 'session')}, {words.length(one.minutes)} in all.")
        same = record_button(f"check_statement-{one.statement_id}", "It says what the signed paper says", primary=True)
        with st.expander("It differs from the paper"):
            name = f"return_statement-{one.statement_id}"
            with record_form(name, submit=f"Return it to {plain(one.person)}") as back:
                reason = st.text_input("What differs?", max_chars=500, key=back.widget_key("reason"))
                back.slot("reason")
        _history(one)
    if same.submitted:
        done = f"Checked. From now on it counts for {one.person}: {words.count(len(one.lines), 'session')}."
        with saving(same, done=done) as db:
            check_statement(db, by=me, submission=same.key, statement_id=one.statement_id)
    if back.submitted:
        with saving(back, done=f"Returned to {one.person}, with your words.") as db:
            return_statement(db, by=me, submission=back.key, statement_id=one.statement_id, reason=reason)


def _checked(me: Actor, one: StatementSeen) -> None:
    word, tone = _state(one)
    with st.expander(f"{word}: {plain(one.person)}, signed by {plain(one.signer)} on {words.day(one.signed_on)}"):
        chip(word, tone)
        said(f"{one.person} · statement of {one.supervisor}", _signature(one))
        st.table(_table(one))
        _steps(one)
        if one.state is not StatementState.CHECKED or one.is_void:
            return
        with record_form(f"void_statement-{one.statement_id}", submit="Void it with its sessions") as form:
            reason = st.text_input("Why is it voided?", max_chars=500, key=form.widget_key("reason"))
            form.slot("reason")
    if form.submitted:
        with saving(form, done="Voided. Its sessions no longer count.") as db:
            void_statement(db, by=me, submission=form.key, statement_id=one.statement_id, reason=reason)


# ---------------------------------------------------------------------------------------------------------------------
# In words


def _state(one: StatementSeen) -> tuple[str, Tone]:
    if not one.is_void:
        return STATES[one.state]
    return ("Voided", Tone.GREY) if one.state is StatementState.CHECKED else ("Taken back", Tone.GREY)


def _is_unchecked(one: StatementSeen) -> bool:
    return one.state is not StatementState.CHECKED and not one.is_void


def _facts(one: StatementSeen) -> list[str]:
    days = words.listed([f"{words.day(line.held_on)} ({words.length(line.minutes)})" for line in one.lines])
    last = one.steps[-1]
    return [
        f"{words.count(len(one.lines), 'session')}, {words.length(one.minutes)} in all: {days}.",
        f"{last.who}: “{last.reason}”" if last.reason else "",
    ]


def _signature(one: StatementSeen) -> str:
    return f"Signed on {words.day(one.signed_on)} by {one.signer}, {one.body}, number {one.registration_number}."


def _table(one: StatementSeen) -> list[dict[str, str]]:
    return [{"Session": words.full_day(line.held_on), "Length": words.length(line.minutes)} for line in one.lines]


def _history(one: StatementSeen) -> None:
    if len(one.steps) > 1:
        with st.expander(f"History of the statement signed on {words.day(one.signed_on)}"):
            _steps(one)


def _steps(one: StatementSeen) -> None:
    st.table(
        [
            {"When": words.moment(step.at), "Who": plain(step.who), "What": _step(step), "Why": plain(step.reason)}
            for step in one.steps
        ]
    )


def _step(step: Step) -> str:
    if not step.is_void:
        return STEPS[step.state]
    return "voided it" if step.state is StatementState.CHECKED else "took it back"
