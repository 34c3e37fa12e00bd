"""Supervisors: what there is to put right first, who supervises whom, and each supervisor's load."""

from datetime import date

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.charts import SHAPES, network_chart
from tcsuper.database import reading
from tcsuper.queries.network import CommunityCount, Network, network_of, ring_steps, supervision_counts
from tcsuper.queries.supervisors import (
    LAPSED_SUPERVISOR,
    NOBODY,
    RING,
    SupervisionSeen,
    SupervisorLine,
    Tie,
    supervisors_seen,
)
from tcsuper.rules.standing import TONES, Standing, status_word
from tcsuper.ui.plain import plain
from tcsuper.ui.status import row_list

MOST_AT_FIRST = 6
"""So many rows of a list are open; the others are folded away."""


def supervisors_part(me: Actor, on: date) -> None:
    with reading() as db:
        seen = supervisors_seen(db, viewer=me, on=on)
        counts = supervision_counts(db, viewer=me, on=on)
    if counts:
        _counts_table(counts)
    if not seen.manages and not seen.supervisors:
        if not counts:
            st.info("You see yourself here once you supervise somebody. Therapy managers see their communities.")
        return
    if seen.manages:
        st.markdown(f"**{plain(_summary(seen))}**")
        st.subheader("Who supervises whom", anchor=False)
        _problems(seen)
        _picture(network_of(seen))
    elif seen.findings:
        _problems(seen)
    _who_table(seen)
    st.subheader("Supervisors", anchor=False)
    if not seen.supervisors:
        st.info("Nobody supervises here on this day. A therapy manager makes agreements on the Supervision page.")
        return
    _flags(seen.supervisors)
    _supervisors_table(seen.supervisors)


def _summary(seen: SupervisionSeen) -> str:
    """ "11 supervisors, 27 people in post: 2 without a supervisor, no ring, 1 lapsed supervisor." """
    found = {word: sum(one.flag.word == word for one in seen.findings) for word in (NOBODY, RING, LAPSED_SUPERVISOR)}
    told = [
        f"{found[NOBODY] or 'nobody'} without a supervisor",
        words.count(found[RING], "ring") if found[RING] else "no ring",
        words.count(found[LAPSED_SUPERVISOR], "lapsed supervisor")
        if found[LAPSED_SUPERVISOR]
        else "no lapsed supervisor",
    ]
    supervisors = words.count(len(seen.supervisors), "supervisor")
    return f"{supervisors}, {words.count(len(seen.in_post), 'person', 'people')} in post: {words.listed(told)}."


def _problems(seen: SupervisionSeen) -> None:
    if not seen.findings:
        st.success("Everybody in post has a supervisor, nobody is on a ring, no supervisor lapsed.")
        return
    with row_list("network") as listed:
        for one in seen.findings[:MOST_AT_FIRST]:
            listed.row(one.flag.word, one.flag.tone, one.title, one.flag.because, one.flag.next_step, wide=True)
    if rest := seen.findings[MOST_AT_FIRST:]:
        with st.expander(f"{len(rest)} more"), row_list("network-more") as listed:
            for one in rest:
                listed.row(one.flag.word, one.flag.tone, one.title, one.flag.because, one.flag.next_step, wide=True)


# ---------------------------------------------------------------------------------------------------------------------
# Who supervises whom


def _picture(network: Network | None) -> None:
    if network is None:
        return
    with st.container(key="network-picture"):
        st.altair_chart(
            network_chart(network.nodes, network.lines), alt="Who supervises whom: as in the table below it."
        )
        st.caption(
            "Clinical and professional supervision. Supervisors stand left of whom they supervise; in the last column, "
            "who supervises nobody. A group is a line from its leader to each member."
        )
    with st.container(key="network-narrow"):
        st.caption("The picture of who supervises whom needs a wider screen. The table below says the same.")


def _who_table(seen: SupervisionSeen) -> None:
    """The same as a table: problems first."""
    rows = _table_rows(seen)
    if not rows:
        return
    st.dataframe(rows, hide_index=True, width="stretch", height=min(35 * (len(rows) + 1) + 3, 420))
    st.caption(f"{words.count(len(seen.ties), 'agreement')}, that with a group counted for each of its members.")


