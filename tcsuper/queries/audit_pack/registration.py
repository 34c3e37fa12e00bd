"""Of an audit pack: registrations with professional bodies, what is missing, and when registers were looked at."""

import pandas as pd

from tcsuper import words
from tcsuper.models import RequirementKind
from tcsuper.queries.audit_pack.asked import Area, Asked, Picture, met_of, share, standing_cells
from tcsuper.queries.registration import Registered, registrations_seen
from tcsuper.queries.standing import Row
from tcsuper.reports.pack import PackTable, Value
from tcsuper.rules.standing import status_word


def registration_area(asked: Asked) -> Area:
    held = registrations_held(asked)
    wanted = [row for row in asked.rows if row.kind is RequirementKind.REGISTRATION]
    checks = [row for row in asked.rows if row.kind is RequirementKind.CHECK]
    tables = (
        PackTable(
            "Registrations",
            ("Person", "Community", "Body", "Grade", "Registered on", "Valid until", "Status", "Register last seen"),
            [_line(asked, one) for one in held],
            total=("Registrations held", len(held), "", "", "", "", "", ""),
            note="As recorded. Only the register itself proves it; the last column says when it was looked at.",
            nothing="Nobody here holds a registration.",
        ),
        _standings(asked, "Registration that a post asks for", wanted),
        _standings(asked, "Checks of the live register", checks),
    )
    met, of = met_of(wanted)
    said = (f"{met} of {of} registrations that posts ask for are held ({share(met, of)}%).",) if of else ()
    if ended := ended_registrations(asked, held):
        said = (*said, ended)
    dated = [one for one in held if one.valid_until is not None]
    pictures = {"Registrations": _picture(asked, dated)} if dated else {}
    return Area("Registration", said, tables, pictures)


def registrations_held(asked: Asked) -> list[Registered]:
    seen = registrations_seen(asked.db, viewer=asked.viewer, on=asked.on, known_on=asked.known_on)
    return [one for one in seen if one.staff_id in asked.people]


def ended_registrations(asked: Asked, held: list[Registered]) -> str:
    """Whose registration has run out, whether or not a post asks for it: who practises under a title must hold it."""
    past = [one for one in held if one.valid_until is not None and one.valid_until < asked.on]
    if not past:
        return ""
    named = [f"{asked.whom(one.staff_id, one.person)} ({one.body})" for one in past]
    return f"{words.count(len(past), 'registration has', 'registrations have')} ended: {words.listed(named)}."


def _line(asked: Asked, one: Registered) -> tuple[Value, ...]:
    return (
        asked.whom(one.staff_id, one.person),
        asked.where(one.staff_id),
        one.body,
        one.grade,
        one.registered_on,
        one.valid_until,
        status_word(one.standing.status),
        one.last_checked_on,
    )


def _standings(asked: Asked, title: str, rows: list[Row]) -> PackTable:
    met, of = met_of(rows)
    return PackTable(
        title,
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
        total=("Met", f"{met} of {of}", f"{share(met, of)}%", "", "", "", "") if of else (),
        nothing="It is asked of nobody here.",
    )


def _picture(asked: Asked, held: list[Registered]) -> Picture:
    rows = [f"{asked.whom(one.staff_id, one.person)} · {one.body}" for one in held]
    frame = pd.DataFrame(
        [
            (
                row if rows.count(row) == 1 else f"{row} ({one.registration_id})",
                one.valid_until,
                one.standing.status,
                asked.said(one.standing.because),
            )
            for row, one in zip(rows, held, strict=True)
        ],
        columns=["row", "until", "status", "because"],
        dtype=object,
    )
    past = sum(one.valid_until < asked.on for one in held if one.valid_until)
    return Picture("registration", frame, f"When each registration ends: {past} of {len(held)} have ended by the date.")
