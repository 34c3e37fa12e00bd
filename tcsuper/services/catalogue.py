"""The catalogue: loaded from `seed/catalogue/`, and the numbers that a service sets on top of it.

Loading adds what is missing and touches no stored row, so it is safe to repeat, after an upgrade for instance. Setting
a number overwrites nothing either: the former requirement ends, and a new one begins the day after.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import MISSING, fields
from datetime import date, timedelta
from operator import attrgetter
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Action, Actor, Object, acting, check_can_set_rules, rules_for
from tcsuper.audit import record_event
from tcsuper.clock import now
from tcsuper.errors import InvalidRecord, NotAllowed, WrongSetup
from tcsuper.models import (
    Anchor,
    Base,
    Body,
    BodyKind,
    BodyRule,
    BodyRuleKind,
    Course,
    CourseKind,
    CourseRule,
    JobDescription,
    RequiredLevel,
    Requirement,
    RequirementKind,
    RequirementOverride,
    Responsibility,
    ResponsibilityRequirement,
    SessionForm,
    SetOf,
    StaffEventKind,
    Standard,
    StandardSet,
    SupervisionPurpose,
    SupervisionSession,
    Theme,
    WhatIsRecorded,
    WhoEnters,
)
from tcsuper.queries.evidence import current
from tcsuper.queries.versions import IS_ROLE, is_role
from tcsuper.rules.credit import BODIES
from tcsuper.rules.groups import parts_of
from tcsuper.rules.minimum import Measure, Minimum, Per, RuleSet, each_of
from tcsuper.rules.registers import RenewalTerms
from tcsuper.rules.registration import RegistrationTerms
from tcsuper.rules.training import CourseRuleTerms
from tcsuper.settings import ROOT

CATALOGUE = ROOT / "seed" / "catalogue"
ALWAYS = date(1970, 1, 1)
"""Where a rule without a date of its own begins: before anybody now in post took it up."""
SET_BY_SERVICE = "service"
ONE_DAY = timedelta(days=1)

Row = dict[str, Any]
Terms = dict[str, Any]


# ---------------------------------------------------------------------------------------------------------------------
# Loading


def load_catalogue(db: Session, *, by: Actor | None = None, folder: Path = CATALOGUE) -> dict[str, int]:
    """Adds the rows that are not stored yet, and says how many of each file. `by` None is the command line."""
    if by is not None:
        by = acting(db, by)
        if not rules_for(by, Object.CATALOGUE, Action.UPDATE):
            raise NotAllowed
    counts: dict[str, Any] = {}
    for name, load in LOADERS.items():
        try:
            counts[name] = load(db, folder)
        except (KeyError, TypeError, ValueError) as wrong:
            raise WrongSetup(f"The catalogue's {name} cannot be read: {wrong}") from wrong
    if any(counts.values()):
        record_event(db, by=by, action="load_catalogue", object_kind="catalogue", **counts)
    return counts


def _rows(folder: Path, name: str) -> list[Row]:
    text = (folder / name).read_text(encoding="utf-8")
    if name.endswith(".json"):
        return list(json.loads(text))
    rows: list[Row] = list(csv.DictReader(io.StringIO(text), strict=True))
    for row in rows:
        if None in row or None in row.values():
            raise ValueError(f"a column too many or too few in {list(row.values())}")
    return rows


def _add_missing(db: Session, key: tuple[str, ...], rows: Sequence[Base]) -> int:
    """Of these rows, all of one table, add those whose key is not stored yet; the others stay as they are."""
    key_of = attrgetter(*key)
    stored = {key_of(row) for row in db.exec(select(type(rows[0])))} if rows else set()
    new = [row for row in rows if key_of(row) not in stored]
    db.add_all(new)
    db.flush()
    return len(new)


def _ids(db: Session, table: type[Base], *key: str) -> dict[Any, int]:
    key_of, id_of = attrgetter(*key), attrgetter("id")
    return {key_of(row): id_of(row) for row in db.exec(select(table))}


def _start(row: Row) -> date:
    return date.fromisoformat(row["start_on"]) if row.get("start_on") else ALWAYS


def _yes(word: str) -> bool:
    return {"yes": True, "no": False}[word]


def _purposes(db: Session, folder: Path) -> int:
    rows = [
        SupervisionPurpose(
            code=row["code"],
            name=row["name"],
            position=int(row["position"]),
            records=WhatIsRecorded(row["records"]),
            credited_by=sorted(row["credited_by"].split()),
            entered_by=WhoEnters(row["entered_by"]),
        )
        for row in _rows(folder, "purposes.csv")
    ]
    return _add_missing(db, ("code",), rows)


def _themes(db: Session, folder: Path) -> int:
    rows = [
        Theme(code=row["code"], name=row["name"], position=int(row["position"])) for row in _rows(folder, "themes.csv")
    ]
    return _add_missing(db, ("code",), rows)


def _bodies(db: Session, folder: Path) -> int:
    rows = [
        Body(
            code=row["code"],
            name=row["name"],
            short_name=row["short_name"],
            kind=BodyKind(row["kind"]),
            number_shape=row["number_shape"],
            register_address=row["register_address"],
        )
        for row in _rows(folder, "bodies.csv")
    ]
    return _add_missing(db, ("code",), rows)


def _body_rules(db: Session, folder: Path) -> int:
    bodies = _ids(db, Body, "code")
    rows = []
    for row in _rows(folder, "body_rules.json"):
        kind = BodyRuleKind(row["kind"])
        _check_body_terms(kind, row["terms"])
        rows.append(
            BodyRule(
                body_id=bodies[row["body"]],
                kind=kind,
                grade=row.get("grade", ""),
                start_on=_start(row),
                terms=row["terms"],
                source=row["source"],
                mark=row["mark"],
            )
        )
    return _add_missing(db, ("body_id", "kind", "grade", "start_on"), rows)


def _courses(db: Session, folder: Path) -> int:
    rows = [
        Course(code=row["code"], title=row["title"], kind=CourseKind(row["kind"]), position=int(row["position"]))
        for row in _rows(folder, "courses.csv")
    ]
    return _add_missing(db, ("code",), rows)


def _course_rules(db: Session, folder: Path) -> int:
    courses = _ids(db, Course, "code")
    rows = []
    for row in _rows(folder, "course_rules.json"):
        _only(row["terms"], ("life", "months", "early_months", "month", "day", "parity"), "term")
        CourseRuleTerms.read(row["terms"])
        rows.append(
            CourseRule(
                course_id=courses[row["course"]],
                start_on=_start(row),
                terms=row["terms"],
                source=row["source"],
                mark=row["mark"],
            )
        )
    return _add_missing(db, ("course_id", "start_on"), rows)


def _job_descriptions(db: Session, folder: Path) -> int:
    rows = [
        JobDescription(
            code=row["code"],
            role_name=row["role_name"],
            reference=row["reference"],
            document_type=row["document_type"],
            version=row["version"],
            title=row["title"],
            band=row["band"],
            organisation_level=row["organisation_level"],
            classification=row["classification"],
            issued_on=date.fromisoformat(row["issued_on"]) if row["issued_on"] else None,
            status=row["status"],
            produced_by=row["produced_by"],
            authorised_by=row["authorised_by"],
        )
        for row in _rows(folder, "job_descriptions.csv")
    ]
    codes = _codes(db, JobDescription)
    return _add_missing(db, ("reference", "version"), [row for row in rows if row.code not in codes])


def _job_description_ids(db: Session, folder: Path) -> dict[str, int]:
    """By our code: the role, whichever versions of its document a service has read in since."""
    rows = _rows(folder, "job_descriptions.csv")
    roles = {one.code: one.id or 0 for one in db.exec(select(JobDescription).where(IS_ROLE))}
    printed = {
        (one.reference, one.version): one.version_of_id or one.id or 0 for one in db.exec(select(JobDescription))
    }
    return {row["code"]: roles.get(row["code"]) or printed[row["reference"], row["version"]] for row in rows}


def _ours(db: Session, folder: Path) -> dict[str, int]:
    """By our code: the document whose first version came out of these files; 0 where a service read it in itself."""
    roles = db.exec(select(JobDescription).where(IS_ROLE))
    stored = {(one.code, one.reference, one.version): one.id or 0 for one in roles}
    rows = _rows(folder, "job_descriptions.csv")
    return {row["code"]: stored.get((row["code"], row["reference"], row["version"]), 0) for row in rows}


def _responsibilities(db: Session, folder: Path) -> int:
    """Without their sentences: those are the documents' own, and come in when a service reads its document."""
    job_descriptions = _ours(db, folder)
    rows = [
        Responsibility(
            job_description_id=job_descriptions[row["job_description"]],
            number=int(row["number"]),
            short_title=row["short_title"],
            area=row["area"],
            is_led=_yes(row["is_led"]),
            is_cross_reference=_yes(row["is_cross_reference"]),
        )
        for row in _rows(folder, "responsibilities.csv")
        if job_descriptions[row["job_description"]]
    ]
    return _add_missing(db, ("job_description_id", "number", "is_cross_reference"), rows)


