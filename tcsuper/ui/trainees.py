"""Trainees: who coordinates, the hours with each supervisor, what is due and done, and the forms that keep the plan."""

from datetime import date

import streamlit as st

from tcsuper import words
from tcsuper.access import Action, Actor, Object
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.models import TraineeStepKind, TraineeSupervisor
from tcsuper.queries.catalogue import may_set_rules
from tcsuper.queries.people import Person, people_to_choose
from tcsuper.queries.traineeships import (
    StepLine,
    SupervisorOf,
    TraineeLine,
    core_roles,
    my_traineeships,
    trainees_seen,
)
from tcsuper.rules.standing import Tone
from tcsuper.rules.trainees import KIND_WORDS
from tcsuper.services.settings import set_service_list
from tcsuper.services.traineeships import (
    complete_step,
    end_traineeship,
    plan_step,
    put_off_step,
    start_traineeship,
    take_off_step,
)
from tcsuper.ui.pickers import pick_day_if_any, pick_staff
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import RecordForm, record_form, saving
from tcsuper.ui.status import row_list

ROLE_WORDS = {TraineeSupervisor.COORDINATING: "Coordinating", TraineeSupervisor.DESIGNATED: "Designated"}
PLAN, DONE, PUT_OFF, TAKE_OFF, END = "Plan a step", "Record as done", "Put off", "Take off", "End the traineeship"


def trainees_part(me: Actor, on: date) -> None:
    with reading() as db:
        trainees, roles = trainees_seen(db, viewer=me, on=on), core_roles(db)
        people = people_to_choose(db, viewer=me, what=Object.TRAINEESHIP, action=Action.CREATE)
    if not trainees:
        hint = " Start a traineeship below." if people else " A therapy manager starts a traineeship."
        st.info(f"Nobody whose plan you may read is in training on this day.{hint}")
    for position, trainee in enumerate(sorted(trainees, key=lambda one: -one.needs_something)):
        look_at = trainee.needs_something
        note = f"{look_at} to look at" if look_at else "nothing overdue"
        label = f"{plain(trainee.person)} · {plain(trainee.qualification)} · {note}"
        with st.expander(label, expanded=position == 0):
            _trainee(trainee)
            if trainee.may_keep:
                _keep(me, trainee, roles)
    if people:
        with st.expander("Start a traineeship"):
            _start_form(me, people)
    if may_set_rules(me):
        with st.expander("Core roles"):
            _core_roles_form(me, roles)


def my_traineeship_part(me: Actor, on: date) -> None:
    """My own plan; nothing for who is not in training."""
    with reading() as db:
        mine = my_traineeships(db, viewer=me, on=on)
    for one in mine:
        st.subheader("My training", anchor=False)
        st.caption("Your coordinating supervisor and your therapy manager keep this plan; your supervisors read it.")
        _trainee(one, with_minima=False)


def _trainee(one: TraineeLine, with_minima: bool = True) -> None:
    end = f" to {words.day(one.span.end)}" if one.span.end else ""
    st.markdown(plain(f"Trains for {one.qualification}, from {words.day(one.span.start)}{end}."))
    with row_list(f"trainee-{one.traineeship_id}") as listed:
        if one.problem:
            listed.row(
                "To put right",
                Tone.BAD,
                "Coordinating supervisor",
                one.problem.because,
                one.problem.next_step,
                wide=True,
            )
        if with_minima:
            for row in one.asked:
                listed.standing(row.requirement, row.standing)
        listed.standing("Review of the plan", one.review)
        for line in one.steps:
            if not line.standing.is_met:
                listed.standing(_step_title(line), line.standing)
    _supervisors_table(one.supervisors)
    _done_table([line for line in one.steps if line.standing.is_met])


def _step_title(line: StepLine) -> str:
    step = line.standing.step
    return " · ".join(part for part in (KIND_WORDS[step.kind], step.title, step.core_role) if part)


