"""The overview of communities: what to choose, the picture and its table, what changed, and what is behind a figure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor, Permission, sees_counts_alone
from tcsuper.charts import COVER_WORDS, changes_heatmap, kinds_heatmap, status_label
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.queries.standing import Row
from tcsuper.queries.team_counts import ALL, EVERYBODY, NOT_SHOWN, Group
from tcsuper.queries.team_overview import (
    RESPONSIBILITIES,
    Overview,
    changes_frame,
    covers_behind,
    overview,
    overview_frame,
    rows_behind,
    rows_of,
)
from tcsuper.services.exports import export_team_changes, export_team_kinds
from tcsuper.ui.exports import counts_export
from tcsuper.ui.frame import EARLIEST
from tcsuper.ui.memory import memory
from tcsuper.ui.plain import plain
from tcsuper.ui.signed_in import signed_in_staff
from tcsuper.ui.tables import Line, show_table, table_twin

if TYPE_CHECKING:
    import pandas as pd

MOST_CHANGES = 6
Picked = tuple[Group, str]
"""A row and a kind."""


def seen_as(me: Actor, communities: Mapping[int, str]) -> str:
    """The line under the title."""
    named = words.listed(list(communities.values()))
    return f"Counts only: {named}." if sees_counts_alone(me) else f"{named}."


@st.fragment
def overview_part(me: Actor, shown: Overview, smallest: int) -> None:
    """Of the team's page: who meets what is required, by community or by role. What is chosen here draws this part
    anew from what was judged for the page, and asks again who looks: whoever may see something else by now, or
    looks on another day, loads the page again."""
    now = signed_in_staff(needs=Permission.SEE_TEAM)
    if (now.staff_id, now.on, now.granted_communities) != (me.staff_id, me.on, me.granted_communities):
        st.info("What you may see, or the day, has changed. Load the page again.")
        return
    st.subheader("Who meets what is required", anchor=False)
    community, role, other = _choose(shown)
    frame = overview_frame(shown, community, role)
    if frame.empty:
        st.info("Nobody there has this role on this day. Choose another role, or all of them.")
        return
    with st.container(key="wide-full-kinds"):
        chosen = st.altair_chart(
            kinds_heatmap(frame, is_clickable=True),
            key=f"team-cells-{community}-{role}",
            on_select="rerun",
            alt="People who meet everything of a kind, by community or role: the table below.",
        )
    st.caption(_how_counted(shown, smallest))
    export = counts_export(
        me,
        f"team-competency-{shown.on}",
        "Team competency: how communities stand, as counts",
        lambda db: export_team_kinds(db, by=me, on=shown.on, community=community, role=role),
        kinds_lines,
        _chosen(shown, community, role),
    )
    table_twin(kinds_lines(frame), "kinds", export)
    _changes_part(me, shown, other, community, role)
    _behind_part(me, shown, community, role, _clicked(frame, chosen))


def _choose(shown: Overview) -> tuple[int, int, date | None]:
    places = shown.team.places
    left, middle, right = st.columns([2, 2, 1.4], vertical_alignment="bottom")
    communities = {ALL: "All communities", **places.communities}
    roles = {ALL: "All roles", **places.roles}
    with left:
        community = st.selectbox(
            "Community", list(communities), format_func=communities.__getitem__, key="team-community"
        )
    with middle:
        role = st.selectbox("Role", list(roles), format_func=roles.__getitem__, key="team-role")
    with right:
        other = st.date_input(
            "Compare with",
            value=None,
            min_value=EARLIEST,
            max_value=date(today().year + 5, 12, 31),
            format="DD/MM/YYYY",
            key="team-compare",
            help="How many more or fewer met it on another day.",
        )
    return community, role, other if isinstance(other, date) else None


def _chosen(shown: Overview, community: int, role: int) -> list[tuple[str, str]]:
    places = shown.team.places
    return [
        ("Community", "All communities" if community == ALL else places.communities[community]),
        ("Role", "All roles" if role == ALL else places.roles[role]),
    ]


def _how_counted(shown: Overview, smallest: int) -> str:
    said = (
        "In each cell: people who meet every requirement of the kind, of those it is asked of. Observed: seen in the "
        "time your service sets, whatever the level; not yet seen counts as not met."
    )
    if RESPONSIBILITIES in shown.kinds:
        said += " Responsibilities: led ones held by somebody able to."
    labels = {column.cell(group).label for column in shown.team.columns.values() for group in shown.team.places.people}
    if labels & {f"under {smallest}", NOT_SHOWN}:
        said += (
            f" Supervision, agreements and practice are given for {smallest} people or more, and not where another "
            "figure would tell the rest."
        )
    if shown.team.is_of_today:
        said += (
            " On this day they are of the people asked today, where they work today; whoever was not asked then "
            "counts as they stand today."
        )
    return said


def kinds_lines(frame: "pd.DataFrame") -> list[Line]:
    """A line for each kind: there are more of them than of communities, and a page is not wide."""
    lines: dict[str, dict[str, str]] = {}
    for row in frame.itertuples():
        lines.setdefault(row.kind, {"Kind": row.kind})[f"{row.community} ({row.people})"] = row.label
    return list(lines.values())


# ---------------------------------------------------------------------------------------------------------------------
# Beside another day


def _changes_part(me: Actor, shown: Overview, other: date | None, community: int, role: int) -> None:
    if other is None:
        return
    before = _other_day(me, shown, other)
    after, is_later = shown, before.on > shown.on
    if is_later:
        before, after = shown, before
    st.markdown(f"**What changed from {words.day(before.on)} to {words.day(after.on)}**")
    if before.on == after.on:
        st.info("Both days are given as the same one: for you, figures are of today and of the ends of months.")
        return
    frame = changes_frame(before, after, community, role)
    if frame.empty:
        st.info("Nobody has a post here on the later of the two days.")
        return
    for sentence in change_sentences(frame)[:MOST_CHANGES] or ["As many meet it as before, wherever it can be said."]:
        st.markdown(f"- {plain(sentence)}")
    with st.container(key="wide-full-changes"):
        st.altair_chart(changes_heatmap(frame), alt="How many more or fewer meet it than then: the table below.")
    if before.team.is_of_today or after.team.is_of_today:
        st.caption(
            "Supervision, agreements and practice: of the same people on both days, those asked today, where they work "
            "today; whoever was not asked then counts as they stand today."
        )
    if sees_counts_alone(me) and before.on != other != after.on:
        st.caption("For you, figures are given for today and for the ends of months.")
    export = counts_export(
        me,
        f"team-competency-{before.on}-to-{after.on}",
        "Team competency: what changed, as counts",
        lambda db: export_team_changes(db, by=me, on=after.on, other=before.on, community=community, role=role),
        lambda now: [_change_line(row) for row in now.itertuples()],
        _chosen(after, community, role),
    )
    table_twin([_change_line(row) for row in frame.itertuples()], "changes", export)


def _other_day(me: Actor, shown: Overview, other: date) -> Overview:
    """Judged once for as long as the page stands: what is chosen here does not ask it anew."""
    beside, on, former = memory().get("team_other_day", (None, None, None))
    if beside is shown and on == other and isinstance(former, Overview):
        return former
    with st.spinner("Judging the other day…"), reading() as db:
        found = overview(db, viewer=me, on=other)
    memory()["team_other_day"] = shown, other, found
    return found


def change_sentences(frame: "pd.DataFrame") -> list[str]:
    """ "Ashdown B · Training: 2 more meet all of it (20 of 24, then 22 of 24).", the largest change first."""
    changed = frame[[bool(change) for change in frame["change"]]]
    rows = sorted(changed.itertuples(), key=lambda row: (-abs(row.change), row.community, row.kind))
    what = {RESPONSIBILITIES: "covered"}
    return [
        f"{row.community} · {row.kind}: {abs(row.change)} {'more' if row.change > 0 else 'fewer'} "
        f"{what.get(row.kind, 'meet all of it')} ({row.then}, then {row.now})."
        for row in rows
    ]


def _change_line(row: Any) -> Line:
    return {
        "Where": f"{row.community} ({row.people})",
        "Kind": row.kind,
        "Then": row.then,
        "Later": row.now,
        "Change": row.label,
    }


# ---------------------------------------------------------------------------------------------------------------------
# Behind a figure


def _clicked(frame: "pd.DataFrame", chosen: Any) -> Picked | None:
    cells = chosen.get("selection", {}).get("cell", []) if isinstance(chosen, dict) else chosen.selection.get("cell")
    by_words = {(f"{row.community} ({row.people})", row.kind): (row.group, row.kind) for row in frame.itertuples()}
    found = (by_words.get((cell.get("row"), cell.get("kind"))) for cell in cells or [])
    return next((one for one in found if one is not None), None)


def _behind_part(me: Actor, shown: Overview, community: int, role: int, clicked: Picked | None) -> None:
    st.markdown("**What is behind a figure**  \n:small[Click a cell, or choose here.]")
    rows = rows_of(shown, community, role)
    left, right = st.columns(2)
    at = f"{community}-{role}-{clicked}"  # a click chooses anew
    with left:
        group = st.selectbox(
            "Where",
            list(rows),
            index=list(rows).index(clicked[0]) if clicked and clicked[0] in rows else None,
            format_func=rows.__getitem__,
            placeholder="Choose a row",
            key=f"team-behind-where-{at}",
        )
    with right:
        kind = st.selectbox(
            "Kind of requirement",
            shown.kinds,
            index=shown.kinds.index(clicked[1]) if clicked and clicked[1] in shown.kinds else 0,
            key=f"team-behind-kind-{at}",
        )
    if group is None or kind is None:
        return
    with st.container(border=True, key="team-behind"):
        _behind(me, shown, group, kind, rows[group])


def _behind(me: Actor, shown: Overview, group: Group, kind: str, name: str) -> None:
    cell = shown.cell(group, kind)
    st.markdown(f"**{plain(name)} · {kind}: {cell.label}**")
    if kind == RESPONSIBILITIES:
        _covers(shown, group)
        return
    if cell.by_status:
        show_table([{"Status": status_label(status), "People": count} for status, count in cell.by_status])
        st.caption("Each person once, by the worst of what is asked of them." + _left_out(cell.left_out))
    elif cell.met is None:
        st.caption("Too few people, or another figure would tell how the rest stand: no numbers are given.")
    else:
        st.caption("It is asked of nobody here." + _left_out(cell.left_out))
    with reading() as db:
        rows = rows_behind(db, viewer=me, shown=shown, group=group, kind=kind)
    if rows:
        show_table([_person(row) for row in rows])
        not_named = (cell.duty or 0) + cell.left_out - len({row.staff_id for row in rows})
        if cell.met is not None and not_named > 0:
            st.caption(f"{words.count(not_named, 'person is', 'people are')} counted whom you do not see by name.")
    elif cell.by_status:
        st.caption("You see numbers here, and no names.")


def _left_out(how_many: int) -> str:
    return f" {how_many} left out: exempt, away for long or not judged." if how_many else ""


def _person(row: Row) -> Line:
    return {
        "Person": row.person,
        "Requirement": row.requirement,
        "Status": status_label(row.standing.status),
        "Why": row.standing.because,
    }


def _covers(shown: Overview, group: Group) -> None:
    lines: Sequence[tuple[str, str, Any]] = covers_behind(shown, group)
    if not lines:
        st.caption("Nothing here is led by somebody named.")
        return
    with_place = group == EVERYBODY or group[0] == ALL
    show_table(
        [
            {"Responsibility": title}
            | ({"Community": place} if with_place else {})
            | {"How covered": COVER_WORDS[cover]}
            for title, place, cover in lines
        ]
    )
    st.caption("Who holds them, and who could: on the Responsibilities page.")
