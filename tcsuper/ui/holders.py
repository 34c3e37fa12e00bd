"""Who holds what: the matrix of a role with what is behind a cell, and naming or ending several at once."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.charts import holders_grid
from tcsuper.charts.responsibilities import TITLE
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.models import HoldingKind
from tcsuper.queries.carried import HOLDING_WORDS
from tcsuper.queries.responsibilities import HolderLine, led_by_role, people_to_name
from tcsuper.services.responsibilities import end_several, hold_several
from tcsuper.ui.coverage import held_in_words, led_ones, pick_days
from tcsuper.ui.pickers import labels, pick_day
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import record_form, saving
from tcsuper.ui.status import said

if TYPE_CHECKING:
    import pandas as pd

HEADING_HEIGHT, ROW_HEIGHT, TALLEST = 38, 36, 640
"""Of the matrix, in pixels: what is longer scrolls in its own frame, where names and titles stay."""


# ---------------------------------------------------------------------------------------------------------------------
# The matrix


def areas_asked(frames: Mapping[int, "pd.DataFrame"]) -> list[str]:
    """Which areas of work to show; none chosen is all of them."""
    areas = sorted({area for frame in frames.values() for area in frame["area"] if area})
    return st.multiselect("Areas", areas, key="resp_areas", placeholder="All areas")


def shared_asked() -> bool:
    return st.toggle("With what every postholder holds", key="resp_shared")


def matrix(frame: "pd.DataFrame", areas: Sequence[str], key: str) -> None:
    """Who is named for what, of one role in one community; what is behind a cell when one is chosen."""
    if areas:
        frame = frame[frame["area"].isin(areas)]
    if frame.empty:
        st.caption("Nothing of these areas, or nobody has the post.")
        return
    st.caption(f"{_how_many_named(frame)} Choose a cell for what is behind it.")
    rows = list(dict.fromkeys(frame["title"]))
    chosen = st.dataframe(
        holders_grid(frame),
        width="stretch",
        height=min(HEADING_HEIGHT + ROW_HEIGHT * len(rows), TALLEST),
        row_height=ROW_HEIGHT,
        key=f"holders-{key}",
        on_select="rerun",
        selection_mode="single-cell",
        hide_index=True,
        column_config={TITLE: st.column_config.TextColumn("Responsibility", width=250, pinned=True)}
        | {person: st.column_config.TextColumn(width=140) for person in frame["person"].unique()},
        alt="Who leads or deputises for what: the table below says the same.",
    )
    _behind(frame, rows, chosen)
    with st.expander("As a table"):
        _table(frame)


def _how_many_named(frame: "pd.DataFrame") -> str:
    led = frame[frame["is_led"].astype(bool)]
    held = led[led["word"] != ""]
    titles = led["title"].nunique()
    people = words.count(held["person"].nunique(), "person", "people")
    unable = held[held["word"].str.endswith("not able")]["person"].nunique()
    away = held[held["word"].str.endswith("away")]["person"].nunique()
    more = [f"{count} {what}" for count, what in ((unable, "not able"), (away, "away")) if count]
    also = f", of them {words.listed(more)} on this day" if more else ""
    return f"{people} named for {held['title'].nunique()} of {led_ones(titles)}{also}."


def _behind(frame: "pd.DataFrame", rows: Sequence[str], chosen: Any) -> None:
    """The sentences of the chosen cell."""
    cells = chosen.get("selection", {}).get("cells", [])
    for row, person in cells:
        if row >= len(rows):  # of what was shown before the areas were chosen anew
            continue
        found = frame[(frame["title"] == rows[row]) & (frame["person"] == person)]
        for one in found.itertuples():
            with st.container(border=True):
                nothing = "" if one.word else "Not named for it."
                said(f"{one.person} · {one.title}", nothing, one.since, one.able, one.away)


def _table(frame: "pd.DataFrame") -> None:
    held = frame[frame["word"] != ""]
    everyone, named = held[~held["is_led"].astype(bool)], held[held["is_led"].astype(bool)]
    lines = [
        {
            "No.": str(row.number),
            "Responsibility": plain(row.title),
            "Area": plain(row.area),
            "Person": plain(row.person),
            "As": row.word,
            "Since": plain(row.since),
            "Able": plain(" ".join(part for part in (row.able, row.away) if part)),
        }
        for row in named.itertuples()
    ]
    if lines:
        st.table(lines)
    else:
        st.caption("Nobody is named for any of it yet. Name a lead under Coverage.")
    if not everyone.empty:
        titles = everyone.drop_duplicates("title")
        people = words.count(everyone["person"].nunique(), "person", "people")
        st.caption(f"Held by every postholder ({people}):")
        st.table(
            [
                {"No.": str(row.number), "Responsibility": plain(row.title), "Area": plain(row.area)}
                for row in titles.itertuples()
            ]
        )


# ---------------------------------------------------------------------------------------------------------------------
# Several at once


def several_part(
    me: Actor,
    on: date,
    community: int,
    roles: Mapping[int, str],
    role: int | None,
    holders: Mapping[tuple[int, int], list[HolderLine]],
) -> None:
    """For who may name: one role's led responsibilities given to several people in one step, or ended."""
    name = st.expander("Name several people at once", key="name-several", on_change="rerun")
    if name.open:
        with name:
            _name_several(me, on, community, roles, role)
    end = st.expander("End several at once", key="end-several", on_change="rerun")
    if end.open:
        with end:
            _end_several(me, on, community, roles, role, holders)