def _requirements(db: Session, folder: Path) -> int:
    job_descriptions = _job_description_ids(db, folder)
    check = _requirement_check(db)
    rows = []
    for row in _rows(folder, "requirements.json"):
        kind = RequirementKind(row["kind"])
        check(kind, row["title"], row["terms"])
        rows.append(
            Requirement(
                kind=kind,
                job_description_id=job_descriptions[row["job_description"]],
                title=row["title"],
                terms=row["terms"],
                source=row["source"],
                mark=row["mark"],
                start_on=_start(row),
            )
        )
    return _add_missing(db, ("job_description_id", "kind", "title", "start_on"), rows)


def _standard_sets(db: Session, folder: Path) -> int:
    rows = [
        StandardSet(
            code=row["code"],
            version=row["version"],
            name=row["name"],
            set_of=SetOf(row["set_of"]),
            in_force_from=date.fromisoformat(row["in_force_from"]),
            level_names=row["level_names"],
            lowest_level=row["lowest_level"],
            source=row["source"],
            mark=row["mark"],
        )
        for row in _rows(folder, "standard_sets.json")
    ]
    return _add_missing(db, ("code", "version"), rows)


def _our_sets(db: Session) -> dict[tuple[str, str], int]:
    """The versions that came out of these files, by code and version: what a service wrote itself, under whichever
    number, is left as it is."""
    stored = db.exec(select(StandardSet).where(StandardSet.mark != SET_BY_SERVICE))
    return {(one.code, one.version): one.id or 0 for one in stored}


