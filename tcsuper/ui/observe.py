"""The form of an observation: a level and its evidence for each standard, "not seen" until something was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.models import HowObserved, ObservationState
from tcsuper.queries.people import Person
from tcsuper.queries.practice import (
    ObservationDetail,
    RatedStandard,
    SetOfStandards,
    StandardToRate,
    observation_detail,
    standard_sets,
    standards_to_rate,
)
from tcsuper.services.practice import Seen, change_observation, record_observation
from tcsuper.ui.observations import HOW_WORDS
from tcsuper.ui.pickers import pick_staff_asked_for
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import RecordForm, record_form, saving

if TYPE_CHECKING:
    import pandas as pd

GROUP_TYPES = ("Small group", "Community meeting", "Core creative group", "After-group", "Individual session")
NOT_SEEN = "Not seen"
KEEP, SHARE = "Keep it as a draft", "Share it now"


@dataclass
class _Filled:
    """What stands in the form: the services' arguments by name."""

    observed_on: date
    group_type: str = ""
    how: HowObserved = HowObserved.LIVE
    minutes_seen: int = 45
    consent: bool = False
    ratings: Sequence[Seen] = ()
    strengths: str = ""
    next_step: str = ""
    state: ObservationState = ObservationState.DRAFT


def observe_somebody(me: Actor, people: Sequence[Person]) -> None:
    """Whom and by which standards is chosen outside the form, since the form depends on it."""
    left, right = st.columns(2)
    with left:
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
    new_observation_form(me, person, sets[label])


def choose_draft_to_change(me: Actor, drafts: "pd.DataFrame") -> None:
    labels = {
        f"{row.person}, {words.day(row.observed_on)} (no. {row.observation_id})": row.record_id
        for row in drafts.itertuples()
    }
    chosen = st.selectbox(
        "Change a draft", list(labels), index=0 if len(labels) == 1 else None, placeholder="Choose a draft"
    )
    if chosen:
        change_draft_form(me, labels[chosen])


def new_observation_form(me: Actor, person: Person, standards: SetOfStandards) -> None:
    with reading() as db:
        to_rate = [RatedStandard(one, None, "") for one in standards_to_rate(db, viewer=me, set_id=standards.set_id)]
    with record_form(f"observe-{person.staff_id}-{standards.set_id}", submit="Save the observation") as form:
        filled = _fields(form, person.full_name, standards, to_rate, _Filled(today()))
    if form.submitted:
        with saving(form, done=_done(person.full_name, filled)) as db:
            record_observation(
                db,
                by=me,
                submission=form.key,
                observed_id=person.staff_id,
                standard_set_id=standards.set_id,
                **vars(filled),
            )


def change_draft_form(me: Actor, record_id: Any) -> None:
    with reading() as db:
        draft = observation_detail(db, viewer=me, record_id=record_id)
    with record_form(f"draft-{draft.version.id}", submit="Save the observation") as form:
        filled = _fields(form, draft.person, draft.standards, draft.ratings, _as_it_stands(draft))
    if form.submitted:
        with saving(form, done=_done(draft.person, filled)) as db:
            change_observation(db, by=me, submission=form.key, observation_id=draft.version.id or 0, **vars(filled))


def _as_it_stands(draft: ObservationDetail) -> _Filled:
    version = draft.version
    return _Filled(
        version.observed_on,
        version.group_type,
        version.how,
        version.minutes_seen,
        version.consent,
        (),
        version.strengths,
        version.next_step,
    )


def _done(person: str, filled: _Filled) -> str:
    rated = words.count(sum(level is not None for _, level, _ in filled.ratings), "standard")
    if filled.state is ObservationState.SHARED:
        return f"Shared with {person}: {rated} rated. Its levels count from now on."
    return f"Kept as a draft: {rated} rated. Only you see it until you share it."


