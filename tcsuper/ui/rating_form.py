"""The fields of an observation: when and where, a level for each standard, the words. "Not seen" until something was.

Levels are entered by their names, one tap each, or by number keys: Tab and a digit for each standard, which is the
fewest keys that Streamlit's controls allow (17 for nine standards; by radio buttons it was 30).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import streamlit as st

from tcsuper.clock import today
from tcsuper.models import HowObserved
from tcsuper.queries.observations import RatedStandard
from tcsuper.queries.practice import SetOfStandards, StandardToRate
from tcsuper.services.keeping_observations import Seen
from tcsuper.ui.observations import HOW_WORDS
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import RecordForm

GROUP_TYPES = ("Small group", "Community meeting", "Core creative group", "After-group", "Individual session")
NOT_SEEN = "Not seen"
BY_NAME, BY_NUMBER = "By name", "By number keys"


@dataclass
class Session:
    """When and where: what stays the same for the next person seen in the same session."""

    observed_on: date = field(default_factory=today)
    group_type: str = ""
    group_name: str = ""
    how: HowObserved = HowObserved.LIVE
    minutes_seen: int = 45
    consent: bool = False


@dataclass
class Filled:
    """What stands in the form. `is_final`: to be shared, or signed, and not kept as a draft."""

    session: Session
    ratings: Sequence[Seen] = ()
    strengths: str = ""
    next_step: str = ""
    is_final: bool = False

    def stored(self) -> dict[str, Any]:
        """The services' arguments by name."""
        words = {"ratings": self.ratings, "strengths": self.strengths, "next_step": self.next_step}
        return vars(self.session) | words


def choose_way_of_entry() -> bool:
    """Whether levels are entered by number keys."""
    chosen = st.segmented_control(
        "Enter the levels",
        [BY_NAME, BY_NUMBER],
        default=BY_NAME,
        required=True,
        key="observe-entry",
        persist_state="session",  # for the next person too
    )
    return chosen == BY_NUMBER


def rating_fields(
    form: RecordForm,
    standards: SetOfStandards,
    to_rate: Sequence[RatedStandard],
    before: Filled,
    by_number: bool,
    then: Mapping[str, str],
) -> Filled:
    """`then`: what can become of it, each with its sentence; the first keeps it as a draft."""
    session = _session(form, before.session)
    st.markdown("**What you saw**")
    ratings = _by_number(form, standards, to_rate) if by_number else _by_name(form, standards, to_rate)
    form.slot("ratings")
    strengths = st.text_area(
        "Strengths", before.strengths, max_chars=10_000, key=form.widget_key("strengths"), height=80
    )
    form.slot("strengths")
    next_step = st.text_area("Next step", before.next_step, max_chars=10_000, key=form.widget_key("next"), height=80)
    form.slot("next_step")
    chosen = st.radio(
        "When you save",
        list(then),
        captions=[plain(sentence) for sentence in then.values()],
        key=form.widget_key("then"),
    )
    return Filled(session, ratings, strengths or "", next_step or "", chosen != next(iter(then)))


def _session(form: RecordForm, before: Session) -> Session:
    left, middle, right = st.columns([1, 1.6, 1])
    with left:
        on = st.date_input(
            "Observed on", before.observed_on, max_value=today(), format="DD/MM/YYYY", key=form.widget_key("on")
        )
        form.slot("observed_on")
    with middle:
        group_type = pick_group_type(form, before.group_type)
    with right:
        minutes = st.number_input(
            "Minutes you saw", 0, 480, before.minutes_seen, step=5, key=form.widget_key("minutes")
        )
        form.slot("minutes_seen")
    left, right = st.columns([1, 1.6], vertical_alignment="bottom")
    with left:
        group_name = st.text_input(
            "Which group", before.group_name, max_chars=80, placeholder="Its name", key=form.widget_key("group_name")
        )
        form.slot("group_name")
    with right:
        how = st.segmented_control(
            "How", list(HOW_WORDS), default=before.how, required=True, format_func=HOW_WORDS.__getitem__,
            key=form.widget_key("how"),
        )  # fmt: skip
    consent = st.checkbox("Those present knew that I observed", before.consent, key=form.widget_key("consent"))
    return Session(
        on if isinstance(on, date) else today(),
        group_type,
        group_name or "",
        how or HowObserved.LIVE,
        int(minutes),
        consent,
    )


