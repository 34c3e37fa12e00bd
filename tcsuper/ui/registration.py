"""Pieces of the registration page: what ends when, one registration and its checks, and the checks to make."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor, Object
from tcsuper.charts import expiry_timeline, status_label
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.models import CheckResult
from tcsuper.queries.people import Person
from tcsuper.queries.readers import readers_about
from tcsuper.queries.registration import (
    CheckDue,
    Registered,
    register_checks_seen,
    registration_frame,
    registration_history,
)
from tcsuper.queries.standing import Row
from tcsuper.rules.standing import TONES, Status, severity, status_word
from tcsuper.services.registration import (
    Entered,
    add_registration,
    correct_registration,
    record_register_check,
    renew_registration,
)
from tcsuper.ui.pickers import pick_day_if_any, pick_staff
from tcsuper.ui.plain import plain
from tcsuper.ui.readers import who_can_see
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
    """Whose registration requirement is not met, worst first."""
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


# ---------------------------------------------------------------------------------------------------------------------
# One registration


def _asked_for(offered: Sequence[Registered | CheckDue]) -> int | None:
    """The place of the first one of whoever the address names: `?person=<staff id>`."""
    wished = st.query_params.get("person", "")
    return next((place for place, one in enumerate(offered) if str(one.staff_id) == wished), None)


def open_registration(me: Actor, registered: Sequence[Registered]) -> None:
    """The sentence, the checks and the versions of one registration, and what may be done about it."""
    full = {one.record_id: one for one in registered if not one.is_status_only}
    if not full:
        return
    chosen = st.selectbox(
        "Open a registration",
        list(full),
        index=_asked_for(list(full.values())) if len(full) > 1 else 0,
        format_func=lambda record: _label(full[record]),
        placeholder="Choose a registration",
        key="open-registration",
    )
    if chosen is None:
        return
    one = full[chosen]
    with st.container(border=True, key="registration-open"):
        status_chip(one.standing.status)
        said(_label(one), one.standing.because, one.standing.next_step)
        _facts(one)
        with reading() as db:
            checks = register_checks_seen(db, viewer=me, record_id=one.record_id)
            versions = registration_history(db, viewer=me, record_id=one.record_id)
        checks_table(checks)
        if len(versions) > 1:
            st.caption(plain("Earlier entries: " + "; ".join(_version(version) for version in versions[1:]) + "."))
        who_can_see(
            f"registration-{chosen}",
            lambda db: readers_about(db, viewer=me, what=Object.REGISTRATION, staff_id=one.staff_id),
        )
        if one.may_check:
            with st.expander("Record a check of the register"):
                check_form(me, "opened", one)
        if one.may_renew and one.ended_on is None:
            with st.expander("Renewed: enter the new expiry date"):
                _renew_form(me, one)
        if one.may_correct:
            with st.expander("Correct the entry"):
                _correct_form(me, one)


def _label(one: Registered) -> str:
    grade = f", {one.grade}" if one.grade else ""
    return f"{one.person} · {one.body}{grade} {one.number}".strip()


def _facts(one: Registered) -> None:
    facts = [f"registered since {words.day(one.registered_on)}"]
    if one.membership_number:
        facts.append(f"membership number {one.membership_number}")
    if one.body_kind == "membership":
        facts.append("a membership, which is not a register")
    st.caption(plain(f"{facts[0][:1].upper()}{facts[0][1:]}" + "".join(f"; {fact}" for fact in facts[1:]) + "."))


def _version(version: Any) -> str:
    until = words.day(version.expires_on) if version.expires_on else WITHOUT_DATE
    who = f" by {version.recorded_by}" if version.recorded_by else ""
    return f"until {until}, entered {words.moment(version.recorded_at)}{who}"


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
                "Expiry seen": words.day(row.expiry_seen_on) if row.expiry_seen_on else "–",
                "Next check": words.day(row.next_due_on) if row.next_due_on else "–",
                "By": plain(row.checked_by),
            }
            for row in checks.itertuples()
        ],
        hide_index=True,
    )


def _renew_form(me: Actor, one: Registered) -> None:
    with record_form(f"renew-{one.registration_id}", submit="Save the new date") as form:
        expires_on = pick_day_if_any("Valid until", None, form.widget_key("expires_on"))
        form.slot("expires_on")
    if form.submitted and expires_on is None:
        form.point_out({"expires_on": "Choose the new last day."})
    elif form.submitted and expires_on is not None:
        done = f"{one.body} of {one.person} now runs until {words.day(expires_on)}. Check the live register next."
        with saving(form, done=done) as db:
            renew_registration(
                db, by=me, submission=form.key, registration_id=one.registration_id, expires_on=expires_on
            )


def _correct_form(me: Actor, one: Registered) -> None:
    with record_form(f"correct-{one.registration_id}", submit="Save the correction") as form:
        typed = _typed_fields(form, one)
        left, middle, right = st.columns(3)
        with left:
            registered_on = pick_day_if_any("Registered since", one.registered_on, form.widget_key("registered_on"))
            form.slot("registered_on")
        with middle:
            expires_on = pick_day_if_any("Valid until, if known", one.expires_on, form.widget_key("expires_on"))
            form.slot("expires_on")
        with right:
            ended_on = pick_day_if_any("Given up on, if so", one.ended_on, form.widget_key("ended_on"))
            form.slot("ended_on")
        reason = st.text_input("Why it is corrected", key=form.widget_key("reason"))
        form.slot("reason")
    if form.submitted:
        with saving(form, done=f"The registration of {one.person} is corrected. The former entry stays.") as db:
            entered = correct_registration(
                db,
                by=me,
                submission=form.key,
                registration_id=one.registration_id,
                reason=reason,
                registered_on=registered_on or one.registered_on,
                expires_on=expires_on,
                ended_on=ended_on,
                **typed,
            )
            form.done = _with_warnings("The registration is corrected. The former entry stays.", entered)


# ---------------------------------------------------------------------------------------------------------------------
# Add one


def add_registration_form(
    me: Actor, people: Sequence[Person], bodies: Mapping[str, str], grades: Sequence[str]
) -> None:
    """For oneself or for somebody one manages. The number is compared with what that body's usually look like."""
    only_me = [person.staff_id for person in people] == [me.staff_id]
    with record_form("add_registration", submit="Add the registration") as form:
        person = people[0] if only_me else pick_staff("Person", people, form.widget_key("staff_id"))
        form.slot("staff_id")
        body = st.selectbox(
            "Body",
            list(bodies),
            index=None,
            format_func=bodies.__getitem__,
            placeholder="Choose a body",
            key=form.widget_key("body_code"),
        )
        form.slot("body_code")
        typed = _typed_fields(form, None, grades)
        left, right = st.columns(2)
        with left:
            registered_on = pick_day_if_any("Registered since", today(), form.widget_key("registered_on"))
            form.slot("registered_on")
        with right:
            expires_on = pick_day_if_any(
                "Valid until, if the body has no fixed day", None, form.widget_key("expires_on")
            )
            form.slot("expires_on")
    missing = ({} if person else {"staff_id": "Choose a person."}) | ({} if body else {"body_code": "Choose a body."})
    if form.submitted and missing:
        form.point_out(missing)
    elif form.submitted and person is not None and body is not None:
        with saving(form, done="The registration is added.") as db:
            entered = add_registration(
                db,
                by=me,
                submission=form.key,
                staff_id=person.staff_id,
                body_code=body,
                registered_on=registered_on or today(),
                expires_on=expires_on,
                **typed,
            )
            form.done = _with_warnings(f"{bodies[body]} of {person.full_name} is added.", entered)


