"""Frames in, Altair charts out: pure, types spelt out, titles in plain words. The page says "nothing yet".

Colour never carries meaning alone: cells hold their numbers, marks have shapes, legends are words.
"""

from tcsuper.charts.look import BAND_NAMES, SHAPES, band, status_label
from tcsuper.charts.network import NODE_ROW, PEOPLE_MARKS, TIE_MARKS, network_chart
from tcsuper.charts.practice import (
    OBSERVER_LOOKS,
    all_ratings_chart,
    by_observer_chart,
    dumbbell_chart,
    latest_chart,
    practice_trend_chart,
)
from tcsuper.charts.responsibilities import COVER_WORDS, coverage_bars, holders_grid
from tcsuper.charts.supervision import (
    MOVES,
    VERDICT_WORDS,
    month_heatmap,
    moves_by_month_chart,
    ranked_bars,
    rate_bars,
    rate_by_month_cells,
    rate_by_month_chart,
    serves_me_chart,
)
from tcsuper.charts.team import changes_heatmap, kinds_heatmap
from tcsuper.charts.team_trend import kind_trend_chart, standards_below_bars
from tcsuper.charts.training import expiry_timeline, lapses_heatmap, status_heatmap

__all__ = [
    "BAND_NAMES",
    "COVER_WORDS",
    "MOVES",
    "NODE_ROW",
    "OBSERVER_LOOKS",
    "PEOPLE_MARKS",
    "SHAPES",
    "TIE_MARKS",
    "VERDICT_WORDS",
    "all_ratings_chart",
    "band",
    "by_observer_chart",
    "changes_heatmap",
    "coverage_bars",
    "dumbbell_chart",
    "expiry_timeline",
    "holders_grid",
    "kind_trend_chart",
    "kinds_heatmap",
    "lapses_heatmap",
    "latest_chart",
    "month_heatmap",
    "moves_by_month_chart",
    "network_chart",
    "practice_trend_chart",
    "ranked_bars",
    "rate_bars",
    "rate_by_month_cells",
    "rate_by_month_chart",
    "serves_me_chart",
    "standards_below_bars",
    "status_heatmap",
    "status_label",
]