def _supervisors_table(supervisors: list[SupervisorOf]) -> None:
    st.markdown("**Supervisors, and the time attended with each**")
    if not supervisors:
        st.caption("No agreement says yet who is their coordinating or designated supervisor.")
        return
    st.table(
        [
            {
                "Supervisor": plain(one.name),
                "As": ROLE_WORDS[one.role],
                "For": plain(one.piece_of_work) or "the whole plan",
                "Since": words.day(one.span.start),
                "Until": words.day(one.span.end) if one.span.end else "open",
                "This month": words.length(one.hours.this_month),
                "In all": words.length(one.hours.in_all),
            }
            for one in supervisors
        ],
        hide_index=True,
    )


def _done_table(done: list[StepLine]) -> None:
    if not done:
        return
    st.markdown("**Done**")
    st.table(
        [
            {
                "What": plain(_step_title(line)),
                "Done": words.day(line.standing.step.done_on) if line.standing.step.done_on else "",
                "Due": words.day(line.standing.step.due_on) if line.standing.step.due_on else "no date",
                "Recorded by": plain(line.recorded_by),
            }
            for line in sorted(done, key=lambda line: line.standing.step.done_on or date.max, reverse=True)
        ],
        hide_index=True,
    )


# ---------------------------------------------------------------------------------------------------------------------
# Forms


def _keep(me: Actor, one: TraineeLine, roles: list[str]) -> None:
    st.markdown("**Keep the plan**")
    waiting = [line for line in one.steps if not line.standing.is_met]
    offered = [PLAN, *([DONE, PUT_OFF] if waiting else []), *([TAKE_OFF] if one.steps else []), END]
    key = f"trainee-what-{one.traineeship_id}"
    what = st.segmented_control("What to do", offered, default=PLAN, key=key, label_visibility="collapsed")
    if what == DONE:
        _done_form(me, one, waiting)
    elif what == PUT_OFF:
        _put_off_form(me, one, waiting)
    elif what == TAKE_OFF:
        _take_off_form(me, one)
    elif what == END:
        _end_form(me, one)
    else:
        _plan_form(me, one, roles)


def _pick_step(lines: list[StepLine], form: RecordForm) -> int | None:
    """The version to act on, chosen by what it is called."""
    labels: dict[str, int] = {}
    key = form.widget_key("step")
    for line in lines:
        due = line.standing.step.due_on
        label = f"{_step_title(line)}, due {words.day(due)}" if due else _step_title(line)
        labels[f"{label} ({line.step_id})" if label in labels else label] = line.step_id
    chosen = st.selectbox(
        "Step", list(labels), index=0 if len(labels) == 1 else None, key=key, placeholder="Choose one"
    )
    return labels[chosen] if chosen else 0


def _plan_form(me: Actor, one: TraineeLine, roles: list[str]) -> None:
    with record_form(f"plan_step-{one.traineeship_id}", submit="Add the step") as form:
        left, right = st.columns(2)
        kinds = {kind: KIND_WORDS[kind.value] for kind in TraineeStepKind}
        kind = left.selectbox("Kind", list(kinds), format_func=kinds.__getitem__, key=form.widget_key("kind"))
        core_role = right.selectbox(
            "Core role", roles, index=None, key=form.widget_key("role"), placeholder="None in particular"
        )
        form.slot("core_role")
        title = st.text_input(
            "What",
            key=form.widget_key("title"),
            placeholder="Supervision plan, practice diary, exemplar, annual review",
        )
        form.slot("title")
        left, right = st.columns(2)
        with left:
            due_on = pick_day_if_any("Due on", None, form.widget_key("due"))
            form.slot("due_on")
        with right:
            done_on = pick_day_if_any("Done on, if it is", None, form.widget_key("done"))
            form.slot("done_on")
    if form.submitted:
        with saving(form, done=f"{title} is in the plan.") as db:
            plan_step(
                db,
                by=me,
                submission=form.key,
                traineeship_id=one.traineeship_id,
                kind=kind,
                title=title,
                core_role=core_role or "",
                due_on=due_on,
                done_on=done_on,
            )