def _role_asked(roles: Mapping[int, str], role: int | None, key: str) -> int:
    """The one chosen above, else one of them."""
    if role is not None:
        return role
    chosen = st.selectbox("Role", list(roles), format_func=roles.__getitem__, key=key)
    return chosen if chosen in roles else next(iter(roles))


def _name_several(me: Actor, on: date, community: int, roles: Mapping[int, str], role: int | None) -> None:
    of_role = _role_asked(roles, role, "name-several-role")
    with reading() as db:
        led = led_by_role(db, viewer=me, on=on, community_id=community, job_description_id=of_role)
        here = people_to_name(db, viewer=me, community_id=community, on=on)
        postholders = people_to_name(db, viewer=me, community_id=community, on=on, role_id=of_role)
    if not led:
        st.caption("Nothing of this role is led. A therapy manager makes a responsibility a led one in the Catalogue.")
        return
    with record_form(f"hold_several-{community}-{of_role}", submit="Name them all") as form:
        responsibilities = st.multiselect(
            "Led responsibilities",
            list(led),
            format_func=lambda one: led[one],
            key=form.widget_key("responsibility_ids"),
            placeholder="Choose one or several",
        )
        form.slot("responsibility_ids")
        named = labels(here)
        people = st.multiselect(
            "People",
            list(named),
            default=[one.staff_id for one in postholders],
            format_func=lambda one: named[one],
            key=form.widget_key("staff_ids"),
            placeholder="Choose people",
        )
        form.slot("staff_ids")
        kinds = list(reversed(HoldingKind))
        kind = st.radio(
            "As", kinds, format_func=HOLDING_WORDS.__getitem__, key=form.widget_key("kind"), horizontal=True
        )
        assert kind is not None  # the first is chosen until another is
        start_on, end_on = pick_days(form)
    if form.submitted:
        done = (
            f"{words.count(len(people), 'person', 'people')} named for {led_ones(len(responsibilities))}: "
            f"{HOLDING_WORDS[kind].lower()} {words.from_to(start_on, end_on)}."
        )
        with saving(form, done=done) as db:
            hold_several(
                db,
                by=me,
                submission=form.key,
                responsibility_ids=responsibilities,
                staff_ids=people,
                community_id=community,
                kind=kind,
                start_on=start_on,
                end_on=end_on,
            )


def _end_several(
    me: Actor,
    on: date,
    community: int,
    roles: Mapping[int, str],
    role: int | None,
    holders: Mapping[tuple[int, int], list[HolderLine]],
) -> None:
    of_role = _role_asked(roles, role, "end-several-role")
    with reading() as db:
        led = led_by_role(db, viewer=me, on=on, community_id=community, job_description_id=of_role)
    held = {
        line.holding_id: f"{title}: {held_in_words(line)}"
        for responsibility, title in led.items()
        for line in holders.get((responsibility, community), [])
    }
    if not held:
        st.caption("Nobody is named for anything of this role.")
        return
    with record_form(f"end_several-{community}-{of_role}", submit="End them all") as form:
        chosen = st.multiselect(
            "Who holds what",
            list(held),
            format_func=lambda one: held[one],
            key=form.widget_key("holding_ids"),
            placeholder="Choose what ends",
        )
        form.slot("holding_ids")
        end_on = pick_day("Last day", today(), form.widget_key("end_on"))
        form.slot("end_on")
    if form.submitted:
        ended = words.count(len(chosen), "holding ends", "holdings end")
        with saving(form, done=f"{ended} on {words.day(end_on)}.") as db:
            end_several(db, by=me, submission=form.key, holding_ids=chosen, end_on=end_on)
