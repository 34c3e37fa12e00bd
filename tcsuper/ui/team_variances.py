"""Where communities are furthest off, and what would help."""

from typing import TYPE_CHECKING

import streamlit as st

from tcsuper.access import Actor
from tcsuper.charts import BAND_NAMES, COVER_WORDS, band, coverage_bars
from tcsuper.database import reading
from tcsuper.queries.coverage import counts_by_community
from tcsuper.queries.team_counts import EVERYBODY
from tcsuper.queries.team_overview import Overview
from tcsuper.queries.team_variances import team_variances
from tcsuper.reports.workbook import Cell
from tcsuper.rules.responsibilities import Cover
from tcsuper.rules.standing import Tone
from tcsuper.ui.links import link_button
from tcsuper.ui.status import row_list
from tcsuper.ui.tables import Line, table_twin

if TYPE_CHECKING:
    import pandas as pd

BAND_TONES = dict(zip(BAND_NAMES, (Tone.BAD, Tone.AMBER), strict=False))
"""As in the picture of the overview: the two lowest bands."""


def variances_part(me: Actor, shown: Overview) -> None:
    """Of the team's page: over all kinds and communities, the largest first."""
    st.subheader("Largest variances", anchor=False)
    with reading() as db:
        found = team_variances(db, viewer=me, shown=shown)
    if not found:
        st.success("Everyone meets everything that is asked of them.", icon=":material/check_circle:")
        return
    with row_list("variances") as listed:
        for one in found:
            tone = BAND_TONES.get(band(one.share), Tone.NEUTRAL)
            listed.row(f"{one.share}%", tone, f"{one.community} · {one.what}", one.because, wide=True)


def coverage_summary_part(shown: Overview) -> None:
    """How led responsibilities are covered, with the way to the page where each of them stands."""
    lines = shown.covers.get(EVERYBODY, ())
    if not lines:
        return
    st.subheader("Coverage of responsibilities", anchor=False)
    counts = counts_by_community(lines, "All communities")
    st.altair_chart(coverage_bars(counts), alt="Led responsibilities by how they are covered: the table below.")
    table_twin(_cover_lines(counts), "team-coverage")
    link_button("Open responsibilities", "responsibilities", "team-coverage")


def _cover_lines(counts: "pd.DataFrame") -> list[Line]:
    lines: dict[str, dict[str, Cell]] = {}
    for row in counts.rename(columns={"count": "count_"}).itertuples():
        line = lines.setdefault(row.community, {"Community": row.community})
        line[COVER_WORDS[Cover(row.verdict)]] = int(row.count_)
    return list(lines.values())
