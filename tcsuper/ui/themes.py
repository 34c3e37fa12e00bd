"""Themes and other headings on screen: chosen for a record, kept as a list, counted over a year."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.charts import ranked_bars
from tcsuper.database import reading
from tcsuper.models import Theme
from tcsuper.queries.themes import Offered, balance_frame, people_with_shared_records, theme_list
from tcsuper.rules.themes import FUNCTIONS, MODES, Balance, Count, Function, Heading, Mode, Tags
from tcsuper.services.themes import LONGEST_NAME, add_theme, change_theme, open_balance
from tcsuper.ui.opened_texts import close_button, close_others, is_open, open_button, opened_by
from tcsuper.ui.pickers import pick_staff
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import RecordForm, record_form, saving
from tcsuper.ui.tables import table_twin

Code = TypeVar("Code", bound=str)

# ---------------------------------------------------------------------------------------------------------------------
# Chosen for a record


def tag_fields(form: RecordForm, offered: Offered, before: Tags) -> Tags:
    """The headings on offer and those the record has; draws no list that the service has switched off."""
    names = dict(offered.themes) | {one.code: one.name for one in before.themes}
    if not names and not offered.functions and not offered.modes:
        st.caption("There are no themes to choose yet. A therapy manager adds them on the Catalogue page.")
    themes = _chosen(form, "themes", "Themes", names, [one.code for one in before.themes])
    functions: list[Function] = []
    if offered.functions or before.functions:
        functions = _chosen(form, "functions", "What it did", FUNCTIONS, list(before.functions))
    modes: list[Mode] = []
    if offered.modes or before.modes:
        modes = _chosen(form, "modes", "What was looked at", MODES, list(before.modes))
    return Tags(tuple(Heading(code, names[code]) for code in themes), tuple(functions), tuple(modes))


def _chosen(form: RecordForm, field: str, label: str, names: Mapping[Code, str], before: list[Code]) -> list[Code]:
    key = form.widget_key(field)
    kept = st.session_state.get(key, before)
    st.session_state[key] = [one for one in kept if one in names]
    chosen = st.multiselect(label, list(names), format_func=names.__getitem__, key=key, placeholder="Choose any number")
    form.slot(field)
    return chosen


# ---------------------------------------------------------------------------------------------------------------------
# The service's list


def themes_part(me: Actor, may_set: bool) -> None:
    """On the Catalogue page: the list, and its forms for those who set the service's rules."""
    st.subheader("Themes of a session", anchor=False)
    with reading() as db:
        themes = theme_list(db, viewer=me)
    if themes:
        _table(themes)
    else:
        st.info("There are no themes yet. Run `python -m seed` on the server for a first list, or add your own here.")
    if may_set:
        _add_form(me)
        if themes:
            _change_form(me, themes)


def _table(themes: Sequence[Theme]) -> None:
    offered = [one for one in themes if not one.is_retired]
    retired = [one.name for one in themes if one.is_retired]
    st.table([{"No.": str(place), "Theme": plain(one.name)} for place, one in enumerate(offered, 1)], hide_index=True)
    if retired:
        st.caption(plain(f"No longer offered, and kept on the records that have them: {'; '.join(retired)}."))


def _add_form(me: Actor) -> None:
    with st.expander("Add a theme"), record_form("add_theme", submit="Add the theme") as form:
        st.caption("A heading in the words of your service. Nobody's name, a resident's least of all.")
        name = st.text_input("Theme", max_chars=LONGEST_NAME, key=form.widget_key("name"))
        form.slot("name")
    if form.submitted:
        with saving(form, done=f"“{name.strip()}” is in the list, and can be chosen from now on.") as db:
            add_theme(db, by=me, submission=form.key, name=name)


def _change_form(me: Actor, themes: Sequence[Theme]) -> None:
    by_code = {one.code: one for one in themes}
    with st.expander("Rename, move or retire a theme"):
        code = st.selectbox("Which theme?", list(by_code), format_func=lambda one: by_code[one].name, key="theme_which")
        theme = by_code[code]
        with record_form(f"theme-{code}", submit="Save the theme") as form:
            name = st.text_input("Theme", theme.name, max_chars=LONGEST_NAME, key=form.widget_key("name"))
            form.slot("name")
            position = st.number_input(
                "Its place in the list",
                1,
                len(themes),
                min(theme.position, len(themes)),
                key=form.widget_key("position"),
            )
            form.slot("position")
            is_offered = st.checkbox("It can be chosen", not theme.is_retired, key=form.widget_key("offered"))
            st.caption("Records that have it keep it, under the name it had.")
        if form.submitted:
            with saving(form, done=f"“{name.strip()}” is saved.") as db:
                change_theme(
                    db,
                    by=me,
                    submission=form.key,
                    code=code,
                    version=theme.row_version or 0,
                    name=name,
                    position=int(position),
                    is_retired=not is_offered,
                )


# ---------------------------------------------------------------------------------------------------------------------
# Over a year


def balance_for_supervisor(me: Actor) -> None:
    """Choose somebody one supervises, and look at what came up with them."""
    with reading() as db:
        people = people_with_shared_records(db, viewer=me)
    if not people:
        st.info("There is no shared record of the last 12 months yet. Write one in the log, and share it.")
        return
    st.caption("For those you supervise, from the shared records that you may open. Nobody else's screen has it.")
    chosen = pick_staff("Person", people, "balance-of")
    if chosen is None:
        st.caption("Nobody is chosen yet.")
        return
    close_others(f"balance-{chosen.staff_id}")
    balance_part(me, chosen.staff_id, chosen.full_name)


def balance_part(me: Actor, staff_id: int, name: str = "") -> None:
    """Opened on a click, since counting the headings is reading them. `name`: of somebody else."""
    what = f"balance-{staff_id}"
    if not is_open(what):
        open_button(what, "Show the balance of themes")
        mine = "How often each theme came up in your shared records."
        st.caption(f"{plain(name)} sees that you looked." if name else mine)
        return
    balance = opened_by(lambda db: open_balance(db, by=me, staff_id=staff_id))
    if balance is not None:
        _draw(balance)
    close_button(what)


def _draw(balance: Balance) -> None:
    many = words.count(balance.records, "shared record")
    if not (balance.themes or balance.functions or balance.modes):
        st.info(f"{many} in the last 12 months, and no theme was chosen in {'it' if balance.records == 1 else 'them'}.")
        return
    st.markdown(f"**{many} in the last 12 months.** In how many of them each stands; no number is the right one.")
    _bars("Themes", balance.themes)
    _bars("What supervision did", balance.functions)
    _bars("What was looked at", balance.modes)


def _bars(title: str, counts: Sequence[Count]) -> None:
    if not counts:
        return
    st.markdown(f"**{title}**")
    frame = balance_frame(counts)
    st.altair_chart(ranked_bars(frame), alt=f"{title}: in how many records each stands, as in the table below.")
    table_twin(
        [{"Heading": one.label, "Records": one.records} for one in counts],
        f"balance-{title}",
        title=f"{title} as a table",
    )
