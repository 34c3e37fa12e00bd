"""Concerns on screen: the list, one opened, the form, and how many there are for an auditor."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor, Permission, holds
from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import NO_SUCH_RECORD, Refused
from tcsuper.models import WITHHELD_BY_DEFAULT, ConcernCategory
from tcsuper.queries.concerns import (
    CommunityCount,
    ConcernLine,
    Route,
    outside_person,
    people_to_raise_about,
    people_to_route_to,
    sessions_to_name,
    where_it_goes,
)
from tcsuper.queries.people import Person
from tcsuper.queries.readers import readers_of_concern
from tcsuper.rules.standing import Tone
from tcsuper.services.concerns import (
    LONGEST_NAME,
    LONGEST_REPORT,
    LONGEST_WORDS,
    ConcernWords,
    raise_concern,
    read_concern,
    record_outcome,
    route_on,
    set_outside_person,
)
from tcsuper.ui.links import link_button
from tcsuper.ui.pickers import labels, pick_staff
from tcsuper.ui.plain import plain
from tcsuper.ui.readers import who_can_see
from tcsuper.ui.saving import RecordForm, record_form, saving
from tcsuper.ui.status import row_list

REPORT_FIRST = (
    "This does not report a safeguarding or security matter. Report it first by your local procedure, then record here "
    "the date, to whom and its reference."
)
CATEGORY_WORDS = {
    ConcernCategory.UNSAFE_PRACTICE: "Unsafe practice",
    ConcernCategory.FITNESS_TO_PRACTISE: "Fitness to practise",
    ConcernCategory.CONDUCT_OF_SUPERVISION: "Conduct of supervision",
    ConcernCategory.STAFF_WELLBEING: "Staff wellbeing",
    ConcernCategory.SAFEGUARDING: "Safeguarding",
    ConcernCategory.SECURITY: "Security",
}
OUTSIDE = "The person outside"
NO_SESSION = "No particular session"

# ---------------------------------------------------------------------------------------------------------------------
# The list


def show_concerns(lines: Sequence[ConcernLine]) -> None:
    if not lines:
        st.info("There is no concern that you may read. Raise one below if somebody's practice concerns you.")
        return
    with row_list("concerns") as listed:
        for line in lines:
            word, tone = ("Closed", Tone.GREY) if line.closed_on else ("Open", Tone.NEUTRAL)
            title = f"{line.about} · {CATEGORY_WORDS[line.category]}"
            with listed.row(word, tone, title, *_facts(line)):
                link_button("Read", "concerns", f"concern-{line.record_id}", {"concern": str(line.record_id)})


def _facts(line: ConcernLine) -> list[str]:
    raised = f"Raised by {'you' if line.is_mine else line.raised_by} on {words.day(line.raised_on)}."
    if line.closed_on:
        went = f"It went to {line.routed_to} and was closed on {words.day(line.closed_on)}."
    else:
        went = f"It is with {'you' if line.may_settle else line.routed_to}."
    hidden = f"{line.about} does not see it." if line.is_withheld else ""
    return [f"{raised} {went}", hidden]


def asked_for(lines: Sequence[ConcernLine]) -> ConcernLine | None:
    """The concern that the address names, of those the viewer may read. The address opens nothing by itself."""
    wished = st.query_params.get("concern", "")
    return next((line for line in lines if str(line.record_id) == wished), None)


def show_opened(me: Actor, line: ConcernLine) -> None:
    """One concern with its words. Drawing this is a reading, and an event."""
    found = _read(me, line.record_id)
    if found is None:
        return
    st.subheader(plain(f"{line.about} · {CATEGORY_WORDS[line.category]}"), anchor=False)
    st.caption(plain(" ".join(_facts(line))))
    with st.container(border=True, key="concern-words"):
        st.markdown("**What happened**")
        st.text(found.text)
        if found.outcome:
            st.markdown("**What came of it**")
            st.text(found.outcome)
    _show_report(line, found)
    who_can_see("concern", lambda db: readers_of_concern(db, viewer=me, record_id=line.record_id))
    if line.may_settle:
        _outcome_form(me, line, found.outcome)
        _route_form(me, line)
    if found.readings:
        with st.expander(f"Who opened it ({len(found.readings)})"):
            for one in found.readings:
                st.markdown(plain(f"{one.by}, {words.moment(one.at)}"))
    _, right = st.columns([4, 1.5])
    with right:
        link_button("Put it away", "concerns", "concern-away")


def _read(me: Actor, record_id: UUID) -> ConcernWords | None:
    try:
        with writing() as db:
            return read_concern(db, by=me, record_id=record_id)
    except Refused as refused:
        st.error(plain(str(refused)) if str(refused) != NO_SUCH_RECORD else NO_SUCH_RECORD)
        return None


def _show_report(line: ConcernLine, found: ConcernWords) -> None:
    told = f"{line.about} was told first." if found.subject_told_first else f"{line.about} was not told first."
    facts = [told]
    if found.reported_on:
        facts.append(f"Reported on {words.day(found.reported_on)}.")
    if found.session:
        facts.append(f"Session: {found.session}.")
    if found.senior_member:
        facts.append(f"Senior member of the service: {found.senior_member}. Therapy Lead: {found.therapy_lead}.")
    st.markdown(plain(" ".join(facts)))
    if found.report:
        st.markdown("**To whom, and its reference**")
        st.text(found.report)


def _outcome_form(me: Actor, line: ConcernLine, outcome: str) -> None:
    with record_form(f"concern-outcome-{line.concern_id}", submit="Save what came of it") as form:
        came = st.text_area(
            "What came of it", value=outcome, max_chars=LONGEST_WORDS, height=120, key=form.widget_key("outcome")
        )
        form.slot("outcome")
        st.caption("Those who may read the concern read this too. Nothing here may identify a resident.")
        is_closed = st.checkbox("Close this concern: nothing more will be added", key=form.widget_key("closed"))
    if form.submitted:
        with saving(form, done="Saved. The concern is closed." if is_closed else "Saved.") as db:
            record_outcome(
                db, by=me, submission=form.key, concern_id=line.concern_id, outcome=came, is_closed=is_closed
            )


def _route_form(me: Actor, line: ConcernLine) -> None:
    with reading() as db:
        offered = people_to_route_to(db, viewer=me, concern_id=line.concern_id)
        outside = outside_person(db)
    named = labels(offered)
    with (
        st.expander("Hand it to somebody else"),
        record_form(f"concern-route-{line.concern_id}", submit="Hand it on") as form,
    ):
        to = st.selectbox(
            "To whom",
            [*named, None],
            format_func=lambda one: f"{OUTSIDE}: {outside}" if one is None else named[one],
            key=form.widget_key("to"),
        )
        form.slot("to_id")
        st.caption("You can no longer read it afterwards. Nobody outside is told by this product: tell them yourself.")
    if form.submitted:
        with saving(form, done=f"Handed to {outside if to is None else named[to]}.") as db:
            route_on(db, by=me, submission=form.key, concern_id=line.concern_id, to_id=to)


# ---------------------------------------------------------------------------------------------------------------------
# The form


def raise_form(me: Actor) -> None:
    st.subheader("Raise a concern", anchor=False)
    with reading() as db:
        people, sessions = people_to_raise_about(db, viewer=me), sessions_to_name(db, viewer=me)
    with record_form("raise_concern", submit="Raise the concern", live=True) as form:
        st.warning(REPORT_FIRST, icon=":material/warning:")
        if not people:
            st.info("You know nobody by name here, so there is nobody to choose. Speak to whoever invited you.")
        about = pick_staff("Whose practice is it about?", people, form.widget_key("about"))
        form.slot("about_id")
        route = _where_it_goes(me, about)
        category = st.selectbox(
            "What kind of concern is it?",
            list(CATEGORY_WORDS),
            index=None,
            format_func=CATEGORY_WORDS.__getitem__,
            placeholder="Choose one",
            key=form.widget_key("category"),
        )
        form.slot("category")
        text = st.text_area(
            "What happened",
            max_chars=LONGEST_WORDS,
            height=160,
            help="What you saw or heard, when and where. Nothing here may identify a resident.",
            key=form.widget_key("text"),
        )
        form.slot("text")
        session = st.selectbox(
            "Does it come from a supervision session?",
            [None, *(one.record_id for one in sessions)],
            format_func=lambda one: next((s.words for s in sessions if s.record_id == one), NO_SESSION),
            key=form.widget_key("session"),
        )
        reported_on, report = _reported(form)
        told_first = st.checkbox("I told the person concerned before raising this", key=form.widget_key("told"))
        leaders = _leaders(form, route, people, me)
        is_withheld = _withheld(form, category, about)
        _who_reads(about, route, is_withheld)
    if form.submitted:
        with saving(form, done=f"Concern raised. It is with {route.name if route else ''}.") as db:
            raise_concern(
                db,
                by=me,
                submission=form.key,
                about_id=about.staff_id if about else None,
                category=category,
                text=text,
                is_withheld=is_withheld,
                session_record_id=session,
                reported_on=reported_on,
                report=report,
                subject_told_first=told_first,
                senior_member_id=leaders[0],
                therapy_lead_id=leaders[1],
            )


def _where_it_goes(me: Actor, about: Person | None) -> Route | None:
    if about is None:
        return None
    with reading() as db:
        return where_it_goes(db, viewer=me, about_id=about.staff_id)


def _reported(form: RecordForm) -> tuple[date | None, str]:
    left, right = st.columns([1, 2])
    with left:
        on = st.date_input(
            "Reported on", value=None, max_value=today(), format="DD/MM/YYYY", key=form.widget_key("reported_on")
        )
        form.slot("reported_on")
    with right:
        report = st.text_input("To whom, and its reference", max_chars=LONGEST_REPORT, key=form.widget_key("report"))
        form.slot("report")
    return (on if isinstance(on, date) else None), report


def _leaders(
    form: RecordForm, route: Route | None, people: Sequence[Person], me: Actor
) -> tuple[int | None, int | None]:
    """In a children's service both are named; whoever raises it may be one of them."""
    if route is None or not route.is_childrens_service:
        return None, None
    offered = [*people, Person(me.staff_id, me.name, "you")]
    left, right = st.columns(2)
    with left:
        senior = pick_staff("Senior member of the service", offered, form.widget_key("senior"))
        form.slot("senior_member_id")
    with right:
        lead = pick_staff("Therapy Lead", offered, form.widget_key("lead"))
        form.slot("therapy_lead_id")
    return (senior.staff_id if senior else None), (lead.staff_id if lead else None)


