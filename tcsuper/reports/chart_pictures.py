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
SIGNS, OTHER_FAMILY = "○●", "DejaVu Sans Mono"
"""The shapes of a status that `FAMILY` lacks. Left to itself, the whole line of one is set in other letters: so its
words begin anew, at a place of their own."""
SIGN_WIDE, LETTER_WIDE = 0.9, 0.47
"""Of the height of the letters: a sign with the gap after it, and a letter on average."""
YEAR_BELOW = 18
"""Pixels above a chart of months for the year under some of them: drawn here, lines grow downward."""


def described(chart: Chart) -> dict[str, Any]:
    """The chart in Vega-Lite's words, with its rows in it, in the letters of the document."""
    spec: dict[str, Any] = chart.drawn.to_dict()
    if spec.get("width", "container") == "container" and not {"vconcat", "facet", "spec"} & set(spec):
        spec["width"] = WIDE if _across(spec) > MOST_ACROSS else WIDTH
    elif isinstance(spec.get("width"), dict):
        spec["width"] = {"step": max(COLUMN, spec["width"].get("step", 0))}
    _make_room_for_years(spec)
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
    return re.sub(rf"(<text\b[^>]*>)([{SIGNS}])([^<]*)(?=</text>)", _sign_apart, picture)


def _sign_apart(found: re.Match[str]) -> str:
    """The sign in letters that have it, and its words beside it in the letters of the document."""
    tag, sign, said = found.groups()
    drawn = f'font-family="{OTHER_FAMILY}">{sign}</tspan>'
    if not said.strip():
        return f"{tag}<tspan {drawn}"
    size = float((re.search(r'font-size="([\d.]+)', tag) or ["", "12"])[1])
    words_wide, sign_wide = len(said.strip()) * LETTER_WIDE * size, SIGN_WIDE * size
    anchor = (re.search(r'text-anchor="(\w+)"', tag) or ["", "start"])[1]
    begins = {"middle": -(words_wide + sign_wide) / 2, "end": -words_wide - sign_wide}.get(anchor, 0.0)
    tag = re.sub(r'text-anchor="\w+"', 'text-anchor="start"', tag)
    return f'{tag}<tspan x="{begins:.1f}" {drawn}<tspan x="{begins + sign_wide:.1f}">{said.strip()}</tspan>'


def _make_room_for_years(found: Any) -> None:
    """Of every axis above a chart whose labels have a year in a second line."""
    if isinstance(found, dict):
        axis = found.get("axis")
        if isinstance(axis, dict) and axis.get("orient") == "top" and axis.get("labelBaseline") == "bottom":
            axis["labelPadding"] = YEAR_BELOW
        for inner in found.values():
            _make_room_for_years(inner)
    elif isinstance(found, list):
        for inner in found:
            _make_room_for_years(inner)
