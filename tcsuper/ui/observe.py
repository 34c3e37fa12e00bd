"""Recording an observation: of somebody chosen, as it was planned, of the next person in the same session; a draft."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.models import ObservationState
from tcsuper.queries.observations import ObservationDetail, RatedStandard, observation_detail
from tcsuper.queries.people import Person
from tcsuper.queries.planned_observations import Planned
from tcsuper.queries.practice import SetOfStandards, standard_sets, standards_to_rate
from tcsuper.services.observations import change_observation, record_observation
from tcsuper.services.planned_observations import record_planned_observation
from tcsuper.ui.memory import memory
from tcsuper.ui.pickers import pick_staff, pick_staff_asked_for
from tcsuper.ui.plain import plain
from tcsuper.ui.rating_form import Filled, Session, choose_way_of_entry, level_control, rating_fields
from tcsuper.ui.saving import record_form, saving

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["choose_draft_to_change", "level_control", "observe_as_planned", "observe_somebody"]

KEEP, SHARE, SIGN = "Keep it as a draft", "Share it now", "Sign it now"
SAME_SESSION, TURN = "observe-same-session", "observe-turn"


def observe_somebody(me: Actor, people: Sequence[Person]) -> None:
    """Whom and by which standards is chosen outside the form, since the form depends on it."""
    session = _same_session()
    turn = memory().get(TURN, 0)
    left, right = st.columns(2)
    with left:
        if turn:  # whoever the address named has been seen to: the next person is chosen
            person = pick_staff("Whom did you observe?", people, f"observe-person-{turn}")
        else:
            person = pick_staff_asked_for("Whom did you observe?", people, "observe-person")
    if person is None:
        st.caption("Nobody is chosen yet.")
        return
    with reading() as db:
        sets = {one.label: one for one in standard_sets(db, viewer=me, observed_id=person.staff_id)}
    if not sets:
        st.info("The catalogue holds no set of standards yet. An administrator loads it on the server.")
        return
    with right:
        label = st.selectbox("By which standards?", list(sets), key=f"observe-set-{person.staff_id}")
    _new_observation(me, person, sets[label], session, turn)


def _same_session() -> Session:
    """When and where the last one was, for those who see several people in one session; or a fresh start."""
    remembered: Session | None = memory().get(SAME_SESSION)
    if remembered is None:
        return Session()
    where = remembered.group_name or remembered.group_type or "no group named"
    place = st.empty()
    with place.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**Next person in the same session:** {words.day(remembered.observed_on)}, {plain(where)}, "
            f"{words.length(remembered.minutes_seen)}."
        )
        if st.button("Another session", key="observe-another-session"):
            memory().pop(SAME_SESSION)
            memory()[TURN] = memory().get(TURN, 0) + 1
            place.empty()
            return Session()
    return remembered


def _remember(session: Session) -> Callable[[], None]:
    remembered = memory()

    def on() -> None:
        remembered[SAME_SESSION] = session
        remembered[TURN] = remembered.get(TURN, 0) + 1

    return on


def _new_observation(me: Actor, person: Person, standards: SetOfStandards, session: Session, turn: int) -> None:
    by_number = choose_way_of_entry()
    with reading() as db:
        to_rate = [RatedStandard(one, None, "") for one in standards_to_rate(db, viewer=me, set_id=standards.set_id)]
    name = f"observe-{person.staff_id}-{standards.set_id}-{turn}"
    with record_form(name, submit="Save the observation") as form:
        filled = rating_fields(form, standards, to_rate, Filled(session), by_number, _then(person.full_name))
    if form.submitted:
        form.once_saved = _remember(filled.session)
        with saving(form, done=_done(person.full_name, filled)) as db:
            record_observation(
                db,
                by=me,
                submission=form.key,
                observed_id=person.staff_id,
                standard_set_id=standards.set_id,
                state=ObservationState.SHARED if filled.is_final else ObservationState.DRAFT,
                **filled.stored(),
            )


def observe_as_planned(me: Actor, planned: Planned) -> None:
    """Whom and by which standards, the plan says."""
    by_number = choose_way_of_entry()
    with reading() as db:
        to_rate = [RatedStandard(one, None, "") for one in standards_to_rate(db, viewer=me, set_id=planned.set_id)]
    standards = SetOfStandards(planned.set_id, planned.set_label, planned.levels)
    begun = Filled(Session(planned.seen_on or today(), planned.group_type, planned.group_name))
    then = _then(planned.person, _others(me, planned))
    with record_form(f"observe-planned-{planned.planned_id}", submit="Save the observation") as form:
        filled = rating_fields(form, standards, to_rate, begun, by_number, then)
    if form.submitted:
        form.once_saved = _remember(filled.session)
        with saving(form, done=_done(planned.person, filled, planned.several)) as db:
            record_planned_observation(
                db,
                by=me,
                submission=form.key,
                planned_id=planned.planned_id,
                is_signed=filled.is_final,
                **filled.stored(),
            )


def choose_draft_to_change(me: Actor, drafts: "pd.DataFrame") -> None:
    labels = {
        f"{row.person}, {words.day(row.observed_on)} (no. {row.observation_id})": row.record_id
        for row in drafts.itertuples()
    }
    chosen = st.selectbox(
        "Change a draft", list(labels), index=0 if len(labels) == 1 else None, placeholder="Choose a draft"
    )
    if chosen:
        _change_draft(me, labels[chosen])


def _change_draft(me: Actor, record_id: Any) -> None:
    by_number = choose_way_of_entry()
    with reading() as db:
        draft = observation_detail(db, viewer=me, record_id=record_id)
    others = "the other observers" if draft.with_others else ""
    with record_form(f"draft-{draft.version.id}", submit="Save the observation") as form:
        filled = rating_fields(
            form, draft.standards, draft.ratings, _as_it_stands(draft), by_number, _then(draft.person, others)
        )
    if form.submitted:
        with saving(form, done=_done(draft.person, filled, draft.with_others)) as db:
            shares = filled.is_final and not draft.with_others
            change_observation(
                db,
                by=me,
                submission=form.key,
                observation_id=draft.version.id or 0,
                state=ObservationState.SHARED if shares else ObservationState.DRAFT,
                is_signed=filled.is_final and draft.with_others,
                **filled.stored(),
            )


def _as_it_stands(draft: ObservationDetail) -> Filled:
    seen = draft.version
    session = Session(seen.observed_on, seen.group_type, seen.group_name, seen.how, seen.minutes_seen, seen.consent)
    return Filled(session, (), seen.strengths, seen.next_step)


# ---------------------------------------------------------------------------------------------------------------------
# What becomes of it


def _others(me: Actor, planned: Planned) -> str:
    others = [one.name for one in planned.observers if one.observer_id != me.staff_id and not one.stood_back]
    return words.listed(others)


def _then(person: str, others: str = "") -> dict[str, str]:
    if others:
        return {
            KEEP: "Only you see it, and you can change it.",
            SIGN: f"You can no longer change it. Nobody reads it until {others} signed too or stood back. Then "
            f"{person} and their therapy manager do, and observers see each other's levels.",
        }
    return {
        KEEP: "Only you see it.",
        SHARE: f"{person} and their therapy manager read it. It can no longer be changed.",
    }


def _done(person: str, filled: Filled, with_others: bool = False) -> str:
    rated = words.count(sum(level is not None for _, level, _ in filled.ratings), "standard")
    if filled.is_final and with_others:
        return f"Signed: {person}, {rated} rated. It is shared once every observer has signed or stood back."
    if filled.is_final:
        return f"Shared with {person}: {rated} rated. Its levels count from now on."
    return f"Kept as a draft: {rated} rated. Only you see it until you share or sign it."
