"""Of an audit pack: every area at one look, and the list of what is overdue, expired or below."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from tcsuper import words
from tcsuper.models import RequirementKind
from tcsuper.queries.audit_pack.asked import (
    NOT_GIVEN,
    Area,
    Asked,
    Picture,
    standing_cells,
)
from tcsuper.queries.audit_pack.registration import ended_registrations, registrations_held
from tcsuper.queries.team_counts import ALL, Line, Team, of_large_groups, team_on
from tcsuper.queries.team_kinds import FROM_FIVE_UP, KIND_WORDS
from tcsuper.reports.pack import PackTable, Value
from tcsuper.rules.standing import TONES, Tone, severity

SUMMARY = "How each area stands"


def summary_area(asked: Asked) -> Area:
    """The figures of the page "Team competency". What the form does not say person by person, and practice in every
    form, is given as to somebody who sees counts alone. In counts no area is given of few people: it goes to others."""
    team = team_on(asked.db, viewer=asked.viewer, on=asked.on, known_on=asked.known_on)
    if asked.is_counts:
        team = of_large_groups(team, asked.smallest)
    guarded = team
    lines = [line for line in team.columns if _is_guarded(asked, line.kind)]
    if lines and not asked.is_counts:
        guarded = team_on(asked.db, viewer=asked.counting, on=asked.viewer.on, lines=lines)
    rows = _rows(asked, team, guarded)
    frame = pd.DataFrame(
        [
            (place, people, kind, met, duty, out, share, label)
            for place, people, kind, met, duty, share, out, label in rows
        ],
        columns=["community", "people", "kind", "met", "duty", "left_out", "share", "label"],
        dtype=object,
    )
    lines_: list[tuple[Value, ...]] = [
        (
            place,
            people,
            kind,
            NOT_GIVEN if met is None else met,
            NOT_GIVEN if duty is None else duty,
            share,
            out,
        )
        for place, people, kind, met, duty, share, out, _ in rows
    ]
    table = PackTable(
        SUMMARY,
        ("Community", "People in post", "Area", "Meet all of it", "Of those asked", "Per cent", "Left out"),
        lines_,
        note="People who meet everything of an area, of those of whom something is asked. Left out: exempt, waived or "
        f"not judged. Not given: under {asked.smallest} people, or it would tell of a few. No total: areas are never "
        f"averaged. As at {words.day(team.on)}{', of the people who are asked today' if team.is_of_today else ''}."
        + always_as_at([] if asked.is_counts else lines, asked.on, asked.viewer.on),
        nothing="Nothing is asked of anybody in these communities.",
    )
    says = "People who meet all of an area, by community; the table has the same figures."
    return Area("Summary", (), (table,), {SUMMARY: Picture("kinds", frame, says)} if rows else {})


def always_as_at(guarded: Sequence[Line], on: date, made_on: date) -> str:
    """What is guarded is of the day a pack is made, whatever its day: two of them would differ by one person."""
    if not guarded or on == made_on:
        return ""
    return f" {words.listed([line.word for line in guarded])}: always as at {words.day(made_on)}, the day it was made."


def _is_guarded(asked: Asked, kind: RequirementKind) -> bool:
    return kind in FROM_FIVE_UP and (kind is RequirementKind.PRACTICE or not asked.is_by_person(kind))


_Line = tuple[str, int, str, int | None, int | None, int | None, int, str]


def _rows(asked: Asked, team: Team, guarded: Team) -> list[_Line]:
    out: list[_Line] = []
    for community, name in asked.communities.items():
        for line in team.columns:
            of = guarded if line in guarded.columns and _is_guarded(asked, line.kind) else team
            cell = of.columns[line].cell((community, ALL))
            people = len(team.places.of((community, ALL)))
            out.append((name, people, line.word, cell.met, cell.duty, cell.share, cell.left_out, cell.label))
    return out


def exceptions_area(asked: Asked) -> Area:
    """Everything overdue, expired or below, the worst first, each with its sentence: of the kinds that this form says
    person by person. Of the others auditors have counts, under their own headings."""
    late = [row for row in asked.rows if TONES[row.standing.status] is Tone.BAD]
    shown = [row for row in late if asked.is_by_person(row.kind)]
    shown.sort(key=lambda row: (*severity(row.standing), row.person, row.requirement))
    said = [f"{words.count(len(shown), 'thing is', 'things are')} overdue, expired or below on {words.day(asked.on)}."]
    if left_out := [word for kind, word in KIND_WORDS.items() if not asked.is_by_person(kind)]:
        said.append(
            f"Not listed person by person in this form: {words.listed(left_out)}. They are in counts elsewhere."
        )
    if ended := ended_registrations(asked, registrations_held(asked)):
        said.append(ended)
    if shown:
        said.append("The next step stands beside each; what reviews asked for is under “Findings and actions”.")
    table = PackTable(
        "Exceptions",
        ("Person", "Community", "Area", "What is asked", "Status", "Since", "Due or valid until", "Why", "Next step"),
        [
            (
                asked.whom(row.staff_id, row.person),
                asked.where(row.staff_id),
                KIND_WORDS[row.kind],
                row.requirement,
                *standing_cells(asked, row),
                asked.said(row.standing.next_step),
            )
            for row in shown
        ],
        total=("Exceptions", len(shown), "", "", "", "", "", "", "") if shown else (),
        nothing="Nothing is overdue, expired or below.",
    )
    by_area = {kind: sum(row.kind is kind for row in shown) for kind in KIND_WORDS}
    counted = PackTable(
        "Exceptions by area",
        ("Area", "Exceptions", "People"),
        [
            (KIND_WORDS[kind], count, len({row.staff_id for row in shown if row.kind is kind}))
            for kind, count in by_area.items()
            if count
        ],
        total=("All of them", len(shown), len({row.staff_id for row in shown})) if shown else (),
        nothing="Nothing is overdue, expired or below.",
    )
    return Area("Exceptions", tuple(said), (counted, table))
