"""What an import would do before anything is stored: the names that may be written, who is meant by a name, what each
row would change, and the imports that were made.

Only people whom the viewer may see are ever named; somebody else is as unknown as somebody who does not exist.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Actor, Object, people_to_import_for, rules_to_import
from tcsuper.clock import today
from tcsuper.errors import NotAllowed
from tcsuper.models import (
    AuditEvent,
    AuditSubject,
    Body,
    Community,
    Course,
    ImportBatch,
    ImportMapping,
    JobDescription,
    Staff,
    SupervisionGroup,
    SupervisionPurpose,
)
from tcsuper.queries.import_kept import plan_kept_from
from tcsuper.queries.import_there import There
from tcsuper.queries.import_undoing import reaches_beyond, stands_in_the_way
from tcsuper.queries.people import Person, people_to_choose, supervisors_to_choose
from tcsuper.queries.versions import IS_ROLE
from tcsuper.rules.import_months import plan_months
from tcsuper.rules.import_names import names_of
from tcsuper.rules.import_plan import (
    NEW,
    Change,
    ImportPlan,
    People,
    Planned,
    PlannedRow,
    aliases_of,
    key_of,
    place_of,
    told_from,
)
from tcsuper.rules.import_registrations import plan_registrations
from tcsuper.rules.import_staff import find_newcomers, plan_staff
from tcsuper.rules.import_supervision import plan_supervision
from tcsuper.rules.import_training import plan_training
from tcsuper.rules.importing import (
    Known,
    Line,
    MonthLine,
    RegistrationLine,
    SheetKind,
    StaffLine,
    SupervisionLine,
    Told,
    TrainingLine,
    Understood,
)
from tcsuper.rules.matching import Candidate, Names, folded

__all__ = [
    "NEW",
    "Change",
    "ImportMade",
    "ImportPlan",
    "KeptMapping",
    "Match",
    "PlannedRow",
    "imports_made",
    "in_order",
    "kept_mappings",
    "kinds_to_import",
    "known_names",
    "match_people",
    "plan_import",
    "planned_import",
]

ABOUT: Mapping[SheetKind, Object] = {
    SheetKind.STAFF: Object.PERSON,
    SheetKind.TRAINING_MATRIX: Object.TRAINING_RECORD,
    SheetKind.TRAINING_LOG: Object.TRAINING_RECORD,
    SheetKind.REGISTRATIONS: Object.REGISTRATION,
    SheetKind.SUPERVISION_LOG: Object.SESSION_LOG,
    SheetKind.SUPERVISION_MONTHS: Object.SESSION_LOG,
}
"""What each kind of sheet holds records of, as the access table calls it."""
MOST_LOOKED_AT, MOST_RECENT = 5_000, 20
"""Rows of an import up to which the list says at once whether it can be undone, and of how many imports."""


def kinds_to_import(*, viewer: Actor) -> tuple[SheetKind, ...]:
    """The kinds of sheets this person may take in: none, when they may not import."""
    return tuple(kind for kind, what in ABOUT.items() if rules_to_import(viewer, what))


def _check_may_import(viewer: Actor) -> None:
    if not kinds_to_import(viewer=viewer):
        raise NotAllowed


def known_names(db: Session, *, viewer: Actor) -> Known:
    """What a sheet may name, in lower case, to our code: courses by code, title and common spellings; bodies; roles;
    communities, as far as the viewer may import for them; purposes; groups of these communities. Raises NotAllowed for
    whoever may import nothing."""
    _check_may_import(viewer)
    places = There(db, viewer).places
    groups = select(SupervisionGroup.name).where(col(SupervisionGroup.community_id).in_(list(places)))
    takes_sessions = bool(rules_to_import(viewer, Object.SESSION_LOG))
    return Known(
        courses=names_of((one.code, (one.title,)) for one in db.exec(select(Course))),
        bodies=names_of((one.code, (one.name, one.short_name)) for one in db.exec(select(Body))),
        roles=names_of(
            (one.code, (one.role_name, one.title)) for one in db.exec(select(JobDescription).where(IS_ROLE))
        ),
        communities=names_of((name, ()) for name in places.values()),
        purposes=names_of((one.code, (one.name,)) for one in db.exec(select(SupervisionPurpose))),
        groups=names_of((name, ()) for name in sorted(set(db.exec(groups)))) if takes_sessions else {},
        shown=dict(db.exec(select(Course.code, Course.title)).all())
        | dict(db.exec(select(Body.code, Body.short_name)).all())
        | dict(db.exec(select(JobDescription.code, JobDescription.role_name).where(IS_ROLE)).all())
        | dict(db.exec(select(SupervisionPurpose.code, SupervisionPurpose.name)).all()),
    )


# ---------------------------------------------------------------------------------------------------------------------
# Who is meant


@dataclass(frozen=True)
class Match:
    """A name as it is written in the file, and who is meant. `exact`: the same words in any order, or the staff number,
    and nobody else; `likely`: who it may be, best first, for somebody to choose. Neither: unknown here. `is_subject`:
    rows are about them; otherwise they are only named as a supervisor or line manager."""

    written: str
    staff_number: str
    exact: Person | None = None
    likely: tuple[Person, ...] = ()
    is_subject: bool = True
    may_be_new: bool = False
    """A staff list names them: the answer may be NEW."""

    @property
    def key(self) -> str:
        """What the answer goes under in `people`."""
        return key_of(self.written, self.staff_number)


def match_people(db: Session, *, viewer: Actor, understood: Sequence[Understood]) -> tuple[Match, ...]:
    """Everybody whom these sheets name, each once, in the order in which they are first named: subjects, supervisors
    and line managers. Raises NotAllowed for whoever may import nothing."""
    _check_may_import(viewer)
    lines = _lines(understood)
    people = _people_to_name(db, viewer)
    numbers = _numbers(db, people)
    names = Names([Candidate(one.staff_id, one.full_name, numbers.get(one.staff_id, "")) for one in people.values()])
    listed = {folded(line.person) for line in lines if isinstance(line, StaffLine)}
    matches = []
    for (written, number), is_subject in _named(lines).items():
        meant = names.meant(written, number)
        matches.append(
            Match(
                written,
                number,
                people[meant.exact] if meant.exact is not None else None,
                tuple(people[one] for one in meant.likely),
                is_subject,
                folded(written) in listed,
            )
        )
    return tuple(matches)


def _named(lines: Iterable[Line]) -> dict[tuple[str, str], bool]:
    """Each name with the number beside it, and whether rows are about it. Whoever is only named in passing, and of
    whose name rows are about just one person, is that person."""
    lines = list(lines)
    found = {(line.person, line.staff_number): True for line in lines}
    aliases = aliases_of(lines)
    for line in lines:
        others = [line.line_manager] if isinstance(line, StaffLine) else []
        others += [line.supervisor] if isinstance(line, SupervisionLine) else []
        for other in others:
            if other.strip() and folded(other) not in aliases:
                found.setdefault((other, ""), False)
    return found


def _people_to_name(db: Session, viewer: Actor) -> dict[int, Person]:
    people = {one.staff_id: one for one in people_to_choose(db, viewer=viewer)}
    if rules_to_import(viewer, Object.SESSION_LOG):
        people |= {one.staff_id: one for one in supervisors_to_choose(db, viewer=viewer)}
    for staff_id, name in There(db, viewer).names.items():
        people.setdefault(staff_id, Person(staff_id, name))
    return people


def _numbers(db: Session, people: Collection[int]) -> dict[int, str]:
    rows = db.execute(sa.select(col(Staff.id), col(Staff.staff_number)).where(col(Staff.staff_number).is_not(None)))
    return {staff_id: number for staff_id, number in rows if staff_id in people}


def _lines(understood: Iterable[Understood]) -> list[Line]:
    return [line for one in understood for line in one.lines]


# ---------------------------------------------------------------------------------------------------------------------
# What would change


def plan_import(
    db: Session,
    *,
    viewer: Actor,
    understood: Sequence[Understood],
    people: Mapping[str, int | None],
    kept_from: date | None = None,
    file_digest: str = "",
    file_name: str = "",
) -> ImportPlan:
    """What taking these sheets in would do. `people`: by `Match.key` (a written name alone will do where no staff
    number stands beside it), a staff id, NEW for somebody whom a staff list enters, None to leave their rows out.
    `kept_from`: since when records are kept here. Raises NotAllowed for whoever may import nothing."""
    planned = planned_import(db, viewer=viewer, understood=understood, people=people, kept_from=kept_from)
    if file_digest:
        planned.means.extend(_taken_in_before(db, file_digest))
    return in_order(planned, understood)


def in_order(planned: Planned, understood: Sequence[Understood]) -> ImportPlan:
    order = {place_of(line.where): number for number, line in enumerate(_lines(understood))}
    return planned.plan(order)


def planned_import(
    db: Session,
    *,
    viewer: Actor,
    understood: Sequence[Understood],
    people: Mapping[str, int | None],
    kept_from: date | None = None,
) -> Planned:
    """The same with what is to be written: for the service that stores it."""
    _check_may_import(viewer)
    allowed = kinds_to_import(viewer=viewer)
    planned = Planned()
    lines = [line for one in understood if one.kind in allowed for line in one.lines]
    for one in understood:
        if one.kind is not None and one.kind not in allowed:
            for line in one.lines:
                sentence = "Sheets of this kind are for the therapy manager of the community to take in."
                planned.settle(line.where, line.person, Change.REFUSED, sentence)
    there = There(db, viewer, [one for one in people.values() if one], kept_from)
    staff = [line for line in lines if isinstance(line, StaffLine)]
    who = People(people, there.names, *find_newcomers(staff, people), aliases_of(lines))
    _plan_each(planned, lines, staff, who, there)
    planned.meant = _meant(lines, who)
    plan_kept_from(db, viewer, planned, lines, kept_from)
    return planned


def _meant(lines: Sequence[Line], who: People) -> dict[tuple[str, int, str], str]:
    """By the place of a line, whom it was taken for, where the sheet writes their name differently."""
    written = {(line.person, line.staff_number) for line in lines}
    names = {one: name for one in written if (name := who.name_here(*one))}
    return {
        place_of(line.where): names[line.person, line.staff_number]
        for line in lines
        if (line.person, line.staff_number) in names
    }


def _plan_each(planned: Planned, lines: Sequence[Line], staff: Sequence[StaffLine], who: People, there: There) -> None:
    training = [line for line in lines if isinstance(line, TrainingLine)]
    registrations = [line for line in lines if isinstance(line, RegistrationLine)]
    sessions = [line for line in lines if isinstance(line, SupervisionLine)]
    months = [line for line in lines if isinstance(line, MonthLine)]
    if staff:
        plan_staff(planned, staff, who, there.staff(staff))
    if training:
        plan_training(planned, training, who, there.training(training))
    if registrations:
        plan_registrations(planned, registrations, who, there.registrations())
    if sessions:
        plan_supervision(planned, sessions, who, there.supervision)
    if months:
        plan_months(planned, months, who, there.months())


def _taken_in_before(db: Session, file_digest: str) -> list[str]:
    """To the byte this very file."""
    found = select(ImportBatch.made_at).where(ImportBatch.digest == file_digest, col(ImportBatch.undone_at).is_(None))
    last = db.exec(found.order_by(col(ImportBatch.made_at).desc())).first()
    return [f"This file was taken in on {words.day(today(last))}."] if last is not None else []


# ---------------------------------------------------------------------------------------------------------------------
# How sheets were understood before


@dataclass(frozen=True)
class KeptMapping:
    """How sheets like this one were understood before. `is_whole`: every heading is the same."""

    mapping_id: int
    name: str
    community: str
    """Empty: an administrator's, for the whole service."""
    told: Told
    people: Mapping[str, int] = field(default_factory=dict)
    kept_by: str = ""
    kept_at: datetime | None = None
    is_whole: bool = True


