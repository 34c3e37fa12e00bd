"""Of an audit pack: which led responsibilities are covered, and which are not."""

from collections import Counter

from tcsuper.models import HoldingKind
from tcsuper.queries.audit_pack.asked import Area, Asked, Picture
from tcsuper.queries.carried import HOLDING_WORDS
from tcsuper.queries.coverage import CoverageLine, counts_by_community, coverage_seen
from tcsuper.queries.team_overview import BADLY_COVERED
from tcsuper.reports.pack import PackTable, Value
from tcsuper.rules.responsibilities import Cover
from tcsuper.rules.what_if import COVER_WORDS


def responsibilities_area(asked: Asked) -> Area:
    seen = coverage_seen(asked.db, viewer=asked.viewer, on=asked.on)
    lines = [line for line in seen if line.cover.led.community in asked.communities]
    held = sum(line.cover.verdict not in BADLY_COVERED for line in lines)
    counts = counts_by_community(lines, "All of them together")
    tables = [_counted(asked, lines)]
    if not asked.is_counts:
        tables.append(_each(asked, lines))
    picture = Picture("coverage", counts, f"{held} of {len(lines)} led responsibilities are held by somebody able.")
    return Area(
        "Responsibilities",
        (f"{held} of {len(lines)} led responsibilities are held by somebody who meets what they ask for.",)
        if lines
        else (),
        tuple(tables),
        {"Coverage": picture} if lines else {},
    )


def _counted(asked: Asked, lines: list[CoverageLine]) -> PackTable:
    rows: list[tuple[Value, ...]] = []
    for community, name in asked.communities.items():
        found = Counter(line.cover.verdict for line in lines if line.cover.led.community == community)
        if found:
            rows.append((name, *(found[verdict] for verdict in Cover), sum(found.values())))
    totals = Counter(line.cover.verdict for line in lines)
    return PackTable(
        "Coverage",
        ("Community", *(COVER_WORDS[verdict] for verdict in Cover), "Of"),
        rows,
        total=("All of them together", *(totals[verdict] for verdict in Cover), len(lines)) if lines else (),
        note="Led responsibilities of the job descriptions in force. As known now: former holdings keep their dates.",
        nothing="No responsibility is led here.",
    )


def _each(asked: Asked, lines: list[CoverageLine]) -> PackTable:
    return PackTable(
        "Each led responsibility",
        ("Community", "Responsibility", "Covered", "Leads", "Deputies", "Why"),
        [
            (
                line.cover.led.community_name,
                line.cover.led.title,
                COVER_WORDS[line.cover.verdict],
                ", ".join(asked.whom(one.staff, one.name) for one in line.cover.leads),
                ", ".join(asked.whom(one.staff, one.name) for one in line.cover.deputies),
                asked.said(line.cover.because),
            )
            for line in lines
        ],
        note=f"Named as {HOLDING_WORDS[HoldingKind.LEAD].lower()} or {HOLDING_WORDS[HoldingKind.DEPUTY].lower()}; "
        "everybody in a role carries its other responsibilities.",
        nothing="No responsibility is led here.",
    )
