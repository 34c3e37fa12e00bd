"""What of the version before counts on a version: suggested by the titles, confirmed line by line, taken back."""

from collections.abc import Mapping, Sequence

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.database import reading
from tcsuper.queries.carried_over import CarriedLine, CarryingOver, carrying_over
from tcsuper.queries.standard_sets import VersionLine
from tcsuper.rules.standard_sets import Pair, levels_in_words
from tcsuper.rules.standing import Tone
from tcsuper.services.carried_over import CarryOver, carry_over, take_back_carried_over
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import RecordForm, record_button, record_form, saving
from tcsuper.ui.status import row_list

NOT_CARRIED = "Not carried over"


def carried_over_part(me: Actor, version: VersionLine, sets_rules: bool) -> None:
    with reading() as db:
        carrying = carrying_over(db, viewer=me, standard_set_id=version.standard_set_id)
    if carrying is None:
        return
    st.caption(
        f"Observations stay with the version they were rated by. What is confirmed here counts on version "
        f"{version.version} as well: no rating is changed or copied."
    )
    _confirmed(me, carrying, sets_rules)
    if sets_rules:
        _suggested(me, version, carrying)
        _one_more(me, version, carrying)


def _confirmed(me: Actor, carrying: CarryingOver, sets_rules: bool) -> None:
    if not carrying.confirmed:
        st.info(f"Nothing of version {carrying.former_version} is carried over yet.")
        return
    with row_list("carried_over") as listed:
        for line in carrying.confirmed:
            place = listed.row(
                "counts on",
                Tone.GOOD,
                _title(carrying, line.former_id, line.new_id),
                f"{levels_in_words(line.levels, carrying.former_scale, carrying.new_scale)} "
                f"Confirmed on {words.day(line.confirmed_on)}.",
                wide=not sets_rules,
            )
            if sets_rules:
                with place:
                    _take_back(me, carrying, line)
    if carrying.left_out:
        st.caption(
            plain(f"Not carried over: {words.listed(carrying.left_out)}. Ratings there count on no later version.")
        )


def _take_back(me: Actor, carrying: CarryingOver, line: CarriedLine) -> None:
    form = record_button(f"not_carried-{line.carried_id}", "Take back")
    if form.submitted:
        done = f"{carrying.former[line.former_id]}: ratings do not count on any more."
        with saving(form, done=done) as db:
            take_back_carried_over(db, by=me, submission=form.key, carried_id=line.carried_id)


def _title(carrying: CarryingOver, former_id: int, new_id: int) -> str:
    was, now = carrying.former[former_id], carrying.new[new_id]
    return was if was == now else f"{was} → {now}"


# ---------------------------------------------------------------------------------------------------------------------
# For who may set rules


def _suggested(me: Actor, version: VersionLine, carrying: CarryingOver) -> None:
    if not carrying.suggested:
        return
    with record_form(f"carry_over-{version.standard_set_id}", submit="Confirm those ticked") as form:
        st.markdown(f"**May be the same as in version {carrying.former_version}**")
        st.caption("Found by the titles alone. Tick each where a rating by the former words holds by the new ones too.")
        ticked = [pair for pair in carrying.suggested if _tick(form, carrying, pair)]
        levels = _match_levels(form, carrying)
        form.slot("confirmed")
    if form.submitted:
        done = f"{words.count(len(ticked), 'standard')} carried over."
        confirmed = [CarryOver(pair.former_id, pair.new_id, levels) for pair in ticked]
        _save(me, form, version, confirmed, done)


def _tick(form: RecordForm, carrying: CarryingOver, pair: Pair) -> bool:
    is_ticked = st.checkbox(
        plain(_title(carrying, pair.former_id, pair.new_id)), key=form.widget_key(f"{pair.former_id}-{pair.new_id}")
    )
    st.caption(plain(f"{pair.because} {carrying.changed[pair.new_id]}"))
    form.slot(f"levels_{pair.former_id}_{pair.new_id}")
    return is_ticked


def _match_levels(form: RecordForm, carrying: CarryingOver) -> dict[int, int]:
    """Which former level counts as which; to begin with by name or place."""
    st.markdown("**How its levels count**")
    choices: list[int | None] = [None, *carrying.new_scale.by_number]
    former = list(carrying.former_scale.by_number.items())
    levels = {}
    for row in (former[place : place + 4] for place in range(0, len(former), 4)):
        for side, (level, name) in zip(st.columns(4), row, strict=False):
            with side:
                counts_as = st.selectbox(
                    plain(f"“{name}” counts as"),
                    choices,
                    index=choices.index(carrying.levels.get(level)),
                    format_func=lambda one: _named(carrying.new_scale.by_number, one),
                    key=form.widget_key(f"level-{level}"),
                )
            if counts_as is not None:
                levels[level] = counts_as
    return levels


def _named(names: Mapping[int, str], level: int | None) -> str:
    return NOT_CARRIED if level is None else names[level]


def _one_more(me: Actor, version: VersionLine, carrying: CarryingOver) -> None:
    """For what the titles do not tell, what became several or one, and levels that are matched otherwise."""
    if not carrying.new:
        return
    with st.expander("Carry over another one, or match its levels otherwise"):
        with record_form(f"carry_over_one-{version.standard_set_id}", submit="Carry it over") as form:
            left, right = st.columns(2)
            former_id = left.selectbox(
                f"Of version {carrying.former_version}",
                list(carrying.former),
                format_func=carrying.former.__getitem__,
                key=form.widget_key("former_id"),
            )
            new_id = right.selectbox(
                f"Counts on, in version {version.version}",
                list(carrying.new),
                format_func=carrying.new.__getitem__,
                key=form.widget_key("new_id"),
            )
            levels = _match_levels(form, carrying)
            form.slot(f"levels_{former_id}_{new_id}")
            form.slot("confirmed")
            st.caption("One may count on several, and several on one: confirm each line by itself.")
        if form.submitted:
            done = f"{carrying.former[former_id]}: counts on {carrying.new[new_id]}."
            _save(me, form, version, [CarryOver(former_id, new_id, levels)], done)


def _save(me: Actor, form: RecordForm, version: VersionLine, confirmed: Sequence[CarryOver], done: str) -> None:
    with saving(form, done=done) as db:
        carry_over(db, by=me, submission=form.key, standard_set_id=version.standard_set_id, confirmed=confirmed)
