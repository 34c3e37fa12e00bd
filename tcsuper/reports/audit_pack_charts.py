"""The charts of an audit pack: the same as on the screens, drawn of what its queries found."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from tcsuper.charts import (
    coverage_bars,
    expiry_timeline,
    kinds_heatmap,
    month_heatmap,
    rate_by_month_chart,
    standards_below_bars,
    status_heatmap,
)
from tcsuper.queries.audit_pack import Found
from tcsuper.queries.audit_pack.asked import Picture
from tcsuper.reports.pack import Chart, Pack

Draw = Callable[[Picture, date], Any]
DRAWN: dict[str, Draw] = {
    "kinds": lambda picture, _: kinds_heatmap(picture.frame),
    "supervision": lambda picture, _: rate_by_month_chart(picture.frame, picture.target),
    "months": lambda picture, _: month_heatmap(picture.frame),
    "training": lambda picture, _: status_heatmap(picture.frame, list(picture.columns)),
    "registration": lambda picture, on: expiry_timeline(picture.frame, on),
    "coverage": lambda picture, _: coverage_bars(picture.frame),
    "practice": lambda picture, _: standards_below_bars(picture.frame),
}


def with_charts(found: Found) -> Pack:
    """The pack with a chart at each table that has one."""
    parts = []
    for place, part in enumerate(found.pack.parts):
        tables = []
        for number, table in enumerate(part.tables):
            picture = found.pictures.get((place, number))
            if picture is not None and not picture.frame.empty:
                drawn = DRAWN[picture.kind](picture, found.pack.as_at)
                table = replace(table, chart=Chart(drawn, picture.says))
            tables.append(table)
        parts.append(replace(part, tables=tuple(tables)))
    return replace(found.pack, parts=tuple(parts))
