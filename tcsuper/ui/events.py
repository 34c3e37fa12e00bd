"""What happened to a person at work, as a date only; and what is decided about what is asked of them."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from tcsuper import words
from tcsuper.access import Action, Actor, Object
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.models import OverrideKind, StaffEventKind
from tcsuper.queries.overrides import KIND_WORDS, decisions_to_end
from tcsuper.queries.people import Person, people_to_choose
from tcsuper.queries.standing import Row, standings_seen
from tcsuper.queries.training import courses_to_choose
from tcsuper.rules.standing import TONES, Tone, status_word
from tcsuper.services.events import record_staff_event
from tcsuper.services.overrides import (
    LONGEST_EXTRA_REASON,
    ask_of_person,
    end_asking,
    end_override,
    override_requirement,
)
from tcsuper.ui.pickers import pick_staff_asked_for
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import record_button, record_form, saving
from tcsuper.ui.status import row_list

EVENT_WORDS = {
    StaffEventKind.APPRAISAL: "Appraisal held",
    StaffEventKind.PROBATION_PASSED: "Probation passed",
    StaffEventKind.SUITABLE_FOR_YOUNG_PEOPLE: "Suitability for work with young people assessed",
    StaffEventKind.SECURITY_CHECK_SEEN: "Security and identity checks seen",
}
OVERRIDE_WORDS = {
    OverrideKind.WAIVED: "Waived: it is not asked of them",
    OverrideKind.EXEMPT: "Exempt for a time",
    OverrideKind.EXTENDED: "Extended: a later date",
}


def event_form(me: Actor) -> None:
    """The date of an appraisal, a probation passed, a check seen: never what was in it."""
    with reading() as db:
        people = people_to_choose(db, viewer=me, what=Object.STAFF_EVENT, action=Action.CREATE)
    if not people:
        st.info("There is nobody whose appraisal or checks you enter.")
        return
    person = pick_staff_asked_for("Whose?", people, "event-person")
    if person is None:
        st.caption("Choose a person to enter an appraisal, a probation passed or a check seen: its date only.")
        return
    with record_form("staff_event", submit="Save the date") as form:
        kind = st.radio("What?", list(EVENT_WORDS), format_func=EVENT_WORDS.__getitem__, key=form.widget_key("kind"))
        held_on = st.date_input("On", today(), max_value=today(), format="DD/MM/YYYY", key=form.widget_key("on"))
        form.slot("held_on")
    if form.submitted and isinstance(held_on, date):
        with saving(form, done=f"Saved for {person.full_name}: {words.day(held_on)}. Only the date is kept.") as db:
            record_staff_event(db, by=me, submission=form.key, staff_id=person.staff_id, kind=kind, held_on=held_on)


CHANGE, MORE = "Change something asked", "Ask for something more"


def override_form(me: Actor) -> None:
    """Waive or extend one requirement for one person, or ask them alone for one more: with the reason that stays beside
    it."""
    with reading() as db:
        people = people_to_choose(db, viewer=me, what=Object.OVERRIDE, action=Action.CREATE)
    person = pick_staff_asked_for("For whom?", people, "override-person") if people else None
    if person is None:
        st.caption("Choose a person to see what is asked of them.")
        return
    with reading() as db:
        rows = standings_seen(db, viewer=me, on=today(), about=person.staff_id)
    what = st.segmented_control(
        "What do you decide?", [CHANGE, MORE], default=CHANGE, required=True, key=f"override-what-{person.staff_id}"
    )
    if what == MORE:
        _ask_for_more(me, person, rows)
    else:
        _change_one(me, person, rows)


def _change_one(me: Actor, person: Person, rows: Sequence[Row]) -> None:
    _decided_so_far(me, person)
    asked = {row.requirement: row for row in rows if row.bound.requirement_id is not None}
    if not asked:
        st.info(f"Nothing is asked of {plain(person.full_name)} by a post today.")
        return
    title = st.selectbox("Requirement", list(asked), key=f"override-{person.staff_id}")
    row = asked[title or next(iter(asked))]
    with row_list("override-now") as listed:
        listed.standing(row.requirement, row.standing)
    _override_fields(me, person, row.bound.requirement_id or 0)


def _ask_for_more(me: Actor, person: Person, rows: Sequence[Row]) -> None:
    """A course or qualification of this person alone; and what is asked of them alone already, to be ended."""
    _asked_alone(me, person, [row for row in rows if row.bound.asked_alone])
    with reading() as db:
        courses = courses_to_choose(db)
    with record_form(f"ask-{person.staff_id}", submit="Ask it of them") as form:
        course = st.selectbox(
            "Course or qualification",
            list(courses),
            index=None,
            format_func=courses.__getitem__,
            placeholder="Choose a course",
            key=form.widget_key("course"),
        )
        form.slot("course_code")
        left, middle, right = st.columns(3)
        start_on = left.date_input("Asked from", today(), format="DD/MM/YYYY", key=form.widget_key("from"))
        target = middle.number_input(
            "Days they have (empty: no date)", 0, 3650, None, step=1, key=form.widget_key("target")
        )
        form.slot("target_days")
        end_on = right.date_input("Until, if it ends", None, format="DD/MM/YYYY", key=form.widget_key("until"))
        form.slot("end_on")
        reason = st.text_input(
            "Why? It is shown with the status.", max_chars=LONGEST_EXTRA_REASON, key=form.widget_key("reason")
        )
        form.slot("reason")
    if form.submitted and course is None:
        form.point_out({"course_code": "Choose a course from the list."})
    elif form.submitted and course is not None and isinstance(start_on, date):
        done = (
            f"{courses[course]} is asked of {person.full_name} from {words.day(start_on)}, with your name and reason."
        )
        with saving(form, done=done) as db:
            ask_of_person(
                db,
                by=me,
                submission=form.key,
                staff_id=person.staff_id,
                course_code=course,
                reason=reason,
                start_on=start_on,
                end_on=end_on if isinstance(end_on, date) else None,
                target_days=target,
            )


def _asked_alone(me: Actor, person: Person, rows: Sequence[Row]) -> None:
    if not rows:
        st.caption("So far nothing is asked of them alone.")
        return
    with row_list("asked-alone") as listed:
        for row in rows:
            sentences = (row.standing.because, row.bound.asked_alone)
            word, tone = status_word(row.standing.status), TONES[row.standing.status]
            if row.bound.span.end is not None:
                listed.row(word, tone, row.requirement, *sentences, wide=True)
                continue
            with listed.row(word, tone, row.requirement, *sentences):
                form = record_button(f"end-asking-{row.bound.requirement_id}", "Ask it no more")
                if form.submitted:
                    done = f"{row.requirement} is asked of {person.full_name} until today and no longer."
                    with saving(form, done=done) as db:
                        end_asking(
                            db,
                            by=me,
                            submission=form.key,
                            requirement_id=row.bound.requirement_id or 0,
                            end_on=today(),
                        )


def _decided_so_far(me: Actor, person: Person) -> None:
    """What still holds for them, each to be given another last day."""
    with reading() as db:
        decided = decisions_to_end(db, viewer=me, about=person.staff_id)
    if not decided:
        return
    with row_list("decided-so-far") as listed:
        for one in decided:
            listed.row(KIND_WORDS[one.kind], Tone.GREY, one.requirement, one.sentence, wide=True)
    with st.expander("End one of these, or give it another date"):
        by_id = {one.override_id: one for one in decided}
        chosen = st.selectbox(
            "Which?",
            list(by_id),
            format_func=lambda one: f"{by_id[one].requirement}, {KIND_WORDS[by_id[one].kind].lower()}",
            key=f"end-which-{person.staff_id}-{'-'.join(map(str, by_id))}",
        )
        with record_form(f"end-override-{chosen}", submit="Save the last day") as form:
            end_on = st.date_input("Last day, or the new date", today(), format="DD/MM/YYYY", key=form.widget_key("on"))
            form.slot("end_on")
            reason = st.text_area("Why it ends then", max_chars=2000, key=form.widget_key("reason"))
            form.slot("reason")
    if form.submitted and isinstance(end_on, date):
        done = f"{by_id[chosen].requirement}: what was decided for {person.full_name} ends on {words.day(end_on)}."
        with saving(form, done=done) as db:
            end_override(db, by=me, submission=form.key, override_id=chosen, end_on=end_on, reason=reason)


def _override_fields(me: Actor, person: Person, requirement_id: int) -> None:
    with record_form(f"override-{person.staff_id}-{requirement_id}", submit="Save with its reason") as form:
        kind = st.radio(
            "What changes?", list(OVERRIDE_WORDS), format_func=OVERRIDE_WORDS.__getitem__, key=form.widget_key("kind")
        )
        left, right = st.columns(2)
        start_on = left.date_input("From", today(), format="DD/MM/YYYY", key=form.widget_key("from"))
        end_on = right.date_input("Last day, or the new date", None, format="DD/MM/YYYY", key=form.widget_key("until"))
        form.slot("start_on")
        form.slot("end_on")
        reason = st.text_area("Why? It is shown with the status.", max_chars=2000, key=form.widget_key("reason"))
        form.slot("reason")
    if form.submitted and isinstance(start_on, date):
        with saving(form, done=f"Saved for {person.full_name}, with your name and reason.") as db:
            override_requirement(
                db,
                by=me,
                submission=form.key,
                staff_id=person.staff_id,
                requirement_id=requirement_id,
                kind=kind,
                reason=reason,
                start_on=start_on,
                end_on=end_on if isinstance(end_on, date) else None,
            )
