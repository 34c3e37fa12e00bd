"""What a therapy manager keeps of runs: when and where, for how many, that one was cancelled; and who teaches."""

from collections.abc import Mapping

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.models import TrainerRole
from tcsuper.queries.people import people_to_choose
from tcsuper.queries.places import RunSeen, TrainerSeen, trainers_seen
from tcsuper.services.course_runs import MOST_PLACES, add_run, add_trainer, cancel_run, change_run, end_trainer
from tcsuper.ui.pickers import pick_day, pick_day_if_any, pick_staff
from tcsuper.ui.saving import RecordForm, record_form, saving

CHOOSE_COURSE = "Choose a course from the list."
ROLES = {TrainerRole.TRAINER: "Trainer", TrainerRole.ASSESSOR: "Assessor"}


def add_run_form(me: Actor, courses: Mapping[str, str]) -> None:
    with record_form("add_run", submit="Add the run") as form:
        course = pick_course(form, courses, "Course")
        left, right = st.columns(2)
        with left:
            runs_on = pick_day_if_any("First day", None, form.widget_key("on"))
            form.slot("runs_on")
        with right:
            last_on = pick_day_if_any("Last day, if it takes several", None, form.widget_key("last"))
            form.slot("last_on")
        place, provider, capacity = _facts(form)
    if form.submitted and (course is None or runs_on is None):
        missing = {} if course else {"course_code": CHOOSE_COURSE}
        form.point_out(missing | ({} if runs_on else {"runs_on": "Choose the day on which it begins."}))
    elif form.submitted and course is not None and runs_on is not None:
        with saving(form, done=f"{courses[course]} on {words.day(runs_on)} is in the list.") as db:
            add_run(
                db,
                by=me,
                submission=form.key,
                course_code=course,
                runs_on=runs_on,
                last_on=last_on,
                place=place,
                provider=provider,
                capacity=capacity,
            )


def change_run_part(me: Actor, run: RunSeen) -> None:
    """Other facts, or cancelled by the provider: behind one button."""
    more = st.popover("Change", width="stretch", on_change="rerun", key=f"run-change-{run.run_id}")
    if not more.open:  # drawn for whoever opens it, not for every run of the list
        return
    with more:
        _change(me, run)
        _cancel(me, run)


def _change(me: Actor, run: RunSeen) -> None:
    with record_form(f"change_run-{run.run_id}", submit="Save") as form:
        last_on = pick_day_if_any("Last day, if it takes several", run.last_on, form.widget_key("last"))
        form.slot("last_on")
        place, provider, capacity = _facts(form, run)
    if form.submitted:
        with saving(form, done="") as db:
            offers = change_run(
                db,
                by=me,
                submission=form.key,
                run_id=run.run_id,
                version=run.version,
                capacity=capacity,
                place=place,
                provider=provider,
                last_on=last_on,
            )
            waited = words.count(len(offers), "person who waited", "people who waited")
            form.done = f"{run.title} is changed." + (f" A place is offered to {waited}." if offers else "")


def _cancel(me: Actor, run: RunSeen) -> None:
    with record_form(f"cancel_run-{run.run_id}", submit="Cancelled by the provider") as form:
        reason = st.text_input("Why did the provider cancel it?", max_chars=400, key=form.widget_key("reason"))
        form.slot("reason")
        st.caption("Everybody's place ends with it. They and their managers see the reason on their home page.")
    if form.submitted:
        with saving(form, done="") as db:
            ended = cancel_run(db, by=me, submission=form.key, run_id=run.run_id, reason=reason)
            form.done = f"{run.title} is cancelled, and with it {words.count(len(ended), 'booking', 'bookings')}."


def _facts(form: RecordForm, run: RunSeen | None = None) -> tuple[str, str, int | None]:
    place = st.text_input("Place", run.place if run else "", max_chars=120, key=form.widget_key("place"))
    form.slot("place")
    provider = st.text_input("Provider", run.provider if run else "", max_chars=120, key=form.widget_key("provider"))
    form.slot("provider")
    capacity = st.number_input(
        "Places for this service",
        min_value=1,
        max_value=MOST_PLACES,
        value=run.capacity if run else None,
        step=1,
        placeholder="As many as are asked for",
        key=form.widget_key("capacity"),
    )
    form.slot("capacity")
    return place, provider, None if capacity is None else int(capacity)


