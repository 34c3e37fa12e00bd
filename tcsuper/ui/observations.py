"""Observations as a list and one by one: read, share, sign, comment."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.models import HowObserved, ObservationState
from tcsuper.queries.observations import ObservationDetail, observation_detail
from tcsuper.queries.readers import readers_of_observation
from tcsuper.rules.standing import Tone
from tcsuper.services.observations import (
    comment_on_observation,
    record_feedback,
    share_observation,
    sign_observation,
)
from tcsuper.services.planned_observations import sign_as_observer
from tcsuper.ui.pickers import pick_day
from tcsuper.ui.plain import plain
from tcsuper.ui.readers import who_can_see
from tcsuper.ui.saving import record_button, record_form, saving
from tcsuper.ui.status import row_list

if TYPE_CHECKING:
    import pandas as pd

HOW_WORDS = {
    HowObserved.LIVE: "Live",
    HowObserved.RECORDED: "From a recording",
    HowObserved.WRITTEN_WORK: "Written work",
}
STATE_WORDS = {
    ObservationState.DRAFT: "○ Draft",
    ObservationState.SHARED: "▲ Shared",
    ObservationState.SIGNED: "● Signed",
}
MOST_ROWS = 8


def what_was_seen(row: Any) -> str:
    """Small group, live, 45 min, 6 standards rated."""
    seen = [
        row.group_name,
        row.group_type,
        HOW_WORDS[row.how].lower(),
        words.length(row.minutes_seen) if row.minutes_seen else "",
    ]
    return ", ".join([part for part in seen if part] + [words.count(row.rated, "standard") + " rated"]) + "."


def draft_rows(me: Actor, drafts: "pd.DataFrame") -> None:
    """Each one click from shared; what others rate too is signed, and shared once they all have."""
    with row_list("drafts") as listed:
        for row in drafts.itertuples():
            word, tone = ("Signed", Tone.GOOD) if row.is_signed else ("Draft", Tone.NEUTRAL)
            waits = " Signed: it waits for the other observers." if row.is_signed else ""
            title = f"{row.person}, {words.day(row.observed_on)}"
            with listed.row(word, tone, title, what_was_seen(row) + waits, wide=row.is_signed):
                if not row.is_signed:
                    _sign_draft(me, row) if row.with_others else _share_draft(me, row)


def _share_draft(me: Actor, row: Any) -> None:
    form = record_button(f"share-{row.record_id}", "Share")
    if form.submitted:
        with saving(form, done=f"Shared with {row.person}. Its levels count from now on.") as db:
            share_observation(db, by=me, submission=form.key, observation_id=int(row.observation_id))


def _sign_draft(me: Actor, row: Any) -> None:
    form = record_button(f"sign-draft-{row.record_id}", "Sign")
    if form.submitted:
        done = f"Signed: {row.person}. It is shared once every observer has signed or stood back."
        with saving(form, done=done) as db:
            sign_as_observer(db, by=me, submission=form.key, observation_id=int(row.observation_id))


def rows_to_sign(me: Actor, waiting: "pd.DataFrame") -> None:
    st.subheader("To sign", anchor=False)
    with row_list("to-sign") as listed:
        for row in waiting.head(MOST_ROWS).itertuples():
            answered = " They wrote a comment." if row.commented else ""
            title = f"{row.person}, {words.day(row.observed_on)}, by {row.observer}"
            with listed.row("Shared", Tone.AMBER, title, what_was_seen(row) + answered):
                form = record_button(f"sign-{row.record_id}", "Sign")
            if form.submitted:
                with saving(form, done=f"Signed: {row.person}, {words.day(row.observed_on)}.") as db:
                    sign_observation(db, by=me, submission=form.key, observation_id=int(row.observation_id))
    if len(waiting) > MOST_ROWS:
        st.caption(f"And {len(waiting) - MOST_ROWS} more, oldest last.")


def observation_table(me: Actor, observations: "pd.DataFrame", key: str) -> None:
    """The list; a selected row opens below it. An address may name one: `?observation=<record id>`."""
    event = st.dataframe(
        [
            {
                "Date": row.observed_on,
                "Observed": row.person,
                "Observer": row.observer,
                "Group": row.group_name or row.group_type,
                "How": HOW_WORDS[row.how],
                "Seen": words.length(row.minutes_seen) if row.minutes_seen else "",
                "Standards": row.rated,
                "State": STATE_WORDS[row.state],
            }
            for row in observations.itertuples()
        ],
        hide_index=True,
        width="stretch",
        column_config={"Date": st.column_config.DateColumn(format="D MMM YYYY")},
        on_select="rerun",
        selection_mode="single-row",
        key=key,
    )
    rows: list[int] = event["selection"]["rows"] if event else []
    wanted = observations["record_id"].astype(str) == st.query_params.get("observation", "")
    if rows and rows[0] < len(observations):
        show_observation(me, observations.iloc[rows[0]]["record_id"])
    elif wanted.any():
        show_observation(me, observations[wanted].iloc[0]["record_id"])
    else:
        st.caption("Select a row to read the observation.")


def show_observation(me: Actor, record_id: UUID) -> None:
    with reading() as db:
        detail = observation_detail(db, viewer=me, record_id=record_id)
    version = detail.version
    st.subheader(f"{plain(detail.person)}, {words.day(version.observed_on)}", anchor=False)
    seen = [version.group_name, version.group_type, HOW_WORDS[version.how].lower()]
    if version.minutes_seen:
        seen.append(words.length(version.minutes_seen))
    seen.append("those present were told" if version.consent else "no note that those present were told")
    st.caption(plain(f"By {detail.observer}. {', '.join(part for part in seen if part)}. {detail.standards.label}."))
    st.table(
        [
            {
                "Standard": plain(rated.standard.title),
                "Level": level_word(detail, rated.level),
                "Evidence": plain(rated.evidence),
            }
            for rated in detail.ratings
        ]
    )
    _words("Strengths", version.strengths)
    _words("Next step", version.next_step)
    _words(f"Comment of {detail.person}", version.comment)
    if version.feedback_on:
        st.caption(
            plain(f"{detail.observer} talked it through with {detail.person} on {words.day(version.feedback_on)}.")
        )
    for word, who, at in detail.history:
        st.caption(plain(f"{word} by {who}, {words.moment(at)}."))
    who_can_see(f"observation-{record_id}", lambda db: readers_of_observation(db, viewer=me, record_id=record_id))
    if detail.may_comment:
        _comment(me, detail)
    if detail.may_say_feedback:
        _feedback(me, detail)


def level_word(detail: ObservationDetail, level: int | None) -> str:
    return "Not seen" if level is None else plain(f"{level} {detail.standards.levels.get(level, '')}")


def _words(heading: str, text: str) -> None:
    if text:
        st.markdown(f"**{plain(heading)}**")
        st.text(text)


def _comment(me: Actor, detail: ObservationDetail) -> None:
    version = detail.version
    with record_form(f"comment-{version.record_id}", submit="Save my comment") as form:
        comment = st.text_area(
            "Your comment", value=version.comment, max_chars=10_000, key=form.widget_key("comment"), height=100
        )
        form.slot("comment")
        st.caption("Your observer and your therapy manager read it beside the observation.")
    if form.submitted:
        with saving(form, done="Your comment is saved beside the observation.") as db:
            comment_on_observation(
                db, by=me, submission=form.key, observation_id=version.id or 0, comment=comment or ""
            )


def _feedback(me: Actor, detail: ObservationDetail) -> None:
    version = detail.version
    with record_form(f"feedback-{version.record_id}", submit="Note the day") as form:
        day = pick_day(
            f"I talked it through with {plain(detail.person)} on",
            version.feedback_on or today(),
            form.widget_key("feedback"),
        )
        form.slot("feedback_on")
    if form.submitted:
        with saving(form, done="The day of your feedback is noted beside the observation.") as db:
            record_feedback(db, by=me, submission=form.key, observation_id=version.id or 0, feedback_on=day)
