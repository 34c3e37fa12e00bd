"""The director's figures in words and tables."""

from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.charts import BAND_NAMES, band, rate_by_month_cells, rate_by_month_chart
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.queries.team import kinds_by_community
from tcsuper.queries.team_overview import RESPONSIBILITIES
from tcsuper.reports.workbook import Cell, Month
from tcsuper.rules.standing import Tone, first_of_month
from tcsuper.services.exports import export_team_months
from tcsuper.ui.exports import counts_export
from tcsuper.ui.links import link_button
from tcsuper.ui.status import row_list
from tcsuper.ui.tables import Line, table_twin

if TYPE_CHECKING:
    import pandas as pd


def rate_sentence(months: "pd.DataFrame", on: date) -> str:
    """Numerator, denominator and who was left out, for the last month that is over."""
    over = months[~months["so_far"].astype(bool)].dropna(subset=["share"])
    if over.empty:
        return "No month is over yet."
    last = over["month"].max()
    rows = over[over["month"] == last]
    met, duty, left_out = int(rows["met"].sum()), int(rows["duty"].sum()), int(rows["left_out"].sum())
    sentence = (
        f"**{met} of {words.count(duty, 'person', 'people')} met the service's own minimum in {words.month(last)}"
    )
    sentence += f" ({100 * met // duty}%).**"
    if left_out:
        sentence += f" {left_out} left out: part of the month in post, away for long, or exempt."
    this_month = months[months["month"] == first_of_month(on)].dropna(subset=["share"])
    if len(this_month):
        so_far, name = int(this_month["met"].sum()), words.month(on)
        when = f"So far in {name}" if first_of_month(on) <= today() else f"In {name}, if nothing more happens"
        sentence += f" {when}: {so_far} of {int(this_month['duty'].sum())}."
    return sentence


MOST_LINES = 6
"""Communities whose lines can be told apart in one picture, without colours too."""


def months_picture(me: Actor, on: date, months: "pd.DataFrame", target: int) -> None:
    """With its table: lines, or a row for each where there are too many of them."""
    alt = "Share of people who met their minimum, by month."
    if months.dropna(subset=["share"])["community"].nunique() <= MOST_LINES:
        st.altair_chart(rate_by_month_chart(months, target), alt=alt)
        st.caption(f"Dashed line across: {target}%, set by your service. Dotted and pale: not over yet.")
    else:
        with st.container(key="wide-full-months"):
            st.altair_chart(rate_by_month_cells(months), alt=alt)
        st.caption(f"Your service aims at {target}%. With “…” the month is not over yet.")
    export = counts_export(
        me,
        f"supervision-by-month-{on}",
        "Supervision by month, as counts",
        lambda db: export_team_months(db, by=me, on=on),
        months_lines,
    )
    table_twin(months_lines(months), "team-months", export)


def months_lines(months: "pd.DataFrame") -> list[Line]:
    """The newest month first: a column for each community."""
    shown: dict[date, dict[str, Cell]] = {}
    for row in months.itertuples():
        label = f"{row.met} of {row.duty}" if row.share is not None else None
        shown.setdefault(row.month, {"Month": Month.fromordinal(row.month.toordinal())})[row.community] = label
    return [shown[month] for month in sorted(shown, reverse=True)]


def communities_today(me: Actor) -> None:
    """For the first screen of somebody who answers for communities and manages none: where they are furthest off."""
    with reading() as db:
        kinds = kinds_by_community(db, viewer=me, on=today())
    if kinds.empty:
        return
    st.subheader("Communities today", anchor=False)
    variances(kinds, most=4)
    link_button("Open team competency", "team_competency", "communities")


BAND_TONES = dict(zip(BAND_NAMES, (Tone.BAD, Tone.AMBER), strict=False))
"""As in the picture above it: the two lowest bands."""


def variances(kinds: "pd.DataFrame", most: int = 6) -> None:
    """The cells furthest from everyone, each with its sentence."""
    gaps = kinds.dropna(subset=["share"])
    gaps = gaps[gaps["met"] < gaps["duty"]]
    gaps = gaps.assign(gap=gaps["duty"] - gaps["met"]).sort_values(["share", "gap"], ascending=[True, False])
    if gaps.empty:
        st.success("Everyone meets everything that is asked of them.", icon=":material/check_circle:")
        return
    with row_list("variances") as listed:
        for row in gaps.head(most).itertuples():
            tone = BAND_TONES.get(band(row.share), Tone.NEUTRAL)
            listed.row(
                f"{row.share}%",
                tone,
                f"{row.community} · {row.kind}",
                _variance(row.kind, row.met, row.duty, row.left_out),
                wide=True,
            )


def _variance(kind: str, met: int, duty: int, left_out: int) -> str:
    if kind == RESPONSIBILITIES:
        of = words.count(duty, "led responsibility", "led responsibilities")
        return f"{duty - met} of {of} held by nobody able to."
    out = f" {left_out} left out." if left_out else ""
    return f"{duty - met} of {words.count(duty, 'person', 'people')} do not meet all of it yet.{out}"