def kept_mappings(db: Session, *, viewer: Actor, headings: Sequence[str]) -> tuple[KeptMapping, ...]:
    """Those that fit a sheet with these headings, the best first; people whom the viewer may not see are left out of
    them. No headings: all that the viewer may use."""
    if not kinds_to_import(viewer=viewer):
        return ()
    there = There(db, viewer)
    rows = db.execute(
        sa.select(ImportMapping, col(Community.name), col(Staff.full_name))
        .outerjoin(Community, col(Community.id) == col(ImportMapping.community_id))
        .join(Staff, col(Staff.id) == col(ImportMapping.kept_by_id))
        .where(mappings_of(viewer, there.places))
        .order_by(col(ImportMapping.name), col(ImportMapping.id))
    )
    wanted = {heading.casefold().strip() for heading in headings} - {""}
    found = []
    for mapping, community, kept_by in rows:
        share = _share(wanted, set(mapping.headings))
        if wanted and share < HALF:
            continue
        one = KeptMapping(
            mapping.id,
            mapping.name,
            community or "",
            told_from(mapping.told),
            {name: staff_id for name, staff_id in mapping.people.items() if staff_id in there.names},
            kept_by,
            mapping.kept_at,
            share == 1,
        )
        found.append((-share, one))
    return tuple(one for _, one in sorted(found, key=lambda both: both[0]))


