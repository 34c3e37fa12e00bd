"""The standards of a version that is being written: added, pasted, worded anew, moved and removed. A version in force
stays as it is.
"""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper.access import Actor, acting, check_can_set_rules
from tcsuper.audit import record_event
from tcsuper.errors import CHANGED, Conflict, InvalidRecord, NotAllowed
from tcsuper.models import Anchor, SetOf, Standard, StandardCarriedOver, StandardSet
from tcsuper.queries.standard_sets import scale_of, standards_worded
from tcsuper.rules.reviews import EvidenceOf
from tcsuper.rules.standard_sets import LONGEST_NAME, MOST_STANDARDS, Worded, pasted

KIND = "standard_set"
STAYS = "This version is in force and stays as it is. Write a next version of the set to change it."


def add_standard(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    standard_set_id: int,
    worded: Worded,
    evidence: Sequence[EvidenceOf] = (),
) -> Standard:
    """At the end of its section, or of the version. `evidence`: what is counted towards it, of a community's alone."""
    by = acting(db, by, submission)
    check_can_set_rules(by)
    version = being_written(db, standard_set_id)
    known = standards_worded(db, standard_set_id)
    if len(known) >= MOST_STANDARDS:
        raise InvalidRecord(standards=f"A set holds up to {MOST_STANDARDS} standards.")
    worded = _checked(version, worded)
    of_section = [one.number for one, said in known if said.section == worded.section]
    counted = _counted(version, evidence)
    standard = store_standard(db, version, len(known) + 1, worded)
    standard.evidence = counted
    others = [one for one, _ in known]
    others.insert(of_section[-1] if of_section else len(others), standard)
    _number(db, others)
    record_event(db, by=by, action="add_standard", object_kind=KIND, object_key=version.id, standard_id=standard.id)
    return standard


def change_standard(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    standard_id: int,
    row_version: int,
    worded: Worded,
    number: int,
    evidence: Sequence[EvidenceOf] | None = None,
) -> Standard:
    """Worded anew, or in another place; `evidence`: what is counted towards it from now on, None where that stays as it
    is. Raises Conflict when it was changed after it was opened."""
    by = acting(db, by, submission)
    check_can_set_rules(by)
    standard, version = _standard(db, standard_id)
    if standard.row_version != row_version:
        raise Conflict(CHANGED)
    worded = _checked(version, worded)
    others = [one for one, _ in standards_worded(db, version.id or 0) if one is not standard]
    if not 1 <= number <= len(others) + 1:
        raise InvalidRecord(number=f"A place is between 1 and {len(others) + 1}.")
    standard.short_title, standard.text = worded.short_title, worded.text
    standard.section, standard.floor = worded.section, worded.floor
    if evidence is not None:
        standard.evidence = _counted(version, evidence)
    for anchor in db.exec(select(Anchor).where(Anchor.standard_id == standard_id)):
        db.delete(anchor)
    db.flush()
    _anchor(db, standard, worded)
    others.insert(number - 1, standard)
    _number(db, others)
    record_event(
        db,
        by=by,
        action="change_standard",
        object_kind=KIND,
        object_key=version.id,
        standard_id=standard_id,
        number=number,
    )
    return standard


def remove_standard(db: Session, *, by: Actor, submission: UUID | None = None, standard_id: int) -> None:
    """Out of a version that is being written, with what was to be carried over to it."""
    by = acting(db, by, submission)
    check_can_set_rules(by)
    standard, version = _standard(db, standard_id)
    remove_with_all(db, standard)
    _number(db, [one for one, _ in standards_worded(db, version.id or 0)])
    record_event(db, by=by, action="remove_standard", object_kind=KIND, object_key=version.id, standard_id=standard_id)