def _with_warnings(done: str, entered: Entered) -> str:
    return " ".join([done, *entered.warnings])


def _typed_fields(form: Any, one: Registered | None, grades: Sequence[str] = ()) -> dict[str, str]:
    left, middle, right = st.columns(3)
    with left:
        number = st.text_input("Register number", one.number if one else "", key=form.widget_key("number"))
        form.slot("number")
    with middle:
        membership = st.text_input(
            "Membership number, if another",
            one.membership_number if one else "",
            key=form.widget_key("membership_number"),
        )
        form.slot("membership_number")
    with right:
        known = list(dict.fromkeys(["", *([one.grade] if one else []), *grades]))
        grade = st.selectbox(
            "Grade, if any",
            known,
            index=known.index(one.grade) if one else 0,
            format_func=lambda word: word or "none",
            accept_new_options=True,
            key=form.widget_key("grade"),
        )
        form.slot("grade")
    return {"number": number, "membership_number": membership, "grade": grade or ""}


# ---------------------------------------------------------------------------------------------------------------------
# Checks to make


def checks_to_make(me: Actor, due: Sequence[CheckDue]) -> None:
    """One at a time, the longest due first: open the register, copy the number, write down what it shows."""
    if not due:
        st.success("No check of a register is due.", icon=":material/check_circle:")
        return
    by_record = {one.record_id: one for one in due}
    with row_list("checks-due") as listed:
        for one in due[:MOST_ROWS]:
            listed.standing(f"{one.person} · {one.body}", one.standing)
    if due[MOST_ROWS:]:
        st.caption(f"And {len(due) - MOST_ROWS} more. They move up as these are done.")
    st.subheader("Check one", anchor=False)
    chosen = st.selectbox(
        "Whose",
        list(by_record),
        index=_asked_for(due) or 0,
        format_func=lambda record: f"{by_record[record].person} · {by_record[record].body} {by_record[record].number}",
        key=f"check-{due[0].record_id}-{len(due)}",
    )
    one = by_record[chosen]
    check_form(me, "due", one)


