"""Sessions that several observers rated blind: side by side, and the level that stands where they differ."""

from collections.abc import Sequence

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.database import reading
from tcsuper.queries.observations import SideBySide
from tcsuper.queries.practice import standards_to_rate
from tcsuper.rules.standing import Tone
from tcsuper.services.moderation import correct_moderation, moderate_observation
from tcsuper.ui.links import link_button
from tcsuper.ui.plain import plain
from tcsuper.ui.rating_form import level_control
from tcsuper.ui.saving import record_form, saving
from tcsuper.ui.status import row_list

SHARED = "Shared and signed"
MOST_ROWS = 4
NOT_CHOSEN = "Not chosen"


def rated_by_several_part(me: Actor, sessions: Sequence[SideBySide]) -> None:
    """The list, those to settle first; the one that the address asks for stands open above it."""
    st.subheader("Rated by several, blind", anchor=False)
    asked = next((one for one in sessions if str(one.planned_id) == st.query_params.get("session", "")), None)
    if asked is not None:
        show_side_by_side(me, asked)
    first = sorted(sessions, key=lambda one: not _waits(one))
    _rows(first[:MOST_ROWS], "several")
    if first[MOST_ROWS:]:
        with st.expander(f"{len(first) - MOST_ROWS} more"):
            _rows(first[MOST_ROWS:], "several-more")


def _waits(one: SideBySide) -> bool:
    return one.may_moderate and bool(one.differing) and one.settled is None


def _rows(sessions: Sequence[SideBySide], key: str) -> None:
    with row_list(key) as listed:
        for one in sessions:
            group = f", {one.group}" if one.group else ""
            title = f"{one.person}, {words.day(one.on)}{group}"
            with listed.row(*_word(one), title, f"{words.listed(list(one.observers.values()))}. {_differ(one)}"):
                query = {"show": SHARED, "session": str(one.planned_id)}
                link_button("Settle" if _waits(one) else "Compare", "observe", f"side-{one.planned_id}", query)


def _word(one: SideBySide) -> tuple[str, Tone]:
    if one.settled is not None:
        return "Moderated", Tone.GOOD
    if not one.differing:
        return "They agree", Tone.GOOD
    return ("To moderate", Tone.AMBER) if one.may_moderate else ("They differ", Tone.NEUTRAL)


def _differ(one: SideBySide) -> str:
    both = words.count(one.seen_by_all, "standard")
    if not one.differing:
        return f"The same level on all of {both} that each of them saw."
    return f"Different levels on {len(one.differing)} of {both} that each of them saw."


def show_side_by_side(me: Actor, one: SideBySide) -> None:
    with reading() as db:
        standards = standards_to_rate(db, viewer=me, set_id=one.set_id)
    st.markdown(f"**{plain(one.person)}, {words.day(one.on)}**")
    st.table([_line(one, standard.standard_id, standard.title) for standard in standards])
    if one.settled is not None:
        said = f": {one.settled.reason}" if one.settled.reason else "."
        st.caption(plain(f"Moderated by {one.settled.by} on {words.day(one.settled.on)}{said}"))
    if one.settled is not None:
        st.caption("Each observer's own ratings stay as they were given; the level that stands is the one that counts.")
    elif one.differing and not one.may_moderate:
        st.caption("A therapy manager who did not observe it can settle which level stands.")
    titles = {standard.standard_id: standard.title for standard in standards}
    if _waits(one):
        _moderate(me, one, titles)
    elif one.may_moderate and one.differing:
        with st.expander("Correct what was settled"):
            _moderate(me, one, titles)


def _line(one: SideBySide, standard_id: int, title: str) -> dict[str, str]:
    given = one.levels.get(standard_id, {})
    line = {"Standard": plain(title)}
    for observer_id, name in _columns(one).items():
        line[plain(name)] = _level(one, given.get(observer_id)) or "Not seen"
    spread = max(given.values()) - min(given.values()) if given else 0
    line["Difference"] = f"▲ {words.count(spread, 'level')}" if spread else "● None" if len(given) > 1 else ""
    if one.settled is not None:
        line["Stands"] = _level(one, one.settled.levels.get(standard_id))
    return line


def _columns(one: SideBySide) -> dict[int, str]:
    """Two observers of the same name have a column each."""
    names = list(one.observers.values())
    return {
        observer_id: name if names.count(name) == 1 else f"{name} ({place})"
        for place, (observer_id, name) in enumerate(one.observers.items(), 1)
    }


def _level(one: SideBySide, level: int | None) -> str:
    return "" if level is None else plain(f"{level} {one.scale.get(level, '')}")


def _moderate(me: Actor, one: SideBySide, titles: dict[int, str]) -> None:
    settled = one.settled
    with record_form(f"moderate-{one.planned_id}", submit="Correct it" if settled else "Settle these levels") as form:
        st.markdown("**The level that stands**")
        chosen: dict[int, int | None] = {}
        for standard_id in (known for known in titles if known in one.differing):
            names = [
                f"{name}: {_level(one, one.levels[standard_id][observer])}"
                for observer, name in one.observers.items()
                if observer in one.levels[standard_id]
            ]
            st.markdown(f"{plain(titles[standard_id])}  \n:small[{plain('; '.join(names))}]")
            before = settled.levels.get(standard_id) if settled else None
            key = form.widget_key(f"level-{standard_id}")
            chosen[standard_id] = level_control(
                f"Level that stands on {plain(titles[standard_id])}", one.scale, before, key, NOT_CHOSEN
            )
            form.slot(f"level_{standard_id}")
        reason = st.text_area(
            "Why", settled.reason if settled else "", max_chars=2_000, height=80, key=form.widget_key("reason")
        )
        form.slot("reason")
        st.caption("The observed person and their therapy managers read the reason. Neither observer settles this.")
    if form.submitted:
        levels = {standard_id: level for standard_id, level in chosen.items() if level is not None}
        with saving(form, done=f"Settled: {one.person}, {words.day(one.on)}.") as db:
            if settled is None:
                moderate_observation(
                    db, by=me, submission=form.key, planned_id=one.planned_id, levels=levels, reason=reason or ""
                )
            else:
                correct_moderation(
                    db,
                    by=me,
                    submission=form.key,
                    moderation_id=settled.moderation_id,
                    levels=levels,
                    reason=reason or "",
                )