def paste_standards(
    db: Session, *, by: Actor, submission: UUID | None = None, standard_set_id: int, text: str, source: str = ""
) -> list[Standard]:
    """What a block of lines becomes (`rules.standard_sets.pasted`), after those that are there: all of it or nothing.
    `source`: whose text it is, where that is to be shown with the set."""
    by = acting(db, by, submission)
    check_can_set_rules(by)
    version = being_written(db, standard_set_id)
    known = len(standards_worded(db, standard_set_id))
    found = pasted(text, known + 1)
    problems = {"text": " ".join(found.problems)} if found.problems else {}
    if not found.standards:
        problems["text"] = "There is no line to make a standard of. Paste one line for each."
    if len(tidy(source)) > LONGEST_NAME:
        problems["source"] = f"Say whose text it is in up to {LONGEST_NAME} characters."
    if problems:
        raise InvalidRecord(**problems)
    made = [store_standard(db, version, number, one) for number, one in enumerate(found.standards, known + 1)]
    if tidy(source):
        version.source = tidy(source)
    db.flush()
    record_event(db, by=by, action="paste_standards", object_kind=KIND, object_key=version.id, standards=len(made))
    return made


# ---------------------------------------------------------------------------------------------------------------------
# Found, checked, stored


def found_version(db: Session, standard_set_id: int) -> StandardSet:
    version = db.get(StandardSet, standard_set_id, with_for_update=True)  # of two at once, one waits
    if version is None:
        raise NotAllowed
    return version


def being_written(db: Session, standard_set_id: int) -> StandardSet:
    version = found_version(db, standard_set_id)
    if version.in_force_from is not None:
        raise NotAllowed(STAYS)
    return version


def _standard(db: Session, standard_id: int) -> tuple[Standard, StandardSet]:
    standard = db.get(Standard, standard_id)
    if standard is None:
        raise NotAllowed
    return standard, being_written(db, standard.standard_set_id)


def tidy(text: str) -> str:
    return " ".join(text.split())


def _checked(version: StandardSet, worded: Worded) -> Worded:
    worded = worded.tidied()
    if problems := worded.problems(scale_of(version)):
        raise InvalidRecord(**problems)
    return worded


def _counted(version: StandardSet, evidence: Sequence[EvidenceOf]) -> list[str]:
    """As it is stored, each once, in the order chosen. Nothing is counted towards what a person is rated by."""
    if evidence and version.set_of is not SetOf.COMMUNITY:
        raise InvalidRecord(evidence="Only towards the standards of a community as a whole is anything counted.")
    if set(evidence) - set(EvidenceOf):
        raise InvalidRecord(evidence="Choose what is counted from the list.")
    return [kind.value for kind in dict.fromkeys(evidence)]


def store_standard(db: Session, version: StandardSet, number: int, worded: Worded) -> Standard:
    standard = Standard(
        standard_set_id=version.id or 0,
        number=number,
        short_title=worded.short_title,
        text=worded.text,
        section=worded.section,
        floor=worded.floor,
    )
    db.add(standard)
    db.flush()
    _anchor(db, standard, worded)
    return standard


def _anchor(db: Session, standard: Standard, worded: Worded) -> None:
    db.add_all(
        Anchor(standard_id=standard.id or 0, level=level, text=text) for level, text in sorted(worded.anchors.items())
    )
    db.flush()


def _number(db: Session, standards: Sequence[Standard]) -> None:
    """1, 2, 3 in this order. By way of numbers that no standard has, since two may never have the same one."""
    if [one.number for one in standards] == list(range(1, len(standards) + 1)):
        return
    for place, one in enumerate(standards, 1):
        one.number = -place
    db.flush()
    for place, one in enumerate(standards, 1):
        one.number = place
    db.flush()


def remove_with_all(db: Session, standard: Standard) -> None:
    """With its anchors and what was confirmed for it: nobody was ever rated by it."""
    carried = StandardCarriedOver
    of_standard = sa.or_(col(carried.former_id) == standard.id, col(carried.new_id) == standard.id)
    confirmed = db.exec(select(carried).where(of_standard).order_by(col(carried.id).desc())).all()
    for one in [*confirmed, *db.exec(select(Anchor).where(Anchor.standard_id == standard.id))]:
        db.delete(one)
        db.flush()
    db.delete(standard)
    db.flush()