def _standards(db: Session, folder: Path) -> int:
    sets = _our_sets(db)
    rows = [
        Standard(
            standard_set_id=sets[of["code"], of["version"]],
            number=row["number"],
            short_title=row["short_title"],
            text=row["text"],
            section=row.get("section", ""),
            floor=row.get("floor"),
            evidence=row.get("evidence", []),
        )
        for of in _rows(folder, "standard_sets.json")
        for row in of["standards"]
        if (of["code"], of["version"]) in sets
    ]
    return _add_missing(db, ("standard_set_id", "number"), rows)


def _anchors(db: Session, folder: Path) -> int:
    sets, standards = _our_sets(db), _ids(db, Standard, "standard_set_id", "number")
    rows = [
        Anchor(standard_id=standards[sets[of["code"], of["version"]], row["number"]], level=level, text=text)
        for of in _rows(folder, "standard_sets.json")
        if (of["code"], of["version"]) in sets
        for row in of["standards"]
        for level, text in enumerate(row.get("anchors", ()), start=of["lowest_level"])
    ]
    return _add_missing(db, ("standard_id", "level"), rows)


def _required_levels(db: Session, folder: Path) -> int:
    job_descriptions = _job_description_ids(db, folder)
    sets, standards = _our_sets(db), _ids(db, Standard, "standard_set_id", "number")
    rows = [
        RequiredLevel(
            job_description_id=job_descriptions[row["job_description"]],
            standard_id=standards[sets[row["standard_set"], row["standard_set_version"]], int(row["standard"])],
            level=int(row["level"]),
            start_on=_start(row),
        )
        for row in _rows(folder, "required_levels.csv")
        if (row["standard_set"], row["standard_set_version"]) in sets
    ]
    return _add_missing(db, ("job_description_id", "standard_id", "start_on"), rows)


