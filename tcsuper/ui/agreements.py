"""Agreements: how people stand, the table, a new one, and who stands in."""

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import streamlit as st

from tcsuper import words
from tcsuper.access import Action, Actor, Object, Permission, holds
from tcsuper.charts import SHAPES, status_label
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.models import RequirementKind, TraineeSupervisor
from tcsuper.queries.agreements import (
    StandInLine,
    agreements_seen,
    groups_seen,
    purposes,
    rule_sets_by_purpose,
    stand_ins_seen,
)
from tcsuper.queries.people import communities_to_choose, people_to_choose, supervisors_to_choose
from tcsuper.queries.signing import agreement_standings_seen
from tcsuper.queries.standing import Row, standings_seen
from tcsuper.rules.dated import AgreementStanding
from tcsuper.rules.in_words import RULE_SETS
from tcsuper.rules.minimum import RuleSet
from tcsuper.rules.standing import LEFT_OUT, TONES, Status, Tone, add_months, severity
from tcsuper.services.agreements import LONGEST_PIECE_OF_WORK, LONGEST_PLACE, LONGEST_TERMS, make_agreement
from tcsuper.services.stand_ins import end_stand_in, name_stand_in
from tcsuper.settings import service_number
from tcsuper.ui.agreement import TRAINEE_WORDS, how_often, show_agreement
from tcsuper.ui.hand_over import hand_over_part
from tcsuper.ui.memory import is_asked_anew
from tcsuper.ui.pickers import pick_day, pick_day_if_any, pick_staff
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import RecordForm, record_button, record_form, saving
from tcsuper.ui.status import row_list

if TYPE_CHECKING:
    import pandas as pd

PERSON, GROUP = "One person", "A group"
MOST = 8
"""So many people who lack something are shown one by one; everybody is in the table."""
USUAL_TERMS = (
    "What is said in supervision stays between those who are there.\n"
    "The supervisor tells others only what has to be told: a risk of serious harm to somebody, a matter of "
    "safeguarding or security, or practice that is not safe. You are told first, unless that would make it worse.\n"
    "That a session took place, how long it was and who was there is recorded, and the therapy manager sees it.\n"
    "What is written down together is read by those who were there. Others could only by emergency access, and you "
    "would be told of it.\n"
    "No resident is named in anything that is written."
)
"""Offered for every new agreement, in our own words: a service changes them as it needs."""


def agreements_part(me: Actor, on: date) -> None:
    """The whole part of the page: whom something is missing for, what is in force, one opened, and what can be done."""
    with reading() as db:
        rows = standings_seen(db, viewer=me, on=on, kinds=[RequirementKind.AGREEMENT])
        agreements = agreements_seen(db, viewer=me, on=on)
        standings = agreement_standings_seen(db, viewer=me, on=on)
    _people_table(rows)
    st.subheader("Agreements in force", anchor=False)
    order = sorted(range(len(agreements)), key=lambda n: severity(standings[int(agreements.iloc[n]["agreement_id"])]))
    agreements = agreements.iloc[order]
    _agreement_table(agreements, standings)
    chosen = _pick_agreement(agreements) or _asked_for()
    if chosen is not None:
        show_agreement(me, chosen, on)
    if holds(me, Permission.KEEP_AGREEMENTS):
        _new_agreement_form(me)
        hand_over_part(me)
    _stand_in_part(me, agreements)


def _people_table(rows: Sequence[Row]) -> None:
    """Who is asked for an agreement, whoever lacks something first."""
    asked = sorted((row for row in rows if row.standing.status not in LEFT_OUT), key=_worst_first)
    if not asked:
        return
    to_do = [row for row in asked if TONES[row.standing.status] is not Tone.GOOD]
    st.subheader("How people stand", anchor=False)
    if to_do:
        st.markdown(f"**{len(to_do)} of {words.count(len(asked), 'agreement')} asked for** need something.")
        with row_list("agreements-to-do") as listed:
            for row in to_do[:MOST]:
                listed.standing(f"{row.person} · {row.requirement}", row.standing)
    else:
        st.success(
            f"All {words.count(len(asked), 'agreement')} asked for are in order.", icon=":material/check_circle:"
        )
    with st.expander(f"All {words.count(len(asked), 'agreement')} asked for, as a table"):
        st.dataframe(
            [
                {
                    "Status": status_label(row.standing.status),
                    "Person": row.person,
                    "Agreement": row.requirement,
                    "Why": row.standing.because,
                    "Next step": row.standing.next_step,
                }
                for row in asked
            ],
            hide_index=True,
            width="stretch",
        )


def _worst_first(row: Row) -> tuple[Any, ...]:
    return (*severity(row.standing), row.person, row.staff_id)


def _state(standing: AgreementStanding) -> str:
    """What is to be done about an agreement, in a shape and a word or two."""
    if TONES[standing.status] is Tone.GOOD:
        what = "In order"
    elif standing.held is not None and standing.held.unsigned_by:
        what = "Not signed"
    elif standing.is_ending:
        what = "Ends soon"
    else:
        what = "Review overdue" if standing.status is Status.OVERDUE else "Review due soon"
    return f"{SHAPES[TONES[standing.status]]} {what}"


