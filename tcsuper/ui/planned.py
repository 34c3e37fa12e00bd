"""Sessions to come: the list by week, planning a series and ending one, and the two sheets of paper."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import groupby

import streamlit as st
from sqlmodel import Session

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import Refused
from tcsuper.queries.planned import PlannedSession, may_print_week, planned_sessions
from tcsuper.queries.supervision import agreements_to_record
from tcsuper.reports.sheets import refused_page, registers_page, week_page
from tcsuper.rules.series import (
    MOST,
    ORDINALS,
    Every,
    Series,
    days_of,
    ordinals_of,
    problems_of,
    rule_in_words,
    span_in_words,
    week_of,
)
from tcsuper.rules.standing import Tone
from tcsuper.services.series import end_series, move_planned, plan_series, skip_planned
from tcsuper.services.sheets import MOST_REGISTERS, print_register, print_registers, print_week_sheet
from tcsuper.ui.calendar import series_calendar_part
from tcsuper.ui.links import link_button
from tcsuper.ui.memory import is_asked_anew
from tcsuper.ui.pickers import pick_agreement
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import RecordForm, record_form, saving
from tcsuper.ui.status import row_list

AHEAD = {"This week and next": 2, "The next 6 weeks": 6, "The next 3 months": 13}
LOOK_BACK, LOOK_AHEAD = timedelta(days=28), timedelta(days=366 * 6)
EVERY_WORDS = {
    Every.WEEK: "Every week",
    Every.TWO_WEEKS: "Every two weeks",
    Every.FOUR_WEEKS: "Every four weeks",
    Every.MONTH: "Every month, by weekday",
}
UNTIL, HOW_MANY = "On a day", "After so many sessions"
WEEKS_TO_PRINT, FRIDAY = 9, 4


def show_planned(me: Actor, on: date) -> None:
    """The part "Planned" of the page: from the week of `on`, with what waits to be recorded from the weeks before. Who
    comes to plan a series (`?plan=series&agreement=<id>`) finds its form on top."""
    with reading() as db:
        sessions = planned_sessions(db, viewer=me, since=on - LOOK_BACK, until=on + LOOK_AHEAD)
    is_asked = st.query_params.get("plan") == "series"
    if is_asked:
        _plan_series(me, is_asked)
    _list(me, sessions, on)
    _sheets(me, sessions, on)
    if not is_asked:
        st.subheader("Series", anchor=False)
        _plan_series(me)
    _end_series(me, sessions)


# ---------------------------------------------------------------------------------------------------------------------
# The list


def _list(me: Actor, sessions: Sequence[PlannedSession], on: date) -> None:
    period = st.selectbox("Weeks", list(AHEAD), key="planned-period", persist_state="session")
    until = week_of(on) + timedelta(days=7 * AHEAD[period] - 1)
    shown = [one for one in sessions if one.held_on <= until]
    if not shown:
        st.info("No session is planned for these weeks. Plan a series below, or one session under Record a session.")
    for monday, week in groupby(shown, lambda one: week_of(one.held_on)):
        listed = list(week)
        st.subheader(f"Week of {words.day(monday)}", anchor=False)
        with row_list(f"planned-{monday}") as rows:
            for one in listed:
                is_due = one.held_on <= today()
                word, tone = ("To record", Tone.AMBER) if is_due else ("Planned", Tone.NEUTRAL)
                has_buttons = one.may_change or one.may_print
                with rows.row(word, tone, _title(one), *_said(one), wide=not has_buttons):
                    _buttons(me, one, is_due)


def _title(one: PlannedSession) -> str:
    return f"{_when(one)} · {one.title}"


def _when(one: PlannedSession) -> str:
    return f"{words.weekday(one.held_on)}, {span_in_words(one.held_on, one.starts_at, one.minutes)}"


def _said(one: PlannedSession) -> tuple[str, ...]:
    people = one.expected if one.expected != (one.title,) else ()
    others = one.contracted - len(one.expected)
    expected = words.listed([*people, *([words.count(others, "other")] if others else [])])
    facts = [
        "part of a series" if one.series_id else "",
        "in the place of one that was lost" if one.is_rebooked else "",
    ]
    return (
        f"With {one.supervisor}, {words.length(one.minutes)}{''.join(f', {fact}' for fact in facts if fact)}.",
        f"Expected: {expected}." if expected else "",
    )


def _buttons(me: Actor, one: PlannedSession, is_due: bool) -> None:
    if one.may_change and is_due:
        asked = {"planned": str(one.record_id), "agreement": str(one.agreement_id)}
        link_button("Record", "record_supervision", f"planned-{one.session_id}", asked)
    what = "Skip, move, print" if one.may_change else "Print" if one.may_print else ""
    if not what:
        return
    more = st.popover(what, width="stretch", on_change="rerun", key=f"planned-more-{one.session_id}")
    if not more.open:  # its forms are drawn for whoever opens it, not for every row of the list
        return
    with more:
        if one.may_print:
            _download_registers(me, [one], "Register to sign", f"register-{one.session_id}")
        if one.may_change:
            _move(me, one)
            _skip(me, one)


def _move(me: Actor, one: PlannedSession) -> None:
    with record_form(f"move-{one.session_id}", submit="Move it") as form:
        on = st.date_input(
            "Move it to",
            value=max(one.held_on, today()),
            min_value=today(),
            format="DD/MM/YYYY",
            key=form.widget_key("on"),
        )
        form.slot("held_on")
        starts_at, minutes = _time_and_length(form, one.starts_at, one.minutes)
    if form.submitted and isinstance(on, date):
        with saving(form, done=f"{one.title} is now planned for {words.day(on)}.") as db:
            move_planned(
                db,
                by=me,
                submission=form.key,
                session_id=one.session_id,
                held_on=on,
                starts_at=starts_at,
                minutes=minutes,
            )


def _skip(me: Actor, one: PlannedSession) -> None:
    with record_form(f"skip-{one.session_id}", submit="Skip it") as form:
        reason = st.text_input("Why is it skipped?", max_chars=500, key=form.widget_key("reason"))
        form.slot("reason")
        st.caption("A skipped session is not a lost one. Was it cancelled? Record that it did not happen.")
    if form.submitted:
        with saving(
            form, done=f"Skipped: {one.title}, {words.day(one.held_on)}. It counts as neither held nor lost."
        ) as db:
            skip_planned(db, by=me, submission=form.key, session_id=one.session_id, reason=reason)


def _time_and_length(form: RecordForm, starts_at: str, minutes: int) -> tuple[str, int]:
    left, right = st.columns(2)
    with left:
        given = st.text_input(
            "Starts at", value=starts_at, placeholder="14:00", max_chars=5, key=form.widget_key(f"starts-{starts_at}")
        )
        form.slot("starts_at")
    with right:
        length = st.number_input(
            "Length in minutes", 1, 480, minutes, step=5, key=form.widget_key(f"minutes-{minutes}")
        )
        form.slot("minutes")
    return given.strip(), int(length)


# ---------------------------------------------------------------------------------------------------------------------
# Series


def _plan_series(me: Actor, is_asked: bool = False) -> None:
    with reading() as db:
        offered = agreements_to_record(db, viewer=me)
    if not offered:
        return
    folded = st.expander("Plan a series", expanded=is_asked, key="folded-plan-series")
    with folded, record_form("plan_series", submit="Plan the series", live=True) as form:
        key, wished = form.widget_key("agreement"), st.query_params.get("agreement", "")
        if is_asked_anew("plan-series", wished):
            st.session_state[key] = next((one.label for one in offered if str(one.agreement_id) == wished), None)
        agreement = pick_agreement(offered, key)
        form.slot("agreement_id")
        every, first_on, which = _how_often(form)
        starts_at, minutes = _time_and_length(form, "", agreement.usual_minutes if agreement else 60)
        until, how_many = _end(form, first_on)
        series = Series(every, first_on, until, how_many, which)
        if not problems_of(series):
            sentence = f"{rule_in_words(series, starts_at)}: {words.count(len(days_of(series)), 'session')}."
            st.markdown(plain(sentence))
    if form.submitted:
        with saving(form, done="Planned.") as db:
            made = plan_series(
                db,
                by=me,
                submission=form.key,
                agreement_id=agreement.agreement_id if agreement else 0,
                series=series,
                starts_at=starts_at,
                minutes=minutes,
            )
            form.done = made.sentence


def _how_often(form: RecordForm) -> tuple[Every, date, int]:
    left, right = st.columns(2)
    with left:
        chosen = st.selectbox("Repeats", list(Every), format_func=EVERY_WORDS.__getitem__, key=form.widget_key("every"))
        every = chosen or Every.WEEK
    with right:
        given = st.date_input(
            "First session", value=today(), min_value=today(), format="DD/MM/YYYY", key=form.widget_key("first")
        )
        form.slot("first_on")
    first_on = given if isinstance(given, date) else today()
    places = ordinals_of(first_on)
    if every is not Every.MONTH or len(places) == 1:
        return every, first_on, 0
    name = words.DAYS[first_on.weekday()]
    which = st.radio(
        "Which of the month?",
        places,
        format_func=lambda one: f"The {ORDINALS[one]} {name}",
        horizontal=True,
        key=form.widget_key(f"which-{places}"),
    )
    form.slot("which")
    return every, first_on, which


def _end(form: RecordForm, first_on: date) -> tuple[date | None, int | None]:
    left, right = st.columns(2)
    ends = left.radio("It ends", [UNTIL, HOW_MANY], key=form.widget_key("ends"))
    with right:
        if ends == HOW_MANY:
            number = st.number_input("Sessions", 1, MOST, 12, key=form.widget_key("number"))
            form.slot("how_many")
            return None, int(number)
        until = st.date_input(
            "Last day",
            value=first_on + timedelta(days=182),
            min_value=first_on,
            format="DD/MM/YYYY",
            key=form.widget_key(f"until-{first_on}"),
        )
        form.slot("until")
        return (until if isinstance(until, date) else first_on), None


def _end_series(me: Actor, sessions: Sequence[PlannedSession]) -> None:
    offered = _series_by_label([one for one in sessions if one.may_change])
    if not offered:
        return
    with st.expander("End a series"), record_form("end_series", submit="End the series") as form:
        label = st.selectbox(
            "Series", list(offered), index=None, placeholder="Choose a series", key=form.widget_key("series")
        )
        after = st.date_input("Its last day", value=today(), format="DD/MM/YYYY", key=form.widget_key("after"))
        form.slot("after")
        reason = st.text_input("Why does it end?", max_chars=500, key=form.widget_key("reason"))
        form.slot("reason")
        st.caption("Sessions planned for later days are taken off. What was held or lost stays.")
    if form.submitted and isinstance(after, date):
        if label is None:
            form.point_out({"series_id": "Choose a series."})
            return
        with saving(form, done="Ended.") as db:
            series_id = offered[label][0].series_id
            assert series_id is not None
            gone = end_series(db, by=me, submission=form.key, series_id=series_id, after=after, reason=reason)
            form.done = f"The series ends on {words.day(after)}: {words.count(gone, 'session')} taken off."


def _series_by_label(sessions: Sequence[PlannedSession]) -> dict[str, list[PlannedSession]]:
    series: dict[object, list[PlannedSession]] = {}
    for one in sessions:
        if one.series_id:
            series.setdefault(one.series_id, []).append(one)
    return {
        f"{those[0].title} with {those[0].supervisor}: {words.count(len(those), 'session')} left, next "
        f"{_when(those[0])}, last {words.day(those[-1].held_on)}": those
        for those in series.values()
    }


# ---------------------------------------------------------------------------------------------------------------------
# Sheets


def _sheets(me: Actor, sessions: Sequence[PlannedSession], on: date) -> None:
    """Made when somebody clicks, for them alone."""
    printable = [one for one in sessions if one.may_print]
    if not printable and not may_print_week(me):
        return
    st.subheader("Sheets to print", anchor=False)
    mondays = [week_of(on) + timedelta(days=7 * week) for week in range(WEEKS_TO_PRINT)]
    next_one = int(on.weekday() >= FRIDAY)  # by then the sheets wanted are those of the week to come
    monday = st.selectbox("Week of", mondays, index=next_one, format_func=words.day, key="planned-week")
    here = [one for one in printable if week_of(one.held_on) == monday][:MOST_REGISTERS]
    left, right = st.columns(2)
    with left, st.container(border=True, height="stretch"):
        st.markdown("**Registers to sign in the room**")
        if here:
            st.caption(f"One page for each of {words.count(len(here), 'session')}, with the contracted names.")
            _download_registers(me, here, "Registers of this week", "registers-of-week")
        else:
            st.caption("No session is planned for this week.")
    if may_print_week(me):
        with right, st.container(border=True, height="stretch"):
            st.markdown("**Week sheet for the detail office**")
            st.caption("Who must be free when, as protected time: not for what, nor with whom.")
            _download("Week sheet", lambda db: week_page_of(db, me, monday), f"protected-time-{monday}", "week-sheet")
    _register_of_a_day(me)
    by_label = _series_by_label(printable)
    series_calendar_part(me, {label: those[0].series_id for label, those in by_label.items() if those[0].series_id})


def _register_of_a_day(me: Actor) -> None:
    """For a session that nobody planned."""
    with reading() as db:
        offered = agreements_to_record(db, viewer=me)
    if not offered:
        return
    more = st.popover("A register for another day", on_change="rerun", key="register-of-day")
    if more.open:
        with more:
            agreement = pick_agreement(offered, "register-agreement")
            on = st.date_input("Day", value=today(), format="DD/MM/YYYY", key="register-on")
            if agreement and isinstance(on, date):
                number, day = agreement.agreement_id, on
                _download("Register to sign", lambda db: register_of(db, me, number, day), f"register-{on}", "register")


def _download_registers(me: Actor, sessions: Sequence[PlannedSession], label: str, key: str) -> None:
    record_ids = [one.record_id for one in sessions]
    _download(
        label,
        lambda db: registers_page(*print_registers(db, by=me, record_ids=record_ids)),
        f"registers-{sessions[0].held_on}",
        key,
    )


def register_of(db: Session, me: Actor, agreement_id: int, on: date) -> str:
    return registers_page(*print_register(db, by=me, agreement_id=agreement_id, held_on=on))


def week_page_of(db: Session, me: Actor, monday: date) -> str:
    sheet, times = print_week_sheet(db, by=me, monday=monday)
    return week_page(sheet, monday, times)


def _download(label: str, page_of: Callable[[Session], str], file_name: str, key: str) -> None:
    """The file is made at the click, in a transaction of its own that also writes the event, after the service has
    looked up anew who clicks. Nothing here touches the screen: it runs outside the page."""

    def made() -> str:
        try:
            with writing() as db:
                return page_of(db)
        except Refused as refused:
            return refused_page(str(refused))

    st.download_button(
        label,
        made,
        f"{file_name}.html",
        "text/html",
        key=f"print-{key}",
        on_click="ignore",
        icon=":material/print:",
        width="stretch",
    )
