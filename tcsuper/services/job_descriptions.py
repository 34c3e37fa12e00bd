"""Job descriptions that a service reads in: the first version of a document, the texts of a version that is known, and
the next version with what goes on in it. Saving one changes nothing before its day, and maps nothing by a guess.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Actor, acting, check_can_set_rules
from tcsuper.audit import record_event
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import Base, JobDescription, Responsibility, ResponsibilityContinuation
from tcsuper.queries.versions import CARRIED_OVER, IS_ROLE, are_read, duties_of, texts_of, versions_of
from tcsuper.readers.compare import Change, compare
from tcsuper.readers.job_description import JobDescription as Reading
from tcsuper.readers.labels import LISTS
from tcsuper.readers.particulars import name_of
from tcsuper.rules.job_descriptions import is_same_version, short_title_of, version_printed

ByNumber = Mapping[int, str]
NOTHING: ByNumber = {}
OWN_CODE = "own_"
"""Begins the codes of documents that a service read in, which the shipped catalogue therefore never names."""


def add_job_description(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    reading: Reading,
    role_name: str,
    short_titles: ByNumber = NOTHING,
    areas: ByNumber = NOTHING,
) -> JobDescription:
    """A document of a role that the catalogue does not know: the role, and its first version, from the beginning.
    Short titles and areas by number; a title left out is the beginning of the text."""
    by = acting(db, by, submission)
    check_can_set_rules(by)
    role_name = " ".join(role_name.split())
    problems = _problems_with(reading, short_titles, areas)
    if not 1 <= len(role_name) <= 200:
        problems["role_name"] = "Name the role, in up to 200 characters."
    elif _has_role(db, role_name):
        problems["role_name"] = "The catalogue has a role of this name. Save this as its next version, or name another."
    new = _version_read(reading, code="", role_name=role_name)
    if problems := problems | _taken(db, new):
        raise InvalidRecord(**problems)
    db.add(new)
    db.flush()
    new.code = f"{OWN_CODE}{new.id}"
    _add_duties(db, new, reading, short_titles, areas, {})
    record_event(
        db,
        by=by,
        action="add_job_description",
        object_kind="job_description",
        object_key=new.id,
        responsibilities=len(reading.responsibilities),
        cross_references=len(reading.cross_references),
    )
    return new


@dataclass(frozen=True)
class Filled:
    """What reading in a version's own document added, and in sentences what it left as it was."""

    job_description_id: int
    texts: int
    left: tuple[str, ...]


def fill_texts(
    db: Session, *, by: Actor, submission: UUID | None = None, job_description_id: int, reading: Reading
) -> Filled:
    """The texts of a version that the catalogue has, by number, where none is stored. Its particulars, short titles and
    who holds what stay as they are. One number too many or too few could shift all that follow, so it is refused."""
    by = acting(db, by, submission)
    check_can_set_rules(by)
    document = db.get(JobDescription, job_description_id, with_for_update=True)
    if document is None:
        raise NotAllowed
    problems = _problems_with(reading, NOTHING, NOTHING)
    stored = duties_of(db, [job_description_id])[job_description_id]
    if stored and (other := _other_numbers(stored, reading)):
        problems.setdefault("responsibilities", other)
    if problems:
        raise InvalidRecord(**problems)
    filled, left = _fill_duties(stored, reading)
    if not stored:
        filled = len(_add_duties(db, document, replace(reading, cross_references=()), NOTHING, NOTHING, {}))
    others, left_too = _fill_cross_references(db, document, reading)
    lists = _lists(reading)
    others += any(key not in document.lists for key in lists)
    document.lists = lists | document.lists
    if not filled and not others:
        raise InvalidRecord(
            responsibilities=" ".join(["Its texts are in the catalogue already.", *left, *left_too]).strip()
        )
    db.flush()
    record_event(
        db,
        by=by,
        action="fill_job_description_texts",
        object_kind="job_description",
        object_key=job_description_id,
        texts=filled,
    )
    return Filled(job_description_id, filled, (*left, *left_too))


