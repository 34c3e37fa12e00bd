"""What the comparison of two versions could not tell is settled by a person: what goes on as what, what ends with its
version, what is new. Each decision can be taken back, and so can what was carried over by the wording.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from tcsuper.access import Actor, acting, check_can_set_rules
from tcsuper.audit import record_event
from tcsuper.errors import Conflict, InvalidRecord, NotAllowed
from tcsuper.models import JobDescription, Responsibility, ResponsibilityContinuation
from tcsuper.queries.versions import (
    CARRIED_OVER,
    DECIDED,
    Continued,
    are_read,
    continuations_between,
    duties_of,
    texts_of,
    versions_of,
)
from tcsuper.readers.compare import compare

TAKEN_BACK = "Somebody else has taken this back already: it waits to be settled."


def settle_former(
    db: Session, *, by: Actor, submission: UUID | None = None, former_id: int, goes_on_as: Sequence[int] = ()
) -> list[ResponsibilityContinuation]:
    """A responsibility of a former version goes on as these of the next one, with who is named for it and what it calls
    for; as none: it ends with its version."""
    by = acting(db, by, submission)
    check_can_set_rules(by)
    pair = _Pair(db, former_id, is_former=True)
    if pair.said_of(former_id=former_id):
        raise InvalidRecord(former_id="This was settled already. Take that decision back first.")
    return _store(db, by, pair, [(former_id, new) for new in goes_on_as] or [(former_id, None)])


def settle_new(
    db: Session, *, by: Actor, submission: UUID | None = None, new_id: int, continues: Sequence[int] = ()
) -> list[ResponsibilityContinuation]:
    """A responsibility of the next version continues these of the former one; none: it is new."""
    by = acting(db, by, submission)
    check_can_set_rules(by)
    pair = _Pair(db, new_id, is_former=False)
    if pair.said_of(new_id=new_id):
        raise InvalidRecord(new_id="This was settled already. Take that decision back first.")
    return _store(db, by, pair, [(former, new_id) for former in continues] or [(None, new_id)])


def carry_over(
    db: Session, *, by: Actor, submission: UUID | None = None, job_description_id: int
) -> list[ResponsibilityContinuation]:
    """What is plainly the same, reworded or moved goes on in this version, as far as nothing was said of it yet: for a
    version that was saved before the former one's sentences were read in."""
    by = acting(db, by, submission)
    check_can_set_rules(by)
    pair = _Pair.of_version(db, job_description_id)
    if not are_read(pair.former):
        raise InvalidRecord(job_description_id="The former version's own sentences are missing: read it in first.")
    former, new = ({one.number: one for one in side} for side in (pair.former, pair.new))
    rows = [
        ResponsibilityContinuation(
            former_id=former[change.former[0]].id, new_id=new[change.new[0]].id, became=change.became.value
        )
        for change in compare(texts_of(pair.former), texts_of(pair.new))
        if change.became in CARRIED_OVER
    ]
    rows = [row for row in rows if not pair.said_of(former_id=row.former_id) and not pair.said_of(new_id=row.new_id)]
    if not rows:
        raise InvalidRecord(job_description_id="Nothing more can be carried over by its wording.")
    db.add_all(rows)
    db.flush()
    _led_as_before(db, rows)
    record_event(
        db,
        by=by,
        action="carry_over_responsibilities",
        object_kind="job_description",
        object_key=job_description_id,
        carried_over=len(rows),
    )
    return rows


def take_back(
    db: Session, *, by: Actor, submission: UUID | None = None, continuation_ids: Sequence[int]
) -> list[Responsibility]:
    """What was decided, or carried over by the wording, waits to be settled again. Whether it is led stays as it is."""
    by = acting(db, by, submission)
    check_can_set_rules(by)
    link = ResponsibilityContinuation
    rows = db.exec(select(link).where(col(link.id).in_(list(continuation_ids))).with_for_update()).all()
    if not rows or len(rows) < len(set(continuation_ids)):
        raise Conflict(TAKEN_BACK)
    sides = [one for row in rows for one in (row.former_id, row.new_id) if one is not None]
    for row in rows:
        db.delete(row)
    db.flush()
    record_event(
        db,
        by=by,
        action="take_back_settling",
        object_kind="responsibility",
        object_key=sides[0],
        responsibilities=sorted(set(sides)),
    )
    return list(db.exec(select(Responsibility).where(col(Responsibility.id).in_(sides))))