def _withheld(form: RecordForm, category: ConcernCategory | None, about: Person | None) -> bool:
    always = category in WITHHELD_BY_DEFAULT
    who = plain(about.full_name) if about else "the person concerned"
    wished = st.checkbox(
        f"Withhold it from {who}: they will not see that it exists",
        value=always,
        disabled=always,
        key=form.widget_key(f"withheld-{always}"),
    )
    return always or wished


def _who_reads(about: Person | None, route: Route | None, is_withheld: bool) -> None:
    """Said before it is saved: who will read it."""
    if about is None or route is None:
        st.caption("Choose the person, and it is said here who will read the concern.")
        return
    if route.staff_id is None:
        goes = f"Nobody here can take it, so nobody here reads it but you. Tell {route.name} yourself."
    else:
        goes = f"It goes to {route.name}, who reads it and says what comes of it."
    sees = "does not see it" if is_withheld else "can read it, and sees that you raised it"
    st.caption(plain(f"{goes} {about.full_name} {sees}. You read it and cannot change it afterwards."))


# ---------------------------------------------------------------------------------------------------------------------
# Beside the list


def show_counts(counts: Sequence[CommunityCount]) -> None:
    """For an auditor."""
    if not counts:
        return
    st.subheader("How many concerns were raised", anchor=False)
    st.caption(f"From {words.day(counts[0].since)} to {words.day(counts[0].until)}. Shown from five people up.")
    st.table(
        [
            {
                "Community": plain(one.community),
                "Concerns": "fewer than five people" if one.concerns is None else str(one.concerns),
            }
            for one in counts
        ]
    )


def outside_form(me: Actor) -> None:
    """The service's own setting: to whom a concern goes that nobody here can take."""
    if not holds(me, Permission.KEEP_STAFF):
        return
    with reading() as db:
        name = outside_person(db)
    with st.expander("Who outside is told when nobody here can be"):
        st.markdown(plain(f"At present: {name}."))
        with record_form("outside_person", submit="Save the name") as form:
            typed = st.text_input("Name, and how to reach them", max_chars=LONGEST_NAME, key=form.widget_key("name"))
            form.slot("name")
        if form.submitted:
            with saving(form, done="Saved.") as db:
                set_outside_person(db, by=me, submission=form.key, name=typed)
