"""The pieces of the responsibilities page that are neither coverage nor the matrix: what is asked about, what changes,
and what one person or every postholder holds."""

from collections.abc import Mapping, Sequence

import streamlit as st

from tcsuper import words
from tcsuper.charts import COVER_WORDS
from tcsuper.queries.carried import HOLDING_WORDS
from tcsuper.queries.my_responsibilities import HeldLine
from tcsuper.queries.responsibilities import Shared
from tcsuper.rules.responsibilities import Change
from tcsuper.rules.standing import Tone
from tcsuper.ui.coverage import COVER_TONES
from tcsuper.ui.plain import plain
from tcsuper.ui.status import RowList, row_list

EVERY_COMMUNITY, EVERY_ROLE = "All communities", "All roles"


def where_asked(communities: Mapping[int, str]) -> int | None:
    """One of them or, of several, all (None)."""
    everywhere = {0: EVERY_COMMUNITY} if len(communities) > 1 else {}
    offered = everywhere | dict(communities)
    chosen = st.selectbox(
        "Community", list(offered), format_func=offered.__getitem__, key="resp_community", persist_state="session"
    )
    return chosen if chosen in communities else None if everywhere else next(iter(communities))


def role_asked(roles: Mapping[int, str]) -> int | None:
    """One, or all of them (None)."""
    chosen = st.selectbox(
        "Job description", [0, *roles], format_func=lambda one: roles.get(one, EVERY_ROLE), key="resp_role"
    )
    return chosen if chosen in roles else None


# ---------------------------------------------------------------------------------------------------------------------
# What changes


def changes_list(changes: Sequence[Change], key: str) -> None:
    """Before and after, the worst first."""
    with row_list(f"changes-{key}") as listed:
        for change in changes:
            word, tone = COVER_WORDS[change.after.verdict], COVER_TONES[change.after.verdict]
            before = COVER_WORDS[change.before.verdict].lower()
            listed.row(
                word,
                tone,
                f"{change.after.led.title}, {change.after.led.community_name}",
                change.after.because,
                f"Before: {before}.",
                wide=True,
            )


# ---------------------------------------------------------------------------------------------------------------------
# Lists


def held_list(lines: Sequence[HeldLine], whose: str) -> None:
    """What one person holds: what they lead with whether they are able to, then what their posts bring."""
    led = [line for line in lines if line.kind is not None]
    shared = [line for line in lines if line.kind is None]
    if not lines:
        st.info(f"{whose} no responsibility on this day: there is no post, or nothing that every postholder holds.")
        return
    if led:
        with row_list("held") as listed:
            for line in led:
                _held_row(listed, line)
    else:
        st.caption(f"{whose} nothing that is led by name or by post.")
    for role, community, version in dict.fromkeys((line.role, line.community, line.version) for line in shared):
        of_role = [line for line in shared if (line.role, line.community) == (role, community)]
        with st.expander(f"{plain(role)}, {plain(community)}: {_several(len(of_role))} of every postholder"):
            if version:
                st.caption(f"By the job description, {plain(version)}.")
            st.table([{"Responsibility": plain(line.title), "Area": plain(line.area)} for line in of_role])


def _held_row(listed: RowList, line: HeldLine) -> None:
    assert line.kind is not None
    by_post = f", by post as {line.by_post}" if line.by_post else ""
    since = f" since {words.day(line.start_on)}" if line.start_on else ""
    held = f"{HOLDING_WORDS[line.kind]}{since}{by_post}, {line.community}."
    source = f"{line.role}, {line.version}." if line.version else f"{line.role}."
    lacks = [standing.because for standing in line.lacks]
    hidden = f"Not shown to you: {words.listed(line.not_shown)}." if line.not_shown else ""
    word, tone = _able(line)
    met = "" if lacks or hidden else "Everything it calls for is met."
    listed.row(word, tone, line.title, held, *lacks, hidden, met, line.away, source, wide=True)


def _able(line: HeldLine) -> tuple[str, Tone]:
    """Whether they are able to hold it; nothing is said where a part of it is hidden and the rest is met."""
    if line.lacks:
        return "Not able", Tone.BAD
    if line.away:
        return "Away", Tone.GREY
    return ("Not shown", Tone.GREY) if line.not_shown else ("Able", Tone.GOOD)


def _several(how_many: int) -> str:
    return words.count(how_many, "responsibility", "responsibilities")


def shared_list(shared: Shared) -> None:
    """What each postholder holds, by area."""
    if not shared.lines:
        return
    holders = words.count(shared.people, "person", "people")
    with st.expander(f"{_several(len(shared.lines))} held by every postholder ({holders})"):
        st.caption("Nobody has to be named for these.")
        st.table(
            [
                {"No.": str(number), "Responsibility": plain(title), "Area": plain(area)}
                for number, title, area in shared.lines
            ]
        )