def check_form(me: Actor, where: str, one: Registered | CheckDue) -> None:
    """`where` on the page: one registration may be opened and in the list of checks at once."""
    st.caption("Open the register at this address, look for this number, and write down what it shows.")
    left, right = st.columns([2, 1])
    with left:
        st.code(one.register_address or "No address in the catalogue", language=None, wrap_lines=True)
    with right:
        st.code(one.number or "No number", language=None)
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
    if form.submitted and result is None:
        form.point_out({"result": "Choose what the register shows."})
    elif form.submitted and result is not None:
        with saving(form, done=f"{one.person}, {one.body}: the check is recorded. {RESULT_WORDS[result]}.") as db:
            record_register_check(
                db,
                by=me,
                submission=form.key,
                registration_record_id=one.record_id,
                checked_on=checked_on or today(),
                result=result,
                note=note,
                expiry_seen_on=expiry_seen_on,
                next_due_on=next_due_on,
            )


# ---------------------------------------------------------------------------------------------------------------------
# Bodies' rules


def bodies_table(rules: "pd.DataFrame") -> None:
    """Each body's rules with where they are from and how sure that is."""
    renewal = [row for row in rules.itertuples() if row.about in ("renewal", "")]
    st.table(
        [
            {
                "Body": plain(row.body),
                "Kind": row.kind,
                "Renewal": plain(row.rule) or "not known",
                "Source": plain(row.source),
                "How sure": plain(row.mark) or "–",
            }
            for row in renewal
        ],
        hide_index=True,
    )
    st.caption("Statutory: the law keeps the register. Accredited: a voluntary register. A membership is no register.")
    with st.expander("What each asks for supervision and further learning"):
        st.table(
            [
                {
                    "Body": plain(f"{row.body}{f', {row.grade}' if row.grade else ''}"),
                    "About": "Supervision" if row.about == "supervision" else "Further learning",
                    "Rule": plain(row.rule),
                    "Source": plain(row.source),
                    "How sure": plain(row.mark),
                }
                for row in rules.itertuples()
                if row.about in ("supervision", "activity")
            ],
            hide_index=True,
        )