def _fields(
    form: RecordForm, person: str, standards: SetOfStandards, to_rate: Sequence[RatedStandard], before: _Filled
) -> _Filled:
    circumstances = _circumstances(form, before)
    st.markdown("**What you saw**")
    st.caption("Leave a standard on “Not seen” when there was nothing to see. That is not a low level.")
    ratings = [_rating(form, standards, one) for one in to_rate]
    form.slot("ratings")
    strengths = st.text_area("Strengths", before.strengths, max_chars=10_000, key=form.widget_key("strengths"))
    form.slot("strengths")
    next_step = st.text_area("Next step", before.next_step, max_chars=10_000, key=form.widget_key("next"), height=80)
    form.slot("next_step")
    then = st.radio(
        "When you save",
        [KEEP, SHARE],
        captions=[
            "Only you see it.",
            plain(f"{person} and their therapy manager read it. It can no longer be changed."),
        ],
        key=form.widget_key("then"),
    )
    state = ObservationState.SHARED if then == SHARE else ObservationState.DRAFT
    return _Filled(**circumstances, ratings=ratings, strengths=strengths or "", next_step=next_step or "", state=state)


def _circumstances(form: RecordForm, before: _Filled) -> dict[str, Any]:
    left, middle, right = st.columns([1, 1.6, 1])
    with left:
        on = st.date_input(
            "Observed on", before.observed_on, max_value=today(), format="DD/MM/YYYY", key=form.widget_key("on")
        )
        form.slot("observed_on")
    with middle:
        known = [*GROUP_TYPES, *([before.group_type] if before.group_type not in ("", *GROUP_TYPES) else [])]
        group_type = st.selectbox(
            "Kind of group or meeting",
            known,
            index=known.index(before.group_type) if before.group_type else 0,
            accept_new_options=True,
            key=form.widget_key("group_type"),
        )
        form.slot("group_type")
    with right:
        minutes = st.number_input(
            "Minutes you saw", 0, 480, before.minutes_seen, step=5, key=form.widget_key("minutes")
        )
        form.slot("minutes_seen")
    how = st.segmented_control(
        "How", list(HOW_WORDS), default=before.how, required=True, format_func=HOW_WORDS.__getitem__,
        key=form.widget_key("how"),
    )  # fmt: skip
    consent = st.checkbox("Those present knew that I observed", before.consent, key=form.widget_key("consent"))
    return {
        "observed_on": on if isinstance(on, date) else today(),
        "group_type": group_type or "",
        "how": how or HowObserved.LIVE,
        "minutes_seen": int(minutes),
        "consent": consent,
    }


def _rating(form: RecordForm, standards: SetOfStandards, before: RatedStandard) -> Seen:
    standard = before.standard
    with st.container(border=True, gap="small"):
        what, how_well = st.columns([1, 2.5])
        with what:
            st.markdown(f"**{plain(standard.title)}**  \n:small[{plain(standard.text)}]")
            _anchors(standards, standard)
        with how_well:
            level = level_control(
                f"Level on {plain(standard.title)}",
                standards.levels,
                before.level,
                form.widget_key(f"level-{standard.standard_id}"),
            )
            evidence = st.text_area(
                f"Evidence on {plain(standard.title)}",
                before.evidence,
                placeholder="What you saw or heard",
                max_chars=5_000,
                height=68,
                label_visibility="collapsed",
                key=form.widget_key(f"evidence-{standard.standard_id}"),
            )
            form.slot(f"rating_{standard.standard_id}")
    return standard.standard_id, level, evidence or ""


def _anchors(standards: SetOfStandards, standard: StandardToRate) -> None:
    if standard.anchors:
        with st.popover("What the levels look like", type="tertiary"):
            for level, text in standard.anchors.items():
                st.markdown(f"**{level} {plain(standards.levels.get(level, ''))}**  \n{plain(text)}")


def level_control(
    label: str, levels: dict[int, str], chosen: int | None, key: str, blank: str = NOT_SEEN
) -> int | None:
    """One of the levels, or none of them: the first button says so and is the default."""
    lowest = min(levels, default=0)
    none = lowest - 1  # no level has this number; a button of its own, because None would mean "nothing chosen yet"
    named = {none: blank} | {level: f"{level} {plain(name)}" for level, name in levels.items()}
    picked = st.segmented_control(
        label,
        list(named),
        default=none if chosen is None else chosen,
        required=True,
        format_func=named.__getitem__,
        label_visibility="collapsed",
        wrap=True,
        key=key,
    )
    return None if picked is None or picked == none else picked
