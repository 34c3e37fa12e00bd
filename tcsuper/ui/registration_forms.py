"""The forms about one registration: add it, renew it, correct one of its records."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.queries.people import Person
from tcsuper.queries.registration import Registered, Version
from tcsuper.services.registration import (
    Entered,
    add_registration,
    correct_registration,
    renew_registration,
    void_renewal,
)
from tcsuper.ui.pickers import pick_day_if_any, pick_staff
from tcsuper.ui.saving import record_form, saving


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
            registered_on = pick_day_if_any("Registered since", None, form.widget_key("registered_on"))
            form.slot("registered_on")
        with right:
            expires_on = pick_day_if_any(
                "Valid until, if the body has no fixed day", None, form.widget_key("expires_on")
            )
            form.slot("expires_on")
    asked = {
        "staff_id": "" if person else "Choose a person.",
        "body_code": "" if body else "Choose a body.",
        "registered_on": "" if registered_on else "Enter the first day of this registration.",
    }
    missing = {field: sentence for field, sentence in asked.items() if sentence}
    if form.submitted and missing:
        form.point_out(missing)
    elif form.submitted and person is not None and body is not None and registered_on is not None:
        with saving(form, done="The registration is added.") as db:
            entered = add_registration(
                db,
                by=me,
                submission=form.key,
                staff_id=person.staff_id,
                body_code=body,
                registered_on=registered_on,
                expires_on=expires_on,
                **typed,
            )
            form.done = _with_warnings(f"{bodies[body]} of {person.full_name} is added.", entered)


def _with_warnings(done: str, entered: Entered) -> str:
    return " ".join([done, *entered.warnings])


def _typed_fields(form: Any, one: Version | None, grades: Sequence[str] = ()) -> dict[str, str]:
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


def renew_form(me: Actor, one: Registered) -> None:
    """The former dates stay: a day of renewal after the former last day shows as a gap."""
    with record_form(f"renew-{one.registration_id}", submit="Save the renewal") as form:
        left, right = st.columns(2)
        with left:
            renewed_on = pick_day_if_any("Renewed on", today(), form.widget_key("renewed_on"))
            form.slot("renewed_on")
        with right:
            expires_on = pick_day_if_any("Valid until", one.renews_until, form.widget_key("expires_on"))
            form.slot("expires_on")
        if one.expires_on is not None:
            former = words.day(one.expires_on)
            st.caption(f"It is entered until {former}. If it was renewed later, the days between count as lapsed.")
    if form.submitted and expires_on is None:
        form.point_out({"expires_on": "Choose the new last day."})
    elif form.submitted and expires_on is not None:
        done = f"{one.body} of {one.person} now runs until {words.day(expires_on)}. Check the live register next."
        with saving(form, done=done) as db:
            renew_registration(
                db,
                by=me,
                submission=form.key,
                registration_id=one.registration_id,
                expires_on=expires_on,
                renewed_on=renewed_on,
            )


def correct_part(me: Actor, one: Registered, versions: Sequence[Version]) -> None:
    """Which record first, where there are renewals; then its form."""
    records = {version.registration_id: version for version in versions if version.is_current}
    chosen = next(iter(records))
    if len(records) > 1:
        chosen = st.selectbox(
            "Which entry",
            list(records),
            format_func=lambda record: _which(records[record]),
            key=f"correct-which-{one.record_id}",
        )
    _correct_form(me, one, records[chosen])


def _which(version: Version) -> str:
    until = f", until {words.day(version.expires_on)}" if version.expires_on else ""
    if version.renewed_on is not None:
        return f"Renewed on {words.day(version.renewed_on)}{until}"
    return f"First entry: since {words.day(version.registered_on)}{until}"


def _correct_form(me: Actor, one: Registered, version: Version) -> None:
    with record_form(f"correct-{version.registration_id}", submit="Save the correction") as form:
        typed = _typed_fields(form, version)
        left, middle, right = st.columns(3)
        began = "renewed_on" if version.is_renewal else "registered_on"
        with left:
            label = "Renewed on" if version.is_renewal else "Registered since"
            began_on = pick_day_if_any(label, version.renewed_on or version.registered_on, form.widget_key(began))
            form.slot(began)
        with middle:
            expires_on = pick_day_if_any("Valid until, if known", version.expires_on, form.widget_key("expires_on"))
            form.slot("expires_on")
        with right:
            ended_on = pick_day_if_any("Given up on, if so", version.ended_on, form.widget_key("ended_on"))
            form.slot("ended_on")
        reason = st.text_input("Why it is corrected", key=form.widget_key("reason"))
        form.slot("reason")
    if form.submitted:
        done = f"The registration of {one.person} is corrected. The former entry stays."
        with saving(form, done=done) as db:
            entered = correct_registration(
                db,
                by=me,
                submission=form.key,
                registration_id=version.registration_id,
                reason=reason,
                registered_on=None if version.is_renewal else began_on,
                renewed_on=began_on if version.is_renewal else None,
                expires_on=expires_on,
                ended_on=ended_on,
                **typed,
            )
            form.done = _with_warnings(done, entered)


def void_renewal_form(me: Actor, one: Registered) -> None:
    """The last renewal was entered by mistake: the registration goes back to the entry before it."""
    with record_form(f"void-renewal-{one.registration_id}", submit="Void the renewal") as form:
        until = f" until {words.day(one.expires_on)}" if one.expires_on else ""
        st.caption(f"The renewal{until} counts no more, and the entry before it does again. That it was there stays.")
        reason = st.text_input("Why it is voided", key=form.widget_key("reason"))
        form.slot("reason")
    if form.submitted:
        with saving(form, done=f"The renewal of {one.body} of {one.person} is voided. The entry stays.") as db:
            void_renewal(db, by=me, submission=form.key, registration_id=one.registration_id, reason=reason)