# ---------------------------------------------------------------------------------------------------------------------
# Trainers and assessors


def trainers_part(me: Actor, courses: Mapping[str, str], keeps: bool) -> None:
    """Who teaches each course and who assesses on it; for whoever keeps runs, with a way to add and to end."""
    with reading() as db:
        trainers = trainers_seen(db, viewer=me, on=today())
    if trainers or keeps:
        st.subheader("Trainers and assessors", anchor=False)
    if keeps and not trainers:
        st.info("Nobody is entered yet. Add who teaches each course and who assesses on it.")
    if trainers:
        st.dataframe([_line(one) for one in trainers], hide_index=True, width="stretch")
    if keeps:
        with st.expander("Add a trainer or assessor"):
            _add_trainer_form(me, courses)
        if any(one.end_on is None for one in trainers):
            with st.expander("End somebody's part"):
                _end_trainer_form(me, [one for one in trainers if one.end_on is None])


def _line(one: TrainerSeen) -> dict[str, str]:
    until = f", until {words.day(one.end_on)}" if one.end_on else ""
    return {
        "Course": one.course,
        "As": ROLES[one.role],
        "Name": one.name if one.is_staff else f"{one.name} (from elsewhere)",
        "Since": f"{words.day(one.start_on)}{until}",
    }


def _add_trainer_form(me: Actor, courses: Mapping[str, str]) -> None:
    with reading() as db:
        people = people_to_choose(db, viewer=me)
    with record_form("add_trainer", submit="Add them") as form:
        left, right = st.columns(2)
        with left:
            course = pick_course(form, courses, "Course")
        with right:
            role = st.segmented_control(
                "As",
                list(ROLES),
                default=TrainerRole.TRAINER,
                required=True,
                format_func=ROLES.__getitem__,
                key=form.widget_key("role"),
            )
        left, right = st.columns(2)
        with left:
            person = pick_staff("One of the staff", people, form.widget_key("person"))
        with right:
            name = st.text_input("Or somebody from elsewhere", max_chars=120, key=form.widget_key("name"))
        form.slot("name")
        start_on = pick_day("Since", today(), form.widget_key("start"))
        form.slot("start_on")
    if form.submitted and course is None:
        form.point_out({"course_code": CHOOSE_COURSE})
    elif form.submitted and course is not None:
        who = person.full_name if person else " ".join(name.split())
        done = f"{who}: {ROLES[role or TrainerRole.TRAINER].lower()} of {courses[course]}."
        with saving(form, done=done) as db:
            add_trainer(
                db,
                by=me,
                submission=form.key,
                course_code=course,
                role=role or TrainerRole.TRAINER,
                start_on=start_on,
                staff_id=person.staff_id if person else None,
                name=name,
            )


def _end_trainer_form(me: Actor, trainers: list[TrainerSeen]) -> None:
    by_id = {one.trainer_id: one for one in trainers}
    with record_form("end_trainer", submit="End it") as form:
        chosen = st.selectbox(
            "Who",
            list(by_id),
            index=None,
            placeholder="Choose somebody",
            format_func=lambda one: f"{by_id[one].name}, {ROLES[by_id[one].role].lower()} of {by_id[one].course}",
            key=form.widget_key("trainer"),
        )
        form.slot("trainer_id")
        end_on = pick_day("Last day", today(), form.widget_key("end"))
        form.slot("end_on")
    if form.submitted and chosen is None:
        form.point_out({"trainer_id": "Choose somebody from the list."})
    elif form.submitted and chosen is not None:
        with saving(form, done=f"{by_id[chosen].name}: ends on {words.day(end_on)}.") as db:
            end_trainer(db, by=me, submission=form.key, trainer_id=chosen, end_on=end_on)


def pick_course(
    form: RecordForm, courses: Mapping[str, str], label: str = "Course or qualification", chosen: str = ""
) -> str | None:
    picked = st.selectbox(
        label,
        list(courses),
        index=list(courses).index(chosen) if chosen in courses else None,
        format_func=courses.__getitem__,
        placeholder="Choose a course",
        key=form.widget_key("course"),
    )
    form.slot("course_code")
    return picked
