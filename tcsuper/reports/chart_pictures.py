"""Charts as pictures for paper: an Altair chart's description to SVG, here on this machine.

Nothing is fetched: no address is allowed (`allowed_base_urls`), the drawing program carries its own JavaScript, and
its letters are those of `FONTS`, so that a machine without fonts draws the same as any other.
"""

import re
from pathlib import Path
from typing import Any

import vl_convert

from tcsuper.reports.pack import Chart

FONTS = Path(__file__).with_name("fonts")
FAMILY = "Source Sans Pro"
WIDTH = 680
"""Pixels, for a chart that takes the width of the page: its letters of 12 pixels are then 8.5 points on paper."""

WIDE = 960
MOST_ACROSS = 9
"""Columns with names that a chart of the usual width has room for; one with more is drawn wider, and its letters become
smaller on paper."""
COLUMN = 84
"""Pixels of a column whose name stands above it: as wide as its longest word, where a screen would let it run over."""
OPEN_CIRCLE, OTHER_FAMILY = "○", "DejaVu Sans Mono"
"""The one shape of a status that `FAMILY` lacks. Left to itself, its whole line is set in other letters."""


def described(chart: Chart) -> dict[str, Any]:
    """The chart in Vega-Lite's words, with its rows in it, in the letters of the document."""
    spec: dict[str, Any] = chart.drawn.to_dict()
    if spec.get("width", "container") == "container" and not {"vconcat", "facet", "spec"} & set(spec):
        spec["width"] = WIDE if _across(spec) > MOST_ACROSS else WIDTH
    elif isinstance(spec.get("width"), dict):
        spec["width"] = {"step": max(COLUMN, spec["width"].get("step", 0))}
    spec["config"] = {**spec.get("config", {}), "font": FAMILY, "background": "white"}
    spec.pop("$schema", None)
    return spec


def _across(spec: dict[str, Any]) -> int:
    """How many columns with a name of their own it has, at most."""
    found = 0
    for layer in (spec, *spec.get("layer", [])):
        x = layer.get("encoding", {}).get("x", {})
        if x.get("type") in ("nominal", "ordinal") and "field" in x:
            name = layer.get("data", spec.get("data", {})).get("name", "")
            found = max(found, len({row.get(x["field"]) for row in spec.get("datasets", {}).get(name, [])}))
    return found


def as_svg(spec: dict[str, Any]) -> str:
    """Raises ValueError for a chart that asks for anything from elsewhere."""
    vl_convert.register_font_directory(str(FONTS))
    picture = str(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]))
    drawn = f'<tspan font-family="{OTHER_FAMILY}">{OPEN_CIRCLE}</tspan>'
    words_alone = rf"<[^>]*>|{OPEN_CIRCLE}"  # what stands in a tag is its description, and no letter is drawn of it
    return re.sub(words_alone, lambda found: drawn if found[0] == OPEN_CIRCLE else found[0], picture)
