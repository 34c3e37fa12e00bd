"""Of an audit pack: agreements in date, and each supervisor with their own supervision."""

from tcsuper import words
from tcsuper.models import RequirementKind
from tcsuper.queries.audit_pack.asked import NOT_GIVEN, Area, Asked, met_of, share, standing_cells
from tcsuper.queries.supervisors import SupervisorLine, supervisors_seen
from tcsuper.reports.pack import PackTable, Value
from tcsuper.rules.standing import Standing, status_word

OWN = "Own supervision"


def agreements_area(asked: Asked) -> Area:
    rows = [row for row in asked.rows if row.kind is RequirementKind.AGREEMENT]
    met, of = met_of(rows)
    seen = supervisors_seen(asked.db, viewer=asked.viewer, on=asked.on, known_on=asked.known_on)
    supervising = {one.pair.supervisor for one in seen.ties if one.pair.supervisee in asked.people}
    lines = [line for line in seen.supervisors if line.staff_id in supervising | asked.people]
    told = asked.is_by_person(RequirementKind.SUPERVISION)
    own = [line.own for line in lines if line.own is not None and told]
    in_order = sum(standing.is_met for standing in own)
    said = [f"{met} of {of} agreements that are asked for are in force and in date ({share(met, of)}%)."] if of else []
    if own:
        said.append(f"{in_order} of {len(own)} supervisors of whom it is asked have their own supervision in order.")
    return Area(
        "Agreements and supervisors",
        tuple(said),
        (
            PackTable(
                "Agreements",
                ("Person", "Community", "What is asked", "Status", "Since", "Due or valid until", "Why"),
                [
                    (
                        asked.whom(row.staff_id, row.person),
                        asked.where(row.staff_id),
                        row.requirement,
                        *standing_cells(asked, row),
                    )
                    for row in rows
                ],
                total=("In date", f"{met} of {of}", f"{share(met, of)}%", "", "", "", "") if of else (),
                nothing="No agreement is asked of anybody here.",
            ),
            PackTable(
                "Supervisors",
                (
                    "Supervisor",
                    "From outside",
                    "People supervised",
                    "Minutes a month",
                    "Qualified to supervise",
                    "Own supervision",
                    "To look at",
                ),
                [_line(asked, line, told) for line in lines],
                total=("Own supervision in order", "", "", "", "", f"{in_order} of {len(own)}", "") if own else (),
                note="Whoever supervises somebody of these communities, and whoever works in them and supervises.",
                nothing="Nobody supervises anybody here.",
            ),
        ),
    )


def _line(asked: Asked, line: SupervisorLine, told: bool) -> tuple[Value, ...]:
    return (
        asked.whom(line.staff_id, line.person),
        "Yes" if line.is_external else "No",
        line.people,
        line.minutes_a_month,
        _word(line.qualification),
        _word(line.own) if told else NOT_GIVEN,
        words.listed([flag.word for flag in line.flags if told or flag.word != OWN]),
    )


def _word(standing: Standing | None) -> str:
    return status_word(standing.status) if standing is not None else "–"