class _Pair:
    """A version and the next one, found by a responsibility of either. The role is locked: of two people who settle at
    once the second sees what the first said."""

    def __init__(self, db: Session, responsibility_id: int, is_former: bool) -> None:
        one = db.get(Responsibility, responsibility_id)
        if one is None or one.is_cross_reference:
            raise NotAllowed
        self._load(db, one.job_description_id, is_former)

    @classmethod
    def of_version(cls, db: Session, job_description_id: int) -> "_Pair":
        pair = cls.__new__(cls)
        pair._load(db, job_description_id, is_former=False)
        return pair

    def _load(self, db: Session, version_id: int, is_former: bool) -> None:
        version = db.get(JobDescription, version_id)
        if version is None:
            raise NotAllowed
        role_id = version.version_of_id or version_id
        db.get(JobDescription, role_id, with_for_update=True)
        ids = [one.id or 0 for one in versions_of(db, role_id)]
        place = ids.index(version_id) - (0 if is_former else 1)
        if not 0 <= place < len(ids) - 1:
            raise NotAllowed
        duties = duties_of(db, ids[place : place + 2])
        self.former, self.new = duties[ids[place]], duties[ids[place + 1]]
        self.said = continuations_between(db, [one.id or 0 for one in self.former], [one.id or 0 for one in self.new])

    def said_of(self, former_id: int | None = None, new_id: int | None = None) -> list[ResponsibilityContinuation]:
        return [
            row
            for row in self.said
            if (former_id is not None and row.former_id == former_id) or (new_id is not None and row.new_id == new_id)
        ]


def _store(
    db: Session, by: Actor, pair: _Pair, decided: Sequence[tuple[int | None, int | None]]
) -> list[ResponsibilityContinuation]:
    decided = list(dict.fromkeys(decided))
    known_former, known_new = ({one.id: one for one in side} for side in (pair.former, pair.new))
    problems = []
    for former, new in decided:
        if (former is not None and former not in known_former) or (new is not None and new not in known_new):
            raise NotAllowed
        if former is not None and new is not None:
            if any(row.new_id is None for row in pair.said_of(former_id=former)):
                problems.append(f"Number {known_former[former].number} was said to end with its version.")
            if any(row.former_id is None for row in pair.said_of(new_id=new)):
                problems.append(f"Number {known_new[new].number} was said to be new.")
    if problems:
        raise InvalidRecord(with_ids=f"{' '.join(problems)} Take that decision back first.")
    rows = [ResponsibilityContinuation(former_id=former, new_id=new, became=DECIDED) for former, new in decided]
    db.add_all(rows)
    db.flush()
    _led_as_before(db, rows)
    record_event(
        db,
        by=by,
        action="settle_responsibility",
        object_kind="responsibility",
        object_key=decided[0][0] or decided[0][1],
        former=sorted({former for former, _ in decided if former is not None}),
        new=sorted({new for _, new in decided if new is not None}),
    )
    return rows


def _led_as_before(db: Session, rows: Sequence[ResponsibilityContinuation]) -> None:
    """What continues a led one is led, in every version that follows: else whoever is named for it would be named for
    nothing there."""
    continued = Continued(db)
    for row in rows:
        if row.former_id is None or row.new_id is None:
            continue
        former = db.get_one(Responsibility, row.former_id)
        for later in continued.after(row.new_id):
            one = db.get_one(Responsibility, later)
            one.is_led = one.is_led or former.is_led
            one.area = one.area or former.area
    db.flush()
