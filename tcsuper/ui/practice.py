"""Observed practice of one person: against the required level, over time, beside their own view."""

from datetime import date
from typing import TYPE_CHECKING, Any

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.charts import dumbbell_chart, practice_trend_chart
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.queries.people import Person
from tcsuper.queries.practice import (
    PRACTICE,
    observations_seen,
    observed_against_required,
    practice_trend,
    required_over_time,
)
from tcsuper.queries.standing import Row, standings_seen
from tcsuper.rules.standing import MET, SEVERITY, TONES, Status, status_word
from tcsuper.services.practice import rate_self_on_several
from tcsuper.ui.links import link_button
from tcsuper.ui.observations import observation_table
from tcsuper.ui.observe import level_control
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import record_form, saving
from tcsuper.ui.status import SHAPES, card, row_list

if TYPE_CHECKING:
    import pandas as pd

UPRIGHT = "Upright mark: the level required."
MOST_BELOW = 10


def show_practice(me: Actor, person: Person, on: date) -> None:
    with reading() as db:
        against = observed_against_required(db, viewer=me, staff_id=person.staff_id, on=on)
        trend = practice_trend(db, viewer=me, staff_id=person.staff_id, on=on)
        required = required_over_time(db, viewer=me, staff_id=person.staff_id, on=on)
        observations = observations_seen(db, viewer=me, on=on, about=person.staff_id)
    if against.empty:
        st.info(f"No level is required by a post held on {words.day(on)}. The levels of a role are in the catalogue.")
    for set_name, of_set in against.groupby("set_name", sort=False):
        st.subheader(plain(str(set_name)), anchor=False)
        show_dumbbell(of_set)
        with st.expander("As a table, with the reasons"):
            against_table(of_set)
    if len(against):
        _over_time(against, trend, required)
    if person.staff_id == me.staff_id and len(against):
        _rate_yourself(me, against)
    st.subheader("The observations behind it", anchor=False)
    if observations.empty:
        st.info("No observation yet. Whoever supervises or manages this person records one under Observe.")
    else:
        observation_table(me, observations, f"observations-{person.staff_id}")


def practice_card(me: Actor, on: date) -> None:
    """My observed practice on one card, for my record; nothing when no level is required of me."""
    with reading() as db:
        against = observed_against_required(db, viewer=me, staff_id=me.staff_id, on=on)
    if against.empty:
        return
    with card("practice", "Observed practice against the standard"):
        for set_name, of_set in against.groupby("set_name", sort=False):
            if against["set_name"].nunique() > 1:
                st.markdown(f"**{plain(str(set_name))}**")
            show_dumbbell(of_set)
        link_button("Open observed practice", "practice", "practice-card")


# ---------------------------------------------------------------------------------------------------------------------
# Against the required level


def show_dumbbell(of_set: "pd.DataFrame") -> None:
    if of_set["observed"].isna().all() and of_set["self_level"].isna().all():
        st.caption(f"None of its {words.count(len(of_set), 'standard')} has been observed yet.")
        return
    st.altair_chart(
        dumbbell_chart(of_set, of_set.iloc[0]["levels"]),
        alt="Level observed beside the level required, for each standard: the same as in the table.",
    )
    st.caption(plain(f"{message(of_set)} {UPRIGHT}"))


def message(of_set: "pd.DataFrame") -> str:
    """What the picture says: how many are met, which are below, how many are not judged yet."""
    if of_set["status"].isna().all():
        seen = int(of_set["observed"].notna().sum())
        return (
            f"You saw {seen} of {words.count(len(of_set), 'standard')}. A verdict is for the person and their manager."
        )
    met = int(of_set["status"].isin(MET).sum())
    parts = [f"{met} of {words.count(len(of_set), 'standard')} at the required level or above"]
    below = [f"“{title}”" for title in of_set[of_set["status"] == Status.BELOW]["standard"]]
    if below:
        parts.append(f"below on {words.listed(below)}")
    unjudged = int((of_set["status"] == Status.NOT_YET_OBSERVED).sum())
    if unjudged:
        parts.append(f"{unjudged} not observed often enough to say")
    return "; ".join(parts) + "."


def against_table(of_set: "pd.DataFrame") -> None:
    st.table([_line(row) for row in of_set.itertuples()])
    if of_set["because"].any():
        st.table(
            [
                {"Standard": plain(row.standard), "Why": plain(f"{row.because} {row.next_step}")}
                for row in of_set.itertuples()
            ]
        )


def _line(row: Any) -> dict[str, str]:
    status = "" if row.status is None else f"{SHAPES[TONES[row.status]]} {status_word(row.status)}"
    return {
        "Standard": plain(row.standard),
        "Required": _level(row, row.required),
        "Observed": _level(row, row.observed),
        "Own view": _level(row, row.self_level),
        "Status": status,
        "Ratings, latest of each observer": f"{row.n} · {plain(row.by_observer)}" if row.n else "none",
    }