def pick_group_type(form: RecordForm, before: str) -> str:
    known = [*GROUP_TYPES, *([before] if before not in ("", *GROUP_TYPES) else [])]
    chosen = st.selectbox(
        "Kind of group or meeting",
        known,
        index=known.index(before) if before else 0,
        accept_new_options=True,
        key=form.widget_key("group_type"),
    )
    form.slot("group_type")
    return chosen or ""


# ---------------------------------------------------------------------------------------------------------------------
# Levels


def _by_name(form: RecordForm, standards: SetOfStandards, to_rate: Sequence[RatedStandard]) -> list[Seen]:
    st.caption("Leave a standard on “Not seen” when there was nothing to see. That is not a low level.")
    return [_rated_by_name(form, standards, one) for one in to_rate]


def _rated_by_name(form: RecordForm, standards: SetOfStandards, before: RatedStandard) -> Seen:
    standard = before.standard
    with st.container(border=True, gap="small"):
        what, how_well = st.columns([1, 2.5])
        with what:
            st.markdown(f"**{plain(standard.title)}**  \n:small[{plain(standard.text)}]")
        with how_well:
            level = level_control(
                f"Level on {plain(standard.title)}",
                standards.levels,
                before.level,
                form.widget_key(f"level-{standard.standard_id}"),
            )
            with st.expander("Evidence, and what the levels look like", expanded=bool(before.evidence)):
                evidence = _evidence(form, before)
                _anchors(standards, standard)
            form.slot(f"rating_{standard.standard_id}")
    return standard.standard_id, level, evidence


def _by_number(form: RecordForm, standards: SetOfStandards, to_rate: Sequence[RatedStandard]) -> list[Seen]:
    lowest, highest = min(standards.levels, default=0), max(standards.levels, default=0)
    scale = " · ".join(f"{level} {name}" for level, name in standards.levels.items())
    st.caption(plain(f"{scale} · empty: not seen, which is not a low level.") + " Tab goes to the next one.")
    levels: dict[int, int | None] = {}
    with st.container(border=True, key=form.widget_key("levels")):
        left, right = st.columns(2)
        half = (len(to_rate) + 1) // 2
        for position, one in enumerate(to_rate):
            standard = one.standard
            with left if position < half else right:
                levels[standard.standard_id] = st.number_input(
                    plain(standard.title),
                    lowest,
                    highest,
                    one.level,
                    step=1,
                    placeholder=NOT_SEEN,
                    key=form.widget_key(f"number-{standard.standard_id}"),
                )
                form.slot(f"rating_{standard.standard_id}")
    evidence: dict[int, str] = {}
    with st.expander("Evidence, and what the levels look like", expanded=any(one.evidence for one in to_rate)):
        for one in to_rate:
            st.markdown(f"**{plain(one.standard.title)}**  \n:small[{plain(one.standard.text)}]")
            evidence[one.standard.standard_id] = _evidence(form, one)
            _anchors(standards, one.standard)
    return [(standard_id, level, evidence[standard_id]) for standard_id, level in levels.items()]


def _evidence(form: RecordForm, before: RatedStandard) -> str:
    standard = before.standard
    return (
        st.text_area(
            f"Evidence on {plain(standard.title)}",
            before.evidence,
            placeholder="What you saw or heard",
            max_chars=5_000,
            height=68,
            label_visibility="collapsed",
            key=form.widget_key(f"evidence-{standard.standard_id}"),
        )
        or ""
    )


def _anchors(standards: SetOfStandards, standard: StandardToRate) -> None:
    for level, text in standard.anchors.items():
        st.caption(f"**{level} {plain(standards.levels.get(level, ''))}**: {plain(text)}")


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