def _agreement_table(agreements: "pd.DataFrame", standings: dict[int, AgreementStanding]) -> None:
    if agreements.empty:
        st.info("No agreement is in force on this day. A therapy manager makes one below.")
        return
    st.dataframe(
        [
            {
                "Status": _state(standings[int(row.agreement_id)]),
                "For": row.whom,
                "Supervisor": row.supervisor,
                "Purpose": row.purpose,
                "Meets": f"{how_often(row.every_days)}, {words.length(row.usual_minutes)}",
                "Since": words.day(row.start_on),
                "Until": words.day(row.end_on) if row.end_on else "open",
                "Why": standings[int(row.agreement_id)].because,
            }
            for row in agreements.itertuples()
        ],
        hide_index=True,
        width="stretch",
        column_config={"Status": st.column_config.TextColumn(width=140)},
    )
    to_do = sum(TONES[standings[int(row.agreement_id)].status] is not Tone.GOOD for row in agreements.itertuples())
    need = f": {to_do} with something to do, on top." if to_do else ", all in order."
    st.caption(f"{words.count(len(agreements), 'agreement')} in force{need}")


def _labels(agreements: "pd.DataFrame") -> dict[int, str]:
    """By id, each said differently."""
    return {
        int(row.agreement_id): f"{row.whom} with {row.supervisor}, {row.purpose.lower()}, "
        f"since {words.day(row.start_on)} (no. {row.agreement_id})"
        for row in agreements.itertuples()
    }


def _pick_agreement(agreements: "pd.DataFrame") -> int | None:
    """Chosen here, or named in the address: `?agreement=<id>`."""
    labels = _labels(agreements)
    if not labels:
        return None
    wished = st.query_params.get("agreement", "")
    offered = {str(number): number for number in labels}
    if wished in offered and is_asked_anew("agreement", wished):
        st.session_state["agreement-opened"] = offered[wished]
    number: int | None = st.selectbox(
        "Open an agreement",
        list(labels),
        index=None,
        format_func=labels.__getitem__,
        placeholder="Choose one to read, sign, review or end it",
        key="agreement-opened",
    )
    return number


def _asked_for() -> int | None:
    """Named in the address, and not in force on this day: still to begin, or over."""
    wished = st.query_params.get("agreement", "")
    return int(wished) if re.fullmatch(r"[0-9]{1,9}", wished) else None


# ---------------------------------------------------------------------------------------------------------------------
# A new one


def _new_agreement_form(me: Actor) -> None:
    with reading() as db:
        supervisees = people_to_choose(db, viewer=me, what=Object.AGREEMENT, action=Action.CREATE)
        manages = communities_to_choose(db, viewer=me, what=Object.AGREEMENT, action=Action.CREATE)
        supervisors = [one for one in supervisors_to_choose(db, viewer=me) if manages or one.staff_id == me.staff_id]
        groups, named, credited = groups_seen(db, viewer=me, on=today()), purposes(db), rule_sets_by_purpose(db)
        months = service_number(db, "review_every_months")
    group_names = {int(row.group_id): f"{row.name} ({row.community})" for row in groups.itertuples(index=False)}
    purpose_of = {int(row.group_id): row.purpose_code for row in groups.itertuples(index=False)}
    name = "make_agreement"
    with st.expander("Make an agreement"), record_form(name, submit="Make the agreement", live=True) as form:
        kinds = [PERSON, GROUP] if manages else [PERSON]
        kind = st.segmented_control("With", kinds, default=PERSON, key=form.widget_key("kind"))
        supervisor = pick_staff("Supervisor", supervisors, form.widget_key("supervisor"))
        form.slot("supervisor_id")
        person = group = None
        if kind == GROUP:
            group = st.selectbox(
                "Group",
                list(group_names),
                index=None,
                format_func=group_names.__getitem__,
                placeholder="Choose a group",
                key=form.widget_key("group"),
            )
        else:
            person = pick_staff("Supervisee", supervisees, form.widget_key("supervisee"))
        form.slot("supervisee_id")
        purpose = purpose_of.get(group or 0, "") if kind == GROUP else _pick_purpose(form, named)
        left, right = st.columns(2)
        minutes = left.number_input("Usual length in minutes", 5, 480, 60, step=5, key=form.widget_key("minutes"))
        every = right.number_input("Every how many days", 1, 366, 28, key=form.widget_key("every"))
        left, right = st.columns(2)  # anew, so that on a phone they come in this order
        with left:
            start_on = pick_day("From", today(), form.widget_key("from"))
        with right:
            place = st.text_input("Place", max_chars=LONGEST_PLACE, key=form.widget_key("place"))
            form.slot("place")
        with st.expander("Review, end, trainees, what it counts for, confidentiality"):
            more = _the_rest(form, kind == PERSON, credited.get(purpose, []), add_months(start_on, months))
    if form.submitted:
        with saving(form, done="The agreement is made. Its sessions can be recorded now.") as db:
            make_agreement(
                db,
                by=me,
                submission=form.key,
                supervisor_id=supervisor.staff_id if supervisor else 0,
                supervisee_id=person.staff_id if person else None,
                group_id=group,
                purpose=purpose or "clinical",
                start_on=start_on,
                usual_minutes=int(minutes),
                every_days=int(every),
                place=place,
                **more,
            )