def _level(row: Any, level: int | None) -> str:
    return "–" if level is None else plain(f"{level} {row.levels.get(level, '')}")


def who_is_below(me: Actor, on: date) -> None:
    """For somebody who may look at others: whose practice is below a required level."""
    with reading() as db:
        rows = standings_seen(db, viewer=me, on=on, kinds=PRACTICE)
    others = [row for row in rows if row.staff_id != me.staff_id]
    below = [row for row in others if row.standing.status is Status.BELOW]
    if not others:
        st.caption("Choose a person to read what was seen. Whether it is enough is for them and their manager.")
        return
    if not below:
        st.caption("Choose a person. Nobody whose levels you may see is below a required level.")
        return
    st.subheader("Below the required level", anchor=False)
    by_person: dict[int, list[Row]] = {}
    for row in below:
        by_person.setdefault(row.staff_id, []).append(row)
    with row_list("below") as listed:
        for staff_id, theirs in sorted(by_person.items(), key=lambda found: -len(found[1]))[:MOST_BELOW]:
            first = theirs[0].standing
            titles = words.listed([row.requirement for row in theirs])
            why = first.because if len(theirs) == 1 else f"Below on {titles}."
            title = f"{theirs[0].person} · {words.count(len(theirs), 'standard')}"
            with listed.row(status_word(first.status), TONES[first.status], title, why, first.next_step):
                link_button("Open", "practice", f"below-{staff_id}", {"person": str(staff_id)})
    if len(by_person) > MOST_BELOW:
        st.caption(f"And {len(by_person) - MOST_BELOW} more people. Choose one to see theirs.")


# ---------------------------------------------------------------------------------------------------------------------
# Over time


def _over_time(against: "pd.DataFrame", trend: "pd.DataFrame", required: "pd.DataFrame") -> None:
    st.subheader("Over time", anchor=False)
    if trend.empty:
        st.info("Nothing to draw yet: the line begins with the first observation that is shared.")
        return
    rated = against[against["standard_id"].isin(set(trend["standard_id"]))]
    if rated.empty:
        st.info("What was observed is not on a standard that is required now. The observations are listed below.")
        return
    titles = dict(zip(rated["standard_id"], rated["standard"], strict=True))
    first = rated.sort_values("status", key=lambda found: found.map(lambda one: SEVERITY.get(one, len(SEVERITY))))
    worst = int(first.iloc[0]["standard_id"])
    chosen = st.selectbox(
        "Standard", list(titles), index=list(titles).index(worst), format_func=titles.__getitem__, key="trend-standard"
    )
    row = rated[rated["standard_id"] == chosen].iloc[0]
    of_standard = trend[trend["standard_id"] == chosen]
    st.altair_chart(
        practice_trend_chart(of_standard, required[required["standard_id"] == chosen], row["levels"]),
        alt="Levels observed over time, over the line of the level required: the same as in the table.",
    )
    st.caption(plain(row["because"] or f"What you saw yourself: {words.count(int(row['n']), 'rating')}."))
    with st.expander("As a table"):
        st.table(
            [
                {
                    "Day": words.day(one.on),
                    "Level": _level(row, one.level),
                    "Seen or own view": one.series,
                    "By": plain(one.who),
                }
                for one in of_standard.itertuples()
            ]
        )


# ---------------------------------------------------------------------------------------------------------------------
# My own view


def _rate_yourself(me: Actor, against: "pd.DataFrame") -> None:
    with st.expander("Rate yourself"), record_form("rate_self", submit="Save my own view") as form:
        st.caption("Your own view stands beside what others observed. It never counts for your status.")
        rated_on = st.date_input(
            "As you see it on", today(), max_value=today(), format="DD/MM/YYYY", key=form.widget_key("on")
        )
        form.slot("rated_on")
        given = {}
        for row in against.itertuples():
            title, control = st.columns([1, 2.5], vertical_alignment="center")
            title.markdown(plain(row.standard))
            with control:
                key = form.widget_key(f"level-{row.standard_id}")
                given[row.standard_id] = level_control(f"My level on {plain(row.standard)}", row.levels, None, key, "–")
        form.slot("ratings")
        is_shared = st.checkbox("My therapy manager may read it too", key=form.widget_key("shared"))
        st.caption("Whoever supervises you reads it in any case.")
    if form.submitted and isinstance(rated_on, date):
        ratings = [(standard_id, level) for standard_id, level in given.items() if level is not None]
        with saving(form, done=f"Your own view of {words.count(len(ratings), 'standard')} is saved.") as db:
            rate_self_on_several(
                db, by=me, submission=form.key, ratings=ratings, rated_on=rated_on, is_shared=is_shared
            )
