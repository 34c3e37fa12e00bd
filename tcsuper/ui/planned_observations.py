"""What is planned to be observed: by week, whom it waits for, one click to record; planning, changing, cancelling."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.database import reading
from tcsuper.queries.people import Person
from tcsuper.queries.planned_observations import Named, Planned, observers_to_choose, planned_about_me
from tcsuper.queries.practice import standard_sets
from tcsuper.rules.observing import monday_of
from tcsuper.rules.standing import Tone
from tcsuper.services.planned_observations import (
    cancel_planned_observation,
    change_planned_observation,
    plan_observation,
    sign_as_observer,
    stand_back,
)
from tcsuper.ui.links import link_button
from tcsuper.ui.observations import show_observation
from tcsuper.ui.observe import observe_as_planned
from tcsuper.ui.pickers import labels, pick_day, pick_staff
from tcsuper.ui.plain import plain
from tcsuper.ui.rating_form import pick_group_type
from tcsuper.ui.saving import RecordForm, record_button, record_form, saving
from tcsuper.ui.status import row_list

PLANNED, DRAFTS = "Planned", "My drafts"
BLIND, TOGETHER = "Each rates alone, blind to the others", "Together, in one observation"
OF_ONE = "With one observer it makes no difference."
CHANGE, CANCEL, NOT_THERE = "Change", "Cancel", "Somebody did not observe"


def planned_part(me: Actor, planned: Sequence[Planned], people: Sequence[Person]) -> None:
    """The part of the page: first the one that the address asks to record."""
    asked = next((one for one in planned if str(one.planned_id) == st.query_params.get("plan", "")), None)
    if asked is not None and asked.is_mine_to_rate and asked.draft is None:
        _recording(me, asked)
    elif asked is not None and asked.is_mine_to_rate and not asked.draft_is_mine:
        _reading(me, asked)
    if planned:
        _by_week(me, planned)
    else:
        st.info("Nothing is planned. Plan whose work is to be seen, in which group and week, and by whom.")
    with st.expander("Plan an observation", expanded=not planned, icon=":material/event:"):
        _plan(me, people)
    mine = [one for one in planned if one.may_change or one.is_mine_to_rate]
    if mine:
        with st.expander("Change or cancel one, or end the waiting for an observer", icon=":material/edit_calendar:"):
            _keep(me, mine)


def _recording(me: Actor, planned: Planned) -> None:
    st.subheader(plain(f"{planned.person}, {_week(planned.week_of, me.on).lower()}"), anchor=False)
    st.caption(plain(f"{planned.set_label}. {_who(planned)}"))
    observe_as_planned(me, planned)
    st.divider()


def _reading(me: Actor, one: Planned) -> None:
    """What was rated together, by those who did not write it: read, then signed."""
    assert one.draft_record is not None
    show_observation(me, one.draft_record)
    st.caption("You rated together: it is your observation too once you sign it.")
    _sign_button(me, one)
    st.divider()


# ---------------------------------------------------------------------------------------------------------------------
# The list


def _by_week(me: Actor, planned: Sequence[Planned]) -> None:
    for week, of_week in groupby(planned, key=lambda one: one.week_of):
        st.markdown(f"**{_week(week, me.on)}**")
        with row_list(f"planned-{week}") as listed:
            for one in of_week:
                group = one.group_name or one.group_type
                title = f"{one.person}, {group}" if group else one.person
                with listed.row(*_word(one, me.on), title, f"{_who(one)} {_waits(one)}", one.set_label):
                    _next_click(me, one)


def _week(week_of: date, on: date) -> str:
    this = monday_of(on)
    near = {this: "This week, from", this + timedelta(days=7): "Next week, from"}
    return f"{near.get(week_of, 'The week of')} {words.day(week_of)}"


def _word(one: Planned, on: date) -> tuple[str, Tone]:
    if one.is_begun:
        return "Waits", Tone.AMBER
    if one.is_overdue(on):
        return "Missed", Tone.BAD
    return ("This week", Tone.AMBER) if one.week_of == monday_of(on) else ("Planned", Tone.NEUTRAL)


def _who(one: Planned) -> str:
    names = [each.name for each in one.observers if not each.stood_back]
    if len(names) < 2:
        return f"By {words.listed(names)}." if names else ""
    return f"By {words.listed(names)}, {'together' if one.together else 'blind to each other'}."


def _waits(one: Planned) -> str:
    """Whom it waits for; never what anybody rated."""
    if not one.is_begun:
        return ""
    return f"Waits for {words.listed([_possessive(each) for each in one.awaited])} signature."


def _possessive(one: Named) -> str:
    return f"{one.name}’s"


def _next_click(me: Actor, one: Planned) -> None:
    if not one.is_mine_to_rate:
        return
    here = {"show": PLANNED, "plan": str(one.planned_id)}
    if one.draft is None:
        link_button("Record", "observe", f"plan-{one.planned_id}", here)
    elif one.draft_is_mine:
        _sign_button(me, one)
        link_button("Open the draft", "observe", f"draft-{one.draft}", {"show": DRAFTS})
    else:
        link_button("Read and sign", "observe", f"plan-{one.planned_id}", here)


def _sign_button(me: Actor, one: Planned) -> None:
    form = record_button(f"sign-planned-{one.draft}", "Sign", primary=True)
    if form.submitted:
        done = f"Signed: {one.person}. It is shared once every observer has signed or stood back."
        with saving(form, done=done) as db:
            sign_as_observer(db, by=me, submission=form.key, observation_id=one.draft or 0)


# ---------------------------------------------------------------------------------------------------------------------
# Planning


def _plan(me: Actor, people: Sequence[Person]) -> None:
    left, right = st.columns(2)
    with left:
        person = pick_staff("Whose work is to be seen?", people, "plan-person")
    if person is None:
        st.caption("Nobody is chosen yet.")
        return
    with reading() as db:
        sets = {one.label: one.set_id for one in standard_sets(db, viewer=me, observed_id=person.staff_id)}
        offered = observers_to_choose(db, viewer=me, observed_id=person.staff_id)
    if not sets:
        st.info("The catalogue holds no set of standards yet. An administrator loads it on the server.")
        return
    with right:
        label = st.selectbox("By which standards?", list(sets), key=f"plan-set-{person.staff_id}")
    with record_form(f"plan-{person.staff_id}", submit="Plan it") as form:
        week = _when_and_which(form, monday_of(me.on), "", "")
        observers = _observers(form, offered, [me.staff_id])
        how = st.radio("Several observers", [BLIND, TOGETHER], key=form.widget_key("how"))
        form.slot("together")
        st.caption(
            "Rated blind, nobody reads the other's levels until all have signed; how observers differ is known from "
            f"these alone. {OF_ONE}"
        )
    if form.submitted:
        with saving(form, done=f"Planned: {person.full_name}, the week of {words.day(monday_of(week[0]))}.") as db:
            plan_observation(
                db,
                by=me,
                submission=form.key,
                observed_id=person.staff_id,
                standard_set_id=sets[label],
                week_of=week[0],
                group_type=week[1],
                group_name=week[2],
                observer_ids=observers,
                together=how == TOGETHER and len(observers) > 1,
            )


def _when_and_which(form: RecordForm, week_of: date, group_type: str, group_name: str) -> tuple[date, str, str]:
    left, middle, right = st.columns([1, 1.4, 1.2])
    with left:
        day = pick_day("A day of the week", week_of, form.widget_key("week"))
        form.slot("week_of")
    with middle:
        kind = pick_group_type(form, group_type)
    with right:
        name = st.text_input(
            "Which group", group_name, max_chars=80, placeholder="Its name", key=form.widget_key("group_name")
        )
        form.slot("group_name")
    return day, kind, name or ""


def _observers(form: RecordForm, offered: Sequence[Person], chosen: Sequence[int]) -> list[int]:
    named = labels(offered)
    observers = st.multiselect(
        "Observers",
        list(named),
        default=[one for one in chosen if one in named],
        format_func=named.__getitem__,
        placeholder="Choose who is to observe",
        key=form.widget_key("observers"),
    )
    form.slot("observer_ids")
    return observers


# ---------------------------------------------------------------------------------------------------------------------
# Keeping it


def _keep(me: Actor, planned: Sequence[Planned]) -> None:
    by_label = {f"{one.person}, {words.day(one.week_of)} (no. {one.planned_id})": one for one in planned}
    chosen = st.selectbox("Which", list(by_label), index=None, placeholder="Choose a planned one", key="plan-to-keep")
    if not chosen:
        return
    one = by_label[chosen]
    offered = [*([CHANGE, CANCEL] if one.may_change and not one.is_begun else []), NOT_THERE]
    what = st.segmented_control("What", offered, default=offered[0], required=True, key=f"keep-{one.planned_id}")
    if what == CHANGE:
        _change(me, one)
    elif what == CANCEL:
        _cancel(me, one)
    else:
        _not_there(me, one)


def _change(me: Actor, one: Planned) -> None:
    with reading() as db:
        offered = observers_to_choose(db, viewer=me, observed_id=one.observed_id)
    with record_form(f"change-plan-{one.planned_id}", submit="Save the change") as form:
        week = _when_and_which(form, one.week_of, one.group_type, one.group_name)
        observers = _observers(form, offered, [each.observer_id for each in one.observers])
    if form.submitted:
        with saving(form, done=f"Changed: {one.person}, the week of {words.day(monday_of(week[0]))}.") as db:
            change_planned_observation(
                db,
                by=me,
                submission=form.key,
                planned_id=one.planned_id,
                week_of=week[0],
                group_type=week[1],
                group_name=week[2],
                observer_ids=observers,
            )


def _cancel(me: Actor, one: Planned) -> None:
    with record_form(f"cancel-plan-{one.planned_id}", submit="Cancel it") as form:
        reason = st.text_input("Why it does not take place", max_chars=500, key=form.widget_key("reason"))
        form.slot("reason")
    if form.submitted:
        with saving(form, done=f"Cancelled: {one.person}, the week of {words.day(one.week_of)}.") as db:
            cancel_planned_observation(db, by=me, submission=form.key, planned_id=one.planned_id, reason=reason or "")


def _not_there(me: Actor, one: Planned) -> None:
    """Themselves; a manager ends the waiting for anybody."""
    awaited = [each for each in one.awaited if one.may_stand_others_back or each.observer_id == me.staff_id]
    if not awaited:
        st.caption("Only a therapy manager ends the waiting for another observer.")
        return
    names = {each.observer_id: each.name for each in awaited}
    with record_form(f"stand-back-{one.planned_id}", submit="They did not observe") as form:
        who = st.radio(
            "Who did not observe?", list(names), format_func=lambda each: plain(names[each]), key=form.widget_key("who")
        )
        st.caption(
            "Nobody waits for them any more, and it is for good: what the others signed is shared once nobody else is "
            "awaited. What this observer wrote stays a draft of theirs."
        )
    if form.submitted and who is not None:
        with saving(form, done=f"Noted: {names[who]} did not observe.") as db:
            stand_back(db, by=me, submission=form.key, planned_id=one.planned_id, observer_id=who)


def will_be_observed(me: Actor) -> None:
    """On one's own record: who comes, and in which week."""
    with reading() as db:
        coming = planned_about_me(db, viewer=me)
    for one in coming:
        group = f" ({one.group_name or one.group_type})" if one.group_name or one.group_type else ""
        who = words.listed([each.name for each in one.observers])
        st.info(
            plain(f"You will be observed in the week of {words.day(one.week_of)}{group} by {who}."),
            icon=":material/visibility:",
        )