def _done_form(me: Actor, one: TraineeLine, waiting: list[StepLine]) -> None:
    with record_form(f"done_step-{one.traineeship_id}", submit="Record it") as form:
        step_id = _pick_step(waiting, form)
        done_on = pick_day_if_any("Done on", today(), form.widget_key("done"))
        form.slot("done_on")
        st.caption("A sign-off is yours: the record says that you signed it off.")
    if form.submitted:
        with saving(form, done="Recorded as done.") as db:
            complete_step(db, by=me, submission=form.key, step_id=step_id, done_on=done_on)


def _put_off_form(me: Actor, one: TraineeLine, waiting: list[StepLine]) -> None:
    with record_form(f"put_off_step-{one.traineeship_id}", submit="Put it off") as form:
        step_id = _pick_step(waiting, form)
        due_on = pick_day_if_any("Due on", None, form.widget_key("due"))
        form.slot("due_on")
        reason = st.text_input("Why", key=form.widget_key("reason"))
        form.slot("reason")
    if form.submitted:
        with saving(form, done="It has another date.") as db:
            put_off_step(db, by=me, submission=form.key, step_id=step_id, due_on=due_on, reason=reason)


def _take_off_form(me: Actor, one: TraineeLine) -> None:
    with record_form(f"take_off_step-{one.traineeship_id}", submit="Take it off") as form:
        step_id = _pick_step(one.steps, form)
        reason = st.text_input("Why", key=form.widget_key("reason"))
        form.slot("reason")
        st.caption("It stays on the record and counts no more.")
    if form.submitted:
        with saving(form, done="Taken off the plan.") as db:
            take_off_step(db, by=me, submission=form.key, step_id=step_id, reason=reason)


def _end_form(me: Actor, one: TraineeLine) -> None:
    with record_form(f"end_traineeship-{one.traineeship_id}", submit="End it") as form:
        st.caption("Qualified, or given up. After its last day it is no longer listed; nothing of it is lost.")
        end_on = pick_day_if_any("Last day", today(), form.widget_key("end"))
        form.slot("end_on")
    if form.submitted:
        with saving(form, done="The traineeship has its last day.") as db:
            end_traineeship(db, by=me, submission=form.key, traineeship_id=one.traineeship_id, end_on=end_on)


def _start_form(me: Actor, people: list[Person]) -> None:
    with record_form("start_traineeship", submit="Start it") as form:
        person = pick_staff("Who", people, form.widget_key("person"))
        form.slot("staff_id")
        qualification = st.text_input(
            "Trains for",
            key=form.widget_key("qualification"),
            placeholder="Qualification in Forensic Psychology (Stage 2)",
        )
        form.slot("qualification")
        left, right = st.columns(2)
        with left:
            start_on = pick_day_if_any("From", today(), form.widget_key("start"))
            form.slot("start_on")
        with right:
            end_on = pick_day_if_any("To, if it is known", None, form.widget_key("end"))
            form.slot("end_on")
        st.caption("Who coordinates it, and who is there for a piece of work, is said in their agreements.")
    if form.submitted:
        with saving(form, done="The traineeship is started. Plan its steps above.") as db:
            start_traineeship(
                db,
                by=me,
                submission=form.key,
                staff_id=person.staff_id if person else None,
                qualification=qualification,
                start_on=start_on,
                end_on=end_on,
            )


def _core_roles_form(me: Actor, roles: list[str]) -> None:
    with record_form("core_roles", submit="Set the core roles", clear_on_save=True) as form:
        typed = st.text_area(
            "Core roles of a trainee's work, one on each line",
            value="\n".join(roles),
            height=140,
            key=form.widget_key("roles"),
        )
        form.slot("entries")
        st.caption("Four are known from before 2021; later enrolments have their own. Empty: the product's own four.")
    if form.submitted:
        with saving(form, done="The core roles are set.") as db:
            set_service_list(db, by=me, submission=form.key, key="trainee_core_roles", entries=typed.splitlines())
