"""One standard of somebody's observed practice, closely: its status, how it went, the observations behind it, and the
actions from supervision that serve it."""

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.charts import practice_trend_chart
from tcsuper.database import reading
from tcsuper.queries.actions import ActionSeen, actions_seen, actions_shared
from tcsuper.queries.people import Person
from tcsuper.queries.practice import required_over_time
from tcsuper.rules.actions import ACTION_WORDS
from tcsuper.rules.own_view import beside_observed
from tcsuper.rules.standing import SEVERITY, TONES, status_word
from tcsuper.ui.actions import action_list
from tcsuper.ui.links import link_button
from tcsuper.ui.memory import is_asked_anew
from tcsuper.ui.observations import observation_table
from tcsuper.ui.plain import plain
from tcsuper.ui.status import row_list
from tcsuper.ui.tables import Line, show_table, table_twin

if TYPE_CHECKING:
    import pandas as pd

BEHIND, ON_IT, EVERY_ONE = "Behind the status", "On this standard", "All"


def closely(
    me: Actor, person: Person, on: date, against: "pd.DataFrame", trend: "pd.DataFrame", observations: "pd.DataFrame"
) -> None:
    """A choice of standard, at first the one that stands worst or the one asked for: `?standard=<id>`."""
    st.subheader("One standard, closely", anchor=False)
    chosen = _choose(person, against)
    row = against[against["standard_id"] == chosen].iloc[0]
    of_standard = trend[trend["standard_id"] == chosen]
    _status(row)
    if of_standard.empty:
        st.caption("Nothing to draw yet: the line begins with the first observation that is shared.")
    else:
        with reading() as db:
            required = required_over_time(db, viewer=me, staff_id=person.staff_id, on=on)
        _over_time(row, of_standard, required[required["standard_id"] == chosen])
    _actions(me, person, on, {chosen, *row["former"]}, set(observations["record_id"]))
    observations_part(me, person, observations, row["records"], set(of_standard["record_id"].dropna()))


def _choose(person: Person, against: "pd.DataFrame") -> int:
    """Sets side by side only when there are several: the name of the set then stands before the standard."""
    several = against["set_id"].nunique() > 1
    titles = {
        int(row.standard_id): f"{row.set_name}: {row.number} {row.standard}"
        if several
        else f"{row.number} {row.standard}"
        for row in against.itertuples()
    }
    worst_first = against.sort_values(
        "status", key=lambda found: found.map(lambda one: SEVERITY.get(one, len(SEVERITY))), kind="stable"
    )
    key = f"practice-standard-{person.staff_id}"
    asked = st.query_params.get("standard", "")
    offered = {str(standard_id): standard_id for standard_id in titles}
    if asked in offered and is_asked_anew(key, asked):
        st.session_state[key] = offered[asked]
    first = list(titles).index(int(worst_first.iloc[0]["standard_id"]))
    chosen = st.selectbox("Standard", list(titles), index=first, format_func=titles.__getitem__, key=key)
    return int(chosen)


def _status(row: Any) -> None:
    beside = beside_observed(row["self_level"], row["observed"])
    own = f"Own view: {row['self_level']} {row['levels'].get(row['self_level'], '')}, {beside}." if beside else ""
    if row["status"] is None:
        st.caption(plain(f"What you saw yourself: {words.count(int(row['n']), 'rating')}. {own}"))
        return
    with row_list("closely") as listed:
        word, tone = status_word(row["status"]), TONES[row["status"]]
        listed.row(word, tone, row["standard"], row["because"], row["next_step"], own, wide=True)


def _over_time(row: Any, of_standard: "pd.DataFrame", required: "pd.DataFrame") -> None:
    st.altair_chart(
        practice_trend_chart(of_standard, required, row["levels"]),
        alt="Levels observed over time, over the line of the level required: the same as in the table.",
    )
    table_twin([_rating(row, one) for one in of_standard.iloc[::-1].itertuples()], f"trend-{row['standard_id']}")


def _rating(row: Any, one: Any) -> Line:
    """Latest first."""
    line: dict[str, Any] = {
        "Day": one.on,
        "Level": f"{one.level} {row['levels'].get(one.level, '')}".strip(),
        "Seen or own view": one.series + (f", given in version {one.version}" if one.version else ""),
        "By": one.who,
    }
    rests = one.record_id is not None and one.record_id in row["records"]
    return line | ({"The status rests on it": "yes" if rests else ""} if row["records"] else {})


# ---------------------------------------------------------------------------------------------------------------------
# The observations behind it


def observations_part(
    me: Actor, person: Person, observations: "pd.DataFrame", behind: Collection[Any] = (), on_it: Collection[Any] = ()
) -> None:
    """Those that the status rests on, those on the standard, or all: one list, and the one selected opens below it."""
    st.subheader("Observations", anchor=False)
    if observations.empty:
        st.info("No observation yet. Whoever supervises or manages this person records one under Observe.")
        return
    readable = set(observations["record_id"])
    offered = {
        name: records & readable
        for name, records in ((BEHIND, set(behind)), (ON_IT, set(on_it)), (EVERY_ONE, readable))
        if records & readable
    }
    names_one = bool(st.query_params.get("observation", ""))
    which = st.segmented_control(
        "Show",
        list(offered),
        default=EVERY_ONE if names_one else next(iter(offered)),
        format_func=lambda name: f"{name} ({len(offered[name])})",
        key=f"practice-observations-{person.staff_id}-{'-'.join(offered)}-{names_one}",
        required=True,
    )
    shown = observations[observations["record_id"].isin(offered[which])].reset_index(drop=True)
    observation_table(me, shown, f"observations-{person.staff_id}-{which}-{len(shown)}")


# ---------------------------------------------------------------------------------------------------------------------
# Actions from supervision that serve it


def _actions(me: Actor, person: Person, on: date, standards: Collection[int], readable: Collection[Any]) -> None:
    """As far as the viewer may read them: the pair's with their words, and those shared with a therapy manager without,
    since their owners see when those are read. `readable`: the observations that the viewer may open."""
    with reading() as db:
        mine = [one for one in actions_seen(db, viewer=me, on=on) if _serves(one, person, standards)]
        shared = [one for one in actions_shared(db, viewer=me, on=on) if _serves(one, person, standards)]
    if not mine and not shared:
        return
    st.subheader("Actions from supervision that serve it", anchor=False)
    if mine:
        action_list(me, mine, f"practice-{person.staff_id}")
    if shared:
        show_table([_shared(one) for one in shared])
        st.caption(
            "Shared with you by their owner. Their words are read under Log and agreements, in the part Actions."
        )
    for one in [*mine, *shared]:
        if one.observation_id is not None and one.observation_id in readable:
            what = f"Open the observation that closed the action of {words.day(one.held_on)}"
            asked = {"person": str(person.staff_id), "observation": str(one.observation_id)}
            link_button(what, "practice", f"closed-by-{one.record_id}", asked)


def _serves(one: ActionSeen, person: Person, standards: Collection[int]) -> bool:
    return one.owner_id == person.staff_id and one.standard_id in standards


def _shared(one: ActionSeen) -> Line:
    return {
        "Agreed": one.held_on,
        "Due": one.due_on,
        "Status": ACTION_WORDS[one.standing.status],
        "Why": f"{one.standing.because} {one.standing.next_step}".strip(),
    }
