"""Hours worked in a month: entered by the person whose body's rule goes by them, read by those who supervise them."""

from datetime import date

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.queries.activity_figures import HoursEntered, hours_seen, my_hours
from tcsuper.queries.standing import Row, hours_asked
from tcsuper.rules.minimum import HoursOf
from tcsuper.rules.standing import add_months, first_of_month
from tcsuper.services.activity_figures import enter_hours
from tcsuper.ui.saving import record_form, saving

LABELS = {HoursOf.CLIENT: "Client hours", HoursOf.SUPERVISING: "Hours of supervising others"}
MONTHS_SHOWN = 12


def hours_this_month(me: Actor, rows: list[Row]) -> None:
    """The form and what was entered, for whoever has a minimum that goes by hours; nothing for the others."""
    asked = [kind for kind in HoursOf if kind in hours_asked(rows)]
    if not asked:
        return
    with reading() as db:
        entered = my_hours(db, viewer=me)
    st.subheader("Hours this month", anchor=False)
    st.caption(
        "How much supervision your professional body asks for goes by these hours. Numbers only: your supervisors and "
        "therapy manager see them."
    )
    _form(me, asked, entered)
    if entered:
        st.dataframe([_line(one, asked) for one in entered[:MONTHS_SHOWN]], hide_index=True)


def _form(me: Actor, asked: list[HoursOf], entered: list[HoursEntered]) -> None:
    this_month = first_of_month(today())
    months = [add_months(this_month, -back) for back in range(MONTHS_SHOWN)]
    with record_form("enter_hours", submit="Save the hours") as form:
        fields = st.columns(1 + len(asked), vertical_alignment="bottom")
        with fields[0]:
            month = st.selectbox(
                "Month",
                months,
                index=months.index(_waiting(months, entered)),
                format_func=words.month,
                key=form.widget_key("month"),
            )
        hours: dict[HoursOf, float | None] = {}
        for place, kind in zip(fields[1:], asked, strict=True):
            with place:
                hours[kind] = st.number_input(
                    LABELS[kind], 0.0, 744.0, None, step=0.5, format="%.1f", key=form.widget_key(f"{kind}_hours")
                )
        form.slot("month")
        for kind in asked:
            form.slot(f"{kind}_hours")
    if form.submitted:
        with saving(form, done=f"Your hours for {words.month(month)} are saved.") as db:
            enter_hours(
                db,
                by=me,
                submission=form.key,
                month=month,
                client_hours=hours.get(HoursOf.CLIENT),
                supervising_hours=hours.get(HoursOf.SUPERVISING),
            )


def _waiting(months: list[date], entered: list[HoursEntered]) -> date:
    """Last month while its hours are missing, else this one."""
    this_month, last_month = months[:2]
    return this_month if any(one.month == last_month for one in entered) else last_month


def _line(one: HoursEntered, asked: list[HoursOf]) -> dict[str, str]:
    given = {HoursOf.CLIENT: one.client_hours, HoursOf.SUPERVISING: one.supervising_hours}
    return {"Month": words.month(one.month)} | {LABELS[kind]: _number(given[kind]) for kind in asked}


def _number(hours: float | None) -> str:
    return "not entered" if hours is None else words.number(hours)


def hours_of_others(me: Actor) -> None:
    """What the people I supervise or manage entered for the last three months; nothing when nobody did."""
    since = add_months(first_of_month(today()), -2)
    with reading() as db:
        found = hours_seen(db, viewer=me, since=since)
    if found.empty:
        return
    with st.expander("Client and supervising hours entered"):
        st.dataframe(
            [
                {
                    "Person": row.person,
                    "Month": words.month(row.month),
                    LABELS[HoursOf.CLIENT]: _number(row.client_hours),
                    LABELS[HoursOf.SUPERVISING]: _number(row.supervising_hours),
                }
                for row in found.itertuples()
            ],
            hide_index=True,
        )