def add_version(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    role_id: int,
    reading: Reading,
    in_force_from: date,
    short_titles: ByNumber = NOTHING,
    areas: ByNumber = NOTHING,
) -> JobDescription:
    """The next version of a role's document, from a day on. What is unchanged, reworded or moved goes on: led or not as
    before, with its short title and area unless somebody typed others, by number. All else waits to be settled, and so
    does everything where the former version's own sentences are not in the catalogue."""
    by = acting(db, by, submission)
    check_can_set_rules(by)
    role = db.get(JobDescription, role_id, with_for_update=True)
    versions = versions_of(db, role_id)
    if role is None or not versions:
        raise NotAllowed
    new = _version_read(reading, code=role.code, role_name=role.role_name)
    new.version_of_id, new.in_force_from = role_id, in_force_from
    if not reading.reference.value.strip():
        new.reference = role.reference
    if problems := _problems_with(reading, short_titles, areas) | _not_next(versions, new) | _taken(db, new):
        raise InvalidRecord(**problems)
    db.add(new)
    db.flush()
    former = duties_of(db, [versions[-1].id or 0])[versions[-1].id or 0]
    goes_on = {change.new[0]: change for change in _carried_over(former, {d.number: d.text for d in _duties(reading)})}
    by_number = {one.number: one for one in former}
    from_former = {number: by_number[change.former[0]] for number, change in goes_on.items()}
    added = _add_duties(db, new, reading, short_titles, areas, from_former)
    db.add_all(
        ResponsibilityContinuation(
            former_id=from_former[number].id, new_id=added[number].id, became=change.became.value
        )
        for number, change in goes_on.items()
    )
    db.flush()
    record_event(
        db,
        by=by,
        action="add_job_description_version",
        object_kind="job_description",
        object_key=new.id,
        role_id=role_id,
        in_force_from=in_force_from.isoformat(),
        responsibilities=len(added),
        carried_over=len(goes_on),
    )
    return new


# ---------------------------------------------------------------------------------------------------------------------
# What is wrong with it, in words


def _problems_with(reading: Reading, short_titles: ByNumber, areas: ByNumber) -> dict[str, str]:
    problems = {}
    for key, particular in reading.particulars.items():
        if key != "issue_date" and len(particular.value) > _most(JobDescription, key):
            problems[key] = f"The {name_of(key)} is longer than {_most(JobDescription, key)} characters. Shorten it."
    if reading.issue_date.value and _issued_on(reading) is None:
        problems["issue_date"] = "The issue date is no date. Choose one, or leave it empty."
    if not reading.responsibilities:
        problems["responsibilities"] = "There is no responsibility in it. Add the first one, or choose another file."
    numbers = [one.number for one in reading.responsibilities]
    if len(set(numbers)) < len(numbers):
        problems["responsibilities"] = "Two responsibilities have the same number."
    for one in reading.responsibilities:
        wrong = _wrong_with_duty(one.text, one.section, short_titles.get(one.number, ""), areas.get(one.number, ""))
        if wrong:
            problems["responsibilities"] = f"Number {one.number}: {wrong}"
    for apart in reading.cross_references:
        if len(apart.text) > _most(Responsibility, "text") or len(apart.condition) > _most(Responsibility, "condition"):
            problems["cross_references"] = "A reference to another job description is too long. Shorten it."
    return problems


def _wrong_with_duty(text: str, section: str, short_title: str, area: str) -> str:
    given = {"text": text, "section": section, "short_title": short_title, "area": area}
    called = {"text": "its text", "section": "its heading", "short_title": "its short title", "area": "its area"}
    long = [field for field, value in given.items() if len(value.strip()) > _most(Responsibility, field)]
    if long:
        return f"{called[long[0]]} is longer than {_most(Responsibility, long[0]):,} characters."
    return "" if text.strip() else "it has no text. Drop it, or type one."


def _most(table: type[Base], field: str) -> int:
    """How long a value may be, as its column says."""
    return int(table.metadata.tables[str(table.__tablename__)].c[field].type.length)  # type: ignore[attr-defined]


def _taken(db: Session, new: JobDescription) -> dict[str, str]:
    same = select(JobDescription).where(
        JobDescription.reference == new.reference, JobDescription.version == new.version
    )
    with db.no_autoflush:
        stored = db.exec(same).first()
    if stored is None:
        return {}
    which = f"version {stored.version}" if stored.version else "a version without a number"
    return {"version": f"The catalogue has {which} of this document already, for {stored.role_name}."}


def _has_role(db: Session, role_name: str) -> bool:
    names = db.exec(select(JobDescription.role_name).where(IS_ROLE)).all()
    return role_name.casefold() in {name.casefold() for name in names}


def _not_next(versions: Sequence[JobDescription], new: JobDescription) -> dict[str, str]:
    problems = {}
    if any(is_same_version(one.version, new.version) for one in versions):
        problems["version"] = (
            f"The catalogue has version {new.version} of {new.role_name} already. Fill its texts instead."
            if new.version
            else "It prints no version, and neither does one in the catalogue. Say which version this is."
        )
    last = versions[-1].in_force_from
    assert new.in_force_from is not None
    if last is not None and new.in_force_from <= last:
        problems["in_force_from"] = (
            f"The latest version is in force from {words.day(last)}. The next one begins on a later day."
        )
    return problems


def _other_numbers(stored: Sequence[Responsibility], reading: Reading) -> str:
    here, there = {one.number for one in stored}, {one.number for one in reading.responsibilities}
    if here == there:
        return ""
    sides = []
    if missing := sorted(here - there):
        sides.append(f"number {words.listed([str(one) for one in missing])} of the catalogue would have no text")
    if strange := sorted(there - here):
        sides.append(f"number {words.listed([str(one) for one in strange])} of the document is not in the catalogue")
    return (
        f"The catalogue lists {len(here)} responsibilities in this version and the document gives {len(there)}: "
        f"{' and '.join(sides)}. Merge, split or drop some in the preview until the numbers match."
    )