HALF = 0.5


def _share(wanted: set[str], headings: set[str]) -> float:
    return len(wanted & headings) / len(wanted | headings) if wanted | headings else 1.0


def mappings_of(viewer: Actor, places: Collection[int]) -> sa.ColumnElement[bool]:
    """The WHERE clause for the mappings that the viewer may use: of their communities, and, for those who import for
    everybody, of the whole service."""
    return sa.or_(
        col(ImportMapping.community_id).in_(list(places)),
        sa.and_(col(ImportMapping.community_id).is_(None), sa.true() if keeps_for_all(viewer) else sa.false()),
    )


def keeps_for_all(viewer: Actor) -> bool:
    return any(rule.scope == "everyone" for rule in rules_to_import(viewer, Object.IMPORT))


# ---------------------------------------------------------------------------------------------------------------------
# The imports that were made


@dataclass(frozen=True)
class ImportMade:
    """A file that was taken in. `why_not`: why it cannot be undone, where it cannot (empty: it can)."""

    batch_id: int
    made_at: datetime
    made_by: str
    file_name: str
    kinds: tuple[SheetKind, ...]
    counts: Mapping[str, int]
    kept_from: date | None = None
    undone_at: datetime | None = None
    undone_by: str = ""
    undone_because: str = ""
    why_not: str = ""


