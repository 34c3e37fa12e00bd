"""The level each role is to reach on the standards of a version, and setting it from a day on."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.queries.catalogue import job_descriptions
from tcsuper.queries.standard_sets import RoleLevels, StandardLine, VersionLine, required_by_role
from tcsuper.services.required_levels import set_required_levels
from tcsuper.ui.pickers import pick_day
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import record_form, saving

NOT_ASKED = "Not asked"


def required_levels_part(
    me: Actor, version: VersionLine, lines: Sequence[StandardLine], on: date, sets_rules: bool
) -> None:
    with reading() as db:
        documents = job_descriptions(db, viewer=me)
        roles = required_by_role(db, viewer=me, standard_set_id=version.standard_set_id, on=on, roles=documents)
    _table(version, lines, [one for one in roles if one.levels])
    if not sets_rules:
        return
    begins = max(today(), version.start_on or today())
    if version.until is not None and version.until < begins:
        st.caption("It is replaced: set levels in the version after it.")
        return
    with reading() as db:
        now = required_by_role(db, viewer=me, standard_set_id=version.standard_set_id, on=begins, roles=documents)
    _form(me, version, lines, now, begins)


def _table(version: VersionLine, lines: Sequence[StandardLine], roles: Sequence[RoleLevels]) -> None:
    if not roles:
        st.info("No role has a required level on it yet: nobody is judged by it.")
        return
    st.table(
        [
            {"Standard": plain(f"{line.number}. {line.short_title}")}
            | {plain(one.role): plain(_said(version, one.levels.get(line.standard_id))) for one in roles}
            for line in lines
        ],
        border="horizontal",
    )


def _said(version: VersionLine, level: int | None) -> str:
    return NOT_ASKED if level is None else version.scale.name_of(level)


def _form(
    me: Actor, version: VersionLine, lines: Sequence[StandardLine], roles: Sequence[RoleLevels], begins: date
) -> None:
    by_id = {one.job_description_id: one for one in roles}
    with st.expander("Set what a role requires, from a day on"):
        chosen = st.selectbox(
            "Role",
            list(by_id),
            format_func=lambda one: _role(roles, by_id[one]),
            key=f"required_role-{version.standard_set_id}",
        )
        role = by_id[chosen]
        with record_form(f"required-{version.standard_set_id}-{chosen}", submit="Set the levels") as form:
            start_on = pick_day("From", begins, form.widget_key("start_on"))
            form.slot("start_on")
            wished: dict[int, int | None] = {}
            for left_and_right in (lines[place : place + 2] for place in range(0, len(lines), 2)):
                for side, line in zip(st.columns(2), left_and_right, strict=False):
                    with side:
                        was = role.levels.get(line.standard_id)
                        wished[line.standard_id] = _level(
                            version, line, was, form.widget_key(f"level-{line.standard_id}")
                        )
                        form.slot(f"level_{line.standard_id}")
            form.slot("levels")
            st.caption("Only what you change is set. Earlier days keep the level that was asked then.")
        changed = {one: level for one, level in wished.items() if level != role.levels.get(one)}
        if form.submitted:
            many = words.count(len(changed), "level")
            with saving(form, done=f"{role.role}: {many} set from {words.day(start_on)}.") as db:
                set_required_levels(
                    db, by=me, submission=form.key, job_description_id=chosen, levels=changed, start_on=start_on
                )


def _level(version: VersionLine, line: StandardLine, was: int | None, key: str) -> int | None:
    levels: list[int | None] = [None, *version.scale.by_number]
    chosen: int | None = st.selectbox(
        plain(f"{line.number}. {line.short_title}"),
        levels,
        index=levels.index(was) if was in levels else 0,
        format_func=lambda one: _said(version, one),
        key=key,
    )
    return chosen


def _role(roles: Sequence[RoleLevels], role: RoleLevels) -> str:
    """Two documents may be of one role name."""
    alike = [one.role for one in roles].count(role.role)
    return role.role if alike == 1 else f"{role.role} (no. {role.job_description_id})"