def _table_rows(seen: SupervisionSeen) -> list[dict[str, str]]:
    lapsed = seen.on_a(LAPSED_SUPERVISOR)
    without = [
        {"Status": f"■ {NOBODY}", "Person": seen.names[one]}
        | {"Supervisor": "", "For": "Clinical supervision", "How": "", "When": "", "Community": seen.in_post[one]}
        for finding in seen.findings
        if finding.flag.word == NOBODY
        for one in finding.people
    ]
    rings = ring_steps(seen)
    rows = [(_tie_status(one, rings, lapsed), one) for one in seen.ties]
    rows.sort(key=lambda row: IN_ORDER.index(row[0]))
    return [*without, *({"Status": status} | _tie_row(one, seen) for status, one in rows)]


SUPERVISED = "● Supervised"
IN_ORDER = (f"■ {RING}", f"■ {LAPSED_SUPERVISOR}", SUPERVISED)


def _tie_status(one: Tie, rings: set[tuple[int, int]], lapsed: set[int]) -> str:
    if (one.pair.supervisor, one.pair.supervisee) in rings:
        return f"■ {RING}"
    return f"■ {LAPSED_SUPERVISOR}" if one.pair.supervisor in lapsed else SUPERVISED


def _tie_row(one: Tie, seen: SupervisionSeen) -> dict[str, str]:
    start, end = words.day(one.pair.span.start), one.pair.span.end
    return {
        "Person": seen.names[one.pair.supervisee],
        "Supervisor": seen.names[one.pair.supervisor],
        "How": f"{one.group}{' (peers)' if one.is_peer else ''}" if one.group else "one to one",
        "For": one.purpose,
        "When": f"{start} to {words.day(end)}" if end else f"since {start}",
        "Community": seen.in_post.get(one.pair.supervisee, "elsewhere"),
    }


def _counts_table(counts: list[CommunityCount]) -> None:
    st.subheader("How supervision is spread", anchor=False)
    st.table(
        [
            {
                "Community": plain(one.community),
                "In post": one.people,
                "Without a supervisor": one.without,
                "On a ring": one.on_a_ring,
                "Lapsed supervisors": one.lapsed,
            }
            for one in counts
        ],
        hide_index=True,
    )
    st.caption("Counts without names, from five people up. Lapsed: of those who supervise the people there.")


# ---------------------------------------------------------------------------------------------------------------------
# Supervisors


def _flags(lines: list[SupervisorLine]) -> None:
    """What there is to look at, supervisor by supervisor; who lapsed stands above already."""
    flagged = [(line, flag) for line in lines for flag in line.flags if flag.word != LAPSED_SUPERVISOR]
    if not flagged:
        return
    with row_list("supervisors") as listed:
        for line, flag in flagged[:MOST_AT_FIRST]:
            listed.row(flag.word, flag.tone, line.person, flag.because, flag.next_step, wide=True)
    if rest := flagged[MOST_AT_FIRST:]:
        with st.expander(f"{len(rest)} more"), row_list("supervisors-more") as listed:
            for line, flag in rest:
                listed.row(flag.word, flag.tone, line.person, flag.because, flag.next_step, wide=True)


def _supervisors_table(lines: list[SupervisorLine]) -> None:
    wide = {"People": st.column_config.TextColumn(width=110)}
    st.dataframe([_supervisor_row(line) for line in lines], hide_index=True, width="stretch", column_config=wide)
    st.caption(
        "People: everybody supervised one to one or in a group, each once. Agreed a month: the usual length of each "
        "agreement, as often as agreed. Qualification: to supervise. A dash: nothing is asked of their post, or it is "
        "another manager's to see."
    )


def _supervisor_row(line: SupervisorLine) -> dict[str, str]:
    return {
        "Supervisor": f"{line.person} (external)" if line.is_external else line.person,
        "People": f"{line.people} ({line.elsewhere} elsewhere)" if line.elsewhere else str(line.people),
        "Agreed a month": words.length(line.minutes_a_month),
        "Qualification": _word(line.qualification),
        "Own supervision": _word(line.own),
        "To look at": ", ".join(dict.fromkeys(flag.word for flag in line.flags)) or "nothing",
        "Groups": ", ".join(line.groups) or "none",
    }


def _word(standing: Standing | None) -> str:
    return f"{SHAPES[TONES[standing.status]]} {status_word(standing.status)}" if standing else "–"