LOADERS: dict[str, Callable[[Session, Path], int]] = {
    "purposes": _purposes,
    "themes": _themes,
    "bodies": _bodies,
    "body_rules": _body_rules,
    "courses": _courses,
    "course_rules": _course_rules,
    "job_descriptions": _job_descriptions,
    "responsibilities": _responsibilities,
    "requirements": _requirements,
    "standard_sets": _standard_sets,
    "standards": _standards,
    "anchors": _anchors,
    "required_levels": _required_levels,
}
"""In this order: each refers only to those before it."""


# ---------------------------------------------------------------------------------------------------------------------
# Terms that the rules can read (seed/catalogue/README.md lists them)

TERMS: dict[RequirementKind, set[str]] = {
    RequirementKind.COURSE: {"any_of", "after", "target_days", "after_in_date", "from_version", "group"},
    RequirementKind.QUALIFICATION: {"any_of", "after", "target_days", "from_version", "group"},
    RequirementKind.REGISTRATION: {"any_of", "kinds", "all_of", "target_days", "warning_days", "group"},
    RequirementKind.SUPERVISION: {field.name for field in fields(Minimum)} - {"title"},
    RequirementKind.AGREEMENT: {"purpose", "is_external", "of_supervision"},
    RequirementKind.CHECK: {"of"},
    RequirementKind.PERIOD: {"event", "months"},
    RequirementKind.EVENT: {"event", "every_months", "target_days", "only_on_transfer"},
}
RENEWAL_TERMS = {"expiry", "month", "day", "parity", "cycle_months", "opens_months", "opens_month", "opens_day"} | {
    *("fee_months", "appraisal_months", "reaccredit_months", "needs_licence"),
}
ACTIVITY_TERMS = {"months", "begins_month", "keeps_record", "sampled_percent", "items", "peer_reflected_items"} | {
    *("hours", "further_hours", "hours_in_any_year", "participatory_hours", "practice_hours", "skills_hours"),
    *("clinical_hours", "general_hours", "credits"),
}


def _only(given: Iterable[str], known: Iterable[str], what: str) -> None:
    if strange := sorted(set(given) - set(known)):
        raise ValueError(f"there is no {what} {words.listed(strange, 'or')}")


def _check_body_terms(kind: BodyRuleKind, terms: Terms) -> None:
    match kind:
        case BodyRuleKind.SUPERVISION:
            for _, one in each_of("", terms):
                Minimum.read("", one)
        case BodyRuleKind.RENEWAL:
            _only(terms, RENEWAL_TERMS, "term")
            RenewalTerms.read(terms)
        case BodyRuleKind.ACTIVITY:
            _only(terms, ACTIVITY_TERMS, "term")


def _requirement_check(db: Session) -> Callable[[RequirementKind, str, Terms], None]:
    """A check of a requirement's terms against the rules, and against the codes stored by now."""
    courses, bodies, purposes = (_codes(db, table) for table in (Course, Body, SupervisionPurpose))

    def check(kind: RequirementKind, title: str, terms: Terms) -> None:
        _only(terms, TERMS[kind], "term")
        _check_group(title, terms, bodies)
        match kind:
            case RequirementKind.COURSE | RequirementKind.QUALIFICATION:
                _only([*terms["any_of"], *terms.get("after", ())], courses, "course")
            case RequirementKind.REGISTRATION if "group" not in terms:
                _check_bodies(title, terms, bodies)
            case RequirementKind.SUPERVISION:
                _only(Minimum.read(title, terms).purposes, purposes, "purpose")
            case RequirementKind.AGREEMENT:
                _only([terms["purpose"]], purposes, "purpose")
            case RequirementKind.PERIOD | RequirementKind.EVENT:
                StaffEventKind(terms["event"])

    return check


def _check_group(title: str, terms: Terms, bodies: set[str]) -> None:
    """What a group names: each of its courses stands in `any_of` too, so that its records are found."""
    for one in parts_of(terms["group"]) if "group" in terms else ():
        if isinstance(one, str):
            _only([one], terms.get("any_of", ()), "course in any_of called")
        else:
            _check_bodies(title, one["registration"], bodies)


def _check_bodies(title: str, terms: Terms, bodies: set[str]) -> None:
    for group in RegistrationTerms.read(title, terms).groups:
        _only(group.bodies, bodies, "body")
        _only(group.kinds, set(BodyKind), "kind of body")


