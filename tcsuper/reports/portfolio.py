"""A person's portfolio as a pack to print: their own record in tables, and the words that they chose.

Pure: a `Portfolio` goes in, a `Pack` comes out. Amounts are written as My record writes them.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tcsuper import words
from tcsuper.models import HoldingKind, SessionForm
from tcsuper.queries.portfolio import Observed, Portfolio, PortfolioPart
from tcsuper.queries.standing import Row, is_to_come
from tcsuper.reports.pack import Chart, Pack, PackTable, Part, Value
from tcsuper.rules.activity import KINDS, hours_in_words
from tcsuper.rules.standing import MET, Status, first_of_month, status_word
from tcsuper.rules.training import CourseStanding

if TYPE_CHECKING:
    import pandas as pd

MARKING = "OFFICIAL"
PART_WORDS = {
    PortfolioPart.SUPERVISION: "Supervision, hours by month and what they count for",
    PortfolioPart.TRAINING: "Training and qualifications",
    PortfolioPart.REGISTRATION: "Registrations and checks",
    PortfolioPart.PRACTICE: "Observed practice",
    PortfolioPart.SIGN_OFFS: "Competencies signed off",
    PortfolioPart.RESPONSIBILITIES: "Responsibilities",
    PortfolioPart.ACTIVITIES: "Activity log",
}
HELD_AS = {HoldingKind.LEAD: "Lead", HoldingKind.DEPUTY: "Deputy", HoldingKind.IN_DEVELOPMENT: "In development"}


def portfolio_pack(found: Portfolio, number: str, known_at: datetime) -> Pack:
    asked = found.asked
    made_for = f"For an audit by {asked.body}" if asked.body else "For an appraisal"
    pack = Pack(
        title="Portfolio",
        about=f"{found.person}\n{made_for}, {words.day(asked.since)} to {words.day(asked.until)}",
        marking=MARKING,
        form="named",
        as_at=asked.until,
        known_at=known_at,
        number=number,
        provenance=[
            ("Made by", f"{found.person}, from their own record"),
            ("Made", f"{words.moment(known_at)}, London time"),
            ("As at", words.day(asked.until)),
            ("As known at", f"{words.moment(known_at)}, London time"),
            ("From", "What this service's record of supervision, training and practice held of them at that moment"),
            ("Chosen", words.listed([PART_WORDS[part] for part in PortfolioPart if part in asked.parts])),
            ("Others in it", _others(found)),
        ],
        parts=[_posts(found), *(_PARTS[part](found) for part in PortfolioPart if part in asked.parts)],
    )
    return replace(pack, digest=digest_of(pack))


def _others(found: Portfolio) -> str:
    by_name = "By name alone: whoever supervised, observed or signed off."
    chosen = any(one.strengths or one.next_step for one in found.observations)
    return f"{by_name} Of observers also the feedback that was chosen." if chosen else by_name


def digest_of(pack: Pack) -> str:
    """SHA-256 over everything the pack says."""
    parts = [
        [
            part.title,
            *part.words,
            [[table.title, table.columns, table.rows, table.total, table.note] for table in part.tables],
        ]
        for part in pack.parts
    ]
    said = [pack.title, pack.about, pack.marking, pack.form, pack.as_at, pack.known_at, pack.number, parts]
    return hashlib.sha256(json.dumps([said, pack.provenance], default=str).encode()).hexdigest()


def rows_of(pack: Pack) -> int:
    return sum(len(table.rows) for part in pack.parts for table in part.tables)


def _posts(found: Portfolio) -> Part:
    rows = [(one.role, one.community, one.start_on, one.end_on) for one in found.posts]
    return Part(
        "Posts",
        tables=[
            PackTable("Posts held in the period", ("Role", "Where", "From", "To"), rows, nothing="No post is entered.")
        ],
    )


# ---------------------------------------------------------------------------------------------------------------------
# Supervision


def _supervision(found: Portfolio) -> Part:
    tables = [_by_month(found)]
    if found.months:
        tables.append(_credited(found, found.known_on))
    tables.append(_sessions(found))
    return Part(PART_WORDS[PortfolioPart.SUPERVISION], tables=tables)


def _by_month(found: Portfolio) -> PackTable:
    """Time attended, alone and with others, whatever it counts for."""

    def line(title: str, sessions: Sequence[Any]) -> tuple[Value, ...]:
        alone = sum(one.attended for one in sessions if one.form is SessionForm.INDIVIDUAL)
        in_all = sum(one.attended for one in sessions)
        return title, len(sessions), words.length(alone), words.length(in_all - alone), words.length(in_all)

    months = sorted({first_of_month(one.held_on) for one in found.sessions})
    return PackTable(
        "Hours by month",
        ("Month", "Sessions", "Individual", "In a group", "Attended in all"),
        [
            line(words.month(month), [one for one in found.sessions if first_of_month(one.held_on) == month])
            for month in months
        ],
        total=line("In all", found.sessions) if months else (),
        note="Sessions held and attended in the period. Months without one are not listed.",
        nothing="No session was attended in the period.",
    )


def _credited(found: Portfolio, known_on: date) -> PackTable:
    from tcsuper.charts import VERDICT_WORDS

    return PackTable(
        "What it counts for",
        ("Month", "Minimum", "Attended", "Credited", "Wanted", "Status"),
        [
            (
                words.month(month.first),
                row.minimum.title,
                words.minutes(month.attended),
                _amount(month.credited),
                _amount(month.wanted),
                month.why or VERDICT_WORDS["forecast" if is_to_come(month, known_on) else month.verdict],
            )
            for row in found.months
            for month in row.months
        ],
        note="For each minimum what it asks and what it credits, as at the last day of the period. Each month is "
        "whole, also where the period begins within it.",
    )


def _amount(amount: Fraction) -> int | float:
    """As My record says it, and a number still: cut at one decimal, never rounded up."""
    said = words.number(amount)
    return float(said) if "." in said else int(said)


def _sessions(found: Portfolio) -> PackTable:
    return PackTable(
        "Sessions attended",
        ("Date", "Session", "With", "Length", "Attended"),
        [
            (one.held_on, one.title, one.supervisor, words.length(one.minutes), words.length(one.attended))
            for one in found.sessions
        ],
        nothing="No session was attended in the period.",
    )


# ---------------------------------------------------------------------------------------------------------------------
# Training, registration


def _training(found: Portfolio) -> Part:
    stands = [
        (
            row.requirement,
            row.standing.done_on if isinstance(row.standing, CourseStanding) else None,
            status_word(row.standing.status),
            row.standing.due_on,
            _because(row),
        )
        for row in found.training
    ]
    completed: list[tuple[Value, ...]] = []
    if found.completions is not None:
        completed = [
            (row.completed_on, row.course, _day(row.printed_expiry_on), "Yes" if row.is_confirmed else "Not yet")
            for row in found.completions.iloc[::-1].itertuples()
        ]
    return Part(
        PART_WORDS[PortfolioPart.TRAINING],
        tables=[
            PackTable(
                "What is asked",
                ("Course or qualification", "Completed", "Status", "Due or valid until", "Why"),
                stands,
                nothing="No course or qualification is asked.",
            ),
            PackTable(
                "Completed in the period",
                ("Completed", "Course", "Expiry on the certificate", "Confirmed here"),
                completed,
                nothing="No completion is recorded in the period.",
            ),
        ],
    )


def _registration(found: Portfolio) -> Part:
    registered = [
        (
            one.body,
            one.grade or None,
            one.number or None,
            one.registered_on,
            one.valid_until,
            one.last_checked_on,
            status_word(one.standing.status),
        )
        for one in found.registrations
    ]
    return Part(
        PART_WORDS[PortfolioPart.REGISTRATION],
        tables=[
            PackTable(
                "Registrations",
                ("Body", "Grade", "Number", "Registered", "Valid until", "Register last checked", "Status"),
                registered,
                nothing="No registration is recorded.",
            ),
            PackTable(
                "Checks, agreements and events",
                ("What is asked", "Status", "Due or valid until", "Why"),
                [
                    (row.requirement, status_word(row.standing.status), row.standing.due_on, _because(row))
                    for row in found.checks
                ],
                nothing="Nothing of the kind is asked.",
            ),
        ],
    )


def _because(row: Row) -> str:
    """Its sentence. Why something is not asked of somebody may be about their health, and is left out."""
    if row.bound.override is not None and row.standing.status is Status.EXEMPT:
        return "Not asked of this person for the time being."
    return row.standing.because


def _day(value: Any) -> date | None:
    return value if isinstance(value, date) else None


# ---------------------------------------------------------------------------------------------------------------------
# Practice


def _practice(found: Portfolio) -> Part:
    tables = []
    if found.practice is not None:
        tables = [_against(of_set) for _, of_set in found.practice.groupby("set_id", sort=False)]
    tables.append(_observations(found.observations))
    said = [one for one in found.observations if one.strengths or one.next_step]
    if said:
        rows = [(one.observed_on, one.observer, one.strengths or None, one.next_step or None) for one in said]
        tables.append(PackTable("Feedback chosen", ("Day", "Observer", "Strengths", "Next step"), rows))
    return Part(PART_WORDS[PortfolioPart.PRACTICE], tables=tables)


def _against(of_set: "pd.DataFrame") -> PackTable:
    first = of_set.iloc[0]
    title = f"{first['set_name']}, version {first['set_version']}" if first["set_version"] else str(first["set_name"])
    levels: dict[int, str] = first["levels"]

    def level(value: Any) -> str | None:
        return None if value is None or value != value else f"{int(value)} {levels.get(int(value), '')}".strip()

    met = int(of_set["status"].isin(MET).sum())
    return PackTable(
        title,
        ("Standard", "Required", "Observed", "Last observed", "Status"),
        [
            (
                row.standard,
                level(row.required),
                level(row.observed),
                _day(row.observed_on),
                status_word(row.status) if row.status is not None else None,
            )
            for row in of_set.itertuples()
        ],
        note="Each standard by itself; there is no mark over all of them.",
        chart=_dumbbell(of_set, levels, f"{met} of {words.count(len(of_set), 'standard')} at the level required."),
    )


def _dumbbell(of_set: "pd.DataFrame", levels: dict[int, str], says: str) -> Chart | None:
    if of_set["observed"].isna().all() and of_set["self_level"].isna().all():
        return None
    from tcsuper.charts import dumbbell_chart

    return Chart(dumbbell_chart(of_set, levels), f"{says} The upright mark is the level required.")


def _observations(observations: Sequence[Observed]) -> PackTable:
    return PackTable(
        "Observations in the period",
        ("Day", "Observer", "Standards", "Signed"),
        [(one.observed_on, one.observer, one.standards, "Yes" if one.is_signed else "Not yet") for one in observations],
        nothing="No observation was shared in the period.",
    )


def _sign_offs(found: Portfolio) -> Part:
    return Part(
        PART_WORDS[PortfolioPart.SIGN_OFFS],
        tables=[
            PackTable(
                "Signed off",
                ("Signed", "Standard", "Level", "By"),
                [(one.signed_on, one.standard, one.level, one.by) for one in found.sign_offs],
                nothing="Nothing has been signed off yet.",
            )
        ],
    )


def _responsibilities(found: Portfolio) -> Part:
    rows = [
        (
            one.title,
            one.role,
            one.community,
            "As every postholder" if one.kind is None else HELD_AS.get(one.kind, one.kind.value.capitalize()),
            one.start_on,
        )
        for one in found.responsibilities
    ]
    return Part(
        PART_WORDS[PortfolioPart.RESPONSIBILITIES],
        tables=[
            PackTable(
                "Held on the last day",
                ("Responsibility", "Role", "Where", "Held", "Since"),
                rows,
                nothing="None is held on that day.",
            )
        ],
    )


# ---------------------------------------------------------------------------------------------------------------------
# The activity log


def _activities(found: Portfolio) -> Part:
    entries = list(reversed(found.activities))
    hours = sum(one.hours for one in entries)
    tables = [
        PackTable(
            "Activities",
            ("Day", "Kind", "Hours"),
            [(one.held_on, KINDS[one.kind], hours_in_words(one.hours)) for one in entries],
            total=(words.count(len(entries), "activity", "activities"), "", hours_in_words(hours)) if entries else (),
            nothing="Nothing is logged in the period.",
        )
    ]
    chosen = [one for one in entries if one.record_id in found.reflections]
    if chosen:
        rows = [(one.held_on, KINDS[one.kind], found.reflections[one.record_id]) for one in chosen]
        tables.append(
            PackTable(
                "Reflections chosen",
                ("Day", "Kind", "In their own words"),
                rows,
                note="Chosen one by one by their author.",
            )
        )
    return Part(PART_WORDS[PortfolioPart.ACTIVITIES], _counted(found.counts), tables)


def _counted(counts: Iterable[Any]) -> list[str]:
    """What each body asks for beside what is logged: sentences, and no status."""
    return [f"{count.title.rstrip('.')}. {' '.join(count.sentences)}" for count in counts]


_PARTS = {
    PortfolioPart.SUPERVISION: _supervision,
    PortfolioPart.TRAINING: _training,
    PortfolioPart.REGISTRATION: _registration,
    PortfolioPart.PRACTICE: _practice,
    PortfolioPart.SIGN_OFFS: _sign_offs,
    PortfolioPart.RESPONSIBILITIES: _responsibilities,
    PortfolioPart.ACTIVITIES: _activities,
}