def imports_made(db: Session, *, viewer: Actor) -> tuple[ImportMade, ...]:
    """One's own, and those about nobody but people whom the viewer might have imported the same for; the last first."""
    undoer = sa.orm.aliased(Staff)
    rows = db.execute(
        sa.select(ImportBatch, col(Staff.full_name), col(undoer.full_name))
        .join(Staff, col(Staff.id) == col(ImportBatch.made_by_id))
        .outerjoin(undoer, col(undoer.id) == col(ImportBatch.undone_by_id))
        .where(imports_seen(viewer))
        .order_by(col(ImportBatch.made_at).desc(), col(ImportBatch.id).desc())
    ).all()
    may = set(kinds_to_import(viewer=viewer))
    return tuple(
        ImportMade(
            batch.id,
            batch.made_at,
            made_by,
            batch.file_name,
            tuple(SheetKind(kind) for kind in batch.kinds),
            batch.counts,
            batch.kept_from,
            batch.undone_at,
            undone_by or "",
            batch.undone_because,
            _why_not(db, viewer, batch, is_recent=number < MOST_RECENT),
        )
        for number, (batch, made_by, undone_by) in enumerate(rows)
        if {SheetKind(kind) for kind in batch.kinds} <= may
    )


def imports_seen(viewer: Actor) -> sa.ColumnElement[bool]:
    """The WHERE clause. Whom an import is about, its event says."""
    if not kinds_to_import(viewer=viewer):
        return sa.false()
    theirs = people_to_import_for(viewer, Object.PERSON)
    others = (
        sa.select(col(AuditSubject.id))
        .join(AuditEvent, col(AuditEvent.id) == col(AuditSubject.event_id))
        .where(
            col(AuditEvent.action) == "import_records",
            col(AuditEvent.object_key) == sa.cast(col(ImportBatch.id), sa.String),
            col(AuditSubject.staff_id).not_in(theirs),
        )
    )
    return sa.or_(col(ImportBatch.made_by_id) == viewer.staff_id, ~others.exists())


def _why_not(db: Session, viewer: Actor, batch: ImportBatch, is_recent: bool) -> str:
    """Of an older or a very long one whoever tries to undo it is told."""
    if batch.undone_at is not None:
        return f"It was undone on {words.day(today(batch.undone_at))}."
    if not is_recent or batch.counts.get(Change.NEW, 0) + batch.counts.get(Change.CHANGED, 0) > MOST_LOOKED_AT:
        return ""
    if reaches_beyond(db, viewer=viewer, batch_id=batch.id or 0):
        return "Some of it is about people or communities that are not yours to take sheets in for now."
    found = stands_in_the_way(db, batch.id or 0)
    return f"{words.count(len(found), 'row')} changed since: {found[0]}" if found else ""
