"""Standards on which people are most often seen below the required level."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from tcsuper.access import Actor
from tcsuper.charts import standards_below_bars
from tcsuper.database import reading
from tcsuper.queries.standards_below import StandardCount, below_frame, standards_below
from tcsuper.queries.team_trend import ALL_TOGETHER
from tcsuper.settings import service_number
from tcsuper.ui.tables import Line, table_twin

MOST_BARS = 8
EVERY_SET = "All sets"


def standards_below_part(me: Actor, on: date) -> None:
    """Of the team's page: by community and by set, the largest share below first."""
    with reading() as db:
        counts = standards_below(db, viewer=me, on=on)
        smallest = service_number(db, "smallest_group")
    st.subheader("Standards most often below the required level", anchor=False)
    if not counts:
        st.info(
            f"Nothing to show yet: a standard is counted where {smallest} people or more have been seen often enough "
            "to be judged on it, and the count tells of nobody alone."
        )
        return
    chosen = _choose(counts)
    below = [one for one in chosen if one.below]
    if not below:
        st.success("Nobody who has been judged is below the required level.", icon=":material/check_circle:")
    else:
        st.altair_chart(
            standards_below_bars(below_frame(below[:MOST_BARS])),
            alt="Standards with the largest share of people below the required level: in the table below.",
        )
    st.caption(
        "Of those who were seen often enough to be judged. Not yet observed is not below. Shown for "
        f"{smallest} people or more."
    )
    table_twin(below_lines(chosen), "below")


def _choose(counts: Sequence[StandardCount]) -> list[StandardCount]:
    places = sorted({one.community for one in counts}, key=lambda name: (name != ALL_TOGETHER, name))
    sets = sorted({one.set_name for one in counts})
    left, right = st.columns(2)
    with left:
        place = st.selectbox("Of", places, key="below-of")
    with right:
        of_set = st.selectbox("Set", [EVERY_SET, *sets], key="below-set") if sets[1:] else EVERY_SET
    return [one for one in counts if one.community == place and of_set in (EVERY_SET, one.set_name)]


def below_lines(counts: Sequence[StandardCount]) -> list[Line]:
    return [
        {
            "Standard": one.standard,
            "Set": one.set_name,
            "Below": one.below,
            "Judged": one.judged,
            "Share below": f"{one.share}%",
            "Not yet observed": one.not_yet,
        }
        for one in counts
    ]