# ---------------------------------------------------------------------------------------------------------------------
# What is stored


def _version_read(reading: Reading, code: str, role_name: str) -> JobDescription:
    """Its particulars as printed. Where no reference is printed the role's name stands for it: two documents without
    one are still two."""
    printed = {key: one.value.strip() for key, one in reading.particulars.items() if key != "issue_date"}
    printed["version"] = version_printed(printed["version"], printed["reference"])
    if not printed["reference"]:
        printed["reference"] = f"Role: {role_name}"[: _most(JobDescription, "reference")]
    return JobDescription(
        code=code,
        role_name=role_name,
        reference=printed["reference"],
        document_type=printed["document_type"],
        version=printed["version"],
        title=printed["title"],
        band=printed["band"],
        organisation_level=printed["organisation_level"],
        classification=printed["classification"],
        status=printed["status"],
        produced_by=printed["produced_by"],
        authorised_by=printed["authorised_by"],
        issued_on=_issued_on(reading),
        lists=_lists(reading),
    )


def _issued_on(reading: Reading) -> date | None:
    try:
        return reading.issued_on
    except ValueError:  # typed in the preview
        return None


def _lists(reading: Reading) -> dict[str, list[str]]:
    lists = {key: list(getattr(reading, key)) for key in LISTS}
    lists["unplaced_lines"] = [one.text for one in reading.unplaced_lines]
    return {key: entries for key, entries in lists.items() if entries}


@dataclass(frozen=True)
class _Duty:
    number: int
    text: str
    section: str


def _duties(reading: Reading) -> list[_Duty]:
    return [_Duty(one.number, one.text.strip(), one.section.strip()) for one in reading.responsibilities]


def _add_duties(
    db: Session,
    document: JobDescription,
    reading: Reading,
    short_titles: ByNumber,
    areas: ByNumber,
    from_former: Mapping[int, Responsibility],
) -> dict[int, Responsibility]:
    """The responsibilities, by number; after them what refers to other job descriptions."""
    added = {}
    for duty in _duties(reading):
        former = from_former.get(duty.number)
        proposed = short_title_of(duty.text)
        title = short_titles.get(duty.number, "").strip()
        if former is not None and title in ("", proposed):
            title = former.short_title
        added[duty.number] = Responsibility(
            job_description_id=document.id or 0,
            number=duty.number,
            short_title=title or proposed,
            text=duty.text,
            area=areas.get(duty.number, "").strip() or (former.area if former else ""),
            section=duty.section,
            is_led=former is not None and former.is_led,
        )
    db.add_all(added.values())
    db.add_all(_cross_references(document, reading))
    db.flush()
    return added


def _cross_references(document: JobDescription, reading: Reading) -> list[Responsibility]:
    return [
        Responsibility(
            job_description_id=document.id or 0,
            number=number,
            short_title=short_title_of(one.text),
            text=one.text.strip(),
            condition=one.condition.strip(),
            is_cross_reference=True,
        )
        for number, one in enumerate(reading.cross_references, 1)
    ]


def _fill_duties(stored: Sequence[Responsibility], reading: Reading) -> tuple[int, list[str]]:
    read = {duty.number: duty for duty in _duties(reading)}
    filled, left = 0, []
    for one in stored:
        duty = read[one.number]
        filled += not one.text
        one.text, one.section = one.text or duty.text, one.section or duty.section
        if one.text != duty.text:
            left.append(str(one.number))
    others = [f"Other words are stored for number {words.listed(left)}, and stay."] if left else []
    return filled, others


def _fill_cross_references(db: Session, document: JobDescription, reading: Reading) -> tuple[int, list[str]]:
    stored = db.exec(
        select(Responsibility)
        .where(Responsibility.job_description_id == document.id, col(Responsibility.is_cross_reference))
        .order_by(col(Responsibility.number))
    ).all()
    new = _cross_references(document, reading)
    if not stored:
        db.add_all(new)
        return len(new), []
    if len(stored) != len(new):
        here, there = (words.count(len(side), "duty", "duties") for side in (stored, new))
        return 0, [
            f"Of other job descriptions the catalogue has {here} and the document {there}: those stay as stored."
        ]
    filled = 0
    for one, read in zip(stored, new, strict=True):
        filled += not one.text
        one.text, one.condition = one.text or read.text, one.condition or read.condition
    return filled, []


def _carried_over(former: Sequence[Responsibility], new: Mapping[int, str]) -> list[Change]:
    if not are_read(former):
        return []
    return [change for change in compare(texts_of(former), new) if change.became in CARRIED_OVER]