def _codes(db: Session, table: type[Base]) -> set[str]:
    code_of = attrgetter("code")
    return {code_of(row) for row in db.exec(select(table))}


# ---------------------------------------------------------------------------------------------------------------------
# The service's own numbers


def set_supervision_minimum(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    job_description_id: int,
    minimum: Minimum,
    start_on: date,
) -> Requirement:
    """What the service asks of a role from a day on, in place of its minimum of the same title. Amount 0: nothing."""
    by = acting(db, by, submission)
    check_can_set_rules(by)
    if not is_role(db, job_description_id):
        raise NotAllowed
    if problems := _problems_with(db, minimum):
        raise InvalidRecord(**problems)
    title = minimum.title.strip()
    asked = _asked(db, job_description_id, RequirementKind.SUPERVISION)
    asked = [one for one in asked if one.title == title]
    former = asked[-1] if asked else None
    new = _new_requirement(job_description_id, RequirementKind.SUPERVISION, title, _terms_of(minimum), start_on)
    people = begin_instead(db, by, former, new)
    _record(db, by, "set_supervision_minimum", former, new, people, amount=minimum.amount)
    return new


def set_course_target(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    job_description_id: int,
    course: str,
    target_days: int | None,
    start_on: date,
) -> Requirement:
    """Within how many days of starting in post a course is due, from a day on. None: no date, so never overdue."""
    by = acting(db, by, submission)
    check_can_set_rules(by)
    asked = _asked(db, job_description_id, RequirementKind.COURSE)
    asked = [one for one in asked if course in one.terms["any_of"]]
    if not asked:
        raise NotAllowed
    if target_days is not None and not 0 <= target_days <= 3650:
        raise InvalidRecord(target_days="A target is between 0 and 3,650 days after starting in post.")
    former = asked[-1]
    terms = {**former.terms, "target_days": target_days}
    new = _new_requirement(job_description_id, RequirementKind.COURSE, former.title, terms, start_on)
    people = begin_instead(db, by, former, new)
    _record(db, by, "set_course_target", former, new, people, target_days=target_days)
    return new


def set_purpose(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    code: str,
    records: WhatIsRecorded,
    credited_by: Sequence[str],
    entered_by: WhoEnters,
) -> SupervisionPurpose:
    """What is recorded of a purpose of supervision, which bodies' rule sets credit it, and who enters its sessions.
    Where people met in the trust that nothing is written down, nothing ever is."""
    by = acting(db, by, submission)
    check_can_set_rules(by)
    purpose = db.get(SupervisionPurpose, code)
    if purpose is None:
        raise NotAllowed
    problems = {}
    if purpose.records is WhatIsRecorded.ATTENDANCE is not records and _was_met_for(db, code):
        problems["records"] = (
            f"{purpose.name}: people met for it when attendance only was recorded, and it stays so. Make agreements of "
            "another purpose for sessions of which words are kept."
        )
    if not BODIES >= set(credited_by):
        problems["credited_by"] = "Choose among the bodies' rule sets."
    if problems:
        raise InvalidRecord(**problems)
    purpose.records, purpose.credited_by, purpose.entered_by = records, sorted(set(credited_by)), entered_by
    record_event(
        db,
        by=by,
        action="set_purpose",
        object_kind="supervision_purpose",
        object_key=code,
        records=records.value,
        credited_by=purpose.credited_by,
        entered_by=entered_by.value,
    )
    return purpose


def _was_met_for(db: Session, code: str) -> bool:
    """Whether any session of this purpose was planned or held."""
    found = select(SupervisionSession.id).where(SupervisionSession.purpose == code).limit(1)
    return db.exec(found).first() is not None


def _asked(db: Session, job_description_id: int, kind: RequirementKind) -> list[Requirement]:
    """What a role is or was asked for, the latest last."""
    found = db.exec(
        select(Requirement)
        .where(Requirement.job_description_id == job_description_id, Requirement.kind == kind)
        .order_by(col(Requirement.start_on), col(Requirement.id))
    )
    return list(found)