def _pick_purpose(form: RecordForm, named: dict[str, str]) -> str:
    chosen = st.selectbox("Purpose", list(named), format_func=named.__getitem__, key=form.widget_key("purpose"))
    form.slot("purpose")
    return chosen or ""


def _the_rest(form: RecordForm, with_person: bool, credited: list[str], review_on: date) -> dict[str, Any]:
    """What most agreements leave as it is offered."""
    more: dict[str, Any] = {}
    left, right = st.columns(2)
    with left:
        more["review_on"] = pick_day_if_any("First review by", review_on, form.widget_key(f"review-{review_on}"))
        form.slot("review_on")
    with right:
        more["end_on"] = pick_day_if_any("Until, if an end is agreed", None, form.widget_key("end_on"))
        form.slot("end_on")
    more["of_supervision"] = st.checkbox(
        "Supervision of the supervisee’s own supervising", key=form.widget_key("of_supervision")
    )
    if with_person:
        more["trainee_role"] = st.selectbox(
            "For a trainee",
            list(TRAINEE_WORDS),
            index=None,
            format_func=TRAINEE_WORDS.__getitem__,
            placeholder="Not a trainee's agreement",
            key=form.widget_key("trainee_role"),
        )
        form.slot("trainee_role")
        if more["trainee_role"] is TraineeSupervisor.DESIGNATED:
            more["piece_of_work"] = st.text_input(
                "Piece of work", max_chars=LONGEST_PIECE_OF_WORK, key=form.widget_key("piece_of_work")
            )
            form.slot("piece_of_work")
    if credited:
        more["rule_sets"] = st.multiselect(
            "Meant for the rules of",
            credited,
            format_func=lambda code: RULE_SETS[RuleSet(code)],
            placeholder="All that its purpose counts for",
            key=form.widget_key("rule_sets"),
        )
        form.slot("rule_sets")
    more["confidentiality"] = st.text_area(
        "Confidentiality", USUAL_TERMS, height=220, max_chars=LONGEST_TERMS, key=form.widget_key("confidentiality")
    )
    form.slot("confidentiality")
    return more


# ---------------------------------------------------------------------------------------------------------------------
# Standing in


def _stand_in_part(me: Actor, agreements: "pd.DataFrame") -> None:
    """Who holds sessions in a supervisor's place, and the form by which a therapy manager names somebody."""
    with reading() as db:
        lines = stand_ins_seen(db, viewer=me, on=me.on)
        manages = communities_to_choose(db, viewer=me, what=Object.STAND_IN, action=Action.CREATE)
        people = [one for one in people_to_choose(db, viewer=me) if one.staff_id != me.staff_id] if manages else []
    if lines:
        st.subheader("Standing in", anchor=False)
    for line in lines:
        said, button = st.columns([4, 1], vertical_alignment="center")
        said.markdown(plain(line.words))
        with button:
            if line.may_end:
                _end_stand_in(me, line)
    if not manages or agreements.empty:
        return
    labels = _labels(agreements)
    with st.expander("Name a stand-in"), record_form("name_stand_in", submit="Name them") as form:
        st.caption("They record the sessions of these days as their own, and see nothing from before.")
        agreement = st.selectbox(
            "Sessions of",
            list(labels),
            index=None,
            format_func=labels.__getitem__,
            placeholder="Choose an agreement",
            key=form.widget_key("agreement"),
        )
        person = pick_staff("Stand-in", people, form.widget_key("person"))
        form.slot("staff_id")
        left, right = st.columns(2)
        with left:
            start_on = pick_day("First day", today(), form.widget_key("start_on"))
            form.slot("start_on")
        with right:
            end_on = pick_day("Last day", today(), form.widget_key("end_on"))
            form.slot("end_on")
    if form.submitted:
        with saving(form, done="Named. They find it under Record a session.") as db:
            name_stand_in(
                db,
                by=me,
                submission=form.key,
                agreement_id=agreement or 0,
                staff_id=person.staff_id if person else 0,
                start_on=start_on,
                end_on=end_on,
            )


def _end_stand_in(me: Actor, line: StandInLine) -> None:
    form = record_button(f"end_stand_in-{line.stand_in_id}", "End")
    if form.submitted:
        with saving(form, done="They no longer stand in.") as db:
            end_stand_in(db, by=me, submission=form.key, stand_in_id=line.stand_in_id)
