"""What of training is looked at: one calm row of choices, and how the people in it stand in one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from tcsuper import words
from tcsuper.models import RequirementKind
from tcsuper.queries.standing import Row
from tcsuper.queries.training import Training
from tcsuper.rules.standing import LEFT_OUT, Status

SHOWN = {
    "To put right": (Status.EXPIRED, Status.OVERDUE, Status.CONDITIONS),
    "Coming up": (Status.DUE_SOON, Status.BOOKED),
    "Not done yet": (Status.NOT_STARTED, Status.IN_PROGRESS),
}
KIND_WORDS = {RequirementKind.COURSE: "Courses", RequirementKind.QUALIFICATION: "Qualifications"}


@dataclass(frozen=True)
class Chosen:
    """What was chosen to look at: every row of these people, and those of the picture."""

    rows: list[Row]
    in_picture: list[Row]


def choose_training(seen: Training) -> Chosen:
    """By community, role, course, and what is open for a person."""
    kinds = [kind for kind in KIND_WORDS if any(row.kind is kind for row in seen.rows)]
    community_at, role_at, course_at, status_at = st.columns(4)
    with community_at:
        community = st.selectbox(
            "Community",
            [None, *seen.communities],
            format_func=lambda one: "Every community" if one is None else seen.communities[one],
            key="training-community",
            persist_state="session",
        )
    with role_at:
        role = st.selectbox(
            "Role",
            ["", *seen.roles_held],
            format_func=lambda one: one or "Every role",
            key="training-role",
            persist_state="session",
        )
    kind = st.segmented_control(
        "Show",
        kinds,
        default=kinds[0],
        required=True,
        format_func=KIND_WORDS.__getitem__,
        key="training-kind",
        label_visibility="collapsed",
    )
    of_kind = {row.requirement for row in seen.rows if row.kind is kind}
    with course_at:
        titles = st.multiselect(
            KIND_WORDS[kind],
            [title for title in seen.titles if title in of_kind],
            key=f"training-titles-{kind}",
            placeholder="All of them",
        )
    with status_at:
        open_for = st.multiselect("Status", list(SHOWN), key="training-shown", placeholder="Any status")
    rows = [row for row in seen.rows if community in (None, row.bound.community_id)]
    rows = [row for row in rows if not role or role in seen.roles.get(row.staff_id, ())]
    rows = [row for row in rows if not titles or row.requirement in titles]
    wanted = {status for word in open_for for status in SHOWN[word]}
    people = {row.staff_id for row in rows if not wanted or row.standing.status in wanted}
    chosen = [row for row in rows if row.staff_id in people]
    return Chosen(chosen, [row for row in chosen if row.kind is kind])


def training_sentence(rows: Sequence[Row]) -> str:
    """How many people have everything they need, and what is missing: who is left out is said."""
    people = {row.staff_id for row in rows if row.standing.status not in LEFT_OUT}
    late = {row.staff_id for row in rows if row.standing.status in SHOWN["To put right"]}
    soon = {row.staff_id for row in rows if row.standing.status is Status.DUE_SOON} - late
    left_out = len({row.staff_id for row in rows} - people)
    asked = f"of {words.count(len(people), 'person', 'people')} with courses or qualifications to meet"
    ending = f"{asked}{f'; {left_out} left out' if left_out else ''}."
    if not late and not soon:
        return f"Nobody has anything overdue, expired or due soon, {ending}"
    if not late:
        return f"{words.count(len(soon), 'person has', 'people have')} something due soon, nobody overdue, {ending}"
    said_late = f"{words.count(len(late), 'person has', 'people have')} something overdue or expired"
    return f"{said_late}, {len(soon) or 'nobody'} more something due soon, {ending}"