def _problems_with(db: Session, minimum: Minimum) -> dict[str, str]:
    right = {
        "title": (1 <= len(minimum.title.strip()) <= 200, "Give the minimum a name of up to 200 characters."),
        "amount": (0 <= minimum.amount <= 10_000, "The amount is between 0 and 10,000."),
        "rule_set": (minimum.rule_set is RuleSet.SERVICE, "A body's rule set binds its own registrants only."),
        "days": (1 <= minimum.days <= 366, "The window is between 1 and 366 days."),
        "months": (1 <= minimum.months <= 24, "An average is taken over 1 to 24 months."),
        "meeting_minutes": (1 <= minimum.meeting_minutes <= 480, "A meeting that counts lasts 1 to 480 minutes."),
        "per": (
            minimum.per is not Per.IN_ALL or minimum.measure is not Measure.SHARE,
            "A share of the meetings is not counted in all.",
        ),
        "floor": (0 <= minimum.floor <= max(minimum.amount, 0), "The floor is not more than the amount itself."),
        "purposes": (
            bool(minimum.purposes) and set(minimum.purposes) <= _codes(db, SupervisionPurpose),
            "Choose what kinds of supervision count.",
        ),
        "forms": (set(minimum.forms) <= set(SessionForm), "Choose individual, group or peer, or leave it open."),
    }
    if minimum.hours_of is not None and minimum.per in (Per.ROLLING, Per.IN_ALL):
        right["per"] = (False, "Hours worked in a month go with minutes a month.")
    if minimum.measure is Measure.SHARE and minimum.amount > 100:
        right["amount"] = (False, "A share is at most 100%.")
    return {field: sentence for field, (is_right, sentence) in right.items() if not is_right}


def _terms_of(minimum: Minimum) -> Terms:
    """As `Minimum.read` takes them: the amount, and whatever differs from the default."""
    terms: Terms = {"amount": minimum.amount}
    for field in fields(minimum):
        value = getattr(minimum, field.name)
        if field.default is not MISSING and value != field.default:
            terms[field.name] = list(value) if isinstance(value, tuple) else value
    return terms


def _new_requirement(
    job_description_id: int, kind: RequirementKind, title: str, terms: Terms, start_on: date
) -> Requirement:
    return Requirement(
        kind=kind,
        job_description_id=job_description_id,
        title=title,
        terms=terms,
        source="Set by your service",
        mark=SET_BY_SERVICE,
        start_on=start_on,
    )


def begin_instead(db: Session, by: Actor, former: Requirement | None, new: Requirement) -> list[int]:
    """End the former requirement the day before. What was waived or extended for a person stays so: their ids."""
    if former is not None:
        if new.start_on <= former.start_on:
            began = words.day(former.start_on)
            raise InvalidRecord(start_on=f"The present number applies from {began}. Choose a later day.")
        if former.end_on is None or former.end_on >= new.start_on:
            former.end_on = new.start_on - ONE_DAY
    db.add(new)
    db.flush()
    return _carry_over(db, by, former, new) if former is not None else []


def _carry_over(db: Session, by: Actor, former: Requirement, new: Requirement) -> list[int]:
    assert new.id is not None
    link = ResponsibilityRequirement
    called_for = db.exec(select(link).where(link.requirement_id == former.id)).all()
    db.add_all(
        link(responsibility_id=one.responsibility_id, requirement_id=new.id, start_on=one.start_on, end_on=one.end_on)
        for one in called_for
        if one.end_on is None or one.end_on >= new.start_on
    )
    override = RequirementOverride
    found = db.exec(select(override).where(override.requirement_id == former.id, current(override))).all()
    lasting = [one for one in found if one.end_on is None or one.end_on >= new.start_on]
    for one in lasting:
        db.add(
            RequirementOverride(
                recorded_at=now(),
                recorded_by_id=by.staff_id,
                staff_id=one.staff_id,
                requirement_id=new.id,
                kind=one.kind,
                start_on=max(one.start_on, new.start_on),
                end_on=one.end_on,
                reason=one.reason,
            )
        )
    return [one.staff_id for one in lasting]


def _record(
    db: Session,
    by: Actor,
    action: str,
    former: Requirement | None,
    new: Requirement,
    people: Sequence[int],
    **detail: Any,
) -> None:
    record_event(
        db,
        by=by,
        action=action,
        object_kind="requirement",
        object_key=new.id,
        about=people,
        job_description_id=new.job_description_id,
        former_id=former.id if former else None,
        start_on=new.start_on.isoformat(),
        **detail,
    )
