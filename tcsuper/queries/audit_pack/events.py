"""Of an audit pack: appraisals, probation and other events: dates alone, never what was in them."""

from collections import defaultdict

from tcsuper.models import RequirementKind
from tcsuper.queries.audit_pack.asked import NOT_GIVEN, Area, Asked, met_of, share, standing_cells
from tcsuper.queries.standing import Row
from tcsuper.reports.pack import PackTable
from tcsuper.rules.small_groups import safe_to_show
from tcsuper.rules.standing import LEFT_OUT


def events_area(asked: Asked) -> Area:
    rows = [row for row in asked.rows if row.kind in (RequirementKind.EVENT, RequirementKind.PERIOD)]
    met, of = met_of(rows)
    said = (f"{met} of {of} are held in time.",) if of else ()
    if not asked.is_by_person(RequirementKind.EVENT):
        return Area("Appraisals and events", (), (_counted(asked, rows),))
    table = PackTable(
        "Appraisals and other events",
        ("Person", "Community", "What is asked", "Status", "Since", "Due", "Why"),
        [
            (
                asked.whom(row.staff_id, row.person),
                asked.where(row.staff_id),
                row.requirement,
                *standing_cells(asked, row),
            )
            for row in rows
        ],
        total=("Met", f"{met} of {of}", f"{share(met, of)}%", "", "", "", "") if of else (),
        note="That it was held and when. What was said is kept nowhere in this product.",
        nothing="No event is asked of anybody here.",
    )
    return Area("Appraisals and events", said, (table,))


def _counted(asked: Asked, rows: list[Row]) -> PackTable:
    """By what is asked, from the smallest group of people up, and nothing that would tell of a few beside another."""
    by_title: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.standing.status not in LEFT_OUT:
            by_title[row.requirement].append(row)
    people = {title: frozenset(row.staff_id for row in those) for title, those in by_title.items()}
    shown = safe_to_show(people, asked.smallest)
    lines = []
    for title, those in sorted(by_title.items()):
        met, of = met_of(those)
        lines.append((title, met, of, share(met, of)) if title in shown else (title, NOT_GIVEN, NOT_GIVEN, None))
    return PackTable(
        "Appraisals and other events",
        ("What is asked", "Met", "Of", "Per cent"),
        lines,
        note=f"In counts: of under {asked.smallest} people, or where it would tell of a few, they are not given.",
        nothing="No event is asked of anybody here.",
    )
