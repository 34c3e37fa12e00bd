"""Forms that enter training: my own certificate, one completion, a whole course run."""

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.models import TrainingResult
from tcsuper.queries.people import Person
from tcsuper.queries.places import RunSeen
from tcsuper.queries.training import courses_to_choose
from tcsuper.services.evidence_files import send_in_certificate
from tcsuper.services.training import record_completion, record_course_run
from tcsuper.ui.course_runs import CHOOSE_COURSE, pick_course
from tcsuper.ui.course_versions import pick_version, versions_of_courses
from tcsuper.ui.evidence_files import add_files_part
from tcsuper.ui.pickers import CHOOSE_DAY, labels, pick_day, pick_day_if_any, pick_staff
from tcsuper.ui.places import pick_run
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import RecordForm, record_form, saving
from tcsuper.ui.training_matrix import RESULT_WORDS, pick_result, what_i_sent_in
from tcsuper.ui.uploads import pick_files

ABSENT = "Did not attend"


def send_in_completion(me: Actor) -> None:
    """What I completed myself, for a manager to confirm; and what of mine still waits."""
    what_i_sent_in(me)
    with reading() as db:
        courses = courses_to_choose(db)
    with st.expander("Send in a certificate"), record_form("send_in_completion", submit="Send it in") as form:
        course = pick_course(form, courses)
        on, printed = _dates(form)
        certificate = _certificate(form)
        files = pick_files(form, "The certificate as a file")
        st.caption("It counts once your manager has looked at it and confirmed it. Keep the certificate itself.")
    missing = ({} if course else {"course_code": CHOOSE_COURSE}) | ({} if on else {"completed_on": CHOOSE_DAY})
    if form.submitted and missing:
        form.point_out(missing)
    elif form.submitted and course is not None and on is not None:
        with saving(form, done=f"{courses[course]} was sent in. Your manager confirms it.") as db:
            send_in_certificate(
                db,
                by=me,
                submission=form.key,
                course_code=course,
                completed_on=on,
                printed_expiry_on=printed,
                certificate=certificate,
                files=files,
            )
    add_files_part(me)


def one_completion_form(me: Actor, people: Sequence[Person], courses: Mapping[str, str]) -> None:
    """A certificate seen: for somebody else it counts at once, for oneself it waits."""
    versions = versions_of_courses()
    with record_form("record_completion", submit="Record it", live=bool(versions)) as form:
        left, right = st.columns(2)
        with left:
            person = pick_staff("Person", people, form.widget_key("staff_id"))
            form.slot("staff_id")
        with right:
            course = pick_course(form, courses)
        on, printed = _dates(form)
        left, right = st.columns(2)
        with left:
            result = pick_result(form.widget_key("result"))
        with right:
            certificate = _certificate(form)
        version = pick_version(form, versions, course, on or today())
    missing = ({} if person else {"staff_id": "Choose a person."}) | ({} if course else {"course_code": CHOOSE_COURSE})
    missing |= {} if on else {"completed_on": CHOOSE_DAY}
    if form.submitted and missing:
        form.point_out(missing)
    elif form.submitted and person is not None and course is not None and on is not None:
        waits = " It waits for another manager to confirm it." if person.staff_id == me.staff_id else ""
        with saving(form, done=f"{courses[course]} of {person.full_name} is recorded.{waits}") as db:
            record_completion(
                db,
                by=me,
                submission=form.key,
                staff_id=person.staff_id,
                course_code=course,
                completed_on=on,
                result=result,
                printed_expiry_on=printed,
                certificate=certificate,
                course_version=version,
            )


def course_run_form(me: Actor, people: Sequence[Person], courses: Mapping[str, str], runs: Sequence[RunSeen]) -> None:
    """One run, everybody at once: whoever had a place is listed already."""
    named = labels(people)
    with record_form("record_course_run", submit="Record the course run", live=True) as form:
        course, on = _run_held(form, courses, runs)
        version = pick_version(form, versions_of_courses(), course, on)
        there = st.multiselect(
            "People",
            list(named),
            default=[staff_id for staff_id in _had_place(runs, course, on) if staff_id in named],
            format_func=named.__getitem__,
            placeholder="Choose people",
            key=form.widget_key(f"people-{course}-{on}"),
        )
        form.slot("results")
        results = {staff_id: _result_of(form, staff_id, named[staff_id]) for staff_id in there}
        st.caption("Everybody passed until changed. Whoever did not attend gives up the place and gets no record.")
    if form.submitted and course is None:
        form.point_out({"course_code": CHOOSE_COURSE})
    elif form.submitted and course is not None:
        present = sum(result is not None for result in results.values())
        done = f"{courses[course]} of {words.day(on)} is recorded for {words.count(present, 'person', 'people')}."
        with saving(form, done=done) as db:
            record_course_run(
                db,
                by=me,
                submission=form.key,
                course_code=course,
                completed_on=on,
                results=results,
                course_version=version,
            )


def _run_held(form: RecordForm, courses: Mapping[str, str], runs: Sequence[RunSeen]) -> tuple[str | None, date]:
    """The course and its last day: of a run in the list whose people are still to be entered, or as they are chosen."""
    held = [one for one in runs if one.ends_on <= today() and any(person.has_place for person in one.people)]
    run = pick_run(form, held) if held else None
    if run is not None:
        return run.course_code, run.ends_on
    left, right = st.columns(2)
    with left:
        course = pick_course(form, courses)
    with right:
        on = pick_day("Held on", today(), form.widget_key("on"))
        form.slot("completed_on")
    return course, on


def _had_place(runs: Sequence[RunSeen], course: str | None, on: date) -> list[int]:
    of_day = [run for run in runs if run.course_code == course and run.runs_on <= on <= run.ends_on]
    return list(dict.fromkeys(one.staff_id for run in of_day for one in run.people if one.has_place))


def _result_of(form: RecordForm, staff_id: int, name: str) -> TrainingResult | None:
    who, what = st.columns([2, 3], vertical_alignment="center")
    who.markdown(plain(name))
    with what:
        by_word = {word: result for result, word in RESULT_WORDS.items()}
        chosen = st.segmented_control(
            f"Result of {plain(name)}",
            [*by_word, ABSENT],
            default=RESULT_WORDS[TrainingResult.PASSED],
            required=True,
            label_visibility="collapsed",
            key=form.widget_key(f"result-{staff_id}"),
        )
        form.slot(f"results_{staff_id}")
    return by_word.get(chosen or "")


# ---------------------------------------------------------------------------------------------------------------------
# Fields


def _dates(form: RecordForm) -> tuple[date | None, date | None]:
    left, right = st.columns(2)
    with left:
        on = pick_day_if_any("Completed on", today(), form.widget_key("on"))
        form.slot("completed_on")
    with right:
        printed = pick_day_if_any("Expiry printed on the certificate, if any", None, form.widget_key("printed"))
        form.slot("printed_expiry_on")
    return on, printed


def _certificate(form: RecordForm) -> str:
    typed = st.text_input("Number or name on the certificate, if any", key=form.widget_key("certificate"))
    form.slot("certificate")
    return typed
