"""The audit pack: what an inspector asks for, of some communities and a period, as at a date and as known at a time.

Read area by area (a file each) through the queries behind the screens, so that its totals are the screens'. Nothing
confidential is in it: no shared record, no note, no words of a concern, no reason of an absence, nothing that an
observer wrote about somebody. What is not written yet is marked so. `reports/` makes files of it.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import now
from tcsuper.queries.accounts import ROLE_WORDS
from tcsuper.queries.audit_pack.agreements import agreements_area
from tcsuper.queries.audit_pack.asked import (
    FORM_WORDS,
    MARKINGS,
    Area,
    Asked,
    Form,
    Picture,
    as_exporter,
    asked_for,
    communities_offered,
    forms_offered,
)
from tcsuper.queries.audit_pack.events import events_area
from tcsuper.queries.audit_pack.people import people_area
from tcsuper.queries.audit_pack.practice import practice_area
from tcsuper.queries.audit_pack.records import records_area, records_read
from tcsuper.queries.audit_pack.registration import registration_area
from tcsuper.queries.audit_pack.responsibilities import responsibilities_area
from tcsuper.queries.audit_pack.reviews import chosen_review, plan_area, review_areas, reviews_offered
from tcsuper.queries.audit_pack.summary import exceptions_area, summary_area
from tcsuper.queries.audit_pack.supervision import supervision_area, supervision_counts_area
from tcsuper.queries.audit_pack.training import training_area
from tcsuper.queries.bound import Evidence
from tcsuper.reports.pack import Pack, Part

__all__ = [
    "CodeLine",
    "Form",
    "Found",
    "PackAsked",
    "Progress",
    "audit_pack",
    "communities_offered",
    "digest_of",
    "forms_offered",
    "reviews_to_choose",
    "staff_codes",
]

TITLE = "Audit pack"
Progress = Callable[[float, str], None]
"""How far it is, from 0 to 1, and what is being done, in words."""


@dataclass(frozen=True)
class PackAsked:
    """What somebody asks a pack about. `known_on`: None is now. `review_id`: None is the latest of these
    communities."""

    community_ids: tuple[int, ...]
    since: date
    until: date
    on: date
    form: Form = Form.CODED
    known_on: date | None = None
    review_id: int | None = None
    handed_to: str = ""


def reviews_to_choose(db: Session, *, viewer: Actor, form: Form, on: date) -> dict[int, str]:
    """The reviews that a pack of this form can hold, by id, title and communities; the latest first."""
    within = communities_offered(db, viewer=viewer, form=form)
    if not within:
        return {}
    question = Asked(db, as_exporter(viewer, form), within, on, on, on, None, form, viewer)
    return {
        one.review_id: f"{one.title} ({words.listed(list(one.communities.values()))})"
        for one in reviews_offered(question)
    }


@dataclass(frozen=True)
class CodeLine:
    code: str
    person: str
    community: str


def staff_codes(db: Session, *, viewer: Actor, on: date) -> list[CodeLine]:
    """Whose code is whose, for whoever may take a named pack away: what a coded one leaves out."""
    within = communities_offered(db, viewer=viewer, form=Form.NAMED)
    exporter = as_exporter(viewer, Form.NAMED)
    named = Asked(db, exporter, within, on, on, on, None, Form.NAMED, viewer)
    coded = replace(named, form=Form.CODED)
    names = Evidence(db, sorted(named.people), on, None).names
    lines = [CodeLine(coded.whom(one, name), name, named.where(one)) for one, name in names.items()]
    return sorted(lines, key=lambda line: (line.community, line.person))


@dataclass(frozen=True)
class Found:
    """The pack without its charts, and what they are to be drawn of, by part and table."""

    pack: Pack
    pictures: dict[tuple[int, int], Picture]


def audit_pack(
    db: Session, *, viewer: Actor, asked: PackAsked, number: str = "", progress: Progress | None = None
) -> Found:
    """Raises NotAllowed for what is not theirs to take away, InvalidRecord for days that cannot be. `progress` may
    stop it by raising: nothing is stored by reading."""
    question = asked_for(
        db,
        viewer,
        asked.community_ids,
        asked.since,
        asked.until,
        asked.on,
        asked.known_on,
        asked.form,
        asked.review_id,
    )
    made_at = now()
    areas: list[Area] = []
    steps = _COUNTED_STEPS if question.is_counts else _STEPS
    for number_of_step, (says, read) in enumerate(steps):
        if progress is not None:
            progress(number_of_step / (len(steps) + 1), says)
        areas.extend(read(question))
    if progress is not None:
        progress(len(steps) / (len(steps) + 1), "Counting the records behind it")
    parts = [Part(area.title, area.words, area.tables, area.is_written) for area in areas]
    pack = Pack(
        title=TITLE,
        about=question.about,
        marking=MARKINGS[question.form],
        form=question.form.value,
        as_at=question.on,
        known_at=made_at if question.known_on is None else _end_of(question.known_on),
        number=number,
        provenance=_provenance(question, viewer, made_at, number, asked.handed_to),
        parts=parts,
    )
    return Found(replace(pack, digest=digest_of(pack)), _pictures(areas))


def _one(read: Callable[[Asked], Area]) -> Callable[[Asked], Sequence[Area]]:
    return lambda asked: [read(asked)]


Steps = tuple[tuple[str, Callable[[Asked], Sequence[Area]]], ...]
_STEPS: Steps = (
    ("How each area stands", _one(summary_area)),
    ("What is overdue, expired or below", _one(exceptions_area)),
    ("People and posts", _one(people_area)),
    ("Clinical supervision, month by month", _one(supervision_area)),
    ("Agreements and supervisors", _one(agreements_area)),
    ("Training", _one(training_area)),
    ("Registration", _one(registration_area)),
    ("Observed practice", _one(practice_area)),
    ("Appraisals and events", _one(events_area)),
    ("Responsibilities", _one(responsibilities_area)),
    ("The review, standard by standard", review_areas),
    ("Findings and actions", _one(plan_area)),
    ("How the records were kept", _one(records_area)),
)
_COUNTED_STEPS: Steps = (
    ("How each area stands", _one(summary_area)),
    ("Clinical supervision, month by month", _one(supervision_counts_area)),
    ("Observed practice", _one(practice_area)),
    ("Responsibilities", _one(responsibilities_area)),
    ("The review, standard by standard", review_areas),
    ("Findings and actions", _one(plan_area)),
    ("How the records were kept", _one(records_area)),
)
"""In counts nobody is looked at one by one: training, registration, agreements and events are in the summary alone."""


def _pictures(areas: Sequence[Area]) -> dict[tuple[int, int], Picture]:
    found: dict[tuple[int, int], Picture] = {}
    for part, area in enumerate(areas):
        for place, table in enumerate(area.tables):
            if area.pictures and table.title in area.pictures:
                found[part, place] = area.pictures[table.title]
    return found


def _end_of(day: date) -> datetime:
    """The last moment of a London day."""
    return datetime(day.year, day.month, day.day, 23, 59, tzinfo=words.LONDON)


def _provenance(
    asked: Asked, viewer: Actor, made_at: datetime, number: str, handed_to: str
) -> tuple[tuple[str, str], ...]:
    roles = [ROLE_WORDS[role] for role in sorted(asked.viewer.roles & viewer.roles) if role in ROLE_WORDS]
    made = f"{words.moment(made_at)}, London time"
    known = f"{words.moment(_end_of(asked.known_on))}, London time" if asked.known_on else made
    review = chosen_review(asked)
    return (
        ("What it is", f"{TITLE}: {asked.about}"),
        ("Communities", words.listed(list(asked.communities.values()))),
        ("Period", f"{words.day(asked.since)} to {words.day(asked.until)}"),
        ("As at", words.day(asked.on)),
        ("As known at", known),
        ("Made at", made),
        ("Made by", f"{viewer.name} ({words.listed(roles)})" if roles else viewer.name),
        ("Handed to", handed_to or "Not said"),
        ("Form", FORM_WORDS[asked.form]),
        ("Marking", MARKINGS[asked.form]),
        (
            "Review",
            asked.said(review.title) if review is not None else "None chosen, and none entered for these communities",
        ),
        ("From these records", records_read(asked)),
        ("Not in it", NOT_IN_IT),
        ("File number", number or "–"),
    )


NOT_IN_IT = (
    "Shared records, private notes, the words of concerns, reasons of absences, and what observers wrote about people."
)

# ---------------------------------------------------------------------------------------------------------------------
# The digest


def digest_of(pack: Pack) -> str:
    """SHA-256 over all that the pack says, in hexadecimal: whoever holds the file can ask whether it is the one in the
    register of exports. Charts are drawn of its tables, and are not in it."""
    return hashlib.sha256("\n".join(_said(pack)).encode()).hexdigest()


def _said(pack: Pack) -> Iterator[str]:
    """Line by line, each a list in JSON, so that no two packs say the same."""
    head = (pack.title, pack.about, pack.marking, pack.form, pack.as_at, pack.known_at, pack.number)
    yield _line(head)
    for pair in pack.provenance:
        yield _line(pair)
    for part in pack.parts:
        yield _line(("part", part.title, part.is_written, *part.words))
        for table in part.tables:
            yield _line(("table", table.title, table.note, table.nothing, len(table.rows)))
            for row in (table.columns, *table.rows, table.total):
                yield _line(row)


def _line(values: Sequence[object]) -> str:
    return json.dumps([one.isoformat() if isinstance(one, date) else one for one in values], ensure_ascii=False)
