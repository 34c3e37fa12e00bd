"""Competencies signed off: how each one stands, signing off, and who may do so beside the therapy managers."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from tcsuper import words
from tcsuper.access import Action, Actor, Object, check_sign_offs_of, may
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.queries.people import Person, communities_to_choose
from tcsuper.queries.readers import readers_about
from tcsuper.queries.sign_offs import SignOffGiven, SignOffRow, assessors_named, assessors_to_name, sign_offs_of
from tcsuper.rules.standing import MET, TONES, Status, Tone, status_word
from tcsuper.services.sign_offs import end_assessor, name_assessor, sign_off_competency, void_sign_off
from tcsuper.ui.pickers import pick_day, pick_day_if_any, pick_staff
from tcsuper.ui.plain import plain
from tcsuper.ui.readers import who_can_see
from tcsuper.ui.saving import record_button, record_form, saving
from tcsuper.ui.status import RowList, row_list

SIGN_OFF_WORDS = {Status.UP_TO_DATE: "Signed off", Status.DUE_SOON: "To be renewed", Status.EXPIRED: "Lapsed"}
"""In the place of the words for every kind: a sign-off ends by what was seen as well as by its date."""

# ---------------------------------------------------------------------------------------------------------------------
# Of one person


def sign_offs_part(me: Actor, person: Person, on: date) -> None:
    """What is signed off of somebody's competencies, with what may be done about it; nothing for those who may not read
    it."""
    with reading() as db:
        if not may(check_sign_offs_of, db, me, Action.READ, person.staff_id):
            return
        seen = sign_offs_of(db, viewer=me, staff_id=person.staff_id, on=on)
    if not seen.rows and not seen.given:
        return
    st.subheader("Signed off", anchor=False)
    st.caption(_said_of(seen.rows))
    told = [row for row in seen.rows if row.standing.status is not Status.NOT_STARTED]
    if told:
        with row_list(f"sign-offs-{person.staff_id}") as listed:
            for row in told:
                _listed(listed, row)
    who_can_see(
        f"sign-offs-{person.staff_id}",
        lambda db: readers_about(db, viewer=me, what=Object.COMPETENCY_SIGN_OFF, staff_id=person.staff_id),
    )
    if seen.may_sign and on == today():
        _sign_off(me, person, seen.rows)
    if seen.given:
        _given(me, person, seen.given, seen.may_void)


def _listed(listed: RowList, row: SignOffRow) -> None:
    stands = row.standing
    word = SIGN_OFF_WORDS.get(stands.status, status_word(stands.status))
    listed.row(word, TONES[stands.status], row.standard.title, stands.because, stands.next_step, wide=True)


def _said_of(rows: Sequence[SignOffRow]) -> str:
    """How many are signed off, and which of the others can be."""
    if not rows:
        return "No level is required of them now, so nothing is to be signed off."
    holding = sum(row.standing.status in MET for row in rows)
    said = f"{holding} of {words.count(len(rows), 'standard')} signed off."
    never = [row for row in rows if row.standing.status is Status.NOT_STARTED]
    ready = [f"“{row.standard.title}”" for row in never if row.can_be_signed]
    waiting = [f"“{row.standard.title}”" for row in never if not row.can_be_signed]
    if ready:
        said += f" At the required level by what was observed, and not signed off yet: {words.listed(ready)}."
    if waiting:
        said += f" To be seen at the required level first: {words.listed(waiting)}."
    return plain(said)


def _sign_off(me: Actor, person: Person, rows: Sequence[SignOffRow]) -> None:
    ready = {row.standard.standard_id: row for row in rows if row.can_be_signed and _is_wanted(row)}
    if not ready:
        return
    with (
        st.expander("Sign off a competency"),
        record_form(f"sign-off-{person.staff_id}", submit="Sign off", live=True) as form,
    ):
        chosen = st.selectbox(
            "Competency",
            list(ready),
            format_func=lambda one: f"{ready[one].standard.title} ({ready[one].standard.set_name})",
            key=form.widget_key("standard"),
        )
        row = ready.get(chosen) or next(iter(ready.values()))
        form.slot("standard_id")
        level = st.selectbox(
            "Signed off at",
            list(row.levels),
            format_func=lambda one: row.levels.get(one, ""),
            key=form.widget_key(f"level-{row.standard.standard_id}"),
        )
        form.slot("level")
        signed_on = pick_day("From", today(), form.widget_key("on"))
        form.slot("signed_on")
        note = st.text_area("Note (may stay empty)", max_chars=2000, height=80, key=form.widget_key("note"))
        form.slot("note")
        st.caption(plain(f"{_practice_of(row)} {person.full_name} reads what you sign and the note."))
    if form.submitted and level is not None:
        with saving(form, done=f"{row.standard.title} is signed off for {person.full_name}.") as db:
            sign_off_competency(
                db,
                by=me,
                submission=form.key,
                staff_id=person.staff_id,
                standard_id=row.standard.standard_id,
                level=level,
                signed_on=signed_on,
                note=note,
            )


def _is_wanted(row: SignOffRow) -> bool:
    return row.standing.status in (Status.NOT_STARTED, Status.DUE_SOON, Status.EXPIRED)


def _practice_of(row: SignOffRow) -> str:
    return row.practice.because if row.practice is not None else ""


def _given(me: Actor, person: Person, given: Sequence[SignOffGiven], may_void: bool) -> None:
    with st.expander("Everything that was signed off"):
        st.table(
            [
                {
                    "Standard": plain(one.standard),
                    "At": plain(one.level),
                    "From": words.day(one.signed_on),
                    "By": plain(one.by),
                    "Note": plain(one.note) or "–",
                }
                for one in given
            ]
        )
        if not may_void:
            return
        with record_form(f"void-sign-off-{person.staff_id}", submit="Take it back") as form:
            st.markdown("**Signed off by mistake?** It stays in the record with your reason, and counts no more.")
            labels = {one.sign_off_id: f"{one.standard}, {words.day(one.signed_on)}" for one in given}
            which = st.selectbox("Which", list(labels), None, labels.__getitem__, key=form.widget_key("which"))
            reason = st.text_area("Why it does not count", max_chars=2000, height=80, key=form.widget_key("reason"))
            form.slot("reason")
    if form.submitted and which is not None:
        with saving(form, done="Taken back: it counts no more.") as db:
            void_sign_off(db, by=me, submission=form.key, sign_off_id=which, reason=reason)
    elif form.submitted:
        form.refuse("Choose which one.")


# ---------------------------------------------------------------------------------------------------------------------
# Assessors


def assessors_part(me: Actor) -> None:
    """For a therapy manager: which supervisors sign off beside them; nothing for anybody else."""
    with reading() as db:
        communities = communities_to_choose(db, viewer=me, what=Object.COMPETENCY_SIGN_OFF, action=Action.SIGN)
        named = assessors_named(db, viewer=me, on=today())
    if not communities:
        return
    with st.expander("Who signs off competencies"):
        st.caption(
            "You sign off the competencies of your people. You can let supervisors do it for those they supervise. "
            "Nobody signs off their own, and nobody in training signs off anybody's."
        )
        if named:
            with row_list("assessors") as listed:
                for one in named:
                    has_begun = one.start_on <= today()
                    word, tone = ("Signs off", Tone.GOOD) if has_begun else ("From a later day", Tone.NEUTRAL)
                    when = f"May sign off {words.from_to(one.start_on, one.end_on)}."
                    with listed.row(word, tone, f"{one.name}, {one.community}", when):
                        if has_begun and one.end_on != today():
                            _end(me, one.assessor_id, one.name)
        _name(me, communities)


def _end(me: Actor, assessor_id: int, name: str) -> None:
    form = record_button(f"end-assessor-{assessor_id}", "End today")
    if form.submitted:
        with saving(form, done=f"{name} signs off competencies for the last time today.") as db:
            end_assessor(db, by=me, submission=form.key, assessor_id=assessor_id, end_on=today())


def _name(me: Actor, communities: dict[int, str]) -> None:
    ids = list(communities)
    community = ids[0]
    if len(ids) > 1:
        chosen = st.selectbox("Community", ids, format_func=communities.__getitem__, key="assessor-community")
        community = chosen or community
    with reading() as db:
        people = assessors_to_name(db, viewer=me, community_id=community)
    if not people:
        st.caption("There is no other supervisor of its people to name.")
        return
    with record_form(f"name-assessor-{community}", submit="Let them sign off") as form:
        person = pick_staff("Supervisor", people, form.widget_key("person"))
        form.slot("staff_id")
        start_on = pick_day("From", today(), form.widget_key("start"))
        end_on = pick_day_if_any("Last day (may stay empty)", None, form.widget_key("end"))
        form.slot("end_on")
    if form.submitted and person is None:
        form.point_out({"staff_id": "Choose a supervisor."})
    elif form.submitted and person is not None:
        with saving(form, done=f"{person.full_name} may sign off the competencies of those they supervise.") as db:
            name_assessor(
                db,
                by=me,
                submission=form.key,
                staff_id=person.staff_id,
                community_id=community,
                start_on=start_on,
                end_on=end_on,
            )
